"""Reading TOML files, and turning what is wrong with them into a planner's words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.errors import FileFaults, PlannerError
from sim.office import Office
from sim.toml_file import read_toml, validate
from tests.offices import Raw, smallest


def fault_of(folder: Path, text: str):
    path = folder / "office.toml"
    path.write_bytes(text.encode())
    with pytest.raises(FileFaults) as caught:
        read_toml(path)
    assert len(caught.value.faults) == 1
    return caught.value.faults[0]


@pytest.mark.parametrize(
    ("line", "expected", "hint"),
    [
        ("id = counter", "text in quotes", '"text"'),
        ("roles = [reception, sign]", "text in quotes", '"text"'),
        ("roles = [\n  reception\n]", "text in quotes", '"text"'),
        ("cutoff = 25:00", "a time in quotes", '"07:30"'),
        ("deadline = { cutoff = 25:00 }", "a time in quotes", '"07:30"'),
        ("minutes = { mean = 4 min, cv = 1 }", "a number alone", "unit"),
        ("cutoff = 7h30", "a time in quotes", '"07:30"'),
        ("mean = 3,5", "a decimal point", "3.5"),
        ("m = { mean = 3,5, cv = 1 }", "a decimal point", "3.5"),
        ("fee = 42,000", "a decimal point", "42_000"),
        ("fee = 42 000", "a number", "42_000"),
        ("fee = 1.000.000", "a number", "1_000_000"),
        ("share = 50%", "a share from 0 to 1", "0.5"),
        ("share = .5", "digits on both sides of the point", "0.5"),
        ("staff = 03", "a number that does not start with 0", "0"),
        ("mean = 4 minutes", "a number alone", "unit"),
        ("visitor = True", "true or false", "small letters"),
        ("deadline = none", "a value", "Leave the line out"),
        ("deadline =", "a value after =", "Write one"),
        ("start = 05/01/2026", "a date as year-month-day", "2026-01-05"),
        ("start = 2026-1-5", "a date as year-month-day", "2026-01-05"),
        ("start = 2023-02-30", "a date that exists", "day and month"),
        ('id = "counter', "a quote at the end", "Close the quotes"),
        ('id = "counter\nstaff = 2', "a quote at the end", "Close the quotes"),
        ("id = “counter”", "straight quotes", "curly"),
        ("title = 'Xã's office'", "nothing more after the text", '"..."'),
        (r'log = "C:\data\xem.csv"', "a path with /", "/"),
        ('hours = ["07:30-11:30"\n\n[visitor]\na = 1', "] at the end", "Close the bracket"),
        ('title = { en = "a", vi = "b"\nid = "x"', "} at the end", "single line"),
        ('roles = ["a" "b"]', "a comma between two items", "comma"),
        ('mon = "07:30-11:30", "13:30-17:00"', "a list in brackets", "["),
        ("Tên = 3", "a key in quotes", '"Tên"'),
        ("staff : 3", "key = value", "colon"),
        ("staff 3", "key = value", "="),
        ("// remark", "a comment that starts with #", "#"),
        ("staff = 3;", "nothing after the value", "Leave out"),
        ("id\u00a0= 3", "ordinary spaces", "spaces"),
        ('id = "a\u0001b"', "text that can be seen", "invisible"),
        ("[teams", "[section]", "Close"),
        ("a = " + "9" * 5000, "a number of a few digits", "digits"),
        ("a = " + "[" * 5000, "brackets nested a few levels deep", ""),
    ],
)
def test_syntax_errors_are_told_with_the_usual_mend(tmp_path, line, expected, hint):
    fault = fault_of(tmp_path, line)
    assert expected in fault.expected
    assert hint in fault.hint


def test_syntax_errors_name_and_show_the_line(tmp_path):
    fault = fault_of(tmp_path, '# remark\n\nid = "a"\nstaff = 3,5  # ,\n')
    assert fault.path.startswith("line 4")
    assert fault.found == "staff = 3,5  # ,"


def test_an_open_bracket_is_named_where_it_opens(tmp_path):
    fault = fault_of(tmp_path, 'a = 1\nhours = [\n  "x",\n\n[visitor]\nb = 1\n')
    assert fault.path == "line 2"


def test_what_only_looks_like_an_error_inside_texts_and_remarks_is_not_blamed(tmp_path):
    fault = fault_of(tmp_path, 'title = "3,5 True 25:00"  # 50% = none\nid = counter # 3,5\n')
    assert fault.path.startswith("line 2")
    assert fault.expected == "text in quotes"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a = 1\nb = 2\na = 3\n", "each key once"),
        ("[x]\na = 1\n[y]\n[x]\nb = 1\n", "each section once"),
    ],
)
def test_what_stands_twice_is_named_with_the_first_line(tmp_path, text, what):
    fault = fault_of(tmp_path, text)
    assert what in fault.expected
    assert "line 1 already" in fault.hint


@pytest.mark.parametrize("content", [b"", b"\n  \n", b"# only a remark\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_a_fault(tmp_path, content):
    path = tmp_path / "office.toml"
    path.write_bytes(content)
    with pytest.raises(FileFaults, match=r"empty file.*onestop new"):
        read_toml(path)


def test_a_missing_file_is_told_with_the_nearest_name(tmp_path):
    (tmp_path / "dong_cam.toml").write_text("a = 1", encoding="utf-8")
    with pytest.raises(PlannerError, match=r'no such file.*"dong_cam\.toml"'):
        read_toml(tmp_path / "dong_kam.toml")


def test_a_missing_folder_is_told(tmp_path):
    with pytest.raises(PlannerError, match="no folder"):
        read_toml(tmp_path / "nowhere" / "office.toml")


def test_a_folder_is_no_file(tmp_path):
    (tmp_path / "office.toml").write_text("a = 1", encoding="utf-8")
    with pytest.raises(PlannerError, match=r"found a folder.*office\.toml"):
        read_toml(tmp_path)


def test_text_that_is_not_utf8_is_named_by_line_and_byte(tmp_path):
    path = tmp_path / "office.toml"
    path.write_bytes(b'a = 1\n# fine\nb = "X\xe3"\n')
    with pytest.raises(PlannerError, match=r"line 3.*0xe3"):
        read_toml(path)


def test_utf16_is_told_apart(tmp_path):
    path = tmp_path / "office.toml"
    path.write_bytes('a = "Xã"'.encode("utf-16"))
    with pytest.raises(PlannerError, match="UTF-16"):
        read_toml(path)


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    path = tmp_path / "office.toml"
    path.write_bytes(b'\xef\xbb\xbfa = 1\r\nb = "X\xc3\xa3"\r\n')
    assert read_toml(path) == {"a": 1, "b": "Xã"}


@given(text=st.text(max_size=60))
@example(text='a = "\ud800"'.encode("utf-8", "replace").decode())
@example(text="[[[")
@example(text="a = {b = [}")
def test_any_text_is_read_or_refused_in_a_planners_words(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "office.toml"
    path.write_text(text, encoding="utf-8")
    try:
        assert read_toml(path)
    except FileFaults as error:
        assert all(fault.expected and fault.path for fault in error.faults)


def faults_of(raw: Raw):
    with pytest.raises(FileFaults) as caught:
        validate(Office, raw, "office.toml")
    return caught.value.faults


def changed(path: str, value: object) -> Raw:
    raw = smallest()
    *keys, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    node = raw
    for key in keys:
        node = node[key]
    node[last] = value
    return raw


STEP = "procedures.0.steps.0"
NAN, INFINITE = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("where", "value", "path", "expected", "found", "hint"),
    [
        ("title", 3, "title", 'text or a table such as { en = "..." }', "3", ""),
        ("title", {"en": 3}, "title.en", "text", "3", '"3", in quotes'),
        ("currency", True, "currency", "text", "true", ""),
        ("calendar.start", "Monday", "calendar.start", "a date such as 2026-01-05", '"M', ""),
        ("calendar.last_ticket", "x", "calendar.last_ticket", "a number from 0", '"x"', ""),
        ("calendar.last_ticket", -1, "calendar.last_ticket", "(minutes)", "-1", ""),
        (
            "calendar.last_ticket", {"mun": 5},
            "calendar.last_ticket.mun", "weekdays such as", "mun", "",
        ),
        (
            "calendar.hours", {"mon": ["07:30-25:00"]},
            "calendar.hours.mon[1]", "a time of day", "25:00", "",
        ),
        (
            "calendar.hours", {"mon": ["08:00-12:00", "11:00-13:00"]},
            "calendar.hours", "do not overlap", "11:00-13:00", "",
        ),
        ("calendar.timezone", "Moon", "calendar.timezone", "a time zone", "Moon", ""),
        ("teams.0.staff", -3, "teams.clerks.staff", "from 0 to 1000", "-3", ""),
        ("teams.0.staff", {"25:30": 1}, "teams.clerks.staff.25:30", "a time of day", "25:30", ""),
        (
            "teams.0.staff", {"mon-fri": {"08:00": -1}},
            "teams.clerks.staff.mon-fri.08:00", "from 0 to 1000", "-1", "",
        ),
        ("teams.0.roles", "serve", "teams.clerks.roles", "a list", '"serve"', '["serve"]'),
        ("teams.0.roles", [], "teams.clerks.roles", "at least 1", "[]", ""),
        ("teams.0.absence", 1.5, "teams.clerks.absence", "a share from 0 to 1", "1.5", ""),
        ("teams.0.wage", "24", "teams.clerks.wage", "a number", '"24"', "24, without quotes"),
        ("teams.0.closing", "finish que", "teams.clerks.closing", '"finish', "que", "finish queue"),
        ("procedures.0.result", "by mail", "procedures.ask.result", '"by post"', "by mail", ""),
        ("procedures.0.result", "by pst", "procedures.ask.result", "", "by pst", '"by post"'),
        ("procedures.0.result", 3, "procedures.ask.result", "or a table", "3", ""),
        (
            "procedures.0.result", {"by post": 0.7, "online": 0.7},
            "procedures.ask.result", "add up to 1", "1.4", "",
        ),
        (
            "procedures.0.result", {"by mail": 1.0},
            "procedures.ask.result.by mail", '"by post"', "by mail", "",
        ),
        (f"{STEP}.minutes", NAN, "procedures.ask.steps.answer.minutes", "a finite", "nan", ""),
        (
            f"{STEP}.minutes", {"lognormal": {"mean": -4, "cv": 1}},
            "procedures.ask.steps.answer.minutes.lognormal.mean", "above 0", "-4", "",
        ),
        (
            f"{STEP}.minutes", {"lognorm": {"mean": 4, "cv": 1}},
            "procedures.ask.steps.answer.minutes.lognorm", "known key", "lognorm", '"lognormal"',
        ),
        ("demands.0.per_day", INFINITE, "demands.people.per_day", "a finite number", "inf", ""),
        ("demands.0.per_day", 200_000, "demands.people.per_day", "100000", "200000", ""),
        ("demands.0.per_day", True, "demands.people.per_day", "a number", "true", ""),
        ("demands.0.filed", 3, "demands.people.filed", '"counter"', "3", ""),
        ("demands.0.log", 3, "demands.people.log", "text or a table with file", "3", ""),
        ("demands", {"id": "x"}, "demands", "a list", "{ id", "[[demands]]"),
        ("ranges", {"a": [2, 1]}, "ranges", "lowest value first", "2, 1", ""),
        ("backlog", [{"procedure": "ask", "step": 3, "dossiers": 1}],
         "backlog[1].step", "text", "3", ""),
    ],
)  # fmt: skip
def test_one_wrong_value_is_one_fault(where, value, path, expected, found, hint):
    faults = faults_of(changed(where, value))
    assert [fault.path for fault in faults] == [path]
    assert expected in faults[0].expected
    assert found in faults[0].found
    assert hint in faults[0].hint


def test_a_missing_key_says_what_belongs_there():
    raw = smallest()
    del raw["calendar"]["start"]
    (fault,) = faults_of(raw)
    assert (fault.path, fault.found) == ("calendar.start", "nothing")
    assert "a date" in fault.expected
    assert "First measured day" in fault.hint


def test_a_misspelt_key_is_one_fault_though_the_right_one_is_missing():
    raw = smallest()
    raw["calendar"]["strat"] = raw["calendar"].pop("start")
    (fault,) = faults_of(raw)
    assert fault.path == "calendar.strat"
    assert '"start"' in fault.hint


def test_an_unknown_key_unlike_any_other_lists_the_known_ones():
    (fault,) = faults_of(changed("visitor", {"zzz": 1}))
    assert '"value_of_time"' in fault.hint


def test_all_wrong_values_are_told_in_the_order_of_the_file():
    raw = smallest(demands=3, title=4)
    raw["teams"][0]["staff"] = "x"
    in_file = ["title", "teams.clerks.staff", "demands"]
    assert [fault.path for fault in faults_of(raw)] == in_file
    backwards = dict(reversed(raw.items()))
    assert [fault.path for fault in faults_of(backwards)] == in_file[::-1]


def test_long_values_are_shortened():
    (fault,) = faults_of(changed("demands", "x" * 500))
    assert len(fault.found) <= 60


def test_a_valid_file_comes_back_as_its_model():
    assert validate(Office, smallest(), "office.toml") == Office.model_validate(smallest())
