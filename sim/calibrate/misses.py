"""What makes a simulation miss the recorded waits: signs of it in the record itself."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.line import Ints, Model, simulated_waits
from sim.calibrate.replayed import Together
from sim.calibrate.ticket_days import TeamDays, luck_of
from sim.clock import DAY_MS, MINUTE_MS
from sim.distributions import Distribution
from sim.said import listed, phrase

Floats = NDArray[np.float64]

_RUNS: Final = 40
_FACTORS: Final = np.exp(np.linspace(-0.9, 0.9, 19))
_WORTH_SAYING: Final = 0.05
_RARE: Final = 1e-3
_SHARE_WORTH_SAYING: Final = 0.02


def reasons(together: Together, days: TeamDays) -> tuple[str, ...]:
    """Return in sentences what sets the recorded days apart from the model of them.

    Parameters
    ----------
    together
        The office and its queues.
    days
        What was recorded.
    """
    minutes = mean_minutes(together)
    busy = _Busy(days, minutes)
    found = (_pace(together, days), busy.bursts(), busy.pauses(), _unnoted(days))
    return tuple(sentence for sentence in found if sentence)


def mean_minutes(together: Together) -> Floats:
    """Return the mean minutes at the counter, by queue."""
    return np.array([distribution.mean_value() for distribution in _minutes(together)])


def _minutes(together: Together) -> list[Distribution]:
    """Return the minutes of each demand's first step with the visitor."""
    found = []
    for demand in together.office.demands:
        procedure = together.office.procedure(demand.needs[0])
        step = procedure.steps[max(procedure.intake, 0)]
        found.append(step.minutes or Distribution(constant=0.0))
    return found


def _pace(together: Together, days: TeamDays) -> str:
    """Say how much faster or slower than fitted the recorded waits look, day by day."""
    counted = days.days.counted
    day = np.repeat(np.arange(len(days.dates)), np.diff(days.days.first))[counted]
    waits = np.array([_waits(together, days, factor)[counted] for factor in _FACTORS])
    seen = days.wait[counted]
    factor = _alike(waits.mean(axis=1), float(seen.mean()))
    each = [
        _alike(waits[:, day == place].mean(axis=1), float(seen[day == place].mean()))
        for place in range(len(days.dates))
    ]
    if max(abs(factor - 1), *(abs(f - 1) for f in each)) < _WORTH_SAYING:
        return ""
    of_days = (
        phrase("{date:%d %b} {factor}", date=date, factor=_percent(factor))
        for date, factor in zip(days.dates, each, strict=True)
    )
    return phrase(
        "The recorded waits look as if the minutes at the counter were {factor} of those in the "
        "office file ({days}): pauses, the pace under pressure and how many leave are all in that.",
        factor=_percent(factor),
        days=listed(of_days),
    )


def _percent(factor: float) -> str:
    """Return a factor in percent; of those at the ends of what was tried only that much is said."""
    if factor <= _FACTORS[0]:
        return phrase("under {share:.0%}", share=_FACTORS[0])
    if factor >= _FACTORS[-1]:
        return phrase("over {share:.0%}", share=_FACTORS[-1])
    return phrase("{share:.0%}", share=factor)


def _alike(waits: Floats, seen: float) -> float:
    """Return the factor at which the simulated mean is the recorded one."""
    rising = np.maximum.accumulate(waits)
    return float(np.exp(np.interp(seen, rising, np.log(_FACTORS))))


def _waits(together: Together, days: TeamDays, factor: float) -> Floats:
    """Return the mean simulated wait of each ticket with minutes times a factor."""
    queues = len(days.queues)
    luck = luck_of(days, queues, _RUNS, seed=3)
    means = np.log(np.maximum(mean_minutes(together) * factor, 1e-3))
    parameters = np.array([*means, _cv(together), 0.0, _leaving(together)])
    model = Model(rank_of(together, days), np.arange(queues), parameters)
    found: Floats = simulated_waits(days.days, luck, model).mean(axis=0)
    return found


def _cv(together: Together) -> float:
    """Return a typical coefficient of variation of the minutes, by their quantiles."""
    levels = (np.arange(400) + 0.5) / 400
    values = [distribution.quantile(levels) for distribution in _minutes(together)]
    return float(np.mean([v.std() / v.mean() if v.mean() > 0 else 0.0 for v in values]))


def _leaving(together: Together) -> float:
    """Return the rate, an hour, at which people who wait leave."""
    patience = [d.patience or together.office.visitor.patience for d in together.office.demands]
    rates = [60 / max(each.mean_value(), 1e-6) if each else 0.0 for each in patience]
    return float(np.mean(rates))


def rank_of(together: Together, days: TeamDays) -> Ints:
    """Return how urgent each queue is to each open counter, as the office's teams have it."""
    office, members = together.office, days.counters
    roles = [
        office.procedure(demand.needs[0]).steps[
            max(office.procedure(demand.needs[0]).intake, 0)
        ].role
        for demand in office.demands
    ]  # fmt: skip
    rows: list[list[int]] = []
    for place, team in enumerate(office.teams):
        level = {name: at for at, names in enumerate(team.levels()) for name in names}
        row = [level.get(role or "", -1) for role in roles]
        last = place == len(office.teams) - 1
        rows += [row] * (members - len(rows) if last else team.staff.largest())
    return np.array(rows[:members], dtype=np.int64).reshape(members, len(roles))


class _Busy:
    """Stretches between neighbouring calls or samples, and how many were called in them."""

    def __init__(self, days: TeamDays, minutes: Floats) -> None:
        self.minutes = float(minutes[days.days.queue].mean())
        rows = [self._day(days, place) for place in range(len(days.dates))]
        joined = np.concatenate(rows, axis=1) if rows else np.zeros((4, 0))
        self.length, self.open, self.called, self.waiting = joined

    @staticmethod
    def _day(days: TeamDays, place: int) -> Floats:
        """Return by quarter of an hour: minutes, open counters, calls, people waiting before."""
        part = slice(*days.days.first[place : place + 2])
        came = np.sort(days.days.arrived_mid[part])
        called = np.sort(came * 0 + _called(days)[part])
        called = called[~np.isnan(called)]
        changes = days.days.changes[:, slice(*days.days.change_first[place : place + 2])]
        edges = np.arange(changes[0, 0], max(called[-1], changes[0, 0] + 1), 15 * MINUTE_MS)
        if len(edges) < 2:
            return np.zeros((4, 0))
        begin, end = edges[:-1], edges[1:]
        calls = np.searchsorted(called, end) - np.searchsorted(called, begin)
        ends = np.append(changes[0, 1:], DAY_MS)
        overlap = np.clip(
            np.minimum(ends, end[:, None]) - np.maximum(changes[0], begin[:, None]), 0, None
        )
        opened = (overlap * changes[1]).sum(axis=1) / (end - begin)
        waiting = np.searchsorted(came, begin) - np.searchsorted(called, begin)
        still = np.searchsorted(came, begin) - np.searchsorted(called, end)
        return np.stack([(end - begin) / MINUTE_MS, opened, calls, np.minimum(waiting, still)])

    def bursts(self) -> str:
        """Say if more are called at once than open counters serve: calls that nobody answers."""
        from scipy.special import pdtrc

        able = np.maximum(self.open, 1) * (self.length / max(self.minutes, 0.1) + 1)
        many = pdtrc(self.called, able) < _RARE
        if many.mean() < _SHARE_WORTH_SAYING:
            return ""
        return phrase(
            "In {share:.0%} of the quarters of an hour far more people were called than the open "
            "counters serve: calls that nobody answers, or counters that were not noted.",
            share=many.mean(),
        )

    def pauses(self) -> str:
        """Say if few are called though people wait: staff who pause, or serve others."""
        from scipy.special import pdtr

        waited = self.waiting > 0
        if not waited.any():
            return ""
        able = self.open * self.length / max(self.minutes, 0.1)
        few = (pdtr(self.called, able) < _RARE)[waited]
        if few.mean() < _SHARE_WORTH_SAYING:
            return ""
        return phrase(
            "In {share:.0%} of the quarters of an hour in which people waited far fewer were "
            "called than the open counters serve: staff who pause or see to something else.",
            share=few.mean(),
        )


def _called(days: TeamDays) -> Floats:
    return np.where(days.days.counted, days.days.arrived_mid + days.wait * MINUTE_MS, np.nan)


def _unnoted(days: TeamDays) -> str:
    """Say on how many days people were called before or without any counter noted open."""
    early = 0
    called = _called(days)
    for place in range(len(days.dates)):
        part = slice(*days.days.first[place : place + 2])
        first = days.days.changes[:, slice(*days.days.change_first[place : place + 2])]
        opened = first[0][first[1] > 0]
        early += int(np.sum(called[part] < (opened[0] if len(opened) else DAY_MS)))
    if early < _SHARE_WORTH_SAYING * len(called):
        return ""
    return phrase("{n} people were called before any counter was noted open.", n=early)
