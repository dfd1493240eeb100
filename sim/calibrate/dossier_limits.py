"""Which procedures there are: by name, and by the limit that the law sets each case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.dossier_hours import Ints, WorkingTime
from sim.calibrate.dossier_log import NONE, DossierLog
from sim.calibrate.names import slugs
from sim.calibrate.routes import Returns
from sim.clock import DAY_MS
from sim.said import phrase

Bools = NDArray[np.bool_]

_COMMON: Final = 0.05
_FEWEST: Final = 20
_KNOWN: Final = 0.5
_MOST: Final = 1000
_CANDIDATES: Final = 40


@dataclass(frozen=True, eq=False)
class Group:
    """A procedure of the office file.

    Attributes
    ----------
    id, title
        Its name.
    procedure
        Its name in the records; "" where they have none.
    within
        The limit, as the file writes it; None where the records do not tell.
    cases
        Which cases it has, by case.
    exact
        Of its cases with a deadline: the share for which the limit gives the recorded date.
    told
        How many cases have a deadline.
    """

    id: str
    title: str
    procedure: str
    within: str | None
    cases: Bools
    exact: float
    told: int


def groups_of(
    log: DossierLog, time: WorkingTime, returns: tuple[Returns, ...]
) -> tuple[Group, ...]:
    """Divide cases into procedures: by name, and by limit where limits differ materially.

    A limit that 5% of a procedure's cases have, and 20, is one of its own; the cases between two
    such, or beyond them, make one where there are as many of them, with their median as limit;
    others go to the nearest.
    """
    found: list[Group] = []
    paused = _paused(log, time, returns)
    names = list(dict.fromkeys(log.procedures))
    ids = slugs([name or "dossier" for name in names])
    for name in names:
        cases = np.array([own == name for own in log.procedures], dtype=bool)
        found += _by_limit(log, partial(_limits, log, time, paused), cases, ids[name or "dossier"])
    return tuple(found)


def _by_limit(
    log: DossierLog, limits_of: Callable[[Bools], tuple[str, Ints]], cases: Bools, own_id: str
) -> list[Group]:
    name = log.procedures[int(cases.argmax())]
    known = cases & (log.deadline != NONE) & (log.deadline > log.begun)
    if known.sum() < max(_KNOWN * cases.sum(), 1):
        return [Group(own_id, name or "Dossiers", name, None, cases, 0.0, int(known.sum()))]
    unit, limits = limits_of(known)
    common = _common(limits[known])
    nearest = np.abs(limits[:, None] - np.array(common)[None, :]).argmin(axis=1)
    # Cases without a deadline of their own go with the commonest limit.
    usual = Counter(nearest[known].tolist()).most_common(1)[0][0]
    nearest = np.where(known, nearest, usual)
    groups = []
    for place, limit in enumerate(common):
        own = cases & (nearest == place)
        text = _within(limit, unit)
        few = len(common) == 1
        exact = float(np.mean(limits[own & known] == limit))
        groups.append(
            Group(
                own_id if few else f"{own_id}_{limit}",
                _title(name, "" if few else text),
                name, text, own, exact, int((own & known).sum()),
            )
        )  # fmt: skip
    return groups


def _within(limit: int, unit: str) -> str:
    """Return a limit as the office file writes it."""
    if unit == "days":
        return phrase("1 day") if limit == 1 else phrase("{n} days", n=limit)
    return phrase("1 working day") if limit == 1 else phrase("{n} working days", n=limit)


def _title(name: str, within: str) -> str:
    own = name or phrase("Dossiers")
    return phrase("{procedure}, {within}", procedure=own, within=within) if within else own


def _paused(log: DossierLog, time: WorkingTime, returns: tuple[Returns, ...]) -> tuple[Ints, Ints]:
    """Return by case how long papers were away: in legal working days, and in calendar days."""
    working, calendar = (np.zeros(len(log.names), dtype=np.int64) for _ in range(2))
    for sent in returns:
        np.add.at(working, sent.cases, time.legal_days(sent.since, sent.until))
        np.add.at(calendar, sent.cases, sent.until // DAY_MS - sent.since // DAY_MS)
    return working, calendar


def _limits(
    log: DossierLog, time: WorkingTime, paused: tuple[Ints, Ints], known: Bools
) -> tuple[str, Ints]:
    """Return the unit in which limits agree best, and each case's limit without what was away."""
    begun = log.begun // DAY_MS
    due = np.where(log.deadline == NONE, begun, log.deadline // DAY_MS)
    working = time.legal_days(time.moved_on(begun) * DAY_MS, due * DAY_MS) - paused[0]
    calendar = due - begun - paused[1]
    undisturbed = known & (paused[1] == 0)
    sure = undisturbed if undisturbed.any() else known
    usual = Counter(calendar[sure].tolist()).most_common(_CANDIDATES)
    # A limit in calendar days may be moved on where it ends on a day the law does not count.
    fits = {
        n: sure & ((calendar == n) | (time.moved_on(begun + n) == due)) for n, _ in usual if n > 0
    }
    agrees = max((int(hits.sum()) for hits in fits.values()), default=0)
    # One in working days never ends on such a day.
    counted = Counter(working[sure & (time.moved_on(due) == due)].tolist())
    if agrees > max(counted.values(), default=0):
        for number in sorted(fits, key=lambda n: int(fits[n].sum())):
            calendar = np.where(fits[number], number, calendar)
        return "days", np.clip(calendar, 1, _MOST)
    return "working days", np.clip(working, 1, _MOST)


def _common(limits: Ints) -> list[int]:
    """Return the limits that stand for all, in order."""
    least = max(_COMMON * len(limits), _FEWEST)
    counted = Counter(limits.tolist())
    common = sorted(limit for limit, number in counted.items() if number >= least)
    edges = [0, *common, _MOST + 1]
    for low, high in pairwise(edges):
        between = np.sort(limits[(limits > low) & (limits < high)])
        parts = int(len(between) // least) if len(between) else 0
        common += [int(np.median(part)) for part in np.array_split(between, parts)] if parts else []
    return sorted(set(common)) or [int(np.median(limits))]
