"""Visitors inside in compiled code: to the next desk, waiting, taking a result, staying or going.

The same rules under the same names as in :mod:`sim.engines.visits`, which tell why.
"""

from __future__ import annotations

from typing import Any

from sim.blueprint import BY_POST, NONE, WHILE_YOU_WAIT
from sim.clock import DAY_MS
from sim.compiled import compiled
from sim.engines.compiled.cases import (
    add_task,
    add_todo,
    expect,
    leave,
    return_time,
    take_task,
)
from sim.engines.compiled.codes import (
    AT_GOING_HOME,
    AT_LAPSE,
    AT_PATIENCE,
    GOES_HOME,
    PATIENCE_ENDS,
    POSTED,
    WALKED,
)
from sim.engines.compiled.collecting import is_handed_over, plan_collection
from sim.engines.compiled.draws import concerns, lapse_ms
from sim.engines.compiled.floor import join, new_work
from sim.engines.compiled.heaps import State, plan
from sim.engines.compiled.journal import note_chain, note_filing
from sim.engines.compiled.memory import (
    DOSSIER,
    FILING,
    PLAN,
    ROUTE,
    STEP,
    WORK,
    record_at,
)
from sim.engines.compiled.rules import (
    closing_of,
    is_closed_for_the_day,
    is_open,
    legal_time_after,
)
from sim.engines.compiled.staff import comes_before, stays_for
from sim.log import Leaving, Spell

_WALK, _BESIDE, _HELD = int(Spell.WALK), int(Spell.BESIDE), int(Spell.HELD)
_SLIP, _SENT_BACK = int(Leaving.SLIP), int(Leaving.SENT_BACK)
_NOT_READY = int(Leaving.NOT_READY)

# --- to the next desk ---


@compiled
def check(s: State, filing: Any) -> None:
    """See, once members have chosen, whether a visitor must go home."""
    plan(s, s.now, AT_GOING_HOME, filing.index, GOES_HOME, filing.index, 0)


@compiled
def goes_to(s: State, filing: Any, slot: int, walked: bool) -> None:
    """Walk to the next desk, if it is in another hall, and join its line."""
    filing.busy = 1
    filing.waiting_since = NONE
    work = record_at(s.works, slot, WORK)
    note_chain(s, work, _WALK if walked else _BESIDE, work.place)
    dossier = record_at(s.dossiers, work.dossier, DOSSIER)
    walk_ms = record_at(s.step_plans, dossier.first_step + work.place, STEP).walk_ms
    if walk_ms and s.now > filing.entered and not walked:
        plan(s, s.now + walk_ms, AT_LAPSE, dossier.index, WALKED, slot, 0)
        return
    filing.line_work = slot
    since = filing.came if s.now == filing.entered else s.now
    join(s, slot, since)
    if filing.patience_ms != NONE:
        until = max(s.now, since + filing.patience_ms)
        plan(s, until, AT_PATIENCE, filing.index, PATIENCE_ENDS, slot, work.ticket)
    if not is_open(s):
        check(s, filing)


@compiled
def needs_visitor(s: State, slot: int) -> None:
    """Have a step done with the visitor: now, or when they have been told and come."""
    filing = record_at(s.filings, record_at(s.works, slot, WORK).filing, FILING)
    if filing.inside and not filing.busy:
        goes_to(s, filing, slot, False)
    elif filing.visiting:
        add_task(s, filing, slot)
    else:
        _is_called_in(s, filing, slot)


@compiled
def _is_called_in(s: State, filing: Any, slot: int) -> None:
    """Come for a step on the next open day, with a visit planned for that day if any is."""
    at = return_time(s, filing, 1)
    for place in range(filing.todo):
        planned = record_at(s.plans_of_filing, filing.slot * s.plans_size + place, PLAN)
        if planned.todo_at // DAY_MS == at // DAY_MS:
            add_todo(s, filing, planned.todo_at, slot)
            return
    expect(s, filing, at)
    add_todo(s, filing, at, slot)


# --- handing over ---


@compiled
def hand_on(s: State, filing: Any) -> None:
    """Do the next step of a hand-over, as desk work where nobody comes for the result."""
    lead = record_at(s.dossiers, filing.lead, DOSSIER)
    route = record_at(s.routes, lead.route, ROUTE)
    while lead.place < route.steps:
        if concerns(s, lead, lead.place):
            _hands_over(s, filing, lead)
            return
        lead.place += 1
    if filing.way != BY_POST:
        is_handed_over(s, filing)
        return
    until = legal_time_after(s, s.now, route.post_ms)
    plan(s, until, AT_LAPSE, lead.index, POSTED, filing.slot, 0)


@compiled
def _hands_over(s: State, filing: Any, lead: Any) -> None:
    slot = new_work(s, lead, lead.place, not filing.remote, 1)
    if filing.remote:
        lead.work = slot
        join(s, slot, s.now)
    else:
        needs_visitor(s, slot)


@compiled
def _takes_result(s: State, filing: Any) -> None:
    note_filing(s, filing, _HELD, s.now, NONE)
    filing.waiting_since = NONE
    hand_on(s, filing)


# --- what comes next ---


@compiled
def attend(s: State, filing: Any) -> None:
    """Let a visitor who is inside and free do what comes next, wait, or go."""
    if not filing.inside or filing.busy:
        return
    if filing.tasks:
        goes_to(s, filing, take_task(s, filing), False)
    elif not filing.remote and filing.ready != NONE and filing.released <= s.now:
        _takes_result(s, filing)
    elif filing.waiting_since == NONE or awaits_papers(s, filing):
        if _may_stay(s, filing):
            _waits_inside(s, filing)
        else:
            departs(s, filing)
    elif not is_open(s):
        check(s, filing)


@compiled
def awaits_papers(s: State, filing: Any) -> bool:
    """Tell whether papers of any dossier of a filing are missing."""
    for slot in range(filing.first_dossier, filing.first_dossier + filing.dossiers):
        if record_at(s.dossiers, slot, DOSSIER).awaits_papers:
            return True
    return False


@compiled
def _may_stay(s: State, filing: Any) -> bool:
    """Tell whether a visitor may stay to wait for the result of the same day."""
    if filing.way != WHILE_YOU_WAIT or filing.received == NONE:
        return False
    lead = record_at(s.dossiers, filing.lead, DOSSIER)
    stays_ms = record_at(s.routes, lead.route, ROUTE).stays_ms
    if not stays_ms or not (is_open(s) or is_closed_for_the_day(s)) or filing.released > s.now:
        return False
    for slot in range(filing.first_dossier, filing.first_dossier + filing.dossiers):
        if not _goes_on_today(s, record_at(s.dossiers, slot, DOSSIER), slot == filing.lead):
            return False
    return True


@compiled
def _goes_on_today(s: State, dossier: Any, leads: bool) -> bool:
    """Tell whether nothing elapses or rests any more and every role needed is there today."""
    if dossier.awaits_papers:
        return False
    route = record_at(s.routes, dossier.route, ROUTE)
    last = route.steps if leads else route.hand_over
    for place in range(dossier.place, last):
        if not concerns(s, dossier, place):
            continue
        step = record_at(s.step_plans, dossier.first_step + place, STEP)
        under_way = dossier.work != NONE and place == dossier.place
        if step.role == NONE or (not under_way and lapse_ms(s, dossier, place)):
            return False
        if not _is_there_today(s, step.role):
            return False
    return True


@compiled
def _is_there_today(s: State, role: int) -> bool:
    if is_open(s):
        return comes_before(s, role, closing_of(s, s.now // DAY_MS))
    return stays_for(s, role)


@compiled
def _waits_inside(s: State, filing: Any) -> None:
    filing.waiting_since = s.now
    filing.waited = 1
    plan(s, s.now + stays_ms_of(s, filing), AT_GOING_HOME, filing.index, GOES_HOME, filing.index, 0)
    if not is_open(s):
        check(s, filing)


@compiled
def stays_ms_of(s: State, filing: Any) -> int:
    """Return how long a visitor stays for the result at most."""
    lead = record_at(s.dossiers, filing.lead, DOSSIER)
    return record_at(s.routes, lead.route, ROUTE).stays_ms


@compiled
def departs(s: State, filing: Any) -> None:
    """Go home without the result: it comes later, was not ready, or papers are missing."""
    missing = filing.received == NONE or awaits_papers(s, filing)
    missed = filing.collecting != 0 and not missing
    why = _NOT_READY if missed else _SENT_BACK if missing else _SLIP
    leave(s, filing, why)
    if not missing:
        plan_collection(s, filing, missed)
