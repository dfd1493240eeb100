"""What a life tells is what the log and the measures say, span by span."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from sim.clock import MINUTE_MS
from sim.days import Life, Span
from tests import every_key, stories
from tests.every_key import desk, hand_over, serve
from tests.logs import Reading
from tests.strategies import Example, each_office, examples, reading

SECOND = 1 / 60
WITH_VISITOR = ("door", "line", "served", "inside")
AT_WORK = ("served", "desk_work")


def _visits(life: Life) -> list[tuple[int, int]]:
    return [(stay.came, stay.left) for stay in life.stays]


def _whole(life: Life) -> bool:
    """Tell whether no visit was under way when the run ended."""
    return all(stay.why != "inside" for stay in life.stays)


@each_office
@given(examples())
def test_times_on_the_premises_are_those_measured(example: Example) -> None:
    told = reading(example)
    figures = stories.figures_of(told)
    for row, life in enumerate(stories.lives_of(told)):
        assert life.trips == figures.trips[row]
        assert life.wait_minutes == figures.wait[row] / MINUTE_MS
        if _whole(life):
            assert len(life.stays) == life.trips
            inside = sum(left - came for came, left in _visits(life)) / 60
            assert inside == pytest.approx(life.visit_minutes, abs=SECOND * life.trips)
            spans = [span for span in life.spans if span.kind == "served"]
            served = sum(span.end - span.begin for span in spans) / 60
            # Spans of less than a second are left out.
            many = 2 * life.trips + 2 * _rows(told, int(figures.place[row]))
            waited = life.visit_minutes - served
            assert life.wait_minutes == pytest.approx(waited, abs=SECOND * many)


def _rows(told: Reading, case: int) -> int:
    own = told.filings(case)
    return sum(row.filing in own for row in told.rows)


@each_office
@given(examples())
def test_a_finished_life_is_told_without_a_gap_from_arrival_to_end(example: Example) -> None:
    told = reading(example)
    figures = stories.figures_of(told)
    for row, life in enumerate(stories.lives_of(told)):
        if life.ended != "done" or life.closed is None or life.turnaround_hours is None:
            continue
        arrived = int(told.log.population.case_arrival[figures.place[row]]) % 86_400_000 // 1000
        assert (life.closed - arrived) / 3600 == pytest.approx(life.turnaround_hours, abs=1 / 3600)
        reached = arrived
        for span in life.spans:
            assert arrived <= span.begin < span.end <= life.closed
            assert span.begin <= reached
            reached = max(reached, span.end)
        assert reached == life.closed or not life.spans


@each_office
@given(examples())
def test_who_is_inside_whose_work_it_is_and_who_does_it(example: Example) -> None:
    told = reading(example)
    teams = {team.id for team in told.layout.office.teams}
    figures = stories.figures_of(told)
    many = told.log.population.case_filings[figures.place].tolist()
    for filings, life in zip(many, stories.lives_of(told), strict=True):
        for span in life.spans:
            meets = [(c, left) for c, left in _visits(life) if c < span.end and span.begin < left]
            holds = [c <= span.begin and span.end <= left for c, left in meets]
            # Filings made separately have visits of their own.
            assert filings > 1 or (span.visitor == any(holds) and len(holds) <= 1)
            assert span.visitor or span.kind not in WITH_VISITOR
            assert (span.team in teams) == (span.kind in AT_WORK)
            assert bool(span.role) or span.kind not in ("line", "served", "desk_queue", "desk_work")


def _told(raw: dict[str, object], folder: Path) -> Life:
    run = every_key.Told(raw, folder)
    return stories.lives_of(Reading(run.log, run.layout, 1))[0]


def _brief(span: Span) -> tuple[str, str, str, bool]:
    return (span.kind, _clock(span.begin), _clock(span.end), span.visitor)


def _clock(second: int) -> str:
    day, rest = divmod(second, 86_400)
    return f"{day} {rest // 3600:02}:{rest // 60 % 60:02}"


def test_a_span_is_cut_where_its_visitor_gives_up_waiting_inside(tmp_path: Path) -> None:
    steps = [serve(10), desk(120), hand_over(5)]
    raw = every_key.office(
        every_key.comes(tmp_path, "1 07:50"),
        procedures=[every_key.procedure(*steps, result="while you wait", stays=60)],
    )
    life = _told(raw, tmp_path)
    assert [_brief(span) for span in life.spans[:4]] == [
        ("door", "0 07:50", "0 08:00", True),
        ("served", "0 08:00", "0 08:10", True),
        ("desk_work", "0 08:10", "0 09:10", True),
        ("desk_work", "0 09:10", "0 10:10", False),
    ]
    assert [(span.kind, span.visitor) for span in life.spans[4:]] == [
        ("citizen", False),
        ("served", True),
    ]
    assert [stay.why for stay in life.stays] == ["slip", "result"]
    last = life.spans[-1]
    assert (last.procedure, last.step, last.role, last.team) == (
        "permit", "hand_over", "give", "give",
    )  # fmt: skip


def test_papers_of_two_procedures_filed_together_overlap(tmp_path: Path) -> None:
    first = every_key.procedure(serve(10), desk(30))
    second = first | {"id": "other"}
    raw = every_key.office(
        every_key.comes(tmp_path, "1 09:00", needs=["permit", "other"], filing="together"),
        procedures=[first, second],
    )
    life = _told(raw, tmp_path)
    at_desks = [span for span in life.spans if span.kind == "desk_work"]
    assert [span.procedure for span in at_desks] == ["permit", "other"]
    waits = [span for span in life.spans if span.kind == "desk_queue"]
    assert [(span.procedure, _clock(span.end)) for span in waits] == [
        ("other", _clock(at_desks[0].end))
    ]
