"""Read an office file and check all of it at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sim import consistency
from sim.errors import Fault, FileFaults
from sim.office import Office
from sim.repair import repaired
from sim.said import phrase
from sim.schema import NOT_KEYS
from sim.toml_file import read_toml, validate
from sim.wording import shown


def read_office(path: str | Path) -> Office:
    """Return the office that a file describes.

    Parameters
    ----------
    path
        The file; paths in it are relative to its folder.

    Raises
    ------
    PlannerError
        If the file cannot be read.
    FileFaults
        With everything that is wrong in it.
    """
    return office_of(read_toml(path), path)


def office_of(raw: dict[str, Any], source: str | Path) -> Office:
    """Return the office that a file's content describes; see :func:`read_office`."""
    folder = str(Path(source).parent)
    misread = _misread(raw, source)
    if not misread:
        office = Office.model_validate(raw).model_copy(update={"folder": folder})
        misfits = consistency.faults(office)
    else:
        misfits = _misfits_beside(raw, folder)
    if misread or misfits:
        raise FileFaults(str(source), misread + misfits)
    return office


def _misread(raw: dict[str, Any], source: str | Path) -> list[Fault]:
    """Return what is wrong with single parts of a file."""
    own = [Fault(key, phrase("a known key"), shown(key)) for key in raw if key in NOT_KEYS]
    try:
        validate(Office, raw, source)
    except FileFaults as error:
        return own + error.faults
    return own


def _misfits_beside(raw: dict[str, Any], folder: str) -> list[Fault]:
    """Return what does not fit together, whatever the parts that cannot be read would say."""
    left = repaired(Office, raw)
    if left is None:
        return []
    office = left.model.model_copy(update={"folder": folder})
    return [
        fault
        for check in consistency.CHECKS
        for fault in map(counted, check.faults(office))
        if not left.concerns(fault.path, check.relies_on)
    ]


def counted(fault: Fault) -> Fault:
    """Name items that stand in for nameless ones as messages do: ``demands[2]``."""
    return replace(fault, path=fault.path.replace(".[", "[")) if ".[" in fault.path else fault
