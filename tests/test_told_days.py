"""Cases whose days are told are chosen by rule, and are the same people under every scenario."""

from __future__ import annotations

import copy
import pickle
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from sim.case_table import CaseTable, measured
from sim.days import Days, Life, Reason, Story
from sim.log import End, Outcome, Spell
from sim.office import Office
from sim.replication import SIMPY, OfficeRuns
from sim.stories import StoryTeller, touched_by
from sim.summaries import demand_numbers
from tests import every_key, stories
from tests.every_key import serve
from tests.logs import Reading
from tests.offices import office, smallest


@pytest.fixture(scope="module")
def alone() -> Days:
    """Dong Cam as it is, without any scenario: a quarter of a year."""
    return _told([stories.dong_cam(60)])


def _told(readings: list[Reading], touched: frozenset[str] = frozenset()) -> Days:
    offices = [reading.layout.office for reading in readings]
    teller = StoryTeller(demand_numbers(offices), len(offices), touched)
    for number, reading in enumerate(readings):
        teller.take(measured(reading.log, reading.layout).cases)
        teller.hear(str(number), reading.log, reading.layout)
    found = teller.days()
    assert found is not None
    return found


def _one(days: Days, reason: Reason) -> Story:
    (found,) = [story for story in days.stories if reason in story.reasons]
    return found


def _hours(life: Life) -> float:
    assert life.turnaround_hours is not None
    return life.turnaround_hours


def _done(reading: Reading) -> tuple[CaseTable, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    cases = measured(reading.log, reading.layout).cases
    return cases, np.flatnonzero(cases.end == End.DONE)


def _ordinary(reading: Reading, name: str) -> CaseTable:
    """Return the cases done of a demand, without those served first."""
    cases, done = _done(reading)
    demand = [each.demand.id for each in reading.layout.demands].index(name)
    rows = done[(cases.demand[done] == demand) & (cases.priority_class[done] != 0)]
    columns = ("turnaround", "visit", "wait", "trips")
    return replace(cases, **{column: getattr(cases, column)[rows] for column in columns})


@pytest.mark.parametrize(("demand", "by"), [("copies", "visit"), ("social", "turnaround")])
def test_the_slow_case_is_the_90th_percentile_of_what_the_study_changes(
    demand: str, by: str
) -> None:
    reading = stories.dong_cam(60)
    days = _told([reading], frozenset({demand}))
    ranked = np.sort(getattr(_ordinary(reading, demand), by))
    slow = ranked[ceil(0.9 * len(ranked)) - 1]
    life = _one(days, "p90").lives["0"]
    assert days.typical_by == by
    own = life.visit_minutes / 60 if by == "visit" else _hours(life)
    assert own == pytest.approx(slow / 3_600_000)


def test_the_middle_case_is_ordinary_in_all_that_is_told_of_it(alone: Days) -> None:
    cases, story = _ordinary(stories.dong_cam(60), "copies"), _one(alone, "median")
    life = story.lives["0"]
    assert (story.demand, story.priority) == ("copies", False)
    told = (
        (cases.turnaround / 3_600_000, _hours(life)),
        (cases.visit / 60_000, life.visit_minutes),
        (cases.wait / 60_000, life.wait_minutes),
        (cases.trips, life.trips),
    )
    for values, own in told:
        assert np.quantile(values, 0.35) <= own <= np.quantile(values, 0.65)


def test_who_is_told_of_comes_for_what_the_study_changes() -> None:
    raw = smallest()
    raw["procedures"].append({**raw["procedures"][0], "id": "other"})
    raw["demands"] = [
        {"id": "many", "needs": ["ask"], "per_day": 30},
        {"id": "few", "needs": ["other"], "per_day": 10},
    ]
    after = copy.deepcopy(raw)
    after["procedures"][1]["deadline"] = {"within": "1 working day"}
    before, changed = office(raw), office(after)
    assert touched_by(before, [before]) == frozenset()
    assert touched_by(before, [before, changed]) == {"few"}
    after["teams"][0]["staff"] = 4
    more_staff = office(after)
    assert touched_by(before, [more_staff]) == {"few", "many"}
    assert touched_by(before, [more_staff, changed]) == {"few"}
    runs = OfficeRuns(before, 5, 0)
    told = Reading(runs.run(1, 0), runs.layout, 1)
    for touched, demand in ((frozenset({"few"}), "few"), (frozenset[str](), "many")):
        days = _told([told], touched)
        assert {_one(days, reason).demand for reason in ("median", "p90")} == {demand}


def test_where_most_results_come_within_the_visit_the_slow_case_is_slow_inside(
    tmp_path: Path,
) -> None:
    times = [f"{1 + number // 8} {9 + number % 8:02}:00" for number in range(32)]
    steps = [serve({"uniform": {"low": 1, "high": 40}})]
    raw = every_key.office(every_key.comes(tmp_path, *times), steps=steps)
    run = every_key.Told(raw, tmp_path)
    days = _told([Reading(run.log, run.layout, 1)])
    assert days.typical_by == "visit"
    slow = np.sort(run.cases.visit)[ceil(0.9 * 32) - 1] / 60_000
    assert _one(days, "p90").lives["0"].visit_minutes == slow


def test_the_late_afternoon_s_case_is_the_plain_one_nearest_to_20_past_4(alone: Days) -> None:
    told = stories.dong_cam(60)
    cases, done = _done(told)
    story = _one(alone, "late_afternoon")
    assert story.demand == "copies"
    rough = {
        told.filing_case[row.filing]
        for row in told.rows
        if row.outcome == Outcome.SENT_BACK or row.kind == Spell.ELSEWHERE
    }
    nearest = min(
        abs(int(cases.arrival[row]) % 86_400_000 - 58_800_000)
        for row in done.tolist()
        if cases.demand[row] == 0
        and not cases.online[row]
        and int(cases.place[row]) not in rough
        and told.calendar.date(int(cases.arrival[row]) // 86_400_000).weekday() < 4
        and 15 <= int(cases.arrival[row]) % 86_400_000 / 3_600_000 <= 17
    )
    assert abs(story.arrived - 58_800) == pytest.approx(nearest / 1000, abs=1)


def test_the_same_person_comes_at_the_same_moment_under_every_scenario() -> None:
    for story in stories.small_days().stories:
        assert list(story.lives) == list(stories.small_days().scenes)
        for life in story.lives.values():
            began = [span.begin for span in life.spans] + [stay.came for stay in life.stays]
            assert min(began) == story.arrived


def test_cases_are_told_once_with_the_weightiest_reasons_first() -> None:
    told = stories.small_days().stories
    order = get_args(Reason)
    weights = [[order.index(reason) for reason in story.reasons] for story in told]
    assert all(own == sorted(own) for own in weights)
    assert [own[0] for own in weights] == sorted(own[0] for own in weights)
    assert len({story.case for story in told}) == len(told) <= 24 + 5
    assert {"median", "p90", "late_afternoon", "example"} <= {r for s in told for r in s.reasons}


def test_nobody_told_gains_or_loses_more_than_who_is_said_to() -> None:
    days = stories.small_days()

    def changes(story: Story) -> list[float]:
        base, *others = story.lives.values()
        return [_hours(other) - _hours(base) for other in others]

    gains = changes(_one(days, "most_gained"))
    assert min(gains) < 0
    assert min(gains) == min(min(changes(story)) for story in days.stories)
    assert max(max(changes(s)) for s in days.stories) == max(changes(_one(days, "most_lost")))


def test_as_many_people_are_said_to_be_compared_as_were() -> None:
    days = stories.small_days()
    # 150 spread over the days, 25 each near the median, the 90th percentile and 16:20, and four for
    # each of 24 examples; many of them are the same.
    assert 150 < days.compared <= 150 + 3 * 25 + 24 * 4


def test_both_engines_tell_the_same() -> None:
    assert stories.replicated(4).story == stories.replicated(4, engine=SIMPY).story


def test_another_baseline_is_told_first_and_changes_no_other_result() -> None:
    usual, other = stories.replicated(4), stories.replicated(4, baseline="delegated")
    assert usual.story is not None
    assert other.story is not None
    assert next(iter(other.story.scenes)) == "delegated"
    assert next(iter(usual.story.scenes)) == "baseline"
    assert other.cases == usual.cases
    assert other.events == usual.events
    assert list(other.found) == list(usual.found)
    for name, (summary, _) in usual.found.items():
        assert pickle.dumps(other.found[name][0]) == pickle.dumps(summary)


def test_only_the_first_replication_tells() -> None:
    assert stories.replicated(2, replication=1).story is None


def test_an_office_to_which_nobody_comes_has_a_day_and_no_stories(tmp_path: Path) -> None:
    raw = every_key.office(every_key.comes(tmp_path, "29 09:00"))
    run = every_key.Told(raw, tmp_path)
    days = _told([Reading(run.log, run.layout, 1)])
    assert days.stories == ()
    assert days.scenes["0"].tracks == ()
    assert days.scenes["0"].sessions == ((8 * 3600, 12 * 3600), (13 * 3600, 17 * 3600))


def test_who_is_not_in_every_scenario_is_told_only_where_nobody_else_would_do() -> None:
    raw = every_key.office({"id": "people", "needs": ["permit"], "per_day": 4})
    fewer = every_key.office({"id": "people", "needs": ["permit"], "per_day": 2})
    readings = []
    for content in (raw, fewer):
        runs = OfficeRuns(Office.model_validate(content), 20, 0)
        readings.append(Reading(runs.run(1, 0), runs.layout, 1))
    days = _told(readings)
    assert set(_one(days, "median").lives) == {"0", "1"}
