"""Randomness by counter: every draw is a hash of what it is for, never a place in a stream.

A quantity has a name (demand, procedure, step, purpose). Its key is a hash of the study's seed,
the replication, the office and that name; a draw is a hash of the key, the day, the number of the
case in its day and the number of the try. So nothing that is added moves any other draw.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.compiled import entry, inlined
from sim.distributions import Distribution

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_M1: Final = 0xBF58476D1CE4E5B9
_M2: Final = 0x94D049BB133111EB
_NUMBER_SHIFT: Final = 16
_DAY_SHIFT: Final = 40
_UNIT: Final = 2.0**-52
_LARGEST: Final = 2.0**53
"""Beyond any run, and far from where whole numbers overflow."""


@dataclass(frozen=True)
class Luck:
    """The luck of one office in one replication."""

    seed: int
    replication: int
    office: str = "office"

    def key(self, *names: str) -> tuple[int, int]:
        """Return the key of a quantity, two unsigned 64-bit numbers."""
        return _key((str(self.seed), str(self.replication), self.office, *names))

    def uniforms(self, names: tuple[str, ...], days: Ints, numbers: Ints, tries: int = 0) -> Floats:
        """Return a uniform in (0, 1) for each (day, number), same shape."""
        return uniforms(self.key(*names), days, numbers, tries)

    def uniform(self, names: tuple[str, ...], day: int, number: int, tries: int = 0) -> float:
        """Return the uniform of one (day, number, try), equal to that of :meth:`uniforms`."""
        return uniform(self.key(*names), day, number, tries)


@lru_cache(maxsize=65_536)
def _key(names: tuple[str, ...]) -> tuple[int, int]:
    digest = blake2b("\x1f".join(names).encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


def uniforms(key: tuple[int, int], days: Ints, numbers: Ints, tries: int = 0) -> Floats:
    """Hash counters to uniforms: two rounds of the splitmix64 finaliser, each with its key.

    Parameters
    ----------
    key
        The quantity's key.
    days
        Days as proleptic ordinals, below 2**20.
    numbers
        Numbers in the day, below 2**24.
    tries
        Number of the try, below 2**16.
    """
    first, second = np.uint64(key[0]), np.uint64(key[1])
    each_day = np.ascontiguousarray(days, dtype=np.int64).ravel()
    each_number = np.ascontiguousarray(numbers, dtype=np.int64).ravel()
    found: Floats = _uniforms(first, second, each_day, each_number, tries)
    return found.reshape(days.shape)


def uniform(key: tuple[int, int], day: int, number: int, tries: int = 0) -> float:
    """Hash one counter to a uniform, equal to the last bit to :func:`uniforms`."""
    return float(_uniform(np.uint64(key[0]), np.uint64(key[1]), day, number, tries))


@entry
def _uniforms(first: np.uint64, second: np.uint64, days: Ints, numbers: Ints, tries: int) -> Floats:
    found = np.empty(len(days))
    for i in range(len(days)):
        found[i] = hashed(first, second, days[i], numbers[i], tries)
    return found


@entry
def _uniform(first: np.uint64, second: np.uint64, day: int, number: int, tries: int) -> float:
    return hashed(first, second, day, number, tries)


@inlined
def hashed(first: np.uint64, second: np.uint64, day: int, number: int, tries: int) -> float:
    """Return the uniform of a counter under a key of two unsigned numbers."""
    counter = (
        (np.uint64(day) << np.uint64(_DAY_SHIFT))
        | (np.uint64(number) << np.uint64(_NUMBER_SHIFT))
        | np.uint64(tries)
    )
    mixed = _mix(_mix(counter ^ first) + second)
    return (np.float64(mixed >> np.uint64(12)) + 0.5) * _UNIT


@inlined
def _mix(x: np.uint64) -> np.uint64:
    x = (x ^ (x >> np.uint64(30))) * np.uint64(_M1)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(_M2)
    return x ^ (x >> np.uint64(31))


@inlined
def one_as_ms(value: float, unit_ms: int) -> int:
    """Return :func:`as_ms` of one quantity."""
    return int(np.rint(min(max(value * unit_ms, 0.0), _LARGEST)))


@inlined
def one_whole(value: float, least: int) -> int:
    """Return :func:`whole` of one quantity."""
    return int(min(max(math.floor(value + 0.5), float(least)), _LARGEST))


def as_ms(values: Floats, unit_ms: int) -> Ints:
    """Round quantities to whole milliseconds, once; those below zero count as zero."""
    return np.rint(np.clip(values * unit_ms, 0.0, _LARGEST)).astype(np.int64)


def whole(values: Floats, least: int = 0) -> Ints:
    """Round quantities to the nearest whole number, at least `least`."""
    return np.clip(np.floor(values + 0.5), least, _LARGEST).astype(np.int64)


def counts(mean: float, spread: float, u: Floats) -> Ints:
    """Return daily counts by inversion, so that a larger mean only ever adds cases.

    Poisson for a variance-to-mean ratio `spread` of 1, negative binomial above.
    """
    if mean <= 0:
        return np.zeros(u.shape, dtype=np.int64)
    least, reached = _reached(mean, spread)
    found: Ints = least + np.searchsorted(reached, u, side="left").astype(np.int64)
    return found


@lru_cache(maxsize=512)
def _reached(mean: float, spread: float) -> tuple[int, Floats]:
    """Return a distribution function of counts where it is not 0 or 1, and the count it begins at.

    Kept for the next replication, so without the parts that no uniform falls into.
    """
    width = np.sqrt(mean * spread)
    most = int(mean + 12 * width + 40 * spread)
    support = np.arange(most + 1)
    reached = _poisson(support, mean) if spread <= 1 else _negative_binomial(support, mean, spread)
    least, last = np.searchsorted(reached, (_UNIT / 2, 1 - _UNIT / 2))
    return int(least), reached[least : last + 1].copy()


def _poisson(support: Ints, mean: float) -> Floats:
    from scipy.special import pdtr

    reached: Floats = pdtr(support, mean)
    return reached


def _negative_binomial(support: Ints, mean: float, spread: float) -> Floats:
    from scipy.special import betainc

    reached: Floats = betainc(mean / (spread - 1), support + 1.0, 1 / spread)
    return reached


def durations(distribution: Distribution, unit_ms: int, u: Floats) -> Ints:
    """Return durations in milliseconds for uniforms."""
    return as_ms(distribution.quantile(u), unit_ms)
