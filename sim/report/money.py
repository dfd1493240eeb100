"""What it costs and saves: compliance cost step by step, and what that comes to in a year."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from sim import look
from sim.charts import Panel, Series, Value
from sim.comparison import Estimate, Scenario
from sim.look import Figure
from sim.report import names
from sim.report.comparable import is_claimed
from sim.report.province import ProvinceTotals
from sim.report.tables import is_measured, value
from sim.report.view import View
from sim.report.worth import Saved, saved
from sim.verdicts import LESS, MORE
from sim.waterfall import Step, Waterfall, waterfall
from sim.words import Unit, Words, fine

_LITTLE: Final = 0.005
"""Steps that change by less, as a share of the whole, are drawn together."""


@dataclass(frozen=True)
class Fall:
    """The cost to the citizen from before to after: its table, its picture, what it says."""

    id: str
    colour: str
    table: Waterfall
    figure: Figure
    summary: str


@dataclass(frozen=True)
class YearRow:
    """What a scenario saves in a year, and by how much a case's compliance cost falls.

    Attributes
    ----------
    reduction
        With its interval, as a share of the cost before; empty where there is none.
    """

    name: str
    colour: str
    reduction: str
    saved: tuple[Saved, ...]


def falls(view: View) -> list[Fall]:
    """Return the cost to the citizen from before to after in each scenario, where measured."""
    tables = ((each, steps(view, each)) for each in view.others)
    return [
        Fall(f"steps-{each.id}", view.colours[each.id], table, waterfall(table), _spoken(table))
        for each, table in tables
        if table is not None
    ]


def steps(view: View, scenario: Scenario) -> Waterfall | None:
    """Return the cost to the citizen from before to after, step by step; None if not measured."""
    words, unit = view.words, view.unit("citizen_cost")
    wholes = [value(view.estimate(i, "citizen_cost"), unit, words) for i in _ids(view, scenario)]
    before, after = wholes
    changed = [step for step in names.COST_STEPS if _changes(view, step)]
    found = {step: view.difference(scenario.id, f"cost.{step}") for step in names.COST_STEPS}
    if before is None or after is None or not changed:
        return None
    drawn = [(words.say(names.COST_STEPS[step]), found[step]) for step in changed]
    rest = sum(each.mean or 0.0 for step, each in found.items() if each and step not in changed)
    if abs(rest) >= 0.5 / 10**unit.decimals:
        drawn.append((words.say("all else"), Estimate(rest, None, None)))
    values = [(name, _difference(each, unit, words)) for name, each in drawn]
    return Waterfall(
        view.names[scenario.id],
        unit.name,
        Step(words.say("Before"), before),
        Step(words.say("After"), after),
        tuple(Step(name, each) for name, each in values if each is not None),
        (view.colours[view.before.id], view.colours[scenario.id], look.BETTER, look.WORSE),
    )


def _ids(view: View, scenario: Scenario) -> tuple[str, str]:
    return view.before.id, scenario.id


def _changes(view: View, step: str) -> bool:
    """Return whether a step changes by more than a little of the whole in any scenario."""
    before = view.estimate(view.before.id, "citizen_cost")
    least = _LITTLE * (before.mean or 0.0) if before else 0.0
    found = (view.difference(each.id, f"cost.{step}") for each in view.others)
    return any(each is not None and abs(each.mean or 0.0) > least for each in found)


def _difference(found: Estimate | None, unit: Unit, words: Words) -> Value | None:
    drawn = value(found, unit, words)
    if drawn is None:
        return None
    label = words.mean(found, unit, signed=True)
    return Value(drawn.mean, drawn.low, drawn.high, label, words.estimate(found, unit, signed=True))


def _spoken(table: Waterfall) -> str:
    every = (table.before, *table.steps, table.after)
    return "; ".join(f"{step.name}: {step.value.label}" for step in every)


def parts(view: View) -> Panel | None:
    """Return what a case costs citizen and office, step by step; None if not measured."""
    measures = [f"cost.{step}" for step in names.COST_STEPS]
    measures = [each for each in measures if any(_mean(view, s.id, each) for s in view.every)]
    measures += [each for each in ("citizen_cost", "office_cost") if is_measured(view, each)]
    if not measures:
        return None
    words = view.words
    return Panel(
        words.say("What a case costs"),
        words.say("Step"),
        view.unit("citizen_cost").name,
        tuple(_step_name(view, each) for each in measures),
        tuple(
            Series(
                view.names[each.id],
                view.colours[each.id],
                tuple(
                    value(view.estimate(each.id, m), view.unit("citizen_cost"), words)
                    for m in measures
                ),
            )
            for each in view.every
        ),
    )


def _mean(view: View, scenario: str, measure: str) -> float | None:
    found = view.estimate(scenario, measure)
    return found.mean if found else None


def _step_name(view: View, measure: str) -> str:
    step = measure.partition(".")[2]
    if step:
        return view.words.say("citizen: {step}", step=view.words.say(names.COST_STEPS[step]))
    return view.label(measure)


def years(view: View, province: ProvinceTotals | None = None) -> list[YearRow]:
    """Return what each scenario saves in a year, and by what share compliance cost falls."""
    rows = []
    for each in view.others:
        found = tuple(saved(view, each.id, province))
        if found:
            reduction = _reduction(view, each.id)
            rows.append(YearRow(view.names[each.id], view.colours[each.id], reduction, found))
    return rows


def _reduction(view: View, scenario: str) -> str:
    """Return by what share the cost to the citizen changes; its verdict where that is not clear."""
    words, found = view.words, view.difference(scenario, "citizen_cost_change")
    if found is None or found.mean is None:
        return ""
    few = 2 if abs(found.mean) < _LITTLE else 1  # so that the ends of little are told from nothing
    unit = fine(found, replace(view.unit("citizen_cost_change"), decimals=few))
    change = words.say("{n}%", n=words.mean(found, unit, signed=True))
    ends = words.interval(found, unit)
    if ends:
        change = words.say("{value} ({interval})", value=change, interval=ends)
    made = view.comparison.verdicts.get(scenario, {}).get("citizen_cost")
    if made is None:
        return change
    if made.says not in (LESS, MORE):
        return words.say(
            "{verdict}: {change}", verdict=words.say(names.VERDICTS[made.says]), change=change
        )
    if not is_claimed(view, scenario, "citizen_cost", gain=made.says == LESS):
        return words.say("{change}, but not of the same people", change=change)
    return change
