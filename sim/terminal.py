"""A study on the terminal: a progress bar while it runs, a short table when it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from sim.base import text_in
from sim.comparison import Comparison, Estimate, Scenario
from sim.errors import PlannerError
from sim.precision import precision_reached
from sim.verdicts import HEADLINE

if TYPE_CHECKING:
    from rich.table import Table

    from sim.study import Study

_SHOWN_EVERY_SECONDS: Final = 0.1
COMPILING: Final = "Compiling the engine, once: about half a minute; later runs start at once."

LABELS = {
    "wait_minutes": "Waiting, min",
    "visit_minutes": "In the office, min",
    "turnaround_hours": "Turnaround, hours",
    "trips": "Trips",
    "same_day_share": "Result the same day",
    "on_time_share": "On time",
    "lost": "Given up",
    "citizen_cost": "Cost to the citizen",
    "office_cost": "Cost to the office",
}


def run_study(
    study: Study,
    folder: Path,
    *,
    quiet: bool,
    jobs: int | None = None,
    cluster: str | None = None,
    precision: Sequence[str] = (),
    max_replications: int | None = None,
    engine: str = "compiled",
) -> Comparison:
    """Run a study and write its results; print progress and a table unless `quiet`.

    Raises
    ------
    PlannerError
        If both jobs and a cluster are asked for; as :func:`sim.experiment.compare` does.
    """
    if jobs is not None and cluster is not None:
        raise PlannerError(
            "--jobs and --cluster: expected one of them. On a cluster the number of its workers "
            "is the number of jobs."
        )
    from sim.experiment import compare

    wanted: dict[str, Any] = {
        "precision": precision,
        "max_replications": max_replications,
        "engine": engine,
    }
    with _workers(jobs, cluster) as workers:
        if quiet:
            return compare(study, folder, **workers, **wanted)
        with _bar() as progress:
            found = compare(study, folder, progress=progress, **workers, **wanted)
    _show(found, folder)
    return found


@contextmanager
def _workers(jobs: int | None, address: str | None) -> Iterator[dict[str, Any]]:
    """Yield who runs replications, as arguments of a comparison."""
    if address is None:
        yield {"jobs": jobs}
        return
    from sim.cluster import cluster

    with cluster(address) as (executor, number):
        yield {"executor": executor, "jobs": number}


@contextmanager
def _bar() -> Iterator[Callable[[int, int], None]]:
    """Yield what shows progress; without a thread, since processes are not forked beside one."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from sim.compiled import announce

    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )  # fmt: skip
    console = Console(stderr=True)
    announce(partial(console.print, COMPILING, markup=False, highlight=False))
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as bar:
        task = bar.add_task("Running", total=None)
        shown = 0.0

        def progress(done: int, total: int) -> None:
            nonlocal shown
            due = done == total or monotonic() - shown > _SHOWN_EVERY_SECONDS
            bar.update(task, completed=done, total=total, refresh=due)
            shown = monotonic() if due else shown

        yield progress


def _show(found: Comparison, folder: Path) -> None:
    from rich.console import Console

    console = Console()
    for name, scenario in found.scenarios.items():
        if name == found.baseline:
            console.print(baseline_table(found), "")
        else:
            console.print(scenario_table(found, name), "")
        for warning in scenario.warnings:
            console.print(f"Warning: {warning}", markup=False, highlight=False, style="yellow")
    currency = found.scenarios[found.baseline].office.currency
    console.print(
        f"{found.replications} replications of {found.days} days; 95% intervals; money in "
        f"{currency}; verdicts hold together, if the assumptions hold.",
        markup=False,
        highlight=False,
    )
    for sentence in precision_reached(found.provenance):
        console.print(f"{sentence}.", markup=False, highlight=False)
    console.print(f"Report: {folder / 'report.html'}", markup=False, highlight=False)


def baseline_table(found: Comparison) -> Table:
    """Return the baseline's headline measures as a table."""
    base = found.scenarios[found.baseline]
    table = _table(base, "Mean", "95% interval")
    for name in HEADLINE:
        value = base.measures[name]
        table.add_row(LABELS[name], number(value.mean, name), interval(value, name))
    return table


def scenario_table(found: Comparison, scenario: str) -> Table:
    """Return a scenario's headline measures beside the baseline's as a table."""
    base, other = found.scenarios[found.baseline], found.scenarios[scenario]
    table = _table(other, "Before", "After", "Difference", "95% interval")
    table.add_column("Verdict", overflow="fold")
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


def _table(scenario: Scenario, *headings: str) -> Table:
    """Return a table without rows, of which only a last column of words may be broken."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(text_in(scenario.title, "en", scenario.id), style="bold"),
        title_justify="left",
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    table.add_column("Per case", no_wrap=True)
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def number(value: float | None, measure: str, *, signed: bool = False) -> str:
    """Return a value as people read it.

    Shares are in percent, their differences in percentage points; money is in whole units.
    """
    if value is None:
        return "-"
    times, decimals, unit = 1, 2, ""
    if measure == "lost" or measure.endswith("_share"):
        times, decimals, unit = 100, 1, " pp" if signed else "%"
    elif measure.endswith("_cost"):
        decimals = 0
    elif measure == "trips":
        decimals = 3
    rounded = round(value * times, decimals) or 0.0  # no -0
    return f"{rounded:{'+' if signed else ''},.{decimals}f}{unit}"


def interval(value: Estimate, measure: str, *, signed: bool = False) -> str:
    """Return an interval as people read it; that of a difference beside it, without the unit."""
    if value.low is None or value.high is None:
        return "-"
    ends = (number(end, measure, signed=signed) for end in (value.low, value.high))
    return " to ".join(end.removesuffix(" pp") for end in ends)
