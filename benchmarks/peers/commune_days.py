"""Days, hours and luck of the commune, as a script in SimPy would have them."""

from __future__ import annotations

import csv
import datetime as dt
import random
from bisect import bisect_right
from collections.abc import Callable, Iterator
from math import log
from pathlib import Path
from typing import Any, Final

Raw = dict[str, Any]

DAY: Final = 1440
"""Minutes."""
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FURTHER_DAYS: Final = 240


def minutes_of(clock: str) -> int:
    """Return the minutes after midnight of ``"07:30"``."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def sample(rng: random.Random, given: Any) -> float:
    """Draw from a distribution as the office file writes it."""
    if not isinstance(given, dict):
        return float(given)
    ((family, p),) = given.items()
    return FAMILIES[family](rng, p)


def _pert(rng: random.Random, p: Raw) -> float:
    span = p["high"] - p["low"]
    rise, fall = (4 * (p["mode"] - p["low"]) / span, 4 * (p["high"] - p["mode"]) / span)
    return float(p["low"] + span * rng.betavariate(1 + rise, 1 + fall))


def _lognormal(rng: random.Random, p: Raw) -> float:
    if "p50" in p:
        return rng.lognormvariate(log(p["p50"]), log(p["p90"] / p["p50"]) / 1.2815515655446004)
    spread = log(1 + p["cv"] ** 2)
    return rng.lognormvariate(log(p["mean"]) - spread / 2, spread**0.5)


FAMILIES: Final[dict[str, Callable[[random.Random, Raw], float]]] = {
    "exponential": lambda rng, p: rng.expovariate(1 / p["mean"]),
    "gamma": lambda rng, p: rng.gammavariate(1 / p["cv"] ** 2, p["mean"] * p["cv"] ** 2),
    "erlang": lambda rng, p: rng.gammavariate(p["k"], p["mean"] / p["k"]),
    "uniform": lambda rng, p: rng.uniform(p["low"], p["high"]),
    "triangular": lambda rng, p: rng.triangular(p["low"], p["high"], p["mode"]),
    "weibull": lambda rng, p: rng.weibullvariate(p["scale"], p["shape"]),
    "normal": lambda rng, p: max(0.0, rng.normalvariate(p["mean"], p["sd"])),
    "pert": _pert,
    "lognormal": _lognormal,
}


class Days:
    """The days from the office's first one on, counted from 0; times are minutes from its midnight.

    Parameters
    ----------
    calendar
        The calendar of the office file.
    number
        Open days that people come on.
    """

    def __init__(self, calendar: Raw, number: int) -> None:
        import holidays

        start = calendar["start"]
        self.dates = [start + dt.timedelta(days=i) for i in range(2 * number + _FURTHER_DAYS)]
        years = range(start.year, self.dates[-1].year + 1)
        off = holidays.country_holidays("VN", years=years)
        self.sessions: dict[int, list[tuple[int, int]]] = {}
        for day, date in enumerate(self.dates):
            shut = date in off or date in calendar["closed"]
            spans = [] if shut else calendar["hours"].get(_hours_key(calendar, date), [])
            if spans:
                ends = [span.split("-") for span in spans]
                self.sessions[day] = [(minutes_of(a), minutes_of(b)) for a, b in ends]
        self.open = sorted(self.sessions)
        self.legal = [day for day in self.open if self.dates[day].weekday() < 5]

    def next_open(self, day: int) -> int:
        """Return the first open day after a day."""
        return self.open[bisect_right(self.open, day)]

    def legal_after(self, day: int, number: int) -> int:
        """Return the legal working day that comes so many after a day."""
        return self.legal[bisect_right(self.legal, day) + max(number, 1) - 1]

    def closing(self, day: int) -> float:
        """Return the closing time of an open day."""
        return day * DAY + self.sessions[day][-1][1]

    def is_open(self, now: float) -> bool:
        """Tell whether the office is open."""
        sessions = self.sessions.get(int(now // DAY), [])
        return any(start <= now % DAY < end for start, end in sessions)


def _hours_key(calendar: Raw, date: dt.date) -> str:
    weekday = calendar["open"].get(date.isoformat(), WEEKDAYS[date.weekday()])
    return weekday if weekday in ("sat", "sun") else "mon-fri"


class Comings:
    """When people come.

    Parameters
    ----------
    days
        The calendar.
    rng
        Random numbers.
    folder
        Where logs lie.
    """

    def __init__(self, days: Days, rng: random.Random, folder: Path) -> None:
        self.days = days
        self.rng = rng
        self.tickets: dict[str, list[tuple[int, int]]] = {}
        with (folder / "tickets.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                times = minutes_of(row["pressed"]), minutes_of(row["called"])
                self.tickets.setdefault(row["day"], []).append(times)

    def times(self, demand: Raw, day: int) -> Iterator[float]:
        """Yield the times at which a demand's people come on an open day."""
        if "log" in demand:
            yield from self._replayed(day)
            return
        booked = demand.get("appointments", {})
        if "from" in booked:
            slots = range(minutes_of(booked["from"]), minutes_of(booked["to"]), booked["every"])
            for slot in slots:
                if self.rng.random() < booked["filled"] * (1 - booked["no_show"]):
                    yield max(0.0, day * DAY + slot - sample(self.rng, booked["early"]))
        for _ in range(self._number(demand, day) if "per_day" in demand else 0):
            at = self.hour(demand, day)
            if self.rng.random() < booked.get("share", 0):
                at = at // booked["every"] * booked["every"]
            yield at

    def _number(self, demand: Raw, day: int) -> int:
        date = self.days.dates[day]
        weekday, month = WEEKDAYS[date.weekday()], MONTHS[date.month - 1]
        by_weekday = demand.get("by_weekday", {})
        mean = demand["per_day"] * demand.get("by_month", {}).get(month, 1)
        mean *= by_weekday.get(weekday, by_weekday.get("wed-fri", 1) if weekday > "t" else 1)
        spread = demand.get("spread", 1)
        if spread > 1:
            mean = self.rng.gammavariate(mean / (spread - 1), spread - 1)
        count, passed = 0, self.rng.expovariate(1)
        while passed < mean:
            count += 1
            passed += self.rng.expovariate(1)
        return count

    def hour(self, demand: Raw, day: int) -> float:
        """Draw when somebody comes."""
        hours = demand.get("by_hour")
        if not hours:
            start, end = self.rng.choice(self.days.sessions[day])
            return day * DAY + self.rng.uniform(start, end)
        starts = [minutes_of(clock) for clock in hours]
        ends = [*starts[1:], self.days.sessions[day][-1][1]]
        shares = [*hours.values()]
        usable = [
            (a, min(b, end), share)
            for a, b, share in zip(starts, ends, shares, strict=True)
            for begin, end in self.days.sessions[day]
            if begin <= a < end
        ]
        a, b, _ = self.rng.choices(usable, [share for *_, share in usable])[0]
        return day * DAY + self.rng.uniform(a, b)

    def _replayed(self, day: int) -> Iterator[float]:
        for first, last in self.tickets.get(self.days.dates[day].isoformat(), []):
            yield day * DAY + self.rng.uniform(first, last)
