"""Gather what an event log says of each case: its beginning, end, deadline, channel, procedure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sim.records.findings import found
from sim.records.records import CASE_COLUMNS, Finding
from sim.said import listed, phrase
from sim.wording import shown

if TYPE_CHECKING:
    import polars as pl

CASE_TIMES: Final = ("begun", "ended", "deadline")

_NEARLY: Final = 0.95
_FEW: Final = 3
"""Clock times, at most, that dates are written with: midnight, and midnight of another clock."""
_RARE: Final = 0.02
"""Clock times of fewer cases are their own."""
_LEAST: Final = 20


class _Dates(NamedTuple):
    """Which times of a column are dates, their clock times but midnight, how many have one."""

    only: pl.Series
    shifted: list[str]
    shifted_count: int


def case_rows(events: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """Return a row a case, with the columns of cases.

    Parameters
    ----------
    events
        Completed events with what their rows say of the case; the first that says it holds.

    Notes
    -----
    A time is a date only where no time of day is written, where it is midnight, or where its whole
    column is dates: nearly all (19 of 20) of its cases share at most three clock times, as happens
    to dates that were moved between clocks. Dates are cut to midnight.
    """
    import polars as pl

    once = ["procedure", "channel", *CASE_TIMES]
    flags = [f"{name}_is_date" for name in CASE_TIMES]
    held = [pl.col(name).drop_nulls().first() for name in once]
    dated = [
        pl.col(flag).filter(pl.col(flag.removesuffix("_is_date")).is_not_null()).first()
        for flag in flags
    ]
    cases = events.group_by("case", maintain_order=True).agg(
        *held,
        *dated,
        pl.col("file", "line").first(),
        early=pl.min_horizontal(pl.col("started").min(), pl.col("completed").min()),
    )
    findings = _contradictions(events, once)
    for name in CASE_TIMES:
        dates = _dates_only(cases, name)
        cases = cases.with_columns(_cut(name, dates.only), dates.only.alias(f"{name}_is_date"))
        findings += _shifted(name, dates)
    cases, mended = _mended(cases)
    return cases.select(CASE_COLUMNS), [*findings, *mended]


def _dates_only(cases: pl.DataFrame, name: str) -> _Dates:
    """Tell which times of a column are dates; times of day count by whole seconds."""
    import polars as pl

    clock = pl.col(name).dt.strftime("%H:%M:%S")
    column = cases.select(clock=clock, flag=pl.col(f"{name}_is_date").fill_null(False))
    known = column.drop_nulls("clock")
    midnight = (column["clock"] == "00:00:00").fill_null(False)
    bare = column["flag"] | midnight
    common = known.group_by("clock").len().sort("len", "clock", descending=[True, False]).head(_FEW)
    common = common.filter(pl.col("len") >= max(2, _RARE * len(known)))
    share = common["len"].sum() / max(len(known), 1)
    dates = len(known) >= _LEAST and share >= _NEARLY and len(cases[name].dt.date().unique()) > _FEW
    if not dates:
        return _Dates(bare, [], 0)
    other = [text for text in common["clock"] if text != "00:00:00"]
    moved = common.filter(pl.col("clock").is_in(other))["len"].sum()
    return _Dates(column["clock"].is_not_null(), other, int(moved))


def _cut(name: str, only: pl.Series) -> pl.Expr:
    import polars as pl

    day = pl.col(name).dt.truncate("1d")
    return pl.when(only).then(day).otherwise(pl.col(name)).alias(name)


def _shifted(name: str, dates: _Dates) -> list[Finding]:
    if not dates.shifted:
        return []
    what = phrase(
        "times of {column} that are dates, written with {times}",
        column=shown(name),
        times=listed(dates.shifted),
    )
    count = dates.shifted_count
    why = phrase("nearly all cases share these clock times, so none is the hour of anything")
    return [Finding("repaired", what, count, (), why)]


def _contradictions(events: pl.DataFrame, names: list[str]) -> list[Finding]:
    """Say where the events of one case say different things of it."""
    import polars as pl

    several = pl.col(names).drop_nulls().n_unique() > 1
    counts = events.group_by("case", maintain_order=True).agg(several)
    found_in = [(name, counts.filter(pl.col(name))["case"]) for name in names]
    return [
        Finding(
            "noticed",
            phrase("cases whose rows differ in {column}", column=name),
            len(at),
            tuple(at.head(5)),
            _FIRST,
        )
        for name, at in found_in
        if len(at)
    ]


_FIRST: Final = phrase("the first that is filled in holds")


def _mended(cases: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """Give cases without a beginning that of their first event; set impossible ends aside."""
    import polars as pl

    lacking = pl.col("begun").is_null()
    day = pl.col("begun").dt.truncate("1d")
    wrong = pl.col("ended") < pl.when(pl.col("begun_is_date")).then(day).otherwise(pl.col("begun"))
    wrong = wrong & ~(pl.col("ended_is_date") & (pl.col("ended") == day))
    odd = (pl.col("begun").dt.date() > pl.col("early").dt.date()).fill_null(False)
    due = (pl.col("deadline").dt.date() < pl.col("begun").dt.date()).fill_null(False)
    some = not cases.filter(~lacking).is_empty()
    why = phrase("the first event stands for it")
    findings = [
        *(
            found("repaired", phrase("cases without a beginning"), cases.filter(lacking), why)
            if some
            else []
        ),
        *found(
            "repaired",
            phrase("cases that end before they begin"),
            cases.filter(wrong),
            phrase("end set aside"),
        ),
        *found("noticed", phrase("cases that begin after their first event"), cases.filter(odd)),
        *found("noticed", phrase("cases due before they begin"), cases.filter(due)),
    ]
    ended = pl.when(wrong.fill_null(False)).then(None).otherwise(pl.col("ended"))
    mended = cases.with_columns(
        begun=pl.coalesce("begun", "early"),
        begun_is_date=pl.col("begun_is_date") & ~lacking,
        ended=ended,
        ended_is_date=pl.col("ended_is_date") & ended.is_not_null(),
    )
    return mended, findings
