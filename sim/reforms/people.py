"""Reforms of people: how many there are, when they are there, and what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from sim.base import Factor, Name
from sim.clock import WEEKDAYS, by_weekday
from sim.office import Office, Staff, Team
from sim.office.people import Closing, Hours
from sim.reforms.base import (
    EVERY,
    Change,
    Edits,
    RoleName,
    TeamId,
    chosen,
    chosen_roles,
    composing,
    reform,
    refused,
    setting,
    unknown,
)
from sim.said import listed, phrase
from sim.wording import shown

Members = Annotated[
    int, Field(strict=True, ge=-1000, le=1000, json_schema_extra={"unit": "members"})
]


@reform()
def add_staff(office: Office, team: TeamId, by: Members) -> Change:
    """Add members to a team, or take some away.

    Stands for a new post, a transfer, or a post left vacant. A profile over the day rises or
    falls as a whole, though never below nobody.

    Parameters
    ----------
    office
        The office.
    team
        Which team.
    by
        How many more; negative for fewer.
    """
    found = chosen(office.teams, team, "team")
    return composing({f"teams.{each.id}.staff": _shifted(each, by) for each in found})


def _shifted(team: Team, by: int) -> Any:
    if team.staff.log is not None:
        raise refused(
            "team",
            phrase("a team whose staff is a number or a profile"),
            shown(team.id),
            phrase("Its open counters are read from a log; change the log."),
        )
    if team.staff.largest() + by < 0:
        least = str(-team.staff.largest())
        expected = phrase("at least {least} for {team}", least=least, team=shown(team.id))
        raise refused("by", expected, str(by))
    return _every_entry(team.staff, by)


def _every_entry(staff: Staff, by: int) -> Any:
    written = staff.model_dump()
    if isinstance(written, int):
        return written + by
    return {
        key: {at: max(0, number + by) for at, number in entry.items()}
        if isinstance(entry, dict)
        else max(0, entry + by)
        for key, entry in written.items()
    }


@reform(gathers="hours")
def set_hours(office: Office, hours: Hours, team: TeamId | None = None) -> Change:
    """Change the hours of the office or of one team.

    Stands for longer, shorter or shifted opening: through lunch, on Saturday morning, until
    18:00. Days named get the new sessions, an empty list closes them; other days stay. A team
    that had the office's hours so far keeps them on the other days. What deadlines count stays:
    an open Saturday is no working day in law.

    Parameters
    ----------
    office
        The office.
    hours
        Sessions by weekday; in a study file the weekdays are keys of the reform itself.
    team
        Which team; without it, the office.
    """
    if not hours:
        example = 'mon-fri = ["07:30-11:30"]'
        expected = phrase("sessions by weekday such as {example}", example=example)
        raise refused("hours", expected, phrase("nothing"))
    new = _by_day(hours)
    places = _places(office, team)
    edits = {path: _in_order(_by_day(old) | new) for path, old in places.items()}
    sets = {f"{path}.{day}": sessions for path in places for day, sessions in new.items()}
    return Change(edits, sets)


def _places(office: Office, team: str | None) -> dict[str, Hours]:
    """Return the hours to be changed, by path."""
    own = office.calendar.hours
    if team is None:
        return {"calendar.hours": own}
    found = chosen(office.teams, team, "team")
    return {f"teams.{each.id}.hours": own if each.hours is None else each.hours for each in found}


def _by_day(hours: Hours) -> dict[str, list[str]]:
    return {WEEKDAYS[day]: list(hours[key]) for day, key in by_weekday(list(hours)).items()}


def _in_order(days: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {day: days[day] for day in WEEKDAYS if day in days}


@reform()
def set_closing(office: Office, team: TeamId, to: Closing) -> Change:
    """Change what a team does at closing.

    Stands for the rule that whoever is inside at closing is still served (``finish queue``), or
    that only the visitor at the desk is (``finish current``). What lies past closing is
    overtime, paid and counted.
    """
    found = chosen(office.teams, team, "team")
    return setting({f"teams.{each.id}.closing": to for each in found})


@reform()
def add_role(office: Office, team: TeamId, role: RoleName, before: Name | None = None) -> Change:
    """Train a team to perform a further role.

    Stands for cross-training: the new role is done when there is nothing more urgent to do,
    unless `before` says otherwise.

    Parameters
    ----------
    office
        The office.
    team
        Which team.
    role
        The role it learns.
    before
        A role of the team that becomes less urgent than the new one; default: the new one is
        the least urgent.
    """
    names = chosen_roles(office, role)
    return composing(
        {
            f"teams.{each.id}.roles": _placed(each, new, before)
            for each, new in _learning(office, team, names, "team")
        }
    )


@reform()
def delegate(office: Office, role: RoleName, to: TeamId) -> Change:
    """Give a team the authority for a role that others had.

    Stands for delegated signing: an officer signs by order of the chair. Those who had the
    authority keep it. For the team it becomes the most urgent of its roles, since a signature
    takes a minute and frees a visitor who waits for nothing else.

    Parameters
    ----------
    office
        The office.
    role
        What is delegated.
    to
        The team that receives it.
    """
    names = chosen_roles(office, role)
    return composing(
        {
            f"teams.{each.id}.roles": [*new, *each.roles]
            for each, new in _learning(office, to, names, "to")
        }
    )


def _learning(
    office: Office, team: str, roles: list[str], argument: str
) -> list[tuple[Team, list[str]]]:
    """Return the teams that get roles they do not perform yet, each with those roles."""
    found = chosen(office.teams, team, argument)
    new = [(each, [role for role in roles if role not in each.role_names()]) for each in found]
    learning = [(each, names) for each, names in new if names]
    if not learning:
        expected = phrase("a team that does not perform {roles} yet", roles=listed(roles))
        raise refused(argument, expected, shown(team))
    return learning


def _placed(team: Team, new: list[str], before: str | None) -> list[Any]:
    if before is None:
        return [*team.roles, *new]
    at = next((i for i, level in enumerate(team.levels()) if before in level), None)
    if at is None:
        raise unknown("before", before, team.role_names())
    return [*team.roles[:at], *new, *team.roles[at:]]


@reform()
def punctuality(
    office: Office,
    team: TeamId,
    lateness: Factor | None = None,
    absence: Factor | None = None,
    away: Factor | None = None,
) -> Change:
    """Have officials at their desks more of the time.

    Stands for a reform of service culture: on time in the morning and after lunch, fewer days
    missed, fewer meetings during opening hours. Each is a factor on what is there: 0.5 halves
    the share of sessions begun late, of days missed, of open time spent away. How late, and how
    long one absence lasts, stay as they are.
    """
    edits: Edits = {}
    for each in chosen(office.teams, team, "team"):
        path = f"teams.{each.id}"
        if lateness is not None and each.lateness is not None:
            edits[f"{path}.lateness.share"] = min(1.0, each.lateness.share * lateness)
        if absence is not None and each.absence:
            edits[f"{path}.absence"] = min(1.0, each.absence * absence)
        if away is not None and each.away is not None:
            edits[f"{path}.away.share"] = each.away.share * away
    if not edits:
        expected = phrase("factors on the lateness, absence or away that the team has")
        found = phrase("every team") if team == EVERY else shown(team)
        raise refused("team", expected, found)
    return composing(edits)
