"""What the sums of a province are called, and in which unit they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sim.base import Text
from sim.comparison import Estimate
from sim.province.outcome import OfficeFound, Province
from sim.report.wording import Unit, Words, mark


@dataclass(frozen=True)
class Sum:
    """A sum over the cases of a year.

    Attributes
    ----------
    total
        What it is called.
    gain
        What less of it, or more where more is better, is called.
    unit
        What it counts.
    """

    total: str
    gain: str
    unit: str


SUMS: Final = {
    "citizen_cost": Sum(
        mark("Cost to citizens"), mark("what citizens save"), mark("{currency} a year")
    ),
    "office_cost": Sum(
        mark("Cost of the offices"), mark("what the offices save"), mark("{currency} a year")
    ),
    "wait_minutes": Sum(mark("Waiting"), mark("less waiting"), mark("hours a year")),
    "visit_minutes": Sum(
        mark("Time on the premises"), mark("less time on the premises"), mark("hours a year")
    ),
    "trips": Sum(mark("Trips"), mark("fewer trips"), mark("trips a year")),
    "turnaround_hours": Sum(
        mark("From first arrival to last result"), mark("sooner results"), mark("hours a year")
    ),
    "same_day_share": Sum(
        mark("Results on the same day"), mark("more results on the same day"), mark("cases a year")
    ),
    "on_time_share": Sum(
        mark("Dossiers ready on time"), mark("more dossiers ready on time"),
        mark("dossiers a year"),
    ),
    "lost": Sum(mark("Cases given up"), mark("fewer cases given up"), mark("cases a year")),
}  # fmt: skip
"""By headline measure, the weightiest first."""
ALL_CASES: Final = Sum(mark("Cases"), mark("more cases"), mark("cases a year"))


def unit(sums: Sum, words: Words, estimates: Iterable[Estimate]) -> Unit:
    """Return the unit of a sum, large money in millions, with decimals that fit the estimates."""
    largest = max((abs(each.mean) for each in estimates if each.mean is not None), default=0.0)
    if "{currency}" in sums.unit and largest >= _MANY_COINS:
        name = words.say("million {currency} a year", currency=words.currency)
        return Unit(name, name, 1e-6, 1 if largest >= 10 * _MANY_COINS else 2)
    name = words.say(sums.unit, currency=words.currency)
    return Unit(name, name, 1, 0 if largest >= 100 else 1)


_MANY_COINS: Final = 10_000_000


def scenario_title(province: Province, name: str, words: Words) -> str:
    """Return what a scenario is called."""
    titles: dict[str, Text | None] = {each.id: each.title for each in province.study.scenarios}
    if name not in titles:
        return words.say("The offices as they are")
    return words.title(titles[name], name)


def office_title(office: OfficeFound, words: Words) -> str:
    """Return an office's title and id; several offices may have the same title."""
    title = words.title(office.title)
    return f"{title} ({office.id})" if title and title != office.id else office.id
