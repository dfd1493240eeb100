"""The files of a province's results, each whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from sim.comparison import Estimate, Measures
from sim.errors import PlannerError
from sim.provenance import Provenance, provenance
from sim.province.outcome import Found, OfficeFound, Province
from sim.province.rows import Row
from sim.results import ASIDE, write_together
from sim.said import phrase

SUMMARY, OFFICES, PAGE = "summary.json", "offices.csv", "province.html"
_HEADINGS: Final = (
    "office", "scenario", "measure", "mean", "low", "high", "difference", "difference_low",
    "difference_high", "gain_year", "gain_year_low", "gain_year_high", "place", "best_place",
    "worst_place",
)  # fmt: skip
_NONE: Final = Estimate(None, None, None)


def write(province: Province, folder: Path, said: Provenance, language: str = "en") -> None:
    """Write ``summary.json``, ``offices.csv`` and ``province.html`` together.

    The page is in a language.

    Raises
    ------
    PlannerError
        If they cannot be written.
    """
    from sim.province.page import render

    files = {
        OFFICES: _table(province).encode(),
        PAGE: render(province, said, language).encode(),
        SUMMARY: _json(summary(province, said)).encode(),
    }
    try:
        for aside in folder.glob(f"{ASIDE}*"):  # of a run that was killed while it wrote them
            if aside.is_file():
                aside.unlink(missing_ok=True)
        write_together(folder, files)
    except OSError as error:
        raise PlannerError(
            phrase(
                "{folder}: cannot write there ({reason}). All offices are finished and kept; the "
                "same command writes the files.",
                folder=folder,
                reason=error.strerror or error,
            )
        ) from None


def made_from(province: Province, rows: Sequence[Row], table: Path) -> Provenance:
    """Return what a province's results are made from.

    ``inputs`` are the study, the CSV file and the office files; ``model`` stands for all offices
    in all scenarios, the logs they replay and the versions.
    """
    paths = dict.fromkeys([*province.study.files, str(table), *(row.file for row in rows)])
    beside = Path(province.study.files[0]).parent if province.study.files else table.parent
    inputs = {
        Path(os.path.relpath(path, beside)).as_posix(): _digest(Path(path).read_bytes())
        for path in paths
        if path
    }
    model = _digest("\n".join(f"{row.id} {row.fingerprint}" for row in rows).encode())
    return provenance(province.study) | {"inputs": inputs, "model": model}


def summary(province: Province, said: Provenance) -> dict[str, Any]:
    """Return the content of ``summary.json``; its sentences are English."""
    from sim.province.words import warning_text
    from sim.words import Words

    whole = province.whole
    others = province.others
    return {
        "offices": len(province.offices),
        "by": province.by,
        "scenarios": {name: _plain(found.means) for name, found in whole.items()},
        "differences": {name: _plain(whole[name].differences) for name in others},
        "verdicts": {
            name: {
                measure: {"says": v.says, "low": v.low, "high": v.high, "matters": v.matters}
                for measure, v in province.verdicts[name].items()
            }
            for name in others
        },
        "totals": {name: _plain(found.totals) for name, found in whole.items()},
        "total_differences": {name: _plain(whole[name].total_differences) for name in others},
        "gains": {name: _plain(whole[name].gains) for name in others},
        "ranking": {name: _ranking(province, name) for name in others},
        "warnings": [warning_text(each, Words()) for each in province.warnings],
        "provenance": said,
    }


def _ranking(province: Province, scenario: str) -> list[dict[str, Any]]:
    return [
        {"office": office.id}
        | place._asdict()
        | {"gain": _ends(office.found[scenario].gains[province.by])}
        for place, office in province.ranking(scenario)
    ]


def _plain(measures: Measures) -> dict[str, dict[str, float | None]]:
    return {name: _ends(found) for name, found in measures.items()}


def _ends(found: Estimate) -> dict[str, float | None]:
    return {"mean": found.mean, "low": found.low, "high": found.high}


def _table(province: Province) -> str:
    """Return ``offices.csv``: a row an office, scenario and measure."""
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    writer.writerow(_HEADINGS)
    for office in province.offices:
        for scenario, found in office.found.items():
            writer.writerows(_table_rows(office, scenario, found))
    return content.getvalue()


def _table_rows(office: OfficeFound, scenario: str, found: Found) -> Iterator[list[object]]:
    differences = found.differences | found.total_differences
    for measure, estimate in (found.means | found.totals).items():
        place = office.places.get(scenario, {}).get(measure)
        numbers = (
            estimate, differences.get(measure, _NONE), found.gains.get(measure, _NONE)
        )  # fmt: skip
        yield [
            office.id, scenario, measure,
            *(end for each in numbers for end in (each.mean, each.low, each.high)),
            *(place or (None, None, None)),
        ]  # fmt: skip


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
