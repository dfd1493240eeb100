"""Scores: points that can be computed, and which factors of the satisfaction survey are touched.

A score of that survey is never forecast: it is what people answer, not what an office does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from sim.charts import Panel, Series
from sim.comparison import Estimate
from sim.report import names
from sim.report.changes import Changes
from sim.report.tables import is_measured, value
from sim.report.view import View
from sim.verdicts import LESS, MORE
from sim.words import Unit, mark

PROGRESS: Final = 20
"""Points of Decision 766 for progress of handling, as generally stated."""
_POINTS: Final = {
    "points_time": (mark("Dossier scoring form: total time, of 2 points"), 1),
    "points_contacts": (mark("Dossier scoring form: contacts, of 2 points"), 1),
    "on_time_share": (mark("Decision 766: progress of handling, of 20 points"), PROGRESS),
}


def points(view: View) -> Panel | None:
    """Return the points that can be computed, in every scenario; None if none can."""
    words = view.words
    found = [measure for measure in _POINTS if is_measured(view, measure)]
    if not found:
        return None
    units = {m: Unit(words.say("points"), words.say("points"), _POINTS[m][1], 2) for m in found}
    return Panel(
        words.say("Points that can be computed"),
        words.say("Form"),
        words.say("points"),
        tuple(words.say(_POINTS[measure][0]) for measure in found),
        tuple(
            Series(
                view.names[each.id],
                view.colours[each.id],
                tuple(value(_capped(view, each.id, m), units[m], words) for m in found),
            )
            for each in view.every
        ),
    )


def _capped(view: View, scenario: str, measure: str) -> Estimate | None:
    """Return points or a share, its interval no wider than there are points."""
    found = view.estimate(scenario, measure)
    if found is None or found.low is None or found.high is None:
        return found
    most = 1.0 if measure == "on_time_share" else 2.0
    return Estimate(found.mean, max(found.low, 0.0), min(found.high, most))


@dataclass(frozen=True)
class Factor:
    """A factor of the satisfaction survey, and what each scenario touches of it.

    Attributes
    ----------
    touched
        By scenario, in their order: what clearly differs and what is changed; empty for nothing.
    """

    name: str
    touched: tuple[str, ...]


@dataclass(frozen=True)
class _Touch:
    """What belongs to a factor: headline measures, and what may be changed, by its key."""

    name: str
    measures: tuple[str, ...]
    changes: Mapping[str, str]


FACTORS: Final = (
    _Touch(
        mark("Access"),
        ("wait_minutes", "visit_minutes"),
        {
            "hours": mark("opening hours"),
            "closing": mark("who is still served at closing"),
            "last_ticket": mark("when tickets stop"),
            "appointments": mark("appointments"),
            "filed": mark("ways of filing"),
        },
    ),
    _Touch(
        mark("Procedures"),
        ("trips", "turnaround_hours", "citizen_cost"),
        {
            "deadline": mark("time limits"),
            "habit": mark("until when results are given the same day"),
            "bundling": mark("procedures filed together"),
            "fee": mark("fees"),
            "steps": mark("steps of procedures"),
        },
    ),
    _Touch(
        mark("Officials"),
        (),
        {
            "staff": mark("how many work there"),
            "roles": mark("who may do what"),
            "absence": mark("presence"),
            "lateness": mark("punctuality"),
            "away": mark("presence"),
            "sends_back": mark("papers sent back"),
        },
    ),
    _Touch(
        mark("Results"),
        ("same_day_share", "on_time_share"),
        {"result": mark("how results are handed over")},
    ),
    _Touch(mark("Feedback"), (), {}),
)
"""The five factors of the survey. Which measure and which change belongs to which factor is this
report's reading of them, and is said to be."""


def factors(view: View, changes: Sequence[Changes]) -> list[Factor]:
    """Return what each scenario touches of each factor of the survey: no forecast of its score."""
    return [
        Factor(
            view.words.say(each.name),
            tuple(_touched(view, changed, each) for changed in changes),
        )
        for each in FACTORS
    ]


def _touched(view: View, changed: Changes, factor: _Touch) -> str:
    verdicts = view.comparison.verdicts.get(changed.id, {})
    clear = [
        view.words.say(
            "{measure}: {verdict}",
            measure=view.label(measure),
            verdict=view.words.say(names.VERDICTS[verdicts[measure].says]),
        )
        for measure in factor.measures
        if measure in verdicts and verdicts[measure].says in (LESS, MORE)
    ]
    keys = {key for each in changed.listed for key in _keys(each.path)}
    said = dict.fromkeys(view.words.say(factor.changes[k]) for k in factor.changes if k in keys)
    if said:
        clear.append(view.words.say("changed: {changes}", changes=view.words.listed(list(said))))
    return "; ".join(clear)


def _keys(path: str) -> list[str]:
    """Return the keys of a path, without the ids of what they belong to."""
    parts = path.split(".")
    named = ("teams", "procedures", "demands", "steps")
    return [part for before, part in pairwise(["", *parts]) if before not in named]
