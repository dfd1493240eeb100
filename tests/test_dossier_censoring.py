"""Cases that have not ended count as longer than they have lasted."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.calibrate.dossier_censoring import kaplan_meier, weights_of

CASES = st.lists(st.tuples(st.integers(-20, 20), st.booleans()), min_size=1, max_size=60)


def split(cases: list[tuple[int, bool]]) -> tuple[np.ndarray, np.ndarray]:  # type: ignore[type-arg]
    values, seen = zip(*cases, strict=True)
    return np.array(values, dtype=float), np.array(seen, dtype=bool)


@given(CASES)
def test_it_is_the_estimate_that_scipy_makes(cases: list[tuple[int, bool]]) -> None:
    values, seen = split(cases)
    found = kaplan_meier(values, seen)
    data = stats.CensoredData(uncensored=values[seen], right=values[~seen])
    theirs = stats.ecdf(data).sf
    for at in np.unique(values):
        assert found.above(at) == pytest.approx(float(theirs.evaluate(at)), abs=1e-9)


@given(CASES)
def test_shares_add_up_and_quantiles_are_in_order(cases: list[tuple[int, bool]]) -> None:
    values, seen = split(cases)
    found = kaplan_meier(values, seen)
    assert found.weights.sum() + found.beyond == pytest.approx(1)
    told = [q for q in map(found.quantile, (0.1, 0.5, 0.9)) if not math.isnan(q)]
    assert told == sorted(told)
    weights = weights_of(values, seen)
    assert (weights[~seen] == 0).all()
    assert weights.sum() == pytest.approx(1 if seen.any() else 0)


def test_all_ended_it_is_what_everybody_computes() -> None:
    values = np.array([4.0, 1.0, 3.0, 2.0])
    found = kaplan_meier(values, np.ones(4, bool))
    assert (found.quantile(0.5), found.mean(), found.above(2.5), found.beyond) == (2, 2.5, 0.5, 0)


def test_a_quantile_that_nobody_reached_cannot_be_told() -> None:
    found = kaplan_meier(np.array([1.0, 5.0, 5.0, 5.0]), np.array([True, False, False, False]))
    assert math.isnan(found.quantile(0.5))
    assert found.beyond == 0.75
    assert found.mean() == 4.0


def test_leaving_open_cases_out_would_bias_and_weights_do_not() -> None:
    random = np.random.default_rng(1)
    lasts, stop = random.exponential(10, 4000), random.uniform(0, 30, 4000)
    seen = lasts <= stop
    values = np.minimum(lasts, stop)
    weights = weights_of(values, seen)
    error = 10 / math.sqrt(seen.sum())
    restricted = float(np.minimum(lasts, values[seen].max()).mean())
    assert values[seen].mean() < restricted - 10 * error
    assert np.dot(weights, values) == pytest.approx(restricted, abs=5 * error)
