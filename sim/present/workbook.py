"""The tables of a comparison as a workbook: one sheet each, numbers as numbers.

No text can become a formula: texts are written as texts, and one that begins like a formula gets
a single quote before it, as OWASP advises, so that it stays a text when the sheet is saved as CSV
and opened again.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from sim.charts import Panel
from sim.comparison import Estimate
from sim.report import names
from sim.report.changes import KINDS, changes
from sim.report.ledger import ASSUMPTION, ledger
from sim.report.page import provenance
from sim.report.pictures import pictures
from sim.report.province import ProvinceTotals
from sim.report.results import headline_measures, mood_in, place_title
from sim.report.view import View
from sim.report.who import group_name

Cell = str | float | None
"""A text, a number, or nothing."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_LONGEST_NAME: Final = 31
_LONGEST_TEXT: Final = 32_767
"""What a cell holds in Excel."""
_WIDTHS: Final = (8, 60)


@dataclass(frozen=True)
class Sheet:
    """A table.

    Attributes
    ----------
    name
        As its tab says it.
    header, rows
        Its cells.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def workbook(view: View, province: ProvinceTotals | None = None) -> bytes:
    """Return all tables of a comparison as an Excel workbook.

    Parameters
    ----------
    view
        What was found, and the words to say it in.
    province
        What all offices of a province gain, where it was run.
    """
    return written(tables(view, province))


def tables(view: View, province: ProvinceTotals | None = None) -> list[Sheet]:
    """Return every table, the headline first; those without rows are left out."""
    made = [
        _headline(view),
        _measures(view),
        *_behind_pictures(view),
        _changed(view),
        _fares(view),
        *_hinges(view),
        _province(view, province),
        _ledger(view),
        _made_of(view),
    ]
    return [sheet for sheet in made if sheet is not None and sheet.rows]


def _columns(view: View) -> tuple[str, ...]:
    say = view.words.say
    return (
        say("Scenario"), say("Where"), say("Measure"), say("Unit"), say("Mean"),
        say("Low end"), say("High end"), say("Difference"), say("Low end of difference"),
        say("High end of difference"), say("Verdict"), say("Better or worse"),
    )  # fmt: skip


def _headline(view: View) -> Sheet:
    rows = tuple(_row(view, each.id, m) for m in headline_measures(view) for each in view.every)
    return Sheet(view.words.say("Headline"), _columns(view), rows)


def _measures(view: View) -> Sheet:
    every = {m for each in view.every for m in each.measures}
    every |= {m for found in view.comparison.differences.values() for m in found}
    order = sorted(
        every, key=lambda m: (names.split(m)[1].count("@"), names.split(m)[1], names.rank(m))
    )
    rows = tuple(
        _row(view, each.id, m) for m in order for each in view.every if _has(view, each.id, m)
    )
    return Sheet(view.words.say("Every measure"), _columns(view), rows)


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
        *_ends(view.estimate(scenario, measure), unit.times),
        *_ends(view.difference(scenario, measure), unit.times),
        view.words.say(names.VERDICTS.get(verdict.says, verdict.says)) if verdict else None,
        moods[mood_in(view, scenario, measure)] or None,
    )


def _ends(found: Estimate | None, times: float = 1) -> tuple[Cell, Cell, Cell]:
    if found is None:
        return None, None, None
    mean, low, high = (
        None if e is None else e * times for e in (found.mean, found.low, found.high)
    )
    return mean, low, high


def _behind_pictures(view: View) -> Iterator[Sheet]:
    """Yield the numbers behind each picture of the report."""
    for picture in pictures(view):
        for panel in picture.numbers:
            yield _panel(view, panel, picture.title)


def _panel(view: View, panel: Panel, title: str) -> Sheet:
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
    return Sheet(title, header, rows)


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
    )  # fmt: skip
    by = {
        "all": say("all"), "procedure": say("procedure"), "demand": say("what people come for"),
        "hour": say("hour of arrival"), "priority": say("priority"),
    }  # fmt: skip
    rows = tuple(
        (
            view.names[scenario], by[fare.by], group_name(view, fare) or None, fare.cases,
            *_ends(fare.better), *_ends(fare.unchanged), *_ends(fare.worse),
        )
        for scenario, fares in view.comparison.fares.items()
        for fare in fares
    )  # fmt: skip
    return Sheet(say("Who gains and who loses"), header, rows)


def _hinges(view: View) -> Iterator[Sheet]:
    """Yield what assumptions moved to both ends of their spans do to differences."""
    sensitivity = view.comparison.sensitivity
    if sensitivity is None:
        return
    say = view.words.say
    header = (
        say("Assumption"), say("Value in the study"), say("Value moved to"), say("Scenario"),
        say("Measure"), say("Unit"), say("Difference"), say("Low end of difference"),
        say("High end of difference"), say("Shift"), say("Low end of shift"),
        say("High end of shift"), say("Verdict"),
    )  # fmt: skip
    rows = []
    for hinge in sensitivity.hinges:
        for end in (hinge.low, hinge.high):
            for scenario, found in end.differences.items():
                for measure, estimate in found.items():
                    unit = view.unit(measure)
                    says = end.verdicts.get(scenario, {}).get(measure, "")
                    rows.append((
                        hinge.path, hinge.value, end.value, view.names[scenario],
                        view.label(measure), unit.name, *_ends(estimate, unit.times),
                        *_ends(end.shifts.get(scenario, {}).get(measure), unit.times),
                        say(names.VERDICTS.get(says, says)) if says else None,
                    ))  # fmt: skip
    yield Sheet(say("What it hinges on"), header, tuple(rows))


def _province(view: View, province: ProvinceTotals | None) -> Sheet | None:
    if province is None:
        return None
    say = view.words.say
    header = (
        say("Scenario"),
        say("Measure"),
        say("Saved in a year"),
        say("Low end"),
        say("High end"),
        say("Verdict"),
    )
    rows = tuple(
        (
            view.names.get(scenario, scenario),
            view.label(measure),
            *_ends(gain.year),
            say(names.VERDICTS.get(gain.says, gain.says)),
        )
        for scenario, gains in province.gains.items()
        for measure, gain in gains.items()
    )
    return Sheet(say("The province"), header, rows)


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


def written(sheets: Iterable[Sheet]) -> bytes:
    """Return sheets as a workbook."""
    import xlsxwriter

    content = BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    taken: set[str] = set()
    with xlsxwriter.Workbook(content, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "bottom"})
        formats = {
            key: book.add_format({"num_format": text, "valign": "top"})
            for key, text in (("whole", "#,##0"), ("some", "#,##0.00"), ("fine", "0.0000"))
        }
        plain = book.add_format({"valign": "top", "text_wrap": True})
        for sheet in sheets:
            page = book.add_worksheet(sheet_name(sheet.name, taken))
            page.freeze_panes(1, 1)
            for column, text in enumerate(sheet.header):
                page.write_string(0, column, safe(text), bold)
                page.set_column(column, column, _width(sheet, column))
            for row, cells in enumerate(sheet.rows, 1):
                for column, cell in enumerate(cells):
                    _write(page, (row, column), cell, plain, formats)
            page.autofilter(0, 0, len(sheet.rows), len(sheet.header) - 1)
    return content.getvalue()


def _write(page: Any, at: tuple[int, int], cell: Cell, plain: Any, formats: dict[str, Any]) -> None:
    """Write a number as a number and a text as a text; nothing for nothing."""
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        page.write_string(*at, safe(cell), plain)
    elif math.isfinite(cell):
        size = abs(cell)
        kind = "whole" if cell == int(cell) or size >= 10_000 else "some" if size >= 1 else "fine"
        page.write_number(*at, cell, formats[kind])


def safe(text: str) -> str:
    """Return a text that is never read as a formula, in a sheet or in a CSV file made of it."""
    shown = f"'{text}" if text.startswith(_FORMULA) else text
    return shown[:_LONGEST_TEXT]


def sheet_name(title: str, taken: set[str]) -> str:
    """Return a name that a sheet may have and no other has, and take it."""
    plain = " ".join(_FORBIDDEN.sub(" ", title).split()).strip("'") or "-"
    name, number = plain[:_LONGEST_NAME].strip(" '"), 2
    # "History" is Excel's own.
    while not name or name.casefold() in taken or name.casefold() == "history":
        end = f" ({number})"
        name = plain[: _LONGEST_NAME - len(end)].strip() + end
        number += 1
    taken.add(name.casefold())
    return name


def _width(sheet: Sheet, column: int) -> float:
    """Return a column's width in letters: that of its longest text, within bounds."""
    texts: Sequence[str] = [
        row[column] if isinstance(row[column], str) else f"{row[column] or 0:,.2f}"  # type: ignore[misc]
        for row in sheet.rows
    ]
    longest = max((len(text) for text in texts), default=0)
    words = max((len(word) for word in sheet.header[column].split()), default=0) + 3
    return float(min(max(longest + 1, words, _WIDTHS[0]), _WIDTHS[1]))
