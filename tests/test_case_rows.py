"""Rows of cases on their way: nothing is lost of them, however they are packed and put together."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sim.case_rows import frames, packed, schema
from sim.case_table import blocks
from sim.replication import OfficeRuns
from tests.offices import office, smallest

LARGE = np.array([0, 127, 128, -129, 32_767, 32_768, 2**31 - 1, 2**31, -(2**40)])


@pytest.fixture(scope="module")
def run() -> OfficeRuns:
    raw = smallest()
    raw["demands"][0]["per_day"] = 20
    raw["demands"].append({"id": "Đất đai", "needs": ["ask"], "per_day": 5})
    return OfficeRuns(office(raw), 2, 1)


@pytest.fixture(scope="module")
def cases(run):
    (found,) = blocks(run.run(1, 0), run.layout)
    assert len(found.cases.end) > len(LARGE)
    return found.cases


def test_rows_have_the_columns_that_are_promised_even_without_a_case(run, cases):
    (some,) = frames([packed("baseline", 0, run.layout, cases)])
    assert dict(some.schema) == schema()
    nobody = smallest()
    nobody["demands"][0]["per_day"] = 0
    empty = OfficeRuns(office(nobody), 1, 0)
    (nothing,) = blocks(empty.run(1, 0), empty.layout)
    (none,) = frames([packed("baseline", 0, empty.layout, nothing.cases)])
    assert (none.height, dict(none.schema)) == (0, schema())


@pytest.mark.parametrize("together", [1, 30, 10_000])
def test_rows_do_not_depend_on_how_they_are_packed_or_put_together(run, together, tmp_path):
    log = run.run(1, 0)
    (whole,) = blocks(log, run.layout)
    (wanted,) = frames([packed("a", 3, run.layout, whole.cases)])
    pieces = [
        packed("a", 3, run.layout, each.cases, compressed=bool(number % 2))
        for number, each in enumerate(blocks(log, run.layout, 7))
    ]
    files = [tmp_path / f"{number}.rows" for number in range(len(pieces))]
    for path, piece in zip(files, pieces, strict=True):
        path.write_bytes(piece)
    for given in (pieces, files):
        assert_frame_equal(pl.concat(frames(given, together)), wanted)


def test_numbers_of_any_size_come_through(run, cases):
    wait = np.resize(LARGE, len(cases.end))
    for some in (wait, wait % 100, wait % 20_000):
        (found,) = frames([packed("a", 0, run.layout, replace(cases, wait=some))])
        assert found["wait_minutes"].to_list() == (some / 60_000).tolist()


def test_pieces_of_several_scenarios_keep_their_own_demands_and_dates(run, cases):
    other = smallest()
    other["demands"] = [{"id": "new", "needs": ["ask"], "per_day": 9}]
    later = OfficeRuns(office(other), 1, 0)
    (news,) = blocks(later.run(1, 0), later.layout)
    (found,) = frames([packed("a", 0, run.layout, cases), packed("b", 1, later.layout, news.cases)])
    named = found.select("scenario", "replication", "demand").unique().sort(pl.all()).rows()
    ids = [plan.demand.id for plan in run.layout.demands]
    assert named == [*(("a", 0, name) for name in sorted(ids)), ("b", 1, "new")]
    first = later.layout.calendar.first_date
    told = found.filter(scenario="b")["arrived"].dt.date()
    assert told.min() >= first
    assert told.max() < first + dt.timedelta(days=7)
