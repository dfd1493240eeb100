"""The table of events, as it is written for process-mining tools."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sim.blueprint import NONE, Blueprint
from sim.calendar import Ints
from sim.log import Leaving, Outcome, ServiceLog, Spell

_DONE_BEFORE_ITS_TIME = (
    Spell.CITIZEN,
    Spell.HELD,
    Spell.SENT_HOME,
    Spell.TURNED_AWAY,
    Spell.BESIDE,
)


def event_rows(layout: Blueprint, log: ServiceLog) -> pl.DataFrame:
    """Return the events of one replication under the names that process-mining tools know.

    Work gives a ``start`` and a ``complete``; other spells, and visits, their end alone.
    """
    names = case_names(layout, log)
    events = pl.concat([*_step_events(layout, log), *_visit_events(log)])
    events = events.with_columns(names.gather(events["case"]).alias("case"))
    events = events.sort("at", "case", "order", maintain_order=True)
    midnight = dt.datetime.combine(layout.calendar.first_date, dt.time())
    local = pl.lit(midnight).cast(pl.Datetime("ms")) + pl.duration(milliseconds="at")
    return events.select(
        pl.col("case").alias("case:concept:name"),
        pl.col("what").cast(pl.String).alias("concept:name"),
        _stamps(local, layout.office.calendar.timezone).alias("time:timestamp"),
        pl.col("transition").cast(pl.String).alias("lifecycle:transition"),
        pl.col("who").cast(pl.String).alias("org:resource"),
    )


def _stamps(local: pl.Expr, zone: str) -> pl.Expr:
    """Return ISO 8601 with milliseconds and the zone's offset; of a time twice, the first."""

    def offset(time: pl.Expr) -> pl.Expr:
        known = time.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        return known.dt.strftime("%:z")

    # A time that the clock leaves out has the offset of before it was moved on.
    before = offset(local - pl.duration(days=1))
    return local.dt.strftime("%Y-%m-%dT%H:%M:%S%.3f") + pl.coalesce(offset(local), before)


def case_names(layout: Blueprint, log: ServiceLog) -> pl.Series:
    """Return each case's name: demand, date and number in the day."""
    people = log.population
    demands = pl.Series([plan.demand.id for plan in layout.demands], dtype=pl.String)
    epoch = dt.date(1970, 1, 1).toordinal()
    days = pl.Series(people.case_day.astype(np.int32) - epoch, dtype=pl.Int32).cast(pl.Date)
    frame = pl.DataFrame(
        {"demand": demands.gather(people.case_demand), "day": days, "number": people.case_number}
    )
    return frame.select(pl.format("{}/{}/{}", "demand", "day", "number")).to_series()


def _step_events(layout: Blueprint, log: ServiceLog) -> list[pl.DataFrame]:
    """Return starts and completions of the rows of steps that say anything."""
    steps, people, teams = log.steps, log.population, layout.office.teams
    told = np.flatnonzero(
        ~np.isin(steps.kind, _DONE_BEFORE_ITS_TIME) & (steps.outcome != Outcome.OPEN)
    )
    rows = steps.rows[told]
    staff = [f"{teams[member.team].id} {member.number + 1}" for member in log.members]
    # The last name is that of nobody.
    who = pl.Series([*staff, ""]).cast(pl.Categorical)
    own = pl.DataFrame(
        {
            "case": people.filing_case[rows["filing"]],
            "order": told + 1,
            "what": _what(layout, log, rows),
            "who": who.gather(np.where(rows["member"] == NONE, len(staff), rows["member"])),
        }
    )
    started = rows["started"] != NONE
    return [
        _events(own.filter(pl.Series(started)), rows["started"][started], "start"),
        _events(own, rows["ended"], "complete"),
    ]


def _what(layout: Blueprint, log: ServiceLog, rows: NDArray[np.void]) -> pl.Series:
    """Return what each row is called: one name for rows alike."""
    procedure = log.population.dossier_procedure[rows["dossier"]].astype(np.int64)
    most = max(len(route.steps) for route in layout.routes) + 1
    place = procedure * most + rows["place"] + 1
    alike = (place * len(Spell) + rows["kind"]) * len(Outcome) + rows["outcome"]
    keys, which = np.unique(alike * 2 + (rows["started"] != NONE), return_inverse=True)
    names = []
    for key in keys.tolist():
        rest, started = divmod(key, 2)
        rest, outcome = divmod(rest, len(Outcome))
        rest, kind = divmod(rest, len(Spell))
        procedure_at, after = divmod(rest, most)
        route = layout.routes[procedure_at]
        what = f"{route.name}: {route.steps[after - 1].name}" if after else route.name
        names.append(what + _manner(Spell(kind), Outcome(outcome), started))
    return pl.Series(names, dtype=pl.String).cast(pl.Categorical).gather(which)


def _manner(kind: Spell, outcome: Outcome, started: int) -> str:
    """Return what follows the name of a step that was not simply done."""
    if not started and kind not in (Spell.VISITOR_WORK, Spell.DESK_WORK):
        return f" ({kind.name.lower()})"
    return "" if outcome == Outcome.DONE else f" ({outcome.name.lower().replace('_', ' ')})"


def _visit_events(log: ServiceLog) -> list[pl.DataFrame]:
    """Return who came and who left."""
    visits, last = log.visits, len(log.steps) + 1
    reasons = [reason.name.lower().replace("_", " ") for reason in Leaving]
    case = log.population.filing_case[visits.filing]
    said = pl.DataFrame(
        {"number": visits.number, "why": pl.Series(reasons).gather(visits.why)}
    ).select(
        came=pl.format("visit {}: came", "number"),
        left=pl.format("visit {}: left ({})", "number", "why"),
    )
    frames = []
    for what, order, at in (("came", 0, visits.came), ("left", last, visits.left)):
        own = pl.DataFrame(
            {
                "case": case,
                "order": np.full(len(case), order),
                "what": said[what].cast(pl.Categorical),
                "who": pl.Series([""]).cast(pl.Categorical).new_from_index(0, len(case)),
            }
        )
        frames.append(_events(own, at, "complete"))
    return frames


def _events(own: pl.DataFrame, at: Ints, transition: str) -> pl.DataFrame:
    said = pl.Series([transition]).cast(pl.Categorical).new_from_index(0, len(own))
    return own.with_columns(
        pl.col("case").cast(pl.Int64), pl.Series("at", at), said.alias("transition")
    )
