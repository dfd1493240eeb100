"""The same from Python: what scripts import."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_every_name_that_scripts_import_is_callable_in_a_fresh_interpreter():
    code = (
        "from sim import Scenario, Study, compare, load_office, load_study\n"
        "import sim, sim.terminal\n"
        "from sim.experiment import compare as itself\n"
        "assert all(map(callable, (Scenario, Study, compare, load_office, load_study)))\n"
        "assert sim.compare is compare is itself\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, cwd=ROOT)


def examples() -> list[str]:
    text = (ROOT / "docs" / "python.md").read_text("utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("place", range(3))
def test_every_example_of_the_documentation_runs(place, tmp_path):
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", examples()[place]],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()


def test_every_example_is_tried():
    assert len(examples()) == 3
