"""Shares to the left and to the right of a line: who loses and who gains."""

from __future__ import annotations

from typing import Any, Final

from sim import look
from sim.charts import Panel, Series, Value, error_bars
from sim.look import Figure

_ROW_PIXELS: Final = 44
_LABEL: Final = 0.62
"""How far below its category's name a bar lies, of a row."""
_ROOM: Final = 1.35


def diverging(panel: Panel) -> Figure:
    """Draw for each category the first series to the left, the second to the right.

    What is left of the whole is not drawn.
    """
    left, right = panel.series[:2]
    data = [_bars(left, -1), _bars(right, 1)]
    figure = look.figure(data, len(panel.categories) * _ROW_PIXELS + 96)
    reach = max((v.mean for side in (left, right) for v in side.values if v), default=0) * _ROOM
    labels = [
        look.heading((0, place + 0.42), name, xref="paper", yref="y")
        for place, name in enumerate(panel.categories)
    ]
    figure["layout"] |= {
        "annotations": labels,
        "shapes": [_middle()],
        "xaxis": look.axis(panel.axis) | _both_ways(max(reach, 1)),
        "yaxis": {
            "range": [len(panel.categories) - 0.05, 0],
            "visible": False,
            "fixedrange": True,
        },
    }
    return figure


def _bars(series: Series, side: int) -> dict[str, Any]:
    drawn = [(place + _LABEL + 0.06, v) for place, v in enumerate(series.values) if v is not None]
    name = look.escaped(series.name)
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": [side * value.mean for _, value in drawn],
        "y": [at for at, _ in drawn],
        "width": 0.4,
        "marker": {
            "color": series.colour,
            "pattern": {"shape": "/" if side < 0 else "", "fgcolor": "white", "size": 6},
        },
        "text": [look.escaped(value.label) for _, value in drawn],
        "textposition": "outside",
        "textangle": 0,
        "textfont": {"color": look.INK, "size": 12},
        "cliponaxis": False,
        "hovertext": [f"{name}: {look.escaped(value.shown)}" for _, value in drawn],
        "hoverinfo": "text",
        "error_x": _intervals([value for _, value in drawn], side),
    }


def _intervals(values: list[Value], side: int) -> dict[str, Any]:
    """Return the bars from low to high, turned round on the left."""
    found = error_bars(values)
    ends = (found["array"], found["arrayminus"])[::side]
    return found | {"array": ends[0], "arrayminus": ends[1]}


def _both_ways(reach: float) -> dict[str, Any]:
    step = _tick_step(reach)
    ticks = [number * step for number in range(int(reach / step) + 1)]
    return {
        "range": [-reach, reach],
        "tickvals": [-tick for tick in reversed(ticks[1:])] + ticks,
        "ticktext": [f"{tick:g}" for tick in reversed(ticks[1:])] + [f"{t:g}" for t in ticks],
    }


def _tick_step(reach: float) -> float:
    return next((step for step in (0.5, 1, 2, 5, 10, 20) if reach / step < 4), 50)


def _middle() -> dict[str, Any]:
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": 0,
        "x1": 0,
        "y0": 0,
        "y1": 1,
        "line": {"color": look.SOFT_INK, "width": 1.5},
    }
