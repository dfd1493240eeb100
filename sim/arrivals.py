"""Who comes when: daily counts, times of arrival, appointments and replayed arrivals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np

from sim.blueprint import Blueprint
from sim.calendar import Bools, Ints
from sim.clock import DAY_MS, MINUTE_MS, clock_ms
from sim.compiled import entry
from sim.draws import Floats, Luck, counts, hashed
from sim.inverse import interpolated
from sim.office import Demand
from sim.population import Narrow
from sim.seasons import multiplier

Sessions = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Arrivals:
    """Cases of one demand: date (ordinal), number in the day, first arrival in milliseconds.

    Those that arrive at the same moment stand in the order of their numbers.
    """

    days: Narrow
    numbers: Narrow
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
        return int(_value_at(u, self.shares, self.times))

    def share_before(self, time_ms: int) -> float:
        """Return the share that comes before a moment of the day."""
        return float(_value_at(float(time_ms), self.times, self.shares))


class Profiles(NamedTuple):
    """The profiles of some days, as compiled code takes them.

    Attributes
    ----------
    kind
        By day: which profile.
    start
        By profile: its first point; at the end, how many points there are.
    shares, times
        The points of all.
    """

    kind: Ints
    start: Ints
    shares: Floats
    times: Floats


class _OpenDays(NamedTuple):
    """The open days of a part of a run, for one demand."""

    ordinals: Ints
    midnights: Ints
    means: Floats
    profiles: Profiles


@entry
def _value_at(at: float, points: Floats, values: Floats) -> float:
    return interpolated(at, points, values)


@entry
def _arrivals(
    first: np.uint64, second: np.uint64, open_days: _OpenDays, numbers_a_day: Ints
) -> tuple[Narrow, Narrow, Ints]:
    """Return date, number and time of every case of some days, day by day."""
    ordinals, midnights, profiles = open_days.ordinals, open_days.midnights, open_days.profiles
    size = numbers_a_day.sum()
    days, numbers = np.empty(size, np.int32), np.empty(size, np.int32)
    times = np.empty(size, np.int64)
    case = 0
    for day in range(len(ordinals)):
        kind = profiles.kind[day]
        shares = profiles.shares[profiles.start[kind] : profiles.start[kind + 1]]
        moments = profiles.times[profiles.start[kind] : profiles.start[kind + 1]]
        for number in range(numbers_a_day[day]):
            days[case], numbers[case] = ordinals[day], number
            u = hashed(first, second, ordinals[day], number, 0)
            times[case] = midnights[day] + int(interpolated(u, shares, moments))
            case += 1
    return days, numbers, times


@entry
def _moments(u: Floats, day: Ints, midnights: Ints, profiles: Profiles) -> Ints:
    """Return the moment of each uniform on its day, told by its place among some days."""
    found = np.empty(len(u), np.int64)
    for i in range(len(u)):
        kind = profiles.kind[day[i]]
        shares = profiles.shares[profiles.start[kind] : profiles.start[kind + 1]]
        times = profiles.times[profiles.start[kind] : profiles.start[kind + 1]]
        found[i] = midnights[day[i]] + int(interpolated(u[i], shares, times))
    return found


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
        self._days = lru_cache(maxsize=64)(self._days_of)
        self._hours = [plan.demand.hour_shares() for plan in layout.demands]

    def _profile_of(self, demand: int, day: int) -> Profile:
        """Return a demand's profile on an open day."""
        sessions = self.calendar.sessions[self.calendar.index(day)]
        return _cached_profile(self._hours[demand], sessions)

    def _mean(self, demand: int, day: int) -> float:
        """Return a demand's mean number of cases on an open day."""
        plan = self.layout.demands[demand].demand
        return (plan.per_day or 0.0) * multiplier(plan, self.calendar, day)

    def draw(self, demand: int, luck: Luck, first: int, until: int) -> Arrivals:
        """Draw a demand's cases of the days from `first` to before `until`."""
        plan = self.layout.demands[demand].demand
        if plan.log is not None:
            return self._replayed(plan, luck, first, until)
        if plan.per_day is None:
            return self._booked(plan, luck, self.calendar.open_days(first, until))
        return self._walking(demand, plan, luck, first, until)

    def _walking(self, demand: int, plan: Demand, luck: Luck, first: int, until: int) -> Arrivals:
        days = self._days(demand, first, until)
        u = luck.uniforms((plan.id, "count"), days.ordinals, np.zeros_like(days.ordinals))
        numbers_a_day = np.zeros(len(u), dtype=np.int64)
        for mean in set(days.means.tolist()):
            same = days.means == mean
            numbers_a_day[same] = counts(mean, plan.spread, u[same])
        key = [np.uint64(half) for half in luck.key(plan.id, "arrival")]
        drawn = Arrivals(*_arrivals(key[0], key[1], days, numbers_a_day))
        return drawn if plan.appointments is None else self._some_book(plan, luck, drawn)

    def _days_of(self, demand: int, first: int, until: int) -> _OpenDays:
        days = self.calendar.open_days(first, until)
        column = np.array(days, dtype=np.int64)
        means = np.array([self.mean(demand, day) for day in days], dtype=np.float64)
        profiles = self._profiles(demand, days)
        return _OpenDays(column + self._ordinal(0), column * DAY_MS, means, profiles)

    def _profiles(self, demand: int, days: list[int]) -> Profiles:
        of_days = [self.profile_of(demand, day) for day in days]
        kinds = {id(found): found for found in of_days}
        place = {kind: at for at, kind in enumerate(kinds)}
        sizes = [len(found.shares) for found in kinds.values()]
        return Profiles(
            np.array([place[id(found)] for found in of_days], dtype=np.int64),
            np.cumsum([0, *sizes]),
            np.concatenate([np.zeros(0), *(found.shares for found in kinds.values())]),
            np.concatenate([np.zeros(0), *(found.times for found in kinds.values())]),
        )

    def moments(self, demand: int, days: Ints, u: Floats) -> Ints:
        """Return the moments of open days at which a share `u` of the day's arrivals has come."""
        found, place = np.unique(days, return_inverse=True)
        profiles = self._profiles(demand, found.tolist())
        moments: Ints = _moments(u, place, found * DAY_MS, profiles)
        return moments

    def _ordinal(self, day: int) -> int:
        return self.calendar.first_date.toordinal() + day

    def _day(self, ordinals: Narrow) -> Ints:
        return ordinals.astype(np.int64) - self.calendar.first_date.toordinal()

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
        return _by_number(Arrivals(table[:, 0], table[:, 1], times))

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
        return _by_number(_together(walking, self._at_slots(plan, luck, moved, booked)))

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


def _by_number(drawn: Arrivals) -> Arrivals:
    order = np.lexsort((drawn.numbers, drawn.times))
    return Arrivals(drawn.days[order], drawn.numbers[order], drawn.times[order])


@cache
def _cached_profile(hours: tuple[tuple[int, float], ...], sessions: Sessions) -> Profile:
    return profile(hours, sessions)
