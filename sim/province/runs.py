"""Run one office of a province: the sums of its replications, and nothing larger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sim.base import Part
from sim.office import Office
from sim.study import BASELINE, Study
from sim.verdicts import HEADLINE

KEPT: Final = (*HEADLINE, "cases", "cases_year", "open_at_end")
"""Measures whose sums are kept."""


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
    """One office to run: all that a worker process needs."""

    id: str
    offices: dict[str, Office]
    seed: int
    days: int
    warmup: int
    replications: int


def task(study: Study) -> Task:
    """Return a study of one office as a task."""
    return Task(
        study.office.id, study.offices(), study.seed, study.days, study.warmup, study.replications
    )


def run_office(given: Task) -> dict[str, ScenarioSums]:
    """Return the sums of each scenario, by id; every scenario meets the same people."""
    from sim.calendar import run_dates
    from sim.case_table import measured
    from sim.measures import Tally, tally, years_in
    from sim.replication import OfficeRuns

    dates = run_dates(given.offices[BASELINE].calendar, given.days, given.warmup)
    found: dict[str, ScenarioSums] = {}
    for name, office in given.offices.items():
        run = OfficeRuns(office, given.days, given.warmup, dates=dates)
        tallies: list[Tally] = []
        for replication in range(given.replications):
            log = run.run(given.seed, replication)
            tallies.append(tally(measured(log, run.layout), run.layout))
        found[name] = ScenarioSums(
            years=years_in(run.layout),
            sums={key: tuple(each.sums[key] for each in tallies) for key in KEPT},
            counts={key: tuple(each.counts[key] for each in tallies) for key in KEPT},
        )
    return found
