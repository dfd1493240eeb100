"""What the reference engine keeps of members, lines, filings and dossiers while it runs."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from simpy import Environment, Event

from sim.blueprint import NONE, Route
from sim.log import Spell
from sim.presence import Member as MemberPlan


class Clock(Environment):
    """SimPy's environment with a clock of whole milliseconds from the first simulated midnight.

    Attributes
    ----------
    time
        The present moment: ``now`` as a plain attribute, since rules read it all the time.
    """

    time: int = 0


class Moment(Event):
    """An event that happens by itself at its place in the canonical order.

    Like SimPy's own Timeout it is triggered when it is made; unlike it, it carries a priority.
    """

    _ok = True
    _value = None

    def __init__(
        self,
        env: Clock,
        at: int,
        priority: int,
        happens: Callable[[Any], None],
        subject: Any = None,
    ) -> None:
        self.env = env
        self.happens = happens
        self.callbacks = [happens]
        self.subject = subject
        env.schedule(self, priority, at - env.time)  # type: ignore[arg-type]


class Work:
    """A piece of work for a role: in its line, or being done."""

    shared = False
    hand_in = False
    waiting = False
    since = joined = started = NONE
    away_as = Spell.CITIZEN
    member: Member | None = None
    completion: Moment | None = None

    def __init__(
        self, dossier: Dossier, place: int, line: Line, remaining: int, *, visitor: bool
    ) -> None:
        self.dossier = dossier
        self.place = place
        self.line = line
        self.remaining = remaining
        self.visitor = visitor

    def again(self) -> Work:
        """Return the same work for another visit; what was left in the line stays left."""
        fresh = Work(self.dossier, self.place, self.line, self.remaining, visitor=self.visitor)
        fresh.shared = self.shared
        fresh.hand_in = self.hand_in
        return fresh

    @property
    def chain(self) -> Filing | Dossier:
        """Whose time it takes: the whole filing's where all its dossiers share the step."""
        return self.dossier.filing if self.shared else self.dossier


class Line:
    """The waiting work of one role, in the order in which it is taken."""

    def __init__(self, role: int, *, by_due_date: bool) -> None:
        self.role = role
        self.by_due_date = by_due_date
        self.entries: list[tuple[int, int, int, int, Work]] = []
        self.teams: list[Team] = []

    def push(self, work: Work, *, at_head: bool = False) -> None:
        """Put work into its place, or at the head of the line."""
        dossier = work.dossier
        key = work.since
        if self.by_due_date:
            key = dossier.due if dossier.due != NONE else 1 << 62
        priority = -1 if at_head else dossier.filing.priority
        work.waiting = True
        heappush(self.entries, (priority, key, work.since, dossier.index, work))

    def head(self) -> tuple[int, int, int, int, Work] | None:
        """Return the entry taken next; those that left the line are dropped."""
        entries = self.entries
        while entries:
            first = entries[0]
            if first[4].waiting:
                return first
            heappop(entries)
        return None

    def pop(self) -> Work:
        """Take the head out of the line."""
        work = heappop(self.entries)[4]
        work.waiting = False
        return work


class Team:
    """Alike members, those free by their place in file order, and their lines by urgency."""

    def __init__(self, levels: list[list[Line]], *, finish_queue: bool) -> None:
        self.levels = levels
        self.lines = [line for level in levels for line in level]
        self.finish_queue = finish_queue
        self.members: list[Member] = []
        self.free: list[int] = []
        self.staying_free: list[int] = []
        for line in self.lines:
            line.teams.append(self)


class Member:
    """A member of staff: there or not, at work or free."""

    place = 0
    present = False
    staying_since = NONE
    work: Work | None = None

    def __init__(self, index: int, plan: MemberPlan, team: Team) -> None:
        self.index = index
        self.plan = plan
        self.team = team


class Filing:
    """What a case hands in at one visit, and the visitor who does."""

    lead: Dossier
    dossiers: tuple[Dossier, ...]
    demand = day = number = position = 0
    priority = 1
    online = False
    way = 0
    cursor = NONE
    away_as = Spell.CITIZEN
    visit = plans = 0
    came = entered = NONE
    visiting = inside = busy = moved = False
    line_work: Work | None = None
    patience_ms = NONE
    waiting_since = NONE
    waited = collecting = False
    collect_at = held_until = NONE
    received = released = ready = in_hand = NONE
    slips = apologies = 0

    def __init__(self, index: int, case: int) -> None:
        self.index = index
        self.case = case
        self.tasks: list[Work] = []
        self.todo: list[tuple[int, Work]] = []


class Dossier:
    """One procedure's papers on their way."""

    position = way = extension = paused = 0
    place = cursor = NONE
    received = due = released = ready = stopped = NONE
    kept = True
    awaits_papers = False
    tries: dict[int, int] | None = None
    work: Work | None = None

    def __init__(self, index: int, filing: Filing, route: Route, first_step: int) -> None:
        self.index = index
        self.filing = filing
        self.route = route
        self.first_step = first_step
