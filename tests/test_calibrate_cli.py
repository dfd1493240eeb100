"""onestop calibrate tickets and onestop validate: files, exit codes, and what is said."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from sim.office_file import read_office
from tests.records_files import clock, written
from tests.test_cli import refused, run
from tests.ticket_frames import workdays

HEADER = "queue,date,ticket,arrived,called"
FILES = {"office.toml", "calibration.html", "calibration.json"}
QUICK = ("--replications", 20, "--jobs", 1)
DAYS = 6


class Day(NamedTuple):
    """A day's tickets in minutes after midnight."""

    date: str
    arrived: list[float]
    called: list[float]
    ended: list[float]


def days(number: int = DAYS, a_day: int = 34, seed: int = 1) -> list[Day]:
    """Return days on which one counter serves one after the other, from eight to twelve."""
    generator = np.random.default_rng(seed)
    found = []
    for date in workdays(number):
        arrived = np.sort(generator.uniform(480, 710, a_day))
        minutes = generator.lognormal(np.log(6) - 0.18, 0.6, a_day)
        called, free = [], 480.0
        for at, service in zip(arrived, minutes, strict=True):
            called.append(max(at, free))
            free = called[-1] + service
        ended = [at + service for at, service in zip(called, minutes, strict=True)]
        found.append(Day(str(date), arrived.tolist(), called, ended))
    return found


def rows(log: Sequence[Day], *, ends: bool = False, queue: str = "A: Copies") -> list[str]:
    return [
        ",".join([queue, day.date, str(i + 1), clock(a), clock(c), *([clock(e)] if ends else [])])
        for day in log
        for i, (a, c, e) in enumerate(zip(*day[1:], strict=True))
    ]


def counters(log: Sequence[Day], queue: str = "A: Copies") -> list[str]:
    return [f"{queue},{day.date},{clock(at)},1" for day in log for at in range(480, 720, 5)]


class Log(NamedTuple):
    """A folder with tickets and open counters."""

    tickets: Path
    counters: Path


def log(folder: Path, number: int = DAYS) -> Log:
    some = days(number)
    return Log(
        written(folder / "tickets.csv", [HEADER, *rows(some)]),
        written(folder / "counters.csv", ["queue,date,time,open_counters", *counters(some)]),
    )


class Done(NamedTuple):
    """What a calibration printed and wrote."""

    stdout: str
    stderr: str
    folder: Path

    @property
    def found(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads((self.folder / "calibration.json").read_text("utf-8"))
        return read


def calibrated(folder: Path, *arguments: object) -> Done:
    result = run("calibrate", "tickets", *arguments, *QUICK, "--out", folder)
    assert result.exit_code == 0, result.output
    return Done(result.stdout, result.stderr, folder)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Log:
    return log(tmp_path_factory.mktemp("records"))


@pytest.fixture(scope="module")
def done(recorded: Log, tmp_path_factory: pytest.TempPathFactory) -> Done:
    return calibrated(tmp_path_factory.mktemp("done"), *recorded, "--title", "Phường B")


# --- what is written ---


def test_three_files_are_written_and_the_next_step_is_said(done: Done) -> None:
    assert {path.name for path in done.folder.iterdir()} == FILES
    assert f"{done.folder / 'office.toml'}; look at it with onestop check" in done.stdout.replace(
        "\n", " "
    )


def test_the_office_passes_check(done: Done) -> None:
    result = run("check", done.folder / "office.toml")
    assert result.exit_code == 0
    assert "no faults" in result.stdout


def test_the_office_is_what_was_recorded(done: Done) -> None:
    office = read_office(done.folder / "office.toml")
    assert office.title == "Phường B"
    (demand,) = office.demands
    assert (demand.id, demand.title) == ("a", "A: Copies")
    assert office.teams[0].closing == "finish queue"
    assert office.procedures[0].steps[0].visitor
    text = tomllib.loads((done.folder / "office.toml").read_text("utf-8"))
    assert set(text["ranges"]) <= set(text["sources"])
    low, high = text["ranges"]["procedures.a.steps.serve.minutes.lognormal.mean"]
    assert 1 < low < high < 30


def test_the_json_holds_what_was_fitted_and_validated(done: Done) -> None:
    found = done.found
    assert found["kind"] == "tickets"
    assert found["dates"]["days"] == 4, "the last quarter of six days is left out"
    assert found["validation"]["held_out"]
    assert found["validation"]["dates"] == [str(date) for date in workdays(DAYS)[4:]]
    assert found["validation"]["replications"] == 20
    (group,) = found["validation"]["groups"]
    assert group["cases"] == 2 * 34
    assert {measure["inside"] for measure in group["measures"]} <= {"inside", "above", "below"}
    assert [each["name"] for each in group["distances"]] == [
        "simulation",
        "the fitted days themselves",
        "their mean as a point",
        "Erlang C by hour",
    ]
    assert set(found["provenance"]["inputs"]) == {"tickets.csv", "counters.csv"}


def test_the_page_stands_by_itself(done: Done) -> None:
    page = (done.folder / "calibration.html").read_text("utf-8")
    assert "Phường B" in page
    assert "A: Copies" in page
    assert 'src="http' not in page


def test_the_same_again_is_the_same_office(done: Done, recorded: Log, tmp_path: Path) -> None:
    again = calibrated(tmp_path, *recorded, "--title", "Phường B", "--quiet")
    own = (done.folder / "office.toml").read_bytes()
    assert (again.folder / "office.toml").read_bytes() == own
    assert (again.stdout, again.stderr) == ("", ""), "--quiet prints nothing"


def test_nothing_is_held_out_where_nothing_is_asked_to_be(recorded: Log, tmp_path: Path) -> None:
    found = calibrated(tmp_path, *recorded, "--hold-out", 0).found
    assert found["validation"] is None
    assert found["dates"]["days"] == DAYS


def test_of_fewer_than_four_days_none_is_held_out_and_that_is_said(tmp_path: Path) -> None:
    done = calibrated(tmp_path / "out", *log(tmp_path, 3))
    assert done.found["validation"] is None
    said = " ".join(done.found["warnings"])
    assert "Only 3 days" in said
    assert "Only 3 days" in " ".join(done.stdout.split())


def test_dates_and_queues_select(recorded: Log, tmp_path: Path) -> None:
    dates = workdays(DAYS)
    both = tmp_path / "both.csv"
    other = rows(days(seed=9), queue="B: Land")
    written(both, [*recorded.tickets.read_text("utf-8").split("\n")[:-1], *other])
    asked = ("--queue", "A: Copies", "--from", dates[1], "--to", dates[3], "--hold-out", 0)
    found = calibrated(tmp_path / "out", both, recorded.counters, *asked)
    assert found.found["dates"] == {"first": str(dates[1]), "last": str(dates[3]), "days": 3}
    office = read_office(found.folder / "office.toml")
    assert [demand.title for demand in office.demands] == ["A: Copies"]


def test_without_open_counters_one_is_assumed_and_a_warning_says_so(
    recorded: Log, tmp_path: Path
) -> None:
    done = calibrated(tmp_path, recorded.tickets, "--hold-out", 0)
    (assumed,) = [each for each in done.found["assumed"] if each["path"] == "teams.a.staff"]
    assert assumed["value"] == "1"
    assert "no record says how many counters were open" in " ".join(done.found["warnings"])
    assert read_office(done.folder / "office.toml").teams[0].staff.largest() == 1


def test_recorded_ends_are_read_and_not_inferred(tmp_path: Path) -> None:
    some = days()
    tickets = written(tmp_path / "tickets.csv", [f"{HEADER},ended", *rows(some, ends=True)])
    done = calibrated(tmp_path / "out", tickets, "--hold-out", 0)
    office = read_office(done.folder / "office.toml")
    minutes = np.concatenate([np.subtract(day.ended, day.called) for day in some])
    mean = office.procedures[0].steps[0].minutes.mean_value()
    # Far closer than waits could tell: the sample's own mean, but for the family.
    assert mean == pytest.approx(minutes.mean(), rel=0.1)
    told = [each for each in done.found["fitted"] if ".steps.serve.minutes" in each["path"]]
    assert told
    assert not [each for each in told if "waits" in each["source"]]


# --- validate ---


def test_an_office_is_held_against_other_days(done: Done, recorded: Log, tmp_path: Path) -> None:
    office = done.folder / "office.toml"
    result = run("validate", office, *recorded, "--replications", 20, "--out", tmp_path / "v")
    assert result.exit_code == 0, result.output
    assert {path.name for path in (tmp_path / "v").iterdir()} == {
        "validation.html",
        "validation.json",
    }
    found = json.loads((tmp_path / "v" / "validation.json").read_text("utf-8"))
    assert found["replayed"]
    assert found["held_out"] is None, "nothing says to which days the file was fitted"
    assert len(found["dates"]) == DAYS


def test_demand_may_be_simulated_too(done: Done, recorded: Log, tmp_path: Path) -> None:
    office = done.folder / "office.toml"
    asked = ("--simulate-demand", "--replications", 20, "--out", tmp_path, "--quiet")
    result = run("validate", office, *recorded, *asked)
    assert (result.exit_code, result.output) == (0, "")
    assert not json.loads((tmp_path / "validation.json").read_text("utf-8"))["replayed"]


# --- bad input ---


def refuses(folder: Path, *arguments: object, out: Path | None = None) -> str:
    """Return what is said of an input that is refused, nothing having been written."""
    out = out or folder / "out"
    said = refused(run("calibrate", "tickets", *arguments, *QUICK, "--out", out))
    assert not [path for path in FILES if (out / path).exists()]
    return " ".join(said.split())


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.write_bytes(b"")
    assert "empty.csv" in refuses(tmp_path, file)


def test_a_file_of_only_a_header_is_refused(tmp_path: Path) -> None:
    said = refuses(tmp_path, written(tmp_path / "bare.csv", [HEADER]))
    assert "bare.csv" in said
    assert "at least one row" in said


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "nowhere.csv" in refuses(tmp_path, tmp_path / "nowhere.csv")


def test_a_missing_column_is_named_with_what_was_found(tmp_path: Path) -> None:
    lines = [line.rpartition(",")[0] for line in [HEADER, *rows(days())]]
    said = refuses(tmp_path, written(tmp_path / "tickets.csv", lines))
    assert "called" in said
    assert "arrived" in said


def test_a_column_that_is_not_there_is_named(recorded: Log, tmp_path: Path) -> None:
    said = refuses(tmp_path, recorded.tickets, "--columns", "queue=Service")
    assert '"Service"' in said


def test_times_that_run_backwards_are_refused(tmp_path: Path) -> None:
    lines = [HEADER.replace("arrived,called", "called,arrived"), *rows(days())]
    said = refuses(tmp_path, written(tmp_path / "tickets.csv", lines))
    assert "arrived, called" in said


def test_two_orders_of_day_and_month_are_refused(tmp_path: Path) -> None:
    lines = [
        f"A,{date},{i},{clock(490 + i)},{clock(495 + i)}"
        for date in ("13/01/2024", "01/14/2024")
        for i in range(40)
    ]
    said = refuses(tmp_path, written(tmp_path / "tickets.csv", [HEADER, *lines]))
    assert "tickets.csv" in said
    assert "date" in said


def test_an_unknown_queue_is_named_with_the_nearest(recorded: Log, tmp_path: Path) -> None:
    said = refuses(tmp_path, *recorded, "--queue", "A: Copeis")
    assert '"A: Copeis"' in said
    assert '"A: Copies"' in said


def test_from_after_to_is_refused(recorded: Log, tmp_path: Path) -> None:
    said = refuses(tmp_path, *recorded, "--from", "2024-02-01", "--to", "2024-01-01")
    assert "--from 2024-02-01 lies after --to 2024-01-01" in said


def test_dates_without_records_are_refused(recorded: Log, tmp_path: Path) -> None:
    assert "2030" in refuses(tmp_path, *recorded, "--from", "2030-01-01")


def test_a_date_that_is_none_is_refused(recorded: Log, tmp_path: Path) -> None:
    assert "--from" in refuses(tmp_path, *recorded, "--from", "01/02/2024")


def test_an_unknown_country_is_refused(recorded: Log, tmp_path: Path) -> None:
    assert "--holidays" in refuses(tmp_path, *recorded, "--holidays", "Vietnam")


def test_too_few_tickets_are_refused(tmp_path: Path) -> None:
    few = written(tmp_path / "few.csv", [HEADER, *rows(days(1, 12))])
    assert "30 tickets" in refuses(tmp_path, few)


def test_open_counters_alone_are_refused(recorded: Log, tmp_path: Path) -> None:
    assert "open counters only" in refuses(tmp_path, recorded.counters)


def test_a_folder_that_is_a_file_is_refused(recorded: Log, tmp_path: Path) -> None:
    there = written(tmp_path / "out", ["mine"])
    assert str(there) in refuses(tmp_path, *recorded, out=there).replace(" ", "")
    assert there.read_text("utf-8") == "mine\n"


def test_what_stood_in_the_folder_stays_when_records_are_refused(
    done: Done, tmp_path: Path
) -> None:
    kept = tmp_path / "out"
    shutil.copytree(done.folder, kept)
    before = {path.name: path.read_bytes() for path in kept.iterdir()}
    bare = written(tmp_path / "bare.csv", [HEADER])
    refused(run("calibrate", "tickets", bare, "--out", kept))
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before


def refuses_validation(folder: Path, *arguments: object) -> str:
    said = refused(run("validate", *arguments, "--out", folder / "v", "--replications", 20))
    assert not (folder / "v" / "validation.html").exists()
    return " ".join(said.split())


def test_an_office_of_other_queues_is_refused(recorded: Log, done: Done, tmp_path: Path) -> None:
    text = (done.folder / "office.toml").read_text("utf-8")
    text = text.replace('id = "a"', 'id = "z"').replace("A: Copies", "Other")
    text = text.replace('"a"]', '"z"]').replace("procedures.a.", "procedures.z.")
    text = text.replace("demands.a.", "demands.z.").replace("teams.a.", "teams.z.")
    text = text.replace('role = "a"', 'role = "z"').replace("roles.a", "roles.z")
    office = tmp_path / "other.toml"
    office.write_text(text, encoding="utf-8")
    assert run("check", office).exit_code == 0
    said = refuses_validation(tmp_path, office, *recorded)
    assert "None of the office's demands (z) is a queue of the records (A: Copies)" in said


def test_an_office_that_is_no_toml_is_refused(recorded: Log, tmp_path: Path) -> None:
    office = written(tmp_path / "office.toml", ["title ="])
    assert "office.toml" in refuses_validation(tmp_path, office, *recorded)


def test_records_in_place_of_the_office_are_refused(recorded: Log, tmp_path: Path) -> None:
    said = refuses_validation(tmp_path, recorded.tickets, recorded.counters)
    assert "tickets.csv" in said


def test_days_that_cannot_be_compared_are_refused(done: Done, tmp_path: Path) -> None:
    office = done.folder / "office.toml"
    saturday = days(1)[0]._replace(date="2024-01-13")
    tickets = written(tmp_path / "tickets.csv", [HEADER, *rows([saturday])])
    assert "No day of the records can be compared" in refuses_validation(tmp_path, office, tickets)


def test_options_out_of_reach_are_refused(recorded: Log, tmp_path: Path) -> None:
    assert "--hold-out" in refuses(tmp_path, *recorded, "--hold-out", "1")
    assert "--seed" in refuses(tmp_path, *recorded, "--seed", "-1")


# --- languages ---


def test_page_and_terminal_are_in_the_language_asked_for_and_files_in_english(
    recorded: Log, done: Done, tmp_path: Path
) -> None:
    said = calibrated(tmp_path, *recorded, "--title", "Phường B", "--lang", "vi")
    page = (tmp_path / "calibration.html").read_text("utf-8")
    assert '<html lang="vi">' in page
    assert "Thời gian chờ của người dân" in page
    assert "How long people wait" not in page
    assert "Quan sát và mô phỏng" in said.stdout
    office = "office.toml"
    assert (tmp_path / office).read_text("utf-8") == (done.folder / office).read_text("utf-8")


def test_a_language_that_is_not_known_is_refused(recorded: Log) -> None:
    said = refused(run("calibrate", "tickets", *recorded, "--lang", "xx"))
    assert "--lang: expected one of en, vi" in said
