"""The places that offices may have in a ranking, as sure as their gains are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sim.comparison import Estimate
from sim.estimates import CONFIDENCE
from sim.province.sums import LEAST_WIDTH, Piece


class Place(NamedTuple):
    """A place in a ranking, the largest gain first.

    Attributes
    ----------
    place
        By the estimate, from 1; equal ones in the order of the CSV file.
    best, worst
        The places that the office may have.
    """

    place: int
    best: int
    worst: int


def places(gains: Sequence[Piece | None], confidence: float = CONFIDENCE) -> list[Place | None]:
    """Return the places that each office may have.

    An office's best place comes after all whose interval lies wholly above its own, its worst
    place before all whose interval lies wholly below. The intervals hold together: offices are
    independent, so each has the confidence ``confidence ** (1 / offices)`` (Šidák). Then all true
    places are among those given, together, with at least that confidence (Klein, Wright and
    Wieczorek, *J. R. Statist. Soc.* A 183 (2020) 589).

    Parameters
    ----------
    gains
        Gains by office; None for an office that is not ranked.
    confidence
        That all places are right, together.
    """
    ranked = [(i, piece) for i, piece in enumerate(gains) if piece and piece.value is not None]
    found: list[Place | None] = [None] * len(gains)
    if not ranked:
        return found
    each = confidence ** (1 / len(ranked))
    lows, highs, values = np.array([_ends(p.estimate(each)) for _, p in ranked]).T
    better = len(ranked) - np.searchsorted(np.sort(lows), highs, side="right")
    worse = np.searchsorted(np.sort(highs), lows, side="left")
    order = np.argsort(-values, kind="stable")
    for place, at in enumerate(order.tolist(), 1):
        best, worst = int(better[at]) + 1, len(ranked) - int(worse[at])
        found[ranked[at][0]] = Place(place, best, worst)
    return found


def _ends(gain: Estimate) -> tuple[float, float, float]:
    value = gain.mean or 0.0
    if gain.low is None or gain.high is None:
        return -np.inf, np.inf, value
    least = LEAST_WIDTH * abs(value)
    return min(gain.low, value - least), max(gain.high, value + least), value
