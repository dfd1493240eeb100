"""An office that every reform has something to change in."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from sim.office import Office

Raw = dict[str, Any]


def _desk(name: str, role: str, minutes: Any = 5, **more: Any) -> Raw:
    return {"id": name, "role": role, "minutes": minutes, **more}


def _visit(name: str, role: str, minutes: Any = 4, **more: Any) -> Raw:
    return _desk(name, role, minutes, visitor=True, **more)


def _approval(name: str, within: str) -> Raw:
    return {
        "id": name,
        "deadline": {"within": within},
        "result": {"by appointment": 0.6, "when ready": 0.4},
        "steps": [
            _visit("intake", "reception", sends_back={"share": 0.2, "again": 0.1}),
            _desk("appraise", "appraise", 60, rests={"of_deadline": 0.6}),
            _desk("sign", "sign", 2, rests={"working_days": 1}),
            _visit("hand_over", "return"),
        ],
    }


def _field(name: str, role: str) -> Raw:
    return {"id": name, "steps": [_visit("serve", role, {"exponential": {"mean": 6}})]}


TOWN: Raw = {
    "title": "A town",
    "calendar": {
        "start": "2023-01-03",
        "hours": {"mon-fri": ["07:30-11:30", "13:30-17:00"]},
    },
    "visitor": {"priority_share": 0.08},
    "teams": [
        {
            "id": "counter",
            "staff": 2,
            "roles": ["reception", "return", "certify"],
            "absence": 0.04,
            "lateness": {"share": 0.2, "minutes": {"exponential": {"mean": 10}}},
        },
        {"id": "judicial", "staff": 1, "roles": ["certify"]},
        {
            "id": "leaders",
            "staff": {"07:30": 1, "13:30": 2},
            "roles": ["sign"],
            "away": {"share": 0.3, "minutes": 60},
        },
        {"id": "experts", "staff": {"mon-thu": 2, "fri": {"07:30": 1}}, "roles": ["appraise"]},
        {"id": "hall", "staff": 3, "roles": [["plates", "licences"]]},
        {"id": "windows", "staff": 4, "roles": ["inform", "window"], "title": "Windows"},
        {"id": "logged", "staff": {"log": "counters.csv"}, "roles": ["archive"]},
    ],
    "procedures": [
        {
            "id": "certify_copies",
            "deadline": {"within": "same day", "cutoff": "15:00"},
            "habit": {"hold_work": True, "kept": 0.9},
            "result": "while you wait",
            "steps": [
                _visit(
                    "intake",
                    "reception",
                    {"lognormal": {"mean": 4, "cv": 0.5}},
                    sends_back={"share": 0.15},
                ),
                {"id": "verify", "share": 0.02, "working_days": 2, "extends_deadline": True},
                _desk("compare", "certify", {"gamma": {"mean": 8.2, "cv": 0.7}}),
                _desk("sign", "sign", 0.8),
                _visit("hand_over", "return", 2.5),
            ],
        },
        _approval("ad_group", "15 days"),
        _approval("ad_product", "5 working days"),
        _approval("performance", "5 working days"),
        _field("plates", "plates"),
        _field("licences", "licences"),
        _field("passports", "window"),
        _field("permits", "window"),
        _field("advice", "inform"),
        {"id": "old_files", "steps": [_desk("fetch", "archive")]},
    ],
    "demands": [
        {"id": "copies", "needs": ["certify_copies"], "per_day": 5.0, "priority_share": 0.2},
        {"id": "walk_in", "needs": ["plates"], "per_day": 40},
        {"id": "licences", "needs": ["licences"], "per_day": 20},
        {"id": "groups", "needs": ["ad_group"], "per_day": 0.1},
        {"id": "shows", "needs": ["performance", "ad_product"], "per_day": 0.2},
        {"id": "passports", "needs": ["passports"], "per_day": 30},
        {"id": "permits", "needs": ["permits"], "appointments": {"every": 60, "seats": 1}},
        {"id": "replayed", "needs": ["advice", "old_files"], "log": "tickets.csv"},
    ],
    "sources": {"demands.copies.per_day": "counted"},
}


def town(**changes: Any) -> Office:
    """Return the town's office, with top-level keys replaced."""
    return Office.model_validate(copy.deepcopy(TOWN) | changes)


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Return every value of a file that is not a table or a list of named things, by path."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple) and value and all(isinstance(v, dict) for v in value):
        for item in value:
            yield from leaves({k: v for k, v in item.items() if k != "id"}, f"{path}.{item['id']}")
    else:
        yield path, list(value) if isinstance(value, tuple) else value


def changes(before: Office, after: Office) -> dict[str, Any]:
    """Return what the second office says differently, by path; None where it says nothing."""
    old, new = dict(leaves(before.as_written())), dict(leaves(after.as_written()))
    return {path: new.get(path) for path in old | new if old.get(path) != new.get(path)}
