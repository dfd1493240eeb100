"""Gaps: a family where one fits, the records where none does, together where they depend."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from sim.calibrate.gaps import decomposed, done_together, fit_gap, recorded
from sim.distributions import Distribution

POSITIVE = arrays(np.float64, st.integers(1, 200), elements=st.floats(0, 300, width=32))


def normal(seed: int, size: int, count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.random.default_rng(seed).normal(size=(size, count))


def test_independent_gaps_stay_apart() -> None:
    gaps = np.exp(normal(1, 600, 4))
    found = decomposed(gaps)
    assert found.blocks == ((0,), (1,), (2,), (3,))
    assert found.distance <= found.chance


def test_gaps_that_depend_are_drawn_as_one_and_others_are_not() -> None:
    z = normal(2, 900, 3)
    # The second makes good what the first lost, as before a deadline.
    gaps = np.stack((10 + 3 * z[:, 0], 10 - 3 * z[:, 0] + 0.1 * z[:, 1], 5 + z[:, 2]), axis=1)
    found = decomposed(gaps)
    assert found.blocks == ((0, 1), (2,))
    assert found.alone > 5 * found.distance


def test_whatever_the_gaps_a_few_blocks_reproduce_the_sum() -> None:
    z = normal(3, 400, 2)
    gaps = np.exp(np.stack((z[:, 0], z[:, 1], -z[:, 0]), axis=1))
    found = decomposed(gaps)
    total = gaps.sum(axis=1).mean()
    assert found.distance <= max(found.chance, 0.02 * total)
    assert [i for block in found.blocks for i in block] == [0, 1, 2]


def test_a_family_comes_back_with_its_mean_and_cv() -> None:
    values = np.random.default_rng(4).gamma(4.0, 0.5, 2000)
    found = fit_gap(values)
    assert found.name == "gamma"
    assert {key: value for key, value, _, _ in found.numbers} == pytest.approx(
        {"mean": 2.0, "cv": 0.5}, rel=0.08
    )


def test_times_of_two_kinds_stay_as_recorded() -> None:
    random = np.random.default_rng(5)
    values = np.concatenate((random.normal(1, 0.1, 300), random.normal(20, 1, 300)))
    found = fit_gap(values)
    assert found.name == "empirical"
    drawn = Distribution.model_validate(found.distribution)
    assert drawn.mean_value() == pytest.approx(values.mean(), rel=1e-4)


def test_always_the_same_is_a_number() -> None:
    assert fit_gap(np.full(40, 2.5)).distribution == 2.5


@given(POSITIVE)
def test_recorded_values_keep_their_mean_and_their_range(values: np.ndarray) -> None:  # type: ignore[type-arg]
    found = recorded(values)
    drawn = Distribution.model_validate(found.distribution)
    assert drawn.empirical is not None
    assert len(drawn.empirical.values) <= 40
    assert drawn.mean_value() == pytest.approx(values.mean(), abs=1e-5, rel=1e-5)
    assert values.min() - 1e-5 <= min(drawn.empirical.values)
    assert max(drawn.empirical.values) <= values.max() + 1e-5
    ((_, mean, low, high),) = found.numbers
    assert low <= mean <= high


def test_weights_count_a_case_for_others_that_have_not_ended() -> None:
    values = np.array([1.0, 2.0, 3.0])
    found = recorded(values, np.array([0.25, 0.25, 0.5]))
    assert found.numbers[0][1] == pytest.approx(2.25)


def test_steps_within_minutes_are_done_together() -> None:
    assert done_together(np.array([0.001, 0.002, np.nan, 0.02]), 450)
    assert not done_together(np.array([0.001, 0.002, 1.0, 2.0]), 450)
