"""Tickets are read whatever the file's form, and no row vanishes uncounted."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.clock import MINUTE_MS
from sim.errors import FileFaults, PlannerError
from sim.records.records import COUNTER_COLUMNS, TICKET_COLUMNS
from sim.records.tickets import read_tickets
from tests.records_files import HEADER, counted, day, none_of, of, tickets, written

ROOT = Path(__file__).parents[1]
BEMOWO = ROOT.parent / "shared" / "data" / "warsaw_bemowo"
RANGES = "queue,date,ticket,arrived_after,arrived_by,called_after,called_by"


def minutes(records: pl.DataFrame, name: str) -> list[float | None]:
    return [None if ms is None else ms / MINUTE_MS for ms in records[name]]


def test_points_become_ranges_of_no_width(tmp_path: Path) -> None:
    found = tickets(tmp_path, ["A,2024-03-04,7,08:00,08:04:30,08:10"])
    assert found.tickets.columns == list(TICKET_COLUMNS)
    assert found.tickets.rows() == [
        (
            "tickets.csv", 2, "A", dt.date(2024, 3, 4), "7", 480 * MINUTE_MS, 480 * MINUTE_MS,
            484.5 * MINUTE_MS, 484.5 * MINUTE_MS, 490 * MINUTE_MS, None, None, True,
        )
    ]  # fmt: skip
    assert found.counters is None


def test_times_that_hold_their_date_need_no_column_for_it(tmp_path: Path) -> None:
    header = "Dịch vụ,Số thứ tự,Giờ lấy số,Giờ gọi,Giờ kết thúc,Quầy"
    row = "Hộ tịch,12,04/03/2024 08:00,04/03/2024 08:05,05/03/2024 00:10,Quầy 3"
    (ticket,) = tickets(tmp_path, [row], header).tickets.rows(named=True)
    assert (ticket["queue"], ticket["counter"]) == ("Hộ tịch", "Quầy 3")
    assert ticket["date"] == dt.date(2024, 3, 4)
    assert ticket["ended"] == (24 * 60 + 10) * MINUTE_MS


def test_rows_come_in_order_of_date_queue_and_arrival(tmp_path: Path) -> None:
    rows = [*day(3, "2024-03-05", "B"), *day(3, "2024-03-05", "A"), *day(2, "2024-03-04", "B")]
    found = tickets(tmp_path, rows[::-1]).tickets
    keys = found.select("date", "queue", "arrived_by")
    assert keys.equals(keys.sort("date", "queue", "arrived_by"))
    assert len(found) == 8


def test_a_lower_end_that_lacks_is_the_sample_before_or_as_wide_as_usual(tmp_path: Path) -> None:
    rows = [
        "A,2024-03-04,1,08:00,08:05,08:10,08:15",
        "A,2024-03-04,2,,08:05,08:10,08:15",
        "A,2024-03-04,3,,07:30,08:10,08:15",
        "A,2024-03-04,4,08:05,08:10,,08:15",
    ]
    found = tickets(tmp_path, rows, RANGES)
    by_number = found.tickets.sort("ticket")
    assert minutes(by_number, "arrived_after") == [480, 480, 445, 485]
    assert minutes(by_number, "called_after")[3] == 490
    repaired = of(found.quality, "lower end (arrived_after)")
    assert (repaired.happened, repaired.count) == ("repaired", 2)
    assert repaired.where == ("tickets.csv, line 3", "tickets.csv, line 4")
    assert of(found.quality, "lower end (called_after)").count == 1


def test_a_range_without_its_upper_end_is_not_known_to_have_happened(tmp_path: Path) -> None:
    found = tickets(tmp_path, ["A,2024-03-04,1,08:00,08:05,08:10,"], RANGES)
    assert found.tickets.select("called_after", "called_by").row(0) == (None, None)
    assert of(found.quality, "never called").count == 1


def test_files_are_told_apart_by_their_columns(tmp_path: Path) -> None:
    issued = written(tmp_path / "one.csv", [HEADER, *day(3)])
    samples = [f"A,2024-03-04,08:{i:02},2,{i},A00{i}" for i in range(0, 60, 5)]
    header = "queue,date,time,open_counters,waiting,last_called"
    opened = written(tmp_path / "two.csv", [header, *samples])
    found = read_tickets([opened, issued])
    assert found.counters is not None
    assert found.counters.columns == list(COUNTER_COLUMNS)
    assert found.counters["open"].to_list() == [2] * 12
    assert found.counters["waiting"].to_list() == list(range(0, 60, 5))
    assert of(found.quality, "samples of open counters").count == 12


def test_open_counters_alone_are_no_tickets(tmp_path: Path) -> None:
    opened = written(tmp_path / "two.csv", ["queue,date,time,open", "A,2024-03-04,08:00,1"])
    with pytest.raises(FileFaults, match="a row a ticket"):
        read_tickets([opened])


def test_a_sample_without_a_whole_number_is_dropped(tmp_path: Path) -> None:
    issued = written(tmp_path / "one.csv", [HEADER, *day(3)])
    rows = ["A,2024-03-04,08:00,1", "A,2024-03-04,08:05,few", "A,2024-03-04,08:05,2.5"]
    rows += ["A,2024-03-04,08:10,3", "A,2024-03-04,08:10,4"]
    opened = written(tmp_path / "two.csv", ["queue,date,time,open", *rows])
    found = read_tickets([issued, opened])
    assert found.counters is not None
    assert found.counters["open"].to_list() == [1, 4]
    assert of(found.quality, "whole number of open counters").count == 2
    assert of(found.quality, "noted twice").where == ("two.csv, line 5",)


@pytest.mark.parametrize("asked", ["C: Passports", "553", "c", "c_passports", "PASS", "C: pass"])
def test_a_queue_goes_by_label_id_or_first_words(tmp_path: Path, asked: str) -> None:
    header = "queue_id,queue,date,ticket,arrived,called"
    rows = [
        "553,C: Passports,2024-03-04,1,08:00,08:01",
        "554,CH: Children,2024-03-04,1,08:00,08:01",
    ]
    path = written(tmp_path / "tickets.csv", [header, *rows])
    if asked == "PASS":
        with pytest.raises(FileFaults, match='There are: "C: Passports", "CH: Children"'):
            read_tickets([path], queues=[asked])
        return
    found = read_tickets([path], queues=[asked])
    assert found.tickets["queue"].to_list() == ["C: Passports"]
    assert of(found.quality, "other queues").count == 1


def test_dates_select(tmp_path: Path) -> None:
    rows = [line for date in range(4, 9) for line in day(2, f"2024-03-0{date}")]
    path = written(tmp_path / "tickets.csv", [HEADER, *rows])
    span = {"first": dt.date(2024, 3, 5), "last": dt.date(2024, 3, 7)}
    found = read_tickets([path], **span)  # type: ignore[arg-type]
    assert found.tickets["date"].unique().sort().to_list() == [
        dt.date(2024, 3, day) for day in (5, 6, 7)
    ]
    assert counted(found.quality, "dropped") == 4
    with pytest.raises(FileFaults, match="run from 2024-03-04 to 2024-03-08"):
        read_tickets([path], first=dt.date(2025, 1, 1))
    with pytest.raises(PlannerError, match="lies after"):
        read_tickets([path], first=dt.date(2024, 3, 7), last=dt.date(2024, 3, 5))


def test_yes_and_no_are_read_in_either_language(tmp_path: Path) -> None:
    header = "queue,date,ticket,arrived,called,no_show,clean"
    words = ["true,1", "False,0", "có,không", ",True", "X,no"]
    rows = [f"A,2024-03-04,{i},08:0{i},08:1{i},{word}" for i, word in enumerate(words, 1)]
    found = tickets(tmp_path, rows, header).tickets
    assert found["no_show"].to_list() == [True, False, True, None, True]
    assert found["usable"].to_list() == [True, False, False, True, False]


def test_nothing_to_read_is_said() -> None:
    with pytest.raises(PlannerError, match="No file"):
        read_tickets([])


CELL = st.sampled_from(["", "A", "B"])
TIMES = st.sampled_from(["", "08:00", "08:05", "07:00", "oops", "25:00"])
DATES = st.sampled_from(["2024-03-04", "2024-03-05", "", "2024-02-30"])
ROWS = st.lists(
    st.tuples(CELL, DATES, st.sampled_from(["", "1", "2"]), TIMES, TIMES, TIMES), max_size=12
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, only=st.booleans())
def test_no_row_vanishes_uncounted(tmp_path: Path, rows: list[tuple[str, ...]], only: bool) -> None:
    good = [tuple(line.split(",")) for line in day(20, "2024-03-01", "A")]
    lines = [",".join(row) for row in [*good, *rows]]
    path = written(tmp_path / "tickets.csv", [HEADER, *lines])
    found = read_tickets([path], queues=["A"] if only else [], first=dt.date(2024, 3, 1))
    filled = [row for row in (*good, *rows) if any(row)]
    assert counted(found.quality, "read") == len(filled)
    assert len(found.tickets) + counted(found.quality, "dropped") == len(filled)
    assert found.tickets.select("file", "line").is_unique().all()


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS)
def test_what_is_kept_runs_forwards(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    lines = [*day(20, "2024-03-01"), *(",".join(row) for row in rows)]
    kept = tickets(tmp_path, lines).tickets
    steps = {"arrived_by": "arrived_after", "called_by": "arrived_after", "ended": "called_after"}
    for later, earlier in steps.items():
        assert (kept[earlier] <= kept[later]).fill_null(True).all()
    for always in ("queue", "date", "arrived_after", "arrived_by"):
        assert kept[always].null_count() == 0


@pytest.mark.skipif(not BEMOWO.is_dir(), reason="the real records in ../shared/data are not here")
def test_a_real_office_is_read_whole() -> None:
    found = read_tickets([BEMOWO / "tickets.csv", BEMOWO / "counters.csv"], holidays="PL")
    assert len(found.tickets) == 7787
    assert found.tickets["usable"].sum() == 7171
    assert found.counters is not None
    assert len(found.counters) == 17856
    assert of(found.quality, "lower end (arrived_after)").count == 59
    assert of(found.quality, "never called").count == 5
    assert counted(found.quality, "dropped") == 0
    assert none_of(found.quality, "resets")
