"""From a dossier log to the content of an office file, with every number's interval and source."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from sim.calibrate.dossier_arrivals import Channels, channels_of, fit_demand, wilson
from sim.calibrate.dossier_censoring import weights_of
from sim.calibrate.dossier_hours import Floats, Ints, OfficeHours, WorkingTime, fit_hours
from sim.calibrate.dossier_limits import Group, groups_of
from sim.calibrate.dossier_log import NONE, DossierLog, log_of
from sim.calibrate.dossier_sections import sections_of, warnings_of
from sim.calibrate.dossier_staff import TeamFit, teams_of
from sim.calibrate.dossier_steps import (
    INTAKE_MINUTES,
    STEP_MINUTES,
    Naming,
    StepsFit,
    Timed,
    assumed_minutes,
    handled_minutes,
    steps_of,
)
from sim.calibrate.names import slugs
from sim.calibrate.outcome import Assumed, Fitted, Section
from sim.calibrate.routes import (
    Returns,
    first_step,
    gaps_of,
    passed,
    returns_of,
    route_of,
    without_hand_ins,
)
from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.errors import PlannerError
from sim.office import Calendar
from sim.records.records import DossierRecords
from sim.said import phrase

_VISIT_MINUTES: Final = 120.0
"""Open minutes from a case's beginning within which its first step is done at the same visit."""
_BUSIEST: Final = 0.85
"""Share of the time that staff are busy at most; beyond, lines would grow without end."""


@dataclass(frozen=True)
class DossierFit:
    """What a dossier log comes to.

    Attributes
    ----------
    content
        Of an office file, without ``[sources]`` and ``[ranges]``.
    fitted, assumed
        Its numbers.
    sections
        What was found, by subject.
    warnings
        What to be careful of.
    """

    content: dict[str, Any]
    fitted: tuple[Fitted, ...]
    assumed: tuple[Assumed, ...]
    sections: tuple[Section, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A log with what everything else is read by.

    Attributes
    ----------
    log
        The records.
    hours, time
        Its calendar.
    returns, told
        What is sent back, and activities that only say so.
    groups
        Procedures.
    channels
        What channels mean.
    """

    log: DossierLog
    hours: OfficeHours
    time: WorkingTime
    returns: tuple[Returns, ...]
    told: frozenset[int]
    groups: tuple[Group, ...]
    channels: Channels

    @property
    def dates(self) -> tuple[dt.date, dt.date]:
        """First and last date on which a case began."""
        return self.log.date(int(self.log.begun.min())), self.log.date(int(self.log.begun.max()))


def fit_dossiers(records: DossierRecords, *, holidays: str = "", title: str = "") -> DossierFit:
    """Fit an office to a dossier log.

    Parameters
    ----------
    records
        As read.
    holidays
        Country whose public holidays close the office, by its two-letter code; empty for none.
    title
        Of the office.

    Raises
    ------
    PlannerError
        If there is nothing to fit to.
    """
    known = prepared(records, holidays)
    timed = [_timed(known, group) for group in known.groups]
    activities = tuple(sorted({a for part in timed for a in part.route.steps}))
    teams = teams_of(known.log, activities)
    naming = _naming(known, teams, activities)
    visitor = "counter" in known.channels.meaning.values() or not known.channels.meaning
    fits = [
        steps_of(f"procedures.{group.id}", part, naming, known.time, visitor=visitor)
        for group, part in zip(known.groups, timed, strict=True)
    ]
    demands = [_demand(known, group) for group in known.groups]
    staff = [_staffed(known, team, naming) for team in teams]
    content = {
        "title": title or "Office fitted to its dossiers",
        "calendar": known.hours.content,
        "teams": [team for team, _, _ in staff],
        "procedures": [_procedure(g, f) for g, f in zip(known.groups, fits, strict=True)],
        "demands": [demand for demand, _ in demands],
    }
    fitted = [row for _, rows in demands for row in rows]
    fitted += [row for fit in fits for row in fit.fitted] + [
        row for _, rows, _ in staff for row in rows
    ]
    assumed = _assumptions(known) + [row for fit in fits for row in fit.assumed]
    assumed += [row for _, _, rows in staff for row in rows]
    return DossierFit(
        content,
        tuple(fitted),
        tuple(assumed),
        sections_of(known, timed, fits, teams),
        warnings_of(known, timed, fits),
    )


def prepared(records: DossierRecords, holidays: str) -> Prepared:
    """Return records with their calendar, procedures, channels and what is sent back."""
    log = log_of(records)
    if not len(log.names) or not len(log.case):
        raise PlannerError(
            phrase(
                "The dossier log has no case with a step that can be used. Look at the quality "
                "report for what was dropped, and at --from, --to and --columns."
            )
        )
    start = log.date(int(log.begun.min()))
    hours = fit_hours(_moments(log), _touched(log), start, holidays)
    earliest, latest = int(min(log.begun.min(), log.completed.min())), log.horizon
    ends = np.concatenate((log.deadline[log.deadline != NONE], [latest]))
    calendar = Calendar.model_validate(hours.content)
    time = WorkingTime(calendar, log.date(earliest), log.date(int(ends.max())))
    returns, told = returns_of(log, time)
    groups = groups_of(log, time, returns)
    if returns:
        log = without_hand_ins(log)
    return Prepared(log, hours, time, returns, told, groups, channels_of(log.channels))


def _moments(log: DossierLog) -> Ints:
    """Return all moments at which something was done in the office."""
    ended = log.ended[(log.ended != NONE) & ~log.ended_dated]
    return np.concatenate((log.completed, ended)) if len(log.completed) else ended


def _touched(log: DossierLog) -> Ints:
    """Return days since 1970, once for each case with which something was done on that day."""
    pairs = np.unique(np.stack((log.completed // DAY_MS, log.case)), axis=1)
    days: Ints = pairs[0]
    return days


def _timed(known: Prepared, group: Group) -> Timed:
    """Return a procedure's cases with their route and times."""
    log = known.log.taken(group.cases)
    place = np.cumsum(group.cases) - 1
    returns = tuple(_of_cases(sent, group, place) for sent in known.returns)
    times = passed(log, returns)
    route = route_of(times, known.told)
    first = first_step(log)
    intake = route.steps[:1] == (first,) and _at_visit(log, times.first[:, first], known.time)
    ended, back = _ended(log), frozenset(sent.activity for sent in returns)
    gaps = gaps_of(log, ended, times, route, known.time, back=back)
    if not intake:
        _shift_dated(gaps, log)
    return Timed(log, route, gaps, _weights(log, ended), intake, returns)


def _of_cases(sent: Returns, group: Group, place: Ints) -> Returns:
    own = group.cases[sent.cases]
    cases = place[sent.cases[own]]
    return Returns(sent.activity, cases, sent.times[own], sent.since[own], sent.until[own])


def _at_visit(log: DossierLog, first: Ints, time: WorkingTime) -> bool:
    """Tell whether the first recorded step is done when a case begins."""
    has = (first != NONE) & ~log.begun_dated
    if has.sum() < len(log.names) / 2:
        return False
    return float(np.median(time.open_minutes(log.begun[has], first[has]))) <= _VISIT_MINUTES


def _ended(log: DossierLog) -> Ints:
    """Return when cases ended; noon where only the date is known."""
    finished = log.finished()
    dated = (finished != NONE) & log.ended_dated & log.has_ends
    return np.where(dated, finished // DAY_MS * DAY_MS + 12 * HOUR_MS, finished)


def _shift_dated(gaps: Floats, log: DossierLog) -> None:
    """Take half a day off the first gap of cases of which only the date of beginning is known.

    Half the gap where it is less than a day: nobody begins after the first step.
    """
    rows = np.flatnonzero(log.begun_dated)
    columns = (~np.isnan(gaps[rows])).argmax(axis=1)
    first = gaps[rows, columns]
    gaps[rows, columns] = first - np.minimum(first / 2, 0.5)


def _weights(log: DossierLog, ended: Ints) -> Floats | None:
    """Return what each case stands for, if some have not ended."""
    seen = ended != NONE
    if seen.all() or not seen.any():
        return None
    lasted = np.where(seen, ended, log.horizon) - log.begun
    return weights_of(lasted.astype(float), seen)


def _naming(known: Prepared, teams: tuple[TeamFit, ...], activities: tuple[int, ...]) -> Naming:
    log, time = known.log, known.time
    ids = slugs(log.activities)
    days = max(len(time.open_dates(*known.dates)), 1)
    day_minutes = time.day_ms / MINUTE_MS
    role, minutes = {}, {}
    for team in teams:
        a_day = float(np.isin(log.activity, team.activities).sum()) / days
        for activity in team.activities:
            role[activity] = team.id
            minutes[activity] = assumed_minutes(a_day, team.members, day_minutes, STEP_MINUTES)
    first = activities[0] if first_step(log) not in activities else first_step(log)
    own = next(team for team in teams if team.id == role[first])
    intake = assumed_minutes(len(log.names) / days, own.members, day_minutes, INTAKE_MINUTES)
    names = tuple(ids[name] for name in log.activities)
    return Naming(names, log.activities, role, own.id, minutes, intake)


def _procedure(group: Group, fit: StepsFit) -> dict[str, Any]:
    found: dict[str, Any] = {"id": group.id, "title": group.title}
    if group.within is not None:
        found["deadline"] = {"within": group.within}
    return found | {"steps": fit.steps}


def _demand(known: Prepared, group: Group) -> tuple[dict[str, Any], tuple[Fitted, ...]]:
    log = known.log
    begun, dated = log.begun[group.cases], log.begun_dated[group.cases]
    coming = fit_demand(group.id, begun, dated, known.time, known.dates)
    content = {"id": group.id, "title": group.title, "needs": [group.id]} | coming.content
    own = [text for text, has in zip(log.channels, group.cases, strict=True) if has and text]
    if not own:
        return content | {"filed": "counter"}, coming.fitted
    online = sum(known.channels.meaning[text] == "online" for text in own)
    share = online / len(own)
    if 0 < share < 1:
        content["filed"] = {"counter": round(1 - share, 6), "online": round(share, 6)}
    else:
        content["filed"] = "online" if share else "counter"
    low, high = wilson(online, len(own))
    path, told = f"demands.{group.id}.filed", phrase("{n} cases with a channel", n=len(own))
    if not 0 < share < 1:
        return content, coming.fitted
    rows = (Fitted(f"{path}.counter", 1 - share, 1 - high, 1 - low, told),
            Fitted(f"{path}.online", share, low, high, told))  # fmt: skip
    return content, (*coming.fitted, *rows)


def _staffed(
    known: Prepared, team: TeamFit, naming: Naming
) -> tuple[dict[str, Any], list[Fitted], list[Assumed]]:
    """Return a team with as many members as its work needs at least."""
    needed = _needed(known, team)
    members = max(team.members, needed)
    title = ", ".join(known.log.activities[a] for a in team.activities)
    content: dict[str, Any] = {"id": team.id, "title": title, "staff": members, "roles": [team.id]}
    if team.id == naming.intake_role:
        content["closing"] = "finish queue"
    path = f"teams.{team.id}.staff"
    if team.low is None or members > team.members:
        why = phrase("Nobody is recorded with the steps.")
        if team.low is not None:
            why = phrase(
                "{n} are at work on a typical day, who could not do the recorded minutes.",
                n=team.members,
            )
        return content, [], [Assumed(path, str(members), why)]
    told = phrase(
        "{people} people of {days} days: median of those who did a step on a day",
        people=team.people,
        days=team.days,
    )
    return content, [Fitted(path, float(members), team.low, team.high, told)], []


def _needed(known: Prepared, team: TeamFit) -> int:
    """Return how many members the recorded minutes take, busy 85% of the time at most."""
    log, time = known.log, known.time
    days = max(len(time.open_dates(*known.dates)), 1)
    load = 0.0
    for activity in team.activities:
        minutes = handled_minutes(log, activity, time)
        if len(minutes):
            load += float(minutes.mean()) * float((log.activity == activity).sum()) / days
    return max(int(np.ceil(load / (_BUSIEST * time.day_ms / MINUTE_MS))), 1)


def _assumptions(known: Prepared) -> list[Assumed]:
    found = []
    if not known.hours.read:
        why = phrase(
            "The log says on which dates things were done, not when, or has too few events."
        )
        found.append(Assumed("calendar.hours", "08:00-12:00, 13:00-17:00", why))
    for group in known.groups:
        if not any(text for text, own in zip(known.log.channels, group.cases, strict=True) if own):
            why = phrase("No channel is recorded.")
            found.append(Assumed(f"demands.{group.id}.filed", "counter", why))
    return found
