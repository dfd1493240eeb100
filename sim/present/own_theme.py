"""The presentation that slides are put into where the user gives none of their own."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree
from pptx import Presentation
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Slides
from pptx.util import Inches, Pt

from sim import look

FONT: Final = "Arial"
"""It is on every Windows and Mac, has a twin of the same widths on Linux, and has the letters of
every language with Latin ones, Vietnamese among them."""
_KEPT: Final = ("title", "titleOnly", "obj")
_COLOURS: Final = {
    "dk1": look.INK,
    "lt1": "#ffffff",
    "dk2": look.BASELINE,
    "lt2": look.GRID,
    **{f"accent{place}": colour for place, colour in enumerate(look.SCENARIOS, 1)},
    "hlink": look.SCENARIOS[0],
    "folHlink": look.BASELINE,
}
_WIDE, _HIGH = Inches(13.333), Inches(7.5)
_EDGE: Final = Inches(0.6)
_INSIDE: Final = _WIDE - 2 * _EDGE
_PLACES: Final = {
    "title": (_EDGE, Inches(0.4), _INSIDE, Inches(1.1)),
    "body": (_EDGE, Inches(1.6), _INSIDE, Inches(5.1)),
    "dt": (_EDGE, Inches(6.95), Inches(2.2), Inches(0.32)),
    "ftr": (Inches(3.0), Inches(6.95), Inches(7.333), Inches(0.32)),
    "sldNum": (_WIDE - _EDGE - Inches(2.2), Inches(6.95), Inches(2.2), Inches(0.32)),
}
"""Of the placeholders of the master."""
_COVER: Final = {
    "ctrTitle": (_EDGE, Inches(1.5), _INSIDE, Inches(2.2)),
    "subTitle": (_EDGE, Inches(4.05), _INSIDE, Inches(2.7)),
}
"""Of those of the title slide."""


_PALE: Final = ("dt", "ftr", "sldNum", "subTitle")
_RULE: Final = (_EDGE, Inches(3.78), Inches(1.4), Inches(0.07))
"""Of the title slide, below the title."""


def own_presentation() -> Slides:
    """Return an empty presentation, 16:9, in the project's look."""
    made = Presentation()
    made.slide_width, made.slide_height = _WIDE, _HIGH
    made.element.sldSz.attrib.pop("type", None)
    for layout in list(made.slide_layouts):
        if layout.element.get("type") not in _KEPT:
            made.slide_layouts.remove(layout)
    master = made.slide_master
    _place(master, _PLACES)
    for layout in made.slide_layouts:
        _place(layout, _COVER)
        if layout.element.get("type") == "title":
            _rule(layout)
    _titles_left(made)
    theme = next(r.target_part for r in master.part.rels.values() if r.reltype.endswith("/theme"))
    theme._blob = _themed(theme.blob)
    return made


def _place(page: Any, places: dict[str, tuple[int, int, int, int]]) -> None:
    for shape in page.placeholders:
        kind = shape.element.ph.get("type")
        if kind in places:
            shape.left, shape.top, shape.width, shape.height = places[kind]


def _rule(layout: Any) -> None:
    """Draw a short rule in the first accent."""
    scratch = Presentation()
    page = scratch.slides.add_slide(scratch.slide_layouts[6])
    drawn = page.shapes.add_shape(MSO_SHAPE.RECTANGLE, *_RULE)
    drawn.fill.solid()
    drawn.fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
    drawn.line.fill.background()
    drawn.shadow.inherit = False
    drawn.element.nvSpPr.cNvPr.set("id", "90")
    layout.shapes._spTree.append(drawn.element)


def _titles_left(made: Slides) -> None:
    """Set titles as sentences are read: from the left, bold, not huge."""
    style = made.slide_master.element.find(f".//{qn('p:titleStyle')}/{qn('a:lvl1pPr')}")
    style.set("algn", "l")
    font = style.find(qn("a:defRPr"))
    font.set("sz", "2800")
    font.set("b", "1")
    for page in (made.slide_master, *made.slide_layouts):
        for shape in page.placeholders:
            _set(shape.element, shape.element.ph.get("type"))


_ANCHORS: Final = {"title": "t", "ctrTitle": "b", "subTitle": "t"}


def _set(element: Any, kind: str | None) -> None:
    """Set a placeholder of one kind: without side margins, where it has a place of ours."""
    body = element.txBody.bodyPr
    for side in ("lIns", "rIns") if kind in (*_PLACES, *_COVER) else ():
        body.set(side, "0")
    if kind in _ANCHORS:
        body.set("anchor", _ANCHORS[kind])
    for level in element.iter(qn("a:lvl1pPr")) if kind == "subTitle" else ():
        level.set("algn", "l")
    for font in element.iter(qn("a:defRPr")) if kind in _PALE else ():
        if kind != "subTitle":
            font.set("sz", str(Pt(10).centipoints))
        _darkened(font)


def _darkened(font: Any) -> None:
    """Take the second ink in place of tints too pale to be read."""
    for colour in font.iter(qn("a:schemeClr")):
        colour.set("val", "tx2")
        for tint in list(colour):
            colour.remove(tint)


def _themed(theme: bytes) -> bytes:
    """Return a theme with the project's colours and font."""
    tree = etree.fromstring(theme)
    for name, colour in _COLOURS.items():
        slot = tree.find(f".//{qn('a:clrScheme')}/{qn(f'a:{name}')}")
        for old in list(slot):
            slot.remove(old)
        etree.SubElement(slot, qn("a:srgbClr")).set("val", colour.removeprefix("#").upper())
    for fonts in tree.iter(qn("a:majorFont"), qn("a:minorFont")):
        fonts.find(qn("a:latin")).set("typeface", FONT)
    content: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return content
