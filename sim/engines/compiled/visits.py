"""What visitors do in compiled code: come, stand at the door, lose patience, go home.

The same rules under the same names as in :mod:`sim.engines.visits`, which tell why.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.blueprint import NONE
from sim.clock import DAY_MS
from sim.compiled import compiled
from sim.engines.compiled.cases import (
    add_task,
    add_todo,
    end_of,
    expect,
    leave,
    new_filing,
    put_task_first,
    return_time,
    take_task,
    task_at,
)
from sim.engines.compiled.codes import (
    AT_ARRIVAL,
    AT_GOING_HOME,
    AT_PATIENCE,
    DOOR_OPENS,
    GOES_HOME,
    PATIENCE_ENDS,
)
from sim.engines.compiled.desks import attend, check, departs, goes_to, stays_ms_of
from sim.engines.compiled.draws import patience_ms
from sim.engines.compiled.floor import dispatch, free_work, new_work
from sim.engines.compiled.heaps import State, plan
from sim.engines.compiled.journal import note_chain, note_filing, note_work
from sim.engines.compiled.memory import (
    DAY,
    DOSSIER,
    FILING,
    PLAN,
    ROUTE,
    WORK,
    record_at,
    value_at,
)
from sim.engines.compiled.paths import receive
from sim.engines.compiled.rules import (
    closing_of,
    day_index,
    is_closed_for_the_day,
    is_open,
    next_start,
)
from sim.engines.compiled.staff import closes, comes_in, stays_for
from sim.log import End, Leaving, Outcome, Spell

_LOST = int(End.LOST)
_LEFT, _WAS_SENT_HOME = int(Outcome.LEFT), int(Outcome.SENT_HOME)
_IMPATIENT, _CLOSING = int(Leaving.IMPATIENT), int(Leaving.CLOSING)
_IS_TURNED_AWAY = int(Leaving.TURNED_AWAY)
_VISITOR_WORK, _CITIZEN, _HELD = int(Spell.VISITOR_WORK), int(Spell.CITIZEN), int(Spell.HELD)
_DOOR, _BESIDE = int(Spell.DOOR), int(Spell.BESIDE)
_SENT_HOME, _TURNED_AWAY = int(Spell.SENT_HOME), int(Spell.TURNED_AWAY)

# --- coming ---


@compiled
def files_apart(s: State, index: int, since: int) -> None:
    """File a group on a later day than the one before, unless the case was given up."""
    if end_of(s, value_at(s.filing_case, index, np.int32)) != _LOST:
        files_now(s, index, since)


@compiled
def files_now(s: State, index: int, since: int) -> None:
    """File a group; what went before it since then was the citizen's time."""
    filing = record_at(s.filings, new_filing(s, index), FILING)
    filing.cursor = since
    note_filing(s, filing, _CITIZEN, s.now, NONE)
    if filing.online:
        receive(s, filing)
        return
    lead = record_at(s.dossiers, filing.lead, DOSSIER)
    intake = record_at(s.routes, lead.route, ROUTE).intake
    add_task(s, filing, new_work(s, lead, intake, 1, 1))
    _visit_begins(s, filing)


@compiled
def arrives(s: State, index: int) -> None:
    """Come if that was planned, and is still."""
    slot = value_at(s.filing_slot, index, np.int32)
    if slot == NONE:
        return
    filing = record_at(s.filings, slot, FILING)
    first = filing.slot * s.plans_size
    planned = filing.collect_at == s.now
    for place in range(first, first + filing.todo):
        planned |= record_at(s.plans_of_filing, place, PLAN).todo_at <= s.now
    if planned and end_of(s, filing.case) != _LOST:
        _comes(s, filing)


@compiled
def _comes(s: State, filing: Any) -> None:
    if filing.collect_at == s.now:
        filing.collect_at = NONE
        filing.collecting = 1
    first = filing.slot * s.plans_size
    for place in range(first, first + filing.todo):
        planned = record_at(s.plans_of_filing, place, PLAN)
        if planned.todo_at <= s.now:
            work = record_at(s.works, planned.todo, WORK)
            note_chain(s, work, work.away_as, NONE)
    if filing.collecting and filing.ready != NONE:
        _collected_at_last(s, filing)
    _takes_on(s, filing)
    if filing.visiting:
        attend(s, filing)
    else:
        _visit_begins(s, filing)


@compiled
def _takes_on(s: State, filing: Any) -> None:
    """Make what was planned for now the tasks of this visit."""
    first, kept = filing.slot * s.plans_size, 0
    for place in range(filing.todo):
        planned = record_at(s.plans_of_filing, first + place, PLAN)
        work, at = planned.todo, planned.todo_at
        if at <= s.now:
            add_task(s, filing, work)
        else:
            later = record_at(s.plans_of_filing, first + kept, PLAN)
            later.todo = work
            later.todo_at = at
            kept += 1
    filing.todo = kept


@compiled
def _collected_at_last(s: State, filing: Any) -> None:
    """A ready result was held until its appointment, and then not yet collected."""
    note_filing(s, filing, _HELD, min(filing.held_until, s.now), NONE)
    note_filing(s, filing, filing.away_as, s.now, NONE)
    filing.away_as = _CITIZEN


@compiled
def _visit_begins(s: State, filing: Any) -> None:
    """Come before opening, in time, or in vain; collecting a result needs no ticket."""
    filing.visit += 1
    filing.came = s.now
    filing.visiting = 1
    filing.moved = filing.waited = 0
    day = record_at(s.days, day_index(s, s.now // DAY_MS), DAY)
    until = day.ticket_until if filing.tasks else day.closing
    if not day.is_open or s.now >= until:
        _turned_away(s, filing)
    elif is_open(s):
        _enter(s, filing)
    else:
        opens = next_start(s.open_spans, s.open_spans_used, s.now)
        plan(s, opens, AT_ARRIVAL, filing.index, DOOR_OPENS, filing.slot, 0)


@compiled
def door_opens(s: State, filing: Any) -> None:
    """Enter after waiting at the door."""
    for place in range(filing.tasks):
        note_chain(s, record_at(s.works, task_at(s, filing, place), WORK), _DOOR, NONE)
    if filing.collecting and filing.ready != NONE:
        note_filing(s, filing, _DOOR, s.now, NONE)
    _enter(s, filing)


@compiled
def _enter(s: State, filing: Any) -> None:
    filing.entered = s.now
    comes_in(s, filing)
    filing.patience_ms = patience_ms(s, filing)
    if filing.tasks:
        goes_to(s, filing, take_task(s, filing), False)
    else:
        attend(s, filing)


@compiled
def _turned_away(s: State, filing: Any) -> None:
    leave(s, filing, _IS_TURNED_AWAY)
    _comes_again(s, filing, _TURNED_AWAY)


@compiled
def _comes_again(s: State, filing: Any, away_as: int) -> None:
    """Come again the next open day for what was not done."""
    at = return_time(s, filing, 1)
    handing_over = filing.ready != NONE
    for place in range(filing.tasks):
        slot = task_at(s, filing, place)
        record_at(s.works, slot, WORK).away_as = away_as
        if handing_over:
            free_work(s, slot)
        else:
            add_todo(s, filing, at, slot)
    filing.tasks = 0
    if handing_over:
        filing.away_as = away_as
        filing.collect_at = at
    expect(s, filing, at)


# --- patience, lunch and closing ---


@compiled
def patience_ends(s: State, index: int, slot: int, ticket: int) -> None:
    """Leave the line, unless a member takes the work at this very moment or has taken it."""
    if s.dispatch_due:
        dispatch(s)
        plan(s, s.now, AT_PATIENCE, index, PATIENCE_ENDS, slot, ticket)
        return
    work = record_at(s.works, slot, WORK)
    if work.ticket == ticket:
        filing = record_at(s.filings, work.filing, FILING)
        _leaves_line(s, filing, _LEFT, _IMPATIENT, _CITIZEN)


@compiled
def session_ends(s: State) -> None:
    """At lunch and at closing, see who inside must go home."""
    if s.now == closing_of(s, (s.now - 1) // DAY_MS):
        closes(s)
    for place in range(s.inside_used):
        check(s, record_at(s.filings, value_at(s.inside, place, np.int64), FILING))


@compiled
def goes_home(s: State, index: int) -> None:
    """Send home who can no longer be served or wait today, once members have chosen."""
    if s.dispatch_due:
        dispatch(s)
        plan(s, s.now, AT_GOING_HOME, index, GOES_HOME, index, 0)
        return
    slot = value_at(s.filing_slot, index, np.int32)
    if slot == NONE:
        return
    filing = record_at(s.filings, slot, FILING)
    if not filing.inside:
        return
    closed = is_closed_for_the_day(s)
    if filing.line_work != NONE:
        work = record_at(s.works, filing.line_work, WORK)
        if work.ticket and closed and not stays_for(s, work.line):
            _leaves_line(s, filing, _WAS_SENT_HOME, _CLOSING, _SENT_HOME)
    elif filing.waiting_since != NONE and _waited_enough(s, filing, closed):
        departs(s, filing)


@compiled
def _waited_enough(s: State, filing: Any, closed: bool) -> bool:
    if s.now >= filing.waiting_since + stays_ms_of(s, filing):
        return True
    return not (is_open(s) or _finished_for(s, filing, closed))


@compiled
def _finished_for(s: State, filing: Any, closed: bool) -> bool:
    """Tell whether desk work is under way for a visitor, or somebody stays to do it."""
    all_stayed_for = True
    for slot in range(filing.first_dossier, filing.first_dossier + filing.dossiers):
        dossier = record_at(s.dossiers, slot, DOSSIER)
        if dossier.ready != NONE:
            continue
        if dossier.work == NONE:
            all_stayed_for = False
            continue
        work = record_at(s.works, dossier.work, WORK)
        if work.member != NONE:
            return True
        all_stayed_for = all_stayed_for and stays_for(s, work.line)
    return closed and all_stayed_for


@compiled
def _leaves_line(s: State, filing: Any, outcome: int, why: int, away_as: int) -> None:
    slot = filing.line_work
    work = record_at(s.works, slot, WORK)
    work.ticket = 0
    note_work(s, work, _VISITOR_WORK, outcome, NONE)
    filing.line_work = NONE
    filing.busy = 0
    for place in range(filing.tasks):
        task = record_at(s.works, task_at(s, filing, place), WORK)
        note_chain(s, task, _BESIDE, task.place)
    put_task_first(s, filing, slot)
    leave(s, filing, why)
    _comes_again(s, filing, away_as)
