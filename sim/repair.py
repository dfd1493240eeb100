"""Cut out of a file what cannot be read, so that the rest can be checked all the same."""

from __future__ import annotations

import copy
import datetime as dt
from collections import Counter
from typing import Any, Final, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from sim.explain import explain
from sim.schema import Node, json_schema, keys_at, ways_at
from sim.wording import Place, alike, path_text, value_at

Model = TypeVar("Model", bound=BaseModel)

_ROUNDS: Final = 30

_STAND_INS: Final[dict[str, Any]] = {
    "hours": {"mon-fri": ["08:00-12:00", "13:00-17:00"]},
    "minutes": 1,
    "staff": 1,
    "start": dt.date(2023, 1, 2),
    "steps": [{"id": "[1]", "working_days": 1}],
    "within": "same day",
}
"""What stands in for a key whose schema alone does not say what would be valid."""

_KEPT: Final = ("id", "deadline", "steps", "role", "visitor", "needs", "roles", "procedure", "step")
"""What is kept of a part that does not fit together: what others refer to."""


class Repaired(NamedTuple):
    """What is left of a file, and what was changed to get it.

    Attributes
    ----------
    places
        Keys and list positions that were cut, filled in, or perhaps meant by a misspelt key.
    paths
        The same as text.
    """

    model: Any
    places: tuple[Place, ...]
    paths: tuple[str, ...]

    def concerns(self, path: str, relies_on: tuple[str, ...]) -> bool:
        """Tell whether a fault may exist only because of what was changed.

        Parameters
        ----------
        path
            Where the fault is.
        relies_on
            Parts of the file, ``*`` for any item, that the fault's check relies on.
        """
        inside = any(_within(path, own) for own in self.paths)
        patterns = [pattern.split(".") if pattern else [] for pattern in relies_on]
        return inside or any(_meet(place, parts) for place in self.places for parts in patterns)

    def touches(self, path: str) -> bool:
        """Tell whether something inside a part of the file was changed."""
        return any(_within(own, path) for own in self.paths)


def _within(path: str, outer: str) -> bool:
    return path == outer or path.startswith((f"{outer}.", f"{outer}["))


def _meet(place: Place, pattern: list[str]) -> bool:
    """Tell whether one of two parts of a file holds the other."""
    return all(want in ("*", part) for part, want in zip(place, pattern, strict=False))


def repaired(model: type[Model], raw: dict[str, Any]) -> Repaired | None:
    """Return what is left of a file when all that cannot be read is cut out of it.

    What is wrong is left out; where something must stand, something valid is filled in; where that
    does not help, the part around it is treated the same. None where nothing helps.
    """
    mender = _Mender(json_schema(model), copy.deepcopy(raw))
    for _ in range(_ROUNDS):
        try:
            found = model.model_validate(mender.content)
        except ValidationError as error:
            findings = explain(model, mender.content, error)
            if not findings or any(not finding.place for finding in findings):
                return None
            for finding in reversed(findings):
                mender.mend(finding.place)
        else:
            return Repaired(found, tuple(mender.places), tuple(mender.paths))
    return None


class _Mender:
    """The content of a file while it is being repaired."""

    def __init__(self, schema: Node, content: dict[str, Any]) -> None:
        self.schema = schema
        self.content = content
        self.places: list[Place] = []
        self.paths: list[str] = []
        self._tries: Counter[Place] = Counter()

    def mend(self, place: Place) -> None:
        """Try the next thing that may make a part valid."""
        if not place:
            return
        holder, key = value_at(self.content, place[:-1]), place[-1]
        if not isinstance(holder, dict | list):
            return
        tries = self._tries[place]
        self._tries[place] += 1
        there = key in holder if isinstance(holder, dict) else int(key) < len(holder)
        if there and tries == 0:
            self._cut(holder, place)
        elif isinstance(holder, dict) and tries < 2:
            self._note(place)
            holder[key] = self._stand_in(place)
        elif there and isinstance(holder, list) and tries < 2:
            self._note(place)
            del holder[int(key)]
        else:
            self.mend(place[:-1])

    def _cut(self, holder: Any, place: Place) -> None:
        """Leave out a value, or all of a part but what others refer to."""
        key: Any = place[-1]
        old = holder[key]
        skeleton = _skeleton(old) if isinstance(old, dict) and isinstance(key, int) else {}
        if skeleton and skeleton != old:
            for lost in old.keys() - skeleton.keys():
                self._note((*place, lost))
            holder[key] = skeleton
        else:
            self._note(place)
            del holder[key]

    def _note(self, place: Place) -> None:
        meant = alike(str(place[-1]), keys_at(self.schema, place[:-1]))
        for named in (place, *((*place[:-1], key) for key in meant)):
            self.places.append(named)
            self.paths.append(path_text(self.content, named))

    def _stand_in(self, place: Place) -> Any:
        key = place[-1]
        if key == "id" and isinstance(place[-2], int):
            return f"[{place[-2] + 1}]"
        if key in _STAND_INS:
            return copy.deepcopy(_STAND_INS[str(key)])
        return self._least(ways_at(self.schema, place))

    def _least(self, ways: list[Node]) -> Any:
        """Return the least that a schema allows, of its first alternative."""
        way = ways[0] if ways else {}
        if "enum" in way:
            return way["enum"][0]
        if way.get("type") == "object":
            return {}
        if way.get("type") == "array":
            return [1, 1][: way.get("maxItems", 0)] if "prefixItems" in way else ["?"]
        if way.get("type") in ("number", "integer"):
            return way.get("minimum", 1)
        return "?"


def _skeleton(part: dict[str, Any]) -> dict[str, Any]:
    """Return what others refer to, with the least that makes a step or a demand whole."""
    kept: dict[str, Any] = {key: part[key] for key in _KEPT if key in part}
    if "needs" in kept:
        return kept | {"per_day": 1}
    if "roles" in kept or "steps" in kept:
        return kept
    if isinstance(kept.get("role"), str):
        return kept | {"minutes": 1}
    return {"id": kept["id"], "working_days": 1} if "id" in kept else {}
