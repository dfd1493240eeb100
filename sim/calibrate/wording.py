"""How numbers of a calibration are said, the same on the page and on the terminal."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from sim.calibrate.outcome import Distance, Fitted, Group, Inside, Measured, Validation
from sim.comparison import Estimate
from sim.said import in_words, listed, phrase
from sim.words import Unit, Words, mark

Status = Literal["inside", "wide", "missed", "cannot be told"]

INSIDE: Final[dict[Inside, str]] = {
    "inside": mark("in the interval"),
    "above": mark("observed above it"),
    "below": mark("observed below it"),
    "cannot be told": mark("cannot be told"),
}
SHORT: Final[dict[Inside, str]] = {
    "inside": mark("inside"),
    "above": mark("above"),
    "below": mark("below"),
    "cannot be told": mark("not told"),
}
"""The same in a word: where the observed number lies."""
STATUS: Final[dict[Status, str]] = {
    "inside": mark("in the interval"),
    "wide": mark("in a wide interval"),
    "missed": mark("missed"),
    "cannot be told": mark("cannot be told"),
}
HELD_OUT: Final[dict[bool | None, str]] = {
    True: mark("The model was fitted to none of them."),
    False: mark("The model was fitted to some of them too: this is no test of prediction."),
    None: mark(
        "Whether the model was fitted to any of them its file does not say; if it was, this is no "
        "test of prediction."
    ),
}
"""What is said of the days, by whether the model was fitted to none of them."""
SIMULATION: Final = phrase("simulation")
"""How a :class:`Distance` names the simulation."""
HEADLINES: Final = 2
"""How many measures an overview of groups shows: the first ones."""
_DATES_NAMED: Final = 5
_MOST_DECIMALS: Final = 6


def known(value: float | None) -> float | None:
    """Return a number; None for what is none, or is not finite."""
    return value if value is not None and math.isfinite(value) else None


def apart(low: float | None, high: float | None) -> float:
    """Return how far two numbers lie apart; nothing where that is not known."""
    return 0.0 if low is None or high is None else known(high - low) or 0.0


def decimals(values: Iterable[float | None]) -> int:
    """Return the decimals that show the largest of some numbers with three digits."""
    size = max((abs(v) for v in values if v is not None and math.isfinite(v)), default=0.0)
    if size == 0:
        return 0
    return min(max(2 - math.floor(math.log10(size)), 0), _MOST_DECIMALS)


def unit(name: str, values: Iterable[float | None]) -> Unit:
    """Return how numbers of a unit are shown; shares are shown in percent."""
    if name == "share":
        return Unit("%", "percentage points", 100, 1)
    return Unit(name, name, 1, decimals(values))


def measure_unit(measure: Measured) -> Unit:
    """Return how a measure is shown, observed and simulated alike."""
    return unit(measure.unit, (measure.observed, measure.mean))


def simulated(measure: Measured) -> Estimate:
    """Return the simulation's mean with its prediction interval."""
    return Estimate(known(measure.mean), known(measure.low), known(measure.high))


def observed(measure: Measured, words: Words) -> str:
    """Return the observed number, without its unit; a dash where there is none."""
    value = known(measure.observed)
    return "–" if value is None else words.quantity(value, measure_unit(measure))


def mean(measure: Measured, words: Words) -> str:
    """Return the simulation's mean, without its unit; a dash where there is none."""
    found = simulated(measure)
    return "–" if found.mean is None else words.mean(found, measure_unit(measure))


def estimate(measure: Measured, words: Words) -> str:
    """Return the simulation's mean with its prediction interval, without its unit."""
    ends = words.interval(simulated(measure), measure_unit(measure))
    shown = mean(measure, words)
    return words.say("{value} ({interval})", value=shown, interval=ends) if ends else shown


def width(measure: Measured, words: Words) -> str:
    """Return how wide the prediction interval is; empty where there is none."""
    found = simulated(measure)
    if found.low is None or found.high is None:
        return ""
    return words.quantity(found.high - found.low, measure_unit(measure))


def distance(each: Distance, shown: Unit, words: Words) -> str:
    """Return a distance with its interval where it has one, without its unit."""
    found = Estimate(known(each.value), known(each.low), known(each.high))
    if found.mean is None:
        return words.say("cannot be told")
    has_interval = found.low is not None and found.high is not None
    return words.estimate(found, shown) if has_interval else words.mean(found, shown)


def fitted(number: Fitted, words: Words) -> tuple[str, str]:
    """Return a fitted number and its interval, to two digits of the interval's width.

    The interval is empty where there is none to give; the number then has four digits.
    """
    value, low, high = known(number.value), known(number.low), known(number.high)
    if value is None:
        return words.say("cannot be told"), ""
    if low is None or high is None or known(high - low) is None:
        digits = value if abs(value) >= 1000 else float(f"{value:.4g}")
        return words.plain(round(digits, _MOST_DECIMALS)), ""
    if high > low:
        places = min(max(1 - math.floor(math.log10(high - low)), 0), _MOST_DECIMALS)
    else:
        places = decimals([value])
    shown = Unit("", "", 1, places)
    return words.quantity(value, shown), words.interval(Estimate(value, low, high), shown)


def status(group: Group) -> Status:
    """Return whether every observed number that can be judged lies in its interval.

    Whether one that is shown first has too wide an interval to be of much use is told apart.
    """
    found = {measure.inside for measure in group.measures}
    if found & {"above", "below"}:
        return "missed"
    if any(measure.wide for measure in group.measures[:HEADLINES]):
        return "wide"
    return "inside" if "inside" in found else "cannot be told"


def headed(text: str) -> str:
    """Return a name as a heading begins: with a capital."""
    return text[:1].upper() + text[1:]


def headlines(groups: Sequence[Group]) -> list[str]:
    """Return the names of the measures that an overview shows, in the order they stand in."""
    names = dict.fromkeys(m.name for group in groups for m in group.measures[:HEADLINES])
    return list(names)[:HEADLINES]


def days(dates: Sequence[dt.date], words: Words) -> str:
    """Return days as a sentence names them: all of a few, else the first and the last."""
    if not dates:
        return words.say("no day")
    if len(dates) <= _DATES_NAMED:
        return words.listed([in_words(listed([date]), words) for date in dates])
    first, last = min(dates), max(dates)
    said = phrase("{count} days from {first} to {last}", count=len(dates), first=first, last=last)
    return in_words(said, words)


def compared(validation: Validation, words: Words) -> list[str]:
    """Return sentences that say what was compared, and how."""
    return [
        words.say("Days compared: {days}.", days=days(validation.dates, words)),
        words.say(HELD_OUT[validation.held_out]),
        words.say("People came as recorded.")
        if validation.replayed
        else words.say("Who comes when was simulated too."),
        in_words(phrase("Replications: {count}.", count=validation.replications), words),
    ]


def counted(validation: Validation, words: Words) -> str:
    """Return in a sentence how many observed numbers lie in their prediction interval."""
    every = [measure.inside for group in validation.groups for measure in group.measures]
    told = [inside for inside in every if inside != "cannot be told"]
    if not told:
        return words.say("Whether the model predicts well cannot be told from these days.")
    sentence = words.say(
        "{inside} of {told} observed numbers lie in the simulation's 95% prediction interval.",
        inside=told.count("inside"),
        told=len(told),
    )
    if len(told) == len(every):
        return sentence
    left = words.say("For {left} more it cannot be told.", left=len(every) - len(told))
    return f"{sentence} {left}"


def nearer(validation: Validation, words: Words) -> str:
    """Return in how many groups the simulation lies nearer than each other forecast.

    Empty where there is no other forecast.
    """
    rivals: dict[str, list[bool]] = {}
    for group in validation.groups:
        own = next((d.value for d in group.distances if d.name == SIMULATION), None)
        for other in group.distances:
            if own is None or other.name == SIMULATION or known(other.value) is None:
                continue
            rivals.setdefault(other.name, []).append(own < other.value)
    parts = [
        words.say(
            "than {forecast} in {count} of {groups}",
            forecast=in_words(name, words),
            count=sum(won),
            groups=len(won),
        )
        for name, won in rivals.items()
    ]
    if not parts:
        return ""
    return words.say(
        "The simulated distribution lies nearer to the observed one {parts} groups.",
        parts=words.listed(parts),
    )
