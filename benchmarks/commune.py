"""The full-featured commune, ``commune.toml``, with the logs that it replays."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sim.office import Office
from sim.office_file import read_office

SOURCE: Final = Path(__file__).with_name("commune.toml")
_START: Final = dt.date(2025, 3, 3)
_TICKETS_A_DAY: Final = 8
_SEED: Final = 1


def commune_office(folder: Path, days: int) -> Office:
    """Write the commune and its logs of so many calendar days into a folder, and read it."""
    office = folder / SOURCE.name
    shutil.copyfile(SOURCE, office)
    weekdays = [day for day in _dates(days) if day.weekday() < 5]
    rng = random.Random(_SEED)
    tickets = [f"{day},3,{row}" for day in weekdays for row in _tickets(rng)]
    _write(folder / "tickets.csv", "day,counter,pressed,called,void", tickets)
    counters = [f"{day},front,{row}" for day in weekdays for row in ("07:30,1", "10:30,0")]
    _write(folder / "counters.csv", "day,hall,from,staffed", counters)
    return read_office(office)


def _dates(days: int) -> Iterator[dt.date]:
    return (_START + dt.timedelta(days=number) for number in range(days))


def _tickets(rng: random.Random) -> Iterator[str]:
    """Yield when each ticket was pressed and called."""
    for _ in range(_TICKETS_A_DAY):
        pressed = rng.randrange(8 * 60, 11 * 60)
        yield f"{_clock(pressed)},{_clock(pressed + rng.randrange(10))},false"


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _write(path: Path, heading: str, rows: list[str]) -> None:
    path.write_text("\n".join([heading, *rows]) + "\n", "utf-8")
