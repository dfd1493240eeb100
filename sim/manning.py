"""When the office is open and its roles are manned, worked out and looked up in compiled code.

What is laid out covers the days of a run alone: calendars reach far beyond them.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from sim.calendar import Ints
from sim.compiled import compiled
from sim.intervals import Sets, Stack

_STEPS_ON: Final = 8


class Staffed(NamedTuple):
    """Who is there when.

    Attributes
    ----------
    opened
        When the office is open.
    present, paid
        By member, presence and paid hours; nobody is present beyond them.
    able
        By role and member, whether they do its work.
    begin, end
        The measured days, in milliseconds.
    """

    opened: Sets
    present: Sets
    paid: Sets
    able: Any
    begin: int
    end: int


@compiled
def place_of(stack: Stack, k: int, time: int) -> int:
    """Return the last interval of a set that starts by `time`; the one before the first if none."""
    low, high, place = int(stack.first[k]), int(stack.first[k + 1]), int(stack.hints[k])
    if low <= place < high and stack.spans[place, 0] <= time:
        for _ in range(_STEPS_ON):
            if place + 1 == high or stack.spans[place + 1, 0] > time:
                stack.hints[k] = place
                return place
            place += 1
        low = place
    while low < high:
        middle = (low + high) // 2
        if stack.spans[middle, 0] <= time:
            low = middle + 1
        else:
            high = middle
    stack.hints[k] = low - 1
    return low - 1


@compiled
def holds(stack: Stack, k: int, time: int) -> bool:
    """Tell whether an interval of a set holds a moment."""
    place = place_of(stack, k, time)
    return bool(place >= stack.first[k] and time < stack.spans[place, 1])


@compiled
def elapsed(stack: Stack, k: int, time: int) -> int:
    """Return the time inside the intervals of a set before `time`."""
    place = place_of(stack, k, time)
    if place < stack.first[k]:
        return 0
    start, end, before = stack.spans[place]
    return int(before + min(time, end) - start)


@compiled
def within(stack: Stack, k: int, begin: int, end: int) -> int:
    """Return the time inside the intervals of a set from `begin` to `end`."""
    place = place_of(stack, k, begin)
    if place >= stack.first[k] and end <= stack.spans[place, 1]:
        return end - begin
    return elapsed(stack, k, end) - elapsed(stack, k, begin)


@compiled
def stacked(sets: Any) -> Stack:
    """Return a list of sets of intervals made ready to be looked up."""
    first = np.zeros(len(sets) + 1, dtype=np.int64)
    for k in range(len(sets)):
        first[k + 1] = first[k] + len(sets[k])
    spans = np.empty((first[-1], 3), dtype=np.int64)
    for k in range(len(sets)):
        before = 0
        for place in range(len(sets[k])):
            begin, end = sets[k][place]
            spans[first[k] + place] = begin, end, before
            before += end - begin
    return Stack(spans, first, first[:-1].copy())


@compiled
def during(sets: Sets, k: int, begin: int, end: int) -> Ints:
    """Return the intervals of a set that end after `begin` and start before `end`, uncut."""
    low = _after(sets.end, sets.first[k], sets.first[k + 1], begin)
    high = _after(sets.begin, low, sets.first[k + 1], end - 1)
    found = np.empty((high - low, 2), dtype=np.int64)
    found[:, 0], found[:, 1] = sets.begin[low:high], sets.end[low:high]
    return found


@compiled
def _after(times: Ints, low: int, high: int, time: int) -> int:
    """Return the first of the places from `low` on, to before `high`, whose time is later."""
    while low < high:
        middle = (low + high) // 2
        if times[middle] <= time:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def spells(steps: Any, rows: Ints, members: Any) -> Ints:
    """Return when some members worked, by rows of the log, in order of starts."""
    found, size = np.empty((len(rows), 2), dtype=np.int64), 0
    for row in rows:
        if members[steps[row].member]:
            size = _put(found, size, steps[row].started, steps[row].ended)
    return found[:size].copy()


@compiled
def stayed(stays: Any, member: int) -> Ints:
    """Return when a member stayed after closing, in order of starts."""
    found, size = np.empty((len(stays), 2), dtype=np.int64), 0
    for row in range(len(stays)):
        if stays[row].member == member:
            size = _put(found, size, stays[row].since, stays[row].until)
    return found[:size].copy()


@compiled
def _put(found: Ints, size: int, begin: int, end: int) -> int:
    """Put an interval in its place by its start: near the end, as rows are in order of ends."""
    place = size
    while place > 0 and found[place - 1, 0] > begin:
        found[place] = found[place - 1]
        place -= 1
    found[place] = begin, end
    return size + 1


@compiled
def either(first: Ints, second: Ints) -> Ints:
    """Return when any interval of two lists in order of starts holds, those that touch made one."""
    found = np.empty((len(first) + len(second), 2), dtype=np.int64)
    size, i, j = 0, 0, 0
    while i < len(first) or j < len(second):
        if j == len(second) or (i < len(first) and first[i, 0] <= second[j, 0]):
            begin, end = first[i]
            i += 1
        else:
            begin, end = second[j]
            j += 1
        if begin < end and size > 0 and begin <= found[size - 1, 1]:
            found[size - 1, 1] = max(found[size - 1, 1], end)
        elif begin < end:
            found[size] = begin, end
            size += 1
    return found[:size].copy()


@compiled
def _both(first: Ints, second: Ints) -> Ints:
    """Return when intervals of two sets hold."""
    found = np.empty((len(first) + len(second), 2), dtype=np.int64)
    size, i, j = 0, 0, 0
    while i < len(first) and j < len(second):
        begin, end = max(first[i, 0], second[j, 0]), min(first[i, 1], second[j, 1])
        if begin < end:
            found[size] = begin, end
            size += 1
        if first[i, 1] <= second[j, 1]:
            i += 1
        else:
            j += 1
    return found[:size].copy()


@compiled
def _shut_away(opened: Ints, there: Ints) -> Ints:
    """Return the closed times before which nobody was there when the office closed."""
    found, size, j = np.empty((max(len(opened) - 1, 0), 2), dtype=np.int64), 0, 0
    for i in range(len(opened) - 1):
        closing = opened[i, 1]
        while j < len(there) and there[j, 1] < closing:
            j += 1
        if j == len(there) or there[j, 0] >= closing:
            found[size] = closing, opened[i + 1, 0]
            size += 1
    return found[:size].copy()


@compiled
def clocks(steps: Any, absent: Ints, staffed: Staffed, reach: tuple[int, int]) -> Stack:
    """Return when the office is open, and by role when there is somebody to do its work.

    By role these are three sets: when somebody is there, when in open time, and the closed times
    before which nobody was there when the office closed.

    Parameters
    ----------
    absent
        Rows of work beyond its member's presence: who is busy counts as present.
    reach
        First and last moment that is looked up.
    """
    sessions = _sessions(staffed.opened, *reach)
    sets = [sessions]
    begin, end = reach
    if len(sessions):
        begin, end = min(begin, sessions[0, 0]), max(end, sessions[-1, 1])
    for able in staffed.able:
        there = spells(steps, absent, able)
        for member in range(len(able)):
            if able[member]:
                there = either(there, during(staffed.present, member, begin, end))
        sets.append(there)
        sets.append(_both(sessions, there))
        sets.append(_shut_away(sessions, there))
    return stacked(sets)


@compiled
def _sessions(opened: Sets, begin: int, end: int) -> Ints:
    """Return the sessions of a stretch of time, with the last one before it and the next after."""
    last = len(opened.begin)
    first = max(_after(opened.begin, 0, last, begin) - 2, 0)
    until = min(_after(opened.begin, 0, last, end) + 1, last)
    found = np.empty((until - first, 2), dtype=np.int64)
    found[:, 0], found[:, 1] = opened.begin[first:until], opened.end[first:until]
    return found
