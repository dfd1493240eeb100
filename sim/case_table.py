"""What happened to each case of a replication, read from its service log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.blueprint import NONE, Blueprint, once
from sim.calendar import NEVER, Bools, Ints
from sim.causes import CAUSES
from sim.clock import DAY_MS
from sim.costs import (
    CitizenCosts,
    Paid,
    TeamHours,
    citizen_costs,
    paid,
    team_hours,
    there_and_back_ms,
)
from sim.intervals import laid
from sim.log import End, Outcome, ServiceLog

if TYPE_CHECKING:
    from sim.manning import Staffed

BLOCK_CASES: Final = 20_000
"""Cases measured at a time."""


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
    outing
        On the premises and travelling.
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
    outing: Ints
    costs: CitizenCosts
    causes: Ints
    priority_class: Ints
    online: Bools


@dataclass(frozen=True)
class DossierTable:
    """Columns by dossier of a measured case that was ready, or overdue when its case or run ended.

    Its case's row and procedure, whether it was ready in time, and whether its papers were sent
    back never or once.
    """

    case_row: Ints
    procedure: Ints
    has_deadline: Bools
    on_time: Bools
    early: Bools
    never_back: Bools
    once_back: Bools


@dataclass(frozen=True)
class Measured:
    """What one replication says about its measured days, or about a block of their cases."""

    cases: CaseTable
    dossiers: DossierTable
    hours: TeamHours
    """Of the whole replication."""
    open_ages_days: tuple[float, ...]
    """Ages of the cases still open at the end, oldest first, in days."""


def measured(log: ServiceLog, layout: Blueprint) -> Measured:
    """Read one replication's log."""
    return next(blocks(log, layout, len(log.case_end) + 1))


def blocks(log: ServiceLog, layout: Blueprint, size: int = BLOCK_CASES) -> Iterator[Measured]:
    """Read one replication's log, block by block of measured cases; at least one.

    Besides the block, this takes a few bytes a case and a row of the log.
    """
    window = layout.calendar.window
    edges = np.array([window.measured_from, window.measured_until]) * DAY_MS
    begin, end = np.searchsorted(log.population.case_arrival, edges).tolist()
    reading = _Reading(log, layout)
    for first in range(begin, max(end, begin + 1), size):
        yield reading.block(first, min(first + size, end))


@dataclass(frozen=True)
class _Part:
    """A block of cases with their filings and dossiers.

    Attributes
    ----------
    first_filing, first_dossier
        By case, the place of its first one in the block; one entry more than cases.
    """

    cases: slice
    filings: slice
    dossiers: slice
    first_filing: Ints
    first_dossier: Ints


class _Reading:
    """A log made ready to be read block by block."""

    def __init__(self, log: ServiceLog, layout: Blueprint) -> None:
        from sim.accounts import CaseLog
        from sim.reading import Rows, read

        self.log = log
        self.layout = layout
        steps, visits, people = log.steps.rows, log.visits.rows, log.population
        rows = Rows(steps, visits, log.stays.rows, people.filing_case, log.case_end)
        chains, hours, clocks = read(rows, _staffed(log, layout))
        self.hours = team_hours(log, layout, hours)
        self.case_log = CaseLog(steps, visits, chains, clocks, _routes(layout))
        self.sent_back = _sent_back(log)

    def block(self, first: int, until: int) -> Measured:
        """Measure the cases from `first` to before `until`."""
        part = self._part(first, until)
        cases = self._cases(part)
        ages = np.sort(self.log.stopped - cases.arrival[cases.end == End.OPEN])[::-1] / DAY_MS
        return Measured(cases, self._dossiers(part), self.hours, tuple(ages.tolist()))

    def _part(self, first: int, until: int) -> _Part:
        people = self.log.population
        filings = np.cumsum(people.case_filings[first:until], dtype=np.int64)
        first_filing = np.concatenate((np.zeros(1, dtype=np.int64), filings))
        filing = int(people.case_first_filing[first]) if first < until else 0
        ends = (*people.case_first_dossier[until : until + 1], len(people.dossier_filing))
        dossiers = np.append(_wide(people.case_first_dossier[first:until]), int(ends[0]))
        return _Part(
            slice(first, until),
            slice(filing, filing + int(first_filing[-1])),
            slice(int(dossiers[0]), int(dossiers[-1])),
            first_filing,
            dossiers - dossiers[0],
        )

    def _cases(self, part: _Part) -> CaseTable:
        from sim import accounts

        people, log, block = self.log.population, self.log, part.cases
        demand, arrival = _wide(people.case_demand[block]), people.case_arrival[block]
        end, closed = _wide(log.case_end[block]), log.case_closed[block]
        done = end == End.DONE
        visits, books = self._accounted(part, done)
        visit, trips, in_vain, turned_away = visits[:4]
        receipt = np.maximum.reduceat(log.received[part.dossiers], part.first_dossier[:-1])
        last = np.where(done, closed, arrival)
        opened = self.layout.calendar.open_time
        return CaseTable(
            place=np.arange(block.start, block.stop),
            demand=demand,
            day=_wide(people.case_day[block]),
            number=_wide(people.case_number[block]),
            arrival=arrival,
            end=end,
            closed=closed,
            # Who is still served when the run ends has no visit in the log yet.
            wait=np.maximum(visit - books[accounts.IN_SERVICE], 0),
            visit=visit,
            turnaround=last - arrival,
            turnaround_open=opened.elapsed_many(last) - opened.elapsed_many(arrival),
            citizen_open=books[accounts.CITIZEN_OPEN],
            same_day=done & _same_day(arrival, closed),
            same_day_of_receipt=done & _same_day(receipt, closed),
            trips=trips,
            trips_in_vain=in_vain,
            turned_away=turned_away,
            slips=np.add.reduceat(_wide(log.slips[part.filings]), part.first_filing[:-1]),
            apologies=np.add.reduceat(_wide(log.apologies[part.filings]), part.first_filing[:-1]),
            outing=visit + trips * there_and_back_ms(self.layout)[demand],
            costs=citizen_costs(self.layout, demand, visits, self._paid(part)),
            causes=books[: len(CAUSES)],
            priority_class=_wide(people.case_class[block]),
            online=people.case_online[block],
        )

    def _accounted(self, part: _Part, done: Bools) -> tuple[Ints, Ints]:
        from sim import accounts

        people, log = self.log.population, self.log
        block = accounts.Block(
            part.cases.start,
            part.filings.start,
            part.dossiers.start,
            part.first_filing,
            np.where(people.case_in_turn[part.cases], 2, 1) * done,
            people.case_online[part.cases],
            log.in_hand[part.filings],
            people.dossier_filing[part.dossiers],
            people.dossier_procedure[part.dossiers],
            log.ready[part.dossiers],
        )
        found: tuple[Ints, Ints] = accounts.accounted(self.case_log, block)
        return found

    def _paid(self, part: _Part) -> Paid:
        people = self.log.population
        return paid(
            self.layout,
            procedure=people.dossier_procedure[part.dossiers],
            way=people.dossier_way[part.dossiers],
            filing=people.dossier_filing[part.dossiers] - part.filings.start,
            position=people.dossier_position[part.dossiers],
            lead=people.filing_position[part.filings],
            received=self.log.received[part.dossiers] != NONE,
            first_dossier=part.first_dossier[:-1],
        )

    def _dossiers(self, part: _Part) -> DossierTable:
        """Return the dossiers of a block of cases."""
        people, log, block = self.log.population, self.log, part.dossiers
        row = np.repeat(np.arange(len(part.first_dossier) - 1), np.diff(part.first_dossier))
        due, ready = log.due[block], log.ready[block]
        closed = log.case_closed[part.cases][row]
        until = np.where(closed == NONE, log.stopped, closed)
        overdue = (ready == NONE) & (due != NONE) & (due < until)
        told = (ready != NONE) | overdue
        due, at = due[told], np.where(overdue, NEVER, ready)[told]
        has_deadline = due != NONE
        return DossierTable(
            case_row=row[told],
            procedure=_wide(people.dossier_procedure[block][told]),
            has_deadline=has_deadline,
            on_time=has_deadline & (at <= due),
            early=has_deadline & (at < _opening_of(self.layout, due)),
            never_back=self.sent_back[block][told] == 0,
            once_back=self.sent_back[block][told] == 1,
        )


def _sent_back(log: ServiceLog) -> Ints:
    """Return by dossier how often its papers were sent back, alone or with all of its filing."""
    people, steps = log.population, log.steps
    back = np.flatnonzero(steps.outcome == Outcome.SENT_BACK)
    alone, shared = back[~steps.shared[back]], back[steps.shared[back]]
    times = np.bincount(steps.dossier[alone], minlength=len(people.dossier_filing))
    of_filing = np.bincount(steps.filing[shared], minlength=len(people.filing_case))
    found: Ints = times + of_filing[people.dossier_filing]
    return found


def _staffed(log: ServiceLog, layout: Blueprint) -> Staffed:
    from sim.manning import Staffed

    window, members = layout.calendar.window, log.members
    roles = [layout.teams[member.team].roles for member in members]
    able = [[role in of for of in roles] for role in range(len(layout.roles))]
    return Staffed(
        laid([layout.calendar.open_time]),
        laid([member.present for member in members]),
        laid([member.paid for member in members]),
        np.array(able, dtype=np.bool_).reshape(len(layout.roles), len(members)),
        window.measured_from * DAY_MS,
        window.measured_until * DAY_MS,
    )


def _opening_of(layout: Blueprint, due: Ints) -> Ints:
    """Return when the day opens that a due time ends."""
    day = (due - 1) // DAY_MS
    found: Ints = _openings(layout)[np.clip(layout.calendar.index(0) + day, 0, None)]
    return found


@once
def _openings(layout: Blueprint) -> Ints:
    return np.array(layout.calendar.opening)


@once
def _routes(layout: Blueprint) -> Ints:
    """Return role, and whether with the visitor, by procedure and place; NONE and 0 at last."""
    most = max(len(route.steps) for route in layout.routes)
    routes = np.zeros((2, len(layout.routes), most + 1), dtype=np.int64)
    routes[0] = NONE
    for i, route in enumerate(layout.routes):
        routes[0, i, : len(route.steps)] = [step.role for step in route.steps]
        routes[1, i, : len(route.steps)] = [step.visitor for step in route.steps]
    return routes


def _wide(column: NDArray[Any]) -> Ints:
    return column.astype(np.int64)


def _same_day(first: Ints, last: Ints) -> Bools:
    same: Bools = first // DAY_MS == last // DAY_MS
    return same
