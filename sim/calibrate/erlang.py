"""Erlang C by hour: what the textbook says of waits, hour by hour as if each were for ever."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.ticket_days import TeamDays
from sim.clock import DAY_MS, MINUTE_MS

Floats = NDArray[np.float64]

_HOUR_MS: Final = 60 * MINUTE_MS
_FULL: Final = 0.99
"""Load that an overloaded hour is taken for: a stationary line has no length there."""


def erlang_c(servers: int, offered: float) -> float:
    """Return the chance of waiting at so many servers; `offered` is the load in servers.

    By the recursion of Erlang's B formula, which does not overflow.
    """
    blocked = 1.0
    for server in range(1, servers + 1):
        blocked = offered * blocked / (server + offered * blocked)
    return blocked / (1 - offered / servers * (1 - blocked))


def hourly_waits(days: TeamDays, minutes: Floats) -> tuple[Floats, int]:
    """Return waits by ticket as a stationary line of each hour has them, and hours overloaded.

    Parameters
    ----------
    days
        Tickets and open counters.
    minutes
        Mean minutes at the counter, by queue.

    Returns
    -------
    tuple
        Minutes by ticket: evenly spaced quantiles of the waits of its hour. How many hours were
        loaded beyond what the open counters can do.
    """
    found = np.zeros(len(days.low))
    overloaded = 0
    for place in range(len(days.dates)):
        a, b = days.days.first[place : place + 2]
        hour = (days.days.arrived_mid[a:b] // _HOUR_MS).astype(int)
        changes = days.days.changes[
            :, days.days.change_first[place] : days.days.change_first[place + 1]
        ]
        for each in np.unique(hour):
            own = a + np.flatnonzero(hour == each)
            mean = float(minutes[days.days.queue[own]].mean())
            waits, full = _waits(len(own), mean, _open(changes, int(each)))
            found[own] = waits
            overloaded += full
    return found, overloaded


def _waits(tickets: int, mean: float, servers: int) -> tuple[Floats, bool]:
    offered = tickets * mean / 60
    full = offered > _FULL * servers
    offered = min(offered, _FULL * servers)
    waiting = erlang_c(servers, offered)
    above = 1 - (np.arange(tickets) + 0.5) / tickets
    rate = (servers - offered) / mean
    found: Floats = np.where(above < waiting, np.log(waiting / above) / rate, 0.0)
    return found, full


def _open(changes: NDArray[np.int64], hour: int) -> int:
    """Return the mean number of open counters in an hour, whole, at least one."""
    begin, end = hour * _HOUR_MS, (hour + 1) * _HOUR_MS
    ends = np.append(changes[0, 1:], DAY_MS)
    inside = np.clip(np.minimum(ends, end) - np.maximum(changes[0], begin), 0, None)
    return max(round(float((inside * changes[1]).sum() / _HOUR_MS)), 1)
