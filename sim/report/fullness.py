"""How full the office is by weekday and hour: heat maps, the scenarios' on the baseline's scale."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from sim.charts import Panel, Series, Value
from sim.comparison import Cells, Scenario, Week
from sim.heat_maps import heat_map
from sim.look import FULLNESS
from sim.report import names
from sim.report.pictures import Picture
from sim.report.tables import value
from sim.report.view import View
from sim.words import Unit, Words, mark

_WHOLE = 100.0


@dataclass(frozen=True)
class Maps:
    """The same heat map of every scenario.

    Attributes
    ----------
    id
        Its name in the page.
    title, caption
        What is shown, and how to read it.
    pictures
        By scenario, the baseline's first.
    """

    id: str
    title: str
    caption: str
    pictures: tuple[tuple[Scenario, Picture], ...]


def fullness(view: View) -> list[Maps]:
    """Return heat maps of people waiting, in line, and of staff load; none if none was measured."""
    weeks = [(each, each.pictures.week) for each in view.every]
    measured = [(each, week) for each, week in weeks if week is not None and week.hours]
    if not measured:
        return []
    inside = [(each, week) for each, week in measured if week.waiting]
    waiting = [_waiting(view, inside)] if inside else []
    return [*waiting, _in_line(view, measured), _load(view, measured)]


Weeks = Sequence[tuple[Scenario, Week]]


def _waiting(view: View, weeks: Weeks) -> Maps:
    say = view.words.say
    caption = say(
        "Mean number of people in the office who are not being served: in line, before the doors "
        "open, through the break, on the way to the next counter, and inside until the work at a "
        "desk or a signature is done. The darker, the more; the same scale in every scenario."
    )
    title = say("People waiting in the office, by weekday and hour")
    found = [(each, week, week.waiting) for each, week in weeks]
    return _of_people(view, "waiting-map", (title, caption), say("people waiting, mean"), found)


def _in_line(view: View, weeks: Weeks) -> Maps:
    say = view.words.say
    caption = say(
        "Mean number of people in line for a counter, also those who wait through the break or "
        "before the doors open; not those who wait inside for work at a desk. The darker, the "
        "more; the same scale in every scenario."
    )
    title = say("People in line, by weekday and hour")
    found = [(each, week, week.in_line) for each, week in weeks]
    return _of_people(view, "line-map", (title, caption), say("people in line, mean"), found)


def _of_people(
    view: View,
    id_: str,
    said: tuple[str, str],
    axis: str,
    found: Sequence[tuple[Scenario, Week, Cells]],
) -> Maps:
    """Return a map of numbers of people, with two decimals where they are below one."""
    shown = (cell for *_, cells in found for row in cells for cell in row if cell is not None)
    most = max((cell.mean for cell in shown if cell.mean is not None), default=0)
    unit = Unit(axis, view.words.say("people"), decimals=1 if most >= 1 else 2)
    tables = [(each, [_table(view.words, week, "", cells, unit)]) for each, week, cells in found]
    return _maps(view, id_, said, tables)


def _load(view: View, weeks: Weeks) -> Maps:
    say = view.words.say
    unit = Unit(say("work, % of the hours that staff are there"), "", 100, 0)

    def of(scenario: Scenario, week: Week) -> list[Panel]:
        title = _team_titles(view, scenario)
        return [
            _table(view.words, week, title(team), cells, unit) for team, cells in week.load.items()
        ]

    caption = say(
        "Hours worked for each hour that the team's staff are there, in percent. The darker, the "
        "busier; the same scale in every scenario."
    )
    title = say("How busy the staff are, by weekday and hour")
    tables = [(each, of(each, week)) for each, week in weeks if week.load]
    return _maps(view, "load-map", (title, caption), tables, _WHOLE)


def _team_titles(view: View, scenario: Scenario) -> Callable[[str], str]:
    return lambda team: names.team_title(team, scenario.office, view.words)


def _table(words: Words, week: Week, title: str, cells: Cells, unit: Unit) -> Panel:
    """Return one table: weekdays as rows, hours as columns."""
    return Panel(
        title,
        words.say("Weekday"),
        unit.name,
        tuple(words.weekday(day) for day in week.weekdays),
        tuple(
            Series(
                words.number(hour, 0),
                FULLNESS[-1],
                tuple(value(row[place], unit, words) for row in cells),
            )
            for place, hour in enumerate(week.hours)
        ),
    )


def _maps(
    view: View,
    id_: str,
    said: tuple[str, str],
    tables: Sequence[tuple[Scenario, list[Panel]]],
    reach: float = 0,
) -> Maps:
    title, caption = said
    most = max([reach, *(v.mean for _, panels in tables for v in _values(panels))])
    columns = view.words.say("Hour of the day")

    def picture(place: int, scenario: Scenario, panels: list[Panel]) -> Picture:
        name = view.names[scenario.id]
        shown = [panel if panel.title else replace(panel, title=title) for panel in panels]
        return Picture(
            f"{id_}-{place}",
            name,
            caption,
            _fullest(view.words, shown),
            heat_map(panels, columns, most),
            tuple(shown),
        )

    return Maps(
        id_,
        title,
        caption,
        tuple((each, picture(i, each, panels)) for i, (each, panels) in enumerate(tables)),
    )


def _values(panels: Iterable[Panel]) -> Iterable[Value]:
    for panel in panels:
        for series in panel.series:
            yield from (each for each in series.values if each is not None)


def _fullest(words: Words, panels: Iterable[Panel]) -> str:
    """Return where each panel has its greatest value, for those who do not see it."""
    said = []
    for panel in panels:
        found = [
            (each.mean, day, series.name, each.label)
            for series in panel.series
            for day, each in zip(panel.categories, series.values, strict=True)
            if each is not None
        ]
        if found:
            _, day, hour, label = max(found, key=lambda each: each[0])
            text = mark("{title}: most on {day} in hour {hour}, {value}")
            said.append(words.say(text, title=panel.title, day=day, hour=hour, value=label))
    return "; ".join(said)
