"""Everything a comparison found, kept in a file: reports, slides and workbooks are made of it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim import __version__
from sim.comparison import Comparison
from sim.errors import PlannerError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

ARCHIVE: Final = "comparison.json"
FORMAT: Final = 1
"""Grows when what is kept changes its shape or meaning."""
_LARGEST: Final = 500_000_000


def archived(comparison: Comparison) -> bytes:
    """Return the content of ``comparison.json``."""
    head = {"format": FORMAT, "onestop": __version__}
    body = _adapter().dump_json(comparison, by_alias=True, exclude_unset=True)
    return json.dumps(head).encode()[:-1] + b', "comparison": ' + body + b"}\n"


def read_archive(folder: str | Path) -> Comparison:
    """Return what a folder of results holds.

    Parameters
    ----------
    folder
        The folder that a comparison was written to.

    Raises
    ------
    PlannerError
        If it is no such folder, or its results are cut off, changed, or of another version.
    """
    folder = Path(folder)
    path = folder / ARCHIVE
    try:
        content = _content(path)
    except OSError as error:
        raise _missing(folder, error) from None
    return _checked(path, content)


def _content(path: Path) -> bytes:
    if path.stat().st_size > _LARGEST:
        raise PlannerError(f"{path}: expected results of a comparison, found a file far too large")
    return path.read_bytes()


def _missing(folder: Path, error: OSError) -> PlannerError:
    if not folder.exists():
        said = "there is no such folder"
    elif not folder.is_dir():
        said = "expected the folder of a comparison's results, found a file"
    elif isinstance(error, FileNotFoundError):
        said = f"no {ARCHIVE} is in it, which every comparison writes"
    else:
        said = f"{ARCHIVE} cannot be read ({error.strerror})"
    return PlannerError(f"{folder}: {said}. Make the results with: onestop compare STUDY.toml")


def _checked(path: Path, content: bytes) -> Comparison:
    try:
        raw: Any = json.loads(content)
    except (ValueError, RecursionError):
        raise PlannerError(
            f"{path}: cut off or changed, it cannot be read. Run the comparison again."
        ) from None
    if not isinstance(raw, dict) or "format" not in raw or "comparison" not in raw:
        raise PlannerError(f"{path}: expected what a comparison writes, found something else")
    if raw["format"] != FORMAT:
        raise PlannerError(
            f"{path}: written by onestop {raw.get('onestop', '?')} in format {raw['format']}; "
            f"this is onestop {__version__}, which reads format {FORMAT}. "
            "Run the comparison again."
        )
    from pydantic import ValidationError

    try:
        found: Comparison = _adapter().validate_python(raw["comparison"])
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise PlannerError(
            f"{path}: changed since it was written ({where}). Run the comparison again."
        ) from None
    if found.baseline not in found.scenarios:
        raise PlannerError(f"{path}: changed since it was written (baseline). Run it again.")
    return found


@cache
def _adapter() -> TypeAdapter[Comparison]:
    from pydantic import TypeAdapter

    return TypeAdapter(Comparison)
