"""How fast the engine is: its ratio to idiomatic SimPy on the same workload in the same run.

Run ``python benchmarks/engine_speed.py``. Runs alternate, and the median of the ratios is what
counts: on a busy machine single times mean little.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.kernel import DAYS, idiomatic, kernel_office
from sim.log import Spell
from sim.replication import OfficeRuns

ROUNDS = 5
T = TypeVar("T")


def main() -> None:
    """Print customers a second of both, and the ratio."""
    runs = OfficeRuns(kernel_office(), DAYS, 0)
    runs.run(1, 0)
    print(
        f"{'round':>5} {'idiomatic SimPy':>16} {'this engine':>12} {'ratio':>6}   mean waits, min"
    )
    ratios = []
    for number in range(ROUNDS):
        plain, (served, wait) = _timed(lambda n=number: idiomatic(DAYS, n))
        ours, log = _timed(lambda n=number: runs.run(1, n + 1))
        rows = log.steps.kind == Spell.VISITOR_WORK
        begun = log.steps.started - log.steps.joined
        cases = len(log.population.case_demand)
        ratios.append((cases / ours) / (served / plain))
        mean = begun[rows].sum() / 60_000 / cases
        print(
            f"{number + 1:>5} {served / plain:>14,.0f}/s {cases / ours:>10,.0f}/s "
            f"{ratios[-1]:>6.2f}   {wait:.2f} {mean:.2f}"
        )
    print(f"Median ratio to idiomatic SimPy: {statistics.median(ratios):.2f}")


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    begin = time.process_time()
    found = work()
    return time.process_time() - begin, found


if __name__ == "__main__":
    main()
