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
    everything = [compare_once(sizes.compare_replications) for _ in range(sizes.compare_runs)]
    wall = [cost.wall_s for cost in everything]
    processor = statistics.median(cost.processor_s for cost in everything)
    cases = _SCENARIOS * _DAYS * PER_DAY * sizes.compare_replications
    return [
        Row(
            "compare", f"a fresh process, {cases:,} cases", statistics.median(wall), "s",
            min(wall), max(wall), 3, 1, detail=f"{short(processor)} s of processors",
        ),
    ]  # fmt: skip
