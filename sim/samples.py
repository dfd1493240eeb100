"""What the replications of one scenario gave, and the estimates made of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sim.calendar import NEVER, Ints
from sim.case_table import Measured
from sim.comparison import Estimate, Histogram, Measures, Pictures
from sim.draws import Floats
from sim.estimates import Percentile, Ratio, difference
from sim.log import End
from sim.measures import PERCENTILES, Tally, hour_of_arrival

_BINS = 40
_LEAST_TOP = 1e-6


@dataclass(frozen=True)
class Outcomes:
    """Turnaround by closed case of one replication, under names the same in every scenario.

    A case given up took longer than any that was done.
    """

    keys: Ints
    turnaround_ms: Ints


def outcomes(found: Measured, demand_ids: tuple[str, ...], known: dict[str, int]) -> Outcomes:
    """Return the turnaround of closed cases; `known` numbers the demands of all scenarios."""
    cases = found.cases
    numbers = np.array([known.setdefault(name, len(known)) for name in demand_ids], dtype=np.int64)
    closed = cases.end != End.OPEN
    keys = (numbers[cases.demand] << 44) | (cases.day << 24) | cases.number
    turnaround = np.where(cases.end == End.LOST, NEVER, cases.turnaround)
    return Outcomes(keys[closed], turnaround[closed])


@dataclass
class Samples:
    """Replications of one scenario as they come in."""

    tallies: list[Tally] = field(default_factory=list)
    outcomes: list[Outcomes] = field(default_factory=list)
    hours: list[tuple[Floats, Floats]] = field(default_factory=list)
    open_ages_days: list[float] = field(default_factory=list)
    _percentiles: dict[str, Percentile] = field(default_factory=dict)
    """Of the replications that are in: they are asked for by every difference."""

    def add(self, found: Measured, tally: Tally, outcome: Outcomes) -> None:
        """Take in one replication."""
        self._percentiles.clear()
        self.tallies.append(tally)
        self.outcomes.append(outcome)
        self.open_ages_days.extend(found.open_ages_days)
        closed = found.cases.end != End.OPEN
        hour = hour_of_arrival(found.cases)[closed]
        wait = found.cases.wait[closed] / 60_000
        sums: Floats = np.bincount(hour, weights=wait, minlength=24).astype(float)
        counts: Floats = np.bincount(hour, minlength=24).astype(float)
        self.hours.append((sums, counts))

    def names(self) -> list[str]:
        """Return the names of all means."""
        return list(self.tallies[0].sums)

    def ratio(self, name: str) -> Ratio:
        """Return a mean with what each replication contributes."""
        sums = np.array([tally.sums[name] for tally in self.tallies])
        counts = np.array([tally.counts[name] for tally in self.tallies])
        return Ratio(sums, counts)

    def percentile_names(self) -> dict[str, tuple[str, int]]:
        """Return of what each percentile is, and which: ``wait_minutes_p90@PROCEDURE``."""
        return {
            f"{base}_p{percent}{at}{place}": (name, percent)
            for name in self.tallies[0].values
            for base, at, place in [name.partition("@")]
            for percent in PERCENTILES[base]
        }

    def percentile(self, name: str) -> Percentile:
        """Return a percentile of all cases pooled."""
        if name not in self._percentiles:
            of, percent = self.percentile_names()[name]
            self._percentiles[name] = Percentile([t.values[of] for t in self.tallies], percent)
        return self._percentiles[name]

    def percentiles(self) -> dict[str, Percentile]:
        """Return the percentiles of all cases pooled, by name."""
        return {name: self.percentile(name) for name in self.percentile_names()}

    def pooled(self, name: str) -> Floats:
        """Return the values of all cases."""
        return np.concatenate([tally.values[name] for tally in self.tallies])

    def open_share(self) -> float:
        """Return the share of cases still open at the end."""
        opened = sum(tally.sums["open_at_end"] for tally in self.tallies)
        return float(opened / max(sum(tally.sums["cases"] for tally in self.tallies), 1.0))


def measures_of(samples: Samples) -> Measures:
    """Return every measure of a scenario with its interval."""
    found = {name: samples.ratio(name).estimate() for name in samples.names()}
    return found | {name: each.estimate() for name, each in samples.percentiles().items()}


def differences_of(base: Samples, other: Samples) -> Measures:
    """Return scenario minus baseline in every measure that both have, paired by replication."""
    names = [name for name in base.names() if name in other.tallies[0].sums]
    found = {name: difference(base.ratio(name), other.ratio(name)) for name in names}
    theirs = other.percentiles()
    for name, each in base.percentiles().items():
        if name in theirs:
            found[name] = theirs[name].minus(each)
    return found | _gains(base, other) | _savings(base, other)


def _gains(base: Samples, other: Samples) -> Measures:
    """Return the shares of matched cases that are better, the same or worse off by a minute."""
    rows = [_compared(a, b) for a, b in zip(base.outcomes, other.outcomes, strict=True)]
    table = np.array(rows, dtype=float)
    matched = table[:, :3].sum(axis=1)
    names = ("better_share", "unchanged_share", "worse_share")
    found = {name: Ratio(table[:, i], matched).estimate() for i, name in enumerate(names)}
    found["unmatched_cases"] = Ratio(table[:, 3], np.ones(len(rows))).estimate()
    return found


def _compared(base: Outcomes, other: Outcomes) -> tuple[int, int, int, int]:
    both, first, second = np.intersect1d(base.keys, other.keys, return_indices=True)
    change = other.turnaround_ms[second] - base.turnaround_ms[first]
    better, worse = int((change <= -60_000).sum()), int((change >= 60_000).sum())
    unmatched = len(base.keys) + len(other.keys) - 2 * len(both)
    return better, len(both) - better - worse, worse, unmatched


def _savings(base: Samples, other: Samples) -> Measures:
    """Return what is saved a year: by the baseline's citizens, and by the office in all."""
    year = difference(other.ratio("office_cost_year"), base.ratio("office_cost_year"))
    saved = difference(other.ratio("citizen_cost"), base.ratio("citizen_cost"))
    cases_a_year = base.ratio("cases_year").value or 0.0
    citizen = Estimate(
        *(
            None if end is None else end * cases_a_year
            for end in (saved.mean, saved.low, saved.high)
        )
    )
    return {"citizen_saving_year": citizen, "office_saving_year": year}


def nice_edges(values: list[Floats], bins: int = _BINS) -> tuple[float, ...]:
    """Return bin edges from 0 on that reach the 99th percentile of all values, in round steps."""
    pooled = np.concatenate(values) if values else np.zeros(0)
    top = float(np.percentile(pooled, 99)) if len(pooled) else 0.0
    raw = (top if top > _LEAST_TOP else 1.0) / bins
    scale = 10.0 ** np.floor(np.log10(raw))
    step = next(float(m * scale) for m in (1, 2, 2.5, 5, 10) if m * scale >= raw * (1 - 1e-9))
    return tuple(round(i * step, 10) for i in range(int(np.ceil(top / step - 1e-9)) + 2))


def pictures_of(samples: Samples, edges: dict[str, tuple[float, ...]]) -> Pictures:
    """Return what charts need of a scenario."""
    sums = np.array([row[0] for row in samples.hours])
    counts = np.array([row[1] for row in samples.hours])
    by_hour = {
        hour: Ratio(sums[:, hour], counts[:, hour]).estimate()
        for hour in range(24)
        if counts[:, hour].sum()
    }
    return Pictures(
        wait_minutes=_histogram(samples.pooled("wait_minutes"), edges["wait_minutes"]),
        turnaround_hours=_histogram(samples.pooled("turnaround_hours"), edges["turnaround_hours"]),
        wait_by_hour=by_hour,
    )


def _histogram(values: Floats, edges: tuple[float, ...]) -> Histogram:
    inside = np.minimum(values, edges[-1])
    counts, _ = np.histogram(inside, bins=np.array(edges))
    total = max(int(counts.sum()), 1)
    return Histogram(edges, tuple((counts / total).tolist()))
