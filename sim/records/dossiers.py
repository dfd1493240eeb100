"""Read dossiers: event logs with a row an event, or tables with a row a dossier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.errors import Fault, FileFaults, PlannerError
from sim.records.cases import CASE_TIMES, case_rows
from sim.records.columns import DOSSIER_NAMES, check_given, missing, resolved
from sim.records.events import completed_events
from sim.records.findings import Check, files_read, found, left_out, places, sifted
from sim.records.people import test_users
from sim.records.records import EVENT_COLUMNS, DossierRecords, Finding, Quality
from sim.records.selection import check_dates, chosen, dated, public_holidays
from sim.records.table import Table, read_table
from sim.records.times import Times, read_file_times
from sim.records.xes import LINE
from sim.said import listed, phrase
from sim.wording import shown

if TYPE_CHECKING:
    import polars as pl

_TEXTS: Final = (
    "case", "activity", "transition", "instance", "resource", "procedure", "channel",
)  # fmt: skip
_TIMES: Final = ("started", "completed", *CASE_TIMES)
_WHOLE_CASE: Final = ("begun", "ended")
_NEARLY: Final = 0.95
_MOSTLY: Final = 0.5


def read_dossiers(
    paths: Sequence[Path],
    columns: Mapping[str, str] | None = None,
    *,
    procedures: Sequence[str] = (),
    first: dt.date | None = None,
    last: dt.date | None = None,
    holidays: str = "",
) -> DossierRecords:
    """Read dossiers and what was done with them.

    Parameters
    ----------
    paths
        Event logs (CSV, Excel, Parquet, XES, XES packed by gzip), or tables of cases with the
        dates of receipt and return, each of which gives two events, named as their columns.
    columns
        Column by meaning, as :func:`sim.records.columns.read_columns` returns it; the others are
        guessed from their names.
    procedures
        Procedures to read, by name or its first words; all by default.
    first, last
        First and last date on which the cases that are read began; all by default.
    holidays
        Two-letter code of the country whose public holidays are looked for.

    Raises
    ------
    PlannerError
        If nothing is asked for, or no country has that code.
    FileFaults
        If a file cannot be read, lacks a column, mixes two ways to write dates, or holds no
        dossier that can be used.
    """
    import polars as pl

    if not paths:
        raise PlannerError(phrase("No file of dossiers was given."))
    check_dates(first, last)
    tables = [read_table(Path(path)) for path in paths]
    given = dict(columns or {})
    check_given(given, {table.path.name: table.columns for table in tables})
    meanings = [resolved(t.path.name, t.columns, DOSSIER_NAMES, given) for t in tables]
    read = [_rows(table, meaning.names) for table, meaning in zip(tables, meanings, strict=True)]
    source = ", ".join(table.path.name for table in tables)
    rows = pl.concat([frame for frame, _ in read])
    findings = [finding for table in tables for finding in table.findings]
    findings += [finding for _, more in read for finding in more]
    events, told = _clean(rows, source)
    events, joined = completed_events(events, source)
    cases, about_cases = case_rows(events)
    events, cases, tests = test_users(events, cases)
    if events.is_empty():
        raise _none_left([*told, *joined, *tests], len(rows), source)
    events, cases, selected = _selected(events, cases, (procedures, first, last), source)
    findings += [*told, *joined, *about_cases, *tests, *selected]
    findings += _holidays(events, holidays)
    taken_for = tuple(column for meaning in meanings for column in meaning.columns)
    ordered = events.sort("case", "completed", "file", "line").select(EVENT_COLUMNS)
    return DossierRecords(ordered, cases.sort("begun", "case"), Quality(taken_for, tuple(findings)))


def _rows(table: Table, names: Mapping[str, str]) -> tuple[pl.DataFrame, list[Finding]]:
    """Return a file's rows, an event each, with what it says of their case."""
    is_log = {"activity", "completed"} <= names.keys()
    is_cases = set(_WHOLE_CASE) <= names.keys()
    if "case" in names and is_cases and (not is_log or _one_row_each(table, names)):
        return _case_table_rows(table, names)
    if "case" in names and is_log:
        return _log_rows(table, names)
    half = bool(set(_WHOLE_CASE) & names.keys()) and "activity" not in names
    needed = ("case", *_WHOLE_CASE) if half else ("case", "activity", "completed")
    faults = [missing(meaning, table.columns) for meaning in needed if meaning not in names]
    raise FileFaults(str(table.path), faults)


def _one_row_each(table: Table, names: Mapping[str, str]) -> bool:
    """Tell a table of cases with a status from a log; ``case:`` before a name is said in logs."""
    if names["begun"].startswith("case:"):
        return False
    return table.frame[names["case"]].n_unique() >= _NEARLY * len(table.frame)


def _log_rows(
    table: Table, names: Mapping[str, str], needed: Sequence[str] = ("started", "completed")
) -> tuple[pl.DataFrame, list[Finding]]:
    """Return the rows of an event log; those whose `needed` times cannot be read are marked."""
    import polars as pl

    frame = table.frame
    of_time = {m: name for m, name in names.items() if m in _TIMES}
    read = read_file_times(frame, of_time, table.path, frame[LINE])
    texts = [(pl.col(names[m]) if m in names else pl.lit(None, pl.String)).alias(m) for m in _TEXTS]
    rows = frame.select(pl.lit(table.path.name).alias("file"), pl.col(LINE).alias("line"), *texts)
    own = [read[m].unread for m in needed if m in read]
    times = [_moments(read.get(m), len(frame)).alias(m) for m in _TIMES]
    dated_only = [_dates_only(read.get(m), len(frame)).alias(f"{m}_is_date") for m in CASE_TIMES]
    unread = pl.any_horizontal(own).alias("unread")
    findings = [finding for each in read.values() for finding in each.findings]
    for meaning in (name for name in read if name not in needed):
        wrong = rows.filter(read[meaning].unread)
        what = phrase("values of {column} that are no time", column=shown(names[meaning]))
        findings += found("noticed", what, wrong, phrase("taken as not filled in"))
    return rows.with_columns(*times, *dated_only, unread, whole=pl.lit(False)), findings


def _case_table_rows(table: Table, names: Mapping[str, str]) -> tuple[pl.DataFrame, list[Finding]]:
    """Return two events for each row of a table of cases: received and returned."""
    import polars as pl

    of_case = {m: n for m, n in names.items() if m not in _STEP}
    rows, findings = _log_rows(table, of_case, _WHOLE_CASE)
    parts = [
        rows.with_columns(
            pl.lit(names[meaning]).alias("activity"),
            pl.col(meaning).alias("completed"),
            whole=pl.lit(True),
        )
        for meaning in _WHOLE_CASE
    ]
    return pl.concat(parts).sort("line", maintain_order=True), findings


_STEP: Final = ("activity", "started", "completed", "transition", "instance")


def _moments(times: Times | None, count: int) -> pl.Series:
    """Return wall-clock datetimes; those without a time of day at midnight."""
    import polars as pl

    if times is None:
        return pl.Series([None] * count, dtype=pl.Datetime("ms"))
    frame = pl.DataFrame({"date": times.date, "ms": times.ms})
    moment = pl.col("date").cast(pl.Datetime("ms")) + pl.duration(
        milliseconds=pl.col("ms").fill_null(0)
    )
    return frame.select(moment.cast(pl.Datetime("ms"))).to_series()


def _dates_only(times: Times | None, count: int) -> pl.Series:
    """Tell which times have no time of day."""
    import polars as pl

    if times is None:
        return pl.Series([False] * count, dtype=pl.Boolean)
    return times.date.is_not_null() & times.ms.is_null()


def _clean(rows: pl.DataFrame, source: str) -> tuple[pl.DataFrame, list[Finding]]:
    """Return the rows that say a case, a step and a time, once each."""
    import polars as pl

    findings = files_read(rows, phrase("events"))
    untimed = pl.col("completed").is_null() & pl.col("started").is_null()
    returned, received = pl.col("ended").dt.date(), pl.col("begun").dt.date()
    backwards = pl.when("whole").then(returned < received)
    checks = [
        Check(pl.col("case").is_null(), phrase("events without a case")),
        Check(pl.col("activity").is_null(), phrase("events without a step")),
        Check(pl.col("unread"), phrase("events with a time that cannot be read")),
        Check(untimed & ~pl.col("whole"), phrase("events without a time")),
        Check(
            untimed & pl.col("whole"), phrase("dates of receipt or return that are not filled in")
        ),
        Check(
            backwards, phrase("receipts and returns of dossiers returned before they were received")
        ),
    ]
    timed = rows.filter(backwards.is_not_null())
    if len(timed) and timed.select(backwards.mean()).item() > _MOSTLY:
        raise _backwards(timed.filter(backwards), source)
    kept, dropped = sifted(rows, checks)
    same = [name for name in kept.columns if name not in {"file", "line"}]
    twice = pl.struct(same).is_first_distinct().not_()
    again = kept.filter(twice)
    findings += [
        *dropped,
        *found("dropped", phrase("duplicates of an event"), again, phrase("the first is kept")),
    ]
    if kept.is_empty():
        raise _none_left(findings, len(rows), source)
    return kept.filter(~twice), findings


def _backwards(rows: pl.DataFrame, source: str) -> FileFaults:
    told = phrase("most returned before they were received ({places})", places=places(rows))
    hint = phrase("Are the columns of receipt and return confused? Say which with --columns.")
    expected = phrase("dossiers received before they are returned")
    return FileFaults(source, [Fault("begun, ended", expected, told, hint)])


def _none_left(findings: Sequence[Finding], count: int, source: str) -> FileFaults:
    reasons = listed(left_out(findings), "; ")
    none = phrase("none of {count:,}: {reasons}", count=count, reasons=reasons)
    return FileFaults(source, [Fault("FILE", phrase("events that can be used"), none)])


def _selected(
    events: pl.DataFrame,
    cases: pl.DataFrame,
    asked: tuple[Sequence[str], dt.date | None, dt.date | None],
    source: str,
) -> tuple[pl.DataFrame, pl.DataFrame, list[Finding]]:
    """Return the cases that are asked for, and their events."""
    import polars as pl

    procedures, first, last = asked
    checks = dated(pl.col("begun").dt.date(), first, last, phrase("events of cases that began"))
    if procedures:
        labels = dict.fromkeys(cases["procedure"].drop_nulls().unique().sort())
        if not labels:
            raise FileFaults(source, [_no_procedures()])
        wanted = chosen(procedures, dict(labels), "--procedure", source)
        other = ~pl.col("procedure").is_in(wanted).fill_null(False)
        checks.append(
            Check(
                other, phrase("events of other procedures"), phrase("not asked for (--procedure)")
            )
        )
    if not checks:
        return events, cases, []
    known = cases.select("case", "procedure", "begun")
    with_case = events.drop("procedure", "begun").join(known, on="case", maintain_order="left")
    kept, dropped = sifted(with_case, checks)
    if kept.is_empty():
        raise _none_left(dropped, len(events), source)
    return kept, cases.join(kept.select("case").unique(), on="case", how="semi"), dropped


def _no_procedures() -> Fault:
    expected, hint = phrase("a column with the procedure"), phrase("Use --columns.")
    return Fault("--procedure", expected, phrase("none"), hint)


def _holidays(events: pl.DataFrame, country: str) -> list[Finding]:
    import polars as pl

    date = pl.col("completed").dt.date()
    days = public_holidays(country, events.select(date).to_series())
    return found("noticed", phrase("events on public holidays"), events.filter(date.is_in(days)))
