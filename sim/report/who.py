"""Who gains and who loses: the same cases before and after, by procedure, hour and priority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sim import look
from sim.charts import Panel, Series, Value
from sim.comparison import Estimate, Fare
from sim.diverging import diverging
from sim.look import Figure
from sim.report import names
from sim.report.tables import value
from sim.report.view import View
from sim.words import mark

By = Literal["procedure", "hour", "priority"]
_SHOWN: Final[tuple[By, ...]] = ("procedure", "hour", "priority")
_MOST: Final = 12
"""Of how many procedures are shown, those with most cases."""
_TITLES: Final[dict[By, tuple[str, str]]] = {
    "procedure": (mark("By procedure"), mark("Procedure")),
    "hour": (mark("By hour of the first arrival"), mark("Hour of the first arrival")),
    "priority": (mark("By priority"), mark("Priority")),
}
_PRIORITY: Final = {"yes": mark("Served first by law"), "no": mark("All others")}


@dataclass(frozen=True)
class Side:
    """One grouping of a scenario's cases: its table, how it is drawn, and what it says."""

    id: str
    table: Panel
    figure: Figure
    summary: str


@dataclass(frozen=True)
class Gainers:
    """Who gains and who loses in one scenario.

    Attributes
    ----------
    says
        What holds for all cases, in a sentence; empty where it was not measured.
    sides
        By procedure, hour and priority.
    """

    id: str
    name: str
    colour: str
    says: str
    sides: tuple[Side, ...]


def gainers(view: View) -> list[Gainers]:
    """Return who gains and who loses in each scenario."""
    return [
        Gainers(
            each.id,
            view.names[each.id],
            view.colours[each.id],
            _says(view, each.id),
            ()
            if _nobody(view, each.id)
            else tuple(
                Side(f"fares-{each.id}-{place}", panel, diverging(panel), _spoken(view, panel))
                for place, panel in enumerate(fares(view, each.id))
            ),
        )
        for each in view.others
    ]


def _nobody(view: View, scenario: str) -> bool:
    """Return whether nobody's result comes sooner or later."""
    shares = _of_all(view, scenario)
    return shares is not None and not any(each and each.mean for each in (shares[0], shares[2]))


def overview(view: View) -> Panel | None:
    """Return the shares of all cases that gain or lose, by scenario; None if not measured."""
    shares = {each.id: _of_all(view, each.id) for each in view.others}
    kept = [each for each in view.others if shares[each.id] is not None]
    if not kept:
        return None
    say = view.words.say
    return _panel(
        view,
        say("Of all cases"),
        say("Scenario"),
        tuple(view.names[each.id] for each in kept),
        [shares[each.id] for each in kept],
        cases=[_cases(view, each.id) for each in kept],
    )


def fares(view: View, scenario: str) -> list[Panel]:
    """Return who gains and loses in a scenario: a table each by procedure, hour and priority."""
    found = view.comparison.fares.get(scenario, ())
    panels = []
    for by in _SHOWN:
        groups = _groups([fare for fare in found if fare.by == by], by)
        if len(groups) > 1:
            title, heading = _TITLES[by]
            panels.append(
                _panel(
                    view,
                    view.words.say(title),
                    view.words.say(heading),
                    tuple(group_name(view, fare) for fare in groups),
                    [(fare.better, fare.unchanged, fare.worse) for fare in groups],
                    cases=[fare.cases for fare in groups],
                )
            )
    return panels


def _groups(fares: Sequence[Fare], by: By) -> list[Fare]:
    """Return the groups that have cases; of many procedures those with most."""
    some = [fare for fare in fares if fare.better.mean is not None]
    if by == "hour":
        return sorted(some, key=lambda fare: int(fare.group))
    most = sorted(some, key=lambda fare: -fare.cases)[:_MOST]
    return [fare for fare in some if fare in most]


def group_name(view: View, fare: Fare) -> str:
    """Return what a group of cases is called; empty for all."""
    words = view.words
    if fare.by == "all":
        return ""
    if fare.by == "hour":
        return words.clock(int(fare.group) * 3600)
    if fare.by == "priority":
        return words.say(_PRIORITY[fare.group])
    titles = [each.title for each in view.office.procedures if each.id == fare.group]
    return words.title(titles[0] if titles else None, names.readable(fare.group))


Shares = tuple[Estimate | None, Estimate | None, Estimate | None]


def _of_all(view: View, scenario: str) -> Shares | None:
    """Return the shares of better, unchanged and worse of all cases."""
    for fare in view.comparison.fares.get(scenario, ()):
        if fare.by == "all" and fare.better.mean is not None:
            return fare.better, fare.unchanged, fare.worse
    better, unchanged, worse = (
        view.difference(scenario, f"{name}_share") for name in ("better", "unchanged", "worse")
    )
    return (better, unchanged, worse) if better and better.mean is not None else None


def _cases(view: View, scenario: str) -> float | None:
    """Return how many cases are in both, by replication; None where that was not measured."""
    fares = view.comparison.fares.get(scenario, ())
    return next((fare.cases for fare in fares if fare.by == "all"), None)


def _panel(
    view: View,
    title: str,
    heading: str,
    categories: tuple[str, ...],
    shares: Sequence[Shares | None],
    *,
    cases: Sequence[float | None],
) -> Panel:
    """Return a table of later, sooner and unchanged, and of how many cases are compared."""
    words, percent = view.words, names.unit("share", view.words)
    columns = [
        tuple(value(each[place] if each else None, percent, words) for each in shares)
        for place in (2, 0, 1)
    ]
    said = (
        (words.say("later"), look.WORSE),
        (words.say("sooner"), look.BETTER),
        (words.say("at the same time"), look.BASELINE),
    )
    series = [Series(*each, column) for each, column in zip(said, columns, strict=True)]
    if any(each is not None for each in cases):
        series.append(_counted(view, cases))
    axis = words.say("% of the same cases")
    return Panel(title, heading, axis, categories, tuple(series))


def _counted(view: View, cases: Sequence[float | None]) -> Series:
    """Return how many cases are compared in all replications together."""
    runs, words = view.comparison.replications, view.words
    counts = [None if each is None else round(each * runs) for each in cases]
    shown = [None if each is None else words.number(each, 0) for each in counts]
    values = (
        None if count is None or text is None else Value(count, None, None, text, text)
        for count, text in zip(counts, shown, strict=True)
    )
    name = words.say("cases compared, in all runs")
    return Series(name, look.BASELINE, tuple(values))


def _says(view: View, scenario: str) -> str:
    shares = _of_all(view, scenario)
    if shares is None or any(each is None or each.mean is None for each in shares):
        return ""
    if _nobody(view, scenario):
        return view.words.say("Nobody has their result a minute sooner or later.")
    better, unchanged, worse = (
        view.words.percent(each.mean) for each in shares if each and each.mean is not None
    )
    return view.words.say(
        "Of the same cases in both, {better} have their result sooner by a minute or more, "
        "{worse} later, {unchanged} at the same time.",
        better=better,
        worse=worse,
        unchanged=unchanged,
    )


def _spoken(view: View, panel: Panel) -> str:
    """Return what a table says, category by category."""
    spoken = []
    for place, category in enumerate(panel.categories):
        worse, better = (series.values[place] for series in panel.series[:2])
        spoken.append(
            view.words.say(
                "{group}: {better}% sooner, {worse}% later",
                group=category,
                better=better.label if better else "–",
                worse=worse.label if worse else "–",
            )
        )
    return "; ".join(spoken)
