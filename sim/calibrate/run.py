"""Calibrations and validations from files to files."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.calibrate.outcome import Calibration, Validation
from sim.errors import PlannerError, cannot_write
from sim.records.records import DossierRecords, TicketRecords
from sim.said import phrase
from sim.words import mark

if TYPE_CHECKING:
    import polars as pl

    from sim.calibrate.dossiers import DossierFit
    from sim.calibrate.tickets import TicketsFit
    from sim.office import Office

OFFICE: Final = "office.toml"
_LEAST_DAYS: Final = 4
_LEAST_CASES: Final = 40


@dataclass(frozen=True)
class Asked:
    """What the user asked for.

    Attributes
    ----------
    files
        The records.
    columns
        Column by meaning, as the user said.
    names
        Queues or procedures to take; all by default.
    first, last
        First and last date.
    holidays
        Country whose public holidays close the office.
    title
        Of the office; by default that of the first file.
    held_out
        Share of the days, the last ones, that the office is not fitted to but held against.
    replications, seed
        Of the validation.
    jobs
        Teams fitted at once.
    language
        Code of the readers' language.
    """

    files: tuple[Path, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    holidays: str = ""
    title: str = ""
    held_out: float = 0.25
    replications: int = 100
    seed: int = 1
    jobs: int = 1
    language: str = "en"

    def selection(self) -> dict[str, Any]:
        """Return what readers are told of dates."""
        return {"first": self.first, "last": self.last, "holidays": self.holidays}

    @property
    def office_title(self) -> str:
        """The title of the office."""
        return self.title or self.files[0].name.partition(".")[0].replace("_", " ")


Progress = Callable[[str, int, int], None]
Files = Mapping[str, str | dict[str, Any]]


def calibrate_tickets(asked: Asked, folder: Path, progress: Progress | None = None) -> Calibration:
    """Fit an office to tickets, hold it against the days left out, and write all of it.

    Parameters
    ----------
    asked
        What to read and how.
    folder
        Where ``office.toml``, ``calibration.html`` and ``calibration.json`` go.
    progress
        Called with what is being done, how much of it is done, and of how much.

    Raises
    ------
    PlannerError
        If the records cannot be read or fitted, or the folder cannot be written to.
    """
    from sim.calibrate.ticket_validation import validate_tickets
    from sim.calibrate.tickets import fit_tickets
    from sim.records.tickets import read_tickets

    records = read_tickets(asked.files, asked.columns, queues=asked.names, **asked.selection())
    known, later = _split_days(records, asked.held_out)
    with _executor(asked.jobs) as executor:
        fit = fit_tickets(
            known,
            holidays=asked.holidays,
            title=asked.office_title,
            seed=asked.seed,
            executor=executor,
            progress=_telling(progress, mark("fitting teams")),
        )
    text, office = _office(fit, asked, f"{len(fit.dates)} days of tickets", folder)
    validation = None
    if later is not None:
        validation = validate_tickets(
            office,
            later,
            replications=asked.replications,
            seed=asked.seed,
            fitted=fit.waits,
            draws=fit.draws,
            progress=_telling(progress, mark("validating")),
        )
    dates = (fit.dates[0], fit.dates[-1], len(fit.dates))
    found = _calibration(fit, dates, asked, records, validation)
    _write(folder, text, found, asked.language)
    return found


def calibrate_dossiers(asked: Asked, folder: Path, progress: Progress | None = None) -> Calibration:
    """Fit an office to dossiers, hold it against the last of them, and write all of it.

    Parameters and errors are those of :func:`calibrate_tickets`.
    """
    from sim.calibrate.dossier_validation import validate_dossiers
    from sim.calibrate.dossiers import fit_dossiers
    from sim.records.dossiers import read_dossiers

    records = read_dossiers(asked.files, asked.columns, procedures=asked.names, **asked.selection())
    if progress is not None:
        progress(mark("fitting"), 0, 1)
    known, later = _split_cases(records, asked.held_out)
    fit = fit_dossiers(known, holidays=asked.holidays, title=asked.office_title)
    begun = [moment.date() for moment in known.cases["begun"].to_list()]
    text, office = _office(fit, asked, f"{len(begun):,} dossiers", folder)
    validation = None
    if later is not None:
        validation = validate_dossiers(
            office, later, replications=asked.replications, seed=asked.seed
        )
    dates = (min(begun), max(begun), len(set(begun)))
    found = _calibration(fit, dates, asked, records, validation)
    _write(folder, text, found, asked.language)
    return found


def validate(
    office_file: Path,
    asked: Asked,
    folder: Path,
    *,
    replayed: bool = True,
    progress: Progress | None = None,
) -> Validation:
    """Hold an office file against records, and write what comes of it.

    Parameters
    ----------
    office_file
        The office.
    asked
        Which records, and which of their days.
    folder
        Where ``validation.html`` and ``validation.json`` go.
    replayed
        Whether people come as recorded; otherwise demand is simulated too.
    progress
        As for :func:`calibrate_tickets`.
    """
    from sim.calibrate.as_json import content
    from sim.calibrate.page import render_validation
    from sim.office_file import read_office
    from sim.records.kinds import hold_dossiers

    office = read_office(office_file)
    held = _validate_dossiers if hold_dossiers(asked.files, asked.columns) else _validate_tickets
    found = held(office, asked, replayed, progress)
    said = _provenance(asked, (office_file, *asked.files))
    files: Files = {
        "validation.html": render_validation(found, said, asked.language),
        "validation.json": content(found),
    }
    _write_files(folder, files)
    return found


def _validate_tickets(
    office: Office, asked: Asked, replayed: bool, progress: Progress | None
) -> Validation:
    from sim.calibrate.ticket_validation import validate_tickets
    from sim.records.tickets import read_tickets

    return validate_tickets(
        office,
        read_tickets(asked.files, asked.columns, queues=asked.names, **asked.selection()),
        replications=asked.replications,
        seed=asked.seed,
        held_out=None,
        replayed=replayed,
        progress=_telling(progress, mark("validating")),
    )


def _validate_dossiers(
    office: Office, asked: Asked, replayed: bool, progress: Progress | None
) -> Validation:
    from sim.calibrate.dossier_validation import validate_dossiers
    from sim.records.dossiers import read_dossiers

    if not replayed:
        raise PlannerError(phrase("--simulate-demand: dossiers are always replayed as they began."))
    if progress is not None:
        progress(mark("validating"), 0, 1)
    return validate_dossiers(
        office,
        read_dossiers(asked.files, asked.columns, procedures=asked.names, **asked.selection()),
        replications=asked.replications,
        seed=asked.seed,
        held_out=None,
    )


def _split_days(records: TicketRecords, share: float) -> tuple[TicketRecords, TicketRecords | None]:
    """Return the records of the days to fit to, and of the last ones; None where too few."""
    import polars as pl

    usable = records.tickets.filter(pl.col("usable"))
    dates = sorted(set(usable["date"].to_list()))
    out = max(round(share * len(dates)), 1) if share > 0 and len(dates) >= _LEAST_DAYS else 0
    if not out:
        return records, None
    first = dates[-out]

    def of(later: bool) -> TicketRecords:
        kept = pl.col("date") >= first if later else pl.col("date") < first
        counters = None if records.counters is None else records.counters.filter(kept)
        return replace(records, tickets=records.tickets.filter(kept), counters=counters)

    return of(later=False), of(later=True)


def _split_cases(
    records: DossierRecords, share: float
) -> tuple[DossierRecords, DossierRecords | None]:
    """Return the records of the cases to fit to, and of those that began last."""
    size = len(records.cases)
    out = round(share * size) if share > 0 and size >= _LEAST_CASES else 0
    if not out:
        return records, None

    def of(cases: pl.DataFrame) -> DossierRecords:
        events = records.events.join(cases.select("case"), on="case", maintain_order="left")
        return replace(records, cases=cases, events=events)

    return of(records.cases.head(size - out)), of(records.cases.tail(out))


def _office(
    fit: TicketsFit | DossierFit, asked: Asked, of: str, folder: Path
) -> tuple[str, Office]:
    """Return the office file's text, and the office that it describes."""
    import tomllib

    from sim.calibrate.office_text import office_text
    from sim.office_file import office_of

    files = ", ".join(path.name for path in asked.files)
    heading = (
        f"Fitted to {of}: {files}.",
        "[sources] says where each number comes from, [ranges] its 95% interval.",
        "What has no source is an assumption, to be replaced by your own data.",
    )
    text = office_text(fit.content, fit.fitted, fit.assumed, heading)
    return text, office_of(tomllib.loads(text), folder / OFFICE)


def _calibration(
    fit: TicketsFit | DossierFit,
    dates: tuple[dt.date, dt.date, int],
    asked: Asked,
    records: TicketRecords | DossierRecords,
    validation: Validation | None,
) -> Calibration:
    return Calibration(
        asked.office_title,
        "tickets" if isinstance(records, TicketRecords) else "dossiers",
        dates,
        records.quality,
        fit.fitted,
        fit.assumed,
        fit.sections,
        fit.warnings,
        validation,
        _provenance(asked, asked.files),
    )


def _provenance(asked: Asked, files: Sequence[Path]) -> dict[str, Any]:
    from sim.provenance import versions

    return {
        "versions": versions(),
        "seed": asked.seed,
        "replications": asked.replications,
        "inputs": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "command": shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]]),
    }


def _write(folder: Path, text: str, found: Calibration, language: str) -> None:
    from sim.calibrate.as_json import content
    from sim.calibrate.page import render_calibration

    page = render_calibration(found, language)
    files: Files = {OFFICE: text, "calibration.html": page, "calibration.json": content(found)}
    _write_files(folder, files)


def _write_files(folder: Path, files: Files) -> None:
    """Write texts, and dictionaries as JSON, all together."""
    from sim.results import write_together

    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_together(folder, {name: _bytes(content) for name, content in files.items()})
    except OSError as error:
        raise cannot_write(folder, error) from None


def _bytes(content: str | dict[str, Any]) -> bytes:
    if isinstance(content, dict):
        content = json.dumps(content, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    return content.encode()


def _telling(progress: Progress | None, what: str) -> Callable[[int, int], None] | None:
    return None if progress is None else lambda done, of: progress(what, done, of)


@contextmanager
def _executor(jobs: int) -> Iterator[Executor | None]:
    """Yield processes that fit teams side by side; None for one job."""
    if jobs < 2:
        yield None
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    from sim.jobs import begin_worker

    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, begin_worker) as pool:
        yield pool
