"""Calendar, law and habit in compiled code: :mod:`sim.engines.rules` on tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.blueprint import NONE
from sim.calendar import DAYS_BEFORE, NEVER
from sim.clock import DAY_MS, HOUR_MS
from sim.compiled import inlined
from sim.engines.compiled.heaps import State
from sim.engines.compiled.memory import DAY, SPAN, record_at, value_at

SAME_DAY, DAYS, WORKING_DAYS, WORKING_HOURS = range(4)
"""Units of a limit."""
UNITS = {"same day": SAME_DAY, "days": DAYS, "working days": WORKING_DAYS,
         "working hours": WORKING_HOURS}  # fmt: skip


# --- spans ---


@inlined
def span_at(spans: int, used: int, time: int) -> int:
    """Return the last of `used` intervals that starts at or before a time; NONE before all."""
    low, high = 0, used
    while low < high:
        middle = (low + high) >> 1
        if record_at(spans, middle, SPAN).start <= time:
            low = middle + 1
        else:
            high = middle
    return low - 1


@inlined
def elapsed(spans: int, used: int, time: int) -> int:
    """Return the milliseconds inside intervals before a time."""
    place = span_at(spans, used, time)
    if place < 0:
        return 0
    span = record_at(spans, place, SPAN)
    return span.before + min(time, span.end) - span.start


@inlined
def holds(spans: int, used: int, time: int) -> bool:
    """Tell whether a time lies in an interval, its start included and its end not."""
    place = span_at(spans, used, time)
    return place >= 0 and time < record_at(spans, place, SPAN).end


@inlined
def next_start(spans: int, used: int, time: int) -> int:
    """Return the first start at or after a time; the last end where there is none."""
    place = span_at(spans, used, time - 1) + 1
    if place < used:
        return record_at(spans, place, SPAN).start
    return _last_end(spans, used)


@inlined
def _last_end(spans: int, used: int) -> int:
    return record_at(spans, used - 1, SPAN).end if used else NEVER


@inlined
def legal_time_after(s: State, time: int, duration: int) -> int:
    """Return the earliest moment by which so much legal open time has passed since a time."""
    if duration <= 0:
        return time
    spans, used = s.legal_spans, s.legal_spans_used
    wanted = elapsed(spans, used, time) + duration
    low, high = 0, used
    while low < high:
        middle = (low + high) >> 1
        span = record_at(spans, middle, SPAN)
        if span.before + span.end - span.start < wanted:
            low = middle + 1
        else:
            high = middle
    if low >= used:
        return _last_end(spans, used)
    span = record_at(spans, low, SPAN)
    return span.start + wanted - span.before


# --- days ---


@inlined
def day_index(s: State, day: int) -> int:
    """Return the place of a day, or of the nearest one that is kept."""
    return min(max(day + DAYS_BEFORE, 0), s.last_day)


@inlined
def closing_of(s: State, day: int) -> int:
    """Return when a day closes; midnight after it where the office is not open."""
    return record_at(s.days, day_index(s, day), DAY).closing


@inlined
def opening_of(s: State, day: int) -> int:
    """Return when a day opens; its midnight where the office is not open."""
    return record_at(s.days, day_index(s, day), DAY).opening


@inlined
def open_day_after(s: State, day: int, count: int) -> int:
    """Return the `count`-th open day after a day."""
    place = record_at(s.days, day_index(s, day), DAY).open_rank + count - 1
    return value_at(s.open_days, min(place, s.open_days_used - 1), np.int64)


@inlined
def open_day_from(s: State, day: int) -> int:
    """Return the first open day from a day on."""
    return open_day_after(s, day - 1, 1)


@inlined
def legal_day_after(s: State, day: int, count: int) -> int:
    """Return the `count`-th legal working day after a day."""
    place = record_at(s.days, day_index(s, day), DAY).legal_rank + count - 1
    return value_at(s.legal_days, min(place, s.legal_days_used - 1), np.int64)


@inlined
def legal_day_from(s: State, day: int) -> int:
    """Return the first legal working day from a day on."""
    return legal_day_after(s, day - 1, 1)


@inlined
def is_open(s: State) -> bool:
    """Tell whether the office is in a session."""
    return s.session_begins <= s.now < s.session_ends_at


@inlined
def is_closed_for_the_day(s: State) -> bool:
    """Tell whether the office is closed, and not for lunch alone."""
    if is_open(s):
        return False
    day = record_at(s.days, day_index(s, s.now // DAY_MS), DAY)
    return not (day.is_open and day.opening <= s.now < day.closing)


# --- law and habit ---


@inlined
def _counted_day(s: State, route: Any, received: int) -> int:
    day = received // DAY_MS
    late = route.cutoff_ms != NONE and received > day * DAY_MS + route.cutoff_ms
    if late or received > closing_of(s, day):
        return legal_day_after(s, day, 1)
    return legal_day_from(s, day)


@inlined
def due_time(s: State, route: Any, received: int, extension: int, pause: int) -> int:
    """Return when a dossier is due; NONE without a limit."""
    if route.limit_unit == NONE:
        return NONE
    day = _counted_day(s, route, received)
    if route.limit_unit == DAYS:
        last = legal_day_from(s, day + route.limit_number + pause)
        return closing_of(s, legal_day_after(s, last, extension) if extension else last)
    if route.limit_unit == WORKING_HOURS:
        begins = received if day == received // DAY_MS else opening_of(s, day)
        length = route.limit_number * HOUR_MS + extension * s.ordinary_day_ms + pause
        return legal_time_after(s, begins, length)
    working_days = route.limit_number + extension + pause
    return closing_of(s, legal_day_after(s, day, working_days) if working_days else day)


@inlined
def pause_length(s: State, route: Any, stopped: int, resumed: int) -> int:
    """Return how long a deadline stood still, in the unit its limit counts."""
    if route.limit_unit == NONE:
        return 0
    if route.limit_unit == WORKING_HOURS:
        spans, used = s.legal_spans, s.legal_spans_used
        return elapsed(spans, used, resumed) - elapsed(spans, used, stopped)
    first, last = stopped // DAY_MS, resumed // DAY_MS
    if route.limit_unit == DAYS:
        return last - first
    begin = record_at(s.days, day_index(s, first), DAY).legal_rank
    return record_at(s.days, day_index(s, last), DAY).legal_rank - begin


@inlined
def release_time(s: State, route: Any, received: int, kept: int) -> int:
    """Return from when the office's habit lets a result go."""
    day = received // DAY_MS
    until = route.same_day_until_ms
    if until == NONE or not kept or received <= day * DAY_MS + until:
        return received
    return opening_of(s, legal_day_after(s, day, 1))


@inlined
def slip_begins(s: State, route: Any, day: int) -> int:
    """Return from when on an open day an appointment slip asks to come."""
    closing = closing_of(s, day)
    begins = closing - HOUR_MS
    if route.slip_hour_ms != NONE and day * DAY_MS + route.slip_hour_ms < closing:
        begins = day * DAY_MS + route.slip_hour_ms
    return max(begins, opening_of(s, day))
