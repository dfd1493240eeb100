"""Make one event of a row that begins a step and the row that completes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.errors import Fault, FileFaults
from sim.records.findings import Check, found, places, sifted
from sim.records.records import Finding
from sim.said import phrase

if TYPE_CHECKING:
    import polars as pl

_STEP: Final = ("case", "activity", "instance")
_BEGINS: Final = ("start", "started", "begin", "bat dau", "bắt đầu")
_ENDS: Final = (
    "complete",
    "completed",
    "end",
    "finish",
    "done",
    "ket thuc",
    "kết thúc",
    "hoàn thành",
)
_MOSTLY: Final = 0.5


def completed_events(rows: pl.DataFrame, source: str) -> tuple[pl.DataFrame, list[Finding]]:
    """Return an event for each step that was completed.

    Parameters
    ----------
    rows
        Events with ``transition``: null where the log has none, which is a completion.
    source
        The files, for messages.

    Raises
    ------
    FileFaults
        If most steps end before they begin, or none was completed.

    Notes
    -----
    Of the same case and step (and instance, where the log names it), the first row that begins
    goes with the first that completes, and so on.
    """
    import polars as pl

    kind = pl.col("transition").str.to_lowercase().str.strip_chars().fill_null("complete")
    named = rows.with_columns(kind=kind)
    begins, ends = (named.filter(pl.col("kind").is_in(kinds)) for kinds in (_BEGINS, _ENDS))
    others = named.filter(~pl.col("kind").is_in([*_BEGINS, *_ENDS]))
    why = phrase("neither the start nor the completion of a step (lifecycle:transition)")
    findings = found("dropped", phrase("events of another kind"), others, why)
    if ends.is_empty():
        expected = phrase("events that complete a step")
        raise FileFaults(source, [Fault("transition", expected, phrase("none"))])
    joined, paired = _paired(begins, ends)
    findings += paired
    untimed = Check(
        pl.col("completed").is_null(), phrase("steps that were begun and not completed")
    )
    kept, dropped = sifted(joined, [untimed])
    _refuse_backwards(kept, source)
    backwards = Check(
        pl.col("started") > pl.col("completed"), phrase("steps that end before they begin")
    )
    kept, wrong = sifted(kept, [backwards])
    return kept.drop("kind", "transition", "instance"), [*findings, *dropped, *wrong]


def _paired(begins: pl.DataFrame, ends: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """Give completions the time at which their step began."""
    import polars as pl

    if begins.is_empty():
        return ends, []
    own = pl.coalesce("started", "completed")
    # Some logs number instances of rows, not of steps: then no two rows share one.
    shared = len(begins.join(ends, on=_STEP, how="semi", nulls_equal=True)) > 0
    step = _STEP if shared else _STEP[:2]
    place = pl.int_range(pl.len()).over(step)
    first = begins.with_columns(at=own).sort("at", maintain_order=True).with_columns(place=place)
    last = ends.sort("completed", maintain_order=True).with_columns(place=place)
    key = [*step, "place"]
    joined = last.join(first.select(*key, "at"), on=key, how="left", nulls_equal=True)
    joined = joined.with_columns(started=pl.coalesce("started", "at"))
    alone = first.join(last, on=key, how="anti", nulls_equal=True)
    used = first.join(last, on=key, how="semi", nulls_equal=True)
    lacking = joined.filter(pl.col("started").is_null())
    return joined.drop("at", "place"), [
        *found("read", phrase("rows that begin a step, joined with its completion"), used),
        *found("dropped", phrase("steps that were begun and never completed"), alone),
        *found("noticed", phrase("steps completed without a recorded beginning"), lacking),
    ]


def _refuse_backwards(rows: pl.DataFrame, source: str) -> None:
    import polars as pl

    timed = rows.filter(pl.col("started").is_not_null())
    bad = timed.filter(pl.col("started") > pl.col("completed"))
    if len(bad) <= _MOSTLY * len(timed):
        return
    told = phrase(
        "{count:,} of {every:,} steps with times that run backwards ({places})",
        count=len(bad),
        every=len(timed),
        places=places(bad),
    )
    hint = phrase("Are the columns of start and end confused? Say which with --columns.")
    expected = phrase("steps that begin before they are completed")
    raise FileFaults(source, [Fault("started, completed", expected, told, hint)])
