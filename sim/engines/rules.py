"""Rules of law and habit as functions of the calendar: when due, when let go, which date."""

from __future__ import annotations

from sim.blueprint import NONE, Route
from sim.calendar import RunCalendar
from sim.clock import DAY_MS, HOUR_MS


def counted_day(route: Route, calendar: RunCalendar, received: int) -> int:
    """Return the legal working day that a dossier counts as received.

    Strictly after the law's cutoff, after closing, or on a day that the law does not count, it is
    the next one.
    """
    day = received // DAY_MS
    late = route.cutoff_ms != NONE and received > day * DAY_MS + route.cutoff_ms
    if late or received > calendar.closing_of(day):
        return calendar.legal_day_after(day, 1)
    return calendar.legal_day_from(day)


def due_time(route: Route, calendar: RunCalendar, received: int, extension: int, pause: int) -> int:
    """Return when a dossier is due; NONE without a limit.

    Parameters
    ----------
    received
        When it was received, in milliseconds.
    extension
        Working days that known elapsed steps add.
    pause
        How long the deadline stood still, from :func:`pause_length`.
    """
    limit = route.limit
    if limit is None:
        return NONE
    day = counted_day(route, calendar, received)
    if limit.unit == "days":
        last = calendar.legal_day_from(day + limit.number + pause)
        return calendar.closing_of(calendar.legal_day_after(last, extension) if extension else last)
    if limit.unit == "working hours":
        begins = received if day == received // DAY_MS else calendar.opening_of(day)
        length = limit.number * HOUR_MS + extension * calendar.ordinary_day_ms + pause
        return calendar.legal_time.after(begins, length)
    working_days = limit.number + extension + pause
    return calendar.closing_of(calendar.legal_day_after(day, working_days) if working_days else day)


def pause_length(route: Route, calendar: RunCalendar, stopped: int, resumed: int) -> int:
    """Return how long a deadline stood still, in the unit its limit counts."""
    if route.limit is None:
        return 0
    if route.limit.unit == "working hours":
        return calendar.legal_time.elapsed(resumed) - calendar.legal_time.elapsed(stopped)
    first, last = stopped // DAY_MS, resumed // DAY_MS
    if route.limit.unit == "days":
        return last - first
    return calendar.legal_days_between(first, last)


def release_time(route: Route, calendar: RunCalendar, received: int, kept: bool) -> int:
    """Return from when the office's habit lets a result go: at once, or the next working day."""
    day = received // DAY_MS
    until = route.same_day_until_ms
    if until == NONE or not kept or received <= day * DAY_MS + until:
        return received
    return calendar.opening_of(calendar.legal_day_after(day, 1))


def slip_window(route: Route, calendar: RunCalendar, day: int) -> tuple[int, int]:
    """Return from when to when on a day (or the next open one) an appointment slip asks to come."""
    day = calendar.open_day_from(day)
    closing = calendar.closing_of(day)
    begins = closing - HOUR_MS if route.slip_hour_ms == NONE else day * DAY_MS + route.slip_hour_ms
    if begins >= closing:
        begins = closing - HOUR_MS
    return max(begins, calendar.opening_of(day)), closing


def due_day(due: int) -> int:
    """Return the day on which a dossier is due; closing at midnight belongs to the day before."""
    return (due - 1) // DAY_MS
