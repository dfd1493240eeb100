"""How often intervals cover the truth: of fixed numbers of replications, and where studies stop.

The office has an exact answer: four clerks, 38 people an hour for seven hours, six minutes each,
exponential; it opens empty. Its scenario has a fifth clerk. Run ``python benchmarks/coverage.py``;
figures and what they mean stand in ``docs/precision.md``. A replication is a single day, or
several with ``--days``: single days are skewed most, and hardest.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sim.clock import MINUTE_MS
from sim.comparison import BASELINE, Estimate
from sim.estimates import Percentile, Points, Ratio, difference
from sim.office import Office
from sim.precision import LIMIT, read_precision
from sim.replication import OfficeRuns
from sim.sketches import Sketch
from sim.stopping import Rounds
from tests.offices import smallest
from tests.theory import found_in_a_day, wait_of_a_day, wait_quantile

RATE, MEAN, MINUTES = 38 / 60, 6.0, 7 * 60
CLERKS = {BASELINE: 4, "fifth": 5}
PERCENT = 90
POINTS = 128
DIFFERENCE = "difference."
FIXED = (30, 100)
SOUGHT = {
    1: ("wait_minutes=20%", "wait_minutes=10%", "wait_minutes=1.5", "wait_minutes_p90=15%",
        "difference.wait_minutes=1.5"),
    5: ("wait_minutes=10%", "wait_minutes=6%", "wait_minutes=1", "wait_minutes_p90=10%",
        "difference.wait_minutes=1"),
}  # fmt: skip
"""What is asked, by days of a replication."""


@dataclass(frozen=True)
class Trial:
    """One interval: whether it holds the truth, lies below it, and of how many replications."""

    covers: bool
    below: bool
    count: int


def main() -> None:
    """Run many studies and print how often each kind of interval covers the truth."""
    options = _options()
    found: dict[str, list[Trial]] = defaultdict(list)
    with ProcessPoolExecutor(options.jobs) as pool:
        for made in pool.map(partial(study, options.days), range(options.studies), chunksize=4):
            for name, trial in made.items():
                found[name].append(trial)
    print(f"{options.studies} studies, {options.days} days a replication")
    print(f"{'':46}{'covers':>8}{'below':>8}{'above':>8}{'replications':>16}")
    for name, trials in found.items():
        print(_line(name, trials))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=1000)
    parser.add_argument("--days", type=int, choices=tuple(SOUGHT), default=1)
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def _line(name: str, trials: list[Trial]) -> str:
    covers, below = (np.mean([getattr(t, which) for t in trials]) for which in ("covers", "below"))
    counts = sorted(trial.count for trial in trials)
    spread = f"{np.mean(counts):.0f} ({counts[0]}-{counts[-1]})"
    return f"{name:46}{covers:8.1%}{below:8.1%}{1 - covers - below:8.1%}{spread:>16}"


@cache
def truths() -> dict[str, float]:
    """Return the exact values by measure."""
    means = {name: wait_of_a_day(c, RATE, MEAN, MINUTES) for name, c in CLERKS.items()}
    there = found_in_a_day(CLERKS[BASELINE], RATE, MEAN, MINUTES)
    return {
        "wait_minutes": means[BASELINE],
        f"wait_minutes_p{PERCENT}": wait_quantile(PERCENT / 100, there, CLERKS[BASELINE], MEAN),
        f"{DIFFERENCE}wait_minutes": means["fifth"] - means[BASELINE],
    }


@cache
def ready(days: int, name: str) -> OfficeRuns:
    """Return the office or its scenario, made ready."""
    return OfficeRuns(office(CLERKS[name]), days, 0)


def office(clerks: int) -> Office:
    """Return the office with so many clerks."""
    raw = smallest()
    raw["calendar"]["hours"] = {"mon-sun": ["08:00-15:00"]}
    raw["teams"][0] |= {"staff": clerks, "closing": "finish queue"}
    raw["procedures"][0]["steps"][0]["minutes"] = {"exponential": {"mean": MEAN}}
    raw["demands"][0]["per_day"] = RATE * MINUTES
    return Office.model_validate(raw)


def study(days: int, seed: int) -> dict[str, Trial]:
    """Return the intervals of one study, each of the same replications from the first on."""
    luck = Replications(days, seed)
    trials = {}
    for count in FIXED:
        for name, truth in truths().items():
            estimate = _estimate(luck.first(count), name)
            trials[f"{count} replications, {name}"] = _trial(estimate, truth, count)
    for text in SOUGHT[days]:
        name = text.partition("=")[0]
        samples = luck.empty(with_scenario=name.startswith(DIFFERENCE))
        asked = read_precision([text], most=LIMIT)
        assert asked is not None
        rounds = Rounds(asked, samples, BASELINE)
        for numbers in rounds:
            luck.fill(samples, numbers)
        trials[f"--precision {text}"] = _trial(
            _estimate(samples, name), truths()[name], rounds.count
        )
    return trials


class Waits:
    """The waits of one scenario, taken in as a study takes in its replications."""

    def __init__(self) -> None:
        self.sketches: list[Sketch] = []

    def names(self) -> list[str]:
        """Return the name of the mean."""
        return ["wait_minutes"]

    def ratio(self, name: str) -> Ratio:  # noqa: ARG002 - as a study asks
        """Return the mean wait."""
        sums = np.array([float(each.sums.sum()) for each in self.sketches])
        return Ratio(sums / MINUTE_MS, np.array([float(len(each)) for each in self.sketches]))

    def percentile_names(self) -> list[str]:
        """Return the name of the percentile."""
        return [f"wait_minutes_p{PERCENT}"]

    def percentile(self, name: str) -> Percentile:  # noqa: ARG002 - as a study asks
        """Return the percentile of all waits."""
        own = [each.percentiles([PERCENT])[0] / MINUTE_MS for each in self.sketches]
        points = [Points.of(self.sketches, POINTS)]
        pooled = Sketch.merged(self.sketches)
        return Percentile(pooled, PERCENT, np.array(own), points, unit=MINUTE_MS)


class Replications:
    """Replications of one study, run when they are first asked for."""

    def __init__(self, days: int, seed: int) -> None:
        self._found: dict[str, list[Sketch]] = {name: [] for name in CLERKS}
        self._days = days
        self._seed = seed

    def empty(self, *, with_scenario: bool) -> dict[str, Waits]:
        """Return scenarios to be filled."""
        return {name: Waits() for name in CLERKS if with_scenario or name == BASELINE}

    def first(self, count: int) -> dict[str, Waits]:
        """Return scenarios with the first few replications."""
        scenarios = self.empty(with_scenario=True)
        self.fill(scenarios, range(count))
        return scenarios

    def fill(self, scenarios: dict[str, Waits], numbers: range) -> None:
        """Put replications into scenarios."""
        for name, into in scenarios.items():
            known = self._found[name]
            known.extend(self._run(name, range(len(known), numbers.stop)))
            into.sketches.extend(known[numbers.start : numbers.stop])

    def _run(self, name: str, numbers: range) -> Iterator[Sketch]:
        for number in numbers:
            steps = ready(self._days, name).run(self._seed, number).steps
            served = steps.started >= 0
            yield Sketch.of(steps.started[served] - steps.joined[served])


def _estimate(scenarios: dict[str, Waits], name: str) -> Estimate:
    base, measure = scenarios[BASELINE], name.removeprefix(DIFFERENCE)
    if measure != name:
        return difference(base.ratio(measure), scenarios["fifth"].ratio(measure))
    if measure in base.percentile_names():
        return base.percentile(measure).estimate()
    return base.ratio(measure).estimate()


def _trial(estimate: Estimate, truth: float, count: int) -> Trial:
    assert estimate.low is not None
    assert estimate.high is not None
    return Trial(estimate.low <= truth <= estimate.high, estimate.high < truth, count)


if __name__ == "__main__":
    main()
