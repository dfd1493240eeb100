"""Which numbers of an office are assumptions, and from where to where each is moved.

An assumption is a number that ``[ranges]`` names, or one that the file sets and no source covers.
A distribution is one number, its mean: moved, it is scaled as a whole.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sim.distributions import Distribution
from sim.office import Office
from sim.parameters import Parameter, parameters, source_of
from sim.paths import get_path
from sim.reforms.base import Edits
from sim.schema import json_schema, ways_at
from sim.wording import Place

QUARTER: Final = 0.25
"""How far an assumption without a range is moved either way, as a share of it."""

_SHAPES: Final = frozenset({"cv", "shape", "k", "sigma", "sd", "weights"})
"""Numbers of a distribution that do not tell how large the quantity is."""


@dataclass(frozen=True)
class Assumption:
    """One number, and the ends it is moved to.

    Attributes
    ----------
    path
        Where it stands in the office file.
    value
        What the file says; of a distribution its mean.
    low, high
        The ends; an end that equals the value is not run.
    ranged
        Whether ``[ranges]`` gives them.
    whole
        Whether it counts what cannot be parted, such as members of staff.
    distribution
        As the file has it, where its mean is moved; None for a plain number.
    """

    path: str
    value: float
    low: float
    high: float
    ranged: bool
    whole: bool = False
    distribution: dict[str, Any] | None = None

    def edits(self, at: float) -> Edits:
        """Return what the ``set`` reform takes to move it."""
        if self.distribution is None:
            return {self.path: at}
        whole = Distribution.model_validate(self.distribution)
        return {self.path: whole.scaled(at / self.value).model_dump()}

    def nearer(self, at: float) -> float:
        """Return a value half way between an end and the file's."""
        half = (self.value + at) / 2
        if not self.whole:
            return half
        return math.floor(half) if at > self.value else math.ceil(half)


def assumptions(office: Office) -> tuple[list[Assumption], tuple[str, ...]]:
    """Return the assumptions of an office in file order, and paths of those that cannot be moved.

    Without a range a number is moved by a quarter either way; shares stay within their limits,
    and whole numbers move by one at least but not below one.
    """
    moved: dict[str, Assumption] = {}
    left: list[str] = []
    for parameter in parameters(office):
        for found in _found(parameter, office):
            if isinstance(found, str):
                left.append(found)
            elif found.low == found.value == found.high:
                left.append(found.path)
            else:
                moved[found.path] = found
    return list(moved.values()), tuple(dict.fromkeys(left))


def _found(parameter: Parameter, office: Office) -> Iterator[Assumption | str]:
    """Yield the assumptions that a parameter holds, or its path if it is one but no number."""
    inside = [path for path in office.ranges if path.startswith(f"{parameter.path}.")]
    for path in inside:
        keys = path[len(parameter.path) + 1 :]
        value = get_path(parameter.value, keys)
        yield _number(path, value, (*parameter.place, *keys.split(".")), office)
    if parameter.value in (None, "", [], {}) or not _is_assumption(parameter, office):
        return
    distribution = _distribution(parameter.value)
    if distribution is not None:
        if all(path.rpartition(".")[2] in _SHAPES for path in inside):
            yield _mean(parameter, distribution)
    elif _is_number(parameter.value):
        yield _number(parameter.path, parameter.value, parameter.place, office)
    else:
        yield parameter.path


def _is_assumption(parameter: Parameter, office: Office) -> bool:
    if parameter.path in office.ranges:
        return True
    return parameter.given and not source_of(parameter.path, office.sources)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _distribution(value: Any) -> Distribution | None:
    """Return a value as a distribution, if it is one of a family."""
    named = isinstance(value, dict) and len(value) == 1
    if not named or next(iter(value)) not in Distribution.model_fields:
        return None
    return Distribution.model_validate(value)


def _mean(parameter: Parameter, distribution: Distribution) -> Assumption:
    mean = _tidy(distribution.mean_value())
    low, high = _quarter(mean)
    return Assumption(parameter.path, mean, low, high, ranged=False, distribution=parameter.value)


def _number(path: str, value: float, place: Place, office: Office) -> Assumption:
    ways = ways_at(json_schema(Office), place)
    span = office.ranges.get(path)
    low, high = span or _quarter(value)
    least = min((way["minimum"] for way in ways if "minimum" in way), default=-math.inf)
    most = max((way["maximum"] for way in ways if "maximum" in way), default=math.inf)
    whole = isinstance(value, int) and all(way.get("type") != "number" for way in ways)
    if whole and span is None:
        low, high = min(math.floor(low), value - 1), max(math.ceil(high), value + 1)
        least = max(least, 1)
    low, high = max(low, least), min(high, most)
    if whole:
        low, high = math.ceil(low), math.floor(high)
    return Assumption(path, value, min(low, value), max(high, value), span is not None, whole)


def _quarter(value: float) -> tuple[float, float]:
    """Return a number less and more a quarter of it, the lower first."""
    low, high = sorted((_tidy(value * (1 - QUARTER)), _tidy(value * (1 + QUARTER))))
    return low, high


def _tidy(value: float) -> float:
    """Return a number without the last digits that arithmetic leaves: 2.5000000000000004."""
    return float(f"{value:.12g}")
