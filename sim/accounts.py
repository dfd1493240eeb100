"""The log read in compiled code: one pass over its rows, then one over the rows of each case.

What the causes mean is told in :mod:`sim.causes`; imported late, since Numba is.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from sim.blueprint import NONE
from sim.calendar import Ints
from sim.causes import CAUSES
from sim.compiled import compiled, entry
from sim.intervals import Stack
from sim.log import Leaving, Spell
from sim.manning import (
    Staffed,
    clocks,
    during,
    either,
    holds,
    place_of,
    spells,
    stacked,
    stayed,
    within,
)

_NONE: Final = int(NONE)
_WHY_TURNED_AWAY: Final = int(Leaving.TURNED_AWAY)

_VISITOR: Final = int(Spell.VISITOR_WORK)
_DESK: Final = int(Spell.DESK_WORK)
_ELSEWHERE: Final = int(Spell.ELSEWHERE)
_POST: Final = int(Spell.POST)
_RESTING: Final = int(Spell.RESTING)
_WALK: Final = int(Spell.WALK)
_HELD: Final = int(Spell.HELD)
_CITIZEN: Final = int(Spell.CITIZEN)
_DOOR: Final = int(Spell.DOOR)
_SENT_HOME: Final = int(Spell.SENT_HOME)
_TURNED_AWAY: Final = int(Spell.TURNED_AWAY)
_BESIDE: Final = int(Spell.BESIDE)

_KEPT: Final = CAUSES.index("held")
_AWAY: Final = CAUSES.index("elsewhere")
_CITIZENS: Final = CAUSES.index("citizen")
_SERVED: Final = CAUSES.index("served")
_DESK_WORK: Final = CAUSES.index("desk_work")
_LINE: Final = CAUSES.index("line")
_DESK_QUEUE: Final = CAUSES.index("desk_queue")
_STAFF_AWAY: Final = CAUSES.index("staff_away")
_REST: Final = CAUSES.index("resting")
_CLOSED_LINE: Final = CAUSES.index("closed.line")
_CLOSED_DESK_QUEUE: Final = CAUSES.index("closed.desk_queue")
_CLOSED_STAFF_AWAY: Final = CAUSES.index("closed.staff_away")
_CLOSED_WORK: Final = CAUSES.index("closed.work")
_CLOSED_REST: Final = CAUSES.index("closed.resting")
_CLOSED_DOOR: Final = CAUSES.index("closed.door")

CITIZEN_OPEN: Final = len(CAUSES)
"""Row of the books: open time in the citizen's hands."""
IN_SERVICE: Final = len(CAUSES) + 1
"""Row of the books: served, the visitor present, whatever the end of the case."""
BOOKS: Final = len(CAUSES) + 2

_THERE: Final = 1
_MANNED: Final = 2
_SHUT_AWAY: Final = 3
_BY_ROLE: Final = 3
_IN_TURN: Final = 2


class Chains(NamedTuple):
    """The rows of each case: the first one, and after each row the next; NONE at the end.

    Attributes
    ----------
    first_dossier
        By case, its first dossier; one entry more than cases.
    """

    first_step: Any
    next_step: Any
    first_visit: Any
    next_visit: Any
    first_dossier: Any


class Rows(NamedTuple):
    """The rows of a log, and whose they are.

    Attributes
    ----------
    steps, visits, stays
        Structured arrays.
    filing_case, dossier_filing
        Case of each filing, filing of each dossier.
    case_end
        By case.
    """

    steps: Any
    visits: Any
    stays: Any
    filing_case: Any
    dossier_filing: Any
    case_end: Any


class Reading(NamedTuple):
    """What is read from the rows of a log at once.

    Attributes
    ----------
    chains
        The rows of each case.
    hours
        Milliseconds of the measured days by member: paid, worked in paid hours, and beyond them
        at work or staying for visitors.
    clocks
        See :func:`sim.manning.clocks`.
    """

    chains: Chains
    hours: Ints
    clocks: Stack


class Block(NamedTuple):
    """What tells the rows that make up the time of a block of cases.

    Attributes
    ----------
    first_step
        By case, its first row.
    filing_counts, dossier_counts
        By filing and dossier of the block: whether what its dossiers share, and what is its own,
        counts.
    filing, dossier
        The first filing and dossier of the block.
    procedure
        By dossier of the block.
    """

    first_step: Any
    filing_counts: Any
    dossier_counts: Any
    filing: int
    dossier: int
    procedure: Any


@compiled
def _linked(rows: Any, filing_case: Any, cases: int) -> tuple[Any, Any]:
    """Return the first row of each case, and after each row the next, in the order of the log."""
    first = np.full(cases, np.int32(_NONE), dtype=np.int32)
    following = np.empty(len(rows), dtype=np.int32)
    for row in range(len(rows) - 1, -1, -1):
        case = filing_case[rows[row].filing]
        following[row] = first[case]
        first[case] = row
    return first, following


@entry
def read(rows: Rows, staffed: Staffed) -> Reading:
    """Return what is read from all rows at once."""
    steps = rows.steps
    reach = _reach(steps)
    members = len(staffed.present.first) - 1
    present = stacked([during(staffed.present, k, *reach) for k in range(members)])
    paid = stacked([during(staffed.paid, k, staffed.begin, staffed.end) for k in range(members)])
    absent, unpaid, in_paid = _worked(steps, present, paid, staffed.begin, staffed.end)
    hours = np.zeros((3, members), dtype=np.int64)
    for member in range(members):
        hours[0, member] = within(paid, member, staffed.begin, staffed.end)
        hours[1, member] = in_paid[member]
        alone = np.arange(members) == member
        over = either(spells(steps, unpaid, alone), stayed(rows.stays, member))
        hours[2, member] = _unpaid(over, paid, member, staffed.begin, staffed.end)
    return Reading(_chained(rows), hours, clocks(steps, absent, staffed, reach))


@compiled
def _chained(rows: Rows) -> Chains:
    """Return the rows of each case."""
    filing_case, dossier_filing, cases = rows.filing_case, rows.dossier_filing, len(rows.case_end)
    first_step, next_step = _linked(rows.steps, filing_case, cases)
    first_visit, next_visit = _linked(rows.visits, filing_case, cases)
    first_dossier = np.zeros(cases + 1, dtype=np.int32)
    for dossier in range(len(dossier_filing)):
        first_dossier[filing_case[dossier_filing[dossier]] + 1] += 1
    for case in range(cases):
        first_dossier[case + 1] += first_dossier[case]
    return Chains(first_step, next_step, first_visit, next_visit, first_dossier)


@compiled
def _reach(steps: Any) -> tuple[int, int]:
    """Return the first and the last moment that any row tells of."""
    begin, end = 0, 0
    for row in range(len(steps)):
        begin, end = min(begin, steps[row].joined), max(end, steps[row].ended)
    return begin, end


@compiled
def _worked(
    steps: Any, present: Stack, paid: Stack, begin: int, end: int
) -> tuple[Ints, Ints, Ints]:
    """Return work beyond presence, and in the measured days that beyond and that in paid hours.

    The former as rows of the log, the last in milliseconds by member.
    """
    absent = [np.int64(0) for _ in range(0)]
    unpaid = [np.int64(0) for _ in range(0)]
    in_paid = np.zeros(len(paid.first) - 1, dtype=np.int64)
    for row in range(len(steps)):
        member, started, ended = steps[row].member, steps[row].started, steps[row].ended
        if member == _NONE:
            continue
        since, until = max(started, begin), min(ended, end)
        if within(present, member, started, ended) == ended - started:
            in_paid[member] += max(until - since, 0)
            continue
        absent.append(np.int64(row))
        if started >= end or ended <= begin:
            continue
        inside = within(paid, member, since, until)
        in_paid[member] += inside
        if inside < until - since:
            unpaid.append(np.int64(row))
    return np.array(absent), np.array(unpaid), in_paid


@compiled
def _unpaid(over: Ints, paid: Stack, member: int, begin: int, end: int) -> int:
    """Return the time of some intervals in the measured days beyond a member's paid hours."""
    spent = 0
    for place in range(len(over)):
        since, until = max(over[place, 0], begin), min(over[place, 1], end)
        if since < until:
            spent += until - since - within(paid, member, since, until)
    return spent


@entry
def visit_sums(first_visit: Any, next_visit: Any, visits: Any) -> Ints:
    """Return by case: time on the premises, visits, those in vain, and those turned away."""
    sums = np.zeros((4, len(first_visit)), dtype=np.int64)
    for place in range(len(first_visit)):
        row = first_visit[place]
        while row != _NONE:
            sums[0, place] += visits[row].left - visits[row].came
            sums[1, place] += 1
            sums[2, place] += np.int64(visits[row].in_vain)
            sums[3, place] += np.int64(visits[row].why == _WHY_TURNED_AWAY)
            row = next_visit[row]
    return sums


@entry
def deciding(
    filing_of: Any, ready: Any, first_filing: Any, in_hand: Any, case_decides: Any
) -> tuple[Any, Any]:
    """Return which filings and which dossiers of a block make up the time of their cases.

    Parameters
    ----------
    filing_of, ready
        By dossier: place of its filing in the block; when it was ready.
    first_filing
        By case, the place of its first filing in the block; one entry more than cases.
    in_hand
        By filing.
    case_decides
        By case: 0 if it is not done, 1 if the filing in hand last counts, 2 if every one does.
    """
    filing_counts = np.zeros(len(in_hand), dtype=np.bool_)
    for case in range(len(case_decides)):
        last = first_filing[case]
        for filing in range(first_filing[case], first_filing[case + 1]):
            filing_counts[filing] = case_decides[case] == _IN_TURN
            if in_hand[filing] > in_hand[last]:
                last = filing
        filing_counts[last] |= case_decides[case] == 1
    best = np.full(len(in_hand), _NONE, dtype=np.int64)
    for dossier in range(len(filing_of)):
        other = best[filing_of[dossier]]
        if other == _NONE or ready[dossier] > ready[other]:
            best[filing_of[dossier]] = dossier
    dossier_counts = np.zeros(len(filing_of), dtype=np.bool_)
    for filing in range(len(best)):
        if filing_counts[filing]:
            dossier_counts[best[filing]] = True
    return filing_counts, dossier_counts


@entry
def booked(steps: Any, next_step: Any, block: Block, clocks: Stack, routes: Ints) -> Ints:
    """Return by cause, and by what else is in the rows of :data:`BOOKS`, the time of each case.

    Parameters
    ----------
    clocks
        When the office is open, then by role: when somebody is there, when in open time, and the
        closed times before which nobody was there when the office closed.
    routes
        Role, and whether with the visitor, by procedure and place; the last place stands for none.
    """
    books = np.zeros((BOOKS, len(block.first_step)), dtype=np.int64)
    for case in range(len(block.first_step)):
        row = block.first_step[case]
        while row != _NONE:
            step = steps[row]
            if step.kind == _VISITOR and step.started != _NONE:
                books[IN_SERVICE, case] += step.ended - step.started
            if _counts(step, block):
                route = routes[:, _procedure(step, block), step.place]
                at_once = _book(step, route, clocks, books[:, case])
                if at_once > 0:
                    first, at = block.first_step[case], _last_closing(clocks, step.joined)
                    row_at = _row_at(at, first, steps, next_step, block)
                    cause = _CLOSED_DOOR
                    if row_at != _NONE:
                        found = steps[row_at]
                        role = routes[0, _procedure(found, block), found.place]
                        cause = _doing(found, role, at, clocks)
                    books[cause, case] += at_once
            row = next_step[row]
    return books


@compiled
def _procedure(step: Any, block: Block) -> int:
    procedure: int = block.procedure[step.dossier - block.dossier]
    return procedure


@compiled
def _counts(step: Any, block: Block) -> bool:
    """Tell whether a row is part of the time of its case."""
    if step.shared:
        return block.filing_counts[step.filing - block.filing]
    return block.dossier_counts[step.dossier - block.dossier]


@compiled
def _book(step: Any, route: Ints, clocks: Stack, spent: Ints) -> int:
    """Book a row; return the closed time that is to be booked by what came before it."""
    kind, joined, ended = step.kind, step.joined, step.ended
    if kind in (_VISITOR, _DESK):
        until = ended if step.started == _NONE else step.started
        spent[_SERVED if kind == _VISITOR else _DESK_WORK] += ended - until
        return _wait(step, route[0], until, clocks, spent)
    if kind in (_RESTING, _BESIDE):
        opened = within(clocks, 0, joined, ended)
        spent[_REST if kind == _RESTING else _LINE] += opened
        spent[_CLOSED_REST if kind == _RESTING else _CLOSED_LINE] += ended - joined - opened
    elif kind in (_ELSEWHERE, _POST):
        spent[_AWAY] += ended - joined
    elif kind == _HELD:
        spent[_KEPT] += ended - joined
    elif kind == _DOOR:
        spent[_CLOSED_DOOR] += ended - joined
    elif kind == _WALK and route[1] == 0:
        spent[_REST] += ended - joined
    else:
        return _citizen(kind, joined, ended, clocks, spent)
    return 0


@compiled
def _citizen(kind: int, begin: int, end: int, clocks: Stack, spent: Ints) -> int:
    """Book a citizen's time; whoever was sent home waits for the next opening first."""
    since = begin
    if kind in (_SENT_HOME, _TURNED_AWAY):
        since = min(_next_session(clocks, begin), end)
    spent[_CITIZENS] += end - since
    spent[CITIZEN_OPEN] += within(clocks, 0, since, end)
    if kind == _SENT_HOME:
        return since - begin
    spent[_CLOSED_DOOR] += since - begin
    return 0


@compiled
def _wait(step: Any, role: int, end: int, clocks: Stack, spent: Ints) -> int:
    """Split a wait for a role: others first, nobody there, or closed meanwhile.

    Returns the closed time in which it began, which is not booked.
    """
    begin, visitor = step.joined, step.kind == _VISITOR
    if begin == end:
        return 0
    queued = within(clocks, _MANNED + _BY_ROLE * role, begin, end)
    spent[_LINE if visitor else _DESK_QUEUE] += queued
    if queued == end - begin:
        return 0
    opened = within(clocks, 0, begin, end)
    spent[_STAFF_AWAY] += opened - queued
    resumed = begin
    if not holds(clocks, 0, begin):
        resumed = min(end, _next_session(clocks, begin))
    away = within(clocks, _SHUT_AWAY + _BY_ROLE * role, resumed, end)
    spent[_CLOSED_STAFF_AWAY] += away
    shut = _CLOSED_LINE if visitor else _CLOSED_DESK_QUEUE
    spent[shut] += (end - resumed) - opened - away
    return resumed - begin


@compiled
def _next_session(clocks: Stack, time: int) -> int:
    """Return the first opening after a time."""
    place = min(place_of(clocks, 0, time) + 1, clocks.first[1] - 1)
    return clocks.spans[place, 0]


@compiled
def _last_closing(clocks: Stack, time: int) -> int:
    """Return the last end of a session by a time; the first one's where there is none."""
    place = place_of(clocks, 0, time)
    if place < 0 or clocks.spans[place, 1] > time:
        place -= 1
    return clocks.spans[max(place, 0), 1]


@compiled
def _row_at(closing: int, first: int, steps: Any, next_step: Any, block: Block) -> int:
    """Return the row of a case that was under way just before a closing; NONE if none was."""
    found, row = _NONE, first
    while row != _NONE:
        if steps[row].joined < closing and _counts(steps[row], block):
            at = row if found == _NONE else found
            joined, ended = steps[at].joined, steps[at].ended
            if (steps[row].joined, steps[row].ended) >= (joined, ended):
                found = row
        row = next_step[row]
    return found


@compiled
def _doing(step: Any, role: int, closing: int, clocks: Stack) -> int:
    """Return the closed cause of what a row was doing just before closing."""
    kind, until = step.kind, step.ended if step.started == _NONE else step.started
    if kind in (_VISITOR, _DESK) and closing - 1 < until:
        if not holds(clocks, _THERE + _BY_ROLE * role, closing - 1):
            return _CLOSED_STAFF_AWAY
        return _CLOSED_LINE if kind == _VISITOR else _CLOSED_DESK_QUEUE
    if kind == _RESTING:
        return _CLOSED_REST
    if kind in (_DOOR, _TURNED_AWAY):
        return _CLOSED_DOOR
    return _CLOSED_LINE if kind == _BESIDE else _CLOSED_WORK


@entry
def add_by_group(values: Any, group: Ints, totals: Any) -> None:
    """Add each value to the total of its group, in order."""
    for i in range(len(values)):
        totals[group[i]] += values[i]
