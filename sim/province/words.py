"""What the sums of a province are called, and in which unit they are shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sim.base import Text
from sim.comparison import Estimate
from sim.province.outcome import OfficeFound, OfficesOpen, Province
from sim.report.comparable import is_or_seems
from sim.report.names import VERDICTS
from sim.verdicts import LESS, MORE
from sim.words import Unit, Words, mark


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
        What it counts, in a year.
    counted
        The same where it is clear that it is a year.
    """

    total: str
    gain: str
    unit: str
    counted: str


_MONEY: Final = mark("{currency} a year"), mark("{currency}")
_HOURS: Final = mark("hours a year"), mark("hours")
_CASES: Final = mark("cases a year"), mark("cases")

SUMS: Final = {
    "citizen_cost": Sum(mark("Cost to citizens"), mark("what citizens save"), *_MONEY),
    "office_cost": Sum(mark("Cost of the offices"), mark("what the offices save"), *_MONEY),
    "wait_minutes": Sum(mark("Waiting"), mark("less waiting"), *_HOURS),
    "visit_minutes": Sum(mark("Time on the premises"), mark("less time on the premises"), *_HOURS),
    "citizen_hours": Sum(
        mark("Time on the premises and on the way"),
        mark("less time on the premises and on the way"), *_HOURS,
    ),
    "trips": Sum(mark("Trips"), mark("fewer trips"), mark("trips a year"), mark("trips")),
    "turnaround_hours": Sum(
        mark("From first arrival to last result"), mark("sooner results"), *_HOURS
    ),
    "same_day_share": Sum(
        mark("Results on the same day"), mark("more results on the same day"), *_CASES
    ),
    "on_time_share": Sum(
        mark("Dossiers ready on time"), mark("more dossiers ready on time"),
        mark("dossiers a year"), mark("dossiers"),
    ),
    "lost": Sum(mark("Cases given up"), mark("fewer cases given up"), *_CASES),
}  # fmt: skip
"""By measure, the weightiest first."""
ALL_CASES: Final = Sum(mark("Cases"), mark("more cases"), *_CASES)

_MANY_COINS: Final = {
    1e9: (mark("billion {currency} a year"), mark("billion {currency}")),
    1e6: (mark("million {currency} a year"), mark("million {currency}")),
}
"""What large sums of money are counted in, from ten of them on."""


def unit(sums: Sum, words: Words, estimates: Iterable[Estimate]) -> Unit:
    """Return the unit of a sum, in a year and alone, with decimals that fit the estimates.

    Large money is in millions or in thousands of them.
    """
    largest = max((abs(each.mean) for each in estimates if each.mean is not None), default=0.0)
    say, money = words.say, words.currency
    for size, (yearly, alone) in _MANY_COINS.items():
        if (sums.unit, sums.counted) == _MONEY and largest >= 10 * size:
            names = say(yearly, currency=money), say(alone, currency=money)
            return Unit(*names, 1 / size, 1 if largest >= 100 * size else 2)
    names = say(sums.unit, currency=money), say(sums.counted, currency=money)
    return Unit(*names, 1, 0 if largest >= 100 else 1)


def scenario_title(province: Province, name: str, words: Words) -> str:
    """Return what a scenario is called."""
    titles: dict[str, Text | None] = {each.id: each.title for each in province.study.scenarios}
    if name not in titles:
        return words.say("The offices as they are")
    return words.title(titles[name], name)


def claim(province: Province, name: str, words: Words) -> str:
    """Return what may be claimed of all offices' gain; empty where that is as large as it is shown.

    Parameters
    ----------
    province, words
        What was found, and the words to say it in.
    name
        The scenario.
    """
    by, made = province.by, province.verdicts[name]
    gain = province.whole[name].gains[by].mean or 0.0
    if gain > 0 and by != "lost" and _give_up(province, name, MORE):
        return words.say(
            "No gain is claimed: more people give up, or so it seems, and who leaves without a "
            "result makes fewer trips and waits less."
        )
    if gain < 0 and by not in ("lost", "office_cost") and _give_up(province, name, LESS):
        return words.say(
            "No loss is claimed: fewer people give up, or so it seems, and who now gets a result "
            "also comes, waits and pays for it."
        )
    if by in made and made[by].says not in (LESS, MORE):
        return words.say(
            "By the case that is: {verdict}.", verdict=words.say(VERDICTS[made[by].says])
        )
    return ""


def _give_up(province: Province, name: str, says: str) -> bool:
    made = province.verdicts[name]["lost"]
    mean = province.whole[name].differences["lost"].mean
    return mean is not None and is_or_seems(says, made.says, mean, made.matters)


def office_note(province: Province, name: str, office: OfficeFound, words: Words) -> str:
    """Return that in an office other people get a result, beside its gain; empty where not so."""
    change = office.found[name].differences["lost"].mean or 0.0
    if province.by == "lost" or abs(change) < province.verdicts[name]["lost"].matters:
        return ""
    return words.say("more people give up") if change > 0 else words.say("fewer people give up")


def warning_text(warning: OfficesOpen, words: Words) -> str:
    """Return a warning of offices with many open cases, without its full stop."""
    named = [f"{name} {words.percent(share)}" for name, share in warning.shares]
    return words.say(
        "In {count} of {offices} offices more than {most} of the cases were still open at the end "
        "of the runs ({named}): they have no place by turnaround, and the province's turnaround "
        "is longer than it is shown",
        count=words.number(len(warning.shares), 0),
        offices=words.number(warning.offices, 0),
        most=words.percent(warning.most, 0),
        named=", ".join(named),
    )


def office_title(office: OfficeFound, words: Words) -> str:
    """Return an office's title and id; several offices may have the same title."""
    title = words.title(office.title)
    return f"{title} ({office.id})" if title and title != office.id else office.id
