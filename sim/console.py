"""What the command line prints: faults, warnings and what a demand comes to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sim.base import text_in
from sim.clock import MONTHS, WEEKDAYS
from sim.errors import Fault, FileFaults, PlannerError

if TYPE_CHECKING:
    from sim.check import Checked
    from sim.workload import DemandMean

_ALIKE = 0.005


def print_error(error: PlannerError) -> None:
    """Print what is wrong to the standard error stream, each fault with its place."""
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    if not isinstance(error, FileFaults):
        console.print(Text(str(error)))
        return
    count = "1 fault" if len(error.faults) == 1 else f"{len(error.faults)} faults"
    console.print(Text(f"{error.source}: {count}", style="bold red"))
    for fault in error.faults:
        console.print(_fault_text(fault))


def _fault_text(fault: Fault) -> Text:
    text = Text("\n  ").append(fault.path, style="bold")
    rows = {"expected": fault.expected, "found": fault.found, "hint": fault.hint}
    for label, content in rows.items():
        if content:
            text.append(f"\n    {label:<9}", style="dim").append(content)
    return text


def print_checked(name: str, checked: Checked) -> None:
    """Print what is worth knowing of a file without faults."""
    console = Console(soft_wrap=True, highlight=False)
    title = text_in(checked.office.title, "en")
    what = "" if checked.scenarios is None else f", {_counted(checked.scenarios, 'scenario')}"
    console.print(Text(f"{name}: no faults. {title}{what}.", style="bold green"))
    console.print(_demand_table(checked.demands, str(checked.office.calendar.start)))
    if checked.warnings:
        console.print(Text(_counted(len(checked.warnings), "warning"), style="bold yellow"))
    for warned in checked.warnings:
        console.print(Text("  ").append(warned.path, style="bold").append(f": {warned.text}."))


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _demand_table(demands: list[DemandMean], start: str) -> Table:
    table = Table(
        title=f"What the demand comes to, over the year from {start}", title_justify="left"
    )
    table.add_column("demand")
    for heading in ("an open day", "a year", "busiest weekday", "busiest month"):
        table.add_column(heading, justify="right")
    for mean in demands:
        table.add_row(
            Text(mean.demand),
            f"{mean.per_day:,.2f}",
            f"{mean.per_year:,.0f}",
            _busiest(mean.by_weekday, WEEKDAYS, 0),
            _busiest(mean.by_month, MONTHS, 1),
        )
    if len(demands) > 1:
        total = sum(mean.per_day for mean in demands), sum(mean.per_year for mean in demands)
        table.add_row("all", f"{total[0]:,.2f}", f"{total[1]:,.0f}", "", "")
    return table


def _busiest(means: dict[int, float], names: tuple[str, ...], first: int) -> str:
    if not means or max(means.values()) - min(means.values()) < _ALIKE:
        return "all alike" if means else ""
    place = max(means, key=lambda key: means[key])
    return f"{names[place - first]} {means[place]:,.2f}"
