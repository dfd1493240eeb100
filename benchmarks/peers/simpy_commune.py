"""The full-featured commune in SimPy as it is usually written, with what SimPy has idioms for.

A process for each case, dossier and member of staff, a ``PriorityResource`` for each team,
patience by ``request | timeout``. It leaves out what has no idiom and would have to be built on
top: stopping desk work, lines shared by teams, work taken by due date, staying for those still
inside, the causes of time, a log. So it does less than the office it stands beside, and its waits
are only near; a factor against it is a lower bound.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import simpy

from benchmarks.peers.commune_days import DAY, Comings, Days, Raw, minutes_of, sample

Events = Generator[simpy.Event, Any, Any]

_STAFF_FIRST: Final = -1
"""Priority of being absent, before that of anybody who waits."""


@dataclass
class Told:
    """What is known of the cases in the end, in minutes."""

    waits: list[float] = field(default_factory=list)
    turnarounds: list[float] = field(default_factory=list)
    trips: list[int] = field(default_factory=list)
    on_time: list[bool] = field(default_factory=list)
    lost: int = 0


@dataclass
class Visitor:
    """A case under way."""

    arrived: float
    priority: int
    patience: Any
    gives_up_after: int
    waited: float = 0.0
    trips: int = 0
    in_vain: int = 0


class GaveUp(Exception):
    """A visitor has come in vain too often."""


class Commune:
    """One replication of the commune.

    Parameters
    ----------
    path
        The office file.
    days
        Open days that people come on.
    seed
        Of the random numbers.
    """

    def __init__(self, path: Path, days: int, seed: int) -> None:
        self.raw: Raw = tomllib.loads(path.read_text("utf-8"))
        self.number = days
        self.days = Days(self.raw["calendar"], days)
        self.rng = random.Random(seed)
        self.comings = Comings(self.days, self.rng, path.parent)
        self.env = simpy.Environment()
        self.told = Told()
        self.procedures = {each["id"]: each for each in self.raw["procedures"]}
        self.desks: dict[str, list[simpy.PriorityResource]] = {}
        self._by_role([self._open_team(team) for team in self.raw["teams"]])
        self.cases: list[simpy.Process] = []
        self.streams = [self.env.process(self._stream(each)) for each in self.raw["demands"]]
        for part in self.raw["backlog"]:
            for _ in range(part["dossiers"]):
                self.env.process(self._left_over(part))

    def run(self) -> int:
        """Run until everybody has what they came for, or gave up; return the number of cases."""
        self.env.run(until=self.env.all_of(self.streams))
        self.env.run(until=self.env.all_of(self.cases))
        return len(self.told.waits) + self.told.lost

    def today(self) -> int:
        """Return the day it is."""
        return int(self.env.now // DAY)

    # --- staff ---

    def _open_team(self, team: Raw) -> simpy.PriorityResource:
        number = self._most(team["staff"])
        desk = simpy.PriorityResource(self.env, capacity=number)
        for member in range(number):
            self.env.process(self._shifts(desk, team, member))
            if away := team.get("away"):
                self.env.process(self._meetings(desk, away))
        return desk

    def _by_role(self, desks: list[simpy.PriorityResource]) -> None:
        """Note who does what, those first who do it first."""
        for urgency in range(2):
            for team, desk in zip(self.raw["teams"], desks, strict=True):
                for roles in team["roles"][urgency : urgency + 1]:
                    for role in roles if isinstance(roles, list) else [roles]:
                        self.desks.setdefault(role, []).append(desk)

    def _most(self, staff: Any) -> int:
        if isinstance(staff, dict):
            return 1 if "log" in staff else max(map(self._most, staff.values()))
        return int(staff)

    def _on_duty(self, team: Raw, member: int, day: int, at: int) -> bool:
        """Tell whether a member's profile has them there at a minute of a day."""
        staff = team["staff"]
        if isinstance(staff, dict) and "mon-fri" in staff:
            staff = staff["sat" if self.days.dates[day].weekday() == 5 else "mon-fri"]
        if isinstance(staff, dict) and "log" not in staff:
            begun = [clock for clock in staff if minutes_of(clock) <= at]
            staff = staff[max(begun)] if begun else 0
        if isinstance(staff, dict):
            return self.days.dates[day].weekday() < 5 and at < minutes_of("10:30")
        return member < int(staff)

    def _shifts(self, desk: simpy.PriorityResource, team: Raw, member: int) -> Events:
        """Hold a place of the desk whenever a member is not there."""
        for start, end in self._spans(team, member):
            with desk.request(priority=_STAFF_FIRST) as gone:
                yield gone
                if start > self.env.now:
                    yield self.env.timeout(start - self.env.now)
            if end > self.env.now:
                yield self.env.timeout(end - self.env.now)

    def _spans(self, team: Raw, member: int) -> Iterator[tuple[float, float]]:
        """Yield from when to when a member is at work."""
        for day in self.days.open:
            if self.rng.random() < team.get("absence", 0):
                continue
            for start, end in self.days.sessions[day]:
                late = team.get("lateness")
                delay = 0.0
                if late and self.rng.random() < late["share"]:
                    delay = sample(self.rng, late["minutes"])
                if self._on_duty(team, member, day, start):
                    yield day * DAY + start + delay, day * DAY + end

    def _meetings(self, desk: simpy.PriorityResource, away: Raw) -> Events:
        """Be away with a share of the time, by meetings of the length given."""
        while True:
            length = sample(self.rng, away["minutes"])
            between = length * (1 - away["share"]) / away["share"]
            yield self.env.timeout(self.rng.expovariate(1 / between))
            if not self.days.is_open(self.env.now):
                yield from self._next_morning()
                continue
            with desk.request(priority=_STAFF_FIRST) as gone:
                yield gone
                yield self.env.timeout(length)

    # --- who comes ---

    def _stream(self, demand: Raw) -> Events:
        """Start the cases of a demand, day by day."""
        for day in self.days.open[: self.number]:
            yield self.env.timeout(day * DAY - self.env.now)
            for at in self.comings.times(demand, day):
                self.cases.append(self.env.process(self._case(demand, at)))

    # --- cases ---

    def _case(self, demand: Raw, at: float) -> Events:
        rng, visitor = self.rng, self.raw["visitor"]
        yield self.env.timeout(at - self.env.now)
        who = Visitor(
            arrived=self.env.now,
            priority=int(rng.random() >= demand.get("priority_share", visitor["priority_share"])),
            patience=demand.get("patience", visitor["patience"]),
            gives_up_after=demand.get("gives_up_after", visitor["gives_up_after"]),
        )
        filed = demand.get("filed", {})
        online = isinstance(filed, dict) and rng.random() < filed.get("online", 0)
        try:
            yield from self._filings(demand, who, online)
        except GaveUp:
            self.told.lost += 1
            return
        self.told.waits.append(who.waited)
        self.told.turnarounds.append(self.env.now - who.arrived)
        self.told.trips.append(who.trips)

    def _filings(self, demand: Raw, who: Visitor, online: bool) -> Events:
        needs = [self.procedures[name] for name in demand["needs"]]
        way = "together"
        if len(needs) > 1:
            ways = demand["filing"]
            way = self.rng.choices([*ways], [*ways.values()])[0]
        if way == "together" or len(needs) == 1:
            first, *others = needs
            besides = [self.env.process(self._desk_work(each, who, [])) for each in others]
            yield from self._dossier(first, who, online)
            yield self.env.all_of(besides)
            return
        for number, procedure in enumerate(needs):
            if number:
                days = sample(self.rng, demand["gap"]["working_days"])
                apart = self.rng.randint(1, demand["apart"])
                yield from self._come_on(
                    self.today(), round(days) if way == "one after the other" else apart, demand
                )
            yield from self._dossier(procedure, who, online)

    def _come_on(self, day: int, number: int, demand: Raw | None = None) -> Events:
        """Come on the open day that is so many after a day."""
        for _ in range(max(number, 1)):
            day = self.days.next_open(day)
        at = self.comings.hour(demand or {}, day)
        yield self.env.timeout(max(at - self.env.now, 0))

    def _dossier(self, procedure: Raw, who: Visitor, online: bool) -> Events:
        steps = procedure["steps"]
        intake, *rest = steps
        if online:
            yield from self._work(intake["role"], sample(self.rng, intake["minutes"]), who.priority)
        else:
            yield from self._handed_in(intake, who)
        received = self.env.now
        due = self._due(procedure, received)
        done = self.env.process(self._desk_work(procedure, who, rest[:-1], received))
        ways = procedure["result"]
        ways = {ways: 1} if isinstance(ways, str) else ways
        way = self.rng.choices([*ways], [*ways.values()])[0]
        cutoff = procedure.get("habit", {}).get("same_day_until", "24:00")
        if way == "while you wait" and (online or received % DAY > minutes_of(cutoff)):
            way = "when ready"
        yield from self._handed_over(procedure, who, way, done, due)
        ready: Any = done.value
        self.told.on_time.append(ready <= due)

    def _handed_in(self, intake: Raw, who: Visitor) -> Events:
        """Visit until the papers are complete."""
        sends = intake.get("sends_back", {"share": 0})
        share = sends["share"]
        while True:
            yield from self._visit(intake, who)
            if self.rng.random() >= share:
                return
            share = sends.get("again", 0)
            yield from self._come_on(self.today(), round(sample(self.rng, sends["working_days"])))

    def _visit(self, step: Raw, who: Visitor) -> Events:
        """Come, stand in line and be served; come again until that succeeds."""
        while True:
            who.trips += 1
            if (yield from self._served(step, who)):
                return
            who.in_vain += 1
            if who.in_vain >= who.gives_up_after:
                raise GaveUp
            yield from self._come_on(self.today(), 1)

    def _served(self, step: Raw, who: Visitor) -> Events:
        """Stand in line, and be served unless patience or the day ends first."""
        joined, day = self.env.now, self.today()
        closing = self.days.closing(day) if day in self.days.sessions else self.env.now
        if joined > closing - self.raw["calendar"]["last_ticket"]["mon-fri"]:
            return False
        if walk := step.get("walk"):
            yield self.env.timeout(walk)
        most = min(sample(self.rng, who.patience), max(closing - self.env.now, 0))
        desk = self._desk_for(step["role"])
        with desk.request(priority=who.priority) as turn:
            yield turn | self.env.timeout(most)
            who.waited += self.env.now - joined
            if not turn.triggered:
                return False
            yield self.env.timeout(sample(self.rng, step["minutes"]))
        return True

    def _desk_for(self, role: str) -> simpy.PriorityResource:
        """Return a desk at which somebody is free, else that of a team that does it first."""
        free = (desk for desk in self.desks[role] if desk.count < desk.capacity)
        return next(free, self.desks[role][0])

    def _work(self, role: str, minutes: float, priority: int) -> Events:
        with self._desk_for(role).request(priority=priority) as turn:
            yield turn
            yield self.env.timeout(minutes)

    def _desk_work(
        self, procedure: Raw, who: Visitor, steps: list[Raw], received: float = 0.0
    ) -> Events:
        """Do all steps between intake and hand-over; return when they were done."""
        habit = procedure.get("habit", {})
        if habit.get("hold_work") and received % DAY > minutes_of(habit["same_day_until"]):
            yield from self._next_morning()
        for step in steps or procedure["steps"][1:-1]:
            if self.rng.random() >= step.get("share", 1):
                continue
            if "working_days" in step:
                yield from self._elapse(sample(self.rng, step["working_days"]))
            elif step.get("visitor"):
                yield from self._served(step, who)
            else:
                yield from self._rest(procedure, step.get("rests", {}))
                yield from self._work(step["role"], sample(self.rng, step["minutes"]), who.priority)
        late = received % DAY > minutes_of(habit.get("same_day_until", "24:00"))
        ready = self.env.now
        if late and self.rng.random() < habit.get("kept", 1):
            yield from self._next_morning()
        return ready

    def _rest(self, procedure: Raw, rests: Raw) -> Events:
        days = rests.get("working_days", 0)
        if share := rests.get("of_deadline"):
            days = share * int(procedure["deadline"]["within"].split()[0])
        if days:
            yield from self._elapse(days)

    def _elapse(self, days: float) -> Events:
        """Let working days pass."""
        whole, part = divmod(days, 1)
        day = self.today()
        until = self.env.now if not whole else self.days.legal_after(day, int(whole)) * DAY
        until = max(until, self.env.now) + part * DAY / 3
        yield self.env.timeout(until - self.env.now)

    def _next_morning(self) -> Events:
        day = self.days.next_open(self.today())
        yield self.env.timeout(max(day * DAY + self.days.sessions[day][0][0] - self.env.now, 0))

    # --- results ---

    def _due(self, procedure: Raw, received: float) -> float:
        limit = procedure["deadline"]
        day = int(received // DAY)
        if received % DAY > minutes_of(limit["cutoff"]) or day not in self.days.legal:
            day = self.days.legal_after(day, 1)
        if limit["within"] != "same day":
            day = self.days.legal_after(day, int(limit["within"].split()[0]))
        return self.days.closing(day)

    def _handed_over(
        self, procedure: Raw, who: Visitor, way: str, done: simpy.Process, due: float
    ) -> Events:
        step = procedure["steps"][-1]
        if way in ("by post", "online"):
            yield done
            yield from self._work(step["role"], sample(self.rng, step["minutes"]), who.priority)
            if way == "by post":
                yield from self._elapse(procedure["post"]["days"])
            return
        if way == "while you wait":
            yield from self._waited_for(procedure, step, who, done)
            return
        if way == "by appointment":
            yield from self._on_the_slip(procedure, done, due, who)
        yield done
        if way != "by appointment":
            yield from self._come_on(self.today(), 1)
        yield from self._visit(step, who)

    def _waited_for(self, procedure: Raw, step: Raw, who: Visitor, done: simpy.Process) -> Events:
        """Wait inside for the result; come after lunch or another day if that takes too long."""
        begun, day = self.env.now, self.today()
        ends = [day * DAY + end for _, end in self.days.sessions.get(day, [])]
        leaves = min([begun + procedure.get("stays", DAY), *(end for end in ends if end > begun)])
        yield done | self.env.timeout(leaves - begun)
        who.waited += self.env.now - begun
        if done.triggered and (yield from self._served(step, who)):
            return
        yield done
        afternoon = day * DAY + self.days.sessions.get(day, [(0, 0)])[-1][0]
        if self.env.now < afternoon and self.today() == day:
            yield self.env.timeout(self.rng.uniform(afternoon, ends[-1]) - self.env.now)
        else:
            yield from self._come_on(self.today(), 1)
        yield from self._visit(step, who)

    def _on_the_slip(self, procedure: Raw, done: simpy.Process, due: float, who: Visitor) -> Events:
        """Come at the hour on the slip; an apology and another date if nothing is ready."""
        day = int(due // DAY)
        hour = day * DAY + minutes_of(procedure["slip_hour"])
        yield self.env.timeout(
            max(self.rng.uniform(hour, self.days.closing(day)) - self.env.now, 0)
        )
        if not done.triggered:
            who.trips += 1
            who.in_vain += 1
            yield from self._come_on(self.today(), procedure["new_date"])

    def _left_over(self, part: Raw) -> Events:
        procedure = self.procedures[part["procedure"]]
        names = [step["id"] for step in procedure["steps"]]
        rest = procedure["steps"][names.index(part["step"]) : -1]
        yield from self._desk_work(procedure, Visitor(0.0, 1, 1e9, 99), rest)
