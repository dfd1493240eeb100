"""Minutes at the counter where no end of service is recorded: from the waits of the record.

What a line does depends on the mean, on how unequal the minutes are, on how much the pace of days
differs, and on how many leave before they are called. Recorded arrivals are replayed with the
recorded open counters; sought are the parameters whose simulated waits are like the recorded
ones, day by day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from sim.calibrate.disciplines import Discipline, disciplines
from sim.calibrate.line import Floats, Ints, Luck, Model, simulated_signs, simulated_waits
from sim.calibrate.posterior import Problem, minimum, posterior
from sim.calibrate.ticket_days import HALF_HOURS, TeamDays, luck_of

_RUNS: Final = 150
_QUICK_RUNS: Final = 40
_TICKETS: Final = 120_000
_LEAST_RUNS: Final = 80
_MINUTES: Final = (0.3, 120.0)
_CV: Final = (0.15, 2.5)
_DAY_CV_MOST: Final = 0.5
_LEAVE_MOST: Final = 4.0
_PRIOR_CV: Final = (0.8, 0.75)
_PRIOR_DAY_CV: Final = 0.2
_PRIOR_LEAVE: Final = 0.7
_REACH: Final = (0.1, 0.35, 0.1, 0.5)
"""How far parameters may lie from first guesses: minutes, unequal minutes, days, leaving."""
_EACH: Final = 120
_CELLS: Final = 10
_AS_LIKELY: Final = 0.147
"""Ratio of likelihoods that a test at 5% does not yet reject: exp(-1.92)."""
_PLAINLY_BETTER: Final = 6.0


@dataclass(frozen=True, eq=False)
class WaitsFit:
    """What the waits of a team say of its minutes at the counter.

    Attributes
    ----------
    days
        What was fitted to.
    discipline
        Who serves whom first; queues of one group have minutes in common.
    draws
        Equally likely parameters, in rows: mean minutes of each group; coefficient of variation;
        that of a day's pace; the rate, an hour, at which people who wait leave.
    log_likelihoods
        By discipline tried, of its best parameters.
    """

    days: TeamDays
    discipline: Discipline
    draws: Floats
    log_likelihoods: dict[str, float]

    @property
    def cv(self) -> int:
        """Place of the coefficient of variation; that of a day's pace and leaving follow."""
        return self.discipline.groups

    @cached_property
    def means(self) -> Floats:
        """The typical value of each parameter: the median of its draws."""
        found: Floats = np.median(self.draws, axis=0)
        return found

    def interval(self, place: int) -> tuple[float, float]:
        """Return the 95% interval of a parameter, from 0 on where 0 is not plainly unlikely."""
        values = self.draws[:, place]
        low, high = np.quantile(values, (0.025, 0.975))
        if place > self.cv and _may_be_0(values, float(high)):
            return 0.0, float(np.quantile(values, 0.95))
        return float(low), float(high)

    def expected_waits(self, runs: int, seed: int) -> Floats:
        """Return simulated waits in minutes, by replication and ticket, at the typical values."""
        luck = luck_of(self.days, self.discipline.groups, runs, seed)
        found: Floats = simulated_waits(
            self.days.days, luck, _model(self.discipline, _transformed(self.means), self.days)
        )
        return found


def fit_waits(days: TeamDays, seed: int = 1) -> WaitsFit:
    """Return what the recorded waits of a team say.

    Parameters
    ----------
    days
        The team's recorded days.
    seed
        Of the luck that is tried.
    """
    tried = disciplines(days)
    likelihoods = {}
    if len(tried) > 1:
        found = [_Fit(days, each, each.apart, _QUICK_RUNS, seed).quick() for each in tried]
        likelihoods = {each.name: value for each, value in zip(tried, found, strict=True)}
    chosen = _chosen(tried, likelihoods)
    runs = min(_RUNS, max(_LEAST_RUNS, _TICKETS // max(len(days.low), 1)))
    drawn = _Fit(days, chosen, chosen.own, runs, seed).full()
    return WaitsFit(days, chosen, drawn, likelihoods)


def _chosen(tried: Sequence[Discipline], likelihoods: dict[str, float]) -> Discipline:
    """Return the first discipline unless another is plainly better."""
    best = max(tried, key=lambda each: likelihoods.get(each.name, 0.0))
    better = likelihoods.get(best.name, 0.0) - likelihoods.get(tried[0].name, 0.0)
    return best if better > _PLAINLY_BETTER else tried[0]


class _Fit:
    """One discipline of one team, fitted."""

    def __init__(
        self,
        days: TeamDays,
        discipline: Discipline,
        told: tuple[int, ...],
        runs: int,
        seed: int,
    ) -> None:
        self.days, self.discipline, self.seed = days, discipline, seed
        self.told = days.grouped(told)
        self.groups = max(told) + 1
        self.luck: Luck = luck_of(days, discipline.groups, runs, seed)
        self.expected = np.zeros((len(days.dates), HALF_HOURS))

    @property
    def steps(self) -> Floats:
        return np.array([0.1] * self.discipline.groups + [0.3, 0.1, 0.2])

    def problem(self) -> Problem:
        """Return what is sought, as the expected waits are at present."""
        low = [np.log(_MINUTES[0])] * self.discipline.groups + [np.log(_CV[0]), 0.0, 0.0]
        high = [np.log(_MINUTES[1])] * self.discipline.groups
        high += [np.log(_CV[1]), _DAY_CV_MOST, _LEAVE_MOST]
        observed = self.days.observed(self.groups, self.told, self.expected)
        return Problem(self.signs, observed, np.array(low), np.array(high), _log_prior)

    def signs(self, parameters: Floats) -> Floats:
        found: Floats = simulated_signs(
            self.told,
            self.luck,
            _model(self.discipline, parameters, self.days),
            self.groups,
            self.expected,
        )
        return found

    def quick(self) -> float:
        """Return about the largest log likelihood of the mean waits and the 90th percentile."""
        problem = self.problem()
        return -problem.lost(self._pilot(problem), self.groups + 1)

    def full(self) -> Floats:
        """Return draws of the parameters."""
        pilot = self._pilot(self.problem())
        self.expected = self._expected(pilot)
        minutes, *others = _REACH
        reach = np.array([minutes] * self.discipline.groups + others)
        drawn = posterior(self.problem(), pilot, reach, _EACH * len(pilot), self.seed + 1)
        last = self.discipline.groups
        drawn[:, : last + 1] = np.exp(drawn[:, : last + 1])
        return drawn

    def _pilot(self, problem: Problem) -> Floats:
        """Return parameters that make about the recorded mean waits and 90th percentile."""
        groups = self.discipline.groups
        tries = [
            np.array([mean] * groups + [np.log(_PRIOR_CV[0]), 0.05, 0.1])
            for mean in np.linspace(np.log(0.6), np.log(60), 20)
        ]
        start = min(tries, key=lambda each: problem.lost(each, self.groups))
        return minimum(problem, start, self.steps, 20 * len(start), self.groups + 1)

    def _expected(self, parameters: Floats) -> Floats:
        """Return the expected wait by day and half hour."""
        days = self.told
        model = _model(self.discipline, parameters, self.days)
        mean = simulated_waits(days, self.luck, model).mean(axis=0)
        day = np.repeat(np.arange(len(self.days.dates)), np.diff(days.first))
        total, count = np.zeros_like(self.expected), np.zeros_like(self.expected)
        np.add.at(total, (day[days.counted], days.cell[days.counted]), mean[days.counted])
        np.add.at(count, (day[days.counted], days.cell[days.counted]), 1)
        found: Floats = total / np.maximum(count, 1)
        return found


def _model(discipline: Discipline, parameters: Floats, days: TeamDays) -> Model:
    """Return the model of transformed parameters, whose coefficient of variation is a logarithm."""
    plain = parameters.astype(np.float64).copy()
    plain[-3] = np.exp(plain[-3])
    rank: Ints = discipline.rank(days.counters)
    return Model(rank, np.array(discipline.own, dtype=np.int64), plain)


def _transformed(values: Floats) -> Floats:
    found = values.copy()
    found[:-2] = np.log(found[:-2])
    return found


def _log_prior(rows: Floats) -> Floats:
    """Return a weak prior: minutes and days are seldom far more unequal than usual, few leave."""
    centre, width = _PRIOR_CV
    cv = ((rows[:, -3] - np.log(centre)) / width) ** 2
    found: Floats = -0.5 * (cv + (rows[:, -2] / _PRIOR_DAY_CV) ** 2) - rows[:, -1] / _PRIOR_LEAVE
    return found


def _may_be_0(values: Floats, high: float) -> bool:
    """Tell whether draws near 0 are not far rarer than where they are densest."""
    counts = np.histogram(values, bins=_CELLS, range=(0.0, high))[0]
    return bool(counts[0] >= _AS_LIKELY * counts.max())
