"""In which ways the dossiers of a case are grouped into filings."""

from __future__ import annotations

from dataclasses import dataclass

from sim.office import Demand

Group = tuple[int, ...]


@dataclass(frozen=True)
class Pattern:
    """A way in which a case's dossiers are grouped into filings."""

    groups: tuple[Group, ...]
    in_turn: bool


def patterns(demand: Demand) -> list[Pattern]:
    """Return a demand's patterns: one for each way of filing, then the same with its bundle."""
    if len(demand.needs) == 1:
        return [Pattern(((0,),), in_turn=False)]
    ways = demand.shares_filing()
    bundled = bundle_of(demand)
    return [_pattern(demand, way, kept) for kept in ((), bundled) for way in ways]


def bundle_of(demand: Demand) -> Group:
    """Return the places of the needs that a bundle names, each name taken once."""
    names = demand.bundling.procedures
    return tuple(sorted(demand.needs.index(name) for name in names)) if len(names) > 1 else ()


def _pattern(demand: Demand, way: str, bundled: Group) -> Pattern:
    places = range(len(demand.needs))
    if way == "together":
        return Pattern((tuple(places),), in_turn=False)
    alone = [(place,) for place in places if place not in bundled]
    groups = tuple(sorted([*alone, bundled] if bundled else alone))
    return Pattern(groups, in_turn=way == "one after the other" and len(groups) > 1)
