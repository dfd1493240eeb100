"""How messages name places, values and what a file may say."""

from __future__ import annotations

import datetime as dt
import difflib
import json
import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

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
    return text or "file"


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
    text = _toml(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _toml(value: Any) -> str:
    if value is None:
        return "nothing"
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
        return f'Nearest known name: "{near[0]}".'
    every = ", ".join(f'"{other}"' for other in names)
    return f"Known: {every}." if listed and every and len(every) <= 200 else ""


def alternatives(items: Sequence[str]) -> str:
    """Join alternatives: ``a, b or c``."""
    return " or ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def describe(ways: Sequence[dict[str, Any]]) -> str:
    """Say in words what a place of a JSON Schema allows, one node for each alternative."""
    kinds = list(dict.fromkeys(_kind(way) for way in ways))
    return alternatives(kinds) if kinds else "a value"


def _kind(way: dict[str, Any]) -> str:
    if "enum" in way:
        return alternatives([f'"{choice}"' for choice in way["enum"]])
    kinds = {"string": _text_kind, "array": _list_kind, "object": _table_kind}
    name = str(way.get("type"))
    if name in kinds:
        return kinds[name](way)
    return "true or false" if name == "boolean" else _number_kind(way)


def _text_kind(way: dict[str, Any]) -> str:
    if way.get("format") == "date":
        return "a date such as 2026-01-05, without quotes"
    if examples := way.get("examples"):
        return "text such as " + alternatives([f'"{example}"' for example in examples])
    return f"text of 1 to {way['maxLength']} characters" if "maxLength" in way else "text"


def _list_kind(way: dict[str, Any]) -> str:
    least, most = way.get("minItems", 0), way.get("maxItems")
    if least == most:
        return f"a list of {least}"
    ends = [f"at least {least}"] * bool(least) + [f"at most {most}"] * (most is not None)
    return "a list [ ]" + (f" of {' and '.join(ends)}" if ends else "")


def _table_kind(way: dict[str, Any]) -> str:
    if way.get("maxProperties") == 1:
        return "a distribution such as { lognormal = { mean = 4, cv = 0.5 } }"
    if names := way.get("required") or list(way.get("properties", ())):
        return f"a table with {', '.join(names[:5])}"
    names = way.get("propertyNames", {})
    key = (names.get("enum") or names.get("examples") or ["en"])[0]
    inner = [*way.get("patternProperties", {}).values(), way.get("additionalProperties")]
    return f"a table such as {{ {_key(key)} = {_example(inner[0])} }}"


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
    kind = "a whole number" if way.get("type") == "integer" else "a number"
    if unit.startswith("share, "):
        kind, unit = "a share", ""
    low, high = way.get("minimum"), way.get("maximum")
    above, below = way.get("exclusiveMinimum"), way.get("exclusiveMaximum")
    if low is not None and high is not None and below is None:
        kind += f" from {low:g} to {high:g}"
    else:
        limits = {"of at least": low, "above": above, "at most": high, "below": below}
        kind += "".join(f" {word} {limit:g}" for word, limit in limits.items() if limit is not None)
    return f"{kind} ({unit})" if unit else kind
