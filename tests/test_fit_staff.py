"""Teams, open counters and staff profiles, from records of offices whose staff is known."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.calibrate.hours import HoursFit
from sim.calibrate.shared_staff import switching
from sim.calibrate.staff import Opened, fit_staff, open_counters, says_of_teams, teams_of
from sim.calibrate.staff_levels import by_slot, whole_levels
from sim.clock import HOUR_MS, MINUTE_MS
from sim.errors import PlannerError
from sim.office.people import Staff
from sim.records.records import TicketRecords
from tests.ticket_frames import counters, records, tickets, workdays

BEMOWO = Path(__file__).parents[2] / "shared" / "data" / "warsaw_bemowo"
DAYS = workdays(10)
PATH = "teams.counter.staff"
Steps = list[tuple[float, int]]


def hours(**sessions: list[str]) -> HoursFit:
    named = {key.replace("_", "-"): texts for key, texts in sessions.items()}
    return HoursFit(named, 0.0, (), (), (), "made up")


WEEK = hours(mon_fri=["08:00-16:00"])


def whims(rng: np.random.Generator, most: int = 5) -> Steps:
    """Return a day on which counters open and close as it comes."""
    times = np.sort(rng.uniform(500, 930, 8))
    numbers = rng.integers(1, most + 1, 9).tolist()
    return [*zip([480.0, *times.tolist()], numbers, strict=True), (960.0, 0)]


def noted(**queues: Sequence[Steps]) -> TicketRecords:
    """Return records of open counters by queue and day, and a few tickets of the first queue."""
    changes = {
        (queue, day): steps
        for queue, of_days in queues.items()
        for day, steps in zip(DAYS, of_days, strict=False)
    }
    first = next(iter(queues))
    return records([tickets({DAYS[0]: [500.0, 600.0]}, queue=first)], counters(changes))


def test_queues_whose_counters_always_agree_are_one_team() -> None:
    rng = np.random.default_rng(1)
    shared, own = [whims(rng) for _ in DAYS], [whims(rng) for _ in DAYS]
    known = noted(A=shared, B=own, C=shared, D=shared)
    assert teams_of(known) == (("A", "C", "D"),)
    says = says_of_teams(known, teams_of(known))
    assert any("A, C, D" in said for said in says)
    assert any("Without tickets" in said and "C, D" in said for said in says)


def test_one_sample_of_a_thousand_that_differs_does_not_part_a_team() -> None:
    rng = np.random.default_rng(2)
    known = noted(A=(shared := [whims(rng) for _ in DAYS]), C=shared)
    assert known.counters is not None
    odd = known.counters.with_columns(
        open=pl.when((pl.col("queue") == "A") & (pl.int_range(pl.len()) == 40))
        .then(9)
        .otherwise(pl.col("open"))
    )
    assert odd["open"].max() == 9
    assert teams_of(TicketRecords(known.tickets, odd)) == (("A", "C"),)


def test_single_counters_that_open_break_and_close_together_are_no_team() -> None:
    alone: Steps = [(480, 1), (720, 0), (780, 1), (960, 0)]
    assert teams_of(noted(A=[alone] * 10, B=[alone] * 10)) == ()


def test_counters_that_follow_the_same_plan_are_no_team() -> None:
    plan: Steps = [(480, 2), (720, 1), (780, 2), (960, 0)]
    assert teams_of(noted(A=[plan] * 10, B=[plan] * 10)) == ()


def test_counters_that_nearly_agree_are_no_team() -> None:
    rng = np.random.default_rng(3)
    first = [whims(rng, 2) for _ in DAYS]
    second = [*first[:9], whims(rng, 2)]
    assert teams_of(noted(A=first, B=second)) == ()


def test_staff_who_change_between_queues_are_said_and_no_team() -> None:
    rng = np.random.default_rng(4)
    first = [whims(rng, 3) for _ in DAYS]
    second = [[(at, 4 - n if n else 0) for at, n in steps] for steps in first]
    known = noted(C=first, D=second)
    assert teams_of(known) == ()
    ((one, other, share),) = switching(known)
    assert (one, other) == ("C", "D")
    # All that they do not share is opening and closing.
    assert share > 0.6
    assert any("change between C and D" in said for said in says_of_teams(known, ()))


def served_by(queue: str, names: Sequence[str]) -> pl.DataFrame:
    came = {day: np.linspace(485, 950, 40) for day in DAYS}
    frame = tickets(came, queue=queue)
    who = [names[i % len(names)] for i in range(frame.height)]
    return frame.with_columns(counter=pl.Series(who))


def test_queues_served_by_the_same_people_are_one_team() -> None:
    known = records([served_by("A", "12"), served_by("B", "21"), served_by("C", "345")])
    assert teams_of(known) == (("A", "B"),)


def test_one_person_in_common_makes_no_team() -> None:
    assert teams_of(records([served_by("A", "123"), served_by("B", "345")])) == ()


def test_open_counters_are_steps_by_day() -> None:
    steps: Steps = [(480, 2), (600, 3), (960, 0)]
    found = open_counters(noted(A=[steps, steps]), ["A"])
    times, members = found[DAYS[0]]
    assert members.tolist() == [0, 2, 3, 0]
    assert times.tolist() == [minute * MINUTE_MS for minute in (477, 482, 602, 962)]
    assert set(found) == set(DAYS[:2])


def test_open_counters_come_from_who_calls_where_nothing_else_is_known() -> None:
    minutes = [*range(480, 720, 5), *range(780, 960, 5)]
    rows = tickets({DAYS[0]: minutes}, waits=0).with_columns(
        ended=pl.col("called_by") + 4 * MINUTE_MS, counter=pl.lit("1")
    )
    other = tickets({DAYS[0]: list(range(540, 900, 5))}, waits=0).with_columns(
        ended=pl.col("called_by") + 4 * MINUTE_MS, counter=pl.lit("2")
    )
    times, members = open_counters(records([rows, other]), ["A"])[DAYS[0]]
    present = [(time // MINUTE_MS, number) for time, number in zip(times, members, strict=True)]
    assert present == [(480, 1), (540, 2), (719, 1), (780, 2), (899, 1), (959, 0)]


def test_nothing_is_known_of_open_counters_without_either() -> None:
    assert open_counters(records([tickets({DAYS[0]: [500.0]})]), ["A"]) == {}


def opened(days: Sequence[dt.date], steps: Sequence[Steps]) -> Opened:
    return {
        day: (
            np.array([round(at * MINUTE_MS) for at, _ in of_day]),
            np.array([number for _, number in of_day]),
        )
        for day, of_day in zip(days, steps, strict=True)
    }


def test_a_constant_staff_is_one_number() -> None:
    found = fit_staff(opened(DAYS, [[(484, 3), (961, 0)]] * 10), DAYS, WEEK, path=PATH)
    assert found.staff == 3
    (fitted,) = found.fitted
    assert (fitted.path, fitted.value, fitted.low, fitted.high) == (PATH, 3, 3, 3)


def test_a_profile_is_found_in_spite_of_noise_and_short_dips() -> None:
    rng = np.random.default_rng(5)
    days = []
    for _ in DAYS:
        steps: Steps = [(480, 3), (720, 5), (840, 2), (960, 0)]
        dip = rng.uniform(490, 700)
        late = rng.uniform(730, 800)
        days.append(sorted([*steps, (dip, 1), (dip + 5, 3), (late, 4), (late + 25, 5)]))
    found = fit_staff(opened(DAYS, days), DAYS, WEEK, path=PATH)
    assert found.staff == {"08:00": 3, "12:00": 5, "14:00": 2}
    assert [one.path for one in found.fitted] == [
        f"{PATH}.{at}" for at in ("08:00", "12:00", "14:00")
    ]
    assert Staff.model_validate(found.staff).changes(0) == (
        (8 * HOUR_MS, 3), (12 * HOUR_MS, 5), (14 * HOUR_MS, 2),
    )  # fmt: skip


@pytest.mark.parametrize(("minutes", "mean"), [(6, 3.0), (15, 2.5)])
def test_staff_who_change_places_for_a_moment_are_not_gone(minutes: int, mean: float) -> None:
    steps: Steps = [(480, 3), (545, 2), (545 + minutes, 3), (960, 0)]
    slots = by_slot(opened(DAYS[:1], [steps]), DAYS[:1], [WEEK.sessions(0)], 480)
    assert slots[0, 2] == pytest.approx(mean)


def test_weekdays_that_plainly_differ_have_their_own_profile() -> None:
    rng = np.random.default_rng(6)
    days = workdays(20)

    def steps(day: dt.date) -> Steps:
        here, away = (5 if day.weekday() == 0 else 3), rng.uniform(500, 900)
        closing = 1080 if day.weekday() == 0 else 960
        return [(480, here), (away, here - 1), (away + 30, here), (closing, 0)]

    office = hours(mon=["08:00-18:00"], tue_fri=["08:00-16:00"])
    found = fit_staff(opened(days, [steps(d) for d in days]), days, office, path=PATH)
    assert found.staff == {"mon": 5, "tue-fri": 3}
    assert {one.path for one in found.fitted} == {f"{PATH}.mon", f"{PATH}.tue-fri"}
    Staff.model_validate(found.staff)


def test_weekdays_that_do_not_differ_stand_together_whatever_their_hours() -> None:
    rng = np.random.default_rng(7)
    office = hours(mon=["08:00-18:00"], tue_fri=["08:00-16:00"])
    days = workdays(20)
    every = [[(480, int(rng.integers(3, 6))), (1080, 0)] for _ in days]
    found = fit_staff(opened(days, every), days, office, path=PATH)
    assert isinstance(found.staff, int) or all(":" in key for key in found.staff)


def test_half_a_member_on_average_is_half_the_day() -> None:
    days = [[(480.0, 1 + i % 2), (960.0, 0)] for i in range(10)]
    staff = fit_staff(opened(DAYS, days), DAYS, WEEK, path=PATH).staff
    changes = Staff.model_validate(staff).changes(0)
    ends = [at for at, _ in changes[1:]] + [16 * HOUR_MS]
    total = sum(n * (end - at) for (at, n), end in zip(changes, ends, strict=True))
    assert total / (8 * HOUR_MS) == pytest.approx(1.5, abs=0.5 / 16)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.integers(0, 8), min_size=6, max_size=6), min_size=1, max_size=6))
def test_whole_numbers_add_up_to_the_mean_of_the_days(days: list[list[int]]) -> None:
    slots = np.array(days, dtype=float)
    levels = whole_levels(slots)
    assert levels.min() >= 0
    total = slots.mean(axis=0).sum()
    assert abs(levels.sum() - total) <= max(0.5, 0.025 * total) + 1e-9


def test_no_day_with_open_counters_is_an_error_for_planners() -> None:
    with pytest.raises(PlannerError, match="open counters are known on none of the 10 days"):
        fit_staff({}, DAYS, WEEK, path=PATH)


def bemowo() -> TicketRecords:
    """Return the real records, as far as teams need them."""

    def rows(name: str) -> list[dict[str, str]]:
        with (BEMOWO / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def milliseconds(clock: str) -> int:
        return (int(clock[:2]) * 60 + int(clock[3:])) * MINUTE_MS

    sampled = pl.DataFrame(
        [
            (row["queue"][0], dt.date.fromisoformat(row["date"]), milliseconds(row["time"]),
             int(row["open_counters"]), int(row["waiting"]))
            for row in rows("counters.csv")
        ],
        schema=["queue", "date", "time", "open", "waiting"], orient="row",
    )  # fmt: skip
    made = tickets({DAYS[0]: [500.0]})
    taken = [
        made.with_columns(queue=pl.lit(q)) for q in {r["queue"][0] for r in rows("tickets.csv")}
    ]
    return TicketRecords(pl.concat(taken), sampled)


@pytest.mark.skipif(
    not BEMOWO.is_dir(), reason="the real records in ../shared/data/warsaw_bemowo are not here"
)
def test_the_three_teams_of_a_real_office() -> None:
    known = bemowo()
    teams = teams_of(known)
    assert teams == (("A", "F", "G"), ("I", "S", "W", "Z"), ("L", "T"))
    assert any("Without tickets" in said and "A" in said for said in says_of_teams(known, teams))
    assert [(one, other) for one, other, _ in switching(known)] == [("C", "D")]
