"""Cases a second on the kernel workload and on the full-featured commune, beside the peers."""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.commune import SOURCE, commune_office
from benchmarks.contenders import (
    C_LOGGED,
    OUR_SIMPY,
    OURS,
    SIMPY,
    C,
    kernel_contenders,
    office_contender,
)
from benchmarks.peers.simpy_commune import Commune
from benchmarks.sizes import Sizes
from benchmarks.table import Row, short
from benchmarks.timing import Contender, Speeds, alternate, ratios

_CALENDAR_DAYS: Final = 2
"""Calendar days for each open day, and more, that logs are written for."""


def kernel(sizes: Sizes) -> tuple[list[Row], dict[str, Speeds]]:
    """Return the rows of the kernel workload, and everybody's speed."""
    speeds = alternate(kernel_contenders(sizes), sizes.rounds, sizes.least_seconds)
    ours = speeds[OURS]
    rows = [
        _times_as_fast(ours, peer, "kernel", *((25, 60) if name == SIMPY else (None, None)))
        for name, peer in speeds.items()
        if name not in (OURS, C, C_LOGGED)
    ]
    rows += [
        _times_the_time(ours, speeds[name], *((3, 1.5) if name == C else (None, None)))
        for name in (C, C_LOGGED)
        if name in speeds
    ]
    return rows, speeds


def commune(sizes: Sizes, kernel_speeds: dict[str, Speeds]) -> list[Row]:
    """Return the rows of the full-featured commune.

    The idiomatic version does less. So the SimPy engine, which does all, is also let stand in for
    one that would do all, at the factor between the two on the kernel workload.
    """
    days = sizes.commune_days
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office = commune_office(folder, 7 + _CALENDAR_DAYS * days)
        contenders = [
            office_contender(OURS, office, days, "compiled"),
            office_contender(OUR_SIMPY, office, days, "simpy"),
            Contender(SIMPY, lambda seed: Commune(folder / SOURCE.name, days, seed).run()),
        ]
        speeds = alternate(contenders, sizes.rounds, sizes.least_seconds)
    factor = statistics.median(ratios(kernel_speeds[OUR_SIMPY], kernel_speeds[SIMPY]))
    ours, stand_in = speeds[OURS], speeds[OUR_SIMPY]
    found = [factor * ratio for ratio in ratios(ours, stand_in)]
    return [
        _times_as_fast(ours, speeds[SIMPY], "commune", 15, 40),
        _times_as_fast(ours, stand_in, "commune", None, None),
        Row(
            "commune", "against that engine at its factor to idiomatic SimPy",
            statistics.median(found), "times as fast", min(found), max(found),
            15, 40, more_is_better=True, detail=f"the row above, times {short(factor)}",
        ),
    ]  # fmt: skip


def _times_as_fast(
    ours: Speeds, peer: Speeds, topic: str, required: float | None, goal: float | None
) -> Row:
    found = ratios(ours, peer)
    return Row(
        topic, f"against {peer.name}", statistics.median(found), "times as fast",
        min(found), max(found), required, goal, more_is_better=True,
        detail=f"{_speed(ours)} against {_speed(peer)}",
    )  # fmt: skip


def _times_the_time(ours: Speeds, peer: Speeds, required: float | None, goal: float | None) -> Row:
    found = [1 / ratio for ratio in ratios(ours, peer)]
    return Row(
        "kernel", f"against {peer.name}", statistics.median(found), "times the time",
        min(found), max(found), required, goal,
        detail=f"{_speed(ours)} against {_speed(peer)}",
    )  # fmt: skip


def _speed(speeds: Speeds) -> str:
    return f"{short(speeds.median / 1000)} k/s"
