"""Tables of cases and events, as they are written for other tools."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from sim.blueprint import NONE, Blueprint
from sim.calendar import Ints
from sim.case_table import Measured
from sim.causes import CAUSES
from sim.clock import HOUR_MS, MINUTE_MS
from sim.log import End, Leaving, Outcome, ServiceLog, Spell

_DONE_BEFORE_ITS_TIME = (
    Spell.CITIZEN,
    Spell.HELD,
    Spell.SENT_HOME,
    Spell.TURNED_AWAY,
    Spell.BESIDE,
)


def case_rows(scenario: str, replication: int, layout: Blueprint, found: Measured) -> pl.DataFrame:
    """Return a row a measured case; null where a case that is not done has no value."""
    cases = found.cases
    done = cases.end == End.DONE
    causes = {
        f"time.{name}_hours": np.where(done, spent / HOUR_MS, np.nan)
        for name, spent in zip(CAUSES, cases.causes, strict=True)
    }
    demands = [plan.demand.id for plan in layout.demands]
    columns: dict[str, Any] = {
        "scenario": pl.Series([scenario]).new_from_index(0, len(done)),
        "replication": np.full(len(done), replication, dtype=np.int32),
        "demand": pl.Series(demands, dtype=pl.String).gather(cases.demand),
        "date": cases.day - dt.date(1970, 1, 1).toordinal(),
        "number": cases.number.astype(np.int32),
        "arrived": _moments(layout, cases.arrival),
        "ended": pl.Series([end.name.lower() for end in End]).gather(cases.end),
        "closed": _moments(layout, cases.closed),
        "priority": cases.priority_class == 0,
        "filed_online": cases.online,
        "wait_minutes": cases.wait / MINUTE_MS,
        "visit_minutes": cases.visit / MINUTE_MS,
        "turnaround_hours": np.where(done, cases.turnaround / HOUR_MS, np.nan),
        "turnaround_working_hours": np.where(done, cases.turnaround_open / HOUR_MS, np.nan),
        "same_day": cases.same_day,
        "trips": cases.trips.astype(np.int32),
        "trips_in_vain": cases.trips_in_vain.astype(np.int32),
        "appointment_slips": cases.slips.astype(np.int32),
        "apologies": cases.apologies.astype(np.int32),
        "citizen_cost": cases.costs.in_all,
        "fees": cases.costs.fees,
    } | causes
    case = pl.format("{}/{}/{}", "demand", "date", "number").alias("case")
    # Series one by one: of a dictionary polars would make a few threads each time.
    series = [pl.Series(name, values, nan_to_null=True) for name, values in columns.items()]
    frame = pl.DataFrame(series).with_columns(pl.col("date").cast(pl.Int32).cast(pl.Date))
    return frame.select("scenario", "replication", case, pl.exclude("scenario", "replication"))


def _moments(layout: Blueprint, times: Ints) -> pl.Series:
    """Return clock times of the office's own zone; null for never."""
    epoch = dt.date(1970, 1, 1).toordinal()
    start = (layout.calendar.first_date.toordinal() - epoch) * 86_400_000
    series = pl.Series(np.where(times == NONE, 0, times + start)).cast(pl.Datetime("ms"))
    return series.set(pl.Series(times == NONE), None)


def event_rows(layout: Blueprint, log: ServiceLog) -> pl.DataFrame:
    """Return the events of one replication under the names that process-mining tools know.

    Work gives a ``start`` and a ``complete``; other spells, and visits, their end alone.
    """
    zone = ZoneInfo(layout.office.calendar.timezone)
    midnight = dt.datetime.combine(layout.calendar.first_date, dt.time())

    def stamp(time_ms: int) -> str:
        at = midnight + dt.timedelta(milliseconds=time_ms)
        return at.replace(tzinfo=zone).isoformat(timespec="milliseconds")

    events = sorted(
        [*_step_events(layout, log), *_visit_events(layout, log)],
        key=lambda event: (event[0], event[1], event[2]),
    )
    return pl.DataFrame(
        {
            "case:concept:name": [event[1] for event in events],
            "concept:name": [event[3] for event in events],
            "time:timestamp": [stamp(event[0]) for event in events],
            "lifecycle:transition": [event[4] for event in events],
            "org:resource": [event[5] for event in events],
        },
        schema=dict.fromkeys(_EVENT_COLUMNS, pl.String),
    )


_EVENT_COLUMNS = (
    "case:concept:name", "concept:name", "time:timestamp", "lifecycle:transition", "org:resource",
)  # fmt: skip

Event = tuple[int, str, int, str, str, str]
"""Moment, case, place among those of one moment, activity, transition, resource."""


def case_names(layout: Blueprint, log: ServiceLog) -> list[str]:
    """Return each case's name: demand, date and number in the day."""
    people = log.population
    return [
        f"{layout.demands[demand].demand.id}/{dt.date.fromordinal(day)}/{number}"
        for demand, day, number in zip(
            people.case_demand.tolist(),
            people.case_day.tolist(),
            people.case_number.tolist(),
            strict=True,
        )
    ]


def _step_events(layout: Blueprint, log: ServiceLog) -> list[Event]:
    names = case_names(layout, log)
    people, teams = log.population, layout.office.teams
    staff = [f"{teams[member.team].id} {member.number + 1}" for member in log.members]
    events: list[Event] = []
    for number, row in enumerate(log.steps.rows.tolist(), start=1):
        filing, dossier, place, kind, _, _, started, ended, member, outcome = row
        if kind in _DONE_BEFORE_ITS_TIME or outcome == Outcome.OPEN:
            continue
        route = layout.routes[people.dossier_procedure[dossier]]
        what = f"{route.name}: {route.steps[place].name}" if place != NONE else route.name
        if started == NONE and kind not in (Spell.VISITOR_WORK, Spell.DESK_WORK):
            what = f"{what} ({Spell(kind).name.lower()})"
        elif outcome != Outcome.DONE:
            what = f"{what} ({Outcome(outcome).name.lower().replace('_', ' ')})"
        case = names[people.filing_case[filing]]
        who = staff[member] if member != NONE else ""
        if started != NONE:
            events.append((started, case, number, what, "start", who))
        events.append((ended, case, number, what, "complete", who))
    return events


def _visit_events(layout: Blueprint, log: ServiceLog) -> list[Event]:
    names = case_names(layout, log)
    events: list[Event] = []
    last = len(log.steps) + 1
    for filing, number, came, left, why, _ in log.visits.rows.tolist():
        case = names[log.population.filing_case[filing]]
        reason = Leaving(why).name.lower().replace("_", " ")
        events.append((came, case, 0, f"visit {number}: came", "complete", ""))
        events.append((left, case, last, f"visit {number}: left ({reason})", "complete", ""))
    return events
