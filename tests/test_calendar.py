"""The calendar: which days are open, which the law counts, and time inside sessions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar import DAYS_BEFORE, NEVER, DayRules, RunCalendar, Spans, merged
from sim.clock import DAY_MS, HOUR_MS
from sim.errors import PlannerError
from sim.office import Calendar

OFFICE_HOURS = {"mon-fri": ["07:30-11:30", "13:30-17:00"]}
WITH_SATURDAY = OFFICE_HOURS | {"sat": ["08:00-11:00"]}
ALWAYS = {"mon-sun": ["00:00-24:00"]}
ORDINARY = (
    (7 * HOUR_MS + HOUR_MS // 2, 11 * HOUR_MS + HOUR_MS // 2),
    (13 * HOUR_MS + HOUR_MS // 2, 17 * HOUR_MS),
)
SATURDAY = ((8 * HOUR_MS, 11 * HOUR_MS),)
HALF = HOUR_MS // 2


def part(start: str = "2026-01-05", **given: Any) -> Calendar:
    return Calendar.model_validate({"start": start, "hours": OFFICE_HOURS} | given)


def rules(**given: Any) -> DayRules:
    return DayRules(part(**given))


def run(days: int = 20, warmup: int = 0, **given: Any) -> RunCalendar:
    return RunCalendar(part(**given), days, warmup)


def date(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


# What a date is


def test_a_working_day_has_its_weekdays_sessions_and_counts_in_law() -> None:
    monday = rules()
    assert monday.sessions(date("2026-01-05")) == ORDINARY
    assert monday.is_legal(date("2026-01-05"))
    assert monday.sessions(date("2026-01-04")) == ()
    assert not monday.counts(date("2026-01-04"))


def test_an_open_saturday_is_open_but_no_working_day_in_law() -> None:
    saturday = rules(hours=WITH_SATURDAY)
    assert saturday.sessions(date("2026-01-10")) == SATURDAY
    assert not saturday.is_legal(date("2026-01-10"))
    assert saturday.counts(date("2026-01-10"))


def test_a_legal_weekday_without_hours_counts_in_law_though_nobody_is_there() -> None:
    four_days = rules(hours={"mon-thu": ["08:00-17:00"]})
    assert four_days.sessions(date("2026-01-09")) == ()
    assert four_days.is_legal(date("2026-01-09"))
    assert four_days.counts(date("2026-01-09"))


def test_a_closed_date_is_neither_open_nor_counted() -> None:
    closed = rules(closed=[date("2026-01-06")])
    assert closed.sessions(date("2026-01-06")) == ()
    assert not closed.is_legal(date("2026-01-06"))
    assert closed.is_legal(date("2026-01-07"))


def test_the_swap_of_january_2026_closes_the_friday_and_works_the_saturday() -> None:
    swap = rules(
        holidays="VN", closed=[date("2026-01-02")], open={"2026-01-10": "fri"}, hours=WITH_SATURDAY
    )
    assert swap.sessions(date("2026-01-02")) == ()
    assert not swap.is_legal(date("2026-01-02"))
    assert swap.weekday(date("2026-01-10")) == 4
    assert swap.sessions(date("2026-01-10")) == ORDINARY
    assert swap.is_legal(date("2026-01-10"))
    assert swap.sessions(date("2026-01-17")) == SATURDAY


def test_a_swapped_date_is_open_even_on_a_holiday_or_a_closed_date() -> None:
    swapped = rules(
        holidays="VN", closed=[date("2026-01-06")], open={"2026-01-01": "mon", "2026-01-06": "tue"}
    )
    assert swapped.is_legal(date("2026-01-01"))
    assert swapped.sessions(date("2026-01-06")) == ORDINARY


def test_a_date_swapped_for_a_day_off_works_that_days_hours() -> None:
    quiet = rules(open={"2026-01-07": "sat"}, hours=WITH_SATURDAY)
    assert quiet.sessions(date("2026-01-07")) == SATURDAY
    assert not quiet.is_legal(date("2026-01-07"))


@pytest.mark.parametrize("day", ["2023-01-20", "2023-01-23", "2023-01-26"])
def test_tet_2023_is_closed_from_its_eve_to_the_day_made_up(day: str) -> None:
    tet = rules(holidays="VN")
    assert tet.is_holiday(date(day))
    assert tet.sessions(date(day)) == ()
    assert not tet.is_legal(date(day))


def test_the_days_around_tet_2023_are_open() -> None:
    tet = rules(holidays="VN")
    assert tet.sessions(date("2023-01-19")) == ORDINARY
    assert tet.sessions(date("2023-01-27")) == ORDINARY
    assert tet.step(date("2023-01-19"), 1) == date("2023-01-27")
    assert tet.step(date("2023-01-27"), -1) == date("2023-01-19")


def test_without_a_country_no_date_is_a_holiday() -> None:
    assert rules().sessions(date("2026-01-01")) == ORDINARY


def test_a_saturday_that_the_country_works_is_open_and_legal() -> None:
    bridge = rules(holidays="VN", hours=WITH_SATURDAY)
    assert bridge.sessions(date("2026-08-22")) == ORDINARY
    assert bridge.is_legal(date("2026-08-22"))
    assert bridge.sessions(date("2026-08-31")) == ()
    assert bridge.sessions(date("2026-08-15")) == SATURDAY
    assert not bridge.is_legal(date("2026-08-15"))


def test_the_office_file_decides_about_a_saturday_that_the_country_works() -> None:
    day = date("2026-08-22")
    assert not rules(holidays="VN", closed=[day]).counts(day)
    other = rules(holidays="VN", open={"2026-08-22": "mon"}, hours=OFFICE_HOURS)
    assert other.weekday(day) == 0
    assert rules(holidays="VN", legal_days="mon-sun", hours=WITH_SATURDAY).weekday(day) == 5


def test_an_office_that_never_works_again_says_so() -> None:
    never = rules(legal_days="sat", hours={"sat": ["08:00-11:00"]}, closed=[])
    never._closed = {date("2026-01-03") + dt.timedelta(days=7 * week) for week in range(700)}
    with pytest.raises(PlannerError, match="no open or working day within ten years"):
        never.next_counted(date("2026-01-03"))


def test_an_ordinary_day_is_the_mean_of_the_legal_weekdays() -> None:
    assert rules().ordinary_day_ms() == 7 * HOUR_MS + HALF
    weekly = {"mon-thu": ["08:00-16:00"], "fri": ["08:00-12:00"], "sat": ["08:00-09:00"]}
    shorter = rules(hours=weekly)
    assert shorter.ordinary_day_ms() == round(HOUR_MS * (4 * 8 + 4) / 5)
    six_days = rules(hours=weekly, legal_days="mon-sat")
    assert six_days.ordinary_day_ms() == round(HOUR_MS * (4 * 8 + 4 + 1) / 6)


# The days of a run


def test_the_window_counts_open_and_legal_days_from_the_start() -> None:
    week = run(days=5, warmup=3)
    assert week.first_date == date("2025-12-31")
    assert week.date(week.window.measured_from) == date("2026-01-05")
    assert week.date(week.window.measured_until - 1) == date("2026-01-09")
    assert run(days=1).window.measured_from == 0


def test_a_run_goes_on_as_long_again_but_at_least_sixty_counted_days() -> None:
    short, long = run(days=5, warmup=3), run(days=65)
    assert short.date(short.window.runs_until - 1) == date("2026-01-09") + dt.timedelta(weeks=12)
    assert long.date(long.window.measured_until - 1) == date("2026-04-03")
    assert long.date(long.window.runs_until - 1) == date("2026-07-03")


def test_a_start_on_a_holiday_moves_to_the_next_day_that_counts() -> None:
    new_year = run(days=1, start="2026-01-01", holidays="VN")
    assert new_year.date(new_year.window.measured_from) == date("2026-01-02")
    tet = run(days=1, start="2026-02-16", holidays="VN")
    assert tet.first_date == date("2026-02-23")


def test_days_carry_their_opening_and_closing() -> None:
    january = run()
    assert january.opening_of(0) == ORDINARY[0][0]
    assert january.closing_of(0) == 17 * HOUR_MS
    saturday = 5
    assert january.opening_of(saturday) == saturday * DAY_MS
    assert january.closing_of(saturday) == (saturday + 1) * DAY_MS
    assert january.is_open[january.index(0)]
    assert not january.is_open[january.index(saturday)]
    assert january.weekday[january.index(saturday)] == 5


def test_the_days_before_the_first_have_a_calendar_too() -> None:
    january = run()
    assert january.date(-7) == date("2025-12-29")
    assert january.opening_of(-7) == -7 * DAY_MS + ORDINARY[0][0]
    assert january.is_legal[january.index(-DAYS_BEFORE)] == (
        january.date(-DAYS_BEFORE).weekday() < 5
    )


def test_the_nth_legal_day_after_skips_weekends_holidays_and_open_saturdays() -> None:
    january = run(start="2025-12-29", holidays="VN", closed=[date("2026-01-02")],
                  open={"2026-01-10": "fri"}, hours=WITH_SATURDAY)  # fmt: skip
    after = [january.date(january.legal_day_after(january.day_of_date(date("2025-12-31")), n))
             for n in (1, 5, 6, 7)]  # fmt: skip
    assert after == [date("2026-01-05"), date("2026-01-09"), date("2026-01-10"), date("2026-01-12")]
    saturday = january.day_of_date(date("2026-01-03"))
    assert january.date(january.open_day_after(saturday - 1, 1)) == date("2026-01-03")
    assert january.date(january.legal_day_after(saturday, 1)) == date("2026-01-05")


def test_the_day_itself_counts_from_but_not_after() -> None:
    january = run()
    assert january.legal_day_from(0) == january.open_day_from(0) == 0
    assert january.legal_day_after(0, 1) == january.open_day_after(0, 1) == 1
    assert january.legal_day_from(5) == january.open_day_from(5) == 7
    assert january.open_days(4, 9) == [4, 7, 8]
    assert january.legal_day_after(0, 10**6) == max(
        day for day in range(january.last_day) if january.is_legal[january.index(day)]
    )


@given(st.integers(0, 200), st.integers(1, 60))
def test_legal_days_between_undoes_the_nth_legal_day_after(day: int, count: int) -> None:
    there = WHOLE_YEAR.legal_day_after(day, count)
    assert WHOLE_YEAR.legal_days_between(day, there) == count
    assert WHOLE_YEAR.legal_days_between(day, there - 1) == count - 1


WHOLE_YEAR = RunCalendar(part(holidays="VN", hours=WITH_SATURDAY), 250, 10)


def test_fifteen_days_hold_eleven_working_days_and_five_working_days_take_a_week() -> None:
    january = run()
    weekdays = [day for day in range(14) if january.is_legal[january.index(day)]]
    assert {january.legal_day_after(day, 5) - day for day in weekdays} == {7}
    assert {january.legal_days_between(day, day + 15) for day in weekdays} == {10, 11}


# Sessions


def test_sessions_that_touch_are_one() -> None:
    touching = run(hours={"mon-fri": ["08:00-12:00", "12:00-16:00"]})
    first = touching.open_time.starts.index(8 * HOUR_MS)
    assert touching.open_time.ends[first] == 16 * HOUR_MS


def test_an_office_that_never_closes_is_one_session() -> None:
    always = run(hours=ALWAYS, legal_days="mon-sun")
    assert len(always.open_time.starts) == 1
    assert always.legal_time == always.open_time
    assert not any(always.closes_in(day) for day in range(always.window.runs_until))


def test_an_office_open_all_week_closes_where_the_next_day_is_a_holiday() -> None:
    always = run(start="2025-12-29", hours=ALWAYS, holidays="VN")
    closing = [always.date(day) for day in range(7) if always.closes_in(day)]
    assert closing == [date("2025-12-31")]


def test_closing_is_the_end_of_the_last_session_and_lunch_is_not() -> None:
    january = run()
    assert january.closing_of(0) == 17 * HOUR_MS
    assert january.closes_in(0)
    assert not january.closes_in(5)


def test_time_on_an_open_saturday_is_open_but_not_legal() -> None:
    january = run(hours=WITH_SATURDAY)
    friday_evening, monday = 4 * DAY_MS + 18 * HOUR_MS, 7 * DAY_MS
    in_law = january.legal_time.elapsed(monday) - january.legal_time.elapsed(friday_evening)
    in_all = january.open_time.elapsed(monday) - january.open_time.elapsed(friday_evening)
    assert (in_law, in_all) == (0, 3 * HOUR_MS)


def test_working_days_of_time_take_the_same_hour_some_days_later() -> None:
    january = run()
    ten = 10 * HOUR_MS
    assert january.legal_time.after(ten, 2 * january.ordinary_day_ms) == ten + 2 * DAY_MS
    friday = ten + 4 * DAY_MS
    assert january.legal_time.after(friday, january.ordinary_day_ms) == ten + 7 * DAY_MS


# Intervals


TWO = Spans((10, 30), (20, 40))


def test_time_that_ends_with_a_session_ends_there_and_not_at_the_next() -> None:
    assert TWO.after(10, 10) == 20
    assert TWO.after(20, 10) == 40
    assert TWO.after(10, 11) == 31
    assert TWO.after(0, 1) == 11


def test_no_time_passes_at_once_even_where_nothing_is_open() -> None:
    assert TWO.after(25, 0) == 25


def test_what_no_interval_can_hold_ends_with_the_last_or_never() -> None:
    assert TWO.after(10, 21) == 40
    assert TWO.next_start(31) == 40
    nothing = merged([])
    assert nothing.after(0, 1) == nothing.next_start(0) == NEVER
    assert nothing.elapsed(5) == 0
    assert nothing.elapsed_many(np.array([5])).tolist() == [0]
    assert not nothing.holds(5)


def test_intervals_hold_their_start_and_not_their_end() -> None:
    assert [time for time in range(50) if TWO.holds(time)] == [*range(10, 20), *range(30, 40)]
    assert (TWO.end_of(10), TWO.end_of(39)) == (20, 40)
    assert [TWO.next_start(time) for time in (9, 10, 11, 30)] == [10, 10, 30, 30]


pairs = st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000)).map(
    lambda pair: (min(pair), max(pair))
)
some_pairs = st.lists(pairs, min_size=1, max_size=12).filter(
    lambda all_: any(a < b for a, b in all_)
)


@given(st.lists(pairs, max_size=12))
def test_merging_keeps_every_moment_and_leaves_gaps_between(given_pairs: list[Any]) -> None:
    spans = merged(given_pairs)
    for time in range(-1001, 1002):
        assert spans.holds(time) == any(start <= time < end for start, end in given_pairs)
    assert all(end < start for end, start in zip(spans.ends, spans.starts[1:], strict=False))


@given(some_pairs, st.integers(-1100, 1100))
def test_elapsed_counts_the_moments_inside(given_pairs: list[Any], time: int) -> None:
    spans = merged(given_pairs)
    assert spans.elapsed(time) == sum(spans.holds(moment) for moment in range(-1100, time))
    assert spans.elapsed_many(np.array([time, 0])).tolist() == [
        spans.elapsed(time),
        spans.elapsed(0),
    ]


@given(some_pairs, st.integers(-1100, 1100), st.integers(1, 2000))
def test_after_is_the_earliest_moment_by_which_the_time_has_passed(
    given_pairs: list[Any], time: int, duration: int
) -> None:
    spans = merged(given_pairs)
    then = spans.after(time, duration)
    passed = spans.elapsed(then) - spans.elapsed(time)
    if spans.elapsed(1100) - spans.elapsed(time) < duration:
        assert then == spans.ends[-1]
    else:
        assert passed == duration
        assert spans.elapsed(then - 1) - spans.elapsed(time) == duration - 1
