"""Verdicts in words, from intervals that hold together over all scenarios and measures."""

from __future__ import annotations

from typing import Final

from sim.comparison import Estimate, Verdict
from sim.estimates import CONFIDENCE, t_quantile
from sim.study import Matters

HEADLINE: Final = (
    "wait_minutes", "visit_minutes", "turnaround_hours", "trips", "same_day_share",
    "on_time_share", "lost", "citizen_cost", "office_cost",
)  # fmt: skip
"""Measures that verdicts are made on."""

LESS: Final = "less"
MORE: Final = "more"
NO_DIFFERENCE: Final = "no difference that matters"
NOT_CLEAR: Final = "not clear yet: more replications"
TOO_MANY_OPEN: Final = "no verdict: too many cases still open"
NO_CASES: Final = "no verdict: no case"

MOST_OPEN: Final = 0.01
"""Largest share of cases that may be open at the end without spoiling a verdict."""
OPEN_SPOILS: Final = ("turnaround_hours", "same_day_share", "on_time_share")
"""Measures of which nothing is said where more than :data:`MOST_OPEN` of the cases are open."""


def simultaneous(scenarios: int) -> float:
    """Return the confidence of each interval so that all hold together (Bonferroni)."""
    return 1 - (1 - CONFIDENCE) / max(scenarios * len(HEADLINE), 1)


def widened(found: Estimate, confidence: float, replications: int) -> Estimate:
    """Return an estimate with an interval of another confidence, made from that of 95%.

    Both are Student's over the same replications, so that only the quantile differs.
    """
    if found.mean is None or found.low is None or found.high is None or replications < 2:
        return found
    ratio = t_quantile(confidence, replications) / t_quantile(CONFIDENCE, replications)
    low, high = (found.mean + ratio * (end - found.mean) for end in (found.low, found.high))
    return Estimate(found.mean, low, high)


def matters_for(measure: str, matters: Matters, baseline: float | None) -> float:
    """Return the smallest difference in a measure that matters, in its unit."""
    if measure.endswith("_minutes"):
        return matters.minutes
    if measure.endswith("_hours"):
        return matters.minutes / 60
    if measure == "trips":
        return matters.trips
    if measure == "lost" or measure.endswith("_share"):
        return matters.share
    return matters.relative * abs(baseline or 0.0)


def verdict(difference: Estimate, matters: float) -> Verdict:
    """Judge a difference by its simultaneous interval.

    Less or more, if the interval lies on one side of zero and the difference is as large as
    matters; no difference that matters, if the whole interval is smaller than that; otherwise it
    is not clear yet.
    """
    mean, low, high = difference.mean, difference.low, difference.high
    if mean is None:
        return Verdict(NO_CASES, low, high, matters)
    if low is None or high is None:
        return Verdict(NOT_CLEAR, low, high, matters)
    if low == high == 0 or (-matters < low and high < matters):
        return Verdict(NO_DIFFERENCE, low, high, matters)
    if high < 0 and mean <= -matters:
        return Verdict(LESS, low, high, matters)
    if low > 0 and mean >= matters:
        return Verdict(MORE, low, high, matters)
    return Verdict(NOT_CLEAR, low, high, matters)
