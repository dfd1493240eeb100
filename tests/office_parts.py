"""Parts of small, valid office files, over every key of each, chosen by bytes.

Most times are whole minutes and many durations equal or zero, so that ties abound. Each byte is one
choice, and 0 the plainest, so that failing offices shrink to plain ones.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any, TypeVar

Raw = dict[str, Any]
Files = dict[str, str]
T = TypeVar("T")

ROLES = ("front", "back", "sign")


class Dice:
    """Choices made by bytes, one each; when they run out, the plainest."""

    def __init__(self, rolls: bytes) -> None:
        self._rolls = chain(rolls, repeat(0))

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[next(self._rolls) % len(options)]

    def once_in(self, odds: int) -> bool:
        """Return true once in `odds` times."""
        return next(self._rolls) % odds == odds - 1

    def maybe(self, into: Raw, key: str, options: Sequence[Any], odds: int = 3) -> None:
        """Give a key a value once in `odds` times; without, its default holds."""
        chosen = self.pick(options)
        if self.once_in(odds):
            into[key] = chosen

    def some(self, options: Sequence[T], most: int) -> list[T]:
        """Return one to `most` different options."""
        count = self.pick(range(1, most + 1))
        return list(dict.fromkeys(self.pick(options) for _ in range(count)))

    def shares(self, options: Sequence[str]) -> str | dict[str, float]:
        """Return one of the options, or shares of two."""
        first, second = self.pick(options), self.pick(options)
        share = self.pick([1.0, 0.25, 0.5, 0.75])
        return first if first == second or share == 1 else {first: share, second: 1 - share}


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


# --- distributions ---

_FAMILIES: list[Any] = [
    {"uniform": {"low": 0, "high": 20}},
    {"triangular": {"low": 0, "mode": 2, "high": 10}},
    {"exponential": {"mean": 6}},
    {"gamma": {"mean": 5, "cv": 0.8}},
    {"gamma": {"shape": 2.0, "scale": 3.0}},
    {"erlang": {"mean": 8, "k": 3}},
    {"lognormal": {"p50": 4, "p90": 20}},
    {"lognormal": {"mean": 5, "cv": 1}},
    {"lognormal": {"mu": 1.0, "sigma": 0.5}},
    {"weibull": {"mean": 7, "cv": 0.7}},
    {"weibull": {"shape": 1.5, "scale": 6}},
    {"weibull": {"p50": 3, "p90": 9}},
    {"pert": {"low": 1, "mode": 2, "high": 9}},
    {"normal": {"mean": 5, "sd": 4}},
]


def _either(*values: float) -> Raw:
    return {"empirical": {"values": list(values)}}


_WEIGHTED = {"empirical": {"values": [0, 1, 30], "weights": [2, 2, 1]}}
_MINUTES = [5, 0, 1, 10, 10, 30, 90, _either(0, 5), _either(5, 10), _either(0, 1, 60), _WEIGHTED]
_MINUTES += [*_MINUTES, *_FAMILIES]
_LATE = [5, 30, _either(5, 30), {"exponential": {"mean": 15}}]
_DAYS: list[Any] = [1, 0, 2, {"uniform": {"low": 0, "high": 2}}]

# --- calendar ---

_STARTS = [dt.date(2023, 1, 2), dt.date(2026, 1, 8), dt.date(2026, 2, 12), dt.date(2026, 7, 31)]
_LUNCH = ["08:00-10:00", "11:00-13:00"]
_HOURS: list[Raw] = [
    {"mon-fri": _LUNCH},
    {"mon-fri": _LUNCH},
    {"mon-fri": ["07:30-11:30", "13:30-17:00"], "sat": ["07:30-09:00"]},
    {"mon-thu": ["08:00-09:30"], "fri": ["08:00-08:30", "08:30-10:00"]},
    {"mon,wed": ["09:00-12:00"], "tue": ["14:00-15:00"], "sat": ["08:00-09:00"]},
    {"mon-sun": ["00:00-24:00"]},
    {"mon-wed": ["00:00-24:00"], "fri": ["10:00-12:00"]},
    {"mon-fri": ["00:00-01:00", "22:00-24:00"]},
]


def calendar_of(dice: Dice) -> Raw:
    """Return a calendar: lunch, Saturdays, midnights, never closing, swapped and closed days."""
    start = dice.pick(_STARTS)
    near = [start + dt.timedelta(days) for days in range(10)]
    calendar: Raw = {"start": start, "hours": dice.pick(_HOURS)}
    dice.maybe(calendar, "holidays", ["VN", ""], 5)
    dice.maybe(calendar, "closed", [dice.some(near, 2)])
    others = [day for day in near if day not in calendar.get("closed", [])]
    swapped = {str(day): dice.pick(["mon", "fri", "sat"]) for day in dice.some(others, 2)}
    dice.maybe(calendar, "open", [swapped])
    dice.maybe(calendar, "legal_days", ["mon-fri", "mon-sat", "mon,wed"])
    dice.maybe(calendar, "last_ticket", [15, 30, {"mon-thu": 30, "sat": 5}])
    dice.maybe(calendar, "timezone", ["Asia/Ho_Chi_Minh"], 8)
    return calendar


def _team_hours(hours: Raw, by: int) -> Raw:
    """Return a team's hours without lunch, ending `by` minutes later than the office's."""
    moved: Raw = {}
    for days, sessions in hours.items():
        begin, end = sessions[0][:5], sessions[-1][6:]
        first, last = (int(t[:2]) * 60 + int(t[3:]) for t in (begin, end))
        moved[days] = [f"{begin}-{_clock(min(max(last + by, first + 15), 24 * 60))}"]
    return moved


# --- people ---


def _counter_log(start: dt.date) -> str:
    rows = [
        f"{start + dt.timedelta(day)},{at},{number},1\n"
        for day in range(30)
        for at, number in (("00:00", 1), ("08:30", 2 - day % 2), ("11:30", 1))
    ]
    return "date,time,open_counters,hall\n" + "".join(rows)


_COUNTERS = {"log": "counters.csv", "time": "time", "date": "date", "open": "open_counters",
             "where": {"hall": 1}}  # fmt: skip
_STAFF: list[Any] = [
    1, 2, 3,
    {"00:00": 1, "08:45": 2, "11:30": 0, "22:30": 1},
    {"00:00": 3, "09:30": 1},
    {"mon-wed": {"00:00": 1, "09:00": 2}, "thu-sun": 1},
    {"mon-fri": 2},
    _COUNTERS,
]  # fmt: skip


def _team(dice: Dice, name: str, roles: list[str], calendar: Raw, files: Files) -> Raw:
    """Return a team that performs `roles`, equally or in order of urgency."""
    team: Raw = {"id": name, "staff": dice.pick(_STAFF), "roles": list(roles)}
    if team["staff"] is _COUNTERS:
        files["counters.csv"] = _counter_log(calendar["start"])
    if len(roles) > 1 and dice.once_in(2):
        team["roles"] = [roles[:2], *roles[2:]]
    dice.maybe(team, "title", [{"en": name, "vi": name}], 8)
    dice.maybe(team, "wage", [24_000])
    dice.maybe(team, "overtime_rate", [2], 8)
    dice.maybe(team, "hours", [_team_hours(calendar["hours"], dice.pick([-30, -60, -15, 30]))], 4)
    dice.maybe(team, "absence", [0.1, 0.4], 4)
    dice.maybe(team, "lateness", [{"share": dice.pick([0.5, 1]), "minutes": dice.pick(_LATE)}], 4)
    dice.maybe(team, "away", [{"share": dice.pick([0.2, 0.6]), "minutes": dice.pick(_LATE)}], 4)
    dice.maybe(team, "closing", ["finish queue", "finish queue", "finish current"], 2)
    return team


def teams_of(dice: Dice, parts: list[bytes], used: list[str], calendar: Raw, files: Files) -> Any:
    """Return teams that perform every role used, and no other."""
    sets = [dice.some(used, 3) for _ in parts]
    for role in used:
        if not any(role in roles for roles in sets):
            dice.pick(sets).append(role)
    return [
        _team(Dice(part), f"team{place}", roles, calendar, files)
        for place, (part, roles) in enumerate(zip(parts, sets, strict=True))
    ]


# --- procedures ---

_LIMITS = ["same day", "1 day", "3 days", "1 working day", "4 working days", "6 working hours"]
_CUTOFFS = ["09:00", "08:30", "12:00", "15:00", "24:00"]
_SHARE_RESTS = [{"of_deadline": 0.1}, {"of_deadline": 0.25}]


def _work(dice: Dice, name: str, *, visitor: bool, first: bool, dated: bool) -> Raw:
    """Return a step of work by a role; the first is the intake."""
    step: Raw = {"id": name, "role": dice.pick(ROLES), "minutes": dice.pick(_MINUTES)}
    if visitor:
        step["visitor"] = True
    if not first:
        dice.maybe(step, "share", [0.5, 0, 1], 4)
    dice.maybe(step, "walk", [3, 0, 3, 20], 4)
    back: Raw = {"share": dice.pick([0.3, 0.6])}
    dice.maybe(back, "again", [0.2, 0.5], 2)
    dice.maybe(back, "working_days", _DAYS, 2)
    dice.maybe(step, "sends_back", [back], 4)
    rests = [{"working_days": dice.pick(_DAYS)}, dice.pick(_SHARE_RESTS)]
    if not visitor:
        dice.maybe(step, "rests", rests if dated else rests[:1], 4)
    dice.maybe(step, "title", ["A step"], 9)
    return step


def _elsewhere(dice: Dice, name: str) -> Raw:
    step: Raw = {"id": name, "working_days": dice.pick([*_DAYS, 0.5])}
    dice.maybe(step, "extends_deadline", [True, False], 2)
    dice.maybe(step, "share", [0.3, 1], 2)
    return step


def _route(dice: Dice, *, dated: bool) -> list[Raw]:
    """Return a route: perhaps an intake, desks, visits and elsewhere in turn, a hand-over."""
    kinds = [dice.pick("ddev") for _ in range(dice.pick([1, 0, 2, 3]))]
    kinds += ["v"] * dice.pick([1, 0, 2])
    without_visit = dice.once_in(6)
    kinds = ["v", *kinds] if not without_visit else [*(k for k in kinds if k != "v"), "d"]
    return [
        _elsewhere(dice, f"s{place}")
        if kind == "e"
        else _work(dice, f"s{place}", visitor=kind == "v", first=place == 0, dated=dated)
        for place, kind in enumerate(kinds)
    ]


def procedure_of(dice: Dice, name: str) -> Raw:
    """Return a procedure, with any kind of deadline, habit and result."""
    procedure: Raw = {"id": name}
    deadline: Raw = {"within": dice.pick(_LIMITS)}
    dice.maybe(deadline, "cutoff", _CUTOFFS, 2)
    dated = not dice.once_in(3)
    if dated:
        procedure["deadline"] = deadline
    habit: Raw = {}
    dice.maybe(habit, "same_day_until", _CUTOFFS, 2)
    dice.maybe(habit, "kept", [0.5, 0], 4)
    dice.maybe(habit, "hold_work", [True, False], 2)
    dice.maybe(procedure, "habit", [habit], 2)
    ways = ["while you wait", "when ready", "by post", "online", "while you wait"]
    ways += ["by appointment"] * 2 if dated else []
    dice.maybe(procedure, "result", [dice.shares(ways)], 2)
    post: Raw = {"days": dice.pick([2, 0, 1])}
    dice.maybe(post, "cost", [28_000], 2)
    dice.maybe(procedure, "post", [post])
    dice.maybe(procedure, "slip_hour", ["08:30", "12:30", "16:00"], 2)
    dice.maybe(procedure, "new_date", [1, 2, 3])
    dice.maybe(procedure, "stays", [240, 0, 10], 2)
    extras = {"title": "A procedure", "fee": 8_000, "other_cost": 1_000, "basis": "A decree"}
    if dice.once_in(9):
        procedure |= extras
    procedure["steps"] = _route(dice, dated=dated)
    return procedure


# --- demands ---


def _ticket_log(start: dt.date, times: list[int]) -> str:
    rows = [
        f"{start + dt.timedelta(day - 2)},{_clock(at)},{_clock(at + 5)},{1 + place % 2}\n"
        for day in range(6)
        for place, at in enumerate(times)
    ]
    return "date,from,to,queue\n" + "".join(rows)


def _log(dice: Dice, file: str, calendar: Raw, files: Files) -> Raw | str:
    """Return a log of real arrivals, outside open hours and at one moment too."""
    times = [dice.pick([480, 0, 420, 480, 485, 500, 540, 600, 660, 1320]) for _ in range(4)]
    files[file] = _ticket_log(calendar["start"], times)
    log: Raw = {"file": file, "time": dice.pick(["from", ["from", "to"]])}
    dice.maybe(log, "date", ["date"], 2)
    dice.maybe(log, "where", [{"queue": 1}])
    return log


def _booking(dice: Dice) -> Raw:
    book: Raw = {"every": dice.pick([60, 30])}
    dice.maybe(book, "seats", [2, 1], 2)
    dice.maybe(book, "filled", [0.5, 0.9], 2)
    dice.maybe(book, "no_show", [0.2], 2)
    dice.maybe(book, "early", [10, 0, _either(0, 10), {"normal": {"mean": 5, "sd": 10}}], 2)
    dice.maybe(book, "share", [0.5], 2)
    between = [{"from": "08:15"}, {"to": "14:30"}, {"from": "00:00", "to": "24:00"}]
    return book | dice.pick([{}, *between])


def _source(dice: Dice, name: str, calendar: Raw, files: Files, *, sure: bool) -> Raw:
    """Return where cases come from: a mean per day, booked times, both, or a log."""
    kind = dice.pick(["walk", "book", "both", "log"])
    if kind == "log" and not sure:
        return {"log": _log(dice, f"{name}.csv", calendar, files)}
    source: Raw = {}
    if kind != "book" or sure:
        source["per_day"] = dice.pick([4, 1.5, 9])
    if kind in ("book", "both"):
        source["appointments"] = _booking(dice)
    return source


def _rates(dice: Dice) -> Raw:
    """Return what changes the mean from day to day."""
    rates: Raw = {}
    dice.maybe(rates, "spread", [2.5, 1])
    dice.maybe(rates, "by_weekday", [{"mon": 2, "tue-fri": 0.5}])
    dice.maybe(rates, "by_month", [{"jan": 1.4, "feb": 2}])
    dice.maybe(rates, "after_closure", [{"days": 3, "working_days": 3, "times": 3}])
    return rates


def _profiles(hours: Raw) -> list[Raw]:
    """Return shares of the day from the first opening, and from half an hour on."""
    first = next(iter(hours.values()))[0][:5]
    later = _clock(int(first[:2]) * 60 + int(first[3:]) + 30)
    return [{first: 1, later: 3}, {first: 5, later: 0}, {later: 1}]


def _filing(dice: Dice, needs: list[str]) -> Raw:
    """Return how a case that needs several procedures files them."""
    filing: Raw = {"filing": dice.shares(["one after the other", "separately", "together"])}
    dice.maybe(filing, "gap", [{"working_days": dice.pick(_DAYS)}], 2)
    dice.maybe(filing, "apart", [1, 2, 3], 2)
    bundle: Raw = {}
    dice.maybe(bundle, "saves_intake", [0.5], 2)
    dice.maybe(bundle, "saves_desk_work", [0.3], 2)
    dice.maybe(bundle, "procedures", [sorted(set(needs))], 2)
    dice.maybe(bundle, "adopted_by", [0.5], 2)
    dice.maybe(filing, "bundling", [bundle], 2)
    return filing


def visitor_of(dice: Dice) -> Raw:
    """Return what is true of visitors."""
    traits: Raw = {}
    travel = {"minutes_each_way": dice.pick([6, 0, 40]), "cost_round_trip": 2_000}
    dice.maybe(traits, "travel", [travel], 2)
    dice.maybe(traits, "value_of_time", [42_000])
    dice.maybe(traits, "priority_share", [0.3, 0], 2)
    dice.maybe(traits, "patience", [30, 0, 5, _either(0, 5, 30), {"exponential": {"mean": 20}}])
    dice.maybe(traits, "gives_up_after", [1, 2, 3], 2)
    return traits


def demand_of(dice: Dice, place: int, names: list[str], calendar: Raw, files: Files) -> Raw:
    """Return a demand for one to three procedures, the same one twice too."""
    name = f"d{place}"
    needs = [dice.pick(names) for _ in range(dice.pick([1, 1, 2, 3]))]
    source = _source(dice, name, calendar, files, sure=place == 0)
    demand: Raw = {"id": name, "needs": needs, **source}
    dice.maybe(demand, "by_hour", _profiles(calendar["hours"]), 2)
    filed = dice.shares(["counter", "online"])
    dice.maybe(demand, "filed", [filed])
    dice.maybe(demand, "title", ["A demand"], 9)
    if "per_day" in demand:
        demand |= _rates(dice)
    if len(needs) > 1:
        demand |= _filing(dice, needs)
    return demand | visitor_of(dice)


def backlog_of(dice: Dice, long: list[Raw]) -> Raw:
    """Return dossiers that wait for a step after the intake."""
    procedure = dice.pick(long)
    later = [step["id"] for step in procedure["steps"][1:]]
    part: Raw = {"procedure": procedure["id"], "step": dice.pick(later)}
    part["dossiers"] = dice.pick([1, 0, 3])
    dice.maybe(part, "received_days_ago", [3, 400, {"uniform": {"low": 1, "high": 20}}], 2)
    return part
