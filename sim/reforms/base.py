"""What all reforms have in common: edits of an office, checked arguments, errors."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cached_property
from typing import (
    Annotated,
    Any,
    ClassVar,
    Concatenate,
    Final,
    Generic,
    NamedTuple,
    ParamSpec,
    Self,
    TypeVar,
    get_type_hints,
)

from pydantic import ConfigDict, Field, GetJsonSchemaHandler, create_model, model_validator
from pydantic_core import CoreSchema

from sim.base import Name, Part
from sim.errors import Fault, FileFaults, PlannerError
from sim.office import Demand, Office, Procedure, Team
from sim.paths import PathError, plain, set_paths
from sim.said import listed, phrase
from sim.toml_file import validate
from sim.wording import nearest, shown

P = ParamSpec("P")
Named = TypeVar("Named", Procedure, Team, Demand)

EVERY: Final = "*"

Edits = dict[str, Any]
"""New values by path, as an office file would write them."""

ProcedureId = Annotated[Name, Field(description='A procedure by its id, or "*" for every one.')]
TeamId = Annotated[Name, Field(description='A team by its id, or "*" for every one.')]
DemandId = Annotated[Name, Field(description='A demand by its id, or "*" for every one.')]
RoleName = Annotated[Name, Field(description='A role, or "*" for every one.')]


class ReformError(PlannerError):
    """A reform that cannot be applied; `faults` says where, what was expected and what to do."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__(listed((fault.text for fault in faults), "\n"))

    def within(self, outer: str) -> Self:
        """Return the same error with paths that begin further out."""
        paths = (listed([outer, each.path], ".") for each in self.faults)
        return type(self)(*map(_at, self.faults, paths))


def _at(fault: Fault, path: str) -> Fault:
    return replace(fault, path=path)


class Change(NamedTuple):
    """What a reform does to an office."""

    edits: Edits
    """What the office's file would say instead."""
    sets: Edits
    """What it fixes: another reform that fixes one of these differently contradicts it."""


def setting(edits: Edits) -> Change:
    """Return the change of a reform that sets: a rule, an hour, a share."""
    return Change(edits, edits)


def composing(edits: Edits) -> Change:
    """Return the change of a reform that adds, scales or rearranges what is there."""
    return Change(edits, {})


class Arguments(Part):
    """The arguments of a reform, as a study file or a call gives them."""

    # Made at run time, so that there is no source in which to look for docstrings of attributes.
    model_config = ConfigDict(use_attribute_docstrings=False)

    shorthand: ClassVar[str | None] = None
    """The argument that a bare value stands for."""
    gathers: ClassVar[str | None] = None
    """The argument that holds all keys which are no arguments themselves."""

    @model_validator(mode="before")
    @classmethod
    def _as_table(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value if cls.shorthand is None else {cls.shorthand: value}
        own = {field.alias or name for name, field in cls.model_fields.items()}
        own |= set(cls.model_fields)
        others = {key: item for key, item in value.items() if key not in own}
        if cls.gathers is None or not isinstance(gathered := value.get(cls.gathers, {}), dict):
            return value
        kept = {key: item for key, item in value.items() if key in own}
        return kept | {cls.gathers: gathered | others}

    def as_written(self) -> Any:
        """Return the arguments as a study file would write them."""
        written: dict[str, Any] = plain(self)
        if self.shorthand is not None and list(written) == [self.shorthand]:
            return written[self.shorthand]
        gathered = written.pop(self.gathers, {}) if self.gathers else {}
        return written | gathered

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the forms that study files use."""
        table = handler.resolve_ref_schema(handler(core_schema))
        if cls.gathers is not None:
            gathered = table["properties"].pop(cls.gathers)
            patterns = {key: gathered[key] for key in ("patternProperties",) if key in gathered}
            required = [name for name in table.get("required", ()) if name != cls.gathers]
            table |= {"additionalProperties": not patterns, "minProperties": 1}
            return table | patterns | {"required": required}
        if cls.shorthand is None:
            return table
        alone = {k: v for k, v in table["properties"][cls.shorthand].items() if k != "title"}
        return {"description": table["description"], "anyOf": [alone, dict(table)]}


class Reform(Generic[P]):
    """A reform: called with an office and its arguments, it returns the reformed office.

    Attributes
    ----------
    name
        Its key in a study file.
    arguments
        The model of its arguments.
    """

    def __init__(
        self,
        function: Callable[Concatenate[Office, P], Change],
        name: str,
        shorthand: str | None,
        gathers: str | None,
    ) -> None:
        self.name = name
        self._function: Callable[..., Change] = function
        self._shorthand = shorthand
        self._gathers = gathers
        functools.update_wrapper(self, function)

    def __call__(self, office: Office, *args: P.args, **kwargs: P.kwargs) -> Office:
        """Return the reformed office; the one given stays as it is.

        Raises
        ------
        ReformError
            If an argument is wrong, or names what the office does not have.
        """
        signature = inspect.signature(self._function)
        try:
            given = signature.bind(office, *args, **kwargs).arguments
        except TypeError as error:
            expected = phrase("the arguments {signature}", signature=signature)
            raise ReformError(Fault(self.name, expected, str(error))) from None
        given.pop(next(iter(signature.parameters)))
        return self.apply(office, self._read(given))

    def apply(self, office: Office, arguments: Part) -> Office:
        """Return the office reformed with arguments already read."""
        return self.edited(office, self.change(office, arguments))

    def change(self, office: Office, arguments: Part) -> Change:
        """Return what the reform does to an office."""
        try:
            return self._function(office, **dict(arguments))
        except ReformError as error:
            raise error.within(self.name) from None

    def edited(self, office: Office, change: Change) -> Office:
        """Return the office with a change of this reform made."""
        try:
            return edited(office, change.edits)
        except PathError as error:
            faults = [error.fault]
        except FileFaults as error:
            faults = error.faults
        paths = (listed([self.name, each.path], ": ") for each in faults)
        raise ReformError(*map(_at, faults, paths))

    def _read(self, given: dict[str, Any]) -> Part:
        try:
            line = validate(self._line, {self.name: given}, self.name)
        except FileFaults as error:
            raise ReformError(*error.faults) from None
        arguments: Part = getattr(line, self.name)
        return arguments

    @cached_property
    def arguments(self) -> type[Arguments]:
        """The model of the arguments, made from the function's signature."""
        hints = get_type_hints(self._function, include_extras=True)
        parameters = list(inspect.signature(self._function).parameters.values())[1:]
        fields: dict[str, Any] = {
            parameter.name: (
                hints[parameter.name],
                ... if parameter.default is parameter.empty else parameter.default,
            )
            for parameter in parameters
        }
        model = create_model(self.name, __base__=Arguments, __doc__=self.summary, **fields)
        model.shorthand, model.gathers = self._shorthand, self._gathers
        return model

    @cached_property
    def _line(self) -> type[Part]:
        fields: dict[str, Any] = {self.name: (self.arguments, ...)}
        return create_model("line", __base__=Part, **fields)

    @property
    def summary(self) -> str:
        """The first line of its docstring."""
        return (inspect.getdoc(self._function) or "").partition("\n")[0]


def reform(
    shorthand: str | None = None, *, gathers: str | None = None, name: str | None = None
) -> Callable[[Callable[Concatenate[Office, P], Change]], Reform[P]]:
    """Make a reform of a function from an office and arguments to a change.

    Parameters
    ----------
    shorthand
        The argument meant where a file gives a bare value.
    gathers
        The argument that takes all keys of the file that are no arguments.
    name
        Key in a study file; default the function's name.
    """

    def made(function: Callable[Concatenate[Office, P], Change]) -> Reform[P]:
        return Reform(function, name or function.__name__, shorthand, gathers)

    return made


def edited(office: Office, edits: Edits) -> Office:
    """Return a validated copy of an office with some of its file's values replaced.

    Raises
    ------
    PathError
        If a path leads nowhere.
    FileFaults
        If a new value is not valid.
    """
    raw = set_paths(office.as_written(), edits)
    return validate(Office, raw, "office").model_copy(update={"folder": office.folder})


def chosen(parts: Iterable[Named], name: str, argument: str) -> list[Named]:
    """Return the part with an id, or every one for "*".

    Raises
    ------
    ReformError
        If there is no such part; with the nearest known name.
    """
    every = list(parts)
    found = [part for part in every if name in (EVERY, part.id)]
    if not found:
        raise unknown(argument, name, [part.id for part in every])
    return found


def chosen_roles(office: Office, name: str, argument: str = "role") -> list[str]:
    """Return the role, or every one for "*", as :func:`chosen` does."""
    known = office.role_names()
    if name == EVERY:
        return list(known)
    if name not in known:
        raise unknown(argument, name, known)
    return [name]


def unknown(argument: str, name: str, known: Iterable[str]) -> ReformError:
    """Return the error of an argument that names what the office does not have."""
    return refused(argument, _WANTED[argument], shown(name), nearest(name, known))


_OF_OFFICE: Final = {
    phrase("a team of the office"): ("team", "to"),
    phrase("a procedure of the office"): ("procedure", "procedures"),
    phrase("a role of the office"): ("role", "roles", "before"),
    phrase("a demand of the office"): ("demand",),
    phrase("a step of the office"): ("step",),
}
_WANTED: Final = {name: kind for kind, names in _OF_OFFICE.items() for name in names}
"""What an argument names, by the argument."""


def refused(argument: str, expected: str, found: str = "", hint: str = "") -> ReformError:
    """Return the error of an argument that does not fit the office."""
    return ReformError(Fault(argument, expected, found, hint))
