"""Results in compiled code: when a visitor comes for one, and what happens when it is given.

The same rules under the same names as in :mod:`sim.engines.visits`, which tell why.
"""

from __future__ import annotations

from typing import Any

from sim.blueprint import BY_APPOINTMENT, NONE, WHEN_READY, WHILE_YOU_WAIT
from sim.clock import DAY_MS
from sim.compiled import compiled
from sim.engines.compiled.cases import expect, filing_done, leave, return_time
from sim.engines.compiled.draws import (
    again_uniform,
    hour_drawn,
    moment_at,
    share_before,
    slip_uniform,
)
from sim.engines.compiled.heaps import State
from sim.engines.compiled.memory import DOSSIER, ROUTE, record_at
from sim.engines.compiled.rules import (
    closing_of,
    legal_day_after,
    next_start,
    open_day_after,
    open_day_from,
    slip_begins,
)
from sim.log import Leaving

_RESULT = int(Leaving.RESULT)


@compiled
def plan_collection(s: State, filing: Any, missed: bool) -> None:
    """Fix when the visitor comes for a result, and whether by slip, apology or word."""
    if filing.remote:
        return
    filing.slips = 1
    if filing.way == WHILE_YOU_WAIT:
        if filing.waited and not missed:
            _collects(s, filing, _after_lunch_or_next_day(s, filing))
            return
        route = record_at(s.routes, record_at(s.dossiers, filing.lead, DOSSIER).route, ROUTE)
        filing.way = WHEN_READY if route.limit_is_soon else BY_APPOINTMENT
        missed = False
    if filing.way == BY_APPOINTMENT:
        _by_slip(s, filing, missed)
    if filing.way == WHEN_READY and filing.ready != NONE:
        _is_told(s, filing)


@compiled
def _collects(s: State, filing: Any, at: int) -> None:
    filing.collect_at = at
    expect(s, filing, at)


@compiled
def _after_lunch_or_next_day(s: State, filing: Any) -> int:
    day = s.now // DAY_MS
    after = next_start(s.open_spans, s.open_spans_used, s.now)
    if after >= closing_of(s, day):
        return return_time(s, filing, 1)
    u = again_uniform(s, filing)
    before = share_before(s, filing.demand, day, after - day * DAY_MS)
    at = moment_at(s, filing.demand, day, before + u * (1 - before))
    return max(after, day * DAY_MS + at)


@compiled
def _by_slip(s: State, filing: Any, missed: bool) -> None:
    """Give the slip's date, or after an apology the one new date; then only word."""
    latest = record_at(s.dossiers, _due_last(s, filing), DOSSIER)
    route = record_at(s.routes, latest.route, ROUTE)
    if missed:
        filing.apologies += 1
        if filing.apologies > 1:
            filing.way = WHEN_READY
            return
        day = legal_day_after(s, s.now // DAY_MS, route.new_date)
    elif filing.collect_at != NONE:
        return
    else:
        # Closing at midnight belongs to the day before.
        day = (latest.due - 1) // DAY_MS
    day = open_day_from(s, day)
    if slip_begins(s, route, day) <= s.now:
        day = open_day_from(s, open_day_after(s, s.now // DAY_MS, 1))
    begins = slip_begins(s, route, day)
    u = slip_uniform(s, filing)
    filing.held_until = max(filing.held_until, begins)
    _collects(s, filing, begins + int(u * (closing_of(s, day) - begins)))


@compiled
def _due_last(s: State, filing: Any) -> int:
    """Return the dossier that is due last, the first of equals."""
    last = filing.first_dossier
    for slot in range(last + 1, last + filing.dossiers):
        if record_at(s.dossiers, slot, DOSSIER).due > record_at(s.dossiers, last, DOSSIER).due:
            last = slot
    return last


@compiled
def _is_told(s: State, filing: Any) -> None:
    """Come the next open day after the result is ready, but not before it is let go."""
    if filing.collect_at != NONE:
        return
    day = open_day_after(s, s.now // DAY_MS, 1)
    day = max(day, open_day_from(s, filing.released // DAY_MS))
    _collects(s, filing, hour_drawn(s, filing, day))


@compiled
def is_handed_over(s: State, filing: Any) -> None:
    """The result is in hand: leave, and file the next one or be done."""
    filing.in_hand = s.now
    filing.collect_at = NONE
    if filing.inside:
        filing.moved = 1
        leave(s, filing, _RESULT)
    filing_done(s, filing)
