"""Read a file as a table of text: CSV, Excel, Parquet or XES, told apart by what it holds."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.csv_file import ROW, CsvFile, RowFaults, line_text, read_csv
from sim.errors import Fault, FileFaults
from sim.records.records import Finding
from sim.records.xes import LINE, read_xes
from sim.said import listed, phrase
from sim.wording import alternatives, shown

if TYPE_CHECKING:
    import polars as pl

_MISSING: Final = (
    "", "null", "NULL", "Null", "none", "None", "NONE", "nan", "NaN", "NAN", "NaT", "n/a", "N/A",
    "na", "NA", "-", "EMPTY", "<NA>", "#N/A",
)  # fmt: skip
"""Texts that stand for nothing."""

_NO_TABLES: Final = {
    b"%PDF": phrase("a PDF document"),
    b"\x89PNG": phrase("a picture"),
    b"\xff\xd8\xff": phrase("a picture"),
    b"GIF8": phrase("a picture"),
    b"{": "JSON",
    b"[": "JSON",
}
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_OTHERS: Final = alternatives(["Windows-1258", "Windows-1252"])
_UTF_16_NULLS: Final = 0.25
"""Every second byte of Latin letters in UTF-16 is zero."""
_NO_HEADER: Final = phrase(
    "Save a copy with one row of names at the top: no title rows above it, and no merged cells."
)


@dataclass(frozen=True, eq=False)
class Table:
    """A file's rows as text.

    Attributes
    ----------
    path
        Where it lies.
    columns
        Its columns.
    frame
        The rows that hold anything: a column of text each, where missing is null, and
        :data:`~sim.records.xes.LINE`: the line, or the row of a sheet.
    findings
        What was noticed.
    """

    path: Path
    columns: tuple[str, ...]
    frame: pl.DataFrame
    findings: tuple[Finding, ...] = ()


def read_table(path: Path) -> Table:
    """Read a file as text.

    Parameters
    ----------
    path
        A CSV file (commas, semicolons or tabs), a spreadsheet, a Parquet file or an XES log.

    Raises
    ------
    FileFaults
        If it is missing, empty, no table, not in UTF-8, or its first row does not name columns.
    """
    head = _head(path)
    if head.startswith((b"PK\x03\x04", _OLD_EXCEL)):
        table = _excel(path)
    elif head.startswith(b"PAR1"):
        table = _parquet(path)
    elif head.startswith(b"\x1f\x8b") or head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        table = Table(path, *read_xes(path))
    else:
        table = _csv(path, head)
    if table.frame.is_empty():
        raise _no(path, phrase("at least one row of records"), phrase("none"))
    return table


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(64)
    except FileNotFoundError:
        return b""
    except OSError as error:
        reason = error.strerror or str(error)
        raise _no(path, phrase("a file of records"), reason) from None


def _no(path: Path, expected: str, found: str, hint: str = "") -> FileFaults:
    """Return what is said of a file that is not what it should be."""
    return FileFaults(str(path), [Fault(phrase("file"), expected, found, hint)])


def _blank_as_null(frame: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    text = pl.col(pl.String).str.strip_chars()
    return frame.with_columns(pl.when(~text.is_in(_MISSING)).then(text).name.keep())


def _filled(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """Return the rows that hold anything."""
    import polars as pl

    cleaned = _blank_as_null(frame)
    if not columns:
        return cleaned.clear()
    return cleaned.filter(pl.any_horizontal(pl.col(*columns).is_not_null()))


def _csv(path: Path, head: bytes) -> Table:
    for mark, what in _NO_TABLES.items():
        if head.startswith(mark):
            raise _no(path, phrase("a table of records"), what)
    try:
        file = read_csv(path, phrase("file"))
    except RowFaults as error:
        raise _title_above(path) or error from None
    except FileFaults as error:
        raise _encoding(path) or error from None
    columns = tuple(name for name in file.frame.columns if name not in {ROW, "\x00filled"})
    if "\x00" in file.text[:1000]:
        raise _in_utf_16(path)
    if not all(name.strip() for name in file.columns):
        raise _headless(path, file.columns, 1)
    return Table(path, columns, _filled(_lined(file), columns).select(*columns, LINE))


def _lined(file: CsvFile) -> pl.DataFrame:
    """Return the rows with the line in which each begins, past line feeds inside quotes."""
    import polars as pl

    line = pl.col(ROW).cast(pl.Int64) + 2
    if '"' in file.text:
        inside = pl.sum_horizontal(pl.col(pl.String).str.count_matches("\n", literal=True))
        line += inside.cast(pl.Int64).cum_sum().shift(1, fill_value=0)
    return file.frame.with_columns(line.alias(LINE))


def _encoding(path: Path) -> FileFaults | None:
    """Return what is said of text that is not in UTF-8; None where that is not what is wrong."""
    content = path.read_bytes() if path.is_file() else b""
    nulls = content[:4096].count(0) / max(len(content[:4096]), 1)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or nulls > _UTF_16_NULLS:
        return _in_utf_16(path)
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        code = f"0x{content[error.start]:02x}"
        byte = phrase("the byte {byte} in {line}", byte=code, line=line_text(line))
        if nulls:
            found = phrase("{byte}, and bytes that no text has", byte=byte)
            return _no(path, phrase("a table of records"), found)
        found = phrase("another encoding, such as {example} ({byte})", example=_OTHERS, byte=byte)
        hint = phrase('Save the file again as "CSV UTF-8".')
        return _no(path, phrase("text in UTF-8"), found, hint)
    return None


def _in_utf_16(path: Path) -> FileFaults:
    hint = phrase('Save the file again as "CSV UTF-8" ("Unicode text" of Excel is UTF-16).')
    return _no(path, phrase("text in UTF-8"), phrase("text in UTF-16"), hint)


def _title_above(path: Path) -> FileFaults | None:
    """Return what is said of a CSV file whose first line is a title; None where it is not."""
    text = path.read_text("utf-8-sig")
    mark = max(",;\t", key=text.count)
    rows = list(islice(csv.reader(io.StringIO(text), delimiter=mark), 20))
    width = max(map(len, rows), default=0)
    if rows and len([cell for cell in rows[0] if cell.strip()]) <= 1 < width:
        line = next(i for i, row in enumerate(rows, 1) if len(row) == width)
        return _headless(path, tuple(rows[0]), line)
    return None


def _headless(path: Path, first: tuple[str, ...], line: int) -> FileFaults:
    """Return what is said of a first row that does not name each column."""
    cells = listed(shown(cell) for cell in first[:8])
    empty = sum(not cell.strip() for cell in first)
    found = phrase("{count} empty names ({cells})", count=empty, cells=cells)
    if line > 1:
        found = phrase(
            "a title ({cells}); the names seem to stand in row {row}", cells=cells, row=str(line)
        )
    expected = phrase("a name for every column in the first row")
    return FileFaults(str(path), [Fault(phrase("row 1"), expected, found, _NO_HEADER)])


def _excel(path: Path) -> Table:
    sheets = {name: sheet for name, sheet in _sheets(path).items() if not sheet.is_empty()}
    if not sheets:
        raise _no(path, phrase("a sheet with records"), phrase("empty sheets"))
    name, cells = next(iter(sheets.items()))
    columns, rows = _under_header(path, cells)
    others = tuple(other for other in sheets if other != name)
    left = Finding(
        "noticed", phrase("other sheets, not read (read: {sheet})", sheet=name), len(others), others
    )
    return Table(path, columns, _filled(rows, columns), (left,) if others else ())


def _sheets(path: Path) -> dict[str, pl.DataFrame]:
    """Return all cells of all sheets as text, empty rows kept so that rows keep their numbers."""
    import polars as pl

    try:
        return pl.read_excel(
            path,
            sheet_id=0,
            has_header=False,
            infer_schema_length=0,
            drop_empty_rows=False,
            drop_empty_cols=False,
            raise_if_empty=False,
            read_options={"skip_rows": 0},
        )
    except Exception as error:
        # The reader's own errors share no class with anything that is there without it.
        reason = str(error).partition("\n")[0]
    hint = phrase("Save it again as .xlsx or CSV.")
    raise _no(path, phrase("a spreadsheet that opens"), reason, hint)


def _under_header(path: Path, cells: pl.DataFrame) -> tuple[tuple[str, ...], pl.DataFrame]:
    """Return the names in the first row, and the rows below it with their numbers."""
    import polars as pl

    numbered = cells.with_row_index(LINE, offset=1).with_columns(pl.col(LINE).cast(pl.Int64))
    texts = [tuple((cell or "").strip() for cell in row) for row in cells.head(20).iter_rows()]
    used = [name for name in cells.columns if cells[name].null_count() < len(cells)]
    kept = [i for i, name in enumerate(cells.columns) if name in used]
    names = tuple(texts[0][i] for i in kept)
    if not all(names):
        full = (i for i, row in enumerate(texts, 1) if all(row[j] for j in kept))
        raise _headless(path, names, next(full, 1) if sum(map(bool, names)) <= 1 else 1)
    if twice := sorted({name for name in names if names.count(name) > 1}):
        expected = phrase("every name once")
        fault = Fault(phrase("row 1"), expected, listed(map(shown, twice)), _NO_HEADER)
        raise FileFaults(str(path), [fault])
    renamed = numbered.select(LINE, *used).rename(dict(zip(used, names, strict=True)))
    return names, renamed.slice(1)


def _parquet(path: Path) -> Table:
    import polars as pl

    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).partition("\n")[0]
        raise _no(path, phrase("a Parquet file"), reason) from None
    columns = tuple(frame.columns)
    nested = [name for name in columns if frame.schema[name].is_nested()]
    numbered = frame.drop(nested).with_row_index(LINE, offset=1)
    texts = [_as_text(name, frame.schema[name]) for name in columns if name not in nested]
    rows = numbered.select(pl.col(LINE).cast(pl.Int64), *texts)
    kept = tuple(name for name in columns if name not in nested)
    return Table(path, kept, _filled(rows, kept))


def _as_text(name: str, kind: pl.DataType) -> pl.Expr:
    """Return a column as text; a moment in the clock of its own time zone."""
    import polars as pl

    column = pl.col(name)
    if isinstance(kind, pl.Datetime):
        return column.dt.replace_time_zone(None).dt.to_string("%Y-%m-%d %H:%M:%S%.3f")
    if kind.is_float():
        whole = column == column.floor()
        return (
            pl.when(whole)
            .then(column.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(column.cast(pl.String))
        )
    return column.cast(pl.String)
