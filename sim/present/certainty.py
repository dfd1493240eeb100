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
from sim.report.hinge_sentences import few_runs, hinge_sentences
from sim.report.hinge_tables import headline, tornado
from sim.report.ledger import ASSUMPTION
from sim.report.page import provenance
from sim.report.results import headline_measures
from sim.report.sure import sure as report_sure
from sim.tornado import Tornado
from sim.verdicts import LESS, MORE, NO_DIFFERENCE

_MOST_BARS: Final = 5


def sure(found: Findings) -> Slide | None:
    """Return the slide of intervals, verdicts and what the differences hinge on."""
    view = found.view
    if not view.others:
        return None
    drawn = tornado(view, found.shown)
    sentences = hinge_sentences(view, found.shown, below=False)
    notes = (*sentences, *report_sure(view, found.changes), *_warnings(found), found.assumed)
    title = _title(found, drawn)
    if drawn is None:
        return Slide(title, (_verdicts(found, view.others),), notes, found.foot)
    grid = _verdicts(found, [view.comparison.scenarios[found.shown]])
    measure = headline(view, found.shown)
    left_open = few_runs(view, found.shown, measure) if measure else []
    said = dict.fromkeys([*sentences[:1], *left_open, found.foot])
    return Slide(title, (_tornado(found, drawn), grid), notes, " ".join(said), (1.3, 1.0))


def _tornado(found: Findings, drawn: Tornado) -> Chart:
    """Return bars from the difference as found to that with each assumption at either end."""
    say = found.view.words.say
    rows = drawn.rows[:_MOST_BARS]
    categories = tuple(f"{row.short}\n{row.span}" for row in rows)
    ends = ([row.low for row in rows], [row.high for row in rows])
    series = tuple(
        Series(name, colour, tuple(end.difference if end else None for end in side))
        for name, colour, side in zip(drawn.names, ENDS, ends, strict=True)
    )
    name = found.view.names[found.shown]
    title = say("{scenario}: {title}", scenario=name, title=drawn.title)
    panel = Panel(title, drawn.heading, drawn.axis, categories, series)
    return Chart("ends", panel, 1, middle=drawn.own.mean, heading=title)


def _title(found: Findings, drawn: Tornado | None) -> str:
    """Return how many differences are clear, too small to matter or open, and what most moves."""
    words = found.view.words
    if not found.view.has_intervals:
        return words.say("How sure: one run only, so that luck is not told from effect")
    counted = found.counted
    numbers = {
        "clear": words.plain(counted[LESS] + counted[MORE]),
        "small": words.plain(counted[NO_DIFFERENCE]),
        "all": words.plain(counted.total()),
        "open": words.plain(counted.total() - sum(counted[says] for says in _TOLD)),
    }
    if drawn is None:
        return words.say(
            "How sure: of {all} differences {clear} are clear, {small} too small to matter, "
            "{open} open",
            **numbers,
        )
    return words.say(
        "How sure: of {all} differences {clear} are clear, {small} too small to matter, {open} "
        "open; most depends on “{assumption}”",
        assumption=drawn.rows[0].short,
        **numbers,
    )


_TOLD: Final = (LESS, MORE, NO_DIFFERENCE)


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
    return Grid(header, tuple(rows), found.and_more, whole=True)


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
        if not entry.source and entry.path not in _NO_NUMBERS
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


_NO_NUMBERS: Final = ("calendar.start",)
"""What nobody can check against data: which days are simulated."""


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
