"""Slides of effects: where the time goes, what it costs and what it is worth in a year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import Final

from sim import look
from sim.charts import Panel, Series, Value
from sim.present.deck import Bullets, Chart, Grid, Slide
from sim.present.findings import Findings
from sim.present.opening import bars
from sim.report import money, tables
from sim.report.comparable import gives_up_clearly
from sim.report.money import YearRow
from sim.report.time_spent import spent
from sim.report.worth import Amount
from sim.waterfall import Waterfall
from sim.words import mark

_LESS, _MORE = look.BETTER, look.WORSE
COSTS: Final = ("citizen_cost", "office_cost")


def time(found: Findings) -> Slide | None:
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


def _title_of_time(found: Findings, panel: Panel, wholes: Series) -> str:
    words, unit = found.view.words, found.view.unit("turnaround_hours")
    first = wholes.values[0]
    largest = max(panel.series, key=lambda s: s.values[0].mean if s.values[0] else 0.0)
    part = largest.values[0]
    if part is None or first is None:
        return words.say("Where the time goes")
    place = _place(found, panel)
    after = largest.values[place] if place else None
    if after is None:
        return words.say(
            "The largest part of the time is “{group}”: {part} of {whole} {unit}",
            group=largest.name,
            part=part.label,
            whole=first.label,
            unit=unit.of_difference,
        )
    return words.say(
        "The largest part of the time is “{group}”: {part} of {whole} {unit}, with “{scenario}” "
        "{after}",
        group=largest.name,
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
    blocks: list[Chart | Grid | Bullets] = []
    scenario = view.comparison.scenarios[found.shown]
    falls = money.steps(view, scenario) if view.others else None
    if falls is not None:
        blocks.append(_waterfall(found, falls))
    else:
        blocks += [bars(found, each) for each in COSTS if tables.is_measured(view, each)]
    years = money.years(view, found.province)
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
        (0.7, 1.3) if len(blocks) == 2 else (),
    )


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
    return Grid((say("Scenario"), *kinds), tuple(rows), found.and_more, heading)


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
    texts = {
        "better": mark("“{scenario}” saves citizens about {amount} a year"),
        "worse": mark("“{scenario}” costs citizens about {amount} more a year"),
        "": mark("“{scenario}”: no clear difference in what citizens pay in a year"),
    }
    return words.say(texts[amount.mood], scenario=name, amount=amount.size)


def _waterfall(found: Findings, falls: Waterfall) -> Chart:
    """Return steps from the cost before to the cost after, as bars on bars not drawn."""
    words = found.view.words
    steps = [step for step in falls.steps if step.value.mean]
    heights = list(accumulate((s.value.mean for s in steps), initial=falls.before.value.mean))
    lows = [min(a, b) for a, b in pairwise(heights)]
    named = [falls.before, *steps, falls.after]
    categories = tuple(f"{step.name}\n{step.value.shown}" for step in named)
    last = len(named) - 1
    inner = range(1, last)

    def only(places: dict[int, Value]) -> tuple[Value | None, ...]:
        return tuple(places.get(place) for place in range(len(named)))

    flat = {place: Value(lows[place - 1], None, None, "", "") for place in inner}
    less = {i: _size(named[i].value) for i in inner if named[i].value.mean < 0}
    more = {i: _size(named[i].value) for i in inner if named[i].value.mean >= 0}
    series = (
        Series(words.say("Stands on"), "", only(flat)),
        Series(falls.before.name, falls.colours[0], only({0: falls.before.value})),
        Series(falls.after.name, falls.colours[1], only({last: falls.after.value})),
        Series(words.say("Less"), _LESS, only(less)),
        Series(words.say("More"), _MORE, only(more)),
    )
    heading = words.say("Cost of one case to the citizen")
    panel = Panel(heading, words.say("Step"), falls.axis, categories, series)
    return Chart("steps", panel, 0, heading=heading)


def _size(found: Value) -> Value:
    """Return a step's size, the ends of its interval around it."""
    if found.mean >= 0:
        return found
    low, high = (None if end is None else -end for end in (found.high, found.low))
    return replace(found, mean=-found.mean, low=low, high=high)
