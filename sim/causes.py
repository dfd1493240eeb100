"""Where the time of a case goes: every millisecond from door to result has exactly one cause.

Causes are read from the service log alone. A case's time is that of the dossier in hand last:
its chain of spells, each beginning where the one before ended. Of the filings of a case, every one
counts where they are made in turn, otherwise the one whose result is in hand last; of the dossiers
of a filing, the one ready last, the first of equals.
"""

from __future__ import annotations

from typing import Final

CAUSES: Final = (
    "held", "elsewhere", "citizen", "served", "desk_work", "line", "desk_queue", "staff_away",
    "resting", "closed.line", "closed.desk_queue", "closed.staff_away", "closed.work",
    "closed.resting", "closed.door",
)  # fmt: skip
"""All causes; those that begin with ``closed.`` add up to ``closed``."""
