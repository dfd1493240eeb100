"""A clear difference as a part of a sentence, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sim.comparison import Estimate
from sim.report import names
from sim.report.view import View
from sim.words import Unit, fine, without_sign

_IN_100: Final = ("trips", "trips_in_vain")
"""Measures of which sentences speak in 100 cases, since nobody makes 0.08 of a trip."""


def clause(view: View, scenario: str, measure: str) -> str:
    """Return what a sentence says of a difference; empty where there is none."""
    difference = view.difference(scenario, measure)
    if difference is None or difference.mean is None:
        return ""
    words, known = view.words, names.known(measure)
    size = without_sign(difference)
    unit = fine(size, _unit(view, measure, size))
    by = words.say(
        "{number} {unit}", number=words.mean(size, unit), unit=unit.of_difference
    ).strip()
    text = known.less if difference.mean < 0 else known.more
    said = words.say(text, by=by, label=view.label(measure))
    interval = words.interval(size, unit) or words.say("no interval: one replication")
    return words.say("{clause} ({interval})", clause=said, interval=interval)


def _unit(view: View, measure: str, size: Estimate) -> Unit:
    """Return the unit of a size: hours of a day's time as minutes, if they are few."""
    mean, unit = size.mean or 0.0, view.unit(measure)
    if names.split(measure)[0] in _IN_100:
        return Unit("", "", 100, 1 if mean < 0.1 else 0)
    if names.known(measure).kind == "hours" and not 1 <= mean * unit.times < 72:
        return names.unit("hours", view.words, mean)
    return unit


def joined(view: View, scenario: str, gains: Sequence[str], losses: Sequence[str]) -> str:
    """Return gains and losses as a part of a sentence; that nothing is gained, where so."""
    say, listed = view.words.say, view.words.listed
    better, worse = ([clause(view, scenario, m) for m in some] for some in (gains, losses))
    found = listed(better) if better else say("nothing gets clearly better")
    return say("{gains}, but {losses}", gains=found, losses=listed(worse)) if worse else found
