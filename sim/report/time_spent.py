"""Where the time goes, in words: today once, then what each scenario changes of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sim.comparison import Estimate, Scenario
from sim.report import names
from sim.report.tables import group_hours
from sim.report.view import View
from sim.words import mark, without_sign

_NOT_BY_STAFF: Final = {
    "rules": mark("{time} held by a rule"),
    "resting": mark("{time} lying on a desk with nobody busy with it"),
    "elsewhere": mark("{time} at another agency, in verification or in the post"),
}
"""What more staff do not shorten; the rest may be shorter where a person is served sooner."""
_PARTS: Final = {
    "waiting": (
        mark("{time} less waiting for staff and the nights in between"),
        mark("{time} more waiting for staff and the nights in between"),
    ),
    "resting": (
        mark("{time} less lying on a desk with nobody busy with it"),
        mark("{time} more lying on a desk with nobody busy with it"),
    ),
    "rules": (mark("{time} less held by a rule"), mark("{time} more held by a rule")),
    "closed": (
        mark("{time} less of nights, breaks and days off"),
        mark("{time} more of nights, breaks and days off"),
    ),
    "elsewhere": (
        mark("{time} less at another agency, in verification or in the post"),
        mark("{time} more at another agency, in verification or in the post"),
    ),
    "citizen": (mark("{time} less with the citizen"), mark("{time} more with the citizen")),
    "work": (mark("{time} less of being served or worked on"),
             mark("{time} more of being served or worked on")),
}  # fmt: skip
"""What a scenario changes, less or more."""
_CAUSES: Final = names.IN_GROUP | {
    "waiting": (*names.IN_GROUP["staff"], *names.IN_GROUP["staff_closed"]),
    "closed": ("closed.work", "closed.resting", "closed.door"),
}
_LITTLE: Final = 0.02
"""Parts of the whole that are not told of today, and of changes."""
_SHOWN: Final = 0.001
"""Less of the whole than this is no change worth a word."""


@dataclass(frozen=True)
class Spent:
    """What a scenario's time goes to, or what it changes of that, in words."""

    name: str
    colour: str
    says: str


def spent(view: View) -> list[Spent]:
    """Return what today's time goes to, then for each scenario what it changes."""
    whole = view.estimate(view.before.id, "turnaround_hours")
    if whole is None or not whole.mean or group_hours(view.before, "work") is None:
        return []
    found = [(view.before, _today(view, whole.mean))]
    found += [(each, _changes(view, each, whole.mean)) for each in view.others]
    return [Spent(view.names[each.id], view.colours[each.id], says) for each, says in found if says]


def _today(view: View, whole: float) -> str:
    """Return what the time goes to, beginning with what no extra clerk shortens."""
    words, unit = view.words, view.unit("turnaround_hours")
    hours = {group: group_hours(view.before, group) or 0.0 for group in names.GROUPS}

    def shown(hours: float) -> str:
        return words.number(hours * unit.times, 1)

    fixed = [
        words.say(_NOT_BY_STAFF[group], time=shown(hours[group]))
        for group in sorted(_NOT_BY_STAFF, key=lambda group: -hours[group])
        if hours[group] >= _LITTLE * whole
    ]
    said = [
        words.say(
            "From the first arrival to the last result: {whole} {unit}.",
            whole=shown(whole),
            unit=unit.of_difference,
        )
    ]
    if fixed:
        said.append(
            words.say("Of these {parts}: no extra clerk shortens that.", parts=words.listed(fixed))
        )
    said.append(
        words.say(
            "Waiting for staff: {time}, nights and days off included.",
            time=shown(hours["staff"] + hours["staff_closed"]),
        )
    )
    if hours["citizen"] >= _LITTLE * whole:
        said.append(
            words.say(
                "With the citizen: {time}; more staff can shorten what of it follows when nobody "
                "could serve or sign.",
                time=shown(hours["citizen"]),
            )
        )
    said.append(
        words.say(
            "The rest is work ({work}) and other hours in which the office is closed ({closed}).",
            work=shown(hours["work"]),
            closed=shown(hours["closed"]),
        )
    )
    return " ".join(said)


def _changes(view: View, scenario: Scenario, whole: float) -> str:
    """Return which parts of the time a scenario clearly changes, the largest first."""
    words, unit = view.words, view.unit("time.held")
    if group_hours(scenario, "work") is None:
        return ""
    found = [(group, _difference(view, scenario, group)) for group in _PARTS]
    clear = [(group, each) for group, each in found if each and _is_clear(each, whole)]
    parts = [
        words.say(
            _PARTS[group][(each.mean or 0.0) > 0], time=words.estimate(without_sign(each), unit)
        )
        for group, each in sorted(clear, key=lambda pair: -abs(pair[1].mean or 0.0))
    ]
    if not parts:
        return words.say("No part of the time clearly changes.")
    return words.say(
        "Changes, in {unit}: {parts}.", unit=unit.of_difference, parts=words.listed(parts)
    )


def _is_clear(difference: Estimate, whole: float) -> bool:
    """Tell whether a part changes by more than a trifle, and chance does not explain it."""
    mean, low, high = difference.mean, difference.low, difference.high
    if mean is None or abs(mean) < _SHOWN * whole:
        return False
    return low is None or high is None or low > 0 or high < 0


def _difference(view: View, scenario: Scenario, group: str) -> Estimate | None:
    """Return how far a group of causes is from today's.

    Its interval is as wide as those of its causes together, which no sum of them exceeds.
    """
    found = [view.difference(scenario.id, f"time.{cause}") for cause in _CAUSES[group]]
    measured = [each for each in found if each is not None and each.mean is not None]
    if not measured:
        return None
    low, high = (_sum(ends) for ends in zip(*((e.low, e.high) for e in measured), strict=True))
    return Estimate(_sum(each.mean for each in measured), low, high)


def _sum(values: Iterable[float | None]) -> float | None:
    every = list(values)
    return None if None in every else sum(each for each in every if each is not None)
