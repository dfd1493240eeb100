"""Enough replications, and no more: looks at intervals until they are as narrow as asked.

Who looks often, and stops at the first interval that is narrow enough, stops too soon: where waits
are skewed, replications that happen to be calm have a low mean and a low spread at once, and the
intervals miss the truth (Chow and Robbins, *Ann. Math. Statist.* 36 (1965) 457; Law and Kelton,
*Oper. Res.* 30 (1982) 169). So there are some replications before the first look, looks are few,
and what must be narrow enough is the longer arm of an interval that allows for skewness.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from sim.comparison import Estimate, Reached
from sim.draws import Floats
from sim.errors import PlannerError
from sim.estimates import CONFIDENCE, Percentile, Ratio, around, t_quantile
from sim.precision import LIMIT, OPTION, Precision, Target
from sim.said import phrase
from sim.wording import nearest

_LEAST_MORE: Final = 1.1
_MOST_MORE: Final = 2.0
_HOPELESS: Final = 10 * LIMIT
"""Replications needed, by the first look, that no bad luck in it explains away."""
_STRAIGHT: Final = 1e-6
"""Skewness so small that the formula would lose more digits than it corrects."""


@dataclass(frozen=True)
class Look:
    """A target at a look, in the scenario where it is farthest from being met.

    Attributes
    ----------
    scenario
        Which scenario.
    half
        Half-width of its interval as printed, as a share of the mean where the target is one;
        None where there is no interval.
    excess
        How many times too wide; at most 1 where it is narrow enough.
    """

    target: Target
    scenario: str
    half: float | None
    excess: float


def looks(asked: Precision, excess: Callable[[int], float]) -> Iterator[int]:
    """Yield how many replications there must be for each next look, until enough or the cap.

    Widths fall with the square root of the number, so the present interval says how many will be
    needed. At least a tenth more are run, so that looks are few; at most as many again, since the
    present interval may be far off.

    Parameters
    ----------
    asked
        What is asked.
    excess
        From so many replications, once they are in, to how many times too wide the worst interval
        is.
    """
    count = asked.first
    while True:
        yield count
        found = excess(count)
        if found <= 1 or count >= asked.most:
            return
        growth = min(max(found**2, _LEAST_MORE), _MOST_MORE)
        count = min(math.ceil(count * growth), asked.most)


class Sampled(Protocol):
    """What the replications of a scenario give, as :class:`sim.samples.Samples` does."""

    def names(self) -> Iterable[str]:
        """Return the names of means."""

    def ratio(self, name: str) -> Ratio:
        """Return a mean."""

    def percentile_names(self) -> Iterable[str]:
        """Return the names of percentiles."""

    def percentile(self, name: str) -> Percentile:
        """Return a percentile."""


class Rounds:
    """Rounds of replications, each up to a look, until enough or the cap.

    Iterating yields the numbers of a round's replications; all of them must be in before the next
    one. The first round is one replication, which shows what there is to measure.

    Parameters
    ----------
    asked
        What is asked.
    samples
        What the replications give, by scenario; it fills as rounds are run.
    baseline
        The scenario that the others are compared with.

    Raises
    ------
    PlannerError
        While iterating: if a measure is not known, or a target can never be reached.
    """

    def __init__(self, asked: Precision, samples: Mapping[str, Sampled], baseline: str) -> None:
        self.asked = asked
        self.count = 0
        self.last: tuple[Look, ...] = ()
        self._samples = samples
        self._baseline = baseline

    def __iter__(self) -> Iterator[range]:
        yield range(1)
        for target in self.asked.targets:
            self._refuse_unknown(target)
        self.count = 1
        for count in looks(self.asked, self._excess):
            yield range(self.count, count)

    def reached(self) -> tuple[Reached, ...]:
        """Return what came of each target."""
        return tuple(
            Reached(
                target=look.target.text,
                scenario=look.scenario,
                width=look.target.width,
                half=look.half,
                relative=look.target.relative,
                excess=look.excess,
                replications=self.count,
            )
            for look in self.last
        )

    def _excess(self, count: int) -> float:
        self.count = count
        self.last = tuple(self._look(target) for target in self.asked.targets)
        for look in self.last:
            if count == self.asked.first:
                refuse_hopeless(look, self.asked)
        return max(look.excess for look in self.last)

    def _look(self, target: Target) -> Look:
        base = self._samples[self._baseline] if target.difference else None
        found = [
            _look(target, name, samples, base)
            for name, samples in self._samples.items()
            if target.measure in _names(samples) and samples is not base
        ]
        return max(found, key=lambda look: look.excess)

    def _refuse_unknown(self, target: Target) -> None:
        names = {name: _names(samples) for name, samples in self._samples.items()}
        known = set(names.pop(self._baseline))
        others = set().union(*names.values())
        if target.difference and not names:
            raise PlannerError(
                phrase(
                    "{option}: expected a study with scenarios; without one there is no difference",
                    option=f"{OPTION} {target.text}",
                )
            )
        known = known & others if target.difference else known | others
        if target.measure not in known:
            raise _unknown(target, sorted(known))


def _unknown(target: Target, known: list[str]) -> PlannerError:
    both, one = phrase("both the baseline and a scenario"), phrase("the study")
    hint = nearest(target.measure, known) or phrase(
        "Measures are named as in {file}: {names}.",
        file="summary.json",
        names="wait_minutes, trips, turnaround_hours_p90",
    )
    return PlannerError(
        phrase(
            "{option}: expected a measure of {what}, found {measure}. {hint}",
            option=f"{OPTION} {target.text}",
            what=both if target.difference else one,
            measure=target.measure,
            hint=hint,
        )
    )


def _names(samples: Sampled) -> set[str]:
    return {*samples.names(), *samples.percentile_names()}


def _look(target: Target, scenario: str, samples: Sampled, base: Sampled | None) -> Look:
    found = _measured(samples, target.measure)
    less = None if base is None else _measured(base, target.measure)
    value, series = _contributions(found, less)
    half = _half(around(value, series, CONFIDENCE), target)
    return Look(target, scenario, half, excess(value, series, target))


def _half(estimate: Estimate, target: Target) -> float | None:
    if estimate.mean is None or estimate.low is None or estimate.high is None:
        return None
    half = (estimate.high - estimate.low) / 2
    if half == 0 or not target.relative:
        return half
    return half / abs(estimate.mean) if estimate.mean else None


def _measured(samples: Sampled, measure: str) -> Ratio | Percentile:
    if measure in samples.percentile_names():
        return samples.percentile(measure)
    return samples.ratio(measure)


def _contributions(
    found: Ratio | Percentile, base: Ratio | Percentile | None
) -> tuple[float | None, Floats | None]:
    """Return a value, or its difference from the baseline's, and what replications give to it."""
    linear = any(isinstance(each, Percentile) and not each.alike for each in (found, base))
    value, series = found.value, _series(found, linear=linear)
    if base is not None:
        less, theirs = base.value, _series(base, linear=linear)
        value = None if value is None or less is None else value - less
        series = None if series is None or theirs is None else series - theirs
    return value, None if series is None else series[np.isfinite(series)]


def _series(found: Ratio | Percentile, *, linear: bool) -> Floats | None:
    if isinstance(found, Ratio):
        return found.pseudo
    return found.linearised if linear else found.by_replication


def excess(value: float | None, series: Floats | None, target: Target) -> float:
    """Return how many times too wide the interval of a value is; infinite where there is none.

    Parameters
    ----------
    value
        The value.
    series
        What each replication contributes to it.
    target
        How narrow it shall be.
    """
    if value is None or series is None:
        return math.inf
    arm, allowed = longer_arm(series), target.allowed(value)
    if arm == 0:
        return 0.0
    return arm / allowed if allowed > 0 else math.inf


def longer_arm(series: Floats) -> float:
    """Return the longer arm of the 95% interval of a mean that allows for skewness.

    It is Student's half-width where there is no skewness, and never shorter. Willink, *Commun.
    Statist. Theory Methods* 34 (2005) 2333; so Tafazzoli and Wilson decide when to stop, *IIE
    Trans.* 43 (2011) 110.
    """
    count = len(series)
    if count < 3:
        return math.inf
    spread = float(np.std(series, ddof=1))
    if spread == 0:
        return 0.0
    cubes = float((((series - series.mean()) / spread) ** 3).sum())
    skewness = count * cubes / ((count - 1) * (count - 2))
    bend = abs(skewness) / (6 * math.sqrt(count))
    reach = t_quantile(CONFIDENCE, count)
    if bend > _STRAIGHT:
        reach = (1 - float(np.cbrt(1 - 6 * bend * (reach + bend)))) / (2 * bend)
    return reach * spread / math.sqrt(count)


def refuse_hopeless(look: Look, asked: Precision) -> None:
    """Refuse a target that no study can reach, by the first look.

    Raises
    ------
    PlannerError
        Which says what would be needed, and what is within reach.
    """
    target, needed = look.target, asked.first * look.excess**2
    if look.half is None or not _HOPELESS < needed < math.inf:
        return
    within = target.width * look.excess * math.sqrt(asked.first / asked.most)
    raise PlannerError(
        phrase(
            "{option}: expected a precision that replications can reach. After {first} the "
            "interval is {width} in {scenario}: about {needed} would be needed, and a study has at "
            "most {limit:,}. With {most:,} about {within} is within reach.",
            option=f"{OPTION} {target.text}",
            first=asked.first,
            width=target.shown(look.half),
            scenario=look.scenario,
            needed=_about(needed),
            limit=LIMIT,
            most=asked.most,
            within=target.shown(within),
        )
    )


def _about(number: float) -> str:
    """Return a number rounded up to two digits."""
    step = 10.0 ** max(math.floor(math.log10(number)) - 1, 0)
    rounded = math.ceil(number / step) * step
    if rounded < 1e9:
        return phrase("{number:,.0f}", number=rounded)
    return phrase("{number:.1e}", number=rounded)
