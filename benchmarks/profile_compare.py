"""Where the time of a whole ``onestop compare`` goes, by phase.

``python benchmarks/profile_compare.py [STUDY] [--replications N]`` compares in a fresh process
under Python's own profiler and adds up the time that functions took themselves. What numpy,
built-in and library functions took counts for whichever phase called them, in proportion to what
each caller waited for them. Replications run in that process, one after the other.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.table import short
from benchmarks.timing import fresh

STUDY: Final = Path(__file__).with_name("kernel_study.toml")
Function = tuple[str, int, str]
Stats = dict[Function, tuple[int, int, float, float, dict[Function, tuple[int, int, float, float]]]]

PHASES: Final = {
    "imports": ("<frozen importlib", "<module>"),
    "compiled code made or loaded": ("/numba/", "/llvmlite/", "sim/compiled"),
    "office and study read": (
        "sim/office",
        "sim/toml",
        "sim/study",
        "sim/consistency",
        "sim/reforms",
        "sim/calendar",
        "sim/blueprint",
        "sim/replay",
        "sim/provenance",
        "sim/identity",
    ),
    "drawing": (
        "sim/population",
        "sim/crowd",
        "sim/cases",
        "sim/filings",
        "sim/steps",
        "sim/seasons",
        "sim/rota",
        "sim/draws",
        "sim/arrivals",
        "sim/presence",
        "sim/distributions",
        "sim/inverse",
        "sim/quantiles",
    ),
    "simulating": ("sim/engines", "sim/log", "sim/replication"),
    "measuring": (
        "sim/case_table",
        "sim/causes",
        "sim/costs",
        "sim/measures",
        "sim/summaries",
        "sim/sketches",
    ),
    "comparing": (
        "sim/samples",
        "sim/estimates",
        "sim/verdicts",
        "sim/experiment",
        "sim/stopping",
        "sim/precision",
    ),
    "cases and events written": ("sim/tables", "sim/results"),
    "page": ("sim/report", "sim/charts", "sim/look"),
    "terminal and workers": ("sim/cli", "sim/terminal", "sim/execution", "sim/worker"),
}
"""Parts of the names of files by phase, the first that fits; helpers are in none."""
OTHER: Final = "other"


def main() -> None:
    """Print seconds by phase."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("study", nargs="?", default=str(STUDY))
    parser.add_argument("--replications", type=int, default=100)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.here:
        print(json.dumps(_profiled(asked.study, asked.replications)))
        return
    once = [str(Path(__file__)), asked.study, "--here", "--replications"]
    fresh([*once, "2"])
    cost = fresh([*once, str(asked.replications)])
    print(f"{'whole process, profiled':40} {cost.wall_s:8.3f} s")
    for phase, seconds in sorted((cost.said or {}).items(), key=lambda item: -item[1]):
        print(f"{phase:40} {seconds:8.3f} s  {short(100 * seconds / cost.wall_s):>5} %")


def _profiled(study: str, replications: int) -> dict[str, float]:
    import cProfile
    import pstats

    profile = cProfile.Profile()
    with tempfile.TemporaryDirectory() as folder:
        profile.enable()
        _compare(study, replications, folder)
        profile.disable()
    stats: Any = pstats.Stats(profile)
    return by_phase(stats.stats)


def _compare(study: str, replications: int, folder: str) -> None:
    from sim.cli import app

    asked = ["compare", study, "--replications", str(replications), "--out", folder, "--quiet"]
    asked += ["--jobs", "1"]
    app(asked, standalone_mode=False)


def by_phase(stats: Stats) -> dict[str, float]:
    """Add up the own time of functions by phase, that of helpers by the phase of who called them.

    Parameters
    ----------
    stats
        As :class:`pstats.Stats` has it: of each function the calls, own time, time with what it
        calls, and the same by caller.
    """
    shares: dict[Function, dict[str, float]] = {}
    found: defaultdict[str, float] = defaultdict(float)
    for function, (_, _, own, _, _) in stats.items():
        for phase, share in _shares(function, stats, shares).items():
            found[phase] += own * share
    return dict(found)


def _shares(
    function: Function, stats: Stats, known: dict[Function, dict[str, float]]
) -> dict[str, float]:
    """Return the share of a function's time that belongs to each phase."""
    if function in known:
        return known[function]
    if phase := phase_of(function):
        known[function] = {phase: 1.0}
        return known[function]
    known[function] = {OTHER: 1.0}  # what calls itself asks again before it is known
    callers = stats[function][4]
    waited = {caller: max(cell[3], 1e-12) for caller, cell in callers.items() if caller in stats}
    total = sum(waited.values())
    found: defaultdict[str, float] = defaultdict(float)
    for caller, seconds in waited.items():
        for phase, share in _shares(caller, stats, known).items():
            found[phase] += share * seconds / total
    if found:
        known[function] = dict(found)
    return known[function]


def phase_of(function: Function) -> str | None:
    """Return the phase that a function belongs to, None for helpers of several."""
    place, name = function[0].replace("\\", "/"), function[2]
    for phase, marks in PHASES.items():
        if any(mark == name or mark in place for mark in marks):
            return phase
    return None


if __name__ == "__main__":
    main()
