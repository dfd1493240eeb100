"""Small offices for tests, as the content of an office file."""

from __future__ import annotations

import copy
from typing import Any

from sim.office import Office

Raw = dict[str, Any]

SMALLEST: Raw = {
    "title": "Three clerks",
    "calendar": {"start": "2023-01-02", "hours": {"mon-sun": ["00:00-24:00"]}},
    "teams": [{"id": "clerks", "staff": 3, "roles": ["serve"]}],
    "procedures": [
        {
            "id": "ask",
            "steps": [
                {
                    "id": "answer",
                    "role": "serve",
                    "visitor": True,
                    "minutes": {"exponential": {"mean": 7}},
                }
            ],
        }
    ],
    "demands": [{"id": "people", "needs": ["ask"], "per_day": 500}],
}
"""One line that never closes: M/M/3."""


def smallest(**changes: Any) -> Raw:
    """Return the smallest office with top-level keys replaced."""
    return copy.deepcopy(SMALLEST) | changes


def office(raw: Raw) -> Office:
    """Validate the content of an office file."""
    return Office.model_validate(raw)
