"""An office as tables for compiled code: all that no luck moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sim.arrivals import Comings
from sim.blueprint import NONE, Blueprint, DemandPlan, Route
from sim.calendar import DAYS_BEFORE, RunCalendar, Spans, merged
from sim.distributions import Distribution
from sim.engines.compiled.memory import (
    DAY,
    DEMAND,
    DISTRIBUTION,
    LEVEL,
    NEED,
    PROFILE,
    ROUTE,
    SPAN,
    STATE,
    STEP,
)
from sim.engines.compiled.rules import UNITS
from sim.office import Procedure, Step
from sim.office.procedures import limit_working_days
from sim.steps import pace_name

_NOWHERE = merged([(0, 1)])
"""So that a table of nobody's presence has an address too."""

Table = np.ndarray[Any, np.dtype[Any]]
Names = tuple[str, ...]


@dataclass
class OfficeTables:
    """Tables by the name of the state that holds their address, and the names of all draws.

    Attributes
    ----------
    tables
        Arrays by name.
    sizes
        Counts by name.
    draws
        Names of the quantities drawn; a key stands at the place of its name.
    states
        The state with which every run begins.
    """

    layout: Blueprint
    comings: Comings
    names: list[Names]
    """Of each demand, the name of each dossier it needs."""
    tables: dict[str, Table] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    draws: dict[Names, int] = field(default_factory=dict)
    states: Table = field(init=False)
    _staff: tuple[list[Spans], Table] = ([], np.zeros(0))
    _distributions: list[tuple[int, int, int]] = field(default_factory=list)
    _floats: list[Table] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._calendar(self.layout.calendar)
        self._routes()
        self._demands()
        self._teams()
        self._profiles(self.layout.calendar)
        self.tables["distributions"] = _records(DISTRIBUTION, self._distributions)
        self.tables["floats"] = np.concatenate([np.zeros(1), *self._floats])
        self.states = np.zeros(1, dtype=STATE)
        for name, table in self.tables.items():
            self.states[name] = table.ctypes.data
        for name, size in self.sizes.items():
            self.states[name] = size

    # --- calendar ---

    def _calendar(self, calendar: RunCalendar) -> None:
        open_days, legal_days = _days_that(calendar.is_open), _days_that(calendar.is_legal)
        days = np.arange(len(calendar.is_open)) - DAYS_BEFORE
        self.tables["days"] = _columns(
            DAY,
            opening=calendar.opening,
            closing=calendar.closing,
            is_open=calendar.is_open,
            ticket_until=self.layout.ticket_until,
            kind=self._kinds(calendar),
            open_rank=np.searchsorted(open_days, days, side="right"),
            legal_rank=np.searchsorted(legal_days, days, side="right"),
        )
        self.sizes["last_day"] = len(days) - 1
        self.sizes["ordinary_day_ms"] = calendar.ordinary_day_ms
        self._listed("open_days", open_days)
        self._listed("legal_days", legal_days)
        self._listed("open_spans", span_records(calendar.open_time))
        self._listed("legal_spans", span_records(calendar.legal_time))

    def _listed(self, name: str, table: Table) -> None:
        self.tables[name] = table
        self.sizes[f"{name}_used"] = len(table)

    def _kinds(self, calendar: RunCalendar) -> list[int]:
        """Return the kind of each day: days of the same sessions are of one kind."""
        known: dict[Any, int] = {}
        found = [known.setdefault(sessions, len(known)) for sessions in calendar.sessions]
        self.sizes["kinds"] = len(known)
        return found

    def _profiles(self, calendar: RunCalendar) -> None:
        """Lay out when in a day of each kind the people of each demand come."""
        kind_of_day = self.tables["days"]["kind"]
        demands, kinds = len(self.layout.demands), self.sizes["kinds"]
        place_of = np.zeros(demands * kinds, dtype=np.int64)
        places: dict[int, int] = {}
        profiles: list[tuple[int, int]] = []
        shares, times, first = [np.zeros(1)], [np.zeros(1)], 1
        for kind in range(kinds):
            day = int(np.flatnonzero(kind_of_day == kind)[0]) - DAYS_BEFORE
            if not calendar.sessions[calendar.index(day)]:
                continue
            for demand in range(demands):
                found = self.comings.profile_of(demand, day)
                if id(found) not in places:
                    places[id(found)] = len(profiles)
                    profiles.append((first, len(found.shares)))
                    shares.append(found.shares)
                    times.append(found.times)
                    first += len(found.shares)
                place_of[demand * kinds + kind] = places[id(found)]
        self.tables["profiles"] = _records(PROFILE, profiles)
        self.tables["profile_kinds"] = place_of
        self.tables["shares"] = np.concatenate(shares)
        self.tables["times"] = np.concatenate(times)

    # --- procedures ---

    def _routes(self) -> None:
        routes = self.layout.routes
        self.tables["routes"] = _records(ROUTE, [_route(route) for route in routes])
        self.sizes["most_steps"] = max((len(route.steps) for route in routes), default=1)

    def _demands(self) -> None:
        demands: list[tuple[float, ...]] = []
        needs: list[tuple[int, ...]] = []
        steps: list[tuple[float, ...]] = []
        for place, plan in enumerate(self.layout.demands):
            demands.append(self._demand(plan, len(needs)))
            for position, name in enumerate(plan.demand.needs):
                procedure = self._place_of(name)
                needs.append(self._need(plan, position, procedure, len(steps)))
                steps += self._steps(plan.demand.id, self.names[place][position], procedure)
        self.tables["demands"] = _records(DEMAND, demands)
        self.tables["needs"] = _records(NEED, needs)
        self.tables["step_plans"] = _records(STEP, steps)
        self.sizes["most_dossiers"] = max(
            (len(plan.demand.needs) for plan in self.layout.demands), default=1
        )

    def _place_of(self, procedure: str) -> int:
        return next(i for i, r in enumerate(self.layout.routes) if r.name == procedure)

    def _demand(self, plan: DemandPlan, first_need: int) -> tuple[float, ...]:
        demand = plan.demand
        patience = demand.patience or self.layout.office.visitor.patience
        return (
            plan.gives_up_after,
            plan.there_and_back_ms,
            self._distribution(patience),
            self._draw(demand.id, "patience"),
            self._distribution(demand.gap.working_days),
            self._draw(demand.id, "gap"),
            first_need,
            len(demand.needs),
            demand.bundling.saves_intake,
            demand.bundling.saves_desk_work,
        )

    def _need(
        self, plan: DemandPlan, position: int, procedure: int, first_step: int
    ) -> tuple[int, ...]:
        return (
            procedure,
            first_step,
            self._draw(plan.demand.id, "again", str(position)),
            self._draw(plan.demand.id, "slip", str(position)),
        )

    def _steps(self, demand: str, name: str, place: int) -> list[tuple[float, ...]]:
        procedure, route = self.layout.office.procedures[place], self.layout.routes[place]
        return [
            (
                plan.role,
                plan.visitor,
                plan.walk_ms,
                plan.rests,
                self._distribution(step.minutes),
                self._draw(demand, name, step.id, "minutes"),
                *self._pace(plan.role),
                self._draw(demand, name, step.id, "share"),
                self._draw(demand, name, step.id, "sends back"),
                self._distribution(step.sends_back.working_days if step.sends_back else None),
                self._draw(demand, name, step.id, "back days"),
                *self._lapse(procedure, step, (demand, name, step.id)),
                step.share,
                step.sends_back.share if step.sends_back else 0.0,
                step.sends_back.again if step.sends_back else 0.0,
            )
            for step, plan in zip(procedure.steps, route.steps, strict=True)
        ]

    def _pace(self, role: int) -> tuple[int, int]:
        """Return distribution and key of the factor of a day on a role's minutes."""
        pace = None if role == NONE else self.layout.paces[role]
        if pace is None:
            return NONE, 0
        return self._distribution(pace), self._draw(*pace_name(self.layout.roles[role]))

    def _lapse(self, procedure: Procedure, step: Step, names: Names) -> tuple[int, int, int]:
        """Return distribution, key and fixed length of what elapses, or of its rest before."""
        if step.working_days is not None:
            return self._distribution(step.working_days), self._draw(*names, "working days"), 0
        if step.rests is None:
            return NONE, 0, 0
        if step.rests.working_days is not None:
            return self._distribution(step.rests.working_days), self._draw(*names, "rests"), 0
        assert procedure.deadline is not None
        limit = limit_working_days(procedure.deadline.limit(), self.layout.office.calendar)
        ordinary = self.layout.calendar.ordinary_day_ms
        return NONE, 0, round((step.rests.of_deadline or 0) * limit * ordinary)

    def _distribution(self, distribution: Distribution | None) -> int:
        """Return the place of a distribution; NONE for none."""
        if distribution is None:
            return NONE
        form, parameters, table = distribution.encoded()
        first = 1 + sum(len(floats) for floats in self._floats)
        self._floats += [parameters, table]
        self._distributions.append((form, first, len(table)))
        return len(self._distributions) - 1

    def _draw(self, *names: str) -> int:
        return self.draws.setdefault(names, len(self.draws))

    # --- teams ---

    def presence(self, spans: list[Spans]) -> Table:
        """Return when each member is there, one after another; kept where no luck moves it."""
        known, table = self._staff
        if len(known) != len(spans) or any(a is not b for a, b in zip(known, spans, strict=True)):
            table = np.concatenate([*map(span_records, spans), span_records(_NOWHERE)])
            self._staff = (spans, table)
        return table

    def _teams(self) -> None:
        teams, roles = self.layout.teams, range(len(self.layout.roles))
        performing = [[i for i, team in enumerate(teams) if role in team.roles] for role in roles]
        self.tables["role_teams"] = np.array([i for each in performing for i in each] or [0])
        levels = [level for team in teams for level in team.levels]
        first = np.cumsum([0, *(len(level) for level in levels)]).tolist()
        sized = [(first[i], len(level)) for i, level in enumerate(levels)]
        self.tables["team_levels"] = _records(LEVEL, sized)
        self.tables["level_roles"] = np.array([r for level in levels for r in level] or [0])
        self.sizes["teams_used"] = len(teams)


def _route(route: Route) -> tuple[int, ...]:
    limit = route.limit
    return (
        len(route.steps),
        route.intake,
        route.hand_over,
        route.sends_back,
        NONE if limit is None else UNITS[limit.unit],
        0 if limit is None else limit.number,
        route.cutoff_ms,
        route.same_day_until_ms,
        route.hold_work,
        route.slip_hour_ms,
        route.new_date,
        route.stays_ms,
        route.post_ms,
        route.has_times,
        limit is None or limit.unit == "same day",
    )


def span_records(spans: Spans) -> Table:
    """Return intervals as records, each with the time that those before it hold."""
    starts, ends = spans.begin, spans.end
    before = np.cumsum(ends - starts) - (ends - starts)
    return _columns(SPAN, start=starts, end=ends, before=before)


def _columns(dtype: np.dtype[Any], **columns: Any) -> Table:
    """Return a table of columns."""
    found = np.zeros(len(next(iter(columns.values()))), dtype=dtype)
    for name, column in columns.items():
        found[name] = column
    return found


def _records(dtype: np.dtype[Any], rows: list[Any]) -> Table:
    """Return a table of rows; one of nothing where there is none, so that it has an address."""
    return np.array(rows, dtype=dtype) if rows else np.zeros(1, dtype=dtype)


def _days_that(holds: list[bool]) -> Table:
    return np.flatnonzero(np.array(holds)) - DAYS_BEFORE
