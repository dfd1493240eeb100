"""The quality report: what was dropped and why, and days that are not like others."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sim.errors import FileFaults, PlannerError
from sim.records.tickets import read_tickets
from tests.records_files import HEADER, clock, counted, day, none_of, of, tickets, written


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("A,2024-03-04,99,09:00,08:30,09:10", "called before they were taken"),
        ("A,2024-03-04,99,09:00,09:10,09:05", "ended before they were called"),
        ("A,2024-03-04,99,09:00,,08:05", "ended before they were taken"),
        (",2024-03-04,99,09:00,09:10,09:15", "without a queue"),
        ("A,,99,09:00,09:10,09:15", "without a date"),
        ("A,2024-03-04,99,,09:10,09:15", "without the time they were taken"),
        ("A,2024-03-04,99,09:00,soon,09:15", "a time that cannot be read"),
        ("A,2024-03-04,99,09:00,09:75,09:15", "a time that cannot be read"),
        ("A,2024-03-04,3,08:10,08:14,08:20", "duplicates of a ticket"),
    ],
)
def test_a_row_that_cannot_be_used_is_dropped_with_its_line(
    tmp_path: Path, row: str, what: str
) -> None:
    found = tickets(tmp_path, [*day(8), row])
    dropped = of(found.quality, what)
    assert (dropped.happened, dropped.count, dropped.where) == (
        "dropped", 1, ("tickets.csv, line 10",),
    )  # fmt: skip
    assert len(found.tickets) == 8
    assert counted(found.quality, "dropped") == 1


def test_ranges_that_end_before_they_begin_are_dropped(tmp_path: Path) -> None:
    header = "queue,date,ticket,arrived_after,arrived_by,called_after,called_by"
    good = [f"A,2024-03-04,{i},08:0{i},08:1{i},08:2{i},08:3{i}" for i in range(1, 6)]
    bad = ["A,2024-03-04,6,08:20,08:10,08:30,08:40", "A,2024-03-04,7,08:10,08:20,08:40,08:30"]
    found = tickets(tmp_path, [*good, *bad], header)
    assert of(found.quality, "ranges of arrival").where == ("tickets.csv, line 7",)
    assert of(found.quality, "ranges of the call").where == ("tickets.csv, line 8",)


def test_alike_rows_without_numbers_may_be_different_people(tmp_path: Path) -> None:
    rows = ["A,2024-03-04,,08:00,08:05,08:10"] * 3
    found = tickets(tmp_path, rows)
    assert len(found.tickets) == 3
    assert of(found.quality, "alike").count == 2


def test_times_that_mostly_run_backwards_are_refused(tmp_path: Path) -> None:
    swapped = "queue,date,ticket,called,arrived,ended"
    with pytest.raises(FileFaults, match="run backwards") as caught:
        tickets(tmp_path, day(8), swapped)
    assert "--columns" in str(caught.value)
    assert "tickets.csv, line 2" in str(caught.value)


def test_a_reset_of_the_counter_spoils_its_queues_day_alone(tmp_path: Path) -> None:
    again = [f"A,2024-03-04,{i},{clock(600 + i)},{clock(601 + i)},{clock(602 + i)}" for i in (1, 2)]
    found = tickets(tmp_path, [*day(8), *again, *day(8, "2024-03-05"), *day(8, queue="B")])
    reset = of(found.quality, "resets")
    assert (reset.count, reset.where) == (1, ("tickets.csv, line 10",))
    unusable = found.tickets.filter(~found.tickets["usable"])
    assert unusable.select("queue", "date").unique().rows() == [("A", dt.date(2024, 3, 4))]
    assert len(unusable) == 10


def test_the_records_own_word_on_a_day_stands_against_a_reset(tmp_path: Path) -> None:
    again = [f"A,2024-03-04,1,{clock(600)},{clock(601)},{clock(602)}"]
    rows = [f"{row},true" for row in (*day(8), *again)]
    found = tickets(tmp_path, rows, f"{HEADER},clean")
    assert of(found.quality, "resets").count == 1
    assert found.tickets["usable"].all()


def test_numbers_that_do_not_follow_arrivals_are_no_resets(tmp_path: Path) -> None:
    rows = day(20)
    mixed = [r.replace(f",{i + 1},", f",{i + 1 + 2000 * (i % 2)},", 1) for i, r in enumerate(rows)]
    found = tickets(tmp_path, mixed)
    assert none_of(found.quality, "resets")
    assert of(found.quality, "do not follow arrivals").count == 1
    assert found.tickets["usable"].all()


def test_gaps_in_numbers_are_counted(tmp_path: Path) -> None:
    rows = [row for i, row in enumerate(day(20)) if i not in {5, 6, 11}]
    found = tickets(tmp_path, rows)
    gaps = of(found.quality, "gaps")
    assert (gaps.happened, gaps.count) == ("noticed", 3)
    assert gaps.where == ("tickets.csv, line 7", "tickets.csv, line 11")
    assert none_of(tickets(tmp_path, day(20)).quality, "gaps")


def test_numbers_that_count_all_queues_have_no_gaps(tmp_path: Path) -> None:
    rows = [row.replace("A,", f"{'ABCD'[i % 4]},", 1) for i, row in enumerate(day(40))]
    found = tickets(tmp_path, rows)
    assert none_of(found.quality, "gaps")
    assert of(found.quality, "count all queues together").count == 40


def test_public_holidays_are_kept_out_of_fitting(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", [HEADER, *day(3, "2024-04-30"), *day(3, "2024-05-02")])
    found = read_tickets([path], holidays="VN")
    assert of(found.quality, "public holidays").count == 3
    assert found.tickets.filter("usable")["date"].unique().to_list() == [dt.date(2024, 5, 2)]
    assert read_tickets([path]).tickets["usable"].all()
    with pytest.raises(PlannerError, match='such as "VN", found "Atlantis"'):
        read_tickets([path], holidays="Atlantis")


def test_a_day_far_from_the_others_is_noticed_and_used(tmp_path: Path) -> None:
    sizes = {4: 60, 5: 66, 6: 58, 7: 61, 8: 4, 11: 63, 12: 57}
    rows = [row for date, size in sizes.items() for row in day(size, f"2024-03-{date:02}")]
    found = tickets(tmp_path, rows)
    odd = of(found.quality, "far more or fewer")
    assert odd.where == ("2024-03-08, A",)
    assert found.tickets["usable"].all()


def test_days_that_differ_as_chance_has_it_are_not_noticed(tmp_path: Path) -> None:
    sizes = {4: 60, 5: 75, 6: 50, 7: 61, 8: 70, 11: 63, 12: 48}
    rows = [row for date, size in sizes.items() for row in day(size, f"2024-03-{date:02}")]
    assert none_of(tickets(tmp_path, rows).quality, "far more or fewer")


def with_samples(folder: Path, times: list[int]) -> Path:
    lines = [f"A,2024-03-04,{clock(at)},2" for at in times]
    return written(folder / "open.csv", ["queue,date,time,open", *lines])


def test_a_gap_in_sampling_spoils_its_day(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", [HEADER, *day(40)])
    every_five = list(range(470, 700, 5))
    whole = read_tickets([path, with_samples(tmp_path, every_five)])
    assert whole.tickets["usable"].all()
    holed = [at for at in every_five if not 500 < at < 560]
    found = read_tickets([path, with_samples(tmp_path, holed)])
    assert of(found.quality, "gap in sampling").where == ("2024-03-04, A",)
    assert not found.tickets["usable"].any()


def test_counters_noted_only_as_they_change_have_no_gaps(tmp_path: Path) -> None:
    path = written(tmp_path / "t.csv", [HEADER, *day(40)])
    changes = [480, 481, 490, 560, 562, 640, 641, 642, 660, *range(662, 682)]
    assert read_tickets([path, with_samples(tmp_path, changes)]).tickets["usable"].all()


def test_a_range_far_wider_than_the_others_spoils_its_day(tmp_path: Path) -> None:
    header = "queue,date,ticket,arrived_after,arrived_by,called_after,called_by"
    rows = [
        f"{queue},2024-03-04,{i},{clock(480 + 5 * i)},{clock(485 + 5 * i)},,"
        for queue in "AB"
        for i in range(10)
    ]
    found = tickets(tmp_path, [*rows, "A,2024-03-04,10,08:50,10:00,,"], header)
    assert of(found.quality, "only known to").count == 1
    assert found.tickets.filter("usable")["queue"].unique().to_list() == ["B"]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("A,2024-03-04,9,23:30,23:40,23:50", "between 21:00 and 05:00"),
        ("A,2024-03-04,9,03:30,03:40,03:50", "between 21:00 and 05:00"),
        ("A,2024-03-04,9,08:45,17:00,17:10", "more than eight hours"),
        ("A,2024-03-04,9,08:45,,", "never called"),
    ],
)
def test_what_is_odd_is_noticed_and_used(tmp_path: Path, row: str, what: str) -> None:
    found = tickets(tmp_path, [*day(8), row])
    assert of(found.quality, what).where == ("tickets.csv, line 10",)
    assert len(found.tickets) == 9
