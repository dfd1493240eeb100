"""Draws the cases of a replication: who comes, what they file together, how and when."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.arrivals import Arrivals, Comings
from sim.blueprint import NONE, WHEN_READY, Blueprint, Route, backlog_name
from sim.calendar import Bools, Ints
from sim.clock import DAY_MS
from sim.draws import Floats, Luck, pick, whole
from sim.office import WAYS, Demand, Procedure
from sim.population import DTYPES, Population
from sim.steps import Steps, dossier_names, extension_days, steps_of


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
        self.names = [dossier_names(plan) for plan in layout.demands]

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

    def steps(self, population: Population, luck: Luck) -> Steps:
        """Draw the steps of a population drawn with the same luck."""
        return steps_of(self.layout, population, luck)

    def _already_there(self, luck: Luck, place: int) -> Arrivals:
        part = self.layout.office.backlog[place]
        numbers = np.arange(part.dossiers)
        ordinal = self.layout.calendar.first_date.toordinal()
        days = np.full(part.dossiers, ordinal)
        u = luck.uniforms((backlog_name(place), "received days ago"), days, numbers)
        ago = np.minimum(whole(part.received_days_ago.quantile(u), 1), 300)
        return Arrivals(days, numbers, -ago * DAY_MS)


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

    def extension(self, position: int) -> Ints:
        """Return the working days that known elapsed steps add to a dossier's deadline."""
        procedure, name = self._procedure(position), self.names[position]
        total = np.zeros(self.size, dtype=np.int64)
        for step in procedure.steps:
            if step.extends_deadline:
                u = partial(self.u, name)
                total += extension_days(self.layout, procedure, step, u, self.size)
        return np.minimum(total, np.iinfo(np.int32).max)

    def _procedure(self, position: int) -> Procedure:
        return self.layout.office.procedures[self.routes[position][0]]


def _bundled(plan: Demand) -> tuple[int, ...]:
    """Return the places of the needs that a bundle names, each name taken once."""
    names = plan.bundling.procedures
    return tuple(sorted(plan.needs.index(name) for name in names)) if len(names) > 1 else ()


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
        self.columns: dict[str, NDArray[Any]] = {
            "case_demand": self.demand,
            "case_day": _joined([b.arrivals.days for b in blocks])[self.order],
            "case_number": number[self.order],
            "case_arrival": self.arrival[self.order],
            "case_class": _joined([b.priority_class() for b in blocks])[self.order],
            "case_first_filing": self.first_filing,
            "case_filings": self.filings,
            "case_first_dossier": self.first_dossier,
            "case_online": np.concatenate([b.online() for b in blocks])[self.order],
        }
        self._reserve(int(self.filings.sum()), int(dossiers.sum()))

    def _reserve(self, filings: int, dossiers: int) -> None:
        cases = len(self.order)
        for name, size in {"filing_": filings, "dossier_": dossiers}.items():
            for column, kind in DTYPES.items():
                if column.startswith(name):
                    self.columns[column] = np.zeros(size, dtype=kind)
        self.columns["case_in_turn"] = np.zeros(cases, dtype=np.bool_)

    def population(self) -> Population:
        """Fill in every block and return the whole."""
        starts = np.cumsum([0, *(b.size for b in self.blocks)])
        ranks = [
            self.rank[a:b] for a, b in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True)
        ]
        for block, rank in zip(self.blocks, ranks, strict=True):
            self._fill_filings(block, rank)
            self._fill_dossiers(block, rank)
        return Population.of(**self.columns)

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
            self.columns["dossier_extension"][dossier] = block.extension(position)


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
