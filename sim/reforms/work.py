"""Reforms of work and of who brings it: how long it takes, how much comes, in which order."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from sim.base import Factor, Minutes, Name, Share
from sim.clock import Clock
from sim.distributions import Distribution
from sim.office import Demand, Office, Procedure, Step
from sim.reforms.base import (
    EVERY,
    Change,
    DemandId,
    Edits,
    ProcedureId,
    RoleName,
    chosen,
    chosen_roles,
    composing,
    reform,
    refused,
    setting,
    unknown,
)
from sim.said import phrase
from sim.wording import shown

Faster = Annotated[
    float,
    Field(
        strict=True,
        ge=0,
        lt=1,
        description="Share of the minutes saved: 0.05 takes 5% less.",
        json_schema_extra={"unit": "share, 0 to below 1"},
    ),
]
StepId = Annotated[Name, Field(description='A step by its id, or "*" for every one.')]


@reform()
def faster(
    office: Office,
    by: Faster,
    role: RoleName | None = None,
    procedure: ProcedureId | None = None,
    step: StepId | None = None,
) -> Change:
    """Take less time for some of the work.

    Stands for digitisation: data that need not be typed again, a stamp printed, a file found at
    once. Every piece of the work named takes so much less, the long ones as the short ones. How
    much is an assumption, better measured in a trial than guessed.

    Parameters
    ----------
    office
        The office.
    by
        Share of the minutes saved.
    role, procedure, step
        Which work: that of a role, of a procedure, of a step, or what fits all that are given;
        "*" for every one.
    """
    roles = set(chosen_roles(office, role or EVERY))
    procedures = chosen(office.procedures, procedure or EVERY, "procedure")
    if role is None and procedure is None and step is None:
        raise refused("role", phrase("a role, or a procedure and step"), phrase("neither"))
    return composing(
        {
            f"procedures.{each.id}.steps.{part.id}.minutes": part.minutes.scaled(1 - by)
            for each, part in _work_steps(procedures, step or EVERY, roles)
            if part.minutes is not None
        }
    )


def _work_steps(
    procedures: list[Procedure], step: str, roles: set[str]
) -> list[tuple[Procedure, Step]]:
    named = [(each, part) for each in procedures for part in each.steps if step in (EVERY, part.id)]
    if not named:
        raise unknown("step", step, [part.id for each in procedures for part in each.steps])
    found = [(each, part) for each, part in named if part.role in roles]
    if not found:
        raise refused(
            "step",
            phrase("work of that role"),
            shown(step),
            phrase("Time that passes elsewhere is nobody's work here; set its working_days."),
        )
    return found


@reform()
def precheck(
    office: Office, procedure: ProcedureId, sends_back: Factor, again: Factor | None = None
) -> Change:
    """Have fewer dossiers sent back for missing papers.

    Stands for guidance before filing, forms checked online, and refusals only with a reason: the
    share sent back is multiplied by a factor, at every step that sends dossiers back.

    Parameters
    ----------
    office
        The office.
    procedure
        Which procedure.
    sends_back
        Factor on the share sent back the first time.
    again
        Factor on the chance of being sent back each further time; default: as it is.
    """
    edits: Edits = {}
    for each in chosen(office.procedures, procedure, "procedure"):
        for step in each.steps:
            if step.sends_back is None:
                continue
            path = f"procedures.{each.id}.steps.{step.id}.sends_back"
            edits[f"{path}.share"] = min(1.0, step.sends_back.share * sends_back)
            if again is not None:
                edits[f"{path}.again"] = min(1.0, step.sends_back.again * again)
    if not edits:
        expected = phrase("a procedure that sends dossiers back")
        raise refused("procedure", expected, shown(procedure))
    return composing(edits)


@reform("by")
def change_demand(office: Office, by: Factor, demand: DemandId = EVERY) -> Change:
    """Have more people come, or fewer.

    Stands for the answer of citizens to a better service, which raised visits by 20-30% where it
    was seen, or for a town that grows. A factor on the mean number of cases a day; those who
    came before come as they did, at the same minute and with the same papers.

    Parameters
    ----------
    office
        The office.
    by
        Factor on cases a day: 1.25 for a quarter more.
    demand
        Which demand; default all that have cases per day.
    """
    found = [each for each in chosen(office.demands, demand, "demand") if each.per_day is not None]
    if not found:
        raise refused(
            "demand",
            phrase("a demand with per_day"),
            shown(demand),
            phrase("A log is replayed as it is, and booked seats are changed by appointments."),
        )
    return composing({f"demands.{each.id}.per_day": _cases(each) * by for each in found})


def _cases(demand: Demand) -> float:
    return demand.per_day or 0.0


@reform()
def appointments(
    office: Office,
    demand: DemandId,
    *,
    every: Annotated[Minutes, Field(ge=1, le=1440)],
    share: Share = 1,
    seats: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1,
    from_: Annotated[Clock | None, Field(alias="from")] = None,
    to: Clock | None = None,
    no_show: Share | None = None,
    early: Distribution | None = None,
) -> Change:
    """Let a share of people book a time in place of walking in.

    Stands for a booking service: it spreads visits over the day. Whoever does not book, or finds
    no seat, walks in as before.

    Parameters
    ----------
    office
        The office.
    demand
        Whose people may book; "*" for every demand with cases per day.
    every
        Minutes between two times.
    share
        Share of the people who book.
    seats
        How many may book the same time.
    from_, to
        First time, and when times end; default opening and closing. ``from`` in a study file.
    no_show
        Share of bookings that nobody comes to.
    early
        Minutes that people come before their time.
    """
    found = [each for each in chosen(office.demands, demand, "demand") if each.per_day is not None]
    if not found:
        expected = phrase("a demand with per_day, of which a share can book")
        raise refused("demand", expected, shown(demand))
    optional: dict[str, Any] = {"from": from_, "to": to, "no_show": no_show, "early": early}
    booking = {"share": share, "every": every, "seats": seats}
    booking |= {key: value for key, value in optional.items() if value is not None}
    return setting({f"demands.{each.id}.appointments": booking for each in found})


@reform("share")
def priority(office: Office, share: Share) -> Change:
    """Serve another share of people before the others.

    Stands for the rule that the elderly, the disabled, pregnant women and people of merit are
    served first, applied more widely or more narrowly. It holds for every demand, those with a
    share of their own included.

    Parameters
    ----------
    office
        The office.
    share
        Share of people served before others.
    """
    own = [each for each in office.demands if each.priority_share is not None]
    edits = {"visitor.priority_share": share}
    return setting(edits | {f"demands.{each.id}.priority_share": share for each in own})
