"""The method follows the guideline and says what this study did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.comparison import Comparison
from sim.report.method import method
from sim.report.sure import sure
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
    text = " ".join(sure(view()))
    assert "run 30 times" in text
    assert "95 in 100" in text
    assert "36 comparisons" in text  # 4 scenarios, 9 measures
    assert "99.86%" in text  # 1 - 0.05 / 36
    assert "No interval covers an assumption that is wrong" in text


def test_one_run_says_that_it_says_nothing_of_chance() -> None:
    text = " ".join(sure(view(comparisons.alone())))
    assert "run once" in text
    assert "95" not in text


def test_where_time_goes_says_what_no_extra_clerk_mends() -> None:
    says = {each.name: each.says for each in spent(view())}
    assert len(says) == 5
    assert "no extra clerk mends that" in says["The office as it is"]
    assert "spent waiting for staff" in says["The office as it is"]


def test_little_waiting_for_staff_is_said_to_be_little() -> None:
    says = {each.name: each.says for each in spent(view())}
    assert " Only " not in says["The office as it is"]  # an absent signatory is staff too
    whole = comparisons.comparison()
    before = whole.scenarios[whole.baseline]
    few = {name: comparisons.near(0.01) for name in before.measures if "staff_away" in name}
    quick = replace(before, measures=before.measures | few)
    seen = view(replace(whole, scenarios=whole.scenarios | {whole.baseline: quick}))
    assert " Only " in spent(seen)[0].says


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
