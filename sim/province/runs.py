"""Run one office of a province: the sums of its replications, and nothing larger.

A worker process imports this module and what it runs, and not the reforms, which take long.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.base import Part
from sim.comparison import BASELINE
from sim.office import Office
from sim.replay import Recorded, handed_over

if TYPE_CHECKING:
    from sim.calendar import RunDates


class ScenarioSums(Part):
    """What each replication of one scenario adds to the sums and counts behind its measures."""

    years: float
    """How many times the measured days go into a year."""
    sums: dict[str, tuple[float, ...]]
    """Numerators by measure, in the order of replications."""
    counts: dict[str, tuple[float, ...]]
    """Denominators likewise."""


@dataclass(frozen=True)
class Task:
    """One office to run: all that a worker process needs.

    Attributes
    ----------
    offices
        The office in each scenario, by id.
    measures
        Whose sums are wanted.
    seed, days, warmup, replications
        Settings of the study.
    logs
        What the logs record that the offices replay, for workers that cannot read the files.
    engine
        What simulates; see :class:`~sim.replication.OfficeRuns`.
    """

    offices: dict[str, Office]
    measures: tuple[str, ...]
    seed: int
    days: int
    warmup: int
    replications: int
    logs: Recorded
    engine: str = "compiled"

    def short(self) -> Task:
        """Return a task of a moment, for which all is compiled that a run needs."""
        first = dict(list(self.offices.items())[:1])
        return replace(self, offices=first, days=1, warmup=0, replications=1)


def run_office(given: Task) -> dict[str, ScenarioSums]:
    """Return the sums of each scenario, by id; every scenario meets the same people."""
    from sim.calendar import run_dates

    dates = run_dates(given.offices[BASELINE].calendar, given.days, given.warmup)
    with handed_over(given.logs):
        return {name: _sums(given, office, dates) for name, office in given.offices.items()}


def _sums(given: Task, office: Office, dates: RunDates) -> ScenarioSums:
    from sim.case_table import measured
    from sim.measures import Tally, tally, years_in
    from sim.replication import OfficeRuns

    run = OfficeRuns(office, given.days, given.warmup, dates=dates, engine=given.engine)
    tallies: list[Tally] = []
    for replication in range(given.replications):
        log = run.run(given.seed, replication)
        tallies.append(tally(measured(log, run.layout), run.layout))
    return ScenarioSums(
        years=years_in(run.layout),
        sums={key: tuple(each.sums[key] for each in tallies) for key in given.measures},
        counts={key: tuple(each.counts[key] for each in tallies) for key in given.measures},
    )
