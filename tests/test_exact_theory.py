"""The engine restricted to lines that theory knows: to the last bit, and in the mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from sim.calendar import Ints
from sim.clock import MINUTE_MS
from sim.draws import Luck
from sim.log import ServiceLog
from sim.replication import OfficeRuns
from tests import theory
from tests.offices import office, smallest

Raw = dict[str, Any]
Floats = NDArray[np.float64]

CHECKS = 11
"""Means compared with exact values here; all together are held at the 1% level."""
LEVEL = 0.01 / CHECKS
LARGEST_ERROR = 0.015
"""Largest standard error, as a share of the value."""
SEED = 2
DAY = 1440
"""Minutes of a day."""


def one_line(minutes: Any, per_day: float, clerks: int, **more: Any) -> Raw:
    """Return an office of one role and one step, that never closes."""
    raw = smallest(**more)
    raw["teams"][0]["staff"] = clerks
    raw["procedures"][0]["steps"][0]["minutes"] = minutes
    raw["demands"][0]["per_day"] = per_day
    return raw


@dataclass(frozen=True)
class Line:
    """Cases of one step each, in order of arrival; times in minutes.

    Attributes
    ----------
    gaps
        Time to the next arrival.
    found
        Work of others found on arrival, the wait if one clerk served first come.
    """

    arrivals: Floats
    waits: Floats
    services: Floats
    gaps: Floats
    found: Floats
    classes: NDArray[np.int64]
    demands: NDArray[np.int64]

    @classmethod
    def of(cls, runs: OfficeRuns, replication: int) -> Line:
        """Run once and return everyone who was served, up to the first who was not."""
        log = runs.run(SEED, replication)
        population, steps = log.population, log.steps
        served = steps.started >= 0
        started = np.full(len(population.case_arrival), -1)
        started[population.filing_case[steps.filing[served]]] = steps.started[served]
        count = int(np.append(started < 0, True).argmax()) - 1
        arrivals = population.case_arrival[: count + 1] / MINUTE_MS
        services = drawn_work(runs, log, SEED, replication)[:count] / MINUTE_MS
        gaps = np.diff(arrivals)
        walk = np.cumsum(services - gaps)
        found = np.append(0.0, walk - np.minimum(np.minimum.accumulate(walk), 0.0))[:count]
        return cls(
            arrivals=arrivals[:count],
            waits=started[:count] / MINUTE_MS - arrivals[:count],
            services=services,
            gaps=gaps,
            found=found,
            classes=population.case_class[:count],
            demands=population.case_demand[:count],
        )

    def between(self, first: float, until: float) -> Line:
        """Return those who arrive between two moments."""
        chosen = (self.arrivals >= first) & (self.arrivals < until)
        return Line(*(column[chosen] for column in vars(self).values()))


def drawn_work(runs: OfficeRuns, log: ServiceLog, seed: int, replication: int) -> Ints:
    """Return milliseconds of work of each step."""
    luck = Luck(seed, replication, runs.office.id)
    return runs.crowd.steps(log.population, luck).work


# --- to the last bit ---

_SERVICES: dict[str, Raw] = {
    "lognormal": {"lognormal": {"mean": 6, "cv": 0.8}},
    "gamma": {"gamma": {"mean": 6, "cv": 0.6}},
    "whole minutes": {"empirical": {"values": [0, 1, 5, 18]}},
}


@pytest.mark.parametrize("service", _SERVICES)
@pytest.mark.parametrize("load", [0.5, 0.9, 1.2])
@pytest.mark.parametrize("clerks", [1, 2, 3, 4])
def test_waits_equal_the_recursion_to_the_last_bit(clerks: int, load: float, service: str) -> None:
    raw = one_line(_SERVICES[service], load * clerks * 240, clerks)
    runs = OfficeRuns(office(raw), 4, 1)
    log = runs.run(41, clerks)
    population, started = log.population, log.steps.started
    waits = dict(zip(log.steps.filing.tolist(), (started - log.steps.joined).tolist(), strict=True))
    expected = theory.kiefer_wolfowitz(
        population.case_arrival.tolist(), drawn_work(runs, log, 41, clerks).tolist(), clerks
    )
    assert (log.steps.joined == population.case_arrival[log.steps.filing]).all()
    assert len(waits) > 400 * load
    assert waits == {case: expected[case] for case in waits}


# --- in the mean ---


@dataclass(frozen=True)
class Estimate:
    """A mean over replications with its standard error."""

    mean: float
    error: float
    freedom: int

    def agrees_with(self, exact: float) -> bool:
        """Tell whether an exact value lies within the interval of all checks together."""
        bound = stats.t.ppf(1 - LEVEL / 2, self.freedom) * self.error
        return abs(self.mean - exact) <= bound


def controlled(values: Floats, controls: Floats) -> Estimate:
    """Estimate a mean with control variates of mean zero, by regression over replications.

    Parameters
    ----------
    values
        One of each replication.
    controls
        A row of each replication, a column of each control; those that are zero are left out.
    """
    controls = controls[:, controls.any(axis=0)]
    columns = np.column_stack((np.ones(len(values)), controls))
    found, *_ = np.linalg.lstsq(columns, values, rcond=None)
    freedom = len(values) - columns.shape[1]
    left = values - columns @ found
    spread = left @ left / freedom * np.linalg.inv(columns.T @ columns)
    return Estimate(float(found[0]), float(np.sqrt(spread[0, 0])), freedom)


def replications(raw: Raw, warmup: int, days: int) -> Iterator[Line]:
    """Run an office that never closes, and yield those who come once it has settled down."""
    runs = OfficeRuns(office(raw), days, warmup)
    for replication in range(20):
        line = Line.of(runs, replication)
        yield line.between(warmup * DAY, (warmup + days) * DAY)


def surprises(line: Line, clerks: int, rate: float, mean: float) -> list[float]:
    """Return controls of a mean wait; all have mean zero exactly.

    What services, and gaps between arrivals, were more than expected; each wait times what its
    own service and the gap after it were, for they do not depend on it; and the growth of the
    squared wait, of which there is none in the long run. By the recursion the last two together
    are the mean wait but for squares of service and gap.
    """
    longer, later = line.services - mean, line.gaps - 1 / rate
    growth = (line.waits[-1] ** 2 - line.waits[0] ** 2) / len(line.waits)
    net = line.waits * (longer / clerks - later)
    return [longer.mean(), later.mean(), net.mean(), growth]


@dataclass(frozen=True)
class OneLine:
    """A line of clerks with services of mean 6 minutes."""

    clerks: int
    load: float
    minutes: Any
    cv: float
    warmup: int
    days: int

    @property
    def rate(self) -> float:
        """Return arrivals a minute."""
        return self.load * self.clerks / 6

    def exact(self) -> float:
        """Return the mean wait in minutes."""
        if self.clerks == 1:
            return theory.wait_in_mg1(self.rate, 6, self.cv)
        return theory.wait_in_mmc(self.clerks, self.rate, 6)


_EXPONENTIAL = {"exponential": {"mean": 6}}
_LINES = {
    "M/M/1 at 0.9": OneLine(1, 0.9, _EXPONENTIAL, 1, 18, 14),
    "M/M/3 at 0.9": OneLine(3, 0.9, _EXPONENTIAL, 1, 6, 10),
    "M/M/4 at 0.75": OneLine(4, 0.75, _EXPONENTIAL, 1, 2, 8),
    "M/D/1 at 0.9": OneLine(1, 0.9, 6, 0, 14, 14),
    "M/G/1 at 0.9, lognormal": OneLine(1, 0.9, {"lognormal": {"mean": 6, "cv": 0.8}}, 0.8, 16, 16),
    "M/G/1 at 0.7, gamma": OneLine(1, 0.7, {"gamma": {"mean": 6, "cv": 1.2}}, 1.2, 4, 16),
}


@pytest.mark.parametrize("name", _LINES)
def test_mean_wait_in_one_line_is_the_exact_one(name: str) -> None:
    line = _LINES[name]
    raw = one_line(line.minutes, line.rate * DAY, line.clerks)
    found = list(replications(raw, line.warmup, line.days))
    waits = np.array([each.waits.mean() for each in found])
    controls = np.array([surprises(each, line.clerks, line.rate, 6) for each in found])
    _holds(controlled(waits, controls), line.exact())


def _holds(estimate: Estimate, exact: float) -> None:
    assert estimate.error <= LARGEST_ERROR * exact, (estimate, exact)
    assert estimate.agrees_with(exact), (estimate, exact)


def two_classes(found: list[Line], column: str, all_found: float) -> list[Estimate]:
    """Estimate the mean waits of two classes of one clerk.

    The control is the mean work found on arrival, which does not depend on who is served first,
    less its exact value `all_found`.
    """
    control = np.array([[each.found.mean() - all_found] for each in found])
    waits = [[each.waits[getattr(each, column) == k].mean() for each in found] for k in (0, 1)]
    return [controlled(np.array(of_class), control) for of_class in waits]


def test_mean_waits_by_priority_are_the_exact_ones() -> None:
    rate = 0.9 / 6
    raw = one_line(_EXPONENTIAL, rate * DAY, 1, visitor={"priority_share": 0.3})
    found = list(replications(raw, 16, 32))
    exact = theory.waits_by_priority([0.3 * rate, 0.7 * rate], [6, 6], [1, 1])
    for estimate, value in zip(
        two_classes(found, "classes", theory.wait_in_mg1(rate, 6, 1)), exact, strict=True
    ):
        _holds(estimate, value)


def test_mean_waits_by_urgency_of_two_roles_are_the_exact_ones() -> None:
    rates, means, cvs = [0.05, 0.1], [4.0, 7.0], [1.0, 0.5]
    raw = smallest()
    raw["teams"] = [{"id": "clerk", "staff": 1, "roles": ["urgent", "other"]}]
    minutes = [{"exponential": {"mean": 4}}, {"gamma": {"mean": 7, "cv": 0.5}}]
    raw["procedures"] = [
        {"id": role, "steps": [{"id": "serve", "role": role, "visitor": True, "minutes": m}]}
        for role, m in zip(("urgent", "other"), minutes, strict=True)
    ]
    raw["demands"] = [
        {"id": role, "needs": [role], "per_day": rate * DAY}
        for role, rate in zip(("urgent", "other"), rates, strict=True)
    ]
    found = list(replications(raw, 14, 20))
    exact = theory.waits_by_priority(rates, means, cvs)
    one_class = exact[0] * (1 - rates[0] * means[0]) / (1 - 0.9)
    for estimate, value in zip(two_classes(found, "demands", one_class), exact, strict=True):
        _holds(estimate, value)


def test_mean_wait_of_a_day_that_opens_empty_and_drains_is_the_exact_one() -> None:
    rate, mean, opens, closes, days = 38 / 60, 6.0, 8 * 60, 15 * 60, 300
    exact = theory.wait_of_a_day(4, rate, mean, closes - opens)
    assert exact == pytest.approx(11.497, abs=0.0005)
    raw = one_line(_EXPONENTIAL, rate * (closes - opens), 4)
    raw["calendar"]["hours"] = {"mon-sun": ["08:00-15:00"]}
    raw["teams"][0]["closing"] = "finish queue"
    line = Line.of(OfficeRuns(office(raw), days, 0), 0).between(0, days * DAY)
    day, left = np.divmod(closes - line.arrivals, DAY)
    day = -day.astype(int)

    def by_day(of_each: Floats) -> Floats:
        return np.bincount(day, of_each, days)

    # Nobody's wait, nor how long the day still lasts, depends on their service or the gap after
    # them; the gap counts until closing at most.
    more = line.services - mean
    later = np.minimum(line.gaps, left) + np.expm1(-rate * left) / rate
    weights = (line.waits, left, line.waits * left)
    controls = [by_day(weight * surprise) for weight in weights for surprise in (more, later)]
    # A mean wait is a ratio of sums: by day, the sum of waits less what it should be.
    beyond = by_day(line.waits - exact) / (rate * (closes - opens))
    estimate = controlled(beyond, np.column_stack(controls))
    _holds(replace(estimate, mean=exact + estimate.mean), exact)


def test_what_arrivals_of_a_day_find_gives_its_mean_wait_and_stationary_quantiles() -> None:
    found = theory.found_in_a_day(4, 38 / 60, 6, 420)
    waits = np.maximum(np.arange(len(found)) - 3, 0) * 6 / 4
    assert found.sum() == pytest.approx(1)
    assert found @ waits == pytest.approx(theory.wait_of_a_day(4, 38 / 60, 6, 420), rel=1e-6)
    # In M/M/1 for long: P(W > x) = load exp(-(1 - load) x / mean).
    lasting = 0.5 * 0.5 ** np.arange(60)
    assert theory.wait_quantile(0.9, lasting, 1, 6) == pytest.approx(12 * np.log(5))
