"""Numbers of cases by day, weekday and month, and how sure they are."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.calibrate.dossier_arrivals import DemandFit, fit_demand, wilson
from sim.calibrate.dossier_hours import EPOCH, WorkingTime
from sim.clock import DAY_MS, HOUR_MS
from sim.office import Calendar

MONDAY = dt.date(2024, 1, 1)


def fitted(counts: list[int], *, dated: bool = True, hour: float = 9.0) -> DemandFit:
    """Fit numbers of cases on working days from a Monday on."""
    calendar = Calendar.model_validate({"start": MONDAY, "hours": {"mon-fri": ["08:00-17:00"]}})
    dates = [MONDAY + dt.timedelta(days=i) for i in range(2 * len(counts) + 7)]
    dates = [date for date in dates if date.weekday() < 5][: len(counts)]
    time = WorkingTime(calendar, MONDAY, dates[-1])
    begun = [
        (date - EPOCH).days * DAY_MS + round(hour * HOUR_MS) * (not dated)
        for date, number in zip(dates, counts, strict=True)
        for _ in range(number)
    ]
    known = np.array(begun, dtype=np.int64)
    return fit_demand("d", known, np.full(len(known), dated), time, (MONDAY, dates[-1]))


def drawn(seed: int, days: int, mean: float, spread: float) -> list[int]:
    random = np.random.default_rng(seed)
    if spread == 1:
        return random.poisson(mean, days).tolist()
    return random.negative_binomial(mean / (spread - 1), 1 / spread, days).tolist()


@given(st.integers(0, 300), st.integers(1, 300))
def test_shares_have_the_interval_of_wilson(hits: int, size: int) -> None:
    hits = min(hits, size)
    theirs = stats.binomtest(hits, size).proportion_ci(method="wilson")
    assert wilson(hits, size) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


@pytest.mark.parametrize(("mean", "spread"), [(8.0, 1.6), (3.0, 2.5), (20.0, 1.0)])
def test_intervals_of_mean_and_spread_hold_the_truth(mean: float, spread: float) -> None:
    logs, found = 150, {"per_day": 0, "spread": 0}
    for seed in range(logs):
        for row in fitted(drawn(seed, 100, mean, spread)).fitted:
            name = row.path.removeprefix("demands.d.")
            truth = {"per_day": mean, "spread": spread}.get(name)
            if truth is not None:
                assert row.low is not None
                assert row.high is not None
                found[name] += row.low <= truth <= row.high
    least = stats.binom.ppf(1e-4, logs, 0.95)
    assert min(found.values()) >= least, found


def test_weekdays_alike_are_not_told_apart() -> None:
    apart = sum("by_weekday" in fitted(drawn(seed, 100, 8, 1.5)).content for seed in range(100))
    assert apart <= stats.binom.isf(1e-4, 100, 0.01)


def test_weekdays_that_differ_are_and_keep_the_mean() -> None:
    counts = [n * (2 if day % 5 == 0 else 1) for day, n in enumerate(drawn(1, 100, 8, 1))]
    content = fitted(counts).content
    factors = content["by_weekday"]
    assert factors["mon"] > 1.4
    assert np.mean(list(factors.values())) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(("days", "told"), [(200, False), (530, True)])
def test_months_are_told_apart_only_from_a_year_on(days: int, *, told: bool) -> None:
    dates = [MONDAY + dt.timedelta(days=7 * (i // 5) + i % 5) for i in range(days)]
    summer = [2 if date.month in {7, 8} else 1 for date in dates]
    counts = [n * m for n, m in zip(drawn(2, days, 8, 1), summer, strict=True)]
    content = fitted(counts).content
    assert ("by_month" in content) == told
    if told:
        assert content["by_month"]["jul"] > 1.4


def test_hours_are_fitted_where_cases_do_not_come_evenly() -> None:
    early = fitted([5] * 60, dated=False, hour=8.5).content
    assert early["by_hour"]["08:00"] == 1
    assert "by_hour" not in fitted([5] * 60).content
