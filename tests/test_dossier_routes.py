"""Routes, send-backs, procedures, channels and teams, from small logs written by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
import pytest

from sim.calibrate.dossier_arrivals import channels_of
from sim.calibrate.dossiers import DossierFit, fit_dossiers
from sim.calibrate.outcome import Fitted
from sim.errors import PlannerError
from sim.office_file import office_of
from sim.records.records import DossierRecords

START = dt.datetime(2025, 1, 6, 8)
CASES = 120
MOMENT = pl.Datetime("ms")


def day(case: int) -> dt.datetime:
    """Return when a case begins: six on each working day, an hour apart."""
    days, hour = divmod(case, 6)
    weeks, weekday = divmod(days, 5)
    return START + dt.timedelta(weeks=weeks, days=weekday, hours=hour)


def later(case: int, after: float) -> dt.datetime:
    """Return the moment so many working days after a case's beginning."""
    whole = int(after)
    date = np.busday_offset(day(case).date(), whole).astype(object)
    return dt.datetime.combine(date, day(case).time()) + dt.timedelta(days=after - whole)


Way = list[tuple[str, float]]


def log(ways: list[Way], people: dict[str, str] | None = None, **columns: Any) -> DossierRecords:
    """Return a log in which each case does its steps so many working days after its beginning."""
    rows = [
        (f"{case:04}", step, later(case, after), (people or {}).get(step))
        for case, way in enumerate(ways)
        for step, after in way
    ]
    names = ["case", "activity", "completed", "resource"]
    schema = {"case": pl.String, "activity": pl.String, "completed": MOMENT, "resource": pl.String}
    events = pl.DataFrame(rows, schema=schema, orient="row").select(
        pl.lit("log.csv").alias("file"), pl.int_range(2, pl.len() + 2).alias("line"),
        "case", "activity", pl.lit(None, MOMENT).alias("started"), "completed", "resource",
    )  # fmt: skip
    assert set(names) <= set(events.columns)
    ended = [max(after for _, after in way) for way in ways]
    cases: dict[str, Any] = {
        "case": [f"{case:04}" for case in range(len(ways))],
        "procedure": [None] * len(ways),
        "channel": [None] * len(ways),
        "begun": [day(case) for case in range(len(ways))],
        "begun_is_date": False,
        "ended": [later(case, after) for case, after in enumerate(ended)],
        "ended_is_date": False,
        "deadline": [None] * len(ways),
        "deadline_is_date": True,
    }
    typed = pl.DataFrame(cases | columns).with_columns(
        pl.col("procedure", "channel").cast(pl.String),
        pl.col("begun", "ended", "deadline").cast(MOMENT),
    )
    return DossierRecords(events.sort("case", "completed", maintain_order=True), typed)


def steps(fit: DossierFit, procedure: int = 0) -> dict[str, dict[str, Any]]:
    return {step["id"]: step for step in fit.content["procedures"][procedure]["steps"]}


def number(fit: DossierFit, end: str) -> Fitted:
    (row,) = [row for row in fit.fitted if row.path.endswith(end)]
    return row


def mixed(case: int) -> Way:
    way = [("Receive", 0.01), ("Check", 1.1), ("Sign", 3.1)]
    return [*way, ("Visit site", 2.1)] if case % 4 == 0 else way


def test_steps_stand_in_the_order_in_which_they_are_mostly_done() -> None:
    ways = [mixed(case) for case in range(CASES)]
    ways[7] = [("Receive", 0.01), ("Sign", 1.1), ("Check", 3.1)]
    found = steps(fit_dossiers(log(ways)))
    assert [name for name in found if name != "until_end"] == [
        "receive", "check", "visit_site", "sign",
    ]  # fmt: skip


def test_an_optional_step_has_its_share_with_an_interval() -> None:
    fit = fit_dossiers(log([mixed(case) for case in range(CASES)]))
    assert steps(fit)["visit_site"]["share"] == 0.25
    assert "share" not in steps(fit)["check"]
    row = number(fit, "visit_site.share")
    assert row.low is not None
    assert row.high is not None
    # Wilson's for 30 of 120.
    assert (row.low, row.high) == pytest.approx((0.1811, 0.3344), abs=1e-3)


def test_steps_too_rare_are_left_to_the_gaps_and_said() -> None:
    ways = [mixed(case) for case in range(CASES)]
    ways[5].append(("Lost and found", 2.5))
    fit = fit_dossiers(log(ways))
    assert "lost_and_found" not in steps(fit)
    assert any("Lost and found" in text for part in fit.sections for text in part.says)


def test_papers_that_come_later_are_a_send_back_of_the_step_before() -> None:
    ways = [mixed(case) for case in range(CASES)]
    for case in range(0, CASES, 6):
        ways[case] = [("Receive", 0.01), ("Check", 1.1), ("Bổ sung hồ sơ", 8.1), ("Sign", 9.1)]
    fit = fit_dossiers(log(ways))
    assert "bo_sung_ho_so" not in steps(fit)
    back = steps(fit)["check"]["sends_back"]
    assert back["share"] == pytest.approx(20 / CASES, abs=1e-6)
    assert back["again"] == 0
    assert number(fit, "sends_back.working_days.empirical.values").value == pytest.approx(7)
    office_of(fit.content, "fitted.toml")


def test_a_step_done_again_within_the_office_is_no_send_back() -> None:
    ways = [mixed(case) for case in range(CASES)]
    deadlines = [day(case) + dt.timedelta(days=28) for case in range(CASES)]
    for case in range(0, CASES, 6):
        ways[case] = [("Receive", 0.01), ("Check", 1.1), ("Check", 4.1), ("Sign", 5.1)]
    fit = fit_dossiers(log(ways, deadline=deadlines))
    assert "sends_back" not in steps(fit)["check"]
    assert any("more than once in 20 cases" in text for p in fit.sections for text in p.says)


def test_deadlines_that_wait_show_a_send_back() -> None:
    ways = [mixed(case) for case in range(CASES)]
    deadlines = [day(case) + dt.timedelta(days=28) for case in range(CASES)]
    for case in range(0, CASES, 6):
        ways[case] = [("Receive", 0.01), ("Check", 1.1), ("Check", 8.1), ("Sign", 9.1)]
        deadlines[case] += later(case, 8.1) - later(case, 1.1)
    fit = fit_dossiers(log(ways, deadline=deadlines))
    assert steps(fit)["check"]["sends_back"]["share"] == pytest.approx(20 / CASES, abs=1e-6)
    # The time away is no resting time of the step.
    resting = [row.value for row in fit.fitted if "check.rests" in row.path]
    assert max(resting, default=0.0) < 2
    # What was away does not make a procedure of its own.
    assert len(fit.content["procedures"]) == 1


def limits(fit: DossierFit) -> set[str]:
    return {procedure["deadline"]["within"] for procedure in fit.content["procedures"]}


def working_days_after(start: dt.datetime, count: int) -> dt.datetime:
    return dt.datetime.fromisoformat(str(np.busday_offset(start.date(), count, roll="forward")))


def test_a_limit_in_working_days_is_told_from_one_in_calendar_days() -> None:
    ways = [mixed(case) for case in range(CASES)]
    working = [working_days_after(day(case), 8) for case in range(CASES)]
    calendar = [day(case) + dt.timedelta(days=10) for case in range(CASES)]
    assert limits(fit_dossiers(log(ways, deadline=working))) == {"8 working days"}
    assert limits(fit_dossiers(log(ways, deadline=calendar))) == {"10 days"}


def test_common_limits_are_procedures_and_rare_ones_go_to_the_nearest() -> None:
    ways = [mixed(case) for case in range(CASES)]
    counts = [12 if case == 11 else 10 if case % 3 else 30 for case in range(CASES)]
    due = [working_days_after(day(case), n) for case, n in enumerate(counts)]
    fit = fit_dossiers(log(ways, deadline=due))
    assert limits(fit) == {"10 working days", "30 working days"}
    demands = {demand["id"]: demand["per_day"] for demand in fit.content["demands"]}
    assert sum(demands.values()) == pytest.approx(6)
    assert sorted(demands) == ["dossier_10", "dossier_30"]


def test_procedures_are_those_of_the_column() -> None:
    ways = [mixed(case) for case in range(CASES)]
    names = ["Đất đai" if case % 2 else "Hộ tịch" for case in range(CASES)]
    fit = fit_dossiers(log(ways, procedure=names))
    assert {p["id"] for p in fit.content["procedures"]} == {"dat_dai", "ho_tich"}
    assert all(d["needs"] == [d["id"]] for d in fit.content["demands"])


def test_channels_are_counter_or_online_and_doubts_are_said() -> None:
    found = channels_of(("Desk", "Quầy", "Internet", "e-mail", "Post", "Dịch vụ công", "Zz", ""))
    assert {k for k, v in found.meaning.items() if v == "counter"} == {"Desk", "Quầy"}
    assert found.guessed == ("Zz",)
    ways = [mixed(case) for case in range(CASES)]
    channel = ["Desk" if case % 3 else "Internet" for case in range(CASES)]
    fit = fit_dossiers(log(ways, channel=channel))
    assert fit.content["demands"][0]["filed"]["online"] == pytest.approx(1 / 3, abs=1e-6)
    assert steps(fit)["receive"]["visitor"] is True
    away = fit_dossiers(log(ways, channel=["Internet"] * CASES))
    assert away.content["demands"][0]["filed"] == "online"
    assert not any(step.get("visitor") for step in steps(away).values())


def test_steps_that_the_same_people_do_share_a_team_and_test_users_are_nobody() -> None:
    people = {"Receive": "An", "Check": "Binh", "Sign": "Binh", "Visit site": "test"}
    ways = [mixed(case) for case in range(CASES)]
    fit = fit_dossiers(log(ways, people))
    roles = {name: step.get("role") for name, step in steps(fit).items()}
    assert roles["check"] == roles["sign"] != roles["receive"]
    staff = {team["id"]: team["staff"] for team in fit.content["teams"]}
    assert set(staff.values()) == {1}
    said = next(part for part in fit.sections if part.id == "staff").says
    assert any("test" in text for text in said)


def test_without_resources_staff_are_assumed() -> None:
    fit = fit_dossiers(log([mixed(case) for case in range(CASES)]))
    assert any(row.path == "teams.staff.staff" for row in fit.assumed)


def test_whatever_is_not_recorded_each_assumption_stands_in_the_file() -> None:
    fit = fit_dossiers(log([mixed(case) for case in range(CASES)]))
    assert any("No deadlines" in text for text in fit.warnings)
    sources = {row.path: row.why for row in fit.assumed}
    assert "demands.dossier.filed" in sources
    office_of(fit.content | {"sources": sources}, "fitted.toml")


def test_a_single_case_and_step_still_make_an_office() -> None:
    office_of(fit_dossiers(log([[("Receive", 0.0)]])).content, "fitted.toml")


def test_an_empty_log_is_said() -> None:
    records = log([mixed(0)])
    with pytest.raises(PlannerError, match="no case"):
        fit_dossiers(DossierRecords(records.events.clear(), records.cases.clear()))
