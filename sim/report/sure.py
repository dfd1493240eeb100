"""How sure a comparison is: what its intervals and verdicts say, and what they do not."""

from __future__ import annotations

from sim.report.view import View
from sim.verdicts import HEADLINE, simultaneous


def sure(view: View) -> list[str]:
    """Return what intervals, replications and verdicts mean, a sentence or two each."""
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
        *([_paired(view), _verdicts(view)] if view.others else []),
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
        "is as large as matters.",
        confidence=words.percent(confidence, 2),
        count=words.number(scenarios * len(HEADLINE), 0),
    )


def _assumptions(view: View) -> str:
    return view.words.say(
        "No interval covers an assumption that is wrong: everything here holds if the assumptions "
        "hold."
    )
