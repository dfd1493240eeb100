"""Money: what cases cost citizens and what the office costs, from the service log.

Citizens by the Standard Cost Model (Circular 02/2017/TT-VPCP): time at its value, travel, fees and
other direct costs. The office by its paid hours, and overtime at its rate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.blueprint import BY_POST, Blueprint, once
from sim.calendar import Bools, Ints
from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.draws import Floats
from sim.log import ServiceLog


@dataclass(frozen=True)
class CitizenCosts:
    """Money by case, in the office's currency.

    Attributes
    ----------
    in_all
        All of it.
    submit, collect, again
        Time and travel of visits for filing, of visits that end with a result collected, and of
        all others: papers to be completed, and visits in vain.
    fees, other
        What is paid for dossiers: fees; postage and other money.
    """

    in_all: Floats
    submit: Floats
    again: Floats
    collect: Floats
    fees: Floats
    other: Floats


@dataclass(frozen=True)
class Paid:
    """Fees, and postage and other money, by case, of dossiers received."""

    fees: Floats
    direct: Floats


def citizen_costs(layout: Blueprint, demand: Ints, visits: Ints, out: Paid) -> CitizenCosts:
    """Return what each case costs its citizen.

    Parameters
    ----------
    demand
        Place of the demand, by case.
    visits
        By case, as :func:`sim.accounts.accounted` returns them.
    out
        Money paid for dossiers.
    """
    travel_minutes, trip_cost, hour = (rate[demand] for rate in _rates(layout))

    def outing(visit_ms: Ints, trips: Ints) -> Floats:
        minutes = visit_ms / MINUTE_MS + trips * 2 * travel_minutes
        cost: Floats = minutes / 60 * hour + trips * trip_cost
        return cost

    every, submit, collect = visits[:2], visits[4:6], visits[6:8]
    return CitizenCosts(
        in_all=outing(*every) + out.fees + out.direct,
        submit=outing(*submit),
        again=outing(*(every - submit - collect)),
        collect=outing(*collect),
        fees=out.fees,
        other=out.direct,
    )


def there_and_back_ms(layout: Blueprint) -> Ints:
    """Return by demand how long the way to the office and back takes."""
    ms: Ints = np.rint(2 * _rates(layout)[0] * MINUTE_MS).astype(np.int64)
    return ms


@once
def _rates(layout: Blueprint) -> tuple[Floats, Floats, Floats]:
    """Return by demand: minutes each way, money for the way there and back, value of an hour."""
    visitor = layout.office.visitor
    travel = [plan.demand.travel or visitor.travel for plan in layout.demands]
    values = [plan.demand.value_of_time for plan in layout.demands]
    hour = [visitor.value_of_time if value is None else value for value in values]
    return (
        np.array([t.minutes_each_way for t in travel]),
        np.array([t.cost_round_trip for t in travel]),
        np.array(hour),
    )


def paid(
    layout: Blueprint,
    *,
    procedure: Ints,
    way: Ints,
    filing: Ints,
    position: Ints,
    lead: Ints,
    received: Bools,
    first_dossier: Ints,
) -> Paid:
    """Return the money paid for dossiers, of which those filed together share the postage.

    Parameters
    ----------
    procedure, way, filing, position, received
        By dossier: procedure, way of handing over, filing, place among the case's needs, and
        whether it was received.
    lead
        By filing, the position of its first dossier.
    first_dossier
        By case.
    """
    fee, other, post = _prices(layout)
    by_post = np.zeros(len(lead), dtype=np.bool_)
    by_post[filing[way == BY_POST]] = True
    posted = received & (position == lead[filing]) & by_post[filing]
    direct = other[procedure] * received + post[procedure] * posted
    return Paid(
        np.add.reduceat(fee[procedure] * received, first_dossier),
        np.add.reduceat(direct, first_dossier),
    )


@once
def _prices(layout: Blueprint) -> Floats:
    """Return by procedure: fee, other money, postage."""
    prices = [(p.fee, p.other_cost, p.post.cost) for p in layout.office.procedures]
    return np.array(prices, dtype=float).T.copy()


@dataclass(frozen=True)
class TeamHours:
    """Hours of each team in the measured days, in file order.

    Attributes
    ----------
    paid, worked_in_paid, overtime
        On all of them.
    paid_further
        Paid on days on which the office opens though the law does not count them.
    """

    paid: Floats
    worked_in_paid: Floats
    overtime: Floats
    paid_further: Floats

    def cost(self, layout: Blueprint) -> float:
        """Return what the teams cost in these hours, overtime at its rate."""
        wages, rates = _wages(layout)
        return float(((self.paid + self.overtime * rates) * wages).sum())

    def cost_further(self, layout: Blueprint) -> float:
        """Return what the teams are paid for days that the law does not count."""
        return float((self.paid_further * _wages(layout)[0]).sum())


@once
def _wages(layout: Blueprint) -> tuple[Floats, Floats]:
    """Return by team: wage of an hour, and how many times as much overtime costs."""
    teams = layout.office.teams
    return np.array([t.wage for t in teams]), np.array([t.overtime_rate for t in teams])


def team_hours(log: ServiceLog, layout: Blueprint, by_member: Ints) -> TeamHours:
    """Return paid, worked and overtime hours; whoever stays for visitors is at overtime.

    Parameters
    ----------
    by_member
        Milliseconds of each, by member.
    """
    hours = np.zeros((3, len(layout.teams)))
    for number, member in enumerate(log.members):
        hours[:, member.team] += by_member[:, number]
    whole, worked, overtime = hours / HOUR_MS
    return TeamHours(whole, worked, overtime, _paid_further(log, layout))


def _paid_further(log: ServiceLog, layout: Blueprint) -> Floats:
    hours = np.zeros(len(layout.teams))
    midnights = further_days(layout) * DAY_MS
    if len(midnights):
        for member in log.members:
            spent = member.paid.elapsed_many(midnights + DAY_MS)
            hours[member.team] += (spent - member.paid.elapsed_many(midnights)).sum() / HOUR_MS
    return hours


@once
def further_days(layout: Blueprint) -> Ints:
    """Return the measured days on which the office opens though the law does not count them."""
    window = layout.calendar.window
    return further_among(layout, range(window.measured_from, window.measured_until))


def further_among(layout: Blueprint, days: Iterable[int]) -> Ints:
    """Return those of some days."""
    calendar = layout.calendar
    places = ((day, calendar.index(day)) for day in days)
    found = [day for day, at in places if calendar.is_open[at] and not calendar.is_legal[at]]
    return np.array(found, dtype=np.int64)
