"""Whose looks slides take: the project's own, or a user's template."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PythonPptxError
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Slides
from pptx.slide import SlideLayout
from pptx.util import Emu

from sim.errors import PlannerError
from sim.present.fitting import Face, face_of
from sim.present.own_theme import own_presentation
from sim.said import phrase

Box = tuple[int, int, int, int]
"""Left, top, width and height in EMU."""

_MAIN: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_LIKE_IT: Final = (
    "application/vnd.openxmlformats-officedocument.presentationml.template.main+xml",
    "application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml",
    "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
    "application/vnd.ms-powerpoint.template.macroEnabled.main+xml",
    "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
)
"""Templates, shows, and those with macros, which are left out."""
_ABOUT: Final = "/metadata/core-properties"
_TYPES: Final = "[Content_Types].xml"
_LARGEST: Final = 500_000_000
_SMALL: Final = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
TITLES: Final = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_CONTENT: Final = (PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.BODY)
_PLACES: Final = {
    PP_PLACEHOLDER.TITLE: (0.04, 0.18),
    PP_PLACEHOLDER.CENTER_TITLE: (0.2, 0.3),
    PP_PLACEHOLDER.SUBTITLE: (0.55, 0.3),
}
"""Top and height of texts that a file does not place, as shares of a slide's height."""
_LEAST_HIGH: Final = 0.45
"""Share of a slide's height that a place for content must have, or another is looked for."""
_LEAST_WIDE: Final = 0.3
"""And of its width."""
_USUAL: Final = (9_144_000, 6_858_000)
"""Width and height of slides of which a file does not say it."""
_SIZES: Final = range(914_400, 51_206_401)
"""Widths and heights of slides that the format knows."""
_USUAL_INSET: Final = 91_440
_OLD: Final = bytes.fromhex("d0cf11e0a1b11ae1")
"""How files begin that are of the kind before .pptx, or hidden by a password."""
_ENCRYPTED: Final = 1
_LACKING: Final = (
    LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RuntimeError, EOFError,
    StopIteration, AssertionError, etree.LxmlError, zlib.error, lzma.LZMAError, PythonPptxError,
)  # fmt: skip
"""What reading raises where something is not there, or not as the format has it."""


@dataclass(frozen=True)
class Template:
    """A presentation to put slides into, and where on them.

    Attributes
    ----------
    slides
        The presentation, without any slide.
    cover, plain
        The layouts of the first slide and of the others.
    body
        Where content goes.
    title_face, face
        How much room the fonts need.
    colours
        Of the theme, by name.
    """

    slides: Slides
    cover: SlideLayout
    plain: SlideLayout
    body: Box
    title_face: Face
    face: Face
    colours: dict[str, str]


def template(path: Path | None) -> Template:
    """Return the template in a file, or the project's own.

    Raises
    ------
    PlannerError
        If the file is no presentation, or has no layout with a title.
    """
    with presentation_expected(path):
        slides = own_presentation() if path is None else _opened(path)
        _drop_slides(slides)
        layouts = [layout for master in slides.slide_masters for layout in master.slide_layouts]
        titled = [layout for layout in layouts if _title(layout) is not None]
        if not titled:
            text = phrase(
                "{path}: expected a presentation with a layout that has a title, found none",
                path=path,
            )
            raise PlannerError(text)
        cover, plain = _cover(titled), _plain(titled)
        _give_places(_sized(slides), (cover, plain))
        fonts, colours = _theme(plain)
        return Template(
            slides,
            cover,
            plain,
            _body(slides, titled, plain),
            face_of(fonts["major"]),
            face_of(fonts["minor"]),
            colours,
        )


@contextmanager
def presentation_expected(path: Path | None) -> Iterator[None]:
    """Say what is wrong with a template wherever it shows.

    Parts of a file are read when they are needed, the last of them when slides are drawn.

    Parameters
    ----------
    path
        The template; with None, the project's own, nothing is a fault of a file.

    Raises
    ------
    PlannerError
        If the file is no presentation, or lacks what a presentation has.
    """
    try:
        yield
    except zipfile.BadZipFile:
        raise _something_else(path) from None
    except OSError as error:
        reason = error.strerror or error
        text = phrase("{path}: cannot be read ({reason})", path=path, reason=reason)
        raise PlannerError(text) from None
    except _LACKING:
        if path is None:
            raise
        text = phrase(
            "{path}: expected a PowerPoint file (.pptx or .potx), found one that lacks what a "
            "presentation has",
            path=path,
        )
        raise PlannerError(text) from None


def _something_else(path: Path | None) -> PlannerError:
    return PlannerError(
        phrase(
            "{path}: expected a PowerPoint file (.pptx or .potx), found something else or a file "
            "that is cut off",
            path=path,
        )
    )


def _opened(path: Path) -> Slides:
    if path.is_dir():
        text = phrase("{path}: expected a PowerPoint file, found a folder", path=path)
        raise PlannerError(text)
    if not path.exists():
        text = phrase("{path}: expected a PowerPoint file, there is no such file", path=path)
        raise PlannerError(text)
    # Nobody may ever write to a pipe.
    if not path.is_file():
        raise _something_else(path)
    with path.open("rb") as begun:
        if begun.read(len(_OLD)) == _OLD:
            raise _protected(path)
    return _with_one_about(Presentation(_as_presentation(path)))


def _with_one_about(slides: Slides) -> Slides:
    """Take out what a file says of itself where python-pptx would not find it and add another.

    LibreOffice names that part of a template in its own way.
    """
    package = slides.part.package
    for rel in list(package.iter_rels()):
        if rel.reltype.endswith(_ABOUT) and rel.reltype != RT.CORE_PROPERTIES:
            package.drop_rel(rel.rId)
    return slides


def _protected(path: Path) -> PlannerError:
    return PlannerError(
        phrase(
            "{path}: expected a PowerPoint file (.pptx or .potx), found one that is protected by "
            "a password or of an older kind (.ppt). Save it as .pptx, without a password",
            path=path,
        )
    )


def _as_presentation(path: Path) -> BytesIO:
    """Return a file's content, templates and shows turned into presentations."""
    content = BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(content, "w") as target:
        inside = source.infolist()
        if sum(each.file_size for each in inside) > _LARGEST:
            text = phrase("{path}: expected a template, found a file far too large", path=path)
            raise PlannerError(text)
        if any(each.flag_bits & _ENCRYPTED for each in inside):
            raise _protected(path)
        types = source.read(_TYPES).decode() if _TYPES in source.namelist() else ""
        if _MAIN not in types and not any(f'"{each}"' in types for each in _LIKE_IT):
            raise _something_else(path)
        for each in dict.fromkeys(source.namelist()):
            body = source.read(each)
            if each == _TYPES:
                for other in _LIKE_IT:
                    body = body.replace(f'"{other}"'.encode(), f'"{_MAIN}"'.encode())
            target.writestr(each, body)
    content.seek(0)
    return content


def _sized(slides: Slides) -> Slides:
    """Return slides of a known size; the usual one where a file does not say it."""
    if slides.slide_width is None or slides.slide_height is None:
        slides.slide_width, slides.slide_height = map(Emu, _USUAL)
    if not all(int(each or 0) in _SIZES for each in (slides.slide_width, slides.slide_height)):
        raise ValueError(slides.slide_width, slides.slide_height)
    return slides


def _drop_slides(slides: Slides) -> None:
    """Take all slides out, and all that speaks of them: sections, shows, links, macros."""
    part, root = slides.part, slides.element
    gone = {rel.target_part for rel in part.rels.values() if rel.reltype.endswith("/slide")}
    # The list itself stays: python-pptx holds on to it.
    for found in root.xpath("p:sldIdLst/p:sldId | p:custShowLst | p:extLst"):
        found.getparent().remove(found)
    for each in list(part.package.iter_parts()):
        for key, rel in list(each.rels.items()):
            macro = rel.reltype.endswith("/vbaProject")
            if macro or (not rel.is_external and rel.target_part in gone and each not in gone):
                _unlink(each, key)


def _unlink(part: Any, key: str) -> None:
    """Take out a relationship and what refers to it."""
    part.rels.pop(key)
    element = getattr(part, "_element", None)
    for found in element.xpath(f'.//*[@r:id="{key}"]') if element is not None else ():
        found.getparent().remove(found)


def _kinds(layout: SlideLayout) -> list[Any]:
    return [p.placeholder_format.type for p in layout.placeholders]


def _title(layout: SlideLayout) -> Any:
    return next((p for p in layout.placeholders if p.placeholder_format.type in TITLES), None)


def _cover(layouts: list[SlideLayout]) -> SlideLayout:
    """Return the layout of a title slide: one with a subtitle, or else the first."""
    with_subtitle = [each for each in layouts if PP_PLACEHOLDER.SUBTITLE in _kinds(each)]
    centred = [each for each in with_subtitle if PP_PLACEHOLDER.CENTER_TITLE in _kinds(each)]
    return (centred or with_subtitle or layouts)[0]


def _plain(layouts: list[SlideLayout]) -> SlideLayout:
    """Return a layout of a title alone, or of a title and one place for content."""

    def others(layout: SlideLayout) -> list[Any]:
        return [kind for kind in _kinds(layout) if kind not in (*TITLES, *_SMALL)]

    upright = [each for each in layouts if PP_PLACEHOLDER.TITLE in _kinds(each)] or layouts
    alone = [each for each in upright if not others(each)]
    content = [each for each in upright if len(others(each)) == 1 and others(each)[0] in _CONTENT]
    fewest = sorted(upright, key=lambda each: len(others(each)))
    return (alone or content or fewest)[0]


def _give_places(slides: Slides, layouts: tuple[SlideLayout, ...]) -> None:
    """Give titles that no layout and no master places a place; take out what else has none."""
    wide, high = slides.slide_width or 0, slides.slide_height or 0
    for layout in layouts:
        for each in list(layout.placeholders):
            kind = each.placeholder_format.type
            if None not in _box(each):
                continue
            if kind not in _PLACES:
                each.element.getparent().remove(each.element)
                continue
            top, tall = _PLACES[kind]
            each.left, each.width = Emu(wide // 20), Emu(wide - wide // 10)
            each.top, each.height = Emu(round(top * high)), Emu(round(tall * high))


def _box(placeholder: Any) -> tuple[int | None, int | None, int | None, int | None]:
    return placeholder.left, placeholder.top, placeholder.width, placeholder.height


def _body(slides: Slides, layouts: list[SlideLayout], plain: SlideLayout) -> Box:
    """Return where content goes: where a layout with the same title has it, or below the title."""
    high, wide = slides.slide_height or 0, slides.slide_width or 0
    title = _title(plain)
    inset = _inset(title, wide)
    top = max((title.top or 0) + (title.height or 0), high // 20)
    floor = min([_floor(plain, high), high - high // 20])
    for layout in layouts:
        same = _title(layout)
        found = _place(layout)
        if found is not None and (same.left, same.top) == (title.left, title.top):
            bottom = min(found.top + found.height, floor)
            if found.top >= top and bottom - found.top > _LEAST_HIGH * high:
                across = _across(found.left + inset, found.width - 2 * inset, wide)
                return across[0], found.top, across[1], bottom - found.top
    if floor - top < _LEAST_HIGH * high:
        top, left = high // 4, wide // 20
        return left, top, wide - 2 * left, floor - top
    left, width = _across((title.left or 0) + inset, (title.width or wide) - 2 * inset, wide)
    return left, top + high // 60, width, floor - top - high // 60


def _place(layout: SlideLayout) -> Any:
    """Return a layout's one place for content, if it has one and says where it is."""
    places = [p for p in layout.placeholders if p.placeholder_format.type in _CONTENT]
    if len(places) != 1:
        return None
    return None if None in _box(places[0]) else places[0]


def _across(left: int, width: int, wide: int) -> tuple[int, int]:
    """Return where content begins and how wide it is, all of it on the slide."""
    left, right = max(left, 0), min(left + width, wide)
    if right - left < _LEAST_WIDE * wide:
        left, right = wide // 20, wide - wide // 20
    return left, right - left


def _inset(title: Any, wide: int) -> int:
    """Return how far from its box's edge a title begins."""
    master = title._base_placeholder
    chain = [each.element.txBody.bodyPr for each in (title, master) if each is not None]
    found = next((int(each.lIns) for each in chain if each.get("lIns")), _USUAL_INSET)
    return min(max(found, 0), wide // 10)


def _floor(layout: SlideLayout, high: int) -> int:
    """Return where date, footer and number begin, if they are at the foot."""
    tops = [p.top for p in layout.placeholders if p.placeholder_format.type in _SMALL and p.top]
    return min([top for top in tops if top > high // 2], default=high)


def _theme(layout: SlideLayout) -> tuple[dict[str, str], dict[str, str]]:
    """Return the fonts and colours of the theme of a layout's master."""
    parts = layout.slide_master.part.rels.values()
    theme = next((rel.target_part for rel in parts if rel.reltype.endswith("/theme")), None)
    tree = etree.fromstring(theme.blob) if theme is not None else etree.Element("none")
    fonts = {
        kind: next((each.get("typeface", "") for each in _latin(tree, kind)), "")
        for kind in ("major", "minor")
    }
    colours = {}
    for slot in tree.iterfind(f".//{qn('a:clrScheme')}/*"):
        for colour in slot:
            value = colour.get("lastClr") or colour.get("val") or ""
            if len(value) == 6:
                colours[etree.QName(slot).localname] = f"#{value.lower()}"
    return fonts, colours


def _latin(tree: Any, kind: str) -> Iterator[Any]:
    yield from tree.iterfind(f".//{qn(f'a:{kind}Font')}/{qn('a:latin')}")
