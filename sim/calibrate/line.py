"""Lines at counters, replayed fast: recorded arrivals, open counters, and minutes at the counter.

What is fitted needs thousands of replications of the recorded days. This is what the engine does
where each ticket is served once by members who perform the team's roles, and nothing else; the
tests hold it equal to the engine on the same draws.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.compiled import compiled, entry

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NEVER: Final = 1 << 60
UNSERVED_MINUTES: Final = 600.0
"""What counts for the wait of a ticket that nobody ever serves: more than any day."""
_MINUTE: Final = 60_000
_HOUR: Final = 3_600_000
_HARDLY: Final = 1e-6


class Days(NamedTuple):
    """Days of one team, as compiled code takes them; times in milliseconds after midnight.

    Attributes
    ----------
    first
        By day: its first ticket; at the end, how many there are.
    queue
        By ticket: which of the team's queues.
    arrived_mid
        By ticket: the middle of the time in which it arrived.
    counted
        By ticket: whether its wait is known and compared.
    group, cell
        By ticket: the group of queues in whose mean wait it counts; the half hour of its day.
    change_first, changes
        Open counters: the changes of each day before closing; in two rows, when, and to how many.
        Those open at the end stay until nobody waits.
    grid_first, grid
        Moments between which calls are known to lie, of each day; none where they are known to
        `step`.
    step
        Milliseconds to which calls are known where there is no grid.
    """

    first: Ints
    queue: Ints
    arrived_mid: Floats
    counted: Bools
    group: Ints
    cell: Ints
    change_first: Ints
    changes: Ints
    grid_first: Ints
    grid: Ints
    step: int


class Luck(NamedTuple):
    """The luck of replications of some days.

    Attributes
    ----------
    arrived
        By replication and ticket: when it arrives; in order within a queue and day.
    order
        By replication, within each day: the day's tickets (0 is its first) in order of arrival.
    service
        By replication and ticket: a normal score of its minutes at the counter.
    pace
        By replication, day and group of queues: a normal score of the day's pace.
    patience
        By replication and ticket: how long it would wait, in units of the mean.
    """

    arrived: Ints
    order: Ints
    service: Floats
    pace: Floats
    patience: Floats


class Model(NamedTuple):
    """Who serves whom, and how long it takes.

    Attributes
    ----------
    rank
        By member and queue: how urgent it is to the member, the least first; below 0 for what the
        member does not do.
    group
        By queue: the group whose minutes it has.
    parameters
        Logarithm of the mean minutes of each group; coefficient of variation; that of a day's pace;
        the rate, an hour, at which people who wait leave. Whoever has left is called all the same,
        which takes no time.
    """

    rank: Ints
    group: Ints
    parameters: Floats


@compiled
def _best(rank: Ints, arrived: Ints, heads: Ints, lists: Ints, ends: Ints) -> int:
    """Return the queue from which a member takes: the most urgent, then the first to have come."""
    best, urgency, first = -1, 1 << 30, NEVER
    for queue in range(len(heads)):
        if rank[queue] < 0 or heads[queue] >= ends[queue]:
            continue
        came = arrived[lists[queue, heads[queue]]]
        if rank[queue] < urgency or (rank[queue] == urgency and came < first):
            best, urgency, first = queue, rank[queue], came
    return best


@compiled
def _next_moment(coming: int, change: int, busy_until: Ints, present: int, waiting: int) -> int:
    """Return the next moment at which something happens."""
    now = min(coming, change)
    if waiting:
        for member in range(present):
            if busy_until[member] > 0:
                now = min(now, busy_until[member])
    return now


@compiled
def _serve(  # noqa: PLR0917 - compiled code takes no keywords
    arrived: Ints,
    order: Ints,
    queue: Ints,
    service: Ints,
    patience: Floats,
    changes: Ints,
    rank: Ints,
    started: Ints,
) -> None:
    """Fill in when the service of each ticket of a day begins; NEVER for never.

    `changes` are, in two rows, when the number of members changes before closing, and to what;
    those there at the end stay until nobody waits.
    """
    members, queues = rank.shape
    lists = np.empty((queues, len(arrived)), np.int64)
    heads, ends = np.zeros(queues, np.int64), np.zeros(queues, np.int64)
    busy_until = np.zeros(members, np.int64)
    present, came, changed, waiting = 0, 0, 0, 0
    started[:] = NEVER
    while came < len(order) or waiting:
        coming = arrived[order[came]] if came < len(order) else NEVER
        change = changes[0, changed] if changed < changes.shape[1] else NEVER
        now = _next_moment(coming, change, busy_until, present, waiting)
        if now == NEVER:
            return
        while changed < changes.shape[1] and changes[0, changed] <= now:
            present = min(changes[1, changed], members)
            changed += 1
        while came < len(order) and arrived[order[came]] <= now:
            joined = queue[order[came]]
            lists[joined, ends[joined]] = order[came]
            ends[joined] += 1
            came += 1
            waiting += 1
        for member in range(members):
            if busy_until[member] <= now:
                busy_until[member] = 0
            if member >= present or busy_until[member] > 0:
                continue
            while busy_until[member] == 0:
                taken = _best(rank[member], arrived, heads, lists, ends)
                if taken < 0:
                    break
                ticket = lists[taken, heads[taken]]
                heads[taken] += 1
                waiting -= 1
                started[ticket] = now
                if now - arrived[ticket] <= patience[ticket]:
                    busy_until[member] = now + service[ticket]


@compiled
def _as_recorded(started: int, grid: Ints, step: int) -> float:
    """Return a call's time as the record would have it: the middle of what it is known to."""
    if len(grid) == 0:
        return float(started // step * step) + step / 2
    after = np.searchsorted(grid, started)
    if after == 0 or after == len(grid):
        return float(started)
    return float(grid[after - 1] + grid[after]) / 2


@compiled
def _signs(wait: Floats, group: Ints, cell: Ints, groups: int, expected: Floats) -> Floats:
    """Return the signs of one day's waits; see :func:`signs_of_day`."""
    found = np.empty(groups + 2)
    total, count = np.zeros(groups), np.zeros(groups)
    cell_total, cell_count = np.zeros(len(expected)), np.zeros(len(expected))
    for i in range(len(wait)):
        if group[i] >= 0:
            total[group[i]] += wait[i]
            count[group[i]] += 1
        cell_total[cell[i]] += wait[i]
        cell_count[cell[i]] += 1
    for g in range(groups):
        found[g] = np.log1p(max(total[g] / max(count[g], 1), 0.0))
    ordered = np.sort(wait)
    found[groups] = np.log1p(max(ordered[int(0.9 * (len(wait) - 1))], 0.0)) if len(wait) else 0.0
    squares, steps, before, begun = 0.0, 0, 0.0, False
    for c in range(len(expected)):
        if cell_count[c] > 0:
            off = cell_total[c] / cell_count[c] - expected[c]
            if begun:
                squares += (off - before) ** 2
                steps += 1
            before, begun = off, True
    found[groups + 1] = np.log1p(squares / max(steps, 1))
    return found


@entry
def signs_of_day(wait: Floats, group: Ints, cell: Ints, groups: int, expected: Floats) -> Floats:
    """Return what is compared of one day's waits, in logarithms of minutes plus one.

    Parameters
    ----------
    wait
        Minutes, by counted ticket.
    group, cell
        By counted ticket.
    groups
        How many groups of queues.
    expected
        By half hour: minutes that are expected.

    Returns
    -------
    array
        The mean wait of each group, the 90th percentile of all, and how far the wait wanders
        from half hour to half hour around what is expected (mean square).
    """
    return _signs(wait, group, cell, groups, expected)


@compiled
def _waits(days: Days, luck: Luck, model: Model, run: int, wait: Floats) -> None:
    """Fill in the recorded wait of each ticket in a replication, in minutes."""
    last = len(model.parameters) - 3
    sigma = np.sqrt(np.log1p(model.parameters[last] ** 2))
    day_sigma = np.sqrt(np.log1p(model.parameters[last + 1] ** 2))
    patience = luck.patience[run] * _HOUR / max(model.parameters[last + 2], _HARDLY)
    started, service = np.empty(len(days.queue), np.int64), np.empty(len(days.queue), np.int64)
    for day in range(len(days.first) - 1):
        a, b = days.first[day], days.first[day + 1]
        for i in range(a, b):
            g = model.group[days.queue[i]]
            pace = day_sigma * luck.pace[run, day, g] - day_sigma**2 / 2
            own = model.parameters[g] - sigma**2 / 2 + sigma * luck.service[run, i]
            service[i] = int(np.rint(np.exp(own + pace) * _MINUTE))
        changes = days.changes[:, days.change_first[day] : days.change_first[day + 1]]
        _serve(
            luck.arrived[run, a:b],
            luck.order[run, a:b],
            days.queue[a:b],
            service[a:b],
            patience[a:b],
            changes,
            model.rank,
            started[a:b],
        )
        grid = days.grid[days.grid_first[day] : days.grid_first[day + 1]]
        for i in range(a, b):
            wait[i] = UNSERVED_MINUTES
            if started[i] < NEVER:
                called = _as_recorded(started[i], grid, days.step)
                wait[i] = (called - days.arrived_mid[i]) / _MINUTE


@entry
def simulated_waits(days: Days, luck: Luck, model: Model) -> Floats:
    """Return the waits of all replications as they would have been recorded.

    Returns
    -------
    array
        Minutes, by replication and ticket.
    """
    found = np.empty(luck.arrived.shape)
    for run in range(len(found)):
        _waits(days, luck, model, run, found[run])
    return found


@entry
def simulated_signs(days: Days, luck: Luck, model: Model, groups: int, expected: Floats) -> Floats:
    """Return the signs of each replication and day; see :func:`signs_of_day`.

    Parameters
    ----------
    days, luck, model
        What was recorded, the luck of each replication, and what is tried.
    groups
        How many groups the mean wait is told for.
    expected
        By day and half hour: minutes that are expected.
    """
    runs, tickets = luck.arrived.shape
    found = np.empty((runs, len(days.first) - 1, groups + 2))
    wait = np.empty(tickets)
    for run in range(runs):
        _waits(days, luck, model, run, wait)
        for day in range(len(days.first) - 1):
            a, b = days.first[day], days.first[day + 1]
            told = days.counted[a:b]
            group, cell = days.group[a:b][told], days.cell[a:b][told]
            found[run, day] = _signs(wait[a:b][told], group, cell, groups, expected[day])
    return found
