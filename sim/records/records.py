"""What records are once they are read: tables with the same columns whatever the file was.

Times of day are whole milliseconds after midnight of their row's date. A time that is only known
to lie in a range has two columns, which are equal where it is known exactly.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import polars as pl

Happened = Literal["read", "repaired", "dropped", "noticed"]

TICKET_COLUMNS: Final = (
    "file", "line", "queue", "date", "ticket", "arrived_after", "arrived_by", "called_after",
    "called_by", "ended", "counter", "no_show", "usable",
)  # fmt: skip
COUNTER_COLUMNS: Final = ("queue", "date", "time", "open", "waiting")
EVENT_COLUMNS: Final = ("file", "line", "case", "activity", "started", "completed", "resource")
CASE_COLUMNS: Final = (
    "case", "procedure", "channel", "begun", "begun_is_date", "ended", "ended_is_date", "deadline",
    "deadline_is_date",
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One kind of thing that was found while reading, and what was done about it.

    Attributes
    ----------
    happened
        ``read``, ``repaired`` (used, after a mend), ``dropped`` (not used) or ``noticed`` (used
        as it is).
    what
        In plain words: "duplicate rows".
    count
        How many rows, or days where the words say so.
    where
        The first places: "tickets.csv, line 17", or dates and queues.
    why
        Why it was dropped, or how it was repaired; may be empty.
    """

    happened: Happened
    what: str
    count: int
    where: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True)
class Column:
    """What a column was taken for.

    Attributes
    ----------
    meaning
        One of the names in ``--columns``: "queue", "called", ...
    name
        The column's name in the file.
    given
        Whether the user said so; otherwise it was guessed.
    file
        The file's name.
    """

    meaning: str
    name: str
    given: bool
    file: str


@dataclass(frozen=True)
class Quality:
    """What came of reading: what each column was taken for, and everything found."""

    columns: tuple[Column, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, eq=False)
class TicketRecords:
    """Tickets of a queue machine, and the counters that were open.

    Attributes
    ----------
    tickets
        A row a ticket, in order of date, queue and arrival, with :data:`TICKET_COLUMNS`:
        ``file``, ``line`` (text, integer: where it stood), ``queue`` (text), ``date``, ``ticket``
        (text, may be null), the four times and ``ended`` (integers, milliseconds; called and
        ended may be null), ``counter`` (text: who served; may be null), ``no_show`` (truth; null
        where not recorded), ``usable`` (truth: false where the queue's day has a gap, a reset or
        the like, or the record itself says so).
    counters
        A row a moment at which the number of a queue's open counters was noted, with
        :data:`COUNTER_COLUMNS`; ``waiting`` may be null. It holds until the next moment of that
        day. None where no file says it.
    quality
        What was read, repaired and dropped.
    """

    tickets: pl.DataFrame
    counters: pl.DataFrame | None
    quality: Quality = field(default_factory=Quality)


@dataclass(frozen=True, eq=False)
class DossierRecords:
    """Dossiers and what was done with them.

    Attributes
    ----------
    events
        A row a step done, in order of case and completion, with :data:`EVENT_COLUMNS`:
        ``started`` and ``completed`` are local wall-clock datetimes; ``started`` is null where
        only completions are recorded.
    cases
        A row a case, in order of its beginning, with :data:`CASE_COLUMNS`: datetimes that may be
        null (``begun`` never is: without a record it is the first event), and whether each is a
        date only.
    quality
        What was read, repaired and dropped.
    """

    events: pl.DataFrame
    cases: pl.DataFrame
    quality: Quality = field(default_factory=Quality)
