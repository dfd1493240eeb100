"""The calendar, the visitors and the teams of an office file."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal, Self

from pydantic import (
    Field,
    GetJsonSchemaHandler,
    field_validator,
    model_serializer,
    model_validator,
)
from pydantic_core import CoreSchema

from sim.base import Count, Factor, Minutes, Money, MoneyPerHour, Name, Part, Share, Text
from sim.clock import (
    Clock,
    Session,
    Weekday,
    Weekdays,
    by_weekday,
    clock_ms,
    session_ms,
    weekday_numbers,
)
from sim.distributions import Distribution, Lognormal
from sim.errors import Misfit
from sim.said import listed, phrase

Hours = dict[Weekdays, tuple[Session, ...]]
Members = Annotated[int, Field(strict=True, ge=0, le=1000)]


def _orderly(hours: Hours) -> Hours:
    by_weekday(list(hours))
    for days, sessions in hours.items():
        last = 0
        for text in sessions:
            begins, ends = session_ms(text)
            if begins < last:
                found = phrase("{sessions} on {days}", sessions=listed(sessions), days=days)
                raise Misfit(phrase("sessions in order that do not overlap"), found)
            last = ends
    return hours


class Calendar(Part):
    """When the office is open, and which days the law counts."""

    start: dt.date
    """First measured day; warm-up days run before it."""
    holidays: str = ""
    """Country whose public holidays close the office, by its two-letter code; empty for none."""
    closed: tuple[dt.date, ...] = ()
    """Further closed dates; the law does not count them either."""
    open: dict[str, Weekday] = Field(default_factory=dict)
    """Swapped dates, each with the weekday whose hours it works."""
    legal_days: Weekdays = "mon-fri"
    """Weekdays that deadlines count."""
    last_ticket: Minutes | dict[Weekdays, Minutes] = 0.0
    """Minutes before closing at which tickets stop; may be given by weekday."""
    hours: Hours
    """Sessions by weekday."""
    timezone: str = "Asia/Ho_Chi_Minh"
    """Time zone of the clock on the wall, for the event log."""

    @field_validator("hours")
    @classmethod
    def _hours_orderly(cls, hours: Hours) -> Hours:
        if not any(hours.values()):
            raise Misfit(phrase("at least one session in the week"))
        return _orderly(hours)

    @field_validator("open")
    @classmethod
    def _swapped_are_dates(cls, swapped: dict[str, str]) -> dict[str, str]:
        for text in swapped:
            try:
                dt.date.fromisoformat(text)
            except ValueError:
                raise Misfit(phrase("dates such as 2026-01-10"), f'"{text}"') from None
        return swapped

    @field_validator("last_ticket")
    @classmethod
    def _days_once(cls, value: float | dict[str, float]) -> float | dict[str, float]:
        if isinstance(value, dict):
            by_weekday(list(value))
        return value

    @field_validator("timezone")
    @classmethod
    def _zone_known(cls, name: str) -> str:
        from zoneinfo import ZoneInfo

        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            expected = phrase('a time zone such as "Asia/Ho_Chi_Minh"')
            raise Misfit(expected, repr(name)) from None
        return name

    @field_validator("holidays")
    @classmethod
    def _country_known(cls, code: str) -> str:
        if code:
            import holidays

            known = holidays.list_supported_countries()
            if code not in known:
                expected = phrase('a country code such as "VN", or "" for none')
                raise Misfit(expected, repr(code))
        return code


class Travel(Part):
    """The way to the office."""

    minutes_each_way: Minutes = 0
    """Minutes from home to the office."""
    cost_round_trip: Money = 0
    """Money for the way there and back."""


class Visitor(Part):
    """What is true of visitors unless their demand says otherwise."""

    travel: Travel = Travel()
    """The way to the office and back."""
    value_of_time: MoneyPerHour = 0
    """What an hour of a visitor's time is worth."""
    priority_share: Share = 0
    """Share served before others: elderly, disabled, pregnant, people of merit."""
    patience: Distribution | None = None
    """Minutes a visitor waits in a line before leaving; absent: any time."""
    gives_up_after: Annotated[int, Field(strict=True, ge=1, le=100)] = 5
    """Visits in vain after which the case is lost."""


class Lateness(Part):
    """Coming late to a session."""

    share: Share
    """Share of sessions a member begins late."""
    minutes: Distribution
    """Minutes late, of those who are."""


class Away(Part):
    """Meetings and errands: present and absent in turn during open time."""

    share: Annotated[Share, Field(lt=1)]
    """Share of open time away."""
    minutes: Distribution
    """Minutes of one absence."""


class Staff(Part):
    """How many members: a number, a profile by time of day or by weekday, or a log."""

    constant: Members | None = None
    profile: dict[Clock, Members] | None = None
    weekly: dict[Weekdays, Members | dict[Clock, Members]] | None = None
    log: Name | None = None
    """CSV with the counters open over time; its rows hold until the next."""
    time: str = "time"
    """Column with the time, or the time of day when there is a date column."""
    date: str = "date"
    """Column with the date, used where `time` has none."""
    open: str = "open_counters"
    """Column with the number of open counters."""
    where: dict[str, str | int | float | bool] = Field(default_factory=dict)
    """Rows to take: column and value."""

    @model_validator(mode="before")
    @classmethod
    def _by_shape(cls, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool):
            return {"constant": value}
        if not isinstance(value, dict):
            example = '{ "07:30" = 2 }'
            raise Misfit(phrase("a number, a profile such as {example}, or a log", example=example))
        if "log" in value or not value or set(value) & {"constant", "profile", "weekly"}:
            return value
        if all(":" in str(key) for key in value):
            return {"profile": value}
        return {"weekly": value}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ways = (self.constant, self.profile, self.weekly, self.log)
        if sum(way is not None for way in ways) != 1:
            raise Misfit(phrase("a number, a profile, profiles by weekday, or a log"))
        if self.weekly is not None:
            by_weekday(list(self.weekly))
        return self

    @model_serializer(mode="plain")
    def _as_written(self) -> Any:
        if self.log is not None:
            extra = {key: getattr(self, key) for key in ("time", "date", "open", "where")}
            return {"log": self.log, **extra}
        return next(way for way in (self.constant, self.profile, self.weekly) if way is not None)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Describe the shapes that files use: a number, a profile, profiles by weekday, a log."""
        log = handler.resolve_ref_schema(handler(core_schema))
        parts = log["properties"]
        shapes = [parts.pop(name)["anyOf"][0] for name in ("constant", "profile", "weekly")]
        parts["log"] = parts["log"]["anyOf"][0] | {"description": parts["log"]["description"]}
        log["required"] = ["log"]
        return {"title": "Staff", "description": log["description"], "anyOf": [*shapes, log]}

    def changes(self, weekday: int) -> tuple[tuple[int, int], ...]:
        """Return (milliseconds after midnight, members from then on) of a weekday, in order."""
        if self.constant is not None:
            return ((0, self.constant),)
        day = self.profile
        if self.weekly is not None:
            key = by_weekday(list(self.weekly)).get(weekday)
            found = 0 if key is None else self.weekly[key]
            if isinstance(found, int):
                return ((0, found),)
            day = found
        return tuple(sorted((clock_ms(at), number) for at, number in (day or {}).items()))

    def largest(self) -> int:
        """Return the most members there are at any time; 0 for a log, which is not read here."""
        if self.log is not None:
            return 0
        return max((n for day in range(7) for _, n in self.changes(day)), default=0)


Closing = Literal["finish current", "finish queue"]


class Team(Part):
    """Alike members who perform the same roles."""

    id: Name
    """Name of the team, used by reforms."""
    title: Text | None = None
    """Title for people."""
    staff: Staff
    """How many members."""
    roles: Annotated[tuple[Name | tuple[Name, ...], ...], Field(min_length=1)]
    """Roles performed, most urgent first; roles in an inner list are equally urgent."""
    wage: MoneyPerHour = 0
    """Wage of an hour."""
    overtime_rate: Factor = 1.5
    """What an hour of overtime is paid, as a multiple of the wage."""
    hours: Hours | None = None
    """The team's own sessions, where they differ from the office's."""
    absence: Share = 0
    """Share of days that a member misses."""
    lateness: Lateness | None = None
    """Coming late to sessions."""
    away: Away | None = None
    """Meetings and errands."""
    closing: Closing = "finish current"
    """Whether the team serves everybody who is inside at closing."""

    @field_validator("hours")
    @classmethod
    def _hours_orderly(cls, hours: Hours | None) -> Hours | None:
        return None if hours is None else _orderly(hours)

    @field_validator("roles")
    @classmethod
    def _roles_once(cls, roles: tuple[str | tuple[str, ...], ...]) -> Any:
        names = [name for level in roles for name in _level(level)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice or not names:
            found = phrase("{roles} more than once", roles=listed(twice) or phrase("none"))
            raise Misfit(phrase("each role once"), found)
        return roles

    def levels(self) -> tuple[tuple[str, ...], ...]:
        """Return the roles by urgency, most urgent first."""
        return tuple(_level(level) for level in self.roles)

    def role_names(self) -> tuple[str, ...]:
        """Return all roles the team performs, most urgent first."""
        return tuple(name for level in self.levels() for name in level)


def _level(level: str | tuple[str, ...]) -> tuple[str, ...]:
    return (level,) if isinstance(level, str) else level


class Role(Part):
    """A role's title, how the work that waits for it is ordered, how its pace differs by day."""

    title: Text | None = None
    """Title for people."""
    order: Literal["first come", "due date"] = "first come"
    """What is taken first."""
    day_cv: Annotated[
        float,
        Field(strict=True, ge=0, le=10, json_schema_extra={"unit": "coefficient of variation"}),
    ] = 0
    """How far the pace differs between days: of a factor, 1 on average, on all of a day's work."""

    def untitled(self) -> Role:
        """Return what it does to work, without what it is called."""
        return self.model_copy(update={"title": None})

    def pace(self) -> Distribution | None:
        """Return the factor that all work of a day has in common; None where it is always 1."""
        if not self.day_cv:
            return None
        return Distribution(lognormal=Lognormal(mean=1, cv=self.day_cv))


def sessions_of(hours: Hours, weekday: int) -> tuple[tuple[int, int], ...]:
    """Return a weekday's sessions, in milliseconds after midnight."""
    key = by_weekday(list(hours)).get(weekday)
    return () if key is None else tuple(session_ms(text) for text in hours[key])


def last_ticket_ms(calendar: Calendar, weekday: int) -> int:
    """Return how long before closing tickets stop on a weekday, in milliseconds."""
    value = calendar.last_ticket
    if isinstance(value, dict):
        value = next((m for days, m in value.items() if weekday in weekday_numbers(days)), 0.0)
    return round(value * 60_000)


__all__ = [
    "Away", "Calendar", "Count", "Hours", "Lateness", "Role", "Staff", "Team", "Travel",
    "Visitor", "last_ticket_ms", "sessions_of",
]  # fmt: skip
