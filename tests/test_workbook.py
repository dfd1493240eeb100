"""The workbook: a sheet for each table, numbers as numbers, and no text that is a formula."""

from __future__ import annotations

import html
import math
import re
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO

import polars as pl
import pytest

from sim.comparison import BASELINE, Comparison, Estimate, Sensitivity
from sim.present.sheets import Sheet, safe, sheet_name, written
from sim.present.workbook import tables, workbook
from sim.report.fullness import fullness
from sim.report.hinge_tables import tornado
from sim.report.office_day import office_day
from sim.report.page import render
from sim.report.province import Gain, ProvinceTotals
from sim.verdicts import LESS, MORE, NOT_CLEAR
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


def hinged() -> Comparison:
    path = "teams.leaders.away.share"
    whole = decks.comparison()
    low, high = test_hinges.moved(whole, 0.1, 17.5, MORE), test_hinges.moved(whole, 0.5, -6.0)
    found = test_hinges.hinge(path, 0.3, low, high)
    not_moved = ("teams.counter.roles",)
    return replace(whole, sensitivity=Sensitivity((found,), 40, 10, not_moved))


def texts(found: Iterable[Sheet]) -> set[str]:
    """Return every text of sheets: names, titles, headers and cells."""
    every = [cell for sheet in found for row in sheet.rows for cell in row]
    every += [text for sheet in found for text in (sheet.name, sheet.title, *sheet.header)]
    return {text for text in every if isinstance(text, str)}


@pytest.mark.parametrize("language", ["en", "vi"])
def test_every_table_of_the_page_has_a_sheet_or_rows(language):
    found = hinged()
    view = decks.view(found, language)
    page = render(found, language)
    captions = re.findall(r"<caption[^>]*>(.*?)</caption>", page, re.DOTALL)
    titles = {
        html.unescape(re.sub(r"<span class=.soft.>.*", "", each)).strip() for each in captions
    }
    titles |= {each.title for each in fullness(view)}
    titles.add(view.words.say("Verdicts that change with an assumption"))
    titles.add(view.words.say("Assumptions that were not moved: they are no single number"))
    before = view.names[found.baseline]
    headline = "Each measure with its 95% interval, and how far each scenario is from “{before}”"
    titles.remove(view.words.say(headline, before=before))  # the first sheet, by a name of its own
    drawn = (tornado(view, each.id) for each in view.others)
    titles -= {each.title for each in drawn if each}  # rows of one sheet, by measure
    assert len(titles) > 30
    assert titles <= texts(tables(view))


def sheet(found: Comparison, name: str, province: ProvinceTotals | None = None) -> Sheet:
    (one,) = [each for each in tables(decks.view(found), province) if each.name == name]
    return one


def test_numbers_behind_heat_maps_and_the_played_day_are_those_of_the_page():
    found = decks.comparison()
    view = decks.view(found)
    for maps in fullness(view):
        (one,) = [each for each in tables(view) if each.title == maps.title]
        cells = [v for _, p in maps.pictures for n in p.numbers for s in n.series for v in s.values]
        assert [row[5] for row in one.rows] == [each.mean for each in cells if each is not None]
    day = office_day(view)
    assert day is not None
    rows = sheet(found, "One day by hour").rows
    shown = [[f"{count:.0f}" for count in row[2:]] for row in rows]
    assert shown == [list(counts) for scene in day.scenes for _, counts in scene.counts]


def test_what_results_hinge_on_is_said_in_words_with_the_path_beside_it():
    first = sheet(hinged(), "What it hinges on").rows[0]
    assert first[0] == "Team: Leaders: share of the open time they are away"
    assert first[1] == "teams.leaders.away.share"
    turned = sheet(hinged(), "Verdicts that change").rows
    assert ("10%", "less", "more") in {(row[3], row[6], row[7]) for row in turned}


def test_of_a_year_nothing_is_written_that_the_page_does_not_claim():
    found = decks.comparison()
    rows = {row[:2]: row for row in sheet(found, "Saved in a year").rows}
    year = found.differences["delegated"]["citizen_saving_year"]
    row = rows["No cutoff, and signing delegated", "Citizens' money"]
    assert row[2] == "VND a year"
    assert row[3:6] == (year.mean, year.low, year.high)
    for row in rows.values():
        if str(row[6]).startswith("none claimed"):
            assert row[3:6] == (None, None, None)


def gains(says: str, year: Estimate, more: frozenset[str] = frozenset()) -> ProvinceTotals:
    names = ("citizen_cost", "citizen_hours", "trips", "office_cost")
    scenarios = [name for name in decks.comparison().scenarios if name != BASELINE]
    return ProvinceTotals(9, {s: {n: Gain(year, says) for n in names} for s in scenarios}, more)


def test_the_province_has_units_and_says_of_each_amount_whether_it_is_saved():
    found = decks.comparison()
    saved = sheet(found, "The province", gains(LESS, Estimate(5e6, 4e6, 6e6))).rows
    assert {row[2] for row in saved} == {"VND a year", "hours a year", "trips a year"}
    assert all(str(row[6]).endswith("saved") for row in saved)
    unclear = sheet(found, "The province", gains(NOT_CLEAR, Estimate(5e6, -4e6, 6e6))).rows
    assert not any("saved" in str(row[6]) for row in unclear)
    leave = gains(LESS, Estimate(5e6, 4e6, 6e6), frozenset({"delegated"}))
    rows = [row for row in sheet(found, "The province", leave).rows if "delegated" in str(row[0])]
    assert rows
    for row in rows:
        assert row[3:6] == (None, None, None)
        assert str(row[6]).startswith("none claimed")


@pytest.mark.parametrize("language", ["en", "vi"])
def test_no_name_of_a_sheet_is_cut(language):
    for each in tables(decks.view(hinged(), language), gains(LESS, Estimate(5e6, 4e6, 6e6))):
        assert sheet_name(each.name, set()) == " ".join(each.name.replace(":", " ").split())


def test_the_last_sheet_says_what_each_one_shows():
    last = list(book(decks.comparison()).values())[-1].rows()
    names = [each.name for each in tables(decks.view(decks.comparison()))]
    assert [row[0] for row in last[1:]] == names
    assert ("Staff load by hour", "How busy the staff are, by weekday and hour") in last


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
