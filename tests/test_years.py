"""What a year holds is counted up alike from few days and from many, further days included."""

from __future__ import annotations

from functools import cache

import pytest

from sim.calendar import run_dates
from sim.comparison import Comparison
from sim.experiment import compare
from sim.measures import years_in
from sim.replication import OfficeRuns
from sim.study import Scenario, Study
from tests.offices import Raw, office, smallest

WEEK = {"mon-fri": ["07:30-11:30", "13:30-17:00"]}
SATURDAY = {"sat": ["08:00-11:00"]}
WAGE = 50.0
CLERKS = 3
SATURDAYS = 52  # within 365 days from Monday, 2 January 2023
WEEKDAYS = 261
DAYS = (3, 15, 16, 30, 250)
A_WEEK_OR_MORE = DAYS[1:]


def raw(**hours: list[str]) -> Raw:
    """Return three clerks without absences and holidays, to whom few come."""
    made = smallest()
    made["calendar"]["hours"] = WEEK | hours
    made["teams"][0] |= {"wage": WAGE, "overtime_rate": 0}
    made["demands"][0]["per_day"] = 20
    return made


@cache
def compared(days: int) -> Comparison:
    reform = {"set_hours": {"hours": WEEK | SATURDAY}}
    opened = Scenario(id="saturday", reforms=[reform])
    study = Study(office=office(raw()), scenarios=[opened], days=days, warmup=0, replications=2)
    return compare(study)


@pytest.mark.parametrize("days", A_WEEK_OR_MORE)
def test_further_days_cost_the_same_in_a_year_from_few_days_as_from_many(days: int) -> None:
    spent = compared(days).differences["saturday"]["office_saving_year"].mean
    assert spent is not None
    assert -spent == pytest.approx(SATURDAYS * 3 * CLERKS * WAGE)


@pytest.mark.parametrize("days", A_WEEK_OR_MORE)
def test_further_days_bring_a_years_cases_from_few_days_as_from_many(days: int) -> None:
    found = compared(days).scenarios
    cases = {name: each.measures["cases_year"].mean or 0 for name, each in found.items()}
    ends = 4 * (20 * WEEKDAYS**2 / (2 * days)) ** 0.5
    assert cases["baseline"] == pytest.approx(20 * WEEKDAYS, abs=ends)
    # Of Saturdays there are a fifth as many, so that few are seen.
    seen = max(days // 5 - 1, 1)
    more = 4 * (20 * SATURDAYS**2 / (2 * seen)) ** 0.5
    assert cases["saturday"] - cases["baseline"] == pytest.approx(20 * SATURDAYS, abs=more)


@pytest.mark.parametrize("days", DAYS)
def test_the_usual_days_are_counted_up_alike_whatever_else_is_open(days: int) -> None:
    calendar = office(raw()).calendar
    dates = run_dates(calendar, days, 0)
    usual, further = (
        OfficeRuns(office(raw(**more)), days, 0, dates=dates).layout for more in ({}, SATURDAY)
    )
    assert years_in(usual) == WEEKDAYS / days
    assert years_in(further) == years_in(usual)
