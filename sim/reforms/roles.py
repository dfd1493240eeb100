"""Reforms of lines: one line for several kinds of work, or one for each kind."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

from sim.base import Name, Text, text_in
from sim.office import Office, Procedure, Step, Team
from sim.office.people import Role
from sim.paths import plain
from sim.reforms.base import (
    EVERY,
    Change,
    Edits,
    ReformError,
    RoleName,
    chosen_roles,
    composing,
    reform,
    refused,
)
from sim.reforms.rules import Names
from sim.said import phrase
from sim.wording import shown, together
from sim.workload import Year, role_minutes


@reform()
def pool_roles(office: Office, roles: Names, into: Name) -> Change:
    """Serve several kinds of work from one line.

    Stands for a single ticket line in place of one line per field, where every official of the
    teams concerned can do all of it. Each team performs the pooled role where its most urgent
    of them stood.

    Parameters
    ----------
    office
        The office.
    roles
        The roles pooled; "*" for all.
    into
        The name of the pooled role: a new one, or a role there is, which then is pooled too.
    """
    names = {name for role in roles for name in chosen_roles(office, role, "roles")}
    pooled = names | ({into} & set(office.role_names()))
    if len(pooled) < 2:
        raise refused("roles", phrase("two roles or more"), shown(roles))
    return composing(
        {
            f"procedures.{procedure.id}.steps.{step.id}.role": into
            for procedure, step in _steps_of(office, pooled)
        }
        | {
            f"teams.{team.id}.roles": _pooled_levels(team, pooled, into)
            for team in office.teams
            if pooled & set(team.role_names())
        }
        | _pooled_settings(office, pooled, into)
    )


def _steps_of(office: Office, roles: set[str]) -> list[tuple[Procedure, Step]]:
    return [
        (procedure, step)
        for procedure in office.procedures
        for step in procedure.steps
        if step.role in roles
    ]


def _pooled_levels(team: Team, pooled: set[str], into: str) -> list[Any]:
    levels: list[list[str]] = []
    reached = False
    for level in team.levels():
        kept = [name for name in level if name not in pooled]
        first = not reached and len(kept) < len(level)
        reached = reached or first
        levels.append([*kept, into] if first else kept)
    return _as_written(levels)


def _as_written(levels: Sequence[Sequence[str]]) -> list[Any]:
    return [level[0] if len(level) == 1 else list(level) for level in levels if level]


def _pooled_settings(office: Office, pooled: set[str], into: str) -> Edits:
    """Return what stands under [roles] once the settings of the pooled ones are made one."""
    given = {name: office.roles[name] for name in pooled if name in office.roles}
    settings = {given.get(name, Role()).untitled() for name in pooled}
    named = given.get(into, Role())
    holds = bool(named.model_fields_set - {"title"})
    if len(settings) > 1 and not holds:
        raise _unlike(settings)
    if not given:
        return {}
    whole = named if holds else next(iter(settings)).model_copy(update={"title": named.title})
    others = {name: role for name, role in office.roles.items() if name not in pooled}
    return {"roles": others | ({} if whole == Role() else {into: whole})}


def _unlike(settings: set[Role]) -> ReformError:
    """Return the refusal to pool roles of which it is not said what their line is like."""
    if len({role.order for role in settings}) > 1:
        expected = phrase("roles whose work is taken in the same order")
        found, key = together(map(shown, ("first come", "due date"))), "order"
    else:
        expected, key = phrase("roles whose pace differs alike from day to day"), "day_cv"
        found = together(f"{cv:g}" for cv in sorted(role.day_cv for role in settings))
    hint = phrase("Set the same {key} for all of them first.", key=f"roles.ROLE.{key}")
    return refused("roles", expected, found, hint)


@reform("role")
def split_role(office: Office, role: RoleName, by: Literal["procedure"] = "procedure") -> Change:
    """Serve each procedure from a line of its own, with members of its own.

    Stands for a ticket line per field in place of one for all. Each line is named after the role
    and the procedure, ``window (licences)``. Each team that performs the role becomes one team
    per procedure; its members are dealt out by the work that each line expects, at least one
    each, and go on performing the team's other roles.

    Parameters
    ----------
    office
        The office.
    role
        The role whose line is split.
    by
        What has a line of its own: each procedure.
    """
    if role == EVERY:
        expected = phrase("one role, since members are dealt out line by line")
        raise refused("role", expected, shown(role))
    name = chosen_roles(office, role)[0]
    lines = [each for each in office.procedures if any(step.role == name for step in each.steps)]
    if len(lines) < 2:
        expected = phrase("a role that at least two procedures need")
        raise refused("role", expected, shown(name), phrase("Split by {part}.", part=by))
    work = _work(office, name, lines)
    teams = [new for team in office.teams for new in _split_team(team, name, lines, work)]
    steps = {
        f"procedures.{procedure.id}.steps.{step.id}.role": _line(name, procedure)
        for procedure, step in _steps_of(office, {name})
    }
    return composing({"teams": teams} | steps | _split_settings(office, name, lines))


def _line(role: str, procedure: Procedure) -> str:
    return f"{role} ({procedure.id})"


def _split_settings(office: Office, role: str, lines: list[Procedure]) -> Edits:
    if role not in office.roles:
        return {}
    others = {name: value for name, value in office.roles.items() if name != role}
    whole = office.roles[role]
    parts = {_line(role, each): whole.model_copy(update=_title(whole, each)) for each in lines}
    return {"roles": others | parts}


def _split_team(
    team: Team, role: str, lines: list[Procedure], work: list[float]
) -> list[dict[str, Any]]:
    written: dict[str, Any] = plain(team)
    if role not in team.role_names():
        return [written]
    members = _dealt(_members(team, len(lines)), work)
    return [
        written
        | {
            "id": _line(team.id, procedure),
            "staff": number,
            "roles": _as_written(_renamed(team, role, _line(role, procedure))),
        }
        | _title(team, procedure)
        for procedure, number in zip(lines, members, strict=True)
    ]


def _renamed(team: Team, role: str, line: str) -> list[list[str]]:
    return [[line if name == role else name for name in level] for level in team.levels()]


def _title(whole: Team | Role, procedure: Procedure) -> dict[str, Text]:
    """Return the title of the part of a team or role that serves a procedure."""
    if whole.title is None:
        return {}
    if isinstance(whole.title, str):
        return {"title": f"{whole.title} ({text_in(procedure.title, 'en', procedure.id)})"}
    return {
        "title": {
            language: f"{text} ({text_in(procedure.title, language, procedure.id)})"
            for language, text in whole.title.items()
        }
    }


def _members(team: Team, lines: int) -> int:
    number = team.staff.constant
    if number is None or number < lines:
        expected = phrase(
            "teams with a plain number of members, at least one for each of {lines} lines",
            lines=lines,
        )
        in_team = phrase("{number} in {team}", number=number, team=shown(team.id))
        found = phrase("a profile or log") if number is None else in_team
        hint = phrase("Split the team by hand, as teams of their own in the office file.")
        raise refused("role", expected, found, hint)
    return number


def _dealt(members: int, work: Sequence[float]) -> list[int]:
    """Deal out members in proportion to work, by largest remainder, at least one each."""
    total = sum(work)
    fair = [members * each / total if total else members / len(work) for each in work]
    dealt = [max(1, math.floor(each)) for each in fair]
    while sum(dealt) != members:
        short = [due - has for due, has in zip(fair, dealt, strict=True)]
        if sum(dealt) < members:
            dealt[short.index(max(short))] += 1
        else:
            spare = [gap if has > 1 else math.inf for gap, has in zip(short, dealt, strict=True)]
            dealt[spare.index(min(spare))] -= 1
    return dealt


def _work(office: Office, role: str, lines: list[Procedure]) -> list[float]:
    """Return the minutes that each line is offered on an open day, on average."""
    needed = {procedure.id for procedure in lines}
    demands = tuple(demand for demand in office.demands if needed & set(demand.needs))
    procedures = tuple(_relined(procedure, role) for procedure in office.procedures)
    split = office.model_copy(update={"demands": demands, "procedures": procedures})
    year = Year(split)
    offered = role_minutes(split, [year.demand(demand) for demand in demands])
    return [offered.get(_line(role, procedure), 0.0) for procedure in lines]


def _relined(procedure: Procedure, role: str) -> Procedure:
    line = {"role": _line(role, procedure)}
    steps = [
        step.model_copy(update=line) if step.role == role else step for step in procedure.steps
    ]
    return procedure.model_copy(update={"steps": tuple(steps)})
