"""How numbers, dates and times are written in a language: by the CLDR, as Babel has it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal, localcontext
from functools import cache
from typing import Final, Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_day_names, get_month_names
from babel.lists import format_list
from babel.numbers import NumberPattern, parse_pattern

from sim.languages import ENGLISH

MINUS: Final = "−"  # the sign, not a hyphen: it is read out, and is as wide as a plus

_LOCALES: Final = {ENGLISH: "en_GB"}
"""Where a language is written in several ways: which."""
_DATES: Final = {"vi": "dd/MM/y"}
"""Where dates are written otherwise than in the CLDR's long form: how officials write them."""
_WEEKDAYS: Final[dict[str, Literal["abbreviated", "short"]]] = {"vi": "short"}
"""Where the CLDR's abbreviations of weekdays are not the usual ones: which of its forms is."""
_GROUPED: Final = 999
"""Up to here numbers have no marks between thousands, and need no pattern: most of a page's."""
_MOST_DIGITS: Final = 400
"""As many as the largest of floating-point numbers has, and some decimals."""


@cache
def locale(language: str) -> Locale:
    """Return what is known of a language; of English, if nothing is known of it."""
    try:
        return Locale.parse(_LOCALES.get(language, language), sep=_sep(language))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_LOCALES[ENGLISH])


def _sep(language: str) -> str:
    return "-" if "-" in language else "_"


def number(value: float, decimals: int, language: str) -> str:
    """Return a number with separators and a true minus sign; nothing is never below zero."""
    mark = _decimal_mark(language)
    if mark and abs(value) < _GROUPED:
        size = f"{abs(value):.{decimals}f}"
        shown = size.replace(".", mark)
        return MINUS + shown if value < 0 and size.strip("0.") else shown
    return _signed(value, decimals, _pattern(language, decimals), language)


@cache
def _decimal_mark(language: str) -> str:
    """Return what stands before decimals; empty where digits are others than 0 to 9."""
    found = locale(language)
    digits = getattr(found, "default_numbering_system", "")
    return str(found.number_symbols["latn"]["decimal"]) if digits == "latn" else ""


def percent(share: float, decimals: int, language: str) -> str:
    """Return a share in percent, with its sign."""
    return _signed(share * 100, decimals, _percent_pattern(language, decimals), language)


def _signed(value: float, decimals: int, pattern: NumberPattern, language: str) -> str:
    size = f"{abs(value):.{decimals}f}"  # rounded here: Babel would round what is written down
    with localcontext(prec=_MOST_DIGITS):
        shown: str = pattern.apply(Decimal(size), locale(language))
    return MINUS + shown if value < 0 and size.strip("0.") else shown


@cache
def _pattern(language: str, decimals: int) -> NumberPattern:
    return _with_decimals(locale(language).decimal_formats[None].pattern, decimals)


@cache
def _percent_pattern(language: str, decimals: int) -> NumberPattern:
    pattern = _with_decimals(locale(language).percent_formats[None].pattern, decimals)
    pattern.scale = 0  # the value is in percent already
    return pattern


def _with_decimals(pattern: str, decimals: int) -> NumberPattern:
    digits = "0." + "0" * decimals if decimals else "0"
    return parse_pattern(re.sub(r"0(\.[0#]+)?", digits, pattern, count=1))


@cache
def separators(language: str) -> str:
    """Return the decimal mark and the mark between thousands, as Plotly wants them."""
    symbols = locale(language).number_symbols["latn"]
    return str(symbols["decimal"]) + str(symbols["group"])


def date(day: dt.date, language: str) -> str:
    """Return a date with day, month and year."""
    return str(format_date(day, _DATES.get(language, "long"), locale(language)))


@cache
def weekday(number: int, language: str) -> str:
    """Return the short name of a weekday, 0 for Monday."""
    width = _WEEKDAYS.get(language, "abbreviated")
    return str(get_day_names(width, "stand-alone", locale(language))[number])


@cache
def month(number: int, language: str) -> str:
    """Return the short name of a month, 1 for January."""
    return str(get_month_names("abbreviated", "stand-alone", locale(language))[number])


@cache
def clock(minutes: int, language: str) -> str:
    """Return a time of day, from minutes after midnight."""
    time = dt.time(*divmod(minutes % (24 * 60), 60))
    return str(format_time(time, "short", locale=locale(language)))


def listed(items: Sequence[str], language: str) -> str:
    """Join items: ``a, b and c``."""
    return str(format_list(items, locale=locale(language)))
