"""Handling times where beginnings and ends are recorded: a family of the office file, and how sure.

Where the end of service is missing they have to be inferred from waits instead.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from sim.calibrate.durations import Durations, Floats, durations
from sim.calibrate.families import EXPONENTIAL, FAMILIES, FAMILY_NAMES, Family, likeliest
from sim.calibrate.goodness import Quantiles, chart, goodness, quantiles, recorded_quantiles
from sim.calibrate.outcome import Chart, Fitted
from sim.said import listed, phrase

FEW: Final = 20
"""Observations below which an interval leans on the family more than on the records."""
_MISFIT: Final = 0.01
_UNLIKELY: Final = 0.01
"""Weight by AIC, relative to the best, below which a family moves no interval."""
_EMPIRICAL: Final = 100
_ANYTHING: Final = 50.0
"""Logarithm beyond which an end of an interval says nothing."""
_DIGITS: Final = 6


@dataclass(frozen=True)
class HandlingFit:
    """A distribution of handling times, read from durations.

    Attributes
    ----------
    family
        ``lognormal``, ``gamma``, ``weibull``, ``exponential``, ``constant`` or ``empirical``.
    distribution
        As the office file has it, in minutes: ``{"lognormal": {"mean": 6.1, "cv": 0.52}}``.
    mean, mean_low, mean_high
        Minutes, with the ends of the 95% interval.
    cv, cv_low, cv_high
        Coefficient of variation, likewise.
    aic
        Akaike's information criterion of each family that could be fitted.
    goodness_p
        P-value of the hypothesis that the family is right; not a number where it cannot be told.
    fits
        Whether nothing in the records speaks clearly against the family.
    chart
        Quantiles, fitted against recorded.
    says
        What was found, in sentences.
    observations
        How many durations there were.
    """

    family: str
    distribution: dict[str, Any]
    mean: float
    mean_low: float
    mean_high: float
    cv: float
    cv_low: float
    cv_high: float
    aic: dict[str, float]
    goodness_p: float
    fits: bool
    chart: Chart
    says: tuple[str, ...]
    observations: int

    def fitted(self, path: str) -> tuple[Fitted, ...]:
        """Return the numbers of the office file.

        Parameters
        ----------
        path
            Of the step: ``procedures.p.steps.serve``.
        """
        source = phrase("{n:,} durations: {how}", n=self.observations, how=_HOW[self.family])
        place = f"{path}.minutes"
        if self.family == "empirical":
            place += ".empirical.values"
        elif self.family != "constant":
            place += f".{self.family}.mean"
        mean = Fitted(place, self.mean, self.mean_low, self.mean_high, source)
        if self.family in {"empirical", "constant", EXPONENTIAL.name}:
            return (mean,)
        spread = Fitted(
            f"{path}.minutes.{self.family}.cv", self.cv, self.cv_low, self.cv_high, source
        )
        return mean, spread


_HOW: Final[dict[str, str]] = {
    "constant": phrase("all the same"),
    "empirical": phrase("their own quantiles"),
    **{
        family.name: phrase("maximum likelihood, {family}", family=FAMILY_NAMES[family.name])
        for family in FAMILIES
    },
}


@dataclass(frozen=True)
class _Likeliest:
    """A family with its parameters of largest likelihood."""

    family: Family
    theta: Floats
    aic: float


@dataclass(frozen=True)
class _Moments:
    """Mean and coefficient of variation with the ends of their intervals."""

    mean: tuple[float, float, float]
    cv: tuple[float, float, float]


def fit_handling(
    minutes: ArrayLike,
    *,
    censored: ArrayLike | None = None,
    low: ArrayLike | None = None,
    high: ArrayLike | None = None,
    allow_empirical: bool = False,
    name: str = "all",
) -> HandlingFit:
    """Fit a family of the office file to durations by maximum likelihood.

    The family is that of the least Akaike information criterion among exponential, gamma,
    lognormal and Weibull. Durations that all are whole minutes (or another unit that matters) are
    taken for differences of times cut off to that unit.

    Parameters
    ----------
    minutes
        Durations in minutes; not a number where `low` and `high` tell a range.
    censored
        Which were still going on when the record broke off: they last longer than `minutes`.
    low, high
        Ends of the range in which a duration is known to lie, in minutes; not a number where
        `minutes` is exact.
    allow_empirical
        Whether, where no family fits, quantiles of the records take its place.
    name
        What the durations are of, for the picture's name.

    Raises
    ------
    PlannerError
        If a duration is negative or missing, a range is the wrong way round, or none has ended.
    """
    data = durations(minutes, censored=censored, low=low, high=high)
    value = _constant(data)
    if value is not None:
        return _all_the_same(data, value, name)
    found = _by_aic(data)
    best = found[0]
    p = goodness(best.family, best.theta, data)
    fits = not p < _MISFIT
    told = quantiles(best.family, best.theta, data)
    moments = _intervals(best, data, found, fits=fits)
    empirical = allow_empirical and not fits
    return HandlingFit(
        family="empirical" if empirical else best.family.name,
        distribution=_values(data, moments.mean[0])
        if empirical
        else _written(best.family, moments),
        mean=moments.mean[0],
        mean_low=moments.mean[1],
        mean_high=moments.mean[2],
        cv=moments.cv[0],
        cv_low=moments.cv[1],
        cv_high=moments.cv[2],
        aic={each.family.name: each.aic for each in found},
        goodness_p=p,
        fits=fits,
        chart=chart(told, name, best.family.name),
        says=_says(data, found, moments, p, told),
        observations=data.total,
    )


def _by_aic(data: Durations) -> list[_Likeliest]:
    """Return every family that can be fitted, the best first."""
    found = []
    for family in FAMILIES:
        theta = likeliest(family, data)
        if theta is not None:
            total = float(family.log_likelihoods(theta, data) @ data.counts)
            found.append(_Likeliest(family, theta, 2 * len(theta) - 2 * total))
    return sorted(found, key=lambda each: each.aic)


# --- all the same ---


def _constant(data: Durations) -> float | None:
    """Return the one duration of which nothing tells that it ever differs."""
    ended = ~data.censored
    value = data.low[ended][0]
    same = data.exact[ended].all() and (data.low[ended] == value).all()
    return float(value) if same and (data.low[~ended] <= value).all() else None


def _all_the_same(data: Durations, value: float, name: str) -> HandlingFit:
    says = [phrase("All {n:,} durations are {value:g} minutes.", n=data.total, value=value)]
    if data.total < FEW:
        says.append(_few(data.total))
    told = Quantiles(np.array([0.5]), np.array([value]), np.array([value]))
    return HandlingFit(
        "constant", {"constant": value}, value, value, value, 0.0, 0.0, 0.0, {}, float("nan"),
        True, chart(told, name, "constant"), tuple(says), data.total,
    )  # fmt: skip


# --- how sure ---


def _intervals(
    best: _Likeliest, data: Durations, found: list[_Likeliest], *, fits: bool
) -> _Moments:
    """Return mean and coefficient of variation with intervals.

    Where the family fits they are those of the likelihood. Where it does not, its mean need not
    be that of the records: then they are the records' own, unless some were cut short.
    """
    if not fits and not data.censored.any():
        return _own_moments(data)
    value = np.exp(best.family.moments(best.theta))
    # Whether the cv is 1 is what choosing the exponential assumes; the gamma knows better.
    candidates = [each for each in found if each.family is not EXPONENTIAL] or [best]
    weights = np.exp((candidates[0].aic - np.array([each.aic for each in candidates])) / 2)
    likely = [each for each, weight in zip(candidates, weights, strict=True) if weight > _UNLIKELY]
    mean, cv = (
        (float(middle), min(float(middle), low), max(float(middle), high))
        for middle, (low, high) in zip(value, _ends(likely, data), strict=True)
    )
    return _Moments(mean, cv)


def _ends(likely: list[_Likeliest], data: Durations) -> list[tuple[float, float]]:
    """Return the ends of the intervals of mean and cv, the choice of the family allowed for.

    Each end has 2.5% beyond it on average over the families, weighted by AIC (Turek and Fletcher,
    *Computational Statistics and Data Analysis* 56 (2012) 2809), on the logarithmic scale.
    """
    from scipy.optimize import brentq
    from scipy.stats import t

    aic = np.array([each.aic for each in likely])
    # Half of what AIC weighs: with some dozens of durations all of it trusts the family chosen
    # too much (benchmarks/handling_coverage.py: 93% rather than 94% at 60 of them).
    weights = np.exp((aic.min() - aic) / 4)
    weights /= weights.sum()
    free = np.array([max(data.total - len(each.theta), 1) for each in likely])
    centres = np.stack([each.family.moments(each.theta) for each in likely])
    ended = float(data.counts[~data.censored].sum())
    centres[:, 1] += np.array([each.family.too_low for each in likely]) / ended
    wide = np.stack([_deviations(each, data) for each in likely])
    ends = []
    for centre, deviation in zip(centres.T, wide.T, strict=True):
        reach = t.ppf(0.975, free) * deviation
        within = float((centre - reach).min()) - 1e-9, float((centre + reach).max()) + 1e-9
        low, high = (
            brentq(lambda at, share=share, c=centre, d=deviation:
                   float(weights @ t.cdf((at - c) / d, free)) - share, *within)
            for share in (0.025, 0.975)
        )  # fmt: skip
        ends.append((math.exp(max(low, -_ANYTHING)), math.exp(min(high, _ANYTHING))))
    return ends


def _deviations(found: _Likeliest, data: Durations) -> Floats:
    """Return standard errors of the logarithms of mean and cv: the larger of two.

    That of the likelihood's curvature holds if the family is right, and in small samples; that of
    Huber and White ("sandwich") also where it is a little wrong.
    """
    share = data.counts / data.counts.sum()
    inverse = np.linalg.inv(found.family.information(found.theta, data))
    scores = found.family.scores(found.theta, data)
    slopes = found.family.slopes_of_moments(found.theta)
    sandwich = inverse @ ((scores * share) @ scores.T) @ inverse
    variances = [np.diag(slopes @ each @ slopes.T) for each in (inverse, sandwich)]
    free = max(data.total - len(found.theta), 1)
    found_here: Floats = np.sqrt(np.maximum(*variances) / free)
    return found_here


def _own_moments(data: Durations) -> _Moments:
    """Return the records' own mean and cv, with intervals by the delta method on logarithms."""
    x, share = data.middles(), data.counts / data.counts.sum()
    mean = float(x @ share)
    variance = float((x - mean) ** 2 @ share)
    # Cutting both ends off to a unit r adds r squared over 6.
    true = max(variance - data.resolution**2 / 6, variance / 4)
    cv = math.sqrt(true) / mean
    influence = np.stack([x / mean - 1, ((x - mean) ** 2 - variance) / (2 * true) - (x / mean - 1)])
    deviation = np.sqrt((influence**2 @ share) / data.total)
    times = np.exp(1.96 * deviation).tolist()
    return _Moments((mean, mean / times[0], mean * times[0]), (cv, cv / times[1], cv * times[1]))


# --- what is written and said ---


def _written(family: Family, moments: _Moments) -> dict[str, Any]:
    mean = _rounded(moments.mean[0])
    if family is EXPONENTIAL:
        return {family.name: {"mean": mean}}
    return {family.name: {"mean": mean, "cv": _rounded(moments.cv[0])}}


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _values(data: Durations, mean: float) -> dict[str, Any]:
    """Return the records' quantiles, scaled to their mean: the longest few are not among them."""
    shares = (np.arange(_EMPIRICAL) + 0.5) / _EMPIRICAL
    values = recorded_quantiles(data, shares)
    values *= mean / values.mean()
    return {"empirical": {"values": [_rounded(value) for value in values.tolist()]}}


def _says(
    data: Durations, found: list[_Likeliest], moments: _Moments, p: float, told: Quantiles
) -> tuple[str, ...]:
    best = FAMILY_NAMES[found[0].family.name]
    says = [_said_of_moments(data.total, moments)]
    others = [
        phrase(
            "{family} {more:.1f} more",
            family=FAMILY_NAMES[each.family.name],
            more=each.aic - found[0].aic,
        )
        for each in found[1:]
    ]
    if others:
        told_best = phrase(
            "By AIC the {family} family describes them best; {others}.",
            family=best,
            others=listed(others),
        )
        says.append(told_best)
    says.append(_verdict(best, p, told, cut_short=bool(data.censored.any())))
    if data.resolution:
        unit = _unit(data.resolution)
        says.append(phrase("Times are cut off to {unit}, which is allowed for.", unit=unit))
    if data.censored.any():
        cut = int(data.counts[data.censored].sum())
        says.append(phrase("{n:,} were still going on and count as longer than recorded.", n=cut))
    if data.total < FEW:
        says.append(_few(data.total))
    return tuple(says)


def _said_of_moments(durations: int, moments: _Moments) -> str:
    mean, cv = moments.mean, moments.cv
    return phrase(
        "{n:,} durations: {mean:.2f} minutes on average ({mean_low:.2f} to {mean_high:.2f}), "
        "coefficient of variation {cv:.2f} ({cv_low:.2f} to {cv_high:.2f}).",
        n=durations,
        mean=mean[0],
        mean_low=mean[1],
        mean_high=mean[2],
        cv=cv[0],
        cv_low=cv[1],
        cv_high=cv[2],
    )


def _unit(resolution: float) -> str:
    if resolution < 1:
        return phrase("{n:g} seconds", n=resolution * 60)
    return phrase("whole minutes") if resolution == 1 else phrase("{n:g} minutes", n=resolution)


def _verdict(family: str, p: float, told: Quantiles, *, cut_short: bool) -> str:
    if math.isnan(p):
        return phrase(
            "Whether the family fits cannot be told: the durations fall into too few cells."
        )
    if p >= _MISFIT:
        return phrase(
            "Nothing speaks clearly against the {family} family (p = {p:.2g}).", family=family, p=p
        )
    share, observed, fitted = told.worst()
    moments = (
        phrase("Since some durations were cut short, mean and spread lean on it all the same.")
        if cut_short
        else phrase("Mean and spread are the records' own.")
    )
    return phrase(
        "No family fits (p = {p:.2g}): the {family} is worst at the {share:.0%} quantile, where "
        "it says {fitted:.3g} minutes and the records {observed:.3g}. {moments}",
        p=p,
        family=family,
        share=share,
        fitted=fitted,
        observed=observed,
        moments=moments,
    )


def _few(observations: int) -> str:
    return phrase(
        "Fewer than {few} durations ({n}): their mean and spread are a rough guess, and the family "
        "cannot be told.",
        few=FEW,
        n=observations,
    )
