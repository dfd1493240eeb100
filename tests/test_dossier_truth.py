"""Fitted to a log of the project's own, the parameters that made it come back."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from scipy import stats

from benchmarks.truth_dossiers import DAYS, TRUTH, named
from sim.calibrate.dossiers import DossierFit, fit_dossiers
from sim.office_file import office_of
from tests.dossier_logs import (
    HOURS,
    completions_only,
    cut_off,
    first_cases,
    permit_office,
    run_of,
)

LOGS = 6
LEVEL = 1e-4
"""Chance of a false alarm, of each bound."""


@pytest.fixture(scope="module")
def fits() -> list[DossierFit]:
    return [fit_dossiers(run_of(permit_office(), DAYS, number)) for number in range(LOGS)]


def held(fits: list[DossierFit]) -> dict[str, list[bool]]:
    found: dict[str, list[bool]] = {name: [] for name in TRUTH}
    for fit in fits:
        for row in fit.fitted:
            if (name := named(row)) in TRUTH:
                assert row.low is not None
                assert row.high is not None
                found[name].append(row.low <= TRUTH[name] <= row.high)
    return found


def test_intervals_hold_the_truth_as_often_as_they_say(fits: list[DossierFit]) -> None:
    found = held(fits)
    every = [hit for hits in found.values() for hit in hits]
    # Parameters of a log are not all independent (shares of weekdays add up): a few more misses.
    assert sum(every) >= stats.binom.ppf(LEVEL, len(every), 0.94)
    for name, hits in found.items():
        most = stats.binom.isf(LEVEL / len(TRUTH), len(hits), 0.05)
        assert len(hits) - sum(hits) <= most, name


def test_every_parameter_is_fitted(fits: list[DossierFit]) -> None:
    found = held(fits)
    assert not [name for name, hits in found.items() if not hits]
    for name in ("demands.permit.per_day", "procedures.permit.steps.inspect.share"):
        assert len(found[name]) == LOGS


def test_hours_limit_and_route_are_those_of_the_office(fits: list[DossierFit]) -> None:
    for fit in fits:
        assert fit.content["calendar"]["hours"] == HOURS
        (procedure,) = fit.content["procedures"]
        assert procedure["deadline"] == {"within": "15 working days"}
        ids = [step["id"] for step in procedure["steps"]]
        assert ids == ["intake", "review", "inspect", "sign", "until_end"]


def test_each_number_has_one_source_and_stands_in_the_file(fits: list[DossierFit]) -> None:
    for fit in fits:
        paths = [row.path for row in fit.fitted] + [row.path for row in fit.assumed]
        assert max(Counter(paths).values()) == 1
        sources = {row.path: row.source for row in fit.fitted}
        sources |= {row.path: row.why for row in fit.assumed}
        office_of(fit.content | {"sources": sources}, "fitted.toml")


def test_without_starts_handling_times_are_assumed_and_make_no_queue() -> None:
    records = completions_only(first_cases(run_of(permit_office(), 30), 200))
    fit = fit_dossiers(records)
    assert any("handling times cannot be read" in text for text in fit.warnings)
    assumed = {row.path for row in fit.assumed}
    assert "procedures.permit.steps.review.minutes" in assumed
    assert not any(".minutes" in row.path for row in fit.fitted)
    sources = {row.path: row.why for row in fit.assumed}
    office = office_of(fit.content | {"sources": sources}, "fitted.toml")
    days = office.procedures[0].steps
    minutes = sum(step.minutes.mean_value() for step in days if step.minutes)
    assert minutes * 10 < 0.3 * 450 * sum(team.staff.largest() for team in office.teams)


def test_the_same_records_give_the_same_file() -> None:
    records = first_cases(run_of(permit_office(), 30), 200)
    assert fit_dossiers(records) == fit_dossiers(records)


def test_cases_that_have_not_ended_make_no_step_optional_and_no_gap_shorter() -> None:
    whole = run_of(permit_office(), 60, seed=2)
    fit = fit_dossiers(cut_off(whole, dt.datetime(2025, 2, 21, 17)))
    assert any("have no end in the log" in text for text in fit.warnings)
    (procedure,) = fit.content["procedures"]
    optional = [step["id"] for step in procedure["steps"] if "share" in step]
    assert optional == ["inspect"]
    for row in fit.fitted:
        name = named(row)
        if name in TRUTH and ("working_days" in name or name.endswith("share")):
            assert row.low is not None
            assert row.high is not None
            # One log and nine numbers: within twice the width of their intervals.
            width = row.high - row.low
            assert row.low - width / 2 <= TRUTH[name] <= row.high + width / 2, name
