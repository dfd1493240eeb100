"""How a demand's mean changes with the weekday, the month and long closures."""

from __future__ import annotations

from sim.blueprint import once
from sim.calendar import DAYS_BEFORE, RunCalendar
from sim.clock import MONTHS, weekday_numbers
from sim.office import AfterClosure, Demand

_Season = tuple[tuple[tuple[str, float], ...], tuple[tuple[str, float], ...], AfterClosure | None]


def multiplier(plan: Demand, calendar: RunCalendar, day: int) -> float:
    """Return what a demand's mean is multiplied by on an open day."""
    season = tuple(plan.by_weekday.items()), tuple(plan.by_month.items()), plan.after_closure
    known = _known(calendar).setdefault(season, {})
    if day not in known:
        known[day] = _multiplier(plan, calendar, day)
    return known[day]


@once
def _known(calendar: RunCalendar) -> dict[_Season, dict[int, float]]:  # noqa: ARG001
    """Return what is known of a calendar's days: demands of several offices share seasons."""
    return {}


def _multiplier(plan: Demand, calendar: RunCalendar, day: int) -> float:
    factor = 1.0
    if plan.by_weekday:
        weekday = calendar.weekday[calendar.index(day)]
        named = (f for days, f in plan.by_weekday.items() if weekday in weekday_numbers(days))
        factor = next(named, 1.0)
    if plan.by_month:
        factor *= plan.by_month.get(MONTHS[calendar.date(day).month - 1], 1)
    return factor * _after_closure(plan, calendar, day)


def _after_closure(plan: Demand, calendar: RunCalendar, day: int) -> float:
    """Return the factor of the open days that follow a long closure.

    Walks back over at most the effect's open days and looks for a long enough gap before them.
    """
    rule = plan.after_closure
    if rule is None:
        return 1.0
    closed, seen, at = 0, 1, day - 1
    while at >= -DAYS_BEFORE and seen <= rule.working_days:
        if calendar.is_open[calendar.index(at)]:
            closed, seen = 0, seen + 1
        else:
            closed += 1
            if closed >= rule.days:
                return rule.times
        at -= 1
    return 1.0
