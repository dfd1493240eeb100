"""Users' own templates: what they keep, and what is no template."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml.ns import qn

from sim.errors import PlannerError
from sim.present.template import template
from tests import decks
from tests.decks import titles


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> Path:
    """Return somebody's presentation: 4:3, another font, slides that link to one another."""
    path = tmp_path_factory.mktemp("template") / "ours.pptx"
    made = Presentation()
    for place in range(3):
        page = made.slides.add_slide(made.slide_layouts[place])
        page.shapes.title.text = f"Example {place}"
        page.notes_slide.notes_text_frame.text = "example"
    numbers = CategoryChartData()
    numbers.categories = ["a"]
    numbers.add_series("x", [1])
    page.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, 999_999, 999_999, numbers)
    page.shapes[0].click_action.target_slide = made.slides[0]
    layout = made.slide_layouts[6]
    theme = next(
        rel.target_part
        for rel in made.slide_master.part.rels.values()
        if rel.reltype.endswith("/theme")
    )
    theme._blob = theme.blob.replace(b"Calibri", b"Verdana").replace(b"4F81BD", b"8C1D40")
    for each in list(layout.placeholders):
        each.element.getparent().remove(each.element)
    made.save(path)
    return path


def rewritten(path: Path, to: Path, name: str, change: tuple[bytes, bytes]) -> Path:
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(to, "w") as target:
        for each in source.namelist():
            content = source.read(each)
            target.writestr(each, content.replace(*change) if each == name else content)
    return to


def test_a_template_keeps_its_size_fonts_and_colours_and_loses_its_examples(own):
    made = decks.opened(decks.slides(decks.comparison(), looks=own))
    assert (made.slide_width, made.slide_height) == (9_144_000, 6_858_000)
    assert len(made.slides) == 10
    assert not any("Example" in title for title in titles(made))
    for page in made.slides:
        assert not list(page.element.iter(qn("a:latin")))
        assert "example" not in page.notes_slide.notes_text_frame.text
    trips = next(c for c in decks.charts(made) if c.name == "Trips to the office")
    used = {each.get("val") for each in trips.chart._chartSpace.iter(qn("a:schemeClr"))}
    assert "accent1" in used
    assert not list(trips.chart._chartSpace.iter(qn("a:latin")))
    parts = [part.partname for part in made.part.package.iter_parts()]
    assert sum("/slides/" in name for name in parts) == 10
    assert len(parts) == len(set(parts))


@pytest.mark.parametrize("language", ["en", "vi"])
def test_no_text_overflows_in_a_template(own, language):
    made = decks.opened(decks.slides(decks.comparison(), language, own))
    assert [text for page in made.slides for text in decks.overflowing(page)] == []


def test_a_template_of_templates_is_one_too(own, tmp_path):
    kind = (b"presentationml.presentation.main+xml", b"presentationml.template.main+xml")
    path = rewritten(own, tmp_path / "ours.potx", "[Content_Types].xml", kind)
    made = decks.opened(decks.slides(decks.comparison(), looks=path))
    assert len(made.slides) == 10


def not_templates(folder: Path, own: Path) -> dict[str, Path]:
    made = {name: folder / name for name in ("text.pptx", "cut.pptx", "other.pptx", "empty.pptx")}
    made["text.pptx"].write_text("no presentation")
    made["cut.pptx"].write_bytes(own.read_bytes()[:9_000])
    made["empty.pptx"].write_bytes(b"")
    with zipfile.ZipFile(made["other.pptx"], "w") as document:
        document.writestr(
            "[Content_Types].xml",
            '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
            'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        document.writestr("word/document.xml", "<w/>")
    rewritten(own, folder / "xml.pptx", "ppt/presentation.xml", (b"<p:sldMasterIdLst", b"<p:<"))
    return made | {
        "xml.pptx": folder / "xml.pptx", "none.pptx": folder / "none.pptx", "folder": folder,
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["text.pptx", "cut.pptx", "other.pptx", "empty.pptx", "xml.pptx", "none.pptx", "folder"],
)
def test_what_is_no_presentation_is_told(name, own, tmp_path):
    path = not_templates(tmp_path, own)[name]
    with pytest.raises(PlannerError, match=re.escape(str(path)) + ".* expected a PowerPoint file"):
        template(path)


def test_a_presentation_without_any_title_is_told(own, tmp_path):
    made = Presentation(own)
    for layout in made.slide_layouts:
        for each in list(layout.placeholders):
            each.element.getparent().remove(each.element)
    path = tmp_path / "bare.pptx"
    made.save(path)
    with pytest.raises(PlannerError, match=r"bare\.pptx: .*layout that has a title"):
        template(path)
