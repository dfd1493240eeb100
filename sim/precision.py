"""How precise a study shall be: what was asked, read into targets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim.errors import PlannerError
from sim.said import phrase

LEAST: Final = 30
"""Replications before the first look."""
MOST: Final = 1000
"""Replications at most, unless asked otherwise."""
LIMIT: Final = 100_000
"""Replications that a study can have."""
OPTION: Final = "--precision"
OF_DIFFERENCE: Final = "difference."
"""Before a measure whose differences from the baseline are meant."""


@dataclass(frozen=True)
class Target:
    """How narrow an interval shall be.

    Attributes
    ----------
    text
        As it was asked: ``wait_minutes=5%``.
    measure
        Name of the measure; its interval in the baseline and in every scenario is meant.
    width
        Half-width: in the measure's unit, or as a share of the size of the mean.
    relative
        Whether it is such a share.
    difference
        Whether the differences from the baseline are meant instead.
    """

    text: str
    measure: str
    width: float
    relative: bool
    difference: bool

    def allowed(self, value: float) -> float:
        """Return the largest half-width for a value; its sign does not matter."""
        return self.width * abs(value) if self.relative else self.width

    def shown(self, width: float) -> str:
        """Return a half-width, in what the target is in, as people read it."""
        if self.relative:
            return phrase("±{width:.2g}%", width=100 * width)
        return phrase("±{width:.3g}", width=width)


@dataclass(frozen=True)
class Precision:
    """What a study shall come to, and when to look whether it has.

    Attributes
    ----------
    targets
        All of them must hold.
    first, most
        Replications at the first look, and at most.
    """

    targets: tuple[Target, ...]
    first: int = LEAST
    most: int = MOST


def read_precision(
    asked: Sequence[str], replications: int = 1, most: int | None = None
) -> Precision | None:
    """Return what was asked, read; None if nothing was.

    Parameters
    ----------
    asked
        ``MEASURE=WIDTH``, ``MEASURE=PERCENT%`` or ``difference.MEASURE=WIDTH``, any number.
    replications
        The least number; the first look is there, or at :data:`LEAST` if that is more.
    most
        The largest number; by default :data:`MOST`, or that of the first look if that is more.

    Raises
    ------
    PlannerError
        If a target cannot be read or reached, or the largest number is below the first look, or
        is given though nothing was asked.
    """
    if not asked:
        if most is not None:
            raise PlannerError(
                phrase(
                    "--max-replications: expected only with --precision; without, --replications "
                    "says how many there are"
                )
            )
        return None
    first = max(LEAST, replications)
    most = max(MOST, first) if most is None else most
    if not first <= most <= LIMIT:
        raise PlannerError(
            phrase(
                "--max-replications: expected {first:,} (the first look) to {limit:,}, found "
                "{most:,}",
                first=first,
                limit=LIMIT,
                most=most,
            )
        )
    return Precision(tuple(target(text) for text in asked), first, most)


def target(text: str) -> Target:
    """Read a target.

    Raises
    ------
    PlannerError
        If it cannot be read, is not above 0, or is a percentage of a difference.
    """
    name, _, number = (part.strip() for part in text.partition("="))
    relative, difference = number.endswith("%"), name.startswith(OF_DIFFERENCE)
    width = _width(text, number.removesuffix("%"))
    if difference and relative:
        raise PlannerError(
            phrase(
                "{option}: expected a width in the measure's unit, such as {name}=0.5, found a "
                "percentage. A difference may be near 0, and a percentage of it nearer still.",
                option=f"{OPTION} {text}",
                name=name,
            )
        )
    measure = name.removeprefix(OF_DIFFERENCE)
    return Target(text, measure, width / 100 if relative else width, relative, difference)


def _width(text: str, number: str) -> float:
    try:
        width = float(number)
    except ValueError:
        raise PlannerError(
            phrase(
                "{option}: expected MEASURE=WIDTH, such as wait_minutes=5% or wait_minutes=0.5",
                option=f"{OPTION} {text}",
            )
        ) from None
    if not 0 < width < math.inf:
        raise PlannerError(
            phrase(
                "{option}: expected a width above 0, which replications can reach, such as 5% or "
                "0.5, found {number}",
                option=f"{OPTION} {text}",
                number=number,
            )
        )
    return width
