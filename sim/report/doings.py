"""What a person and their papers did, moment by moment, from the plain data of a life."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal

from sim.days import Life, Span, SpanKind, Stay

Doing = Literal[
    "door", "line", "served", "inside", "walk",
    "desk_queue", "desk_work", "resting", "held", "elsewhere", "post", "citizen",
]  # fmt: skip

_AMONG_PEOPLE: Final[tuple[SpanKind, ...]] = ("served", "line", "door", "walk")
"""What a person is seen to do, the weightiest first where dossiers differ; else they wait."""
_OF_PAPERS: Final[tuple[SpanKind, ...]] = (
    "desk_queue", "desk_work", "resting", "held", "elsewhere", "post", "citizen",
)  # fmt: skip


@dataclass(frozen=True)
class Did:
    """What was done between two moments; procedure and step as of its span."""

    doing: Doing
    begin: int
    end: int
    procedure: str = ""
    step: str = ""


def in_the_office(life: Life, stay: Stay) -> list[Did]:
    """Return what a person did during a visit, without a gap.

    With several dossiers they are served if any is; where all are at desks, they wait inside.
    """
    spans = [span for span in life.spans if span.visitor and _overlap(span, stay)]
    ends = {stay.came, stay.left}
    ends |= {e for s in spans for e in (s.begin, s.end) if stay.came < e < stay.left}
    found = [_at(spans, begin, end) for begin, end in pairwise(sorted(ends))]
    return joined(found)


def _overlap(span: Span, stay: Stay) -> bool:
    return span.begin < stay.left and span.end > stay.came


def _at(spans: Sequence[Span], begin: int, end: int) -> Did:
    now = [span for span in spans if span.begin <= begin and span.end >= end]
    for kind in _AMONG_PEOPLE:
        for span in now:
            if span.kind == kind:
                return Did(kind, begin, end, span.procedure, span.step)
    waits = now[0] if now else None
    return Did("inside", begin, end, waits.procedure if waits else "", waits.step if waits else "")


def joined(found: Iterable[Did]) -> list[Did]:
    """Join what follows on the same; waiting inside only if it is for the same step."""
    whole: list[Did] = []
    for each in found:
        last = whole[-1] if whole else None
        if last and last.end == each.begin and _alike(last, each):
            whole[-1] = replace(last, end=each.end)
        else:
            whole.append(each)
    return whole


def _alike(last: Did, then: Did) -> bool:
    step = (last.procedure, last.step) == (then.procedure, then.step)
    return last.doing == then.doing and (step or last.doing != "inside")


def of_papers(life: Life) -> dict[str, list[Did]]:
    """Return what became of each dossier, by procedure, but for its way with its visitor."""
    found: dict[str, list[Did]] = {}
    for span in life.spans:
        kept = found.setdefault(span.procedure, [])
        if span.kind in _OF_PAPERS or (span.kind == "walk" and not span.visitor):
            kept.append(Did(span.kind, span.begin, span.end, span.procedure, span.step))
    return found


def last_papers(life: Life) -> list[Did]:
    """Return what became of the dossier that was in hand last."""
    if not life.spans:
        return []
    last = max(life.spans, key=lambda span: span.end)
    return of_papers(life)[last.procedure]


def added_up(found: Iterable[Did], begin: int, end: int) -> dict[Doing, int]:
    """Return how many seconds each thing was done between two moments, in order of beginning."""
    seconds: dict[Doing, int] = {}
    for each in found:
        inside = min(each.end, end) - max(each.begin, begin)
        if inside > 0:
            seconds[each.doing] = seconds.get(each.doing, 0) + inside
    return seconds
