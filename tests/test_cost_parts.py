"""What a case costs its citizen, part by part, and the points of the dossier scoring form."""

from __future__ import annotations

import numpy as np
import pytest

from sim.case_table import measured
from sim.clock import HOUR_MS, MINUTE_MS
from sim.measures import tally
from sim.replication import OfficeRuns
from tests.offices import office, smallest

DAYS = 60


def run_of(raw, replication=0):
    run = OfficeRuns(office(raw), DAYS, 0)
    found = measured(run.run(3, replication), run.layout)
    return found, tally(found, run.layout)


def commune():
    """Return an office whose papers come back, whose results are fetched another day, or posted."""
    raw = smallest()
    raw["visitor"] = {
        "travel": {"minutes_each_way": 30, "cost_round_trip": 5_000},
        "value_of_time": 60_000,
    }
    raw["calendar"]["hours"] = {"mon-fri": ["07:30-11:30", "13:30-17:00"]}
    raw["procedures"] = [
        {
            "id": "ask",
            "deadline": {"within": "2 working days"},
            "result": "by appointment",
            "fee": 7_000,
            "other_cost": 1_000,
            "steps": [
                {
                    "id": "intake",
                    "role": "serve",
                    "visitor": True,
                    "minutes": 4,
                    "sends_back": {"share": 0.4, "working_days": 1},
                },
                {"id": "work", "role": "serve", "minutes": {"exponential": {"mean": 30}}},
                {"id": "hand_over", "role": "serve", "visitor": True, "minutes": 2},
            ],
        }
    ]
    raw["demands"][0]["per_day"] = 6
    return raw


def mean(found, name):
    return found.sums[name] / found.counts[name]


PARTS = ("submit", "again", "collect", "fees", "other")


def test_parts_of_the_cost_add_up_to_it():
    _, found = run_of(commune())
    parts = [mean(found, f"cost.{part}") for part in PARTS]
    assert min(parts) > 0
    assert sum(parts) == pytest.approx(mean(found, "citizen_cost"), rel=1e-12)


def test_each_part_is_the_time_and_travel_of_its_visits():
    raw = commune()
    found, sums = run_of(raw)
    cases = found.cases
    trips = cases.trips.sum() / len(cases.end)
    sent_back = mean(sums, "trips") - 2
    assert trips == pytest.approx(mean(sums, "trips"))
    # Every case is filed once and collected once; all further visits are to come again.
    travel = 60_000 + 5_000
    inside = mean(sums, "visit_minutes") / 60 * 60_000
    again = mean(sums, "cost.again")
    assert again >= sent_back * travel
    whole = sum(mean(sums, f"cost.{part}") for part in ("submit", "again", "collect"))
    assert whole == pytest.approx((2 + sent_back) * travel + inside)
    assert mean(sums, "cost.collect") > travel
    assert mean(sums, "cost.submit") > travel


def test_who_files_online_has_no_visit_for_filing():
    raw = commune()
    raw["demands"][0]["filed"] = "online"
    _, sums = run_of(raw)
    assert mean(sums, "cost.submit") == 0
    assert mean(sums, "cost.collect") > 0


def test_results_given_at_once_cost_nothing_to_collect():
    raw = commune()
    procedure = raw["procedures"][0]
    del procedure["deadline"], procedure["steps"][0]["sends_back"], procedure["steps"][1]
    procedure["result"] = "while you wait"
    raw["calendar"]["hours"] = {"mon-sun": ["00:00-24:00"]}
    _, sums = run_of(raw)
    assert mean(sums, "cost.collect") == mean(sums, "cost.again") == 0


def test_a_citizens_hours_are_those_inside_and_on_the_way():
    found, sums = run_of(commune())
    cases = found.cases
    hours = (cases.visit + cases.trips * 60 * MINUTE_MS) / HOUR_MS
    assert mean(sums, "citizen_hours") == pytest.approx(float(np.mean(hours)))


def test_points_of_the_scoring_form_follow_from_times_and_papers_sent_back():
    found, sums = run_of(commune())
    dossiers = found.dossiers
    early, on_time = (mean(sums, name) for name in ("early_share", "on_time_share"))
    assert mean(sums, "points_time") == pytest.approx(early + on_time)
    points = 2 * dossiers.never_back + 1 * dossiers.once_back
    assert 0 < points.mean() < 2
    assert mean(sums, "points_contacts") == pytest.approx(float(points.mean()))


def test_papers_that_are_never_sent_back_earn_two_points():
    raw = commune()
    del raw["procedures"][0]["steps"][0]["sends_back"]
    _, sums = run_of(raw)
    assert mean(sums, "points_contacts") == 2
