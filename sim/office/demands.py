"""Demands of an office file: streams of cases, and the dossiers already there."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, GetJsonSchemaHandler, field_validator, model_validator
from pydantic_core import CoreSchema

from sim.base import Count, Factor, Minutes, Money, MoneyPerHour, Name, Part, Share, Text
from sim.clock import Clock, Month, Weekdays, by_weekday, clock_ms
from sim.distributions import Distribution
from sim.errors import Misfit
from sim.office.people import Travel
from sim.office.procedures import OpenDays, check_shares
from sim.said import phrase

PER_DAY_MOST = 100_000

Filing = Literal["one after the other", "separately", "together"]
Channel = Literal["counter", "online"]


class AfterClosure(Part):
    """More people come after the office was closed for long (after Tet)."""

    days: Annotated[int, Field(strict=True, ge=1, le=60)]
    """Days running that the office was closed, at least."""
    working_days: Annotated[
        int, Field(strict=True, ge=1, le=250, json_schema_extra={"unit": "open days"})
    ]
    """Open days afterwards for which it lasts."""
    times: Factor
    """What the mean is multiplied by."""


class Appointments(Part):
    """Times that citizens book.

    Of a demand with ``per_day``, a `share` of its people book instead of walking in; a demand
    without it consists of the booked seats alone.
    """

    from_: Annotated[Clock | None, Field(alias="from")] = None
    """First appointment of the day; default the opening."""
    to: Clock | None = None
    """No appointment at or after it; default closing."""
    every: Annotated[
        float, Field(strict=True, ge=1, le=1440, json_schema_extra={"unit": "minutes"})
    ]
    """Minutes between appointments."""
    seats: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1
    """Appointments at each time."""
    filled: Share = 1
    """Share of seats that are booked (a demand without per_day)."""
    no_show: Share = 0
    """Share of bookings that nobody comes to."""
    early: Distribution = Distribution(constant=0.0)
    """Minutes that people come before their time; below zero is late."""
    share: Share = 1
    """Share of the demand's people who book (a demand with per_day)."""


class Gap(Part):
    """Time between two dossiers filed one after the other."""

    working_days: OpenDays = Distribution(constant=1.0)
    """Open days from the first result to the next filing, rounded, at least 1."""


class Bundling(Part):
    """What filing together saves, and who does it."""

    procedures: tuple[Name, ...] = ()
    """Procedures filed together; empty for all that the demand needs."""
    saves_intake: Share = 0
    """Share of the minutes of each further dossier saved at the intake."""
    saves_desk_work: Share = 0
    """Share of the minutes of each further dossier saved at the desks."""
    adopted_by: Share = 1
    """Share of cases that file together."""


class ArrivalLog(Part):
    """Real arrivals, replayed."""

    file: Name
    """CSV with a row an arrival."""
    where: dict[str, str | int | float | bool] = Field(default_factory=dict)
    """Rows to take: column and value."""
    time: Name | tuple[Name, Name] = "time"
    """Column with the time, or two columns between which it lies."""
    date: str = "date"
    """Column with the date, used where the time has none."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Allow the file's name alone, as files do."""
        whole = handler.resolve_ref_schema(handler(core_schema))
        alone = {"type": "string", "minLength": 1}
        return {
            "title": "ArrivalLog",
            "description": whole["description"],
            "anyOf": [alone, whole],
        }


class Demand(Part):
    """A stream of cases that need the same procedures."""

    id: Name
    """Name of the demand."""
    title: Text | None = None
    """Title for people."""
    needs: Annotated[tuple[Name, ...], Field(min_length=1, max_length=20)]
    """Procedures that a case needs."""
    per_day: (
        Annotated[
            float,
            Field(strict=True, ge=0, le=PER_DAY_MOST, json_schema_extra={"unit": "cases a day"}),
        ]
        | None
    ) = None
    """Mean number of cases on an open day."""
    by_weekday: dict[Weekdays, Factor] = Field(default_factory=dict)
    """Multipliers by weekday."""
    by_month: dict[Month, Factor] = Field(default_factory=dict)
    """Multipliers by month."""
    by_hour: dict[Clock, Annotated[float, Field(strict=True, ge=0)]] = Field(default_factory=dict)
    """Share of the day's arrivals from each time to the next; empty for evenly."""
    after_closure: AfterClosure | None = None
    """More people after long closures."""
    spread: Annotated[float, Field(strict=True, ge=1, le=1000)] = 1
    """Variance-to-mean ratio of daily counts; 1 is Poisson."""
    appointments: Appointments | None = None
    """Booked times."""
    log: ArrivalLog | None = None
    """Real arrivals, replayed."""
    filed: Channel | dict[Channel, Share] = "counter"
    """How cases are filed, or the share of each way."""
    filing: Filing | dict[Filing, Share] = "one after the other"
    """How a case that needs several procedures files them, or the share of each way."""
    gap: Gap = Gap()
    """Time between dossiers filed one after the other."""
    apart: Annotated[int, Field(strict=True, ge=1, le=250)] = 5
    """Open days within which a separate further filing falls."""
    bundling: Bundling = Bundling()
    """What filing together saves; with `procedures` named, who files those together."""
    travel: Travel | None = None
    """The way to the office."""
    value_of_time: MoneyPerHour | None = None
    """What an hour of a citizen's time is worth."""
    priority_share: Share | None = None
    """Share served before others."""
    patience: Distribution | None = None
    """Minutes a visitor waits in a line before leaving."""
    gives_up_after: Annotated[int, Field(strict=True, ge=1, le=100)] | None = None
    """Visits in vain after which the case is lost."""

    @field_validator("log", mode="before")
    @classmethod
    def _file_alone(cls, value: Any) -> Any:
        return {"file": value} if isinstance(value, str) else value

    @field_validator("by_weekday")
    @classmethod
    def _days_once(cls, value: dict[str, float]) -> dict[str, float]:
        by_weekday(list(value))
        return value

    @field_validator("by_hour")
    @classmethod
    def _some_share(cls, value: dict[str, float]) -> dict[str, float]:
        if value and sum(value.values()) <= 0:
            raise Misfit(phrase("shares of which at least one is above 0"))
        return value

    @field_validator("filed", "filing")
    @classmethod
    def _shares(cls, value: Any) -> Any:
        return value if isinstance(value, str) else check_shares(value)

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.log is not None and (self.per_day is not None or self.appointments is not None):
            raise Misfit(phrase("either a log, or per_day and appointments"))
        if self.log is None and self.per_day is None and self.appointments is None:
            raise Misfit(phrase("per_day, appointments or a log: where the cases come from"))
        return self

    def shares_filed(self) -> dict[Channel, float]:
        """Return the share of each channel."""
        return {self.filed: 1.0} if isinstance(self.filed, str) else dict(self.filed)

    def shares_filing(self) -> dict[Filing, float]:
        """Return the share of each way of filing several procedures."""
        return {self.filing: 1.0} if isinstance(self.filing, str) else dict(self.filing)

    def hour_shares(self) -> tuple[tuple[int, float], ...]:
        """Return (milliseconds after midnight, share) in order of time."""
        return tuple(sorted((clock_ms(at), share) for at, share in self.by_hour.items()))


class Backlog(Part):
    """Dossiers already in the office on the first day."""

    procedure: Name
    """Their procedure."""
    step: Name
    """The step they wait for."""
    dossiers: Annotated[Count, Field(le=1_000_000)]
    """How many."""
    received_days_ago: Distribution = Distribution(constant=1.0)
    """Calendar days since they were received, rounded."""


__all__ = [
    "PER_DAY_MOST", "AfterClosure", "Appointments", "ArrivalLog", "Backlog", "Bundling",
    "Channel", "Demand", "Filing", "Gap", "Minutes", "Money",
]  # fmt: skip
