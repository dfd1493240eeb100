"""What a case costs when one replication grows.

More days at the same load, so that the office stays what it is and only the tables grow: that
shows whatever costs more than in proportion, and tables that no cache holds. To multiply the
customers of a day instead would need as many times the staff: another office, whose members the
engine has to choose among. That is measured too, without a goal.
"""

from __future__ import annotations

import gc
import statistics
import time
import tomllib
from dataclasses import dataclass

from benchmarks.contenders import office_runs, served
from benchmarks.kernel import OFFICE, PER_DAY, kernel_office
from benchmarks.sizes import Sizes
from benchmarks.table import Row, short
from sim.office import Office
from sim.replication import OfficeRuns

_CASES_A_TURN = 1_000_000
_WIDE_DAYS = 20


@dataclass(frozen=True)
class Cost:
    """Processor time that a case cost in replications of so many cases, in nanoseconds."""

    cases: int
    case_ns: float


def growth(sizes: Sizes) -> tuple[list[Row], list[Cost]]:
    """Return the rows of growth, and the cost of a case by the cases of a replication."""
    office = kernel_office()
    longer = [office_runs(office, max(1, n // PER_DAY)) for n in sizes.grown_cases]
    costs = costs_of(longer, sizes)
    return [
        _row("more days", costs, 1.3),
        _row("more customers a day, and staff", _wide(sizes)),
    ], costs


def costs_of(grown: list[OfficeRuns], sizes: Sizes) -> list[Cost]:
    """Return what a case costs in each office, which have their turns one after the other."""
    for runs in grown:
        runs.run(0, 0)
    turns: list[list[Cost]] = [[] for _ in grown]
    for number in range(sizes.rounds):
        for found, runs in zip(turns, grown, strict=True):
            found.append(_cost(runs, number))
    return [
        Cost(found[0].cases, statistics.median(cost.case_ns for cost in found)) for found in turns
    ]


def _cost(runs: OfficeRuns, number: int) -> Cost:
    """Run replications, smaller ones more often."""
    gc.collect()
    cases, replication = 0, 0
    begin = time.process_time()
    while cases < _CASES_A_TURN:
        found = served(runs.run(number + 1, replication)).customers
        cases += found
        replication += 1
        if cases / replication < 10_000 and replication >= 5:
            break
    return Cost(found, (time.process_time() - begin) / cases * 1e9)


def _wide(sizes: Sizes) -> list[Cost]:
    """Return the cost of a case in offices that are as many times as large."""
    factors = [n // sizes.grown_cases[0] for n in sizes.grown_cases[:-1]]
    return costs_of([office_runs(larger_office(n), _WIDE_DAYS) for n in factors], sizes)


def larger_office(factor: int) -> Office:
    """Return the kernel workload with as many times the customers and the staff."""
    raw = tomllib.loads(OFFICE.read_text("utf-8"))
    for team in raw["teams"]:
        team["staff"] *= factor
    for demand in raw["demands"]:
        demand["per_day"] *= factor
    return Office.model_validate(raw)


def _row(what: str, costs: list[Cost], required: float | None = None) -> Row:
    least = costs[0].case_ns
    detail = "; ".join(f"{cost.cases:,}: {short(cost.case_ns)} ns" for cost in costs)
    return Row(
        "growth", f"cost of a case, {what}", max(cost.case_ns for cost in costs) / least,
        "times that of the fewest", required=required, detail=detail,
    )  # fmt: skip
