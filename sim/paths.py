"""Read and change the content of a file by path, as messages, sources and ranges name it.

A path joins keys by dots; an item of a list is named by its `id`, or counted from 1 where it has
none: ``procedures.renew.steps.photo.minutes``, ``backlog[2].dossiers``. Where keys or ids hold
dots themselves, the longest one that fits is meant.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from sim.errors import Fault, PlannerError
from sim.said import phrase
from sim.wording import Place, nearest, path_text, shown

Content = dict[str, Any]


class PathError(PlannerError):
    """A path that leads nowhere; `fault` says where it still held, and what is known there."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.text)


def get_path(raw: Mapping[str, Any], path: str) -> Any:
    """Return what stands at a path.

    Parameters
    ----------
    raw
        The content of a file, such as :meth:`sim.office.Office.as_written` returns.
    path
        Keys and ids joined by dots.

    Raises
    ------
    PathError
        If nothing stands there.
    """
    content = plain(raw)
    place, missing = _located(content, path)
    if missing:
        raise _unknown(content, place, missing[0])
    return _at(content, place)


def set_paths(raw: Mapping[str, Any], values: Mapping[str, Any]) -> Content:
    """Return the content of a file with the values at some paths replaced, in their order.

    Keys that are not there yet are made, since a file leaves out what stands at its default;
    whether they are keys of the model is for its validation to say.

    Raises
    ------
    PathError
        If a named item of a list does not exist, or a path leads into a value that has no keys.
    """
    content: Content = plain(raw)
    for path, value in values.items():
        place, missing = _located(content, path)
        node = _at(content, place if missing else place[:-1])
        *between, last = missing or place[-1:]
        for key in between:
            node = node.setdefault(key, {})
        node[last] = plain(value)
    return content


def set_path(raw: Mapping[str, Any], path: str, value: Any) -> Content:
    """Return the content of a file with one value replaced; see :func:`set_paths`."""
    return set_paths(raw, {path: value})


def plain(value: Any) -> Any:
    """Return a value as a file's reader would, copied: models as tables, tuples as lists."""
    if isinstance(value, BaseModel):
        return plain(value.model_dump(exclude_unset=True, exclude_none=True))
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def _at(content: Any, place: Place) -> Any:
    for part in place:
        content = content[part]
    return content


def _located(content: Content, path: str) -> tuple[Place, list[str]]:
    """Return the place of the deepest part of a path that exists, and the keys still missing."""
    place: Place = ()
    node: Any = content
    rest = path
    while rest:
        found = _held(node, rest)
        if found is None:
            return place, _new_keys(content, place, node, rest)
        name, part = found
        place, node, rest = (*place, part), node[part], rest[len(name) :].removeprefix(".")
    if not place:
        raise PathError(Fault(phrase("path"), phrase("keys joined by dots"), shown(path)))
    return place, []


def _held(node: Any, rest: str) -> tuple[str, str | int] | None:
    """Return the key or item with which the rest of a path begins: as written, and its place."""
    names: dict[str, str | int] = {}
    if isinstance(node, dict):
        names = {key: key for key in node}
    elif isinstance(node, list):
        names = _ids(node) | {f"[{place + 1}]": place for place in range(len(node))}
    fitting = [name for name in names if rest == name or rest.startswith((f"{name}.", f"{name}["))]
    longest = max(fitting, key=len, default=None)
    return None if longest is None else (longest, names[longest])


def _ids(items: list[Any]) -> dict[str, str | int]:
    """Return the place of each named item; of two with one name the first."""
    named = [(item["id"], place) for place, item in enumerate(items) if _has_id(item)]
    return dict(reversed(named))


def _has_id(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("id"), str)


def _new_keys(content: Content, place: Place, node: Any, rest: str) -> list[str]:
    """Return the keys of a path that do not exist yet, where there may be new ones."""
    keys = rest.split(".")
    where = path_text(content, place)
    if isinstance(node, list):
        raise _unknown(content, place, keys[0])
    if not isinstance(node, dict):
        hint = phrase("Set the whole of {path}.", path=where)
        expected = phrase("a table, to find {keys} in it", keys=rest)
        raise PathError(Fault(where, expected, shown(node), hint))
    if not all(keys) or _COUNTED.search(rest):
        raise _unknown(content, place, rest)
    return keys


_COUNTED: Final = re.compile(r"\[\d*\]")


def _unknown(content: Content, place: Place, name: str) -> PathError:
    node = _at(content, place)
    known = list(node) if isinstance(node, dict) else [str(item) for item in _ids(node)]
    is_table = isinstance(node, dict)
    expected = phrase("a key that stands there") if is_table else phrase("one of its items by id")
    return PathError(Fault(path_text(content, place), expected, shown(name), nearest(name, known)))
