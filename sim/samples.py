"""What the replications of one scenario gave, and the estimates made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.comparison import Histogram, Measures, Pictures, Week
from sim.draws import Floats
from sim.estimates import (
    Percentile,
    Points,
    Ratio,
    capped,
    difference,
    difference_times,
    relative_change,
)
from sim.fares import shares_of
from sim.measures import PERCENTILES, UNIT_MS
from sim.sketches import Pool, Sketch, together
from sim.summaries import Gains, OpenCases, RunSummary

if TYPE_CHECKING:
    from sim.week import WeekSums

_BINS = 40
_LEAST_TOP = 1e-6
_POINTS: Final = 128
"""Values kept of each replication, measure and demand, for intervals of percentiles."""


class Samples:
    """Replications of one scenario as they come in.

    What is kept of each is a few kilobytes, whatever its number of cases.

    Attributes
    ----------
    open_cases
        Measured cases left open, of all replications.
    """

    def __init__(self) -> None:
        self.open_cases = OpenCases.of(())
        self._first: RunSummary | None = None
        self._sums: list[Floats] = []
        self._counts: list[Floats] = []
        self._hours: list[tuple[Floats, Floats]] = []
        self._gains: list[Gains | None] = []
        self._weeks: list[WeekSums] = []
        self._own: list[dict[str, Floats]] = []
        self._pools: dict[tuple[str, int], Pool] = {}
        self._coarse: dict[tuple[str, int], list[Sketch]] = {}
        self._known: dict[str, Any] = {}

    def add(self, summary: RunSummary, against: Gains | None = None) -> None:
        """Take in one replication.

        Parameters
        ----------
        summary
            What it came to.
        against
            Its cases against the baseline's; None for the baseline.
        """
        self._known.clear()
        if self._first is None:
            self._first = summary
        self.open_cases += summary.open_cases
        self._sums.append(np.array(list(summary.tally.sums.values())))
        self._counts.append(np.array(list(summary.tally.counts.values())))
        self._hours.append((summary.hour_sums, summary.hour_counts))
        self._gains.append(against)
        if summary.week is not None:
            self._weeks.append(summary.week)
        self._own.append(summary.percentiles)
        for name, by_demand in summary.sketches.items():
            for place, sketch in enumerate(by_demand):
                self._pools.setdefault((name, place), Pool()).add(sketch)
                self._coarse.setdefault((name, place), []).append(sketch.coarser(_POINTS))

    @property
    def replications(self) -> int:
        """How many are in."""
        return len(self._sums)

    @cached_property
    def _of_first(self) -> RunSummary:
        assert self._first is not None, "nothing is known before the first replication"
        return self._first

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self._of_first.tally.sums)}

    def names(self) -> list[str]:
        """Return the names of all means."""
        return list(self._places)

    def ratio(self, name: str) -> Ratio:
        """Return a mean with what each replication contributes."""
        sums, counts = self._columns()
        place = self._places[name]
        return Ratio(sums[:, place], counts[:, place])

    def cases_of(self, name: str) -> float:
        """Return over how many cases or dossiers a mean is, in all replications."""
        _, counts = self._columns()
        return float(counts[:, self._places[name]].sum())

    def _columns(self) -> tuple[Floats, Floats]:
        if "columns" not in self._known:
            self._known["columns"] = np.array(self._sums), np.array(self._counts)
        found: tuple[Floats, Floats] = self._known["columns"]
        return found

    @cached_property
    def _percentile_places(self) -> dict[str, tuple[str, int, int]]:
        return {
            f"{name}_p{percent}{suffix}": (name, group, place)
            for name in self._of_first.sketches
            for group, suffix in enumerate(self._of_first.groups.suffixes)
            for place, percent in enumerate(PERCENTILES[name])
        }

    def percentile_names(self) -> list[str]:
        """Return the names of all percentiles: ``wait_minutes_p90@PROCEDURE``."""
        return list(self._percentile_places)

    def percentile(self, name: str) -> Percentile:
        """Return a percentile of all cases pooled."""
        if name not in self._known:
            of, group, place = self._percentile_places[name]
            own = np.array([percentiles[of][group, place] for percentiles in self._own])
            demands = self._of_first.groups.demands[group]
            self._known[name] = Percentile(
                self._pooled(of, demands),
                PERCENTILES[of][place],
                own,
                [self._points(of, demand) for demand in demands],
                unit=UNIT_MS[of],
            )
        found: Percentile = self._known[name]
        return found

    def percentiles(self) -> dict[str, Percentile]:
        """Return the percentiles of all cases pooled, by name."""
        return {name: self.percentile(name) for name in self._percentile_places}

    def _points(self, name: str, demand: int) -> Points:
        key = f"points {name} {demand}"
        if key not in self._known:
            self._known[key] = Points.of(self._coarse[name, demand], _POINTS)
        found: Points = self._known[key]
        return found

    def pooled(self, name: str) -> Sketch:
        """Return the values of all cases, in milliseconds."""
        return self._pooled(name, self._of_first.groups.demands[0])

    def _pooled(self, name: str, demands: tuple[int, ...]) -> Sketch:
        key = f"pooled {name} {demands}"
        if key not in self._known:
            self._known[key] = together([self._pools[name, d].sketch() for d in demands])
        found: Sketch = self._known[key]
        return found

    def hours(self) -> tuple[Floats, Floats]:
        """Return minutes waited, and closed cases, by replication and hour of first arrival."""
        return np.array([sums for sums, _ in self._hours]), np.array([n for _, n in self._hours])

    def gains(self) -> list[Gains]:
        """Return by replication how cases fared against the baseline."""
        return [each for each in self._gains if each is not None]

    def week(self, teams: Sequence[str]) -> Week | None:
        """Return how full the office is over the week; None where that was not added up."""
        from sim.week import week_of

        return week_of(self._weeks, teams) if self._weeks else None

    def open_share(self) -> float:
        """Return the share of cases still open at the end."""
        sums, _ = self._columns()
        opened, cases = (sums[:, self._places[name]].sum() for name in ("open_at_end", "cases"))
        return float(opened / max(cases, 1.0))


def measures_of(samples: Samples) -> Measures:
    """Return every measure of a scenario with its interval."""
    found = {name: samples.ratio(name).estimate() for name in samples.names()}
    found |= {name: each.estimate() for name, each in samples.percentiles().items()}
    return {name: capped(each, most_of(name)) for name, each in found.items()}


def most_of(measure: str) -> float:
    """Return the largest value that a measure can have; none is negative."""
    name = measure.partition("@")[0]
    share = name == "lost" or name.endswith("_share") or name.startswith("utilisation.")
    return 1.0 if share else np.inf


def differences_of(base: Samples, other: Samples) -> Measures:
    """Return scenario minus baseline in every measure that both have, paired by replication."""
    theirs = set(other.names())
    names = [name for name in base.names() if name in theirs]
    found = {name: difference(base.ratio(name), other.ratio(name)) for name in names}
    theirs = set(other.percentile_names())
    for name in base.percentile_names():
        if name in theirs:
            found[name] = other.percentile(name).minus(base.percentile(name))
    return found | _gains(other.gains()) | _savings(base, other)


def _gains(found: list[Gains]) -> Measures:
    """Return how the cases of both fare, and how many cannot be compared."""
    shares = np.array([(g.better, g.unchanged, g.worse, g.no_result) for g in found], dtype=float)
    names = ("better_share", "unchanged_share", "worse_share", "no_result_share")
    others = {
        "unmatched_cases": [g.unmatched for g in found],
        "unfinished_cases": [g.unfinished for g in found],
    }
    one = np.ones(len(found))
    return dict(zip(names, shares_of(shares), strict=True)) | {
        name: capped(Ratio(np.array(counts, dtype=float), one).estimate())
        for name, counts in others.items()
    }


def _savings(base: Samples, other: Samples) -> Measures:
    """Return what is saved a year: by the baseline's citizens, and by the office in all.

    And by which share a case's cost to its citizen changes.
    """
    year = difference(other.ratio("office_cost_year"), base.ratio("office_cost_year"))
    cases_a_year = base.ratio("cases_year")
    of_citizens = {
        name: difference_times(other.ratio(measure), base.ratio(measure), cases_a_year)
        for name, measure in _SAVED.items()
        if measure in base.names()
    }
    change = relative_change(base.ratio("citizen_cost"), other.ratio("citizen_cost"))
    return of_citizens | {"office_saving_year": year, "citizen_cost_change": change}


_SAVED: Final = {
    "citizen_saving_year": "citizen_cost",
    "hours_saving_year": "citizen_hours",
    "trips_saving_year": "trips",
}
"""What citizens save in a year, and of which measure of a case."""


def nice_edges(values: Sketch, unit: float, bins: int = _BINS) -> tuple[float, ...]:
    """Return bin edges from 0 on that reach the 99th percentile of all values, in round steps.

    Parameters
    ----------
    values
        Values of all scenarios.
    unit
        What they are divided by.
    """
    top = float(values.percentiles([99])[0] / unit) if len(values) else 0.0
    raw = (top if top > _LEAST_TOP else 1.0) / bins
    scale = 10.0 ** np.floor(np.log10(raw))
    step = next(float(m * scale) for m in (1, 2, 2.5, 5, 10) if m * scale >= raw * (1 - 1e-9))
    return tuple(round(i * step, 10) for i in range(int(np.ceil(top / step - 1e-9)) + 2))


def picture_edges(samples: Iterable[Samples]) -> dict[str, tuple[float, ...]]:
    """Return the edges of the histograms of all scenarios, by measure."""
    each = list(samples)
    return {
        name: nice_edges(together([s.pooled(name) for s in each]), UNIT_MS[name])
        for name in ("wait_minutes", "turnaround_hours")
    }


def pictures_of(
    samples: Samples, edges: dict[str, tuple[float, ...]], teams: Sequence[str]
) -> Pictures:
    """Return what charts need of a scenario, of whose office the teams are."""
    sums, counts = samples.hours()
    by_hour = {
        hour: capped(Ratio(sums[:, hour], counts[:, hour]).estimate())
        for hour in range(24)
        if counts[:, hour].sum()
    }
    return Pictures(
        wait_minutes=_histogram(samples, "wait_minutes", edges),
        turnaround_hours=_histogram(samples, "turnaround_hours", edges),
        wait_by_hour=by_hour,
        week=samples.week(teams),
    )


def _histogram(samples: Samples, name: str, edges: dict[str, tuple[float, ...]]) -> Histogram:
    shares = samples.pooled(name).shares(np.array(edges[name]) * UNIT_MS[name])
    return Histogram(edges[name], tuple(shares.tolist()))
