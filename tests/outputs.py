"""Output folders held equal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def same_outputs(first: Path, second: Path) -> None:
    """Hold that two folders say the same to the last bit, but for date and command."""
    for name in ("cases.parquet", "events.csv"):
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    assert timeless(first) == timeless(second)


def timeless(folder: Path) -> dict[str, Any]:
    """Return a summary without what differs between equal runs."""
    content: dict[str, Any] = json.loads((folder / "summary.json").read_text("utf-8"))
    for name in ("date", "command"):
        del content["provenance"][name]
    return content
