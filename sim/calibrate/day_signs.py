"""What single days show of an office's hours: counters that open and close, calls and arrivals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.clock import DAY_MS, MINUTE_MS
from sim.errors import PlannerError
from sim.records.records import TicketRecords
from sim.said import phrase

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]

DAY_MINUTES: Final = DAY_MS // MINUTE_MS
_SAMPLED_MINUTES: Final = 15.0


@dataclass(frozen=True)
class Day:
    """What one day shows of the office's hours, in minutes after midnight.

    Attributes
    ----------
    weekday
        Monday 0.
    opened, closed
        When most queues with an open counter have one, first and last; not a number where no
        record says it.
    first_call
        Somebody is called; the first arrival where no calls are recorded.
    arrivals
        In order; the middle of what is known as a range.
    busy
        By minute: whether a counter is open, or somebody is called.
    """

    weekday: int
    opened: float
    closed: float
    first_call: float
    arrivals: Floats
    busy: NDArray[np.bool_]


def days_of(records: TicketRecords, holidays: str) -> list[Day]:
    """Return the signs of every day with usable tickets that is no public holiday."""
    tickets = records.tickets.filter("usable").drop_nulls(["arrived_after", "arrived_by"])
    if not tickets.height:
        raise PlannerError(
            phrase(
                "hours: no usable ticket, so no day to read hours from. "
                "Look at what was dropped, and at --from, --to and --queue."
            )
        )
    levels = {} if records.counters is None else _open_queues(records.counters)
    skipped = special_dates(tickets["date"].unique().to_list(), holidays)
    found = [
        _day(date, rows, levels.get(date))
        for (date,), rows in tickets.sort("date").group_by("date", maintain_order=True)
        if isinstance(date, dt.date) and date not in skipped
    ]
    if not found:
        raise PlannerError(
            phrase(
                "hours: all days with usable tickets are public holidays of {country}. "
                "Give another country, or none, with --holidays.",
                country=holidays,
            )
        )
    return found


def special_dates(dates: Sequence[dt.date], country: str) -> set[dt.date]:
    """Return the public holidays among dates, and weekend days worked instead of others."""
    if not country:
        return set()
    import holidays

    found = holidays.country_holidays(country, years=sorted({date.year for date in dates}))
    return {date for date in dates if date in found or date in found.weekend_workdays}


def _open_queues(counters: pl.DataFrame) -> dict[dt.date, tuple[Floats, Floats]]:
    """Return by date the minutes at which counters were noted, and the queues with one open."""
    import polars as pl

    step = pl.col("is_open") - pl.col("is_open").shift(1).over("date", "queue").fill_null(0)
    noted = (
        counters.sort("date", "queue", "time")
        .with_columns(is_open=(pl.col("open") > 0).cast(pl.Int64).fill_null(0))
        .with_columns(step=step)
        .group_by("date", "time")
        .agg(pl.col("step").sum())
        .sort("date", "time")
        .with_columns(queues=pl.col("step").cum_sum().over("date"))
    )
    return {
        date: (rows["time"].to_numpy() / MINUTE_MS, rows["queues"].to_numpy().astype(float))
        for (date,), rows in noted.group_by("date")
        if isinstance(date, dt.date)
    }


def sampling_minutes(records: TicketRecords) -> float:
    """Return how far apart open counters were noted; 0 where only their changes were."""
    import polars as pl

    assert records.counters is not None
    times = records.counters.select("date", "time").unique().sort("date", "time")
    gap = times.select((pl.col("time").diff().over("date")).median()).item()
    minutes = float(gap or 0) / MINUTE_MS
    return minutes if minutes <= _SAMPLED_MINUTES else 0.0


def _day(date: dt.date, rows: pl.DataFrame, level: tuple[Floats, Floats] | None) -> Day:
    calls = _middle(rows.drop_nulls(["called_after", "called_by"]), "called")
    arrivals = np.sort(_middle(rows, "arrived"))
    busy = np.zeros(DAY_MINUTES + 1, dtype=np.bool_)
    busy[np.clip(calls.astype(int), 0, DAY_MINUTES)] = True
    first_call = float(calls.min()) if len(calls) else float(arrivals[0])
    opened, closed = (np.nan, np.nan) if level is None else _open_from_to(*level)
    if level is not None:
        _mark_open(busy, *level)
    return Day(date.weekday(), opened, closed, first_call, arrivals, busy)


def _middle(rows: pl.DataFrame, name: str) -> Floats:
    """Return the middles of time ranges, in minutes after midnight."""
    early, late = rows[f"{name}_after"].to_numpy(), rows[f"{name}_by"].to_numpy()
    middle: Floats = (early + late) / 2 / MINUTE_MS
    return middle


def _open_from_to(times: Floats, queues: Floats) -> tuple[float, float]:
    """Return when the queues with an open counter first reach half their median, and last leave it.

    What changed between two samples changed halfway; not a number if nothing was ever open.
    """
    if not (queues > 0).any():
        return np.nan, np.nan
    enough = np.flatnonzero(queues >= np.median(queues[queues > 0]) / 2)
    first, last = enough[0], enough[-1]
    after = min(last + 1, len(times) - 1)
    return _halfway(times, first), _halfway(times, after) if after > last else float(times[last])


def _halfway(times: Floats, at: int) -> float:
    before = times[at - 1] if at else times[at]
    gap = times[at] - before
    return float(times[at] - (gap / 2 if gap <= _SAMPLED_MINUTES else 0.0))


def _mark_open(busy: NDArray[np.bool_], times: Floats, queues: Floats) -> None:
    for (begin, end), number in zip(pairwise(times), queues[:-1], strict=True):
        if number > 0:
            busy[int(begin) : int(end)] = True
