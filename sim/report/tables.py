"""The tables that the pictures draw, taken from a comparison."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from sim.charts import Panel, Series, Value
from sim.comparison import Estimate, Histogram, Scenario
from sim.look import GROUPS, PATTERNS
from sim.report import names
from sim.report.view import View
from sim.words import Unit, Words, mark

TRIPS: Final = ("trips", "trips_in_vain")
COSTS: Final = ("citizen_cost", "office_cost")

_WITHIN: Final = mark("half within {half}, nine in ten within {most}")


def value(estimate: Estimate | None, unit: Unit, words: Words) -> Value | None:
    """Return an estimate as it is drawn, in its unit; None where there is no case."""
    if estimate is None or estimate.mean is None:
        return None
    low, high = (None if e is None else e * unit.times for e in (estimate.low, estimate.high))
    mean = estimate.mean * unit.times
    return Value(mean, low, high, words.mean(estimate, unit), words.estimate(estimate, unit))


def by_scenario(view: View, measures: Sequence[str], title: str, axis: str) -> Panel | None:
    """Return measures of one unit as categories, with a series for each scenario.

    None where no scenario has any of them.
    """
    found = [name for name in measures if is_measured(view, name)]
    if not found:
        return None
    return Panel(
        title,
        view.words.say("Measure"),
        axis,
        tuple(view.label(name) for name in found),
        tuple(_series(view, each, found) for each in view.every),
    )


def is_measured(view: View, measure: str) -> bool:
    """Return whether a measure has a value in any scenario."""
    found = (view.estimate(each.id, measure) for each in view.every)
    return any(estimate is not None and estimate.mean is not None for estimate in found)


def _series(view: View, scenario: Scenario, measures: Iterable[str]) -> Series:
    estimates = [(scenario.measures.get(name), view.unit(name)) for name in measures]
    shown = tuple(value(estimate, unit, view.words) for estimate, unit in estimates)
    return Series(view.names[scenario.id], view.colours[scenario.id], shown)


def trips(view: View) -> Panel | None:
    """Return trips to the office for each case, and those in vain."""
    say = view.words.say
    return by_scenario(view, TRIPS, say("Trips"), say("Trips for each case"))


def costs(view: View) -> Panel | None:
    """Return what a case costs citizen and office."""
    say = view.words.say
    axis = say("{currency} for each case", currency=view.words.currency)
    return by_scenario(view, COSTS, say("Cost"), axis)


def load(view: View) -> Panel | None:
    """Return the share of paid hours in which each team works."""
    say = view.words.say
    return _by_team(view, "utilisation", say("Staff load"), say("Work, % of paid hours"))


def overtime(view: View) -> Panel | None:
    """Return the overtime of each team in a year; None where there is none in any scenario."""
    say = view.words.say
    panel = _by_team(view, "overtime_hours", say("Overtime"), say("Overtime, hours a year"))
    some = panel and any(v and v.mean > 0 for series in panel.series for v in series.values)
    return panel if some else None


def _by_team(view: View, measure: str, title: str, axis: str) -> Panel | None:
    teams = dict.fromkeys(team.id for each in view.every for team in each.office.teams)
    found = [team for team in teams if is_measured(view, f"{measure}.{team}")]
    if not found:
        return None
    return Panel(
        title,
        view.words.say("Team"),
        axis,
        tuple(names.team_title(team, view.office, view.words) for team in found),
        tuple(_series(view, each, [f"{measure}.{team}" for team in found]) for each in view.every),
    )


def where_time_goes(view: View) -> tuple[Panel, Series] | None:
    """Return the turnaround of each scenario by groups of causes, and the whole of it.

    None where no causes were measured.
    """
    words = view.words
    unit = view.unit("turnaround_hours")
    found = [each for each in view.every if group_hours(each, "work") is not None]
    if not found:
        return None
    panel = Panel(
        words.say("Where the time goes"),
        words.say("Scenario"),
        words.say("From first arrival to last result: {unit}", unit=unit.name),
        tuple(view.names[each.id] for each in found),
        tuple(
            Series(
                words.say(title),
                GROUPS[key],
                tuple(_plain(group_hours(each, key), unit, words) for each in found),
                PATTERNS[key],
            )
            for key, title in names.GROUPS.items()
        ),
    )
    wholes = (value(each.measures.get("turnaround_hours"), unit, words) for each in found)
    return panel, Series(words.say("In all"), GROUPS["closed"], tuple(wholes))


def group_hours(scenario: Scenario, group: str) -> float | None:
    """Return the hours of a group of causes; a night goes with what it was waiting for."""
    hours = [_hours(scenario, cause) for cause in names.IN_GROUP[group]]
    if group == "closed":
        hours += [-_hours(scenario, cause) for cause in names.IN_GROUP["staff_closed"]]
    measured = any(f"time.{cause}" in scenario.measures for cause in names.IN_GROUP[group])
    return max(sum(hours), 0.0) if measured else None


def _plain(hours: float | None, unit: Unit, words: Words) -> Value | None:
    if hours is None:
        return None
    shown = words.quantity(hours, unit)
    return Value(hours * unit.times, None, None, shown, shown)


def causes(view: View) -> Panel | None:
    """Return the turnaround of each scenario by single causes, the unused ones left out."""
    words = view.words
    used = [c for c in names.CAUSES if any(_hours(each, c) for each in view.every)]
    if not used:
        return None
    return Panel(
        words.say("Every cause"),
        words.say("Cause"),
        view.unit("turnaround_hours").name,
        tuple(words.say(names.CAUSES[cause]) for cause in used),
        tuple(_series(view, each, [f"time.{cause}" for cause in used]) for each in view.every),
    )


def _hours(scenario: Scenario, cause: str) -> float:
    found = scenario.measures.get(f"time.{cause}")
    return (found.mean or 0.0) if found else 0.0


def by_hour(view: View) -> Panel | None:
    """Return the mean wait by hour of the first arrival; None where nobody arrived."""
    say = view.words.say
    arrived = [hour for each in view.every for hour in each.pictures.wait_by_hour]
    if not arrived:
        return None
    hours = range(min(arrived), max(arrived) + 1)
    unit = names.unit("minutes", view.words)
    return Panel(
        say("Waiting by hour of arrival"),
        say("Hour of the first arrival"),
        say("Minutes (mean)"),
        tuple(f"{hour:02d}:00" for hour in hours),
        tuple(
            Series(
                view.names[each.id],
                view.colours[each.id],
                tuple(value(each.pictures.wait_by_hour.get(h), unit, view.words) for h in hours),
            )
            for each in view.every
        ),
    )


def waiting(view: View) -> tuple[list[Panel], list[str]]:
    """Return distributions of waiting, each against the baseline's, and texts at their edges."""
    words = view.words
    edges = view.before.pictures.wait_minutes.edges
    shown = [words.say("{n} min", n=words.plain(edge)) for edge in edges]
    heading = words.say("Waiting in the office")
    panels = [
        _against(view, each, "wait_minutes", heading, shown) for each in view.others or view.every
    ]
    return panels, _edges(shown, words)


def turnaround(view: View) -> tuple[list[Panel], list[str]]:
    """Return distributions of turnaround, each against the baseline's, and texts at edges."""
    words = view.words
    edges = view.before.pictures.turnaround_hours.edges
    shown = clock_times(edges, words)
    heading = words.say("Time to the last result, nights included")
    panels = [
        _against(view, each, "turnaround_hours", heading, shown)
        for each in view.others or view.every
    ]
    return panels, _edges(shown, words)


def clock_times(hours: Sequence[float], words: Words) -> list[str]:
    """Return times as minutes, hours or days, all in the unit that suits the longest."""
    longest = max(hours, default=0.0)
    if longest < 3:
        return [words.say("{n} min", n=words.plain(round(h * 60, 1))) for h in hours]
    if longest < 240:
        return [words.say("{n} h", n=words.plain(round(h, 2))) for h in hours]
    return [words.say("{n} days", n=words.plain(round(h / 24, 1))) for h in hours]


def _edges(shown: Sequence[str], words: Words) -> list[str]:
    return [*shown[:-1], words.say("longer")]


def _against(
    view: View, scenario: Scenario, measure: str, heading: str, edges: Sequence[str]
) -> Panel:
    words = view.words
    bins = [words.say("{low} to {high}", low=a, high=b) for a, b in pairwise(edges[:-1])]
    bins.append(words.say("{low} or longer", low=edges[-2]))
    pair = [view.before] if scenario.id == view.before.id else [view.before, scenario]
    return Panel(
        view.names[scenario.id],
        heading,
        words.say("Share of cases"),
        tuple(bins),
        tuple(_shares(view, each, getattr(each.pictures, measure)) for each in pair),
        _quantiles(view, scenario, measure),
    )


def _shares(view: View, scenario: Scenario, histogram: Histogram) -> Series:
    percent = names.unit("share", view.words)
    shown = [view.words.say("{n}%", n=view.words.quantity(s, percent)) for s in histogram.shares]
    values = (
        Value(share, None, None, text, text)
        for share, text in zip(histogram.shares, shown, strict=True)
    )
    return Series(view.names[scenario.id], view.colours[scenario.id], tuple(values))


def _quantiles(view: View, scenario: Scenario, measure: str) -> str:
    """Return a scenario's median and 90th percentile in words; empty where not measured."""
    found = [scenario.measures.get(f"{measure}{end}") for end in ("_p50", "_p90")]
    half, most = (_with_unit(view, measure, estimate) for estimate in found)
    return view.words.say(_WITHIN, half=half, most=most) if half and most else ""


def _with_unit(view: View, measure: str, estimate: Estimate | None) -> str:
    if estimate is None or estimate.mean is None:
        return ""
    unit = replace(names.unit(names.known(measure).kind, view.words, estimate.mean), decimals=1)
    number = view.words.mean(estimate, unit)
    return view.words.say("{number} {unit}", number=number, unit=unit.of_difference)
