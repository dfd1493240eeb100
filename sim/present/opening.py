"""The first slides: the answer, what is changed, before and after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sim.charts import Panel, Series
from sim.present.deck import Chart, Grid, Slide
from sim.present.findings import Findings
from sim.report.changes import KINDS, Kind
from sim.report.tables import value

_MOST_ROWS: Final = 40
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
    names = [each.name for each in found.changes]
    header = (say("What"), say("Kind"), say("Before"), say("After"), *names)
    rows = tuple(_rows(found))[:_MOST_ROWS]
    notes = [
        say("{scenario}: {finding}", scenario=each.name, finding=" ".join(each.says))
        for each in found.changes
    ]
    kinds = [
        say("{kind}: {meaning}", kind=say(kind), meaning=say(meaning))
        for kind, meaning in KINDS.values()
    ]
    return Slide(
        _title(found),
        (Grid(header, rows, found.and_more),),
        (*notes, *kinds, found.assumed),
        " ".join(kinds),
    )


def _rows(found: Findings) -> Iterator[tuple[str, ...]]:
    """Yield each change once, with a mark for every scenario that makes it.

    The same change in several parts of the office is one row.
    """
    say = found.view.words.say
    made: dict[tuple[str, Kind, str, str], dict[str, list[str]]] = {}
    for each in found.changes:
        for change in each.listed:
            key = (change.label, change.kind, change.before, change.after)
            made.setdefault(key, {}).setdefault(change.part, []).append(each.id)
    alike: dict[tuple[tuple[str, Kind, str, str], tuple[str, ...]], list[str]] = {}
    for key, parts in made.items():
        for part, scenarios in parts.items():
            alike.setdefault((key, tuple(scenarios)), []).append(part)
    for ((label, kind, before, after), makers), titles in alike.items():
        what = say("{label} ({parts})", label=label, parts="; ".join(titles))
        marks = (_MARK if each.id in makers else "" for each in found.changes)
        yield what, say(KINDS[kind][0]), before or "–", after or "–", *marks


def _title(found: Findings) -> str:
    say = found.view.words.say
    kinds = {change.kind for each in found.changes for change in each.listed}
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
    return say("What is changed: some of it goes in as an assumption, the rest is simulated")


def picture(found: Findings) -> Slide | None:
    """Return the slide that shows before and after of the measures that matter most."""
    measures = found.measures
    if not measures:
        return None
    view, say = found.view, found.view.words.say
    notes = [
        say("{scenario}: {finding}", scenario=view.label(measure), finding=_spoken(found, measure))
        for measure in measures
    ]
    return Slide(
        _before_after(found, measures),
        tuple(bars(found, measure) for measure in measures),
        (*notes, found.sure, found.assumed),
        found.foot,
    )


def bars(found: Findings, measure: str) -> Chart:
    """Return a chart of one measure: a bar with its interval for each scenario."""
    view, unit = found.view, found.view.unit(measure)
    values = tuple(value(view.estimate(each.id, measure), unit, view.words) for each in view.every)
    categories = tuple(
        f"{view.names[each.id]}\n{drawn.shown if drawn else view.words.say('no case')}"
        for each, drawn in zip(view.every, values, strict=True)
    )
    label = view.label(measure)
    series = Series(label, view.colours[view.before.id], values)
    panel = Panel(label, view.words.say("Scenario"), unit.name, categories, (series,))
    colours = tuple(view.colours[each.id] for each in view.every)
    return Chart("bars", panel, unit.decimals, colours, heading=label)


def _before_after(found: Findings, measures: Sequence[str]) -> str:
    """Return a title: the leading scenario's first clear gain, from what to what."""
    view, words = found.view, found.view.words
    if not view.others and not found.before_is_today:
        return words.say("“{scenario}”, measure by measure", scenario=view.names[view.before.id])
    if not view.others:
        return words.say("The office as it is, measure by measure")
    clear = [m for m in measures if found.leading and found.mood(found.leading, m) == "better"]
    if not clear:
        return words.say("Before and after: no clear gain in what matters most")
    unit = view.unit(clear[0])
    before, after = (
        words.mean(view.estimate(i, clear[0]), unit) for i in (view.before.id, found.leading)
    )
    return words.say(
        "{label}: from {before} to {after} {unit} with “{scenario}”",
        label=view.label(clear[0]),
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
