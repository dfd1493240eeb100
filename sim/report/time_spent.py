"""Where the time goes, in a sentence for each scenario: what no extra clerk can mend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sim.comparison import Scenario
from sim.report.tables import group_hours
from sim.report.view import View
from sim.report.wording import mark

_FIXED: Final = {
    "closed": mark("{time} nights, breaks and days off"),
    "rules": mark("{time} held by a rule"),
    "resting": mark("{time} on a desk with nobody busy with it"),
    "elsewhere": mark("{time} elsewhere or with the citizen"),
    "work": mark("{time} being served or worked on"),
}
"""What no extra clerk shortens, in the order of what a reform would have to change."""
_WAITING: Final = ("staff", "staff_closed")
_LITTLE: Final = 0.02
_SMALL: Final = 0.1


@dataclass(frozen=True)
class Spent:
    """What a scenario's time goes to, in words."""

    name: str
    colour: str
    says: str


def spent(view: View) -> list[Spent]:
    """Return for each scenario what of its time is held up by what."""
    found = ((each, _says(view, each)) for each in view.every)
    return [Spent(view.names[each.id], view.colours[each.id], says) for each, says in found if says]


def _says(view: View, scenario: Scenario) -> str:
    estimate = scenario.measures.get("turnaround_hours")
    whole = estimate.mean if estimate else None
    hours = {group: group_hours(scenario, group) for group in (*_FIXED, *_WAITING)}
    if not whole or hours["work"] is None:
        return ""
    words = view.words
    fixed = [
        words.say(text, time=_time(view, hours[group] or 0.0))
        for group, text in _FIXED.items()
        if (hours[group] or 0.0) >= _LITTLE * whole
    ]
    waiting = sum(hours[group] or 0.0 for group in _WAITING)
    text = (
        words.say("Of {whole}, no extra clerk mends {fixed}; only {waiting} are waiting for staff.")
        if waiting < _SMALL * whole
        else words.say("Of {whole}, no extra clerk mends {fixed}; {waiting} are waiting for staff.")
    )
    return words.say(
        text,
        whole=_time(view, whole),
        fixed=words.listed(fixed) or words.say("nothing"),
        waiting=_time(view, waiting),
    )


def _time(view: View, hours: float) -> str:
    unit = view.unit("turnaround_hours")
    number = view.words.number(hours * unit.times, 1)
    return view.words.say("{number} {unit}", number=number, unit=unit.of_difference)
