"""Every key of [visitor], [[teams]] and [roles] does what it says."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.measures import tally
from sim.office import Office
from sim.presence import Member
from sim.report.ledger import ledger
from sim.words import Words
from tests.every_key import (
    Told,
    close_to,
    comes,
    desk,
    hand_over,
    office,
    procedure,
    serve,
    team,
)
from tests.offices import Raw

ONE_DAY = 1


def told(folder: Path, *times: str, team: Raw | None = None, days: int = 5, **given: Any) -> Told:
    """Run an office that serves people for ten minutes each; `given` are keys of the office."""
    staff = {"id": "clerks", "staff": 1, "roles": ["serve"]} | (team or {})
    return Told(office(comes(folder, *times), teams=[staff], **given), folder, days)


# --- visitor --------------------------------------------------------------------------------------


def sent_back_once(**sends_back: Any) -> Raw:
    """Return a step that sends everybody back once, to come again the same day."""
    return serve(sends_back={"share": 1, "working_days": 0} | sends_back)


def test_visitor_travel_minutes_each_way_pass_before_somebody_is_back_the_same_day(
    tmp_path: Path,
) -> None:
    found = told(
        tmp_path, "1 08:00", steps=[sent_back_once()], visitor={"travel": {"minutes_each_way": 20}}
    )
    assert found.visits() == [
        ("1 08:00", "1 08:10", "sent_back"),
        ("1 08:50", "1 09:00", "result"),
    ]


def test_visitor_travel_minutes_each_way_cost_the_visitors_time(tmp_path: Path) -> None:
    travel = {"minutes_each_way": 25}
    found = told(tmp_path, "1 08:00", visitor={"travel": travel, "value_of_time": 60_000})
    # Ten minutes of service and fifty on the way, at 1000 a minute.
    assert found.cases.costs.in_all.tolist() == [60_000]


def test_visitor_travel_cost_round_trip_is_paid_for_every_trip(tmp_path: Path) -> None:
    given = {"visitor": {"travel": {"cost_round_trip": 3_000}}}
    assert told(tmp_path, "1 08:00", **given).cases.costs.in_all.tolist() == [3_000]
    twice = told(tmp_path, "1 08:00", steps=[sent_back_once()], **given)
    assert twice.cases.costs.in_all.tolist() == [6_000]


def test_visitor_value_of_time_is_what_an_hour_on_the_premises_costs(tmp_path: Path) -> None:
    found = told(tmp_path, "1 08:00", "1 08:00", visitor={"value_of_time": 42_000})
    # Ten and twenty minutes.
    assert found.cases.costs.in_all.tolist() == [7_000, 14_000]


def test_visitor_priority_share_is_served_before_others(tmp_path: Path) -> None:
    first = comes(tmp_path, "1 08:00", "1 08:01", name="others", priority_share=0)
    second = comes(tmp_path, "1 08:02", "1 08:03", name="elderly")
    found = Told(office(first, second, visitor={"priority_share": 1}), tmp_path)
    # The one being served is finished; then the elderly, in the order in which they came.
    assert found.order("serve") == [0, 2, 3, 1]


def test_visitor_priority_share_is_the_share_of_people() -> None:
    people = {"id": "people", "needs": ["permit"], "per_day": 50}
    classes = Told(
        office(people, steps=[serve(0.1)], visitor={"priority_share": 0.2}), days=40
    ).cases.priority_class
    assert close_to(float((classes == 0).mean()), 0.2, len(classes))


def test_visitor_patience_is_how_long_somebody_stands_in_a_line(tmp_path: Path) -> None:
    found = told(tmp_path, "1 08:00", "1 08:02", "1 08:07", visitor={"patience": 5})
    assert found.visits(1)[0] == ("1 08:02", "1 08:07", "impatient")
    # Who joins as another leaves is served at 08:10, within their five minutes.
    assert found.visits(2) == [("1 08:07", "1 08:20", "result")]


def test_visitor_patience_that_ends_as_the_turn_comes_is_enough(tmp_path: Path) -> None:
    found = told(tmp_path, "1 08:00", "1 08:05", visitor={"patience": 5})
    assert found.visits(1) == [("1 08:05", "1 08:20", "result")]


@pytest.mark.parametrize("most", [1, 3])
def test_visitor_gives_up_after_that_many_visits_in_vain(tmp_path: Path, most: int) -> None:
    # The only clerk is there for ten minutes a day, and somebody with priority takes them.
    staff = {"staff": {"00:00": 0, "08:00": 1, "08:05": 0}}
    first = comes(tmp_path, *(f"{day} 08:00" for day in (1, 2, 3, 4, 5)), name="first",
                  priority_share=1)  # fmt: skip
    second = comes(tmp_path, "1 08:00", name="second")
    teams = [team("serve") | staff]
    found = Told(office(first, second, teams=teams, visitor={"gives_up_after": most}), tmp_path)
    lost = [case for case, end in enumerate(found.log.case_end.tolist()) if end == 2]
    assert lost == [1]
    assert [why for _, _, why in found.visits(1)] == ["closing"] * most
    assert found.closed[1] == found.visits(1)[-1][1]


# --- teams: who and how many -------------------------------------------------------------------


def test_teams_id_names_its_luck_and_its_measures(tmp_path: Path) -> None:
    def presence(name: str) -> list[Member]:
        late = {"share": 0.5, "minutes": {"uniform": {"low": 1, "high": 30}}}
        return told(tmp_path, "1 08:00", team={"id": name, "lateness": late}).log.members

    assert presence("hall_a") == presence("hall_a")
    assert presence("hall_a") != presence("hall_b")
    found = told(tmp_path, "1 08:00", team={"id": "hall_a"})
    assert "utilisation.hall_a" in tally(found.found, found.layout).sums


def test_teams_staff_constant_is_how_many_serve_at_once(tmp_path: Path) -> None:
    found = told(tmp_path, *["1 08:00"] * 5, team={"staff": 2})
    assert found.begun("serve") == ["1 08:00"] * 2 + ["1 08:10"] * 2 + ["1 08:20"]


def test_teams_staff_profile_is_how_many_there_are_from_each_time_on(tmp_path: Path) -> None:
    staff = {"08:00": 1, "08:20": 3, "08:30": 1}
    found = told(tmp_path, *["1 08:00"] * 8, team={"staff": staff})
    # At 08:30 those with the highest numbers leave.
    assert found.begun("serve") == [
        "1 08:00", "1 08:10", "1 08:20", "1 08:20", "1 08:20", "1 08:30", "1 08:40", "1 08:50",
    ]  # fmt: skip


def test_teams_staff_weekly_is_a_number_or_a_profile_by_weekday(tmp_path: Path) -> None:
    times = [f"{day} 08:00" for day in (1, 2, 3) for _ in range(3)]
    staff = {"mon": 1, "tue": {"08:00": 1, "08:10": 2}, "wed-fri": 3}
    found = told(tmp_path, *times, team={"staff": staff})
    assert found.begun("serve") == [
        "1 08:00", "1 08:10", "1 08:20",
        "2 08:00", "2 08:10", "2 08:10",
        "3 08:00", "3 08:00", "3 08:00",
    ]  # fmt: skip


def counters(folder: Path, *lines: str) -> None:
    (folder / "counters.csv").write_text("\n".join(lines) + "\n", "utf-8")


def test_teams_staff_log_replays_open_counters(tmp_path: Path) -> None:
    counters(
        tmp_path, "time,open_counters", "2024-01-01 08:00,1", "2024-01-01 08:10,2",
        "2024-01-01 08:20,0", "2024-01-01 09:00,1", "2024-01-03 08:00,1",
    )  # fmt: skip
    times = ["1 08:00"] * 4 + ["2 08:00"]
    found = told(tmp_path, *times, team={"staff": {"log": "counters.csv"}})
    assert found.begun("serve")[:4] == ["1 08:00", "1 08:10", "1 08:10", "1 09:00"]
    # Of Tuesday the log says nothing: nobody is there.
    assert found.visits(4)[0] == ("2 08:00", "2 17:00", "closing")


NAMED = {"log": "counters.csv", "time": "clock", "date": "on", "open": "staffed"}
LINES = ("clock,on,staffed,queue", "08:30,2024-01-01,1,7", "08:00,2024-01-01,1,8")


@pytest.mark.parametrize(("queue", "begun"), [(7, "1 08:30"), (8, "1 08:00")])
def test_teams_staff_where_takes_only_some_rows(tmp_path: Path, queue: int, begun: str) -> None:
    counters(tmp_path, *LINES)
    staff = NAMED | {"where": {"queue": queue}}
    assert told(tmp_path, "1 08:00", team={"staff": staff}).begun("serve") == [begun]


def test_teams_staff_time_names_the_column_with_the_time(tmp_path: Path) -> None:
    counters(tmp_path, "clock,time,open_counters", "2024-01-01 08:30,2024-01-01 10:00,1")
    staff = {"log": "counters.csv"}
    assert told(tmp_path, "1 08:00", team={"staff": staff}).begun("serve") == ["1 10:00"]
    named = staff | {"time": "clock"}
    assert told(tmp_path, "1 08:00", team={"staff": named}).begun("serve") == ["1 08:30"]


def test_teams_staff_date_names_the_column_with_the_date(tmp_path: Path) -> None:
    counters(tmp_path, "time,on,date,open_counters", "08:00,2024-01-02,2024-01-01,1")
    staff = {"log": "counters.csv"}
    assert told(tmp_path, "1 08:00", team={"staff": staff}).begun("serve") == ["1 08:00"]
    found = told(tmp_path, "1 08:00", "2 08:00", team={"staff": staff | {"date": "on"}})
    assert found.begun("serve")[0] == "2 08:00"


def test_teams_staff_open_names_the_column_with_the_number(tmp_path: Path) -> None:
    counters(tmp_path, "time,open_counters,staffed", "2024-01-01 08:00,1,2")
    staff = {"log": "counters.csv"}
    times = ["1 08:00"] * 2
    apart = told(tmp_path, *times, team={"staff": staff}).begun("serve")
    assert apart == ["1 08:00", "1 08:10"]
    both = told(tmp_path, *times, team={"staff": staff | {"open": "staffed"}}).begun("serve")
    assert both == ["1 08:00", "1 08:00"]


# --- teams: roles --------------------------------------------------------------------------------


def two_kinds(folder: Path, roles: list[Any]) -> list[tuple[str, str]]:
    """Serve two who came for one thing, and two who came for another, one before them."""
    procedures = [
        {"id": "permit", "steps": [serve()]},
        {"id": "advice", "steps": [serve(id="advise", role="advise")]},
    ]
    demands = [
        comes(folder, "1 08:00", "1 08:03", name="first"),
        comes(folder, "1 08:01", "1 08:02", name="second", needs=["advice"]),
    ]
    found = Told(office(*demands, procedures=procedures, teams=[team(*roles)]), folder)
    served = [(start, "permit") for start in found.begun("serve")]
    return sorted(served + [(start, "advice") for start in found.begun("advise")])


@pytest.mark.parametrize(
    ("roles", "order"),
    [
        (["serve", "advise"], ["permit", "permit", "advice", "advice"]),
        (["advise", "serve"], ["permit", "advice", "advice", "permit"]),
    ],
)
def test_teams_roles_are_taken_most_urgent_first(
    tmp_path: Path, roles: list[Any], order: list[str]
) -> None:
    assert [what for _, what in two_kinds(tmp_path, roles)] == order


def test_teams_roles_in_an_inner_list_are_equally_urgent(tmp_path: Path) -> None:
    order = [what for _, what in two_kinds(tmp_path, [["serve", "advise"]])]
    # Who waited longest, whatever for.
    assert order == ["permit", "advice", "advice", "permit"]
    other = [what for _, what in two_kinds(tmp_path, [["advise", "serve"]])]
    assert other == order


# --- teams: money --------------------------------------------------------------------------------


def office_cost(found: Told) -> float:
    return found.found.hours.cost(found.layout)


def test_teams_wage_is_paid_for_every_hour_of_every_member(tmp_path: Path) -> None:
    found = told(tmp_path, "1 08:00", team={"staff": 2, "wage": 24_000}, days=3)
    assert office_cost(found) == 2 * 3 * 8 * 24_000


@pytest.mark.parametrize(("rate", "times"), [({}, 1.5), ({"overtime_rate": 2}, 2)])
def test_teams_overtime_rate_is_what_an_hour_past_paid_hours_costs(
    tmp_path: Path, rate: Raw, times: float
) -> None:
    found = told(tmp_path, "1 16:50", team={"wage": 24_000} | rate, steps=[serve(40)], days=ONE_DAY)
    # Served until 17:30.
    assert found.hours == [[8, pytest.approx(1 / 6), 0.5]]
    assert office_cost(found) == pytest.approx(8 * 24_000 + 0.5 * times * 24_000)


# --- teams: when they are there ------------------------------------------------------------------


def test_teams_hours_are_when_its_members_are_there_and_paid(tmp_path: Path) -> None:
    hours = {"mon": ["08:30-09:00", "15:00-16:00"], "wed": ["08:00-12:00"]}
    times = ("1 08:00", "1 10:00", "1 16:30", "2 09:00")
    found = told(tmp_path, *times, team={"hours": hours}, days=3)
    assert found.begun("serve")[:2] == ["1 08:30", "1 15:00"]
    # The office is open until 17:00, and on Tuesday.
    assert found.visits(2)[0] == ("1 16:30", "1 17:00", "closing")
    assert found.visits(3)[0] == ("2 09:00", "2 17:00", "closing")
    assert found.found.hours.paid.tolist() == [1.5 + 4]


def test_teams_hours_end_desk_work_but_no_service(tmp_path: Path) -> None:
    steps = [serve(role="serve"), desk(90)]
    teams = [
        team("serve", id="counter", hours={"mon-fri": ["08:00-09:05"]}),
        team("write", id="back", hours={"mon-fri": ["08:00-09:00"]}),
    ]
    found = Told(office(comes(tmp_path, "1 08:00", "1 09:00"), steps=steps, teams=teams), tmp_path)
    assert found.work("serve") == [("1 08:00", "1 08:10"), ("1 09:00", "1 09:10")]
    # Fifty minutes on the first day; the other forty on the next.
    assert found.work("desk", None)[:2] == [("1 08:10", "1 09:00"), ("2 08:00", "2 08:40")]


def presences(staff: Raw, days: int, hours: Raw | None = None) -> Told:
    """Run many days in which nobody comes but on the first."""
    given = {"calendar": {"start": "2024-01-01", "hours": hours or {"mon-fri": ["08:00-17:00"]}}}
    people = {"id": "people", "needs": ["permit"], "per_day": 0.01}
    return Told(office(people, teams=[team("serve") | staff], **given), days=days)


def spans(member: Member, what: str) -> list[tuple[int, int]]:
    found = getattr(member, what)
    return list(zip(found.starts, found.ends, strict=True))


def test_teams_absence_is_the_share_of_days_missed_and_not_paid() -> None:
    found = presences({"staff": 4, "absence": 0.1}, 250)
    until = found.layout.calendar.window.measured_until * DAY_MS
    days = sum(end < until for member in found.log.members for _, end in spans(member, "paid"))
    assert close_to(1 - days / 1000, 0.1, 1000)
    assert all(spans(m, "paid") == spans(m, "present") for m in found.log.members)
    assert found.found.hours.paid.tolist() == [9 * days]


LATE = {"share": 0.25, "minutes": 10}


def starts(lateness: Raw) -> Any:
    """Return how late a session began, in minutes, of every session of every member."""
    hours = {"mon-fri": ["08:00-12:00", "13:00-17:00"]}
    found = presences({"staff": 2, "lateness": lateness}, 250, hours)
    assert all(len(spans(m, "paid")) >= 500 for m in found.log.members)
    late = [
        (there[0] - paid[0]) / MINUTE_MS
        for member in found.log.members
        for there, paid in zip(spans(member, "present"), spans(member, "paid"), strict=True)
    ]
    ends = [
        [[end for _, end in spans(member, what)] for what in ("present", "paid")]
        for member in found.log.members
    ]
    assert all(there == paid for there, paid in ends)
    return np.array(late)


def test_teams_lateness_share_is_that_of_sessions_begun_late() -> None:
    late = starts(LATE)
    assert set(late.tolist()) == {0, 10}
    assert close_to(float((late > 0).mean()), 0.25, len(late))


def test_teams_lateness_minutes_are_those_of_who_comes_late() -> None:
    late = starts({"share": 1, "minutes": {"uniform": {"low": 5, "high": 25}}})
    assert late.min() >= 5
    assert late.max() <= 25
    assert abs(late.mean() - 15) <= 4 * (20 / np.sqrt(12)) / np.sqrt(len(late))


def test_teams_lateness_keeps_visitors_waiting(tmp_path: Path) -> None:
    late = {"share": 1, "minutes": 10}
    found = told(tmp_path, "1 08:00", "1 12:00", team={"lateness": late})
    assert found.begun("serve") == ["1 08:10", "1 13:10"]


def test_teams_away_share_is_that_of_paid_time_and_paid() -> None:
    away = {"share": 0.3, "minutes": {"exponential": {"mean": 60}}}
    found = presences({"staff": 2, "away": away}, 250)
    hours = np.array(
        [
            [member.present.elapsed((day + 1) * DAY_MS) - member.present.elapsed(day * DAY_MS)
             for day in range(found.layout.calendar.window.measured_until)]
            for member in found.log.members
        ]
    ).ravel() / HOUR_MS  # fmt: skip
    open_days = np.tile(
        [bool(found.layout.calendar.is_open[found.layout.calendar.index(day)])
         for day in range(found.layout.calendar.window.measured_until)], 2,
    )  # fmt: skip
    there = hours[open_days] / 9
    # Each day is drawn anew.
    assert abs(there.mean() - 0.7) <= 4 * there.std() / np.sqrt(len(there))
    assert found.found.hours.paid.tolist() == [2 * 250 * 9]


def test_teams_away_minutes_are_those_of_one_absence() -> None:
    found = presences({"away": {"share": 0.3, "minutes": 30}}, 250)
    (member,) = found.log.members
    there = spans(member, "present")
    gaps = [
        later[0] - before[1]
        for before, later in pairwise(there)
        if later[0] // DAY_MS == before[1] // DAY_MS
    ]
    assert len(gaps) > 1000
    assert {gap / MINUTE_MS for gap in gaps} == {30}
    opens = [start % DAY_MS - 8 * HOUR_MS for start, _ in there]
    late = [later for later, begins in zip(opens, [True, *_first(there)], strict=True) if begins]
    # Whoever begins a day away is away for what is left of it: evenly up to half an hour.
    left = np.array([later for later in late if later]) / MINUTE_MS
    assert close_to(len(left) / len(late), 0.3, len(late))
    assert left.max() <= 30
    assert abs(left.mean() - 15) <= 4 * 30 / np.sqrt(12 * len(left))


def _first(there: list[tuple[int, int]]) -> list[bool]:
    """Tell which spells, but the first, are the first of their day."""
    return [later[0] // DAY_MS != before[0] // DAY_MS for before, later in pairwise(there)]


# --- teams: closing ------------------------------------------------------------------------------


def test_teams_closing_finish_current_serves_only_who_is_being_served(tmp_path: Path) -> None:
    found = told(
        tmp_path, "1 16:55", "1 16:56", team={"closing": "finish current", "wage": 1}, days=ONE_DAY
    )
    assert found.visits(0) == [("1 16:55", "1 17:05", "result")]
    assert found.visits(1)[0] == ("1 16:56", "1 17:00", "closing")
    assert found.hours[0][2] == pytest.approx(5 / 60)


def test_teams_closing_finish_queue_serves_all_inside_and_that_is_overtime(tmp_path: Path) -> None:
    found = told(
        tmp_path, "1 16:55", "1 16:56", "1 17:00",
        team={"staff": 2, "closing": "finish queue"}, steps=[serve(), serve(20, id="second")],
        days=ONE_DAY,
    )  # fmt: skip
    assert found.visits(0) == [("1 16:55", "1 17:25", "result")]
    assert found.visits(1) == [("1 16:56", "1 17:26", "result")]
    # Closing is no part of the hours: too late.
    assert found.visits(2)[0][2] == "turned_away"
    stays = [(m, found.at(a), found.at(b)) for m, a, b in found.log.stays.rows.tolist()]
    # Both stay as long as anybody who was inside is inside.
    assert stays == [(0, "1 17:00", "1 17:26"), (1, "1 17:00", "1 17:26")]
    assert found.hours[0][2] == pytest.approx(2 * 26 / 60)


def test_teams_closing_finish_queue_does_desk_work_for_those_inside_alone(tmp_path: Path) -> None:
    steps = [serve(5), desk(30), hand_over()]
    others = {"id": "others", "steps": [serve(5), desk(30)]}
    staff = [team("serve", "write", "give", closing="finish queue")]
    demands = [
        comes(tmp_path, "1 16:50", name="first"),
        comes(tmp_path, "1 16:40", name="second", needs=["others"]),
    ]
    procedures = [procedure(*steps, stays=120), others]
    found = Told(office(*demands, teams=staff, procedures=procedures), tmp_path, ONE_DAY)
    # The second's desk work, begun at 16:45, is left at 17:00 for the visitor who is inside.
    assert found.visits(0) == [("1 16:40", "1 16:45", "slip")]
    assert found.work("serve") == [("1 16:40", "1 16:45"), ("1 17:00", "1 17:05")]
    assert found.visits(1) == [("1 16:50", "1 17:40", "result")]
    assert found.work("desk")[0] == ("1 17:05", "1 17:35")


def test_teams_closing_finish_queue_needs_the_team_to_be_there_at_closing(tmp_path: Path) -> None:
    early = {"closing": "finish queue", "hours": {"mon-fri": ["08:00-16:30"]}}
    found = told(tmp_path, "1 16:25", "1 16:26", team=early, days=ONE_DAY)
    assert found.visits(0) == [("1 16:25", "1 16:35", "result")]
    assert found.visits(1)[0] == ("1 16:26", "1 17:00", "closing")
    assert len(found.log.stays) == 0


# --- roles ---------------------------------------------------------------------------------------


def desk_order(folder: Path, **given: Any) -> list[str]:
    """Have desk work of three procedures wait at 08:30, and return in which order it is begun."""
    limits = {"late": "5 working days", "soon": "1 working days", "never": ""}
    procedures = [
        {"id": name, "steps": [serve(1), desk(20)]}
        | ({"deadline": {"within": within}} if within else {})
        for name, within in limits.items()
    ]
    demands = [
        comes(folder, f"1 08:0{i}", name=name, needs=[need])
        for i, (name, need) in enumerate(
            {"zero": "late", "a": "never", "b": "late", "c": "soon"}.items()
        )
    ]
    names = ["zero", "never", "late", "soon"]
    found = Told(office(*demands, procedures=procedures, **given), folder)
    return [names[case] for case in found.order("desk")]


def test_roles_title_is_what_readers_see_of_who_does_a_step(tmp_path: Path) -> None:
    roles = {"serve": {"title": {"en": "Desk", "vi": "Bàn"}}}
    plain = office(comes(tmp_path, "1 08:00"))
    read = Office.model_validate(plain | {"roles": roles})
    path = "procedures.permit.steps.serve.role"
    for language, title in (("en", "Desk"), ("vi", "Bàn")):
        parts = ledger(read, Words(language))
        assert {e.path: e.value for part in parts for e in part.entries}[path] == title
    titled = Told(plain | {"roles": roles}, tmp_path)
    assert titled.in_hand == Told(plain, tmp_path).in_hand


@pytest.mark.parametrize("given", [{}, {"roles": {"write": {"order": "first come"}}}])
def test_roles_order_first_come_is_taken_first(tmp_path: Path, given: Raw) -> None:
    assert desk_order(tmp_path, **given) == ["zero", "never", "late", "soon"]


def test_roles_order_due_date_takes_what_is_due_first(tmp_path: Path) -> None:
    order = desk_order(tmp_path, roles={"write": {"order": "due date"}})
    # The first is begun before the others come; work without a due time comes last.
    assert order == ["zero", "soon", "late", "never"]


def test_roles_day_cv_makes_the_work_of_some_days_longer_than_of_others(tmp_path: Path) -> None:
    times = [f"{day} {hour}" for day in (1, 2, 3) for hour in ("08:00", "10:00")]
    steady, uneven = (
        Told(office(comes(tmp_path, *times), roles={"serve": {"day_cv": cv}}), tmp_path)
        for cv in (0, 0.2)
    )
    assert steady.minutes("serve") == [10] * 6
    first, second = uneven.minutes("serve")[::2], uneven.minutes("serve")[1::2]
    assert first == pytest.approx(second, abs=1e-4)
    assert len(set(first)) == 3
