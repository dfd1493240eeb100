"""An office run with the arrivals that a dossier log records, and what its records would be."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sim.blueprint import NONE as UNDUE
from sim.calendar import DayRules, RunDates
from sim.calibrate.dossier_hours import EPOCH, Floats, Ints
from sim.calibrate.dossier_log import NONE, DossierLog
from sim.calibrate.names import slugs
from sim.clock import DAY_MS, HOUR_MS
from sim.errors import PlannerError
from sim.log import End, ServiceLog
from sim.office import ArrivalLog, Office, Procedure
from sim.said import listed, phrase

Bools = NDArray[np.bool_]

_LONG_AGO_MS: Final = -70 * 365 * DAY_MS
_ARRIVALS: Final = "arrivals.csv"
_YEARS: Final = 3
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


class Choice:
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
            known = listed(demand.id for demand in office.demands)
            raise PlannerError(
                phrase(
                    'The log has cases of the procedure "{name}", and the office file has no '
                    "demand named {id}. It has: {known}. Name them alike, or leave those cases "
                    "out.",
                    name=name,
                    id=own_id,
                    known=known,
                )
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


def simulated(
    office: Office, log: DossierLog, choice: Choice, replications: int, seed: int
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
    found: ServiceLog, office: Office, log: DossierLog, choice: Choice, first: dt.date
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
