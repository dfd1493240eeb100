"""What each scenario comes to, in plain words: what is clear, what is not, what it is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sim.comparison import Estimate, Verdict
from sim.report import names
from sim.report.changes import Changes
from sim.report.province import ProvinceTotals
from sim.report.results import Mood, headline_measures, mood, place_title
from sim.report.view import View
from sim.report.wording import Unit, Words, mark
from sim.report.worth import Saved, saved

_MOST_CLAUSES: Final = 2
_MOST_TILES: Final = 4
_MOST_PLACES: Final = 3
_OF_PLACES: Final = ("wait_minutes", "trips", "turnaround_hours", "on_time_share")
_PLACE: Final = mark("{title}, alone, if the assumptions hold: {clauses}.")
_SPREAD: Final = "office_cost"
"""A cost that hardly grows with the cases, so that it falls by the case if more come."""
_MANY_CASES: Final = 0.01
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
        What is clear for the few cases that it concerns, where nothing is over all of them.
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
    return [_answer(view, changed, province) for changed in changes]


def _alone(view: View) -> Answer:
    say, id_ = view.words.say, view.before.id
    lead = say("The office was run as it is; there is no scenario to compare it with.")
    tiles = tuple(_tile(view, measure) for measure in headline_measures(view)[:_MOST_TILES])
    return Answer(id_, view.names[id_], view.colours[id_], lead, (), (), (), tiles)


def _answer(view: View, changed: Changes, province: ProvinceTotals | None) -> Answer:
    scenario = changed.id
    measures = [m for m in headline_measures(view) if not names.split(m)[1]]
    spread = _more_cases(view, scenario)
    if spread:
        measures = [measure for measure in measures if measure != _SPREAD]
    worth = tuple(saved(view, scenario, province))
    alone = tuple(_where_changed(view, changed))
    clear = bool(_clauses(view, scenario, measures, ("better", "worse")))
    further = (
        *_also(view, scenario, measures),
        *(alone if clear else ()),
        *_not_clear(view, scenario, measures),
        *spread,
    )
    lead = _lead(view, scenario, measures, _worth(view.words, worth, province))
    for_some = () if clear else alone
    return Answer(scenario, changed.name, changed.colour, lead, for_some, worth, further, ())


def _lead(view: View, scenario: str, measures: Sequence[str], worth: str) -> str:
    """Return the answer in a sentence: gains, losses, and what is saved in a year."""
    say, listed = view.words.say, view.words.listed
    gains = _first(_clauses(view, scenario, measures, ("better",)))
    losses = _first(_clauses(view, scenario, measures, ("worse",)))
    if not gains and not losses:
        return _no_difference(view, scenario, measures)
    found = listed(gains) if gains else say("nothing gets clearly better")
    if losses:
        found = say("{gains}, but {losses}", gains=found, losses=listed(losses))
    if not worth:
        return say("If the assumptions hold, {gains}.", gains=found)
    return say("If the assumptions hold, {gains}; {worth}.", gains=found, worth=worth)


def _no_difference(view: View, scenario: str, measures: Sequence[str]) -> str:
    say = view.words.say
    said = set(_said(view, scenario, measures)) - {"no verdict: no case"}
    if said == {"no difference that matters"}:
        return say("Over all cases this makes no difference that matters, if the assumptions hold.")
    return say("Over all cases no clear difference so far, even if the assumptions hold.")


def _worth(words: Words, saved: Sequence[Saved], province: ProvinceTotals | None) -> str:
    """Return what citizens clearly save in a year, for the end of a sentence."""
    citizens = [each for each in saved if each.kind != "office"]
    here = [each.here.size for each in citizens if each.here.mood == "better"]
    all_ = [
        each.everywhere.size
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
    size = _size(difference)
    unit = view.unit(measure)
    if known.kind == "hours" and not 1 <= abs(difference.mean) * unit.times < 72:
        unit = names.unit("hours", words, size.mean)
    by = words.say(
        "{number} {unit}",
        number=words.mean(size, unit),
        unit=unit.of_difference,
    ).strip()
    text = known.less if difference.mean < 0 else known.more
    clause = words.say(text, by=by, label=view.label(measure))
    return words.say("{clause} ({interval})", clause=clause, interval=_interval(size, unit, words))


def _size(difference: Estimate) -> Estimate:
    """Return a difference without its sign; the interval is turned round with it."""
    if difference.mean is None or difference.mean >= 0:
        return difference
    low, high = (None if end is None else -end for end in (difference.high, difference.low))
    return Estimate(-difference.mean, low, high)


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


def _clear_of_zero(estimate: Estimate) -> bool:
    if estimate.low is None or estimate.high is None:
        return True
    return estimate.low > 0 or estimate.high < 0


def _more_cases(view: View, scenario: str) -> list[str]:
    """Return that more or fewer people come, over whom the office's cost is spread."""
    found = [view.estimate(each, "cases") for each in (view.before.id, scenario)]
    before, after = (each.mean if each and each.mean else 0.0 for each in found)
    change = after / before - 1 if before else 0.0
    if abs(change) < _MANY_CASES:
        return []
    words = view.words
    share = words.quantity(abs(change), names.unit("share", words))
    clause = _clause(view, scenario, _SPREAD)
    text = (
        mark("{share}% more cases come, over which the office's cost is spread: {clause}.")
        if change > 0
        else mark("{share}% fewer cases come, over which the office's cost is spread: {clause}.")
    )
    return [words.say(text, share=share, clause=clause)] if clause else []


def _where_changed(view: View, changed: Changes) -> list[str]:
    """Return what differs for the few procedures and demands that a scenario changes."""
    by_place: dict[str, list[str]] = {}
    for measure in clear_where_changed(view, changed):
        by_place.setdefault(names.split(measure)[1], []).append(measure)
    return [
        view.words.say(
            _PLACE,
            title=place_title(view, place),
            clauses=view.words.listed([_clause(view, changed.id, each) for each in measures]),
        )
        for place, measures in by_place.items()
    ]


def clear_where_changed(view: View, changed: Changes) -> list[str]:
    """Return measures that clearly differ for the few procedures and demands that are changed.

    They may be a small part of all cases, in whose means a large difference is lost: this is for
    measures that are not clear over all. No verdicts are made of these; returned is what lies
    clear of zero and is as large as matters, such as ``trips@PROCEDURE``.
    """
    every = dict.fromkeys(each.place for each in changed.listed if each.place)
    demands = [place for place in every if place.startswith("@@")]
    procedures = [place for place in every if place not in demands]
    places = [
        place for some in (procedures, demands) if len(some) <= _MOST_PLACES for place in some
    ]
    return [
        f"{measure}{place}"
        for place in places
        for measure in _OF_PLACES
        if _is_clear(view, changed.id, measure, place)
    ]


def _is_clear(view: View, scenario: str, measure: str, place: str) -> bool:
    verdict = view.comparison.verdicts.get(scenario, {}).get(measure)
    difference = view.difference(scenario, f"{measure}{place}")
    if verdict is None or difference is None or difference.low is None or not difference.mean:
        return False
    if verdict.says in ("less", "more") or verdict.says.startswith("no verdict"):
        return False
    return _clear_of_zero(difference) and abs(difference.mean) >= verdict.matters


def _tile(view: View, measure: str) -> Tile:
    unit = view.unit(measure)
    value = view.words.estimate(view.estimate(view.before.id, measure), unit)
    return Tile(view.label(measure), unit.name, value)
