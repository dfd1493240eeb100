"""What visitors do in the reference engine: come, wait, stay or go, and come again."""

from __future__ import annotations

from collections.abc import Callable

from sim.blueprint import BY_APPOINTMENT, NONE, WHEN_READY, WHILE_YOU_WAIT
from sim.clock import DAY_MS
from sim.engines.order import Kind, priority
from sim.engines.paths import Paths
from sim.engines.rules import due_day, slip_window
from sim.engines.state import Dossier, Filing, Moment, Work
from sim.log import End, Leaving, Outcome, Spell


class Visits(Paths):
    """Visitors of filings: at the door, in lines, served, waiting inside, at home."""

    session_begins = session_ends_at = 0
    """The present session, or the next one."""

    def _is_open(self) -> bool:
        return self.session_begins <= self.env.time < self.session_ends_at

    def _is_closed_for_the_day(self) -> bool:
        """Tell whether the office is closed, and not for lunch alone."""
        now = self.env.time
        day = now // DAY_MS
        opens_again = self.calendar.is_open[self.calendar.index(day)] and self.calendar.opening_of(
            day
        ) <= now < self.calendar.closing_of(day)
        return not self._is_open() and not opens_again

    def _members_first(self, again: Callable[[Moment], None], order: int, subject: object) -> bool:
        """Let members choose before patience ends or anybody goes home.

        Tell whether they had to; the event then happens `again`, after all that this brings about.
        """
        if not self.floor.dispatch_due:
            return False
        self.floor.dispatch()
        Moment(self.env, self.env.time, order, again, subject)
        return True

    # --- coming ---

    def expect(self, filing: Filing, at: int) -> None:
        """Expect a visitor at a moment; plans that have changed by then come to nothing."""
        Moment(self.env, at, priority(Kind.ARRIVAL, filing.index), self._arrives, filing)

    def files(self, filing: Filing) -> None:
        """File for the first time: online, or by coming to the intake."""
        now = self.env.time
        if filing.online:
            self.journal.spell(filing, Spell.CITIZEN, now)
            self.receive(filing)
            return
        lead = filing.lead
        work = self.new_work(lead, lead.route.intake, visitor=True, shared=True)
        if filing.cursor < now:
            self.journal.spell(filing, Spell.CITIZEN, now)
        filing.tasks.append(work)
        self._visit_begins(filing, now)

    def _arrives(self, event: Moment) -> None:
        filing: Filing = event.subject
        now = self.env.time
        planned = filing.collect_at == now or any(at <= now for at, _ in filing.todo)
        if planned and self.journal.end_of(filing.case) != End.LOST:
            self._comes(filing)

    def _comes(self, filing: Filing) -> None:
        now = self.env.time
        tasks = [work for at, work in filing.todo if at <= now]
        filing.todo = [plan for plan in filing.todo if plan[0] > now]
        if filing.collect_at == now:
            filing.collect_at = NONE
            filing.collecting = True
        for work in tasks:
            self.journal.spell(work.chain, work.away_as, now)
        if filing.collecting and filing.ready != NONE:
            self._collected_at_last(filing, now)
        filing.tasks += tasks
        if filing.visiting:
            self.attend(filing)
        else:
            self._visit_begins(filing, now)

    def _collected_at_last(self, filing: Filing, now: int) -> None:
        """A ready result was held until its appointment, and then not yet collected."""
        held = min(filing.held_until, now)
        self.journal.spell(filing, Spell.HELD, held)
        self.journal.spell(filing, filing.away_as, now)
        filing.away_as = Spell.CITIZEN

    def _visit_begins(self, filing: Filing, now: int) -> None:
        """Come before opening, in time, or in vain; collecting a result needs no ticket."""
        filing.visit += 1
        filing.came = now
        filing.visiting = True
        filing.moved = filing.waited = False
        day = self.calendar.index(now // DAY_MS)
        until = self.layout.ticket_until[day] if filing.tasks else self.calendar.closing[day]
        if not self.calendar.is_open[day] or now >= until:
            self._turned_away(filing)
        elif self._is_open():
            self._enter(filing)
        else:
            opens = self.calendar.open_time.next_start(now)
            order = priority(Kind.ARRIVAL, filing.index)
            Moment(self.env, opens, order, self._door_opens, filing)

    def _door_opens(self, event: Moment) -> None:
        filing: Filing = event.subject
        for work in filing.tasks:
            self.journal.spell(work.chain, Spell.DOOR, self.env.time)
        if filing.collecting and filing.ready != NONE:
            self.journal.spell(filing, Spell.DOOR, self.env.time)
        self._enter(filing)

    def _enter(self, filing: Filing) -> None:
        filing.inside = True
        filing.entered = self.env.time
        self.floor.inside[filing.index] = filing
        if self.draws.patiences[filing.demand] is not None:
            filing.patience_ms = self.draws.patience(filing)
        if filing.tasks:
            self.goes_to(filing, filing.tasks.pop(0))
        else:
            self.attend(filing)

    def _turned_away(self, filing: Filing) -> None:
        for work in filing.tasks:
            work.away_as = Spell.TURNED_AWAY
        self._leave(filing, Leaving.TURNED_AWAY)
        self._comes_again(filing, Spell.TURNED_AWAY)

    # --- inside ---

    def needs_visitor(self, work: Work) -> None:
        """Have a step done with the visitor: now, or when they have been told and come."""
        filing = work.dossier.filing
        if filing.inside and not filing.busy:
            self.goes_to(filing, work)
        elif filing.visiting:
            filing.tasks.append(work)
        else:
            self._is_called_in(filing, work)

    def _is_called_in(self, filing: Filing, work: Work) -> None:
        """Come for a step on the next open day, with a visit planned for that day if any is."""
        at = self.return_time(filing, 1)
        planned = [when for when, _ in filing.todo if when // DAY_MS == at // DAY_MS]
        if planned:
            at = planned[0]
        else:
            self.expect(filing, at)
        filing.todo.append((at, work))

    def attend(self, filing: Filing) -> None:
        """Let a visitor who is inside and free do what comes next, wait, or go."""
        if not filing.inside or filing.busy:
            return
        if filing.tasks:
            self.goes_to(filing, filing.tasks.pop(0))
        elif self._may_take_result(filing):
            self._takes_result(filing)
        elif filing.waiting_since == NONE or any(d.awaits_papers for d in filing.dossiers):
            if self._may_stay(filing):
                self._waits_inside(filing)
            else:
                self._departs(filing)
        else:
            self._when_closed_check(filing)

    def _may_take_result(self, filing: Filing) -> bool:
        return not filing.remote and filing.ready != NONE and filing.released <= self.env.time

    def _takes_result(self, filing: Filing) -> None:
        if filing.cursor < self.env.time:
            self.journal.spell(filing, Spell.HELD, self.env.time)
        filing.waiting_since = NONE
        self.hand_on(filing)

    def goes_to(self, filing: Filing, work: Work, *, walked: bool = False) -> None:
        """Walk to the next desk, if it is in another hall, and join its line."""
        now = self.env.time
        filing.busy = True
        filing.waiting_since = NONE
        chain = filing if work.shared else work.dossier
        if chain.cursor < now:
            self.journal.spell(chain, Spell.WALK if walked else Spell.BESIDE, now, work.place)
        walk_ms = work.dossier.route.steps[work.place].walk_ms
        if walk_ms and now > filing.entered and not walked:
            order = priority(Kind.LAPSE_ENDS, work.dossier.index)
            Moment(self.env, now + walk_ms, order, self._walked, work)
            return
        filing.line_work = work
        since = filing.came if now == filing.entered else now
        self.floor.join(work, since)
        if filing.patience_ms != NONE:
            until = max(now, since + filing.patience_ms)
            order = priority(Kind.PATIENCE, filing.index)
            Moment(self.env, until, order, self._patience_ends, work)
        if not self.session_begins <= now < self.session_ends_at:
            self._check(filing)

    def _walked(self, event: Moment) -> None:
        work: Work = event.subject
        self.goes_to(work.dossier.filing, work, walked=True)

    def _patience_ends(self, event: Moment) -> None:
        work: Work = event.subject
        order = priority(Kind.PATIENCE, work.dossier.filing.index)
        if not self._members_first(self._patience_ends, order, work) and work.waiting:
            self._leaves_line(work.dossier.filing, Outcome.LEFT, Leaving.IMPATIENT, Spell.CITIZEN)

    # --- staying for the result ---

    def _may_stay(self, filing: Filing) -> bool:
        """Tell whether a visitor may stay to wait for the result of the same day."""
        if filing.way != WHILE_YOU_WAIT or filing.received == NONE:
            return False
        now = self.env.time
        closing = self.calendar.closing_of(now // DAY_MS)
        open_now = self._is_open()
        if not filing.lead.route.stays_ms or not (open_now or self._is_closed_for_the_day()):
            return False
        if filing.released > now:
            return False
        return all(
            self._goes_on_today(dossier, closing, open_now=open_now) for dossier in filing.dossiers
        )

    def _goes_on_today(self, dossier: Dossier, closing: int, *, open_now: bool) -> bool:
        """Tell whether nothing elapses or rests any more and every role needed is there today."""
        if dossier.awaits_papers:
            return False
        route = dossier.route
        last = len(route.steps) if dossier is dossier.filing.lead else route.hand_over
        under_way = dossier.work is not None
        for place in range(dossier.place, last):
            entry = dossier.first_step + place
            step = route.steps[place]
            if not self.draws.step_concerned[entry]:
                continue
            rests = self.draws.step_lapse[entry] and not (under_way and place == dossier.place)
            if step.role == NONE or rests:
                return False
            line = self.floor.lines[step.role]
            there = (
                self.floor.comes_before(line, closing) if open_now else self.floor.stays_for(line)
            )
            if not there:
                return False
        return True

    def _waits_inside(self, filing: Filing) -> None:
        now = self.env.time
        filing.waiting_since = now
        filing.waited = True
        until = now + filing.lead.route.stays_ms
        Moment(self.env, until, priority(Kind.GOING_HOME, filing.index), self._goes_home, filing)
        self._when_closed_check(filing)

    # --- going home ---

    def session_ends(self) -> None:
        """At lunch and at closing, see who inside must go home."""
        now = self.env.time
        if now == self.calendar.closing_of((now - 1) // DAY_MS):
            self.floor.closes()
        for filing in tuple(self.floor.inside.values()):
            self._check(filing)

    def _check(self, filing: Filing) -> None:
        order = priority(Kind.GOING_HOME, filing.index)
        Moment(self.env, self.env.time, order, self._goes_home, filing)

    def _when_closed_check(self, filing: Filing) -> None:
        if not self._is_open():
            self._check(filing)

    def _goes_home(self, event: Moment) -> None:
        """Send home who can no longer be served or wait today."""
        filing: Filing = event.subject
        now = self.env.time
        order = priority(Kind.GOING_HOME, filing.index)
        if self._members_first(self._goes_home, order, filing) or not filing.inside:
            return
        open_now = self._is_open()
        closed = self._is_closed_for_the_day()
        work = filing.line_work
        if work is not None:
            if work.waiting and closed and not self.floor.stays_for(work.line):
                self._leaves_line(filing, Outcome.SENT_HOME, Leaving.CLOSING, Spell.SENT_HOME)
        elif filing.waiting_since != NONE and (
            now >= filing.waiting_since + filing.lead.route.stays_ms
            or not (open_now or self._finished_for(filing, closed=closed))
        ):
            self._departs(filing)

    def _finished_for(self, filing: Filing, *, closed: bool) -> bool:
        """Tell whether desk work is under way for a visitor, or somebody stays to do it."""
        works = [dossier.work for dossier in filing.dossiers if dossier.ready == NONE]
        if any(work is not None and work.member is not None for work in works):
            return True
        return closed and all(
            work is not None and self.floor.stays_for(work.line) for work in works
        )

    def _leaves_line(self, filing: Filing, outcome: Outcome, why: Leaving, away_as: Spell) -> None:
        work = filing.line_work
        assert work is not None
        self.floor.leave(work)
        self.journal.work(work, Spell.VISITOR_WORK, outcome, NONE, self.env.time)
        filing.line_work = None
        filing.busy = False
        filing.tasks.insert(0, work.again())
        for task in filing.tasks[1:]:
            self.journal.spell(task.chain, Spell.BESIDE, self.env.time, task.place)
        self._leave(filing, why)
        self._comes_again(filing, away_as)

    def _departs(self, filing: Filing) -> None:
        """Go home without the result: it comes later, was not ready, or papers are missing."""
        missing = filing.received == NONE or any(d.awaits_papers for d in filing.dossiers)
        missed = filing.collecting and not missing
        why = Leaving.NOT_READY if missed else Leaving.SENT_BACK if missing else Leaving.SLIP
        self._leave(filing, why)
        if filing.received != NONE and not missing:
            self.plan_collection(filing, missed=missed)

    def _leave(self, filing: Filing, why: Leaving) -> None:
        now = self.env.time
        self.journal.visit(filing, why, now)
        filing.visiting = filing.inside = filing.busy = filing.collecting = False
        filing.waiting_since = NONE
        self.floor.left(filing)
        if not filing.moved:
            self.in_vain[filing.case] = self.in_vain.get(filing.case, 0) + 1
            if self.in_vain[filing.case] >= self.layout.demands[filing.demand].gives_up_after:
                self.closes_case(filing.case, End.LOST)

    def _comes_again(self, filing: Filing, away_as: Spell) -> None:
        """Come again the next open day for what was not done."""
        at = self.return_time(filing, 1)
        handing_over = filing.ready != NONE
        for work in filing.tasks:
            work.away_as = away_as
            if not handing_over:
                filing.todo.append((at, work))
        filing.tasks = []
        if handing_over:
            filing.away_as = away_as
            filing.collect_at = at
        self.expect(filing, at)

    # --- collecting ---

    def plan_collection(self, filing: Filing, *, missed: bool) -> None:
        """Fix when the visitor comes for a result, and whether by slip, apology or word."""
        if filing.remote:
            return
        filing.slips = 1
        if filing.way == WHILE_YOU_WAIT:
            if filing.waited and not missed:
                self._collects(filing, self._after_lunch_or_next_day(filing))
                return
            limit = filing.lead.route.limit
            soon = limit is None or limit.unit == "same day"
            filing.way = WHEN_READY if soon else BY_APPOINTMENT
            missed = False
        if filing.way == BY_APPOINTMENT:
            self._by_slip(filing, missed=missed)
        if filing.way == WHEN_READY and filing.ready != NONE:
            self._is_told(filing)

    def _collects(self, filing: Filing, at: int) -> None:
        filing.collect_at = at
        self.expect(filing, at)

    def _after_lunch_or_next_day(self, filing: Filing) -> int:
        now = self.env.time
        day = now // DAY_MS
        after = self.calendar.open_time.next_start(now)
        if after >= self.calendar.closing_of(day):
            return self.return_time(filing, 1)
        profile = self.draws.crowd.comings.profile_of(filing.demand, day)
        filing.plans += 1
        u = self.draws.uniform(filing, filing.plans, "again", str(filing.position))
        before = profile.share_before(after - day * DAY_MS)
        return max(after, day * DAY_MS + profile.at(before + u * (1 - before)))

    def _by_slip(self, filing: Filing, *, missed: bool) -> None:
        """Give the slip's date, or after an apology the one new date; then only word."""
        now = self.env.time
        latest = max(filing.dossiers, key=lambda dossier: dossier.due)
        if missed:
            filing.apologies += 1
            if filing.apologies > 1:
                filing.way = WHEN_READY
                return
            day = self.calendar.legal_day_after(now // DAY_MS, latest.route.new_date)
        elif filing.collect_at != NONE:
            return
        else:
            day = due_day(latest.due)
        begins, ends = slip_window(latest.route, self.calendar, day)
        if begins <= now:
            day = self.calendar.open_day_after(now // DAY_MS, 1)
            begins, ends = slip_window(latest.route, self.calendar, day)
        u = self.draws.uniform(filing, filing.plans, "slip", str(filing.position))
        filing.plans += 1
        filing.held_until = max(filing.held_until, begins)
        self._collects(filing, begins + int(u * (ends - begins)))

    def _is_told(self, filing: Filing) -> None:
        """Come the next open day after the result is ready, but not before it is let go."""
        if filing.collect_at != NONE:
            return
        day = self.calendar.open_day_after(self.env.time // DAY_MS, 1)
        day = max(day, self.calendar.open_day_from(filing.released // DAY_MS))
        self._collects(filing, self.hour_drawn(filing, day))

    def is_handed_over(self, filing: Filing) -> None:
        """The result is in hand: leave, and file the next one or be done."""
        filing.in_hand = self.env.time
        filing.collect_at = NONE
        if filing.inside:
            filing.moved = True
            self._leave(filing, Leaving.RESULT)
        self.filing_done(filing)

    # --- cases: see reference.py ---

    in_vain: dict[int, int]

    def filing_done(self, filing: Filing) -> None:
        """Go on with the case after a result is in hand."""
        raise NotImplementedError

    def closes_case(self, case: int, end: End) -> None:
        """Close a case, done or lost."""
        raise NotImplementedError
