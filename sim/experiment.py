"""Run every scenario of a study on the same people, and compare what happened to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from sim.calendar import run_dates
from sim.comparison import BASELINE, Comparison, Scenario, StillOpen, Verdict
from sim.days import Days
from sim.errors import PlannerError
from sim.estimates import difference
from sim.execution import Runs, number_of_jobs, runs_on
from sim.fares import fares_of
from sim.languages import ENGLISH
from sim.office import Office
from sim.precision import Precision, read_precision
from sim.replication import COMPILED, ENGINES
from sim.results import Writer
from sim.said import listed, phrase
from sim.samples import Samples, differences_of, measures_of, picture_edges, pictures_of
from sim.stopping import Rounds
from sim.study import Study
from sim.summaries import AGES_DAYS
from sim.verdicts import (
    HEADLINE,
    MOST_OPEN,
    matters_for,
    simultaneous,
    unseen,
    verdict,
    withheld,
)
from sim.worker import Plan

Progress = Callable[[int, int], None]


def compare(
    study: Study,
    out: str | Path | None = None,
    *,
    progress: Progress | None = None,
    executor: Executor | None = None,
    jobs: int | None = 1,
    precision: Sequence[str] = (),
    max_replications: int | None = None,
    engine: str = COMPILED,
    sensitivity: Literal["none", "ranges", "all"] = "none",
    language: str = ENGLISH,
) -> Comparison:
    """Compare the scenarios of a study with its baseline.

    Results are the same to the last bit wherever replications run.

    Parameters
    ----------
    study
        The study; see :func:`sim.load_study`.
    out
        Folder into which `summary.json`, `comparison.json`, `cases.parquet`, `events.csv` and
        `report.html` are written, made if absent; none are written without it.
    progress
        Called after each replication with the number of those done and of all planned so far.
    executor
        Runs the replications; `jobs` is the number of its workers, where that is known.
    jobs
        Without an executor, the number of processes that run replications; 1 for this process
        alone, None for as many as there are processors.
    precision
        How narrow intervals shall be, such as ``["wait_minutes=5%"]``: replications are added
        until they are; see :func:`sim.precision.read_precision`.
    max_replications
        How many at most with `precision`; default 1,000.
    engine
        What simulates, ``compiled`` or ``simpy``; results are the same, times are not.
    sensitivity
        Which assumptions are moved to both ends of their span, to see what the differences hinge
        on: ``none``, ``ranges`` (those with a range in the office file), or ``all``; see
        :func:`sim.sensitivity.sensitivity`.
    language
        Of the report, by its code; see :func:`sim.languages.known_languages`.

    Raises
    ------
    PlannerError
        If a reform does not fit the office, a file cannot be written, jobs are below 1 or more
        than replications, workers died, a precision cannot be read or reached, or there is no such
        engine.
    """
    if engine not in ENGINES:
        raise PlannerError(
            phrase(
                "engine: expected one of {known}, found {found}",
                known=listed(ENGINES),
                found=repr(engine),
            )
        )
    asked = read_precision(precision, study.replications, max_replications)
    if asked is not None:
        study = study.changed(replications=asked.first)
    if executor is None:
        jobs = number_of_jobs(jobs, study.replications)
    workers = _Workers(executor, jobs, progress)
    with nullcontext() if out is None else Writer(Path(out)) as writer:
        study, comparison = _run(study, asked, writer, workers, engine)
        if sensitivity != "none" and comparison.verdicts:
            comparison = _moved(study, comparison, sensitivity, workers)
        if writer is not None:
            writer.finish(comparison, language)
    return comparison


@dataclass(frozen=True)
class _Workers:
    """What runs replications, and who is told of it; see :func:`compare`."""

    executor: Executor | None
    jobs: int | None
    progress: Progress | None


def _run(
    study: Study, asked: Precision | None, writer: Writer | None, workers: _Workers, engine: str
) -> tuple[Study, Comparison]:
    """Run a study's replications; return it, with as many as were needed, and what was found."""
    offices = study.offices()
    plan = plan_of(study, offices, written=writer is not None, engine=engine)
    if writer is not None and workers.executor is None:
        plan = replace(plan, folder=writer.aside)
    samples = {name: Samples() for name in offices}
    rounds = None if asked is None else Rounds(asked, samples, study.baseline)
    every: Iterable[range] = rounds or [range(study.replications)]
    with runs_on(plan, workers.executor, workers.jobs) as run:
        least, progress = study.replications, workers.progress
        story = _taken_in(run, every, samples, writer, progress=progress, least=least)
    if writer is not None:
        writer.all_taken()
    if rounds is not None:
        study = study.changed(replications=rounds.count)
    return study, replace(_comparison(study, offices, samples, rounds), story=story)


def _moved(
    study: Study, comparison: Comparison, which: Literal["ranges", "all"], workers: _Workers
) -> Comparison:
    """Return a comparison with what it hinges on."""
    from sim.sensitivity import sensitivity

    hinges = sensitivity(
        study,
        comparison,
        which=which,
        progress=workers.progress,
        executor=workers.executor,
        jobs=workers.jobs,
    )
    return replace(comparison, sensitivity=hinges)


def _taken_in(
    run: Runs,
    every: Iterable[range],
    samples: dict[str, Samples],
    writer: Writer | None,
    *,
    progress: Progress | None,
    least: int,
) -> Days | None:
    """Run replications and take them in as they come; return the days told of the first.

    Progress is told of at least so many, however few are planned so far.
    """
    story: Days | None = None
    for numbers in every:
        for done in run(numbers):
            for name, found in done.found.items():
                samples[name].add(*found)
            if writer is not None:
                writer.take(done)
            story = story or done.story
            if progress is not None:
                progress(done.replication + 1, max(numbers.stop, least))
    return story


def plan_of(
    study: Study, offices: dict[str, Office], *, written: bool, engine: str = COMPILED
) -> Plan:
    """Return what workers need of a study; `written` if rows of files are asked for."""
    return Plan(
        offices,
        study.baseline,
        study.days,
        study.warmup,
        run_dates(study.office.calendar, study.days, study.warmup),
        study.seed,
        written,
        engine,
    )


def _comparison(
    study: Study, offices: dict[str, Office], samples: dict[str, Samples], rounds: Rounds | None
) -> Comparison:
    from sim.notes import precision_said
    from sim.provenance import provenance

    reached = () if rounds is None else rounds.reached()
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
        verdicts={
            name: _verdicts(
                study,
                base,
                samples[name],
                scenarios=len(others),
                alike=offices[name] == offices[study.baseline],
            )
            for name in others
        },
        fares={
            name: fares_of(samples[name].gains(), offices[study.baseline], offices.values())
            for name in others
        },
        provenance=provenance(study) | ({"precision": precision_said(reached)} if reached else {}),
        precision=reached,
        relative=study.matters.relative,
    )


def _scenarios(
    study: Study, offices: dict[str, Office], samples: dict[str, Samples]
) -> dict[str, Scenario]:
    """Return the scenarios, the baseline first."""
    edges = picture_edges(samples.values())
    titles = {scenario.id: scenario.title or scenario.id for scenario in study.scenarios}
    titles[BASELINE] = "The office as it is"  # said in the reader's language where it is shown
    order = sorted(offices, key=lambda name: name != study.baseline)
    return {
        name: Scenario(
            id=name,
            title=titles[name],
            office=offices[name],
            measures=measures_of(samples[name]),
            pictures=pictures_of(samples[name], edges, [team.id for team in offices[name].teams]),
            warnings=_warnings(samples[name]),
        )
        for name in order
    }


def _warnings(samples: Samples) -> tuple[StillOpen, ...]:
    share = samples.open_share()
    if share <= MOST_OPEN:
        return ()
    left = samples.open_cases
    of_age = tuple(zip(AGES_DAYS, left.of_age, strict=True))
    return (StillOpen(share, of_age, left.oldest_days),)


def _verdicts(
    study: Study, base: Samples, other: Samples, *, scenarios: int, alike: bool
) -> dict[str, Verdict]:
    """Return the verdicts on a scenario; `alike` if its office is the one it is compared with."""
    confidence = simultaneous(scenarios)
    still_open = max(base.open_share(), other.open_share())
    found: dict[str, Verdict] = {}
    for name in HEADLINE:
        first, second = base.ratio(name), other.ratio(name)
        least = matters_for(name, study.matters, first.value)
        cases = min(base.cases_of(name), other.cases_of(name))
        missed = 0.0 if alike else unseen(name, cases, first.value)
        judged = verdict(difference(first, second, confidence), least, missed)
        found[name] = withheld(judged, name, still_open)
    return found
