"""Verdicts in words, from intervals that hold together over all scenarios and measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
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
"""Largest share of cases that may be open at the end without a warning."""
MOST_OPEN_OF_ANY: Final = 0.05
"""Largest share that leaves a verdict on anything that is measured of cases."""
_SPOILT_ABOVE: Final[Mapping[str, float]] = {
    "turnaround_hours": MOST_OPEN,
    "same_day_share": MOST_OPEN,
    "on_time_share": MOST_OPEN,
    "lost": MOST_OPEN,
    "trips": MOST_OPEN,
    "wait_minutes": MOST_OPEN_OF_ANY,
    "visit_minutes": MOST_OPEN_OF_ANY,
    "citizen_hours": MOST_OPEN_OF_ANY,
    "citizen_cost": MOST_OPEN_OF_ANY,
}
"""Largest share of cases still open that leaves a verdict on a measure; of others any does.

Found by cutting runs off early that were also run to their end, on the same people; the figures
stand in docs/outputs.md. With a share p of the cases open, differences in waiting, visits and cost
were off by p / (1 - p) of themselves in an office that keeps pace, and by no more than matters at
p = 0.05 in one that does not. Open cases are the slow ones, and come more often: there turnaround
was off by hundreds of times what matters at that p, and trips by seven times. And each of them may
be given up in the end: a hundredth of the cases is a hundredth of `lost`, which matters.
"""

_NONE_SEEN: Final = 3.0
"""What was seen in none of n cases is true of at most 3 in n: the rule of three, of 95%."""
_SLIPS_HOURS: Final = 8.0
"""How much later a result is, that slips: a working day."""
_POINT: Final = 1e-9
"""Width of an interval, of its ends, that is rounding alone."""


def spoilt(measure: str, open_share: float) -> bool:
    """Tell whether so many cases are still open that nothing can be said of a measure.

    Parameters
    ----------
    measure
        Its name, with or without where it holds.
    open_share
        The larger share of cases still open, of the two scenarios that are compared.
    """
    return open_share > _SPOILT_ABOVE.get(measure.partition("@")[0], 1.0)


def unseen(measure: str, cases: float, before: float | None) -> float:
    """Return how large a difference may be of which nothing was seen in so many cases.

    It may be there in 3 of n cases. Such a case is taken to differ by itself where cases are
    counted, by a trip, by a working day of turnaround, else by as much as the measure is.

    Parameters
    ----------
    measure
        Its name.
    cases
        How many cases were seen, in all replications.
    before
        Its mean in the baseline.
    """
    size = abs(before or 0.0)
    if measure in ("trips", "lost") or measure.endswith("_share"):
        size = 1.0
    if measure == "turnaround_hours":
        size = _SLIPS_HOURS
    return _NONE_SEEN / max(cases, 1.0) * size


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


def verdict(difference: Estimate, matters: float, missed: float = 0.0) -> Verdict:
    """Judge a difference by its simultaneous interval.

    Less or more, if the interval lies on one side of zero and the difference is as large as
    matters; no difference that matters, if the whole interval is smaller than that; otherwise it
    is not clear yet.

    Parameters
    ----------
    difference
        The difference with that interval.
    matters
        The smallest difference that matters.
    missed
        How large a difference may be of which nothing was seen, as :func:`unseen` has it: where
        all replications agree, their spread says nothing of what rarely happens, and the interval
        reaches so far to either side. 0 for offices that are the same.
    """
    mean, low, high = difference.mean, difference.low, difference.high
    if mean is None:
        return Verdict(NO_CASES, low, high, matters)
    if low is None or high is None:
        return Verdict(NOT_CLEAR, low, high, matters)
    if high - low <= _POINT * max(abs(low), abs(high)):
        low, high = low - missed, high + missed
    return Verdict(_says(mean, low, high, matters), low, high, matters, missed)


def withheld(judged: Verdict, measure: str, open_share: float) -> Verdict:
    """Return a verdict, or that there is none where cases still open spoil the measure."""
    return replace(judged, says=TOO_MANY_OPEN) if spoilt(measure, open_share) else judged


def _says(mean: float, low: float, high: float, matters: float) -> str:
    if low == high == 0 or (-matters < low and high < matters):
        return NO_DIFFERENCE
    if high < 0 and mean <= -matters:
        return LESS
    if low > 0 and mean >= matters:
        return MORE
    return NOT_CLEAR
