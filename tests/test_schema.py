"""The JSON Schema: valid itself, true of the files, and with a meaning for every key."""

from __future__ import annotations

import datetime as dt
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from sim.office import Office
from sim.schema import json_schema, keys_at, ways_at
from sim.study import StudyFile

jsonschema = pytest.importorskip("jsonschema", reason="jsonschema checks the schemas")

DESIGN = Path(__file__).parents[2] / "shared" / "design"


def plain(value: Any) -> Any:
    """Return TOML's dates as text, since JSON has none."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def errors(model: type, raw: dict[str, Any]) -> list[str]:
    validator = jsonschema.Draft202012Validator(json_schema(model))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(plain(raw))]


def template(name: str) -> dict[str, Any]:
    return tomllib.loads(files("sim").joinpath("templates", name).read_text("utf-8"))


@pytest.mark.parametrize("model", [Office, StudyFile])
def test_the_schema_is_a_valid_one_of_its_draft(model):
    assert json_schema(model)["$schema"].endswith("2020-12/schema")
    jsonschema.Draft202012Validator.check_schema(json_schema(model))


def test_the_starter_files_follow_the_schemas():
    assert errors(Office, template("starter.toml")) == []
    assert errors(StudyFile, template("starter_study.toml")) == []


@pytest.mark.skipif(not DESIGN.is_dir(), reason="the design's examples are not there")
@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("smallest", Office),
        ("dong_cam", Office),
        ("every_key", Office),
        ("drop_cutoff", StudyFile),
    ],
)
def test_the_designs_examples_follow_the_schemas(name, model):
    raw = tomllib.loads((DESIGN / f"{name}.toml").read_text("utf-8"))
    assert errors(model, raw) == []


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("calendar", "hours", {"mon-fri": ["07:30-25:00"]}),
        ("calendar", "hours", {"someday": ["07:30-11:30"]}),
        ("calendar", "legal_days", "weekdays"),
        ("calendar", "open", {"2026-01-10": "friday"}),
        ("visitor", "patience", {"exponential": {"mean": -1}}),
        ("visitor", "patience", {"exponential": {"mean": 3}, "uniform": {"low": 1, "high": 2}}),
        ("visitor", "priority_share", 1.5),
        ("visitor", "mood", 1),
    ],
)
def test_the_schema_refuses_what_check_refuses(section, key, value):
    raw = template("starter.toml")
    raw[section][key] = value
    assert errors(Office, raw)


@pytest.mark.parametrize(
    "staff",
    [3, {"07:30": 2}, {"mon-fri": {"07:30": 2}, "sat": 1}, {"log": "x.csv", "open": "counters"}],
)
def test_the_schema_knows_every_shape_of_staff(staff):
    raw = template("starter.toml")
    raw["teams"][0]["staff"] = staff
    assert errors(Office, raw) == []


@pytest.mark.parametrize("staff", [-1, 2.5, {"07:30": -2}, {"open": "counters"}, "3"])
def test_the_schema_refuses_other_shapes_of_staff(staff):
    raw = template("starter.toml")
    raw["teams"][0]["staff"] = staff
    assert errors(Office, raw)


def test_a_log_may_be_given_by_its_name_alone():
    raw = template("starter.toml")
    raw["demands"][0]["log"] = "tickets.csv"
    assert errors(Office, raw) == []


def properties(model: type) -> list[tuple[str, str, dict[str, Any]]]:
    schema = json_schema(model)
    tables = {"": schema} | schema["$defs"]
    found = []
    for name, table in tables.items():
        nodes = [table, *table.get("anyOf", [])]
        for node in nodes:
            for key, part in node.get("properties", {}).items():
                found.append((name, key, part))
    return found


FAMILIES = {"Uniform", "Triangular", "Exponential", "Gamma", "Erlang", "Lognormal", "Weibull",
            "Pert", "Normal", "Empirical", "Distribution"}  # fmt: skip


@pytest.mark.parametrize("model", [Office, StudyFile])
def test_every_key_has_a_title_and_its_meaning(model):
    """Arguments of reforms, whose tables have names in small letters, are told by the reform."""
    assert [(table, key) for table, key, part in properties(model) if not part.get("title")] == []
    silent = [
        (table, key)
        for table, key, part in properties(model)
        if table not in FAMILIES and not table.islower() and not part.get("description")
    ]
    assert silent == []


def test_every_quantity_has_a_unit_and_a_lower_limit():
    bare = [
        (table, key)
        for table, key, part in properties(Office)
        if table not in FAMILIES and part.get("type") in ("number", "integer")
        if "unit" not in part or not part.keys() & {"minimum", "exclusiveMinimum"}
    ]
    assert bare == []


@pytest.mark.parametrize(
    ("place", "unit"),
    [
        (("demands", 0, "gap", "working_days"), "open days"),
        (("demands", 0, "after_closure", "working_days"), "open days"),
        (("procedures", 0, "steps", 0, "sends_back", "working_days"), "open days"),
        (("procedures", 0, "steps", 0, "rests", "working_days"), "working days"),
        (("procedures", 0, "steps", 0, "working_days"), "working days"),
    ],
)
def test_days_are_open_days_where_the_model_counts_those(place, unit):
    """People come on days on which the office opens; the law's days elapse."""
    assert {way["unit"] for way in ways_at(json_schema(Office), place)} == {unit}


def test_the_most_cases_a_day_are_in_the_schema():
    (way,) = ways_at(json_schema(Office), ("demands", 0, "per_day"))
    assert (way["minimum"], way["maximum"], way["unit"]) == (0, 100_000, "cases a day")


def test_keys_of_a_table_are_known_through_lists_and_references():
    assert "of_deadline" in keys_at(json_schema(Office), ("procedures", 3, "steps", 1, "rests"))


def test_no_schema_offers_what_files_cannot_say():
    schema = json_schema(Office)
    assert "folder" not in schema["properties"]
    assert "'type': 'null'" not in str(schema)
