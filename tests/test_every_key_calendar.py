"""Every key of [calendar], what stands above it, and that every key has a test of its name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

import pytest
from typer.testing import CliRunner

from sim import Scenario, Study, cli, compare, load_office
from sim.check import check_file
from sim.clock import DAY_MS, HOUR_MS
from sim.office import Office, Team
from sim.parameters import shown
from sim.report.ledger import ledger
from sim.report.names import team_title
from sim.tables import event_rows
from sim.words import Words
from tests.every_key import (
    Told,
    calendar,
    comes,
    keys,
    keys_used,
    named_tests,
    office,
    procedure,
    serve,
)
from tests.offices import Raw

HERE = Path(__file__).parent


# --- a test for every key -------------------------------------------------------------------------


def without_test(keys_of_a_file: Iterable[str]) -> list[str]:
    named = named_tests(*HERE.glob("test_every_key_*.py"))
    return [k for k in keys_of_a_file if not any(name.startswith(f"test_{k}_") for name in named)]


def test_every_key_of_an_office_file_has_a_test_named_after_it() -> None:
    assert without_test(keys()) == []


def test_a_new_key_would_need_a_test() -> None:
    class NewTeam(Team):
        uniform: bool = False
        """A key that no test is named after."""
        dress: Literal["plain", "formal"] = "plain"

    class NewOffice(Office):
        teams: tuple[NewTeam, ...]

    new = ["teams_uniform", "teams_dress_plain", "teams_dress_formal", "teams_dress"]
    assert without_test(keys(NewOffice)) == new


# --- the office that uses all of them -----------------------------------------------------------

EVERY_KEY = HERE / "data" / "every_key.toml"


def test_every_key_toml_uses_every_key_and_every_choice() -> None:
    used = set(keys_used(load_office(EVERY_KEY)))
    assert sorted(set(keys()) - used) == []


def test_every_key_toml_passes_the_check_without_a_warning() -> None:
    said = CliRunner().invoke(cli.app, ["check", str(EVERY_KEY)])
    assert said.exit_code == 0, said.output
    assert check_file(EVERY_KEY).warnings == []


def test_every_key_toml_runs_from_the_file_to_the_report(tmp_path: Path) -> None:
    reform = Scenario(id="later", reforms=({"drop_cutoff": "*"},))
    study = Study(
        office=load_office(EVERY_KEY), scenarios=(reform,), days=10, warmup=3, replications=2
    )
    found = compare(study, tmp_path).scenarios["baseline"].measures
    assert (tmp_path / "report.html").stat().st_size > 0
    assert found["cases"].mean > 400
    assert found["open_at_end"].mean == 0
    # Each demand brings cases, and what the file asks for happens.
    for demand in ("walk_in", "booked", "some_book", "both", "replayed"):
        assert found[f"cases@@{demand}"].mean > 0
    for cause in ("held", "elsewhere", "resting", "citizen", "served", "desk_work", "line"):
        assert found[f"time.{cause}"].mean > 0


def test_every_key_toml_replays_its_own_tickets_and_counters() -> None:
    found = Told.of(load_office(EVERY_KEY), days=10)
    place = [plan.demand.id for plan in found.layout.demands].index("replayed")
    arrivals = found.cases.arrival[found.cases.demand == place]
    # Seven rows of counter 3 that are not void, from the first to the eighth day.
    assert (arrivals // DAY_MS).tolist() == [0, 0, 1, 1, 2, 4, 7]
    extra = [m for m in found.log.members if found.layout.teams[m.team].name == "extra"]
    hours = [member.paid.elapsed(10 * DAY_MS) / HOUR_MS for member in extra]
    # The first from 07:30 to 11:00, 08:00 to 10:30, 07:30 to 11:30; the second from 09:30.
    assert hours == [3.5 + 2.5 + 4, 1.5 + 4]


# --- calendar -------------------------------------------------------------------------------------


def told(folder: Path, *times: str, within: str = "", days: int = 5, **given: Any) -> Told:
    """Run an office that serves people for ten minutes each; `given` are keys of [calendar]."""
    limit = {"deadline": {"within": within}} if within else {}
    raw = office(
        comes(folder, *times),
        calendar=calendar(**given),
        procedures=[procedure(serve(), **limit)],
    )
    return Told(raw, folder, days)


def measured(found: Told) -> list[str]:
    return [found.at(time) for time in found.cases.arrival.tolist()]


def test_calendar_start_is_the_first_measured_day(tmp_path: Path) -> None:
    raw = office(
        comes(tmp_path, "1 08:00", "2 08:00", "3 08:00"), calendar=calendar(start="2024-01-02")
    )
    assert measured(Told(raw, tmp_path, 1)) == ["2 08:00"]
    warmed = Told(raw, tmp_path, 1, warmup=1)
    assert measured(warmed) == ["2 08:00"]
    assert warmed.work("serve") == [("1 08:00", "1 08:10"), ("2 08:00", "2 08:10")]


def test_calendar_start_on_a_day_off_moves_to_the_next_working_day(tmp_path: Path) -> None:
    found = told(tmp_path, "5 08:00", "8 08:00", "9 08:00", days=1, start="2024-01-06")
    assert measured(found) == ["8 08:00"]


@pytest.mark.parametrize(("country", "due"), [("", "1 17:00"), ("VN", "2 17:00")])
def test_calendar_holidays_of_the_country_are_no_working_days(
    tmp_path: Path, country: str, due: str
) -> None:
    start = {"start": "2023-12-29", "holidays": country}
    found = told(tmp_path, "1 08:00", "2 08:00", within="1 working days", days=3, **start)
    # On the 1st of January the office is open, or turns people away until the 2nd.
    assert found.visits(0)[0][2] == ("turned_away" if country else "result")
    assert found.in_hand[0].split()[0] == ("2" if country else "1")
    friday = {"start": "2023-12-29", "holidays": country}
    raw = office(
        {"id": "one", "needs": ["permit"], "appointments": {"every": 600}},
        calendar=calendar(**friday),
        procedures=[procedure(serve(), deadline={"within": "1 working days"})],
    )
    assert Told(raw, days=1).due[0] == due


def test_calendar_closed_dates_are_open_for_nobody_and_no_working_days(tmp_path: Path) -> None:
    found = told(tmp_path, "1 08:00", "2 08:00", within="1 working days", closed=["2024-01-02"])
    assert found.due[0] == "3 17:00"
    first, second = found.visits(1)
    assert first == ("2 08:00", "2 08:00", "turned_away")
    assert second[0].startswith("3 ")


@pytest.mark.parametrize(("named", "closing"), [("mon", "17:00"), ("fri", "12:00")])
def test_calendar_open_swaps_a_date_to_the_hours_of_the_weekday_named(
    tmp_path: Path, named: str, closing: str
) -> None:
    hours = {"mon-thu": ["08:00-12:00", "13:00-17:00"], "fri": ["08:00-12:00"]}
    found = told(
        tmp_path, "5 09:00", "6 09:00", within="1 working days",
        days=6, open={"2024-01-06": named}, hours=hours,
    )  # fmt: skip
    assert found.in_hand == ["5 09:10", "6 09:10"]
    assert found.due[0] == f"6 {closing}"


def test_calendar_open_counts_as_the_weekday_named_for_demand(tmp_path: Path) -> None:
    people = {"id": "people", "needs": ["permit"], "per_day": 40, "by_weekday": {"mon-thu": 0}}
    swapped = calendar(open={"2024-01-06": "fri"})
    found = Told(office(people, steps=[serve(1)], calendar=swapped), days=6)
    days = {time.split()[0] for time in measured(found)}
    assert days == {"5", "6"}


@pytest.mark.parametrize(("days", "due"), [("mon-fri", "8 17:00"), ("mon-sat", "6 12:00")])
def test_calendar_legal_days_are_what_deadlines_count(tmp_path: Path, days: str, due: str) -> None:
    hours = {"mon-fri": ["08:00-17:00"], "sat": ["08:00-12:00"]}
    found = told(
        tmp_path,
        "5 09:00",
        "6 09:00",
        within="1 working days",
        days=6,
        legal_days=days,
        hours=hours,
    )
    assert found.due[0] == due
    # An open Saturday is open, whatever the law counts.
    assert found.in_hand[1] == "6 09:10"


def test_calendar_last_ticket_turns_away_from_that_many_minutes_before_closing(
    tmp_path: Path,
) -> None:
    found = told(tmp_path, "1 16:44:59", "1 16:45", last_ticket=15)
    assert found.visits(0) == [("1 16:44:59.000", "1 16:54:59.000", "result")]
    assert found.visits(1)[0] == ("1 16:45", "1 16:45", "turned_away")
    assert found.visits(1)[1][0].startswith("2 ")
    assert found.cases.turned_away.tolist() == [0, 1]


def test_calendar_last_ticket_may_be_given_by_weekday(tmp_path: Path) -> None:
    times = ("1 16:40", "2 16:40", "3 16:59")
    found = told(tmp_path, *times, last_ticket={"mon": 30, "tue-wed": 1.5})
    assert [found.visits(case)[0][2] for case in range(3)] == [
        "turned_away",
        "result",
        "turned_away",
    ]


def test_calendar_last_ticket_is_not_needed_to_collect_a_result(tmp_path: Path) -> None:
    # Who comes for a result after tickets have stopped gets it.
    limit = {"within": "1 working days"}
    raw = office(
        comes(tmp_path, "1 08:00"),
        calendar=calendar(last_ticket=60),
        procedures=[
            procedure(serve(), {"id": "print", "role": "write", "minutes": 1},
                      serve(5, id="hand_over"), deadline=limit, result="by appointment",
                      slip_hour="16:30"),
        ],
    )  # fmt: skip
    (_, collected) = Told(raw, tmp_path).visits()
    assert "2 16:30" <= collected[0] < "2 17:00"
    assert collected[2] == "result"


def test_calendar_hours_are_when_visitors_are_served(tmp_path: Path) -> None:
    found = told(tmp_path, "1 07:30", "1 11:55", "1 12:30", "1 17:00")
    assert found.work("serve")[:3] == [
        ("1 08:00", "1 08:10"),  # waited at the door
        ("1 11:55", "1 12:05"),  # once begun, finished
        ("1 13:00", "1 13:10"),  # came over lunch
    ]
    assert found.visits(0) == [("1 07:30", "1 08:10", "result")]
    # Closing is no part of the hours.
    assert found.visits(3)[0] == ("1 17:00", "1 17:00", "turned_away")


def test_calendar_hours_that_touch_are_one_session(tmp_path: Path) -> None:
    apart = told(tmp_path, *["1 11:55"] * 2, hours={"mon-fri": ["08:00-12:00", "12:30-17:00"]})
    touching = told(tmp_path, *["1 11:55"] * 2, hours={"mon-fri": ["08:00-12:00", "12:00-17:00"]})
    assert apart.begun("serve") == ["1 11:55", "1 12:30"]
    assert touching.begun("serve") == ["1 11:55", "1 12:05"]


def test_calendar_hours_all_round_the_clock_never_close(tmp_path: Path) -> None:
    found = told(tmp_path, "1 23:55", "2 00:00", hours={"mon-sun": ["00:00-24:00"]}, last_ticket=30)
    assert found.in_hand == ["2 00:05", "2 00:15"]


@pytest.mark.parametrize(
    ("zone", "offset"), [({}, "+07:00"), ({"timezone": "Europe/Warsaw"}, "+01:00")]
)
def test_calendar_timezone_is_that_of_the_event_log(
    tmp_path: Path, zone: dict[str, str], offset: str
) -> None:
    found = told(tmp_path, "1 08:00", **zone)
    stamps = event_rows(found.layout, found.log)["time:timestamp"].to_list()
    assert stamps[0] == f"2024-01-01T08:00:00.000{offset}"
    assert stamps[-1] == f"2024-01-01T08:10:00.000{offset}"


# --- what stands above --------------------------------------------------------------------------


def arrivals(raw: Raw) -> list[int]:
    found: list[int] = Told(raw, days=20).log.population.case_arrival.tolist()
    return found


def test_id_gives_an_office_its_own_luck() -> None:
    people = {"id": "people", "needs": ["permit"], "per_day": 5}
    unnamed, named, other = (
        arrivals(office(people, **given)) for given in ({}, {"id": "office"}, {"id": "north"})
    )
    assert unnamed == named
    assert unnamed != other


TITLED: Raw = {
    "title": {"en": "Licences", "vi": "Giấy phép"},
    "currency": "EUR",
    "calendar": calendar(),
    "teams": [
        {"id": "hall", "title": {"en": "Hall A", "vi": "Sảnh A"}, "staff": 1, "roles": ["serve"]}
    ],
    "procedures": [
        procedure(
            serve(title={"en": "Counter", "vi": "Quầy"}),
            title={"en": "Renewal", "vi": "Cấp đổi"},
            basis="Circular 1/2024, Art. 2",
            fee=5.0,
        )
    ],
    "demands": [
        {"id": "people", "title": "Drivers", "needs": ["permit"], "per_day": 10.0}
    ],
    "sources": {"demands.people.per_day": "Register of 2023"},
    "ranges": {"demands.people.per_day": [8, 14]},
}  # fmt: skip


def titles(language: str) -> list[str]:
    read = Office.model_validate(TITLED)
    return [section.title for section in ledger(read, Words(language, read.currency))]


def test_title_is_in_the_language_wanted() -> None:
    read = Office.model_validate(TITLED)
    assert Words("en").title(read.title) == "Licences"
    assert Words("vi").title(read.title) == "Giấy phép"


def test_currency_is_named_with_money() -> None:
    read = Office.model_validate(TITLED)
    assert shown(5.0, "currency", Words("en", read.currency)) == "5 EUR"


def test_teams_title_is_what_readers_see() -> None:
    read = Office.model_validate(TITLED)
    assert "Hall A" in team_title("hall", read, Words("en"))
    assert any("Sảnh A" in title for title in titles("vi"))


def test_procedures_title_is_what_readers_see() -> None:
    assert any("Renewal" in title for title in titles("en"))
    assert any("Cấp đổi" in title for title in titles("vi"))


def test_demands_title_is_what_readers_see() -> None:
    assert any("Drivers" in title for title in titles("en"))


def test_procedures_basis_stands_in_the_ledger() -> None:
    found = ledger(Office.model_validate(TITLED), Words("en"))
    assert [part.basis for part in found if "Renewal" in part.title] == ["Circular 1/2024, Art. 2"]


def entry(path: str) -> Any:
    found = ledger(Office.model_validate(TITLED), Words("en"))
    return next(e for section in found for e in section.entries if e.path == path)


def test_sources_stand_beside_what_they_are_of_in_the_ledger() -> None:
    assert entry("demands.people.per_day").source == "Register of 2023"
    assert entry("procedures.permit.fee").source == ""


def test_ranges_stand_beside_what_they_are_of_in_the_ledger() -> None:
    assert entry("demands.people.per_day").span == "8 to 14"
    assert entry("procedures.permit.fee").span == ""
