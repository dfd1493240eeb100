"""Small files of tickets and dossiers, and what reading them says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from sim.records.records import Finding, Quality, TicketRecords
from sim.records.tickets import read_tickets

HEADER = "queue,date,ticket,arrived,called,ended"


def written(path: Path, lines: Iterable[str]) -> Path:
    """Write a file of lines."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def day(count: int, date: str = "2024-03-04", queue: str = "A", first: int = 1) -> list[str]:
    """Return tickets of a queue's day, five minutes apart, all in order."""
    return [
        f"{queue},{date},{first + i},{clock(480 + 5 * i)},{clock(484 + 5 * i)},{clock(490 + 5 * i)}"
        for i in range(count)
    ]


def clock(minutes: float) -> str:
    """Return minutes after midnight as a time of day."""
    return f"{int(minutes) // 60:02}:{int(minutes) % 60:02}"


def tickets(folder: Path, rows: Sequence[str], header: str = HEADER) -> TicketRecords:
    """Read rows of tickets."""
    return read_tickets([written(folder / "tickets.csv", [header, *rows])])


def of(quality: Quality, words: str) -> Finding:
    """Return the finding whose text holds some words; there is one."""
    (finding,) = [found for found in quality.findings if words in found.what]
    return finding


def none_of(quality: Quality, words: str) -> bool:
    """Tell whether nothing was found in such words."""
    return not [found for found in quality.findings if words in found.what]


def counted(quality: Quality, happened: str) -> int:
    """Return how many rows were read or dropped in all."""
    return sum(found.count for found in quality.findings if found.happened == happened)
