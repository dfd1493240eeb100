"""The cases of one replication as columns, drawn before any engine runs.

A *case* is a person (or firm) and what they need; a *filing* is what they hand in at one visit; a
*dossier* is one procedure's papers. Tables are columns, one entry a case, filing or dossier.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Bools, Ints

Narrow = NDArray[Any]
"""Whole numbers of the width that :data:`DTYPES` says."""

DTYPES: Final = {
    "case_demand": np.int16,
    "case_day": np.int32,
    "case_number": np.int32,
    "case_arrival": np.int64,
    "case_class": np.int8,
    "case_first_filing": np.int32,
    "case_filings": np.int8,
    "case_first_dossier": np.int32,
    "case_in_turn": np.bool_,
    "case_online": np.bool_,
    "filing_case": np.int32,
    "filing_position": np.int8,
    "filing_arrival": np.int64,
    "dossier_procedure": np.int16,
    "dossier_filing": np.int32,
    "dossier_position": np.int8,
    "dossier_way": np.int8,
    "dossier_kept": np.bool_,
    "dossier_extension": np.int32,
    "dossier_begins_at": np.int8,
}
"""What each column of :class:`Population` holds: no wider than it must."""


@dataclass(frozen=True)
class Population:
    """Cases with their filings and dossiers, in order of arrival.

    Columns are narrow (:data:`DTYPES`), contiguous and writable: widen before arithmetic that
    could leave their range.

    Attributes
    ----------
    case_demand, case_day, case_number
        The demand's place; date of the first arrival as an ordinal; number in that day. The three
        name a case, whatever else is in the office.
    case_arrival
        First arrival, or filing online, in milliseconds.
    case_class
        Priority class: 0 before 1.
    case_first_filing, case_filings
        The case's filings, which follow each other.
    case_first_dossier
        The first of its dossiers, which follow each other in the order of its needs.
    case_in_turn
        Whether its filings are made one after the other.
    case_online
        Whether it files online.
    filing_case, filing_position, filing_arrival
        Case; place of its first dossier among the case's needs; arrival in milliseconds, NONE
        where it follows the result of the filing before.
    dossier_procedure, dossier_filing, dossier_position, dossier_way
        Procedure; filing; place among the case's needs; way of handing over.
    dossier_kept
        Whether the office keeps to its habit of not giving results the same day from some hour.
    dossier_extension
        Working days that known elapsed steps add to the deadline.
    dossier_begins_at
        Place of the step it waits for at the first moment (backlog); 0 for those still to come.
    """

    case_demand: Narrow
    case_day: Narrow
    case_number: Narrow
    case_arrival: Ints
    case_class: Narrow
    case_first_filing: Narrow
    case_filings: Narrow
    case_first_dossier: Narrow
    case_in_turn: Bools
    case_online: Bools
    filing_case: Narrow
    filing_position: Narrow
    filing_arrival: Ints
    dossier_procedure: Narrow
    dossier_filing: Narrow
    dossier_position: Narrow
    dossier_way: Narrow
    dossier_kept: Bools
    dossier_extension: Narrow
    dossier_begins_at: Narrow

    def joined_to(self, later: Population) -> Population:
        """Return this population and a later one as one, places in the later one moved on."""
        return joined([self, later])


def slim(whole: Population) -> Population:
    """Return a population that keeps columns of the same content once.

    Where each case has one filing, and each filing one dossier, all places are the same numbers.
    """
    cases, filings, dossiers = map(
        len, (whole.case_demand, whole.filing_case, whole.dossier_filing)
    )
    if filings != cases:
        return whole
    place = whole.filing_case
    once = replace(whole, case_first_filing=place, filing_arrival=whole.case_arrival)
    if dossiers != cases:
        return once
    return replace(once, case_first_dossier=place, dossier_filing=place)


def joined(parts: list[Population]) -> Population:
    """Return populations that follow each other as one, places in later ones moved on.

    Takes the parts out of their list, and a column after the other, so that at no moment is there
    much more than the whole.
    """
    if len(parts) == 1:
        return parts[0]
    moves = _moves(parts)
    columns = [[vars(part)[name] for name in DTYPES] for part in parts]
    parts.clear()
    whole: list[NDArray[Any]] = []
    for name, kind in DTYPES.items():
        column = [found.pop(0) for found in columns]
        moved = moves.get(name, [0] * len(column))
        whole.append(np.empty(sum(map(len, column)), dtype=kind))
        filled = 0
        for part, move in zip(column, moved, strict=True):
            to = whole[-1][filled : filled + len(part)]
            np.add(part, part.dtype.type(move), out=to) if move else np.copyto(to, part)
            filled += len(part)
    return Population(*whole)


def _moves(parts: list[Population]) -> dict[str, list[int]]:
    """Return by how much places in each part move, of the columns that hold places."""
    cases, filings, dossiers = (
        [0, *np.cumsum([len(vars(part)[name]) for part in parts]).tolist()[:-1]]
        for name in ("case_demand", "filing_case", "dossier_filing")
    )
    return {
        "case_first_filing": filings,
        "case_first_dossier": dossiers,
        "filing_case": cases,
        "dossier_filing": filings,
    }
