"""What moves a difference as assumptions are moved: tables and charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim.charts import Panel, Series, Value
from sim.comparison import Estimate, Hinge
from sim.look import ENDS
from sim.office import Office
from sim.parameters import Parameter, shown
from sim.report import tables
from sim.report.ledger import WITHOUT_UNIT, label_of, part_name, part_title, schema_says
from sim.report.parameter_names import on_average
from sim.report.pictures import Picture
from sim.report.results import headline_measures, mood_in
from sim.report.view import View
from sim.schema import json_schema
from sim.tornado import End, Hinged, Tornado
from sim.tornado import tornado as drawn
from sim.verdicts import LESS, MORE

MOST_BARS: Final = 12
_LEAST_SHIFT: Final = 0.1
"""Of what is drawn, as a share of the largest shift."""
_NOTHING: Final = 1e-12


def headline(view: View, scenario: str) -> str | None:
    """Return the measure of a scenario's chart.

    It is the weightiest that is clearly better, else that is clearly worse; without a clear
    difference trips, or waiting.
    """
    made = view.comparison.verdicts.get(scenario, {})
    order = [measure for measure in headline_measures(view) if measure in made]
    better = [measure for measure in order if mood_in(view, scenario, measure) == "better"]
    clear = [measure for measure in order if made[measure].says in (LESS, MORE)]
    usual = [measure for measure in ("trips", "wait_minutes") if measure in made]
    return next(iter([*better, *clear, *usual, *order]), None)


def tornado(view: View, scenario: str) -> Tornado | None:
    """Return the table of a scenario's chart; None where nothing moves its difference."""
    measure = headline(view, scenario)
    found = view.comparison.sensitivity
    own = view.difference(scenario, measure) if measure else None
    if measure is None or found is None or own is None or own.mean is None:
        return None
    shifts = [(largest_shift(each, scenario, measure), each) for each in found.hinges]
    largest = max((shift for shift, _ in shifts), default=0.0)
    least = max(largest * _LEAST_SHIFT, _NOTHING)
    moving = sorted((pair for pair in shifts if pair[0] >= least), key=lambda pair: -pair[0])
    if not moving:
        return None
    say, unit = view.words.say, view.unit(measure)
    value = tables.value(own, unit, view.words)
    assert value is not None
    return Tornado(
        say("What moves the difference in: {measure}", measure=view.label(measure)),
        say("Assumption"),
        say("Difference from the baseline, {unit}; 0 is none", unit=unit.name),
        (say("assumption at its lower end"), say("assumption at its upper end")),
        value,
        say("as found"),
        tuple(_row(view, each, scenario, measure) for _, each in moving[:MOST_BARS]),
    )


def largest_shift(hinge: Hinge, scenario: str, measure: str) -> float:
    """Return how far an assumption moves a difference, at the end at which it moves it most."""
    return max(abs(_mean(moved.shifts, scenario, measure)) for moved in (hinge.low, hinge.high))


def _mean(of: dict[str, dict[str, Estimate]], scenario: str, measure: str) -> float:
    found = of.get(scenario, {}).get(measure)
    return found.mean or 0.0 if found else 0.0


def _row(view: View, hinge: Hinge, scenario: str, measure: str) -> Hinged:
    named = Named.of(view, hinge.path)
    low, high = (
        None
        if moved.value == hinge.value
        else End(
            named.shown(moved.value),
            tables.value(moved.differences[scenario][measure], view.unit(measure), view.words),
        )
        for moved in (hinge.low, hinge.high)
    )
    stands = named.shown(hinge.value)
    span = _span(view, stands, low, high)
    return Hinged(named.label, named.short, stands, span, low, high)


def _span(view: View, stands: str, low: End | None, high: End | None) -> str:
    say = view.words.say
    if low is not None and high is not None:
        return say("{low} to {high}, now {value}", low=low.at, high=high.at, value=stands)
    return say("{end}, now {value}", end=(low or high or End(stands, None)).at, value=stands)


@dataclass(frozen=True)
class Named:
    """An assumption in words: what it is called, also where there is little room; its unit."""

    view: View
    label: str
    short: str
    unit: str

    @classmethod
    def of(cls, view: View, path: str) -> Named:
        """Return the assumption at a path of the office file."""
        parameter, outer = parameter_at(view, path)
        unit, _ = schema_says(json_schema(Office), outer.place)
        if parameter.names[-1] in WITHOUT_UNIT:
            unit = ""
        words = view.words
        label = label_of(parameter, view.office, words)
        if isinstance(parameter.value, dict):
            label = on_average(label, words)
        names = part_title, part_name
        long, short = (
            words.say("{part}: {label}", part=part(view.office, parameter, words), label=label)
            for part in names
        )
        return cls(view, long, short, unit)

    def shown(self, value: float) -> str:
        """Return a value of it with its unit."""
        return shown(value, self.unit, self.view.words)


def parameter_at(view: View, path: str) -> tuple[Parameter, Parameter]:
    """Return the parameter at a path, and the one that it is part of, where it is part of one."""
    holds = [each for each in view.parameters if f"{path}.".startswith(f"{each.path}.")]
    outer = found = max(holds, key=lambda each: len(each.path))
    for key in path[len(outer.path) + 1 :].split("."):
        if key:
            found = found.inside(key, None)
    return found, outer


def picture(view: View, scenario: str, table: Tornado, id_: str) -> Picture:
    """Return the chart of a scenario, with its table and what is said of it aloud."""
    say = view.words.say
    return Picture(
        id_,
        say("{scenario}: {title}", scenario=view.names[scenario], title=table.title),
        say(
            "Each assumption moved alone from its lower to its upper end. Solid line: the "
            "difference as found; dotted line: no difference; thin black lines: 95% intervals, "
            "where there are several runs."
        ),
        _spoken(view, table),
        drawn(table),
        (numbers(view, table),),
        wide=True,
    )


def _spoken(view: View, table: Tornado) -> str:
    return "; ".join(
        view.words.say(
            "{assumption}: {ends}", assumption=row.label, ends=", ".join(_ends(view, row))
        )
        for row in table.rows
    )


def _ends(view: View, row: Hinged) -> list[str]:
    return [
        view.words.say("{difference} at {value}", difference=_of(end).label, value=end.at)
        for end in (row.low, row.high)
        if end is not None and end.difference is not None
    ]


def _of(end: End) -> Value:
    assert end.difference is not None
    return end.difference


def numbers(view: View, table: Tornado) -> Panel:
    """Return the numbers behind a chart, as a table."""
    say = view.words.say
    texts: tuple[tuple[str, Sequence[str]], ...] = (
        (say("As it stands"), [row.stands for row in table.rows]),
        (say("Lower end"), [row.low.at if row.low else "" for row in table.rows]),
        (say("Difference there"), [_shown(row.low) for row in table.rows]),
        (say("Upper end"), [row.high.at if row.high else "" for row in table.rows]),
        (say("Difference at the upper end"), [_shown(row.high) for row in table.rows]),
    )
    series = tuple(
        Series(name, ENDS[0], tuple(_text(each) for each in column)) for name, column in texts
    )
    labels = tuple(row.label for row in table.rows)
    return Panel(table.title, table.heading, table.axis, labels, series)


def _shown(end: End | None) -> str:
    return end.difference.shown if end and end.difference else ""


def _text(text: str) -> Value | None:
    """Return a text as a table's cell; an empty one is none."""
    return Value(0.0, None, None, text, text) if text else None
