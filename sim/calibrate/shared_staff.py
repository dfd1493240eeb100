"""Which queues share staff: teams, and pairs between which staff change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.clock import MINUTE_MS
from sim.records.records import TicketRecords
from sim.said import listed, phrase

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]

_LEAST_SAMPLES: Final = 30
_AGREEMENT: Final = 0.995
_LEAST_CHANGES: Final = 4
_LEAST_QUARTERS: Final = 3
_SERVED_TOGETHER: Final = 0.8
_LEAST_TICKETS: Final = 10


def teams_of(records: TicketRecords) -> tuple[tuple[str, ...], ...]:
    """Return the queues that plainly share staff.

    Returns
    -------
    tuple of tuple of str
        Teams of two queues or more, in order; queues of no team are left out. Queues that have
        counters but no tickets may be members (:func:`says_of_teams`).

    Notes
    -----
    Where tickets say who served, queues are of one team if at least four fifths of the tickets of
    each are served by staff who also serve the other. Otherwise, if their numbers of open counters
    agree in 99.5% of at least 30 common samples, while they change between numbers above nought at
    three times of day or more: that all open, close or break together says nothing.
    """
    pairs = _pairs_by_id(records.tickets)
    if records.counters is not None and not records.tickets["counter"].is_not_null().any():
        pairs = _pairs_by_counters(records.counters)
    return _components(pairs)


def says_of_teams(records: TicketRecords, teams: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return in sentences which queues share staff, and which of those have no tickets."""
    ticketed = set(records.tickets["queue"].unique().to_list())
    says: list[str] = [
        phrase("{queues} plainly share staff: proposed as one team.", queues=listed(team))
        for team in teams
    ]
    without = sorted({queue for team in teams for queue in team} - ticketed)
    if without:
        told = phrase(
            "Without tickets, though counters are open for them: {queues}.", queues=listed(without)
        )
        says.append(told)
    says += [
        phrase(
            "Staff change between {first} and {second}: at {share:.0%} of its changes one opens a "
            "counter as the other closes one. They are kept as two teams.",
            first=first,
            second=second,
            share=share,
        )
        for first, second, share in switching(records)
    ]
    return tuple(says)


def switching(records: TicketRecords) -> tuple[tuple[str, str, float], ...]:
    """Return pairs of queues between which staff plainly change.

    Returns
    -------
    tuple
        Two queues, and the share of the changes of the one whose counters change less often at
        which the other's changed the other way round, by as many: at least half of ten or more.
        Such queues are served by one group of people too, but not by all of them at any time.
    """
    if records.counters is None or not records.counters.height:
        return ()
    series, moments = _series(records.counters)
    same_day = moments[1:, 0] == moments[:-1, 0]
    steps = {queue: np.where(same_day, np.diff(one), 0.0) for queue, one in series.items()}
    found = []
    for first, second in combinations(series, 2):
        changes = min(int((np.abs(steps[one]) > 0).sum()) for one in (first, second))
        opposite = (steps[first] == -steps[second]) & (np.abs(steps[first]) > 0)
        if changes >= _LEAST_TICKETS and opposite.sum() >= changes / 2:
            found.append((first, second, float(opposite.sum() / changes)))
    return tuple(found)


def _components(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """Return the groups that pairs join, in order."""
    group_of: dict[str, set[str]] = {}
    for first, second in pairs:
        joined = group_of.get(first, {first}) | group_of.get(second, {second})
        group_of.update(dict.fromkeys(joined, joined))
    return tuple(sorted({tuple(sorted(group)) for group in group_of.values()}))


def _pairs_by_id(tickets: pl.DataFrame) -> list[tuple[str, str]]:
    """Return pairs of queues whose tickets are nearly all served by staff who serve both."""
    served = tickets.drop_nulls("counter").group_by("queue", "counter").len()
    by_queue: dict[str, dict[str, int]] = {}
    for queue, counter, number in served.iter_rows():
        by_queue.setdefault(queue, {})[counter] = number
    enough = {queue: ids for queue, ids in by_queue.items() if sum(ids.values()) >= _LEAST_TICKETS}
    return [
        (first, second)
        for first, second in combinations(sorted(enough), 2)
        if min(_shared(enough[first], enough[second]), _shared(enough[second], enough[first]))
        >= _SERVED_TOGETHER
    ]


def _shared(own: Mapping[str, int], other: Mapping[str, int]) -> float:
    """Return the share of a queue's tickets served by staff who serve another's regularly."""
    regular = {name for name, number in other.items() if number >= 0.02 * sum(other.values())}
    return sum(number for name, number in own.items() if name in regular) / sum(own.values())


def _series(counters: pl.DataFrame) -> tuple[dict[str, Floats], Floats]:
    """Return open counters by queue at all moments, and day and quarter of an hour of those.

    Not a number where a queue was not noted at a moment.
    """
    import polars as pl

    wide = (
        counters.unique(["queue", "date", "time"], keep="last")
        .pivot("queue", index=["date", "time"], values="open")
        .sort("date", "time")
    )
    queues = sorted(set(wide.columns) - {"date", "time"})
    moments = wide.select(
        day=pl.col("date").rank("dense"), quarter=pl.col("time") // (15 * MINUTE_MS)
    ).to_numpy()
    return {queue: wide[queue].cast(pl.Float64).to_numpy() for queue in queues}, moments


def _pairs_by_counters(counters: pl.DataFrame) -> list[tuple[str, str]]:
    """Return pairs of queues whose numbers of open counters always agree while they vary."""
    series, moments = _series(counters)
    queues = list(series)
    varied = [queue for queue in queues if _varies(series[queue], moments)]
    return [
        (first, second)
        for first, second in combinations(varied, 2)
        if _agree(series[first], series[second], moments)
    ]


def _varies(series: Floats, moments: Floats) -> bool:
    """Tell whether a number of counters changes between numbers above nought, and not by plan."""
    known = ~np.isnan(series)
    number, (day, quarter) = series[known], moments[known].T
    inner = (number[1:] != number[:-1]) & (day[1:] == day[:-1])
    inner &= (number[1:] > 0) & (number[:-1] > 0)
    times = len(np.unique(quarter[1:][inner]))
    return bool(inner.sum() >= _LEAST_CHANGES and times >= _LEAST_QUARTERS)


def _agree(first: Floats, second: Floats, moments: Floats) -> bool:
    common = ~np.isnan(first) & ~np.isnan(second)
    opened = common & ((first > 0) | (second > 0))
    if opened.sum() < _LEAST_SAMPLES:
        return False
    agree = float((first[opened] == second[opened]).mean())
    both = np.where(common, first, np.nan)
    return agree >= _AGREEMENT and _varies(both, moments)
