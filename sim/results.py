"""The files that a comparison writes, each whole or not at all."""

from __future__ import annotations

import io
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.blueprint import Blueprint
from sim.case_table import Measured
from sim.comparison import Comparison, Measures
from sim.errors import PlannerError
from sim.log import ServiceLog

if TYPE_CHECKING:
    import polars as pl

SUMMARY, CASES, EVENTS, REPORT = "summary.json", "cases.parquet", "events.csv", "report.html"


def write_together(folder: Path, files: dict[str, bytes]) -> None:
    """Write files aside, then put all of them in place.

    Each appears whole or not at all, and none is put in place before all are written: if writing
    fails, or is broken off, the files of the run before stay, all of one run.

    Parameters
    ----------
    folder
        Where to.
    files
        Their content by name.
    """
    aside: dict[str, Path] = {}
    try:
        for name, content in files.items():
            handle, path = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
            os.close(handle)
            aside[name] = Path(path)
            aside[name].write_bytes(content)
            aside[name].chmod(0o644)
        for name, written in aside.items():
            written.replace(folder / name)
    finally:
        for written in aside.values():
            written.unlink(missing_ok=True)


def summary(comparison: Comparison) -> dict[str, Any]:
    """Return the content of ``summary.json``."""
    return {
        "scenarios": {s.id: _plain(s.measures) for s in comparison.scenarios.values()},
        "differences": {name: _plain(found) for name, found in comparison.differences.items()},
        "verdicts": {
            name: {
                measure: {"says": v.says, "low": v.low, "high": v.high, "matters": v.matters}
                for measure, v in found.items()
            }
            for name, found in comparison.verdicts.items()
        },
        "warnings": {s.id: list(s.warnings) for s in comparison.scenarios.values() if s.warnings},
        "provenance": comparison.provenance,
    }


def _plain(measures: Measures) -> dict[str, dict[str, float | None]]:
    return {
        name: {"mean": found.mean, "low": found.low, "high": found.high}
        for name, found in measures.items()
    }


class Writer:
    """Takes replications in as they finish and writes all files at the end.

    Parameters
    ----------
    folder
        Where to; made if absent.

    Raises
    ------
    PlannerError
        If the folder cannot be made or written to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cases: list[pl.DataFrame] = []
        self._events: pl.DataFrame | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            raise PlannerError(
                f"{folder}: cannot write there ({error.strerror}). "
                "Choose another folder with --out."
            ) from None

    def take(
        self, scenario: str, replication: int, layout: Blueprint, log: ServiceLog, found: Measured
    ) -> None:
        """Take in one replication of a scenario."""
        from sim.tables import case_rows, event_rows

        self._cases.append(case_rows(scenario, replication, layout, found))
        if self._events is None:
            self._events = event_rows(layout, log)

    def finish(self, comparison: Comparison) -> None:
        """Write every file."""
        import polars as pl

        from sim.report.page import render

        cases, events = pl.concat(self._cases), self._events
        assert events is not None
        parquet = io.BytesIO()
        cases.write_parquet(parquet)
        files = {
            CASES: parquet.getvalue(),
            EVENTS: events.write_csv().encode(),
            REPORT: render(comparison).encode(),
            SUMMARY: _json(summary(comparison)).encode(),
        }
        try:
            write_together(self.folder, files)
        except OSError as error:
            raise PlannerError(f"{self.folder}: cannot write there ({error.strerror}).") from None


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
