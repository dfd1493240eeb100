"""The tutorial, done as it says: its files edited, its commands run, its output seen."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from markupsafe import escape
from typer.testing import CliRunner

from sim import cli

ROOT = Path(__file__).parents[1]
TUTORIAL = ROOT / "docs" / "tutorial.md"


class Block(NamedTuple):
    """A fenced block with the file that the text before it named last."""

    kind: str
    content: str
    file: str


class Run(NamedTuple):
    """A command that was run, what the tutorial shows of its output, and the output."""

    command: str
    shown: str
    code: int
    output: str


def blocks() -> Iterator[Block]:
    text = TUTORIAL.read_text("utf-8")
    end = 0
    file = ""
    for fence in re.finditer(r"^```(\w+)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL):
        named = re.findall(r"`([\w./-]+\.(?:toml|py))`", text[end : fence.start()])
        file = named[-1] if named else file
        yield Block(fence[1], fence[2], file)
        end = fence.end()


def edit(block: Block) -> None:
    """Put the lines with + and without a sign in place of those with - and without."""
    lines = block.content.splitlines()
    assert {line[0] for line in lines} <= set("+- "), block.content
    old = "\n".join(line[1:] for line in lines if line[0] != "+")
    new = "\n".join(line[1:] for line in lines if line[0] != "-")
    path = Path(block.file)
    text = path.read_text("utf-8")
    assert text.count(f"\n{old}\n") >= 1, f"{path} has no lines\n{old}"
    path.write_text(text.replace(f"\n{old}\n", f"\n{new}\n", 1), encoding="utf-8")


def run(command: str) -> tuple[int, str]:
    program, *arguments = shlex.split(command)
    if program == "onestop":
        result = CliRunner().invoke(cli.app, arguments)
        return result.exit_code, result.output
    assert program == "python"
    done = subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> tuple[Path, list[Run]]:
    """Do all that the tutorial says, in its order, in an empty folder."""
    folder = tmp_path_factory.mktemp("tutorial")
    runs: list[Run] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("COLUMNS", raising=False)
        for block in blocks():
            if block.kind == "diff":
                edit(block)
            elif block.kind == "python":
                Path(block.file).write_text(block.content, encoding="utf-8")
            else:
                assert block.kind == "console"
                for part in block.content.removeprefix("$ ").split("\n$ "):
                    command, _, shown = part.partition("\n")
                    runs.append(Run(command, shown, *run(command)))
    return folder, runs


def test_every_command_ends_as_what_is_shown_of_it_says(done):
    assert len(done[1]) >= 8
    for each in done[1]:
        faulty = re.search(r"\b[1-9]\d* faults?\b", each.shown)
        assert each.code == (2 if faulty else 0), f"{each.command}\n{each.output}"


def masked(line: str) -> str:
    """Return a line without its numbers, which other versions of libraries may move a little."""
    return " ".join(re.sub(r"[+-]?\d[\d,.]*", "#", line).split())


def test_every_line_shown_is_printed_in_this_order(done):
    for each in done[1]:
        printed = iter([masked(line) for line in each.output.splitlines()])
        for line in each.shown.splitlines():
            if line != "...":
                assert masked(line) in printed, f"{each.command}\n{line}\n---\n{each.output}"


def test_lines_shown_one_after_another_are_printed_so(done):
    for each in done[1]:
        printed = "\n".join(masked(line) for line in each.output.splitlines())
        for part in f"\n{each.shown}\n".split("\n...\n"):
            wanted = "\n".join(masked(line) for line in part.strip("\n").splitlines())
            assert wanted in printed, f"{each.command}\n{wanted}\n---\n{printed}"


def test_what_may_be_chosen_freely_is_exactly_as_shown(done):
    exact = ("Wrote binh-minh.toml", "found    07:30-11:00, 10:30", "14 lies outside 5 to 12",
             "5 faults", "3 scenarios", "8 replications of 30 days")  # fmt: skip
    shown = "\n".join(each.shown for each in done[1])
    printed = "\n".join(each.output for each in done[1])
    for words in exact:
        assert words in shown
        assert words in printed


def test_the_folders_named_hold_the_files_named(done):
    folder, _ = done
    files = ["cases.parquet", "comparison.json", "events.csv", "report.html", "summary.json"]
    for name in ("quick", "longer", "staff"):
        assert sorted(path.name for path in (folder / name).iterdir()) == files


def test_the_sections_of_the_report_are_named_as_it_names_them(done):
    page = (done[0] / "longer" / "report.html").read_text("utf-8")
    text = TUTORIAL.read_text("utf-8")
    named = re.findall(r"^\d\. \*(.+?)\*[:,]", text, flags=re.MULTILINE)
    places = [page.find(f">{escape(name)}</h2>") for name in named]
    assert len(named) == 9
    assert -1 not in places
    assert all(first < second for first, second in pairwise(places))


def summary_in(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "summary.json").read_text("utf-8")))


def test_the_text_says_of_the_longer_run_what_it_shows(done):
    summary = summary_in(done[0] / "longer")
    says = {
        name: {measure: verdict["says"] for measure, verdict in verdicts.items()}
        for name, verdicts in summary["verdicts"].items()
    }
    assert says["until_closing"]["trips"] == "less"
    assert summary["differences"]["until_closing"]["wait_minutes"]["low"] > 0
    assert says["delegated"]["wait_minutes"] == "less"
    trips = {name: found["trips"]["mean"] for name, found in summary["differences"].items()}
    assert trips["both"] < min(trips["until_closing"], trips["delegated"])


def test_the_text_says_of_more_staff_what_it_shows(done):
    summary = summary_in(done[0] / "staff")
    for name in ("+1", "+2"):
        assert -1 < summary["differences"][name]["wait_minutes"]["mean"] < 0
