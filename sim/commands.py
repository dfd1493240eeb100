"""What all commands have in common: errors told to planners, folders made ready."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer


def all_is_imported() -> None:
    """Look for garbage from now on, but never among what was imported."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def say_stopped() -> None:
    """Say that Ctrl-C was heard."""
    typer.echo("Stopped.", err=True)


@contextmanager
def told() -> Iterator[None]:
    """Turn what is wrong with the input into a message and an exit code."""
    from sim.errors import PlannerError

    try:
        yield
    except BrokenPipeError:
        raise
    except PlannerError as error:
        from sim.console import print_error

        for each in getattr(error, "errors", [error]):
            print_error(each)
        raise typer.Exit(2) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        typer.echo(f"{where}{error.strerror or error}", err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        say_stopped()
        raise typer.Exit(130) from None


def prepare(folder: Path) -> None:
    """Make a folder, and make sure before the work begins that files can be written to it."""
    import tempfile

    from sim.errors import PlannerError

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (FileExistsError, NotADirectoryError):
        raise PlannerError(f"{folder}: expected a folder for the results, found a file") from None
    except OSError as error:
        raise PlannerError(f"{folder}: cannot be written: {error.strerror or error}") from None


def quoted(path: Path) -> str:
    """Return a path as a shell takes it."""
    return f'"{path}"' if " " in str(path) else str(path)
