"""The method follows the guideline and says what this study did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.comparison import Comparison, Estimate
from sim.report.changes import changes
from sim.report.method import method
from sim.report.sure import sure
from sim.report.tables import group_hours
from sim.report.time_spent import spent
from sim.report.view import View
from sim.words import Words
from tests import comparisons


def view(comparison: Comparison | None = None) -> View:
    return View(comparison or comparisons.comparison(), Words())


def test_the_chapters_are_those_of_the_guideline_in_its_order() -> None:
    assert [chapter.title for chapter in method(view())] == [
        "Objectives", "Logic", "Data", "Experimentation", "Implementation", "Code access",
    ]  # fmt: skip


def test_the_chapters_hold_the_facts_of_the_study() -> None:
    text = " ".join(text for each in method(view()) for _, text in each.points)
    for fact in (
        "measured: 250;", "warm-up before measuring: 10,", "each scenario: 30,", "3 January 2023",
        "seed (2023)", "Reception counter", "Certification of copies", "simpy 4.1.1",
        "onestop compare drop_cutoff.toml --seed 2023", "“No 3 p.m. cutoff”",
    ):  # fmt: skip
        assert fact in text, fact


def test_no_point_is_empty_even_of_an_office_that_ran_alone_with_nothing_recorded() -> None:
    bare = replace(comparisons.alone(), provenance={})
    assert all(name and text for each in method(view(bare)) for name, text in each.points)


def test_how_sure_it_is_says_what_intervals_cover_and_what_not() -> None:
    text = " ".join(sure(view(), changes(view())))
    assert "run 30 times" in text
    assert "95 in 100" in text
    assert "36 comparisons" in text  # 4 scenarios, 9 measures
    assert "99.86%" in text  # 1 - 0.05 / 36
    assert "The 16 amounts" in text  # 4 scenarios; money, hours, trips, the office's money
    assert "each of these families by itself, not all of them at once" in text
    assert "No interval covers an assumption that is wrong" in text


def test_one_run_says_that_it_says_nothing_of_chance() -> None:
    text = " ".join(sure(view(comparisons.alone()), []))
    assert "run once" in text
    assert "95" not in text


def test_where_time_goes_is_told_once_and_then_only_what_scenarios_change() -> None:
    today, *others = spent(view())
    assert today.name == "The office as it is"
    assert today.says.startswith("From the first arrival to the last result: ")
    assert "held by a rule" in today.says
    assert len(others) == 4
    assert not any("first arrival" in each.says for each in others)
    assert all("less" in each.says or "more" in each.says or "No part" in each.says
               for each in others)  # fmt: skip


def test_waiting_for_staff_is_told_with_its_nights_as_the_sum_of_what_the_legend_shows() -> None:
    before = comparisons.comparison().scenarios["baseline"]
    waits = sum(group_hours(before, group) or 0 for group in ("staff", "staff_closed"))
    assert f"Waiting for staff: {waits:.1f}, nights and days off included." in spent(view())[0].says


def test_what_no_extra_clerk_shortens_is_rules_desks_and_others_not_time_with_the_citizen() -> None:
    says = spent(view())[0].says
    shortened, rest = says.split(": no extra clerk shortens that.")
    assert "citizen" not in shortened
    assert "nights" not in shortened
    if "citizen" in rest:
        assert "more staff can shorten what of it follows when nobody could serve" in rest


def changed(**differences: Estimate) -> str:
    """Return what is said of a scenario that has these differences in causes, and no others."""
    whole = comparisons.comparison()
    id_ = view().others[0].id
    causes = {f"time.{cause.replace('__', '.')}": d for cause, d in differences.items()}
    return spent(view(replace(whole, differences={id_: causes})))[1].says


def test_a_change_is_told_with_an_interval_that_holds_all_its_causes() -> None:
    held = Estimate(-2.0, -2.5, -1.5)
    line, night = Estimate(0.5, 0.25, 0.75), Estimate(0.5, 0.0, 1.0)
    assert changed(held=held, line=line, closed__line=night) == (
        "Changes, in hours: 2.00 (1.50 to 2.50) less held by a rule and 1.00 (0.25 to 1.75) more "
        "waiting for staff and the nights in between."
    )


def test_a_change_that_chance_explains_or_too_small_to_matter_is_not_told() -> None:
    unclear = Estimate(-2.0, -4.5, 0.5)
    tiny = Estimate(0.0001, 0.0001, 0.0001)
    assert changed(held=unclear, citizen=tiny) == "No part of the time clearly changes."


@pytest.mark.parametrize("measure", ["turnaround_hours", "time.served"])
def test_nothing_is_said_of_time_that_was_not_measured(measure: str) -> None:
    whole = comparisons.comparison()
    bare = {
        id_: replace(
            each,
            measures={
                name: found
                for name, found in each.measures.items()
                if name != measure and not (measure.startswith("time.") and "time." in name)
            },
        )
        for id_, each in whole.scenarios.items()
    }
    assert spent(view(replace(whole, scenarios=bare))) == []
