"""Times are read as offices write them, by the clock that a row shows."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import FileFaults
from sim.records.times import Source, Times, read_file_times, read_times


def read(*texts: str | None) -> Times:
    column = pl.Series(texts, dtype=pl.String)
    lines = pl.Series(range(2, 2 + len(texts)))
    return read_times(column, Source(Path("log.csv"), "called", "Call", lines))


def moment(times: Times, row: int = 0) -> dt.datetime:
    return dt.datetime.combine(times.date[row], dt.time()) + dt.timedelta(
        milliseconds=times.ms[row]
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-03-25 08:15", "2024-03-25T08:15"),
        ("2024-03-25T08:15:30", "2024-03-25T08:15:30"),
        ("2024-03-25 08:15:30.250", "2024-03-25T08:15:30.250"),
        ("2024-03-25 08:15:30.250000+02:00", "2024-03-25T08:15:30.250"),
        ("2024/3/25 8:15", "2024-03-25T08:15"),
        ("25/03/2024 08:15", "2024-03-25T08:15"),
        ("25-03-2024 8:15:30", "2024-03-25T08:15:30"),
        ("25.03.2024, 08:15", "2024-03-25T08:15"),
        ("03/25/2024 8:15 PM", "2024-03-25T20:15"),
        ("25/03/2024 8:15 CH", "2024-03-25T20:15"),
        ("25/03/2024 12:15 SA", "2024-03-25T00:15"),
        ("08:15 25/03/2024", "2024-03-25T08:15"),
        ("08:15:30 2024-03-25", "2024-03-25T08:15:30"),
        ("25/03/2024 8h15", "2024-03-25T08:15"),
        ("2024-03-25 24:00", "2024-03-26T00:00"),
    ],
)
def test_a_moment_is_read(text: str, expected: str) -> None:
    assert moment(read(text)) == dt.datetime.fromisoformat(expected)


@pytest.mark.parametrize("text", ["08:15", "8:15", "8h15", "08:15:00.000", "1899-12-31 08:15:00"])
def test_a_time_of_day_has_no_date(text: str) -> None:
    times = read(text)
    assert times.date[0] is None
    assert times.ms[0] == (8 * 60 + 15) * 60_000


def test_a_date_has_no_time_of_day() -> None:
    times = read("2024-03-25", None)
    assert times.date.to_list() == [dt.date(2024, 3, 25), None]
    assert times.ms.to_list() == [None, None]
    assert times.unread.to_list() == [False, False]


@pytest.mark.parametrize(
    "text",
    ["24:01", "8:75", "13:00 PM", "2024-02-30 08:00", "2024-02-30", "soon", "8"],
)
def test_what_is_no_time_is_told(text: str) -> None:
    good = ["2024-03-25 08:00"] * 3 if len(text) > 10 else ["2024-03-25", "08:00", "09:00"]
    times = read(*good, text)
    assert times.unread.to_list() == [False, False, False, True]
    assert (times.date[3], times.ms[3]) == (None, None)


def test_summer_and_winter_show_the_clock_on_the_wall() -> None:
    times = read("2024-07-01 08:00:00+02:00", "2024-12-01 08:00:00+01:00")
    assert times.ms.to_list() == [8 * 3_600_000] * 2
    assert times.findings == ()


def test_universal_time_is_noticed() -> None:
    (finding,) = read("2024-07-01T01:00:00Z", "2024-07-01T02:00:00Z").findings
    assert finding.count == 2
    assert "universal time" in finding.what


@pytest.mark.parametrize(
    "texts",
    [
        ("03/04/2024", "2024-04-03"),
        ("03/04/2024 08:00", "2024-04-03 08:00"),
        ("25/03/2024 08:00", "03/25/2024 08:00"),
        ("25/03/2024", "03/25/2024"),
        ("2024-03-25T08:00:00", "25/03/2024 08:00"),
    ],
)
def test_two_ways_to_write_dates_are_refused_with_both_lines(texts: tuple[str, str]) -> None:
    with pytest.raises(FileFaults, match="one way to write dates") as caught:
        read(*texts)
    (fault,) = caught.value.faults
    assert fault.found == f'"{texts[0]}" in line 2 and "{texts[1]}" in line 3'
    assert '"Call"' in fault.expected


def test_dates_that_may_be_read_either_way_are_day_first_and_noticed() -> None:
    times = read("03/04/2024", "05/04/2024")
    assert times.date[0] == dt.date(2024, 4, 3)
    (finding,) = times.findings
    assert (finding.happened, finding.count) == ("noticed", 2)
    assert "day first" in finding.what


def test_a_day_above_twelve_tells_the_order_of_the_whole_column() -> None:
    assert read("03/04/2024", "03/25/2024").date[0] == dt.date(2024, 3, 4)
    assert read("03/04/2024", "25/03/2024").date[0] == dt.date(2024, 4, 3)


def test_an_order_that_one_column_shows_holds_for_the_file() -> None:
    frame = pl.DataFrame({"in": ["03/04/2024", None], "out": ["03/25/2024", "04/01/2024"]})
    lines = pl.Series([2, 3])
    names = {"begun": "in", "ended": "out"}
    times = read_file_times(frame, names, Path("log.csv"), lines)
    assert times["begun"].date[0] == dt.date(2024, 3, 4)
    assert times["begun"].findings == ()
    alone = read_file_times(frame, {"begun": "in"}, Path("log.csv"), lines)
    assert alone["begun"].date[0] == dt.date(2024, 4, 3)


def test_a_column_of_something_else_is_refused() -> None:
    with pytest.raises(FileFaults, match=r'"Anna" in line 2 \(2 such rows\)') as caught:
        read("Anna", "Binh", "08:00")
    assert '--columns "called=NAME"' in str(caught.value)


STAMPS = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1)).map(
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)


@given(st.lists(STAMPS, min_size=1, max_size=8), st.sampled_from([" ", "T"]))
def test_what_is_written_in_iso_comes_back(moments: list[dt.datetime], mark: str) -> None:
    times = read(*(at.isoformat(mark, "milliseconds") for at in moments))
    assert [moment(times, row) for row in range(len(moments))] == moments
    # The same by the way that reads any order of parts.
    mixed = read("2024-01-01", *(at.isoformat(mark, "milliseconds") for at in moments))
    assert [moment(mixed, row + 1) for row in range(len(moments))] == moments


@given(st.lists(STAMPS, min_size=1, max_size=8))
def test_days_first_come_back_wherever_one_tells(moments: list[dt.datetime]) -> None:
    texts = [f"{at:%d/%m/}{at.year} {at:%H:%M:%S}" for at in moments]
    times = read("31/12/2023 00:00:00", *texts)
    assert [moment(times, row + 1) for row in range(len(moments))] == [
        at.replace(microsecond=0) for at in moments
    ]
