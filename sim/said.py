"""English texts that keep what they were made of, to be said in other languages.

Errors, warnings and what a fit finds are said once, where they arise, as :func:`phrase`. That is
the English text, which files and logs hold as it is; on pages and on the terminal :func:`in_words`
says it in the reader's language, with its numbers and dates as people write them there. A number
that people are to write into a file, or that they wrote there, is given as text: it stays as it is.
"""

from __future__ import annotations

import datetime as dt
import math
import string
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from sim.words import Words

ENGLISH: Final = "en"
"""The language of the program's own texts."""


class Phrase(str):
    """A text of the program in English, with its parts.

    Attributes
    ----------
    text
        As the catalogue has it, with places ``{name}`` for values; after a colon there stands how
        a number is written in English, which says how many digits are told in all languages.
    values
        What is put there: numbers, dates, texts of files, and phrases.
    """

    text: str
    values: Mapping[str, object]

    def __new__(
        cls, english: str, text: str = "", values: Mapping[str, object] | None = None
    ) -> Phrase:
        """Return the English text; the parts of a copy come with its state."""
        made = super().__new__(cls, english)
        made.text, made.values = text, values or {}
        return made

    def in_words(self, words: Words) -> str:
        """Return it in a language."""
        said = words.say(self.text)
        return _Values(words).vformat(said, (), self.values) if self.values else said


class _Listed(Phrase):
    """Items, one after the other."""

    def in_words(self, words: Words) -> str:
        return self.text.join(_shown(each, "", words) for each in self.values.values())


class _Values(string.Formatter):
    """Puts values into a text as the language writes them."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def format_field(self, value: Any, format_spec: str) -> str:
        return _shown(value, format_spec, self._words)


def phrase(text: str, **values: object) -> str:
    """Return a text of the program in English, to be said in any language.

    Parameters
    ----------
    text
        In English, a literal, with places for values.
    values
        Those values.
    """
    return Phrase(text.format(**values) if values else text, text, values)


def listed(items: Iterable[object], between: str = ", ") -> str:
    """Return items, one after the other, with something between them."""
    every = list(items)
    values = {str(place): item for place, item in enumerate(every)}
    return _Listed(between.join(map(str, every)), between, values)


def sentences(*texts: str) -> str:
    """Return sentences, one after the other, without those that are empty."""
    return listed(filter(None, texts), " ")


def in_words(text: str, words: Words) -> str:
    """Return a phrase in a language; what is none is a text of files, and stays as it is."""
    if isinstance(text, Phrase) and words.language != ENGLISH:
        return text.in_words(words)
    return str(text)


def _shown(value: object, form: str, words: Words) -> str:
    if isinstance(value, str):
        return in_words(value, words)
    if isinstance(value, dt.date):
        return words.date(value)
    return _number(value, form, words) if isinstance(value, Real) else str(value)


def _number(value: Real, form: str, words: Words) -> str:
    """Return a number with as many digits as its form gives it in English."""
    text = format(value, form)
    if not math.isfinite(value):
        return text
    if "e" in text:
        return words.plain(float(text))
    decimals = len(text.rstrip("%").partition(".")[2])
    if text.endswith("%"):
        return words.percent(float(value), decimals)
    return words.number(float(text.replace(",", "")), decimals)
