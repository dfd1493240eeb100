"""Dossier logs as a system of an office keeps them, from runs of the project's own offices."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl

from sim.log import End, Outcome, ServiceLog, Spell
from sim.office import Office
from sim.office_file import office_of
from sim.records.records import CASE_COLUMNS, EVENT_COLUMNS, DossierRecords
from sim.replication import OfficeRuns

START = dt.date(2025, 1, 6)
HOURS = {"mon-fri": ["07:30-11:30", "13:30-17:00"]}
WEEKDAYS = {"mon": 1.4, "tue": 1.0, "wed": 0.9, "thu": 0.9, "fri": 0.8}


def permit_office(**changes: Any) -> Office:
    """Return an office with much staff, so that gaps between steps are resting times alone."""
    steps = [
        {
            "id": "intake", "role": "intake", "visitor": True,
            "minutes": {"lognormal": {"mean": 6.0, "cv": 0.5}},
            "sends_back": {
                "share": 0.2, "again": 0.15,
                "working_days": {"uniform": {"low": 1.0, "high": 5.0}},
            },
        },
        {
            "id": "review", "role": "review", "minutes": {"gamma": {"mean": 20.0, "cv": 0.6}},
            "rests": {"working_days": {"lognormal": {"mean": 3.0, "cv": 0.7}}},
            "sends_back": {
                "share": 0.15, "again": 0.1,
                "working_days": {"uniform": {"low": 2.0, "high": 6.0}},
            },
        },
        {
            "id": "inspect", "role": "inspect", "share": 0.35,
            "minutes": {"lognormal": {"mean": 45.0, "cv": 0.4}},
            "rests": {"working_days": {"gamma": {"mean": 2.0, "cv": 0.8}}},
        },
        {
            "id": "sign", "role": "sign", "minutes": {"lognormal": {"mean": 3.0, "cv": 0.3}},
            "rests": {"working_days": {"lognormal": {"mean": 1.0, "cv": 0.5}}},
        },
        {"id": "until_end", "working_days": {"gamma": {"mean": 4.0, "cv": 0.5}}},
    ]  # fmt: skip
    content: dict[str, Any] = {
        "title": "Permits",
        "calendar": {"start": START, "hours": HOURS},
        "teams": [
            {"id": "counter", "staff": 8, "roles": ["intake"], "closing": "finish queue"},
            {"id": "desk", "staff": 40, "roles": ["review", "inspect", "sign"]},
        ],
        "procedures": [
            {"id": "permit", "deadline": {"within": "15 working days"}, "steps": steps}
        ],
        "demands": [
            {
                "id": "permit", "needs": ["permit"], "per_day": 10.0, "by_weekday": WEEKDAYS,
                "spread": 1.6, "filed": {"counter": 0.7, "online": 0.3},
            }
        ],
    }  # fmt: skip
    return office_of(content | changes, "permit.toml")


def run_of(office: Office, days: int, replication: int = 0, seed: int = 1) -> DossierRecords:
    """Return the records of one run: starts and ends of steps, cases with limit and channel."""
    runs = OfficeRuns(office, days, 0)
    log = runs.run(seed, replication)
    first = np.datetime64(runs.calendar.first_date, "ms")
    return DossierRecords(_events(runs, log, first), _cases(runs, log, first))


def completions_only(records: DossierRecords) -> DossierRecords:
    """Return records of a system that notes no starts."""
    bare = records.events.with_columns(started=pl.lit(None, pl.Datetime("ms")))
    return DossierRecords(bare, records.cases, records.quality)


def first_cases(records: DossierRecords, count: int) -> DossierRecords:
    """Return the records of the first cases."""
    cases = records.cases.head(count)
    events = records.events.filter(pl.col("case").is_in(cases["case"].implode()))
    return DossierRecords(events, cases, records.quality)


def cut_off(records: DossierRecords, at: dt.datetime) -> DossierRecords:
    """Return records as they stood at a moment: later events and ends are not in them."""
    cases = records.cases.filter(pl.col("begun") <= at).with_columns(
        ended=pl.when(pl.col("ended") <= at).then("ended")
    )
    events = records.events.filter(
        pl.col("completed") <= at, pl.col("case").is_in(cases["case"].implode())
    )
    return DossierRecords(events, cases, records.quality)


def _events(runs: OfficeRuns, log: ServiceLog, first: np.datetime64) -> pl.DataFrame:
    steps, people = log.steps, log.population
    work = np.isin(steps.kind, (Spell.VISITOR_WORK, Spell.DESK_WORK)) & (steps.place >= 0)
    done = np.isin(steps.outcome, (Outcome.DONE, Outcome.SENT_BACK, Outcome.INTERRUPTED))
    rows = steps.rows[work & done & (steps.started >= 0)]
    rows = rows[np.lexsort((rows["started"], rows["place"], rows["dossier"]))]
    over = rows["outcome"] != Outcome.INTERRUPTED
    # Pieces of interrupted work are one event, from its first start to its end.
    begins = np.concatenate(([True], over[:-1]))
    pieces = rows[begins][: int(over.sum())]
    ends = rows[over]
    routes = [procedure.steps for procedure in runs.office.procedures]
    kind = people.dossier_procedure[ends["dossier"]]
    members = [f"{runs.office.teams[m.team].id} {m.number + 1}" for m in log.members]
    case = people.filing_case[ends["filing"]]
    measured = _measured(runs, log)[case]
    frame = pl.DataFrame(
        {
            "file": ["permit.csv"] * len(ends),
            "line": np.arange(len(ends)) + 2,
            "case": [f"case {i}" for i in case],
            "activity": [
                routes[k][p].id.capitalize() for k, p in zip(kind, ends["place"], strict=True)
            ],
            "started": first + pieces["started"].astype("timedelta64[ms]"),
            "completed": first + ends["ended"].astype("timedelta64[ms]"),
            "resource": [members[m] for m in ends["member"]],
        }
    )
    return frame.filter(pl.Series(measured)).sort("case", "completed").select(EVENT_COLUMNS)


def _measured(runs: OfficeRuns, log: ServiceLog) -> np.ndarray[Any, Any]:
    until = runs.calendar.window.measured_until * 86_400_000
    return log.population.case_arrival < until


def _cases(runs: OfficeRuns, log: ServiceLog, first: np.datetime64) -> pl.DataFrame:
    people = log.population
    size = len(log.case_end)
    dossier = people.case_first_dossier.astype(np.int64)
    due, over = log.due[dossier], log.case_end == End.DONE
    titles = [procedure.id.capitalize() for procedure in runs.office.procedures]
    frame = pl.DataFrame(
        {
            "case": [f"case {i}" for i in range(size)],
            "procedure": [titles[k] for k in people.dossier_procedure[dossier]],
            "channel": np.where(people.case_online, "Online", "Counter"),
            "begun": first + people.case_arrival.astype("timedelta64[ms]"),
            "begun_is_date": np.zeros(size, bool),
            "ended": _where(over, log.case_closed, first),
            "ended_is_date": np.zeros(size, bool),
            "deadline": _where(due >= 0, due, first),
            "deadline_is_date": np.zeros(size, bool),
        }
    )
    return frame.filter(pl.Series(_measured(runs, log))).sort("begun").select(CASE_COLUMNS)


def _where(known: np.ndarray[Any, Any], ms: np.ndarray[Any, Any], first: np.datetime64) -> Any:
    moments = first + ms.astype("timedelta64[ms]")
    return np.where(known, moments, np.datetime64("NaT", "ms"))
