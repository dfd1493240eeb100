"""What an office is: the validated, frozen content of an office file."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, field_validator

from sim.base import Name, Number, Part, Text
from sim.errors import Misfit
from sim.office.demands import (
    AfterClosure,
    Appointments,
    ArrivalLog,
    Backlog,
    Bundling,
    Demand,
    Gap,
)
from sim.office.people import Away, Calendar, Lateness, Role, Staff, Team, Travel, Visitor
from sim.office.procedures import (
    WAYS,
    Deadline,
    Habit,
    Post,
    Procedure,
    Rests,
    SendsBack,
    Step,
    Way,
)
from sim.said import phrase


class Office(Part):
    """An office as it is today, or as a reform would have it."""

    id: Name = "office"
    """Name by which an office of a province has its own draws."""
    title: Text
    """Title for people."""
    currency: Annotated[str, Field(min_length=1, max_length=10)] = "VND"
    """Currency of all money."""
    calendar: Calendar
    """When the office is open."""
    visitor: Visitor = Visitor()
    """Defaults of visitors."""
    teams: Annotated[tuple[Team, ...], Field(min_length=1)]
    """Teams, in the order in which they take work."""
    roles: dict[Name, Role] = Field(default_factory=dict)
    """How work for a role is ordered, where not by first come, and how its pace differs."""
    procedures: Annotated[tuple[Procedure, ...], Field(min_length=1)]
    """Procedures."""
    demands: Annotated[tuple[Demand, ...], Field(min_length=1)]
    """Streams of cases."""
    backlog: tuple[Backlog, ...] = ()
    """Dossiers already there on the first day."""
    sources: dict[str, Text] = Field(default_factory=dict)
    """Where a parameter comes from, by its path; what is not listed is an assumption."""
    ranges: dict[str, tuple[Number, Number]] = Field(default_factory=dict)
    """Lowest and highest plausible value of an assumption, by its path."""
    folder: Annotated[str, Field(exclude=True)] = "."
    """Folder of the file, from which paths in it are read; not a key of the file."""

    @field_validator("ranges")
    @classmethod
    def _ordered(cls, ranges: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
        for path, (low, high) in ranges.items():
            if low > high:
                ends = f"{low:g}, {high:g}"
                found = phrase("{ends} for {path}", ends=ends, path=repr(path))
                raise Misfit(phrase("the lowest value first"), found)
        return ranges

    def team(self, name: str) -> Team:
        """Return a team by its id."""
        return next(team for team in self.teams if team.id == name)

    def procedure(self, name: str) -> Procedure:
        """Return a procedure by its id."""
        return next(procedure for procedure in self.procedures if procedure.id == name)

    def demand(self, name: str) -> Demand:
        """Return a demand by its id."""
        return next(demand for demand in self.demands if demand.id == name)

    def role_names(self) -> tuple[str, ...]:
        """Return every role that a team performs, in file order."""
        return tuple(dict.fromkeys(name for team in self.teams for name in team.role_names()))

    def as_written(self) -> dict[str, Any]:
        """Return the office as the content of a file, without what stands at its default."""
        return self.model_dump(exclude_unset=True, exclude_none=True)


__all__ = [
    "WAYS", "AfterClosure", "Appointments", "ArrivalLog", "Away", "Backlog", "Bundling",
    "Calendar", "Deadline", "Demand", "Gap", "Habit", "Lateness", "Office", "Post", "Procedure",
    "Rests", "Role", "SendsBack", "Staff", "Step", "Team", "Travel", "Visitor", "Way",
]  # fmt: skip
