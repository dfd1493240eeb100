"""SimPy as it is usually written: a process for each customer, a ``Resource`` for each room."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator
from functools import partial
from typing import Any

import simpy

from benchmarks.kernel import DAY_MINUTES, HOUR_MINUTES, Served, Workload

Events = Generator[simpy.Event, Any, None]


def run(work: Workload, days: int, seed: int) -> Served:
    """Run the kernel workload."""
    env = simpy.Environment()
    rng = random.Random(seed)
    rooms = [simpy.Resource(env, capacity=number) for number in work.staff]
    waits: list[float] = []
    enter = partial(_customer, env, rng, rooms, waits)
    env.process(_arrivals(env, rng, work, days, enter))
    env.run()
    return Served(len(waits), sum(waits) / len(waits))


def _arrivals(
    env: simpy.Environment,
    rng: random.Random,
    work: Workload,
    days: int,
    enter: Callable[[tuple[float, ...]], Events],
) -> Events:
    procedures = range(len(work.shares))
    for day in range(days):
        for place, expected in enumerate(work.by_hour):
            hour_ends = day * DAY_MINUTES + (work.opens + place + 1) * HOUR_MINUTES
            yield env.timeout(hour_ends - HOUR_MINUTES - env.now)
            while True:
                gap = rng.expovariate(expected / HOUR_MINUTES)
                if env.now + gap >= hour_ends:
                    break
                yield env.timeout(gap)
                procedure = rng.choices(procedures, work.shares)[0]
                env.process(enter(work.mean_minutes[procedure]))


def _customer(
    env: simpy.Environment,
    rng: random.Random,
    rooms: list[simpy.Resource],
    waits: list[float],
    means: tuple[float, ...],
) -> Events:
    waited = 0.0
    for room, mean in zip(rooms, means, strict=True):
        joined = env.now
        with room.request() as request:
            yield request
            waited += env.now - joined
            yield env.timeout(rng.expovariate(1 / mean))
    waits.append(waited)
