"""Every parameter of an office by its path, as the ledger and the lists of changes need them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

from pydantic import BaseModel

from sim.base import Text
from sim.clock import WEEKDAYS
from sim.distributions import Distribution
from sim.office import Office, Staff
from sim.paths import plain
from sim.wording import Place
from sim.words import Words, mark

NOT_PARAMETERS: Final = frozenset(
    {"id", "title", "currency", "timezone", "basis", "sources", "ranges", "folder"}
)
"""Keys that name things or say where they come from."""

_VALUES: Final = (Distribution, Staff)
"""Parts of a file that are one value each, in several shapes."""


_OF_ONE: Final = {
    "members": mark("member"),
    "minutes": mark("minute"),
    "days": mark("day"),
    "open days": mark("open day"),
    "working days": mark("working day"),
    "cases a day": mark("case a day"),
    "dossiers": mark("dossier"),
    "visits": mark("visit"),
}
"""Units of a single one."""

_UNSAID: Final = frozenset({"coefficient of variation", "ratio", "share of the day, any scale"})
"""Units of pure numbers, which mean something only with the name of what they measure."""

_CHOICES: Final = frozenset(
    {
        mark("by appointment"), mark("by post"), mark("counter"), mark("due date"),
        mark("finish current"), mark("finish queue"), mark("first come"), mark("online"),
        mark("one after the other"), mark("same day"), mark("separately"), mark("together"),
        mark("when ready"), mark("while you wait"),
    }
)  # fmt: skip
"""Texts of a file that mean something by themselves; others are ids, times and the like."""

_LIMITS: Final = {
    "days": mark("{n} days"),
    "working days": mark("{n} working days"),
    "working hours": mark("{n} working hours"),
}


@dataclass(frozen=True)
class Parameter:
    """One parameter of an office.

    Attributes
    ----------
    names
        Keys, and ids of named things, that lead to it.
    place
        The same as keys and positions in lists.
    value
        As a file would write it.
    given
        Whether the file says so; otherwise it stands at its default.
    """

    names: tuple[str, ...]
    place: Place
    value: Any
    given: bool

    @property
    def path(self) -> str:
        """The path by which ``[sources]`` and reforms name it."""
        return ".".join(self.names).replace(".[", "[")

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that lead to it, whatever the items of lists between them."""
        return tuple(part for part in self.place if isinstance(part, str))

    def inside(self, key: str, value: Any) -> Parameter:
        """Return one value of a parameter that is a table of values."""
        return Parameter((*self.names, key), (*self.place, key), value, self.given)


def parameters(office: Office) -> list[Parameter]:
    """Return every parameter of an office, those at their default included, in file order."""
    return list(_inside(office, Parameter((), (), None, given=True)))


def _inside(part: BaseModel, here: Parameter) -> Iterator[Parameter]:
    for name, field in type(part).model_fields.items():
        if name in NOT_PARAMETERS:
            continue
        found = here.inside(field.alias or name, None)
        given = here.given and name in part.model_fields_set
        yield from _at(getattr(part, name), replace(found, given=given))


def _at(value: Any, here: Parameter) -> Iterator[Parameter]:
    if isinstance(value, BaseModel) and not isinstance(value, _VALUES):
        yield from _inside(value, here)
    elif isinstance(value, dict) and any(isinstance(i, BaseModel) for i in value.values()):
        for key, item in value.items():
            yield from _at(item, here.inside(key, None))
    elif isinstance(value, tuple) and any(isinstance(item, BaseModel) for item in value):
        for place, item in enumerate(value):
            name = getattr(item, "id", None) or f"[{place + 1}]"
            yield from _inside(
                item, replace(here, names=(*here.names, name), place=(*here.place, place))
            )
    else:
        yield replace(here, value=plain_value(value))


def plain_value(value: Any) -> Any:
    """Return a value as a file's reader would; models in the shape that files use."""
    return value.model_dump() if isinstance(value, _VALUES) else plain(value)


def shown(value: Any, unit: str, words: Words) -> str:
    """Return a parameter's value for people, with its unit.

    Parameters
    ----------
    value
        As a file would write it.
    unit
        As the schema says it; empty where there is none.
    words
        The language and currency.
    """
    if value is None:
        return words.say("not set")
    if value in ("", [], {}):
        return words.say("none")
    if unit.startswith("share, ") and not isinstance(value, dict | list):
        return words.say("{n}%", n=words.plain(round(value * 100, 9)))
    text = _value(value, words)
    name = unit_text(_OF_ONE.get(unit, unit) if value == 1 else unit)
    if not name:
        return text
    said = words.say(name, currency=words.currency)
    return words.say("{value} {unit}", value=text, unit=said)


def unit_text(unit: str) -> str:
    """Return what is said for a unit of the schema; empty for one that a name says already.

    The currency comes in as a value.
    """
    if unit in _UNSAID:
        return ""
    return mark("times") if unit == "factor" else unit.replace("currency", "{currency}")


_NEVER_SHOWN: Final = frozenset({"constant", "profile", "weekly"})
"""Keys of values in several shapes that files leave out."""


def keys_of_values() -> frozenset[str]:
    """Return the keys that are shown with a value: those of its parts, where it has several."""
    families = (model.model_fields for model in _VALUES)
    keys = {field.alias or name for fields in families for name, field in fields.items()}
    inner = (_model_of(field.annotation) for field in Distribution.model_fields.values())
    return frozenset(keys.union(*(model.model_fields for model in inner if model)) - _NEVER_SHOWN)


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """Return the model that a field may hold, if it may hold one."""
    ways = (annotation, *get_args(annotation))
    return next((w for w in ways if isinstance(w, type) and issubclass(w, BaseModel)), None)


def readable_key(key: str) -> str:
    """Return what is said for a key of a file."""
    return key.replace("_", " ")


def said_key(key: str, words: Words) -> str:
    """Return a key in the reader's language, also one of several weekdays: ``mon-fri``."""
    parts = re.split(r"(\s*[-,]\s*)", key)
    return "".join(words.say(readable_key(part)) for part in parts)


def _value(value: Any, words: Words) -> str:
    if isinstance(value, bool):
        return words.say("yes") if value else words.say("no")
    if isinstance(value, int | float):
        return words.plain(value)
    if isinstance(value, list):
        return ", ".join(_value(item, words) for item in value)
    if isinstance(value, dict):
        inner = (f"{said_key(key, words)} {_inner(item, words)}" for key, item in value.items())
        return "; ".join(inner)
    return _text(str(value), words)


def _text(value: str, words: Words) -> str:
    if value in _CHOICES:
        return words.say(value)
    if found := re.fullmatch(r"(\d+) (days|working days|working hours)", value):
        return words.say(_LIMITS[found[2]], n=found[1])
    if set(re.split(r"\s*[-,]\s*", value)) <= set(WEEKDAYS):
        return said_key(value, words)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return words.date(dt.date.fromisoformat(value))
    return value


def _inner(value: Any, words: Words) -> str:
    """Return what stands under a key: in brackets, where it has keys of its own."""
    text = _value(value, words)
    return f"({text.replace(';', ',')})" if isinstance(value, dict) else text


def source_of(path: str, sources: Mapping[str, Text]) -> Text:
    """Return the source of a path, or else of the nearest path above it; empty where none is."""
    above = [said for said in sources if path == said or path.startswith((f"{said}.", f"{said}["))]
    return sources[max(above, key=len)] if above else ""
