"""Reading and changing a file's content by path."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.paths import PathError, get_path, plain, set_path, set_paths
from tests.reform_offices import TOWN, leaves, town

CONTENT: dict[str, Any] = {
    "teams": [{"id": "desk", "staff": 2}, {"id": "desk.2", "staff": {"07:30": 3}}],
    "backlog": [{"procedure": "a"}, {"procedure": "b"}],
    "visitor": {},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("teams.desk.staff", 2),
        ("teams.desk.2.staff.07:30", 3),
        ("teams[2].staff", {"07:30": 3}),
        ("backlog[2].procedure", "b"),
        ("visitor", {}),
        ("teams.desk", {"id": "desk", "staff": 2}),
    ],
)
def test_a_path_names_items_by_id_or_counts_them(path: str, value: Any) -> None:
    assert get_path(CONTENT, path) == value


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("team.desk", 'file: expected a key that stands there, found "team". Nearest .*"teams"'),
        ("teams.dask.staff", 'teams: expected one of its items by id, found "dask".*"desk"'),
        ("teams.desk.staf", 'teams.desk: expected a key .*found "staf".*"staff"'),
        ("teams.desk.staff.07:30", "teams.desk.staff: expected a table.*found 2"),
        ("backlog[3].procedure", "backlog: expected one of its items"),
        ("visitor.travel.minutes_each_way", 'visitor: expected a key .*found "travel"'),
        ("", "keys joined by dots"),
    ],
)
def test_a_path_that_leads_nowhere_names_its_deepest_part_and_what_is_known(
    path: str, message: str
) -> None:
    with pytest.raises(PathError, match=message):
        get_path(CONTENT, path)


def test_a_new_key_is_made_with_the_tables_around_it() -> None:
    after = set_path(CONTENT, "visitor.travel.minutes_each_way", 6)
    assert after["visitor"] == {"travel": {"minutes_each_way": 6}}
    assert CONTENT["visitor"] == {}


@pytest.mark.parametrize("path", ["teams.new.staff", "visitor..travel", "visitor.list[1]", "x."])
def test_no_items_or_nameless_keys_are_made(path: str) -> None:
    with pytest.raises(PathError):
        set_path(CONTENT, path, 1)


def test_later_values_see_earlier_ones() -> None:
    after = set_paths(CONTENT, {"visitor.travel": {"a": 1}, "visitor.travel.b": 2})
    assert after["visitor"] == {"travel": {"a": 1, "b": 2}}


def test_what_is_set_is_copied() -> None:
    value = {"a": [1]}
    after = set_path(CONTENT, "visitor", value)
    value["a"].append(2)
    assert after["visitor"] == {"a": [1]}


def test_models_and_tuples_become_what_a_file_holds() -> None:
    office = town()
    content = plain(office)
    assert content["teams"][0]["roles"] == ["reception", "return", "certify"]
    assert content["procedures"][0]["steps"][3]["minutes"] == 0.8


LEAVES = dict(leaves(TOWN))


@settings(deadline=None)
@given(path=st.sampled_from(sorted(LEAVES)))
def test_setting_one_value_changes_it_and_no_other(path: str) -> None:
    before = copy.deepcopy(TOWN)
    after = set_path(TOWN, path, "new")
    assert get_path(after, path) == "new"
    assert dict(leaves(after)) == LEAVES | {path: "new"}
    assert before == TOWN
    assert get_path(TOWN, path) == LEAVES[path]
