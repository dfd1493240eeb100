"""The way dossiers go: which steps in which order, for which share, and what is sent back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.dossier_hours import Floats, Ints, WorkingTime
from sim.calibrate.dossier_log import NONE, DossierLog, speaks_of_supplement

Bools = NDArray[np.bool_]

_LEAST_SHARE: Final = 0.02
_LEAST_CASES: Final = 5
_FIRST_SHARE: Final = 0.8
_ALL: Final = 0.98
_MOST_STEPS: Final = 40


@dataclass(frozen=True, eq=False)
class Returns:
    """Dossiers sent back to be completed.

    Attributes
    ----------
    activity
        The step that sends back.
    cases, times
        By time a dossier was sent back: its case, and which time it was for that case, from 1.
    since, until
        When it was sent back, and when the papers were in (handed in or taken up again).
    """

    activity: int
    cases: Ints
    times: Ints
    since: Ints
    until: Ints


@dataclass(frozen=True, eq=False)
class Passed:
    """When each case passed each of its steps; cases by activities, `NONE` where it did not.

    Attributes
    ----------
    first, last
        When it was first, and last, taken up: the start where it is recorded, else the completion.
    done
        When it was last completed, or the papers that it asked for were in.
    rank
        Place among the case's events of the first time.
    """

    first: Ints
    last: Ints
    done: Ints
    rank: Ints


@dataclass(frozen=True, eq=False)
class Route:
    """Steps of a group of cases, in order.

    Attributes
    ----------
    steps
        Activities in order.
    present
        Cases by steps: whether the case has it.
    rare
        Activities too rare for a step of their own.
    """

    steps: tuple[int, ...]
    present: Bools
    rare: tuple[int, ...]


def returns_of(log: DossierLog, time: WorkingTime) -> tuple[tuple[Returns, ...], frozenset[int]]:
    """Find what is sent back.

    A step sends dossiers back where the record marks it so, where it is the first step of all and
    is done again, where a step whose name speaks of papers asked for or handed in follows it, or
    where it is done again a day or more later and the deadlines of those cases are later.

    Returns
    -------
    tuple
        The steps that send back; and activities that only say so, which are no steps themselves.
    """
    told = frozenset(i for i, name in enumerate(log.activities) if speaks_of_supplement(name))
    found: dict[int, list[tuple[int, int, int]]] = {}
    for activity in range(len(log.activities)):
        rows = [] if activity in told else _again(log, activity)
        if rows and _is_sent_back(log, time, activity, rows):
            found.setdefault(activity, []).extend(rows)
    for activity, row in _supplements(log, time, told):
        found.setdefault(activity, []).append(row)
    kept = {a: rows for a, rows in found.items() if len(rows) >= _LEAST_CASES}
    return tuple(_as_returns(activity, rows) for activity, rows in sorted(kept.items())), told


def _again(log: DossierLog, activity: int) -> list[tuple[int, int, int]]:
    """Return (case, completion, when taken up again) of each time a step is done again."""
    own = np.flatnonzero(log.activity == activity)
    same = np.flatnonzero(log.case[own[1:]] == log.case[own[:-1]])
    before, after = own[same], own[same + 1]
    taken, handed = _taken_up(log)[after], np.minimum(before + 1, len(log.case) - 1)
    if activity == first_step(log):
        # Taken in again after another step, the papers were asked for by that one.
        at_once = after == handed
        before, taken = before[at_once], taken[at_once]
    else:
        came = log.activity[handed] == first_step(log)
        taken = np.where(came, _taken_up(log)[handed], taken)
    rows = np.stack((log.case[before], log.completed[before], taken), axis=1)
    return [tuple(row) for row in rows.tolist()]


def _taken_up(log: DossierLog) -> Ints:
    return np.where(log.started == NONE, log.completed, log.started)


def _is_sent_back(
    log: DossierLog, time: WorkingTime, activity: int, rows: list[tuple[int, int, int]]
) -> bool:
    if log.marked_back[log.activity == activity].any():
        return True
    if len(rows) < _LEAST_CASES:
        return False
    cases, since, until = np.array(rows, dtype=np.int64).T
    days = time.open_days(since, until)
    if first_step(log) == activity:
        return True
    return float(np.median(days)) >= 1 and _deadline_waits(log, time, cases, days)


def _deadline_waits(log: DossierLog, time: WorkingTime, cases: Ints, days: Ints) -> bool:
    """Tell whether deadlines are later in cases where a step is done again; so if none is known."""
    known = log.deadline != NONE
    if known.mean() < 0.5:
        return True
    limit = time.legal_days(log.begun, np.where(known, log.deadline, log.begun))
    repeated = np.zeros(len(log.names), dtype=bool)
    repeated[cases] = True
    once = limit[known & ~repeated]
    own = limit[known & repeated]
    if not len(once) or not len(own):
        return False
    return float(np.median(own) - np.median(once)) >= 0.5 * float(np.median(days))


def _supplements(
    log: DossierLog, time: WorkingTime, told: frozenset[int]
) -> list[tuple[int, tuple[int, int, int]]]:
    """Return (step before, (case, since, until)) for steps whose name speaks of supplement.

    The papers are away before such a step where it says that they came, and after it where it
    says that they were asked for: whichever takes longer on the whole.
    """
    found = []
    taken = _taken_up(log)
    for activity in sorted(told):
        rows = np.flatnonzero(log.activity == activity)
        has_before = (rows > 0) & (log.case[rows - 1] == log.case[rows])
        rows = rows[has_before]
        after = np.minimum(rows + 1, len(log.case) - 1)
        followed = (after > rows) & (log.case[after] == log.case[rows])
        waits = time.working_days(log.completed[rows - 1], log.completed[rows])
        then = time.working_days(log.completed[rows], taken[after])[followed]
        came = not len(then) or np.median(waits) >= np.median(then)
        for row in rows[~_in(log.activity[rows - 1], told) & (came | followed)].tolist():
            pair = (row - 1, row) if came else (row, row + 1)
            since, until = log.completed[pair[0]], taken[pair[1]]
            found.append((int(log.activity[row - 1]), (int(log.case[row]), int(since), int(until))))
    return found


def _in(activities: Ints, some: frozenset[int]) -> Bools:
    return np.isin(activities, list(some))


def _as_returns(activity: int, rows: list[tuple[int, int, int]]) -> Returns:
    cases, since, until = np.array(sorted(rows), dtype=np.int64).T
    fresh = np.concatenate(([True], cases[1:] != cases[:-1]))
    begins = np.flatnonzero(fresh)
    times = np.arange(len(cases)) - np.repeat(begins, np.diff([*begins, len(cases)])) + 1
    return Returns(activity, cases, times, since, until)


def without_hand_ins(log: DossierLog) -> DossierLog:
    """Return a log without first steps after others: papers that were asked for and came in."""
    first = first_step(log)
    same = np.concatenate(([False], log.case[1:] == log.case[:-1]))
    other = np.concatenate(([False], log.activity[:-1] != first))
    again = (log.activity == first) & same & other
    return log.only(~again) if first >= 0 and again.any() else log


def first_step(log: DossierLog) -> int:
    """Return the activity with which nearly all cases begin; -1 if there is none."""
    if not len(log.case):
        return -1
    begins = np.concatenate(([True], log.case[1:] != log.case[:-1]))
    counted = np.bincount(log.activity[begins], minlength=len(log.activities))
    most = int(counted.argmax())
    present = len(np.unique(log.case[log.activity == most]))
    enough = counted[most] >= _FIRST_SHARE * begins.sum() and present >= _ALL * len(log.names)
    return most if enough else -1


def passed(log: DossierLog, returns: tuple[Returns, ...]) -> Passed:
    """Return when each case passed each step."""
    shape = (len(log.names), len(log.activities))
    first, rank = np.full(shape, NONE), np.full(shape, NONE)
    last, done = np.full(shape, NONE), np.full(shape, NONE)
    begins = np.searchsorted(log.case, np.arange(len(log.names)))
    order = np.arange(len(log.case)) - begins[log.case]
    taken = _taken_up(log)
    pairs = log.case * shape[1] + log.activity
    at, first_row = np.unique(pairs, return_index=True)
    last_row = len(pairs) - 1 - np.unique(pairs[::-1], return_index=True)[1]
    first.flat[at], rank.flat[at] = taken[first_row], order[first_row]
    last.flat[at], done.flat[at] = taken[last_row], log.completed[last_row]
    for sent in returns:
        column = done[:, sent.activity]
        np.maximum.at(column, sent.cases, sent.until)
    return Passed(first, last, done, rank)


def route_of(times: Passed, told: frozenset[int]) -> Route:
    """Put the steps of some cases in order, each before those that it mostly precedes.

    By how often a step comes before another where a case has both, added over the others; equal
    steps by median place.
    """
    has = times.rank != NONE
    share = has.mean(axis=0) if len(has) else np.zeros(has.shape[1])
    usual = [
        i
        for i in np.argsort(-share, kind="stable")[:_MOST_STEPS].tolist()
        if i not in told and has[:, i].sum() >= max(_LEAST_CASES, _LEAST_SHARE * len(has))
    ]
    if not usual and share.any():
        usual = [int(share.argmax())]
    steps = tuple(sorted(usual, key=lambda i: _place(times.rank, has, usual, i)))
    rare = tuple(i for i in np.flatnonzero(share > 0).tolist() if i not in usual and i not in told)
    return Route(steps, has[:, list(steps)], rare)


def _place(rank: Ints, has: Bools, usual: list[int], step: int) -> tuple[float, float]:
    after = 0.0
    for other in usual:
        both = has[:, step] & has[:, other]
        if other != step and both.any():
            after += float(np.mean(rank[both, step] > rank[both, other]))
        elif other != step:
            after += 0.5
    return after, float(np.median(rank[has[:, step], step]))


def gaps_of(
    log: DossierLog,
    ended: Ints,
    times: Passed,
    route: Route,
    time: WorkingTime,
    *,
    back: frozenset[int],
) -> Floats:
    """Return the working days before each step and before the end.

    Each gap begins when all steps before it in the route are done, and is nothing where the step
    was done before them; so the gaps of a case, and the time its papers were away, add up to the
    time until its last step, and with the last gap to its end.

    Parameters
    ----------
    ended
        By case; NONE where it is not known.
    back
        Activities that send back: between their first and last time the papers were away.

    Returns
    -------
    array
        Cases by steps and one more; NaN where a case does not have the step, or no end.
    """
    ready = log.begun.copy()
    gaps = np.full((len(ready), len(route.steps) + 1), np.nan)
    for column, step in enumerate(route.steps):
        has = route.present[:, column]
        taken = (times.first if step in back else times.last)[has, step]
        gaps[has, column] = time.working_days(ready[has], taken)
        ready[has] = np.maximum(ready[has], times.done[has, step])
    over = ended != NONE
    gaps[over, -1] = time.working_days(ready[over], ended[over])
    return gaps
