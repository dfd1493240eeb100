"""An office file held against recorded days: what was observed beside what is simulated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.base import text_in
from sim.calendar import DayRules
from sim.calibrate.erlang import hourly_waits
from sim.calibrate.misses import mean_minutes, reasons
from sim.calibrate.names import slug, slugs
from sim.calibrate.outcome import Distance, Group, Measured, Validation
from sim.calibrate.recorded_ends import counters_in_use
from sim.calibrate.replayed import Draws, Replay, Run, Together, observed, split
from sim.calibrate.staff import Opened, open_counters
from sim.calibrate.ticket_days import Sessions, TeamDays, team_days, thinned, usable_dates
from sim.calibrate.wait_measures import (
    charts,
    distance,
    measured,
    part,
    plain_distances,
    simulated_distance,
    waits,
)
from sim.errors import PlannerError
from sim.office import Office
from sim.office.people import sessions_of
from sim.records.records import TicketRecords
from sim.said import listed, phrase

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

HEADLINE: Final = 2
_LEAST_A_DAY: Final = 50
_MOST_TICKETS: Final = 20_000
"""Of teams that share work, compared."""


def validate_tickets(
    office: Office,
    records: TicketRecords,
    *,
    replications: int = 100,
    seed: int = 1,
    held_out: bool | None = True,
    replayed: bool = True,
    fitted: Mapping[str, Floats] | None = None,
    draws: Draws | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Validation:
    """Hold an office against the tickets of recorded days, with the counters open on them.

    Prediction intervals are for what such days may bring: chance, the pace of days, and what the
    fit left open; so their replications draw numbers of the office anew, from ``[ranges]`` or
    `draws`. Means and distances are of the office's own numbers.

    Parameters
    ----------
    office
        The office, as fitted or as written by hand.
    records
        The days to compare.
    replications
        Runs that the intervals are made of.
    seed
        Of the runs.
    held_out
        Whether the office was fitted to none of these days; None where that is not known.
    replayed
        Whether people come as recorded; otherwise demand is simulated too.
    fitted
        By queue: waits of the days that the office was fitted to, in minutes.
    draws
        By path of the office file: equally likely values, which belong together.
    progress
        Called with the number of teams done and of all.

    Raises
    ------
    PlannerError
        If none of the office's demands is a queue of the records, or no day can be compared.
    """
    matched, warnings = _matched(office, records)
    groups: list[Group] = []
    dates: set[dt.date] = set()
    for done, together in enumerate(matched, 1):
        compared = _compared(together, records)
        if compared is None:
            names = listed(together.titles)
            warnings.append(phrase("{queues}: no day that can be compared.", queues=names))
            continue
        days, opened = compared.days, compared.opened
        replay = Replay(together, days, opened, draws, replayed=replayed)
        runs = replay.runs(replications, seed)
        groups += _Compared(together, compared, runs, fitted or {}, replayed).groups()
        dates |= set(days.dates)
        if not opened:
            names = listed(together.titles)
            warnings.append(phrase("{queues}: no record of open counters.", queues=names))
        if progress is not None:
            progress(done, len(matched))
    if not groups:
        raise PlannerError(
            phrase(
                "No day of the records can be compared with this office: look at --from, --to and "
                "the quality of the records."
            )
        )
    every = tuple(sorted(dates))
    return Validation(
        text_in(office.title, "en"), every, held_out, replayed, replications, tuple(groups),
        tuple(warnings),
    )  # fmt: skip


class _Days(NamedTuple):
    """The days to compare of teams that share work.

    Attributes
    ----------
    days
        What was recorded.
    opened
        Open counters by day; empty where no record says it.
    left_out
        How many further days there are.
    """

    days: TeamDays
    opened: Opened
    left_out: int


def _matched(office: Office, records: TicketRecords) -> tuple[list[Together], list[str]]:
    """Return the parts of the office whose queues are in the records, and what was left out."""
    labels = records.tickets["queue"].unique().sort().to_list()
    ids = slugs(labels)
    queues = {}
    for demand in office.demands:
        title = text_in(demand.title, "en")
        mine = [q for q in labels if title == q] or [
            q for q in labels if demand.id in {ids[q], slug(q)}
        ]
        if mine:
            queues[demand.id] = mine[0]
    if not queues:
        raise PlannerError(
            phrase(
                "None of the office's demands ({demands}) is a queue of the records ({queues}). "
                "A demand is a queue by its id or title.",
                demands=listed(d.id for d in office.demands),
                queues=listed(labels[:12]),
            )
        )
    parts = [
        Together(each, {d.id: queues[d.id] for d in each.demands})
        for each in (_known(piece, queues) for piece in split(office))
        if each is not None
    ]
    used = {queue for part in parts for queue in part.queues.values()}
    left = [queue for queue in labels if queue not in used]
    if not left:
        return parts, []
    return parts, [phrase("Queues that the office does not have: {queues}.", queues=listed(left))]


def _known(piece: Office, queues: Mapping[str, str]) -> Office | None:
    """Return a part of the office with those of its demands that are queues of the records."""
    demands = tuple(demand for demand in piece.demands if demand.id in queues)
    if not demands:
        return None
    needed = {name for demand in demands for name in demand.needs}
    kept = tuple(p for p in piece.procedures if p.id in needed)
    return piece.model_copy(update={"demands": demands, "procedures": kept})


def _compared(together: Together, records: TicketRecords) -> _Days | None:
    """Return the days to compare; None where there is none."""
    queues = tuple(together.queues.values())
    calendar = together.office.calendar
    sessions = [sessions_of(calendar.hours, weekday) for weekday in range(7)]

    def on(date: dt.date) -> Sessions:
        return sessions[DayRules(calendar).weekday(date)]

    dates = [date for date in usable_dates(records.tickets, queues) if on(date)]
    opened = open_counters(records, queues)
    opened = opened or counters_in_use(records.tickets, queues, dates)
    known = opened or _planned(together.office, dates)
    if not set(dates) & set(known):
        return None
    some = thinned(records.tickets, queues, [d for d in dates if d in known], _MOST_TICKETS)
    left_out = len(set(dates) & set(known)) - len(some)
    return _Days(team_days(records, queues, some, known, on), opened, left_out)


def _planned(office: Office, dates: Sequence[dt.date]) -> Opened:
    """Return the staff of the office file by day, all teams together."""
    found = {}
    for date in dates:
        changes = [team.staff.changes(date.weekday()) for team in office.teams]
        moments = sorted({at for each in changes for at, _ in each})
        members = [
            sum(next((n for at, n in reversed(each) if at <= moment), 0) for each in changes)
            for moment in moments
        ]
        found[date] = np.array(moments, dtype=np.int64), np.array(members, dtype=np.int64)
    return found


class _Compared:
    """Recorded days of teams that share work beside their simulation."""

    def __init__(
        self,
        together: Together,
        compared: _Days,
        runs: tuple[Sequence[Run], Sequence[Run]],
        fitted: Mapping[str, Floats],
        replayed: bool,
    ) -> None:
        days = compared.days
        self.together, self.days, self.runs, self.fitted = together, days, runs, fitted
        self.replayed = replayed
        self.seen = observed(days)
        self.erlang, self.overloaded = hourly_waits(days, mean_minutes(together))
        self.reasons = reasons(together, days)
        self.left_out = compared.left_out

    def groups(self) -> Iterator[Group]:
        """Yield the queues together, if there are several, and each of them."""
        titles = self.together.titles
        ids = [demand.id for demand in self.together.office.demands]
        if len(titles) > 1:
            every = np.ones(len(self.seen.queue), dtype=np.bool_)
            names = list(self.together.queues.values())
            title = phrase("{queues}, together", queues=listed(titles, " + "))
            yield self._group("_".join(ids), title, every, -1, names)
        for place, (id_, title) in enumerate(zip(ids, titles, strict=True)):
            own = self.seen.queue == place
            if (own & self.days.days.counted).any():
                yield self._group(id_, title, own, place, [self.together.queues[id_]])

    def _group(self, id_: str, title: str, own: Bools, place: int, names: Sequence[str]) -> Group:
        counted = own & self.days.days.counted
        seen = part(self.seen, counted)
        own_runs, drawn = ([self._kept(run, counted, place) for run in runs] for runs in self.runs)
        known = [self.fitted[name] for name in names if name in self.fitted]
        fitted = np.concatenate(known) if known else None
        days = len(self.days.dates)
        measures = measured(seen, own_runs, drawn, days)
        distances = (
            simulated_distance(seen, own_runs),
            *plain_distances(seen, fitted),
            Distance(
                phrase("Erlang C by hour"),
                distance(waits(seen), self.erlang[counted]),
                None,
                None,
                phrase("minutes"),
            ),
        )
        says = tuple(self._says(measures, len(seen.day) / days))
        shown = charts(id_, seen, drawn, fitted, days)
        return Group(id_, title, len(seen.day), days, measures, distances, shown, says)

    def _kept(self, run: Run, counted: Bools, place: int) -> Run:
        """Return the tickets of a run that are compared."""
        if self.replayed:
            return part(run, counted)
        return run if place < 0 else part(run, run.queue == place)

    def _says(self, measures: Sequence[Measured], a_day: float) -> Iterator[str]:
        """Yield the verdict, and what sets these days apart."""
        first = measures[:HEADLINE]
        off = [m for m in first if m.inside != "inside"]
        wide = [m for m in first if m.wide]
        told = (
            phrase(
                "{measure} {observed:.1f} minutes, simulated {low:.1f} to {high:.1f}",
                measure=m.name,
                observed=m.observed,
                low=m.low,
                high=m.high,
            )
            for m in first
        )
        if off:
            verdict = phrase("Not as predicted")
        elif wide:
            verdict = phrase("As predicted, but the interval is too wide to be of much use")
        else:
            verdict = phrase("As predicted")
        yield phrase("{verdict}: {measures}.", verdict=verdict, measures=listed(told, "; "))
        yield from self.reasons
        if self.overloaded:
            yield phrase(
                "In {n} hours more came than the open counters can serve for ever: Erlang C has no "
                "answer there and is given a load of 99%.",
                n=self.overloaded,
            )
        if self.left_out:
            yield phrase(
                "{n} of the days were left out, evenly chosen: so many tickets say as much as all "
                "of them.",
                n=self.left_out,
            )
        if a_day < _LEAST_A_DAY:
            yield phrase("Only {n:.0f} tickets a day: such a comparison tells little.", n=a_day)
