"""A day of the office shows what the log says of it, at every moment."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from sim import scenes
from sim.clock import DAY_MS
from sim.days import Place, Scene, Shelf
from sim.log import Spell
from tests import every_key, stories
from tests.logs import Reading
from tests.strategies import Example, each_office, examples, reading

AT_VISITS = (Spell.VISITOR_WORK, Spell.DOOR)
Moments = tuple[tuple[int, Place, int], ...] | tuple[tuple[int, Shelf, int], ...]


def _scene(told: Reading) -> tuple[Scene, scenes.Shown] | None:
    part = scenes.shown(told.log, told.layout, 1)
    return None if part is None else (scenes.scene(told.log, told.layout, part), part)


def _state(moments: Moments, second: int) -> tuple[str, int] | None:
    """Return what a track says of a second; None before it begins."""
    place = bisect_right([moment[0] for moment in moments], second) - 1
    return None if place < 0 else (moments[place][1], moments[place][2])


def _edges(scene: Scene) -> list[int]:
    return sorted(
        {m[0] for t in scene.tracks for moments in (t.visitor, t.papers) for m in moments}
    )


@each_office
@given(examples())
def test_moments_follow_each_other_and_each_changes_something(example: Example) -> None:
    if (found := _scene(reading(example))) is None:
        return
    for track in found[0].tracks:
        for moments in (track.visitor, track.papers):
            assert moments
            assert moments[0][0] >= 0
            assert moments[-1][0] < DAY_MS / 1000
            assert all(one[0] < next_[0] for one, next_ in pairwise(moments))
            assert all(one[1:] != next_[1:] for one, next_ in pairwise(moments))


@each_office
@given(examples())
def test_as_many_stand_in_line_as_the_log_says(example: Example) -> None:
    told = reading(example)
    if (found := _scene(told)) is None:
        return
    scene, part = found
    for second in _edges(scene):
        states = [_state(track.visitor, second) for track in scene.tracks]
        lines = {
            row.filing
            for row in told.rows
            if row.kind == Spell.VISITOR_WORK
            and (row.joined - part.begin) // 1000
            <= second
            < (row.waited_until - part.begin) // 1000
        }
        assert sum(state is not None and state[0] == "line" for state in states) == len(lines)


@each_office
@given(examples())
def test_staff_serve_one_at_a_time_and_are_there(example: Example) -> None:
    if (found := _scene(reading(example))) is None:
        return
    scene = found[0]
    for second in _edges(scene):
        busy = [
            state[1]
            for track in scene.tracks
            for moments, at_work in ((track.visitor, "desk"), (track.papers, "work"))
            if (state := _state(moments, second)) is not None and state[0] == at_work
        ]
        assert len(busy) == len(set(busy))
        for member in busy:
            present = scene.staff[member].present
            assert any(since <= second < until for since, until in present)


@each_office
@given(examples())
def test_visitors_are_here_from_coming_to_leaving(example: Example) -> None:
    told = reading(example)
    if (found := _scene(told)) is None:
        return
    scene, part = found
    last = {filing: visits[-1].left for filing, visits in told.visits_of.items()}
    if any(row.ended > last.get(row.filing, -1) for row in told.rows if row.kind in AT_VISITS):
        return  # Visits under way when the run ends are not in the log.
    for second in _edges(scene):
        inside = {
            visit.filing
            for visit in told.visits
            if (visit.came - part.begin) // 1000 <= second < (visit.left - part.begin) // 1000
        }
        states = [_state(track.visitor, second) for track in scene.tracks]
        assert sum(state is not None and state[0] != "gone" for state in states) == len(inside)


def test_papers_handed_over_are_done_and_stay_so() -> None:
    for scene in stories.small_days().scenes.values():
        for track in scene.tracks:
            shelves = [shelf for _, shelf, _ in track.papers]
            assert "done" not in shelves[:-1]
    assert any(
        track.papers[-1][1] == "done" for track in stories.small_days().scenes["both"].tracks
    )


def test_the_day_is_one_of_three_in_four_that_are_no_busier() -> None:
    told = stories.dong_cam(20)
    part = scenes.shown(told.log, told.layout, 1)
    assert part is not None
    window = told.calendar.window
    days = told.calendar.open_days(window.measured_from, window.measured_until)
    online = told.log.population.case_arrival[told.log.population.case_online].tolist()
    came = [visit.came for visit in told.visits] + online
    counts = {day: sum(at // DAY_MS == day for at in came) for day in days}
    assert sum(count <= counts[part.day] for count in counts.values()) >= 0.75 * len(days)
    assert sum(count < counts[part.day] for count in counts.values()) < 0.75 * len(days)
    assert part.whole


@pytest.mark.parametrize("most", [8, 15])
def test_of_a_day_too_full_only_the_beginning_is_shown(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    told = stories.dong_cam(20)
    monkeypatch.setattr(scenes, "MOST_TRACKS", most)
    part = scenes.shown(told.log, told.layout, 1)
    assert part is not None
    assert not part.whole
    scene = scenes.scene(told.log, told.layout, part)
    assert 0 < len(scene.tracks) <= most
    assert scene.sessions[-1][1] == part.second(part.end)
    assert max(_edges(scene)) < part.second(part.end)


def _days(folder: Path, *days: int, **keys: Any) -> list[Scene]:
    """Return some days of an office to which one visitor comes on the first at ten to eight."""
    raw = every_key.office(every_key.comes(folder, "1 07:50"), **keys)
    run = every_key.Told(raw, folder)
    return [
        scenes.scene(run.log, run.layout, scenes.Shown(day, day * DAY_MS, (day + 1) * DAY_MS))
        for day in days
    ]


def _clock(moments: Moments) -> list[tuple[str, str, int]]:
    return [(f"{s // 3600:02}:{s // 60 % 60:02}", state, who) for s, state, who in moments]


def test_a_visitor_and_papers_move_from_desk_to_desk(tmp_path: Path) -> None:
    steps = [every_key.serve(10), every_key.desk(30), every_key.hand_over(5)]
    (scene,) = _days(tmp_path, 0, procedures=[every_key.procedure(*steps, result="while you wait")])
    assert [staffer.team for staffer in scene.staff] == ["serve", "write", "give"]
    (track,) = scene.tracks
    assert _clock(track.visitor) == [
        ("07:50", "door", -1),
        ("08:00", "desk", 0),
        ("08:10", "inside", -1),
        ("08:40", "desk", 2),
        ("08:45", "gone", -1),
    ]
    assert _clock(track.papers) == [
        ("07:50", "visitor", -1),
        ("08:00", "visitor", 0),
        ("08:10", "work", 1),
        ("08:40", "visitor", 2),
        ("08:45", "done", -1),
    ]


def test_papers_rest_wait_and_are_away_though_no_visitor_is_here(tmp_path: Path) -> None:
    steps = [
        every_key.serve(10, sends_back={"share": 1, "working_days": 1}),
        every_key.desk(60, rests={"working_days": 0.5}),
        every_key.elsewhere(1),
        every_key.hand_over(5),
    ]
    result = _days(tmp_path, 0, 1, 2, procedures=[every_key.procedure(*steps, result="when ready")])
    monday, tuesday, wednesday = (scene.tracks[0] for scene in result)
    assert [state for _, state, _ in monday.papers] == ["visitor", "visitor", "away"]
    assert [state for _, state, _ in tuesday.papers][-2:] == ["visitor", "rest"]
    assert [state for _, state, _ in wednesday.papers][:3] == ["rest", "work", "away"]
    assert wednesday.visitor == ((0, "gone", -1),)
