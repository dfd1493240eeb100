"""One replication in compiled code: the events in their order, until the run is over."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.blueprint import NONE
from sim.compiled import compiled, entry
from sim.engines.compiled.cases import new_filing
from sim.engines.compiled.codes import (
    ALREADY_THERE,
    ARRIVES,
    AT_ARRIVAL,
    AT_LAPSE,
    AT_RUN_END,
    AT_SESSION_END,
    COMPLETES,
    DOOR_OPENS,
    FILES_APART,
    GOES_HOME,
    MAY_END,
    MUST_END,
    NEEDS_CASES,
    NEEDS_ROOM,
    PATIENCE_ENDS,
    POSTED,
    PRESENCE_BEGINS,
    PRESENCE_ENDS,
    RELEASED,
    SESSION_ENDS,
    STOPPED,
    WALKED,
)
from sim.engines.compiled.desks import goes_to
from sim.engines.compiled.floor import dispatch, released_from_work
from sim.engines.compiled.heaps import (
    State,
    code_of,
    drop_next,
    index_of,
    next_time,
    place_among,
    plan,
)
from sim.engines.compiled.journal import settle
from sim.engines.compiled.memory import (
    EVENT,
    FILING,
    MEMBER,
    SPAN,
    WORK,
    record_at,
    value_at,
)
from sim.engines.compiled.paths import done, lapse_over, let_go, posted, takes_up
from sim.engines.compiled.rules import holds, next_start, span_at
from sim.engines.compiled.staff import await_presence, flush, presence_begins, presence_ends
from sim.engines.compiled.visits import (
    arrives,
    door_opens,
    files_apart,
    files_now,
    goes_home,
    patience_ends,
    session_ends,
)

_FAR = 1 << 62


@entry
def run(states: Any) -> int:
    """Go on with a run until it is over, or something is needed.

    Parameters
    ----------
    states
        An array of one record of :data:`~sim.engines.compiled.memory.STATE`.

    Returns
    -------
    int
        STOPPED, NEEDS_ROOM or NEEDS_CASES, of :mod:`sim.engines.compiled.codes`.
    """
    s = states[0]
    if s.sequence == 0:
        _begin(s)
    while True:
        if s.awaits_cases:
            return NEEDS_CASES
        if s.dispatch_due and next_time(s) > s.now:
            dispatch(s)
        if s.over:
            break
        if s.tight or s.events_size - s.events_used < s.margin + s.inside_used + s.members_used:
            return NEEDS_ROOM
        _next(s)
    flush(s)
    for index in range(s.filings_seen):
        slot = value_at(s.filing_slot, index, np.int32)
        if slot != NONE:
            settle(s, record_at(s.filings, slot, FILING))
    return STOPPED


@compiled
def _begin(s: State) -> None:
    """Begin with the staff, the end, the first session's end, the backlog and the first case."""
    for index in range(s.members_used):
        await_presence(s, record_at(s.members, index, MEMBER))
    plan(s, s.measured_until, AT_RUN_END, 0, MAY_END, 0, 0)
    plan(s, s.runs_until, AT_RUN_END, 0, MUST_END, 0, 0)
    _await_session_end(s)
    there = 0
    while there < s.cases and value_at(s.case_arrival, there, np.int64) < 0:
        there += 1
    if there:
        plan(s, 0, AT_LAPSE, 0, ALREADY_THERE, there, 0)
    _await_case(s, there)


@compiled
def _next(s: State) -> None:
    """Let happen what comes next: the next arrival of a case, or the first event planned."""
    event = record_at(s.events, 0, EVENT)
    at, key = event.at, event.key
    if s.next_case_at < at or (s.next_case_at == at and s.next_case_key < key):
        s.now = s.next_case_at
        _case_comes(s)
        return
    code, subject, extra = code_of(event.tail), event.subject, event.extra
    drop_next(s)
    s.now = at
    if code == COMPLETES:
        member = record_at(s.members, subject, MEMBER)
        if member.run == extra and member.work != NONE:
            done(s, released_from_work(s, member))
    elif code < RELEASED:
        lapse_over(s, code, subject)
    else:
        _happens(s, code, index_of(key), subject, extra)


@compiled
def _happens(s: State, code: int, index: int, subject: int, extra: int) -> None:  # noqa: PLR0912
    """Let an event happen."""
    if code == GOES_HOME:
        goes_home(s, subject)
    elif code == PATIENCE_ENDS:
        patience_ends(s, index, subject, extra)
    elif code == ARRIVES:
        arrives(s, subject)
    elif code == DOOR_OPENS:
        door_opens(s, record_at(s.filings, subject, FILING))
    elif code == FILES_APART:
        files_apart(s, subject, extra)
    elif code == WALKED:
        work = record_at(s.works, subject, WORK)
        goes_to(s, record_at(s.filings, work.filing, FILING), subject, True)
    elif code == RELEASED:
        _released(s, subject)
    elif code == POSTED:
        posted(s, record_at(s.filings, subject, FILING))
    elif code == PRESENCE_BEGINS:
        presence_begins(s, record_at(s.members, subject, MEMBER))
    elif code == PRESENCE_ENDS:
        presence_ends(s, record_at(s.members, subject, MEMBER))
    elif code == SESSION_ENDS:
        _await_session_end(s)
        session_ends(s)
    elif code == ALREADY_THERE:
        _already_there(s, subject)
    elif code == MAY_END:
        _may_end(s)
    elif code == MUST_END:
        s.over = 1


@compiled
def _released(s: State, index: int) -> None:
    slot = value_at(s.filing_slot, index, np.int32)
    if slot != NONE:
        let_go(s, record_at(s.filings, slot, FILING))


@compiled
def _may_end(s: State) -> None:
    """End with the measured days, or go on, arrivals included, until all cases are closed."""
    s.over = s.open_measured == 0
    if not s.over:
        _await_case(s, s.next_case)


@compiled
def _await_session_end(s: State) -> None:
    """Look ahead to the present session, or the next one, and its end."""
    spans, used = s.open_spans, s.open_spans_used
    begins = s.now if holds(spans, used, s.now) else next_start(spans, used, s.now)
    s.session_begins = begins
    s.session_ends_at = record_at(spans, span_at(spans, used, begins), SPAN).end
    if begins < record_at(spans, used - 1, SPAN).end:
        plan(s, s.session_ends_at, AT_SESSION_END, 0, SESSION_ENDS, 0, 0)


# --- cases ---


@compiled
def _await_case(s: State, case: int) -> None:
    """Await the next case; after the measured days, more are drawn as the run goes on."""
    s.next_case = case
    if case < s.cases:
        first = value_at(s.case_first_filing, case, np.int32)
        s.next_case_at = value_at(s.case_arrival, case, np.int64)
        s.next_case_key = place_among(AT_ARRIVAL, first)
        return
    s.next_case_at = _FAR
    if s.now >= s.measured_until and s.more_cases:
        s.awaits_cases = 1


@compiled
def _case_comes(s: State) -> None:
    case = s.next_case
    _await_case(s, case + 1)
    first = value_at(s.case_first_filing, case, np.int32)
    until = first + value_at(s.case_filings, case, np.int8)
    s.filings_seen = until
    for index in range(first + 1, until):
        at = value_at(s.filing_arrival, index, np.int64)
        if at != NONE:
            plan(s, at, AT_ARRIVAL, index, FILES_APART, index, s.now)
    files_now(s, first, s.now)


@compiled
def _already_there(s: State, there: int) -> None:
    """Take up the dossiers of the backlog, each before the step it waits for."""
    s.filings_seen = there
    for case in range(there):
        filing = record_at(s.filings, new_filing(s, case), FILING)
        takes_up(s, filing, value_at(s.case_arrival, case, np.int64))
