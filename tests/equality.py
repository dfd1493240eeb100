"""Whether two service logs are one and the same, and where they part.

Run ``python -m tests.equality OFFICES [FIRST]`` to hold the two engines against each other over as
many random offices as asked.
"""

from __future__ import annotations

import sys
from dataclasses import fields

import numpy as np

from sim.log import ServiceLog
from sim.replication import COMPILED, SIMPY, OfficeRuns
from tests.strategies import Example, random_example

_TABLES = ("steps", "visits", "stays")


def logs_of(example: Example) -> tuple[ServiceLog, ServiceLog]:
    """Return the logs of an office under the compiled engine and under SimPy's."""
    office = example.office()
    compiled, simpy = (
        OfficeRuns(office, example.days, example.warmup, engine=engine).run(example.seed, 0)
        for engine in (COMPILED, SIMPY)
    )
    return compiled, simpy


def parts_that_differ(first: ServiceLog, second: ServiceLog) -> list[str]:
    """Return the parts in which two logs differ in any bit, rows by their place."""
    found = []
    for field in fields(ServiceLog):
        one, other = getattr(first, field.name), getattr(second, field.name)
        if field.name in _TABLES:
            found += _rows_that_differ(field.name, one.rows, other.rows)
        elif field.name == "population":
            found += [
                f"population.{column.name}"
                for column in fields(one)
                if not np.array_equal(getattr(one, column.name), getattr(other, column.name))
            ]
        elif field.name != "members" and not np.array_equal(one, other):
            found.append(field.name)
    return found


def _rows_that_differ(name: str, one: np.ndarray, other: np.ndarray) -> list[str]:
    both = min(len(one), len(other))
    if len(one) == len(other) and np.array_equal(one, other):
        return []
    parted = np.flatnonzero(one[:both] != other[:both])
    first = int(parted[0]) if len(parted) else both
    return [f"{name}: {len(one)} rows and {len(other)}, the first to differ {first}"]


def main(offices: int, first: int = 0) -> int:
    """Hold the engines against each other; return how many offices differ."""
    differing = cases = 0
    for seed in range(first, first + offices):
        compiled, simpy = logs_of(random_example(seed))
        cases += len(compiled.case_end)
        if parts := parts_that_differ(compiled, simpy):
            differing += 1
            print(f"office {seed}: {'; '.join(parts)}")
    print(f"{offices} offices from {first} on, {cases:,} cases: {differing} differ")
    return differing


if __name__ == "__main__":
    sys.exit(bool(main(*map(int, sys.argv[1:]))))
