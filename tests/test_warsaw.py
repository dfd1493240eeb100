"""Real arrivals and open counters, replayed as the README of the scenarios shows."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim import compare, load_study
from sim.case_table import measured
from sim.check import check_file
from sim.clock import DAY_MS, MINUTE_MS
from sim.log import ServiceLog
from sim.replication import OfficeRuns
from sim.study import Study

ROOT = Path(__file__).parents[1]
RECORDS = ROOT.parent / "shared" / "data" / "warsaw_bemowo"
IN_README = "../../shared/data/warsaw_bemowo/"
START = dt.date(2019, 12, 30)
CLEAN = [dt.date(2019, 12, 30), dt.date(2019, 12, 31)] + [
    dt.date(2020, 1, day) for day in (2, 3, 7, 8, 10)
]

pytestmark = pytest.mark.skipif(
    not RECORDS.is_dir(), reason="the real records in ../shared/data/warsaw_bemowo are not here"
)


def blocks() -> list[str]:
    text = (ROOT / "scenarios" / "README.md").read_text("utf-8")
    return re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the README's office and study as it says, with the place of the records put in."""
    folder = tmp_path_factory.mktemp("bemowo")
    office, study = blocks()
    assert office.count(IN_README) == 2
    written = office.replace(IN_README, f"{RECORDS.as_posix()}/")
    (folder / "bemowo.toml").write_text(written, encoding="utf-8")
    (folder / "bemowo_study.toml").write_text(study, encoding="utf-8")
    return folder / "bemowo_study.toml"


@pytest.fixture(scope="module")
def study(path: Path) -> Study:
    return load_study(path)


@pytest.fixture(scope="module")
def log(study: Study) -> ServiceLog:
    return OfficeRuns(study.office, study.days, study.warmup).run(study.seed, 0)


def minute(date: str, clock: str) -> int:
    """Return a time of the records in minutes after the first midnight of the run."""
    day = (dt.date.fromisoformat(date) - START).days
    return day * 24 * 60 + int(clock[:2]) * 60 + int(clock[3:])


def rows(name: str) -> Iterator[dict[str, str]]:
    with (RECORDS / name).open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["queue_id"] == "569")


def test_the_study_of_the_readme_has_neither_faults_nor_warnings(path: Path) -> None:
    assert [str(warned) for warned in check_file(path).warnings] == []


def test_every_ticket_of_the_clean_days_arrives_when_it_was_taken(log: ServiceLog) -> None:
    taken = sorted(
        (minute(row["date"], row["arrived_after"]), minute(row["date"], row["arrived_by"]))
        for row in rows("tickets.csv")
        if row["clean"] == "True"
    )
    arrived = log.population.case_arrival
    assert len(arrived) == len(taken) == 1093
    by_day = {START + dt.timedelta(days=int(day)) for day in arrived // DAY_MS}
    assert sorted(by_day) == CLEAN
    # Each arrival lies in its own ticket's interval, so the k-th lies between the k-th ends.
    first, last = sorted(a for a, _ in taken), sorted(b for _, b in taken)
    for at, after, by in zip(sorted(arrived.tolist()), first, last, strict=True):
        assert after * MINUTE_MS <= at <= by * MINUTE_MS


def test_as_many_counters_are_open_as_were(log: ServiceLog) -> None:
    compared = 0
    for row in rows("counters.csv"):
        date = dt.date.fromisoformat(row["date"])
        closes = "18:00" if date.weekday() == 0 else "16:00"
        if date not in CLEAN or not "08:00" <= row["time"] < closes:
            continue
        at = minute(row["date"], row["time"]) * MINUTE_MS
        present = sum(member.present.holds(at) for member in log.members)
        assert present == int(row["open_counters"]), row
        compared += 1
    assert compared > 600


def test_nobody_is_turned_away_and_all_are_served_on_their_day(
    study: Study, log: ServiceLog
) -> None:
    layout = OfficeRuns(study.office, study.days, study.warmup).layout
    cases = measured(log, layout).cases
    assert len(cases.trips) == 1093
    assert cases.turned_away.sum() == 0
    assert (cases.trips == 1).all()
    assert cases.same_day.all()


def test_a_tenth_less_time_at_the_counter_shortens_the_wait(study: Study) -> None:
    found = compare(study.changed(replications=5))
    assert found.scenarios["baseline"].measures["cases"].mean == 1093
    fewer = found.differences["prepared"]["wait_minutes"]
    assert fewer.high < -1
