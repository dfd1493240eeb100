"""The tables of a comparison as a workbook: one sheet each, numbers as numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sim.charts import Panel
from sim.present.day_sheets import day_counts, heat_maps
from sim.present.hinge_sheets import hinge_sheets
from sim.present.sheets import Cell, Sheet, ends, written
from sim.present.year_sheets import factors_touched, province_gains, years_saved
from sim.report import names
from sim.report.changes import KINDS, changes
from sim.report.ledger import ASSUMPTION, defaults, ledger
from sim.report.money import parts
from sim.report.page import provenance
from sim.report.pictures import pictures
from sim.report.province import ProvinceTotals
from sim.report.results import headline_measures, mood_in, place_title
from sim.report.scores import points
from sim.report.view import View
from sim.report.who import group_name
from sim.words import mark

_TABS: Final = {
    ("waiting", 0): mark("Waiting times"),
    ("turnaround", 0): mark("Times to the result"),
    ("causes", 0): mark("Where the time goes"),
    ("causes", 1): mark("Every cause"),
    ("hours", 0): mark("Waiting by hour"),
    ("trips", 0): mark("Trips"),
    ("costs", 0): mark("Cost"),
    ("load", 0): mark("Staff load"),
    ("overtime", 0): mark("Overtime"),
}
"""What the tabs of tables behind pictures say: a tab has little room."""


def workbook(view: View, province: ProvinceTotals | None = None) -> bytes:
    """Return all tables of a comparison as an Excel workbook.

    Parameters
    ----------
    view
        What was found, and the words to say it in.
    province
        What all offices of a province gain, where it was run.
    """
    sheets = tables(view, province)
    return written([*sheets, _contents(view, sheets)])


def tables(view: View, province: ProvinceTotals | None = None) -> list[Sheet]:
    """Return every table, the headline first; those without rows are left out."""
    made = [
        _headline(view),
        _measures(view),
        *_behind_pictures(view),
        *heat_maps(view),
        day_counts(view),
        _changed(view),
        _fares(view),
        _of(view, parts(view), view.words.say("Cost step by step")),
        years_saved(view),
        province_gains(view, province),
        _of(view, points(view), view.words.say("Points")),
        factors_touched(view),
        *hinge_sheets(view),
        _ledger(view),
        _defaults(view),
        _made_of(view),
    ]
    return [sheet for sheet in made if sheet is not None and sheet.rows]


def _contents(view: View, sheets: list[Sheet]) -> Sheet:
    """Return what each sheet shows."""
    say = view.words.say
    rows = tuple((sheet.name, sheet.title or sheet.name) for sheet in sheets)
    return Sheet(say("Contents"), (say("Sheet"), say("What it shows")), rows)


def _columns(view: View) -> tuple[str, ...]:
    say = view.words.say
    return (
        say("Scenario"), say("Where"), say("Measure"), say("Unit"), say("Mean"),
        say("Low end"), say("High end"), say("Difference"), say("Low end of difference"),
        say("High end of difference"), say("Verdict"), say("Better or worse"),
    )  # fmt: skip


def _headline(view: View) -> Sheet:
    rows = tuple(_row(view, each.id, m) for m in headline_measures(view) for each in view.every)
    title = view.words.say("Each measure with its 95% interval")
    return Sheet(view.words.say("Headline"), _columns(view), rows, title)


def _measures(view: View) -> Sheet:
    every = {m for each in view.every for m in each.measures}
    every |= {m for found in view.comparison.differences.values() for m in found}
    order = sorted(
        every, key=lambda m: (names.split(m)[1].count("@"), names.split(m)[1], names.rank(m))
    )
    rows = tuple(
        _row(view, each.id, m) for m in order for each in view.every if _has(view, each.id, m)
    )
    title = view.words.say("Every measure, also by procedure and by demand")
    return Sheet(view.words.say("Every measure"), _columns(view), rows, title)


def _has(view: View, scenario: str, measure: str) -> bool:
    return view.estimate(scenario, measure) is not None or bool(view.difference(scenario, measure))


def _row(view: View, scenario: str, measure: str) -> tuple[Cell, ...]:
    unit = view.unit(measure)
    verdict = view.comparison.verdicts.get(scenario, {}).get(measure)
    moods = {"better": view.words.say("better"), "worse": view.words.say("worse"), "": ""}
    return (
        view.names[scenario],
        place_title(view, names.split(measure)[1]),
        view.label(measure),
        unit.name,
        *ends(view.estimate(scenario, measure), unit.times),
        *ends(view.difference(scenario, measure), unit.times),
        view.words.say(names.VERDICTS.get(verdict.says, verdict.says)) if verdict else None,
        moods[mood_in(view, scenario, measure)] or None,
    )


def _behind_pictures(view: View) -> Iterator[Sheet]:
    """Yield the numbers behind each picture of the report."""
    for picture in pictures(view):
        for place, panel in enumerate(picture.numbers):
            name = _TABS.get((picture.id, place))
            yield _panel(view, panel, view.words.say(name) if name else picture.title)


def _of(view: View, panel: Panel | None, name: str) -> Sheet | None:
    return None if panel is None else _panel(view, panel, name)


def _panel(view: View, panel: Panel, name: str) -> Sheet:
    say = view.words.say
    header = (
        panel.heading,
        say("Series"),
        say("Unit"),
        say("Mean"),
        say("Low end"),
        say("High end"),
    )
    rows = tuple(
        (category, series.name, panel.axis, value.mean, value.low, value.high)
        for series in panel.series
        for category, value in zip(panel.categories, series.values, strict=True)
        if value is not None
    )
    return Sheet(name, header, rows, panel.title)


def _changed(view: View) -> Sheet:
    say = view.words.say
    header = (
        say("Scenario"),
        say("Kind"),
        say("Part"),
        say("What"),
        say("Path"),
        say("Before"),
        say("After"),
    )
    rows = tuple(
        (each.name, say(KINDS[c.kind][0]), c.part, c.label, c.path, c.before, c.after)
        for each in changes(view)
        for c in each.listed
    )
    return Sheet(say("Changes"), header, rows)


def _fares(view: View) -> Sheet:
    say = view.words.say
    header = (
        say("Scenario"), say("Grouped by"), say("Group"), say("Cases in a run"),
        say("Share sooner"), say("Low end"), say("High end"),
        say("Share at the same time"), say("Low end"), say("High end"),
        say("Share later"), say("Low end"), say("High end"),
        say("Share without a result in either"), say("Low end"), say("High end"),
    )  # fmt: skip
    by = {
        "all": say("All cases"), "procedure": say("By procedure"),
        "demand": say("By what people come for"), "hour": say("By hour of the first arrival"),
        "priority": say("By priority"),
    }  # fmt: skip
    rows = tuple(
        (
            view.names[scenario], by[fare.by], group_name(view, fare) or None, fare.cases,
            *ends(fare.better), *ends(fare.unchanged), *ends(fare.worse), *ends(fare.no_result),
        )
        for scenario, fares in view.comparison.fares.items()
        for fare in fares
    )  # fmt: skip
    return Sheet(say("Who gains and who loses"), header, rows)


def _ledger(view: View) -> Sheet:
    say = view.words.say
    header = (
        say("Part"),
        say("What"),
        say("Path"),
        say("Value"),
        say("Plausible span"),
        say("Source"),
        say("Meaning"),
    )
    rows = tuple(
        (section.title, e.label, e.path, e.value, e.span, e.source or say(ASSUMPTION), e.meaning)
        for section in ledger(view.office, view.words)
        for e in section.entries
    )
    return Sheet(say("Assumptions and sources"), header, rows)


def _defaults(view: View) -> Sheet:
    """Return what the file does not say, and the model takes at its default."""
    say = view.words.say
    rows = tuple((e.path, e.meaning, e.value) for e in defaults(view.office, view.words))
    title = say("What the file does not say, and the model takes at its default")
    return Sheet(say("Defaults"), (say("Path"), say("Meaning"), say("Value")), rows, title)


def _made_of(view: View) -> Sheet:
    say, run = view.words.say, view.comparison
    rows: list[tuple[Cell, ...]] = [
        (say("Runs of each scenario"), run.replications),
        (say("Working days measured"), run.days),
        (say("Working days before"), run.warmup),
    ]
    rows += provenance(run.provenance, view.words)
    rows += [
        (
            say("Warning"),
            say("{warning} ({scenarios}).", warning=text, scenarios=which) if which else text,
        )
        for text, which in view.warnings()
    ]
    return Sheet(say("How it was made"), (say("What"), say("Value")), tuple(rows))
