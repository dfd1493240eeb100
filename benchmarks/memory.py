"""Peak memory: by case and step inside a replication, and by replications of a comparison.

Each figure is the peak of a fresh process; ``python benchmarks/memory.py replication DAYS`` and
``... compare REPLICATIONS`` are those processes.
"""

from __future__ import annotations

import gc
import json
import sys
import tempfile
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.contenders import office_runs
from benchmarks.kernel import PER_DAY, STUDY, kernel_office
from benchmarks.sizes import Sizes
from benchmarks.table import Row, short
from benchmarks.timing import forget_peak, fresh, peak_bytes

_CASE_BYTES: Final = 100
_STEP_BYTES: Final = 60
_MIB: Final = 1 << 20


def memory(sizes: Sizes) -> list[Row]:
    """Return the rows of memory."""
    return [*_inside(sizes), _by_replications(sizes)]


def _inside(sizes: Sizes) -> list[Row]:
    """Return what a further case takes, its steps included, against what it may."""
    rows = []
    for what, measures in (("drawn and run", "no"), ("drawn, run and measured", "yes")):
        first, second = (
            _child("replication", str(n // PER_DAY), measures) for n in sizes.memory_cases
        )
        cases = second["cases"] - first["cases"]
        steps = (second["steps"] - first["steps"]) / cases
        taken = (second["peak"] - first["peak"]) / cases
        detail = f"{short(first['peak'] / _MIB)} MiB for {first['cases']:,} cases, "
        detail += f"{short(second['peak'] / _MIB)} MiB for {second['cases']:,}"
        allowed = _CASE_BYTES + _STEP_BYTES * steps
        rows.append(
            Row("memory", f"of a further case and its {short(steps)} steps, {what}", taken,
                "bytes", required=allowed, detail=detail)
        )  # fmt: skip
    return rows


def _by_replications(sizes: Sizes) -> Row:
    few, many = (_child("compare", str(number)) for number in sizes.memory_replications)
    detail = "; ".join(
        f"{number} replications: {short(found['peak'] / _MIB)} MiB"
        for number, found in zip(sizes.memory_replications, (few, many), strict=True)
    )
    return Row("memory", "peak of a comparison of more replications", many["peak"] / few["peak"],
               "times that of fewer", required=1.1, detail=detail)  # fmt: skip


def _child(*arguments: str) -> dict[str, float]:
    said = fresh([str(Path(__file__)), *arguments]).said
    assert said is not None
    return said


def _replication(days: int, measures: bool) -> dict[str, float]:
    """Run a replication after a short one, with which code is loaded."""
    from sim.summaries import demand_numbers, summarise

    held = 0
    for length in (2, days):
        runs = office_runs(kernel_office(), length)
        gc.collect()
        held = forget_peak()
        log = runs.run(1, 0)
        if measures:
            summarise(log, runs.layout, demand_numbers([runs.office]))
    return {
        "cases": len(log.population.case_demand),
        "steps": len(log.steps.kind),
        "peak": peak_bytes() - held,
    }


def _compare(replications: int) -> dict[str, float]:
    from sim import compare, load_study

    with tempfile.TemporaryDirectory() as folder:
        compare(load_study(STUDY).changed(replications=replications), folder)
    return {"peak": peak_bytes()}


if __name__ == "__main__":
    kind, number, *more = sys.argv[1:]
    told = (
        _compare(int(number)) if kind == "compare" else _replication(int(number), more == ["yes"])
    )
    print(json.dumps(told))
