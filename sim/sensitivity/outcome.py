"""What it does to a study's differences to move an assumption: shifts, intervals, verdicts.

A shift is taken replication by replication, on the same people: the scenario's difference from the
baseline with the assumption moved, minus that without. It is added to the study's own difference;
the variances of both add up, with the degrees of freedom of Satterthwaite and Welch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sim.comparison import Comparison, Estimate, Hinge, Moved
from sim.draws import Floats
from sim.estimates import CONFIDENCE, Ratio, around, t_quantile
from sim.province.sums import with_variances
from sim.sensitivity.assumptions import Assumption
from sim.sensitivity.runs import Found, Sums
from sim.verdicts import HEADLINE, TOO_MANY_OPEN, simultaneous, verdict

MOST_OPEN: Final = 0.01
OPEN_SPOILS: Final = ("turnaround_hours", "same_day_share", "on_time_share")


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
    """

    value: float | None
    by_replication: Floats | None
    spoilt: bool = False

    @property
    def variance(self) -> tuple[float, int] | None:
        """The variance of the value and its degrees of freedom; None with one replication."""
        column = self.by_replication
        if column is None or len(column) < 2:
            return None
        return float(column.var(ddof=1)) / len(column), len(column) - 1


Shifts = dict[str, dict[str, Shift]]
"""By scenario and headline measure."""


def shifts(comparison: Comparison, as_it_is: Found, moved: Found) -> Shifts:
    """Return by how much every difference of a comparison moves.

    Parameters
    ----------
    comparison
        With verdicts: of their measures shifts are taken.
    as_it_is, moved
        The same replications without and with an assumption moved.
    """
    base = comparison.baseline
    return {
        scenario: {
            measure: _shift(
                measure,
                (as_it_is[base], as_it_is[scenario]),
                (moved[base], moved[scenario]),
            )
            for measure in made
        }
        for scenario, made in comparison.verdicts.items()
    }


def _shift(measure: str, before: tuple[Sums, Sums], after: tuple[Sums, Sums]) -> Shift:
    place = HEADLINE.index(measure)
    ratios = [Ratio(each.sums[:, place], each.counts[:, place]) for each in (*before, *after)]
    spoilt = measure in OPEN_SPOILS and _too_open(after) and not _too_open(before)
    values = [ratio.value for ratio in ratios]
    pseudo = [ratio.pseudo for ratio in ratios]
    if any(value is None for value in values):
        return Shift(None, None, spoilt)
    base, scenario, moved_base, moved_scenario = (value or 0.0 for value in values)
    whole = (moved_scenario - moved_base) - (scenario - base)
    if any(column is None for column in pseudo):
        return Shift(whole, None, spoilt)
    columns = [column for column in pseudo if column is not None]
    return Shift(whole, (columns[3] - columns[2]) - (columns[1] - columns[0]), spoilt)


def _too_open(found: tuple[Sums, Sums]) -> bool:
    return max(each.still_open for each in found) > MOST_OPEN


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
    if made.says == TOO_MANY_OPEN or None in (shift.value, own.mean, low, high):
        return False
    by = shift.value or 0.0
    moved = Estimate((own.mean or 0.0) + by, (low or 0.0) + by, (high or 0.0) + by)
    return shift.spoilt or verdict(moved, made.matters).says != made.says


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
    """Return the study's difference moved by a shift, its interval made of both."""
    own = comparison.differences[scenario][measure]
    if own.mean is None or shift.value is None:
        return Estimate(None, None, None)
    value = own.mean + shift.value
    if own.low is None or own.high is None or shift.variance is None:
        return Estimate(value, None, None)
    half = (own.high - own.low) / 2
    error = half / t_quantile(CONFIDENCE, comparison.replications)
    if shift.variance[0] == 0 and confidence == CONFIDENCE:
        return Estimate(value, own.low + shift.value, own.high + shift.value)
    own_variance = error**2, comparison.replications - 1
    return with_variances(value, [own_variance, shift.variance], confidence)


def _verdicts(comparison: Comparison, scenario: str, found: dict[str, Shift]) -> dict[str, str]:
    """Return what the moved differences amount to; nothing is said of a single replication."""
    confidence = simultaneous(len(comparison.differences))
    says: dict[str, str] = {}
    for measure, shift in found.items():
        made = comparison.verdicts[scenario][measure]
        moved = _difference(comparison, scenario, measure, shift, confidence)
        if made.says == TOO_MANY_OPEN or shift.spoilt:
            says[measure] = TOO_MANY_OPEN
        elif shift.value == 0 and shift.variance is not None and shift.variance[0] == 0:
            says[measure] = made.says
        elif moved.low is not None:
            says[measure] = verdict(moved, made.matters).says
    return says


def unmoved(comparison: Comparison, replications: int) -> Shifts:
    """Return the shifts of what was not moved: none, and that is certain."""
    import numpy as np

    nothing = Shift(0.0, np.zeros(replications) if replications > 1 else None)
    return {
        scenario: dict.fromkeys(made, nothing) for scenario, made in comparison.verdicts.items()
    }
