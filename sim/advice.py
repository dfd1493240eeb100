"""What a planner should look at though nothing is wrong: warnings, and what the demand comes to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sim import paths
from sim.calendar import DayRules
from sim.clock import DAY_MS, WEEKDAYS, clock_ms, weekdays
from sim.office import Office, Team
from sim.office.people import sessions_of
from sim.said import listed, phrase
from sim.staffing import Sessions
from sim.wording import together
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
            text = phrase(
                "no row falls on an open day of the year from {date}: set start to the log's first "
                "day",
                date=self.office.calendar.start,
            )
            yield Warned(f"demands.{mean.demand}.log", text)


def start_moves(office: Office) -> Iterator[Warned]:
    """Warn of a first day on which the office neither opens nor works."""
    rules = DayRules(office.calendar)
    start = office.calendar.start
    moved = rules.next_counted(start)
    if moved != start:
        why = phrase("a public holiday") if rules.is_holiday(start) else phrase("closed")
        text = phrase(
            "{start} is {why}: measuring starts on {moved}",
            start=_with_weekday(start), why=why, moved=_with_weekday(moved),
        )  # fmt: skip
        yield Warned("calendar.start", text)


def _with_weekday(date: dt.date) -> str:
    return phrase("{weekday} {date}", weekday=_WEEKDAYS[date.weekday()], date=date)


_WEEKDAYS: Final = (
    phrase("Monday"), phrase("Tuesday"), phrase("Wednesday"), phrase("Thursday"),
    phrase("Friday"), phrase("Saturday"), phrase("Sunday"),
)  # fmt: skip


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
                text = phrase("{time} is after closing on every day: it never applies", time=at)
                yield Warned(path, text)
            elif at is not None and clock_ms(at) <= opens:
                text = phrase(
                    "{time} is not after the opening of any day: it always applies", time=at
                )
                yield Warned(path, text)


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
        text = phrase(
            "the office is closed on {days}: the team does not work then", days=_days(idle)
        )
        yield Warned(path, text)
    if beyond:
        text = phrase(
            "beyond the office's hours on {days}: only desk work is done then", days=_days(beyond)
        )
        yield Warned(path, text)


def _leaves_early(office: Office, team: Team) -> Iterator[Warned]:
    hours = [(sessions_of(team.hours or {}, d), _office_sessions(office, d)) for d in range(7)]
    early = [
        d for d, (own, open_) in enumerate(hours) if own and open_ and own[-1][1] < open_[-1][1]
    ]
    if early and team.closing == "finish queue":
        text = phrase(
            "the team leaves before closing on {days}, and who comes later is not served",
            days=_days(early),
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
    return listed(weekdays(WEEKDAYS[day]) for day in days)


def arrivals_fit_the_hours(office: Office) -> Iterator[Warned]:
    """Warn of hours of arrival at which the office has closed on every day."""
    days = [_office_sessions(office, day) for day in range(7)]
    closes = max(sessions[-1][1] for sessions in days if sessions)
    for demand in office.demands:
        late = [at for at, share in demand.by_hour.items() if share and clock_ms(at) >= closes]
        if late:
            text = phrase(
                "{times}: not before closing on any day, so these shares are left out",
                times=listed(late),
            )
            yield Warned(f"demands.{demand.id}.by_hour", text)


def _overload(load: Load) -> Warned:
    path = ", ".join(f"teams.{name}" for name in load.teams)
    work = phrase(
        "{minutes:,.0f} minutes of {roles} come in on an open day",
        minutes=load.offered_minutes, roles=together(load.roles),
    )  # fmt: skip
    if load.capacity_minutes <= 0:
        text = phrase("{work}, and nobody is there to do them: they are never done", work=work)
        return Warned(path, text)
    text = phrase(
        "loaded to {load:.0%}: {work}, for {minutes:,.0f} minutes of their time. "
        "Queues grow without end",
        load=load.ratio, work=work, minutes=load.capacity_minutes,
    )  # fmt: skip
    return Warned(path, text)


def sources_are_given(office: Office) -> Iterator[Warned]:
    """Warn of an office that says nowhere where its numbers come from."""
    if not office.sources:
        text = phrase(
            "empty: reports print every number as an assumption, to be replaced by your own data"
        )
        yield Warned("sources", text)


def ranges_hold_the_value(office: Office) -> Iterator[Warned]:
    """Warn of values outside their own plausible range."""
    content = office.model_dump()
    for path, (low, high) in office.ranges.items():
        value = _number(content, path)
        if value is not None and not low <= value <= high:
            text = phrase(
                "{value} lies outside {low} to {high}",
                value=f"{value:g}", low=f"{low:g}", high=f"{high:g}",
            )  # fmt: skip
            yield Warned(f'ranges."{path}"', text)


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
