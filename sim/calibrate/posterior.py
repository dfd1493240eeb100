"""Parameters behind simulated signs: what values would have made signs like the observed ones.

The likelihood of a day's signs is that of a normal distribution with the simulated mean and
covariance (synthetic likelihood; Wood, Nature 466, 2010). Its posterior mean then serves as a
summary: parameters whose simulated records have a summary like the observed one are drawn and
moved along a local regression (Beaumont, Zhang and Balding, Genetics 162, 2002), so that the
spread is that of simulated records and not of the normal approximation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Signs = Callable[[Floats], Floats]
"""Parameters to signs, by replication, day and sign."""

_RECORDS_EACH: Final = 12
_NEAR_SHARE: Final = 0.35
_JITTER: Final = 1e-6
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

    @property
    def free(self) -> int:
        """How many of the first parameters are not bounded."""
        return len(self.low) - self.bounded

    @property
    def mirrors(self) -> Floats:
        """Signs, in rows, that turn the bounded parameters round in every way."""
        ways = product((1.0, -1.0), repeat=self.bounded)
        return np.array([[*([1.0] * self.free), *way] for way in ways])

    def lost(self, parameters: Floats, signs: int | None = None) -> float:
        """Return minus the log likelihood, of the first so many signs."""
        found = self.signs(np.clip(parameters, self.low, self.high))[:, :, :signs]
        mean, inverse, log_det = _moments(found)
        off = self.observed[:, :signs] - mean
        return float(0.5 * (log_det + np.einsum("dk,dkl,dl->", off, inverse, off)))


@dataclass
class _Bank:
    """Parameters that were simulated, and what came of them."""

    problem: Problem
    generator: np.random.Generator
    parameters: list[Floats] = field(default_factory=list)
    records: list[Floats] = field(default_factory=list)
    means: list[Floats] = field(default_factory=list)
    inverses: list[Floats] = field(default_factory=list)
    log_dets: list[float] = field(default_factory=list)
    proposals: list[tuple[Floats, Floats, int]] = field(default_factory=list)

    def add(self, centre: Floats, root: Floats, number: int) -> None:
        """Simulate parameters drawn around a centre."""
        drawn = self._drawn(centre, root, number)
        self.proposals.append((centre, root, len(drawn)))
        for parameters in drawn:
            found = self.problem.signs(parameters)
            mean, inverse, log_det = _moments(found)
            kept = self.generator.choice(len(found), _RECORDS_EACH, replace=False)
            self.parameters.append(parameters)
            self.records.append(found[kept])
            self.means.append(mean)
            self.inverses.append(inverse)
            self.log_dets.append(log_det)

    def _drawn(self, centre: Floats, root: Floats, number: int) -> Floats:
        scores = self.generator.standard_normal((4 * number, len(centre)))
        drawn = centre + scores @ root.T
        free = self.problem.free
        drawn[:, free:] = np.abs(drawn[:, free:])
        inside = np.all((drawn >= self.problem.low) & (drawn <= self.problem.high), axis=1)
        found: Floats = drawn[inside][:number]
        return found

    def base(self) -> Floats:
        """Return the log of prior over proposal density of each."""
        rows = np.array(self.parameters)
        density = [
            np.log(number) - np.log(np.diag(root)).sum()
            + np.logaddexp.reduce(
                [_log_normal(rows * turned, centre, root) for turned in self.problem.mirrors]
            )
            for centre, root, number in self.proposals
        ]  # fmt: skip
        found: Floats = self.problem.log_prior(rows) - np.logaddexp.reduce(density, axis=0)
        return found

    def weights(self, records: Floats) -> Floats:
        """Return the posterior weights of all parameters, by record."""
        logs = np.empty((len(records), len(self.means)))
        rows = zip(self.means, self.inverses, self.log_dets, strict=True)
        for j, (mean, inverse, log_det) in enumerate(rows):
            off = records - mean
            logs[:, j] = -0.5 * (log_det + np.einsum("bdk,dkl,bdl->b", off, inverse, off))
        logs += self.base()
        weights = np.exp(logs - logs.max(axis=1, keepdims=True))
        found: Floats = weights / weights.sum(axis=1, keepdims=True)
        return found


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
        First guess of how far parameters may move.
    number
        How many parameters are simulated, twice.
    seed
        Of the draws.

    Returns
    -------
    array
        Equally likely parameters, in rows.
    """
    generator = np.random.default_rng(seed)
    bank = _Bank(problem, generator)
    scales = _scales(problem, start, steps)
    bank.add(start, np.diag(1.6 * scales), number)
    centre, spread = _moments_of(bank, problem.observed)
    spread += np.diag((0.15 * scales) ** 2)
    bank.add(centre, np.asarray(1.4 * np.linalg.cholesky(spread), dtype=np.float64), number)
    return _regressed(bank, generator)


def _regressed(bank: _Bank, generator: np.random.Generator) -> Floats:
    """Return draws moved along a regression of parameters on summaries, near the observed one."""
    free = bank.problem.free
    rows = _rooted(np.array(bank.parameters), free)
    records = np.concatenate(bank.records)
    summaries = bank.weights(records) @ rows
    off = summaries - bank.weights(bank.problem.observed[None]) @ rows
    base = np.repeat(bank.base(), _RECORDS_EACH)
    far = np.sqrt(((off / summaries.std(axis=0)) ** 2).sum(axis=1))
    near = np.clip(1 - (far / np.quantile(far, _NEAR_SHARE)) ** 2, 0, None)
    weights = near * np.exp(base - base.max())
    made = np.repeat(rows, _RECORDS_EACH, axis=0)
    design = np.column_stack([np.ones(len(off)), off])
    scaled = design * weights[:, None]
    slopes = np.linalg.lstsq(scaled.T @ design, scaled.T @ made, rcond=None)[0]
    moved = made - off @ slopes[1:]
    drawn = moved[generator.choice(len(moved), _DRAWS, p=weights / weights.sum())]
    drawn[:, free:] = np.maximum(drawn[:, free:], 0) ** 2
    clipped: Floats = np.clip(drawn, bank.problem.low, bank.problem.high)
    return clipped


def _rooted(rows: Floats, free: int) -> Floats:
    """Return parameters with the root of bounded ones, whose draws pile up at 0 otherwise."""
    found = rows.copy()
    found[:, free:] = np.sqrt(found[:, free:])
    return found


def _moments(signs: Floats) -> tuple[Floats, Floats, float]:
    """Return by day: mean, inverse covariance, and the sum of the log determinants."""
    mean = signs.mean(axis=0)
    off = signs - mean
    covariance = np.einsum("rdk,rdl->dkl", off, off) / (len(signs) - 1)
    covariance += _JITTER * np.eye(signs.shape[2])
    return mean, np.linalg.inv(covariance), float(np.linalg.slogdet(covariance)[1].sum())


def _moments_of(bank: _Bank, observed: Floats) -> tuple[Floats, Floats]:
    rows = np.array(bank.parameters)
    weights = bank.weights(observed[None])[0]
    centre = weights @ rows
    spread: Floats = (rows - centre).T * weights @ (rows - centre)
    return centre, spread


def _log_normal(rows: Floats, centre: Floats, root: Floats) -> Floats:
    scores = np.linalg.solve(root, (rows - centre).T)
    logs: Floats = -0.5 * (scores**2).sum(axis=0)
    return logs


def _scales(problem: Problem, start: Floats, steps: Floats) -> Floats:
    """Return how far each parameter moves until the likelihood falls by about a half."""
    best = problem.lost(start)
    return np.array([_scale(problem, start, best, j, step) for j, step in enumerate(steps)])


def _scale(problem: Problem, start: Floats, best: float, place: int, step: float) -> float:
    for _ in range(6):
        moved = [start + sign * step * np.eye(len(start))[place] for sign in (1, -1)]
        inside = [p for p in moved if problem.low[place] <= p[place] <= problem.high[place]]
        fall = float(np.mean([problem.lost(p) - best for p in inside])) if inside else 1.0
        if fall < 0.35:
            step *= 1.6
        elif fall > 1.2:
            step *= 0.65
        else:
            break
    return step
