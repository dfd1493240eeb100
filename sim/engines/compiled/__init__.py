"""The compiled engine: docs/model.md once more, in Numba over tables, equal to the last bit."""

from __future__ import annotations

from collections.abc import Iterator

from sim.blueprint import Blueprint
from sim.crowd import Crowd
from sim.draws import Luck
from sim.engines.compiled.codes import NEEDS_CASES, STOPPED
from sim.engines.compiled.office import OfficeTables
from sim.engines.compiled.run import run as run_on
from sim.engines.compiled.tables import RunTables
from sim.log import ServiceLog
from sim.population import Population
from sim.presence import Member


def prepared(layout: Blueprint, crowd: Crowd) -> OfficeTables:
    """Return an office as tables, for all its runs."""
    return OfficeTables(layout, crowd.comings, crowd.names)


def run(
    office: OfficeTables, members: list[Member], luck: Luck, chunks: Iterator[Population]
) -> ServiceLog:
    """Run one replication; see :func:`sim.engines.reference.run`, whose log it gives."""
    tables = RunTables(office, members, luck, chunks)
    while (reason := run_on(tables.states)) != STOPPED:
        if reason == NEEDS_CASES:
            tables.more_cases()
        else:
            tables.more_room()
    return tables.log()
