"""A study on the terminal: a progress bar while it runs, a short table when it is done."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from sim.comparison import Comparison, Estimate, Scenario
from sim.errors import PlannerError
from sim.notes import came_of, still_open
from sim.report.names import VERDICTS, scenario_title
from sim.said import phrase
from sim.verdicts import HEADLINE
from sim.words import MINUS, Words, mark

if TYPE_CHECKING:
    from rich.table import Table

    from sim.study import Study

_SHOWN_EVERY_SECONDS: Final = 0.1
_LABEL_WIDTH: Final = 20
HEADING_WIDTH: Final = 12
COMPILING: Final = mark(
    "Compiling the engine, once: about half a minute; later runs start at once."
)

LABELS: Final = {
    "wait_minutes": mark("Waiting, min"),
    "visit_minutes": mark("In the office, min"),
    "turnaround_hours": mark("Turnaround, hours"),
    "trips": mark("Trips"),
    "same_day_share": mark("Result the same day"),
    "on_time_share": mark("On time"),
    "lost": mark("Given up"),
    "citizen_cost": mark("Cost to the citizen"),
    "office_cost": mark("Cost to the office"),
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
    sensitivity: str = "none",
    language: str = "en",
) -> Comparison:
    """Run a study and write its results; print progress and a table unless `quiet`.

    What is printed, and the report, are in a language.

    Raises
    ------
    PlannerError
        If both jobs and a cluster are asked for; as :func:`sim.experiment.compare` does.
    """
    if jobs is not None and cluster is not None:
        raise PlannerError(
            phrase(
                "--jobs and --cluster: expected one of them. On a cluster the number of its "
                "workers is the number of jobs."
            )
        )
    from sim.experiment import compare

    wanted: dict[str, Any] = {
        "precision": precision,
        "max_replications": max_replications,
        "engine": engine,
        "sensitivity": sensitivity,
        "language": language,
    }
    words = Words(language, study.office.currency)
    with _workers(jobs, cluster) as workers:
        if quiet:
            return compare(study, folder, **workers, **wanted)
        with _bar(words) as progress:
            found = compare(study, folder, progress=progress, **workers, **wanted)
    _show(found, folder, words)
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
def _bar(words: Words) -> Iterator[Callable[[int, int], None]]:
    """Yield what shows progress; without a thread, since processes are not forked beside one."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from sim.compiled import announce

    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
    )  # fmt: skip
    console = Console(stderr=True)
    announce(partial(console.print, words.say(COMPILING), markup=False, highlight=False))
    with Progress(*columns, console=console, transient=True, auto_refresh=False) as bar:
        task = bar.add_task(words.say("Running"), total=None)
        shown = 0.0

        def progress(done: int, total: int) -> None:
            nonlocal shown
            due = done == total or monotonic() - shown > _SHOWN_EVERY_SECONDS
            bar.update(task, completed=done, total=total, refresh=due)
            shown = monotonic() if due else shown

        yield progress


def _show(found: Comparison, folder: Path, words: Words) -> None:
    from rich.console import Console

    console = Console()
    tell = partial(console.print, markup=False, highlight=False)
    for name, scenario in found.scenarios.items():
        if name == found.baseline:
            console.print(baseline_table(found, words), "")
        else:
            console.print(scenario_table(found, name, words), "")
        for warning in scenario.warnings:
            text = still_open(warning, words)
            tell(words.say("Warning: {warning}", warning=text), style="yellow")
    tell(
        words.say(
            "{replications} replications of {days} days; 95% intervals; money in {currency}; "
            "verdicts hold together, if the assumptions hold.",
            replications=words.number(found.replications, 0),
            days=words.number(found.days, 0),
            currency=words.currency,
        )
    )
    for each in found.precision:
        tell(words.say("{sentence}.", sentence=came_of(each, words)))
    tell(words.say("Report: {file}", file=folder / "report.html"))


def baseline_table(found: Comparison, words: Words) -> Table:
    """Return the baseline's headline measures as a table."""
    base = found.scenarios[found.baseline]
    table = _table(base, words, words.say("Mean"), words.say("95% interval"))
    for name in HEADLINE:
        value = base.measures[name]
        label = narrow(words.say(LABELS[name]), _LABEL_WIDTH)
        table.add_row(label, number(value.mean, name, words), interval(value, name, words))
    return table


def scenario_table(found: Comparison, scenario: str, words: Words) -> Table:
    """Return a scenario's headline measures beside the baseline's as a table."""
    base, other = found.scenarios[found.baseline], found.scenarios[scenario]
    say = words.say
    headings = say("Before"), say("After"), say("Difference"), say("95% interval")
    table = _table(other, words, *headings)
    table.add_column(say("Verdict"), overflow="fold")
    for name in HEADLINE:
        change = found.differences[scenario][name]
        table.add_row(
            narrow(say(LABELS[name]), _LABEL_WIDTH),
            number(base.measures[name].mean, name, words),
            number(other.measures[name].mean, name, words),
            number(change.mean, name, words, signed=True),
            interval(change, name, words, signed=True),
            say(VERDICTS[found.verdicts[scenario][name].says]),
        )
    return table


def _table(scenario: Scenario, words: Words, *headings: str) -> Table:
    """Return a table without rows, of which only a last column of words may be broken."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(scenario_title(scenario, words), style="bold"),
        title_justify="left",
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    table.add_column(words.say("Per case"), no_wrap=True)
    for heading in headings:
        table.add_column(narrow(heading, HEADING_WIDTH), justify="right", no_wrap=True)
    return table


def narrow(text: str, width: int) -> str:
    """Return a text in lines so short that numbers beside it have room on 80 columns."""
    return "\n".join(textwrap.wrap(text, width))


def number(value: float | None, measure: str, words: Words, *, signed: bool = False) -> str:
    """Return a value as people read it.

    Shares are in percent, their differences in percentage points; money is in whole units.
    """
    if value is None:
        return "-"
    shown = _plain(value, measure, words, signed=signed)
    if not _is_share(measure):
        return shown
    return words.say("{n} pp", n=shown) if signed else words.say("{n}%", n=shown)


def _plain(value: float, measure: str, words: Words, *, signed: bool) -> str:
    """Return a value without its unit."""
    times, decimals = (100, 1) if _is_share(measure) else (1, 2)
    if measure.endswith("_cost"):
        decimals = 0
    elif measure == "trips":
        decimals = 3
    # A hyphen, since consoles that know no true minus would show a question mark.
    shown = words.number(value * times, decimals).replace(MINUS, "-")
    return f"+{shown}" if signed and not shown.startswith("-") else shown


def _is_share(measure: str) -> bool:
    return measure == "lost" or measure.endswith("_share")


def interval(value: Estimate, measure: str, words: Words, *, signed: bool = False) -> str:
    """Return an interval as people read it; that of a difference beside it, without the unit."""
    if value.low is None or value.high is None:
        return "-"
    shown = _plain if signed else number
    low, high = (shown(end, measure, words, signed=signed) for end in (value.low, value.high))
    return words.say("{low} to {high}", low=low, high=high)
