"""Draws the steps of dossiers: work, what elapses first, and whether papers are incomplete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.blueprint import NONE, Blueprint, DemandPlan, Route
from sim.calendar import Bools, Ints
from sim.clock import MINUTE_MS
from sim.draws import Floats, Luck, as_ms, durations, whole
from sim.office import Demand, Procedure, Step
from sim.office.procedures import limit_working_days
from sim.population import Population

Uniforms = Callable[..., Floats]
"""Gives a uniform for each dossier, of a quantity named by texts."""


@dataclass(frozen=True)
class Steps:
    """The first try of every step of a population's dossiers; no measure reads them.

    Attributes
    ----------
    first
        By dossier: the first entry of its steps, which follow each other.
    work, lapse
        Milliseconds of work; milliseconds of legal open time that elapses or that it rests first.
    concerned, sent_back, back_days
        Whether the step concerns the dossier; whether it is sent back; days open until the papers
        come in.
    """

    first: Ints
    work: Ints
    lapse: Ints
    concerned: Bools
    sent_back: Bools
    back_days: Ints


def dossier_names(plan: DemandPlan) -> tuple[str, ...]:
    """Name each dossier of a case: its procedure, numbered where it is needed again."""
    needs = plan.demand.needs
    return tuple(
        name if name not in needs[:i] else f"{name}#{needs[:i].count(name) + 1}"
        for i, name in enumerate(needs)
    )


def steps_of(layout: Blueprint, population: Population, luck: Luck) -> Steps:
    """Draw the steps of a population drawn with the same luck."""
    lengths = np.array([len(route.steps) for route in layout.routes], dtype=np.int64)
    counts = lengths[population.dossier_procedure]
    size = int(counts.sum())
    drawn = Steps(
        first=np.cumsum(counts) - counts,
        work=np.zeros(size, dtype=np.int64),
        lapse=np.zeros(size, dtype=np.int64),
        concerned=np.zeros(size, dtype=np.bool_),
        sent_back=np.zeros(size, dtype=np.bool_),
        back_days=np.zeros(size, dtype=np.int64),
    )
    for place in range(len(layout.demands)):
        _StepsOfDemand(layout, place, population, luck).draw_into(drawn)
    return drawn


def lapse_ms(layout: Blueprint, procedure: Procedure, step: Step, u: Uniforms, size: int) -> Ints:
    """Return milliseconds of legal open time that elapses or that a dossier rests first."""
    ordinary = layout.calendar.ordinary_day_ms
    if step.working_days is not None:
        return durations(step.working_days, ordinary, u(step.id, "working days"))
    if step.rests is None:
        return np.zeros(size, dtype=np.int64)
    if step.rests.working_days is not None:
        return durations(step.rests.working_days, ordinary, u(step.id, "rests"))
    assert procedure.deadline is not None
    limit = limit_working_days(procedure.deadline.limit(), layout.office.calendar)
    return np.full(size, round((step.rests.of_deadline or 0) * limit * ordinary))


def concerned(step: Step, u: Uniforms, size: int) -> Bools:
    """Return which dossiers a step concerns."""
    return _chance(step.share, u, size, step.id, "share")


def extend_deadlines(layout: Blueprint, population: Population, luck: Luck) -> None:
    """Fill in the working days that known elapsed steps add to deadlines."""
    procedures = layout.office.procedures
    extends = {p.id for p in procedures if any(step.extends_deadline for step in p.steps)}
    for place, plan in enumerate(layout.demands):
        if not extends.isdisjoint(plan.demand.needs):
            _StepsOfDemand(layout, place, population, luck).extend_deadlines()


def work_ms(step: Step, u: Floats, pace: Floats) -> Ints:
    """Return milliseconds of work at the pace of its day; none at a step that passes elsewhere."""
    if step.minutes is None:
        return np.zeros(len(u), dtype=np.int64)
    return as_ms(step.minutes.quantile(u) * pace, MINUTE_MS)


def pace_of(layout: Blueprint, role: int, luck: Luck, days: Ints) -> Floats:
    """Return the factor on a role's minutes for cases that first arrive on each of the days."""
    pace = None if role == NONE else layout.paces[role]
    if pace is None:
        return np.ones(len(days))
    return pace.quantile(luck.uniforms(pace_name(layout.roles[role]), days, np.zeros_like(days)))


def pace_name(role: str) -> tuple[str, str]:
    """Return the name under which the pace of a role's days is drawn."""
    return "pace", role


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


def _chance(share: float, u: Uniforms, size: int, *names: str) -> Bools:
    if share in (0.0, 1.0):
        return np.full(size, share == 1.0)
    return u(*names) < share


class _StepsOfDemand:
    """The steps of one demand's dossiers."""

    def __init__(self, layout: Blueprint, place: int, population: Population, luck: Luck) -> None:
        self.layout = layout
        self.luck = luck
        self.people = population
        plan = layout.demands[place]
        self.demand: Demand = plan.demand
        self.names = dossier_names(plan)
        every = {route.name: place for place, route in enumerate(layout.routes)}
        self.places = [every[name] for name in plan.demand.needs]
        self.cases = np.flatnonzero(population.case_demand == place)
        self.days = population.case_day[self.cases]
        self.numbers = population.case_number[self.cases]
        self.first_dossier = population.case_first_dossier[self.cases]

    def draw_into(self, steps: Steps) -> None:
        """Fill in the demand's part."""
        for position, place in enumerate(self.places):
            self._draw(steps, position, place)
        if len(self.places) > 1:
            self._file_together(steps, [self.layout.routes[place] for place in self.places])

    def extend_deadlines(self) -> None:
        """Fill in the demand's extensions."""
        ordinary, most = max(self.layout.calendar.ordinary_day_ms, 1), np.iinfo(np.int32).max
        for position, place in enumerate(self.places):
            procedure = self.layout.office.procedures[place]
            total, u = np.zeros(len(self.cases), dtype=np.int64), self._uniforms(position)
            for step in procedure.steps:
                if step.extends_deadline:
                    lapse = lapse_ms(self.layout, procedure, step, u, len(total))
                    days = np.ceil(lapse / ordinary).astype(np.int64)
                    total += np.where(concerned(step, u, len(total)), days, 0)
            dossier = self.first_dossier + position
            self.people.dossier_extension[dossier] = np.minimum(total, most)

    def _uniforms(self, position: int) -> Uniforms:
        name = self.names[position]
        return lambda *names: self.luck.uniforms(
            (self.demand.id, name, *names), self.days, self.numbers
        )

    def _draw(self, steps: Steps, position: int, procedure_place: int) -> None:
        procedure = self.layout.office.procedures[procedure_place]
        plans = self.layout.routes[procedure_place].steps
        size, u = len(self.cases), self._uniforms(position)
        first = steps.first[self.first_dossier + position]
        for place, step in enumerate(procedure.steps):
            at = first + place
            pace = pace_of(self.layout, plans[place].role, self.luck, self.days)
            steps.work[at] = work_ms(step, u(step.id, "minutes"), pace)
            steps.lapse[at] = lapse_ms(self.layout, procedure, step, u, size)
            steps.concerned[at] = concerned(step, u, size)
            steps.sent_back[at] = _chance(sent_back_share(step, 0), u, size, step.id, "sends back")
            steps.back_days[at] = back_days(step, u(step.id, "back days"))

    def _file_together(self, steps: Steps, routes: list[Route]) -> None:
        """Take what is filed together: one intake, less desk work, one set of papers to mend."""
        saves = self.demand.bundling
        lead = np.full(len(self.people.filing_case), NONE)
        for position, route in enumerate(routes):
            dossier = self.first_dossier + position
            filing = self.people.dossier_filing[dossier]
            first = steps.first[dossier]
            further = self.people.filing_position[filing] != position
            for place, plan in enumerate(route.steps):
                if plan.role != NONE and not plan.visitor:
                    desk = first[further] + place
                    steps.work[desk] = _less(steps.work[desk], saves.saves_desk_work)
            if route.intake == NONE:
                continue
            intake = first + route.intake
            leads = lead[filing] == NONE
            lead[filing[leads]] = intake[leads]
            taken, led = lead[filing[~leads]], intake[~leads]
            steps.work[taken] += _less(steps.work[led], saves.saves_intake)
            _sent_back_once(steps, taken, led)


def _sent_back_once(steps: Steps, lead: Ints, intake: Ints) -> None:
    """Send the visitor back once for all, until the last papers are there."""
    sent, days = steps.sent_back, steps.back_days
    days[lead] = np.where(
        sent[intake],
        np.where(sent[lead], np.maximum(days[lead], days[intake]), days[intake]),
        days[lead],
    )
    sent[lead] |= sent[intake]


def _less(work: Ints, saved: float) -> Ints:
    less: Ints = np.rint(work * (1 - saved)).astype(np.int64)
    return less
