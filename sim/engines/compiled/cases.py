"""Cases and filings in compiled code: made, come again, left, done or lost.

The same rules under the same names as in the reference engine's modules, which tell why.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.blueprint import BY_POST, NONE, ONLINE
from sim.clock import DAY_MS
from sim.compiled import compiled
from sim.engines.compiled.codes import (
    ARRIVES,
    AT_ARRIVAL,
    AT_RUN_END,
    FILES_APART,
    MUST_END,
)
from sim.engines.compiled.draws import gap_days, hour_drawn
from sim.engines.compiled.heaps import State, plan
from sim.engines.compiled.journal import note_visit, settle
from sim.engines.compiled.memory import (
    DAY,
    DEMAND,
    DOSSIER,
    FILING,
    NEED,
    PLAN,
    ROUTE,
    put_at,
    record_at,
    value_at,
)
from sim.engines.compiled.rules import day_index, holds, open_day_after
from sim.engines.compiled.staff import goes_out
from sim.log import End, Spell

_OPEN, _DONE, _LOST = int(End.OPEN), int(End.DONE), int(End.LOST)
_CITIZEN = int(Spell.CITIZEN)
_MOST_IN_VAIN = 32_767

# --- made ---


@compiled
def new_filing(s: State, index: int) -> int:
    """Make a filing and its dossiers of what was drawn, and return its place."""
    slot = s.free_filing
    if slot == NONE:
        slot = s.filings_used
        s.filings_used += 1
        if s.filings_size - s.filings_used < s.margin:
            s.tight = 1
    else:
        s.free_filing = record_at(s.filings, slot, FILING).next_free
    filing = record_at(s.filings, slot, FILING)
    put_at(s.filing_slot, index, np.int32, slot)
    filing.slot = slot
    filing.index = index
    _of_its_case(s, filing)
    _at_rest(filing)
    _with_dossiers(s, filing)
    return slot


@compiled
def _of_its_case(s: State, filing: Any) -> None:
    case = value_at(s.filing_case, filing.index, np.int32)
    filing.case = case
    filing.demand = value_at(s.case_demand, case, np.int16)
    filing.day = value_at(s.case_day, case, np.int32)
    filing.number = value_at(s.case_number, case, np.int32)
    filing.priority = value_at(s.case_class, case, np.int8)
    filing.position = value_at(s.filing_position, filing.index, np.int8)
    filing.online = value_at(s.case_online, case, np.int8)


@compiled
def _at_rest(filing: Any) -> None:
    filing.cursor = filing.came = filing.entered = filing.line_work = NONE
    filing.patience_ms = filing.waiting_since = filing.collect_at = filing.held_until = NONE
    filing.received = filing.released = filing.ready = filing.in_hand = NONE
    filing.inside_place = NONE
    filing.visit = filing.plans = filing.visiting = filing.inside = filing.busy = 0
    filing.moved = filing.tasks = filing.todo = filing.waited = filing.collecting = 0
    filing.slips = filing.apologies = 0
    filing.away_as = _CITIZEN


@compiled
def _with_dossiers(s: State, filing: Any) -> None:
    """Make the dossiers: the first with an intake leads, the slowest way holds."""
    filing.first_dossier = filing.slot * s.most_dossiers
    filing.dossiers = 0
    filing.lead = NONE
    filing.way = 0
    filing.may_send_back = 0
    first = value_at(s.case_first_dossier, filing.case, np.int32)
    needs = record_at(s.demands, filing.demand, DEMAND).needs
    for index in range(first, first + needs):
        if value_at(s.dossier_filing, index, np.int32) == filing.index:
            _with_dossier(s, filing, index)
    if filing.lead == NONE:
        filing.lead = filing.first_dossier
        filing.online = 1
    filing.remote = filing.way in (ONLINE, BY_POST)


@compiled
def _with_dossier(s: State, filing: Any, index: int) -> None:
    slot = filing.first_dossier + filing.dossiers
    filing.dossiers += 1
    dossier = record_at(s.dossiers, slot, DOSSIER)
    _blank(dossier, slot, index)
    dossier.filing = filing.slot
    dossier.position = value_at(s.dossier_position, index, np.int8)
    dossier.kept = value_at(s.dossier_kept, index, np.int8)
    dossier.extension = value_at(s.dossier_extension, index, np.int32)
    dossier.route = value_at(s.dossier_procedure, index, np.int16)
    first_need = record_at(s.demands, filing.demand, DEMAND).first_need
    dossier.first_step = record_at(s.needs, first_need + dossier.position, NEED).first_step
    route = record_at(s.routes, dossier.route, ROUTE)
    filing.may_send_back |= route.sends_back
    filing.way = max(filing.way, value_at(s.dossier_way, index, np.int8))
    if filing.lead == NONE and route.intake != NONE:
        filing.lead = slot


@compiled
def _blank(dossier: Any, slot: int, index: int) -> None:
    dossier.slot = slot
    dossier.index = index
    dossier.paused = dossier.awaits_papers = dossier.tried = 0
    dossier.place = dossier.cursor = dossier.received = dossier.due = NONE
    dossier.released = dossier.ready = dossier.stopped = dossier.work = NONE


@compiled
def counts_try(s: State, dossier: Any, place: int) -> None:
    """Count that a step is to be done once more, with draws of its own."""
    first = dossier.slot * s.most_steps
    if not dossier.tried:
        dossier.tried = 1
        for step in range(s.most_steps):
            put_at(s.tries, first + step, np.int32, 0)
    if place >= 0:
        tries = value_at(s.tries, first + place, np.int32)
        put_at(s.tries, first + place, np.int32, tries + 1)


# --- tasks of a visit, and works planned for a later one ---


@compiled
def add_task(s: State, filing: Any, work: int) -> None:
    """Give a visitor one more thing to do at this visit."""
    record_at(s.plans_of_filing, filing.slot * s.plans_size + filing.tasks, PLAN).task = work
    filing.tasks += 1


@compiled
def take_task(s: State, filing: Any) -> int:
    """Take the first thing to do out of the list."""
    first = filing.slot * s.plans_size
    work = record_at(s.plans_of_filing, first, PLAN).task
    filing.tasks -= 1
    for place in range(filing.tasks):
        following = record_at(s.plans_of_filing, first + place + 1, PLAN).task
        record_at(s.plans_of_filing, first + place, PLAN).task = following
    return work


@compiled
def put_task_first(s: State, filing: Any, work: int) -> None:
    """Give a visitor something to do before all else."""
    first = filing.slot * s.plans_size
    for place in range(filing.tasks, 0, -1):
        before = record_at(s.plans_of_filing, first + place - 1, PLAN).task
        record_at(s.plans_of_filing, first + place, PLAN).task = before
    record_at(s.plans_of_filing, first, PLAN).task = work
    filing.tasks += 1


@compiled
def task_at(s: State, filing: Any, place: int) -> int:
    """Return a thing to do at this visit by its place in the list."""
    return record_at(s.plans_of_filing, filing.slot * s.plans_size + place, PLAN).task


@compiled
def add_todo(s: State, filing: Any, at: int, work: int) -> None:
    """Plan a piece of work for a later visit."""
    planned = record_at(s.plans_of_filing, filing.slot * s.plans_size + filing.todo, PLAN)
    planned.todo = work
    planned.todo_at = at
    filing.todo += 1


# --- coming again ---


@compiled
def expect(s: State, filing: Any, at: int) -> None:
    """Expect a visitor at a moment; plans that have changed by then come to nothing."""
    plan(s, at, AT_ARRIVAL, filing.index, ARRIVES, filing.index, 0)


@compiled
def return_time(s: State, filing: Any, days: int) -> int:
    """Return when a visitor comes again after `days` open days; 0 is the same day."""
    now = s.now
    # Closing at midnight belongs to the day before.
    today = (now if holds(s.open_spans, s.open_spans_used, now) else now - 1) // DAY_MS
    if days == 0:
        at = now + record_at(s.demands, filing.demand, DEMAND).there_and_back_ms
        if at < record_at(s.days, day_index(s, today), DAY).ticket_until:
            return at
    return hour_drawn(s, filing, open_day_after(s, today, max(days, 1)))


# --- cases ---


@compiled
def end_of(s: State, case: int) -> int:
    """Return how a case stands."""
    return value_at(s.case_end, case, np.int8)


@compiled
def closes_case(s: State, case: int, end: int) -> None:
    """Close a case; the run may end with the last one measured."""
    if end_of(s, case) != _OPEN:
        return
    put_at(s.case_end, case, np.int8, end)
    put_at(s.case_closed, case, np.int64, s.now)
    if s.measured_from <= value_at(s.case_arrival, case, np.int64) < s.measured_until:
        s.open_measured -= 1
        if s.open_measured == 0 and s.now >= s.measured_until:
            plan(s, s.now, AT_RUN_END, 0, MUST_END, 0, 0)


@compiled
def filing_done(s: State, filing: Any) -> None:
    """Go on with the case: file the next in its turn, or be done when all are in hand."""
    case = filing.case
    settle(s, filing)
    left = value_at(s.case_left, case, np.int16) - 1
    put_at(s.case_left, case, np.int16, left)
    if left == 0:
        closes_case(s, case, _DONE)
    elif value_at(s.case_in_turn, case, np.int8):
        _files_next(s, filing)
    put_at(s.filing_slot, filing.index, np.int32, NONE)
    filing.next_free = s.free_filing
    s.free_filing = filing.slot


@compiled
def _files_next(s: State, filing: Any) -> None:
    """File the next dossier some open days after the result before is in hand."""
    index = filing.index + 1
    tries = index - value_at(s.case_first_filing, filing.case, np.int32)
    day = open_day_after(s, s.now // DAY_MS, gap_days(s, filing, tries))
    plan(s, hour_drawn(s, filing, day), AT_ARRIVAL, index, FILES_APART, index, s.now)


# --- leaving ---


@compiled
def leave(s: State, filing: Any, why: int) -> None:
    """End a visit; too many in vain, and the case is given up."""
    note_visit(s, filing, why)
    filing.visiting = filing.inside = filing.busy = filing.collecting = 0
    filing.waiting_since = NONE
    goes_out(s, filing)
    if not filing.moved:
        in_vain = min(value_at(s.case_in_vain, filing.case, np.int16) + 1, _MOST_IN_VAIN)
        put_at(s.case_in_vain, filing.case, np.int16, in_vain)
        if in_vain >= record_at(s.demands, filing.demand, DEMAND).gives_up_after:
            closes_case(s, filing.case, _LOST)
