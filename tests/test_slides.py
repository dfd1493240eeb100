"""Slides: how many, their titles, feet and notes, that texts fit, that LibreOffice opens them."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn

from sim.present.content import deck
from sim.present.deck import TimeLine
from tests import comparisons, decks
from tests.decks import EVIL, LONG, UNBROKEN, titles


@pytest.fixture(scope="module")
def english() -> Any:
    return decks.usual()


CONTROLS = "Bell\a and \x0b tab\ud83d"


def test_there_are_ten_slides_at_most_in_16_to_9_and_each_has_a_title_of_its_own(english):
    assert len(english.slides) == 10
    assert english.slide_width * 9 == pytest.approx(english.slide_height * 16, rel=1e-3)
    assert len(set(titles(english))) == 10


def test_one_run_of_one_day_is_said_without_a_plural():
    once = replace(decks.comparison(), days=1, warmup=1)
    texts = str(deck(decks.view(once))) + str(
        deck(decks.view(replace(comparisons.alone(), days=1)))
    )
    assert "working days each: 1" in texts
    assert "working days: 1" in texts
    assert "1 working days" not in texts


def test_an_office_alone_has_slides_without_differences():
    made = decks.opened(decks.slides(comparisons.alone()))
    assert 3 <= len(made.slides) < 10
    assert "nothing to compare" in titles(made)[0]
    assert not list(made.element.iter(qn("c:errBars")))


def test_every_slide_is_spoken_of_and_says_how_sure_it_is(english):
    notes = [page.notes_slide.notes_text_frame.text for page in english.slides]
    assert all(len(text) > 40 for text in notes)
    sure = [text for text in notes if "95% interval" in text]
    assert len(sure) >= 6
    assert sum("assumptions" in text for text in notes) >= 6


def test_the_last_slide_names_sources_seed_versions_and_command(english):
    texts = " ".join(
        shape.text_frame.text for shape in english.slides[9].shapes if shape.has_text_frame
    )
    for part in ("Register of the year before", "seed 2023", "simpy 4.1.1", "onestop compare"):
        assert part in texts


def test_every_slide_has_its_number_the_date_and_the_office_at_its_foot(english):
    for page in english.slides:
        fields = [each for each in page.element.iter(qn("a:fld")) if each.get("type") == "slidenum"]
        texts = [shape.text_frame.text for shape in page.shapes if shape.has_text_frame]
        assert len(fields) == 1
        assert "5 January 2026" in texts
        assert "Results until closing time – A commune's one-stop unit" in texts


def test_titles_from_files_stay_texts():
    content = decks.slides(decks.named(decks.comparison(), EVIL))
    made = decks.opened(content)
    assert any(EVIL.partition(" ")[0] in title for title in titles(made))
    for chart in decks.charts(made):
        blob = chart.chart.part.chart_workbook.xlsx_part.blob
        with zipfile.ZipFile(BytesIO(blob)) as book:
            assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_letters_that_no_file_may_hold_are_left_out():
    made = decks.opened(decks.slides(decks.named(decks.comparison(), CONTROLS)))
    assert any("Bell and  tab" in title for title in titles(made))


def test_texts_say_in_which_language_they_are():
    made = decks.opened(decks.slides(decks.comparison(), "vi"))
    runs = [run for page in made.slides for run in page.element.iter(qn("a:rPr"))]
    assert runs
    assert {run.get("lang") for run in runs if run.getparent().tag == qn("a:r")} == {"vi"}


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("title", ["", LONG, UNBROKEN], ids=["usual", "long", "unbroken"])
def test_no_text_overflows_its_box(language, title):
    found = decks.named(decks.comparison(), title) if title else decks.comparison()
    made = decks.opened(decks.slides(found, language))
    assert [text for page in made.slides for text in decks.overflowing(page)] == []


def test_what_takes_too_much_room_would_be_noticed(english):
    page = Presentation(BytesIO(decks.slides(decks.comparison()))).slides[0]
    page.shapes.title.text_frame.paragraphs[0].runs[0].text = LONG * 3
    assert decks.overflowing(page)


@pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftoppm")),
    reason="LibreOffice and pdftoppm turn slides into pictures; one of them is not here",
)
@pytest.mark.parametrize("language", ["en", "vi"])
def test_libreoffice_opens_the_slides_and_draws_each(language, tmp_path):
    path = tmp_path / "slides.pptx"
    path.write_bytes(decks.slides(decks.comparison(), language))
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path],
        check=True,
        capture_output=True,
        timeout=180,
    )
    pictures = tmp_path / "slide"
    subprocess.run(
        ["pdftoppm", "-r", "30", "-png", tmp_path / "slides.pdf", pictures], check=True, timeout=60
    )
    drawn = sorted(tmp_path.glob("slide-*.png"))
    assert len(drawn) == 10
    assert all(picture.stat().st_size > 1_500 for picture in drawn)


def test_a_day_that_no_scenario_changes_is_not_shown():
    whole = decks.comparison()
    assert whole.story is not None
    first, *others = whole.story.stories
    life = first.lives[whole.baseline]
    same = replace(first, lives=dict.fromkeys(first.lives, life), reasons=("late_afternoon",))
    gained = replace(others[0], reasons=("most_gained",))
    story = replace(whole.story, stories=(same, gained))
    slide = next(
        s
        for s in deck(decks.view(replace(whole, story=story))).slides
        if isinstance(s.blocks[0], TimeLine)
    )
    assert "sooner" in slide.title


def test_a_time_line_says_what_is_thick_and_thin_hatches_breaks_and_marks_the_result(english):
    (page,) = [p for p in english.slides if "One citizen" in p.shapes.title.text_frame.text]
    texts = [shape.text_frame.text for shape in page.shapes if shape.has_text_frame]
    assert "Thick: the person in the office" in texts
    assert "Thin: their papers" in texts
    assert "✓" in texts
    assert list(page.element.iter(qn("a:pattFill")))
