"""Run every scenario of a study on the same people, and compare what happened to them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sim.calendar import run_dates
from sim.case_table import measured
from sim.comparison import BASELINE, Comparison, Scenario, Verdict
from sim.estimates import difference
from sim.measures import tally
from sim.office import Office
from sim.replication import OfficeRuns
from sim.samples import (
    Samples,
    differences_of,
    measures_of,
    nice_edges,
    outcomes,
    pictures_of,
)
from sim.study import Study
from sim.verdicts import HEADLINE, TOO_MANY_OPEN, matters_for, simultaneous, verdict

Progress = Callable[[int, int], None]

_MOST_OPEN = 0.01
_OPEN_SPOILS = ("turnaround_hours", "same_day_share", "on_time_share")


def compare(
    study: Study, out: str | Path | None = None, *, progress: Progress | None = None
) -> Comparison:
    """Compare the scenarios of a study with its baseline.

    Parameters
    ----------
    study
        The study; see :func:`sim.load_study`.
    out
        Folder into which `summary.json`, `cases.parquet`, `events.csv` and `report.html` are
        written, made if absent; none are written without it.
    progress
        Called after each run with the number of runs done and of all runs.

    Raises
    ------
    PlannerError
        If a reform does not fit the office, or a file cannot be written.
    """
    from sim.results import Writer

    offices = study.offices()
    writer = Writer(Path(out)) if out is not None else None
    dates = run_dates(study.office.calendar, study.days, study.warmup)
    runs = {
        name: OfficeRuns(office, study.days, study.warmup, dates=dates)
        for name, office in offices.items()
    }
    samples: dict[str, Samples] = {name: Samples() for name in offices}
    known: dict[str, int] = {}
    for replication in range(study.replications):
        for number, (name, run) in enumerate(runs.items()):
            log = run.run(study.seed, replication)
            found = measured(log, run.layout)
            ids = tuple(plan.demand.id for plan in run.layout.demands)
            samples[name].add(found, tally(found, run.layout), outcomes(found, ids, known))
            if writer is not None:
                writer.take(name, replication, run.layout, log, found)
            if progress is not None:
                progress(replication * len(runs) + number + 1, study.replications * len(runs))
    comparison = _comparison(study, offices, samples)
    if writer is not None:
        writer.finish(comparison)
    return comparison


def _comparison(
    study: Study, offices: dict[str, Office], samples: dict[str, Samples]
) -> Comparison:
    from sim.provenance import provenance

    base = samples[study.baseline]
    others = [name for name in samples if name != study.baseline]
    return Comparison(
        id=study.id,
        title=study.title or study.id,
        days=study.days,
        warmup=study.warmup,
        replications=study.replications,
        seed=study.seed,
        baseline=study.baseline,
        scenarios=_scenarios(study, offices, samples),
        differences={name: differences_of(base, samples[name]) for name in others},
        verdicts={name: _verdicts(study, base, samples[name], len(others)) for name in others},
        provenance=provenance(study),
    )


def _scenarios(
    study: Study, offices: dict[str, Office], samples: dict[str, Samples]
) -> dict[str, Scenario]:
    """Return the scenarios, the baseline first."""
    edges = {
        name: nice_edges([s.pooled(name) for s in samples.values()])
        for name in ("wait_minutes", "turnaround_hours")
    }
    titles = {scenario.id: scenario.title or scenario.id for scenario in study.scenarios}
    titles[BASELINE] = {"en": "The office as it is", "vi": "Hiện trạng"}
    order = sorted(offices, key=lambda name: name != study.baseline)
    return {
        name: Scenario(
            id=name,
            title=titles[name],
            office=offices[name],
            measures=measures_of(samples[name]),
            pictures=pictures_of(samples[name], edges),
            warnings=_warnings(samples[name]),
        )
        for name in order
    }


def _warnings(samples: Samples) -> tuple[str, ...]:
    share = samples.open_share()
    if share <= _MOST_OPEN:
        return ()
    ages = sorted(samples.open_ages_days, reverse=True)
    by_age = [
        f"{sum(age >= days for age in ages)} for {days} days or more" for days in (1, 7, 30, 90)
    ]
    return (
        f"{share:.1%} of the cases were still open at the end of the runs ({', '.join(by_age)}; "
        f"the oldest for {ages[0]:.0f} days): no verdict on turnaround",
    )


def _verdicts(study: Study, base: Samples, other: Samples, scenarios: int) -> dict[str, Verdict]:
    confidence = simultaneous(scenarios)
    spoilt = max(base.open_share(), other.open_share()) > _MOST_OPEN
    found: dict[str, Verdict] = {}
    for name in HEADLINE:
        first, second = base.ratio(name), other.ratio(name)
        least = matters_for(name, study.matters, first.value)
        judged = verdict(difference(first, second, confidence), least)
        if spoilt and name in _OPEN_SPOILS:
            judged = Verdict(TOO_MANY_OPEN, judged.low, judged.high, least)
        found[name] = judged
    return found
