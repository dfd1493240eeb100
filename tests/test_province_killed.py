"""A province killed again and again goes on where it was, and ends with the same files."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.province_files import OFFICE, many, write_files

KILLS = 10
OFFICES = 16
PATIENCE = 120
"""Seconds after which a machine, however busy, should have done what is waited for."""

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs process groups")

STARTER = """
import json, os, signal, sys, tomllib
from sim import cli
from sim.office import Office
from sim.province import terminal
from sim.province.runs import Task, run_office
office = Office.model_validate(tomllib.loads(sys.argv[1]))
run_office(Task({"baseline": office}, (), 1, 1, 0, 1, {}))
assert "polars" not in sys.modules, "its threads would be missing in a fork"
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
for line in sys.stdin:
    arguments, errors = json.loads(line)
    pid = os.fork()
    if not pid:
        os.setpgid(0, 0)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for stream, path in ((0, os.devnull), (1, os.devnull), (2, errors)):
            os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC), stream)
        sys.argv = ["onestop", *arguments]
        cli.main()
        sys.exit()
    os.setpgid(pid, pid)
    print(pid, flush=True)
"""
"""Starts runs with everything imported and compiled, each the leader of its process group."""


@pytest.fixture(scope="module")
def starter() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", STARTER, OFFICE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


class Run:
    """A run in processes of its own."""

    def __init__(
        self, starter: subprocess.Popen[str], table: Path, folder: Path, jobs: int = 2
    ) -> None:
        self.folder, self.errors = folder, table.parent / "errors.txt"
        given = ["province", table, table.parent / "study.toml", "--out", folder]
        options = ["--jobs", str(jobs), "--replications", "3", "--days", "3"]
        assert starter.stdin
        assert starter.stdout
        line = json.dumps([[*map(str, given), *options], str(self.errors)])
        starter.stdin.write(f"{line}\n")
        starter.stdin.flush()
        self.pid = int(starter.stdout.readline())

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def alive(self) -> bool:
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def ended(self) -> str:
        """Wait until every process has ended; return what was said on the error stream."""
        until = time.monotonic() + PATIENCE
        while self.alive():
            assert time.monotonic() < until, "processes are left behind"
            time.sleep(0.005)
        return self.errors.read_text("utf-8")

    def wait_for(self, offices: int, seconds: float) -> None:
        """Wait until so many offices are kept, and then for some more seconds."""
        until = time.monotonic() + PATIENCE
        while len(kept(self.folder)) < offices and self.alive() and time.monotonic() < until:
            time.sleep(0.002)
        time.sleep(seconds)


def kept(folder: Path) -> set[str]:
    return {path.name for path in (folder / "offices").glob("office_*.json")}


def files(folder: Path) -> dict[str, str]:
    """Return all that a folder holds, without date and command."""
    texts = {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    summary = json.loads(texts["summary.json"])
    summary["provenance"] |= {"date": "", "command": ""}
    texts["summary.json"] = json.dumps(summary)
    page = texts["province.html"]
    texts["province.html"] = re.sub(r"<dt>(date|command)</dt><dd>[^<]*</dd>", "", page)
    return texts


def test_a_province_killed_ten_times_at_random_moments_ends_with_the_same_files(starter, tmp_path):
    """Every process is killed at once; the moment is random, from the start to the last office."""
    table, folder = write_files(tmp_path, *many(OFFICES)), tmp_path / "out"
    luck, seen = random.Random(20), [0]
    before: set[str] = set()
    for number in range(KILLS):
        run = Run(starter, table, folder, jobs=2 if number in (2, 6) else 1)
        run.wait_for(min(len(before) + luck.randrange(3), OFFICES), luck.uniform(0, 0.2))
        run.signal(signal.SIGKILL)
        run.ended()
        after = kept(folder)
        assert before <= after
        assert all(json.loads((folder / "offices" / name).read_text("utf-8")) for name in after)
        seen.append(len(after))
        before = after
    assert len(set(seen)) >= 4, f"kills at moments that differ: {seen}"
    said = Run(starter, table, folder).ended()
    assert f"{seen[-1]} of {OFFICES} offices were finished before." in said
    undisturbed = tmp_path / "whole"
    assert Run(starter, table, undisturbed, jobs=1).ended().strip() == ""
    assert files(folder) == files(undisturbed)


def test_ctrl_c_ends_all_processes_and_keeps_what_is_finished(starter, tmp_path):
    table, folder = write_files(tmp_path, *many(OFFICES)), tmp_path / "out"
    run = Run(starter, table, folder)
    run.wait_for(1, 0)
    run.signal(signal.SIGINT)
    assert run.ended().strip() == "Stopped."
    assert len(kept(folder)) in range(1, OFFICES)
    assert not (folder / "summary.json").exists()


def test_workers_end_with_the_process_that_started_them(starter, tmp_path):
    table, folder = write_files(tmp_path, *many(OFFICES)), tmp_path / "out"
    run = Run(starter, table, folder)
    run.wait_for(1, 0)
    os.kill(run.pid, signal.SIGKILL)
    run.ended()
    assert len(kept(folder)) in range(1, OFFICES)
