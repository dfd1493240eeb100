"""Arrivals fitted to logs whose truth is known: means, weekdays, over-dispersion, times of day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.stats import binom, t

from sim.calibrate.arrivals import ArrivalsFit, fit_arrivals
from sim.calibrate.hours import HoursFit
from sim.clock import clock_ms
from sim.errors import PlannerError
from sim.office import Demand
from tests.ticket_frames import Minutes, tickets, workdays

OPENS, CLOSES = 8 * 60, 16 * 60
LOGS = 100
PATH = "demands.queue"
Moments = Callable[[np.random.Generator, int], Minutes]


def hours(**sessions: list[str]) -> HoursFit:
    named = {key.replace("_", "-"): texts for key, texts in sessions.items()}
    return HoursFit(named, 0.0, (), (), (), "made up")


WEEK = hours(mon_fri=["08:00-16:00"])


def evenly(rng: np.random.Generator, number: int) -> Minutes:
    return rng.uniform(OPENS, CLOSES, number)


def in_two_waves(rng: np.random.Generator, number: int) -> Minutes:
    """Three quarters come before noon."""
    early = rng.random(number) < 0.75
    return np.where(early, rng.uniform(OPENS, 720, number), rng.uniform(720, CLOSES, number))


def waiting_at_the_door(rng: np.random.Generator, number: int) -> Minutes:
    rush = rng.random(number) < 0.15
    return np.where(rush, rng.uniform(OPENS, OPENS + 4, number), rng.uniform(OPENS, CLOSES, number))


def counted(rng: np.random.Generator, mean: float, spread: float) -> int:
    if spread == 1:
        return int(rng.poisson(mean))
    return int(rng.negative_binomial(mean / (spread - 1), 1 / spread))


def fitted(
    seed: int,
    *,
    mean: float = 60,
    spread: float = 1,
    moments: Moments = evenly,
    days: int = 15,
    sampled: float = 5,
    office: HoursFit = WEEK,
    factors: tuple[float, ...] = (1, 1, 1, 1, 1),
) -> ArrivalsFit:
    """Return the fit to a log of working days."""
    rng = np.random.default_rng(seed)
    dates = workdays(days)
    numbers = [counted(rng, mean * factors[day.weekday()], spread) for day in dates]
    came = {day: moments(rng, number) for day, number in zip(dates, numbers, strict=True)}
    return fit_arrivals(tickets(came, sampled=sampled), dates, office, path=PATH)


@dataclass(frozen=True)
class Truth:
    mean: float
    spread: float
    days: int


TRUTHS = [Truth(60, 1, 9), Truth(60, 3, 9), Truth(20, 2, 25)]


@cache
def logs(truth: Truth) -> tuple[ArrivalsFit, ...]:
    return tuple(
        fitted(seed, mean=truth.mean, spread=truth.spread, days=truth.days, moments=in_two_waves)
        for seed in range(LOGS)
    )


def covered(found: ArrivalsFit, key: str, truth: float) -> bool:
    one = next(one for one in found.fitted if one.path == f"{PATH}.{key}")
    assert one.low is not None
    assert one.high is not None
    return one.low <= truth <= one.high


@pytest.mark.parametrize("truth", TRUTHS, ids=str)
def test_95_percent_of_intervals_of_the_mean_hold_the_truth(truth: Truth) -> None:
    hits = sum(covered(found, "per_day", truth.mean) for found in logs(truth))
    assert hits >= binom.ppf(0.001, LOGS, 0.95)


@pytest.mark.parametrize("truth", TRUTHS, ids=str)
def test_95_percent_of_intervals_of_the_spread_hold_the_truth(truth: Truth) -> None:
    hits = sum(covered(found, "spread", truth.spread) for found in logs(truth))
    assert hits >= binom.ppf(0.001, LOGS, 0.95)


def test_intervals_are_as_wide_as_theory_has_them() -> None:
    truth = TRUTHS[1]
    widths = []
    for found in logs(truth):
        one = next(one for one in found.fitted if one.path == f"{PATH}.per_day")
        assert one.low is not None
        assert one.high is not None
        widths.append(np.log(one.high / one.low) / 2)
    error = np.sqrt(truth.spread / (truth.mean * truth.days))
    # The median of an estimated error of eight degrees of freedom is 4% below; that of 100 such
    # estimates is 3% uncertain.
    assert np.median(widths) == pytest.approx(0.96 * t.ppf(0.975, 8) * error, rel=0.1)


def shares(found: ArrivalsFit) -> Iterator[tuple[float, float, float, float | None, float | None]]:
    """Return (begin, end, share, low, high) of each bin, in minutes after midnight."""
    bins = [one for one in found.fitted if ".by_hour." in one.path]
    begins = [clock_ms(one.path.rpartition(".")[2]) / 60_000 for one in bins]
    for one, begin, end in zip(bins, begins, [*begins[1:], CLOSES], strict=True):
        yield begin, end, one.value, one.low, one.high


def before(minute: float) -> float:
    """Return the true share of :func:`in_two_waves` before a minute."""
    return float(np.interp(minute, (OPENS, 720, CLOSES), (0, 0.75, 1)))


@pytest.mark.parametrize("truth", TRUTHS, ids=str)
def test_intervals_of_shares_hold_the_truth(truth: Truth) -> None:
    hits = []
    for found in logs(truth):
        of_log = [
            low <= before(end) - before(begin) <= high
            for begin, end, _, low, high in shares(found)
            if low is not None and high is not None
        ]
        hits.append(np.mean(of_log))
    # Shares of one log hang together: the error is that of the mean over logs.
    error = 3 * np.std(hits) / np.sqrt(LOGS)
    assert np.mean(hits) + error >= 0.95


def test_shares_and_factors_make_a_demand_of_an_office_file() -> None:
    found = fitted(1, moments=in_two_waves, factors=(1.6, 0.85, 0.85, 0.85, 0.85))
    demand = Demand.model_validate({"id": "queue", "needs": ["serve"], **found.content})
    assert sum(demand.by_hour.values()) == pytest.approx(1, abs=1e-3)
    assert demand.per_day == pytest.approx(60, rel=0.1)


def test_people_who_come_evenly_need_no_shares_by_time_of_day() -> None:
    even = sum("by_hour" not in fitted(seed).content for seed in range(40))
    # The penalty is made to take one bin nearly always: nine in ten at the least.
    assert even >= binom.ppf(0.001, 40, 0.9)


def test_a_step_at_noon_takes_few_bins_and_is_where_it_is() -> None:
    found = fitted(3, mean=200, moments=in_two_waves)
    bins = list(shares(found))
    assert 2 <= len(bins) <= 6
    assert any(abs(begin - 720) <= 15 for begin, *_ in bins)


def test_more_data_bear_more_bins() -> None:
    def hump(rng: np.random.Generator, number: int) -> Minutes:
        return np.asarray(OPENS + 480 * rng.beta(2, 3, number))

    assert len(list(shares(fitted(5, mean=15, moments=hump)))) < len(
        list(shares(fitted(5, mean=1500, moments=hump)))
    )


@pytest.mark.parametrize("sampled", [0, 5])
def test_a_rush_at_opening_is_a_short_bin_of_its_own(sampled: float) -> None:
    truth = 0.15 + 0.85 * 5 / 480
    hits = 0
    for seed in range(40):
        found = fitted(seed, mean=100, moments=waiting_at_the_door, sampled=sampled)
        begin, end, _, low, high = next(shares(found))
        assert (begin, end) == (OPENS, OPENS + 5)
        assert low is not None
        assert high is not None
        hits += low <= truth <= high
    # Ranges reach over the bin's end: spread evenly, they would take a fifth of the rush away.
    assert hits >= binom.ppf(0.001, 40, 0.95)


def test_no_rush_at_opening_where_there_is_none() -> None:
    first = [next(shares(fitted(seed, moments=in_two_waves))) for seed in range(40)]
    rushes = sum(end - begin <= 15 for begin, end, *_ in first)
    assert rushes <= binom.ppf(0.999, 40, 0.01)


def test_who_comes_long_before_opening_waits_at_the_door_from_then() -> None:
    def early(rng: np.random.Generator, number: int) -> Minutes:
        rush = rng.random(number) < 0.3
        return np.where(rush, rng.uniform(450, 480, number), rng.uniform(480, 960, number))

    found = fitted(2, mean=100, moments=early, sampled=0)
    begin, _, share, *_ = next(shares(found))
    assert begin == 450
    ahead = sum(s for at, _, s, *_ in shares(found) if at < OPENS)
    assert ahead == pytest.approx(0.3, abs=0.05)
    assert share > 0


def test_after_the_last_ticket_nobody_comes() -> None:
    def stopped(rng: np.random.Generator, number: int) -> Minutes:
        return rng.uniform(OPENS, CLOSES - 60, number)

    found = fitted(4, mean=100, moments=stopped)
    assert found.content["by_hour"]["15:05"] == 0.0
    assert any("15:05" in said for said in found.says)


def test_days_that_close_sooner_tell_only_of_the_time_before() -> None:
    """Mondays last two hours longer, and half as many come in those as in two others."""
    rng = np.random.default_rng(6)
    office = hours(mon=["08:00-18:00"], tue_fri=["08:00-16:00"])
    dates = workdays(60)
    came = {day: evenly(rng, int(rng.poisson(80))) for day in dates}
    for day in dates:
        if day.weekday() == 0:
            later = rng.uniform(CLOSES, 1080, int(rng.poisson(10)))
            came[day] = np.concatenate([came[day], later])
    found = fit_arrivals(tickets(came, sampled=5), dates, office, path=PATH)
    assert covered(found, "by_hour.16:00", 10 / 90)


def test_weekdays_that_differ_are_told_apart() -> None:
    found = fitted(8, mean=80, spread=1.5, days=30, factors=(1.5, 0.8, 0.9, 0.9, 0.9))
    assert set(found.content["by_weekday"]) == {"mon", "tue", "wed", "thu", "fri"}
    for weekday, factor in zip(("mon", "tue"), (1.5, 0.8), strict=True):
        assert covered(found, f"by_weekday.{weekday}", factor)
    assert np.mean(list(found.content["by_weekday"].values())) == pytest.approx(1, abs=1e-3)


def test_weekdays_that_do_not_differ_are_not_told_apart() -> None:
    told = sum("by_weekday" in found.content for found in logs(TRUTHS[2]))
    assert told <= binom.ppf(0.999, LOGS, 0.015)


def test_weekdays_with_other_hours_are_told_apart_by_few_days() -> None:
    office = hours(mon=["08:00-18:00"], tue_fri=["08:00-16:00"])
    found = fitted(9, mean=100, days=8, office=office, factors=(2, 0.75, 0.75, 0.75, 0.75))
    assert set(found.content["by_weekday"]) == {"mon", "tue-fri"}
    assert covered(found, "by_weekday.mon", 2)


def test_months_are_told_apart_with_a_year_of_days() -> None:
    rng = np.random.default_rng(1)
    dates = workdays(262, dt.date(2024, 1, 1))
    came = {d: evenly(rng, int(rng.poisson(30 * (1.6 if d.month == 7 else 1)))) for d in dates}
    found = fit_arrivals(tickets(came), dates, WEEK, path=PATH)
    assert len(found.content["by_month"]) == 12
    assert covered(found, "by_month.jul", 1.6 / (12.6 / 12))
    assert covered(found, "per_day", 30 * 12.6 / 12)
    half = {day: minutes for day, minutes in came.items() if day.month <= 6}
    assert "by_month" not in fit_arrivals(tickets(half), list(half), WEEK, path=PATH).content


def test_open_days_without_tickets_count() -> None:
    dates = workdays(10)
    came = {day: [600.0, 700.0] for day in dates[:5]}
    found = fit_arrivals(tickets(came), dates, WEEK, path=PATH)
    assert found.content["per_day"] == 1.0


def test_one_day_gives_no_interval_and_an_assumption() -> None:
    found = fitted(1, days=1)
    assert [one.path for one in found.assumed] == [f"{PATH}.spread"]
    per_day = next(one for one in found.fitted if one.path == f"{PATH}.per_day")
    assert (per_day.low, per_day.high) == (None, None)


def test_no_ticket_on_the_days_is_an_error_for_planners() -> None:
    sunday = dt.date(2024, 1, 7)
    with pytest.raises(PlannerError, match=r"demands\.queue: no ticket on the 0 days"):
        fit_arrivals(tickets({sunday: [600.0]}), [sunday], WEEK, path=PATH)


def test_the_chart_holds_as_many_people_as_come_in_a_day() -> None:
    found = fitted(12, moments=in_two_waves)
    curve = next(curve for curve in found.chart.curves if curve.name == "fitted")
    area = float(np.sum(np.diff(curve.x) * curve.y[:-1]))
    assert area == pytest.approx(found.content["per_day"], rel=1e-3)


LUNCH = hours(mon_thu=["07:30-11:30", "13:30-17:00"], fri=["07:30-11:30"])
MINUTES = st.integers(6 * 60, 19 * 60)


@settings(max_examples=40, deadline=None)
@example({4: [360], 0: [360, 802]}, 20)
@given(
    st.dictionaries(st.integers(0, 11), st.lists(MINUTES, max_size=12), min_size=1),
    st.sampled_from((0, 5, 20)),
)
def test_whatever_comes_makes_a_demand_whose_intervals_hold_its_numbers(
    came: dict[int, list[int]], sampled: float
) -> None:
    dates = workdays(12)
    logged = {dates[day]: minutes for day, minutes in came.items() if minutes}
    assume(logged)
    found = fit_arrivals(tickets(logged, sampled=sampled), dates, LUNCH, path=PATH)
    demand = Demand.model_validate({"id": "queue", "needs": ["serve"], **found.content})
    assert not demand.by_hour or sum(demand.by_hour.values()) == pytest.approx(1, abs=1e-3)
    for one in found.fitted:
        if one.low is not None and one.high is not None:
            assert one.low <= one.value * 1.001 + 1e-5
            assert one.high >= one.value * 0.999 - 1e-5


def test_people_who_come_evenly_over_two_sessions_need_no_shares() -> None:
    def in_sessions(rng: np.random.Generator, number: int) -> Minutes:
        at = rng.uniform(0, 450, number)
        return np.where(at < 240, 450 + at, 810 + at - 240)

    office = hours(mon_fri=["07:30-11:30", "13:30-17:00"])
    assert "by_hour" not in fitted(1, moments=in_sessions, office=office, sampled=0).content


def test_who_comes_over_lunch_has_a_share_of_their_own() -> None:
    office = hours(mon_fri=["08:00-12:00", "13:00-16:00"])
    found = fitted(1, mean=100, office=office)
    assert set(found.content["by_hour"]) >= {"08:00", "12:00", "13:00"}
    assert sum(s for at, _, s, *_ in shares(found) if 720 <= at < 780) == pytest.approx(
        60 / 480, abs=0.03
    )
