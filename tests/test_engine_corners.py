"""Corners of the model that generated offices led to: each a small office that shows one."""

from __future__ import annotations

from typing import Any

from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.engines import compiled
from sim.log import Leaving, Outcome, Spell
from sim.replication import OfficeRuns
from tests.logs import Reading
from tests.offices import office

Raw = dict[str, Any]


def run(raw: Raw, days: int = 1) -> Reading:
    runs = OfficeRuns(office(raw), days, 0)
    return Reading(runs.run(7, 0), runs.layout, 7)


def raw_office(procedures: list[Raw], hours: Raw | None = None, **more: Any) -> Raw:
    """Return an office of one clerk who does everything, with a person an hour."""
    roles = dict.fromkeys(s["role"] for p in procedures for s in p["steps"] if "role" in s)
    return {
        "title": "An office",
        "calendar": {"start": "2023-01-02", "hours": hours or {"mon-fri": ["08:00-16:00"]}},
        "teams": [{"id": "clerk", "staff": 1, "roles": list(roles), **more.pop("team", {})}],
        "procedures": procedures,
        "demands": [
            {
                "id": "people",
                "needs": [procedure["id"] for procedure in procedures],
                "appointments": {"every": 60},
                **more,
            }
        ],
    }


def first_day(told: Reading) -> list[int]:
    """Return the filings of those who first came on the first day."""
    arrivals = told.log.population.case_arrival.tolist()
    return [f for f, case in enumerate(told.filing_case) if arrivals[case] < DAY_MS]


def step(name: str, minutes: Any = 5, *, visitor: bool = False, **more: Any) -> Raw:
    return {"id": name, "role": more.pop("role", name), "minutes": minutes} | (
        {"visitor": True, **more} if visitor else more
    )


def test_a_bundle_is_taken_in_by_the_first_of_its_procedures_that_has_an_intake() -> None:
    desk = {"id": "file", "steps": [step("archive", 3)]}
    visit = {"id": "ask", "steps": [step("intake", 20, visitor=True), step("answer", 7)]}
    bundling = {"saves_desk_work": 0.5}
    told = run(raw_office([desk, visit], filing="together", bundling=bundling))
    intakes = [row for row in told.work if row.kind == Spell.VISITOR_WORK]
    assert len(first_day(told)) == 8
    for row in intakes:
        assert told.route(row.dossier).name == "ask"
        assert (row.place, row.ended - row.started) == (0, 20 * MINUTE_MS)
    minutes = {told.route(r.dossier).name: r.ended - r.started for r in told.work if not r.shared}
    assert minutes == {"file": 3 * MINUTE_MS, "ask": 3.5 * MINUTE_MS}


def test_whoever_waits_for_a_result_leaves_when_a_desk_sends_it_back() -> None:
    steps = [
        step("intake", visitor=True),
        step("check", sends_back={"share": 1, "working_days": 0}),
        step("hand_over", visitor=True),
    ]
    travel = {"minutes_each_way": 30}
    told = run(raw_office([{"id": "ask", "stays": 240, "steps": steps}], travel=travel))
    back = {row.filing: row.ended for row in told.work if row.outcome == Outcome.SENT_BACK}
    for filing in first_day(told):
        visits = told.visits_of[filing]
        assert (visits[0].left, visits[0].why) == (back[filing], Leaving.SENT_BACK)
        assert visits[1].came >= back[filing] + HOUR_MS


def test_papers_handed_in_take_minutes_of_their_own() -> None:
    minutes = {"uniform": {"low": 1, "high": 9}}
    back = {"share": 1, "working_days": 1}
    steps = [step("intake", minutes, visitor=True), step("check", sends_back=back)]
    told = run(raw_office([{"id": "ask", "steps": steps}]))
    taken: dict[int, list[int]] = {}
    for row in told.work:
        if row.place == 0:
            taken.setdefault(row.dossier, []).append(row.ended - row.started)
    for filing in first_day(told):
        first, second = taken[told.dossiers_of[filing][0]]
        assert first != second


def test_whoever_is_unserved_at_closing_at_midnight_comes_the_next_day() -> None:
    served = step("serve", 90, visitor=True)
    told = run(raw_office([{"id": "ask", "steps": [served]}], {"mon-sun": ["20:00-24:00"]}))
    visits = [told.visits_of[filing] for filing in first_day(told)]
    sent_home = [found for found in visits if found[0].why == Leaving.CLOSING]
    assert sent_home
    for first, second, *_ in sent_home:
        assert first.left == DAY_MS
        assert second.came // DAY_MS == 1


def test_nobody_stays_inside_past_midnight_when_the_next_day_is_closed() -> None:
    steps = [step("intake", 1, visitor=True), step("check", 240), step("hand_over", visitor=True)]
    raw = raw_office([{"id": "ask", "stays": 600, "steps": steps}], {"mon": ["20:00-24:00"]})
    raw["demands"][0]["appointments"]["every"] = 240
    told = run(raw)
    assert told.visits[0].left == DAY_MS + MINUTE_MS
    assert told.visits[0].why == Leaving.CLOSING


def test_members_who_stay_take_the_same_dossier_twice_at_one_moment() -> None:
    """What is left in a line of work taken out of turn may tie with work of its dossier."""
    steps = [step(name, 0, visitor=True, role="serve") for name in ("first", "second", "third")]
    ask = {"id": "ask", "deadline": {"within": "1 working day"}, "steps": [
        step("intake", 70, visitor=True, role="serve"), *steps,
    ]}  # fmt: skip
    raw = raw_office([ask], team={"closing": "finish queue"})
    raw["roles"] = {"serve": {"order": "due date"}}
    told = run(raw)
    assert told.stays
    assert all(visit.why == Leaving.RESULT for visit in told.visits)


def test_hours_of_a_team_that_go_on_after_closing_do_not_end_a_stay() -> None:
    team = {"hours": {"mon-fri": ["08:00-12:00", "12:05-12:06"]}, "closing": "finish queue"}
    ask = {"id": "ask", "steps": [step("serve", 10, visitor=True)]}
    raw = raw_office([ask], {"mon-fri": ["08:00-12:00"]}, team=team)
    raw["demands"][0]["appointments"] = {"from": "11:55", "every": 5, "seats": 2}
    told = run(raw)
    left = [told.visits_of[filing][0].left for filing in first_day(told)]
    assert left == [12 * HOUR_MS + minutes * MINUTE_MS for minutes in (5, 15)]
    assert told.stays[0][1:] == (12 * HOUR_MS, 12 * HOUR_MS + 15 * MINUTE_MS)


def test_a_line_that_has_grown_keeps_its_room_when_more_filings_come(monkeypatch):
    made = []

    class Kept(compiled.RunTables):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            made.append(self)

    monkeypatch.setattr(compiled, "RunTables", Kept)
    step = {"id": "serve", "role": "desk", "visitor": True, "minutes": 5}
    run(raw_office([{"id": "ask", "steps": [step]}]))
    (tables,) = made
    tables._line(0, 50_000)
    line = tables._tables["lines"][0]
    line["used"] = 40_000
    tables._size(2 * tables._active)
    assert line["size"] == 50_000
    assert len(tables._entries[0]) > 40_000
