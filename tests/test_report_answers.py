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
from sim.report.wording import Words
from tests import comparisons


def answer(scenario: str, comparison: Comparison | None = None) -> Answer:
    seen = View(comparison or comparisons.comparison(), Words())
    return next(each for each in answers(seen, changes(seen)) if each.id == scenario)


def with_verdicts(says: str, **others: str) -> Comparison:
    """Return the comparison with the same verdict on every measure but a few."""
    whole = comparisons.comparison()
    made = {
        name: Verdict(others.get(name, says), each.low, each.high, each.matters)
        for name, each in whole.verdicts["delegated"].items()
    }
    return replace(whole, verdicts=whole.verdicts | {"delegated": made})


def test_the_answer_says_each_clear_gain_with_its_interval_if_the_assumptions_hold() -> None:
    assert answer("delegated").lead == (
        "If the assumptions hold, people wait 17.2 minutes less (95% interval 15.1 to 19.3) and "
        "people make 0.16 fewer trips for each case (95% interval 0.14 to 0.18); in a year that "
        "saves citizens about 18.8 million VND, 438 hours and 220 trips."
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
    assert ", but people wait 2.0 minutes more (95% interval 1.0 to 3.0); in a" in found.lead


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
        "If the assumptions hold, nothing gets clearly better, but people wait 2.0 minutes more "
        "(95% interval 1.0 to 3.0)."
    )


def test_a_year_is_worth_something_only_where_the_cost_is_clear() -> None:
    money = answer("delegated").saved[0].here
    assert (money.shown, money.interval) == ("18.8 million VND saved", "17.0 to 20.7")
    unclear = with_verdicts("less", citizen_cost="not clear yet: more replications")
    money = answer("delegated", unclear).saved[0].here
    assert (money.shown, money.interval) == ("not clear yet", "17.0 to 20.7 million VND")
    assert "VND" not in answer("delegated", unclear).lead


def test_more_people_do_not_count_as_a_saving_of_the_office() -> None:
    whole = comparisons.comparison()
    more = whole.scenarios["more_people"]
    more = replace(more, measures=more.measures | {"cases": comparisons.near(1_700)})
    differences = whole.differences["more_people"] | {
        "office_cost": Estimate(-9_000.0, -9_500.0, -8_500.0)
    }
    verdicts = whole.verdicts["more_people"] | {"office_cost": Verdict("less", -9_900, -8_000, 1)}
    changed = replace(
        whole,
        scenarios=whole.scenarios | {"more_people": more},
        differences=whole.differences | {"more_people": differences},
        verdicts=whole.verdicts | {"more_people": verdicts},
    )
    found = answer("more_people", changed)
    spread = [s for s in (found.lead, *found.further) if "costs the office" in s]
    assert spread == [
        "23.6% more cases come, over which the office's cost is spread: "
        "a case costs the office 9,000 VND less (95% interval 8,500 to 9,500)."
    ]


def test_a_procedure_that_changed_is_spoken_of_where_its_cases_are_lost_in_the_mean() -> None:
    whole = comparisons.comparison()
    shorter = whole.differences["shorter"] | {
        "turnaround_hours@permit": Estimate(-120.0, -130.0, -110.0)
    }
    changed = replace(whole, differences=whole.differences | {"shorter": shorter})
    text = (
        "Procedure: Permit, alone, if the assumptions hold: "
        "results are in hand 5.00 calendar days sooner (95% interval 4.58 to 5.42)."
    )
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
    assert alone[0].startswith("Procedure: Permit, alone")


def test_what_is_clear_over_all_cases_is_not_said_again_for_a_procedure() -> None:
    whole = comparisons.comparison()
    gains = whole.differences["delegated"] | {"trips@certify_copies": Estimate(-0.3, -0.35, -0.25)}
    clear = replace(whole, differences=whole.differences | {"delegated": gains})
    assert whole.verdicts["delegated"]["trips"].says == "less"
    assert not any("alone" in sentence for sentence in answer("delegated", clear).further)


def test_gains_beyond_the_first_two_are_said_too() -> None:
    assert (
        "Also: results are in hand 9.2 hours sooner (95% interval 8.1 to 10.3), "
        "same-day results rise by 16.0 percentage points (95% interval 14.1 to 17.9) and "
        "a case costs the citizen 13,704 VND less (95% interval 12,060 to 15,348)."
    ) in answer("delegated").further


@pytest.mark.parametrize("measure", names.MEASURES)
def test_less_and_more_are_said_differently(measure: str) -> None:
    known = names.MEASURES[measure]
    assert known.less != known.more
    assert re.search("less|fewer|fall|sooner", known.less)
    assert re.search("more|rise|later", known.more)
