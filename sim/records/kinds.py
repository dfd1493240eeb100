"""Whether files hold tickets or dossiers, by their columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from sim.records.columns import DOSSIER_NAMES, TICKET_NAMES, resolved
from sim.records.table import read_table

_OF_TICKETS: Final = frozenset({"queue", "called", "called_by"})


def hold_dossiers(paths: Sequence[Path], columns: Mapping[str, str] | None = None) -> bool:
    """Tell whether files hold dossiers rather than tickets.

    Parameters
    ----------
    paths
        The files.
    columns
        Column by meaning, as the user said.

    Raises
    ------
    FileFaults
        If a file cannot be read.
    """
    given = dict(columns or {})
    found = []
    for table in map(read_table, paths):
        name = table.path.name
        issued = resolved(name, table.columns, TICKET_NAMES, given).names
        logged = resolved(name, table.columns, DOSSIER_NAMES, given).names
        found.append("case" in logged and not _OF_TICKETS & issued.keys())
    return bool(found) and all(found)
