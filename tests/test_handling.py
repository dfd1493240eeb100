"""Handling times from recorded beginnings and ends: the truth comes back, whatever was recorded."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.calibrate.durations import Floats, durations
from sim.calibrate.families import FAMILIES, GAMMA, LOGNORMAL, WEIBULL, Family, likeliest
from sim.calibrate.goodness import goodness
from sim.calibrate.handling import HandlingFit, fit_handling
from sim.distributions import Distribution
from sim.errors import PlannerError

SEEDS = range(25)
MEAN, CV = 6.0, 0.5
SIGMA = math.sqrt(math.log1p(CV**2))
Record = dict[str, Any]


def lognormal(rng: np.random.Generator, size: int) -> Floats:
    return rng.lognormal(math.log(MEAN) - SIGMA**2 / 2, SIGMA, size)


def gamma(rng: np.random.Generator, size: int) -> Floats:
    return rng.gamma(1 / CV**2, MEAN * CV**2, size)


def exactly(x: Floats, _: np.random.Generator) -> Record:
    return {"minutes": x}


def to_the_minute(x: Floats, rng: np.random.Generator) -> Record:
    """Return differences of times of which the seconds are cut off."""
    begins = rng.uniform(0, 480, len(x))
    return {"minutes": np.floor(begins + x) - np.floor(begins)}


def cut_short(x: Floats, rng: np.random.Generator) -> Record:
    until = rng.exponential(2 * MEAN, len(x))
    return {"minutes": np.minimum(x, until), "censored": x > until}


def in_ranges(x: Floats, rng: np.random.Generator) -> Record:
    offset = rng.uniform(0, 5, len(x))
    low = np.floor((x - offset) / 5) * 5 + offset
    nothing = np.full(len(x), np.nan)
    return {"minutes": nothing, "low": np.maximum(low, 0), "high": low + 5}


def fits(draw: Any, record: Any, size: int) -> list[HandlingFit]:
    found = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        found.append(fit_handling(**record(draw(rng, size), rng)))
    return found


LEAST_COVERED = int(stats.binom.ppf(0.001, len(SEEDS), 0.95))
"""Intervals that are right 95 times in 100 hold the truth at least so often, but once in 1,000."""


@pytest.mark.parametrize(
    ("draw", "record"),
    [
        (lognormal, exactly),
        (gamma, exactly),
        (gamma, to_the_minute),
        (lognormal, cut_short),
        (lognormal, in_ranges),
    ],
)
def test_intervals_hold_the_true_mean_and_spread(draw: Any, record: Any) -> None:
    found = fits(draw, record, 150)
    assert sum(fit.mean_low <= MEAN <= fit.mean_high for fit in found) >= LEAST_COVERED
    assert sum(fit.cv_low <= CV <= fit.cv_high for fit in found) >= LEAST_COVERED
    assert np.mean([fit.fits for fit in found]) > 0.9
    halves = [(fit.mean_high - fit.mean_low) / 2 for fit in found]
    assert np.median(halves) < 3 * 1.96 * MEAN * CV / math.sqrt(150), "and they are not idly wide"


def test_what_was_cut_short_would_bias_a_fit_that_does_not_know() -> None:
    rng = np.random.default_rng(1)
    record = cut_short(lognormal(rng, 3_000), rng)
    knows, naive = fit_handling(**record), fit_handling(record["minutes"])
    ended = fit_handling(record["minutes"][~record["censored"]])
    assert knows.mean_low < MEAN < knows.mean_high
    assert naive.mean_high < MEAN
    assert ended.mean_high < MEAN


def test_rounding_would_widen_the_spread_of_a_fit_that_does_not_know() -> None:
    rng = np.random.default_rng(1)
    short = lognormal(rng, 20_000) / MEAN
    rounded = to_the_minute(short, rng)["minutes"]
    assert (rounded == 0).sum() > 1_000
    fit = fit_handling(rounded)
    assert fit.cv_low < CV < fit.cv_high
    assert fit.mean_low < 1 < fit.mean_high
    assert rounded.std() / rounded.mean() > 1.1 * fit.cv_high
    assert any("whole minutes" in text for text in fit.says)


@pytest.mark.parametrize("family", [LOGNORMAL, GAMMA, WEIBULL])
def test_the_likeliest_parameters_are_those_that_scipy_finds(family: Family) -> None:
    rng = np.random.default_rng(2)
    x = gamma(rng, 500)
    until = rng.uniform(2, 20, 500)
    known, broken = np.minimum(x, until), x > until
    theta = likeliest(family, durations(known, censored=broken))
    assert theta is not None
    theirs = {"lognormal": stats.lognorm, "gamma": stats.gamma, "weibull": stats.weibull_min}
    data = stats.CensoredData.right_censored(known, broken)
    shape, _, scale = theirs[family.name].fit(data, floc=0)
    expected = theirs[family.name](shape, scale=scale)
    ours = family.made(theta)
    assert (ours.mean(), ours.std()) == pytest.approx((expected.mean(), expected.std()), rel=1e-3)


@pytest.mark.parametrize(
    ("name", "draw"),
    [
        ("lognormal", lognormal),
        ("gamma", gamma),
        ("weibull", lambda rng, size: 7 * rng.weibull(3, size)),
        ("exponential", lambda rng, size: rng.exponential(MEAN, size)),
    ],
)
def test_the_family_comes_back_from_many_durations(name: str, draw: Any) -> None:
    fit = fit_handling(draw(np.random.default_rng(3), 4_000))
    assert fit.family == name
    assert set(fit.aic) == {family.name for family in FAMILIES}
    assert min(fit.aic, key=lambda key: fit.aic[key]) == name
    assert fit.fits


def test_the_distribution_is_one_of_the_office_file_with_the_mean_that_is_said() -> None:
    for draw in (lognormal, gamma, lambda rng, size: rng.exponential(MEAN, size)):
        fit = fit_handling(draw(np.random.default_rng(4), 300))
        written = Distribution.model_validate(fit.distribution)
        assert written.mean_value() == pytest.approx(fit.mean, rel=1e-5)
        assert f"{fit.mean:.2f} minutes" in fit.says[0]


def test_the_test_of_fit_errs_as_often_as_it_says_and_finds_what_does_not_fit() -> None:
    right, wrong = [], []
    for seed in range(60):
        data = durations(lognormal(np.random.default_rng(seed), 100))
        theta = likeliest(LOGNORMAL, data)
        assert theta is not None
        right.append(goodness(LOGNORMAL, theta, data, seed))
    for seed in range(8):
        data = durations(gamma(np.random.default_rng(seed), 1_500))
        theta = likeliest(LOGNORMAL, data)
        assert theta is not None
        wrong.append(goodness(LOGNORMAL, theta, data, seed))
    low, high = stats.binom.ppf([0.0005, 0.9995], 60, 0.2)
    assert low <= np.sum(np.array(right) < 0.2) <= high
    assert np.mean(np.array(wrong) < 0.01) > 0.8


def two_kinds(rng: np.random.Generator, size: int) -> Floats:
    """Return durations of short and of long matters, which no family describes."""
    long = rng.uniform(size=size) < 0.3
    return np.where(long, rng.lognormal(2.5, 0.3, size), rng.lognormal(1, 0.3, size))


def test_where_no_family_fits_it_says_so_and_the_mean_is_still_right() -> None:
    truth = 0.3 * math.exp(2.5 + 0.045) + 0.7 * math.exp(1 + 0.045)
    found = fits(two_kinds, exactly, 600)
    assert not any(fit.fits for fit in found)
    assert sum(fit.mean_low <= truth <= fit.mean_high for fit in found) >= LEAST_COVERED
    said = next(text for text in found[0].says if "No family fits" in text)
    assert "quantile" in said
    assert "minutes" in said


def test_quantiles_of_the_records_take_a_familys_place_only_where_asked_and_needed() -> None:
    rng = np.random.default_rng(5)
    x = two_kinds(rng, 1_000)
    assert fit_handling(x).family in {"lognormal", "gamma", "weibull", "exponential"}
    assert fit_handling(lognormal(rng, 500), allow_empirical=True).family == "lognormal"
    fit = fit_handling(x, allow_empirical=True)
    written = Distribution.model_validate(fit.distribution)
    assert fit.family == "empirical"
    assert written.mean_value() == pytest.approx(x.mean(), rel=1e-4)
    ranks = (np.arange(100) + 0.5) / 100
    apart = written.quantile(ranks) / np.quantile(x, ranks) - 1
    assert np.abs(apart[:95]).max() < 0.05
    assert [fitted.path for fitted in fit.fitted("a.steps.b")] == [
        "a.steps.b.minutes.empirical.values"
    ]


def test_durations_that_are_all_the_same_are_a_constant() -> None:
    fit = fit_handling([7.0] * 30)
    assert fit.distribution == {"constant": 7.0}
    assert (fit.mean, fit.mean_low, fit.mean_high, fit.cv) == (7.0, 7.0, 7.0, 0.0)
    assert [(each.path, each.value) for each in fit.fitted("p.steps.s")] == [
        ("p.steps.s.minutes", 7.0)
    ]
    assert fit_handling([7.0, 7.0, 9.0], censored=[False, False, True]).family != "constant"
    assert fit_handling([7.0, 7.0, 5.0], censored=[False, False, True]).family == "constant"


def test_numbers_of_the_office_file_have_paths_intervals_and_a_source() -> None:
    fit = fit_handling(lognormal(np.random.default_rng(6), 300))
    mean, cv = fit.fitted("procedures.p.steps.serve")
    assert mean.path == "procedures.p.steps.serve.minutes.lognormal.mean"
    assert cv.path == "procedures.p.steps.serve.minutes.lognormal.cv"
    assert (mean.value, mean.low, mean.high) == (fit.mean, fit.mean_low, fit.mean_high)
    assert mean.source == "300 durations: maximum likelihood, lognormal"


def test_few_durations_are_said_to_be_few_and_their_interval_is_wide() -> None:
    x = lognormal(np.random.default_rng(7), 200)
    few, many = fit_handling(x[:8]), fit_handling(x)
    assert any("Fewer than 20" in text for text in few.says)
    assert not any("Fewer than" in text for text in many.says)
    assert few.mean_high / few.mean_low > many.mean_high / many.mean_low
    for pair in ([3.0, 4.0], [0.0, 0.0, 1.0]):
        least = fit_handling(pair)
        assert 0 < least.mean_low <= least.mean <= least.mean_high < math.inf


def test_the_picture_lies_on_its_line_where_the_family_is_right() -> None:
    fit = fit_handling(lognormal(np.random.default_rng(8), 5_000), name="desk")
    assert (fit.chart.kind, fit.chart.id) == ("quantiles", "handling-desk")
    (points,) = fit.chart.curves
    middle = slice(10, -10)
    assert points.y[middle] == pytest.approx(points.x[middle], rel=0.05)


def test_many_durations_are_grouped_and_say_the_same() -> None:
    x = lognormal(np.random.default_rng(9), 30_000)
    theta = likeliest(LOGNORMAL, durations(x))
    assert theta is not None
    assert theta[0] == pytest.approx(np.log(x).mean(), abs=1e-5)
    assert math.exp(theta[1]) == pytest.approx(np.log(x).std(), rel=1e-5)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"minutes": [5, -1]}, "found 1 others, first -1"),
        ({"minutes": [5, math.nan]}, "a time is missing"),
        ({"minutes": [5], "low": [7], "high": [6]}, "first 7 to 6"),
        ({"minutes": [5, 6], "censored": [True, True]}, "cannot be told"),
        ({"minutes": []}, "cannot be told"),
        ({"minutes": [5, 6], "low": [4], "high": [7]}, "found 1 for 2"),
    ],
)
def test_impossible_durations_are_refused_in_words(given: Record, said: str) -> None:
    with pytest.raises(PlannerError, match=said):
        fit_handling(**given)
