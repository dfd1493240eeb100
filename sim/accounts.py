"""Where the time of cases goes, read in compiled code from the rows of each case.

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
from sim.manning import holds, place_of, within
from sim.reading import Chains

_NONE: Final = int(NONE)
_WHY_TURNED_AWAY: Final = int(Leaving.TURNED_AWAY)
_WHY_RESULT: Final = int(Leaving.RESULT)

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


class CaseLog(NamedTuple):
    """The rows of a log by case, and what they are told by.

    Attributes
    ----------
    steps, visits
        Rows of the log.
    chains
        Those of each case.
    clocks
        See :func:`sim.manning.clocks`.
    routes
        Role, and whether with the visitor, by procedure and place; the last place stands for none.
    """

    steps: Any
    visits: Any
    chains: Chains
    clocks: Stack
    routes: Any


class Block(NamedTuple):
    """A block of cases.

    Attributes
    ----------
    case, filing, dossier
        The first of each.
    first_filing
        By case, the place of its first filing in the block; one entry more than cases.
    case_decides
        By case: 0 if it is not done, 1 if the filing in hand last counts, 2 if every one does.
    online
        By case, whether it was filed online, so that no visit is for filing.
    in_hand
        By filing.
    dossier_filing, procedure, ready
        By dossier: its filing, its procedure, and when it was ready.
    """

    case: int
    filing: int
    dossier: int
    first_filing: Any
    case_decides: Any
    online: Any
    in_hand: Any
    dossier_filing: Any
    procedure: Any
    ready: Any


class _Counts(NamedTuple):
    """Whether what the dossiers of a filing share, and what is a dossier's own, counts."""

    filing: Any
    dossier: Any


@entry
def accounted(log: CaseLog, block: Block) -> tuple[Ints, Ints]:
    """Return the visits of each case of a block, and where its time went.

    Returns
    -------
    visits
        By case: time on the premises, visits, those in vain, and those turned away; time and
        visits for filing, and for collecting a result.
    books
        By cause, and by what else is in the rows of :data:`BOOKS`, the time of each case.
    """
    counts, cases = _deciding(block), len(block.case_decides)
    visits = np.zeros((8, cases), dtype=np.int64)
    books = np.empty((BOOKS, cases), dtype=np.int64)
    spent = np.empty(BOOKS, dtype=np.int64)
    # Taken out of their tuples once: whoever is handed a tuple counts references to all it holds.
    steps, next_step, clocks, routes = log.steps, log.chains.next_step, log.clocks, log.routes
    procedures, filing_counts, dossier_counts = block.procedure, counts.filing, counts.dossier
    first_visit, next_visit = log.chains.first_visit, log.chains.next_visit
    for case in range(cases):
        online, counted = block.online[case], visits[:, case]
        _count_visits(first_visit, next_visit, log.visits, block.case + case, online, counted)
        spent[:] = 0
        row = log.chains.first_step[block.case + case]
        while row != _NONE:
            step = steps[row]
            if step.kind == _VISITOR and step.started != _NONE:
                spent[IN_SERVICE] += step.ended - step.started
            dossier = step.dossier - block.dossier
            shared_counts = step.shared and filing_counts[step.filing - block.filing]
            if shared_counts or (not step.shared and dossier_counts[dossier]):
                procedure, place = procedures[dossier], step.place
                role, visitor = routes[0, procedure, place], routes[1, procedure, place]
                at_once = _book(step, role, visitor, clocks, spent)
                if at_once > 0:
                    cause = _before(log, block, counts, block.case + case, step.joined)
                    spent[cause] += at_once
            row = next_step[row]
        books[:, case] = spent
    return visits, books


@compiled
def _count_visits(  # noqa: PLR0917 - taken out of their tuples
    first_visit: Any, next_visit: Any, visits: Any, case: int, online: Any, sums: Ints
) -> None:
    row = first_visit[case]
    while row != _NONE:
        visit = visits[row]
        sums[0] += visit.left - visit.came
        sums[1] += 1
        sums[2] += np.int64(visit.in_vain)
        sums[3] += np.int64(visit.why == _WHY_TURNED_AWAY)
        if visit.number == 1 and not online:
            sums[4] += visit.left - visit.came
            sums[5] += 1
        elif visit.why == _WHY_RESULT:
            sums[6] += visit.left - visit.came
            sums[7] += 1
        row = next_visit[row]


@compiled
def _deciding(block: Block) -> _Counts:
    """Return which filings and which dossiers make up the time of their cases."""
    in_hand, ready = block.in_hand, block.ready
    filing_counts = np.zeros(len(in_hand), dtype=np.bool_)
    for case in range(len(block.case_decides)):
        last = block.first_filing[case]
        for filing in range(last, block.first_filing[case + 1]):
            filing_counts[filing] = block.case_decides[case] == _IN_TURN
            if in_hand[filing] > in_hand[last]:
                last = filing
        filing_counts[last] |= block.case_decides[case] == 1
    best = np.full(len(in_hand), _NONE, dtype=np.int64)
    for dossier in range(len(ready)):
        filing = block.dossier_filing[dossier] - block.filing
        if best[filing] == _NONE or ready[dossier] > ready[best[filing]]:
            best[filing] = dossier
    dossier_counts = np.zeros(len(ready), dtype=np.bool_)
    for filing in range(len(best)):
        if filing_counts[filing]:
            dossier_counts[best[filing]] = True
    return _Counts(filing_counts, dossier_counts)


@compiled
def _counting(step: Any, block: Block, counts: _Counts) -> bool:
    """Tell whether a row is part of the time of its case."""
    if step.shared:
        return counts.filing[step.filing - block.filing]
    return counts.dossier[step.dossier - block.dossier]


@compiled
def _before(log: CaseLog, block: Block, counts: _Counts, case: int, time: int) -> int:
    """Return the cause of closed time: what the case was doing when the office closed last."""
    closing = _last_closing(log.clocks, time)
    row = _row_at(log, block, counts, case, closing)
    if row == _NONE:
        return _CLOSED_DOOR
    found = log.steps[row]
    role = log.routes[0, block.procedure[found.dossier - block.dossier], found.place]
    return _doing(found, role, closing, log.clocks)


@compiled
def _book(step: Any, role: int, visitor: int, clocks: Stack, spent: Ints) -> int:
    """Book a row; return the closed time that is to be booked by what came before it."""
    kind, joined, ended = step.kind, step.joined, step.ended
    if kind in (_VISITOR, _DESK):
        until = ended if step.started == _NONE else step.started
        spent[_SERVED if kind == _VISITOR else _DESK_WORK] += ended - until
        return _wait(step, role, until, clocks, spent)
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
    elif kind == _WALK and visitor == 0:
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
def _row_at(log: CaseLog, block: Block, counts: _Counts, case: int, closing: int) -> int:
    """Return the row of a case that was under way just before a closing; NONE if none was."""
    steps, row, found = log.steps, log.chains.first_step[case], _NONE
    while row != _NONE:
        if steps[row].joined < closing and _counting(steps[row], block, counts):
            at = row if found == _NONE else found
            joined, ended = steps[at].joined, steps[at].ended
            if (steps[row].joined, steps[row].ended) >= (joined, ended):
                found = row
        row = log.chains.next_step[row]
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
