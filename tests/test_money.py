"""Costs step by step, what is saved in a year, and scores: computed, never forecast."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

import pytest

from sim.charts import Value
from sim.comparison import BASELINE, Comparison, Estimate, Verdict
from sim.report.changes import changes
from sim.report.money import falls, parts, steps, years
from sim.report.province import Gain, ProvinceTotals
from sim.report.scores import factors, points
from sim.report.view import View
from sim.report.worth import saved, year_says
from sim.waterfall import Step, Waterfall, waterfall
from sim.words import Words
from tests import comparisons


def view(comparison: Comparison | None = None) -> View:
    return View(comparison or comparisons.comparison(), Words())


def with_difference(scenario: str, **said: Estimate) -> Comparison:
    whole = comparisons.comparison()
    changed = whole.differences[scenario] | said
    return replace(whole, differences=whole.differences | {scenario: changed})


# ---- Compliance cost -----------------------------------------------------------------------------


def test_the_steps_lead_from_the_cost_before_to_the_cost_after() -> None:
    seen = view()
    for scenario in seen.others:
        table = steps(seen, scenario)
        assert table is not None
        way = sum(step.value.mean for step in table.steps)
        assert table.before.value.mean + way == pytest.approx(table.after.value.mean)


def test_steps_that_hardly_change_are_drawn_together_and_are_not_lost() -> None:
    seen = view(
        with_difference(
            "delegated",
            **{"cost.fees": Estimate(20.0, 10.0, 30.0), "cost.other": Estimate(7.0, 6.0, 8.0)},
        )
    )
    table = steps(seen, seen.comparison.scenarios["delegated"])
    assert table is not None
    assert [step.name for step in table.steps][-1] == "all else"
    assert table.steps[-1].value.mean == pytest.approx(27.0)


def test_a_comparison_without_the_steps_has_no_waterfall() -> None:
    whole = comparisons.comparison()
    bare = {
        id_: {name: each for name, each in found.items() if not name.startswith("cost.")}
        for id_, found in whole.differences.items()
    }
    assert falls(view(replace(whole, differences=bare))) == []


def test_the_parts_add_up_to_the_cost_of_a_case() -> None:
    panel = parts(view())
    assert panel is not None
    assert panel.categories[-2:] == ("Cost to the citizen", "Cost to the office")
    for series in panel.series:
        values = [each.mean for each in series.values if each]
        assert sum(values[:-2]) == pytest.approx(values[-2])


def value(mean: float) -> Value:
    return Value(mean, None, None, f"{mean:g}", f"{mean:g}")


def test_bars_of_a_waterfall_begin_where_the_one_before_has_ended() -> None:
    from plotly.graph_objects import Figure

    table = Waterfall(
        "Title",
        "VND",
        Step("Before", value(100)),
        Step("After", value(85)),
        (Step("one", value(-30)), Step("two", value(15))),
        ("#111111", "#222222", "#0072b2", "#b04a00"),
    )
    figure = waterfall(table)
    Figure(figure)
    whole, drawn = (trace for trace in figure["data"] if trace["type"] == "bar")
    assert whole["x"] == [100, 85]
    assert drawn["base"] == [100, 70]
    assert list(accumulate(drawn["x"], initial=100))[-1] == 85
    assert drawn["marker"]["color"] == ["#0072b2", "#b04a00"]
    assert drawn["marker"]["pattern"]["shape"] == ["", "/"]  # what lengthens is told without colour
    assert figure["layout"]["xaxis"]["range"][0] == 0


# ---- In a year -----------------------------------------------------------------------------------


def test_what_is_clearly_saved_is_said_with_its_interval() -> None:
    found = {each.kind: each.here for each in saved(view(), "delegated")}
    assert found["money"].shown == "18.8 million VND saved"
    assert found["hours"].shown == "438 hours saved"
    assert (found["trips"].shown, found["trips"].interval) == ("220 trips saved", "198 to 242")
    assert found["office"].shown == "no difference that matters"


def test_what_costs_more_is_no_saving() -> None:
    seen = view(with_difference("delegated", trips_saving_year=Estimate(-50.0, -60.0, -40.0)))
    trips = next(each.here for each in saved(seen, "delegated") if each.kind == "trips")
    assert (trips.shown, trips.interval, trips.mood) == (
        "50.0 trips more",
        "40.0 to 60.0",
        "worse",
    )


def test_an_interval_that_holds_nothing_is_not_clear() -> None:
    seen = view(with_difference("delegated", hours_saving_year=Estimate(50.0, -10.0, 110.0)))
    hours = next(each.here for each in saved(seen, "delegated") if each.kind == "hours")
    assert (hours.shown, hours.interval, hours.mood) == (
        "not clear yet",
        "from 53.7 hours more to 153.7 hours saved",
        "",
    )


def test_what_decides_is_shown_where_the_95_percent_interval_is_clear_by_itself() -> None:
    seen = view(with_difference("delegated", trips_saving_year=Estimate(40.0, 6.0, 74.0)))
    trips = next(each.here for each in saved(seen, "delegated") if each.kind == "trips")
    assert trips.shown == "not clear yet"
    assert trips.interval.startswith("from ")  # it holds zero
    assert trips.confidence > 0.99


@pytest.mark.parametrize(
    ("year", "said"),
    [
        (Estimate(-3.0, -4.0, -2.0), "2.0 to 4.0 hours more"),
        (Estimate(3.0, 2.0, 4.0), "2.0 to 4.0 hours saved"),
        (Estimate(0.0, -1.0, 2.0), "from 1.0 hours more to 2.0 hours saved"),
        (Estimate(0.0, 0.0, 0.0), ""),
    ],
)
def test_nothing_is_said_to_be_saved_below_zero(year: Estimate, said: str) -> None:
    seen = view(with_difference("delegated", hours_saving_year=year))
    hours = next(each.here for each in saved(seen, "delegated") if each.kind == "hours")
    assert (hours.shown, hours.interval) == ("no difference that matters", said)


def test_what_cannot_be_judged_by_the_case_cannot_by_the_year() -> None:
    whole = comparisons.comparison()
    spoilt = Verdict("no verdict: too many cases still open", -1, 1, 1)
    verdicts = whole.verdicts["delegated"] | {"trips": spoilt}
    seen = view(replace(whole, verdicts=whole.verdicts | {"delegated": verdicts}))
    found = {each.kind: each.here for each in saved(seen, "delegated")}
    assert found["trips"].shown == "no verdict: too many cases still open"
    assert (found["trips"].mood, found["money"].mood) == ("", "better")


def test_nothing_seen_in_few_cases_is_not_clear_by_the_year_either() -> None:
    whole = with_difference("delegated", trips_saving_year=Estimate(0.0, 0.0, 0.0))
    says = []
    for made in ("not clear yet: more replications", "no difference that matters"):
        trips = Verdict(made, -0.2, 0.2, 0.01)
        found = whole.verdicts | {"delegated": whole.verdicts["delegated"] | {"trips": trips}}
        says.append(year_says(view(replace(whole, verdicts=found)), "delegated", "trips"))
    assert says == ["not clear yet: more replications", "no difference that matters"]


def test_people_spend_no_more_where_fewer_of_them_give_up() -> None:
    less = Estimate(-300.0, -330.0, -270.0)
    whole = with_difference(
        "delegated", hours_saving_year=less, office_saving_year=Estimate(-9e6, -9.5e6, -8.5e6),
        lost=Estimate(-0.1, -0.12, -0.08),
    )  # fmt: skip
    verdicts = whole.verdicts["delegated"] | {"lost": Verdict("less", -0.13, -0.07, 0.01)}
    seen = view(replace(whole, verdicts=whole.verdicts | {"delegated": verdicts}))
    found = {each.kind: each.here for each in saved(seen, "delegated")}
    assert found["hours"].shown == "none claimed: fewer people give up, or so it seems"
    assert found["hours"].withheld
    assert found["office"].mood == "worse"


def test_an_office_without_money_has_no_tile_of_it() -> None:
    whole = comparisons.comparison()
    free = {
        id_: replace(each, measures=each.measures | {"citizen_cost": Estimate(0.0, 0.0, 0.0)})
        for id_, each in whole.scenarios.items()
    }
    found = saved(view(replace(whole, scenarios=free)), "delegated")
    assert [each.kind for each in found] == ["hours", "trips", "office"]


def test_a_year_is_judged_by_itself_and_not_by_verdicts_on_a_case() -> None:
    whole = comparisons.comparison()
    unclear = Verdict("not clear yet: more replications", -1, 1, 1)
    verdicts = whole.verdicts["delegated"] | {"trips": unclear}
    seen = view(replace(whole, verdicts=whole.verdicts | {"delegated": verdicts}))
    hours = next(each.here for each in saved(seen, "delegated") if each.kind == "hours")
    assert hours.shown == "438 hours saved"


@pytest.mark.parametrize(
    ("half", "says"),
    [
        (10.0, "more"),
        (34.0, "not clear yet: more replications"),  # clear of zero by itself, not among 36
    ],
)
def test_a_years_verdict_is_made_from_an_interval_that_holds_with_all_others(
    half: float, says: str
) -> None:
    year = Estimate(40.0, 40 - half, 40 + half)
    seen = view(with_difference("delegated", trips_saving_year=year))
    assert year_says(seen, "delegated", "trips") == says


def test_hours_and_trips_are_judged_in_an_office_without_money_too() -> None:
    whole = comparisons.comparison()
    free = {
        id_: replace(
            each,
            measures=each.measures
            | dict.fromkeys(("citizen_cost", "office_cost"), Estimate(0.0, 0.0, 0.0)),
        )
        for id_, each in whole.scenarios.items()
    }
    found = saved(view(replace(whole, scenarios=free)), "delegated")
    clear = [each.kind for each in found if each.here.mood == "better"]
    assert {"hours", "trips"} <= set(clear)


def test_what_matters_in_a_year_is_the_share_that_the_study_asks_for() -> None:
    before = view().estimate(BASELINE, "trips")
    assert before is not None
    assert before.mean is not None
    trips = 0.02 * before.mean * 1_375
    year = Estimate(trips, 0.99 * trips, 1.01 * trips)
    some = with_difference("delegated", trips_saving_year=year)
    says = [
        year_says(view(replace(some, relative=share)), "delegated", "trips")
        for share in (0.01, 0.04)
    ]
    assert says == ["more", "no difference that matters"]


def test_a_year_without_verdicts_has_none() -> None:
    whole = comparisons.comparison()
    seen = view(replace(whole, verdicts={}))
    assert year_says(seen, "delegated", "trips") == ""


def test_years_say_by_what_share_the_cost_falls() -> None:
    row = next(each for each in years(view()) if "delegated" in each.name)
    assert row.reduction == "−26.7% (−29.9 to −23.5)"


@pytest.mark.parametrize(
    ("lost", "says", "said"),
    [
        (0.0, "less", "−26.7% (−29.9 to −23.5)"),
        (0.1, "less", "−26.7% (−29.9 to −23.5), but not of the same people"),
        (0.0, "no difference that matters", "no difference that matters: −26.7% (−29.9 to −23.5)"),
    ],
)
def test_a_share_says_what_its_verdict_says(lost: float, says: str, said: str) -> None:
    whole = with_difference("delegated", lost=Estimate(lost, lost, lost))
    made = whole.verdicts["delegated"]
    found = made | {
        "citizen_cost": replace(made["citizen_cost"], says=says),
        "lost": Verdict("more" if lost else "no difference that matters", lost, lost, 0.01),
    }
    seen = view(replace(whole, verdicts=whole.verdicts | {"delegated": found}))
    assert next(each for each in years(seen) if "delegated" in each.name).reduction == said


def test_a_small_share_has_decimals_enough_for_its_interval() -> None:
    small = Estimate(0.0006, -0.0003, 0.0015)
    seen = view(with_difference("delegated", citizen_cost_change=small))
    row = next(each for each in years(seen) if "delegated" in each.name)
    assert row.reduction == "+0.06% (−0.03 to 0.15)"


def test_a_province_stands_beside_the_office_with_the_same_hours() -> None:
    year = Gain(Estimate(9_800.0, 8_000.0, 11_600.0), "less")
    gains = dict.fromkeys(("citizen_cost", "citizen_hours", "trips", "office_cost"), year)
    totals = ProvinceTotals(24, {"delegated": gains})
    found = {each.kind: each.everywhere for each in saved(view(), "delegated", totals)}
    assert found["hours"] is not None
    assert found["hours"].shown == "9,800 hours saved"
    assert all(each.everywhere is None for each in saved(view(), "delegated"))


# ---- Scores --------------------------------------------------------------------------------------


def test_progress_of_handling_is_twenty_times_the_share_on_time() -> None:
    panel = points(view())
    assert panel is not None
    share = comparisons.comparison().scenarios[BASELINE].measures["on_time_share"].mean
    assert share is not None
    last = panel.series[0].values[-1]
    assert last is not None
    assert last.mean == pytest.approx(20 * share)


def test_no_interval_of_points_is_wider_than_there_are_points() -> None:
    whole = comparisons.comparison()
    before = whole.scenarios[BASELINE]
    sure = before.measures | {"on_time_share": Estimate(0.999, 0.99, 1.008)}
    seen = view(
        replace(whole, scenarios=whole.scenarios | {BASELINE: replace(before, measures=sure)})
    )
    panel = points(seen)
    assert panel is not None
    last = panel.series[0].values[-1]
    assert last is not None
    assert last.high == pytest.approx(20)


def test_factors_of_the_survey_say_what_is_touched_and_have_no_number() -> None:
    seen = view()
    found = factors(seen, changes(seen))
    assert [each.name for each in found] == [
        "Access", "Procedures", "Officials", "Results", "Feedback",
    ]  # fmt: skip
    assert all(len(each.touched) == len(seen.others) for each in found)
    texts = [text for each in found for text in each.touched]
    assert not any(letter.isdigit() for text in texts for letter in text)


def test_a_factor_is_touched_by_clear_differences_and_by_what_is_changed() -> None:
    seen = view()
    by_name = {each.name: each.touched[1] for each in factors(seen, changes(seen))}  # delegated
    assert by_name["Access"] == "Waiting in the office: less"
    assert by_name["Officials"] == "changed: who may do what"
    assert "changed: until when results are given the same day" in by_name["Procedures"]
    assert by_name["Feedback"] == ""


def test_an_id_that_reads_like_a_key_touches_nothing() -> None:
    def named(raw: comparisons.Raw) -> None:
        raw["teams"][0]["id"] = "deadline"

    def stronger(raw: comparisons.Raw) -> None:
        named(raw)
        raw["teams"][0]["staff"] = 3

    whole = comparisons.comparison()
    office = replace(whole.scenarios[BASELINE], office=comparisons.office(named))
    after = replace(whole.scenarios["shorter"], office=comparisons.office(stronger))
    seen = view(replace(whole, scenarios={BASELINE: office, "shorter": after}))
    by_name = {each.name: each.touched[0] for each in factors(seen, changes(seen))}
    assert by_name["Officials"] == "changed: how many work there"
    assert by_name["Procedures"] == ""
