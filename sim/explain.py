"""Turn pydantic's validation errors into faults that a planner can mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.errors import Fault

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails


class Finding(NamedTuple):
    """A fault and the place in the raw content where it stands."""

    place: tuple[str | int, ...]
    fault: Fault


def explain(model: type[BaseModel], raw: dict[str, Any], error: ValidationError) -> list[Finding]:
    """Return one finding for each thing that is wrong, in the order of the file."""
    findings = []
    for detail in error.errors(include_url=False):
        place = tuple(part for part in detail["loc"])
        findings.append(Finding(place, Fault(".".join(map(str, place)), detail["msg"])))
    return findings
