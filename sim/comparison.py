"""What a comparison of scenarios says: estimates, differences, verdicts and what pictures need."""

from __future__ import annotations

from dataclasses import dataclass, field

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
    """

    wait_minutes: Histogram
    turnaround_hours: Histogram
    wait_by_hour: dict[int, Estimate]


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
    """

    says: str
    low: float | None
    high: float | None
    matters: float


@dataclass(frozen=True)
class Scenario:
    """A scenario with its office and what was measured."""

    id: str
    title: str | dict[str, str]
    office: Office
    measures: Measures
    pictures: Pictures
    warnings: tuple[str, ...] = ()


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
