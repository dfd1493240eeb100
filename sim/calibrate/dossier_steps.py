"""From the route and times of a group of cases to the steps of a procedure in the office file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.dossier_arrivals import wilson
from sim.calibrate.dossier_hours import Floats, Ints, WorkingTime
from sim.calibrate.dossier_log import NONE, DossierLog
from sim.calibrate.gaps import Decomposition, GapFit, decomposed, done_together, fit_gap
from sim.calibrate.handling import HandlingFit, fit_handling
from sim.calibrate.outcome import Assumed, Fitted
from sim.calibrate.routes import Returns, Route
from sim.clock import MINUTE_MS
from sim.said import phrase

Bools = NDArray[np.bool_]

RECEIVE: Final = "receive"
UNTIL_END: Final = "until_end"
_EVERY: Final = 0.995
_NOTHING_DAYS: Final = 1e-3
_VALUES: Final = 40
INTAKE_MINUTES: Final = 5.0
STEP_MINUTES: Final = 2.0
_LIGHT: Final = 0.2
"""Share of the staff's time that assumed minutes may take, so that they create no queue."""


@dataclass(frozen=True)
class Naming:
    """How activities and their teams are called, and minutes assumed for each.

    Attributes
    ----------
    ids, titles
        Of activities.
    role
        By activity.
    intake_role
        Role of whoever takes papers in.
    minutes
        Assumed minutes by activity, where the records do not tell.
    intake_minutes
        Assumed minutes of an intake that is not recorded.
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    role: dict[int, str]
    intake_role: str
    minutes: dict[int, float]
    intake_minutes: float


@dataclass(frozen=True, eq=False)
class Timed:
    """A group's cases with their times: what its steps are made from.

    Attributes
    ----------
    log
        The group's cases alone.
    route, gaps
        Its steps, and the working days before each and before the end.
    weights
        By case: what it stands for, 0 if it has not ended; None where all have.
    intake
        Whether the first step is the intake; otherwise one is put before it.
    returns
        What is sent back, of this group's cases.
    """

    log: DossierLog
    route: Route
    gaps: Floats
    weights: Floats | None
    intake: bool
    returns: tuple[Returns, ...]


@dataclass(frozen=True)
class StepsFit:
    """Steps of a procedure.

    Attributes
    ----------
    steps
        As the office file writes them.
    fitted, assumed
        Its numbers.
    decomposition
        Which gaps are drawn together.
    handled
        Handling times that were fitted, with the name of their step.
    """

    steps: list[dict[str, Any]]
    fitted: tuple[Fitted, ...]
    assumed: tuple[Assumed, ...]
    decomposition: Decomposition
    handled: tuple[tuple[str, HandlingFit], ...]


def steps_of(
    path: str, timed: Timed, naming: Naming, time: WorkingTime, *, visitor: bool
) -> StepsFit:
    """Return the steps of a procedure.

    Parameters
    ----------
    path
        Of the procedure in the office file.
    visitor
        Whether anybody files at the counter.
    """
    build = _Build(f"{path}.steps", timed, naming, time)
    columns = list(range(timed.gaps.shape[1]))[1 if timed.intake else 0 :]
    ended = np.ones(len(timed.gaps), bool) if timed.weights is None else timed.weights > 0
    decomposition = decomposed(timed.gaps[ended][:, columns])
    build.add_intake(visitor=visitor)
    for block in decomposition.blocks:
        build.add_block([columns[i] for i in block])
    fitted, assumed = tuple(build.fitted), tuple(build.assumed)
    return StepsFit(build.steps, fitted, assumed, decomposition, tuple(build.handled))


class _Build:
    """Steps of a procedure, added one by one."""

    def __init__(self, path: str, timed: Timed, naming: Naming, time: WorkingTime) -> None:
        self.path = path
        self.timed = timed
        self.naming = naming
        self.time = time
        self.steps: list[dict[str, Any]] = []
        self.fitted: list[Fitted] = []
        self.assumed: list[Assumed] = []
        shares = np.ones(len(timed.gaps)) if timed.weights is None else timed.weights
        self.weights: Floats = shares / shares.sum()
        # Kish's number of cases that would say as much if all stood for the same.
        self.size = 1 / float(np.sum(self.weights**2))
        self.handled: list[tuple[str, HandlingFit]] = []

    def add_intake(self, *, visitor: bool) -> None:
        """Add the recorded intake, or one that is assumed."""
        if self.timed.intake:
            self._add_step(0, visitor=visitor)
            return
        minutes = self.naming.intake_minutes
        self.steps.append(
            {
                "id": RECEIVE,
                "role": self.naming.intake_role,
                "visitor": visitor,
                "minutes": minutes,
            }
        )
        why = phrase("The records do not show papers being taken in, or not when.")
        self.assumed.append(Assumed(f"{self.path}.{RECEIVE}.minutes", f"{minutes:g}", why))

    def add_block(self, block: list[int]) -> None:
        """Add the steps of a block of gaps, and before one the time that they take together."""
        steps = [column for column in block if column < len(self.timed.route.steps)]
        rest = self._rest(block, any_step=bool(steps))
        if len(block) == 1 and steps:
            anchor: int | None = steps[0]
        else:
            anchor = next((column for column in steps if self._share(column) >= _EVERY), None)
        if rest is not None and anchor is None:
            self._add_elapsed(steps, rest)
        for column in steps:
            self._add_step(column, rest=rest if column == anchor else None)

    def _share(self, column: int) -> float:
        return float(self.weights @ self.timed.route.present[:, column])

    def _rest(self, block: list[int], *, any_step: bool) -> GapFit | None:
        """Fit the working days of a block, of the cases that have any of it."""
        weights, part = self.timed.weights, self.timed.gaps[:, block]
        known = np.ones(len(part), bool) if len(block) > 1 else ~np.isnan(part).all(axis=1)
        if weights is not None:
            known &= weights > 0
        values = np.nan_to_num(part[known]).sum(axis=1)
        if not len(values) or float(values.mean()) < _NOTHING_DAYS:
            return None
        if any_step and done_together(values, self.time.day_ms / MINUTE_MS):
            return None
        return fit_gap(values, None if weights is None else weights[known])

    def _add_elapsed(self, steps: list[int], rest: GapFit) -> None:
        name = UNTIL_END
        if steps:
            name = f"until_{self.naming.ids[self.timed.route.steps[steps[0]]]}"[:40]
        self.steps.append({"id": name, "working_days": rest.distribution})
        self.fitted += rest.fitted(f"{self.path}.{name}.working_days", phrase("cases"))

    def _add_step(self, column: int, *, visitor: bool = False, rest: GapFit | None = None) -> None:
        activity = self.timed.route.steps[column]
        where = f"{self.path}.{self.naming.ids[activity]}"
        step: dict[str, Any] = {
            "id": self.naming.ids[activity],
            "title": self.naming.titles[activity],
            "role": self.naming.role[activity],
        }
        if visitor:
            step["visitor"] = True
        share = self._share(column)
        if share < _EVERY and not (self.timed.intake and column == 0):
            step["share"] = round(share, 6)
            ends = wilson(share * self.size, self.size)
            told = phrase("{n} cases", n=int((self.weights > 0).sum()))
            self.fitted.append(Fitted(f"{where}.share", share, *ends, told))
        step["minutes"] = self._minutes(where, activity)
        if rest is not None:
            step["rests"] = {"working_days": rest.distribution}
            self.fitted += rest.fitted(
                f"{where}.rests.working_days", phrase("cases, in working time")
            )
        for sent in self.timed.returns:
            if sent.activity == activity and len(sent.cases):
                step["sends_back"] = self._sends_back(f"{where}.sends_back", sent, share)
        self.steps.append(step)

    def _minutes(self, where: str, activity: int) -> float | dict[str, Any]:
        """Fit handling minutes where starts are recorded; otherwise leave an assumption."""
        minutes = handled_minutes(self.timed.log, activity, self.time)
        if len(minutes):
            handling = fit_handling(minutes, allow_empirical=True, name=where)
            self.fitted += handling.fitted(where)
            self.handled.append((self.naming.titles[activity], handling))
            return handling.distribution
        assumed = self.naming.minutes[activity]
        why = phrase(
            "Only completions are recorded, so handling times cannot be read. Few enough that they "
            "create no queue: all time that passes is in the resting and elapsed times."
        )
        self.assumed.append(Assumed(f"{where}.minutes", f"{assumed:g}", why))
        return assumed

    def _sends_back(self, where: str, sent: Returns, present: float) -> dict[str, Any]:
        """Fit what share is sent back, how often again, and for how many open days.

        Of the cases that have the step at all, their share being `present`.
        """
        days = self.time.open_days(sent.since, sent.until)
        first, times = int((sent.times == 1).sum()), len(sent.times)
        weight = float(self.weights[sent.cases[sent.times == 1]].sum())
        share, again = min(weight / present, 1.0), (times - first) / times
        size = present * self.size
        told = phrase("{first} cases sent back, {times} times in all", first=first, times=times)
        low, high = _ends(days)
        lasting = phrase(
            "{told}: as recorded, in whole open days; the number is the mean", told=told
        )
        self.fitted += [
            Fitted(f"{where}.share", share, *wilson(share * size, size), told),
            Fitted(f"{where}.again", again, *wilson(times - first, times), told),
            Fitted(
                f"{where}.working_days.empirical.values", float(days.mean()), low, high, lasting
            ),
        ]
        return {
            "share": round(share, 6),
            "again": round(again, 6),
            "working_days": _whole_days(*np.unique(days, return_counts=True)),
        }


def handled_minutes(log: DossierLog, activity: int, time: WorkingTime) -> Floats:
    """Return the minutes of a step where half of its starts, or more, are recorded."""
    own = log.activity == activity
    known = own & (log.started != NONE) & (log.started < log.completed)
    if known.sum() < max(0.5 * own.sum(), 2):
        return np.zeros(0)
    minutes = time.worked_minutes(log.started[known], log.completed[known])
    return minutes[minutes > 0]


def _whole_days(values: Ints, counted: Ints) -> dict[str, Any]:
    if len(values) <= _VALUES:
        weights = [float(number) for number in counted]
        return {"empirical": {"values": [float(v) for v in values], "weights": weights}}
    at = (np.arange(_VALUES) + 0.5) / _VALUES
    quantiles = values[np.searchsorted(np.cumsum(counted), at * counted.sum())]
    return {"empirical": {"values": [float(v) for v in quantiles]}}


def _ends(days: Ints) -> tuple[float, float] | tuple[None, None]:
    """Return the 95% interval of a mean by Student's t; none for a single value."""
    from scipy.special import stdtrit

    size = len(days)
    if size < 2:
        return None, None
    half = float(stdtrit(size - 1, 0.975) * days.std(ddof=1) / np.sqrt(size))
    return max(float(days.mean()) - half, 0.0), float(days.mean()) + half


def assumed_minutes(events_a_day: float, members: int, day_minutes: float, usual: float) -> float:
    """Return minutes of a step so few that a team is busy with them a fifth of its time at most."""
    most = _LIGHT * members * day_minutes / max(events_a_day, 1e-9)
    return float(f"{max(min(usual, most), 0.01):.2g}")
