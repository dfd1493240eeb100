"""What recorded ends of service tell: minutes, counters in use, the pace of days, who left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import DAY_MS, MINUTE_MS

if TYPE_CHECKING:
    import polars as pl

    from sim.calibrate.handling import HandlingFit
    from sim.calibrate.staff import Opened

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SLOT_MS: Final = 30 * MINUTE_MS
_LEAST_DAYS: Final = 4
_LEAST_GONE: Final = 5
_PLAIN: Final = 0.01
_MOST_AN_HOUR: Final = 20.0
_ENDS_SHARE: Final = 0.5
_Z: Final = 1.96
_HOUR_MS: Final = 60 * MINUTE_MS


class Told(NamedTuple):
    """A number with its 95% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class EndsFit:
    """What a team's recorded ends of service tell.

    Attributes
    ----------
    handling
        Minutes at the counter, by queue; without what the pace of days adds.
    pace
        Coefficient of variation of the pace of days; None where days do not plainly differ.
    leaving
        Rate, an hour, at which people who wait leave; None where that is not recorded.
    tickets, days
        How many there were.
    """

    handling: dict[str, HandlingFit]
    pace: Told | None
    leaving: Told | None
    tickets: int
    days: int


def fit_ends(tickets: pl.DataFrame, queues: Sequence[str]) -> EndsFit | None:
    """Return what ends of service tell; None where most are not recorded.

    Parameters
    ----------
    tickets
        Of all queues; those of other queues, of unusable days and never called are not looked at.
    queues
        The team's queues.
    """
    import polars as pl

    from sim.calibrate.handling import fit_handling

    own = tickets.filter(pl.col("queue").is_in(queues), "usable").drop_nulls("called_by")
    came = own.filter(~pl.col("no_show").fill_null(value=False))
    known = came.drop_nulls("ended")
    if not came.height or known.height < _ENDS_SHARE * came.height:
        return None
    if set(known["queue"].to_list()) != set(queues):
        return None
    low, high = _durations(known)
    middle = (low + high) / 2
    positive = middle > 0
    pace = day_pace(middle[positive], known["date"].dt.epoch("d").to_numpy()[positive])
    days = known["date"].n_unique()
    handling = {}
    for queue in queues:
        mine = (known["queue"] == queue).to_numpy()
        ends = {} if np.array_equal(low, high) else {"low": low[mine], "high": high[mine]}
        handling[queue] = _less_pace(fit_handling(middle[mine], name=queue, **ends), pace, days)
    return EndsFit(handling, pace, _leaving(own), known.height, days)


def _durations(known: pl.DataFrame) -> tuple[Floats, Floats]:
    """Return the least and most minutes that each service can have taken."""
    ended, after, by = (
        known[name].to_numpy().astype(np.float64) for name in ("ended", "called_after", "called_by")
    )
    return np.maximum(ended - by, 0) / MINUTE_MS, np.maximum(ended - after, 0) / MINUTE_MS


def _less_pace(found: HandlingFit, pace: Told | None, days: int) -> HandlingFit:
    """Return minutes with the variation that days add taken out, where a cv is written.

    The interval of the mean is widened instead: so many days are no more than that.
    """
    family, parameters = next(iter(found.distribution.items()))
    if pace is None or not isinstance(parameters, dict) or "cv" not in parameters:
        return found
    from scipy.stats import t

    cv = float(f"{within_days(found.cv, pace.value):.4g}")
    own = np.log(found.mean_high / found.mean_low) / (2 * _Z)
    reach = np.exp(t.ppf(0.975, days - 1) * np.hypot(own, pace.value / np.sqrt(days)))
    return replace(
        found,
        mean_low=float(found.mean / reach),
        mean_high=float(found.mean * reach),
        distribution={family: parameters | {"cv": cv}},
        cv=cv,
        cv_low=within_days(found.cv_low, pace.high),
        cv_high=max(within_days(found.cv_high, pace.low), cv),
    )


def _leaving(own: pl.DataFrame) -> Told | None:
    """Return the rate at which people leave: who did not come, or is called without a service."""
    flagged = own.drop_nulls("no_show")
    told = flagged if flagged.height >= _ENDS_SHARE * own.height else own
    gone = told["no_show"] if told is flagged else told["ended"].is_null()
    came = (told["arrived_after"] + told["arrived_by"]).to_numpy() / 2
    called = (told["called_after"] + told["called_by"]).to_numpy() / 2
    return leaving((called - came) / _HOUR_MS, gone.to_numpy().astype(np.bool_))


def counters_in_use(
    tickets: pl.DataFrame, queues: Sequence[str], dates: Sequence[dt.date]
) -> Opened:
    """Return how many counters were open at least: the most served at once in each half hour.

    Parameters
    ----------
    tickets
        Of all queues.
    queues
        The team's queues.
    dates
        The days.

    Returns
    -------
    dict
        By date; empty where most ends of service are not recorded.
    """
    import polars as pl

    called = tickets.filter(pl.col("queue").is_in(queues)).drop_nulls("called_by")
    served = called.drop_nulls("ended")
    if not served.height or served.height < _ENDS_SHARE * called.height:
        return {}
    found = {}
    for date in dates:
        own = served.filter(pl.col("date") == date)
        begun, ended = own["called_by"].to_numpy(), own["ended"].to_numpy()
        if len(begun):
            found[date] = _busiest(begun, ended)
    return found


def _busiest(begun: Ints, ended: Ints) -> tuple[Ints, Ints]:
    """Return half hours from the first call to the last end, and the most served in each."""
    edges = np.arange(begun.min() // _SLOT_MS, ended.max() // _SLOT_MS + 1) * _SLOT_MS
    moments = np.sort(np.concatenate([begun, edges]))
    served = np.searchsorted(np.sort(begun), moments, side="right")
    served = served - np.searchsorted(np.sort(ended), moments, side="right")
    slot = np.searchsorted(edges, moments, side="right") - 1
    most = np.zeros(len(edges), dtype=np.int64)
    np.maximum.at(most, slot, served)
    at = np.append(edges, min(edges[-1] + _SLOT_MS, DAY_MS))
    return at.astype(np.int64), np.append(np.maximum(most, 1), 0)


def day_pace(minutes: Floats, day: Ints) -> Told | None:
    """Return how far the pace of days differs, as a coefficient of variation.

    From the variance of logarithms between and within days (one-way analysis of variance with
    random days; Searle, Casella and McCulloch, Variance Components, 1992, section 3.6).

    Parameters
    ----------
    minutes
        Handling times above 0.
    day
        By handling time: its day.

    Returns
    -------
    Told or None
        None where days do not plainly differ, or are too few.
    """
    from scipy.stats import f

    values = np.log(minutes)
    _, place = np.unique(day, return_inverse=True)
    sizes = np.bincount(place)
    days, rest = len(sizes), len(values) - len(sizes)
    if days < _LEAST_DAYS or rest < days:
        return None
    means = np.bincount(place, values) / sizes
    within = float(((values - means[place]) ** 2).sum() / rest)
    between = float((sizes * (means - values.mean()) ** 2).sum() / (days - 1))
    if within <= 0 or f.sf(between / within, days - 1, rest) > _PLAIN:
        return None
    size = (len(values) - (sizes**2).sum() / len(values)) / (days - 1)
    ratio = between / within
    ends = (ratio, ratio / f.ppf(0.975, days - 1, rest), ratio / f.ppf(0.025, days - 1, rest))
    return Told(*(_cv(max(end - 1, 0) / size * within) for end in ends))


def _cv(log_variance: float) -> float:
    return float(np.sqrt(np.expm1(log_variance)))


def within_days(cv: float, pace: float) -> float:
    """Return the coefficient of variation that is left when that of the days' pace is taken out."""
    return float(np.sqrt(max((1 + cv**2) / (1 + pace**2) - 1, 1e-4)))


def leaving(waits: Floats, gone: NDArray[np.bool_]) -> Told | None:
    """Return the rate, an hour, at which people who wait leave before they are called.

    By maximum likelihood: who waited *w* is gone with the chance ``1 - exp(-rate w)``; the
    interval is that of the likelihood ratio.

    Parameters
    ----------
    waits
        Hours until the ticket was called.
    gone
        Whether nobody came.

    Returns
    -------
    Told or None
        None where hardly anybody is gone.
    """
    from scipy.optimize import brentq, minimize_scalar

    if gone.sum() < _LEAST_GONE:
        return None
    hours = np.maximum(waits, 1e-3)

    def lost(log_rate: float) -> float:
        left = np.exp(log_rate) * hours
        return float(left[~gone].sum() - np.log(-np.expm1(-left[gone])).sum())

    span = (np.log(1e-4), np.log(_MOST_AN_HOUR))
    best = minimize_scalar(lost, bounds=span, method="bounded")
    fall = best.fun + 1.92
    low = brentq(lambda x: lost(x) - fall, span[0], best.x) if lost(span[0]) > fall else span[0]
    high = brentq(lambda x: lost(x) - fall, best.x, span[1]) if lost(span[1]) > fall else span[1]
    return Told(*(float(np.exp(end)) for end in (best.x, low, high)))
