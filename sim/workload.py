"""How much work an office is offered, and how much its teams can do."""

from __future__ import annotations

from sim.clock import DAY_MS, MINUTE_MS
from sim.office import Office, Team
from sim.office.people import sessions_of


def team_sessions(office: Office, team: Team, weekday: int) -> tuple[tuple[int, int], ...]:
    """Return a team's sessions on a weekday, in milliseconds after midnight."""
    return sessions_of(team.hours or office.calendar.hours, weekday)


def member_minutes(office: Office, team: Team, weekday: int) -> float:
    """Return the paid minutes of all members of a team on a weekday; 0 for a log's counters."""
    if team.staff.log is not None:
        return 0.0
    changes = team.staff.changes(weekday)
    ends = [*(at for at, _ in changes), DAY_MS][1:]
    total = sum(
        number * max(0, min(end, closes) - max(at, opens))
        for opens, closes in team_sessions(office, team, weekday)
        for (at, number), end in zip(changes, ends, strict=True)
    )
    return total / MINUTE_MS
