"""How sure a comparison is: what its intervals and verdicts say, and what they do not."""

from __future__ import annotations

from collections.abc import Sequence

from sim.report.changes import Changes
from sim.report.places import confidence as confidence_of_places
from sim.report.places import looked_at
from sim.report.view import View
from sim.report.worth import SOURCES
from sim.verdicts import HEADLINE, simultaneous


def sure(view: View, changed: Sequence[Changes]) -> list[str]:
    """Return what intervals, replications and verdicts mean, a sentence or two each.

    Parameters
    ----------
    view
        The comparison.
    changed
        What each scenario changes.
    """
    words, say, run = view.words, view.words.say, view.comparison
    if not view.has_intervals:
        return [
            say(
                "Each scenario was run once: there are no intervals, and nothing can be said of "
                "how far chance has moved a number. More replications would tell."
            ),
            _assumptions(view),
        ]
    return [
        say(
            "Each scenario was run {replications} times with different luck. A 95% interval says "
            "how far chance in the runs may have moved a number: made in this way again and "
            "again, 95 in 100 such intervals hold the true value of the model.",
            replications=words.number(run.replications, 0),
        ),
        *([_paired(view), _verdicts(view), *_of_places(view, changed)] if view.others else []),
        _assumptions(view),
    ]


def _paired(view: View) -> str:
    return view.words.say(
        "All scenarios meet the same people with the same papers, so that most of the luck cancels "
        "out of a difference: it is known better than the two values it is made of."
    )


def _verdicts(view: View) -> str:
    words, scenarios = view.words, len(view.others)
    confidence = simultaneous(scenarios)
    return words.say(
        "Verdicts are made from wider intervals, of {confidence} each, that hold together for all "
        "{count} comparisons of scenarios and measures (Bonferroni), and only where a difference "
        "is as large as matters. The {years} amounts of what is saved or spent in a year are "
        "judged by intervals as wide, which hold together too: each of these families by itself, "
        "not all of them at once.",
        confidence=words.percent(confidence, 2),
        count=words.number(scenarios * len(HEADLINE), 0),
        years=words.number(scenarios * len(SOURCES), 0),
    )


def _of_places(view: View, changed: Sequence[Changes]) -> list[str]:
    """Return how sure is what is said of single procedures and demands that are changed."""
    words, count = view.words, looked_at(changed)
    if not count:
        return []
    return [
        words.say(
            "What is said of single procedures and demands that a scenario changes is clear by "
            "intervals of {confidence} each, that hold together for all {count} differences that "
            "were looked at (Bonferroni), a family by itself again.",
            confidence=words.percent(confidence_of_places(changed), 2),
            count=words.number(count, 0),
        )
    ]


def _assumptions(view: View) -> str:
    return view.words.say(
        "No interval covers an assumption that is wrong: everything here holds if the assumptions "
        "hold."
    )
