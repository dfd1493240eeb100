"""Before and after as dots with their intervals, the one before as a line to measure against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sim import look
from sim.charts import Value, error_bars
from sim.look import Figure

_LINE_PIXELS: Final = 17
_DOT_PIXELS: Final = 30
_LEAST_SPAN: Final = 0.2
"""What an axis spans at least, as a share of the value before: so nothing small looks large."""
_MARGIN: Final = 0.08


@dataclass(frozen=True)
class Dot:
    """One scenario's value.

    Attributes
    ----------
    name, colour
        Of the scenario.
    value
        None where there is no case.
    note
        What is written below the name.
    """

    name: str
    colour: str
    value: Value | None
    note: str


@dataclass(frozen=True)
class Dots:
    """One measure of every scenario.

    Attributes
    ----------
    title, axis
        The measure; its unit.
    dots
        The first is what the others are held against.
    most
        The most that a value can be, beyond which no axis goes; None where there is no such.
    """

    title: str
    axis: str
    dots: tuple[Dot, ...]
    most: float | None = None


def dumbbells(table: Dots) -> Figure:
    """Draw dots below one another, each under its name, tied to the line of the first."""
    rows = _rows(table)
    before = table.dots[0].value
    pairs = zip(table.dots, rows, strict=True)
    data = [
        trace
        for place, (dot, at) in enumerate(pairs)
        for trace in _traces(dot, before, at, look.SYMBOLS[place % len(look.SYMBOLS)])
    ]
    height = round(rows[-1] + _DOT_PIXELS / 2)
    figure = look.figure(data, height + 60)
    figure["layout"] |= {
        "showlegend": False,
        "annotations": [
            look.heading((0, at - 13), dot.name, dot.note, xref="paper", yref="y")
            for dot, at in zip(table.dots, rows, strict=True)
        ],
        "shapes": [shape for at in rows for shape in (_reference(before, at) if before else ())],
        "xaxis": look.axis(table.axis) | {"range": _span(table), "nticks": 5, "tickformat": ",~f"},
        "yaxis": {"range": [height, 0], "visible": False, "fixedrange": True},
    }
    return figure


def _rows(table: Dots) -> list[float]:
    """Return the place of each dot, in pixels from the top."""
    places, at = [], 0.0
    for dot in table.dots:
        at += (look.lines(dot.name) + look.lines(dot.note)) * _LINE_PIXELS + _DOT_PIXELS
        places.append(at - _DOT_PIXELS / 2)
    return places


def _traces(dot: Dot, before: Value | None, at: float, symbol: str) -> list[dict[str, Any]]:
    name, value = look.escaped(dot.name), dot.value
    if value is None:
        return []
    tie = {
        "type": "scatter",
        "mode": "lines",
        "x": [value.mean if before is None else before.mean, value.mean],
        "y": [at, at],
        "line": {"color": dot.colour, "width": 5},
        "opacity": 0.35,
        "hoverinfo": "skip",
    }
    mark = {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [value.mean],
        "y": [at],
        "marker": {"color": dot.colour, "size": 12, "symbol": symbol},
        "error_x": error_bars([value]),
        "hovertext": [f"{name}: {look.escaped(value.shown)}"],
        "hoverinfo": "text",
        "cliponaxis": False,
    }
    return [tie, mark]


def _reference(before: Value, at: float) -> list[dict[str, Any]]:
    """Return the line of the value before beside a dot, and a band as wide as its interval."""
    around = {"y0": at - _DOT_PIXELS / 2, "y1": at + _DOT_PIXELS / 2, "layer": "below"}
    line = around | {
        "type": "line",
        "x0": before.mean,
        "x1": before.mean,
        "line": {"color": look.BASELINE, "width": 1.5, "dash": "dot"},
    }
    if before.low is None or before.high is None:
        return [line]
    band = around | {
        "type": "rect",
        "x0": before.low,
        "x1": before.high,
        "fillcolor": look.GRID,
        "opacity": 0.6,
        "line": {"width": 0},
    }
    return [band, line]


def _span(table: Dots) -> list[float]:
    values = [dot.value for dot in table.dots if dot.value is not None]
    if not values:
        return [0.0, 1.0]
    low = min(v.mean if v.low is None else min(v.mean, v.low) for v in values)
    high = max(v.end for v in values)
    lacking = max(_LEAST_SPAN * abs(values[0].mean) - (high - low), 0.0) / 2
    low, high = low - lacking, high + lacking
    margin = _MARGIN * (high - low) or 0.5
    beyond = 0.0 if table.most is None else max(high + margin - table.most, 0.0)
    begin = low - margin - min(beyond, lacking)
    return [begin if low < 0 else max(begin, 0.0), high + margin - beyond]
