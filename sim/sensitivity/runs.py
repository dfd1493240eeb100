"""Runs of a study with one assumption moved: on the same people as without, in any process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np

from sim.calendar import RunDates, run_dates
from sim.case_table import measured
from sim.draws import Floats
from sim.errors import FileFaults
from sim.measures import tally
from sim.office import Office
from sim.reforms import ReformError, apply
from sim.replay import Recorded, handed_over, recorded
from sim.replication import OfficeRuns
from sim.sensitivity.assumptions import Assumption
from sim.sensitivity.people import SharedPeople
from sim.study import Study
from sim.verdicts import HEADLINE

OPEN: Final = ("open_at_end", "cases")
"""Sums that tell which share of the cases was still open at the end."""
_HALVINGS: Final = 3
_AHEAD: Final = 32


@dataclass(frozen=True)
class Effort:
    """How hard is looked; counts alone, so that results never depend on how fast a machine is.

    Attributes
    ----------
    days
        Working days of each run, if the study does not have fewer.
    replications
        Of what is run with intervals, if the study does not have fewer.
    ranged
        If no more assumptions than this have a range, all these are run with intervals.
    weighty
        How many of the others are: those with the largest shifts in a single run.
    most
        How many assumptions in all, those among them that may change a verdict.
    """

    days: int = 40
    replications: int = 6
    ranged: int = 12
    weighty: int = 4
    most: int = 16


@dataclass(frozen=True)
class Sums:
    """What replications of one scenario gave: a row each, a column a measure.

    Attributes
    ----------
    sums, counts
        Numerators and denominators of the measures of :data:`~sim.verdicts.HEADLINE`.
    still_open
        Share of the cases that were open at the end.
    """

    sums: Floats
    counts: Floats
    still_open: float


Found = dict[str, Sums]
"""By scenario."""


@dataclass(frozen=True)
class End:
    """An assumption at one end of its span, or nearer where no valid office lies at the end."""

    value: float
    found: Found


@dataclass(frozen=True)
class Wanted:
    """Which replications are wanted of which assumption at which value.

    Attributes
    ----------
    study
        With days and replications as they are run.
    assumption, at
        None for the office as its file has it.
    logs
        What the logs record that its offices replay, for workers that cannot read the files.
    """

    study: Study
    assumption: Assumption | None
    at: float
    logs: Recorded


def run(wanted: Wanted) -> End | None:
    """Run an assumption at an end; None where none of the offices tried is valid.

    Where the end contradicts something else, values half, a quarter and an eighth as far away are
    tried.
    """
    assumption, at = wanted.assumption, wanted.at
    with handed_over(wanted.logs):
        if assumption is None:
            return End(at, _run(wanted.study, wanted.study.offices()))
        for _ in range(1 + _HALVINGS):
            if at == assumption.value:
                break
            try:
                offices = _moved(wanted.study, assumption, at)
            except (FileFaults, ReformError):
                at = assumption.nearer(at)
                continue
            return End(at, _run(wanted.study, offices))
    return None


def _moved(study: Study, assumption: Assumption, at: float) -> dict[str, Office]:
    """Return the offices of a study in which an assumption has another value."""
    office = apply(study.office, [{"set": assumption.edits(at)}])
    return study.model_copy(update={"office": office}).offices()


def _run(study: Study, offices: dict[str, Office]) -> Found:
    dates = run_dates(study.office.calendar, study.days, study.warmup)
    return {name: _sums(study, office, dates) for name, office in offices.items()}


def _sums(study: Study, office: Office, dates: RunDates) -> Sums:
    run = OfficeRuns(office, study.days, study.warmup, dates=dates, people=_PEOPLE.crowd)
    tallies = [
        tally(measured(run.run(study.seed, number), run.layout), run.layout)
        for number in range(study.replications)
    ]
    sums, counts = (
        np.array([[table[name] for name in HEADLINE] for table in tables])
        for tables in ([each.sums for each in tallies], [each.counts for each in tallies])
    )
    still_open, cases = (sum(each.sums[name] for each in tallies) for name in OPEN)
    return Sums(sums, counts, still_open / max(cases, 1.0))


_PEOPLE: Final = SharedPeople()
"""Each process keeps those whom it has drawn: what it is handed next is most often alike."""


class Runs:
    """A study's runs with assumptions moved.

    Parameters
    ----------
    study
        With days as they are run.
    executor
        Runs them; None for this process.
    progress
        Called with how many are done and planned.
    """

    def __init__(
        self,
        study: Study,
        executor: Executor | None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self.study = study
        self.planned = 0
        self._executor = executor
        self._progress = progress
        self._done = 0
        self._logs = recorded(study.offices().values())

    def as_it_is(self, replications: int) -> Found:
        """Run the study as its file has it, in this process."""
        found = run(Wanted(self._with(replications), None, 0.0, self._logs))
        assert found is not None
        return found.found

    def ends(
        self, asked: Sequence[tuple[Assumption, float]], replications: int
    ) -> list[End | None]:
        """Run assumptions at values; of one that is the file's own there is nothing to run."""
        study = self._with(replications)
        wanted = [Wanted(study, each, at, self._logs) for each, at in asked if at != each.value]
        found = self._in_order(wanted)
        return [None if at == each.value else next(found) for each, at in asked]

    def _with(self, replications: int) -> Study:
        return self.study.model_copy(update={"replications": replications})

    def _in_order(self, wanted: Iterable[Wanted]) -> Iterator[End | None]:
        left = iter(wanted)
        if self._executor is None:
            yield from map(self._told, map(run, left))
            return
        submit = self._executor.submit
        waiting = [submit(run, each) for each in islice(left, _AHEAD)]
        while waiting:
            done = self._told(waiting.pop(0).result())
            waiting += [submit(run, each) for each in islice(left, 1)]
            yield done

    def _told(self, end: End | None) -> End | None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self.planned)
        return end
