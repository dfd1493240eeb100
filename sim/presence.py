"""When each member of staff is there: their hours less absence, lateness and meetings."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.blueprint import Blueprint
from sim.calendar import Ints, Spans
from sim.clock import MINUTE_MS
from sim.compiled import compiled, entry
from sim.distributions import Distribution
from sim.draws import Floats, Luck, hashed, one_as_ms
from sim.inverse import Encoded, interpolated, inverse
from sim.office import Team
from sim.rota import Hours, Rota

_MOST_TURNS: Final = 60_000
_PURPOSES: Final = ("absence", "late", "minutes late", "away at first", "away")
_ABSENCE, _LATE, _MINUTES_LATE, _AWAY_FIRST, _AWAY = range(5)
_NOTHING: Final = Distribution(constant=0.0)

Keys = NDArray[np.uint64]


@dataclass(frozen=True)
class Member:
    """A member of staff in one replication.

    Attributes
    ----------
    team, number
        Place of the team, and number in the team from 0.
    paid
        Paid hours: the profile's hours of the days not missed, meetings and lateness included.
    present
        When they can begin work, and are at it unless something holds them longer.
    """

    team: int
    number: int
    paid: Spans
    present: Spans


class Habits(NamedTuple):
    """How a team misses hours, as compiled code takes it.

    Attributes
    ----------
    absence
        Share of days missed.
    late, minutes_late
        Share of sessions begun late, and by how many minutes.
    away, minutes_away, minutes_there
        Share of time away; minutes of one absence; mean minutes between two.
    left_share, left
        Distribution function of the minutes left of an absence under way, and its minutes.
    """

    absence: float
    late: float
    minutes_late: Encoded
    away: float
    minutes_away: Encoded
    minutes_there: float
    left_share: Floats
    left: Floats


class Attendance:
    """The staff of an office before any luck, and the habits by which luck moves them."""

    def __init__(self, layout: Blueprint, hours: list[Hours]) -> None:
        self.names = [team.id for team in layout.office.teams]
        self.hours = hours
        self.habits = [_habits(team) for team in layout.office.teams]
        self.always = [
            [Member(place, number, spans, spans) for number, spans in enumerate(found.spans)]
            for place, found in enumerate(hours)
        ]

    def members(self, luck: Luck) -> list[Member]:
        """Draw the presence of every member of every team, in file order."""
        found: list[Member] = []
        for place, habits in enumerate(self.habits):
            if habits is None or not self.always[place]:
                found += self.always[place]
            else:
                found += self._drawn(place, habits, luck)
        return found

    def _drawn(self, place: int, habits: Habits, luck: Luck) -> list[Member]:
        keys = [luck.key("team", self.names[place], purpose) for purpose in _PURPOSES]
        found = _attend(self.hours[place].rota, habits, np.array(keys, dtype=np.uint64))
        first_paid, paid, first, there = found
        return [
            Member(place, number, _part(paid, first_paid, number), _part(there, first, number))
            for number in range(len(self.always[place]))
        ]


def _part(pairs: Ints, first: Ints, number: int) -> Spans:
    own = pairs[first[number] : first[number + 1]]
    return Spans(np.ascontiguousarray(own[:, 0]), np.ascontiguousarray(own[:, 1]))


def _habits(team: Team) -> Habits | None:
    """Return the habits of a team; None if it is there whenever its hours say."""
    late, away = team.lateness, team.away
    away = None if away is None or away.share == 0 else away
    if team.absence == 0 and late is None and away is None:
        return None
    share = 0.0 if away is None else float(away.share)
    minutes = _NOTHING if away is None else away.minutes
    left_share, left = (np.ones(1), np.zeros(1)) if away is None else minutes.residual_table()
    return Habits(
        absence=float(team.absence),
        late=0.0 if late is None else float(late.share),
        minutes_late=(_NOTHING if late is None else late.minutes).encoded(),
        away=share,
        minutes_away=minutes.encoded(),
        minutes_there=minutes.mean_value() * (1 - share) / share if share else 0.0,
        left_share=left_share,
        left=left,
    )


# --- compiled ---


class _Day(NamedTuple):
    """A day of a member: what its draws are made of, and its sessions."""

    keys: Keys
    member: int
    date: int
    first: int
    until: int


class _Kept(NamedTuple):
    """Intervals found so far, of which those from `first` on are the present member's."""

    pairs: Ints
    first: int
    size: int


@entry
def _attend(rota: Rota, habits: Habits, keys: Keys) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the intervals in which a team's members are paid, and in which they are there.

    Of each: by member the first interval, and at the end how many there are; then all of them.
    """
    members = len(rota.first_day) - 1
    first_paid, first_there = np.zeros(members + 1, np.int64), np.zeros(members + 1, np.int64)
    paid, there = np.empty((len(rota.start), 2), np.int64), np.empty((len(rota.start), 2), np.int64)
    begins = np.empty(len(rota.start), np.int64)
    paid_until = 0
    for member in range(members):
        paid_from = paid_until
        kept = _Kept(there, first_there[member], first_there[member])
        for place in range(rota.first_day[member], rota.first_day[member + 1]):
            date = rota.ordinal[place]
            day = _Day(keys, member, date, rota.first_session[place], rota.first_session[place + 1])
            if habits.absence > 0 and _u(day, _ABSENCE, 0) < habits.absence:
                continue
            for session in range(day.first, day.until):
                begin, end = rota.start[session], rota.end[session]
                paid_until = _added(paid, paid_from, paid_until, begin, end)
                begins[session] = begin
            _come_late(rota, habits, day, begins)
            kept = _come_and_go(rota, habits, day, begins, kept)
        there = kept.pairs
        first_paid[member + 1], first_there[member + 1] = paid_until, kept.size
    return first_paid, paid, first_there, there


@compiled
def _u(day: _Day, purpose: int, tries: int) -> float:
    return hashed(day.keys[purpose, 0], day.keys[purpose, 1], day.date, day.member, tries)


@compiled
def _with_room(pairs: Ints, size: int) -> Ints:
    """Return intervals with room for one more."""
    if size < len(pairs):
        return pairs
    more = np.empty((2 * size + 16, 2), np.int64)
    more[:size] = pairs[:size]
    return more


@compiled
def _added(pairs: Ints, first: int, size: int, begin: int, end: int) -> int:
    """Add an interval to a member's, one with the last if they touch; return how many there are."""
    if begin >= end:
        return size
    if size > first and begin <= pairs[size - 1, 1]:
        pairs[size - 1, 1] = max(pairs[size - 1, 1], end)
        return size
    pairs[size, 0], pairs[size, 1] = begin, end
    return size + 1


@compiled
def _come_late(rota: Rota, habits: Habits, day: _Day, begins: Ints) -> None:
    """Take off the minutes late at the start of each session."""
    if habits.late == 0:
        return
    form, parameters, table = habits.minutes_late
    for session in range(day.first, day.until):
        number = session - day.first
        if _u(day, _LATE, number) < habits.late:
            late = inverse(form, parameters, table, _u(day, _MINUTES_LATE, number))
            begin = begins[session] + one_as_ms(late, MINUTE_MS)
            begins[session] = min(begin, rota.end[session])


@compiled
def _come_and_go(rota: Rota, habits: Habits, day: _Day, begins: Ints, kept: _Kept) -> _Kept:
    """Cut out the time away: on and off in turn, in balance from the day's first minute."""
    stays = (rota.end[day.first : day.until] - begins[day.first : day.until]).sum()
    if habits.away == 0:
        return _there(rota, day, begins, (0, stays), kept)
    away = _u(day, _AWAY_FIRST, 0) < habits.away
    at = 0
    for turn in range(_MOST_TURNS - 1):
        end = min(at + _spell_ms(habits, away, turn, _u(day, _AWAY, turn)), stays)
        if not away:
            kept = _there(rota, day, begins, (at, end), kept)
        at, away = end, not away
        if at >= stays:
            break
    return kept


@compiled
def _there(rota: Rota, day: _Day, begins: Ints, part: tuple[int, int], kept: _Kept) -> _Kept:
    """Lay a part of a day's time onto the sessions in which it passes."""
    pairs, size, passed = kept.pairs, kept.size, 0
    for session in range(day.first, day.until):
        start, stop = begins[session], rota.end[session]
        begin, end = max(part[0] - passed, 0) + start, min(part[1] - passed + start, stop)
        pairs = _with_room(pairs, size)
        size = _added(pairs, kept.first, size, begin, end)
        passed += stop - start
    return _Kept(pairs, kept.first, size)


@compiled
def _spell_ms(habits: Habits, away: bool, turn: int, u: float) -> int:
    """Return how long a spell away or there lasts; the first of a day is already under way."""
    if not away:
        return one_as_ms(-habits.minutes_there * math.log1p(-u), MINUTE_MS)
    if turn:
        form, parameters, table = habits.minutes_away
        return one_as_ms(inverse(form, parameters, table, u), MINUTE_MS)
    reached = u * habits.left_share[-1]
    return one_as_ms(interpolated(reached, habits.left_share, habits.left), MINUTE_MS)
