"""Keep the result of each office as it finishes, and take up what was kept before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from sim.base import Part
from sim.errors import PlannerError
from sim.province.rows import Row
from sim.province.runs import ScenarioSums
from sim.said import listed, phrase
from sim.verdicts import HEADLINE

FOLDER: Final = "offices"
MEASURED: Final = (*HEADLINE, "citizen_hours")
"""Measures of which a province says what they come to, and what is gained."""
KEPT: Final = (*MEASURED, "cases", "cases_year", "open_at_end")
"""Measures whose sums are kept."""
_NAMED: Final = 5

Sums = dict[str, ScenarioSums]


class Kept(Part):
    """The content of a kept file."""

    fingerprint: str
    scenarios: Sums


@dataclass(frozen=True)
class Before:
    """What a folder held when a run began.

    Attributes
    ----------
    sums
        Of the offices that were finished, from the same inputs and versions, by id.
    other
        Ids of offices with a result that is of other inputs or another version, or is damaged.
    strange
        How many kept results are of no office of the province.
    """

    sums: dict[str, Sums]
    other: tuple[str, ...]
    strange: int

    def said(self, offices: int) -> Iterator[str]:
        """Yield what there is to know of it, a sentence each."""
        if self.sums:
            done = len(self.sums)
            yield phrase(
                "{done} of {offices} offices were finished before.", done=done, offices=offices
            )
        if self.other:
            yield _run_again(self.other)
        if self.strange == 1:
            yield phrase("1 kept result not in the list: not used.")
        elif self.strange:
            yield phrase("{count} kept results not in the list: not used.", count=self.strange)


def _run_again(offices: tuple[str, ...]) -> str:
    if len(offices) == 1:
        return phrase(
            "1 kept result is from other inputs or another version, or damaged, and is not used: "
            "{office} runs again.",
            office=offices[0],
        )
    return phrase(
        "{count} kept results are from other inputs or another version, or damaged, and are not "
        "used: {offices} run again.",
        count=len(offices),
        offices=_first(offices),
    )


def found_before(folder: Path, rows: list[Row]) -> Before:
    """Return what a folder holds of these offices.

    Parameters
    ----------
    folder
        Folder of the province's results.
    rows
        The offices.
    """
    sums: dict[str, Sums] = {}
    other: list[str] = []
    for row in rows:
        path = _path(folder, row.id)
        if not path.exists():
            continue
        content = _read(path, row.study.replications)
        if content is not None and content.fingerprint == row.fingerprint:
            sums[row.id] = content.scenarios
        else:
            other.append(row.id)
    names = {_path(folder, row.id).name.casefold() for row in rows}
    every = [path.name for path in (folder / FOLDER).glob("*.json")]
    strange = sum(name.casefold() not in names for name in every if not name.startswith("."))
    return Before(sums, tuple(other), strange)


def keep(folder: Path, row: Row, sums: Sums) -> None:
    """Write an office's result, whole or not at all, safe from a loss of power.

    Raises
    ------
    PlannerError
        If it cannot be written.
    """
    content = Kept(fingerprint=row.fingerprint, scenarios=sums)
    path = _path(folder, row.id)
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(exist_ok=True)
        with aside.open("w", encoding="utf-8") as file:
            file.write(content.model_dump_json(indent=1) + "\n")
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        reason = error.strerror or error
        text = phrase("{path}: cannot be written ({reason})", path=path, reason=reason)
        raise PlannerError(text) from None


def _first(names: tuple[str, ...]) -> str:
    first, more = listed(names[:_NAMED]), len(names) - _NAMED
    return phrase("{names} and {count} more", names=first, count=more) if more > 0 else first


def _path(folder: Path, name: str) -> Path:
    return folder / FOLDER / f"{name}.json"


def _read(path: Path, replications: int) -> Kept | None:
    """Return what was kept; None if it is damaged."""
    try:
        content = Kept.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    columns = [
        table.get(name, ())
        for sums in content.scenarios.values()
        for table in (sums.sums, sums.counts)
        for name in KEPT
    ]
    return content if all(len(column) == replications for column in columns) else None
