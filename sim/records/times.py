"""Times as files write them, read into dates and milliseconds after midnight.

A clock time is the one a row shows: an offset such as ``+02:00`` is left off, so that summer and
winter agree with the office's clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.csv_file import line_text
from sim.errors import Fault, FileFaults
from sim.records.records import Finding
from sim.said import phrase
from sim.wording import shown, together

if TYPE_CHECKING:
    import polars as pl

Order = Literal["", "day", "month", "assumed"]

EXAMPLES: Final = phrase('times such as "08:15", "2024-03-01 08:15:30" or "01/03/2024 08:15"')

_STAMP: Final = (
    r"^(?:(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    r"|(?P<first>\d{1,2})[-/.](?P<second>\d{1,2})[-/.](?P<last>\d{4}))?[Tt ,]*"
    r"(?:(?P<hour>\d{1,2})[:hHg](?P<minute>[0-5]\d)(?:[:mp](?P<sec>[0-5]\d)"
    r"(?:[.,](?P<fraction>\d{1,9}))?)?s?\s*(?P<half>AM|PM|am|pm|SA|CH)?)?"
    r"\s*(?P<zone>Z|UTC|[+-]\d{2}:?\d{2})?$"
)
_CLOCK_FIRST: Final = (
    r"^(\d{1,2}[:hHg]\d{2}(?:[:mp]\d{2})?(?:\s*(?:AM|PM|am|pm|SA|CH))?)[ ,]+(\d.*)$"
)
_FIRST_YEAR: Final = 1901
"""Excel counts its days from 1900, and writes a bare clock time as one of that day."""
_MOSTLY: Final = 0.5


@dataclass(frozen=True, eq=False)
class Source:
    """Where a column of times stands.

    Attributes
    ----------
    path
        The file.
    meaning
        What the column is taken for.
    column
        Its name.
    lines
        The line of each row.
    """

    path: Path
    meaning: str
    column: str
    lines: pl.Series


@dataclass(frozen=True, eq=False)
class Times:
    """A column of times, read.

    Attributes
    ----------
    date
        Dates; null where only a time of day stands, or nothing that can be read.
    ms
        Milliseconds after midnight; null where no time of day stands.
    unread
        Whether something stands there that is no time.
    findings
        What was noticed.
    order
        Whether dates such as 03/04/2024 have the ``day`` or the ``month`` first, as the column
        shows; ``assumed`` where it does not; empty where there are none.
    """

    date: pl.Series
    ms: pl.Series
    unread: pl.Series
    findings: tuple[Finding, ...] = ()
    order: Order = ""


def read_file_times(
    frame: pl.DataFrame, names: Mapping[str, str], path: Path, lines: pl.Series
) -> dict[str, Times]:
    """Read a file's columns of times; an order of day and month that one shows holds for all.

    Parameters
    ----------
    frame
        The file's rows as text.
    names
        Column by meaning.
    path, lines
        The file, and the line of each row.

    Raises
    ------
    FileFaults
        As :func:`read_times` does.
    """
    sources = {meaning: Source(path, meaning, name, lines) for meaning, name in names.items()}
    read = {m: read_times(frame[source.column], source) for m, source in sources.items()}
    shown_by = {times.order for times in read.values()} & {"day", "month"}
    if len(shown_by) != 1:
        return read
    (order,) = shown_by
    return {
        m: read_times(frame[sources[m].column], sources[m], order) if t.order == "assumed" else t
        for m, t in read.items()
    }


def read_times(text: pl.Series, source: Source, order: Order = "") -> Times:
    """Read a column of times, each a date, a time of day, or both.

    Parameters
    ----------
    text
        As the file has them; null where nothing stands.
    source
        Where they stand, for messages.
    order
        Whether day or month comes first, should the column itself not show it.

    Raises
    ------
    FileFaults
        If the column mixes two ways to write dates, or most of it is no times.

    Notes
    -----
    Dates such as 03/04/2024 are read by the values above 12 in their column; without any, as day
    first, which is said.
    """
    if _has_halves(text):
        return _in_halves(text, source, order)
    import polars as pl

    parts = _split(text.drop_nulls().unique())
    order, findings = _date_order(parts, text, source, order)
    read = _values(parts, order)
    rows = pl.DataFrame({"text": text}).join(read, on="text", how="left", maintain_order="left")
    unread = rows["ok"].fill_null(False).not_() & text.is_not_null()
    _refuse_if_most(unread, text, source)
    return Times(
        rows["date"], rows["ms"], unread, (*findings, *_zones(rows["zone"], source)), order
    )


def _has_halves(text: pl.Series) -> bool:
    """Tell whether every text is a date of ten characters, a space or T, and a time of day."""
    mark = text.str.slice(10, 1)
    halves = mark.is_in([" ", "T"]) & text.str.slice(10).str.contains(":", literal=True)
    return len(text) > text.null_count() and bool(halves.all())


def _in_halves(text: pl.Series, source: Source, order: Order) -> Times:
    """Read dates and times of day apart, of which there are far fewer than moments."""
    import polars as pl

    halves = pl.DataFrame({"date": text.str.slice(0, 10), "time": text.str.slice(11)})
    dates, times = (_split(halves[name].drop_nulls().unique()) for name in ("date", "time"))
    order, findings = _date_order(dates, halves["date"], source, order, text)
    days = _values(dates, order).select(date="text", day="date", day_ok="ok")
    clocks = _values(times, order).select("zone", "ms", time="text", time_ok="ok")
    rows = halves.join(days, on="date", how="left", maintain_order="left")
    rows = rows.join(clocks, on="time", how="left", maintain_order="left")
    ok = (rows["day_ok"] & rows["time_ok"]).fill_null(False)
    rows = rows.with_columns(pl.when(ok).then(pl.col("day", "ms")).name.keep())
    unread = ok.not_() & text.is_not_null()
    _refuse_if_most(unread, text, source)
    return Times(rows["day"], rows["ms"], unread, (*findings, *_zones(rows["zone"], source)), order)


def _split(distinct: pl.Series) -> pl.DataFrame:
    """Return each text and its parts."""
    import polars as pl

    column = pl.col("text")
    swapped = column.str.replace(_CLOCK_FIRST, "$2 $1")
    frame = pl.DataFrame({"text": distinct}, schema={"text": pl.String})
    return frame.with_columns(swapped.str.extract_groups(_STAMP).alias("part")).unnest("part")


def _date_order(
    parts: pl.DataFrame,
    text: pl.Series,
    source: Source,
    known: Order,
    whole: pl.Series | None = None,
) -> tuple[Order, list[Finding]]:
    """Tell whether dates such as 03/04/2024 have the month first; refuse a mix of ways.

    The whole texts are what messages show, where `text` is a part of each.
    """
    import polars as pl

    year_first = parts.filter(pl.col("year").cast(pl.Int64) >= _FIRST_YEAR)
    year_last = parts.filter(pl.col("last").is_not_null())
    if len(year_first) and len(year_last):
        raise _mixed(year_first["text"], year_last["text"], text, whole, source)
    day_first = year_last.filter(pl.col("first").cast(pl.Int64) > 12)
    month_first = year_last.filter(pl.col("second").cast(pl.Int64) > 12)
    if len(day_first) and len(month_first):
        raise _mixed(day_first["text"], month_first["text"], text, whole, source)
    if year_last.is_empty() or len(day_first) or len(month_first) or known:
        shows: Order = "month" if len(month_first) else "day" if len(day_first) else known
        return ("" if year_last.is_empty() else shows), []
    what = phrase(
        "dates in {column} read as day first ({example})",
        column=shown(source.column),
        example=year_last["text"][0],
    )
    why = phrase("no number above 12 tells the day from the month")
    count = int(text.is_in(year_last["text"].implode()).sum())
    return "assumed", [Finding("noticed", what, count, (str(source.path),), why)]


def _mixed(
    one: pl.Series, other: pl.Series, text: pl.Series, whole: pl.Series | None, source: Source
) -> FileFaults:
    rows = sorted(int(text.is_in(texts.implode()).arg_true()[0]) for texts in (one, other))
    stands = text if whole is None else whole
    found = together(_in_line(stands[row], source.lines[row]) for row in rows)
    expected = phrase("one way to write dates in the column {column}", column=shown(source.column))
    hint = phrase("Write all as 2024-03-31 and try again.")
    return FileFaults(str(source.path), [Fault(source.meaning, expected, found, hint)])


def _in_line(text: str, line: int) -> str:
    return phrase("{value} in {line}", value=shown(text), line=line_text(line))


def _refuse_if_most(unread: pl.Series, text: pl.Series, source: Source) -> None:
    if unread.sum() > _MOSTLY * max(len(text) - text.null_count(), 1):
        raise _no_times(text, unread, source)


def _no_times(text: pl.Series, unread: pl.Series, source: Source) -> FileFaults:
    at = unread.arg_true()[0]
    found = phrase(
        "{place} ({count:,} such rows)",
        place=_in_line(text[at], source.lines[at]),
        count=int(unread.sum()),
    )
    expected = phrase("{times} in the column {column}", times=EXAMPLES, column=shown(source.column))
    hint = phrase(
        'Is it another column? Say which with --columns "{meaning}=NAME".', meaning=source.meaning
    )
    return FileFaults(str(source.path), [Fault(source.meaning, expected, found, hint)])


def _values(parts: pl.DataFrame, order: Order) -> pl.DataFrame:
    """Return each text's date and milliseconds, whether it could be read, and its zone."""
    import polars as pl

    day, month = ("second", "first") if order == "month" else ("first", "second")
    pieces = [pl.coalesce("year", "last"), pl.coalesce("month", month), pl.coalesce("day", day)]
    joined = pl.concat_str(pieces, separator="-")
    date = joined.str.to_date("%Y-%m-%d", strict=False)
    ms = _milliseconds()
    has_date, has_time = joined.is_not_null(), pl.col("hour").is_not_null()
    bad = (has_date & date.is_null()) | (has_time & ms.is_null())
    ok = ~bad & (has_date | has_time)
    bare = pl.when(ok & (date.dt.year() >= _FIRST_YEAR)).then(date)
    return parts.select("text", "zone", date=bare, ms=pl.when(ok).then(ms), ok=ok)


def _milliseconds() -> pl.Expr:
    """Return milliseconds after midnight, 24:00 included; null for what is no time of day."""
    import polars as pl

    def number(name: str) -> pl.Expr:
        return pl.col(name).fill_null("0").cast(pl.Int64)

    half = pl.col("half").str.to_lowercase()
    late = half.is_in(["pm", "ch"]).fill_null(False)
    hour = (
        pl.when(half.is_not_null()).then(number("hour") % 12 + 12 * late).otherwise(number("hour"))
    )
    fraction = pl.col("fraction").fill_null("0").str.pad_end(3, "0").str.head(3).cast(pl.Int64)
    total = hour * HOUR_MS + number("minute") * MINUTE_MS + number("sec") * 1000 + fraction
    fits = (
        pl.col("hour").is_not_null() & (total <= DAY_MS) & (half.is_null() | (number("hour") <= 12))
    )
    return pl.when(fits).then(total)


def _zones(zone: pl.Series, source: Source) -> list[Finding]:
    """Say so where times are in universal time, which is not the office's clock."""
    universal = int(zone.is_in(["Z", "UTC"]).sum())
    if not universal:
        return []
    what = phrase("times in {column} in universal time (UTC)", column=shown(source.column))
    why = phrase("read as they stand: hours differ from the office's clock unless it keeps UTC")
    return [Finding("noticed", what, universal, (str(source.path),), why)]
