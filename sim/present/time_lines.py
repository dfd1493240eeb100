"""Time lines of slides: lanes of shapes over a common axis, with what their colours mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from pptx.enum.dml import MSO_PATTERN
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.slide import Slide as Page
from pptx.util import Emu, Pt

from sim.present import palette
from sim.present.deck import Bar, Lane, Legend, TimeLine
from sim.present.fitting import Face, width
from sim.present.template import Box, Template
from sim.present.texts import POINT, Style, fitting_size, put

_NAMES: Final = 0.29
"""Share of the width for the names of lanes."""
_LEGENDS: Final = 3
"""Lines of the legend."""
_LINE: Final = 0.06
"""Share of the height for a line of labels, and of the legend."""
_PERSON: Final = (0.16, 0.36)
_PAPERS: Final = (0.58, 0.2)
"""Where in a lane bars begin, and how tall they are, as shares of it."""
_TICK: Final = Style(11, 8, tone=palette.SOFT, align=PP_ALIGN.CENTER)
_LANE: Final = Style(14, 8, bold=True, anchor=MSO_ANCHOR.BOTTOM)
_NOTE: Final = Style(12, 8, tone=palette.SOFT)
_DAY: Final = Style(11, 8, bold=True, tone=palette.SOFT)
_KEY: Final = Style(12, 8, anchor=MSO_ANCHOR.MIDDLE)
_IN_HAND: Final = Style(14, 8, bold=True, align=PP_ALIGN.CENTER, anchor=MSO_ANCHOR.MIDDLE)
_CHECK: Final = "✓"
_APART: Final = 22.0
"""Points between the meanings of colours, their squares included."""
_HATCH: Final = palette.Tone(palette.SOFT.theme, 0.6)


def time_line(page: Page, drawn: TimeLine, box: Box, template: Template) -> None:
    """Draw lanes, days and breaks above them, hours and what colours mean below."""
    left, top, wide, high = box
    line, start = round(high * _LINE), left + round(wide * _NAMES)
    room = wide - round(wide * _NAMES)
    row = (high - 11 * line // 2) // max(len(drawn.lanes), 1)
    first, bottom = top + line, top + line + row * len(drawn.lanes)
    _breaks(page, drawn, (start, first, room, bottom - first))
    _labels(page, _above(drawn), (start, top, room, line), _DAY, template.face)
    for share, _ in drawn.ticks:
        _rule(page, start + round(room * share), first, bottom)
    centred = (start - room // 24, bottom + line // 5, room, line)
    _labels(page, drawn.ticks, centred, _TICK, template.face)
    rows = [(lane, (left, first + n * row, wide, row)) for n, lane in enumerate(drawn.lanes)]
    _names(page, [(lane, (*at[:2], round(wide * (_NAMES - 0.02)), row)) for lane, at in rows],
           template.face)  # fmt: skip
    for lane, (_, above, _, tall) in rows:
        _lane(page, lane, (start, above, room, tall), template.face)
    legend = (left, top + high - _LEGENDS * line, wide, line)
    _legends(page, drawn, legend, template.face)


def _above(drawn: TimeLine) -> list[tuple[float, str]]:
    """Return what stands above the axis: days where they begin, and how long breaks are."""
    return sorted([*drawn.days, *((left, text) for left, _, text in drawn.breaks)])


def _breaks(page: Page, drawn: TimeLine, box: Box) -> None:
    """Hatch what the axis leaves out."""
    left, top, wide, high = box
    for share, part, text in drawn.breaks:
        at = (left + round(wide * share), top, round(wide * part), high)
        shape = page.shapes.add_shape(MSO_SHAPE.RECTANGLE, *map(Emu, at))
        shape.name = text
        shape.fill.patterned()
        shape.fill.pattern = MSO_PATTERN.LIGHT_UPWARD_DIAGONAL
        palette.paint(shape.fill.fore_color, _HATCH)
        palette.paint(shape.fill.back_color, palette.PAPER)
        shape.line.fill.background()
        shape.shadow.inherit = False


def _lane(page: Page, lane: Lane, box: Box, face: Face) -> None:
    """Draw what a person did, what became of their papers, and when the result is in hand."""
    left, top, wide, high = box
    for bars, (down, tall) in ((lane.bars, _PERSON), (lane.below, _PAPERS)):
        for bar in bars:
            at = (left + round(wide * bar.left), top + round(high * down))
            _stretch(page, bar, (*at, round(wide * bar.width), round(high * tall)))
    if lane.done is not None:
        side = round(high * _PERSON[1])
        at = (left + round(wide * lane.done), top + round(high * _PERSON[0]))
        put(page, (*at, min(max(side, 14 * POINT), wide // 20), side), [_CHECK], _IN_HAND, face)


def _labels(
    page: Page, labels: Sequence[tuple[float, str]], box: Box, style: Style, face: Face
) -> None:
    """Write labels along an axis, each as wide as there is room to the next."""
    left, top, wide, high = box
    places = [share for share, _ in labels] + [1.0]
    for place, (share, text) in enumerate(labels):
        to_next = round(wide * (places[place + 1] - share))
        room = wide // 12 if style.align == PP_ALIGN.CENTER else to_next
        if width(text, style.smallest, bold=style.bold, face=face) * POINT <= room:
            put(page, (left + round(wide * share), top, room, high), [text], style, face)


def _names(page: Page, places: Sequence[tuple[Lane, Box]], face: Face) -> None:
    """Write what lanes are called and come to, all at the same sizes."""
    upper = [(lane, (*box[:3], box[3] * 14 // 24)) for lane, box in places]
    lower = [(lane, (box[0], box[1] + box[3] * 14 // 24, box[2], box[3] * 8 // 24))
             for lane, box in places]  # fmt: skip
    for boxes, text, style in ((upper, _name_of, _LANE), (lower, _note_of, _NOTE)):
        size = min(fitting_size(box, [text(lane)], style, face) for lane, box in boxes)
        for lane, box in boxes:
            put(page, box, [text(lane)], replace(style, largest=size), face)


def _name_of(lane: Lane) -> str:
    return lane.name


def _note_of(lane: Lane) -> str:
    return lane.note


def _rule(page: Page, across: int, top: int, bottom: int) -> None:
    line = page.shapes.add_connector(1, Emu(across), Emu(top), Emu(across), Emu(bottom))
    line.line.width = Pt(0.75)
    palette.paint(line.line.color, palette.FAINT)


def _stretch(page: Page, bar: Bar, box: Box) -> None:
    """Draw a rectangle, called after what it means."""
    shape = page.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, *map(Emu, (*box[:2], max(box[2], 9_000), box[3]))
    )
    shape.fill.solid()
    palette.paint(shape.fill.fore_color, palette.tone(bar.colour))
    shape.line.fill.background()
    shape.shadow.inherit = False
    shape.name = bar.text


def _legends(page: Page, drawn: TimeLine, box: Box, face: Face) -> None:
    """Write what the colours of thick and thin bars mean, and what the mark does."""
    left, top, wide, high = box
    check = f"{_CHECK} {drawn.in_hand}"
    both = (_Row.of(drawn.person), _Row.of(drawn.papers, check))
    sizes = range(_KEY.largest, _KEY.smallest - 1, -1)
    fitting = (s for s in sizes if sum(len(row.lines(wide, s, face)) for row in both) <= _LEGENDS)
    size = next(fitting, _KEY.smallest)
    lines = [line for row in both for line in row.lines(wide, size, face)][:_LEGENDS]
    for place, line in enumerate(lines):
        _legend(page, line, (left, top + place * high, wide, high), size, face)


@dataclass(frozen=True)
class _Key:
    """A part of a legend: a colour and what it means; a heading has none."""

    text: str
    colour: str = ""
    bold: bool = False

    def wide(self, size: int, face: Face) -> int:
        """Return how wide it is, its square and the room after it included."""
        apart = _APART if self.colour else _APART / 2
        return round((width(self.text, size, bold=self.bold, face=face) + apart) * POINT)


@dataclass(frozen=True)
class _Row:
    """What the colours of one kind of bars mean."""

    keys: tuple[_Key, ...]

    @classmethod
    def of(cls, legend: Legend, more: str = "") -> _Row:
        """Return a heading, the colours with their meanings, and what else is to be said."""
        keys = [_Key(text, colour) for colour, text in legend.meanings]
        return cls((_Key(legend.heading, bold=True), *keys, *([_Key(more)] if more else [])))

    def lines(self, room: int, size: int, face: Face) -> list[list[_Key]]:
        """Return it in lines, none longer than there is room."""
        found: list[list[_Key]] = [[]]
        for key in self.keys:
            filled = sum(each.wide(size, face) for each in found[-1])
            if found[-1] and filled + key.wide(size, face) > room:
                found.append([])
            found[-1].append(key)
        return found


def _legend(page: Page, line: Sequence[_Key], box: Box, size: int, face: Face) -> None:
    left, top, wide, high = box
    side, end = high // 3, left + wide
    for key in line:
        inside = side * 3 // 2 if key.colour else 0
        if key.colour:
            _stretch(page, Bar(0, 0, key.colour, ""), (left, top + side, side, side))
        style = replace(_KEY, largest=size, bold=key.bold)
        room = min(key.wide(size, face), end - left) - inside
        put(page, (left + inside, top, room, high), [key.text], style, face)
        left += key.wide(size, face)
