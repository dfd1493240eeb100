"""What slides say and show: plain data, drawn by :mod:`sim.present.slides`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Final, Literal

from sim.charts import Panel, Value

ChartKind = Literal["bars", "stacked", "diverging", "ends"]
"""Bars from zero; parts of a whole; gains to the right and losses to the left; bars from a common
middle to both ends."""


@dataclass(frozen=True)
class Chart:
    """A native chart.

    Attributes
    ----------
    kind
        How the panel is drawn.
    panel
        Names and numbers.
    decimals
        Of the numbers that the chart writes.
    point_colours
        Colours of the categories, where there is one series and they differ.
    wholes
        Values of stacked bars in all, whose intervals are drawn at their ends.
    middle
        Where bars to both ends begin.
    heading
        Above the chart, where a slide has several; may be empty.
    """

    kind: ChartKind
    panel: Panel
    decimals: int = 1
    point_colours: tuple[str, ...] = ()
    wholes: tuple[Value | None, ...] = ()
    middle: float = 0.0
    heading: str = ""


@dataclass(frozen=True)
class Grid:
    """A table.

    Attributes
    ----------
    header, rows
        Texts of the cells.
    more
        Returns what is said of so many rows left out for want of room.
    heading
        Above the table; may be empty.
    whole
        Whether no row is to be left out and no cell cut: letters are rather small.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    more: Callable[[int], str] | None = None
    heading: str = ""
    whole: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list; `more` as in :class:`Grid`."""

    items: tuple[str, ...]
    more: Callable[[int], str] | None = None
    heading: str = ""


@dataclass(frozen=True)
class Bar:
    """A stretch of a time line: where, as shares of the axis, its colour and what it means."""

    left: float
    width: float
    colour: str
    text: str


@dataclass(frozen=True)
class Lane:
    """One line of a time line.

    Attributes
    ----------
    name, note
        Whose, and what it comes to.
    bars, below
        The person's stretches, and below them those of their papers.
    done
        Where on the axis the result is in hand; None where it never is.
    """

    name: str
    note: str
    bars: tuple[Bar, ...]
    below: tuple[Bar, ...]
    done: float | None = None


@dataclass(frozen=True)
class Legend:
    """What colours mean: of what, and colours with their meanings."""

    heading: str
    meanings: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TimeLine:
    """Lanes over a common axis.

    Attributes
    ----------
    lanes
        From top to bottom.
    ticks, days
        Places on the axis, as shares, and what they are called: hours below, days above.
    breaks
        Where the axis leaves time out, from where and how wide, and how long that is.
    person, papers
        What the colours of both kinds of stretches mean.
    in_hand
        What the mark means where the result is in hand.
    """

    lanes: tuple[Lane, ...]
    ticks: tuple[tuple[float, str], ...]
    days: tuple[tuple[float, str], ...]
    breaks: tuple[tuple[float, float, str], ...]
    person: Legend
    papers: Legend
    in_hand: str


Block = Chart | Grid | Bullets | TimeLine


@dataclass(frozen=True)
class Slide:
    """One slide.

    Attributes
    ----------
    title
        What was found, in a sentence.
    blocks
        Side by side.
    shares
        How the width is shared among the blocks; equally if empty.
    foot
        Small, below the blocks.
    notes
        What the speaker says of it, a paragraph each.
    """

    title: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]
    foot: str = ""
    shares: tuple[float, ...] = ()


@dataclass(frozen=True)
class Deck:
    """All slides.

    Attributes
    ----------
    answer
        The title of the first slide: what was found.
    under
        Below it: how it is to be read.
    lines
        What each scenario comes to.
    more
        Returns what is said of so many left out.
    notes
        Of the first slide.
    subject, date
        Study and office, and when it was run: at the foot of every slide.
    slides
        Those after the first.
    language
        Code of the texts' language.
    """

    answer: str
    under: str
    lines: tuple[str, ...]
    more: Callable[[int], str]
    notes: tuple[str, ...]
    subject: str
    date: str
    slides: tuple[Slide, ...]
    language: str


_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def plain(value: Any) -> Any:
    """Return what holds texts without what no XML file may hold: controls, halves of pairs."""
    if isinstance(value, str):
        return _CONTROLS.sub("", value)
    if isinstance(value, tuple):
        return tuple(plain(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        held = {each.name: plain(getattr(value, each.name)) for each in fields(value)}
        return replace(value, **held)
    return value
