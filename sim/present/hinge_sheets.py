"""Sheets of what results hinge on: differences at both ends, verdicts that change, the rest."""

from __future__ import annotations

from collections.abc import Iterator

from sim.comparison import Hinge, Moved
from sim.parameters import unit_text
from sim.present.sheets import Cell, Sheet, ends
from sim.report import names
from sim.report.hinge_tables import Named
from sim.report.hinges import Hinges, hinges
from sim.report.view import View

Row = tuple[Cell, ...]


def hinge_sheets(view: View) -> Iterator[Sheet]:
    """Yield what assumptions moved to both ends of their spans do; none where none was moved."""
    found, sensitivity = hinges(view), view.comparison.sensitivity
    if found is None or sensitivity is None:
        return
    rows = tuple(row for hinge in sensitivity.hinges for row in _rows(view, hinge))
    say = view.words.say
    yield Sheet(say("What it hinges on"), _header(view), rows, say("What the result hinges on"))
    yield _turns(view, found)
    yield _not_moved(view, found)


def _header(view: View) -> tuple[str, ...]:
    say = view.words.say
    return (
        say("Assumption"), say("Path"), say("Value in the study"), say("Value moved to"),
        say("Unit of the value"), say("Scenario"), say("Measure"), say("Unit"), say("Difference"),
        say("Low end of difference"), say("High end of difference"), say("Shift"),
        say("Low end of shift"), say("High end of shift"), say("Verdict"),
    )  # fmt: skip


def _rows(view: View, hinge: Hinge) -> Iterator[Row]:
    """Yield the differences in all measures and scenarios at both ends of an assumption."""
    named, words = Named.of(view, hinge.path), view.words
    unit = unit_text(named.unit)
    said = words.say(unit, currency=words.currency) if unit else None
    for end in (hinge.low, hinge.high):
        assumption = (named.label, hinge.path, hinge.value, end.value, said)
        yield from ((*assumption, *row) for row in _differences(view, end))


def _differences(view: View, end: Moved) -> Iterator[Row]:
    for scenario, found in end.differences.items():
        for measure, estimate in found.items():
            unit = view.unit(measure)
            says = end.verdicts.get(scenario, {}).get(measure, "")
            yield (
                view.names[scenario], view.label(measure), unit.name,
                *ends(estimate, unit.times),
                *ends(end.shifts.get(scenario, {}).get(measure), unit.times),
                view.words.say(names.VERDICTS.get(says, says)) if says else None,
            )  # fmt: skip


def _turns(view: View, found: Hinges) -> Sheet:
    say = view.words.say
    header = (
        say("Scenario"), say("Assumption"), say("As it stands"), say("If it is"), say("Measure"),
        say("Unit"), say("Verdict"), say("Verdict then"), say("Difference then"),
    )  # fmt: skip
    rows = tuple(
        (
            view.names[turn.scenario], turn.assumption, turn.stands, turn.at, turn.label,
            turn.unit, turn.before, turn.after, turn.difference,
        )
        for turn in found.turns
    )  # fmt: skip
    title = say("Verdicts that change with an assumption")
    return Sheet(say("Verdicts that change"), header, rows, title)


def _not_moved(view: View, found: Hinges) -> Sheet:
    say = view.words.say
    title = say("Assumptions that were not moved: they are no single number")
    header = (say("Part"), say("Assumptions"))
    return Sheet(say("Assumptions not moved"), header, found.not_moved, title)
