"""Reforms of rules: cutoffs, deadlines, bundles, ways of handing over, filing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import reforms
from sim.reforms import ReformError
from tests.reform_offices import changes, town

SAME_DAY_UNTIL = "procedures.certify_copies.habit.same_day_until"


def test_dropping_the_cutoff_changes_the_habit_and_neither_the_law_nor_held_work() -> None:
    before = town()
    after = reforms.drop_cutoff(before, "certify_copies")
    assert changes(before, after) == {SAME_DAY_UNTIL: "24:00"}
    procedure = after.procedure("certify_copies")
    assert procedure.deadline is not None
    assert procedure.deadline.cutoff == "15:00"
    assert procedure.habit.hold_work


def test_dropping_every_cutoff_touches_only_procedures_that_have_one() -> None:
    before = town()
    assert changes(before, reforms.drop_cutoff(before, "*")) == {SAME_DAY_UNTIL: "24:00"}


def test_a_dropped_cutoff_survives_being_written_and_read() -> None:
    after = reforms.drop_cutoff(town(), "certify_copies")
    again = type(after).model_validate(after.as_written())
    assert again.procedure("certify_copies").habit_until == "24:00"


def test_moving_the_cutoff_changes_the_habit_alone() -> None:
    before = town()
    after = reforms.move_cutoff(before, "certify_copies", "16:00")
    assert changes(before, after) == {SAME_DAY_UNTIL: "16:00"}


@pytest.mark.parametrize("name", ["plates", "ad_group"])
def test_a_procedure_without_cutoff_has_none_to_drop(name: str) -> None:
    with pytest.raises(ReformError, match=r"drop_cutoff\.procedure: expected a procedure with"):
        reforms.drop_cutoff(town(), name)


def test_a_shorter_deadline_by_itself_leaves_dossiers_resting_as_long_as_before() -> None:
    before = town()
    after = reforms.set_deadline(before, "ad_group", "5 working days")
    rests = "procedures.ad_group.steps.appraise.rests"
    assert changes(before, after) == {
        "procedures.ad_group.deadline.within": "5 working days",
        f"{rests}.of_deadline": None,
        f"{rests}.working_days": pytest.approx(0.6 * 15 * 5 / 7),
    }


def test_hours_of_a_deadline_are_worth_their_share_of_a_working_day() -> None:
    before = reforms.set_deadline(town(), "ad_group", "15 working hours", resting="scaled")
    after = reforms.set_deadline(before, "ad_group", "1 working day")
    rests = after.procedure("ad_group").steps[1].rests
    assert rests is not None
    assert rests.working_days is not None
    assert rests.working_days.constant == pytest.approx(0.6 * 15 / 7.5)


def test_resting_times_scale_with_the_deadline_only_when_asked() -> None:
    before = town()
    after = reforms.set_deadline(before, "ad_group", "5 working days", resting="scaled")
    assert changes(before, after) == {"procedures.ad_group.deadline.within": "5 working days"}


def test_a_new_cutoff_of_the_law_may_come_with_the_deadline() -> None:
    before = town()
    after = reforms.set_deadline(before, "certify_copies", "1 working day", cutoff="16:00")
    assert changes(before, after) == {
        "procedures.certify_copies.deadline.within": "1 working day",
        "procedures.certify_copies.deadline.cutoff": "16:00",
    }


def test_a_deadline_may_be_brought_in_where_there_was_none() -> None:
    before = town()
    after = reforms.set_deadline(before, "plates", "2 days")
    assert changes(before, after) == {"procedures.plates.deadline.within": "2 days"}


def test_every_deadline_means_those_that_exist() -> None:
    after = reforms.set_deadline(town(), "*", "3 working days")
    limits = {p.id: p.deadline.within for p in after.procedures if p.deadline}
    names = ("certify_copies", "ad_group", "ad_product", "performance")
    assert limits == dict.fromkeys(names, "3 working days")


def test_nothing_to_scale_is_an_error() -> None:
    with pytest.raises(ReformError, match="resting time of_deadline"):
        reforms.set_deadline(town(), "certify_copies", "1 working day", resting="scaled")


def test_an_unreadable_limit_is_refused_with_what_was_expected() -> None:
    with pytest.raises(ReformError, match=r'set_deadline\.within: expected "same day".*"soon"'):
        reforms.set_deadline(town(), "ad_group", "soon")


def test_a_bundle_concerns_demands_that_need_all_of_it() -> None:
    before = town()
    after = reforms.bundle(
        before, ["performance", "ad_product"], saves_intake=0.5, saves_desk_work=0.3
    )
    path = "demands.shows.bundling"
    assert changes(before, after) == {
        f"{path}.procedures": ["performance", "ad_product"],
        f"{path}.saves_intake": 0.5,
        f"{path}.saves_desk_work": 0.3,
        f"{path}.adopted_by": 1,
    }


def test_bundling_everything_means_all_that_a_demand_needs() -> None:
    after = reforms.bundle(town(), "*", adopted_by=0.5)
    adopted = {d.id: d.bundling.adopted_by for d in after.demands if d.bundling.adopted_by < 1}
    assert adopted == {"shows": 0.5, "replayed": 0.5}
    assert after.demand("shows").bundling.procedures == ()


def test_the_same_procedure_twice_is_bundled_only_where_it_is_needed_twice() -> None:
    with pytest.raises(ReformError, match="procedures that some demand needs together"):
        reforms.bundle(town(), ["performance", "performance"])


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["performance", "plates"], "needs together"),
        (["performance"], "two procedures or more"),
        (["performance", "ad_produkt"], 'Nearest known name: "ad_product"'),
    ],
)
def test_a_bundle_that_nobody_needs_is_refused(names: list[str], message: str) -> None:
    with pytest.raises(ReformError, match=message):
        reforms.bundle(town(), names)


def test_a_share_by_post_leaves_the_other_ways_their_proportions() -> None:
    before = town()
    after = reforms.hand_over(before, "ad_product", by_post=0.5)
    path = "procedures.ad_product.result"
    assert changes(before, after) == {
        f"{path}.by post": 0.5,
        f"{path}.by appointment": pytest.approx(0.3),
        f"{path}.when ready": pytest.approx(0.2),
    }


def test_a_way_of_handing_over_may_replace_all_others() -> None:
    after = reforms.hand_over(town(), "certify_copies", online=1)
    assert after.procedure("certify_copies").ways() == {"online": 1}


@settings(deadline=None, max_examples=30)
@given(post=st.floats(0, 0.5), online=st.floats(0, 0.5))
def test_ways_of_handing_over_always_add_up(post: float, online: float) -> None:
    ways = reforms.hand_over(town(), "ad_product", by_post=post, online=online)
    shares = ways.procedure("ad_product").ways()
    assert sum(shares.values()) == pytest.approx(1)
    assert shares.get("by post", 0) == post
    assert shares.get("online", 0) == online
    if post + online < 0.999:
        assert shares["by appointment"] / shares["when ready"] == pytest.approx(1.5)


def test_shares_that_leave_nobody_to_take_the_rest_are_refused() -> None:
    with pytest.raises(ReformError, match=r"shares that add up to 1, found 0\.3"):
        reforms.hand_over(town(), "certify_copies", while_you_wait=0.3)


@pytest.mark.parametrize("shares", [{}, {"by_post": 0.6, "online": 0.6}])
def test_shares_of_handing_over_must_be_given_and_fit(shares: dict[str, float]) -> None:
    with pytest.raises(ReformError, match="at most 1 together"):
        reforms.hand_over(town(), "ad_product", **shares)


def test_filing_online_holds_for_every_demand_that_needs_the_procedure() -> None:
    before = town()
    assert changes(before, reforms.file_online(before, "ad_product", 0.8)) == {
        "demands.shows.filed.counter": 0.2,
        "demands.shows.filed.online": 0.8,
    }


def test_everything_filed_online_concerns_every_demand() -> None:
    after = reforms.file_online(town(), "*", 1)
    assert all(demand.shares_filed()["online"] == 1 for demand in after.demands)
