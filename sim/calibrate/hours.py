"""When an office is open and until when it gives tickets, from open counters, calls and arrivals.

An opening is typical over the days of a weekday, so that one odd day changes nothing. People who
are still served after closing are no sign of a later closing: counters close one by one then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.day_signs import DAY_MINUTES, Day, days_of, sampling_minutes, special_dates
from sim.calibrate.outcome import Assumed, Fitted
from sim.clock import WEEKDAYS, weekdays
from sim.records.records import TicketRecords
from sim.said import listed, phrase

if TYPE_CHECKING:
    pass

Floats = NDArray[np.float64]
Sessions = tuple[tuple[int, int], ...]

_ALIKE_MINUTES: Final = 20.0
_LUNCH_LEAST_MINUTES: Final = 30
_PLAIN_EXPECTED: Final = 7.0
"""So many are expected and none is there: the chance of that is exp(-7), one in a thousand."""
_PLAIN_BUT_ONE: Final = 9.2
"""So many are expected and one is there at most, with the same chance."""


@dataclass(frozen=True)
class HoursFit:
    """The hours of an office as its file writes them.

    Attributes
    ----------
    hours
        Sessions by weekdays: ``{"mon": ["08:00-18:00"], "tue-fri": ["08:00-16:00"]}``. A weekday
        without records is left out, unless it is one of Monday to Friday of which the records
        span too few to tell: that is taken for open like most.
    last_ticket
        Minutes before closing at which tickets stop: one number, or by weekdays as in `hours`.
    says
        What was found, in sentences.
    assumed, fitted
        What the records do not tell, and what they do (of `last_ticket`).
    source
        From what and how `hours` come.
    """

    hours: dict[str, list[str]]
    last_ticket: dict[str, float] | float
    says: tuple[str, ...]
    assumed: tuple[Assumed, ...]
    fitted: tuple[Fitted, ...]
    source: str

    def groups(self) -> tuple[tuple[int, ...], ...]:
        """Return the weekdays, Monday 0, of each key of `hours`."""
        from sim.clock import weekday_numbers

        return tuple(weekday_numbers(key) for key in self.hours)

    def on(self, date: dt.date) -> Sessions:
        """Return the sessions of a date's weekday."""
        return self.sessions(date.weekday())

    def sessions(self, weekday: int) -> Sessions:
        """Return a weekday's sessions, in milliseconds after midnight; empty when closed."""
        from sim.clock import session_ms, weekday_numbers

        key = next((key for key in self.hours if weekday in weekday_numbers(key)), None)
        return () if key is None else tuple(session_ms(text) for text in self.hours[key])


@dataclass(frozen=True)
class _Group:
    """Weekdays alike, and their typical hours, in minutes after midnight."""

    weekdays: tuple[int, ...]
    days: tuple[Day, ...]
    opens: float
    closes: float
    lunch: tuple[float, float] | None

    @property
    def key(self) -> str:
        return weekdays_key(self.weekdays)

    def texts(self) -> list[str]:
        if self.lunch is None:
            return [f"{clock(self.opens)}-{clock(self.closes)}"]
        begins, ends = self.lunch
        return [f"{clock(self.opens)}-{clock(begins)}", f"{clock(ends)}-{clock(self.closes)}"]


def weekdays_key(weekdays: Iterable[int]) -> str:
    """Return weekdays, Monday 0, as an office file names them: ``tue-fri``, ``mon,wed``."""
    runs: list[list[int]] = []
    for day in sorted(weekdays):
        if runs and day == runs[-1][1] + 1:
            runs[-1][1] = day
        else:
            runs.append([day, day])
    return ",".join(
        WEEKDAYS[first] if first == last else f"{WEEKDAYS[first]}-{WEEKDAYS[last]}"
        for first, last in runs
    )


def clock(minutes: float) -> str:
    """Return minutes after midnight as ``HH:MM``."""
    whole = round(minutes)
    return f"{whole // 60:02d}:{whole % 60:02d}"


def fit_hours(records: TicketRecords, *, holidays: str = "") -> HoursFit:
    """Return the office's hours, and how long before closing tickets stop.

    Parameters
    ----------
    records
        Tickets, and open counters where they are known.
    holidays
        Country whose public holidays are left out, by its two-letter code; empty for none.

    Raises
    ------
    PlannerError
        If no ticket is usable.

    Notes
    -----
    With open counters, the office opens and closes when the number of queues with an open counter
    passes half its median of the day, or earlier where somebody is called earlier, or later where
    tickets are given later. Without, it opens with the first calls and closes with the last
    arrivals. Times are rounded to whole, half or quarter hours where that is within the records'
    own uncertainty, and to five minutes otherwise.
    """
    days = days_of(records, holidays)
    known = records.counters is not None and records.counters.height > 0
    resolution = sampling_minutes(records) if known else 0.0
    groups = [_group(days, alike, known, resolution) for alike in _alike(days, known)]
    unseen = _unseen(records, days, holidays)
    groups = _with_unseen(groups, unseen)
    tickets_stop = [_last_ticket(group) for group in groups]
    return HoursFit(
        {group.key: group.texts() for group in groups},
        _by_group(groups, [fitted.value for fitted in tickets_stop]),
        tuple(_says(group, stop.value) for group, stop in zip(groups, tickets_stop, strict=True)),
        (
            *(() if known else (_closing_assumed(groups),)),
            *(() if not unseen else (_unseen_assumed(unseen),)),
        ),
        _one_if_alike(tickets_stop),
        _source(days, known),
    )


def _source(days: Sequence[Day], known: bool) -> str:
    count = days_text(len(days))
    if known:
        return phrase(
            "open counters, calls and arrivals of {days}: typical of each weekday, rounded",
            days=count,
        )
    return phrase("calls and arrivals of {days}: typical of each weekday, rounded", days=count)


def _alike(days: Sequence[Day], known: bool) -> list[tuple[int, ...]]:
    """Return the weekdays in groups that neither opening, closing nor lunch tells apart."""
    weekdays = sorted({day.weekday for day in days})
    opens = _clusters({w: [_opening(d, known) for d in days if d.weekday == w] for w in weekdays})
    closes = _clusters({w: [_closing(d, known) for d in days if d.weekday == w] for w in weekdays})
    groups: dict[tuple[int, int, bool], list[int]] = {}
    for weekday in weekdays:
        own = [day for day in days if day.weekday == weekday]
        kind = (opens[weekday], closes[weekday], _break(own) is not None)
        groups.setdefault(kind, []).append(weekday)
    return sorted(tuple(group) for group in groups.values())


def _opening(day: Day, known: bool) -> float:
    if not known or np.isnan(day.opened):
        return day.first_call
    return min(day.opened, day.first_call)


def _closing(day: Day, known: bool) -> float:
    """Return when a day's closing shows: not before its last arrival."""
    if not known or np.isnan(day.closed):
        return float(day.arrivals[-1])
    return max(day.closed, float(day.arrivals[-1]))


def _clusters(values: dict[int, list[float]]) -> dict[int, int]:
    """Number weekdays so that those with the same number have medians not plainly apart."""
    within = [abs(value - np.median(some)) for some in values.values() for value in some]
    # The median deviation, so that one odd day does not make weekdays alike.
    spread = 1.4826 * float(np.median(within))
    order = sorted(values, key=lambda weekday: float(np.median(values[weekday])))
    numbers = {order[0]: 0}
    for low, high in pairwise(order):
        # A median of n values varies by a quarter more than their mean.
        noise = 1.25 * spread * np.sqrt(1 / len(values[low]) + 1 / len(values[high]))
        apart = np.median(values[high]) - np.median(values[low])
        numbers[high] = numbers[low] + bool(apart > max(_ALIKE_MINUTES, 3 * noise))
    return numbers


def _unseen(records: TicketRecords, days: Sequence[Day], holidays: str) -> tuple[int, ...]:
    """Return weekdays without a day that can be used, of which at most one date has no ticket."""
    dated = set(records.tickets["date"].unique().to_list())
    first, last = min(dated), max(dated)
    span = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    missing = set(span) - dated - special_dates(span, holidays)
    seen = {day.weekday for day in days}
    return tuple(
        weekday
        for weekday in range(5)
        if weekday not in seen and sum(date.weekday() == weekday for date in missing) <= 1
    )


def _with_unseen(groups: list[_Group], unseen: tuple[int, ...]) -> list[_Group]:
    if not unseen:
        return groups
    largest = max(groups, key=lambda group: len(group.days))
    more = replace(largest, weekdays=tuple(sorted({*largest.weekdays, *unseen})))
    return sorted(
        (more if group is largest else group for group in groups), key=lambda group: group.weekdays
    )


def _unseen_assumed(unseen: tuple[int, ...]) -> Assumed:
    why = phrase("no usable day of it, and too few dates to say that it is closed: open like most")
    return Assumed("calendar.hours", weekdays(weekdays_key(unseen)), why)


def _group(
    days: Sequence[Day], weekdays: tuple[int, ...], known: bool, resolution: float
) -> _Group:
    own = tuple(day for day in days if day.weekday in weekdays)
    openings = [_opening(day, known) for day in own]
    closings = [_closing(day, known) for day in own]
    if known:
        opens, closes = _rounded(openings, resolution), _rounded(closings, resolution)
    else:
        opens = _rounded([_typical_extreme(openings, 0.25)], 5.0)
        closes = float(np.ceil((_typical_extreme(closings, 0.9) - 5) / 15) * 15)
    opens = min(opens, DAY_MINUTES - 15.0)
    closes = min(max(closes, opens + 15), float(DAY_MINUTES))
    lunch = _break(own)
    within = lunch is not None and opens + 30 <= lunch[0] and lunch[1] <= closes - 30
    return _Group(weekdays, own, opens, closes, lunch if within else None)


def _typical_extreme(values: Sequence[float], share: float) -> float:
    """Return a quantile, or the median of so few values that one odd day would be the quantile."""
    return float(np.quantile(values, share if len(values) >= 4 else 0.5))


def _rounded(values: Sequence[float], resolution: float) -> float:
    """Return the median, rounded as coarsely as the values' own uncertainty allows."""
    low, centre, high = np.quantile(values, (0.25, 0.5, 0.75))
    allowed = min(max(5.0, resolution, (high - low) / 2), 10.0)
    for grid in (30, 15):
        near = round(centre / grid) * grid
        if abs(near - centre) <= allowed:
            return float(near)
    return float(round(centre / 5) * 5)


def _break(days: Sequence[Day]) -> tuple[float, float] | None:
    """Return the lunch break: the longest time in which nobody is busy on any day, if plain."""
    busy = np.sum([day.busy for day in days], axis=0)
    minutes = np.flatnonzero(busy)
    if len(minutes) < 2:
        return None
    widest = int(np.argmax(np.diff(minutes)))
    begins, ends = int(minutes[widest]) + 1, int(minutes[widest + 1])
    begins, ends = 5 * round(begins / 5), 5 * round(ends / 5)
    expected = busy.sum() / (minutes[-1] - minutes[0] + 1) * (ends - begins)
    plain = ends - begins >= _LUNCH_LEAST_MINUTES and expected >= _PLAIN_EXPECTED
    return (_near(begins), _near(ends)) if plain else None


def _near(minutes: float) -> float:
    """Return the quarter of an hour that is at most five minutes away, or the same."""
    near = round(minutes / 15) * 15
    return float(near) if abs(near - minutes) <= 5 else minutes


def _last_ticket(group: _Group) -> Fitted:
    """Return how long before closing tickets stop, where that is no accident.

    Of five days or more the latest ticket of all does not count. What is left until closing is
    no accident if the rate of the hour before would have brought tickets in it.
    """
    latest = sorted(float(day.arrivals[-1]) for day in group.days)
    spared = len(latest) >= 5
    stop = latest[-2] if spared else latest[-1]
    recent = sum(
        int(((day.arrivals > stop - 60) & (day.arrivals <= stop)).sum()) for day in group.days
    )
    rate, gap = recent / 60, group.closes - stop
    plain = gap >= 10 and rate * gap >= (_PLAIN_BUT_ONE if spared else _PLAIN_EXPECTED)
    value = float(5 * (gap // 5)) if plain else 0.0
    lowest = max(0.0, min(value, gap - 3 / rate)) if plain else 0.0
    highest = max(gap, value) if plain else max(gap, 0.0)
    tickets = sum(len(day.arrivals) for day in group.days)
    days = days_text(len(group.days))
    source = phrase("latest of {tickets:,} tickets of {days}", tickets=tickets, days=days)
    path = f"calendar.last_ticket.{group.key}"
    return Fitted(path, value, float(lowest), float(highest), source)


def _by_group(groups: Sequence[_Group], values: Sequence[float]) -> dict[str, float] | float:
    if len(set(values)) == 1:
        return values[0]
    return {group.key: value for group, value in zip(groups, values, strict=True)}


def _one_if_alike(stops: Sequence[Fitted]) -> tuple[Fitted, ...]:
    if len({stop.value for stop in stops}) > 1:
        return tuple(stops)
    lows = [stop.low for stop in stops if stop.low is not None]
    highs = [stop.high for stop in stops if stop.high is not None]
    first = stops[0]
    joined = Fitted("calendar.last_ticket", first.value, max(lows), min(highs), first.source)
    return (joined,)


def _says(group: _Group, stop: float) -> str:
    most = clock(float(np.quantile(np.concatenate([day.arrivals for day in group.days]), 0.99)))
    given = phrase("tickets until closing")
    if stop:
        given = phrase("tickets stop {minutes:.0f} minutes before closing", minutes=stop)
    first, *more = group.texts()
    hours = phrase("{morning} and {afternoon}", morning=first, afternoon=more[0]) if more else first
    return phrase(
        "{weekdays}: open {hours}, {given}; 99 of 100 are taken by {most} ({days}).",
        weekdays=weekdays(group.key),
        hours=hours,
        given=given,
        most=most,
        days=days_text(len(group.days)),
    )


def _closing_assumed(groups: Sequence[_Group]) -> Assumed:
    closings = listed(listed((weekdays(group.key), clock(group.closes)), " ") for group in groups)
    why = phrase(
        "no record of open counters: taken as the quarter of an hour after the last tickets"
    )
    return Assumed("calendar.hours", phrase("closing {times}", times=closings), why)


def days_text(number: int) -> str:
    """Return a number of days in words for people: "1 day", "1,200 days"."""
    return phrase("1 day") if number == 1 else phrase("{n:,} days", n=number)
