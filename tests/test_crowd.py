"""Populations: in parts as at once, narrow, and in order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from sim import crowd
from sim.draws import Luck
from sim.population import DTYPES, Population
from sim.replication import OfficeRuns
from tests.offices import office, smallest
from tests.strategies import Example, each_office, examples


def population(example: Example) -> Population:
    runs = example.runs()
    luck = Luck(example.seed, 0, runs.office.id)
    return runs.crowd.draw(luck, 0, runs.calendar.window.measured_until, backlog=True)


def differing(one: Population, other: Population) -> list[str]:
    """Return the columns that are not the same."""
    columns = [(name, vars(one)[name], vars(other)[name]) for name in DTYPES]
    return [name for name, a, b in columns if a.dtype != b.dtype or not np.array_equal(a, b)]


@each_office
@given(examples())
def test_cases_drawn_day_by_day_are_those_drawn_at_once(example: Example) -> None:
    at_once = population(example)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crowd, "_CASES_AT_ONCE", 0)
        assert differing(population(example), at_once) == []


@each_office
@given(examples())
def test_cases_stand_in_order_of_arrival_then_demand_then_number(example: Example) -> None:
    found = population(example)
    order = np.lexsort((found.case_number, found.case_demand, found.case_arrival))
    assert (order == np.arange(len(order))).all()


@each_office
@given(examples())
def test_filings_and_dossiers_of_a_case_follow_each_other(example: Example) -> None:
    found = population(example)
    cases = np.arange(len(found.case_demand))
    assert (found.filing_case == np.repeat(cases, found.case_filings)).all()
    owner = found.filing_case[found.dossier_filing]
    assert (np.searchsorted(owner, cases) == found.case_first_dossier).all()
    assert (np.diff(owner) >= 0).all()


@each_office
@given(examples())
def test_columns_are_narrow_whole_and_writable(example: Example) -> None:
    found = population(example)
    for name, kind in DTYPES.items():
        column = vars(found)[name]
        assert column.dtype == kind
        assert column.flags.c_contiguous
        assert column.flags.writeable


def test_a_case_of_one_filing_takes_less_than_sixty_bytes() -> None:
    runs = OfficeRuns(office(smallest()), 20, 0)
    found = runs.crowd.draw(Luck(1, 0), 0, 20)
    size = sum(vars(found)[name].nbytes for name in DTYPES)
    assert size / len(found.case_demand) < 60


def test_columns_of_the_same_content_are_kept_once() -> None:
    runs = OfficeRuns(office(smallest()), 2, 0)
    found = runs.crowd.draw(Luck(1, 0, runs.office.id), 0, 2)
    assert found.filing_arrival is found.case_arrival
    assert np.array_equal(found.dossier_filing, np.arange(len(found.case_demand)))
    places = (found.case_first_filing, found.case_first_dossier, found.dossier_filing)
    assert all(column is found.filing_case for column in places)
