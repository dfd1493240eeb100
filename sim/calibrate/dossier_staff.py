"""Who works on dossiers: teams by the steps that the same people do, and how many there are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.calibrate.dossier_log import DossierLog, is_test_user
from sim.clock import DAY_MS

_SHARED: Final = 0.5
"""Share of the rarer step's work that people in common do, from which steps share a team."""
_RECORDED: Final = 0.5


@dataclass(frozen=True)
class TeamFit:
    """People who do the same steps.

    Attributes
    ----------
    id
        Its name, that of its role too.
    activities
        What it does.
    members
        People at work on a typical day, at least one.
    low, high
        Ends of a 95% interval of that median; None where nobody is recorded.
    people, days
        How many people there were in all, over how many days.
    """

    id: str
    activities: tuple[int, ...]
    members: int
    low: float | None
    high: float | None
    people: int
    days: int


def teams_of(log: DossierLog, activities: tuple[int, ...]) -> tuple[TeamFit, ...]:
    """Put steps that mostly the same people do into one team; one team if nobody is recorded."""
    work = _work(log, activities)
    recorded = sum(sum(by.values()) for by in work.values())
    if recorded < _RECORDED * max(int(np.isin(log.activity, activities).sum()), 1):
        return (TeamFit("staff", activities, 1, None, None, 0, 0),)
    teams = _together(work, activities)
    names = ["staff"] if len(teams) == 1 else [f"team_{i + 1}" for i in range(len(teams))]
    return tuple(_team(log, name, team) for name, team in zip(names, teams, strict=True))


def test_users(log: DossierLog) -> tuple[str, ...]:
    """Return the resources that were left out, as nobody who works there."""
    return tuple(sorted({name for name in set(log.resource) if is_test_user(name)}))


def _work(log: DossierLog, activities: tuple[int, ...]) -> dict[int, Counter[str]]:
    """Return how much each person did, by step."""
    found: dict[int, Counter[str]] = {activity: Counter() for activity in activities}
    for activity, who in zip(log.activity.tolist(), log.resource, strict=True):
        if activity in found and who and not is_test_user(who):
            found[activity][who] += 1
    return found


def _together(work: dict[int, Counter[str]], activities: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Join steps into teams until no two teams have mostly the same people."""
    teams: list[tuple[tuple[int, ...], Counter[str]]] = [((a,), work[a]) for a in activities]
    while len(teams) > 1:
        pairs = [(i, j) for i in range(len(teams)) for j in range(i + 1, len(teams))]
        i, j = max(pairs, key=lambda pair: _alike(teams[pair[0]][1], teams[pair[1]][1]))
        if _alike(teams[i][1], teams[j][1]) < _SHARED:
            break
        steps = tuple(sorted(teams[i][0] + teams[j][0], key=activities.index))
        joined = (steps, teams[i][1] + teams[j][1])
        teams = [joined if k == i else team for k, team in enumerate(teams) if k != j]
    return [steps for steps, _ in teams]


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """Return the overlap of two divisions of work; of work that nobody is recorded for, all."""
    if not one or not other:
        return 1.0
    total, others = one.total(), other.total()
    return sum(min(one[who] / total, other[who] / others) for who in one)


def _team(log: DossierLog, name: str, activities: tuple[int, ...]) -> TeamFit:
    from scipy.stats import binom

    own = np.isin(log.activity, activities)
    by_day: dict[int, set[str]] = {}
    for row in np.flatnonzero(own).tolist():
        who = log.resource[row]
        if who and not is_test_user(who):
            by_day.setdefault(int(log.completed[row]) // DAY_MS, set()).add(who)
    counted = np.sort([len(who) for who in by_day.values()])
    if not len(counted):
        return TeamFit(name, activities, 1, None, None, 0, 0)
    tail = int(binom.ppf(0.025, len(counted), 0.5))
    low, high = counted[max(tail - 1, 0)], counted[min(len(counted) - tail, len(counted) - 1)]
    members = max(round(float(np.median(counted))), 1)
    people = len(set().union(*by_day.values()))
    return TeamFit(name, activities, members, float(low), float(high), people, len(counted))
