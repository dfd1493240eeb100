"""Run the same reforms over many offices, and go on where a run was stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from sim.errors import PlannerError
from sim.province.kept import KEPT, Sums, found_before, keep
from sim.province.outcome import Province, outcome
from sim.province.rows import Row
from sim.province.runs import Task, run_office
from sim.replay import recorded
from sim.said import phrase
from sim.study import Study

Progress = Callable[[int, int], None]
Say = Callable[[str], None]


def run_province(
    study: Study,
    rows: list[Row],
    folder: Path,
    *,
    by: str,
    executor: Executor | None = None,
    engine: str = "compiled",
    progress: Progress | None = None,
    say: Say | None = None,
) -> Province:
    """Run every office that a folder does not hold yet, then add them up.

    Parameters
    ----------
    study
        The study.
    rows
        The offices; see :func:`sim.province.rows.read_offices`.
    folder
        Where finished offices are kept, each as it finishes.
    by
        The measure whose gain ranks the offices.
    executor
        What runs the offices; default this process, one after the other. The outcome never
        depends on it, nor on the order in which offices finish.
    engine
        What simulates; see :class:`~sim.replication.OfficeRuns`. Results are the same.
    progress
        Called with the number of offices finished and of all offices.
    say
        Called with what there is to know of what the folder held before.

    Raises
    ------
    PlannerError
        If an office cannot be kept, or a worker process ends; what was finished stays.
    """
    before = found_before(folder, rows)
    for text in before.said(len(rows)):
        if say is not None:
            say(text)
    sums = dict(before.sums)
    left = [row for row in rows if row.id not in sums]
    if progress is not None:
        progress(len(sums), len(rows))
    try:
        for row, found in _finished(left, executor, engine):
            keep(folder, row, found)
            sums[row.id] = found
            if progress is not None:
                progress(len(sums), len(rows))
    except (PlannerError, BrokenProcessPool, MemoryError) as error:
        raise PlannerError(_what_is_kept(error, len(sums), len(rows))) from None
    return outcome(study, rows, sums, by)


def _what_is_kept(error: Exception, done: int, offices: int) -> str:
    said = error.text if isinstance(error, PlannerError) else _OUT_OF_MEMORY
    return phrase(
        "{what}. {done} of {offices} offices are finished and kept; the same command goes on from "
        "there.",
        what=said,
        done=done,
        offices=offices,
    )


_OUT_OF_MEMORY = phrase(
    "A process that ran an office came to its end; memory may be short (fewer --jobs)"
)


def _finished(
    rows: Sequence[Row], executor: Executor | None, engine: str
) -> Iterator[tuple[Row, Sums]]:
    """Yield each office's sums as it finishes."""
    if executor is None:
        yield from ((row, run_office(_task(row.study, engine))) for row in rows)
        return
    if rows:
        run_office(_task(rows[0].study, engine).short())  # compiled once, and kept for all workers
    waiting: dict[Future[Sums], Row] = {}
    for row in rows:
        waiting[executor.submit(run_office, _task(row.study, engine))] = row
        if len(waiting) >= _AHEAD:
            yield from _done(waiting)
    while waiting:
        yield from _done(waiting)


def _task(study: Study, engine: str) -> Task:
    offices = study.offices()
    settings = (study.seed, study.days, study.warmup, study.replications)
    return Task(offices, KEPT, *settings, recorded(offices.values()), engine)


_AHEAD = 64
"""Offices handed out at once: what is made ready for workers takes memory."""


def _done(waiting: dict[Future[Sums], Row]) -> Iterator[tuple[Row, Sums]]:
    for future in wait(waiting, return_when=FIRST_COMPLETED).done:
        yield waiting.pop(future), future.result()
