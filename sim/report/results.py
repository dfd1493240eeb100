"""The tables of results: each measure with its interval, difference and verdict, in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from sim.comparison import Estimate, Verdict
from sim.report import names
from sim.report.comparable import is_claimed
from sim.report.view import View
from sim.verdicts import LESS, MORE, NOT_CLEAR, simultaneous

Mood = Literal["better", "worse", ""]

HEADLINE: Final = (
    "wait_minutes", "trips", "turnaround_hours", "same_day_share", "citizen_cost", "office_cost",
)  # fmt: skip
"""Shown where a comparison has no verdicts: nothing to compare, or one replication."""


@dataclass(frozen=True)
class Line:
    """A measure in one scenario.

    Attributes
    ----------
    scenario, colour
        Which scenario, and its colour.
    value
        The value with its interval; empty for a measure of differences alone.
    difference
        The difference with its interval; empty for the baseline.
    verdict
        What it amounts to; empty where none was made.
    mood
        Whether that is better or worse for people or the office; empty where it is neither.
    """

    scenario: str
    colour: str
    value: str
    difference: str = ""
    verdict: str = ""
    mood: Mood = ""


@dataclass(frozen=True)
class Row:
    """A measure in every scenario, the baseline first."""

    label: str
    unit: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Group:
    """Rows that hold for the whole office, or for one procedure or demand."""

    title: str
    rows: tuple[Row, ...]


def headline_measures(view: View) -> list[str]:
    """Return the measures that verdicts were made of, the weightiest first."""
    verdicts = view.comparison.verdicts.values()
    found = {measure for made in verdicts for measure in made} or {
        measure for measure in HEADLINE if view.estimate(view.before.id, measure)
    }
    return sorted(found, key=names.rank)


def row(view: View, measure: str) -> Row:
    """Return one measure in every scenario."""
    before = view.before
    value = _value(view, before.id, measure)
    lines = [Line(view.names[before.id], view.colours[before.id], value)] if value else []
    lines += [_line(view, each.id, measure) for each in view.others]
    return Row(view.label(measure), view.unit(measure).name, tuple(lines))


def _line(view: View, scenario: str, measure: str) -> Line:
    words = view.words
    verdict = view.comparison.verdicts.get(scenario, {}).get(measure)
    difference = view.difference(scenario, measure)
    shown = (
        words.estimate(difference, view.unit(measure), signed=True)
        if difference is not None
        else words.say("not compared")
    )
    return Line(
        view.names[scenario],
        view.colours[scenario],
        _value(view, scenario, measure),
        shown,
        _verdict(view, measure, verdict, difference) if verdict else "",
        mood_in(view, scenario, measure),
    )


def _verdict(view: View, measure: str, made: Verdict, difference: Estimate | None) -> str:
    """Return a verdict, with the interval that decides it where that of 95% says otherwise."""
    words, says = view.words, view.words.say(names.VERDICTS.get(made.says, made.says))
    if made.says != NOT_CLEAR or difference is None or made.low is None or made.high is None:
        return says
    if difference.low is None or difference.high is None or difference.low * difference.high <= 0:
        return says
    return words.say(
        "{verdict} ({confidence} interval: {ends})",
        verdict=says,
        confidence=words.percent(simultaneous(len(view.others)), 2),
        ends=words.interval(Estimate(difference.mean, made.low, made.high), view.unit(measure)),
    )


def _value(view: View, scenario: str, measure: str) -> str:
    estimate = view.estimate(scenario, measure)
    return view.words.estimate(estimate, view.unit(measure)) if estimate else ""


def mood(measure: str, verdict: Verdict | None) -> Mood:
    """Return whether a verdict is good or bad news."""
    better = names.known(measure).better
    if verdict is None or not better or verdict.says not in (LESS, MORE):
        return ""
    return "better" if verdict.says == better else "worse"


def mood_in(view: View, scenario: str, measure: str) -> Mood:
    """Return whether a measure is good or bad news in a scenario.

    It is neither where other people are counted, see :func:`sim.report.comparable.is_claimed`.
    """
    found = mood(measure, view.comparison.verdicts.get(scenario, {}).get(measure))
    claimed = not found or is_claimed(view, scenario, measure, gain=found == "better")
    return found if claimed else ""


def groups(view: View) -> list[Group]:
    """Return every measure: of the whole office first, then by procedure and by demand."""
    by_place: dict[str, list[str]] = {}
    for measure in sorted(_every_measure(view), key=names.rank):
        by_place.setdefault(names.split(measure)[1], []).append(measure)
    order = sorted(by_place, key=lambda place: (place.count("@"), _file_order(view, place)))
    return [
        Group(place_title(view, place), tuple(row(view, measure) for measure in by_place[place]))
        for place in order
    ]


def _every_measure(view: View) -> set[str]:
    measured: Iterable[dict[str, Estimate]] = (each.measures for each in view.every)
    return {name for found in (*measured, *view.comparison.differences.values()) for name in found}


def _file_order(view: View, place: str) -> int:
    parts = view.office.demands if place.startswith("@@") else view.office.procedures
    known = [part.id for part in parts]
    name = place.lstrip("@")
    return known.index(name) if name in known else len(known)


def place_name(view: View, place: str) -> str:
    """Return what the procedure or demand for which a measure holds is called."""
    name = place.lstrip("@")
    parts = view.office.demands if place.startswith("@@") else view.office.procedures
    titles = [part.title for part in parts if part.id == name]
    return view.words.title(titles[0] if titles else None, names.readable(name))


def place_title(view: View, place: str) -> str:
    """Return the title of the procedure or demand for which a measure holds."""
    words = view.words
    if not place:
        return words.say("The whole office")
    title = place_name(view, place)
    if place.startswith("@@"):
        return words.say("People who come for: {title}", title=title)
    return words.say("Procedure: {title}", title=title)
