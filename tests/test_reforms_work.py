"""Reforms of work: faster, precheck, demand, appointments, priority."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import reforms
from sim.reforms import ReformError
from tests.reform_offices import changes, town


def test_a_role_made_faster_takes_less_for_all_its_work() -> None:
    before = town()
    assert changes(before, reforms.faster(before, 0.05, role="certify")) == {
        "procedures.certify_copies.steps.compare.minutes.gamma.mean": pytest.approx(8.2 * 0.95)
    }


def test_a_step_made_faster_leaves_the_same_role_elsewhere() -> None:
    before = town()
    after = reforms.faster(before, 0.5, procedure="ad_group", step="sign")
    assert changes(before, after) == {"procedures.ad_group.steps.sign.minutes": 1.0}


def test_everything_made_faster_leaves_only_time_that_passes_elsewhere() -> None:
    before = town()
    after = reforms.faster(before, 0.25, role="*")
    for old, new in zip(before.procedures, after.procedures, strict=True):
        for step, quicker in zip(old.steps, new.steps, strict=True):
            if step.minutes is None:
                assert quicker == step
            else:
                assert quicker.minutes is not None
                assert quicker.minutes.mean_value() == pytest.approx(
                    0.75 * step.minutes.mean_value()
                )


@settings(deadline=None, max_examples=30)
@given(first=st.floats(0, 0.9), second=st.floats(0, 0.9))
def test_made_faster_twice_compounds(first: float, second: float) -> None:
    after = reforms.faster(reforms.faster(town(), first, role="*"), second, role="*")
    minutes = after.procedure("certify_copies").steps[2].minutes
    assert minutes is not None
    assert minutes.mean_value() == pytest.approx(8.2 * (1 - first) * (1 - second))


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({}, "a role, or a procedure and step"),
        ({"role": "sing"}, 'Nearest known name: "sign"'),
        ({"procedure": "certify_copies", "step": "comapre"}, 'Nearest known name: "compare"'),
        ({"procedure": "certify_copies", "step": "verify"}, "elsewhere"),
        ({"role": "sign", "step": "intake"}, "work of that role"),
    ],
)
def test_work_that_cannot_be_made_faster(where: dict[str, str], message: str) -> None:
    with pytest.raises(ReformError, match=message):
        reforms.faster(town(), 0.1, **where)


@pytest.mark.parametrize("by", [1, -0.1, 5])
def test_no_work_takes_no_time_or_more(by: float) -> None:
    with pytest.raises(
        ReformError, match=r"faster\.by: expected a share of at least 0 and below 1"
    ):
        reforms.faster(town(), by, role="*")


def test_checking_before_halves_what_is_sent_back() -> None:
    before = town()
    after = reforms.precheck(before, "ad_group", 0.5)
    path = "procedures.ad_group.steps.intake.sends_back"
    assert changes(before, after) == {f"{path}.share": 0.1}
    assert changes(before, reforms.precheck(before, "ad_group", 1, again=0.5)) == {
        f"{path}.again": 0.05
    }


def test_shares_sent_back_stay_at_most_one() -> None:
    after = reforms.precheck(town(), "*", 50, again=50)
    backs = [s.sends_back for p in after.procedures for s in p.steps if s.sends_back]
    assert len(backs) == 4
    assert {back.share for back in backs} == {1.0}
    assert {back.again for back in backs} == {0.0, 1.0}


def test_nothing_sent_back_is_nothing_to_improve() -> None:
    with pytest.raises(ReformError, match="that sends dossiers back"):
        reforms.precheck(town(), "plates", 0.5)


def test_more_people_come_to_every_demand_with_cases_a_day() -> None:
    before = town()
    after = reforms.change_demand(before, 1.25)
    numbers = {"copies": 5, "walk_in": 40, "licences": 20, "groups": 0.1, "shows": 0.2}
    numbers["passports"] = 30
    assert changes(before, after) == {
        f"demands.{name}.per_day": pytest.approx(number * 1.25) for name, number in numbers.items()
    }


def test_more_people_come_to_one_demand() -> None:
    before = town()
    after = reforms.change_demand(before, 2, demand="copies")
    assert changes(before, after) == {"demands.copies.per_day": 10}


@settings(deadline=None, max_examples=30)
@given(first=st.floats(0, 10), second=st.floats(0, 10))
def test_changes_of_demand_compound(first: float, second: float) -> None:
    lines = [{"change_demand": first}, {"change_demand": {"demand": "copies", "by": second}}]
    after = reforms.apply(town(), lines)
    assert after.demand("copies").per_day == pytest.approx(5 * first * second)


@pytest.mark.parametrize("demand", ["replayed", "permits"])
def test_demands_without_cases_a_day_are_not_scaled(demand: str) -> None:
    with pytest.raises(ReformError, match="a demand with per_day"):
        reforms.change_demand(town(), 1.25, demand)


def test_demand_beyond_what_an_office_can_have_is_refused() -> None:
    with pytest.raises(ReformError, match=r"demands\.walk_in\.per_day: .*100000"):
        reforms.apply(town(), [{"change_demand": 100}, {"change_demand": 100}])


def test_a_share_of_people_book() -> None:
    before = town()
    after = reforms.appointments(before, "walk_in", share=0.5, every=15, seats=2)
    path = "demands.walk_in.appointments"
    assert changes(before, after) == {
        f"{path}.share": 0.5,
        f"{path}.every": 15,
        f"{path}.seats": 2,
    }


def test_every_key_of_appointments_may_be_given() -> None:
    line = {
        "demand": "walk_in",
        "every": 15,
        "from": "08:00",
        "to": "10:00",
        "no_show": 0.1,
        "early": {"normal": {"mean": 5, "sd": 10}},
    }
    after = reforms.apply(town(), [{"appointments": line}])
    booked = after.demand("walk_in").appointments
    assert booked is not None
    assert (booked.from_, booked.to, booked.no_show) == ("08:00", "10:00", 0.1)
    assert booked.early.mean_value() == 5
    assert booked.seats == 1
    assert after == reforms.appointments(
        town(), "walk_in", every=15, from_="08:00", to="10:00", no_show=0.1, early=booked.early
    )


def test_only_demands_with_cases_a_day_have_a_share_that_books() -> None:
    with pytest.raises(ReformError, match="of which a share can book"):
        reforms.appointments(town(), "replayed", every=15)


def test_priority_holds_for_demands_with_a_share_of_their_own_too() -> None:
    before = town()
    assert changes(before, reforms.priority(before, 0.15)) == {
        "visitor.priority_share": 0.15,
        "demands.copies.priority_share": 0.15,
    }
