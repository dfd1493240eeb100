"""Pictures of tables: each function takes numbers and words, computes nothing, draws with Plotly.

A figure is the dict that Plotly reads, so that a page can hold it as JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sim import look
from sim.look import Figure

_BAR_PIXELS: Final = 24
_MOST_TICKS: Final = 5
_LABEL_ROWS: Final = 1.4
_ROOM: Final = 1.28
"""How much longer than the longest bar an axis is, so that the number beside it fits."""


@dataclass(frozen=True)
class Value:
    """A number to draw.

    Attributes
    ----------
    mean, low, high
        The number and the ends of its interval; None where there is none.
    label
        The number as text.
    shown
        The same with its interval.
    """

    mean: float
    low: float | None
    high: float | None
    label: str
    shown: str

    @property
    def end(self) -> float:
        """The farthest that is drawn of it."""
        return self.mean if self.high is None else max(self.mean, self.high)


@dataclass(frozen=True)
class Series:
    """One value for each category; None where there is none.

    Attributes
    ----------
    name
        As the legend says it.
    colour
        One of `sim.look`; empty where it is not drawn in one colour.
    values
        In the order of the categories.
    pattern
        What is drawn over the colour, where colour alone does not tell series apart.
    """

    name: str
    colour: str
    values: tuple[Value | None, ...]
    pattern: look.Pattern | None = None


@dataclass(frozen=True)
class Panel:
    """A table to draw.

    Attributes
    ----------
    title
        What this part of the picture shows.
    heading
        What the categories are.
    axis
        Title of the axis of numbers, with its unit.
    categories
        In their order.
    series
        What is drawn for each category.
    note
        A line below the title; may be empty.
    """

    title: str
    heading: str
    axis: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    note: str = ""


def bars(panel: Panel, *, reach: float = 0) -> Figure:
    """Draw horizontal bars with intervals: a group for each category, a bar for each series.

    The axis goes up to `reach` at least.
    """
    rows = _Rows(len(panel.categories), len(panel.series))
    data: list[dict[str, Any]] = []
    for place, series in enumerate(panel.series):
        drawn = [(rows.at(i, place), v) for i, v in enumerate(series.values) if v is not None]
        data += _bar_traces(series, drawn, str(place))
    figure = look.figure(data, rows.height + 16 * len(panel.series))
    figure["layout"] |= _row_axes(panel, rows, max(_longest(panel) * _ROOM, reach))
    return figure


@dataclass(frozen=True)
class _Rows:
    """Places of bars below one another, a line for the category's label above each group."""

    groups: int
    bars: int

    def at(self, group: int, bar: int) -> float:
        return group * (self.bars + _LABEL_ROWS) + bar + _LABEL_ROWS

    def label(self, group: int) -> float:
        return self.at(group, 0) - 0.45

    @property
    def count(self) -> float:
        return self.groups * (self.bars + _LABEL_ROWS)

    @property
    def height(self) -> int:
        return round(self.count * _BAR_PIXELS) + 110


def _bar_traces(
    series: Series, drawn: Sequence[tuple[float, Value]], group: str
) -> list[dict[str, Any]]:
    name = look.escaped(series.name)
    y = [at for at, _ in drawn]
    values = [value for _, value in drawn]
    bar = {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "legendgroup": group,
        "hoverinfo": "text",
        "x": [value.mean for value in values],
        "y": y,
        "width": 0.78,
        "marker": {"color": series.colour},
        "hovertext": [f"{name}: {look.escaped(value.shown)}" for value in values],
        "error_x": error_bars(values),
    }
    number = {
        "type": "scatter",
        "mode": "text",
        "x": [value.end for value in values],
        "y": y,
        "text": [f"  {look.escaped(value.label)}" for value in values],
        "textposition": "middle right",
        "textfont": {"color": look.INK, "size": 12},
        "legendgroup": group,
        "showlegend": False,
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    return [bar, number]


def stacked(panel: Panel, totals: Series) -> Figure:
    """Draw one stacked bar for each category, with the interval of the whole at its end.

    Parameters
    ----------
    panel
        The parts; values are laid end to end in the order of the series.
    totals
        The whole of each category.
    """
    rows = _Rows(len(panel.categories), 1)
    data = [_stack_trace(series, rows) for series in panel.series]
    whole = [(rows.at(i, 0), v) for i, v in enumerate(totals.values) if v is not None]
    for trace in _bar_traces(totals, whole, "whole"):
        hidden = {"marker": {"color": "rgba(0,0,0,0)"}, "base": 0, "showlegend": False}
        data.append(trace | (hidden if trace["type"] == "bar" else {}))
    figure = look.figure(data, rows.height + _BAR_PIXELS // 2 * rows.groups)
    longest = max((value.end for _, value in whole), default=1.0)
    figure["layout"] |= {"barmode": "stack"} | _row_axes(panel, rows, longest * _ROOM)
    return figure


def _stack_trace(series: Series, rows: _Rows) -> dict[str, Any]:
    drawn = [(rows.at(i, 0), v) for i, v in enumerate(series.values) if v is not None]
    name = look.escaped(series.name)
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": [value.mean for _, value in drawn],
        "y": [at for at, _ in drawn],
        "width": 0.8,
        "marker": {
            "color": series.colour,
            "line": {"color": look.SOFT_INK, "width": 0.7},
            "pattern": look.pattern(series.colour, series.pattern),
        },
        "text": [look.escaped(value.label) for _, value in drawn],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"color": look.on(series.colour), "size": 12},
        "hovertext": [f"{name}: {look.escaped(value.shown)}" for _, value in drawn],
        "hoverinfo": "text",
    }


def _row_axes(panel: Panel, rows: _Rows, reach: float) -> dict[str, Any]:
    labels = [
        look.heading((0, rows.label(i)), name, xref="x", yref="y")
        for i, name in enumerate(panel.categories)
    ]
    return {
        "annotations": labels,
        "xaxis": look.axis(panel.axis) | {"range": [0, reach or 1], "tickformat": ",~f"},
        "yaxis": {
            "range": [rows.count - 0.3, -0.1],
            "visible": False,
            "fixedrange": True,
        },
    }


def lines(panel: Panel) -> Figure:
    """Draw a line for each series over ordered categories, with intervals side by side."""
    data = [_line(series, place, len(panel.series)) for place, series in enumerate(panel.series)]
    figure = look.figure(data, 380 + 16 * len(panel.series))
    count = len(panel.categories)
    ticks = range(0, count, tick_step(count))
    figure["layout"] |= {
        "xaxis": look.axis(panel.heading)
        | {
            "tickvals": list(ticks),
            "ticktext": [look.escaped(panel.categories[at]) for at in ticks],
            "tickangle": 0,
            "range": [-0.5, count - 0.5],
            "showgrid": False,
        },
        "yaxis": look.axis(panel.axis)
        | {"range": [0, _longest(panel) * 1.05 or 1], "tickformat": ",~f"},
    }
    return figure


def _line(series: Series, place: int, count: int) -> dict[str, Any]:
    aside = (place - (count - 1) / 2) * min(0.12, 0.5 / max(count, 1))
    name = look.escaped(series.name)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [at + aside for at in range(len(series.values))],
        "y": [None if value is None else value.mean for value in series.values],
        "connectgaps": False,
        "line": {"color": series.colour, "width": 2, "dash": look.DASHES[place % len(look.DASHES)]},
        "marker": {
            "color": series.colour,
            "size": 8,
            "symbol": look.SYMBOLS[place % len(look.SYMBOLS)],
        },
        "error_y": error_bars(series.values),
        "hovertext": [
            "" if v is None else f"{name}: {look.escaped(v.shown)}" for v in series.values
        ],
        "hoverinfo": "text",
    }


def tick_step(count: int) -> int:
    """Return how many categories apart ticks are, so that a phone has room for their texts."""
    return max(1, -(-count // _MOST_TICKS))


def error_bars(values: Sequence[Value | None]) -> dict[str, Any]:
    """Return Plotly's bars from low to high; without an interval there is nothing to draw."""
    up = [0 if v is None or v.high is None else v.high - v.mean for v in values]
    down = [0 if v is None or v.low is None else v.mean - v.low for v in values]
    return {
        "type": "data",
        "array": up,
        "arrayminus": down,
        "symmetric": False,
        "color": look.INK,
        "thickness": 1.5,
        "width": 4,
        "visible": any(up) or any(down),
    }


def _longest(panel: Panel) -> float:
    ends = [value.end for series in panel.series for value in series.values if value is not None]
    return max(ends, default=1.0)
