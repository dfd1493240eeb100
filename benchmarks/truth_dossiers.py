"""How often a parameter fitted to a dossier log has the truth in its 95% interval.

An office of the project is run many times; of each run the records are kept as a dossier system
keeps them, with starts and ends of steps; an office is fitted to each. Run
``python benchmarks/truth_dossiers.py``. A parameter is right when at least 87 of 100 intervals
hold it, and all together when 92 to 98% do.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sim.calibrate.dossiers import fit_dossiers
from sim.calibrate.outcome import Fitted
from tests.dossier_logs import permit_office, run_of

DAYS = 120
STEPS = "procedures.permit.steps"
TRUTH = {
    "demands.permit.per_day": 10.0,
    "demands.permit.by_weekday.mon": 1.4,
    "demands.permit.by_weekday.tue": 1.0,
    "demands.permit.by_weekday.wed": 0.9,
    "demands.permit.by_weekday.thu": 0.9,
    "demands.permit.by_weekday.fri": 0.8,
    "demands.permit.spread": 1.6,
    "demands.permit.filed.counter": 0.7,
    f"{STEPS}.intake.minutes.mean": 6.0,
    f"{STEPS}.intake.minutes.cv": 0.5,
    f"{STEPS}.intake.sends_back.share": 0.2,
    f"{STEPS}.intake.sends_back.again": 0.15,
    f"{STEPS}.intake.sends_back.working_days.mean": 3.0,
    f"{STEPS}.review.minutes.mean": 20.0,
    f"{STEPS}.review.minutes.cv": 0.6,
    f"{STEPS}.review.rests.working_days.mean": 3.0,
    f"{STEPS}.review.rests.working_days.cv": 0.7,
    f"{STEPS}.review.sends_back.share": 0.15,
    f"{STEPS}.review.sends_back.again": 0.1,
    f"{STEPS}.review.sends_back.working_days.mean": 4.0,
    f"{STEPS}.inspect.share": 0.35,
    f"{STEPS}.inspect.minutes.mean": 45.0,
    f"{STEPS}.inspect.minutes.cv": 0.4,
    f"{STEPS}.inspect.rests.working_days.mean": 2.0,
    f"{STEPS}.inspect.rests.working_days.cv": 0.8,
    f"{STEPS}.sign.minutes.mean": 3.0,
    f"{STEPS}.sign.minutes.cv": 0.3,
    f"{STEPS}.sign.rests.working_days.mean": 1.0,
    f"{STEPS}.sign.rests.working_days.cv": 0.5,
    f"{STEPS}.until_end.working_days.mean": 4.0,
    f"{STEPS}.until_end.working_days.cv": 0.5,
}
_FAMILY = re.compile(r"\.(lognormal|gamma|weibull|exponential)\.")


def main() -> None:
    """Fit many logs and print how often each interval holds the truth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logs", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with ProcessPoolExecutor(asked.jobs) as pool:
        logs = list(pool.map(partial(held, asked.seed), range(asked.logs), chunksize=5))
    counted: dict[str, list[bool]] = defaultdict(list)
    for found in logs:
        for name, hit in found.items():
            counted[name].append(hit)
    print(f"{'parameter':58} {'truth':>7} {'fitted':>7} {'held':>7}")
    for name, truth in TRUTH.items():
        hits = counted[name]
        print(f"{name:58} {truth:7g} {len(hits):7} {sum(hits) / max(len(hits), 1):7.1%}")
    every = [hit for hits in counted.values() for hit in hits]
    print(f"{'all':58} {'':7} {len(every):7} {sum(every) / len(every):7.1%}")


def held(seed: int, replication: int) -> dict[str, bool]:
    """Return which fitted parameters of one log have the truth in their interval."""
    fit = fit_dossiers(run_of(permit_office(), DAYS, replication, seed))
    return {
        name: row.low <= TRUTH[name] <= row.high
        for row in fit.fitted
        if (name := named(row)) in TRUTH and row.low is not None and row.high is not None
    }


def named(row: Fitted) -> str:
    """Return a parameter's path without the family that was chosen."""
    return _FAMILY.sub(".", row.path).replace(".empirical.values", ".mean")


if __name__ == "__main__":
    main()
