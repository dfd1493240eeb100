"""The commands ``onestop calibrate`` and ``onestop validate``."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.commands import Lang, all_is_imported, prepare, told

if TYPE_CHECKING:
    from sim.calibrate.outcome import Calibration
    from sim.calibrate.run import Asked, Progress

calibrate = typer.Typer(
    help="Fit an office file to an office's own records, and say how well it predicts.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_FORMATS = ["%Y-%m-%d"]

Files = Annotated[
    list[Path],
    typer.Argument(metavar="FILE...", help="CSV, Excel or Parquet files.", show_default=False),
]
Logs = Annotated[
    list[Path],
    typer.Argument(metavar="LOG...", help="Records, as for calibrate.", show_default=False),
]
Columns = Annotated[
    str | None,
    typer.Option(
        metavar="MEANING=COLUMN,...",
        help="What columns mean where it is not guessed right; or a TOML or CSV file that says it.",
    ),
]
Queues = Annotated[
    list[str] | None,
    typer.Option("--queue", metavar="NAME", help="Queues to take; may be repeated."),
]
Procedures = Annotated[
    list[str] | None,
    typer.Option("--procedure", metavar="NAME", help="Procedures to take; may be repeated."),
]
From = Annotated[
    dt.datetime | None,
    typer.Option("--from", metavar="DATE", formats=_FORMATS, help="First date, 2026-01-05."),
]
To = Annotated[
    dt.datetime | None,
    typer.Option("--to", metavar="DATE", formats=_FORMATS, help="Last date."),
]
Holidays = Annotated[
    str, typer.Option(metavar="CODE", help="Country of the public holidays, such as VN.")
]
Title = Annotated[str, typer.Option(help="Title of the office.")]
HoldOut = Annotated[
    float,
    typer.Option(
        min=0, max=0.9, help="Share of the days, the last, to validate on; 0 fits to all."
    ),
]
Runs = Annotated[int, typer.Option("--replications", min=20, help="Runs of the validation.")]
Seed = Annotated[int, typer.Option(min=0, help="Which luck.")]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Folder of the results.")]
Jobs = Annotated[int | None, typer.Option(min=1, help="Teams fitted at once; default all cores.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]


@calibrate.command()
def tickets(  # noqa: PLR0917 - options, given by name
    files: Files,
    columns: Columns = None,
    queue: Queues = None,
    since: From = None,
    until: To = None,
    holidays: Holidays = "",
    title: Title = "",
    hold_out: HoldOut = 0.25,
    replications: Runs = 100,
    seed: Seed = 1,
    jobs: Jobs = None,
    lang: Lang = "en",
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Fit an office to the tickets of a queue machine and its open counters."""
    with told(lang):
        from sim.calibrate.run import Asked, calibrate_tickets
        from sim.languages import language
        from sim.records.columns import read_columns

        asked = Asked(
            tuple(files),
            read_columns(columns),
            tuple(queue or ()),
            _date(since),
            _date(until),
            holidays,
            title,
            hold_out,
            replications,
            seed,
            jobs or os.cpu_count() or 1,
            language(lang),
        )
        _calibrate(calibrate_tickets, asked, out, quiet)


@calibrate.command()
def dossiers(  # noqa: PLR0917 - options, given by name
    files: Files,
    columns: Columns = None,
    procedure: Procedures = None,
    since: From = None,
    until: To = None,
    holidays: Holidays = "",
    title: Title = "",
    hold_out: HoldOut = 0.25,
    replications: Runs = 100,
    seed: Seed = 1,
    lang: Lang = "en",
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Fit an office to the event log of a dossier system; XES too."""
    with told(lang):
        from sim.calibrate.run import Asked, calibrate_dossiers
        from sim.languages import language
        from sim.records.columns import read_columns

        asked = Asked(
            tuple(files),
            read_columns(columns),
            tuple(procedure or ()),
            _date(since),
            _date(until),
            holidays,
            title,
            hold_out,
            replications,
            seed,
            language=language(lang),
        )
        _calibrate(calibrate_dossiers, asked, out, quiet)


def validate(  # noqa: PLR0917 - options, given by name
    office: Annotated[Path, typer.Argument(metavar="OFFICE", show_default=False)],
    logs: Logs,
    columns: Columns = None,
    queue: Queues = None,
    procedure: Procedures = None,
    since: From = None,
    until: To = None,
    holidays: Holidays = "",
    replications: Runs = 100,
    seed: Seed = 1,
    simulate_demand: Annotated[
        bool, typer.Option("--simulate-demand", help="Simulate who comes; else as recorded.")
    ] = False,
    lang: Lang = "en",
    out: Out = None,
    quiet: Quiet = False,
) -> None:
    """Hold an office file against records of days it was not fitted to."""
    with told(lang):
        from sim.calibrate.run import Asked
        from sim.calibrate.run import validate as run
        from sim.calibrate.terminal import print_validation
        from sim.languages import language
        from sim.records.columns import read_columns

        asked = Asked(
            tuple(logs),
            read_columns(columns),
            (*(queue or ()), *(procedure or ())),
            _date(since),
            _date(until),
            holidays,
            replications=replications,
            seed=seed,
            language=language(lang),
        )
        folder = _folder(out, asked, "validation")
        with _progress(quiet, asked.language) as progress:
            found = run(office, asked, folder, replayed=not simulate_demand, progress=progress)
        print_validation(found, folder, quiet, asked.language)


def _calibrate(
    run: Callable[[Asked, Path, Progress | None], Calibration],
    asked: Asked,
    out: Path | None,
    quiet: bool,
) -> None:
    """Run a calibration, and print what it comes to and where its files are."""
    from sim.calibrate.run import OFFICE
    from sim.calibrate.terminal import print_calibration
    from sim.words import Words

    folder = _folder(out, asked, "calibration")
    with _progress(quiet, asked.language) as progress:
        found = run(asked, folder, progress)
    print_calibration(found, folder, quiet, asked.language)
    if not quiet:
        words, path = Words(asked.language), folder / OFFICE
        typer.echo(words.say("Office file: {path}; look at it with onestop check.", path=path))


def _date(moment: dt.datetime | None) -> dt.date | None:
    return None if moment is None else moment.date()


def _folder(out: Path | None, asked: Asked, what: str) -> Path:
    """Return where results go, made ready: files may be written there."""
    from sim.starter import file_stem

    stem = file_stem(asked.files[0].name.partition(".")[0] or what)
    folder = out or Path("results") / f"{stem}_{what}"
    prepare(folder)
    all_is_imported()
    return folder


@contextmanager
def _progress(quiet: bool, language: str) -> Iterator[Progress | None]:
    """Show what is being done while it takes time."""
    if quiet:
        yield None
        return
    from rich.console import Console

    from sim.words import Words

    words = Words(language)
    with Console(stderr=True).status(words.say("reading")) as status:

        def show(what: str, done: int, of: int) -> None:
            said = words.say("{what}: {done} of {of}", what=words.say(what), done=done, of=of)
            status.update(said)

        yield show
