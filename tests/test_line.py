"""The fast replay of lines does what the engine does, and records as a queue machine does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.calibrate.line import UNSERVED_MINUTES, Luck, Model, signs_of_day, simulated_waits
from sim.calibrate.staff import Opened
from sim.calibrate.ticket_days import TeamDays, luck_of
from sim.clock import MINUTE_MS
from tests.lines import (
    Ints,
    Replayed,
    Ticket,
    by_engine,
    content,
    luck_like,
    made,
    opened,
    parameters,
    random_tickets,
)
from tests.ticket_frames import workdays

RISE_AND_FALL = ((480, 1), (510, 3), (600, 1), (660, 2), (700, 0), (715, 2), (840, 3), (900, 2))


def replayed(days: TeamDays, luck: Luck, rank: Ints) -> Ints:
    """Return when each ticket's service begins, in milliseconds, -1 for never."""
    exact = days.days._replace(step=1, grid=np.zeros(0, np.int64), grid_first=0 * days.days.first)
    model = Model(rank, np.zeros(rank.shape[1], np.int64), parameters())
    wait = simulated_waits(exact, luck, model)[0]
    started = np.rint(wait * MINUTE_MS + days.days.arrived_mid - 0.5).astype(np.int64)
    return np.where(wait == UNSERVED_MINUTES, -1, started)


def rank(members: int, queues: int, own_first: int = 0) -> Ints:
    found = np.zeros((members, queues), dtype=np.int64)
    if own_first:
        found[:own_first, 1:] = 1
        found[own_first:, 0] = 1
    return found


def both(
    tickets: list[Ticket], staff: Opened, folder: Path, *, own_first: int = 0, **more: Any
) -> tuple[TeamDays, Replayed, Ints]:
    """Return recorded days, what the engine does, and when service begins in the replay."""
    queues = tuple(sorted({ticket.queue for ticket in tickets}))
    hours = more.pop("hours", ("08:00-16:00",))
    days = made(tickets, staff, queues=queues, hours=hours)
    engine = by_engine(
        content(queues, own_first=own_first, hours=hours, **more), days, staff, folder
    )
    ours = replayed(days, luck_like(days, engine), rank(days.counters, len(queues), own_first))
    return days, engine, ours


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("unit", [1 / MINUTE_MS, 1.0], ids=["distinct moments", "whole minutes"])
@pytest.mark.parametrize(
    ("a_day", "own_first"),
    [({"a": 140}, 0), ({"a": 80, "b": 60}, 0), ({"a": 80, "b": 60}, 1), ({"a": 50, "b": 90}, 2)],
    ids=["one queue", "two queues, one line", "one counter a first", "two counters a first"],
)
def test_service_begins_when_it_does_in_the_engine(
    a_day: dict[str, int], own_first: int, unit: float, seed: int, tmp_path: Path
) -> None:
    dates = workdays(3)
    tickets = random_tickets(np.random.default_rng(seed), a_day, dates=dates, unit=unit)
    staff = opened(*RISE_AND_FALL, dates=dates)
    days, engine, ours = both(tickets, staff, tmp_path, own_first=own_first)
    assert (engine.started >= 0).all()
    assert (engine.started > days.low + 10 * MINUTE_MS).mean() > 0.2, "lines are long"
    assert np.array_equal(ours, engine.started)


def test_who_is_inside_at_closing_is_served_by_who_is_there_then(tmp_path: Path) -> None:
    tickets = random_tickets(np.random.default_rng(4), {"a": 190, "b": 80})
    _, engine, ours = both(tickets, opened((480, 3), (945, 2)), tmp_path)
    assert (engine.started > 16 * 60 * MINUTE_MS).sum() > 20
    assert np.array_equal(ours, engine.started)


def test_nobody_is_called_over_lunch_though_counters_are_noted_open(tmp_path: Path) -> None:
    tickets = random_tickets(np.random.default_rng(6), {"a": 110})
    hours = ("08:00-12:00", "13:00-16:00")
    tickets = [ticket for ticket in tickets if not 720 <= ticket.arrived < 780]
    _, engine, ours = both(tickets, opened((480, 2), (840, 3)), tmp_path, hours=hours)
    at_noon = (engine.started >= 720 * MINUTE_MS) & (engine.started < 780 * MINUTE_MS)
    assert not at_noon.any()
    assert np.array_equal(ours, engine.started)


@pytest.mark.parametrize("own_first", [0, 1])
def test_who_loses_patience_is_passed_over_and_takes_no_time(
    own_first: int, tmp_path: Path
) -> None:
    tickets = random_tickets(np.random.default_rng(8), {"a": 100, "b": 80}, since=8 * 60)
    patience = {"patience": {"exponential": {"mean": 30.0}}, "gives_up_after": 1}
    _, engine, ours = both(
        tickets, opened(*RISE_AND_FALL), tmp_path, own_first=own_first, **patience
    )
    served = engine.started >= 0
    assert served.sum() > 80
    assert (engine.left >= 0).sum() > 30
    assert np.array_equal(ours[served], engine.started[served])
    assert (ours[~served] > engine.left[~served]).all(), "they are called later, and are gone"


# --- hand-made ---


def constant(days: TeamDays, minutes: float, patience: float = np.inf) -> Luck:
    """Return luck under which every service takes so many minutes."""
    tickets = len(days.low)
    run = Replayed(*(np.full(tickets, value) for value in (0, round(minutes * MINUTE_MS), -1)))
    found = luck_like(days, run)
    return found._replace(patience=np.full((1, tickets), patience / 60))


def starts(days: TeamDays, luck: Luck, order: Ints) -> list[float]:
    began = replayed(days, luck, order)
    return [float(each) / MINUTE_MS if each >= 0 else float("nan") for each in began]


def test_counters_take_who_came_first_across_queues() -> None:
    tickets = [Ticket("a", 500), Ticket("a", 502), Ticket("b", 499), Ticket("b", 501)]
    days = made(tickets, opened((510, 1)), queues=("a", "b"))
    assert starts(days, constant(days, 10), rank(1, 2)) == [520, 540, 510, 530]


def test_a_counter_with_a_queue_of_its_own_takes_the_other_only_when_it_is_empty() -> None:
    tickets = [Ticket("a", 500), Ticket("a", 502), Ticket("b", 490), Ticket("b", 491)]
    days = made(tickets, opened((510, 1)), queues=("a", "b"))
    assert starts(days, constant(days, 10), rank(1, 2, own_first=1)) == [510, 520, 530, 540]


def test_a_queue_that_a_member_does_not_do_waits_for_ever() -> None:
    days = made([Ticket("a", 500), Ticket("b", 490)], opened((510, 1)), queues=("a", "b"))
    own = np.array([[0, -1]], dtype=np.int64)
    assert np.array_equal(starts(days, constant(days, 10), own), [510, np.nan], equal_nan=True)


def test_a_counter_that_closes_finishes_whom_it_serves_and_takes_nobody() -> None:
    tickets = [Ticket("a", 500), Ticket("a", 500.5), Ticket("a", 501)]
    days = made(tickets, opened((480, 2), (505, 1)))
    assert starts(days, constant(days, 10), rank(2, 1)) == [500, 500.5, 510]


def test_tickets_that_no_counter_calls_wait_longer_than_any_day() -> None:
    days = made([Ticket("a", 500), Ticket("a", 700)], opened((480, 1), (600, 0)))
    luck = constant(days, 5)
    assert np.array_equal(starts(days, luck, rank(1, 1)), [500, np.nan], equal_nan=True)
    model = Model(rank(1, 1), np.zeros(1, np.int64), parameters())
    assert simulated_waits(days.days, luck, model)[0, 1] == UNSERVED_MINUTES


def test_people_who_left_are_called_all_the_same_and_take_no_time() -> None:
    tickets = [Ticket("a", 500), Ticket("a", 501), Ticket("a", 520)]
    days = made(tickets, opened((480, 1)))
    stay = starts(days, constant(days, 25, patience=60), rank(1, 1))
    left = starts(days, constant(days, 25, patience=20), rank(1, 1))
    assert stay == [500, 525, 550]
    assert left == [500, 525, 525]


def test_each_day_begins_with_empty_lines() -> None:
    dates = workdays(2)
    tickets = [Ticket("a", 500 + i, None, date) for date in dates for i in range(3)]
    days = made(tickets, opened((480, 1), dates=dates))
    assert starts(days, constant(days, 100), rank(1, 1)) == [500, 600, 700] * 2


def waits(days: TeamDays, minutes: float) -> list[float]:
    model = Model(rank(1, 1), np.zeros(1, np.int64), parameters())
    found = simulated_waits(days.days, constant(days, minutes), model)[0]
    return [round(float(wait), 9) for wait in found]


def test_calls_recorded_to_the_minute_are_the_middle_of_their_minute() -> None:
    # Called at 500:00 and 506:20, which is written 08:26; half a minute is added to both.
    tickets = [Ticket("a", 500, 500), Ticket("a", 501, 506)]
    days = made(tickets, opened((480, 1)))
    assert days.days.step == MINUTE_MS
    assert waits(days, 6 + 1 / 3) == [0.0, 5.0]
    assert days.wait.tolist() == [0.0, 5.0]


def test_calls_between_samples_are_the_middle_of_the_samples_around() -> None:
    tickets = [
        Ticket("a", (490, 495), (495, 500)),
        Ticket("a", (490, 495), (500, 505)),
        Ticket("a", (500, 505), (505, 510)),
    ]
    days = made(tickets, opened((480, 1)))
    assert days.days.grid.tolist() == [m * MINUTE_MS for m in (495, 500, 505, 510)]
    assert days.wait.tolist() == [5.0, 10.0, 5.0]
    luck = constant(days, 8)
    luck = luck._replace(arrived=np.array([[494, 494.5, 501]]) * MINUTE_MS)
    luck = luck._replace(arrived=luck.arrived.astype(np.int64))
    model = Model(rank(1, 1), np.zeros(1, np.int64), parameters())
    # Service begins at 494 (before all samples: as it is), 502 and 510 (on a sample: before it).
    assert simulated_waits(days.days, luck, model)[0].tolist() == [1.5, 10.0, 5.0]


def test_luck_is_the_same_for_a_seed_and_keeps_tickets_in_order() -> None:
    tickets = [Ticket("a", (490, 510), (520, 530)) for _ in range(20)]
    tickets += [Ticket("b", (500, 505), (520, 530)) for _ in range(10)]
    days = made(tickets, opened((480, 1)), queues=("a", "b"))
    luck, again = luck_of(days, 2, 5, seed=3), luck_of(days, 2, 5, seed=3)
    assert all(np.array_equal(one, other) for one, other in zip(luck, again, strict=True))
    assert not np.array_equal(luck.arrived, luck_of(days, 2, 5, seed=4).arrived)
    assert (luck.arrived >= days.low).all()
    assert (luck.arrived <= days.high).all()
    for queue in (0, 1):
        assert (np.diff(luck.arrived[:, days.days.queue == queue], axis=1) >= 0).all()
    ordered = np.take_along_axis(luck.arrived, luck.order, axis=1)
    assert (np.diff(ordered, axis=1) >= 0).all()


def test_signs_of_a_day_are_means_the_90th_percentile_and_how_waits_wander() -> None:
    wait = np.array([1.0, 3.0, 10.0, 20.0])
    group, cell = np.array([0, 0, 1, -1]), np.array([16, 16, 17, 20])
    expected = np.zeros(48)
    found = signs_of_day(wait, group, cell, 2, expected)
    # Half hours in order: 2, 10, 20 minutes; steps of 8 and 10 between them.
    told = np.array([2.0, 10.0, 10.0, (8**2 + 10**2) / 2])
    assert found == pytest.approx(np.log1p(told))
    flat = expected.copy()
    flat[[16, 17, 20]] = [2, 10, 20]
    assert signs_of_day(wait, group, cell, 2, flat)[3] == 0.0


def test_the_mean_minutes_are_what_the_model_says_whatever_their_spread() -> None:
    dates = workdays(1)
    tickets = random_tickets(np.random.default_rng(3), {"a": 300}, dates=dates)
    days = made(tickets, opened((480, 1)))
    luck = luck_of(days, 1, 200, seed=1)
    # A single counter with all inside from the beginning: the last waits for all the others.
    luck = luck._replace(arrived=np.full_like(luck.arrived, 480 * MINUTE_MS))
    luck = luck._replace(order=np.tile(np.arange(300), (200, 1)))
    for cv, day_cv in ((0.2, 0.0), (1.5, 0.0), (0.5, 0.3)):
        model = Model(rank(1, 1), np.zeros(1, np.int64), np.array([np.log(0.8), cv, day_cv, 0.0]))
        last = simulated_waits(days.days._replace(step=1), luck, model)[:, -1]
        total = last + (days.days.arrived_mid[-1] - 480 * MINUTE_MS) / MINUTE_MS
        spread = np.sqrt(299 * cv**2 + (299 * day_cv) ** 2) * 0.8
        assert abs(total.mean() - 299 * 0.8) < 3.5 * spread / np.sqrt(200)
        assert total.std() == pytest.approx(spread, rel=3.5 / np.sqrt(2 * 199) * 1.5)
