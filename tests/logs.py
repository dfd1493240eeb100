"""Read a service log row by row: what members, lines, visits and dossiers did."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple, TypeVar

from sim.blueprint import NONE, Blueprint, Route
from sim.draws import Luck
from sim.log import End, Outcome, ServiceLog, Spell
from sim.steps import Steps, steps_of

K = TypeVar("K")
V = TypeVar("V")
Pair = tuple[int, int]
WORK = (Spell.VISITOR_WORK, Spell.DESK_WORK)


class Row(NamedTuple):
    """A row of `steps`, with its place in the log."""

    filing: int
    dossier: int
    place: int
    kind: int
    shared: int
    joined: int
    started: int
    ended: int
    member: int
    outcome: int
    at: int

    @property
    def waited_until(self) -> int:
        """Return when work began, or when the line was left without any."""
        return self.ended if self.started == NONE else self.started

    @property
    def completed(self) -> bool:
        """Tell whether work was done to its end."""
        return self.outcome in (Outcome.DONE, Outcome.SENT_BACK)


class Visit(NamedTuple):
    """A row of `visits`."""

    filing: int
    number: int
    came: int
    left: int
    why: int
    in_vain: int


class Stay(NamedTuple):
    """A row of `stays`."""

    member: int
    since: int
    until: int


class Reading:
    """A service log with the office it came from, as rows."""

    def __init__(self, log: ServiceLog, layout: Blueprint, seed: int) -> None:
        self.log = log
        self.seed = seed
        self.layout = layout
        self.calendar = layout.calendar
        self.members = log.members
        steps = enumerate(log.steps.rows.tolist())
        self.rows = [Row(*row, at) for at, row in steps]
        self.visits = [Visit(*row) for row in log.visits.rows.tolist()]
        self.stays = [Stay(*row) for row in log.stays.rows.tolist()]
        self.filing_case = log.population.filing_case.tolist()
        self.procedure = log.population.dossier_procedure.tolist()
        self.dossier_filing = log.population.dossier_filing.tolist()
        self.received = log.received.tolist()
        self.ready = log.ready.tolist()
        self.in_hand = log.in_hand.tolist()

    @cached_property
    def steps(self) -> Steps:
        """What was drawn of the steps."""
        luck = Luck(self.seed, 0, self.layout.office.id)
        return steps_of(self.layout, self.log.population, luck)

    # --- rows by what they belong to ---

    @cached_property
    def work(self) -> list[Row]:
        """Rows of work by a role."""
        return [row for row in self.rows if row.kind in WORK]

    @cached_property
    def own(self) -> dict[int, list[Row]]:
        """Rows that are one dossier's alone, by dossier."""
        return _grouped((row.dossier, row) for row in self.rows if not row.shared)

    @cached_property
    def shared(self) -> dict[int, list[Row]]:
        """Rows that all dossiers of a filing share, by filing."""
        return _grouped((row.filing, row) for row in self.rows if row.shared)

    @cached_property
    def visits_of(self) -> dict[int, list[Visit]]:
        """Visits by filing, in order."""
        return _grouped((visit.filing, visit) for visit in self.visits)

    @cached_property
    def dossiers_of(self) -> dict[int, list[int]]:
        """Dossiers by filing."""
        return _grouped((filing, dossier) for dossier, filing in enumerate(self.dossier_filing))

    def route(self, dossier: int) -> Route:
        """Return a dossier's procedure."""
        return self.layout.routes[self.procedure[dossier]]

    def role(self, row: Row) -> int:
        """Return the role that a row of work is for."""
        return self.route(row.dossier).steps[row.place].role

    def filings(self, case: int) -> range:
        """Return the filings of a case."""
        first = int(self.log.population.case_first_filing[case])
        return range(first, first + int(self.log.population.case_filings[case]))

    def cases(self, end: End) -> list[int]:
        """Return the cases that stand so at the end."""
        return [case for case, found in enumerate(self.log.case_end.tolist()) if found == end]

    def chain(self, case: int) -> list[Row]:
        """Return the rows that account for a case's time, in order.

        Of each filing that counts (all, if filed in turn; else the one in hand last): what its
        dossiers share, and what is own to the dossier ready last.
        """
        filings: Iterable[int] = self.filings(case)
        if not self.log.population.case_in_turn[case]:
            filings = [max(filings, key=lambda filing: self.in_hand[filing])]
        rows = [row for filing in filings for row in self._chain_of_filing(filing)]
        return sorted(rows, key=lambda row: row.at)

    def _chain_of_filing(self, filing: int) -> list[Row]:
        last = max(self.dossiers_of[filing], key=lambda dossier: self.ready[dossier])
        return self.shared.get(filing, []) + self.own.get(last, [])

    # --- members and lines ---

    @cached_property
    def busy(self) -> dict[int, list[Row]]:
        """What each member did, by time of beginning."""
        done = _grouped((row.member, row) for row in self.work if row.member != NONE)
        return {
            member: sorted(rows, key=lambda row: (row.started, row.ended))
            for member, rows in done.items()
        }

    @cached_property
    def instants(self) -> set[int]:
        """Moments at which some work began and ended: more happens after members chose."""
        return {row.started for row in self.work if row.started == row.ended}

    @cached_property
    def due_moved(self) -> set[int]:
        """Dossiers sent back after receipt: their due time moved when the papers came in."""
        back = (row for row in self.work if row.outcome == Outcome.SENT_BACK)
        return {row.dossier for row in back if not row.shared}

    def idle(self, member: int) -> list[Pair]:
        """Return when a member was present and did nothing, within the run."""
        spans = self.members[member].present
        there = list(zip(spans.starts, spans.ends, strict=True))
        return without(_until(there, self.log.stopped), self.spells(member))

    def staying_idle(self, member: int) -> list[Pair]:
        """Return when a member stayed for those inside and did nothing."""
        stays = [(stay.since, stay.until) for stay in self.stays if stay.member == member]
        return without(sorted(stays), self.spells(member))

    def spells(self, member: int) -> list[Pair]:
        """Return when a member worked."""
        return [(row.started, row.ended) for row in self.busy.get(member, [])]

    @cached_property
    def able(self) -> dict[int, list[int]]:
        """Members who perform a role, by role."""
        return _grouped(
            (role, place)
            for place, member in enumerate(self.members)
            for role in self.layout.teams[member.team].roles
        )

    def may_be_inside(self, filing: int, time: int) -> bool:
        """Tell whether a visit is under way at a moment, its first and last one included.

        The log has no visit that was under way when the run ended.
        """
        visits = self.visits_of.get(filing, [])
        if any(visit.came <= time <= visit.left for visit in visits):
            return True
        last = visits[-1].left if visits else NONE
        return self.log.case_end[self.filing_case[filing]] != End.DONE and time > last

    def visit_of(self, row: Row) -> Visit | None:
        """Return the visit in which a row of work with the visitor falls; None for desk work.

        Of visits that meet at one moment, the first that ends no sooner than all such rows
        before it.
        """
        return self._visit_of_row.get(row.at)

    @cached_property
    def _visit_of_row(self) -> dict[int, Visit]:
        found = {}
        for filing, visits in self.visits_of.items():
            rows = self._with_visitor.get(filing, [])
            place = 0
            for row in rows:
                while place < len(visits) and not _holds(visits[place], row):
                    place += 1
                if place == len(visits):
                    break
                found[row.at] = visits[place]
                place += row.started == NONE or row.outcome == Outcome.SENT_BACK
        return found

    @cached_property
    def _with_visitor(self) -> dict[int, list[Row]]:
        return _grouped((r.filing, r) for r in self.work if r.kind == Spell.VISITOR_WORK)

    def inside(self, filing: int) -> list[Pair]:
        """Return when a filing's visitor was inside, visits under way at the end included."""
        pairs = []
        for visit in self.visits_of.get(filing, []):
            came = visit.came
            entered = came if self.calendar.open_time.holds(came) else self._opens(came)
            pairs.append((entered, visit.left))
        return [(a, b) for a, b in pairs if a < b]

    def _opens(self, time: int) -> int:
        return self.calendar.open_time.next_start(time)


def _grouped(pairs: Iterator[tuple[K, V]]) -> dict[K, list[V]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)


def _holds(visit: Visit, row: Row) -> bool:
    return visit.came <= row.joined and row.ended <= visit.left


def _until(pairs: list[Pair], end: int) -> list[Pair]:
    return [(a, min(b, end)) for a, b in pairs if a < end]


def without(pairs: list[Pair], cuts: list[Pair]) -> list[Pair]:
    """Return the intervals less others; both in order, none of a kind overlapping."""
    left: list[Pair] = []
    for start, end in pairs:
        begin = start
        for a, b in cuts:
            if b <= begin or a >= end:
                continue
            if a > begin:
                left.append((begin, a))
            begin = max(begin, b)
        if begin < end:
            left.append((begin, end))
    return left


def overlap(first: list[Pair], second: list[Pair]) -> list[Pair]:
    """Return where intervals of two lists overlap."""
    both = ((max(a, c), min(b, d)) for a, b in first for c, d in second)
    return [(a, b) for a, b in both if a < b]
