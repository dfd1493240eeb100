"""Times of day, weekdays and sessions as an office file writes them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator, WithJsonSchema

from sim.errors import Misfit
from sim.said import Phrase, listed, phrase

if TYPE_CHECKING:
    from sim.words import Words

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 86_400_000

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")


def clock_ms(text: str) -> int:
    """Return a time of day ``HH:MM`` (``24:00`` included) in milliseconds after midnight."""
    if not _CLOCK.fullmatch(text):
        expected = phrase('a time of day such as "07:30", from "00:00" to "24:00"')
        raise Misfit(expected, f'"{text}"')
    return int(text[:2]) * HOUR_MS + int(text[3:]) * MINUTE_MS


def session_ms(text: str) -> tuple[int, int]:
    """Return a session ``HH:MM-HH:MM`` as start and end in milliseconds after midnight."""
    start, dash, end = text.partition("-")
    if not dash:
        raise Misfit(phrase('a session such as "07:30-11:30"'), f'"{text}"')
    begins, ends = clock_ms(start.strip()), clock_ms(end.strip())
    if begins >= ends:
        raise Misfit(phrase("a session that ends after it starts"), f'"{text}"')
    return begins, ends


def weekday_numbers(text: str) -> tuple[int, ...]:
    """Return the days, Monday 0, that ``mon``, ``mon-fri`` or ``mon,wed`` stands for."""
    days: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            expected = phrase('weekdays such as "mon", "mon-fri" or "mon,wed"')
            raise Misfit(expected, f'"{text}"')
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        if begin > end:
            expected = phrase('weekdays in the order of the week, as in "mon-fri"')
            raise Misfit(expected, f'"{text}"')
        days.extend(range(begin, end + 1))
    return tuple(days)


def _as_clock(text: str) -> str:
    clock_ms(text)
    return text


def _as_session(text: str) -> str:
    session_ms(text)
    return text


def _as_weekdays(text: str) -> str:
    weekday_numbers(text)
    return text


def _as_weekday(text: str) -> str:
    if text not in WEEKDAYS:
        raise Misfit(phrase("one of {names}", names=listed(WEEKDAYS)), repr(text))
    return text


def _as_month(text: str) -> str:
    if text not in MONTHS:
        raise Misfit(phrase("one of {names}", names=listed(MONTHS)), repr(text))
    return text


def _text(pattern: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": list(examples)})


_TIME: Final = r"(([01]\d|2[0-3]):[0-5]\d|24:00)"
_DAYS: Final = rf"({'|'.join(WEEKDAYS)})(-({'|'.join(WEEKDAYS)}))?"

Clock = Annotated[str, AfterValidator(_as_clock), _text(rf"^{_TIME}$", "07:30")]
Session = Annotated[
    str, AfterValidator(_as_session), _text(rf"^\s*{_TIME}\s*-\s*{_TIME}\s*$", "07:30-11:30")
]
Weekdays = Annotated[
    str, AfterValidator(_as_weekdays), _text(rf"^\s*{_DAYS}\s*(,\s*{_DAYS}\s*)*$", "mon-fri", "sat")
]
Weekday = Annotated[
    str, AfterValidator(_as_weekday), WithJsonSchema({"type": "string", "enum": list(WEEKDAYS)})
]
Month = Annotated[
    str, AfterValidator(_as_month), WithJsonSchema({"type": "string", "enum": list(MONTHS)})
]


def by_weekday(keys: list[str]) -> dict[int, str]:
    """Map each weekday to the key that names it; a day named twice is refused."""
    named: dict[int, str] = {}
    for key in keys:
        for day in weekday_numbers(key):
            if day in named:
                found = phrase(
                    "{day} in {first} and {second}",
                    day=WEEKDAYS[day], first=repr(named[day]), second=repr(key),
                )  # fmt: skip
                raise Misfit(phrase("every weekday once"), found)
            named[day] = key
    return named


class _WeekdayKey(Phrase):
    """Weekdays as an office file names them: ``tue-fri``."""

    def in_words(self, words: Words) -> str:
        return re.sub("[a-z]+", lambda day: words.weekday(WEEKDAYS.index(day[0])), self)


def weekdays(key: str) -> str:
    """Return weekdays as an office file names them, to be named in any language."""
    return _WeekdayKey(key)
