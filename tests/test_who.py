"""Who gains and who loses is told of the same cases, group by group."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.charts import Panel, Series, Value
from sim.comparison import Comparison, Estimate, Fare
from sim.diverging import diverging
from sim.report.view import View
from sim.report.who import fares, gainers, overview
from sim.words import Words
from tests import comparisons


def view(comparison: Comparison | None = None) -> View:
    return View(comparison or comparisons.comparison(), Words())


def with_fares(*made: Fare) -> View:
    return view(replace(comparisons.comparison(), fares={"delegated": made}))


def fare(by: str, group: str, better: float | None = 0.1, cases: float = 10) -> Fare:
    share = Estimate(better, better, better)
    return Fare(by, group, share, share, share, cases)  # type: ignore[arg-type]


def test_who_gains_and_who_loses_is_said_in_shares() -> None:
    says = {each.id: each.says for each in gainers(view())}
    assert says["delegated"] == (
        "Of the same cases in both, 18.4% have their result sooner by a minute or more, "
        "2.2% later, 79.4% at the same time."
    )


def test_it_is_told_by_procedure_hour_and_priority() -> None:
    panels = fares(view(), "delegated")
    assert [panel.title for panel in panels] == [
        "By procedure",
        "By hour of the first arrival",
        "By priority",
    ]
    assert panels[0].categories == ("Certification of copies", "Permit")
    assert panels[1].categories[0] == "07:00"
    assert panels[2].categories == ("Served first by law", "All others")


@pytest.mark.parametrize("place", range(3))
def test_the_three_shares_of_each_group_are_the_whole(place: int) -> None:
    panel = fares(view(), "delegated")[place]
    for values in zip(*(series.values for series in panel.series[:3]), strict=True):
        assert sum(value.mean for value in values if value) == pytest.approx(100)


def test_the_table_says_how_many_cases_are_compared_and_the_chart_draws_shares_alone() -> None:
    seen = with_fares(fare("hour", "9", cases=0.4), fare("hour", "10", cases=1234))
    panel = fares(seen, "delegated")[0]
    assert panel.series[3].name == "cases compared, in all runs"
    runs = seen.comparison.replications
    assert [value.mean for value in panel.series[3].values if value] == [
        round(0.4 * runs), 1234 * runs,
    ]  # fmt: skip
    bars = [trace["name"] for trace in diverging(panel)["data"] if trace["type"] == "bar"]
    assert bars == ["later", "sooner"]


def test_hours_stand_in_the_order_of_the_day() -> None:
    hours = with_fares(*(fare("hour", hour) for hour in ("16", "9", "10")))
    assert fares(hours, "delegated")[0].categories == ("09:00", "10:00", "16:00")


def test_groups_without_a_case_and_groupings_into_one_are_left_out() -> None:
    seen = with_fares(
        fare("priority", "yes", None), fare("priority", "no"), fare("procedure", "permit")
    )
    assert fares(seen, "delegated") == []


def test_of_very_many_procedures_those_with_most_cases_are_shown_in_file_order() -> None:
    seen = with_fares(*(fare("procedure", f"p{i}", cases=i) for i in range(30)))
    panel = fares(seen, "delegated")[0]
    assert panel.categories == tuple(f"P{i}" for i in range(18, 30))


def test_without_groups_the_shares_of_all_cases_are_told_still() -> None:
    seen = view(replace(comparisons.comparison(), fares={}))
    found = gainers(seen)
    assert all(each.sides == () and each.says for each in found)
    assert found[1].says.startswith("Of the same cases in both, 18.4%")
    panel = overview(seen)
    assert panel is not None
    assert panel.categories == tuple(seen.names[each.id] for each in seen.others)


def test_where_nobody_gains_or_loses_that_is_all_there_is_to_say() -> None:
    found = next(each for each in gainers(view()) if each.id == "shorter")
    cases = round(1370 / 2 * comparisons.comparison().replications)
    assert found.says == (
        f"Of {cases:,} cases compared, none has its result a minute sooner or later."
    )
    assert found.sides == ()


def test_who_has_no_result_in_either_is_told_apart_in_sentence_and_table() -> None:
    none = Estimate(0.25, 0.2, 0.3)
    groups = [fare("all", ""), fare("priority", "yes"), fare("priority", "no")]
    seen = with_fares(*(replace(each, no_result=none) for each in groups))
    says = next(each.says for each in gainers(seen) if each.id == "delegated")
    assert "10.0% at the same time; 25.0% have no result in either." in says
    (panel,) = fares(seen, "delegated")
    column = next(series for series in panel.series if series.name == "no result in either")
    assert [value.mean for value in column.values if value] == [25, 25]
    assert [series.name for series in panel.series[:2]] == ["later", "sooner"]


def test_cases_that_are_still_open_are_said_to_be_left_out() -> None:
    whole = comparisons.comparison()
    own = whole.differences["delegated"] | {"unfinished_cases": Estimate(2.5, 1.0, 4.0)}
    seen = view(replace(whole, differences=whole.differences | {"delegated": own}))
    says = {each.id: each.says for each in gainers(seen)}
    count = round(2.5 * whole.replications)
    assert says["delegated"].endswith(
        f"still open in one or both when the runs ended, {count} in all runs."
    )
    assert "Not compared" not in says["shorter"]


def test_nothing_is_said_of_what_was_not_measured() -> None:
    whole = comparisons.comparison()
    seen = view(replace(whole, fares={}, differences={id_: {} for id_ in whole.differences}))
    assert [each.says for each in gainers(seen)] == [""] * 4
    assert overview(seen) is None


# ---- The chart -----------------------------------------------------------------------------------


def panel(names: tuple[str, ...]) -> Panel:
    def values(mean: float) -> tuple[Value, ...]:
        return tuple(Value(mean, mean - 1, mean + 2, f"{mean:g}", f"{mean:g}") for _ in names)

    series = (
        Series("later", "#b04a00", values(3)),
        Series("sooner", "#0072b2", values(20)),
        Series("at the same time", "#5b6670", values(77)),
    )
    return Panel("Title", "Heading", "%", names, series)


@pytest.mark.parametrize("names", [("07:00", "08:00"), ("A procedure with a long name", "Another")])
def test_losses_lie_left_of_the_line_and_gains_right_with_their_intervals(
    names: tuple[str, ...],
) -> None:
    from plotly.graph_objects import Figure

    figure = diverging(panel(names))
    Figure(figure)
    left, right = (trace for trace in figure["data"] if trace["type"] == "bar")
    assert (left["x"], right["x"]) == ([-3, -3], [20, 20])
    assert (left["error_x"]["array"], left["error_x"]["arrayminus"]) == ([1, 1], [2, 2])
    assert (right["error_x"]["array"], right["error_x"]["arrayminus"]) == ([2, 2], [1, 1])
    assert left["marker"]["pattern"]["shape"] != right["marker"]["pattern"]["shape"]


def test_its_axis_counts_up_to_both_sides() -> None:
    axis = diverging(panel(("07:00",)))["layout"]["xaxis"]
    assert axis["tickvals"] == sorted(axis["tickvals"])
    assert not any("-" in text for text in axis["ticktext"])
    assert axis["range"][0] == -axis["range"][1]


def test_long_names_have_a_line_of_their_own_and_short_ones_stand_beside() -> None:
    long = diverging(panel(("Land, construction, agriculture and many other fields",)))["layout"]
    short = diverging(panel(("07:00",)))["layout"]
    assert len(long["annotations"]) == 1
    assert not long["yaxis"]["visible"]
    assert short["annotations"] == []
    assert short["yaxis"]["ticktext"] == ["07:00"]
