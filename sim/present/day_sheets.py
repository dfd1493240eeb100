"""Sheets of the office over the day: heat maps, and the counts of the day that is played."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.charts import Panel
from sim.present.sheets import Cell, Sheet
from sim.report.fullness import Maps, fullness
from sim.report.office_day import COUNTED, most_by_hour, office_day
from sim.report.view import View
from sim.words import mark

_TABS: Final = {
    "waiting-map": mark("People waiting by hour"),
    "line-map": mark("People in line by hour"),
    "load-map": mark("Staff load by hour"),
}


def heat_maps(view: View) -> Iterator[Sheet]:
    """Yield each heat map as a table: a row for each weekday and hour."""
    for maps in fullness(view):
        yield _map(view, maps)


def _map(view: View, maps: Maps) -> Sheet:
    say = view.words.say
    header = (
        say("Scenario"), say("Table"), say("Weekday"), say("Hour of the day"), say("Unit"),
        say("Mean"), say("Low end"), say("High end"),
    )  # fmt: skip
    rows = tuple(
        (view.names[scenario.id], *row)
        for scenario, picture in maps.pictures
        for panel in picture.numbers
        for row in _cells(panel)
    )
    return Sheet(say(_TABS[maps.id]), header, rows, maps.title)


def _cells(panel: Panel) -> Iterator[tuple[Cell, ...]]:
    for series in panel.series:
        for weekday, value in zip(panel.categories, series.values, strict=True):
            if value is not None:
                numbers = (value.mean, value.low, value.high)
                yield panel.title, weekday, series.name, panel.axis, *numbers


def day_counts(view: View) -> Sheet | None:
    """Return the most at once in each hour of the day that is played; None where there is none."""
    day, story = office_day(view), view.comparison.story
    if day is None or story is None:
        return None
    words = view.words
    header = (words.say("Scenario"), words.say("From"), *map(words.say, COUNTED.values()))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (scene.name, words.clock(second), *counts)
        for scene in day.scenes
        for second, counts in most_by_hour(story.scenes[scene.id], day.begin, day.end)
    )
    title = words.say("One day, minute by minute: {date}", date=day.date)
    return Sheet(words.say("One day by hour"), header, rows, title)
