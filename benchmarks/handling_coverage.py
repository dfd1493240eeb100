"""How often the intervals of handling times hold the truth: by family, record and number.

python -m benchmarks.handling_coverage [REPETITIONS]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

import numpy as np
from scipy import stats

from sim.calibrate.durations import Floats
from sim.calibrate.handling import HandlingFit, fit_handling

NUMBERS = (60, 300, 1_000)
TRUTHS = {
    "lognormal, cv 0.5": stats.lognorm(0.472, scale=5.4),
    "lognormal, cv 1.1": stats.lognorm(0.9, scale=4.5),
    "gamma, cv 0.7": stats.gamma(2, scale=3),
    "weibull, cv 0.6": stats.weibull_min(1.6, scale=7),
    "exponential": stats.expon(scale=6),
    "uniform": stats.uniform(2, 8),
}


def exactly(x: Floats, _: np.random.Generator) -> HandlingFit:
    """Know every duration."""
    return fit_handling(x)


def to_the_minute(x: Floats, rng: np.random.Generator) -> HandlingFit:
    """Know the minutes in which each begins and ends."""
    return fit_handling(np.floor(x + rng.uniform(size=len(x))))


def cut_short(x: Floats, rng: np.random.Generator) -> HandlingFit:
    """Know of a quarter only that they last longer."""
    until = rng.exponential(20, len(x))
    return fit_handling(np.minimum(x, until), censored=x > until)


def in_ranges(x: Floats, _: np.random.Generator) -> HandlingFit:
    """Know the five minutes in which each lies."""
    low = np.floor(x / 5) * 5
    return fit_handling(x, low=low, high=low + 5)


RECORDS: tuple[Callable[[Floats, np.random.Generator], HandlingFit], ...] = (
    exactly, to_the_minute, cut_short, in_ranges,
)  # fmt: skip


def covered(truth: str, record: int, number: int, seed: int) -> tuple[bool, bool]:
    """Return whether the intervals of mean and cv hold the truth."""
    rng, law = np.random.default_rng(seed), TRUTHS[truth]
    fit = RECORDS[record](law.rvs(number, random_state=rng), rng)
    mean = float(law.mean())
    cv = float(law.std()) / mean
    return fit.mean_low <= mean <= fit.mean_high, fit.cv_low <= cv <= fit.cv_high


def main(repetitions: int) -> None:
    """Print the shares of intervals that hold the truth."""
    print(f"{'truth':<20}{'known':<15}{'number':>7}{'mean':>8}{'cv':>8}")
    for truth in TRUTHS:
        for record, how in enumerate(RECORDS):
            for number in NUMBERS:
                each = partial(covered, truth, record, number)
                mean, cv = np.mean([each(seed) for seed in range(repetitions)], axis=0)
                print(f"{truth:<20}{how.__name__:<15}{number:>7}{mean:>8.3f}{cv:>8.3f}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
