"""Who gains and who loses: groups of the same cases add up to all of them."""

from __future__ import annotations

import numpy as np
import pytest

from sim.calendar import NEVER
from sim.comparison import Estimate, Fare
from sim.experiment import compare
from sim.fares import shares_of
from sim.study import load_study
from sim.summaries import Outcomes, gains
from tests.test_scenarios import SCENARIOS

MINUTE = 60_000


@pytest.fixture(scope="module")
def found():
    study = load_study(SCENARIOS / "drop_cutoff.toml")
    return compare(study.changed(replications=3, days=15, warmup=2))


def of(fares: tuple[Fare, ...], by: str) -> list[Fare]:
    return [fare for fare in fares if fare.by == by]


@pytest.mark.parametrize("by", ["demand", "hour", "priority"])
def test_groups_that_share_no_case_add_up_to_all(found, by):
    for fares in found.fares.values():
        (everybody,) = of(fares, "all")
        groups = of(fares, by)
        assert sum(fare.cases for fare in groups) == pytest.approx(everybody.cases)
        for share in ("better", "unchanged", "worse", "no_result"):
            parts = sum(getattr(fare, share).mean * fare.cases for fare in groups)
            assert parts == pytest.approx(getattr(everybody, share).mean * everybody.cases)


def test_all_of_them_are_the_shares_that_differences_give(found):
    for scenario, fares in found.fares.items():
        (everybody,) = of(fares, "all")
        for share in ("better", "unchanged", "worse", "no_result"):
            assert getattr(everybody, share) == found.differences[scenario][f"{share}_share"]


def test_without_the_cutoff_those_who_come_after_it_gain_most(found):
    hours = {int(fare.group): fare.better.mean for fare in of(found.fares["until_closing"], "hour")}
    assert max(hours, key=hours.__getitem__) >= 15


def ends(share: Estimate) -> tuple[float, float]:
    assert share.low is not None
    assert share.high is not None
    return share.low, share.high


def test_few_cases_that_fare_alike_have_no_certain_share():
    better, unchanged, worse = shares_of(np.array([[0, 2, 0], [0, 1, 0], [0, 0, 0]], dtype=float))
    # Wilson's interval of 3 of 3: from n / (n + z^2) to 1.
    assert ends(unchanged) == (pytest.approx(3 / (3 + 1.959964**2)), 1)
    assert ends(better) == ends(worse) == (0, pytest.approx(1 - 3 / (3 + 1.959964**2)))


def test_intervals_of_few_cases_are_those_of_their_number_not_of_the_replications():
    better, *_ = shares_of(np.array([[1, 1, 0], [1, 1, 0], [1, 1, 0]], dtype=float))
    assert better.mean == 0.5
    assert ends(better) == (pytest.approx(0.18762, abs=1e-5), pytest.approx(0.81238, abs=1e-5))


def test_what_is_true_of_none_of_many_cases_is_not_certain_either():
    *_, worse = shares_of(np.array([[20, 30, 0], [25, 25, 0]], dtype=float))
    assert ends(worse) == (0, pytest.approx(1.959964**2 / (100 + 1.959964**2)))


def test_shares_of_many_cases_reach_from_nothing_to_all_at_most():
    counts = np.array([[1, 99, 0], [0, 90, 10], [0, 100, 0]], dtype=float)
    for share in shares_of(counts):
        low, high = ends(share)
        assert 0 <= low <= share.mean <= high <= 1
        assert low < high


def test_with_one_replication_shares_have_no_intervals():
    assert shares_of(np.array([[1.0, 2.0, 0.0]]))[0] == Estimate(1 / 3, None, None)


def test_cases_are_grouped_by_what_they_are_in_the_baseline():
    keys = np.array([1 << 44, (1 << 44) + 1, 2 << 44])
    base = Outcomes(keys, np.array([10, 10, 10]) * MINUTE, np.array([7 * 2, 8 * 2 + 1, 8 * 2]))
    other = Outcomes(keys, np.array([5, 10, 20]) * MINUTE, np.array([9 * 2, 9 * 2, 9 * 2]))
    groups = gains(base, other, demands=3).groups
    assert groups is not None
    assert groups[:3].tolist() == [[0, 0, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0]]
    assert groups[3 + 7].tolist() == [1, 0, 0, 0]
    assert groups[3 + 8].tolist() == [0, 1, 1, 0]
    assert groups[3 + 24 :].tolist() == [[1, 0, 1, 0], [0, 1, 0, 0]]


def test_who_has_no_result_in_either_is_not_said_to_have_it_at_the_same_time():
    """Given up in both, in one, in the other; done in both."""
    keys, nobody = np.arange(4), np.zeros(4, dtype=np.int8)
    base = Outcomes(keys, np.array([NEVER, NEVER, 10 * MINUTE, 10 * MINUTE]), nobody)
    other = Outcomes(keys, np.array([NEVER, 10 * MINUTE, NEVER, 10 * MINUTE]), nobody)
    counted = gains(base, other, demands=1)
    assert (counted.better, counted.unchanged, counted.worse, counted.no_result) == (1, 1, 1, 1)
    assert counted.groups is not None
    assert counted.groups[0].tolist() == [1, 1, 1, 1]


def test_cases_still_open_in_either_are_counted_and_not_compared():
    nobody = np.zeros(5, dtype=np.int8)
    base = Outcomes(np.arange(5), np.array([-1, -1, 10, 10, 10]) * MINUTE, nobody)
    other = Outcomes(np.array([0, 1, 2, 3, 9]), np.array([-1, 10, -1, 10, 10]) * MINUTE, nobody)
    counted = gains(base, other, demands=1)
    assert (counted.unfinished, counted.unchanged, counted.unmatched) == (3, 1, 2)
    assert counted.groups is not None
    assert counted.groups[0].tolist() == [0, 1, 0, 0]
