"""Pictures of gains: points with intervals below one another, on both sides of nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sim import look
from sim.charts import Panel, Value
from sim.look import Figure

_ROW_PIXELS: Final = 40
_ROOM: Final = 0.3
"""How much of the axis is kept free beside the longest interval for the number."""


def points(panel: Panel) -> Figure:
    """Draw a point with its interval for each category, its name above it.

    A point is hollow where its interval reaches over zero. Categories have a
    value in exactly one series: that gives the point its colour.
    """
    values = [v for series in panel.series for v in series.values if v is not None]
    figure = look.figure([], _ROW_PIXELS * len(panel.categories) + 90)
    for series in panel.series:
        drawn = [(at, v) for at, v in enumerate(series.values) if v is not None]
        figure["data"] += _traces(series.name, series.colour, drawn)
    low, high = _range(values)
    names = [
        look.heading((0, at - 0.28), name, xref="paper", yref="y")
        for at, name in enumerate(panel.categories)
    ]
    figure["layout"] |= {
        "showlegend": False,
        "annotations": names,
        "shapes": [_nothing()],
        "xaxis": look.axis(panel.axis) | {"range": [low, high], "tickformat": ",~f", "nticks": 5},
        "yaxis": {
            "range": [len(panel.categories) - 0.5, -0.9],
            "visible": False,
            "fixedrange": True,
        },
    }
    return figure


def _range(values: Sequence[Value]) -> tuple[float, float]:
    low = min([0.0, *(v.mean if v.low is None else v.low for v in values)])
    high = max([0.0, *(v.end for v in values)])
    width = (high - low) or 1.0
    return low - 0.03 * width, high + _ROOM * width


def _nothing() -> dict[str, Any]:
    """Return the line at zero."""
    line = {"color": look.SOFT_INK, "width": 1}
    return {"type": "line", "x0": 0, "x1": 0, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _traces(name: str, colour: str, drawn: Sequence[tuple[int, Value]]) -> list[dict[str, Any]]:
    values = [value for _, value in drawn]
    places = [at for at, _ in drawn]
    point = {
        "type": "scatter",
        "mode": "markers",
        "name": look.escaped(name),
        "x": [value.mean for value in values],
        "y": places,
        "marker": {
            "color": colour,
            "size": 10,
            "symbol": ["circle-open" if _may_be_nothing(v) else "circle" for v in values],
            "line": {"width": 2, "color": colour},
        },
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [0 if v.high is None else v.high - v.mean for v in values],
            "arrayminus": [0 if v.low is None else v.mean - v.low for v in values],
            "color": colour,
            "thickness": 2,
            "width": 5,
        },
        "hovertext": [look.escaped(value.shown) for value in values],
        "hoverinfo": "text",
    }
    number = {
        "type": "scatter",
        "mode": "text",
        "x": [value.end for value in values],
        "y": places,
        "text": [f"   {look.escaped(value.label)}" for value in values],
        "textposition": "middle right",
        "textfont": {"color": look.INK, "size": 12},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    return [point, number]


def _may_be_nothing(value: Value) -> bool:
    return value.low is None or value.high is None or value.low <= 0 <= value.high
