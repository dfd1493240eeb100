"""The answer in plain words says what is clear, and only that, with its interval."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from sim.comparison import BASELINE, Comparison, Estimate, Verdict
from sim.report import names
from sim.report.changes import changes
from sim.report.headline import Answer, answers
from sim.report.view import View
from sim.verdicts import simultaneous
from sim.words import Words
from tests import comparisons


def answer(scenario: str, comparison: Comparison | None = None) -> Answer:
    seen = View(comparison or comparisons.comparison(), Words())
    return next(each for each in answers(seen, changes(seen)) if each.id == scenario)


def changed(scenario: str, found: dict[str, Estimate], made: dict[str, Verdict]) -> Comparison:
    """Return the comparison with other differences and verdicts in one scenario."""
    whole = comparisons.comparison()
    return replace(
        whole,
        differences=whole.differences | {scenario: whole.differences[scenario] | found},
        verdicts=whole.verdicts | {scenario: whole.verdicts[scenario] | made},
    )


def with_verdicts(says: str, **others: str) -> Comparison:
    """Return the comparison with the same verdict on every measure but a few.

    Of what is saved in a year nothing is clear: its intervals hold zero.
    """
    whole = comparisons.comparison()
    made = {
        name: Verdict(others.get(name, says), each.low, each.high, each.matters)
        for name, each in whole.verdicts["delegated"].items()
    }
    year = {
        name: Estimate(each.mean, -each.mean, 3 * each.mean)
        for name, each in whole.differences["delegated"].items()
        if name.endswith("_saving_year") and each.mean
    }
    return changed("delegated", year, made)


def test_the_answer_says_the_clear_gains_with_their_intervals_and_what_they_are_worth() -> None:
    assert answer("delegated").lead == (
        "On average people make 16 fewer trips in 100 cases (14 to 18) and people wait 17.2 "
        "minutes less (15.1 to 19.3); in a year that saves citizens about 18.8 million VND, 438 "
        "hours and 220 trips."
    )


def test_no_difference_that_matters_is_said_as_such() -> None:
    found = answer("delegated", with_verdicts("no difference that matters"))
    assert found.lead.startswith("Over all cases this makes no difference that matters")
    assert not any(each.here.mood for each in found.saved)


def test_what_is_not_clear_yet_is_said_as_such() -> None:
    found = answer("delegated", with_verdicts("not clear yet: more replications"))
    assert found.lead.startswith("Over all cases no clear difference so far")
    assert any(s.startswith("Not clear yet, more replications would tell:") for s in found.further)


def test_a_mixture_of_unclear_and_none_is_no_clear_difference() -> None:
    mixed = with_verdicts("no difference that matters", trips="not clear yet: more replications")
    assert answer("delegated", mixed).lead.startswith("Over all cases no clear difference")


def test_too_many_open_cases_are_said_as_the_reason_for_no_verdict() -> None:
    spoilt = with_verdicts("less", turnaround_hours="no verdict: too many cases still open")
    found = answer("delegated", spoilt)
    assert "in hand" not in found.lead
    assert (
        "No verdict, since too many cases were still open at the end: "
        "From first arrival to last result." in found.further
    )


def test_a_loss_is_said_beside_the_gains() -> None:
    whole = comparisons.comparison()
    differences = whole.differences["delegated"] | {"wait_minutes": Estimate(2.0, 1.0, 3.0)}
    verdicts = whole.verdicts["delegated"] | {"wait_minutes": Verdict("more", 0.9, 3.1, 1)}
    worse = replace(
        whole,
        differences=whole.differences | {"delegated": differences},
        verdicts=whole.verdicts | {"delegated": verdicts},
    )
    found = answer("delegated", worse)
    assert "wait 2.0 minutes less" not in found.lead
    assert ", but people wait 2.0 minutes more (1.0 to 3.0); in a" in found.lead


def test_losses_alone_are_the_answer() -> None:
    whole = comparisons.comparison()
    differences = whole.differences["shorter"] | {"wait_minutes": Estimate(2.0, 1.0, 3.0)}
    verdicts = whole.verdicts["shorter"] | {"wait_minutes": Verdict("more", 0.9, 3.1, 1)}
    worse = replace(
        whole,
        differences=whole.differences | {"shorter": differences},
        verdicts=whole.verdicts | {"shorter": verdicts},
    )
    assert answer("shorter", worse).lead == (
        "On average nothing gets clearly better, but people wait 2.0 minutes more (1.0 to 3.0); "
        "in a year no difference that matters in money, hours or trips."
    )


def test_a_year_is_worth_something_only_where_its_own_interval_is_clear() -> None:
    money = answer("delegated").saved[0].here
    assert (money.shown, money.interval) == ("18.8 million VND saved", "17.0 to 20.7")
    wide = {"citizen_saving_year": Estimate(18.8e6, 1e6, 36.6e6)}  # wider, it holds nothing
    found = answer("delegated", changed("delegated", wide, {}))
    money = found.saved[0].here
    assert (money.shown, money.interval) == (
        "not clear yet",
        "from 12.0 million VND more to 49.6 million VND saved",
    )
    assert money.confidence == simultaneous(4)
    assert "VND" not in found.lead


def test_what_gets_worse_in_a_year_is_said_with_the_answer() -> None:
    year = {
        "hours_saving_year": Estimate(-300.0, -320.0, -280.0),
        "office_saving_year": Estimate(-9e6, -9.5e6, -8.5e6),
    }
    lead = answer("delegated", changed("delegated", year, {})).lead
    assert (
        "; in a year that saves citizens about 18.8 million VND and 220 trips; in a year it "
        "takes citizens about 300 hours more; in a year the office spends about 9.00 million VND "
        "more."
    ) in lead


@pytest.mark.parametrize(
    ("trips", "said"),
    [
        (Estimate(0.0, -1.0, 1.0), "; in a year no difference that matters in money, hours or"),
        (Estimate(50.0, -50.0, 150.0), "; in a year no clear difference in money, hours or trips."),
    ],
)
def test_that_nothing_is_saved_in_a_year_is_said_too(trips: Estimate, said: str) -> None:
    little = {
        name: Estimate(0.0, -1.0, 1.0)
        for name in ("citizen_saving_year", "hours_saving_year", "office_saving_year")
    }
    found = changed("delegated", little | {"trips_saving_year": trips}, {})
    assert said in answer("delegated", found).lead


def test_a_little_of_the_whole_is_no_difference_that_matters_in_a_year() -> None:
    year = {"citizen_saving_year": Estimate(-112_000.0, -120_000.0, -104_000.0)}
    found = answer("delegated", changed("delegated", year, {}))
    assert found.saved[0].here.shown == "no difference that matters"
    assert "112,000" not in found.lead


# ---- More people give up -------------------------------------------------------------------------


def given_up(by: Estimate, says: str) -> Comparison:
    return changed("delegated", {"lost": by}, {"lost": Verdict(says, by.low, by.high, 0.01)})


def test_people_who_give_up_are_no_saving_and_come_first_among_the_losses() -> None:
    found = answer("delegated", given_up(Estimate(0.12, 0.1, 0.14), "more"))
    assert found.lead == (
        "On average nothing gets clearly better, but cases given up rise by 12.0 percentage points "
        "(10.0 to 14.0); more people give up: who leaves without a result makes fewer trips and "
        "waits less, so no gain and no saving is claimed."
    )
    assert found.further[0] == (
        "Not claimed, since not the same people get a result: people make 16 fewer trips in 100 "
        "cases (14 to 18), people wait 17.2 minutes less (15.1 to 19.3), same-day results rise by "
        "16.0 percentage points (14.1 to 17.9), results are in hand 9.2 hours sooner (8.1 to 10.3) "
        "and a case costs the citizen 13,704 VND less (12,060 to 15,348)."
    )
    assert not any(each.here.mood == "better" for each in found.saved)
    assert found.saved[0].here.shown == "none claimed: more people give up"
    assert "VND" not in found.lead


def test_cases_given_up_are_the_first_of_several_losses() -> None:
    slow, by = Estimate(2.0, 1.0, 3.0), Estimate(0.12, 0.1, 0.14)
    made = {"wait_minutes": Verdict("more", 0.9, 3.1, 1), "lost": Verdict("more", 0.09, 0.15, 0.01)}
    lead = answer("delegated", changed("delegated", {"wait_minutes": slow, "lost": by}, made)).lead
    assert ", but cases given up rise by 12.0 percentage points" in lead
    assert "and people wait 2.0 minutes more" in lead


def test_people_who_perhaps_give_up_are_no_saving_either() -> None:
    unclear = given_up(Estimate(0.02, -0.01, 0.05), "not clear yet: more replications")
    found = answer("delegated", unclear)
    assert not any(each.here.mood == "better" for each in found.saved)
    assert found.lead.startswith(
        "Over all cases no gain and no loss is claimed; perhaps more people give up:"
    )
    few = given_up(Estimate(0.002, -0.03, 0.034), "not clear yet: more replications")
    assert "saves citizens" in answer("delegated", few).lead


def test_fewer_who_give_up_are_a_gain_and_take_no_saving_away() -> None:
    found = answer("delegated", given_up(Estimate(-0.12, -0.14, -0.1), "less"))
    assert found.lead.startswith("On average cases given up fall by 12.0 percentage points")
    assert "saves citizens" in found.lead


def test_what_people_pay_who_no_more_give_up_is_no_extra_cost() -> None:
    fewer = Estimate(-0.12, -0.14, -0.1)
    found = {
        "lost": fewer,
        "citizen_cost": Estimate(10_487.0, 10_000.0, 11_000.0),
        "wait_minutes": Estimate(2.0, 1.0, 3.0),
        "office_cost": Estimate(9_000.0, 8_500.0, 9_500.0),
    }
    made = {
        "lost": Verdict("less", -0.14, -0.1, 0.01),
        "citizen_cost": Verdict("more", 9_900, 11_100, 500),
        "wait_minutes": Verdict("more", 0.9, 3.1, 1),
        "office_cost": Verdict("more", 8_400, 9_600, 500),
    }
    staffed = answer("delegated", changed("delegated", found, made))
    assert "people wait" not in staffed.lead
    assert "costs the citizen" not in staffed.lead
    assert "but a case costs the office 9,000 VND more" in staffed.lead
    assert "fewer people give up, or so it seems: who now gets a result also comes" in staffed.lead
    assert any(
        s.startswith("Not claimed, since not the same people get a result: people wait 2.0")
        for s in staffed.further
    )


def test_where_the_mean_falls_and_the_middle_rises_both_are_said() -> None:
    rises = {"wait_minutes_p50": Estimate(0.8, 0.7, 0.9)}
    whole = changed("delegated", rises, {})
    longer = whole.scenarios["delegated"]
    measures = longer.measures | {"wait_minutes_p50": comparisons.near(19.6)}
    said = answer(
        "delegated",
        replace(
            whole,
            scenarios=whole.scenarios | {"delegated": replace(longer, measures=measures)},
        ),
    )
    assert said.beware == (
        "Waiting in the office: the mean falls, but the case in the middle rises from 18.8 to "
        "19.6 minutes a case.",
    )
    assert answer("delegated").beware == ()


# ---- Another number of cases ---------------------------------------------------------------------


def with_more_cases(year: Estimate) -> Comparison:
    """Return the comparison with cheaper cases in one scenario, of which there are more."""
    found = changed(
        "more_people",
        {"office_cost": Estimate(-9_000.0, -9_500.0, -8_500.0), "office_saving_year": year},
        {"office_cost": Verdict("less", -9_900, -8_000, 500)},
    )
    more = found.scenarios["more_people"]
    more = replace(more, measures=more.measures | {"cases": comparisons.near(1_700)})
    return replace(found, scenarios=found.scenarios | {"more_people": more})


def test_more_people_do_not_count_as_a_saving_of_the_office() -> None:
    found = answer("more_people", with_more_cases(Estimate(0.0, -1e5, 1e5)))
    assert not any("9,000 VND less" in s for s in (found.lead, *found.further))
    assert found.further[-1] == (
        "23.6% more cases come, so the office's cost is judged by the year: "
        "no difference that matters (from 100,000 VND more to 100,000 VND saved)."
    )


def test_an_office_that_spends_more_on_more_cases_is_said_to_do_so_first() -> None:
    costly = with_more_cases(Estimate(-20e6, -21e6, -19e6))
    assert "in a year the office spends about 20.0 million VND more." in (
        answer("more_people", costly).lead
    )
    nothing = {
        name: replace(each, says="not clear yet: more replications")
        for name, each in costly.verdicts["more_people"].items()
    }
    year = {
        name: Estimate(1.0, -1e9, 1e9)
        for name in ("citizen_saving_year", "hours_saving_year", "trips_saving_year")
    }
    unclear = replace(
        costly,
        verdicts=costly.verdicts | {"more_people": nothing},
        differences=costly.differences | {"more_people": costly.differences["more_people"] | year},
    )
    assert answer("more_people", unclear).lead == (
        "Over all cases no clear difference so far; in a year the office spends about 20.0 million "
        "VND more."
    )


# ---- Places that are changed ---------------------------------------------------------------------


def test_a_procedure_that_changed_is_spoken_of_where_its_cases_are_lost_in_the_mean() -> None:
    whole = comparisons.comparison()
    shorter = whole.differences["shorter"] | {
        "turnaround_hours@permit": Estimate(-120.0, -130.0, -110.0)
    }
    changed = replace(whole, differences=whole.differences | {"shorter": shorter})
    text = "For “Permit”: on average results are in hand 5.00 calendar days sooner (4.58 to 5.42)."
    assert text in answer("shorter", changed).for_some
    wide = shorter | {"turnaround_hours@permit": Estimate(-120.0, -250.0, 10.0)}
    unclear = replace(whole, differences=whole.differences | {"shorter": wide})
    assert not answer("shorter", unclear).for_some


def test_many_demands_that_change_do_not_hide_the_one_procedure_that_does() -> None:
    def four_demands(per_day: float, raw: dict[str, Any]) -> None:
        demand = raw["demands"].pop()
        raw["demands"] += [demand | {"id": f"d{i}", "per_day": per_day} for i in range(4)]

    def shorter_and_more(raw: dict[str, Any]) -> None:
        raw["procedures"][1]["deadline"] = {"within": "5 working days"}
        four_demands(0.3, raw)

    whole = comparisons.comparison()
    office = comparisons.office(partial(four_demands, 0.2))
    before = replace(whole.scenarios[BASELINE], office=office)
    after = replace(whole.scenarios["shorter"], office=comparisons.office(shorter_and_more))
    gains = whole.differences["shorter"] | {
        f"turnaround_hours@{place}": Estimate(-120.0, -130.0, -110.0)
        for place in ("permit", "@d0", "@d1", "@d2", "@d3")
    }
    changed = replace(
        whole,
        scenarios=whole.scenarios | {BASELINE: before, "shorter": after},
        differences=whole.differences | {"shorter": gains},
    )
    alone = answer("shorter", changed).for_some
    assert len(alone) == 1
    assert alone[0].startswith("For “Permit”: ")


PERMIT = "For “Permit”: on average "


def for_permits(found: dict[str, Estimate], **over_all: Estimate) -> tuple[str, ...]:
    """Return what is said of the procedure that is changed, where trips fall over all cases."""
    less = {"trips": Verdict("less", -0.05, -0.03, 0.01)}
    by_place = {f"{name}@permit": each for name, each in found.items()}
    every = {"trips": Estimate(-0.04, -0.045, -0.035)} | over_all
    return answer("shorter", changed("shorter", by_place | every, less)).for_some


def test_what_is_clear_over_all_cases_is_not_said_again_for_a_procedure() -> None:
    assert for_permits({"trips": Estimate(-0.07, -0.075, -0.065)}) == ()


def test_what_is_far_larger_where_it_is_changed_is_said_though_it_is_clear_over_all() -> None:
    (said,) = for_permits({"trips": Estimate(-1.38, -1.41, -1.35)})
    assert said == (f"{PERMIT}people make 138 fewer trips in 100 cases (135 to 141).")


def test_a_loss_of_a_place_is_not_said_without_its_gain() -> None:
    gain, loss = Estimate(-0.07, -0.075, -0.065), Estimate(20.0, 18.0, 22.0)
    (said,) = for_permits({"trips": gain, "turnaround_hours": loss})
    assert "7.0 fewer trips in 100" in said
    assert "later" in said


def test_of_many_places_and_measures_only_what_is_clear_by_wider_intervals_is_said() -> None:
    almost = Estimate(-1.0, -1.9, -0.1)  # clear by itself; one of twelve, it is not
    assert for_permits({"trips": almost}) == ()


def test_gains_beyond_the_first_two_are_said_too() -> None:
    assert (
        "Also: same-day results rise by 16.0 percentage points (14.1 to 17.9), "
        "results are in hand 9.2 hours sooner (8.1 to 10.3) and "
        "a case costs the citizen 13,704 VND less (12,060 to 15,348)."
    ) in answer("delegated").further


@pytest.mark.parametrize("measure", names.MEASURES)
def test_less_and_more_are_said_differently(measure: str) -> None:
    known = names.MEASURES[measure]
    assert known.less != known.more
    assert re.search("less|fewer|fall|sooner", known.less)
    assert re.search("more|rise|later", known.more)


def test_of_several_places_the_one_that_changes_most_is_said_first_and_the_others_apart() -> None:
    def both(raw: dict[str, Any]) -> None:
        raw["procedures"][1]["deadline"] = {"within": "5 working days"}
        raw["demands"][0]["per_day"] = 5.1

    found = {
        "trips@permit": Estimate(-0.7, -0.72, -0.68),
        "trips@@copies": Estimate(-1.38, -1.41, -1.35),
        "turnaround_hours@@copies": Estimate(-120.0, -130.0, -110.0),
    }
    whole = changed("shorter", found, {})
    office = replace(whole.scenarios["shorter"], office=comparisons.office(both))
    said = answer("shorter", replace(whole, scenarios=whole.scenarios | {"shorter": office}))
    (first,) = said.for_some
    assert first.startswith("For people who come for “Copies”: on average people make 138 fewer")
    assert "5.00 calendar days sooner" in first
    assert said.further[0].startswith("For “Permit”: on average people make 70 fewer")
