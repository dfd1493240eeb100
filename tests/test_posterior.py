"""Parameters from simulated signs: the exact posterior where there is one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.calibrate.posterior import Problem, minimum, posterior

Floats = NDArray[np.float64]

RUNS, DAYS = 50, 5


@dataclass(frozen=True)
class Linear:
    """Signs that are normal around a matrix times the parameters, with known deviation."""

    matrix: Floats
    deviation: Floats
    scores: Floats

    def signs(self, parameters: Floats) -> Floats:
        found: Floats = self.matrix @ parameters + self.deviation * self.scores
        return found


def flat(rows: Floats) -> Floats:
    return np.zeros(len(rows))


def linear(matrix: Floats, deviation: Floats, seed: int = 0) -> Linear:
    scores = np.random.default_rng(seed).standard_normal((RUNS, DAYS, len(deviation)))
    # Exactly what is known of them, so that the simulated moments are the true ones.
    scores -= scores.mean(axis=0)
    for day in range(DAYS):
        root = np.linalg.cholesky(np.cov(scores[:, day], rowvar=False))
        scores[:, day] = np.linalg.solve(root, scores[:, day].T).T
    return Linear(matrix, deviation, scores)


def problem(
    line: Linear, observed: Floats, prior: Callable[[Floats], Floats] = flat, bounded: int = 0
) -> Problem:
    size = line.matrix.shape[1]
    low = np.array([-50.0] * (size - bounded) + [0.0] * bounded)
    return Problem(line.signs, observed, low, np.full(size, 50.0), prior, bounded)


def observed(line: Linear, truth: Floats, seed: int) -> Floats:
    scores = np.random.default_rng(seed).standard_normal((DAYS, len(line.deviation)))
    found: Floats = line.matrix @ truth + line.deviation * scores
    return found


def exact(line: Linear, seen: Floats, prior: Floats) -> tuple[Floats, Floats]:
    """Return mean and covariance of the posterior; `prior` is the precision of one around 0."""
    weight = line.matrix.T / line.deviation**2
    covariance = np.linalg.inv(DAYS * weight @ line.matrix + np.diag(prior))
    return covariance @ weight @ seen.sum(axis=0), covariance


MATRIX = np.array([[1.0, 0.2], [0.5, 1.0], [0.0, 0.7]])
DEVIATION = np.array([0.6, 0.8, 0.5])
TRUTH = np.array([1.5, 3.0])
RECORDS = 7


def drawn_of(asked: Problem, start: Floats, seed: int) -> Floats:
    found = minimum(asked, start, np.full(len(start), 0.5), 200, len(DEVIATION))
    return posterior(asked, found, np.full(len(start), 0.3), 160, seed)


@pytest.mark.parametrize("precision", [0.0, 2.0], ids=["flat prior", "prior that matters"])
def test_draws_have_the_exact_mean_and_covariance(precision: float) -> None:
    line = linear(MATRIX, DEVIATION)
    prior = np.full(2, precision)
    off, spread = [], []
    for seed in range(RECORDS):
        seen = observed(line, TRUTH, seed)
        mean, covariance = exact(line, seen, prior)
        asked = problem(line, seen, lambda rows: -0.5 * (rows**2 @ prior))
        scaled = np.linalg.solve(
            np.linalg.cholesky(covariance), (drawn_of(asked, TRUTH * 0.8, seed) - mean).T
        )
        off.append(scaled.mean(axis=1))
        spread.append(np.cov(scaled))
    # Scaled by the exact posterior draws are standard normal; what single runs are off by tells
    # the Monte Carlo error of their mean, by Student's t.
    assert np.abs(np.std(off, axis=0)).max() < 0.3, "a run's mean is exact to a fraction of a sd"
    assert np.abs(t_values(np.array(off))).max() < LIMIT
    assert np.abs(t_values(np.array(spread) - np.eye(2))).max() < LIMIT


LIMIT = stats.t.ppf(1 - 0.001 / 2 / 4, RECORDS - 1)


def t_values(values: Floats) -> Floats:
    found: Floats = values.mean(axis=0) / (values.std(axis=0, ddof=1) / np.sqrt(len(values)))
    return found


@pytest.mark.parametrize("truth", [0.0, 0.1, 1.0])
def test_a_bounded_parameter_has_the_posterior_cut_off_at_0(truth: float) -> None:
    line = linear(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.5, 0.5]))
    held = []
    for seed in range(RECORDS - 2):
        seen = observed(line, np.array([2.0, truth]), 10 + seed)
        sd = 0.5 / np.sqrt(DAYS)
        centre = seen[:, 1].mean()
        asked = problem(line, seen, bounded=1)
        start = np.array([2.0, max(centre, 0.02)])
        drawn = posterior(asked, start, np.full(2, 0.15), 160, seed)[:, 1]
        assert (drawn >= 0).all()
        known = stats.truncnorm(-centre / sd, np.inf, centre, sd)
        held.append([known.cdf(np.quantile(drawn, level)) for level in (0.5, 0.9, 0.975)])
    median, upper, end = np.mean(held, axis=0)
    # Near 0 the regression is no longer straight: the upper end comes out a few percent short,
    # and must yet hold nearly what it should.
    assert 0.4 < median < 0.6, held
    assert 0.85 < upper < 0.95, held
    assert 0.93 < end < 0.99, held


def test_the_minimum_is_the_largest_likelihood() -> None:
    line = linear(MATRIX, DEVIATION)
    seen = observed(line, np.array([1.5, 3.0]), 7)
    mean, _ = exact(line, seen, np.zeros(2))
    found = minimum(problem(line, seen), np.array([0.0, 0.0]), np.array([0.5, 0.5]), 400, 3)
    assert found == pytest.approx(mean, abs=0.02)


def test_the_first_signs_alone_may_be_compared() -> None:
    line = linear(MATRIX, DEVIATION)
    seen = observed(line, np.array([1.5, 3.0]), 7)
    other = seen + np.array([0.0, 0.0, 5.0])
    at = np.array([1.0, 2.0])
    assert problem(line, seen).lost(at, 2) == problem(line, other).lost(at, 2)
    assert problem(line, seen).lost(at, 3) != problem(line, other).lost(at, 3)
