"""What the first slide says: which scenario gains most, in what, and what must be known of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sim.comparison import Comparison, Estimate, Verdict
from sim.present.content import deck
from sim.present.findings import Findings
from sim.verdicts import NOT_CLEAR
from tests import comparisons, decks
from tests.decks import only, titles


@pytest.fixture(scope="module")
def english() -> Any:
    return decks.usual()


def test_the_first_title_is_the_answer_and_names_a_rival_that_is_not_clearly_apart(english):
    assert titles(english)[0] == (
        "Fewest trips with “No cutoff, and signing delegated” and “The same, and 25% more people "
        "come”, not clearly apart: 16 fewer trips in 100 cases (14 to 18)"
    )


def test_one_scenario_is_said_to_bring_what_it_brings():
    one = only(decks.comparison(), "until_closing")
    assert deck(decks.view(one)).answer == (
        "No 3 p.m. cutoff: 8 fewer trips in 100 cases (7 to 9) and 0.5 minutes less waiting "
        "(0.4 to 0.6)"
    )


def test_most_is_gained_only_where_a_scenario_is_clearly_ahead_of_all_others():
    ahead = changed("delegated", {"trips": comparisons.near(-0.3)}, {})
    found = Findings(decks.view(ahead))
    assert found.headline.startswith("Most is gained with “No cutoff, and signing delegated”: 30")
    assert found.standing.lead is not None
    assert found.standing.lead.alike == ()


def test_a_scenario_ahead_in_trips_alone_is_said_to_be_ahead_in_trips():
    sooner = changed("until_closing", {"wait_minutes": comparisons.near(-25.0)}, {})
    ahead = replace(
        sooner,
        differences=sooner.differences
        | {"delegated": sooner.differences["delegated"] | {"trips": comparisons.near(-0.3)}},
    )
    found = Findings(decks.view(ahead))
    assert found.headline == (
        "Fewest trips with “No cutoff, and signing delegated”: 30 fewer trips in 100 cases "
        "(29 to 31)"
    )


def test_of_scenarios_not_clearly_apart_the_one_with_least_assumed_leads():
    larger = {"trips": Estimate(-0.17, -0.18, -0.15)}
    lead = Findings(decks.view(changed("more_people", larger, {}))).standing.lead
    assert lead is not None
    assert (lead.scenario, lead.alike) == ("delegated", ("more_people",))


def unclear(differences: bool) -> Comparison:
    """Return a comparison without verdicts, and perhaps without a difference off zero."""
    whole = decks.comparison()
    verdicts = {
        id_: {name: replace(verdict, says=NOT_CLEAR) for name, verdict in made.items()}
        for id_, made in whole.verdicts.items()
    }
    wide = {
        id_: {
            name: Estimate(each.mean, -2 * abs(each.mean or 0.0), 2 * abs(each.mean or 0.0))
            for name, each in found.items()
            if not (differences and "@" in name)
        }
        for id_, found in whole.differences.items()
    }
    kept = whole.differences if differences else wide
    some = {
        id_: {name: each for name, each in found.items() if "@" not in name}
        for id_, found in kept.items()
    }
    return replace(whole, verdicts=verdicts, differences=some)


def test_where_nothing_is_clear_that_is_the_title():
    found = deck(decks.view(unclear(differences=False)))
    assert found.answer == "No clear difference between the scenarios and the office as it is"
    assert all("no clear difference" in line for line in found.lines)


def test_where_only_the_many_comparisons_leave_it_open_too_few_runs_are_named():
    found = deck(decks.view(unclear(differences=True)))
    assert found.answer == "Not sure yet: too few runs for so many comparisons"
    assert "No 3 p.m. cutoff: not sure yet, too few runs" in found.lines


FEW = {
    "turnaround_hours@permit": Estimate(-173.0, -176.4, -169.6),
    "on_time_share@permit": Estimate(-0.09, -0.11, -0.07),
}


def for_few(over_all: Estimate, says: str) -> Comparison:
    """Return a comparison of which one scenario changes a rare procedure alone."""
    made = {"turnaround_hours": Verdict(says, over_all.low, over_all.high, 0.01)}
    return only(changed("shorter", FEW | {"turnaround_hours": over_all}, made), "shorter")


def test_what_the_mean_of_all_cases_hides_is_said_first_of_the_cases_it_concerns():
    found = deck(decks.view(for_few(Estimate(-5.14, -5.48, -4.8), "less")))
    assert found.answer == (
        "Permits in 5 working days, desks paced to it: for “Permit”: results 7.21 calendar "
        "days sooner (7.07 to 7.35), but on time down by 9.0 percentage points (7.0 to 11.0); over "
        "all cases: results 5.1 hours sooner (4.8 to 5.5)"
    )


def test_what_is_clear_for_few_cases_is_a_gain_where_all_cases_leave_it_open():
    found = deck(decks.view(for_few(Estimate(-5.14, -15.0, 5.0), NOT_CLEAR)))
    assert "for “Permit”: results 7.21 calendar days sooner" in found.answer
    assert "over all cases: no clear difference" in found.answer
    picture = next(slide for slide in found.slides if "From first arrival" in slide.title)
    assert "Permit" in picture.title


def test_what_is_as_large_over_all_cases_is_said_of_all_of_them():
    found = deck(decks.view(for_few(Estimate(-60.0, -66.0, -54.0), "less")))
    assert "Permit”:" not in found.answer


def changed(scenario: str, found: dict[str, Estimate], made: dict[str, Verdict]) -> Comparison:
    whole = decks.comparison()
    return replace(
        whole,
        differences=whole.differences | {scenario: whole.differences[scenario] | found},
        verdicts=whole.verdicts | {scenario: whole.verdicts[scenario] | made},
    )


def test_a_scenario_with_which_more_people_give_up_never_leads_and_that_is_said_first():
    whole = decks.comparison()
    best = Findings(decks.view(whole)).leading
    by = Estimate(0.12, 0.1, 0.14)
    lost = changed(best, {"lost": by}, {"lost": Verdict("more", 0.09, 0.15, 0.01)})
    found = Findings(decks.view(lost))
    assert found.leading not in ("", best)
    assert found.losses(best)[0] == "12.0 percentage points more cases given up (10.0 to 14.0)"
    alone = deck(decks.view(only(lost, best)))
    assert "12.0 percentage points more cases given up (10.0 to 14.0)" in alone.answer
    said = " ".join([alone.answer, *(slide.title for slide in alone.slides), *alone.notes])
    assert "saves citizens" not in said
    assert "no saving is claimed, since more people give up" in said


def test_where_only_scenarios_gain_with_which_more_people_give_up_no_gain_is_claimed():
    whole = decks.comparison()
    by, more = Estimate(0.12, 0.1, 0.14), Verdict("more", 0.09, 0.15, 0.01)
    lost = replace(
        whole,
        differences={id_: found | {"lost": by} for id_, found in whole.differences.items()},
        verdicts={id_: made | {"lost": more} for id_, made in whole.verdicts.items()},
    )
    answer = deck(decks.view(lost)).answer
    assert answer == "No gain is claimed: where anything gets better, more people give up"


def test_an_office_with_more_cases_is_judged_by_the_year():
    dearer = changed(
        "more_people",
        {
            "office_cost": Estimate(-9_000.0, -9_500.0, -8_500.0),
            "office_saving_year": Estimate(-20e6, -21e6, -19e6),
        },
        {"office_cost": Verdict("less", -9_900, -8_000, 500)},
    )
    more = dearer.scenarios["more_people"]
    crowd = replace(more, measures=more.measures | {"cases": comparisons.near(1_700)})
    crowded = replace(dearer, scenarios=dearer.scenarios | {"more_people": crowd})
    found = Findings(decks.view(crowded))
    assert found.losses("more_people")[0] == "the office spends 20.0 million VND more a year"
    assert found.mood("more_people", "office_cost") == ""
    assert Findings(decks.view(dearer)).mood("more_people", "office_cost") == "better"


def test_a_loss_in_a_measure_that_no_slide_shows_is_no_missing_difference():
    whole = decks.comparison()
    verdicts = {
        name: replace(each, says="no difference that matters")
        for name, each in whole.verdicts["shorter"].items()
    } | {"office_cost": Verdict("more", 8_000, 9_900, 500)}
    dearer = changed("shorter", {"office_cost": Estimate(9_000.0, 8_500.0, 9_500.0)}, verdicts)
    found = Findings(decks.view(dearer))
    assert "office_cost" not in found.standing.measures
    assert found.of("shorter") == (
        "9,000 VND more cost to the office for each case (8,500 to 9,500)"
    )


def test_the_first_slide_names_what_scenarios_are_compared_with():
    whole = decks.comparison()
    first = deck(decks.view(whole))
    assert "Compared with" not in first.under
    other = replace(
        whole,
        baseline="delegated",
        differences={
            id_: whole.differences["delegated"] for id_ in whole.scenarios if id_ != "delegated"
        },
        verdicts={},
        fares={},
    )
    found = deck(decks.view(other))
    assert found.under.startswith("Compared with “No cutoff, and signing delegated”.")
    assert found.answer == (
        "No clear difference between the scenarios and “No cutoff, and signing delegated”"
    )
    alone = replace(other, scenarios={"delegated": whole.scenarios["delegated"]}, differences={})
    assert deck(decks.view(alone)).answer == (
        "“No cutoff, and signing delegated”, with nothing to compare it with"
    )


def test_a_rival_without_a_clear_gain_of_its_own_may_be_not_apart_too():
    wide = changed("until_closing", {"trips": Estimate(-0.16, -0.4, 0.08)}, {})
    made = wide.verdicts["until_closing"]
    unsure = replace(
        wide,
        verdicts=wide.verdicts
        | {"until_closing": made | {"trips": replace(made["trips"], says=NOT_CLEAR)}},
    )
    lead = Findings(decks.view(unsure)).standing.lead
    assert lead is not None
    assert lead.scenario == "delegated"
    assert "until_closing" in lead.alike
    assert not lead.throughout
