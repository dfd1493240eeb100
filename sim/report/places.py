"""What is clear for the few procedures and demands that a scenario changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim.estimates import CONFIDENCE
from sim.report import names
from sim.report.changes import Changes
from sim.report.view import View
from sim.verdicts import LESS, MORE, NO_CASES, TOO_MANY_OPEN, widened

_MOST_PLACES: Final = 3
_MEASURES: Final = ("wait_minutes", "trips", "turnaround_hours", "on_time_share")
_FAR_LARGER: Final = 5.0
"""How many times as large as over all cases a difference must be to be worth saying again."""


def looked_at(changes: Sequence[Changes]) -> int:
    """Return of how many differences it is looked whether they are clear, in all scenarios."""
    return sum(len(_places(each)) for each in changes) * len(_MEASURES)


def confidence(changes: Sequence[Changes]) -> float:
    """Return the confidence of each interval so that all that are looked at hold together."""
    return 1 - (1 - CONFIDENCE) / max(looked_at(changes), 1)


def clear_where_changed(view: View, changes: Sequence[Changes]) -> dict[str, list[str]]:
    """Return by scenario what clearly differs for the few procedures and demands it changes.

    They may be a small part of all cases, in whose means a large difference is lost: a place is
    spoken of where nothing is clear over all cases, where a difference is far larger than there,
    or where something gets worse that does not so over all cases.
    Then all that is clear is said of it, gains and losses, such as ``trips@PROCEDURE``.
    """
    sure = confidence(changes)
    return {each.id: _of_scenario(view, each, sure) for each in changes}


def _of_scenario(view: View, changed: Changes, sure: float) -> list[str]:
    found = []
    for place in _places(changed):
        clear = [m for m in _MEASURES if _is_clear(view, changed.id, m, place, sure)]
        if any(_says_more(view, changed.id, measure, place) for measure in clear):
            found += [f"{measure}{place}" for measure in clear]
    return found


def _places(changed: Changes) -> list[str]:
    every = dict.fromkeys(each.place for each in changed.listed if each.place)
    demands = [place for place in every if place.startswith("@@")]
    procedures = [place for place in every if place not in demands]
    return [place for some in (procedures, demands) if len(some) <= _MOST_PLACES for place in some]


def _is_clear(view: View, scenario: str, measure: str, place: str, sure: float) -> bool:
    """Return whether the wider interval is clear of zero, and the difference large enough."""
    verdict = view.comparison.verdicts.get(scenario, {}).get(measure)
    difference = view.difference(scenario, f"{measure}{place}")
    if verdict is None or difference is None or verdict.says in (TOO_MANY_OPEN, NO_CASES):
        return False
    wide = widened(difference, sure, view.comparison.replications)
    if wide.mean is None or wide.low is None or wide.high is None:
        return False
    return (wide.low > 0 or wide.high < 0) and abs(wide.mean) >= verdict.matters


def _says_more(view: View, scenario: str, measure: str, place: str) -> bool:
    """Return whether a place says more than all cases, of which the answer speaks anyway.

    Where anything is clear over all cases, it must be far larger, or go the other way, or be a
    loss that is not clear there.
    """
    verdicts = view.comparison.verdicts[scenario]
    if not any(made.says in (LESS, MORE) for made in verdicts.values()):
        return True
    over_all, here = (view.difference(scenario, name) for name in (measure, f"{measure}{place}"))
    if over_all is None or here is None:
        return False
    whole, found = over_all.mean or 0.0, here.mean or 0.0
    if verdicts[measure].says not in (LESS, MORE):
        return names.known(measure).better != (LESS if found < 0 else MORE)
    return found * whole < 0 or abs(found) >= _FAR_LARGER * abs(whole)
