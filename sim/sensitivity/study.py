"""The sensitivity analysis of a study: all its assumptions once, the weightiest with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Literal

from sim.comparison import Comparison, Hinge, Sensitivity
from sim.errors import PlannerError
from sim.execution import cores
from sim.jobs import workers
from sim.reforms.registry import Line
from sim.said import phrase
from sim.sensitivity.assumptions import Assumption, assumptions
from sim.sensitivity.outcome import Shifts, hinge, may_turn, shifts, unmoved, weight
from sim.sensitivity.runs import Effort, Found, Runs
from sim.study import Study

Which = Literal["ranges", "all"]
Progress = Callable[[int, int], None]


def sensitivity(
    study: Study,
    comparison: Comparison,
    *,
    which: Which = "all",
    effort: Effort | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
    jobs: int | None = 1,
) -> Sensitivity:
    """Move assumptions of a study's office to both ends of their span, one at a time.

    Those with a range are run with as many replications as give intervals. Of the others each end
    is run once, and then the weightiest, and those that may change a verdict, again like that.
    Results are the same to the last bit wherever they are run.

    Parameters
    ----------
    study
        The study that was compared.
    comparison
        What came out.
    which
        All, or those alone to which the office file gives a range.
    effort
        How hard is looked.
    progress
        Called after each end with the number of those done and of all planned so far.
    executor
        Runs the ends.
    jobs
        Without an executor, the number of processes that run them; 1 for this process alone, None
        for as many as there are processors.

    Raises
    ------
    PlannerError
        If workers died.
    """
    effort = effort or Effort()
    days = min(effort.days, study.days)
    every, left = assumptions(study.office)
    moved = [each for each in every if each.ranged or which == "all"]
    if not comparison.verdicts:
        return Sensitivity((), days, study.warmup, (*(each.path for each in moved), *left))
    short = study.model_copy(update={"days": days})
    alone = executor is not None or not _can_travel(study)
    with nullcontext(executor) if alone else workers(jobs or cores()) as pool:
        runs = Runs(short, pool if _can_travel(study) else None, progress)
        try:
            hinges, refused = _found(runs, comparison, moved, effort)
        except BrokenExecutor:
            raise PlannerError(
                phrase(
                    "A process that moved an assumption came to its end: it was ended from "
                    "outside, or there was no memory left. Try fewer with --jobs."
                )
            ) from None
    not_asked = len(every) - len(moved)
    return Sensitivity(tuple(hinges), days, study.warmup, (*left, *refused), not_asked)


def _can_travel(study: Study) -> bool:
    """Tell whether its reforms can be sent to other processes, which functions mostly cannot."""
    return all(isinstance(each, Line) for scenario in study.scenarios for each in scenario.reforms)


@dataclass(frozen=True)
class _Looked:
    """An assumption with what was found at its ends: where they are, and the shifts there."""

    assumption: Assumption
    replications: int
    low: tuple[float, Shifts]
    high: tuple[float, Shifts]

    @property
    def ends(self) -> tuple[Shifts, Shifts]:
        return self.low[1], self.high[1]


def _found(
    runs: Runs, comparison: Comparison, moved: Sequence[Assumption], effort: Effort
) -> tuple[list[Hinge], list[str]]:
    """Return hinges, the weightiest first, and paths of assumptions without a valid end."""
    replications = min(effort.replications, comparison.replications)
    ranged = [each for each in moved if each.ranged]
    chosen = ranged if replications > 1 and len(ranged) <= effort.ranged else []
    once = [each for each in moved if each not in chosen]
    runs.planned = 2 * (len(once) + min(effort.most, len(moved)) * (replications > 1))
    looked = _looked(runs, comparison, runs.as_it_is(1), once, 1)
    if replications > 1:
        closer = [*chosen, *_worth_more(comparison, looked, effort, effort.most - len(chosen))]
        runs.planned = 2 * (len(once) + len(closer))
        found = _looked(runs, comparison, runs.as_it_is(replications), closer, replications)
        again = {each.assumption.path for each in found}
        looked = [*(each for each in looked if each.assumption.path not in again), *found]
    places = {each.path: place for place, each in enumerate(moved)}
    looked.sort(key=lambda e: (-weight(comparison, *e.ends), places[e.assumption.path]))
    refused = places.keys() - {each.assumption.path for each in looked}
    hinges = [
        hinge(comparison, each.assumption, each.replications, each.low, each.high)
        for each in looked
    ]
    return hinges, [path for path in places if path in refused]


def _looked(
    runs: Runs,
    comparison: Comparison,
    as_it_is: Found,
    moved: Sequence[Assumption],
    replications: int,
) -> list[_Looked]:
    """Run assumptions at both ends; those that can be moved to neither are left out."""
    whole = (runs.study.days, replications) == (comparison.days, comparison.replications)
    asked = [(each, at) for each in moved for at in (each.low, each.high)]
    ends = runs.ends(asked, replications)
    found = []
    for each, low, high in zip(moved, ends[::2], ends[1::2], strict=True):
        if low is None and high is None:
            continue
        at = [
            (each.value, unmoved(comparison, replications))
            if end is None
            else (end.value, shifts(comparison, as_it_is, end.found, whole=whole))
            for end in (low, high)
        ]
        found.append(_Looked(each, replications, *at))
    return found


def _worth_more(
    comparison: Comparison, looked: Sequence[_Looked], effort: Effort, room: int
) -> list[Assumption]:
    """Return so many assumptions to run again: the weightiest, then what may change a verdict."""
    order = sorted(looked, key=lambda each: -weight(comparison, *each.ends))
    first, rest = order[: effort.weighty], order[effort.weighty :]
    turning = [each for each in rest if may_turn(comparison, *each.ends)]
    return [each.assumption for each in (*first, *turning)][: max(room, 0)]
