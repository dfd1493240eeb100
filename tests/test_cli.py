"""The command line: what it prints, its exit codes, and no traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import sim
from sim import cli
from sim.starter import write_starter


def run(*arguments: object):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


@pytest.fixture
def files(tmp_path, monkeypatch) -> tuple[Path, Path]:
    """Return a starter office and its study, in the current folder."""
    monkeypatch.chdir(tmp_path)
    return write_starter("Xã A")


def refused(result) -> str:
    """Return what was said on the error stream of a run that ended with code 2."""
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return str(result.stderr)


def test_the_version_is_shown():
    assert run("--version").stdout.strip() == f"onestop {sim.__version__}"


def test_help_names_every_command_and_option():
    commands = ("check", "schema", "new", "compare", "province", "report", "present")
    assert all(name in run("--help").stdout for name in commands)
    options = run("compare", "--help").stdout
    assert all(
        f"--{name}" in options
        for name in [
            "out",
            "replications",
            "days",
            "warmup",
            "seed",
            "baseline",
            "jobs",
            "cluster",
            "sensitivity",
            "lang",
            "quiet",
        ]
    )


def test_the_command_line_starts_without_the_heavy_libraries():
    heavy = "pydantic numpy scipy polars plotly holidays simpy jinja2 rich.console"
    code = f"import sys, sim.cli; print(*(set('{heavy}'.split()) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == ""


def test_an_unknown_command_or_option_ends_with_2():
    assert "No such command" in refused(run("chekc"))
    assert "No such option" in refused(run("check", "--quick", "x.toml"))
    assert "Missing argument" in refused(run("check"))


def test_check_of_an_office_tells_what_the_demand_comes_to(files):
    result = run("check", files[0])
    assert result.exit_code == 0
    assert "no faults" in result.stdout
    assert "civil_status" in result.stdout
    assert "747" in result.stdout


def test_check_of_a_study_counts_its_scenarios(files):
    result = run("check", files[1])
    assert result.exit_code == 0
    assert "2 scenarios" in result.stdout


def test_check_prints_warnings_and_ends_with_0(files):
    text = files[0].read_text("utf-8").replace("per_day = 8 ", "per_day = 800 ")
    files[0].write_text(text, encoding="utf-8")
    result = run("check", files[0])
    assert result.exit_code == 0
    assert "loaded to" in result.stdout


def test_check_prints_every_fault_with_its_place(files):
    text = files[0].read_text("utf-8")
    text = text.replace("per_day = 8 ", "per_day = -8 ").replace('role = "sign"', 'role = "sing"')
    files[0].write_text(text, encoding="utf-8")
    said = refused(run("check", files[0]))
    assert "4 faults" in said
    assert "demands.copies.per_day" in said
    assert "procedures.copies.steps.sign.role" in said
    assert "procedures.civil_status.steps.sign.role" in said
    assert "teams.leaders.roles" in said
    assert 'Nearest known name: "sign"' in said


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("per_day = 3", 'per_day = "three"', "a number from 0 to 100000"),
        ("per_day = 3", "per_day = nan", "a finite number"),
        ("minutes = 1\n", "minutes = -1\n", "at least 0"),
        ('role = "prepare"', 'role = "prepair"', '"prepare"'),
        ('needs = ["copies"]', 'needs = ["copy"]', '"copies"'),
        ('cutoff = "15:00" }  #', 'cutoff = "25:00" }  #', "25:00"),
        ('cutoff = "15:00" }  #', "cutoff = 15:00 }  #", "in quotes"),
        ('"13:30-17:00"]', '"11:00-17:00"]', "do not overlap"),
        ("share = 0.02 ", "share = 2 ", "a share from 0 to 1"),
        ('"by post" = 0.2', '"by post" = 0.4', "add up to 1"),
        ("[visitor]", "[visitor", "Close as many brackets"),
        ("[[teams]]", "[teams]", "section"),
    ],
)
def test_bad_input_is_told_in_a_planners_words(files, old, new, says):
    text = files[0].read_text("utf-8")
    assert old in text
    files[0].write_text(text.replace(old, new), encoding="utf-8")
    assert says in refused(run("check", files[0]))
    assert says in refused(run("check", files[1]))


def test_rows_of_a_log_that_cannot_be_read_are_named_by_line(files):
    text = files[0].read_text("utf-8")
    text = text.replace("per_day = 3\n", 'log = "tickets.csv"\n')
    files[0].write_text(text, encoding="utf-8")
    Path("tickets.csv").write_text(
        "time\n2026-01-05 08:00\n2026-01-05 25:00\n\nsoon\n", encoding="utf-8"
    )
    said = refused(run("check", files[0]))
    assert "tickets.csv, line 3" in said
    assert "tickets.csv, line 5" in said
    assert "line 2" not in said


@pytest.mark.parametrize("command", ["check", "compare"])
def test_files_that_cannot_be_read_are_told(tmp_path, command):
    empty, latin = tmp_path / "empty.toml", tmp_path / "latin.toml"
    empty.write_bytes(b"")
    latin.write_bytes(b'title = "X\xe3"')
    assert "empty file" in refused(run(command, empty))
    assert "UTF-8" in refused(run(command, latin))
    assert "no such file" in refused(run(command, tmp_path / "nothing.toml"))
    assert "found a folder" in refused(run(command, tmp_path))


def test_text_of_a_file_is_never_taken_for_markup(files):
    text = files[0].read_text("utf-8").replace('needs = ["copies"]', 'needs = ["[red]x[/nope]"]')
    files[0].write_text(text, encoding="utf-8")
    assert "[red]x[/nope]" in refused(run("check", files[0]))


@pytest.mark.parametrize("option", [[], ["--study"]])
def test_schema_prints_json(option):
    result = run("schema", *option)
    assert result.exit_code == 0
    content = json.loads(result.stdout)
    assert ("scenarios" in content["properties"]) == bool(option)


def test_new_writes_two_files_and_says_what_to_do_next(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("new", "Xã A")
    assert result.exit_code == 0
    assert 'onestop check "Xã A.toml"' in result.stdout
    assert 'onestop compare "Xã A_study.toml"' in result.stdout
    assert "exists already" in refused(run("new", "Xã A"))


@pytest.fixture
def runs(monkeypatch) -> list[tuple]:
    """Return the list to which studies are written down instead of being run."""
    started: list[tuple] = []
    monkeypatch.setattr(
        "sim.terminal.run_study",
        lambda study, folder, *, quiet, **_: started.append((study, folder, quiet)),
    )
    return started


def test_compare_runs_the_study_as_its_file_says(files, runs):
    assert run("compare", files[1]).exit_code == 0
    ((study, folder, quiet),) = runs
    assert (study.days, study.replications, study.baseline, quiet) == (250, 30, "baseline", False)
    assert folder == Path("results/Xã A_study")


def test_compare_takes_options_before_the_file(files, runs):
    options = ["--days", 5, "--warmup", 0, "--replications", 2, "--seed", 7, "--quiet"]
    result = run("compare", files[1], *options, "--baseline", "delegated", "--out", "here/there")
    assert result.exit_code == 0
    ((study, folder, quiet),) = runs
    assert (study.days, study.warmup, study.replications, study.seed) == (5, 0, 2, 7)
    assert (study.baseline, quiet) == ("delegated", True)
    assert folder == Path("here/there")
    assert folder.is_dir()


@pytest.mark.parametrize(
    "options",
    [
        ["--days", 0],
        ["--days", "many"],
        ["--days", 10**6],
        ["--replications", 0],
        ["--warmup", -1],
        ["--seed", -1],
        ["--seed", 2**64],
        ["--baseline", "nobody"],
    ],
)
def test_compare_refuses_options_out_of_range(files, runs, options):
    said = refused(run("compare", files[1], *options))
    assert options[0].strip("-") in said
    assert runs == []


def test_compare_refuses_a_folder_that_cannot_be_written_before_it_runs(files, runs):
    assert "found a file" in refused(run("compare", files[1], "--out", files[0]))
    assert "found a file" in refused(run("compare", files[1], "--out", files[0] / "deeper"))
    assert runs == []


def test_compare_tells_when_the_folder_may_not_be_written(files, runs, monkeypatch):
    def denied(*_args: object, **_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", denied)
    said = refused(run("compare", files[1], "--out", "locked"))
    assert "locked: cannot write there (Permission denied)" in said
    assert runs == []


def test_compare_refuses_a_study_whose_reform_does_not_fit(files, runs):
    text = files[1].read_text("utf-8").replace('"copies" }]', '"copes" }]')
    files[1].write_text(text, encoding="utf-8")
    assert "scenarios.until_closing.reforms" in refused(run("compare", files[1]))
    assert runs == []


def stopped(*_args: object, **_options: object) -> None:
    raise KeyboardInterrupt


def test_ctrl_c_during_a_run_ends_with_130_and_one_line(files, monkeypatch):
    monkeypatch.setattr("sim.terminal.run_study", stopped)
    result = run("compare", files[1])
    assert result.exit_code == 130
    assert result.stderr == "Stopped.\n"


def test_ctrl_c_at_any_other_moment_ends_with_130_and_one_line(monkeypatch, capsys):
    monkeypatch.setattr(cli, "app", stopped)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 130
    assert capsys.readouterr().err == "Stopped.\n"


def test_a_full_disk_is_told(files, monkeypatch):
    def full(*_args: object, **_options: object) -> None:
        raise OSError(28, "No space left on device", "results/summary.json")

    monkeypatch.setattr("sim.terminal.run_study", full)
    said = refused(run("compare", files[1]))
    assert said == "results/summary.json: No space left on device\n"
