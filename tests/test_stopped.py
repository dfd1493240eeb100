"""Ctrl-C, and a request to end, stop a command with all that it started, and leave nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

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
@pytest.mark.parametrize("how", [signal.SIGINT])
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
