"""A real one-stop office: fitted to six days, held against the three after them.

Here the two largest queues with counters of their own, and two that share counters, with few
replications. The others (C, L and T, I/S/W/Z), full replications and the width of intervals by
queue are left to the runs whose results stand in the documentation.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

import pytest

from sim.calibrate.office_text import office_text
from sim.calibrate.outcome import Group, Validation
from sim.calibrate.ticket_validation import validate_tickets
from sim.calibrate.tickets import fit_tickets
from sim.office_file import office_of
from sim.records.records import TicketRecords
from sim.records.tickets import read_tickets

RECORDS = Path(__file__).parents[2] / "shared" / "data" / "warsaw_bemowo"
P = "P: Meldunki dowody osobiste"
B = "B: Działalność gospodarcza"
F = "F: Infrastruktura ochrona środ. zasoby lokalowe"
G = "G: Geodezja nieruchomości architektura"
HEADLINE = 2
REPLICATIONS = 60

pytestmark = pytest.mark.skipif(
    not RECORDS.is_dir(), reason="the real records in ../shared/data/warsaw_bemowo are not here"
)


def records(first: dt.date, last: dt.date) -> TicketRecords:
    files = [RECORDS / "tickets.csv", RECORDS / "counters.csv"]
    return read_tickets(files, queues=(P, B, F, G), first=first, last=last)


@pytest.fixture(scope="module")
def validation() -> Validation:
    fit = fit_tickets(records(dt.date(2019, 12, 30), dt.date(2020, 1, 7)), title="Bemowo")
    text = office_text(fit.content, fit.fitted, fit.assumed)
    return validate_tickets(
        office_of(tomllib.loads(text), "office.toml"),
        records(dt.date(2020, 1, 8), dt.date(2020, 1, 10)),
        replications=REPLICATIONS,
        fitted=fit.waits,
        draws=fit.draws,
    )


def group(validation: Validation, id_: str) -> Group:
    (found,) = [each for each in validation.groups if each.id == id_]
    return found


def test_the_groups_are_the_queues_and_those_that_share_counters(validation: Validation) -> None:
    assert {each.id for each in validation.groups} == {"p", "b", "f", "g", "f_g"}
    assert validation.held_out
    # The record of P has a gap on the 9th.
    assert set(validation.dates) <= {dt.date(2020, 1, day) for day in (8, 9, 10)}
    assert group(validation, "g").cases >= 50 * group(validation, "g").days


@pytest.mark.parametrize("id_", ["p", "b", "f_g", "g"])
def test_the_observed_waits_lie_in_the_prediction_interval(
    validation: Validation, id_: str
) -> None:
    for measure in group(validation, id_).measures[:HEADLINE]:
        assert measure.inside == "inside", measure


@pytest.mark.parametrize("id_", ["p", "b", "f_g", "g"])
def test_the_simulation_is_nearer_than_erlang_c_and_the_mean(
    validation: Validation, id_: str
) -> None:
    far = {each.name: each.value for each in group(validation, id_).distances}
    assert far["simulation"] < far["Erlang C by hour"]
    assert far["simulation"] < far["their mean as a point"]
    assert "the fitted days themselves" in far
