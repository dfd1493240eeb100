"""How full the office is, and one day of it, are shown as they were measured."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from sim import look
from sim.charts import Panel, Series, Value
from sim.comparison import BASELINE, Comparison, Estimate, Week
from sim.days import Scene, Track
from sim.heat_maps import heat_map
from sim.report.fullness import Maps, fullness
from sim.report.office_day import COUNTED, OfficeDay, counted, office_day, quiet
from sim.report.page import render
from sim.report.view import View
from sim.words import Words
from tests import comparisons, story_examples
from tests.story_examples import at


def view(comparison: Comparison) -> View:
    return View(comparison, Words())


@cache
def maps() -> list[Maps]:
    return fullness(view(story_examples.comparison()))


@cache
def played() -> OfficeDay:
    found = office_day(view(story_examples.comparison()))
    assert found is not None
    return found


def scene_of(*people: tuple[str, str]) -> Scene:
    """Return a scene of people who are in line from one moment to another."""
    scene = story_examples.days().scenes["baseline"]
    tracks = tuple(
        replace(scene.tracks[0], visitor=((at(came), "line", -1), (at(left), "gone", -1)))
        for came, left in people
    )
    return replace(scene, tracks=tracks)


def test_stretches_with_nobody_there_in_any_scenario_are_passed_quickly() -> None:
    morning = scene_of(("7:30", "8:00"), ("7:45", "9:00"), ("9:10", "9:20"))
    long_wait = scene_of(("7:30", "11:30"), ("13:00", "13:10"))
    begin, end = at("7:00"), at("17:00")
    assert quiet([morning], begin, end) == [(begin, at("7:30")), (at("9:20"), end)]
    assert quiet([morning, long_wait], begin, end) == [
        (begin, at("7:30")), (at("11:30"), at("13:00")), (at("13:10"), end),
    ]  # fmt: skip
    assert quiet([scene_of()], begin, end) == [(begin, end)]


def test_who_waits_through_the_break_is_there() -> None:
    through = scene_of(("7:00", "12:59"), ("12:58", "17:00"))
    assert quiet([through], at("7:00"), at("17:00")) == []


# ---- Heat maps -----------------------------------------------------------------------------------


def value(mean: float) -> Value:
    return Value(mean, None, None, f"{mean:g}", f"{mean:g} (interval)")


TWO_BY_TWO = Panel(
    "Counter <b>", "Weekday", "people", ("Mon", "Tue"),
    (Series("7", "", (value(1), value(2))), Series("8", "", (value(3), None))),
)  # fmt: skip


def test_cells_are_the_values_with_rows_as_categories() -> None:
    from plotly.graph_objects import Figure

    figure = heat_map([TWO_BY_TWO], "Hour", 10)
    Figure(figure)  # refuses unknown keys and wrong values
    cells = figure["data"][0]
    assert cells["z"] == [[1, 3], [2, None]]
    assert cells["text"] == [["1", "3"], ["2", ""]]
    assert (cells["zmin"], cells["zmax"]) == (0, 10)
    assert figure["layout"]["xaxis"]["ticktext"] == ["7", "8"]
    assert figure["layout"]["yaxis"]["ticktext"] == ["Mon", "Tue"]


def test_long_numbers_are_small_enough_not_to_touch_on_paper() -> None:
    """A paper's cell is 22 pixels wide; a digit takes 0.64 of the letters' size, a point half."""
    long = replace(TWO_BY_TWO, series=(Series("7", "", (value(0.17), value(0.05))),))
    for panel, letters in ((TWO_BY_TWO, "100"), (long, "0.17")):
        size = heat_map([panel], "Hour", 10)["data"][0]["textfont"]["size"]
        digits = sum(letter.isdigit() for letter in letters)
        assert (digits * 0.64 + (len(letters) - digits) * 0.32) * size <= 23.5


def test_panels_stand_below_one_another_under_their_titles_escaped() -> None:
    figure = heat_map([TWO_BY_TWO, TWO_BY_TWO], "Hour", 10)
    tops = [figure["layout"][name]["domain"][1] for name in ("yaxis", "yaxis2")]
    bottoms = [figure["layout"][name]["domain"][0] for name in ("yaxis", "yaxis2")]
    assert tops[1] < bottoms[0]
    assert bottoms[1] == pytest.approx(0)
    assert [each["text"] for each in figure["layout"]["annotations"]] == [
        "<b>Counter &lt;b&gt;</b>"
    ] * 2
    assert [trace["yaxis"] for trace in figure["data"]] == ["y", "y2"]


def test_text_is_read_on_every_colour_of_the_scale() -> None:
    def luminance(colour: str) -> float:
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    shades = [luminance(colour) for colour in look.FULLNESS]
    assert shades == sorted(shades, reverse=True)
    assert (shades[-1] + 0.05) / (luminance(look.INK) + 0.05) >= 4.5  # WCAG 2, AA


def test_scenarios_share_one_scale_and_the_baseline_comes_first() -> None:
    for each in maps():
        assert next(iter(each.pictures))[0].id == BASELINE
        assert len(each.pictures) == 5
        scales = {t["zmax"] for _, picture in each.pictures for t in picture.figure["data"]}
        assert len(scales) == 1
        most = max(
            v for _, picture in each.pictures for t in picture.figure["data"]
            for row in t["z"] for v in row if v is not None
        )  # fmt: skip
        assert most <= scales.pop()


def test_load_is_in_percent_by_team_with_its_title() -> None:
    *_, load = maps()
    figure = load.pictures[0][1].figure
    week = story_examples.comparison().scenarios[BASELINE].pictures.week
    assert week is not None
    first = week.load["counter"][0][0]
    assert first is not None
    assert first.mean is not None
    assert figure["data"][0]["z"][0][0] == pytest.approx(first.mean * 100)
    titles = [each["text"] for each in figure["layout"]["annotations"]]
    assert titles == ["<b>Reception counter</b>", "<b>Judicial</b>", "<b>Leaders</b>"]
    assert figure["data"][2]["z"][0][0] is None  # nobody of the team is there at seven


def test_numbers_of_heat_maps_are_in_tables_with_their_intervals() -> None:
    _, in_line, load = maps()
    table = in_line.pictures[0][1].numbers[0]
    assert table.categories == ("Mon", "Tue", "Wed", "Thu", "Fri")
    assert [series.name for series in table.series][:3] == ["7", "8", "9"]
    cell = table.series[0].values[0]
    assert cell is not None
    assert cell.shown == "3.3 (3.0 to 3.7)"
    assert len(load.pictures[0][1].numbers) == 3


def test_who_does_not_see_a_heat_map_is_told_where_it_is_fullest() -> None:
    _, in_line, _ = maps()
    assert in_line.pictures[0][1].summary == (
        "People in line, by weekday and hour: most on Mon in hour 14, 3.9"
    )


def test_first_are_all_who_wait_in_the_office_then_those_of_them_in_line() -> None:
    waiting, in_line, _ = maps()
    assert waiting.title == "People waiting in the office, by weekday and hour"
    assert "inside until the work at a desk" in waiting.caption
    assert "not those who wait inside" in in_line.caption
    cells = zip(
        *(each.pictures[0][1].figure["data"][0]["z"] for each in (waiting, in_line)), strict=True
    )
    assert all(a > b for rows in cells for a, b in zip(*rows, strict=True))


@pytest.mark.parametrize(("most", "shown"), [(0.26, "0.26"), (2.6, "2.6")])
def test_people_are_shown_with_two_decimals_where_nowhere_is_one(most: float, shown: str) -> None:
    cells = ((Estimate(most, None, None), Estimate(0.04, None, None)),)
    whole = story_examples.comparison()
    week = Week((0,), (9, 10), cells, {}, cells)
    scenarios = {
        id_: replace(each, pictures=replace(each.pictures, week=week))
        for id_, each in whole.scenarios.items()
    }
    for each in fullness(view(replace(whole, scenarios=scenarios)))[:2]:
        assert each.pictures[0][1].figure["data"][0]["text"][0][0] == shown


def test_results_kept_without_those_who_wait_inside_show_the_line_alone() -> None:
    whole = story_examples.comparison()
    week = replace(story_examples.week(1), waiting=())
    scenarios = {
        id_: replace(each, pictures=replace(each.pictures, week=week))
        for id_, each in whole.scenarios.items()
    }
    found = fullness(view(replace(whole, scenarios=scenarios)))
    assert [each.title.split(",")[0] for each in found] == [
        "People in line",
        "How busy the staff are",
    ]


def test_without_measured_weeks_there_are_no_heat_maps() -> None:
    whole = comparisons.comparison()
    scenarios = {
        id_: replace(each, pictures=replace(each.pictures, week=None))
        for id_, each in whole.scenarios.items()
    }
    unmeasured = replace(whole, scenarios=scenarios)
    assert fullness(view(unmeasured)) == []
    assert 'id="line-map' not in render(unmeasured)


# ---- One day -------------------------------------------------------------------------------------


def test_counts_are_what_states_say_at_every_moment() -> None:
    scene = story_examples.scene(6)
    moments = counted(scene)
    kinds = {"door": "line", "line": "line", "desk": "served", "inside": "inside"}
    for second in range(at("7:00"), at("18:00"), 97):
        expected: Counter[str] = Counter()
        for track in scene.tracks:
            begun = [state for since, state, _ in track.visitor if since <= second]
            if begun and begun[-1] in kinds:
                expected[kinds[begun[-1]]] += 1
            lain = [state for since, state, _ in track.papers if since <= second]
            expected["papers"] += bool(lain) and lain[-1] == "queue"
        now = next(now for since, now in reversed(moments) if since <= second)
        assert {name: now[name] for name in COUNTED} == {name: expected[name] for name in COUNTED}


def test_each_hour_shows_the_most_there_was_at_once() -> None:
    scene = Scene(
        ((at("8:00"), at("10:00")),),
        (),
        (
            Track(((at("8:10"), "line", -1), (at("9:20"), "gone", -1)), (), False),
            Track(((at("8:50"), "line", -1), (at("9:00"), "gone", -1)), (), False),
        ),
    )
    days = replace(story_examples.days(), scenes={BASELINE: scene})
    found = office_day(view(replace(comparisons.comparison(), story=days)))
    assert found is not None
    assert [(hour, counts[0]) for hour, counts in found.scenes[0].counts] == [
        ("08:00", "2"),
        ("09:00", "1"),
    ]
    assert found.busiest == at("8:50")
    assert (found.begin, found.end) == (at("8:00"), at("10:00"))


def test_the_day_is_played_from_the_first_who_comes_to_the_last_who_leaves() -> None:
    scenes = story_examples.days().scenes.values()
    times = [t for scene in scenes for track in scene.tracks for t, *_ in track.visitor if t]
    assert played().begin <= min(times)
    assert played().end >= max(times)
    assert played().begin > at("7:00")  # not from midnight


def test_a_day_that_is_cut_is_played_no_further() -> None:
    days = replace(story_examples.days(), until=at("10:00"))
    found = office_day(view(replace(story_examples.comparison(), story=days)))
    assert found is not None
    assert found.end == at("10:00")


def test_the_script_gets_every_scene_with_states_as_numbers() -> None:
    data = json.loads(json.dumps(played().data))
    assert list(data["scenes"]) == list(story_examples.SCENARIOS)
    scene = data["scenes"][BASELINE]
    assert [each["team"] for each in scene["staff"]] == [
        "Reception counter", "Reception counter", "Judicial", "Leaders",
    ]  # fmt: skip
    first = story_examples.scene(6).tracks[0]
    states = {"door": 0, "line": 1, "desk": 2, "inside": 3, "gone": 4}
    assert scene["tracks"][0]["v"] == [
        [since, states[state], desk] for since, state, desk in first.visitor
    ]
    shelves = {"visitor": 0, "queue": 1, "work": 2, "rest": 3, "away": 4, "done": 5}
    assert scene["tracks"][0]["p"] == [
        [since, shelves[state], desk] for since, state, desk in first.papers
    ]


def test_states_are_numbered_as_the_script_reads_them() -> None:
    from importlib.resources import files

    script = (files("sim") / "templates" / "animation.js").read_text("utf-8")
    assert "const [DOOR, LINE, DESK, INSIDE, GONE] = [0, 1, 2, 3, 4];" in script
    assert "const [WITH_VISITOR, QUEUE, WORK, REST] = [0, 1, 2, 3];" in script


def test_without_a_day_there_is_none_to_play() -> None:
    assert office_day(view(replace(comparisons.comparison(), story=None))) is None
    days = replace(story_examples.days(), scenes={})
    whole = replace(story_examples.comparison(), story=days)
    assert office_day(view(whole)) is None
    text = render(whole)
    assert 'id="played-data"' not in text
    assert 'id="office-day"' in text


def test_alone_there_is_nothing_to_choose_beside() -> None:
    alone = story_examples.comparison(comparisons.alone())
    text = render(alone)
    assert '<select id="beside"' not in text
    assert 'id="played-data"' in text


def test_titles_of_teams_stay_text_in_the_data_of_the_day() -> None:
    hostile = "</script><script>alert(1)</script>"

    def named(raw: comparisons.Raw) -> None:
        raw["teams"][0]["title"] = hostile

    whole = story_examples.comparison()
    scenarios = {
        id_: replace(each, office=comparisons.office(named))
        for id_, each in whole.scenarios.items()
    }
    text = render(replace(whole, scenarios=scenarios))
    assert hostile not in text
    block = re.search(r'id="played-data">(.*?)</script>', text, re.DOTALL)
    assert block
    data: dict[str, Any] = json.loads(block[1])
    assert data["scenes"][BASELINE]["staff"][0]["team"] == hostile
