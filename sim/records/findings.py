"""Rows that are found, dropped or mended, with the places where they stood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from sim.records.records import Finding, Happened
from sim.said import listed, phrase

if TYPE_CHECKING:
    import polars as pl

PLACES_NAMED: Final = 5
"""Places that a finding names; the others it counts."""


class Check(NamedTuple):
    """What makes a row unfit, in what words, and why it cannot be used."""

    bad: pl.Expr
    what: str
    why: str = ""


def found(happened: Happened, what: str, rows: pl.DataFrame, why: str = "") -> list[Finding]:
    """Return what is said of some rows, which have ``file`` and ``line``; nothing of none.

    Parameters
    ----------
    happened, what, why
        As in :class:`~sim.records.records.Finding`.
    rows
        The rows.
    """
    if rows.is_empty():
        return []
    return [Finding(happened, what, len(rows), _where(rows), why)]


def _where(rows: pl.DataFrame) -> tuple[str, ...]:
    first = rows.select("file", "line").head(PLACES_NAMED).iter_rows()
    return tuple(phrase("{file}, line {line}", file=file, line=str(line)) for file, line in first)


def places(rows: pl.DataFrame) -> str:
    """Return where the first of some rows stand."""
    return listed(_where(rows))


def left_out(findings: Sequence[Finding]) -> list[str]:
    """Return how many rows of what were left out."""
    return [
        phrase("{count:,} {what}", count=each.count, what=each.what)
        for each in findings
        if each.happened == "dropped"
    ]


def found_days(happened: Happened, what: str, days: pl.DataFrame, why: str = "") -> list[Finding]:
    """Return what is said of some days of queues, which have ``queue`` and ``date``."""
    if days.is_empty():
        return []
    first = days.select("date", "queue").head(PLACES_NAMED).iter_rows()
    where = tuple(phrase("{date}, {queue}", date=date, queue=queue) for date, queue in first)
    return [Finding(happened, what, len(days), where, why)]


def sifted(rows: pl.DataFrame, checks: Sequence[Check]) -> tuple[pl.DataFrame, list[Finding]]:
    """Return the rows that pass all checks, and what became of the others.

    A row that fails several checks counts at the first of them only.
    """
    import polars as pl

    failing = [pl.when(check.bad).then(pl.lit(i)) for i, check in enumerate(checks)]
    judged = rows.with_columns(pl.coalesce(failing).alias("\x00failed"))
    findings: list[Finding] = []
    for i, check in enumerate(checks):
        failed = judged.filter(pl.col("\x00failed") == i)
        findings += found("dropped", check.what, failed, check.why)
    return judged.filter(pl.col("\x00failed").is_null()).drop("\x00failed"), findings


def files_read(rows: pl.DataFrame, what: str) -> list[Finding]:
    """Return how many rows each file gave."""
    counts = rows.group_by("file", maintain_order=True).len()
    return [Finding("read", what, count, (file,)) for file, count in counts.iter_rows()]
