"""What each scenario changes, and whether that is law, assumed, or the office's own doing.

Which part of a gain comes from which change cannot be told from one scenario; what goes in as an
assumption and what comes out of the simulation can.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from sim.office import Office, Procedure
from sim.office.procedures import limit_working_days
from sim.parameters import Parameter, parameters, shown
from sim.report.comparable import change_in_cases, other_cases
from sim.report.ledger import label_of, part_title, schema_says
from sim.report.names import readable
from sim.report.parameter_names import titled
from sim.report.view import View
from sim.schema import json_schema
from sim.words import Words, mark

Kind = Literal["law", "assumed", "organised"]

KINDS: Final[dict[Kind, tuple[str, str]]] = {
    "law": (
        mark("Law"),
        mark("Decided by rule. By itself a new limit makes nobody faster."),
    ),
    "assumed": (
        mark("Assumption"),
        mark("Taken as given: its gain is only as sound as the assumption."),
    ),
    "organised": (
        mark("What the office does"),
        mark("What comes of it is simulated."),
    ),
}

_LAW: Final = (
    ("procedures", "deadline"),
    ("procedures", "fee"),
    ("procedures", "steps", "extends_deadline"),
    ("calendar", "legal_days"),
)
_ORGANISED: Final = (
    ("calendar",),
    ("roles",),
    *(("teams", key) for key in ("staff", "roles", "hours", "closing", "wage", "overtime_rate")),
    *(("procedures", key) for key in ("habit", "slip_hour", "new_date")),
    *(("procedures", "steps", key) for key in ("role", "visitor")),
    ("demands", "bundling", "procedures"),
    *(("demands", "appointments", key) for key in ("from", "to", "every", "seats")),
)
"""What is neither is assumed: what people and papers are like, and how long work takes."""


@dataclass(frozen=True)
class Change:
    """A parameter that a scenario has differently.

    Attributes
    ----------
    kind
        Law, assumed, or organised by the office.
    part, label, path
        Which part of the office, the parameter's name in it, and its path.
    before, after
        Its values, with units.
    place
        Where its effect is measured by itself: ``@PROCEDURE`` or ``@@DEMAND``; else empty.
    """

    kind: Kind
    part: str
    label: str
    path: str
    before: str
    after: str
    place: str = ""


@dataclass(frozen=True)
class Changes:
    """What a scenario changes, and what may be said of its effect."""

    id: str
    name: str
    colour: str
    listed: tuple[Change, ...]
    says: tuple[str, ...]


def changes(view: View) -> list[Changes]:
    """Return what each scenario changes against the one it is compared with."""
    found = {
        each.id: differing(view.before.office, each.office, view.words) for each in view.others
    }
    return [
        Changes(
            each.id,
            view.names[each.id],
            view.colours[each.id],
            found[each.id],
            (
                *_says(found[each.id], view.words, _more(view, each.id)),
                *_parts(view, each.id, found),
            ),
        )
        for each in view.others
    ]


def _more(view: View, scenario: str) -> float:
    return change_in_cases(view, scenario) if other_cases(view, scenario) else 0.0


def kind_of(keys: tuple[str, ...]) -> Kind:
    """Return whether a parameter is law, assumed or organised, by the keys that lead to it."""
    if any(keys[: len(law)] == law for law in _LAW):
        return "law"
    if any(keys[: len(own)] == own for own in _ORGANISED) and keys[-1] != "day_cv":
        return "organised"
    return "assumed"


def differing(before: Office, after: Office, words: Words) -> tuple[Change, ...]:
    """Return every parameter in which an office differs from another, in file order.

    What only one of them has, and leaves at its default, is none: of a role with a mere title.
    """
    schema = json_schema(Office)
    old = {each.path: each for each in parameters(before)}
    new = {each.path: each for each in parameters(after)}
    found = []
    for path in [*old, *(path for path in new if path not in old)]:
        ends = old.get(path), new.get(path)
        values = [None if end is None else end.value for end in ends]
        parameter = ends[1] or ends[0]
        said = all(ends) or any(end is not None and end.given for end in ends)
        differ = said and values[0] != values[1] and not _same_rest(path, before, after)
        if parameter and differ:
            found.append(_change(parameter, values, after, schema, words))
    return (*found, *_paced(before, after, words))


def _change(
    parameter: Parameter, values: list[Any], office: Office, schema: dict[str, Any], words: Words
) -> Change:
    unit, _ = schema_says(schema, parameter.place)
    said = _same_day if parameter.keys == _SAME_DAY else shown
    old, new = (said(titled(parameter, each, office, words), unit, words) for each in values)
    part = part_title(office, parameter, words)
    kind = kind_of(parameter.keys)
    place = _MEASURED.get(parameter.names[0], "")
    place += parameter.names[1] if place else ""
    return Change(kind, part, label_of(parameter, office, words), parameter.path, old, new, place)


_MEASURED: Final = {"procedures": "@", "demands": "@@"}


_SAME_DAY: Final = ("procedures", "habit", "same_day_until")


def _same_day(value: Any, unit: str, words: Words) -> str:
    """Return until when the habit gives results the same day, in words for its two ends."""
    ends = {None: words.say("the law's cutoff"), "24:00": words.say("until closing")}
    return ends.get(value) or shown(value, unit, words)


def _resting(office: Office, procedure: Procedure) -> dict[str, float]:
    """Return for how many working days dossiers rest, by step, where that is a share or a number.

    A share is of the deadline; times drawn from a distribution are left out.
    """
    days = {}
    for step in procedure.steps:
        if step.rests and step.rests.of_deadline is not None and procedure.deadline:
            limit = limit_working_days(procedure.deadline.limit(), office.calendar)
            days[step.id] = step.rests.of_deadline * limit
        elif step.rests and step.rests.working_days and step.rests.working_days.constant:
            days[step.id] = step.rests.working_days.constant
    return days


def _both(before: Office, after: Office) -> Iterator[tuple[Procedure, Procedure]]:
    olds = {each.id: each for each in before.procedures}
    return ((olds[each.id], each) for each in after.procedures if each.id in olds)


def _same_rest(path: str, before: Office, after: Office) -> bool:
    """Return whether a path is a resting time that only is written in another way."""
    for old, new in _both(before, after):
        was, is_ = _resting(before, old), _resting(after, new)
        for step, days in is_.items():
            inside = path.startswith(f"procedures.{new.id}.steps.{step}.rests")
            if inside and abs(was.get(step, -1.0) - days) < 1e-6:
                return True
    return False


def _paced(before: Office, after: Office, words: Words) -> Iterator[Change]:
    """Yield resting times that shrink or grow because they are a share of a changed deadline."""
    for old, new in _both(before, after):
        if old.deadline == new.deadline:
            continue
        was, is_ = _resting(before, old), _resting(after, new)
        for step in new.steps:
            share = step.rests.of_deadline if step.rests else None
            if share is None or step.id not in was or abs(was[step.id] - is_[step.id]) < 1e-6:
                continue
            old_days, new_days = (
                words.say("{n} working days", n=words.plain(round(each[step.id], 2)))
                for each in (was, is_)
            )
            title = words.title(new.title, readable(new.id))
            part = words.say("Procedure: {title}", title=title)
            label = words.say(
                "{step} – how long the papers lie there first, paced to the limit",
                step=words.title(step.title, readable(step.id)),
            )
            path = f"procedures.{new.id}.steps.{step.id}.rests.of_deadline"
            yield Change("assumed", part, label, path, old_days, new_days, f"@{new.id}")


def _says(found: tuple[Change, ...], words: Words, more_cases: float) -> Iterator[str]:
    """Yield what the kinds of changes let one say of the effect.

    `more_cases` is by which share more cases come, or 0 where about as many do.
    """
    kinds = {change.kind for change in found}
    order: tuple[Kind, ...] = ("law", "assumed", "organised")
    said = tuple(kind for kind in order if kind in kinds)
    if said == ("law",):
        yield _of_law(found, words)
    else:
        yield words.say((_EFFECTS_OF_OTHERS if more_cases else _EFFECTS).get(said, _MIXED))
    if more_cases:
        text = _MORE_COME if more_cases > 0 else _FEWER_COME
        yield words.say(text, share=words.percent(abs(more_cases)))


def _of_law(found: tuple[Change, ...], words: Words) -> str:
    """Return what is said where only the law changes: a fee works otherwise than a limit."""
    fees = [change.path.rpartition(".")[2] == "fee" for change in found]
    if all(fees):
        return words.say(
            "Only fees change. They go in as given: nobody works faster and nobody comes "
            "differently for them."
        )
    if any(fees):
        return words.say(
            "Only the law changes. Fees go in as given; nobody works faster for a rule: what "
            "differs besides comes from due dates and appointments that move."
        )
    return words.say(
        "Only the law changes. Nobody works faster for it: what differs comes from due "
        "dates and appointments that move."
    )


_ASSUMED: Final = mark(
    "Everything changed here is assumed: the simulation shows what would follow from it, "
    "not that it comes about."
)
_LAW_AND_ASSUMED: Final = mark(
    "The new rule by itself makes nobody faster; whatever is faster here is assumed, and "
    "the simulation shows what would follow from it."
)
_EFFECTS: Final[dict[tuple[Kind, ...], str]] = {
    (): mark("Nothing is changed."),
    ("assumed",): _ASSUMED,
    ("organised",): mark(
        "Nobody is assumed to work faster or come differently: the whole difference is "
        "simulated from what the office does."
    ),
    ("law", "assumed"): _LAW_AND_ASSUMED,
    ("law", "organised"): mark(
        "Nobody is assumed to work faster or come differently: the difference is simulated "
        "from the new rule and from what the office does."
    ),
}
"""What is said of each mixture of kinds but the law alone."""
_EFFECTS_OF_OTHERS: Final[dict[tuple[Kind, ...], str]] = _EFFECTS | {
    ("organised",): mark(
        "Nobody is assumed to work faster: the difference is simulated from what the office "
        "does, and from who comes then."
    ),
    ("law", "organised"): mark(
        "Nobody is assumed to work faster: the difference is simulated from the new rule, from "
        "what the office does, and from who comes then."
    ),
}
"""What is said where another number of cases comes."""
_MIXED: Final = mark(
    "Part of this is assumed and goes in as given; the rest of the difference is simulated. "
    "How much each part brings, only scenarios with one part alone can tell."
)
_MORE_COME: Final = mark(
    "{share} more cases come: how many people come, and when, is an assumption of the file."
)
_FEWER_COME: Final = mark(
    "{share} fewer cases come: how many people come, and when, is an assumption of the file."
)


def _parts(view: View, scenario: str, found: dict[str, tuple[Change, ...]]) -> Iterator[str]:
    """Yield which other scenario makes the largest part of the same changes."""
    made = {id_: {(c.path, c.after) for c in listed} for id_, listed in found.items()}
    parts = [id_ for id_, theirs in made.items() if theirs and theirs < made[scenario]]
    if parts:
        yield view.words.say(
            "“{other}” makes only some of these changes; the rest of the difference comes from the "
            "others.",
            other=view.names[max(parts, key=lambda id_: len(made[id_]))],
        )
