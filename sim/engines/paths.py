"""How a dossier goes through its procedure in the reference engine, step by step."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

from sim.blueprint import BY_POST, NONE, WHEN_READY, Blueprint
from sim.clock import DAY_MS
from sim.engines.floor import Floor
from sim.engines.journal import Draws, Journal
from sim.engines.order import Kind, priority
from sim.engines.rules import due_time, pause_length, release_time
from sim.engines.state import Clock, Dossier, Filing, Moment, Work
from sim.log import Outcome, Spell
from sim.presence import Member

_VISITOR_WORK, _DESK_WORK = Spell.VISITOR_WORK, Spell.DESK_WORK
_DONE, _SENT_BACK = Outcome.DONE, Outcome.SENT_BACK


class Paths(ABC):
    """Dossiers on their way: received, worked on, elsewhere, resting, sent back, ready."""

    def __init__(self, layout: Blueprint, draws: Draws, members: list[Member]) -> None:
        self.env = Clock()
        self.layout = layout
        self.calendar = layout.calendar
        self.draws = draws
        self.journal = Journal(layout)
        self.floor = Floor(self.env, layout, members, self.done, self._interrupted)

    # --- what the visitor does: see visits.py ---

    @abstractmethod
    def attend(self, filing: Filing) -> None:
        """Let a visitor who is inside and free do what comes next."""

    @abstractmethod
    def goes_to(self, filing: Filing, work: Work, *, walked: bool = False) -> None:
        """Let a visitor who is inside and free go to the next desk."""

    @abstractmethod
    def needs_visitor(self, work: Work) -> None:
        """Have a step done that the visitor must be there for."""

    @abstractmethod
    def plan_collection(self, filing: Filing, *, missed: bool) -> None:
        """Fix when the visitor comes for a result."""

    @abstractmethod
    def is_handed_over(self, filing: Filing) -> None:
        """Give the visitor the result, or see it gone by post or online."""

    # --- receipt ---

    def receive(self, filing: Filing) -> None:
        """Receive complete papers: deadlines begin, and every dossier starts its way."""
        now = self.env.time
        filing.received = now
        filing.moved = True
        filing.released = now
        for dossier in filing.dossiers:
            dossier.received = dossier.cursor = dossier.released = now
            if dossier.route.has_times:
                self._set_times(dossier)
                filing.released = max(filing.released, dossier.released)
        for dossier in filing.dossiers:
            if not filing.online:
                dossier.place = dossier.route.intake
            self.advance(dossier)
        if filing.online and filing.in_hand == NONE:
            self.plan_collection(filing, missed=False)

    def _set_times(self, dossier: Dossier) -> None:
        """Fix by when the law wants a dossier ready, and from when habit lets it go."""
        route, received = dossier.route, dossier.received
        dossier.due = due_time(route, self.calendar, received, dossier.extension, 0)
        dossier.released = release_time(route, self.calendar, received, bool(dossier.kept))

    # --- the route ---

    def advance(self, dossier: Dossier) -> None:
        """Go to the next step that concerns a dossier, or be ready for the hand-over."""
        route, filing = dossier.route, dossier.filing
        concerned = self.draws.step_concerned
        place = dossier.place + 1
        while place < route.hand_over:
            shared_intake = place == route.intake and dossier is not filing.lead
            if concerned[dossier.first_step + place] and not shared_intake:
                dossier.place = place
                self.begin(dossier)
                return
            place += 1
        dossier.place = place
        dossier.ready = self.env.time
        for other in filing.dossiers:
            if other.ready == NONE:
                return
        self._filing_ready(filing)

    def begin(self, dossier: Dossier) -> None:
        """Begin a step: held by habit, elapsing elsewhere, resting, or work."""
        step = dossier.route.steps[dossier.place]
        held = dossier.route.hold_work and dossier.released > self.env.time and not step.visitor
        lapse = self.draws.step_lapse[dossier.first_step + dossier.place]
        if held:
            self._later(dossier, dossier.released, self._held_back)
        elif step.role == NONE:
            until = self.calendar.legal_time.after(self.env.time, lapse)
            self._later(dossier, until, self._elsewhere_over)
        elif step.rests and lapse:
            until = self.calendar.legal_time.after(self.env.time, lapse)
            self._later(dossier, until, self._rested)
        else:
            self._to_work(dossier)

    def _later(self, dossier: Dossier, at: int, happens: Callable[[Moment], None]) -> None:
        Moment(self.env, at, priority(Kind.LAPSE_ENDS, dossier.index), happens, dossier)

    def _held_back(self, event: Moment) -> None:
        dossier: Dossier = event.subject
        self.journal.spell(dossier, Spell.HELD, self.env.time, dossier.place)
        self.begin(dossier)

    def _elsewhere_over(self, event: Moment) -> None:
        dossier: Dossier = event.subject
        self.journal.spell(dossier, Spell.ELSEWHERE, self.env.time, dossier.place)
        self.advance(dossier)

    def _rested(self, event: Moment) -> None:
        dossier: Dossier = event.subject
        self.journal.spell(dossier, Spell.RESTING, self.env.time, dossier.place)
        self._to_work(dossier)

    def _to_work(self, dossier: Dossier) -> None:
        """Join the line of a step's role, the visitor or the papers walking there first."""
        step = dossier.route.steps[dossier.place]
        filed_online = dossier.filing.online and dossier.place == dossier.route.intake
        work = self.new_work(dossier, dossier.place, visitor=step.visitor and not filed_online)
        if work.visitor:
            self.needs_visitor(work)
        elif step.walk_ms:
            self._later(dossier, self.env.time + step.walk_ms, self._carried)
        else:
            dossier.work = work
            self.floor.join(work, self.env.time)

    def _carried(self, event: Moment) -> None:
        dossier: Dossier = event.subject
        self.journal.spell(dossier, Spell.WALK, self.env.time, dossier.place)
        dossier.work = self.new_work(dossier, dossier.place, visitor=False)
        self.floor.join(dossier.work, self.env.time)

    def new_work(
        self, dossier: Dossier, place: int, *, visitor: bool, shared: bool = False
    ) -> Work:
        """Return the work of a step at its present try."""
        if dossier.tries is None:
            minutes = self.draws.step_work[dossier.first_step + place]
        else:
            minutes = self.draws.minutes(dossier, place)
        line = self.floor.lines[dossier.route.steps[place].role]
        return Work(dossier, place, line, minutes, visitor, shared)

    # --- work done ---

    def _interrupted(self, work: Work, kind: Spell, outcome: Outcome, member: int) -> None:
        self.journal.work(work, kind, outcome, member, self.env.time)

    def done(self, work: Work) -> None:
        """Go on after work has been completed."""
        dossier, member = work.dossier, work.member
        filing = dossier.filing
        assert member is not None
        dossier.work = None
        kind = _DESK_WORK
        if work.visitor:
            kind = _VISITOR_WORK
            filing.busy = False
            filing.line_work = None
        sent_back = filing.may_send_back and self._sends_back(work)
        outcome = _SENT_BACK if sent_back else _DONE
        self.journal.work(work, kind, outcome, member.index, self.env.time)
        if sent_back:
            self._send_back(work)
        elif work.hand_in:
            self.papers_in(dossier)
        elif filing.ready != NONE:
            filing.lead.place += 1
            self.hand_on(filing)
        elif filing.received == NONE:
            self.receive(filing)
        else:
            filing.moved |= work.visitor
            self.advance(dossier)
        if filing.inside and not filing.busy:
            self.attend(filing)

    def _sends_back(self, work: Work) -> bool:
        """Tell whether papers are incomplete; at an intake, those of any dossier filed with it."""
        dossier = work.dossier
        filing = dossier.filing
        alone = len(filing.dossiers) == 1
        if work.hand_in or filing.ready != NONE:
            return False
        if alone or not _takes_in_all(work) or dossier.tries is None:
            return self.draws.is_sent_back(dossier, work.place)
        return any(
            self.draws.is_sent_back(other, other.route.intake)
            for other in filing.dossiers
            if other.route.intake != NONE
        )

    def _send_back(self, work: Work) -> None:
        """Send a dossier back; after receipt its deadline stands still."""
        dossier, filing = work.dossier, work.dossier.filing
        days = self.draws.back_days(dossier, work.place)
        all_filed = _takes_in_all(work)
        for other in filing.dossiers if all_filed else (dossier,):
            other.counts_try(other.route.intake if all_filed else work.place)
        if filing.received != NONE:
            dossier.stopped = self.env.time
            dossier.awaits_papers = True
            filing.collect_at = NONE
        self._ask_again(work, days)

    def _ask_again(self, work: Work, days: int) -> None:
        dossier, filing = work.dossier, work.dossier.filing
        intake = dossier.route.intake
        at = self.return_time(filing, days)
        if filing.online or intake == NONE:
            self._later(dossier, at, self._papers_come_online)
            return
        shared = filing.received == NONE
        if not shared:
            dossier.counts_try(intake)
        again = self.new_work(dossier, intake, visitor=True, shared=shared)
        again.hand_in = not shared
        filing.todo.append((at, again))
        self.expect(filing, at)

    def _papers_come_online(self, event: Moment) -> None:
        dossier: Dossier = event.subject
        self.journal.spell(dossier, Spell.CITIZEN, self.env.time)
        self.papers_in(dossier)

    def papers_in(self, dossier: Dossier) -> None:
        """Take completed papers: the deadline goes on, and the step is done again."""
        filing, now = dossier.filing, self.env.time
        filing.moved = True
        dossier.awaits_papers = False
        dossier.paused += pause_length(dossier.route, self.calendar, dossier.stopped, now)
        dossier.due = due_time(
            dossier.route, self.calendar, dossier.received, dossier.extension, dossier.paused
        )
        self._to_work(dossier)
        if filing.online:
            self.plan_collection(filing, missed=False)

    # --- ready ---

    def _filing_ready(self, filing: Filing) -> None:
        now = self.env.time
        filing.ready = filing.cursor = now
        release = filing.released
        filing.held_until = max(filing.held_until, release)
        if filing.way == WHEN_READY and not filing.visiting:
            self.plan_collection(filing, missed=False)
        if release > now:
            order = priority(Kind.LAPSE_ENDS, filing.lead.index)
            Moment(self.env, release, order, self._released, filing)
        else:
            self._let_go(filing)

    def _released(self, event: Moment) -> None:
        filing: Filing = event.subject
        self._let_go(filing)

    def _let_go(self, filing: Filing) -> None:
        """Hand over a ready result that no rule holds back any longer."""
        if filing.remote:
            self.journal.spell(filing, Spell.HELD, self.env.time)
            self.hand_on(filing)
        elif filing.inside:
            self.attend(filing)

    def hand_on(self, filing: Filing) -> None:
        """Do the next step of a hand-over, as desk work where nobody comes for the result."""
        lead = filing.lead
        steps = lead.route.steps
        while lead.place < len(steps):
            if self.draws.step_concerned[lead.first_step + lead.place]:
                work = self.new_work(lead, lead.place, visitor=not filing.remote, shared=True)
                if filing.remote:
                    lead.work = work
                    self.floor.join(work, self.env.time)
                elif filing.inside and not filing.busy:
                    self.goes_to(filing, work)
                else:
                    self.needs_visitor(work)
                return
            lead.place += 1
        self._given(filing)

    def _given(self, filing: Filing) -> None:
        if filing.way != BY_POST:
            self.is_handed_over(filing)
            return
        until = self.calendar.legal_time.after(self.env.time, filing.lead.route.post_ms)
        order = priority(Kind.LAPSE_ENDS, filing.lead.index)
        Moment(self.env, until, order, self._posted, filing)

    def _posted(self, event: Moment) -> None:
        filing: Filing = event.subject
        self.journal.spell(filing, Spell.POST, self.env.time)
        self.is_handed_over(filing)

    # --- coming again ---

    @abstractmethod
    def expect(self, filing: Filing, at: int) -> None:
        """Expect a visitor at a moment."""

    def return_time(self, filing: Filing, days: int) -> int:
        """Return when a visitor comes again after `days` open days; 0 is the same day.

        On another day at an hour drawn from the demand's profile; on the same day after the trip
        there and back, or on the next one if tickets have stopped by then.
        """
        now = self.env.time
        # Closing at midnight belongs to the day before.
        today = (now if self.calendar.open_time.holds(now) else now - 1) // DAY_MS
        if days == 0:
            at = now + self.layout.demands[filing.demand].there_and_back_ms
            if at < self.layout.ticket_until[self.calendar.index(today)]:
                return at
        return self.hour_drawn(filing, self.calendar.open_day_after(today, max(days, 1)))

    def hour_drawn(self, filing: Filing, day: int) -> int:
        """Return the moment of a day, drawn from the demand's profile, of the next visit."""
        filing.plans += 1
        u = self.draws.uniform(filing, filing.plans, "again", str(filing.position))
        return day * DAY_MS + self.draws.crowd.comings.profile_of(filing.demand, day).at(u)


def _takes_in_all(work: Work) -> bool:
    """Tell whether work is the one intake of everything filed together, online or not."""
    dossier = work.dossier
    return work.place == dossier.route.intake and dossier is dossier.filing.lead
