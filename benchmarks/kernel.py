"""The kernel workload, ``kernel.toml``: an office, and the numbers that every peer is given."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from sim.office import Office
from sim.office_file import read_office

HERE: Final = Path(__file__).parent
OFFICE: Final = HERE / "kernel.toml"
STUDY: Final = HERE / "kernel_study.toml"
PER_DAY: Final = 150
DAY_MINUTES: Final = 1440
HOUR_MINUTES: Final = 60


@dataclass(frozen=True)
class Workload:
    """What happens on each day, for a peer that knows nothing of office files.

    Attributes
    ----------
    opens
        The hour at which the first customers come.
    by_hour
        Customers of each hour from `opens` on, of both procedures together.
    staff
        Staff of each room, in the order in which a customer goes through them.
    procedures
        Names of the procedures.
    shares
        Share of each procedure among the customers.
    mean_minutes
        Mean service of each procedure in each room; services are exponential.
    """

    opens: int
    by_hour: tuple[float, ...]
    staff: tuple[int, ...]
    procedures: tuple[str, ...]
    shares: tuple[float, ...]
    mean_minutes: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Served:
    """What every contender tells of a run: customers, and their mean wait in all lines together."""

    customers: int
    wait_minutes: float


def kernel_office() -> Office:
    """Return the kernel workload as an office."""
    return read_office(OFFICE)


@cache
def workload() -> Workload:
    """Return the numbers of the office file."""
    raw = tomllib.loads(OFFICE.read_text("utf-8"))
    per_day = [demand["per_day"] for demand in raw["demands"]]
    by_hour = raw["demands"][0]["by_hour"]
    total = sum(by_hour.values())
    return Workload(
        opens=int(min(by_hour)[:2]),
        by_hour=tuple(sum(per_day) * by_hour[hour] / total for hour in sorted(by_hour)),
        staff=tuple(team["staff"] for team in raw["teams"]),
        procedures=tuple(procedure["id"] for procedure in raw["procedures"]),
        shares=tuple(number / sum(per_day) for number in per_day),
        mean_minutes=tuple(
            tuple(step["minutes"]["exponential"]["mean"] for step in procedure["steps"])
            for procedure in raw["procedures"]
        ),
    )
