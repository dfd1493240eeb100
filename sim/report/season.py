"""What yearly values of a short run are counted up from."""

from __future__ import annotations

from typing import Final

from sim.calendar import run_dates
from sim.report.view import View

_WHOLE_YEAR: Final = 240
"""From so many measured days on, hardly a season is left out."""


def season(view: View) -> str:
    """Return what days yearly values are counted up from; empty where they are about a year."""
    words, days = view.words, view.comparison.days
    if days >= _WHOLE_YEAR:
        return ""
    return words.say(
        "Counted up from {days} working days from {date} on; whatever was particular to that "
        "season is in it.",
        days=words.number(days, 0),
        date=words.date(run_dates(view.before.office.calendar, days, 0).start),
    )
