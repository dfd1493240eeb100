"""Draws a deck: titles, charts, tables and time lines, in the project's look or a template's."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, Final

from lxml import etree
from pptx.enum.shapes import MSO_SHAPE, PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.slide import Slide as Page
from pptx.util import Emu, Pt

from sim import __version__
from sim.present import native_charts, palette
from sim.present.deck import Block, Bullets, Chart, Deck, Grid, Lane, Slide, TimeLine
from sim.present.fitting import Face, fit
from sim.present.template import Box, Template
from sim.present.texts import POINT, Style, fitting_size, margins, put, refill, table, write
from sim.words import Words

_LONGEST: Final = 255
"""Letters of what a file says of itself."""
_TITLE_SIZES: Final = (30, 16)
_COVER_SIZES: Final = (36, 18)
_LINE_SIZES: Final = (18, 11)
_TABLE_SIZES: Final = (16, 11)
_APART: Final = 0.025
"""Share of the width between blocks."""
_FOOT: Final = Style(12, 9, tone=palette.SOFT, anchor=MSO_ANCHOR.BOTTOM)
_FOOT_HIGH: Final = 0.075
_HEAD: Final = Style(15, 10, bold=True, anchor=MSO_ANCHOR.BOTTOM)
_HEAD_HIGH: Final = 0.085
"""Shares of the height for what stands below and above blocks."""


def draw(deck: Deck, template: Template, words: Words) -> bytes:
    """Return the presentation of a deck.

    Parameters
    ----------
    deck
        What it says.
    template
        Its looks; used up.
    words
        The language.
    """
    _cover(deck, template)
    for slide in deck.slides:
        _slide(slide, deck, template, words)
    _about(deck, template)
    content = BytesIO()
    template.slides.save(content)
    return content.getvalue()


def _about(deck: Deck, template: Template) -> None:
    """Say what the presentation is of, and in which language its texts are."""
    about = template.slides.core_properties
    about.title, about.subject = deck.answer[:_LONGEST], deck.subject[:_LONGEST]
    about.language = deck.language
    about.author = about.last_modified_by = f"onestop {__version__}"
    about.created = about.modified = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    for page in template.slides.slides:
        elements = [page.element, page.notes_slide.element]
        for run in (found for each in elements for found in each.iter(qn("a:r"))):
            run.get_or_add_rPr().set("lang", deck.language)


def _cover(deck: Deck, template: Template) -> None:
    page = template.slides.slides.add_slide(template.cover)
    kinds = {p.placeholder_format.type: p for p in page.placeholders}
    title = next(p for kind, p in kinds.items() if kind in _TITLES)
    refill(title, [deck.answer], _COVER_SIZES, template.title_face)
    below = [deck.subject, deck.under, *deck.lines]
    subtitle = kinds.pop(PP_PLACEHOLDER.SUBTITLE, None)
    if subtitle is not None:
        refill(subtitle, below, _LINE_SIZES, template.face, deck.more)
    else:
        put(page, template.body, below, Style(*_LINE_SIZES), template.face, deck.more)
    _finish(page, deck, deck.notes, {title.shape_id, getattr(subtitle, "shape_id", 0)}, template)


_TITLES: Final = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)


def _slide(slide: Slide, deck: Deck, template: Template, words: Words) -> None:
    page = template.slides.slides.add_slide(template.plain)
    title = page.shapes.title
    assert title is not None
    refill(title, [slide.title], _TITLE_SIZES, template.title_face)
    left, top, wide, high = template.body
    foot = round(high * _FOOT_HIGH) if slide.foot else 0
    placed = _side_by_side(slide, (left, top, wide, high - round(foot * 1.3)))
    sizes = _same_sizes(placed, template.face)
    for block, box in placed:
        _block(page, block, box, sizes, template, words)
    if foot:
        put(page, (left, top + high - foot, wide, foot), [slide.foot], _FOOT, template.face)
    _finish(page, deck, slide.notes, {title.shape_id}, template)


def _side_by_side(slide: Slide, box: Box) -> list[tuple[Block, Box]]:
    left, top, wide, high = box
    shares = slide.shares or (1.0,) * len(slide.blocks)
    apart = round(wide * _APART)
    room = wide - apart * (len(slide.blocks) - 1)
    placed = []
    for block, share in zip(slide.blocks, shares, strict=True):
        width = round(room * share / sum(shares))
        placed.append((block, (left, top, width, high)))
        left += width + apart
    return placed


@dataclass(frozen=True)
class _Sizes:
    """Sizes of letters, the same in all blocks of a slide: of headings and of lists."""

    heading: int
    item: int


def _same_sizes(placed: Sequence[tuple[Block, Box]], face: Face) -> _Sizes:
    heading, item = _HEAD.largest, _LINE_SIZES[0]
    for block, box in placed:
        if isinstance(block, TimeLine) or not block.heading:
            continue
        head, below = _with_heading(box)
        heading = min(heading, _common([block.heading], head, _HEAD, face))
        if isinstance(block, Bullets):
            item = min(item, fitting_size(below, block.items, _ITEM, face, block.more))
    return _Sizes(heading, item)


def _with_heading(box: Box) -> tuple[Box, Box]:
    """Return where a block's heading goes, and where the block."""
    left, top, wide, high = box
    head = round(high * _HEAD_HIGH)
    down = round(head * 1.15)
    return (left, top, wide, head), (left, top + down, wide, high - down)


_ITEM: Final = Style(*_LINE_SIZES, bullets=True)


def _block(  # noqa: PLR0917
    page: Page, block: Block, box: Box, sizes: _Sizes, template: Template, words: Words
) -> None:
    if not isinstance(block, TimeLine) and block.heading:
        head, box = _with_heading(box)
        put(page, head, [block.heading], replace(_HEAD, largest=sizes.heading), template.face)
    match block:
        case Chart():
            looks = native_charts.Looks(template.face, template.colours)
            native_charts.draw(page, block, box, words, looks)
        case Grid():
            table(page, block, box, template.face, _TABLE_SIZES)
        case Bullets():
            style = replace(_ITEM, largest=sizes.item)
            put(page, box, block.items, style, template.face, block.more)
        case TimeLine():
            _time_line(page, block, box, template)


_NAMES: Final = 0.29
"""Share of the width for the names of lanes."""
_TICK: Final = Style(11, 8, tone=palette.SOFT, align=PP_ALIGN.CENTER)
_LANE: Final = Style(14, 10, bold=True, anchor=MSO_ANCHOR.BOTTOM)
_NOTE: Final = Style(12, 10, tone=palette.SOFT)
_KEY: Final = Style(12, 8, anchor=MSO_ANCHOR.MIDDLE)
_DAY: Final = Style(11, 8, bold=True, tone=palette.SOFT)


def _time_line(page: Page, drawn: TimeLine, box: Box, template: Template) -> None:
    """Draw lanes as shapes over a common axis, days above, hours and a legend below."""
    left, top, wide, high = box
    line, legend = round(high * 0.06), round(high * 0.09)
    start, room = left + round(wide * _NAMES), wide - round(wide * _NAMES)
    row = (high - 3 * line - legend) // max(len(drawn.lanes), 1)
    first = top + line
    bottom = first + row * len(drawn.lanes)
    _labels(page, drawn.days, (start, top, room, line), _DAY, template)
    for share, _ in drawn.ticks:
        _rule(page, start + round(room * share), first, bottom)
    centred = (start - room // 24, bottom + line // 5, room, line)
    _labels(page, drawn.ticks, centred, _TICK, template)
    name_box = (left, round(wide * (_NAMES - 0.02)), row * 11 // 12)
    places = [
        (lane, (name_box[0], first + number * row, *name_box[1:]))
        for number, lane in enumerate(drawn.lanes)
    ]
    _names(page, places, template.face)
    for number, lane in enumerate(drawn.lanes):
        above = first + number * row
        for bars, down, tall in ((lane.bars, 0.16, 0.36), (lane.below, 0.56, 0.24)):
            for bar in bars:
                place = (start + round(room * bar.left), above + round(row * down))
                size = (round(room * bar.width), round(row * tall))
                _stretch(page, (*place, *size), bar.colour, bar.text, template)
    _legend(page, drawn.legend, (left, top + high - legend, wide, legend), template)


def _labels(
    page: Page, labels: Sequence[tuple[float, str]], box: Box, style: Style, template: Template
) -> None:
    """Write labels along an axis, each as wide as there is room to the next."""
    left, top, wide, high = box
    places = [share for share, _ in labels] + [1.0]
    for place, (share, text) in enumerate(labels):
        room = (
            wide // 12
            if style.align == PP_ALIGN.CENTER
            else round(wide * (places[place + 1] - share))
        )
        if room > wide // 40:
            put(page, (left + round(wide * share), top, room, high), [text], style, template.face)


def _names(page: Page, places: Sequence[tuple[Lane, Box]], face: Face) -> None:
    """Write what lanes are called and come to, all at the same sizes."""
    halves = [(each, (box[0], box[1], box[2], box[3] // 2)) for each, box in places]
    name_size = _common([each.name for each, _ in halves], halves[0][1], _LANE, face)
    note_size = _common([each.note for each, _ in halves], halves[0][1], _NOTE, face)
    for lane, (left, top, wide, half) in halves:
        put(page, (left, top, wide, half), [lane.name], replace(_LANE, largest=name_size), face)
        below = (left, top + half, wide, half)
        put(page, below, [lane.note], replace(_NOTE, largest=note_size), face)


def _common(texts: Sequence[str], box: Box, style: Style, face: Face) -> int:
    """Return the size at which all texts fit a box of the same size."""
    room = (box[2] / POINT, box[3] / POINT)
    sizes = (style.largest, style.smallest)
    return min(int(fit([t], room, sizes, bold=style.bold, face=face).size) for t in texts)


def _rule(page: Page, across: int, top: int, bottom: int) -> None:
    line = page.shapes.add_connector(1, Emu(across), Emu(top), Emu(across), Emu(bottom))
    line.line.width = Pt(0.75)
    palette.paint(line.line.color, palette.FAINT)


def _stretch(page: Page, box: Box, colour: str, text: str, template: Template) -> None:
    """Draw a rectangle; its text is written only where it has room in it."""
    shape = page.shapes.add_shape(
        MSO_SHAPE.RECTANGLE, *map(Emu, (*box[:2], max(box[2], 9_000), box[3]))
    )
    tone = palette.tone(colour)
    shape.fill.solid()
    palette.paint(shape.fill.fore_color, tone)
    shape.line.fill.background()
    shape.shadow.inherit = False
    shape.name = text
    fitted = fit([text], (box[2] / POINT, box[3] / POINT), (12, 9), face=template.face)
    if fitted.paragraphs != (text,) or not text:
        return
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
    frame.word_wrap = True
    light = palette.on(tone, template.colours) == "#ffffff"
    write(frame, fitted, Style(align=PP_ALIGN.CENTER, tone=palette.PAPER if light else palette.INK))
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE


def _legend(page: Page, legend: Sequence[tuple[str, str]], box: Box, template: Template) -> None:
    left, top, wide, high = box
    share = wide // max(len(legend), 1)
    side = high // 3
    texts = [text for _, text in legend]
    room = (0, 0, share - 2 * side, high)
    size = _common(texts, room, _KEY, template.face) if texts else 0
    for place, (colour, text) in enumerate(legend):
        at = left + place * share
        _stretch(page, (at, top + side, side, side), colour, "", template)
        words = (at + round(side * 1.5), top, share - 2 * side, high)
        put(page, words, [text], replace(_KEY, largest=size), template.face)


def _finish(
    page: Page, deck: Deck, notes: Sequence[str], used: set[int], template: Template
) -> None:
    """Take out placeholders that hold nothing, put in the foot, write what the speaker says."""
    for shape in list(page.placeholders):
        if shape.shape_id not in used:
            shape.element.getparent().remove(shape.element)
    _foot(page, deck, template)
    frame = page.notes_slide.notes_text_frame
    if frame is not None:
        frame.text = "\n".join(notes)


def _foot(page: Page, deck: Deck, template: Template) -> None:
    """Put date, footer and number where the layout has them, or else at the foot."""
    texts = {PP_PLACEHOLDER.DATE: deck.date, PP_PLACEHOLDER.FOOTER: deck.subject}
    there = {p.placeholder_format.type: p for p in page.slide_layout.placeholders}
    number = there.get(PP_PLACEHOLDER.SLIDE_NUMBER)
    for kind, text in texts.items():
        if kind in there and text:
            shape = _copied(page, there[kind])
            _fill_small(shape, text, template.face)
    if number is not None:
        _copied(page, number)
    missing = [text for kind, text in texts.items() if kind not in there and text]
    high, wide = template.slides.slide_height or 0, template.slides.slide_width or 0
    line = high - high // 22
    if missing:
        box = (wide // 20, line, wide * 3 // 5, high // 30)
        put(page, box, [" · ".join(missing)], Style(10, 7, tone=palette.SOFT), template.face)
    if number is None:
        box = (wide - wide // 20 - wide // 10, line, wide // 10, high // 30)
        put(page, box, [""], Style(10, 7, tone=palette.SOFT, align=PP_ALIGN.RIGHT), template.face)
        _number(page.shapes[-1])


def _copied(page: Page, placeholder: Any) -> Any:
    """Copy a placeholder of the layout onto a slide, in its place and style."""
    element = copy.deepcopy(placeholder.element)
    element.nvSpPr.cNvPr.set("id", str(max(shape.shape_id for shape in page.shapes) + 1))
    for old in element.spPr.xpath("*"):
        element.spPr.remove(old)
    page.shapes._spTree.append(element)
    return page.shapes[-1]


def _fill_small(shape: Any, text: str, face: Face) -> None:
    """Write one line into a footer."""
    across, down = margins(shape)
    room = ((shape.width - across) / POINT, (shape.height - down) / POINT)
    fitted = fit([text], room, (10, 7), face=face)
    body = shape.element.txBody
    for old in body.xpath("a:p"):
        body.remove(old)
    paragraph = etree.SubElement(body, qn("a:p"))
    run = etree.SubElement(paragraph, qn("a:r"))
    etree.SubElement(run, qn("a:rPr")).set("sz", str(round(fitted.size * 100)))
    etree.SubElement(run, qn("a:t")).text = fitted.paragraphs[0]


def _number(shape: Any) -> None:
    """Turn a text box into one that shows the slide's number."""
    paragraph = shape.text_frame.paragraphs[0]._p
    for old in paragraph.xpath("a:r"):
        paragraph.remove(old)
    field = etree.SubElement(paragraph, qn("a:fld"), id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}")
    field.set("type", "slidenum")
    etree.SubElement(field, qn("a:rPr")).set("sz", "1000")
    etree.SubElement(field, qn("a:t")).text = "‹#›"
