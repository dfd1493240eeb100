"""How a dossier goes through its procedure in compiled code, step by step.

The same rules under the same names as in :mod:`sim.engines.paths`, which tells why.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.blueprint import NONE, WHEN_READY
from sim.compiled import compiled
from sim.engines.compiled.cases import add_todo, counts_try, expect, return_time
from sim.engines.compiled.codes import (
    AT_LAPSE,
    CARRIED,
    ELSEWHERE_OVER,
    HELD_BACK,
    PAPERS_ONLINE,
    RELEASED,
    RESTED,
)
from sim.engines.compiled.collecting import is_handed_over, plan_collection
from sim.engines.compiled.desks import attend, hand_on, needs_visitor
from sim.engines.compiled.draws import (
    back_days,
    concerns,
    is_sent_back,
    lapse_ms,
    takes_in_all,
)
from sim.engines.compiled.floor import free_work, join, new_work
from sim.engines.compiled.heaps import State, plan
from sim.engines.compiled.journal import note_dossier, note_filing, note_work
from sim.engines.compiled.memory import DOSSIER, FILING, ROUTE, STEP, WORK, record_at, value_at
from sim.engines.compiled.rules import due_time, legal_time_after, pause_length, release_time
from sim.log import Outcome, Spell

_VISITOR_WORK, _DESK_WORK = int(Spell.VISITOR_WORK), int(Spell.DESK_WORK)
_HELD, _ELSEWHERE, _POST = int(Spell.HELD), int(Spell.ELSEWHERE), int(Spell.POST)
_RESTING, _WALK, _CITIZEN = int(Spell.RESTING), int(Spell.WALK), int(Spell.CITIZEN)
_DONE, _SENT_BACK = int(Outcome.DONE), int(Outcome.SENT_BACK)

# --- receipt ---


@compiled
def receive(s: State, filing: Any) -> None:
    """Receive complete papers: deadlines begin, and every dossier starts its way."""
    filing.received = filing.released = s.now
    filing.moved = 1
    first, last = filing.first_dossier, filing.first_dossier + filing.dossiers
    for slot in range(first, last):
        dossier = record_at(s.dossiers, slot, DOSSIER)
        dossier.received = dossier.cursor = dossier.released = s.now
        route = record_at(s.routes, dossier.route, ROUTE)
        if route.has_times:
            dossier.due = due_time(s, route, s.now, dossier.extension, 0)
            dossier.released = release_time(s, route, s.now, dossier.kept)
            filing.released = max(filing.released, dossier.released)
    for slot in range(first, last):
        dossier = record_at(s.dossiers, slot, DOSSIER)
        if not filing.online:
            dossier.place = record_at(s.routes, dossier.route, ROUTE).intake
        advance(s, dossier, filing)
    if filing.online and filing.in_hand == NONE:
        plan_collection(s, filing, False)


@compiled
def takes_up(s: State, filing: Any, received: int) -> None:
    """Put a dossier of the backlog before the step it waits for."""
    dossier = record_at(s.dossiers, filing.lead, DOSSIER)
    filing.received = dossier.received = dossier.released = received
    filing.slips = 1
    filing.cursor = dossier.cursor = 0
    route = record_at(s.routes, dossier.route, ROUTE)
    dossier.due = due_time(s, route, received, dossier.extension, 0)
    dossier.place = int(value_at(s.dossier_begins_at, dossier.index, np.int8)) - 1
    advance(s, dossier, filing)


# --- the route ---


@compiled
def advance(s: State, dossier: Any, filing: Any) -> None:
    """Go to the next step that concerns a dossier, or be ready for the hand-over."""
    route = record_at(s.routes, dossier.route, ROUTE)
    place = dossier.place + 1
    while place < route.hand_over:
        shared_intake = place == route.intake and dossier.slot != filing.lead
        if not shared_intake and concerns(s, dossier, place):
            dossier.place = place
            begin(s, dossier, filing)
            return
        place += 1
    dossier.place = place
    dossier.ready = s.now
    for slot in range(filing.first_dossier, filing.first_dossier + filing.dossiers):
        if record_at(s.dossiers, slot, DOSSIER).ready == NONE:
            return
    _filing_ready(s, filing)


@compiled
def begin(s: State, dossier: Any, filing: Any) -> None:
    """Begin a step: held by habit, elapsing elsewhere, resting, or work."""
    route = record_at(s.routes, dossier.route, ROUTE)
    step = record_at(s.step_plans, dossier.first_step + dossier.place, STEP)
    if route.hold_work and dossier.released > s.now and not step.visitor:
        _later(s, dossier, dossier.released, HELD_BACK)
    elif step.role == NONE:
        until = legal_time_after(s, s.now, lapse_ms(s, dossier, dossier.place))
        _later(s, dossier, until, ELSEWHERE_OVER)
    else:
        lapse = lapse_ms(s, dossier, dossier.place) if step.rests else 0
        if lapse:
            _later(s, dossier, legal_time_after(s, s.now, lapse), RESTED)
        else:
            to_work(s, dossier, filing)


@compiled
def _later(s: State, dossier: Any, at: int, code: int) -> None:
    plan(s, at, AT_LAPSE, dossier.index, code, dossier.slot, 0)


@compiled
def lapse_over(s: State, code: int, slot: int) -> None:
    """Go on after a dossier's hold, time elsewhere, rest, walk or wait for papers."""
    dossier = record_at(s.dossiers, slot, DOSSIER)
    filing = record_at(s.filings, dossier.filing, FILING)
    if code == HELD_BACK:
        note_dossier(s, dossier, _HELD, dossier.place)
        begin(s, dossier, filing)
    elif code == ELSEWHERE_OVER:
        note_dossier(s, dossier, _ELSEWHERE, dossier.place)
        advance(s, dossier, filing)
    elif code == RESTED:
        note_dossier(s, dossier, _RESTING, dossier.place)
        to_work(s, dossier, filing)
    elif code == CARRIED:
        note_dossier(s, dossier, _WALK, dossier.place)
        _to_desk(s, dossier)
    else:
        note_dossier(s, dossier, _CITIZEN, NONE)
        _papers_in(s, dossier, filing)


@compiled
def to_work(s: State, dossier: Any, filing: Any) -> None:
    """Join the line of a step's role, the visitor or the papers walking there first."""
    step = record_at(s.step_plans, dossier.first_step + dossier.place, STEP)
    intake = record_at(s.routes, dossier.route, ROUTE).intake
    filed_online = filing.online and dossier.place == intake
    if step.visitor and not filed_online:
        needs_visitor(s, new_work(s, dossier, dossier.place, 1, 0))
    elif step.walk_ms:
        _later(s, dossier, s.now + step.walk_ms, CARRIED)
    else:
        _to_desk(s, dossier)


@compiled
def _to_desk(s: State, dossier: Any) -> None:
    dossier.work = new_work(s, dossier, dossier.place, 0, 0)
    join(s, dossier.work, s.now)


# --- work done ---


@compiled
def done(s: State, slot: int) -> None:
    """Go on after work has been completed."""
    work = record_at(s.works, slot, WORK)
    dossier = record_at(s.dossiers, work.dossier, DOSSIER)
    filing = record_at(s.filings, work.filing, FILING)
    dossier.work = NONE
    kind = _DESK_WORK
    if work.visitor:
        kind = _VISITOR_WORK
        filing.busy = 0
        filing.line_work = NONE
    sent_back = filing.may_send_back and _sends_back(s, work, dossier, filing)
    note_work(s, work, kind, _SENT_BACK if sent_back else _DONE, work.member)
    visitor, hand_in, place = work.visitor, work.hand_in, work.place
    free_work(s, slot)
    if sent_back:
        _send_back(s, dossier, filing, place)
    elif hand_in:
        _papers_in(s, dossier, filing)
    elif filing.ready != NONE:
        record_at(s.dossiers, filing.lead, DOSSIER).place += 1
        hand_on(s, filing)
    elif filing.received == NONE:
        receive(s, filing)
    else:
        filing.moved |= visitor
        advance(s, dossier, filing)
    if filing.inside and not filing.busy:
        attend(s, filing)


@compiled
def _sends_back(s: State, work: Any, dossier: Any, filing: Any) -> bool:
    """Tell whether papers are incomplete; at an intake, those of any dossier filed with it."""
    if work.hand_in or filing.ready != NONE:
        return False
    alone = filing.dossiers == 1
    if alone or not dossier.tried or not takes_in_all(s, dossier, filing, work.place):
        return is_sent_back(s, dossier, filing, work.place)
    for slot in range(filing.first_dossier, filing.first_dossier + filing.dossiers):
        other = record_at(s.dossiers, slot, DOSSIER)
        intake = record_at(s.routes, other.route, ROUTE).intake
        if intake != NONE and is_sent_back(s, other, filing, intake):
            return True
    return False


@compiled
def _send_back(s: State, dossier: Any, filing: Any, place: int) -> None:
    """Send a dossier back; after receipt its deadline stands still."""
    days = back_days(s, dossier, filing, place)
    if takes_in_all(s, dossier, filing, place):
        for slot in range(filing.first_dossier, filing.first_dossier + filing.dossiers):
            other = record_at(s.dossiers, slot, DOSSIER)
            counts_try(s, other, record_at(s.routes, other.route, ROUTE).intake)
    else:
        counts_try(s, dossier, place)
    if filing.received != NONE:
        dossier.stopped = s.now
        dossier.awaits_papers = 1
        filing.collect_at = NONE
    _ask_again(s, dossier, filing, days)


@compiled
def _ask_again(s: State, dossier: Any, filing: Any, days: int) -> None:
    intake = record_at(s.routes, dossier.route, ROUTE).intake
    at = return_time(s, filing, days)
    if filing.online or intake == NONE:
        _later(s, dossier, at, PAPERS_ONLINE)
        return
    shared = filing.received == NONE
    if not shared:
        counts_try(s, dossier, intake)
    slot = new_work(s, dossier, intake, 1, shared)
    record_at(s.works, slot, WORK).hand_in = not shared
    add_todo(s, filing, at, slot)
    expect(s, filing, at)


@compiled
def _papers_in(s: State, dossier: Any, filing: Any) -> None:
    """Take completed papers: the deadline goes on, and the step is done again."""
    filing.moved = 1
    dossier.awaits_papers = 0
    route = record_at(s.routes, dossier.route, ROUTE)
    dossier.paused += pause_length(s, route, dossier.stopped, s.now)
    dossier.due = due_time(s, route, dossier.received, dossier.extension, dossier.paused)
    to_work(s, dossier, filing)
    if filing.online:
        plan_collection(s, filing, False)


# --- ready ---


@compiled
def _filing_ready(s: State, filing: Any) -> None:
    filing.ready = filing.cursor = s.now
    release = filing.released
    filing.held_until = max(filing.held_until, release)
    if filing.way == WHEN_READY and not filing.visiting:
        plan_collection(s, filing, False)
    if release > s.now:
        lead = record_at(s.dossiers, filing.lead, DOSSIER)
        plan(s, release, AT_LAPSE, lead.index, RELEASED, filing.index, 0)
    else:
        let_go(s, filing)


@compiled
def let_go(s: State, filing: Any) -> None:
    """Hand over a ready result that no rule holds back any longer."""
    if filing.remote:
        note_filing(s, filing, _HELD, s.now, NONE)
        hand_on(s, filing)
    elif filing.inside:
        attend(s, filing)


@compiled
def posted(s: State, filing: Any) -> None:
    """See a result in hand that came by post."""
    note_filing(s, filing, _POST, s.now, NONE)
    is_handed_over(s, filing)
