"""What the command line prints: faults, warnings and what a demand comes to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.errors import Fault, FileFaults, PlannerError
from sim.said import in_words
from sim.words import Words

if TYPE_CHECKING:
    from sim.check import Checked
    from sim.workload import DemandMean

_ALIKE = 0.005


def print_error(error: PlannerError, words: Words) -> None:
    """Print what is wrong to the standard error stream, each fault with its place."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    if not isinstance(error, FileFaults):
        console.print(Text(in_words(error.text, words)))
        return
    console.print(Text(in_words(error.heading, words), style="bold red"))
    for fault in error.faults:
        console.print(_fault_text(fault, words))


def _fault_text(fault: Fault, words: Words) -> Text:
    text = Text("\n  ").append(in_words(fault.path, words), style="bold")
    rows = {
        words.say("expected"): fault.expected,
        words.say("found"): fault.found,
        words.say("hint"): fault.hint,
    }
    width = max(map(len, rows))
    for label, content in rows.items():
        if content:
            text.append(f"\n    {label:<{width}} ", style="dim").append(in_words(content, words))
    return text


def print_checked(name: str, checked: Checked, words: Words) -> None:
    """Print what is worth knowing of a file without faults."""
    console = Console(soft_wrap=True, highlight=False)
    title = words.title(checked.office.title)
    console.print(Text(_no_faults(name, title, checked.scenarios, words), style="bold green"))
    console.print(_demand_table(checked.demands, checked.office.calendar.start, words))
    if checked.warnings:
        console.print(Text(_warnings(len(checked.warnings), words), style="bold yellow"))
    for warned in checked.warnings:
        console.print(
            Text("  ")
            .append(in_words(warned.path, words), style="bold")
            .append(f": {in_words(warned.text, words)}.")
        )


def _no_faults(file: str, title: str, scenarios: int | None, words: Words) -> str:
    if scenarios is None:
        return words.say("{file}: no faults. {title}.", file=file, title=title)
    if scenarios == 1:
        return words.say("{file}: no faults. {title}, 1 scenario.", file=file, title=title)
    return words.say(
        "{file}: no faults. {title}, {count} scenarios.",
        file=file,
        title=title,
        count=words.number(scenarios, 0),
    )


def _warnings(count: int, words: Words) -> str:
    if count == 1:
        return words.say("1 warning")
    return words.say("{count} warnings", count=words.number(count, 0))


def _demand_table(demands: list[DemandMean], start: dt.date, words: Words) -> Table:
    say = words.say
    table = Table(
        title=say("What the demand comes to, over the year from {date}", date=words.date(start)),
        title_justify="left",
    )
    table.add_column(say("demand"))
    for heading in (
        say("an open day"),
        say("a year"),
        say("busiest weekday"),
        say("busiest month"),
    ):
        table.add_column(heading, justify="right")
    for mean in demands:
        table.add_row(
            Text(mean.demand),
            words.number(mean.per_day, 2),
            words.number(mean.per_year, 0),
            _busiest(mean.by_weekday, words.weekday, words),
            _busiest(mean.by_month, words.month, words),
        )
    if len(demands) > 1:
        total = sum(mean.per_day for mean in demands), sum(mean.per_year for mean in demands)
        row = words.number(total[0], 2), words.number(total[1], 0)
        table.add_row(say("all"), *row, "", "")
    return table


def _busiest(means: dict[int, float], named: Callable[[int], str], words: Words) -> str:
    if not means or max(means.values()) - min(means.values()) < _ALIKE:
        return words.say("all alike") if means else ""
    place = max(means, key=lambda key: means[key])
    return words.say("{name} {mean}", name=named(place), mean=words.number(means[place], 2))
