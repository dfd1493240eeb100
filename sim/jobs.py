"""Processes of this machine that work for this one: how they begin, and end with it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager


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


def begin_worker() -> None:
    """Begin as a worker: Ctrl-C is the parent's, and without a parent there is nothing to do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["POLARS_MAX_THREADS"] = "1"
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
