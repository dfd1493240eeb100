"""Opening hours and the last ticket, from records of offices whose hours are known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from sim.calibrate.hours import HoursFit, fit_hours, weekdays_key
from sim.clock import weekday_numbers
from sim.errors import PlannerError
from sim.office.people import Calendar
from sim.records.records import TicketRecords
from tests.ticket_frames import Minutes, counters, records, tickets, workdays

OPENS = 8 * 60
THREE_WEEKS = workdays(15)


def closes(day: dt.date) -> int:
    return 18 * 60 if day.weekday() == 0 else 16 * 60


def evenly(rng: np.random.Generator, begin: float, end: float, rate: float = 0.4) -> Minutes:
    """Return moments at which a Poisson number of people come, so many a minute."""
    return rng.uniform(begin, end, rng.poisson(rate * (end - begin)))


def office(
    days: list[dt.date] = THREE_WEEKS, *, stops: float = 0.0, odd: Mapping[dt.date, int] = {}
) -> TicketRecords:
    """Return records of two queues, open until 18:00 on Mondays and 16:00 on other days."""
    rng = np.random.default_rng(7)
    ends = {day: odd.get(day, closes(day)) for day in days}
    frames = [
        tickets({d: evenly(rng, OPENS, ends[d] - stops) for d in days}, queue=queue, sampled=5)
        for queue in "AB"
    ]
    noted = {(queue, d): [(OPENS, 2), (ends[d], 0)] for queue in "AB" for d in days}
    return records(frames, counters(noted))


def in_a_calendar(found: HoursFit) -> Calendar:
    """Return the hours as an office file would have them, and so hold that it may."""
    content = {"start": "2024-01-08", "hours": found.hours, "last_ticket": found.last_ticket}
    return Calendar.model_validate(content)


def test_hours_are_found_by_weekday_and_alike_weekdays_stand_together() -> None:
    found = fit_hours(office())
    assert found.hours == {"mon": ["08:00-18:00"], "tue-fri": ["08:00-16:00"]}
    assert found.last_ticket == 0.0
    assert not found.assumed
    in_a_calendar(found)


def test_one_odd_day_changes_nothing() -> None:
    wednesday = next(day for day in THREE_WEEKS if day.weekday() == 2)
    assert fit_hours(office(odd={wednesday: 12 * 60})).hours == fit_hours(office()).hours


def test_who_is_served_after_closing_is_overtime() -> None:
    known = office()
    assert known.counters is not None
    late = counters({("C", day): [(OPENS, 1), (closes(day) + 45, 0)] for day in THREE_WEEKS})
    both = TicketRecords(known.tickets, pl.concat([known.counters, late]))
    assert fit_hours(both).hours == fit_hours(known).hours


def test_the_last_ticket_is_found_by_weekday_within_its_interval() -> None:
    found = fit_hours(office(stops=30))
    assert found.last_ticket == 30.0
    (fitted,) = found.fitted
    assert fitted.path == "calendar.last_ticket"
    assert fitted.low is not None
    assert fitted.high is not None
    assert fitted.low <= 30 <= fitted.high
    in_a_calendar(found)


def test_a_few_tickets_do_not_tell_that_tickets_stop() -> None:
    rng = np.random.default_rng(5)
    days = THREE_WEEKS[:10]
    noted = counters({("A", day): [(OPENS, 1), (16 * 60, 0)] for day in days})
    told = 0
    for _ in range(20):
        few = {day: rng.uniform(OPENS, 16 * 60, 2) for day in days}
        told += fit_hours(records([tickets(few)], noted)).last_ticket != 0.0
    # One in a thousand logs is meant to; one in fifty is allowed for the rate being estimated.
    assert told <= binom.ppf(0.999, 20, 0.02)


@pytest.mark.parametrize("with_counters", [True, False])
def test_a_lunch_break_in_which_nobody_is_called_is_found(with_counters: bool) -> None:
    rng = np.random.default_rng(3)
    halves = ((450.0, 690.0), (810.0, 1020.0))
    came = {d: np.concatenate([evenly(rng, *half) for half in halves]) for d in THREE_WEEKS}
    changes = [(450.0, 2), (690.0, 0), (810.0, 2), (1020.0, 0)]
    noted = counters({("A", day): changes for day in THREE_WEEKS}) if with_counters else None
    made = tickets(came, opens=450)
    if with_counters:
        early = counters({("A", day): changes for day in THREE_WEEKS})
        first = pl.DataFrame({"queue": "A", "date": THREE_WEEKS, "time": 447 * 60_000, "open": 0})
        second = first.with_columns(time=pl.lit(452 * 60_000), open=pl.lit(2))
        more = pl.concat([first, second]).with_columns(waiting=pl.lit(None, pl.Int64))
        noted = pl.concat([early, more.cast(early.schema)])
    found = fit_hours(records([made], noted))
    assert found.hours == {"mon-fri": ["07:30-11:30", "13:30-17:00"]}


def test_no_lunch_break_where_one_counter_stays_open() -> None:
    rng = np.random.default_rng(3)
    came = {d: np.concatenate([evenly(rng, 480, 720), evenly(rng, 780, 960)]) for d in THREE_WEEKS}
    changes = [(480.0, 3), (720.0, 1), (780.0, 3), (960.0, 0)]
    noted = counters({("A", day): changes for day in THREE_WEEKS})
    assert fit_hours(records([tickets(came)], noted)).hours == {"mon-fri": ["08:00-16:00"]}


def test_without_counters_closing_is_an_assumption_after_the_last_tickets() -> None:
    found = fit_hours(TicketRecords(office().tickets, None))
    assert found.hours == {"mon": ["08:00-18:00"], "tue-fri": ["08:00-16:00"]}
    assert [assumed.path for assumed in found.assumed] == ["calendar.hours"]


def test_public_holidays_are_left_out() -> None:
    days = workdays(10, dt.date(2024, 4, 29))
    holidays = {dt.date(2024, 4, 29): 600, dt.date(2024, 4, 30): 600, dt.date(2024, 5, 1): 600}
    usual = fit_hours(office(days, odd=holidays), holidays="VN").hours
    assert usual == {"mon": ["08:00-18:00"], "tue-fri": ["08:00-16:00"]}
    assert fit_hours(office(days, odd=holidays)).hours != usual


def test_a_weekday_of_which_one_date_is_missing_is_open_like_most_and_said() -> None:
    week = [day for day in workdays(5) if day.weekday() != 2]
    found = fit_hours(office(week))
    assert found.hours == {"mon": ["08:00-18:00"], "tue-fri": ["08:00-16:00"]}
    assert [assumed.value for assumed in found.assumed] == ["wed"]


def test_a_weekday_that_is_missing_week_after_week_is_closed() -> None:
    found = fit_hours(office([day for day in THREE_WEEKS if day.weekday() != 2]))
    assert found.hours == {"mon": ["08:00-18:00"], "tue,thu-fri": ["08:00-16:00"]}
    assert found.sessions(2) == ()
    assert found.sessions(0) == ((8 * 3_600_000, 18 * 3_600_000),)


def test_no_usable_ticket_is_an_error_for_planners() -> None:
    unusable = office().tickets.with_columns(usable=pl.lit(value=False))
    with pytest.raises(PlannerError, match="no usable ticket"):
        fit_hours(TicketRecords(unusable, None))


@given(st.sets(st.integers(0, 6), min_size=1))
def test_weekdays_are_named_as_office_files_read_them(weekdays: set[int]) -> None:
    assert set(weekday_numbers(weekdays_key(weekdays))) == weekdays


MINUTES = st.lists(st.integers(0, 1439), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.integers(0, 20), MINUTES, min_size=1), st.booleans())
def test_whatever_is_recorded_makes_a_calendar(came: dict[int, list[int]], known: bool) -> None:
    first = dt.date(2024, 1, 8)
    logged = {first + dt.timedelta(days=day): minutes for day, minutes in came.items()}
    noted = counters({("A", day): [(OPENS, 1), (960, 0)] for day in logged}) if known else None
    found = fit_hours(records([tickets(logged, opens=0)], noted))
    in_a_calendar(found)
    assert {day.weekday() for day in logged} <= {d for group in found.groups() for d in group}
    for fitted in found.fitted:
        assert fitted.low is not None
        assert fitted.high is not None
        assert 0 <= fitted.low <= fitted.value <= fitted.high
