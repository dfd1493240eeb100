"""Pooled and split lines."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import reforms
from sim.base import text_in
from sim.office import Role
from sim.reforms import ReformError
from sim.reforms.roles import _dealt
from tests.reform_offices import changes, town


def test_pooling_renames_the_work_and_the_roles_of_teams() -> None:
    before = town()
    assert changes(before, reforms.pool_roles(before, ["plates", "licences"], "window_a")) == {
        "procedures.plates.steps.serve.role": "window_a",
        "procedures.licences.steps.serve.role": "window_a",
        "teams.hall.roles": ["window_a"],
    }


def test_a_pooled_role_stands_where_the_most_urgent_of_its_roles_stood() -> None:
    after = reforms.pool_roles(town(), ["return", "certify"], "desk")
    assert after.team("counter").roles == ("reception", "desk")
    assert after.team("judicial").roles == ("desk",)


def test_pooling_into_a_role_that_exists_pools_it_too() -> None:
    after = reforms.pool_roles(town(), ["return"], "reception")
    assert after.team("counter").roles == ("reception", "certify")
    assert "return" not in after.role_names()


def test_everything_may_be_pooled() -> None:
    after = reforms.pool_roles(town(), "*", "anything")
    assert after.role_names() == ("anything",)


def test_a_pooled_line_keeps_the_order_that_its_lines_had() -> None:
    due = {"order": "due date"}
    both = town(roles={"plates": due, "licences": due, "sign": due})
    after = reforms.pool_roles(both, ["plates", "licences"], "hall")
    assert {name: role.order for name, role in after.roles.items()} == {
        "sign": "due date",
        "hall": "due date",
    }


def test_lines_in_different_orders_are_not_pooled_silently() -> None:
    mixed = town(roles={"plates": {"order": "due date"}})
    with pytest.raises(ReformError, match="taken in the same order"):
        reforms.pool_roles(mixed, ["plates", "licences"], "hall")


def test_titles_do_not_keep_lines_from_being_pooled_and_are_no_settings() -> None:
    due = {"order": "due date"}
    titled = {"plates": due | {"title": {"en": "Plates"}}, "licences": due | {"title": "Licences"}}
    after = reforms.pool_roles(town(roles=titled), ["plates", "licences"], "plates")
    assert after.roles == {"plates": Role.model_validate(titled["plates"])}
    mixed = town(roles={"plates": {"title": "Plates"}, "licences": due})
    with pytest.raises(ReformError, match="taken in the same order"):
        reforms.pool_roles(mixed, ["plates", "licences"], "plates")
    mere = town(roles={"plates": {"title": "Plates"}})
    assert changes(mere, reforms.pool_roles(mere, ["plates", "licences"], "hall"))["roles"] == {}


def test_split_lines_are_titled_after_role_and_procedure() -> None:
    titled = town(roles={"window": {"title": {"en": "Window", "vi": "Quầy"}}})
    after = reforms.split_role(titled, "window")
    titles = {each.id: text_in(each.title, "vi", each.id) for each in after.procedures}
    assert {name: text_in(role.title, "vi") for name, role in after.roles.items()} == {
        f"window ({name})": f"Quầy ({titles[name]})" for name in ("passports", "permits")
    }


@pytest.mark.parametrize(
    ("names", "message"),
    [(["plates"], "two roles or more"), (["plates", "licenses"], 'Nearest .* "licences"')],
)
def test_roles_that_cannot_be_pooled(names: list[str], message: str) -> None:
    with pytest.raises(ReformError, match=message):
        reforms.pool_roles(town(), names, "all")


def test_split_lines_have_members_of_their_own_by_the_work_they_expect() -> None:
    # 30 passports a day against 8 hourly appointments, 6 minutes each
    after = reforms.split_role(town(), "window")
    teams = {team.id: team for team in after.teams}
    assert "windows" not in teams
    passports, permits = teams["windows (passports)"], teams["windows (permits)"]
    assert (passports.staff.constant, permits.staff.constant) == (3, 1)
    assert passports.roles == ("inform", "window (passports)")
    assert permits.roles == ("inform", "window (permits)")
    assert passports.title == "Windows (passports)"
    assert after.procedure("permits").steps[0].role == "window (permits)"


def test_work_that_concerns_few_dossiers_counts_for_as_many() -> None:
    # 30 passports a day x 6 minutes against 8 permits x 100 minutes, of which one in a hundred
    path = "procedures.permits.steps.serve"
    rare = reforms.set_parameters(town(), {f"{path}.minutes": 100, f"{path}.share": 0.01})
    numbers = {t.id: t.staff.constant for t in reforms.split_role(rare, "window").teams}
    assert (numbers["windows (passports)"], numbers["windows (permits)"]) == (3, 1)
    often = reforms.set_parameters(rare, {f"{path}.share": 1})
    numbers = {t.id: t.staff.constant for t in reforms.split_role(often, "window").teams}
    assert (numbers["windows (passports)"], numbers["windows (permits)"]) == (1, 3)


@pytest.mark.parametrize(("needs", "members"), [(1, (1, 3)), (2, (2, 2))])
def test_a_procedure_needed_twice_brings_twice_the_work(
    needs: int, members: tuple[int, int]
) -> None:
    # 30 cases a day x 6 minutes for each passport against 8 permits x 45 minutes
    values = {
        "procedures.permits.steps.serve.minutes": 45,
        "demands.passports.needs": ["passports"] * needs,
    }
    after = reforms.split_role(reforms.set_parameters(town(), values), "window")
    numbers = {team.id: team.staff.constant for team in after.teams}
    assert (numbers["windows (passports)"], numbers["windows (permits)"]) == members


def test_splitting_leaves_everything_else_as_it_was() -> None:
    before = town()
    touched = {
        path.partition(".steps")[0]
        for path in changes(before, reforms.split_role(before, "window"))
    }
    places = {path.rpartition(".")[0] if path.startswith("teams") else path for path in touched}
    assert places == {
        "teams.windows",
        "teams.windows (passports)",
        "teams.windows (permits)",
        "procedures.passports",
        "procedures.permits",
    }


def test_split_lines_keep_their_order_of_work() -> None:
    after = reforms.split_role(town(roles={"window": {"order": "due date"}}), "window")
    assert {name: role.order for name, role in after.roles.items()} == {
        "window (passports)": "due date",
        "window (permits)": "due date",
    }


def test_pooled_lines_can_be_split_again() -> None:
    pooled = reforms.pool_roles(town(), ["plates", "licences"], "hall")
    after = reforms.split_role(pooled, "hall")
    numbers = {t.id: t.staff.constant for t in after.teams if t.id.startswith("hall")}
    assert numbers == {"hall (plates)": 2, "hall (licences)": 1}


@pytest.mark.parametrize(
    ("role", "message"),
    [
        ("plates", "at least two procedures"),
        ("sign", "a profile or log"),
        ("return", "at least one for each of 4 lines, found 2"),
        ("windw", 'Nearest known name: "window"'),
        ("*", "one role"),
    ],
)
def test_roles_that_cannot_be_split(role: str, message: str) -> None:
    with pytest.raises(ReformError, match=message):
        reforms.split_role(town(), role)


def test_work_replayed_from_a_log_counts_as_it_was(tmp_path: Path) -> None:
    # 90 inquiries of 4 minutes on the one day logged against 180 minutes of passports
    stamps = [f"2023-01-03 08:00:{second:02}" for second in range(45)] * 2
    (tmp_path / "tickets.csv").write_text("\n".join(["time", *stamps]))
    pooled = reforms.pool_roles(town(folder=str(tmp_path)), ["inform", "window"], "window")
    after = reforms.split_role(pooled, "window")
    numbers = {t.id: t.staff.constant for t in after.teams if t.id.startswith("windows")}
    assert numbers == {"windows (advice)": 2, "windows (passports)": 1, "windows (permits)": 1}


works = st.lists(st.floats(0, 1e4), min_size=1, max_size=8)


@given(work=works, spare=st.integers(0, 20))
def test_members_dealt_out_are_all_dealt_and_every_line_has_one(
    work: list[float], spare: int
) -> None:
    members = len(work) + spare
    dealt = _dealt(members, work)
    assert sum(dealt) == members
    assert min(dealt) >= 1
    # more work never has fewer members
    by_work = sorted(zip(work, dealt, strict=True))
    assert all(a <= b for (w, a), (v, b) in pairwise(by_work) if w < v)


def test_members_are_dealt_by_largest_remainder() -> None:
    assert _dealt(10, [43, 37, 20]) == [4, 4, 2]
    assert _dealt(4, [97, 1, 1, 1]) == [1, 1, 1, 1]
    assert _dealt(5, [0, 0]) == [3, 2]
