"""The workbook: a sheet for each table, numbers as numbers, and no text that is a formula."""

from __future__ import annotations

import math
import re
import zipfile
from dataclasses import replace
from io import BytesIO

import polars as pl
import pytest

from sim.comparison import BASELINE, Comparison, Estimate
from sim.present.workbook import Sheet, safe, sheet_name, tables, workbook, written
from tests import comparisons, decks, test_hinges

EVIL = '=HYPERLINK("http://evil.example","x")'


def sheets(content: bytes) -> dict[str, pl.DataFrame]:
    found = pl.read_excel(BytesIO(content), sheet_id=0, has_header=False, drop_empty_rows=False)
    assert isinstance(found, dict)
    return found


def book(found: Comparison, language: str = "en") -> dict[str, pl.DataFrame]:
    return sheets(workbook(decks.view(found, language)))


def evil() -> Comparison:
    return decks.named(decks.comparison(), EVIL)


def test_every_table_has_a_sheet():
    names = [sheet.name for sheet in tables(decks.view(decks.comparison()))]
    for name in (
        "Headline", "Every measure", "Changes", "Who gains and who loses",
        "Assumptions and sources", "How it was made",
    ):  # fmt: skip
        assert name in names
    assert len(names) > 12


def test_what_results_hinge_on_has_a_sheet_where_it_was_looked_for():
    moved = test_hinges.moved(decks.comparison(), 0.1, 0.05)
    found = test_hinges.comparison(test_hinges.hinge("teams.leaders.away.share", 0.3, moved, moved))
    (sheet,) = [each for each in tables(decks.view(found)) if each.name == "What it hinges on"]
    assert {row[0] for row in sheet.rows} == {"teams.leaders.away.share"}


def test_numbers_are_numbers_in_the_unit_of_their_row():
    found = decks.comparison()
    rows = [
        row
        for sheet in tables(decks.view(found))
        if sheet.name == "Headline"
        for row in sheet.rows
        if row[2] == "Result on the day of the first visit"
    ]
    share = found.scenarios["delegated"].measures["same_day_share"]
    difference = found.differences["delegated"]["same_day_share"]
    row = next(row for row in rows if row[0] == "No cutoff, and signing delegated")
    assert row[3] == "% of cases"
    assert row[4:7] == pytest.approx([each * 100 for each in (share.mean, share.low, share.high)])
    ends = (difference.mean, difference.low, difference.high)
    assert row[7:10] == pytest.approx([each * 100 for each in ends])
    assert row[10:] == ("more", "better")


def test_numbers_arrive_as_numbers_in_the_file():
    content = workbook(decks.view(decks.comparison()))
    headline = pl.read_excel(BytesIO(content), sheet_name="Headline")
    numbers = headline.columns[4:10]
    assert all(headline[name].dtype.is_float() for name in numbers)
    assert len(headline) == 7 * 5


@pytest.mark.parametrize("language", ["en", "vi"])
def test_sheets_have_valid_names_of_their_own(language):
    names = list(book(evil(), language))
    assert len({name.casefold() for name in names}) == len(names)
    assert all(0 < len(name) <= 31 for name in names)
    assert not any(re.search(r"[\[\]:*?/\\]", name) for name in names)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("a/b: [c]*?\\", "a b c"),
        ("", "-"),
        ("x" * 40, "x" * 31),
        ("'quoted'", "quoted"),
        ("History", "History (2)"),
    ],
)
def test_titles_become_names_that_excel_takes(title, name):
    assert sheet_name(title, set()) == name


def test_equal_titles_become_different_names():
    taken: set[str] = set()
    names = [sheet_name("Where the time goes, every single cause of it", taken) for _ in range(12)]
    assert len(set(names)) == 12
    assert all(len(name) <= 31 for name in names)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_texts_that_begin_like_formulas_are_quoted(start):
    assert safe(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["1+1", "a=b", "", "−3.2", "Việc"])
def test_other_texts_stay_as_they_are(text):
    assert safe(text) == text


def test_no_cell_is_a_formula_or_a_link():
    content = workbook(decks.view(evil()))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        pages = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        assert pages
        for name in pages:
            text = archive.read(name)
            assert b"<f>" not in text
            assert b"<hyperlink" not in text
    cells = [str(v) for sheet in sheets(content).values() for v in sheet.rows() for v in v if v]
    assert any(EVIL in text for text in cells)
    texts = [text for text in cells if not re.fullmatch(r"-?[\d.]+(e-?\d+)?", text)]
    assert not any(text.startswith(("=", "+", "@", "-")) for text in texts)


def test_nothing_and_what_is_no_number_are_empty_cells():
    content = written([Sheet("a", ("n", "x", "y"), (("r", None, math.nan), ("s", 1.0, math.inf)))])
    (found,) = sheets(content).values()
    assert found.rows()[1][1:] == (None, None)
    assert float(found.rows()[2][1]) == 1.0
    assert found.rows()[2][2] is None


def test_a_measure_without_a_case_is_left_empty():
    whole = decks.comparison()
    baseline = whole.scenarios[BASELINE]
    measures = baseline.measures | {"trips": Estimate(None, None, None)}
    found = replace(
        whole, scenarios=whole.scenarios | {BASELINE: replace(baseline, measures=measures)}
    )
    sheet = tables(decks.view(found))[0]
    wanted = ("The office as it is", "The whole office", "Trips to the office")
    row = next(row for row in sheet.rows if row[:3] == wanted)
    assert row[4:7] == (None, None, None)


def test_an_office_alone_has_a_workbook():
    names = list(book(comparisons.alone()))
    assert "Headline" in names
    assert "Changes" not in names


def test_the_top_row_stays_in_sight():
    with zipfile.ZipFile(BytesIO(workbook(decks.view(decks.comparison())))) as archive:
        assert b'state="frozen"' in archive.read("xl/worksheets/sheet1.xml")
