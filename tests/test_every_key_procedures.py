"""Every key of [[procedures]] and their steps does what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.clock import MINUTE_MS
from sim.log import Outcome, Spell
from sim.office import Office
from sim.office.procedures import Procedure
from sim.report.ledger import ledger
from sim.tables import event_rows
from sim.words import Words
from tests.every_key import (
    Told,
    close_to,
    comes,
    desk,
    elsewhere,
    hand_over,
    office,
    procedure,
    serve,
    team,
)
from tests.offices import Raw

THREE = (serve(10), desk(10), hand_over(5))
"""Intake, desk work and hand-over: 08:00 to 08:10, 08:20 and 08:25 for who comes at 08:00."""


def told(folder: Path, *times: str, steps: Any = THREE, days: int = 5, **given: Any) -> Told:
    """Run an office of one procedure; `given` are its keys, but `office` those of the office."""
    others = given.pop("office", {})
    raw = office(comes(folder, *times), procedures=[procedure(*steps, **given)], **others)
    return Told(raw, folder, days)


def many(*steps: Raw, a_day: float = 60, days: int = 20, **given: Any) -> Told:
    """Run an office with staff for everybody at once, for shares."""
    people = {"id": "people", "needs": ["permit"], "per_day": a_day}
    for key in ("by_hour", "gives_up_after"):
        people |= {key: given.pop(key)} if key in given else {}
    roles = {step["role"] for step in steps if "role" in step}
    teams = [team(*sorted(roles), staff=50)]
    return Told(office(people, teams=teams, procedures=[procedure(*steps, **given)]), days=days)


def due(folder: Path, came: str, within: str, *steps: Raw, **deadline: Any) -> str:
    """Return when a dossier is due that is received ten minutes after somebody comes."""
    limit = {"within": within} | deadline
    return told(folder, came, steps=steps or THREE, deadline=limit).due[0]


# --- names ---------------------------------------------------------------------------------------


def test_procedures_id_is_what_demands_need(tmp_path: Path) -> None:
    two = [{"id": name, "steps": [serve(n)]} for name, n in {"permit": 10, "other": 20}.items()]
    found = Told(office(comes(tmp_path, "1 08:00", needs=["other"]), procedures=two), tmp_path)
    assert found.in_hand == ["1 08:20"]


def test_steps_id_names_what_was_done_in_the_event_log(tmp_path: Path) -> None:
    found = told(tmp_path, "1 08:00", steps=[serve(id="greet")])
    events = event_rows(found.layout, found.log)["concept:name"].to_list()
    assert events[1:3] == ["permit: greet"] * 2


def test_steps_title_is_what_readers_see_in_the_ledger(tmp_path: Path) -> None:
    step = serve(10, title={"en": "At the counter", "vi": "Tại quầy"})
    read = Office.model_validate(office(comes(tmp_path, "1 08:00"), steps=[step]))
    labels = {
        language: {e.path: e.label for part in ledger(read, Words(language)) for e in part.entries}
        for language in ("en", "vi")
    }
    path = "procedures.permit.steps.serve.minutes"
    assert labels["en"][path] == "At the counter – how long the work takes"
    assert labels["vi"][path].startswith("Tại quầy – ")


# --- deadline ------------------------------------------------------------------------------------


def test_procedures_deadline_within_the_same_day_is_until_closing(tmp_path: Path) -> None:
    assert due(tmp_path, "1 08:00", "same day") == "1 17:00"


@pytest.mark.parametrize(
    ("came", "within", "until"),
    [("1 08:00", "1 working day", "2 17:00"), ("4 08:00", "2 working days", "8 17:00")],
)
def test_procedures_deadline_within_working_days_does_not_count_that_of_receipt(
    tmp_path: Path, came: str, within: str, until: str
) -> None:
    assert due(tmp_path, came, within) == until


@pytest.mark.parametrize(("within", "until"), [("10 days", "11 17:00"), ("5 days", "8 17:00")])
def test_procedures_deadline_within_days_moves_on_from_a_day_off(
    tmp_path: Path, within: str, until: str
) -> None:
    # Five days from Monday is Saturday.
    assert due(tmp_path, "1 08:00", within) == until


def test_procedures_deadline_within_working_hours_counts_open_time(tmp_path: Path) -> None:
    # 7:50 hours are left of Monday, 2:10 of Tuesday are needed.
    assert due(tmp_path, "1 08:00", "10 working hours") == "2 10:10"
    # Received at 17:05, after closing: from Tuesday's opening.
    assert due(tmp_path, "1 16:55", "10 working hours") == "3 10:00"


@pytest.mark.parametrize(("came", "until"), [("1 14:50", "2 17:00"), ("1 14:51", "3 17:00")])
def test_procedures_deadline_cutoff_counts_what_is_received_after_it_as_the_next_days(
    tmp_path: Path, came: str, until: str
) -> None:
    assert due(tmp_path, came, "1 working days", cutoff="15:00") == until


def test_procedures_deadline_cutoff_is_the_habit_too_unless_that_is_said(tmp_path: Path) -> None:
    limit = {"deadline": {"within": "same day", "cutoff": "15:00"}}
    assert told(tmp_path, "1 15:00", **limit).moments("released") == ["2 08:00"]
    kinder = told(tmp_path, "1 15:00", habit={"same_day_until": "24:00"}, **limit)
    assert kinder.in_hand == ["1 15:25"]
    # The law is the same.
    assert kinder.due == ["2 17:00"]


# --- habit ---------------------------------------------------------------------------------------


def test_procedures_habit_same_day_until_holds_back_results_of_what_comes_later(
    tmp_path: Path,
) -> None:
    found = told(tmp_path, "1 14:50", "1 14:55", habit={"same_day_until": "15:00"})
    # Received at 15:00 and 15:10.
    assert found.in_hand[0] == "1 15:15"
    assert found.moments("released") == ["1 15:00", "2 08:00"]
    assert found.visits(1)[0] == ("1 14:55", "1 15:10", "slip")
    assert found.visits(1)[1][0].startswith("2 ")
    # Desks work all the same.
    assert found.moments("ready") == ["1 15:10", "1 15:20"]


def test_procedures_habit_kept_is_the_share_of_later_dossiers_held_back() -> None:
    habit = {"same_day_until": "15:00", "kept": 0.7}
    log = many(serve(1), by_hour={"14:00": 1, "15:00": 1, "16:00": 0}, habit=habit).log
    received = log.received[log.received >= 0]
    released = log.released[log.received >= 0]
    later = received % 86_400_000 > 15 * 3_600_000
    assert (released == received)[~later].all()
    assert close_to(float((released > received)[later].mean()), 0.7, int(later.sum()))


@pytest.mark.parametrize(
    ("hold", "work"), [(False, ("1 15:11", "1 15:21")), (True, ("2 08:00", "2 08:10"))]
)
def test_procedures_habit_hold_work_leaves_dossiers_untouched_until_then(
    tmp_path: Path, hold: bool, work: tuple[str, str]
) -> None:
    habit = {"same_day_until": "15:00", "hold_work": hold}
    found = told(tmp_path, "1 15:01", habit=habit)
    assert found.work("desk") == [work]
    held = found.spells(Spell.HELD)
    assert held[:1] == ([("1 15:11", "2 08:00")] if hold else [("1 15:21", "2 08:00")])


# --- result --------------------------------------------------------------------------------------


def test_procedures_result_online_is_in_hand_at_once_and_nobody_comes(tmp_path: Path) -> None:
    found = told(tmp_path, "1 08:00", result="online")
    assert found.visits() == [("1 08:00", "1 08:10", "slip")]
    # The hand-over is desk work.
    assert found.work("hand_over") == [("1 08:20", "1 08:25")]
    assert found.in_hand == ["1 08:25"]
    assert found.cases.slips.tolist() == [0]


def test_procedures_result_while_you_wait_is_taken_at_the_same_visit(tmp_path: Path) -> None:
    found = told(tmp_path, "1 08:00", result="while you wait")
    assert found.visits() == [("1 08:00", "1 08:25", "result")]
    assert found.in_hand == ["1 08:25"]
    assert found.cases.slips.tolist() == [0]
    # Fifteen minutes of service, ten of waiting inside.
    assert found.cases.wait.tolist() == [10 * MINUTE_MS]


@pytest.mark.parametrize(("within", "day"), [("same day", "2"), ("3 working days", "4")])
def test_procedures_result_while_you_wait_needs_somebody_who_will_be_there(
    tmp_path: Path, within: str, day: str
) -> None:
    teams = [
        team("serve", "give"),
        team("write", id="back", hours={"mon-fri": ["08:00-09:00"]}),
    ]
    found = told(
        tmp_path, "1 09:00", result="while you wait", deadline={"within": within},
        office={"teams": teams},
    )  # fmt: skip
    # Who cannot stay comes when it is ready, on the second day, or by appointment.
    first, *others = found.visits()
    assert first == ("1 09:00", "1 09:10", "slip")
    assert found.moments("ready") == ["2 08:10"]
    expected = str(int(day) + 1) if within == "same day" else day
    assert others[0][0].split()[0] == expected
    assert found.cases.slips.tolist() == [1]


def test_procedures_result_when_ready_is_fetched_the_next_open_day(tmp_path: Path) -> None:
    found = told(tmp_path, "1 08:00", "5 08:00", "6 08:00", result="when ready", days=6)
    first, second = found.visits(0)
    assert first == ("1 08:00", "1 08:10", "slip")
    assert second[0].startswith("2 ")
    assert found.begun("hand_over")[0] == second[0]
    # From Friday to Monday.
    assert found.visits(1)[1][0].startswith("8 ")
    assert found.cases.slips.tolist()[0] == 1


def test_procedures_result_by_appointment_names_the_due_date_and_an_hour(tmp_path: Path) -> None:
    found = told(
        tmp_path, "1 08:00", result="by appointment", deadline={"within": "2 working days"}
    )
    first, second = found.visits()
    assert first == ("1 08:00", "1 08:10", "slip")
    # One hour before closing is the default; until then a ready result is held.
    assert "3 16:00" <= second[0] < "3 17:00"
    assert second[2] == "result"
    assert found.moments("ready") == ["1 08:20"]
    assert found.spells(Spell.HELD) == [("1 08:20", "3 16:00")]
    assert found.spells(Spell.CITIZEN) == [("3 16:00", second[0])]


def test_procedures_result_by_post_is_in_hand_some_working_days_after_it_is_sent(
    tmp_path: Path,
) -> None:
    found = told(tmp_path, "1 08:00", result="by post")
    assert found.visits() == [("1 08:00", "1 08:10", "slip")]
    assert found.work("hand_over") == [("1 08:20", "1 08:25")]
    assert found.spells(Spell.POST) == [("1 08:25", "3 08:25")]
    assert found.in_hand == ["3 08:25"]


def test_procedures_result_shares_are_those_of_dossiers() -> None:
    shares = {"when ready": 0.3, "online": 0.7}
    found = many(serve(1), desk(1), hand_over(1), result=shares)
    trips = found.cases.trips[found.cases.end == 1]
    assert set(trips.tolist()) <= {1, 2, 3}
    assert close_to(float((trips > 1).mean()), 0.3, len(trips))


def test_procedures_result_unsaid_is_waited_for_where_a_hand_over_follows(tmp_path: Path) -> None:
    assert told(tmp_path, "1 08:00").visits() == [("1 08:00", "1 08:25", "result")]
    none = told(tmp_path, "1 08:00", steps=[serve(), desk()])
    assert none.visits() == [("1 08:00", "1 08:10", "slip")]
    assert none.in_hand == ["1 08:20"]


@pytest.mark.parametrize(("days", "arrives"), [(0, "1 08:25"), (0.5, "1 13:25"), (1, "2 08:25")])
def test_procedures_post_days_are_working_days(tmp_path: Path, days: float, arrives: str) -> None:
    found = told(tmp_path, "1 08:00", result="by post", post={"days": days})
    assert found.in_hand == [arrives]


def test_procedures_post_cost_is_paid_by_whose_result_is_sent(tmp_path: Path) -> None:
    post = {"post": {"cost": 28_000}}
    sent = told(tmp_path, "1 08:00", result="by post", **post)
    assert sent.cases.costs.in_all.tolist() == [28_000]
    assert sent.cases.costs.fees.tolist() == [0]
    assert told(tmp_path, "1 08:00", **post).cases.costs.in_all.tolist() == [0]


def test_procedures_slip_hour_is_from_when_results_are_given(tmp_path: Path) -> None:
    found = told(
        tmp_path, "1 08:00", "1 08:30", "1 09:00", result="by appointment", slip_hour="16:40",
        deadline={"within": "2 working days"},
    )  # fmt: skip
    for case in range(3):
        assert "3 16:40" <= found.visits(case)[1][0] < "3 17:00"
    assert {until for _, until in found.spells(Spell.HELD)} == {"3 16:40"}


@pytest.mark.parametrize(("new_date", "second"), [(1, "4"), (3, "8")])
def test_procedures_new_date_is_that_many_working_days_after_the_apology(
    tmp_path: Path, new_date: int, second: str
) -> None:
    found = told(
        tmp_path, "1 08:00", result="by appointment", new_date=new_date, days=8,
        steps=[serve(), elsewhere(6), hand_over()], deadline={"within": "2 working days"},
    )  # fmt: skip
    # Ready on Tuesday the 9th at 08:10: late for the slip, and for the one new date.
    visits = found.visits()
    assert [came.split()[0] for came, _, _ in visits] == ["1", "3", second, "10"]
    assert [why for _, _, why in visits] == ["slip", "not_ready", "not_ready", "result"]
    assert found.cases.apologies.tolist() == [2]
    assert found.cases.trips_in_vain.tolist() == [2]


def test_procedures_new_date_finds_the_result_ready(tmp_path: Path) -> None:
    found = told(
        tmp_path, "1 08:00", result="by appointment", new_date=2,
        steps=[serve(), elsewhere(3), hand_over()], deadline={"within": "2 working days"},
    )  # fmt: skip
    assert [why for _, _, why in found.visits()] == ["slip", "not_ready", "result"]
    assert "5 16:00" <= found.visits()[2][0] < "5 17:00"
    assert found.cases.apologies.tolist() == [1]


@pytest.mark.parametrize(
    ("stays", "left"), [(41, "1 08:55"), (40, "1 08:55"), (30, "1 08:40"), (0, "1 08:10")]
)
def test_procedures_stays_is_how_long_somebody_waits_for_a_result(
    tmp_path: Path, stays: float, left: str
) -> None:
    found = told(tmp_path, "1 08:00", steps=[serve(), desk(40), hand_over()], stays=stays)
    first, *others = found.visits()
    assert first == ("1 08:00", left, "slip" if others else "result")
    if stays == 30:
        # Whoever leaves comes again after lunch.
        assert "1 13:00" <= others[0][0] < "1 17:00"
    if stays == 0:
        assert others[0][0].startswith("2 ")


# --- money ---------------------------------------------------------------------------------------


def test_procedures_fee_is_paid_once_a_dossier(tmp_path: Path) -> None:
    found = told(tmp_path, "1 08:00", fee=135_000)
    assert found.cases.costs.in_all.tolist() == [135_000]
    assert found.cases.costs.fees.tolist() == [135_000]


def test_procedures_other_cost_is_paid_too_and_is_no_fee(tmp_path: Path) -> None:
    found = told(tmp_path, "1 08:00", other_cost=40_000, fee=135_000)
    assert found.cases.costs.in_all.tolist() == [175_000]
    assert found.cases.costs.fees.tolist() == [135_000]


# --- steps: work ---------------------------------------------------------------------------------


def test_steps_role_is_who_does_the_work(tmp_path: Path) -> None:
    steps = [serve(), serve(id="second", role="give")]
    teams = [team("give", id="give"), team("serve", id="serve")]
    found = told(tmp_path, "1 08:00", steps=steps, office={"teams": teams})
    assert [(row["step"], row["member"]) for row in found.rows()] == [("serve", 1), ("second", 0)]


def test_steps_visitor_tells_whether_somebody_must_be_there(tmp_path: Path) -> None:
    for visitor, left in ((True, "1 08:20"), (False, "1 08:10")):
        found = told(tmp_path, "1 08:00", steps=[serve(), desk(visitor=visitor)])
        assert found.visits()[0][:2] == ("1 08:00", left)
        assert found.work("desk") == [("1 08:10", "1 08:20")]


def test_steps_visitor_in_the_middle_is_called_in_if_not_inside(tmp_path: Path) -> None:
    steps = [serve(), elsewhere(1), serve(id="interview"), desk()]
    found = told(tmp_path, "1 08:00", steps=steps)
    # Told on Tuesday at 08:10; comes on Wednesday.
    assert [came.split()[0] for came, _, _ in found.visits()] == ["1", "3"]
    assert found.begun("interview") == [found.visits()[1][0]]


def test_steps_minutes_are_those_of_work(tmp_path: Path) -> None:
    found = told(tmp_path, "1 08:00", steps=[serve(2.5), desk(0.125)])
    assert found.work("serve") == [("1 08:00", "1 08:02:30.000")]
    assert found.work("desk") == [("1 08:02:30.000", "1 08:02:37.500")]


def test_steps_minutes_follow_their_distribution() -> None:
    found = many(serve({"lognormal": {"p50": 6, "p90": 12}}))
    minutes = np.array(found.minutes("serve"))
    assert len(minutes) > 1000
    assert close_to(float((minutes <= 6).mean()), 0.5, len(minutes))
    assert close_to(float((minutes <= 12).mean()), 0.9, len(minutes))


# --- steps: elsewhere ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "back"), [(1, "2 08:10"), (1.5, "2 13:10"), (4, "5 08:10"), (5, "8 08:10")]
)
def test_steps_working_days_pass_elsewhere_in_open_time(
    tmp_path: Path, days: float, back: str
) -> None:
    found = told(tmp_path, "1 08:00", steps=[serve(), elsewhere(days)])
    assert found.spells(Spell.ELSEWHERE) == [("1 08:10", back)]
    assert found.in_hand == [back]


@pytest.mark.parametrize(
    ("extends", "days", "until"),
    [(False, 1.5, "2 17:00"), (True, 1.5, "4 17:00"), (True, 2, "4 17:00")],
)
def test_steps_extends_deadline_adds_its_working_days_rounded_up(
    tmp_path: Path, extends: bool, days: float, until: str
) -> None:
    step = elsewhere(days, extends_deadline=extends)
    assert due(tmp_path, "1 08:00", "1 working days", serve(), step) == until


def test_steps_extends_deadline_only_for_dossiers_that_it_concerns() -> None:
    found = many(
        serve(1), elsewhere(1, extends_deadline=True, share=0.25),
        deadline={"within": "1 working days"},
    ).log  # fmt: skip
    known = found.due >= 0
    days = found.due[known] // 86_400_000 - found.received[known] // 86_400_000
    # Over a weekend, one and two working days are three and four days, or four and four.
    weekday = (found.received[known] // 86_400_000) % 7
    longer = days[weekday < 3] == 2
    assert close_to(float(longer.mean()), 0.25, len(longer))


# --- steps: whom it concerns, walking, resting ----------------------------------------------------


def test_steps_share_is_that_of_dossiers_it_concerns() -> None:
    found = many(serve(1), desk(1, share=0.3))
    share = len(found.work("desk")) / len(found.work("serve"))
    assert close_to(share, 0.3, len(found.work("serve")))


def test_steps_walk_passes_before_the_step(tmp_path: Path) -> None:
    steps = [serve(walk=7), serve(10, id="photo", role="photo", walk=3), desk(walk=2)]
    found = told(tmp_path, "1 08:00", steps=steps)
    # Nobody walks from the door to the first desk; papers are carried.
    assert found.work("serve") == [("1 08:00", "1 08:10")]
    assert found.work("photo") == [("1 08:13", "1 08:23")]
    assert found.work("desk") == [("1 08:25", "1 08:35")]
    assert found.spells(Spell.WALK) == [("1 08:10", "1 08:13"), ("1 08:23", "1 08:25")]


def test_steps_rests_working_days_lie_before_desk_work_though_nobody_is_busy(
    tmp_path: Path,
) -> None:
    found = told(tmp_path, "1 08:00", steps=[serve(), desk(rests={"working_days": 0.5})])
    # Four open hours: 3:50 until lunch, ten minutes after it.
    assert found.spells(Spell.RESTING) == [("1 08:10", "1 13:10")]
    assert found.work("desk") == [("1 13:10", "1 13:20")]


@pytest.mark.parametrize(
    ("within", "begun"),
    [("2 working days", "2 08:10"), ("8 working hours", "1 13:10"), ("7 days", "3 13:10")],
)
def test_steps_rests_of_deadline_are_a_share_of_the_limit(
    tmp_path: Path, within: str, begun: str
) -> None:
    # Half of it: one working day, four hours, and, seven days being five working days, 2.5.
    steps = [serve(), desk(rests={"of_deadline": 0.5})]
    found = told(tmp_path, "1 08:00", steps=steps, deadline={"within": within})
    assert found.begun("desk") == [begun]


# --- steps: sent back ----------------------------------------------------------------------------


def back(**keys: Any) -> Raw:
    return {"sends_back": {"share": 1} | keys}


def test_steps_sends_back_share_is_that_of_dossiers_the_first_time() -> None:
    found = many(serve(1, sends_back={"share": 0.2}))
    first = [row["outcome"] for row in found.rows() if row["started"] >= 0]
    sent, done = first.count(Outcome.SENT_BACK), first.count(Outcome.DONE)
    # Nobody is sent back twice, so that all done have come once for the first time.
    assert close_to(sent / done, 0.2, done)


def test_steps_sends_back_again_is_the_chance_of_each_further_time() -> None:
    found = many(serve(1, **back(again=0.4, working_days=0)), gives_up_after=100, a_day=40)
    trips = found.cases.trips[found.cases.end == 1]
    assert trips.min() == 2
    # Further times: chance 0.4 each, so that a share 0.4 of twice, of three times, and so on.
    twice, thrice = (trips >= 3).mean(), (trips[trips >= 3] >= 4).mean()
    assert close_to(float(twice), 0.4, len(trips))
    assert close_to(float(thrice), 0.4, int((trips >= 3).sum()))


@pytest.mark.parametrize(
    ("days", "comes_on"), [(0, "1"), (1, "2"), (1.4, "2"), (1.5, "3"), (2, "3"), (5, "8")]
)
def test_steps_sends_back_working_days_pass_until_the_papers_come(
    tmp_path: Path, days: float, comes_on: str
) -> None:
    found = told(tmp_path, "1 08:00", steps=[serve(**back(working_days=days))])
    first, second = found.visits()
    assert first == ("1 08:00", "1 08:10", "sent_back")
    assert second[0].split()[0] == comes_on
    # The intake is done again.
    assert found.work("serve", None) == [("1 08:00", "1 08:10"), second[:2]]
    assert found.moments("received") == [second[1]]


def test_steps_sends_back_working_days_of_none_are_the_next_day_after_the_last_ticket(
    tmp_path: Path,
) -> None:
    raw = office(
        comes(tmp_path, "1 16:40"),
        steps=[serve(**back(working_days=0))],
        visitor={"travel": {"minutes_each_way": 5}},
    )
    # Back at 17:00, too late.
    assert [came.split()[0] for came, _, _ in Told(raw, tmp_path).visits()] == ["1", "2"]


def test_steps_sends_back_after_receipt_and_the_deadline_stands_still(tmp_path: Path) -> None:
    steps = [serve(10), desk(20, **back(working_days=2)), hand_over()]
    found = told(tmp_path, "1 08:00", steps=steps, deadline={"within": "3 working days"})
    # Sent back at 08:30 on Monday; handed in on Wednesday at the intake role, for its minutes.
    first, second = found.visits()[:2]
    assert first[:2] == ("1 08:00", "1 08:30")
    assert second[0].startswith("3 ")
    assert found.begun("serve") == ["1 08:00", second[0]]
    assert found.minutes("serve") == [10, 10]
    assert found.work("desk", Outcome.SENT_BACK) == [("1 08:10", "1 08:30")]
    assert found.minutes("desk") == [20]
    # Thursday, and two working days more.
    assert found.due == ["8 17:00"]
    assert found.moments("received") == ["1 08:10"]


def test_steps_sends_back_after_receipt_cancels_the_appointment(tmp_path: Path) -> None:
    steps = [serve(10), desk(20, **back(working_days=4)), hand_over()]
    found = told(
        tmp_path, "1 08:00", steps=steps, result="by appointment", days=8,
        deadline={"within": "2 working days"},
    )  # fmt: skip
    # Not on the 3rd, as the slip said, but with the papers, and when they are due by then.
    assert [came.split()[0] for came, _, _ in found.visits()] == ["1", "5", "9"]
    assert found.visits()[2][2] == "result"
    assert found.cases.apologies.tolist() == [0]


def test_steps_sends_back_working_days_of_papers_filed_online_come_online(tmp_path: Path) -> None:
    raw = office(
        comes(tmp_path, "1 08:00", filed="online"),
        steps=[serve(10, **back(working_days=1)), desk(5)],
    )
    found = Told(raw, tmp_path)
    assert found.visits() == []
    assert found.work("serve", Outcome.SENT_BACK) == [("1 08:00", "1 08:10")]
    assert found.begun("serve")[0].startswith("2 ")


def test_procedures_without_result_of_no_hand_over_are_online(tmp_path: Path) -> None:
    assert Procedure.model_validate(procedure(serve(), desk())).ways() == {"online": 1}
    assert Procedure.model_validate(procedure(*THREE)).ways() == {"while you wait": 1}
