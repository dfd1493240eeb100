"""What each scenario comes to, in plain words: what is clear, what is not, what it is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sim.comparison import Estimate, Verdict
from sim.report import names
from sim.report.changes import Changes
from sim.report.results import Mood, headline_measures, mood, place_title
from sim.report.view import View
from sim.report.wording import Unit, Words, mark

_MOST_CLAUSES: Final = 3
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
    """One measure, before and after."""

    label: str
    unit: str
    before: str
    after: str
    change: str
    verdict: str
    mood: Mood


@dataclass(frozen=True)
class Answer:
    """What one scenario comes to.

    Attributes
    ----------
    lead
        The answer in a sentence.
    further
        What else must be known of it, a sentence each.
    """

    id: str
    name: str
    colour: str
    lead: str
    further: tuple[str, ...]
    tiles: tuple[Tile, ...]


def answers(view: View, changes: Sequence[Changes]) -> list[Answer]:
    """Return the answer of each scenario; of the office as it is, where it ran alone.

    Parameters
    ----------
    view
        The comparison.
    changes
        What each scenario changes.
    """
    if not view.others:
        return [_alone(view)]
    return [_answer(view, changed) for changed in changes]


def _alone(view: View) -> Answer:
    say, id_ = view.words.say, view.before.id
    lead = say("The office was run as it is; there is no scenario to compare it with.")
    tiles = tuple(_tile(view, id_, measure) for measure in headline_measures(view)[:_MOST_TILES])
    return Answer(id_, view.names[id_], view.colours[id_], lead, (), tiles)


def _answer(view: View, changed: Changes) -> Answer:
    scenario = changed.id
    measures = [m for m in headline_measures(view) if not names.split(m)[1]]
    shown = [m for m in measures if not m.endswith(tuple(names.PERCENTILES))][:_MOST_TILES]
    spread = _more_cases(view, scenario)
    if spread:
        measures = [measure for measure in measures if measure != _SPREAD]
    further = (
        *_worse(view, scenario, measures),
        *_also(view, scenario, measures),
        *_where_changed(view, changed),
        *_not_clear(view, scenario, measures),
        *_worth(view, scenario),
        *_who(view, scenario),
        *spread,
    )
    return Answer(
        scenario,
        changed.name,
        changed.colour,
        _lead(view, scenario, measures),
        further,
        tuple(_tile(view, scenario, measure) for measure in shown),
    )


def _lead(view: View, scenario: str, measures: Sequence[str]) -> str:
    say = view.words.say
    gains = _clauses(view, scenario, measures, ("better",))
    if gains:
        listed = view.words.listed(gains[:_MOST_CLAUSES])
        return say("If the assumptions hold, {gains}.", gains=listed)
    if _clauses(view, scenario, measures, ("worse",)):
        return say("If the assumptions hold, nothing gets clearly better.")
    said = set(_said(view, scenario, measures)) - {"no verdict: no case"}
    if said == {"no difference that matters"}:
        return say("Over all cases this makes no difference that matters, if the assumptions hold.")
    return say("Over all cases no clear difference so far, even if the assumptions hold.")


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


def _worse(view: View, scenario: str, measures: Sequence[str]) -> list[str]:
    clauses = _clauses(view, scenario, measures, ("worse",))
    if not clauses:
        return []
    return [view.words.say("But {losses}.", losses=view.words.listed(clauses))]


def _also(view: View, scenario: str, measures: Sequence[str]) -> list[str]:
    """Return the clear differences that the lead has no room for, or that are no gain."""
    gains = _clauses(view, scenario, measures, ("better",))[_MOST_CLAUSES:]
    also = [*gains, *_clauses(view, scenario, measures, ("",))]
    return [view.words.say("Also: {clauses}.", clauses=view.words.listed(also))] if also else []


def _not_clear(view: View, scenario: str, measures: Sequence[str]) -> list[str]:
    """Return one sentence for each kind of verdict that is no clear difference."""
    say = view.words.say
    texts = {
        "no difference that matters": say("No difference that matters: {measures}."),
        "not clear yet: more replications": say(
            "Not clear yet, more replications would tell: {measures}."
        ),
        "no verdict: too many cases still open": say(
            "No verdict, since too many cases were still open at the end: {measures}."
        ),
        "no verdict: no case": say("No verdict, since there was no such case: {measures}."),
    }
    verdicts = view.comparison.verdicts.get(scenario, {})
    sentences = []
    for says, text in texts.items():
        found = [view.label(m) for m in measures if m in verdicts and verdicts[m].says == says]
        if found:
            sentences.append(say(text, measures="; ".join(found)))
    return sentences


def _worth(view: View, scenario: str) -> list[str]:
    """Return what the scenario saves or costs in a year, where it is clear that it does."""
    say = view.words.say
    kinds = {
        "citizen": (
            say("Worth about {money} a year to citizens ({interval})."),
            say("Costs citizens about {money} a year more ({interval})."),
        ),
        "office": (
            say("Saves the office about {money} a year ({interval})."),
            say("Costs the office about {money} a year more ({interval})."),
        ),
    }
    verdicts = view.comparison.verdicts.get(scenario, {})
    sentences = []
    for who, (saves, costs) in kinds.items():
        saving, verdict = (
            view.difference(scenario, f"{who}_saving_year"),
            verdicts.get(f"{who}_cost"),
        )
        if saving is None or not saving.mean or not _clear_of_zero(saving):
            continue
        if verdict is None or verdict.says not in ("less", "more"):
            continue
        size = _size(saving)
        text = saves if saving.mean > 0 else costs
        money = _money(size.mean or 0.0, view.words)
        sentences.append(say(text, money=money, interval=_money_interval(size, view.words)))
    return sentences


def _clear_of_zero(estimate: Estimate) -> bool:
    if estimate.low is None or estimate.high is None:
        return True
    return estimate.low > 0 or estimate.high < 0


def _money(value: float, words: Words) -> str:
    return words.say("{amount} {currency}", amount=words.rounded(value), currency=words.currency)


def _money_interval(estimate: Estimate, words: Words) -> str:
    if estimate.low is None or estimate.high is None:
        return words.say("no interval: one replication")
    low, high = words.rounded(estimate.low), words.rounded(estimate.high)
    return words.say("95% interval {low} to {high}", low=low, high=high)


def _who(view: View, scenario: str) -> list[str]:
    """Return the shares of cases that are better and worse off, matched case by case."""
    words = view.words
    found = [
        view.difference(scenario, f"{kind}_share") for kind in ("better", "unchanged", "worse")
    ]
    if any(each is None or each.mean is None for each in found):
        return []
    percent = names.unit("share", words)
    better, unchanged, worse = (
        words.quantity(each.mean, percent) for each in found if each and each.mean is not None
    )
    text = words.say(
        "Of the same cases in both, {better}% have their result sooner by a minute or more, "
        "{worse}% later, {unchanged}% at the same time.",
        better=better,
        worse=worse,
        unchanged=unchanged,
    )
    return [text]


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
        words.say("{share}% more cases come, over which the office's cost is spread: {clause}.")
        if change > 0
        else words.say(
            "{share}% fewer cases come, over which the office's cost is spread: {clause}."
        )
    )
    return [words.say(text, share=share, clause=clause)] if clause else []


def _where_changed(view: View, changed: Changes) -> list[str]:
    """Return what differs for the few procedures and demands that a scenario changes.

    They may be a small part of all cases, in whose means a large difference is lost: this is for
    measures that are not clear over all. No verdicts are made of these; said is what lies clear
    of zero and is as large as matters.
    """
    every = dict.fromkeys(each.place for each in changed.listed if each.place)
    demands = [place for place in every if place.startswith("@@")]
    procedures = [place for place in every if place not in demands]
    places = [
        place for some in (procedures, demands) if len(some) <= _MOST_PLACES for place in some
    ]
    sentences = []
    for place in places:
        clauses = [
            _clause(view, changed.id, f"{measure}{place}")
            for measure in _OF_PLACES
            if _is_clear(view, changed.id, measure, place)
        ]
        if clauses:
            title, listed = place_title(view, place), view.words.listed(clauses)
            sentences.append(view.words.say(_PLACE, title=title, clauses=listed))
    return sentences


def _is_clear(view: View, scenario: str, measure: str, place: str) -> bool:
    verdict = view.comparison.verdicts.get(scenario, {}).get(measure)
    difference = view.difference(scenario, f"{measure}{place}")
    if verdict is None or difference is None or difference.low is None or not difference.mean:
        return False
    if verdict.says in ("less", "more") or verdict.says.startswith("no verdict"):
        return False
    return _clear_of_zero(difference) and abs(difference.mean) >= verdict.matters


def _tile(view: View, scenario: str, measure: str) -> Tile:
    words, unit = view.words, view.unit(measure)
    compared = scenario != view.before.id
    verdict = view.comparison.verdicts.get(scenario, {}).get(measure)
    difference = view.difference(scenario, measure)
    values = [view.estimate(id_, measure) for id_ in (view.before.id, scenario)]
    before, after = (words.mean(each, unit) for each in values)
    return Tile(
        view.label(measure),
        unit.name,
        before if compared else "",
        after if compared else words.estimate(values[1], unit),
        words.estimate(difference, unit, signed=True) if compared else "",
        words.say(names.VERDICTS.get(verdict.says, verdict.says)) if verdict else "",
        mood(measure, verdict),
    )
