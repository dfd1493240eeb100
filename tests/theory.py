"""Exact values of queueing theory that the engine is held against; rates and times in minutes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def erlang_c(servers: int, load: float) -> float:
    """Return the chance of waiting in M/M/c with `load` erlangs: Erlang's delay formula."""
    terms = [load**k / math.factorial(k) for k in range(servers)]
    last = load**servers / math.factorial(servers) * servers / (servers - load)
    return last / (sum(terms) + last)


def wait_in_mmc(servers: int, rate: float, mean: float) -> float:
    """Return the mean wait in M/M/c."""
    load = rate * mean
    return erlang_c(servers, load) * mean / (servers - load)


def wait_in_mg1(rate: float, mean: float, cv: float) -> float:
    """Return the mean wait in M/G/1: Pollaczek and Khinchine's formula."""
    return rate * mean**2 * (1 + cv**2) / 2 / (1 - rate * mean)


def waits_by_priority(
    rates: Sequence[float], means: Sequence[float], cvs: Sequence[float]
) -> list[float]:
    """Return the mean wait of each class, first served first, nobody interrupted: Cobham (1954)."""
    classes = list(zip(rates, means, cvs, strict=True))
    residual = sum(rate * mean**2 * (1 + cv**2) / 2 for rate, mean, cv in classes)
    loads = np.cumsum([0.0, *(rate * mean for rate, mean, _ in classes)])
    return [float(residual / ((1 - above) * (1 - with_own))) for above, with_own in pairwise(loads)]


def wait_of_a_day(servers: int, rate: float, mean: float, minutes: float, most: int = 400) -> float:
    """Return the mean wait in M/M/c that opens empty, takes arrivals for so long, and drains.

    Whoever comes when `n` are there waits ``(n - c + 1)+ * mean / c`` on average. Arrivals see the
    distribution of the day so far, so the mean is the integral of that under Kolmogorov's
    equations, by one matrix exponential of the generator with the waits as a further column.
    The state is cut off at `most`, which is hardly ever reached.
    """
    from scipy.linalg import expm

    states = np.arange(most + 1)
    waits = np.maximum(states - servers + 1, 0) * mean / servers
    augmented = np.zeros((most + 2, most + 2))
    augmented[:-1, :-1] = _generator(servers, rate, mean, most)
    augmented[:-1, -1] = waits
    return float(expm(augmented * minutes)[0, -1] / minutes)


def _generator(servers: int, rate: float, mean: float, most: int) -> Floats:
    states = np.arange(most + 1)
    up = np.where(states < most, rate, 0.0)
    down = np.minimum(states, servers) / mean
    return np.diag(up[:-1], 1) + np.diag(down[1:], -1) - np.diag(up + down)


def found_in_a_day(
    servers: int, rate: float, mean: float, minutes: float, most: int = 250
) -> Floats:
    """Return the chances that an arrival of the day of :func:`wait_of_a_day` finds so many."""
    from scipy.linalg import expm

    augmented = np.zeros((2 * most + 2, 2 * most + 2))
    augmented[: most + 1, : most + 1] = _generator(servers, rate, mean, most)
    augmented[: most + 1, most + 1 :] = np.eye(most + 1)
    found: Floats = expm(augmented * minutes)[0, most + 1 :] / minutes
    return found


def wait_quantile(share: float, found: Floats, servers: int, mean: float) -> float:
    """Return the wait that a share of arrivals stay within, by how many they find.

    Who finds `n` there, all busy, waits for ``n - c + 1`` ends of service, each after an
    exponential time of mean ``mean / c``: an Erlang distribution.
    """
    from scipy.optimize import brentq
    from scipy.stats import gamma

    ends = np.arange(servers, len(found)) - servers + 1

    def beyond(wait: float) -> float:
        longer = gamma.sf(wait, ends, scale=mean / servers)
        return float(found[servers:] @ longer) - (1 - share)

    return float(brentq(beyond, 0.0, 100 * mean))


def kiefer_wolfowitz(arrivals: Sequence[int], services: Sequence[int], servers: int) -> list[int]:
    """Return each wait in a first-come line: the recursion, in whole numbers.

    The vector holds when each server is free; whoever comes takes the first.
    """
    free = [0] * servers
    waits = []
    for arrival, service in zip(arrivals, services, strict=True):
        begin = max(arrival, free[0])
        waits.append(begin - arrival)
        free[0] = begin + service
        free.sort()
    return waits
