"""Fitted to a ticket log of the project's own, the parameters that made it come back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from benchmarks.truth_tickets import Told, shares, truths
from sim.calibrate.outcome import Fitted
from sim.calibrate.tickets import TicketsFit, fit_tickets
from sim.clock import MINUTE_MS
from sim.records.records import TicketRecords
from sim.records.tickets import read_tickets
from tests.ticket_logs import SAMPLES, START, Line, passed, ticket_log, ticket_office, written

LOGS, DAYS = 7, 5
LEVEL = 1e-3
"""Chance of a false alarm, of each bound."""
BY_HOUR = {"08:00": 0.3, "10:00": 0.4, "13:00": 0.3, "15:30": 0.0}
LINE = Line(
    {"permits": (48.0, BY_HOUR)}, 1, mean=8.0, cv=0.8, day_cv=0.1, patience=60.0, spread=1.5
)
OF_WAITS = ("mean", "cv", "day_cv", "patience")


@pytest.fixture(scope="module")
def logs() -> list[TicketRecords]:
    office = ticket_office((LINE,))
    return [ticket_log(office, DAYS, number) for number in range(LOGS)]


@pytest.fixture(scope="module")
def fits(logs: list[TicketRecords]) -> list[TicketsFit]:
    return [fit_tickets(log, seed=number) for number, log in enumerate(logs)]


def told(fit: TicketsFit) -> list[Told]:
    rows: dict[str, Fitted] = {row.path: row for row in fit.fitted}
    found = []
    for path, name, truth in truths(LINE, fit.content):
        if (row := rows.get(path)) is not None:
            assert row.low is not None
            assert row.high is not None
            found.append(Told("permits", name, truth, row.value, row.low, row.high))
    return found


def most_missed(number: int) -> int:
    """Return how many of so many intervals may miss."""
    return int(stats.binom.isf(LEVEL, number, 0.05))


def test_intervals_hold_the_truth_as_often_as_they_say(fits: list[TicketsFit]) -> None:
    every = [one for fit in fits for one in told(fit)]
    of_waits = [one for one in every if one.name in OF_WAITS]
    assert len(of_waits) == LOGS * len(OF_WAITS)
    for some in (of_waits, [one for one in every if one.name not in OF_WAITS]):
        missed = [one for one in some if not one.held]
        assert len(missed) <= most_missed(len(some)), missed


def test_intervals_are_not_wide_for_nothing(fits: list[TicketsFit]) -> None:
    rows = [one for fit in fits for one in told(fit)]
    relative = {
        name: np.mean([(one.high - one.low) / one.truth for one in rows if one.name == name])
        for name in ("mean", "cv", "per_day")
    }
    # Of five days only, yet far less than might be said without a record.
    assert relative["mean"] < 0.8
    assert relative["cv"] < 1.5
    assert relative["per_day"] < 1.0


def test_a_log_is_read_from_its_files_as_it_was_made(
    logs: list[TicketRecords], tmp_path: Path
) -> None:
    made, read = logs[0], read_tickets(written(logs[0], tmp_path))
    same = ["queue", "date", "ticket", "arrived_after", "arrived_by", "called_after", "called_by"]
    assert read.tickets.select(same).equals(made.tickets.select(same))
    assert read.tickets["usable"].all()
    assert read.counters is not None
    assert made.counters is not None
    same = ["queue", "date", "time", "open"]
    assert read.counters.select(same).equals(made.counters.select(same))


def test_tickets_are_called_in_their_order_after_they_are_taken(logs: list[TicketRecords]) -> None:
    for log in logs:
        tickets = log.tickets.with_columns(number=pl.col("ticket").cast(pl.Int64))
        assert (tickets["called_by"] >= tickets["arrived_by"]).all()
        for _, day in tickets.group_by("date"):
            ordered = day.sort("number")
            assert ordered["number"].to_list() == list(range(1, len(day) + 1))
            assert ordered["arrived_by"].is_sorted()
            assert ordered["called_by"].is_sorted()
        assert tickets["date"].n_unique() == DAYS


def test_counters_are_open_from_the_first_sample_until_nobody_waits(
    logs: list[TicketRecords],
) -> None:
    for log in logs:
        assert log.counters is not None
        assert set(log.counters["time"].unique()) == set(SAMPLES.tolist())
        day = log.counters.filter(pl.col("date") == START)
        opened = day.filter(pl.col("open") > 0)["time"].to_list()
        assert opened[0] == (8 * 60 + 2) * MINUTE_MS
        own = log.tickets.filter(pl.col("date") == START)
        last = max(own["called_after"].to_list())
        assert opened[-1] >= min(last, (15 * 60 + 57) * MINUTE_MS)
        assert set(day["open"].to_list()) == {0, 1}


def test_who_left_is_called_with_the_next_who_is_served_or_when_leaving() -> None:
    nan = np.nan
    served = np.array([10.0, nan, nan, 30.0, nan, nan, 5.0])
    left = np.array([nan, 15.0, 20.0, nan, 40.0, 35.0, nan])
    line = [(0, 0)] * 6 + [(1, 0)]
    assert passed(served, left, line).tolist() == [10.0, 30.0, 30.0, 30.0, 40.0, 40.0, 5.0]


def test_shares_of_any_bins_are_those_of_the_truth() -> None:
    found = {path: truth for path, _, truth in shares("d", BY_HOUR, ["08:00", "09:00", "12:00"])}
    assert found == pytest.approx(
        {"d.08:00": 0.15, "d.09:00": 0.15 + 0.4 * 2 / 3, "d.12:00": 0.4 / 3 + 0.3}
    )


def test_days_are_the_weekdays_from_the_start_on() -> None:
    log = ticket_log(ticket_office((LINE,)), 6, 0)
    assert log.tickets["date"].max() == START + dt.timedelta(days=7)
