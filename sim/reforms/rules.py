"""Reforms of rules: what the law or the office's own habit says about a dossier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from sim.base import Name, Share
from sim.clock import Clock
from sim.office import Demand, Office, Procedure, Way
from sim.office.procedures import limit_working_days, read_limit
from sim.reforms.base import (
    EVERY,
    Change,
    Edits,
    ProcedureId,
    chosen,
    reform,
    refused,
    setting,
)
from sim.said import phrase
from sim.wording import shown

UNTIL_CLOSING: Final = "24:00"


def _readable(text: str) -> str:
    read_limit(text)
    return text


def listed(value: object) -> object:
    """Take a bare name as a list of one."""
    return [value] if isinstance(value, str) else value


Within = Annotated[
    str,
    AfterValidator(_readable),
    Field(description='The new limit: "same day", "15 days", "5 working days", ...'),
]
Names = Annotated[tuple[Name, ...], BeforeValidator(listed)]


@reform("procedure")
def drop_cutoff(office: Office, procedure: ProcedureId) -> Change:
    """Give results the same day until closing, whatever the hour of receipt.

    Stands for an office that stops sending home with a slip whoever comes after 3 p.m.: the
    officer certifies at 16:20 what can be certified at 16:20. It changes the office's habit
    alone. The law's cutoff stays, and with it every due time, so that being kinder makes nobody
    late; whether anyone is there to sign after 3 p.m. is not changed either.
    """
    return setting(_habits(office, procedure, UNTIL_CLOSING))


@reform()
def move_cutoff(office: Office, procedure: ProcedureId, at: Clock) -> Change:
    """Give results the same day for dossiers received until another hour.

    Stands for an office that keeps an hour after which results wait for the next day, but
    another one. Like :func:`drop_cutoff` it changes the habit and leaves the law's cutoff.
    """
    return setting(_habits(office, procedure, at))


def _habits(office: Office, procedure: str, until: str) -> Edits:
    found = chosen(office.procedures, procedure, "procedure")
    with_cutoff = [each for each in found if each.habit_until is not None]
    if not with_cutoff:
        raise refused(
            "procedure",
            phrase("a procedure with a cutoff"),
            shown(procedure),
            phrase("Its results are given until closing already."),
        )
    return {f"procedures.{each.id}.habit.same_day_until": until for each in with_cutoff}


@reform()
def set_deadline(
    office: Office,
    procedure: ProcedureId,
    within: Within,
    cutoff: Clock | None = None,
    resting: Literal["as before", "scaled"] = "as before",
) -> Change:
    """Change the legal limit of a procedure.

    Stands for a decision that shortens (or lengthens) a statutory limit. By itself it changes no
    one's speed: it moves due dates, the dates on slips and the order of work that is taken by
    due date. Dossiers rest on desks for as long as they did (``resting = "as before"``), also
    where the office file gives that as a share of the deadline. That officials pace themselves
    to the new limit is an assumption of its own, ``resting = "scaled"``.

    Parameters
    ----------
    office
        The office.
    procedure
        Which procedure; "*" for all that have a deadline.
    within
        The new limit.
    cutoff
        The law's new cutoff, where it changes too.
    resting
        Whether resting times given as a share of the deadline stay as long as they were, or
        shrink and grow with it.
    """
    found = chosen(office.procedures, procedure, "procedure")
    limited = [each for each in found if procedure != EVERY or each.deadline]
    edits = {f"procedures.{each.id}.deadline.within": within for each in limited}
    if cutoff is not None:
        edits |= {f"procedures.{each.id}.deadline.cutoff": cutoff for each in limited}
    rests = _rests(office, limited, resting == "scaled")
    if not edits or (resting == "scaled" and not rests):
        expected = (
            phrase("a procedure with a resting time of_deadline")
            if edits
            else phrase("a procedure with a deadline")
        )
        raise refused("procedure", expected, shown(procedure))
    return setting(edits | rests)


def _rests(office: Office, procedures: Iterable[Procedure], scaled: bool) -> Edits:
    """Return resting times by share, as they are or in working days of the old deadline."""
    edits: Edits = {}
    for procedure in procedures:
        for step in procedure.steps:
            if procedure.deadline is None or step.rests is None or not step.rests.of_deadline:
                continue
            share = step.rests.of_deadline
            days = share * limit_working_days(procedure.deadline.limit(), office.calendar)
            rests = {"of_deadline": share} if scaled else {"working_days": days}
            edits[f"procedures.{procedure.id}.steps.{step.id}.rests"] = rests
    return edits


@reform()
def bundle(
    office: Office,
    procedures: Names,
    saves_intake: Share = 0,
    saves_desk_work: Share = 0,
    adopted_by: Share = 1,
) -> Change:
    """Let citizens file several procedures together and collect both results at once.

    Stands for interlinked procedures: one form and one visit where people filed twice and
    collected twice. One intake and one hand-over serve all; the minutes saved at the intake and
    at the desks, and the share of people who take it up, are assumptions.

    Parameters
    ----------
    office
        The office.
    procedures
        Those filed together, by demands that need all of them; "*" for all that a demand needs.
    saves_intake, saves_desk_work
        Share of the minutes of each further dossier that is saved.
    adopted_by
        Share of such cases that file together.
    """
    found = [demand for demand in office.demands if _needs_all(office, demand, procedures)]
    if not found:
        raise refused(
            "procedures",
            phrase("procedures that some demand needs together"),
            shown(procedures),
            phrase("Describe who needs both as a demand of its own."),
        )
    bundling = {
        "procedures": [] if procedures == (EVERY,) else list(procedures),
        "saves_intake": saves_intake,
        "saves_desk_work": saves_desk_work,
        "adopted_by": adopted_by,
    }
    return setting({f"demands.{demand.id}.bundling": bundling for demand in found})


def _needs_all(office: Office, demand: Demand, procedures: tuple[str, ...]) -> bool:
    if procedures == (EVERY,):
        return len(demand.needs) > 1
    for name in procedures:
        chosen([*office.procedures], name, "procedures")
    if len(procedures) < 2:
        raise refused("procedures", phrase("two procedures or more"), shown(procedures))
    return Counter(demand.needs) >= Counter(procedures)


@reform()
def hand_over(
    office: Office,
    procedure: ProcedureId,
    *,
    by_post: Share | None = None,
    online: Share | None = None,
    by_appointment: Share | None = None,
    when_ready: Share | None = None,
    while_you_wait: Share | None = None,
) -> Change:
    """Hand over a share of the results in another way.

    Stands for results sent by public post, delivered online, given while the visitor waits, or
    at a message that they are ready, in place of a trip on the date of a slip. The shares named
    hold afterwards; the other ways keep their proportions in what is left.
    """
    wanted: dict[Way, float | None] = {
        "by post": by_post,
        "online": online,
        "by appointment": by_appointment,
        "when ready": when_ready,
        "while you wait": while_you_wait,
    }
    named = {way: share for way, share in wanted.items() if share is not None}
    if not named or sum(named.values()) > 1 + 1e-9:
        total = f"{sum(named.values()):g}" if named else phrase("nothing")
        raise refused("by_post, online, ...", phrase("shares of at most 1 together"), total)
    found = chosen(office.procedures, procedure, "procedure")
    return setting({f"procedures.{each.id}.result": _moved(each, named) for each in found})


def _moved(procedure: Procedure, named: dict[Way, float]) -> dict[Way, float]:
    left = 1 - sum(named.values())
    others = {way: share for way, share in procedure.ways().items() if way not in named}
    if left > 1e-9 and not sum(others.values()):
        raise refused(
            "by_post, online, ...",
            phrase("shares that add up to 1"),
            f"{1 - left:g}",
            phrase("{procedure} has no other way for the rest.", procedure=procedure.id),
        )
    kept = {way: share * left / sum(others.values()) for way, share in others.items() if share}
    moved = named | (kept if left > 1e-9 else {})
    return {way: share for way, share in moved.items() if share}


@reform()
def file_online(office: Office, procedure: ProcedureId, share: Share) -> Change:
    """Let a share of the cases be filed online.

    Stands for an online service that people do use. How a case is filed is a property of the
    demand, so it holds for every demand that needs the procedure. Filing online saves the visit
    to file, and no other: who must still come to show originals or collect a result comes.
    """
    needed = {each.id for each in chosen(office.procedures, procedure, "procedure")}
    found = [demand for demand in office.demands if needed & set(demand.needs)]
    if not found:
        expected = phrase("a procedure that some demand needs")
        raise refused("procedure", expected, shown(procedure))
    filed = {"counter": round(1 - share, 12), "online": share}
    return setting({f"demands.{demand.id}.filed": filed for demand in found})
