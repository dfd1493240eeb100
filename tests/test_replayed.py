"""Recorded days run by the engine: every ticket in every run, with the counters that were open."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.calibrate.replayed import Replay, Run, Together, observed, split
from sim.calibrate.staff import Opened
from sim.calibrate.ticket_days import TeamDays
from sim.clock import MINUTE_MS
from sim.office import Office
from tests.lines import MONDAY, Ticket, content, made, opened, random_tickets
from tests.ticket_frames import workdays

Raw = dict[str, Any]
SIX = {"constant": 6.0}


def together(raw: Raw) -> Together:
    office = Office.model_validate(raw)
    return Together(office, {demand.id: demand.id for demand in office.demands})


def lines(queues: list[str], minutes: Raw = SIX, **more: Any) -> Raw:
    raw = content(queues, **more)
    for procedure in raw["procedures"]:
        procedure["steps"][0]["minutes"] = minutes
    return raw


def replay(raw: Raw, days: TeamDays, staff: Opened, **more: Any) -> list[Run]:
    return Replay(together(raw), days, staff, **more).runs(2, 1)[0]


def exact(days: TeamDays) -> TeamDays:
    """Return days whose times are known to the millisecond."""
    middle = days.low.astype(np.float64)
    return replace(days, high=days.low, days=days.days._replace(step=1, arrived_mid=middle))


def minutes(run: Run) -> list[float]:
    """Return when service began, in minutes after midnight."""
    return [float(each) for each in run.served / MINUTE_MS]


# --- parts of an office ---


def apart(**roles: list[str]) -> Office:
    """Return an office of queues a, b, c, whose steps need roles of the same names, and teams."""
    raw = lines(["a", "b", "c"], own_first=1)
    raw["teams"] = [
        {"id": name, "staff": 1, "roles": list(own), "closing": "finish queue"}
        for name, own in roles.items()
    ]
    return Office.model_validate(raw)


def parts(office: Office) -> list[tuple[list[str], list[str]]]:
    return [
        ([team.id for team in part.teams], [demand.id for demand in part.demands])
        for part in split(office)
    ]


def test_teams_without_a_role_in_common_are_offices_of_their_own() -> None:
    found = parts(apart(one=["a"], two=["b"], three=["c"]))
    assert found == [(["one"], ["a"]), (["two"], ["b"]), (["three"], ["c"])]


def test_teams_that_share_a_role_stay_together_whatever_their_order() -> None:
    assert parts(apart(one=["a"], two=["b"], three=["a", "c"])) == [
        (["two"], ["b"]),
        (["one", "three"], ["a", "c"]),
    ]
    assert parts(apart(one=["a"], two=["b", "c"], three=["a", "b"])) == [
        (["one", "two", "three"], ["a", "b", "c"])
    ]


def test_parts_hold_what_they_need_and_nothing_else() -> None:
    office = apart(one=["a"], two=["b", "c"])
    first, second = split(office)
    assert [procedure.id for procedure in first.procedures] == ["a"]
    assert [procedure.id for procedure in second.procedures] == ["b", "c"]


def test_a_team_for_which_nobody_comes_is_no_part() -> None:
    raw = lines(["a"])
    raw["teams"].append({"id": "archive", "staff": 1, "roles": ["file"]})
    raw["procedures"].append(
        {"id": "idle", "steps": [{"id": "file", "role": "file", "minutes": 1}]}
    )
    (only,) = split(Office.model_validate(raw))
    assert [team.id for team in only.teams] == ["all"]


# --- tickets ---


def test_every_ticket_is_there_in_every_run_when_it_came() -> None:
    dates = [workdays(4)[place] for place in (0, 1, 3)]
    tickets = random_tickets(np.random.default_rng(2), {"a": 40, "b": 20}, dates=dates)
    # The last comes as the office closes: a ticket that was taken counts.
    tickets += [Ticket("a", 16 * 60 + 3, None, date) for date in dates]
    staff = opened((480, 2), dates=dates)
    days = made(tickets, staff, queues=("a", "b"))
    raw = lines(["a", "b"])
    raw["calendar"]["last_ticket"] = 45.0
    own, drawn = Replay(together(raw), days, staff).runs(3, 1)
    assert (len(own), len(drawn)) == (3, 3)
    for run in own + drawn:
        assert np.array_equal(run.came, days.days.arrived_mid)
        assert np.array_equal(run.queue, days.days.queue)
        assert np.bincount(run.day).tolist() == [61, 61, 61]
        assert not np.isnan(run.wait).any()


def test_people_arrive_within_what_is_known_of_them() -> None:
    tickets = [
        Ticket("a", (500 + 20 * i, 510 + 20 * i), (520 + 20 * i, 525 + 20 * i)) for i in range(20)
    ]
    staff = opened((480, 3))
    days = made(tickets, staff)
    none = {"grid": np.zeros(0, np.int64), "grid_first": np.zeros(2, np.int64), "step": 1}
    runs = replay(lines(["a"]), replace(days, days=days.days._replace(**none)), staff)
    began = np.array([minutes(run) for run in runs])
    low = 500 + 20 * np.arange(20)
    assert (began >= low).all()
    assert (began <= low + 10 + 1e-3).all()
    assert (began[0] != began[1]).any(), "each run has its own"


def test_calls_come_in_the_order_of_tickets() -> None:
    # All within the same ten minutes: whoever comes first in a run is the first ticket.
    tickets = [Ticket("a", (500, 510), (510 + 5 * i, 515 + 5 * i)) for i in range(12)]
    staff = opened((480, 1))
    days = made(tickets, staff)
    for run in replay(lines(["a"]), days, staff):
        assert minutes(run) == sorted(minutes(run))
        assert (run.came == 505 * MINUTE_MS).all()


def test_calls_are_recorded_as_the_record_does() -> None:
    # To the minute, here: served at 500 and 506, and the middle of these minutes.
    tickets = [Ticket("a", 500, 500), Ticket("a", 501, 506)]
    staff = opened((480, 1))
    run = replay(lines(["a"]), made(tickets, staff), staff)[0]
    assert run.called.tolist() == [500.5 * MINUTE_MS, 506.5 * MINUTE_MS]
    assert run.wait.tolist() == [0.0, 5.0]
    # Between samples: served somewhen from 500 on, six minutes each.
    tickets = [Ticket("a", (499, 500), (500, 505)), Ticket("a", (499, 500), (505, 510))]
    run = replay(lines(["a"]), made(tickets, staff), staff)[0]
    assert 499 <= run.called[0] / MINUTE_MS <= 500, "before all samples: as it is"
    assert run.called[1] == 507.5 * MINUTE_MS


def test_what_was_recorded_as_a_run() -> None:
    tickets = [Ticket("a", (490, 495), (495, 500)), Ticket("b", (490, 495))]
    run = observed(made(tickets, opened((480, 1)), queues=("a", "b")))
    assert run.queue.tolist() == [0, 1]
    assert run.came.tolist() == [492.5 * MINUTE_MS] * 2
    assert run.wait[0] == 5
    assert np.isnan(run.wait[1])
    assert np.isnan(run.called[1])


def test_who_leaves_counts_as_called_when_the_line_passes() -> None:
    raw = lines(["a"], patience={"constant": 10.0}, gives_up_after=1)
    raw["procedures"][0]["steps"][0]["minutes"] = {"constant": 30.0}
    tickets = [Ticket("a", at) for at in (500, 501, 502, 525)]
    staff = opened((480, 1))
    run = replay(raw, exact(made(tickets, staff)), staff)[0]
    # The second and third are gone after ten minutes, and called with the fourth, at 530.
    assert minutes(run) == pytest.approx([500, 530, 530, 530], abs=1e-3)


def test_the_last_who_leave_count_as_called_when_they_left() -> None:
    raw = lines(["a"], patience={"constant": 10.0}, gives_up_after=1)
    raw["procedures"][0]["steps"][0]["minutes"] = {"constant": 30.0}
    staff = opened((480, 1))
    days = made([Ticket("a", 500), Ticket("a", 501)], staff)
    run = replay(raw, exact(days), staff)[0]
    assert minutes(run) == pytest.approx([500, 511], abs=1e-3)


def test_who_left_of_another_queue_or_day_is_not_called_with_the_next_of_these() -> None:
    dates = workdays(2)
    raw = lines(["a", "b"], own_first=1, patience={"constant": 10.0}, gives_up_after=1)
    raw["procedures"][0]["steps"][0]["minutes"] = {"constant": 30.0}
    tickets = [Ticket("a", 500, None, dates[0]), Ticket("a", 501, None, dates[0])]
    tickets += [Ticket("a", 600, None, dates[1]), Ticket("b", 520, None, dates[0])]
    staff = opened((480, 1), dates=dates)
    days = made(tickets, staff, queues=("a", "b"))
    run = replay(raw, exact(days), staff)[0]
    order = [(day, queue) for day, queue in zip(run.day, run.queue, strict=True)]
    assert order == [(0, 0), (0, 0), (0, 1), (1, 0)]
    assert minutes(run) == pytest.approx([500, 511, 530, 600], abs=1e-3)


# --- counters ---


def counters(raw: Raw, days: TeamDays, staff: Opened, tmp_path: Any) -> dict[str, list[int]]:
    """Return the open counters that the engine is given, by team."""
    Replay(together(raw), days, staff)._content(tmp_path)
    rows = (tmp_path / "counters.csv").read_text("utf-8").split()[1:]
    found: dict[str, list[int]] = {}
    for row in rows:
        team, _, _, number = row.split(",")
        found.setdefault(team, []).append(int(number))
    return found


def test_counters_are_shared_out_among_teams_the_first_gets_its_own(tmp_path: Any) -> None:
    raw = lines(["a", "b"], own_first=2)
    staff = opened((480, 1), (600, 4), (700, 2), (720, 3))
    days = made(
        random_tickets(np.random.default_rng(1), {"a": 20, "b": 20}), staff, queues=("a", "b")
    )
    assert counters(raw, days, staff, tmp_path) == {"first": [1, 2, 2, 2], "rest": [0, 2, 0, 1]}


def test_one_team_gets_all_counters(tmp_path: Any) -> None:
    staff = opened((480, 1), (600, 9))
    days = made(random_tickets(np.random.default_rng(1), {"a": 20}), staff)
    assert counters(lines(["a"]), days, staff, tmp_path) == {"all": [1, 9]}


def test_without_a_record_of_counters_the_offices_own_staff_is_there() -> None:
    raw = lines(["a"])
    raw["teams"][0]["staff"] = 2
    days = made([Ticket("a", 500 + i / 100) for i in range(4)], opened((480, 1)))
    known = exact(days)
    assert minutes(replay(raw, known, {})[0]) == pytest.approx([500, 500.01, 506, 506.01], abs=1e-3)
    assert minutes(replay(raw, known, opened((480, 1)))[0]) == pytest.approx(
        [500, 506, 512, 518], abs=1e-3
    )


def test_days_between_that_are_not_compared_are_left_out() -> None:
    dates = [MONDAY, MONDAY + dt.timedelta(days=9)]
    staff = opened((480, 1), dates=dates)
    days = made([Ticket("a", 500, None, date) for date in dates], staff)
    run = replay(lines(["a"]), days, staff)[0]
    assert run.day.tolist() == [0, 1]
    assert run.wait.tolist() == [0.0, 0.0]


def test_simulated_demand_is_the_offices_own() -> None:
    dates = workdays(5)
    staff = opened((480, 3), dates=dates)
    days = made([Ticket("a", 500, None, date) for date in dates], staff)
    runs = replay(lines(["a"]), days, staff, replayed=False)
    numbers = [len(run.came) for run in runs]
    # Fifty a day, Poisson, in two runs of five days.
    assert sum(numbers) == pytest.approx(500, abs=3.5 * np.sqrt(500))
    assert set(runs[0].day.tolist()) == set(range(5))


# --- numbers as the fit leaves them open ---

MEANS = "procedures.a.steps.serve.minutes.lognormal.mean"
OTHER = "procedures.b.steps.serve.minutes.lognormal.mean"
CV = "procedures.a.steps.serve.minutes.lognormal.cv"
PACE = "roles.serve.day_cv"


def open_office(**ranges: list[float]) -> Replay:
    raw = content(["a", "b"]) | {"ranges": ranges, "roles": {"serve": {"day_cv": 0.1}}}
    raw["sources"] = dict.fromkeys(ranges, "made up")
    staff = opened((480, 2))
    tickets = random_tickets(np.random.default_rng(1), {"a": 5, "b": 5})
    return Replay(together(raw), made(tickets, staff, queues=("a", "b")), staff)


def drawn(replay: Replay, number: int = 2000) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(4)
    rows = [replay._values(generator) for _ in range(number)]
    return {path: np.array([row[path] for row in rows]) for path in rows[0]}


def test_numbers_are_drawn_so_that_95_of_100_lie_in_their_interval() -> None:
    found = drawn(open_office(**{MEANS: [5.0, 7.2], PACE: [0.05, 0.15], CV: [0.45, 1.8]}))
    for path, (low, high) in {MEANS: (5, 7.2), PACE: (0.05, 0.15), CV: (0.45, 1.8)}.items():
        inside = np.mean((found[path] >= low) & (found[path] <= high))
        assert inside == pytest.approx(0.95, abs=3.5 * np.sqrt(0.95 * 0.05 / 2000)), path
        assert found[path].min() >= 0
        assert found[path].max() < 4 * high


def test_alike_numbers_move_together_and_others_by_themselves() -> None:
    alike = drawn(open_office(**{MEANS: [5.0, 7.2], OTHER: [5.0, 7.2], CV: [0.45, 1.8]}))
    assert np.array_equal(alike[MEANS], alike[OTHER])
    assert abs(np.corrcoef(alike[MEANS], alike[CV])[0, 1]) < 3.5 / np.sqrt(2000)
    apart = drawn(open_office(**{MEANS: [5.0, 7.2], OTHER: [4.0, 9.0]}))
    assert abs(np.corrcoef(apart[MEANS], apart[OTHER])[0, 1]) < 3.5 / np.sqrt(2000)


def test_only_what_shapes_minutes_is_drawn() -> None:
    found = open_office(**{MEANS: [5.0, 7.2], "demands.a.per_day": [40.0, 60.0]})
    assert set(drawn(found, 2)) == {MEANS}


def test_a_pace_that_may_be_none_is_never_below_nothing_nor_above_one() -> None:
    found = drawn(open_office(**{PACE: [0.0, 0.9]}))[PACE]
    assert found.min() == 0
    assert found.max() <= 1


def test_known_draws_are_taken_row_by_row() -> None:
    base = open_office(**{MEANS: [5.0, 7.2], CV: [0.45, 1.8]})
    draws = {MEANS: np.array([5.0, 6.0, 7.0]), CV: np.array([0.5, 0.9, 1.7])}
    replay = Replay(base.together, base.days, base.opened, draws)
    found = drawn(replay, 200)
    pairs = set(zip(found[MEANS].tolist(), found[CV].tolist(), strict=True))
    assert pairs == {(5.0, 0.5), (6.0, 0.9), (7.0, 1.7)}


def test_without_ranges_drawn_runs_are_the_offices_own() -> None:
    tickets = random_tickets(np.random.default_rng(1), {"a": 60})
    staff = opened((480, 1))
    own, other = Replay(together(content(["a"])), made(tickets, staff), staff).runs(2, 1)
    assert all(np.array_equal(a.wait, b.wait) for a, b in zip(own, other, strict=True))
    assert not np.array_equal(own[0].wait, own[1].wait)


def test_longer_minutes_wait_longer_with_the_same_luck() -> None:
    tickets = random_tickets(np.random.default_rng(1), {"a": 60})
    staff = opened((480, 1))
    raw = content(["a"]) | {"ranges": {MEANS: [5.9, 6.1]}, "sources": {MEANS: "made up"}}
    draws = {MEANS: np.array([9.0])}
    own, other = Replay(together(raw), made(tickets, staff), staff, draws).runs(2, 1)
    assert all(b.wait.mean() > a.wait.mean() for a, b in zip(own, other, strict=True))
