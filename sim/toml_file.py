"""Read a TOML file and validate its content, with errors in a planner's words."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sim.errors import Fault, FileFaults, PlannerError
from sim.said import listed, phrase, sentences
from sim.toml_mends import syntax_fault

if TYPE_CHECKING:
    from pydantic import BaseModel

    Model = TypeVar("Model", bound=BaseModel)

_LARGEST: Final = 20_000_000


def read_toml(path: str | Path) -> dict[str, Any]:
    """Return the content of a TOML file.

    Parameters
    ----------
    path
        The file, as the user gave it; messages name it so.

    Raises
    ------
    PlannerError
        If there is no such file, it cannot be read or is not text; if its syntax is wrong,
        :class:`sim.errors.FileFaults` with the line and the usual mend.
    """
    text = _decoded(_content(Path(path)), str(path))
    try:
        content = tomllib.loads(text)
        hint = phrase("Start from one: {command}", command="onestop new NAME")
        fault = Fault(phrase("file"), phrase("content"), phrase("an empty file"), hint)
    except RecursionError:
        expected = phrase("brackets nested a few levels deep")
        fault = Fault(phrase("file"), expected, phrase("far more"))
    except ValueError as error:
        fault = syntax_fault(text, str(error))
    else:
        if content:
            return content
    raise FileFaults(str(path), [fault])


def validate(model: type[Model], raw: dict[str, Any], source: str | Path) -> Model:
    """Return the content of a file as a model.

    Parameters
    ----------
    model
        What the file describes: an office, a study.
    raw
        The file's content.
    source
        The file's name, for messages.

    Raises
    ------
    FileFaults
        With everything that is wrong, one fault for each thing.
    """
    from pydantic import ValidationError

    from sim.explain import explain

    try:
        return model.model_validate(raw)
    except ValidationError as error:
        faults = [finding.fault for finding in explain(model, raw, error)]
        raise FileFaults(str(source), faults) from None


def _content(path: Path) -> bytes:
    try:
        if path.is_dir():
            found = phrase("{file}: expected a file, found a folder.", file=path)
            raise PlannerError(sentences(found, _files_in(path)))
        if path.exists() and not path.is_file():
            raise PlannerError(phrase("{file}: expected an ordinary file", file=path))
        if path.exists() and path.stat().st_size > _LARGEST:
            raise PlannerError(
                phrase("{file}: expected a TOML file, found more than 20 megabytes", file=path)
            )
        return path.read_bytes()
    except FileNotFoundError:
        missing = phrase("{file}: no such file.", file=path)
        raise PlannerError(sentences(missing, _nearest_file(path))) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        text = phrase("{file}: cannot be read: {reason}", file=path, reason=reason)
        raise PlannerError(text) from None


def _files_in(folder: Path) -> str:
    try:
        names = sorted(item.name for item in folder.glob("*.toml"))
    except OSError:
        names = []
    return phrase("In it: {names}.", names=listed(names[:5])) if names else ""


def _nearest_file(path: Path) -> str:
    try:
        names = [item.name for item in path.parent.iterdir()]
    except OSError:
        return phrase("There is no folder {folder} either.", folder=path.parent)
    near = difflib.get_close_matches(path.name, names, n=1) or [
        name for name in names if name == f"{path.name}.toml"
    ]
    return phrase("Nearest name: {name}.", name=f'"{near[0]}"') if near else ""


def _decoded(content: bytes, source: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise PlannerError(
            phrase(
                "{file}: expected text in UTF-8, found UTF-16. Save it again as UTF-8.", file=source
            )
        )
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise PlannerError(_no_utf8(content, error.start, source)) from None


def _no_utf8(content: bytes, start: int, source: str) -> str:
    line = content[:start].count(b"\n") + 1
    return phrase(
        "{file}, line {line}: expected text in UTF-8, found the byte {byte} "
        "(byte {place} of the file). Save the file again as UTF-8.",
        file=source, line=str(line), byte=f"0x{content[start]:02x}", place=str(start + 1),
    )  # fmt: skip
