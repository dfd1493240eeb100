"""Where replications run: in this process, in processes beside it, on any executor.

Results come in the order of replications, whoever finishes first, and at most a few are under way
or wait for their turn at a time.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, NoReturn, Protocol

from sim.errors import PlannerError
from sim.jobs import begin_worker
from sim.said import phrase

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

    from sim.worker import Parcel, Plan, Replicated

_AHEAD: Final = 4
"""Replications under way for each worker."""
_LEAST_AHEAD: Final = 64
"""Of an executor, whose workers cannot be counted."""


class Workers(Protocol):
    """Those who run replications."""

    ahead: int
    """How many replications may be under way or wait for their turn."""

    def pack(self, plan: Plan) -> Parcel:
        """Return the plan as these workers need it."""

    def submit(self, parcel: Parcel, replication: int) -> Future[Replicated | None]:
        """Have a replication run."""

    def give_up(self, futures: Iterable[Future[Replicated | None]]) -> None:
        """Let go of what nobody waits for any more."""

    def recover(self) -> None:
        """Begin anew after workers died, or raise a :class:`PlannerError`."""


@dataclass
class _Task:
    replication: int
    future: Future[Replicated | None]


class Line:
    """Replications under way, in their order.

    Parameters
    ----------
    workers
        Who runs them.
    plan
        What is run.
    """

    def __init__(self, workers: Workers, plan: Plan) -> None:
        self.workers = workers
        self.parcel = workers.pack(plan)
        self.waiting: deque[_Task] = deque()
        self.sent = 0

    def run(self, numbers: Iterable[int]) -> Iterator[Replicated]:
        """Run replications and yield them in their order.

        Parameters
        ----------
        numbers
            Which; asked for as room is made, so that they may go on until enough.
        """
        try:
            for number in numbers:
                self.join(number)
                if len(self.waiting) >= self.workers.ahead:
                    yield self.first()
            while self.waiting:
                yield self.first()
        finally:
            self.give_up()

    def join(self, replication: int) -> None:
        """Have a replication run; the first few bring the plan to the workers."""
        parcel = self.parcel if self.sent < self.workers.ahead else self.parcel.empty()
        self.sent += 1
        try:
            future = self.workers.submit(parcel, replication)
        except BrokenExecutor:
            self._begin_anew()
            future = self.workers.submit(self.parcel, replication)
        self.waiting.append(_Task(replication, future))

    def first(self) -> Replicated:
        """Wait for the first in line."""
        task = self.waiting[0]
        while True:
            try:
                found = task.future.result()
            except BrokenExecutor:
                self._begin_anew()
                continue
            if found is not None:
                self.waiting.popleft()
                return found
            task.future = self.workers.submit(self.parcel, task.replication)

    def _begin_anew(self) -> None:
        self.workers.recover()
        for task in self.waiting:
            if not task.future.done() or task.future.exception() is not None:
                task.future = self.workers.submit(self.parcel, task.replication)

    def give_up(self) -> None:
        """Let go of all that is under way."""
        self.workers.give_up(task.future for task in self.waiting)
        self.waiting.clear()


class OnExecutor:
    """Any executor as workers.

    Parameters
    ----------
    executor
        Whose workers can import this package.
    workers
        How many it has, if known.
    """

    def __init__(self, executor: Executor, workers: int | None = None) -> None:
        self._executor = executor
        self.ahead = max(_LEAST_AHEAD, _AHEAD * (workers or cores()))

    def pack(self, plan: Plan) -> Parcel:
        """Return the plan with who sends it, since workers may be on other machines."""
        from sim.identity import identity
        from sim.worker import pack

        return pack(plan, identity())

    def submit(self, parcel: Parcel, replication: int) -> Future[Replicated | None]:
        """Have a replication run."""
        from sim.worker import run_parcel

        return self._executor.submit(run_parcel, parcel, replication)

    def give_up(self, futures: Iterable[Future[Replicated | None]]) -> None:
        """Cancel what has not begun."""
        for future in futures:
            future.cancel()

    def recover(self) -> NoReturn:
        """Say that workers died; there are no others."""
        raise PlannerError(
            phrase(
                "The workers of the executor died before they were done: they were ended from "
                "outside, or there was no memory left."
            )
        )


class Processes:
    """Processes on this machine as workers; a context, at whose end they are gone.

    Parameters
    ----------
    jobs
        How many.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._died = 0
        self._pool: ProcessPoolExecutor | None = None
        self.ahead = _AHEAD * jobs

    def __enter__(self) -> Processes:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def pack(self, plan: Plan) -> Parcel:
        """Return the plan; what processes inherit is made ready once, here."""
        from sim.worker import Ready, keep, pack, replicate

        parcel = pack(plan)
        # What is compiled is compiled here, once, and inherited or found on disk by the others.
        replicate(Ready(plan.short()), 0)
        if _context().get_start_method() == "fork":
            keep(parcel, Ready(plan))
        return parcel

    def submit(self, parcel: Parcel, replication: int) -> Future[Replicated | None]:
        """Have a replication run."""
        from sim.worker import run_parcel

        if self._pool is None:
            self._pool = ProcessPoolExecutor(self._jobs, _context(), begin_worker)
        with warnings.catch_warnings():
            # Said of threads that numpy's libraries keep, which they see to when a process forks.
            warnings.filterwarnings("ignore", ".*multi-threaded.*fork", DeprecationWarning)
            return self._pool.submit(run_parcel, parcel, replication)

    def give_up(self, futures: Iterable[Future[Replicated | None]]) -> None:
        """Do nothing: it ends with the processes.

        A pool whose processes end tells each future so, and before Python 3.13 fails at those that
        were cancelled.
        """

    def recover(self) -> None:
        """Start other processes after one has died, once."""
        self._end()
        self._died += 1
        if self._died > 1:
            raise PlannerError(
                phrase(
                    "A process that ran replications died twice: it was ended from outside, or "
                    "there was no memory left for {jobs} at once. Try fewer with --jobs, or fewer "
                    "days.",
                    jobs=self._jobs,
                )
            )

    def _end(self) -> None:
        pool, self._pool = self._pool, None
        if pool is None:
            return
        for process in list((pool._processes or {}).values()):
            process.terminate()
        pool.shutdown(wait=True, cancel_futures=True)


def _context() -> BaseContext:
    """Return how processes are started.

    A fork has everything imported and made ready, but must not happen beside other threads: those
    of polars would be missing in it, and what they hold would be held for ever.
    """
    alone = threading.active_count() == 1 and "polars" not in sys.modules
    return multiprocessing.get_context("fork" if sys.platform == "linux" and alone else "spawn")


def cores() -> int:
    """Return how many processors this process may use."""
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def number_of_jobs(jobs: int | None, replications: int) -> int:
    """Return how many processes run so many replications; for None as many as are of use.

    Raises
    ------
    PlannerError
        If jobs are below 1, or more than replications.
    """
    if jobs is None:
        return min(cores(), replications)
    if jobs < 1:
        raise PlannerError(
            phrase("jobs: expected a whole number from 1, found {jobs}", jobs=str(jobs))
        )
    if jobs > replications:
        raise PlannerError(
            phrase(
                "jobs: expected at most {replications}, since that is the number of replications, "
                "found {jobs}. Ask for fewer jobs, or for none: then all processors are used that "
                "have something to do.",
                replications=str(replications),
                jobs=str(jobs),
            )
        )
    return jobs


Runs = Callable[[Iterable[int]], Iterator["Replicated"]]
"""From the numbers of replications to these replications, in order."""


@contextmanager
def runs_on(plan: Plan, executor: Executor | None, jobs: int | None) -> Iterator[Runs]:
    """Yield what runs replications: an executor, several processes, or this one alone."""
    if executor is not None:
        yield Line(OnExecutor(executor, jobs), plan).run
    elif jobs == 1:
        from sim.worker import Ready, replicate

        yield partial(map, partial(replicate, Ready(plan)))
    else:
        with Processes(jobs or cores()) as processes:
            yield Line(processes, plan).run
