"""A study on the terminal: a progress bar while it runs, a short table when it is done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.base import text_in
from sim.comparison import Comparison, Estimate
from sim.verdicts import HEADLINE

if TYPE_CHECKING:
    from rich.table import Table

    from sim.study import Study

LABELS = {
    "wait_minutes": "Waiting, minutes",
    "visit_minutes": "In the office, minutes",
    "turnaround_hours": "Turnaround, hours",
    "trips": "Trips",
    "same_day_share": "Result the same day",
    "on_time_share": "On time",
    "citizen_cost": "Cost to the citizen",
    "office_cost": "Cost to the office",
}


def run_study(study: Study, folder: Path, *, quiet: bool) -> Comparison:
    """Run a study and write its results; print progress and a table unless `quiet`."""
    from sim.experiment import compare

    if quiet:
        return compare(study, folder)
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Running", total=None)
        found = compare(
            study,
            folder,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    _show(found, folder)
    return found


def _show(found: Comparison, folder: Path) -> None:
    from rich.console import Console

    console = Console()
    for name, scenario in found.scenarios.items():
        if name == found.baseline:
            console.print(baseline_table(found))
        else:
            console.print(scenario_table(found, name))
        for warning in scenario.warnings:
            console.print(f"Warning: {warning}", markup=False, highlight=False, style="yellow")
    console.print(
        f"{found.replications} replications of {found.days} days; 95% intervals; "
        "verdicts hold together, if the assumptions hold.",
        markup=False,
        highlight=False,
    )
    console.print(f"Report: {folder / 'report.html'}", markup=False, highlight=False)


def baseline_table(found: Comparison) -> Table:
    """Return the baseline's headline measures as a table."""
    from rich.table import Table
    from rich.text import Text

    base = found.scenarios[found.baseline]
    table = Table(title=Text(text_in(base.title, "en", base.id)), title_justify="left")
    table.add_column("Per case")
    table.add_column("Mean", justify="right")
    table.add_column("95% interval", justify="right")
    for name in HEADLINE:
        value = base.measures[name]
        table.add_row(LABELS[name], number(value.mean, name), interval(value, name))
    return table


def scenario_table(found: Comparison, scenario: str) -> Table:
    """Return a scenario's headline measures beside the baseline's as a table."""
    from rich.table import Table
    from rich.text import Text

    base, other = found.scenarios[found.baseline], found.scenarios[scenario]
    table = Table(title=Text(text_in(other.title, "en", other.id)), title_justify="left")
    table.add_column("Per case")
    for heading in ("Before", "After", "Difference", "95% interval"):
        table.add_column(heading, justify="right")
    table.add_column("Verdict")
    for name in HEADLINE:
        change = found.differences[scenario][name]
        table.add_row(
            LABELS[name],
            number(base.measures[name].mean, name),
            number(other.measures[name].mean, name),
            number(change.mean, name, signed=True),
            interval(change, name, signed=True),
            found.verdicts[scenario][name].says,
        )
    return table


def number(value: float | None, measure: str, *, signed: bool = False) -> str:
    """Return a value as people read it: shares in percent, money in whole units."""
    if value is None:
        return "-"
    sign = "+" if signed else ""
    if measure.endswith("_share"):
        return f"{100 * value:{sign}.1f}%"
    if measure.endswith("_cost"):
        return f"{value:{sign},.0f}"
    return f"{value:{sign}.2f}"


def interval(value: Estimate, measure: str, *, signed: bool = False) -> str:
    """Return an interval as people read it."""
    if value.low is None or value.high is None:
        return "-"
    ends = (number(end, measure, signed=signed) for end in (value.low, value.high))
    return " to ".join(ends)
