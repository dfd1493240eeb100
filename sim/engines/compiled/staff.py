"""Members of staff in compiled code: there or not, and who stays after closing.

The same rules under the same names as in :mod:`sim.engines.floor`, which tells why.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.blueprint import NONE
from sim.clock import DAY_MS
from sim.compiled import compiled
from sim.engines.compiled.codes import (
    AT_PRESENCE_BEGIN,
    AT_PRESENCE_END,
    PRESENCE_BEGINS,
    PRESENCE_ENDS,
)
from sim.engines.compiled.floor import becomes_free, offer, push, remove
from sim.engines.compiled.heaps import State, plan
from sim.engines.compiled.journal import note_stay, note_work
from sim.engines.compiled.memory import (
    FILING,
    LINE,
    MEMBER,
    SPAN,
    TEAM,
    WORK,
    put_at,
    record_at,
    value_at,
)
from sim.engines.compiled.rules import next_start
from sim.engines.floor import AT_HEAD
from sim.log import Outcome, Spell

_SPAN_BYTES = SPAN.itemsize
_VISITOR_WORK, _DESK_WORK = int(Spell.VISITOR_WORK), int(Spell.DESK_WORK)
_INTERRUPTED, _OPEN = int(Outcome.INTERRUPTED), int(Outcome.OPEN)

# --- presence ---


@compiled
def await_presence(s: State, member: Any) -> None:
    """Plan when a member is there next."""
    if member.place < member.spans:
        span = record_at(s.presence, member.first_span + member.place, SPAN)
        plan(s, span.start, AT_PRESENCE_BEGIN, member.index, PRESENCE_BEGINS, member.index, 0)


@compiled
def presence_begins(s: State, member: Any) -> None:
    """Be there; hours that go on after closing do not end a stay, another day does."""
    if (member.staying_since - 1) // DAY_MS < s.now // DAY_MS:
        _stop_staying(s, member)
    member.present = 1
    end = record_at(s.presence, member.first_span + member.place, SPAN).end
    member.place += 1
    plan(s, end, AT_PRESENCE_END, member.index, PRESENCE_ENDS, member.index, 0)
    if member.work == NONE:
        team = record_at(s.teams, member.team, TEAM)
        team.staying_free_used = remove(team.staying_free, team.staying_free_used, member.index)
        becomes_free(s, member)


@compiled
def presence_ends(s: State, member: Any) -> None:
    """Go; desk work stops unless its visitor is inside."""
    member.present = 0
    await_presence(s, member)
    if member.work == NONE:
        team = record_at(s.teams, member.team, TEAM)
        team.free_used = remove(team.free, team.free_used, member.index)
        offer(s, member)
        return
    work = record_at(s.works, member.work, WORK)
    if not work.visitor and not record_at(s.filings, work.filing, FILING).inside:
        _interrupt(s, member, work)


@compiled
def _interrupt(s: State, member: Any, work: Any) -> None:
    """Desk work stops and goes back to the head of its line with its remaining time."""
    note_work(s, work, _DESK_WORK, _INTERRUPTED, member.index)
    work.remaining -= s.now - work.started
    work.joined = s.now
    work.started = NONE
    work.member = NONE
    slot = member.work
    member.work = NONE
    member.run += 1
    push(s, work, slot, s.now, AT_HEAD)
    s.dispatch_due = 1
    line = record_at(s.lines, work.line, LINE)
    for place in range(line.first_team, line.first_team + line.teams):
        record_at(s.teams, value_at(s.role_teams, place, np.int64), TEAM).due = 1
    offer(s, member)


# --- staying after closing ---


@compiled
def closes(s: State) -> None:
    """At closing, teams that finish the queue stay if anybody is inside."""
    if s.inside_used == 0:
        return
    for index in range(s.members_used):
        member = record_at(s.members, index, MEMBER)
        stays = record_at(s.teams, member.team, TEAM).finish_queue and member.present
        if stays and member.staying_since == NONE:
            member.staying_since = s.now
            put_at(s.staying, s.staying_used, np.int64, index)
            s.staying_used += 1


@compiled
def comes_in(s: State, filing: Any) -> None:
    """Count a visitor as inside."""
    filing.inside = 1
    filing.inside_place = s.inside_used
    put_at(s.inside, s.inside_used, np.int64, filing.slot)
    s.inside_used += 1


@compiled
def goes_out(s: State, filing: Any) -> None:
    """A visitor has gone; the last one lets those who stayed go."""
    if filing.inside_place != NONE:
        s.inside_used -= 1
        last = value_at(s.inside, s.inside_used, np.int64)
        put_at(s.inside, filing.inside_place, np.int64, last)
        record_at(s.filings, last, FILING).inside_place = filing.inside_place
        filing.inside_place = NONE
    if s.inside_used == 0:
        while s.staying_used:
            _stop_staying(s, record_at(s.members, value_at(s.staying, 0, np.int64), MEMBER))


@compiled
def _stop_staying(s: State, member: Any) -> None:
    if member.staying_since == NONE:
        return
    s.staying_used = remove(s.staying, s.staying_used, member.index)
    note_stay(s, member.index, member.staying_since)
    if s.stays_size - s.stays_used < s.margin + s.members_used:
        s.tight = 1
    member.staying_since = NONE
    team = record_at(s.teams, member.team, TEAM)
    team.staying_free_used = remove(team.staying_free, team.staying_free_used, member.index)


@compiled
def stays_for(s: State, line: int) -> bool:
    """Tell whether somebody who stays after closing performs a role."""
    queue = record_at(s.lines, line, LINE)
    for place in range(s.staying_used):
        member = record_at(s.members, value_at(s.staying, place, np.int64), MEMBER)
        for team in range(queue.first_team, queue.first_team + queue.teams):
            if value_at(s.role_teams, team, np.int64) == member.team:
                return True
    return False


@compiled
def comes_before(s: State, line: int, until: int) -> bool:
    """Tell whether somebody who performs a role will be present before a moment."""
    queue = record_at(s.lines, line, LINE)
    for place in range(queue.first_team, queue.first_team + queue.teams):
        team = record_at(s.teams, value_at(s.role_teams, place, np.int64), TEAM)
        for index in range(team.first_member, team.first_member + team.members):
            member = record_at(s.members, index, MEMBER)
            if member.present or _next_presence(s, member) < until:
                return True
    return False


@compiled
def _next_presence(s: State, member: Any) -> int:
    spans = s.presence + member.first_span * _SPAN_BYTES
    return next_start(spans, member.spans, s.now)


@compiled
def flush(s: State) -> None:
    """Write down work that is under way, and stays, when the run ends."""
    for index in range(s.members_used):
        member = record_at(s.members, index, MEMBER)
        _stop_staying(s, member)
        if member.work != NONE:
            work = record_at(s.works, member.work, WORK)
            kind = _VISITOR_WORK if work.visitor else _DESK_WORK
            note_work(s, work, kind, _OPEN, index)
