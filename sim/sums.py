"""Sums over cases by demand, and values by bin, in one compiled pass each; imported late."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from sim.bins import BITS, GROUP
from sim.calendar import Ints
from sim.clock import DAY_MS, HOUR_MS
from sim.compiled import compiled, entry
from sim.draws import Floats
from sim.log import End

_OPEN: Final = int(End.OPEN)
_DONE: Final = int(End.DONE)
_LOST: Final = int(End.LOST)
_COUNTS: Final = 4


class Added(NamedTuple):
    """What is added up by case, and whose it is.

    Attributes
    ----------
    demand, end, arrival, wait
        By case.
    numbers
        Columns of whole numbers.
    causes
        Whole numbers, a row a cause.
    money
        Columns of money.
    """

    demand: Ints
    end: Ints
    arrival: Ints
    wait: Ints
    numbers: tuple[Ints, ...]
    causes: Ints
    money: tuple[Floats, ...]


class Flags(NamedTuple):
    """By dossier: row of its case, procedure, and flags to be counted."""

    case_row: Ints
    procedure: Ints
    flags: tuple[Any, ...]


class Sums(NamedTuple):
    """What was added up so far.

    Attributes
    ----------
    numbers
        By demand: cases, closed, done and lost ones; the columns, and then the causes, of closed
        ones.
    money
        By column and demand, of closed ones.
    dossiers
        By flag, demand and procedure.
    hours
        Milliseconds waited, and closed cases, by the hour of the first arrival.
    """

    numbers: Ints
    money: Floats
    dossiers: Ints
    hours: Ints


@entry
def add(cases: Added, dossiers: Flags, sums: Sums) -> None:
    """Add a block of cases, in order."""
    numbers = len(cases.numbers)
    for i in range(len(cases.demand)):
        demand, end = cases.demand[i], cases.end[i]
        sums.numbers[0, demand] += 1
        if end == _OPEN:
            continue
        sums.numbers[1, demand] += 1
        sums.numbers[2, demand] += np.int64(end == _DONE)
        sums.numbers[3, demand] += np.int64(end == _LOST)
        hour = cases.arrival[i] % DAY_MS // HOUR_MS
        sums.hours[0, hour] += cases.wait[i]
        sums.hours[1, hour] += 1
    for k in range(numbers):
        _add_column(cases, cases.numbers[k], sums.numbers[_COUNTS + k])
    for k in range(len(cases.causes)):
        _add_column(cases, cases.causes[k], sums.numbers[_COUNTS + numbers + k])
    for k in range(len(cases.money)):
        _add_column(cases, cases.money[k], sums.money[k])
    for k in range(len(dossiers.flags)):
        for i in range(len(dossiers.case_row)):
            if dossiers.flags[k][i]:
                demand = cases.demand[dossiers.case_row[i]]
                sums.dossiers[k, demand, dossiers.procedure[i]] += 1


@compiled
def _add_column(cases: Added, column: Any, totals: Any) -> None:
    for i in range(len(column)):
        if cases.end[i] != _OPEN:
            totals[cases.demand[i]] += column[i]


@entry
def binned(keys: Ints, groups: int) -> tuple[Any, Any, Ints, Ints]:
    """Return sorted values by group and bin; see :class:`sim.sketches.Sketch`.

    Parameters
    ----------
    keys
        Group and value of each, see :meth:`sim.sketches.Sketch.by_group`, rising.

    Returns
    -------
    bins, counts, sums
        By bin, those of each group one after another.
    edges
        Where each group begins, and where the last ends.
    """
    bins = np.empty(len(keys), dtype=np.int32)
    counts = np.empty(len(keys), dtype=np.int32)
    sums = np.empty(len(keys), dtype=np.int64)
    edges = np.zeros(groups + 1, dtype=np.int64)
    size, shift, group = 0, 0, 0
    for i in range(len(keys)):
        of, value = keys[i] >> GROUP, keys[i] & ((1 << GROUP) - 1)
        while group < of:
            group += 1
            edges[group] = size
            shift = 0
        while value >> shift >= 2 << BITS:
            shift += 1
        number = (shift << BITS) + (value >> shift)
        if size > edges[group] and bins[size - 1] == number:
            counts[size - 1] += 1
            sums[size - 1] += value
        else:
            bins[size], counts[size], sums[size] = number, 1, value
            size += 1
    edges[group + 1 :] = size
    return bins[:size], counts[:size], sums[:size], edges
