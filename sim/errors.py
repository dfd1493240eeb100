"""Errors whose message a planner can act on; the command line prints them without a traceback."""

from __future__ import annotations

from dataclasses import dataclass

from sim.said import listed, phrase


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

    @property
    def text(self) -> str:
        """All of it in one line, to be said in any language."""
        text = phrase("{path}: expected {expected}", path=self.path, expected=self.expected)
        if self.found:
            text = phrase("{fault}, found {found}", fault=text, found=self.found)
        return phrase("{fault}. {hint}", fault=text, hint=self.hint) if self.hint else text

    def __str__(self) -> str:
        return str(self.text)


class Misfit(ValueError):
    """A value that does not fit, found by a validator that does not know where it stands.

    Parameters
    ----------
    expected
        What would have been right.
    found
        What stands there; empty where the value as the file shows it says enough.
    """

    def __init__(self, expected: str, found: str = "") -> None:
        self.expected = expected
        self.found = found
        super().__init__(f"{expected} (got {found})" if found else expected)


class PlannerError(Exception):
    """Something wrong with what was given; its text says what, where and what to do.

    The text is a :func:`~sim.said.phrase`, so that the command line can say it in any language.
    """

    @property
    def text(self) -> str:
        """What is said: English, and where it is a phrase to be said in any language."""
        return self.args[0] if self.args and isinstance(self.args[0], str) else str(self)


def cannot_write(folder: object, error: OSError) -> PlannerError:
    """Return what is said of a folder in which a file could not be written."""
    reason = error.strerror or error
    return PlannerError(
        phrase("{folder}: cannot write there ({reason}).", folder=folder, reason=reason)
    )


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
        super().__init__(listed([self.heading, *(fault.text for fault in faults)], "\n  "))

    @property
    def heading(self) -> str:
        """The file, and how many faults it has."""
        if len(self.faults) == 1:
            return phrase("{file}: 1 fault", file=self.source)
        return phrase("{file}: {count} faults", file=self.source, count=len(self.faults))
