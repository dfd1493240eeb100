"""Procedures of an office file: their steps, deadlines, habits and results."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final, Literal, NamedTuple, Self

from pydantic import Field, field_validator, model_validator

from sim.base import Minutes, Money, Name, NonNegative, Part, Share, Text
from sim.clock import HOUR_MS, Clock, weekday_numbers
from sim.distributions import Distribution
from sim.errors import Misfit
from sim.office.people import Calendar, sessions_of
from sim.said import listed, phrase

WorkingDays = Annotated[
    float, Field(strict=True, ge=0, le=1000, json_schema_extra={"unit": "working days"})
]

Way = Literal["online", "while you wait", "when ready", "by appointment", "by post"]
WAYS: Final[tuple[Way, ...]] = (
    "online", "while you wait", "when ready", "by appointment", "by post",
)  # fmt: skip
"""Ways of handing over a result, from the quickest to the slowest."""

_WITHIN = re.compile(r"(\d+) (days?|working days?|working hours?)")


class Limit(NamedTuple):
    """A legal limit: how many of which unit."""

    unit: Literal["same day", "days", "working days", "working hours"]
    number: int


def read_limit(text: str) -> Limit:
    """Read ``same day``, ``15 days``, ``5 working days`` or ``16 working hours``."""
    if text == "same day":
        return Limit("same day", 0)
    match = _WITHIN.fullmatch(text)
    number = int(match[1]) if match else 0
    if match is None or not 1 <= number <= 1000:
        expected = phrase(
            "{same_day}, or a number of 1 to 1000 as in {examples}",
            same_day='"same day"', examples='"15 days", "5 working days", "16 working hours"',
        )  # fmt: skip
        raise Misfit(expected, f'"{text}"')
    unit = match[2] if match[2].endswith("s") else match[2] + "s"
    return Limit(unit, number)  # type: ignore[arg-type]


class Deadline(Part):
    """The law: the latest moment, and from when receipt counts as the next working day's."""

    within: str
    """The limit: "same day", "15 days", "5 working days" or "16 working hours"."""
    cutoff: Clock | None = None
    """Received strictly after it counts as received on the next legal working day."""

    @field_validator("within")
    @classmethod
    def _readable(cls, text: str) -> str:
        read_limit(text)
        return text

    def limit(self) -> Limit:
        """Return the limit in parts."""
        return read_limit(self.within)


class Habit(Part):
    """What the office does, within the law."""

    same_day_until: Clock | None = None
    """Until when dossiers received get their result the same day; default the law's cutoff.

    "24:00" for until closing.
    """
    kept: Share = 1
    """Share of later dossiers for which the office keeps to that."""
    hold_work: bool = False
    """Whether later dossiers are left untouched until the next working day."""


class Rests(Part):
    """Time for which a dossier lies there though nobody is busy with it."""

    working_days: Distribution | None = None
    """Working days it lies."""
    of_deadline: Annotated[Share, Field(le=0.9)] | None = None
    """The same as a share of the deadline."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.working_days is None) == (self.of_deadline is None):
            raise Misfit(phrase("either working_days or of_deadline"))
        return self


OpenDays = Annotated[Distribution, Field(json_schema_extra={"unit": "open days"})]
"""Days on which the office opens, whether the law counts them as working days or not."""


class SendsBack(Part):
    """A share of dossiers is sent back to be completed."""

    share: Share
    """Share sent back the first time."""
    again: Share = 0
    """Chance of being sent back each further time."""
    working_days: OpenDays = Distribution(constant=1.0)
    """Open days until the papers come in, rounded to whole days; 0 is the same day."""


class Step(Part):
    """One step of a procedure: work by a role, or time that passes elsewhere."""

    id: Name
    """Name of the step."""
    title: Text | None = None
    """Title for people."""
    role: Name | None = None
    """Who does the work; a step without a role is an elapsed time."""
    visitor: bool = False
    """Whether the visitor must be there."""
    minutes: Distribution | None = None
    """Minutes of work."""
    working_days: Distribution | None = None
    """Working days that pass elsewhere: another agency, verification."""
    extends_deadline: bool = False
    """Whether the law adds the elapsed time to the deadline."""
    share: Share = 1
    """Share of dossiers that the step concerns."""
    walk: Minutes = 0
    """Minutes of walk from the step before."""
    rests: Rests | None = None
    """Time it lies on the desk first."""
    sends_back: SendsBack | None = None
    """Dossiers sent back to be completed."""

    @model_validator(mode="after")
    def _work_or_elapsed(self) -> Self:
        if self.role is None:
            self._check_elapsed()
        elif self.minutes is None or self.working_days is not None:
            raise Misfit(
                phrase("a step with a role to have minutes, and no working_days of its own")
            )
        elif self.extends_deadline:
            raise Misfit(phrase("extends_deadline only where time passes elsewhere (no role)"))
        elif self.visitor and self.rests is not None:
            raise Misfit(phrase("rests only at a desk step (visitor = false)"))
        return self

    def _check_elapsed(self) -> None:
        if self.working_days is None or self.minutes is not None:
            raise Misfit(phrase("a role with minutes, or working_days without a role"))
        only_work = {"visitor", "rests", "sends_back", "walk"}
        if given := sorted(only_work & self.model_fields_set):
            expected = phrase("a role, for {keys} belong to work by somebody", keys=listed(given))
            raise Misfit(expected)

    @property
    def elapsed(self) -> bool:
        """Whether the step is time that passes elsewhere."""
        return self.role is None


class Post(Part):
    """Sending a result by post."""

    days: WorkingDays = 2
    """Working days on the way."""
    cost: Money = 0
    """Postage, paid by the citizen."""


class Procedure(Part):
    """A route of steps with its deadline, habit and way of handing over the result."""

    id: Name
    """Name of the procedure."""
    title: Text | None = None
    """Title for people."""
    deadline: Deadline | None = None
    """The law's limit; absent: none."""
    habit: Habit = Habit()
    """What the office does within the law."""
    result: Way | dict[Way, Share] | None = None
    """How the result is handed over, or the share of each way."""
    post: Post = Post()
    """Sending by post."""
    slip_hour: Clock | None = None
    """Hour on the appointment slip; default one hour before closing."""
    new_date: Annotated[int, Field(strict=True, ge=1, le=100)] = 2
    """Working days to the one new date after an apology."""
    stays: Minutes = 60
    """Minutes that a visitor stays to wait for a result."""
    fee: Money = 0
    """Fee of a dossier."""
    other_cost: Money = 0
    """Other money a dossier costs the citizen: copies, photographs."""
    basis: Text | None = None
    """Legal basis."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=100)]
    """The route."""

    @field_validator("result")
    @classmethod
    def _shares_of_ways(cls, value: Any) -> Any:
        return value if isinstance(value, str | None) else check_shares(value)

    @model_validator(mode="after")
    def _resting_fits(self) -> Self:
        rests = [step.rests.of_deadline or 0 for step in self.steps if step.rests]
        if sum(rests) > 0.9 + 1e-9:
            expected = phrase("resting times of at most 0.9 of the deadline together")
            raise Misfit(expected, f"{sum(rests):.3g}")
        if sum(rests) and self.deadline is None:
            raise Misfit(phrase("a deadline, since rests.of_deadline is a share of it"))
        return self

    def ways(self) -> dict[Way, float]:
        """Return the share of each way of handing over.

        Without a `result` the visitor waits where a step with the visitor still follows desk
        work, and otherwise has the result when the last step ends.
        """
        if isinstance(self.result, str):
            return {self.result: 1.0}
        if self.result:
            return dict(self.result)
        needs_hand_over = 0 < self.hand_over < len(self.steps)
        return {"while you wait" if needs_hand_over else "online": 1.0}

    @property
    def intake(self) -> int:
        """Place of the intake, the first step with the visitor; -1 where there is none."""
        return next((i for i, step in enumerate(self.steps) if step.visitor), -1)

    @property
    def hand_over(self) -> int:
        """Place of the first step of the hand-over, the last steps with the visitor.

        The intake is never part of it; a route that ends at a desk has none (its length).
        """
        first = len(self.steps)
        while first - 1 > max(self.intake, 0) and self.steps[first - 1].visitor:
            first -= 1
        return first

    @property
    def habit_until(self) -> str | None:
        """Until when the office gives results the same day; None for until closing."""
        if self.habit.same_day_until is not None:
            return self.habit.same_day_until
        return self.deadline.cutoff if self.deadline else None


def check_shares(shares: dict[Any, NonNegative]) -> dict[Any, NonNegative]:
    """Refuse shares that do not add up to 1."""
    if abs(sum(shares.values()) - 1) > 1e-6:
        raise Misfit(phrase("shares that add up to 1"), f"{sum(shares.values()):g}")
    return shares


def limit_working_days(limit: Limit, calendar: Calendar) -> float:
    """Return a limit in working days.

    Calendar days count as the legal weekdays' share of a week, hours as a share of an ordinary
    working day, and the same day as one.
    """
    legal = weekday_numbers(calendar.legal_days)
    if limit.unit == "same day":
        return 1.0
    if limit.unit == "working days":
        return float(limit.number)
    if limit.unit == "days":
        return limit.number * len(legal) / 7
    lengths = [sum(b - a for a, b in sessions_of(calendar.hours, day)) for day in legal]
    return limit.number * HOUR_MS * len(legal) / max(sum(lengths), 1)
