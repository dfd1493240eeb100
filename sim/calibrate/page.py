"""A calibration, or a validation alone, as one page that opens without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sim import look
from sim.calibrate import dots, pictures, wording
from sim.calibrate.outcome import (
    Assumed,
    Calibration,
    Chart,
    Fitted,
    Group,
    Measured,
    Section,
    Validation,
)
from sim.calibrate.wording import Status
from sim.records.records import Finding, Happened, Quality
from sim.report.page import provenance as said_of
from sim.report.page import template
from sim.report.pictures import Picture
from sim.said import in_words, phrase
from sim.words import Words, mark

TEMPLATE: Final = "calibration.html.jinja"
_DRAWN_AT_ONCE: Final = 4
"""Pictures of a section that are shown; further ones are folded."""
_OPEN_ROWS: Final = 30
"""Numbers up to which a table of all is open."""

_VERDICTS: Final[dict[Status, tuple[str, str]]] = {
    "inside": (mark("As predicted"), look.SCENARIOS[0]),
    "wide": (mark("As predicted, in an interval too wide to be of much use"), look.SCENARIOS[4]),
    "missed": (mark("Not as predicted"), look.WORSE),
    "cannot be told": (mark("Cannot be told"), look.BASELINE),
}
_HAPPENED: Final[dict[Happened, str]] = {
    "read": mark("Read"),
    "repaired": mark("Corrected: used after a correction"),
    "dropped": mark("Dropped: not used"),
    "noticed": mark("Noticed: used as it is"),
}


@dataclass(frozen=True)
class MeasureRow:
    """A measure of a group, as a table shows it.

    `odd` says in a word where the observed number lies, unless it lies in the interval.
    """

    name: str
    unit: str
    observed: str
    mean: str
    interval: str
    width: str
    inside: str
    odd: str
    missed: bool
    says: str


@dataclass(frozen=True)
class GroupView:
    """A group as the page shows it.

    Attributes
    ----------
    id
        Its name in the page.
    title, cases, count
        What it is, and what was compared.
    status, missed
        Whether its observed numbers lie in their intervals.
    headlines
        Its rows of the overview; None where it has no such measure.
    says, rows, distances
        Sentences and tables.
    intervals
        The picture of its measures; None without any.
    pictures
        Its charts.
    """

    id: str
    title: str
    cases: str
    count: str
    status: str
    missed: bool
    headlines: tuple[MeasureRow | None, ...]
    says: tuple[str, ...]
    rows: tuple[MeasureRow, ...]
    distances: tuple[tuple[str, str], ...]
    distance_unit: str
    intervals: Picture | None
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class SectionView:
    """A part of what was fitted: its first pictures are shown, further ones folded."""

    id: str
    title: str
    says: tuple[str, ...]
    pictures: tuple[Picture, ...]
    further: tuple[Picture, ...]


@dataclass(frozen=True)
class NumberRow:
    """A number of the office file: what it is, its interval, its source or why it is assumed."""

    path: str
    value: str
    interval: str
    why: str


def render_calibration(calibration: Calibration, language: str = "en") -> str:
    """Return the page of a calibration as HTML; the same calibration gives the same page.

    Parameters
    ----------
    calibration
        What was fitted and validated. Parts that are empty are left out.
    language
        Code of the reader's language.
    """
    words = Words(language)
    first, last, days = calibration.dates
    shown = {
        "title": calibration.title,
        "kind": words.say("Calibration on the records of a ticket machine")
        if calibration.kind == "tickets"
        else words.say("Calibration on the records of dossiers"),
        "lead": in_words(
            phrase("Fitted to {days} days, {first} to {last}.", days=days, first=first, last=last),
            words,
        ),
        "warnings": calibration.warnings,
        "sections": _sections(calibration.sections, words),
        "fitted": _by_part([_fitted(each, words) for each in calibration.fitted]),
        "fitted_count": len(calibration.fitted),
        "assumed": [_assumed(each, words) for each in calibration.assumed],
        "columns": calibration.quality.columns,
        "findings": _findings(calibration.quality),
        "is_calibration": True,
    }
    return _render(shown, calibration.validation, calibration.provenance, words)


def render_validation(
    validation: Validation, provenance: Mapping[str, Any], language: str = "en"
) -> str:
    """Return the page of a validation alone as HTML; the same validation gives the same page.

    Parameters
    ----------
    validation
        What was observed and simulated.
    provenance
        Versions, inputs, command.
    language
        Code of the reader's language.
    """
    words = Words(language)
    shown = {
        "title": validation.office,
        "kind": words.say("Validation: days observed and simulated"),
        "lead": "",
        "warnings": (),
        "sections": [],
        "fitted": {},
        "fitted_count": 0,
        "assumed": [],
        "columns": (),
        "findings": {},
        "is_calibration": False,
    }
    return _render(shown, validation, provenance, words)


def _render(
    shown: dict[str, Any],
    validation: Validation | None,
    provenance: Mapping[str, Any],
    words: Words,
) -> str:
    from markupsafe import Markup
    from plotly.offline import get_plotlyjs

    more = validation.warnings if validation else ()
    shown["warnings"] = tuple(dict.fromkeys((*shown["warnings"], *more)))
    return template(TEMPLATE).render(
        shown,
        words=words,
        say=words.say,
        told=lambda text: in_words(text, words),
        style=look,
        open_rows=_OPEN_ROWS,
        validation=_validation(validation, words) if validation else None,
        provenance=said_of(provenance, words),
        plotly=Markup(get_plotlyjs()),
    )


def _validation(validation: Validation, words: Words) -> dict[str, Any]:
    names = wording.headlines(validation.groups)
    groups = [
        _group(group, f"group-{place}", names, words)
        for place, group in enumerate(validation.groups, 1)
    ]
    return {
        "compared": wording.compared(validation, words),
        "counted": wording.counted(validation, words),
        "nearer": wording.nearer(validation, words),
        "verdicts": _verdicts(validation.groups, groups, words),
        "names": _heads(validation.groups, names, words),
        "groups": groups,
        "overview": _overview(validation.groups, names, words),
    }


def _heads(groups: Sequence[Group], names: Sequence[str], words: Words) -> list[tuple[str, str]]:
    """Return the names of measures with their units, as an overview is headed."""
    units = {m.name: wording.measure_unit(m).name for group in groups for m in group.measures}
    return [(wording.headed(in_words(name, words)), in_words(units[name], words)) for name in names]


def _verdicts(
    groups: Sequence[Group], views: Sequence[GroupView], words: Words
) -> list[tuple[str, str, list[GroupView]]]:
    """Return groups by what became of them: heading, colour, and who."""
    found = []
    for status, (heading, colour) in _VERDICTS.items():
        of = [v for g, v in zip(groups, views, strict=True) if wording.status(g) == status]
        if of:
            found.append((words.say(heading), colour, of))
    return found


def _group(group: Group, id_: str, names: Sequence[str], words: Words) -> GroupView:
    by_name = {measure.name: measure for measure in group.measures}
    title = in_words(group.title, words)
    status = wording.status(group)
    unit = wording.unit(
        group.distances[0].unit if group.distances else "", [d.value for d in group.distances]
    )
    return GroupView(
        id_,
        title,
        words.number(group.cases, 0),
        words.say(
            "{cases} cases, {days} days",
            cases=words.number(group.cases, 0),
            days=words.number(group.days, 0),
        ),
        words.say(wording.STATUS[status]),
        status == "missed",
        tuple(_measure(by_name[name], words) if name in by_name else None for name in names),
        tuple(in_words(sentence, words) for sentence in group.says),
        tuple(_measure(measure, words) for measure in group.measures),
        tuple((in_words(d.name, words), wording.distance(d, unit, words)) for d in group.distances),
        in_words(unit.name, words),
        _intervals(f"{id_}-intervals", title, group.measures, words),
        _pictures(group.charts, id_, words),
    )


def _measure(measure: Measured, words: Words) -> MeasureRow:
    unit, found = wording.measure_unit(measure), wording.simulated(measure)
    return MeasureRow(
        in_words(measure.name, words),
        in_words(unit.name, words),
        wording.observed(measure, words),
        wording.mean(measure, words),
        words.interval(found, unit),
        wording.width(measure, words),
        words.say(wording.INSIDE[measure.inside]),
        "" if measure.inside == "inside" else words.say(wording.SHORT[measure.inside]),
        measure.inside in ("above", "below"),
        in_words(measure.says, words),
    )


def _intervals(id_: str, title: str, measures: Sequence[Measured], words: Words) -> Picture | None:
    if not measures:
        return None
    rows = [_measure(measure, words) for measure in measures]
    spoken = [
        words.say(
            "{name}: observed {observed}, simulated {mean} ({interval}), {inside}.",
            name=row.name, observed=row.observed, mean=row.mean,
            interval=row.interval or words.say("no interval"), inside=row.inside,
        )
        for row in rows
    ]  # fmt: skip
    return Picture(
        id_,
        words.say("{title}: observed and simulated", title=wording.headed(title)),
        words.say("Bars: where the simulation expects the number, 95% prediction interval."),
        " ".join(spoken),
        dots.intervals(measures, words),
        (),
    )


def _overview(groups: Sequence[Group], names: Sequence[str], words: Words) -> list[Picture]:
    """Return a picture of all groups for each measure of the overview; none for one group."""
    found = []
    for place, name in enumerate(names, 1):
        measures = [
            replace(measure, name=group.title)
            for group in groups
            for measure in group.measures
            if measure.name == name
        ]
        picture = _intervals(f"overview-{place}", in_words(name, words), measures, words)
        if picture and len(measures) > 1:
            found.append(picture)
    return found


def _pictures(charts: Sequence[Chart], prefix: str, words: Words) -> tuple[Picture, ...]:
    drawn = [chart for chart in charts if pictures.has_points(chart)]
    return tuple(
        Picture(
            f"{prefix}-chart-{place}",
            in_words(chart.title, words),
            in_words(chart.note, words),
            pictures.summary(chart, words),
            pictures.figure(chart, words),
            pictures.numbers(chart, words),
        )
        for place, chart in enumerate(drawn, 1)
    )


def _sections(sections: Sequence[Section], words: Words) -> list[SectionView]:
    found = []
    for place, section in enumerate(sections, 1):
        drawn = _pictures(section.charts, f"part-{place}", words)
        found.append(
            SectionView(
                f"part-{place}",
                in_words(section.title, words),
                tuple(in_words(sentence, words) for sentence in section.says),
                drawn[:_DRAWN_AT_ONCE],
                drawn[_DRAWN_AT_ONCE:],
            )
        )
    return found


def _fitted(number: Fitted, words: Words) -> NumberRow:
    value, interval = wording.fitted(number, words)
    return NumberRow(number.path, value, interval, in_words(number.source, words))


def _assumed(number: Assumed, words: Words) -> NumberRow:
    value, why = in_words(number.value, words), in_words(number.why, words)
    return NumberRow(number.path, value, "", why)


def _by_part(rows: Sequence[NumberRow]) -> dict[str, list[NumberRow]]:
    """Return numbers by the part of the office file they stand in: demands, teams, ..."""
    found: dict[str, list[NumberRow]] = {}
    for row in rows:
        found.setdefault(row.path.partition(".")[0].partition("[")[0], []).append(row)
    return found


def _findings(quality: Quality) -> dict[str, list[Finding]]:
    """Return what was found by what was done about it, in that order."""
    found = {
        heading: [each for each in quality.findings if each.happened == happened]
        for happened, heading in _HAPPENED.items()
    }
    return {heading: each for heading, each in found.items() if each}
