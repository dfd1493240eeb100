"""``onestop compare`` and ``onestop report``: the language, what is moved, which results."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim import cli
from sim.archive import ARCHIVE, read_archive
from tests.test_scenarios import SCENARIOS

SHORT = ("--replications", 3, "--days", 5, "--warmup", 0, "--jobs", 1, "--quiet")


def run(*arguments: object):
    return CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def refused(result) -> str:
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output
    return str(result.stderr)


@pytest.fixture(scope="module")
def vietnamese(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("results") / "drop_cutoff"
    made = run("compare", SCENARIOS / "drop_cutoff.toml", "--out", folder, "--lang", "vi", *SHORT)
    assert made.exit_code == 0, made.output
    return folder


@pytest.fixture
def results(vietnamese, tmp_path) -> Path:
    return Path(shutil.copytree(vietnamese, tmp_path / "drop_cutoff"))


def language_of(page: Path) -> str:
    found = re.search(r'<html lang="(\w+)">', page.read_text("utf-8"))
    assert found
    return found[1]


def test_the_report_is_in_the_language_asked_for(results):
    page = (results / "report.html").read_text("utf-8")
    assert language_of(results / "report.html") == "vi"
    assert "Khoảng tin cậy 95%" in page or "khoảng tin cậy 95%" in page
    assert "Ủy ban nhân dân xã Đồng Cẩm" in page


def test_the_report_is_made_again_in_another_language_and_only_it_changes(results):
    before = {path.name: path.read_bytes() for path in results.iterdir()}
    made = run("report", results, "--lang", "en")
    assert (made.exit_code, made.stdout) == (0, f"Report: {results / 'report.html'}\n")
    assert language_of(results / "report.html") == "en"
    after = {path.name: path.read_bytes() for path in results.iterdir()}
    assert before.keys() == after.keys()
    assert [name for name in before if before[name] != after[name]] == ["report.html"]


def test_made_again_in_the_same_language_it_is_the_same_to_the_letter(results):
    before = (results / "report.html").read_bytes()
    assert run("report", results, "--lang", "vi").exit_code == 0
    assert (results / "report.html").read_bytes() == before


def test_the_report_is_written_where_it_is_asked_for(results, tmp_path):
    before = (results / "report.html").read_bytes()
    page = tmp_path / "new" / "english.html"
    assert run("report", results, "--out", page).exit_code == 0
    assert language_of(page) == "en"
    assert (results / "report.html").read_bytes() == before


@pytest.mark.parametrize("command", ["compare", "report", "present"])
def test_an_unknown_language_is_refused_with_those_that_are_known(results, command):
    what = SCENARIOS / "drop_cutoff.toml" if command == "compare" else results
    assert "expected one of en, vi, found 'xx'" in refused(run(command, what, "--lang", "xx"))


def test_results_that_are_no_results_are_refused_and_the_page_stays(results):
    before = (results / "report.html").read_bytes()
    (results / ARCHIVE).write_bytes((results / ARCHIVE).read_bytes()[:-1000])
    assert "cut off or changed" in refused(run("report", results))
    assert (results / "report.html").read_bytes() == before


def test_a_province_that_is_none_is_refused_if_asked_for_and_left_out_if_only_found(results):
    beside = results.parent / "drop_cutoff_province"
    beside.mkdir()
    (beside / "summary.json").write_text(json.dumps({"offices": 3}))
    assert "drop_cutoff_province" in refused(run("report", results, "--province", beside))
    made = run("report", results)
    assert made.exit_code == 0
    assert made.stderr.startswith("Left out: ")


def test_assumptions_with_a_range_are_moved_unless_nobody_wants_it(results, tmp_path):
    found = read_archive(results)
    assert found.sensitivity is not None
    assert {hinge.path for hinge in found.sensitivity.hinges} <= set(
        found.scenarios["baseline"].office.ranges
    )
    assert found.sensitivity.not_asked > 0
    study = SCENARIOS / "drop_cutoff.toml"
    made = run("compare", study, "--out", tmp_path / "none", "--sensitivity", "none", *SHORT)
    assert made.exit_code == 0
    assert read_archive(tmp_path / "none").sensitivity is None


def test_what_is_moved_changes_nothing_else(results, tmp_path):
    study = SCENARIOS / "drop_cutoff.toml"
    run("compare", study, "--out", tmp_path / "none", "--sensitivity", "none", *SHORT)
    with_it, without = read_archive(results), read_archive(tmp_path / "none")
    assert with_it.differences == without.differences
    assert with_it.verdicts == without.verdicts
    assert with_it.story == without.story


def test_a_folder_in_place_of_the_page_is_told_with_a_name_that_would_do(results, tmp_path):
    (tmp_path / "pages").mkdir()
    said = " ".join(refused(run("report", results, "--out", tmp_path / "pages")).split())
    assert said.startswith(f"{tmp_path / 'pages'}: expected a file to write the page to, found a")
    assert said.endswith(str(tmp_path / "pages" / "report.html"))
    assert list((tmp_path / "pages").iterdir()) == []


@pytest.mark.parametrize(("letters", "code"), [(255, 0), (256, 2)])
def test_a_name_may_be_as_long_as_the_disk_has_it(letters, code, results, tmp_path):
    name = "p" * (letters - len(".html")) + ".html"
    done = run("report", results, "--out", tmp_path / "pages" / name)
    assert done.exit_code == code
    if code:
        assert f"pages/{name}: cannot write there" in "".join(refused(done).split("\n"))
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ([] if code else [name])


def test_what_was_left_out_is_said_in_the_language_asked_for(results):
    beside = results.parent / "drop_cutoff_province"
    beside.mkdir()
    (beside / "summary.json").write_text("[]")
    made = run("report", results, "--lang", "vi")
    assert made.exit_code == 0
    assert made.stderr.startswith("Bỏ qua: ")
    assert "gặp phải thứ khác" in made.stderr
