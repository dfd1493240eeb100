"""Measures of one replication as sums and counts, for everybody and by procedure and demand.

A mean over replications is a ratio of sums, so a replication gives for each measure a numerator
and a denominator (:class:`Tally`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.blueprint import Blueprint
from sim.calendar import Bools, Ints
from sim.case_table import CaseTable, DossierTable, Measured
from sim.causes import CAUSES
from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.draws import Floats
from sim.log import End

PERCENTILES: Final = {"wait_minutes": (50, 90, 95), "visit_minutes": (50, 90, 95),
                      "turnaround_hours": (50, 90, 95)}  # fmt: skip
"""Measures whose percentiles are given too, and which."""


@dataclass(frozen=True)
class Tally:
    """Numerators and denominators of one replication, by measure name.

    ``MEASURE@PROCEDURE`` and ``MEASURE@@DEMAND`` stand beside ``MEASURE``.
    """

    sums: dict[str, float]
    counts: dict[str, float]
    values: dict[str, Floats]
    """Values by case of the measures in :data:`PERCENTILES`, by measure name likewise."""


@dataclass(frozen=True)
class Groups:
    """Which cases and dossiers count for whom: a column a group."""

    suffixes: tuple[str, ...]
    cases: Floats
    dossiers: Floats


def tally(found: Measured, layout: Blueprint) -> Tally:
    """Return a replication's sums and counts."""
    cases = found.cases
    groups = _groups(cases, found.dossiers, layout)
    sums: dict[str, float] = {}
    counts: dict[str, float] = {}

    def add(columns: dict[str, tuple[Floats, Bools]], members: Floats) -> None:
        if not columns:
            return
        values = np.array([value for value, _ in columns.values()])
        weights = np.array([weight for _, weight in columns.values()], dtype=float)
        numerators, denominators = (values * weights) @ members, weights @ members
        for i, name in enumerate(columns):
            for j, suffix in enumerate(groups.suffixes):
                sums[name + suffix] = float(numerators[i, j])
                counts[name + suffix] = float(denominators[i, j])

    add(dict(_of_cases(cases, layout)), groups.cases)
    add(_of_dossiers(found.dossiers), groups.dossiers)
    for name, number in _numbers(cases).items():
        for j, suffix in enumerate(groups.suffixes):
            sums[name + suffix] = float(number @ groups.cases[:, j])
            counts[name + suffix] = 1.0
    _of_office(found, layout, sums, counts)
    return Tally(sums, counts, _values(cases, groups))


def _groups(cases: CaseTable, dossiers: DossierTable, layout: Blueprint) -> Groups:
    procedures = [procedure.id for procedure in layout.office.procedures]
    demands = [demand.id for demand in layout.office.demands]
    needs = np.array(
        [[p in plan.demand.needs for p in procedures] for plan in layout.demands], dtype=float
    )
    by_demand = np.eye(len(layout.demands))[:, : len(demands)]
    everybody = np.ones((len(cases.demand), 1))
    of_cases = np.hstack((everybody, needs[cases.demand], by_demand[cases.demand]))
    of_dossiers = np.hstack(
        (
            np.ones((len(dossiers.procedure), 1)),
            np.eye(len(procedures))[dossiers.procedure],
            by_demand[cases.demand[dossiers.case_row]],
        )
    )
    suffixes = ("", *(f"@{p}" for p in procedures), *(f"@@{d}" for d in demands))
    return Groups(suffixes, of_cases, of_dossiers)


def _of_cases(cases: CaseTable, layout: Blueprint) -> Iterator[tuple[str, tuple[Floats, Bools]]]:
    """Yield each measure's value by case and the cases it is a mean over."""
    closed, done = cases.end != End.OPEN, cases.end == End.DONE
    day = layout.calendar.ordinary_day_ms
    yield "wait_minutes", (cases.wait / MINUTE_MS, closed)
    yield "visit_minutes", (cases.visit / MINUTE_MS, closed)
    yield "turnaround_hours", (cases.turnaround / HOUR_MS, done)
    yield "turnaround_working_hours", (cases.turnaround_open / HOUR_MS, done)
    yield "turnaround_working_days", (cases.turnaround_open / day, done)
    office_days = (cases.turnaround_open - cases.citizen_open) / day
    yield "office_working_days", (office_days, done)
    yield "same_day_share", (cases.same_day.astype(float), done)
    yield "same_day_of_receipt_share", (cases.same_day_of_receipt.astype(float), done)
    yield "trips", (cases.trips.astype(float), closed)
    yield "trips_in_vain", (cases.trips_in_vain.astype(float), closed)
    yield "appointment_slips", (cases.slips.astype(float), closed)
    yield "apologies", (cases.apologies.astype(float), closed)
    yield "turned_away", (cases.turned_away.astype(float), closed)
    yield "lost", ((cases.end == End.LOST).astype(float), closed)
    yield "citizen_cost", (cases.costs.in_all, closed)
    yield "fees", (cases.costs.fees, closed)
    for name, spent in zip(CAUSES, cases.causes, strict=True):
        yield f"time.{name}", (spent / HOUR_MS, done)
    shut = [spent for name, spent in zip(CAUSES, cases.causes, strict=True) if "closed." in name]
    yield "time.closed", (sum(shut) / HOUR_MS, done)


def _of_dossiers(dossiers: DossierTable) -> dict[str, tuple[Floats, Bools]]:
    limited = dossiers.has_deadline
    return {
        "on_time_share": (dossiers.on_time.astype(float), limited),
        "early_share": (dossiers.early.astype(float), limited),
        "late_share": ((~dossiers.on_time).astype(float), limited),
    }


def _numbers(cases: CaseTable) -> dict[str, Floats]:
    """Return numbers a replication rather than means a case."""
    return {
        "cases": np.ones(len(cases.end)),
        "open_at_end": (cases.end == End.OPEN).astype(float),
    }


def _of_office(
    found: Measured, layout: Blueprint, sums: dict[str, float], counts: dict[str, float]
) -> None:
    cost = found.hours.cost(layout)
    sums["cases_year"], counts["cases_year"] = len(found.cases.end) * years_in(layout), 1.0
    sums["office_cost"], counts["office_cost"] = cost, float(len(found.cases.end))
    sums["office_cost_year"], counts["office_cost_year"] = cost * years_in(layout), 1.0
    for i, team in enumerate(layout.office.teams):
        sums[f"utilisation.{team.id}"] = float(found.hours.worked_in_paid[i])
        counts[f"utilisation.{team.id}"] = float(found.hours.paid[i])
        sums[f"overtime_hours.{team.id}"] = float(found.hours.overtime[i]) * years_in(layout)
        counts[f"overtime_hours.{team.id}"] = 1.0


def years_in(layout: Blueprint) -> float:
    """Return how many times the measured days go into a year of the office's days."""
    calendar = layout.calendar
    window = calendar.window
    in_year = range(window.measured_from, window.measured_from + 365)
    measured = range(window.measured_from, window.measured_until)
    return _counted(layout, in_year) / max(_counted(layout, measured), 1)


def _counted(layout: Blueprint, days: range) -> int:
    calendar = layout.calendar
    return sum(calendar.is_open[calendar.index(d)] or calendar.is_legal[calendar.index(d)]
               for d in days)  # fmt: skip


def _values(cases: CaseTable, groups: Groups) -> dict[str, Floats]:
    closed, done = cases.end != End.OPEN, cases.end == End.DONE
    columns = {
        "wait_minutes": (cases.wait / MINUTE_MS, closed),
        "visit_minutes": (cases.visit / MINUTE_MS, closed),
        "turnaround_hours": (cases.turnaround / HOUR_MS, done),
    }
    members = groups.cases > 0
    return {
        name + suffix: values[counted & members[:, j]]
        for name, (values, counted) in columns.items()
        for j, suffix in enumerate(groups.suffixes)
    }


def hour_of_arrival(cases: CaseTable) -> Ints:
    """Return the hour of the day, 0-23, of each case's first arrival."""
    hours: Ints = (cases.arrival % DAY_MS) // HOUR_MS
    return hours
