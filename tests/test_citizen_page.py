"""One person's day is told and drawn as the data have it, the same axis under each scenario."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.comparison import BASELINE, Comparison
from sim.days import Days, Span, SpanKind, Story
from sim.report import doings, timeline
from sim.report.citizen import Citizens, Line, citizens
from sim.report.page import render
from sim.report.view import View
from sim.words import Words
from tests import comparisons, story_examples
from tests.story_examples import at, life, spans, stay


def view(comparison: Comparison) -> View:
    return View(comparison, Words())


@cache
def shown() -> Citizens:
    found = citizens(view(story_examples.comparison()))
    assert found is not None
    return found


def lines(story: int) -> dict[str, Line]:
    return {line.scenario: line for line in shown().stories[story].lines}


def told_of(days: Days) -> Citizens:
    found = citizens(view(replace(comparisons.comparison(), story=days)))
    assert found is not None
    return found


def only(story: Story) -> Citizens:
    return told_of(Days((story,), dt.date(2023, 5, 3), {}))


# ---- The axis ------------------------------------------------------------------------------------

VISITS = st.lists(st.tuples(st.integers(0, 3_000_000), st.integers(1, 20_000)), max_size=12)


@given(VISITS, st.integers(0, 3_000_000), st.integers(1, 3_000_000))
def test_moments_keep_their_order_and_stay_on_the_axis(
    visits: list[tuple[int, int]], begin: int, length: int
) -> None:
    looked_at = [(came, came + lasted) for came, lasted in visits]
    axis = timeline.axis(looked_at, (begin, begin + length))
    moments = sorted({e for span in looked_at for e in span} | {begin, begin + length})
    places = [axis.at(moment) for moment in moments]
    assert all(a < b for a, b in pairwise(places))
    assert places[0] >= 0
    assert places[-1] <= 1 + 1e-9
    assert sum(each.width for each in axis.stretches) == pytest.approx(1)


@given(VISITS)
def test_minutes_have_one_scale_wherever_they_are_seen(visits: list[tuple[int, int]]) -> None:
    axis = timeline.axis([(came, came + lasted) for came, lasted in visits], (0, 1))
    scales = [e.width / (e.end - e.begin) for e in axis.stretches if e.close]
    assert scales == pytest.approx([scales[0]] * len(scales)) if scales else not visits
    assert len(scales) <= 5


@given(VISITS)
def test_every_close_stretch_has_a_labelled_moment_of_its_own(
    visits: list[tuple[int, int]],
) -> None:
    axis = timeline.axis([(came, came + lasted) for came, lasted in visits], (0, 1))
    ticks = [tick for tick in axis.ticks() if not tick.minor]
    for each in (each for each in axis.stretches if each.close):
        assert any(each.begin <= tick.second <= each.end for tick in ticks)


def test_a_night_between_two_visits_is_pressed_together() -> None:
    axis = timeline.axis([(at("16:20"), at("16:31")), (at("8:00", 1), at("8:20", 1))], (0, 1))
    assert [each.close for each in axis.stretches] == [False, True, False, True]
    assert axis.stretches[2].width < 0.2


def test_without_a_visit_the_whole_is_one_break() -> None:
    axis = timeline.axis([], (at("21:15"), at("12:00", 5)))
    assert [(each.close, each.width) for each in axis.stretches] == [(False, 1)]
    assert axis.ticks() == []


# ---- What a person and their papers did ----------------------------------------------------------


def test_what_a_person_did_fills_each_visit_without_a_gap() -> None:
    for story in story_examples.stories():
        for each in story.lives.values():
            for visit in each.stays:
                did = doings.in_the_office(each, visit)
                assert (did[0].begin, did[-1].end) == (visit.came, visit.left)
                assert all(a.end == b.begin for a, b in pairwise(did))


def test_with_two_dossiers_a_person_is_served_while_either_is() -> None:
    visit = stay("9:00", "9:30", "result")
    visits = (visit,)
    one = spans("permit", visit.came, ("served", at("9:20")), ("line", at("9:30")), visits=visits)
    moves: tuple[tuple[SpanKind, int], ...] = (("line", at("9:10")), ("desk_work", at("9:30")))
    two = spans("copies", visit.came, *moves, visits=visits)
    did = doings.in_the_office(life(one + two, visits), visit)
    assert [(each.doing, each.end) for each in did] == [
        ("served", at("9:20")),
        ("line", visit.left),
    ]


def test_papers_at_a_desk_leave_their_visitor_waiting_inside() -> None:
    visit = stay("9:00", "9:30", "result")
    found = spans("permit", visit.came, ("desk_work", at("9:30")), visits=(visit,))
    assert [each.doing for each in doings.in_the_office(life(found, (visit,)), visit)] == ["inside"]


def test_a_stretch_of_a_visit_that_no_dossier_explains_is_waiting() -> None:
    visit = stay("9:00", "9:30", "slip")
    found = (Span("served", at("9:10"), at("9:20"), True, "permit"),)
    did = doings.in_the_office(life(found, (visit,)), visit)
    assert [each.doing for each in did] == ["inside", "served", "inside"]


def test_being_served_at_two_steps_in_a_row_is_told_as_one() -> None:
    found = [
        doings.Did("served", 0, 60, "permit", "intake"),
        doings.Did("served", 60, 120, "permit", "pay"),
        doings.Did("inside", 120, 180, "permit", "check"),
        doings.Did("inside", 180, 240, "permit", "sign"),
    ]
    assert [(each.doing, each.end) for each in doings.joined(found)] == [
        ("served", 120),
        ("inside", 180),
        ("inside", 240),
    ]


def test_only_what_lies_between_two_moments_is_added_up() -> None:
    found = [doings.Did("held", 0, 100), doings.Did("post", 100, 150), doings.Did("held", 150, 300)]
    assert doings.added_up(found, 50, 200) == {"held": 100, "post": 50}


# ---- Sentences and numbers -----------------------------------------------------------------------


def test_a_visit_and_what_became_of_the_papers_are_told_in_their_order() -> None:
    told = lines(0)["The office as it is"].told
    assert told == (
        "Wed 3 May 2023: came at 16:20, left at 16:31 with an appointment slip "
        "(6 min in line and 5 min being served).",
        "Meanwhile the papers: 14 h 59 min held by a rule, 35 min on a desk, waiting for staff, "
        "8 min being worked on and 5 h 27 min until the citizen came again.",
        "Thu 4 May 2023: came at 13:40, left at 13:47 with the result "
        "(4 min in line and 3 min being served).",
    )


def test_waiting_inside_says_what_for() -> None:
    told = lines(0)["No 3 p.m. cutoff"].told
    assert "17 min waiting inside for: Sign" in told[0]
    assert len(told) == 1


def test_numbers_are_those_that_were_measured() -> None:
    facts = dict(lines(0)["The office as it is"].facts)
    assert facts == {
        "Trips": "2",
        "On the premises": "18 min",
        "of it waiting": "10 min",
        "Result after": "21 h 27 min",
        "Cost to the citizen": "24,000 VND",
    }


def test_sooner_and_later_are_said_against_the_baseline() -> None:
    found = lines(0)
    assert found["The office as it is"].gain == ""
    assert found["No 3 p.m. cutoff"].gain == "result 20 h 49 min sooner"
    assert found["Permits in 5 working days, desks paced to it"].gain == "result at the same time"
    one = story_examples.story(
        1, "8:05", ("median",),
        {BASELINE: story_examples.at_once("8:05", 3, "8:30"),
         "delegated": story_examples.at_once("8:05", 9, "8:50")},
    )  # fmt: skip
    line = only(one).stories[0].lines[2]
    assert (line.gain, line.later) == ("result 20 min later", True)


def test_a_life_like_the_baselines_is_not_told_twice() -> None:
    same = lines(0)["Permits in 5 working days, desks paced to it"]
    assert same.told == ("The same as in “The office as it is”, minute by minute.",)
    assert same.person == lines(0)["The office as it is"].person


def test_a_case_that_a_scenario_does_not_have_is_said_so() -> None:
    missing = lines(3)["Permits in 5 working days, desks paced to it"]
    assert missing.told == ("In this scenario there is no such case.",)
    assert missing.person == ()


def test_a_case_given_up_has_no_result_and_its_trips_were_in_vain() -> None:
    lost = lines(5)["The office as it is"]
    assert ("Result", "none: given up") in lost.facts
    assert lost.done is None
    assert lost.told[0].endswith(
        "was still not served when the office closed (20 min in line). This trip was in vain."
    )
    assert lost.told[-1] == (
        "Thu 4 May 2023: came at 16:50, too late for a ticket, and was turned away. "
        "This trip was in vain."
    )
    assert lines(5)["No 3 p.m. cutoff"].gain == ""  # nothing to compare with


def test_filed_online_without_a_visit_is_told_by_its_papers_alone() -> None:
    story = shown().stories[4]
    assert story.title == "Permit, filed online Wed 3 May 2023 at 21:15"
    assert story.lines[0].told == (
        "Meanwhile the papers: 2.4 days on a desk, waiting for staff, 30 min being worked on "
        "and 2.1 days in the post.",
    )
    assert story.lines[0].person == ()
    assert story.lines[0].done == 1.0


def test_each_dossier_has_a_lane_of_its_own() -> None:
    assert len(lines(3)["The office as it is"].papers) == 2
    assert len(lines(0)["The office as it is"].papers) == 1


def test_bars_lie_on_one_axis_for_all_scenarios() -> None:
    first = [line.person[0].left for line in shown().stories[0].lines]
    assert len(set(first)) == 1
    for story in shown().stories:
        for line in story.lines:
            for bar in line.person:
                assert 0 <= bar.left <= 1
                assert bar.left + bar.width <= 1.00001


# ---- Choosing ------------------------------------------------------------------------------------


def test_the_buttons_show_the_middle_the_slow_and_the_late_case_first() -> None:
    assert shown().buttons == (
        ("The middle case", "story-1"),
        ("A slow case", "story-2"),
        ("Papers brought at 16:20", "story-0"),
        ("Who gains most", "story-2"),
        ("Who loses most", "story-5"),
    )


def test_everybody_is_in_the_list_by_what_they_came_for() -> None:
    groups = {title: [each.id for each in stories] for title, stories in shown().groups}
    assert groups == {
        "Certification of copies": ["story-1", "story-5", "story-0"],
        "Permit": ["story-2", "story-3", "story-4"],
    }


def test_why_the_middle_case_was_chosen_is_said() -> None:
    said = shown().stories[1].notes[0]
    assert said.startswith("Chosen as the nearest to the middle, in trips, waiting, time in the")
    assert "of those who come for “Certification of copies”" in said


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("turnaround", "take less time until the result."),
        ("visit", "take less time in the office."),
    ],
)
def test_why_a_slow_case_was_chosen_is_said_by_what_it_is_slow(by: Any, said: str) -> None:
    days = replace(story_examples.days(), typical_by=by)
    slow = replace(days.stories[1], reasons=("p90",))
    found = told_of(replace(days, stories=(days.stories[0], slow, *days.stories[2:])))
    assert found.stories[1].notes[0].endswith(said)


def test_the_late_papers_are_said_to_be_brought_when_they_were_and_why_they_are_shown() -> None:
    days = story_examples.days()
    late = replace(days.stories[0], arrived=at("15:54"))
    found = told_of(replace(days, stories=(late, *days.stories[1:])))
    assert ("Papers brought at 15:54", "story-0") in found.buttons
    assert found.stories[0].notes[0] == (
        "Chosen as the nearest to 16:20 among those who came for “Certification of copies” with "
        "complete papers in an afternoon before a working day."
    )


@pytest.mark.parametrize(
    ("compared", "said"), [(211, "of 211 people looked at"), (0, "of the people looked at")]
)
def test_who_gains_most_does_so_of_as_many_people_as_were_looked_at(
    compared: int, said: str
) -> None:
    found = told_of(replace(story_examples.days(), compared=compared))
    assert said in found.stories[2].notes[1]
    assert said in found.stories[5].notes[0]


def test_the_page_without_a_story_has_no_such_section() -> None:
    whole = replace(comparisons.comparison(), story=None)
    assert citizens(view(whole)) is None
    assert 'id="citizen"' not in render(whole)
    assert 'href="#citizen"' not in render(whole)
    nobody = replace(story_examples.days(), stories=())
    assert 'id="citizen"' not in render(replace(whole, story=nobody))


def test_the_page_holds_every_story_and_escapes_what_files_say() -> None:
    hostile = '"><script>alert(1)</script>'

    def named(raw: comparisons.Raw) -> None:
        raw["demands"][0]["title"] = hostile
        raw["procedures"][0]["steps"][2]["title"] = hostile

    whole = story_examples.comparison()
    scenarios = {
        id_: replace(each, office=comparisons.office(named), title=hostile)
        for id_, each in whole.scenarios.items()
    }
    text = render(replace(whole, scenarios=scenarios))
    assert hostile not in text
    assert len(re.findall(r'<article class="story', text)) == 6
