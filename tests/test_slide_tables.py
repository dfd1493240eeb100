"""Tables of slides: nothing of them is left out, and their titles say what stands in them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.present.content import deck
from sim.present.deck import Chart, Deck, Grid
from tests import decks
from tests.decks import only


@pytest.fixture(scope="module")
def english() -> Deck:
    return deck(decks.view(decks.comparison()))


def grid(found: Deck, title: str) -> Grid:
    slide = next(slide for slide in found.slides if title in slide.title)
    return next(block for block in slide.blocks if isinstance(block, Grid))


def test_every_scenario_has_a_row_among_the_first_changes(english: Deck):
    rows = grid(english, "What is changed").rows
    makers = [{place for place, cell in enumerate(row[4:]) if cell} for row in rows]
    assert set().union(*makers[:2]) == {0, 1, 2, 3}


def test_only_kinds_of_changes_that_are_there_are_explained(english: Deck):
    alone = deck(decks.view(only(decks.comparison(), "until_closing"))).slides[0]
    assert "What the office does:" in alone.foot
    assert "Law:" not in alone.foot
    assert "Assumption:" not in alone.foot
    assert "Law:" in english.slides[0].foot


def test_the_one_scenario_that_rests_on_an_assumption_is_named(english: Deck):
    whole = decks.comparison()
    kept = {id_: each for id_, each in whole.scenarios.items() if id_ != "shorter"}
    found = deck(decks.view(replace(whole, scenarios=kept)))
    assert found.slides[0].title == (
        "What is changed: only “The same, and 25% more people come” rests on an assumption"
    )
    assert english.slides[0].title.startswith("What is changed: some of it goes in")


def test_resting_times_that_follow_a_limit_are_one_row(english: Deck):
    rows = [row for row in grid(english, "What is changed").rows if "resting times" in row[0]]
    assert [row[2:4] for row in rows] == [("paced to 15 days", "paced to 5 working days")]


@pytest.mark.parametrize("language", ["en", "vi"])
def test_no_scenario_and_no_number_is_left_out_of_what_is_saved_in_a_year(language: str):
    whole = decks.comparison()
    view = decks.view(whole, language)
    made = decks.opened(decks.slides(whole, language))
    drawn = [s.table for page in made.slides for s in page.shapes if s.has_table]
    cells = [cell.text_frame.text for table in drawn for row in table.rows for cell in row.cells]
    for scenario in view.others:
        assert sum(text == view.names[scenario.id] for text in cells) >= 2
    worth = next(
        block
        for slide in deck(view).slides
        for block in slide.blocks
        if isinstance(block, Grid) and block.heading
    )
    assert {cell for row in worth.rows for cell in row if cell} <= set(cells)


def test_where_the_cost_hardly_changes_the_table_has_the_whole_slide():
    whole = decks.comparison()
    same = replace(
        whole,
        differences={
            id_: {name: each for name, each in found.items() if not name.startswith("cost.")}
            for id_, found in whole.differences.items()
        },
    )
    slide = next(s for s in deck(decks.view(same)).slides if "citizens" in s.title)
    assert not any(isinstance(block, Chart) for block in slide.blocks)


def test_how_sure_counts_what_is_clear_too_small_and_open(english: Deck):
    verdicts = decks.comparison().verdicts.values()
    said = [verdict.says for made in verdicts for verdict in made.values()]
    clear = sum(says in ("less", "more") for says in said)
    small = said.count("no difference that matters")
    assert any(
        slide.title.startswith(
            f"How sure: of {len(said)} differences {clear} are clear, {small} too small to matter, "
            f"{len(said) - clear - small} open"
        )
        for slide in english.slides
    )
