"""Where the time of a case goes: every millisecond from door to result has exactly one cause.

Causes are read from the service log alone. A case's time is that of the dossier in hand last:
its chain of spells, each beginning where the one before ended. Of the filings of a case, every one
counts where they are made in turn, otherwise the one whose result is in hand last; of the dossiers
of a filing, the one ready last, the first of equals.
"""

from __future__ import annotations

from typing import Final

from sim.blueprint import Blueprint
from sim.calendar import Ints
from sim.intervals import Intervals, Stack, both, of_spans, stacked, union, union_of
from sim.log import ServiceLog

CAUSES: Final = (
    "held", "elsewhere", "citizen", "served", "desk_work", "line", "desk_queue", "staff_away",
    "resting", "closed.line", "closed.desk_queue", "closed.staff_away", "closed.work",
    "closed.resting", "closed.door",
)  # fmt: skip
"""All causes; those that begin with ``closed.`` add up to ``closed``."""


def clocks(log: ServiceLog, layout: Blueprint, absent: Ints) -> Stack:
    """Return when the office is open, and by role what :func:`sim.accounts.booked` looks up.

    Parameters
    ----------
    absent
        Rows of work beyond its member's presence: who is busy counts as present.
    """
    members = _members_there(log, absent)
    opened = of_spans(layout.calendar.open_time)
    sets = [opened]
    for role in range(len(layout.roles)):
        there = _role_there(log, layout, members, role)
        sets += [there, both(opened, there), _shut_away(opened, there)]
    return stacked(sets)


def _members_there(log: ServiceLog, absent: Ints) -> list[Intervals]:
    """Return when each member is there, work beyond the end of presence included."""
    rows = log.steps.rows[absent]
    found = []
    for number, member in enumerate(log.members):
        present, own = of_spans(member.present), rows[rows["member"] == number]
        if len(own):
            worked = Intervals(own["started"], own["ended"])
            present = union_of([present, worked])
        found.append(present)
    return found


def _role_there(
    log: ServiceLog, layout: Blueprint, members: list[Intervals], role: int
) -> Intervals:
    able = [
        spans
        for member, spans in zip(log.members, members, strict=True)
        if role in layout.teams[member.team].roles
    ]
    return able[0] if len(able) == 1 else union_of(able)


def _shut_away(opened: Intervals, there: Intervals) -> Intervals:
    """Return the closed times before which nobody was there when the office closed."""
    closed, opens = opened.ends[:-1], opened.starts[1:]
    away = ~there.hold(closed - 1)
    return union(closed[away], opens[away])
