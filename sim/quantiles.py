"""Inverse distribution functions that have no closed form, as tables over the normal score.

Between the table's points the inverse is interpolated: linearly for bounded families, in the
logarithm for the gamma distribution.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

FIRST_SCORE: Final = -8.3
SCORE_STEP: Final = 0.004
SCORES: Final = FIRST_SCORE + SCORE_STEP * np.arange(4151)
"""Normal scores at which inverses are tabulated."""


def normal_score_table(
    lower: Callable[[Floats], Floats], upper: Callable[[Floats], Floats]
) -> Floats:
    """Tabulate an inverse distribution function over the normal score.

    Parameters
    ----------
    lower
        The inverse as a function of the lower tail's probability.
    upper
        The inverse as a function of the upper tail's probability, which keeps its precision where
        the lower one is close to 1.
    """
    from scipy.special import ndtr

    below = SCORES < 0
    return np.concatenate((lower(ndtr(SCORES[below])), upper(ndtr(-SCORES[~below]))))


@lru_cache(maxsize=256)
def log_gamma_table(shape: float) -> Floats:
    """Return the logarithms of a gamma distribution's quantiles at :data:`SCORES`, scale 1."""
    from scipy.special import gammainccinv, gammaincinv

    table = normal_score_table(lambda p: gammaincinv(shape, p), lambda q: gammainccinv(shape, q))
    logs: Floats = np.log(np.maximum(table, 1e-300))
    return logs


@lru_cache(maxsize=256)
def beta_table(a: float, b: float) -> Floats:
    """Return a beta distribution's quantiles at :data:`SCORES`."""
    from scipy.special import betaincinv

    return normal_score_table(lambda p: betaincinv(a, b, p), lambda q: 1 - betaincinv(b, a, q))


@lru_cache(maxsize=256)
def weibull_shape(cv: float) -> float:
    """Return the shape of the Weibull distribution with a coefficient of variation."""
    from scipy.optimize import brentq

    def excess(shape: float) -> float:
        first, second = math.lgamma(1 + 1 / shape), math.lgamma(1 + 2 / shape)
        return math.expm1(second - 2 * first) - cv**2

    return float(brentq(excess, 0.1, 200.0, xtol=1e-14))
