"""Rows of ``cases.parquet``: as they are kept until all are there, and as they are written.

Where cases are measured, their columns become bytes as they are, numbers in as few bytes as hold
them. Words, dates and hours are made of many at a time when all of them are written.
"""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.blueprint import NONE, Blueprint
from sim.case_table import CaseTable
from sim.causes import CAUSES
from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.log import End

if TYPE_CHECKING:
    import polars as pl

TOGETHER: Final = 50_000
"""Rows made at a time, about."""
_EPOCH: Final = dt.date(1970, 1, 1).toordinal()
_NARROW: Final = (np.int8, np.int16, np.int32)
_KINDS: Final = {"i": np.int64, "f": np.float64, "b": np.bool_}

Column = NDArray[Any]


@dataclass(frozen=True)
class _Head:
    """What is said of a piece before its columns.

    Attributes
    ----------
    scenario, replication
        Whose cases they are.
    demands
        Ids of the office's demands.
    midnight
        Beginning of the run in milliseconds since 1970, by the office's clocks.
    rows
        How many.
    columns
        Name and type of each.
    compressed
        Whether the columns are.
    """

    scenario: str
    replication: int
    demands: list[str]
    midnight: int
    rows: int
    columns: list[tuple[str, str]]
    compressed: bool


def packed(
    scenario: str,
    replication: int,
    layout: Blueprint,
    cases: CaseTable,
    *,
    compressed: bool = False,
) -> bytes:
    """Return measured cases as bytes, of which :func:`frames` makes rows.

    Parameters
    ----------
    scenario, replication
        Whose cases they are.
    layout
        The office they came to.
    cases
        The cases.
    compressed
        Whether they go a long way.
    """
    columns = {name: _narrowed(values) for name, values in _columns(cases).items()}
    head = _Head(
        scenario,
        replication,
        [plan.demand.id for plan in layout.demands],
        (layout.calendar.first_date.toordinal() - _EPOCH) * DAY_MS,
        len(cases.end),
        [(name, values.dtype.str) for name, values in columns.items()],
        compressed,
    )
    body = b"".join([values.tobytes() for values in columns.values()])
    said = json.dumps(vars(head)).encode() + b"\n"
    return said + (zlib.compress(body, 1) if compressed else body)


def _columns(cases: CaseTable) -> dict[str, Column]:
    own = {name: getattr(cases, name) for name in _OF_A_CASE}
    costs = {"citizen_cost": cases.costs.in_all, "fees": cases.costs.fees}
    priority = {"priority": cases.priority_class == 0}
    return own | costs | priority | dict(zip(CAUSES, cases.causes, strict=True))


_OF_A_CASE: Final = (
    "demand", "day", "number", "arrival", "end", "closed", "online", "wait", "visit",
    "turnaround", "turnaround_open", "same_day", "trips", "trips_in_vain", "slips", "apologies",
)  # fmt: skip


def _narrowed(values: Column) -> Column:
    """Return whole numbers in the fewest bytes that hold all of them."""
    if values.dtype.kind != "i" or not len(values):
        return values
    least, most = values.min(), values.max()
    for narrow in _NARROW:
        if np.iinfo(narrow).min <= least and most <= np.iinfo(narrow).max:
            return values.astype(narrow)
    return values


def frames(pieces: Iterable[bytes | Path], together: int = TOGETHER) -> Iterator[pl.DataFrame]:
    """Yield the rows of pieces in their order, about so many at a time.

    Parameters
    ----------
    pieces
        What :func:`packed` made, or the files in which that lies.
    together
        How many rows at a time, at least; of the last fewer.
    """
    waiting: list[tuple[_Head, dict[str, Column]]] = []
    for piece in pieces:
        waiting.append(_read(piece if isinstance(piece, bytes) else piece.read_bytes()))
        if sum(head.rows for head, _ in waiting) >= together:
            yield _frame(waiting)
            waiting.clear()
    if waiting:
        yield _frame(waiting)


def _read(content: bytes) -> tuple[_Head, dict[str, Column]]:
    end = content.index(b"\n")
    head = _Head(**json.loads(content[:end]))
    body = memoryview(content)[end + 1 :]
    if head.compressed:
        body = memoryview(zlib.decompress(body))
    sizes = [np.dtype(kind).itemsize * head.rows for _, kind in head.columns]
    starts = accumulate(sizes, initial=0)
    columns = {
        name: np.frombuffer(body, kind, head.rows, start)
        for (name, kind), start in zip(head.columns, starts, strict=False)
    }
    return head, columns


def _frame(pieces: list[tuple[_Head, dict[str, Column]]]) -> pl.DataFrame:
    """Return pieces as one table: a row a measured case, null where there is no value."""
    import polars as pl

    heads, columns = [head for head, _ in pieces], [each for _, each in pieces]
    found: dict[str, Column] = {
        name: np.concatenate([each[name] for each in columns], dtype=_KINDS[np.dtype(kind).kind])
        for name, kind in heads[0].columns
    }
    rows = [head.rows for head in heads]
    names = list(dict.fromkeys(name for head in heads for name in (head.scenario, *head.demands)))
    place = {name: number for number, name in enumerate(names)}
    demands = [
        np.array([place[name] for name in head.demands])[each["demand"]]
        for head, each in zip(heads, columns, strict=True)
    ]
    texts = pl.Series(names, dtype=pl.String)
    found["midnight"] = np.repeat([head.midnight for head in heads], rows)
    found["replication"] = np.repeat([head.replication for head in heads], rows)
    words = {
        "scenario": texts.gather(np.repeat([place[head.scenario] for head in heads], rows)),
        "demand": texts.gather(np.concatenate(demands)),
        "ended": pl.Series([end.name.lower() for end in End]).gather(found["end"]),
    }
    numbers = found | _durations(found)
    series = {name: pl.Series(name, values, nan_to_null=True) for name, values in numbers.items()}
    return pl.DataFrame(series | words).with_columns(**_made_of()).select(schema().keys())


def _durations(found: dict[str, Column]) -> dict[str, Column]:
    """Return minutes and hours; not a number where a case that is not done has no value.

    Not by polars, which multiplies by the inverse: the last bit would be another.
    """
    done = found["end"] == End.DONE
    hours = {
        "turnaround_hours": "turnaround",
        "turnaround_working_hours": "turnaround_open",
    } | {f"time.{cause}_hours": cause for cause in CAUSES}
    return {
        "wait_minutes": found["wait"] / MINUTE_MS,
        "visit_minutes": found["visit"] / MINUTE_MS,
    } | {name: np.where(done, found[of] / HOUR_MS, np.nan) for name, of in hours.items()}


def _made_of() -> dict[str, pl.Expr]:
    """Return what columns of the table are made of that are not there already."""
    import polars as pl

    def whole(name: str) -> pl.Expr:
        return pl.col(name).cast(pl.Int32)

    def moment(name: str) -> pl.Expr:
        told = pl.when(pl.col(name) != NONE).then(pl.col(name) + pl.col("midnight"))
        return told.cast(pl.Datetime("ms"))

    date = (pl.col("day") - _EPOCH).cast(pl.Int32).cast(pl.Date)
    return {
        "case": pl.format("{}/{}/{}", "demand", date, "number"),
        "date": date,
        "arrived": moment("arrival"),
        "closed": moment("closed"),
        "filed_online": pl.col("online"),
        "appointment_slips": whole("slips"),
    } | {name: whole(name) for name in _COUNTS}


_COUNTS: Final = ("replication", "number", "trips", "trips_in_vain", "apologies")


def schema() -> dict[str, Any]:
    """Return the type of each column of the table."""
    import polars as pl

    whole, moment, number = pl.Int32, pl.Datetime("ms"), pl.Float64
    return {
        "scenario": pl.String, "replication": whole, "case": pl.String, "demand": pl.String,
        "date": pl.Date, "number": whole, "arrived": moment, "ended": pl.String,
        "closed": moment, "priority": pl.Boolean, "filed_online": pl.Boolean,
        "wait_minutes": number, "visit_minutes": number, "turnaround_hours": number,
        "turnaround_working_hours": number, "same_day": pl.Boolean, "trips": whole,
        "trips_in_vain": whole, "appointment_slips": whole, "apologies": whole,
        "citizen_cost": number, "fees": number,
    } | {f"time.{cause}_hours": number for cause in CAUSES}  # fmt: skip
