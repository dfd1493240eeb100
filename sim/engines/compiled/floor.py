"""Staff and lines in compiled code: who takes which work, and until when."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.blueprint import NONE
from sim.clock import DAY_MS
from sim.compiled import compiled
from sim.engines.compiled.codes import (
    AT_COMPLETION,
    AT_PRESENCE_BEGIN,
    AT_PRESENCE_END,
    COMPLETES,
    PRESENCE_BEGINS,
    PRESENCE_ENDS,
)
from sim.engines.compiled.draws import work_ms
from sim.engines.compiled.heaps import (
    State,
    drop_entry,
    entry_before,
    plan,
    push_entry,
)
from sim.engines.compiled.journal import note_stay, note_work
from sim.engines.compiled.memory import (
    DOSSIER,
    ENTRY,
    FILING,
    LEVEL,
    LINE,
    MEMBER,
    SPAN,
    STEP,
    TEAM,
    WORK,
    put_at,
    record_at,
    value_at,
)
from sim.engines.compiled.rules import next_start
from sim.engines.floor import AT_HEAD
from sim.log import Outcome, Spell

_LAST = 1 << 62
_SPAN_BYTES = SPAN.itemsize
_VISITOR_WORK, _DESK_WORK = int(Spell.VISITOR_WORK), int(Spell.DESK_WORK)
_INTERRUPTED, _OPEN = int(Outcome.INTERRUPTED), int(Outcome.OPEN)
_CITIZEN = int(Spell.CITIZEN)

# --- pieces of work ---


@compiled
def new_work(s: State, dossier: Any, place: int, visitor: int, shared: int) -> int:
    """Make the work of a step at its present try, and return its place."""
    slot = s.free_work
    if slot == NONE:
        slot = s.works_used
        s.works_used += 1
        if s.works_size - s.works_used < s.margin:
            s.tight = 1
    else:
        s.free_work = record_at(s.works, slot, WORK).next_free
    filing = record_at(s.filings, dossier.filing, FILING)
    work = record_at(s.works, slot, WORK)
    work.filing = dossier.filing
    work.dossier = dossier.slot
    work.place = place
    work.line = record_at(s.step_plans, dossier.first_step + place, STEP).role
    work.remaining = work_ms(s, dossier, filing, place)
    work.visitor = visitor
    work.shared = shared
    work.hand_in = 0
    work.started = NONE
    work.away_as = _CITIZEN
    work.member = NONE
    work.ticket = 0
    return slot


@compiled
def free_work(s: State, slot: int) -> None:
    """Let go of a piece of work."""
    work = record_at(s.works, slot, WORK)
    work.ticket = 0
    work.next_free = s.free_work
    s.free_work = slot


# --- lists of members, the lowest last ---


@compiled
def _insert(list_at: int, used: int, member: int) -> None:
    place = used
    while place > 0 and value_at(list_at, place - 1, np.int64) < member:
        put_at(list_at, place, np.int64, value_at(list_at, place - 1, np.int64))
        place -= 1
    put_at(list_at, place, np.int64, member)


@compiled
def _remove(list_at: int, used: int, member: int) -> int:
    """Remove a member, if there, and return how many are left."""
    for place in range(used):
        if value_at(list_at, place, np.int64) == member:
            for after in range(place + 1, used):
                put_at(list_at, after - 1, np.int64, value_at(list_at, after, np.int64))
            return used - 1
    return used


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
        team.staying_free_used = _remove(team.staying_free, team.staying_free_used, member.index)
        _becomes_free(s, member)


@compiled
def presence_ends(s: State, member: Any) -> None:
    """Go; desk work stops unless its visitor is inside."""
    member.present = 0
    await_presence(s, member)
    if member.work == NONE:
        team = record_at(s.teams, member.team, TEAM)
        team.free_used = _remove(team.free, team.free_used, member.index)
        _offer(s, member)
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
    _push(s, work, slot, s.now, AT_HEAD)
    s.dispatch_due = 1
    line = record_at(s.lines, work.line, LINE)
    for place in range(line.first_team, line.first_team + line.teams):
        record_at(s.teams, value_at(s.role_teams, place, np.int64), TEAM).due = 1
    _offer(s, member)


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
    s.staying_used = _remove(s.staying, s.staying_used, member.index)
    note_stay(s, member.index, member.staying_since)
    if s.stays_size - s.stays_used < s.margin + s.members_used:
        s.tight = 1
    member.staying_since = NONE
    team = record_at(s.teams, member.team, TEAM)
    team.staying_free_used = _remove(team.staying_free, team.staying_free_used, member.index)


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


# --- lines ---


@compiled
def _push(s: State, work: Any, slot: int, since: int, priority: int) -> None:
    """Put work that waits since a moment into its place among those of its priority."""
    dossier = record_at(s.dossiers, work.dossier, DOSSIER)
    key = since
    if record_at(s.lines, work.line, LINE).by_due_date:
        key = dossier.due if dossier.due != NONE else _LAST
    s.tickets += 1
    work.ticket = s.tickets
    push_entry(s, work.line, priority, key, since, dossier.index, slot, s.tickets)


@compiled
def join(s: State, slot: int, since: int) -> None:
    """Put work into the line of its role, where it counts as having come at a moment."""
    work = record_at(s.works, slot, WORK)
    work.joined = s.now
    _push(s, work, slot, since, record_at(s.filings, work.filing, FILING).priority)
    line = record_at(s.lines, work.line, LINE)
    for place in range(line.first_team, line.first_team + line.teams):
        team = record_at(s.teams, value_at(s.role_teams, place, np.int64), TEAM)
        if team.free_used or team.staying_free_used:
            team.due = 1
            s.dispatch_due = 1


@compiled
def _becomes_free(s: State, member: Any) -> None:
    team = record_at(s.teams, member.team, TEAM)
    _insert(team.free, team.free_used, member.index)
    team.free_used += 1
    for number in range(team.first_level, team.first_level + team.levels):
        level = record_at(s.team_levels, number, LEVEL)
        for place in range(level.first, level.first + level.roles):
            if record_at(s.lines, value_at(s.level_roles, place, np.int64), LINE).used:
                team.due = 1
                s.dispatch_due = 1


@compiled
def _offer(s: State, member: Any) -> None:
    """A member whose paid time is over takes more work only while staying."""
    if member.staying_since != NONE:
        team = record_at(s.teams, member.team, TEAM)
        _insert(team.staying_free, team.staying_free_used, member.index)
        team.staying_free_used += 1
        s.dispatch_due = 1


@compiled
def _is_live(s: State, entry: Any) -> bool:
    return record_at(s.works, entry.work, WORK).ticket == entry.ticket


@compiled
def _drop_stale(s: State, queue: Any) -> None:
    """Drop work that has left its line from the head of it."""
    while queue.used and not _is_live(s, record_at(queue.entries, 0, ENTRY)):
        drop_entry(queue)


@compiled
def _takes(s: State, team: Any) -> int:
    """Take the best work out of a team's lines: by urgency, then by its key; NONE if none."""
    for number in range(team.first_level, team.first_level + team.levels):
        level = record_at(s.team_levels, number, LEVEL)
        best = NONE
        for place in range(level.first, level.first + level.roles):
            role = value_at(s.level_roles, place, np.int64)
            queue = record_at(s.lines, role, LINE)
            _drop_stale(s, queue)
            if queue.used and (best == NONE or _heads_before(s, role, best)):
                best = role
        if best != NONE:
            queue = record_at(s.lines, best, LINE)
            slot = record_at(queue.entries, 0, ENTRY).work
            drop_entry(queue)
            return slot
    return NONE


@compiled
def _heads_before(s: State, role: int, other: int) -> bool:
    one = record_at(record_at(s.lines, role, LINE).entries, 0, ENTRY)
    return entry_before(one, record_at(record_at(s.lines, other, LINE).entries, 0, ENTRY))


@compiled
def _takes_for_those_inside(s: State, team: Any) -> int:
    """Take the best work whose visitor is inside, for those who stay; NONE if none."""
    for number in range(team.first_level, team.first_level + team.levels):
        level = record_at(s.team_levels, number, LEVEL)
        line, best = NONE, NONE
        for place in range(level.first, level.first + level.roles):
            role = value_at(s.level_roles, place, np.int64)
            found = _best_inside(s, record_at(s.lines, role, LINE))
            if found != NONE and (best == NONE or _entry_leads(s, role, found, line, best)):
                line, best = role, found
        if best != NONE:
            return record_at(record_at(s.lines, line, LINE).entries, best, ENTRY).work
    return NONE


@compiled
def _entry_leads(s: State, role: int, place: int, other_role: int, other_place: int) -> bool:
    one = record_at(record_at(s.lines, role, LINE).entries, place, ENTRY)
    other = record_at(record_at(s.lines, other_role, LINE).entries, other_place, ENTRY)
    return entry_before(one, other)


@compiled
def _best_inside(s: State, queue: Any) -> int:
    """Return the place of the best entry of a line whose visitor is inside; NONE if none."""
    best = NONE
    for place in range(queue.used):
        entry = record_at(queue.entries, place, ENTRY)
        if not _is_live(s, entry):
            continue
        work = record_at(s.works, entry.work, WORK)
        if not record_at(s.filings, work.filing, FILING).inside:
            continue
        if best == NONE or entry_before(entry, record_at(queue.entries, best, ENTRY)):
            best = place
    return best


# --- work ---


@compiled
def dispatch(s: State) -> None:
    """Members in file order each take their best work."""
    s.dispatch_due = 0
    for index in range(s.teams_used):
        team = record_at(s.teams, index, TEAM)
        if team.due:
            team.due = 0
            _put_to_work(s, team)
        while team.staying_free_used:
            slot = _takes_for_those_inside(s, team)
            if slot == NONE:
                break
            team.staying_free_used -= 1
            _start(s, value_at(team.staying_free, team.staying_free_used, np.int64), slot)


@compiled
def _put_to_work(s: State, team: Any) -> None:
    while team.free_used:
        slot = _takes(s, team)
        if slot == NONE:
            break
        team.free_used -= 1
        _start(s, value_at(team.free, team.free_used, np.int64), slot)


@compiled
def _start(s: State, index: int, slot: int) -> None:
    member = record_at(s.members, index, MEMBER)
    work = record_at(s.works, slot, WORK)
    work.ticket = 0
    work.started = s.now
    work.member = index
    member.work = slot
    plan(s, s.now + work.remaining, AT_COMPLETION, index, COMPLETES, index, member.run)


@compiled
def released_from_work(s: State, member: Any) -> int:
    """End a member's work, let them be free or stay, and return the work's place."""
    slot = member.work
    member.work = NONE
    if member.present:
        _becomes_free(s, member)
    elif member.staying_since != NONE:
        _offer(s, member)
    return slot
