"""What holds on every office whatever its file says: docs/model.md, "Holds always"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from hypothesis import given

from sim.base import Part
from sim.blueprint import NONE
from sim.clock import DAY_MS
from sim.distributions import Family
from sim.log import End, Outcome, Spell
from sim.office import Appointments, ArrivalLog, Backlog, Office, Rests, SendsBack
from tests.logs import Reading, Row, overlap, without
from tests.strategies import Example, each_office, examples, random_example, reading

_NO_LIMIT = 1 << 62


def test_generated_offices_use_every_key_of_the_file() -> None:
    used: set[tuple[type[Part], str]] = set()
    for seed in range(400):
        used |= _keys(Office.model_validate(random_example(seed).raw))
    kinds = {kind for kind, _ in used} | {Appointments, ArrivalLog, Backlog, Rests, SendsBack}
    every = {(kind, name) for kind in kinds for name in kind.model_fields} - {(Office, "folder")}
    assert every <= used, every - used
    assert {kind for kind, _ in used} >= set(Family.__subclasses__())


def _keys(value: object) -> set[tuple[type[Part], str]]:
    """Return (part of a file, key) of every key that a part of an office gives."""
    if isinstance(value, dict):
        return set().union(*map(_keys, value.values()))
    if isinstance(value, tuple):
        return set().union(*map(_keys, value))
    if not isinstance(value, Part):
        return set()
    given = {(type(value), name) for name in value.model_fields_set}
    return given.union(*(_keys(getattr(value, name)) for _, name in given))


# --- cases ---


@each_office
@given(examples())
def test_spells_of_every_case_done_follow_each_other_without_gap(example: Example) -> None:
    told = reading(example)
    for case in told.cases(End.DONE):
        chain = told.chain(case)
        arrived = max(int(told.log.population.case_arrival[case]), 0)
        moments = [arrived] + [moment for row in chain for moment in (row.joined, row.ended)]
        assert moments[0::2][: len(chain)] == moments[1::2], chain
        assert moments[-1] == max(told.in_hand[f] for f in told.filings(case))
        assert moments == sorted(moments)


@each_office
@given(examples())
def test_cases_in_are_cases_done_lost_and_open(example: Example) -> None:
    told = reading(example)
    closed = told.log.case_closed.tolist()
    for case in told.cases(End.DONE):
        in_hand = [told.in_hand[filing] for filing in told.filings(case)]
        assert min(in_hand) >= 0
        assert closed[case] == max(in_hand)
    for case in told.cases(End.OPEN):
        assert closed[case] == NONE
        assert min(told.in_hand[filing] for filing in told.filings(case)) == NONE
    sides = [len(told.cases(end)) for end in End]
    assert sum(sides) == len(told.log.case_end) == len(told.log.population.case_arrival)


@each_office
@given(examples())
def test_lost_cases_came_in_vain_as_often_as_they_put_up_with(example: Example) -> None:
    told = reading(example)
    population = told.log.population
    for case in range(len(population.case_arrival)):
        most = told.layout.demands[int(population.case_demand[case])].gives_up_after
        visits = [visit for f in told.filings(case) for visit in told.visits_of.get(f, [])]
        in_vain = [visit for visit in visits if visit.in_vain]
        if told.log.case_end[case] == End.LOST:
            closed = told.log.case_closed[case]
            assert sum(visit.left < closed for visit in in_vain) < most
            assert sum(visit.left <= closed for visit in in_vain) >= most
            assert max(visit.came for visit in visits) <= closed
        else:
            assert len(in_vain) < most


@each_office
@given(examples())
def test_dossiers_are_received_then_ready_then_in_hand_and_due_no_sooner(example: Example) -> None:
    told = reading(example)
    for dossier, received in enumerate(told.received):
        ready, due = told.ready[dossier], int(told.log.due[dossier])
        in_hand = told.in_hand[told.dossier_filing[dossier]]
        assert due == NONE or due >= received
        assert ready == NONE or received <= ready
        assert in_hand == NONE or NONE < ready <= in_hand


# --- members ---


@each_office
@given(examples())
def test_no_member_does_two_things_at_once(example: Example) -> None:
    told = reading(example)
    for rows in told.busy.values():
        for before, after in pairwise(rows):
            assert before.ended <= after.started, (before, after)


@each_office
@given(examples())
def test_members_begin_only_what_their_team_does_while_present_or_staying(
    example: Example,
) -> None:
    told = reading(example)
    for member, rows in told.busy.items():
        plan = told.members[member]
        stays = [stay for stay in told.stays if stay.member == member]
        for row in rows:
            assert told.role(row) in told.layout.teams[plan.team].roles
            if not plan.present.holds(row.started):
                assert any(stay.since <= row.started <= stay.until for stay in stays), row
                assert told.may_be_inside(row.filing, row.started)


@each_office
@given(examples())
def test_members_stay_only_past_closing_and_in_teams_that_finish_the_queue(
    example: Example,
) -> None:
    told = reading(example)
    for stay in told.stays:
        plan = told.members[stay.member]
        assert told.layout.teams[plan.team].finish_queue
        assert stay.since == told.calendar.closing_of((stay.since - 1) // DAY_MS)
        assert not told.calendar.open_time.holds(stay.since)
        if stay.until < told.log.stopped:
            inside = [spell for filing in told.visits_of for spell in told.inside(filing)]
            assert not without([(stay.since, stay.until)], sorted(inside))


@each_office
@given(examples())
def test_work_stops_at_the_end_of_presence_unless_its_visitor_is_there(example: Example) -> None:
    told = reading(example)
    for member, rows in told.busy.items():
        present = told.members[member].present
        for row in rows:
            ends = [end for end in present.ends if row.started < end <= row.ended]
            there = [end for end in ends if told.may_be_inside(row.filing, end)]
            if row.outcome == Outcome.INTERRUPTED:
                assert row.kind == Spell.DESK_WORK
                assert ends[-1] == row.ended
                assert set(ends[:-1]) <= set(there)
                assert not any(a < row.ended < b for a, b in told.inside(row.filing))
            elif row.kind == Spell.DESK_WORK:
                assert {end for end in ends if end < row.ended} <= set(there), row


@each_office
@given(examples())
def test_pieces_of_work_add_up_to_what_was_drawn(example: Example) -> None:
    told = reading(example)
    drawn = _drawn_work(told, example.office(), example.seed)
    pieces: dict[tuple[int, int], int] = defaultdict(int)
    tries: dict[tuple[int, int], int] = defaultdict(int)
    for row in told.work:
        if row.started == NONE:
            continue
        step, intake = (row.dossier, row.place), told.route(row.dossier).intake
        pieces[step] += row.ended - row.started
        if row.completed:
            expected = drawn(row, tries[step])
            assert expected in (None, pieces[step]), (row, expected, pieces[step])
            pieces[step] = 0
        if row.outcome == Outcome.SENT_BACK:
            tries[step] += 1
            # Papers are handed in at the intake, which takes its minutes anew.
            tries[row.dossier, intake] += not row.shared and row.place != intake


def _drawn_work(told: Reading, office: Office, seed: int) -> Callable[[Row, int], int | None]:
    """Return what the work of a row was drawn to take at a try; None where others share it."""
    from sim.draws import Luck
    from sim.steps import pace_of, work_ms

    population, luck = told.log.population, Luck(seed, 0, office.id)

    def drawn(row: Row, tries: int) -> int | None:
        if not tries:
            return int(told.steps.work[told.steps.first[row.dossier] + row.place])
        if len(told.dossiers_of[row.filing]) > 1:
            return None
        case = told.filing_case[row.filing]
        demand = told.layout.demands[int(population.case_demand[case])].demand
        position = int(population.dossier_position[row.dossier])
        before = demand.needs[:position].count(demand.needs[position])
        name = demand.needs[position] + (f"#{before + 1}" if before else "")
        step = office.procedure(demand.needs[position]).steps[row.place]
        day, number = (
            int(column[case]) for column in (population.case_day, population.case_number)
        )
        u = luck.uniform((demand.id, name, step.id, "minutes"), day, number, tries)
        role = (
            told.layout.routes[int(population.dossier_procedure[row.dossier])].steps[row.place].role
        )
        pace = pace_of(told.layout, role, luck, np.array([day]))
        return int(work_ms(step, np.array([u]), pace)[0])

    return drawn


@each_office
@given(examples())
def test_whoever_begins_with_a_visitor_finishes_with_them(example: Example) -> None:
    told = reading(example)
    for row in told.work:
        if row.kind == Spell.VISITOR_WORK and row.started != NONE:
            assert row.outcome in (Outcome.DONE, Outcome.SENT_BACK, Outcome.OPEN)


# --- lines ---


@each_office
@given(examples())
def test_no_work_waits_while_a_member_able_to_do_it_is_free(example: Example) -> None:
    told = reading(example)
    idle = {member: told.idle(member) for member in range(len(told.members))}
    for row in told.work:
        waited = [(row.joined, row.waited_until)]
        for member in told.able.get(told.role(row), []):
            assert not overlap(waited, idle[member]), (row, member)


@each_office
@given(examples())
def test_nobody_inside_waits_while_a_member_who_stays_is_free(example: Example) -> None:
    told = reading(example)
    idle = {stay.member: told.staying_idle(stay.member) for stay in told.stays}
    for row in told.work:
        waited = overlap([(row.joined, row.waited_until)], told.inside(row.filing))
        for member in told.able.get(told.role(row), []):
            assert not overlap(waited, idle.get(member, [])), (row, member)


@each_office
@given(examples())
def test_nobody_leaves_a_line_at_a_moment_at_which_somebody_able_is_free(
    example: Example,
) -> None:
    told = reading(example)
    for row in told.work:
        if row.started != NONE or row.ended == told.log.stopped:
            continue
        for member in told.able.get(told.role(row), []):
            if told.members[member].present.holds(row.ended):
                spells = told.spells(member)
                assert any(a <= row.ended < b for a, b in spells), (row, member)


@each_office
@given(examples())
def test_members_take_the_most_urgent_then_first_class_then_first_in_order(
    example: Example,
) -> None:
    told = reading(example)
    key = _order(told)
    by_role: dict[int, list[Row]] = defaultdict(list)
    for row in told.work:
        by_role[told.role(row)].append(row)
    for taken in told.work:
        if taken.started == NONE:
            continue
        team = told.members[taken.member].team
        at_hand = [row for role in told.layout.teams[team].roles for row in by_role[role]]
        for other in at_hand:
            if other.joined <= taken.started < other.waited_until and comparable(
                told, taken, other
            ):
                assert key(taken, team) <= key(other, team), (taken, other)


def comparable(told: Reading, taken: Row, other: Row) -> bool:
    """Tell whether work was there to be chosen when other work was, and by which key is known."""
    now = taken.started
    roles = told.layout.teams[told.members[taken.member].team].roles
    by_due_date = any(told.layout.due_date_order[role] for role in roles)
    if by_due_date and told.due_moved & {taken.dossier, other.dossier}:
        return False
    if other.joined == now and now in told.instants:
        return False
    present = told.members[taken.member].present.holds(now)
    return present or any(a <= now < b for a, b in told.inside(other.filing))


def _order(told: Reading) -> Callable[[Row, int], tuple[int, ...]]:
    """Return the key by which work of a row is taken by a team, the least first."""
    population = told.log.population
    heads = _back_at_the_head(told)

    def since(row: Row) -> int:
        visit = told.visit_of(row)
        if visit is None:
            return row.joined
        open_time = told.calendar.open_time
        entered = visit.came if open_time.holds(visit.came) else open_time.next_start(visit.came)
        return visit.came if row.joined == entered else row.joined

    def due(row: Row) -> int:
        before = row.shared and row.place == told.route(row.dossier).intake
        found = NONE if before else int(told.log.due[row.dossier])
        return _NO_LIMIT if found == NONE else found

    def key(row: Row, team: int) -> tuple[int, ...]:
        role, case = told.role(row), told.filing_case[row.filing]
        levels = told.layout.teams[team].levels
        level = next(place for place, roles in enumerate(levels) if role in roles)
        klass = NONE if row.at in heads else int(population.case_class[case])
        order = due(row) if told.layout.due_date_order[role] else since(row)
        return level, klass, order, since(row), row.dossier

    return key


def _back_at_the_head(told: Reading) -> set[int]:
    """Return the rows whose work was interrupted before."""
    found = set()
    for rows in [*told.own.values(), *told.shared.values()]:
        for before, after in pairwise(rows):
            if before.outcome == Outcome.INTERRUPTED:
                found.add(after.at)
    return found


@each_office
@given(examples())
def test_area_under_each_line_is_the_sum_of_its_waits(example: Example) -> None:
    told = reading(example)
    for role in range(len(told.layout.roles)):
        rows = [row for row in told.work if told.role(row) == role]
        changes = [(row.joined, 1) for row in rows] + [(row.waited_until, -1) for row in rows]
        area, waiting, before = 0, 0, 0
        # At one instant those who join are counted before those who leave.
        for time, change in sorted(changes, key=lambda c: (c[0], -c[1])):
            area += waiting * (time - before)
            waiting, before = waiting + change, time
            assert waiting >= 0
        assert waiting == 0
        assert area == sum(row.waited_until - row.joined for row in rows)


# --- runs ---


@each_office
@given(examples())
def test_the_same_seed_gives_the_same_log(example: Example) -> None:
    runs = example.runs()
    first, second = runs.run(example.seed, 0), example.runs().run(example.seed, 0)
    for name, value in vars(first).items():
        again = getattr(second, name)
        if isinstance(value, np.ndarray):
            assert np.array_equal(value, again), name
        elif hasattr(value, "rows"):
            assert np.array_equal(value.rows, again.rows), name
    assert first.members == second.members
    assert first.stopped == second.stopped
