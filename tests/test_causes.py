"""Where the time goes: every millisecond has one cause, on offices worked out by hand."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.calendar import Ints
from sim.case_table import blocks, measured
from sim.causes import CAUSES
from sim.clock import MINUTE_MS
from sim.log import End, ServiceLog
from sim.replication import OfficeRuns
from sim.summaries import demand_numbers, summarise
from tests.every_key import Told, comes, desk, elsewhere, hand_over, office, procedure, serve, team
from tests.strategies import Example, each_office, examples

HOUR = 60.0
NIGHT = 15 * HOUR
LUNCH = HOUR


def minutes_by_cause(told: Told, case: int = 0) -> dict[str, float]:
    spent = told.cases.causes[:, case] / MINUTE_MS
    return {name: float(m) for name, m in zip(CAUSES, spent, strict=True) if m}


@settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(examples())
def test_causes_add_up_to_turnaround_exactly(example: Example) -> None:
    runs = example.runs()
    cases = measured(runs.run(example.seed, 0), runs.layout).cases
    done = cases.end == End.DONE
    assert np.array_equal(cases.causes.sum(axis=0)[done], (cases.closed - cases.arrival)[done])
    assert (cases.causes >= 0).all()
    assert not cases.causes[:, ~done].any()


@each_office
@given(examples(), st.integers(1, 7))
def test_cases_are_the_same_in_blocks_of_any_size(example: Example, size: int) -> None:
    runs = example.runs()
    log = runs.run(example.seed, 0)
    whole, parts = measured(log, runs.layout), list(blocks(log, runs.layout, size))
    assert [len(part.cases.end) for part in parts[:-1]] == [size] * (len(parts) - 1)
    for name in vars(whole.cases):
        if name != "costs":
            pieces = [getattr(part.cases, name) for part in parts]
            assert np.array_equal(np.concatenate(pieces, axis=-1), getattr(whole.cases, name)), name
    for name in vars(whole.cases.costs):
        money = [getattr(part.cases.costs, name) for part in parts]
        assert np.array_equal(np.concatenate(money), getattr(whole.cases.costs, name)), name
    rows = [size * place + part.dossiers.case_row for place, part in enumerate(parts)]
    assert np.array_equal(np.concatenate(rows), whole.dossiers.case_row)
    for name in ("procedure", "has_deadline", "on_time", "early"):
        flags = [getattr(part.dossiers, name) for part in parts]
        assert np.array_equal(np.concatenate(flags), getattr(whole.dossiers, name)), name
    ages = sorted((age for part in parts for age in part.open_ages_days), reverse=True)
    assert tuple(ages) == whole.open_ages_days


@each_office
@given(examples(), st.integers(1, 7))
def test_summaries_do_not_depend_on_the_size_of_blocks(example: Example, size: int) -> None:
    runs = example.runs()
    log, numbers = runs.run(example.seed, 0), demand_numbers([runs.office])
    whole, (keys, turnaround) = _summarised(log, runs, numbers, len(log.case_end) + 1)
    parts, found = _summarised(log, runs, numbers, size)
    assert whole == parts
    assert np.array_equal(keys, found[0])
    assert np.array_equal(turnaround, found[1])


def _summarised(
    log: ServiceLog, runs: OfficeRuns, numbers: dict[str, int], size: int
) -> tuple[bytes, tuple[Ints, Ints]]:
    summary, outcomes = summarise(log, runs.layout, numbers, size=size)
    return pickle.dumps(summary), (outcomes.keys, outcomes.turnaround_ms)


def test_line_is_time_behind_others(tmp_path: Path) -> None:
    told = Told(office(comes(tmp_path, "1 09:00", "1 09:04")), tmp_path)
    assert minutes_by_cause(told, 0) == {"served": 10}
    assert minutes_by_cause(told, 1) == {"line": 6, "served": 10}


def test_desk_queue_is_time_behind_other_desk_work(tmp_path: Path) -> None:
    steps = [serve(1), desk(30)]
    told = Told(office(comes(tmp_path, "1 09:00", "1 09:01"), steps=steps), tmp_path)
    assert minutes_by_cause(told, 1) == {"served": 1, "desk_queue": 29, "desk_work": 30}


def test_a_night_that_an_absent_signatory_costs_is_not_blamed_on_opening_hours(
    tmp_path: Path,
) -> None:
    teams = [team("serve"), team("write", id="leader", staff={"08:00": 1, "10:00": 0})]
    told = Told(office(comes(tmp_path, "1 14:00"), steps=[serve(), desk()], teams=teams), tmp_path)
    assert minutes_by_cause(told) == {
        "served": 10,
        "staff_away": 170,
        "closed.staff_away": NIGHT,
        "desk_work": 10,
    }


def test_a_night_behind_others_is_closed_desk_queue(tmp_path: Path) -> None:
    steps = [serve(1), desk(60)]
    people = comes(tmp_path, "1 16:00", "1 16:10")
    told = Told(office(people, steps=steps), tmp_path)
    assert minutes_by_cause(told, 1) == {
        "served": 1,
        "desk_queue": 49 + 1,
        "closed.desk_queue": NIGHT,
        "desk_work": 60,
    }


def test_a_night_in_the_midst_of_work_is_closed_work(tmp_path: Path) -> None:
    steps = [serve(5), desk(20)]
    told = Told(office(comes(tmp_path, "1 16:45"), steps=steps), tmp_path)
    assert minutes_by_cause(told) == {"served": 5, "desk_work": 20, "closed.work": NIGHT}


def test_lunch_in_a_line_is_closed_line(tmp_path: Path) -> None:
    told = Told(office(comes(tmp_path, "1 11:50", "1 11:55")), tmp_path)
    assert minutes_by_cause(told, 1) == {"line": 5, "closed.line": LUNCH, "served": 10}


def test_before_opening_is_closed_door(tmp_path: Path) -> None:
    told = Told(office(comes(tmp_path, "1 07:40")), tmp_path)
    assert minutes_by_cause(told) == {"closed.door": 20, "served": 10}


def test_who_is_sent_home_waits_for_the_office_until_it_opens_and_then_for_themselves(
    tmp_path: Path,
) -> None:
    told = Told(office(comes(tmp_path, "1 16:40", "1 16:50"), steps=[serve(30)]), tmp_path)
    spent = minutes_by_cause(told, 1)
    came_again = told.log.visits.came[told.log.visits.number == 2]
    assert spent["line"] == 10
    assert spent["closed.line"] == NIGHT
    assert spent["citizen"] == (int(came_again[0]) - (24 + 8) * 60 * MINUTE_MS) / MINUTE_MS
    assert spent["served"] == 30


def test_resting_runs_in_open_hours_and_its_nights_are_closed_resting(tmp_path: Path) -> None:
    steps = [serve(), desk(rests={"working_days": 1})]
    told = Told(office(comes(tmp_path, "1 16:00"), steps=steps), tmp_path)
    assert minutes_by_cause(told) == {
        "served": 10,
        "resting": 8 * HOUR,
        "closed.resting": NIGHT + LUNCH,
        "desk_work": 10,
    }


def test_elsewhere_runs_round_the_clock(tmp_path: Path) -> None:
    told = Told(office(comes(tmp_path, "1 16:00"), steps=[serve(), elsewhere(1)]), tmp_path)
    assert minutes_by_cause(told) == {"served": 10, "elsewhere": 24 * HOUR}


def test_a_result_kept_back_by_habit_is_held(tmp_path: Path) -> None:
    late = procedure(
        serve(),
        desk(),
        deadline={"within": "same day", "cutoff": "15:00"},
    )
    told = Told(office(comes(tmp_path, "1 15:10"), procedures=[late]), tmp_path)
    assert minutes_by_cause(told) == {
        "served": 10,
        "desk_work": 10,
        "held": 90 + NIGHT,
    }


def test_a_ready_result_not_yet_fetched_is_the_citizens_time(tmp_path: Path) -> None:
    told_later = procedure(serve(), desk(), hand_over(), result="when ready")
    told = Told(office(comes(tmp_path, "1 09:00"), procedures=[told_later]), tmp_path)
    fetched = int(told.log.visits.came[1])
    assert minutes_by_cause(told) == {
        "served": 15,
        "desk_work": 10,
        "citizen": fetched / MINUTE_MS - (9 * HOUR + 20),
    }
