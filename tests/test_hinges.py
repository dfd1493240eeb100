"""What the report says of what results hinge on: sentences, charts, tables."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sim import look
from sim.comparison import Comparison, Estimate, Hinge, Moved, Sensitivity
from sim.report.hinge_sentences import hinge_sentences, turns
from sim.report.hinge_tables import headline, numbers, tornado
from sim.report.hinges import hinges
from sim.report.page import render, template
from sim.report.view import View
from sim.tornado import tornado as drawn
from sim.verdicts import LESS, MORE, NOT_CLEAR
from sim.words import Words
from tests import comparisons
from tests.comparisons import near

AWAY = "teams.leaders.away.share"
PER_DAY = "demands.copies.per_day"
WAGE = "teams.counter.wage"
SCENARIO = "delegated"
MEASURE = "wait_minutes"


def moved(whole: Comparison, value: float, by: float, says: str | None = LESS) -> Moved:
    """Return what moving an assumption does: it adds to the wait, and to nothing else."""
    shifts, differences, verdicts = {}, {}, {}
    for scenario, made in whole.verdicts.items():
        shift = {m: Estimate(by, by - 0.1, by + 0.1) if m == MEASURE else near(0.0) for m in made}
        own = {m: whole.differences[scenario][m] for m in made}
        there = own[MEASURE]
        assert there.mean is not None
        shifts[scenario] = shift
        differences[scenario] = own | {MEASURE: near(there.mean + by)}
        verdicts[scenario] = {m: made[m].says for m in made} if says else {}
        if says and scenario == SCENARIO:
            verdicts[scenario][MEASURE] = says
    return Moved(value, shifts, differences, verdicts)


def comparison(*found: Hinge, not_moved: tuple[str, ...] = ()) -> Comparison:
    return replace(comparisons.comparison(), sensitivity=Sensitivity(found, 40, 10, not_moved))


def hinge(path: str, value: float, low: Moved, high: Moved, replications: int = 6) -> Hinge:
    return Hinge(path, value, True, replications, low, high)


WHOLE = comparisons.comparison()
STILL = hinge(PER_DAY, 5.0, moved(WHOLE, 3.5, 2.0), moved(WHOLE, 7.0, -3.0))
TURNING = hinge(AWAY, 0.3, moved(WHOLE, 0.1, 17.5, MORE), moved(WHOLE, 0.5, -6.0))
ONCE = hinge(WAGE, 24_000, moved(WHOLE, 18_000, 0.4, None), moved(WHOLE, 30_000, 0.7, None), 1)


def view(*found: Hinge, not_moved: tuple[str, ...] = ()) -> View:
    return View(comparison(*found, not_moved=not_moved), Words())


def test_the_chart_is_of_the_weightiest_measure_that_is_clearly_better() -> None:
    assert headline(view(STILL), SCENARIO) == MEASURE
    unclear = comparison(STILL)
    made = {
        scenario: {m: replace(v, says=NOT_CLEAR) for m, v in each.items()}
        for scenario, each in unclear.verdicts.items()
    }
    assert headline(View(replace(unclear, verdicts=made), Words()), SCENARIO) == "trips"


def test_bars_go_from_the_difference_as_found_to_those_at_both_ends_the_longest_first() -> None:
    table = tornado(view(STILL, TURNING), SCENARIO)
    assert table is not None
    own = table.own.mean
    first = table.rows[0]
    assert "away" in first.label
    assert first.low and first.low.difference and first.high and first.high.difference
    assert first.low.difference.mean == pytest.approx(own + 17.5)
    assert first.high.difference.mean == pytest.approx(own - 6)
    figure = drawn(table)
    low, high = figure["data"]
    for trace, by in ((low, [17.5, 2.0]), (high, [-6.0, -3.0])):
        assert trace["x"] == pytest.approx(by)
        assert trace["base"] == [own] * 2
    assert {line["x0"] for line in figure["layout"]["shapes"]} == {0.0, own}


def test_ends_are_told_apart_by_colour_and_by_pattern() -> None:
    table = tornado(view(STILL), SCENARIO)
    assert table is not None
    markers = [trace["marker"] for trace in drawn(table)["data"]]
    assert [each["color"] for each in markers] == list(look.ENDS)
    assert len({each["pattern"]["shape"] for each in markers}) == 2


def test_all_that_is_drawn_lies_on_the_axis() -> None:
    table = tornado(view(STILL, TURNING), SCENARIO)
    assert table is not None
    low, high = drawn(table)["layout"]["xaxis"]["range"]
    ends = [end.difference for row in table.rows for end in (row.low, row.high) if end]
    for value in [table.own, *ends]:
        assert value and value.low is not None and value.high is not None
        assert low < value.low <= value.high < high
    assert low < 0 < high


def test_values_are_said_with_their_units_and_numbers_stand_in_a_table() -> None:
    found = view(STILL, TURNING)
    table = tornado(found, SCENARIO)
    assert table is not None
    assert table.rows[0].span == "10% to 50%, now 30%"
    assert table.rows[1].span == "3.5 cases a day to 7 cases a day, now 5 cases a day"
    panel = numbers(found, table)
    assert panel.categories == tuple(row.label for row in table.rows)
    texts = [[value.shown if value else "" for value in series.values] for series in panel.series]
    assert [column[0] for column in texts][:2] == ["30%", "10%"]
    assert all(text for column in texts for text in column)


def test_an_end_at_which_nothing_is_moved_is_not_shown() -> None:
    one = hinge(PER_DAY, 5.0, moved(WHOLE, 5.0, 0.0), moved(WHOLE, 7.0, -3.0))
    table = tornado(view(one), SCENARIO)
    assert table is not None
    assert table.rows[0].low is None
    assert table.rows[0].span == "7 cases a day, now 5 cases a day"
    assert len(drawn(table)["data"][0]["x"]) == 0


def test_where_no_verdict_changes_it_says_so_with_how_many_were_tried() -> None:
    said = hinge_sentences(view(STILL, ONCE), SCENARIO)
    assert "with intervals: 1. None of them is seen to change the verdict on: Waiting" in said[0]
    assert "single run at each end: 1" in said[-1]
    assert "by more than 0.7" in said[-1]
    assert "not claimed" in said[-1]


def test_where_there_is_no_clear_verdict_yet_none_is_said_to_stay_or_to_change() -> None:
    whole = comparison(STILL, TURNING, ONCE)
    made = whole.verdicts[SCENARIO]
    unclear = {measure: replace(each, says=NOT_CLEAR) for measure, each in made.items()}
    found = View(replace(whole, verdicts=whole.verdicts | {SCENARIO: unclear}), Words())
    said = hinge_sentences(found, SCENARIO)
    assert said[0] == (
        "There is no clear verdict yet that an assumption could change, on: Trips to the office."
    )
    assert not any("None of them" in sentence or "changes" in sentence for sentence in said[:-1])
    assert turns(found, SCENARIO) == []


@pytest.mark.parametrize("days", [40, 100])
def test_the_page_says_what_the_intervals_at_the_ends_are_made_of(days: int) -> None:
    whole = comparison(STILL)
    found = hinges(View(replace(whole, days=days, replications=6), Words()))
    assert found is not None
    method = " ".join(found.method)
    assert ("an interval of its own" in method) == (days == 40)
    assert ("as if they were independent" in method) == (days == 100)


def test_where_a_verdict_changes_it_says_which_and_at_which_value() -> None:
    said = hinge_sentences(view(STILL, TURNING), SCENARIO)
    assert "changes from “less” to “more” if" in said[0]
    assert "is 10% instead of 30%" in said[0]
    assert not any("None of them" in sentence for sentence in said)
    found = turns(view(STILL, TURNING), SCENARIO)
    assert [(turn.measure, turn.after, turn.certain) for turn in found] == [(MEASURE, "more", True)]
    assert turns(view(STILL, TURNING), "until_closing") == []


def test_a_verdict_is_unclear_only_where_the_difference_itself_would_make_it_so() -> None:
    # The same little shift: what makes it unclear is that there were few runs.
    little = hinge(PER_DAY, 5.0, moved(WHOLE, 3.5, 0.1, NOT_CLEAR), moved(WHOLE, 7.0, 0.0))
    assert turns(view(little), SCENARIO) == []
    said = hinge_sentences(view(little), SCENARIO)
    assert any("So few runs leave open" in text and "at 3.5 cases a day" in text for text in said)
    much = hinge(PER_DAY, 5.0, moved(WHOLE, 3.5, 16.5, NOT_CLEAR), moved(WHOLE, 7.0, 0.0))
    [turn] = turns(view(much), SCENARIO)
    assert not turn.certain
    assert not any("So few runs" in text for text in hinge_sentences(view(much), SCENARIO))


def test_of_a_single_run_no_verdict_is_said_to_change() -> None:
    assert turns(view(ONCE), SCENARIO) == []
    assert not any("None of them" in text for text in hinge_sentences(view(ONCE), SCENARIO))


def test_without_the_analysis_there_is_nothing_to_say() -> None:
    assert hinges(View(WHOLE, Words())) is None
    for each in (WHOLE, comparison()):
        nothing = View(each, Words())
        assert tornado(nothing, SCENARIO) is None
        assert hinge_sentences(nothing, SCENARIO) == []


@pytest.mark.parametrize(
    ("ranged", "not_asked", "says"),
    [
        (False, 7, "No assumption has a range in [ranges] of the office file, so none was moved; "
                   "7 others can be"),
        (True, 7, "No assumption with a range in [ranges] of the office file could be moved; 7"),
        (False, 0, "The office file has no assumption that can be moved."),
    ],
)  # fmt: skip
def test_where_none_was_moved_the_page_says_why(ranged: bool, not_asked: int, says: str) -> None:
    def ranges(raw: dict[str, Any]) -> None:
        raw["ranges"] = {PER_DAY: [4, 6]} if ranged else {}

    baseline = replace(WHOLE.scenarios["baseline"], office=comparisons.office(ranges))
    none = Sensitivity((), 40, 10, ("teams.counter.roles",), not_asked)
    scenarios = WHOLE.scenarios | {"baseline": baseline}
    page = render(replace(WHOLE, scenarios=scenarios, sensitivity=none))
    hinged = page.partition('id="hinges"')[2].partition("</section>")[0]
    assert says in hinged
    assert "not moved: they are no single number" in hinged
    assert "This was not tried here" not in hinged
    assert ("--sensitivity all" in hinged) == bool(not_asked)


def test_what_moves_nothing_has_no_bar() -> None:
    still = hinge(PER_DAY, 5.0, moved(WHOLE, 3.5, 0.0), moved(WHOLE, 7.0, 0.0))
    assert tornado(view(still), SCENARIO) is None
    table = tornado(view(still, STILL), SCENARIO)
    assert table is not None
    assert len(table.rows) == 1


def rendered(found: View) -> str:
    content: dict[str, Any] = {
        "view": found,
        "words": found.words,
        "say": found.words.say,
        "hinges": hinges(found),
    }
    return template("report/hinges.html.jinja").render(content)


def test_the_page_names_what_was_not_moved_and_what_cannot_be_said() -> None:
    page = rendered(view(STILL, TURNING, not_moved=("teams.counter.roles", "calendar.hours")))
    assert "not moved" in page
    assert "what they do, the most urgent first" in page
    assert "first 40 working days" in page
    assert "two assumptions are wrong together" in page
    assert page.count('class="hinge"') == len(WHOLE.differences)


def test_titles_of_the_file_stay_text() -> None:
    def named(raw: dict[str, Any]) -> None:
        raw["teams"][2]["title"] = "<script>alert('x')</script>"

    whole = comparison(TURNING)
    baseline = replace(whole.scenarios["baseline"], office=comparisons.office(named))
    found = View(replace(whole, scenarios=whole.scenarios | {"baseline": baseline}), Words())
    page = rendered(found)
    assert "<script>alert" not in page
    table = tornado(found, SCENARIO)
    assert table is not None
    figure = drawn(table)
    assert "<script>" not in str(figure)
