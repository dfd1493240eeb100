"""What a province gains: each office, all together, and which office gains most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.base import Text
from sim.comparison import Estimate, Measures, Verdict
from sim.draws import Floats
from sim.estimates import CONFIDENCE, capped
from sim.province.kept import MEASURED, Sums
from sim.province.ranking import Place, places
from sim.province.rows import Row
from sim.province.runs import ScenarioSums
from sim.province.sums import Piece, Statistic, added, around, jackknifed
from sim.samples import most_of
from sim.study import Study
from sim.verdicts import (
    HEADLINE,
    MOST_OPEN,
    matters_for,
    simultaneous,
    spoilt,
    unseen,
    verdict,
    withheld,
)

YEARLY: Final[Mapping[str, str]] = {
    "wait_minutes": "wait_hours_year",
    "visit_minutes": "visit_hours_year",
    "citizen_hours": "citizen_hours_year",
    "turnaround_hours": "turnaround_hours_year",
    "trips": "trips_year",
    "same_day_share": "same_day_year",
    "on_time_share": "on_time_year",
    "lost": "lost_year",
    "citizen_cost": "citizen_cost_year",
    "office_cost": "office_cost_year",
}
"""What a measure is called when it is added up over the cases of a year."""
CASES: Final = "cases_year"
_MINUTES: Final = ("wait_minutes", "visit_minutes")
"""Measures whose sums over a year are in hours."""
_MORE_IS_BETTER: Final = ("same_day_share", "on_time_share")
_OF_DOSSIERS: Final = ("on_time_share",)


@dataclass(frozen=True)
class Found:
    """What one scenario comes to, in one office or in all.

    Attributes
    ----------
    means
        Measures a case: :data:`~sim.province.kept.MEASURED`.
    totals
        A year: :data:`YEARLY` and ``cases_year``.
    differences, total_differences
        Scenario minus baseline in both; empty for the baseline.
    gains
        By measure: what is better a year, for as many cases as the baseline has; empty
        for the baseline.
    """

    means: Measures
    totals: Measures
    differences: Measures
    total_differences: Measures
    gains: Measures


@dataclass(frozen=True)
class OfficeFound:
    """An office with what was measured, by scenario.

    Attributes
    ----------
    places
        By scenario and measure: its place by gain; None where it is not ranked.
    """

    id: str
    title: Text
    found: dict[str, Found]
    places: dict[str, dict[str, Place | None]]


@dataclass(frozen=True)
class OfficesOpen:
    """A warning: offices of which many cases were still open when the runs ended.

    Attributes
    ----------
    shares
        Ids of the offices, with the share of their cases.
    offices
        How many offices there are.
    most
        The largest share without a warning.
    """

    shares: tuple[tuple[str, float], ...]
    offices: int
    most: float


@dataclass(frozen=True)
class Province:
    """What a province's study came to.

    Attributes
    ----------
    study
        The study, with its settings; its office is the default of rows without one.
    by
        The measure whose gain ranks the offices.
    whole
        All offices together, by scenario, the baseline first.
    offices
        In the order of the CSV file.
    verdicts
        On the province's means, by scenario and measure.
    warnings
        What to take care of.
    """

    study: Study
    by: str
    currency: str
    whole: dict[str, Found]
    offices: tuple[OfficeFound, ...]
    verdicts: dict[str, dict[str, Verdict]]
    warnings: tuple[OfficesOpen, ...]

    @property
    def others(self) -> list[str]:
        """Scenarios that are compared with the baseline, in their order."""
        return [name for name in self.whole if name != self.study.baseline]

    def ranking(self, scenario: str) -> list[tuple[Place, OfficeFound]]:
        """Return the offices with a place, the largest gain first."""
        placed = [(each.places[scenario][self.by], each) for each in self.offices]
        return sorted(((p, each) for p, each in placed if p), key=lambda pair: pair[0].place)


def outcome(study: Study, rows: Sequence[Row], sums: Mapping[str, Sums], by: str) -> Province:
    """Add the offices up and rank them.

    Parameters
    ----------
    study
        The study.
    rows
        The offices.
    sums
        Their sums by id.
    by
        The measure whose gain ranks them.
    """
    kept = [sums[row.id] for row in rows]
    base = study.baseline
    scenarios = sorted(kept[0], key=lambda name: name != base)
    others = scenarios[1:]
    columns = {name: [_Columns(each[name], each[base]) for each in kept] for name in scenarios}
    ranked = {name: _ranked(columns[name]) for name in others}
    return Province(
        study=study,
        by=by,
        currency=rows[0].study.office.currency,
        whole={name: _found(columns[name], name in others) for name in scenarios},
        offices=tuple(
            OfficeFound(
                row.id,
                row.study.office.title,
                {name: _found([columns[name][i]], name in others) for name in scenarios},
                {
                    name: {measure: ranked[name][measure][i] for measure in MEASURED}
                    for name in others
                },
            )
            for i, row in enumerate(rows)
        ),
        verdicts={name: _verdicts(study, columns[name], len(others)) for name in others},
        warnings=_warnings(rows, columns),
    )


class _Columns:
    """What each replication of one office gave: in one scenario, and in the baseline.

    For each measure the columns are its sum, its count and how many a year it is added up over,
    first of the scenario, then of the baseline.
    """

    def __init__(self, own: ScenarioSums, base: ScenarioSums) -> None:
        self.of = {
            name: np.column_stack([*_yearly_columns(own, name), *_yearly_columns(base, name)])
            for name in MEASURED
        }
        self.open = np.array([_open(own), _open(base)])
        self.cases = {
            name: min(float(np.sum(each.counts[name])) for each in (own, base)) for name in MEASURED
        }

    @property
    def open_share(self) -> float:
        """The larger share of cases left open, of both scenarios."""
        return float((self.open[:, 0] / np.maximum(self.open[:, 1], 1)).max())


def _yearly_columns(sums: ScenarioSums, measure: str) -> tuple[Floats, Floats, Floats]:
    total = np.array(sums.sums[measure]) * sums.years
    count = np.array(sums.counts[measure]) * sums.years
    return total, count, count if measure in _OF_DOSSIERS else np.array(sums.sums[CASES])


def _open(sums: ScenarioSums) -> tuple[float, float]:
    return sum(sums.sums["open_at_end"]) * sums.years, sum(sums.sums["cases"]) * sums.years


def _mean(v: Floats) -> Floats:
    return v[..., 0] / v[..., 1]


def _mean_before(v: Floats) -> Floats:
    return v[..., 3] / v[..., 4]


def _mean_difference(v: Floats) -> Floats:
    return _mean(v) - _mean_before(v)


def _year(v: Floats) -> Floats:
    return _mean(v) * v[..., 2]


def _year_difference(v: Floats) -> Floats:
    return _year(v) - _mean_before(v) * v[..., 5]


def _cases(v: Floats) -> Floats:
    return v[..., 2]


def _cases_difference(v: Floats) -> Floats:
    return v[..., 2] - v[..., 5]


def _saved(v: Floats) -> Floats:
    return -_mean_difference(v) * v[..., 5]


def _reached(v: Floats) -> Floats:
    return _mean_difference(v) * v[..., 5]


def _spent_less(v: Floats) -> Floats:
    return -_year_difference(v)


def _gain(measure: str) -> Statistic:
    """Return what is better a year, of as many cases as the baseline has.

    The office's money is that of the whole year: where more people come, each costs it less, and
    it saves nothing.
    """
    if measure == "office_cost":
        return _spent_less
    return _reached if measure in _MORE_IS_BETTER else _saved


def _found(offices: Sequence[_Columns], compared: bool) -> Found:
    """Return all that is said of some offices together."""
    means = {name: capped(_of_means(offices, name, _mean), most_of(name)) for name in MEASURED}
    totals = {name: capped(each) for name, each in _totals(offices, _cases, _year).items()}
    if not compared:
        return Found(means, totals, {}, {}, {})
    return Found(
        means,
        totals,
        differences={name: _of_means(offices, name, _mean_difference) for name in MEASURED},
        total_differences=_totals(offices, _cases_difference, _year_difference),
        gains={name: _added_up(offices, name, _gain(name)) for name in MEASURED},
    )


def _totals(offices: Sequence[_Columns], cases: Statistic, year: Statistic) -> Measures:
    totals = {name: _added_up(offices, measure, year) for measure, name in YEARLY.items()}
    return {CASES: added(_pieces(offices, HEADLINE[0], cases))} | totals


def _added_up(offices: Sequence[_Columns], measure: str, statistic: Statistic) -> Estimate:
    """Return a sum over the cases of a year: minutes as hours."""
    total = added(_pieces(offices, measure, statistic))
    if measure not in _MINUTES:
        return total
    ends = (total.mean, total.low, total.high)
    return Estimate(*(None if end is None else end / 60 for end in ends))


def _pieces(offices: Sequence[_Columns], measure: str, statistic: Statistic) -> list[Piece]:
    return [jackknifed(each.of[measure], statistic) for each in offices]


def _of_means(
    offices: Sequence[_Columns], measure: str, statistic: Statistic, confidence: float = CONFIDENCE
) -> Estimate:
    """Return a statistic of sums over all offices, such as a mean over all their cases."""
    columns = [each.of[measure] for each in offices]
    whole = np.sum([each.mean(axis=0) for each in columns], axis=0)
    pieces = [jackknifed(each, statistic, whole) for each in columns]
    value = pieces[0].value
    return Estimate(None, None, None) if value is None else around(value, pieces, confidence)


def _ranked(offices: Sequence[_Columns]) -> dict[str, list[Place | None]]:
    """Return the place of each office, by measure."""
    return {
        measure: places(
            [
                None if _spoilt(each, measure) else jackknifed(each.of[measure], _gain(measure))
                for each in offices
            ]
        )
        for measure in MEASURED
    }


def _spoilt(office: _Columns, measure: str) -> bool:
    return spoilt(measure, office.open_share)


def _verdicts(study: Study, offices: Sequence[_Columns], scenarios: int) -> dict[str, Verdict]:
    confidence = simultaneous(scenarios)
    opened = np.sum([each.open for each in offices], axis=0)
    still_open = float((opened[:, 0] / np.maximum(opened[:, 1], 1)).max())
    found: dict[str, Verdict] = {}
    for name in HEADLINE:
        before = _of_means(offices, name, _mean_before)
        least = matters_for(name, study.matters, before.mean)
        missed = unseen(name, sum(each.cases[name] for each in offices), before.mean)
        judged = verdict(_of_means(offices, name, _mean_difference, confidence), least, missed)
        found[name] = withheld(judged, name, still_open)
    return found


def _warnings(
    rows: Sequence[Row], columns: Mapping[str, Sequence[_Columns]]
) -> tuple[OfficesOpen, ...]:
    worst = [max(each[i].open_share for each in columns.values()) for i in range(len(rows))]
    full = [(row.id, share) for row, share in zip(rows, worst, strict=True) if share > MOST_OPEN]
    return (OfficesOpen(tuple(full), len(rows), MOST_OPEN),) if full else ()
