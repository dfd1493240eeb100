"""The calendar of a run: sessions, closings and legal working days on the millisecond clock.

Time is a whole number of milliseconds from 00:00 of the first simulated day; day 0 is that day.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.clock import DAY_MS, WEEKDAYS, weekday_numbers
from sim.errors import PlannerError
from sim.office import Calendar as CalendarPart
from sim.office.people import sessions_of
from sim.said import phrase

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

DAYS_BEFORE = 400
"""Days kept before the first simulated one, for dossiers received long ago."""
DAYS_AFTER = 1200
"""Days kept after the last arrival, for what takes long."""
NEVER = 1 << 60
"""A moment that no run reaches: what has no interval in which to happen."""


class Spans:
    """Intervals that do not overlap, in order, and the time they hold up to any moment.

    Parameters
    ----------
    begin, end
        When each begins and ends, in milliseconds.
    """

    def __init__(self, begin: Ints | Sequence[int], end: Ints | Sequence[int]) -> None:
        self.begin: Ints = np.asarray(begin, dtype=np.int64)
        self.end: Ints = np.asarray(end, dtype=np.int64)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Spans)
            and np.array_equal(self.begin, other.begin)
            and np.array_equal(self.end, other.end)
        )

    def __hash__(self) -> int:
        return hash((self.begin.tobytes(), self.end.tobytes()))

    def __repr__(self) -> str:
        return f"Spans({self.begin.tolist()}, {self.end.tolist()})"

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Return `begin` as numbers, which single questions look through faster."""
        return tuple(self.begin.tolist())

    @cached_property
    def ends(self) -> tuple[int, ...]:
        """Return `end` as numbers."""
        return tuple(self.end.tolist())

    @cached_property
    def _reached(self) -> Ints:
        return np.concatenate(([0], np.cumsum(self.end - self.begin)))

    @cached_property
    def _before(self) -> list[int]:
        before: list[int] = self._reached.tolist()
        return before

    def elapsed(self, time: int) -> int:
        """Return the milliseconds inside the intervals before `time`."""
        place = bisect_right(self.starts, time) - 1
        if place < 0:
            return 0
        return self._before[place] + min(time, self.ends[place]) - self.starts[place]

    def elapsed_many(self, times: Ints) -> Ints:
        """Return :meth:`elapsed` of each time, same shape."""
        if not len(self.begin):
            return np.zeros_like(times)
        place = np.searchsorted(self.begin, times, side="right") - 1
        inside = np.minimum(times, self.end[place]) - self.begin[place]
        found: Ints = np.where(place < 0, 0, self._reached[place] + inside)
        return found

    def after(self, time: int, duration: int) -> int:
        """Return the earliest moment by which `duration` has passed inside since `time`.

        The last interval's end, if that is not enough: a moment that no run reaches.
        """
        if duration <= 0:
            return time
        wanted = self.elapsed(time) + duration
        place = bisect_left(self._before, wanted) - 1
        if place >= len(self.starts):
            return self._last_end()
        return self.starts[place] + wanted - self._before[place]

    def holds(self, time: int) -> bool:
        """Tell whether `time` lies in an interval, its start included and its end not."""
        place = bisect_right(self.starts, time) - 1
        return place >= 0 and time < self.ends[place]

    def end_of(self, time: int) -> int:
        """Return the end of the interval that holds `time`."""
        return self.ends[bisect_right(self.starts, time) - 1]

    def next_start(self, time: int) -> int:
        """Return the first start at or after `time`; the last end where there is none."""
        place = bisect_left(self.starts, time)
        return self.starts[place] if place < len(self.starts) else self._last_end()

    def _last_end(self) -> int:
        return self.ends[-1] if self.ends else NEVER


def merged(pairs: Sequence[tuple[int, int]]) -> Spans:
    """Return intervals in order, those that touch or overlap made one."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(pairs):
        if start >= end:
            continue
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return Spans(starts, ends)


_NO_DAYS: Final = (frozenset[dt.date](), frozenset[dt.date]())


@lru_cache(maxsize=256)
def _public_days(country: str, year: int) -> tuple[frozenset[dt.date], frozenset[dt.date]]:
    """Return a country's public holidays and the weekend days that it works instead of others."""
    import holidays

    found = holidays.country_holidays(country, years=year)
    return frozenset(found), frozenset(found.weekend_workdays)


class DayRules:
    """What a date is: open or not, counted by the law or not, and with which weekday's hours."""

    def __init__(self, part: CalendarPart) -> None:
        self.part = part
        self._closed = set(part.closed)
        self._swapped = {
            dt.date.fromisoformat(day): WEEKDAYS.index(name) for day, name in part.open.items()
        }
        self._legal = set(weekday_numbers(part.legal_days))
        self._sessions = [sessions_of(part.hours, weekday) for weekday in range(7)]

    def weekday(self, day: dt.date) -> int:
        """Return the weekday whose hours a date works, Monday 0.

        A day of the weekend that the country works, for a bridge day off, works the hours of the
        last legal weekday unless the office file says otherwise.
        """
        if day in self._swapped:
            return self._swapped[day]
        if day.weekday() not in self._legal and day in self._public(day.year)[1]:
            return max(self._legal)
        return day.weekday()

    def is_holiday(self, day: dt.date) -> bool:
        """Tell whether a date is a public holiday."""
        return day in self._public(day.year)[0]

    def _public(self, year: int) -> tuple[frozenset[dt.date], frozenset[dt.date]]:
        """Return a year's public holidays and the weekend days that the country works."""
        return _public_days(self.part.holidays, year) if self.part.holidays else _NO_DAYS

    def is_off(self, day: dt.date) -> bool:
        """Tell whether a date is closed by holiday or by the office's own list."""
        return day not in self._swapped and (day in self._closed or self.is_holiday(day))

    def sessions(self, day: dt.date) -> tuple[tuple[int, int], ...]:
        """Return a date's sessions in milliseconds after its midnight."""
        return () if self.is_off(day) else self._sessions[self.weekday(day)]

    def is_legal(self, day: dt.date) -> bool:
        """Tell whether deadlines count a date."""
        return not self.is_off(day) and self.weekday(day) in self._legal

    def counts(self, day: dt.date) -> bool:
        """Tell whether a date is a day of the run: open, or a legal working day."""
        return self.is_legal(day) or bool(self.sessions(day))

    def step(self, day: dt.date, days: int) -> dt.date:
        """Go `days` counted days on (back, if negative)."""
        direction = dt.timedelta(days=1 if days > 0 else -1)
        for _ in range(abs(days)):
            day = self.next_counted(day + direction, direction)
        return day

    def next_counted(self, day: dt.date, direction: dt.timedelta = dt.timedelta(1)) -> dt.date:
        """Return the first counted day from `day` on."""
        for _ in range(3660):
            if self.counts(day):
                return day
            day += direction
        raise PlannerError(
            phrase(
                "calendar: no open or working day within ten years of {date}. "
                "Look at hours, closed and legal_days.",
                date=day,
            )
        )

    def ordinary_day_ms(self) -> int:
        """Return the mean open time of the legal weekdays, in milliseconds.

        The mean, so that as many working days as the week has take exactly a week.
        """
        lengths = [sum(e - s for s, e in self._sessions[weekday]) for weekday in self._legal]
        return round(sum(lengths) / len(lengths))


@dataclass(frozen=True)
class Window:
    """Which days are simulated and which measured, as day numbers."""

    measured_from: int
    """First measured day."""
    measured_until: int
    """Day after the last measured one."""
    runs_until: int
    """Day at which a run ends even if cases are open: as long again."""


@dataclass(frozen=True)
class RunDates:
    """The dates of a run: of an office as it is, for every scenario of a study.

    Attributes
    ----------
    first, start
        First simulated date, and first measured one.
    end, cap
        Date after the last measured one, and date at which a run ends even if cases are open.
    """

    first: dt.date
    start: dt.date
    end: dt.date
    cap: dt.date


_LEAST_AFTER: Final = 60
"""Counted days that a run goes on, if cases are open: short runs would leave out the slow ones."""


def run_dates(part: CalendarPart, days: int, warmup: int) -> RunDates:
    """Return the dates of a run over counted days: open, or legal working days."""
    rules = DayRules(part)
    start = rules.next_counted(part.start)
    last = rules.step(start, days - 1)
    after = dt.timedelta(1)
    cap = rules.step(last, max(days, _LEAST_AFTER)) + after
    return RunDates(rules.step(start, -warmup), start, last + after, cap)


class RunCalendar:
    """The days of one run.

    Attributes
    ----------
    first_date
        The date of day 0.
    open_time, legal_time
        Sessions of the office, those that touch made one; and those of legal working days.
    is_open, is_legal, weekday, opening, closing
        By day, from day ``-DAYS_BEFORE``: read them through :meth:`index`.
    """

    def __init__(
        self, part: CalendarPart, days: int, warmup: int, *, dates: RunDates | None = None
    ) -> None:
        rules = DayRules(part)
        dates = dates or run_dates(part, days, warmup)
        self.rules = rules
        self.first_date = dates.first
        self.window = Window(*map(self.day_of_date, (dates.start, dates.end, dates.cap)))
        self.last_day = self.window.runs_until + DAYS_AFTER
        self.ordinary_day_ms = rules.ordinary_day_ms()
        self._fill(rules)

    def _fill(self, rules: DayRules) -> None:
        days = range(-DAYS_BEFORE, self.last_day)
        dates = [self.date(day) for day in days]
        sessions = [rules.sessions(date) for date in dates]
        midnights = [day * DAY_MS for day in days]
        self.weekday = [rules.weekday(date) for date in dates]
        self.is_legal = [rules.is_legal(date) for date in dates]
        self.is_open = [bool(found) for found in sessions]
        self.opening = [m + (s[0][0] if s else 0) for m, s in zip(midnights, sessions, strict=True)]
        self.closing = [
            m + (s[-1][1] if s else DAY_MS) for m, s in zip(midnights, sessions, strict=True)
        ]
        self.sessions = sessions
        pairs = [[(m + a, m + b) for a, b in s] for m, s in zip(midnights, sessions, strict=True)]
        legal = [day for day, counted in zip(pairs, self.is_legal, strict=True) if counted]
        self.open_time = merged([pair for day in pairs for pair in day])
        self.legal_time = merged([pair for day in legal for pair in day])
        self._open_days = [day for day in days if self.is_open[day + DAYS_BEFORE]]
        self._legal_days = [day for day in days if self.is_legal[day + DAYS_BEFORE]]

    @staticmethod
    def index(day: int) -> int:
        """Return the place of a day in the lists by day."""
        return day + DAYS_BEFORE

    def date(self, day: int) -> dt.date:
        """Return the date of a day."""
        return self.first_date + dt.timedelta(days=day)

    def day_of_date(self, date: dt.date) -> int:
        """Return the day of a date."""
        return (date - self.first_date).days

    def closing_of(self, day: int) -> int:
        """Return when a day closes; midnight after it where the office is not open."""
        return self.closing[day + DAYS_BEFORE]

    def opening_of(self, day: int) -> int:
        """Return when a day opens; its midnight where the office is not open."""
        return self.opening[day + DAYS_BEFORE]

    def closes_in(self, day: int) -> bool:
        """Tell whether the office is closed after a day's last session."""
        return self.is_open[day + DAYS_BEFORE] and not self.open_time.holds(self.closing_of(day))

    def open_day_after(self, day: int, count: int) -> int:
        """Return the `count`-th open day after `day`."""
        return _nth_after(self._open_days, day, count)

    def open_days_after(self, days: Ints, counts: Ints) -> Ints:
        """Return :meth:`open_day_after` of each day, same shape."""
        place = np.searchsorted(self._open_days, days, side="right") + counts - 1
        found: Ints = np.array(self._open_days)[np.minimum(place, len(self._open_days) - 1)]
        return found

    def open_day_from(self, day: int) -> int:
        """Return the first open day from `day` on."""
        return _nth_after(self._open_days, day - 1, 1)

    def legal_day_after(self, day: int, count: int) -> int:
        """Return the `count`-th legal working day after `day`."""
        return _nth_after(self._legal_days, day, count)

    def legal_day_from(self, day: int) -> int:
        """Return the first legal working day from `day` on."""
        return _nth_after(self._legal_days, day - 1, 1)

    def legal_days_between(self, first: int, last: int) -> int:
        """Return how many legal working days lie after `first`, up to and including `last`."""
        return bisect_right(self._legal_days, last) - bisect_right(self._legal_days, first)

    def open_days(self, first: int, until: int) -> list[int]:
        """Return the open days from `first` to before `until`."""
        low, high = bisect_left(self._open_days, first), bisect_left(self._open_days, until)
        return self._open_days[low:high]

    def per_day(self, value: Callable[[int], int]) -> list[int]:
        """Return a value for every day kept, in order."""
        return [value(day) for day in range(-DAYS_BEFORE, self.last_day)]


def _nth_after(days: list[int], day: int, count: int) -> int:
    place = bisect_right(days, day) + count - 1
    return days[min(place, len(days) - 1)]
