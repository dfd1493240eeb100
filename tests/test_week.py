"""How full the office is by weekday and hour: every minute lies in its cell, and in one only."""

from __future__ import annotations

import numpy as np
import pytest

from sim.calendar import merged
from sim.case_table import measured
from sim.clock import DAY_MS, HOUR_MS
from sim.log import Spell
from sim.replication import OfficeRuns
from sim.week import WeekSums, week_of, week_sums
from tests.offices import office, smallest

DAYS = 15


@pytest.fixture(scope="module")
def run():
    raw = smallest()
    raw["calendar"]["hours"] = {"mon-fri": ["07:30-11:30", "13:30-17:00"]}
    raw["demands"][0]["per_day"] = 40
    return OfficeRuns(office(raw), DAYS, 2)


@pytest.fixture(scope="module")
def log(run):
    return run.run(1, 0)


@pytest.fixture(scope="module")
def inside():
    """People who wait inside while their papers are worked on at a desk."""
    raw = smallest()
    raw["calendar"]["hours"] = {"mon-fri": ["07:30-17:00"]}
    raw["teams"].append({"id": "desks", "staff": 1, "roles": ["check"]})
    raw["procedures"][0]["steps"] += [
        {"id": "check", "role": "check", "minutes": 9},
        {"id": "hand_over", "role": "serve", "visitor": True, "minutes": 2},
    ]
    raw["demands"][0] |= {"per_day": 20, "by_hour": {"07:00": 1, "12:00": 0}}
    return OfficeRuns(office(raw), DAYS, 0)


def spread(spans, window):
    """Add up intervals by day of the run modulo seven, and hour."""
    cells = np.zeros((7, 24))
    for begin, end in spans:
        at, last = max(begin, window[0]), min(end, window[1])
        while at < last:
            until = min((at // HOUR_MS + 1) * HOUR_MS, last)
            cells[at // DAY_MS % 7, at % DAY_MS // HOUR_MS] += until - at
            at = until
    return cells


def test_time_in_line_and_at_work_is_that_of_the_log(run, log):
    sums = week_sums(log, run.layout)
    calendar, steps = run.layout.calendar, log.steps
    window = (calendar.window.measured_from * DAY_MS, calendar.window.measured_until * DAY_MS)
    waits = np.isin(steps.kind, (Spell.VISITOR_WORK, Spell.DOOR, Spell.BESIDE))
    until = np.where((steps.kind == Spell.VISITOR_WORK) & (steps.started >= 0), steps.started,
                     steps.ended)  # fmt: skip
    line = spread(zip(steps.joined[waits].tolist(), until[waits].tolist(), strict=True), window)
    busy = steps.member >= 0
    work = spread(
        zip(steps.started[busy].tolist(), steps.ended[busy].tolist(), strict=True), window
    )
    shift = calendar.date(0).weekday()
    cells = np.ix_([(day - shift) % 7 for day in sums.weekdays], sums.hours)
    np.testing.assert_array_equal(sums.in_line, line[cells])
    np.testing.assert_array_equal(sums.worked.sum(axis=0), work[cells])
    assert sums.in_line.sum() > 0 < sums.worked.sum()


def test_people_waiting_are_those_in_the_office_who_are_not_served(run, log):
    sums = week_sums(log, run.layout)
    calendar, steps, visits = run.layout.calendar, log.steps, log.visits
    window = (calendar.window.measured_from * DAY_MS, calendar.window.measured_until * DAY_MS)
    served = (steps.kind == Spell.VISITOR_WORK) & (steps.started >= 0)
    here = spread(zip(visits.came.tolist(), visits.left.tolist(), strict=True), window)
    here -= spread(
        zip(steps.started[served].tolist(), steps.ended[served].tolist(), strict=True), window
    )
    shift = calendar.date(0).weekday()
    cells = np.ix_([(day - shift) % 7 for day in sums.weekdays], sums.hours)
    np.testing.assert_array_equal(sums.waiting, here[cells])
    assert (sums.waiting >= sums.in_line).all()


def test_all_people_waiting_are_what_cases_wait(inside):
    log = inside.run(1, 0)
    sums, cases = week_sums(log, inside.layout), measured(log, inside.layout).cases
    first = int(inside.layout.calendar.window.measured_from) * DAY_MS
    # Without a warm-up everybody who is there on the measured days is a measured case.
    assert log.population.case_arrival.min() >= first
    assert sums.waiting.sum() == cases.wait.sum()
    assert sums.waiting.sum() > sums.in_line.sum() > 0


def test_means_of_people_waiting_are_over_all_days_of_a_weekday(inside):
    found = [week_sums(inside.run(1, r), inside.layout) for r in range(2)]
    week = week_of(found, [team.id for team in inside.layout.office.teams])
    shown = week.waiting[1][1]
    assert shown is not None
    sums = sum(each.waiting[1, 1] for each in found)
    assert shown.mean == pytest.approx(sums / (sum(e.days[1] for e in found) * HOUR_MS))


def test_cells_are_the_days_and_hours_in_which_the_office_opens(run, log):
    sums = week_sums(log, run.layout)
    assert sums.weekdays == (0, 1, 2, 3, 4)
    assert sums.hours == tuple(range(7, 17))
    assert sums.days.sum() == DAYS


def test_means_are_over_all_days_of_a_weekday_and_load_over_staff_there(run):
    found = [week_sums(run.run(1, r), run.layout) for r in range(3)]
    week = week_of(found, [team.id for team in run.layout.office.teams])
    days = sum(each.days[0] for each in found)
    shown = week.in_line[0][2]
    assert shown is not None
    assert shown.mean == pytest.approx(sum(e.in_line[0, 2] for e in found) / (days * HOUR_MS))
    assert shown.low <= shown.mean <= shown.high
    for cells in week.load.values():
        loads = [cell.mean for row in cells for cell in row if cell is not None]
        assert all(0 <= load <= 1 for load in loads)


def test_an_hour_in_which_nobody_is_there_has_no_load(run, log):
    week = week_of([week_sums(log, run.layout)], [t.id for t in run.layout.office.teams])
    lunch = week.hours.index(12)
    assert all(cells[0][lunch] is None for cells in week.load.values())
    assert all(row[lunch] is not None for row in week.in_line)


@pytest.fixture(scope="module")
def overrun():
    """Work begun before a break or closing is finished in it, by whoever began it."""
    raw = smallest()
    raw["calendar"]["hours"] = {"mon-fri": ["07:30-11:50", "13:30-16:45"]}
    raw["procedures"][0]["steps"][0]["minutes"] = 25.0
    raw["demands"][0] |= {"per_day": 50, "by_hour": {"07:00": 1, "17:00": 0}}
    return OfficeRuns(office(raw), DAYS, 2)


def test_who_works_past_the_end_of_a_session_is_there_as_long(overrun):
    log = overrun.run(1, 0)
    calendar, steps = overrun.layout.calendar, log.steps
    window = (calendar.window.measured_from * DAY_MS, calendar.window.measured_until * DAY_MS)
    there = np.zeros((7, 24))
    for number, member in enumerate(log.members):
        own = steps.member == number
        work = zip(steps.started[own].tolist(), steps.ended[own].tolist(), strict=True)
        said = zip(member.present.begin.tolist(), member.present.end.tolist(), strict=True)
        both = merged([*said, *work])
        there += spread(zip(both.begin.tolist(), both.end.tolist(), strict=True), window)
    sums = week_sums(log, overrun.layout)
    shift = calendar.date(0).weekday()
    cells = np.ix_([(day - shift) % 7 for day in sums.weekdays], sums.hours)
    np.testing.assert_array_equal(sums.present.sum(axis=0), there[cells])


def test_nobody_is_busier_than_all_the_time_not_even_after_a_session(overrun):
    found = [week_sums(overrun.run(1, r), overrun.layout) for r in range(5)]
    week = week_of(found, [team.id for team in overrun.layout.office.teams])
    (cells,) = week.load.values()
    noon = week.hours.index(12)
    after = [row[noon] for row in cells if row[noon] is not None]
    assert after
    assert all(cell.mean == pytest.approx(1) for cell in after)
    for cell in (cell for row in cells for cell in row if cell is not None):
        assert 0 <= cell.low <= cell.mean <= cell.high <= 1


def test_an_hour_in_which_hardly_anybody_is_there_has_no_load():
    """A minute that somebody stays on, once in the run, is no hour of full load."""
    hour, stayed = HOUR_MS * 50, HOUR_MS // 60
    cells = np.array([[hour // 2, stayed]])
    there = np.array([[hour, stayed]])
    sums = WeekSums(
        (0,), (11, 12), np.array([50]), cells, cells, cells[np.newaxis], there[np.newaxis]
    )
    (load,) = week_of([sums] * 3, ["counter"]).load["counter"]
    assert load[0] is not None
    assert load[0].mean == pytest.approx(0.5)
    assert load[1] is None
