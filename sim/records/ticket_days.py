"""Judge each queue's days: which are whole, which are not like others, and what is odd in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.clock import HOUR_MS, MINUTE_MS
from sim.records.counters import sampling_gaps
from sim.records.findings import found, found_days
from sim.records.records import Finding
from sim.records.selection import public_holidays
from sim.said import listed, phrase

if TYPE_CHECKING:
    import polars as pl

QUEUE_DAY: Final = ("queue", "date")

_KEPT_OUT: Final = phrase(
    "such days are kept out of fitting, unless the record itself says they are good"
)
_MOST_RESETS: Final = 3
"""Where numbers fall more often in a day, they do not count the queue."""
_FAR: Final = 4.0
_LEAST_DAYS: Final = 5
_WIDE: Final = 4
_LEAST_WIDE_MS: Final = 15 * MINUTE_MS
_LONG_WAIT_MS: Final = 8 * HOUR_MS
_EARLY_MS: Final = 5 * HOUR_MS
_LATE_MS: Final = 21 * HOUR_MS


def judged(
    tickets: pl.DataFrame, counters: pl.DataFrame | None, country: str
) -> tuple[pl.DataFrame, list[Finding]]:
    """Return the tickets with ``usable`` set, and what was noticed of their days.

    Parameters
    ----------
    tickets
        With the columns of tickets; ``usable`` as the record itself says, or null.
    counters
        Open counters, or None.
    country
        Two-letter code of the country whose public holidays are looked for; empty for none.

    Notes
    -----
    Where the record itself says of a ticket whether it can be used, that holds: resets and gaps in
    sampling are then noticed only. Public holidays are kept out of fitting in any case.
    """
    import polars as pl

    said = tickets.filter(~pl.col("usable"))
    findings = found("noticed", phrase("tickets that the record itself marks as not usable"), said)
    numbered = _numbered(tickets)
    faulty, public = [], _holidays(tickets, country)
    for days, more in (_resets(numbered), _sampling(tickets, counters), _wide_ranges(tickets)):
        faulty.append(days.select(QUEUE_DAY))
        findings += more
    marked = _marked(_marked(tickets, pl.concat(faulty), "faulty"), public[0], "closed")
    usable = pl.col("usable").fill_null(~pl.col("faulty")) & ~pl.col("closed")
    tickets = marked.with_columns(usable=usable).drop("faulty", "closed")
    findings += [*public[1], *_gaps(numbered), *_odd_days(tickets), *_odd_tickets(tickets)]
    return tickets, findings


def _marked(tickets: pl.DataFrame, days: pl.DataFrame, name: str) -> pl.DataFrame:
    """Add whether a ticket is of some queues' days."""
    import polars as pl

    marks = days.select(QUEUE_DAY).unique().with_columns(pl.lit(True).alias(name))
    joined = tickets.join(marks, on=QUEUE_DAY, how="left", maintain_order="left")
    return joined.with_columns(pl.col(name).fill_null(False))


def _numbered(tickets: pl.DataFrame) -> pl.DataFrame:
    """Return the tickets with a number, in the order in which each series should count."""
    import polars as pl

    parts = pl.col("ticket").str.extract_groups(r"^(?<series>.*?)(?<number>\d{1,9})$")
    series = parts.struct["series"]
    return (
        tickets.with_columns(series=series, number=parts.struct["number"].cast(pl.Int64))
        .drop_nulls("number")
        .sort(*QUEUE_DAY, "series", "arrived_by", "arrived_after", "number")
    )


def _resets(numbered: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """Return the days on which a queue's numbers begin anew, and the tickets that do."""
    import polars as pl

    before = pl.col("number").shift().over(*QUEUE_DAY, "series")
    falls = (pl.col("number") * 2 < before) | ((pl.col("number") == 1) & (before > 1))
    fallen = numbered.filter(falls)
    often = fallen.filter(pl.len().over(QUEUE_DAY) > _MOST_RESETS)
    resets = fallen.filter(pl.len().over(QUEUE_DAY) <= _MOST_RESETS)
    why = phrase("numbers fall within the queue's day; {use}", use=_KEPT_OUT)
    findings = found("noticed", phrase("resets of the ticket counter"), resets, why)
    findings += found_days(
        "noticed",
        phrase("queues' days whose ticket numbers do not follow arrivals"),
        often.unique(QUEUE_DAY, maintain_order=True),
        phrase("numbers say nothing of resets or gaps there"),
    )
    return resets, findings


def _gaps(numbered: pl.DataFrame) -> list[Finding]:
    """Return the numbers missing between a queue's first and last of a day."""
    import polars as pl

    alone = _missing(numbered, [*QUEUE_DAY, "series"])
    lacking, numbers = int(alone["lacking"].sum()), len(numbered)
    if not lacking:
        return []
    together = int(_missing(numbered, ["date", "series"])["lacking"].sum())
    if lacking > numbers and together < numbers / 10:
        return [
            Finding("noticed", phrase("ticket numbers that count all queues together"), numbers)
        ]
    if lacking > numbers:
        return [Finding("noticed", phrase("ticket numbers that are not consecutive"), numbers)]
    after = found("noticed", "", alone.filter(pl.col("lacking") > 0))
    why = phrase("tickets that were never called or not recorded; they are not in the arrivals")
    what = phrase("numbers missing in the sequence of tickets (gaps)")
    return [Finding("noticed", what, lacking, after[0].where, why)]


def _missing(numbered: pl.DataFrame, group: list[str]) -> pl.DataFrame:
    """Return how many numbers are missing before each, as each series of a group counts."""
    import polars as pl

    ordered = numbered.unique([*group, "number"], maintain_order=True).sort(*group, "number")
    step = pl.col("number") - pl.col("number").shift().over(group)
    return ordered.with_columns(lacking=(step - 1).fill_null(0))


def _sampling(
    tickets: pl.DataFrame, counters: pl.DataFrame | None
) -> tuple[pl.DataFrame, list[Finding]]:
    """Return the days of queues that had tickets while sampling stopped."""
    import polars as pl

    if counters is None:
        return tickets.clear(), []
    times = tickets.group_by(QUEUE_DAY).agg(
        begins=pl.col("arrived_after").min(),
        ends=pl.max_horizontal(pl.col("called_by").max(), pl.col("arrived_by").max()),
    )
    gaps = sampling_gaps(counters).join(times, on=QUEUE_DAY)
    inside = (pl.col("gap_from") < pl.col("ends")) & (pl.col("gap_to") > pl.col("begins"))
    days = gaps.filter(inside).unique(QUEUE_DAY).sort("date", "queue")
    why = phrase("no sample for a long time; {use}", use=_KEPT_OUT)
    return days, found_days("noticed", phrase("queues' days with a gap in sampling"), days, why)


def _wide_ranges(tickets: pl.DataFrame) -> tuple[pl.DataFrame, list[Finding]]:
    """Return the days of queues with times known far worse than is usual."""
    import polars as pl

    arrived = pl.col("arrived_by") - pl.col("arrived_after")
    called = pl.col("called_by") - pl.col("called_after")
    typical = tickets.filter(arrived > 0).select(arrived.median()).item() or 0
    limit = max(_WIDE * typical, _LEAST_WIDE_MS)
    wide = tickets.filter((arrived > limit) | (called > limit))
    what = phrase("times only known to {minutes:.0f} minutes or worse", minutes=limit / MINUTE_MS)
    why = phrase("far worse than the others; {use}", use=_KEPT_OUT)
    return wide, found("noticed", what, wide, why)


def _holidays(tickets: pl.DataFrame, country: str) -> tuple[pl.DataFrame, list[Finding]]:
    """Return the tickets of public holidays."""
    import polars as pl

    public = public_holidays(country, tickets["date"])
    rows = tickets.filter(pl.col("date").is_in(public))
    days = listed(public[:5])
    why = phrase("kept out of fitting: the office file is closed then ({days})", days=days)
    return rows, found("noticed", phrase("tickets on public holidays"), rows, why)


def _odd_days(tickets: pl.DataFrame) -> list[Finding]:
    """Return the queues' days with far more or fewer tickets than the queue's others.

    Notes
    -----
    Counts n are compared by their logarithms: the distance from the queue's median in units of
    1.4826 times the median absolute deviation, or of 1 / sqrt(n) + 0.1 where that is more, since
    Poisson counts and weekdays differ as much without being odd.
    """
    import polars as pl

    counts = tickets.group_by(QUEUE_DAY).agg(count=pl.len())
    log = pl.col("count").log()
    usual = counts.with_columns(centre=log.median().over("queue"), days=pl.len().over("queue"))
    away = (log - pl.col("centre")).abs()
    scaled = usual.with_columns(away=away, spread=1.4826 * away.median().over("queue"))
    least = (-pl.col("centre") / 2).exp() + 0.1
    far = pl.col("away") > _FAR * pl.max_horizontal("spread", least)
    odd = scaled.filter((pl.col("days") >= _LEAST_DAYS) & far).sort("date", "queue")
    what = phrase("queues' days with far more or fewer tickets than usual")
    return found_days(
        "noticed", what, odd, phrase("used as they are; --from and --to leave days out")
    )


def _odd_tickets(tickets: pl.DataFrame) -> list[Finding]:
    """Return what is odd of single tickets, all of which are used."""
    import polars as pl

    early, late = pl.col("arrived_by") < _EARLY_MS, pl.col("arrived_after") >= _LATE_MS
    waited = pl.col("called_after") - pl.col("arrived_by") > _LONG_WAIT_MS
    never = pl.col("called_by").is_null() & ~pl.col("no_show").fill_null(False)
    tests = pl.col("counter").str.to_lowercase().str.contains(r"^(test|kiem thu|thu nghiem)")
    return [
        *found("noticed", phrase("tickets that were never called"), tickets.filter(never)),
        *found(
            "noticed", phrase("tickets taken between 21:00 and 05:00"), tickets.filter(early | late)
        ),
        *found("noticed", phrase("waits of more than eight hours"), tickets.filter(waited)),
        *found("noticed", phrase("tickets served by a test user"), tickets.filter(tests)),
    ]
