"""How many come in a day: the mean, weekdays, months and over-dispersion of daily counts.

A quasi-Poisson regression: the mean of a day is a product of a factor of its weekday and one of its
month, and its variance that mean times a ratio that is the same for all days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Ints

Floats = NDArray[np.float64]
Interval = tuple[float, float] | None

_YEAR_DAYS: Final = 365
_GROUPS_DIFFER: Final = 0.05
_MORE_DIFFER: Final = 0.01
_LEAST_DAYS: Final = 2


@dataclass(frozen=True)
class CountsFit:
    """Daily counts as a demand describes them.

    Attributes
    ----------
    per_day
        Mean over the weekdays on which the office is open, each once, and all months.
    per_day_interval, spread_interval
        95% intervals; None where too few days tell.
    spread
        Variance-to-mean ratio, at least 1.
    weekdays
        Weekdays alike, and the factor and interval of each group; empty if all are alike.
    months
        Month (1 to 12), factor and interval; empty if nothing tells months apart.
    """

    per_day: float
    per_day_interval: Interval
    spread: float
    spread_interval: Interval
    weekdays: tuple[tuple[tuple[int, ...], float, Interval], ...]
    months: tuple[tuple[int, float, Interval], ...]


@dataclass(frozen=True)
class _Model:
    """A fitted regression: log factors, their covariance before dispersion, and what is left."""

    beta: Floats
    covariance: Floats
    pearson: float
    spare: int
    mean: Floats

    @property
    def dispersion(self) -> float:
        """Pearson's statistic over its degrees of freedom; not a number without any."""
        return self.pearson / self.spare if self.spare > 0 else float("nan")


def fit_counts(
    counts: Ints, dates: Sequence[dt.date], groups: Sequence[tuple[int, ...]]
) -> CountsFit:
    """Return the mean, factors and over-dispersion of daily counts.

    Parameters
    ----------
    counts
        Arrivals by day; shape (days,).
    dates
        The days, of the length of `counts`; at least one.
    groups
        Weekdays of the office in groups with the same hours. Those are told apart first, then
        weekdays within them.

    Notes
    -----
    Classes of weekdays are told apart by F tests of Pearson's statistic (5% for groups, 1% for
    weekdays within them and for months). Intervals of factors and means are symmetric in the
    logarithm, with Student's t and the estimated dispersion, or with the normal distribution and
    a dispersion of 1 where that is wider, since counts are never less dispersed. The interval of
    the dispersion is that of Pearson's statistic as chi-square, its degrees of freedom reduced
    for the fourth moment of the negative binomial distribution.
    """
    weekday = np.array([date.weekday() for date in dates])
    month = np.array([date.month for date in dates])
    classes = _classes(counts, weekday, groups)
    months = _months(counts, _design(weekday, classes), month, dates)
    model = _fitted(counts, _design(weekday, classes, month, months))
    reach = _reach(model)
    shares = np.array([len(alike) for alike in classes], dtype=float)
    derived = _Derived(model, shares / shares.sum(), len(months), reach)
    spread, spread_interval = _dispersion(model)
    return CountsFit(
        *derived.per_day(),
        spread,
        spread_interval,
        () if len(classes) == 1 else tuple(
            (alike, *derived.weekday(at)) for at, alike in enumerate(classes)
        ),
        tuple((number, *derived.month(at)) for at, number in enumerate(months)),
    )  # fmt: skip


def _classes(
    counts: Ints, weekday: Ints, groups: Sequence[tuple[int, ...]]
) -> list[tuple[int, ...]]:
    """Return the open weekdays in classes that the counts plainly tell apart."""
    everyone = [tuple(sorted(day for group in groups for day in group))]
    seen = [group for group in groups if np.isin(weekday, group).any()]
    coarse = _joined(everyone, seen)
    if not _differ(counts, weekday, everyone, coarse, _GROUPS_DIFFER):
        coarse = everyone
    fine = [split for group in coarse for split in _by_weekday(weekday, group)]
    return fine if _differ(counts, weekday, coarse, fine, _MORE_DIFFER) else coarse


def _joined(everyone: list[tuple[int, ...]], seen: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    """Return the groups that have days; weekdays of the others join the first."""
    if not seen:
        return everyone
    left = set(everyone[0]) - {day for group in seen for day in group}
    return [tuple(sorted({*seen[0], *left})), *seen[1:]]


def _by_weekday(weekday: Ints, group: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return a group's weekdays one by one; those of a single day or none stay together."""
    alone = [day for day in group if (weekday == day).sum() >= _LEAST_DAYS]
    rest = tuple(day for day in group if day not in alone)
    if rest and not np.isin(weekday, rest).any() and alone:
        rest, alone = (*rest, alone[0]), alone[1:]
    return [*((day,) for day in alone), *([tuple(sorted(rest))] if rest else [])]


def _design(
    weekday: Ints,
    classes: Sequence[tuple[int, ...]],
    month: Ints | None = None,
    months: Sequence[int] = (),
) -> Floats:
    """Return a column a class, and one a month but the first; shape (days, columns)."""
    columns = [np.isin(weekday, alike) for alike in classes]
    seasons = [] if month is None else [month == number for number in months[1:]]
    return np.column_stack([*columns, *seasons]).astype(float)


def _fitted(counts: Ints, design: Floats) -> _Model:
    """Return the maximum-likelihood Poisson regression, by Newton's method."""
    start = np.log(max(float(counts.mean()), 0.1))
    beta = np.linalg.lstsq(design, np.full(len(counts), start), rcond=None)[0]
    for _ in range(100):
        mean = np.exp(np.clip(design @ beta, -20, 20))
        information = design.T @ (design * mean[:, None])
        step = np.linalg.lstsq(information, design.T @ (counts - mean), rcond=None)[0]
        beta = beta + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-10:
            break
    mean = np.exp(np.clip(design @ beta, -20, 20))
    covariance = np.linalg.pinv(design.T @ (design * mean[:, None]))
    rare = mean > 1e-6
    pearson = float(np.sum((counts[rare] - mean[rare]) ** 2 / mean[rare]))
    return _Model(beta, covariance, pearson, len(counts) - design.shape[1], mean)


def _differ(
    counts: Ints,
    weekday: Ints,
    coarse: Sequence[tuple[int, ...]],
    fine: Sequence[tuple[int, ...]],
    level: float,
) -> bool:
    if len(fine) == len(coarse):
        return False
    models = _fitted(counts, _design(weekday, coarse)), _fitted(counts, _design(weekday, fine))
    return _better(*models, level)


def _better(simple: _Model, rich: _Model, level: float) -> bool:
    """Tell whether the richer model is plainly better, by an F test; never without spare days."""
    from scipy.stats import f

    if rich.spare < 1:
        return False
    gained = simple.spare - rich.spare
    weights = (simple.mean - rich.mean) ** 2 / simple.mean
    ratio = float(weights.sum()) / gained / max(rich.dispersion, 1.0)
    return bool(f.sf(ratio, gained, rich.spare) < level)


def _months(counts: Ints, design: Floats, month: Ints, dates: Sequence[dt.date]) -> tuple[int, ...]:
    """Return the months to tell apart: all twelve, or none."""
    numbers = tuple(sorted(set(month.tolist())))
    days = (max(dates) - min(dates)).days + 1
    if days < _YEAR_DAYS - 3 or len(numbers) < 12:
        return ()
    rich = np.column_stack([design, *(month == number for number in numbers[1:])]).astype(float)
    found = _better(_fitted(counts, design), _fitted(counts, rich), _MORE_DIFFER)
    return numbers if found else ()


def _reach(model: _Model) -> float:
    """Return by how many standard errors of a Poisson model an interval reaches out."""
    from scipy.stats import norm, t

    if model.spare < 1:
        return float("nan")
    estimated = float(t.ppf(0.975, model.spare)) * np.sqrt(model.dispersion)
    return max(float(estimated), float(norm.ppf(0.975)))


@dataclass(frozen=True)
class _Derived:
    """Means and factors of a regression, with intervals by the delta method."""

    model: _Model
    class_shares: Floats
    months: int
    reach: float

    def _parts(self) -> tuple[Floats, Floats, Floats]:
        """Return class means, month factors (the first 1), and the weight of each class."""
        classes = len(self.class_shares)
        means = np.exp(self.model.beta[:classes])
        seasons = np.concatenate([[1.0], np.exp(self.model.beta[classes:])])
        weighted = self.class_shares * means
        return means, seasons, weighted / weighted.sum()

    def _gradients(self) -> tuple[Floats, Floats]:
        """Return the gradients of the logarithms of the two means: over classes, over months."""
        _, seasons, weights = self._parts()
        over_months = np.zeros(len(self.model.beta))
        over_months[len(weights) :] = (seasons / seasons.sum())[1:]
        over_classes = np.zeros(len(self.model.beta))
        over_classes[: len(weights)] = weights
        return over_classes, over_months

    def per_day(self) -> tuple[float, Interval]:
        means, seasons, _ = self._parts()
        value = float(self.class_shares @ means * seasons.mean())
        over_classes, over_months = self._gradients()
        return value, self._interval(value, over_classes + over_months)

    def weekday(self, at: int) -> tuple[float, Interval]:
        means, _, _ = self._parts()
        value = float(means[at] / (self.class_shares @ means))
        return value, self._interval(value, self._unit(at) - self._gradients()[0])

    def month(self, at: int) -> tuple[float, Interval]:
        _, seasons, _ = self._parts()
        value = float(seasons[at] / seasons.mean())
        own = self._unit(len(self.class_shares) + at - 1) if at else 0.0
        return value, self._interval(value, own - self._gradients()[1])

    def _unit(self, at: int) -> Floats:
        unit = np.zeros(len(self.model.beta))
        unit[at] = 1.0
        return unit

    def _interval(self, value: float, gradient: Floats) -> Interval:
        """Return an interval, or None where the days cannot give one."""
        error = float(np.sqrt(gradient @ self.model.covariance @ gradient))
        if np.isnan(self.reach) or value < 1e-6:
            return None
        factor = float(np.exp(min(self.reach * error, 20.0)))
        return value / factor, value * factor


def _dispersion(model: _Model) -> tuple[float, Interval]:
    """Return the variance-to-mean ratio, at least 1, and its interval."""
    from scipy.stats import chi2

    found = model.dispersion
    if np.isnan(found):
        return 1.0, None
    ratio = max(found, 1.0)
    mean = float(model.mean.mean())
    excess = 6 * (ratio - 1) / mean + 1 / (ratio * mean) if mean > 0 else 0.0
    # The variance of a sample variance is (2/df + excess/n) of its square: as chi-square with
    # fewer degrees of freedom.
    freedom = 2 / (2 / model.spare + excess / len(model.mean))
    low, high = (freedom * found / chi2.ppf(tail, freedom) for tail in (0.975, 0.025))
    return ratio, (max(float(low), 1.0), max(float(high), 1.0))
