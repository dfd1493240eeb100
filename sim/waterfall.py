"""From a whole before to a whole after, step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sim import look
from sim.charts import Value
from sim.look import Figure

_ROW_PIXELS: Final = 46
_ROOM: Final = 1.06


@dataclass(frozen=True)
class Step:
    """A difference on the way; below 0 where it shortens it."""

    name: str
    value: Value


@dataclass(frozen=True)
class Waterfall:
    """A whole before, the steps to the whole after.

    Attributes
    ----------
    title, axis
        What it is of; its unit.
    before, after
        The wholes; their names are scenarios'.
    steps
        They add up to the difference of the wholes.
    colours
        Of before, after, a step that shortens and one that lengthens.
    """

    title: str
    axis: str
    before: Step
    after: Step
    steps: tuple[Step, ...]
    colours: tuple[str, str, str, str]


def waterfall(table: Waterfall) -> Figure:
    """Draw wholes as bars from 0, and steps as bars from where the one before has ended."""
    names = [table.before.name, *(step.name for step in table.steps), table.after.name]
    data = [_whole(table, 0, len(names) - 1), *_steps(table)]
    figure = look.figure(data, len(names) * _ROW_PIXELS + 66)
    low, high = _span(table)
    figure["layout"] |= {
        "showlegend": False,
        "annotations": [
            look.heading((0, place + 0.44), name, xref="paper", yref="y")
            for place, name in enumerate(names)
        ],
        "shapes": _ties(table),
        "xaxis": look.axis(table.axis) | {"range": [low, high], "nticks": 5, "tickformat": ",~f"},
        "yaxis": {"range": [len(names) - 0.05, 0], "visible": False, "fixedrange": True},
    }
    return figure


def _whole(table: Waterfall, first: int, last: int) -> dict[str, Any]:
    wholes = [table.before, table.after]
    bar = _bar([first, last], [each.value for each in wholes], [each.name for each in wholes])
    return bar | {
        "x": [each.value.mean for each in wholes],
        "marker": {"color": list(table.colours[:2])},
        "textposition": "inside",
        "insidetextanchor": "start",
        "textfont": {"color": [look.on(colour) for colour in table.colours[:2]], "size": 12},
    }


def _steps(table: Waterfall) -> list[dict[str, Any]]:
    starts = _starts(table)
    bar = _bar(
        list(range(1, len(table.steps) + 1)),
        [step.value for step in table.steps],
        [step.name for step in table.steps],
    )
    less, more = table.colours[2:]
    falls = [step.value.mean < 0 for step in table.steps]
    drawn = bar | {
        "x": [step.value.mean for step in table.steps],
        "base": starts,
        "marker": {
            "color": [less if fall else more for fall in falls],
            "pattern": {
                "shape": ["" if fall else "/" for fall in falls],
                "bgcolor": [less if fall else more for fall in falls],
                "fgcolor": "white",
            },
        },
        "textposition": "none",
    }
    return [drawn, _numbers(table, starts)]


def _numbers(table: Waterfall, starts: list[float]) -> dict[str, Any]:
    """Return the numbers of steps, to the right of their bars or, with no room there, the left."""
    _, high = _span(table)
    means = [step.value.mean for step in table.steps]
    right = [start + max(mean, 0) for start, mean in zip(starts, means, strict=True)]
    left = [start + min(mean, 0) for start, mean in zip(starts, means, strict=True)]
    beside = [end < 0.72 * high for end in right]
    return {
        "type": "scatter",
        "mode": "text",
        "x": [r if b else at for r, at, b in zip(right, left, beside, strict=True)],
        "y": [_at(place + 1) for place in range(len(means))],
        "text": [f"  {look.escaped(step.value.label)}  " for step in table.steps],
        "textposition": ["middle right" if b else "middle left" for b in beside],
        "textfont": {"color": look.INK, "size": 12},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _starts(table: Waterfall) -> list[float]:
    starts, at = [], table.before.value.mean
    for step in table.steps:
        starts.append(at)
        at += step.value.mean
    return starts


def _bar(places: list[int], values: list[Value], names: list[str]) -> dict[str, Any]:
    pairs = zip(names, values, strict=True)
    return {
        "type": "bar",
        "orientation": "h",
        "y": [_at(place) for place in places],
        "width": 0.46,
        "text": [look.escaped(value.label) for value in values],
        "hovertext": [f"{look.escaped(name)}: {look.escaped(v.shown)}" for name, v in pairs],
        "hoverinfo": "text",
    }


def _at(place: int) -> float:
    return place + 0.7


def _span(table: Waterfall) -> tuple[float, float]:
    starts = _starts(table)
    ends = [start + step.value.mean for start, step in zip(starts, table.steps, strict=True)]
    high = max(table.before.value.mean, table.after.value.mean, *ends, 0.0) * _ROOM
    return 0.0, high or 1.0


def _ties(table: Waterfall) -> list[dict[str, Any]]:
    """Return thin lines from where a bar ends to where the next begins."""
    ends = [*_starts(table), table.after.value.mean]
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "y",
            "x0": end,
            "x1": end,
            "y0": _at(place) - 0.23,
            "y1": _at(place + 1) + 0.23,
            "line": {"color": look.SOFT_INK, "width": 1, "dash": "dot"},
        }
        for place, end in enumerate(ends)
    ]
