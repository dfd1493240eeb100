"""Draws the cases of a replication: who comes, what they file together, how and when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from sim.arrivals import Arrivals, Comings
from sim.blueprint import Blueprint, backlog_name
from sim.calendar import Ints
from sim.cases import APART, Columns, case_keys, dossier_keys, draw_cases, plans
from sim.clock import DAY_MS
from sim.draws import Luck, whole
from sim.population import DTYPES, Population, joined, slim
from sim.steps import Steps, dossier_names, extend_deadlines, steps_of

_CASES_AT_ONCE: Final = 60_000
"""What is drawn for a number of days at once takes twice the memory of what is kept."""
_LONGEST_AGO: Final = 300


class Crowd:
    """Draws populations of an office."""

    def __init__(self, layout: Blueprint) -> None:
        self.layout = layout
        self.comings = Comings(layout)
        self.names = [dossier_names(plan) for plan in layout.demands]
        self.plans = plans(layout)

    def draw(self, luck: Luck, first: int, until: int, *, backlog: bool = False) -> Population:
        """Draw all cases that first arrive on the days from `first` to before `until`."""
        parts = [
            self._drawn(luck, begin, end, backlog=backlog and begin == first)
            for begin, end in self._parts(first, until)
        ]
        return slim(joined(parts))

    def steps(self, population: Population, luck: Luck) -> Steps:
        """Draw the steps of a population drawn with the same luck."""
        return steps_of(self.layout, population, luck)

    def _parts(self, first: int, until: int) -> Iterator[tuple[int, int]]:
        """Cut days into parts whose cases are few enough and come before those of the next."""
        demands = range(len(self.layout.office.demands))
        begin, cases = first, 0.0
        # A record may leave open on which side of midnight somebody came.
        if all(demand.log is None for demand in self.layout.office.demands):
            for day in self.layout.calendar.open_days(first, until):
                if cases > _CASES_AT_ONCE:
                    yield begin, day
                    begin, cases = day, 0.0
                cases += sum(self.comings.mean(demand, day) for demand in demands)
        yield begin, until

    def _drawn(self, luck: Luck, first: int, until: int, *, backlog: bool) -> Population:
        office = self.layout.office
        arrivals = [
            self.comings.draw(place, luck, first, until) for place in range(len(office.demands))
        ]
        if backlog:
            arrivals += [self._already_there(luck, i) for i in range(len(office.backlog))]
        sizes = [len(drawn.times) for drawn in arrivals]
        columns = _room(sum(sizes), int(np.dot(sizes, self.plans.needs[: len(sizes)])))
        _put_in_order(arrivals, columns)
        keys = case_keys(self.layout, luck), dossier_keys(self.layout, luck)
        filings = draw_cases(self.plans, *keys, columns)
        population = Population(
            *(
                column[:filings] if name.startswith("filing_") else column
                for name, column in zip(DTYPES, columns, strict=True)
            )
        )
        self._draw_apart(population, luck)
        extend_deadlines(self.layout, population, luck)
        return population

    def _already_there(self, luck: Luck, place: int) -> Arrivals:
        part = self.layout.office.backlog[place]
        numbers = np.arange(part.dossiers, dtype=np.int64)
        ordinal = self.layout.calendar.first_date.toordinal()
        days = np.full(part.dossiers, ordinal, dtype=np.int64)
        u = luck.uniforms((backlog_name(place), "received days ago"), days, numbers)
        ago = np.minimum(whole(part.received_days_ago.quantile(u), 1), _LONGEST_AGO)
        return Arrivals(days, numbers, -ago * DAY_MS)

    def _draw_apart(self, population: Population, luck: Luck) -> None:
        """Draw when filings are made on days of their own."""
        filings = np.flatnonzero(population.filing_arrival == APART)
        cases = population.filing_case[filings]
        groups = filings - population.case_first_filing[cases]
        demands = population.case_demand[cases]
        for demand in np.unique(demands).tolist():
            for group in np.unique(groups[demands == demand]).tolist():
                rows = (demands == demand) & (groups == group)
                population.filing_arrival[filings[rows]] = self._apart(
                    population, luck, demand, group, cases[rows]
                )

    def _apart(
        self, population: Population, luck: Luck, demand: int, group: int, cases: Ints
    ) -> Ints:
        plan, calendar = self.layout.demands[demand].demand, self.layout.calendar
        days, numbers = population.case_day[cases], population.case_number[cases]
        later = luck.uniforms((plan.id, "apart"), days, numbers, group)
        hour = luck.uniforms((plan.id, "apart hour"), days, numbers, group)
        after = 1 + np.floor(later * plan.apart).astype(np.int64)
        first = days.astype(np.int64) - calendar.first_date.toordinal()
        return self.comings.moments(demand, calendar.open_days_after(first, after), hour)


def _put_in_order(arrivals: list[Arrivals], to: Columns) -> None:
    """Fill in who comes, in order of arrival, then of demand and number."""
    sizes = [len(drawn.times) for drawn in arrivals]
    time = np.concatenate([drawn.times for drawn in arrivals])
    order = _in_order(time)
    np.take(time, order, out=to.case_arrival)
    demand = np.repeat(np.arange(len(arrivals), dtype=to.case_demand.dtype), sizes)
    np.take(demand, order, out=to.case_demand)
    to.case_day[:] = np.concatenate([drawn.days for drawn in arrivals])[order]
    to.case_number[:] = np.concatenate([drawn.numbers for drawn in arrivals])[order]


def _in_order(arrival: Ints) -> Ints:
    """Return places in order of arrival, those of one moment as they stand.

    Sorts arrival and place as one number, which numpy does many times as fast as a stable sort of
    places; 44 bits hold five centuries.
    """
    if not len(arrival):
        return arrival
    bits = len(arrival).bit_length()
    since = arrival - arrival.min()
    if bits + int(since.max()).bit_length() > 63:
        return np.argsort(arrival, kind="stable")
    keyed: Ints = (since << bits) | np.arange(len(arrival))
    keyed.sort()
    keyed &= (1 << bits) - 1
    return keyed


def _room(cases: int, dossiers: int) -> Columns:
    sizes = {"case": cases, "filing": dossiers, "dossier": dossiers}
    return Columns(
        *(np.zeros(sizes[name.partition("_")[0]], dtype=kind) for name, kind in DTYPES.items())
    )
