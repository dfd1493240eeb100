"""Read the numbers of open counters over time, and find where sampling stopped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from sim.clock import MINUTE_MS
from sim.errors import FileFaults
from sim.records.columns import missing
from sim.records.findings import Check, files_read, found, sifted
from sim.records.records import COUNTER_COLUMNS, Finding
from sim.records.table import Table
from sim.records.times import read_file_times
from sim.records.xes import LINE
from sim.said import phrase

if TYPE_CHECKING:
    import polars as pl

_LONG: Final = 4
"""A gap is as many sampling intervals long, and at least a quarter of an hour."""
_LEAST_GAP_MS: Final = 15 * MINUTE_MS
_MOST_OPEN: Final = 1000


def counter_rows(table: Table, names: Mapping[str, str]) -> tuple[pl.DataFrame, list[Finding]]:
    """Return a file's samples with file, line and queue_id, null where unreadable.

    Raises
    ------
    FileFaults
        If a column that is needed is not there, or its times cannot be read.
    """
    import polars as pl

    frame = table.frame
    of_time = {m: names[m] for m in ("date", "time") if m in names}
    read = read_file_times(frame, of_time, table.path, frame[LINE])
    findings = [finding for times in read.values() for finding in times.findings]
    date = read["date"].date if "date" in read else read["time"].date
    if date.null_count() == len(date):
        raise FileFaults(str(table.path), [missing("date", table.columns)])
    rows = frame.select(
        pl.lit(table.path.name).alias("file"),
        pl.col(LINE).alias("line"),
        pl.col(names["queue"]).alias("queue"),
        (pl.col(names["queue_id"]) if "queue_id" in names else pl.lit(None, pl.String)).alias(
            "queue_id"
        ),
        date.alias("date"),
        read["time"].ms.alias("time"),
        _whole(names.get("open")).alias("open"),
        _whole(names.get("waiting")).alias("waiting"),
    )
    return rows, findings


def _whole(name: str | None) -> pl.Expr:
    """Return a column of whole numbers; null for what is none."""
    import polars as pl

    if name is None:
        return pl.lit(None, pl.Int64)
    value = pl.col(name).cast(pl.Float64, strict=False)
    return pl.when((value == value.floor()) & (value >= 0)).then(value).cast(pl.Int64)


def clean_counters(rows: pl.DataFrame, checks: list[Check]) -> tuple[pl.DataFrame, list[Finding]]:
    """Return the samples that can be used, in order of queue, date and time.

    Parameters
    ----------
    rows
        As :func:`counter_rows` returns them.
    checks
        Which queues and dates are left out.
    """
    import polars as pl

    findings = files_read(rows, phrase("samples of open counters"))
    needed = [
        Check(pl.col("queue").is_null(), phrase("samples without a queue")),
        Check(
            pl.col("date").is_null() | pl.col("time").is_null(), phrase("samples without a time")
        ),
        *checks,
        Check(
            pl.col("open").is_null() | (pl.col("open") > _MOST_OPEN),
            phrase(
                "samples without a whole number of open counters (0 to {most:,})", most=_MOST_OPEN
            ),
        ),
    ]
    kept, dropped = sifted(rows, needed)
    key = ["queue", "date", "time"]
    last = kept.unique(key, keep="last", maintain_order=True)
    again = kept.join(last, on=["file", "line"], how="anti")
    findings += dropped
    findings += found(
        "dropped", phrase("samples of a moment noted twice"), again, phrase("the last one holds")
    )
    return last.sort(key).select(COUNTER_COLUMNS), findings


def sampling_gaps(counters: pl.DataFrame) -> pl.DataFrame:
    """Return the gaps in regular samples: queue, date, gap_from and gap_to; none in others.

    Notes
    -----
    Samples are regular where 19 of 20 follow within three typical intervals: where counters are
    noted only as they change, a long interval is no gap.
    """
    import polars as pl

    before = pl.col("time").shift().over("queue", "date")
    steps = counters.with_columns(gap_from=before).drop_nulls("gap_from")
    width = pl.col("time") - pl.col("gap_from")
    typical = steps.select(width.median()).item() or 0
    wide = steps.select(width.quantile(0.95)).item() or 0
    regular = len(steps) >= 20 and wide <= 3 * typical
    limit = max(_LONG * typical, _LEAST_GAP_MS)
    gaps = steps.filter(width > limit if regular else pl.lit(False))
    return gaps.select("queue", "date", "gap_from", gap_to="time")
