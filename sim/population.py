"""Everything drawn about the cases of one replication, before any engine runs.

A *case* is a person (or firm) and what they need; a *filing* is what they hand in at one visit; a
*dossier* is one procedure's papers. Tables are columns, one entry a case, filing, dossier or step.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Self

import numpy as np

from sim.arrivals import Arrivals, Comings
from sim.blueprint import NONE, WHEN_READY, Blueprint, DemandPlan, Route, backlog_name
from sim.calendar import Bools, Ints
from sim.clock import DAY_MS, MINUTE_MS
from sim.draws import Floats, Luck, durations, pick, whole
from sim.office import WAYS, Demand, Procedure, Step
from sim.office.procedures import limit_working_days


@dataclass(frozen=True)
class Population:
    """Cases with their filings, dossiers and steps, in order of arrival.

    Attributes
    ----------
    case_demand, case_day, case_number
        The demand's place; date of the first arrival as an ordinal; number in that day. The three
        name a case, whatever else is in the office.
    case_arrival
        First arrival, or filing online, in milliseconds.
    case_class
        Priority class: 0 before 1.
    case_first_filing, case_filings
        The case's filings.
    case_in_turn
        Whether its filings are made one after the other.
    case_online
        Whether it files online.
    filing_case, filing_position, filing_arrival
        Case; place of its first dossier among the case's needs; arrival in milliseconds, NONE
        where it follows the result of the filing before.
    dossier_procedure, dossier_filing, dossier_position, dossier_first_step, dossier_way
        Procedure; filing; place among the case's needs; first entry of its steps; way of handing
        over.
    dossier_kept
        Whether the office keeps to its habit of not giving results the same day from some hour.
    dossier_extension
        Working days that known elapsed steps add to the deadline.
    dossier_begins_at
        Place of the step it waits for at the first moment (backlog); 0 for those still to come.
    step_work, step_lapse
        Milliseconds of work; milliseconds of legal open time that elapses or that it rests first.
    step_concerned, step_sent_back, step_back_days
        Whether the step concerns the dossier; whether it is sent back the first time; days open
        until the papers come in.
    """

    case_demand: Ints
    case_day: Ints
    case_number: Ints
    case_arrival: Ints
    case_class: Ints
    case_first_filing: Ints
    case_filings: Ints
    case_in_turn: Bools
    case_online: Bools
    filing_case: Ints
    filing_position: Ints
    filing_arrival: Ints
    dossier_procedure: Ints
    dossier_filing: Ints
    dossier_position: Ints
    dossier_first_step: Ints
    dossier_way: Ints
    dossier_kept: Bools
    dossier_extension: Ints
    dossier_begins_at: Ints
    step_work: Ints
    step_lapse: Ints
    step_concerned: Bools
    step_sent_back: Bools
    step_back_days: Ints

    def joined_to(self, later: Population) -> Population:
        """Return this population and a later one as one, places in the later one moved on."""
        shifts = {
            "case_first_filing": len(self.filing_case),
            "filing_case": len(self.case_demand),
            "dossier_filing": len(self.filing_case),
            "dossier_first_step": len(self.step_work),
        }
        columns = {
            field.name: np.concatenate(
                (getattr(self, field.name), getattr(later, field.name) + shifts[field.name])
                if field.name in shifts
                else (getattr(self, field.name), getattr(later, field.name))
            )
            for field in fields(self)
        }
        return type(self)(**columns)

    @classmethod
    def of(cls, **columns: Ints | Bools) -> Self:
        """Make a population of columns."""
        return cls(**columns)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Pattern:
    """A way in which a case's dossiers are grouped into filings."""

    groups: tuple[tuple[int, ...], ...]
    in_turn: bool


class Crowd:
    """Draws populations of an office."""

    def __init__(self, layout: Blueprint) -> None:
        self.layout = layout
        self.comings = Comings(layout)
        self.names = [_dossier_names(plan) for plan in layout.demands]

    def draw(self, luck: Luck, first: int, until: int, *, backlog: bool = False) -> Population:
        """Draw all cases that first arrive on the days from `first` to before `until`."""
        places = range(len(self.layout.office.demands))
        blocks = [
            _Block(self, luck, place, self.comings.draw(place, luck, first, until))
            for place in places
        ]
        if backlog:
            blocks += [
                _Block(self, luck, len(places) + i, self._already_there(luck, i))
                for i in range(len(self.layout.office.backlog))
            ]
        return _assemble(self.layout, blocks)

    def _already_there(self, luck: Luck, place: int) -> Arrivals:
        part = self.layout.office.backlog[place]
        numbers = np.arange(part.dossiers)
        ordinal = self.layout.calendar.first_date.toordinal()
        days = np.full(part.dossiers, ordinal)
        u = luck.uniforms((backlog_name(place), "received days ago"), days, numbers)
        ago = np.minimum(whole(part.received_days_ago.quantile(u), 1), 300)
        return Arrivals(days, numbers, -ago * DAY_MS)


def _dossier_names(plan: DemandPlan) -> tuple[str, ...]:
    """Name each dossier of a case: its procedure, numbered where it is needed again."""
    needs = plan.demand.needs
    return tuple(
        name if name not in needs[:i] else f"{name}#{needs[:i].count(name) + 1}"
        for i, name in enumerate(needs)
    )


class _Block:
    """The cases of one demand, before they are put in order with the others."""

    def __init__(self, crowd: Crowd, luck: Luck, place: int, arrivals: Arrivals) -> None:
        self.layout = crowd.layout
        self.comings = crowd.comings
        self.luck = luck
        self.place = place
        self.plan: Demand = crowd.layout.demands[place].demand
        self.names = crowd.names[place]
        self.arrivals = arrivals
        self.size = len(arrivals.times)
        self.routes = [self._route(name) for name in self.plan.needs]
        self.pattern, self.patterns = self._grouped()

    def _route(self, name: str) -> tuple[int, Route]:
        return next((i, r) for i, r in enumerate(self.layout.routes) if r.name == name)

    def u(self, *names: str, tries: int = 0) -> Floats:
        """Return a uniform for each case of the block."""
        names = (self.plan.id, *names)
        return self.luck.uniforms(names, self.arrivals.days, self.arrivals.numbers, tries)

    def _grouped(self) -> tuple[Ints, list[Pattern]]:
        """Return which pattern each case follows, and the patterns."""
        count = len(self.plan.needs)
        if count == 1:
            return np.zeros(self.size, dtype=np.int64), [Pattern(((0,),), in_turn=False)]
        shares = self.plan.shares_filing()
        bundled = _bundled(self.plan)
        loose = [(self._groups(way, ()), way == "one after the other") for way in shares]
        bound = [(self._groups(way, bundled), way == "one after the other") for way in shares]
        patterns = [Pattern(g, in_turn=turn and len(g) > 1) for g, turn in loose + bound]
        chosen = pick(tuple(shares.values()), self.u("filing"))
        adopts = self.u("bundles") < (self.plan.bundling.adopted_by if bundled else 0.0)
        return chosen + np.where(adopts, len(shares), 0), patterns

    def _groups(self, way: str, bundled: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
        count = len(self.plan.needs)
        if way == "together":
            return (tuple(range(count)),)
        groups = [(i,) for i in range(count) if i not in bundled]
        return tuple(sorted([*groups, bundled] if bundled else groups))

    def priority_class(self) -> Ints:
        """Return 0 for those served before others, 1 for the rest."""
        share = self.plan.priority_share
        if share is None:
            share = self.layout.office.visitor.priority_share
        return np.where(self.u("priority") < share, 0, 1)

    def online(self) -> Bools:
        """Return who files online."""
        return self.u("filed") < self.plan.shares_filed().get("online", 0.0)

    def filing_arrivals(self, group: int, in_turn: bool, rows: Ints) -> Ints:
        """Return when the cases `rows` arrive with a group; NONE where it waits its turn."""
        if group == 0:
            return self.arrivals.times[rows]
        if in_turn:
            return np.full(len(rows), NONE)
        apart = 1 + np.floor(self.u("apart", tries=group)[rows] * self.plan.apart).astype(np.int64)
        hours = self.u("apart hour", tries=group)[rows]
        calendar = self.layout.calendar
        first = self.arrivals.days[rows] - calendar.first_date.toordinal()
        days = [
            calendar.open_day_after(d, a)
            for d, a in zip(first.tolist(), apart.tolist(), strict=True)
        ]
        return np.array(
            [
                day * DAY_MS + self.comings.profile_of(self.place, day).at(u)
                for day, u in zip(days, hours.tolist(), strict=True)
            ],
            dtype=np.int64,
        )

    def way(self, position: int) -> Ints:
        """Return each case's way of handing over a dossier's result."""
        ways = self._procedure(position).ways()
        chosen = pick(tuple(ways.values()), self.u(self.names[position], "way"))
        places = np.array([WAYS.index(way) for way in ways])[chosen]
        if self.in_backlog:
            return np.where((places == 0) | (places == len(WAYS) - 1), places, WHEN_READY)
        return places

    @property
    def in_backlog(self) -> bool:
        """Whether the block is a backlog's."""
        return self.place >= len(self.layout.office.demands)

    def begins_at(self) -> int:
        """Return the step that dossiers of a backlog wait for; 0 for those still to come."""
        if not self.in_backlog:
            return 0
        part = self.layout.office.backlog[self.place - len(self.layout.office.demands)]
        steps = self._procedure(0).steps
        return next(i for i, step in enumerate(steps) if step.id == part.step)

    def kept(self, position: int) -> Bools:
        """Return for which dossiers the office keeps to its habit."""
        return self.u(self.names[position], "kept") < self._procedure(position).habit.kept

    def _procedure(self, position: int) -> Procedure:
        return self.layout.office.procedures[self.routes[position][0]]

    def step(self, position: int, place: int) -> StepDraws:
        """Draw one step of one dossier of every case."""
        procedure = self._procedure(position)
        name = self.names[position]
        step = procedure.steps[place]
        return StepDraws(
            work=work_ms(step, self.u(name, step.id, "minutes")),
            lapse=self._lapse(procedure, step, name),
            concerned=self._chance(step.share, name, step.id, "share"),
            sent_back=self._chance(sent_back_share(step, 0), name, step.id, "sends back"),
            back_days=back_days(step, self.u(name, step.id, "back days")),
        )

    def _chance(self, share: float, *names: str) -> Bools:
        if share in (0.0, 1.0):
            return np.full(self.size, share == 1.0)
        return self.u(*names) < share

    def _lapse(self, procedure: Procedure, step: Step, name: str) -> Ints:
        ordinary = self.layout.calendar.ordinary_day_ms
        if step.working_days is not None:
            return durations(step.working_days, ordinary, self.u(name, step.id, "working days"))
        if step.rests is None:
            return np.zeros(self.size, dtype=np.int64)
        if step.rests.working_days is not None:
            return durations(step.rests.working_days, ordinary, self.u(name, step.id, "rests"))
        assert procedure.deadline is not None
        limit = limit_working_days(procedure.deadline.limit(), self.layout.office.calendar)
        return np.full(self.size, round((step.rests.of_deadline or 0) * limit * ordinary))


@dataclass(frozen=True)
class StepDraws:
    """One step of the dossiers of a block: see the step columns of :class:`Population`."""

    work: Ints
    lapse: Ints
    concerned: Bools
    sent_back: Bools
    back_days: Ints


def work_ms(step: Step, u: Floats) -> Ints:
    """Return milliseconds of work; none at a step that passes elsewhere."""
    if step.minutes is None:
        return np.zeros(len(u), dtype=np.int64)
    return durations(step.minutes, MINUTE_MS, u)


def back_days(step: Step, u: Floats) -> Ints:
    """Return whole days open until completed papers come in."""
    if step.sends_back is None:
        return np.zeros(len(u), dtype=np.int64)
    return whole(step.sends_back.working_days.quantile(u))


def sent_back_share(step: Step, tries: int) -> float:
    """Return the chance of being sent back at the first or a further try."""
    if step.sends_back is None:
        return 0.0
    return step.sends_back.again if tries else step.sends_back.share


def _bundled(plan: Demand) -> tuple[int, ...]:
    """Return the places of the needs that a bundle names, each name taken once."""
    names = plan.bundling.procedures
    return tuple(plan.needs.index(name) for name in names) if len(names) > 1 else ()


def _assemble(layout: Blueprint, blocks: list[_Block]) -> Population:
    """Put the cases of all blocks in order of arrival and lay out their parts."""
    return _Assembly(layout, blocks).population()


class _Assembly:
    """Columns of a population being filled, a block at a time."""

    def __init__(self, layout: Blueprint, blocks: list[_Block]) -> None:
        self.layout = layout
        self.blocks = blocks
        demand = _joined([np.full(b.size, b.place) for b in blocks])
        self.arrival = _joined([b.arrivals.times for b in blocks])
        number = _joined([b.arrivals.numbers for b in blocks])
        self.order = np.lexsort((number, demand, self.arrival))
        self.rank = np.empty_like(self.order)
        self.rank[self.order] = np.arange(len(self.order))
        per_case = [np.array([len(p.groups) for p in b.patterns])[b.pattern] for b in blocks]
        self.filings = _joined(per_case)[self.order]
        self.first_filing = np.cumsum(self.filings) - self.filings
        needs = np.array([len(plan.demand.needs) for plan in layout.demands], dtype=np.int64)
        self.demand = demand[self.order]
        dossiers = needs[self.demand]
        self.first_dossier = np.cumsum(dossiers) - dossiers
        self.columns: dict[str, Ints | Bools] = {
            "case_demand": self.demand,
            "case_day": _joined([b.arrivals.days for b in blocks])[self.order],
            "case_number": number[self.order],
            "case_arrival": self.arrival[self.order],
            "case_class": _joined([b.priority_class() for b in blocks])[self.order],
            "case_first_filing": self.first_filing,
            "case_filings": self.filings,
            "case_online": np.concatenate([b.online() for b in blocks])[self.order],
        }
        self._reserve(int(self.filings.sum()), int(dossiers.sum()))

    def _reserve(self, filings: int, dossiers: int) -> None:
        cases = len(self.order)
        for name, size in {"filing_": filings, "dossier_": dossiers}.items():
            for field in fields(Population):
                if field.name.startswith(name):
                    self.columns[field.name] = np.zeros(size, dtype=np.int64)
        self.columns["case_in_turn"] = np.zeros(cases, dtype=np.bool_)
        self.columns["dossier_kept"] = np.zeros(dossiers, dtype=np.bool_)

    def population(self) -> Population:
        """Fill in every block and return the whole."""
        starts = np.cumsum([0, *(b.size for b in self.blocks)])
        ranks = [
            self.rank[a:b] for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
        ]
        for block, rank in zip(self.blocks, ranks, strict=True):
            self._fill_filings(block, rank)
            self._fill_dossiers(block, rank)
        lengths = np.array([len(r.steps) for r in self.layout.routes])
        steps = lengths[self.columns["dossier_procedure"].astype(np.int64)]
        self.columns["dossier_first_step"] = np.cumsum(steps) - steps
        self._reserve_steps(int(steps.sum()))
        for block, rank in zip(self.blocks, ranks, strict=True):
            self._fill_steps(block, rank)
            for number, pattern in enumerate(block.patterns):
                for group in pattern.groups:
                    if len(group) > 1:
                        rows = np.flatnonzero(block.pattern == number)
                        self._bundle(block, rank[rows], group)
        return Population.of(**self.columns)

    def _reserve_steps(self, size: int) -> None:
        for field in fields(Population):
            if field.name.startswith("step_"):
                kind = np.bool_ if field.name in _STEP_FLAGS else np.int64
                self.columns[field.name] = np.zeros(size, dtype=kind)

    def _fill_filings(self, block: _Block, rank: Ints) -> None:
        for number, pattern in enumerate(block.patterns):
            rows = np.flatnonzero(block.pattern == number)
            if not len(rows):
                continue
            cases = rank[rows]
            self.columns["case_in_turn"][cases] = pattern.in_turn
            for place, group in enumerate(pattern.groups):
                filing = self.first_filing[cases] + place
                self.columns["filing_case"][filing] = cases
                self.columns["filing_position"][filing] = group[0]
                self.columns["filing_arrival"][filing] = block.filing_arrivals(
                    place, pattern.in_turn, rows
                )
                for position in group:
                    self.columns["dossier_filing"][self.first_dossier[cases] + position] = filing

    def _fill_dossiers(self, block: _Block, rank: Ints) -> None:
        for position, (procedure, _) in enumerate(block.routes):
            dossier = self.first_dossier[rank] + position
            self.columns["dossier_procedure"][dossier] = procedure
            self.columns["dossier_position"][dossier] = position
            self.columns["dossier_way"][dossier] = block.way(position)
            self.columns["dossier_kept"][dossier] = block.kept(position)
            self.columns["dossier_begins_at"][dossier] = block.begins_at()

    def _fill_steps(self, block: _Block, rank: Ints) -> None:
        ordinary = self.layout.calendar.ordinary_day_ms
        for position, (procedure, route) in enumerate(block.routes):
            dossier = self.first_dossier[rank] + position
            for place in range(len(route.steps)):
                drawn = block.step(position, place)
                step = self.columns["dossier_first_step"][dossier] + place
                self.columns["step_work"][step] = drawn.work
                self.columns["step_lapse"][step] = drawn.lapse
                self.columns["step_concerned"][step] = drawn.concerned
                self.columns["step_sent_back"][step] = drawn.sent_back
                self.columns["step_back_days"][step] = drawn.back_days
                if self.layout.office.procedures[procedure].steps[place].extends_deadline:
                    days = np.ceil(drawn.lapse / max(ordinary, 1)).astype(np.int64)
                    self.columns["dossier_extension"][dossier] += np.where(drawn.concerned, days, 0)

    def _bundle(self, block: _Block, cases: Ints, group: tuple[int, ...]) -> None:
        """File a group together: one intake, less desk work, incomplete papers of any count."""
        saves = block.plan.bundling
        work = self.columns["step_work"]
        lead: Ints | None = None
        for position in group:
            route = block.routes[position][1]
            own = self.columns["dossier_first_step"][self.first_dossier[cases] + position]
            if position != group[0]:
                for place, plan in enumerate(route.steps):
                    if plan.role != NONE and not plan.visitor:
                        work[own + place] = _less(work[own + place], saves.saves_desk_work)
            if route.intake == NONE:
                continue
            intake = own + route.intake
            if lead is None:
                lead = intake
                continue
            work[lead] += _less(work[intake], saves.saves_intake)
            self._sent_back_once(lead, intake)

    def _sent_back_once(self, lead: Ints, intake: Ints) -> None:
        """Send the visitor back once for all, until the last papers are there."""
        sent, days = self.columns["step_sent_back"], self.columns["step_back_days"]
        days[lead] = np.where(
            sent[intake],
            np.where(sent[lead], np.maximum(days[lead], days[intake]), days[intake]),
            days[lead],
        )
        sent[lead] |= sent[intake]


_STEP_FLAGS = ("step_concerned", "step_sent_back")


def _less(work: Ints, saved: float) -> Ints:
    less: Ints = np.rint(work * (1 - saved)).astype(np.int64)
    return less


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
