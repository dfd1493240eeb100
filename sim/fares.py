"""Who gains and who loses: the same cases in two scenarios, by what they have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import NormalDist
from typing import Any, Final

import numpy as np

from sim.calendar import Ints
from sim.comparison import Estimate, Fare
from sim.draws import Floats
from sim.estimates import CONFIDENCE, Ratio, capped
from sim.office import Office
from sim.summaries import HOURS, Gains, demand_numbers

_FEW: Final = 30
"""Below so many cases in all replications the spread between these says little."""
_Z: Final = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)


def fares_of(found: Sequence[Gains], base: Office, offices: Iterable[Office]) -> tuple[Fare, ...]:
    """Return how cases fare, all and by group; groups without a case are left out.

    Parameters
    ----------
    found
        By replication, gains by group.
    base
        The office that the scenario is compared with.
    offices
        Of all scenarios, in the order in which they ran.
    """
    counts = np.array([each.groups for each in found if each.groups is not None], dtype=float)
    if not len(counts):
        return ()
    rows = _rows(base, demand_numbers(offices))
    made = (_fare(by, group, counts[:, places].sum(axis=1)) for by, group, places in rows)
    return tuple(fare for fare in made if fare.cases > 0)


def _rows(base: Office, numbers: dict[str, int]) -> list[tuple[Any, str, Ints]]:
    """Return the groups: what groups them, which, and where their counts stand."""
    demands, hours = len(numbers), len(numbers) + HOURS
    needed = {
        procedure.id: [numbers[d.id] for d in base.demands if procedure.id in d.needs]
        for procedure in base.procedures
    }
    listed: list[tuple[Any, str, Sequence[int]]] = [("all", "", range(demands))]
    listed += [("procedure", name, places) for name, places in needed.items()]
    listed += [("demand", demand.id, [numbers[demand.id]]) for demand in base.demands]
    listed += [("hour", str(hour), [demands + hour]) for hour in range(HOURS)]
    listed += [("priority", "yes", [hours + 1]), ("priority", "no", [hours])]
    return [(by, group, np.array(places, dtype=np.int64)) for by, group, places in listed]


def _fare(by: Any, group: str, counts: Floats) -> Fare:
    better, unchanged, worse, no_result = shares_of(counts)
    cases = float(counts.sum(axis=1).mean())
    return Fare(by, group, better, unchanged, worse, cases, no_result)


def shares_of(counts: Floats) -> tuple[Estimate, ...]:
    """Return the shares of cases that fare one way or another, such as better or worse.

    Their intervals are the jackknife's over replications, no wider than from 0 to 1. Those of few
    cases, and of what is true of none or all of them, are Wilson's (*J. Amer. Statist. Assoc.* 22
    (1927) 209) of the cases of all replications: there the spread between replications is none,
    or as good as none, however few were seen.

    Parameters
    ----------
    counts
        By replication, how many cases fare in each way (columns).
    """
    cases = counts.sum(axis=1)
    return tuple(_share(some, cases) for some in counts.T)


def _share(some: Floats, cases: Floats) -> Estimate:
    found, count, of = Ratio(some, cases).estimate(), float(some.sum()), float(cases.sum())
    if found.mean is None or len(cases) == 1:
        return found
    if of < _FEW or count in (0, of):
        return _wilson(count, of)
    return capped(found, 1.0)


def _wilson(count: float, of: float) -> Estimate:
    middle = (count + _Z**2 / 2) / (of + _Z**2)
    half = _Z / (of + _Z**2) * (count * (of - count) / of + _Z**2 / 4) ** 0.5
    share = count / of
    # The ends of none and of all are 0 and 1, but for what is lost in rounding.
    low = 0.0 if count == 0 else min(middle - half, share)
    high = 1.0 if count == of else max(middle + half, share)
    return Estimate(share, low, high)
