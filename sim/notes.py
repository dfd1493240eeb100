"""What must be known of a comparison's runs, in words: warnings, and precision that was asked."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final

from sim.comparison import Reached, StillOpen
from sim.verdicts import MOST_OPEN_OF_ANY
from sim.words import Words, mark

_ENOUGH: Final = mark(
    "Enough after {count} replications: {measure} is {width} in {scenario}, asked was {asked}"
)
_NO_INTERVAL: Final = mark(
    "The cap of {count} replications was reached: {measure} has no interval in {scenario}"
)
_NOT_ENOUGH: Final = mark(
    "The cap of {count} replications was reached: {measure} is {width} in {scenario}, asked was "
    "{asked}; about {needed} would be needed"
)
_LOPSIDED: Final = mark(
    "The cap of {count} replications was reached: {measure} is {width} in {scenario}, but "
    "lopsided, {arm} on one side, asked was {asked}; about {needed} would be needed"
)
_SOME_OPEN: Final = mark(
    "{share} of the cases were still open at the end of the runs (by days open: {ages}; the "
    "oldest: {days}): no verdict on turnaround, trips and cases given up"
)
_MANY_OPEN: Final = mark(
    "{share} of the cases were still open at the end of the runs (by days open: {ages}; the "
    "oldest: {days}): no verdict on anything but the office's cost"
)


def still_open(warning: StillOpen, words: Words) -> str:
    """Return a warning of cases that were open at the end, without its full stop."""
    ages = [
        words.say(
            "{days} or more: {count}",
            count=words.number(count, 0),
            days=words.number(days, 0),
        )
        for days, count in warning.of_age
    ]
    text = _SOME_OPEN if warning.share <= MOST_OPEN_OF_ANY else _MANY_OPEN
    return words.say(
        text,
        share=words.percent(warning.share),
        ages=", ".join(ages),
        days=words.number(warning.oldest_days, 0),
    )


def precision_said(reached: Iterable[Reached]) -> dict[str, str]:
    """Return what came of each precision in English, by its text, for ``summary.json``."""
    return {each.target: came_of(each, Words()) for each in reached}


def came_of(found: Reached, words: Words) -> str:
    """Return what came of a precision that was asked for, without its full stop."""
    text = _NO_INTERVAL
    if found.half is not None:
        lopsided = found.half <= found.width
        text = _ENOUGH if found.excess <= 1 else _LOPSIDED if lopsided else _NOT_ENOUGH
    return words.say(
        text,
        count=words.number(found.replications, 0),
        measure=found.target.partition("=")[0].strip(),
        scenario=found.scenario,
        width=_width(found.half or 0.0, found, words),
        asked=_width(found.width, found, words),
        arm=_width(found.excess * found.width, found, words),
        needed=_about(found.replications * found.excess**2, words),
    )


def _width(width: float, found: Reached, words: Words) -> str:
    """Return a half-width as people read it."""
    if found.relative:
        return words.say("±{width}%", width=words.plain(float(f"{100 * width:.2g}")))
    return words.say("±{width}", width=words.plain(float(f"{width:.3g}")))


def _about(number: float, words: Words) -> str:
    """Return a number rounded up to two digits."""
    if not 0 < number < math.inf:
        return words.number(number, 0)
    step = 10.0 ** max(math.floor(math.log10(number)) - 1, 0)
    return words.number(math.ceil(number / step) * step, 0)
