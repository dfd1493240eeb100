"""What is clear of a scenario: gains and losses, the most telling first, for pages and slides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sim.report import names
from sim.report.comparable import is_claimed, other_cases
from sim.report.view import View
from sim.verdicts import LESS, MORE

ORDER: Final = (
    "trips", "wait_minutes", "same_day_share", "turnaround_hours", "citizen_cost",
    "visit_minutes", "office_cost", "lost", "on_time_share",
)  # fmt: skip
"""Which measures are said and shown first: what people feel; that dossiers are on time, which
nearly all are everywhere, last."""
ORDER_OF_FEW: Final = ("trips", "turnaround_hours", "wait_minutes", "on_time_share")
"""The same of the few cases that a scenario touches."""
_PART_OF: Final = {"visit_minutes": "wait_minutes"}
"""Measures of which nothing new is said once another one has been."""


@dataclass(frozen=True)
class Clear:
    """Measures that clearly differ, such as ``trips`` or ``trips@PROCEDURE``.

    Attributes
    ----------
    gains, losses
        What is better and worse: for the few cases that are touched first, then over all.
    neither
        What differs, and is neither.
    withheld
        What would be better or worse if the same people were counted: it is not claimed.
    """

    gains: tuple[str, ...]
    losses: tuple[str, ...]
    neither: tuple[str, ...]
    withheld: tuple[str, ...]


def clear_findings(view: View, scenario: str, few: Sequence[str] = ()) -> Clear:
    """Return what is clear of a scenario, in the order in which it is said everywhere.

    Parameters
    ----------
    view
        The comparison.
    scenario
        Which scenario.
    few
        What is clear for the few cases that it touches; see
        :func:`sim.report.places.clear_where_changed`.
    """
    found: dict[str, list[str]] = {"better": [], "worse": [], "": [], "withheld": []}
    for measure in [*_in_order(view, scenario, few), *_over_all(view, scenario)]:
        mood = _mood(view, scenario, measure)
        claimed = not mood or is_claimed(view, scenario, measure, gain=mood == "better")
        found[mood if claimed else "withheld"].append(measure)
    for some in found.values():
        some.sort(key=lambda m: m != "lost")  # the rest may come of it
    return Clear(*(tuple(some) for some in found.values()))


def _in_order(view: View, scenario: str, few: Sequence[str]) -> list[str]:
    """Return what is clear for few cases, place by place, the most telling place first.

    It is the one with the largest difference in the weightiest measure.
    """
    places: dict[str, list[str]] = {}
    for measure in sorted(few, key=weight_for_few):
        places.setdefault(names.split(measure)[1], []).append(measure)

    def telling(measures: list[str]) -> tuple[int, float]:
        found = view.difference(scenario, measures[0])
        return weight_for_few(measures[0]), -abs((found.mean or 0.0) if found else 0.0)

    return [each for some in sorted(places.values(), key=telling) for each in some]


def weight_for_few(measure: str) -> int:
    """Return a sorting key for measures of few cases, the weightiest first."""
    name = names.split(measure)[0]
    return ORDER_OF_FEW.index(name) if name in ORDER_OF_FEW else len(ORDER_OF_FEW)


def _over_all(view: View, scenario: str) -> Iterator[str]:
    verdicts = view.comparison.verdicts.get(scenario, {})
    clear = {m: made.says for m, made in verdicts.items() if made.says in (LESS, MORE)}
    if other_cases(view, scenario):
        clear.pop("office_cost", None)  # of which only a year says something
    for measure in ORDER:
        whole = _PART_OF.get(measure, "")
        if measure in clear and clear.get(whole) != clear[measure]:
            yield measure


def _mood(view: View, scenario: str, measure: str) -> str:
    better = names.known(measure).better
    difference = view.difference(scenario, measure)
    if not better or difference is None or not difference.mean:
        return ""
    return "better" if (LESS if difference.mean < 0 else MORE) == better else "worse"
