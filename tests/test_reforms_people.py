"""Reforms of people: staff, hours, closing, roles, punctuality."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import reforms
from sim.reforms import ReformError
from tests.reform_offices import changes, town


def test_staff_is_added_and_taken_away() -> None:
    before = town()
    assert changes(before, reforms.add_staff(before, "counter", 1)) == {"teams.counter.staff": 3}
    assert changes(before, reforms.add_staff(before, "counter", -2)) == {"teams.counter.staff": 0}


def test_a_profile_rises_as_a_whole_and_falls_to_nobody() -> None:
    before = town()
    assert changes(before, reforms.add_staff(before, "leaders", -2)) == {
        "teams.leaders.staff.07:30": 0,
        "teams.leaders.staff.13:30": 0,
    }
    assert changes(before, reforms.add_staff(before, "experts", 1)) == {
        "teams.experts.staff.mon-thu": 3,
        "teams.experts.staff.fri.07:30": 2,
    }
    assert changes(before, reforms.add_staff(before, "experts", -2)) == {
        "teams.experts.staff.mon-thu": 0,
        "teams.experts.staff.fri.07:30": 0,
    }


@settings(deadline=None, max_examples=30)
@given(first=st.integers(0, 50), second=st.integers(0, 50))
def test_staff_added_twice_adds_up(first: int, second: int) -> None:
    once = reforms.add_staff(town(), "leaders", first + second)
    assert reforms.add_staff(reforms.add_staff(town(), "leaders", first), "leaders", second) == once


@pytest.mark.parametrize("team", ["counter", "leaders", "experts"])
def test_more_than_everybody_cannot_be_taken_away(team: str) -> None:
    with pytest.raises(ReformError, match=r"add_staff\.by: expected at least -2"):
        reforms.add_staff(town(), team, -3)


def test_staff_read_from_a_log_is_not_changed() -> None:
    with pytest.raises(ReformError, match='number or a profile, found "logged"'):
        reforms.add_staff(town(), "logged", 1)


def test_office_hours_change_on_the_days_named_and_stay_on_the_others() -> None:
    after = reforms.set_hours(town(), {"fri": ["07:00-12:00"], "sat": ["08:00-11:00"]})
    usual = ("07:30-11:30", "13:30-17:00")
    assert after.calendar.hours == {
        **dict.fromkeys(("mon", "tue", "wed", "thu"), usual),
        "fri": ("07:00-12:00",),
        "sat": ("08:00-11:00",),
    }
    assert after.calendar.legal_days == "mon-fri"
    assert all(team.hours is None for team in after.teams)


def test_a_team_keeps_the_office_hours_on_days_not_named() -> None:
    before = town()
    after = reforms.set_hours(before, {"mon-wed": ["07:00-18:00"], "fri": []}, team="counter")
    hours = after.team("counter").hours
    assert hours is not None
    assert hours["tue"] == ("07:00-18:00",)
    assert hours["thu"] == ("07:30-11:30", "13:30-17:00")
    assert hours["fri"] == ()
    assert {path.rpartition(".")[0] for path in changes(before, after)} == {"teams.counter.hours"}


def test_weekdays_are_keys_of_the_reform_in_a_study_file() -> None:
    line: dict[str, Any] = {"set_hours": {"team": "counter", "mon-fri": ["07:00-18:00"]}}
    direct = reforms.set_hours(town(), {"mon-fri": ["07:00-18:00"]}, "counter")
    assert reforms.apply(town(), [line]) == direct


def test_no_hours_and_no_weekdays_are_refused() -> None:
    with pytest.raises(ReformError, match="sessions by weekday"):
        reforms.set_hours(town(), {})
    with pytest.raises(ReformError, match=r'weekdays such as .*"friday"'):
        reforms.set_hours(town(), {"friday": ["07:00-18:00"]})
    with pytest.raises(ReformError, match="at least one session in the week"):
        reforms.set_hours(town(), {"mon-fri": []})


def test_closing_is_set_for_one_team_or_all() -> None:
    before = town()
    after = reforms.set_closing(before, "counter", "finish queue")
    assert changes(before, after) == {"teams.counter.closing": "finish queue"}
    every = reforms.set_closing(before, "*", "finish queue")
    assert {team.closing for team in every.teams} == {"finish queue"}


def test_a_role_learnt_is_the_least_urgent_unless_it_stands_before_another() -> None:
    before = town()
    after = reforms.add_role(before, "counter", "sign")
    assert changes(before, after) == {
        "teams.counter.roles": ["reception", "return", "certify", "sign"]
    }
    after = reforms.add_role(before, "counter", "sign", before="return")
    assert after.team("counter").role_names() == ("reception", "sign", "return", "certify")


def test_a_role_may_stand_before_roles_that_are_equally_urgent() -> None:
    after = reforms.add_role(town(), "hall", "sign", before="licences")
    assert after.team("hall").roles == ("sign", ("plates", "licences"))


def test_everybody_may_learn_a_role_they_lack() -> None:
    after = reforms.add_role(town(), "*", "certify")
    assert all("certify" in team.role_names() for team in after.teams)
    assert after.team("judicial") == town().team("judicial")


def test_a_delegated_role_is_the_most_urgent_and_others_keep_it() -> None:
    before = town()
    after = reforms.delegate(before, "sign", "judicial")
    assert changes(before, after) == {"teams.judicial.roles": ["sign", "certify"]}


@pytest.mark.parametrize(
    ("team", "role", "before", "message"),
    [
        ("judicial", "certify", None, "a team that does not perform certify yet"),
        ("juditial", "sign", None, 'Nearest known name: "judicial"'),
        ("judicial", "sing", None, 'add_role.role: .*Nearest known name: "sign"'),
        ("judicial", "sign", "return", 'add_role.before: .*found "return"'),
    ],
)
def test_roles_that_cannot_be_added(team: str, role: str, before: str | None, message: str) -> None:
    with pytest.raises(ReformError, match=message):
        reforms.add_role(town(), team, role, before)


def test_a_role_that_a_team_has_is_not_delegated_to_it() -> None:
    with pytest.raises(ReformError, match=r"delegate\.to: expected a team that does not perform"):
        reforms.delegate(town(), "sign", "leaders")


def test_punctuality_scales_what_is_there_and_nothing_else() -> None:
    before = town()
    after = reforms.punctuality(before, "*", lateness=0.5, absence=0.25, away=0.8)
    assert changes(before, after) == {
        "teams.counter.lateness.share": 0.1,
        "teams.counter.absence": 0.01,
        "teams.leaders.away.share": pytest.approx(0.24),
    }


def test_factors_not_given_leave_things_as_they_are() -> None:
    before = town()
    after = reforms.punctuality(before, "counter", absence=0.5)
    assert changes(before, after) == {"teams.counter.absence": 0.02}


def test_shares_stay_at_most_one_however_unpunctual() -> None:
    after = reforms.punctuality(town(), "counter", lateness=100, absence=100)
    assert after.team("counter").absence == 1
    lateness = after.team("counter").lateness
    assert lateness is not None
    assert lateness.share == 1


def test_nobody_can_be_away_all_the_time() -> None:
    with pytest.raises(ReformError, match=r"punctuality: teams\.leaders\.away\.share: expected"):
        reforms.punctuality(town(), "leaders", away=10)


def test_punctuality_that_changes_nothing_is_refused() -> None:
    with pytest.raises(ReformError, match="that the team has"):
        reforms.punctuality(town(), "judicial", lateness=0.5)
