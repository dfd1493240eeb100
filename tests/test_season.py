"""The page says of which days yearly values are made where these are no year."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.report.page import render
from sim.report.season import season
from sim.report.view import View
from sim.words import Words
from tests import comparisons


def of(days: int) -> str:
    return season(View(replace(comparisons.comparison(), days=days), Words()))


def test_yearly_values_of_a_short_run_carry_its_season() -> None:
    assert of(15) == (
        "Counted up from 15 working days from 3 January 2023 on; whatever was particular to that "
        "season is in it."
    )


@pytest.mark.parametrize("days", [1, 4])
def test_from_less_than_a_week_no_year_can_be_told(days: int) -> None:
    assert of(days) == (
        f"Working days measured: {days}, from 3 January 2023 on. A year cannot be told from so "
        "few: this is what a year of such days alone would come to."
    )
    assert of(5).startswith("Counted up from 5 working days")


def test_nothing_is_said_of_the_season_where_the_run_is_about_a_year() -> None:
    assert of(239)
    assert of(240) == of(250) == ""


@pytest.mark.parametrize(("days", "shown"), [(15, True), (250, False)])
def test_the_page_says_so_beside_what_is_saved_in_a_year(days: int, shown: bool) -> None:
    page = render(replace(comparisons.comparison(), days=days))
    assert "In a year" in page
    assert ("Counted up from 15 working days" in page) is shown
