"""What a scenario changes is law, assumed, or the office's own doing, and the report says which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sim.comparison import Comparison
from sim.report.changes import Change, changes, differing
from sim.report.view import View
from sim.words import Words
from tests import comparisons


def view(comparison: Comparison | None = None) -> View:
    return View(comparison or comparisons.comparison(), Words())


def says(scenario: str, comparison: Comparison | None = None) -> str:
    found = next(each for each in changes(view(comparison)) if each.id == scenario)
    return " ".join(found.says)


def listed(change: Callable[[dict[str, Any]], None]) -> dict[str, Change]:
    found = differing(comparisons.office(), comparisons.office(change), Words())
    return {each.path: each for each in found}


def test_what_the_office_does_differently_is_called_simulated() -> None:
    assert says("until_closing").startswith("Nobody is assumed to work faster")


def test_a_scenario_points_to_the_one_with_a_part_of_its_changes() -> None:
    assert "“No 3 p.m. cutoff” makes only some of these changes" in says("delegated")
    assert "“No cutoff, and signing delegated” makes only some" in says("more_people")
    assert "makes only some" not in says("until_closing")


def test_a_limit_alone_is_law_and_makes_nobody_faster() -> None:
    def shorter(raw: dict[str, Any]) -> None:
        raw["procedures"][1]["deadline"] = {"within": "5 working days"}
        rests = {"working_days": 0.6 * 15 * 5 / 7}  # as long as before, written otherwise
        raw["procedures"][1]["steps"][1]["rests"] = rests

    found = listed(shorter)
    assert list(found) == ["procedures.permit.deadline.within"]
    assert found["procedures.permit.deadline.within"].kind == "law"
    whole = comparisons.comparison()
    office = replace(whole.scenarios["shorter"], office=comparisons.office(shorter))
    law = replace(whole, scenarios=whole.scenarios | {"shorter": office})
    assert says("shorter", law).startswith("Only the law changes. Nobody works faster")


def test_a_fee_goes_in_as_given_and_moves_no_due_date() -> None:
    def fee(raw: dict[str, Any]) -> None:
        raw["procedures"][0]["fee"] = 12_000

    def fee_and_limit(raw: dict[str, Any]) -> None:
        fee(raw)
        raw["procedures"][0]["deadline"]["cutoff"] = "16:00"

    said = [says("shorter", with_office("shorter", change)) for change in (fee, fee_and_limit)]
    assert said[0].startswith("Only fees change. They go in as given")
    assert "due dates" not in said[0]
    assert said[1].startswith("Only the law changes. Fees go in as given")
    assert "due dates" in said[1]


def with_office(scenario: str, change: Callable[[dict[str, Any]], None]) -> Comparison:
    whole = comparisons.comparison()
    office = replace(whole.scenarios[scenario], office=comparisons.office(change))
    return replace(whole, scenarios=whole.scenarios | {scenario: office})


@pytest.mark.parametrize(("cases", "said"), [(1_512, "10.0% more"), (1_237, "10.0% fewer")])
def test_where_others_come_it_is_not_said_that_nobody_comes_differently(
    cases: float, said: str
) -> None:
    whole = comparisons.comparison()
    office = whole.scenarios["until_closing"]
    counted = replace(office, measures=office.measures | {"cases": comparisons.near(cases)})
    others = replace(whole, scenarios=whole.scenarios | {"until_closing": counted})
    assert "come differently" in says("until_closing", whole)
    assert "come differently" not in says("until_closing", others)
    assert f"{said} cases come: how many people come" in says("until_closing", others)


def test_results_until_closing_are_not_called_by_an_hour_at_which_nobody_works() -> None:
    def until_closing(raw: dict[str, Any]) -> None:
        raw["procedures"][0]["habit"] = {"same_day_until": "24:00"}

    found = listed(until_closing)["procedures.certify_copies.habit.same_day_until"]
    assert (found.before, found.after) == ("the law's cutoff", "until closing")


def test_resting_times_that_shrink_with_a_limit_are_called_an_assumption() -> None:
    found = {
        change.path: change
        for each in changes(view())
        if each.id == "shorter"
        for change in each.listed
    }
    rests = found["procedures.permit.steps.appraise.rests.of_deadline"]
    assert (rests.kind, rests.before, rests.after) == (
        "assumed", "6.43 working days", "3 working days",
    )  # fmt: skip
    assert found["procedures.permit.deadline.within"].kind == "law"
    assert "whatever is faster here is assumed" in says("shorter")


def test_faster_work_and_other_people_are_assumed_and_more_staff_is_organised() -> None:
    def changed(raw: dict[str, Any]) -> None:
        raw["teams"][0]["staff"] = 3
        raw["teams"][0]["absence"] = 0.0
        raw["procedures"][0]["steps"][1]["minutes"] = 4
        raw["demands"][0]["per_day"] = 9

    assert {path: change.kind for path, change in listed(changed).items()} == {
        "teams.counter.staff": "organised",
        "teams.counter.absence": "assumed",
        "procedures.certify_copies.steps.compare.minutes": "assumed",
        "demands.copies.per_day": "assumed",
    }


def test_what_a_scenario_leaves_out_is_a_change_too() -> None:
    def without_permits(raw: dict[str, Any]) -> None:
        raw["demands"].pop()

    gone = listed(without_permits)["demands.permits.per_day"]
    assert (gone.part, gone.before, gone.after) == (
        "People who come for: Permits", "0.5 cases a day", "not set",
    )  # fmt: skip


def test_an_office_does_not_differ_from_itself() -> None:
    assert differing(comparisons.office(), comparisons.office(), Words()) == ()
