"""The one visual language of all pictures: fonts, colours, axes, notes, as Plotly reads them.

The colours are those of Okabe and Ito (Color Universal Design, 2008), which people with any
colour vision tell apart.
"""

from __future__ import annotations

import html
import textwrap
from typing import Any, Final

Figure = dict[str, Any]
"""What Plotly draws: ``data`` and ``layout``, ready for JSON."""

FONT: Final = 'system-ui, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif'
INK: Final = "#1f2933"
SOFT_INK: Final = "#52606d"
GRID: Final = "#e1e5ea"
BASELINE: Final = "#5b6670"
SCENARIOS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Colours of scenarios, in their order; the baseline is grey."""
WORSE: Final = "#b04a00"
"""Of bad news in text: vermillion, dark enough to be read on white."""
GROUPS: Final = {
    "staff": "#d55e00",
    "staff_closed": "#f0b890",
    "resting": "#f0e442",
    "rules": "#cc79a7",
    "closed": "#a9b2ba",
    "elsewhere": "#56b4e9",
    "work": "#009e73",
}
"""Colours of what time is spent on."""

DOING: Final = {
    "line": "#d55e00",
    "served": "#009e73",
    "inside": "#e69f00",
    "door": "#a9b2ba",
    "walk": "#56b4e9",
    "desk_queue": "#d55e00",
    "desk_work": "#009e73",
    "resting": "#f0b890",
    "held": "#cc79a7",
    "elsewhere": "#56b4e9",
    "post": "#0072b2",
    "citizen": "#c9d0d7",
}
"""Colours of what a person and their papers do; each has a pattern of its own in the page."""
FULLNESS: Final = ("#ffffff", "#deebf7", "#9ecae1", "#5ba3d0")
"""From empty to full, in one hue, lighter to darker for eyes of any kind; ink is read on all."""

ENDS: Final = ("#e69f00", "#0072b2")
"""Colours of what is found with an assumption at the lower and at the upper end of its span."""

SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up", "cross", "star", "x")
DASHES: Final = ("solid", "dash", "dot", "dashdot")
"""Marks and dashes of scenarios, which tell lines apart without colour."""

_WIDEST_LABEL: Final = 40


def scenario_colour(place: int) -> str:
    """Return the colour of a scenario by its place; the baseline has place 0."""
    return BASELINE if place == 0 else SCENARIOS[(place - 1) % len(SCENARIOS)]


def figure(data: list[dict[str, Any]], height: int) -> Figure:
    """Return a figure of traces, in pixels of height; its legend stands above it."""
    layout = {
        "height": height,
        "font": {"family": FONT, "size": 13, "color": INK},
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "barmode": "overlay",
        "dragmode": False,
        "hoverlabel": {"font": {"family": FONT, "size": 13}},
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "traceorder": "normal",
        },
        "showlegend": True,
        "uniformtext": {"minsize": 11, "mode": "hide"},
    }
    return {"data": data, "layout": layout}


def axis(title: str) -> dict[str, Any]:
    """Return an axis that cannot be dragged, so that a finger scrolls the page."""
    return {
        "title": axis_title(title, 8),
        "automargin": True,
        "fixedrange": True,
        "gridcolor": GRID,
        "linecolor": SOFT_INK,
        "ticks": "outside",
        "tickcolor": GRID,
        "zeroline": False,
        "tickfont": {"color": SOFT_INK, "size": 12},
    }


def axis_title(title: str, standoff: int) -> dict[str, Any]:
    """Return an axis title so many pixels off the axis."""
    font = {"color": SOFT_INK, "size": 12}
    return {"text": escaped(title), "standoff": standoff, "font": font}


def heading(at: tuple[float, float], title: str, note: str = "", **more: Any) -> dict[str, Any]:
    """Return a bold title inside a figure, a note below it, both wrapped, above a place."""
    text = f"<b>{_wrapped(title)}</b>" + (f"<br>{_wrapped(note)}" if note else "")
    return {
        "x": at[0],
        "y": at[1],
        "text": text,
        "xanchor": "left",
        "yanchor": "bottom",
        "align": "left",
        "showarrow": False,
        "font": {"size": 13, "color": INK},
    } | more


def lines(text: str) -> int:
    """Return how many lines a text takes inside a figure."""
    return len(textwrap.wrap(text, _WIDEST_LABEL))


def on(colour: str) -> str:
    """Return the ink that is read on a colour: black on light ones, else white (WCAG 2)."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    luminance = sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return "#000000" if luminance > 0.179 else "#ffffff"


def escaped(text: str) -> str:
    """Return a text so that Plotly, which reads a little HTML in texts, shows it as it is."""
    return html.escape(text, quote=False)


def _wrapped(text: str) -> str:
    return "<br>".join(escaped(line) for line in textwrap.wrap(text, _WIDEST_LABEL)) or " "
