"""The usual mends of TOML syntax errors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final, NamedTuple

from sim.errors import Fault

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
    where = f"line {mend.line}" if mend.line else f"line {number}, column {column}"
    line = lines[mend.line - 1] if mend.line else _around(lines[number - 1], column)
    return Fault(where, mend.expected, _visible(line), mend.hint)


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
    other = Mend('lines such as key = "text", key = 3 or [section]', f"{reason}.")
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
    ("[“”„‟‘’«»]", "straight quotes", 'Write " in place of the curly quotes.'),
    ("[\u00a0\u2007\u202f\u200b]", "ordinary spaces", "Type the spaces of this line again."),
    (r"^\s*(//|;|--|%)", "a comment that starts with #", "Write # before remarks."),
    (r"\S\s+//", "a comment that starts with #", "Write # before remarks."),
    (r"=\s*$", "a value after =", "Write one, or # before the line."),
    (_VALUE + r"(True|TRUE|False|FALSE)\b", "true or false", "Write it in small letters."),
    (_VALUE + r"(None|none|null|nil|NA|N/A)\b", "a value",
     "Leave the line out: what is not there has its default."),
    (_VALUE + r"\d{1,2}(:\d\d|[hH]\d{0,2}\b)", "a time in quotes", 'Write it as "07:30".'),
    (_VALUE + r"(\d{1,2}[/.]\d{1,2}[/.]\d{2,4}|\d{4}-\d\d?-\d\b|\d{4}-\d-|\d{4}/)",
     "a date as year-month-day", "Write it as 2026-01-05, without quotes."),
    (_VALUE + _NUMBER + r"\.\d+\.", "a number", "Group digits with _, as in 1_000_000."),
    (r"=\s*" + _NUMBER + r" \d", "a number", "Group digits with _, as in 42_000."),
    (_VALUE + _NUMBER + r"(\.\d+)?\s*%", "a share from 0 to 1", "Write 0.5 in place of 50%."),
    (r"=\s*" + _NUMBER + r",\d+", "a decimal point",
     "Write 3.5 in place of 3,5, and 42_000 in place of 42,000."),
    (_VALUE + r"[-+]?(\.\d|\d+\.(\D|$))", "digits on both sides of the point",
     "Write 0.5 or 5.0."),
    (_VALUE + r"0\d", "a number that does not start with 0", "Leave the 0 out, or use quotes."),
    (_VALUE + _NUMBER + r"(\.\d+)?\s*[^\W\d_]", "a number alone, or text in quotes",
     "Leave out what follows the number; its unit is fixed."),
    (r"=(?:.*[\[,{=])?\s*(?!true\b|false\b)[^\W\d_][^=,\]}]*(?:[,\]}]|$)",
     "text in quotes", 'Put text in quotes: "text".'),
    (r"^\s*[^\W\d_]([^=:\"\d]*,|\w*)\s*$", "text in quotes, or key = value",
     'Put text in quotes: "text".'),
)  # fmt: skip
"""What a wrong value looks like, what was expected, and what to do."""

_LINES: Final = (
    (r'=\s*"",\s*""', "a list in brackets", 'Write ["...", "..."].'),
    (r"""=\s*["']{2}\s*[\w"']""", "nothing more after the text",
     "Text that holds \" stands in '...', and text that holds ' in \"...\"."),
    (r"=[^\[{]*[,;]\s*$", "nothing after the value", "Leave out the sign at the end."),
)  # fmt: skip
"""The same of what stands beside a value."""


def _repeated(lines: list[str], number: int) -> Mend:
    code = lines[number - 1].strip()
    head = code.split("]")[0] if code.startswith("[") else code.split("=")[0].strip()
    before = [i for i, line in enumerate(lines[: number - 1], 1) if _starts(line, head)]
    seen = f" It stands in line {before[-1]} already." if before else ""
    if code.startswith("["):
        hint = f"Join the two, or write [[{head.strip('[ ')}]] for a list of several.{seen}"
        return Mend("each section once", hint)
    return Mend("each key once in its section", f"Leave one of them out.{seen}")


def _starts(line: str, head: str) -> bool:
    code = line.strip()
    found = code.split("]")[0] if head.startswith("[") else code.split("=")[0].strip()
    return bool(head) and found.strip("[ ") == head.strip("[ ") and ("=" in code or "]" in code)


def _backslash(_lines: list[str], _number: int) -> Mend:
    return Mend("a path with /", r"Write / in place of \, as in data/tickets.csv.")


def _unterminated(lines: list[str], number: int) -> Mend:
    for i in range(number, 0, -1):
        if re.search("[\"']", _without_texts(lines[i - 1]).replace('""', "")):
            return Mend("a quote at the end of the text", "Close the quotes on this line.", i)
    return Mend("a quote at the end of the text", "Close the quotes.")


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
        comma = Mend("a comma between two items", "Look for a missing comma, quote or bracket.")
        return next(_by_shape(_without_texts(lines[number - 1]), _VALUES), comma)
    line = " Such a table stands on a single line." if brackets == "{}" else ""
    expected = f"{brackets[1]} at the end of what {brackets[0]} begins"
    return Mend(expected, f"Close the bracket with {brackets[1]}.{line}", i)


def _no_such_day(_lines: list[str], _number: int) -> Mend:
    return Mend("a date that exists", "Look at its day and month.")


def _too_long(_lines: list[str], _number: int) -> Mend:
    return Mend("a number of a few digits", "Look for a number of thousands of digits.")


def _section(_lines: list[str], _number: int) -> Mend:
    return Mend("[section] or [[section]]", "Close as many brackets as are opened.")


def _key(lines: list[str], number: int) -> Mend:
    code = _without_texts(lines[number - 1])
    key = re.split("[=:]", lines[number - 1].strip())[0].strip()
    if ":" in code and "=" not in code:
        return Mend("key = value", "Write = in place of the colon.")
    if "=" in code and re.search(r"[^A-Za-z0-9_.\"'-]", key):
        return Mend(
            "a key in quotes", f'Write "{key}" = ...: it holds more than a-z, 0-9, _ and -.'
        )
    return Mend("key = value", "Write =, or # before a remark.")


def _comma(_lines: list[str], _number: int) -> Mend:
    return Mend("another key = value after the comma", "Leave out the comma before }.")


def _invisible(_lines: list[str], _number: int) -> Mend:
    return Mend("text that can be seen", "Delete the invisible character.")


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
