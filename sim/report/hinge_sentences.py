"""Which verdicts change with an assumption, and the sentences on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sim.comparison import Estimate, Hinge, Moved, Verdict
from sim.report import names
from sim.report.hinge_tables import Named, headline, largest_shift
from sim.report.view import View
from sim.verdicts import LESS, MORE, NO_DIFFERENCE, NOT_CLEAR, verdict
from sim.words import mark

_MOST_NAMED: Final = 3
_CLEAR: Final = (LESS, MORE, NO_DIFFERENCE)


@dataclass(frozen=True)
class Turn:
    """A verdict that changes with an assumption at an end of its span.

    Attributes
    ----------
    assumption, at, stands
        The assumption in words, its value there and in the study.
    scenario, measure
        Ids of both.
    label, unit
        The measure in words, and its unit.
    before, after
        The verdict of the study, and that there.
    difference
        The difference there, with its interval, in that unit.
    certain
        Whether the verdict there is another one; else it is not clear any more.
    """

    scenario: str
    measure: str
    assumption: str
    at: str
    stands: str
    label: str
    unit: str
    before: str
    after: str
    difference: str
    certain: bool


def turns(view: View, scenario: str) -> list[Turn]:
    """Return each verdict on a scenario that an assumption at an end of its span changes.

    Where only the uncertainty of the few runs makes a verdict unclear, it is none of them; and
    where the study has no clear verdict, there is none to change.
    """
    sensitivity = view.comparison.sensitivity
    hinged = sensitivity.hinges if sensitivity else ()
    made = view.comparison.verdicts.get(scenario, {})
    found = [
        _turn(view, scenario, measure, hinge, moved)
        for hinge in hinged
        for moved in (hinge.low, hinge.high)
        for measure in sorted(made, key=names.rank)
        if _changes(made[measure], moved, scenario, measure)
    ]
    return sorted(found, key=lambda turn: not turn.certain)


def _changes(made: Verdict, moved: Moved, scenario: str, measure: str) -> bool:
    says = moved.verdicts.get(scenario, {}).get(measure, made.says)
    return made.says in _CLEAR and says != made.says and not _untold(made, moved, scenario, measure)


def _untold(made: Verdict, moved: Moved, scenario: str, measure: str) -> bool:
    """Tell whether a verdict is unclear only since the runs at the end are few."""
    says = moved.verdicts.get(scenario, {}).get(measure, made.says)
    shift = moved.shifts[scenario][measure].mean
    if says != NOT_CLEAR or made.says == NOT_CLEAR or shift is None:
        return False
    if made.low is None or made.high is None:
        return False
    own = moved.differences[scenario][measure].mean
    exact = verdict(Estimate(own, made.low + shift, made.high + shift), made.matters)
    return exact.says == made.says


def _turn(view: View, scenario: str, measure: str, hinge: Hinge, moved: Moved) -> Turn:
    named, words = Named.of(view, hinge.path), view.words
    before = view.comparison.verdicts[scenario][measure].says
    after = moved.verdicts[scenario][measure]
    unit = view.unit(measure)
    return Turn(
        scenario,
        measure,
        named.label,
        named.shown(moved.value),
        named.shown(hinge.value),
        view.label(measure),
        unit.name,
        words.say(names.VERDICTS.get(before, before)),
        words.say(names.VERDICTS.get(after, after)),
        words.estimate(moved.differences[scenario][measure], unit, signed=True),
        after in _CLEAR,
    )


def hinge_sentences(view: View, scenario: str, *, below: bool = True) -> list[str]:
    """Return in plain words what the verdict on a scenario's headline hinges on.

    `below` is whether a table of all verdicts that change follows.
    """
    sensitivity = view.comparison.sensitivity
    measure = headline(view, scenario)
    if sensitivity is None or measure is None or not sensitivity.hinges:
        return []
    sure = [each for each in sensitivity.hinges if each.replications > 1]
    found = turns(view, scenario)
    here = [turn for turn in found if turn.measure == measure]
    said = [_if(view, turn) for turn in here[:_MOST_NAMED]]
    said = said or _none(view, scenario, measure, len(sure))
    elsewhere = len({(turn.assumption, turn.measure) for turn in found if turn not in here})
    if elsewhere:
        text = (
            mark(
                "Verdicts on other measures that change with some assumption: {n}, in the table "
                "below."
            )
            if below
            else mark("Verdicts on other measures that change with some assumption: {n}.")
        )
        said.append(view.words.say(text, n=view.words.plain(elsewhere)))
    return said + few_runs(view, scenario, measure) + _looked_at(view, scenario, measure)


def few_runs(view: View, scenario: str, measure: str) -> list[str]:
    """Return where so few runs leave open whether the verdict stays."""
    sensitivity = view.comparison.sensitivity
    made = view.comparison.verdicts[scenario][measure]
    words = view.words
    open_to = [
        words.say("{assumption} at {value}", assumption=named.label, value=named.shown(end.value))
        for hinge in (sensitivity.hinges if sensitivity else ())
        for end in (hinge.low, hinge.high)
        if _untold(made, end, scenario, measure)
        for named in (Named.of(view, hinge.path),)
    ]
    if not open_to:
        return []
    return [
        words.say(
            "So few runs leave open whether the verdict on {measure} stays with: {assumptions}.",
            measure=view.label(measure),
            assumptions=words.listed(open_to),
        )
    ]


def _none(view: View, scenario: str, measure: str, count: int) -> list[str]:
    """Return that no assumption changes the verdict, or that there is none that could change."""
    if view.comparison.verdicts[scenario][measure].says not in _CLEAR:
        return [
            view.words.say(
                "There is no clear verdict yet that an assumption could change, on: {measure}.",
                measure=view.label(measure),
            )
        ]
    if not count:
        return []
    return [
        view.words.say(
            "Assumptions moved to the ends of their spans, with intervals: {n}. None of them "
            "is seen to change the verdict on: {measure}.",
            n=view.words.plain(count),
            measure=view.label(measure),
        )
    ]


def _if(view: View, turn: Turn) -> str:
    return view.words.say(
        "The verdict on {measure} changes from “{before}” to “{after}” if {assumption} is {at} "
        "instead of {stands}.",
        measure=turn.label,
        before=turn.before,
        after=turn.after,
        assumption=turn.assumption,
        at=turn.at,
        stands=turn.stands,
    )


def _looked_at(view: View, scenario: str, measure: str) -> list[str]:
    """Return how far the assumptions move a difference that were run once: no verdict of them."""
    sensitivity = view.comparison.sensitivity
    once = [each for each in sensitivity.hinges if each.replications == 1] if sensitivity else []
    if not once:
        return []
    largest = max(once, key=lambda each: largest_shift(each, scenario, measure))
    words, unit = view.words, view.unit(measure)
    by = words.quantity(largest_shift(largest, scenario, measure), unit)
    return [
        words.say(
            "Assumptions only looked at, in a single run at each end: {n}. None moves the "
            "difference by more than {by} ({unit}); whether a verdict changes is not claimed.",
            n=words.plain(len(once)),
            by=by,
            unit=unit.name,
        )
    ]
