"""Read a CSV file as text: every row with its number, every fault with its line."""

from __future__ import annotations

import contextlib
import csv
import difflib
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.errors import Fault, FileFaults
from sim.said import listed, phrase, sentences
from sim.wording import shown

if TYPE_CHECKING:
    import polars as pl

ROW: Final = "\x00row"
"""Column with the number of a row, the first below the header 0."""
ROWS_NAMED: Final = 20
"""Bad rows that a message names; the others it counts."""


class RowFaults(FileFaults):
    """Faults of rows, which stand in the CSV file and not in the file that asks for it."""


@dataclass(frozen=True, eq=False)
class CsvFile:
    """A CSV file's rows as text.

    Attributes
    ----------
    path
        Where it lies.
    text
        All of it, lines ending in a line feed.
    separator
        What stands between its fields.
    columns
        Names in its first line.
    frame
        The rows that hold anything; a column of text each and :data:`ROW`.
    """

    path: Path
    text: str
    separator: str
    columns: tuple[str, ...]
    frame: pl.DataFrame

    def lines(self, rows: Sequence[int]) -> list[int]:
        """Return the line in which each row begins; fields in quotes may hold line feeds."""
        if '"' not in self.text:
            return [row + 2 for row in rows]
        wanted = set(rows)
        numbered = enumerate(_numbered(self.text, self.separator), -1)
        found = {row: line for row, (line, _) in numbered if row in wanted}
        return [found.get(row, row + 2) for row in rows]

    def no_column(self, name: str) -> str:
        """Return the hint for a column that is not there: the nearest, and those there are."""
        near = difflib.get_close_matches(name, self.columns, n=1)
        hint = phrase("Nearest name: {name}.", name=shown(near[0])) if near else ""
        names = listed(map(shown, self.columns[:30]))
        return sentences(hint, phrase("Columns: {names}.", names=names))


def read_csv(path: Path, key: str) -> CsvFile:
    """Read a CSV file with commas, semicolons or tabs between fields.

    Parameters
    ----------
    path
        Where it lies.
    key
        The key that names it, for messages.

    Raises
    ------
    FileFaults
        If it is missing, cannot be read, or is empty or no text in UTF-8; as
        :class:`RowFaults` if rows have more fields than the first line, or quotes do not match.
    """
    text = _decoded(path, key, _content(path, key))
    separator, columns = _header(text)
    return CsvFile(path, text, separator, columns, _frame(path, text, separator))


def capped(faults: Iterable[Fault], count: int) -> list[Fault]:
    """Return the first faults of `count`, and one that counts the others."""
    named = [fault for fault, _ in zip(faults, range(ROWS_NAMED), strict=False)]
    more = count - len(named)
    if not more:
        return named
    others = (
        phrase("and 1 more line") if more == 1 else phrase("and {count:,} more lines", count=more)
    )
    return [*named, Fault(others, phrase("the same"))]


def line_text(line: int) -> str:
    """Return what messages call a line of a file; line numbers have no marks between thousands."""
    return phrase("line {line}", line=str(line))


def _content(path: Path, key: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        found = phrase("no file {file}", file=path)
        fault = Fault(key, phrase("a CSV file"), found, _nearest_file(path))
    except IsADirectoryError:
        fault = Fault(key, phrase("a CSV file"), phrase("the folder {folder}", folder=path))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        found = phrase("{file}: {reason}", file=path, reason=reason)
        fault = Fault(key, phrase("a CSV file"), found)
    raise FileFaults(str(path), [fault])


def _nearest_file(path: Path) -> str:
    try:
        names = [item.name for item in path.parent.iterdir()]
    except OSError:
        return phrase("There is no folder {folder} either.", folder=path.parent)
    near = difflib.get_close_matches(path.name, names, n=1)
    return phrase("Nearest name: {name}.", name=shown(near[0])) if near else ""


def _decoded(path: Path, key: str, content: bytes) -> str:
    """Return the text with line feeds alone, and a first line that may name columns."""
    if content.startswith(b"PK\x03\x04"):
        hint = phrase('Save it as "CSV UTF-8".')
        fault = Fault(key, phrase("CSV text"), phrase("a spreadsheet"), hint)
        raise FileFaults(str(path), [fault])
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = phrase(
            "the byte {byte} in {line} of {file}",
            byte=f"0x{content[error.start]:02x}", line=line_text(line), file=path.name,
        )  # fmt: skip
        hint = phrase('Save the file again as "CSV UTF-8".')
        fault = Fault(key, phrase("text in UTF-8"), found, hint)
        raise FileFaults(str(path), [fault]) from None
    if not text.partition("\n")[0].strip():
        found = phrase("an empty first line") if text.strip() else phrase("an empty file")
        fault = Fault(key, phrase("a CSV file whose first line names the columns"), found)
        raise FileFaults(str(path), [fault])
    return text


def _header(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the separator that makes the most columns of the first line, and the columns."""
    first = text.partition("\n")[0]
    ways = {mark: next(_numbered(first, mark), (1, [first]))[1] for mark in (",", ";", "\t")}
    separator = max(ways, key=lambda mark: len(ways[mark]))
    return separator, tuple(name.strip() for name in ways[separator])


def _frame(path: Path, text: str, separator: str) -> pl.DataFrame:
    import polars as pl

    try:
        frame = pl.read_csv(text.encode(), separator=separator, infer_schema=False)
    except (pl.exceptions.ComputeError, pl.exceptions.SchemaError) as error:
        raise RowFaults(str(path), _broken_rows(text, separator, str(error))) from None
    frame = frame.rename({name: name.strip() for name in frame.columns}, strict=False)
    filled = pl.any_horizontal(pl.all().str.strip_chars().str.len_bytes() > 0)
    return frame.with_columns(filled.alias("\x00filled")).with_row_index(ROW).filter("\x00filled")


def _broken_rows(text: str, separator: str, message: str) -> list[Fault]:
    """Return the faults of a file that is no table: a row too long, or a quote left open."""
    rows = _numbered(text, separator)
    width = len(next(rows, (1, []))[1])
    long = [(line, len(row)) for line, row in rows if len(row) > width]
    if long:
        hint = phrase('Put text that holds "{separator}" in quotes.', separator=separator)
        expected = phrase("{count} fields, as in the first line", count=width)
        found = (Fault(line_text(line), expected, str(fields), hint) for line, fields in long)
        return capped(found, len(long))
    for line, content in enumerate(text.split("\n"), 1):
        if content.count('"') % 2:
            expected = phrase('quotes in pairs, a quote inside quotes written ""')
            return [Fault(line_text(line), expected, shown(content))]
    return [Fault(phrase("rows"), phrase("a CSV file"), message.partition("\n")[0])]


def _numbered(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row, the header first, with the line it begins in; slow, for messages.

    They end where a quote that is never closed makes a field of the rest.
    """
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    before = 0
    with contextlib.suppress(csv.Error):
        for row in rows:
            yield before + 1, row
            before = rows.line_num
