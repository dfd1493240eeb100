"""A whole ``onestop compare`` from a fresh process."""

from __future__ import annotations

import statistics
import tempfile
from typing import Final

from benchmarks.kernel import PER_DAY, STUDY
from benchmarks.sizes import Sizes
from benchmarks.table import Row, short
from benchmarks.timing import ProcessCost, fresh

_COMMAND: Final = "from sim.cli import main; main()"
_SCENARIOS: Final = 2
_DAYS: Final = 20


def compare_once(replications: int, *options: str) -> ProcessCost:
    """Compare the scenarios of the kernel study in a fresh process, all files written."""
    with tempfile.TemporaryDirectory() as folder:
        asked = ["compare", str(STUDY), "--out", folder, "--replications", str(replications)]
        return fresh(["-c", _COMMAND, *asked, "--quiet", *options])


def whole(sizes: Sizes) -> list[Row]:
    """Return the rows of whole comparisons; a first one compiles and is not counted."""
    compare_once(2)
    return [_from_fresh(sizes), _on_two(sizes)]


def _from_fresh(sizes: Sizes) -> Row:
    everything = [compare_once(sizes.compare_replications) for _ in range(sizes.compare_runs)]
    wall = [cost.wall_s for cost in everything]
    processor = statistics.median(cost.processor_s for cost in everything)
    cases = _SCENARIOS * _DAYS * PER_DAY * sizes.compare_replications
    return Row(
        "compare", f"a fresh process, {cases:,} cases", statistics.median(wall), "s",
        min(wall), max(wall), 3, 1, detail=f"{short(processor)} s of processors",
    )  # fmt: skip


def _on_two(sizes: Sizes) -> Row:
    """Return how many times as fast two workers are as one, on a longer study."""
    one, two = [], []
    for _ in range(sizes.rounds):
        one.append(compare_once(sizes.jobs_replications, "--jobs", "1").wall_s)
        two.append(compare_once(sizes.jobs_replications, "--jobs", "2").wall_s)
    found = [a / b for a, b in zip(one, two, strict=True)]
    detail = f"{sizes.jobs_replications} replications: {short(statistics.median(one))} s against "
    detail += f"{short(statistics.median(two))} s"
    return Row(
        "compare", "two workers against one", statistics.median(found), "times as fast",
        min(found), max(found), 1.8, more_is_better=True, detail=detail,
    )  # fmt: skip
