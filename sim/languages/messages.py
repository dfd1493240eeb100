"""Every text of the program that people see, found in its source, for catalogues to hold."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

PACKAGE: Final = Path(__file__).parents[1]
_SAYERS: Final = frozenset({"say", "mark", "phrase"})
"""Names of the functions, and methods, whose first argument is a text."""


_LOOKED_UP: Final = frozenset({"get", "readable_key"})
"""Names of functions that return a text which is kept elsewhere, or a key of the schema."""


@dataclass
class Texts:
    """What a search has found.

    Attributes
    ----------
    said
        Texts, with the files in which they stand.
    built
        File and expression of what is said but is neither a text on the spot nor kept under a
        name, where it was marked, so that no catalogue can hold it; and of texts with places for
        values that are said without values, as if they were marked.
    """

    said: dict[str, set[str]] = field(default_factory=dict)
    built: set[tuple[str, str]] = field(default_factory=set)

    def add(self, text: str, where: str) -> None:
        """Take in a text; nothing is no text."""
        if text:
            self.said.setdefault(text, set()).add(where)


def texts() -> Texts:
    """Return every text of the package, its templates and its files' schema."""
    found = Texts()
    for path in sorted(PACKAGE.rglob("*.py")):
        _of_python(path, found)
    for path in sorted((PACKAGE / "templates").rglob("*.jinja")):
        _of_template(path, found)
    for text in of_schema() | of_faults():
        found.add(text, "schema")
    return found


def _of_python(path: Path, found: Texts) -> None:
    name = path.relative_to(PACKAGE).as_posix()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and _called(node.func) in _SAYERS:
            for argument in _choices(node.args[0]):
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    found.add(argument.value, name)
                    if _called(node.func) == "say" and "{" in argument.value and not node.keywords:
                        found.built.add((name, argument.value))
                elif not _is_kept(argument):
                    found.built.add((name, ast.unparse(argument)))


def _is_kept(argument: ast.expr) -> bool:
    """Return whether an expression names, or looks up, what is kept elsewhere."""
    if isinstance(argument, ast.Call):
        return _called(argument.func) in _LOOKED_UP
    return isinstance(argument, ast.Name | ast.Attribute | ast.Subscript)


def _called(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _choices(argument: ast.expr) -> Iterator[ast.expr]:
    """Yield the texts among which a condition chooses."""
    if isinstance(argument, ast.IfExp):
        yield from _choices(argument.body)
        yield from _choices(argument.orelse)
    else:
        yield argument


def _of_template(path: Path, found: Texts) -> None:
    from jinja2 import Environment, nodes

    name = path.relative_to(PACKAGE).as_posix()
    tree = Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    for call in tree.find_all(nodes.Call):
        if not call.args or _called_in_template(call.node) not in _SAYERS:
            continue
        argument = call.args[0]
        if isinstance(argument, nodes.Const) and isinstance(argument.value, str):
            found.add(argument.value, name)
        elif not isinstance(argument, nodes.Name | nodes.Getattr | nodes.Getitem):
            found.built.add((name, f"line {argument.lineno}"))


def _called_in_template(node: Any) -> str:
    return str(getattr(node, "attr", None) or getattr(node, "name", ""))


@cache
def of_schema() -> frozenset[str]:
    """Return what the schema of office files says to readers of the ledger.

    That is units, the meaning of each key, and names of the keys inside of values.
    """
    from sim.clock import MONTHS, WEEKDAYS
    from sim.office import Office
    from sim.parameters import NOT_PARAMETERS, keys_of_values, readable_key, unit_text
    from sim.schema import json_schema

    found: set[str] = {*WEEKDAYS, *MONTHS, *map(readable_key, keys_of_values())}
    for node in _nodes(json_schema(Office)):
        shown = {
            key: part
            for key, part in node.get("properties", {}).items()
            if key not in NOT_PARAMETERS
        }
        found |= {_first_line(part) for part in shown.values() if "description" in part}
        if isinstance(unit := node.get("unit"), str):
            found.add(unit_text(unit))
    return frozenset(found)


@cache
def of_faults() -> frozenset[str]:
    """Return what the schemas of files say to people whose file has faults.

    That is the meaning of each key that must be there, and units.
    """
    from sim.office import Office
    from sim.schema import json_schema
    from sim.study import StudyFile
    from sim.wording import unit_text

    found: set[str] = set()
    for model in (Office, StudyFile):
        for node in _nodes(json_schema(model)):
            required = (node["properties"].get(key, {}) for key in node.get("required", ()))
            found |= {_first_line(part) for part in required if "description" in part}
            if isinstance(unit := node.get("unit"), str):
                found.add(unit_text(unit))
    return frozenset(found)


def _first_line(part: Mapping[str, Any]) -> str:
    return str(part["description"]).partition("\n")[0]


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        inner: Iterable[Any] = value.values()
    else:
        inner = value if isinstance(value, list) else ()
    for part in inner:
        yield from _nodes(part)
