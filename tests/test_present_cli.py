"""onestop present: which files it writes, what it says, and what is refused without a trace."""

from __future__ import annotations

import json
import os
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import typer
from pptx import Presentation
from typer.testing import CliRunner

from sim.present import images
from sim.present.commands import present
from tests import decks

app = typer.Typer()
app.command()(present)


def run(*arguments: object):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def refused(result) -> str:
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return " ".join(str(result.stderr).split())


@pytest.fixture
def results(tmp_path) -> Path:
    return decks.kept(tmp_path / "results", decks.comparison())


def there(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_slides_are_written_into_the_results(results):
    done = run(results)
    assert done.exit_code == 0
    assert there(results) == {"comparison.json", "slides.pptx"}
    assert str(results / "slides.pptx") in done.stdout.replace("\n", "")
    assert len(Presentation(results / "slides.pptx").slides) == 10


def test_a_workbook_is_written_where_it_is_asked_for(results, tmp_path):
    out = tmp_path / "elsewhere" / "deep"
    assert run(results, "--excel", "--out", out).exit_code == 0
    assert there(out) == {"slides.pptx", "tables.xlsx"}
    assert there(results) == {"comparison.json"}


def test_the_language_is_that_of_slides_and_workbook(results, tmp_path):
    assert run(results, "--lang", "vi", "--excel", "--out", tmp_path / "vi").exit_code == 0
    made = Presentation(tmp_path / "vi" / "slides.pptx")
    title = made.slides[1].shapes.title.text_frame.text
    assert "What is changed" not in title
    with zipfile.ZipFile(tmp_path / "vi" / "tables.xlsx") as book:
        assert "Who gains" not in book.read("xl/workbook.xml").decode()


def test_pictures_are_written_into_a_folder_of_their_own(results, monkeypatch):
    monkeypatch.setattr(images, "images", lambda view: {"a.png": b"png", "a.svg": b"<svg/>"})
    assert run(results, "--pictures").exit_code == 0
    assert there(results) == {
        "comparison.json", "slides.pptx", "pictures/a.png", "pictures/a.svg",
    }  # fmt: skip
    assert (results / "pictures" / "a.png").read_bytes() == b"png"


def test_a_template_is_taken(results, tmp_path):
    own = tmp_path / "own.pptx"
    Presentation().save(own)
    assert run(results, "--template", own).exit_code == 0
    assert Presentation(results / "slides.pptx").slide_width == 9_144_000


def test_slides_can_be_made_again(results):
    assert run(results).exit_code == run(results).exit_code == 0
    assert there(results) == {"comparison.json", "slides.pptx"}


def changed(results: Path, **said: object) -> None:
    path = results / "comparison.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | said))


def test_an_unknown_language_is_refused(results, tmp_path):
    said = refused(run(results, "--lang", "xx", "--out", tmp_path / "out"))
    assert "--lang: expected one of en, vi" in said
    assert not (tmp_path / "out").exists()


def test_results_that_are_not_there_are_refused(tmp_path):
    assert "there is no such folder" in refused(run(tmp_path / "none"))
    assert "comparison.json is in it" in refused(run(tmp_path))
    assert there(tmp_path) == set()


def test_results_of_another_version_are_refused(results):
    changed(results, format=99, onestop="9.9")
    assert "written by onestop 9.9" in refused(run(results))
    assert there(results) == {"comparison.json"}


def test_results_cut_off_are_refused(results):
    path = results / "comparison.json"
    path.write_bytes(path.read_bytes()[:5_000])
    assert "cut off or changed" in refused(run(results, "--excel"))
    assert there(results) == {"comparison.json"}


def test_a_template_that_is_no_presentation_is_refused_and_nothing_is_written(results, tmp_path):
    path = tmp_path / "notes.pptx"
    path.write_text("no presentation")
    said = refused(run(results, "--template", path, "--excel", "--out", tmp_path / "out"))
    assert "notes.pptx: expected a PowerPoint file" in said
    assert not (tmp_path / "out").exists()


def test_without_a_chromium_nothing_is_written_and_what_was_there_stays(results, monkeypatch):
    (results / "slides.pptx").write_bytes(b"of the run before")
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chromium")
    said = refused(run(results, "--pictures", "--excel"))
    assert "no Chromium was found" in said
    assert there(results) == {"comparison.json", "slides.pptx"}
    assert (results / "slides.pptx").read_bytes() == b"of the run before"


def test_a_file_in_place_of_the_folder_is_refused(results, tmp_path):
    out = tmp_path / "file"
    out.write_text("")
    assert "expected a folder" in refused(run(results, "--out", out))


def test_what_cannot_be_put_in_place_leaves_all_as_it_was(results, monkeypatch):
    (results / "slides.pptx").write_bytes(b"of the run before")
    real = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if b"xl/workbook.xml" in content:
            raise OSError(28, os.strerror(28))
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    assert "cannot write there" in refused(run(results, "--excel"))
    assert there(results) == {"comparison.json", "slides.pptx"}
    assert (results / "slides.pptx").read_bytes() == b"of the run before"


def test_an_office_file_that_looks_like_formulas_and_tags_is_shown_as_it_is(tmp_path):
    title = "=1+1 <b>bold</b>"
    results = decks.kept(tmp_path / "r", decks.named(decks.comparison(), title))
    assert run(results, "--excel").exit_code == 0
    made = Presentation(BytesIO((results / "slides.pptx").read_bytes()))
    assert title in made.slides[0].shapes.title.text_frame.text
