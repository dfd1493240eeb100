"""The one place through which every text, number and unit reaches a reader of the report.

Texts are written in English where they are needed, and pass through :meth:`Words.say`, which
says them in the reader's language; what stands in a constant, to be said later, is marked with
:func:`mark`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sim.base import Text, text_in
from sim.comparison import Estimate
from sim.languages import catalogue, forms
from sim.languages.forms import MINUS

__all__ = ["MINUS", "Unit", "Words", "fine", "mark", "without_sign"]


def mark(text: str) -> str:
    """Return the text: it will be said later, by :meth:`Words.say`."""
    return text


@dataclass(frozen=True)
class Unit:
    """How a quantity is shown.

    Attributes
    ----------
    name
        As a table's heading says it, the case included where there is one: "minutes a case".
    of_difference
        As a sentence says a difference: "minutes", "percentage points".
    times
        What the value is multiplied by to be in this unit.
    decimals
        How many decimals are shown, the same in every scenario.
    """

    name: str
    of_difference: str
    times: float = 1
    decimals: int = 1


@dataclass(frozen=True)
class Words:
    """Words and numbers for readers of one language.

    Attributes
    ----------
    language
        Its code, as the page's ``lang`` attribute says it.
    currency
        What money is counted in: given by its code, kept as people say it.
    """

    language: str = "en"
    currency: str = mark("VND")

    def __post_init__(self) -> None:
        object.__setattr__(self, "currency", self.say(self.currency))

    @property
    def separators(self) -> str:
        """The decimal mark and the mark between thousands, as Plotly wants them."""
        return forms.separators(self.language)

    def say(self, text: str, **values: object) -> str:
        """Return a text in the language, with values in place of ``{names}``.

        A text without a translation stays English. Values are put in as they are: braces in them
        mean nothing.
        """
        said = catalogue(self.language).gettext(text) if text else ""
        return said.format(**values) if values else said

    def title(self, text: Text | None, otherwise: str = "") -> str:
        """Return a title from a file in the language."""
        return text_in(text, self.language, otherwise)

    def number(self, value: float, decimals: int) -> str:
        """Return a number with thousands separators and a true minus sign."""
        return forms.number(value, decimals, self.language)

    def plain(self, value: float) -> str:
        """Return a number of a file as it was written, to ten digits."""
        digits = f"{value:.10g}"
        if "e" in digits:
            return digits.replace("-", MINUS).replace(".", self.separators[0])
        return self.number(value, len(digits.partition(".")[2]))

    def quantity(self, value: float, unit: Unit) -> str:
        """Return a value in a unit, without naming the unit."""
        return self.number(value * unit.times, unit.decimals)

    def mean(self, estimate: Estimate | None, unit: Unit, *, signed: bool = False) -> str:
        """Return a value without its interval and unit.

        Parameters
        ----------
        estimate
            The value; None where it was not measured.
        unit
            Its unit.
        signed
            Whether a rise is shown with a plus.
        """
        if estimate is None or estimate.mean is None:
            return self.say("no case")
        shown = self.quantity(estimate.mean, unit)
        rises = estimate.mean > 0 and any(digit in shown for digit in "123456789")
        return f"+{shown}" if signed and rises else shown

    def interval(self, estimate: Estimate, unit: Unit) -> str:
        """Return the ends of the 95% interval; empty where there is none. See :func:`fine`."""
        if estimate.low is None or estimate.high is None:
            return ""
        unit = fine(estimate, unit)
        low, high = self.quantity(estimate.low, unit), self.quantity(estimate.high, unit)
        return self.say("{low} to {high}", low=low, high=high)

    def estimate(self, estimate: Estimate | None, unit: Unit, *, signed: bool = False) -> str:
        """Return a value with its 95% interval, without the unit; see :meth:`mean`."""
        if estimate is None or estimate.mean is None:
            return self.mean(estimate, unit, signed=signed)
        unit = fine(estimate, unit)
        mean = self.mean(estimate, unit, signed=signed)
        ends = self.interval(estimate, unit) or self.say("no interval")
        return self.say("{value} ({interval})", value=mean, interval=ends)

    def date(self, day: dt.date) -> str:
        """Return a date: "3 January 2023"."""
        return forms.date(day, self.language)

    def weekday(self, number: int) -> str:
        """Return the short name of a weekday, 0 for Monday: "Mon"."""
        return forms.weekday(number, self.language)

    def month(self, number: int) -> str:
        """Return the short name of a month, 1 for January."""
        return forms.month(number, self.language)

    def clock(self, seconds: float) -> str:
        """Return a time of day, from seconds after midnight: "16:20"."""
        return forms.clock(int(seconds) // 60, self.language)

    def moment(self, at: dt.datetime) -> str:
        """Return a date and time of day: "3 January 2023, 16:20"."""
        time = forms.clock(at.hour * 60 + at.minute, self.language)
        return self.say("{date}, {time}", date=self.date(at), time=time)

    def lasting(self, seconds: float) -> str:
        """Return a duration in minutes, hours and minutes, or days: "1 h 5 min", "2 h"."""
        minutes = round(seconds / 60)
        if minutes < 60:
            return self.say("{n} min", n=minutes)
        if minutes < 24 * 60:
            hours, rest = divmod(minutes, 60)
            if not rest:
                return self.say("{n} h", n=hours)
            return self.say("{hours} h {minutes} min", hours=hours, minutes=rest)
        return self.say("{n} days", n=self.number(minutes / 60 / 24, 1))

    def percent(self, share: float, decimals: int = 1) -> str:
        """Return a share with its sign: "12.5%"."""
        return forms.percent(share, decimals, self.language)

    def money(self, value: float) -> str:
        """Return an amount rounded to three digits, with its currency: "1.23 million VND"."""
        rounded = _to_three_digits(value)
        unit = self.coins(rounded)
        amount = self.quantity(rounded, unit)
        return self.say("{amount} {currency}", amount=amount, currency=unit.name)

    def coins(self, *values: float) -> Unit:
        """Return the unit in which sentences say money, the same for all of some amounts.

        It is millions or milliards where the largest has so many; three digits of it are shown.
        """
        largest = max((abs(value) for value in values), default=0.0)
        for size, name in _LARGE_SUMS.items():
            if largest >= size:
                said = self.say(name, currency=self.currency)
                return Unit(said, said, 1 / size, max(2 - _digits(largest / size), 0))
        return Unit(self.currency, self.currency, 1, 0)

    def rounded(self, value: float) -> str:
        """Return a large number rounded to three digits, for sentences."""
        return self.number(_to_three_digits(value), 0)

    def listed(self, items: Sequence[str]) -> str:
        """Join items: ``a, b and c``."""
        return forms.listed(items, self.language)


def fine(estimate: Estimate, unit: Unit) -> Unit:
    """Return a unit with decimals enough that the width of an interval has a digit.

    Else the interval would read as a point, as if there were no doubt at all. What is as good as
    a point, or as nothing, keeps the usual decimals.
    """
    if estimate.low is None or estimate.high is None:
        return unit
    width = abs(estimate.high - estimate.low) * abs(unit.times)
    largest = max(abs(estimate.low), abs(estimate.high)) * abs(unit.times)
    if not _POINT * largest < width < math.inf or largest < 0.5 * 10**-_MOST_DECIMALS:
        return unit
    needed = min(-math.floor(math.log10(width)), _MOST_DECIMALS)
    return unit if needed <= unit.decimals else replace(unit, decimals=needed)


def without_sign(difference: Estimate) -> Estimate:
    """Return the size of a difference; the interval is turned round with it."""
    if difference.mean is None or difference.mean >= 0:
        return difference
    low, high = (None if end is None else -end for end in (difference.high, difference.low))
    return Estimate(-difference.mean, low, high)


_MOST_DECIMALS: Final = 5
_POINT: Final = 1e-6
"""How wide an interval is, of its ends, that no reader would tell from a point."""

_LARGE_SUMS: Final = {
    1e9: mark("billion {currency}"),
    1e6: mark("million {currency}"),
}


def _to_three_digits(value: float) -> int:
    """Return a number rounded to three digits; to ones, if it is small."""
    step: int = 10 ** max(_digits(value) - 2, 0)
    return round(value / step) * step


def _digits(value: float) -> int:
    """Return how many digits a number has before its decimal mark, less one; 0 for nothing."""
    return math.floor(math.log10(abs(value))) if value else 0
