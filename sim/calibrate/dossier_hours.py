"""When an office works, as its dossier log shows it: hours, closed dates, working time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.calendar import DayRules, Spans, merged
from sim.clock import DAY_MS, MINUTE_MS, WEEKDAYS
from sim.office import Calendar

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BIN_MS: Final = 30 * MINUTE_MS
_BINS: Final = DAY_MS // BIN_MS
_BUSY: Final = 0.1
"""Share of the ordinary number of events that a half-hour, or a weekday, must have to be open."""
_SURE: Final = 1e-3
_ENOUGH: Final = 200
"""Events from which hours can be read at all."""
_EXPECTED_IF_OPEN: Final = 7.0
"""Cases that a date should have for none to mean that it was closed: chance below 0.001."""
_WEEKS_ABOUT: Final = 4
EPOCH: Final = dt.date(1970, 1, 1)
_EPOCH_WEEKDAY: Final = EPOCH.weekday()
ASSUMED_HOURS: Final[tuple[str, ...]] = ("08:00-12:00", "13:00-17:00")


@dataclass(frozen=True)
class OfficeHours:
    """The calendar of an office file, and what of it was read.

    Attributes
    ----------
    content
        ``[calendar]`` of the office file.
    read
        Whether the hours come from the events; otherwise they are assumed.
    inside
        Share of events inside them.
    events
        How many events they were read from.
    """

    content: dict[str, Any]
    read: bool
    inside: float
    events: int


class WorkingTime:
    """Working time by the legal calendar, as the model counts what elapses and rests.

    Parameters
    ----------
    calendar
        The office's.
    first, last
        Dates that moments asked for lie between.
    """

    def __init__(self, calendar: Calendar, first: dt.date, last: dt.date) -> None:
        self.rules = DayRules(calendar)
        self.first = first - dt.timedelta(days=10)
        self.days = (last - self.first).days + 400
        self.day_ms = self.rules.ordinary_day_ms()

    @cached_property
    def _dates(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=i) for i in range(self.days)]

    def _spans(self, *, legal: bool) -> Spans:
        pairs = []
        for date in self._dates:
            midnight = (date - EPOCH).days * DAY_MS
            if not legal or self.rules.is_legal(date):
                pairs += [(midnight + a, midnight + b) for a, b in self.rules.sessions(date)]
        return merged(pairs)

    @cached_property
    def legal(self) -> Spans:
        """Open time of legal working days."""
        return self._spans(legal=True)

    @cached_property
    def open(self) -> Spans:
        """Open time."""
        return self._spans(legal=False)

    @cached_property
    def _legal_before(self) -> Ints:
        """By date from `first` on: legal working days before it."""
        legal = [self.rules.is_legal(date) for date in self._dates]
        return np.concatenate(([0], np.cumsum(legal)))

    @cached_property
    def _open_before(self) -> Ints:
        opened = [bool(self.rules.sessions(date)) for date in self._dates]
        return np.concatenate(([0], np.cumsum(opened)))

    def working_days(self, since: Ints, until: Ints) -> Floats:
        """Return legal open time between moments, in ordinary working days; 0 if backwards."""
        elapsed = self.legal.elapsed_many(until) - self.legal.elapsed_many(since)
        found: Floats = np.maximum(elapsed, 0) / self.day_ms
        return found

    def open_minutes(self, since: Ints, until: Ints) -> Floats:
        """Return open time between moments, in minutes."""
        elapsed = self.open.elapsed_many(until) - self.open.elapsed_many(since)
        found: Floats = np.maximum(elapsed, 0) / MINUTE_MS
        return found

    def worked_minutes(self, since: Ints, until: Ints) -> Floats:
        """Return minutes of work between moments: open time, and what was done past closing."""
        place = np.searchsorted(self.open.begin, until, side="right") - 1
        closed = np.where(place < 0, since, self.open.end[np.maximum(place, 0)])
        past = np.maximum(until - np.maximum(closed, since), 0)
        return self.open_minutes(since, until) + past / MINUTE_MS

    def _index(self, moments: Ints) -> Ints:
        days = moments // DAY_MS - (self.first - EPOCH).days
        return np.clip(days, 0, self.days - 1)

    def legal_days(self, since: Ints, until: Ints) -> Ints:
        """Return the legal working days after one date, up to and including another."""
        found: Ints = (
            self._legal_before[self._index(until) + 1] - self._legal_before[self._index(since) + 1]
        )
        return found

    def open_days(self, since: Ints, until: Ints) -> Ints:
        """Return the open days after one date, up to and including another."""
        found: Ints = (
            self._open_before[self._index(until) + 1] - self._open_before[self._index(since) + 1]
        )
        return found

    def moved_on(self, days: Ints) -> Ints:
        """Return days since 1970, those that the law does not count moved to the next it does."""
        legal = np.diff(self._legal_before) > 0
        place = np.flatnonzero(legal)
        offset = (self.first - EPOCH).days
        at = np.searchsorted(place, days - offset)
        found: Ints = place[np.minimum(at, len(place) - 1)] + offset
        return found

    def open_dates(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """Return the dates on which the office is open."""
        days = (first + dt.timedelta(days=i) for i in range((last - first).days + 1))
        return [day for day in days if self.rules.sessions(day)]


def fit_hours(moments: Ints, touched: Ints, start: dt.date, holidays: str) -> OfficeHours:
    """Read opening hours, weekdays and closed dates from when things were done.

    A half-hour is open in which a tenth of the ordinary number of events lies; a weekday's hours
    differ from the others' only where chance cannot explain it.

    Parameters
    ----------
    moments
        When steps were done: milliseconds since 1970, wall clock.
    touched
        Days since 1970, once for each case that something was done with on that day.
    start
        The calendar's first date.
    holidays
        Country code, or empty.
    """
    dated = float(np.mean(moments % DAY_MS == 0)) > 0.5 if len(moments) else True
    weekday = (moments // DAY_MS + _EPOCH_WEEKDAY) % 7
    opened = _weekdays(weekday)
    read = not dated and len(moments) >= _ENOUGH
    by_day = _hours(moments, weekday, opened) if read else dict.fromkeys(opened, ASSUMED_HOURS)
    content: dict[str, Any] = {
        "start": start,
        "holidays": holidays,
        "legal_days": _named([day for day in opened if day < 5] if len(opened) > 5 else opened),
        "hours": _merged_days(by_day),
    }
    rules = DayRules(Calendar.model_validate(content))
    if closed := _closed(touched, rules):
        content["closed"] = closed
    return OfficeHours(content, read, _share_inside(moments, by_day), len(moments))


def _weekdays(weekday: Ints) -> list[int]:
    counted = np.bincount(weekday, minlength=7) if len(weekday) else np.zeros(7)
    if not counted.any():
        return list(range(5))
    usual = float(np.median(np.sort(counted)[-5:]))
    return [day for day in range(7) if counted[day] >= _BUSY * usual]


def _hours(moments: Ints, weekday: Ints, opened: list[int]) -> dict[int, tuple[str, ...]]:
    bins = (moments % DAY_MS) // BIN_MS
    pooled = np.bincount(bins, minlength=_BINS)
    shape = pooled / pooled.sum()
    general = _busy(pooled)
    found = {}
    for day in opened:
        own = np.bincount(bins[weekday == day], minlength=_BINS)
        found[day] = _sessions(_own_bins(own, general, shape))
    return found


def _busy(counted: Ints) -> NDArray[np.bool_]:
    some = counted[counted > 0]
    heart = some[some >= np.quantile(some, 0.5)]
    busy: NDArray[np.bool_] = counted >= max(_BUSY * float(np.median(heart)), 1.0)
    return busy


def _own_bins(own: Ints, general: NDArray[np.bool_], shape: Floats) -> NDArray[np.bool_]:
    """Return a weekday's open half-hours: everybody's, unless chance cannot explain its own."""
    from scipy.stats import poisson

    if own.sum() < _ENOUGH:
        return general
    expected, busy = own.sum() * shape, _busy(own)
    too_few = poisson.cdf(own, expected) < _SURE
    too_many = poisson.sf(own - 1, expected) < _SURE
    closes, opens = general & ~busy & too_few, ~general & busy & too_many
    found: NDArray[np.bool_] = (general & ~closes) | opens
    return found


def _sessions(busy: NDArray[np.bool_]) -> tuple[str, ...]:
    # A single half-hour without events between busy ones is no break.
    holes = busy.copy()
    holes[1:-1] |= busy[:-2] & busy[2:]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], holes, [False]))))
    return tuple(
        f"{_clock(int(begin))}-{_clock(int(end))}"
        for begin, end in zip(edges[::2], edges[1::2], strict=True)
    )


def _clock(place: int) -> str:
    minutes = place * BIN_MS // MINUTE_MS
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _named(days: list[int]) -> str:
    """Return weekdays as an office file writes them: ``mon-fri``, ``mon,wed``."""
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(
        WEEKDAYS[run[0]] + (f"-{WEEKDAYS[run[-1]]}" if len(run) > 1 else "") for run in runs
    )


def _merged_days(by_day: dict[int, tuple[str, ...]]) -> dict[str, list[str]]:
    alike: dict[tuple[str, ...], list[int]] = {}
    for day, sessions in by_day.items():
        alike.setdefault(sessions, []).append(day)
    return {_named(days): list(sessions) for sessions, days in alike.items()}


def _closed(touched: Ints, rules: DayRules) -> list[dt.date]:
    """Return dates of an open weekday on which nothing happened, though much does about then."""
    if not len(touched):
        return []
    first = int(touched.min())
    counted = np.bincount(touched - first)
    dates = [EPOCH + dt.timedelta(days=first + i) for i in range(len(counted))]
    found = []
    for i in np.flatnonzero(counted == 0).tolist():
        before: Ints = counted[max(i - 7, 0) :: -7][: _WEEKS_ABOUT * (i >= 7)]
        after = counted[i + 7 :: 7][:_WEEKS_ABOUT]
        busy = all(len(n) and np.median(n) >= _EXPECTED_IF_OPEN for n in (before, after))
        if busy and rules.sessions(dates[i]):
            found.append(dates[i])
    return found


def _share_inside(moments: Ints, by_day: dict[int, tuple[str, ...]]) -> float:
    from sim.clock import session_ms

    if not len(moments):
        return 0.0
    weekday, at = (moments // DAY_MS + _EPOCH_WEEKDAY) % 7, moments % DAY_MS
    inside = np.zeros(len(moments), dtype=bool)
    for day, sessions in by_day.items():
        for begin, end in map(session_ms, sessions):
            inside |= (weekday == day) & (at >= begin) & (at < end)
    return float(inside.mean())
