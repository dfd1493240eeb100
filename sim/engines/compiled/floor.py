"""Lines and members at work in compiled code: who takes which work.

The same rules under the same names as in :mod:`sim.engines.floor`, which tells why.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.blueprint import NONE
from sim.compiled import inlined
from sim.engines.compiled.codes import (
    AT_COMPLETION,
    COMPLETES,
)
from sim.engines.compiled.draws import work_ms
from sim.engines.compiled.heaps import (
    State,
    drop_entry,
    entry_before,
    plan,
    push_entry,
)
from sim.engines.compiled.memory import (
    DOSSIER,
    ENTRY,
    FILING,
    LEVEL,
    LINE,
    MEMBER,
    STEP,
    TEAM,
    WORK,
    put_at,
    record_at,
    value_at,
)
from sim.log import Spell

_LAST = 1 << 62
_CITIZEN = int(Spell.CITIZEN)

# --- pieces of work ---


@inlined
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


@inlined
def free_work(s: State, slot: int) -> None:
    """Let go of a piece of work."""
    work = record_at(s.works, slot, WORK)
    work.ticket = 0
    work.next_free = s.free_work
    s.free_work = slot


# --- lists of members, the lowest last ---


@inlined
def insert(list_at: int, used: int, member: int) -> None:
    """Put a member into a list of those free."""
    place = used
    while place > 0 and value_at(list_at, place - 1, np.int64) < member:
        put_at(list_at, place, np.int64, value_at(list_at, place - 1, np.int64))
        place -= 1
    put_at(list_at, place, np.int64, member)


@inlined
def remove(list_at: int, used: int, member: int) -> int:
    """Remove a member, if there, and return how many are left."""
    for place in range(used):
        if value_at(list_at, place, np.int64) == member:
            for after in range(place + 1, used):
                put_at(list_at, after - 1, np.int64, value_at(list_at, after, np.int64))
            return used - 1
    return used


# --- lines ---


@inlined
def push(s: State, work: Any, slot: int, since: int, priority: int) -> None:
    """Put work that waits since a moment into its place among those of its priority."""
    dossier = record_at(s.dossiers, work.dossier, DOSSIER)
    key = since
    if record_at(s.lines, work.line, LINE).by_due_date:
        key = dossier.due if dossier.due != NONE else _LAST
    s.tickets += 1
    work.ticket = s.tickets
    push_entry(s, work.line, priority, key, since, dossier.index, slot, s.tickets)


@inlined
def join(s: State, slot: int, since: int) -> None:
    """Put work into the line of its role, where it counts as having come at a moment."""
    work = record_at(s.works, slot, WORK)
    work.joined = s.now
    push(s, work, slot, since, record_at(s.filings, work.filing, FILING).priority)
    line = record_at(s.lines, work.line, LINE)
    for place in range(line.first_team, line.first_team + line.teams):
        team = record_at(s.teams, value_at(s.role_teams, place, np.int64), TEAM)
        if team.free_used or team.staying_free_used:
            team.due = 1
            s.dispatch_due = 1


@inlined
def becomes_free(s: State, member: Any) -> None:
    """Let a member take work of the team's lines."""
    team = record_at(s.teams, member.team, TEAM)
    insert(team.free, team.free_used, member.index)
    team.free_used += 1
    for number in range(team.first_level, team.first_level + team.levels):
        level = record_at(s.team_levels, number, LEVEL)
        for place in range(level.first, level.first + level.roles):
            if record_at(s.lines, value_at(s.level_roles, place, np.int64), LINE).used:
                team.due = 1
                s.dispatch_due = 1


@inlined
def offer(s: State, member: Any) -> None:
    """A member whose paid time is over takes more work only while staying."""
    if member.staying_since != NONE:
        team = record_at(s.teams, member.team, TEAM)
        insert(team.staying_free, team.staying_free_used, member.index)
        team.staying_free_used += 1
        s.dispatch_due = 1


@inlined
def _is_live(s: State, entry: Any) -> bool:
    return record_at(s.works, entry.work, WORK).ticket == entry.ticket


@inlined
def _drop_stale(s: State, queue: Any) -> None:
    """Drop work that has left its line from the head of it."""
    while queue.used and not _is_live(s, record_at(queue.entries, 0, ENTRY)):
        drop_entry(queue)


@inlined
def _takes(s: State, team: Any) -> int:
    """Take the best work out of a team's lines: by urgency, then by its key; NONE if none."""
    for number in range(team.first_level, team.first_level + team.levels):
        level = record_at(s.team_levels, number, LEVEL)
        best = NONE
        for place in range(level.first, level.first + level.roles):
            role = value_at(s.level_roles, place, np.int64)
            queue = record_at(s.lines, role, LINE)
            _drop_stale(s, queue)
            if queue.used and (best == NONE or _entry_leads(s, role, 0, best, 0)):
                best = role
        if best != NONE:
            queue = record_at(s.lines, best, LINE)
            slot = record_at(queue.entries, 0, ENTRY).work
            drop_entry(queue)
            return slot
    return NONE


@inlined
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


@inlined
def _entry_leads(s: State, role: int, place: int, other_role: int, other_place: int) -> bool:
    one = record_at(record_at(s.lines, role, LINE).entries, place, ENTRY)
    other = record_at(record_at(s.lines, other_role, LINE).entries, other_place, ENTRY)
    return entry_before(one, other)


@inlined
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


@inlined
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


@inlined
def _put_to_work(s: State, team: Any) -> None:
    while team.free_used:
        slot = _takes(s, team)
        if slot == NONE:
            break
        team.free_used -= 1
        _start(s, value_at(team.free, team.free_used, np.int64), slot)


@inlined
def _start(s: State, index: int, slot: int) -> None:
    member = record_at(s.members, index, MEMBER)
    work = record_at(s.works, slot, WORK)
    work.ticket = 0
    work.started = s.now
    work.member = index
    member.work = slot
    plan(s, s.now + work.remaining, AT_COMPLETION, index, COMPLETES, index, member.run)


@inlined
def released_from_work(s: State, member: Any) -> int:
    """End a member's work, let them be free or stay, and return the work's place."""
    slot = member.work
    member.work = NONE
    if member.present:
        becomes_free(s, member)
    elif member.staying_since != NONE:
        offer(s, member)
    return slot
