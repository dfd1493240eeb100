"""The rows of a log read at once: which belong to which case, who worked when."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np

from sim.blueprint import NONE
from sim.calendar import Ints
from sim.compiled import compiled, entry
from sim.intervals import Stack
from sim.manning import Staffed, clocks, during, either, spells, stacked, stayed, within

_NONE: Final = int(NONE)


class Chains(NamedTuple):
    """The rows of each case: the first one, and after each row the next; NONE at the end."""

    first_step: Any
    next_step: Any
    first_visit: Any
    next_visit: Any


class Rows(NamedTuple):
    """The rows of a log, and whose they are.

    Attributes
    ----------
    steps, visits, stays
        Structured arrays.
    filing_case
        Case of each filing.
    case_end
        By case.
    """

    steps: Any
    visits: Any
    stays: Any
    filing_case: Any
    case_end: Any


class Reading(NamedTuple):
    """What is read from the rows of a log at once.

    Attributes
    ----------
    chains
        The rows of each case.
    hours
        Milliseconds of the measured days by member: paid, worked in paid hours, and beyond them
        at work or staying for visitors.
    clocks
        See :func:`sim.manning.clocks`.
    """

    chains: Chains
    hours: Ints
    clocks: Stack


@compiled
def _linked(rows: Any, filing_case: Any, cases: int) -> tuple[Any, Any]:
    """Return the first row of each case, and after each row the next, in the order of the log."""
    first = np.full(cases, np.int32(_NONE), dtype=np.int32)
    following = np.empty(len(rows), dtype=np.int32)
    for row in range(len(rows) - 1, -1, -1):
        case = filing_case[rows[row].filing]
        following[row] = first[case]
        first[case] = row
    return first, following


@entry
def read(rows: Rows, staffed: Staffed) -> Reading:
    """Return what is read from all rows at once."""
    steps = rows.steps
    reach = _reach(steps)
    members = len(staffed.present.first) - 1
    present = stacked([during(staffed.present, k, *reach) for k in range(members)])
    paid = stacked([during(staffed.paid, k, staffed.begin, staffed.end) for k in range(members)])
    absent, unpaid, in_paid = _worked(steps, present, paid, staffed.begin, staffed.end)
    hours = np.zeros((3, members), dtype=np.int64)
    for member in range(members):
        hours[0, member] = within(paid, member, staffed.begin, staffed.end)
        hours[1, member] = in_paid[member]
        alone = np.arange(members) == member
        over = either(spells(steps, unpaid, alone), stayed(rows.stays, member))
        hours[2, member] = _unpaid(over, paid, member, staffed.begin, staffed.end)
    return Reading(_chained(rows), hours, clocks(steps, absent, staffed, reach))


@compiled
def _chained(rows: Rows) -> Chains:
    """Return the rows of each case."""
    cases = len(rows.case_end)
    first_step, next_step = _linked(rows.steps, rows.filing_case, cases)
    first_visit, next_visit = _linked(rows.visits, rows.filing_case, cases)
    return Chains(first_step, next_step, first_visit, next_visit)


@compiled
def _reach(steps: Any) -> tuple[int, int]:
    """Return the first and the last moment that any row tells of."""
    begin, end = 0, 0
    for row in range(len(steps)):
        begin, end = min(begin, steps[row].joined), max(end, steps[row].ended)
    return begin, end


@compiled
def _worked(
    steps: Any, present: Stack, paid: Stack, begin: int, end: int
) -> tuple[Ints, Ints, Ints]:
    """Return work beyond presence, and in the measured days that beyond and that in paid hours.

    The former as rows of the log, the last in milliseconds by member.
    """
    absent = [np.int64(0) for _ in range(0)]
    unpaid = [np.int64(0) for _ in range(0)]
    in_paid = np.zeros(len(paid.first) - 1, dtype=np.int64)
    for row in range(len(steps)):
        member, started, ended = steps[row].member, steps[row].started, steps[row].ended
        if member == _NONE:
            continue
        since, until = max(started, begin), min(ended, end)
        if within(present, member, started, ended) == ended - started:
            in_paid[member] += max(until - since, 0)
            continue
        absent.append(np.int64(row))
        if started >= end or ended <= begin:
            continue
        inside = within(paid, member, since, until)
        in_paid[member] += inside
        if inside < until - since:
            unpaid.append(np.int64(row))
    return np.array(absent), np.array(unpaid), in_paid


@compiled
def _unpaid(over: Ints, paid: Stack, member: int, begin: int, end: int) -> int:
    """Return the time of some intervals in the measured days beyond a member's paid hours."""
    spent = 0
    for place in range(len(over)):
        since, until = max(over[place, 0], begin), min(over[place, 1], end)
        if since < until:
            spent += until - since - within(paid, member, since, until)
    return spent
