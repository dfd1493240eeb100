"""Sets of intervals as arrays, for what looks up millions of moments in compiled code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.calendar import Ints, Spans


class Sets(NamedTuple):
    """Several sets of intervals, those of set `k` from place `first[k]` to before `first[k + 1]`.

    Intervals are half-open; those of a set are in order and do not overlap.
    """

    begin: Ints
    end: Ints
    first: Ints


class Stack(NamedTuple):
    """Sets of intervals made ready to be looked up.

    Attributes
    ----------
    spans
        By interval: start, end, and the time inside the intervals of its set before it.
    first
        By set, the place of its first interval; one entry more than sets.
    hints
        By set, where the last look-up ended; the next one begins there.
    """

    spans: Ints
    first: Ints
    hints: Ints


def laid(sets: Sequence[Spans]) -> Sets:
    """Lay sets of intervals one after another."""
    none = np.zeros(0, dtype=np.int64)
    first = np.zeros(len(sets) + 1, dtype=np.int64)
    first[1:] = np.cumsum([len(spans.begin) for spans in sets])
    return Sets(
        np.concatenate([none, *(spans.begin for spans in sets)]),
        np.concatenate([none, *(spans.end for spans in sets)]),
        first,
    )
