"""A calibration, or a validation alone, on a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.calibrate import wording
from sim.calibrate.outcome import Calibration, Fitted, Group, Measured, Validation
from sim.records.records import Column, Finding, Happened, Quality
from sim.said import in_words, phrase
from sim.terminal import HEADING_WIDTH, narrow
from sim.words import Words, mark

if TYPE_CHECKING:
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

CALIBRATION, VALIDATION = "calibration.html", "validation.html"
SHOWN: Final = 24
"""Fitted numbers that the terminal shows; the page shows all."""
_SENTENCES: Final = 20
_PROFILES: Final = ("by_hour", "by_weekday", "by_month", "staff", "hours")
"""Keys of an office file below which many numbers make one shape."""
_HAPPENED: Final[dict[Happened, str]] = {
    "read": mark("read"),
    "repaired": mark("repaired"),
    "dropped": mark("dropped"),
    "noticed": mark("noticed"),
}


def print_calibration(
    calibration: Calibration, folder: Path, quiet: bool = False, language: str = "en"
) -> None:
    """Print what was read, fitted and validated, and where the page is; nothing if `quiet`.

    Parameters
    ----------
    calibration
        What to print.
    folder
        Where its files lie.
    quiet
        Whether to print nothing.
    language
        Code of the reader's language.
    """
    if quiet:
        return
    console, words = _console(), Words(language)
    first, last, days = calibration.dates
    _say(console, calibration.title, style="bold")
    fitted = phrase("Fitted to {days} days, {first} to {last}.", days=days, first=first, last=last)
    _say(console, in_words(fitted, words))
    _print_quality(console, calibration.quality, words)
    if calibration.fitted:
        console.print("", fitted_table(calibration.fitted, words))
    if calibration.assumed:
        count = len(calibration.assumed)
        _say(
            console,
            words.say(
                "Assumed, since the records do not tell: {n} numbers.", n=words.number(count, 0)
            ),
        )
    if calibration.validation is None:
        _say(console, words.say("No days were held out: how well it predicts is not known."))
    else:
        _print_comparison(console, calibration.validation, words)
    more = calibration.validation.warnings if calibration.validation else ()
    _print_warnings(console, (*calibration.warnings, *more), words)
    _say(console, words.say("Report: {path}", path=folder / CALIBRATION))


def print_validation(
    validation: Validation, folder: Path, quiet: bool = False, language: str = "en"
) -> None:
    """Print observed beside simulated, and where the page is; nothing if `quiet`.

    Parameters
    ----------
    validation
        What to print.
    folder
        Where its files lie.
    quiet
        Whether to print nothing.
    language
        Code of the reader's language.
    """
    if quiet:
        return
    console, words = _console(), Words(language)
    _say(console, validation.office, style="bold")
    _print_comparison(console, validation, words)
    _print_warnings(console, validation.warnings, words)
    _say(console, words.say("Report: {path}", path=folder / VALIDATION))


def main_numbers(fitted: Sequence[Fitted]) -> list[Fitted]:
    """Return the numbers that stand alone, without those that only make the shape of a day."""
    return [
        number
        for number in fitted
        if not any(key in _PROFILES for key in number.path.split(".")[2:])
    ]


def quality_table(findings: Sequence[Finding], words: Words) -> Table:
    """Return what was found while reading, in the order it was found."""
    table = _table(words.say("The records"))
    table.add_column("", no_wrap=True)
    table.add_column(words.say("How many"), justify="right", no_wrap=True)
    table.add_column(words.say("What"), overflow="fold")
    for each in findings:
        first = in_words(each.where[0], words) if each.where else ""
        where = f" ({first}{', ...' if len(each.where) > 1 else ''})" if first else ""
        table.add_row(
            words.say(_HAPPENED[each.happened]),
            words.number(each.count, 0),
            _text(in_words(each.what, words) + where),
        )
    return table


def fitted_table(fitted: Sequence[Fitted], words: Words) -> Table:
    """Return the main fitted numbers with their intervals."""
    every = main_numbers(fitted)
    table = _table(words.say("Fitted"))
    table.add_column(words.say("Number"), overflow="fold", ratio=1)
    table.add_column(words.say("Value"), justify="right", no_wrap=True)
    table.add_column(words.say("95% interval"), justify="right", no_wrap=True)
    for number in every[:SHOWN]:
        value, interval = wording.fitted(number, words)
        table.add_row(_text(number.path), value, interval or "-")
    shown = min(len(every), SHOWN)
    if len(fitted) > shown:
        left = words.say(
            "and {count} more, in the report", count=words.number(len(fitted) - shown, 0)
        )
        table.add_row(left, "", "")
    return table


def comparison_table(groups: Sequence[Group], words: Words) -> Table:
    """Return the first measures of each group, observed and simulated."""
    table = _table(words.say("Observed and simulated"))
    table.add_column(words.say("Group, measure"), overflow="fold", ratio=1)
    table.add_column(words.say("Observed"), justify="right", no_wrap=True)
    table.add_column(words.say("Simulated"), justify="right", no_wrap=True)
    table.add_column(words.say("95% prediction"), justify="right", no_wrap=True)
    table.add_column(narrow(words.say("Against the interval"), HEADING_WIDTH), no_wrap=True)
    names = wording.headlines(groups)
    for group in groups:
        cases = words.say("{cases} cases", cases=words.number(group.cases, 0))
        table.add_row(_text(f"{in_words(group.title, words)} ({cases})", style="bold"))
        for measure in group.measures:
            if measure.name in names:
                table.add_row(*_measure_cells(measure, words))
    return table


def _measure_cells(measure: Measured, words: Words) -> tuple[Padding | Text | str, ...]:
    from rich.padding import Padding

    found, unit = wording.simulated(measure), wording.measure_unit(measure)
    named = words.say(
        "{name}, {unit}", name=in_words(measure.name, words), unit=in_words(unit.name, words)
    )
    missed = measure.inside in ("above", "below")
    return (
        Padding(_text(named), (0, 0, 0, 2)),
        wording.observed(measure, words),
        wording.mean(measure, words),
        words.interval(found, unit) or "-",
        _text(words.say(wording.SHORT[measure.inside]), style="yellow" if missed else ""),
    )


def _print_quality(console: Console, quality: Quality, words: Words) -> None:
    if quality.columns:
        console.print("", columns_table(quality.columns, words))
    if quality.findings:
        console.print("", quality_table(quality.findings, words))


def columns_table(columns: Sequence[Column], words: Words) -> Table:
    """Return what each column was taken for; columns of several files alike stand once."""
    table = _table(words.say("How columns were read (--columns says otherwise)"))
    table.add_column(words.say("Meaning"), overflow="fold")
    table.add_column(words.say("Column"), overflow="fold")
    table.add_column("", no_wrap=True)
    for column in dict.fromkeys((each.meaning, each.name, each.given) for each in columns):
        meaning, name, given = column
        known = words.say("given") if given else words.say("guessed")
        table.add_row(_text(meaning), _text(name), known)
    return table


def _print_comparison(console: Console, validation: Validation, words: Words) -> None:
    console.print()
    _say(console, " ".join(wording.compared(validation, words)))
    if not validation.groups:
        _say(console, words.say("There was nothing to compare."))
        return
    console.print("", comparison_table(validation.groups, words), "")
    _say(console, wording.counted(validation, words))
    if nearer := wording.nearer(validation, words):
        _say(console, nearer)
    for group in validation.groups[:_SENTENCES]:
        if group.says:
            _say(console, f"{in_words(group.title, words)}: {in_words(group.says[0], words)}")
    if (left := len(validation.groups) - _SENTENCES) > 0:
        _say(
            console,
            words.say("and {count} more groups, in the report", count=words.number(left, 0)),
        )


def _print_warnings(console: Console, warnings: Sequence[str], words: Words) -> None:
    for warning in dict.fromkeys(warnings):
        said = words.say("Warning: {warning}", warning=in_words(warning, words))
        _say(console, said, style="yellow")


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False)


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(_text(text, style))


def _text(text: str, style: str = "") -> Text:
    """Return a text of which nothing is taken for markup, nor for orders to the terminal."""
    from rich.text import Text

    return Text("".join(each if each.isprintable() else " " for each in text), style=style)


def _table(title: str) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    return Table(
        title=Text(title, style="bold"),
        title_justify="left",
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
