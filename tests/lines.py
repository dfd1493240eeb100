"""Recorded days of a team made up for tests, and the same days run by the project's engine."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.calendar import RunDates
from sim.calibrate.line import Luck
from sim.calibrate.staff import Opened
from sim.calibrate.ticket_days import Sessions, TeamDays, team_days
from sim.clock import MINUTE_MS, session_ms
from sim.log import Leaving, ServiceLog, Spell
from sim.office import Office
from sim.records.records import TICKET_COLUMNS, TicketRecords
from sim.replication import OfficeRuns

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Raw = dict[str, Any]

MONDAY = dt.date(2024, 1, 8)
ALL_DAY = ("08:00-16:00",)
LOGNORMAL = {"lognormal": {"mean": 6.0, "cv": 0.9}}


class Ticket(NamedTuple):
    """A ticket: times in minutes after midnight; pairs are ranges, and None is never."""

    queue: str
    arrived: float | tuple[float, float]
    called: float | tuple[float, float] | None = None
    date: dt.date = MONDAY
    usable: bool = True


def recorded(tickets: Sequence[Ticket], counters: pl.DataFrame | None = None) -> TicketRecords:
    """Return records of some tickets, as readers order them."""
    rows = []
    for number, ticket in enumerate(tickets):
        arrived, called = _ends(ticket.arrived), _ends(ticket.called)
        known = ("made.csv", number + 2, ticket.queue, ticket.date, str(number + 1))
        rows.append((*known, *arrived, *called, None, None, None, ticket.usable))
    kinds = [pl.String, pl.Int64, pl.String, pl.Date, pl.String, *[pl.Int64] * 5]
    schema = dict(zip(TICKET_COLUMNS, [*kinds, pl.String, pl.Boolean, pl.Boolean], strict=True))
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    ordered = frame.sort("date", "queue", "arrived_after", maintain_order=True)
    return TicketRecords(ordered, counters)


def _ends(time: float | tuple[float, float] | None) -> tuple[int | None, int | None]:
    if time is None:
        return None, None
    low, high = time if isinstance(time, tuple) else (time, time)
    return round(low * MINUTE_MS), round(high * MINUTE_MS)


def opened(*changes: tuple[float, int], dates: Sequence[dt.date] = (MONDAY,)) -> Opened:
    """Return open counters by day, from (minute, open from then on)."""
    at = np.array([round(minute * MINUTE_MS) for minute, _ in changes], dtype=np.int64)
    return {date: (at, np.array([n for _, n in changes], dtype=np.int64)) for date in dates}


def sessions_on(hours: Sequence[str] = ALL_DAY) -> Any:
    """Return what tells the sessions of a date: the same on all."""
    sessions: Sessions = tuple(session_ms(text) for text in hours)
    return lambda date: sessions


def made(
    tickets: Sequence[Ticket],
    staff: Opened,
    *,
    queues: Sequence[str] = ("a",),
    hours: Sequence[str] = ALL_DAY,
) -> TeamDays:
    """Return the recorded days of a team."""
    return team_days(recorded(tickets), queues, sorted(staff), staff, sessions_on(hours))


def random_tickets(
    generator: np.random.Generator,
    a_day: Mapping[str, int],
    *,
    dates: Sequence[dt.date] = (MONDAY,),
    since: float = 7 * 60 + 40,
    until: float = 16 * 60 - 1,
    unit: float = 1 / MINUTE_MS,
) -> list[Ticket]:
    """Return tickets that nobody is known to have called, at multiples of a unit of minutes."""
    return [
        Ticket(queue, float(np.floor(at / unit) * unit), None, date)
        for date in dates
        for queue, number in a_day.items()
        for at in generator.uniform(since, until, number)
    ]


def content(
    queues: Sequence[str], *, own_first: int = 0, hours: Sequence[str] = ALL_DAY, **demand: Any
) -> Raw:
    """Return an office of these queues: one team and line, or two teams.

    With `own_first`, so many members call the first queue first and the others last, and the rest
    of the counters the other way round.
    """
    role = {queue: queue if own_first else "serve" for queue in queues}
    own, others = role[queues[0]], list(dict.fromkeys(role[queue] for queue in queues[1:]))
    teams = [{"id": "all", "staff": 3, "roles": [own], "closing": "finish queue"}]
    if own_first:
        first = {"id": "first", "staff": own_first, "roles": [own, *others]}
        rest = {"id": "rest", "staff": 3, "roles": [*others, own]}
        teams = [each | {"closing": "finish queue"} for each in (first, rest)]
    return {
        "title": "Made up",
        "calendar": {"start": MONDAY, "last_ticket": 0.0, "hours": {"mon-sun": list(hours)}},
        "teams": teams,
        "procedures": [
            {
                "id": queue,
                "steps": [
                    {"id": "serve", "role": role[queue], "visitor": True, "minutes": LOGNORMAL}
                ],
            }
            for queue in queues
        ],
        "demands": [{"id": q, "title": q, "needs": [q], "per_day": 50} | demand for q in queues],
    }


@dataclass(frozen=True, eq=False)
class Replayed:
    """What the engine did with tickets, in their order; milliseconds, -1 for never.

    Attributes
    ----------
    started, service
        When service began, and how long it took.
    left
        When who was never served left the line.
    """

    started: Ints
    service: Ints
    left: Ints


def by_engine(raw: Raw, days: TeamDays, staff: Opened, folder: Path, seed: int = 5) -> Replayed:
    """Return what the engine does on recorded days, with recorded counters."""
    office = Office.model_validate(_replaying(raw, days, staff, folder))
    last = days.dates[-1] + dt.timedelta(days=1)
    dates = RunDates(days.dates[0], days.dates[0], last, last + dt.timedelta(days=1))
    found = office.model_copy(update={"folder": str(folder)})
    return _by_ticket(OfficeRuns(found, 1, 0, dates=dates).run(seed, 0), days)


def _replaying(raw: Raw, days: TeamDays, staff: Opened, folder: Path) -> Raw:
    """Return the office's content with its arrivals and counters read from files."""
    found = raw | {"calendar": raw["calendar"] | {"closed": _between(days.dates)}}
    place = np.repeat(np.arange(len(days.dates)), np.diff(days.days.first))
    arrivals = [
        (days.queues[queue], days.dates[day], _clock(low))
        for day, queue, low in zip(place, days.days.queue, days.low, strict=True)
    ]
    _write(folder / "arrivals.csv", ("queue", "date", "at"), arrivals)
    shares = [team["staff"] for team in raw["teams"][:-1]]
    rows = [
        (raw["teams"][team]["id"], date, _clock(at), own)
        for date, (times, members) in staff.items()
        for at, number in zip(times.tolist(), members.tolist(), strict=True)
        for team, own in enumerate(_shared(number, shares))
    ]
    _write(folder / "counters.csv", ("team", "date", "time", "open"), rows)
    log = {"log": "counters.csv", "open": "open"}
    found["teams"] = [
        team | {"staff": log | {"where": {"team": team["id"]}}} for team in raw["teams"]
    ]
    found["demands"] = [
        {key: value for key, value in demand.items() if key != "per_day"}
        | {"log": {"file": "arrivals.csv", "where": {"queue": demand["id"]}, "time": "at"}}
        for demand in raw["demands"]
    ]
    return found


def _between(dates: Sequence[dt.date]) -> list[dt.date]:
    span = range((dates[-1] - dates[0]).days)
    every = [dates[0] + dt.timedelta(days=n) for n in span]
    return [date for date in every if date not in dates]


def _shared(number: int, shares: Sequence[int]) -> list[int]:
    found = []
    for share in shares:
        found.append(min(number, share))
        number -= found[-1]
    return [*found, number]


def _by_ticket(log: ServiceLog, days: TeamDays) -> Replayed:
    people, steps = log.population, log.steps
    served = (steps.kind == Spell.VISITOR_WORK) & (steps.started >= 0)
    case = people.filing_case[steps.filing[served]]
    assert len(np.unique(case)) == len(case), "each is served once"
    started, service, left = (np.full(len(people.case_arrival), -1) for _ in range(3))
    midnight = (people.case_day - days.dates[0].toordinal()) * 86_400_000
    started[case] = steps.started[served] - midnight[case]
    service[case] = (steps.ended - steps.started)[served]
    gone = log.visits.why == Leaving.IMPATIENT
    leaver = people.filing_case[log.visits.filing[gone]]
    left[leaver] = log.visits.left[gone] - midnight[leaver]
    dates = np.array([date.toordinal() for date in days.dates])
    theirs = np.lexsort((people.case_arrival, people.case_demand, people.case_day))
    day = np.repeat(dates, np.diff(days.days.first))
    ours = np.lexsort((days.low, days.days.queue, day))
    assert np.array_equal(people.case_arrival[theirs] - midnight[theirs], days.low[ours])
    found = np.full((3, len(ours)), -1)
    found[:, ours] = np.stack([started, service, left])[:, theirs]
    return Replayed(*found)


def luck_like(days: TeamDays, run: Replayed) -> Luck:
    """Return the luck of :func:`model_like`'s model that makes just these minutes and leavers.

    A score is the logarithm of the minutes. Who leaves has just less patience than the wait.
    """
    tickets = len(days.low)
    order = np.concatenate(
        [
            np.argsort(days.low[a:b], kind="stable")
            for a, b in zip(days.days.first[:-1], days.days.first[1:], strict=True)
        ]
    )
    minutes = np.where(run.service > 0, run.service, MINUTE_MS) / MINUTE_MS
    never = np.full(tickets, np.inf)
    patience = np.where(run.left >= 0, (run.left - days.low) / (60 * MINUTE_MS), never)
    pace = np.zeros((1, len(days.dates), len(days.queues)))
    return Luck(days.low[None].copy(), order[None], np.log(minutes)[None], pace, patience[None])


def parameters(groups: int = 1) -> Floats:
    """Return parameters under which a normal score is the logarithm of the minutes."""
    # The variance of the logarithm is 1, of which the mean has half; a rate of one an hour.
    return np.array([*[0.5] * groups, np.sqrt(np.expm1(1.0)), 0.0, 1.0])


def _write(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def _clock(ms: int) -> str:
    seconds, rest = divmod(int(ms), 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"
