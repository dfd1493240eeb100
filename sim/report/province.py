"""What a province gains in a year, from the files of its study, for the report of one office."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

from sim.comparison import Comparison, Estimate
from sim.errors import PlannerError
from sim.report.comparable import is_or_seems
from sim.said import listed, phrase
from sim.verdicts import LESS, MORE, NO_CASES, NO_DIFFERENCE, NOT_CLEAR, TOO_MANY_OPEN

SUMMARY: Final = "summary.json"
_LARGEST: Final = 200_000_000
_HOURS: Final = "citizen_hours"
_GAINS: Final = ("citizen_cost", _HOURS, "trips", "office_cost")
_SAYS: Final = frozenset({LESS, MORE, NO_CASES, NO_DIFFERENCE, NOT_CLEAR, TOO_MANY_OPEN})


def _known(says: str) -> str:
    if says not in _SAYS:
        raise ValueError(says)
    return says


_Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]


@dataclass(frozen=True)
class _Ends:
    """A gain as it is kept."""

    mean: _Number | None
    low: _Number | None
    high: _Number | None


@dataclass(frozen=True)
class _Difference:
    """A difference as it is kept, as far as it is needed."""

    mean: _Number | None = None


@dataclass(frozen=True)
class _Verdict:
    """A verdict as it is kept, as far as it is needed."""

    says: Annotated[str, AfterValidator(_known)]
    matters: _Number = 0.0


@dataclass(frozen=True)
class _Summary:
    """What is kept of a province, as far as it is needed."""

    offices: Annotated[int, Field(strict=True, ge=1)]
    gains: dict[str, dict[str, _Ends]]
    verdicts: dict[str, dict[str, _Verdict]]
    provenance: dict[str, Any]
    differences: dict[str, dict[str, _Difference]] = field(default_factory=dict)


@dataclass(frozen=True)
class Gain:
    """What is better in a year in all offices, and what the measure's verdict says.

    No verdict is made on hours of citizens: there it is what the interval of the year says.
    """

    year: Estimate
    says: str


@dataclass(frozen=True)
class ProvinceTotals:
    """What all offices of a province gain.

    Attributes
    ----------
    offices
        How many there are.
    gains
        By scenario and measure: money of citizens, their hours on the premises and on the way,
        trips, money of the offices; positive is saved.
    more_give_up
        Scenarios with which more people give up in all offices, clearly or as it seems: with
        these nothing is saved.
    fewer_give_up
        Those with which fewer do: with these people spend no more.
    """

    offices: int
    gains: dict[str, dict[str, Gain]]
    more_give_up: frozenset[str] = frozenset()
    fewer_give_up: frozenset[str] = frozenset()


def province_totals(folder: str | Path, comparison: Comparison) -> ProvinceTotals:
    """Return what a province gains that was run with the same study.

    Parameters
    ----------
    folder
        The folder that ``onestop province`` wrote.
    comparison
        The comparison of one office, to whose report it belongs.

    Raises
    ------
    PlannerError
        If it is no such folder, its summary is damaged, or it is of another study.
    """
    path = Path(folder) / SUMMARY
    kept = _read(path)
    _same_study(path, kept.provenance, comparison)
    if any(each and _HOURS not in each for each in kept.gains.values()):
        raise _other(path, phrase("it was made by a version that kept no hours on the way"))
    compared = [name for name in comparison.scenarios if name != comparison.baseline]
    try:
        gains = {name: {each: _gain(kept, name, each) for each in _GAINS} for name in compared}
        more, fewer = (
            frozenset(name for name in compared if _give_up(kept, name, says))
            for says in (MORE, LESS)
        )
    except KeyError:
        raise _damaged(path) from None
    return ProvinceTotals(kept.offices, gains, more, fewer)


def _gain(kept: _Summary, scenario: str, measure: str) -> Gain:
    ends = kept.gains[scenario][measure]
    year = Estimate(ends.mean, ends.low, ends.high)
    if measure == _HOURS:
        return Gain(year, _of_interval(year))
    return Gain(year, kept.verdicts[scenario][measure].says)


def _give_up(kept: _Summary, scenario: str, says: str) -> bool:
    """Return whether more or fewer people give up, or may do so by as much as matters."""
    made = kept.verdicts[scenario].get("lost")
    if made is None:
        return False
    mean = kept.differences.get(scenario, {}).get("lost", _Difference()).mean
    return is_or_seems(says, made.says, mean or 0.0, made.matters)


def _of_interval(saved: Estimate) -> str:
    """Return what the interval of what is saved says: less is needed, more, or it is not clear."""
    if saved.low is not None and saved.low > 0:
        return LESS
    return MORE if saved.high is not None and saved.high < 0 else NOT_CLEAR


def _read(path: Path) -> _Summary:
    try:
        raw = json.loads(_content(path))
    except OSError as error:
        raise PlannerError(
            phrase(
                "{path}: cannot be read ({reason}). Make it with: {command}",
                path=path,
                reason=error.strerror or error,
                command="onestop province TABLE.csv STUDY.toml",
            )
        ) from None
    except (ValueError, RecursionError):
        raise _damaged(path) from None
    if not isinstance(raw, dict) or not {"offices", "gains", "provenance"} <= raw.keys():
        text = phrase("{path}: expected the results of a province, found something else", path=path)
        raise PlannerError(text)
    try:
        return _adapter().validate_python(raw)
    except (ValidationError, OverflowError):
        raise _damaged(path) from None


def _content(path: Path) -> bytes:
    # Nobody may ever write to a pipe.
    if (path.exists() and not path.is_file()) or path.stat().st_size > _LARGEST:
        raise _damaged(path)
    return path.read_bytes()


@cache
def _adapter() -> TypeAdapter[_Summary]:
    return TypeAdapter(_Summary)


def _damaged(path: Path) -> PlannerError:
    return PlannerError(
        phrase("{path}: cut off or changed, it cannot be read. Run the province again.", path=path)
    )


def _same_study(path: Path, theirs: Mapping[str, Any], comparison: Comparison) -> None:
    """Refuse a province of another study, baseline, version, or of changed inputs."""
    ours = comparison.provenance
    if "study" in ours and theirs.get("study") != ours["study"]:
        both = {"theirs": str(theirs.get("study")), "ours": str(ours["study"])}
        raise _other(path, phrase("its study is {theirs}, not {ours}", **both))
    if "baseline" in ours and theirs.get("baseline") != ours["baseline"]:
        both = {"theirs": str(theirs.get("baseline")), "ours": str(ours["baseline"])}
        raise _other(path, phrase("its baseline is {theirs}, not {ours}", **both))
    versions = [_part(said, "versions").get("onestop-sim") for said in (theirs, ours)]
    if versions[0] != versions[1]:
        both = {"theirs": str(versions[0]), "ours": str(versions[1])}
        raise _other(path, phrase("it was made by onestop {theirs}, not {ours}", **both))
    inputs = _part(theirs, "inputs")
    changed = [
        name for name, digest in _part(ours, "inputs").items() if inputs.get(name, digest) != digest
    ]
    if changed:
        raise _other(path, phrase("{files} differed when it was run", files=listed(changed)))
    if not inputs.keys() & _part(ours, "inputs").keys():
        raise _other(path, phrase("they have no input in common"))


def _part(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name, {})
    return found if isinstance(found, Mapping) else {}


def _other(path: Path, why: str) -> PlannerError:
    return PlannerError(
        phrase(
            "{path}: expected a province run with the same study, but {why}. Run the province "
            "again, or leave it out.",
            path=path,
            why=why,
        )
    )
