"""Read XES event logs (IEEE 1849) as a table, without a tree in memory and without entities."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from sim.csv_file import line_text
from sim.errors import Fault, FileFaults, PlannerError
from sim.said import phrase
from sim.wording import shown

if TYPE_CHECKING:
    import polars as pl

_CHUNK: Final = 1 << 20
_MOST_BYTES: Final = 4 << 30
_FREE_BYTES: Final = 64 << 20
_MOST_RATIO: Final = 400
"""A log packs twenty- to fiftyfold; what packs much more is no log."""
_VALUES: Final = frozenset({"string", "date", "int", "float", "boolean", "id"})
LINE: Final = "\x00line"
CASE: Final = "case:concept:name"


class _RefusedError(PlannerError):
    """What a log must not hold."""


def read_xes(path: Path) -> tuple[tuple[str, ...], pl.DataFrame]:
    """Return a log's attributes, those of a trace after ``case:``, and a row of text an event.

    Parameters
    ----------
    path
        An XES file, or one packed by gzip.

    Raises
    ------
    FileFaults
        If it is no XES, declares a document type or entities, or unpacks beyond all measure.
    """
    reader = _Reader()
    try:
        for chunk in _chunks(path):
            reader.parser.Parse(chunk, False)
        reader.parser.Parse(b"", True)
    except expat.ExpatError as error:
        expected = phrase("XML that is well formed")
        fault = Fault(line_text(error.lineno), expected, str(error))
        raise FileFaults(str(path), [fault]) from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        hint = phrase("Pack or download it again.")
        fault = Fault(phrase("file"), phrase("a file packed by gzip"), str(error), hint)
        raise FileFaults(str(path), [fault]) from None
    except _RefusedError as error:
        line = line_text(reader.parser.CurrentLineNumber)
        hint = phrase("A log needs none of it: export it again, or take the part out.")
        fault = Fault(line, phrase("an XES log"), error.text, hint)
        raise FileFaults(str(path), [fault]) from None
    if reader.root != "log":
        found = phrase("XML of the kind {kind}", kind=shown(reader.root))
        expected = phrase("an XES log (<log> ... </log>)")
        raise FileFaults(str(path), [Fault(phrase("file"), expected, found)])
    return reader.table()


def _chunks(path: Path) -> Iterator[bytes]:
    """Yield the content, unpacked; refuse what grows beyond any log."""
    packed = _packed(path)
    size, total = max(path.stat().st_size, 1), 0
    with gzip.open(path, "rb") if packed else path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            total += len(chunk)
            bomb = packed and total > _FREE_BYTES and total > _MOST_RATIO * size
            if bomb or total > _MOST_BYTES:
                raise _RefusedError(
                    phrase("more than {size:,} MiB once unpacked", size=total >> 20)
                )
            yield chunk


def _packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


class _Reader:
    """What has been read so far: a column of values for each attribute."""

    def __init__(self) -> None:
        self.root = ""
        self._inside: list[str] = []
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] = {}
        self._traces = 0
        self._columns: dict[str, list[str | None]] = {}
        self._lines: list[int] = []
        self._line = 0
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.EntityDeclHandler = self._refuse_entity

    def table(self) -> tuple[tuple[str, ...], pl.DataFrame]:
        """Return the names of the attributes, and a row an event."""
        import polars as pl

        events = len(self._lines)
        for values in self._columns.values():
            values.extend([None] * (events - len(values)))
        schema = dict.fromkeys(self._columns, pl.String)
        frame = pl.DataFrame(self._columns, schema=schema)
        lines = pl.Series(LINE, self._lines, pl.Int64)
        return tuple(self._columns), frame.with_columns(lines) if events else pl.DataFrame(lines)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self.root = self.root or name
        self._inside.append(name)
        if name in _VALUES:
            self._value(attributes)
        elif name == "trace":
            self._trace = {}
            self._traces += 1
        elif name == "event":
            self._event, self._line = {}, self.parser.CurrentLineNumber

    def _value(self, attributes: dict[str, str]) -> None:
        """Take an attribute of a trace or an event; those of attributes are left."""
        holder = self._inside[-2] if len(self._inside) > 1 else ""
        key, value = attributes.get("key"), attributes.get("value")
        if key is None or value is None or holder not in {"trace", "event"}:
            return
        if holder == "event":
            self._event[sys.intern(key)] = value
        else:
            self._trace[f"case:{key}"] = value

    def _end(self, tag: str) -> None:
        self._inside.pop()
        if tag.rpartition(":")[2] == "event" and "trace" in self._inside:
            self._keep()

    def _keep(self) -> None:
        """Add an event to the columns, with what was said of its trace before it."""
        place = len(self._lines)
        self._lines.append(self._line)
        held = {CASE: f"trace {self._traces}", **self._trace, **self._event}
        for key, value in held.items():
            column = self._columns.setdefault(key, [])
            column.extend([None] * (place - len(column)))
            column.append(value)

    def _refuse_doctype(self, name: str, system: str | None, *_rest: object) -> None:
        if system:
            raise _RefusedError(
                phrase(
                    "a document type (DOCTYPE {name}) that points to {place}, which is refused",
                    name=name,
                    place=shown(system),
                )
            )
        raise _RefusedError(phrase("a document type (DOCTYPE {name}), which is refused", name=name))

    def _refuse_entity(self, name: str, *_rest: object) -> None:
        raise _RefusedError(
            phrase("the declaration of an entity ({name}), which is refused", name=name)
        )
