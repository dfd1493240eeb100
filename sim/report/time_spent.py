"""Where the time goes, in a sentence for each scenario: what no extra clerk can mend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sim.comparison import Scenario
from sim.report.tables import group_hours
from sim.report.view import View
from sim.words import mark

_FIXED: Final = {
    "closed": mark("{time} are nights, breaks and days off"),
    "rules": mark("{time} are held by a rule"),
    "resting": mark("{time} lie on a desk with nobody busy with it"),
    "elsewhere": mark("{time} are elsewhere or with the citizen"),
    "work": mark("{time} are work on it"),
}
"""What no extra clerk shortens."""
_WAITING: Final = ("staff", "staff_closed")
_MOST: Final = 3
_LITTLE: Final = 0.02
_SMALL: Final = 0.1


@dataclass(frozen=True)
class Spent:
    """What a scenario's time goes to, in words."""

    name: str
    colour: str
    says: str


def spent(view: View) -> list[Spent]:
    """Return for each scenario what of its time no extra clerk mends, and what is left."""
    found = ((each, _says(view, each)) for each in view.every)
    return [Spent(view.names[each.id], view.colours[each.id], says) for each, says in found if says]


def _says(view: View, scenario: Scenario) -> str:
    estimate = scenario.measures.get("turnaround_hours")
    whole = estimate.mean if estimate else None
    if not whole or group_hours(scenario, "work") is None:
        return ""
    hours = {group: group_hours(scenario, group) or 0.0 for group in (*_FIXED, *_WAITING)}
    largest = sorted(_FIXED, key=lambda group: -hours[group])[:_MOST]
    words, unit = view.words, view.unit("turnaround_hours")
    fixed = [
        words.say(_FIXED[group], time=words.number(hours[group] * unit.times, 1))
        for group in largest
        if hours[group] >= _LITTLE * whole
    ]
    waiting = sum(hours[group] for group in _WAITING)
    text = (
        mark(
            "Of {whole} {unit}, {fixed}: no extra clerk mends that. Only {waiting} are spent "
            "waiting for staff."
        )
        if waiting < _SMALL * whole
        else mark(
            "Of {whole} {unit}, {fixed}: no extra clerk mends that. {waiting} are spent waiting "
            "for staff."
        )
    )
    return words.say(
        text,
        whole=words.number(whole * unit.times, 1),
        unit=unit.of_difference,
        fixed=words.listed(fixed),
        waiting=words.number(waiting * unit.times, 1),
    )
