"""Sheets of what a year saves, here and in a province, and of factors of the survey touched."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sim.comparison import Estimate
from sim.present.sheets import Cell, Sheet, ends
from sim.report import names
from sim.report.changes import changes
from sim.report.money import years
from sim.report.province import ProvinceTotals
from sim.report.scores import factors
from sim.report.view import View
from sim.report.worth import SOURCES, Amount, Saved, saved

Year = Callable[[str, Saved], tuple[Amount | None, Estimate | None]]


def years_saved(view: View) -> Sheet:
    """Return what each scenario saves in a year, and by what share compliance cost falls."""

    def here(scenario: str, of: Saved) -> tuple[Amount, Estimate | None]:
        return of.here, view.difference(scenario, SOURCES[of.kind].difference)

    say = view.words.say
    cost = say("Compliance cost of a case")
    reductions = tuple(
        (row.name, cost, None, None, None, None, row.reduction) for row in years(view)
    )
    return Sheet(say("Saved in a year"), _header(view), (*_rows(view, None, here), *reductions))


def province_gains(view: View, province: ProvinceTotals | None) -> Sheet | None:
    """Return what all offices of a province save in a year; None where none was run."""
    if province is None:
        return None
    gains = province.gains

    def everywhere(scenario: str, of: Saved) -> tuple[Amount | None, Estimate]:
        return of.everywhere, gains[scenario][SOURCES[of.kind].gain].year

    say = view.words.say
    title = say("Saved in a year in all offices of the province")
    rows = tuple(_rows(view, province, everywhere))
    return Sheet(say("The province"), _header(view), rows, title)


def _header(view: View) -> tuple[str, ...]:
    say = view.words.say
    return (
        say("Scenario"), say("What"), say("Unit"), say("Saved in a year"), say("Low end"),
        say("High end"), say("What may be said"),
    )  # fmt: skip


def _rows(view: View, province: ProvinceTotals | None, year: Year) -> Iterator[tuple[Cell, ...]]:
    """Yield what is saved of each kind with its unit; no number where none is claimed."""
    for each in view.others:
        for of in saved(view, each.id, province):
            amount, found = year(each.id, of)
            if amount is not None:
                unit = names.unit(names.known(SOURCES[of.kind].difference).kind, view.words).name
                numbers = ends(None if amount.withheld else found)
                yield view.names[each.id], of.label, unit, *numbers, amount.shown


def factors_touched(view: View) -> Sheet:
    """Return which factors of the satisfaction survey each scenario touches."""
    say, changed = view.words.say, changes(view)
    rows = tuple(
        (factor.name, *(each or say("not touched") for each in factor.touched))
        for factor in factors(view, changed)
    )
    header = (say("Factor"), *(each.name for each in changed))
    title = say("The satisfaction survey: what is touched")
    return Sheet(say("Survey factors touched"), header, rows if changed else (), title)
