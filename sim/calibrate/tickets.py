"""From ticket records to an office: who comes when, who is there, and what a visit takes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.arrivals import ArrivalsFit, fit_arrivals
from sim.calibrate.hours import HoursFit, days_text, fit_hours
from sim.calibrate.names import slugs
from sim.calibrate.outcome import Assumed, Fitted, Section
from sim.calibrate.recorded_ends import counters_in_use, fit_ends
from sim.calibrate.staff import Opened, StaffFit, fit_staff, open_counters, says_of_teams, teams_of
from sim.calibrate.teams import Named, TeamPart, from_ends, from_waits, named
from sim.calibrate.ticket_days import TeamDays, team_days, thinned, usable_dates
from sim.calibrate.waits import WaitsFit, fit_waits
from sim.errors import PlannerError
from sim.records.records import TicketRecords
from sim.said import listed, phrase

Floats = NDArray[np.float64]

_LEAST_TICKETS: Final = 30
_FEW_DAYS: Final = 4
_MOST_TICKETS: Final = 6000
"""Of a team, whose waits are replayed."""


@dataclass(frozen=True, eq=False)
class TicketsFit:
    """What ticket records come to.

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
    dates
        The days used.
    waits
        By queue: recorded waits in minutes on the days used.
    draws
        By path of the office file: equally likely values; those of one team belong together.
    """

    content: dict[str, Any]
    fitted: tuple[Fitted, ...]
    assumed: tuple[Assumed, ...]
    sections: tuple[Section, ...]
    warnings: tuple[str, ...]
    dates: tuple[dt.date, ...]
    waits: dict[str, Floats]
    draws: dict[str, Floats]


@dataclass(frozen=True, eq=False)
class _Team:
    """One team on the way to an office file."""

    name: Named
    dates: tuple[dt.date, ...]
    days: TeamDays
    staff: StaffFit | None


def fit_tickets(
    records: TicketRecords,
    *,
    holidays: str = "",
    title: str = "",
    seed: int = 1,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> TicketsFit:
    """Fit an office to ticket records.

    Parameters
    ----------
    records
        As read, of the days to fit to.
    holidays
        Country whose public holidays close the office, by its two-letter code; empty for none.
    title
        Of the office.
    seed
        Of what is simulated.
    executor
        What fits teams side by side; in turn without one.
    progress
        Called with the number of teams done and of all teams.

    Raises
    ------
    PlannerError
        If no queue has enough tickets on days that can be used.
    """
    hours = fit_hours(records, holidays=holidays)
    queues, left_out = _queues(records)
    ids = slugs(queues)
    shared = [tuple(q for q in team if q in queues) for team in teams_of(records)]
    teams = [team for team in shared if team]
    teams += [(queue,) for queue in queues if not any(queue in team for team in teams)]
    teams = [team for team in teams if usable_dates(records.tickets, team)]
    left_out += sorted(set(queues).difference(*teams))
    made = [_team(records, named(team, ids), hours) for team in sorted(teams)]
    parts = _parts(records, made, seed, executor, progress)
    arrivals = {
        q: _arrivals(records, q, team, hours, ids[q]) for team in made for q in team.name.queues
    }
    return _Draft(records, hours, holidays, ids, made, parts, arrivals, left_out).fit(title)


@dataclass(frozen=True, eq=False)
class _Draft:
    """Everything found, on the way to an office file."""

    records: TicketRecords
    hours: HoursFit
    holidays: str
    ids: dict[str, str]
    made: list[_Team]
    parts: list[TeamPart]
    arrivals: dict[str, ArrivalsFit]
    left_out: list[str]

    def fit(self, title: str) -> TicketsFit:
        """Return all of it."""
        return TicketsFit(
            {"title": title, **self._content()},
            tuple(self._fitted()),
            tuple(self._assumed()),
            tuple(self._sections()),
            tuple(self._warnings()),
            self.dates,
            {
                queue: team.days.wait[(team.days.days.queue == place) & team.days.days.counted]
                for team in self.made
                for place, queue in enumerate(team.name.queues)
            },
            {path: values for part in self.parts for path, values in part.draws.items()},
        )

    @cached_property
    def dates(self) -> tuple[dt.date, ...]:
        """The days used."""
        return tuple(sorted({date for team in self.made for date in team.days.dates}))

    def _content(self) -> dict[str, Any]:
        """Return the content of an office file, without its title."""
        parts, arrivals = self.parts, self.arrivals.items()
        patience = {id_: said for part in parts for id_, said in part.patience.items()}
        calendar: dict[str, Any] = {"start": self.dates[0]}
        if self.holidays:
            calendar["holidays"] = self.holidays
        if closed := self._closed():
            calendar["closed"] = closed
        calendar |= {"last_ticket": self.hours.last_ticket, "hours": self.hours.hours}
        return {
            "calendar": calendar,
            "teams": [team for part in parts for team in part.teams],
            "roles": {name: role for part in parts for name, role in part.roles.items()},
            "procedures": [procedure for part in parts for procedure in part.procedures],
            "demands": [
                {"id": self.ids[q], "title": q, "needs": [self.ids[q]]}
                | found.content
                | patience.get(self.ids[q], {})
                for q, found in arrivals
            ],
        }

    def _closed(self) -> list[dt.date]:
        """Return dates between the first and the last without any ticket, though weekdays."""
        from sim.calendar import DayRules
        from sim.office import Calendar

        first, last = self.dates[0], self.dates[-1]
        plan = {"start": first, "holidays": self.holidays, "hours": self.hours.hours}
        rules = DayRules(Calendar.model_validate(plan))
        came = set(self.records.tickets["date"].to_list())
        span = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
        return [
            date
            for date in span
            if date not in came
            and self.hours.sessions(date.weekday())
            and not rules.is_holiday(date)
        ]

    def _fitted(self) -> Iterator[Fitted]:
        yield from self.hours.fitted
        for team, part in zip(self.made, self.parts, strict=True):
            if team.staff is not None and len(part.teams) == 1:
                yield from team.staff.fitted
            yield from part.fitted
        for found in self.arrivals.values():
            yield from found.fitted

    def _assumed(self) -> Iterator[Assumed]:
        yield from self.hours.assumed
        for team, part in zip(self.made, self.parts, strict=True):
            if team.staff is None:
                why = phrase(
                    "no record says how many counters were open: minutes are those between calls"
                )
                yield Assumed(f"teams.{team.name.id}.staff", "1", why)
            yield from part.assumed
        for found in self.arrivals.values():
            yield from found.assumed
        why = phrase("travel, value of time, fees and wages are not in the records")
        yield Assumed("visitor", phrase("none"), why)

    def _sections(self) -> Iterator[Section]:
        yield Section("hours", phrase("Opening hours"), self.hours.says)
        for queue, found in self.arrivals.items():
            id_ = f"arrivals_{self.ids[queue]}"
            yield Section(id_, phrase("Arrivals: {queue}", queue=queue), found.says, (found.chart,))
        if teams := says_of_teams(self.records, teams_of(self.records)):
            yield Section("teams", phrase("Shared staff"), teams)
        for team in self.made:
            if team.staff is not None:
                title = phrase("Open counters: {team}", team=team.name.title)
                yield Section(f"staff_{team.name.id}", title, team.staff.says, (team.staff.chart,))
        yield from (part.section for part in self.parts)

    def _warnings(self) -> Iterator[str]:
        days = len(self.dates)
        if days < _FEW_DAYS:
            yield phrase(
                "Only {days}: weekdays and seasons cannot be told, intervals are wide.",
                days=days_text(days),
            )
        if self.left_out:
            yield phrase("Left out, too few tickets: {queues}.", queues=listed(self.left_out))
        for team in self.made:
            if team.staff is None:
                yield phrase(
                    "{team}: no record says how many counters were open. One is assumed; minutes "
                    "at the counter are then those between calls, and staff reforms cannot be "
                    "judged.",
                    team=team.name.title,
                )
        for part in self.parts:
            yield from part.warnings


def _queues(records: TicketRecords) -> tuple[list[str], list[str]]:
    """Return queues with enough tickets on usable days, and the others."""
    import polars as pl

    counts = records.tickets.group_by("queue").agg(
        pl.col("called_by").is_not_null().sum().alias("called")
    )
    shared = {queue for team in teams_of(records) for queue in team}
    enough: list[str] = []
    few: list[str] = []
    for queue, called in sorted(counts.iter_rows()):
        dates = usable_dates(records.tickets, (queue,))
        fits = queue in shared or (called >= _LEAST_TICKETS and dates)
        (enough if fits else few).append(queue)
    if not enough:
        raise PlannerError(
            phrase(
                "No queue has {least} tickets that were called on days that can be used. "
                "Give more days, or look at the quality of the records.",
                least=_LEAST_TICKETS,
            )
        )
    return enough, few


def _team(records: TicketRecords, name: Named, hours: HoursFit) -> _Team:
    dates = usable_dates(records.tickets, name.queues)
    opened = open_counters(records, name.queues)
    opened = opened or counters_in_use(records.tickets, name.queues, dates)
    staff = None
    if any(date in opened for date in dates):
        staff = fit_staff(opened, dates, hours, path=f"teams.{name.id}.staff")
    else:
        opened = _one_open(dates, hours)
    some = thinned(records.tickets, name.queues, [d for d in dates if d in opened], _MOST_TICKETS)
    return _Team(name, dates, team_days(records, name.queues, some, opened, hours.on), staff)


def _one_open(dates: Sequence[dt.date], hours: HoursFit) -> Opened:
    """Return one counter open all day, where nothing tells how many were."""
    found: Opened = {}
    for date in dates:
        opens = next((begin for begin, _ in hours.sessions(date.weekday())), 0)
        found[date] = np.array([opens], dtype=np.int64), np.array([1], dtype=np.int64)
    return found


def _parts(
    records: TicketRecords,
    made: Sequence[_Team],
    seed: int,
    executor: Executor | None,
    progress: Callable[[int, int], None] | None,
) -> list[TeamPart]:
    """Return what each team adds to the file; where ends are not recorded, from its waits."""
    ends = [fit_ends(records.tickets, team.name.queues) for team in made]
    unknown = [team.days for team, end in zip(made, ends, strict=True) if end is None]
    fit = partial(fit_waits, seed=seed)
    fits: Iterable[WaitsFit] = executor.map(fit, unknown) if executor else map(fit, unknown)
    waits, parts = iter(fits), []
    for done, (team, end) in enumerate(zip(made, ends, strict=True), 1):
        staff = 1 if team.staff is None else team.staff.staff
        if end is None:
            parts.append(from_waits(team.name, staff, next(waits)))
        else:
            parts.append(from_ends(team.name, staff, end))
        if progress is not None:
            progress(done, len(made))
    return parts


def _arrivals(
    records: TicketRecords, queue: str, team: _Team, hours: HoursFit, id_: str
) -> ArrivalsFit:
    import polars as pl

    own = records.tickets.filter(pl.col("queue") == queue)
    return fit_arrivals(own, team.dates, hours, path=f"demands.{id_}")
