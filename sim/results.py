"""The files that a comparison writes, each whole or not at all."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.archive import ARCHIVE, archived
from sim.comparison import Comparison, Measures
from sim.errors import PlannerError, cannot_write
from sim.said import phrase

if TYPE_CHECKING:
    from sim.worker import Replicated

SUMMARY, CASES, EVENTS, REPORT = "summary.json", "cases.parquet", "events.csv", "report.html"

ASIDE = ".unfinished."
"""How the names of files and folders begin that are put aside until all is written."""


def write_together(folder: Path, files: Mapping[str, bytes | Path]) -> None:
    """Write files aside, then put all of them in place.

    Each appears whole or not at all, and none is put in place before all are written: if writing
    fails, or is broken off, the files of the run before stay, all of one run.

    Parameters
    ----------
    folder
        Where to.
    files
        Their content by name, or where it is written already, on the same disk.
    """
    aside: dict[str, Path] = {}
    try:
        for name, content in files.items():
            aside[name] = content if isinstance(content, Path) else _aside(folder)
            if not isinstance(content, Path):
                aside[name].write_bytes(content)
            aside[name].chmod(0o644)
        for name, written in aside.items():
            written.replace(folder / name)
    finally:
        for written in aside.values():
            written.unlink(missing_ok=True)


def _aside(folder: Path) -> Path:
    handle, path = tempfile.mkstemp(dir=folder, prefix=ASIDE)
    os.close(handle)
    return Path(path)


def summary(comparison: Comparison) -> dict[str, Any]:
    """Return the content of ``summary.json``; its sentences are English."""
    from sim.notes import still_open
    from sim.words import Words

    words = Words()
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
        "warnings": {
            s.id: [still_open(warning, words) for warning in s.warnings]
            for s in comparison.scenarios.values()
            if s.warnings
        },
        "provenance": comparison.provenance,
    }


def _plain(measures: Measures) -> dict[str, dict[str, float | None]]:
    return {
        name: {"mean": found.mean, "low": found.low, "high": found.high}
        for name, found in measures.items()
    }


class Writer:
    """Takes replications in as they finish and writes all files at the end.

    Cases lie in a folder of their own until then, so that memory does not grow with replications.
    A context, at whose end that folder is gone.

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
        self._pieces: list[Path] = []
        self._events = b""
        self._table: Future[Path] | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._aside = tempfile.TemporaryDirectory(dir=folder, prefix=ASIDE)
        except OSError as error:
            raise PlannerError(
                phrase(
                    "{folder}: cannot write there ({reason}). Choose another folder with --out.",
                    folder=folder,
                    reason=error.strerror,
                )
            ) from None

    @property
    def aside(self) -> Path:
        """Where workers of this machine may put rows."""
        return Path(self._aside.name)

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        if self._table is not None:
            self._table.exception()
        self._aside.cleanup()

    def take(self, done: Replicated) -> None:
        """Take in one replication."""
        if not self._pieces:
            _import_what_finishing_needs()
        self._events = self._events if done.events is None else done.events
        for cases in done.cases:
            piece = cases if isinstance(cases, Path) else self._put(cases)
            self._pieces.append(piece)

    def _put(self, cases: bytes) -> Path:
        piece = self.aside / f"{len(self._pieces):07d}.rows"
        with self._told():
            piece.write_bytes(cases)
        return piece

    def all_taken(self) -> Future[Path]:
        """Begin to write the table of cases, while the comparison is made."""
        if self._table is None:
            thread = ThreadPoolExecutor(1, "cases")
            self._table = thread.submit(self._cases)
            thread.shutdown(wait=False)
        return self._table

    def finish(self, comparison: Comparison, language: str) -> None:
        """Write every file, the report in a language."""
        from sim.report.page import render

        page = render(comparison, language).encode()
        content = _json(summary(comparison)).encode()
        with self._told():
            files: dict[str, bytes | Path] = {
                CASES: self.all_taken().result(),
                EVENTS: self._events,
                REPORT: page,
                ARCHIVE: archived(comparison),
                SUMMARY: content,
            }
            write_together(self.folder, files)

    def _cases(self) -> Path:
        """Make one table of all pieces, a few of them in memory at a time."""
        import polars as pl
        from polars.io.plugins import register_io_source

        from sim.case_rows import frames, schema

        path = self.aside / CASES
        rows = register_io_source(lambda *_: frames(self._pieces), schema=schema())
        try:
            # The usual level takes half as long again for a file a fifth smaller.
            rows.sink_parquet(path, compression_level=1)
        except pl.exceptions.ComputeError as error:
            # So polars tells of a full disk, with or without the system's reason.
            found = re.search(r"\(os error (\d+)\)", str(error))
            raise OSError(os.strerror(int(found[1])) if found else str(error)) from None
        return path

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise cannot_write(self.folder, error) from None


def _import_what_finishing_needs() -> None:
    """Import it while others still run replications, not when they are done."""
    import polars  # noqa: F401

    import sim.report.page  # noqa: F401


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
