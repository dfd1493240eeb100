"""The page on calibration, done as it says, on records that a script makes."""

from __future__ import annotations

from pathlib import Path

from benchmarks import make_records

ROOT = Path(__file__).parents[1]
DATA = ROOT / "docs" / "data"
MOST_BYTES = 150_000


def test_the_records_are_what_the_script_makes():
    made = make_records.records()
    assert set(made) == {path.name for path in DATA.glob("*.csv")}
    for name, text in made.items():
        assert (DATA / name).read_bytes() == text.encode(), name


def test_the_records_are_small():
    assert sum(path.stat().st_size for path in DATA.iterdir()) < MOST_BYTES
