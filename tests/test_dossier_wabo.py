"""Receipt of permits, real records: fitted on three quarters of the cases, held against the last.

Not committed; what they are is said in the README beside them.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from sim.calibrate.dossier_validation import validate_dossiers
from sim.calibrate.dossiers import DossierFit, fit_dossiers
from sim.calibrate.outcome import Group
from sim.office_file import office_of
from sim.records.dossiers import read_dossiers
from sim.records.records import DossierRecords

RECORDS = Path(__file__).parents[2] / "shared" / "data" / "wabo_receipt" / "receipt.csv"

pytestmark = pytest.mark.skipif(
    not RECORDS.is_file(), reason="the real records in ../shared/data/wabo_receipt are not here"
)


def some(records: DossierRecords, cases: pl.DataFrame) -> DossierRecords:
    events = records.events.filter(pl.col("case").is_in(cases["case"].implode()))
    return DossierRecords(events, cases, records.quality)


@pytest.fixture(scope="module")
def records() -> DossierRecords:
    return read_dossiers([RECORDS])


@pytest.fixture(scope="module")
def fit(records: DossierRecords) -> DossierFit:
    return fit_dossiers(some(records, records.cases.head(len(records.cases) * 3 // 4)))


@pytest.fixture(scope="module")
def last_quarter(records: DossierRecords, fit: DossierFit) -> Group:
    cases = records.cases.tail(len(records.cases) - len(records.cases) * 3 // 4)
    office = office_of(fit.content, "receipt.toml")
    return validate_dossiers(office, some(records, cases), replications=60).groups[0]


def test_the_office_has_the_hours_limits_and_channels_of_the_records(fit: DossierFit) -> None:
    assert fit.content["calendar"]["hours"] == {"mon-fri": ["07:30-17:00"]}
    shares = {d["id"]: d["per_day"] for d in fit.content["demands"]}
    commonest = max(shares, key=lambda name: shares[name])
    limits = {p["id"]: p["deadline"]["within"] for p in fit.content["procedures"]}
    assert limits[commonest] == "56 days"
    filed = next(d["filed"] for d in fit.content["demands"] if d["id"] == commonest)
    assert filed["online"] > filed["counter"] > 0


def test_it_says_that_handling_times_cannot_be_read(fit: DossierFit) -> None:
    assert any("handling times cannot be read" in text for text in fit.warnings)
    assert not any(".minutes" in row.path for row in fit.fitted)


def test_its_last_quarter_is_predicted(last_quarter: Group) -> None:
    found = {measure.name: measure for measure in last_quarter.measures}
    asked = ("median turnaround", "90th percentile of turnaround", "late share")
    assert {name: found[name].inside for name in asked} == dict.fromkeys(asked, "inside")
    # A wide interval would be no success.
    median = found["median turnaround"]
    assert median.high - median.low < 0.2 * median.observed
    assert last_quarter.distances[0].value < last_quarter.distances[1].value
