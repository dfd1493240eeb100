"""How much work an office is offered, and how much its teams can do: means, before any run."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, combinations
from typing import Final

from sim.calendar import RunCalendar
from sim.clock import MINUTE_MS, clock_ms
from sim.distributions import Distribution
from sim.office import Appointments, Demand, Office, Step, Team
from sim.office.people import sessions_of
from sim.seasons import multiplier
from sim.staffing import Changes, Sessions, changes_minutes

_MOST_TEAMS: Final = 12
_YEAR: Final = 365


@dataclass(frozen=True)
class DemandMean:
    """What a demand comes to.

    Attributes
    ----------
    per_day
        Mean cases on an open day of the year from `start`.
    by_weekday, by_month
        The same by weekday (Monday 0) and month (January 1), of those that occur.
    per_year
        Cases in that year.
    """

    demand: str
    per_day: float
    by_weekday: dict[int, float]
    by_month: dict[int, float]
    per_year: float


class Year:
    """The open days of the year from `start`, and what they bring and allow on average."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.calendar = RunCalendar(office.calendar, days=1, warmup=0)
        first = self.calendar.window.measured_from
        self.days = self.calendar.open_days(first, first + _YEAR)

    def demand(self, demand: Demand) -> DemandMean:
        """Return what a demand comes to."""
        logged = self._logged(demand)
        days = [day for day in self.days if logged is None or self._date(day) in logged]
        means = [len(logged[self._date(d)]) if logged else self._mean(demand, d) for d in days]
        weekdays, months = defaultdict(list), defaultdict(list)
        for day, mean in zip(days, means, strict=True):
            weekdays[self._weekday(day)].append(mean)
            months[self._date(day).month].append(mean)
        return DemandMean(
            demand.id,
            _average(means),
            {day: _average(values) for day, values in sorted(weekdays.items())},
            {month: _average(values) for month, values in sorted(months.items())},
            sum(means),
        )

    def _logged(self, demand: Demand) -> dict[dt.date, Changes] | None:
        if demand.log is None:
            return None
        from sim import replay

        return replay.arrivals(self.office.folder, demand.log)

    def _mean(self, demand: Demand, day: int) -> float:
        mean = (demand.per_day or 0.0) * multiplier(demand, self.calendar, day)
        book = demand.appointments
        if book is None:
            return mean
        places = _places(book, self.calendar.sessions[self.calendar.index(day)])
        taken = places * book.filled if demand.per_day is None else min(mean * book.share, places)
        return (taken if demand.per_day is None else mean) - taken * book.no_show

    def capacity_minutes(self, team: Team) -> float:
        """Return the mean minutes of an open day in which members of a team can work."""
        logged = _open_counters(self.office, team)
        days = [day for day in self.days if logged is None or self._date(day) in logged]
        return _average([self._capacity(team, day, logged) for day in days])

    def _capacity(self, team: Team, day: int, logged: dict[dt.date, Changes] | None) -> float:
        weekday = self._weekday(day)
        changes = team.staff.changes(weekday) if logged is None else logged[self._date(day)]
        sessions = (
            self.calendar.sessions[self.calendar.index(day)]
            if team.hours is None
            else sessions_of(team.hours, weekday)
        )
        minutes = changes_minutes(changes, sessions)
        if team.lateness and minutes:
            late = team.lateness.share * team.lateness.minutes.mean_value() * len(sessions)
            minutes *= max(0.0, 1 - late * MINUTE_MS / sum(b - a for a, b in sessions))
        away = team.away.share if team.away else 0.0
        return minutes * (1 - team.absence) * (1 - away)

    def _date(self, day: int) -> dt.date:
        return self.calendar.date(day)

    def _weekday(self, day: int) -> int:
        return self.calendar.weekday[self.calendar.index(day)]


def _open_counters(office: Office, team: Team) -> dict[dt.date, Changes] | None:
    if team.staff.log is None:
        return None
    from sim import replay

    return replay.open_counters(office.folder, team.staff)


def _average(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _places(book: Appointments, sessions: Sessions) -> int:
    """Return how many appointments a day offers."""
    begin = sessions[0][0] if book.from_ is None else clock_ms(book.from_)
    end = sessions[-1][1] if book.to is None else clock_ms(book.to)
    times = range(begin, end, round(book.every * MINUTE_MS))
    return book.seats * sum(any(a <= at < b for a, b in sessions) for at in times)


def role_minutes(office: Office, means: Sequence[DemandMean]) -> dict[str, float]:
    """Return the minutes of work that each role is offered on an open day, on average."""
    offered: dict[str, float] = defaultdict(float)
    for demand, mean in zip(office.demands, means, strict=True):
        for role, minutes in _case_minutes(office, demand):
            offered[role] += mean.per_day * minutes
    return dict(offered)


def _case_minutes(office: Office, demand: Demand) -> Iterator[tuple[str, float]]:
    """Yield (role, minutes) of all that a case needs."""
    for place, name in enumerate(demand.needs):
        procedure = office.procedure(name)
        beside = _share_beside(demand, place)
        for number, step in enumerate(procedure.steps):
            if step.role is None or step.minutes is None:
                continue
            saves = demand.bundling.saves_desk_work if not step.visitor else 0.0
            if number == procedure.intake:
                saves = demand.bundling.saves_intake
            yield step.role, step_minutes(step, step.minutes) * (1 - beside * saves)


def _share_beside(demand: Demand, place: int) -> float:
    """Return the share of cases that file a need together with an earlier one."""
    together = demand.shares_filing().get("together", 0.0)
    names = demand.bundling.procedures
    bundled = [i for i, need in enumerate(demand.needs) if need in names]
    adopted = demand.bundling.adopted_by if place in bundled[1:] else 0.0
    return (together + (1 - together) * adopted) if place else 0.0


def step_minutes(step: Step, minutes: Distribution) -> float:
    """Return a step's mean minutes of a dossier, done again whenever it was sent back."""
    again = step.sends_back.again if step.sends_back else 0.0
    sent_back = step.sends_back.share if step.sends_back else 0.0
    times = 1 + (sent_back / (1 - again) if again < 1 else float(sent_back > 0) * 1e9)
    return step.share * max(minutes.mean_value(), 0.0) * times


@dataclass(frozen=True)
class Load:
    """What the teams of a group alone can do, and how much they have time for."""

    teams: tuple[str, ...]
    roles: tuple[str, ...]
    offered_minutes: float
    capacity_minutes: float

    @property
    def ratio(self) -> float:
        """Work offered for each minute that there is; infinite where there is none."""
        if self.capacity_minutes > 0:
            return self.offered_minutes / self.capacity_minutes
        return float("inf") if self.offered_minutes > 0 else 0.0


def overloads(office: Office, offered: dict[str, float], capacity: dict[str, float]) -> list[Load]:
    """Return the smallest groups of teams that cannot do what only they can do.

    All work can be done if and only if no group of teams is offered, in roles that nobody else
    performs, more than it has time for (Hall's condition on the roles' work).
    """
    found: list[Load] = []
    for joined in _sharing(office):
        sizes = range(1, len(joined) + 1) if len(joined) <= _MOST_TEAMS else (1, len(joined))
        for group in chain.from_iterable(combinations(joined, size) for size in sizes):
            load = _load(office, group, offered, capacity)
            inside = any(set(smaller.teams) <= set(load.teams) for smaller in found)
            if load.ratio > 1 and not inside:
                found.append(load)
    return found


def _sharing(office: Office) -> list[list[Team]]:
    """Return the teams in groups that share roles, directly or through others."""
    groups: list[list[Team]] = []
    for team in office.teams:
        roles = set(team.role_names())
        meets = [group for group in groups if any(roles & set(t.role_names()) for t in group)]
        joined = [*chain.from_iterable(meets), team]
        groups = [group for group in groups if group not in meets] + [joined]
    return groups


def _load(
    office: Office, group: Sequence[Team], offered: dict[str, float], capacity: dict[str, float]
) -> Load:
    names = {team.id for team in group}
    others = {r for team in office.teams if team.id not in names for r in team.role_names()}
    own = dict.fromkeys(role for team in group for role in team.role_names())
    roles = tuple(role for role in own if role not in others)
    minutes = sum(offered.get(role, 0.0) for role in roles)
    return Load(
        tuple(team.id for team in group), roles, minutes, sum(capacity[team.id] for team in group)
    )
