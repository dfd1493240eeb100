"""What yearly values of a short run are counted up from."""

from __future__ import annotations

from typing import Final

from sim.calendar import run_dates
from sim.report.view import View
from sim.words import mark

_WHOLE_YEAR: Final = 240
"""From so many measured days on, hardly a season is left out."""
_WEEK: Final = 5
"""In fewer days not even every weekday is measured."""


def season(view: View) -> str:
    """Return what days yearly values are counted up from; empty where they are about a year."""
    words, days = view.words, view.comparison.days
    if days >= _WHOLE_YEAR:
        return ""
    text = mark(
        "Counted up from {days} working days from {date} on; whatever was particular to that "
        "season is in it."
    )
    if days < _WEEK:
        text = mark(
            "Working days measured: {days}, from {date} on. A year cannot be told from so few: "
            "this is what a year of such days alone would come to."
        )
    start = run_dates(view.before.office.calendar, days, 0).start
    return words.say(text, days=words.number(days, 0), date=words.date(start))
