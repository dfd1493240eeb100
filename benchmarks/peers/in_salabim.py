"""Salabim: a component for each customer, a resource for each room."""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

import salabim

from benchmarks.kernel import DAY_MINUTES, HOUR_MINUTES, Served, Workload


def run(work: Workload, days: int, seed: int) -> Served:
    """Run the kernel workload."""
    env = salabim.Environment(trace=False, random_seed=seed, yieldless=False)
    rng = random.Random(seed)
    rooms = [env.Resource(capacity=number) for number in work.staff]
    waits: list[float] = []
    _Arrivals(env=env, rng=rng, work=work, rooms=rooms, waits=waits, days=days)
    env.run()
    return Served(len(waits), sum(waits) / len(waits))


class _Arrivals(salabim.Component):  # type: ignore[misc]
    def setup(self, rng: random.Random, work: Workload, rooms: Any, waits: Any, days: int) -> None:
        self.rng, self.work, self.rooms, self.waits, self.days = rng, work, rooms, waits, days

    def process(self) -> Generator[Any, None, None]:
        work, rng = self.work, self.rng
        procedures = range(len(work.shares))
        for day in range(self.days):
            for place, expected in enumerate(work.by_hour):
                hour_ends = day * DAY_MINUTES + (work.opens + place + 1) * HOUR_MINUTES
                yield self.hold(till=hour_ends - HOUR_MINUTES)
                while True:
                    gap = rng.expovariate(expected / HOUR_MINUTES)
                    if self.env.now() + gap >= hour_ends:
                        break
                    yield self.hold(gap)
                    means = work.mean_minutes[rng.choices(procedures, work.shares)[0]]
                    _Customer(rng=rng, rooms=self.rooms, means=means, waits=self.waits)


class _Customer(salabim.Component):  # type: ignore[misc]
    def setup(self, rng: random.Random, rooms: Any, means: tuple[float, ...], waits: Any) -> None:
        self.rng, self.rooms, self.means, self.waits = rng, rooms, means, waits

    def process(self) -> Generator[Any, None, None]:
        waited = 0.0
        for room, mean in zip(self.rooms, self.means, strict=True):
            joined = self.env.now()
            yield self.request(room)
            waited += self.env.now() - joined
            yield self.hold(self.rng.expovariate(1 / mean))
            self.release(room)
        self.waits.append(waited)
