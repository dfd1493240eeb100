"""What the reference engine reads of the population, and how it writes the service log."""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct
from typing import Any

import numpy as np

from sim.blueprint import BY_POST, NONE, ONLINE, Blueprint
from sim.calendar import Bools, Ints
from sim.clock import MINUTE_MS
from sim.crowd import Crowd
from sim.draws import Floats, Luck
from sim.engines.state import Dossier, Filing, Work
from sim.log import (
    STAY_DTYPE,
    STEP_DTYPE,
    VISIT_DTYPE,
    End,
    Leaving,
    Outcome,
    ServiceLog,
    Spell,
    table,
)
from sim.population import Population
from sim.presence import Member
from sim.steps import back_days, pace_of, sent_back_share, work_ms

_REMOTE = (ONLINE, BY_POST)
_WIDTHS = {1: "b", 2: "h", 4: "i", 8: "q"}


def _packed(dtype: np.dtype[np.void]) -> Struct:
    """Return what writes a row of a table of the log."""
    return Struct("=" + "".join(_WIDTHS[dtype[name].itemsize] for name in dtype.names or ()))


_STEP = _packed(STEP_DTYPE).pack
_VISIT = _packed(VISIT_DTYPE).pack
_STAY = _packed(STAY_DTYPE).pack
_DOSSIER = Struct("5q").pack
_FILING = Struct("4q").pack


class Draws:
    """The drawn columns as lists, and what is drawn only when a thing is done again.

    Parameters
    ----------
    crowd
        Draws populations of the office.
    luck
        The replication's luck.
    chunks
        Populations in order of arrival; the first holds every case measured.
    """

    def __init__(self, crowd: Crowd, luck: Luck, chunks: Iterator[Population]) -> None:
        self.crowd = crowd
        self.layout = crowd.layout
        self.luck = luck
        self.chunks = chunks
        self.population = next(chunks)
        visitor = crowd.layout.office.visitor
        self.patiences = [plan.demand.patience or visitor.patience for plan in crowd.layout.demands]
        self._spread(self.population)

    def more(self) -> bool:
        """Take the next population; tell whether there was one."""
        later = next(self.chunks, None)
        if later is None:
            return False
        self.population = self.population.joined_to(later)
        self._spread(self.population)
        return True

    def _spread(self, population: Population) -> None:
        self.case_arrival: list[int] = population.case_arrival.tolist()
        self.case_first_filing: list[int] = population.case_first_filing.tolist()
        self.case_filings: list[int] = population.case_filings.tolist()
        self.case_in_turn: list[bool] = population.case_in_turn.tolist()
        self.filing_case: list[int] = population.filing_case.tolist()
        self.filing_arrival: list[int] = population.filing_arrival.tolist()
        steps = self.crowd.steps(population, self.luck)
        self.step_work: list[int] = steps.work.tolist()
        self.step_lapse: list[int] = steps.lapse.tolist()
        self.step_concerned: list[bool] = steps.concerned.tolist()
        self.step_sent_back: list[bool] = steps.sent_back.tolist()
        self.step_back_days: list[int] = steps.back_days.tolist()
        self._spread_rows(population, steps.first)

    def _spread_rows(self, population: Population, first_step: Ints) -> None:
        counts = np.bincount(population.dossier_filing, minlength=len(population.filing_case))
        by_filing = np.argsort(population.dossier_filing, kind="stable")
        ends = np.cumsum(counts)
        case = population.filing_case
        self._filings = _rows(
            case, population.case_demand[case], population.case_day[case],
            population.case_number[case], population.case_class[case],
            population.filing_position, population.case_online[case], ends - counts, ends,
        )  # fmt: skip
        self._dossiers = _rows(
            by_filing,
            *(
                column[by_filing]
                for column in (
                    population.dossier_procedure, first_step,
                    population.dossier_position, population.dossier_way, population.dossier_kept,
                    population.dossier_extension,
                )
            ),
        )  # fmt: skip

    def filing(self, index: int) -> Filing:
        """Make a filing and its dossiers of what was drawn."""
        row = self._filings[index]
        filing = Filing(index)
        (filing.case, filing.demand, filing.day, filing.number, filing.priority, filing.position,
         online, first, last) = row  # fmt: skip
        lead = filing.lead = self._dossier(filing, first)
        filing.way = lead.way
        filing.may_send_back = lead.route.sends_back
        if last - first == 1:
            filing.dossiers = (lead,)
        else:
            others = [self._dossier(filing, place) for place in range(first + 1, last)]
            self._together(filing, (lead, *others))
        filing.remote = filing.way in _REMOTE
        filing.online = bool(online) or filing.lead.route.intake == NONE
        return filing

    def _together(self, filing: Filing, dossiers: tuple[Dossier, ...]) -> None:
        """File dossiers together: the first with an intake leads, the slowest way holds."""
        filing.dossiers = dossiers
        filing.way = max(dossier.way for dossier in dossiers)
        filing.may_send_back = any(dossier.route.sends_back for dossier in dossiers)
        with_intake = (dossier for dossier in dossiers if dossier.route.intake != NONE)
        filing.lead = next(with_intake, dossiers[0])

    def _dossier(self, filing: Filing, place: int) -> Dossier:
        index, procedure, first_step, position, way, kept, extension = self._dossiers[place]
        route = self.layout.routes[procedure]
        return Dossier(index, filing, route, first_step, position, way, kept, extension)

    # --- drawn again ---

    def uniform(self, filing: Filing, tries: int, *names: str) -> float:
        """Return a filing's uniform of a quantity and try."""
        plan = self.layout.demands[filing.demand].demand
        return self.luck.uniform((plan.id, *names), filing.day, filing.number, tries)

    def uniforms(self, filing: Filing, tries: int, *names: str) -> Floats:
        """Return :meth:`uniform` as an array of one."""
        return np.array([self.uniform(filing, tries, *names)])

    def _step_uniform(self, dossier: Dossier, place: int, purpose: str) -> float:
        name = self.crowd.names[dossier.filing.demand][dossier.position]
        step = dossier.route.steps[place].name
        return self.uniform(dossier.filing, tries_of(dossier, place), name, step, purpose)

    def _procedure_step(self, dossier: Dossier, place: int) -> Any:
        procedure = int(self.population.dossier_procedure[dossier.index])
        return self.layout.office.procedures[procedure].steps[place]

    def minutes(self, dossier: Dossier, place: int) -> int:
        """Return the milliseconds of work of a step at its present try."""
        if dossier.tries is None or place not in dossier.tries:
            return self.step_work[dossier.first_step + place]
        filing = dossier.filing
        saves = self.layout.demands[filing.demand].demand.bundling
        handed_in = filing.received != NONE and not filing.online
        if not handed_in and dossier is filing.lead and place == dossier.route.intake:
            others = sum(
                round(self._redrawn(other, other.route.intake) * (1 - saves.saves_intake))
                for other in filing.dossiers
                if other is not dossier
            )
            return self._redrawn(dossier, place) + others
        saved = 0.0 if dossier is filing.dossiers[0] else saves.saves_desk_work
        visitor = dossier.route.steps[place].visitor
        return round(self._redrawn(dossier, place) * (1.0 if visitor else 1 - saved))

    def _redrawn(self, dossier: Dossier, place: int) -> int:
        if place == NONE:
            return 0
        u = np.array([self._step_uniform(dossier, place, "minutes")])
        role, day = dossier.route.steps[place].role, np.array([dossier.filing.day])
        pace = pace_of(self.layout, role, self.luck, day)
        return int(work_ms(self._procedure_step(dossier, place), u, pace)[0])

    def is_sent_back(self, dossier: Dossier, place: int) -> bool:
        """Tell whether a step, done at its present try, sends the dossier back."""
        if not tries_of(dossier, place):
            return self.step_sent_back[dossier.first_step + place]
        share = sent_back_share(self._procedure_step(dossier, place), 1)
        return self._step_uniform(dossier, place, "sends back") < share

    def back_days(self, dossier: Dossier, place: int) -> int:
        """Return the days open until the papers come in."""
        if not tries_of(dossier, place):
            return self.step_back_days[dossier.first_step + place]
        u = np.array([self._step_uniform(dossier, place, "back days")])
        return int(back_days(self._procedure_step(dossier, place), u)[0])

    def patience(self, filing: Filing) -> int:
        """Return the milliseconds that a visitor waits in a line at this visit; NONE for any."""
        patience = self.patiences[filing.demand]
        if patience is None:
            return NONE
        u = self.uniforms(filing, filing.visit, "patience")
        return max(int(np.rint(patience.quantile(u)[0] * MINUTE_MS)), 0)


def tries_of(dossier: Dossier, place: int) -> int:
    """Return how often a step of a dossier has sent it back."""
    return 0 if dossier.tries is None else dossier.tries.get(place, 0)


class Journal:
    """The service log being written."""

    def __init__(self, layout: Blueprint) -> None:
        self.layout = layout
        self.steps = bytearray()
        self.visits = bytearray()
        self.filings: dict[int, Filing] = {}
        self.dossier_rows = bytearray()
        self.filing_rows = bytearray()
        self.case_end: dict[int, tuple[End, int]] = {}

    def end_of(self, case: int) -> End:
        """Return how a case stands."""
        known = self.case_end.get(case)
        return End.OPEN if known is None else known[0]

    def work(self, work: Work, kind: Spell, outcome: Outcome, member: int, now: int) -> None:
        """Write a spell of work, ended now."""
        dossier = work.dossier
        filing = dossier.filing
        self.steps += _STEP(
            filing.index, dossier.index, work.place, kind, work.shared, work.joined,
            work.started, now, member, outcome,
        )  # fmt: skip
        if work.shared:
            filing.cursor = now
        else:
            dossier.cursor = now

    def spell(self, chain: Filing | Dossier, kind: Spell, now: int, place: int = NONE) -> None:
        """Write a spell without work, from the last one's end until now; none if it is empty."""
        if chain.cursor < now:
            shared = isinstance(chain, Filing)
            dossier = chain.lead if isinstance(chain, Filing) else chain
            self.steps += _STEP(
                dossier.filing.index, dossier.index, place, kind, shared, chain.cursor, NONE, now,
                NONE, Outcome.DONE,
            )  # fmt: skip
            chain.cursor = now

    def visit(self, filing: Filing, why: Leaving, now: int) -> None:
        """Write a visit, ended now."""
        self.visits += _VISIT(filing.index, filing.visit, filing.came, now, why, not filing.moved)

    def settle(self, filing: Filing) -> None:
        """Write down how a filing and its dossiers ended, and let go of them."""
        self.filings.pop(filing.index, None)
        self.filing_rows += _FILING(filing.index, filing.in_hand, filing.slips, filing.apologies)
        for dossier in filing.dossiers:
            self.dossier_rows += _DOSSIER(
                dossier.index, dossier.received, dossier.due, dossier.ready, dossier.released
            )
        filing.dossiers = ()
        del filing.lead

    def log(
        self,
        population: Population,
        members: list[Member],
        stays: list[tuple[int, int, int]],
        stopped: int,
    ) -> ServiceLog:
        """Return the whole log."""
        for filing in tuple(self.filings.values()):
            self.settle(filing)
        by_dossier = _by_place(self.dossier_rows, 4, len(population.dossier_filing))
        by_filing = _by_place(self.filing_rows, 3, len(population.filing_case))
        by_filing[1:] = np.maximum(by_filing[1:], 0)
        ends = np.zeros((2, len(population.case_demand)), dtype=np.int64)
        ends[1] = NONE
        for case, (end, closed) in self.case_end.items():
            ends[:, case] = (end, closed)
        return ServiceLog(
            population=population,
            members=members,
            steps=table(STEP_DTYPE, self.steps),
            visits=table(VISIT_DTYPE, self.visits),
            stays=table(STAY_DTYPE, b"".join(_STAY(*row) for row in stays)),
            received=by_dossier[0],
            due=by_dossier[1],
            ready=by_dossier[2],
            released=by_dossier[3],
            in_hand=by_filing[0],
            slips=by_filing[1],
            apologies=by_filing[2],
            case_end=ends[0],
            case_closed=ends[1],
            stopped=stopped,
        )


def _rows(*columns: Ints | Bools) -> list[tuple[int, ...]]:
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _by_place(cells: bytes | bytearray, columns: int, places: int) -> Ints:
    """Return rows (place, values...) as columns by place, NONE where there was no row."""
    rows = np.frombuffer(cells, dtype=np.int64).reshape(-1, columns + 1)
    found = np.full((columns, places), NONE, dtype=np.int64)
    found[:, rows[:, 0]] = rows[:, 1:].T
    return found
