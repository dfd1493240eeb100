"""What it does to a study's differences to move an assumption: shifts, intervals, verdicts.

A shift is taken replication by replication, on the same people: the scenario's difference from the
baseline with the assumption moved, minus that without. It is added to the study's own difference.
The variances of both add up as if they were independent, with no more degrees of freedom than the
smaller of them has: those of Satterthwaite and Welch can be more, and make a verdict clearer by
noise. Where an end was run on the very days and replications of the study, nothing is added up: the
difference there has its own interval.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.comparison import Comparison, Estimate, Hinge, Moved
from sim.draws import Floats
from sim.estimates import CONFIDENCE, Ratio, around, t_quantile
from sim.sensitivity.assumptions import Assumption
from sim.sensitivity.runs import Found, Sums
from sim.verdicts import (
    HEADLINE,
    NOT_CLEAR,
    TOO_MANY_OPEN,
    simultaneous,
    spoilt,
    verdict,
)


@dataclass(frozen=True)
class There:
    """A difference at an end, run as the study was: its value, and that of each replication."""

    value: float
    by_replication: Floats | None


@dataclass(frozen=True)
class Shift:
    """By how much a difference moves.

    Attributes
    ----------
    value
        The shift; None where there is no case to tell it from.
    by_replication
        What each replication contributes; None with one replication.
    spoilt
        Whether so many cases are open at the end that it says nothing.
    there
        The moved difference itself, where the days and replications are those of the study.
    """

    value: float | None
    by_replication: Floats | None
    spoilt: bool = False
    there: There | None = None

    @property
    def variance(self) -> tuple[float, int] | None:
        """The variance of the value and its degrees of freedom; None with one replication."""
        column = self.by_replication
        if column is None or len(column) < 2:
            return None
        return float(column.var(ddof=1)) / len(column), len(column) - 1


Shifts = dict[str, dict[str, Shift]]
"""By scenario and headline measure."""


def shifts(comparison: Comparison, as_it_is: Found, moved: Found, *, whole: bool = False) -> Shifts:
    """Return by how much every difference of a comparison moves.

    Parameters
    ----------
    comparison
        With verdicts: of their measures shifts are taken.
    as_it_is, moved
        The same replications without and with an assumption moved.
    whole
        Whether these are all days and replications of the study.
    """
    base = comparison.baseline
    return {
        scenario: {
            measure: _shift(
                measure,
                (as_it_is[base], as_it_is[scenario]),
                (moved[base], moved[scenario]),
                whole=whole,
            )
            for measure in made
        }
        for scenario, made in comparison.verdicts.items()
    }


def _shift(
    measure: str, before: tuple[Sums, Sums], after: tuple[Sums, Sums], *, whole: bool
) -> Shift:
    too_open = spoilt(measure, _still_open(after)) and not spoilt(measure, _still_open(before))
    own, there = _between(measure, *before), _between(measure, *after)
    if own is None or there is None:
        return Shift(None, None, too_open)
    by_replication = None
    if own.by_replication is not None and there.by_replication is not None:
        by_replication = there.by_replication - own.by_replication
    return Shift(there.value - own.value, by_replication, too_open, there if whole else None)


def _between(measure: str, base: Sums, scenario: Sums) -> There | None:
    """Return the difference in a measure, paired by replication; None without a case."""
    place = HEADLINE.index(measure)
    first, second = (Ratio(each.sums[:, place], each.counts[:, place]) for each in (base, scenario))
    if first.value is None or second.value is None:
        return None
    paired = None
    if first.pseudo is not None and second.pseudo is not None:
        paired = second.pseudo - first.pseudo
    return There(second.value - first.value, paired)


def _still_open(found: tuple[Sums, Sums]) -> float:
    return max(each.still_open for each in found)


def weight(comparison: Comparison, *ends: Shifts) -> float:
    """Return the largest of some shifts, measured in the smallest differences that matter."""
    return max(
        (
            abs(shift.value) / made.matters
            for found in ends
            for scenario, by_measure in found.items()
            for measure, shift in by_measure.items()
            for made in (comparison.verdicts[scenario][measure],)
            if shift.value is not None and made.matters > 0 and made.says != TOO_MANY_OPEN
        ),
        default=0.0,
    )


def may_turn(comparison: Comparison, *ends: Shifts) -> bool:
    """Tell whether some shift would change a verdict if it were known without uncertainty."""
    return any(
        _turns(comparison, scenario, measure, shift)
        for found in ends
        for scenario, by_measure in found.items()
        for measure, shift in by_measure.items()
    )


def _turns(comparison: Comparison, scenario: str, measure: str, shift: Shift) -> bool:
    made = comparison.verdicts[scenario][measure]
    own = comparison.differences[scenario][measure]
    low, high = made.low, made.high
    if made.says in (TOO_MANY_OPEN, NOT_CLEAR) or None in (shift.value, own.mean, low, high):
        return False
    by = shift.value or 0.0
    moved = Estimate((own.mean or 0.0) + by, (low or 0.0) + by, (high or 0.0) + by)
    return shift.spoilt or verdict(moved, made.matters, made.missed).says != made.says


def hinge(
    comparison: Comparison,
    assumption: Assumption,
    replications: int,
    low: tuple[float, Shifts],
    high: tuple[float, Shifts],
) -> Hinge:
    """Return what was found at both ends of an assumption's span: values and shifts there."""
    return Hinge(
        assumption.path,
        assumption.value,
        assumption.ranged,
        replications,
        _moved(comparison, *low),
        _moved(comparison, *high),
    )


def _moved(comparison: Comparison, value: float, found: Shifts) -> Moved:
    differences = {
        scenario: {
            measure: _difference(comparison, scenario, measure, shift, CONFIDENCE)
            for measure, shift in by_measure.items()
        }
        for scenario, by_measure in found.items()
    }
    return Moved(
        value,
        {
            scenario: {measure: _estimate(shift) for measure, shift in by_measure.items()}
            for scenario, by_measure in found.items()
        },
        differences,
        {scenario: _verdicts(comparison, scenario, each) for scenario, each in found.items()},
    )


def _estimate(shift: Shift) -> Estimate:
    return around(shift.value, shift.by_replication, CONFIDENCE)


def _difference(
    comparison: Comparison, scenario: str, measure: str, shift: Shift, confidence: float
) -> Estimate:
    """Return the difference at an end: its own, or the study's moved by a shift."""
    own = comparison.differences[scenario][measure]
    if own.mean is None or shift.value is None:
        return Estimate(None, None, None)
    if shift.there is not None:
        return around(shift.there.value, shift.there.by_replication, confidence)
    value = own.mean + shift.value
    if own.low is None or own.high is None or shift.variance is None:
        return Estimate(value, None, None)
    half = (own.high - own.low) / 2
    error = half / t_quantile(CONFIDENCE, comparison.replications)
    if shift.variance[0] == 0 and confidence == CONFIDENCE:
        return Estimate(value, own.low + shift.value, own.high + shift.value)
    own_variance = error**2, comparison.replications - 1
    return _added(value, [own_variance, shift.variance], confidence)


def _added(value: float, variances: list[tuple[float, int]], confidence: float) -> Estimate:
    """Return a value with the interval of summed variances and the least degrees of freedom."""
    known = [(variance, freedom) for variance, freedom in variances if variance > 0]
    if not known:
        return Estimate(value, value, value)
    least = min(freedom for _, freedom in known)
    half = t_quantile(confidence, least + 1) * math.sqrt(sum(variance for variance, _ in known))
    return Estimate(value, value - half, value + half)


def _verdicts(comparison: Comparison, scenario: str, found: dict[str, Shift]) -> dict[str, str]:
    """Return what the moved differences amount to; nothing is said of a single replication.

    A verdict that is not clear in the study stays so: there is none yet that could change.
    """
    confidence = simultaneous(len(comparison.differences))
    says: dict[str, str] = {}
    for measure, shift in found.items():
        made = comparison.verdicts[scenario][measure]
        moved = _difference(comparison, scenario, measure, shift, confidence)
        if made.says == TOO_MANY_OPEN or shift.spoilt:
            says[measure] = TOO_MANY_OPEN
        elif shift.value == 0 and shift.variance is not None and shift.variance[0] == 0:
            says[measure] = made.says
        elif moved.low is not None and made.says == NOT_CLEAR:
            says[measure] = NOT_CLEAR
        elif moved.low is not None:
            says[measure] = verdict(moved, made.matters, made.missed).says
    return says


def unmoved(comparison: Comparison, replications: int) -> Shifts:
    """Return the shifts of what was not moved: none, and that is certain."""
    import numpy as np

    nothing = Shift(0.0, np.zeros(replications) if replications > 1 else None)
    return {
        scenario: dict.fromkeys(made, nothing) for scenario, made in comparison.verdicts.items()
    }
