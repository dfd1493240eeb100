"""Slides of people: one citizen's day, and who gains and who loses."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from typing import Final

from sim import look
from sim.charts import Panel, Series, Value
from sim.days import Life, Story
from sim.present.deck import Bar, Chart, Lane, Legend, Slide, TimeLine
from sim.present.findings import Findings
from sim.report import citizen, who
from sim.report.citizen import Citizens, Line, Told, citizens
from sim.report.doings import Doing
from sim.words import Words

_FIRST: Final = ("late_afternoon", "most_gained", "p90", "median")
"""Whose day is shown: the story's typical case, or else the next of these."""
_MOST_LANES: Final = 6
_MOST_GROUPS: Final = 10


def day(found: Findings) -> Slide | None:
    """Return the slide of one citizen's day under each scenario; None where none was kept."""
    told = citizens(found.view)
    days = found.view.comparison.story
    if told is None or days is None:
        return None
    pairs = list(zip(told.stories, days.stories, strict=True))
    order = [(a, b) for reason in _FIRST for a, b in pairs if reason in b.reasons] or pairs
    story, kept = max(order, key=lambda pair: _tells(found, pair[1]))  # of equals the first
    notes = [
        found.view.words.say(
            "{scenario}: {finding}", scenario=each.scenario, finding=" ".join(each.told)
        )
        for each in story.lines
    ]
    return Slide(
        _title_of_day(found, story),
        (_time_line(found, told, story, kept),),
        (story.title, *story.notes, *notes, found.assumed),
        " ".join([story.title + ".", *story.notes]),
    )


def _tells(found: Findings, story: Story) -> int:
    """Return how much a story tells: 2 where the shown scenario changes it, 1 where any does."""
    before = story.lives.get(found.view.before.id)
    others = [story.lives.get(each.id) for each in found.view.others]
    if any(_outcome(each) != _outcome(before) for each in others):
        return 1 + (_outcome(story.lives.get(found.shown)) != _outcome(before))
    return 0


def _outcome(life: Life | None) -> tuple[object, ...]:
    """Return what a life comes to, as far as a slide shows it: in whole minutes."""
    if life is None:
        return ()
    hours = life.turnaround_hours
    result = None if hours is None else round(hours * 60)
    return life.ended, life.trips, result, round(life.visit_minutes)


def _title_of_day(found: Findings, story: Told) -> str:
    say = found.view.words.say
    name = found.view.names[found.shown]
    gain = next((line.gain for line in story.lines if line.scenario == name), "")
    if not gain:
        return say("One citizen's day: the same person with the same papers in every scenario")
    return say("One citizen's day, with “{scenario}”: {gain}", scenario=name, gain=gain)


def _time_line(found: Findings, told: Citizens, story: Told, kept: Story) -> TimeLine:
    say = found.view.words.say
    drawn = {bar.doing for line in story.lines for bar in line.person}
    papers = {bar.doing for line in story.lines for papers in line.papers for bar in papers}
    lives = [kept.lives.get(each.id) for each in found.view.every]
    pairs = list(zip(story.lines, lives, strict=True))[:_MOST_LANES]
    return TimeLine(
        tuple(_lane(found.view.words, line, life) for line, life in pairs),
        tuple((mark.left, mark.label) for mark in story.ticks if not mark.minor),
        tuple((mark.left, mark.label) for mark in story.stretches if mark.close and mark.label),
        tuple((m.left, m.width, m.label) for m in story.stretches if not m.close),
        _legend(say("Thick: the person in the office"), told.person, drawn),
        _legend(say("Thin: their papers"), told.papers, papers),
        say("result in hand"),
    )


def _legend(heading: str, meanings: Sequence[tuple[Doing, str]], drawn: Set[Doing]) -> Legend:
    return Legend(heading, tuple((look.DOING[d], text) for d, text in meanings if d in drawn))


def _lane(words: Words, line: Line, life: Life | None) -> Lane:
    papers = [bar for bars in line.papers for bar in bars]
    return Lane(
        line.scenario,
        _came_to(words, life),
        tuple(_stretch(bar) for bar in line.person),
        tuple(_stretch(bar) for bar in papers),
        line.done,
    )


def _stretch(bar: citizen.Bar) -> Bar:
    return Bar(bar.left, bar.width, look.DOING[bar.doing], bar.title)


def _came_to(words: Words, life: Life | None) -> str:
    """Return how often a person came and how long it took, short enough for a time line."""
    if life is None:
        return words.say("In this scenario there is no such case.")
    trips = words.number(life.trips, 0)
    if life.turnaround_hours is None:
        return words.say("Trips: {n}. No result while it ran.", n=trips)
    time = words.lasting(life.turnaround_hours * 3600)
    return words.say("Trips: {n}. Result after {time}.", n=trips, time=time)


def gainers(found: Findings) -> Slide | None:
    """Return the slide of who gains and who loses; None where it was not measured."""
    view, say = found.view, found.view.words.say
    overview = who.overview(view)
    if overview is None:
        return None
    panels = who.fares(view, found.shown)
    name = view.names[found.shown]
    charts = [_diverging(found, overview, overview.title)]
    charts += [
        _diverging(found, panel, say("{title}, “{scenario}”", title=panel.title, scenario=name))
        for panel in panels[:1]
    ]
    told = who.gainers(view)
    spoken = [
        say("{scenario}: {finding}", scenario=each.name, finding=each.says)
        for each in told
        if each.says
    ]
    sides = [side.summary for each in told if each.id == found.shown for side in each.sides]
    return Slide(_title_of_gainers(found), tuple(charts), (*spoken, *sides, found.sure), found.foot)


def _title_of_gainers(found: Findings) -> str:
    view, words = found.view, found.view.words
    better, worse = (view.difference(found.shown, f"{kind}_share") for kind in ("better", "worse"))
    if better is None or better.mean is None or worse is None or worse.mean is None:
        return words.say("Who gains and who loses")
    return words.say(
        "With “{scenario}” {better} of cases have their result sooner, {worse} later",
        scenario=view.names[found.shown],
        better=words.percent(better.mean),
        worse=words.percent(worse.mean),
    )


def _diverging(found: Findings, panel: Panel, heading: str) -> Chart:
    """Return bars of gains to the right and of losses to the left."""
    say = found.view.words.say
    worse, better = panel.series[:2]
    kept = range(min(len(panel.categories), _MOST_GROUPS))
    categories = []
    for place in kept:
        gain, loss = better.values[place], worse.values[place]
        note = say(
            "{better}% sooner, {worse}% later",
            better=gain.label if gain else "–",
            worse=loss.label if loss else "–",
        )
        categories.append(f"{panel.categories[place]}\n{note}")
    left = tuple(_turned(worse.values[place]) for place in kept)
    right = tuple(better.values[place] for place in kept)
    series = (Series(better.name, better.colour, right), Series(worse.name, worse.colour, left))
    drawn = replace(
        panel,
        categories=tuple(categories),
        series=series,
        title=heading,
        axis=say("% of the same cases"),
    )
    return Chart("diverging", drawn, 0, heading=heading)


def _turned(found: Value | None) -> Value | None:
    if found is None:
        return None
    low, high = (None if end is None else -end for end in (found.high, found.low))
    return replace(found, mean=-found.mean, low=low, high=high)
