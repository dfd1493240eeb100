"""The usual mends of TOML syntax errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final, NamedTuple

from sim.errors import Fault
from sim.said import phrase, sentences
from sim.wording import together

_PLACE: Final = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


class Mend(NamedTuple):
    """What the file would have to say, what to do, and in which line if not where it was seen."""

    expected: str
    hint: str
    line: int = 0


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
    reason = _PLACE.sub("", message)
    mend = _mend(reason, lines, number)
    where = _where(mend.line) if mend.line else _where(number, column)
    line = lines[mend.line - 1] if mend.line else _around(lines[number - 1], column)
    return Fault(where, mend.expected, _visible(line), mend.hint)


def _where(line: int, column: int = 0) -> str:
    if not column:
        return phrase("line {line}", line=str(line))
    return phrase("line {line}, column {column}", line=str(line), column=str(column))


def _around(line: str, column: int) -> str:
    return line[max(0, column - _SHOWN) : column + _SHOWN]


def _visible(line: str) -> str:
    """Return a line with what cannot be seen written as its code."""
    text = line.strip(" \t")[: 2 * _SHOWN]
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)


_SHOWN: Final = 100


def _place(lines: list[str], message: str) -> tuple[int, int]:
    """Return line and column of an error, counted from 1; an end of file is its last text."""
    found = _PLACE.search(message)
    if found and found[1]:
        return int(found[1]), int(found[2])
    last = max((i for i, line in enumerate(lines, 1) if line.strip()), default=1)
    return last, len(lines[last - 1])


def _mend(reason: str, lines: list[str], number: int) -> Mend:
    code = _without_texts(lines[number - 1])
    if "Invalid value" in reason and _HEADER.fullmatch(code):
        return _unclosed(lines, number, "[]")
    sure = (say(lines, number) for part, say in _SURE if part in reason)
    shaped = _by_shape(code, (*_VALUES, *_LINES))
    likely = (say(lines, number) for part, say in _LIKELY if part in reason)
    other = Mend(
        phrase('lines such as key = "text", key = 3 or [section]'),
        phrase("{reason}.", reason=phrase(reason)),
    )
    return next(chain(sure, shaped, likely), other)


def _by_shape(code: str, shapes: Iterable[tuple[str, str, str]]) -> Iterator[Mend]:
    return (Mend(wanted, hint) for shape, wanted, hint in shapes if re.search(shape, code))


def _without_texts(line: str) -> str:
    """Return a line without its comment and with its quoted texts emptied."""
    return re.sub(r"#.*", "", re.sub(r'"(?:\\.|[^"\\])*"|\'[^\']*\'', '""', line))


_HEADER: Final = re.compile(r"\s*\[{1,2}[^\[\],]+\]{1,2}\s*")
_VALUE: Final = r"(?:=|\[|,|\{)\s*"
_NUMBER: Final = r"[-+]?\d[\d_]*"

_VALUES: Final = (
    ("[“”„‟‘’«»]", phrase("straight quotes"), phrase('Write " in place of the curly quotes.')),
    ("[\u00a0\u2007\u202f\u200b]", phrase("ordinary spaces"),
     phrase("Type the spaces of this line again.")),
    (r"^\s*(//|;|--|%)", phrase("a comment that starts with #"), phrase("Write # before remarks.")),
    (r"\S\s+//", phrase("a comment that starts with #"), phrase("Write # before remarks.")),
    (r"=\s*$", phrase("a value after ="), phrase("Write one, or # before the line.")),
    (_VALUE + r"(True|TRUE|False|FALSE)\b", phrase("true or false"),
     phrase("Write it in small letters.")),
    (_VALUE + r"(None|none|null|nil|NA|N/A)\b", phrase("a value"),
     phrase("Leave the line out: what is not there has its default.")),
    (_VALUE + r"\d{1,2}(:\d\d|[hH]\d{0,2}\b)", phrase("a time in quotes"),
     phrase('Write it as "07:30".')),
    (_VALUE + r"(\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{4}-\d\d?-\d\b|\d{4}-\d-|\d{4}/)",
     phrase("a date as year-month-day"), phrase("Write it as 2026-01-05, without quotes.")),
    (_VALUE + _NUMBER + r"\.\d+\.", phrase("a number"),
     phrase("Group digits with _, as in 1_000_000.")),
    (r"=\s*" + _NUMBER + r" \d", phrase("a number"), phrase("Group digits with _, as in 42_000.")),
    (_VALUE + _NUMBER + r"(\.\d+)?\s*%", phrase("a share from 0 to 1"),
     phrase("Write 0.5 in place of 50%.")),
    (r"=\s*" + _NUMBER + r",\d+", phrase("a decimal point"),
     phrase("Write 3.5 in place of 3,5, and 42_000 in place of 42,000.")),
    (_VALUE + r"[-+]?(\.\d|\d+\.(\D|$))", phrase("digits on both sides of the point"),
     phrase("Write 0.5 or 5.0.")),
    (_VALUE + r"0\d", phrase("a number that does not start with 0"),
     phrase("Leave the 0 out, or use quotes.")),
    (_VALUE + _NUMBER + r"(\.\d+)?\s*[^\W\d_]", phrase("a number alone, or text in quotes"),
     phrase("Leave out what follows the number; its unit is fixed.")),
    (r"=(?:.*[\[,{=])?\s*(?!true\b|false\b)[^\W\d_][^=,\]}]*(?:[,\]}]|$)",
     phrase("text in quotes"), phrase('Put text in quotes: "text".')),
    (r"^\s*[^\W\d_]([^=:\"\d]*,|\w*)\s*$", phrase("text in quotes, or key = value"),
     phrase('Put text in quotes: "text".')),
)  # fmt: skip
"""What a wrong value looks like, what was expected, and what to do."""

_LINES: Final = (
    (r'=\s*"",\s*""', phrase("a list in brackets"), phrase('Write ["...", "..."].')),
    (r"""=\s*["']{2}\s*[\w"']""", phrase("nothing more after the text"),
     phrase("Text that holds \" stands in '...', and text that holds ' in \"...\".")),
    (r"=[^\[{]*[,;]\s*$", phrase("nothing after the value"),
     phrase("Leave out the sign at the end.")),
)  # fmt: skip
"""The same of what stands beside a value."""


def _repeated(lines: list[str], number: int) -> Mend:
    code = lines[number - 1].strip()
    head = code.split("]")[0] if code.startswith("[") else code.split("=")[0].strip()
    before = [i for i, line in enumerate(lines[: number - 1], 1) if _starts(line, head)]
    seen = phrase("It stands in {line} already.", line=_where(before[-1])) if before else ""
    if code.startswith("["):
        header = f"[[{head.strip('[ ')}]]"
        hint = phrase("Join the two, or write {header} for a list of several.", header=header)
        return Mend(phrase("each section once"), sentences(hint, seen))
    hint = phrase("Leave one of them out.")
    return Mend(phrase("each key once in its section"), sentences(hint, seen))


def _starts(line: str, head: str) -> bool:
    code = line.strip()
    found = code.split("]")[0] if head.startswith("[") else code.split("=")[0].strip()
    return bool(head) and found.strip("[ ") == head.strip("[ ") and ("=" in code or "]" in code)


def _backslash(_lines: list[str], _number: int) -> Mend:
    example = "data/tickets.csv"
    hint = phrase("Write / in place of {sign}, as in {example}.", sign="\\", example=example)
    return Mend(phrase("a path with /"), hint)


def _unterminated(lines: list[str], number: int) -> Mend:
    expected = phrase("a quote at the end of the text")
    for i in range(number, 0, -1):
        if re.search("[\"']", _without_texts(lines[i - 1]).replace('""', "")):
            return Mend(expected, phrase("Close the quotes on this line."), i)
    return Mend(expected, phrase("Close the quotes."))


def _unclosed(lines: list[str], number: int, brackets: str) -> Mend:
    """Name the line whose bracket stays open; what is wrong between brackets if none does."""
    depth = 0
    for i in range(number, 0, -1):
        code = _without_texts(lines[i - 1])
        if i < number or "=" in code:
            depth += code.count(brackets[0]) - code.count(brackets[1])
        if "=" in code:
            break
    if depth <= 0:
        hint = phrase("Look for a missing comma, quote or bracket.")
        comma = Mend(phrase("a comma between two items"), hint)
        return next(_by_shape(_without_texts(lines[number - 1]), _VALUES), comma)
    first, last = brackets[0], brackets[1]
    line = phrase("Such a table stands on a single line.") if brackets == "{}" else ""
    expected = phrase("{last} at the end of what {first} begins", first=first, last=last)
    hint = phrase("Close the bracket with {last}.", last=last)
    return Mend(expected, sentences(hint, line), i)


def _no_such_day(_lines: list[str], _number: int) -> Mend:
    return Mend(phrase("a date that exists"), phrase("Look at its day and month."))


def _too_long(_lines: list[str], _number: int) -> Mend:
    return Mend(
        phrase("a number of a few digits"), phrase("Look for a number of thousands of digits.")
    )


def _section(_lines: list[str], _number: int) -> Mend:
    return Mend(phrase("[section] or [[section]]"), phrase("Close as many brackets as are opened."))


def _key(lines: list[str], number: int) -> Mend:
    code = _without_texts(lines[number - 1])
    key = re.split("[=:]", lines[number - 1].strip())[0].strip()
    if ":" in code and "=" not in code:
        return Mend(phrase("key = value"), phrase("Write = in place of the colon."))
    if "=" in code and re.search(r"[^A-Za-z0-9_.\"'-]", key):
        hint = phrase(
            'Write "{key}" = ...: it holds more than {signs}.',
            key=key, signs=together(("a-z, 0-9, _", "-")),
        )  # fmt: skip
        return Mend(phrase("a key in quotes"), hint)
    return Mend(phrase("key = value"), phrase("Write =, or # before a remark."))


def _comma(_lines: list[str], _number: int) -> Mend:
    return Mend(
        phrase("another key = value after the comma"),
        phrase("Leave out the comma before {bracket}.", bracket="}"),
    )


def _invisible(_lines: list[str], _number: int) -> Mend:
    return Mend(phrase("text that can be seen"), phrase("Delete the invisible character."))


Say = Callable[[list[str], int], Mend]

_SURE: Final[tuple[tuple[str, Say], ...]] = (
    ("overwrite", _repeated),
    ("twice", _repeated),
    ("immutable", _repeated),
    ("Unescaped", _backslash),
    ("Unterminated", _unterminated),
    (r"Illegal character '\n'", _unterminated),
    ('Expected "\'"', _unterminated),
    ("Illegal character", _invisible),
    ("Invalid date", _no_such_day),
    ("Exceeds", _too_long),
    ("Expected ']", _section),
    ("Unclosed array", lambda lines, number: _unclosed(lines, number, "[]")),
    ("Unclosed inline", lambda lines, number: _unclosed(lines, number, "{}")),
)
"""Parts of a reason that say what is wrong whatever the line looks like."""

_LIKELY: Final[tuple[tuple[str, Say], ...]] = (
    ("Expected '='", _key),
    ("Invalid statement", _key),
    ("key part", _comma),
)
"""Parts of a reason that count where the line's look says nothing."""

_REASONS: Final = (
    phrase("Invalid value"),
    phrase("Expected newline or end of document after a statement"),
    phrase("Escaped character is not a Unicode scalar value"),
    phrase("Invalid hex value"),
)
"""Reasons that a line's look does not always tell, for catalogues to hold."""
