"""The reference engine: docs/model.md on SimPy, one small function a rule."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from sim.blueprint import NONE, Blueprint
from sim.clock import DAY_MS
from sim.crowd import Crowd
from sim.draws import Luck, whole
from sim.engines.journal import Draws
from sim.engines.order import Kind, priority
from sim.engines.rules import due_time
from sim.engines.state import Dossier, Filing, Moment, Recurring
from sim.engines.visits import Visits
from sim.log import End, ServiceLog
from sim.population import Population
from sim.presence import Member


def run(
    layout: Blueprint,
    crowd: Crowd,
    members: list[Member],
    luck: Luck,
    chunks: Iterator[Population],
) -> ServiceLog:
    """Run one replication.

    Parameters
    ----------
    layout
        The office.
    crowd
        Draws of the office, for what is done again.
    members
        Staff with their presence, in file order.
    luck
        The replication's luck.
    chunks
        Cases in order of arrival: first those of the warm-up and of the measured days, then, day
        by day, those who come while measured cases are still open.

    Returns
    -------
    ServiceLog
        What happened until every measured case was closed, or the run's last day was over.
    """
    return _Run(layout, Draws(crowd, luck, chunks), members).log()


@contextmanager
def _no_collector() -> Iterator[None]:
    """Spare the run the garbage collector, which would find nothing: what is done lets go."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Run(Visits):
    """One replication: arrivals in order, cases closed, and the end of the run."""

    def __init__(self, layout: Blueprint, draws: Draws, members: list[Member]) -> None:
        super().__init__(layout, draws, members)
        window = self.calendar.window
        self.measured_from = window.measured_from * DAY_MS
        self.measured_until = window.measured_until * DAY_MS
        self.in_vain = {}
        self.open_filings: dict[int, int] = {}
        arrivals = draws.population.case_arrival
        measured = (arrivals >= self.measured_from) & (arrivals < self.measured_until)
        self.open_measured = int(measured.sum())
        self.over = False
        self.next_case = 0
        self.comes = Recurring(self.env, self._case_comes)
        self._schedule()

    def _schedule(self) -> None:
        """Begin with the first arrival, the first session's end and the backlog."""
        last = priority(Kind.RUN_ENDS, 0)
        Moment(self.env, self.measured_until, last, self._may_end)
        Moment(self.env, self.calendar.window.runs_until * DAY_MS, last, self._must_end)
        self._await_session_end()
        there = int((self.draws.population.case_arrival < 0).sum())
        if there:
            Moment(self.env, 0, priority(Kind.LAPSE_ENDS, 0), self._already_there, there)
        self._await_case(there)

    def log(self) -> ServiceLog:
        """Run to the end and return the log."""
        with _no_collector():
            self._run()
        self.floor.flush()
        return self.journal.log(
            self.draws.population, [m.plan for m in self.floor.members], self.floor.stays,
            self.env.time,
        )  # fmt: skip

    def _run(self) -> None:
        env, floor, pending = self.env, self.floor, self.env.pending
        while not self.over:
            env.time = pending[0][0]
            env.step()
            if floor.dispatch_due and pending[0][0] > env.time:
                floor.dispatch()

    def _may_end(self, _: Moment) -> None:
        """End with the measured days, or go on, arrivals included, until all cases are closed."""
        self.over = self.open_measured == 0
        if not self.over:
            self._await_case(self.next_case)

    def _must_end(self, _: Moment) -> None:
        self.over = True

    def _await_session_end(self) -> None:
        """Look ahead to the present session, or the next one, and its end."""
        sessions, now = self.calendar.open_time, self.env.time
        inside = sessions.holds(now)
        self.session_ends_at = sessions.end_of(now if inside else sessions.next_start(now))
        self.session_begins = now if inside else sessions.next_start(now)
        if self.session_begins < sessions.ends[-1]:
            order = priority(Kind.SESSION_ENDS, 0)
            Moment(self.env, self.session_ends_at, order, self._session_ends)

    def _session_ends(self, _: Moment) -> None:
        self._await_session_end()
        self.session_ends()

    # --- cases ---

    def _await_case(self, case: int) -> None:
        """Await the next case; after the measured days, more are drawn as the run goes on."""
        self.next_case = case
        while case >= len(self.draws.case_arrival):
            if self.env.time < self.measured_until or not self.draws.more():
                return
        index = self.draws.case_first_filing[case]
        at = self.draws.case_arrival[case]
        self.comes.plan(at, priority(Kind.ARRIVAL, index))

    def _case_comes(self, _: Recurring) -> None:
        case = self.next_case
        self._await_case(case + 1)
        first = self.draws.case_first_filing[case]
        filings = self.draws.case_filings[case]
        self.open_filings[case] = filings
        for index in range(first + 1, first + filings):
            at = self.draws.filing_arrival[index]
            if at != NONE:
                order = priority(Kind.ARRIVAL, index)
                Moment(self.env, at, order, self._files_apart, (index, self.env.time))
        self._files_now(index=first, since=self.env.time)

    def _files_apart(self, event: Moment) -> None:
        index, since = event.subject
        if self.journal.end_of(self.draws.filing_case[index]) != End.LOST:
            self._files_now(index, since)

    def _files_now(self, index: int, since: int) -> None:
        """File a group; what went before it since then was the citizen's time."""
        filing = self.draws.filing(index)
        self.journal.filings[index] = filing
        filing.cursor = since
        self.files(filing)

    def filing_done(self, filing: Filing) -> None:
        """Go on with the case: file the next in its turn, or be done when all are in hand."""
        case = filing.case
        self.journal.settle(filing)
        self.open_filings[case] -= 1
        if self.open_filings[case] == 0:
            del self.open_filings[case]
            self.closes_case(case, End.DONE)
        elif self.draws.case_in_turn[case]:
            self._files_next(filing)

    def _files_next(self, filing: Filing) -> None:
        """File the next dossier some open days after the result before is in hand."""
        index = filing.index + 1
        gap = self.layout.demands[filing.demand].demand.gap
        u = self.draws.uniforms(filing, index - self.draws.case_first_filing[filing.case], "gap")
        days = int(whole(gap.working_days.quantile(u), 1)[0])
        at = self.hour_drawn(filing, self.calendar.open_day_after(self.env.time // DAY_MS, days))
        order = priority(Kind.ARRIVAL, index)
        Moment(self.env, at, order, self._files_apart, (index, self.env.time))

    def closes_case(self, case: int, end: End) -> None:
        """Close a case; the run may end with the last one measured."""
        if self.journal.end_of(case) != End.OPEN:
            return
        self.journal.case_end[case] = (end, self.env.time)
        if self.measured_from <= self.draws.case_arrival[case] < self.measured_until:
            self.open_measured -= 1
            if self.open_measured == 0 and self.env.time >= self.measured_until:
                order = priority(Kind.RUN_ENDS, 0)
                Moment(self.env, self.env.time, order, self._must_end)

    # --- backlog ---

    def _already_there(self, event: Moment) -> None:
        there: int = event.subject
        for case, index in zip(range(there), count(), strict=False):
            filing = self.draws.filing(index)
            self.journal.filings[index] = filing
            self.open_filings[case] = 1
            self._takes_up(filing, self.draws.case_arrival[case])

    def _takes_up(self, filing: Filing, received: int) -> None:
        """Put a dossier of the backlog before the step it waits for."""
        dossier = filing.lead
        filing.received = dossier.received = dossier.released = received
        filing.slips = 1
        filing.cursor = dossier.cursor = 0
        dossier.due = due_time(
            dossier.route, self.calendar, received, dossier.extension, dossier.paused
        )
        self._waits_for(dossier)

    def _waits_for(self, dossier: Dossier) -> None:
        begins_at = self.draws.population.dossier_begins_at[dossier.index]
        dossier.place = int(begins_at) - 1
        self.advance(dossier)
