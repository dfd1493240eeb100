"""Cases that have not ended yet: what their time so far says of the others' (Kaplan-Meier)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Survival:
    """A distribution estimated from values some of which are only known to be larger.

    Attributes
    ----------
    values, weights
        Values seen, in order, and the share of cases that each stands for.
    beyond
        Share of which only is known that they lie beyond `largest`.
    largest
        The largest value, seen or not.
    """

    values: Floats
    weights: Floats
    beyond: float
    largest: float

    def quantile(self, share: float) -> float:
        """Return the value below which a share lies; NaN if the cases do not tell."""
        reached = np.cumsum(self.weights)
        place = int(np.searchsorted(reached, share - 1e-12))
        return float(self.values[place]) if place < len(self.values) else float("nan")

    def above(self, value: float) -> float:
        """Return the share above a value."""
        return float(self.weights[self.values > value].sum()) + self.beyond

    def mean(self) -> float:
        """Return the mean, values beyond the largest counted as the largest: a lower bound."""
        return float(np.dot(self.values, self.weights) + self.beyond * self.largest)

    def whole(self) -> tuple[Floats, Floats]:
        """Return values and weights that add up to 1, those beyond put at the largest."""
        if self.beyond <= 0:
            return self.values, self.weights
        return np.append(self.values, self.largest), np.append(self.weights, self.beyond)


def kaplan_meier(values: Floats, seen: Bools) -> Survival:
    """Return the product-limit estimate of a distribution.

    Parameters
    ----------
    values
        Of each case: its value, or the value that it is known to exceed; any sign.
    seen
        Of each case: whether `values` is its value.

    Notes
    -----
    Kaplan and Meier (1958). Where values tie, those seen come before those not.
    """
    order = np.lexsort((~seen, values))
    at_risk = len(values) - np.arange(len(values))
    kept = np.where(seen[order], 1 - 1 / at_risk, 1.0)
    left = np.cumprod(kept)
    jumps: Floats = np.concatenate(([1.0], left[:-1])) - left
    jump = seen[order]
    return Survival(
        values[order][jump],
        jumps[jump],
        float(left[-1]) if len(left) and left[-1] > 1e-12 else 0.0,
        float(values.max()) if len(values) else float("nan"),
    )


def weights_of(values: Floats, seen: Bools) -> Floats:
    """Return for each case the share of all cases it stands for, 0 if not seen.

    Where the longest are not seen, the longest that is stands for them (Efron 1967): too short,
    but less so than leaving them out. The sum is 1, or 0 if no case is seen.
    """
    found = np.zeros(len(values))
    if seen.any():
        order = np.lexsort((~seen, values))
        ended, estimate = order[seen[order]], kaplan_meier(values, seen)
        found[ended] = estimate.weights
        found[ended[-1]] += estimate.beyond
    return found
