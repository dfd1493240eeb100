"""Results of a province that are damaged: told in a sentence, whatever was put where."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sim.errors import PlannerError
from sim.report.province import province_totals
from tests import comparisons

ODD = (float("nan"), float("inf"), -1, 0, 1e308, "x", "", None, [], {}, True, [1], {"a": 1}, [[1]])
GAINS = ("citizen_cost", "citizen_hours", "trips", "office_cost")


def summary() -> dict[str, Any]:
    whole = comparisons.comparison()
    others = [name for name in whole.scenarios if name != whole.baseline]
    gains = {name: {"mean": 9.0, "low": 1.0, "high": 99.0} for name in GAINS}
    verdicts = {
        name: {"says": "less", "low": -2, "high": -1, "matters": 1}
        for name in (*GAINS, "lost")
        if name != "citizen_hours"
    }
    return {
        "offices": 24,
        "gains": {name: copy.deepcopy(gains) for name in others},
        "verdicts": {name: copy.deepcopy(verdicts) for name in others},
        "differences": {name: {"lost": {"mean": -0.1, "low": -1, "high": 1}} for name in others},
        "provenance": copy.deepcopy(dict(whole.provenance)),
    }


def read(folder: Path, content: object) -> object:
    (folder / "summary.json").write_text(json.dumps(content), encoding="utf-8")
    return province_totals(folder, comparisons.comparison())


def places(inside: Any, *before: str) -> Iterator[tuple[str, ...]]:
    for key, value in inside.items() if isinstance(inside, dict) else ():
        yield *before, key
        yield from places(value, *before, key)


def of_one_scenario() -> Iterator[tuple[str, ...]]:
    for place in places(summary()):
        if len(place) < 2 or place[0] == "provenance" or place[1] == "delegated":
            yield place


def test_it_is_read_as_it_was_written(tmp_path):
    assert read(tmp_path, summary())


@pytest.mark.parametrize("place", list(of_one_scenario()), ids=".".join)
def test_whatever_stands_at_a_place_it_is_read_or_refused(place, tmp_path):
    content = summary()
    inside = content
    for key in place[:-1]:
        inside = inside[key]
    for odd in ODD:
        inside[place[-1]] = odd
        with suppress(PlannerError):
            read(tmp_path, content)
    del inside[place[-1]]
    with suppress(PlannerError):
        read(tmp_path, content)


@pytest.mark.parametrize(
    ("place", "odd"),
    [
        (("offices",), float("inf")),
        (("offices",), True),
        (("gains", "delegated"), []),
        (("gains", "delegated", "trips"), None),
        (("gains", "delegated", "trips", "low"), float("inf")),
        (("verdicts",), {}),
        (("verdicts", "delegated"), "x"),
        (("verdicts", "delegated", "trips", "says"), "fewer"),
        (("verdicts", "delegated", "lost", "matters"), "many"),
        (("differences", "delegated"), [1]),
        (("provenance",), []),
    ],
)
def test_what_cannot_be_is_told_as_changed(place, odd, tmp_path):
    content = summary()
    inside = content
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = odd
    with pytest.raises(PlannerError, match=r"cut off or changed.* Run the province again\."):
        read(tmp_path, content)


def test_a_pipe_in_its_place_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "summary.json")
    with pytest.raises(PlannerError, match="cut off or changed"):
        province_totals(tmp_path, comparisons.comparison())
