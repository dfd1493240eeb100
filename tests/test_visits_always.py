"""What holds of visits on every office whatever its file says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise

from hypothesis import given

from sim.blueprint import NONE
from sim.clock import DAY_MS
from sim.log import End, Leaving, Outcome, Spell
from tests.logs import Pair, Reading, overlap, without
from tests.strategies import Example, each_office, examples, reading


@each_office
@given(examples())
def test_visits_of_a_filing_follow_each_other(example: Example) -> None:
    told = reading(example)
    for visits in told.visits_of.values():
        assert [visit.number for visit in visits] == list(range(1, len(visits) + 1))
        for visit in visits:
            assert visit.came <= visit.left
        for before, after in pairwise(visits):
            assert before.left <= after.came


@each_office
@given(examples())
def test_work_with_a_visitor_lies_within_a_visit(example: Example) -> None:
    told = reading(example)
    for row in told.work:
        if row.kind == Spell.VISITOR_WORK and row.outcome != Outcome.OPEN:
            visits = told.visits_of.get(row.filing, [])
            last = max((visit.left for visit in visits), default=NONE)
            within = any(v.came <= row.joined and row.ended <= v.left for v in visits)
            still_there = told.log.case_end[told.filing_case[row.filing]] != End.DONE
            assert within or (still_there and row.joined >= last), row


@each_office
@given(examples())
def test_nobody_is_inside_after_closing_but_who_is_seen_to(example: Example) -> None:
    told = reading(example)
    closings = [
        told.calendar.closing_of(day)
        for day in range(told.log.stopped // DAY_MS + 1)
        if told.calendar.closes_in(day)
    ]
    seen_to = _seen_to(told)
    for visit in told.visits:
        for closing in closings:
            if visit.came < closing < visit.left:
                after = (closing, min(visit.left, told.calendar.open_time.next_start(closing)))
                assert not without([after], sorted(seen_to(visit.filing))), visit


def _seen_to(told: Reading) -> Callable[[int], list[Pair]]:
    """Return when somebody works for a filing's visitor, or stays for those inside."""
    stays = [(stay.since, stay.until) for stay in told.stays]
    rows: dict[int, list[Pair]] = defaultdict(list)
    for row in told.rows:
        if row.member != NONE:
            rows[row.filing].append((row.started, row.ended))
        elif row.kind == Spell.WALK:
            rows[row.filing].append((row.joined, row.ended))
    return lambda filing: stays + rows[filing]


@each_office
@given(examples())
def test_time_inside_is_the_time_of_what_is_done_there(example: Example) -> None:
    """Little's law between two tables: of cases done with one dossier, spells fill the visits."""
    told = reading(example)
    done = {filing for case in told.cases(End.DONE) for filing in told.filings(case)}
    for filing in done & set(told.visits_of):
        if len(told.dossiers_of[filing]) > 1:
            continue
        rows = told.shared.get(filing, []) + told.own.get(told.dossiers_of[filing][0], [])
        visits = [(visit.came, visit.left) for visit in told.visits_of[filing]]
        within = overlap(visits, [(row.joined, row.ended) for row in rows])
        assert sum(b - a for a, b in within) == sum(left - came for came, left in visits)


@each_office
@given(examples())
def test_whoever_is_sent_back_leaves_at_once(example: Example) -> None:
    told = reading(example)
    for row in told.work:
        if row.outcome == Outcome.SENT_BACK and len(told.dossiers_of[row.filing]) == 1:
            visits = told.visits_of.get(row.filing, [])
            assert not any(visit.came < row.ended < visit.left for visit in visits), row
            if row.kind == Spell.VISITOR_WORK:
                whys = {visit.why for visit in visits if visit.left == row.ended}
                assert Leaving.SENT_BACK in whys
