"""Who gains and who loses: the same cases in two scenarios, by what they have in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from sim.calendar import Ints
from sim.comparison import Fare
from sim.draws import Floats
from sim.estimates import Ratio
from sim.office import Office
from sim.summaries import HOURS, Gains, demand_numbers


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
    cases = counts.sum(axis=1)
    better, unchanged, worse = (Ratio(counts[:, i], cases).estimate() for i in range(3))
    return Fare(by, group, better, unchanged, worse, float(cases.mean()))
