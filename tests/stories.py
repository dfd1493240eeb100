"""Days of a small study, and what one office's log tells, for tests of stories and scenes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from sim import load_study
from sim.case_table import measured
from sim.days import Days, Life
from sim.experiment import plan_of
from sim.lives import Figures, Lives
from sim.replication import COMPILED, OfficeRuns
from sim.worker import Ready, Replicated, replicate
from tests.logs import Reading

DROP_CUTOFF = Path(__file__).parents[1] / "scenarios" / "drop_cutoff.toml"


@cache
def small_days() -> Days:
    """Return the days of a study of five scenarios and twenty days."""
    found = replicated(days=20).story
    assert found is not None
    return found


def replicated(
    days: int, *, baseline: str = "baseline", engine: str = COMPILED, replication: int = 0
) -> Replicated:
    """Run one replication of the study of Dong Cam's cutoff."""
    study = load_study(DROP_CUTOFF).changed(days=days, baseline=baseline)
    plan = plan_of(study, study.offices(), written=True, engine=engine)
    return replicate(Ready(plan), replication)


def figures_of(reading: Reading) -> Figures:
    """Return what is measured of every measured case of a log."""
    cases = measured(reading.log, reading.layout).cases
    return Figures(cases.place, cases.wait, cases.visit, cases.trips, cases.costs.in_all)


def lives_of(reading: Reading) -> list[Life]:
    """Tell every measured case of a log."""
    figures = figures_of(reading)
    names = np.arange(len(figures.place)).tolist()
    lives = Lives(reading.log, reading.layout, figures, names)
    return [lives.tell(name) for name in names]


@cache
def dong_cam(days: int) -> Reading:
    """Return what happened in the office of Dong Cam as it is."""
    runs = OfficeRuns(load_study(DROP_CUTOFF).office, days, 5)
    return Reading(runs.run(1, 0), runs.layout, 1)
