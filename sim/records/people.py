"""Tell test users from people who work, as far as their names do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.records.columns import folded
from sim.records.findings import found
from sim.records.records import Finding
from sim.said import phrase

if TYPE_CHECKING:
    import polars as pl

_TEST: Final = r"^(test|tester|testuser|kiem thu|thu nghiem|dummy|demo)( ?\d+)?( |$)"
_SYSTEM: Final = (
    r"^(admin|administrator|system|he thong|quan tri|root|batch|robot|bot|auto)( ?\d+)?( |$)"
)
_MOSTLY: Final = 0.5


def test_users(
    events: pl.DataFrame, cases: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, list[Finding]]:
    """Leave out the cases that are mostly the work of test users, and name other odd users.

    Parameters
    ----------
    events, cases
        As read.

    Notes
    -----
    A test user's single event in a case that others worked on stays: without it the case's route
    would be wrong. Administrators and systems may well do an office's work; they stay.
    """
    import polars as pl

    names = {name: folded(name) for name in events["resource"].drop_nulls().unique()}
    plain = pl.col("resource").replace_strict(names, default=None, return_dtype=pl.String)
    marked = events.with_columns(
        test=plain.str.contains(_TEST).fill_null(False),
        system=plain.str.contains(_SYSTEM).fill_null(False),
    ).with_columns(share=pl.col("test").mean().over("case"))
    theirs = marked.filter(pl.col("share") > _MOSTLY)
    stay = marked.filter(pl.col("share") <= _MOSTLY)
    why = phrase("most of their case was done by {people}", people=_named(theirs.filter("test")))
    mixed, system = stay.filter("test"), stay.filter("system")
    findings = [
        *found("dropped", phrase("events of cases that are a test"), theirs, why),
        *found(
            "noticed",
            phrase("events by test users in other cases ({people})", people=_named(mixed)),
            mixed,
            phrase("kept"),
        ),
        *found(
            "noticed",
            phrase("events by administrators or systems ({people})", people=_named(system)),
            system,
        ),
    ]
    left = cases.join(stay.select("case").unique(), on="case", how="semi", maintain_order="left")
    return stay.drop("test", "system", "share"), left, findings


def _named(rows: pl.DataFrame) -> str:
    names = rows["resource"].unique().sort().to_list()
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
