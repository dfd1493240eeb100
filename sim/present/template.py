"""Whose looks slides take: the project's own, or a user's template."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from lxml import etree
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Slides
from pptx.slide import SlideLayout

from sim.errors import PlannerError
from sim.present.fitting import Face, face
from sim.present.own_theme import own_presentation

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
_TYPES: Final = "[Content_Types].xml"
_LARGEST: Final = 500_000_000
_SMALL: Final = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.SLIDE_NUMBER)
_TITLES: Final = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
_CONTENT: Final = (PP_PLACEHOLDER.OBJECT, PP_PLACEHOLDER.BODY)
_LEAST_HIGH: Final = 0.45
"""Share of a slide's height that a place for content must have, or another is looked for."""


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
    slides = own_presentation() if path is None else _opened(path)
    _drop_slides(slides)
    layouts = [layout for master in slides.slide_masters for layout in master.slide_layouts]
    titled = [layout for layout in layouts if _title(layout) is not None]
    if not titled:
        raise PlannerError(
            f"{path}: expected a presentation with a layout that has a title, found none"
        )
    plain = _plain(titled)
    fonts, colours = _theme(plain)
    return Template(
        slides,
        _cover(titled),
        plain,
        _body(slides, titled, plain),
        face(fonts["major"]),
        face(fonts["minor"]),
        colours,
    )


def _opened(path: Path) -> Slides:
    try:
        content = _as_presentation(path)
        return Presentation(content)
    except FileNotFoundError:
        raise PlannerError(f"{path}: expected a PowerPoint file, there is no such file") from None
    except IsADirectoryError:
        raise PlannerError(f"{path}: expected a PowerPoint file, found a folder") from None
    except OSError as error:
        raise PlannerError(f"{path}: cannot be read ({error.strerror or error})") from None
    except zipfile.BadZipFile:
        raise PlannerError(
            f"{path}: expected a PowerPoint file (.pptx or .potx), found something else or a file "
            "that is cut off"
        ) from None
    except (KeyError, ValueError, AttributeError, etree.XMLSyntaxError):
        raise PlannerError(
            f"{path}: expected a PowerPoint file (.pptx or .potx), found one that lacks what a "
            "presentation has"
        ) from None


def _as_presentation(path: Path) -> BytesIO:
    """Return a file's content, templates and shows turned into presentations."""
    content = BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(content, "w") as target:
        if sum(each.file_size for each in source.infolist()) > _LARGEST:
            raise PlannerError(f"{path}: expected a template, found a file far too large")
        types = source.read(_TYPES).decode()
        if _MAIN not in types and not any(f'"{each}"' in types for each in _LIKE_IT):
            raise ValueError(_TYPES)
        for each in dict.fromkeys(source.namelist()):
            body = source.read(each)
            if each == _TYPES:
                for other in _LIKE_IT:
                    body = body.replace(f'"{other}"'.encode(), f'"{_MAIN}"'.encode())
            target.writestr(each, body)
    content.seek(0)
    return content


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
    return next((p for p in layout.placeholders if p.placeholder_format.type in _TITLES), None)


def _cover(layouts: list[SlideLayout]) -> SlideLayout:
    """Return the layout of a title slide: one with a subtitle, or else the first."""
    with_subtitle = [each for each in layouts if PP_PLACEHOLDER.SUBTITLE in _kinds(each)]
    centred = [each for each in with_subtitle if PP_PLACEHOLDER.CENTER_TITLE in _kinds(each)]
    return (centred or with_subtitle or layouts)[0]


def _plain(layouts: list[SlideLayout]) -> SlideLayout:
    """Return a layout of a title alone, or of a title and one place for content."""

    def others(layout: SlideLayout) -> list[Any]:
        return [kind for kind in _kinds(layout) if kind not in (*_TITLES, *_SMALL)]

    upright = [each for each in layouts if PP_PLACEHOLDER.TITLE in _kinds(each)] or layouts
    alone = [each for each in upright if not others(each)]
    content = [each for each in upright if len(others(each)) == 1 and others(each)[0] in _CONTENT]
    fewest = sorted(upright, key=lambda each: len(others(each)))
    return (alone or content or fewest)[0]


def _body(slides: Slides, layouts: list[SlideLayout], plain: SlideLayout) -> Box:
    """Return where content goes: where a layout with the same title has it, or below the title."""
    high, wide = slides.slide_height or 0, slides.slide_width or 0
    title = _title(plain)
    inset = _inset(title)
    top = (title.top or 0) + (title.height or 0)
    floor = min([_floor(plain, high), high - high // 20])
    for layout in layouts:
        same = _title(layout)
        places = [p for p in layout.placeholders if p.placeholder_format.type in _CONTENT]
        if len(places) == 1 and (same.left, same.top) == (title.left, title.top):
            found = places[0]
            bottom = min(found.top + found.height, floor)
            if found.top >= top and bottom - found.top > _LEAST_HIGH * high:
                return found.left + inset, found.top, found.width - 2 * inset, bottom - found.top
    if floor - top < _LEAST_HIGH * high:
        top, left = high // 4, wide // 20
        return left, top, wide - 2 * left, floor - top
    left, width = (title.left or 0) + inset, (title.width or wide) - 2 * inset
    return left, top + high // 60, width, floor - top - high // 60


def _inset(title: Any) -> int:
    """Return how far from its box's edge a title begins."""
    master = title._base_placeholder
    chain = [each for each in (title, master) if each is not None]
    found = [each.element.txBody.bodyPr.get("lIns") for each in chain]
    return next((int(each) for each in found if each), 91_440)


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
