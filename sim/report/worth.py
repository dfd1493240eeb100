"""What a scenario is worth in a year: money, hours and trips, in the office and in all offices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from typing import Final, Literal

from sim.comparison import Estimate, Verdict
from sim.estimates import CONFIDENCE
from sim.report.comparable import gives_up_clearly, gives_up_less, gives_up_more
from sim.report.province import ProvinceTotals
from sim.report.results import Mood
from sim.report.view import View
from sim.verdicts import (
    LESS,
    MORE,
    NO_DIFFERENCE,
    NOT_CLEAR,
    TOO_MANY_OPEN,
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
    of
        The headline measure it is counted up from: without a verdict on that there is none here.
    """

    label: str
    difference: str
    before: tuple[str, ...]
    gain: str
    of: str = ""


SOURCES: Final[dict[Kind, _Source]] = {
    "money": _Source(
        mark("Citizens' money"),
        "citizen_saving_year",
        ("citizen_cost", "cases_year"),
        "citizen_cost",
        "citizen_cost",
    ),
    "hours": _Source(
        mark("Citizens' hours"),
        "hours_saving_year",
        ("citizen_hours", "cases_year"),
        "citizen_hours",
        "visit_minutes",
    ),
    "trips": _Source(mark("Trips"), "trips_saving_year", ("trips", "cases_year"), "trips", "trips"),
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
        Whether it may be saved or spent, and is not said to be, since other people are counted.
    confidence
        Of the interval: where something is not clear it is the wider one that decides.
    says
        The verdict; empty where none was made.
    """

    size: str
    shown: str
    interval: str
    mood: Mood
    withheld: bool = False
    confidence: float = CONFIDENCE
    says: str = ""


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

    Nothing is, where more people give up; nothing is spent by people, where fewer do.
    """
    found = []
    for kind, source in SOURCES.items():
        year = view.difference(scenario, source.difference)
        if year is not None and year.mean is not None and _is_counted(view, kind):
            judged = _judged(view, scenario, kind)
            here = _claimed(view, scenario, kind, year, judged)
            everywhere = _everywhere(view, scenario, kind, province)
            found.append(Saved(kind, view.words.say(source.label), here, everywhere))
    return found


def _is_counted(view: View, kind: Kind) -> bool:
    """Return whether anything of a kind is there to be saved: an office may be without money."""
    found = (view.estimate(each.id, SOURCES[kind].before[0]) for each in view.every)
    return any(each is None or each.mean != 0 for each in found)


def year_says(view: View, scenario: str, kind: Kind) -> str:
    """Return the verdict on what is saved in a year; empty where none can be made."""
    judged = _judged(view, scenario, kind)
    return judged.says if judged else ""


def _judged(view: View, scenario: str, kind: Kind) -> Verdict | None:
    """Return the verdict on what is saved in a year; None where none can be made.

    The interval is as wide as those of the headline's verdicts; what matters is the same share of
    what the baseline takes in a year as it is of a case's cost.
    """
    source, run = SOURCES[kind], view.comparison
    made, year = run.verdicts.get(scenario, {}), view.difference(scenario, source.difference)
    before = [view.estimate(view.before.id, each) for each in source.before]
    if year is None or not made or any(each is None or each.mean is None for each in before):
        return None
    takes = prod(each.mean for each in before if each is not None and each.mean is not None)
    wide = widened(year, simultaneous(len(view.others)), run.replications)
    found = verdict(wide, run.relative * abs(takes))
    by_case = made[source.of].says if source.of in made else ""
    nothing_seen = year.low == year.high == 0
    if by_case == TOO_MANY_OPEN or (by_case == NOT_CLEAR and nothing_seen):
        return replace(found, says=by_case)
    return found


def _everywhere(
    view: View, scenario: str, kind: Kind, province: ProvinceTotals | None
) -> Amount | None:
    if province is None:
        return None
    gain = province.gains[scenario][SOURCES[kind].gain]
    saving = gain.year.mean or 0.0
    if scenario in province.more_give_up and saving > 0:
        return _withheld(view.words.say("none claimed: perhaps more people give up"))
    if scenario in province.fewer_give_up and saving < 0 and kind != "office":
        return _withheld(view.words.say("none claimed: fewer people give up, or so it seems"))
    return _amount(view.words, kind, gain.year, gain.says)


def _claimed(
    view: View, scenario: str, kind: Kind, year: Estimate, judged: Verdict | None
) -> Amount:
    """Return an amount as far as it may be claimed.

    No saving where more people give up, and no time or money more where fewer do.
    """
    say, words = view.words.say, view.words
    matters = bool(year.mean) and (judged is None or judged.says != NO_DIFFERENCE)
    saving = (year.mean or 0.0) > 0
    if matters and saving and gives_up_clearly(view, scenario):
        return _withheld(say("none claimed: more people give up"))
    if matters and saving and gives_up_more(view, scenario):
        return _withheld(say("none claimed: perhaps more people give up"))
    if matters and not saving and kind != "office" and gives_up_less(view, scenario):
        return _withheld(say("none claimed: fewer people give up, or so it seems"))
    says = judged.says if judged else ""
    if judged is not None and says == NOT_CLEAR:
        wide = Estimate(year.mean, judged.low, judged.high)
        unclear = _amount(words, kind, wide, says)
        return replace(unclear, confidence=simultaneous(len(view.others)), says=says)
    return replace(_amount(words, kind, year, says), says=says)


def _withheld(why: str) -> Amount:
    return Amount("", why, "", "", withheld=True)


def _amount(words: Words, kind: Kind, year: Estimate, says: str) -> Amount:
    ends = [end for end in (year.low, year.high) if end is not None]
    apart = not ends or min(ends) > 0 or max(ends) < 0
    if says not in (LESS, MORE) or not apart or not year.mean:
        return Amount("", _none(words, says, apart=apart), _unclear(words, kind, year), "")
    size, interval = _shown(words, kind, without_sign(year))
    if year.mean > 0:
        return Amount(size, words.say("{amount} saved", amount=size), interval, "better")
    return Amount(size, words.say("{amount} more", amount=size), interval, "worse")


def _none(words: Words, says: str, *, apart: bool) -> str:
    """Return why nothing is said to be saved; `apart` if the interval shown does not hold zero."""
    if says == NO_DIFFERENCE:
        return words.say("no difference that matters")
    if says == TOO_MANY_OPEN:
        return words.say("no verdict: too many cases still open")
    if says == NOT_CLEAR and apart:
        return words.say("not clear yet whether it matters")
    return words.say("not clear yet") if says == NOT_CLEAR else words.say("no clear difference")


def _shown(words: Words, kind: Kind, size: Estimate) -> tuple[str, str]:
    """Return the size of an amount, and its interval."""
    number, unit = _number(words, kind, size)
    shown = words.say(_NAMES[kind], number=number(size.mean or 0.0), currency=unit)
    return shown, _interval(words, size, number)


def _unclear(words: Words, kind: Kind, year: Estimate) -> str:
    """Return the interval of what is not clear: what may be saved, or be spent more."""
    low, high = year.low, year.high
    if low is None or high is None or low == high == 0:
        return ""
    number, unit = _number(words, kind, year)

    def amount(said: str) -> str:
        return words.say(_NAMES[kind], number=said, currency=unit)

    if low < 0 < high:
        more, saved = (amount(number(abs(end))) for end in (low, high))
        return words.say("from {more} more to {saved} saved", more=more, saved=saved)
    ends = amount(_interval(words, without_sign(year), number))
    text = mark("{amount} more") if high <= 0 else mark("{amount} saved")
    return words.say(text, amount=ends)


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
