"""Checking office and study files: everything wrong at once, warnings, what demand comes to."""

from __future__ import annotations

import copy
import datetime as dt
import itertools
import tomllib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.advice import Advice
from sim.check import Faulty, check_file
from sim.consistency import faults
from sim.errors import FileFaults
from sim.office import Office
from sim.office_file import office_of
from tests.offices import Raw, office, smallest

Break = Callable[[Raw], None]

STARTER: Raw = tomllib.loads(files("sim").joinpath("templates/starter.toml").read_text("utf-8"))


def starter() -> Raw:
    return copy.deepcopy(STARTER)


def putting(path: str, value: Any) -> Break:
    """Return a change that puts a value at a path; list items by their place."""

    def change(raw: Any) -> None:
        *keys, last = [int(key) if key.isdigit() else key for key in path.split("/")]
        for key in keys:
            raw = raw.setdefault(key, {}) if isinstance(raw, dict) else raw[key]
        raw[last] = value

    return change


def dropping(path: str) -> Break:
    """Return a change that takes away what stands at a path."""

    def change(raw: Any) -> None:
        *keys, last = [int(key) if key.isdigit() else key for key in path.split("/")]
        for key in keys:
            raw = raw[key]
        del raw[last]

    return change


def paths_of(raw: Raw, source: str = "office.toml") -> list[str]:
    try:
        office_of(raw, source)
    except FileFaults as error:
        return [fault.path for fault in error.faults]
    return []


def without_deadline(raw: Raw) -> None:
    del raw["procedures"][1]["deadline"], raw["procedures"][1]["steps"][1]["rests"]


MISFITS: dict[str, tuple[Break, str, str]] = {
    "two teams of one id": (putting("teams/1/id", "counter"), "teams.counter", "2 of them"),
    "two steps of one id": (
        putting("procedures/0/steps/2/id", "sign"), "procedures.copies.steps.sign", "2 of them",
    ),
    "an id that reforms use": (putting("demands/1/id", "*"), "demands.*.id", '"*"'),
    "an unknown role": (
        putting("procedures/0/steps/3/role", "sing"),
        "procedures.copies.steps.sign.role", '"sing"',
    ),
    "a role without a step": (
        putting("teams/0/roles", ["reception", "return", "check", "chek"]),
        "teams.counter.roles", '"chek"',
    ),
    "an order for an unknown role": (putting("roles/sing", {}), "roles.sing", '"sing"'),
    "a need that is no procedure": (
        putting("demands/0/needs", ["copes"]), "demands.copies.needs", '"copes"',
    ),
    "a bundle of what is not needed": (
        putting("demands/0/bundling", {"procedures": ["civil_status"]}),
        "demands.copies.bundling.procedures", '"civil_status"',
    ),
    "a backlog of an unknown procedure": (
        putting("backlog", [{"procedure": "x", "step": "sign", "dossiers": 1}]),
        "backlog[1].procedure", '"x"',
    ),
    "a backlog at an unknown step": (
        putting("backlog", [{"procedure": "copies", "step": "sing", "dossiers": 1}]),
        "backlog[1].step", '"sing"',
    ),
    "a backlog at the intake": (
        putting("backlog", [{"procedure": "copies", "step": "intake", "dossiers": 1}]),
        "backlog[1].step", '"intake"',
    ),
    "a step before the intake": (
        dropping("procedures/0/steps/0/visitor"), "procedures.copies.steps.hand_over", "4 before",
    ),
    "an intake of some": (
        putting("procedures/0/steps/0/share", 0.5), "procedures.copies.steps.intake.share", "0.5",
    ),
    "an appointment without a deadline": (
        without_deadline, "procedures.civil_status.deadline", "nothing",
    ),
    "no ticket all day": (putting("calendar/last_ticket", 450), "calendar.last_ticket", "450"),
    "open on no working day": (
        putting("calendar/legal_days", "sat"), "calendar.legal_days", '"sat"',
    ),
    "a date both closed and swapped": (
        lambda raw: raw["calendar"].update(
            closed=[dt.date(2026, 1, 10)], open={"2026-01-10": "fri"}
        ),
        "calendar.open.2026-01-10", "2026-01-10",
    ),
    "a team of nobody": (putting("teams/2/staff", 0), "teams.leaders.staff", "0"),
    "a team never there in its hours": (
        putting("teams/2/staff", {"07:30": 0, "18:00": 5}), "teams.leaders.staff", "18:00",
    ),
    "nobody comes": (
        lambda raw: [demand.update(per_day=0) for demand in raw["demands"]], "demands", "none",
    ),
    "appointments at night": (
        putting("demands/0/appointments", {"from": "20:00", "to": "21:00", "every": 10}),
        "demands.copies.appointments", "20:00 to 21:00",
    ),
    "negative minutes": (
        putting("procedures/0/steps/3/minutes", -4), "procedures.copies.steps.sign.minutes", "-4",
    ),
    "minutes that may be negative": (
        putting("procedures/0/steps/3/minutes", {"uniform": {"low": -1, "high": 4}}),
        "procedures.copies.steps.sign.minutes", "-1",
    ),
    "minutes beyond reason": (
        putting("procedures/0/steps/3/minutes", {"lognormal": {"mu": 40, "sigma": 1}}),
        "procedures.copies.steps.sign.minutes", "e+17",
    ),
    "meetings of no length": (
        putting("teams/2/away", {"share": 0.5, "minutes": 0}), "teams.leaders.away.minutes", "0",
    ),
    "a source of nothing": (
        putting("sources/demands.copes.per_day", "survey"), 'sources."demands.copes.per_day"',
        '"demands.copes.per_day"',
    ),
    "a range of nothing": (
        putting("ranges/teams.counter.stff", [1, 2]), 'ranges."teams.counter.stff"', "stff",
    ),
    "a range of what is no number": (
        putting("ranges/teams.counter.closing", [1, 2]), 'ranges."teams.counter.closing"',
        '"finish current"',
    ),
    "a log that is not there": (
        lambda raw: raw.update(
            demands=[{"id": "copies", "needs": ["copies"], "log": "nowhere.csv"}], ranges={}
        ),
        "demands.copies.log.file", "nowhere.csv",
    ),
}  # fmt: skip
"""What does not fit together: the change, where it is told, and what is shown of it."""


@pytest.mark.parametrize("name", MISFITS)
def test_what_does_not_fit_is_one_fault(name):
    change, path, found = MISFITS[name]
    raw = starter()
    change(raw)
    with pytest.raises(FileFaults) as caught:
        office_of(raw, "office.toml")
    assert [fault.path for fault in caught.value.faults] == [path]
    assert found in caught.value.faults[0].found
    assert caught.value.faults[0].expected


def test_the_starter_has_no_faults():
    assert paths_of(starter()) == []


def test_unknown_names_are_told_with_the_nearest_known_one():
    raw = starter()
    raw["demands"][0]["needs"] = ["copes"]
    with pytest.raises(FileFaults, match='Nearest known name: "copies"'):
        office_of(raw, "office.toml")


MISREAD: dict[str, tuple[Break, str]] = {
    "start": (putting("calendar/start", "soon"), "calendar.start"),
    "no start": (dropping("calendar/start"), "calendar.start"),
    "hours": (putting("calendar/hours/mon-fri", ["07:30-25:00"]), "calendar.hours.mon-fri[1]"),
    "staff": (putting("teams/0/staff", -1), "teams.counter.staff"),
    "roles": (putting("teams/1/roles", "check"), "teams.specialist.roles"),
    "no id": (dropping("teams/2/id"), "teams[3].id"),
    "unknown key": (putting("teams/2/wages", 3), "teams.leaders.wages"),
    "misspelt key": (
        lambda raw: raw["procedures"][1].update(deadlin=raw["procedures"][1].pop("deadline")),
        "procedures.civil_status.deadlin",
    ),
    "misspelt visitor": (
        lambda raw: raw["procedures"][0]["steps"][0].update(
            visitr=raw["procedures"][0]["steps"][0].pop("visitor")
        ),
        "procedures.copies.steps.intake.visitr",
    ),
    "minutes": (
        putting("procedures/0/steps/2/minutes/gamma/mean", float("nan")),
        "procedures.copies.steps.compare.minutes.gamma.mean",
    ),
    "role": (putting("procedures/0/steps/3/role", 3), "procedures.copies.steps.sign.role"),
    "no steps": (putting("procedures/1/steps", []), "procedures.civil_status.steps"),
    "shares": (
        putting("procedures/1/result", {"by post": 0.8, "online": 0.8}),
        "procedures.civil_status.result",
    ),
    "per day": (putting("demands/0/per_day", -1), "demands.copies.per_day"),
    "no needs": (dropping("demands/1/needs"), "demands.civil_status.needs"),
    "not a table": (putting("demands/1", 7), "demands[2]"),
    "range": (putting("ranges/x", [1, 2, 3]), "ranges.x"),
    "title": (putting("title/en", 3), "title.en"),
    "folder": (putting("folder", "elsewhere"), "folder"),
}
"""What cannot be read, and where it is told."""


@pytest.mark.parametrize("name", MISREAD)
def test_what_cannot_be_read_raises_no_false_alarm_elsewhere(name):
    change, path = MISREAD[name]
    raw = starter()
    change(raw)
    assert paths_of(raw) == [path]


def test_what_does_not_fit_in_a_part_without_a_name_is_told_by_its_number():
    raw = starter()
    del raw["teams"][2]["id"]
    raw["teams"][2]["staff"] = 0
    assert paths_of(raw) == ["teams[3].id", "teams[3].staff"]


BESIDE = {
    "a bundle of what is not needed", "no ticket all day", "two steps of one id",
    "negative minutes", "a backlog at an unknown step", "a date both closed and swapped",
    "appointments at night", "meetings of no length",
}  # fmt: skip


@pytest.mark.parametrize("misfit", sorted(BESIDE))
def test_what_does_not_fit_is_told_beside_what_cannot_be_read(misfit):
    change, path, _ = MISFITS[misfit]
    raw = starter()
    change(raw)
    raw["title"] = 3
    raw["teams"][1]["wage"] = "much"
    raw["procedures"][1]["steps"][0]["minutes"] = float("nan")
    assert paths_of(raw) == [
        "title",
        "teams.specialist.wage",
        "procedures.civil_status.steps.intake.minutes",
        path,
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    list(itertools.combinations(["start", "staff", "minutes", "shares", "title"], 2)),
)
def test_all_that_cannot_be_read_is_told_at_once(one, other):
    raw = starter()
    for name in (one, other):
        MISREAD[name][0](raw)
    assert set(paths_of(raw)) == {MISREAD[one][1], MISREAD[other][1]}


JUNK = st.sampled_from(
    [None, -1, 0, 3, 1.5, float("nan"), float("inf"), True, "", "x", "25:00", "mon", "*", "ộ", [],
     [1], ["x"], {}, {"x": 1}, {"id": "x"}, [[]], dt.date(2026, 1, 1), dt.time(7, 30), 10**400]
)  # fmt: skip


def all_places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [place] if place else []
    if isinstance(value, dict):
        return found + [p for key, item in value.items() for p in all_places(item, (*place, key))]
    if isinstance(value, list):
        return found + [p for i, item in enumerate(value) for p in all_places(item, (*place, i))]
    return found


PLACES = all_places(STARTER)


@settings(deadline=None)
@given(spots=st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=4))
@example(spots=[(("ranges", "demands.copies.per_day"), [])])
@example(spots=[(("ranges",), -1)])
def test_any_mistake_is_told_and_nothing_else_is_raised(spots):
    raw = starter()
    for place, junk in spots:
        node: Any = raw
        for key in place[:-1]:
            node = node[key] if _leads_on(node, key) else None
        if _leads_on(node, place[-1]):
            if junk is None:
                del node[place[-1]]
            else:
                node[place[-1]] = copy.deepcopy(junk)
    try:
        found = office_of(raw, "office.toml")
    except FileFaults as error:
        assert all(fault.path and fault.expected for fault in error.faults)
    else:
        assert isinstance(found, Office)


def _leads_on(node: Any, key: Any) -> bool:
    if isinstance(node, dict):
        return key in node
    return isinstance(node, list) and isinstance(key, int) and key < len(node)


def warned(raw: Raw) -> dict[str, str]:
    return {each.path: each.text for each in Advice(office(raw)).warnings}


SOURCED = {"sources": {"teams.clerks.staff": "counted"}}


def test_an_office_in_order_has_no_warnings():
    assert warned(smallest(**SOURCED)) == {}


def test_a_team_beyond_its_time_is_a_warning():
    raw = smallest(**SOURCED)
    raw["demands"][0]["per_day"] = 620
    text = warned(raw)["teams.clerks"]
    assert "loaded to 100%" in text
    assert "4,340 minutes" in text
    raw["demands"][0]["per_day"] = 617
    assert warned(raw) == {}


def two_teams(load_a: float, load_b: float, *, shared: bool) -> Raw:
    raw = smallest(**SOURCED)
    raw["sources"] = {"teams.a.staff": "counted"}
    raw["teams"] = [
        {"id": "a", "staff": 1, "roles": ["one"]},
        {"id": "b", "staff": 1, "roles": ["two", "one"] if shared else ["two"]},
    ]
    steps = [{"id": "s", "visitor": True, "minutes": 1}]
    raw["procedures"] = [
        {"id": role, "steps": [steps[0] | {"role": role}]} for role in ("one", "two")
    ]
    raw["demands"] = [
        {"id": role, "needs": [role], "per_day": round(load * 1440)}
        for role, load in (("one", load_a), ("two", load_b))
    ]
    return raw


def test_a_role_that_two_teams_share_loads_them_together():
    assert set(warned(two_teams(1.5, 0.4, shared=False))) == {"teams.a"}
    assert warned(two_teams(1.5, 0.4, shared=True)) == {}
    assert set(warned(two_teams(1.5, 0.6, shared=True))) == {"teams.a, teams.b"}
    assert set(warned(two_teams(0.9, 1.2, shared=True))) == {"teams.b"}


def test_absence_meetings_and_lateness_take_from_a_teams_time():
    raw = smallest(**SOURCED)
    raw["demands"][0]["per_day"] = 600
    assert warned(raw) == {}
    for cost in ({"absence": 0.1}, {"away": {"share": 0.1, "minutes": 30}},
                 {"lateness": {"share": 0.5, "minutes": 240}}):  # fmt: skip
        busy = copy.deepcopy(raw)
        busy["teams"][0] |= cost
        assert set(warned(busy)) == {"teams.clerks"}


def test_work_done_again_counts_as_load():
    raw = smallest(**SOURCED)
    raw["demands"][0]["per_day"] = 500
    raw["procedures"][0]["steps"][0]["sends_back"] = {"share": 0.25, "again": 0.2}
    assert "4,594 minutes" in warned(raw)["teams.clerks"]


def test_work_with_nobody_there_is_a_warning():
    raw = smallest(**SOURCED)
    raw["teams"][0]["absence"] = 1
    assert "nobody is there" in warned(raw)["teams.clerks"]


def with_hours(**calendar: Any) -> Raw:
    hours = {"mon-fri": ["07:30-11:30", "13:30-17:00"]}
    raw = smallest(**SOURCED)
    raw["calendar"] |= {"hours": hours} | calendar
    raw["demands"][0]["per_day"] = 10
    return raw


def test_a_start_on_a_holiday_says_where_it_moves():
    text = warned(with_hours(start="2023-01-22", holidays="VN"))["calendar.start"]
    assert "a public holiday" in text
    assert "Friday 2023-01-27" in text


def test_a_start_on_a_closed_day_says_where_it_moves():
    assert "Monday 2023-01-09" in warned(with_hours(start="2023-01-07"))["calendar.start"]


@pytest.mark.parametrize(
    ("cutoff", "says"), [("17:30", "after closing"), ("07:30", "not after the opening")]
)
def test_a_cutoff_outside_the_hours_is_a_warning(cutoff, says):
    raw = with_hours()
    raw["procedures"][0]["deadline"] = {"within": "same day", "cutoff": cutoff}
    assert says in warned(raw)["procedures.ask.deadline.cutoff"]


def test_a_habit_until_closing_is_no_warning():
    raw = with_hours()
    raw["procedures"][0]["habit"] = {"same_day_until": "24:00"}
    assert warned(raw) == {}


def test_team_hours_outside_the_offices_are_a_warning():
    raw = with_hours()
    raw["teams"][0]["hours"] = {"mon": ["07:00-12:00"], "sat": ["08:00-10:00"]}
    found = [each.text for each in Advice(office(raw)).warnings]
    assert any("closed on sat" in text for text in found)
    assert any("on mon: only desk work" in text for text in found)


def test_sessions_that_touch_hold_a_longer_one():
    raw = with_hours(hours={"mon-fri": ["08:00-12:00", "12:00-16:00"]})
    raw["teams"][0]["hours"] = {"mon-fri": ["09:00-15:00"]}
    assert warned(raw) == {}


def test_a_team_that_leaves_before_closing_cannot_finish_the_queue():
    raw = with_hours()
    raw["teams"][0] |= {"hours": {"mon-fri": ["07:30-11:30"]}, "closing": "finish queue"}
    assert "leaves before closing" in warned(raw)["teams.clerks.closing"]


def test_hours_of_arrival_after_closing_are_a_warning():
    raw = with_hours()
    raw["demands"][0]["by_hour"] = {"08:00": 3, "17:00": 1}
    assert warned(raw)["demands.people.by_hour"].startswith("17:00")


def test_no_source_at_all_is_a_warning():
    assert set(warned(smallest())) == {"sources"}


def test_a_value_outside_its_own_range_is_a_warning():
    raw = smallest(**SOURCED, ranges={"demands.people.per_day": [10, 20]})
    assert set(warned(raw)) == {'ranges."demands.people.per_day"'}


def test_a_log_of_other_years_is_a_warning(tmp_path):
    log = tmp_path / "tickets.csv"
    log.write_text("time\n2020-03-02 08:00\n2020-03-02 08:30\n2020-03-03 09:00\n", encoding="utf-8")
    raw = smallest(**SOURCED)
    raw["demands"][0] = {"id": "people", "needs": ["ask"], "log": "tickets.csv"}
    found = Advice(office_of(raw, tmp_path / "office.toml"))
    assert "no row falls" in found.warnings[0].text
    raw["calendar"]["start"] = "2020-03-02"
    found = Advice(office_of(raw, tmp_path / "office.toml"))
    assert found.warnings == []
    assert found.demands[0].per_day == 1.5


def demand_of(**changes: Any):
    raw = with_hours()
    raw["demands"][0] |= changes
    return Advice(office(raw)).demands[0]


def test_what_demand_comes_to_is_per_day_on_plain_days():
    mean = demand_of()
    assert mean.per_day == pytest.approx(10)
    assert mean.per_year == pytest.approx(10 * 261)


def test_weekday_and_month_multiply_what_demand_comes_to():
    assert demand_of(by_weekday={"mon": 2}).by_weekday == pytest.approx(
        {0: 20, 1: 10, 2: 10, 3: 10, 4: 10}
    )
    mean = demand_of(by_weekday={"mon": 2}, by_month={"jul": 3})
    assert mean.by_month[7] > 2.9 * mean.by_month[6]
    # 2023-01-02 to 2024-01-01: 53 Mondays, of them 5 in July; 208 other days, 16 in July
    assert mean.per_year == pytest.approx(10 * (2 * (48 + 3 * 5) + (192 + 3 * 16)))


def test_booked_seats_less_no_shows_are_what_demand_comes_to():
    book = {"from": "08:00", "to": "10:00", "every": 30, "seats": 3, "filled": 0.5, "no_show": 0.2}
    assert demand_of(per_day=10, appointments=book | {"share": 0.5}).per_day == pytest.approx(9)
    few = book | {"seats": 1, "share": 1.0, "no_show": 0.5}
    assert demand_of(per_day=10, appointments=few).per_day == pytest.approx(10 - 4 * 0.5)
    raw = with_hours()
    raw["demands"][0] = {"id": "people", "needs": ["ask"], "appointments": book}
    assert Advice(office(raw)).demands[0].per_day == pytest.approx(4 * 3 * 0.5 * 0.8)


def test_filing_together_saves_load():
    raw = with_hours()
    raw["demands"][0] |= {
        "needs": ["ask", "ask"],
        "per_day": 60,
        "filing": "together",
        "bundling": {"saves_intake": 0.5},
    }
    raw["teams"][0]["staff"] = 1
    assert "630 minutes" in warned(raw)["teams.clerks"]


STUDY = 'office = "office.toml"\n[[scenarios]]\nid = "a"\nreforms = [{ change_demand = 1.2 }]\n'


def write(folder: Path, study: str, office_text: str | None = None) -> Path:
    template = files("sim").joinpath("templates/starter.toml").read_text("utf-8")
    (folder / "office.toml").write_text(office_text or template, encoding="utf-8")
    path = folder / "study.toml"
    path.write_text(study, encoding="utf-8")
    return path


def test_a_study_is_checked_with_its_office(tmp_path):
    checked = check_file(write(tmp_path, STUDY))
    assert checked.scenarios == 1
    assert [mean.demand for mean in checked.demands] == ["copies", "civil_status"]


def test_a_scenarios_own_warnings_name_it(tmp_path):
    path = write(tmp_path, STUDY.replace("1.2", "50"))
    found = [each.path for each in check_file(path).warnings]
    assert any(path.startswith("scenarios.a, teams.") for path in found)


def test_a_warning_of_the_office_is_not_repeated_for_each_scenario(tmp_path):
    text = files("sim").joinpath("templates/starter.toml").read_text("utf-8")
    bare = text.replace('"procedures.copies.deadline" = ', "# ")
    assert [each.path for each in check_file(write(tmp_path, STUDY, bare)).warnings] == ["sources"]


def errors_of(path: Path) -> list[str]:
    with pytest.raises(Faulty) as caught:
        check_file(path)
    return [str(error) for error in caught.value.errors]


def test_faults_of_a_study_and_of_its_office_are_told_together(tmp_path):
    study = 'days = -1\n[[scenarios]]\nid = "a"\nreforms = [{ drop_cutof = "x" }]\n'
    text = files("sim").joinpath("templates/starter.toml").read_text("utf-8")
    wrong = text.replace("per_day = 8 ", "per_day = -8 ")
    own, offices = errors_of(write(tmp_path, 'office = "office.toml"\n' + study, wrong))
    assert "days" in own
    assert "drop_cutof" in own
    assert "demands.copies.per_day" in offices


def test_reforms_that_do_not_fit_are_told_beside_what_cannot_be_read(tmp_path):
    study = STUDY.replace("change_demand = 1.2", 'drop_cutoff = "copes"') + "[matters]\ntrips = 0\n"
    (own,) = errors_of(write(tmp_path, study))
    assert "matters.trips" in own
    assert "scenarios.a.reforms" in own


def test_a_reform_that_builds_on_one_that_cannot_be_read_is_not_blamed(tmp_path):
    pooled = '{ pool_rols = { roles = ["sign", "prepare"], into = "both" } }'
    study = STUDY.replace(
        "{ change_demand = 1.2 }", pooled + ', { faster = { role = "both", by = 0.1 } }'
    )
    (own,) = errors_of(write(tmp_path, study))
    assert own.startswith(f"{tmp_path / 'study.toml'}: 1 fault\n")
    assert "pool_rols" in own


def test_a_study_of_an_office_that_is_not_there_says_so(tmp_path):
    path = write(tmp_path, STUDY.replace("office.toml", "ofice.toml"))
    (error,) = errors_of(path)
    assert 'Nearest name: "office.toml"' in error


def test_every_check_can_fail():
    """Hold that MISFITS leaves no check of consistency.py untried."""
    from sim.consistency import CHECKS

    tried = set()
    for change, _, _ in MISFITS.values():
        raw = starter()
        change(raw)
        found = Office.model_validate(raw)
        tried |= {check.faults.__name__ for check in CHECKS if any(check.faults(found))}
    assert tried == {check.faults.__name__ for check in CHECKS}


def test_an_office_made_in_code_is_checked_the_same():
    assert faults(office(smallest())) == []
