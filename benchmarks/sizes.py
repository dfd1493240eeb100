"""How much is run: all of it, or less for a look or a test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Sizes:
    """Sizes of all parts.

    Attributes
    ----------
    rounds
        Turns of each contender.
    least_seconds
        Shortest turn.
    kernel_days, commune_days
        Days of a replication.
    slow_days
        Days of a replication by peers that take a second for a month.
    compare_runs, compare_replications
        Fresh processes that compare; replications of each.
    jobs_replications
        Replications of a study that one and two workers compare.
    grown_cases
        Cases of one replication, growing.
    memory_cases
        Cases of two replications whose memory is compared.
    memory_replications
        Replications of two studies whose memory is compared.
    """

    rounds: int
    least_seconds: float
    kernel_days: int
    commune_days: int
    slow_days: int
    compare_runs: int
    compare_replications: int
    jobs_replications: int
    grown_cases: tuple[int, ...]
    memory_cases: tuple[int, int]
    memory_replications: tuple[int, int]


FULL: Final = Sizes(
    rounds=9,
    least_seconds=1.0,
    kernel_days=250,
    commune_days=250,
    slow_days=50,
    compare_runs=9,
    compare_replications=100,
    jobs_replications=1000,
    grown_cases=(10_000, 100_000, 1_000_000, 10_000_000),
    memory_cases=(100_000, 1_000_000),
    memory_replications=(10, 100),
)
QUICK: Final = Sizes(
    rounds=3,
    least_seconds=0.2,
    kernel_days=250,
    commune_days=60,
    slow_days=20,
    compare_runs=3,
    compare_replications=100,
    jobs_replications=400,
    grown_cases=(10_000, 100_000, 1_000_000),
    memory_cases=(50_000, 500_000),
    memory_replications=(10, 50),
)
TINY: Final = Sizes(
    rounds=1,
    least_seconds=0.0,
    kernel_days=5,
    commune_days=3,
    slow_days=2,
    compare_runs=1,
    compare_replications=2,
    jobs_replications=2,
    grown_cases=(1_000, 2_000),
    memory_cases=(1_000, 2_000),
    memory_replications=(2, 3),
)
