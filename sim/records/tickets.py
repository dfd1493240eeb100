"""Read the tickets of a queue machine, and the open counters beside them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.clock import DAY_MS
from sim.errors import Fault, FileFaults, PlannerError
from sim.records.columns import (
    COUNTER_NAMES,
    TICKET_NAMES,
    Resolved,
    check_given,
    missing,
    resolved,
)
from sim.records.counters import clean_counters, counter_rows
from sim.records.findings import Check, files_read, found, left_out, places, sifted
from sim.records.records import TICKET_COLUMNS, Finding, Quality, TicketRecords
from sim.records.selection import check_dates, chosen, dated, truth
from sim.records.table import Table, read_table
from sim.records.ticket_days import judged
from sim.records.times import Times, read_file_times
from sim.records.xes import LINE
from sim.said import phrase

if TYPE_CHECKING:
    import polars as pl

_TIMES: Final = (
    "arrived_after", "arrived_by", "arrived", "called_after", "called_by", "called", "ended",
)  # fmt: skip
_MOSTLY: Final = 0.5


def read_tickets(
    paths: Sequence[Path],
    columns: Mapping[str, str] | None = None,
    *,
    queues: Sequence[str] = (),
    first: dt.date | None = None,
    last: dt.date | None = None,
    holidays: str = "",
) -> TicketRecords:
    """Read tickets and open counters.

    Parameters
    ----------
    paths
        CSV, Excel or Parquet files; each of tickets or of open counters, as its columns tell.
    columns
        Column by meaning, as :func:`sim.records.columns.read_columns` returns it; the others are
        guessed from their names.
    queues
        Queues to read, by label, id or the first words of the label; all by default.
    first, last
        First and last date to read; all by default.
    holidays
        Two-letter code of the country whose public holidays are kept out of fitting.

    Raises
    ------
    PlannerError
        If nothing is asked for, or no country has that code.
    FileFaults
        If a file cannot be read, lacks a column, mixes two ways to write dates, or holds no
        ticket that can be used.
    """
    if not paths:
        raise PlannerError(phrase("No file of tickets was given."))
    check_dates(first, last)
    tables = [read_table(Path(path)) for path in paths]
    given = dict(columns or {})
    check_given(given, {table.path.name: table.columns for table in tables})
    tickets, counters = _told_apart(tables, given)
    parsed = [_ticket_rows(table, meaning.names) for table, meaning in tickets]
    sampled = [counter_rows(table, meaning.names) for table, meaning in counters]
    findings = [finding for table in tables for finding in table.findings]
    findings += [finding for _, more in (*parsed, *sampled) for finding in more]
    taken_for = [column for _, meaning in (*tickets, *counters) for column in meaning.columns]
    rows, samples = _stacked(parsed), _stacked(sampled) if sampled else None
    source = ", ".join(table.path.name for table, _ in tickets)
    wanted = chosen(queues, _labels(rows), "--queue", source)
    select = [
        *_other_queues(wanted if queues else None),
        *dated(_date(), first, last, phrase("days")),
    ]
    kept, cleaned = _clean(rows, select, samples, source)
    opened, sampling = (None, []) if samples is None else clean_counters(samples, select)
    whole, days = judged(kept, opened, holidays)
    findings += [*cleaned, *days, *sampling, *_counters_alone(whole, opened)]
    ordered = whole.sort("date", "queue", "arrived_by", "arrived_after", "file", "line")
    quality = Quality(tuple(taken_for), tuple(findings))
    return TicketRecords(ordered.select(TICKET_COLUMNS), opened, quality)


def _told_apart(
    tables: Sequence[Table], given: Mapping[str, str]
) -> tuple[list[tuple[Table, Resolved]], list[tuple[Table, Resolved]]]:
    """Return the files of tickets and those of open counters, and what their columns mean."""
    tickets, counters = [], []
    for table in tables:
        sampled = resolved(table.path.name, table.columns, COUNTER_NAMES, given)
        issued = resolved(table.path.name, table.columns, TICKET_NAMES, given)
        taken = {"arrived", "arrived_by", "called", "called_by", "ticket"} & issued.names.keys()
        if {"queue", "time", "open"} <= sampled.names.keys() and not taken:
            counters.append((table, sampled))
            continue
        if lacking := _lacking(issued.names):
            faults = [missing(meaning, table.columns) for meaning in lacking]
            raise FileFaults(str(table.path), faults)
        tickets.append((table, issued))
    if not tickets:
        names = ", ".join(table.path.name for table in tables)
        found = phrase("open counters only")
        fault = Fault("FILE", phrase("a file with a row a ticket"), found)
        raise FileFaults(names, [fault])
    return tickets, counters


def _lacking(names: Mapping[str, str]) -> list[str]:
    """Return the meanings that tickets need and no column has."""
    lacking = [] if "queue" in names else ["queue"]
    return lacking + [m for m in ("arrived", "called") if not {m, f"{m}_by"} & names.keys()]


def _ticket_rows(table: Table, names: Mapping[str, str]) -> tuple[pl.DataFrame, list[Finding]]:
    """Return a file's tickets, null where nothing can be read, and what was noticed."""
    import polars as pl

    frame = table.frame
    of_time = {m: name for m, name in names.items() if m in (*_TIMES, "date")}
    read = read_file_times(frame, of_time, table.path, frame[LINE])
    date = _dates(table, read)
    ends = {meaning: _since_midnight(read.get(meaning), date) for meaning in _TIMES}
    texts = [_text(names, meaning) for meaning in ("queue", "queue_id", "ticket", "counter")]
    no_show, usable = (_truths(frame, names.get(m)) for m in ("no_show", "usable"))
    rows = frame.select(
        pl.lit(table.path.name).alias("file"), pl.col(LINE).alias("line"), *texts
    ).with_columns(
        date.alias("date"),
        *_range(ends, "arrived"),
        *_range(ends, "called"),
        ends["ended"].alias("ended"),
        no_show.alias("no_show"),
        usable.alias("usable"),
        unread=pl.any_horizontal([times.unread for times in read.values()]),
    )
    return rows, [finding for times in read.values() for finding in times.findings]


def _dates(table: Table, read: Mapping[str, Times]) -> pl.Series:
    """Return the date of each row: its own column's, or that of its times."""
    known = [read[m].date for m in ("date", "arrived", "arrived_by", "arrived_after") if m in read]
    date = known[0]
    for other in known[1:]:
        date = date.zip_with(date.is_not_null(), other)
    if date.null_count() == len(date):
        raise FileFaults(str(table.path), [missing("date", table.columns)])
    return date


def _since_midnight(times: Times | None, date: pl.Series) -> pl.Series:
    """Return times in milliseconds after the midnight of their row's date."""
    import polars as pl

    if times is None:
        return pl.Series([None] * len(date), dtype=pl.Int64)
    days = (times.date - date).dt.total_days().fill_null(0)
    return times.ms + days * DAY_MS


def _range(ends: Mapping[str, pl.Series], what: str) -> list[pl.Series]:
    """Return the ends between which something happened; equal where the time is known."""
    at, after, by = ends[what], ends[f"{what}_after"], ends[f"{what}_by"]
    known = at.is_not_null()
    # What has no upper end is not known to have happened, whatever its lower end.
    low = at.zip_with(known, after)
    high = at.zip_with(known, by)
    return [low.alias(f"{what}_after"), high.alias(f"{what}_by")]


def _text(names: Mapping[str, str], meaning: str) -> pl.Expr:
    import polars as pl

    name = names.get(meaning)
    return (pl.lit(None, pl.String) if name is None else pl.col(name)).alias(meaning)


def _truths(frame: pl.DataFrame, name: str | None) -> pl.Series:
    import polars as pl

    return pl.Series([None] * len(frame), dtype=pl.Boolean) if name is None else truth(frame[name])


def _stacked(parsed: Sequence[tuple[pl.DataFrame, list[Finding]]]) -> pl.DataFrame:
    import polars as pl

    return pl.concat([frame for frame, _ in parsed])


def _labels(rows: pl.DataFrame) -> dict[str, str | None]:
    """Return the queues there are, and the id of each."""
    pairs = rows.drop_nulls("queue").group_by("queue", maintain_order=True).first()
    return dict(pairs.select("queue", "queue_id").iter_rows())


def _date() -> pl.Expr:
    import polars as pl

    return pl.col("date")


def _other_queues(wanted: Sequence[str] | None) -> list[Check]:
    import polars as pl

    if wanted is None:
        return []
    other = ~pl.col("queue").is_in(list(wanted))
    return [Check(other, phrase("rows of other queues"), phrase("not asked for (--queue)"))]


def _clean(
    rows: pl.DataFrame, select: list[Check], samples: pl.DataFrame | None, source: str
) -> tuple[pl.DataFrame, list[Finding]]:
    """Return the tickets that can be used, and what became of the others."""
    findings = files_read(rows, phrase("tickets"))
    kept, dropped = sifted(rows, [*_readable(), *select])
    findings += dropped
    if kept.is_empty():
        raise _none_left(rows, findings, source)
    mended, repaired = _mend_lower_ends(kept, samples)
    _refuse_backwards(mended, source)
    kept, dropped = sifted(mended, _backward())
    single, twice = _without_duplicates(kept)
    findings += [*repaired, *dropped, *twice]
    if single.is_empty():
        raise _none_left(rows, findings, source)
    return single, findings


def _none_left(rows: pl.DataFrame, findings: Sequence[Finding], source: str) -> FileFaults:
    dates, span = rows["date"].drop_nulls(), ""
    if len(dates):
        span = phrase(
            "The dates there run from {first} to {last}.", first=dates.min(), last=dates.max()
        )
    none = phrase("none of {count:,} rows", count=len(rows))
    fault = Fault("FILE", phrase("tickets that can be used"), none, span)
    more = [Fault(phrase("left out"), phrase("none"), why) for why in left_out(findings)]
    return FileFaults(source, [fault, *more])


def _readable() -> list[Check]:
    import polars as pl

    return [
        Check(pl.col("queue").is_null(), phrase("tickets without a queue")),
        Check(pl.col("unread"), phrase("tickets with a time that cannot be read")),
        Check(pl.col("date").is_null(), phrase("tickets without a date")),
        Check(pl.col("arrived_by").is_null(), phrase("tickets without the time they were taken")),
    ]


def _mend_lower_ends(
    rows: pl.DataFrame, samples: pl.DataFrame | None
) -> tuple[pl.DataFrame, list[Finding]]:
    """Give a range without a lower end that of the sample before, or the usual width."""
    import polars as pl

    findings: list[Finding] = []
    for what in ("arrived", "called"):
        low, high = f"{what}_after", f"{what}_by"
        lacking = rows.filter(pl.col(low).is_null() & pl.col(high).is_not_null())
        if len(lacking):
            rows = rows.with_columns(_lower_ends(rows, low, high, samples).alias(low))
        rows = rows.with_columns(pl.when(pl.col(high).is_not_null()).then(pl.col(low)).alias(low))
        why = phrase("from the sample before, or as wide as is usual")
        findings += found(
            "repaired", phrase("ranges without a lower end ({column})", column=low), lacking, why
        )
    return rows, findings


def _lower_ends(rows: pl.DataFrame, low: str, high: str, samples: pl.DataFrame | None) -> pl.Series:
    """Return the lower ends of ranges, guessed where there is none."""
    import polars as pl

    width = pl.col(high) - pl.col(low)
    typical = int(rows.filter(width > 0).select(width.median()).item() or 0)
    before = _moment_before(rows, high, _moments(rows, samples))
    near = (pl.col(high) - before).is_between(1, 4 * typical)
    guess = pl.when(near).then(before).otherwise(pl.col(high) - typical)
    return rows.select(pl.coalesce(low, guess)).to_series()


def _moments(rows: pl.DataFrame, samples: pl.DataFrame | None) -> pl.DataFrame:
    """Return the moments of each date at which anything was noted, in order."""
    import polars as pl

    names = ("arrived_after", "arrived_by", "called_after", "called_by")
    seen = [rows.select("date", pl.col(name).alias("moment")).unique() for name in names]
    if samples is not None:
        seen.append(samples.select("date", pl.col("time").alias("moment")))
    return pl.concat(seen).drop_nulls().unique().sort("date", "moment")


def _moment_before(rows: pl.DataFrame, high: str, moments: pl.DataFrame) -> pl.Series:
    """Return the last moment of the date before each row's, null where there is none."""
    import polars as pl

    wanted = rows.select("date", at=pl.col(high) - 1).unique().drop_nulls().sort("at")
    # A search by date and moment in one number: days are far apart.
    day = pl.col("date").cast(pl.Int64) * (4 * DAY_MS)
    left = wanted.with_columns(key=day + pl.col("at")).sort("key")
    right = moments.with_columns(key=day + pl.col("moment")).sort("key")
    joined = left.join_asof(right.rename({"date": "seen"}), on="key")
    known = joined.with_columns(pl.when(pl.col("seen") == pl.col("date")).then(pl.col("moment")))
    index = rows.select("date", at=pl.col(high) - 1)
    return index.join(known, on=["date", "at"], how="left", maintain_order="left")["moment"]


def _backward() -> list[Check]:
    import polars as pl

    arrived, called = pl.col("arrived_after"), pl.col("called_after")
    return [
        Check(
            arrived > pl.col("arrived_by"), phrase("ranges of arrival that end before they begin")
        ),
        Check(
            called > pl.col("called_by"), phrase("ranges of the call that end before they begin")
        ),
        Check(pl.col("called_by") < arrived, phrase("tickets called before they were taken")),
        Check(pl.col("ended") < called, phrase("tickets ended before they were called")),
        Check(pl.col("ended") < arrived, phrase("tickets ended before they were taken")),
    ]


def _refuse_backwards(rows: pl.DataFrame, source: str) -> None:
    """Refuse a log in which most times run backwards: columns were confused."""
    import polars as pl

    wrong = pl.any_horizontal([check.bad.fill_null(False) for check in _backward()])
    timed = rows.filter(pl.col("called_by").is_not_null())
    bad = timed.filter(wrong)
    if len(bad) <= _MOSTLY * len(timed):
        return
    hint = phrase("Are the columns of arrival, call and end confused? Say which with --columns.")
    expected = phrase("tickets taken before they are called, and called before they end")
    told = phrase(
        "{count:,} of {every:,} tickets with times that run backwards ({places})",
        count=len(bad),
        every=len(timed),
        places=places(bad),
    )
    raise FileFaults(source, [Fault("arrived, called, ended", expected, told, hint)])


def _without_duplicates(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """Return each ticket once; without numbers, alike rows may be different people."""
    import polars as pl

    same = [name for name in rows.columns if name not in {"file", "line", "usable"}]
    again = pl.struct(same).is_first_distinct().not_()
    named = pl.col("ticket").is_not_null()
    twice, alike = rows.filter(again & named), rows.filter(again & ~named)
    findings = found(
        "dropped", phrase("duplicates of a ticket"), twice, phrase("the first row is kept")
    )
    why = phrase("without ticket numbers they may be different people")
    findings += found("noticed", phrase("rows that are alike"), alike, why)
    return rows.filter(~(again & named)), findings


def _counters_alone(tickets: pl.DataFrame, counters: pl.DataFrame | None) -> list[Finding]:
    """Say which queues have tickets and no open counters, or the other way round."""
    if counters is None:
        return []
    issued, sampled = set(tickets["queue"]), set(counters["queue"])
    pairs = (
        (phrase("queues with tickets and no open counters"), issued - sampled),
        (phrase("queues with open counters and no tickets"), sampled - issued),
    )
    return [Finding("noticed", what, len(q), tuple(sorted(q)[:5])) for what, q in pairs if q]
