"""Simulation of one-stop public-service offices: what a reform does to waiting, trips and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.experiment import compare
    from sim.study import Scenario, Study, load_office, load_study

__version__ = "0.1.0"

__all__ = ["Scenario", "Study", "__version__", "compare", "load_office", "load_study"]

_HOMES = {
    "Scenario": "sim.study",
    "Study": "sim.study",
    "compare": "sim.experiment",
    "load_office": "sim.study",
    "load_study": "sim.study",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for, so that the command line starts at once."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
