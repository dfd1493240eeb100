"""Percentiles of any number of values without keeping them.

A sketch counts whole numbers in bins whose width is at most 2**-12 of what they hold, and keeps
the exact sum of each bin; it stands for as many values as it counts, each the mean of its bin.
Sketches merge exactly, in any order. The bins are those of an HDR histogram: as many to each power
of two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from sim.bins import BITS, GROUP
from sim.calendar import Ints
from sim.draws import Floats


@dataclass(frozen=True)
class Sketch:
    """How many values, and what they add up to, by bin.

    Attributes
    ----------
    bins
        Numbers of the bins that hold any, rising.
    counts, sums
        By bin.
    """

    bins: NDArray[np.int32]
    counts: NDArray[np.int32]
    sums: Ints

    @classmethod
    def of(cls, values: NDArray[Any]) -> Self:
        """Return the sketch of whole numbers from 0 on."""
        return cls._of_sorted(np.sort(values.astype(np.int64)))

    @classmethod
    def _of_sorted(cls, values: Ints) -> Self:
        bins = _bin(values)
        first = _firsts(bins)
        counts = np.diff(first, append=len(values))
        return cls(bins[first].astype(np.int32), counts.astype(np.int32), _added(values, first))

    @classmethod
    def by_group(cls, values: Ints, group: Ints, groups: int) -> tuple[Self, ...]:
        """Return a sketch a group; values of groups beyond the last are left out."""
        from sim.sums import binned

        inside = group < groups
        keys = np.sort((group[inside].astype(np.int64) << GROUP) | values[inside])
        bins, counts, sums, edges = binned(keys, groups)
        return tuple(cls(bins[a:b], counts[a:b], sums[a:b]) for a, b in pairwise(edges.tolist()))

    @classmethod
    def merged(cls, sketches: Sequence[Sketch]) -> Self:
        """Return the sketch of all values of several sketches."""
        bins = np.concatenate([np.zeros(0, np.int32), *(s.bins for s in sketches)])
        order = np.argsort(bins, kind="stable")
        bins = bins[order]
        first = _firsts(bins)
        none = np.zeros(0, np.int64)
        counts = np.concatenate([none, *(s.counts for s in sketches)])[order]
        sums = np.concatenate([none, *(s.sums for s in sketches)])[order]
        return cls(bins[first], _added(counts, first).astype(np.int32), _added(sums, first))

    def __len__(self) -> int:
        """Return the number of values."""
        return int(self.counts.sum())

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel small: steps between bins, and sums beyond what bins hold at least."""
        rest = self.sums - self.counts * _least(self.bins)
        steps = np.diff(self.bins, prepend=0)
        return _unpacked, (type(self), *map(_narrow, (steps, self.counts, rest)))

    @property
    def values(self) -> Floats:
        """By bin, the mean of its values: exact where all of them are equal."""
        return self.sums / self.counts

    def percentiles(self, percents: Sequence[float] | Floats) -> Floats:
        """Return percentiles, linear between order statistics; not a number without a value.

        They are those of numpy where every bin holds equal values, and otherwise off by less
        than the width of a bin.
        """
        ends = np.cumsum(self.counts)
        if not len(ends):
            return np.full(len(percents), np.nan)
        at = (ends[-1] - 1) * (np.array(percents) / 100)
        below = np.floor(at).astype(np.int64)
        places = np.searchsorted(ends, [below, np.minimum(below + 1, ends[-1] - 1)], side="right")
        low, high = self.sums[places] / self.counts[places]
        share = at - below
        # From the nearer end, as numpy does.
        found: Floats = np.where(
            share < 0.5, low + (high - low) * share, high - (high - low) * (1 - share)
        )
        return found

    def coarser(self, most: int) -> Self:
        """Return a sketch of at most so many bins, of about as many values each.

        Counting in it how many values are below another is off by less than one such bin.
        """
        if len(self.bins) <= most:
            return self
        before = np.cumsum(self.counts) - self.counts
        first = _firsts(before * most // max(len(self), 1))
        counts = _added(self.counts.astype(np.int64), first)
        return type(self)(self.bins[first], counts.astype(np.int32), _added(self.sums, first))

    def shares(self, edges: Floats) -> Floats:
        """Return the shares of values between neighbouring edges; the last has all beyond it."""
        inside = np.minimum(self.values, edges[-1])
        counts, _ = np.histogram(inside, bins=edges, weights=self.counts.astype(float))
        shares: Floats = counts / max(len(self), 1)
        return shares


EMPTY: Final = Sketch(np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int64))


def together(sketches: Sequence[Sketch]) -> Sketch:
    """Return the sketch of several, leaving out those without a value."""
    some = [sketch for sketch in sketches if len(sketch.bins)]
    return some[0] if len(some) == 1 else Sketch.merged(some)


class Pool:
    """Sketches being merged as they come in, seldom and many at once."""

    def __init__(self) -> None:
        self._whole = EMPTY
        self._waiting: list[Sketch] = []
        self._bins = 0

    def add(self, sketch: Sketch) -> None:
        """Take in a sketch."""
        self._waiting.append(sketch)
        self._bins += len(sketch.bins)
        if self._bins > _MOST_WAITING + len(self._whole.bins):
            self.sketch()

    def sketch(self) -> Sketch:
        """Return the sketch of all values taken in."""
        if self._waiting:
            self._whole = together([self._whole, *self._waiting])
            self._waiting, self._bins = [], 0
        return self._whole


_MOST_WAITING: Final = 20_000


def _bin(values: Ints) -> Ints:
    """Return the number of each value's bin: the leading bits of the value, and how many follow."""
    exponent = np.frexp(values.astype(float))[1]
    shift = np.maximum(exponent.astype(np.int64) - (BITS + 1), 0)
    found: Ints = (shift << BITS) + (values >> shift)
    return found


def _least(bins: NDArray[Any]) -> Ints:
    """Return the least value that each bin holds."""
    shift = np.maximum((bins.astype(np.int64) >> BITS) - 1, 0)
    found: Ints = (bins - (shift << BITS)) << shift
    return found


def _narrow(values: NDArray[Any]) -> NDArray[Any]:
    """Return whole numbers from 0 on, no wider than they must be."""
    return values.astype(np.min_scalar_type(values.max(initial=0)))


def _unpacked(
    kind: type[Sketch], steps: NDArray[Any], counts: NDArray[Any], rest: NDArray[Any]
) -> Sketch:
    bins = np.cumsum(steps, dtype=np.int32)
    counts = counts.astype(np.int32)
    return kind(bins, counts, rest + counts * _least(bins))


def _firsts(bins: NDArray[Any]) -> Ints:
    """Return where each run of equal numbers begins."""
    if not len(bins):
        return np.zeros(0, dtype=np.int64)
    begins = np.empty(len(bins), dtype=np.bool_)
    begins[0] = True
    np.not_equal(bins[1:], bins[:-1], out=begins[1:])
    return np.flatnonzero(begins)


def _added(values: Ints, first: Ints) -> Ints:
    if not len(first):
        return np.zeros(0, dtype=np.int64)
    found: Ints = np.add.reduceat(values, first)
    return found
