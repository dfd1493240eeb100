"""Which column of a file means what: as the user says, or guessed from its name."""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim.errors import Fault, FileFaults
from sim.records.records import Column
from sim.said import listed as said_list
from sim.said import phrase, sentences
from sim.wording import alternatives, nearest, shown

Names = Mapping[str, tuple[str, ...]]

_QUEUE: Final = (
    "queue", "queue name", "queue label", "service", "service name", "service type", "hang cho",
    "hang doi", "dich vu", "ten dich vu", "loai dich vu", "nghiep vu", "linh vuc", "ten linh vuc",
    "thu tuc", "nhom thu tuc", "queue id", "quay",
)  # fmt: skip
_DATE: Final = ("date", "day", "ngay", "ngay lay so", "ngay giao dich", "ngay lam viec")

TICKET_NAMES: Final[Names] = {
    "queue": _QUEUE,
    "queue_id": ("queue id", "queue code", "service id", "ma hang cho", "ma dich vu", "ma quay"),
    "date": _DATE,
    "ticket": (
        "ticket", "ticket no", "ticket number", "ticket id", "number", "so thu tu", "stt", "so ve",
        "so phieu", "ma ve", "ma phieu", "case concept name",
    ),
    "arrived_after": ("arrived after", "issued after", "den sau"),
    "arrived_by": ("arrived by", "issued by time", "den truoc"),
    "called_after": ("called after", "goi sau"),
    "called_by": ("called by", "goi truoc"),
    "arrived": (
        "arrived", "arrival", "arrival time", "arrived at", "issued", "issued at", "issue time",
        "ticket time", "taken", "taken at", "created", "created at", "gio lay so",
        "thoi gian lay so", "thoi diem lay so", "gio lay ve", "gio lay phieu", "gio cap so",
        "gio den", "thoi gian den",
    ),
    "called": (
        "called", "call time", "called at", "calling time", "gio goi", "gio goi so",
        "thoi gian goi", "thoi diem goi", "started", "start", "start time", "started at",
        "service start", "start timestamp", "gio bat dau", "gio bat dau phuc vu",
        "thoi gian bat dau", "gio phuc vu",
    ),
    "ended": (
        "ended", "end", "end time", "ended at", "finished", "finished at", "finish time",
        "completed", "completed at", "service end", "closed at", "gio ket thuc",
        "thoi gian ket thuc", "thoi diem ket thuc", "gio hoan thanh", "gio xong",
        "time timestamp",
    ),
    "counter": (
        "counter", "counter id", "counter no", "desk", "window", "quay", "so quay", "quay so",
        "quay phuc vu", "ten quay", "staff", "staff id", "clerk", "officer", "agent", "employee",
        "operator", "user", "can bo", "ten can bo", "nhan vien", "nguoi phuc vu", "org resource",
    ),
    "no_show": (
        "no show", "noshow", "absent", "missed", "khong den", "vang mat", "vang", "bo luot",
        "khach vang",
    ),
    "usable": ("usable", "clean", "valid", "hop le", "dung duoc"),
}  # fmt: skip
"""Meanings of a tickets file, and the folded names they go by, the likeliest first."""

COUNTER_NAMES: Final[Names] = {
    "queue": _QUEUE,
    "queue_id": TICKET_NAMES["queue_id"],
    "date": (*_DATE,),
    "time": (
        "time", "timestamp", "time timestamp", "sampled at", "at", "gio", "thoi gian", "thoi diem",
    ),
    "open": (
        "open", "open counters", "counters open", "open desks", "counters", "so quay mo",
        "quay mo", "so quay dang mo", "so quay hoat dong",
    ),
    "waiting": ("waiting", "waiting people", "queue length", "dang cho", "so nguoi cho"),
}  # fmt: skip
"""Meanings of a file of open counters."""

DOSSIER_NAMES: Final[Names] = {
    "case": (
        "case concept name", "case", "case id", "caseid", "dossier", "dossier id", "dossier no",
        "file no", "application", "application id", "ma ho so", "so ho so", "ho so", "ma hs",
        "so bien nhan", "ma bien nhan",
    ),
    "activity": (
        "concept name", "activity", "activity name", "step", "event", "task", "action",
        "buoc xu ly", "buoc", "ten buoc", "cong viec", "hoat dong", "cong doan", "trang thai",
        "noi dung xu ly",
    ),
    "transition": ("lifecycle transition", "lifecycle", "transition", "event type"),
    "instance": ("concept instance", "instance", "activity instance"),
    "started": (
        "start timestamp", "started", "start time", "started at", "begin", "begin time",
        "gio bat dau", "thoi gian bat dau", "ngay bat dau", "thoi diem bat dau", "bat dau",
    ),
    "completed": (
        "time timestamp", "timestamp", "completed", "complete timestamp", "completed at",
        "completion time", "end timestamp", "end time", "finished", "finished at", "ended",
        "time", "gio ket thuc", "thoi gian ket thuc", "ngay ket thuc", "thoi diem ket thuc",
        "thoi gian hoan thanh", "ngay hoan thanh", "ket thuc", "thoi gian", "thoi diem",
        "ngay xu ly", "thoi gian xu ly",
    ),
    "resource": (
        "org resource", "resource", "user", "staff", "officer", "employee", "performer",
        "can bo", "can bo xu ly", "ten can bo", "nguoi xu ly", "chuyen vien", "nguoi thuc hien",
    ),
    "procedure": (
        "procedure", "procedure name", "case procedure", "case type", "case case type",
        "thu tuc", "ten thu tuc", "thu tuc hanh chinh", "ma thu tuc", "loai ho so", "tthc",
    ),
    "channel": (
        "case channel", "channel", "submission channel", "hinh thuc nop", "kenh nop",
        "kenh tiep nhan", "hinh thuc tiep nhan", "hinh thuc", "cach nop", "kenh",
    ),
    "begun": (
        "case startdate", "case start date", "case start", "received", "received at",
        "received on", "date received", "receipt date", "submitted", "submitted at",
        "startdate", "start date", "ngay tiep nhan", "ngay nhan", "ngay nop", "ngay nhan ho so",
        "thoi gian tiep nhan", "thoi diem tiep nhan", "gio tiep nhan",
    ),
    "ended": (
        "case enddate", "case end date", "case end", "returned", "returned at", "returned on",
        "date returned", "result date", "enddate", "end date", "ngay tra ket qua", "ngay tra",
        "ngay tra kq", "ngay co ket qua", "ngay tra thuc te", "thoi gian tra ket qua",
    ),
    "deadline": (
        "case deadline", "deadline", "due", "due date", "due on", "case due date",
        "ngay hen tra", "ngay hen", "han tra", "han xu ly", "han giai quyet", "ngay hen tra kq",
        "ngay hen tra ket qua", "thoi han", "case enddate planned",
    ),
}  # fmt: skip
"""Meanings of a dossier file, an event log or a table of cases."""

MEANS: Final[Mapping[str, str]] = {
    "queue": phrase("the queue or service of the ticket"),
    "date": phrase("the date, or times that hold it"),
    "arrived": phrase("the time at which the ticket was taken"),
    "called": phrase("the time at which the ticket was called"),
    "time": phrase("the time of the sample"),
    "open": phrase("the number of open counters"),
    "case": phrase("the number of the dossier"),
    "activity": phrase("the step that was done"),
    "completed": phrase("the time at which the step was done"),
    "begun": phrase("the time at which the dossier was received"),
    "ended": phrase("the time at which the result was returned"),
}
"""What the meanings that are needed are, in words."""

MEANINGS: Final = tuple(dict.fromkeys([*TICKET_NAMES, *COUNTER_NAMES, *DOSSIER_NAMES]))
"""All that ``--columns`` knows."""

LETTERS: Final = str.maketrans({"đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ß": "ss", "ø": "o"})
"""Letters that no decomposition makes plain."""
_FORM: Final = phrase("meaning=column, such as {example}", example="queue=Service")


@dataclass(frozen=True)
class Resolved:
    """What the columns of one file were taken for.

    Attributes
    ----------
    names
        Column by meaning.
    columns
        The same, as the report shows it.
    """

    names: dict[str, str]
    columns: tuple[Column, ...]


def folded(text: str) -> str:
    """Return a text in plain small letters and digits: ``Giờ lấy số (hh:mm)`` is ``gio lay so``."""
    bare = re.sub(r"[(\[].*?[)\]]", " ", text) if re.match(r"\s*[^\s(\[]", text) else text
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", bare)
    plain = unicodedata.normalize("NFKD", split.translate(LETTERS))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return re.sub(r"[\W_]+", " ", letters).strip()


def resolved(
    file: str, columns: Sequence[str], meanings: Names, given: Mapping[str, str]
) -> Resolved:
    """Return which column has which meaning.

    Parameters
    ----------
    file
        The file's name.
    columns
        Its columns.
    meanings
        The meanings looked for, and the names each goes by.
    given
        What the user said; said of another file's columns it is left alone.

    Notes
    -----
    A column has one meaning. What the user said goes first, then the likeliest names.
    """
    said = {m: name for m, name in given.items() if m in meanings and name in columns}
    names = dict(said)
    for meaning in meanings:
        if meaning not in names and (name := _guess(meanings[meaning], columns, names.values())):
            names[meaning] = name
    order = [meaning for meaning in meanings if meaning in names]
    shown_as = tuple(Column(m, names[m], m in said, file) for m in order)
    return Resolved({m: names[m] for m in order}, shown_as)


def _guess(known: Sequence[str], columns: Sequence[str], taken: Iterable[str]) -> str:
    free = [name for name in columns if name not in set(taken)]
    by_fold: dict[str, str] = {}
    for name in free:
        by_fold.setdefault(folded(name), name)
    return next((by_fold[name] for name in known if name in by_fold), "")


def check_given(given: Mapping[str, str], files: Mapping[str, Sequence[str]]) -> None:
    """Refuse columns that the user named and no file has.

    Raises
    ------
    FileFaults
        With the nearest name, and those that there are.
    """
    every = list(dict.fromkeys(name for columns in files.values() for name in columns))
    expected = phrase("a column of {files}", files=alternatives(list(files)))
    faults = [
        Fault(f"--columns {meaning}", expected, shown(name), hint)
        for meaning, name in given.items()
        if name not in every
        for hint in [nearest(name, every, listed=False) or listed(every)]
    ]
    if faults:
        raise FileFaults(alternatives(list(files)), faults)


def missing(meaning: str, columns: Sequence[str]) -> Fault:
    """Return the fault of a file that lacks a column with some meaning."""
    means = MEANS.get(meaning, meaning)
    hint = phrase('Name it with --columns "{meaning}=NAME".', meaning=meaning)
    expected = phrase("a column with {meaning}", meaning=means)
    found = phrase("none with a name known for it")
    return Fault(meaning, expected, found, sentences(hint, listed(columns)))


def listed(columns: Sequence[str]) -> str:
    """Return the columns there are, as a hint."""
    return phrase("Columns: {names}.", names=said_list(map(shown, columns[:30])))


def read_columns(text: str | None) -> dict[str, str]:
    """Return the columns that the user named, by meaning.

    Parameters
    ----------
    text
        ``queue=Service,called=Call time`` (quotes around what holds a comma), or the path of a
        TOML file with lines such as ``queue = "Service"``, or of a CSV file with a meaning and a
        column in each line. None for nothing said.

    Raises
    ------
    FileFaults
        If a meaning is not known, is named twice, or the file cannot be read.
    """
    if text is None or not text.strip():
        return {}
    path = Path(text)
    if path.suffix.lower() in {".toml", ".csv"} and "=" not in text:
        return _from_file(path)
    parts = next(csv.reader([text], skipinitialspace=True))
    return _checked("--columns", [part.partition("=")[::2] for part in parts if part.strip()])


def _from_file(path: Path) -> dict[str, str]:
    try:
        content = path.read_text("utf-8-sig")
        if path.suffix.lower() == ".toml":
            pairs = [(key, _one(value)) for key, value in tomllib.loads(content).items()]
        else:
            rows = [row for row in csv.reader(content.splitlines()) if any(row)]
            pairs = [(row[0], row[1] if len(row) == 2 else "") for row in rows]
    except OSError as error:
        found = error.strerror or str(error)
        fault = Fault(phrase("file"), phrase("a mapping of columns"), found)
        raise FileFaults(str(path), [fault]) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, csv.Error) as error:
        expected = phrase("TOML in UTF-8 with lines such as {example}", example='queue = "Service"')
        fault = Fault(phrase("file"), expected, str(error))
        raise FileFaults(str(path), [fault]) from None
    if pairs and path.suffix.lower() == ".csv" and folded(pairs[0][0]) == "meaning":
        pairs = pairs[1:]
    return _checked(str(path), pairs)


def _one(value: object) -> str:
    return value if isinstance(value, str) else ""


def _checked(source: str, pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    columns: dict[str, str] = {}
    faults: list[Fault] = []
    for left, right in pairs:
        meaning, name = left.strip(), right.strip()
        if not name:
            faults.append(Fault(meaning or "--columns", _FORM, shown(left.strip())))
        elif meaning not in MEANINGS:
            faults.append(
                Fault("--columns", phrase("a known meaning"), shown(meaning), _near(meaning))
            )
        elif meaning in columns:
            again = phrase("{name} as well", name=shown(name))
            faults.append(Fault(meaning, phrase("a meaning named once"), again))
        columns[meaning] = name
    if faults:
        raise FileFaults(source, faults)
    return columns


def _near(meaning: str) -> str:
    return nearest(meaning, MEANINGS, listed=False) or phrase(
        "Known: {names}.", names=said_list(MEANINGS)
    )
