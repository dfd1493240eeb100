"""Every chart of the report as PNG and SVG, drawn by Kaleido in a Chromium."""

from __future__ import annotations

import copy
import math
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from sim import look
from sim.errors import PlannerError
from sim.look import Figure
from sim.present import browser
from sim.present.browser import Drawing, NoBrowserError, NotDrawnError
from sim.report import money, one_picture, who
from sim.report.changes import changes
from sim.report.fullness import fullness
from sim.report.hinges import hinges
from sim.report.pictures import pictures
from sim.report.view import View
from sim.said import phrase, sentences
from sim.words import Words

FOLDER: Final = "pictures"
FORMATS: Final = ("png", "svg")
_WIDE: Final = 900
_SCALE: Final = 2
_EDGE: Final = 16
_TITLE_LINE: Final = 22
_TITLE_LETTERS: Final = 95
_COMMANDS: Final = '  pip install ".[pictures]"\n  kaleido_get_chrome'


@dataclass(frozen=True)
class Image:
    """A chart, what it shows, and the stem of its files."""

    stem: str
    title: str
    figure: Figure


def charts(view: View) -> list[Image]:
    """Return every chart of the report."""
    taken: set[str] = set()
    return [replace(each, stem=_stem(each.stem, taken)) for each in _found(view)]


def _found(view: View) -> Iterator[Image]:
    for multiple in one_picture.multiples(view, changes(view)):
        yield Image(multiple.id, multiple.table.title, multiple.figure)
    for picture in pictures(view):
        yield Image(picture.id, picture.title, picture.figure)
    for each in who.gainers(view):
        for side in each.sides:
            yield Image(side.id, _of(view, each.id, side.table.title), side.figure)
    for scenario, fall in zip(_with_steps(view), money.falls(view), strict=True):
        title = view.words.say("Cost of one case to the citizen")
        yield Image(fall.id, _of(view, scenario, title), fall.figure)
    for maps in fullness(view):
        for scenario_shown, drawn in maps.pictures:
            yield Image(drawn.id, _of(view, scenario_shown.id, maps.title), drawn.figure)
    hinged = hinges(view)
    for chart in hinged.charts if hinged else ():
        if chart.picture is not None:
            yield Image(chart.picture.id, chart.picture.title, chart.picture.figure)


def _of(view: View, scenario: str, title: str) -> str:
    return view.words.say("{scenario}: {title}", scenario=view.names[scenario], title=title)


def _with_steps(view: View) -> list[str]:
    return [each.id for each in view.others if money.steps(view, each) is not None]


def _stem(name: str, taken: set[str]) -> str:
    plain = re.sub(r"[^\w.-]+", "_", name).strip("._") or "chart"
    stem, number = plain, 2
    while stem.casefold() in taken:
        stem, number = f"{plain}_{number}", number + 1
    taken.add(stem.casefold())
    return stem


def images(view: View) -> dict[str, bytes]:
    """Return the files of all charts by name.

    Raises
    ------
    PlannerError
        If Kaleido or a Chromium is missing, or does not do its work; it says how to get them.
    """
    figures = [(each.stem, _titled(each, view.words)) for each in charts(view)]
    wanted = [(name, kind, figure) for name, figure in figures for kind in FORMATS]
    try:
        import kaleido  # noqa: F401
    except ImportError:
        raise _needs(phrase("--pictures: Kaleido is not installed.")) from None
    try:
        made = browser.drawn([_drawing(kind, figure) for _, kind, figure in wanted])
    except NoBrowserError:
        raise _needs(phrase("--pictures: no Chromium was found.")) from None
    except NotDrawnError as error:
        text = phrase("--pictures: the Chromium did not draw ({reason}).", reason=str(error))
        raise _needs(text) from None
    return {
        f"{name}.{kind}": content for (name, kind, _), content in zip(wanted, made, strict=True)
    }


def _needs(said: str) -> PlannerError:
    """Return what is missing, and how to get it."""
    how = phrase(
        "Pictures need Kaleido and a Chromium or Chrome: install them, in the folder of onestop, "
        "with\n{commands}\nor install the system's ({system}); another place can be named in the "
        "environment variable {variable}.",
        commands=_COMMANDS,
        system="apt install chromium",
        variable="BROWSER_PATH",
    )
    return PlannerError(sentences(said, how))


def _drawing(kind: str, figure: Figure) -> Drawing:
    high = figure["layout"]["height"]
    return Drawing(figure, kind, _WIDE, high, scale=_SCALE if kind == "png" else 1)


def _titled(image: Image, words: Words) -> Figure:
    """Return a figure that stands alone: with its title above, and room around it."""
    made: dict[str, Any] = copy.deepcopy(image.figure)
    layout = made["layout"]
    lines = textwrap.wrap(image.title, _TITLE_LETTERS) or [""]
    top = _EDGE + _TITLE_LINE * len(lines)
    margin = layout.setdefault("margin", {})
    for side in "lrb":
        margin[side] = max(margin.get(side, 0), _EDGE)
    layout["height"] = math.ceil(layout["height"]) + top
    margin["t"] = margin.get("t", 0) + top
    layout["legend"] = layout.get("legend", {}) | {
        "yref": "container",
        "y": 1 - top / layout["height"],
        "yanchor": "top",
    }
    layout["separators"] = words.separators
    layout["title"] = {
        "text": "<b>" + "<br>".join(map(look.escaped, lines)) + "</b>",
        "font": {"size": 15},
        "x": _EDGE / _WIDE,
        "xanchor": "left",
        "y": 1 - _EDGE / 2 / layout["height"],
        "yanchor": "top",
        "yref": "container",
    }
    return made
