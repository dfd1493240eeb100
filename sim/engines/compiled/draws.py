"""Draws in compiled code: of each step when it is needed, and of what is done again.

Under the same names, days, numbers and tries as the columns that the reference engine reads, so
that both engines meet the same quantities to the last bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import carray

from sim.blueprint import NONE
from sim.clock import DAY_MS, MINUTE_MS
from sim.compiled import inlined
from sim.draws import hashed, one_as_ms, one_whole
from sim.engines.compiled.heaps import State
from sim.engines.compiled.memory import (
    DAY,
    DEMAND,
    DISTRIBUTION,
    DOSSIER,
    FILING,
    NEED,
    PROFILE,
    ROUTE,
    STEP,
    pointer_at,
    record_at,
    value_at,
)
from sim.engines.compiled.rules import day_index
from sim.inverse import interpolated, inverse

# --- uniforms and quantities ---


@inlined
def uniform(s: State, key: int, filing: Any, tries: int) -> float:
    """Return a filing's uniform of a quantity and try."""
    first = value_at(s.keys, 2 * key, np.uint64)
    second = value_at(s.keys, 2 * key + 1, np.uint64)
    return hashed(first, second, filing.day, filing.number, tries)


@inlined
def day_uniform(s: State, key: int, day: int) -> float:
    """Return the uniform of a quantity that all cases of a day have in common."""
    first = value_at(s.keys, 2 * key, np.uint64)
    second = value_at(s.keys, 2 * key + 1, np.uint64)
    return hashed(first, second, day, 0, 0)


@inlined
def quantity(s: State, distribution: int, u: float) -> float:
    """Return the quantity of a uniform."""
    made = record_at(s.distributions, distribution, DISTRIBUTION)
    parameters = carray(pointer_at(s.floats, made.first, np.float64), (4,))
    table = carray(pointer_at(s.floats, made.first + 4, np.float64), (made.size,))
    return inverse(made.form, parameters, table, u)


@inlined
def patience_ms(s: State, filing: Any) -> int:
    """Return the milliseconds that a visitor waits in a line at this visit; NONE for any."""
    demand = record_at(s.demands, filing.demand, DEMAND)
    if demand.patience == NONE:
        return NONE
    u = uniform(s, demand.patience_key, filing, filing.visit)
    return max(int(np.rint(quantity(s, demand.patience, u) * MINUTE_MS)), 0)


@inlined
def gap_days(s: State, filing: Any, tries: int) -> int:
    """Return the open days between a result and the next filing of its case."""
    demand = record_at(s.demands, filing.demand, DEMAND)
    u = uniform(s, demand.gap_key, filing, tries)
    return one_whole(quantity(s, demand.gap, u), 1)


# --- steps ---


@inlined
def tries_of(s: State, dossier: Any, place: int) -> int:
    """Return how often a step of a dossier has sent it back."""
    if not dossier.tried or place < 0:
        return 0
    return value_at(s.tries, dossier.slot * s.most_steps + place, np.int32)


@inlined
def _own_work_ms(s: State, dossier: Any, filing: Any, place: int) -> int:
    """Return the milliseconds of a dossier's own work at a step, at its present try."""
    if place < 0:
        return 0
    step = record_at(s.step_plans, dossier.first_step + place, STEP)
    if step.minutes == NONE:
        return 0
    u = uniform(s, step.minutes_key, filing, tries_of(s, dossier, place))
    minutes = quantity(s, step.minutes, u)
    if step.pace != NONE:
        minutes *= quantity(s, step.pace, day_uniform(s, step.pace_key, filing.day))
    return one_as_ms(minutes, MINUTE_MS)


@inlined
def work_ms(s: State, dossier: Any, filing: Any, place: int) -> int:
    """Return the milliseconds of work of a step, less what bundling saves."""
    own = _own_work_ms(s, dossier, filing, place)
    if filing.dossiers == 1:
        return own
    demand = record_at(s.demands, filing.demand, DEMAND)
    intake = record_at(s.routes, dossier.route, ROUTE).intake
    handed_in = filing.received != NONE and not filing.online
    if dossier.slot == filing.lead and place == intake and not handed_in:
        return own + _other_intakes_ms(s, dossier, filing, 1 - demand.saves_intake)
    visitor = record_at(s.step_plans, dossier.first_step + place, STEP).visitor
    if visitor or dossier.slot == filing.first_dossier:
        return own
    return int(np.rint(own * (1 - demand.saves_desk_work)))


@inlined
def _other_intakes_ms(s: State, lead: Any, filing: Any, share: float) -> int:
    """Return what the intakes of the others filed with a dossier still take."""
    total = 0
    for slot in range(filing.first_dossier, filing.first_dossier + filing.dossiers):
        if slot != lead.slot:
            other = record_at(s.dossiers, slot, DOSSIER)
            intake = record_at(s.routes, other.route, ROUTE).intake
            total += int(np.rint(_own_work_ms(s, other, filing, intake) * share))
    return total


@inlined
def concerns(s: State, dossier: Any, place: int) -> bool:
    """Tell whether a step concerns a dossier."""
    step = record_at(s.step_plans, dossier.first_step + place, STEP)
    filing = record_at(s.filings, dossier.filing, FILING)
    return _happens(s, step.share, step.share_key, filing)


@inlined
def _happens(s: State, share: float, key: int, filing: Any) -> bool:
    """Tell whether something happens that does in a share of cases."""
    if share == 1.0:
        return True
    return share > 0.0 and uniform(s, key, filing, 0) < share


@inlined
def lapse_ms(s: State, dossier: Any, place: int) -> int:
    """Return the legal open time that elapses at a step, or that it rests first."""
    step = record_at(s.step_plans, dossier.first_step + place, STEP)
    if step.lapse == NONE:
        return step.lapse_ms
    u = uniform(s, step.lapse_key, record_at(s.filings, dossier.filing, FILING), 0)
    return one_as_ms(quantity(s, step.lapse, u), s.ordinary_day_ms)


# --- sent back ---


@inlined
def is_sent_back(s: State, dossier: Any, filing: Any, place: int) -> bool:
    """Tell whether a step, done at its present try, sends the dossier back.

    The first time, an intake of several dossiers does if it would send any of them back.
    """
    step = record_at(s.step_plans, dossier.first_step + place, STEP)
    tries = tries_of(s, dossier, place)
    if tries:
        return uniform(s, step.sends_back_key, filing, tries) < step.again
    if _happens(s, step.sends_back, step.sends_back_key, filing):
        return True
    if not takes_in_all(s, dossier, filing, place):
        return False
    for slot in range(filing.first_dossier, filing.first_dossier + filing.dossiers):
        if slot != dossier.slot and _intake_sends_back(s, record_at(s.dossiers, slot, DOSSIER)):
            return True
    return False


@inlined
def takes_in_all(s: State, dossier: Any, filing: Any, place: int) -> bool:
    """Tell whether a step is the one intake of everything filed together, online or not."""
    return dossier.slot == filing.lead and place == record_at(s.routes, dossier.route, ROUTE).intake


@inlined
def _intake_sends_back(s: State, dossier: Any) -> bool:
    """Tell whether a dossier's own papers are incomplete when it is first taken in."""
    place = record_at(s.routes, dossier.route, ROUTE).intake
    if place == NONE:
        return False
    step = record_at(s.step_plans, dossier.first_step + place, STEP)
    filing = record_at(s.filings, dossier.filing, FILING)
    return _happens(s, step.sends_back, step.sends_back_key, filing)


@inlined
def back_days(s: State, dossier: Any, filing: Any, place: int) -> int:
    """Return the days open until the papers come in: the first time, the last ones of all."""
    tries = tries_of(s, dossier, place)
    days = _own_back_days(s, dossier, filing, place, tries)
    if tries or filing.dossiers == 1 or not takes_in_all(s, dossier, filing, place):
        return days
    sent = _intake_sends_back(s, dossier)
    for slot in range(filing.first_dossier, filing.first_dossier + filing.dossiers):
        other = record_at(s.dossiers, slot, DOSSIER)
        if slot != dossier.slot and _intake_sends_back(s, other):
            intake = record_at(s.routes, other.route, ROUTE).intake
            theirs = _own_back_days(s, other, filing, intake, 0)
            days = max(days, theirs) if sent else theirs
            sent = True
    return days


@inlined
def _own_back_days(s: State, dossier: Any, filing: Any, place: int, tries: int) -> int:
    step = record_at(s.step_plans, dossier.first_step + place, STEP)
    if step.back_days == NONE:
        return 0
    u = uniform(s, step.back_days_key, filing, tries)
    return one_whole(quantity(s, step.back_days, u), 0)


# --- hours of coming again ---


@inlined
def again_uniform(s: State, filing: Any) -> float:
    """Return the uniform of a filing's next plan to come again."""
    filing.plans += 1
    need = _need_of(s, filing)
    return uniform(s, record_at(s.needs, need, NEED).again_key, filing, filing.plans)


@inlined
def slip_uniform(s: State, filing: Any) -> float:
    """Return the uniform of the moment at which a slip is used."""
    u = uniform(s, record_at(s.needs, _need_of(s, filing), NEED).slip_key, filing, filing.plans)
    filing.plans += 1
    return u


@inlined
def _need_of(s: State, filing: Any) -> int:
    return record_at(s.demands, filing.demand, DEMAND).first_need + filing.position


@inlined
def hour_drawn(s: State, filing: Any, day: int) -> int:
    """Return the moment of a day, drawn from the demand's profile, of the next visit."""
    u = again_uniform(s, filing)
    return day * DAY_MS + moment_at(s, filing.demand, day, u)


@inlined
def _profile_of(s: State, demand: int, day: int) -> int:
    kind = record_at(s.days, day_index(s, day), DAY).kind
    return value_at(s.profile_kinds, demand * s.kinds + kind, np.int64)


@inlined
def moment_at(s: State, demand: int, day: int, u: float) -> int:
    """Return the moment of a day, after its midnight, before which a share of people come."""
    found = record_at(s.profiles, _profile_of(s, demand, day), PROFILE)
    shares = carray(pointer_at(s.shares, found.first, np.float64), (found.size,))
    times = carray(pointer_at(s.times, found.first, np.float64), (found.size,))
    return int(interpolated(u, shares, times))


@inlined
def share_before(s: State, demand: int, day: int, time_ms: int) -> float:
    """Return the share of people who come before a moment of a day."""
    found = record_at(s.profiles, _profile_of(s, demand, day), PROFILE)
    shares = carray(pointer_at(s.shares, found.first, np.float64), (found.size,))
    times = carray(pointer_at(s.times, found.first, np.float64), (found.size,))
    return interpolated(float(time_ms), times, shares)
