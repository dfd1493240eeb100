"""Sums over offices and places in a ranking: their intervals keep what they promise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.comparison import Estimate
from sim.estimates import Ratio, difference
from sim.province.ranking import places
from sim.province.sums import Piece, added, around, jackknifed

STUDIES = 2000
MISSES = 3.5 * math.sqrt(0.95 * 0.05 / STUDIES)
"""How far the share covered by true 95% intervals strays in 2,000 studies, 1 time in 2,000."""


def piece(values) -> Piece:
    array = np.array(values, dtype=float)
    return Piece(float(array.mean()), array)


def ends(estimate: Estimate) -> tuple[float, float]:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low, estimate.high


def test_the_interval_of_a_sum_covers_the_truth_as_often_as_it_says():
    """Ten offices of very different size and spread, ten replications each."""
    random = np.random.default_rng(7)
    means, spreads = np.arange(10.0), np.geomspace(0.5, 8, 10)
    covered = 0
    for _ in range(STUDIES):
        drawn = random.normal(means, spreads, (10, 10)).T
        low, high = ends(added([piece(row) for row in drawn]))
        covered += low <= means.sum() <= high
    assert abs(covered / STUDIES - 0.95) < MISSES


def test_the_mean_over_all_cases_is_covered_though_cases_and_their_values_vary_together():
    """Busy replications have longer waits, so that counts taken as known would mislead."""
    random = np.random.default_rng(11)
    offices, replications = 6, 30
    size = np.geomspace(40, 400, offices)
    # Of an office: count ~ N(size, (size/8)²); sum = 5 count + (count - size) + noise.
    truth = 5.0
    covered = 0
    for _ in range(STUDIES):
        count = random.normal(size, size / 8, (replications, offices)).T
        total = 5 * count + (count - size[:, None]) + random.normal(0, size / 4, count.T.shape).T
        columns = [np.column_stack(pair) for pair in zip(total, count, strict=True)]
        whole = np.sum([each.mean(axis=0) for each in columns], axis=0)
        pieces = [jackknifed(each, lambda v: v[..., 0] / v[..., 1], whole) for each in columns]
        low, high = ends(around(pieces[0].value or 0, pieces))
        covered += low <= truth <= high
    assert abs(covered / STUDIES - 0.95) < MISSES


def test_a_product_is_covered_though_its_number_of_cases_is_not_known():
    """What a case gains times the cases of a year, where both vary: the truth is 3 x 100."""
    random = np.random.default_rng(5)
    covered = 0
    for _ in range(STUDIES):
        cases = random.poisson(100, 30).astype(float)
        gained = 3 * cases + random.normal(0, 10, 30)
        found = jackknifed(
            np.column_stack((gained, cases)), lambda v: v[..., 0] / v[..., 1] * v[..., 1]
        )
        low, high = ends(found.estimate())
        covered += low <= 300 <= high
    assert abs(covered / STUDIES - 0.95) < MISSES


def test_one_office_has_the_interval_that_its_own_comparison_gives():
    random = np.random.default_rng(3)
    columns = random.uniform(10, 20, (30, 4))

    def statistic(v):
        return v[..., 0] / v[..., 1] - v[..., 2] / v[..., 3]

    for whole in (None, columns.mean(axis=0)):
        found = jackknifed(columns, statistic, whole).estimate()
        known = difference(Ratio(*columns[:, 2:].T), Ratio(*columns[:, :2].T))
        assert found.mean == pytest.approx(known.mean, rel=1e-12)
        assert ends(found) == pytest.approx(ends(known), rel=1e-9)


def test_offices_of_equal_spread_pool_their_degrees_of_freedom():
    """Three offices of three replications: sqrt(3 v / 3) times Student's t of 3 x 2."""
    same = piece([-1.0, 0.0, 1.0])
    low, high = ends(added([same, same, same]))
    assert high == pytest.approx(2.446912 * 1.0, rel=1e-6)
    assert low == -high


def test_what_does_not_vary_is_known_exactly_and_adds_no_width():
    sure, alone = piece([2.0, 2.0, 2.0]), piece([0.0, 1.0, 2.0])
    assert added([sure, sure]) == Estimate(4.0, 4.0, 4.0)
    both = added([sure, alone])
    assert ends(both) == pytest.approx([end + 2 for end in ends(added([alone]))])


def test_one_replication_gives_a_sum_without_an_interval():
    assert added([Piece(1.0, None), piece([1.0, 2.0])]) == Estimate(2.5, None, None)


def test_an_office_without_a_case_adds_nothing():
    none = jackknifed(np.zeros((5, 2)), lambda v: v[..., 0] / v[..., 1])
    assert none == Piece(None, None)
    assert added([none, piece([1.0, 3.0])]).mean == 2
    assert added([none]) == Estimate(None, None, None)


# ---- Places --------------------------------------------------------------------------------------


def test_all_true_places_are_covered_together_as_often_as_they_say():
    """Places may be right more often than asked, so only too few of them is a fault."""
    random = np.random.default_rng(1)
    means = np.array([0.0, 0.0, 0.7, 1.4, 5.0, 5.1, 9.0, 20.0])
    truth = [int((means > own).sum()) + 1 for own in means]
    last = [int((means >= own).sum()) for own in means]
    right = 0
    for _ in range(STUDIES):
        found = places([piece(row) for row in random.normal(means, 1.5, (10, 8)).T])
        right += all(
            p is not None and p.best <= first and end <= p.worst
            for p, first, end in zip(found, truth, last, strict=True)
        )
    assert right / STUDIES > 0.95 - MISSES


def test_gains_far_apart_have_one_place_each_and_alike_ones_share_theirs():
    far = places([piece([1, 1.1]), piece([900, 900.1]), piece([50, 50.1])])
    assert [(p.place, p.best, p.worst) for p in far if p] == [(3, 3, 3), (1, 1, 1), (2, 2, 2)]
    alike = places([piece([1, 9]), piece([2, 10]), piece([3, 12])])
    assert [(p.place, p.best, p.worst) for p in alike if p] == [(3, 1, 3), (2, 1, 3), (1, 1, 3)]


def test_more_offices_need_wider_intervals_before_an_order_is_certain():
    pair = [piece([0.0, 0.3, 0.6]), piece([3.0, 3.3, 3.6])]
    others = [piece([100 * i, 100 * i + 0.1, 100 * i + 0.2]) for i in range(1, 99)]
    alone, among = places(pair), places([*pair, *others])
    assert alone[0]
    assert alone[0].best == 2
    assert among[0]
    assert among[0].best == 99


def test_rounding_makes_no_order_certain():
    value = 0.1 + 0.2
    assert value != 0.3
    found = places([piece([value, value]), piece([0.3, 0.3])])
    assert [(p.best, p.worst) for p in found if p] == [(1, 2), (1, 2)]


def test_one_replication_leaves_every_place_open_and_offices_without_a_case_have_none():
    found = places([Piece(1.0, None), Piece(None, None), None, Piece(7.0, None)])
    assert found[1] is None
    assert found[2] is None
    assert [(p.place, p.best, p.worst) for p in found if p] == [(2, 1, 2), (1, 1, 2)]


values = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=4)


@given(st.lists(values, min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_each_office_has_a_place_of_its_own_that_lies_in_its_span(rows):
    found = [p for p in places([piece(row) for row in rows]) if p]
    assert sorted(p.place for p in found) == list(range(1, len(rows) + 1))
    assert all(1 <= p.best <= p.place <= p.worst <= len(rows) for p in found)
