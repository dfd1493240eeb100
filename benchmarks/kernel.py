"""The kernel workload: three steps, 3, 7 and 2 staff, two procedures, hourly arrival rates.

The same office twice: as an office file, and as SimPy is usually written, a process for each
customer and a ``Resource`` for each desk.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import simpy

from sim.office import Office

DAYS = 250
PER_DAY = 150
HOURS = (8, 16)
BY_HOUR = (12, 20, 22, 16, 8, 12, 14, 6)
STAFF = {"intake": 3, "handle": 7, "return": 2}
PROCEDURES = {
    "renew": (0.6, {"intake": 6.0, "handle": 17.0, "return": 4.0}),
    "first_issue": (0.4, {"intake": 8.0, "handle": 24.0, "return": 5.0}),
}


def kernel_office() -> Office:
    """Return the kernel workload as an office."""
    begin, end = HOURS
    hours = {f"{begin + i:02d}:00": share for i, share in enumerate(BY_HOUR)}
    return Office.model_validate(
        {
            "title": "Kernel workload",
            "calendar": {
                "start": "2023-01-02",
                "hours": {"mon-sun": [f"{begin:02d}:00-{end:02d}:00"]},
            },
            "teams": [
                {"id": name, "staff": number, "roles": [name], "closing": "finish queue"}
                for name, number in STAFF.items()
            ],
            "procedures": [
                {
                    "id": name,
                    "steps": [
                        {
                            "id": step,
                            "role": step,
                            "visitor": True,
                            "minutes": {"exponential": {"mean": mean}},
                        }
                        for step, mean in means.items()
                    ],
                }
                for name, (_, means) in PROCEDURES.items()
            ],
            "demands": [
                {
                    "id": name,
                    "needs": [name],
                    "per_day": share * PER_DAY,
                    "by_hour": hours,
                }
                for name, (share, _) in PROCEDURES.items()
            ],
        }
    )


def idiomatic(days: int, seed: int) -> tuple[int, float]:
    """Run the kernel workload as SimPy is usually written.

    Returns
    -------
    tuple
        Customers served and their mean wait in minutes.
    """
    env = simpy.Environment()
    rng = random.Random(seed)
    desks = {name: simpy.Resource(env, capacity=number) for name, number in STAFF.items()}
    waits: list[float] = []
    env.process(_arrivals(env, rng, desks, waits, days))
    env.run()
    return len(waits), sum(waits) / len(waits)


def _arrivals(
    env: simpy.Environment,
    rng: random.Random,
    desks: dict[str, simpy.Resource],
    waits: list[float],
    days: int,
) -> Generator[simpy.Event, Any, None]:
    names = list(PROCEDURES)
    shares = [share for share, _ in PROCEDURES.values()]
    total = sum(BY_HOUR)
    for day in range(days):
        for i, share in enumerate(BY_HOUR):
            hour_ends = day * 1440 + (HOURS[0] + i + 1) * 60
            yield env.timeout(hour_ends - 60 - env.now)
            mean_gap = 60 / (PER_DAY * share / total)
            while True:
                gap = rng.expovariate(1 / mean_gap)
                if env.now + gap >= hour_ends:
                    break
                yield env.timeout(gap)
                name = rng.choices(names, shares)[0]
                env.process(_customer(env, rng, desks, PROCEDURES[name][1], waits))


def _customer(
    env: simpy.Environment,
    rng: random.Random,
    desks: dict[str, simpy.Resource],
    means: dict[str, float],
    waits: list[float],
) -> Generator[simpy.Event, Any, None]:
    waited = 0.0
    for step, mean in means.items():
        joined = env.now
        with desks[step].request() as request:
            yield request
            waited += env.now - joined
            yield env.timeout(rng.expovariate(1 / mean))
    waits.append(waited)
