"""An office laid out for an engine: names become places, texts become numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

from sim.calendar import RunCalendar
from sim.clock import MINUTE_MS, clock_ms
from sim.distributions import Distribution
from sim.office import WAYS, Demand, Office, Procedure, Step, Team
from sim.office.people import Role, last_ticket_ms
from sim.office.procedures import Limit

ONLINE, WHILE_YOU_WAIT, WHEN_READY, BY_APPOINTMENT, BY_POST = range(len(WAYS))
NONE: Final = -1
"""Stands for a time or place that there is not."""

Key = TypeVar("Key")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class StepPlan:
    """A step as an engine sees it; `role` is NONE where time passes elsewhere."""

    name: str
    role: int
    visitor: bool
    walk_ms: int
    rests: bool


@dataclass(frozen=True, slots=True)
class Route:
    """A procedure as an engine sees it; times of day in milliseconds after midnight.

    `sends_back` tells whether any step does, `has_times` whether law or habit sets any time.
    """

    name: str
    steps: tuple[StepPlan, ...]
    intake: int
    hand_over: int
    sends_back: bool
    limit: Limit | None
    cutoff_ms: int
    same_day_until_ms: int
    hold_work: bool
    slip_hour_ms: int
    new_date: int
    stays_ms: int
    post_ms: int
    has_times: bool


@dataclass(frozen=True, slots=True)
class TeamPlan:
    """A team as an engine sees it: roles by urgency."""

    name: str
    levels: tuple[tuple[int, ...], ...]
    finish_queue: bool

    @property
    def roles(self) -> tuple[int, ...]:
        """All its roles, most urgent first."""
        return tuple(role for level in self.levels for role in level)


@dataclass(frozen=True, slots=True)
class DemandPlan:
    """A demand as an engine sees it; those of the backlog stand after the office's own."""

    demand: Demand
    gives_up_after: int
    there_and_back_ms: int


@dataclass(frozen=True, eq=False)
class Blueprint:
    """An office laid out for one calendar; equal to itself alone.

    Attributes
    ----------
    roles, due_date_order, paces
        Names of the roles, whether the work of each is taken by due date, and the factor of a day
        on its minutes, None where that is always 1.
    teams, routes, demands
        In the order of the file.
    ticket_until
        By day (see :meth:`RunCalendar.index`): when tickets stop.
    """

    office: Office
    calendar: RunCalendar
    roles: tuple[str, ...]
    due_date_order: tuple[bool, ...]
    paces: tuple[Distribution | None, ...]
    teams: tuple[TeamPlan, ...]
    routes: tuple[Route, ...]
    demands: tuple[DemandPlan, ...]
    ticket_until: list[int] = field(repr=False)


def once(function: Callable[[Key], Found]) -> Callable[[Key], Found]:
    """Have what a function says of a layout, or of a calendar, worked out once for each."""
    known: WeakKeyDictionary[Key, Found] = WeakKeyDictionary()

    @wraps(function)
    def found(of: Key) -> Found:
        if of not in known:
            known[of] = function(of)
        return known[of]

    return found


def blueprint(office: Office, calendar: RunCalendar) -> Blueprint:
    """Lay out an office for an engine."""
    roles = office.role_names()
    place = {name: index for index, name in enumerate(roles)}
    settings = [office.roles.get(name, Role()) for name in roles]
    demands = (*office.demands, *_backlog_demands(office))
    return Blueprint(
        office=office,
        calendar=calendar,
        roles=roles,
        due_date_order=tuple(role.order == "due date" for role in settings),
        paces=tuple(role.pace() for role in settings),
        teams=tuple(_team(team, place) for team in office.teams),
        routes=tuple(_route(procedure, place, calendar) for procedure in office.procedures),
        demands=tuple(_demand(demand, office) for demand in demands),
        ticket_until=_ticket_until(calendar),
    )


def backlog_name(place: int) -> str:
    """Return the name of the demand that stands for a backlog."""
    return f"backlog {place + 1}"


def _backlog_demands(office: Office) -> list[Demand]:
    return [
        Demand(id=backlog_name(place), needs=(backlog.procedure,), per_day=0.0)
        for place, backlog in enumerate(office.backlog)
    ]


def _team(team: Team, place: dict[str, int]) -> TeamPlan:
    levels = tuple(tuple(place[name] for name in level) for level in team.levels())
    return TeamPlan(team.id, levels, team.closing == "finish queue")


def _demand(demand: Demand, office: Office) -> DemandPlan:
    gives_up = demand.gives_up_after or office.visitor.gives_up_after
    travel = demand.travel or office.visitor.travel
    return DemandPlan(demand, gives_up, round(2 * travel.minutes_each_way * MINUTE_MS))


def _route(procedure: Procedure, place: dict[str, int], calendar: RunCalendar) -> Route:
    deadline, post = procedure.deadline, procedure.post
    return Route(
        name=procedure.id,
        steps=tuple(_step(step, place) for step in procedure.steps),
        intake=procedure.intake,
        hand_over=procedure.hand_over,
        sends_back=any(step.sends_back is not None for step in procedure.steps),
        limit=deadline.limit() if deadline else None,
        cutoff_ms=_clock(deadline.cutoff if deadline else None),
        same_day_until_ms=_clock(procedure.habit_until),
        hold_work=procedure.habit.hold_work,
        slip_hour_ms=_clock(procedure.slip_hour),
        new_date=procedure.new_date,
        stays_ms=round(procedure.stays * MINUTE_MS),
        post_ms=round(post.days * calendar.ordinary_day_ms),
        has_times=deadline is not None or procedure.habit_until is not None,
    )


def _clock(text: str | None) -> int:
    return NONE if text is None else clock_ms(text)


def _step(step: Step, place: dict[str, int]) -> StepPlan:
    return StepPlan(
        name=step.id,
        role=NONE if step.role is None else place[step.role],
        visitor=step.visitor,
        walk_ms=round(step.walk * MINUTE_MS),
        rests=step.rests is not None,
    )


@once
def _ticket_until(calendar: RunCalendar) -> list[int]:
    """Return when tickets stop, by day; one that the office does not close after has no stop."""
    early = [last_ticket_ms(calendar.rules.part, weekday) for weekday in range(7)]

    def until(day: int) -> int:
        at = calendar.index(day)
        if calendar.is_open[at] and not calendar.closes_in(day):
            return calendar.closing[at]
        return calendar.closing[at] - early[calendar.weekday[at]]

    return calendar.per_day(until)
