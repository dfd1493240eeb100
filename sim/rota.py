"""When members of staff would be there if nothing came between: sessions and profile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from sim.calendar import Ints, RunCalendar, Spans, merged
from sim.clock import DAY_MS
from sim.office import Office, Team
from sim.office.people import sessions_of

Pair = tuple[int, int]
Pairs = tuple[Pair, ...]


class Rota(NamedTuple):
    """The hours of a team's members by day, as compiled code takes them.

    Attributes
    ----------
    first_day
        By member: the first of the days that they work; at the end, how many there are.
    ordinal
        By such day: its date.
    first_session
        By such day: the first of its sessions; at the end, how many there are.
    start, end
        By session, in milliseconds; they stand in order and do not touch within a day.
    """

    first_day: Ints
    ordinal: Ints
    first_session: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True)
class Hours:
    """The hours of a team's members before any absence.

    The members with the highest numbers come last and leave first.

    Attributes
    ----------
    rota
        By day.
    spans
        By member, sessions that touch made one.
    """

    rota: Rota
    spans: tuple[Spans, ...]


def hours_of(office: Office, team: Team, calendar: RunCalendar) -> Hours:
    """Return the hours of a team's members on the simulated days."""
    days = range(calendar.window.runs_until)
    changes = _changes(office, team, calendar)
    sessions = _sessions(team, calendar)
    most = max((n for day in days for _, n in changes[day]), default=0)
    each = [
        [(day, pairs) for day in days if (pairs := _worked(sessions[day], changes[day], number))]
        for number in range(most)
    ]
    spans = tuple(
        merged([(day * DAY_MS + a, day * DAY_MS + b) for day, pairs in worked for a, b in pairs])
        for worked in each
    )
    return Hours(_rota(each, calendar.first_date.toordinal()), spans)


def _rota(each: list[list[tuple[int, Pairs]]], first_ordinal: int) -> Rota:
    worked = [found for member in each for found in member]
    day = np.array([day for day, _ in worked], dtype=np.int64)
    sizes = [len(pairs) for _, pairs in worked]
    bounds = np.array([pair for _, pairs in worked for pair in pairs], dtype=np.int64)
    bounds = bounds.reshape(-1, 2) + np.repeat(day, sizes)[:, None] * DAY_MS
    return Rota(
        _starts(len(member) for member in each),
        day + first_ordinal,
        _starts(sizes),
        np.ascontiguousarray(bounds[:, 0]),
        np.ascontiguousarray(bounds[:, 1]),
    )


def _starts(sizes: Iterable[int]) -> Ints:
    """Return where parts of some sizes start, and at the end how much there is."""
    return np.cumsum([0, *sizes], dtype=np.int64)


def _changes(office: Office, team: Team, calendar: RunCalendar) -> list[Pairs]:
    """Return by day: (milliseconds after midnight, members from then on), in order of time."""
    days = range(calendar.window.runs_until)
    if team.staff.log is None:
        by_weekday = [team.staff.changes(weekday) for weekday in range(7)]
        return [by_weekday[calendar.weekday[calendar.index(day)]] for day in days]
    from sim import replay

    logged = replay.open_counters(office.folder, team.staff)
    return [logged.get(calendar.date(day), ()) for day in days]


def _sessions(team: Team, calendar: RunCalendar) -> list[Pairs]:
    """Return the sessions of each day: the team's own, where it has some and the office opens."""
    own = None
    if team.hours is not None:
        own = [sessions_of(team.hours, weekday) for weekday in range(7)]
    at = [calendar.index(day) for day in range(calendar.window.runs_until)]
    return [
        calendar.sessions[i] if own is None or not calendar.is_open[i] else own[calendar.weekday[i]]
        for i in at
    ]


@lru_cache(maxsize=4096)
def _worked(sessions: Pairs, changes: Pairs, number: int) -> Pairs:
    """Return when a member works on a day; nobody does if nothing is said of it."""
    ends = [at for at, _ in changes[1:]] + [DAY_MS]
    there = [(at, end) for (at, n), end in zip(changes, ends, strict=False) if n > number]
    both = [(max(a, c), min(b, d)) for a, b in sessions for c, d in there]
    found = merged([(a, b) for a, b in both if a < b])
    return tuple(zip(found.starts, found.ends, strict=True))
