"""Draws cases in compiled code: class, channel, filings and dossiers of each, in one pass."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.blueprint import NONE, WHEN_READY, Blueprint
from sim.calendar import Ints
from sim.compiled import compiled, entry
from sim.draws import Floats, Luck, hashed
from sim.filings import Pattern, bundle_of, patterns
from sim.office import WAYS, Demand
from sim.population import Narrow
from sim.steps import dossier_names

Keys = NDArray[np.uint64]

APART: Final = NONE - 1
"""Stands for the arrival of a filing that is made on a day of its own, until that is drawn."""

_PRIORITY, _FILED, _BUNDLES, _FILING = range(4)
_CASE_DRAWS: Final = ("priority", "filed", "bundles", "filing")
_WAY, _KEPT = range(2)
_DOSSIER_DRAWS: Final = ("way", "kept")


class Cases(NamedTuple):
    """What names each case, and so what its draws are made of."""

    demand: Narrow
    day: Narrow
    number: Narrow


class Plans(NamedTuple):
    """What is known of all demands before anything is drawn, as compiled code takes it.

    Attributes
    ----------
    chances
        By demand: share served first, share filed online, share that adopts the bundle.
    first_need, needs
        By demand: its first entry among the needs, and how many.
    first_pattern, ways
        By demand: its first pattern, and how many ways of filing there are.
    filing_edges
        By demand and way of filing: share up to and including it.
    procedure, begins_at, kept
        By need: procedure, step waited for at the beginning, share that keeps to the habit.
    handed_over, way_count, way_edges
        By need: ways of handing over, how many, and the share up to and including each.
    group_count, in_turn
        By pattern: number of filings; whether one follows the other.
    group_of, leader
        By pattern: the filing of each dossier; the first dossier of each filing.
    """

    chances: Floats
    first_need: Ints
    needs: Ints
    first_pattern: Ints
    ways: Ints
    filing_edges: Floats
    procedure: Ints
    begins_at: Ints
    kept: Floats
    handed_over: Ints
    way_count: Ints
    way_edges: Floats
    group_count: Ints
    in_turn: Ints
    group_of: Ints
    leader: Ints


class Columns(NamedTuple):
    """The columns of a population being filled; see :class:`~sim.population.Population`."""

    case_demand: Narrow
    case_day: Narrow
    case_number: Narrow
    case_arrival: Narrow
    case_class: Narrow
    case_first_filing: Narrow
    case_filings: Narrow
    case_first_dossier: Narrow
    case_in_turn: Narrow
    case_online: Narrow
    filing_case: Narrow
    filing_position: Narrow
    filing_arrival: Narrow
    dossier_procedure: Narrow
    dossier_filing: Narrow
    dossier_position: Narrow
    dossier_way: Narrow
    dossier_kept: Narrow
    dossier_extension: Narrow
    dossier_begins_at: Narrow


# --- what is known before ---


def plans(layout: Blueprint) -> Plans:
    """Lay out an office's demands, those of the backlog last, for :func:`draw_cases`."""
    demands = [plan.demand for plan in layout.demands]
    of_demand = [patterns(demand) for demand in demands]
    counts = np.array([len(demand.needs) for demand in demands], dtype=np.int64)
    each = np.array([len(found) for found in of_demand], dtype=np.int64)
    filing = [list(demand.shares_filing().values()) for demand in demands]
    return Plans(
        np.array([_chances(layout, demand) for demand in demands]).reshape(-1, 3),
        np.cumsum(counts) - counts,
        counts,
        np.cumsum(each) - each,
        np.array([len(shares) for shares in filing], dtype=np.int64),
        _table([np.cumsum(shares) for shares in filing], np.float64),
        *_needs(layout),
        *_patterns([pattern for found in of_demand for pattern in found]),
    )


def _chances(layout: Blueprint, demand: Demand) -> tuple[float, float, float]:
    first = demand.priority_share
    if first is None:
        first = layout.office.visitor.priority_share
    adopted = demand.bundling.adopted_by if bundle_of(demand) else 0.0
    return first, demand.shares_filed().get("online", 0.0), adopted


def _needs(layout: Blueprint) -> tuple[NDArray[Any], ...]:
    """Return the columns of :class:`Plans` by need."""
    office = layout.office
    places = {procedure.id: place for place, procedure in enumerate(office.procedures)}
    chosen = [places[name] for plan in layout.demands for name in plan.demand.needs]
    begins = [0] * (len(chosen) - len(office.backlog)) + [
        [step.id for step in office.procedure(part.procedure).steps].index(part.step)
        for part in office.backlog
    ]
    ways = [office.procedures[place].ways() for place in chosen]
    codes = [[WAYS.index(way) for way in found] for found in ways]
    for there in range(len(chosen) - len(office.backlog), len(chosen)):
        # Whoever filed before the first day comes when told; appointments are of the days run.
        kept = (0, len(WAYS) - 1)
        codes[there] = [way if way in kept else WHEN_READY for way in codes[there]]
    return (
        np.array(chosen, dtype=np.int64),
        np.array(begins, dtype=np.int64),
        np.array([office.procedures[place].habit.kept for place in chosen]),
        _table(codes, np.int64),
        np.array([len(found) for found in codes], dtype=np.int64),
        _table([np.cumsum(list(found.values())) for found in ways], np.float64),
    )


def _patterns(every: list[Pattern]) -> tuple[NDArray[Any], ...]:
    """Return the columns of :class:`Plans` by pattern."""
    filing_of = [
        {place: number for number, group in enumerate(pattern.groups) for place in group}
        for pattern in every
    ]
    return (
        np.array([len(pattern.groups) for pattern in every], dtype=np.int64),
        np.array([pattern.in_turn for pattern in every], dtype=np.int64),
        _table([[found[place] for place in sorted(found)] for found in filing_of], np.int64),
        _table([[group[0] for group in pattern.groups] for pattern in every], np.int64),
    )


def _table(rows: list[Any], kind: Any) -> NDArray[Any]:
    """Return rows of several lengths as one table, filled up with zeros."""
    found = np.zeros((len(rows), max(map(len, rows), default=0)), dtype=kind)
    for place, row in enumerate(rows):
        found[place, : len(row)] = row
    return found


def case_keys(layout: Blueprint, luck: Luck) -> Keys:
    """Return the keys of what is drawn by case: by demand, draw, and half of the key."""
    keys = [[luck.key(plan.demand.id, name) for name in _CASE_DRAWS] for plan in layout.demands]
    return np.array(keys, dtype=np.uint64).reshape(-1, len(_CASE_DRAWS), 2)


def dossier_keys(layout: Blueprint, luck: Luck) -> Keys:
    """Return the keys of what is drawn by dossier: by need, draw, and half of the key."""
    keys = [
        [luck.key(plan.demand.id, dossier, name) for name in _DOSSIER_DRAWS]
        for plan in layout.demands
        for dossier in dossier_names(plan)
    ]
    return np.array(keys, dtype=np.uint64).reshape(-1, len(_DOSSIER_DRAWS), 2)


# --- compiled ---
#
# A column after the other: handing arrays on costs more, in a loop over cases, than all else.


@entry
def draw_cases(known: Plans, of_case: Keys, of_dossier: Keys, to: Columns) -> int:
    """Fill in what cases are and lay out their filings and dossiers; return how many filings.

    Parameters
    ----------
    known
        The office's demands.
    of_case, of_dossier
        Keys: see :func:`case_keys` and :func:`dossier_keys`.
    to
        Columns with room enough, of which demand, day, number and arrival are filled in; there
        are no extensions yet.
    """
    cases = Cases(to.case_demand, to.case_day, to.case_number)
    chances = known.chances
    _fill_chance(cases, chances[:, _PRIORITY], of_case[:, _PRIORITY], True, to.case_class)
    _fill_chance(cases, chances[:, _FILED], of_case[:, _FILED], False, to.case_online)
    pattern = np.empty(len(to.case_demand), np.int32)
    _fill_patterns(cases, known, of_case, pattern)
    filings = _fill_filings(pattern, known, to)
    _fill_dossiers(pattern, known, to)
    _fill_ways(known, of_dossier, to)
    return filings


@compiled
def _fill_chance(cases: Cases, shares: Floats, keys: Keys, otherwise: bool, to: Narrow) -> None:
    """Write whether something of a share happens to each case, or the opposite."""
    demands, days, numbers = cases.demand, cases.day, cases.number
    for case in range(len(demands)):
        demand = demands[case]
        first, second = keys[demand, 0], keys[demand, 1]
        happens = _happens(shares[demand], first, second, days[case], numbers[case])
        to[case] = happens != otherwise


@compiled
def _happens(share: float, first: np.uint64, second: np.uint64, day: int, number: int) -> bool:
    """Tell whether something of a share happens to a case; what is certain needs no draw."""
    if share >= 1.0:
        return True
    return share > 0.0 and hashed(first, second, day, number, 0) < share


@compiled
def _fill_patterns(cases: Cases, known: Plans, keys: Keys, to: Narrow) -> None:
    demands, days, numbers = cases.demand, cases.day, cases.number
    needs, firsts, ways = known.needs, known.first_pattern, known.ways
    edges, chances = known.filing_edges, known.chances
    for case in range(len(demands)):
        demand, day, number = demands[case], days[case], numbers[case]
        to[case] = firsts[demand]
        if needs[demand] == 1:
            continue
        if ways[demand] > 1:
            u = hashed(keys[demand, _FILING, 0], keys[demand, _FILING, 1], day, number, 0)
            to[case] += _picked(edges, demand, ways[demand], u)
        share, first = chances[demand, _BUNDLES], keys[demand, _BUNDLES, 0]
        if _happens(share, first, keys[demand, _BUNDLES, 1], day, number):
            to[case] += ways[demand]


@compiled
def _picked(edges: Floats, row: int, count: int, u: float) -> int:
    """Return which of the shares in a row a uniform falls into; never one of nothing."""
    reached, place = u * edges[row, count - 1], 0
    while place < count - 1 and edges[row, place] <= reached:
        place += 1
    return place


@compiled
def _fill_filings(pattern: Narrow, known: Plans, to: Columns) -> int:
    """Lay out the filings of every case: the first on arrival, the others later."""
    counts, in_turn, leaders = known.group_count, known.in_turn, known.leader
    first_filing, filings, turns = to.case_first_filing, to.case_filings, to.case_in_turn
    cases, positions, arrivals = to.filing_case, to.filing_position, to.filing_arrival
    arrives, filing = to.case_arrival, 0
    for case in range(len(pattern)):
        chosen = pattern[case]
        first_filing[case], filings[case] = filing, counts[chosen]
        turns[case] = in_turn[chosen]
        for group in range(counts[chosen]):
            cases[filing] = case
            positions[filing] = leaders[chosen, group]
            later = NONE if in_turn[chosen] else APART
            arrivals[filing] = later if group else arrives[case]
            filing += 1
    return filing


@compiled
def _fill_dossiers(pattern: Narrow, known: Plans, to: Columns) -> None:
    """Lay out the dossiers of every case."""
    needs, first_need, group_of = known.needs, known.first_need, known.group_of
    procedure, begins_at = known.procedure, known.begins_at
    demands, first_filing, first_dossier = (
        to.case_demand,
        to.case_first_filing,
        to.case_first_dossier,
    )
    procedures, filings, positions = to.dossier_procedure, to.dossier_filing, to.dossier_position
    begins, dossier = to.dossier_begins_at, 0
    for case in range(len(pattern)):
        demand = demands[case]
        first_dossier[case] = dossier
        for position in range(needs[demand]):
            need = first_need[demand] + position
            procedures[dossier], begins[dossier] = procedure[need], begins_at[need]
            filings[dossier] = first_filing[case] + group_of[pattern[case], position]
            positions[dossier] = position
            dossier += 1


@compiled
def _fill_ways(known: Plans, keys: Keys, to: Columns) -> None:
    """Draw how each result is handed over, and whether the office keeps to its habit with it."""
    needs, first_need, kept = known.needs, known.first_need, known.kept
    handed_over, counts, edges = known.handed_over, known.way_count, known.way_edges
    demands, days, numbers = to.case_demand, to.case_day, to.case_number
    ways, keeps, dossier = to.dossier_way, to.dossier_kept, 0
    for case in range(len(demands)):
        demand, day, number = demands[case], days[case], numbers[case]
        for need in range(first_need[demand], first_need[demand] + needs[demand]):
            way = 0
            if counts[need] > 1:
                u = hashed(keys[need, _WAY, 0], keys[need, _WAY, 1], day, number, 0)
                way = _picked(edges, need, counts[need], u)
            ways[dossier] = handed_over[need, way]
            first, second = keys[need, _KEPT, 0], keys[need, _KEPT, 1]
            keeps[dossier] = _happens(kept[need], first, second, day, number)
            dossier += 1
