"""An office held against dossiers: its own pass, another's do not, open ones are not forgotten."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sim.calibrate.dossier_validation import validate_dossiers
from sim.calibrate.outcome import Group, Measured
from sim.errors import PlannerError
from sim.office import Office
from sim.office_file import office_of
from sim.records.records import DossierRecords
from tests.dossier_logs import cut_off, first_cases, permit_office, run_of

RUNS = 60


@pytest.fixture(scope="module")
def records() -> DossierRecords:
    return first_cases(run_of(permit_office(), 30, seed=3), 220)


def slower(office: Office) -> Office:
    content: dict[str, Any] = office.as_written()
    content["procedures"][0]["steps"][-1]["working_days"] = 8.0
    return office_of(content, "slower.toml")


def measures(group: Group) -> dict[str, Measured]:
    return {measure.name: measure for measure in group.measures}


def test_an_office_predicts_its_own_dossiers(records: DossierRecords) -> None:
    found = validate_dossiers(permit_office(), records, replications=RUNS)
    (group,) = found.groups
    assert group.cases == 220
    assert found.replayed
    # Of five measures of one log, more than one outside 95% intervals is a chance of 2%.
    assert sum(m.inside != "inside" for m in group.measures) <= 1
    assert group.distances[0].value < group.distances[1].value


def test_an_office_that_is_too_slow_is_found_out(records: DossierRecords) -> None:
    found = validate_dossiers(slower(permit_office()), records, replications=RUNS)
    own = measures(found.groups[0])
    assert own["median turnaround"].inside == "below"
    assert own["late share"].inside == "below"
    assert "misses" in found.groups[0].says[0]


def test_open_cases_count_as_longer_and_are_told(records: DossierRecords) -> None:
    begun = records.cases["begun"]
    late = begun.max()
    assert isinstance(late, dt.datetime)
    open_ = cut_off(records, late + dt.timedelta(days=5))
    unended = open_.cases["ended"].null_count()
    assert unended > 30
    found = validate_dossiers(permit_office(), open_, replications=RUNS).groups[0]
    assert any(f"{unended} of 220 cases have not ended" in text for text in found.says)
    own = measures(found)
    whole = measures(validate_dossiers(permit_office(), records, replications=1).groups[0])
    # Left out, the open ones would bring the median down; as censored they do not.
    ended = open_.cases.drop_nulls("ended")
    naive = float((ended["ended"] - ended["begun"]).dt.total_milliseconds().median()) / 86_400_000
    truth = whole["median turnaround"].observed
    assert abs(own["median turnaround"].observed - truth) < abs(naive - truth)
    assert own["median turnaround"].inside == "inside"
    # The longest are cut off, in the simulation too: alike means.
    assert own["mean turnaround"].inside == "inside"


def test_what_nobody_has_waited_for_long_enough_cannot_be_told(records: DossierRecords) -> None:
    first = records.cases["begun"].min()
    assert isinstance(first, dt.datetime)
    young = cut_off(records, first + dt.timedelta(days=8))
    own = measures(validate_dossiers(permit_office(), young, replications=5).groups[0])
    assert own["90th percentile of turnaround"].inside == "cannot be told"


def test_a_procedure_that_the_office_does_not_have_is_named(records: DossierRecords) -> None:
    import polars as pl

    other = DossierRecords(records.events, records.cases.with_columns(procedure=pl.lit("Tax")))
    two = DossierRecords(
        records.events,
        records.cases.with_columns(
            procedure=pl.when(pl.int_range(pl.len()) < 5)
            .then(pl.lit("Tax"))
            .otherwise(pl.lit("Permit"))
        ),
    )
    with pytest.raises(PlannerError, match=r'procedure "Tax".*permit'):
        validate_dossiers(permit_office(), two)
    # With one procedure on each side there is no doubt which is meant.
    assert validate_dossiers(permit_office(), other, replications=2).groups[0].cases == 220


def test_no_cases_is_said(records: DossierRecords) -> None:
    nothing = DossierRecords(records.events.clear(), records.cases.clear())
    with pytest.raises(PlannerError, match="no case"):
        validate_dossiers(permit_office(), nothing)


def test_the_same_seed_gives_the_same_validation(records: DossierRecords) -> None:
    few = first_cases(records, 60)
    twice = [validate_dossiers(permit_office(), few, replications=3, seed=5) for _ in range(2)]
    assert twice[0] == twice[1]
