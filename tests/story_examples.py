"""Made-up days for tests of the report: single people's, and one of the whole office."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

from sim.comparison import BASELINE, Cells, Comparison, Estimate, Week
from sim.days import (
    Days,
    Leave,
    Life,
    Place,
    Reason,
    Scene,
    Shelf,
    Span,
    SpanKind,
    Staffer,
    Stay,
    Story,
    Track,
)
from tests import comparisons

SCENARIOS = (BASELINE, "until_closing", "delegated", "more_people", "shorter")
DAY = 86_400


def at(clock: str, day: int = 0) -> int:
    """Return seconds after the story's first midnight."""
    hours, minutes = clock.split(":")
    return day * DAY + int(hours) * 3600 + int(minutes) * 60


_WORK: dict[SpanKind, tuple[str, str, str]] = {
    "line": ("intake", "reception", "counter"),
    "served": ("intake", "reception", "counter"),
    "inside": ("sign", "sign", "leaders"),
    "desk_queue": ("compare", "certify", ""),
    "desk_work": ("compare", "certify", "judicial"),
}


def spans(
    procedure: str, begin: int, *moves: tuple[SpanKind, int], visits: tuple[Stay, ...] = ()
) -> tuple[Span, ...]:
    """Return one dossier's spans: what it does, and until when."""
    made = []
    for kind, end in moves:
        visitor = any(stay.came <= begin and end <= stay.left for stay in visits)
        made.append(Span(kind, begin, end, visitor, procedure, *_WORK.get(kind, ())))
        begin = end
    return tuple(made)


def life(found: tuple[Span, ...], stays: tuple[Stay, ...], cost: float = 12_000) -> Life:
    """Return a case that ends with its last span."""
    closed = max(span.end for span in found)
    on_site = sum(stay.left - stay.came for stay in stays) / 60
    return Life(
        spans=found,
        stays=stays,
        ended="done",
        closed=closed,
        wait_minutes=sum(s.end - s.begin for s in found if s.visitor and s.kind != "served") / 60,
        visit_minutes=on_site,
        trips=len(stays),
        citizen_cost=cost * max(len(stays), 1),
        turnaround_hours=(closed - min(span.begin for span in found)) / 3600,
    )


def stay(came: str, left: str, why: Leave, day: int = 0, *, in_vain: bool = False) -> Stay:
    """Return a visit."""
    return Stay(at(came, day), at(left, day), why, in_vain)


def held_overnight() -> Life:
    """Return a dossier brought at 16:20 that the cutoff keeps until the next day."""
    visits = (stay("16:20", "16:31", "slip"), stay("13:40", "13:47", "result", 1))
    moves: tuple[tuple[SpanKind, int], ...] = (
        ("line", at("16:26")), ("served", at("16:31")), ("held", at("7:30", 1)),
        ("desk_queue", at("8:05", 1)), ("desk_work", at("8:13", 1)),
        ("citizen", at("13:40", 1)), ("line", at("13:44", 1)), ("served", at("13:47", 1)),
    )  # fmt: skip
    return life(spans("certify_copies", visits[0].came, *moves, visits=visits), visits)


def at_once(came: str, in_line: int, signed: str) -> Life:
    """Return a dossier whose visitor waits inside until it is signed."""
    begin = at(came)
    visits = (Stay(begin, at(signed) + 180, "result", False),)
    served = begin + in_line * 60
    moves: tuple[tuple[SpanKind, int], ...] = (
        ("line", served), ("served", served + 240), ("desk_work", served + 720),
        ("inside", at(signed)), ("served", at(signed) + 180),
    )  # fmt: skip
    return life(spans("certify_copies", begin, *moves, visits=visits), visits)


def permit(days: int, *, sent_back: bool) -> Life:
    """Return a permit that takes so many days, first sent back or not."""
    first = stay("9:05", "9:21", "sent_back" if sent_back else "slip")
    moves: list[tuple[SpanKind, int]] = [("line", at("9:14")), ("served", at("9:21"))]
    visits = [first]
    if sent_back:
        again = stay("10:02", "10:15", "slip", 2)
        moves += [("citizen", again.came), ("line", at("10:08", 2)), ("served", again.left)]
        visits.append(again)
    last = stay("14:10", "14:19", "result", days)
    moves += [
        ("desk_queue", at("14:00", 3)), ("desk_work", at("14:30", 3)),
        ("resting", at("9:00", days - 2)), ("elsewhere", at("10:00", days - 1)),
        ("citizen", last.came), ("line", at("14:16", days)), ("served", last.left),
    ]  # fmt: skip
    visits.append(last)
    kept = tuple(visits)
    return life(spans("permit", first.came, *moves, visits=kept), kept, 40_000)


def both() -> Life:
    """Return two dossiers filed at one visit."""
    visits = (stay("9:05", "9:30", "slip"), stay("14:10", "14:19", "result", 4))
    moves: tuple[tuple[SpanKind, int], ...] = (
        ("line", at("9:14")), ("served", at("9:30")), ("desk_queue", at("14:00", 1)),
        ("desk_work", at("14:30", 1)), ("citizen", visits[1].came), ("served", visits[1].left),
    )  # fmt: skip
    one = spans("permit", visits[0].came, *moves, visits=visits)
    two = spans("certify_copies", visits[0].came, *moves[:3], *moves[4:], visits=visits)
    return life(tuple(sorted(one + two, key=lambda each: each.begin)), visits)


def online() -> Life:
    """Return a dossier that nobody came for."""
    moves: tuple[tuple[SpanKind, int], ...] = (
        ("desk_queue", at("8:00", 3)), ("desk_work", at("8:30", 3)), ("post", at("12:00", 5))
    )  # fmt: skip
    return life(spans("permit", at("21:15"), *moves), ())


def given_up() -> Life:
    """Return a case that was given up at the second closing of the doors."""
    visits = (
        stay("11:10", "11:30", "closing", in_vain=True),
        stay("16:50", "17:00", "turned_away", 1, in_vain=True),
    )
    moves: tuple[tuple[SpanKind, int], ...] = (
        ("line", at("11:30")), ("citizen", at("16:50", 1)), ("door", at("17:00", 1))
    )  # fmt: skip
    whole = life(spans("certify_copies", visits[0].came, *moves, visits=visits), visits)
    return replace(whole, ended="lost", turnaround_hours=None)


def story(number: int, came: str, reasons: tuple[Reason, ...], lives: dict[str, Life]) -> Story:
    """Return a story of copies."""
    date = dt.date(2023, 5, 3)
    case = f"copies/{date}/{number}"
    return Story(case, "copies", date, at(came), False, number == 2, reasons, lives)


def stories() -> tuple[Story, ...]:
    """Return stories of every kind."""
    late = dict(
        zip(
            SCENARIOS,
            (held_overnight(), at_once("16:20", 6, "16:55"), at_once("16:20", 5, "16:38"),
             at_once("16:20", 11, "16:47"), held_overnight()),
            strict=True,
        )
    )  # fmt: skip
    usual = {
        id_: at_once("8:05", line, signed)
        for id_, line, signed in zip(
            SCENARIOS, (9, 9, 7, 12, 9), ("8:50", "8:50", "8:28", "8:35", "8:50"), strict=True
        )
    }
    slow = {id_: permit(18, sent_back=True) for id_ in SCENARIOS} | {
        "shorter": permit(8, sent_back=True)
    }
    permits = replace(story(3, "9:05", ("p90", "most_gained"), slow), demand="permits")
    mixed = {id_: both() for id_ in SCENARIOS[:3]}
    filed = {id_: online() for id_ in SCENARIOS}
    lost = {BASELINE: given_up()} | {id_: at_once("11:10", 9, "11:28") for id_ in SCENARIOS[1:]}
    return (
        story(1, "16:20", ("late_afternoon",), late),
        story(2, "8:05", ("median",), usual),
        permits,
        replace(story(4, "9:05", ("example",), mixed), demand="permits"),
        replace(story(5, "21:15", ("example",), filed), demand="permits", online=True),
        story(6, "11:10", ("most_lost",), lost),
    )


SESSIONS = ((at("7:30"), at("11:30")), (at("13:30"), at("17:00")))


def track(number: int, minutes: int) -> Track:
    """Return a visit with papers that are signed while the visitor waits."""
    came = at("7:20") + number * 700 + (at("2:00") if number * 700 > 3.5 * 3600 else 0)
    first, inside = came + 60 * minutes, came + 60 * (minutes + 5)
    back, left = inside + 60 * 2 * minutes, inside + 60 * (2 * minutes + 3)
    visitor: list[tuple[int, Place, int]] = [
        (came, "line", -1), (first, "desk", number % 2), (inside, "inside", -1),
        (back, "desk", number % 2), (left, "gone", -1),
    ]  # fmt: skip
    papers: tuple[tuple[int, Shelf, int], ...] = (
        (came, "visitor", -1), (inside, "queue", -1), (inside + 120, "work", 2),
        (back, "visitor", -1), (left, "done", -1),
    )  # fmt: skip
    if came < SESSIONS[0][0]:
        visitor[0] = (SESSIONS[0][0], "line", -1)
        visitor.insert(0, (came, "door", -1))
    return Track(tuple(visitor), papers, number % 7 == 0)


def scene(slower: int) -> Scene:
    """Return a day on which a visit takes so much longer."""
    whole = (SESSIONS[0], SESSIONS[1])
    staff = (
        Staffer("counter", whole),
        Staffer("counter", ((at("7:45"), at("11:30")), SESSIONS[1])),
        Staffer("judicial", whole),
        Staffer("leaders", ((at("7:30"), at("9:00")), (at("14:00"), at("16:00")))),
    )
    papers: tuple[tuple[int, Shelf, int], ...] = (
        (0, "rest", -1), (at("10:00"), "work", 3), (at("10:09"), "rest", -1)
    )  # fmt: skip
    resting = Track(((0, "gone", -1),), papers, False)
    tracks = tuple(track(i, 3 + (i * 7) % (6 + 2 * slower)) for i in range(42))
    return Scene(SESSIONS, staff, (*tracks, resting, resting))


def days() -> Days:
    """Return stories and scenes in every scenario."""
    slower = dict(zip(SCENARIOS, (6, 6, 0, 2, 6), strict=True))
    scenes = {id_: scene(pace) for id_, pace in slower.items()}
    return Days(stories(), dt.date(2023, 5, 3), scenes)


def week(busy: float) -> Week:
    """Return how full an office is over five days."""
    hours = (7, 8, 9, 10, 11, 13, 14, 15, 16)

    def cells(size: float, missing: bool = False) -> Cells:
        return tuple(
            tuple(
                None if missing and hour == 7 else Estimate(value, value * 0.9, value * 1.1)
                for hour in hours
                for value in (size * (1.2 - 0.1 * day) * (1.2 + math.sin(hour)),)
            )
            for day in range(5)
        )

    load = {"counter": cells(0.4 * busy), "judicial": cells(0.3), "leaders": cells(0.04, True)}
    return Week(tuple(range(5)), hours, cells(1.5 * busy), load, cells(6.0 * busy))


def comparison(base: Comparison | None = None) -> Comparison:
    """Return a comparison with its stories, scenes and weeks."""
    whole = base or comparisons.comparison()
    scenarios = {
        id_: replace(each, pictures=replace(each.pictures, week=week(1 - 0.15 * place)))
        for place, (id_, each) in enumerate(whole.scenarios.items())
    }
    return replace(whole, scenarios=scenarios, story=days())
