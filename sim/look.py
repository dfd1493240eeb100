"""The one visual language of all pictures: fonts, colours, axes, notes, as Plotly reads them.

Scenarios have the colours of Okabe and Ito (Color Universal Design, 2008), which people with any
colour vision tell apart. What time is spent on, what is better or worse, and the ends of an
assumption's span have families of their own, so that no colour means two things.
"""

from __future__ import annotations

import html
import textwrap
from dataclasses import dataclass
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
BETTER: Final = "#003a8c"
WORSE: Final = "#8c2d04"
"""Of good and of bad news; dark enough to be read on white, and darker than any scenario."""


@dataclass(frozen=True)
class Pattern:
    """Lines over a colour, which tell it apart where colours are not seen.

    Attributes
    ----------
    shape
        As Plotly calls it.
    colour
        Of the lines.
    """

    shape: str
    colour: str


GROUPS: Final = {
    "staff": "#492797",
    "staff_closed": "#e5d8fd",
    "resting": "#e2d78d",
    "rules": "#473e0a",
    "closed": "#ced3d7",
    "elsewhere": "#b2b6cd",
    "citizen": "#c6eec5",
    "work": "#17191d",
}
"""Colours of what time is spent on: very dark or very pale, so that none is a scenario's."""
PATTERNS: Final = {
    "staff": Pattern("/", "#8f77c9"),
    "staff_closed": Pattern("/", "#492797"),
    "resting": Pattern("\\", "#8a8420"),
    "rules": Pattern("|", "#a8a450"),
    "closed": Pattern("", ""),
    "elsewhere": Pattern("-", "#7b8794"),
    "citizen": Pattern(".", "#5f9a5e"),
    "work": Pattern("", ""),
}
"""What is drawn over them."""

DOING: Final = {
    "line": GROUPS["staff"],
    "served": GROUPS["work"],
    "inside": GROUPS["staff_closed"],
    "door": GROUPS["closed"],
    "walk": GROUPS["elsewhere"],
    "desk_queue": GROUPS["staff"],
    "desk_work": GROUPS["work"],
    "resting": GROUPS["resting"],
    "held": GROUPS["rules"],
    "elsewhere": GROUPS["elsewhere"],
    "post": GROUPS["closed"],
    "citizen": GROUPS["citizen"],
}
"""Colours of what a person and their papers do; each has a pattern of its own in the page."""
OVER: Final = {
    "line": PATTERNS["staff"].colour,
    "inside": PATTERNS["staff_closed"].colour,
    "door": "#ffffff",
    "walk": "#ffffff",
    "desk_queue": PATTERNS["staff"].colour,
    "resting": PATTERNS["resting"].colour,
    "held": PATTERNS["rules"].colour,
    "elsewhere": PATTERNS["elsewhere"].colour,
    "post": SOFT_INK,
    "citizen": SOFT_INK,
}
"""Colours of their patterns."""
FULLNESS: Final = ("#ffffff", "#deebf7", "#9ecae1", "#5ba3d0")
"""From empty to full, in one hue, lighter to darker for eyes of any kind; ink is read on all."""

ENDS: Final = ("#e6e9ed", "#7b8794")
"""Colours of what is found with an assumption at the lower and at the upper end of its span."""

PAGE: Final = {
    "ink": INK,
    "soft": SOFT_INK,
    "line": GRID,
    "rule": "#9aa5b1",
    "faint": "#c9d0d7",
    "paper": "#ffffff",
    "ground": "#f4f6f8",
    "shut": "#eef1f4",
    "desk": "#e8edf2",
    "link": "#005a96",
    "better": BETTER,
    "worse": WORSE,
    "law": "#00507f",
    "assumed": "#8a3b00",
    "organised": "#00614a",
    "care": "#fff7e0",
    "care-edge": "#e0b400",
}
"""Colours of a page's own parts, by the name of their CSS variable."""

SYMBOLS: Final = ("circle", "square", "diamond", "triangle-up", "cross", "star", "x")
DASHES: Final = ("solid", "dash", "dot", "dashdot")
"""Marks and dashes of scenarios, which tell lines apart without colour."""

_WIDEST_LABEL: Final = 40


def scenario_colour(place: int) -> str:
    """Return the colour of a scenario by its place; the baseline has place 0."""
    return BASELINE if place == 0 else SCENARIOS[(place - 1) % len(SCENARIOS)]


def page_colours() -> dict[str, str]:
    """Return every colour of a page by the name of its CSS variable, without its dashes."""
    doing = {f"is-{name}": colour for name, colour in DOING.items()}
    return PAGE | doing | {f"over-{name}": colour for name, colour in OVER.items()}


def css_variables() -> str:
    """Return the CSS variables that all pages' style sheets are written with."""
    font = FONT.replace('"', "'")
    colours = (f"--{name}: {colour};" for name, colour in page_colours().items())
    return " ".join((f"--font: {font};", *colours))


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


def pattern(colour: str, over: Pattern | None) -> dict[str, Any]:
    """Return Plotly's fill of a colour with a pattern over it, thin enough to read a number on."""
    if over is None or not over.shape:
        return {"shape": ""}
    return {
        "shape": over.shape,
        "bgcolor": colour,
        "fgcolor": over.colour,
        "fgopacity": 0.45,
        "size": 8,
        "solidity": 0.15,
    }


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
    """Return an axis title so many pixels off the axis, in lines that a phone has room for."""
    font = {"color": SOFT_INK, "size": 12}
    return {"text": wrapped(title) if title else "", "standoff": standoff, "font": font}


def heading(at: tuple[float, float], title: str, note: str = "", **more: Any) -> dict[str, Any]:
    """Return a bold title inside a figure, a note below it, both wrapped, above a place."""
    text = f"<b>{wrapped(title)}</b>" + (f"<br>{wrapped(note)}" if note else "")
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


def wrapped(text: str) -> str:
    """Return a text in lines of what a phone has room for, escaped; never empty."""
    return "<br>".join(escaped(line) for line in textwrap.wrap(text, _WIDEST_LABEL)) or " "
