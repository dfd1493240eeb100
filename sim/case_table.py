"""What happened to each case of a replication, read from its service log."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.blueprint import NONE, Blueprint
from sim.calendar import NEVER, Bools, Ints
from sim.causes import TimeSpent, open_turnaround, time_spent
from sim.clock import DAY_MS
from sim.costs import CitizenCosts, TeamHours, citizen_costs, team_hours
from sim.log import End, Leaving, ServiceLog, Spell


@dataclass(frozen=True)
class CaseTable:
    """Columns by measured case; times in milliseconds.

    Attributes
    ----------
    place
        Place of the case in the log.
    demand, day, number
        The case's name: demand, date of first arrival as an ordinal, number in that day.
    arrival, end, closed
        First arrival; :class:`~sim.log.End`; when it was closed.
    wait, visit
        On the premises and not being served; on the premises.
    turnaround, turnaround_open, citizen_open
        By the clock; in open time; the part of that in the citizen's hands.
    same_day, same_day_of_receipt
        Last result in hand on the date of the first arrival, or of the last receipt.
    trips, trips_in_vain, turned_away, slips, apologies
        How many.
    costs
        What it cost its citizen.
    causes
        Milliseconds by cause, a row each of :data:`~sim.causes.CAUSES`.
    priority_class, online
        Who it was.
    """

    place: Ints
    demand: Ints
    day: Ints
    number: Ints
    arrival: Ints
    end: Ints
    closed: Ints
    wait: Ints
    visit: Ints
    turnaround: Ints
    turnaround_open: Ints
    citizen_open: Ints
    same_day: Bools
    same_day_of_receipt: Bools
    trips: Ints
    trips_in_vain: Ints
    turned_away: Ints
    slips: Ints
    apologies: Ints
    costs: CitizenCosts
    causes: Ints
    priority_class: Ints
    online: Bools


@dataclass(frozen=True)
class DossierTable:
    """Columns by dossier of a measured case that was ready, or overdue when its case or run ended.

    Its case's row and procedure, and whether it was ready in time.
    """

    case_row: Ints
    procedure: Ints
    has_deadline: Bools
    on_time: Bools
    early: Bools


@dataclass(frozen=True)
class Measured:
    """What one replication says about its measured days."""

    cases: CaseTable
    dossiers: DossierTable
    hours: TeamHours
    open_ages_days: tuple[float, ...]
    """Ages of the measured cases still open at the end, oldest first, in days."""


def measured(log: ServiceLog, layout: Blueprint) -> Measured:
    """Read one replication's log."""
    window = layout.calendar.window
    arrival = log.population.case_arrival
    inside = (arrival >= window.measured_from * DAY_MS) & (arrival < window.measured_until * DAY_MS)
    place = np.flatnonzero(inside)
    cases = _case_table(log, layout, place)
    open_since = arrival[inside & (log.case_end == End.OPEN)]
    ages = np.sort(log.stopped - open_since)[::-1] / DAY_MS
    return Measured(
        cases, _dossier_table(log, layout, place), team_hours(log, layout), tuple(ages.tolist())
    )


def _case_table(log: ServiceLog, layout: Blueprint, place: Ints) -> CaseTable:
    people, visits = log.population, log.visits
    count = len(log.case_end)
    by_visit = people.filing_case[visits.filing]
    visit = _sum(count, by_visit, visits.left - visits.came)
    trips = np.bincount(by_visit, minlength=count)
    spent: TimeSpent = time_spent(log, layout)
    done = log.case_end == End.DONE
    turnaround = np.where(done, log.case_closed - people.case_arrival, 0)
    receipt = np.full(count, NONE)
    np.maximum.at(receipt, people.filing_case[people.dossier_filing], log.received)
    costs = citizen_costs(log, layout, visit, trips)
    return CaseTable(
        place=place,
        demand=people.case_demand[place].astype(np.int64),
        day=people.case_day[place].astype(np.int64),
        number=people.case_number[place].astype(np.int64),
        arrival=people.case_arrival[place],
        end=log.case_end[place],
        closed=log.case_closed[place],
        wait=(visit - _served(log))[place],
        visit=visit[place],
        turnaround=turnaround[place],
        turnaround_open=open_turnaround(log, layout.calendar)[place],
        citizen_open=spent.citizen_open[place],
        same_day=(done & _same_day(people.case_arrival, log.case_closed))[place],
        same_day_of_receipt=(done & _same_day(receipt, log.case_closed))[place],
        trips=trips[place],
        trips_in_vain=_sum(count, by_visit, visits.in_vain)[place],
        turned_away=_sum(count, by_visit, visits.why == Leaving.TURNED_AWAY)[place],
        slips=_sum(count, people.filing_case, log.slips)[place],
        apologies=_sum(count, people.filing_case, log.apologies)[place],
        costs=CitizenCosts(costs.in_all[place], costs.fees[place]),
        causes=spent.by_cause[:, place],
        priority_class=people.case_class[place].astype(np.int64),
        online=people.case_online[place],
    )


def _sum(count: int, case: Ints, values: Ints | Bools) -> Ints:
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, case, values)
    return total


def _same_day(first: Ints, last: Ints) -> Bools:
    same: Bools = first // DAY_MS == last // DAY_MS
    return same


def _served(log: ServiceLog) -> Ints:
    """Return the milliseconds that each case was served, its visitor present."""
    steps = log.steps
    rows = np.flatnonzero((steps.kind == Spell.VISITOR_WORK) & (steps.started != NONE))
    case = log.population.filing_case[steps.filing[rows]]
    return _sum(len(log.case_end), case, steps.ended[rows] - steps.started[rows])


def _dossier_table(log: ServiceLog, layout: Blueprint, place: Ints) -> DossierTable:
    people = log.population
    row = np.full(len(log.case_end), NONE)
    row[place] = np.arange(len(place))
    case_row = row[people.filing_case[people.dossier_filing]]
    closed = log.case_closed[people.filing_case[people.dossier_filing]]
    until = np.where(closed == NONE, log.stopped, closed)
    overdue = (log.ready == NONE) & (log.due != NONE) & (log.due < until)
    ready = np.flatnonzero((case_row != NONE) & ((log.ready != NONE) | overdue))
    due, at = log.due[ready], np.where(overdue, NEVER, log.ready)[ready]
    has_deadline = due != NONE
    day = (due - 1) // DAY_MS
    calendar = layout.calendar
    opening = np.array(calendar.opening)[np.clip(calendar.index(0) + day, 0, None)]
    return DossierTable(
        case_row=case_row[ready],
        procedure=people.dossier_procedure[ready],
        has_deadline=has_deadline,
        on_time=has_deadline & (at <= due),
        early=has_deadline & (at < opening),
    )
