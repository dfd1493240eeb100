"""What a scenario is worth in a year: money, hours and trips, in the office and in all offices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from sim.comparison import Estimate
from sim.report.province import ProvinceTotals
from sim.report.results import Mood
from sim.report.view import View
from sim.report.wording import Words, mark
from sim.verdicts import LESS, MORE, NO_DIFFERENCE, NOT_CLEAR

Kind = Literal["money", "hours", "trips", "office"]
_ROUND: Final = 100
"""From how many hours or trips on they are shown without decimals."""


@dataclass(frozen=True)
class _Source:
    """Where what is saved is found, and which verdicts bear it out.

    Attributes
    ----------
    difference
        Measure of the difference, positive where something is saved.
    verdicts
        Headline measures of which one at least must have a clear verdict.
    gain
        The province's measure.
    """

    label: str
    difference: str
    verdicts: tuple[str, ...]
    gain: str


SOURCES: Final[dict[Kind, _Source]] = {
    "money": _Source(
        mark("Citizens' money"), "citizen_saving_year", ("citizen_cost",), "citizen_cost"
    ),
    "hours": _Source(
        mark("Citizens' hours"), "hours_saving_year", ("visit_minutes", "trips"), "citizen_hours"
    ),
    "trips": _Source(mark("Trips"), "trips_saving_year", ("trips",), "trips"),
    "office": _Source(
        mark("The office's money"), "office_saving_year", ("office_cost",), "office_cost"
    ),
}
"""What may be saved, in the order in which it is shown."""


@dataclass(frozen=True)
class Amount:
    """How much is saved, or more is spent.

    Attributes
    ----------
    size
        Without its sign, with its unit: "18.8 million VND".
    shown
        With what it is: "18.8 million VND saved"; or that there is no clear difference.
    interval
        Its ends; empty where there are none.
    mood
        Better where it is clear that it is saved, worse where it is clear that more is spent.
    """

    size: str
    shown: str
    interval: str
    mood: Mood


@dataclass(frozen=True)
class Saved:
    """What is saved of one kind in a year.

    Attributes
    ----------
    here
        In this office.
    everywhere
        In all offices of the province; None where none was run.
    """

    kind: Kind
    label: str
    here: Amount
    everywhere: Amount | None


def saved(view: View, scenario: str, province: ProvinceTotals | None = None) -> list[Saved]:
    """Return what a scenario saves in a year, as far as it was measured."""
    found = []
    for kind, source in SOURCES.items():
        year = view.difference(scenario, source.difference)
        if year is not None and year.mean is not None:
            here = _amount(view.words, kind, year, _says(view, scenario, source))
            label = view.words.say(source.label)
            found.append(Saved(kind, label, here, _everywhere(view, scenario, kind, province)))
    return found


def _says(view: View, scenario: str, source: _Source) -> str:
    """Return the clearest verdict of those that bear it out."""
    made = view.comparison.verdicts.get(scenario, {})
    said = [made[measure].says for measure in source.verdicts if measure in made]
    return next((each for each in said if each in (LESS, MORE)), said[0] if said else "")


def _everywhere(
    view: View, scenario: str, kind: Kind, province: ProvinceTotals | None
) -> Amount | None:
    if province is None:
        return None
    gain = province.gains[scenario][SOURCES[kind].gain]
    return _amount(view.words, kind, gain.year, gain.says)


def _amount(words: Words, kind: Kind, year: Estimate, says: str) -> Amount:
    ends = [end for end in (year.low, year.high) if end is not None]
    size, interval = _shown(words, kind, year)
    clear = says in (LESS, MORE) and (not ends or min(ends) > 0 or max(ends) < 0)
    if not clear or not year.mean:
        return Amount("", _none(words, says), _unclear(words, kind, year), "")
    if year.mean > 0:
        return Amount(size, words.say("{amount} saved", amount=size), interval, "better")
    return Amount(size, words.say("{amount} more", amount=size), interval, "worse")


def _none(words: Words, says: str) -> str:
    """Return why nothing is said to be saved."""
    if says == NO_DIFFERENCE:
        return words.say("no difference that matters")
    return words.say("not clear yet") if says == NOT_CLEAR else words.say("no clear difference")


def _shown(words: Words, kind: Kind, year: Estimate) -> tuple[str, str]:
    """Return the size of an amount, and its interval: what is saved is positive."""
    number, unit = _number(words, kind, year)
    size = words.say(_NAMES[kind], number=number(abs(year.mean or 0.0)), currency=unit)
    return size, _interval(words, year, number)


def _unclear(words: Words, kind: Kind, year: Estimate) -> str:
    """Return the interval of what is not clear, with its unit."""
    number, unit = _number(words, kind, year)
    ends = _interval(words, year, number)
    return words.say(_NAMES[kind], number=ends, currency=unit) if ends else ""


def _number(words: Words, kind: Kind, year: Estimate) -> tuple[Callable[[float], str], str]:
    """Return how numbers of a kind are shown, the same for value and interval; the money's unit."""
    if kind not in ("money", "office"):
        decimals = 0 if abs(year.mean or 0.0) >= _ROUND else 1
        return (lambda value: words.number(value, decimals)), ""
    coins = words.coins(*(end for end in (year.mean, year.low, year.high) if end is not None))
    if coins.times == 1:
        return words.rounded, coins.name
    return (lambda value: words.quantity(value, coins)), coins.name


def _interval(words: Words, year: Estimate, number: Callable[[float], str]) -> str:
    if year.low is None or year.high is None:
        return ""
    return words.say("{low} to {high}", low=number(year.low), high=number(year.high))


_NAMES: Final = {
    "money": mark("{number} {currency}"),
    "office": mark("{number} {currency}"),
    "hours": mark("{number} hours"),
    "trips": mark("{number} trips"),
}
