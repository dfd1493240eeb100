"""How times are taken: contenders in turn in one run, processor time, medians of ratios."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
_KIB: Final = 1024
_STATUS: Final = Path("/proc/self/status")


@dataclass(frozen=True)
class Contender:
    """Somebody who runs a workload.

    Attributes
    ----------
    name
        Who, in the table.
    run
        Runs one replication of a seed and returns the number of cases.
    """

    name: str
    run: Callable[[int], int]


@dataclass(frozen=True)
class Speeds:
    """Cases a second of processor time, a number for each round.

    Attributes
    ----------
    name
        Whose.
    cases_per_s
        By processor time, which a busy machine disturbs least.
    wall_cases_per_s
        By the clock.
    """

    name: str
    cases_per_s: tuple[float, ...]
    wall_cases_per_s: tuple[float, ...]

    @property
    def median(self) -> float:
        """Cases a second of processor time."""
        return statistics.median(self.cases_per_s)


def alternate(
    contenders: Sequence[Contender], rounds: int, least_seconds: float
) -> dict[str, Speeds]:
    """Let contenders run in turn, round after round, every other round in the opposite order.

    Parameters
    ----------
    contenders
        Who.
    rounds
        How often each has its turn.
    least_seconds
        A turn runs further replications, each of a seed of its own so that no branch predictor
        learns one by heart, until it has taken so long.
    """
    for contender in contenders:
        contender.run(0)
    turns: dict[str, list[tuple[float, float]]] = {c.name: [] for c in contenders}
    for number in range(rounds):
        for contender in contenders if number % 2 == 0 else reversed(contenders):
            turns[contender.name].append(_turn(contender, 1 + 10_000 * number, least_seconds))
    return {
        name: Speeds(name, tuple(t[0] for t in found), tuple(t[1] for t in found))
        for name, found in turns.items()
    }


def _turn(contender: Contender, seed: int, least_seconds: float) -> tuple[float, float]:
    cases, begin, begin_wall = 0, time.process_time(), time.perf_counter()
    while True:
        cases += contender.run(seed)
        seed += 1
        took, wall = time.process_time() - begin, time.perf_counter() - begin_wall
        if took >= least_seconds:
            return cases / took, cases / wall


def ratios(ours: Speeds, peer: Speeds) -> list[float]:
    """Return how many times as fast as a peer we were, round by round."""
    return [a / b for a, b in zip(ours.cases_per_s, peer.cases_per_s, strict=True)]


@dataclass(frozen=True)
class ProcessCost:
    """What a fresh process took, with its children.

    Attributes
    ----------
    wall_s, processor_s
        Seconds by the clock, and of all processors together.
    said
        What it printed last, read as JSON; None if it printed nothing.
    """

    wall_s: float
    processor_s: float
    said: dict[str, float] | None


def fresh(arguments: Sequence[str], folder: Path = ROOT) -> ProcessCost:
    """Run Python with arguments in a fresh process.

    Raises
    ------
    subprocess.CalledProcessError
        If it fails; what it said of that is shown.
    """
    command = [sys.executable, *arguments]
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths)}
    before, begin = os.times(), time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    wall, after = time.perf_counter() - begin, os.times()
    processor = after.children_user - before.children_user
    processor += after.children_system - before.children_system
    last = done.stdout.strip().splitlines()[-1:]
    return ProcessCost(wall, processor, json.loads(last[0]) if last else None)


def peak_bytes() -> int:
    """Return the most memory that this process has held at once, since :func:`forget_peak`.

    Linux's own count begins anew with each program, that of ``getrusage`` does not.
    """
    if _STATUS.exists():
        return _from_status("VmHWM")
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * _KIB


def forget_peak() -> int:
    """Begin the count of :func:`peak_bytes` anew, and return the memory held now.

    Returns 0, and changes nothing, where the system has no such thing.
    """
    try:
        Path("/proc/self/clear_refs").write_text("5", "ascii")
    except OSError:
        return 0
    return _from_status("VmRSS")


def _from_status(name: str) -> int:
    lines = _STATUS.read_text("ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) * _KIB
