"""Texts and tables on slides, at sizes at which they fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lxml import etree
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.slide import Slide
from pptx.util import Emu, Pt

from sim.present import palette
from sim.present.deck import Grid
from sim.present.fitting import Face, Fitted, fit, fit_grid
from sim.present.palette import Tone
from sim.present.template import Box

POINT: Final = 12_700
"""EMU in a point."""
PLAIN: Final = Face()
_INDENT: Final = 14
_BETWEEN: Final = 0.45
_CELL: Final = (5.0, 3.0)
"""Margins of a cell in points: at each side, above and below."""
_NOTHING: Final = "\u00a0"
"""In empty cells, which without a letter would be as tall as one of 18 points."""
_NO_STYLE: Final = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"


@dataclass(frozen=True)
class Style:
    """How a text is set.

    Attributes
    ----------
    largest, smallest
        Sizes in points.
    bold, tone, align, anchor
        Of the letters; where in the box.
    bullets
        Whether each paragraph is an item of a list.
    """

    largest: int = 18
    smallest: int = 10
    bold: bool = False
    tone: Tone = palette.INK
    align: PP_ALIGN = PP_ALIGN.LEFT
    anchor: MSO_ANCHOR = MSO_ANCHOR.TOP
    bullets: bool = False


def put(  # noqa: PLR0917
    slide: Slide,
    box: Box,
    paragraphs: Sequence[str],
    style: Style,
    face: Face = PLAIN,
    more: Callable[[int], str] | None = None,
) -> None:
    """Put a text box on a slide, its text at the largest size at which it fits."""
    shape = slide.shapes.add_textbox(*map(Emu, box))
    frame = shape.text_frame
    frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = Emu(0)
    frame.vertical_anchor = style.anchor
    write(frame, _fitted(box, paragraphs, style, face, more), style)


def fitting_size(
    box: Box,
    paragraphs: Sequence[str],
    style: Style,
    face: Face,
    more: Callable[[int], str] | None = None,
) -> int:
    """Return the largest size at which a text fits a box."""
    return int(_fitted(box, paragraphs, style, face, more).size)


def _fitted(
    box: Box,
    paragraphs: Sequence[str],
    style: Style,
    face: Face,
    more: Callable[[int], str] | None,
) -> Fitted:
    room = (box[2] / POINT - (_INDENT if style.bullets else 0), box[3] / POINT)
    return fit(
        paragraphs,
        room,
        (style.largest, style.smallest),
        more=more,
        apart=_BETWEEN,
        bold=style.bold,
        face=face,
    )


def write(frame: Any, fitted: Fitted, style: Style) -> None:
    """Write fitted paragraphs into a text frame."""
    for place, text in enumerate(fitted.paragraphs):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.alignment = style.align
        if place:
            paragraph.space_before = Pt(fitted.size * _BETWEEN)
        run = paragraph.add_run()
        run.text = text
        run.font.size, run.font.bold = Pt(fitted.size), style.bold
        palette.paint(run.font.color, style.tone)
        if style.bullets:
            _bullet(paragraph)


def refill(
    shape: Any,
    paragraphs: Sequence[str],
    sizes: tuple[int, int],
    face: Face,
    more: Callable[[int], str] | None = None,
) -> None:
    """Fill a placeholder, whose fonts, colours and margins stay its own."""
    frame = shape.text_frame
    frame.auto_size = MSO_AUTO_SIZE.NONE
    frame.word_wrap = True
    across, down = margins(shape)
    room = ((shape.width - across) / POINT, (shape.height - down) / POINT)
    fitted = fit(paragraphs, room, sizes, more=more, apart=_BETWEEN, bold=True, face=face)
    for place, text in enumerate(fitted.paragraphs):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.line_spacing = 1.0
        paragraph.space_before = Pt(fitted.size * _BETWEEN if place else 0)
        run = paragraph.add_run()
        run.text, run.font.size = text, Pt(fitted.size)


def margins(shape: Any) -> tuple[int, int]:
    """Return both side margins together, and both others, of a placeholder or what it is from."""
    found = {"lIns": 91_440, "rIns": 91_440, "tIns": 45_720, "bIns": 45_720}
    chain = [shape]
    while getattr(chain[-1], "_base_placeholder", None) is not None:
        chain.append(chain[-1]._base_placeholder)
    for each in reversed(chain):
        own = each.element.txBody.bodyPr
        found |= {name: int(getattr(own, name)) for name in found if own.get(name)}
    return found["lIns"] + found["rIns"], found["tIns"] + found["bIns"]


def _bullet(paragraph: Any) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(_INDENT * POINT))
    properties.set("indent", str(-_INDENT * POINT))
    mark = etree.SubElement(properties, qn("a:buChar"))
    mark.set("char", "•")


def table(slide: Slide, grid: Grid, box: Box, face: Face, sizes: tuple[int, int]) -> None:
    """Put a table on a slide, at the largest size at which it fits; rows left out are counted."""
    pad = (2 * _CELL[0], 2 * _CELL[1])
    room = (box[2] / POINT, box[3] / POINT)
    fitted = fit_grid(
        grid.header, grid.rows, room, sizes, pad=pad, most_lines=8, more=grid.more, face=face
    )
    rows = [grid.header, *fitted.rows]
    high = sum(fitted.heights)
    frame = slide.shapes.add_table(
        len(rows), len(grid.header), *map(Emu, (*box[:3], round(high * POINT)))
    )
    made = frame.table
    _bare(frame)
    for column, wide in zip(made.columns, fitted.widths, strict=True):
        column.width = Emu(round(wide * POINT))
    for row, tall in zip(made.rows, fitted.heights, strict=True):
        row.height = Emu(round(tall * POINT))
    for place, texts in enumerate(rows):
        for column, text in enumerate(texts):
            _cell(made.cell(place, column), text, fitted.size, head=place == 0)


def _bare(frame: Any) -> None:
    """Take the table's own style off: ours has lines below rows and nothing else."""
    properties = frame._element.graphic.graphicData.tbl.tblPr
    properties.find(qn("a:tableStyleId")).text = _NO_STYLE
    properties.set("bandRow", "0")


def _cell(cell: Any, text: str, size: float, *, head: bool) -> None:
    cell.margin_left = cell.margin_right = Pt(_CELL[0])
    cell.margin_top = cell.margin_bottom = Pt(_CELL[1])
    cell.vertical_anchor = MSO_ANCHOR.BOTTOM if head else MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    run = paragraph.add_run()
    run.text = text or _NOTHING
    run.font.size, run.font.bold = Pt(size), head
    palette.paint(run.font.color, palette.SOFT if head else palette.INK)
    line = etree.SubElement(cell._tc.get_or_add_tcPr(), qn("a:lnB"), w="19050" if head else "6350")
    colour = etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:schemeClr"))
    colour.set("val", "tx1")
    if not head:
        for name, value in (("a:lumMod", "25000"), ("a:lumOff", "75000")):
            etree.SubElement(colour, qn(name)).set("val", value)
