"""Randomness by counter: every draw is a hash of what it is for, never a place in a stream.

A quantity has a name (demand, procedure, step, purpose). Its key is a hash of the study's seed,
the replication, the office and that name; a draw is a hash of the key, the day, the number of the
case in its day and the number of the try. So nothing that is added moves any other draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.distributions import Distribution

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_MASK: Final = (1 << 64) - 1
_M1: Final = 0xBF58476D1CE4E5B9
_M2: Final = 0x94D049BB133111EB
_NUMBER_SHIFT: Final = 16
_DAY_SHIFT: Final = 40
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
    day_part = days.astype(np.uint64) << np.uint64(_DAY_SHIFT)
    counter = day_part | (numbers.astype(np.uint64) << np.uint64(_NUMBER_SHIFT)) | np.uint64(tries)
    hashed = _mix_many(_mix_many(counter ^ np.uint64(key[0])) + np.uint64(key[1]))
    return ((hashed >> np.uint64(12)).astype(np.float64) + 0.5) * 2.0**-52


def uniform(key: tuple[int, int], day: int, number: int, tries: int = 0) -> float:
    """Hash one counter to a uniform, equal to the last bit to :func:`uniforms`."""
    counter = (day << _DAY_SHIFT) | (number << _NUMBER_SHIFT) | tries
    hashed = _mix((_mix(counter ^ key[0]) + key[1]) & _MASK)
    return ((hashed >> 12) + 0.5) * 2.0**-52


def _mix_many(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    x = (x ^ (x >> np.uint64(30))) * np.uint64(_M1)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(_M2)
    return x ^ (x >> np.uint64(31))


def _mix(x: int) -> int:
    x = ((x ^ (x >> 30)) * _M1) & _MASK
    x = ((x ^ (x >> 27)) * _M2) & _MASK
    return x ^ (x >> 31)


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
    from scipy.special import pdtr

    width = np.sqrt(mean * spread)
    most = int(mean + 12 * width + 40 * spread)
    support = np.arange(most + 1)
    reached = pdtr(support, mean) if spread <= 1 else _negative_binomial(support, mean, spread)
    return np.searchsorted(reached, u, side="left").astype(np.int64)


def _negative_binomial(support: Ints, mean: float, spread: float) -> Floats:
    from scipy.special import betainc

    reached: Floats = betainc(mean / (spread - 1), support + 1.0, 1 / spread)
    return reached


def pick(shares: tuple[float, ...], u: Floats) -> Ints:
    """Return which of the shares each uniform falls into; never one of nothing, as u is below 1."""
    edges = np.cumsum(shares)
    place: Ints = np.searchsorted(edges, u * edges[-1], side="right").astype(np.int64)
    return place


def durations(distribution: Distribution, unit_ms: int, u: Floats) -> Ints:
    """Return durations in milliseconds for uniforms."""
    return as_ms(distribution.quantile(u), unit_ms)
