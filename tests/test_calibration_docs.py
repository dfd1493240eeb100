"""The page on calibration, done as it says, on records that a script makes."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from benchmarks import make_records
from sim.paths import get_path
from tests.test_tutorial import Run, masked, run

ROOT = Path(__file__).parents[1]
DATA = ROOT / "docs" / "data"
PAGE = ROOT / "docs" / "calibration.md"
MOST_BYTES = 150_000
TRUTHS = {
    "minutes at the counter, *Civil status* and *Copies*: mean": (
        "procedures.copies.steps.serve.minutes.lognormal.mean",
        "procedures.certification.steps.serve.minutes.lognormal.mean",
    ),
    "the same: coefficient of variation": (
        "procedures.copies.steps.serve.minutes.lognormal.cv",
        "procedures.certification.steps.serve.minutes.lognormal.cv",
    ),
    "the same: pace of days (`day_cv`)": (
        "roles.civil_status_copies.day_cv",
        "roles.papers.day_cv",
    ),
    "minutes at the counter, *Land*: mean": (
        "procedures.land.steps.serve.minutes.lognormal.mean",
        "procedures.land.steps.serve.minutes.lognormal.mean",
    ),
    "*Land*: coefficient of variation": (
        "procedures.land.steps.serve.minutes.lognormal.cv",
        "procedures.land.steps.serve.minutes.lognormal.cv",
    ),
    "*Land*: pace of days": ("roles.land.day_cv", "roles.land.day_cv"),
    "people a day, *Land*": ("demands.land.per_day", "demands.land.per_day"),
}
"""By row of the page's table: the path of what was fitted, and of the truth."""


def test_the_records_are_what_the_script_makes():
    made = make_records.records()
    assert set(made) == {path.name for path in DATA.glob("*.csv")}
    for name, text in made.items():
        assert (DATA / name).read_bytes() == text.encode(), name


def test_the_records_are_small():
    assert sum(path.stat().st_size for path in DATA.iterdir()) < MOST_BYTES


class Block(NamedTuple):
    """A fenced block with the file that the text before it named last."""

    kind: str
    content: str
    file: str


class Done(NamedTuple):
    """The folder in which all was done, what was run, and what is shown of files."""

    folder: Path
    runs: list[Run]
    excerpts: list[tuple[str, str]]


def blocks() -> Iterator[Block]:
    text, end, file = PAGE.read_text("utf-8"), 0, ""
    for fence in re.finditer(r"^```(\w+)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
        named = re.findall(r"`([\w./-]+\.(?:toml|csv))`", text[end : fence.start()])
        file = named[-1] if named else file
        yield Block(fence[1], fence[2], file)
        end = fence.end()


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Do all that the page says, in its order, in a copy of its records."""
    folder = tmp_path_factory.mktemp("calibration")
    shutil.copytree(DATA, folder / "docs" / "data")
    runs: list[Run] = []
    excerpts: list[tuple[str, str]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("COLUMNS", raising=False)
        for block in blocks():
            if block.kind == "toml":
                Path(block.file).write_text(block.content, encoding="utf-8")
            elif block.kind == "text":
                excerpts.append((block.content, Path(block.file).read_text("utf-8")))
            else:
                assert block.kind == "console"
                command, _, shown = block.content.removeprefix("$ ").partition("\n")
                runs.append(Run(command, shown, *run(command)))
    return Done(folder, runs, excerpts)


@pytest.fixture(scope="module")
def ward(done: Done) -> dict[str, Any]:
    return dict(json.loads((done.folder / "results/ward/calibration.json").read_text("utf-8")))


def test_every_command_ends_as_what_is_shown_of_it_says(done: Done) -> None:
    assert len(done.runs) >= 6
    for each in done.runs:
        assert each.code == (2 if "1 fault" in each.shown else 0), f"{each.command}\n{each.output}"


def hold(shown: str, printed: str) -> None:
    """Hold lines shown, in parts between dots, to be printed in this order; numbers may move."""
    rest = "\n".join(masked(line) for line in printed.splitlines()) + "\n"
    for part in f"\n{shown.strip()}\n".split("\n...\n"):
        wanted = "\n".join(masked(line) for line in part.strip("\n").splitlines())
        assert wanted in rest, f"{wanted}\n---\n{printed}"
        rest = rest.partition(wanted)[2] if wanted else rest


def test_what_is_shown_of_commands_is_printed(done: Done) -> None:
    for each in done.runs:
        hold(each.shown, each.output)


def test_what_is_shown_of_files_stands_in_them(done: Done) -> None:
    assert len(done.excerpts) == 2
    for shown, content in done.excerpts:
        hold(shown, content)


def test_what_was_read_is_exactly_as_shown(done: Done) -> None:
    fitted = next(each for each in done.runs if "--title" in each.command)
    for words in ("1,825  tickets", "line 780)", "2026-03-05, Land", "2026-03-12 and 2026-03-13"):
        assert words in fitted.shown
        assert words in fitted.output


def test_the_folder_has_the_files_named(done: Done) -> None:
    files = sorted(path.name for path in (done.folder / "results/ward").iterdir())
    assert files == ["calibration.html", "calibration.json", "office.toml"]


def test_the_sections_of_the_report_are_named_as_the_page_names_them(done: Done) -> None:
    report = (done.folder / "results/ward/calibration.html").read_text("utf-8")
    named = re.findall(r"^\d\. \*(.+?)\*:", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    places = [report.find(f">{name}</h2>") for name in named]
    assert len(named) == report.count("</h2>") == 7
    assert -1 not in places
    assert all(first < second for first, second in pairwise(places))


def rows_of_truth() -> list[tuple[str, float, float, float, float]]:
    """Return the rows of the page's table of known truth: name, truth, fitted, low, high."""
    row = r"^\| ([^|]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) to ([\d.]+) \|$"
    found = re.findall(row, PAGE.read_text("utf-8"), flags=re.MULTILINE)
    return [(name, *map(float, numbers)) for name, *numbers in found]  # type: ignore[misc]


def test_the_table_of_truth_is_that_of_the_offices_and_of_the_fit(ward: dict[str, Any]) -> None:
    truth = tomllib.loads((DATA / "counter.toml").read_text("utf-8"))
    fitted = {number["path"]: number for number in ward["fitted"]}
    rows = rows_of_truth()
    assert [row[0] for row in rows] == list(TRUTHS)
    for name, known, value, low, high in rows:
        path, own = TRUTHS[name]
        assert known == get_path(truth, own), name
        found = fitted[path]
        # Other versions of libraries, and processors, may move an interval a little.
        near = 0.15 * (high - low)
        shown = pytest.approx([value, low, high], abs=near)
        assert [found["value"], found["low"], found["high"]] == shown, name


def test_all_seven_intervals_hold_the_truth_as_the_page_says(ward: dict[str, Any]) -> None:
    fitted = {number["path"]: number for number in ward["fitted"]}
    missed = [
        name
        for name, known, *_ in rows_of_truth()
        if not fitted[TRUTHS[name][0]]["low"] <= known <= fitted[TRUTHS[name][0]]["high"]
    ]
    assert missed == []


def groups(ward: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {group["title"]: group for group in ward["validation"]["groups"]}


def test_the_verdicts_are_those_of_the_page(ward: dict[str, Any]) -> None:
    together = groups(ward)["Civil status + Copies, together"]
    assert all(measure["inside"] == "inside" for measure in together["measures"])
    assert "too wide to be of much use" in groups(ward)["Land"]["says"][0]


def test_the_distances_are_in_the_order_that_the_page_gives(ward: dict[str, Any]) -> None:
    distances = groups(ward)["Civil status + Copies, together"]["distances"]
    value = {each["name"]: each["value"] for each in distances}
    order = [
        "the fitted days themselves", "simulation", "their mean as a point", "Erlang C by hour",
    ]  # fmt: skip
    assert sorted(value, key=value.__getitem__) == order


def differences(done: Done, name: str, scenario: str) -> dict[str, Any]:
    summary = json.loads((done.folder / "results" / name / "summary.json").read_text("utf-8"))
    return dict(summary["differences"][scenario])


def test_a_third_counter_shortens_waits_by_as_much_as_the_page_says(done: Done) -> None:
    found = differences(done, "third", "third_counter")
    assert found["wait_minutes"]["high"] < 0
    assert "in\n`summary.json`) it is 15 minutes less" in PAGE.read_text("utf-8")
    assert found["wait_minutes@land"]["mean"] == pytest.approx(-15, abs=2)


def test_at_the_end_of_the_interval_it_helps_less_but_still_helps(done: Done) -> None:
    third = differences(done, "third", "third_counter")["wait_minutes"]
    quick = differences(done, "quick", "quick_third")["wait_minutes"]
    assert third["mean"] < quick["mean"] < quick["high"] < 0
