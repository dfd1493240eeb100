"""Processes of this machine that run offices."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from sim.execution import begin_worker


@contextmanager
def workers(jobs: int) -> Iterator[Executor | None]:
    """Give an executor of so many processes; None for one job, which needs no other process.

    On the way out by an error or Ctrl-C, what runs is broken off, not waited for.
    """
    if jobs == 1:
        yield None
        return
    # Not forked: threads of this process may hold locks that a copy would wait for forever.
    context = multiprocessing.get_context("spawn")
    known = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(jobs, mp_context=context, initializer=begin_worker)
    try:
        yield executor
    except BaseException:
        for process in set(multiprocessing.active_children()) - known:
            process.terminate()
        raise
    finally:
        executor.shutdown()
