"""Errors whose message a planner can act on; the command line prints them without a traceback."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a file.

    Attributes
    ----------
    path
        Where: keys joined by dots, lists of named things by their id
        (``procedures.renew.steps.photo.minutes``).
    expected
        What would have been right.
    found
        What stands there, as the file shows it; empty when something is missing.
    hint
        What to do: the nearest known name, or the usual mend; may be empty.
    """

    path: str
    expected: str
    found: str = ""
    hint: str = ""

    def __str__(self) -> str:
        text = f"{self.path}: expected {self.expected}"
        if self.found:
            text += f", found {self.found}"
        return f"{text}. {self.hint}" if self.hint else text


class PlannerError(Exception):
    """Something wrong with what was given; its text says what, where and what to do."""


def cannot_write(folder: object, error: OSError) -> PlannerError:
    """Return what is said of a folder in which a file could not be written."""
    return PlannerError(f"{folder}: cannot write there ({error.strerror or error}).")


class FileFaults(PlannerError):
    """A file with one or more faults.

    Parameters
    ----------
    source
        The file's name, as the user gave it.
    faults
        All that was found, in the order of the file.
    """

    def __init__(self, source: str, faults: list[Fault]) -> None:
        self.source = source
        self.faults = faults
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        lines = "\n".join(f"  {fault}" for fault in faults)
        super().__init__(f"{source}: {count}\n{lines}")
