"""Make the records that docs/calibration.md teaches on, by running offices whose truth is known.

``python -m benchmarks.make_records`` writes ``tickets.csv``, ``counters.csv`` and ``dossiers.csv``
into ``docs/data``; the offices lie beside them. The same files come out wherever it is run. Records
of real offices have flaws, so these have some: see :func:`with_flaws` and :data:`UNSAMPLED`.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sim.clock import DAY_MS, MINUTE_MS
from sim.log import ServiceLog, Spell
from sim.office_file import read_office
from sim.replication import OfficeRuns
from tests.dossier_logs import first_cases, run_of

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "data"
SEED = 2026
TICKET_DAYS = 10
SAMPLED_MINUTES = 5
COUNTERS_MINUTES = 15
DOSSIERS = 105
DOSSIER_DAYS = 45
UNSAMPLED = ("Land", dt.date(2026, 3, 5), 8 * 60 + 30, 10 * 60 + 30)
"""A queue whose open counters nobody noted for two hours."""

_FIRST, _LAST = 7 * 60 + 30, 17 * 60 + 1
Row = tuple[object, ...]
TICKET_HEADER = (
    "field", "date", "ticket", "arrived_after", "arrived_by", "called_after", "called_by",
)  # fmt: skip
COUNTER_HEADER = ("field", "date", "time", "open_counters")
DOSSIER_HEADER = (
    "case", "channel", "activity", "completed", "received", "deadline", "returned",
)  # fmt: skip


def main() -> None:
    """Write the records into a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER)
    folder = parser.parse_args().out
    for name, text in records().items():
        (folder / name).write_bytes(text.encode())


def records() -> dict[str, str]:
    """Return the content of each file."""
    runs = OfficeRuns(read_office(FOLDER / "counter.toml"), TICKET_DAYS, 0)
    log = runs.run(SEED, 0)
    tickets = with_flaws(list(_tickets(runs, log)))
    return {
        "tickets.csv": _text(TICKET_HEADER, tickets),
        "counters.csv": _text(COUNTER_HEADER, _counters(runs, log)),
        "dossiers.csv": _text(DOSSIER_HEADER, _dossiers()),
    }


def with_flaws(tickets: list[Row]) -> list[Row]:
    """Return tickets as machines note them: one twice, one without a time, one called too early."""
    twice, unknown, early = 40, 333, 777
    field, date, number, *times = tickets[unknown]
    tickets[unknown] = (field, date, number, "", "", *times[2:])
    field, date, number, *times = tickets[early]
    tickets[early] = (field, date, number, *times[:2], "07:00", "07:05")
    return [*tickets[: twice + 1], *tickets[twice:]]


def _tickets(runs: OfficeRuns, log: ServiceLog) -> Iterator[Row]:
    """Yield the tickets of a run, by day, field and arrival, with times known to five minutes."""
    served = log.steps.rows[(log.steps.kind == Spell.VISITOR_WORK) & (log.steps.started >= 0)]
    started = dict(zip(served["dossier"].tolist(), served["started"].tolist(), strict=True))
    people = log.population
    arrived, demand = people.case_arrival.tolist(), people.case_demand.tolist()
    dossier = people.case_first_dossier.tolist()
    until = runs.calendar.window.measured_until * DAY_MS
    cases = sorted(
        (at // DAY_MS, demand[case], at, started[dossier[case]])
        for case, at in enumerate(arrived)
        if at < until
    )
    before, number = (-1, -1), 0
    for day, place, at, called in cases:
        number = number + 1 if (day, place) == before else 1
        before = day, place
        title = runs.office.demands[place].title
        yield title, runs.calendar.date(day), number, *_sampled(at), *_sampled(called)


def _sampled(at: int) -> tuple[str, str]:
    """Return the samples between which a moment lies."""
    after = at % DAY_MS // (SAMPLED_MINUTES * MINUTE_MS) * SAMPLED_MINUTES
    return _clock(after), _clock(after + SAMPLED_MINUTES)


def _counters(runs: OfficeRuns, log: ServiceLog) -> Iterator[Row]:
    """Yield the open counters of each field every quarter of an hour; roles are named as teams."""
    office = runs.office
    teams = {team.id: place for place, team in enumerate(office.teams)}
    for day in range(int(runs.calendar.window.measured_until)):
        if runs.calendar.date(day).weekday() >= 5:
            continue
        for demand in office.demands:
            team = teams[office.procedure(demand.needs[0]).steps[0].role or ""]
            for minute in range(_FIRST, _LAST, COUNTERS_MINUTES):
                row = (demand.title, runs.calendar.date(day))
                if row != UNSAMPLED[:2] or not UNSAMPLED[2] < minute < UNSAMPLED[3]:
                    yield *row, _clock(minute), _open(log, team, day * DAY_MS + minute * MINUTE_MS)


def _open(log: ServiceLog, team: int, moment: int) -> int:
    """Return how many members of a team are there at a moment."""
    spans = [member.present for member in log.members if member.team == team]
    return sum(bool(np.any((each.begin <= moment) & (moment < each.end))) for each in spans)


def _dossiers() -> Iterator[Row]:
    """Yield what a dossier system notes that keeps completions only, to the minute."""
    found = run_of(read_office(FOLDER / "permits.toml"), DOSSIER_DAYS, seed=SEED)
    found = first_cases(found, DOSSIERS)
    rows = found.events.join(found.cases, on="case", maintain_order="left")
    for row in rows.iter_rows(named=True):
        number = f"P-{int(row['case'].removeprefix('case ')) + 1:03}"
        due = row["deadline"].date()
        times = (_minute(row["completed"]), _minute(row["begun"]), due, _minute(row["ended"]))
        yield number, row["channel"], row["activity"], *times


def _minute(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _text(header: Sequence[str], rows: Iterable[Row]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([header, *rows])
    return file.getvalue()


if __name__ == "__main__":
    main()
