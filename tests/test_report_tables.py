"""The tables of the report: every measure, in units and numbers that people read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.comparison import BASELINE, Estimate, Verdict
from sim.office import Office
from sim.report import names
from sim.report.results import groups, headline_measures, row
from sim.report.tables import clock_times, where_time_goes
from sim.report.view import View
from sim.words import Unit, Words
from tests import comparisons


def view() -> View:
    return View(comparisons.comparison(), Words())


def test_the_table_has_every_scenario_of_every_headline_measure() -> None:
    seen = view()
    for measure in headline_measures(seen):
        lines = row(seen, measure).lines
        assert [line.scenario for line in lines] == list(seen.names.values())
        assert lines[0].difference == ""
        assert all(line.difference and line.verdict for line in lines[1:])


def test_a_difference_is_shown_with_its_interval_verdict_and_whether_it_is_better() -> None:
    line = next(each for each in row(view(), "wait_minutes").lines if "delegated" in each.scenario)
    assert line.value == "14.2 (13.8 to 14.6)"
    assert line.difference == "−17.2 (−19.3 to −15.1)"
    assert (line.verdict, line.mood) == ("less", "better")
    shares = row(view(), "same_day_share").lines[2]
    assert (shares.verdict, shares.mood, shares.difference[0]) == ("more", "better", "+")


@pytest.mark.parametrize(
    ("high", "said"),
    [
        (0.2, "not clear yet: more replications (99.86% interval: −0.64 to 0.20)"),
        (0.02, "not clear yet: more replications"),  # here that of 95% does not say otherwise
    ],
)
def test_what_is_not_clear_stands_beside_the_interval_that_decides_it(
    high: float, said: str
) -> None:
    whole = comparisons.comparison()
    ends = (-0.25, -0.19) if high > 0.1 else (-0.25, 0.01)
    differences = whole.differences["delegated"] | {"trips": Estimate(-0.22, *ends)}
    unclear = Verdict("not clear yet: more replications", -0.44 - high, high, 0.01)
    verdicts = whole.verdicts["delegated"] | {"trips": unclear}
    seen = View(
        replace(
            whole,
            differences=whole.differences | {"delegated": differences},
            verdicts=whole.verdicts | {"delegated": verdicts},
        ),
        Words(),
    )
    assert row(seen, "trips").lines[2].verdict == said


def test_every_measure_is_in_the_second_table_the_whole_office_first() -> None:
    found = groups(view())
    assert [group.title for group in found] == [
        "The whole office",
        "Procedure: Certification of copies",
        "People who come for: Permits",
    ]
    whole = [each.label for each in found[0].rows]
    named = {m for m in comparisons.comparison().scenarios[BASELINE].measures if "@" not in m}
    only_differences = {
        "citizen_saving_year", "office_saving_year", "hours_saving_year", "trips_saving_year",
        "citizen_cost_change",
        "better_share", "unchanged_share", "worse_share",
    }  # fmt: skip
    assert len(whole) == len(set(whole)) == len(named | only_differences)


def test_a_measure_without_a_case_is_shown_as_such() -> None:
    lines = groups(view())[2].rows[0].lines
    assert lines[0].value == "no case"
    assert lines[1].difference == "no case"


def test_the_groups_of_causes_add_up_to_the_turnaround() -> None:
    found = where_time_goes(view())
    assert found is not None
    panel, wholes = found
    for place, whole in enumerate(wholes.values):
        parts = [series.values[place] for series in panel.series]
        assert whole is not None
        assert sum(part.mean for part in parts if part) == pytest.approx(whole.mean)


def test_a_night_that_an_absent_official_costs_is_not_laid_on_the_opening_hours() -> None:
    found = where_time_goes(view())
    assert found is not None
    by_name = {series.name: series.values[0] for series in found[0].series}
    closed = comparisons.comparison().scenarios[BASELINE].measures["time.closed"].mean
    waiting, otherwise = (
        by_name["Closed while it waits for staff"],
        by_name["Closed for other reasons"],
    )
    assert waiting is not None
    assert otherwise is not None
    assert closed is not None
    assert waiting.mean == pytest.approx(0.6 * closed)
    assert otherwise.mean == pytest.approx(0.4 * closed)


def test_numbers_have_thousands_separators_and_a_true_minus_and_no_negative_zero() -> None:
    words = Words()
    assert words.number(-1234567.4, 0) == "−1,234,567"
    assert words.number(-0.04, 1) == "0.0"
    assert words.plain(0.086250000000000001) == "0.08625"
    assert words.plain(2000) == "2,000"
    assert words.rounded(-1_234_567) == "−1,230,000"
    assert words.rounded(0) == "0"


def test_estimates_are_shown_as_far_as_they_were_made() -> None:
    words, unit = Words(), Unit("minutes", "minutes")
    assert words.estimate(Estimate(2.04, 1.0, 3.0), unit, signed=True) == "+2.0 (1.0 to 3.0)"
    assert words.estimate(Estimate(0.04, -1.0, 1.0), unit, signed=True) == "0.0 (−1.0 to 1.0)"
    assert words.estimate(Estimate(2.0, None, None), unit) == "2.0 (no interval)"
    assert words.estimate(Estimate(None, None, None), unit) == "no case"
    assert words.estimate(None, unit) == "no case"


def test_money_carries_the_currency_of_the_office() -> None:
    words = Words(currency="PLN")
    assert names.unit("money", words, 12.5).name == "PLN a case"
    assert words.quantity(12.5, names.unit("money", words, 12.5)) == "12.50"
    assert words.quantity(51_268.4, names.unit("money", words, 51_268.4)) == "51,268"


@pytest.mark.parametrize(
    ("hours", "name", "shown"),
    [(0.5, "minutes", "30.0"), (5, "hours", "5.00"), (26, "hours", "26.0"),
     (96, "calendar days", "4.00"), (480, "calendar days", "20.0")],
)  # fmt: skip
def test_time_by_the_clock_is_shown_in_the_unit_people_use(
    hours: float, name: str, shown: str
) -> None:
    unit = names.unit("hours", Words(), hours)
    assert unit.of_difference == name
    assert Words().quantity(hours, unit) == shown


@pytest.mark.parametrize(
    ("hours", "shown"),
    [
        ((0, 0.25, 2), ["0 min", "15 min", "120 min"]),
        ((0, 0.5, 70), ["0 h", "0.5 h", "70 h"]),
        ((0, 20, 480), ["0 days", "0.8 days", "20 days"]),
    ],
)
def test_edges_of_bins_are_all_in_the_unit_of_the_longest(
    hours: tuple[float, ...], shown: list[str]
) -> None:
    assert clock_times(hours, Words()) == shown


def test_braces_in_titles_are_no_placeholders() -> None:
    assert Words().say("{title}: {n}", title="{n} {x}", n=3) == "{n} {x}: 3"


def test_every_measure_and_cause_has_a_name_of_its_own() -> None:
    office = Office.model_validate(comparisons.COMMUNE)
    measures = [*names.MEASURES, *(f"time.{cause}" for cause in names.CAUSES)]
    measures += [f"cost.{step}" for step in names.COST_STEPS]
    measures += [
        f"{m}{end}"
        for m in ("wait_minutes", "turnaround_hours")
        for end in ("_p50", "_p90", "_p95")
    ]
    labels = [names.label(measure, office, Words()) for measure in measures]
    assert len(set(labels)) == len(labels)
    assert names.label("utilisation.counter", office, Words()) == "Staff load, Reception counter"
