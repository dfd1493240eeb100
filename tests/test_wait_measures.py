"""Measures, distances and charts of waits, on runs made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.calibrate.replayed import Run
from sim.calibrate.wait_measures import (
    charts,
    distance,
    is_wide,
    judged,
    measured,
    part,
    plain_distances,
    simulated_distance,
    waits,
)
from sim.clock import MINUTE_MS

Row = tuple[int, int, float, float]
NEVER = float("nan")


def run(*rows: Row) -> Run:
    """Return tickets of (day, queue, came, waited) in minutes; NEVER for one never called."""
    day, queue, came, wait = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    called = (came + wait) * MINUTE_MS
    return Run(day.astype(np.int64), queue.astype(np.int64), came * MINUTE_MS, called, wait, called)


SEEN = run((0, 0, 500, 10), (0, 1, 502, 2), (0, 0, 720, 5), (1, 0, 600, 20), (1, 1, 700, 30))


def by_name(seen: Run, own: list[Run], drawn: list[Run], days: int = 2) -> dict[str, float]:
    return {m.name: m.observed for m in measured(seen, own, drawn, days)}


def test_measures_of_a_record_by_hand() -> None:
    found = by_name(SEEN, [SEEN], [SEEN])
    assert found == {
        "mean wait": pytest.approx(67 / 5),
        "90th percentile of the wait": pytest.approx(20 + 0.6 * 10),
        "median wait": 10,
        # Two at 502 on the first day, one on the second; called by noon: 2, and 1 at 620.
        "most people waiting, a day": 1.5,
        "called by noon, a day": 1.5,
    }


def test_who_was_never_called_waited_longer_than_any_day_and_stands_in_line_till_midnight() -> None:
    seen = run((0, 0, 500, NEVER), (0, 0, 1000, NEVER), (0, 0, 1010, 1))
    found = by_name(seen, [seen], [seen], days=1)
    assert found["median wait"] == 600
    assert found["most people waiting, a day"] == 3
    assert found["called by noon, a day"] == 0


def test_whoever_comes_as_another_is_called_is_no_longer_line() -> None:
    seen = run((0, 0, 500, 10), (0, 0, 510, 10), (0, 0, 520, 10))
    assert by_name(seen, [seen], [seen], days=1)["most people waiting, a day"] == 1


def test_the_mean_is_of_the_offices_numbers_and_the_interval_of_drawn_ones() -> None:
    own = [run((0, 0, 500, wait)) for wait in (4.0, 6.0)]
    drawn = [run((0, 0, 500, float(wait))) for wait in range(101)]
    first = measured(run((0, 0, 500, 50)), own, drawn, 1)[0]
    assert first.mean == 5
    assert (first.low, first.high) == (pytest.approx(2.5), pytest.approx(97.5))
    assert first.inside == "inside"


@pytest.mark.parametrize(
    ("own", "inside"), [(9.9, "below"), (10, "inside"), (20, "inside"), (20.1, "above")]
)
def test_a_verdict_says_on_which_side_the_observed_lies(own: float, inside: str) -> None:
    found = judged("mean wait", "minutes", own, (15, 10, 20))
    assert found.inside == inside
    assert found.says == (
        "as predicted" if inside == "inside" else f"observed lies {inside} what was simulated"
    )


def test_an_interval_that_holds_anything_is_no_success() -> None:
    assert "too wide" in judged("mean wait", "minutes", 10, (15, 1, 20)).says
    assert is_wide(10, 1, 20)
    assert not is_wide(10, 1, 15.9)
    assert not is_wide(0.5, 0, 9), "a few minutes are never wide"


def test_some_tickets_of_a_run() -> None:
    found = part(SEEN, SEEN.queue == 1)
    assert found.wait.tolist() == [2, 30]
    assert found.came.tolist() == [502 * MINUTE_MS, 700 * MINUTE_MS]
    assert found.day.tolist() == [0, 1]
    assert len(found.served) == len(found.called) == len(found.queue) == 2


# --- distances ---


def test_the_distance_of_samples_is_the_area_between_their_distributions() -> None:
    assert distance(np.array([1.0, 2.0]), np.array([1.0, 2.0])) == 0
    assert distance(np.array([0.0, 10.0]), np.array([5.0])) == 5
    assert distance(np.array([1.0, 3.0]), np.array([2.0, 4.0])) == 1
    weighted = distance(np.array([0.0]), np.array([0.0, 8.0]), np.array([3.0, 1.0]))
    assert weighted == 2


def test_the_simulations_distance_takes_all_replications_together() -> None:
    seen = run((0, 0, 500, 0), (0, 0, 501, 10))
    runs = [run((0, 0, 500, value), (0, 0, 501, value)) for value in (0.0, 10.0)]
    found = simulated_distance(seen, runs)
    assert found.value == 0, "together they are what was seen"
    assert (found.low, found.high) == (5, 5), "each alone is 5 minutes off"


def test_the_fitted_days_and_their_mean_are_forecasts_too() -> None:
    seen = run((0, 0, 500, 0), (0, 0, 501, 10))
    themselves, point = plain_distances(seen, np.array([0.0, 10.0]))
    assert (themselves.value, point.value) == (0, 5)
    assert plain_distances(seen, None) == []
    assert plain_distances(seen, np.array([])) == []


# --- charts ---


def test_charts_show_waits_by_hour_their_distribution_and_the_line() -> None:
    by_hour, distribution, line = charts("p", SEEN, [SEEN, SEEN], None, 2)
    assert [chart.id for chart in (by_hour, distribution, line)] == [
        "p_by_hour", "p_distribution", "p_line",
    ]  # fmt: skip
    simulated, observed = by_hour.curves
    assert observed.x == (8, 10, 11, 12)
    assert observed.y == (6, 20, 30, 5)
    assert simulated.y == simulated.low == simulated.high == observed.y
    for chart in (distribution, line):
        assert chart.curves[0].y == chart.curves[1].y


def test_the_distribution_rises_from_no_one_to_nearly_all() -> None:
    _, distribution, _ = charts("p", SEEN, [SEEN], np.array([1.0, 2.0]), 2)
    _, observed, fitted = distribution.curves
    assert observed.y[0] == 0
    assert observed.y[-1] >= 0.8
    assert list(observed.y) == sorted(observed.y)
    assert fitted.y[-1] == 1


def test_the_line_over_the_day_counts_who_came_and_was_not_called() -> None:
    seen = run((0, 0, 480, 60), (0, 0, 500, 60), (1, 0, 510, 10))
    _, _, line = charts("p", seen, [seen], None, 2)
    _, observed = line.curves
    at = dict(zip(observed.x, observed.y, strict=True))
    assert at[8.0] == 0.5
    assert at[8.5] == 1.5
    assert at[9.0] == 0.5
    assert at[9.5] == 0


def test_people_simulated_to_come_at_other_hours_leave_the_others_out() -> None:
    early = run((0, 0, 430, 5), (1, 0, 600, 5))
    by_hour, _, _ = charts("p", SEEN, [early], None, 2)
    simulated, observed = by_hour.curves
    assert observed.x == (8, 10, 11, 12)
    assert (simulated.x, simulated.y) == ((10,), (5,))


def test_waits_of_a_run() -> None:
    assert waits(run((0, 0, 500, 3), (0, 0, 500, NEVER))).tolist() == [3, 600]
