"""Money: what cases cost citizens and what the office costs, from the service log.

Citizens by the Standard Cost Model (Circular 02/2017/TT-VPCP): time at its value, travel, fees and
other direct costs. The office by its paid hours, and overtime at its rate.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.blueprint import BY_POST, NONE, Blueprint
from sim.calendar import Ints, Spans, merged
from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.draws import Floats
from sim.log import ServiceLog


@dataclass(frozen=True)
class CitizenCosts:
    """Money by case, in the office's currency."""

    in_all: Floats
    fees: Floats


def citizen_costs(log: ServiceLog, layout: Blueprint, visit_ms: Ints, trips: Ints) -> CitizenCosts:
    """Return what each case costs its citizen.

    Parameters
    ----------
    visit_ms
        Milliseconds on the premises, by case.
    trips
        Visits, by case.
    """
    demand = log.population.case_demand
    travel_minutes, trip_cost, hour = _rates(layout)
    minutes = visit_ms / MINUTE_MS + trips * 2 * travel_minutes[demand]
    fees, direct = _paid(log, layout)
    time_and_travel = minutes / 60 * hour[demand] + trips * trip_cost[demand]
    return CitizenCosts(time_and_travel + fees + direct, fees)


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


def _paid(log: ServiceLog, layout: Blueprint) -> tuple[Floats, Floats]:
    """Return fees, and postage and other money, by case, of dossiers received."""
    people, procedures = log.population, layout.office.procedures
    case = people.filing_case[people.dossier_filing]
    received = log.received != NONE
    fees = np.zeros(len(log.case_end))
    direct = np.zeros(len(log.case_end))
    kind = people.dossier_procedure
    np.add.at(fees, case, np.array([p.fee for p in procedures])[kind] * received)
    np.add.at(direct, case, np.array([p.other_cost for p in procedures])[kind] * received)
    way = np.zeros(len(people.filing_case), dtype=np.int64)
    np.maximum.at(way, people.dossier_filing, people.dossier_way)
    lead = people.dossier_position == people.filing_position[people.dossier_filing]
    posted = lead & (way[people.dossier_filing] == BY_POST) & received
    np.add.at(direct, case, np.array([p.post.cost for p in procedures])[kind] * posted)
    return fees, direct


@dataclass(frozen=True)
class TeamHours:
    """Hours of each team in the measured days, in file order."""

    paid: Floats
    worked_in_paid: Floats
    overtime: Floats

    def cost(self, layout: Blueprint) -> float:
        """Return what the teams cost in these hours, overtime at its rate."""
        teams = layout.office.teams
        wages = np.array([team.wage for team in teams])
        rates = np.array([team.overtime_rate for team in teams])
        return float(((self.paid + self.overtime * rates) * wages).sum())


def team_hours(log: ServiceLog, layout: Blueprint) -> TeamHours:
    """Return paid, worked and overtime hours; whoever stays for visitors is at overtime."""
    window = layout.calendar.window
    begin, end = window.measured_from * DAY_MS, window.measured_until * DAY_MS
    hours = np.zeros((3, len(layout.teams)))
    steps = log.steps
    worked = np.flatnonzero((steps.member != NONE) & (steps.started < end) & (steps.ended > begin))
    for i, member in enumerate(log.members):
        rows = worked[steps.member[worked] == i]
        begun = np.maximum(steps.started[rows], begin)
        ended = np.minimum(steps.ended[rows], end)
        inside = member.paid.elapsed_many(ended) - member.paid.elapsed_many(begun)
        stays = log.stays.rows[log.stays.member == i]
        over = inside < ended - begun
        pairs = list(zip(begun[over].tolist(), ended[over].tolist(), strict=True))
        pairs += [
            (max(s, begin), min(u, end)) for _, s, u in stays.tolist() if u > begin and s < end
        ]
        hours[:, member.team] += (
            member.paid.elapsed(end) - member.paid.elapsed(begin),
            int(inside.sum()),
            _outside(merged(pairs), member.paid),
        )
    return TeamHours(*(hours / HOUR_MS))


def _outside(spans: Spans, paid: Spans) -> int:
    """Return the milliseconds of spans that lie outside paid hours."""
    return sum(
        end - start - (paid.elapsed(end) - paid.elapsed(start))
        for start, end in zip(spans.starts, spans.ends, strict=True)
    )
