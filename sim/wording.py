"""How messages name places, values and what a file may say."""

from __future__ import annotations

import datetime as dt
import difflib
import json
import re
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any, Final

from sim.said import listed as said_list
from sim.said import phrase

Place = tuple[str | int, ...]
"""Keys and list positions (from 0) that lead to a value of a file."""

_LONGEST: Final = 60
_ALIKE: Final = 0.7


def path_text(raw: Any, place: Place) -> str:
    """Return a place as planners write it: keys joined by dots, items of lists by their `id`.

    Items without an id are counted from 1: ``backlog[2].step``.
    """
    text, node = "", raw
    for part in place:
        node = _child(node, part)
        name = node.get("id") if isinstance(part, int) and isinstance(node, dict) else part
        if isinstance(name, str) and name:
            text += f".{name}" if text else name
        else:
            text += f"[{int(part) + 1}]" if isinstance(part, int) else f".{part}"
    return text or phrase("file")


def value_at(raw: Any, place: Place) -> Any:
    """Return what stands at a place of a file; None where nothing does."""
    for part in place:
        raw = _child(raw, part)
    return raw


def _child(node: Any, part: str | int) -> Any:
    if isinstance(node, dict):
        return node.get(str(part))
    if isinstance(node, list) and isinstance(part, int) and part < len(node):
        return node[part]
    return None


def shown(value: Any) -> str:
    """Return a value as a TOML file writes it, shortened."""
    if value is None:
        return phrase("nothing")
    text = _toml(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        inner = ", ".join(f"{key} = {_toml(item)}" for key, item in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_toml(item) for item in value)}]"
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def alike(name: str, known: Iterable[str]) -> list[str]:
    """Return the known names that `name` may be a misspelling of, the most alike first."""
    folded = {other.casefold(): other for other in known}
    near = difflib.get_close_matches(name.casefold(), list(folded), cutoff=_ALIKE)
    return [folded[other] for other in near]


def nearest(name: str, known: Iterable[str], *, listed: bool = True) -> str:
    """Return a hint with the known name most like `name`; else, if `listed`, with all of them."""
    names = list(dict.fromkeys(known))
    if near := alike(name, names):
        return phrase('Nearest known name: "{name}".', name=near[0])
    every = said_list(f'"{other}"' for other in names)
    return phrase("Known: {names}.", names=every) if listed and 0 < len(every) <= 200 else ""


def alternatives(items: Sequence[str]) -> str:
    """Join alternatives: ``a, b or c``."""
    if len(items) < 2:
        return said_list(items)
    return phrase("{items} or {last}", items=said_list(items[:-1]), last=items[-1])


def together(items: Iterable[str]) -> str:
    """Join what is meant at once: ``a and b``."""
    return reduce(_both, items)


def _both(first: str, second: str) -> str:
    return phrase("{first} and {second}", first=first, second=second)


def keyed(**values: float) -> str:
    """Return numbers of a file with their keys: ``low 3, high 2``."""
    return ", ".join(f"{key} {value:g}" for key, value in values.items())


def describe(ways: Sequence[dict[str, Any]]) -> str:
    """Say in words what a place of a JSON Schema allows, one node for each alternative."""
    kinds = list(dict.fromkeys(_kind(way) for way in ways))
    return alternatives(kinds) if kinds else phrase("a value")


def _kind(way: dict[str, Any]) -> str:
    if "enum" in way:
        return _quoted(way["enum"])
    kinds = {"string": _text_kind, "array": _list_kind, "object": _table_kind}
    name = str(way.get("type"))
    if name in kinds:
        return kinds[name](way)
    return phrase("true or false") if name == "boolean" else _number_kind(way)


def _quoted(choices: Iterable[str]) -> str:
    return alternatives([f'"{choice}"' for choice in choices])


def _text_kind(way: dict[str, Any]) -> str:
    if way.get("format") == "date":
        return phrase("a date such as 2026-01-05, without quotes")
    if examples := way.get("examples"):
        return phrase("text such as {examples}", examples=_quoted(examples))
    if "maxLength" in way:
        return phrase("text of 1 to {most} characters", most=way["maxLength"])
    return phrase("text")


def _list_kind(way: dict[str, Any]) -> str:
    least, most = way.get("minItems", 0), way.get("maxItems")
    if least == most:
        return phrase("a list of {count}", count=least)
    ends = [phrase("at least {least}", least=least)] * bool(least)
    if most is not None:
        ends.append(phrase("at most {most}", most=most))
    if not ends:
        return phrase("a list {brackets}", brackets="[ ]")
    return phrase("a list {brackets} of {size}", brackets="[ ]", size=together(ends))


def _table_kind(way: dict[str, Any]) -> str:
    if way.get("maxProperties") == 1:
        return phrase("a distribution such as {example}", example=DISTRIBUTION)
    if names := way.get("required") or list(way.get("properties", ())):
        return phrase("a table with {keys}", keys=said_list(names[:5]))
    names = way.get("propertyNames", {})
    key = (names.get("enum") or names.get("examples") or ["en"])[0]
    inner = [*way.get("patternProperties", {}).values(), way.get("additionalProperties")]
    example = f"{{ {_key(key)} = {_example(inner[0])} }}"
    return phrase("a table such as {example}", example=example)


DISTRIBUTION: Final = "{ lognormal = { mean = 4, cv = 0.5 } }"
"""A distribution, as messages show one."""


def _key(name: str) -> str:
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else f'"{name}"'


def _example(way: Any) -> str:
    kind = way.get("type") if isinstance(way, dict) else None
    if kind == "string":
        return '"..."'
    if kind == "array":
        items = way.get("prefixItems") or [way.get("items")]
        return f"[{', '.join(map(_example, items))}]"
    return "1"


def _number_kind(way: dict[str, Any]) -> str:
    unit = str(way.get("unit", ""))
    kind = phrase("a whole number") if way.get("type") == "integer" else phrase("a number")
    if unit.startswith("share, "):
        kind, unit = phrase("a share"), ""
    kind = _limited(kind, way)
    return phrase("{kind} ({unit})", kind=kind, unit=_unit(unit)) if unit else kind


def _limited(kind: str, way: dict[str, Any]) -> str:
    """Say what limits a number has; they stand as people would write them into the file."""
    names = ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")
    low, above, high, below = (f"{way[name]:g}" if name in way else "" for name in names)
    if low and high and not below:
        return phrase("{kind} from {low} to {high}", kind=kind, low=low, high=high)
    limits = [phrase("of at least {low}", low=low)] if low else []
    limits += [phrase("above {limit}", limit=above)] if above else []
    limits += [phrase("at most {high}", high=high)] if high else []
    limits += [phrase("below {limit}", limit=below)] if below else []
    return phrase("{kind} {limits}", kind=kind, limits=together(limits)) if limits else kind


def _unit(unit: str) -> str:
    text = unit_text(unit)
    return phrase(text) if text == unit else phrase(text, currency=phrase("currency"))


def unit_text(unit: str) -> str:
    """Return a unit of the schema as a text with a place for the currency of the file."""
    return unit.replace("currency", "{currency}")
