"""What a comparison writes: summary.json, cases.parquet, events.csv, report.html."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, NoReturn

import polars as pl
import pytest
from typer.testing import CliRunner

from sim import Study, cli, compare, load_office, load_study
from sim.causes import CAUSES
from sim.comparison import Comparison, Estimate
from sim.errors import PlannerError
from sim.results import write_together
from sim.starter import write_starter
from sim.verdicts import HEADLINE
from tests.offices import office, smallest

FILES = ["cases.parquet", "comparison.json", "events.csv", "report.html", "summary.json"]
REPLICATIONS = 3


def refuse(constant: str) -> NoReturn:
    raise AssertionError(f"{constant} is no JSON")


def read_summary(folder: Path) -> dict[str, Any]:
    content = (folder / "summary.json").read_text("utf-8")
    return dict(json.loads(content, parse_constant=refuse))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    """Return the starter's study of two reforms, short."""
    _, path = write_starter("Xã A", tmp_path_factory.mktemp("study"))
    return load_study(path).changed(days=12, warmup=2, replications=REPLICATIONS)


@pytest.fixture(scope="module")
def written(study, tmp_path_factory) -> tuple[Path, Comparison]:
    """Return the folder written, which did not exist before, and what was compared."""
    folder = tmp_path_factory.mktemp("results") / "made" / "here"
    return folder, compare(study, folder)


@pytest.fixture(scope="module")
def summary(written) -> dict[str, Any]:
    return read_summary(written[0])


@pytest.fixture(scope="module")
def cases(written) -> pl.DataFrame:
    return pl.read_parquet(written[0] / "cases.parquet")


@pytest.fixture(scope="module")
def events(written) -> list[dict[str, str]]:
    with (written[0] / "events.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ---- Which files, and when ---------------------------------------------------------------------


def test_four_files_are_written_and_nothing_is_left_beside_them(written):
    assert names(written[0]) == FILES


def test_nothing_is_written_without_a_folder(study, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    compare(study.changed(replications=1, days=1, warmup=0))
    assert names(tmp_path) == []


def test_files_of_a_run_before_are_replaced_and_others_left_alone(study, tmp_path):
    for name in (*FILES, "notes.txt"):
        (tmp_path / name).write_text("mine" * 10_000_000 if name == "report.html" else "mine")
    compare(study.changed(replications=1, days=1, warmup=0), tmp_path)
    assert names(tmp_path) == sorted([*FILES, "notes.txt"])
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert read_summary(tmp_path)["provenance"]["days"] == 1
    assert pl.read_parquet(tmp_path / "cases.parquet").height > 0
    assert all("mine" not in (tmp_path / name).read_text("utf-8")[-100:] for name in FILES[1:])


def test_a_write_that_fails_leaves_every_file_of_the_run_before(tmp_path, monkeypatch):
    write_together(tmp_path, {"a.txt": b"old a", "b.txt": b"old b"})
    real = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if content == b"new b":
            real(path, b"ne")
            raise OSError(28, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        write_together(tmp_path, {"a.txt": b"new a", "b.txt": b"new b"})
    assert names(tmp_path) == ["a.txt", "b.txt"]
    assert [(tmp_path / name).read_bytes() for name in ("a.txt", "b.txt")] == [b"old a", b"old b"]


def test_a_full_disk_is_told_in_a_planners_words(study, tmp_path, monkeypatch):
    def full(path: Path, content: bytes) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(PlannerError, match=r"cannot write there \(No space left on device\)"):
        compare(study.changed(replications=1, days=1, warmup=0), tmp_path)
    assert names(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of files")
@pytest.mark.parametrize("limit", [1_000, 20_000])
def test_a_disk_that_is_full_in_the_middle_leaves_the_run_before(tmp_path, limit):
    _, path = write_starter("A", tmp_path)
    (tmp_path / "summary.json").write_text("of the run before")
    code = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
        "from sim import compare, load_study\n"
        "from sim.errors import PlannerError\n"
        "study = load_study(sys.argv[1]).changed(days=5, warmup=0, replications=2)\n"
        "try:\n"
        "    compare(study, sys.argv[2])\n"
        "except PlannerError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"{tmp_path}: cannot write there (")
    assert names(tmp_path) == ["A.toml", "A_study.toml", "summary.json"]
    assert (tmp_path / "summary.json").read_text() == "of the run before"


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_folder_that_cannot_be_written_is_told_before_anything_runs(study, tmp_path, below):
    taken = tmp_path / "taken"
    taken.write_text("a file")
    done: list[int] = []
    with pytest.raises(PlannerError, match="cannot write there"):
        compare(study, taken / below, progress=lambda at, _: done.append(at))
    assert done == []
    assert taken.read_text() == "a file"


def test_breaking_off_writes_nothing_and_leaves_the_run_before(study, tmp_path):
    def stop(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    (tmp_path / "summary.json").write_text("of the run before")
    with pytest.raises(KeyboardInterrupt):
        compare(study.changed(replications=1, days=1, warmup=0), tmp_path, progress=stop)
    assert names(tmp_path) == ["summary.json"]
    assert (tmp_path / "summary.json").read_text() == "of the run before"


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")
@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_ends_a_run_with_130_one_line_and_no_file(tmp_path, jobs):
    _, path = write_starter("A", tmp_path)
    code = (
        "import os\n"
        "from sim.replication import OfficeRuns\n"
        "run, main_process = OfficeRuns.run, os.getpid()\n"
        "def stopped(self, *luck):\n"
        f"    os.kill(main_process, {signal.SIGINT.value})\n"
        "    return run(self, *luck)\n"
        "OfficeRuns.run = stopped\n"
        "from sim.cli import main\n"
        "main()\n"
    )
    options = ["--out", str(tmp_path / "out"), "--days", "5", "--jobs", str(jobs)]
    done = subprocess.run(
        [sys.executable, "-c", code, "compare", str(path), *options],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 130
    assert done.stderr.strip().splitlines()[-1] == "Stopped."
    assert "Traceback" not in done.stderr
    assert names(tmp_path / "out") == []


def test_the_command_line_writes_them_where_out_says(study, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    short = ["--replications", "2", "--days", "3", "--warmup", "0", "--jobs", "1", "--quiet"]
    for options, folder in ((["--out", "here"], Path("here")), ([], Path("results/Xã A_study"))):
        result = CliRunner().invoke(cli.app, ["compare", study.files[0], *short, *options])
        assert (result.exit_code, result.output) == (0, "")
        assert names(folder) == FILES


# ---- summary.json ------------------------------------------------------------------------------


def test_the_summary_has_the_parts_that_the_documentation_names(summary):
    assert set(summary) == {"scenarios", "differences", "verdicts", "warnings", "provenance"}
    assert list(summary["scenarios"]) == ["baseline", "until_closing", "delegated"]
    assert list(summary["differences"]) == ["until_closing", "delegated"]
    assert list(summary["verdicts"]) == ["until_closing", "delegated"]


def test_every_estimate_is_a_mean_between_its_bounds_or_null(summary):
    estimates = [
        estimate
        for part in ("scenarios", "differences")
        for measures in summary[part].values()
        for estimate in measures.values()
    ]
    assert len(estimates) > 500
    for each in estimates:
        assert set(each) == {"mean", "low", "high"}
        known = [value for value in each.values() if value is not None]
        assert known == [] or each["low"] <= each["mean"] <= each["high"]


def test_every_measure_named_in_the_documentation_is_there(summary):
    documented = {
        "wait_minutes", "wait_minutes_p50", "wait_minutes_p90", "wait_minutes_p95",
        "visit_minutes", "visit_minutes_p50", "visit_minutes_p90", "visit_minutes_p95",
        "turnaround_hours", "turnaround_hours_p50", "turnaround_hours_p90",
        "turnaround_hours_p95", "turnaround_working_hours", "turnaround_working_days",
        "office_working_days", "same_day_share", "same_day_of_receipt_share", "on_time_share",
        "early_share", "late_share", "trips", "trips_in_vain", "appointment_slips", "apologies",
        "turned_away", "lost", "citizen_cost", "fees", "office_cost", "office_cost_year",
        "cases", "cases_year", "open_at_end", "time.closed", "citizen_hours", "points_time",
        "points_contacts", "cost.submit", "cost.again", "cost.collect", "cost.fees", "cost.other",
    } | {f"time.{cause}" for cause in CAUSES}  # fmt: skip
    teams = ("counter", "specialist", "leaders")
    documented |= {f"{name}.{team}" for name in ("utilisation", "overtime_hours") for team in teams}
    plain = {name for name in summary["scenarios"]["baseline"] if "@" not in name}
    assert plain == documented
    further = {"better_share", "unchanged_share", "worse_share", "unmatched_cases",
               "no_result_share", "unfinished_cases",
               "citizen_saving_year", "office_saving_year", "hours_saving_year",
               "trips_saving_year", "citizen_cost_change"}  # fmt: skip
    difference = {name for name in summary["differences"]["delegated"] if "@" not in name}
    assert difference == documented | further


def test_every_measure_and_column_stands_in_the_documentation(summary, cases, events):
    text = (Path(__file__).parents[1] / "docs" / "outputs.md").read_text("utf-8")
    placeholders = {
        "utilisation": "utilisation.TEAM", "overtime_hours": "overtime_hours.TEAM",
        "cost": "cost.PART",
    }  # fmt: skip
    written = {*cases.columns, *events[0], *summary, *summary["provenance"]}
    for part in ("scenarios", "differences"):
        for name in summary[part]["delegated"]:
            base = name.partition("@")[0].partition(".")[0]
            written.add(placeholders.get(base, re.sub(r"_p\d\d$", "", base)))
    written = {re.sub(r"^time(\..*_hours)?$", "time.CAUSE", name) for name in written}
    assert len(written) > 60
    for name in written:
        assert f"`{name}`" in text, name


def test_measures_of_cases_are_given_by_procedure_and_by_demand(summary):
    given = set(summary["scenarios"]["baseline"])
    of_all = {
        *("wait_minutes", "trips", "citizen_cost", "on_time_share", "time.held", "cases"),
        *("open_at_end", "turnaround_hours", "same_day_share", "turnaround_hours_p50"),
        *("wait_minutes_p90", "visit_minutes_p95"),
    }
    for name in of_all:
        assert {f"{name}@copies", f"{name}@civil_status"} <= given
        assert {f"{name}@@copies", f"{name}@@civil_status"} <= given


def test_verdicts_are_made_on_the_headline_measures(summary):
    for verdicts in summary["verdicts"].values():
        assert list(verdicts) == list(HEADLINE)
        assert all(set(each) == {"says", "low", "high", "matters"} for each in verdicts.values())


def test_intervals_of_verdicts_are_wider_than_those_of_differences(summary):
    for scenario, verdicts in summary["verdicts"].items():
        judged, alone = verdicts["trips"], summary["differences"][scenario]["trips"]
        assert judged["low"] < alone["low"] < alone["high"] < judged["high"]


def test_provenance_says_what_the_results_were_made_from(summary, study):
    made = summary["provenance"]
    assert {"onestop-sim", "python", "numpy", "scipy", "simpy", "holidays"} <= set(made["versions"])
    assert set(made["inputs"]) == {"Xã A.toml", "Xã A_study.toml"}
    assert all(len(digest) == 64 for digest in (*made["inputs"].values(), made["model"]))
    settings = {name: made[name] for name in ("seed", "days", "warmup", "replications")}
    assert settings == {"seed": 1, "days": 12, "warmup": 2, "replications": REPLICATIONS}
    assert dt.datetime.fromisoformat(made["date"]).tzinfo is not None
    assert made["baseline"] == "baseline"
    assert "command" in made


def test_two_runs_are_equal_but_for_date_and_command(study, tmp_path, monkeypatch):
    short = study.changed(replications=2, days=3, warmup=1)
    first, second = tmp_path / "first", tmp_path / "second"
    compare(short, first)
    monkeypatch.setattr(sys, "argv", ["onestop", "compare", "another.toml"])
    compare(short, second)
    for name in ("cases.parquet", "events.csv"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    left, right = read_summary(first), read_summary(second)
    assert right["provenance"].pop("command") == "onestop compare another.toml"
    assert left["provenance"].pop("command") != "onestop compare another.toml"
    del left["provenance"]["date"], right["provenance"]["date"]
    assert left == right


def test_another_seed_gives_other_results(study, tmp_path):
    short = study.changed(replications=1, days=3, warmup=0)
    compare(short, tmp_path / "first")
    compare(short.changed(seed=2), tmp_path / "second")
    first, second = read_summary(tmp_path / "first"), read_summary(tmp_path / "second")
    assert first["scenarios"] != second["scenarios"]


def test_one_replication_has_no_bounds_and_no_clear_verdict(study, tmp_path):
    compare(study.changed(replications=1), tmp_path)
    found = read_summary(tmp_path)
    for part in ("scenarios", "differences"):
        for measures in found[part].values():
            assert {(each["low"], each["high"]) for each in measures.values()} == {(None, None)}
    assert found["scenarios"]["baseline"]["trips"]["mean"] >= 1
    says = {each["says"] for each in found["verdicts"]["delegated"].values()}
    assert says == {"not clear yet: more replications"}


def test_a_measure_without_a_case_is_null_throughout(tmp_path):
    raw = smallest()
    raw["demands"] = [
        {"id": "people", "needs": ["ask"], "per_day": 20},
        {"id": "nobody", "needs": ["ask"], "per_day": 0},
    ]
    faster = {"id": "faster", "reforms": [{"faster": {"role": "*", "by": 0.5}}]}
    plan = Study(office=office(raw), scenarios=[faster], days=2, warmup=0, replications=3)
    compare(plan, tmp_path)
    found = read_summary(tmp_path)
    nothing = {"mean": None, "low": None, "high": None}
    for name in ("on_time_share", "wait_minutes@@nobody", "trips@@nobody"):
        assert found["scenarios"]["baseline"][name] == nothing
        assert found["differences"]["faster"][name] == nothing
    assert found["verdicts"]["faster"]["on_time_share"]["says"] == "no verdict: no case"
    assert found["scenarios"]["baseline"]["cases@@nobody"]["mean"] == 0


def test_costs_that_are_nothing_in_all_scenarios_are_no_difference():
    more = {"id": "more", "reforms": [{"add_staff": {"team": "clerks", "by": 1}}]}
    plan = Study(office=office(smallest()), scenarios=[more], days=1, warmup=0, replications=2)
    verdicts = compare(plan).verdicts["more"]
    assert verdicts["office_cost"].says == "no difference that matters"
    assert verdicts["trips"].says == "no difference that matters"


def test_too_many_open_cases_are_told_and_forbid_verdicts_but_on_the_office_s_cost(tmp_path):
    raw = smallest()
    raw["calendar"]["hours"] = {"mon-sun": ["08:00-12:00"]}
    raw["procedures"][0]["deadline"] = {"within": "same day"}
    raw["procedures"][0]["steps"].append({"id": "file", "role": "desk", "minutes": 400})
    raw["teams"].append({"id": "desk", "staff": 1, "roles": ["desk"]})
    raw["demands"][0]["per_day"] = 20
    same = {"id": "more", "reforms": [{"add_staff": {"team": "clerks", "by": 1}}]}
    plan = Study(office=office(raw), scenarios=[same], days=3, warmup=0, replications=2)
    compare(plan, tmp_path)
    found = read_summary(tmp_path)
    (warning,) = found["warnings"]["baseline"]
    assert "still open at the end" in warning
    assert "the oldest: " in warning
    verdicts = {name: each["says"] for name, each in found["verdicts"]["more"].items()}
    spoilt = {name for name, says in verdicts.items() if says.startswith("no verdict: too many")}
    assert spoilt == set(HEADLINE) - {"office_cost"}


# ---- Any scenario can be the baseline ----------------------------------------------------------


def test_a_study_without_scenarios_runs_the_office_as_it_is_alone(study, tmp_path):
    alone = Study(office=study.office, days=2, warmup=0, replications=2)
    compare(alone, tmp_path)
    found = read_summary(tmp_path)
    assert list(found["scenarios"]) == ["baseline"]
    assert found["differences"] == found["verdicts"] == {}
    assert names(tmp_path) == FILES


def test_with_another_baseline_differences_reverse_their_sign_exactly(study, written):
    forth = written[1].differences["delegated"]
    turned = compare(study.changed(baseline="delegated"))
    assert list(turned.scenarios) == ["delegated", "baseline", "until_closing"]
    assert set(turned.differences) == set(turned.verdicts) == {"baseline", "until_closing"}
    back = turned.differences["baseline"]
    swapped = {"better_share": "worse_share", "worse_share": "better_share"}
    same = {"unchanged_share", "unmatched_cases", "no_result_share", "unfinished_cases"}
    # Citizens save in as many cases as the baseline has, and a share of what it costs there.
    for name in forth.keys() - {"citizen_saving_year", "citizen_cost_change"}:
        there, here = forth[name], back[swapped.get(name, name)]
        if name not in swapped and name not in same:
            here = reversed_sign(here)
        assert there == here, name


def reversed_sign(estimate: Estimate) -> Estimate:
    ends = (estimate.mean, estimate.high, estimate.low)
    return Estimate(*(None if end is None else -end for end in ends))


def test_scenarios_do_not_depend_on_what_they_are_compared_with(study, written):
    turned = compare(study.changed(baseline="until_closing"))
    for name, scenario in written[1].scenarios.items():
        assert turned.scenarios[name].measures == scenario.measures


# ---- cases.parquet -----------------------------------------------------------------------------


def test_there_is_a_row_for_every_case_scenario_and_replication(cases, summary):
    counted = cases.group_by("scenario").len().rows()
    said = {
        name: round(REPLICATIONS * measures["cases"]["mean"])
        for name, measures in summary["scenarios"].items()
    }
    assert dict(counted) == said
    assert cases["replication"].unique().sort().to_list() == list(range(REPLICATIONS))
    key = ["scenario", "replication", "case"]
    assert cases.select(key).is_unique().all()


def test_the_columns_are_those_of_the_documentation(cases):
    documented = {
        "scenario": pl.String, "replication": pl.Int32, "case": pl.String, "demand": pl.String,
        "date": pl.Date, "number": pl.Int32, "arrived": pl.Datetime("ms"), "ended": pl.String,
        "closed": pl.Datetime("ms"), "priority": pl.Boolean, "filed_online": pl.Boolean,
        "wait_minutes": pl.Float64, "visit_minutes": pl.Float64, "turnaround_hours": pl.Float64,
        "turnaround_working_hours": pl.Float64, "same_day": pl.Boolean, "trips": pl.Int32,
        "trips_in_vain": pl.Int32, "appointment_slips": pl.Int32, "apologies": pl.Int32,
        "citizen_cost": pl.Float64, "fees": pl.Float64,
    } | {f"time.{cause}_hours": pl.Float64 for cause in CAUSES}  # fmt: skip
    assert dict(cases.schema) == documented


def test_means_of_the_summary_are_means_of_its_rows(cases, summary):
    base = cases.filter(scenario="baseline")
    measures = summary["scenarios"]["baseline"]
    closed = base.filter(pl.col("ended") != "open")
    done = base.filter(ended="done")
    for name in ("wait_minutes", "visit_minutes", "trips", "citizen_cost", "fees"):
        assert closed[name].mean() == pytest.approx(measures[name]["mean"])
    for name in ("turnaround_hours", "turnaround_working_hours"):
        assert done[name].mean() == pytest.approx(measures[name]["mean"])
    assert done["same_day"].mean() == pytest.approx(measures["same_day_share"]["mean"])
    assert closed["wait_minutes"].median() == pytest.approx(measures["wait_minutes_p50"]["mean"])
    of_copies = closed.filter(demand="copies")["wait_minutes"]
    for place in ("@copies", "@@copies"):
        assert of_copies.mean() == pytest.approx(measures[f"wait_minutes{place}"]["mean"])
        assert of_copies.median() == pytest.approx(measures[f"wait_minutes_p50{place}"]["mean"])


def test_causes_of_a_row_add_up_to_its_turnaround(cases):
    done = cases.filter(ended="done")
    added = done.select(pl.sum_horizontal(f"time.{cause}_hours" for cause in CAUSES)).to_series()
    assert (added - done["turnaround_hours"]).abs().max() == pytest.approx(0, abs=1e-9)


def test_times_of_a_row_agree_with_each_other(cases):
    done = cases.filter(ended="done")
    hours = (pl.col("closed") - pl.col("arrived")).dt.total_milliseconds() / 3_600_000
    assert done.select((hours - pl.col("turnaround_hours")).abs().max()).item() < 1e-9
    assert cases.filter(pl.col("arrived").dt.date() != pl.col("date")).height == 0


def test_what_a_case_that_is_not_done_has_not_is_null(tmp_path):
    raw = smallest()
    raw["procedures"][0]["steps"][0]["minutes"] = 60
    raw["calendar"]["hours"] = {"mon-sun": ["08:00-09:00"]}
    raw["demands"][0] |= {"per_day": 30, "gives_up_after": 1}
    compare(Study(office=office(raw), days=2, warmup=0, replications=1), tmp_path)
    rows = pl.read_parquet(tmp_path / "cases.parquet")
    lost = rows.filter(ended="lost")
    assert lost.height > 0
    for name in ("turnaround_hours", "turnaround_working_hours", "time.line_hours"):
        assert lost[name].null_count() == lost.height
    assert lost["closed"].null_count() == 0
    assert lost["trips"].to_list() == [1] * lost.height


# ---- events.csv --------------------------------------------------------------------------------


def test_events_have_the_names_that_process_mining_tools_know(events):
    assert list(events[0]) == [
        "case:concept:name",
        "concept:name",
        "time:timestamp",
        "lifecycle:transition",
        "org:resource",
    ]
    assert {row["lifecycle:transition"] for row in events} == {"start", "complete"}


def test_timestamps_are_in_order_and_bear_the_offices_zone(events):
    times = [dt.datetime.fromisoformat(row["time:timestamp"]) for row in events]
    assert times == sorted(times)
    assert {time.utcoffset() for time in times} == {dt.timedelta(hours=7)}


def test_every_start_is_followed_by_its_completion(events):
    started: dict[tuple[str, str, str], int] = defaultdict(int)
    completed = 0
    for row in events:
        key = (row["case:concept:name"], row["concept:name"], row["org:resource"])
        if row["lifecycle:transition"] == "start":
            assert row["org:resource"]
            started[key] += 1
        elif row["org:resource"]:
            started[key] -= 1
            completed += 1
            assert started[key] == 0
    assert completed > 100
    assert set(started.values()) == {0}


def test_events_are_those_of_the_first_replication_of_the_office_as_it_is(events, cases):
    first = cases.filter(scenario="baseline", replication=0)
    told = {row["case:concept:name"] for row in events}
    came = first.filter(pl.col("trips") > 0)
    assert came.height > 50
    assert set(came["case"]) <= told
    visits = [row for row in events if row["concept:name"].endswith(": came")]
    wanted = set(first["case"])
    assert sum(row["case:concept:name"] in wanted for row in visits) == first["trips"].sum()


# ---- report.html -------------------------------------------------------------------------------


def test_the_report_is_whole_and_names_every_scenario(written, study):
    page = (written[0] / "report.html").read_text("utf-8")
    assert page.rstrip().endswith("</html>")
    assert all(scenario.title["en"] in page for scenario in study.scenarios)


def test_results_of_an_office_file_alone_can_be_had_from_python(study, tmp_path):
    plan = Study(office=load_office(study.files[1]), days=2, warmup=0, replications=2)
    found = compare(plan, str(tmp_path))
    assert found.scenarios["baseline"].measures["trips"].mean is not None
    assert read_summary(tmp_path)["provenance"]["inputs"] == {}
