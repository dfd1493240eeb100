"""What the results hinge on, in words and tables: for the page and for slides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sim.charts import Panel, Series, Value
from sim.comparison import Estimate, Hinge, Moved, Sensitivity, Verdict
from sim.look import ENDS
from sim.office import Office
from sim.report import names, tables
from sim.report.ledger import label_of, part_title, schema_says
from sim.report.parameters import Parameter, shown
from sim.report.pictures import Picture
from sim.report.results import headline_measures, mood
from sim.report.view import View
from sim.schema import json_schema
from sim.tornado import End, Hinged, Tornado
from sim.tornado import tornado as drawn
from sim.verdicts import LESS, MORE, NO_DIFFERENCE, NOT_CLEAR, verdict

MOST_BARS: Final = 12
_LEAST_SHIFT: Final = 0.1
"""Of what is drawn, as a share of the largest shift."""
_NOTHING: Final = 1e-12
_MOST_NAMED: Final = 3
_ANY_SCALE: Final = "share of the day, any scale"
_WITHOUT_UNIT: Final = frozenset({"cv", "shape", "k", "weights"})


@dataclass(frozen=True)
class Turn:
    """A verdict that changes with an assumption at an end of its span.

    Attributes
    ----------
    assumption, at, stands
        The assumption in words, its value there and in the study.
    scenario, measure
        Ids of both.
    label, unit
        The measure in words, and its unit.
    before, after
        The verdict of the study, and that there.
    difference
        The difference there, with its interval, in that unit.
    certain
        Whether the verdict there is another one; else it is not clear any more.
    """

    scenario: str
    measure: str
    assumption: str
    at: str
    stands: str
    label: str
    unit: str
    before: str
    after: str
    difference: str
    certain: bool


@dataclass(frozen=True)
class Chart:
    """The chart of one scenario, and the sentences above it."""

    scenario: str
    name: str
    sentences: tuple[str, ...]
    picture: Picture | None


@dataclass(frozen=True)
class Hinges:
    """All that the page says of what results hinge on.

    Attributes
    ----------
    charts
        One for each scenario.
    turns
        Every verdict that changes, by scenario and weight.
    method
        How it was found, and what it cannot say.
    not_moved
        Assumptions that were not moved, by part of the office.
    """

    charts: tuple[Chart, ...]
    turns: tuple[Turn, ...]
    method: tuple[str, ...]
    not_moved: tuple[tuple[str, str], ...]


def hinges(view: View) -> Hinges | None:
    """Return what the results hinge on; None where that was not looked for."""
    found = view.comparison.sensitivity
    if found is None or not found.hinges:
        return None
    return Hinges(
        tuple(_chart(view, each.id, place) for place, each in enumerate(view.others)),
        tuple(turn for each in view.others for turn in turns(view, each.id)),
        _method(view, found),
        _not_moved(view, found),
    )


def headline(view: View, scenario: str) -> str | None:
    """Return the measure of a scenario's chart.

    It is the weightiest that is clearly better, else that is clearly worse; without a clear
    difference trips, or waiting.
    """
    made = view.comparison.verdicts.get(scenario, {})
    order = [measure for measure in headline_measures(view) if measure in made]
    better = [measure for measure in order if mood(measure, made[measure]) == "better"]
    clear = [measure for measure in order if made[measure].says in (LESS, MORE)]
    usual = [measure for measure in ("trips", "wait_minutes") if measure in made]
    return next(iter([*better, *clear, *usual, *order]), None)


def tornado(view: View, scenario: str) -> Tornado | None:
    """Return the table of a scenario's chart; None where nothing moves its difference."""
    measure = headline(view, scenario)
    found = view.comparison.sensitivity
    own = view.difference(scenario, measure) if measure else None
    if measure is None or found is None or own is None or own.mean is None:
        return None
    shifts = [(_largest(each, scenario, measure), each) for each in found.hinges]
    largest = max((shift for shift, _ in shifts), default=0.0)
    least = max(largest * _LEAST_SHIFT, _NOTHING)
    moving = sorted((pair for pair in shifts if pair[0] >= least), key=lambda pair: -pair[0])
    if not moving:
        return None
    say, unit = view.words.say, view.unit(measure)
    value = tables.value(own, unit, view.words)
    assert value is not None
    return Tornado(
        say("What moves the difference in: {measure}", measure=view.label(measure)),
        say("Assumption"),
        say("Difference from the baseline, {unit}; 0 is none", unit=unit.name),
        (say("assumption at its lower end"), say("assumption at its upper end")),
        value,
        say("as found"),
        tuple(_row(view, each, scenario, measure) for _, each in moving[:MOST_BARS]),
    )


def _largest(hinge: Hinge, scenario: str, measure: str) -> float:
    return max(abs(_mean(moved.shifts, scenario, measure)) for moved in (hinge.low, hinge.high))


def _mean(of: dict[str, dict[str, Estimate]], scenario: str, measure: str) -> float:
    found = of.get(scenario, {}).get(measure)
    return found.mean or 0.0 if found else 0.0


def _row(view: View, hinge: Hinge, scenario: str, measure: str) -> Hinged:
    named = _Named.of(view, hinge.path)
    low, high = (
        None
        if moved.value == hinge.value
        else End(
            named.shown(moved.value),
            tables.value(moved.differences[scenario][measure], view.unit(measure), view.words),
        )
        for moved in (hinge.low, hinge.high)
    )
    stands = named.shown(hinge.value)
    return Hinged(named.label, stands, _span(view, stands, low, high), low, high)


def _span(view: View, stands: str, low: End | None, high: End | None) -> str:
    say = view.words.say
    if low is not None and high is not None:
        return say("{low} to {high}, now {value}", low=low.at, high=high.at, value=stands)
    return say("{end}, now {value}", end=(low or high or End(stands, None)).at, value=stands)


@dataclass(frozen=True)
class _Named:
    """An assumption in words."""

    view: View
    label: str
    unit: str

    @classmethod
    def of(cls, view: View, path: str) -> _Named:
        parameter, outer = _parameter(view, path)
        unit, _ = schema_says(json_schema(Office), outer.place)
        if parameter.names[-1] in _WITHOUT_UNIT or unit == _ANY_SCALE:
            unit = ""
        words = view.words
        label = label_of(parameter, view.office, words)
        if isinstance(parameter.value, dict):
            label = words.say("{parameter} (mean)", parameter=label)
        part = part_title(view.office, parameter, words)
        return cls(view, words.say("{part}: {label}", part=part, label=label), unit)

    def shown(self, value: float) -> str:
        """Return a value of it with its unit."""
        return shown(value, self.unit, self.view.words)


def _parameter(view: View, path: str) -> tuple[Parameter, Parameter]:
    """Return the parameter at a path, and the one that it is part of, where it is part of one."""
    holds = [each for each in view.parameters if f"{path}.".startswith(f"{each.path}.")]
    outer = found = max(holds, key=lambda each: len(each.path))
    for key in path[len(outer.path) + 1 :].split("."):
        if key:
            found = found.inside(key, None)
    return found, outer


def turns(view: View, scenario: str) -> list[Turn]:
    """Return each verdict on a scenario that an assumption at an end of its span changes.

    Where only the uncertainty of the few runs makes a verdict unclear, it is none of them.
    """
    sensitivity = view.comparison.sensitivity
    hinged = sensitivity.hinges if sensitivity else ()
    made = view.comparison.verdicts.get(scenario, {})
    found = [
        _turn(view, scenario, measure, hinge, moved)
        for hinge in hinged
        for moved in (hinge.low, hinge.high)
        for measure in sorted(made, key=names.rank)
        if _changes(made[measure], moved, scenario, measure)
    ]
    return sorted(found, key=lambda turn: not turn.certain)


def _changes(made: Verdict, moved: Moved, scenario: str, measure: str) -> bool:
    says = moved.verdicts.get(scenario, {}).get(measure, made.says)
    return says != made.says and not _untold(made, moved, scenario, measure)


def _untold(made: Verdict, moved: Moved, scenario: str, measure: str) -> bool:
    """Tell whether a verdict is unclear only since the runs at the end are few."""
    says = moved.verdicts.get(scenario, {}).get(measure, made.says)
    shift = moved.shifts[scenario][measure].mean
    if says != NOT_CLEAR or made.says == NOT_CLEAR or shift is None:
        return False
    if made.low is None or made.high is None:
        return False
    own = moved.differences[scenario][measure].mean
    exact = verdict(Estimate(own, made.low + shift, made.high + shift), made.matters)
    return exact.says == made.says


def _turn(view: View, scenario: str, measure: str, hinge: Hinge, moved: Moved) -> Turn:
    named, words = _Named.of(view, hinge.path), view.words
    before = view.comparison.verdicts[scenario][measure].says
    after = moved.verdicts[scenario][measure]
    unit = view.unit(measure)
    return Turn(
        scenario,
        measure,
        named.label,
        named.shown(moved.value),
        named.shown(hinge.value),
        view.label(measure),
        unit.name,
        words.say(names.VERDICTS.get(before, before)),
        words.say(names.VERDICTS.get(after, after)),
        words.estimate(moved.differences[scenario][measure], unit, signed=True),
        after in (LESS, MORE, NO_DIFFERENCE),
    )


def hinge_sentences(view: View, scenario: str) -> list[str]:
    """Return in plain words what the verdict on a scenario's headline hinges on."""
    sensitivity = view.comparison.sensitivity
    measure = headline(view, scenario)
    if sensitivity is None or measure is None or not sensitivity.hinges:
        return []
    sure = [each for each in sensitivity.hinges if each.replications > 1]
    found = turns(view, scenario)
    here = [turn for turn in found if turn.measure == measure]
    said = [_if(view, turn) for turn in here[:_MOST_NAMED]] or _none(view, measure, len(sure))
    elsewhere = len({(turn.assumption, turn.measure) for turn in found if turn not in here})
    if elsewhere:
        said.append(
            view.words.say(
                "Verdicts on other measures that change with some assumption: {n}, in the table "
                "below.",
                n=view.words.plain(elsewhere),
            )
        )
    return said + _few_runs(view, scenario, measure) + _looked_at(view, scenario, measure)


def _few_runs(view: View, scenario: str, measure: str) -> list[str]:
    """Return where so few runs leave open whether the verdict stays."""
    sensitivity = view.comparison.sensitivity
    made = view.comparison.verdicts[scenario][measure]
    words = view.words
    open_to = [
        words.say("{assumption} at {value}", assumption=named.label, value=named.shown(end.value))
        for hinge in (sensitivity.hinges if sensitivity else ())
        for end in (hinge.low, hinge.high)
        if _untold(made, end, scenario, measure)
        for named in (_Named.of(view, hinge.path),)
    ]
    if not open_to:
        return []
    return [
        words.say(
            "So few runs leave open whether the verdict on {measure} stays with: {assumptions}.",
            measure=view.label(measure),
            assumptions=words.listed(open_to),
        )
    ]


def _none(view: View, measure: str, count: int) -> list[str]:
    if not count:
        return []
    return [
        view.words.say(
            "Assumptions moved to the ends of their spans, with intervals: {n}. None of them "
            "is seen to change the verdict on: {measure}.",
            n=view.words.plain(count),
            measure=view.label(measure),
        )
    ]


def _if(view: View, turn: Turn) -> str:
    return view.words.say(
        "The verdict on {measure} changes from “{before}” to “{after}” if {assumption} is {at} "
        "instead of {stands}.",
        measure=turn.label,
        before=turn.before,
        after=turn.after,
        assumption=turn.assumption,
        at=turn.at,
        stands=turn.stands,
    )


def _looked_at(view: View, scenario: str, measure: str) -> list[str]:
    """Return how far the assumptions move a difference that were run once: no verdict of them."""
    sensitivity = view.comparison.sensitivity
    once = [each for each in sensitivity.hinges if each.replications == 1] if sensitivity else []
    if not once:
        return []
    largest = max(once, key=lambda each: _largest(each, scenario, measure))
    words, unit = view.words, view.unit(measure)
    by = words.quantity(_largest(largest, scenario, measure), unit)
    return [
        words.say(
            "Assumptions only looked at, in a single run at each end: {n}. None moves the "
            "difference by more than {by} ({unit}); whether a verdict changes is not claimed.",
            n=words.plain(len(once)),
            by=by,
            unit=unit.name,
        )
    ]


def _chart(view: View, scenario: str, place: int) -> Chart:
    table = tornado(view, scenario)
    sentences = tuple(hinge_sentences(view, scenario))
    picture = _picture(view, scenario, table, f"hinges-{place}") if table else None
    return Chart(scenario, view.names[scenario], sentences, picture)


def _picture(view: View, scenario: str, table: Tornado, id_: str) -> Picture:
    say = view.words.say
    return Picture(
        id_,
        say("{scenario}: {title}", scenario=view.names[scenario], title=table.title),
        say(
            "Each assumption moved alone from its lower to its upper end. Solid line: the "
            "difference as found; dotted line: no difference; thin black lines: 95% intervals, "
            "where there are several runs."
        ),
        _spoken(view, table),
        drawn(table),
        (numbers(view, table),),
        wide=True,
    )


def _spoken(view: View, table: Tornado) -> str:
    return "; ".join(
        view.words.say(
            "{assumption}: {ends}", assumption=row.label, ends=", ".join(_ends(view, row))
        )
        for row in table.rows
    )


def _ends(view: View, row: Hinged) -> list[str]:
    return [
        view.words.say("{difference} at {value}", difference=_of(end).label, value=end.at)
        for end in (row.low, row.high)
        if end is not None and end.difference is not None
    ]


def _of(end: End) -> Value:
    assert end.difference is not None
    return end.difference


def numbers(view: View, table: Tornado) -> Panel:
    """Return the numbers behind a chart, as a table."""
    say = view.words.say
    texts: tuple[tuple[str, Sequence[str]], ...] = (
        (say("As it stands"), [row.stands for row in table.rows]),
        (say("Lower end"), [row.low.at if row.low else "" for row in table.rows]),
        (say("Difference there"), [_shown(row.low) for row in table.rows]),
        (say("Upper end"), [row.high.at if row.high else "" for row in table.rows]),
        (say("Difference at the upper end"), [_shown(row.high) for row in table.rows]),
    )
    series = tuple(
        Series(name, ENDS[0], tuple(_text(each) for each in column)) for name, column in texts
    )
    labels = tuple(row.label for row in table.rows)
    return Panel(table.title, table.heading, table.axis, labels, series)


def _shown(end: End | None) -> str:
    return end.difference.shown if end and end.difference else ""


def _text(text: str) -> Value | None:
    """Return a text as a table's cell; an empty one is none."""
    return Value(0.0, None, None, text, text) if text else None


def _method(view: View, found: Sensitivity) -> tuple[str, ...]:
    words, say = view.words, view.words.say
    sure = [each for each in found.hinges if each.replications > 1]
    once = len(found.hinges) - len(sure)
    said = [
        say(
            "Each assumption was moved alone to both ends of its range or, where the office file "
            "gives none, by a quarter either way; a team of one is moved to two only. Every run "
            "takes the first {days} working days of the study, after {warmup} of warm-up, and "
            "meets the same people as the run without the change.",
            days=words.plain(found.days),
            warmup=words.plain(found.warmup),
        ),
    ]
    if found.not_asked:
        said.append(
            say(
                "Only assumptions with a range in the office file were moved; {count} others can "
                "be, a quarter either way: onestop compare STUDY --sensitivity all",
                count=words.plain(found.not_asked),
            )
        )
    if sure:
        said.append(
            say(
                "Assumptions run {replications} times at each end, so that there are intervals: "
                "{n}; those with a range come first. Run once at each end: {once}.",
                replications=words.plain(sure[0].replications),
                n=words.plain(len(sure)),
                once=words.plain(once),
            )
        )
    said.append(
        say(
            "What this cannot say: what happens if two assumptions are wrong together; how likely "
            "the ends are, since a quarter either way is a convention and not knowledge; what the "
            "rest of the year would add, since the shifts come from those days alone."
        )
    )
    return tuple(said)


def _not_moved(view: View, found: Sensitivity) -> tuple[tuple[str, str], ...]:
    """Return the labels of assumptions that were not moved, by part of the office."""
    office, words = view.office, view.words
    by_part: dict[str, list[str]] = {}
    for path in found.not_moved:
        parameter, _ = _parameter(view, path)
        part = part_title(office, parameter, words)
        by_part.setdefault(part, []).append(label_of(parameter, office, words))
    return tuple((part, words.listed(labels)) for part, labels in by_part.items())
