"""Draws by counter: exact, uniform, independent, and never moved by what is added."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.clock import MINUTE_MS
from sim.distributions import Distribution
from sim.draws import Floats, Ints, Luck, as_ms, counts, durations, uniforms, whole

LUCK = Luck(seed=2023, replication=0)
NAMES = ("copies", "intake", "minutes")
FIRST_DAY = 738_000
ONE_IN = 1e-4
"""Chance that a correct sampler fails one of the checks below on another seed."""
STANDARD_ERRORS = float(stats.norm.isf(ONE_IN / 2))

seeds = st.integers(0, 2**63)
texts = st.text(min_size=1, max_size=20)
days = st.integers(0, 2**20 - 1)
numbers = st.integers(0, 2**24 - 1)
tries = st.integers(0, 2**16 - 1)
means = st.floats(0.01, 2000)
spreads = st.one_of(st.just(1.0), st.floats(1.01, 50))


def grid(luck: Luck, names: tuple[str, ...] = NAMES, tried: int = 0) -> Floats:
    """Return the uniforms of 400 days with 400 cases each."""
    day, number = np.meshgrid(FIRST_DAY + np.arange(400), np.arange(400), indexing="ij")
    return luck.uniforms(names, day, number, tried)


def sample(size: int, name: str = "sample") -> Floats:
    number = np.arange(size)
    return LUCK.uniforms((name,), np.full(size, FIRST_DAY), number)


def check_uniform(u: Floats) -> None:
    """Hold a sample against the uniform distribution by Kolmogorov and Smirnov."""
    distance = stats.kstest(u.ravel(), "uniform").statistic
    assert distance < stats.kstwobign.isf(ONE_IN) / math.sqrt(u.size)


def check_independent(u: Floats, v: Floats) -> None:
    """Hold pairs against the product of two uniforms: chi-square on 16 by 16 cells."""
    cells, _, _ = np.histogram2d(u.ravel(), v.ravel(), bins=16, range=((0, 1), (0, 1)))
    expected = u.size / 256
    distance = float(((cells - expected) ** 2 / expected).sum())
    assert distance < stats.chi2.isf(ONE_IN, 255)


# Uniforms


# The first call of compiled code may have to compile it.
@settings(deadline=None)
@given(seeds, seeds, texts, st.lists(texts, max_size=4), days, numbers, tries)
def test_many_uniforms_equal_the_single_one_to_the_last_bit(
    seed: int, replication: int, office: str, names: list[str], day: int, number: int, tried: int
) -> None:
    luck = Luck(seed, replication, office)
    many = luck.uniforms(tuple(names), np.array([day, 0]), np.array([number, 1]), tried)
    assert float(many[0]) == luck.uniform(tuple(names), day, number, tried)
    assert 0 < many[0] < 1


def test_uniforms_of_a_seed_stay_what_they_are() -> None:
    assert LUCK.uniform(("copies", "count"), 738_000, 0) == 0.010451435144071985
    other = Luck(2023, 29, "xã Đồng Cẩm")
    assert other.uniform(NAMES, 739_000, 17, 3) == 0.002338900395671639


def test_a_draw_does_not_depend_on_what_else_is_drawn() -> None:
    number = np.arange(1000)
    together = uniforms(LUCK.key(*NAMES), np.full(1000, FIRST_DAY), number)
    alone = uniforms(LUCK.key(*NAMES), np.full(3, FIRST_DAY), np.array([999, 5, 0]))
    assert alone.tolist() == together[[999, 5, 0]].tolist()


def test_uniforms_are_uniform_over_days_numbers_and_tries() -> None:
    u = grid(LUCK)
    check_uniform(u)
    check_uniform(u[0])
    check_uniform(u[:, 0])
    check_uniform(np.array([LUCK.uniform(NAMES, FIRST_DAY, 0, tried) for tried in range(2000)]))


def test_uniforms_are_uniform_over_names_replications_and_seeds() -> None:
    span = range(4000)
    check_uniform(np.array([LUCK.uniform((f"step{i}",), FIRST_DAY, 0) for i in span]))
    check_uniform(np.array([Luck(2023, i).uniform(NAMES, FIRST_DAY, 0) for i in span]))
    check_uniform(np.array([Luck(i, 0).uniform(NAMES, FIRST_DAY, 0) for i in span]))


@pytest.mark.parametrize("lag", [1, 2, 8])
def test_neighbours_in_day_and_number_are_independent(lag: int) -> None:
    u = grid(LUCK)
    check_independent(u[lag:], u[:-lag])
    check_independent(u[:, lag:], u[:, :-lag])
    check_independent(u[lag:, lag:], u[:-lag, :-lag])


@pytest.mark.parametrize(
    "other",
    [
        grid(LUCK, tried=1),
        grid(LUCK, ("copies", "intake", "sent back")),
        grid(LUCK, ("copies", "intake")),
        grid(Luck(2023, 1)),
        grid(Luck(2024, 0)),
        grid(Luck(2023, 0, "another office")),
    ],
    ids=["try", "name", "fewer names", "replication", "seed", "office"],
)
def test_another_key_gives_independent_draws(other: Floats) -> None:
    check_independent(grid(LUCK), other)


def test_low_bits_are_as_uniform_as_high_ones() -> None:
    check_uniform(np.mod(grid(LUCK) * 2.0**30, 1.0))


def test_keys_tell_apart_what_reads_the_same_when_joined() -> None:
    assert LUCK.key("a", "bc") != LUCK.key("ab", "c")
    assert Luck(1, 23).key("a") != Luck(12, 3).key("a")
    assert Luck(1, 2, "x").key("a") != Luck(1, 2).key("x", "a")


# Daily counts


@given(means, st.floats(1, 3), spreads, seeds)
def test_raising_demand_only_adds_cases(
    mean: float, factor: float, spread: float, seed: int
) -> None:
    u = uniforms(Luck(seed, 0).key("count"), FIRST_DAY + np.arange(50), np.zeros(50, np.int64))
    assert (counts(mean * factor, spread, u) >= counts(mean, spread, u)).all()


TAILS = np.concatenate((10.0 ** np.arange(-12, -1), 1 - 10.0 ** np.arange(-12, -1)))
WITH_TAILS = np.concatenate((sample(2000, "count"), TAILS))


@settings(max_examples=50)
@given(means)
def test_counts_are_the_quantiles_of_the_poisson_distribution(mean: float) -> None:
    found = counts(mean, 1.0, WITH_TAILS)
    assert found.tolist() == stats.poisson.ppf(WITH_TAILS, mean).tolist()


@settings(max_examples=50)
@given(means, st.floats(1.01, 50))
def test_counts_are_the_quantiles_of_the_negative_binomial_distribution(
    mean: float, spread: float
) -> None:
    found = counts(mean, spread, WITH_TAILS)
    expected = stats.nbinom.ppf(WITH_TAILS, mean / (spread - 1), 1 / spread)
    assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("mean", [0.3, 11.0, 500.0])
@pytest.mark.parametrize("spread", [1.0, 1.3, 8.0])
def test_counts_have_the_mean_and_the_variance_to_mean_ratio_asked_for(
    mean: float, spread: float
) -> None:
    size = 40_000
    found = counts(mean, spread, sample(size, f"count {mean} {spread}"))
    variance = mean * spread
    assert abs(found.mean() - mean) < STANDARD_ERRORS * math.sqrt(variance / size)
    excess_kurtosis = (6 * (spread - 1) + 1 / spread) / mean
    error = variance * math.sqrt((excess_kurtosis + 2) / size)
    assert abs(found.var() - variance) < STANDARD_ERRORS * error


def test_a_uniform_on_the_edge_of_two_counts_gives_the_lower() -> None:
    edges = stats.poisson.cdf(np.arange(30), 11.0)
    assert counts(11.0, 1.0, edges).tolist() == list(range(30))


def test_no_demand_gives_no_cases() -> None:
    assert counts(0.0, 1.3, sample(10)).tolist() == [0] * 10


def test_a_hundred_thousand_a_day_is_counted_in_a_blink() -> None:
    found = counts(100_000.0, 1.3, sample(100))
    assert abs(found.mean() - 100_000) < STANDARD_ERRORS * math.sqrt(1.3 * 100_000 / 100)


# Rounding


def test_whole_numbers_are_rounded_half_up_and_not_below_the_least() -> None:
    values = np.array([-1.0, 0.0, 0.49, 0.5, 1.49, 1.5, 2.5, 1e300, np.inf])
    assert whole(values)[:7].tolist() == [0, 0, 0, 1, 1, 2, 3]
    assert whole(values, 1)[:7].tolist() == [1, 1, 1, 1, 1, 2, 3]
    assert (whole(values)[7:] > 10**12).all()


def test_whole_days_between_two_bounds_give_the_ends_half_the_share() -> None:
    days_until: Ints = whole(2 * sample(40_000, "whole"))
    share = np.bincount(days_until) / 40_000
    for found, expected in zip(share, (0.25, 0.5, 0.25), strict=True):
        error = math.sqrt(expected * (1 - expected) / 40_000)
        assert abs(found - expected) < STANDARD_ERRORS * error


def test_durations_are_whole_milliseconds_of_the_unit_and_never_negative() -> None:
    assert as_ms(np.array([0.5, 1e-6, 1e-5, 2.0]), MINUTE_MS).tolist() == [30_000, 0, 1, 120_000]
    assert as_ms(np.array([-3.0]), MINUTE_MS).tolist() == [0]
    assert 0 < as_ms(np.array([np.inf]), MINUTE_MS)[0] < 2**62


def test_five_percent_faster_is_the_same_case_five_percent_faster() -> None:
    minutes = Distribution.model_validate({"lognormal": {"mean": 4, "cv": 0.5}})
    u = sample(1000)
    before, after = durations(minutes, MINUTE_MS, u), durations(minutes.scaled(0.95), MINUTE_MS, u)
    assert np.abs(after - 0.95 * before).max() <= 1
