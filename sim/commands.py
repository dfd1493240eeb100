"""What all commands have in common: errors told to planners, folders made ready."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sim.errors import PlannerError

Lang = Annotated[
    str,
    typer.Option(
        "--lang", metavar="LANGUAGE", envvar="ONESTOP_LANG", help="en, vi, ...; of what is said."
    ),
]
"""In which language people are told."""


def all_is_imported() -> None:
    """Look for garbage from now on, but never among what was imported."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def say_stopped() -> None:
    """Say that Ctrl-C was heard."""
    typer.echo("Stopped.", err=True)


@contextmanager
def told(lang: str = "en") -> Iterator[None]:
    """Turn what is wrong with the input into a message and an exit code.

    Parameters
    ----------
    lang
        Language of the message, as it was asked for; English if there is no such language.
    """
    from sim.errors import PlannerError

    try:
        yield
    except BrokenPipeError:
        raise
    except PlannerError as error:
        _print(error, lang)
        raise typer.Exit(2) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        typer.echo(f"{where}{error.strerror or error}", err=True)
        raise typer.Exit(2) from None
    except KeyboardInterrupt:
        say_stopped()
        raise typer.Exit(130) from None


def _print(error: PlannerError, lang: str) -> None:
    from sim.console import print_error
    from sim.languages import ENGLISH, known_languages
    from sim.words import Words

    words = Words(lang if lang in known_languages() else ENGLISH)
    for each in getattr(error, "errors", [error]):
        print_error(each, words)


def prepare(folder: Path) -> None:
    """Make a folder, and make sure before the work begins that files can be written to it."""
    import tempfile

    from sim.errors import PlannerError, cannot_write
    from sim.said import phrase

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (FileExistsError, NotADirectoryError):
        text = phrase("{folder}: expected a folder for the results, found a file", folder=folder)
        raise PlannerError(text) from None
    except OSError as error:
        raise cannot_write(folder, error) from None


def quoted(path: Path) -> str:
    """Return a path as a shell takes it."""
    return f'"{path}"' if " " in str(path) else str(path)
