"""In what order counters that share queues call them: what is tried, and what is found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.calibrate.disciplines import Discipline, disciplines
from sim.calibrate.line import Model, simulated_waits
from sim.calibrate.ticket_days import TeamDays, luck_of
from sim.calibrate.waits import _chosen, _Fit, fit_waits
from tests.lines import made, opened, random_tickets
from tests.ticket_frames import workdays

PROFILE = ((480, 2), (600, 3), (840, 2))


def days_of(a_day: dict[str, int], *, counters: int = 3, days: int = 1) -> TeamDays:
    dates = workdays(days)
    tickets = random_tickets(np.random.default_rng(3), a_day, dates=dates)
    staff = opened((480, 1), (500, counters), dates=dates)
    return made(tickets, staff, queues=tuple(a_day))


# --- what is tried ---


def test_one_queue_is_one_line() -> None:
    (only,) = disciplines(days_of({"a": 100}))
    assert (only.name, only.first, only.own, only.apart) == ("one line", -1, (0,), (0,))


def test_a_queue_of_which_little_is_seen_is_in_the_line_of_the_others() -> None:
    assert len(disciplines(days_of({"a": 100, "b": 19}))) == 1, "too few a day"
    assert len(disciplines(days_of({"a": 300, "b": 40}))) == 1, "too small a share"
    assert len(disciplines(days_of({"a": 100, "b": 50}))) > 1


def test_one_counter_alone_cannot_prefer_for_the_others() -> None:
    assert len(disciplines(days_of({"a": 100, "b": 100}, counters=1))) == 1


def test_one_line_comes_first_and_then_counters_of_each_busy_queue() -> None:
    tried = disciplines(days_of({"a": 60, "b": 50, "c": 5}))
    assert [each.name for each in tried] == [
        "one line",
        "1 counter calls a first",
        "2 counters call a first",
        "1 counter calls b first",
        "2 counters call b first",
    ]
    assert tried[0].own == (0, 0, 0)
    assert tried[1].own == (1, 0, 0)
    assert tried[3].own == (0, 1, 0)
    assert {each.apart for each in tried} == {(0, 1, -1)}, "all are held against the same"
    assert [each.groups for each in tried] == [1, 2, 2, 2, 2]


def test_not_all_counters_and_never_more_than_three_are_a_queues_own() -> None:
    counts = [each.members for each in disciplines(days_of({"a": 60, "b": 50}, counters=9))[1:]]
    assert counts == [1, 2, 3] * 2
    assert [d.members for d in disciplines(days_of({"a": 60, "b": 50}, counters=2))[1:]] == [1, 1]


def test_ranks_of_one_line_are_all_alike() -> None:
    one = Discipline("one line", -1, 0, (0, 0), (0, 1))
    assert one.rank(3).tolist() == [[0, 0]] * 3


def test_own_counters_call_their_queue_first_and_the_others_call_it_last() -> None:
    two = Discipline("2 counters call b first", 1, 2, (0, 1, 0), (0, 1, 2))
    assert two.rank(4).tolist() == [[1, 0, 1], [1, 0, 1], [0, 1, 0], [0, 1, 0]]
    assert two.rank(1).tolist() == [[1, 0, 1]], "the own counters are the last to leave"


# --- what is found ---

ONE_LINE = Discipline("one line", -1, 0, (0, 0), (0, 1))
OWN_FIRST = Discipline("1 counter calls b first", 1, 1, (0, 1), (0, 1))


def log_of(truth: Discipline, seed: int) -> TeamDays:
    """Return days on which a team called its queues so, with waits as recorded to the minute."""
    dates = workdays(5)
    generator = np.random.default_rng(seed)
    tickets = random_tickets(generator, {"a": 115, "b": 35}, dates=dates, since=8 * 60)
    days = made(tickets, opened(*PROFILE, dates=dates), queues=("a", "b"))
    means = np.log([7.6, 9.0][: truth.groups])
    model = Model(truth.rank(3), np.array(truth.own), np.array([*means, 0.7, 0.1, 0.0]))
    luck = luck_of(days, truth.groups, 1, seed)
    wait = simulated_waits(days.days, luck, model)[0]
    counted = np.ones(len(wait), dtype=np.bool_)
    return replace(days, wait=wait, days=days.days._replace(counted=counted))


@pytest.fixture
def no_posterior(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the posterior of the chosen order's parameters, which is most of the time."""
    monkeypatch.setattr(_Fit, "full", lambda fit: np.ones((2, fit.discipline.groups + 3)))


def test_another_order_is_taken_only_where_it_is_plainly_better() -> None:
    tried = [ONE_LINE, OWN_FIRST]
    for better, first in ((-3.0, ONE_LINE), (0.0, ONE_LINE), (5.0, ONE_LINE), (7.0, OWN_FIRST)):
        likelihoods = {ONE_LINE.name: -50.0, OWN_FIRST.name: -50.0 + better}
        assert _chosen(tried, likelihoods) is first
    assert _chosen([ONE_LINE], {}) is ONE_LINE


def test_a_counter_that_calls_one_queue_first_is_found(no_posterior: None) -> None:
    found = fit_waits(log_of(OWN_FIRST, 3))
    assert found.discipline.first >= 0
    assert found.discipline.groups == 2
    likelihoods = found.log_likelihoods
    assert likelihoods[OWN_FIRST.name] > likelihoods["one line"] + 6
    # Which of the counters has which queue waits hardly tell: the truth is not plainly worse.
    assert likelihoods[OWN_FIRST.name] > max(likelihoods.values()) - 6


def test_one_line_stays_one_line(no_posterior: None) -> None:
    found = fit_waits(log_of(ONE_LINE, 2))
    assert found.discipline.name == "one line"
    assert set(found.log_likelihoods) == {each.name for each in disciplines(found.days)}
