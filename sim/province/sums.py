"""Sums over offices with intervals.

Offices have draws of their own, so the variances of their parts of a sum add up; the degrees of
freedom are those of Satterthwaite (*Biometrics Bulletin* 2 (1946) 110) and Welch (*Biometrika* 34
(1947) 28). Within an office, scenarios are paired replication by replication. What is no plain mean
over replications (a ratio, a product) is jackknifed, an office at a time (Arvesen, *Ann. Math.
Statist.* 40 (1969) 2076).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from sim.comparison import Estimate
from sim.draws import Floats
from sim.estimates import CONFIDENCE

Statistic = Callable[[Floats], Floats]
"""From means over replications, (..., columns), to a number for each row."""

LEAST_WIDTH = 1e-9
"""Of an interval, relative to its value: less is rounding, and no difference between offices."""


@dataclass(frozen=True)
class Piece:
    """A number made of one office's replications.

    Attributes
    ----------
    value
        The number; None without a case.
    by_replication
        The jackknife's pseudo-values; None where they do not exist.
    """

    value: float | None
    by_replication: Floats | None

    def estimate(self, confidence: float = CONFIDENCE) -> Estimate:
        """Return the number with its interval."""
        return added([self], confidence)


def jackknifed(columns: Floats, statistic: Statistic, whole: Floats | None = None) -> Piece:
    """Return a statistic of means over replications, jackknifed over those of one office.

    Parameters
    ----------
    columns
        (replications, columns): what each replication gave.
    statistic
        Made of the means of the columns.
    whole
        Means of the columns added up over all offices, this one among them, where the statistic
        is one of the province; default those of this office alone.
    """
    count, mean = len(columns), columns.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(statistic(mean if whole is None else whole))
        if not math.isfinite(value):
            return Piece(None, None)
        if count < 2:
            return Piece(value, None)
        without = (columns.sum(axis=0) - columns) / (count - 1)
        left_out = statistic(without if whole is None else whole - mean + without)
    pseudo = count * value - (count - 1) * left_out
    return Piece(value, pseudo if np.isfinite(pseudo).all() else None)


def added(pieces: Sequence[Piece], confidence: float = CONFIDENCE) -> Estimate:
    """Return the sum of offices' numbers with its interval; offices without a case add nothing."""
    parts = [piece for piece in pieces if piece.value is not None]
    if not parts:
        return Estimate(None, None, None)
    total = math.fsum(piece.value for piece in parts if piece.value is not None)
    return around(total, parts, confidence)


def around(value: float, pieces: Sequence[Piece], confidence: float = CONFIDENCE) -> Estimate:
    """Return a value with the interval that its independent pieces give."""
    columns = [piece.by_replication for piece in pieces]
    if not columns or any(column is None for column in columns):
        return Estimate(value, None, None)
    known = [column for column in columns if column is not None]
    variances = [(float(np.var(column, ddof=1)) / len(column), len(column) - 1) for column in known]
    return with_variances(value, variances, confidence)


def with_variances(
    value: float, variances: Sequence[tuple[float, int]], confidence: float = CONFIDENCE
) -> Estimate:
    """Return a value with the interval that the variances of its independent parts give.

    Half its width is Student's quantile times the root of the summed variances, with
    (sum v)² / sum(v² / f) degrees of freedom, where v is a part's variance (of pseudo-values, s² /
    n) and f its degrees of freedom (n - 1).
    """
    variance = math.fsum(each for each, _ in variances)
    if variance == 0:
        return Estimate(value, value, value)
    spread = ((each / variance) ** 2 / freedom for each, freedom in variances)
    half = _quantile(confidence, 1 / math.fsum(spread)) * math.sqrt(variance)
    return Estimate(value, value - half, value + half)


def _quantile(confidence: float, freedom: float) -> float:
    """Return Student's two-sided quantile."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, (1 + confidence) / 2))
