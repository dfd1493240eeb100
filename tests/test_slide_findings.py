"""What the first slide says: which scenario gains most, in what, and what must be known of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sim.comparison import Comparison, Estimate, Verdict
from sim.present.content import deck
from sim.present.findings import Findings
from tests import comparisons, decks
from tests.decks import only, titles


@pytest.fixture(scope="module")
def english() -> Any:
    return decks.usual()


def test_the_first_title_is_the_answer_and_says_the_finding(english):
    assert titles(english)[0] == (
        "Most is gained with “No cutoff, and signing delegated”: 16 fewer trips in 100 cases and "
        "17.2 minutes less waiting"
    )


def test_one_scenario_is_said_to_bring_what_it_brings():
    whole = decks.comparison()
    one = only(whole, "until_closing")
    assert deck(decks.view(one)).answer == (
        "No 3 p.m. cutoff: 8 fewer trips in 100 cases and 0.5 minutes less waiting"
    )


def test_where_nothing_is_clear_that_is_the_title():
    whole = decks.comparison()
    unclear = {
        id_: {
            name: replace(verdict, says="not clear yet: more replications")
            for name, verdict in made.items()
        }
        for id_, made in whole.verdicts.items()
    }
    found = deck(decks.view(replace(whole, verdicts=unclear)))
    assert found.answer == "No clear difference between the scenarios and the office as it is"
    assert all("no clear difference" in line for line in found.lines)


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
    assert found.losses(best)[0] == "12.0 percentage points more cases given up"
    alone = deck(decks.view(only(lost, best)))
    assert ", but 12.0 percentage points more cases given up" in alone.answer
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
    assert "office_cost" not in found.measures
    assert found.of("shorter") == "9,000 VND more cost to the office for each case"


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
