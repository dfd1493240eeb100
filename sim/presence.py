"""When each member of staff is there: sessions and profile less absence, lateness and meetings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.blueprint import Blueprint
from sim.calendar import Bools, Ints, RunCalendar, Spans, merged
from sim.clock import DAY_MS, MINUTE_MS
from sim.draws import Floats, Luck, as_ms, durations
from sim.office import Away, Lateness, Office, Team
from sim.office.people import sessions_of

Pairs = list[tuple[int, int]]

_MOST_TURNS = 60_000


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


Days = list[tuple[int, Pairs]]


def staff_profile(office: Office, team: Team, calendar: RunCalendar) -> list[Days]:
    """Return for each member of a team the hours of each simulated day, before any absence.

    The members with the highest numbers come last and leave first.
    """
    days = range(calendar.window.runs_until)
    by_day = [(day, _day_changes(office, team, calendar, day)) for day in days]
    most = max((n for _, changes in by_day for _, n in changes), default=0)
    profile: list[Days] = [[] for _ in range(most)]
    for day, changes in by_day:
        sessions = _team_sessions(team, calendar, day)
        for number in range(most):
            pairs = _overlap(sessions, _spells(changes, number))
            if pairs:
                profile[number].append((day, pairs))
    return profile


def members(layout: Blueprint, profiles: list[list[Days]], luck: Luck) -> list[Member]:
    """Draw the presence of every member of every team, in file order."""
    found: list[Member] = []
    for place, (team, profile) in enumerate(zip(layout.office.teams, profiles, strict=True)):
        for number, days in enumerate(profile):
            drawn = _Attendance(team, number, luck, layout.calendar)
            worked = drawn.not_absent(days)
            paid = merged(_moved(worked))
            present = merged(_moved(drawn.less_away(drawn.less_late(worked))))
            found.append(Member(place, number, paid, present))
    return found


def _day_changes(
    office: Office, team: Team, calendar: RunCalendar, day: int
) -> tuple[tuple[int, int], ...]:
    if team.staff.log is not None:
        from sim import replay

        logged = replay.open_counters(office.folder, team.staff)
        return logged.get(calendar.date(day), ())
    return team.staff.changes(calendar.weekday[calendar.index(day)])


def _team_sessions(team: Team, calendar: RunCalendar, day: int) -> tuple[tuple[int, int], ...]:
    if team.hours is None or not calendar.is_open[calendar.index(day)]:
        return calendar.sessions[calendar.index(day)]
    return sessions_of(team.hours, calendar.weekday[calendar.index(day)])


def _spells(changes: tuple[tuple[int, int], ...], number: int) -> Pairs:
    """Return when a member is there; on a day of which nothing is said, nobody is."""
    if not changes:
        return []
    ends = [at for at, _ in changes[1:]] + [DAY_MS]
    return [(at, end) for (at, n), end in zip(changes, ends, strict=True) if n > number]


def _overlap(sessions: tuple[tuple[int, int], ...], spells: Pairs) -> Pairs:
    both = [(max(a, c), min(b, d)) for a, b in sessions for c, d in spells]
    joined = merged([(a, b) for a, b in both if a < b])
    return list(zip(joined.starts, joined.ends, strict=True))


def _moved(days: Days) -> Pairs:
    return [(day * DAY_MS + a, day * DAY_MS + b) for day, pairs in days for a, b in pairs]


class _Attendance:
    """The draws of one member, by day."""

    def __init__(self, team: Team, number: int, luck: Luck, calendar: RunCalendar) -> None:
        self.team = team
        self.number = number
        self.luck = luck
        self.ordinal = calendar.first_date.toordinal()

    def _uniforms(self, purpose: str, days: Days, tries: int = 0) -> Floats:
        dates = np.array([self.ordinal + day for day, _ in days], dtype=np.int64)
        numbers = np.full(len(days), self.number, dtype=np.int64)
        return self.luck.uniforms(("team", self.team.id, purpose), dates, numbers, tries)

    def not_absent(self, days: Days) -> Days:
        """Leave out the days that the member misses."""
        if self.team.absence == 0 or not days:
            return days
        missed = self._uniforms("absence", days) < self.team.absence
        return [day for day, absent in zip(days, missed, strict=True) if not absent]

    def less_late(self, days: Days) -> Days:
        """Take off the minutes late at the start of each session."""
        lateness = self.team.lateness
        if lateness is None or not days:
            return days
        most = max(len(pairs) for _, pairs in days)
        late = [self._late(lateness, days, session) for session in range(most)]
        return [
            (day, [(a + late[s][i], b) for s, (a, b) in enumerate(pairs) if a + late[s][i] < b])
            for i, (day, pairs) in enumerate(days)
        ]

    def _late(self, lateness: Lateness, days: Days, session: int) -> list[int]:
        is_late = self._uniforms("late", days, session) < lateness.share
        late_ms = durations(
            lateness.minutes, MINUTE_MS, self._uniforms("minutes late", days, session)
        )
        return np.where(is_late, late_ms, 0).tolist()  # type: ignore[no-any-return]

    def less_away(self, days: Days) -> Days:
        """Cut out the time away: on and off in turn, in balance from the day's first minute."""
        away = self.team.away
        if away is None or away.share == 0 or not days:
            return days
        off = self._uniforms("away at first", days) < away.share
        length = self._length(away, off, days, 0)
        paid = np.array([sum(b - a for a, b in pairs) for _, pairs in days])
        at = np.zeros(len(days), dtype=np.int64)
        periods: list[Pairs] = [[] for _ in days]
        for turn in range(1, _MOST_TURNS):
            end = np.minimum(at + length, paid)
            for i in np.flatnonzero(~off & (end > at)).tolist():
                periods[i].append((int(at[i]), int(end[i])))
            at, off = end, ~off
            if (at >= paid).all():
                break
            length = self._length(away, off, days, turn)
        return [
            (day, _cut(pairs, there)) for (day, pairs), there in zip(days, periods, strict=True)
        ]

    def _length(self, away: Away, off: Bools, days: Days, turn: int) -> Ints:
        """Return how long each day's next spell off or on lasts; the first is already under way."""
        u = self._uniforms("away", days, turn)
        on_mean = away.minutes.mean_value() * (1 - away.share) / away.share
        spell = away.minutes.quantile(u) if turn else away.minutes.residual_quantile(u)
        return as_ms(np.where(off, spell, -on_mean * np.log1p(-u)), MINUTE_MS)


def _cut(pairs: Pairs, periods: Pairs) -> Pairs:
    """Lay periods of paid time onto the sessions in which it passes."""
    kept: Pairs = []
    passed = 0
    for start, end in pairs:
        shift = start - passed
        kept += [
            (max(a + shift, start), min(b + shift, end))
            for a, b in periods
            if a + shift < end and b + shift > start
        ]
        passed += end - start
    return [(a, b) for a, b in kept if a < b]
