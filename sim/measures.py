"""Measures of one replication as sums and counts, for everybody and by procedure and demand.

A mean over replications is a ratio of sums, so a replication gives for each measure a numerator
and a denominator (:class:`Tally`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.blueprint import Blueprint
from sim.calendar import Ints
from sim.case_table import CaseTable, Measured
from sim.causes import CAUSES
from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.costs import TeamHours
from sim.draws import Floats
from sim.log import End
from sim.sketches import Pool, Sketch

PERCENTILES: Final = {"wait_minutes": (50, 90, 95), "visit_minutes": (50, 90, 95),
                      "turnaround_hours": (50, 90, 95)}  # fmt: skip
"""Measures whose percentiles are given too, and which."""


UNIT_MS: Final = {
    "wait_minutes": MINUTE_MS, "visit_minutes": MINUTE_MS, "turnaround_hours": HOUR_MS,
}  # fmt: skip
"""Milliseconds in their units."""


@dataclass(frozen=True)
class Tally:
    """Numerators and denominators of one replication, by measure name.

    ``MEASURE@PROCEDURE`` and ``MEASURE@@DEMAND`` stand beside ``MEASURE``.
    """

    sums: dict[str, float]
    counts: dict[str, float]


@dataclass(frozen=True)
class Groups:
    """For whom measures are given: everybody, each procedure and each demand.

    Attributes
    ----------
    suffixes
        What follows the measure's name.
    demands
        By group, the places of the demands whose cases count.
    """

    suffixes: tuple[str, ...]
    demands: tuple[tuple[int, ...], ...]


def groups_of(layout: Blueprint) -> Groups:
    """Return the groups of an office."""
    procedures = [procedure.id for procedure in layout.office.procedures]
    demands = [demand.id for demand in layout.office.demands]
    needs = [set(plan.demand.needs) for plan in layout.demands]
    return Groups(
        ("", *(f"@{p}" for p in procedures), *(f"@@{d}" for d in demands)),
        (
            tuple(range(len(needs))),
            *(tuple(i for i, needed in enumerate(needs) if p in needed) for p in procedures),
            *((place,) for place in range(len(demands))),
        ),
    )


class Totals:
    """Sums over the cases and dossiers of a replication, block by block, by demand.

    Sums of times and numbers are exact, those of money are taken case by case in order, so that
    they do not depend on the blocks.
    """

    def __init__(self, layout: Blueprint) -> None:
        self.layout = layout
        self.groups = groups_of(layout)
        self._demands = len(layout.demands)
        self._sums: dict[str, NDArray[Any]] = {}
        shape = (len(_FLAGS), self._demands, len(layout.office.procedures))
        self._dossiers = np.zeros(shape, dtype=np.int64)
        self._pools = {name: [Pool() for _ in layout.demands] for name in UNIT_MS}
        self._hours = np.zeros((2, 24), dtype=np.int64)

    def add(self, found: Measured) -> None:
        """Take in a block of cases."""
        cases = found.cases
        closed, done = cases.end != End.OPEN, cases.end == End.DONE
        of_closed = np.where(closed, cases.demand, self._demands)
        of_done = np.where(done, cases.demand, self._demands)
        for name, column in _columns(cases):
            self._add(name, column, of_closed)
        one = np.ones(len(closed), dtype=np.int64)
        for name, group in (("cases", cases.demand), ("closed", of_closed), ("done", of_done)):
            self._add(name, one, group)
        for name, values, group in (
            ("wait_minutes", cases.wait, of_closed),
            ("visit_minutes", cases.visit, of_closed),
            ("turnaround_hours", cases.turnaround, of_done),
        ):
            of_demand = Sketch.by_group(values, group, self._demands)
            for pool, sketch in zip(self._pools[name], of_demand, strict=True):
                pool.add(sketch)
        self._add_dossiers(found)
        self._add_hours(cases.arrival[closed], cases.wait[closed])

    def _add(self, name: str, values: NDArray[Any], group: Ints) -> None:
        from sim.accounts import add_by_group

        if name not in self._sums:
            self._sums[name] = np.zeros(self._demands + 1, dtype=values.dtype)
        add_by_group(values, group, self._sums[name])

    def _add_dossiers(self, found: Measured) -> None:
        dossiers, (_, demands, procedures) = found.dossiers, self._dossiers.shape
        demand = found.cases.demand[dossiers.case_row]
        place = demand * procedures + dossiers.procedure
        for number, name in enumerate(_FLAGS):
            counted = np.bincount(place[getattr(dossiers, name)], minlength=demands * procedures)
            self._dossiers[number] += counted.reshape(demands, procedures)

    def _add_hours(self, arrival: Ints, wait: Ints) -> None:
        from sim.accounts import add_by_group

        hour = (arrival % DAY_MS) // HOUR_MS
        add_by_group(wait, hour, self._hours[0])
        self._hours[1] += np.bincount(hour, minlength=24)

    def hours(self) -> tuple[Floats, Floats]:
        """Return minutes waited, and closed cases, by the hour of the first arrival."""
        return self._hours[0] / MINUTE_MS, self._hours[1].astype(float)

    def sketches(self) -> dict[str, tuple[Sketch, ...]]:
        """Return the measures that have percentiles, in milliseconds by case, by demand."""
        return {name: tuple(pool.sketch() for pool in of) for name, of in self._pools.items()}

    def tally(self, hours: TeamHours) -> Tally:
        """Return the sums and counts of all measures."""
        sums: dict[str, float] = {}
        counts: dict[str, float] = {}
        for name, (total, of) in self._of_cases().items():
            for place, suffix in enumerate(self.groups.suffixes):
                sums[name + suffix], counts[name + suffix] = total[place], of[place]
        self._tally_dossiers(sums, counts)
        cases, closed = self._grouped("cases"), self._grouped("closed")
        for place, suffix in enumerate(self.groups.suffixes):
            sums["cases" + suffix] = cases[place]
            counts["cases" + suffix] = 1.0
        for place, suffix in enumerate(self.groups.suffixes):
            sums["open_at_end" + suffix] = cases[place] - closed[place]
            counts["open_at_end" + suffix] = 1.0
        _of_office(int(cases[0]), hours, self.layout, sums, counts)
        return Tally(sums, counts)

    def _grouped(self, name: str) -> list[float]:
        """Return sums by group."""
        by_demand = self._sums[name].tolist()
        return [float(sum(by_demand[i] for i in demands)) for demands in self.groups.demands]

    def _of_cases(self) -> dict[str, tuple[list[float], list[float]]]:
        """Return sums and counts of the means over cases, by group."""
        closed, done = self._grouped("closed"), self._grouped("done")
        total = {name: self._grouped(name) for name in self._sums}
        total["office"] = _less(total["turnaround_open"], total["citizen_open"])
        shut = [total[f"time.{name}"] for name in CAUSES if name.startswith("closed.")]
        total["time.closed"] = [sum(by_cause) for by_cause in zip(*shut, strict=True)]
        day = self.layout.calendar.ordinary_day_ms
        units = {"minute": MINUTE_MS, "hour": HOUR_MS, "day": day, "one": 1}
        return {
            name: ([each / units[unit] for each in total[column]], done if of_done else closed)
            for name, column, unit, of_done in _MEANS
        }

    def _tally_dossiers(self, sums: dict[str, float], counts: dict[str, float]) -> None:
        procedures, demands = len(self.layout.office.procedures), len(self.layout.office.demands)
        limited, on_time, early = (
            [
                int(of.sum()),
                *of.sum(axis=0)[:procedures].tolist(),
                *of.sum(axis=1)[:demands].tolist(),
            ]
            for of in self._dossiers
        )
        late = _less(limited, on_time)
        for name, found in zip(_SHARES, (on_time, early, late), strict=True):
            for place, suffix in enumerate(self.groups.suffixes):
                sums[name + suffix] = float(found[place])
                counts[name + suffix] = float(limited[place])


_FLAGS = ("has_deadline", "on_time", "early")
_SHARES = ("on_time_share", "early_share", "late_share")
_MEANS = (
    ("wait_minutes", "wait", "minute", False),
    ("visit_minutes", "visit", "minute", False),
    ("turnaround_hours", "turnaround", "hour", True),
    ("turnaround_working_hours", "turnaround_open", "hour", True),
    ("turnaround_working_days", "turnaround_open", "day", True),
    ("office_working_days", "office", "day", True),
    ("same_day_share", "same_day", "one", True),
    ("same_day_of_receipt_share", "same_day_of_receipt", "one", True),
    ("trips", "trips", "one", False),
    ("trips_in_vain", "trips_in_vain", "one", False),
    ("appointment_slips", "slips", "one", False),
    ("apologies", "apologies", "one", False),
    ("turned_away", "turned_away", "one", False),
    ("lost", "lost", "one", False),
    ("citizen_cost", "citizen_cost", "one", False),
    ("fees", "fees", "one", False),
    *((f"time.{name}", f"time.{name}", "hour", True) for name in (*CAUSES, "closed")),
)
"""Means over cases: the measure, what is added up, its unit, and whether of cases done only.

What is added up over cases done is nothing for others.
"""


def _columns(cases: CaseTable) -> Iterator[tuple[str, NDArray[Any]]]:
    """Yield what is added up by case."""
    for name in (
        "wait", "visit", "turnaround", "turnaround_open", "citizen_open", "same_day",
        "same_day_of_receipt", "trips", "trips_in_vain", "slips", "apologies", "turned_away",
    ):  # fmt: skip
        yield name, getattr(cases, name).astype(np.int64, copy=False)
    yield "lost", (cases.end == End.LOST).astype(np.int64)
    yield "citizen_cost", cases.costs.in_all
    yield "fees", cases.costs.fees
    for name, spent in zip(CAUSES, cases.causes, strict=True):
        yield f"time.{name}", spent


def _less(first: list[Any], second: list[Any]) -> list[Any]:
    return [a - b for a, b in zip(first, second, strict=True)]


def tally(found: Measured, layout: Blueprint) -> Tally:
    """Return a replication's sums and counts."""
    totals = Totals(layout)
    totals.add(found)
    return totals.tally(found.hours)


def _of_office(
    cases: int,
    hours: TeamHours,
    layout: Blueprint,
    sums: dict[str, float],
    counts: dict[str, float],
) -> None:
    cost, years = hours.cost(layout), years_in(layout)
    sums["cases_year"], counts["cases_year"] = cases * years, 1.0
    sums["office_cost"], counts["office_cost"] = cost, float(cases)
    sums["office_cost_year"], counts["office_cost_year"] = cost * years, 1.0
    for i, team in enumerate(layout.office.teams):
        sums[f"utilisation.{team.id}"] = float(hours.worked_in_paid[i])
        counts[f"utilisation.{team.id}"] = float(hours.paid[i])
        sums[f"overtime_hours.{team.id}"] = float(hours.overtime[i]) * years
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
