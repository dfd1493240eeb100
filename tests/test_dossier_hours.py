"""Hours, weekdays and closed dates are read from when things were done; working time by them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calibrate.dossier_hours import ASSUMED_HOURS, EPOCH, Ints, WorkingTime, fit_hours
from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.office import Calendar

MONDAY = dt.date(2025, 1, 6)
DAYS = [MONDAY + dt.timedelta(days=i) for i in range(84)]
MORNING, AFTERNOON = (7.5, 11.5), (13.5, 17.0)


def at(date: dt.date, hours: float) -> int:
    return (date - EPOCH).days * DAY_MS + round(hours * HOUR_MS)


def moments(dates: list[dt.date], sessions: tuple[tuple[float, float], ...], each: int) -> Ints:
    random = np.random.default_rng(7)
    found = []
    for date in dates:
        for begin, end in sessions:
            found += [at(date, hour) for hour in random.uniform(begin, end, each)]
    return np.array(found, dtype=np.int64)


def weekdays(dates: list[dt.date]) -> list[dt.date]:
    return [date for date in dates if date.weekday() < 5]


def touched(when: Ints) -> Ints:
    return when // DAY_MS


def test_two_sessions_and_five_days_are_found() -> None:
    when = moments(weekdays(DAYS), (MORNING, AFTERNOON), 30)
    found = fit_hours(when, touched(when), MONDAY, "")
    assert found.content["hours"] == {"mon-fri": ["07:30-11:30", "13:30-17:00"]}
    assert found.read
    assert found.inside == 1


def test_work_noted_on_the_hour_leaves_no_holes_in_the_day() -> None:
    when = np.array([at(d, h) for d in weekdays(DAYS) for h in range(8, 17)], dtype=np.int64)
    assert fit_hours(when, touched(when), MONDAY, "").content["hours"] == {
        "mon-fri": ["08:00-16:30"]
    }


def test_a_few_events_at_night_and_on_a_saturday_open_nothing() -> None:
    when = moments(weekdays(DAYS), (MORNING, AFTERNOON), 30)
    odd = moments([date for date in DAYS if date.weekday() == 5][:2], ((20.0, 22.0),), 5)
    when = np.sort(np.concatenate((when, odd)))
    found = fit_hours(when, touched(when), MONDAY, "")
    assert found.content["hours"] == {"mon-fri": ["07:30-11:30", "13:30-17:00"]}
    assert found.inside < 1


def test_a_long_monday_has_hours_of_its_own() -> None:
    dates = weekdays(DAYS)
    mondays = [date for date in dates if date.weekday() == 0]
    rest = [date for date in dates if date.weekday() > 0]
    long = moments(mondays, ((8.0, 19.0),), 110)
    when = np.concatenate((long, moments(rest, ((8.0, 16.0),), 80)))
    hours = fit_hours(when, touched(when), MONDAY, "").content["hours"]
    assert hours == {"mon": ["08:00-19:00"], "tue-fri": ["08:00-16:00"]}


def test_a_weekday_without_any_event_among_busy_ones_is_closed() -> None:
    shut = DAYS[30]
    when = moments([d for d in weekdays(DAYS) if d != shut], (MORNING, AFTERNOON), 10)
    assert fit_hours(when, touched(when), MONDAY, "").content["closed"] == [shut]


def test_days_on_which_little_happens_anyway_are_not_taken_for_closed() -> None:
    random = np.random.default_rng(3)
    dates = [date for date in weekdays(DAYS) if random.random() < 0.8]
    when = moments(dates, (MORNING, AFTERNOON), 2)
    assert "closed" not in fit_hours(when, touched(when), MONDAY, "").content


@pytest.mark.parametrize("hours", [0.0, 24.0])
def test_dates_alone_tell_no_hours(hours: float) -> None:
    when = np.array([at(date, hours) for date in weekdays(DAYS) for _ in range(9)], dtype=np.int64)
    found = fit_hours(when, touched(when), MONDAY, "")
    assert not found.read
    assert all(tuple(sessions) == ASSUMED_HOURS for sessions in found.content["hours"].values())


def working_time() -> WorkingTime:
    calendar = Calendar.model_validate(
        {
            "start": MONDAY,
            "closed": [dt.date(2025, 1, 15)],
            "hours": {"mon-fri": ["07:30-11:30", "13:30-17:00"], "sat": ["07:30-11:30"]},
        }
    )
    return WorkingTime(calendar, MONDAY, MONDAY + dt.timedelta(days=60))


def one(moment: int) -> Ints:
    return np.array([moment], dtype=np.int64)


def test_a_week_is_five_working_days_and_a_saturday_none() -> None:
    time = working_time()
    week = time.working_days(one(at(MONDAY, 9)), one(at(MONDAY + dt.timedelta(days=7), 9)))
    assert week[0] == pytest.approx(5)
    saturday = MONDAY + dt.timedelta(days=5)
    assert time.working_days(one(at(saturday, 8)), one(at(saturday, 11)))[0] == 0
    assert time.open_minutes(one(at(saturday, 8)), one(at(saturday, 11)))[0] == 180


def test_a_closed_date_is_no_working_day() -> None:
    time = working_time()
    tuesday, thursday = dt.date(2025, 1, 14), dt.date(2025, 1, 16)
    assert time.working_days(one(at(tuesday, 9)), one(at(thursday, 9)))[0] == pytest.approx(1)
    assert time.legal_days(one(at(tuesday, 9)), one(at(thursday, 9)))[0] == 1
    assert time.moved_on(one((dt.date(2025, 1, 15) - EPOCH).days))[0] == (thursday - EPOCH).days


def test_work_past_closing_counts_and_a_night_between_does_not() -> None:
    time, tuesday = working_time(), MONDAY + dt.timedelta(days=1)
    assert time.worked_minutes(one(at(MONDAY, 16.9)), one(at(MONDAY, 17.1)))[0] == pytest.approx(12)
    assert time.worked_minutes(one(at(MONDAY, 16.9)), one(at(tuesday, 7.6)))[0] == pytest.approx(12)


@given(st.lists(st.integers(0, 50 * DAY_MS), min_size=3, max_size=3))
def test_working_time_adds_up(offsets: list[int]) -> None:
    time = working_time()
    first, middle, last = (one(at(MONDAY, 0) + offset) for offset in sorted(offsets))
    whole = time.working_days(first, last)
    parts = time.working_days(first, middle) + time.working_days(middle, last)
    assert whole[0] == pytest.approx(parts[0], abs=1e-9)
    assert time.working_days(last, first)[0] == 0
    assert time.open_minutes(first, last)[0] <= (last - first)[0] / MINUTE_MS + 1e-9
