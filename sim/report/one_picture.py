"""The one picture that carries the answer: before and after of the measures that matter most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sim.charts import Panel, Series, Value
from sim.comparison import Estimate, Scenario
from sim.dumbbells import Dot, Dots, dumbbells
from sim.look import Figure
from sim.report import names
from sim.report.changes import Changes
from sim.report.clear import ORDER, clear_findings, weight_for_few
from sim.report.comparable import gives_up_more, other_cases
from sim.report.places import clear_where_changed, confidence
from sim.report.results import headline_measures, place_title
from sim.report.tables import is_measured, value
from sim.report.view import View
from sim.verdicts import LESS, MORE, NO_CASES, NO_DIFFERENCE, NOT_CLEAR, TOO_MANY_OPEN, widened
from sim.words import Unit, Words, fine, mark

MOST: Final = 3
_MOST_OF_FEW: Final = 2
_SAME_THING: Final = (
    {"visit_minutes", "wait_minutes"},
    {"turnaround_hours", "same_day_share"},
)
"""Measures of which one is left out where the other already shows what it would."""
_WHOLE: Final = 100.0
"""The most that a share can be, in percent."""
_BETTER: Final = {
    "less": mark("{unit} (← less is better)"),
    "more": mark("{unit} (more is better →)"),
}


@dataclass(frozen=True)
class Multiple:
    """One measure of the picture: its table, how it is drawn, and what it says in words.

    Attributes
    ----------
    numbers
        The table behind it: every scenario's value and difference.
    """

    id: str
    table: Dots
    figure: Figure
    summary: str
    numbers: Panel


@dataclass(frozen=True)
class _Judge:
    """What is clear for the few cases that scenarios touch, of which no verdict is made.

    Attributes
    ----------
    few
        By scenario, such as ``trips@PROCEDURE``.
    confidence
        Of the intervals by which it is.
    """

    few: Mapping[str, Sequence[str]]
    confidence: float

    @classmethod
    def of(cls, view: View, changed: Sequence[Changes]) -> _Judge:
        """Look at all that scenarios change."""
        return cls(clear_where_changed(view, changed), confidence(changed))

    def judged(
        self, view: View, scenario: str, measure: str, difference: Estimate
    ) -> tuple[str, Estimate]:
        """Return what a difference amounts to, and the interval that decides it."""
        made = view.comparison.verdicts.get(scenario, {}).get(measure)
        if made is not None:
            return made.says, Estimate(difference.mean, made.low, made.high)
        if difference.low == difference.high == 0:
            return NO_DIFFERENCE, difference
        wide = widened(difference, self.confidence, view.comparison.replications)
        if measure not in self.few.get(scenario, ()):
            return NOT_CLEAR, wide
        return (LESS if (difference.mean or 0.0) < 0 else MORE), wide


def multiples(view: View, changed: Sequence[Changes]) -> list[Multiple]:
    """Return the two or three measures that matter most, before and after.

    None for an office that ran alone.

    Parameters
    ----------
    view
        The comparison.
    changed
        What each scenario changes.
    """
    if not view.others:
        return []
    judge = _Judge.of(view, changed)
    return [_multiple(view, measure, judge) for measure in _chosen(view, judge)]


def chosen(view: View, changed: Sequence[Changes]) -> list[str]:
    """Return the headline measures with most clear verdicts, in the order of their weight.

    Cases given up are among them where there may be more of those in any scenario. Where
    scenarios touch few cases, and all others hide what that does, what is clear for those comes
    first, such as ``trips@PROCEDURE``, and then the same over all cases. See :func:`multiples`.
    """
    return _chosen(view, _Judge.of(view, changed))


def _chosen(view: View, judge: _Judge) -> list[str]:
    given_up = any(gives_up_more(view, each.id) for each in view.others)
    found = ["lost"] if given_up and is_measured(view, "lost") else []
    some = _of_few(view, judge)
    if some:
        same = names.split(some[0])[0]
        over_all = [same] if same in _open_to(view) else []
        clear = [measure for measure in _open_to(view) if _clear(view, measure)]
        rest = [m for m in (*over_all, *clear) if m not in found]
        return [*found, *some, *dict.fromkeys(rest)][:MOST]
    for measure in _open_to(view):
        if len(found) < MOST and not any({measure, one} in _SAME_THING for one in found):
            found += [measure] if measure not in found else []
    return sorted(found, key=ORDER.index)


def _open_to(view: View) -> list[str]:
    """Return the measures over all cases: those with most clear verdicts first."""
    found = [m for m in headline_measures(view) if m in ORDER and is_measured(view, m)]
    return sorted(found, key=lambda m: (-_clear(view, m), ORDER.index(m)))


def _of_few(view: View, judge: _Judge) -> list[str]:
    """Return what is clear of the one place of which most is to be said.

    Nothing, where fewer than half of the scenarios have something to say of it and more is clear
    over all cases.
    """
    told = []
    for each in view.others:
        clear = clear_findings(view, each.id, judge.few.get(each.id, ()))
        told += [m for m in (*clear.gains, *clear.losses) if "@" in m]
    if not told:
        return []
    counted = Counter(told)
    over_all = any(_clear(view, measure) for measure in _open_to(view))
    least = len(view.others) / 2 if over_all else 1
    often = [measure for measure, count in counted.items() if count >= least]
    if not often:
        return []
    first = min(often, key=weight_for_few)  # of equals, the one said first
    here = [m for m in counted if names.split(m)[1] == names.split(first)[1]]
    return sorted(here, key=weight_for_few)[:_MOST_OF_FEW]


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


def _multiple(view: View, measure: str, judge: _Judge) -> Multiple:
    unit = _unit(view, measure)
    dots = tuple(_dot(view, each, measure, unit, judge) for each in view.every)
    known = names.known(measure)
    way = _BETTER.get(known.better)
    axis = view.words.say(way, unit=unit.name).strip() if way else unit.name
    most = _WHOLE if known.kind == "share" else None
    table = Dots(picture_title(view, measure), axis, dots, most)
    summary = "; ".join(
        view.words.say("{scenario}: {value}", scenario=dot.name, value=dot.note) for dot in dots
    )
    id_ = f"picture-{measure.replace('@', '-')}"
    return Multiple(id_, table, dumbbells(table), summary, _panel(view, measure, unit))


def _unit(view: View, measure: str) -> Unit:
    """Return the unit with decimals enough for every scenario's interval, the same for all."""
    unit = view.unit(measure)
    found = (view.estimate(each.id, measure) for each in view.every)
    return replace(unit, decimals=max(fine(e, unit).decimals for e in found if e is not None))


def picture_title(view: View, measure: str) -> str:
    """Return what a measure of the picture is called, with the procedure where it is of one."""
    place = names.split(measure)[1]
    if not place:
        return view.label(measure)
    return view.words.say(
        "{measure}. {place}", measure=view.label(measure), place=place_title(view, place)
    )


def _dot(view: View, scenario: Scenario, measure: str, unit: Unit, judge: _Judge) -> Dot:
    shown = value(view.estimate(scenario.id, measure), unit, view.words)
    note = _note(view, scenario, measure, unit, judge) if shown else view.words.say("no case")
    return Dot(view.names[scenario.id], view.colours[scenario.id], shown, note)


def _note(view: View, scenario: Scenario, measure: str, unit: Unit, judge: _Judge) -> str:
    """Return a scenario's value, and how far that is from the one before, in words."""
    words, estimate = view.words, view.estimate(scenario.id, measure)
    difference = view.difference(scenario.id, measure)
    if scenario.id == view.before.id or difference is None or difference.mean is None:
        return words.estimate(estimate, unit)
    said = words.mean(estimate, unit)
    says, decides = judge.judged(view, scenario.id, measure, difference)
    if says in (LESS, MORE):
        size = words.estimate(difference, unit, signed=True)
        return words.say("{value}; {difference}", value=said, difference=size)
    if says in (NO_DIFFERENCE, TOO_MANY_OPEN, NO_CASES):
        verdict = words.say(names.VERDICTS[says])
        return words.say("{value}, {verdict}", value=said, verdict=verdict)
    return _unclear(words, unit, said, decides)


def _unclear(words: Words, unit: Unit, said: str, decides: Estimate) -> str:
    """Return that a difference is not clear, with the interval that leaves it open."""
    size = words.estimate(decides, unit, signed=True)
    low, high = decides.low, decides.high
    if low is not None and high is not None and low * high > 0:
        return words.say(
            "{value}, not clear whether it matters: {difference}", value=said, difference=size
        )
    return words.say("{value}, no clear difference: {difference}", value=said, difference=size)


def _panel(view: View, measure: str, unit: Unit) -> Panel:
    words = view.words
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
