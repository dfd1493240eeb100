"""No text reaches a reader but through the catalogue: shown in a language made of marks."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from rich.console import Console

from sim.calibrate import run as calibrating
from sim.calibrate.dossier_validation import validate_dossiers
from sim.calibrate.dossiers import fit_dossiers
from sim.calibrate.office_text import office_text
from sim.calibrate.outcome import Calibration
from sim.calibrate.page import render_calibration
from sim.calibrate.terminal import print_calibration
from sim.languages.messages import texts
from sim.office import Office
from sim.office_file import office_of
from sim.parameters import readable_key
from sim.present.workbook import tables
from sim.province.outcome import Province
from sim.province.page import render as render_province
from sim.province.terminal import Asked, ranking_table, run_and_show, totals_table
from sim.report.page import render
from sim.report.view import View
from sim.study import load_study
from sim.terminal import baseline_table, scenario_table
from sim.words import Words
from tests import (
    comparisons,
    decks,
    province_files,
    story_examples,
    test_calibrate_cli,
)
from tests.dossier_logs import permit_office, run_of
from tests.marks import LANGUAGE, Marks
from tests.records_files import written
from tests.test_hinges import ONCE, STILL, TURNING
from tests.test_hinges import comparison as hinging


@pytest.fixture
def marks(monkeypatch: pytest.MonkeyPatch) -> Marks:
    found = Marks()
    monkeypatch.setattr("sim.words.catalogue", lambda _: found)
    for terminal in ("sim.terminal", "sim.province.terminal"):  # marks stay on one line
        monkeypatch.setattr(f"{terminal}.narrow", lambda text, _: text)
    return found


class Seen(HTMLParser):
    """What of a page people read: text, what is read out, and texts in the data of pictures."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.texts += [v for k, v in found.items() if k in ("aria-label", "title", "alt")]
        if tag not in ("meta", "br", "input", "hr", "link", "img"):
            self._open.append((tag, found))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, found = self._open[-1] if self._open else ("", {})
        if tag == "script" and found.get("type") == "application/json":
            self.texts += list(strings(json.loads(data)))
        elif tag not in ("script", "style", "code", "dd"):
            self.texts.append(data)


SHOWN = ("text", "name", "hovertext", "ticktext")
"""Keys of a figure under which Plotly finds texts."""


PLAIN = ("family", "font", "textposition")
"""Keys with a space in what they say that is no text."""


def strings(value: Any, key: str = "") -> Iterator[str]:
    """Yield texts for people in JSON: those of pictures, and whatever has a space in it."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from strings(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part, key)
    elif isinstance(value, str) and (key in SHOWN or (" " in value and key not in PLAIN)):
        yield value


def unmarked(text: str) -> str:
    """Return what of a text stands in no marks."""
    left, depth = "", 0
    for letter in re.sub(r"</?(b|br|i)>", " ", text):
        depth += (letter == "«") - (letter == "»")
        left += letter if depth == 0 and letter != "»" else ""
    return left


def own_texts(value: Any) -> Iterator[str]:
    """Yield the texts that files hold, and ids as they are shown."""
    if isinstance(value, str):
        yield from (value, readable_key(value), readable_key(value).capitalize())
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from own_texts(key)
            yield from own_texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from own_texts(part)


def of_comparison() -> list[str]:
    """Return the texts of the made-up office and its scenarios, the longest first."""
    whole = comparisons.comparison()
    titles = [whole.title, *(each.title for each in whole.scenarios.values())]
    ids = list(whole.scenarios)
    found = {*own_texts([titles, ids, comparisons.COMMUNE, whole.provenance, "VND"])}
    return sorted((text for text in found if re.search("[A-Za-z]", text)), key=len, reverse=True)


def left_over(seen: list[str], own: list[str]) -> list[str]:
    """Return texts with a letter that is in no marks and in no text of the files."""
    bad = []
    for text in seen:
        left = unmarked(text)
        for known in own:
            left = re.sub(rf"(?<!\w){re.escape(known)}(?!\w)", " ", left)
        if re.search(r"[A-Za-zÀ-ỹ]", left):
            bad.append(left.strip()[:200])
    return bad


def told() -> Any:
    """Return a comparison with all there is to tell."""
    return story_examples.comparison(hinging(STILL, TURNING, ONCE, not_moved=("calendar.hours",)))


def known(asked: set[str]) -> set[str]:
    """Return what was asked for and is no text of the program, nor of the office's files."""
    own = set(of_comparison())
    return {text for text in asked - set(texts().said) - own if re.search("[A-Za-z]{3}", text)}


# ---- The report ----------------------------------------------------------------------------------


@pytest.mark.parametrize("found", [told(), comparisons.alone()], ids=["compared", "alone"])
def test_every_text_of_the_report_is_said(marks: Marks, found: Any) -> None:
    page = render(found, LANGUAGE)
    assert left_over(Seen(page).texts, of_comparison()) == []
    assert known(marks.asked) == set()


def test_every_text_of_the_slides_is_said(marks: Marks) -> None:
    content = decks.slides(told(), LANGUAGE)
    seen = [text for slide in Presentation(io.BytesIO(content)).slides for text in on(slide)]
    assert len(seen) > 100
    assert left_over(seen, of_comparison()) == []
    assert known(marks.asked) == set()


def on(slide: Any) -> Iterator[str]:
    """Yield the texts of a slide, of its tables and of its notes."""
    for shape in slide.shapes:
        if shape.has_text_frame:
            yield shape.text_frame.text
        if shape.has_table:
            yield from (cell.text for row in shape.table.rows for cell in row.cells)
    if slide.has_notes_slide:
        yield slide.notes_slide.notes_text_frame.text


def test_every_text_of_the_workbook_is_said(marks: Marks) -> None:
    sheets = tables(View(told(), Words(LANGUAGE)))
    seen = [
        text for text in inside(sheets) if not re.fullmatch(r"\w+(\.[\w*\[\]-]+)+", text)
    ]  # paths
    assert left_over(seen, of_comparison()) == []
    assert known(marks.asked) == set()


def inside(value: Any) -> Iterator[str]:
    """Yield every string inside plain data."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from inside(getattr(value, field.name))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from inside(part)


def test_every_text_of_the_terminal_is_said(marks: Marks) -> None:
    found, words = comparisons.comparison(), Words(LANGUAGE)
    console = Console(width=200, record=True, file=io.StringIO())
    measures = found.scenarios["baseline"].measures
    lost = {"lost": measures["late_share"]}
    scenarios = {n: replace(s, measures=s.measures | lost) for n, s in found.scenarios.items()}
    verdicts = {n: v | {"lost": v["trips"], "visit_minutes": v["trips"]}
                for n, v in found.verdicts.items()}  # fmt: skip
    differences = {n: d | lost for n, d in found.differences.items()}
    whole = replace(found, scenarios=scenarios, verdicts=verdicts, differences=differences)
    console.print(baseline_table(whole, words))
    console.print(scenario_table(whole, "delegated", words))
    assert left_over(console.export_text().splitlines(), of_comparison()) == []
    assert known(marks.asked) == set()


# ---- A province ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    folder = tmp_path_factory.mktemp("province")
    table = province_files.write_files(folder, *province_files.many(3))
    (folder / "out").mkdir()
    study = load_study(folder / "study.toml")
    return run_and_show(Asked(study, table, folder / "out", "citizen_cost", jobs=1), quiet=True)


OF_PROVINCE = [
    "Quicker, or one more", "One more clerk", "Small office", "quicker", "office_00", "office_01",
    "office_02", "VND",
]  # fmt: skip


def test_every_text_of_a_provinces_page_is_said(marks: Marks, province: Province) -> None:
    page = render_province(province, {"seed": 1}, LANGUAGE)
    assert left_over(Seen(page).texts, OF_PROVINCE) == []


def test_every_text_of_a_provinces_tables_is_said(marks: Marks, province: Province) -> None:
    words = Words(LANGUAGE)
    console = Console(width=300, record=True, file=io.StringIO())
    for name in province.whole:
        console.print(totals_table(province, name, words))
    for name in province.others:
        console.print(ranking_table(province, name, words))
    assert left_over(console.export_text().splitlines(), OF_PROVINCE) == []


# ---- Calibrations --------------------------------------------------------------------------------

OF_RECORDS = [
    "A: Copies", "t.csv", "lognormal", "arrived", "counter", "called", "Office", "ticket", "queue",
    "ended", "date", "A", "t",
]  # fmt: skip
"""Texts of the records, and of the office file that is made of them."""


@pytest.fixture(scope="module")
def of_tickets(tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    folder = tmp_path_factory.mktemp("tickets")
    ended = test_calibrate_cli.rows(test_calibrate_cli.days(), ends=True)
    ended += ended[-1:]
    file = written(folder / "t.csv", [f"{test_calibrate_cli.HEADER},ended", *ended])
    asked = calibrating.Asked((file,), held_out=0.5, replications=20)
    return calibrating.calibrate_tickets(asked, folder)


@pytest.fixture(scope="module")
def of_dossiers() -> Calibration:
    known = run_of(permit_office(), 30)
    fit = fit_dossiers(known)
    office = office_of(tomllib.loads(office_text(fit.content, fit.fitted, fit.assumed)), Path("o"))
    validation = validate_dossiers(office, known, replications=2)
    dates = (dt.date(2024, 1, 1), dt.date(2024, 2, 1), 30)
    return Calibration(
        "Office", "dossiers", dates, known.quality, fit.fitted, fit.assumed, fit.sections,
        fit.warnings, validation,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["of_tickets", "of_dossiers"])
def test_every_text_of_a_calibration_is_said(
    marks: Marks, request: pytest.FixtureRequest, kind: str
) -> None:
    found: Calibration = request.getfixturevalue(kind)
    assert left_over(Seen(render_calibration(found, LANGUAGE)).texts, OF_RECORDS) == []
    assert {text for text in known(marks.asked) if text not in OF_RECORDS} == set()


def test_every_text_of_a_calibration_on_a_terminal_is_said(
    marks: Marks, monkeypatch: pytest.MonkeyPatch, of_tickets: Calibration
) -> None:
    console = Console(width=300, record=True, file=io.StringIO())
    monkeypatch.setattr("sim.calibrate.terminal._console", lambda: console)
    print_calibration(of_tickets, Path("out"), language=LANGUAGE)
    text = " ".join(console.export_text().split())
    assert left_over([re.sub(r"\b[a-z]\w+(\.\w+)+", " ", text)], OF_RECORDS) == []


def test_the_marks_find_what_is_not_said() -> None:
    assert left_over(["«Waiting» 3 min", "«a «b» c» 7", "The office"], ["The office"]) == ["3 min"]
    assert isinstance(comparisons.office(), Office)
