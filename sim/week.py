"""How full the office is by weekday and hour, added up in compiled code; imported late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np

from sim.blueprint import NONE, Blueprint, once
from sim.calendar import Bools, Ints
from sim.clock import DAY_MS, HOUR_MS
from sim.comparison import Cells, Week
from sim.compiled import compiled, entry
from sim.draws import Floats
from sim.estimates import Ratio, capped
from sim.intervals import Sets, laid
from sim.log import ServiceLog, Spell
from sim.manning import during

_NONE: Final = int(NONE)
_IN_LINE: Final = (int(Spell.VISITOR_WORK), int(Spell.DOOR), int(Spell.BESIDE))
_VISITOR: Final = int(Spell.VISITOR_WORK)
_HOURS: Final = 24
_DAYS: Final = 7
_HARDLY_EVER: Final = 0.01
"""Of the time that a team is there in its fullest hour of the week: below it no load is told."""


@dataclass(frozen=True)
class WeekSums:
    """What one replication says of its measured days, in the cells in which the office opens.

    Attributes
    ----------
    weekdays, hours
        Of the cells: rows and columns.
    days
        Measured days on which the office opened, by weekday.
    in_line
        Milliseconds that people were in line, by cell.
    waiting
        Milliseconds that people were on the premises and not being served, by cell.
    worked, present
        Milliseconds that staff worked, and were there, by team and cell. Who works on when the
        session has ended is there as long.
    """

    weekdays: tuple[int, ...]
    hours: tuple[int, ...]
    days: Ints
    in_line: Ints
    waiting: Ints
    worked: Ints
    present: Ints


class _Grid(NamedTuple):
    """Where time is added up: the measured days, and what day of the week each is.

    `weekday` is of each day from the first measured one on, -1 for days on which the office is
    closed.
    """

    begin: int
    end: int
    weekday: Any


class _Rows(NamedTuple):
    """Rows of a log's `steps` and `visits`."""

    steps: Any
    visits: Any


def week_sums(log: ServiceLog, layout: Blueprint) -> WeekSums:
    """Add up one replication."""
    weekday, weekdays, hours = _cells(layout)
    window = layout.calendar.window
    grid = _Grid(window.measured_from * DAY_MS, window.measured_until * DAY_MS, weekday)
    team = np.array([member.team for member in log.members], dtype=np.int64)
    present = laid([member.present for member in log.members])
    rows = _Rows(log.steps.rows, log.visits.rows)
    people, worked, there = _added(rows, grid, team, present, len(layout.teams))
    line, premises, served = people
    cells = np.ix_(weekdays, hours)
    return WeekSums(
        tuple(weekdays.tolist()),
        tuple(hours.tolist()),
        np.bincount(weekday[weekday >= 0], minlength=_DAYS)[weekdays],
        line[cells],
        # Who is still served when the run ends has no visit in the log yet.
        np.maximum(premises - served, 0)[cells],
        worked[:, *cells],
        there[:, *cells],
    )


@once
def _cells(layout: Blueprint) -> tuple[Ints, Ints, Ints]:
    """Return the weekday of each measured day, -1 if closed; the weekdays and hours of opening."""
    calendar = layout.calendar
    window = calendar.window
    weekday = np.full(window.measured_until - window.measured_from, _NONE, dtype=np.int64)
    hours: set[int] = set()
    for place, day in enumerate(range(window.measured_from, window.measured_until)):
        at = calendar.index(day)
        if calendar.is_open[at]:
            weekday[place] = calendar.date(day).weekday()
            first, last = calendar.sessions[at][0][0], calendar.sessions[at][-1][1]
            hours |= set(range(first // HOUR_MS, min(-(-last // HOUR_MS), _HOURS)))
    found = np.unique(weekday[weekday >= 0])
    reach = np.arange(min(hours, default=0), max(hours, default=0) + 1)
    return weekday, found, reach


@entry
def _added(rows: _Rows, grid: _Grid, team: Ints, present: Sets, teams: int) -> tuple[Any, Any, Any]:
    """Return time by weekday and hour: of people in line, on the premises and served; of teams."""
    people = np.zeros((3, _DAYS, _HOURS), dtype=np.int64)
    line, premises, served = people[0], people[1], people[2]
    worked = np.zeros((teams, _DAYS, _HOURS), dtype=np.int64)
    there = np.zeros((teams, _DAYS, _HOURS), dtype=np.int64)
    for place in range(len(rows.steps)):
        step = rows.steps[place]
        if step.kind in _IN_LINE:
            waits = step.kind == _VISITOR and step.started != _NONE
            _spread(line, grid, step.joined, step.started if waits else step.ended)
            if waits:
                _spread(served, grid, step.started, step.ended)
        if step.member != _NONE:
            of = team[step.member]
            _spread(worked[of], grid, step.started, step.ended)
            _spread_absent(there[of], grid, present, step)
    for place in range(len(rows.visits)):
        visit = rows.visits[place]
        _spread(premises, grid, visit.came, visit.left)
    for member in range(len(team)):
        spans = during(present, member, grid.begin, grid.end)
        for place in range(len(spans)):
            _spread(there[team[member]], grid, spans[place, 0], spans[place, 1])
    return people, worked, there


@compiled
def _spread_absent(cells: Any, grid: _Grid, present: Sets, step: Any) -> None:
    """Add the parts of a step's work in which who does it is not said to be there.

    What was begun is finished after the session's end. Nobody works on two things at once, so that
    presence and these parts together are the time there.
    """
    since = step.started
    spans = during(present, step.member, step.started, step.ended)
    for place in range(len(spans)):
        _spread(cells, grid, since, spans[place, 0])
        since = spans[place, 1]
    _spread(cells, grid, since, step.ended)


@compiled
def _spread(cells: Any, grid: _Grid, begin: int, end: int) -> None:
    """Add the parts of an interval to their weekdays and hours."""
    since, until = max(begin, grid.begin), min(end, grid.end)
    while since < until:
        ended = min((since // HOUR_MS + 1) * HOUR_MS, until)
        weekday = grid.weekday[(since - grid.begin) // DAY_MS]
        if weekday >= 0:
            cells[weekday, since % DAY_MS // HOUR_MS] += ended - since
        since = ended


def week_of(found: Sequence[WeekSums], teams: Sequence[str]) -> Week:
    """Return estimates by cell from what replications of one scenario added up.

    Parameters
    ----------
    found
        By replication.
    teams
        Ids, in file order.
    """
    first = found[0]
    hours = np.array([each.days * HOUR_MS for each in found], dtype=float)
    of_cell = np.repeat(hours[:, :, np.newaxis], len(first.hours), axis=2)
    line, waiting, worked, there = (
        np.array([getattr(each, name) for each in found], dtype=float)
        for name in ("in_line", "waiting", "worked", "present")
    )
    there = np.where(_in_force(there), there, 0)
    loads = {team: _estimates(worked[:, i], there[:, i], 1.0) for i, team in enumerate(teams)}
    in_line, inside = _estimates(line, of_cell), _estimates(waiting, of_cell)
    return Week(first.weekdays, first.hours, in_line, loads, inside)


def _in_force(there: Floats) -> Bools:
    """Tell the teams' cells that count: not those in which now and then someone stays on a little.

    Who works past a session's end is busy all that time; a load of 100% would be read as a rush.
    """
    staffed = there.sum(axis=0)
    busiest = staffed.max(axis=(1, 2), initial=0.0)
    enough: Bools = staffed >= _HARDLY_EVER * busiest[:, np.newaxis, np.newaxis]
    return enough


def _estimates(sums: Floats, counts: Floats, most: float = np.inf) -> Cells:
    """Return a ratio for each cell, at most as large as it can be; None where nothing counts."""
    some: Bools = counts.sum(axis=0) > 0
    return tuple(
        tuple(
            capped(Ratio(sums[:, i, j], counts[:, i, j]).estimate(), most) if some[i, j] else None
            for j in range(some.shape[1])
        )
        for i in range(some.shape[0])
    )
