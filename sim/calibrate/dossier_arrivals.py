"""How many dossiers come: by day, weekday, month and hour, how unevenly, and how filed."""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.dossier_hours import EPOCH, Floats, Ints, WorkingTime
from sim.calibrate.outcome import Fitted
from sim.clock import DAY_MS, HOUR_MS, MONTHS, WEEKDAYS
from sim.said import phrase

Bools = NDArray[np.bool_]

_CLEAR: Final = 0.01
_YEAR_DAYS: Final = 365
_FEWEST: Final = 100
_COUNTER: Final = re.compile(
    r"counter|desk|front|window|in.?person|walk|visit|office|quầy|trực tiếp|một cửa|balie", re.I
)
_ONLINE: Final = re.compile(
    r"online|internet|web|portal|digital|e-?mail|electronic|post|mail|letter|phone|fax|trực tuyến"
    r"|mạng|bưu (chính|điện)|điện tử|dịch vụ công",
    re.I,
)


@dataclass(frozen=True)
class DemandFit:
    """Keys of a demand of the office file, and the numbers that were fitted."""

    content: dict[str, Any]
    fitted: tuple[Fitted, ...]


@dataclass(frozen=True)
class Channels:
    """What each channel of the records was taken for.

    Attributes
    ----------
    meaning
        By text: ``counter`` or ``online``.
    guessed
        Texts that say neither.
    """

    meaning: dict[str, str]
    guessed: tuple[str, ...]


def channels_of(texts: tuple[str, ...]) -> Channels:
    """Take channels for what the model knows: filed at the counter, or without a visit."""
    meaning, guessed = {}, []
    for text in dict.fromkeys(texts):
        if not text:
            continue
        online, counter = _ONLINE.search(text), _COUNTER.search(text)
        meaning[text] = "counter" if counter and not online else "online"
        if not online and not counter:
            guessed.append(text)
    return Channels(meaning, tuple(guessed))


def wilson(hits: float, size: float) -> tuple[float, float]:
    """Return the 95% interval of a share (Wilson 1927); weighted cases are no whole number."""
    z = 1.959963984540054
    if not size:
        return 0.0, 1.0
    share = hits / size
    centre = (share + z**2 / (2 * size)) / (1 + z**2 / size)
    half = z / (1 + z**2 / size) * math.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    return max(centre - half, 0.0), min(centre + half, 1.0)


def fit_demand(
    demand: str, begun: Ints, dated: Bools, time: WorkingTime, dates: tuple[dt.date, dt.date]
) -> DemandFit:
    """Fit the numbers of cases by day, weekday, month and hour.

    Weekdays and months are told apart only where the days differ more than chance (1%) makes
    them; their multipliers keep the mean. Cases begun on a closed day count for the next open one.

    Parameters
    ----------
    demand
        Its id.
    begun, dated
        When cases began, in milliseconds since 1970, and whether only the date is known.
    time
        The office's calendar.
    dates
        First and last date of the records.
    """
    days = time.open_dates(*dates)
    counted = _daily(begun, days)
    weekday = np.array([time.rules.weekday(day) for day in days])
    month = np.array([day.month - 1 for day in days])
    by_weekday = _told_apart(counted, weekday)
    long_enough = (dates[1] - dates[0]).days >= _YEAR_DAYS
    by_month = _told_apart(counted, month) if long_enough else {}
    expected, free = _expected(counted, weekday, month, by_weekday, by_month)
    path = f"demands.{demand}"
    told = phrase("{cases} cases of {days} open days", cases=int(counted.sum()), days=len(days))
    mean = float(counted.mean())
    spread, ends = _spread(counted, expected, free)
    half = _t(free) * math.sqrt(float(np.sum((counted - expected) ** 2)) / free / len(days))
    content: dict[str, Any] = {"per_day": _round(mean)}
    fitted = [Fitted(f"{path}.per_day", mean, max(mean - half, 0.0), mean + half, told)]
    for key, names, factors in (
        ("by_weekday", WEEKDAYS, by_weekday), ("by_month", MONTHS, by_month),
    ):  # fmt: skip
        kinds = weekday if key == "by_weekday" else month
        if factors:
            content[key] = {names[k]: _round(v) for k, v in factors.items()}
            rows = _factors(factors, counted, kinds, spread)
            fitted += [Fitted(f"{path}.{key}.{names[k]}", *row, told) for k, row in rows.items()]
    content["spread"] = _round(max(spread, 1.0))
    how = phrase("{told}: variance by mean of the daily numbers", told=told)
    ends = (max(ends[0], 1.0), max(ends[1], 1.0))
    fitted.append(Fitted(f"{path}.spread", max(spread, 1.0), *ends, how))
    hours = _hours(begun[~dated], time) if float(dated.mean()) < 0.5 else {}
    if hours:
        content["by_hour"] = {hour: _round(row[0]) for hour, row in hours.items()}
        how = phrase("{n} cases", n=int((~dated).sum()))
        fitted += [Fitted(f"{path}.by_hour.{hour}", *row, how) for hour, row in hours.items()]
    return DemandFit(content, tuple(fitted))


def _round(value: float) -> float:
    return float(f"{value:.6g}")


def _t(free: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(max(free, 1.0), 0.975))


def _daily(begun: Ints, days: list[dt.date]) -> Floats:
    opened = np.array([(day - EPOCH).days for day in days], dtype=np.int64)
    place = np.minimum(np.searchsorted(opened, begun // DAY_MS), len(days) - 1)
    return np.bincount(place, minlength=len(days)).astype(float)


def _told_apart(counted: Floats, kind: Ints) -> dict[int, float]:
    """Return multipliers by kind of day, or none where chance explains the differences."""
    from scipy.stats import f as fisher

    kinds = np.unique(kind)
    if len(kinds) < 2 or counted.sum() < _FEWEST or len(counted) < 3 * len(kinds):
        return {}
    means = np.array([counted[kind == k].mean() for k in kinds])
    fitted = means[np.searchsorted(kinds, kind)]
    free = len(counted) - len(kinds)
    between = float(np.sum((fitted - counted.mean()) ** 2)) / (len(kinds) - 1)
    within = float(np.sum((counted - fitted) ** 2)) / free
    if within <= 0 or fisher.sf(between / within, len(kinds) - 1, free) > _CLEAR:
        return {}
    mean = counted.mean()
    return {int(k): float(m / mean) for k, m in zip(kinds, means, strict=True)}


def _expected(
    counted: Floats, weekday: Ints, month: Ints, by_weekday: dict[int, float],
    by_month: dict[int, float],
) -> tuple[Floats, int]:  # fmt: skip
    """Return each day's mean, and how many days more there are than numbers fitted."""
    pairs = zip(weekday.tolist(), month.tolist(), strict=True)
    factors = np.array([by_weekday.get(w, 1.0) * by_month.get(m, 1.0) for w, m in pairs])
    mean = counted.sum() / max(factors.sum(), 1e-12)
    parameters = 1 + max(len(by_weekday) - 1, 0) + max(len(by_month) - 1, 0)
    return mean * factors, max(len(counted) - parameters, 1)


def _spread(counted: Floats, expected: Floats, free: int) -> tuple[float, tuple[float, float]]:
    """Return the variance-to-mean ratio of daily numbers with a 95% interval.

    Pearson's statistic by its degrees of freedom. Its variance follows from the cumulants of the
    negative binomial with that ratio; the interval is that of a chi-square with the same
    relative variance (Satterthwaite).
    """
    from scipy.stats import chi2

    some = expected > 0
    mean = expected[some]
    ratio = float(np.sum((counted[some] - mean) ** 2 / mean)) / free
    assumed = max(ratio, 1.0)
    relative = float(np.mean((6 * assumed**2 - 6 * assumed + 1) / (assumed * mean) + 2)) / free
    freedom = 2 / relative
    low, high = (ratio * freedom / float(chi2.ppf(p, freedom)) for p in (0.975, 0.025))
    return ratio, (low, high)


def _factors(
    factors: dict[int, float], counted: Floats, kinds: Ints, spread: float
) -> dict[int, tuple[float, float, float]]:
    """Return multipliers with intervals: of shares of overdispersed counts, on their logarithm."""
    found, total = {}, counted.sum()
    for kind, value in factors.items():
        own = max(counted[kinds == kind].sum(), 1.0)
        error = math.sqrt(max(spread, 1.0) * (1 / own - 1 / total))
        half = _t(int((kinds == kind).sum()) - 1) * error
        found[kind] = (value, value * math.exp(-half), value * math.exp(half))
    return found


def _hours(begun: Ints, time: WorkingTime) -> dict[str, tuple[float, float, float]]:
    """Return the share of cases from each hour to the next, if they do not come evenly."""
    from scipy.stats import chisquare

    at = begun % DAY_MS
    sessions = max((time.rules.sessions(EPOCH + dt.timedelta(days=d)) for d in range(7)), key=len)
    edges = [(lo, min(lo + HOUR_MS, end)) for b, end in sessions for lo in range(b, end, HOUR_MS)]
    counted = np.array([int(np.sum((at >= a) & (at < b))) for a, b in edges])
    inside = int(counted.sum())
    if inside < max(_FEWEST, len(at) / 2):
        return {}
    lengths = np.array([b - a for a, b in edges], dtype=float)
    if chisquare(counted, inside * lengths / lengths.sum()).pvalue > _CLEAR:
        return {}
    found = {}
    for (begin, _), number in zip(edges, counted.tolist(), strict=True):
        minutes = begin // 60_000
        name = f"{minutes // 60:02d}:{minutes % 60:02d}"
        found[name] = (number / inside, *wilson(number, inside))
    return found
