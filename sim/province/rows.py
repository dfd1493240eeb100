"""Read the offices of a province: a CSV file with an office a row, and what is its own there."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sim.check import Faulty
from sim.csv_file import ROW, CsvFile, line_text, read_csv
from sim.errors import Fault, FileFaults, PlannerError
from sim.office import Office
from sim.paths import PathError, set_path
from sim.province.fingerprint import fingerprint
from sim.reforms import ReformError, apply
from sim.said import listed, phrase
from sim.study import Study, load_office
from sim.wording import shown

ID, OFFICE = "id", "office"

_LONGEST_ID: Final = 60
_SAFE: Final = re.compile(r"\w(?:[\w .-]*[\w-])?")
_DEVICE: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_INSIDE_SET: Final = re.compile(r"^reforms(\[1\](\.set)?)?(: |\.)")


@dataclass(frozen=True)
class Row:
    """An office of the province.

    Attributes
    ----------
    id
        Its name, by which it has its own draws.
    line
        Where it stands in the CSV file.
    study
        The study of this office: its parameters set, its id that of the row.
    file
        The office file it was made from.
    fingerprint
        Of all that its result is made from.
    """

    id: str
    line: int
    study: Study
    file: str
    fingerprint: str


def read_offices(path: Path, study: Study) -> list[Row]:
    """Return the offices that a CSV file lists, the study's reforms tried on each.

    Parameters
    ----------
    path
        The CSV file: columns ``id``, ``office`` (an office file, relative to the CSV file; the
        study's own office where it is empty or missing), and others whose heading is the path of
        a parameter. A cell is the value as an office file would write it, or text without
        quotes; an empty one leaves the parameter as it is.
    study
        The study, whose scenarios and settings are those of each office.

    Raises
    ------
    PlannerError
        With every fault of every row, named by line and column; exit code 2.
    """
    table = read_csv(path, "offices")
    _check_header(table)
    reader = _Reader(table, study)
    rows = [row for cells in reader.cells() if (row := reader.row(*cells)) is not None]
    if not reader.seen:
        reader.faults.append((2, "", Fault("", phrase("an office in each line"), phrase("none"))))
    reader.faults.extend(_other_currencies(rows))
    if reader.faults:
        found = FileFaults(str(path), [*_gathered(reader.faults)])
        raise Faulty([found, *reader.broken.values()])
    return rows


def _check_header(table: CsvFile) -> None:
    """Refuse a first line that does not name its columns; nothing can be read without it."""
    faults: list[Fault] = []
    if ID not in table.columns:
        expected = phrase("a column {name}", name=shown(ID))
        faults.append(Fault(line_text(1), expected, hint=table.no_column(ID)))
    for name in dict.fromkeys(table.columns):
        if table.columns.count(name) > 1:
            found = phrase("{name} more than once", name=shown(name))
            expected = phrase("each column named, and named once")
            faults.append(Fault(line_text(1), expected, found))
    if faults:
        raise FileFaults(str(table.path), faults)


Named = tuple[int, str, Fault]
"""A fault with its line and column; without a column it concerns the row."""


class _Reader:
    """Makes offices of rows, and gathers what is wrong with each."""

    def __init__(self, table: CsvFile, study: Study) -> None:
        self.table = table
        self.study = study
        self.faults: list[Named] = []
        self.broken: dict[str, PlannerError] = {}
        self.seen: dict[str, int] = {}
        self._offices: dict[str, Office] = {}

    def cells(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the line of each row, and its cells that are not empty."""
        frame = self.table.frame
        lines = self.table.lines(frame[ROW].to_list())
        names = self.table.columns
        for line, values in zip(lines, frame.select(names).iter_rows(), strict=True):
            texts = ((name, (text or "").strip()) for name, text in zip(names, values, strict=True))
            yield line, {name: text for name, text in texts if text}

    def row(self, line: int, cells: dict[str, str]) -> Row | None:
        """Return the office of a row; None if anything is wrong with it."""
        before = len(self.faults)
        name = self._id(line, unicodedata.normalize("NFC", cells.pop(ID, "")))
        office, file = self._office(line, cells.pop(OFFICE, ""))
        if office is None:
            return None
        changed = self._overridden(line, office, {key: value(cells[key]) for key in cells})
        if changed is None or len(self.faults) > before:
            return None
        update = {"office": changed.model_copy(update={"id": name}), "id": name, "files": ()}
        own = self.study.model_copy(update=update)
        try:
            made_from = fingerprint(own)
        except FileFaults as error:
            self.faults += [(line, "", fault) for fault in error.faults]
            return None
        return Row(name, line, own, file, made_from)

    def _id(self, line: int, name: str) -> str:
        if not name or len(name) > _LONGEST_ID or not _SAFE.fullmatch(name) or _DEVICE.match(name):
            expected = phrase(
                "a name of at most {most} letters, digits, spaces, -, _ and .", most=_LONGEST_ID
            )
            hint = phrase("Kept results are named after it. For people, add a column title.")
            self.faults.append((line, ID, Fault("", expected, shown(name or None), hint)))
        first = self.seen.setdefault(name.casefold(), line)
        if name and first != line:
            found = phrase("{name}, as in {line}", name=shown(name), line=line_text(first))
            alike = phrase("Large and small letters count as the same.")
            hint = alike if name != name.casefold() else ""
            self.faults.append((line, ID, Fault("", phrase("a name of its own"), found, hint)))
        return name

    def _office(self, line: int, name: str) -> tuple[Office | None, str]:
        """Return an office by its file, read once; None if it cannot be used."""
        if not name:
            return self.study.office, self.study.files[-1] if self.study.files else ""
        path = str(self.table.path.parent / name)
        if path not in self._offices and path not in self.broken:
            try:
                self._offices[path] = load_office(path)
            except PlannerError as error:
                self.broken[path] = error
        if path in self._offices:
            return self._offices[path], path
        hint = phrase("What is wrong with it is listed below.")
        fault = Fault("", phrase("an office file without faults"), shown(name), hint)
        self.faults.append((line, OFFICE, fault))
        return None, path

    def _overridden(self, line: int, office: Office, values: dict[str, Any]) -> Office | None:
        """Return the office with a row's own parameters; None if they do not fit."""
        if not values:
            return office
        raw, wrong = office.as_written(), False
        for path, given in values.items():
            try:
                set_path(raw, path, given)
            except PathError as error:
                wrong = True
                at = phrase(
                    "{value} for {path}: {found}",
                    value=shown(given),
                    path=error.fault.path,
                    found=error.fault.found,
                )
                self.faults.append((line, path, replace(error.fault, path="", found=at)))
        if wrong:
            return None
        try:
            return apply(office, [{"set": values}])
        except ReformError as error:
            self.faults += [(line, *_of_column(fault, values)) for fault in error.faults]
            return None


def value(text: str) -> Any:
    """Return what a cell says: a value of an office file, or else text without quotes."""
    try:
        content = tomllib.loads(f"value = {text}")
    except ValueError:
        return text
    return content["value"] if list(content) == ["value"] else text


def _of_column(fault: Fault, values: Iterable[str]) -> tuple[str, Fault]:
    """Return the column that a fault concerns, and what is left of its path there."""
    path = _INSIDE_SET.sub("", fault.path)
    inside = [name for name in values if path == name or path.startswith((f"{name}.", f"{name}["))]
    if inside:
        name = max(inside, key=len)
        return name, replace(fault, path=path[len(name) :].removeprefix("."))
    around = [name for name in values if name.startswith((f"{path}.", f"{path}["))]
    return (around[0], replace(fault, path="")) if around else ("", replace(fault, path=path))


def _other_currencies(rows: list[Row]) -> Iterator[Named]:
    """Yield a fault for each office whose money cannot be added to that of the first."""
    for row in rows[1:]:
        first, own = rows[0].study.office.currency, row.study.office.currency
        if own != first:
            expected = phrase(
                "{currency}, as in {line}, so that money adds up",
                currency=first,
                line=line_text(rows[0].line),
            )
            yield row.line, "", Fault("currency", expected, own)


def _gathered(faults: list[Named]) -> Iterator[Fault]:
    """Yield faults in the order of the file; what is the same in several lines, once."""
    lines: dict[tuple[str, Fault], list[int]] = defaultdict(list)
    for line, column, fault in sorted(faults, key=lambda each: each[0]):
        lines[column, fault].append(line)
    for (column, fault), at in lines.items():
        cell = phrase("column {name}", name=shown(column)) if column else ""
        yield replace(fault, path=listed(filter(None, [_lines_text(at), cell, fault.path])))


def _lines_text(lines: list[int]) -> str:
    """Return line numbers as people write them: ``lines 2-5, 9``."""
    spans: list[list[int]] = []
    for line in dict.fromkeys(lines):
        if spans and line == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], line]
        else:
            spans.append([line])
    if len(set(lines)) == 1:
        return line_text(lines[0])
    return phrase("lines {lines}", lines=listed("-".join(map(str, span)) for span in spans))
