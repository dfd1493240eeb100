"""Everything a comparison found, kept in a file: reports, slides and workbooks are made of it."""

from __future__ import annotations

import hashlib
import json
import stat
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim import __version__
from sim.comparison import Comparison
from sim.errors import PlannerError
from sim.said import phrase

if TYPE_CHECKING:
    from pydantic import TypeAdapter

ARCHIVE: Final = "comparison.json"
FORMAT: Final = 2
"""Grows when what is kept changes its shape or meaning."""
_LARGEST: Final = 500_000_000
_BEFORE, _AFTER = b', "comparison": ', b"}\n"
"""What stands around what was found."""


def archived(comparison: Comparison) -> bytes:
    """Return the content of ``comparison.json``.

    With what was found there goes a digest of it: whoever reads it knows that every number is the
    one that was simulated, and that all of them fit together.
    """
    body = _adapter().dump_json(comparison, by_alias=True, exclude_unset=True)
    head = {"format": FORMAT, "onestop": __version__, "sha256": hashlib.sha256(body).hexdigest()}
    return json.dumps(head).encode()[:-1] + _BEFORE + body + _AFTER


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
    found = path.stat()
    # Nobody may ever write to a pipe.
    if not stat.S_ISREG(found.st_mode):
        text = phrase("{path}: expected a file that a comparison wrote, found no file", path=path)
        raise PlannerError(text)
    if found.st_size > _LARGEST:
        text = phrase(
            "{path}: expected results of a comparison, found a file far too large", path=path
        )
        raise PlannerError(text)
    return path.read_bytes()


def _missing(folder: Path, error: OSError) -> PlannerError:
    if not folder.exists():
        said = phrase("there is no such folder")
    elif not folder.is_dir():
        said = phrase("expected the folder of a comparison's results, found a file")
    elif isinstance(error, FileNotFoundError):
        said = phrase("no {file} is in it, which every comparison writes", file=ARCHIVE)
    else:
        said = phrase("{file} cannot be read ({reason})", file=ARCHIVE, reason=error.strerror)
    return PlannerError(
        phrase(
            "{folder}: {said}. Make the results with: {command}",
            folder=folder,
            said=said,
            command="onestop compare STUDY.toml",
        )
    )


def _checked(path: Path, content: bytes) -> Comparison:
    raw = _raw(path, content)
    _same_format(path, raw)
    try:
        found: Comparison = _adapter().validate_python(raw["comparison"])
    except (ValueError, OverflowError) as error:
        raise _changed(path, error) from None
    body = content.partition(_BEFORE)[2].removesuffix(_AFTER)
    if hashlib.sha256(body).hexdigest() != raw.get("sha256"):
        raise _changed(path)
    return found


def _raw(path: Path, content: bytes) -> dict[str, Any]:
    try:
        raw: Any = json.loads(content)
    except (ValueError, RecursionError):
        text = phrase(
            "{path}: cut off or changed, it cannot be read. Run the comparison again.", path=path
        )
        raise PlannerError(text) from None
    kinds = {"format": int, "onestop": str, "comparison": dict}
    if not isinstance(raw, dict) or not all(
        isinstance(raw.get(key), kind) for key, kind in kinds.items()
    ):
        text = phrase("{path}: expected what a comparison writes, found something else", path=path)
        raise PlannerError(text)
    return raw


def _same_format(path: Path, raw: dict[str, Any]) -> None:
    """Refuse what another version wrote in its own format."""
    if raw["format"] == FORMAT:
        return
    theirs, ours = str(raw["format"]), str(FORMAT)
    if raw["onestop"] == __version__:
        text = phrase(
            "{path}: written in format {theirs}; this onestop reads format {ours}. "
            "Run the comparison again.",
            path=path,
            theirs=theirs,
            ours=ours,
        )
    else:
        text = phrase(
            "{path}: written by onestop {version} in format {theirs}; this is onestop {this}, "
            "which reads format {ours}. Run the comparison again.",
            path=path,
            version=raw["onestop"],
            theirs=theirs,
            this=__version__,
            ours=ours,
        )
    raise PlannerError(text)


def _changed(path: Path, error: Exception | None = None) -> PlannerError:
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        text = phrase("{path}: changed since it was written. Run the comparison again.", path=path)
        return PlannerError(text)
    where = ".".join(str(part) for part in error.errors()[0]["loc"])
    return PlannerError(
        phrase(
            "{path}: changed since it was written ({where}). Run the comparison again.",
            path=path,
            where=where,
        )
    )


@cache
def _adapter() -> TypeAdapter[Comparison]:
    from pydantic import TypeAdapter

    return TypeAdapter(Comparison)
