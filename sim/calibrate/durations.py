"""Durations as records know them: exactly, rounded, in a range, or that they last longer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import PlannerError
from sim.said import phrase

Floats = NDArray[np.float64]

_RESOLUTIONS: Final = (60.0, 30.0, 15.0, 10.0, 5.0, 1.0, 0.5, 1 / 6, 1 / 60)
"""Minutes to which people and machines round times, the coarsest first."""
_FINE: Final = 20
"""Rounding to less than this part of the standard deviation moves it by less than 0.05%."""
_MANY: Final = 20_000
_PARTS: Final = 2_000
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(4)


@dataclass(frozen=True, eq=False)
class Durations:
    """Distinct observations, each with how often it was made.

    Attributes
    ----------
    low, high
        Minutes between which the duration lies; equal where it is known exactly, `high` infinite
        where it was still going on after `low` minutes. Where times are rounded both are the
        recorded number.
    counts
        How often.
    resolution
        Minutes to which the beginning and the end were cut off; 0 where that does not matter.
    """

    low: Floats
    high: Floats
    counts: Floats
    resolution: float = 0.0

    @property
    def total(self) -> int:
        """How many observations there are."""
        return int(self.counts.sum())

    @property
    def exact(self) -> NDArray[np.bool_]:
        """Which are known as one number."""
        same: NDArray[np.bool_] = self.low == self.high
        return same

    @property
    def censored(self) -> NDArray[np.bool_]:
        """Which were still going on."""
        return np.isinf(self.high)

    def middles(self) -> Floats:
        """Return each as one number: the middle of a range, the least of what was going on."""
        middle: Floats = np.where(self.censored, self.low, (self.low + self.high) / 2)
        return middle

    def ranges(self) -> tuple[Floats, Floats, Floats]:
        """Return ranges whose probabilities, weighted, are the probability of each observation.

        Of a beginning and an end that are both cut off to whole units, the difference is d when
        the duration lies from d - r + v to d + v, where v, the part cut off of the beginning, is
        uniform over the resolution r; the mean over v is taken by Gauss-Legendre quadrature.

        Returns
        -------
        low, high
            Shape (observations, nodes).
        weights
            Shape (nodes,); they add up to 1.
        """
        if not self.resolution:
            return self.low[:, None], self.high[:, None], np.ones(1)
        cut = (_NODES + 1) / 2 * self.resolution
        rounded = self.exact[:, None]
        low, high = self.low[:, None], self.high[:, None]
        return (
            np.where(rounded, np.maximum(low - self.resolution + cut, 0.0), low),
            np.where(rounded, high + cut, high),
            _WEIGHTS / 2,
        )


def durations(
    minutes: ArrayLike,
    *,
    censored: ArrayLike | None = None,
    low: ArrayLike | None = None,
    high: ArrayLike | None = None,
) -> Durations:
    """Return durations as observations; see :func:`sim.calibrate.handling.fit_handling`.

    Raises
    ------
    PlannerError
        If a duration is negative or missing, a range is the wrong way round, or nothing ended.
    """
    known = np.array(minutes, dtype=float).ravel()
    lows, highs = _bound(low, known, "low"), _bound(high, known, "high")
    if censored is not None:
        highs[np.asarray(censored, dtype=bool)] = np.inf
    _check(lows, highs)
    unit = _resolution(lows, highs)
    if not unit and len(lows) > _MANY:
        lows, highs = _coarser(lows), _coarser(highs)
    unique, counts = np.unique(np.stack([lows, highs]), axis=1, return_counts=True)
    return Durations(unique[0], unique[1], counts.astype(float), unit)


def _bound(given: ArrayLike | None, known: Floats, name: str) -> Floats:
    if given is None:
        return known.copy()
    bound = np.array(given, dtype=float).ravel()
    if len(bound) != len(known):
        raise PlannerError(
            phrase(
                "Durations: expected as many values of {name} as durations, found {found} for "
                "{expected}.",
                name=name,
                found=len(bound),
                expected=len(known),
            )
        )
    return np.where(np.isnan(bound), known, bound)


def _coarser(values: Floats) -> Floats:
    """Return values to a twentieth of a percent, so that many have few distinct ones."""
    found = values.copy()
    some = np.isfinite(values) & (values > 0)
    found[some] = np.exp(np.round(np.log(values[some]) * _PARTS) / _PARTS)
    return found


def _check(low: Floats, high: Floats) -> None:
    wrong = ~((low >= 0) & (high >= low) & np.isfinite(low))
    if wrong.any():
        at = int(np.argmax(wrong))
        raise PlannerError(
            phrase(
                "Durations: expected minutes of at least 0, found {count} others, first {low:g} "
                "to {high:g}. Leave those rows out: they begin after they end, or a time is "
                "missing.",
                count=int(wrong.sum()),
                low=float(low[at]),
                high=float(high[at]),
            )
        )
    if not np.isfinite(high).any():
        raise PlannerError(
            phrase(
                "Durations: expected some that have ended, found none. Without one, how long they "
                "take cannot be told."
            )
        )


def _resolution(low: Floats, high: Floats) -> float:
    """Return to how many minutes the exact durations are rounded, where that matters.

    Where it does not, zeros become a range of their own.
    """
    exact = low == high
    values = low[exact]
    for unit in _RESOLUTIONS:
        if len(values) and (np.abs(values / unit - np.round(values / unit)) < 1e-6).all():
            if unit > values.std() / _FINE:
                return unit
            high[exact & (low == 0)] = unit
            return 0.0
    zero = exact & (low == 0)
    if zero.any() and not zero.all():
        high[zero] = values[values > 0].min()
    return 0.0
