"""The JSON Schema of office and study files, for editors and for messages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pydantic import BaseModel

Node = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

UNITS: Final = {
    "apart": "open days",
    "by_hour": "share of the day, any scale",
    "days": "days",
    "dossiers": "dossiers",
    "early": "minutes",
    "gives_up_after": "visits",
    "minutes": "minutes",
    "new_date": "working days",
    "patience": "minutes",
    "received_days_ago": "calendar days",
    "seats": "people",
    "spread": "ratio",
    "staff": "members",
    "working_days": "working days",
}
"""Units of keys whose value's type does not say it."""

NOT_KEYS: Final = ("folder",)
"""Fields of a model that no file gives."""


@cache
def json_schema(model: type[BaseModel]) -> Node:
    """Return the JSON Schema (draft 2020-12) of the files that a model describes.

    Every key has a title, its meaning and, where it is a quantity, a unit and its range. The same
    object is returned each time: it is to be read only.
    """
    schema = {"$schema": DIALECT} | model.model_json_schema()
    for name in NOT_KEYS:
        schema["properties"].pop(name, None)
    for node in _nodes(schema):
        _finish(node)
    return schema


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from _nodes(part)
    elif isinstance(value, list):
        for part in value:
            yield from _nodes(part)


def _finish(node: Node) -> None:
    if "patternProperties" in node:
        node.setdefault("additionalProperties", False)
    if isinstance(text := node.get("description"), str):
        node["description"] = text.replace("``", "`")
    if not isinstance(properties := node.get("properties"), dict):
        return
    for name, part in properties.items():
        part["title"] = name.replace("_", " ").capitalize()
        _without_null(part)
        if name in UNITS:
            part.setdefault("unit", UNITS[name])


def _without_null(part: Node) -> None:
    """Leave out null, which no TOML file can hold."""
    ways = [way for way in part.get("anyOf", ()) if way != {"type": "null"}]
    if len(ways) == 1:
        del part["anyOf"]
        part |= {key: value for key, value in ways[0].items() if key not in part}
    elif ways:
        part["anyOf"] = ways
    if part.get("default", 0) is None:
        del part["default"]


def ways_at(schema: Node, place: tuple[str | int, ...]) -> list[Node]:
    """Return what the schema allows at a place of a file: one node for each alternative."""
    ways = _ways(schema, schema)
    for part in place:
        ways = [way for node in ways for way in _inside(schema, node, part)]
    return ways


def keys_at(schema: Node, place: tuple[str | int, ...]) -> list[str]:
    """Return the keys that the table at a place of a file may have, where they are fixed."""
    return [
        key
        for way in ways_at(schema, place)
        for key in (*way.get("properties", ()), *way.get("propertyNames", {}).get("enum", ()))
    ]


def _ways(schema: Node, node: Node) -> list[Node]:
    if "$ref" in node:
        target = schema["$defs"][node["$ref"].rpartition("/")[2]]
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return [way | beside for way in _ways(schema, target)]
    if "anyOf" in node:
        beside = {key: value for key, value in node.items() if key != "anyOf"}
        return [beside | way for part in node["anyOf"] for way in _ways(schema, part)]
    return [node]


def _inside(schema: Node, node: Node, part: str | int) -> list[Node]:
    if isinstance(part, int):
        listed = node.get("prefixItems", [])
        inner = listed[part] if part < len(listed) else node.get("items")
    elif part in node.get("properties", {}):
        inner = node["properties"][part]
    else:
        patterned = next(iter(node.get("patternProperties", {}).values()), None)
        inner = patterned or node.get("additionalProperties")
    return _ways(schema, inner) if isinstance(inner, dict) else []
