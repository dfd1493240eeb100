"""The tornado chart: how far a difference moves as each assumption is moved to its ends."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

from sim import look
from sim.charts import Value, error_bars
from sim.look import Figure

_BAR_PIXELS: Final = 17
_GAP_ROWS: Final = 0.6
_PATTERNS: Final = ("/", "")
"""Of the bars of both ends, which tell them apart without colour."""
_ROOM: Final = 0.06


@dataclass(frozen=True)
class End:
    """One end of an assumption's span.

    Attributes
    ----------
    at
        The assumption's value there, in words.
    difference
        The difference there; None where there is none.
    """

    at: str
    difference: Value | None


@dataclass(frozen=True)
class Hinged:
    """What one assumption does; an end at which it stays where it is is None.

    Attributes
    ----------
    label, short
        The assumption in words; and where there is little room.
    stands
        Its value in the study.
    span
        From where to where it is moved, in words.
    low, high
        What is found at the ends.
    """

    label: str
    short: str
    stands: str
    span: str
    low: End | None
    high: End | None


@dataclass(frozen=True)
class Tornado:
    """The chart as a table.

    Attributes
    ----------
    title
        What it shows.
    heading
        What its rows are.
    axis
        Title of the axis, with its unit.
    names
        Of the lower and upper ends.
    own
        The study's own difference, and what that is called.
    rows
        The weightiest first.
    """

    title: str
    heading: str
    axis: str
    names: tuple[str, str]
    own: Value
    own_name: str
    rows: tuple[Hinged, ...]


def tornado(table: Tornado) -> Figure:
    """Draw two bars for each assumption, from the study's difference to those at both ends."""
    rows = _Rows.of(table)
    data = [_trace(table, rows, place) for place in range(2)]
    figure = look.figure(data, round(rows.bottom * _BAR_PIXELS) + 150)
    figure["layout"] |= {
        "annotations": [*_labels(table, rows), _own_label(table)],
        "shapes": [
            _line(0.0, rows, {"color": look.INK, "width": 1.5, "dash": "dot"}),
            _line(table.own.mean, rows, {"color": look.INK, "width": 1.5}),
        ],
        "xaxis": look.axis(table.axis) | {"range": _range(table), "tickformat": ",~f"},
        "yaxis": {"range": [rows.bottom, -1.4], "visible": False, "fixedrange": True},
    }
    return figure


@dataclass(frozen=True)
class _Rows:
    """Places of pairs of bars below one another, lines of text above each.

    Attributes
    ----------
    first
        By row: where its upper bar is; one entry more, for where a further row would have it.
    """

    first: tuple[float, ...]

    @classmethod
    def of(cls, table: Tornado) -> _Rows:
        lines = [look.lines(row.label) + look.lines(row.span) for row in table.rows]
        heights = [_GAP_ROWS + count + 2 for count in lines]
        return cls((*(top - 2 for top in accumulate(heights)), sum(heights)))

    @property
    def bottom(self) -> float:
        return self.first[-1] + 0.4

    def at(self, row: int, end: int) -> float:
        return self.first[row] + end


def _trace(table: Tornado, rows: _Rows, place: int) -> dict[str, Any]:
    """Return the bars of the lower or of the upper ends."""
    ends = [(row, (row.low, row.high)[place]) for row in table.rows]
    drawn = [
        (rows.at(i, place), row, end, end.difference)
        for i, (row, end) in enumerate(ends)
        if end is not None and end.difference is not None
    ]
    values = [value for *_, value in drawn]
    return {
        "type": "bar",
        "orientation": "h",
        "name": look.escaped(table.names[place]),
        "base": [table.own.mean] * len(drawn),
        "x": [value.mean - table.own.mean for value in values],
        "y": [at for at, *_ in drawn],
        "width": 0.82,
        "marker": {
            "color": look.ENDS[place],
            "line": {"color": look.INK, "width": 0.5},
            "pattern": {
                "shape": _PATTERNS[place],
                "bgcolor": look.ENDS[place],
                "fgcolor": look.INK,
                "size": 6,
            },
        },
        "hovertext": [
            f"{look.escaped(row.label)}: {look.escaped(end.at)}<br>{look.escaped(value.shown)}"
            for _, row, end, value in drawn
        ],
        "hoverinfo": "text",
        "error_x": error_bars(values) | {"thickness": 1.2, "width": 3},
    }


def _labels(table: Tornado, rows: _Rows) -> list[dict[str, Any]]:
    at = _range(table)[0]
    paper = {"bgcolor": "rgba(255,255,255,0.85)", "borderpad": 0}
    return [
        look.heading((at, rows.at(place, 0) - 0.45), row.label, row.span, xref="x", yref="y")
        | paper
        for place, row in enumerate(table.rows)
    ]


def _own_label(table: Tornado) -> dict[str, Any]:
    low, high = _range(table)
    right = table.own.mean > (low + high) / 2
    return {
        "x": table.own.mean,
        "y": -0.2,
        "text": look.escaped(f"{table.own_name}: {table.own.label}"),
        "xanchor": "right" if right else "left",
        "yanchor": "bottom",
        "xshift": -4 if right else 4,
        "showarrow": False,
        "font": {"size": 12, "color": look.INK},
    }


def _line(at: float, rows: _Rows, line: dict[str, Any]) -> dict[str, Any]:
    ends = {"x0": at, "x1": at, "y0": rows.bottom, "y1": -0.9}
    return {"type": "line", "line": line, "layer": "between"} | ends


def _range(table: Tornado) -> list[float]:
    """Return the ends of the axis: all that is drawn, and nothing, with a little room."""
    ends = [0.0, *_reach(table.own)]
    for row in table.rows:
        for end in (row.low, row.high):
            if end is not None and end.difference is not None:
                ends += _reach(end.difference)
    low, high = min(ends), max(ends)
    room = (high - low or 1.0) * _ROOM
    return [low - room, high + room]


def _reach(value: Value) -> list[float]:
    return [end for end in (value.mean, value.low, value.high) if end is not None]
