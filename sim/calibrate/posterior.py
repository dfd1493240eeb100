"""Parameters behind simulated signs: what values would have made signs like the observed ones.

The likelihood of a day's signs is that of a normal distribution with the simulated mean and
covariance (synthetic likelihood; Wood, Nature 466, 2010). Replications are few, so that the
likelihood of one set of parameters is noisy; means and deviations are therefore smoothed by
quadratic polynomials over all parameters that were simulated, and the posterior is that of the
smooth surface. Where to simulate is found in rounds, each drawn from a flattened posterior of the
surface before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Signs = Callable[[Floats], Floats]
"""Parameters to signs, by replication, day and sign."""

_ROUNDS: Final = 4
_FLATTENED: Final = 0.25
"""Power of the likelihood from which parameters to simulate are drawn: twice as wide."""
_LOCAL: Final = 0.1
"""Power of the likelihood by which simulated parameters count for the surface."""
_LEAST_COUNTING: Final = 100.0
_LEAST_SHARE: Final = 0.8
_FAR: Final = 4.0
"""How far from what was simulated the surface is believed: standard deviations of the sum of
squared scores."""
_JITTER: Final = 1e-6
_WALKERS: Final = 150
_STEPS: Final = 120
_LAST_STEPS: Final = 300
_KEEP_EVERY: Final = 10
_JUMP_EVERY: Final = 5
_DRAWS: Final = 1000


@dataclass(frozen=True)
class Problem:
    """What is sought.

    Attributes
    ----------
    signs
        The simulation, with the same luck whatever the parameters.
    observed
        Signs of the records, by day.
    low, high
        Ends of the parameters' spans.
    bounded
        How many of the last parameters are not below 0 and may be 0.
    log_prior
        Logarithm of the prior density, up to a constant, of rows of parameters.
    """

    signs: Signs
    observed: Floats
    low: Floats
    high: Floats
    log_prior: Callable[[Floats], Floats]
    bounded: int = 2

    def inside(self, rows: Floats) -> NDArray[np.bool_]:
        """Tell which rows of parameters lie in their spans."""
        found: NDArray[np.bool_] = np.all((rows >= self.low) & (rows <= self.high), axis=1)
        return found

    def mirrored(self, rows: Floats) -> Floats:
        """Return rows with the bounded parameters turned round where they are below 0."""
        free = len(self.low) - self.bounded
        found = rows.copy()
        found[:, free:] = np.abs(found[:, free:])
        return found

    def lost(self, parameters: Floats, signs: int | None = None) -> float:
        """Return minus the log likelihood, of the first so many signs."""
        found = self.signs(np.clip(parameters, self.low, self.high))[:, :, :signs]
        return _lost(self.observed[:, :signs], *_moments(found))


@dataclass
class _Simulated:
    """Parameters that were simulated, and the mean and covariance of what came of them."""

    problem: Problem
    rows: list[Floats] = field(default_factory=list)
    means: list[Floats] = field(default_factory=list)
    covariances: list[Floats] = field(default_factory=list)
    lost: list[float] = field(default_factory=list)

    def add(self, rows: Floats) -> None:
        """Simulate rows of parameters."""
        for parameters in rows:
            mean, covariance = _moments(self.problem.signs(parameters))
            self.rows.append(parameters)
            self.means.append(mean)
            self.covariances.append(covariance)
            self.lost.append(_lost(self.problem.observed, mean, covariance))

    def weights(self) -> Floats:
        """Return how much each counts for the surface: the likely ones more, never very few."""
        fall = np.array(self.lost) - min(self.lost)
        least = min(_LEAST_COUNTING, _LEAST_SHARE * len(fall))
        power = _LOCAL
        while (weights := np.exp(-power * fall)).sum() ** 2 < least * (weights**2).sum():
            power *= 0.7
        found: Floats = weights / weights.sum()
        return found


class _Surface:
    """A smooth posterior from parameters that were simulated."""

    def __init__(self, simulated: _Simulated) -> None:
        self._problem = simulated.problem
        self.rows, weights = np.array(simulated.rows), simulated.weights()
        self._centre = weights @ self.rows
        off = self.rows - self._centre
        spread = (weights[:, None] * off).T @ off
        self.scale = np.sqrt(np.diag(spread))
        self._inverse = np.linalg.inv(spread)
        deviations, correlations = _parts(np.array(simulated.covariances))
        # Correlations hardly depend on the parameters: one for all, by day.
        together = np.tensordot(weights, correlations, 1)
        self._root = np.linalg.cholesky(np.linalg.inv(together))
        known = np.stack([np.array(simulated.means), np.log(deviations)], axis=1)
        root = np.sqrt(weights)[:, None]
        terms, told = _terms(off / self.scale), known.reshape(len(off), -1)
        self._slopes = np.linalg.lstsq(root * terms, root * told, rcond=None)[0]

    def log_posterior(self, rows: Floats, power: float) -> Floats:
        """Return the log posterior of rows of parameters, of a power of the likelihood.

        It falls fast where nothing was simulated.
        """
        off = rows - self._centre
        size = rows.shape[1]
        far = np.einsum("ni,ij,nj->n", off, self._inverse, off) - size - _FAR * np.sqrt(2 * size)
        found = power * self._log_likelihood(off) + self._problem.log_prior(rows)
        believed: Floats = found - 2 * np.maximum(far, 0)
        return np.where(self._problem.inside(rows), believed, -np.inf)

    def _log_likelihood(self, off: Floats) -> Floats:
        observed = self._problem.observed
        told = _terms(off / self.scale) @ self._slopes
        mean, log_deviation = told.reshape(len(off), 2, *observed.shape).swapaxes(0, 1)
        scores = (observed - mean) / np.exp(log_deviation)
        free = np.matmul(scores.swapaxes(0, 1), self._root)
        found: Floats = -0.5 * (free**2).sum(axis=(0, 2)) - log_deviation.sum(axis=(1, 2))
        return found

    def draws(self, power: float, steps: int, generator: np.random.Generator) -> Floats:
        """Return draws from the posterior of a power of the likelihood.

        By walkers that jump along differences of others (ter Braak, Statistics and Computing 16,
        2006), each half of them along those of the other half.
        """
        walkers = self._walkers(power, generator)
        heights = self.log_posterior(walkers, power)
        kept = []
        for step in range(steps):
            for half in (0, 1):
                own, other = slice(half, None, 2), slice(1 - half, None, 2)
                moved = self._moved(walkers[own], walkers[other], step, generator)
                found = self.log_posterior(moved, power)
                takes = np.log(generator.random(len(moved))) < found - heights[own]
                walkers[own][takes], heights[own][takes] = moved[takes], found[takes]
            if step >= steps // 2 and step % _KEEP_EVERY == 0:
                kept.append(walkers.copy())
        return np.concatenate(kept)

    def _walkers(self, power: float, generator: np.random.Generator) -> Floats:
        """Return where walkers begin: near likely ones of what was simulated."""
        heights = 0.5 * self.log_posterior(self.rows, power)
        weights = np.exp(heights - heights.max())
        chosen = self.rows[generator.choice(len(weights), _WALKERS, p=weights / weights.sum())]
        moved = chosen + 0.1 * self.scale * generator.standard_normal(chosen.shape)
        found: Floats = np.clip(
            self._problem.mirrored(moved), self._problem.low, self._problem.high
        )
        return found

    def _moved(
        self, own: Floats, others: Floats, step: int, generator: np.random.Generator
    ) -> Floats:
        """Return where walkers would go."""
        first, second = generator.integers(len(others), size=(2, len(own)))
        # A whole difference now and then leaps from one mode to another.
        far = 1.0 if step % _JUMP_EVERY == 0 else 2.38 / np.sqrt(2 * own.shape[1])
        moved = own + far * (others[first] - others[second])
        shaken = moved + 1e-3 * self.scale * generator.standard_normal(own.shape)
        return self._problem.mirrored(shaken)


def minimum(problem: Problem, start: Floats, steps: Floats, evaluations: int, signs: int) -> Floats:
    """Return parameters of about the largest likelihood of the first so many signs."""
    from scipy.optimize import minimize

    simplex = np.vstack([start, start + np.diag(steps)])
    options = {"maxfev": evaluations, "initial_simplex": simplex, "xatol": 0.004, "fatol": 0.02}
    found = minimize(lambda p: problem.lost(p, signs), start, method="Nelder-Mead", options=options)
    clipped: Floats = np.clip(found.x, problem.low, problem.high)
    return clipped


def posterior(problem: Problem, start: Floats, steps: Floats, number: int, seed: int) -> Floats:
    """Return draws of the parameters given what was observed.

    Parameters
    ----------
    problem
        What is sought.
    start
        About the largest likelihood.
    steps
        First guess of how far parameters may lie from there, as standard deviations.
    number
        How many parameters are simulated.
    seed
        Of the draws.

    Returns
    -------
    array
        Equally likely parameters, in rows.
    """
    generator = np.random.default_rng(seed)
    simulated, each = _Simulated(problem), number // _ROUNDS
    first = start + steps * generator.standard_normal((each, len(start)))
    simulated.add(np.clip(problem.mirrored(first), problem.low, problem.high))
    for _ in range(_ROUNDS - 1):
        drawn = _Surface(simulated).draws(_FLATTENED, _STEPS, generator)
        simulated.add(generator.choice(drawn, each, replace=False))
    drawn = _Surface(simulated).draws(1.0, _LAST_STEPS, generator)
    found: Floats = generator.choice(drawn, _DRAWS, replace=False)
    return found


def _terms(rows: Floats) -> Floats:
    """Return the terms of a quadratic polynomial."""
    first, second = np.triu_indices(rows.shape[1])
    return np.hstack([np.ones((len(rows), 1)), rows, rows[:, first] * rows[:, second]])


def _moments(signs: Floats) -> tuple[Floats, Floats]:
    """Return by day the mean and the covariance of signs."""
    mean = signs.mean(axis=0)
    off = signs - mean
    covariance: Floats = np.einsum("rdk,rdl->dkl", off, off) / (len(signs) - 1)
    return mean, covariance + _JITTER * np.eye(signs.shape[2])


def _parts(covariances: Floats) -> tuple[Floats, Floats]:
    """Return the deviations and correlations of covariances."""
    deviations = np.sqrt(np.einsum("...kk->...k", covariances))
    return deviations, covariances / deviations[..., None] / deviations[..., None, :]


def _lost(observed: Floats, mean: Floats, covariance: Floats) -> float:
    """Return minus the log likelihood of observed signs."""
    off = observed - mean
    scaled = np.linalg.solve(covariance, off[..., None])[..., 0]
    return float(0.5 * (np.linalg.slogdet(covariance)[1].sum() + (off * scaled).sum()))
