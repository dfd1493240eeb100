"""Sets of intervals as arrays, for what looks up millions of moments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.calendar import Bools, Ints, Spans


class Intervals(NamedTuple):
    """Intervals in order that neither overlap nor touch, half-open."""

    starts: Ints
    ends: Ints

    def hold(self, times: Ints) -> Bools:
        """Tell of each time whether an interval holds it."""
        place = np.searchsorted(self.starts, times, side="right") - 1
        found = place >= 0
        found[found] = times[found] < self.ends[place[found]]
        return found


class Stack(NamedTuple):
    """Several sets of intervals, those of set `k` from `first[k]` to before `first[k + 1]`.

    Attributes
    ----------
    spans
        By interval: start, end, and the time inside the intervals of its set before it.
    hints
        By set, where the last look-up ended; the next one begins there.
    """

    spans: Ints
    first: Ints
    hints: Ints


def of_spans(spans: Spans) -> Intervals:
    """Return spans as arrays."""
    return Intervals(np.array(spans.starts, dtype=np.int64), np.array(spans.ends, dtype=np.int64))


def union(starts: Ints, ends: Ints) -> Intervals:
    """Return when any of several intervals holds, those that touch made one."""
    some = starts < ends
    starts, ends = starts[some], ends[some]
    order = np.argsort(starts, kind="stable")
    starts, reach = starts[order], np.maximum.accumulate(ends[order])
    new = starts[1:] > reach[:-1]
    edge = np.ones(min(len(starts), 1), dtype=np.bool_)
    return Intervals(starts[np.concatenate((edge, new))], reach[np.concatenate((new, edge))])


def union_of(sets: Sequence[Intervals]) -> Intervals:
    """Return when any of several sets of intervals holds."""
    if not sets:
        return Intervals(np.zeros(0, np.int64), np.zeros(0, np.int64))
    return union(np.concatenate([s.starts for s in sets]), np.concatenate([s.ends for s in sets]))


def both(first: Intervals, second: Intervals) -> Intervals:
    """Return when two sets of intervals hold."""
    edges = np.sort(np.concatenate((*first, *second)))
    inside = np.flatnonzero(first.hold(edges) & second.hold(edges))
    return union(edges[inside], edges[inside + 1])


def stacked(sets: Sequence[Intervals]) -> Stack:
    """Lay sets of intervals one after another."""
    first = np.cumsum([0, *(len(s.starts) for s in sets)])
    spans = np.empty((first[-1], 3), dtype=np.int64)
    for place, s in zip(first.tolist(), sets, strict=False):
        own = spans[place : place + len(s.starts)]
        own[:, 0], own[:, 1] = s
        own[:, 2] = np.cumsum(s.ends - s.starts) - (s.ends - s.starts)
    return Stack(spans, first, first[:-1].copy())
