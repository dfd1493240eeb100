"""What a scenario is worth in a year: money, hours and trips, in the office and in all offices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from sim.comparison import Estimate
from sim.report.comparable import gives_up_clearly, gives_up_more
from sim.report.province import ProvinceTotals
from sim.report.results import Mood
from sim.report.view import View
from sim.verdicts import (
    LESS,
    MORE,
    NO_DIFFERENCE,
    NOT_CLEAR,
    simultaneous,
    verdict,
    widened,
)
from sim.words import Unit, Words, fine, mark, without_sign

Kind = Literal["money", "hours", "trips", "office"]
_ROUND: Final = 100
"""From how many hours or trips on they are shown without decimals."""


@dataclass(frozen=True)
class _Source:
    """Where what is saved is found.

    Attributes
    ----------
    difference
        Measure of the difference, positive where something is saved.
    before
        Measures whose product is what the baseline takes in a year: a small share of it matters
        to nobody.
    gain
        The province's measure.
    """

    label: str
    difference: str
    before: tuple[str, ...]
    gain: str


SOURCES: Final[dict[Kind, _Source]] = {
    "money": _Source(
        mark("Citizens' money"),
        "citizen_saving_year",
        ("citizen_cost", "cases_year"),
        "citizen_cost",
    ),
    "hours": _Source(
        mark("Citizens' hours"),
        "hours_saving_year",
        ("citizen_hours", "cases_year"),
        "citizen_hours",
    ),
    "trips": _Source(mark("Trips"), "trips_saving_year", ("trips", "cases_year"), "trips"),
    "office": _Source(
        mark("The office's money"), "office_saving_year", ("office_cost_year",), "office_cost"
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
        Its ends, turned round with the sign; empty where there are none.
    mood
        Better where it is clear that it is saved, worse where it is clear that more is spent.
    withheld
        Whether it may be saved, and is not said to be, since more people give up.
    """

    size: str
    shown: str
    interval: str
    mood: Mood
    withheld: bool = False

    @property
    def short(self) -> str:
        """Its size with its interval, for sentences: "18.8 million VND (17.0 to 20.7)"."""
        return f"{self.size} ({self.interval})" if self.interval else self.size


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
    """Return what a scenario saves in a year, as far as it was measured.

    Nothing is, where more people give up.
    """
    found = []
    for kind, source in SOURCES.items():
        year = view.difference(scenario, source.difference)
        if year is not None and year.mean is not None:
            here = _claimed(view, scenario, kind, year, year_says(view, scenario, kind))
            everywhere = _everywhere(view, scenario, kind, province)
            found.append(Saved(kind, view.words.say(source.label), here, everywhere))
    return found


def year_says(view: View, scenario: str, kind: Kind) -> str:
    """Return the verdict on what is saved in a year; empty where none can be made.

    The interval is as wide as those of the headline's verdicts; what matters is the same share of
    what the baseline takes in a year as it is of a case's cost.
    """
    source, run = SOURCES[kind], view.comparison
    year = view.difference(scenario, source.difference)
    before = [view.estimate(view.before.id, each) for each in source.before]
    if year is None or not run.verdicts.get(scenario):
        return ""
    whole = 1.0
    for each in before:
        if each is None or each.mean is None:
            return ""
        whole *= each.mean
    confidence = simultaneous(len(view.others))
    wide = widened(year, confidence, run.replications)
    return verdict(wide, run.relative * abs(whole)).says


def _everywhere(
    view: View, scenario: str, kind: Kind, province: ProvinceTotals | None
) -> Amount | None:
    if province is None:
        return None
    gain = province.gains[scenario][SOURCES[kind].gain]
    if scenario in province.more_give_up and (gain.year.mean or 0.0) > 0:
        text = view.words.say("none claimed: perhaps more people give up")
        return Amount("", text, "", "", withheld=True)
    return _claimed(view, scenario, kind, gain.year, gain.says)


def _claimed(view: View, scenario: str, kind: Kind, year: Estimate, says: str) -> Amount:
    """Return an amount as far as it may be claimed: no saving where more people give up."""
    say = view.words.say
    saving = year.mean is not None and year.mean > 0 and says != NO_DIFFERENCE
    if not saving or not gives_up_more(view, scenario):
        return _amount(view.words, kind, year, says)
    if gives_up_clearly(view, scenario):
        return Amount("", say("none claimed: more people give up"), "", "", withheld=True)
    return Amount("", say("none claimed: perhaps more people give up"), "", "", withheld=True)


def _amount(words: Words, kind: Kind, year: Estimate, says: str) -> Amount:
    ends = [end for end in (year.low, year.high) if end is not None]
    size, interval = _shown(words, kind, without_sign(year))
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


def _shown(words: Words, kind: Kind, size: Estimate) -> tuple[str, str]:
    """Return the size of an amount, and its interval."""
    number, unit = _number(words, kind, size)
    shown = words.say(_NAMES[kind], number=number(size.mean or 0.0), currency=unit)
    return shown, _interval(words, size, number)


def _unclear(words: Words, kind: Kind, year: Estimate) -> str:
    """Return the interval of what is not clear, with its unit, and that it is what is saved."""
    number, unit = _number(words, kind, year)
    ends = _interval(words, year, number)
    if not ends:
        return ""
    return words.say("{amount} saved", amount=words.say(_NAMES[kind], number=ends, currency=unit))


def _number(words: Words, kind: Kind, year: Estimate) -> tuple[Callable[[float], str], str]:
    """Return how numbers of a kind are shown, the same for value and interval; the money's unit."""
    if kind in ("money", "office"):
        ends = (end for end in (year.mean, year.low, year.high) if end is not None)
        unit = words.coins(*ends)
    else:
        unit = Unit("", "", 1, 0 if abs(year.mean or 0.0) >= _ROUND else 1)
    finer = fine(year, unit)
    if kind in ("money", "office") and unit.times == 1 and _apart(words, year):
        return words.rounded, unit.name
    return (lambda value: words.quantity(value, finer)), unit.name


def _apart(words: Words, year: Estimate) -> bool:
    """Return whether the ends of an interval differ when they are rounded to three digits."""
    low, high = year.low, year.high
    return low is None or high is None or low == high or words.rounded(low) != words.rounded(high)


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
