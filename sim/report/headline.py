"""What each scenario comes to, in plain words: what is clear, what is not, what it is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sim.comparison import BASELINE, Estimate, Verdict
from sim.report import names
from sim.report.changes import Changes
from sim.report.comparable import (
    change_in_cases,
    gives_up_clearly,
    other_cases,
)
from sim.report.places import clear_where_changed
from sim.report.province import ProvinceTotals
from sim.report.results import Mood, headline_measures, mood, place_title
from sim.report.view import View
from sim.report.worth import Saved, saved
from sim.words import Unit, Words, fine, mark, without_sign

_MOST_CLAUSES: Final = 2
_MOST_TILES: Final = 4
_PLACE: Final = mark("{title}, alone, if the assumptions hold: {clauses}.")
_SPREAD: Final = "office_cost"
"""A cost that hardly grows with the cases, so that it falls by the case if more come."""
_PART_OF: Final = {"visit_minutes": "wait_minutes"}
"""Measures of which a sentence says nothing new once it has said another."""


@dataclass(frozen=True)
class Tile:
    """One measure of an office that ran alone."""

    label: str
    unit: str
    value: str


@dataclass(frozen=True)
class Answer:
    """What one scenario comes to.

    Attributes
    ----------
    lead
        The answer in a sentence.
    for_some
        What is clear for the few cases that it concerns, where it says more than all of them do.
    saved
        What it is worth in a year.
    further
        What else must be known of it, a sentence each.
    tiles
        The measures of an office that ran alone.
    """

    id: str
    name: str
    colour: str
    lead: str
    for_some: tuple[str, ...]
    saved: tuple[Saved, ...]
    further: tuple[str, ...]
    tiles: tuple[Tile, ...]

    @property
    def clear_in_a_year(self) -> bool:
        """Whether anything is clearly saved or spent in a year, here or in the province."""
        amounts = (each for some in self.saved for each in (some.here, some.everywhere))
        return any(each is not None and each.mood for each in amounts)


def answers(
    view: View, changes: Sequence[Changes], province: ProvinceTotals | None = None
) -> list[Answer]:
    """Return the answer of each scenario; of the office as it is, where it ran alone.

    Parameters
    ----------
    view
        The comparison.
    changes
        What each scenario changes.
    province
        What all offices of a province gain, where it was run.
    """
    if not view.others:
        return [_alone(view)]
    places = clear_where_changed(view, changes)
    return [_answer(view, changed, places[changed.id], province) for changed in changes]


def _alone(view: View) -> Answer:
    say, id_ = view.words.say, view.before.id
    lead = (
        say("The office was run as it is; there is no scenario to compare it with.")
        if id_ == BASELINE
        else say(
            "“{scenario}” was run alone, with nothing to compare it with.", scenario=_name(view)
        )
    )
    tiles = tuple(_tile(view, measure) for measure in headline_measures(view)[:_MOST_TILES])
    return Answer(id_, view.names[id_], view.colours[id_], lead, (), (), (), tiles)


def _name(view: View) -> str:
    return view.names[view.before.id]


def _answer(
    view: View, changed: Changes, places: Sequence[str], province: ProvinceTotals | None
) -> Answer:
    scenario = changed.id
    measures = [m for m in headline_measures(view) if not names.split(m)[1]]
    if other_cases(view, scenario):
        measures = [measure for measure in measures if measure != _SPREAD]
    worth = tuple(saved(view, scenario, province))
    further = (
        *_also(view, scenario, measures),
        *_not_clear(view, scenario, measures),
        *_spread(view, scenario, worth),
    )
    lead = _lead(view, scenario, measures, _worth(view, scenario, worth, province))
    for_some = tuple(_where_changed(view, scenario, places))
    return Answer(scenario, changed.name, changed.colour, lead, for_some, worth, further, ())


def _lead(view: View, scenario: str, measures: Sequence[str], worth: Sequence[str]) -> str:
    """Return the answer in a sentence: gains, losses, and what is saved or spent in a year."""
    say, listed = view.words.say, view.words.listed
    gains = _first(_clauses(view, scenario, measures, ("better",)))
    losses = _first(_clauses(view, scenario, measures, ("worse",)))
    if not gains and not losses:
        return _no_difference(view, scenario, measures, worth)
    found = listed(gains) if gains else say("nothing gets clearly better")
    if losses:
        found = say("{gains}, but {losses}", gains=found, losses=listed(losses))
    if not worth:
        return say("If the assumptions hold, {gains}.", gains=found)
    return say("If the assumptions hold, {gains}; {worth}.", gains=found, worth="; ".join(worth))


def _no_difference(view: View, scenario: str, measures: Sequence[str], worth: Sequence[str]) -> str:
    say, year = view.words.say, "; ".join(worth)
    said = set(_said(view, scenario, measures)) - {"no verdict: no case"}
    if said == {"no difference that matters"}:
        if not year:
            return say(
                "Over all cases this makes no difference that matters, if the assumptions hold."
            )
        return say(
            "By the case this makes no difference that matters; if the assumptions hold, {worth}.",
            worth=year,
        )
    if not year:
        return say("Over all cases no clear difference so far, even if the assumptions hold.")
    return say(
        "By the case no clear difference so far; if the assumptions hold, {worth}.", worth=year
    )


def _worth(
    view: View, scenario: str, saved: Sequence[Saved], province: ProvinceTotals | None
) -> list[str]:
    """Return what is clearly saved and spent in a year, for the end of a sentence."""
    say, listed = view.words.say, view.words.listed
    found = [_saves(view.words, saved, province)]
    if any(each.here.withheld for each in saved):
        found.append(_nothing_claimed(view, scenario))
    more = [s.here.short for s in saved if s.kind != "office" and s.here.mood == "worse"]
    if more:
        found.append(say("in a year it takes citizens about {amounts} more", amounts=listed(more)))
    texts = {
        "better": mark("in a year the office spends about {amount} less"),
        "worse": mark("in a year the office spends about {amount} more"),
    }
    found += [
        say(texts[each.here.mood], amount=each.here.short)
        for each in saved
        if each.kind == "office" and each.here.mood
    ]
    return [clause for clause in found if clause]


def _nothing_claimed(view: View, scenario: str) -> str:
    say = view.words.say
    if gives_up_clearly(view, scenario):
        return say(
            "more people give up: who leaves without a result makes fewer trips, so no saving is "
            "claimed"
        )
    return say(
        "perhaps more people give up: who leaves without a result makes fewer trips, so no saving "
        "is claimed"
    )


def _saves(words: Words, saved: Sequence[Saved], province: ProvinceTotals | None) -> str:
    """Return what citizens clearly save in a year."""
    citizens = [each for each in saved if each.kind != "office"]
    here = [each.here.short for each in citizens if each.here.mood == "better"]
    all_ = [
        each.everywhere.short
        for each in citizens
        if each.everywhere is not None and each.everywhere.mood == "better"
    ]
    if not here:
        return ""
    if not all_ or province is None:
        return words.say(
            "in a year that saves citizens about {amounts}", amounts=words.listed(here)
        )
    return words.say(
        "in a year that saves citizens about {amounts}, and in all {offices} offices of the "
        "province about {totals}",
        amounts=words.listed(here),
        offices=province.offices,
        totals=words.listed(all_),
    )


def _said(view: View, scenario: str, measures: Sequence[str]) -> list[str]:
    verdicts = view.comparison.verdicts.get(scenario, {})
    return [verdicts[measure].says for measure in measures if measure in verdicts]


def _clauses(
    view: View, scenario: str, measures: Sequence[str], moods: Sequence[Mood]
) -> list[str]:
    """Return what a sentence says of each clear difference, the weightiest first."""
    verdicts = view.comparison.verdicts.get(scenario, {})
    clear = [
        m
        for m in measures
        if m in verdicts
        and verdicts[m].says in ("less", "more")
        and mood(m, verdicts[m]) in moods
        and not m.endswith(tuple(names.PERCENTILES))
        and not _said_already(m, verdicts)
    ]
    clear.sort(key=lambda measure: measure != "lost")  # what else is better may come of it
    clauses = (_clause(view, scenario, measure) for measure in clear)
    return [clause for clause in clauses if clause]


def _said_already(measure: str, verdicts: Mapping[str, Verdict]) -> bool:
    whole = verdicts.get(_PART_OF.get(measure, ""))
    return whole is not None and whole.says == verdicts[measure].says


def _first(clauses: Sequence[str]) -> list[str]:
    return list(clauses[:_MOST_CLAUSES])


def _clause(view: View, scenario: str, measure: str) -> str:
    difference = view.difference(scenario, measure)
    if difference is None or difference.mean is None:
        return ""
    words, known = view.words, names.known(measure)
    size = without_sign(difference)
    unit = view.unit(measure)
    if known.kind == "hours" and not 1 <= abs(difference.mean) * unit.times < 72:
        unit = names.unit("hours", words, size.mean)
    unit = fine(size, unit)
    by = words.say(
        "{number} {unit}",
        number=words.mean(size, unit),
        unit=unit.of_difference,
    ).strip()
    text = known.less if difference.mean < 0 else known.more
    clause = words.say(text, by=by, label=view.label(measure))
    return words.say("{clause} ({interval})", clause=clause, interval=_interval(size, unit, words))


def _interval(estimate: Estimate, unit: Unit, words: Words) -> str:
    ends = words.interval(estimate, unit)
    if not ends:
        return words.say("no interval: one replication")
    return words.say("95% interval {ends}", ends=ends)


def _also(view: View, scenario: str, measures: Sequence[str]) -> list[str]:
    """Return the clear differences that the lead has no room for, or that are neither."""
    say, listed = view.words.say, view.words.listed
    gains, losses, others = (
        _clauses(view, scenario, measures, (mood,)) for mood in ("better", "worse", "")
    )
    also = [*gains[_MOST_CLAUSES:], *others]
    more = losses[_MOST_CLAUSES:]
    sentences = [say("Also: {clauses}.", clauses=listed(also))] if also else []
    return [*sentences, *([say("But {losses}.", losses=listed(more))] if more else [])]


def _not_clear(view: View, scenario: str, measures: Sequence[str]) -> list[str]:
    """Return one sentence for each kind of verdict that is no clear difference."""
    say = view.words.say
    texts = {
        "no difference that matters": mark("No difference that matters: {measures}."),
        "not clear yet: more replications": mark(
            "Not clear yet, more replications would tell: {measures}."
        ),
        "no verdict: too many cases still open": mark(
            "No verdict, since too many cases were still open at the end: {measures}."
        ),
        "no verdict: no case": mark("No verdict, since there was no such case: {measures}."),
    }
    verdicts = view.comparison.verdicts.get(scenario, {})
    sentences = []
    for says, text in texts.items():
        found = [view.label(m) for m in measures if m in verdicts and verdicts[m].says == says]
        if found:
            sentences.append(say(text, measures="; ".join(found)))
    return sentences


def _spread(view: View, scenario: str, saved: Sequence[Saved]) -> list[str]:
    """Return that more or fewer people come, over whom the office's cost is spread."""
    year = next((each.here for each in saved if each.kind == "office"), None)
    change, words = change_in_cases(view, scenario), view.words
    if year is None or not other_cases(view, scenario):
        return []
    share = words.quantity(abs(change), names.unit("share", words))
    amount = year.shown
    if year.interval:
        amount = words.say("{clause} ({interval})", clause=amount, interval=year.interval)
    text = (
        mark("{share}% more cases come, so the office's cost is judged by the year: {amount}.")
        if change > 0
        else mark(
            "{share}% fewer cases come, so the office's cost is judged by the year: {amount}."
        )
    )
    return [words.say(text, share=share, amount=amount)]


def _where_changed(view: View, scenario: str, clear: Sequence[str]) -> list[str]:
    """Return what differs for the few procedures and demands that a scenario changes."""
    by_place: dict[str, list[str]] = {}
    for measure in clear:
        by_place.setdefault(names.split(measure)[1], []).append(measure)
    return [
        view.words.say(
            _PLACE,
            title=place_title(view, place),
            clauses=view.words.listed([_clause(view, scenario, each) for each in measures]),
        )
        for place, measures in by_place.items()
    ]


def _tile(view: View, measure: str) -> Tile:
    unit = view.unit(measure)
    value = view.words.estimate(view.estimate(view.before.id, measure), unit)
    return Tile(view.label(measure), unit.name, value)
