"""Summaries of replications made of values, for tests of what is made of summaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.draws import Floats
from sim.estimates import Percentile, Points
from sim.measures import PERCENTILES, UNIT_MS, Groups, Tally
from sim.sketches import Sketch
from sim.summaries import OpenCases, RunSummary


def summary_of(
    sums: dict[str, float],
    counts: dict[str, float],
    values: Mapping[str, Floats] | None = None,
    *,
    hours: tuple[Floats, Floats] | None = None,
) -> RunSummary:
    """Return a replication's summary; values by case are named ``MEASURE@PROCEDURE``."""
    found = dict.fromkeys(UNIT_MS, np.zeros(0)) | dict(values or {})
    suffixes = tuple(dict.fromkeys(name.removeprefix(name.partition("@")[0]) for name in found))
    by_measure = {
        measure: tuple(
            Sketch.of(np.rint(found.get(measure + suffix, np.zeros(0)) * unit))
            for suffix in suffixes
        )
        for measure, unit in UNIT_MS.items()
    }
    own = {
        measure: np.array([s.percentiles(PERCENTILES[measure]) / UNIT_MS[measure] for s in each])
        for measure, each in by_measure.items()
    }
    groups = Groups(suffixes, tuple((place,) for place in range(len(suffixes))))
    sums_by_hour, counts_by_hour = hours or (np.zeros(24), np.zeros(24))
    return RunSummary(
        Tally(sums, counts), groups, by_measure, own, sums_by_hour, counts_by_hour,
        OpenCases.of(()),
    )  # fmt: skip


def percentile_of(values: Sequence[Floats], percent: float, *, unit: float = 1.0) -> Percentile:
    """Return the percentile of replications' values, which times the unit are whole numbers."""
    sketches = [Sketch.of(np.rint(each * unit)) for each in values]
    own = np.array([sketch.percentiles([percent])[0] for sketch in sketches]) / unit
    return Percentile(Sketch.merged(sketches), percent, own, [Points.of(sketches, 128)], unit=unit)
