"""Staff and lines of the reference engine: who takes which work, and until when."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable
from typing import Final

from sim.blueprint import NONE, Blueprint
from sim.clock import DAY_MS
from sim.engines.order import Kind, priority
from sim.engines.state import Clock, Filing, Line, Member, Moment, Recurring, Team, Work
from sim.log import Outcome, Spell
from sim.presence import Member as MemberPlan

AT_HEAD: Final = -1
"""A priority before that of any filing."""

Note = Callable[[Work, Spell, Outcome, int], None]


class Floor:
    """Members at their desks and the lines before them.

    Parameters
    ----------
    env
        SimPy's environment; its clock counts whole milliseconds.
    layout
        The office.
    plans
        The members, in file order.
    done
        Called with work that has been completed.
    note
        Called with work, its kind, how the spell ended and the member: a row of the log.
    """

    def __init__(
        self,
        env: Clock,
        layout: Blueprint,
        plans: list[MemberPlan],
        done: Callable[[Work], None],
        note: Note,
    ) -> None:
        self.env = env
        self.done = done
        self.note = note
        self.lines = [Line(role, by_due_date=due) for role, due in enumerate(layout.due_date_order)]
        self.teams = [
            Team([[self.lines[role] for role in level] for level in plan.levels],
                 finish_queue=plan.finish_queue)
            for plan in layout.teams
        ]  # fmt: skip
        self.members = [Member(i, plan, self.teams[plan.team]) for i, plan in enumerate(plans)]
        for member in self.members:
            member.team.members.append(member)
            member.completion = Recurring(env, self._complete, member)
        self.inside: dict[int, Filing] = {}
        self.staying: list[Member] = []
        self.stays: list[tuple[int, int, int]] = []
        self.dispatch_due = False
        for member in self.members:
            self._await_presence(member)

    # --- presence ---

    def _await_presence(self, member: Member) -> None:
        spans = member.plan.present
        if member.place < len(spans.starts):
            at = spans.starts[member.place]
            order = priority(Kind.PRESENCE_BEGINS, member.index)
            Moment(self.env, at, order, self._begins, member)

    def _begins(self, event: Moment) -> None:
        member: Member = event.subject
        # Hours of the team that go on after closing do not end a stay; another day does.
        if (member.staying_since - 1) // DAY_MS < self.env.time // DAY_MS:
            self._stop_staying(member)
        member.present = True
        end = member.plan.present.ends[member.place]
        member.place += 1
        Moment(self.env, end, priority(Kind.PRESENCE_ENDS, member.index), self._ends, member)
        if member.work is None:
            if member.index in member.team.staying_free:
                member.team.staying_free.remove(member.index)
            self._becomes_free(member)

    def _ends(self, event: Moment) -> None:
        member: Member = event.subject
        member.present = False
        self._await_presence(member)
        work = member.work
        if work is None:
            member.team.free.remove(member.index)
            self._offer(member)
        elif not work.visitor and not work.dossier.filing.inside:
            self._interrupt(member, work)

    def _interrupt(self, member: Member, work: Work) -> None:
        """Desk work stops and goes back to the head of its line with its remaining time."""
        now = self.env.time
        self.note(work, Spell.DESK_WORK, Outcome.INTERRUPTED, member.index)
        work.remaining -= now - work.started
        work.joined = now
        work.started = NONE
        work.member = member.work = None
        # What was planned comes to nothing, since it is no longer the member's completion.
        member.completion = Recurring(self.env, self._complete, member)
        work.line.push(work, now, AT_HEAD)
        self.dispatch_due = True
        for team in work.line.teams:
            team.due = True
        self._offer(member)

    # --- staying after closing ---

    def closes(self) -> None:
        """At closing, teams that finish the queue stay if anybody is inside."""
        if not self.inside:
            return
        for member in self.members:
            if member.team.finish_queue and member.present and member.staying_since == NONE:
                member.staying_since = self.env.time
                self.staying.append(member)

    def left(self, filing: Filing) -> None:
        """A visitor has gone; the last one lets those who stayed go."""
        self.inside.pop(filing.index, None)
        if not self.inside:
            for member in tuple(self.staying):
                self._stop_staying(member)

    def _stop_staying(self, member: Member) -> None:
        if member.staying_since == NONE:
            return
        self.staying.remove(member)
        self.stays.append((member.index, member.staying_since, self.env.time))
        member.staying_since = NONE
        if member.index in member.team.staying_free:
            member.team.staying_free.remove(member.index)

    def stays_for(self, line: Line) -> bool:
        """Tell whether somebody who stays after closing performs a role."""
        return any(member.team in line.teams for member in self.staying)

    def comes_before(self, line: Line, until: int) -> bool:
        """Tell whether somebody who performs a role will be present before `until`."""
        now = self.env.time
        return any(
            member.present or member.plan.present.next_start(now) < until
            for team in line.teams
            for member in team.members
        )

    def flush(self) -> None:
        """Write down work that is under way, and stays, when the run ends."""
        for member in self.members:
            self._stop_staying(member)
            work = member.work
            if work is not None:
                kind = Spell.VISITOR_WORK if work.visitor else Spell.DESK_WORK
                self.note(work, kind, Outcome.OPEN, member.index)

    # --- lines ---

    def join(self, work: Work, since: int) -> None:
        """Put work into the line of its role, where it counts as having come at a moment."""
        line = work.line
        work.joined = self.env.time
        line.push(work, since, work.dossier.filing.priority)
        for team in line.teams:
            if team.free or team.staying_free:
                team.due = self.dispatch_due = True

    def leave(self, work: Work) -> None:
        """Take work out of its line unserved."""
        work.waiting = False

    def _becomes_free(self, member: Member) -> None:
        team = member.team
        insort(team.free, member.index)
        for line in team.lines:
            if line.entries:
                team.due = self.dispatch_due = True

    def _offer(self, member: Member) -> None:
        """A member whose paid time is over takes more work only while staying."""
        if member.staying_since != NONE:
            insort(member.team.staying_free, member.index)
            self.dispatch_due = True

    def dispatch(self) -> None:
        """Members in file order each take their best work."""
        self.dispatch_due = False
        for team in self.teams:
            if team.due:
                team.due = False
                free = team.free
                while free and (work := team.takes()):
                    self._start(self.members[free.pop(0)], work)
            while team.staying_free and (work := team.takes_for_those_inside()):
                self._start(self.members[team.staying_free.pop(0)], work)

    # --- work ---

    def _start(self, member: Member, work: Work) -> None:
        now = self.env.time
        work.started = now
        work.member = member
        member.work = work
        member.completion.plan(now + work.remaining, member.index)

    def _complete(self, event: Recurring) -> None:
        member: Member = event.subject
        work = member.work
        if member.completion is not event or work is None:
            return
        member.work = None
        if member.present:
            self._becomes_free(member)
        elif member.staying_since != NONE:
            self._offer(member)
        self.done(work)
