"""The pictures of the report: each a figure with its title, what it says, and its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sim import charts
from sim.charts import Panel, Series
from sim.histograms import histograms
from sim.look import Figure
from sim.report import tables
from sim.report.view import View
from sim.words import Words


@dataclass(frozen=True)
class Picture:
    """A figure as the page shows it.

    Attributes
    ----------
    id
        Its name in the page.
    title
        What is shown.
    caption
        How to read it.
    summary
        What it says, for those who do not see it.
    figure
        What Plotly draws.
    numbers
        The tables behind it.
    wide
        Whether it takes the page's whole width.
    """

    id: str
    title: str
    caption: str
    summary: str
    figure: Figure
    numbers: tuple[Panel, ...]
    wide: bool = False


def pictures(view: View) -> list[Picture]:
    """Return the pictures of a comparison, those without numbers left out."""
    made = (
        _waiting(view),
        _turnaround(view),
        _where_time_goes(view),
        _by_hour(view),
        _trips(view),
        _costs(view),
        _load(view),
        _overtime(view),
    )
    return [picture for picture in made if picture is not None]


def _waiting(view: View) -> Picture:
    title = view.words.say("How long people wait in the office")
    return _distribution(view, "waiting", title, *tables.waiting(view))


def _turnaround(view: View) -> Picture:
    title = view.words.say("How long until the last result is in hand")
    return _distribution(view, "turnaround", title, *tables.turnaround(view))


def _distribution(
    view: View, id_: str, title: str, panels: Sequence[Panel], edges: Sequence[str]
) -> Picture:
    return Picture(
        id_,
        title,
        _distribution_caption(view),
        "; ".join(f"{panel.title}: {panel.note}" for panel in panels),
        histograms(panels, edges),
        (_merged(panels),),
    )


def _distribution_caption(view: View) -> str:
    say = view.words.say
    if not view.others:
        return say("Share of cases by time, nights included where they fall in between.")
    return say(
        "Bars: share of cases in the scenario. Dark line: {before}.",
        before=view.names[view.before.id],
    )


def _merged(panels: Sequence[Panel]) -> Panel:
    """Return one table of distributions that have the first series in common."""
    first = panels[0]
    further = tuple(panel.series[-1] for panel in panels[1:])
    return Panel(first.heading, first.heading, first.axis, first.categories, first.series + further)


def _where_time_goes(view: View) -> Picture | None:
    say = view.words.say
    found = tables.where_time_goes(view)
    causes = tables.causes(view)
    if found is None or causes is None:
        return None
    panel, wholes = found
    return Picture(
        "causes",
        say("From the first arrival to the last result, by cause"),
        say("Mean of all cases.") + _intervals(view),
        _spoken(view.words, (*panel.series, wholes), panel.categories),
        charts.stacked(panel, wholes),
        (panel, causes),
        wide=True,
    )


def _by_hour(view: View) -> Picture | None:
    panel = tables.by_hour(view)
    if panel is None:
        return None
    say = view.words.say
    return Picture(
        "hours",
        say("Waiting by hour of arrival"),
        say("Mean of the cases that first arrived in each hour.") + _intervals(view),
        "; ".join(_longest(view.words, series, panel.categories) for series in panel.series),
        charts.lines(panel),
        (panel,),
        wide=True,
    )


def _trips(view: View) -> Picture | None:
    title = view.words.say("Trips to the office")
    return _bars(view, "trips", title, tables.trips(view))


def _costs(view: View) -> Picture | None:
    title = view.words.say("What a case costs")
    return _bars(view, "costs", title, tables.costs(view))


def _load(view: View) -> Picture | None:
    title = view.words.say("How busy the staff are")
    return _bars(view, "load", title, tables.load(view), reach=105)


def _overtime(view: View) -> Picture | None:
    title = view.words.say("Overtime in a year")
    return _bars(view, "overtime", title, tables.overtime(view))


def _bars(
    view: View, id_: str, title: str, panel: Panel | None, reach: float = 0
) -> Picture | None:
    if panel is None:
        return None
    return Picture(
        id_,
        title,
        view.words.say("{axis}.", axis=panel.axis) + _intervals(view),
        _spoken(view.words, panel.series, panel.categories),
        charts.bars(panel, reach=reach),
        (panel,),
    )


def _intervals(view: View) -> str:
    if not view.has_intervals:
        return ""
    return " " + view.words.say("Thin black lines: 95% intervals.")


def _spoken(words: Words, series: Sequence[Series], categories: Sequence[str]) -> str:
    """Return all values of a picture, category by category."""
    spoken = []
    for place, category in enumerate(categories):
        values = [(each.name, each.values[place]) for each in series]
        listed = ", ".join(f"{name} {value.label}" for name, value in values if value)
        spoken.append(words.say("{category}: {values}", category=category, values=listed))
    return "; ".join(spoken)


def _longest(words: Words, series: Series, categories: Sequence[str]) -> str:
    found = [(v.mean, c, v) for v, c in zip(series.values, categories, strict=True) if v]
    if not found:
        return words.say("{name}: no case", name=series.name)
    _, hour, value = max(found, key=lambda each: each[0])
    return words.say(
        "{name}: longest at {hour}, {value} minutes", name=series.name, hour=hour, value=value.label
    )
