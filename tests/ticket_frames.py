"""Tickets and open counters as they are once read, made up from known truth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.clock import MINUTE_MS
from sim.records.records import TICKET_COLUMNS, TicketRecords

SAMPLED = 5
Minutes = NDArray[np.float64]

_TYPES = {
    "file": pl.String, "line": pl.Int64, "queue": pl.String, "date": pl.Date, "ticket": pl.String,
    "arrived_after": pl.Int64, "arrived_by": pl.Int64, "called_after": pl.Int64,
    "called_by": pl.Int64, "ended": pl.Int64, "counter": pl.String, "no_show": pl.Boolean,
    "usable": pl.Boolean,
}  # fmt: skip


def workdays(number: int, first: dt.date = dt.date(2024, 1, 8)) -> list[dt.date]:
    """Return as many days from Monday to Friday on."""
    days = (first + dt.timedelta(days=n) for n in range(2 * number + 7))
    return [day for day in days if day.weekday() < 5][:number]


def tickets(
    arrivals: Mapping[dt.date, Sequence[float] | Minutes],
    *,
    queue: str = "A",
    opens: float = 8 * 60,
    waits: float = 1.0,
    sampled: float = 0.0,
) -> pl.DataFrame:
    """Return tickets taken at minutes after midnight, called `waits` minutes after, open or not.

    With `sampled`, times are known to lie in ranges of so many minutes.
    """
    rows = []
    for date, minutes in arrivals.items():
        for number, at in enumerate(sorted(float(minute) for minute in minutes)):
            called = max(at, opens) + waits
            rows.append((date, str(number + 1), *_range(at, sampled), *_range(called, sampled)))
    names = ("date", "ticket", "arrived_after", "arrived_by", "called_after", "called_by")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, None), orient="row").with_columns(
        file=pl.lit("made.csv"), line=pl.int_range(2, pl.len() + 2), queue=pl.lit(queue),
        ended=None, counter=None, no_show=None, usable=True,
    )  # fmt: skip
    return frame.select(TICKET_COLUMNS).cast(_TYPES)


def _range(minute: float, sampled: float) -> tuple[int, int]:
    if not sampled:
        return round(minute * MINUTE_MS), round(minute * MINUTE_MS)
    # Samples are never taken on the stroke of the hour.
    after = np.floor((minute - 2) / sampled) * sampled + 2
    return round(after * MINUTE_MS), round((after + sampled) * MINUTE_MS)


def counters(
    changes: Mapping[tuple[str, dt.date], Iterable[tuple[float, int]]],
    *,
    until: float = 19 * 60,
) -> pl.DataFrame:
    """Return open counters as sampled every five minutes, from (minute, open from then on)."""
    rows = []
    for (queue, date), steps in changes.items():
        ordered = sorted(steps)
        for at in np.arange(7 * 60 + 57.0, until, SAMPLED):
            number = next((n for minute, n in reversed(ordered) if minute <= at), 0)
            rows.append((queue, date, round(at * MINUTE_MS), number, None))
    types = {
        "queue": pl.String, "date": pl.Date, "time": pl.Int64, "open": pl.Int64,
        "waiting": pl.Int64,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=types, orient="row")


def records(frames: Iterable[pl.DataFrame], noted: pl.DataFrame | None = None) -> TicketRecords:
    """Return records of the tickets of some queues."""
    return TicketRecords(pl.concat(frames).sort("date", "queue", "arrived_after"), noted)
