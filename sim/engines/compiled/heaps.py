"""What happens next, and who is served next: heaps of records by their first four numbers."""

from __future__ import annotations

from typing import Any

from sim.compiled import compiled
from sim.engines.compiled.memory import ENTRY, EVENT, LINE, STATE, copy_record, record_at
from sim.engines.order import SHIFT, priority

State = Any
"""A record of :data:`~sim.engines.compiled.memory.STATE`."""

_CODES = 32
place_among = compiled(priority)
"""The canonical order of events, compiled: see :mod:`sim.engines.order`."""

assert EVENT.itemsize == ENTRY.itemsize
assert STATE.isalignedstruct or STATE.itemsize % 8 == 0


@compiled
def _before(heap: int, first: int, second: int) -> bool:
    a, b = record_at(heap, first, ENTRY), record_at(heap, second, ENTRY)
    if a.priority != b.priority:
        return a.priority < b.priority
    if a.key != b.key:
        return a.key < b.key
    if a.since != b.since:
        return a.since < b.since
    return a.dossier < b.dossier


@compiled
def _rise(heap: int, place: int, spare: int) -> None:
    """Let the last record rise to its place; `spare` is a free place."""
    copy_record(heap, spare, place, ENTRY)
    while place > 0:
        above = (place - 1) >> 1
        if not _before(heap, spare, above):
            break
        copy_record(heap, place, above, ENTRY)
        place = above
    copy_record(heap, place, spare, ENTRY)


@compiled
def _sink(heap: int, used: int) -> None:
    """Take the first record out; the last one, at `used`, sinks to its place."""
    place, below = 0, 1
    while below < used:
        if below + 1 < used and _before(heap, below + 1, below):
            below += 1
        if not _before(heap, below, used):
            break
        copy_record(heap, place, below, ENTRY)
        place, below = below, 2 * below + 1
    copy_record(heap, place, used, ENTRY)


@compiled
def plan(  # noqa: PLR0917 - an event's columns
    s: State, at: int, kind: int, index: int, code: int, subject: int, extra: int
) -> None:
    """Let something happen at a moment, at the place that its kind and index give it.

    Parameters
    ----------
    code
        What happens: see :mod:`sim.engines.compiled.codes`.
    subject, extra
        Whom it concerns.
    """
    s.sequence += 1
    event = record_at(s.events, s.events_used, EVENT)
    event.at = at
    event.key = place_among(kind, index)
    event.tail = s.sequence * _CODES + code
    event.subject = subject
    event.extra = extra
    _rise(s.events, s.events_used, s.events_used + 1)
    s.events_used += 1


@compiled
def code_of(tail: int) -> int:
    """Return what happens from an event's tail."""
    return tail % _CODES


@compiled
def index_of(key: int) -> int:
    """Return the index under which an event stands among those of its kind."""
    return key & ((1 << SHIFT) - 1)


@compiled
def drop_next(s: State) -> None:
    """Take the next event out."""
    s.events_used -= 1
    if s.events_used:
        _sink(s.events, s.events_used)


@compiled
def next_time(s: State) -> int:
    """Return when something happens next."""
    at = record_at(s.events, 0, EVENT).at
    return min(at, s.next_case_at)


@compiled
def push_entry(  # noqa: PLR0917 - an entry's columns
    s: State, line: int, priority: int, key: int, since: int, dossier: int, work: int, ticket: int
) -> None:
    """Put work into its line."""
    queue = record_at(s.lines, line, LINE)
    entry = record_at(queue.entries, queue.used, ENTRY)
    entry.priority = priority
    entry.key = key
    entry.since = since
    entry.dossier = dossier
    entry.work = work
    entry.ticket = ticket
    _rise(queue.entries, queue.used, queue.used + 1)
    queue.used += 1
    if queue.size - queue.used < s.margin:
        s.tight = 1


@compiled
def drop_entry(queue: Any) -> None:
    """Take the first work out of a line."""
    queue.used -= 1
    if queue.used:
        _sink(queue.entries, queue.used)


@compiled
def entry_before(one: Any, other: Any) -> bool:
    """Tell whether an entry is taken before another."""
    if one.priority != other.priority:
        return one.priority < other.priority
    if one.key != other.key:
        return one.key < other.key
    if one.since != other.since:
        return one.since < other.since
    return one.dossier < other.dossier
