"""A province on the terminal: a progress bar while it runs, short tables when it is done."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.errors import PlannerError
from sim.execution import cores
from sim.jobs import workers
from sim.province import files
from sim.province.outcome import CASES, YEARLY, Province
from sim.province.province import run_province
from sim.province.rows import Row, read_offices
from sim.province.words import (
    ALL_CASES,
    SUMS,
    claim,
    office_title,
    scenario_title,
    unit,
    warning_text,
)
from sim.said import in_words, phrase, sentences
from sim.study import Study
from sim.terminal import COMPILING, HEADING_WIDTH, narrow
from sim.wording import nearest
from sim.wording import shown as as_written
from sim.words import Words

if TYPE_CHECKING:
    from rich.table import Table

SHOWN = 10
"""Offices of a ranking that the terminal shows; the page shows all."""


@dataclass(frozen=True)
class Asked:
    """A province to run, checked.

    Attributes
    ----------
    study
        The study.
    table
        The CSV file of offices.
    folder
        Where to.
    by
        The measure whose gain ranks the offices.
    jobs
        Offices run at once; None for as many as there are cores.
    cluster
        Address of a Dask cluster that runs them instead.
    engine
        What simulates, ``compiled`` or ``simpy``; results are the same.
    language
        Of the page and of what is printed.

    Raises
    ------
    PlannerError
        With all that is wrong with the study, the offices or the options.
    """

    study: Study
    table: Path
    folder: Path
    by: str
    jobs: int | None = None
    cluster: str | None = None
    engine: str = "compiled"
    language: str = "en"

    def __post_init__(self) -> None:
        if self.by not in SUMS:
            hint = nearest(self.by, SUMS)
            raise PlannerError(
                sentences(
                    phrase("--by: expected a measure, found {found}.", found=as_written(self.by)),
                    hint,
                )
            )
        if not self.study.scenarios:
            raise PlannerError(
                phrase(
                    "{study}: expected at least one scenario in the study; without any, no office "
                    "gains anything.",
                    study=self.study.id,
                )
            )
        if self.jobs is not None and self.cluster is not None:
            raise PlannerError(
                phrase(
                    "--jobs and --cluster: expected one of them. On a cluster the number of its "
                    "workers is the number of jobs."
                )
            )
        if self.jobs is not None and self.jobs > len(self.rows):
            raise PlannerError(
                phrase(
                    "--jobs: expected at most {most}, as many as there are offices in {table}, "
                    "found {jobs}.",
                    most=str(len(self.rows)),
                    table=self.table,
                    jobs=str(self.jobs),
                )
            )

    @cached_property
    def rows(self) -> list[Row]:
        """The offices."""
        return read_offices(self.table, self.study)

    @contextmanager
    def executor(self) -> Iterator[Executor | None]:
        """Yield what runs the offices."""
        if self.cluster is None:
            with workers(self.jobs or min(cores(), len(self.rows))) as processes:
                yield processes
            return
        from sim.cluster import cluster

        with cluster(self.cluster) as (there, _):
            yield there


def run_and_show(asked: Asked, *, quiet: bool) -> Province:
    """Run a province, write its results; print progress and tables unless `quiet`."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    rows = asked.rows
    from sim.compiled import announce

    words = Words(asked.language, asked.study.office.currency)
    columns = (
        TextColumn(words.say("Offices")),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True, quiet=quiet)
    announce(lambda: console.print(words.say(COMPILING), markup=False, highlight=False))
    with Progress(*columns, console=console, transient=True) as bar, asked.executor() as executor:
        at = bar.add_task("", total=len(rows))
        found = run_province(
            asked.study,
            rows,
            asked.folder,
            by=asked.by,
            executor=executor,
            engine=asked.engine,
            progress=lambda done, offices: bar.update(at, completed=done, total=offices),
            say=lambda text: bar.console.print(
                in_words(text, words), markup=False, highlight=False
            ),
        )
    files.write(found, asked.folder, files.made_from(found, rows, asked.table), asked.language)
    if not quiet:
        show(found, asked.folder, Words(asked.language, found.currency))
    return found


def show(found: Province, folder: Path, words: Words) -> None:
    """Print the sums and the rankings."""
    from rich.console import Console

    console = Console()
    tell = partial(console.print, markup=False, highlight=False)
    for name in found.whole:
        console.print(totals_table(found, name, words), "")
        if name in found.others:
            console.print(ranking_table(found, name, words), "")
            if said := claim(found, name, words):
                tell(said, end="\n\n")
    for warning in found.warnings:
        text = warning_text(warning, words)
        tell(words.say("Warning: {warning}.", warning=text), style="yellow")
    tell(
        words.say(
            "{offices} offices, {replications} replications of {days} days; 95% intervals. Places "
            "are those an office may have; all hold together with 95%.",
            offices=words.number(len(found.offices), 0),
            replications=words.number(found.study.replications, 0),
            days=words.number(found.study.days, 0),
        )
    )
    tell(words.say("Report: {file}", file=folder / files.PAGE))


def totals_table(found: Province, name: str, words: Words) -> Table:
    """Return what a scenario comes to in a year, over all offices, as a table."""
    own, base = found.whole[name], found.whole[found.study.baseline]
    compared = name in found.others
    say = words.say
    heads = (say("Before"), say("After"), say("Difference")) if compared else (say("Mean"),)
    title = scenario_title(found, name, words)
    table = _table(title, say("All offices, a year"), *heads, say("95% interval"))
    sums = {CASES: ALL_CASES} | {YEARLY[measure]: said for measure, said in SUMS.items()}
    for key, said in sums.items():
        total, before = own.totals[key], base.totals[key]
        shown = unit(said, words, [total, before])
        cells = [words.mean(total, shown)]
        last = total
        if compared:
            last = own.total_differences[key]
            cells = [words.mean(before, shown), *cells, words.mean(last, shown, signed=True)]
        named = say(said.total)
        if (said.unit, said.counted) in _OF_A_UNIT:
            named = say("{sum}, {unit}", sum=named, unit=shown.of_difference)
        table.add_row(
            named,
            *cells,
            words.interval(last, shown) or "-",
        )
    return table


def ranking_table(found: Province, name: str, words: Words) -> Table:
    """Return which offices gain most in a scenario as a table."""
    said, whole = SUMS[found.by], found.whole[name].gains[found.by]
    shown = unit(said, words, [whole])
    title = words.say("By {gain}, {unit}", gain=words.say(said.gain), unit=shown.name)
    say = words.say
    table = _table(title, say("Office"), say("Gain"), say("95% interval"), say("Places"))
    for place, office in found.ranking(name)[:SHOWN]:
        gain = office.found[name].gains[found.by]
        table.add_row(
            office_title(office, words),
            words.mean(gain, shown, signed=True),
            words.interval(gain, shown) or "-",
            f"{place.best}-{place.worst}" if place.best < place.worst else str(place.best),
        )
    if (more := len(found.offices) - SHOWN) > 0:
        table.add_row(words.say("and {more} more", more=more), "", "", "")
    table.add_section()
    table.add_row(
        words.say("All {count} offices", count=len(found.offices)),
        words.mean(whole, shown, signed=True),
        words.interval(whole, shown) or "-",
        "",
    )
    return table


_OF_A_UNIT: Final = frozenset(
    (SUMS[name].unit, SUMS[name].counted) for name in ("citizen_cost", "wait_minutes")
)
"""What is told with its unit, since that is not clear from what it is called."""


def _table(title: str, first: str, *headings: str) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(title, style="bold"),
        title_justify="left",
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    table.add_column(first, overflow="fold")
    for heading in headings:
        table.add_column(narrow(heading, HEADING_WIDTH), justify="right", no_wrap=True)
    return table
