"""Slides of effects: where the time goes, what it costs and what it is worth in a year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from sim import look
from sim.charts import Panel, Series
from sim.present.deck import Chart, Grid, Slide
from sim.present.findings import Findings
from sim.present.opening import bars
from sim.report import money, names, tables
from sim.report.comparable import gives_up_clearly
from sim.report.money import YearRow
from sim.report.tables import value
from sim.report.time_spent import spent
from sim.report.worth import Amount
from sim.waterfall import Waterfall
from sim.words import mark

_LESS, _MORE = look.BETTER, look.WORSE


def time_spent(found: Findings) -> Slide | None:
    """Return the slide of where the time goes; None where it was not measured."""
    drawn = tables.where_time_goes(found.view)
    if drawn is None:
        return None
    panel, wholes = drawn
    unit = found.view.unit("turnaround_hours")
    categories = tuple(
        f"{name}\n{whole.shown if whole else ''}".strip()
        for name, whole in zip(panel.categories, wholes.values, strict=True)
    )
    chart = Chart(
        "stacked",
        replace(panel, categories=categories, series=_used(panel)),
        unit.decimals,
        wholes=wholes.values,
    )
    say = found.view.words.say
    spoken = [
        say("{scenario}: {finding}", scenario=each.name, finding=each.says)
        for each in spent(found.view)
    ]
    return Slide(_title_of_time(found, panel, wholes), (chart,), (*spoken, found.sure), found.foot)


def _used(panel: Panel) -> tuple[Series, ...]:
    """Return the series that anything is in."""
    return tuple(s for s in panel.series if any(v and v.mean > 0 for v in s.values))


_LARGEST: Final = {
    "staff": mark("waiting for staff"),
    "staff_closed": mark("nights and breaks while it waits for staff"),
    "resting": mark("lying on a desk with nobody busy with it"),
    "rules": mark("being held by a rule"),
    "closed": mark("nights, breaks and days off"),
    "elsewhere": mark("another agency, verification or the post"),
    "citizen": mark("being with the citizen"),
    "work": mark("being served or worked on"),
}
"""Groups of causes, as a title says them."""


def _title_of_time(found: Findings, panel: Panel, wholes: Series) -> str:
    words, unit = found.view.words, found.view.unit("turnaround_hours")
    first = wholes.values[0]
    largest = max(panel.series, key=lambda s: s.values[0].mean if s.values[0] else 0.0)
    part = largest.values[0]
    if part is None or first is None:
        return words.say("Where the time goes")
    keys = {words.say(name): key for key, name in names.GROUPS.items()}
    what = _LARGEST[keys[largest.name]]
    place = _place(found, panel)
    after = largest.values[place] if place else None
    if after is None:
        return words.say(
            "The largest part of the time: {what}, {part} of {whole} {unit}",
            what=words.say(what),
            part=part.label,
            whole=first.label,
            unit=unit.of_difference,
        )
    return words.say(
        "The largest part of the time: {what}, {part} of {whole} {unit}; with “{scenario}” {after}",
        what=words.say(what),
        part=part.label,
        whole=first.label,
        unit=unit.of_difference,
        scenario=panel.categories[place],
        after=after.label,
    )


def _place(found: Findings, panel: Panel) -> int:
    """Return where the leading scenario stands among the categories; 0 for nowhere."""
    name = found.view.names[found.leading] if found.leading else ""
    return panel.categories.index(name) if name in panel.categories[1:] else 0


def costs(found: Findings) -> Slide | None:
    """Return the slide of what a case costs and what scenarios save in a year."""
    view = found.view
    years = money.years(view, found.province)
    blocks: list[Chart | Grid] = _cost_charts(found, alone=not years)
    if years:
        blocks.append(_years(found, years))
    if not blocks:
        return None
    say = view.words.say
    spoken = [
        say("{scenario}: {finding}", scenario=row.name, finding="; ".join(_said(row)))
        for row in years
    ]
    hourly = say(
        "A citizen's hour is valued at {money}: an assumption unless the office file names a "
        "source.",
        money=view.words.money(view.office.visitor.value_of_time),
    )
    return Slide(
        _title_of_costs(found, years),
        tuple(blocks),
        (*spoken, hourly, found.sure),
        found.foot,
        _SHARES if years and len(blocks) > 1 else (),
    )


_SHARES: Final = (0.65, 1.35)
"""Of the width: the table has many words."""


def _cost_charts(found: Findings, *, alone: bool) -> list[Chart | Grid]:
    """Return what changes of a case's cost; where hardly anything does, what it costs.

    Beside a table bars that look alike are left out.
    """
    view = found.view
    scenario = view.comparison.scenarios[found.shown]
    falls = money.steps(view, scenario) if view.others else None
    if falls is not None:
        return [_steps(found, falls)]
    return [bars(found, each) for each in tables.COSTS if alone and tables.is_measured(view, each)]


def _said(row: YearRow) -> list[str]:
    return [
        f"{each.label}: {each.here.shown}"
        + (f" ({each.here.interval})" if each.here.interval else "")
        for each in row.saved
    ]


def _years(found: Findings, years: list[YearRow]) -> Grid:
    """Return a table of what each scenario saves in a year, with intervals."""
    say = found.view.words.say
    kinds = list(dict.fromkeys(each.label for row in years for each in row.saved))
    rows = []
    for row in years:
        here = {each.label: each.here for each in row.saved}
        rows.append((row.name, *_amounts(here, kinds)))
        everywhere = {each.label: each.everywhere for each in row.saved if each.everywhere}
        if everywhere:
            name = say("{scenario}, all offices of the province", scenario=row.name)
            rows.append((name, *_amounts(everywhere, kinds)))
    heading = say("Worth in a year")
    return Grid((say("Scenario"), *kinds), tuple(rows), found.and_more, heading, whole=True)


def _amounts(amounts: Mapping[str, Amount], kinds: Sequence[str]) -> Iterator[str]:
    """Yield amounts with their intervals below them, kind by kind."""
    for kind in kinds:
        found = amounts.get(kind)
        yield f"{found.shown}\n{found.interval}".strip() if found else ""


def _title_of_costs(found: Findings, years: list[YearRow]) -> str:
    view, words = found.view, found.view.words
    name = view.names[found.shown]
    row = next((row for row in years if row.name == name), None)
    citizens = [each.here for each in row.saved if each.kind == "money"] if row else []
    if not citizens:
        return words.say("What a case costs")
    amount = citizens[0]
    if amount.withheld:
        text = (
            mark("“{scenario}”: no saving is claimed, since more people give up")
            if gives_up_clearly(view, found.shown)
            else mark("“{scenario}”: no saving is claimed, since perhaps more people give up")
        )
        return words.say(text, scenario=name)
    if not amount.mood:
        return words.say(
            "“{scenario}”, citizens' money in a year: {verdict}",
            scenario=name,
            verdict=amount.shown,
        )
    texts = {
        "better": mark("“{scenario}” saves citizens about {amount} a year"),
        "worse": mark("“{scenario}” costs citizens about {amount} more a year"),
    }
    return words.say(texts[amount.mood], scenario=name, amount=amount.size)


def _steps(found: Findings, falls: Waterfall) -> Chart:
    """Return what each step of a case's cost changes, and what that comes to in all.

    The wholes stand in the heading: beside their bars those of the steps would not be seen.
    """
    view, words = found.view, found.view.words
    unit = view.unit("citizen_cost")
    whole = value(view.difference(found.shown, "citizen_cost"), unit, words)
    steps = [(step.name, step.value) for step in falls.steps if step.value.mean]
    if whole is not None:
        shown = found.difference(found.shown, "citizen_cost")
        steps.append((words.say("in all"), replace(whole, shown=shown)))
    heading = words.say(
        "Cost of one case to the citizen, from {before} to {after}: what changes",
        before=falls.before.value.label,
        after=falls.after.value.label,
    )
    categories = tuple(f"{name}\n{step.shown}" for name, step in steps)
    series = Series(words.say("Difference"), _LESS, tuple(step for _, step in steps))
    panel = Panel(heading, words.say("Step"), falls.axis, categories, (series,))
    colours = tuple(_LESS if step.mean < 0 else _MORE for _, step in steps)
    return Chart("bars", panel, 0, colours, heading=heading)
