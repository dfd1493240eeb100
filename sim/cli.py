"""The command line: ``onestop``."""

from __future__ import annotations

import _thread
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from sim.calibrate.commands import calibrate, validate
from sim.commands import Lang, all_is_imported, prepare, quoted, say_stopped, told
from sim.present.commands import present
from sim.report.commands import report

app = typer.Typer(
    help="What a reform of a one-stop office does to waiting, trips and cost.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


app.add_typer(calibrate, name="calibrate")
app.command()(validate)
app.command()(report)
app.command()(present)


class Engine(StrEnum):
    """What simulates."""

    compiled = "compiled"
    simpy = "simpy"


class Moved(StrEnum):
    """Which assumptions are moved to both ends of their span."""

    none = "none"
    ranges = "ranges"
    all = "all"


FileArgument = Annotated[Path, typer.Argument(metavar="FILE", show_default=False)]
StudyArgument = Annotated[Path, typer.Argument(metavar="STUDY", show_default=False)]
Replications = Annotated[int | None, typer.Option(min=1, help="Runs of each scenario.")]
Days = Annotated[int | None, typer.Option(min=1, help="Working days measured.")]
Warmup = Annotated[int | None, typer.Option(min=0, help="Working days run before.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Which luck.")]
Baseline = Annotated[
    str | None, typer.Option(metavar="ID", help="What the others are compared with.")
]
Cluster = Annotated[str | None, typer.Option(metavar="ADDRESS", help="Run on a Dask cluster.")]
EngineOption = Annotated[Engine, typer.Option(help="What simulates; results are the same.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print nothing but errors.")]


_SOON = 0.1
"""Seconds."""


def main() -> None:
    """Run the command line.

    The exit code is 0, 2 for anything wrong with what was given, or 130 for Ctrl-C and for a
    request to end (SIGTERM).
    """
    _heed_requests_to_end()
    # Of what is imported nothing is garbage: looking for it takes a tenth of the time of a start.
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app(prog_name="onestop")
    except KeyboardInterrupt:
        say_stopped()
        sys.exit(130)
    except SystemExit as ended:
        # Typer says nothing of a Ctrl-C while it reads what was given.
        if isinstance(getattr(ended.__context__, "__cause__", None), KeyboardInterrupt):
            say_stopped()
        raise


def _heed_requests_to_end() -> None:
    """Take a request to end as a Ctrl-C, so that nothing stays behind; lose neither."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    sys.unraisablehook = partial(_raise_again, sys.unraisablehook)
    if hasattr(os, "register_at_fork"):
        usual = partial(signal.signal, signal.SIGTERM, signal.SIG_DFL)
        os.register_at_fork(after_in_child=usual)


def _raise_again(usual: Callable[[Any], Any], ignored: sys.UnraisableHookArgs) -> None:
    """Raise a Ctrl-C again that came where Python drops it.

    While code is translated that is often so: signals wait for the next Python code, and that is a
    function called from code that knows no exceptions.
    """
    if issubclass(ignored.exc_type, KeyboardInterrupt):
        again = threading.Timer(_SOON, _interrupt)
        again.daemon = True
        again.start()
    else:
        usual(ignored)


def _interrupt() -> None:
    """Interrupt the main thread, also one that waits."""
    if sys.platform == "win32":
        _thread.interrupt_main(signal.SIGTERM)
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)


def _show_version(wanted: bool) -> None:
    if wanted:
        from sim import __version__

        typer.echo(f"onestop {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    pass


@app.command()
def check(file: FileArgument, lang: Lang = "en") -> None:
    """Say all that is wrong with an office or study file."""
    with told(lang):
        from sim.check import check_file
        from sim.console import print_checked
        from sim.languages import language
        from sim.words import Words

        words = Words(language(lang))
        print_checked(str(file), check_file(file), words)


@app.command()
def schema(
    study: Annotated[bool, typer.Option("--study", help="Of study files.")] = False,
) -> None:
    """Print the JSON Schema of office files, for editors."""
    with told():
        import json

        from sim.office import Office
        from sim.schema import json_schema
        from sim.study import StudyFile

        content = json_schema(StudyFile if study else Office)
        typer.echo(json.dumps(content, indent=2, ensure_ascii=False))


@app.command()
def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of the office, in any language.")
    ],
    lang: Lang = "en",
) -> None:
    """Write a starter office NAME.toml and a study of it."""
    with told(lang):
        from sim.languages import language
        from sim.starter import write_starter
        from sim.words import Words

        say = Words(language(lang)).say
        office, study = write_starter(name)
        typer.echo(say("Wrote {office} and {study}.", office=office, study=study))
        typer.echo(say("Next: put in your own numbers, then"))
        typer.echo(f"  onestop check {quoted(office)}\n  onestop compare {quoted(study)}")


@app.command()
def compare(  # noqa: PLR0917 - options, given by name
    study: StudyArgument,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder; default results/STUDY.")
    ] = None,
    replications: Replications = None,
    days: Days = None,
    warmup: Warmup = None,
    seed: Seed = None,
    baseline: Baseline = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes that run; default all processors.")
    ] = None,
    cluster: Cluster = None,
    engine: EngineOption = Engine.compiled,
    precision: Annotated[
        list[str] | None,
        typer.Option(
            metavar="MEASURE=WIDTH",
            help="Go on until its interval is so narrow: wait_minutes=5%, or =0.5 minutes; "
            "may be repeated.",
        ),
    ] = None,
    max_replications: Annotated[
        int | None, typer.Option(min=1, help="With --precision, runs at most; default 1000.")
    ] = None,
    sensitivity: Annotated[
        Moved,
        typer.Option(
            help="Assumptions moved to see what the answer hinges on: those with a range in the "
            "office file, all, or none."
        ),
    ] = Moved.ranges,
    lang: Lang = "en",
    quiet: Quiet = False,
) -> None:
    """Run a study's scenarios, print a table, write the results."""
    with told(lang):
        import sim.experiment  # noqa: F401
        from sim.languages import language
        from sim.study import load_study
        from sim.terminal import run_study

        all_is_imported()
        code = language(lang)
        settings = {"replications": replications, "days": days, "warmup": warmup, "seed": seed}
        plan = load_study(study).changed(**settings, baseline=baseline)
        folder = out or Path("results") / plan.id
        prepare(folder)
        run_study(
            plan,
            folder,
            quiet=quiet,
            jobs=jobs,
            cluster=cluster,
            engine=engine.value,
            precision=precision or (),
            max_replications=max_replications,
            sensitivity=sensitivity.value,
            language=code,
        )


@app.command()
def province(  # noqa: PLR0917 - options, given by name
    offices: Annotated[Path, typer.Argument(metavar="OFFICES.csv", show_default=False)],
    study: StudyArgument,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder; default results/STUDY_province.")
    ] = None,
    by: Annotated[
        str, typer.Option(metavar="MEASURE", help="Measure whose gain ranks the offices.")
    ] = "citizen_cost",
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Offices run at once; default all cores.")
    ] = None,
    cluster: Cluster = None,
    replications: Replications = None,
    days: Days = None,
    warmup: Warmup = None,
    seed: Seed = None,
    baseline: Baseline = None,
    engine: EngineOption = Engine.compiled,
    lang: Lang = "en",
    quiet: Quiet = False,
) -> None:
    """Run a study's scenarios in many offices; sum up, and rank them by gain."""
    with told(lang):
        from sim.languages import language
        from sim.province.terminal import Asked, run_and_show
        from sim.study import load_study

        all_is_imported()
        settings = {"replications": replications, "days": days, "warmup": warmup, "seed": seed}
        plan = load_study(study).changed(**settings, baseline=baseline)
        folder = out or Path("results") / f"{plan.id}_province"
        asked = Asked(
            plan, offices, folder, by, jobs, cluster, engine.value, language=language(lang)
        )
        prepare(folder)
        run_and_show(asked, quiet=quiet)
