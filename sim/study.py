"""Studies: which reforms of which office are compared, and how hard to look."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import Field, ValidationInfo, field_validator

from sim.base import Name, Part, Positive, Text
from sim.errors import Fault, FileFaults, Misfit
from sim.office import Office
from sim.office_file import read_office
from sim.reforms import ReformError, Reforming, ReformLine, apply, read
from sim.said import listed, phrase
from sim.toml_file import read_toml, validate
from sim.wording import shown

BASELINE: Final = "baseline"
"""The id of the office as it is."""

load_office = read_office
"""Read an office file; see :func:`sim.office_file.read_office`."""


class Matters(Part):
    """The smallest differences that matter; smaller ones are no reason for a reform."""

    minutes: Annotated[Positive, Field(json_schema_extra={"unit": "minutes"})] = 1
    """Of waiting, visits and turnaround."""
    trips: Annotated[Positive, Field(json_schema_extra={"unit": "trips a case"})] = 0.01
    """Of trips and slips a case."""
    share: Annotated[Positive, Field(lt=1, json_schema_extra={"unit": "share, 0 to 1"})] = 0.01
    """Of shares, such as that of results on the same day."""
    relative: Annotated[Positive, Field(lt=1, json_schema_extra={"unit": "share, 0 to 1"})] = 0.01
    """Of all else, as a share of the baseline's value."""


class ScenarioFile(Part):
    """Reforms tried together, as a study file has them."""

    id: Name
    """Name of the scenario."""
    title: Text | None = None
    """Title for people."""
    reforms: tuple[ReformLine, ...] = ()  # type: ignore[valid-type]
    """The reforms, applied in this order."""


class Scenario(Part):
    """Reforms tried together: lines of a study file, or functions from office to office."""

    id: Name
    """Name of the scenario."""
    title: Text | None = None
    """Title for people."""
    reforms: tuple[Reforming, ...] = ()
    """The reforms, applied in this order."""

    @field_validator("reforms", mode="before")
    @classmethod
    def _readable(cls, reforms: Sequence[Any]) -> tuple[Reforming, ...]:
        return read(reforms)


class Settings(Part):
    """How hard to look."""

    title: Text | None = None
    """Title for people."""
    days: Annotated[
        int, Field(strict=True, ge=1, le=5000, json_schema_extra={"unit": "working days"})
    ] = 250
    """Working days measured."""
    warmup: Annotated[
        int, Field(strict=True, ge=0, le=1000, json_schema_extra={"unit": "working days"})
    ] = 10
    """Working days run before measuring."""
    replications: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 30
    """Runs of each scenario, each with luck of its own."""
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**63)] = 1
    """Which luck: the same seed gives the same results."""
    matters: Matters = Matters()
    """The smallest differences that matter."""


def _names_once(scenarios: tuple[Any, ...]) -> tuple[Any, ...]:
    names = [scenario.id for scenario in scenarios]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or BASELINE in names:
        expected = phrase(
            'scenarios of different ids, none of them "{baseline}", which is the office as it is',
            baseline=BASELINE,
        )
        raise Misfit(expected, listed(twice) or BASELINE)
    return scenarios


def _known(baseline: str, info: ValidationInfo) -> str:
    scenarios = info.data.get("scenarios")
    known = [BASELINE, *(scenario.id for scenario in scenarios or ())]
    if scenarios is not None and baseline not in known:
        names = listed(map(shown, known))
        expected = phrase("what the others are compared with: {names}", names=names)
        raise Misfit(expected, shown(baseline))
    return baseline


class StudyFile(Settings):
    """The content of a study file."""

    office: Name
    """The office file, relative to the study file."""
    scenarios: tuple[ScenarioFile, ...] = ()
    """What is compared with the office as it is; without any, that runs alone."""
    baseline: Name = BASELINE
    """What the others are compared with: the office as it is, or a scenario by its id."""

    _scenarios_once = field_validator("scenarios")(_names_once)
    _baseline_known = field_validator("baseline")(_known)


class Study(Settings):
    """A study, read from a file or made by a script."""

    office: Office
    """The office as it is."""
    scenarios: tuple[Scenario, ...] = ()
    """What is compared with it."""
    baseline: Name = BASELINE
    """What the others are compared with."""
    id: Name = "study"
    """Name of the study, and of the folder of its results."""
    files: tuple[str, ...] = ()
    """The files it was read from."""

    _scenarios_once = field_validator("scenarios")(_names_once)
    _baseline_known = field_validator("baseline")(_known)

    def offices(self) -> dict[str, Office]:
        """Return the office as it is, and as each scenario would have it, by id.

        Raises
        ------
        FileFaults
            With every reform that does not fit the office or contradicts another one.
        """
        found = {BASELINE: self.office}
        faults: list[Fault] = []
        for scenario in self.scenarios:
            try:
                found[scenario.id] = apply(self.office, scenario.reforms)
            except ReformError as error:
                faults += error.within(f"scenarios.{scenario.id}").faults
        if faults:
            raise FileFaults(self.files[0] if self.files else self.id, faults)
        return found

    def changed(self, **settings: Any) -> Self:
        """Return the study with other settings; those that are None stay as they are.

        Raises
        ------
        FileFaults
            If a value is out of its range.
        """
        given = {name: value for name, value in settings.items() if value is not None}
        kept = {name: getattr(self, name) for name in self.model_fields_set}
        return validate(type(self), kept | given, self.id)


def load_study(path: str | Path) -> Study:
    """Return the study that a file describes, its reforms tried on its office.

    Raises
    ------
    PlannerError
        If a file cannot be read, or with everything that is wrong in it.
    """
    file = validate(StudyFile, read_toml(path), str(path))
    office_path = Path(path).parent / file.office
    given = {name: getattr(file, name) for name in file.model_fields_set}
    given["scenarios"] = [
        Scenario(id=each.id, title=each.title, reforms=each.reforms) for each in file.scenarios
    ]
    given |= {
        "office": load_office(office_path),
        "id": Path(path).stem,
        "files": (str(path), str(office_path)),
    }
    study = Study.model_validate(given)
    study.offices()
    return study
