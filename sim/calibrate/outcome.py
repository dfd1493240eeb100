"""What a calibration and a validation come to: all that their pages and files show."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from sim.records.records import Quality

Inside = Literal["inside", "above", "below", "cannot be told"]


@dataclass(frozen=True)
class Fitted:
    """A number of the office file that was fitted to the records.

    Attributes
    ----------
    path
        Where it stands in the office file: ``demands.p.per_day``.
    value
        The number.
    low, high
        Ends of its 95% interval; None where there is none to give.
    source
        From what and how, for ``[sources]``: "1,223 tickets of 6 days: maximum likelihood".
    """

    path: str
    value: float
    low: float | None
    high: float | None
    source: str


@dataclass(frozen=True)
class Assumed:
    """A number of the office file that the records do not tell, and why they do not."""

    path: str
    value: str
    why: str


@dataclass(frozen=True)
class Curve:
    """A line to draw: x against y, with a band where there is one.

    Attributes
    ----------
    name
        As a legend says it.
    x, y
        Points.
    low, high
        The band, of the length of `x`, or empty.
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True)
class Chart:
    """Curves on common axes.

    Attributes
    ----------
    id
        Its name, unique in the page.
    kind
        ``lines``, ``steps`` (each y holds from its x to the next), ``points`` (marks) or
        ``quantiles`` (marks with the line on which both axes agree).
    title, note, x_axis, y_axis
        Texts; axes with their unit.
    clock
        Whether x is hours after midnight, to be shown as 08:30.
    """

    id: str
    kind: Literal["lines", "steps", "points", "quantiles"]
    title: str
    note: str
    x_axis: str
    y_axis: str
    curves: tuple[Curve, ...]
    clock: bool = False


@dataclass(frozen=True)
class Measured:
    """An observed number beside the simulation's.

    Attributes
    ----------
    name, unit
        What it is: "mean wait", "minutes".
    observed
        In the records.
    mean, low, high
        Of the simulation: its mean and the ends of the 95% prediction interval.
    inside
        Whether the observed lies in the interval.
    says
        The verdict in plain words.
    wide
        Whether the interval is too wide to be of much use, though the observed lies in it.
    """

    name: str
    unit: str
    observed: float
    mean: float
    low: float
    high: float
    inside: Inside
    says: str
    wide: bool = False


@dataclass(frozen=True)
class Distance:
    """How far a forecast's distribution lies from the observed one (1-Wasserstein).

    Attributes
    ----------
    name
        Whose forecast: "simulation", "the fitted days themselves", "their mean", "Erlang C by
        hour".
    value
        In the unit.
    low, high
        Of the simulation, 95% over its replications; None otherwise.
    unit
        "minutes", or "days" for turnaround.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    unit: str


@dataclass(frozen=True)
class Group:
    """One queue, several that share staff, or one procedure, observed and simulated.

    Attributes
    ----------
    id, title
        Its name.
    cases, days
        How many were compared, over how many days.
    measures, distances, charts
        The comparison.
    says
        What it comes to, in sentences; the first is the verdict. Then what makes it miss.
    """

    id: str
    title: str
    cases: int
    days: int
    measures: tuple[Measured, ...]
    distances: tuple[Distance, ...]
    charts: tuple[Chart, ...]
    says: tuple[str, ...]


@dataclass(frozen=True)
class Validation:
    """How well an office file predicts days.

    Attributes
    ----------
    office
        Title of the office.
    dates
        The days compared.
    held_out
        Whether the office was fitted to none of them; None where that is not known.
    replayed
        Whether people came as recorded; otherwise demand was simulated too.
    replications
        Runs that the intervals are made of.
    groups
        The comparisons.
    warnings
        What to be careful of.
    """

    office: str
    dates: tuple[dt.date, ...]
    held_out: bool | None
    replayed: bool
    replications: int
    groups: tuple[Group, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of what was fitted: arrivals, staff, handling times, routes.

    Attributes
    ----------
    id, title
        Its name.
    says
        Sentences: what was found.
    charts
        Pictures.
    """

    id: str
    title: str
    says: tuple[str, ...]
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True)
class Calibration:
    """What was fitted to records, and how well it predicts days it has not seen.

    Attributes
    ----------
    title
        Of the office.
    kind
        ``tickets`` or ``dossiers``.
    dates
        First and last day fitted, and how many days.
    quality
        Of the records.
    fitted, assumed
        Numbers of the office file.
    sections
        What was found, by subject.
    warnings
        What to be careful of.
    validation
        On the days held out; None where none were.
    provenance
        Versions, inputs, command.
    """

    title: str
    kind: Literal["tickets", "dossiers"]
    dates: tuple[dt.date, dt.date, int]
    quality: Quality
    fitted: tuple[Fitted, ...]
    assumed: tuple[Assumed, ...]
    sections: tuple[Section, ...]
    warnings: tuple[str, ...] = ()
    validation: Validation | None = None
    provenance: dict[str, str | int | dict[str, str]] = field(default_factory=dict)
