"""Draws a deck: titles, charts, tables and time lines, in the project's look or a template's."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, Final

from lxml import etree
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.slide import Slide as Page

from sim import __version__
from sim.present import native_charts, palette
from sim.present.deck import Block, Bullets, Chart, Deck, Grid, Slide, TimeLine
from sim.present.fitting import Face, fit
from sim.present.template import TITLES, Box, Template
from sim.present.texts import POINT, Style, fitting_size, margins, put, refill, table
from sim.present.time_lines import time_line
from sim.words import Words

_LONGEST: Final = 255
"""Letters of what a file says of itself."""
_TITLE_SIZES: Final = (30, 16)
_COVER_SIZES: Final = (36, 18)
_LINE_SIZES: Final = (18, 11)
_TABLE_SIZES: Final = (16, 11)
_WHOLE_SIZES: Final = (16, 7)
_APART: Final = 0.025
"""Share of the width between blocks."""
_FOOT: Final = Style(12, 9, tone=palette.SOFT, anchor=MSO_ANCHOR.BOTTOM)
_FEET_HIGH: Final = (0.075, 0.11, 0.145)
_READ: Final = 10
"""Smallest letters of a foot that may be taller instead."""
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
    title = next(p for kind, p in kinds.items() if kind in TITLES)
    refill(title, [deck.answer], _COVER_SIZES, template.title_face)
    below = [deck.subject, deck.under, *deck.lines]
    subtitle = kinds.pop(PP_PLACEHOLDER.SUBTITLE, None)
    if subtitle is not None:
        refill(subtitle, below, _LINE_SIZES, template.face, deck.more)
    else:
        put(page, template.body, below, Style(*_LINE_SIZES), template.face, deck.more)
    _finish(page, deck, deck.notes, {title.shape_id, getattr(subtitle, "shape_id", 0)}, template)


def _slide(slide: Slide, deck: Deck, template: Template, words: Words) -> None:
    page = template.slides.slides.add_slide(template.plain)
    title = page.shapes.title
    assert title is not None
    refill(title, [slide.title], _TITLE_SIZES, template.title_face)
    left, top, wide, high = template.body
    foot = _foot_high(slide.foot, wide, high, template.face)
    placed = _side_by_side(slide, (left, top, wide, high - round(foot * 1.3)))
    sizes = _same_sizes(placed, template.face)
    for block, box in placed:
        _block(page, block, box, sizes, template, words)
    if foot:
        put(page, (left, top + high - foot, wide, foot), [slide.foot], _FOOT, template.face)
    _finish(page, deck, slide.notes, {title.shape_id}, template)


def _foot_high(text: str, wide: int, high: int, face: Face) -> int:
    """Return how tall the foot is: as much as its text needs to be read, up to a limit."""
    tall = [round(high * each) for each in _FEET_HIGH] if text else [0]
    read = (t for t in tall if t and fitting_size((0, 0, wide, t), [text], _FOOT, face) >= _READ)
    return next(read, tall[-1])


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
        heading = min(heading, fitting_size(head, [block.heading], _HEAD, face))
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
            sizes_of = _WHOLE_SIZES if block.whole else _TABLE_SIZES
            table(page, block, box, template.face, sizes_of)
        case Bullets():
            style = replace(_ITEM, largest=sizes.item)
            put(page, box, block.items, style, template.face, block.more)
        case TimeLine():
            time_line(page, block, box, template)


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
