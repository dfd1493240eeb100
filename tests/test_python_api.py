"""The same from Python: what scripts import."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
