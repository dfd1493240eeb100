"""One day of the whole office, told from the service log for an animation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil
from typing import Final, NamedTuple, TypeVar

import numpy as np

from sim.blueprint import NONE, Blueprint
from sim.calendar import Ints, merged
from sim.clock import DAY_MS, MINUTE_MS
from sim.days import Place, Scene, Shelf, Staffer, Track
from sim.lives import SECOND_MS, Row, Visit, all_visits, excerpt
from sim.log import Outcome, ServiceLog, Spell

MOST_TRACKS: Final = 1500
"""Filings shown at most, all scenarios together: about 400 KB of a page."""
_LIVELY: Final = 0.75
_HALF_HOUR: Final = 30 * MINUTE_MS
_LIES: Final = (Spell.RESTING, Spell.HELD, Spell.DESK_WORK)
_AT_HOME: Final = (Spell.CITIZEN, Spell.SENT_HOME, Spell.TURNED_AWAY)
_CARRIED: Final = (*_AT_HOME, Spell.DOOR, Spell.BESIDE, Spell.VISITOR_WORK)
"""Rows during which papers that were sent back may be with their citizen."""

State = TypeVar("State", Place, Shelf)


@dataclass(frozen=True)
class Shown:
    """What part of which day is shown.

    Attributes
    ----------
    day
        Number of the day.
    begin, end
        Milliseconds: its midnight, and the next one, or sooner for an office so large that the
        whole day would be too much.
    """

    day: int
    begin: int
    end: int

    @property
    def whole(self) -> bool:
        """Tell whether it is the whole day."""
        return self.end == self.begin + DAY_MS

    def second(self, time: int) -> int:
        """Return a moment in seconds after midnight, moved to within what is shown."""
        return (min(max(time, self.begin), self.end) - self.begin) // SECOND_MS


def shown(log: ServiceLog, layout: Blueprint, scenarios: int) -> Shown | None:
    """Choose an ordinary but lively day, and how much of it; None if the office never opens.

    Of the open measured days the one with as many visits and filings online as three of four days
    do not exceed; of several such days the first. Of a day with too many filings for a page as
    much as ends with a session, or else with a half-hour.
    """
    day = _lively_day(log, layout)
    if day is None:
        return None
    midnight, most = day * DAY_MS, MOST_TRACKS // scenarios
    _, moves = first_moves(log, Shown(day, midnight, midnight + DAY_MS))
    sessions = layout.calendar.sessions[layout.calendar.index(day)]
    halves = range(sessions[0][0] + _HALF_HOUR, sessions[-1][1], _HALF_HOUR)
    for ends in ([*(end for _, end in sessions[:-1]), DAY_MS], halves):
        for end in reversed(ends):
            if np.count_nonzero(moves < midnight + end) <= most:
                return Shown(day, midnight, midnight + end)
    return Shown(day, midnight, midnight + sessions[0][0] + _HALF_HOUR)


def _lively_day(log: ServiceLog, layout: Blueprint) -> int | None:
    window, people = layout.calendar.window, log.population
    days = layout.calendar.open_days(window.measured_from, window.measured_until)
    if not days:
        return None
    at = np.concatenate((log.visits.came, people.case_arrival[people.case_online]))
    counts = np.bincount(at[(at >= 0) & (at < window.measured_until * DAY_MS)] // DAY_MS)
    on = [int(counts[day]) if day < len(counts) else 0 for day in days]
    lively = sorted(on)[ceil(_LIVELY * len(on)) - 1]
    return days[on.index(lively)]


def scene(log: ServiceLog, layout: Blueprint, part: Shown) -> Scene:
    """Tell a day, or a part of it."""
    filings: list[int] = first_moves(log, part)[0].tolist()
    found = excerpt(log, filings)
    tracks = (
        _track(log, part, filing, found.rows[filing], found.visits[filing]) for filing in filings
    )
    sessions = layout.calendar.sessions[layout.calendar.index(part.day)]
    return Scene(
        sessions=tuple(_within(part, ((part.begin + a, part.begin + b) for a, b in sessions))),
        staff=tuple(_staff(log, layout, part)),
        tracks=tuple(track for track in tracks if track is not None),
        lying=_lying(log, part, filings),
    )


def first_moves(log: ServiceLog, part: Shown) -> tuple[Ints, Ints]:
    """Return the filings of which visitor or papers move, in order of arrival, and since when."""
    rows = log.steps.rows[_meets(log.steps.joined, log.steps.ended, part)]
    visits = log.visits.rows[_meets(log.visits.came, log.visits.left, part)]
    filing = [visits["filing"]]
    moved = [np.maximum(visits["came"], part.begin)]
    for column in ("joined", "started", "ended"):
        inside = (rows[column] >= part.begin) & (rows[column] < part.end)
        filing.append(rows["filing"][inside])
        moved.append(rows[column][inside])
    filings, at = np.concatenate(filing), np.concatenate(moved)
    earliest = np.argsort(at, kind="stable")
    found, first = np.unique(filings[earliest], return_index=True)
    return found.astype(np.int64), at[earliest][first]


def _meets(begin: Ints, end: Ints, part: Shown) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    met: np.ndarray[tuple[int], np.dtype[np.bool_]] = (begin < part.end) & (end >= part.begin)
    return met


def _lying(log: ServiceLog, part: Shown, filings: list[int]) -> int:
    """Count the filings whose papers lie in the office all the time, untouched."""
    steps = log.steps.rows[(log.steps.joined < part.begin) & (log.steps.ended >= part.end)]
    # What a citizen has not collected lies there too.
    ready = (steps["kind"] == Spell.CITIZEN) & steps["shared"]
    ready &= log.received[steps["dossier"]] != NONE
    ready &= log.received[steps["dossier"]] <= steps["joined"]
    lies = np.isin(steps["kind"], _LIES) | ready
    return len(np.setdiff1d(steps["filing"][lies], filings))


def _staff(log: ServiceLog, layout: Blueprint, part: Shown) -> Iterator[Staffer]:
    """Yield who is there when: present, staying for visitors, or finishing what they do."""
    there: list[list[tuple[int, int]]] = [[] for _ in log.members]
    for number, member in enumerate(log.members):
        spans = member.present
        met = _meets(spans.begin, spans.end, part)
        there[number] += zip(spans.begin[met].tolist(), spans.end[met].tolist(), strict=True)
    rows, stays = log.steps.rows, log.stays
    worked = rows[(rows["started"] != NONE) & _meets(rows["started"], rows["ended"], part)]
    for number, begin, end in worked[["member", "started", "ended"]].tolist():
        there[number].append((begin, end))
    for number, since, until in stays.rows[_meets(stays.since, stays.until, part)].tolist():
        there[number].append((since, until))
    for member, pairs in zip(log.members, there, strict=True):
        spans = merged(pairs)
        present = _within(part, zip(spans.starts, spans.ends, strict=True))
        yield Staffer(layout.teams[member.team].name, tuple(present))


def _within(part: Shown, pairs: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield intervals in seconds, as far as they are shown."""
    for begin, end in pairs:
        since, until = part.second(begin), part.second(end)
        if since < until:
            yield since, until


# --- tracks ---


class _Piece(NamedTuple):
    """A state that holds for some time, and at whose desk."""

    begin: int
    end: int
    state: Place | Shelf
    member: int


_NEVER: Final = 1 << 60
_PLACES: Final[tuple[Place, ...]] = ("gone", "inside", "line", "door", "desk")
_SHELVES: Final[tuple[Shelf, ...]] = ("away", "rest", "visitor", "queue", "work", "done")
"""What is shown where two hold at once: of several dossiers of a filing the busiest; last wins."""


def _track(
    log: ServiceLog, part: Shown, filing: int, rows: list[Row], visits: list[Visit]
) -> Track | None:
    """Tell one filing's day; None for one that is never here."""
    visits = [*all_visits(visits, rows, log.stopped)]
    visitor = _moments(_visitor(rows, visits), _PLACES, part)
    papers = _moments(_papers(log, filing, rows), _SHELVES, part)
    if all(place == "gone" for _, place, _ in visitor) and all(
        shelf in ("away", "done") for _, shelf, _ in papers
    ):
        return None
    case = log.population.filing_case[filing]
    return Track(visitor, papers, bool(log.population.case_class[case] == 0))


def _moments(
    pieces: Iterable[_Piece], states: tuple[State, ...], part: Shown
) -> tuple[tuple[int, State, int], ...]:
    """Return what holds from when on, in seconds; the first state is that of what is not here."""
    ranks: dict[Place | Shelf, int] = {state: rank for rank, state in enumerate(states)}
    near = [
        (part.second(piece.begin), part.second(piece.end), ranks[piece.state], piece.member)
        for piece in pieces
    ]
    near = [piece for piece in near if piece[0] < piece[1]]
    found: list[tuple[int, State, int]] = []
    before = nowhere = (0, NONE)
    for at in sorted({edge for begin, end, _, _ in near for edge in (begin, end)}):
        holding = [(rank, member) for begin, end, rank, member in near if begin <= at < end]
        now = max(holding, default=nowhere)
        if now != before and at < part.second(part.end):
            found.append((at, states[now[0]], now[1]))
        before = now
    return tuple(found) or ((0, states[0], NONE),)


def _visitor(rows: list[Row], visits: list[Visit]) -> Iterator[_Piece]:
    for visit in visits:
        yield _Piece(visit.came, visit.left, "inside", NONE)
    for row in rows:
        if row.kind == Spell.DOOR:
            yield _Piece(row.joined, row.ended, "door", NONE)
        elif row.kind == Spell.VISITOR_WORK:
            yield _Piece(row.joined, row.waited_until, "line", NONE)
            if row.started != NONE:
                yield _Piece(row.started, row.ended, "desk", row.member)


def _papers(log: ServiceLog, filing: int, rows: list[Row]) -> Iterator[_Piece]:
    """Yield where a filing's papers are; those in the citizen's hands are with them or away."""
    out: set[int] = set()
    for row in rows:
        received = int(log.received[row.dossier])
        if row.kind not in _CARRIED:
            out.discard(row.dossier)
        with_citizen = row.dossier in out or received == NONE or row.joined < received
        yield from _shelf(row, with_citizen=with_citizen)
        if row.outcome == Outcome.SENT_BACK:
            out.add(row.dossier)
        elif row.kind == Spell.VISITOR_WORK and row.outcome == Outcome.DONE:
            out.discard(row.dossier)
    in_hand = int(log.in_hand[filing])
    if in_hand != NONE:
        yield _Piece(in_hand, _NEVER, "done", NONE)
        return
    # What waits when the run ends has no row of it.
    for dossier, last in {row.dossier: row for row in rows}.items():
        if log.received[dossier] != NONE and dossier not in out:
            yield _Piece(last.ended, _NEVER, "rest", NONE)


def _shelf(row: Row, *, with_citizen: bool) -> Iterator[_Piece]:
    """Yield where papers are during a row."""
    if row.kind == Spell.DESK_WORK:
        yield _Piece(row.joined, row.waited_until, "queue", NONE)
        if row.started != NONE:
            yield _Piece(row.started, row.ended, "work", row.member)
    elif row.kind == Spell.VISITOR_WORK:
        waits: Shelf = "visitor" if with_citizen else "rest"
        yield _Piece(row.joined, row.waited_until, waits, NONE)
        if row.started != NONE:
            yield _Piece(row.started, row.ended, "visitor", row.member)
    elif row.kind in (Spell.ELSEWHERE, Spell.POST) or (row.kind in _AT_HOME and with_citizen):
        yield _Piece(row.joined, row.ended, "away", NONE)
    else:
        yield _Piece(row.joined, row.ended, "visitor" if with_citizen else "rest", NONE)
