"""What one replication of one scenario comes to: of one size whatever the number of cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.blueprint import Blueprint, backlog_name
from sim.calendar import NEVER, Ints
from sim.case_table import BLOCK_CASES, CaseTable, Measured, blocks
from sim.clock import DAY_MS, HOUR_MS
from sim.draws import Floats
from sim.log import End, ServiceLog
from sim.measures import PERCENTILES, UNIT_MS, Groups, Tally, Totals
from sim.office import Office
from sim.sketches import Sketch, together

if TYPE_CHECKING:
    from sim.week import WeekSums

AGES_DAYS: Final = (1, 7, 30, 90)
"""Ages from which on cases left open are counted."""
HOURS: Final = 24
_MINUTE = 60_000
_DEMAND = 44
_FARES = 4
"""How a case may fare: better, the same, worse, or without a result in either scenario."""
_STILL_OPEN = -1


@dataclass(frozen=True)
class OpenCases:
    """Measured cases still open at the end of a run.

    Attributes
    ----------
    of_age
        How many are as old as each of :data:`AGES_DAYS`, or older.
    oldest_days
        Age of the oldest; 0 if there is none.
    """

    of_age: tuple[int, ...]
    oldest_days: float

    @classmethod
    def of(cls, ages_days: Iterable[float]) -> OpenCases:
        """Count ages in days."""
        ages = list(ages_days)
        return cls(
            tuple(sum(age >= days for age in ages) for days in AGES_DAYS), max(ages, default=0.0)
        )

    def __add__(self, other: OpenCases) -> OpenCases:
        """Return both together."""
        counts = zip(self.of_age, other.of_age, strict=True)
        return OpenCases(tuple(a + b for a, b in counts), max(self.oldest_days, other.oldest_days))


@dataclass(frozen=True)
class RunSummary:
    """One replication of one scenario.

    Attributes
    ----------
    tally
        Sums and counts of all means.
    groups
        For whom measures are given.
    sketches
        By measure that has percentiles, by demand: values by case in milliseconds.
    percentiles
        By measure: this replication's own, a row a group, in the measure's unit.
    hour_sums, hour_counts
        Minutes waited, and closed cases, by the hour of the first arrival.
    open_cases
        What was left open.
    week
        How full the office was; None if nobody asks.
    """

    tally: Tally
    groups: Groups
    sketches: dict[str, tuple[Sketch, ...]]
    percentiles: dict[str, Floats]
    hour_sums: Floats
    hour_counts: Floats
    open_cases: OpenCases
    week: WeekSums | None = None


@dataclass(frozen=True)
class Outcomes:
    """Turnaround by case of one replication, under names the same in every scenario.

    A case given up took longer than any that was done; that of a case still open is not known.

    Attributes
    ----------
    keys
        Demand, day and number.
    turnaround_ms
        From the first arrival to the last result; negative where the case is still open.
    who
        Hour of the first arrival, twice, and one more of those served first.
    """

    keys: Ints
    turnaround_ms: Ints
    who: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, dtype=np.int8))


@dataclass(frozen=True)
class Gains:
    """Cases closed in two scenarios that are better, the same or worse off by a minute.

    Attributes
    ----------
    unmatched
        Cases that only one of both has.
    no_result
        Cases given up in both.
    unfinished
        Cases of both that are still open in one of them or in both: nothing is known of these.
    groups
        Those better, the same and worse off, and those given up in both (columns) by demand, hour
        of the first arrival, and whether served first (rows, one after another); None if nobody
        asked.
    """

    better: int
    unchanged: int
    worse: int
    unmatched: int
    no_result: int = 0
    unfinished: int = 0
    groups: Ints | None = field(default=None, compare=False)


def demand_numbers(offices: Iterable[Office]) -> dict[str, int]:
    """Return a number for each demand of any office, the same whatever runs first."""
    names: dict[str, None] = {}
    for office in offices:
        names |= dict.fromkeys(demand.id for demand in office.demands)
        names |= dict.fromkeys(backlog_name(place) for place in range(len(office.backlog)))
    return {name: number for number, name in enumerate(names)}


def summarise(
    log: ServiceLog,
    layout: Blueprint,
    numbers: dict[str, int],
    take: Callable[[Measured], None] | None = None,
    *,
    size: int = BLOCK_CASES,
) -> tuple[RunSummary, Outcomes]:
    """Measure one replication, going through its cases once.

    Parameters
    ----------
    log
        What happened.
    layout
        The office it happened in.
    numbers
        Of the demands of all scenarios; see :func:`demand_numbers`.
    take
        Called with each block of cases, in order.
    size
        Cases a block; no number depends on it.
    """
    totals = Totals(layout)
    places = np.array([numbers[plan.demand.id] for plan in layout.demands], dtype=np.int64)
    # One pair of arrays for all blocks: joining those of each would take twice the memory.
    keys, turnaround = np.empty((2, len(log.case_end)), dtype=np.int64)
    who = np.empty(len(log.case_end), dtype=np.int8)
    left, at = OpenCases.of(()), 0
    for found in blocks(log, layout, size):
        totals.add(found)
        block = _outcomes(found.cases, places)
        until = at + len(block.keys)
        keys[at:until], turnaround[at:until] = block.keys, block.turnaround_ms
        who[at:until] = block.who
        at = until
        left += OpenCases.of(found.open_ages_days)
        if take is not None:
            take(found)
    from sim.week import week_sums

    summary = _summary(totals, totals.tally(found.hours), left, week_sums(log, layout))
    return summary, Outcomes(keys[:at], turnaround[:at], who[:at])


def _summary(totals: Totals, tally: Tally, left: OpenCases, week: WeekSums) -> RunSummary:
    sketches = totals.sketches()
    return RunSummary(
        tally,
        totals.groups,
        sketches,
        {
            name: _percentiles(name, by_demand, totals.groups)
            for name, by_demand in sketches.items()
        },
        *totals.hours(),
        left,
        week,
    )


def _percentiles(measure: str, by_demand: tuple[Sketch, ...], groups: Groups) -> Floats:
    """Return a measure's percentiles by group; equal groups are looked up once."""
    known: dict[tuple[int, ...], Floats] = {}
    for demands in groups.demands:
        if demands not in known:
            whole = together([by_demand[i] for i in demands])
            known[demands] = whole.percentiles(PERCENTILES[measure]) / UNIT_MS[measure]
    return np.array([known[demands] for demands in groups.demands])


def _outcomes(cases: CaseTable, numbers: Ints) -> Outcomes:
    keys = (numbers[cases.demand] << _DEMAND) | (cases.day << 24) | cases.number
    turnaround = np.where(cases.end == End.LOST, NEVER, cases.turnaround)
    turnaround = np.where(cases.end == End.OPEN, _STILL_OPEN, turnaround)
    who = cases.arrival % DAY_MS // HOUR_MS * 2 + (cases.priority_class == 0)
    return Outcomes(keys, turnaround, who.astype(np.int8))


def gains(base: Outcomes, other: Outcomes, demands: int = 0) -> Gains:
    """Compare the cases of two scenarios in one replication, each with itself.

    Parameters
    ----------
    base, other
        What they came to.
    demands
        How many there are in all scenarios, if gains are asked for by group.
    """
    first, second = _matched(base, other)
    before, after = base.turnaround_ms[first], other.turnaround_ms[second]
    closed = (before >= 0) & (after >= 0)
    fares = _fares(before[closed], after[closed])
    better, unchanged, worse, no_result = np.bincount(fares, minlength=_FARES).tolist()
    groups = None
    if demands:
        groups = _by_group(base.keys[first][closed], base.who[first][closed], fares, demands)
    return Gains(
        better,
        unchanged,
        worse,
        unmatched=len(base.keys) + len(other.keys) - 2 * len(before),
        no_result=no_result,
        unfinished=len(before) - len(fares),
        groups=groups,
    )


def _fares(before: Ints, after: Ints) -> NDArray[np.int8]:
    """Return by case how it fares: 0 better, 1 the same, 2 worse, 3 without a result in either."""
    change = after - before
    fares = 1 + (change >= _MINUTE).astype(np.int8) - (change <= -_MINUTE).astype(np.int8)
    fares[(before == NEVER) & (after == NEVER)] = 3
    return fares


def _matched(base: Outcomes, other: Outcomes) -> tuple[Any, Any]:
    """Return where the cases of both stand in each."""
    if np.array_equal(base.keys, other.keys):
        return slice(None), slice(None)
    _, first, second = np.intersect1d(
        base.keys, other.keys, assume_unique=True, return_indices=True
    )
    return first, second


def _by_group(keys: Ints, who: NDArray[np.int8], fares: NDArray[np.int8], demands: int) -> Ints:
    """Count fares (columns) by what cases have in common in the baseline (rows)."""
    columns = ((keys >> _DEMAND, demands), (who // 2, HOURS), (who % 2, 2))
    counted = [
        np.bincount(group.astype(np.int64) * _FARES + fares, minlength=_FARES * count).reshape(
            count, _FARES
        )
        for group, count in columns
    ]
    return np.concatenate(counted)
