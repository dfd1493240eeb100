"""Exact values of queueing theory that the engine is held against; rates and times in minutes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np


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
    up = np.where(states < most, rate, 0.0)
    down = np.minimum(states, servers) / mean
    generator = np.diag(up[:-1], 1) + np.diag(down[1:], -1) - np.diag(up + down)
    waits = np.maximum(states - servers + 1, 0) * mean / servers
    augmented = np.zeros((most + 2, most + 2))
    augmented[:-1, :-1] = generator
    augmented[:-1, -1] = waits
    return float(expm(augmented * minutes)[0, -1] / minutes)


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
