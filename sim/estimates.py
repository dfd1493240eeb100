"""Estimates with intervals over replications.

A mean is a ratio of sums over all replications; its interval is the jackknife's over replications
(Student t). A difference is taken replication by replication. See Asmussen and Glynn, *Stochastic
Simulation* (2007), III.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np

from sim.calendar import Ints
from sim.comparison import Estimate
from sim.draws import Floats
from sim.sketches import Sketch

CONFIDENCE: Final = 0.95
_FEW_BEYOND = 5
_TELLING = 10
_FAR_OFF = 0.1


@lru_cache(maxsize=1024)
def t_quantile(confidence: float, replications: int) -> float:
    """Return Student's two-sided quantile for means over so many replications."""
    from scipy.special import stdtrit

    return float(stdtrit(replications - 1, (1 + confidence) / 2))


class Ratio:
    """A ratio of sums with what each replication contributes to it.

    Parameters
    ----------
    sums, counts
        Numerators and denominators by replication.
    """

    def __init__(self, sums: Floats, counts: Floats) -> None:
        self.replications = len(sums)
        total = counts.sum()
        self.value: float | None = float(sums.sum() / total) if total > 0 else None
        self.left_out = self._left_out(sums, counts)
        self.pseudo: Floats | None = None
        if self.value is not None and self.left_out is not None:
            self.pseudo = pseudo_values(self.value, self.left_out)

    def _left_out(self, sums: Floats, counts: Floats) -> Floats | None:
        """Return the ratio without each replication; None where some of these do not exist."""
        without = counts.sum() - counts
        if self.value is None or self.replications < 2 or (without <= 0).any():
            return None
        left_out: Floats = (sums.sum() - sums) / without
        return left_out

    def estimate(self, confidence: float = CONFIDENCE) -> Estimate:
        """Return the ratio with its interval."""
        return around(self.value, self.pseudo, confidence)


def pseudo_values(value: float, left_out: Floats) -> Floats:
    """Return the jackknife's pseudo-values of a value, from those without each replication."""
    pseudo: Floats = len(left_out) * value - (len(left_out) - 1) * left_out
    return pseudo


def difference(first: Ratio, second: Ratio, confidence: float = CONFIDENCE) -> Estimate:
    """Return `second` minus `first`, paired by replication."""
    if first.value is None or second.value is None:
        return Estimate(None, None, None)
    paired = None
    if first.pseudo is not None and second.pseudo is not None:
        paired = second.pseudo - first.pseudo
    return around(second.value - first.value, paired, confidence)


def difference_times(first: Ratio, second: Ratio, times: Ratio) -> Estimate:
    """Return `second` minus `first`, times a third that is itself uncertain.

    The jackknife leaves each replication out of all three at once, so that the interval holds what
    is not known of the factor too.
    """
    if first.value is None or second.value is None or times.value is None:
        return Estimate(None, None, None)
    value = (second.value - first.value) * times.value
    if first.left_out is None or second.left_out is None or times.left_out is None:
        return Estimate(value, None, None)
    left_out = (second.left_out - first.left_out) * times.left_out
    return around(value, pseudo_values(value, left_out), CONFIDENCE)


def relative_change(first: Ratio, second: Ratio) -> Estimate:
    """Return by which share `second` is more than `first`, which is itself uncertain."""
    if first.value is None or second.value is None or first.value <= 0:
        return Estimate(None, None, None)
    value = second.value / first.value - 1
    if first.left_out is None or second.left_out is None or (first.left_out <= 0).any():
        return Estimate(value, None, None)
    left_out = second.left_out / first.left_out - 1
    return around(value, pseudo_values(value, left_out), CONFIDENCE)


def around(value: float | None, by_replication: Floats | None, confidence: float) -> Estimate:
    """Return a value with the interval that its contributions by replication give."""
    if value is None or by_replication is None or len(by_replication) < 2:
        return Estimate(value, None, None)
    count = len(by_replication)
    error = float(np.std(by_replication, ddof=1)) / np.sqrt(count)
    half = t_quantile(confidence, count) * error
    return Estimate(value, float(value - half), float(value + half))


def capped(found: Estimate, most: float = np.inf) -> Estimate:
    """Return an estimate of what is never negative, its interval cut off at 0 and at `most`.

    Student's intervals are symmetric and know nothing of what is impossible.
    """
    if found.mean is None or found.low is None or found.high is None:
        return found
    low, high = max(found.low, 0.0), min(found.high, most)
    # What is lost in rounding shall not leave the value outside.
    return Estimate(found.mean, min(low, found.mean), max(high, found.mean))


@dataclass(frozen=True)
class Points:
    """Values by replication, a few standing for many: for counting those up to some value.

    Attributes
    ----------
    values, counts, replication
        By point: its value, for how many it stands, and of which replication it is.
    """

    values: Floats
    counts: Floats
    replication: Ints

    @classmethod
    def of(cls, sketches: Sequence[Sketch], most: int) -> Points:
        """Return at most so many points of each replication's sketch."""
        coarse = [sketch.coarser(most) for sketch in sketches]
        sizes = [len(sketch.bins) for sketch in coarse]
        none = np.zeros(0)
        return cls(
            np.concatenate([none, *(sketch.values for sketch in coarse)]),
            np.concatenate([none, *(sketch.counts for sketch in coarse)]),
            np.repeat(np.arange(len(coarse)), sizes),
        )

    def up_to(self, value: float, replications: int) -> Floats:
        """Return by replication how many values are no larger than a value."""
        some = self.values <= value
        found: Floats = np.bincount(
            self.replication[some], weights=self.counts[some], minlength=replications
        ).astype(float)
        return found


class Percentile:
    """A percentile of all cases pooled, with that of each replication for its interval.

    Where replications have few cases beyond it, or differ so much that their own percentiles lie
    around another value, these say little; the share of their cases below the pooled one stands
    in, through the slope of the quantile function (Woodruff, *J. Amer. Statist. Assoc.* 47 (1952)
    635). Of single busy days, the worst make the 95th percentile of all, and the 95th percentiles
    of the others have nothing to do with it.

    Parameters
    ----------
    pooled
        Values of all cases.
    percent
        Which percentile.
    by_replication
        The percentile of each replication; not a number for one without a case.
    points
        What each replication's values are made of; those of several add up.
    unit
        What the values of sketches and points are divided by.
    """

    def __init__(
        self,
        pooled: Sketch,
        percent: float,
        by_replication: Floats,
        points: Sequence[Points],
        *,
        unit: float = 1.0,
    ) -> None:
        self.pooled = pooled
        self.points = points
        self.unit = unit
        self.share = percent / 100
        self.by_replication = by_replication
        self.value = float(pooled.percentiles([percent])[0] / unit) if len(pooled) else None
        tail = min(self.share, 1 - self.share) * len(pooled) / max(len(by_replication), 1)
        self.alike = tail >= _FEW_BEYOND and not self._far_off()

    def _far_off(self) -> bool:
        """Tell whether the replications' own percentiles lie around another value."""
        own = _finite(self.by_replication)
        if self.value is None or len(own) < _TELLING:
            return False
        return abs(float(own.mean()) - self.value) > _FAR_OFF * float(np.std(own, ddof=1))

    @cached_property
    def linearised(self) -> Floats:
        """What each replication contributes to the pooled percentile, to first order."""
        replications = len(self.by_replication)
        if self.value is None or replications < 2:
            return np.full(replications, np.nan)
        pooled = float(self.pooled.percentiles([100 * self.share])[0])
        below, sizes = self._up_to(pooled), self._up_to(np.inf)
        more = (below - sizes * below.sum() / sizes.sum()) / sizes.mean()
        reach = max(float(np.std(more, ddof=1)) / np.sqrt(len(sizes)), 1 / sizes.sum())
        ends = np.clip([self.share - reach, self.share + reach], 0.0, 1.0)
        low, high = self.pooled.percentiles(100 * ends) / self.unit
        found: Floats = self.value - more * (high - low) / (ends[1] - ends[0])
        return found

    def _up_to(self, value: float) -> Floats:
        none = np.zeros(len(self.by_replication))
        return sum((points.up_to(value, len(none)) for points in self.points), none)

    def estimate(self, confidence: float = CONFIDENCE) -> Estimate:
        """Return the percentile with its interval."""
        found = self.by_replication if self.alike else self.linearised
        return around(self.value, _finite(found), confidence)

    def minus(self, other: Percentile, confidence: float = CONFIDENCE) -> Estimate:
        """Return this percentile minus another, paired by replication."""
        if self.value is None or other.value is None:
            return Estimate(None, None, None)
        if self.alike and other.alike:
            paired = self.by_replication - other.by_replication
        else:
            paired = self.linearised - other.linearised
        return around(self.value - other.value, _finite(paired), confidence)


def _finite(values: Floats) -> Floats:
    """Leave out replications without a case."""
    return values[np.isfinite(values)]
