"""Ticket logs as a queue machine keeps them, from runs of the project's own offices.

The machine is read every five minutes: when a ticket was taken and called is known between two
samples only, and how long the service took is not known at all.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.base import text_in
from sim.clock import DAY_MS, MINUTE_MS
from sim.log import Leaving, ServiceLog, Spell
from sim.office import Office
from sim.office_file import office_of
from sim.records.records import COUNTER_COLUMNS, TICKET_COLUMNS, TicketRecords
from sim.replication import OfficeRuns

START = dt.date(2025, 1, 6)
SAMPLES = np.arange(7 * 60 + 57, 22 * 60, 5) * MINUTE_MS
"""When the machine is read, in milliseconds after midnight: never on the stroke of the hour."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_TICKET_TYPES = {
    "file": pl.String, "line": pl.Int64, "queue": pl.String, "date": pl.Date, "ticket": pl.String,
    "arrived_after": pl.Int64, "arrived_by": pl.Int64, "called_after": pl.Int64,
    "called_by": pl.Int64, "ended": pl.Int64, "counter": pl.String, "no_show": pl.Boolean,
    "usable": pl.Boolean,
}  # fmt: skip
_COUNTER_TYPES = {
    "queue": pl.String, "date": pl.Date, "time": pl.Int64, "open": pl.Int64, "waiting": pl.Int64,
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """Queues that share one line, and the truth about it.

    Attributes
    ----------
    queues
        By queue: people a day, and the share of them by time of day.
    staff
        Members by time of day.
    mean, cv, day_cv
        Minutes at the counter, and how much the pace of days differs.
    patience
        Mean minutes that people wait at most; None where nobody leaves.
    spread
        Variance of daily counts over their mean.
    """

    queues: Mapping[str, tuple[float, Mapping[str, float]]]
    staff: int | Mapping[str, int]
    mean: float
    cv: float
    day_cv: float = 0.0
    patience: float | None = None
    spread: float = 1.0

    @property
    def id(self) -> str:
        """The line's name."""
        return "_".join(sorted(self.queues))


def ticket_office(lines: tuple[Line, ...]) -> Office:
    """Return an office of the form that fits of tickets have, open from 8 to 16 o'clock."""
    content: dict[str, Any] = {
        "title": "Counters",
        "calendar": {"start": START, "hours": {"mon-fri": ["08:00-16:00"]}},
        "teams": [
            {"id": line.id, "staff": line.staff, "roles": [line.id], "closing": "finish queue"}
            for line in lines
        ],
        "roles": {line.id: {"day_cv": line.day_cv} for line in lines},
        "procedures": [_procedure(line, queue) for line in lines for queue in line.queues],
        "demands": [_demand(line, queue) for line in lines for queue in line.queues],
    }
    return office_of(content, "counters.toml")


def _procedure(line: Line, queue: str) -> dict[str, Any]:
    minutes = {"lognormal": {"mean": line.mean, "cv": line.cv}}
    step = {"id": "serve", "role": line.id, "visitor": True, "minutes": minutes}
    return {"id": queue, "steps": [step]}


def _demand(line: Line, queue: str) -> dict[str, Any]:
    per_day, by_hour = line.queues[queue]
    demand = {
        "id": queue, "needs": [queue], "per_day": per_day, "by_hour": by_hour,
        "spread": line.spread,
    }  # fmt: skip
    if line.patience is not None:
        demand |= {"patience": {"exponential": {"mean": line.patience}}, "gives_up_after": 1}
    return demand


def ticket_log(office: Office, days: int, replication: int = 0, seed: int = 1) -> TicketRecords:
    """Return what a queue machine keeps of one run: tickets, and samples of open counters."""
    runs = OfficeRuns(office, days, 0)
    log = runs.run(seed, replication)
    first = runs.calendar.first_date
    tickets = _tickets(office, log, first, days)
    return TicketRecords(tickets, _counters(office, log, first, tickets))


def written(records: TicketRecords, folder: Path) -> tuple[Path, Path]:
    """Write the records as two CSV files, tickets and open counters, and return their paths."""
    assert records.counters is not None
    tickets, counters = folder / "tickets.csv", folder / "counters.csv"
    columns = ("queue", "date", "ticket", *_TIMES)
    _write(tickets, columns, records.tickets)
    _write(counters, ("queue", "date", "time", "open"), records.counters)
    return tickets, counters


_TIMES = ("arrived_after", "arrived_by", "called_after", "called_by")


def _write(path: Path, columns: tuple[str, ...], frame: pl.DataFrame) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for row in frame.select(columns).iter_rows(named=True):
            writer.writerow(
                _clock(value) if name in (*_TIMES, "time") else value for name, value in row.items()
            )


def _clock(ms: int | None) -> str:
    if ms is None:
        return ""
    minutes = ms // MINUTE_MS
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _tickets(office: Office, log: ServiceLog, first: dt.date, days: int) -> pl.DataFrame:
    """Return the tickets of the measured days, numbered by arrival in a queue and day."""
    people = log.population
    day = people.case_day.astype(np.int64) - first.toordinal()
    rows = np.lexsort((people.case_arrival, people.case_demand, day))
    dates = [first + dt.timedelta(days=n) for n in range(int(day.max(initial=0)) + 1)]
    measured = {date for date in dates if date.weekday() < 5 and _ordinary(date, first, days)}
    rows = rows[[dates[n] in measured for n in day[rows]]]
    queue, day = people.case_demand[rows].astype(np.int64), day[rows]
    midnight = day * DAY_MS
    arrived = (people.case_arrival[rows] - midnight).astype(np.float64)
    served, left = _served(log)[rows] - midnight, _left(log)[rows] - midnight
    called = passed(served, left, [*zip(day.tolist(), queue.tolist(), strict=True)])
    names = [text_in(demand.title, "en", demand.id) for demand in office.demands]
    begins = np.r_[True, (np.diff(queue) != 0) | (np.diff(day) != 0)]
    number = np.arange(len(rows)) - np.flatnonzero(begins)[begins.cumsum() - 1] + 1
    frame = pl.DataFrame(
        {
            "file": ["tickets.csv"] * len(rows),
            "line": np.arange(len(rows)) + 2,
            "queue": [names[place] for place in queue],
            "date": [dates[place] for place in day],
            "ticket": [str(each) for each in number],
            **_sampled("arrived", arrived),
            **_sampled("called", called),
            "ended": None,
            "counter": None,
            "no_show": None,
            "usable": True,
        },
        schema_overrides=_TICKET_TYPES,
    )
    return frame.sort("date", "queue", maintain_order=True).select(TICKET_COLUMNS)


def _ordinary(date: dt.date, first: dt.date, days: int) -> bool:
    """Tell whether a date is one of the first so many weekdays."""
    return int(np.busday_count(first, date)) < days


def _sampled(name: str, moments: Floats) -> dict[str, list[int | None]]:
    """Return the samples between which moments lie; none for those that never came."""
    places = np.searchsorted(SAMPLES, moments)
    low = np.where(places > 0, SAMPLES[places - 1], SAMPLES[0] - 5 * MINUTE_MS)
    high = SAMPLES[np.minimum(places, len(SAMPLES) - 1)]
    known = ~np.isnan(moments)
    return {
        f"{name}_after": [int(t) if k else None for t, k in zip(low, known, strict=True)],
        f"{name}_by": [int(t) if k else None for t, k in zip(high, known, strict=True)],
    }


def passed(served: Floats, left: Floats, line: list[tuple[int, int]]) -> Floats:
    """Return when tickets, in their order, were called: those whose holder left, in passing.

    That is with the next ticket of its queue and day that is served; else when the holder left,
    though not before the tickets ahead of it.
    """
    called, coming = served.copy(), np.nan
    for place in range(len(served) - 1, -1, -1):
        if place + 1 < len(served) and line[place] != line[place + 1]:
            coming = np.nan
        if np.isnan(called[place]):
            called[place] = left[place] if np.isnan(coming) else coming
        else:
            coming = called[place]
    for place in range(1, len(called)):
        if line[place] == line[place - 1]:
            called[place] = np.fmax(called[place], called[place - 1])
    return called


def _served(log: ServiceLog) -> Floats:
    """Return by person when service began, not a number for never."""
    steps, people = log.steps, log.population
    work = (steps.kind == Spell.VISITOR_WORK) & (steps.started >= 0)
    found = np.full(len(people.case_arrival), np.nan)
    found[people.filing_case[steps.filing[work]]] = steps.started[work]
    return found


def _left(log: ServiceLog) -> Floats:
    """Return by person when patience ran out, not a number for never."""
    visits, people = log.visits, log.population
    gone = visits.why == Leaving.IMPATIENT
    found = np.full(len(people.case_arrival), np.nan)
    found[people.filing_case[visits.filing[gone]]] = visits.left[gone]
    return found


def _counters(
    office: Office, log: ServiceLog, first: dt.date, tickets: pl.DataFrame
) -> pl.DataFrame:
    """Return samples of the counters that are open for each queue, after closing too."""
    dates = sorted(set(tickets["date"].to_list()))
    rows = []
    for demand in office.demands:
        role = office.procedure(demand.needs[0]).steps[0].role
        teams = [n for n, team in enumerate(office.teams) if role in team.role_names()]
        name = text_in(demand.title, "en", demand.id)
        for date in dates:
            at = (date - first).days * DAY_MS + SAMPLES
            number = _there(log, teams, at)
            rows += [
                (name, date, time, int(each), None)
                for time, each in zip(SAMPLES.tolist(), number, strict=True)
            ]
    frame = pl.DataFrame(rows, schema=_COUNTER_TYPES, orient="row")
    return frame.sort("queue", "date", "time").select(COUNTER_COLUMNS)


def _there(log: ServiceLog, teams: list[int], at: Ints) -> Ints:
    """Return how many members of some teams are there at some moments."""
    found = np.zeros(len(at), dtype=np.int64)
    for place, member in enumerate(log.members):
        if member.team in teams:
            own = log.stays.member == place
            spans = [*zip(member.present.begin, member.present.end, strict=True)]
            spans += zip(log.stays.since[own], log.stays.until[own], strict=True)
            for since, until in spans:
                found += (at >= since) & (at < until)
    return found
