"""Read real arrivals and open counters from CSV, for a run that replays them.

All columns are read as text, so that every row that cannot be used is named by its line and what
stands there. Rows that ``where`` leaves out are never looked at.
"""

from __future__ import annotations

import csv
import datetime as dt
import difflib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.errors import Fault, FileFaults
from sim.office import ArrivalLog, Office, Staff

if TYPE_CHECKING:
    import polars as pl

Pairs = tuple[tuple[int, int], ...]
ByDate = dict[dt.date, Pairs]

_ROWS_NAMED: Final = 20
_MOST_OPEN: Final = 1000
_EXACT_FLOAT: Final = 2**53
_TIME: Final = (
    r"^\s*(?:(?P<date>\d{4}-\d{2}-\d{2})[T ]\s*)?(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)"
    r"(?::(?P<second>[0-5]\d)(?:[.,](?P<fraction>\d{1,9}))?)?\s*$"
)
_DATE: Final = r"^\s*(\d{4}-\d{2}-\d{2})(?:[T ].*)?$"


def arrivals(folder: str, log: ArrivalLog) -> ByDate:
    """Return the arrivals that a log records.

    Parameters
    ----------
    folder
        Folder from which the log's path is read.
    log
        Which file, rows and columns.

    Returns
    -------
    dict
        By date, in order: (earliest, latest) of each arrival in milliseconds after that date's
        midnight, in the order of the rows; equal where the log has a single time column. The
        date is that of the earliest.

    Raises
    ------
    FileFaults
        With everything that is wrong with the file, rows named by their line.
    """
    return _days(_arrival_source(folder, log))


def open_counters(folder: str, staff: Staff) -> ByDate:
    """Return the open counters that a log records.

    Parameters
    ----------
    folder
        Folder from which the log's path is read.
    staff
        Which file, rows and columns.

    Returns
    -------
    dict
        By date, in order: (milliseconds after midnight, members from then on), in order of time,
        without moments at which nothing changes. Nothing is said of a day before its first row.

    Raises
    ------
    FileFaults
        With everything that is wrong with the file, rows named by their line.
    """
    return _days(_staff_source(folder, staff))


def faults(office: Office) -> Iterator[Fault]:
    """Yield everything wrong with the logs of an office; each row once, though several use it."""
    sources = [
        (f"demands.{demand.id}.log", _arrival_source(office.folder, demand.log))
        for demand in office.demands
        if demand.log is not None
    ] + [
        (f"teams.{team.id}.staff", _staff_source(office.folder, team.staff))
        for team in office.teams
        if team.staff.log is not None
    ]
    found = [fault for where, source in sources for fault in _named(where, source, _read(source))]
    yield from dict.fromkeys(found)


class _Condition(NamedTuple):
    """A column and the value it must have; the kind tells 1 from true, which Python does not."""

    column: str
    kind: str
    value: str | int | float | bool


@dataclass(frozen=True)
class _Source:
    """Which rows and columns of which file; `key` is the office file's key that names it."""

    path: Path
    key: str
    times: tuple[str, ...]
    date: str
    number: str
    where: tuple[_Condition, ...]

    def asked(self) -> Iterator[tuple[str, str]]:
        """Yield (key in the office file, column) of what must be there."""
        yield from (("time", column) for column in self.times)
        if self.number:
            yield "open", self.number
        yield from ((f"where.{condition.column}", condition.column) for condition in self.where)


class _Parsed(NamedTuple):
    days: ByDate
    of_keys: tuple[Fault, ...] = ()
    of_rows: tuple[Fault, ...] = ()


def _arrival_source(folder: str, log: ArrivalLog) -> _Source:
    times = (log.time,) if isinstance(log.time, str) else log.time
    return _Source(Path(folder) / log.file, "file", times, log.date, "", _conditions(log.where))


def _staff_source(folder: str, staff: Staff) -> _Source:
    path = Path(folder) / (staff.log or "")
    return _Source(path, "log", (staff.time,), staff.date, staff.open, _conditions(staff.where))


def _conditions(where: dict[str, str | int | float | bool]) -> tuple[_Condition, ...]:
    return tuple(_Condition(name, type(value).__name__, value) for name, value in where.items())


def _days(source: _Source) -> ByDate:
    parsed = _read(source)
    if parsed.of_keys or parsed.of_rows:
        raise FileFaults(str(source.path), [*parsed.of_keys, *parsed.of_rows])
    return dict(parsed.days)


def _named(where: str, source: _Source, parsed: _Parsed) -> Iterator[Fault]:
    """Yield faults with the path that `onestop check` shows."""
    for fault in parsed.of_keys:
        yield Fault(f"{where}.{fault.path}", fault.expected, fault.found, fault.hint)
    for fault in parsed.of_rows:
        path = f"{source.path.name}, {fault.path}"
        yield Fault(path, fault.expected, fault.found, fault.hint)


def _read(source: _Source) -> _Parsed:
    """Parse a file, or take what was parsed before if the file is still the same."""
    try:
        state = source.path.stat()
    except FileNotFoundError:
        fault = Fault(source.key, "a CSV file", f"no file {source.path}", _nearest_file(source))
        return _Parsed({}, (fault,))
    except (OSError, ValueError) as error:
        return _Parsed({}, (Fault(source.key, "a CSV file", f"{source.path}: {error}"),))
    return _parse(source, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=32)
def _parse(source: _Source, mtime_ns: int, size: int) -> _Parsed:  # noqa: ARG001
    try:
        content = source.path.read_bytes()
    except OSError as error:
        fault = Fault(source.key, "a CSV file", f"{source.path}: {error.strerror}")
        return _Parsed({}, (fault,))
    text, unreadable = _decoded(source, content)
    if unreadable is not None:
        return _Parsed({}, (unreadable,))
    separator, columns = _header(text)
    if missing := tuple(_missing(source, columns)):
        return _Parsed({}, missing)
    frame, broken = _frame(text, separator)
    if frame is None:
        return _Parsed({}, (), broken)
    return _parse_rows(source, frame, text, separator)


def _parse_rows(source: _Source, frame: pl.DataFrame, text: str, separator: str) -> _Parsed:
    taken = _taken(source, frame)
    if taken.is_empty():
        return _Parsed({}, (_none_left(source, frame),))
    undated = _undated(source, taken)
    if undated is not None:
        return _Parsed({}, (undated,))
    timed = _timed(source, taken)
    if bad := _bad_rows(source, timed, text, separator):
        return _Parsed({}, (), bad)
    return _Parsed(_by_date(source, timed))


def _decoded(source: _Source, content: bytes) -> tuple[str, Fault | None]:
    """Return the text with line feeds alone, or why there is none."""
    if content.startswith(b"PK\x03\x04"):
        found, hint = "a spreadsheet", 'Save it as "CSV UTF-8".'
        return "", Fault(source.key, "CSV text", found, hint)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = f"the byte 0x{content[error.start]:02x} in line {line} of {source.path.name}"
        return "", Fault(source.key, "text in UTF-8", found, 'Save it again as "CSV UTF-8".')
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.partition("\n")[0].strip():
        found = "an empty line" if text.strip() else "an empty file"
        return "", Fault(source.key, "a CSV file whose first line names the columns", found)
    return text, None


def _header(text: str) -> tuple[str, list[str]]:
    """Return the separator that makes the most columns of the first line, and the columns."""
    first = text.partition("\n")[0]
    ways = {mark: next(csv.reader([first], delimiter=mark)) for mark in (",", ";", "\t")}
    separator = max(ways, key=lambda mark: len(ways[mark]))
    return separator, [name.strip() for name in ways[separator]]


def _missing(source: _Source, columns: Sequence[str]) -> Iterator[Fault]:
    for key, column in source.asked():
        if column not in columns:
            expected = f"a column of {source.path.name}"
            yield Fault(key, expected, _shown(column), _nearest(column, columns))
        elif columns.count(column) > 1:
            yield Fault(key, "a column named once", f"{columns.count(column)} {_shown(column)}")


def _nearest(name: str, columns: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, columns, n=1)
    first = f"Nearest name: {_shown(near[0])}. " if near else ""
    return f"{first}Columns: {', '.join(map(_printable, columns[:30]))}."


def _nearest_file(source: _Source) -> str:
    try:
        names = [item.name for item in source.path.parent.iterdir()]
    except OSError:
        return f"There is no folder {source.path.parent}."
    near = difflib.get_close_matches(source.path.name, names, n=1)
    return f"Nearest name: {_shown(near[0])}." if near else ""


def _frame(text: str, separator: str) -> tuple[pl.DataFrame | None, tuple[Fault, ...]]:
    """Return every row as text with its number, or the faults of rows that are none."""
    import polars as pl

    try:
        frame = pl.read_csv(text.encode(), separator=separator, infer_schema=False)
    except (pl.exceptions.ComputeError, pl.exceptions.SchemaError) as error:
        return None, tuple(_broken_rows(text, separator)) or (_broken(text, str(error)),)
    frame = frame.rename({name: name.strip() for name in frame.columns}, strict=False)
    return frame.with_row_index("\x00row"), ()


def _broken_rows(text: str, separator: str) -> list[Fault]:
    """Return a fault for each row with more fields than the header."""
    found = []
    rows = _numbered(text, separator)
    _, header = next(rows)
    for line, row in rows:
        if len(row) > len(header):
            hint = f'Put text that holds "{separator}" in quotes.'
            expected = f"{len(header)} fields, as in the first line"
            found.append(Fault(f"line {line}", expected, str(len(row)), hint))
    return _capped(found)


def _broken(text: str, message: str) -> Fault:
    """Return the fault of a file whose quotes do not match."""
    for line, content in enumerate(text.split("\n"), 1):
        if content.count('"') % 2:
            expected = 'quotes in pairs, a quote inside quotes written ""'
            return Fault(f"line {line}", expected, _shown(content))
    return Fault("line 1", "a CSV file", _printable(message.partition("\n")[0]))


def _numbered(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row, the header first, with the line it begins in; slow, for messages."""
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    before = 0
    for row in lines:
        yield before + 1, row
        before = lines.line_num


def _capped(found: list[Fault]) -> list[Fault]:
    if len(found) <= _ROWS_NAMED:
        return found
    return [*found[:_ROWS_NAMED], _and_more(len(found) - _ROWS_NAMED)]


def _and_more(count: int) -> Fault:
    return Fault(f"and {count:,} more line{'s' if count > 1 else ''}", "the same")


def _taken(source: _Source, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that the conditions select and that hold anything."""
    import polars as pl

    filled = pl.any_horizontal(pl.exclude("\x00row").str.strip_chars().str.len_bytes() > 0)
    return frame.filter(filled, *map(_holds, source.where))


def _holds(condition: _Condition) -> pl.Expr:
    import polars as pl

    text, value = pl.col(condition.column).fill_null(""), condition.value
    trimmed = text.str.strip_chars()
    if isinstance(value, bool):
        return trimmed.str.to_lowercase().is_in(["true", "1"] if value else ["false", "0"])
    if isinstance(value, str):
        return text == value
    if abs(value) >= _EXACT_FLOAT:
        return trimmed == str(value)
    return (trimmed.cast(pl.Float64, strict=False) == float(value)).fill_null(False)


def _none_left(source: _Source, frame: pl.DataFrame) -> Fault:
    if not source.where:
        return Fault(source.key, "rows below the first line", "none")
    for condition in source.where:
        if frame.filter(_holds(condition)).is_empty():
            expected = f"a value that {_shown(condition.column)} has in {source.path.name}"
            values = frame[condition.column].drop_nulls().unique(maintain_order=True).head(8)
            hint = f"There are: {', '.join(map(_shown, values))}." if len(values) else ""
            return Fault(f"where.{condition.column}", expected, _literal(condition), hint)
    every = ", ".join(f"{item.column} = {_literal(item)}" for item in source.where)
    return Fault("where", "rows that meet all conditions at once", f"none with {every}")


def _literal(condition: _Condition) -> str:
    value = condition.value
    if isinstance(value, str):
        return _shown(value)
    return str(value).lower() if isinstance(value, bool) else f"{value}"


def _undated(source: _Source, frame: pl.DataFrame) -> Fault | None:
    """Return a fault where neither the times nor a column of their own say the date."""
    if source.date in frame.columns:
        return None
    times = frame[source.times[0]]
    bare = times.filter(times.fill_null("").str.contains(r"^\s*\d{1,2}:"))
    if bare.is_empty():
        return None
    columns = [name for name in frame.columns if name != "\x00row"]
    found = f"no column {_shown(source.date)}, and a time without a date: {_shown(bare[0])}"
    return Fault("date", "a column with the date", found, _nearest(source.date, columns))


def _timed(source: _Source, frame: pl.DataFrame) -> pl.DataFrame:
    """Add ``date``, ``first`` and ``last`` (ms after its midnight) and ``open``, null if bad."""
    import polars as pl

    given = source.date in frame.columns
    dated = pl.col(source.date).str.extract(_DATE) if given else pl.lit(None, pl.String)
    parts = [pl.col(column).str.extract_groups(_TIME) for column in source.times]
    dates = [_date(part, dated) for part in parts]
    days_later = (dates[-1] - dates[0]).dt.total_days()
    number = pl.col(source.number).str.strip_chars() if source.number else pl.lit("0")
    timed = frame.select(
        "\x00row",
        *(pl.col(name).alias(f"\x00{i}") for i, name in enumerate(_shown_columns(source, given))),
        date=dates[0],
        first=_milliseconds(parts[0]),
        last=_milliseconds(parts[-1]) + days_later * DAY_MS,
        open=_whole_number(number),
    )
    return timed.sort("date", "first", maintain_order=True) if source.number else timed


def _shown_columns(source: _Source, dated: bool) -> tuple[str, ...]:
    """Return the columns whose text a message may show: times, date, number."""
    date = (source.date,) if dated else source.times[:1]
    return (*source.times, *date, *((source.number,) if source.number else ()))


def _date(parts: pl.Expr, dated: pl.Expr) -> pl.Expr:
    import polars as pl

    text = pl.coalesce(parts.struct.field("date"), dated)
    return text.str.to_date("%Y-%m-%d", strict=False)


def _milliseconds(parts: pl.Expr) -> pl.Expr:
    """Return milliseconds after midnight, 24:00 included; null for what is no time."""
    import polars as pl

    def number(name: str) -> pl.Expr:
        return parts.struct.field(name).fill_null("0").cast(pl.Int64, strict=False)

    fraction = parts.struct.field("fraction").fill_null("0").str.pad_end(3, "0").str.head(3)
    seconds = number("second") * 1000 + fraction.cast(pl.Int64)
    total = number("hour") * HOUR_MS + number("minute") * MINUTE_MS + seconds
    is_time = parts.struct.field("hour").is_not_null() & (total <= DAY_MS)
    return pl.when(is_time).then(total)


def _whole_number(text: pl.Expr) -> pl.Expr:
    """Return a whole number from 0 to 1000; null for anything else."""
    import polars as pl

    value = text.cast(pl.Float64, strict=False)
    fits = (value == value.floor()) & value.is_between(0, _MOST_OPEN)
    return pl.when(fits).then(value).cast(pl.Int64)


class _Check(NamedTuple):
    bad: pl.Expr
    expected: str
    shown: tuple[int, ...]


def _checks(source: _Source) -> list[_Check]:
    """Return what a row must be; the first that fails is named."""
    import polars as pl

    date, first, last = pl.col("date"), pl.col("first"), pl.col("last")
    at = len(source.times)
    is_time = f'a time such as "08:15", "08:15:30" or "2020-01-02 08:15" in {source.times[0]}'
    checks = [
        _Check(first.is_null(), is_time, (0,)),
        _Check(date.is_null(), f'a date such as "2020-01-02" in {source.date}', (at,)),
    ]
    if at == 2:
        is_end = is_time.replace(f"in {source.times[0]}", f"in {source.times[1]}")
        orderly = f"{source.times[0]} not after {source.times[1]}"
        checks.append(_Check(last.is_null(), is_end, (1,)))
        checks.append(_Check(last < first, orderly, (0, 1)))
        checks.append(_Check(last > first + DAY_MS, "a range of at most a day", (0, 1)))
    if source.number:
        count = pl.col("open")
        is_count = f"a whole number from 0 to {_MOST_OPEN} in {source.number}"
        again = (date == date.shift()) & (first == first.shift()) & (count != count.shift())
        once = "one number at a time: rows of one queue alone (see `where`)"
        checks.append(_Check(count.is_null(), is_count, (at + 1,)))
        checks.append(_Check(again, once, (at, 0, at + 1)))
    return checks


def _bad_rows(source: _Source, timed: pl.DataFrame, text: str, separator: str) -> tuple[Fault, ...]:
    import polars as pl

    checks = _checks(source)
    numbered = [pl.when(check.bad).then(pl.lit(i)) for i, check in enumerate(checks)]
    bad = timed.with_columns(check=pl.coalesce(numbered)).filter(pl.col("check").is_not_null())
    if bad.is_empty():
        return ()
    named = bad.sort("\x00row").head(_ROWS_NAMED)
    lines = _lines(named["\x00row"].to_list(), text, separator)
    found = []
    for line, row in zip(lines, named.iter_rows(named=True), strict=True):
        check = checks[row["check"]]
        shown = ", ".join(_shown(row[f"\x00{i}"] or "") for i in check.shown)
        found.append(Fault(f"line {line}", check.expected, shown))
    return (*found, _and_more(len(bad) - len(found))) if len(bad) > len(found) else tuple(found)


def _lines(rows: list[int], text: str, separator: str) -> list[int]:
    """Return the line of each row; fields in quotes may go over several lines."""
    if '"' not in text:
        return [row + 2 for row in rows]
    wanted = set(rows)
    numbered = enumerate(_numbered(text, separator), -1)
    return [line for row, (line, _) in numbered if row in wanted][: len(rows)]


def _by_date(source: _Source, timed: pl.DataFrame) -> ByDate:
    import polars as pl

    pair = ("first", "open") if source.number else ("first", "last")
    if source.number:
        changed = [pl.col(name) != pl.col(name).shift() for name in ("date", "open")]
        timed = timed.filter(pl.any_horizontal(changed).fill_null(True))
    days = timed.sort("date", maintain_order=True)
    starts = days["date"].rle().struct.field("len").cum_sum().to_list()
    columns = [days[name].to_list() for name in pair]
    pairs = list(zip(*columns, strict=True))
    edges = list(pairwise([0, *starts]))
    return {days["date"][begin]: tuple(pairs[begin:end]) for begin, end in edges}


def _printable(text: str) -> str:
    return "".join(mark if mark.isprintable() else "?" for mark in text)[:80]


def _shown(text: str) -> str:
    return f'"{_printable(text)}"'
