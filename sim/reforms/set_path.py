"""The reform that sets any parameter by its path."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from sim.clock import WEEKDAYS, weekday_numbers
from sim.office import Office
from sim.reforms.base import Change, Edits, reform, refused
from sim.said import phrase
from sim.wording import shown

Values = Annotated[
    dict[str, Any],
    Field(description="New values by path: keys joined by dots, named things by their id."),
]


@reform(gathers="values", name="set")
def set_parameters(office: Office, values: Values) -> Change:
    """Set any parameters of the office by their paths.

    Stands for whatever no other reform does: a value of the office file is replaced, as if the
    file said so. A key that the file leaves at its default may be set too.

    Parameters
    ----------
    office
        The office.
    values
        New values by path, such as
        ``{"procedures.renew.steps.photo.minutes": 3}``; in a study file the paths are keys of
        the reform itself.
    """
    if not values:
        expected = phrase("a path and value for {office}", office=shown(office.id))
        raise refused("path", expected, phrase("nothing"))
    for path in values:
        if path == "id" or path.endswith(".id"):
            hint = phrase("Names are kept: by them both offices have the same luck.")
            raise refused(path, phrase("the path of a parameter"), phrase("a name"), hint)
    return Change(values, _day_by_day(values))


def _day_by_day(values: Edits) -> Edits:
    """Return hours by single weekdays, as the other reforms of hours set them."""
    sets: Edits = {}
    for path, value in values.items():
        holder, _, days = path.rpartition(".")
        if holder == "hours" or holder.endswith(".hours"):
            sets |= {f"{holder}.{day}": value for day in _weekdays(days)}
        else:
            sets[path] = value
    return sets


def _weekdays(text: str) -> list[str]:
    try:
        return [WEEKDAYS[day] for day in weekday_numbers(text)]
    except ValueError:
        return [text]
