"""Families of the office file that suit durations, by parameters that may be any number."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.calibrate.durations import Durations, Floats
from sim.said import phrase

_STEP: Final = 1e-4
"""Of central differences of logarithms: errors of about 1e-8 in slopes, 1e-7 in curvatures."""
_LEAST: Final = 1e-300
MOST_CV: Final = 10.0
"""Largest coefficient of variation that the office file takes."""


@dataclass(frozen=True, eq=False)
class Member:
    """A distribution of `scipy.stats` with its parameters, which may be arrays.

    Where thousands are made, those that scipy calls frozen take longer to make than to use.
    """

    of: Any
    shapes: tuple[Floats, ...]
    scale: Floats

    def logpdf(self, x: Floats) -> Floats:
        """Return the logarithm of the density."""
        return np.asarray(self.of.logpdf(x, *self.shapes, scale=self.scale))

    def cdf(self, x: Floats) -> Floats:
        """Return the probability of less."""
        return np.asarray(self.of.cdf(x, *self.shapes, scale=self.scale))

    def sf(self, x: Floats) -> Floats:
        """Return the probability of more."""
        return np.asarray(self.of.sf(x, *self.shapes, scale=self.scale))

    def ppf(self, share: Floats) -> Floats:
        """Return quantiles."""
        return np.asarray(self.of.ppf(share, *self.shapes, scale=self.scale))

    def mean(self) -> float:
        """Return the mean."""
        return float(self.of.mean(*self.shapes, scale=self.scale))

    def std(self) -> float:
        """Return the standard deviation."""
        return float(self.of.std(*self.shapes, scale=self.scale))


Made = Callable[[Floats], Member]
"""Gives a distribution by its parameters."""


@dataclass(frozen=True)
class Family:
    """A family of distributions.

    Attributes
    ----------
    name
        As the office file has it.
    made
        Gives the distribution by the parameters: of shape (parameters, ...).
    start
        Gives parameters by the mean and the coefficient of variation wanted, roughly.
    too_low
        By how much the likeliest logarithm of the coefficient of variation is too low on average,
        times the number of durations: to first order, as for the shape alone.
    """

    name: str
    made: Made
    start: Callable[[float, float], Floats]
    too_low: float = 0.0

    def moments(self, theta: Floats) -> Floats:
        """Return the logarithms of the mean and of the coefficient of variation."""
        found = self.made(theta)
        mean, deviation = found.mean(), found.std()
        return np.log([mean, deviation / mean])

    def log_likelihoods(self, theta: Floats, data: Durations) -> Floats:
        """Return the log-likelihood of each distinct observation."""
        found = self.made(theta)
        low, high, weights = data.ranges()
        known = data.exact & (data.resolution == 0)
        logs = np.empty(len(data.low))
        logs[known] = found.logpdf(data.low[known])
        shares = _between(found, low[~known], high[~known]) @ weights
        logs[~known] = np.log(np.maximum(shares, _LEAST))
        return logs

    def scores(self, theta: Floats, data: Durations) -> Floats:
        """Return slopes of the log-likelihoods, of shape (parameters, observations)."""
        return np.stack(
            [
                (
                    self.log_likelihoods(theta + step, data)
                    - self.log_likelihoods(theta - step, data)
                )
                / (2 * _STEP)
                for step in _STEP * np.eye(len(theta))
            ]
        )

    def information(self, theta: Floats, data: Durations) -> Floats:
        """Return minus the second derivatives of the mean log-likelihood."""
        share = data.counts / data.counts.sum()
        rows = [
            (self.scores(theta - step, data) - self.scores(theta + step, data)) @ share
            for step in 10 * _STEP * np.eye(len(theta))
        ]
        found = np.stack(rows) / (20 * _STEP)
        symmetric: Floats = (found + found.T) / 2
        return symmetric

    def slopes_of_moments(self, theta: Floats) -> Floats:
        """Return how :meth:`moments` change with the parameters, of shape (2, parameters)."""
        return np.stack(
            [
                (self.moments(theta + step) - self.moments(theta - step)) / (2 * _STEP)
                for step in _STEP * np.eye(len(theta))
            ],
            axis=1,
        )


def _between(found: Member, low: Floats, high: Floats) -> Floats:
    """Return probabilities of ranges, exactly in both tails."""
    above = found.sf(low)
    share: Floats = np.where(above < 0.5, above - found.sf(high), found.cdf(high) - found.cdf(low))
    return share


def _lognormal(theta: Floats) -> Member:
    from scipy import stats

    return Member(stats.lognorm, (np.exp(theta[1]),), np.exp(theta[0]))


def _gamma(theta: Floats) -> Member:
    from scipy import stats

    return Member(stats.gamma, (np.exp(theta[1]),), np.exp(theta[0] - theta[1]))


def _weibull(theta: Floats) -> Member:
    from scipy import stats

    return Member(stats.weibull_min, (np.exp(theta[1]),), np.exp(theta[0]))


def _exponential(theta: Floats) -> Member:
    from scipy import stats

    return Member(stats.expon, (), np.exp(theta[0]))


def _start_lognormal(mean: float, cv: float) -> Floats:
    variance = math.log1p(cv**2)
    return np.array([math.log(mean) - variance / 2, math.log(variance) / 2])


def _start_weibull(mean: float, cv: float) -> Floats:
    # Close enough between a cv of 0.1 and of 3 (Justus et al. 1978).
    shape = cv**-1.086
    return np.array([math.log(mean) - math.lgamma(1 + 1 / shape), math.log(shape)])


LOGNORMAL: Final = Family("lognormal", _lognormal, _start_lognormal, 1.0)
GAMMA: Final = Family("gamma", _gamma, lambda mean, cv: np.log([mean, cv**-2]), 1.5)
WEIBULL: Final = Family("weibull", _weibull, _start_weibull, 1.38)
EXPONENTIAL: Final = Family("exponential", _exponential, lambda mean, _: np.log([mean]))
FAMILY_NAMES: Final[dict[str, str]] = {
    "constant": phrase("constant"),
    "exponential": phrase("exponential"),
    "gamma": phrase("gamma"),
    "lognormal": phrase("lognormal"),
    "weibull": phrase("weibull"),
}
"""What people call them, and what is always the same."""
FAMILIES: Final = (EXPONENTIAL, GAMMA, LOGNORMAL, WEIBULL)
"""In order of their names; an Erlang distribution is a gamma of whole shape, which is no simpler
once that number has been read from the same records."""


def likeliest(family: Family, data: Durations) -> Floats | None:
    """Return the parameters of largest likelihood; None where there are none the file takes."""
    from scipy.optimize import minimize

    share = data.counts / data.counts.sum()
    middles = np.maximum(data.middles(), 1e-9)
    mean = float(middles @ share)
    cv = math.sqrt(max(float((middles - mean) ** 2 @ share), 1e-6 * mean**2)) / mean
    found = minimize(
        lambda theta: -float(family.log_likelihoods(theta, data) @ share),
        family.start(mean, min(cv, 3.0)),
        jac=lambda theta: -family.scores(theta, data) @ share,
        method="BFGS",
        options={"gtol": 1e-7},
    )
    moments = family.moments(found.x)
    usable = np.isfinite(found.fun) and np.isfinite(moments).all() and moments[1] < np.log(MOST_CV)
    return np.asarray(found.x) if usable else None
