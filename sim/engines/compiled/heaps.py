"""What happens next, and who is served next: heaps of records by their first four numbers."""

from __future__ import annotations

from typing import Any

from sim.compiled import inlined
from sim.engines.compiled.memory import ENTRY, EVENT, LINE, copy_record, record_at
from sim.engines.order import SHIFT, priority

State = Any
"""A record of :data:`~sim.engines.compiled.memory.STATE`."""

_CODES = 32
place_among = inlined(priority)
"""The canonical order of events, compiled: see :mod:`sim.engines.order`."""

assert EVENT.itemsize == ENTRY.itemsize, "one kind of heap holds both"


@inlined
def entry_before(one: Any, other: Any) -> bool:
    """Tell whether an entry is taken before another."""
    if one.priority != other.priority:
        return one.priority < other.priority
    if one.key != other.key:
        return one.key < other.key
    if one.since != other.since:
        return one.since < other.since
    return one.dossier < other.dossier


@inlined
def _comes_first(record: Any, first: int, second: int, third: int, fourth: int) -> bool:
    """Tell whether four numbers come before those of a record."""
    if first != record.priority:
        return first < record.priority
    if second != record.key:
        return second < record.key
    if third != record.since:
        return third < record.since
    return fourth < record.dossier


@inlined
def _room_for(  # noqa: PLR0917 - a record's first numbers
    heap: int, used: int, first: int, second: int, third: int, fourth: int
) -> int:
    """Make room for a record that is added to a heap, and return its place."""
    place = used
    while place > 0:
        above = (place - 1) >> 1
        if not _comes_first(record_at(heap, above, ENTRY), first, second, third, fourth):
            break
        copy_record(heap, place, above, ENTRY)
        place = above
    return place


@inlined
def _take_first_out(heap: int, used: int) -> None:
    """Take the first record out; the last one, at `used`, sinks to its place."""
    last = record_at(heap, used, ENTRY)
    first, second, third, fourth = last.priority, last.key, last.since, last.dossier
    place, below = 0, 1
    while below < used:
        left = record_at(heap, below, ENTRY)
        if below + 1 < used and entry_before(record_at(heap, below + 1, ENTRY), left):
            below += 1
        if _comes_first(record_at(heap, below, ENTRY), first, second, third, fourth):
            break
        copy_record(heap, place, below, ENTRY)
        place, below = below, 2 * below + 1
    copy_record(heap, place, used, ENTRY)


@inlined
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
    key, tail = place_among(kind, index), s.sequence * _CODES + code
    event = record_at(s.events, _room_for(s.events, s.events_used, at, key, tail, 0), EVENT)
    event.at = at
    event.key = key
    event.tail = tail
    event.subject = subject
    event.extra = extra
    s.events_used += 1


@inlined
def code_of(tail: int) -> int:
    """Return what happens from an event's tail."""
    return tail & (_CODES - 1)


@inlined
def index_of(key: int) -> int:
    """Return the index under which an event stands among those of its kind."""
    return key & ((1 << SHIFT) - 1)


@inlined
def drop_next(s: State) -> None:
    """Take the next event out."""
    s.events_used -= 1
    if s.events_used:
        _take_first_out(s.events, s.events_used)


@inlined
def next_time(s: State) -> int:
    """Return when something happens next."""
    at = record_at(s.events, 0, EVENT).at
    return min(at, s.next_case_at)


@inlined
def push_entry(  # noqa: PLR0917 - an entry's columns
    s: State, line: int, priority: int, key: int, since: int, dossier: int, work: int, ticket: int
) -> None:
    """Put work into its line."""
    queue = record_at(s.lines, line, LINE)
    place = _room_for(queue.entries, queue.used, priority, key, since, dossier)
    entry = record_at(queue.entries, place, ENTRY)
    entry.priority = priority
    entry.key = key
    entry.since = since
    entry.dossier = dossier
    entry.work = work
    entry.ticket = ticket
    queue.used += 1
    if queue.size - queue.used < s.margin:
        s.tight = 1


@inlined
def drop_entry(queue: Any) -> None:
    """Take the first work out of a line."""
    queue.used -= 1
    if queue.used:
        _take_first_out(queue.entries, queue.used)
