"""Check an office or study file: all that is wrong, or what is worth knowing of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.advice import Advice, Warned
from sim.errors import Fault, FileFaults, PlannerError
from sim.office import Office
from sim.office_file import counted, office_of, read_office
from sim.reforms import ReformError, apply
from sim.repair import Repaired, repaired
from sim.said import listed
from sim.study import StudyFile
from sim.toml_file import read_toml, validate
from sim.workload import DemandMean


@dataclass(frozen=True)
class Checked:
    """What is worth knowing of a file without faults.

    Attributes
    ----------
    office
        The office as it is.
    scenarios
        How many scenarios a study has; None for an office file.
    demands
        What each demand of the office comes to.
    warnings
        What to look at; of a scenario, only what is not true of the office as it is.
    """

    office: Office
    scenarios: int | None
    demands: list[DemandMean]
    warnings: list[Warned]


class Faulty(PlannerError):
    """Files with faults: a study's own and its office's.

    Parameters
    ----------
    errors
        One for each file.
    """

    def __init__(self, errors: list[PlannerError]) -> None:
        self.errors = errors
        super().__init__(listed((error.text for error in errors), "\n"))


def check_file(path: str | Path) -> Checked:
    """Check an office file, or a study file with the office it names.

    Raises
    ------
    Faulty
        With everything that is wrong.
    """
    try:
        raw = read_toml(path)
        if is_study(raw):
            return _checked_study(raw, path)
        office = office_of(raw, path)
    except Faulty:
        raise
    except PlannerError as error:
        raise Faulty([error]) from None
    advice = Advice(office)
    return Checked(office, None, advice.demands, advice.warnings)


def is_study(raw: dict[str, Any]) -> bool:
    """Tell a study file's content from an office file's."""
    return not raw.keys() & {"teams", "procedures", "demands", "calendar"} and bool(
        raw.keys() & {"office", "scenarios", "replications", "days", "warmup", "seed", "baseline"}
    )


def _checked_study(raw: dict[str, Any], path: str | Path) -> Checked:
    errors: list[PlannerError] = []
    office = _office_named(raw, path, errors)
    faults = _misread(raw, path)
    offices: dict[str, Office] = {}
    left = repaired(StudyFile, raw) if office else None
    if office and left:
        offices, misfits = _tried(office, left)
        faults += misfits
    if faults:
        errors.insert(0, FileFaults(str(path), faults))
    if errors or office is None:
        raise Faulty(errors)
    advice = Advice(office)
    return Checked(office, len(offices), advice.demands, _all_warnings(advice, offices))


def _office_named(
    raw: dict[str, Any], path: str | Path, errors: list[PlannerError]
) -> Office | None:
    name = raw.get("office")
    if not isinstance(name, str) or not name:
        return None
    try:
        return read_office(Path(path).parent / name)
    except PlannerError as error:
        errors.append(error)
    return None


def _misread(raw: dict[str, Any], path: str | Path) -> list[Fault]:
    try:
        validate(StudyFile, raw, path)
    except FileFaults as error:
        return error.faults
    return []


def _tried(office: Office, left: Repaired) -> tuple[dict[str, Office], list[Fault]]:
    """Return the office as each scenario would have it, and the reforms that do not fit it.

    Scenarios of which a reform cannot be read are left out: what follows may build on it.
    """
    offices: dict[str, Office] = {}
    faults: list[Fault] = []
    for scenario in left.model.scenarios:
        path = f"scenarios.{scenario.id}"
        if left.touches(f"{path}.reforms"):
            continue
        try:
            offices[scenario.id] = apply(office, scenario.reforms)
        except ReformError as error:
            faults += map(counted, error.within(path).faults)
    return offices, faults


def _all_warnings(advice: Advice, offices: dict[str, Office]) -> list[Warned]:
    known = set(advice.warnings)
    return advice.warnings + [
        Warned(f"scenarios.{name}, {warned.path}", warned.text)
        for name, office in offices.items()
        for warned in Advice(office).warnings
        if warned not in known
    ]
