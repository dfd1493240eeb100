"""Every family of distributions against scipy's, and what reforms and presence do with them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from scipy import stats
from scipy.special import ndtr

from sim.distributions import Distribution
from sim.draws import Floats

U = np.unique(
    np.concatenate(
        (
            10.0 ** np.linspace(-6, -1, 3001),
            np.linspace(0.001, 0.999, 5000),
            1 - 10.0 ** np.linspace(-6, -1, 3001),
        )
    )
)
EXACT = 1e-12
"""Relative error of a closed form: rounding alone."""
TABLE = 2e-6
"""Relative error of a table over the normal score, at a coefficient of variation up to 1."""
TABLE_OF_WIDTH = 2e-7
"""Error of a table of a bounded quantity, as a share of its width."""

Params = dict[str, Any]


def of(family: str, **given: Any) -> Distribution:
    return Distribution.model_validate({family: given})


def lognormal_of(mean: float, cv: float) -> Any:
    sigma = math.sqrt(math.log(1 + cv**2))
    return stats.lognorm(sigma, scale=mean / math.sqrt(1 + cv**2))


def beta_pert(low: float, mode: float, high: float) -> Any:
    a = 1 + 4 * (mode - low) / (high - low)
    return stats.beta(a, 6 - a, loc=low, scale=high - low)


CLOSED: list[tuple[str, Params, Any]] = [
    ("uniform", {"low": 2.0, "high": 5.0}, stats.uniform(2, 3)),
    ("triangular", {"low": 1.0, "mode": 3.0, "high": 9.0}, stats.triang(0.25, 1, 8)),
    ("triangular", {"low": 1.0, "mode": 1.0, "high": 9.0}, stats.triang(0.0, 1, 8)),
    ("triangular", {"low": 1.0, "mode": 9.0, "high": 9.0}, stats.triang(1.0, 1, 8)),
    ("exponential", {"mean": 7.0}, stats.expon(scale=7)),
    ("lognormal", {"mean": 4.0, "cv": 0.5}, lognormal_of(4, 0.5)),
    ("lognormal", {"mean": 4.0, "cv": 3.0}, lognormal_of(4, 3)),
    ("lognormal", {"mu": 1.5, "sigma": 0.8}, stats.lognorm(0.8, scale=math.exp(1.5))),
    ("weibull", {"shape": 0.7, "scale": 3.0}, stats.weibull_min(0.7, scale=3)),
    ("weibull", {"shape": 3.5, "scale": 3.0}, stats.weibull_min(3.5, scale=3)),
    ("normal", {"mean": 5.0, "sd": 10.0}, stats.norm(5, 10)),
]  # fmt: skip
IDS = [f"{family} {params}" for family, params, _ in CLOSED]


@pytest.mark.parametrize(("family", "params", "exact"), CLOSED, ids=IDS)
def test_closed_inverses_are_exact(family: str, params: Params, exact: Any) -> None:
    found, expected = of(family, **params).quantile(U), exact.ppf(U)
    assert np.abs(found - expected).max() < EXACT * exact.std() or (
        np.abs(found / expected - 1).max() < EXACT
    )


@pytest.mark.parametrize("cv", [0.05, 0.3, 0.7, 1.0, 1.5, 3.0, 10.0])
def test_gamma_is_as_near_as_its_table(cv: float) -> None:
    """Linear between scores: the error grows with the curvature, which grows with cv squared."""
    found = of("gamma", mean=8.2, cv=cv).quantile(U)
    expected = stats.gamma.ppf(U, 1 / cv**2, scale=8.2 * cv**2)
    seen = expected > 1e-250
    assert np.abs(found[seen] / expected[seen] - 1).max() < TABLE * max(1, cv**2)
    assert (found[~seen] < 1e-240).all()


def test_gamma_by_shape_and_scale_is_the_same_distribution() -> None:
    by_mean = of("gamma", mean=6.0, cv=0.5).quantile(U)
    assert np.allclose(of("gamma", shape=4.0, scale=1.5).quantile(U), by_mean, rtol=EXACT)


@pytest.mark.parametrize("k", [1, 3, 20])
def test_erlang_is_the_sum_of_its_stages(k: int) -> None:
    found = of("erlang", mean=9.0, k=k).quantile(U)
    assert np.abs(found / stats.erlang.ppf(U, k, scale=9 / k) - 1).max() < TABLE


@pytest.mark.parametrize("mode", [0.0, 1.0, 5.0, 9.5, 10.0])
def test_pert_is_a_scaled_beta_as_near_as_its_table(mode: float) -> None:
    found = of("pert", low=0.0, mode=mode, high=10.0).quantile(U)
    assert np.abs(found - beta_pert(0, mode, 10).ppf(U)).max() < TABLE_OF_WIDTH * 10


@pytest.mark.parametrize("cv", [0.02, 0.5, 1.0, 2.5, 10.0])
def test_weibull_by_mean_and_cv_has_that_mean_and_cv(cv: float) -> None:
    shape, scale = of("weibull", mean=6.0, cv=cv).weibull._shape_scale()  # type: ignore[union-attr]
    exact = stats.weibull_min(shape, scale=scale)
    assert exact.mean() == pytest.approx(6.0, rel=1e-9)
    assert exact.std() / exact.mean() == pytest.approx(cv, rel=1e-7)
    found = of("weibull", mean=6.0, cv=cv).quantile(U)
    assert np.allclose(found, exact.ppf(U), rtol=1e-9)


@pytest.mark.parametrize("family", ["lognormal", "weibull"])
@pytest.mark.parametrize(("p50", "p90"), [(4.0, 9.0), (10.0, 10.5), (1.0, 400.0)])
def test_what_people_remember_is_what_comes_out(family: str, p50: float, p90: float) -> None:
    remembered = of(family, p50=p50, p90=p90)
    assert remembered.quantile(np.array([0.5, 0.9])) == pytest.approx([p50, p90], rel=EXACT)


def test_tables_reach_the_ends_of_what_can_be_drawn() -> None:
    least, ends = 2.0**-53, np.array([2.0**-53, 1 - 2.0**-53])
    gamma = stats.gamma(4, scale=1.5)
    found = of("gamma", shape=4.0, scale=1.5).quantile(ends)
    assert found == pytest.approx([gamma.ppf(least), gamma.isf(least)], rel=1e-5)
    pert = beta_pert(0, 1, 10)
    found = of("pert", low=0.0, mode=1.0, high=10.0).quantile(ends)
    assert found == pytest.approx([pert.ppf(least), pert.isf(least)], abs=TABLE_OF_WIDTH * 10)


def test_empirical_gives_each_value_its_share() -> None:
    recorded = of("empirical", values=[9.0, 3.0, 5.0], weights=[1.0, 1.0, 2.0])
    u = np.array([2.0**-53, 0.25, 0.2500001, 0.75, 0.7500001, 1 - 2.0**-53])
    assert recorded.quantile(u).tolist() == [3, 3, 5, 5, 9, 9]
    assert of("empirical", values=[7.0, 3.0]).quantile(np.array([0.5, 0.51])).tolist() == [3, 7]


def test_empirical_never_gives_a_value_of_no_weight() -> None:
    u = np.array([2.0**-53, 0.5, 1 - 2.0**-53])
    recorded = of("empirical", values=[1.0, 2.0, 3.0], weights=[0.0, 1.0, 0.0])
    assert recorded.quantile(u).tolist() == [2, 2, 2]
    many = of("empirical", values=[*range(100), 1e6], weights=[0.1] * 100 + [0.0])
    assert many.quantile(u)[-1] == 99


def test_a_number_is_that_number() -> None:
    assert Distribution.model_validate(4).quantile(U).tolist() == [4.0] * len(U)
    assert Distribution.model_validate(4).mean_value() == 4


@pytest.mark.parametrize("family", ["triangular", "pert"])
def test_a_range_of_no_width_is_that_number(family: str) -> None:
    assert of(family, low=3.0, mode=3.0, high=3.0).quantile(U).tolist() == [3.0] * len(U)
    assert of("uniform", low=3.0, high=3.0).quantile(U).tolist() == [3.0] * len(U)


ALL: list[tuple[str, Params]] = [
    *((family, params) for family, params, _ in CLOSED),
    ("gamma", {"mean": 8.2, "cv": 0.7}),
    ("gamma", {"mean": 8.2, "cv": 1.8}),
    ("gamma", {"shape": 2.5, "scale": 4.0}),
    ("erlang", {"mean": 9.0, "k": 3}),
    ("lognormal", {"p50": 4.0, "p90": 9.0}),
    ("weibull", {"mean": 6.0, "cv": 0.5}),
    ("weibull", {"p50": 4.0, "p90": 9.0}),
    ("pert", {"low": 1.0, "mode": 2.0, "high": 9.0}),
]  # fmt: skip
EVERY = [(f, p) for f, p in ALL] + [
    ("empirical", {"values": [2.0, 3.0, 9.0], "weights": [1.0, 2.0, 1.0]})
]
EVERY_ID = [f"{family} {params}" for family, params in EVERY]


def integral(distribution: Distribution) -> float:
    """Return the mean by integrating the quantile function over the normal score."""
    scores = np.linspace(-8, 8, 16_001)
    values = distribution.quantile(ndtr(scores)) * np.exp(-(scores**2) / 2)
    return float(values.sum() * 0.001 / math.sqrt(2 * math.pi))


@pytest.mark.parametrize(("family", "params"), ALL)
def test_the_mean_is_that_of_what_is_drawn(family: str, params: Params) -> None:
    distribution = of(family, **params)
    assert distribution.mean_value() == pytest.approx(integral(distribution), rel=1e-5)


def test_the_mean_of_records_is_weighted() -> None:
    recorded = of("empirical", values=[9.0, 3.0, 5.0], weights=[1.0, 1.0, 2.0])
    assert recorded.mean_value() == pytest.approx(5.5, rel=EXACT)


@pytest.mark.parametrize(("family", "params"), EVERY, ids=EVERY_ID)
@pytest.mark.parametrize("factor", [0.95, 1.25, 0.001])
def test_scaling_scales_every_draw(family: str, params: Params, factor: float) -> None:
    before = of(family, **params)
    after = before.scaled(factor)
    assert np.allclose(after.quantile(U), factor * before.quantile(U), rtol=1e-9, atol=1e-12)
    assert after.mean_value() == pytest.approx(factor * before.mean_value(), rel=1e-9)
    assert after.scaled(1 / factor).mean_value() == pytest.approx(before.mean_value(), rel=1e-9)


@pytest.mark.parametrize(("family", "params"), EVERY, ids=EVERY_ID)
def test_scaling_to_nothing_leaves_nothing(family: str, params: Params) -> None:
    assert of(family, **params).scaled(0).quantile(U).tolist() == [0.0] * len(U)


def test_scaling_records_leaves_their_weights() -> None:
    recorded = of("empirical", values=[2.0, 3.0], weights=[1.0, 4.0])
    assert recorded.scaled(2) == of("empirical", values=[4.0, 6.0], weights=[1.0, 4.0])


def test_a_scaled_number_is_scaled() -> None:
    assert Distribution.model_validate(4).scaled(0.5) == Distribution(constant=2.0)


@pytest.mark.parametrize(("family", "params"), EVERY, ids=EVERY_ID)
def test_a_larger_uniform_never_gives_less(family: str, params: Params) -> None:
    ends = np.array([2.0**-53, 1 - 2.0**-53])
    values = of(family, **params).quantile(np.concatenate((ends[:1], U, ends[1:])))
    assert (np.diff(values) >= 0).all()
    assert np.isfinite(values).all()


@given(st.floats(0.02, 10), st.floats(0.01, 1e6))
def test_mean_and_cv_of_any_size_are_met(cv: float, mean: float) -> None:
    for family in ("gamma", "lognormal", "weibull"):
        assert of(family, mean=mean, cv=cv).mean_value() == pytest.approx(mean, rel=1e-9)


@pytest.mark.parametrize(("family", "params"), EVERY, ids=EVERY_ID)
def test_written_and_read_again_it_is_the_same(family: str, params: Params) -> None:
    distribution = of(family, **params)
    assert Distribution.model_validate(distribution.model_dump()) == distribution


# What is left of a quantity at a random moment inside it


GRID = 1e-4
"""Relative error of integrating the tail over a grid."""


def tail_error(found: Floats, expected: Floats) -> float:
    return float(np.abs(found / expected - 1).max())


def quantile_of_what_is_left(whole: Distribution, u: Floats) -> Floats:
    """Return what is left at a random moment, as staff's time away reads it off its table."""
    reached, left = whole.residual_table()
    found: Floats = np.interp(u * reached[-1], reached, left)
    return found


def test_what_is_left_of_a_memoryless_time_is_the_same_time() -> None:
    found = quantile_of_what_is_left(of("exponential", mean=60.0), U)
    assert tail_error(found, -60 * np.log1p(-U)) < GRID


def test_what_is_left_of_a_fixed_time_is_uniform_over_it() -> None:
    left = quantile_of_what_is_left(Distribution.model_validate(30), U)
    assert tail_error(left, 30 * U) < EXACT


def test_what_is_left_of_a_uniform_time_thins_out_to_its_end() -> None:
    """The tail 1 - x / h over the mean h / 2: u = 2 x / h - (x / h)^2, x = h (1 - sqrt(1 - u))."""
    found = quantile_of_what_is_left(of("uniform", low=0.0, high=10.0), U)
    assert np.abs(found - 10 * (1 - np.sqrt(1 - U))).max() < 10 * GRID


def test_what_is_left_of_recorded_times_follows_their_tail() -> None:
    """Of 2 and 6 alike: density 1/4 up to 2 and 1/8 up to 6."""
    found = quantile_of_what_is_left(
        of("empirical", values=[2.0, 6.0]), np.array([0.25, 0.5, 0.75, 0.99])
    )
    assert found == pytest.approx([1.0, 2.0, 4.0, 5.92], rel=2 * GRID)


@pytest.mark.parametrize(("family", "params"), [
    ("gamma", {"mean": 60.0, "cv": 1.5}), ("lognormal", {"mean": 60.0, "cv": 1.0}),
])  # fmt: skip
def test_what_is_left_has_the_mean_of_renewal_theory(family: str, params: Params) -> None:
    """E[left] = E[X^2] / (2 E[X]) = mean (1 + cv^2) / 2."""
    scores = np.linspace(-7, 7, 14_001)
    left = quantile_of_what_is_left(of(family, **params), ndtr(scores))
    mean = (left * np.exp(-(scores**2) / 2)).sum() * 0.001 / math.sqrt(2 * math.pi)
    assert mean == pytest.approx(60 * (1 + params["cv"] ** 2) / 2, rel=GRID)


def test_nothing_is_left_of_nothing() -> None:
    assert quantile_of_what_is_left(Distribution.model_validate(0), U).tolist() == [0.0] * len(U)


# Wrong parameters


@pytest.mark.parametrize(
    ("family", "params", "text"),
    [
        ("uniform", {"low": 5, "high": 2}, "low at most high (got low 5, high 2)"),
        ("triangular", {"low": 1, "mode": 9, "high": 5}, "low <= mode <= high (got low 1, mode 9"),
        ("pert", {"low": 3, "mode": 2, "high": 5}, "low <= mode <= high (got low 3, mode 2"),
        ("gamma", {"mean": 4}, "mean and cv, or shape and scale (got mean)"),
        ("gamma", {"mean": 4, "cv": 1, "shape": 2, "scale": 1}, "(got cv, mean, scale, shape)"),
        ("gamma", {}, "mean and cv, or shape and scale (got nothing)"),
        ("lognormal", {"mean": 4, "sigma": 1}, "mean and cv, or mu and sigma, or p50 and p90"),
        ("lognormal", {"p50": 9, "p90": 4}, "p90 above p50 and at most 500 times it (got p50 9"),
        ("lognormal", {"p50": 4, "p90": 4}, "p90 above p50"),
        ("weibull", {"p50": 1, "p90": 1e6}, "at most 500 times it (got p50 1, p90 1e+06)"),
        ("weibull", {"scale": 4, "cv": 1}, "mean and cv, or shape and scale, or p50 and p90"),
        (
            "empirical",
            {"values": [1, 2], "weights": [1]},
            "as many weights as values (got 1 for 2)",
        ),
        ("empirical", {"values": [1, 2], "weights": [0, 0]}, "weights that add up to more than 0"),
        ("empirical", {"values": []}, "at least 1 item"),
        ("exponential", {"mean": 0}, "greater than 0"),
        ("exponential", {"mean": -3}, "greater than 0"),
        ("exponential", {"mean": math.nan}, "finite number"),
        ("exponential", {"mean": math.inf}, "finite number"),
        ("exponential", {"mean": "7"}, "valid number"),
        ("exponential", {"mean": 7, "cv": 1}, "Extra inputs"),
        ("exponential", {}, "Field required"),
        ("lognormal", {"mu": 800, "sigma": 1}, "less than or equal to 50"),
        ("normal", {"mean": 5, "sd": -1}, "greater than or equal to 0"),
        ("erlang", {"mean": 5, "k": 0}, "greater than or equal to 1"),
        ("erlang", {"mean": 5, "k": 2.5}, "valid integer"),
        ("gaussian", {"mean": 5}, "Extra inputs"),
    ],
)
def test_wrong_parameters_are_told_with_what_was_expected(
    family: str, params: Params, text: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        of(family, **params)
    assert text in str(caught.value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("four", "a number or a distribution such as { lognormal = { mean = 4, cv = 0.5 } }"),
        (True, "a number or a distribution"),
        ([4], "a number or a distribution"),
        ({}, "exactly one distribution (got none)"),
        (
            {"exponential": {"mean": 4}, "uniform": {"low": 0, "high": 1}},
            "exactly one distribution (got uniform, exponential)",
        ),
        (math.nan, "finite number"),
    ],
)
def test_what_is_no_distribution_is_told_so(value: Any, text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Distribution.model_validate(value)
    assert text in str(caught.value)
