"""Ctrl-C, and a request to end, stop a command with all that it started, and leave nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim import cli
from sim.starter import write_starter
from tests import decks

RUN = "from sim.cli import main; main()"
SOON = 20
"""Seconds, on a machine with much else to do."""


def begun(*arguments: object, folder: Path, **environment: str) -> subprocess.Popen[str]:
    """Start a command in a process group of its own, its temporary files in a folder."""
    temporary = folder / "temporary"
    temporary.mkdir()
    return subprocess.Popen(
        [sys.executable, "-c", RUN, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary), **environment},
    )


def until(what) -> None:
    end = time.monotonic() + 60
    while not what():
        assert time.monotonic() < end, "nothing began"
        time.sleep(0.02)


def gone(process: int) -> bool:
    state = Path(f"/proc/{process}/stat")
    try:
        return state.read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def stopped(run: subprocess.Popen[str], how: signal.Signals) -> str:
    run.send_signal(how)
    try:
        said, _ = run.communicate(timeout=SOON)
    finally:
        run.kill()
    assert run.returncode == 130
    return said


def there(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def browser(tmp_path) -> Path:
    """Return what starts as a browser does, with a child, and never answers."""
    path = tmp_path / "browser"
    path.write_text(f'#!/bin/sh\nsleep 1000 &\necho "$$ $!" > "{tmp_path}/ids"\nwait\n')
    path.chmod(0o755)
    return path


@pytest.mark.skipif(sys.platform != "linux", reason="looks processes up in /proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_pictures_that_are_stopped_leave_no_browser_and_no_file(how, browser, tmp_path):
    pytest.importorskip("kaleido")
    results = decks.kept(tmp_path / "results", decks.comparison())
    (results / "slides.pptx").write_bytes(b"of the run before")
    before = there(results)
    run = begun("present", results, "--pictures", folder=tmp_path, BROWSER_PATH=str(browser))
    ids = tmp_path / "ids"
    until(lambda: ids.exists() and len(ids.read_text().split()) == 2)
    time.sleep(0.2)
    assert stopped(run, how) == "Stopped.\n"
    until(lambda: all(gone(int(each)) for each in ids.read_text().split()))
    assert there(results) == before
    assert list((tmp_path / "temporary").iterdir()) == []


def ended(code: str, folder: Path, *options: object) -> subprocess.CompletedProcess[str]:
    """Run a short comparison after some code."""
    _, study = write_starter("A", folder)
    arguments = ["compare", study, "--out", folder / "out", "--days", 5, *options]
    return subprocess.run(
        [sys.executable, "-c", f"{code}\n{RUN}", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


RUNS_THAT = """
import os, signal
from sim.replication import OfficeRuns
run, main_process = OfficeRuns.run, os.getpid()
def stopped(self, *luck):
    {what}
    return run(self, *luck)
OfficeRuns.run = stopped
"""


def is_stopped(done: subprocess.CompletedProcess[str], folder: Path) -> None:
    assert done.returncode == 130
    assert done.stderr.strip().splitlines()[-1] == "Stopped."
    assert "Traceback" not in done.stderr
    assert list((folder / "out").iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_request_to_end_is_a_ctrl_c(jobs, tmp_path):
    code = RUNS_THAT.format(what="os.kill(main_process, signal.SIGTERM)")
    is_stopped(ended(code, tmp_path, "--jobs", jobs), tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM"])
def test_a_ctrl_c_that_comes_where_python_drops_it_is_heard(how, tmp_path):
    # So it comes while the engine is translated: in a call from code that knows no exceptions.
    signals = f"lambda: signal.raise_signal(signal.{how}) or sum(range(9))"
    what = f"import ctypes, time; ctypes.CFUNCTYPE(None)({signals})(); time.sleep(30)"
    began = time.monotonic()
    is_stopped(ended(RUNS_THAT.format(what=what), tmp_path, "--jobs", 1), tmp_path)
    assert time.monotonic() - began < 25


def test_a_ctrl_c_while_options_are_read_is_told_too(monkeypatch, capsys):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("typer.core.TyperGroup.parse_args", stop)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    usual = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(SystemExit) as told:
            cli.main()
    finally:
        signal.signal(signal.SIGTERM, usual)
    assert told.value.code == 130
    assert capsys.readouterr().err == "Stopped.\n"
