"""Shares to the left and to the right of a line: who loses and who gains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sim import look
from sim.charts import Panel, Series, Value, error_bars
from sim.look import Figure

_BAR_PIXELS: Final = 28
_LINE_PIXELS: Final = 17
_SHORT: Final = 8
"""Up to so many letters a category's name stands left of its bar, else above it."""
_ROOM: Final = 1.35


def diverging(panel: Panel) -> Figure:
    """Draw for each category the first series to the left, the second to the right.

    What is left of the whole is not drawn.
    """
    left, right = panel.series[:2]
    short = all(len(name) <= _SHORT for name in panel.categories)
    places = _places(panel.categories, short=short)
    height = round(places[-1] + _BAR_PIXELS / 2) if places else _BAR_PIXELS
    figure = look.figure([*_bars(left, -1, places), *_bars(right, 1, places)], height + 96)
    reach = max((v.end for side in (left, right) for v in side.values if v), default=0) * _ROOM
    named = {"tickvals": places, "ticktext": [look.escaped(name) for name in panel.categories]}
    figure["layout"] |= {
        "annotations": [] if short else _labels(panel.categories, places),
        "shapes": [_middle(at) for at in places],
        "xaxis": look.axis(panel.axis) | _both_ways(max(reach, 1)),
        "yaxis": look.axis("")
        | {"range": [height, 0], "visible": short, "showgrid": False, "ticks": ""}
        | named,
    }
    return figure


def _places(names: Sequence[str], *, short: bool) -> list[float]:
    """Return the middle of each bar, in pixels from the top."""
    places, at = [], 0.0
    for name in names:
        at += _BAR_PIXELS + (0 if short else look.lines(name) * _LINE_PIXELS)
        places.append(at - _BAR_PIXELS / 2)
    return places


def _labels(names: Sequence[str], places: Sequence[float]) -> list[dict[str, Any]]:
    return [
        look.heading((0, at - _BAR_PIXELS / 2 + 2), name, xref="paper", yref="y")
        for name, at in zip(names, places, strict=True)
    ]


def _bars(series: Series, side: int, places: Sequence[float]) -> list[dict[str, Any]]:
    pairs = [(at, v) for at, v in zip(places, series.values, strict=True) if v is not None]
    values = [value for _, value in pairs]
    name = look.escaped(series.name)
    bar = {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": [side * value.mean for value in values],
        "y": [at for at, _ in pairs],
        "width": _BAR_PIXELS * 0.7,
        "marker": {
            "color": series.colour,
            "pattern": {
                "shape": "/" if side < 0 else "",
                "bgcolor": series.colour,
                "fgcolor": "white",
                "size": 6,
            },
        },
        "hovertext": [f"{name}: {look.escaped(value.shown)}" for value in values],
        "hoverinfo": "text",
        "error_x": _intervals(values, side),
    }
    number = {
        "type": "scatter",
        "mode": "text",
        "x": [side * value.end for value in values],
        "y": bar["y"],
        "text": [f" {look.escaped(value.label)} " for value in values],
        "textposition": "middle left" if side < 0 else "middle right",
        "textfont": {"color": look.INK, "size": 12},
        "showlegend": False,
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    return [bar, number]


def _intervals(values: list[Value], side: int) -> dict[str, Any]:
    """Return the bars from low to high, turned round on the left."""
    found = error_bars(values)
    ends = (found["array"], found["arrayminus"])[::side]
    return found | {"array": ends[0], "arrayminus": ends[1], "width": 3}


def _both_ways(reach: float) -> dict[str, Any]:
    step = next((step for step in (1, 2, 5, 10, 20) if reach / step < 4), 50)
    ticks = [number * step for number in range(int(reach / step) + 1)]
    return {
        "range": [-reach, reach],
        "tickvals": [*(-tick for tick in reversed(ticks[1:])), *ticks],
        "ticktext": [f"{abs(tick):g}" for tick in (*reversed(ticks[1:]), *ticks)],
    }


def _middle(at: float) -> dict[str, Any]:
    """Return the line between both sides, beside one bar: it crosses out no name."""
    return {
        "type": "line",
        "xref": "x",
        "yref": "y",
        "x0": 0,
        "x1": 0,
        "y0": at - _BAR_PIXELS / 2,
        "y1": at + _BAR_PIXELS / 2,
        "line": {"color": look.SOFT_INK, "width": 1.5},
    }
