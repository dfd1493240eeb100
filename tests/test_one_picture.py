"""The one picture shows what matters most, before and after, with its uncertainty."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.charts import Value
from sim.comparison import Comparison, Estimate, Verdict
from sim.dumbbells import Dot, Dots, dumbbells
from sim.report.changes import changes
from sim.report.one_picture import MOST, Multiple
from sim.report.one_picture import chosen as chosen_of
from sim.report.one_picture import multiples as multiples_of
from sim.report.view import View
from sim.words import Words
from tests import comparisons


def view(comparison: Comparison | None = None) -> View:
    return View(comparison or comparisons.comparison(), Words())


def chosen(seen: View) -> list[str]:
    return chosen_of(seen, changes(seen))


def multiples(seen: View) -> list[Multiple]:
    return multiples_of(seen, changes(seen))


def with_verdicts(**said: str) -> Comparison:
    """Return the comparison with "not clear yet" over all cases everywhere but in few measures.

    Of single procedures nothing is measured.
    """
    whole = comparisons.comparison()
    found = {
        id_: {name: each for name, each in differences.items() if "@" not in name}
        for id_, differences in whole.differences.items()
    }
    made = {
        id_: {
            measure: Verdict(said.get(measure, "not clear yet: more replications"), -1, 1, 1)
            for measure in verdicts
        }
        for id_, verdicts in whole.verdicts.items()
    }
    return replace(whole, verdicts=made, differences=found)


def test_measures_with_clear_differences_come_first() -> None:
    assert chosen(view(with_verdicts(citizen_cost="less", on_time_share="more")))[1:] == [
        "citizen_cost",
        "on_time_share",
    ]
    assert len(chosen(view())) == MOST


def test_without_any_clear_difference_it_is_what_people_feel_first() -> None:
    assert chosen(view(with_verdicts())) == [
        "trips",
        "wait_minutes",
        "same_day_share",
    ]


def test_where_only_the_procedure_that_is_changed_gains_it_is_that_procedure() -> None:
    whole = with_verdicts()
    nothing = Estimate(0.0, -1.0, 1.0)
    differences = {
        id_: {
            name: comparisons.near(-120.0) if id_ == "shorter" else nothing
            for name in (*found, "turnaround_hours@permit")
        }
        for id_, found in whole.differences.items()
    }
    measured = {
        id_: replace(
            each, measures=each.measures | {"turnaround_hours@permit": comparisons.near(300.0)}
        )
        for id_, each in whole.scenarios.items()
    }
    seen = view(replace(whole, differences=differences, scenarios=measured))
    assert chosen(seen) == ["turnaround_hours@permit", "turnaround_hours"]
    found, _ = multiples(seen)
    assert found.table.title == "From first arrival to last result. Procedure: Permit"
    notes = [dot.note for dot in found.table.dots]
    assert "no clear difference" in notes[1]
    assert "; −5.0" in notes[4]


def test_an_office_cost_that_only_more_people_share_is_no_reason_to_show_it() -> None:
    clear = with_verdicts(office_cost="less")
    assert "office_cost" in chosen(view(clear))
    crowded = {
        id_: each
        if id_ == clear.baseline
        else replace(each, measures=each.measures | {"cases": comparisons.near(1_700)})
        for id_, each in clear.scenarios.items()
    }
    assert "office_cost" not in chosen(view(replace(clear, scenarios=crowded)))


def test_each_dot_says_its_value_its_difference_and_the_interval() -> None:
    dots = {dot.name: dot.note for dot in multiples(view())[1].table.dots}
    assert dots["The office as it is"] == "31.4 (30.5 to 32.3)"
    assert dots["No cutoff, and signing delegated"] == "14.2; −17.2 (−19.3 to −15.1)"


def test_no_clear_difference_is_said_beside_the_dot() -> None:
    said = {"trips": "no difference that matters", "citizen_cost": "less"}
    found = {each.id: each.table.dots[1:] for each in multiples(view(with_verdicts(**said)))}
    assert all("no difference that matters" in dot.note for dot in found["picture-trips"])
    waits = found["picture-wait_minutes"]
    assert all("no clear difference: " in dot.note for dot in waits)  # as the verdict says


def test_the_numbers_behind_it_are_those_of_the_dots() -> None:
    for multiple in multiples(view()):
        assert multiple.table.title == multiple.numbers.title
        drawn = [dot.value.mean for dot in multiple.table.dots if dot.value]
        assert drawn == [value.mean for value in multiple.numbers.series[0].values if value]


def test_all_values_of_a_panel_have_as_many_decimals() -> None:
    whole = comparisons.comparison()
    sharp = whole.scenarios["delegated"]
    trips = Estimate(1.446, 1.442, 1.45)  # known better than those of the others
    exact = replace(sharp, measures=sharp.measures | {"trips": trips})
    seen = view(replace(whole, scenarios=whole.scenarios | {"delegated": exact}))
    (found,) = (each for each in multiples(seen) if each.id == "picture-trips")
    shown = [dot.value.label for dot in found.table.dots if dot.value]
    assert {len(each.partition(".")[2]) for each in shown} == {3}
    assert shown[0] == "1.470"


def test_each_axis_says_which_way_is_better() -> None:
    axes = {each.id: each.table.axis for each in multiples(view())}
    assert axes["picture-trips"] == "a case (← less is better)"
    assert axes["picture-same_day_share"] == "% of cases (more is better →)"


@pytest.mark.parametrize(
    ("half", "said"),
    [
        (0.3, "no clear difference: −0.22 (−0.52 to +0.08)"),
        (0.1, "not clear whether it matters: −0.22 (−0.32 to −0.12)"),
    ],
)
def test_beside_what_is_not_clear_stands_the_interval_that_leaves_it_open(
    half: float, said: str
) -> None:
    whole = with_verdicts(trips="less")
    trips = Estimate(-0.22, -0.25, -0.19)
    unclear = Verdict("not clear yet: more replications", -0.22 - half, -0.22 + half, 0.5)
    seen = view(
        replace(
            whole,
            differences=whole.differences
            | {"delegated": whole.differences["delegated"] | {"trips": trips}},
            verdicts=whole.verdicts
            | {"delegated": whole.verdicts["delegated"] | {"trips": unclear}},
        )
    )
    (found,) = (each for each in multiples(seen) if each.id == "picture-trips")
    assert said.replace("+", "") in found.table.dots[2].note.replace("+", "")


def test_of_few_cases_the_weightiest_measure_is_shown_first_though_others_differ_oftener() -> None:
    whole = comparisons.comparison()
    touched = {
        id_: found
        | {"turnaround_hours@certify_copies": Estimate(-242.0, -248.0, -236.0)}
        | ({} if id_ == "delegated" else {"trips@certify_copies": Estimate(-1.38, -1.41, -1.35)})
        for id_, found in whole.differences.items()
    }
    assert chosen(view(replace(whole, differences=touched)))[:1] == ["trips@certify_copies"]


def test_where_half_of_the_scenarios_touch_few_cases_those_come_first_and_then_all() -> None:
    whole = comparisons.comparison()
    touched = {
        id_: found
        | {
            "trips@certify_copies": Estimate(-1.38, -1.41, -1.35),
            "turnaround_hours@certify_copies": Estimate(-242.0, -248.0, -236.0),
        }
        for id_, found in whole.differences.items()
    }
    assert chosen(view(replace(whole, differences=touched))) == [
        "trips@certify_copies",
        "turnaround_hours@certify_copies",
        "trips",
    ]


def test_an_office_that_ran_alone_has_no_before_and_after() -> None:
    assert multiples(view(comparisons.alone())) == []


# ---- The chart -----------------------------------------------------------------------------------


def value(mean: float, half: float | None = 1.0) -> Value:
    low, high = (None, None) if half is None else (mean - half, mean + half)
    return Value(mean, low, high, f"{mean:g}", f"{mean:g} (interval)")


def dots(*values: Value | None) -> Dots:
    made = (Dot(f"name {i}", "#111111", each, "a note") for i, each in enumerate(values))
    return Dots("Title", "minutes", tuple(made))


def test_dots_are_at_their_values_with_their_intervals_and_marks_of_their_own() -> None:
    from plotly.graph_objects import Figure

    figure = dumbbells(dots(value(10), value(7, 0.5), None))
    Figure(figure)
    marks = [trace for trace in figure["data"] if trace["mode"] == "markers"]
    assert [mark["x"] for mark in marks] == [[10], [7]]
    assert [mark["error_x"]["array"] for mark in marks] == [[1.0], [0.5]]
    assert len({mark["marker"]["symbol"] for mark in marks}) == 2


def test_the_line_of_the_value_before_runs_beside_every_dot() -> None:
    shapes = dumbbells(dots(value(10), value(7), value(9)))["layout"]["shapes"]
    lines = [shape for shape in shapes if shape["type"] == "line"]
    bands = [shape for shape in shapes if shape["type"] == "rect"]
    assert [line["x0"] for line in lines] == [10, 10, 10]
    assert {(band["x0"], band["x1"]) for band in bands} == {(9.0, 11.0)}


@pytest.mark.parametrize("after", [10.0, 10.01, 9.5])
def test_an_axis_is_so_wide_that_nothing_small_looks_large(after: float) -> None:
    low, high = dumbbells(dots(value(10, None), value(after, None)))["layout"]["xaxis"]["range"]
    assert high - low >= 0.2 * 10


def test_an_axis_of_what_is_never_below_zero_does_not_go_there() -> None:
    low, _ = dumbbells(dots(value(1, 0.9), value(0.2, 0.2)))["layout"]["xaxis"]["range"]
    assert low == 0


def test_an_axis_of_shares_does_not_go_beyond_all_of_them() -> None:
    table = replace(dots(value(99.5, 0.3), value(99.9, 0.1)), most=100.0)
    low, high = dumbbells(table)["layout"]["xaxis"]["range"]
    assert high == 100
    assert high - low >= 0.2 * 99.5  # as wide as else: nothing small looks large


def test_a_measure_without_a_case_is_drawn_empty() -> None:
    assert dumbbells(dots(None, None))["data"] == []


def test_cases_given_up_are_shown_first_where_there_are_more_of_them() -> None:
    whole = with_verdicts(trips="less", wait_minutes="less", citizen_cost="less")
    by = Estimate(0.1, 0.08, 0.12)
    more = replace(
        whole,
        scenarios={
            id_: replace(each, measures=each.measures | {"lost": comparisons.near(0.1)})
            for id_, each in whole.scenarios.items()
        },
        differences={id_: found | {"lost": by} for id_, found in whole.differences.items()},
        verdicts={
            id_: made | {"lost": Verdict("more", 0.07, 0.13, 0.01)}
            for id_, made in whole.verdicts.items()
        },
    )
    assert "lost" not in chosen(view(whole))
    assert "lost" in chosen(view(more))
