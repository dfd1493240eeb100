"""The last slides: how sure it is, what is assumed, where it comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from sim.charts import Panel, Series
from sim.comparison import Scenario
from sim.look import ENDS
from sim.present.deck import Block, Bullets, Chart, Grid, Slide
from sim.present.findings import Findings
from sim.report import names
from sim.report.hinge_sentences import hinge_sentences
from sim.report.hinge_tables import tornado
from sim.report.ledger import ASSUMPTION
from sim.report.page import provenance
from sim.report.results import headline_measures
from sim.report.sure import sure as report_sure
from sim.tornado import Tornado

_MOST_BARS: Final = 6


def sure(found: Findings) -> Slide | None:
    """Return the slide of intervals, verdicts and what the differences hinge on."""
    view = found.view
    if not view.others:
        return None
    drawn = tornado(view, found.shown)
    sentences = hinge_sentences(view, found.shown)
    notes = (*sentences, *report_sure(view, found.changes), *_warnings(found), found.assumed)
    if drawn is None:
        return Slide(_title(found), (_verdicts(found, view.others),), notes, found.foot)
    grid = _verdicts(found, [view.comparison.scenarios[found.shown]])
    foot = " ".join([*sentences[:1], found.foot])
    return Slide(_title(found), (_tornado(found, drawn), grid), notes, foot, (1.3, 1.0))


def _tornado(found: Findings, drawn: Tornado) -> Chart:
    """Return bars from the difference as found to that with each assumption at either end."""
    say = found.view.words.say
    rows = drawn.rows[:_MOST_BARS]
    categories = tuple(f"{row.label}\n{row.span}" for row in rows)
    ends = ([row.low for row in rows], [row.high for row in rows])
    series = tuple(
        Series(name, colour, tuple(end.difference if end else None for end in side))
        for name, colour, side in zip(drawn.names, ENDS, ends, strict=True)
    )
    name = found.view.names[found.shown]
    title = say("{scenario}: {title}", scenario=name, title=drawn.title)
    panel = Panel(title, drawn.heading, drawn.axis, categories, series)
    return Chart("ends", panel, 1, middle=drawn.own.mean, heading=title)


def _title(found: Findings) -> str:
    words = found.view.words
    if not found.view.has_intervals:
        return words.say("How sure: one run only, so that luck is not told from effect")
    clear, every = found.clear()
    return words.say(
        "How sure: {clear} of {all} differences are clear, of the others nothing is claimed",
        clear=words.plain(clear),
        all=words.plain(every),
    )


def _verdicts(found: Findings, scenarios: Sequence[Scenario]) -> Grid:
    """Return every headline difference with its interval and verdict."""
    view, say = found.view, found.view.words.say
    measures = [m for m in headline_measures(view) if not names.split(m)[1]]
    short = [m for m in measures if not m.endswith(tuple(names.PERCENTILES))]
    header = (say("Difference"), *(view.names[each.id] for each in scenarios))
    rows = []
    for measure in short:
        label = say("{label}, {unit}", label=view.label(measure), unit=view.unit(measure).name)
        rows.append((label, *(_verdict(found, each.id, measure) for each in scenarios)))
    return Grid(header, tuple(rows), found.and_more)


def _verdict(found: Findings, scenario: str, measure: str) -> str:
    view, say = found.view, found.view.words.say
    made = view.comparison.verdicts.get(scenario, {}).get(measure)
    shown = found.difference(scenario, measure)
    if made is None:
        return shown
    return f"{shown}\n{say(names.VERDICTS.get(made.says, made.says))}"


def _warnings(found: Findings) -> list[str]:
    say = found.view.words.say
    return [
        say("{warning} ({scenarios}).", warning=warning, scenarios=scenarios)
        if scenarios
        else warning
        for warning, scenarios in found.view.warnings()
    ]


def assumptions(found: Findings) -> Slide:
    """Return the slide of assumptions to check, those that weigh most first."""
    words = found.view.words
    weight = _weight(found)
    entries = [
        (section.title, entry)
        for section in found.sections
        for entry in section.entries
        if not entry.source
    ]
    entries.sort(key=lambda each: (weight.get(each[1].path, len(weight)), not each[1].span))
    rows = [
        (words.say("{part}: {label}", part=part, label=entry.label), entry.value, entry.span)
        for part, entry in entries
    ]
    header = (words.say("Assumption"), words.say("Value"), words.say("Plausible span"))
    count, every = found.assumptions
    title = words.say(
        "{n} of {all} numbers are assumptions: check these first",
        n=words.plain(count),
        all=words.plain(every),
    )
    if not rows:
        title = words.say("Every number of the office file has a source")
    said = words.say(ASSUMPTION)
    grid = Grid(header, tuple(rows), found.and_more)
    return Slide(title, (grid,), (found.assumed, said), said[:1].upper() + said[1:] + ".")


def _weight(found: Findings) -> dict[str, int]:
    """Return the places of assumptions among what the differences hinge on."""
    sensitivity = found.view.comparison.sensitivity
    hinges = sensitivity.hinges if sensitivity else ()
    return {hinge.path: place for place, hinge in enumerate(hinges)}


def sources(found: Findings) -> Slide:
    """Return the slide of sources, versions and how to make the results again."""
    view, words = found.view, found.view.words
    entries = [e for section in found.sections for e in section.entries if e.source]
    counted = Counter(entry.source for entry in entries)
    items = [
        words.say("{source} ({n})", source=source, n=words.plain(count))
        for source, count in counted.most_common()
    ]
    bases = dict.fromkeys(words.title(p.basis) for p in view.office.procedures if p.basis)
    items += [words.say("Legal basis: {basis}", basis=basis) for basis in bases]
    made = [
        words.say("{name}: {value}", name=n, value=v)
        for n, v in provenance(view.comparison.provenance, words)
    ]
    head = words.say("Sources, and how many numbers are from each")
    blocks: tuple[Block, ...] = (
        Bullets(tuple(items) or (words.say("None is named."),), found.and_more, head),
        Bullets(tuple(_made(found)), found.and_more, words.say("How to make it again")),
    )
    title = words.say("Where the numbers come from, and how to make them again")
    return Slide(title, blocks, (*items, *made), shares=(1.4, 1.0))


def _made(found: Findings) -> list[str]:
    """Return seed, runs, versions and command in lines."""
    run, words = found.view.comparison, found.view.words
    said = run.provenance
    versions = said.get("versions")
    lines = [
        words.say(
            "Runs: {n}; working days each: {days}; working days to warm up: {warmup}; seed: {seed}",
            n=words.plain(run.replications),
            days=words.plain(run.days),
            warmup=words.plain(run.warmup),
            seed=str(run.seed),
        )
    ]
    if isinstance(versions, dict):
        lines.append(", ".join(f"{name} {version}" for name, version in versions.items()))
    if said.get("command"):
        lines.append(words.say("Command: {command}", command=said["command"]))
    inputs = said.get("inputs")
    if isinstance(inputs, dict):
        lines.append(words.say("Files: {files}", files=", ".join(inputs)))
    return lines
