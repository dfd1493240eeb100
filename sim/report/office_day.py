"""One day of the whole office, for the animation, and its counts by hour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, Literal

from sim import look
from sim.days import Days, Place, Scene, Shelf, Track
from sim.office import Office
from sim.report import names
from sim.report.view import View
from sim.words import Words, mark

Counted = Literal["line", "served", "inside", "papers"]

COUNTED: Final[dict[Counted, str]] = {
    "line": mark("In line"),
    "served": mark("Being served"),
    "inside": mark("Waiting inside"),
    "papers": mark("Papers waiting on desks"),
}
"""What is counted, and its name."""

_AS_COUNTED: Final[Mapping[Place | Shelf, Counted]] = {
    "door": "line", "line": "line", "desk": "served", "inside": "inside", "queue": "papers",
}  # fmt: skip
_PLACES: Final[tuple[Place, ...]] = ("door", "line", "desk", "inside", "gone")
_SHELVES: Final[tuple[Shelf, ...]] = ("visitor", "queue", "work", "rest", "away", "done")
_HOUR: Final = 3600
_GRAIN: Final = 300
"""Seconds to which begin and end of what is played are rounded."""
_QUIET: Final = 900
"""Seconds from which on a stretch with nobody there is passed quickly."""

Moment = tuple[int, Counter[Counted]]


@dataclass(frozen=True)
class Played:
    """One scenario's day.

    Attributes
    ----------
    id, name, colour
        Of the scenario.
    counts
        By hour, as the office's day has them: most at once of each thing counted.
    """

    id: str
    name: str
    colour: str
    counts: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class OfficeDay:
    """The day that is played.

    Attributes
    ----------
    date
        Of the day, in words.
    scenes
        By scenario, the baseline's first.
    begin, end, busiest
        Seconds after midnight: from when to when it is played, and when most people wait in the
        baseline.
    data
        What the script draws.
    """

    date: str
    scenes: tuple[Played, ...]
    begin: int
    end: int
    busiest: int
    data: dict[str, Any]


def office_day(view: View) -> OfficeDay | None:
    """Return the day of a comparison that is played; None where there is none."""
    days = view.comparison.story
    found = [each for each in view.every if days and each.id in days.scenes]
    if days is None or not found or found[0].id != view.before.id:
        return None
    words = view.words
    scenes = [days.scenes[each.id] for each in found]
    begin, end = _played(days, scenes)
    busiest = _busiest(scenes[0], begin, end)
    return OfficeDay(
        words.say(
            "{weekday} {date}",
            weekday=words.weekday(days.date.weekday()),
            date=words.date(days.date),
        ),
        tuple(
            Played(
                each.id,
                view.names[each.id],
                view.colours[each.id],
                tuple(_by_hour(words, scene, begin, end)),
            )
            for each, scene in zip(found, scenes, strict=True)
        ),
        begin,
        end,
        busiest,
        {
            "begin": begin,
            "end": end,
            "busiest": busiest,
            "quiet": quiet(scenes, begin, end),
            "colours": look.PAGE | look.DOING,
            "font": look.FONT,
            "words": _words(words),
            "scenes": {
                each.id: _data(words, scene, each.office, view.names[each.id])
                for each, scene in zip(found, scenes, strict=True)
            },
        },
    )


def _played(days: Days, scenes: Sequence[Scene]) -> tuple[int, int]:
    """Return from when to when anybody or the office itself is there, the same for all scenes."""
    moments = [moment for scene in scenes for session in scene.sessions for moment in session]
    moments += [
        time for scene in scenes for track in scene.tracks for time, *_ in track.visitor if time
    ]
    begin, end = min(moments, default=0), min(max(moments, default=0), days.until)
    return begin // _GRAIN * _GRAIN, max(-(-end // _GRAIN), begin // _GRAIN + 1) * _GRAIN


def quiet(scenes: Sequence[Scene], begin: int, end: int) -> list[tuple[int, int]]:
    """Return the long stretches during which nobody is there in any scene."""
    there = sorted(
        (since, until)
        for scene in scenes
        for track in scene.tracks
        for since, until in _there(track, end)
    )
    found, free = [], begin
    for since, until in [*there, (end, end)]:
        if since - free >= _QUIET:
            found.append((free, since))
        free = max(free, until)
    return found


def _there(track: Track, end: int) -> Iterable[tuple[int, int]]:
    """Yield from when to when a person is there, place by place."""
    untils = [*(second for second, *_ in track.visitor[1:]), end]
    for (since, place, _), until in zip(track.visitor, untils, strict=True):
        if place != "gone":
            yield since, until


def counted(scene: Scene) -> list[Moment]:
    """Return what there is from each moment on at which it changes."""
    changes: list[tuple[int, Counted, int]] = []
    for track in scene.tracks:
        for states in (track.visitor, track.papers):
            changes += _changes(states)
    now: Counter[Counted] = Counter()
    moments: list[Moment] = [(0, now)]
    for second, group in groupby(sorted(changes), key=lambda change: change[0]):
        now = now.copy()
        for _, name, by in group:
            now[name] += by
        moments.append((second, now))
    return moments


def _changes(
    states: Sequence[tuple[int, Place | Shelf, int]],
) -> Iterable[tuple[int, Counted, int]]:
    before: Counted | None = None
    for second, state, _ in states:
        if before:
            yield second, before, -1
        before = _AS_COUNTED.get(state)
        if before:
            yield second, before, 1


def _busiest(scene: Scene, begin: int, end: int) -> int:
    """Return when most people wait; the middle of the day where nobody ever does."""
    waiting = [
        (now["line"] + now["inside"], -second)
        for second, now in counted(scene)
        if begin <= second <= end
    ]
    most, second = max(waiting, default=(0, 0))
    return -second if most else (begin + end) // 2


def _by_hour(
    words: Words, scene: Scene, begin: int, end: int
) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Yield the most there is at once in each hour, in words."""
    for first, most in most_by_hour(scene, begin, end):
        yield words.clock(first), tuple(words.number(count, 0) for count in most)


def most_by_hour(scene: Scene, begin: int, end: int) -> Iterable[tuple[int, tuple[int, ...]]]:
    """Yield the most there is at once, of each thing counted, in each hour and its first second."""
    moments = counted(scene)
    for hour in range(begin // _HOUR, -(-end // _HOUR)):
        first, last = hour * _HOUR, (hour + 1) * _HOUR
        before = max((i for i, (at, _) in enumerate(moments) if at <= first), default=0)
        seen = [now for at, now in moments[before:] if at < last]
        yield first, tuple(max(now[name] for now in seen) for name in COUNTED)


def _words(words: Words) -> dict[str, str]:
    say = words.say
    counts = {name: f"{{{name}}}" for name in COUNTED}
    return {
        "play": say("Play"),
        "pause": say("Pause"),
        "line": say(COUNTED["line"]),
        "inside": say(COUNTED["inside"]),
        "desks": say("At the desks"),
        "papers": say(COUNTED["papers"]),
        "resting": say("Papers resting or held by a rule"),
        "away": say("away"),
        "more": say("and {n} more", n="{n}"),
        "quiet": say("nobody here until {time}", time="{time}"),
        "over": say("nobody here any more"),
        "state": say(
            "{time}, {scenario}: in line {line}, being served {served}, waiting inside {inside}, "
            "papers waiting on desks {papers}.",
            time="{time}",
            scenario="{scenario}",
            **counts,
        ),
    }


def _data(words: Words, scene: Scene, office: Office, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "sessions": scene.sessions,
        "lying": scene.lying,
        "staff": [
            {"team": names.team_title(each.team, office, words), "present": each.present}
            for each in scene.staff
        ],
        "tracks": [_track(track) for track in scene.tracks],
    }


def _track(track: Track) -> dict[str, Any]:
    """Return a track with its states as places in their tuples, which take less room."""
    return {
        "v": [(at, _PLACES.index(state), desk) for at, state, desk in track.visitor],
        "p": [(at, _SHELVES.index(state), desk) for at, state, desk in track.papers],
        "first": int(track.priority),
    }
