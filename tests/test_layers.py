"""What imports what: the data flows one way, and no modules import each other in a circle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

import pytest

PACKAGE: Final = Path(__file__).parents[1] / "sim"

STAGES: Final = {
    "office": ("office",),
    "reforms": ("reforms",),
    "draws": ("draws", "crowd", "population", "arrivals"),
    "log": ("log",),
    "engines": ("engines",),
    "measures": ("measures", "summaries", "causes", "costs"),
    "comparison": ("comparison",),
    "charts": (
        "charts", "histograms", "dumbbells", "diverging", "waterfall", "heat_maps", "tornado",
    ),
    "report": ("report",),
    "present": ("present",),
}  # fmt: skip
"""Modules and packages of each stage of the flow."""

MAY_REACH: Final = {
    "office": set(),
    "reforms": {"office"},
    "draws": {"office"},
    "log": {"office", "draws"},
    "engines": {"office", "draws", "log"},
    "comparison": {"office"},
    "measures": {"office", "draws", "log", "comparison"},
    "charts": set(),
    "report": {"office", "reforms", "draws", "log", "comparison", "measures", "charts"},
    "present": {"office", "reforms", "draws", "log", "comparison", "measures", "charts", "report"},
}
"""Stages that a stage may import from, on whatever way: a chart computes nothing, a page runs
nothing, an engine knows of no measure."""


@cache
def modules() -> dict[str, Path]:
    """Return the files of the package by the name of their module."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports() -> dict[str, set[str]]:
    """Return what each module imports of the package, in functions too, but not for types alone."""
    return {
        name: set(_imported(ast.parse(path.read_text(encoding="utf-8")))) - {name}
        for name, path in modules().items()
    }


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.Import):
        yield from (each.name for each in node.names if each.name in modules())
    if isinstance(node, ast.ImportFrom) and node.module in modules():
        for each in node.names:
            inner = f"{node.module}.{each.name}"
            yield inner if inner in modules() else str(node.module)
    for child in ast.iter_child_nodes(node):
        yield from _imported(child)


def of_stage(stage: str) -> set[str]:
    """Return the modules of a stage."""
    heads = [f"sim.{part}" for part in STAGES[stage]]
    return {
        name
        for name in modules()
        if any(name == head or name.startswith(f"{head}.") for head in heads)
    }


def reached(start: set[str]) -> set[str]:
    """Return what modules import, and what that imports, and so on."""
    seen, left = set(start), list(start)
    while left:
        fresh = imports()[left.pop()] - seen
        seen |= fresh
        left += fresh
    return seen


def test_no_modules_import_each_other_in_a_circle() -> None:
    try:
        TopologicalSorter(imports()).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_reaches_only_what_lies_before_it(stage: str) -> None:
    far = reached(of_stage(stage))
    wrong = {
        other: sorted(far & of_stage(other))[:3]
        for other in STAGES
        if other != stage and other not in MAY_REACH[stage] and far & of_stage(other)
    }
    assert wrong == {}


def test_every_stage_has_its_modules() -> None:
    for stage, parts in STAGES.items():
        for part in parts:
            assert f"sim.{part}" in modules(), (stage, part)
    assert "sim.office" in imports()["sim.study"]
