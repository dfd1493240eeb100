"""Sheets of a workbook, written so that numbers are numbers and no text becomes a formula.

Texts are written as texts, and one that begins like a formula gets a single quote before it, as
OWASP advises, so that it stays a text when the sheet is saved as CSV and opened again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from sim.comparison import Estimate

Cell = str | float | None
"""A text, a number, or nothing."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME: Final = 31
_LONGEST_TEXT: Final = 32_767
"""What a cell holds in Excel."""
_WIDTHS: Final = (8, 60)


@dataclass(frozen=True)
class Sheet:
    """A table.

    Attributes
    ----------
    name
        As its tab says it, which has little room.
    header, rows
        Its cells.
    title
        What it shows, where the name says less.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    title: str = ""


def ends(found: Estimate | None, times: float = 1) -> tuple[Cell, Cell, Cell]:
    """Return the cells of a value and of the ends of its interval, in the unit of its row."""
    if found is None:
        return None, None, None
    mean, low, high = (
        None if e is None else e * times for e in (found.mean, found.low, found.high)
    )
    return mean, low, high


def written(sheets: Iterable[Sheet]) -> bytes:
    """Return sheets as a workbook."""
    import xlsxwriter

    content = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    taken: set[str] = set()
    with xlsxwriter.Workbook(content, options) as book:
        formats = {key: book.add_format({"valign": "top"} | how) for key, how in _FORMATS.items()}
        for sheet in sheets:
            page = book.add_worksheet(sheet_name(sheet.name, taken))
            _fill(page, sheet, formats)
    return content.getvalue()


_FORMATS: Final[dict[str, dict[str, Any]]] = {
    "header": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"},
    "text": {"text_wrap": True},
    "whole": {"num_format": "#,##0"},
    "some": {"num_format": "#,##0.00"},
    "fine": {"num_format": "0.0000"},
}


def _fill(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    """Write a table with its header, which stays in sight and filters the rows."""
    page.freeze_panes(1, 1)
    for column, text in enumerate(sheet.header):
        page.write_string(0, column, safe(text), formats["header"])
        page.set_column(column, column, _width(sheet, column))
    cells = ((at, i, cell) for at, row in enumerate(sheet.rows, 1) for i, cell in enumerate(row))
    for row, column, cell in cells:
        _write(page, (row, column), cell, formats)
    page.autofilter(0, 0, len(sheet.rows), len(sheet.header) - 1)


def _write(page: Any, at: tuple[int, int], cell: Cell, formats: dict[str, Any]) -> None:
    """Write a number as a number and a text as a text; nothing for nothing."""
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        page.write_string(*at, safe(cell), formats["text"])
    elif math.isfinite(cell):
        size = abs(cell)
        kind = "whole" if cell == int(cell) or size >= 10_000 else "some" if size >= 1 else "fine"
        page.write_number(*at, cell, formats[kind])


def safe(text: str) -> str:
    """Return a text that is never read as a formula, in a sheet or in a CSV file made of it."""
    shown = f"'{text}" if text.startswith(_FORMULA) else text
    return shown[:_LONGEST_TEXT]


def sheet_name(title: str, taken: set[str]) -> str:
    """Return a name that a sheet may have and no other has, and take it."""
    plain = " ".join(_FORBIDDEN.sub(" ", title).split()).strip("'") or "-"
    name, number = plain[:_LONGEST_NAME].strip(" '"), 2
    # "History" is Excel's own.
    while not name or name.casefold() in taken or name.casefold() == "history":
        end = f" ({number})"
        name = plain[: _LONGEST_NAME - len(end)].strip() + end
        number += 1
    taken.add(name.casefold())
    return name


def _width(sheet: Sheet, column: int) -> float:
    """Return a column's width in letters: that of its longest text, within bounds."""
    texts: Sequence[str] = [
        row[column] if isinstance(row[column], str) else f"{row[column] or 0:,.2f}"  # type: ignore[misc]
        for row in sheet.rows
    ]
    longest = max((len(text) for text in texts), default=0)
    words = max((len(word) for word in sheet.header[column].split()), default=0) + 3
    return float(min(max(longest + 1, words, _WIDTHS[0]), _WIDTHS[1]))
