"""What sets recorded days apart from the model of them: said when it is so, and else not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.calibrate.line import Model, simulated_waits
from sim.calibrate.misses import mean_minutes, rank_of, reasons
from sim.calibrate.replayed import Together
from sim.calibrate.ticket_days import TeamDays, luck_of
from sim.clock import MINUTE_MS
from sim.office import Office
from tests.lines import content, made, opened, random_tickets
from tests.ticket_frames import workdays

MEAN, CV = 6.0, 0.2
STAFF = ((480, 2), (600, 3), (840, 2))


def together(raw: dict[str, Any] | None = None) -> Together:
    office = Office.model_validate(raw or even(["a"]))
    return Together(office, {demand.id: demand.id for demand in office.demands})


def even(queues: list[str], **more: Any) -> dict[str, Any]:
    """Return an office whose visits take nearly the same time."""
    raw = content(queues, **more)
    for procedure in raw["procedures"]:
        procedure["steps"][0]["minutes"] = {"lognormal": {"mean": MEAN, "cv": CV}}
    return raw


def log(slower: float = 1.0, *, days: int = 6, a_day: int = 200, seed: int = 1) -> TeamDays:
    """Return days on which everything was as the office has it, or took that much longer."""
    dates = workdays(days)
    tickets = random_tickets(np.random.default_rng(seed), {"a": a_day}, dates=dates, since=480)
    found = made(tickets, opened(*STAFF, dates=dates))
    model = Model(
        np.zeros((3, 1), np.int64),
        np.zeros(1, np.int64),
        np.array([np.log(MEAN * slower), CV, 0.0, 0.0]),
    )
    return called(found, simulated_waits(found.days, luck_of(found, 1, 1, seed), model)[0])


def called(days: TeamDays, wait: np.ndarray) -> TeamDays:
    counted = np.ones(len(wait), dtype=np.bool_)
    return replace(days, wait=wait, days=days.days._replace(counted=counted))


def pace(said: tuple[str, ...]) -> list[float]:
    """Return the factors that are said: of all days, and of each."""
    sentence = next(each for each in said if "minutes at the counter were" in each)
    return [float(number) / 100 for number in re.findall(r"(\d+)%", sentence)]


def test_minutes_that_were_a_third_longer_are_said_to_be() -> None:
    found, *each = pace(reasons(together(), log(1.3)))
    # A day's total of 200 visits of this spread is known to 2%, that of six days to 1%.
    sd = CV / np.sqrt(200)
    assert found == pytest.approx(1.3, rel=3.5 * sd / np.sqrt(6))
    assert len(each) == 6
    assert np.array(each) == pytest.approx(1.3, rel=3.5 * sd)


def test_days_like_the_office_are_said_to_have_its_minutes() -> None:
    said = [sentence for sentence in reasons(together(), log()) if "minutes at the" in sentence]
    for number in pace(tuple(said)) if said else [1.0]:
        assert number == pytest.approx(1.0, rel=3.5 * CV / np.sqrt(200))


def test_waits_beyond_all_that_was_tried_are_said_to_be_that() -> None:
    days = log()
    never = called(days, np.full(len(days.wait), 500.0))
    assert any("over 246%" in sentence for sentence in reasons(together(), never))
    at_once = called(days, np.zeros(len(days.wait)))
    assert any("under 41%" in sentence for sentence in reasons(together(), at_once))


def test_neither_bursts_nor_pauses_nor_counters_not_noted_where_there_are_none() -> None:
    said = " ".join(reasons(together(), log()))
    assert "far more people were called" not in said
    assert "far fewer" not in said
    assert "before any counter" not in said


def at(days: TeamDays) -> np.ndarray:
    """Return when each was called, in minutes after midnight."""
    return days.days.arrived_mid / MINUTE_MS + days.wait


def recalled(days: TeamDays, moments: np.ndarray) -> TeamDays:
    return called(days, moments - days.days.arrived_mid / MINUTE_MS)


def test_calls_that_nobody_answers_are_seen_as_bursts() -> None:
    days = log(1.2)
    moments = at(days)
    # Twice a day all who were called within an hour are called in one minute.
    for begin in (600, 780):
        inside = (moments >= begin) & (moments < begin + 60)
        moments[inside] = begin + 61
    assert any(
        "far more people were called" in s for s in reasons(together(), recalled(days, moments))
    )


def test_an_hour_without_calls_though_people_wait_is_seen_as_a_pause() -> None:
    days = log(1.2)
    moments = at(days)
    for begin in (630, 750):
        inside = (moments >= begin) & (moments < begin + 60)
        moments[inside] = begin + 60 + (moments[inside] - begin) / 10
    said = reasons(together(), recalled(days, moments))
    (found,) = [sentence for sentence in said if "far fewer" in sentence]
    # 6 days of 32 to 35 quarters of an hour each, of which 8 are pauses.
    share = int(re.findall(r"In (\d+)%", found)[0]) / 100
    assert 0.15 < share < 0.4


def test_that_hardly_anybody_comes_is_no_pause() -> None:
    days = log(a_day=20)
    said = reasons(together(), called(days, np.zeros(len(days.wait))))
    assert not [sentence for sentence in said if "far fewer" in sentence]


def test_people_called_before_any_counter_was_noted_are_counted() -> None:
    dates = workdays(2)
    tickets = random_tickets(np.random.default_rng(1), {"a": 60}, dates=dates, since=480)
    days = made(tickets, opened((480, 0), (600, 2), dates=dates))
    wait = np.ones(len(days.wait))
    early = int((at(called(days, wait)) < 600).sum())
    assert f"{early} people were called before any counter" in " ".join(
        reasons(together(), called(days, wait))
    )


def test_mean_minutes_are_those_of_each_queues_first_step_with_the_visitor() -> None:
    raw = even(["a", "b"])
    raw["procedures"][1]["steps"][0]["minutes"] = {"constant": 11.0}
    assert mean_minutes(together(raw)) == pytest.approx([MEAN, 11.0])


@pytest.mark.parametrize(
    ("own_first", "ranks"),
    [(0, [[0, 0]] * 3), (1, [[0, 1], [1, 0], [1, 0]]), (2, [[0, 1], [0, 1], [1, 0]])],
)
def test_ranks_are_those_of_the_offices_teams(own_first: int, ranks: list[list[int]]) -> None:
    raw = even(["a", "b"], own_first=own_first)
    tickets = random_tickets(np.random.default_rng(1), {"a": 30, "b": 30})
    days = made(tickets, opened(*STAFF), queues=("a", "b"))
    assert rank_of(together(raw), days).tolist() == ranks


def test_a_team_that_does_not_do_a_queue_never_takes_it() -> None:
    raw = even(["a", "b"], own_first=1)
    raw["teams"][0]["roles"] = ["a"]
    tickets = random_tickets(np.random.default_rng(1), {"a": 30, "b": 30})
    days = made(tickets, opened(*STAFF), queues=("a", "b"))
    assert rank_of(together(raw), days).tolist() == [[0, -1], [1, 0], [1, 0]]
