"""From open counters day by day to whole numbers of members by time of day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Ints
from sim.clock import DAY_MS, MINUTE_MS

Floats = NDArray[np.float64]
Sessions = tuple[tuple[int, int], ...]

SLOT_MINUTES: Final = 30
_DAY_MINUTES: Final = DAY_MS // MINUTE_MS
_DIP_MINUTES: Final = 10
_EDGE_MINUTES: Final = 15
_LEAST_VARIANCE: Final = 0.1
_DIFFER: Final = 0.005
_TOTAL_OFF: Final = 0.025


def by_slot(
    opened: Mapping[dt.date, tuple[Ints, Ints]],
    dates: Sequence[dt.date],
    sessions: Sequence[Sessions],
    start: int,
) -> Floats:
    """Return the mean number of members in every half hour of some days.

    Parameters
    ----------
    opened
        By date: milliseconds after midnight, and members from then on.
    dates, sessions
        The days, and the sessions of each in milliseconds after midnight.
    start
        Minutes after midnight at which the first half hour begins.

    Returns
    -------
    numpy.ndarray
        Shape (days, half hours until the last closing); not a number where a day is closed.
    """
    end = max(one[-1][1] for one in sessions) // MINUTE_MS
    slots = -(-(end - start) // SLOT_MINUTES)
    found = np.full((len(dates), slots), np.nan)
    for row, (date, of_day) in enumerate(zip(dates, sessions, strict=True)):
        members = _by_minute(*opened[date], of_day)
        padded = np.full(start + slots * SLOT_MINUTES, np.nan)
        padded[: min(len(members), len(padded))] = members[: len(padded)]
        halves = padded[start:].reshape(slots, SLOT_MINUTES)
        there = ~np.isnan(halves)
        known = there.any(axis=1)
        found[row, known] = np.nansum(halves[known], axis=1) / there[known].sum(axis=1)
    return found


def _by_minute(times: Ints, members: Ints, sessions: Sessions) -> Floats:
    """Return the members of every minute in sessions; not a number outside.

    A short dip or peak is left out: staff who change places. Nobody in the first or the last
    minutes of a session, as samples and first calls show it, is whoever comes next or was last.
    """
    place = np.searchsorted(times, np.arange(_DAY_MINUTES) * MINUTE_MS, side="right") - 1
    level = np.where(place >= 0, members[np.maximum(place, 0)], 0).astype(float)
    level = _without_dips(level)
    found = np.full(_DAY_MINUTES, np.nan)
    for begin, end in ((begin // MINUTE_MS, end // MINUTE_MS) for begin, end in sessions):
        found[begin:end] = _with_edges(level[begin:end])
    return found


def _without_dips(level: Floats) -> Floats:
    bounds = np.flatnonzero(np.diff(level)) + 1
    smooth = level.copy()
    for begin, end in pairwise(bounds.tolist()):
        if end - begin < _DIP_MINUTES and smooth[begin - 1] == level[end]:
            smooth[begin:end] = level[end]
    return smooth


def _with_edges(level: Floats) -> Floats:
    there = np.flatnonzero(level > 0)
    if not len(there):
        return level
    filled = level.copy()
    if there[0] <= _EDGE_MINUTES:
        filled[: there[0]] = level[there[0]]
    if len(level) - 1 - there[-1] <= _EDGE_MINUTES:
        filled[there[-1] :] = level[there[-1]]
    return filled


def plainly_differ(slots: Floats, groups: Sequence[Sequence[int]]) -> bool:
    """Tell whether groups of days plainly differ in their members, in either half of the day.

    Parameters
    ----------
    slots
        Members by day and half hour.
    groups
        Places of the days of each group.

    Notes
    -----
    A one-way analysis of variance of the days' means over the half hours that all days have, at
    0.5% in each half of the day. Groups of single days tell nothing.
    """
    common = np.flatnonzero(~np.isnan(slots).any(axis=0))
    if len(groups) < 2 or not len(common):
        return False
    return any(
        _variance_tells(slots[:, half].mean(axis=1), groups)
        for half in np.array_split(common, 2)
        if len(half)
    )


def _variance_tells(values: Floats, groups: Sequence[Sequence[int]]) -> bool:
    from scipy.stats import f

    parts = [values[list(group)] for group in groups]
    spare = sum(len(part) - 1 for part in parts)
    if spare < 2:
        return False
    every = np.concatenate(parts)
    within = sum(float(((part - part.mean()) ** 2).sum()) for part in parts) / spare
    between = sum(len(part) * float((part.mean() - every.mean()) ** 2) for part in parts)
    ratio = between / (len(parts) - 1) / max(within, 0.01)
    return bool(f.sf(ratio, len(parts) - 1, spare) < _DIFFER)


def whole_levels(slots: Floats) -> Ints:
    """Return whole numbers of members by half hour that change no more than the days tell.

    Parameters
    ----------
    slots
        Members by day and half hour; each half hour known on at least one day.

    Notes
    -----
    Least squares over the days with a price for every change, by dynamic programming: twice the
    logarithm of the number of values, as in Schwarz's criterion. What the members' total then
    lacks, if more than 2.5%, is added to, or taken from, the run of half hours that it fits best.
    """
    days = (~np.isnan(slots)).sum(axis=0)
    known = days > 0
    mean = np.zeros(slots.shape[1])
    mean[known] = np.nansum(slots[:, known], axis=0) / days[known]
    spare = int((days[known] - 1).sum())
    left = float(np.nansum((slots[:, known] - mean[known]) ** 2))
    variance = max(left / spare if spare else 0.0, _LEAST_VARIANCE)
    numbers = np.arange(int(np.ceil(mean.max())) + 1)
    cost = days[:, None] * (mean[:, None] - numbers) ** 2 / variance
    levels = _cheapest(cost, 2 * np.log(max(float(days.sum()), 2.0)))
    lacking = np.where(known, mean - levels, 0.0)
    if abs(float(lacking.sum())) <= _TOTAL_OFF * float(mean.sum()):
        return levels
    return _with_total(levels, lacking)


def _cheapest(cost: Floats, price: float) -> Ints:
    """Return the level of every half hour that costs least, with a price for each change."""
    count = len(cost)
    reached, came_from = cost[0].copy(), np.zeros(cost.shape, dtype=np.int64)
    stay = np.arange(cost.shape[1])
    for at in range(1, count):
        best = int(np.argmin(reached))
        changes = reached[best] + price < reached
        came_from[at] = np.where(changes, best, stay)
        reached = np.minimum(reached, reached[best] + price) + cost[at]
    levels = np.zeros(count, dtype=np.int64)
    levels[-1] = int(np.argmin(reached))
    for at in range(count - 1, 0, -1):
        levels[at - 1] = came_from[at, levels[at]]
    return levels


def _with_total(levels: Ints, lacking: Floats) -> Ints:
    """Return levels whose sum is that of the means, to the nearest whole number."""
    missing = int(np.round(lacking.sum()))
    length = min(abs(missing), len(levels))
    if not length:
        return levels
    sign = 1 if missing > 0 else -1
    sums = np.convolve(sign * lacking, np.ones(length), mode="valid")
    begin = int(np.argmax(sums))
    changed = levels.copy()
    changed[begin : begin + length] += sign
    return np.maximum(changed, 0)
