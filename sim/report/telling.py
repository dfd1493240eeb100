"""What a person and their papers did, in sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from sim.days import Days, Leave, Life, Reason, Stay, Story
from sim.office import Office
from sim.report import doings, names
from sim.report.doings import Did, Doing
from sim.report.timeline import DAY
from sim.words import Words, mark

CHOSEN: Final[dict[Reason, str]] = {
    "median": mark("The middle case"),
    "p90": mark("A slow case"),
    "late_afternoon": mark("Papers brought at {time}"),
    "most_gained": mark("Who gains most"),
    "most_lost": mark("Who loses most"),
}
"""Why a case is shown, as its button says it, with the time of its first arrival."""

_BECAUSE: Final[dict[str, str]] = {
    "median": mark(
        "Chosen as the nearest to the middle, in trips, waiting, time in the office and time until "
        "the result at once, of those who come for “{demand}” and are not served before others."
    ),
    "p90.turnaround": mark(
        "Chosen because it is the 90th percentile: today nine in ten of those who come for "
        "“{demand}” and are not served before others take less time until the result."
    ),
    "p90.visit": mark(
        "Chosen because it is the 90th percentile: today nine in ten of those who come for "
        "“{demand}” and are not served before others take less time in the office."
    ),
    "late_afternoon": mark(
        "Chosen as the nearest to {time} among those who came for “{demand}” with complete papers "
        "in an afternoon before a working day."
    ),
    "most_gained": mark(
        "Chosen because, of {people} people looked at, nobody has the result so much sooner in a "
        "scenario."
    ),
    "most_lost": mark(
        "Chosen because, of {people} people looked at, nobody has the result so much later in a "
        "scenario."
    ),
    "most_gained.unknown": mark(
        "Chosen because, of the people looked at, nobody has the result so much sooner in a "
        "scenario."
    ),
    "most_lost.unknown": mark(
        "Chosen because, of the people looked at, nobody has the result so much later in a "
        "scenario."
    ),
}
_LATE: Final = (16 * 60 + 20) * 60
"""Near to when the late afternoon's papers are brought; see :mod:`sim.stories`."""

IN_THE_OFFICE: Final[dict[Doing, tuple[str, str]]] = {
    "door": (mark("outside the closed door"), mark("{time} outside the closed door")),
    "line": (mark("in line"), mark("{time} in line")),
    "served": (mark("being served"), mark("{time} being served")),
    "inside": (mark("waiting inside"), mark("{time} waiting inside")),
    "walk": (mark("walking to the next counter"), mark("{time} walking to the next counter")),
}
"""What a person does there: in the legend, and as part of what a visit consists of."""

OF_PAPERS: Final[dict[Doing, tuple[str, str]]] = {
    "desk_queue": (
        mark("on a desk, waiting for staff"), mark("{time} on a desk, waiting for staff"),
    ),
    "desk_work": (mark("being worked on"), mark("{time} being worked on")),
    "resting": (
        mark("on a desk, nobody busy with it"), mark("{time} on a desk, nobody busy with it"),
    ),
    "held": (mark("held by a rule"), mark("{time} held by a rule")),
    "elsewhere": (mark("at another agency"), mark("{time} at another agency")),
    "post": (mark("in the post"), mark("{time} in the post")),
    "citizen": (
        mark("ready or sent back: the citizen's turn"),
        mark("{time} until the citizen came again"),
    ),
    "walk": (mark("being carried"), mark("{time} being carried")),
}  # fmt: skip
"""What becomes of papers, likewise; nights and days off are part of it."""

_WAITS_FOR: Final = mark("{time} waiting inside for: {step}")

_VISITS: Final[dict[Leave, str]] = {
    "result": mark("{day}: came at {came}, left at {left} with the result ({doings})."),
    "slip": mark("{day}: came at {came}, left at {left} with an appointment slip ({doings})."),
    "sent_back": mark(
        "{day}: came at {came}, was sent back at {left} to complete the papers ({doings})."
    ),
    "impatient": mark("{day}: came at {came}, ran out of patience at {left} ({doings})."),
    "closing": mark(
        "{day}: came at {came}, was still not served when the office closed ({doings})."
    ),
    "turned_away": mark("{day}: came at {came}, too late for a ticket, and was turned away."),
    "not_ready": mark(
        "{day}: came at {came}, the result was not ready, left at {left} ({doings})."
    ),
    "inside": mark("{day}: came at {came}, and was still there when the run ended ({doings})."),
}
_IN_VAIN: Final = mark("{visit} This trip was in vain.")

SHORT: Final = 30
"""Seconds; what is shorter is not told."""


def because(words: Words, reason: Reason, days: Days, demand: str) -> str:
    """Return why a case was chosen.

    Parameters
    ----------
    words
        The reader's.
    reason
        Why, but not as an example.
    days
        The stories, which say by what the typical are typical, and among how many was sought.
    demand
        What the case came for, as people are told it.
    """
    unknown = f"{reason}.unknown" if not days.compared else reason
    text = next(
        _BECAUSE[key] for key in (unknown, reason, f"{reason}.{days.typical_by}") if key in _BECAUSE
    )
    people = words.number(days.compared, 0)
    return words.say(text, demand=demand, time=words.clock(_LATE), people=people)


@dataclass(frozen=True)
class Speech:
    """Words, the date from whose midnight seconds count, and the office that steps are in."""

    words: Words
    date: dt.date
    office: Office

    def day(self, second: int) -> str:
        """Return weekday and date of a moment: "Wed 3 May 2023"."""
        date = self.date + dt.timedelta(days=second // DAY)
        weekday = self.words.weekday(date.weekday())
        return self.words.say("{weekday} {date}", weekday=weekday, date=self.words.date(date))

    def clock(self, second: int) -> str:
        """Return a moment's time of day."""
        return self.words.clock(second % DAY)

    def doing(self, did: Did, texts: dict[Doing, tuple[str, str]]) -> str:
        """Return how long something was done: "6 min in line"."""
        time = self.words.lasting(did.end - did.begin)
        if did.doing == "inside" and did.step:
            return self.words.say(_WAITS_FOR, time=time, step=self._step(did))
        return self.words.say(texts[did.doing][1], time=time)

    def _step(self, did: Did) -> str:
        found = [p for p in self.office.procedures if p.id == did.procedure]
        titles = [step.title for p in found for step in p.steps if step.id == did.step]
        return self.words.title(titles[0] if titles else None, names.readable(did.step))

    def life(self, story: Story, life: Life, visits: Sequence[Sequence[Did]]) -> Iterable[str]:
        """Tell visits, and what became of the papers before, between and after them."""
        papers = doings.last_papers(life)
        stays = life.stays
        first = min([story.arrived, *(stay.came for stay in stays[:1])])
        last = max((span.end for span in life.spans), default=first)
        ends = [*(stay.came for stay in stays), last]
        yield from self._meanwhile(papers, first, ends[0])
        for stay, did, end in zip(stays, visits, ends[1:], strict=True):
            yield self._visit(stay, did)
            yield from self._meanwhile(papers, stay.left, end)

    def _visit(self, stay: Stay, did: Sequence[Did]) -> str:
        told = [self.doing(each, IN_THE_OFFICE) for each in did if each.end - each.begin >= SHORT]
        visit = self.words.say(
            _VISITS[stay.why],
            day=self.day(stay.came),
            came=self.clock(stay.came),
            left=self.clock(stay.left),
            doings=self.words.listed(told or [self.words.lasting(stay.left - stay.came)]),
        )
        return self.words.say(_IN_VAIN, visit=visit) if stay.in_vain else visit

    def _meanwhile(self, papers: Sequence[Did], begin: int, end: int) -> Iterable[str]:
        added = doings.added_up(papers, begin, end)
        told = [
            self.doing(Did(doing, 0, seconds), OF_PAPERS)
            for doing, seconds in added.items()
            if seconds >= SHORT
        ]
        if told:
            listed = self.words.listed(told)
            yield self.words.say("Meanwhile the papers: {doings}.", doings=listed)
