"""The one picture that carries the answer: before and after of the measures that matter most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sim.charts import Panel, Series, Value
from sim.comparison import Estimate, Scenario, Verdict
from sim.dumbbells import Dot, Dots, dumbbells
from sim.look import Figure
from sim.report import names
from sim.report.changes import changes
from sim.report.comparable import gives_up_more, other_cases
from sim.report.places import clear_where_changed
from sim.report.results import headline_measures, place_title
from sim.report.tables import is_measured, value
from sim.report.view import View
from sim.verdicts import LESS, MORE, NO_DIFFERENCE

MOST: Final = 3
_ORDER: Final = (
    "trips", "wait_minutes", "same_day_share", "turnaround_hours", "citizen_cost",
    "visit_minutes", "office_cost", "lost", "on_time_share",
)  # fmt: skip
"""Which measures are shown where verdicts leave a choice: what people feel first; that dossiers
are on time, which nearly all are everywhere, last."""
_SAME_THING: Final = {"visit_minutes": "wait_minutes", "turnaround_hours": "same_day_share"}
"""Measures that are left out where another one already shows what they would."""


@dataclass(frozen=True)
class Multiple:
    """One measure of the picture: its table, how it is drawn, and what it says in words."""

    id: str
    table: Dots
    figure: Figure
    summary: str


def multiples(view: View) -> list[Multiple]:
    """Return the two or three measures that matter most, before and after.

    None for an office that ran alone.
    """
    return [_multiple(view, measure) for measure in chosen(view)] if view.others else []


def chosen(view: View) -> list[str]:
    """Return the headline measures with most clear verdicts, in the order of their weight.

    Cases given up are among them where there may be more of those in any scenario.
    Where none is clear over all cases: measures that are, of the procedures that are changed.
    """
    open_to = [
        measure
        for measure in headline_measures(view)
        if measure in _ORDER and is_measured(view, measure)
    ]
    first = "lost" if any(gives_up_more(view, each.id) for each in view.others) else ""
    open_to.sort(key=lambda m: (m != first, -_clear(view, m), _ORDER.index(m)))
    if not first and not any(_clear(view, measure) for measure in open_to):
        some = _where_changed(view)
        if some:
            return some
    found: list[str] = []
    for measure in open_to:
        if len(found) < MOST and _SAME_THING.get(measure) not in found:
            found.append(measure)
    return sorted(found, key=_ORDER.index)


def _where_changed(view: View) -> list[str]:
    found = clear_where_changed(view, changes(view)).values()
    return list(dict.fromkeys(measure for some in found for measure in some))[:MOST]


def _clear(view: View, measure: str) -> int:
    """Return in how many scenarios a measure clearly differs.

    What a case costs the office is no news where more or fewer cases come.
    """
    verdicts = view.comparison.verdicts
    return sum(
        verdicts.get(each.id, {})[measure].says in (LESS, MORE)
        for each in view.others
        if measure in verdicts.get(each.id, {})
        and not (measure == "office_cost" and other_cases(view, each.id))
    )


def _multiple(view: View, measure: str) -> Multiple:
    unit = view.unit(measure)
    dots = tuple(_dot(view, each, measure) for each in view.every)
    table = Dots(picture_title(view, measure), unit.name, dots)
    summary = "; ".join(
        view.words.say("{scenario}: {value}", scenario=dot.name, value=dot.note) for dot in dots
    )
    return Multiple(f"picture-{measure.replace('@', '-')}", table, dumbbells(table), summary)


def picture_title(view: View, measure: str) -> str:
    """Return what a measure of the picture is called, with the procedure where it is of one."""
    place = names.split(measure)[1]
    if not place:
        return view.label(measure)
    return view.words.say(
        "{measure}. {place}", measure=view.label(measure), place=place_title(view, place)
    )


def _dot(view: View, scenario: Scenario, measure: str) -> Dot:
    shown = value(view.estimate(scenario.id, measure), view.unit(measure), view.words)
    note = _note(view, scenario, measure, shown)
    return Dot(view.names[scenario.id], view.colours[scenario.id], shown, note)


def _note(view: View, scenario: Scenario, measure: str, shown: Value | None) -> str:
    """Return a scenario's value, and how far that is from the one before, in words."""
    words, unit = view.words, view.unit(measure)
    if shown is None:
        return words.say("no case")
    difference = view.difference(scenario.id, measure)
    verdict = view.comparison.verdicts.get(scenario.id, {}).get(measure)
    if scenario.id == view.before.id or difference is None or difference.mean is None:
        return shown.shown
    size = words.estimate(difference, unit, signed=True)
    if _is_clear(difference, verdict):
        return words.say("{value}, a difference of {difference}", value=shown.label, difference=size)
    none = difference.low == difference.high == 0
    if none or (verdict is not None and verdict.says == NO_DIFFERENCE):
        return words.say("{value}, no difference that matters", value=shown.label)
    return words.say(
        "{value}, no clear difference: {difference}", value=shown.label, difference=size
    )


def _is_clear(difference: Estimate, verdict: Verdict | None) -> bool:
    """Return whether a difference is clear: by its verdict, or where none is made by itself."""
    if verdict is not None:
        return verdict.says in (LESS, MORE)
    low, high = difference.low, difference.high
    return low is not None and high is not None and (low > 0 or high < 0)


def numbers(view: View) -> list[Panel]:
    """Return the tables behind the picture: every scenario's value and difference."""
    return [_panel(view, measure) for measure in chosen(view)] if view.others else []


def _panel(view: View, measure: str) -> Panel:
    words, unit = view.words, view.unit(measure)
    values = (value(view.estimate(each.id, measure), unit, words) for each in view.every)
    differences = (_difference(view, each, measure) for each in view.every)
    return Panel(
        picture_title(view, measure),
        words.say("Scenario"),
        unit.name,
        tuple(view.names[each.id] for each in view.every),
        (
            Series(words.say("Value"), view.colours[view.before.id], tuple(values)),
            Series(words.say("Difference"), view.colours[view.before.id], tuple(differences)),
        ),
    )


def _difference(view: View, scenario: Scenario, measure: str) -> Value | None:
    found, unit = view.difference(scenario.id, measure), view.unit(measure)
    drawn = value(found, unit, view.words)
    if drawn is None:
        return None
    shown = view.words.estimate(found, unit, signed=True)
    return Value(drawn.mean, drawn.low, drawn.high, drawn.label, shown)
