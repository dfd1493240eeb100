"""When in a day people come: a histogram whose number of bins the data choose.

The bins are those of an office file: from each time to the next, cut where sessions begin and end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Ints
from sim.clock import DAY_MS, MINUTE_MS

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
Sessions = tuple[tuple[int, int], ...]

_DAY_MINUTES: Final = DAY_MS // MINUTE_MS
_WIDTHS: Final = (1440, 240, 180, 120, 90, 60, 45, 30, 20, 15)
_EARLY_SHARE: Final = 0.01
_SPIKE_TIMES: Final = 2.0
_SPIKE_CHANCE: Final = 0.001
_AFTER_MINUTES: Final = 30
_PLAIN_EXPECTED: Final = 7.0
_NEARLY_ALL: Final = 0.985
_TURNS: Final = 200
_LEAST_KNOWN: Final = 0.1


@dataclass(frozen=True)
class ProfileFit:
    """Shares of a day's arrivals.

    Attributes
    ----------
    edges
        Minutes after midnight at which bins begin, and at which the last one ends.
    shares, low, high
        Of each bin, with 95% intervals; the shares add up to 1.
    even
        Whether people come evenly over the sessions: nothing to write.
    spike
        Whether the first bin from opening on is a plain rush at the door.
    stops
        Minutes after midnight after which plainly nobody comes; None for until closing.
    recorded
        Arrivals an hour of an open day in the records, by quarter of an hour from `edges[0]` on.
    """

    edges: tuple[int, ...]
    shares: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    even: bool
    spike: bool
    stops: int | None
    recorded: tuple[float, ...]


@dataclass(frozen=True)
class _Tally:
    """Arrivals by day and minute, and the hours of each day.

    Attributes
    ----------
    minutes
        Shape (days, minutes of a day); a ticket known to a range is spread over it.
    sessions
        By day, in minutes after midnight.
    day, first, last
        By ticket: its day, and the minutes from which and before which it was taken.
    resolution
        Minutes that the records can tell apart, 5 to 15.
    """

    minutes: Floats
    sessions: tuple[Sessions, ...]
    day: Ints
    first: Ints
    last: Ints
    resolution: int

    @property
    def opens(self) -> int:
        return min(sessions[0][0] for sessions in self.sessions)

    @property
    def closes(self) -> int:
        return max(sessions[-1][1] for sessions in self.sessions)

    def bins(self, edges: Sequence[int]) -> Floats:
        """Return arrivals by day and bin."""
        reached = np.concatenate([np.zeros((len(self.minutes), 1)), self.minutes.cumsum(1)], 1)
        found: Floats = np.diff(reached[:, list(edges)], axis=1)
        return found

    def reachable(self, edges: Sequence[int]) -> NDArray[np.bool_]:
        """Tell which bins each day has: those that begin before its closing."""
        closes = np.array([sessions[-1][1] for sessions in self.sessions])
        reachable: NDArray[np.bool_] = np.array(edges[:-1])[None, :] < closes[:, None]
        return reachable


def fit_profile(
    tickets: pl.DataFrame, day: Ints, sessions: Sequence[tuple[tuple[int, int], ...]]
) -> ProfileFit:
    """Return when in a day people come.

    Parameters
    ----------
    tickets
        With ``arrived_after`` and ``arrived_by``, milliseconds after midnight; at least one.
    day
        The place of each ticket's date among the days; shape (tickets,).
    sessions
        Of each day, in milliseconds after midnight.

    Notes
    -----
    Of histograms with bins of equal width (one to 15 minutes, cut at sessions' ends) the one with
    the largest penalised likelihood, after L. Birgé and Y. Rozenholc, "How many bins should be put
    in a regular histogram", ESAIM P&S 10 (2006): log-likelihood less D - 1 + (log D)^2.5, with the
    likelihood divided by the over-dispersion of bins between days. Days that close sooner tell
    only of the time before. Intervals of shares are Jeffreys', at a number of tickets reduced by
    the over-dispersion.
    """
    tally = _tally(tickets, day, sessions)
    stops = _stops(tally)
    spike = _spike_ends(tally)
    candidates = [
        _edges(tally, width, spike, stops, late)
        for width in _WIDTHS
        for late in ([], _last_of_most(tally))
    ]
    dispersion = _dispersion(tally, _edges(tally, 60, spike, stops))
    edges = max(candidates, key=lambda edges: _score(tally, edges, dispersion))
    even = spike is None and stops is None and _evenly(tally, edges, dispersion)
    recorded = _recorded(tally, edges)
    shares, low, high = _shares(tally, edges, dispersion)
    return ProfileFit(tuple(edges), shares, low, high, even, spike is not None, stops, recorded)


def _tally(tickets: pl.DataFrame, day: Ints, sessions: Sequence[Sessions]) -> _Tally:
    """Return arrivals by day and minute, with those about opening and closing put inside."""
    in_minutes = tuple(
        tuple((begin // MINUTE_MS, end // MINUTE_MS) for begin, end in one) for one in sessions
    )
    first = np.floor(tickets["arrived_after"].to_numpy() / MINUTE_MS).astype(np.int64)
    last = np.ceil(tickets["arrived_by"].to_numpy() / MINUTE_MS).astype(np.int64)
    widths = last - first
    opens = np.array([one[0][0] for one in in_minutes])[day]
    closes = np.array([one[-1][1] for one in in_minutes])[day]
    # A range across the opening is of people who came once it was open. Those wholly before are
    # put at the door as it opens, unless many come so early.
    early = last <= opens - 5
    keep_early = early.mean() >= _EARLY_SHARE
    first = np.where((first < opens) & ~(early & keep_early), opens, first)
    first = np.minimum(first, closes - 1)
    last = np.clip(last, first + 1, np.maximum(closes, first + 1))
    minutes = _spread_out(day, first, last, len(sessions), np.ones(_DAY_MINUTES))
    return _Tally(minutes, in_minutes, day, first, last, _resolution(widths))


def _spread_out(day: Ints, first: Ints, last: Ints, days: int, density: Floats) -> Floats:
    """Return each ticket spread from its first minute to before its last, as a density has it."""
    reached = np.concatenate([[0.0], density.cumsum()])
    weight = 1.0 / np.maximum(reached[last] - reached[first], 1e-12)
    row = day * (_DAY_MINUTES + 1)
    size = days * (_DAY_MINUTES + 1)
    begun = np.bincount(row + first, weight, size) - np.bincount(row + last, weight, size)
    spread: Floats = begun.reshape(days, -1).cumsum(axis=1)[:, :-1] * density
    spread[spread < 1e-9] = 0.0
    return spread


def _density(edges: Sequence[int], shares: Floats) -> Floats:
    """Return a histogram's share of each minute, hardly any outside of it."""
    density = np.full(_DAY_MINUTES, 1e-9)
    for begin, end, share in zip(edges[:-1], edges[1:], shares, strict=True):
        density[begin:end] = max(share / (end - begin), 1e-9)
    return density


def _told_apart(tally: _Tally, edges: list[int]) -> tuple[_Tally, Floats]:
    """Spread tickets known to a range as the histogram itself has it, and return its shares.

    The maximum-likelihood estimate from ranges, by expectation and maximisation; without it a
    rush would smear into the minutes after it.
    """
    ranged = bool((tally.last - tally.first > 1).any())
    for _ in range(_TURNS if ranged else 0):
        shares = _rates(tally.bins(edges), tally.reachable(edges))
        density = _density(edges, shares)
        days = len(tally.sessions)
        minutes = _spread_out(tally.day, tally.first, tally.last, days, density)
        moved = float(np.abs(minutes - tally.minutes).sum())
        tally = replace(tally, minutes=minutes)
        if moved < 1e-3:
            break
    return tally, _rates(tally.bins(edges), tally.reachable(edges))


def _known(tally: _Tally, edges: list[int], shares: Floats) -> Floats:
    """Return how much of a bin's information is left where ranges reach over its ends.

    Complete information less what is missing, by the formula of Louis (1982), bin by bin.
    """
    density = _density(edges, shares)
    reached = np.concatenate([[0.0], density.cumsum()])
    whole = np.maximum(reached[tally.last] - reached[tally.first], 1e-12)
    left = np.ones(len(shares))
    for at, (begin, end) in enumerate(pairwise(edges)):
        inside = [reached[np.clip(side, begin, end)] for side in (tally.first, tally.last)]
        part = np.clip((inside[1] - inside[0]) / whole, 0.0, 1.0)
        complete = len(part) * shares[at] * (1 - shares[at])
        missing = float((part * (1 - part)).sum())
        left[at] = max(1 - missing / complete, _LEAST_KNOWN) if complete > 0 else 1.0
    return left


def _resolution(widths: Ints) -> int:
    """Return how long a rush at the door lasts in the records: their ranges, 5 to 15 minutes."""
    return int(np.clip(5 * np.ceil(np.median(widths) / 5), 5, 15))


def _spike_ends(tally: _Tally) -> int | None:
    """Return when the rush at opening ends, where there plainly is one."""
    from scipy.stats import binom

    opens, ends = tally.opens, tally.opens + tally.resolution
    days = np.array([sessions[0][0] == opens for sessions in tally.sessions])
    by_day = tally.minutes[days]
    rush = float(by_day[:, opens:ends].sum())
    after = float(by_day[:, ends : ends + _AFTER_MINUTES].sum())
    share = tally.resolution / (tally.resolution + _AFTER_MINUTES)
    steep = rush / tally.resolution >= _SPIKE_TIMES * after / _AFTER_MINUTES
    chance = binom.sf(np.floor(rush) - 1, np.round(rush + after), share)
    return ends if steep and chance < _SPIKE_CHANCE else None


def _stops(tally: _Tally) -> int | None:
    """Return when tickets stop, where the time left until closing plainly is no accident."""
    total = tally.minutes.sum(axis=0)
    last = int(np.flatnonzero(total)[-1]) + 1
    rate = float(total[max(last - 60, 0) : last].sum()) / 60
    end = int(5 * np.ceil(last / 5))
    return end if rate * (tally.closes - last) >= _PLAIN_EXPECTED and end < tally.closes else None


def _last_of_most(tally: _Tally) -> list[int]:
    """Return, for days that close alike, when nearly all have come: tickets may stop there."""
    closes = np.array([sessions[-1][1] for sessions in tally.sessions])
    found = []
    for closing in np.unique(closes).tolist():
        reached = tally.minutes[closes == closing].sum(axis=0).cumsum()
        last = np.searchsorted(reached, _NEARLY_ALL * reached[-1])
        found.append(int(5 * np.ceil((last + 1) / 5)))
    return found


def _edges(
    tally: _Tally,
    width: int,
    spike: int | None,
    stops: int | None,
    late: Sequence[int] = (),
) -> list[int]:
    """Return bins of a width, cut at sessions' ends; bins of less than half of it are joined."""
    end = tally.closes if stops is None else stops
    came = np.flatnonzero(tally.minutes.sum(axis=0))
    start = min(tally.opens, 15 * (int(came[0]) // 15))
    bounds = {moment for day in tally.sessions for session in day for moment in session}
    fixed = sorted(
        {start, end, *(at for at in bounds if start < at < end), *([spike] if spike else [])}
    )
    extra = [at for at in late if start < at < end and min(abs(at - one) for one in fixed) >= 15]
    fixed = sorted({*fixed, *extra})
    regular = np.arange(tally.opens + width, end, width)
    apart = np.abs(regular[:, None] - np.array(fixed)).min(axis=1) if len(regular) else regular
    return sorted({*fixed, *regular[apart >= width / 2].tolist()})


def _rates(by_day: Floats, reachable: NDArray[np.bool_]) -> Floats:
    """Return the shares of bins, where some days have only the first of them.

    The maximum-likelihood estimate under a Poisson model with a level a day, by alternating
    between levels and shares; exact in one step if all days have all bins.
    """
    totals, sums = by_day.sum(axis=1), by_day.sum(axis=0)
    shares: Floats = sums / sums.sum()
    for _ in range(500):
        levels = totals / np.maximum(reachable @ shares, 1e-12)
        update = sums / np.maximum(levels @ reachable, 1e-12)
        update = update / update.sum()
        change = float(np.abs(update - shares).max())
        shares = update
        if change < 1e-10:
            break
    return shares


def _expected(reachable: NDArray[np.bool_], shares: Floats) -> Floats:
    """Return each bin's share on each day; nothing in bins that the day does not have."""
    own = reachable * shares
    expected: Floats = own / np.maximum(own.sum(axis=1, keepdims=True), 1e-12)
    return expected


def _log_likelihood(tally: _Tally, edges: list[int]) -> float:
    by_day, reachable = tally.bins(edges), tally.reachable(edges)
    density = _expected(reachable, _rates(by_day, reachable)) / np.diff(edges)
    there = by_day > 0
    return float(np.sum(by_day[there] * np.log(np.maximum(density[there], 1e-12))))


def _score(tally: _Tally, edges: list[int], dispersion: float) -> float:
    bins = len(edges) - 1
    penalty = bins - 1 + np.log(bins) ** 2.5
    return _log_likelihood(tally, edges) / dispersion - float(penalty)


def _evenly(tally: _Tally, edges: list[int], dispersion: float) -> bool:
    """Tell whether an even rate over the sessions is as good as the best histogram."""
    total = 0.0
    for minutes, sessions in zip(tally.minutes, tally.sessions, strict=True):
        inside = sum(float(minutes[begin:end].sum()) for begin, end in sessions)
        if minutes.sum() - inside > 1e-6:
            return False
        total -= inside * np.log(sum(end - begin for begin, end in sessions))
    return bool(total / dispersion >= _score(tally, edges, dispersion) - 1e-6)


def _dispersion(tally: _Tally, edges: list[int]) -> float:
    """Return Pearson's statistic of bins between days over its degrees of freedom, at least 1."""
    by_day, reachable = tally.bins(edges), tally.reachable(edges)
    shares = _expected(reachable, _rates(by_day, reachable))
    expected = shares * by_day.sum(axis=1, keepdims=True)
    there = expected > 0
    cells = there.sum(axis=1)
    spare = int((cells[cells > 0] - 1).sum()) - (len(edges) - 2)
    if spare < 1:
        return 1.0
    return max(1.0, float(np.sum((by_day[there] - expected[there]) ** 2 / expected[there])) / spare)


def _shares(
    tally: _Tally, edges: list[int], dispersion: float
) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    from scipy.stats import beta

    tally, shares = _told_apart(tally, edges)
    numbers = tally.bins(edges).sum(axis=1) @ tally.reachable(edges)
    tickets = numbers / dispersion * _known(tally, edges, shares)
    hits, misses = shares * tickets, (1 - shares) * tickets
    # Jeffreys' interval reaches to its end where fewer than one ticket stands against it.
    low = np.where(hits >= 1, beta.ppf(0.025, hits + 0.5, misses + 0.5), 0.0)
    high = np.where(misses >= 1, beta.ppf(0.975, hits + 0.5, misses + 0.5), 1.0)
    return tuple(shares.tolist()), tuple(low.tolist()), tuple(high.tolist())


def _recorded(tally: _Tally, edges: list[int]) -> tuple[float, ...]:
    """Return arrivals an hour by quarter of an hour, over the days that have it."""
    quarters = list(range(edges[0], min(edges[-1] + 15, _DAY_MINUTES + 1), 15))
    days = np.maximum(tally.reachable(quarters).sum(axis=0), 1)
    return tuple((tally.bins(quarters).sum(axis=0) / days * 4).tolist())
