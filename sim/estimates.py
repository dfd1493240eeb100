"""Estimates with intervals over replications.

A mean is a ratio of sums over all replications; its interval is the jackknife's over replications
(Student t). A difference is taken replication by replication. See Asmussen and Glynn, *Stochastic
Simulation* (2007), III.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from sim.comparison import Estimate
from sim.draws import Floats

CONFIDENCE: Final = 0.95


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
        self.pseudo = self._pseudo(sums, counts)

    def _pseudo(self, sums: Floats, counts: Floats) -> Floats | None:
        """Return the jackknife's pseudo-values; None where they do not exist."""
        without = counts.sum() - counts
        if self.value is None or self.replications < 2 or (without <= 0).any():
            return None
        left_out = (sums.sum() - sums) / without
        pseudo: Floats = self.replications * self.value - (self.replications - 1) * left_out
        return pseudo

    def estimate(self, confidence: float = CONFIDENCE) -> Estimate:
        """Return the ratio with its interval."""
        return around(self.value, self.pseudo, confidence)


def difference(first: Ratio, second: Ratio, confidence: float = CONFIDENCE) -> Estimate:
    """Return `second` minus `first`, paired by replication."""
    if first.value is None or second.value is None:
        return Estimate(None, None, None)
    paired = None
    if first.pseudo is not None and second.pseudo is not None:
        paired = second.pseudo - first.pseudo
    return around(second.value - first.value, paired, confidence)


def around(value: float | None, by_replication: Floats | None, confidence: float) -> Estimate:
    """Return a value with the interval that its contributions by replication give."""
    if value is None or by_replication is None or len(by_replication) < 2:
        return Estimate(value, None, None)
    count = len(by_replication)
    error = float(np.std(by_replication, ddof=1)) / np.sqrt(count)
    half = t_quantile(confidence, count) * error
    return Estimate(value, float(value - half), float(value + half))


class Percentile:
    """A percentile of all cases pooled, with that of each replication for its interval.

    Parameters
    ----------
    values
        Values by case, an array a replication.
    percent
        Which percentile.
    """

    def __init__(self, values: list[Floats], percent: float) -> None:
        pooled = np.concatenate(values) if values else np.zeros(0)
        self.value = float(np.percentile(pooled, percent)) if len(pooled) else None
        each = [float(np.percentile(v, percent)) if len(v) else np.nan for v in values]
        self.by_replication = np.array(each)

    def estimate(self, confidence: float = CONFIDENCE) -> Estimate:
        """Return the percentile with its interval."""
        return around(self.value, _finite(self.by_replication), confidence)

    def minus(self, other: Percentile, confidence: float = CONFIDENCE) -> Estimate:
        """Return this percentile minus another, paired by replication."""
        if self.value is None or other.value is None:
            return Estimate(None, None, None)
        paired = _finite(self.by_replication - other.by_replication)
        return around(self.value - other.value, paired, confidence)


def _finite(values: Floats) -> Floats:
    """Leave out replications without a case."""
    return values[np.isfinite(values)]
