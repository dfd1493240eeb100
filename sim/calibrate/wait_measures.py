"""Recorded waits beside simulated ones: measures with prediction intervals, distances, charts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.outcome import Chart, Curve, Distance, Inside, Measured
from sim.calibrate.replayed import Run
from sim.clock import MINUTE_MS
from sim.said import phrase

Floats = NDArray[np.float64]

HOUR_MS: Final = 60 * MINUTE_MS
_SLOT_MS: Final = 15 * MINUTE_MS
_UNSERVED_MINUTES: Final = 600.0
_TOO_WIDE: Final = 1.5
_NARROW_MINUTES: Final = 10.0
_POINTS: Final = 60


def waits(run: Run) -> Floats:
    """Return the waits of a run in minutes; who was never called waited longer than any day."""
    return np.where(np.isnan(run.wait), _UNSERVED_MINUTES, run.wait)


def part(run: Run, kept: NDArray[np.bool_]) -> Run:
    """Return some tickets of a run."""
    return replace(
        run,
        day=run.day[kept],
        queue=run.queue[kept],
        came=run.came[kept],
        called=run.called[kept],
        wait=run.wait[kept],
        served=run.served[kept],
    )


_BESIDE: Final[dict[Inside, str]] = {
    "above": phrase("observed lies above what was simulated"),
    "below": phrase("observed lies below what was simulated"),
}


def measured(
    seen: Run, own: Sequence[Run], drawn: Sequence[Run], days: int
) -> tuple[Measured, ...]:
    """Return the measures of waits: mean and 90th percentile first.

    Parameters
    ----------
    seen
        The record.
    own, drawn
        Replications of the same tickets with the office's numbers, which give the mean, and with
        numbers as the fit leaves them open, which give the interval.
    days
        How many days they are of.
    """
    told: tuple[tuple[str, str, Callable[[Run], float]], ...] = (
        (phrase("mean wait"), phrase("minutes"), lambda run: float(waits(run).mean())),
        (
            phrase("90th percentile of the wait"),
            phrase("minutes"),
            lambda run: float(np.quantile(waits(run), 0.9)),
        ),
        (phrase("median wait"), phrase("minutes"), lambda run: float(np.median(waits(run)))),
        (
            phrase("most people waiting, a day"),
            phrase("people"),
            lambda run: _longest_line(run, days),
        ),
        (phrase("called by noon, a day"), phrase("tickets"), lambda run: _by_noon(run, days)),
    )
    return tuple(_measure(name, unit, seen, (own, drawn), of) for name, unit, of in told)


def _measure(
    name: str,
    unit: str,
    seen: Run,
    runs: tuple[Sequence[Run], Sequence[Run]],
    of: Callable[[Run], float],
) -> Measured:
    """Return a measure; its interval is that of the replications' own values, 95% of them."""
    own, drawn = runs
    low, high = (float(q) for q in np.quantile([of(run) for run in drawn], (0.025, 0.975)))
    return judged(name, unit, of(seen), (float(np.mean([of(run) for run in own])), low, high))


def judged(name: str, unit: str, own: float, simulated: tuple[float, float, float]) -> Measured:
    """Return a measure with its verdict; `simulated` is mean, low and high."""
    mean, low, high = simulated
    inside: Inside = "inside" if low <= own <= high else ("above" if own > high else "below")
    wide = inside == "inside" and is_wide(own, low, high)
    return Measured(name, unit, own, mean, low, high, inside, _says(wide, inside), wide)


def is_wide(own: float, low: float, high: float) -> bool:
    """Tell whether an interval is too wide to be of use: half as wide again as what was seen."""
    return high - low > max(_TOO_WIDE * own, _NARROW_MINUTES)


def _says(wide: bool, inside: Inside) -> str:
    if inside != "inside":
        return _BESIDE[inside]
    if wide:
        return phrase("as predicted, but the interval is too wide to be of much use")
    return phrase("as predicted")


def _longest_line(run: Run, days: int) -> float:
    """Return how many wait when most do, the mean over days."""
    most = []
    for day in range(days):
        own = run.day == day
        if own.any():
            moments = np.concatenate([run.came[own], _until(run)[own]])
            steps = np.repeat([1, -1], own.sum())
            order = np.lexsort((steps, moments))
            most.append(np.cumsum(steps[order]).max())
    return float(np.mean(most)) if most else 0.0


def _until(run: Run) -> Floats:
    """Return until when each ticket waited; the end of the day for who was never called."""
    never = np.isnan(run.called)
    return np.maximum(np.where(never, 24 * HOUR_MS, run.called), run.came)


def _by_noon(run: Run, days: int) -> float:
    return float(np.sum(run.called <= 12 * HOUR_MS) / days)


# --- distances ---


def distance(own: Floats, other: Floats, weights: Floats | None = None) -> float:
    """Return the 1-Wasserstein distance of two samples, in their unit."""
    from scipy.stats import wasserstein_distance

    return float(wasserstein_distance(own, other, v_weights=weights))


def simulated_distance(seen: Run, runs: Sequence[Run]) -> Distance:
    """Return how far the simulation lies from the record, all replications taken together."""
    own = waits(seen)
    each = [distance(own, waits(run)) for run in runs]
    low, high = (float(q) for q in np.quantile(each, (0.025, 0.975)))
    pooled = distance(own, np.concatenate([waits(run) for run in runs]))
    return Distance(phrase("simulation"), pooled, low, high, phrase("minutes"))


def plain_distances(seen: Run, fitted: Floats | None) -> list[Distance]:
    """Return how far the fitted days' own waits, and their mean as a point, lie from the record."""
    if fitted is None or not len(fitted):
        return []
    own = waits(seen)
    return [
        Distance(
            phrase("the fitted days themselves"),
            distance(own, fitted),
            None,
            None,
            phrase("minutes"),
        ),
        Distance(
            phrase("their mean as a point"),
            distance(own, fitted.mean(keepdims=True)),
            None,
            None,
            phrase("minutes"),
        ),
    ]


# --- charts ---


def charts(
    id_: str, seen: Run, runs: Sequence[Run], fitted: Floats | None, days: int
) -> tuple[Chart, ...]:
    """Return waits by hour, their distribution, and the line over the day."""
    return (
        _by_hour(id_, seen, runs),
        _distribution(id_, seen, runs, fitted),
        _line(id_, seen, runs, days),
    )


def _by_hour(id_: str, seen: Run, runs: Sequence[Run]) -> Chart:
    hours = np.unique((seen.came // HOUR_MS).astype(int))
    own = [_mean_in(seen, hour) for hour in hours]
    values = np.array([[_mean_in(run, hour) for hour in hours] for run in runs])
    x = np.array(hours, dtype=float)
    came = ~np.isnan(values).all(axis=0)
    mean, low, high = _band(values[:, came])
    return Chart(
        f"{id_}_by_hour",
        "points",
        phrase("Mean wait by hour of arrival"),
        phrase("Band: 95% prediction interval."),
        phrase("hour of arrival"),
        phrase("minutes of waiting"),
        (
            Curve(phrase("simulated"), _rounded(x[came]), mean, low, high),
            Curve(phrase("observed"), _rounded(x), _rounded(np.array(own))),
        ),
        clock=True,
    )


def _mean_in(run: Run, hour: int) -> float:
    inside = (run.came >= hour * HOUR_MS) & (run.came < (hour + 1) * HOUR_MS)
    return float(waits(run)[inside].mean()) if inside.any() else float("nan")


def _distribution(id_: str, seen: Run, runs: Sequence[Run], fitted: Floats | None) -> Chart:
    own = waits(seen)
    most = float(
        max(np.quantile(own, 0.995), np.quantile(np.concatenate([waits(r) for r in runs]), 0.97), 5)
    )
    x = np.linspace(0, most, _POINTS)
    mean, low, high = _band(np.array([_share_within(waits(run), x) for run in runs]))
    at = tuple(round(float(v), 2) for v in x)
    curves = [
        Curve(phrase("simulated"), at, mean, low, high),
        Curve(phrase("observed"), at, _rounded(_share_within(own, x))),
    ]
    if fitted is not None and len(fitted):
        curves.append(
            Curve(phrase("the fitted days themselves"), at, _rounded(_share_within(fitted, x)))
        )
    return Chart(
        f"{id_}_distribution",
        "lines",
        phrase("How long people wait"),
        phrase("Share of tickets that waited at most so long. Band: 95% prediction interval."),
        phrase("minutes of waiting"),
        phrase("share of tickets"),
        tuple(curves),
    )


def _share_within(values: Floats, x: Floats) -> Floats:
    found: Floats = np.searchsorted(np.sort(values), x, side="right") / max(len(values), 1)
    return found


def _line(id_: str, seen: Run, runs: Sequence[Run], days: int) -> Chart:
    first = np.floor(seen.came.min() / HOUR_MS)
    last = np.ceil(np.nanmax(np.append(seen.called, seen.came)) / HOUR_MS)
    x = np.arange(first * HOUR_MS, last * HOUR_MS + 1, _SLOT_MS)
    mean, low, high = _band(np.array([_waiting_at(run, x, days) for run in runs]))
    at = tuple(float(v) for v in x / HOUR_MS)
    return Chart(
        f"{id_}_line",
        "lines",
        phrase("People waiting over the day"),
        phrase("Mean over the days. Band: 95% prediction interval."),
        phrase("time of day"),
        phrase("people waiting"),
        (
            Curve(phrase("simulated"), at, mean, low, high),
            Curve(phrase("observed"), at, _rounded(_waiting_at(seen, x, days))),
        ),
        clock=True,
    )


def _waiting_at(run: Run, x: Floats, days: int) -> Floats:
    came = np.searchsorted(np.sort(run.came), x, side="right")
    gone = np.searchsorted(np.sort(_until(run)), x, side="right")
    found: Floats = (came - gone) / days
    return found


def _band(values: Floats) -> tuple[tuple[float, ...], tuple[float, ...], tuple[float, ...]]:
    """Return mean and 95% band over replications, in rows."""
    low, high = np.nanquantile(values, (0.025, 0.975), axis=0)
    return _rounded(np.nanmean(values, axis=0)), _rounded(low), _rounded(high)


def _rounded(values: Floats) -> tuple[float, ...]:
    return tuple(round(float(value), 4) for value in values)
