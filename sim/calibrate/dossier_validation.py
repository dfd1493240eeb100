"""An office file beside the dossiers of days: turnaround, late share and throughput."""

from __future__ import annotations

import datetime as dt
import math
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.base import text_in
from sim.blueprint import NONE as UNDUE
from sim.calendar import DayRules, RunDates
from sim.calibrate.dossier_censoring import Survival, kaplan_meier
from sim.calibrate.dossier_hours import EPOCH, Floats, Ints
from sim.calibrate.dossier_log import NONE, DossierLog, log_of
from sim.calibrate.names import slugs
from sim.calibrate.outcome import Chart, Curve, Distance, Group, Inside, Measured, Validation
from sim.clock import DAY_MS, HOUR_MS
from sim.errors import PlannerError
from sim.log import End, ServiceLog
from sim.office import ArrivalLog, Office, Procedure
from sim.records.records import DossierRecords

Bools = NDArray[np.bool_]
Begins = tuple[int, int]
"""Between which moments cases began, milliseconds since 1970."""

_LONG_AGO_MS: Final = -70 * 365 * DAY_MS
_LATE: Final = "late share"
_ARRIVALS: Final = "arrivals.csv"
_YEARS: Final = 3
_POINTS: Final = 101
_WEEK_MS: Final = 7 * DAY_MS
_DEFAULT_DAY: Final = (8 * HOUR_MS, 17 * HOUR_MS)


@dataclass(frozen=True, eq=False)
class Cases:
    """Cases observed or simulated; a row a case.

    Attributes
    ----------
    procedure
        Place of the recorded procedure.
    days
        Turnaround in days by the clock, or how long the case has lasted.
    seen
        Whether it has ended.
    late_by
        Days from due to end, or to the end of the records; NaN without a deadline.
    ended
        When it ended, milliseconds since 1970; NONE if not.
    """

    procedure: Ints
    days: Floats
    seen: Bools
    late_by: Floats
    ended: Ints

    def of(self, procedure: int) -> Cases:
        """Return the cases of one procedure."""
        own = self.procedure == procedure
        return Cases(*(getattr(self, name)[own] for name in self.__dataclass_fields__))


def validate_dossiers(
    office: Office,
    records: DossierRecords,
    *,
    replications: int = 100,
    seed: int = 1,
    held_out: bool = True,
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
        Whether the office was fitted to none of these cases.

    Raises
    ------
    PlannerError
        If there are no cases, or they need procedures that the office does not have.
    """
    log = log_of(records)
    if not len(log.names):
        raise PlannerError("There is no case to compare with: look at --from and --to.")
    choice = _Choice(office, log)
    observed = _observed(office, log)
    simulated = _simulated(office, log, choice, replications, seed)
    names = list(dict.fromkeys(log.procedures))
    groups = [_group("all", "All dossiers", log, observed, simulated)]
    ids = slugs([name or "dossier" for name in names])
    if len(names) > 1:
        groups += [
            _group(ids[name or "dossier"], name or "Without a procedure", log, observed.of(place),
                   [run.of(place) for run in simulated])
            for place, name in enumerate(names)
        ]  # fmt: skip
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


class _Choice:
    """Which demand of the office each recorded case is replayed by.

    A recorded procedure may be several of the office's, by limit: then each case is one of them
    by the shares that the office's demands have, since limits are often set anew later, knowing
    more than anybody knew when the case began.
    """

    def __init__(self, office: Office, log: DossierLog) -> None:
        self.names = list(dict.fromkeys(log.procedures))
        ids = slugs([name or "dossier" for name in self.names])
        self.demands = [self._of(office, ids[name or "dossier"], name) for name in self.names]

    def _of(self, office: Office, own_id: str, name: str) -> list[tuple[int, float]]:
        """Return the places of the demands for a recorded procedure with their shares."""
        found = [
            (place, demand.per_day or 0.0)
            for place, demand in enumerate(office.demands)
            if _stands_for(demand.id, own_id) or (len(self.names) == 1 and not name)
        ]
        if not found and len(self.names) == 1:
            found = [(place, demand.per_day or 0.0) for place, demand in enumerate(office.demands)]
        if not found:
            known = ", ".join(demand.id for demand in office.demands)
            raise PlannerError(
                f'The log has cases of the procedure "{name}", and the office file has no demand '
                f"named {own_id}. It has: {known}. Name them alike, or leave those cases out."
            )
        total = sum(share for _, share in found)
        return [(place, share / total if total else 1 / len(found)) for place, share in found]

    def recorded(self) -> Ints:
        """Return by demand of the office the place of the recorded procedure it stands for."""
        found = np.zeros(1 + max(place for own in self.demands for place, _ in own), dtype=np.int64)
        for name, demands in enumerate(self.demands):
            found[[place for place, _ in demands]] = name
        return found

    def drawn(self, log: DossierLog, seed: int, replication: int) -> Ints:
        """Return the demand of each case, drawn anew for each replication."""
        generator = np.random.default_rng((seed, replication))
        u = generator.random(len(log.names))
        found = np.zeros(len(log.names), dtype=np.int64)
        for name, demands in zip(self.names, self.demands, strict=True):
            own = np.array([text == name for text in log.procedures], dtype=bool)
            edges = np.cumsum([share for _, share in demands])
            places = np.array([place for place, _ in demands])
            at = np.minimum(np.searchsorted(edges, u[own], side="right"), len(places) - 1)
            found[own] = places[at]
        return found


def _stands_for(demand: str, own_id: str) -> bool:
    """Tell whether a demand is a procedure's, alone or with a limit after its name."""
    return demand == own_id or (
        demand.startswith(f"{own_id}_") and demand.removeprefix(f"{own_id}_").isdigit()
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


def _simulated(
    office: Office, log: DossierLog, choice: _Choice, replications: int, seed: int
) -> list[Cases]:
    """Run the office with the recorded arrivals, once for each replication."""
    from sim.replication import OfficeRuns

    first, last = log.date(int(log.begun.min())), log.date(int(log.begun.max()))
    # Long enough for nearly all to end, since going on day by day is slower.
    after, cap = (last + dt.timedelta(days=365 * years) for years in (1, _YEARS))
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder).resolve() / _ARRIVALS
        replayed = _replaying(office, path)
        runs = OfficeRuns(replayed, 1, 0, dates=RunDates(first, first, after, cap))
        for number in range(replications):
            _write_arrivals(path, office, log, choice.drawn(log, seed, number))
            # A time of its own, by which the file is read anew in every run.
            os.utime(path, (number, number))
            found.append(_cases(runs.run(seed, number), office, log, choice, first))
    return found


def _replaying(office: Office, path: Path) -> Office:
    """Return the office with arrivals from a file in place of its demands' own."""
    demands = tuple(
        own.model_copy(
            update={
                "log": ArrivalLog(file=str(path), time=("after", "by"), where={"demand": place}),
                "per_day": None,
                "appointments": None,
            }
        )
        for place, own in enumerate(office.demands)
    )
    return office.model_copy(update={"demands": demands, "backlog": ()})


def _write_arrivals(path: Path, office: Office, log: DossierLog, demand: Ints) -> None:
    """Write when each case begins; anywhere in open hours, where only the date is known.

    Every demand has a row long before the run, since a file without any of its rows is refused.
    """
    import polars as pl

    rules = DayRules(office.calendar)
    after, by = log.begun.copy(), log.begun.copy()
    for place in np.flatnonzero(log.begun_dated).tolist():
        sessions = rules.sessions(log.date(int(log.begun[place]))) or (_DEFAULT_DAY,)
        midnight = log.begun[place] // DAY_MS * DAY_MS
        after[place], by[place] = midnight + sessions[0][0], midnight + sessions[-1][1]
    every = np.arange(len(office.demands))
    frame = pl.DataFrame(
        {
            "demand": np.concatenate((every, demand)),
            "after": _stamped(every, after),
            "by": _stamped(every, by),
        }
    ).sort("after", maintain_order=True)
    frame.write_csv(path, datetime_format="%Y-%m-%d %H:%M:%S%.3f")


def _stamped(every: Ints, moments: Ints) -> NDArray[np.datetime64]:
    """Return moments as dates and times, a long past one for each demand before them."""
    whole = np.concatenate((np.full(len(every), _LONG_AGO_MS), moments))
    return np.datetime64("1970-01-01T00:00:00", "ms") + whole.astype("timedelta64[ms]")


def _cases(
    found: ServiceLog, office: Office, log: DossierLog, choice: _Choice, first: dt.date
) -> Cases:
    """Return the cases of a run as the records would have shown them at their end."""
    offset = (first - EPOCH).days * DAY_MS
    people = found.population
    arrival = people.case_arrival.astype(np.int64) + offset
    ended = np.where(found.case_end == End.DONE, found.case_closed.astype(np.int64) + offset, NONE)
    seen = (ended != NONE) & (ended <= log.horizon)
    until = np.where(seen, ended, log.horizon)
    if log.has_ends and bool(log.ended_dated[log.ended != NONE].all()):
        until = np.where(seen, until // DAY_MS * DAY_MS, until)
    since = arrival // DAY_MS * DAY_MS if bool(log.begun_dated.mean() > 0.5) else arrival
    first_dossier = people.case_first_dossier.astype(np.int64)
    due = found.due[first_dossier].astype(np.int64)
    by_hour = np.array([_by_hour(own) for own in office.procedures], dtype=bool)
    # As in the records: who ends on the date that a deadline names is in time.
    date_end = ((due - 1) // DAY_MS + 1) * DAY_MS
    due_at = np.where(by_hour[people.dossier_procedure[first_dossier]], due, date_end) + offset
    late_by = np.where(due == UNDUE, np.nan, (until - due_at) / DAY_MS)
    procedure = choice.recorded()[people.case_demand.astype(np.int64)]
    return Cases(procedure, (until - since) / DAY_MS, seen, late_by, np.where(seen, ended, NONE))


def _by_hour(procedure: Procedure) -> bool:
    """Tell whether a limit ends within a day."""
    return procedure.deadline is not None and procedure.deadline.limit().unit == "working hours"


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
    _Measure("median turnaround", "days", lambda c, _: _turnaround(c).quantile(0.5)),
    _Measure("mean turnaround", "days", lambda c, _: _turnaround(c).mean()),
    _Measure("90th percentile of turnaround", "days", lambda c, _: _turnaround(c).quantile(0.9)),
    _Measure(_LATE, "share of cases", _late),
    _Measure("throughput", "cases a week", _throughput),
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
        says = "too few cases have ended to tell"
        return Measured(name, unit, seen, nan, nan, nan, "cannot be told", says)
    mean, (low, high) = float(runs.mean()), np.quantile(runs, (0.025, 0.975)).tolist()
    inside = _inside(seen, low, high)
    says = _verdict(inside, seen, low, high)
    return Measured(name, unit, seen, mean, low, high, inside, says)


def _inside(seen: float, low: float, high: float) -> Inside:
    return "below" if seen < low else "above" if seen > high else "inside"


def _verdict(inside: Inside, seen: float, low: float, high: float) -> str:
    width = (high - low) / abs(seen) if seen else math.inf
    wide = ", but the interval is too wide to say much" if width > 1 else ""
    if inside == "inside":
        return f"as the simulation has it{wide}"
    far = (low - seen if inside == "below" else seen - high) / abs(seen) if seen else math.inf
    side = "less" if inside == "below" else "more"
    return f"{side} than the simulation has it, by {far:.0%} of the observed beyond its interval"


def _distances(observed: Cases, simulated: list[Cases]) -> tuple[Distance, ...]:
    from scipy.stats import wasserstein_distance

    own = _turnaround(observed).whole()
    far = [_far(own, _turnaround(run).whole()) for run in simulated]
    low, high = np.quantile(far, (0.025, 0.975)).tolist()
    mean = float(np.mean([_turnaround(run).mean() for run in simulated]))
    point = float(wasserstein_distance(own[0], [mean], own[1]))
    return (
        Distance("simulation", float(np.mean(far)), low, high, "days"),
        Distance("the simulation's mean as a point", point, None, None, "days"),
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
        Curve("observed", _points(x), tuple(1 - own.above(float(at)) for at in x)),
        Curve("simulated", _points(x), _points(reached.mean(axis=0)), _points(low), _points(high)),
    )
    note = "Share of cases ended within so many days; the band holds 95% of the runs."
    return Chart(f"turnaround-{id_}", "steps", f"Turnaround: {title}", note,
                 "days from beginning to end", "share of cases", curves)  # fmt: skip


def _points(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _says(observed: Cases, measures: tuple[Measured, ...]) -> tuple[str, ...]:
    compared = [m for m in measures if m.inside != "cannot be told"]
    missed = [m.name for m in compared if m.inside != "inside"]
    if not compared:
        verdict = "Too few cases have ended to tell."
    elif not missed:
        verdict = f"The simulation predicts all {len(compared)} measures."
    else:
        verdict = f"The simulation misses {', '.join(missed)}, of {len(compared)} measures."
    found = [verdict]
    if unended := int((~observed.seen).sum()):
        found.append(
            f"{unended} of {len(observed.seen)} cases have not ended in the records. They count as "
            "lasting longer than that, observed and simulated alike (Kaplan-Meier)."
        )
    return tuple(found)


def _warnings(log: DossierLog, choice: _Choice) -> tuple[str, ...]:
    found = [
        "The intervals hold the chance of as many cases, not how unsure the fitted numbers are; "
        "and the office is empty when the first of these cases begins."
    ]
    if log.begun_dated.mean() > 0.5:
        found.append(
            "Of beginnings only the date is recorded: turnaround counts from its midnight, "
            "observed and simulated alike."
        )
    if any(len(demands) > 1 for demands in choice.demands):
        found.append(
            "Which limit a case has is drawn by the office's shares, not taken from the records, "
            "where it may have been set anew after the case began."
        )
    if not log.has_ends:
        found.append("No end is recorded of any case: its last step is taken for its end.")
    return tuple(found)
