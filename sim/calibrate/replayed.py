"""Recorded days run by the engine: an office with the arrivals and counters of a record."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.base import text_in
from sim.calendar import RunDates
from sim.calibrate.staff import Opened
from sim.calibrate.ticket_days import TeamDays
from sim.clock import DAY_MS, MINUTE_MS, WEEKDAYS
from sim.log import Leaving, ServiceLog, Spell
from sim.office import Office, Team
from sim.office.people import sessions_of
from sim.paths import get_path, set_paths
from sim.replication import OfficeRuns

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Draws = Mapping[str, Floats]

_Z: Final = 1.96
"""Half of a 95% interval, in standard deviations."""
_SHAPING: Final = (".minutes.", ".day_cv", ".patience.")
_ARRIVALS, _COUNTERS = "arrivals.csv", "counters.csv"


@dataclass(frozen=True)
class Together:
    """Teams of an office that share work, and the queues of a record that they serve.

    Attributes
    ----------
    office
        The office with nothing else in it.
    queues
        By demand, in the office's order: the queue of the record that it is.
    """

    office: Office
    queues: dict[str, str]

    @property
    def titles(self) -> tuple[str, ...]:
        """What each demand is called."""
        return tuple(text_in(d.title, "en", d.id) for d in self.office.demands)


@dataclass(frozen=True, eq=False)
class Run:
    """Tickets of one replication, or of the record, by ticket.

    Attributes
    ----------
    day, queue
        Places of its date and queue.
    came, called
        Milliseconds after midnight; called is not a number where it never was.
    wait
        Minutes, as they would have been recorded.
    served
        When service began; not a number for who left or never was. Of a record, what is called.
    """

    day: Ints
    queue: Ints
    came: Floats
    called: Floats
    wait: Floats
    served: Floats


def split(office: Office) -> list[Office]:
    """Return the parts of an office that share no staff, each an office of its own."""
    links = [
        ({f"team {team.id}"} | {f"role {role}" for role in team.role_names()})
        for team in office.teams
    ]
    links += [
        {f"demand {d.id}"} | {
            f"role {step.role}"
            for name in d.needs for step in office.procedure(name).steps if step.role
        }
        for d in office.demands
    ]  # fmt: skip
    groups: list[set[str]] = []
    for link in links:
        touching = [group for group in groups if group & link]
        groups = [group for group in groups if not group & link] + [link.union(*touching)]
    return [part for group in groups if (part := _part(office, group)) is not None]


def observed(days: TeamDays) -> Run:
    """Return what was recorded of some days."""
    day = np.repeat(np.arange(len(days.dates)), np.diff(days.days.first))
    middle = days.days.arrived_mid
    called = middle + days.wait * MINUTE_MS
    return Run(day, days.days.queue, middle, called, days.wait, called)


class Replay:
    """An office on recorded days.

    Parameters
    ----------
    together
        The office and its queues.
    days
        What was recorded of them, queues in the order of the office's demands.
    opened
        Open counters by day; empty where no record says it, and the office's own staff is there.
    draws
        By path of the office file: equally likely values, of which the n-th belong together; empty
        to draw each by itself from what ``[ranges]`` leave open.
    replayed
        Whether people come as recorded; otherwise demand is simulated.
    """

    def __init__(
        self,
        together: Together,
        days: TeamDays,
        opened: Opened,
        draws: Draws | None = None,
        *,
        replayed: bool = True,
    ) -> None:
        self.together, self.days, self.opened, self.replayed = together, days, opened, replayed
        self._ranges = _ranges(together.office)
        known = draws or {}
        self._draws = {path: known[path] for path in self._ranges if path in known}
        last = days.dates[-1] + dt.timedelta(days=1)
        self._dates = RunDates(days.dates[0], days.dates[0], last, last)

    def runs(self, replications: int, seed: int) -> tuple[list[Run], list[Run]]:
        """Return replications with the office's own numbers, and as many with numbers drawn."""
        with tempfile.TemporaryDirectory() as folder:
            content = self._content(Path(folder))
            own = [content] * replications
            drawn = [
                set_paths(content, self._values(np.random.default_rng([seed, number])))
                for number in range(replications)
            ]
            return self._all(own, folder, seed), self._all(drawn, folder, seed)

    def _all(self, contents: Sequence[dict[str, Any]], folder: str, seed: int) -> list[Run]:
        """Run each content once, alike ones as one office."""
        found, last, runs = [], None, None
        for number, content in enumerate(contents):
            if content is not last or runs is None:
                office = Office.model_validate(content).model_copy(update={"folder": folder})
                runs, last = OfficeRuns(office, 1, 0, dates=self._dates), content
            log = runs.run(seed, number)
            found.append(self._paired(log) if self.replayed else self._alone(log))
        return found

    def _values(self, generator: np.random.Generator) -> dict[str, float]:
        """Return numbers of the office as the fit leaves them open."""
        if not self._draws:
            return _drawn(self._ranges, generator)
        row = generator.integers(min(map(len, self._draws.values())))
        return {path: float(values[row]) for path, values in self._draws.items()}

    def _content(self, folder: Path) -> dict[str, Any]:
        """Return the office's content with the recorded staff and arrivals, written to a folder."""
        content = self.together.office.as_written()
        content["calendar"] |= {
            "start": self.days.dates[0],
            "closed": self._not_compared(),
            "open": {str(date): WEEKDAYS[date.weekday()] for date in self.days.dates},
        }
        if self.replayed:
            content["calendar"]["last_ticket"] = 0.0
        content.pop("sources", None)
        content.pop("ranges", None)
        if self.opened:
            teams = _shared_out(self.together.office.teams, self._changes())
            _write(folder / _COUNTERS, ("team", "date", "time", "open"), teams)
            for team in content["teams"]:
                where = {"team": team["id"]}
                team["staff"] = {"log": _COUNTERS, "open": "open", "where": where}
        if self.replayed:
            _write(folder / _ARRIVALS, ("queue", "date", "after", "by"), self._arrivals())
            content["demands"] = [_replaying(demand) for demand in content["demands"]]
        return content

    def _not_compared(self) -> list[dt.date]:
        """Return dates between the first and the last that are not compared."""
        first, last = self.days.dates[0], self.days.dates[-1]
        span = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
        return [date for date in span if date not in self.days.dates]

    def _changes(self) -> Iterator[tuple[dt.date, int, int]]:
        days = self.days.days
        for place, date in enumerate(self.days.dates):
            part = slice(days.change_first[place], days.change_first[place + 1])
            for at, members in days.changes[:, part].T.tolist():
                yield date, at, members

    def _arrivals(self) -> Iterator[tuple[object, ...]]:
        days = self.days
        place = np.repeat(np.arange(len(days.dates)), np.diff(days.days.first))
        rows = zip(
            place.tolist(), days.days.queue.tolist(), days.low.tolist(), days.high.tolist(),
            strict=True,
        )  # fmt: skip
        ids = [demand.id for demand in self.together.office.demands]
        latest = [self._latest(date) for date in days.dates]
        for day, queue, low, high in rows:
            last = latest[day]
            yield ids[queue], days.dates[day], _clock(min(low, last)), _clock(min(high, last))

    def _latest(self, date: dt.date) -> int:
        """Return the last moment at which somebody may come: tickets that were taken count."""
        sessions = sessions_of(self.together.office.calendar.hours, date.weekday())
        return sessions[-1][1] - 1 if sessions else DAY_MS - 1

    def _paired(self, log: ServiceLog) -> Run:
        """Return the run ticket by ticket: the k-th to come of a queue and day is its k-th ticket.

        A queue is called in the order of its tickets, so who of those that came within the same
        minutes is which ticket makes no difference to the line.
        """
        run = self._alone(log)
        seen = observed(self.days)
        theirs = np.lexsort((run.came, run.queue, run.day))
        ours = np.lexsort((np.arange(len(seen.day)), seen.queue, seen.day))
        called = np.full(len(seen.day), np.nan)
        passed = _passed(run.served[theirs], run.day[theirs], run.queue[theirs])
        called[ours] = np.where(np.isnan(passed), run.called[theirs], passed)
        recorded = self._as_recorded(called, seen.day)
        wait = (recorded - seen.came) / MINUTE_MS
        return Run(seen.day, seen.queue, seen.came, recorded, wait, recorded)

    def _as_recorded(self, called: Floats, day: Ints) -> Floats:
        """Return calls as the record would have them: the middle of what they are known to."""
        days, found = self.days.days, called.copy()
        for place in range(len(self.days.dates)):
            own = day == place
            grid = days.grid[days.grid_first[place] : days.grid_first[place + 1]]
            if not len(grid):
                found[own] = np.floor(called[own] / days.step) * days.step + days.step / 2
                continue
            after = np.searchsorted(grid, called[own])
            inside = (after > 0) & (after < len(grid))
            near = np.clip(after, 1, len(grid) - 1)
            middle = (grid[near - 1] + grid[near]) / 2
            found[own] = np.where(inside, middle, called[own])
        return found

    def _alone(self, log: ServiceLog) -> Run:
        """Return the run as it was simulated: the first service of each visitor."""
        people = log.population
        known = _first_work(log)
        came = people.case_arrival
        date = np.array([date.toordinal() for date in self.days.dates])
        day = np.searchsorted(date, people.case_day)
        inside = (day < len(date)) & (date[np.minimum(day, len(date) - 1)] == people.case_day)
        midnight = (people.case_day - date[0]) * DAY_MS
        served = np.where(known >= 0, known - midnight, np.nan)
        called = np.where(known >= 0, served, _left(log) - midnight)
        wait = (called - (came - midnight)) / MINUTE_MS
        return Run(
            day[inside].astype(np.int64),
            people.case_demand[inside].astype(np.int64),
            (came - midnight)[inside].astype(np.float64),
            called[inside],
            wait[inside],
            served[inside],
        )


def _passed(called: Floats, day: Ints, queue: Ints) -> Floats:
    """Return calls in the order of tickets, who left counting as called when the line passes them.

    That is with the next ticket of the queue that is served; a ticket machine calls them too.
    """
    found, coming = called.copy(), np.nan
    for place in range(len(called) - 1, -1, -1):
        last = place == len(called) - 1
        if last or (day[place], queue[place]) != (day[place + 1], queue[place + 1]):
            coming = np.nan
        if np.isnan(found[place]):
            found[place] = coming
        else:
            coming = found[place]
    return found


def _left(log: ServiceLog) -> Floats:
    """Return by case when it left its first line unserved, not a number for never."""
    visits, people = log.visits, log.population
    gone = visits.why == Leaving.IMPATIENT
    found = np.full(len(people.case_arrival), np.inf)
    np.minimum.at(found, people.filing_case[visits.filing[gone]], visits.left[gone])
    return np.where(np.isinf(found), np.nan, found)


def _first_work(log: ServiceLog) -> Ints:
    """Return by case when it was first served, -1 for never."""
    steps, people = log.steps, log.population
    served = (steps.kind == Spell.VISITOR_WORK) & (steps.started >= 0)
    case = people.filing_case[steps.filing[served]]
    found = np.full(len(people.case_arrival), np.iinfo(np.int64).max)
    np.minimum.at(found, case, steps.started[served])
    return np.where(found == np.iinfo(np.int64).max, -1, found)


def _part(office: Office, group: set[str]) -> Office | None:
    """Return the part of an office that a group names; None where nobody comes or works."""
    demands = tuple(d for d in office.demands if f"demand {d.id}" in group)
    needed = {name for demand in demands for name in demand.needs}
    roles = {name: role for name, role in office.roles.items() if f"role {name}" in group}
    parts = {
        "teams": tuple(team for team in office.teams if f"team {team.id}" in group),
        "roles": roles,
        "procedures": tuple(p for p in office.procedures if p.id in needed),
        "demands": demands,
        "backlog": (),
    }
    return office.model_copy(update=parts) if parts["teams"] and demands else None


def _shared_out(
    teams: Sequence[Team], changes: Iterator[tuple[dt.date, int, int]]
) -> Iterator[tuple[object, ...]]:
    """Yield the open counters of each team: the first ones get theirs, the last one the rest."""
    for date, at, members in changes:
        left = members
        for place, team in enumerate(teams):
            own = left if place == len(teams) - 1 else min(left, team.staff.largest())
            left -= own
            yield team.id, date, _clock(at), own


def _replaying(demand: dict[str, Any]) -> dict[str, Any]:
    kept = ("id", "title", "needs", "patience", "gives_up_after")
    log = {"file": _ARRIVALS, "where": {"queue": demand["id"]}, "time": ["after", "by"]}
    return {key: demand[key] for key in kept if key in demand} | {"log": log}


def _write(path: Path, header: tuple[str, ...], rows: Iterator[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def _clock(ms: int) -> str:
    seconds, rest = divmod(int(ms), 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"


def _ranges(office: Office) -> dict[str, tuple[float, float, float]]:
    """Return (value, lowest, highest) of numbers that shape minutes at the counter, by path."""
    content = office.as_written()
    ours = {f"procedures.{p.id}." for p in office.procedures}
    ours |= {f"roles.{name}." for name in office.roles}
    ours |= {f"demands.{demand.id}.patience." for demand in office.demands}
    return {
        path: (float(get_path(content, path)), low, high)
        for path, (low, high) in office.ranges.items()
        if path.startswith(tuple(ours)) and any(key in path for key in _SHAPING)
    }


def _drawn(
    ranges: dict[str, tuple[float, float, float]], generator: np.random.Generator
) -> dict[str, float]:
    """Return numbers drawn from their intervals; alike ones are drawn as one."""
    scores: dict[tuple[str, float, float, float], float] = {}
    values: dict[str, float] = {}
    for path, (value, low, high) in ranges.items():
        name = path.rpartition(".")[2]
        score = scores.setdefault((name, value, low, high), float(generator.standard_normal()))
        values[path] = _value(name, value, low, high, score)
    return values


def _value(name: str, value: float, low: float, high: float, score: float) -> float:
    if name != "day_cv" and min(value, low) > 0:
        return float(value * (high / low) ** (score / (2 * _Z)))
    return float(np.clip(value + (high - low) / (2 * _Z) * score, 0, 1))
