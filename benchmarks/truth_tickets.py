"""How often a parameter fitted to a ticket log has the truth in its 95% interval.

Offices of the project with two or three queues are run; of each run the records are kept as a
queue machine keeps them that is read every five minutes, without the end of service; an office is
fitted to each. Run ``python -m benchmarks.truth_tickets``. A parameter is right when at least 87
of 100 intervals hold it, and all together when 92 to 98% do.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from sim.clock import clock_ms
from tests.ticket_logs import Line, ticket_log, ticket_office

MORNING = {"08:00": 0.23, "10:00": 0.49, "13:00": 0.28, "15:30": 0.0}
EVEN = {"08:00": 0.20, "09:30": 0.50, "12:30": 0.12, "14:00": 0.18, "15:30": 0.0}
LATER = {"08:00": 0.18, "09:30": 0.49, "12:30": 0.13, "14:00": 0.20, "15:30": 0.0}
ALONE = Line({"permits": (110.0, MORNING)}, {"08:00": 2, "10:00": 3, "13:00": 2}, 8.3, 0.8)
SHARED = Line(
    {"cards": (80.0, EVEN), "papers": (60.0, LATER)},
    {"08:00": 3, "09:30": 4, "12:30": 2, "14:00": 3},
    8.9,
    0.8,
)
UNEQUAL = (0.6, 0.8, 1.0)
"""Coefficients of variation, by log in turn."""
ENDLESS = 10_000.0
"""Minutes to which an interval of patience reaches that leaves open whether anybody leaves."""


class Told(NamedTuple):
    """One interval and the truth about it."""

    line: str
    name: str
    truth: float
    value: float
    low: float
    high: float

    @property
    def held(self) -> bool:
        """Whether the truth lies in the interval."""
        return self.low <= self.truth <= self.high


def main() -> None:
    """Fit many logs and print how often each interval holds the truth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logs", type=int, default=100)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, help="file for every interval, one a row of JSON")
    asked = parser.parse_args()
    # Each process does one fit at a time: more threads would only wait for each other.
    os.environ["OMP_NUM_THREADS"] = "1"
    begun, told = time.perf_counter(), []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(asked.jobs, context) as pool:
        numbers = range(asked.first, asked.first + asked.logs)
        each = pool.map(partial(fitted, asked.seed), numbers)
        for number, found in zip(numbers, each, strict=True):
            told += found
            if asked.out is not None:
                with asked.out.open("a", encoding="utf-8") as file:
                    file.writelines(f"{json.dumps([number, *one])}\n" for one in found)
    show(told)
    print(f"{asked.logs} logs in {time.perf_counter() - begun:.0f} s")


def truth_of(number: int) -> tuple[Line, Line]:
    """Return the lines of a log: every other one has the day's pace and people who leave."""
    alone = replace(ALONE, cv=UNEQUAL[number % 3])
    shared = replace(SHARED, cv=UNEQUAL[(number + 1) % 3])
    if number % 2:
        return _uneven(alone), shared
    return alone, _uneven(shared)


def _uneven(line: Line) -> Line:
    """Return a line whose days differ and some of whose people leave."""
    return replace(line, day_cv=0.1, patience=90.0, spread=2.0)


def fitted(seed: int, number: int) -> list[Told]:
    """Return the intervals of one log with their truth."""
    from sim.calibrate.tickets import fit_tickets

    lines = truth_of(number)
    fit = fit_tickets(ticket_log(ticket_office(lines), 8 + number % 3, number, seed), seed=number)
    rows = {row.path: row for row in fit.fitted}
    return [
        Told(kind, name, truth, row.value, row.low, row.high)
        for kind, line in zip(("alone", "shared"), lines, strict=True)
        for path, name, truth in truths(line, fit.content)
        if (row := rows.get(path)) is not None and row.low is not None and row.high is not None
    ]


def truths(line: Line, content: dict[str, Any]) -> Iterator[tuple[str, str, float]]:
    """Yield path, name and truth of the numbers of one line in the content of a fitted office."""
    first = min(line.queues)
    minutes = f"procedures.{first}.steps.serve.minutes.lognormal"
    yield f"{minutes}.mean", "mean", line.mean
    yield f"{minutes}.cv", "cv", line.cv
    roles = {p["id"]: p["steps"][0]["role"] for p in content["procedures"]}
    yield f"roles.{roles[first]}.day_cv", "day_cv", line.day_cv
    yield f"demands.{first}.patience.exponential.mean", "patience", line.patience or ENDLESS
    for demand in content["demands"]:
        if demand["id"] in line.queues:
            per_day, by_hour = line.queues[demand["id"]]
            path = f"demands.{demand['id']}"
            yield f"{path}.per_day", "per_day", per_day
            yield f"{path}.spread", "spread", line.spread
            yield from shares(f"{path}.by_hour", by_hour, list(demand.get("by_hour", {})))


def shares(
    path: str, by_hour: Mapping[str, float], fitted: list[str]
) -> Iterator[tuple[str, str, float]]:
    """Yield path, name and truth of the shares of the day that was fitted, whatever its bins."""
    for begin, end in pairwise([*fitted, "24:00"]):
        yield f"{path}.{begin}", "by_hour", _share(by_hour, clock_ms(begin), clock_ms(end))


def _share(by_hour: Mapping[str, float], begin: int, end: int) -> float:
    """Return the share of people who come between two times, even from each time to the next."""
    found = 0.0
    for (at, share), until in zip(by_hour.items(), [*list(by_hour)[1:], "16:00"], strict=True):
        since, closing = clock_ms(at), clock_ms(until)
        inside = max(min(end, closing) - max(begin, since), 0)
        found += share * inside / (closing - since)
    return found / sum(by_hour.values())


def show(told: list[Told]) -> None:
    """Print how often each interval holds the truth, and what it is like."""
    rows: dict[tuple[str, str, str], list[Told]] = defaultdict(list)
    for one in told:
        own = "any" if one.name == "by_hour" else f"{one.truth:g}"
        for line, truth in ((one.line, own), ("both", "any")):
            rows[one.name, line, truth].append(one)
        rows["all", "both", "any"].append(one)
    names = ("parameter", "line", "truth", "number", "held", "below", "above", "value", "width")
    print("".join(f"{name:>10}" for name in names))
    for key, of_key in sorted(rows.items()):
        number = len(of_key)
        counts = [
            sum(one.held for one in of_key),
            sum(one.high < one.truth for one in of_key),
            sum(one.low > one.truth for one in of_key),
        ]
        parts = [f"{count / number:.1%}" for count in counts]
        value = sum(one.value for one in of_key) / number
        width = sum(one.high - one.low for one in of_key) / number
        print("".join(f"{each:>10}" for each in (*key, number, *parts)), end="")
        print("" if key[0] == "all" else f"{value:10.3g}{width:10.3g}")


if __name__ == "__main__":
    main()
