"""All reforms by name, and the reading and applying of a scenario's list of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from pydantic import ConfigDict, Field, create_model, model_validator

from sim import consistency
from sim.base import Part
from sim.errors import Fault, FileFaults, Misfit
from sim.office import ArrivalLog, Office, Staff
from sim.paths import PathError, get_path, plain
from sim.reforms import people, roles, rules, set_path, work
from sim.reforms.base import Arguments, Edits, Reform, ReformError
from sim.said import listed, phrase
from sim.toml_file import validate
from sim.wording import shown

REFORMS: Final[dict[str, Reform[...]]] = {
    each.name: each
    for each in (
        rules.drop_cutoff,
        rules.move_cutoff,
        rules.set_deadline,
        rules.bundle,
        people.add_staff,
        people.set_hours,
        people.set_closing,
        people.add_role,
        people.delegate,
        roles.pool_roles,
        roles.split_role,
        work.faster,
        work.precheck,
        people.punctuality,
        rules.hand_over,
        rules.file_online,
        work.appointments,
        work.priority,
        work.change_demand,
        set_path.set_parameters,
    )
}
"""Every reform by its name in a study file."""


class Line(Part):
    """One reform with its arguments."""

    # Made at run time, so that there is no source in which to look for docstrings of attributes.
    model_config = ConfigDict(use_attribute_docstrings=False)

    @model_validator(mode="before")
    @classmethod
    def _is_table(cls, value: Any) -> Any:
        if isinstance(value, dict | Line):
            return value
        example = '{ drop_cutoff = "certify_copies" }'
        raise Misfit(phrase("a reform such as {example}", example=example))

    @model_validator(mode="after")
    def _one_alone(self) -> Line:
        if len(self.model_fields_set) != 1:
            found = listed(sorted(self.model_fields_set)) or phrase("nothing")
            raise Misfit(phrase("exactly one reform in each {braces}", braces="{ }"), found)
        return self

    @property
    def reform(self) -> Reform[...]:
        """Which reform it is."""
        return REFORMS[next(iter(self.model_fields_set))]

    @property
    def arguments(self) -> Arguments:
        """With which arguments."""
        found: Arguments = getattr(self, self.reform.name)
        return found

    def __reduce__(self) -> tuple[Callable[[Any], Line], tuple[Any]]:
        return _line, (plain(self),)  # models made at run time cannot be found by their names

    def __str__(self) -> str:
        return shown({self.reform.name: self.arguments.as_written()})


def _line(written: Any) -> Line:
    return ReformLine.model_validate(written)


def _line_model() -> type[Line]:
    fields: dict[str, Any] = {
        name: (each.arguments | None, Field(default=None, description=each.summary))
        for name, each in REFORMS.items()
    }
    return create_model("ReformLine", __base__=Line, __doc__=Line.__doc__, **fields)


ReformLine: Final = _line_model()
"""The model of one entry of ``reforms = [...]``: a key for each reform, of which one is given."""

Reforming = Line | Callable[[Office], Office]
"""A reform read from a file, or any function from an office to an office."""


def read(reforms: Iterable[Any]) -> tuple[Reforming, ...]:
    """Read reforms as a study file or a script gives them.

    Parameters
    ----------
    reforms
        Tables such as ``{"drop_cutoff": "certify_copies"}``, or functions from office to office.

    Raises
    ------
    ReformError
        If one is unknown or has a wrong argument; with all that is wrong.
    """
    given = list(reforms)
    written = [_STAND_IN if callable(each) else plain(each) for each in given]
    try:
        lines = validate(_Lines, {"reforms": written}, "reforms").reforms
    except FileFaults as error:
        raise ReformError(*error.faults) from None
    return tuple(each if callable(each) else line for each, line in zip(given, lines, strict=True))


class _Lines(Part):
    """A list of reforms, so that messages count them."""

    reforms: tuple[ReformLine, ...]  # type: ignore[valid-type]


_STAND_IN: Final = {"change_demand": 1}


def apply(office: Office, reforms: Sequence[Any]) -> Office:
    """Return an office with reforms applied in their order; the one given stays as it is.

    Parameters
    ----------
    office
        The office as it is.
    reforms
        As :func:`read` takes them.

    Raises
    ------
    ReformError
        If a reform is unknown, has a wrong argument, does not fit the office or contradicts
        another one.
    """
    lines = read(reforms)
    before: list[Office] = []
    fixed: list[_Fixed] = []
    for place, line in enumerate(lines, 1):
        try:
            after, sets = _applied(office, line)
            _check_contradictions(fixed, sets)
        except _ContradictionError as error:
            raise error.within(f"reforms[{place}].{_name(line)}") from None
        except ReformError as error:
            raise _blamed(error, line, before, lines).within(f"reforms[{place}]") from None
        before.append(office)
        fixed += [_Fixed(_label(place, line), path, plain(value)) for path, value in sets.items()]
        office = after
    _check_fit(before[0] if before else office, office)
    return office


class _Fixed(NamedTuple):
    """A value that a reform has set."""

    by: str
    path: str
    value: Any


class _ContradictionError(ReformError):
    """Two reforms that set the same thing differently."""


def _applied(office: Office, line: Reforming) -> tuple[Office, Edits]:
    if isinstance(line, Line):
        change = line.reform.change(office, line.arguments)
        return line.reform.edited(office, change), change.sets
    after = line(office)
    if not isinstance(after, Office):
        found = type(after).__name__
        raise ReformError(Fault(_name(line), phrase("an Office returned"), found))
    return after, {}


def _name(line: Reforming) -> str:
    return line.reform.name if isinstance(line, Line) else getattr(line, "__name__", "function")


def _label(place: int, line: Reforming) -> str:
    return f"reforms[{place}] {line if isinstance(line, Line) else _name(line)}"


def _check_contradictions(fixed: list[_Fixed], sets: Edits) -> None:
    """Refuse what sets differently something that an earlier reform has set."""
    for path, value in sets.items():
        for earlier in fixed:
            pair = (path, plain(value)), (earlier.path, earlier.value)
            outer, inner = sorted(pair, key=lambda setting: len(setting[0]))
            if inner[1] != _inside(outer, inner[0], otherwise=inner[1]):
                setting = f"{earlier.path} = {shown(earlier.value)}"
                expected = phrase(
                    "what {reform} set, {setting}", reform=earlier.by, setting=setting
                )
                hint = phrase("They contradict each other: keep one of them in this scenario.")
                raise _ContradictionError(Fault(path, expected, shown(plain(value)), hint))


def _inside(outer: tuple[str, Any], path: str, otherwise: Any) -> Any:
    """Return what a setting says of a path: its value, a part of it, or nothing of that path."""
    holder, value = outer
    if path == holder:
        return value
    if not path.startswith((f"{holder}.", f"{holder}[")):
        return otherwise
    if not isinstance(value, dict):
        return _ABSENT
    try:
        return get_path(value, path[len(holder) + 1 :])
    except PathError:
        return _ABSENT


_ABSENT: Final = object()


def _check_fit(before: Office, after: Office) -> None:
    """Refuse an office whose parts fit together less than they did before the reforms."""
    same_logs = _logs(before) == _logs(after)
    skipped = (*_OF_THE_FILE, consistency.logs_can_be_read) if same_logs else _OF_THE_FILE
    checks = [check.faults for check in consistency.CHECKS if check.faults not in skipped]
    known = {fault for check in checks for fault in check(before)}
    new = [fault for check in checks for fault in check(after) if fault not in known]
    if new:
        raise ReformError(*(replace(fault, path=f"reforms: {fault.path}") for fault in new))


# What [sources] and [ranges] name are parameters of the office as it is.
_OF_THE_FILE: Final = (consistency.sources_exist, consistency.ranges_are_of_numbers)


def _logs(office: Office) -> list[ArrivalLog | Staff]:
    staff = [team.staff for team in office.teams if team.staff.log]
    return [*(demand.log for demand in office.demands if demand.log), *staff]


def _blamed(
    error: ReformError, line: Reforming, before: list[Office], lines: Sequence[Reforming]
) -> ReformError:
    """Name the earlier reform after which this one no longer fits, if there is one."""
    for place in reversed(range(len(before))):
        try:
            _applied(before[place], line)
        except ReformError:
            continue
        hint = phrase(
            "It fitted before {reform}: the two contradict each other.",
            reform=_label(place + 1, lines[place]),
        )
        return ReformError(*(replace(fault, hint=hint) for fault in error.faults))
    return error
