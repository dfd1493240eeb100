"""The ledger of assumptions: every parameter of the office with where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from sim.office import Office
from sim.parameters import Parameter, parameters, shown, source_of
from sim.report.names import readable
from sim.report.parameter_names import parameter_name, role_title, step_title, titled
from sim.schema import json_schema, ways_at
from sim.wording import Place
from sim.words import Words, mark

ASSUMPTION: Final = mark("assumption: replace with your own data")

_PARTS: Final = {
    "calendar": mark("Calendar"),
    "visitor": mark("Visitors"),
    "teams": mark("Team: {title}"),
    "roles": mark("Order and pace of work"),
    "procedures": mark("Procedure: {title}"),
    "demands": mark("People who come for: {title}"),
    "backlog": mark("Already there on the first day"),
}

WITHOUT_UNIT: Final = frozenset({"cv", "shape", "k", "weights"})
"""Parameters of distributions that are pure numbers."""


@dataclass(frozen=True)
class Entry:
    """One parameter in the ledger.

    Attributes
    ----------
    label
        Its name within its part of the office.
    path
        Where it stands in the file.
    meaning
        What it says, in a sentence.
    value
        With its unit.
    span
        Its plausible span, from ``[ranges]``; empty where none is given.
    source
        Where it comes from; empty for an assumption.
    """

    label: str
    path: str
    meaning: str
    value: str
    span: str
    source: str


@dataclass(frozen=True)
class Section:
    """The entries of one part of the office, and its legal basis where it has one."""

    title: str
    basis: str
    entries: tuple[Entry, ...]


def ledger(office: Office, words: Words) -> list[Section]:
    """Return every parameter that the office file sets, by parts of the office.

    So are defaults that a source or range names. Names and titles are no parameters. A source for
    a path covers all that lies below it; a value of several numbers is one entry unless a source
    or range names one of them.
    """
    schema = json_schema(Office)
    named = [*office.sources, *office.ranges]
    sections: dict[tuple[str, str], list[Entry]] = {}
    for parameter in parameters(office):
        if _is_said(parameter, named) and parameter.value not in (None, [], {}):
            said = schema_says(schema, parameter.place)
            for single in _single(parameter, named):
                entry = _entry(single, office, said, words)
                sections.setdefault(_part(single), []).append(entry)
    return [
        Section(*_heading(office, part, words), tuple(entries))
        for part, entries in sections.items()
    ]


def defaults(office: Office, words: Words) -> list[Entry]:
    """Return what the file leaves at its default, once for all items of a list: ``teams.*``."""
    schema = json_schema(Office)
    named = [*office.sources, *office.ranges]
    found: dict[str, Entry] = {}
    for parameter in parameters(office):
        if not _is_said(parameter, named) and parameter.value not in (None, "", [], {}):
            entry = _entry(parameter, office, schema_says(schema, parameter.place), words)
            path = _path_of_all(parameter)
            found.setdefault(path, replace(entry, path=path, source=""))
    return list(found.values())


def _is_said(parameter: Parameter, named: Iterable[str]) -> bool:
    return parameter.given or parameter.path in named


def _single(parameter: Parameter, named: Iterable[str]) -> list[Parameter]:
    """Return a parameter, or the values inside it where one of them is named."""
    value = parameter.value
    inside = any(path.startswith(f"{parameter.path}.") for path in named)
    if not inside or not isinstance(value, dict):
        return [parameter]
    parts = (parameter.inside(str(key), item) for key, item in value.items())
    return [single for part in parts for single in _single(part, named)]


def _entry(parameter: Parameter, office: Office, said: tuple[str, str], words: Words) -> Entry:
    """Return the entry of a parameter, with the unit and meaning of the value it is part of."""
    unit, meaning = said
    if parameter.names[-1] in WITHOUT_UNIT:
        unit = ""
    return Entry(
        label_of(parameter, office, words),
        parameter.path,
        words.say(meaning),
        shown(titled(parameter, parameter.value, office, words), unit, words),
        _span(office.ranges.get(parameter.path), unit, words),
        words.title(source_of(parameter.path, office.sources)),
    )


def _span(span: tuple[float, float] | None, unit: str, words: Words) -> str:
    if span is None:
        return ""
    unit = unit if unit.startswith("share, ") else ""
    low, high = (shown(end, unit, words) for end in span)
    return words.say("{low} to {high}", low=low, high=high)


def schema_says(schema: dict[str, Any], place: Place) -> tuple[str, str]:
    """Return the unit and the meaning of what stands at a place of an office file."""
    ways = ways_at(schema, place)
    unit = next((str(way["unit"]) for way in ways if "unit" in way), "")
    meaning = next((str(way["description"]) for way in ways if "description" in way), "")
    return unit, meaning.partition("\n")[0]


def _part(parameter: Parameter) -> tuple[str, str]:
    """Return the part of the office that a parameter belongs to: its kind and id."""
    kind, name, *_ = parameter.names
    return (kind, name) if "{title}" in _PARTS[kind] else (kind, "")


def part_title(office: Office, parameter: Parameter, words: Words) -> str:
    """Return the title of the part of the office that a parameter belongs to."""
    return _heading(office, _part(parameter), words)[0]


def part_name(office: Office, parameter: Parameter, words: Words) -> str:
    """Return that title without what kind of part it is: "Leaders who sign"."""
    kind, name = _part(parameter)
    found = (
        next((item for item in getattr(office, kind) if item.id == name), None) if name else None
    )
    if found is None:
        return part_title(office, parameter, words)
    return words.title(found.title, readable(name))


def _heading(office: Office, part: tuple[str, str], words: Words) -> tuple[str, str]:
    """Return the title of a part of the office, and its legal basis; an id if it has no such."""
    kind, name = part
    if not name:
        return words.say(_PARTS[kind]), ""
    found = next((item for item in getattr(office, kind) if item.id == name), None)
    title = words.title(found.title if found else None, readable(name))
    return words.say(_PARTS[kind], title=title), words.title(getattr(found, "basis", None))


def label_of(parameter: Parameter, office: Office, words: Words) -> str:
    """Return a parameter's name within its part of the office: "Sign – how long the work takes".

    Steps and roles go by their title, where they have one; groups of a backlog by their number.
    """
    said = parameter_name(parameter, words)
    item = _item(parameter, office, words)
    return words.say("{item} – {parameter}", item=item, parameter=said) if item else said


def _item(parameter: Parameter, office: Office, words: Words) -> str:
    """Return the title of the step, role or group that a parameter belongs to; empty if none."""
    kind, name, *rest = parameter.names
    if kind == "roles":
        return role_title(name, office, words)
    if kind == "backlog":
        return words.say("group {n}", n=name.strip("[]"))
    if rest[:1] == ["steps"]:
        return step_title(rest[1], name, office, words)
    return ""


def _path_of_all(parameter: Parameter) -> str:
    """Return the path with "*" for the items of lists, and for roles: ``teams.*.absence``."""
    kind, name, *rest = zip(parameter.names, parameter.place, strict=True)
    pairs = (kind, (name[0], 0) if kind[0] == "roles" else name, *rest)
    return ".".join("*" if isinstance(place, int) else name for name, place in pairs)
