"""An office file beside the dossiers of days: turnaround, late share and throughput."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.base import text_in
from sim.calendar import DayRules
from sim.calibrate.dossier_censoring import Survival, kaplan_meier
from sim.calibrate.dossier_hours import Floats, Ints
from sim.calibrate.dossier_log import NONE, DossierLog, log_of
from sim.calibrate.dossier_replay import Cases, Choice, simulated
from sim.calibrate.names import slugs
from sim.calibrate.outcome import Chart, Curve, Distance, Group, Inside, Measured, Validation
from sim.clock import DAY_MS
from sim.errors import PlannerError
from sim.office import Office
from sim.records.records import DossierRecords
from sim.said import listed, phrase

Bools = NDArray[np.bool_]
Begins = tuple[int, int]
"""Between which moments cases began, milliseconds since 1970."""

_TOO_WIDE: Final = 1.0
_LATE: Final = phrase("late share")
_POINTS: Final = 101
_WEEK_MS: Final = 7 * DAY_MS


def validate_dossiers(
    office: Office,
    records: DossierRecords,
    *,
    replications: int = 100,
    seed: int = 1,
    held_out: bool | None = True,
) -> Validation:
    """Hold an office against the dossiers of days: cases begin as recorded, the rest is simulated.

    Parameters
    ----------
    office
        The office, as fitted or as written by hand.
    records
        Cases begun on the days to compare, with all that is recorded of them.
    replications
        Runs that the intervals are made of.
    seed
        Of the runs.
    held_out
        Whether the office was fitted to none of these cases; None where that is not known.

    Raises
    ------
    PlannerError
        If there are no cases, or they need procedures that the office does not have.
    """
    log = log_of(records)
    if not len(log.names):
        raise PlannerError(phrase("There is no case to compare with: look at --from and --to."))
    choice = Choice(office, log)
    observed = _observed(office, log)
    runs = simulated(office, log, choice, replications, seed)
    names = list(dict.fromkeys(log.procedures))
    groups = [_group("all", phrase("All dossiers"), log, observed, runs)]
    ids = slugs([name or "dossier" for name in names])
    if len(names) > 1:
        groups += [
            _group(
                ids[name or "dossier"],
                name or phrase("Without a procedure"),
                log,
                observed.of(place),
                [run.of(place) for run in runs],
            )
            for place, name in enumerate(names)
        ]
    dates = sorted({log.date(moment) for moment in log.begun.tolist()})
    return Validation(
        office=text_in(office.title, "en"),
        dates=tuple(dates),
        held_out=held_out,
        replayed=True,
        replications=replications,
        groups=tuple(groups),
        warnings=_warnings(log, choice),
    )


def _observed(office: Office, log: DossierLog) -> Cases:
    finished = log.finished()
    seen = finished != NONE
    until = np.where(seen, finished, log.horizon)
    if log.has_ends:
        until = np.where(seen & log.ended_dated, until // DAY_MS * DAY_MS, until)
    names = {name: place for place, name in enumerate(dict.fromkeys(log.procedures))}
    due = _due(office, log)
    late_by = np.where(due == NONE, np.nan, (until - due) / DAY_MS)
    return Cases(
        np.array([names[name] for name in log.procedures], dtype=np.int64),
        (until - _from(log)) / DAY_MS,
        seen,
        late_by,
        np.where(seen, finished, NONE),
    )


def _from(log: DossierLog) -> Ints:
    """Return from when turnaround counts: midnight of the date, where only that is known."""
    return np.where(log.begun_dated, log.begun // DAY_MS * DAY_MS, log.begun)


def _due(office: Office, log: DossierLog) -> Ints:
    """Return when cases are due: the end of the date, unless the time is one of open hours."""
    rules, known = DayRules(office.calendar), log.deadline != NONE
    due = np.full(len(log.deadline), NONE)
    for place in np.flatnonzero(known).tolist():
        moment = int(log.deadline[place])
        midnight = moment // DAY_MS * DAY_MS
        sessions = rules.sessions(log.date(moment))
        inside = any(begin < moment - midnight <= end for begin, end in sessions)
        timed = inside and not log.deadline_dated[place]
        due[place] = moment if timed else midnight + DAY_MS
    return due


@dataclass(frozen=True)
class _Measure:
    name: str
    unit: str
    value: Callable[[Cases, Begins], float]


def _turnaround(cases: Cases) -> Survival:
    return kaplan_meier(cases.days, cases.seen)


def _late(cases: Cases, _: Begins) -> float:
    told = ~np.isnan(cases.late_by)
    if not told.any():
        return math.nan
    return kaplan_meier(cases.late_by[told], cases.seen[told]).above(0.0)


def _throughput(cases: Cases, begins: Begins) -> float:
    """Return cases ended a week while cases still began."""
    weeks = max((begins[1] - begins[0]) / _WEEK_MS, 1 / 7)
    return float((cases.seen & (cases.ended < begins[1])).sum()) / weeks


_MEASURES: Final = (
    _Measure(
        phrase("median turnaround"), phrase("days"), lambda c, _: _turnaround(c).quantile(0.5)
    ),
    _Measure(
        phrase("90th percentile of turnaround"),
        phrase("days"),
        lambda c, _: _turnaround(c).quantile(0.9),
    ),
    _Measure(_LATE, phrase("share of cases"), _late),
    _Measure(phrase("mean turnaround"), phrase("days"), lambda c, _: _turnaround(c).mean()),
    _Measure(phrase("throughput"), phrase("cases a week"), _throughput),
)


def _group(id_: str, title: str, log: DossierLog, observed: Cases, simulated: list[Cases]) -> Group:
    begins = int(log.begun.min()), (int(log.begun.max()) // DAY_MS + 1) * DAY_MS
    measures = tuple(_measured(measure, observed, simulated, begins) for measure in _MEASURES)
    undue = bool(np.isnan(observed.late_by).all())
    told = tuple(m for m in measures if not (undue and m.name == _LATE))
    days = len(set((_from(log) // DAY_MS).tolist()))
    return Group(
        id_, title, len(observed.days), days, told, _distances(observed, simulated),
        (_overlay(id_, title, observed, simulated),), _says(observed, told),
    )  # fmt: skip


def _measured(
    measure: _Measure, observed: Cases, simulated: list[Cases], begins: Begins
) -> Measured:
    seen = measure.value(observed, begins)
    runs = np.array([measure.value(run, begins) for run in simulated])
    name, unit, nan = measure.name, measure.unit, math.nan
    if math.isnan(seen) or np.isnan(runs).any():
        says = phrase("too few cases have ended to tell")
        return Measured(name, unit, seen, nan, nan, nan, "cannot be told", says)
    mean, (low, high) = float(runs.mean()), np.quantile(runs, (0.025, 0.975)).tolist()
    inside = _inside(seen, low, high)
    wide = inside == "inside" and high - low > _TOO_WIDE * abs(seen)
    says = _verdict(seen, low, high, wide)
    return Measured(name, unit, seen, mean, low, high, inside, says, wide)


def _inside(seen: float, low: float, high: float) -> Inside:
    return "below" if seen < low else "above" if seen > high else "inside"


def _verdict(seen: float, low: float, high: float, wide: bool) -> str:
    inside = _inside(seen, low, high)
    if inside == "inside":
        return (
            phrase("as the simulation has it, but the interval is too wide to say much")
            if wide
            else phrase("as the simulation has it")
        )
    far = (low - seen if inside == "below" else seen - high) / abs(seen) if seen else math.inf
    if inside == "below":
        return phrase(
            "less than the simulation has it, by {far:.0%} of the observed beyond its interval",
            far=far,
        )
    return phrase(
        "more than the simulation has it, by {far:.0%} of the observed beyond its interval", far=far
    )


def _distances(observed: Cases, simulated: list[Cases]) -> tuple[Distance, ...]:
    from scipy.stats import wasserstein_distance

    own = _turnaround(observed).whole()
    far = [_far(own, _turnaround(run).whole()) for run in simulated]
    low, high = np.quantile(far, (0.025, 0.975)).tolist()
    mean = float(np.mean([_turnaround(run).mean() for run in simulated]))
    point = float(wasserstein_distance(own[0], [mean], own[1]))
    return (
        Distance(phrase("simulation"), float(np.mean(far)), low, high, phrase("days")),
        Distance(phrase("the simulation's mean as a point"), point, None, None, phrase("days")),
    )


def _far(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> float:
    from scipy.stats import wasserstein_distance

    return float(wasserstein_distance(one[0], other[0], one[1], other[1]))


def _overlay(id_: str, title: str, observed: Cases, simulated: list[Cases]) -> Chart:
    """Return distribution functions, observed and simulated with the band of the runs."""
    own, runs = _turnaround(observed), [_turnaround(run) for run in simulated]
    most = max(own.largest, *(run.largest for run in runs[:10]))
    x = np.linspace(0.0, most, _POINTS)
    reached = np.array([[1 - run.above(float(at)) for at in x] for run in runs])
    low, high = np.quantile(reached, (0.025, 0.975), axis=0)
    curves = (
        Curve(phrase("observed"), _points(x), tuple(1 - own.above(float(at)) for at in x)),
        Curve(
            phrase("simulated"),
            _points(x),
            _points(reached.mean(axis=0)),
            _points(low),
            _points(high),
        ),
    )
    note = phrase("Share of cases ended within so many days; the band holds 95% of the runs.")
    return Chart(
        f"turnaround-{id_}",
        "steps",
        phrase("Turnaround: {procedure}", procedure=title),
        note,
        phrase("days from beginning to end"),
        phrase("share of cases"),
        curves,
    )


def _points(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _says(observed: Cases, measures: tuple[Measured, ...]) -> tuple[str, ...]:
    compared = [m for m in measures if m.inside != "cannot be told"]
    missed = [m.name for m in compared if m.inside != "inside"]
    if not compared:
        verdict = phrase("Too few cases have ended to tell.")
    elif not missed:
        wide = [m.name for m in compared if m.wide]
        verdict = phrase("The simulation predicts all {n} measures.", n=len(compared))
        if wide:
            but = phrase(
                "Of {measures} the interval is too wide to say much.", measures=listed(wide)
            )
            verdict = listed((verdict, but), " ")
    else:
        verdict = phrase(
            "The simulation misses {measures}, of {n} measures.",
            measures=listed(missed),
            n=len(compared),
        )
    found = [verdict]
    if unended := int((~observed.seen).sum()):
        told = phrase(
            "{unended} of {cases} cases have not ended in the records. They count as lasting "
            "longer than that, observed and simulated alike (Kaplan-Meier).",
            unended=unended,
            cases=len(observed.seen),
        )
        found.append(told)
    return tuple(found)


def _warnings(log: DossierLog, choice: Choice) -> tuple[str, ...]:
    found = [
        phrase(
            "The intervals hold the chance of as many cases, not how unsure the fitted numbers "
            "are; and the office is empty when the first of these cases begins."
        )
    ]
    if log.begun_dated.mean() > 0.5:
        dated = phrase(
            "Of beginnings only the date is recorded: turnaround counts from its midnight, "
            "observed and simulated alike."
        )
        found.append(dated)
    if any(len(demands) > 1 for demands in choice.demands):
        drawn = phrase(
            "Which limit a case has is drawn by the office's shares, not taken from the records, "
            "where it may have been set anew after the case began."
        )
        found.append(drawn)
    if not log.has_ends:
        found.append(phrase("No end is recorded of any case: its last step is taken for its end."))
    return tuple(found)
