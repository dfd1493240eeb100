"""Measures of one replication as sums and counts, for everybody and by procedure and demand.

A mean over replications is a ratio of sums, so a replication gives for each measure a numerator
and a denominator (:class:`Tally`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.blueprint import Blueprint, once
from sim.calendar import Ints
from sim.case_table import Measured
from sim.causes import CAUSES
from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.costs import TeamHours, further_among, further_days
from sim.draws import Floats
from sim.log import End
from sim.sketches import Pool, Sketch

if TYPE_CHECKING:
    from sim.sums import Sums

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


@once
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
        self._sums = _nothing(layout)
        self._further = 0
        self._pools = {name: [Pool() for _ in layout.demands] for name in UNIT_MS}

    def add(self, found: Measured) -> None:
        """Take in a block of cases."""
        from sim.sums import Added, Flags, add

        cases, dossiers = found.cases, found.dossiers
        further = further_days(self.layout)
        if len(further):
            self._further += int(np.isin(cases.arrival // DAY_MS, further).sum())
        numbers = tuple(getattr(cases, name).astype(np.int64, copy=False) for name in _NUMBERS)
        money = tuple(getattr(cases.costs, name) for name in _MONEY)
        every = np.ones(len(dossiers.procedure), dtype=np.bool_)
        flags = (
            dossiers.has_deadline, dossiers.on_time, dossiers.early,
            every, dossiers.never_back, dossiers.once_back,
        )  # fmt: skip
        add(
            Added(cases.demand, cases.end, cases.arrival, cases.wait, numbers, cases.causes, money),
            Flags(dossiers.case_row, dossiers.procedure, flags),
            self._sums,
        )
        of_closed = np.where(cases.end != End.OPEN, cases.demand, self._demands)
        of_done = np.where(cases.end == End.DONE, cases.demand, self._demands)
        for name, values, group in (
            ("wait_minutes", cases.wait, of_closed),
            ("visit_minutes", cases.visit, of_closed),
            ("turnaround_hours", cases.turnaround, of_done),
        ):
            of_demand = Sketch.by_group(values, group, self._demands)
            for pool, sketch in zip(self._pools[name], of_demand, strict=True):
                pool.add(sketch)

    def hours(self) -> tuple[Floats, Floats]:
        """Return minutes waited, and closed cases, by the hour of the first arrival."""
        return self._sums.hours[0] / MINUTE_MS, self._sums.hours[1].astype(float)

    def sketches(self) -> dict[str, tuple[Sketch, ...]]:
        """Return the measures that have percentiles, in milliseconds by case, by demand."""
        return {name: tuple(pool.sketch() for pool in of) for name, of in self._pools.items()}

    def tally(self, hours: TeamHours) -> Tally:
        """Return the sums and counts of all measures."""
        suffixes, total = self.groups.suffixes, self._by_group()
        cases, closed, done = total["cases"], total["closed"], total["done"]
        day = self.layout.calendar.ordinary_day_ms
        units = {"minute": MINUTE_MS, "hour": HOUR_MS, "day": day, "one": 1}
        one = [1.0] * len(suffixes)
        found: list[tuple[str, list[float], list[float]]] = [
            (name, [each / units[unit] for each in total[column]], done if of_done else closed)
            for name, column, unit, of_done in _MEANS
        ]
        found += self._shares()
        found += [("cases", cases, one), ("open_at_end", _less(cases, closed), one)]
        sums: dict[str, float] = {}
        counts: dict[str, float] = {}
        for name, numerators, denominators in found:
            names = [name + suffix for suffix in suffixes]
            sums.update(zip(names, map(float, numerators), strict=True))
            counts.update(zip(names, map(float, denominators), strict=True))
        _of_office((cases[0], self._further), hours, self.layout, sums, counts)
        return Tally(sums, counts)

    def _by_group(self) -> dict[str, list[Any]]:
        """Return all sums by group; those of money demand after demand, in order."""
        inside = _inside(self.layout)
        total = dict(zip(_ADDED, (self._sums.numbers @ inside).tolist(), strict=True))
        for name, by_demand in zip(_MONEY, self._sums.money.tolist(), strict=True):
            total[name] = [sum(by_demand[i] for i in of) for of in self.groups.demands]
        total["office"] = _less(total["turnaround_open"], total["citizen_open"])
        shut = [total[f"time.{name}"] for name in CAUSES if name.startswith("closed.")]
        total["time.closed"] = [sum(by_cause) for by_cause in zip(*shut, strict=True)]
        return total

    def _shares(self) -> list[tuple[str, list[float], list[float]]]:
        procedures, demands = len(self.layout.office.procedures), len(self.layout.office.demands)
        limited, on_time, early, every, never_back, once_back = (
            [
                int(of.sum()),
                *of.sum(axis=0)[:procedures].tolist(),
                *of.sum(axis=1)[:demands].tolist(),
            ]
            for of in self._sums.dossiers
        )
        shares = (on_time, early, _less(limited, on_time), _plus(on_time, early))
        contacts = _plus(_plus(never_back, never_back), once_back)
        found = [(name, found, limited) for name, found in zip(_OF_TIME, shares, strict=True)]
        return [*found, ("points_contacts", contacts, every)]


def _nothing(layout: Blueprint) -> Sums:
    from sim.sums import Sums

    demands, procedures = len(layout.demands), len(layout.office.procedures)
    return Sums(
        np.zeros((len(_ADDED), demands), dtype=np.int64),
        np.zeros((len(_MONEY), demands)),
        np.zeros((_FLAGS, demands, procedures), dtype=np.int64),
        np.zeros((2, 24), dtype=np.int64),
    )


@once
def _inside(layout: Blueprint) -> Ints:
    """Return which demands (rows) are in which groups (columns)."""
    groups = groups_of(layout)
    inside = np.zeros((len(layout.demands), len(groups.demands)), dtype=np.int64)
    for place, demands in enumerate(groups.demands):
        inside[list(demands), place] = 1
    return inside


_NUMBERS: Final = (
    "wait", "visit", "turnaround", "turnaround_open", "citizen_open", "same_day",
    "same_day_of_receipt", "trips", "trips_in_vain", "slips", "apologies", "turned_away", "outing",
)  # fmt: skip
_ADDED: Final = (
    "cases", "closed", "done", "lost", *_NUMBERS, *(f"time.{name}" for name in CAUSES)
)  # fmt: skip
"""What is added up by case in whole numbers, in the order of :class:`sim.sums.Sums`."""
_MONEY: Final = ("in_all", "submit", "again", "collect", "fees", "other")
_FLAGS: Final = 6
_OF_TIME: Final = ("on_time_share", "early_share", "late_share", "points_time")
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
    ("citizen_hours", "outing", "hour", False),
    ("citizen_cost", "in_all", "one", False),
    ("fees", "fees", "one", False),
    *((f"cost.{part}", part, "one", False) for part in _MONEY if part != "in_all"),
    *((f"time.{name}", f"time.{name}", "hour", True) for name in (*CAUSES, "closed")),
)
"""Means over cases: the measure, what is added up, its unit, and whether of cases done only.

What is added up over cases done is nothing for others.
"""


def _less(first: list[Any], second: list[Any]) -> list[Any]:
    return [a - b for a, b in zip(first, second, strict=True)]


def _plus(first: list[Any], second: list[Any]) -> list[Any]:
    return [a + b for a, b in zip(first, second, strict=True)]


def tally(found: Measured, layout: Blueprint) -> Tally:
    """Return a replication's sums and counts."""
    totals = Totals(layout)
    totals.add(found)
    return totals.tally(found.hours)


def _of_office(
    arrived: tuple[int, int],
    hours: TeamHours,
    layout: Blueprint,
    sums: dict[str, float],
    counts: dict[str, float],
) -> None:
    """Add measures of the whole office, of cases that arrived in all and on further days."""
    (cases, further), cost, years = arrived, hours.cost(layout), years_in(layout)
    more = _further_years(layout) - years
    sums["cases_year"], counts["cases_year"] = cases * years + further * more, 1.0
    sums["office_cost"], counts["office_cost"] = cost, float(cases)
    cost_year = cost * years + hours.cost_further(layout) * more
    sums["office_cost_year"], counts["office_cost_year"] = cost_year, 1.0
    for i, team in enumerate(layout.office.teams):
        sums[f"utilisation.{team.id}"] = float(hours.worked_in_paid[i])
        counts[f"utilisation.{team.id}"] = float(hours.paid[i])
        sums[f"overtime_hours.{team.id}"] = float(hours.overtime[i]) * years
        counts[f"overtime_hours.{team.id}"] = 1.0


@once
def years_in(layout: Blueprint) -> float:
    """Return how many times the measured days go into a year.

    Of the days that the law counts, which are the same in every scenario, so that one that opens
    on others too is not said to have more of the usual ones.
    """
    of_year, measured = _year(layout), _measured(layout)
    if not (counted := _legal(layout, measured)):
        return len(of_year) / max(len(measured), 1)
    return _legal(layout, of_year) / counted


@once
def _further_years(layout: Blueprint) -> float:
    """Return how many times the further days on which it opens go into those of a year."""
    days = further_days(layout)
    return len(further_among(layout, _year(layout))) / len(days) if len(days) else 0.0


def _year(layout: Blueprint) -> range:
    first = layout.calendar.window.measured_from
    return range(first, first + 365)


def _measured(layout: Blueprint) -> range:
    window = layout.calendar.window
    return range(window.measured_from, window.measured_until)


def _legal(layout: Blueprint, days: range) -> int:
    calendar = layout.calendar
    return sum(calendar.is_legal[calendar.index(day)] for day in days)
