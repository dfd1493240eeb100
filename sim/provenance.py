"""What a result was made from: versions, seed, inputs, date and command."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import platform
import shlex
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sim import __version__
from sim.study import Study

_LIBRARIES = ("numpy", "scipy", "simpy", "numba", "holidays")

Provenance = dict[str, str | int | dict[str, str]]


def provenance(study: Study) -> Provenance:
    """Return what a study's results are made from.

    Two runs are equal if all their results but ``date`` and ``command`` are.
    """
    return {
        "versions": versions(),
        "study": study.id,
        "seed": study.seed,
        "days": study.days,
        "warmup": study.warmup,
        "replications": study.replications,
        "baseline": study.baseline,
        "inputs": {_named(name, study): _digest(Path(name)) for name in _inputs(study)},
        "model": _model_digest(study),
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
    }


def versions() -> dict[str, str]:
    """Return the versions that results depend on."""
    found = {"onestop-sim": __version__, "python": platform.python_version()}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _inputs(study: Study) -> list[str]:
    folder = Path(study.office.folder)
    logs = [demand.log.file for demand in study.office.demands if demand.log is not None]
    logs += [team.staff.log for team in study.office.teams if team.staff.log is not None]
    return list(dict.fromkeys([*study.files, *(str(folder / name) for name in logs)]))


def _named(path: str, study: Study) -> str:
    """Name an input as the study file would: relative to the folder it stands in."""
    folder = Path(study.files[0]).parent if study.files else Path(study.office.folder)
    return Path(os.path.relpath(path, folder)).as_posix()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _model_digest(study: Study) -> str:
    """Return a hash of all scenarios' offices, for studies made by scripts as well as files."""
    text = "\n".join(
        f"{name} {office.model_dump_json()}" for name, office in study.offices().items()
    )
    return hashlib.sha256(text.encode()).hexdigest()
