"""Where the time of a case goes: every millisecond from door to result has exactly one cause.

Causes are read from the service log alone. A case's time is that of the dossier in hand last:
its chain of spells, each beginning where the one before ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.blueprint import NONE, Blueprint
from sim.calendar import Bools, Ints, RunCalendar, Spans, merged
from sim.log import End, ServiceLog, Spell

CAUSES: Final = (
    "held", "elsewhere", "citizen", "served", "desk_work", "line", "desk_queue", "staff_away",
    "resting", "closed.line", "closed.desk_queue", "closed.staff_away", "closed.work",
    "closed.resting", "closed.door",
)  # fmt: skip
"""All causes; those that begin with ``closed.`` add up to ``closed``."""

_PLACE: Final = {name: place for place, name in enumerate(CAUSES)}
_CASE_SHIFT: Final = 40


@dataclass(frozen=True)
class TimeSpent:
    """Milliseconds by cause.

    Attributes
    ----------
    by_cause
        One row a cause, one column a case; zero for cases that are not done.
    citizen_open
        By case: the part of the citizen's time that fell into open hours.
    """

    by_cause: Ints
    citizen_open: Ints


def time_spent(log: ServiceLog, layout: Blueprint) -> TimeSpent:
    """Return where the time of each case went."""
    return _Accounts(log, layout).settle()


def deciding_filings(log: ServiceLog) -> Bools:
    """Return which filings a done case's time is that of.

    Every one where they are made in turn; otherwise the one whose result is in hand last.
    """
    people = log.population
    case = people.filing_case
    done = log.case_end[case] == End.DONE
    order = np.lexsort((-np.arange(len(case)), log.in_hand, case))
    last = np.zeros(len(case), dtype=np.bool_)
    last[order[np.flatnonzero(np.diff(case[order], append=-1))]] = True
    deciding: Bools = done & (last | people.case_in_turn[case])
    return deciding


def deciding_dossiers(log: ServiceLog) -> Bools:
    """Return which dossier of each filing was ready last, the first of equals."""
    filing = log.population.dossier_filing
    order = np.lexsort((-np.arange(len(filing)), log.ready, filing))
    last = np.zeros(len(filing), dtype=np.bool_)
    last[order[np.flatnonzero(np.diff(filing[order], append=-1))]] = True
    return last


def deciding_rows(log: ServiceLog) -> Ints:
    """Return the rows of the log that make up the time of done cases, by case and time."""
    steps = log.steps
    counts = deciding_filings(log)[steps.filing]
    counts &= steps.shared | deciding_dossiers(log)[steps.dossier]
    rows = np.flatnonzero(counts)
    case = log.population.filing_case[steps.filing[rows]]
    return rows[np.lexsort((steps.ended[rows], steps.joined[rows], case))]


class RolePresence:
    """When anybody who performs a role is there: busy counts as present."""

    def __init__(self, log: ServiceLog, layout: Blueprint) -> None:
        self._by_role: dict[int, Spans] = {}
        spans = _members_there(log)
        for role in range(len(layout.roles)):
            there = [
                spans[i]
                for i, member in enumerate(log.members)
                if role in layout.teams[member.team].roles
            ]
            pairs = [pair for s in there for pair in zip(s.starts, s.ends, strict=True)]
            self._by_role[role] = there[0] if len(there) == 1 else merged(pairs)

    def of(self, role: int) -> Spans:
        """Return when somebody who performs a role is there."""
        return self._by_role[role]


def _members_there(log: ServiceLog) -> list[Spans]:
    """Return when each member is there, work beyond the end of presence included."""
    steps = log.steps
    worked = np.flatnonzero(steps.member != NONE)
    by_member = worked[np.argsort(steps.member[worked], kind="stable")]
    edges = np.searchsorted(steps.member[by_member], np.arange(len(log.members) + 1))
    found = []
    for i, member in enumerate(log.members):
        rows = by_member[edges[i] : edges[i + 1]]
        begun, ended = steps.started[rows], steps.ended[rows]
        inside = member.present.elapsed_many(ended) - member.present.elapsed_many(begun)
        beyond = inside < ended - begun
        if not beyond.any():
            found.append(member.present)
            continue
        pairs = [*zip(member.present.starts, member.present.ends, strict=True)]
        pairs += zip(begun[beyond].tolist(), ended[beyond].tolist(), strict=True)
        found.append(merged(pairs))
    return found


class _Accounts:
    """Milliseconds being booked to causes."""

    def __init__(self, log: ServiceLog, layout: Blueprint) -> None:
        self.log = log
        self.layout = layout
        self.open_time = layout.calendar.open_time
        self.presence = RolePresence(log, layout)
        self.rows = deciding_rows(log)
        columns = log.steps.rows[self.rows]
        self.kind = columns["kind"]
        self.joined = columns["joined"]
        self.started = columns["started"]
        self.ended = columns["ended"]
        self.case = log.population.filing_case[columns["filing"]].astype(np.int64)
        self.role = _roles(log, layout, columns["dossier"], columns["place"])
        self.waits_until = np.where(self.started == NONE, self.ended, self.started)
        self.spent = np.zeros((len(CAUSES), len(log.case_end)), dtype=np.int64)
        self.citizen_open = np.zeros(len(log.case_end), dtype=np.int64)

    def settle(self) -> TimeSpent:
        """Book every row."""
        visitor, desk = self._of(Spell.VISITOR_WORK), self._of(Spell.DESK_WORK)
        self._work("served", visitor)
        self._work("desk_work", desk)
        for role in np.unique(self.role[visitor | desk]).tolist():
            same = self.role == role
            self._waiting("line", np.flatnonzero(visitor & same), role)
            self._waiting("desk_queue", np.flatnonzero(desk & same), role)
        whole = {
            Spell.ELSEWHERE: "elsewhere", Spell.POST: "elsewhere", Spell.HELD: "held",
            Spell.DOOR: "closed.door",
        }  # fmt: skip
        for kind, cause in whole.items():
            rows = np.flatnonzero(self._of(kind))
            self._book(cause, rows, self.ended[rows] - self.joined[rows])
        self._open_or_closed(Spell.RESTING, "resting", "closed.resting")
        self._open_or_closed(Spell.BESIDE, "line", "closed.line")
        self._walks()
        self._citizen(np.flatnonzero(self._of(Spell.CITIZEN)))
        self._coming_again()
        return TimeSpent(self.spent, self.citizen_open)

    def _of(self, kind: Spell) -> Bools:
        found: Bools = self.kind == kind
        return found

    def _book(self, cause: str, rows: Ints, duration: Ints) -> None:
        np.add.at(self.spent[_PLACE[cause]], self.case[rows], duration)

    def _work(self, cause: str, kind: Bools) -> None:
        rows = np.flatnonzero(kind & (self.started != NONE))
        self._book(cause, rows, self.ended[rows] - self.started[rows])

    def _open(self, begin: Ints, end: Ints) -> Ints:
        return self.open_time.elapsed_many(end) - self.open_time.elapsed_many(begin)

    def _open_or_closed(self, kind: Spell, in_open: str, in_closed: str) -> None:
        rows = np.flatnonzero(self._of(kind))
        opened = self._open(self.joined[rows], self.ended[rows])
        self._book(in_open, rows, opened)
        self._book(in_closed, rows, self.ended[rows] - self.joined[rows] - opened)

    def _walks(self) -> None:
        """Count a visitor's own walk as the citizen's time, a carried dossier as resting."""
        rows = np.flatnonzero(self._of(Spell.WALK))
        steps = self.log.steps.rows[self.rows[rows]]
        visitor = np.array(
            [
                self.layout.routes[procedure].steps[place].visitor
                for procedure, place in zip(
                    self.log.population.dossier_procedure[steps["dossier"]].tolist(),
                    steps["place"].tolist(),
                    strict=True,
                )
            ],
            dtype=np.bool_,
        )
        self._citizen(rows[visitor])
        carried = rows[~visitor]
        self._book("resting", carried, self.ended[carried] - self.joined[carried])

    def _citizen(self, rows: Ints, begin: Ints | None = None) -> None:
        begin = self.joined[rows] if begin is None else begin
        end = self.ended[rows]
        self._book("citizen", rows, end - begin)
        np.add.at(self.citizen_open, self.case[rows], self._open(begin, end))

    def _waiting(self, cause: str, rows: Ints, role: int) -> None:
        """Split waits for a role: others first, nobody there, or closed meanwhile."""
        begin, end = self.joined[rows], self.waits_until[rows]
        there = self.presence.of(role)
        manned = _both(self.open_time, there)
        opened = self._open(begin, end)
        queued = manned.elapsed_many(end) - manned.elapsed_many(begin)
        self._book(cause, rows, queued)
        self._book("staff_away", rows, opened - queued)
        first_open = self._next_open(begin)
        at_once = np.minimum(end, first_open) - begin
        self._book_closed_at_once(rows, begin, at_once)
        unmanned = _closed_while_away(self.open_time, there)
        resumed = begin + at_once
        away = unmanned.elapsed_many(end) - unmanned.elapsed_many(resumed)
        self._book("closed.staff_away", rows, away)
        self._book(f"closed.{cause}", rows, (end - begin) - opened - at_once - away)

    def _next_open(self, times: Ints) -> Ints:
        """Return each time itself where the office is open, and otherwise the next opening."""
        starts, ends = np.array(self.open_time.starts), np.array(self.open_time.ends)
        place = np.searchsorted(starts, times, side="right") - 1
        inside = (place >= 0) & (times < ends[place])
        following = starts[np.minimum(place + 1, len(starts) - 1)]
        found: Ints = np.where(inside, times, following)
        return found

    def _book_closed_at_once(self, rows: Ints, begin: Ints, duration: Ints) -> None:
        """Book closed time in which a wait began to what the case waited for at closing."""
        some = duration > 0
        causes = self._at_closing(self.case[rows[some]], begin[some])
        for cause in np.unique(causes).tolist():
            same = causes == cause
            self._book(CAUSES[cause], rows[some][same], duration[some][same])

    def _at_closing(self, case: Ints, times: Ints) -> Ints:
        """Return the cause, as its place, of what cases waited for when the office last closed."""
        ends = np.array(self.open_time.ends)
        closing = ends[np.maximum(np.searchsorted(ends, times, side="right") - 1, 0)]
        keys = (self.case << _CASE_SHIFT) + self.joined
        row = np.searchsorted(keys, (case << _CASE_SHIFT) + closing - 1, side="right") - 1
        causes = np.full(len(case), _PLACE["closed.door"])
        known = (row >= 0) & (self.case[np.maximum(row, 0)] == case)
        causes[known] = [
            self._doing(r, at)
            for r, at in zip(row[known].tolist(), (closing[known] - 1).tolist(), strict=True)
        ]
        return causes

    def _doing(self, row: int, at: int) -> int:
        """Return the closed cause of what a row was doing just before closing."""
        kind = self.kind[row]
        if kind in (Spell.VISITOR_WORK, Spell.DESK_WORK) and at < self.waits_until[row]:
            if not self.presence.of(int(self.role[row])).holds(at):
                return _PLACE["closed.staff_away"]
            return _PLACE["closed.line" if kind == Spell.VISITOR_WORK else "closed.desk_queue"]
        if kind == Spell.RESTING:
            return _PLACE["closed.resting"]
        if kind in (Spell.DOOR, Spell.TURNED_AWAY):
            return _PLACE["closed.door"]
        return _PLACE["closed.line" if kind == Spell.BESIDE else "closed.work"]

    def _coming_again(self) -> None:
        """Closing costs whoever was sent home the time to the next opening; the rest is theirs."""
        for kind in (Spell.SENT_HOME, Spell.TURNED_AWAY):
            rows = np.flatnonzero(self._of(kind))
            begin = self.joined[rows]
            opens = np.minimum(self._after_this_session(begin), self.ended[rows])
            if kind == Spell.TURNED_AWAY:
                self._book("closed.door", rows, opens - begin)
            else:
                self._book_closed_at_once(rows, begin, opens - begin)
            self._citizen(rows, opens)

    def _after_this_session(self, times: Ints) -> Ints:
        """Return the first opening after each time."""
        starts = np.array(self.open_time.starts)
        place = np.searchsorted(starts, times, side="right")
        found: Ints = starts[np.minimum(place, len(starts) - 1)]
        return found


def _roles(log: ServiceLog, layout: Blueprint, dossier: Ints, place: Ints) -> Ints:
    """Return the role of each row's step; NONE where there is none."""
    most = max(len(route.steps) for route in layout.routes)
    roles = np.full((len(layout.routes), most + 1), NONE)
    for i, route in enumerate(layout.routes):
        roles[i, : len(route.steps)] = [step.role for step in route.steps]
    found: Ints = roles[log.population.dossier_procedure[dossier], place]
    return found


def _both(first: Spans, second: Spans) -> Spans:
    """Return when both hold."""
    edges = np.unique(np.array([*first.starts, *first.ends, *second.starts, *second.ends]))
    begins = edges[:-1][first.holds_many(edges[:-1]) & second.holds_many(edges[:-1])]
    ends = edges[np.searchsorted(edges, begins, side="right")]
    return merged(list(zip(begins.tolist(), ends.tolist(), strict=True)))


def _closed_while_away(open_time: Spans, there: Spans) -> Spans:
    """Return the closed times before which nobody was there when the office closed."""
    closed, opens = np.array(open_time.ends[:-1]), np.array(open_time.starts[1:])
    away = ~there.holds_many(closed - 1)
    return merged(list(zip(closed[away].tolist(), opens[away].tolist(), strict=True)))


def open_turnaround(log: ServiceLog, calendar: RunCalendar) -> Ints:
    """Return the open milliseconds from first arrival to last result; 0 for cases not done."""
    begin = log.population.case_arrival
    end = np.where(log.case_end == End.DONE, log.case_closed, begin)
    return calendar.open_time.elapsed_many(end) - calendar.open_time.elapsed_many(begin)
