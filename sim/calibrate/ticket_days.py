"""The recorded days of one team as the fast replay of lines takes them, and the luck to try."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.calibrate.line import Days, Floats, Ints, Luck, signs_of_day
from sim.clock import DAY_MS, MINUTE_MS
from sim.records.records import TicketRecords

if TYPE_CHECKING:
    import polars as pl

    from sim.calibrate.staff import Opened

Sessions = tuple[tuple[int, int], ...]
Part = tuple[Ints, Ints, Ints, Ints, Ints]

HALF_HOURS: Final = 48
_USABLE_SHARE: Final = 0.5


@dataclass(frozen=True, eq=False)
class TeamDays:
    """What one team did on some days.

    Attributes
    ----------
    queues
        The team's queues, by name.
    dates
        The days, in order.
    days
        As compiled code takes them; waits count for the mean of their queue.
    low, high
        By ticket: the time between which it arrived, in milliseconds after midnight.
    wait
        By ticket: the recorded wait in minutes; not a number where it was never called.
    """

    queues: tuple[str, ...]
    dates: tuple[dt.date, ...]
    days: Days
    low: Ints
    high: Ints
    wait: Floats

    @property
    def counters(self) -> int:
        """The most counters that were ever open."""
        return int(self.days.changes[1].max(initial=1))

    def grouped(self, group: Sequence[int]) -> Days:
        """Return the days with the waits of each queue counted in a group of queues."""
        return self.days._replace(group=np.array(group, dtype=np.int64)[self.days.queue])

    def observed(self, groups: int, days: Days, expected: Floats) -> Floats:
        """Return the signs of each day; see :func:`sim.calibrate.line.signs_of_day`."""
        found = np.empty((len(self.dates), groups + 2))
        for day in range(len(self.dates)):
            part = slice(days.first[day], days.first[day + 1])
            told = days.counted[part]
            found[day] = signs_of_day(
                self.wait[part][told],
                days.group[part][told],
                days.cell[part][told],
                groups,
                expected[day],
            )
        return found


def usable_dates(tickets: pl.DataFrame, queues: Sequence[str]) -> tuple[dt.date, ...]:
    """Return the dates on which most of a team's tickets are of usable days, and some waited."""
    import polars as pl

    own = tickets.filter(pl.col("queue").is_in(list(queues)))
    by_date = own.group_by("date").agg(
        usable=pl.col("usable").mean(), called=pl.col("called_by").is_not_null().sum()
    )
    good = by_date.filter(pl.col("usable") >= _USABLE_SHARE, pl.col("called") > 0)
    return tuple(sorted(good["date"].to_list()))


def thinned(
    tickets: pl.DataFrame, queues: Sequence[str], dates: Sequence[dt.date], most: int
) -> tuple[dt.date, ...]:
    """Return dates evenly chosen, so that a team has about so many tickets on them at most.

    A year of records says little more of a line than some weeks do, and takes far longer.
    """
    import polars as pl

    own = tickets.filter(pl.col("queue").is_in(list(queues)), pl.col("date").is_in(list(dates)))
    keep = len(dates) if own.height <= most else max(most * len(dates) // own.height, 1)
    places = np.unique(np.linspace(0, len(dates) - 1, keep).round().astype(int))
    return tuple(dates[place] for place in places.tolist())


def team_days(
    records: TicketRecords,
    queues: Sequence[str],
    dates: Sequence[dt.date],
    opened: Opened,
    sessions_on: Callable[[dt.date], Sessions],
) -> TeamDays:
    """Return what a team did on some days.

    Parameters
    ----------
    records
        The records.
    queues
        The team's queues.
    dates
        The days, some of them with tickets of the team; those without, or without open counters,
        are left out.
    opened
        Open counters by day.
    sessions_on
        The office's sessions on a date: counters open at closing stay until nobody waits, and
        nobody is called between sessions.
    """
    import polars as pl

    own = records.tickets.filter(pl.col("queue").is_in(list(queues)))
    dates = sorted(set(dates) & set(opened) & set(own["date"].to_list()))
    parts = [_day(own.filter(pl.col("date") == date), tuple(queues)) for date in dates]
    changes = [
        _at_work(_mended(*opened[date], _bounds(sessions_on(date)), part), sessions_on(date))
        for date, part in zip(dates, parts, strict=True)
    ]
    grids = [_grid(part) for part in parts]
    low, high, called_low, called_high, queue = map(np.concatenate, zip(*parts, strict=True))
    if not any(map(len, grids)):
        step = _resolution(called_low)
        high, called_high = low + step, called_low + step
    middle = (low + high) / 2
    days = Days(
        first=_starts(len(part[0]) for part in parts),
        queue=queue,
        arrived_mid=middle,
        counted=called_low >= 0,
        group=queue,
        cell=np.clip(middle // (30 * MINUTE_MS), 0, HALF_HOURS - 1).astype(np.int64),
        change_first=_starts(change.shape[1] for change in changes),
        changes=np.ascontiguousarray(np.concatenate(changes, axis=1)),
        grid_first=_starts(map(len, grids)),
        grid=np.concatenate(grids),
        step=1 if any(map(len, grids)) else step,
    )
    called = (called_low + called_high) / 2
    wait = np.where(days.counted, (called - middle) / MINUTE_MS, np.nan)
    return TeamDays(tuple(queues), tuple(dates), days, low, high, wait)


def luck_of(days: TeamDays, groups: int, runs: int, seed: int) -> Luck:
    """Return the luck of replications: arrivals within what is known of them, and scores.

    Tickets of a queue keep the order of their numbers, which is that in which they were taken.
    """
    generator = np.random.default_rng(seed)
    tickets, first = len(days.low), days.days.first
    u = generator.random((runs, tickets))
    arrived = (days.low + u * (days.high - days.low)).astype(np.int64)
    order = np.empty_like(arrived)
    for a, b in pairwise(first.tolist()):
        queue = days.days.queue[a:b]
        for each in np.unique(queue):
            at = a + np.flatnonzero(queue == each)
            arrived[:, at] = np.sort(arrived[:, at], axis=1)
        order[:, a:b] = np.argsort(arrived[:, a:b], axis=1, kind="stable")
    service = generator.standard_normal((runs, tickets))
    pace = generator.standard_normal((runs, len(days.dates), groups))
    patience = generator.standard_exponential((runs, tickets))
    return Luck(arrived, order, service, pace, patience)


def _day(own: pl.DataFrame, queues: tuple[str, ...]) -> Part:
    """Return a day's tickets: arrived from and to, called from and to (-1: never), queue."""
    place = {name: i for i, name in enumerate(queues)}
    called = own["called_after"].is_not_null() & own["called_by"].is_not_null()
    times = [own[name].to_numpy() for name in ("arrived_after", "arrived_by")]
    times += [
        np.where(called.to_numpy(), own[name].fill_null(-1).to_numpy(), -1)
        for name in ("called_after", "called_by")
    ]
    queue = [place[name] for name in own["queue"].to_list()]
    low, high, called_low, called_high = (np.asarray(each, dtype=np.int64) for each in times)
    return low, high, called_low, called_high, np.array(queue, dtype=np.int64)


def _bounds(sessions: Sessions) -> tuple[int, int]:
    """Return when a day opens and closes."""
    return (sessions[0][0], sessions[-1][1]) if sessions else (0, DAY_MS)


def _mended(at: Ints, members: Ints, bounds: tuple[int, int], part: Part) -> Ints:
    """Return the changes of open counters between opening and closing, in two rows.

    Where somebody was called though none is said to be open, one was.
    """
    opens, closes = bounds
    _, _, called_low, called_high, _ = part
    calls = np.sort(((called_low + called_high) // 2)[called_low >= 0])
    ends = np.append(at[1:], DAY_MS)
    were = np.searchsorted(calls, ends) > np.searchsorted(calls, at)
    mended = np.where((members == 0) & were, 1, members)
    inside = (at < closes) & (ends > opens)
    found = np.stack([np.maximum(at, opens)[inside], mended[inside]])
    return found.astype(np.int64)


def _at_work(changes: Ints, sessions: Sessions) -> Ints:
    """Return the changes of open counters with none between sessions, whatever was noted."""
    at, members = changes
    breaks = [(end, begin) for (_, end), (begin, _) in pairwise(sessions)]
    if not breaks or not len(at):
        return changes
    moments = np.unique(np.concatenate([at, np.array(breaks).ravel()]))
    moments = moments[moments >= at[0]]
    there = members[np.searchsorted(at, moments, side="right") - 1]
    for end, begin in breaks:
        there[(moments >= end) & (moments < begin)] = 0
    return np.stack([moments, there]).astype(np.int64)


def _grid(part: Part) -> Ints:
    """Return the moments between which a day's calls are known; none where they are points."""
    _, _, called_low, called_high, _ = part
    called = called_low >= 0
    if np.array_equal(called_low[called], called_high[called]):
        return np.zeros(0, dtype=np.int64)
    return np.unique(np.concatenate([called_low[called], called_high[called]]))


def _resolution(times: Ints) -> int:
    """Return to how many milliseconds points are recorded: a minute, a second or one."""
    known = times[times >= 0]
    return next((unit for unit in (MINUTE_MS, 1000) if not np.any(known % unit)), 1)


def _starts(sizes: Iterable[int]) -> Ints:
    return np.cumsum([0, *sizes], dtype=np.int64)
