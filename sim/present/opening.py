"""The first slides: the answer, what is changed, before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sim.charts import Panel, Series, Value
from sim.present.deck import Chart, Grid, Slide
from sim.present.findings import Findings
from sim.report import names
from sim.report.changes import KINDS, Change, Changes, Kind
from sim.report.one_picture import picture_title
from sim.report.tables import value
from sim.verdicts import LESS, MORE, NO_DIFFERENCE
from sim.words import Unit, fine, mark

_MARK: Final = "●"


def lines(found: Findings) -> list[str]:
    """Return what each scenario comes to, in a line."""
    view, say = found.view, found.view.words.say
    if len(view.others) < 2:
        return []
    return [
        say("{scenario}: {finding}", scenario=view.names[each.id], finding=found.of(each.id))
        for each in view.others
    ]


def said(found: Findings) -> list[str]:
    """Return what the speaker says with the answer: every scenario's with its intervals."""
    say = found.view.words.say
    spoken = [
        say(
            "{scenario}: {finding}",
            scenario=each.name,
            finding=" ".join([each.lead, *each.for_some, *each.further]),
        )
        for each in found.answers
    ]
    return [*spoken, found.sure, found.assumed]


def changed(found: Findings) -> Slide:
    """Return the slide of what the scenarios change, and what of it is assumed."""
    say = found.view.words.say
    names_ = [each.name for each in found.changes]
    header = (say("What"), say("Kind"), say("Before"), say("After"), *names_)
    notes = [
        say("{scenario}: {finding}", scenario=each.name, finding=" ".join(each.says))
        for each in found.changes
    ]
    there = {change.kind for each in found.changes for change in each.listed}
    kinds = [
        say("{kind}: {meaning}", kind=say(name), meaning=say(meaning))
        for kind, (name, meaning) in KINDS.items()
        if kind in there
    ]
    return Slide(
        _title(found),
        (Grid(header, tuple(_rows(found)), found.and_more),),
        (*notes, *kinds, found.assumed),
        " ".join(kinds),
    )


@dataclass(frozen=True)
class _Row:
    """A change as the table has it: what, from what to what, and who makes it."""

    what: str
    kind: Kind
    before: str
    after: str
    makers: tuple[str, ...]


def _rows(found: Findings) -> list[tuple[str, ...]]:
    """Return each change once, with a mark for every scenario that makes it.

    First stand changes that show of every scenario what it makes, then the others.
    """
    say, rows = found.view.words.say, _merged(found)
    return [
        (
            row.what,
            say(KINDS[row.kind][0]),
            row.before or "–",
            row.after or "–",
            *(_MARK if each.id in row.makers else "" for each in found.changes),
        )
        for row in [rows[place] for place in _covering(found, rows)]
    ]


def _merged(found: Findings) -> list[_Row]:
    """Return changes, the same one in several parts of the office as one row.

    So are the resting times of a procedure that are paced to its limit.
    """
    say = found.view.words.say
    made: dict[tuple[str, Kind, str, str, str], list[str]] = {}
    for each in found.changes:
        for change in _paced_together(found, each):
            key = (change.label, change.kind, change.part, change.before, change.after)
            made.setdefault(key, []).append(each.id)
    alike: dict[tuple[str, Kind, str, str, tuple[str, ...]], list[str]] = {}
    for (label, kind, part, before, after), ids in made.items():
        alike.setdefault((label, kind, before, after, tuple(ids)), []).append(part)
    return [
        _Row(say("{label} ({parts})", label=key[0], parts="; ".join(parts)), key[1], *key[2:])
        for key, parts in alike.items()
    ]


def _paced_together(found: Findings, changed: Changes) -> Iterator[Change]:
    """Yield changes, those of resting times that follow a changed limit as one."""
    say = found.view.words.say
    limits = {each.part: each for each in changed.listed if each.path.endswith(".deadline.within")}
    paced = [
        each
        for each in changed.listed
        if each.path.endswith(".rests.of_deadline") and each.part in limits
    ]
    yield from (each for each in changed.listed if each not in paced)
    for part, count in Counter(each.part for each in paced).items():
        limit, first = limits[part], next(each for each in paced if each.part == part)
        yield replace(
            first,
            label=say("resting times, steps: {n}", n=found.view.words.plain(count)),
            before=say("paced to {limit}", limit=limit.before),
            after=say("paced to {limit}", limit=limit.after),
        )


def _covering(found: Findings, rows: Sequence[_Row]) -> list[int]:
    """Return places of rows: of those that change most scenarios first, until all are there."""
    left = {each.id for each in found.changes if each.listed}
    first: list[int] = []
    while left:
        best = max(range(len(rows)), key=lambda place: len(left & set(rows[place].makers)))
        first.append(best)
        left -= set(rows[best].makers)
    return [*first, *(place for place in range(len(rows)) if place not in first)]


def _title(found: Findings) -> str:
    view, say = found.view, found.view.words.say
    by = {each.id: {change.kind for change in each.listed} for each in found.changes}
    kinds = set().union(*by.values())
    if not kinds:
        return say("Nothing is changed: the office was run as it is")
    if kinds == {"law"}:
        return say("Only the law is changed, and a rule by itself makes nobody faster")
    if "assumed" not in kinds:
        return say(
            "Nobody is assumed to work faster: what changes is rules and what the office does"
        )
    if kinds == {"assumed"}:
        return say("All that is changed is assumed: the gain is as good as the assumption")
    assumed = [id_ for id_, found_kinds in by.items() if "assumed" in found_kinds]
    if len(assumed) == 1 and len(by) > 1:
        return say(
            "What is changed: only “{scenario}” rests on an assumption",
            scenario=view.names[assumed[0]],
        )
    return say("What is changed: some of it goes in as an assumption, the rest is simulated")


def picture(found: Findings) -> Slide | None:
    """Return the slide that shows before and after of the measures that matter most."""
    measures = found.standing.pictured
    if not measures:
        return None
    view, say = found.view, found.view.words.say
    notes = [
        say(
            "{scenario}: {finding}",
            scenario=picture_title(view, measure),
            finding=_spoken(found, measure),
        )
        for measure in measures
    ]
    return Slide(
        _before_after(found, measures),
        tuple(bars(found, measure) for measure in measures),
        (*notes, found.sure, found.assumed),
        " ".join([found.foot, *_below_names(found)]),
    )


def _below_names(found: Findings) -> list[str]:
    """Return what the numbers below the names of scenarios are."""
    if not found.view.others or not found.view.has_intervals:
        return []
    return [
        found.view.words.say(
            "Below each name: the value, and its difference with interval; (?): not sure yet."
        )
    ]


_BETTER: Final = {
    "less": mark("{unit} (← less is better)"),
    "more": mark("{unit} (more is better →)"),
}
"""Which way is better, said on the axis."""


def bars(found: Findings, measure: str) -> Chart:
    """Return a chart of one measure: a bar with its interval for each scenario.

    Below its name stand the value and the difference, all with the same decimals.
    """
    view, words = found.view, found.view.words
    unit = _same_decimals(found, measure)
    values = tuple(value(view.estimate(each.id, measure), unit, words) for each in view.every)
    categories = tuple(
        f"{view.names[each.id]}\n{_below(found, each.id, measure, drawn, unit)}"
        for each, drawn in zip(view.every, values, strict=True)
    )
    label = picture_title(view, measure)
    series = Series(label, view.colours[view.before.id], values)
    better = names.known(measure).better
    axis = words.say(_BETTER[better], unit=unit.name) if better else unit.name
    panel = Panel(label, words.say("Scenario"), axis, categories, (series,))
    colours = tuple(view.colours[each.id] for each in view.every)
    return Chart("bars", panel, unit.decimals, colours, heading=label)


def _same_decimals(found: Findings, measure: str) -> Unit:
    """Return a unit with decimals enough for every interval of a measure and its differences."""
    view, unit = found.view, found.view.unit(measure)
    every = [view.estimate(each.id, measure) for each in view.every]
    every += [view.difference(each.id, measure) for each in view.others]
    decimals = [fine(each, unit).decimals for each in every if each is not None]
    return replace(unit, decimals=max(decimals, default=unit.decimals))


def _below(found: Findings, scenario: str, measure: str, drawn: Value | None, unit: Unit) -> str:
    """Return what stands below a scenario's name: its value, how far off it is, and whether so."""
    view, words = found.view, found.view.words
    if drawn is None:
        return words.say("no case")
    difference = view.difference(scenario, measure)
    if scenario == view.before.id or difference is None or difference.mean is None:
        return drawn.shown
    if difference.low == difference.high == 0:
        return words.say("{value}: no difference", value=drawn.label)
    by = words.estimate(difference, unit, signed=True)
    made = view.comparison.verdicts.get(scenario, {}).get(measure)
    if made is None or made.says in (LESS, MORE):
        return words.say("{value}: {difference}", value=drawn.label, difference=by)
    if made.says == NO_DIFFERENCE:
        return words.say("{value}: no difference that matters", value=drawn.label)
    return words.say("{value}: {difference} (?)", value=drawn.label, difference=by)


def _before_after(found: Findings, measures: Sequence[str]) -> str:
    """Return a title: the leading scenario's first clear gain, from what to what."""
    view, words = found.view, found.view.words
    if not view.others and not found.before_is_today:
        return words.say("“{scenario}”, measure by measure", scenario=view.names[view.before.id])
    if not view.others:
        return words.say("The office as it is, measure by measure")
    clear = [m for m in measures if found.leading and found.mood(found.leading, m) == "better"]
    if not clear and any(found.standing.too_few_runs(each.id) for each in view.others):
        return words.say("Before and after: too few runs to be sure of a gain")
    if not clear:
        return words.say("Before and after: no clear gain in what matters most")
    unit = view.unit(clear[0])
    before, after = (
        words.mean(view.estimate(i, clear[0]), unit) for i in (view.before.id, found.leading)
    )
    return words.say(
        "{label}: from {before} to {after} {unit} with “{scenario}”",
        label=picture_title(view, clear[0]),
        before=before,
        after=after,
        unit=unit.name,
        scenario=view.names[found.leading],
    )


def _spoken(found: Findings, measure: str) -> str:
    view, words, unit = found.view, found.view.words, found.view.unit(measure)
    before = words.say(
        "{scenario} {value}",
        scenario=view.names[view.before.id],
        value=words.estimate(view.estimate(view.before.id, measure), unit),
    )
    after = [
        words.say(
            "{scenario} {value}, difference {difference}",
            scenario=view.names[each.id],
            value=words.estimate(view.estimate(each.id, measure), unit),
            difference=found.difference(each.id, measure),
        )
        for each in view.others
    ]
    return "; ".join([before, *after])
