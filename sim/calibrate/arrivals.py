"""Who comes when: a queue's tickets as a demand of the office file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.calibrate.daily_counts import CountsFit, Interval, fit_counts
from sim.calibrate.day_profile import ProfileFit, fit_profile
from sim.calibrate.hours import HoursFit, clock, days_text, weekdays_key
from sim.calibrate.outcome import Assumed, Chart, Curve, Fitted
from sim.clock import MONTHS, weekdays
from sim.errors import PlannerError
from sim.said import listed, phrase

if TYPE_CHECKING:
    import polars as pl

    from sim.calendar import Ints


@dataclass(frozen=True)
class ArrivalsFit:
    """A demand's keys that say who comes when.

    Attributes
    ----------
    content
        ``per_day`` and ``spread``; ``by_weekday``, ``by_month`` and ``by_hour`` where the records
        tell them.
    fitted, assumed
        Its numbers, with intervals, and those that the records do not tell.
    says
        What was found, in sentences.
    chart
        Arrivals by time of day: fitted and recorded.
    """

    content: dict[str, Any]
    fitted: tuple[Fitted, ...]
    assumed: tuple[Assumed, ...]
    says: tuple[str, ...]
    chart: Chart


def fit_arrivals(
    tickets: pl.DataFrame, dates: Sequence[dt.date], hours: HoursFit, *, path: str
) -> ArrivalsFit:
    """Return the arrivals of one queue as a demand describes them.

    Parameters
    ----------
    tickets
        Of the queue, with the columns of :class:`sim.records.records.TicketRecords`; rows of
        other dates are not looked at.
    dates
        All days on which the queue was open and its record can be used, those without tickets
        too; at least one.
    hours
        The office's hours. Days of weekdays that it leaves out count for nothing.
    path
        Where the demand stands in the office file: ``demands.p``.

    Raises
    ------
    PlannerError
        If no day or no ticket is left.
    """
    days = sorted({date for date in dates if hours.sessions(date.weekday())})
    rows, day = _on(tickets, days)
    if not rows.height:
        raise PlannerError(
            phrase(
                "{path}: no ticket on the {count} days that can be used. "
                "Leave the queue out with --queue, or choose other days with --from and --to.",
                path=path,
                count=len(days),
            )
        )
    counts = _counts(day, len(days))
    found = fit_counts(counts, days, hours.groups())
    profile = fit_profile(rows, day, [hours.sessions(date.weekday()) for date in days])
    source = phrase("{n:,} tickets of {days}", n=rows.height, days=days_text(len(days)))
    return ArrivalsFit(
        _content(found, profile),
        (*_fitted_counts(found, path, source), *_fitted_profile(profile, path, source)),
        tuple(_assumed(found, path)),
        tuple(_says(found, profile, days)),
        _chart(profile, found.per_day, path),
    )


def _on(tickets: pl.DataFrame, days: Sequence[dt.date]) -> tuple[pl.DataFrame, Ints]:
    """Return the tickets of some days that say when they were taken, and the day of each."""
    import numpy as np
    import polars as pl

    known = pl.DataFrame(
        {"date": list(days), "day": range(len(days))},
        schema={"date": pl.Date, "day": pl.Int64},
    )
    rows = tickets.drop_nulls(["arrived_after", "arrived_by"]).join(known, on="date")
    return rows, rows["day"].to_numpy().astype(np.int64)


def _counts(day: Ints, days: int) -> Ints:
    import numpy as np

    counts: Ints = np.bincount(day, minlength=days).astype(np.int64)
    return counts


def _content(found: CountsFit, profile: ProfileFit) -> dict[str, Any]:
    content: dict[str, Any] = {"per_day": _rounded(found.per_day)}
    if found.weekdays:
        content["by_weekday"] = {weekdays_key(days): _rounded(f) for days, f, _ in found.weekdays}
    if found.months:
        content["by_month"] = {MONTHS[month - 1]: _rounded(f) for month, f, _ in found.months}
    if not profile.even:
        content["by_hour"] = dict(_by_hour(profile))
    content["spread"] = _rounded(found.spread)
    return content


def _rounded(value: float) -> float:
    """Return a number with four significant digits."""
    return float(f"{value:.4g}")


def _by_hour(profile: ProfileFit) -> Iterator[tuple[str, float]]:
    for at, share in zip(profile.edges, profile.shares, strict=False):
        yield clock(at), round(share, 5)
    if profile.stops is not None:
        yield clock(profile.stops), 0.0


def _fitted_counts(found: CountsFit, path: str, source: str) -> Iterator[Fitted]:
    how = phrase("{source}: quasi-Poisson regression", source=source)
    yield _fitted(f"{path}.per_day", found.per_day, found.per_day_interval, how)
    for days, factor, interval in found.weekdays:
        yield _fitted(f"{path}.by_weekday.{weekdays_key(days)}", factor, interval, how)
    for month, factor, interval in found.months:
        yield _fitted(f"{path}.by_month.{MONTHS[month - 1]}", factor, interval, how)
    if found.spread_interval is not None:
        how = phrase("{source}: Pearson's statistic over its degrees of freedom", source=source)
        yield _fitted(f"{path}.spread", found.spread, found.spread_interval, how)


def _fitted_profile(profile: ProfileFit, path: str, source: str) -> Iterator[Fitted]:
    if profile.even:
        return
    bins = zip(profile.edges, profile.shares, profile.low, profile.high, strict=False)
    for at, share, low, high in bins:
        how = phrase("{source}: histogram, bins by penalised likelihood", source=source)
        yield Fitted(f"{path}.by_hour.{clock(at)}", round(share, 5), low, high, how)


def _fitted(path: str, value: float, interval: Interval, source: str) -> Fitted:
    low, high = interval or (None, None)
    return Fitted(path, _rounded(value), low, high, source)


def _assumed(found: CountsFit, path: str) -> Iterator[Assumed]:
    if found.spread_interval is None:
        why = phrase("as many kinds of days as days: how much days of a kind differ cannot be told")
        yield Assumed(f"{path}.spread", "1", why)


def _says(found: CountsFit, profile: ProfileFit, days: Sequence[dt.date]) -> Iterator[str]:
    yield phrase(
        "{per_day:.4g} a day over {days}{interval}.",
        per_day=found.per_day,
        days=days_text(len(days)),
        interval=_range(found.per_day_interval),
    )
    if found.weekdays:
        parts = listed(
            phrase("{weekdays} {factor:.2f}", weekdays=weekdays(weekdays_key(days)), factor=factor)
            for days, factor, _ in found.weekdays
        )
        yield phrase("Weekdays differ: {factors} times the mean.", factors=parts)
    elif len({date.weekday() for date in days}) > 1:
        yield phrase("The records do not tell weekdays apart: all alike.")
    if found.months:
        yield phrase("Months differ, beyond what chance makes of daily counts.")
    if found.spread_interval is not None:
        yield phrase(
            "The variance of daily counts is {ratio:.2f} times their mean{interval}.",
            ratio=found.spread,
            interval=_range(found.spread_interval),
        )
    yield from _says_profile(profile)


def _says_profile(profile: ProfileFit) -> Iterator[str]:
    if profile.even:
        yield phrase(
            "The records do not tell times of day apart: people come evenly while it is open."
        )
        return
    bins = len(profile.shares)
    yield (
        phrase("The records bear 1 time of day.")
        if bins == 1
        else phrase("The records bear {n} times of day.", n=bins)
    )
    if profile.spike:
        at = next(i for i, rush in enumerate(profile.shares) if rush > 0)
        yield phrase(
            "{share:.0%} come at opening, far more than right after it.", share=profile.shares[at]
        )
    if profile.stops is not None:
        yield phrase("Nobody takes a ticket after {time}.", time=clock(profile.stops))


def _range(interval: Interval) -> str:
    if interval is None:
        return ""
    low, high = interval
    return phrase(" (95% interval {low:.4g} to {high:.4g})", low=low, high=high)


def _chart(profile: ProfileFit, per_day: float, path: str) -> Chart:
    """Return arrivals an hour by time of day, as fitted and as recorded."""
    bins = range(len(profile.shares))
    widths = [(profile.edges[i + 1] - profile.edges[i]) / 60 for i in bins]

    def rate(shares: Sequence[float]) -> tuple[float, ...]:
        return (*(per_day * shares[i] / widths[i] for i in bins), 0.0)

    hours = tuple(at / 60 for at in profile.edges)
    fitted = Curve(
        phrase("fitted"), hours, rate(profile.shares), rate(profile.low), rate(profile.high)
    )
    quarters = tuple(hours[0] + i / 4 for i in range(len(profile.recorded)))
    return Chart(
        f"arrivals_{path.rpartition('.')[2]}",
        "steps",
        phrase("Arrivals by time of day"),
        phrase("Recorded by quarter of an hour; fitted with as many bins as the records bear."),
        phrase("time of day"),
        phrase("arrivals an hour"),
        (Curve(phrase("recorded"), quarters, profile.recorded), fitted),
        clock=True,
    )
