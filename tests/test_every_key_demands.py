"""Every key of [[demands]] and [[backlog]] does what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.log import End, Spell
from tests.every_key import (
    Told,
    calendar,
    close_to,
    comes,
    desk,
    office,
    procedure,
    serve,
    team,
)
from tests.offices import Raw


def told(folder: Path, *times: str, days: int = 5, **given: Any) -> Told:
    """Run an office that serves people for ten minutes each; `given` are keys of the demand.

    But `office` are keys of the office.
    """
    others = given.pop("office", {})
    return Told(office(comes(folder, *times, **given), **others), folder, days)


def drawn(days: int = 20, **given: Any) -> Told:
    """Run an office that serves everybody at once, with drawn arrivals."""
    others = given.pop("office", {})
    people = {"id": "people", "needs": ["permit"]} | given
    defaults = {"steps": [serve(0.01)], "teams": [team("serve", staff=20)]}
    return Told(office(people, **(defaults | others)), days=days)


def a_day(found: Told) -> dict[int, int]:
    """Return how many cases came on each open day measured, by day of January."""
    first = found.shift // DAY_MS + 1
    until = found.layout.calendar.window.measured_until
    days = (found.cases.arrival // DAY_MS).tolist()
    return {day + first: days.count(day) for day in found.layout.calendar.open_days(0, until)}


def within(number: float, mean: float, variance: float) -> bool:
    """Tell whether a number is within four standard deviations."""
    return bool(abs(number - mean) <= 4 * np.sqrt(variance))


# --- what and how many ----------------------------------------------------------------------------


def test_demands_id_names_its_draws() -> None:
    first, same, other = (
        drawn(id=name, per_day=5).cases.arrival.tolist() for name in ("one", "one", "other")
    )
    assert first == same
    assert first != other


TWO = [{"id": "permit", "steps": [serve(10)]}, {"id": "other", "steps": [serve(20)]}]


def test_demands_needs_are_what_a_case_files(tmp_path: Path) -> None:
    found = told(
        tmp_path, "1 08:00", needs=["other", "permit", "other"],
        office={"procedures": TWO, "calendar": calendar()}, filing="together",
    )  # fmt: skip
    assert found.in_hand == ["1 08:50"]
    assert found.procedure == [1, 0, 1]


def test_demands_per_day_is_the_mean_number_on_an_open_day() -> None:
    number = np.array(list(a_day(drawn(100, per_day=12)).values()))
    assert len(number) == 100
    assert within(number.sum(), 1200, 1200)
    # Poisson: the variance is the mean; that of the sample variance is 2 v^2 / n and a little.
    assert within(number.var(), 12, 2.2 * 12**2 / 100)


def test_demands_by_weekday_multiplies_the_mean() -> None:
    number = a_day(drawn(20, per_day=30, by_weekday={"mon": 2, "tue,wed": 0}))
    by_weekday = [sum(n for day, n in number.items() if (day - 1) % 7 == i) for i in range(5)]
    assert by_weekday[1:3] == [0, 0]
    assert within(by_weekday[0], 240, 240)
    assert within(by_weekday[3] + by_weekday[4], 240, 240)


def test_demands_by_month_multiplies_the_mean() -> None:
    number = a_day(
        drawn(
            16, per_day=30, by_month={"feb": 3}, office={"calendar": calendar(start="2024-01-22")}
        )
    )
    january = [n for day, n in number.items() if day <= 31]
    february = [n for day, n in number.items() if day > 31]
    assert (len(january), len(february)) == (8, 8)
    assert within(sum(january), 240, 240)
    assert within(sum(february), 720, 720)


def test_demands_by_hour_are_shares_from_each_time_to_the_next_or_the_sessions_end() -> None:
    hours = {"08:00": 1, "11:00": 3, "18:00": 5}
    found = drawn(per_day=50, by_hour=hours)
    at = found.cases.arrival % DAY_MS
    # Nobody over lunch; times from closing on are left out.
    assert at.max() < 12 * HOUR_MS
    assert at.min() >= 8 * HOUR_MS
    assert close_to(float((at >= 11 * HOUR_MS).mean()), 0.75, len(at))
    early = at[at < 11 * HOUR_MS]
    assert close_to(float((early < 9.5 * HOUR_MS).mean()), 0.5, len(early))


def test_demands_by_hour_unsaid_is_evenly_over_open_time() -> None:
    at = drawn(per_day=50).cases.arrival % DAY_MS
    assert not ((at >= 12 * HOUR_MS) & (at < 13 * HOUR_MS)).any()
    for hour in (8, 11, 13, 16):
        share = ((at >= hour * HOUR_MS) & (at < (hour + 1) * HOUR_MS)).mean()
        assert close_to(float(share), 1 / 8, len(at))


# From Saturday the 6th to Wednesday the 10th the office is closed, five days running.
CLOSED = calendar(closed=["2024-01-08", "2024-01-09", "2024-01-10"])


def busy_days(**after_closure: Any) -> list[int]:
    """Return the days on which far more came than usual: 40."""
    rule = {"days": 5, "working_days": 3, "times": 3} | after_closure
    number = a_day(drawn(12, per_day=40, after_closure=rule, office={"calendar": CLOSED}))
    assert all(within(n, 40, 40) or within(n, 120, 120) for n in number.values())
    return [day for day, n in number.items() if n > 75]


@pytest.mark.parametrize(("days", "busy"), [(6, []), (5, [11, 12, 15]), (3, [11, 12, 15])])
def test_demands_after_closure_days_are_how_long_it_was_closed_at_least(
    days: int, busy: list[int]
) -> None:
    assert busy_days(days=days) == busy


@pytest.mark.parametrize(("lasts", "busy"), [(1, [11]), (4, [11, 12, 15, 16])])
def test_demands_after_closure_working_days_are_how_long_it_lasts(
    lasts: int, busy: list[int]
) -> None:
    assert busy_days(working_days=lasts) == busy


def test_demands_after_closure_times_multiplies_the_mean() -> None:
    rule = {"days": 5, "working_days": 3, "times": 10}
    number = a_day(drawn(12, per_day=40, after_closure=rule, office={"calendar": CLOSED}))
    assert within(sum(number[day] for day in (11, 12, 15)), 1200, 1200)


def test_demands_spread_is_the_ratio_of_variance_to_mean() -> None:
    number = np.array(list(a_day(drawn(200, per_day=15, spread=4)).values()))
    assert within(number.mean(), 15, 60 / 200)
    # Negative binomial: excess kurtosis 6 (s - 1) / m + 1 / (s m).
    kurtosis = 6 * 3 / 15 + 1 / 60
    assert within(number.var(ddof=1), 60, 60**2 * (2 + kurtosis) / 200)


# --- appointments -------------------------------------------------------------------------------


def booked(days: int = 1, **appointments: Any) -> Told:
    return drawn(days, appointments={"every": 20} | appointments)


def times(found: Told) -> list[str]:
    return [found.at(time)[2:] for time in found.cases.arrival.tolist()]


def test_demands_appointments_from_is_the_first_and_the_opening_unless_said() -> None:
    assert times(booked(**{"from": "16:10"})) == ["16:10", "16:30", "16:50"]
    assert times(booked(every=60))[0] == "08:00"


def test_demands_appointments_to_is_when_there_are_no_more_and_closing_unless_said() -> None:
    assert times(booked(to="08:40")) == ["08:00", "08:20"]
    assert times(booked(**{"from": "16:30"}))[-1] == "16:50"


def test_demands_appointments_every_so_many_minutes_in_open_time() -> None:
    assert times(booked(every=90)) == ["08:00", "09:30", "11:00", "14:00", "15:30"]


def test_demands_appointments_seats_are_those_at_each_time() -> None:
    assert times(booked(to="08:40", seats=2)) == ["08:00", "08:00", "08:20", "08:20"]


def test_demands_appointments_filled_is_the_share_of_seats_booked() -> None:
    found = booked(20, every=10, seats=4, filled=0.8)
    assert close_to(len(found.cases.arrival) / (20 * 48 * 4), 0.8, 20 * 48 * 4)


def test_demands_appointments_no_show_is_the_share_of_bookings_nobody_comes_to() -> None:
    found = booked(20, every=10, seats=4, no_show=0.1)
    assert close_to(len(found.cases.arrival) / (20 * 48 * 4), 0.9, 20 * 48 * 4)


@pytest.mark.parametrize(("early", "came"), [(5, "08:55"), (-5, "09:05")])
def test_demands_appointments_early_is_how_long_before_their_time_people_come(
    early: float, came: str
) -> None:
    assert times(booked(**{"from": "09:00", "to": "09:20"}, early=early)) == [came]


def test_demands_appointments_share_is_that_of_people_who_book() -> None:
    book = {"every": 60, "seats": 1000, "share": 0.3}
    at = drawn(per_day=50, appointments=book).cases.arrival
    assert close_to(float((at % HOUR_MS == 0).mean()), 0.3, len(at))


def test_demands_appointments_share_takes_the_free_time_nearest_to_when_they_would_come() -> None:
    book = {"every": 60, "seats": 1}
    found = drawn(1, per_day=5, by_hour={"10:00": 1, "10:20": 0}, appointments=book)
    by_number = dict(zip(found.cases.number.tolist(), times(found), strict=True))
    nearest = ["10:00", "11:00", "09:00", "08:00", "13:00", "14:00", "15:00", "16:00"]
    assert len(by_number) >= 3
    assert by_number == dict(enumerate(nearest[: len(by_number)]))


# --- replayed -------------------------------------------------------------------------------------


def replayed(folder: Path, lines: list[str], **log: Any) -> Told:
    (folder / "tickets.csv").write_text("\n".join(lines) + "\n", "utf-8")
    people = {"id": "people", "needs": ["permit"], "log": {"file": "tickets.csv"} | log}
    return Told(office(people, teams=[team("serve", staff=9)]), folder, 5)


def came(found: Told) -> list[str]:
    return [found.at(time) for time in found.cases.arrival.tolist()]


def test_demands_log_file_is_replayed(tmp_path: Path) -> None:
    lines = ["time", "2024-01-02 09:15:30", "2024-01-01 08:05", "2024-01-09 08:00"]
    assert came(replayed(tmp_path, lines)) == ["1 08:05", "2 09:15:30.000"]
    # The file's name alone says enough.
    people = {"id": "people", "needs": ["permit"], "log": "tickets.csv"}
    assert came(Told(office(people), tmp_path)) == ["1 08:05", "2 09:15:30.000"]


def test_demands_log_where_takes_only_some_rows(tmp_path: Path) -> None:
    lines = [
        "queue,clean,time",
        "569,true,2024-01-01 09:00",
        "569,false,2024-01-01 10:00",
        "7,true,2024-01-01 11:00",
    ]
    where = {"queue": 569, "clean": True}
    assert came(replayed(tmp_path, lines, where=where)) == ["1 09:00"]
    assert len(came(replayed(tmp_path, lines))) == 3


def test_demands_log_time_names_its_column(tmp_path: Path) -> None:
    lines = ["time,called", "2024-01-01 09:00,2024-01-01 10:00"]
    assert came(replayed(tmp_path, lines, time="called")) == ["1 10:00"]


def test_demands_log_time_of_two_columns_is_drawn_evenly_between(tmp_path: Path) -> None:
    lines = ["after,by"] + ["2024-01-01 09:00,2024-01-01 09:30"] * 300
    found = replayed(tmp_path, lines, time=["after", "by"])
    minutes = (found.cases.arrival - 9 * HOUR_MS) / MINUTE_MS
    assert minutes.min() >= 0
    assert minutes.max() < 30
    assert within(minutes.mean(), 15, 30**2 / 12 / 300)
    assert close_to(float((minutes < 7.5).mean()), 0.25, 300)


def test_demands_log_date_names_the_column_with_the_date(tmp_path: Path) -> None:
    lines = ["time,on,date", "09:00,2024-01-03,2024-01-02"]
    assert came(replayed(tmp_path, lines)) == ["2 09:00"]
    assert came(replayed(tmp_path, lines, date="on")) == ["3 09:00"]


# --- how cases are filed --------------------------------------------------------------------------

STEPS = {"steps": [serve(10), desk(20)]}


def test_demands_filed_counter_is_at_a_visit_and_received_after_the_intake(tmp_path: Path) -> None:
    found = told(tmp_path, "1 08:00", filed="counter", office=STEPS)
    assert found.visits() == [("1 08:00", "1 08:10", "slip")]
    assert found.moments("received") == ["1 08:10"]


def test_demands_filed_online_is_received_at_once_and_the_intake_is_desk_work(
    tmp_path: Path,
) -> None:
    found = told(tmp_path, "1 20:00", filed="online", office=STEPS)
    assert found.visits() == []
    assert found.moments("received") == ["1 20:00"]
    assert found.work("serve") == [("2 08:00", "2 08:10")]
    assert found.in_hand == ["2 08:30"]
    assert found.spells(Spell.VISITOR_WORK) == []
    assert found.cases.trips.tolist() == [0]


def test_demands_filed_online_may_need_a_visit_to_collect(tmp_path: Path) -> None:
    steps = [serve(10), desk(20), serve(5, id="hand_over")]
    found = told(tmp_path, "1 08:00", filed="online", office={"steps": steps})
    # Filing online is not the same as needing no visit: told on Monday, comes on Tuesday.
    ((arrived, left, why),) = found.visits()
    assert arrived.startswith("2 ")
    assert why == "result"
    assert found.in_hand == [left]


def test_demands_filed_shares_are_those_of_cases() -> None:
    cases = drawn(per_day=50, filed={"counter": 0.6, "online": 0.4}).cases
    assert close_to(float(cases.online.mean()), 0.4, len(cases.online))
    assert (cases.trips == np.where(cases.online, 0, 1)).all()


BOTH: Raw = {"needs": ["permit", "other"], "office": {"procedures": TWO}}


def days_of(found: Told) -> list[str]:
    return [came.split()[0] for came, _, _ in found.visits()]


def test_demands_filing_one_after_the_other_files_the_next_when_the_result_is_in_hand(
    tmp_path: Path,
) -> None:
    found = told(tmp_path, "4 08:00", "5 08:00", filing="one after the other", **BOTH)
    # The next open day by default; from Friday to Monday.
    assert days_of(found) == ["4", "5", "5", "8"]
    assert found.in_hand[0] == "4 08:10"
    assert found.closed == [found.in_hand[1], found.in_hand[3]]
    assert found.minutes("serve") in ([10, 10, 20, 20], [10, 20, 10, 20])


def test_demands_filing_separately_files_each_on_a_day_of_its_own(tmp_path: Path) -> None:
    slow = [{"id": "permit", "steps": [serve(10), {"id": "out", "working_days": 9}]}, TWO[1]]
    raw = {"needs": ["permit", "other"], "office": {"procedures": slow}}
    found = told(tmp_path, "1 08:00", filing="separately", apart=1, days=12, **raw)
    # The second does not wait for the result of the first, which comes last.
    assert days_of(found) == ["1", "2"]
    assert found.in_hand[0] == "12 08:10"
    assert found.closed == ["12 08:10"]


def test_demands_filing_together_is_one_visit_and_one_intake(tmp_path: Path) -> None:
    side_by_side = [
        {"id": "permit", "steps": [serve(10), desk(30), serve(5, id="hand_over")]},
        {"id": "other", "steps": [serve(20), desk(60, role="other"), serve(7, id="hand_over")]},
    ]
    found = told(
        tmp_path, "1 08:00", filing="together", needs=["permit", "other"],
        office={"procedures": side_by_side},
    )  # fmt: skip
    assert found.work("serve") == [("1 08:00", "1 08:30")]
    assert found.work("desk") == [("1 08:30", "1 09:00"), ("1 08:30", "1 09:30")]
    # One hand-over, that of the first, when all are ready.
    assert found.work("hand_over") == [("1 09:30", "1 09:35")]
    assert found.visits() == [("1 08:00", "1 09:35", "result")]


def test_demands_filing_shares_are_those_of_cases() -> None:
    shares = {"one after the other": 0.5, "together": 0.5}
    steps = [serve(0.01)]
    procedures = [{"id": name, "steps": steps} for name in ("permit", "other")]
    found = drawn(
        per_day=30, needs=["permit", "other"], filing=shares, office={"procedures": procedures}
    )
    trips = found.cases.trips[found.cases.end == End.DONE]
    assert set(trips.tolist()) == {1, 2}
    assert close_to(float((trips == 1).mean()), 0.5, len(trips))


@pytest.mark.parametrize(("days", "second"), [(0, "2"), (1, "2"), (1.6, "3"), (4, "5"), (5, "8")])
def test_demands_gap_working_days_pass_from_a_result_to_the_next_filing(
    tmp_path: Path, days: float, second: str
) -> None:
    found = told(tmp_path, "1 08:00", gap={"working_days": days}, **BOTH)
    assert days_of(found) == ["1", second]


def test_demands_apart_are_the_open_days_within_which_a_separate_filing_falls() -> None:
    procedures = [{"id": name, "steps": [serve(0.01)]} for name in ("permit", "other")]
    found = drawn(
        per_day=40, needs=["permit", "other"], filing="separately", apart=4,
        office={"procedures": procedures},
    )  # fmt: skip
    people = found.log.population
    first = people.filing_arrival[people.filing_position == 0] // DAY_MS
    second = people.filing_arrival[people.filing_position == 1] // DAY_MS
    between = [
        len(found.layout.calendar.open_days(a + 1, b + 1))
        for a, b in zip(first.tolist(), second.tolist(), strict=True)
    ]
    assert set(between) == {1, 2, 3, 4}
    for days in (1, 2, 3, 4):
        assert close_to(between.count(days) / len(between), 0.25, len(between))
    # They come when they are said to.
    visits = {(f, n): c for f, n, c, *_ in found.log.visits.rows.tolist()}
    seen = [f for f, n in visits if n == 1]
    assert all(visits[f, 1] == people.filing_arrival[f] for f in seen)


# --- bundles --------------------------------------------------------------------------------------

THREE = [
    {"id": name, "steps": [serve(minutes), desk(minutes)]}
    for name, minutes in {"permit": 10, "other": 20, "third": 30}.items()
]
ALL = {"needs": ["permit", "other", "third"], "office": {"procedures": THREE}}


def test_demands_bundling_procedures_are_filed_together_and_others_as_before(
    tmp_path: Path,
) -> None:
    bundle = {"procedures": ["permit", "third"]}
    found = told(tmp_path, "1 08:00", filing="separately", apart=1, bundling=bundle, **ALL)
    assert days_of(found) == ["1", "2"]
    assert found.minutes("serve") == [40, 20]
    # Without it, each has a filing of its own.
    assert len(told(tmp_path, "1 08:00", filing="separately", **ALL).in_hand) == 3


def test_demands_bundling_procedures_none_named_are_all_when_filed_together(
    tmp_path: Path,
) -> None:
    found = told(tmp_path, "1 08:00", filing="together", bundling={"saves_intake": 0.5}, **ALL)
    assert found.work("serve") == [("1 08:00", "1 08:35")]


def test_demands_bundling_saves_intake_of_each_further_dossier(tmp_path: Path) -> None:
    bundle = {"saves_intake": 0.3}
    found = told(tmp_path, "1 08:00", filing="together", bundling=bundle, **ALL)
    # 10 minutes, and seven tenths of 20 and of 30.
    assert found.minutes("serve") == [45]
    assert sorted(found.minutes("desk")) == [10, 20, 30]


@pytest.mark.parametrize("names", [["permit", "other"], ["other", "permit"]])
def test_demands_bundling_procedures_lead_in_the_order_of_needs(
    tmp_path: Path, names: list[str]
) -> None:
    bundle = {"procedures": names, "saves_intake": 0.3, "saves_desk_work": 0.3}
    found = told(tmp_path, "1 08:00", filing="separately", bundling=bundle, **ALL)
    assert found.minutes("serve")[0] == 24
    assert sorted(found.minutes("desk"))[:2] == [10, 14]


def test_demands_bundling_saves_desk_work_of_each_further_dossier(tmp_path: Path) -> None:
    bundle = {"saves_desk_work": 0.3}
    found = told(tmp_path, "1 08:00", filing="together", bundling=bundle, **ALL)
    assert found.minutes("serve") == [60]
    assert sorted(found.minutes("desk")) == [10, 14, 21]


def test_demands_bundling_adopted_by_is_the_share_of_cases_that_file_together() -> None:
    procedures = [{"id": name, "steps": [serve(0.01)]} for name in ("permit", "other")]
    bundle = {"procedures": ["permit", "other"], "adopted_by": 0.35}
    found = drawn(
        per_day=30, needs=["permit", "other"], bundling=bundle, office={"procedures": procedures}
    )
    trips = found.cases.trips[found.cases.end == End.DONE]
    assert close_to(float((trips == 1).mean()), 0.35, len(trips))


# --- what may differ from visitors as a whole ----------------------------------------------------


def test_demands_travel_minutes_each_way_override_those_of_visitors(tmp_path: Path) -> None:
    back = serve(sends_back={"share": 1, "working_days": 0})
    visitor = {"travel": {"minutes_each_way": 5}, "value_of_time": 60_000}
    found = told(
        tmp_path, "1 08:00", travel={"minutes_each_way": 30},
        office={"steps": [back], "visitor": visitor},
    )  # fmt: skip
    assert found.visits()[1][0] == "1 09:10"
    # Twice ten minutes inside, and twice sixty on the way.
    assert found.cases.costs.in_all.tolist() == [140_000]


def test_demands_travel_cost_round_trip_overrides_that_of_visitors(tmp_path: Path) -> None:
    visitor = {"travel": {"cost_round_trip": 2_000}}
    given = {"travel": {"cost_round_trip": 9_000}, "office": {"visitor": visitor}}
    assert told(tmp_path, "1 08:00", **given).cases.costs.in_all.tolist() == [9_000]


@pytest.mark.parametrize("value", [0, 90_000])
def test_demands_value_of_time_overrides_that_of_visitors(tmp_path: Path, value: float) -> None:
    visitor = {"value_of_time": 6_000}
    found = told(tmp_path, "1 08:00", value_of_time=value, office={"visitor": visitor})
    assert found.cases.costs.in_all.tolist() == [pytest.approx(value / 6)]


@pytest.mark.parametrize(("share", "order"), [(0, [0, 1, 2]), (1, [0, 2, 1])])
def test_demands_priority_share_overrides_that_of_visitors(
    tmp_path: Path, share: float, order: list[int]
) -> None:
    demands = [
        comes(tmp_path, "1 08:00", "1 08:01", name="others", priority_share=0),
        comes(tmp_path, "1 08:02", name="elderly", priority_share=share),
    ]
    found = Told(office(*demands, visitor={"priority_share": 1 - share}), tmp_path)
    assert found.order("serve") == order


def test_demands_patience_overrides_that_of_visitors(tmp_path: Path) -> None:
    visitor = {"visitor": {"patience": 1}}
    found = told(tmp_path, "1 08:00", "1 08:01", "1 08:02", patience=18, office=visitor)
    assert found.visits(1) == [("1 08:01", "1 08:20", "result")]
    # At 08:20 their turn comes, as patience ends.
    assert found.visits(2) == [("1 08:02", "1 08:30", "result")]
    short = told(tmp_path, "1 08:00", "1 08:01", "1 08:02", patience=17, office=visitor)
    assert short.visits(2)[0] == ("1 08:02", "1 08:19", "impatient")


def test_demands_patience_is_drawn_for_each_visit() -> None:
    nobody = {"teams": [team("serve", staff={"mon-thu": 0, "fri": {"00:00": 0, "16:59": 1}})]}
    found = drawn(
        4, per_day=60, by_hour={"08:00": 1, "11:00": 0}, gives_up_after=100,
        patience={"uniform": {"low": 10, "high": 40}}, office=nobody,
    )  # fmt: skip
    visits = [
        (filing, (left - came) / MINUTE_MS)
        for filing, _, came, left, why, _ in found.log.visits.rows.tolist()
        if why == 3 and came < 4 * DAY_MS
    ]
    minutes = np.array([length for _, length in visits])
    assert len(minutes) > 400
    assert minutes.min() >= 10
    assert minutes.max() <= 40
    assert within(minutes.mean(), 25, 30**2 / 12 / len(minutes))
    # The same person stands another time on another day.
    lengths: dict[int, set[float]] = {}
    for filing, length in visits:
        lengths.setdefault(filing, set()).add(length)
    assert max(map(len, lengths.values())) == 4


@pytest.mark.parametrize(("most", "trips"), [(1, 1), (2, 2)])
def test_demands_gives_up_after_overrides_that_of_visitors(
    tmp_path: Path, most: int, trips: int
) -> None:
    found = told(
        tmp_path, "1 18:00", gives_up_after=most,
        office={
            "visitor": {"gives_up_after": 9},
            "teams": [team("serve", staff={"mon-thu": 0, "fri": 1})],
        },
    )  # fmt: skip
    assert found.cases.end.tolist() == [End.LOST]
    assert found.cases.trips.tolist() == [trips]
    assert found.cases.trips_in_vain.tolist() == [trips]


# --- backlog --------------------------------------------------------------------------------------


def backlog(folder: Path, *parts: Raw, **given: Any) -> Told:
    """Run an office from Monday the 8th that has dossiers already."""
    limit = {"deadline": {"within": "5 working days"}}
    procedures = [
        procedure(serve(10), desk(10), desk(5, id="print", role="print"), **limit),
        {"id": "other", "steps": [serve(10, id="take"), desk(40)]},
    ]
    raw = office(
        comes(folder, "8 08:00"), procedures=procedures, backlog=list(parts),
        calendar=calendar(start="2024-01-08"), **given,
    )  # fmt: skip
    return Told(raw, folder, 5)


def there(dossiers: int = 1, **given: Any) -> Raw:
    return {"procedure": "permit", "step": "desk", "dossiers": dossiers} | given


def test_backlog_procedure_is_what_was_filed(tmp_path: Path) -> None:
    assert backlog(tmp_path, there()).minutes("desk") == [10, 10]
    assert backlog(tmp_path, there(procedure="other")).minutes("desk") == [40, 10]


def test_backlog_step_is_what_they_wait_for(tmp_path: Path) -> None:
    desk_first = backlog(tmp_path, there())
    assert desk_first.begun("desk") == ["8 08:00", "8 08:10"]
    assert desk_first.begun("print") == ["8 08:10", "8 08:20"]
    print_only = backlog(tmp_path, there(step="print"))
    assert print_only.begun("desk") == ["8 08:10"]
    assert print_only.begun("print") == ["8 08:00", "8 08:20"]


def test_backlog_dossiers_are_how_many_and_load_the_staff_but_are_not_measured(
    tmp_path: Path,
) -> None:
    found = backlog(tmp_path, there(3))
    assert found.begun("desk") == ["8 08:00", "8 08:10", "8 08:20", "8 08:30"]
    assert len(found.cases.arrival) == 1
    # The only one who came is behind them.
    assert [found.at(time) for time in found.cases.closed.tolist()] == ["8 08:45"]


def test_backlog_received_days_ago_sets_when_they_are_due(tmp_path: Path) -> None:
    parts = [there(received_days_ago=days) for days in (3, 4, 14)]
    found = backlog(tmp_path, *parts)
    received = dict(zip(found.moments("received"), found.due, strict=True))
    # Three days ago is Friday the 5th, four Thursday, fourteen Monday the 25th of December.
    assert received["5 00:00"] == "12 17:00"
    assert received["4 00:00"] == "11 17:00"
    assert received["-6 00:00"] == "1 17:00"


def test_backlog_received_days_ago_orders_work_by_due_date(tmp_path: Path) -> None:
    roles = {"roles": {"write": {"order": "due date"}}}
    parts = [there(2, received_days_ago=2), there(received_days_ago=9)]
    found = backlog(tmp_path, *parts, **roles)
    received = found.log.received.tolist()
    order = [found.at(received[row["dossier"]]) for row in found.rows() if row["step"] == "desk"]
    assert order[0] == "-1 00:00"


def test_backlog_received_days_ago_follows_its_distribution(tmp_path: Path) -> None:
    found = backlog(tmp_path, there(400, received_days_ago={"uniform": {"low": 0.5, "high": 20.5}}))
    ago = -(found.log.received[found.log.received < 0] // DAY_MS)
    assert set(ago.tolist()) == set(range(1, 21))
    assert within(ago.mean(), 10.5, 400 / 12 / 400)
