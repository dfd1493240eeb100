"""Turn pydantic's validation errors into faults that a planner can mend."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sim.errors import Fault, Misfit
from sim.said import phrase, sentences
from sim.schema import Node, json_schema, keys_at, ways_at
from sim.wording import Place, alike, alternatives, describe, nearest, path_text, shown, value_at

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails


class Finding(NamedTuple):
    """A fault and the place in the raw content where it stands."""

    place: Place
    fault: Fault


class _Error(NamedTuple):
    """An error of pydantic's whose location is told apart into keys of the file and branches.

    `branches` holds, for each alternative of a union that led here, the location up to it.
    """

    place: Place
    branches: tuple[tuple[Place, str], ...]
    detail: ErrorDetails
    at_key: bool


def explain(model: type[BaseModel], raw: dict[str, Any], error: ValidationError) -> list[Finding]:
    """Return one finding for each thing that is wrong.

    Parameters
    ----------
    model
        What the file describes.
    raw
        The file's content, against which the locations are read.
    error
        What pydantic found.
    """
    schema = json_schema(model)
    errors = [_located(raw, detail) for detail in error.errors(include_url=False)]
    errors = [found for found in errors if not _echo(raw, found)]
    findings: dict[Place, Finding] = {}
    for found in _without_misspelt(_one_branch_each(errors)):
        findings.setdefault(found.place, Finding(found.place, _fault(schema, raw, found)))
    return sorted(findings.values(), key=lambda finding: _order(raw, finding.place))


def _order(raw: Any, place: Place) -> tuple[int, ...]:
    """Return where in the file a place is; what is missing comes last in its table."""
    order = []
    for part in place:
        keys = list(raw) if isinstance(raw, dict) else []
        order.append(
            part if isinstance(part, int) else (keys.index(part) if part in keys else 10**9)
        )
        raw = raw[part] if _holds(raw, part) else None
    return tuple(order)


def _located(raw: Any, detail: ErrorDetails) -> _Error:
    place: list[str | int] = []
    branches: list[tuple[Place, str]] = []
    node, last = raw, len(detail["loc"]) - 1
    for i, part in enumerate(detail["loc"]):
        if _holds(node, part):
            node = node[part]
            place.append(part)
        elif i == last and detail["type"] == "missing":
            place.append(part)
        elif part != "[key]":
            branches.append((tuple(detail["loc"][:i]), str(part)))
    return _Error(tuple(place), tuple(branches), detail, detail["loc"][-1:] == ("[key]",))


def _holds(node: Any, part: str | int) -> bool:
    if isinstance(node, dict):
        return part in node
    return isinstance(node, list) and isinstance(part, int) and part < len(node)


def _echo(raw: dict[str, Any], found: _Error) -> bool:
    """Tell whether a list is called too short only because items of it are wrong."""
    least = found.detail.get("ctx", {}).get("min_length", 0)
    value = value_at(raw, found.place)
    return found.detail["type"] == "too_short" and isinstance(value, list) and len(value) >= least


def _one_branch_each(errors: list[_Error]) -> list[_Error]:
    """Keep, of each union, the errors of the alternative that the file's value resembles."""
    unions: dict[Place, dict[str, bool]] = defaultdict(dict)
    for found in errors:
        for union, branch in found.branches:
            unfit = len(found.detail["loc"]) == len(union) + 1 and _other_shape(found.detail)
            unions[union][branch] = unions[union].get(branch, True) and not unfit
    chosen = {
        union: next((branch for branch, fits in branches.items() if fits), next(iter(branches)))
        for union, branches in unions.items()
    }
    return [
        found
        for found in errors
        if all(chosen[union] == branch for union, branch in found.branches)
    ]


def _other_shape(detail: ErrorDetails) -> bool:
    if detail["type"] == "literal_error":
        return not isinstance(detail["input"], str)
    return detail["type"].endswith("_type")


def _without_misspelt(errors: Sequence[_Error]) -> Iterable[_Error]:
    """Leave out a missing key whose misspelt form stands beside it: that is one fault."""
    unknown = [e.place for e in errors if e.detail["type"] == "extra_forbidden"]
    for found in errors:
        beside = [str(place[-1]) for place in unknown if place[:-1] == found.place[:-1]]
        if not (found.detail["type"] == "missing" and alike(_last(found), beside)):
            yield found


def _fault(schema: Node, raw: dict[str, Any], found: _Error) -> Fault:
    path = path_text(raw, found.place)
    ways = ways_at(schema, found.place)
    value = value_at(raw, found.place)
    match found.detail["type"]:
        case "missing":
            described = (way["description"] for way in ways if "description" in way)
            meaning = next(described, "").partition("\n")[0]
            hint = sentences(phrase("Add it."), phrase(meaning))
            return Fault(path, describe(ways), phrase("nothing"), hint)
        case "extra_forbidden":
            known = keys_at(schema, found.place[:-1])
            name = shown(found.place[-1])
            return Fault(path, phrase("a known key"), name, nearest(_last(found), known))
        case "value_error":
            return _own_words(path, value, found)
        case "finite_number":
            return Fault(path, phrase("a finite number"), shown(value))
    if found.at_key:
        known = keys_at(schema, found.place[:-1])
        expected = alternatives([f'"{key}"' for key in known]) or phrase("a shorter name")
        return Fault(
            path, expected, shown(found.place[-1]), nearest(_last(found), known, listed=False)
        )
    return Fault(path, describe(_like(ways, value)), shown(value), _mend(ways, value, found.place))


def _like(ways: Sequence[Node], value: Any) -> Sequence[Node]:
    """Return the alternatives of the value's own type, if there are any: it is near to those."""
    types = {bool: (), str: ("string",), dict: ("object",), list: ("array",)}
    wanted = types.get(type(value), ("number", "integer"))
    return [way for way in ways if way.get("type") in wanted] or ways


def _last(found: _Error) -> str:
    return str(found.place[-1])


def _own_words(path: str, value: Any, found: _Error) -> Fault:
    """Return the fault that one of our validators found."""
    error = found.detail["ctx"]["error"]
    if isinstance(error, Misfit):
        return Fault(path, error.expected, error.found or shown(value))
    return Fault(path, str(error), shown(value))


def _mend(ways: Sequence[Node], value: Any, place: Place) -> str:
    """Return the usual mend of a value of the wrong type; empty where there is none."""
    kinds = {way.get("type") for way in ways}
    choices = [choice for way in ways for choice in way.get("enum", ())]
    if isinstance(value, str) and choices:
        return nearest(value, choices, listed=False)
    if kinds == {"array"}:
        return _mend_of_list(value, place)
    return _mend_of_quotes(kinds, value, ways)


def _mend_of_list(value: Any, place: Place) -> str:
    if isinstance(value, dict):
        header = f"[[{place[-1]}]]"
        return phrase("Write {header}, in double brackets, before each of them.", header=header)
    if isinstance(value, list):
        return ""
    return phrase("Write {value}, in brackets.", value=f"[{shown(value)}]")


def _mend_of_quotes(kinds: set[Any], value: Any, ways: Sequence[Node]) -> str:
    if isinstance(value, str) and kinds & {"number", "integer"} and _NUMBER.fullmatch(value):
        return phrase("Write {value}, without quotes.", value=value)
    if isinstance(value, dt.time):
        return phrase('Write "{value}", in quotes.', value=f"{value:%H:%M}")
    if isinstance(value, int | float) and kinds == {"string"} and "format" not in ways[0]:
        return phrase('Write "{value}", in quotes.', value=str(value))
    return ""


_NUMBER: Final = re.compile(r"[-+]?\d+(\.\d+)?")
