"""What each scenario comes to, in plain words: what is clear, what is not, what it is worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sim.comparison import BASELINE
from sim.report import names
from sim.report.changes import Changes
from sim.report.clauses import clause, joined
from sim.report.clear import Clear, clear_findings
from sim.report.comparable import (
    change_in_cases,
    gives_up_clearly,
    gives_up_less,
    gives_up_more,
    other_cases,
)
from sim.report.places import clear_where_changed
from sim.report.province import ProvinceTotals
from sim.report.results import headline_measures, place_name
from sim.report.view import View
from sim.report.worth import Saved, saved
from sim.verdicts import NO_CASES, NO_DIFFERENCE, NOT_CLEAR, TOO_MANY_OPEN
from sim.words import mark

_MOST_CLAUSES: Final = 2
_MOST_TILES: Final = 4
_OFFICE_COST: Final = "office_cost"
"""A cost that hardly grows with the cases, so that it falls by the case if more come."""
_FOR_FEW: Final = {
    "procedure": mark("For “{title}”: on average {clauses}."),
    "demand": mark("For people who come for “{title}”: on average {clauses}."),
}


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
        The answer in a sentence, over all cases.
    for_some
        What is clear for the few cases that it touches most, where it says more than all of them
        do: it is said before the lead.
    saved
        What it is worth in a year.
    beware
        Where the mean, of which the lead speaks, moves otherwise than the case in the middle.
    further
        What else must be known of it, a sentence each.
    tiles
        The measures of an office that ran alone.
    """

    id: str
    name: str
    colour: str
    lead: str
    for_some: tuple[str, ...] = ()
    saved: tuple[Saved, ...] = ()
    beware: tuple[str, ...] = ()
    further: tuple[str, ...] = ()
    tiles: tuple[Tile, ...] = ()

    @property
    def clear_in_a_year(self) -> bool:
        """Whether anything is clearly saved or spent in a year, here or in the province."""
        amounts = (each for some in self.saved for each in (some.here, some.everywhere))
        return any(each is not None and each.mood for each in amounts)


@dataclass(frozen=True)
class _Found:
    """What is known of a scenario before it is put into words."""

    view: View
    scenario: str
    clear: Clear
    worth: tuple[Saved, ...]
    province: ProvinceTotals | None

    def over_all(self, measures: Sequence[str]) -> list[str]:
        """Return those of some measures that hold for all cases."""
        return [measure for measure in measures if not names.split(measure)[1]]


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
    few = clear_where_changed(view, changes)
    return [_answer(view, changed, few[changed.id], province) for changed in changes]


def _alone(view: View) -> Answer:
    say, id_ = view.words.say, view.before.id
    name = view.names[id_]
    lead = (
        say("The office was run as it is; there is no scenario to compare it with.")
        if id_ == BASELINE
        else say("“{scenario}” was run alone, with nothing to compare it with.", scenario=name)
    )
    tiles = tuple(_tile(view, measure) for measure in headline_measures(view)[:_MOST_TILES])
    return Answer(id_, name, view.colours[id_], lead, tiles=tiles)


def _answer(
    view: View, changed: Changes, few: Sequence[str], province: ProvinceTotals | None
) -> Answer:
    id_ = changed.id
    clear = clear_findings(view, id_, few)
    found = _Found(view, id_, clear, tuple(saved(view, id_, province)), province)
    for_few = tuple(_for_few(found))
    for_some, of_others = for_few[:1], for_few[1:]
    return Answer(
        id_,
        changed.name,
        changed.colour,
        _lead(found, after_some=bool(for_some)),
        for_some,
        found.worth,
        tuple(_beware(found)),
        (*of_others, *_also(found), *_not_clear(view, id_, _judged(view, id_)), *_spread(found)),
    )


def _judged(view: View, scenario: str) -> list[str]:
    """Return the measures over all cases that verdicts say something of."""
    found = [m for m in headline_measures(view) if not names.split(m)[1]]
    return [m for m in found if m != _OFFICE_COST or not other_cases(view, scenario)]


# ---- The lead ------------------------------------------------------------------------------------


def _lead(found: _Found, *, after_some: bool) -> str:
    """Return the answer in a sentence: gains, losses, and what is saved or spent in a year.

    `after_some` is whether something was said of few cases just before.
    """
    say, worth = found.view.words.say, "; ".join(_worth(found))
    gains, losses = (
        found.over_all(some)[:_MOST_CLAUSES] for some in (found.clear.gains, found.clear.losses)
    )
    if not gains and not losses:
        return _nothing_clear(found, worth)
    said = joined(found.view, found.scenario, gains, losses)
    if after_some and worth:
        return say("Over all cases on average {findings}; {worth}.", findings=said, worth=worth)
    if after_some:
        return say("Over all cases on average {findings}.", findings=said)
    if worth:
        return say("On average {findings}; {worth}.", findings=said, worth=worth)
    return say("On average {findings}.", findings=said)


def _nothing_clear(found: _Found, worth: str) -> str:
    say, view = found.view.words.say, found.view
    made = view.comparison.verdicts.get(found.scenario, {})
    said = {made[m].says for m in _judged(view, found.scenario) if m in made} - {NO_CASES}
    if found.clear.withheld:
        return say("Over all cases no gain and no loss is claimed; {worth}.", worth=worth)
    if said == {NO_DIFFERENCE}:
        if not worth:
            return say("Over all cases this makes no difference that matters.")
        return say("Over all cases this makes no difference that matters; {worth}.", worth=worth)
    if not worth:
        return say("Over all cases no clear difference so far.")
    return say("Over all cases no clear difference so far; {worth}.", worth=worth)


def _worth(found: _Found) -> list[str]:
    """Return what is clearly saved and spent in a year, for the end of a sentence."""
    say, listed = found.view.words.say, found.view.words.listed
    citizens = [each.here for each in found.worth if each.kind != "office"]
    office = [each.here for each in found.worth if each.kind == "office"]
    said = [_saves(found), _nothing_claimed(found)]
    more = [each.size for each in citizens if each.mood == "worse"]
    if more:
        said.append(say("in a year it takes citizens about {amounts} more", amounts=listed(more)))
    texts = {
        "better": mark("in a year the office spends about {amount} less"),
        "worse": mark("in a year the office spends about {amount} more"),
    }
    said += [say(texts[each.mood], amount=each.size) for each in office if each.mood]
    return [each for each in said if each] or _nothing_in_a_year(found)


def _nothing_in_a_year(found: _Found) -> list[str]:
    """Return that nothing is clear in a year; of an office without verdicts nothing is said."""
    said = {each.here.says for each in found.worth}
    if not said or "" in said or TOO_MANY_OPEN in said:
        return []
    if said == {NO_DIFFERENCE}:
        return [
            found.view.words.say("in a year no difference that matters in money, hours or trips")
        ]
    return [found.view.words.say("in a year no clear difference in money, hours or trips")]


def _nothing_claimed(found: _Found) -> str:
    """Return why something is not claimed; empty where all is."""
    view, scenario, say = found.view, found.scenario, found.view.words.say
    if not found.clear.withheld and not any(each.here.withheld for each in found.worth):
        return ""
    if gives_up_clearly(view, scenario):
        return say(
            "more people give up: who leaves without a result makes fewer trips and waits less, "
            "so no gain and no saving is claimed"
        )
    if gives_up_more(view, scenario):
        return say(
            "perhaps more people give up: who leaves without a result makes fewer trips and waits "
            "less, so no gain and no saving is claimed"
        )
    if gives_up_less(view, scenario):
        return say(
            "fewer people give up, or so it seems: who now gets a result also comes, waits and "
            "pays for it, so no extra time and no extra cost is claimed"
        )
    return ""


def _saves(found: _Found) -> str:
    """Return what citizens clearly save in a year."""
    words, province = found.view.words, found.province
    citizens = [each for each in found.worth if each.kind != "office"]
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
        offices=words.number(province.offices, 0),
        totals=words.listed(all_),
    )


# ---- What else is said ---------------------------------------------------------------------------


def _for_few(found: _Found) -> Iterator[str]:
    """Yield what is clear for the few cases of each procedure and demand that is touched."""
    clear = [*found.clear.gains, *found.clear.losses]
    for place in dict.fromkeys(names.split(measure)[1] for measure in clear):
        if place:
            gains, losses = (
                [measure for measure in some if names.split(measure)[1] == place]
                for some in (found.clear.gains, found.clear.losses)
            )
            yield found.view.words.say(
                _FOR_FEW["demand" if place.startswith("@@") else "procedure"],
                title=place_name(found.view, place),
                clauses=joined(found.view, found.scenario, gains, losses),
            )


def _beware(found: _Found) -> Iterator[str]:
    """Yield where the mean falls and the case in the middle rises, or the other way round."""
    view, words = found.view, found.view.words
    texts = {
        True: mark(
            "{measure}: the mean falls, but the case in the middle rises from {before} to {after} "
            "{unit}."
        ),
        False: mark(
            "{measure}: the mean rises, but the case in the middle falls from {before} to {after} "
            "{unit}."
        ),
    }
    for measure in found.over_all([*found.clear.gains, *found.clear.losses]):
        middle = f"{measure}_p50"
        mean, moved = (view.difference(found.scenario, name) for name in (measure, middle))
        if mean is None or moved is None or not mean.mean or not moved.mean:
            continue
        unit = view.unit(middle)
        before, after = (
            words.mean(view.estimate(id_, middle), unit) for id_ in (view.before.id, found.scenario)
        )
        sure = moved.low is not None and moved.high is not None and moved.low * moved.high > 0
        if mean.mean * moved.mean < 0 and sure and before != after:
            text, label = texts[mean.mean < 0], view.label(measure)
            yield words.say(text, measure=label, before=before, after=after, unit=unit.name)


def _also(found: _Found) -> Iterator[str]:
    """Yield the clear differences that the lead has no room for, or that are not claimed."""
    say, listed, clear = found.view.words.say, found.view.words.listed, found.clear

    def said(measures: Sequence[str]) -> str:
        return listed([clause(found.view, found.scenario, measure) for measure in measures])

    also = [*found.over_all(clear.gains)[_MOST_CLAUSES:], *found.over_all(clear.neither)]
    more = found.over_all(clear.losses)[_MOST_CLAUSES:]
    withheld = found.over_all(clear.withheld)
    if also:
        yield say("Also: {clauses}.", clauses=said(also))
    if more:
        yield say("But {losses}.", losses=said(more))
    if withheld:
        yield say(
            "Not claimed, since not the same people get a result: {clauses}.",
            clauses=said(withheld),
        )


def _not_clear(view: View, scenario: str, measures: Sequence[str]) -> list[str]:
    """Return one sentence for each kind of verdict that is no clear difference."""
    say = view.words.say
    texts = {
        NO_DIFFERENCE: mark("No difference that matters: {measures}."),
        NOT_CLEAR: mark("Not clear yet, more replications would tell: {measures}."),
        TOO_MANY_OPEN: mark(
            "No verdict, since too many cases were still open at the end: {measures}."
        ),
        NO_CASES: mark("No verdict, since there was no such case: {measures}."),
    }
    verdicts = view.comparison.verdicts.get(scenario, {})
    sentences = []
    for says, text in texts.items():
        found = [view.label(m) for m in measures if m in verdicts and verdicts[m].says == says]
        if found:
            sentences.append(say(text, measures="; ".join(found)))
    return sentences


def _spread(found: _Found) -> list[str]:
    """Return that more or fewer people come, over whom the office's cost is spread."""
    year = next((each.here for each in found.worth if each.kind == "office"), None)
    change, words = change_in_cases(found.view, found.scenario), found.view.words
    if year is None or not other_cases(found.view, found.scenario):
        return []
    share = words.percent(abs(change))
    amount = year.shown
    if year.interval:
        amount = words.say("{clause} ({interval})", clause=amount, interval=year.interval)
    text = (
        mark("{share} more cases come, so the office's cost is judged by the year: {amount}.")
        if change > 0
        else mark("{share} fewer cases come, so the office's cost is judged by the year: {amount}.")
    )
    return [words.say(text, share=share, amount=amount)]


def _tile(view: View, measure: str) -> Tile:
    unit = view.unit(measure)
    value = view.words.estimate(view.estimate(view.before.id, measure), unit)
    return Tile(view.label(measure), unit.name, value)
