"""The usual mends of TOML syntax errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from sim.errors import Fault

_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


class Mend(NamedTuple):
    """What is usually meant by a line of a certain shape.

    Attributes
    ----------
    shape
        What the line looks like.
    expected
        What the file would have to say.
    hint
        What to do about it.
    """

    shape: re.Pattern[str]
    expected: str
    hint: str


def _mend(shape: str, expected: str, hint: str) -> Mend:
    return Mend(re.compile(shape), expected, hint)


_VALUE: Final = r"(?:=|\[|,|\{)\s*"

MENDS: Final = (
    _mend("[“”„‘’«»]", "straight quotes", 'Write " in place of the curly quotes.'),
    _mend("\u00a0", "ordinary spaces", "Type the spaces on this line again."),
    _mend(r"^\s*(//|;|--|%)", "a comment that starts with #", "Write # in front of remarks."),
    _mend(_VALUE + r"(True|TRUE|False|FALSE)\b", "true or false", "Write it in small letters."),
    _mend(
        _VALUE + r"(None|none|null|nil|NA|N/A)\b",
        "a value",
        "Leave the line out: what is not there has its default.",
    ),
    _mend(_VALUE + r"\d{1,2}:\d\d", "a time in quotes", 'Write it as "07:30".'),
    _mend(_VALUE + r"\d{1,2}[hH]\d{0,2}\b", "a time in quotes", 'Write it as "07:30".'),
    _mend(
        _VALUE + r"(\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{4}-\d-|\d{4}-\d\d-\d\b|\d{4}/)",
        "a date as year-month-day",
        "Write it as 2026-01-05, without quotes.",
    ),
    _mend(_VALUE + r"[-+]?\d+\.\d+\.", "a number", "Group digits with _: 1_000_000."),
    _mend(_VALUE + r"[-+]?\d+ \d", "a number", "Group digits with _: 42_000."),
    _mend(_VALUE + r"[-+]?\d*\.?\d+\s*%", "a share from 0 to 1", "Write 0.5 in place of 50%."),
    _mend(
        r"=\s*[-+]?\d+,\d+\s*[,}#]?",
        "a decimal point",
        "Write 3.5 in place of 3,5; a list stands in [ ].",
    ),
    _mend(_VALUE + r"[-+]?(\.\d|\d+\.(\D|$))", "a number with digits on both sides of the point",
          "Write 0.5 or 5.0."),
    _mend(_VALUE + r"0\d", "a number without leading zeros", 'Leave them out, or use "quotes".'),
    _mend(_VALUE + r"""[^\s"'\[{#\d+-]*[^\W\d]""", "text in quotes", 'Put the text in "quotes".'),
)  # fmt: skip


def syntax_fault(text: str, message: str) -> Fault:
    """Return a syntax error of a TOML text as a fault, with its line and the usual mend.

    Parameters
    ----------
    text
        The whole file.
    message
        What :mod:`tomllib` says, with the place at its end.
    """
    lines = text.split("\n")
    number, column = _place(lines, message)
    line = lines[number - 1]
    reason = _PLACE.sub("", message)
    expected, hint = _by_reason(reason, lines, number) or _by_shape(line) or (_SYNTAX, reason + ".")
    return Fault(f"line {number}, column {column}", expected, line.strip()[:200], hint)


_SYNTAX: Final = 'lines such as key = "text", key = 3 or [section]'


def _place(lines: list[str], message: str) -> tuple[int, int]:
    """Return line and column of an error, counted from 1; an end of file is its last text."""
    found = _PLACE.search(message)
    if found and found[1]:
        return int(found[1]), int(found[2])
    last = max((i for i, line in enumerate(lines, 1) if line.strip()), default=1)
    return last, len(lines[last - 1])


def _by_reason(reason: str, lines: list[str], number: int) -> tuple[str, str] | None:
    return next((say(lines, number) for part, say in _REASONS if part in reason), None)


def _by_shape(line: str) -> tuple[str, str] | None:
    return next((mend[1:] for mend in MENDS if mend.shape.search(line)), None)


_REASONS: Final[tuple[tuple[str, Callable[[list[str], int], tuple[str, str]]], ...]] = ()
