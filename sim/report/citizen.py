"""One citizen's day: the same person with the same papers under each scenario."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.comparison import Scenario
from sim.days import Days, Life, Story
from sim.report import doings, names, timeline
from sim.report.doings import Did, Doing
from sim.report.telling import CHOSEN, IN_THE_OFFICE, OF_PAPERS, SHORT, Speech, because
from sim.report.timeline import DAY, Axis
from sim.report.view import View
from sim.words import Words, mark


@dataclass(frozen=True)
class Bar:
    """Something done, as it is drawn: where, as shares of the axis, and in words."""

    doing: Doing
    left: float
    width: float
    title: str


@dataclass(frozen=True)
class Mark:
    """A moment on the axis, or a part of it: where, as shares, and its label."""

    left: float
    width: float
    label: str
    close: bool = True
    minor: bool = False


@dataclass(frozen=True)
class Line:
    """One life: a row of the time line, and the same in words.

    Attributes
    ----------
    scenario, colour
        Whose.
    gain, later
        How it compares with the baseline, empty there; whether the result comes later.
    facts
        Names and values.
    told
        Sentences, visit by visit.
    person
        What the person did.
    papers
        What became of each dossier.
    done
        Where the result is in hand; None where it never is.
    """

    scenario: str
    colour: str
    gain: str = ""
    later: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    told: tuple[str, ...] = ()
    person: tuple[Bar, ...] = ()
    papers: tuple[tuple[Bar, ...], ...] = ()
    done: float | None = None


@dataclass(frozen=True)
class Told:
    """One person's story in every scenario.

    Attributes
    ----------
    id
        Its name in the page.
    title, notes
        What was brought and when; why it was chosen, and what else is to be known.
    label
        As the list to choose from has it.
    chosen
        Whether it is one of those that are shown first.
    stretches, ticks
        Of the axis.
    pixels
        How wide the axis is at least.
    lines
        A row for each scenario.
    """

    id: str
    title: str
    notes: tuple[str, ...]
    label: str
    chosen: bool
    stretches: tuple[Mark, ...]
    ticks: tuple[Mark, ...]
    pixels: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Citizens:
    """All stories, and how to choose one.

    Attributes
    ----------
    stories
        In the order of the data.
    buttons
        Label and story of those chosen for a reason.
    groups
        All of them, by what they came for.
    person, papers
        The legend: what is drawn of either, and what it means.
    """

    stories: tuple[Told, ...]
    buttons: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, tuple[Told, ...]], ...]
    person: tuple[tuple[Doing, str], ...]
    papers: tuple[tuple[Doing, str], ...]


def citizens(view: View) -> Citizens | None:
    """Return the stories of a comparison as the page tells them; None where there is none."""
    story = view.comparison.story
    if story is None or not story.stories:
        return None
    told = tuple(_told(view, story, each, f"story-{i}") for i, each in enumerate(story.stories))
    drawn = {bar.doing for each in told for line in each.lines for bar in line.person}
    kept = {b.doing for t in told for line in t.lines for papers in line.papers for b in papers}
    say = view.words.say
    return Citizens(
        told,
        tuple(_buttons(view, story, told)),
        tuple(_groups(view, story, told)),
        tuple((name, say(texts[0])) for name, texts in IN_THE_OFFICE.items() if name in drawn),
        tuple((name, say(texts[0])) for name, texts in OF_PAPERS.items() if name in kept),
    )


def _buttons(view: View, days: Days, told: Sequence[Told]) -> Iterable[tuple[str, str]]:
    for reason, label in CHOSEN.items():
        for story, shown in zip(days.stories, told, strict=True):
            if reason in story.reasons:
                yield view.words.say(label, time=view.words.clock(story.arrived)), shown.id
                break


def _groups(view: View, days: Days, told: Sequence[Told]) -> Iterable[tuple[str, tuple[Told, ...]]]:
    found: dict[str, list[tuple[dt.date, int, Told]]] = {}
    for story, shown in zip(days.stories, told, strict=True):
        found.setdefault(story.demand, []).append((story.date, story.arrived, shown))
    for demand, stories in found.items():
        ordered = sorted(stories, key=lambda each: each[:2])
        yield _demand(view, demand), tuple(shown for *_, shown in ordered)


def _told(view: View, days: Days, story: Story, id_: str) -> Told:
    words = view.words
    speech = Speech(words, story.date, view.office)
    lives = [story.lives[each.id] for each in view.every if each.id in story.lives]
    axis = _axis(story, lives)
    when = {"day": speech.day(story.arrived), "time": speech.clock(story.arrived)}
    filed = mark("{demand}, filed online {day} at {time}")
    came = mark("{demand}, first came {day} at {time}")
    text = filed if story.online else came
    return Told(
        id_,
        words.say(text, demand=_demand(view, story.demand), **when),
        tuple(_notes(view, days, story)),
        words.say("{day}, {time}", **when),
        any(reason in CHOSEN for reason in story.reasons),
        tuple(_stretches(speech, axis)),
        tuple(
            Mark(tick.left, 0.0, speech.clock(tick.second), minor=tick.minor)
            for tick in axis.ticks()
        ),
        axis.pixels,
        tuple(_line(view, story, each, axis) for each in view.every),
    )


def _axis(story: Story, lives: Sequence[Life]) -> Axis:
    looked_at = [(stay.came, stay.left) for life in lives for stay in life.stays]
    ends = [span.end for life in lives for span in life.spans]
    begins = [story.arrived, *(span.begin for life in lives for span in life.spans)]
    return timeline.axis(looked_at, (min(begins), max(ends, default=story.arrived)))


def _notes(view: View, days: Days, story: Story) -> Iterable[str]:
    for reason in story.reasons:
        if reason in CHOSEN:
            yield because(view.words, reason, days, _demand(view, story.demand))
    if story.priority:
        yield view.words.say(
            "Served before others: elderly, disabled, pregnant, or a person of merit."
        )


def _stretches(speech: Speech, axis: Axis) -> Iterable[Mark]:
    """Return the parts of an axis: a close one with its day where that is new, a break's length."""
    last = None
    for each in axis.stretches:
        label = speech.words.lasting(each.end - each.begin)
        if each.close:
            label = "" if each.begin // DAY == last else speech.day(each.begin)
            last = each.end // DAY
        yield Mark(each.left, each.width, label, close=each.close)


def _line(view: View, story: Story, scenario: Scenario, axis: Axis) -> Line:
    name, colour = view.names[scenario.id], view.colours[scenario.id]
    life = story.lives.get(scenario.id)
    if life is None:
        return Line(name, colour, told=(view.words.say("In this scenario there is no such case."),))
    speech = Speech(view.words, story.date, scenario.office)
    visits = [doings.in_the_office(life, stay) for stay in life.stays]
    papers = doings.of_papers(life).values()
    return Line(
        name,
        colour,
        *_gain(view, story, scenario, life),
        tuple(_facts(view.words, life)),
        _sentences(view, story, scenario),
        tuple(_bar(speech, axis, each, IN_THE_OFFICE) for visit in visits for each in visit),
        tuple(tuple(_bar(speech, axis, each, OF_PAPERS) for each in one) for one in papers),
        axis.at(life.closed) if life.ended == "done" and life.closed else None,
    )


def _sentences(view: View, story: Story, scenario: Scenario) -> tuple[str, ...]:
    """Return what is told of a life; of one like the baseline's, that it is like it."""
    told = _own_sentences(view, story, scenario)
    if scenario.id == view.before.id or view.before.id not in story.lives:
        return told
    if told != _own_sentences(view, story, view.before):
        return told
    before = view.names[view.before.id]
    return (view.words.say("The same as in “{before}”, minute by minute.", before=before),)


def _own_sentences(view: View, story: Story, scenario: Scenario) -> tuple[str, ...]:
    life = story.lives[scenario.id]
    visits = [doings.in_the_office(life, stay) for stay in life.stays]
    return tuple(Speech(view.words, story.date, scenario.office).life(story, life, visits))


def _bar(speech: Speech, axis: Axis, did: Did, texts: dict[Doing, tuple[str, str]]) -> Bar:
    left = axis.at(did.begin)
    title = speech.words.say(
        "{begin} to {end}: {doing}",
        begin=speech.clock(did.begin),
        end=speech.clock(did.end),
        doing=speech.doing(did, texts),
    )
    return Bar(did.doing, left, axis.at(did.end) - left, title)


def _gain(view: View, story: Story, scenario: Scenario, life: Life) -> tuple[str, bool]:
    """Return how much sooner or later the result is in hand, and whether it is later."""
    before = story.lives.get(view.before.id)
    if scenario.id == view.before.id or before is None:
        return "", False
    if before.turnaround_hours is None or life.turnaround_hours is None:
        return "", False
    seconds = round((life.turnaround_hours - before.turnaround_hours) * 3600)
    if abs(seconds) < SHORT:
        return view.words.say("result at the same time"), False
    later = seconds > 0
    text = mark("result {time} later") if later else mark("result {time} sooner")
    return view.words.say(text, time=view.words.lasting(abs(seconds))), later


def _facts(words: Words, life: Life) -> Iterable[tuple[str, str]]:
    say = words.say
    yield say("Trips"), words.number(life.trips, 0)
    yield say("On the premises"), words.lasting(life.visit_minutes * 60)
    yield say("of it waiting"), words.lasting(life.wait_minutes * 60)
    if life.turnaround_hours is not None:
        yield say("Result after"), words.lasting(life.turnaround_hours * 3600)
    else:
        lost = life.ended == "lost"
        yield say("Result"), say("none: given up") if lost else say("not before the run ended")
    yield say("Cost to the citizen"), words.money(life.citizen_cost)


def _demand(view: View, demand: str) -> str:
    """Return the title of what people come for, by that of the only procedure where it has none."""
    found = next((each for each in view.office.demands if each.id == demand), None)
    if found is None or found.title or len(found.needs) > 1:
        return view.words.title(found.title if found else None, names.readable(demand))
    procedures = {each.id: each.title for each in view.office.procedures}
    return view.words.title(procedures.get(found.needs[0]), names.readable(demand))
