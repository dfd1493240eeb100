"""Measure everything, and write a table and a chart.

``python benchmarks/run.py`` takes about a quarter of an hour on a quiet machine, with ``--quick``
a few minutes. How to read what it writes: ``docs/performance.md``.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.growth import Cost, growth
from benchmarks.memory import memory
from benchmarks.pictures import page
from benchmarks.sizes import FULL, QUICK, TINY, Sizes
from benchmarks.speed import commune, kernel
from benchmarks.table import Row, as_csv, as_markdown
from benchmarks.timing import ROOT, Speeds
from benchmarks.whole import whole

SIZES: Final = {"full": FULL, "quick": QUICK, "tiny": TINY}
PARTS: Final = ("memory", "compare", "growth", "speed")


def main(arguments: list[str] | None = None) -> None:
    """Run the parts asked for and write their table and chart."""
    asked = _asked(arguments)
    sizes: Sizes = SIZES[asked.size]
    rows: list[Row] = []
    speeds: dict[str, Speeds] = {}
    costs: list[Cost] = []
    if "memory" in asked.parts:
        rows += memory(sizes)
    if "compare" in asked.parts:
        rows += whole(sizes)
    if "growth" in asked.parts:
        grown, costs = growth(sizes)
        rows += grown
    if "speed" in asked.parts:
        found, speeds = kernel(sizes)
        rows = [*found, *commune(sizes, speeds), *rows]
    write(asked.out, rows, speeds, costs)


def _asked(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", choices=SIZES, default="full", help="how much is run")
    parser.add_argument(
        "--quick", dest="size", action="store_const", const="quick", help="short for --size quick"
    )
    parser.add_argument(
        "--parts", nargs="+", choices=PARTS, default=PARTS, help="which parts; default all"
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "results" / "benchmarks", help="folder to write to"
    )
    return parser.parse_args(arguments)


def write(out: Path, rows: list[Row], speeds: dict[str, Speeds], costs: list[Cost]) -> None:
    """Write the table and the chart, and print the table."""
    table = f"{as_markdown(rows)}\n{_machine()}\n"
    out.mkdir(parents=True, exist_ok=True)
    (out / "table.csv").write_text(as_csv(rows), "utf-8")
    (out / "table.md").write_text(table, "utf-8")
    (out / "chart.html").write_text(page(speeds, costs, table), "utf-8")
    sys.stdout.write(f"{table}\nWrote {out / 'table.md'}, table.csv and chart.html.\n")


def _machine() -> str:
    """Tell where this was measured, and with what."""
    from importlib.metadata import version

    with_them = ("numpy", "numba", "simpy")
    versions = ", ".join(f"{name} {version(name)}" for name in with_them)
    return (
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, "
        f"{versions}."
    )


if __name__ == "__main__":
    main()
