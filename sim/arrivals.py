"""Who comes when: daily counts, times of arrival, appointments and replayed arrivals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from sim.blueprint import Blueprint
from sim.calendar import DAYS_BEFORE, Bools, Ints, RunCalendar
from sim.clock import DAY_MS, MINUTE_MS, MONTHS, clock_ms, weekday_numbers
from sim.draws import Floats, Luck, counts
from sim.office import Demand

Sessions = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Arrivals:
    """Cases of one demand: date (ordinal), number in the day, first arrival in milliseconds."""

    days: Ints
    numbers: Ints
    times: Ints


@dataclass(frozen=True)
class Profile:
    """When in a day people come: a piecewise linear distribution function.

    Attributes
    ----------
    shares
        Share of the day's arrivals before each of `times`, from 0 to 1.
    times
        Milliseconds after midnight; equal shares at two times are a time at which nobody comes.
    """

    shares: Floats
    times: Floats

    def at(self, u: float) -> int:
        """Return the moment, in whole milliseconds after midnight, at share `u`."""
        return int(np.interp(u, self.shares, self.times))

    def share_before(self, time_ms: int) -> float:
        """Return the share that comes before a moment of the day."""
        return float(np.interp(time_ms, self.times, self.shares))


def profile(hours: tuple[tuple[int, float], ...], sessions: Sessions) -> Profile:
    """Return the profile of a day.

    Parameters
    ----------
    hours
        (time, share): the share of arrivals from a time to the next, or to the end of the session
        if that is sooner; empty for evenly over the sessions. Times from closing on are left out.
    sessions
        The day's sessions; at least one.
    """
    closing = sessions[-1][1]
    hours = tuple((at, share) for at, share in hours if at < closing)
    if not hours or sum(share for _, share in hours) <= 0:
        hours = tuple((begin, float(end - begin)) for begin, end in sessions)
    nexts = [at for at, _ in hours[1:]] + [closing]
    total = sum(share for _, share in hours)
    reached, shares, times = 0.0, [], []
    for (at, share), following in zip(hours, nexts, strict=True):
        end = min(following, next(stop for _, stop in sessions if stop > at))
        shares += [reached / total, (reached + share) / total]
        times += [at, end]
        reached += share
    return Profile(np.array(shares), np.array(times, dtype=float))


class Comings:
    """The demand side of an office: means by day and profiles, worked out once."""

    def __init__(self, layout: Blueprint) -> None:
        self.layout = layout
        self.calendar = layout.calendar
        self.mean = cache(self._mean)
        self.profile_of = cache(self._profile_of)

    def _profile_of(self, demand: int, day: int) -> Profile:
        """Return a demand's profile on an open day."""
        sessions = self.calendar.sessions[self.calendar.index(day)]
        return _cached_profile(self.layout.demands[demand].demand.hour_shares(), sessions)

    def _mean(self, demand: int, day: int) -> float:
        """Return a demand's mean number of cases on an open day."""
        plan = self.layout.demands[demand].demand
        return (plan.per_day or 0.0) * multiplier(plan, self.calendar, day)

    def draw(self, demand: int, luck: Luck, first: int, until: int) -> Arrivals:
        """Draw a demand's cases of the days from `first` to before `until`."""
        plan = self.layout.demands[demand].demand
        days = self.calendar.open_days(first, until)
        if plan.log is not None:
            return self._replayed(plan, luck, first, until)
        if plan.per_day is None:
            return self._booked(plan, luck, days)
        return self._walking(demand, plan, luck, days)

    def _walking(self, demand: int, plan: Demand, luck: Luck, days: list[int]) -> Arrivals:
        ordinals = np.array([self._ordinal(day) for day in days], dtype=np.int64)
        u = luck.uniforms((plan.id, "count"), ordinals, np.zeros_like(ordinals))
        means = np.array([self.mean(demand, day) for day in days])
        numbers_a_day = np.zeros(len(days), dtype=np.int64)
        for mean in np.unique(means):
            same = means == mean
            numbers_a_day[same] = counts(float(mean), plan.spread, u[same])
        place = np.repeat(np.arange(len(days)), numbers_a_day)
        ends = np.cumsum(numbers_a_day)
        numbers = np.arange(len(place)) - (ends - numbers_a_day)[place]
        u = luck.uniforms((plan.id, "arrival"), ordinals[place], numbers)
        times = self._within_day(demand, days, place, u)
        drawn = Arrivals(ordinals[place], numbers, times)
        return drawn if plan.appointments is None else self._some_book(plan, luck, drawn)

    def _within_day(self, demand: int, days: list[int], place: Ints, u: Floats) -> Ints:
        """Turn uniforms into times by the profile of each case's day."""
        times = np.empty(len(u), dtype=np.int64)
        profiles = [self.profile_of(demand, day) for day in days]
        kinds = {id(found): found for found in profiles}
        kind_of_day = np.array([id(found) for found in profiles])
        for kind, found in kinds.items():
            same = kind_of_day[place] == kind
            times[same] = np.interp(u[same], found.shares, found.times).astype(np.int64)
        midnights = np.array(days, dtype=np.int64) * DAY_MS
        return times + midnights[place]

    def _ordinal(self, day: int) -> int:
        return self.calendar.first_date.toordinal() + day

    def _day(self, ordinals: Ints) -> Ints:
        return ordinals - self.calendar.first_date.toordinal()

    def _replayed(self, plan: Demand, luck: Luck, first: int, until: int) -> Arrivals:
        from sim import replay

        assert plan.log is not None
        logged = replay.arrivals(self.layout.office.folder, plan.log)
        rows = [
            (self._ordinal(day), number, early + day * DAY_MS, late + day * DAY_MS)
            for day in range(first, until)
            for number, (early, late) in enumerate(logged.get(self.calendar.date(day), ()))
        ]
        table = np.array(rows, dtype=np.int64).reshape(-1, 4)
        u = luck.uniforms((plan.id, "arrival"), table[:, 0], table[:, 1])
        times = table[:, 2] + np.floor(u * (table[:, 3] - table[:, 2])).astype(np.int64)
        return Arrivals(table[:, 0], table[:, 1], times)

    def _slots(self, plan: Demand, day: int) -> list[int]:
        """Return a day's appointment times, in milliseconds after midnight."""
        book = plan.appointments
        assert book is not None
        sessions = self.calendar.sessions[self.calendar.index(day)]
        begin = sessions[0][0] if book.from_ is None else clock_ms(book.from_)
        end = sessions[-1][1] if book.to is None else clock_ms(book.to)
        every = round(book.every * MINUTE_MS)
        return [at for at in range(begin, end, every) if any(a <= at < b for a, b in sessions)]

    def _booked(self, plan: Demand, luck: Luck, days: list[int]) -> Arrivals:
        book = plan.appointments
        assert book is not None
        rows = [
            (self._ordinal(day), slot * book.seats + seat, day * DAY_MS + at)
            for day in days
            for slot, at in enumerate(self._slots(plan, day))
            for seat in range(book.seats)
        ]
        table = np.array(rows, dtype=np.int64).reshape(-1, 3)
        booked = Arrivals(table[:, 0], table[:, 1], table[:, 2])
        filled = luck.uniforms((plan.id, "filled"), booked.days, booked.numbers) < book.filled
        return self._at_slots(plan, luck, booked, filled)

    def _some_book(self, plan: Demand, luck: Luck, drawn: Arrivals) -> Arrivals:
        """Let a share of the people book the free time nearest to when they would have come."""
        book = plan.appointments
        assert book is not None
        wants = luck.uniforms((plan.id, "books"), drawn.days, drawn.numbers) < book.share
        times = drawn.times.copy()
        booked = np.zeros(len(times), dtype=np.bool_)
        free: dict[int, dict[int, int]] = {}
        for i in np.flatnonzero(wants).tolist():
            day = int(self._day(drawn.days[i]))
            seats = free.setdefault(
                day, {day * DAY_MS + at: book.seats for at in self._slots(plan, day)}
            )
            open_slots = [at for at, left in seats.items() if left]
            if open_slots:
                times[i] = min(open_slots, key=lambda at, t=int(times[i]): (abs(at - t), at))  # type: ignore[misc]
                seats[int(times[i])] -= 1
                booked[i] = True
        moved = Arrivals(drawn.days, drawn.numbers, times)
        walking = Arrivals(drawn.days[~booked], drawn.numbers[~booked], drawn.times[~booked])
        return _together(walking, self._at_slots(plan, luck, moved, booked))

    def _at_slots(self, plan: Demand, luck: Luck, slots: Arrivals, taken: Bools) -> Arrivals:
        """Return who comes of those who booked, and when: early or late, on the same day."""
        book = plan.appointments
        assert book is not None
        missed = luck.uniforms((plan.id, "no show"), slots.days, slots.numbers) < book.no_show
        comes = taken & ~missed
        days, numbers = slots.days[comes], slots.numbers[comes]
        u = luck.uniforms((plan.id, "early"), days, numbers)
        early_ms = np.rint(book.early.quantile(u) * MINUTE_MS).astype(np.int64)
        midnight = self._day(days) * DAY_MS
        times = np.clip(slots.times[comes] - early_ms, midnight, midnight + DAY_MS - 1)
        return Arrivals(days, numbers, times)


def _together(first: Arrivals, second: Arrivals) -> Arrivals:
    return Arrivals(
        np.concatenate((first.days, second.days)),
        np.concatenate((first.numbers, second.numbers)),
        np.concatenate((first.times, second.times)),
    )


@cache
def _cached_profile(hours: tuple[tuple[int, float], ...], sessions: Sessions) -> Profile:
    return profile(hours, sessions)


def multiplier(plan: Demand, calendar: RunCalendar, day: int) -> float:
    """Return what a demand's mean is multiplied by on an open day."""
    weekday = calendar.weekday[calendar.index(day)]
    factor = next((f for days, f in plan.by_weekday.items() if weekday in weekday_numbers(days)), 1)
    factor *= plan.by_month.get(MONTHS[calendar.date(day).month - 1], 1)
    return factor * _after_closure(plan, calendar, day)


def _after_closure(plan: Demand, calendar: RunCalendar, day: int) -> float:
    """Return the factor of the open days that follow a long closure.

    Walks back over at most the effect's open days and looks for a long enough gap before them.
    """
    rule = plan.after_closure
    if rule is None:
        return 1.0
    closed, seen, at = 0, 1, day - 1
    while at >= -DAYS_BEFORE and seen <= rule.working_days:
        if calendar.is_open[calendar.index(at)]:
            closed, seen = 0, seen + 1
        else:
            closed += 1
            if closed >= rule.days:
                return rule.times
        at -= 1
    return 1.0
