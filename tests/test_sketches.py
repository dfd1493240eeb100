"""Sketches: percentiles of values that are not kept."""

from __future__ import annotations

import pickle

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.bins import BITS
from sim.calendar import Ints
from sim.sketches import Pool, Sketch

PERCENTS = (0, 5, 50, 90, 95, 99.9, 100)
values = st.lists(st.integers(0, 2**40), max_size=60).map(lambda v: np.array(v, dtype=np.int64))
own_bins = st.lists(st.integers(0, 2**13 - 1), min_size=1, max_size=60).map(np.array)


def same(first: Sketch, second: Sketch) -> bool:
    return all(np.array_equal(getattr(first, n), getattr(second, n)) for n in vars(first))


@given(own_bins)
def test_percentiles_are_numpys_to_the_last_bit_where_every_value_has_its_bin(found: Ints) -> None:
    assert np.array_equal(Sketch.of(found).percentiles(PERCENTS), np.percentile(found, PERCENTS))


@given(st.integers(2**13, 2**43), st.integers(1, 9))
def test_a_bin_that_holds_one_value_many_times_is_exact(value: int, times: int) -> None:
    assert Sketch.of(np.full(times, value)).values.tolist() == [value]


@given(values)
def test_percentiles_are_off_by_less_than_a_bin(found: Ints) -> None:
    if len(found):
        exact = np.percentile(found, PERCENTS)
        order = np.sort(found)
        above = order[np.ceil((len(found) - 1) * np.array(PERCENTS) / 100).astype(int)]
        off = np.abs(Sketch.of(found).percentiles(PERCENTS) - exact)
        assert (off <= np.maximum(above * 2.0**-BITS, 1e-9)).all()


@given(values, st.integers(1, 4))
def test_parts_in_any_order_merge_to_the_whole(found: Ints, parts: int) -> None:
    each = [Sketch.of(found[i::parts]) for i in range(parts)]
    whole = Sketch.of(found)
    assert same(Sketch.merged(each), whole)
    assert same(Sketch.merged([Sketch.merged(each[1:]), each[0]]), whole)
    pool = Pool()
    for part in each:
        pool.add(part)
    assert same(pool.sketch(), whole)
    assert len(whole) == len(found)
    assert whole.sums.sum() == found.sum()


@settings(deadline=None)  # The first one compiles.
@given(values)
def test_groups_have_the_sketches_of_their_values(found: Ints) -> None:
    group = np.arange(len(found)) % 4
    for place, sketch in enumerate(Sketch.by_group(found, group, 3)):
        assert same(sketch, Sketch.of(found[group == place]))


@given(values, st.integers(1, 20))
def test_a_coarser_sketch_keeps_numbers_and_sums_in_fewer_bins(found: Ints, most: int) -> None:
    whole = Sketch.of(found)
    coarse = whole.coarser(most)
    assert len(coarse.bins) <= most
    assert len(coarse) == len(whole)
    assert coarse.sums.sum() == whole.sums.sum()
    assert (np.diff(coarse.values) > 0).all()


def test_size_depends_on_the_spread_of_values_not_on_their_number() -> None:
    waits = np.random.default_rng(1).exponential(600_000, 500_000).astype(np.int64)
    sketch = Sketch.of(waits)
    assert len(pickle.dumps(sketch)) < 700_000 < waits.nbytes / 5
    assert np.allclose(
        sketch.percentiles(PERCENTS), np.percentile(waits, PERCENTS), rtol=2.0**-BITS
    )


def test_shares_between_edges_are_those_of_the_values_and_the_last_holds_what_is_beyond() -> None:
    found = np.array([0, 1, 5, 9, 10, 300])
    assert Sketch.of(found).shares(np.array([0.0, 5.0, 10.0])).tolist() == [2 / 6, 4 / 6]
