"""How many minutes the members of a team are paid for."""

from __future__ import annotations

from sim.clock import DAY_MS, MINUTE_MS
from sim.office import Office, Team
from sim.office.people import sessions_of

Sessions = tuple[tuple[int, int], ...]
"""Start and end of each, in milliseconds after midnight."""
Changes = tuple[tuple[int, int], ...]
"""Milliseconds after midnight, and members from then on."""


def changes_minutes(changes: Changes, sessions: Sessions) -> float:
    """Return members' minutes in sessions, from (milliseconds, members from then on)."""
    ends = [*(at for at, _ in changes), DAY_MS][1:]
    total = sum(
        number * max(0, min(end, closes) - max(at, opens))
        for opens, closes in sessions
        for (at, number), end in zip(changes, ends, strict=True)
    )
    return total / MINUTE_MS


def member_minutes(office: Office, team: Team, weekday: int) -> float:
    """Return the paid minutes of all members of a team on a weekday; 0 for a log's counters."""
    if team.staff.log is not None:
        return 0.0
    hours = team.hours or office.calendar.hours
    return changes_minutes(team.staff.changes(weekday), sessions_of(hours, weekday))
