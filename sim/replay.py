"""Read real arrivals and open counters from CSV, for a run that replays them.

All columns are read as text, so that every row that cannot be used is named by its line and what
stands there. Rows that ``where`` leaves out are never looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.csv_file import ROW, ROWS_NAMED, CsvFile, RowFaults, capped, line_text, read_csv
from sim.errors import Fault, FileFaults
from sim.office import ArrivalLog, Office, Staff
from sim.said import listed, phrase
from sim.wording import shown

if TYPE_CHECKING:
    import polars as pl

ByDate = dict[dt.date, tuple[tuple[int, int], ...]]

_MOST_OPEN: Final = 1000
_EXACT_FLOAT: Final = 2**53
_TIME: Final = (
    r"^\s*(?:(?P<date>\d{4}-\d{2}-\d{2})[T ]\s*)?(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)"
    r"(?::(?P<second>[0-5]\d)(?:[.,](?P<fraction>\d{1,9}))?)?\s*$"
)
_DATE: Final = r"^\s*(\d{4}-\d{2}-\d{2})\s*(?:[T ].*)?$"


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
    return dict(_read(_arrival_source(folder, log)))


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
    return dict(_read(_staff_source(folder, staff)))


def faults(office: Office) -> Iterator[Fault]:
    """Yield everything wrong with the logs of an office; each row once, though several use it."""
    found = [fault for where, source in _sources(office) for fault in _faults_of(where, source)]
    yield from dict.fromkeys(found)


def recorded(offices: Iterable[Office]) -> Recorded:
    """Return all that the logs of offices record, for processes that cannot read the files."""
    sources = [source for office in offices for _, source in _sources(office)]
    return {source: _read(source) for source in dict.fromkeys(sources)}


@contextmanager
def handed_over(logs: Recorded) -> Iterator[None]:
    """Take what logs recorded where they could be read, in place of the files."""
    before = _handed_over.set(logs)
    try:
        yield
    finally:
        _handed_over.reset(before)


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


Recorded = dict[_Source, ByDate]

_handed_over: ContextVar[Recorded] = ContextVar("handed_over")


def _sources(office: Office) -> Iterator[tuple[str, _Source]]:
    """Yield every log of an office, with the key in its file that asks for it."""
    for demand in office.demands:
        if demand.log is not None:
            yield f"demands.{demand.id}.log", _arrival_source(office.folder, demand.log)
    for team in office.teams:
        if team.staff.log is not None:
            yield f"teams.{team.id}.staff", _staff_source(office.folder, team.staff)


def _arrival_source(folder: str, log: ArrivalLog) -> _Source:
    times = (log.time,) if isinstance(log.time, str) else log.time
    return _Source(Path(folder) / log.file, "file", times, log.date, "", _conditions(log.where))


def _staff_source(folder: str, staff: Staff) -> _Source:
    path = Path(folder) / (staff.log or "")
    return _Source(path, "log", (staff.time,), staff.date, staff.open, _conditions(staff.where))


def _conditions(where: dict[str, str | int | float | bool]) -> tuple[_Condition, ...]:
    return tuple(_Condition(name, type(value).__name__, value) for name, value in where.items())


def _faults_of(where: str, source: _Source) -> Iterator[Fault]:
    """Yield a log's faults: rows by file and line, others by their place in the office file."""
    try:
        _read(source)
    except FileFaults as error:
        of_rows = isinstance(error, RowFaults)
        for fault in error.faults:
            inside = listed([source.path.name, fault.path]) if of_rows else f"{where}.{fault.path}"
            yield Fault(inside, fault.expected, fault.found, fault.hint)


def _read(source: _Source) -> ByDate:
    """Parse a file, or take what was parsed before if the file is still the same."""
    if (known := _handed_over.get({}).get(source)) is not None:
        return known
    try:
        state = source.path.stat()
    except (OSError, ValueError):
        return _parse(source, 0, 0)
    return _parse(source, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=32)
def _parse(source: _Source, mtime_ns: int, size: int) -> ByDate:  # noqa: ARG001
    file = read_csv(source.path, source.key)
    if missing := list(_missing(source, file)):
        raise FileFaults(str(source.path), missing)
    taken = file.frame.filter(*map(_holds, source.where)) if source.where else file.frame
    if taken.is_empty():
        raise FileFaults(str(source.path), [_none_left(source, file)])
    if undated := list(_undated(source, file, taken)):
        raise FileFaults(str(source.path), undated)
    timed = _timed(source, taken)
    if bad := _bad_rows(source, file, taken, timed):
        raise RowFaults(str(source.path), bad)
    return _by_date(source, timed)


def _missing(source: _Source, file: CsvFile) -> Iterator[Fault]:
    for key, column in source.asked():
        if column not in file.columns:
            expected = phrase("a column of {file}", file=file.path.name)
            yield Fault(key, expected, shown(column), file.no_column(column))
        elif file.columns.count(column) > 1:
            found = phrase("{column} more than once", column=shown(column))
            yield Fault(key, phrase("a column named once"), found)


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
    return trimmed.cast(pl.Float64, strict=False) == float(value)


def _none_left(source: _Source, file: CsvFile) -> Fault:
    if not source.where:
        return Fault(source.key, phrase("rows below the first line"), phrase("none"))
    for name, _, value in source.where:
        if file.frame.filter(
            *(_holds(item) for item in source.where if item[0] == name)
        ).is_empty():
            column, csv = shown(name), file.path.name
            expected = phrase("a value that {column} has in {file}", column=column, file=csv)
            values = file.frame[name].drop_nulls().unique(maintain_order=True).head(8)
            there = listed(map(shown, values))
            hint = phrase("There are: {values}.", values=there) if there else ""
            return Fault(f"where.{name}", expected, shown(value), hint)
    every = listed(f"{name} = {shown(value)}" for name, _, value in source.where)
    found = phrase("none with {conditions}", conditions=every)
    return Fault("where", phrase("rows that meet all conditions at once"), found)


def _undated(source: _Source, file: CsvFile, taken: pl.DataFrame) -> Iterator[Fault]:
    """Yield a fault where neither the times nor a column of their own say the date."""
    if source.date in file.columns:
        return
    times = taken[source.times[0]].fill_null("")
    bare = times.filter(times.str.contains(r"^\s*\d{1,2}:"))
    if len(bare):
        found = phrase(
            "no column {column}, and a time without a date: {time}",
            column=shown(source.date), time=shown(bare[0]),
        )  # fmt: skip
        yield Fault("date", phrase("a column with the date"), found, file.no_column(source.date))


def _timed(source: _Source, taken: pl.DataFrame) -> pl.DataFrame:
    """Return rows with `date`, `first` and `last` (ms after its midnight) and `open`.

    What cannot be read is null.
    """
    import polars as pl

    given = source.date in taken.columns
    date = pl.col(source.date).str.extract(_DATE) if given else pl.lit(None, pl.String)
    parts = [pl.col(name).str.extract_groups(_TIME) for name in source.times]
    number = _whole_number(pl.col(source.number)) if source.number else pl.lit(0)
    read = taken.select(ROW, dated=date, begin=parts[0], end=parts[-1], open=number)
    dates = [pl.coalesce(pl.col(part).struct["date"], "dated") for part in ("begin", "end")]
    first, last = (text.str.to_date("%Y-%m-%d", strict=False) for text in dates)
    days_later = (last - first).dt.total_days()
    return read.select(
        ROW,
        date=first,
        first=_milliseconds(pl.col("begin")),
        last=_milliseconds(pl.col("end")) + days_later * DAY_MS,
        open="open",
    )


def _milliseconds(parts: pl.Expr) -> pl.Expr:
    """Return milliseconds after midnight, 24:00 included; null for what is no time."""
    import polars as pl

    hour, minute, second = (
        parts.struct[name].fill_null("0").cast(pl.Int64) for name in ("hour", "minute", "second")
    )
    fraction = parts.struct["fraction"].fill_null("0").str.pad_end(3, "0").str.head(3)
    total = hour * HOUR_MS + minute * MINUTE_MS + second * 1000 + fraction.cast(pl.Int64)
    return pl.when(parts.struct["hour"].is_not_null() & (total <= DAY_MS)).then(total)


def _whole_number(text: pl.Expr) -> pl.Expr:
    """Return a number of counters; null for what is none."""
    import polars as pl

    value = text.str.strip_chars().cast(pl.Float64, strict=False)
    fits = (value == value.floor()) & value.is_between(0, _MOST_OPEN)
    return pl.when(fits).then(value).cast(pl.Int64)


class _Check(NamedTuple):
    """What makes a row unfit, what was expected, and the columns to show."""

    bad: pl.Expr
    expected: str
    columns: tuple[str, ...]


def _checks(source: _Source) -> Iterator[_Check]:
    """Yield what a row must be; the first that fails is named."""
    import polars as pl

    date, first, last = pl.col("date"), pl.col("first"), pl.col("last")
    begin, end = source.times[0], source.times[-1]
    yield _Check(first.is_null(), _time_in(begin), (begin,))
    is_date = phrase('a date such as "2020-01-02" in {column}', column=source.date)
    yield _Check(date.is_null(), is_date, (source.date,))
    if begin != end:
        yield _Check(last.is_null(), _time_in(end), (end,))
        in_order = phrase("{first} not after {last}", first=begin, last=end)
        yield _Check(last < first, in_order, source.times)
        yield _Check(last > first + DAY_MS, phrase("a range of at most a day"), source.times)
    if source.number:
        count = pl.col("open")
        is_count = phrase(
            "a whole number from 0 to {most} in {column}",
            most=str(_MOST_OPEN), column=source.number,
        )  # fmt: skip
        yield _Check(count.is_null(), is_count, (source.number,))
        differs = count != count.first().over("date", "first")
        same = phrase(
            "the number that an earlier row has at that time (does where take one queue's rows?)"
        )
        yield _Check(differs, same, (begin, source.number))


def _time_in(column: str) -> str:
    return phrase(
        'a time such as "08:15", "08:15:30" or "2020-01-02 08:15" in {column}', column=column
    )


def _bad_rows(
    source: _Source, file: CsvFile, taken: pl.DataFrame, timed: pl.DataFrame
) -> list[Fault]:
    import polars as pl

    checks = list(_checks(source))
    failed = pl.coalesce([pl.when(c.bad).then(pl.lit(i)) for i, c in enumerate(checks)])
    bad = timed.select(ROW, failed=failed).filter(pl.col("failed").is_not_null())
    if bad.is_empty():
        return []
    named = taken.join(bad.head(ROWS_NAMED), on=ROW, maintain_order="left")
    found = []
    for line, row in zip(file.lines(named[ROW].to_list()), named.rows(named=True), strict=True):
        check = checks[row["failed"]]
        texts = (shown(row[name] or "") for name in check.columns if name in row)
        found.append(Fault(line_text(line), check.expected, listed(texts)))
    return capped(found, len(bad))


def _by_date(source: _Source, timed: pl.DataFrame) -> ByDate:
    import polars as pl

    if source.number:
        ordered = timed.sort("date", "first", maintain_order=True)
        changed = [pl.col(name) != pl.col(name).shift() for name in ("date", "open")]
        days = ordered.filter(pl.any_horizontal(changed).fill_null(True))
    else:
        days = timed.sort("date", maintain_order=True)
    later = days["open" if source.number else "last"]
    pairs = list(zip(days["first"].to_list(), later.to_list(), strict=True))
    lengths = days["date"].rle()
    dates, ends = lengths.struct["value"], lengths.struct["len"].cum_sum()
    edges = pairwise([0, *ends])
    return {date: tuple(pairs[a:b]) for date, (a, b) in zip(dates, edges, strict=True)}
