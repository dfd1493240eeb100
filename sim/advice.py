"""What a planner should look at though nothing is wrong: warnings, and what the demand comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sim import paths
from sim.calendar import DayRules
from sim.clock import DAY_MS, WEEKDAYS, clock_ms
from sim.office import Office, Team
from sim.office.people import sessions_of
from sim.staffing import Sessions
from sim.workload import DemandMean, Load, Year, overloads, role_minutes


@dataclass(frozen=True)
class Warned:
    """Something to look at: where, and what."""

    path: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}: {self.text}"


class Advice:
    """What is worth knowing of an office before it is run.

    Parameters
    ----------
    office
        An office without faults.
    """

    def __init__(self, office: Office) -> None:
        self.office = office
        self._year = Year(office)

    @cached_property
    def demands(self) -> list[DemandMean]:
        """What each demand comes to in the year from `start`."""
        return [self._year.demand(demand) for demand in self.office.demands]

    @cached_property
    def overloads(self) -> list[Load]:
        """The smallest groups of teams that cannot do what only they can do."""
        capacity = {team.id: self._year.capacity_minutes(team) for team in self.office.teams}
        return overloads(self.office, role_minutes(self.office, self.demands), capacity)

    @cached_property
    def warnings(self) -> list[Warned]:
        """All warnings, in the order of the file."""
        first = [warned for find in _EARLY for warned in find(self.office)]
        loads = [_overload(load) for load in self.overloads]
        idle = [warned for mean in self.demands for warned in self._nobody_comes(mean)]
        return first + loads + idle + [warned for find in _LATE for warned in find(self.office)]

    def _nobody_comes(self, mean: DemandMean) -> Iterator[Warned]:
        log = self.office.demand(mean.demand).log
        if log is not None and not mean.per_year:
            text = f"no row falls on an open day of the year from {self.office.calendar.start}"
            yield Warned(f"demands.{mean.demand}.log", f"{text}: set start to the log's first day")


def start_moves(office: Office) -> Iterator[Warned]:
    """Warn of a first day on which the office neither opens nor works."""
    rules = DayRules(office.calendar)
    start = office.calendar.start
    moved = rules.next_counted(start)
    if moved != start:
        why = "a public holiday" if rules.is_holiday(start) else "closed"
        text = f"{start:%A} {start} is {why}: measuring starts on {moved:%A} {moved}"
        yield Warned("calendar.start", text)


def cutoffs_apply(office: Office) -> Iterator[Warned]:
    """Warn of cutoffs that fall outside the hours of every day."""
    days = [sessions_of(office.calendar.hours, day) for day in range(7)]
    opens = min(sessions[0][0] for sessions in days if sessions)
    closes = max(sessions[-1][1] for sessions in days if sessions)
    for procedure in office.procedures:
        cutoff = procedure.deadline.cutoff if procedure.deadline else None
        times = {"deadline.cutoff": cutoff, "habit.same_day_until": procedure.habit.same_day_until}
        for key, at in times.items():
            path = f"procedures.{procedure.id}.{key}"
            if at is not None and closes < clock_ms(at) < DAY_MS:
                yield Warned(path, f"{at} is after closing on every day: it never applies")
            elif at is not None and clock_ms(at) <= opens:
                yield Warned(path, f"{at} is not after the opening of any day: it always applies")


def team_hours_fit(office: Office) -> Iterator[Warned]:
    """Warn of teams that work while the office is closed, or leave a queue they should finish."""
    for team in office.teams:
        if team.hours is not None:
            yield from _outside(office, team)
            yield from _leaves_early(office, team)


def _outside(office: Office, team: Team) -> Iterator[Warned]:
    hours = [(sessions_of(team.hours or {}, d), _office_sessions(office, d)) for d in range(7)]
    path = f"teams.{team.id}.hours"
    idle = [day for day, (own, open_) in enumerate(hours) if own and not open_]
    beyond = [day for day, (own, open_) in enumerate(hours) if open_ and not _within(own, open_)]
    if idle:
        text = f"the office is closed on {_days(idle)}: the team does not work then"
        yield Warned(path, text)
    if beyond:
        text = f"beyond the office's hours on {_days(beyond)}: only desk work is done then"
        yield Warned(path, text)


def _leaves_early(office: Office, team: Team) -> Iterator[Warned]:
    hours = [(sessions_of(team.hours or {}, d), _office_sessions(office, d)) for d in range(7)]
    early = [
        d for d, (own, open_) in enumerate(hours) if own and open_ and own[-1][1] < open_[-1][1]
    ]
    if early and team.closing == "finish queue":
        text = (
            f"the team leaves before closing on {_days(early)}, and who comes later is not served"
        )
        yield Warned(f"teams.{team.id}.closing", text)


def _office_sessions(office: Office, weekday: int) -> Sessions:
    return sessions_of(office.calendar.hours, weekday)


def _within(own: Sessions, open_: Sessions) -> bool:
    """Tell whether a team's sessions lie within the office's, counting those that touch as one."""
    joined: list[tuple[int, int]] = []
    for begin, end in open_:
        if joined and joined[-1][1] == begin:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return all(any(a <= begin and end <= b for a, b in joined) for begin, end in own)


def _days(days: list[int]) -> str:
    return ", ".join(WEEKDAYS[day] for day in days)


def arrivals_fit_the_hours(office: Office) -> Iterator[Warned]:
    """Warn of hours of arrival at which the office has closed on every day."""
    days = [_office_sessions(office, day) for day in range(7)]
    closes = max(sessions[-1][1] for sessions in days if sessions)
    for demand in office.demands:
        late = [at for at, share in demand.by_hour.items() if share and clock_ms(at) >= closes]
        if late:
            text = f"{', '.join(late)}: not before closing on any day, so these shares are left out"
            yield Warned(f"demands.{demand.id}.by_hour", text)


def _overload(load: Load) -> Warned:
    path = ", ".join(f"teams.{name}" for name in load.teams)
    roles = " and ".join(load.roles)
    work = f"{load.offered_minutes:,.0f} minutes of {roles} come in on an open day"
    if load.capacity_minutes <= 0:
        return Warned(path, f"{work}, and nobody is there to do them: they are never done")
    time = f"{load.capacity_minutes:,.0f} minutes of their time"
    text = f"loaded to {load.ratio:.0%}: {work}, for {time}. Queues grow without end"
    return Warned(path, text)


def sources_are_given(office: Office) -> Iterator[Warned]:
    """Warn of an office that says nowhere where its numbers come from."""
    if not office.sources:
        text = "empty: reports print every number as an assumption, to be replaced by your own data"
        yield Warned("sources", text)


def ranges_hold_the_value(office: Office) -> Iterator[Warned]:
    """Warn of values outside their own plausible range."""
    content = office.model_dump()
    for path, (low, high) in office.ranges.items():
        value = _number(content, path)
        if value is not None and not low <= value <= high:
            yield Warned(f'ranges."{path}"', f"{value:g} lies outside {low:g} to {high:g}")


def _number(content: dict[str, object], path: str) -> float | None:
    """Return the number at a path; None where a reform has put something else in its place."""
    with suppress(paths.PathError):
        value = paths.get_path(content, path)
        return value if isinstance(value, int | float) else None
    return None


Find = Callable[[Office], Iterator[Warned]]

_EARLY: Final[tuple[Find, ...]] = (start_moves, team_hours_fit)
_LATE: Final[tuple[Find, ...]] = (
    cutoffs_apply,
    arrivals_fit_the_hours,
    sources_are_given,
    ranges_hold_the_value,
)
