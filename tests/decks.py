"""Slides for tests: made of plausible numbers, opened again, and measured."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageFont
from pptx import Presentation
from pptx.util import Emu

from sim.archive import archived
from sim.comparison import Comparison
from sim.present.content import deck
from sim.present.slides import draw
from sim.present.template import template
from sim.report.view import View
from sim.words import Words
from tests import story_examples

LONG = (
    "Nhận và trả kết quả thủ tục hành chính trong ngày cho tất cả mọi người đến nộp hồ sơ trước "
    "giờ đóng cửa, kể cả những người đến sau mốc giờ tiếp nhận, và ủy quyền ký cho công chức"
)
UNBROKEN = "W" * 90
EVIL = '=cmd|"/c calc"!A1 <script>alert(1)</script> & {braces}'
LINE = 1.15
"""Height of a line of Liberation Sans, whose letters are as wide as Arial's, by its size."""
_FONTS = (
    "/usr/share/fonts/truetype/liberation2/LiberationSans-{}.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSans-{}.ttf",
    "/usr/share/fonts/liberation-sans/LiberationSans-{}.ttf",
    "LiberationSans-{}.ttf",
)


def comparison() -> Comparison:
    """Return four scenarios against the office as it is, with people's days."""
    return story_examples.comparison()


def view(found: Comparison, language: str = "en") -> View:
    """Return a comparison and the words to say it in."""
    return View(found, Words(language, "VND"))


def slides(found: Comparison, language: str = "en", looks: Path | None = None) -> bytes:
    """Return the presentation of a comparison."""
    seen = view(found, language)
    return draw(deck(seen), template(looks), seen.words)


@cache
def usual() -> Any:
    """Return the slides of the usual comparison, opened; they are not to be changed."""
    return opened(slides(comparison()))


def opened(content: bytes) -> Any:
    """Return a presentation, of which no file has the name of another."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        names = archive.namelist()
    assert len(names) == len(set(names))
    return Presentation(BytesIO(content))


def titles(made: Any) -> list[str]:
    """Return the titles of a presentation's slides."""
    return [page.shapes.title.text_frame.text for page in made.slides]


def only(whole: Comparison, scenario: str) -> Comparison:
    """Return a comparison of one scenario alone with what it is compared with."""
    kept = (whole.baseline, scenario)
    return replace(
        whole,
        scenarios={id_: whole.scenarios[id_] for id_ in kept},
        differences={scenario: whole.differences[scenario]},
        verdicts={scenario: whole.verdicts[scenario]},
        fares={},
    )


def named(found: Comparison, title: str) -> Comparison:
    """Return a comparison of which study and scenarios have a title."""
    scenarios = {
        id_: replace(each, title=f"{title} {place}")
        for place, (id_, each) in enumerate(found.scenarios.items())
    }
    return replace(found, title=title, scenarios=scenarios)


def kept(folder: Path, found: Comparison) -> Path:
    """Keep a comparison as its results are kept."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "comparison.json").write_bytes(archived(found))
    return folder


def charts(made: Any) -> Iterator[Any]:
    """Yield every chart of a presentation."""
    for page in made.slides:
        yield from (shape for shape in page.shapes if shape.has_chart)


@cache
def _font(weight: str) -> Any:
    for name in _FONTS:
        try:
            return ImageFont.truetype(name.format(weight), 1000)
        except OSError:
            continue
    pytest.skip("texts are measured in Liberation Sans, which this machine has not")


def _wide(text: str, size: float, bold: bool) -> float:
    return float(_font("Bold" if bold else "Regular").getlength(text)) / 1000 * size


def lines(text: str, size: float, bold: bool, room: float) -> int:
    """Return how many lines a text takes in a box so wide, as programs break them: at spaces."""
    count = 0
    for part in text.replace("\v", "\n").split("\n"):
        count, line = count + 1, ""
        for word in part.split(" "):
            longer = f"{line} {word}" if line else word
            if line and _wide(longer, size, bold) > room:
                count, longer = count + 1, word
            line = longer
        count += int(_wide(line, size, bold) / room) if room > 0 else 0
    return count


def tall(frame: Any, room: float) -> float:
    """Return how tall the text of a frame is in a box so wide, in points."""
    height = 0.0
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            size = run.font.size.pt
            indent = int(paragraph._p.pPr.get("marL", 0)) if paragraph._p.pPr is not None else 0
            inside = room - Emu(indent).pt
            height += lines(run.text, size, bool(run.font.bold), inside) * LINE * size
        before = paragraph.space_before
        height += before.pt if before is not None else 0.0
    return height


def overflowing(page: Any) -> list[str]:
    """Return texts that are taller than their boxes, or boxes beyond the slide's edges."""
    found = []
    presentation = page.part.package.presentation_part.presentation
    wide, high = presentation.slide_width, presentation.slide_height
    for shape in page.shapes:
        if min(shape.left, shape.top) < 0 or shape.left + shape.width > wide + 9:
            found.append(f"{shape.name} is beyond an edge")
        if shape.top + shape.height > high:
            found.append(f"{shape.name} is beyond the foot")
        if shape.has_text_frame and shape.text_frame.text:
            across, down = _margins(shape)
            room = (shape.width - across) / 12_700
            if tall(shape.text_frame, room) > (shape.height - down) / 12_700 + 0.5:
                found.append(f"{shape.name}: {shape.text_frame.text}")
        if shape.has_table:
            found += _cells(shape.table)
    return found


def _margins(shape: Any) -> tuple[int, int]:
    frame = shape.text_frame
    return (
        frame.margin_left + frame.margin_right,
        frame.margin_top + frame.margin_bottom,
    )


def _cells(table: Any) -> list[str]:
    found = []
    for row in table.rows:
        for cell, column in zip(row.cells, table.columns, strict=True):
            room = (column.width - cell.margin_left - cell.margin_right) / 12_700
            space = (row.height - cell.margin_top - cell.margin_bottom) / 12_700
            if tall(cell.text_frame, room) > space + 0.5:
                found.append(f"cell: {cell.text_frame.text}")
    return found
