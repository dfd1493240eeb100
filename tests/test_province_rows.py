"""The list of a province's offices: what its cells mean, and how its faults are told."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from sim.csv_file import RowFaults
from sim.errors import Fault, FileFaults
from sim.province.rows import Row, read_offices, value
from sim.study import load_study
from tests.province_files import OFFICE, write_files


def offices(folder: Path, *rows: str, heading: str = "id,demands.people.per_day") -> list[Row]:
    path = write_files(folder, *rows, heading=heading)
    return read_offices(path, load_study(folder / "study.toml"))


def faults(folder: Path, *rows: str, heading: str = "id,demands.people.per_day") -> list[Fault]:
    with pytest.raises(Exception) as raised:
        offices(folder, *rows, heading=heading)
    first = getattr(raised.value, "errors", [raised.value])[0]
    assert isinstance(first, FileFaults)
    assert first.source == str(folder / "offices.csv")
    return first.faults


def test_a_row_is_an_office_with_its_id_for_its_draws_and_its_own_parameters(tmp_path):
    a, b = offices(tmp_path, "xa_a,", "xa_b,35")
    assert (a.id, a.study.office.id, a.line) == ("xa_a", "xa_a", 2)
    assert (b.id, b.study.office.id, b.line) == ("xa_b", "xa_b", 3)
    assert a.study.office.demand("people").per_day == 20
    assert b.study.office.demand("people").per_day == 35
    assert list(b.study.offices()) == ["baseline", "one_more", "quicker"]


def test_an_office_file_is_read_from_beside_the_list_and_the_studys_own_is_the_default(tmp_path):
    (tmp_path / "more").mkdir()
    text = OFFICE.replace("per_day = 20", "per_day = 7")
    (tmp_path / "more" / "other.toml").write_text(text, encoding="utf-8")
    a, b = offices(tmp_path, "a,more/other.toml", "b,", heading="id,office")
    assert a.study.office.demand("people").per_day == 7
    assert a.study.office.folder == str(tmp_path / "more")
    assert b.study.office.demand("people").per_day == 20
    assert [Path(row.file).name for row in (a, b)] == ["other.toml", "small.toml"]


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("3", 3),
        ("0.5", 0.5),
        ("true", True),
        ("Xã Tân Lập", "Xã Tân Lập"),
        ('"12"', "12"),
        ("08:00-11:30", "08:00-11:30"),
        ('["08:00-11:30"]', ["08:00-11:30"]),
        ("{ exponential = { mean = 5 } }", {"exponential": {"mean": 5}}),
        ("0,5", "0,5"),
        ("1\nid = 2", "1\nid = 2"),
    ],
)
def test_a_cell_is_what_a_file_would_say_or_text(text, means):
    assert value(text) == means
    assert type(value(text)) is type(means)


def test_whole_values_are_set_by_their_path(tmp_path):
    heading = "id;title;calendar.hours.mon-fri;procedures.ask.steps.answer.minutes"
    row = 'a;Xã A;["07:30-11:30"];{ gamma = { mean = 4, cv = 0.5 } }'
    (a,) = offices(tmp_path, row.replace('"', '""').replace("[", '"[').replace("]", ']"'),
                   heading=heading)  # fmt: skip
    assert a.study.office.title == "Xã A"
    assert a.study.office.as_written()["procedures"][0]["steps"][0]["minutes"] == {
        "gamma": {"mean": 4, "cv": 0.5}
    }
    assert a.study.offices()["quicker"].as_written()["calendar"]["hours"] == {
        "mon-fri": ("07:30-11:30",)
    }


def test_every_fault_is_named_at_once_by_line_column_and_what_stands_there(tmp_path):
    found = faults(
        tmp_path,
        "a,5",
        ",6",
        "b/c,7",
        "A,8",
        "d,many",
        "e,-1",
        'f,"0,5"',
    )
    said = [(fault.path, fault.found) for fault in found]
    assert said == [
        ('line 3, column "id"', "nothing"),
        ('line 4, column "id"', '"b/c"'),
        ('line 5, column "id"', '"A", as in line 2'),
        ('line 6, column "demands.people.per_day"', '"many"'),
        ('line 7, column "demands.people.per_day"', "-1"),
        ('line 8, column "demands.people.per_day"', '"0,5"'),
    ]
    assert found[3].expected.startswith("a number from 0")


def test_what_is_the_same_in_several_lines_is_said_once_with_all_lines(tmp_path):
    heading = "id,demands.peple.per_day"
    (found,) = faults(tmp_path, "a,5", "b,", "c,5", "d,5", heading=heading)
    assert found.path == 'lines 2, 4-5, column "demands.peple.per_day"'
    assert "5 for demands" in found.found
    assert "people" in found.hint


def test_several_faults_of_one_row_are_all_said(tmp_path):
    heading = "id,demands.people.per_day,teams.clerks.staff,teams.clerks.wage"
    found = faults(tmp_path, "a,-5,0.5,x", heading=heading)
    assert {fault.path for fault in found} == {
        'line 2, column "demands.people.per_day"',
        'line 2, column "teams.clerks.staff"',
        'line 2, column "teams.clerks.wage"',
    }


def test_parameters_that_fit_the_file_but_not_each_other_are_told(tmp_path):
    found, *_ = faults(tmp_path, "a,sleep", heading="id,procedures.ask.steps.answer.role")
    assert found.path.startswith('line 2, column "procedures.ask.steps.answer.role"')


def test_a_name_cannot_be_set(tmp_path):
    (found,) = faults(tmp_path, "a,guests", heading="id,demands.people.id")
    assert found.path == 'line 2, column "demands.people.id"'


def test_a_reform_that_does_not_fit_an_office_names_the_row(tmp_path):
    path = write_files(tmp_path, "a,small.toml", "b,other.toml", heading="id,office")
    text = OFFICE.replace('"ask"', '"beg"')
    (tmp_path / "other.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Exception, match=r"line 3, scenarios.quicker.reforms\[1\]") as raised:
        read_offices(path, load_study(tmp_path / "study.toml"))
    assert '"ask"' in str(raised.value)


def test_faults_of_an_office_file_are_listed_once_and_the_rows_that_name_it(tmp_path):
    path = write_files(tmp_path, "a,bad.toml", "b,bad.toml", "c,gone.toml", heading="id,office")
    text = OFFICE.replace("per_day = 20", "per_day = -20").replace("staff = 1", "staff = 0.5")
    (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
    with pytest.raises(Exception) as raised:
        read_offices(path, load_study(tmp_path / "study.toml"))
    own, bad, gone = raised.value.errors
    assert [fault.path for fault in own.faults] == [
        'lines 2-3, column "office"',
        'line 4, column "office"',
    ]
    assert bad.source.endswith("bad.toml")
    assert len(bad.faults) == 2
    assert "gone.toml: no such file" in str(gone)


def test_money_of_several_currencies_cannot_be_added(tmp_path):
    (found,) = faults(tmp_path, "a,", "b,EUR", heading="id,currency")
    assert (found.path, found.found) == ("line 3, currency", "EUR")


@pytest.mark.parametrize(
    ("heading", "says"),
    [
        ("name,demands.people.per_day", 'a column "id"'),
        ("id,x,x", '"x" more than once'),
        ("id,,", '"" more than once'),
    ],
)
def test_a_first_line_that_does_not_name_its_columns_is_refused(tmp_path, heading, says):
    (found,) = faults(tmp_path, "a,1,2"[: 2 * heading.count(",") + 1], heading=heading)
    assert found.path == "line 1"
    assert says in f"{found.expected} {found.found}"


def test_rows_that_are_no_table_and_lists_without_an_office_are_refused(tmp_path):
    with pytest.raises(RowFaults, match="line 2: expected 2 fields"):
        offices(tmp_path, "a,1,2")
    (found,) = faults(tmp_path)
    assert found.expected == "an office in each line"


@pytest.mark.parametrize(
    "name", ["..", "a/b", "a\\b", "-x", "con", "NUL.txt", "a.", "a:b", "x" * 61, " ", "=1+1"]
)
def test_an_id_that_is_no_safe_file_name_is_refused(tmp_path, name):
    found = faults(tmp_path, f'"{name}",5')
    assert found[0].path == 'line 2, column "id"'


def test_letters_of_any_language_make_an_id_however_they_are_encoded(tmp_path):
    composed = unicodedata.normalize("NFC", "Xã Đồng Cẩm")
    apart = unicodedata.normalize("NFD", composed)
    assert apart != composed
    (row,) = offices(tmp_path, f"{apart},5")
    assert row.id == row.study.office.id == composed
    assert faults(tmp_path, f"{apart},5", f"{composed.upper()},5")[0].path == 'line 3, column "id"'


def test_the_shipped_list_fits_the_study_that_its_page_names():
    scenarios = Path(__file__).parents[1] / "scenarios"
    rows = read_offices(scenarios / "province.csv", load_study(scenarios / "drop_cutoff.toml"))
    assert [row.id for row in rows][:2] == ["dong_cam", "lakeside"]
    assert rows[1].study.office.team("leaders").away != rows[0].study.office.team("leaders").away
