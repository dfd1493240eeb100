"""What the reference engine keeps of members, lines, filings and dossiers while it runs."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

from simpy import Environment, Event

from sim.blueprint import NONE, Route
from sim.log import Spell
from sim.presence import Member as MemberPlan

_CITIZEN = Spell.CITIZEN


class Clock(Environment):
    """SimPy's environment with a clock of whole milliseconds from the first simulated midnight.

    Attributes
    ----------
    time
        The present moment: ``now`` as a plain attribute, since rules read it all the time.
    pending
        SimPy's own heap of what is to happen, the next first; never empty.
    numbers
        SimPy's own count of events, which breaks ties of time and priority.
    """

    def __init__(self) -> None:
        super().__init__()
        self.time = 0
        self.pending: list[Any] = self._queue
        self.numbers = self._eid
        Moment(self, 1 << 62, 0, lambda _: None)


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
        self.callbacks = [happens]
        self.subject = subject
        heappush(env.pending, (at, priority, next(env.numbers), self))


class Recurring(Event):
    """An event that happens time and again, planned anew each time."""

    _ok = True
    _value = None

    def __init__(self, env: Clock, happens: Callable[[Any], None], subject: Any = None) -> None:
        self.clock = env
        self.happens = [happens]
        self.subject = subject

    def plan(self, at: int, priority: int) -> None:
        """Let it happen next at its place in the canonical order."""
        self.callbacks = self.happens
        clock = self.clock
        heappush(clock.pending, (at, priority, next(clock.numbers), self))


class Work:
    """A piece of work for a role: in its line, or being done."""

    __slots__ = (
        "away_as", "dossier", "hand_in", "joined", "line", "member", "place", "remaining",
        "shared", "started", "visitor", "waiting",
    )  # fmt: skip

    joined: int
    waiting: bool

    def __init__(  # noqa: PLR0917 - by place, since one is made for every step
        self,
        dossier: Dossier,
        place: int,
        line: Line,
        remaining: int,
        visitor: bool,
        shared: bool,
    ) -> None:
        self.dossier = dossier
        self.place = place
        self.line = line
        self.remaining = remaining
        self.visitor = visitor
        self.shared = shared
        self.hand_in = False
        self.started = NONE
        self.away_as: Spell = _CITIZEN
        self.member: Member | None = None

    def again(self) -> Work:
        """Return the same work for another visit; what was left in the line stays left."""
        fresh = Work(
            self.dossier,
            self.place,
            self.line,
            self.remaining,
            self.visitor,
            self.shared,
        )
        fresh.hand_in = self.hand_in
        return fresh

    def __lt__(self, _: Work) -> bool:
        """Let work stand in any order beside what was left in its line for it."""
        return False

    @property
    def chain(self) -> Filing | Dossier:
        """Whose time it takes: the whole filing's where all its dossiers share the step."""
        return self.dossier.filing if self.shared else self.dossier


Entry = tuple[int, int, int, int, Work]


class Line:
    """The waiting work of one role, in the order in which it is taken."""

    __slots__ = ("by_due_date", "entries", "role", "teams")

    def __init__(self, role: int, *, by_due_date: bool) -> None:
        self.role = role
        self.by_due_date = by_due_date
        self.entries: list[Entry] = []
        self.teams: list[Team] = []

    def push(self, work: Work, since: int, priority: int) -> None:
        """Put work that waits since a moment into its place among those of its priority."""
        dossier = work.dossier
        key = since
        if self.by_due_date:
            key = dossier.due if dossier.due != NONE else 1 << 62
        work.waiting = True
        heappush(self.entries, (priority, key, since, dossier.index, work))

    def head(self) -> Entry | None:
        """Return the entry taken next; those that left the line are dropped."""
        entries = self.entries
        while entries:
            first = entries[0]
            if first[4].waiting:
                return first
            heappop(entries)
        return None


class Team:
    """Alike members, those free by their place in file order, and their lines by urgency."""

    __slots__ = ("due", "finish_queue", "free", "levels", "lines", "members", "staying_free")

    def __init__(self, levels: list[list[Line]], *, finish_queue: bool) -> None:
        self.levels = levels
        self.lines = [line for level in levels for line in level]
        self.finish_queue = finish_queue
        self.members: list[Member] = []
        self.free: list[int] = []
        self.staying_free: list[int] = []
        self.due = False
        for line in self.lines:
            line.teams.append(self)

    def takes(self) -> Work | None:
        """Take the best work out of the team's lines: by urgency, then by its key."""
        for level in self.levels:
            entries = level[0].entries if len(level) == 1 else _best(level)
            while entries:
                work = heappop(entries)[4]
                if work.waiting:
                    work.waiting = False
                    return work
        return None

    def takes_for_those_inside(self) -> Work | None:
        """Take the best work whose visitor is inside, for those who stay after closing."""
        for level in self.levels:
            entries = [
                entry
                for line in level
                for entry in line.entries
                if entry[4].waiting and entry[4].dossier.filing.inside
            ]
            if entries:
                work = min(entries)[4]
                work.waiting = False
                return work
        return None


def _best(level: list[Line]) -> list[Entry]:
    """Return the entries of that of several equally urgent lines which has the best head."""
    best: Entry | None = None
    entries = level[0].entries
    for line in level:
        head = line.head()
        if head is not None and (best is None or head < best):
            best, entries = head, line.entries
    return entries


class Member:
    """A member of staff: there or not, at work or free."""

    __slots__ = (
        "completion", "index", "place", "plan", "present", "staying_since", "team", "work",
    )  # fmt: skip

    completion: Recurring

    def __init__(self, index: int, plan: MemberPlan, team: Team) -> None:
        self.index = index
        self.plan = plan
        self.team = team
        self.place = 0
        self.present = False
        self.staying_since = NONE
        self.work: Work | None = None


class Filing:
    """What a case hands in at one visit, and the visitor who does."""

    __slots__ = (
        "apologies", "away_as", "busy", "came", "case", "collect_at", "collecting", "cursor",
        "day", "demand", "dossiers", "entered", "held_until", "in_hand", "index", "inside", "lead",
        "line_work", "may_send_back", "moved", "number", "online", "patience_ms", "plans",
        "position", "priority", "ready", "received", "released", "remote", "slips", "tasks", "todo",
        "visit", "visiting", "waited",
        "waiting_since", "way",
    )  # fmt: skip

    def __init__(self, index: int) -> None:
        self.index = index
        self.case: int
        self.demand: int
        self.day: int
        self.number: int
        self.priority: int
        self.position: int
        self.lead: Dossier
        self.dossiers: tuple[Dossier, ...]
        self.online: bool
        self.may_send_back: bool
        self.way: int
        self.remote: bool
        self.cursor = NONE
        self.away_as: Spell = _CITIZEN
        self.visit = self.plans = 0
        self.came = self.entered = NONE
        self.visiting = self.inside = self.busy = self.moved = False
        self.line_work: Work | None = None
        self.tasks: list[Work] = []
        self.todo: list[tuple[int, Work]] = []
        self.patience_ms = NONE
        self.waiting_since = NONE
        self.waited = self.collecting = False
        self.collect_at = self.held_until = NONE
        self.received = self.released = self.ready = self.in_hand = NONE
        self.slips = self.apologies = 0


class Dossier:
    """One procedure's papers on their way."""

    __slots__ = (
        "awaits_papers", "cursor", "due", "extension", "filing", "first_step", "index", "kept",
        "paused", "place", "position", "ready", "received", "released", "route", "stopped",
        "tries", "way", "work",
    )  # fmt: skip

    def __init__(  # noqa: PLR0917 - by place, as drawn
        self,
        index: int,
        filing: Filing,
        route: Route,
        first_step: int,
        position: int,
        way: int,
        kept: int,
        extension: int,
    ) -> None:
        self.index = index
        self.filing = filing
        self.route = route
        self.first_step = first_step
        self.position = position
        self.way = way
        self.kept = kept
        self.extension = extension
        self.paused = 0
        self.place = self.cursor = NONE
        self.received = self.due = self.released = self.ready = self.stopped = NONE
        self.awaits_papers = False
        self.tries: dict[int, int] | None = None
        self.work: Work | None = None

    def counts_try(self, place: int) -> None:
        """Count that a step is to be done once more, with draws of its own."""
        self.tries = self.tries or {}
        self.tries[place] = self.tries.get(place, 0) + 1
