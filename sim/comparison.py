"""What a comparison of scenarios says: estimates, differences, verdicts and what pictures need."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sim.days import Days
from sim.office import Office

BASELINE = "baseline"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its 95% interval.

    Attributes
    ----------
    mean
        The value; None for a measure without a case.
    low, high
        Ends of the interval; None with one replication.
    """

    mean: float | None
    low: float | None
    high: float | None


Measures = dict[str, Estimate]


@dataclass(frozen=True)
class Histogram:
    """Shares of cases between neighbouring edges; the last bin holds all that is beyond it."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]


Cells = tuple[tuple[Estimate | None, ...], ...]
"""Estimates by weekday and hour; None where there is nothing to measure."""


@dataclass(frozen=True)
class Week:
    """How full the office is, by weekday and hour.

    Attributes
    ----------
    weekdays
        Those in which the office opens, 0 for Monday.
    hours
        From the first in which it opens to the last, 0-23.
    in_line
        Mean number of people in line, those who wait through a break or before opening included.
    load
        By team: hours worked for each hour that its staff are there.
    waiting
        Mean number of people on the premises who are not being served, those in line and at the
        door included; empty where that was not added up.
    """

    weekdays: tuple[int, ...]
    hours: tuple[int, ...]
    in_line: Cells
    load: dict[str, Cells]
    waiting: Cells = ()


@dataclass(frozen=True)
class Pictures:
    """Numbers of one scenario that only charts need.

    Attributes
    ----------
    wait_minutes, turnaround_hours
        Distributions over cases; edges are the same in every scenario of a comparison.
    wait_by_hour
        Mean wait in minutes of cases by the hour of their first arrival, 0-23; hours without
        arrivals are left out.
    week
        How full it is over the week; None where that was not measured.
    """

    wait_minutes: Histogram
    turnaround_hours: Histogram
    wait_by_hour: dict[int, Estimate]
    week: Week | None = None


@dataclass(frozen=True)
class Fare:
    """How the same cases fare in a scenario and in the baseline, those of one group.

    Attributes
    ----------
    by
        What groups them: "all", "procedure", "demand", "hour" of the first arrival in the
        baseline, or "priority".
    group
        An id, an hour, or "yes" and "no"; empty for all.
    better, unchanged, worse
        Shares of cases in hand sooner by a minute or more, at the same time, or later.
    cases
        How many are compared, by replication: those closed in both.
    no_result
        Share of those given up in both; None where that was not counted.
    """

    by: Literal["all", "procedure", "demand", "hour", "priority"]
    group: str
    better: Estimate
    unchanged: Estimate
    worse: Estimate
    cases: float
    no_result: Estimate | None = None


@dataclass(frozen=True)
class Verdict:
    """What a difference in a headline measure amounts to.

    Attributes
    ----------
    says
        "less", "more", "no difference that matters", "not clear yet: more replications", or
        "no verdict: too many cases still open".
    low, high
        The simultaneous (Bonferroni) interval of the difference it was made from.
    matters
        The smallest difference that matters, in the measure's unit.
    missed
        How large a difference may be of which nothing was seen in so many cases, in that unit:
        the interval is that wide at least where all replications agree.
    """

    says: str
    low: float | None
    high: float | None
    matters: float
    missed: float = 0.0


@dataclass(frozen=True)
class StillOpen:
    """A warning: so many cases were open when the runs ended that no verdict is made of some.

    Attributes
    ----------
    share
        Of all cases.
    of_age
        Days, and how many of them had been open as long or longer.
    oldest_days
        For how long the oldest had been.
    """

    share: float
    of_age: tuple[tuple[int, int], ...]
    oldest_days: float


@dataclass(frozen=True)
class Reached:
    """What came of a precision that was asked for.

    Attributes
    ----------
    target
        As it was asked: ``wait_minutes=5%``.
    scenario
        Where it is farthest from being met.
    width, half
        The half-width asked, and that of the interval, None where there is none: shares of the
        mean where the target is `relative`.
    relative
        Whether it is one.
    excess
        How many times too wide; at most 1 where it is narrow enough.
    replications
        After how many.
    """

    target: str
    scenario: str
    width: float
    half: float | None
    relative: bool
    excess: float
    replications: int


@dataclass(frozen=True)
class Scenario:
    """A scenario with its office and what was measured."""

    id: str
    title: str | dict[str, str]
    office: Office
    measures: Measures
    pictures: Pictures
    warnings: tuple[StillOpen, ...] = ()


@dataclass(frozen=True)
class Moved:
    """What is found with an assumption at one end of its span.

    Attributes
    ----------
    value
        The assumption's value there.
    shifts
        By scenario and headline measure: by how much the scenario's difference from the baseline
        moves, paired on the same people; without interval where one replication was run.
    differences
        By scenario and headline measure: the study's difference moved by that, its interval made
        of both uncertainties; where the days and replications are those of the study, the
        difference there with an interval of its own.
    verdicts
        By scenario and headline measure: what that difference amounts to.
    """

    value: float
    shifts: dict[str, Measures]
    differences: dict[str, Measures]
    verdicts: dict[str, dict[str, str]]


@dataclass(frozen=True)
class Hinge:
    """One assumption moved to both ends of its span.

    Attributes
    ----------
    path
        Its path in the office file.
    value
        Its value in the study.
    ranged
        Whether ``[ranges]`` gives the span; else it is a quarter either way.
    replications
        How many were run of each end.
    low, high
        What is found at the ends.
    """

    path: str
    value: float
    ranged: bool
    replications: int
    low: Moved
    high: Moved


@dataclass(frozen=True)
class Sensitivity:
    """What the differences of a comparison hinge on.

    Attributes
    ----------
    hinges
        Every assumption that was moved, the weightiest first.
    days, warmup
        Working days of each run.
    not_moved
        Paths of assumptions that are no single number, and so were not moved.
    not_asked
        How many more could be moved, of which nobody asked: those without a range.
    """

    hinges: tuple[Hinge, ...]
    days: int
    warmup: int
    not_moved: tuple[str, ...]
    not_asked: int = 0


@dataclass(frozen=True)
class Comparison:
    """A study's outcome.

    Attributes
    ----------
    scenarios
        By id; the baseline first, under the id it has in the study ("baseline" for the office as
        it is).
    differences, verdicts
        By scenario other than the baseline: scenario minus baseline.
    baseline
        Id of the scenario that the others are compared with.
    fares
        By scenario other than the baseline: who gains and who loses.
    story
        Single people's days, and one day of the office; None where they were not asked for.
    sensitivity
        What the differences hinge on; None where that was not asked for.
    precision
        What came of each precision that was asked for.
    relative
        The smallest difference that matters in amounts, as a share of what the baseline has.
    """

    id: str
    title: str | dict[str, str]
    days: int
    warmup: int
    replications: int
    seed: int
    baseline: str
    scenarios: dict[str, Scenario]
    differences: dict[str, Measures] = field(default_factory=dict)
    verdicts: dict[str, dict[str, Verdict]] = field(default_factory=dict)
    provenance: dict[str, str | int | dict[str, str]] = field(default_factory=dict)
    fares: dict[str, tuple[Fare, ...]] = field(default_factory=dict)
    story: Days | None = None
    sensitivity: Sensitivity | None = None
    precision: tuple[Reached, ...] = ()
    relative: float = 0.01
