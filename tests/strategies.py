"""Hypothesis strategies for small, valid offices over every key of the office file.

Sizes are small, so that a run takes a few milliseconds. Hypothesis draws bytes, a few for each part
of the file; see :mod:`tests.office_parts`.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from sim.office import Office
from sim.office_file import office_of
from sim.replication import OfficeRuns
from tests.logs import Reading
from tests.office_parts import (
    Dice,
    Files,
    Raw,
    backlog_of,
    calendar_of,
    demand_of,
    procedure_of,
    teams_of,
    visitor_of,
)

each_office = settings(
    max_examples=40,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
"""The same few dozen offices in every run of a test."""


@dataclass(frozen=True)
class Example:
    """An office file with the files it names, and how long to run it with which luck."""

    raw: Raw
    files: Files = field(default_factory=dict)
    days: int = 1
    warmup: int = 0
    seed: int = 0

    def office(self) -> Office:
        """Return the office, checked as one read from a file is."""
        return office_of(self.raw, _folder(tuple(sorted(self.files.items()))) / "office.toml")

    def runs(self) -> OfficeRuns:
        """Return the office made ready to run."""
        return OfficeRuns(self.office(), self.days, self.warmup)


@cache
def _base() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="onestop")


@cache
def _folder(files: tuple[tuple[str, str], ...]) -> Path:
    """Write files into a folder of their own, named by what they hold."""
    folder = Path(_base().name) / blake2b(repr(files).encode(), digest_size=8).hexdigest()
    folder.mkdir(exist_ok=True)
    for name, text in files:
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def reading(example: Example) -> Reading:
    """Run an office once, and return what happened."""
    runs = example.runs()
    return Reading(runs.run(example.seed, 0), runs.layout, example.seed)


_WHOLE, _TEAM, _PROCEDURE, _DEMAND = 70, 24, 90, 64


def _rolls(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


def _several(size: int) -> st.SearchStrategy[list[bytes]]:
    return st.lists(_rolls(size), min_size=1, max_size=3)


def _example(
    whole: bytes, teams: list[bytes], procedures: list[bytes], demands: list[bytes]
) -> Example:
    dice, files = Dice(whole), Files()
    days, warmup, seed = dice.pick([2, 1, 3, 4]), dice.pick([0, 1, 2]), dice.pick(range(256))
    calendar = calendar_of(dice)
    routes = [procedure_of(Dice(part), f"p{place}") for place, part in enumerate(procedures)]
    used = [step["role"] for p in routes for step in p["steps"] if "role" in step]
    used = list(dict.fromkeys(used))
    names = [procedure["id"] for procedure in routes]
    raw: Raw = {"title": "A generated office", "calendar": calendar}
    raw["teams"] = teams_of(dice, teams, used, calendar, files)
    raw["procedures"] = routes
    raw["demands"] = [
        demand_of(Dice(part), place, names, calendar, files) for place, part in enumerate(demands)
    ]
    dice.maybe(raw, "visitor", [visitor_of(dice)], 2)
    settings = {
        role: {"order": dice.pick(["due date", "first come"]), "day_cv": dice.pick([0.3, 0, 2.5])}
        for role in used
    }
    for each in settings.values():
        dice.maybe(each, "title", ["A role"], 8)
    dice.maybe(raw, "roles", [settings], 2)
    if long := [procedure for procedure in routes if len(procedure["steps"]) > 1]:
        dice.maybe(raw, "backlog", [[backlog_of(dice, long), backlog_of(dice, long)]])
    if dice.once_in(9):
        raw |= {"id": "generated", "currency": "VND"}
        raw["sources"] = {"demands.d0.per_day": "counted"}
        raw["ranges"] = {"demands.d0.per_day": [1, 12]}
    return Example(raw, files, days, warmup, seed)


def examples() -> st.SearchStrategy[Example]:
    """Return valid offices, each with how to run it."""
    return st.builds(
        _example, _rolls(_WHOLE), _several(_TEAM), _several(_PROCEDURE), _several(_DEMAND)
    )


def random_example(seed: int) -> Example:
    """Return the office of a seed, for use without Hypothesis."""
    luck = Random(seed)
    parts = [
        [luck.randbytes(size) for _ in range(luck.randint(1, 3))]
        for size in (_TEAM, _PROCEDURE, _DEMAND)
    ]
    return _example(luck.randbytes(_WHOLE), *parts)
