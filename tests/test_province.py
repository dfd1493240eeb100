"""A province from its files to its results, and going on where a run was stopped."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any, NoReturn

import pytest
from typer.testing import CliRunner

from sim import cli, compare, load_study
from sim.province import province as running
from sim.province.kept import MEASURED
from sim.province.rows import read_offices
from tests.province_files import OFFICE, many, write_files

FILES = ["offices", "offices.csv", "province.html", "summary.json"]
SAVED = {
    "citizen_cost": "citizen_saving_year",
    "citizen_hours": "hours_saving_year",
    "trips": "trips_saving_year",
}


def run(table: Path, *options: object, study: str = "study.toml"):
    arguments = ["province", table, table.parent / study, "--jobs", 1, *options]
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def finished(table: Path, folder: Path, *options: object) -> str:
    """Run a province; return what was said on both streams."""
    result = run(table, "--out", folder, *options)
    assert result.exit_code == 0, result.output
    return str(result.output)


def refused(result) -> str:
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    return str(result.stderr)


def contents(folder: Path) -> dict[str, str]:
    """Return all files of a folder, without the date and command of their making."""
    texts = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    summary = json.loads(texts["summary.json"])
    for key in ("date", "command"):
        said = summary["provenance"].pop(key)
        assert said
    texts["summary.json"] = json.dumps(summary)
    rows = r"<dt>(date|command)</dt><dd>[^<]*</dd>"
    texts["province.html"], replaced = re.subn(rows, "", texts["province.html"])
    assert replaced == 2
    return texts


def summary(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "summary.json").read_text("utf-8")))


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "offices.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    return write_files(tmp_path_factory.mktemp("province"), *many(5))


@pytest.fixture(scope="module")
def done(table, tmp_path_factory) -> tuple[Path, str]:
    """Return a finished province's folder, and what the terminal showed."""
    folder = tmp_path_factory.mktemp("results")
    return folder, finished(table, folder)


# ---- What it says ------------------------------------------------------------------------------


def test_the_files_are_there_and_nothing_beside_them(done):
    assert sorted(path.name for path in done[0].iterdir()) == FILES
    kept = sorted(path.name for path in (done[0] / "offices").iterdir())
    assert kept == [f"office_{i:02d}.json" for i in range(5)]


def test_each_office_has_the_numbers_of_its_own_comparison(table, done):
    study = load_study(table.parent / "study.toml")
    for row in read_offices(table, study)[:2]:
        own = compare(row.study)
        for found in rows_of(done[0]):
            if found["office"] != row.id or found["measure"] not in MEASURED:
                continue
            scenario, measure = found["scenario"], found["measure"]
            known = own.scenarios[scenario].measures[measure]
            assert float(found["mean"]) == pytest.approx(known.mean, rel=1e-12)
            assert float(found["high"]) == pytest.approx(known.high, rel=1e-9)
            if scenario != "baseline":
                change = own.differences[scenario][measure]
                assert float(found["difference"]) == pytest.approx(change.mean, rel=1e-9, abs=1e-9)
                low = float(found["difference_low"])
                assert low == pytest.approx(change.low, rel=1e-9, abs=1e-9)
                if measure in SAVED:
                    saved = own.differences[scenario][SAVED[measure]].mean
                    assert float(found["gain_year"]) == pytest.approx(saved, rel=1e-9)
                if measure == "office_cost":
                    saved = own.differences[scenario]["office_saving_year"]
                    assert float(found["gain_year"]) == pytest.approx(saved.mean, rel=1e-9)
                    assert float(found["gain_year_low"]) == pytest.approx(saved.low, rel=1e-9)


def test_the_sum_is_the_sum_of_the_offices(done):
    said, rows = summary(done[0]), rows_of(done[0])
    for scenario in ("one_more", "quicker"):
        own = [row for row in rows if row["scenario"] == scenario]
        for measure, total in said["gains"][scenario].items():
            parts = [float(row["gain_year"]) for row in own if row["measure"] == measure]
            assert total["mean"] == pytest.approx(sum(parts), rel=1e-12)
            assert total["low"] <= total["mean"] <= total["high"]
        for name, total in said["totals"][scenario].items():
            parts = [float(row["mean"]) for row in own if row["measure"] == name]
            assert total["mean"] == pytest.approx(sum(parts), rel=1e-12)


def test_the_mean_of_the_province_counts_every_case_once(done):
    said, rows = summary(done[0]), rows_of(done[0])
    base = {
        (row["office"], row["measure"]): float(row["mean"])
        for row in rows
        if row["scenario"] == "baseline"
    }
    names = {office for office, _ in base}
    cases = sum(base[name, "cases_year"] for name in names)
    trips = sum(base[name, "trips"] * base[name, "cases_year"] for name in names)
    assert said["scenarios"]["baseline"]["trips"]["mean"] == pytest.approx(trips / cases, rel=1e-9)
    hours = said["totals"]["baseline"]["wait_hours_year"]["mean"]
    assert said["scenarios"]["baseline"]["wait_minutes"]["mean"] == pytest.approx(
        60 * hours / cases, rel=1e-9
    )


def test_offices_of_equal_parameters_have_luck_of_their_own(tmp_path):
    folder = tmp_path / "out"
    finished(write_files(tmp_path, "a,20", "b,20"), folder)
    means = {
        row["office"]: row["mean"]
        for row in rows_of(folder)
        if (row["scenario"], row["measure"]) == ("baseline", "wait_minutes")
    }
    assert means["a"] != means["b"]


def test_the_ranking_is_by_gain_and_its_places_hold_the_order(done):
    for ranked in summary(done[0])["ranking"].values():
        gains = [each["gain"]["mean"] for each in ranked]
        assert gains == sorted(gains, reverse=True)
        assert [each["place"] for each in ranked] == [1, 2, 3, 4, 5]
        assert all(each["best"] <= each["place"] <= each["worst"] for each in ranked)


def test_another_measure_or_baseline_uses_the_offices_that_are_kept(table, done, tmp_path):
    import shutil

    folder = tmp_path / "out"
    shutil.copytree(done[0], folder)
    said = finished(table, folder, "--by", "wait_minutes", "--baseline", "quicker")
    assert "5 of 5 offices were finished before." in said
    assert summary(folder)["by"] == "wait_minutes"
    turned = summary(folder)["differences"]["baseline"]["wait_minutes"]["mean"]
    assert turned == -summary(done[0])["differences"]["quicker"]["wait_minutes"]["mean"]


def test_the_terminal_shows_sums_rankings_and_where_the_page_lies(done):
    said = done[1]
    assert "All offices, a year" in said
    assert "By what citizens save" in said
    assert "All 5 offices" in said
    assert re.search(r"office_04\)? .*\d", said)
    assert "province.html" in said.replace("\n", "")


def test_quiet_prints_nothing_and_the_default_folder_is_named_after_the_study(
    tmp_path, monkeypatch
):
    table = write_files(tmp_path, "a,5")
    monkeypatch.chdir(tmp_path)
    result = run(table, "--quiet", "--replications", 1, "--days", 2)
    assert (result.exit_code, result.output) == (0, "")
    assert (tmp_path / "results" / "study_province" / "summary.json").exists()


def test_the_page_holds_both_pictures_and_needs_no_network(done):
    page = (done[0] / "province.html").read_text("utf-8")
    data = re.findall(r'<script type="application/json" id="([\w-]+)">(.*?)</script>', page)
    assert [name for name, _ in data] == ["sums-data", "ranking-1-data", "ranking-2-data"]
    for _, text in data:
        json.loads(text)
    assert "default-src 'none'" in page
    own = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r'(src|href)="(?!#)', own)


def test_texts_of_the_files_are_shown_as_they_are(tmp_path):
    nasty = "<script>alert(1)</script><b>&amp;</b>"
    table = write_files(tmp_path, f'a,"{nasty}"', heading="id,title")
    folder = tmp_path / "out"
    finished(table, folder, "--replications", 2, "--days", 2)
    page = (folder / "province.html").read_text("utf-8")
    assert "<script>alert" not in page
    assert "<b>" not in re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)


def test_offices_with_too_many_open_cases_are_named_and_have_no_place_by_turnaround(tmp_path):
    heading = "id,demands.people.per_day,demands.people.gives_up_after"
    table = write_files(tmp_path, "busy,120,100", "calm,5,", heading=heading)
    folder = tmp_path / "out"
    said = finished(table, folder, "--by", "turnaround_hours")
    assert "In 1 of 2 offices more than 1%" in said.replace("\n", " ")
    ranked = summary(folder)["ranking"]["quicker"]
    assert [each["office"] for each in ranked] == ["calm"]
    assert "too many cases still open" in (folder / "province.html").read_text("utf-8")
    verdicts = summary(folder)["verdicts"]["quicker"]
    assert verdicts["turnaround_hours"]["says"] == "no verdict: too many cases still open"


# ---- Going on ------------------------------------------------------------------------------------


def test_the_same_command_again_runs_nothing_and_gives_the_same(table, done, tmp_path, monkeypatch):
    before = contents(done[0])
    monkeypatch.setattr(running, "run_office", forbidden)
    assert "5 of 5 offices were finished before." in finished(table, done[0])
    assert contents(done[0]) == before


def forbidden(*_: object) -> NoReturn:
    raise AssertionError("nothing is to be run")


def test_several_processes_give_the_same_as_one(table, done, tmp_path):
    folder = tmp_path / "out"
    result = CliRunner().invoke(
        cli.app,
        ["province", str(table), str(table.parent / "study.toml"), "--out", str(folder),
         "--jobs", "2"],
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert contents(folder) == contents(done[0])


def test_a_cluster_gives_the_same_as_one_process(table, done, tmp_path):
    pytest.importorskip("distributed")
    from tests.test_cluster import scheduler, worker

    folder = tmp_path / "out"
    with scheduler(tmp_path) as (address, _), worker(address, tmp_path):
        result = CliRunner().invoke(
            cli.app,
            ["province", str(table), str(table.parent / "study.toml"), "--out", str(folder),
             "--cluster", address],
        )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert contents(folder) == contents(done[0])


def test_offices_may_finish_in_any_order(table, done, tmp_path):
    from concurrent.futures import Executor, Future

    class Backwards(Executor):
        """Runs what was handed in last first, when it is waited for."""

        def __init__(self) -> None:
            self.waiting: list[Any] = []

        def submit(self, fn, /, *args, **kwargs):
            future: Future[Any] = Future()
            self.waiting.append((future, fn, args))
            if len(self.waiting) == 5:
                for each, function, given in reversed(self.waiting):
                    each.set_result(function(*given))
            return future

    study = load_study(table.parent / "study.toml")
    rows = read_offices(table, study)
    found = running.run_province(study, rows, tmp_path, by="citizen_cost", executor=Backwards())
    said = summary(done[0])["gains"]
    for scenario in found.others:
        for measure, estimate in found.whole[scenario].gains.items():
            assert said[scenario][measure]["low"] == estimate.low


def test_the_engine_that_is_asked_for_runs_and_changes_no_digit(table, done, tmp_path, monkeypatch):
    real, engines = running.run_office, []

    def watched(task):
        engines.append(task.engine)
        return real(task)

    monkeypatch.setattr(running, "run_office", watched)
    finished(table, tmp_path, "--engine", "simpy")
    assert engines == ["simpy"] * 5
    assert contents(tmp_path) == contents(done[0])


@pytest.mark.parametrize("stop_after", [0, 1, 4])
def test_a_run_that_is_stopped_goes_on_where_it_was(table, done, tmp_path, monkeypatch, stop_after):
    folder, real, ran = tmp_path / "out", running.run_office, []

    def stopped(task):
        if len(ran) == stop_after:
            raise KeyboardInterrupt
        ran.append(task)
        return real(task)

    monkeypatch.setattr(running, "run_office", stopped)
    assert run(table, "--out", folder).exit_code == 130
    assert not (folder / "summary.json").exists()
    monkeypatch.setattr(running, "run_office", real)
    said = finished(table, folder)
    if stop_after:
        assert f"{stop_after} of 5 offices were finished before." in said
    assert contents(folder) == contents(done[0])


def test_what_is_kept_of_other_inputs_or_damaged_is_said_and_run_again(table, done, tmp_path):
    folder = tmp_path / "out"
    other = write_files(tmp_path, *many(3)[:2], "office_02,55", *many(5)[3:])
    finished(other, folder)
    kept = folder / "offices" / "office_00.json"
    kept.write_text(kept.read_text("utf-8")[:1000], encoding="utf-8")
    changed = json.loads((folder / "offices" / "office_01.json").read_text("utf-8"))
    changed["scenarios"]["baseline"]["sums"]["trips"].pop()
    (folder / "offices" / "office_01.json").write_text(json.dumps(changed), encoding="utf-8")
    before_hours = json.loads((folder / "offices" / "office_03.json").read_text("utf-8"))
    del before_hours["scenarios"]["quicker"]["sums"]["citizen_hours"]
    (folder / "offices" / "office_03.json").write_text(json.dumps(before_hours), encoding="utf-8")
    said = finished(table, folder).replace("\n", " ")
    assert "1 of 5 offices were finished before." in said
    assert "4 kept results are from other inputs" in said
    assert "office_00, office_01, office_02, office_03 run again" in said
    assert contents(folder) == contents(done[0])


@pytest.mark.parametrize(
    ("old", "new"),
    [("mean = 9", "mean = 8"), ("staff = 1", "staff = 2"), ("wage = 50000", "wage = 50001")],
)
def test_a_change_of_the_office_file_is_noticed(tmp_path, old, new):
    table, folder = write_files(tmp_path, "a,5"), tmp_path / "out"
    options = ("--replications", 1, "--days", 2)
    finished(table, folder, *options)
    (tmp_path / "small.toml").write_text(OFFICE.replace(old, new), encoding="utf-8")
    assert "1 kept result is from other inputs" in finished(table, folder, *options)


@pytest.mark.parametrize(
    "options", [("--seed", 9), ("--days", 3), ("--warmup", 2), ("--replications", 2)]
)
def test_a_change_of_the_settings_is_noticed(tmp_path, options):
    table, folder = write_files(tmp_path, "a,5"), tmp_path / "out"
    finished(table, folder, "--replications", 1, "--days", 2)
    given = {"--replications": 1, "--days": 2} | dict([options])
    said = finished(table, folder, *(each for pair in given.items() for each in pair))
    assert "1 kept result is from other inputs" in said


def test_another_version_is_noticed(tmp_path, monkeypatch):
    table, folder = write_files(tmp_path, "a,5"), tmp_path / "out"
    finished(table, folder, "--replications", 1, "--days", 2)
    monkeypatch.setattr("sim.province.fingerprint.identity", lambda: {"onestop-sim": "99.0"})
    said = finished(table, folder, "--replications", 1, "--days", 2)
    assert "1 kept result is from other inputs or another version" in said.replace("\n", " ")


def test_the_content_of_a_replayed_log_is_part_of_the_inputs(tmp_path):
    table, folder = write_files(tmp_path, "a", heading="id"), tmp_path / "out"
    text = OFFICE.replace("per_day = 20", 'log = "tickets.csv"')
    (tmp_path / "small.toml").write_text(text, encoding="utf-8")
    log, options = tmp_path / "tickets.csv", ("--replications", 1, "--days", 2, "--warmup", 0)
    log.write_text("time\n2023-01-02 08:10\n", encoding="utf-8")
    finished(table, folder, *options)
    log.write_text("time\n2023-01-02 08:20\n", encoding="utf-8")
    assert "1 kept result is from other inputs" in finished(table, folder, *options)


def test_what_changes_only_how_results_are_read_runs_nothing_again(tmp_path):
    table, folder = write_files(tmp_path, "a,5"), tmp_path / "out"
    options = ("--replications", 2, "--days", 2)
    finished(table, folder, *options)
    study = tmp_path / "study.toml"
    study.write_text("# A remark\nmatters = { minutes = 3 }\n" + study.read_text("utf-8"), "utf-8")
    assert "1 of 1 offices were finished before." in finished(table, folder, *options)


def test_offices_no_longer_in_the_list_are_said_and_not_used(table, done, tmp_path):
    folder = tmp_path / "out"
    finished(write_files(tmp_path, *many(6)), folder)
    said = finished(table, folder)
    assert "5 of 5 offices were finished before." in said
    assert "1 kept result not in the list: not used." in said
    assert summary(folder)["gains"] == summary(done[0])["gains"]
    assert (folder / "offices" / "office_05.json").exists()


# ---- What goes wrong -----------------------------------------------------------------------------


def test_a_full_disk_is_told_and_what_was_finished_is_kept(table, done, tmp_path, monkeypatch):
    folder, real = tmp_path / "out", Path.replace

    def full(path: Path, target: Path) -> Path:
        if "office_03" in path.name:
            raise OSError(28, "No space left on device")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", full)
    said = refused(run(table, "--out", folder))
    assert "No space left on device" in said
    assert "3 of 5 offices are finished and kept" in said
    assert len(list((folder / "offices").iterdir())) == 3
    monkeypatch.setattr(Path, "replace", real)
    assert "3 of 5 offices were finished before." in finished(table, folder)
    assert contents(folder) == contents(done[0])


def test_a_disk_that_is_full_at_the_end_keeps_every_office(table, done, tmp_path, monkeypatch):
    folder, real = tmp_path / "out", Path.replace

    def full(path: Path, target: Path) -> Path:
        if target.name == "summary.json":
            raise OSError(28, "No space left on device")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", full)
    assert "No space left on device" in refused(run(table, "--out", folder))
    monkeypatch.setattr(Path, "replace", real)
    assert "5 of 5 offices were finished before." in finished(table, folder)
    assert contents(folder) == contents(done[0])


def test_files_that_a_killed_run_left_half_written_are_cleared_away(table, done):
    for name in (".unfinished.abc", ".unfinished.x1"):
        (done[0] / name).write_text("half")
    finished(table, done[0])
    assert sorted(path.name for path in done[0].iterdir()) == FILES


def test_bad_rows_are_told_and_lose_nothing(table, tmp_path):
    folder = tmp_path / "out"
    own = write_files(tmp_path, "a,5", "b,6")
    finished(own, folder, "--replications", 1, "--days", 2)
    before = contents(folder)
    write_files(tmp_path, "a,5", "b,6", "b,x", "c,-1")
    said = refused(run(own, "--out", folder))
    assert str(own) in said
    assert 'line 4, column "id"' in said
    assert 'line 4, column "demands.people.per_day"' in said
    assert 'line 5, column "demands.people.per_day"' in said
    assert contents(folder) == before


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--by", "wait_minute"), 'Nearest known name: "wait_minutes"'),
        (("--jobs", 6), "expected at most 5, as many as there are offices"),
        (("--cluster", "tcp://here:1"), "--jobs and --cluster: expected one of them"),
        (("--days", 0), "days"),
        (("--baseline", "none"), "none"),
    ],
)
def test_options_that_do_not_fit_are_told(table, tmp_path, options, says):
    said = refused(run(table, "--out", tmp_path / "out", *options))
    assert says in said.replace("\n", " ")
    assert not (tmp_path / "out" / "offices").exists()


def test_a_study_without_scenarios_has_nothing_to_rank(table, tmp_path):
    text = (table.parent / "study.toml").read_text("utf-8").partition("[[scenarios]]")[0]
    (table.parent / "alone.toml").write_text(text, encoding="utf-8")
    assert "at least one scenario" in refused(run(table, study="alone.toml"))


def test_a_list_that_is_not_there_is_told(table):
    assert "no file" in refused(run(table.parent / "office.csv"))
