"""Erlang C: values that are known, and waits by hour."""

from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calibrate.erlang import erlang_c, hourly_waits
from sim.calibrate.ticket_days import TeamDays
from tests.lines import Ticket, made, opened
from tests.ticket_frames import workdays


@given(load=st.floats(0.001, 0.999))
def test_with_one_server_the_chance_of_waiting_is_the_load(load: float) -> None:
    assert erlang_c(1, load) == pytest.approx(load)


@pytest.mark.parametrize(
    ("servers", "offered", "chance"),
    # By hand: a^c / c! * c / (c - a) over that and the sum of a^k / k! below c.
    [(2, 1.0, 1 / 3), (3, 2.0, 4 / 9), (2, 1.8, 16.2 / 19), (4, 3.0, 13.5 / 26.5)],
)
def test_the_chance_of_waiting_is_the_textbook_value(
    servers: int, offered: float, chance: float
) -> None:
    assert erlang_c(servers, offered) == pytest.approx(chance)


def test_a_thousand_servers_do_not_overflow() -> None:
    assert 0 < erlang_c(1000, 950) < 1


@given(servers=st.integers(1, 40), share=st.floats(0.01, 0.98))
def test_more_load_waits_more_and_more_servers_wait_less(servers: int, share: float) -> None:
    offered = servers * share
    here = erlang_c(servers, offered)
    assert 0 <= here <= 1
    assert erlang_c(servers, offered * 1.01) > here
    assert erlang_c(servers + 1, offered) < here


def hours(a_day: list[int], staff: tuple[tuple[float, int], ...] = ((480, 1),)) -> TeamDays:
    """Return a day with so many tickets in its hours from eight on."""
    tickets = [
        Ticket("a", 480 + 60 * hour + (i + 0.5) * 59 / number)
        for hour, number in enumerate(a_day)
        for i in range(number)
    ]
    return made(tickets, opened(*staff))


def test_waits_are_quantiles_of_the_stationary_wait_of_their_hour() -> None:
    # One server at load a: P(W > t) = a exp(-(1 - a) t / mean).
    found, overloaded = hourly_waits(hours([40]), np.array([0.9]))
    above = 1 - (np.arange(40) + 0.5) / 40
    load = 0.6
    expected = [max(log(load / share), 0) * 0.9 / (1 - load) for share in above]
    assert overloaded == 0
    assert found == pytest.approx(expected)
    assert exp(-0.4 / 0.9 * found[-1]) * load == pytest.approx(above[-1])


def test_the_mean_of_many_is_the_mean_wait_of_theory() -> None:
    found, _ = hourly_waits(hours([4000], ((480, 3),)), np.array([0.036]))
    offered = 2.4
    mean = erlang_c(3, offered) * 0.036 / (3 - offered)
    assert found.mean() == pytest.approx(mean, rel=0.01)


def test_hours_differ_and_days_too() -> None:
    dates = workdays(2)
    tickets = [Ticket("a", 480 + 2 * i, None, dates[0]) for i in range(30)]
    tickets += [Ticket("a", 540 + 6 * i, None, dates[0]) for i in range(10)]
    tickets += [Ticket("a", 480 + 6 * i, None, dates[1]) for i in range(10)]
    found, _ = hourly_waits(made(tickets, opened((480, 1), dates=dates)), np.array([1.6]))
    assert found[:30].mean() > 3 * found[30:40].mean()
    assert found[30:40] == pytest.approx(found[40:])


def test_overloaded_hours_are_counted_and_taken_for_almost_full() -> None:
    days = hours([50, 5, 80])
    found, overloaded = hourly_waits(days, np.array([1.5]))
    assert overloaded == 2
    assert np.isfinite(found).all()
    assert found[:50].mean() == pytest.approx(0.99 * 1.5 / 0.01, rel=0.05)


def test_counters_of_an_hour_are_their_mean_rounded_and_at_least_one() -> None:
    quiet = np.array([1.0])
    two, _ = hourly_waits(hours([40], ((480, 2),)), quiet)
    rising, _ = hourly_waits(hours([40], ((480, 1), (505, 3))), quiet)
    none, _ = hourly_waits(hours([40], ((480, 0),)), quiet)
    one, _ = hourly_waits(hours([40]), quiet)
    assert rising == pytest.approx(two)
    assert none == pytest.approx(one)
    assert two.mean() < one.mean()


def test_queues_of_one_team_share_their_hour() -> None:
    tickets = [Ticket("a" if i % 2 else "b", 480 + i) for i in range(60)]
    days = made(tickets, opened((480, 1)), queues=("a", "b"))
    found, overloaded = hourly_waits(days, np.array([0.4, 1.2]))
    assert overloaded == 0
    assert found.mean() == pytest.approx(0.8 * 0.8 / 0.2, rel=0.1)
