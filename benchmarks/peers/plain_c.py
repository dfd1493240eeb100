"""Plain C: ``kernel.c``, compiled when it is first needed, where there is a compiler."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.kernel import Served, Workload

SOURCE: Final = Path(__file__).with_name("kernel.c")
_ROOMS, _PROCEDURES, _MOST_HOURS = 3, 2, 24
_MOST_AT_ONCE: Final = 10_000
_ROW: Final = np.dtype(
    [("joined", "i8"), ("started", "i8"), ("ended", "i8"),
     ("customer", "i4"), ("room", "i2"), ("member", "i2")]
)  # fmt: skip


class _Workload(ctypes.Structure):
    _fields_ = (
        ("hours", ctypes.c_int32),
        ("opens", ctypes.c_int32),
        ("staff", ctypes.c_int32 * _ROOMS),
        ("unused", ctypes.c_int32),
        ("by_hour", ctypes.c_double * _MOST_HOURS),
        ("shares", ctypes.c_double * _PROCEDURES),
        ("mean_minutes", (ctypes.c_double * _ROOMS) * _PROCEDURES),
    )


class _Served(ctypes.Structure):
    _fields_ = (
        ("customers", ctypes.c_int64),
        ("rows", ctypes.c_int64),
        ("waited", ctypes.c_double),
    )


def compiler() -> str | None:
    """Return the path of a C compiler, None without one."""
    return shutil.which(os.environ.get("CC") or "cc")


def run(work: Workload, days: int, seed: int) -> Served:
    """Run the kernel workload; waits are added up, nothing else is kept."""
    return _run(work, days, seed, _MOST_AT_ONCE, None)


def run_logged(work: Workload, days: int, seed: int) -> Served:
    """Run the kernel workload and keep a row for each step, as the service log does."""
    expected = sum(work.by_hour) * days
    most = int(expected + 10 * expected**0.5 + 100)
    return _run(work, days, seed, most, np.empty(most * _ROOMS, dtype=_ROW))


def _run(
    work: Workload,
    days: int,
    seed: int,
    most: int,
    log: np.ndarray[tuple[int], np.dtype[np.void]] | None,
) -> Served:
    told = _Served()
    given = _Workload(len(work.by_hour), work.opens)
    given.staff[:] = work.staff
    given.by_hour[: len(work.by_hour)] = work.by_hour
    given.shares[:] = work.shares
    for place, means in enumerate(work.mean_minutes):
        given.mean_minutes[place][:] = means
    rows = None if log is None else log.ctypes.data
    if _library().kernel_run(
        ctypes.byref(given),
        ctypes.c_int64(days),
        ctypes.c_uint64(seed),
        ctypes.c_int32(most),
        ctypes.c_void_p(rows),
        ctypes.byref(told),
    ):
        raise MemoryError
    return Served(told.customers, told.waited / told.customers)


@cache
def _library() -> ctypes.CDLL:
    found = compiler()
    assert found is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        library = Path(folder) / "kernel.so"
        options = ["-O3", "-march=native", "-shared", "-fPIC"]
        subprocess.run([found, *options, str(SOURCE), "-o", str(library), "-lm"], check=True)
        return ctypes.CDLL(str(library))
