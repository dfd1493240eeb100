"""Who gains and who loses: the same cases before and after, by procedure, hour and priority."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

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
    if shares is None:
        return False
    return not any(each and each.mean for each in (shares.better, shares.worse))


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
                    [_shares(fare) for fare in groups],
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


class Shares(NamedTuple):
    """How the same cases fare: shares of those compared."""

    better: Estimate | None
    unchanged: Estimate | None
    worse: Estimate | None
    no_result: Estimate | None


def _shares(fare: Fare) -> Shares:
    return Shares(fare.better, fare.unchanged, fare.worse, fare.no_result)


def _of_all(view: View, scenario: str) -> Shares | None:
    """Return how all cases fare; None where that was not measured."""
    for fare in view.comparison.fares.get(scenario, ()):
        if fare.by == "all" and fare.better.mean is not None:
            return _shares(fare)
    shares = Shares(*(view.difference(scenario, f"{name}_share") for name in Shares._fields))
    return shares if shares.better and shares.better.mean is not None else None


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
    """Return a table of who fares how, and of how many cases are compared.

    That some have no result in either is a column only where there are any.
    """
    words, percent = view.words, names.unit("share", view.words)
    said = {
        "worse": (words.say("later"), look.WORSE),
        "better": (words.say("sooner"), look.BETTER),
        "unchanged": (words.say("at the same time"), look.BASELINE),
        "no_result": (words.say("no result in either"), look.BASELINE),
    }
    if not any(each and each.no_result and each.no_result.mean for each in shares):
        del said["no_result"]
    series = [
        Series(
            *shown,
            tuple(value(getattr(each, name) if each else None, percent, words) for each in shares),
        )
        for name, shown in said.items()
    ]
    if any(each is not None for each in cases):
        series.append(_counted(view, cases))
    axis = words.say("% of the same cases")
    return Panel(title, heading, axis, categories, tuple(series))


def _counted(view: View, cases: Sequence[float | None]) -> Series:
    """Return how many cases are compared in all replications together."""
    runs = view.comparison.replications
    shown = [None if each is None else _in_all_runs(view, each) for each in cases]
    values = (
        None if each is None or text is None else Value(round(each * runs), None, None, text, text)
        for each, text in zip(cases, shown, strict=True)
    )
    name = view.words.say("cases compared, in all runs")
    return Series(name, look.BASELINE, tuple(values))


def _says(view: View, scenario: str) -> str:
    """Return how all cases fare, and how many are left out."""
    shares = _of_all(view, scenario)
    if shares is None or not all(each and each.mean is not None for each in shares[:3]):
        return ""
    said = [_compared(view, scenario, shares)]
    left_out = view.difference(scenario, "unfinished_cases")
    if left_out is not None and left_out.mean:
        text = mark(
            "Not compared: cases still open in one or both when the runs ended, {n} in all runs."
        )
        said.append(view.words.say(text, n=_in_all_runs(view, left_out.mean)))
    return " ".join(said)


def _compared(view: View, scenario: str, shares: Shares) -> str:
    """Return the shares of the cases compared in a sentence."""
    words, cases = view.words, _cases(view, scenario)
    if _nobody(view, scenario):
        if cases is None:
            return words.say("Nobody has their result a minute sooner or later.")
        text = mark("Of {n} cases compared, none has its result a minute sooner or later.")
        return words.say(text, n=_in_all_runs(view, cases))
    text = mark(
        "Of the same cases in both, {better} have their result sooner by a minute or more, "
        "{worse} later, {unchanged} at the same time."
    )
    if shares.no_result and shares.no_result.mean:
        text = mark(
            "Of the same cases in both, {better} have their result sooner by a minute or more, "
            "{worse} later, {unchanged} at the same time; {no_result} have no result in either."
        )
    shown = {
        name: words.percent(each.mean or 0.0)
        for name, each in shares._asdict().items()
        if each is not None
    }
    return words.say(text, **shown)


def _in_all_runs(view: View, mean: float) -> str:
    """Return a number of cases a run as that of all runs together."""
    return view.words.number(round(mean * view.comparison.replications), 0)


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
