"""Write a starter office and a study of it."""

from __future__ import annotations

import json
import re
import unicodedata
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Final

from sim.errors import PlannerError
from sim.said import phrase

_LONGEST_BYTES: Final = 200
_UNSAFE: Final = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def write_starter(name: str, folder: str | Path = ".") -> tuple[Path, Path]:
    """Write ``NAME.toml``, an office with remarks, and ``NAME_study.toml``, a study of it.

    Parameters
    ----------
    name
        What the office is called, in any language; signs that files cannot bear become ``_``.
    folder
        Where to.

    Returns
    -------
    tuple
        The office file and the study file.

    Raises
    ------
    PlannerError
        If the name holds nothing that a file can be called, one of the files exists, or the
        folder cannot be written to.
    """
    stem = file_stem(name)
    office, study = Path(folder) / f"{stem}.toml", Path(folder) / f"{stem}_study.toml"
    for path in (office, study):
        if path.exists() or path.is_symlink():
            text = phrase(
                "{file}: exists already. Choose another name, or move it away.", file=path
            )
            raise PlannerError(text)
    words = {"NAME": _title(name), "FILE": office.name, "STUDY": study.name}
    for path, template in ((office, "starter.toml"), (study, "starter_study.toml")):
        _write(path, _filled(template, words))
    return office, study


def file_stem(name: str) -> str:
    """Return what files of an office of that name are called, without their ending."""
    text = _UNSAFE.sub("_", unicodedata.normalize("NFC", name).removesuffix(".toml"))
    text = text.encode("utf-8", "ignore")[:_LONGEST_BYTES].decode("utf-8", "ignore").strip(". ")
    if not text.strip("_"):
        given = json.dumps(name)
        expected = phrase("{name}: expected a name with a letter or a number in it", name=given)
        raise PlannerError(expected)
    return f"{text}_" if _DEVICES.fullmatch(text) else text


def _title(name: str) -> str:
    clean = "".join(sign if sign.isprintable() else " " for sign in name.removesuffix(".toml"))
    return " ".join(clean.split())


def _filled(template: str, words: dict[str, str]) -> str:
    text = files("sim").joinpath("templates", template).read_text("utf-8")
    quoted = {key: json.dumps(word, ensure_ascii=False)[1:-1] for key, word in words.items()}
    return re.sub("__([A-Z]+)__", lambda found: quoted[found[1]], text)


def _write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_text(text, encoding="utf-8", newline="\n")
        aside.replace(path)
    except OSError as error:
        reason = error.strerror or error
        text = phrase("{file}: cannot be written: {reason}", file=path, reason=reason)
        raise PlannerError(text) from None
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
