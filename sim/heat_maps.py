"""Heat maps of tables: values by row and column as colours of one hue, and as text in the cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sim import look
from sim.charts import Panel, Value
from sim.look import Figure

_CELL_PIXELS: Final = 27
_TITLE_PIXELS: Final = 26
_FOOT_PIXELS: Final = 44
_LETTERS: Final = 3
"""Up to so many letters a cell's text has the usual size, else one that fits a narrow cell."""
_GAP: Final = 2
"""Between cells, in pixels: neighbours of one colour stay apart."""


@dataclass(frozen=True)
class _Rows:
    """Where a panel's cells are, as pixels from the top of the figure."""

    top: int
    bottom: int


def heat_map(panels: Sequence[Panel], columns: str, reach: float) -> Figure:
    """Draw panels below one another: their categories as rows, their series as columns.

    Parameters
    ----------
    panels
        With the same columns; the title of each stands above it where there are several.
    columns
        What the columns are.
    reach
        The value of the darkest colour, the same wherever pictures are to be compared.
    """
    titles = _TITLE_PIXELS if len(panels) > 1 else 0
    places = _places(panels, titles)
    height = places[-1].bottom + _FOOT_PIXELS
    data = [_cells(panel, i, reach) for i, panel in enumerate(panels)]
    figure = look.figure(data, height)
    figure["layout"] |= {
        "margin": {"l": 8, "r": 8, "t": 0, "b": _FOOT_PIXELS},
        "showlegend": False,
        "xaxis": _columns(panels[-1], columns, len(panels) - 1),
        "annotations": [
            look.heading(
                (0, 1 - at.top / places[-1].bottom), panel.title, xref="paper", yref="paper"
            )
            for panel, at in zip(panels, places, strict=True)
            if titles
        ],
    }
    for i, (panel, at) in enumerate(zip(panels, places, strict=True)):
        figure["layout"][_axis("yaxis", i)] = _row_axis(panel, at, places[-1].bottom)
    return figure


def _places(panels: Sequence[Panel], titles: int) -> list[_Rows]:
    places = []
    top = 0
    for panel in panels:
        top += titles
        places.append(_Rows(top, top + _CELL_PIXELS * len(panel.categories)))
        top = places[-1].bottom
    return places


def _axis(name: str, place: int) -> str:
    return name if place == 0 else f"{name}{place + 1}"


def _cells(panel: Panel, place: int, reach: float) -> dict[str, Any]:
    rows = [[series.values[i] for series in panel.series] for i in range(len(panel.categories))]
    longest = max((len(value.label) for row in rows for value in row if value), default=0)
    size = 12 if longest <= _LETTERS else 9
    return {
        "type": "heatmap",
        "x": list(range(len(panel.series))),
        "y": list(range(len(panel.categories))),
        "z": [[None if value is None else value.mean for value in row] for row in rows],
        "text": [["" if value is None else value.label for value in row] for row in rows],
        "texttemplate": "%{text}",
        "textfont": {"size": size, "family": look.FONT, "color": look.INK},
        "hovertext": [
            [_hover(panel, i, j, value) for j, value in enumerate(row)]
            for i, row in enumerate(rows)
        ],
        "hoverinfo": "text",
        "hoverongaps": False,
        "xgap": _GAP,
        "ygap": _GAP,
        "zmin": 0,
        "zmax": reach or 1,
        "colorscale": _scale(),
        "showscale": False,
        "yaxis": _axis("y", place),
    }


def _hover(panel: Panel, row: int, column: int, value: Value | None) -> str:
    if value is None:
        return ""
    texts = (panel.categories[row], panel.series[column].name, value.shown, panel.axis)
    return "<br>".join(look.escaped(text) for text in texts)


def _scale() -> list[list[float | str]]:
    last = len(look.FULLNESS) - 1
    return [[i / last, colour] for i, colour in enumerate(look.FULLNESS)]


def _columns(panel: Panel, title: str, last: int) -> dict[str, Any]:
    return look.axis(title) | {
        "tickvals": list(range(len(panel.series))),
        "ticktext": [look.escaped(series.name) for series in panel.series],
        "tickangle": 0,
        "ticks": "",
        "showgrid": False,
        "anchor": _axis("y", last),
    }


def _row_axis(panel: Panel, at: _Rows, bottom: int) -> dict[str, Any]:
    return look.axis("") | {
        "domain": [1 - at.bottom / bottom, 1 - at.top / bottom],
        "tickvals": list(range(len(panel.categories))),
        "ticktext": [look.escaped(category) for category in panel.categories],
        "autorange": "reversed",
        "ticks": "",
        "showgrid": False,
    }
