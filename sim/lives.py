"""What single cases did, told from the service log span by span."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, NamedTuple

import numpy as np

from sim.blueprint import NONE, Blueprint
from sim.calendar import Ints
from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.days import Leave, Life, Span, SpanKind, Stay
from sim.log import End, Leaving, ServiceLog, Spell

SECOND_MS: Final = 1000
WORK: Final = (Spell.VISITOR_WORK, Spell.DESK_WORK)

_SAID: Final[dict[int, SpanKind]] = {
    Spell.ELSEWHERE: "elsewhere",
    Spell.POST: "post",
    Spell.RESTING: "resting",
    Spell.WALK: "walk",
    Spell.HELD: "held",
    Spell.CITIZEN: "citizen",
    Spell.DOOR: "door",
    # Whoever was turned away or sent home unserved is at home until they come again. (The causes
    # charge the time to the next opening to the office.)
    Spell.SENT_HOME: "citizen",
    Spell.TURNED_AWAY: "citizen",
    Spell.BESIDE: "inside",
}
_LEFT: Final[dict[int, Leave]] = {
    Leaving.RESULT: "result",
    Leaving.SLIP: "slip",
    Leaving.SENT_BACK: "sent_back",
    Leaving.IMPATIENT: "impatient",
    Leaving.CLOSING: "closing",
    Leaving.TURNED_AWAY: "turned_away",
    Leaving.NOT_READY: "not_ready",
}
_ENDED: Final[dict[int, Literal["open", "done", "lost"]]] = {
    End.OPEN: "open",
    End.DONE: "done",
    End.LOST: "lost",
}
_WITH_ROLE: Final = ("line", "served", "desk_queue", "desk_work", "resting", "walk")


class Row(NamedTuple):
    """A row of a log's `steps`."""

    filing: int
    dossier: int
    place: int
    kind: int
    shared: bool
    joined: int
    started: int
    ended: int
    member: int
    outcome: int

    @property
    def waited_until(self) -> int:
        """Return when work began, or when the line was left without any."""
        return self.ended if self.started == NONE else self.started


class Visit(NamedTuple):
    """A row of a log's `visits`."""

    filing: int
    number: int
    came: int
    left: int
    why: int
    in_vain: bool


@dataclass(frozen=True)
class Excerpt:
    """The rows of some filings, by filing, in order of the log."""

    rows: dict[int, list[Row]]
    visits: dict[int, list[Visit]]


def excerpt(log: ServiceLog, filings: Iterable[int]) -> Excerpt:
    """Return the rows of some filings, looked up all at once."""
    filings = list(filings)
    wanted = np.zeros(len(log.population.filing_case), dtype=np.bool_)
    wanted[filings] = True
    rows: dict[int, list[Row]] = {filing: [] for filing in filings}
    visits: dict[int, list[Visit]] = {filing: [] for filing in filings}
    for cells in log.steps.rows[wanted[log.steps.filing]].tolist():
        rows[cells[0]].append(Row._make(cells))
    for cells in log.visits.rows[wanted[log.visits.filing]].tolist():
        visits[cells[0]].append(Visit._make(cells))
    return Excerpt(rows, visits)


@dataclass(frozen=True)
class Figures:
    """What is measured of some cases, by case: place in the log, milliseconds, visits, money."""

    place: Ints
    wait: Ints
    visit: Ints
    trips: Ints
    cost: np.ndarray[tuple[int], np.dtype[np.float64]]


class Lives:
    """What some cases of a log did, ready to be told when the log is gone.

    Parameters
    ----------
    log, layout
        The log, and the office it is of.
    figures
        What is measured of the cases.
    names
        Their names, the same in every scenario.
    """

    def __init__(
        self, log: ServiceLog, layout: Blueprint, figures: Figures, names: list[int]
    ) -> None:
        people, place = log.population, figures.place
        self.layout = layout
        self.figures = figures
        self.row = {name: row for row, name in enumerate(names)}
        self.arrival: list[int] = people.case_arrival[place].tolist()
        self.ended = [_ENDED[end] for end in log.case_end[place].tolist()]
        self.closed: list[int] = log.case_closed[place].tolist()
        many = people.case_filings[place].tolist()
        first = people.case_first_filing[place].tolist()
        self.filings = [range(at, at + count) for at, count in zip(first, many, strict=True)]
        self.found = excerpt(log, (filing for own in self.filings for filing in own))
        dossiers = {row.dossier for rows in self.found.rows.values() for row in rows}
        self.procedure = {each: int(people.dossier_procedure[each]) for each in dossiers}
        self.teams = [layout.teams[member.team].name for member in log.members]
        self.stopped = log.stopped

    def __contains__(self, name: int) -> bool:
        return name in self.row

    def turnaround_ms(self, name: int) -> int | None:
        """Return how long a case took; None unless it is done."""
        row = self.row[name]
        return self.closed[row] - self.arrival[row] if self.ended[row] == "done" else None

    def tell(self, name: int) -> Life:
        """Tell a life, in seconds after the midnight of the first arrival's date."""
        row, figures = self.row[name], self.figures
        midnight = self.arrival[row] // DAY_MS * DAY_MS
        spans: list[Span] = []
        stays: list[Stay] = []
        for filing in self.filings[row]:
            rows = self.found.rows[filing]
            visits = [*all_visits(self.found.visits[filing], rows, self.stopped)]
            stays += [_stay(visit, midnight) for visit in visits]
            for each in rows:
                spans += self._spans(each, visits, midnight)
        closed, took = self.closed[row], self.turnaround_ms(name)
        return Life(
            spans=tuple(sorted(spans, key=lambda span: (span.begin, span.end))),
            stays=tuple(sorted(stays, key=lambda stay: (stay.came, stay.left))),
            ended=self.ended[row],
            closed=None if closed == NONE else (closed - midnight) // SECOND_MS,
            wait_minutes=float(figures.wait[row] / MINUTE_MS),
            visit_minutes=float(figures.visit[row] / MINUTE_MS),
            trips=int(figures.trips[row]),
            citizen_cost=float(figures.cost[row]),
            turnaround_hours=None if took is None else took / HOUR_MS,
        )

    def _spans(self, row: Row, visits: list[Visit], midnight: int) -> Iterator[Span]:
        route = self.layout.routes[self.procedure[row.dossier]]
        step = None if row.place == NONE else route.steps[row.place]
        for kind, begin, end, member in pieces(row):
            role = NONE if step is None or kind not in _WITH_ROLE else step.role
            for since, until, inside in _cut(begin, end, visits):
                first, last = (since - midnight) // SECOND_MS, (until - midnight) // SECOND_MS
                if first < last:
                    yield Span(
                        kind=kind,
                        begin=first,
                        end=last,
                        visitor=inside,
                        procedure=route.name,
                        step="" if step is None else step.name,
                        role="" if role == NONE else self.layout.roles[role],
                        team="" if member == NONE else self.teams[member],
                    )


def pieces(row: Row) -> Iterator[tuple[SpanKind, int, int, int]]:
    """Yield what a row tells: kind, begin and end in milliseconds, and the member at work."""
    if row.kind in WORK:
        visitor = row.kind == Spell.VISITOR_WORK
        yield "line" if visitor else "desk_queue", row.joined, row.waited_until, NONE
        if row.started != NONE:
            yield "served" if visitor else "desk_work", row.started, row.ended, row.member
    else:
        yield _SAID[row.kind], row.joined, row.ended, NONE


def _cut(begin: int, end: int, visits: list[Visit]) -> Iterator[tuple[int, int, bool]]:
    """Cut a span where its visitor comes or leaves, and tell whether they are inside."""
    moments = {edge for visit in visits for edge in (visit.came, visit.left) if begin < edge < end}
    for since, until in pairwise(sorted(moments | {begin, end})):
        yield since, until, any(v.came <= since and until <= v.left for v in visits)


_INSIDE: Final = NONE
"""Why a visit ended that did not before the run did."""


def all_visits(told: list[Visit], rows: list[Row], stopped: int) -> Iterator[Visit]:
    """Yield a filing's visits, one under way when the run ended included, as far as it is known."""
    yield from told
    last = max((visit.left for visit in told), default=NONE)
    since = [
        row.joined
        for row in rows
        if row.kind in (Spell.VISITOR_WORK, Spell.DOOR) and row.ended > last
    ]
    if since and min(since) < stopped:
        yield Visit(rows[0].filing, len(told) + 1, min(since), stopped, _INSIDE, False)


def _stay(visit: Visit, midnight: int) -> Stay:
    return Stay(
        came=(visit.came - midnight) // SECOND_MS,
        left=(visit.left - midnight) // SECOND_MS,
        why=_LEFT.get(visit.why, "inside"),
        in_vain=bool(visit.in_vain),
    )
