"""What a comparison's slides say: at most ten."""

from __future__ import annotations

import datetime as dt

from sim.present import certainty, effects, opening, people
from sim.present.deck import Deck, plain
from sim.present.findings import Findings
from sim.report.province import ProvinceTotals
from sim.report.view import View


def deck(view: View, province: ProvinceTotals | None = None) -> Deck:
    """Return the slides of a comparison.

    Parameters
    ----------
    view
        What was found, and the words to say it in.
    province
        What all offices of a province gain, where it was run.
    """
    found = Findings(view, province)
    words = view.words
    made = (
        opening.changed(found) if view.others else None,
        opening.picture(found),
        people.day(found),
        effects.time_spent(found),
        people.gainers(found),
        effects.costs(found),
        certainty.sure(found),
        certainty.assumptions(found),
        certainty.sources(found),
    )
    title = words.title(view.comparison.title, view.comparison.id)
    office = words.title(view.office.title)
    subject = words.say("{study} – {office}", study=title, office=office)
    whole = Deck(
        found.headline,
        _under(found),
        tuple(opening.lines(found)),
        found.and_more,
        tuple(opening.said(found)),
        subject,
        _date(view),
        tuple(slide for slide in made if slide is not None),
        words.language,
    )
    cleaned: Deck = plain(whole)
    return cleaned


def _under(found: Findings) -> str:
    """Return how the answer is to be read, and with what scenarios are compared."""
    words, run = found.view.words, found.view.comparison
    if not found.view.has_intervals:
        return f"{found.compared} {found.foot}".strip()
    sure = words.say(
        "If the assumptions hold. In brackets: 95% intervals; what is said here is clear by wider "
        "ones that hold together (simulated runs: {n}; working days each: {days}).",
        n=words.plain(run.replications),
        days=words.plain(run.days),
    )
    return f"{found.compared} {sure}".strip()


def _date(view: View) -> str:
    """Return the date of the results; empty where they do not say it."""
    said = str(view.comparison.provenance.get("date", ""))
    try:
        return view.words.date(dt.datetime.fromisoformat(said).date())
    except ValueError:
        return ""
