"""Estimates, verdicts and comparisons of replications, held against values worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.comparison import Estimate
from sim.draws import Floats
from sim.estimates import Ratio, around, capped, difference, relative_change, t_quantile
from sim.samples import Samples, differences_of, measures_of, nice_edges, pictures_of
from sim.sketches import Sketch
from sim.study import Matters
from sim.summaries import Gains, Outcomes, gains
from sim.verdicts import (
    HEADLINE,
    LESS,
    MORE,
    NO_CASES,
    NO_DIFFERENCE,
    NOT_CLEAR,
    matters_for,
    simultaneous,
    spoilt,
    unseen,
    verdict,
)
from tests.summaries import percentile_of, summary_of

T_OF_TWO = 12.706204736174698
"""Student's 97.5% quantile with one degree of freedom: tan(0.475 pi)."""


def floats(*values: float) -> Floats:
    return np.array(values, dtype=float)


def ends(estimate: Estimate) -> tuple[float, float]:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low, estimate.high


# --- estimates ---


@pytest.mark.parametrize(
    ("replications", "quantile"),
    [(2, T_OF_TWO), (3, 4.302653), (10, 2.262157), (30, 2.045230), (100_000, 1.959988)],
)
def test_quantiles_are_those_of_students_tables(replications: int, quantile: float) -> None:
    assert t_quantile(0.95, replications) == pytest.approx(quantile, abs=2e-6)


def test_a_mean_is_a_ratio_of_sums_and_its_interval_the_jackknifes() -> None:
    # Without the first replication 6 / 2 = 3, without the second 2 / 1 = 2: pseudo-values 7/3 and
    # 10/3, whose standard error is half of their distance.
    found = Ratio(floats(2, 6), floats(1, 2))
    assert found.pseudo == pytest.approx([7 / 3, 10 / 3])
    estimate = found.estimate()
    assert estimate.mean == pytest.approx(8 / 3)
    assert ends(estimate) == pytest.approx((8 / 3 - T_OF_TWO / 2, 8 / 3 + T_OF_TWO / 2))


def test_with_equal_counts_the_interval_is_students_of_the_replications_means() -> None:
    means = floats(3, 5, 4, 8)
    low, high = ends(Ratio(means * 7, floats(7, 7, 7, 7)).estimate())
    half = 3.182446 * np.std(means, ddof=1) / 2
    assert (low, high) == pytest.approx((5 - half, 5 + half), rel=1e-6)


def test_intervals_of_ratios_cover_the_truth_as_often_as_they_say() -> None:
    # Numbers of cases and their values go together, as in a busy office. The truth, by Wald's
    # identity, is E[n (5 + n / 10)] / E[n] = 5 + (20 + 20^2) / 20 / 10 = 7.1 for Poisson n.
    # 2000 studies: five standard errors of a share of 0.95 are 0.024.
    draws = np.random.default_rng(7)
    covered = 0
    for _ in range(2000):
        counts = draws.poisson(20, size=20).astype(float)
        sums = counts * (5 + counts / 10) + draws.normal(size=20) * np.sqrt(counts)
        low, high = ends(Ratio(sums, counts).estimate())
        covered += low <= 7.1 <= high
    assert abs(covered / 2000 - 0.95) < 0.024


def test_a_difference_is_taken_replication_by_replication() -> None:
    before, after = floats(10, 30, 20), floats(12, 33, 21)
    ten = floats(10, 10, 10)
    found = difference(Ratio(before, ten), Ratio(after, ten))
    half = 4.302653 * 0.1 / math.sqrt(3)
    assert found.mean == pytest.approx(0.2)
    assert ends(found) == pytest.approx((0.2 - half, 0.2 + half), abs=1e-6)


def test_a_relative_change_knows_that_what_it_is_relative_to_is_uncertain() -> None:
    rng = np.random.default_rng(7)
    true, studies, runs, caught = -0.2, 400, 12, 0
    for _ in range(studies):
        level = rng.normal(100.0, 20.0, runs)
        one = np.ones(runs)
        first = Ratio(level, one)
        second = Ratio(level * (1 + true) + rng.normal(0.0, 5.0, runs), one)
        found = relative_change(first, second)
        assert found.low is not None
        assert found.high is not None
        caught += found.low <= true <= found.high
    assert 0.92 < caught / studies < 0.98  # 95% give or take 3 standard errors of 1.1%


def test_the_same_share_in_every_replication_is_sure_and_of_nothing_there_is_none() -> None:
    level, one = np.array([1.0, 2.0, 4.0]), np.ones(3)
    assert relative_change(Ratio(level, one), Ratio(level * 0.5, one)) == Estimate(-0.5, -0.5, -0.5)
    assert relative_change(Ratio(0 * level, one), Ratio(level, one)).mean is None


def test_the_same_change_in_every_replication_is_sure() -> None:
    one = floats(1, 1, 1, 1)
    found = difference(Ratio(floats(1, 9, 4, 2), one), Ratio(floats(3, 11, 6, 4), one))
    assert (found.mean, *ends(found)) == pytest.approx((2, 2, 2))


numbers = st.integers(min_value=-1000, max_value=1000)
rows = st.lists(st.tuples(numbers, numbers, st.integers(0, 5), st.integers(0, 5)), min_size=1)


@given(rows)
def test_no_estimate_is_nan_and_turned_round_it_changes_its_sign(
    found: list[tuple[int, int, int, int]],
) -> None:
    first_sums, second_sums, first_counts, second_counts = np.array(found, dtype=float).T
    first, second = Ratio(first_sums, first_counts), Ratio(second_sums, second_counts)
    for estimate in (first.estimate(), second.estimate(), difference(first, second)):
        values = [v for v in (estimate.low, estimate.mean, estimate.high) if v is not None]
        assert all(map(math.isfinite, values))
        assert all(a <= b for a, b in pairwise(values))
        assert (estimate.low is None) == (estimate.high is None)
    there, back = difference(first, second), difference(second, first)
    if there.mean is not None and back.mean is not None:
        assert there.mean == -back.mean
        if there.low is not None and back.high is not None:
            assert there.low == -back.high


@pytest.mark.parametrize(
    ("sums", "counts", "mean"),
    [
        (floats(6), floats(2), 3.0),
        (floats(6, 0), floats(2, 0), 3.0),
        (floats(0, 0), floats(0, 0), None),
        (floats(0), floats(0), None),
    ],
    ids=["one replication", "all cases in one", "no case", "no case in one replication"],
)
def test_bounds_are_null_where_nothing_can_be_said(
    sums: Floats, counts: Floats, mean: float | None
) -> None:
    assert Ratio(sums, counts).estimate() == Estimate(mean, None, None)


def test_a_difference_with_a_measure_without_a_case_is_null() -> None:
    some, none = Ratio(floats(1, 2), floats(1, 1)), Ratio(floats(0, 0), floats(0, 0))
    assert difference(some, none) == difference(none, some) == Estimate(None, None, None)


def test_a_difference_with_one_side_in_one_replication_has_null_bounds() -> None:
    some, one = Ratio(floats(1, 2), floats(1, 1)), Ratio(floats(4, 0), floats(2, 0))
    assert difference(some, one) == Estimate(0.5, None, None)


# --- percentiles ---


def test_a_percentile_is_of_all_cases_pooled_and_its_interval_over_replications() -> None:
    # Pooled 1 to 7: 4. By replication 2 and 5.5: a standard error of 1.75.
    found = percentile_of([floats(*[1, 2, 3] * 10), floats(*[4, 5, 6, 7] * 10)], 50).estimate()
    assert found.mean == 4
    assert ends(found) == pytest.approx((4 - T_OF_TWO * 1.75, 4 + T_OF_TWO * 1.75))


def test_percentiles_lie_between_neighbouring_cases_in_proportion() -> None:
    assert percentile_of([floats(0, 10), floats(20)], 90).value == pytest.approx(18)


def test_replications_without_a_case_have_no_say_in_a_percentile() -> None:
    some = [floats(*[1, 2, 3] * 10), floats(*[4, 5, 6, 7] * 10)]
    with_empty = percentile_of([some[0], floats(), some[1]], 50)
    assert with_empty.estimate() == percentile_of(some, 50).estimate()
    assert percentile_of([floats(), floats()], 50).estimate() == Estimate(None, None, None)
    assert percentile_of([], 50).estimate() == Estimate(None, None, None)
    assert percentile_of([floats(1, 2)], 50).estimate() == Estimate(1.5, None, None)


def test_a_difference_of_percentiles_is_paired_and_leaves_out_what_has_no_pair() -> None:
    before = percentile_of([floats(*v * 10) for v in ([1, 2, 3], [4, 5, 6], [9])], 50)
    after = percentile_of([floats(*v * 10) for v in ([2, 3, 4], [7, 8, 9], [])], 50)
    found = after.minus(before)
    # Pooled 5.5 and 4; by replication 1 and 3.
    assert found.mean == 1.5
    assert ends(found) == pytest.approx((1.5 - T_OF_TWO, 1.5 + T_OF_TWO))
    none = percentile_of([floats(), floats(), floats()], 50)
    assert none.minus(before) == before.minus(none) == Estimate(None, None, None)


def test_intervals_of_percentiles_of_few_cases_are_not_far_too_narrow() -> None:
    """With five cases a replication the p95 of each is hardly more than its largest case."""
    rng = np.random.default_rng(7)
    studies, exact = 400, float(np.exp(1.6448536269514722))
    covered = 0
    for _ in range(studies):
        values = list(rng.lognormal(size=(30, 5)))
        low, high = ends(percentile_of(values, 95, unit=1e6).estimate())
        covered += low <= exact <= high
    # Of the replications' own percentiles it would be about 0.73: nine standard errors lower.
    assert covered / studies > 0.87 - 3 * np.sqrt(0.87 * 0.13 / studies)


def test_intervals_of_percentiles_of_unlike_replications_cover_the_truth() -> None:
    """Where some days are bad and others are not, the days' own percentiles are of no use."""
    rng = np.random.default_rng(3)
    studies, days, cases = 200, 40, 120
    # One day in five is ten times as bad: 0.8 exp(-w) + 0.2 exp(-w / 10) of cases wait longer.
    exact = 10 * math.log(4)
    assert 0.8 * math.exp(-exact) + 0.2 * math.exp(-exact / 10) == pytest.approx(0.05, rel=1e-4)
    covered = 0
    for _ in range(studies):
        means = np.where(rng.random((days, 1)) < 0.2, 10.0, 1.0)
        values = list(means * rng.exponential(size=(days, cases)))
        low, high = ends(percentile_of(values, 95, unit=1e6).estimate())
        covered += low <= exact <= high
    # Of the days' own percentiles it would be about 0.73: seven standard errors lower.
    assert covered / studies > 0.95 - 3 * np.sqrt(0.95 * 0.05 / studies)


def test_no_value_is_said_to_lie_below_zero_and_no_share_above_one() -> None:
    of_share = {"on_time_share": 10.0, "on_time_share@one": 10.0, "lost": 10.0}
    little = {"wait_minutes": 0.0, "trips": 0.0} | of_share
    much = {"wait_minutes": 90.0, "trips": 20.0} | dict.fromkeys(of_share, 9.0)
    counts = dict.fromkeys(little, 10.0)
    found = measures_of(samples((little, counts), (much, counts)))
    for name in little:
        low, high = ends(found[name])
        assert 0 <= low < (found[name].mean or 0.0) < high
        assert high == 1 if name in of_share else high > 2
    assert found["wait_minutes"].low == 0


@pytest.mark.parametrize(
    ("found", "most", "shown"),
    [
        (Estimate(0.5, -0.1, 1.1), 1.0, Estimate(0.5, 0.0, 1.0)),
        (Estimate(0.5, 0.4, 0.6), 1.0, Estimate(0.5, 0.4, 0.6)),
        (Estimate(5.0, -1.0, 11.0), math.inf, Estimate(5.0, 0.0, 11.0)),
        (Estimate(1.0000000001, 1.0, 1.2), 1.0, Estimate(1.0000000001, 1.0, 1.0000000001)),
        (Estimate(0.5, None, None), 1.0, Estimate(0.5, None, None)),
        (Estimate(None, None, None), 1.0, Estimate(None, None, None)),
    ],
)
def test_intervals_are_cut_off_at_what_is_possible_but_hold_the_value(
    found: Estimate, most: float, shown: Estimate
) -> None:
    assert capped(found, most) == shown


# --- verdicts ---


@pytest.mark.parametrize(("scenarios", "tests"), [(0, 1), (1, 9), (4, 36)])
def test_verdicts_hold_together_over_scenarios_and_measures(scenarios: int, tests: int) -> None:
    assert len(HEADLINE) == 9
    assert 1 - simultaneous(scenarios) == pytest.approx(0.05 / tests)


@pytest.mark.parametrize(
    ("mean", "low", "high", "says"),
    [
        (-1.0, -1.5, -0.5, LESS),
        (-0.999, -1.5, -0.5, NOT_CLEAR),
        (-1.0, -2.0, 0.0, NOT_CLEAR),
        (1.0, 0.5, 1.5, MORE),
        (0.999, 0.5, 1.5, NOT_CLEAR),
        (1.0, 0.0, 2.0, NOT_CLEAR),
        (0.5, 0.1, 0.999, NO_DIFFERENCE),
        (0.5, 0.1, 1.0, NOT_CLEAR),
        (-0.5, -1.0, 0.0, NOT_CLEAR),
        (0.0, -0.999, 0.999, NO_DIFFERENCE),
        (0.0, 0.0, 0.0, NO_DIFFERENCE),
        (1.0, 1.0, 1.0, MORE),
        (5.0, None, None, NOT_CLEAR),
        (None, None, None, NO_CASES),
    ],
)
def test_a_verdict_is_clear_only_beyond_zero_and_what_matters(
    mean: float | None, low: float | None, high: float | None, says: str
) -> None:
    found = verdict(Estimate(mean, low, high), 1.0)
    assert (found.says, found.low, found.high, found.matters) == (says, low, high, 1.0)


def test_no_change_at_all_is_no_difference_even_where_anything_would_matter() -> None:
    assert verdict(Estimate(0.0, 0.0, 0.0), 0.0).says == NO_DIFFERENCE


@pytest.mark.parametrize(
    ("mean", "missed", "says"),
    [
        (0.0, 0.0, NO_DIFFERENCE),
        (0.0, 0.999, NO_DIFFERENCE),
        (0.0, 1.0, NOT_CLEAR),
        (5.0, 4.9, MORE),
        (5.0, 5.0, NOT_CLEAR),
        (-5.0, 4.9, LESS),
    ],
)
def test_where_all_replications_agree_the_interval_reaches_to_what_may_be_missed(
    mean: float, missed: float, says: str
) -> None:
    found = verdict(Estimate(mean, mean, mean), 1.0, missed)
    assert (found.says, found.low, found.high) == (says, mean - missed, mean + missed)


def test_where_replications_differ_their_spread_is_all_that_counts() -> None:
    found = verdict(Estimate(0.0, -0.5, 0.5), 1.0, 100.0)
    assert (found.says, found.low, found.high) == (NO_DIFFERENCE, -0.5, 0.5)


@pytest.mark.parametrize(
    ("measure", "missed"),
    [
        ("trips", 0.03),
        ("lost", 0.03),
        ("same_day_share", 0.03),
        ("turnaround_hours", 0.24),
        ("wait_minutes", 0.06),
        ("citizen_cost", 0.06),
    ],
)
def test_what_none_of_a_hundred_cases_show_may_be_true_of_three(
    measure: str, missed: float
) -> None:
    assert unseen(measure, 100, -2.0) == pytest.approx(missed)
    assert unseen(measure, 480_000, 0.0) < 0.01


@pytest.mark.parametrize(
    ("share", "left"),
    [
        (0.01, set(HEADLINE)),
        (0.011, {"wait_minutes", "visit_minutes", "citizen_cost", "office_cost"}),
        (0.05, {"wait_minutes", "visit_minutes", "citizen_cost", "office_cost"}),
        (0.051, {"office_cost"}),
    ],
)
def test_the_more_cases_are_open_the_less_is_said(share: float, left: set[str]) -> None:
    assert {measure for measure in HEADLINE if not spoilt(measure, share)} == left
    assert spoilt("trips@permit", share) is spoilt("trips", share)


@pytest.mark.parametrize(
    ("measure", "least"),
    [
        ("wait_minutes", 3.0),
        ("visit_minutes", 3.0),
        ("turnaround_hours", 0.05),
        ("trips", 0.2),
        ("same_day_share", 0.04),
        ("on_time_share", 0.04),
        ("lost", 0.04),
        ("citizen_cost", 5.0),
        ("office_cost", 5.0),
    ],
)
def test_what_matters_is_in_the_unit_of_each_headline_measure(measure: str, least: float) -> None:
    assert measure in HEADLINE
    matters = Matters(minutes=3, trips=0.2, share=0.04, relative=0.1)
    assert matters_for(measure, matters, -50.0) == pytest.approx(least)


def test_a_part_of_a_baseline_that_is_unknown_is_nothing() -> None:
    assert matters_for("citizen_cost", Matters(), None) == 0


# --- samples ---


Replication = tuple[dict[str, float], dict[str, float]]


def samples(*replications: Replication, against: Sequence[Gains] = ()) -> Samples:
    """Return samples of (sums, counts) a replication."""
    made = Samples()
    none = [Gains(0, 0, 0, 0)] * len(replications)
    for (sums, counts), each in zip(replications, against or none, strict=True):
        made.add(summary_of(sums, counts), each)
    return made


def money(office_year: float, cost: float, cases: float) -> Replication:
    """Return one replication's sums and counts of what savings are made of."""
    sums = {"office_cost_year": office_year, "citizen_cost": cost * cases, "cases_year": cases}
    return sums, {"office_cost_year": 1.0, "citizen_cost": cases, "cases_year": 1.0}


def test_savings_a_year_are_baseline_less_scenario_at_the_baselines_cases() -> None:
    base = samples(money(900, 50, 100), money(1100, 50, 100))
    other = samples(money(700, 47, 200), money(900, 49, 200))
    found = differences_of(base, other)
    citizen, office = found["citizen_saving_year"], found["office_saving_year"]
    assert (office.mean, *ends(office)) == pytest.approx((200, 200, 200))
    # 3 and 1 saved a case: a standard error of 1, times 100 cases.
    assert citizen.mean == pytest.approx(200)
    assert ends(citizen) == pytest.approx((200 - 100 * T_OF_TWO, 200 + 100 * T_OF_TWO))


def test_how_many_cases_come_in_a_year_is_uncertain_in_what_they_save() -> None:
    """Each saves exactly 3, in 80 and in 120 cases a year: the yearly amount is not known."""
    base = samples(money(0, 50, 80), money(0, 50, 120))
    other = samples(money(0, 47, 80), money(0, 47, 120))
    found = differences_of(base, other)["citizen_saving_year"]
    # 240 and 360: a standard error of 60.
    assert found.mean == pytest.approx(300)
    assert ends(found) == pytest.approx((300 - 60 * T_OF_TWO, 300 + 60 * T_OF_TWO))


def outcome(**minutes: float) -> Outcomes:
    """Return cases done, named by a letter, with their turnaround in minutes."""
    keys = np.array([ord(name) for name in minutes], dtype=np.int64)
    return Outcomes(keys, np.array([round(m * 60_000) for m in minutes.values()], dtype=np.int64))


def test_better_unchanged_and_worse_are_of_matched_cases_and_begin_at_a_minute() -> None:
    before = [outcome(a=10, b=10, c=10, d=10, x=5), outcome(a=10, b=10)]
    after = [outcome(y=1, z=1, d=11, c=10.9, b=9.01, a=9), outcome(a=2, b=2)]
    there = [gains(b, o) for b, o in zip(before, after, strict=True)]
    assert there == [Gains(1, 2, 1, 3), Gains(2, 0, 0, 0)]
    back = [gains(o, b) for b, o in zip(before, after, strict=True)]
    assert back == [Gains(1, 2, 1, 3), Gains(0, 0, 2, 0)]
    base, other = (samples(money(1, 1, 1), money(1, 1, 1), against=each) for each in ((), there))
    found = differences_of(base, other)
    shares = [found[f"{kind}_share"].mean for kind in ("better", "unchanged", "worse")]
    assert shares == pytest.approx([3 / 6, 2 / 6, 1 / 6])
    assert found["unmatched_cases"].mean == 1.5


def test_shares_without_a_matched_case_are_null() -> None:
    made = samples(money(1, 1, 1), money(1, 1, 1))
    for kind in ("better", "unchanged", "worse"):
        assert differences_of(made, made)[f"{kind}_share"] == Estimate(None, None, None)


def test_every_mean_and_percentile_of_a_scenario_is_measured_and_compared() -> None:
    counts = {"wait_minutes": 2.0, **money(1, 1, 2)[1]}
    made, longer = Samples(), Samples()
    for into, minutes in ((made, (1.0, 3.0)), (longer, (2.0, 4.0))):
        for w in minutes:
            sums = {"wait_minutes": 2 * w, **money(1, 1, 2)[0]}
            of_case = {"wait_minutes@ask": floats(w, w)}
            into.add(summary_of(sums, counts, of_case), Gains(0, 1, 0, 0))
    assert measures_of(made)["wait_minutes"].mean == 2
    assert measures_of(made)["wait_minutes_p90@ask"].mean == 3
    found = differences_of(made, longer)
    assert found["wait_minutes"] == Estimate(1, 1, 1)
    assert found["wait_minutes_p50@ask"] == Estimate(1, 1, 1)


def test_the_share_still_open_is_of_the_cases_of_all_replications() -> None:
    first = ({"open_at_end": 1.0, "cases": 50.0}, {"open_at_end": 1.0, "cases": 1.0})
    second = ({"open_at_end": 3.0, "cases": 150.0}, {"open_at_end": 1.0, "cases": 1.0})
    assert samples(first, second).open_share() == 0.02
    assert samples(({"open_at_end": 0.0, "cases": 0.0}, {})).open_share() == 0


# --- pictures ---


@given(st.lists(st.integers(0, 10**10), max_size=30))
def test_edges_begin_at_zero_rise_evenly_and_reach_all_but_the_longest(found: list[int]) -> None:
    edges = nice_edges(Sketch.of(np.array(found)), 10_000)
    assert edges[0] == 0
    assert all(a < b for a, b in pairwise(edges))
    assert edges[-1] < 10 * max([1.0, *(each / 10_000 for each in found)])
    if found:
        assert edges[-1] >= np.percentile(found, 99) / 10_000 * (1 - 2**-12)


def test_what_lies_beyond_a_picture_is_in_its_last_bar() -> None:
    made = Samples()
    at_nine = (np.arange(24.0), (np.arange(24) == 9).astype(float))
    made.add(summary_of({}, {}, {"wait_minutes": floats(0, 1, 99, 3)}, hours=at_nine))
    edges = {"wait_minutes": (0.0, 2.0, 4.0), "turnaround_hours": (0.0, 1.0)}
    found = pictures_of(made, edges, [])
    assert found.wait_minutes.shares == (0.5, 0.5)
    assert found.turnaround_hours.shares == (0.0,)
    assert found.wait_by_hour == {9: Estimate(9.0, None, None)}


def test_an_interval_of_less_than_two_values_is_null() -> None:
    assert around(3.0, floats(3), 0.95) == Estimate(3.0, None, None)
    assert around(None, floats(3, 4), 0.95) == Estimate(None, None, None)
