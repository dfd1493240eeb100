"""What a province gains in a year, from the files of its study, for the report of one office."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sim.comparison import Comparison, Estimate
from sim.errors import PlannerError
from sim.report.comparable import is_or_seems
from sim.verdicts import LESS, MORE, NOT_CLEAR

SUMMARY: Final = "summary.json"
_LARGEST: Final = 200_000_000
_HOURS: Final = "citizen_hours"
_GAINS: Final = ("citizen_cost", _HOURS, "trips", "office_cost")


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
    raw = _read(path)
    _same_study(path, raw["provenance"], comparison)
    compared = [name for name in comparison.scenarios if name != comparison.baseline]
    if any(each and _HOURS not in each for each in _of_scenarios(raw)):
        raise _other(path, "it was made by a version that kept no hours on the way")
    try:
        gains = {name: {each: _gain(raw, name, each) for each in _GAINS} for name in compared}
        more, fewer = (
            frozenset(name for name in compared if _give_up(raw, name, says))
            for says in (MORE, LESS)
        )
        return ProvinceTotals(int(raw["offices"]), gains, more, fewer)
    except (KeyError, TypeError, ValueError):
        raise _damaged(path) from None


def _gain(raw: dict[str, Any], scenario: str, measure: str) -> Gain:
    ends = raw["gains"][scenario][measure]
    numbers = (None if ends[end] is None else float(ends[end]) for end in ("mean", "low", "high"))
    year = Estimate(*numbers)
    if measure == _HOURS:
        return Gain(year, _of_interval(year))
    return Gain(year, str(raw["verdicts"][scenario][measure]["says"]))


def _give_up(raw: dict[str, Any], scenario: str, says: str) -> bool:
    """Return whether more or fewer people give up, or may do so by as much as matters."""
    made = raw["verdicts"][scenario].get("lost")
    if made is None:
        return False
    found = raw.get("differences", {}).get(scenario, {}).get("lost", {}).get("mean")
    mean = 0.0 if found is None else float(found)
    return is_or_seems(says, made["says"], mean, float(made["matters"]))


def _of_interval(saved: Estimate) -> str:
    """Return what the interval of what is saved says: less is needed, more, or it is not clear."""
    if saved.low is not None and saved.low > 0:
        return LESS
    return MORE if saved.high is not None and saved.high < 0 else NOT_CLEAR


def _of_scenarios(raw: dict[str, Any]) -> list[Mapping[str, Any]]:
    gains = raw["gains"].values() if isinstance(raw["gains"], Mapping) else []
    return [each for each in gains if isinstance(each, Mapping)]


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            raise _damaged(path)
        raw = json.loads(path.read_bytes())
    except OSError as error:
        raise PlannerError(
            f"{path}: cannot be read ({error.strerror or error}). Make it with: "
            "onestop province TABLE.csv STUDY.toml"
        ) from None
    except (ValueError, RecursionError):
        raise _damaged(path) from None
    if not isinstance(raw, dict) or not {"offices", "gains", "provenance"} <= raw.keys():
        raise PlannerError(f"{path}: expected the results of a province, found something else")
    return raw


def _damaged(path: Path) -> PlannerError:
    return PlannerError(f"{path}: cut off or changed, it cannot be read. Run the province again.")


def _same_study(path: Path, theirs: Any, comparison: Comparison) -> None:
    """Refuse a province of another study, baseline, version, or of changed inputs."""
    ours = comparison.provenance
    if not isinstance(theirs, Mapping):
        raise _damaged(path)
    for key, name in (("study", "study"), ("baseline", "baseline")):
        if key in ours and theirs.get(key) != ours[key]:
            raise _other(path, f"its {name} is {theirs.get(key)}, not {ours[key]}")
    versions = [_part(said, "versions").get("onestop-sim") for said in (theirs, ours)]
    if versions[0] != versions[1]:
        raise _other(path, f"it was made by onestop {versions[0]}, not {versions[1]}")
    inputs = _part(theirs, "inputs")
    changed = [
        name for name, digest in _part(ours, "inputs").items() if inputs.get(name, digest) != digest
    ]
    if changed:
        raise _other(path, f"{', '.join(changed)} differed when it was run")
    if not inputs.keys() & _part(ours, "inputs").keys():
        raise _other(path, "they have no input in common")


def _part(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name, {})
    return found if isinstance(found, Mapping) else {}


def _other(path: Path, why: str) -> PlannerError:
    return PlannerError(
        f"{path}: expected a province run with the same study, but {why}. Run the province again, "
        "or leave it out."
    )
