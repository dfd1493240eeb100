"""What measures and causes are called, in which unit they are shown, and when less is better."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sim.comparison import BASELINE, Scenario
from sim.office import Office
from sim.words import Unit, Words, mark

Kind = Literal[
    "minutes", "hours", "working hours", "working days", "share", "load", "per case",
    "money", "change", "money a year", "hours a year", "trips a year", "points", "count",
]  # fmt: skip
Better = Literal["less", "more", ""]


@dataclass(frozen=True)
class Measure:
    """A measure of ``outputs.md`` as readers meet it.

    Attributes
    ----------
    label
        Its name in tables.
    kind
        What it counts.
    better
        Which way is better for people or the office; empty where neither is.
    less, more
        What a sentence says of a difference; ``{by}`` is its size with the unit.
    """

    label: str
    kind: Kind
    better: Better = ""
    less: str = mark("{label}: {by} less")
    more: str = mark("{label}: {by} more")


MEASURES: Final[Mapping[str, Measure]] = {
    "wait_minutes": Measure(
        mark("Waiting in the office"), "minutes", "less",
        mark("people wait {by} less"), mark("people wait {by} more"),
    ),
    "trips": Measure(
        mark("Trips to the office"), "per case", "less",
        mark("people make {by} fewer trips in 100 cases"),
        mark("people make {by} more trips in 100 cases"),
    ),
    "turnaround_hours": Measure(
        mark("From first arrival to last result"), "hours", "less",
        mark("results are in hand {by} sooner"), mark("results are in hand {by} later"),
    ),
    "same_day_share": Measure(
        mark("Result on the day of the first visit"), "share", "more",
        mark("same-day results fall by {by}"), mark("same-day results rise by {by}"),
    ),
    "citizen_cost": Measure(
        mark("Cost to the citizen"), "money", "less",
        mark("a case costs the citizen {by} less"), mark("a case costs the citizen {by} more"),
    ),
    "office_cost": Measure(
        mark("Cost to the office"), "money", "less",
        mark("a case costs the office {by} less"), mark("a case costs the office {by} more"),
    ),
    "cost": Measure(mark("Cost to the citizen"), "money", "less"),
    "citizen_hours": Measure(
        mark("Time on the premises and on the way"), "hours", "less",
        mark("a case takes {by} less of the citizen's time"),
        mark("a case takes {by} more of the citizen's time"),
    ),
    "on_time_share": Measure(
        mark("Ready by the due time"), "share", "more",
        mark("dossiers ready on time fall by {by}"), mark("dossiers ready on time rise by {by}"),
    ),
    "visit_minutes": Measure(
        mark("Time on the premises"), "minutes", "less",
        mark("people spend {by} less on the premises"),
        mark("people spend {by} more on the premises"),
    ),
    "turnaround_working_hours": Measure(
        mark("From first arrival to last result, open hours"), "working hours", "less",
    ),
    "turnaround_working_days": Measure(
        mark("From first arrival to last result, working days"), "working days", "less",
        mark("results are in hand {by} sooner"), mark("results are in hand {by} later"),
    ),
    "office_working_days": Measure(
        mark("Dossier with the office"), "working days", "less",
        mark("dossiers are in the office's hands for {by} less"),
        mark("dossiers are in the office's hands for {by} more"),
    ),
    "same_day_of_receipt_share": Measure(
        mark("Result on the day the papers were complete"), "share", "more",
    ),
    "early_share": Measure(mark("Ready before the due day"), "share", "more"),
    "late_share": Measure(mark("Ready late"), "share", "less"),
    "trips_in_vain": Measure(
        mark("Trips in vain"), "per case", "less",
        mark("people make {by} fewer trips in vain in 100 cases"),
        mark("people make {by} more trips in vain in 100 cases"),
    ),
    "appointment_slips": Measure(mark("Appointment slips"), "per case", "less"),
    "apologies": Measure(mark("Apologies for a late result"), "per case", "less"),
    "turned_away": Measure(mark("Turned away after the last ticket"), "per case", "less"),
    "lost": Measure(
        mark("Cases given up"), "share", "less",
        mark("cases given up fall by {by}"), mark("cases given up rise by {by}"),
    ),
    "fees": Measure(mark("Fees (included in the cost to the citizen)"), "money"),
    "citizen_saving_year": Measure(mark("Saved by citizens"), "money a year", "more"),
    "citizen_cost_change": Measure(
        mark("Cost to the citizen, against what it was"), "change", "less"
    ),
    "office_saving_year": Measure(mark("Saved by the office"), "money a year", "more"),
    "hours_saving_year": Measure(
        mark("Citizens' hours saved, on the premises and on the way"), "hours a year", "more"
    ),
    "trips_saving_year": Measure(mark("Trips saved"), "trips a year", "more"),
    "better_share": Measure(mark("Cases in hand sooner, by a minute or more"), "share", "more"),
    "unchanged_share": Measure(mark("Cases in hand at the same time"), "share"),
    "worse_share": Measure(mark("Cases in hand later, by a minute or more"), "share", "less"),
    "no_result_share": Measure(mark("Cases given up in both"), "share"),
    "points_time": Measure(mark("Points for time: early 2, on time 1, late 0"), "points", "more"),
    "points_contacts": Measure(
        mark("Points for contacts to complete the papers: none 2, one 1, more 0"), "points", "more"
    ),
    "utilisation": Measure(mark("Staff load"), "load"),
    "overtime_hours": Measure(mark("Overtime"), "hours a year", "less"),
    "time": Measure(mark("Time"), "hours", "less"),
    "cases": Measure(mark("Cases"), "count"),
    "cases_year": Measure(mark("Cases in a year"), "count"),
    "office_cost_year": Measure(mark("Cost of the office in a year"), "money a year", "less"),
    "unmatched_cases": Measure(mark("Cases that only one of the two has"), "count"),
    "unfinished_cases": Measure(mark("Cases not compared: still open in either"), "count"),
    "open_at_end": Measure(mark("Cases still open at the end"), "count", "less"),
}  # fmt: skip
"""By name, without percentile, team, cause, procedure or demand; the weightiest first."""

PERCENTILES: Final = {
    "_p50": mark("{measure}: half of the cases within"),
    "_p90": mark("{measure}: nine in ten within"),
    "_p95": mark("{measure}: 19 in 20 within"),
}

CAUSES: Final = {
    "line": mark("in line behind others"),
    "desk_queue": mark("on a desk, all who could are busy"),
    "staff_away": mark("nobody there who may do it"),
    "resting": mark("on a desk, nobody busy with it"),
    "held": mark("held by a rule until a later day or hour"),
    "closed": mark("office closed"),
    "closed.line": mark("office closed, in line"),
    "closed.desk_queue": mark("office closed, on a desk behind others"),
    "closed.staff_away": mark("office closed, after nobody was there who may do it"),
    "closed.work": mark("office closed, work begun"),
    "closed.resting": mark("office closed, on a desk with nobody busy"),
    "closed.door": mark("before opening, or turned away"),
    "elsewhere": mark("at another agency, verification, post"),
    "citizen": mark("with the citizen"),
    "served": mark("served at the counter"),
    "desk_work": mark("worked on at a desk"),
}

COST_STEPS: Final = {
    "submit": mark("first visits, to file"),
    "again": mark("visits in between"),
    "collect": mark("visits to collect the result"),
    "fees": mark("fees"),
    "other": mark("postage and other money"),
}
"""What a case costs the citizen, step by step: visits at the value of their time, with travel."""

GROUPS: Final = {
    "staff": mark("Waiting for staff"),
    "staff_closed": mark("Closed while it waits for staff"),
    "resting": mark("On a desk, nobody busy with it"),
    "rules": mark("Held by a rule"),
    "closed": mark("Closed for other reasons"),
    "elsewhere": mark("At another agency, verification, post"),
    "citizen": mark("With the citizen"),
    "work": mark("Being served or worked on"),
}
"""Causes by what a reform would have to change; together they are the whole turnaround."""

IN_GROUP: Final = {
    "staff": ("line", "desk_queue", "staff_away"),
    "staff_closed": ("closed.line", "closed.desk_queue", "closed.staff_away"),
    "resting": ("resting",),
    "rules": ("held",),
    "closed": ("closed",),
    "elsewhere": ("elsewhere",),
    "citizen": ("citizen",),
    "work": ("served", "desk_work"),
}
"""The causes of each group; what is in "staff_closed" is no more in "closed"."""

VERDICTS: Final = {
    "less": mark("less"),
    "more": mark("more"),
    "no difference that matters": mark("no difference that matters"),
    "not clear yet: more replications": mark("not clear yet: more replications"),
    "no verdict: too many cases still open": mark("no verdict: too many cases still open"),
    "no verdict: no case": mark("no verdict: no case"),
}


def split(measure: str) -> tuple[str, str]:
    """Return a measure's name and where it holds: empty, ``@PROCEDURE`` or ``@@DEMAND``."""
    name, at, place = measure.partition("@")
    return name, at + place


def known(measure: str) -> Measure:
    """Return what is known of a measure by its name, percentile and team left aside."""
    name = _base(measure)
    return MEASURES.get(name, Measure(name.replace("_", " ").capitalize(), "count"))


def _base(measure: str) -> str:
    name = split(measure)[0].partition(".")[0]
    return next((name.removesuffix(end) for end in PERCENTILES if name.endswith(end)), name)


def rank(measure: str) -> tuple[int, str]:
    """Return a sorting key: the weightiest measures first, percentiles after their mean."""
    order = list(MEASURES)
    base = _base(measure)
    return (order.index(base) if base in order else len(order), measure)


def label(measure: str, office: Office, words: Words) -> str:
    """Return a measure's name for tables, without where it holds."""
    name, _ = split(measure)
    text = words.say(known(name).label)
    base, _, part = name.partition(".")
    if base == "time":
        cause = words.say(CAUSES[part]) if part in CAUSES else part
        return words.say("Time: {cause}", cause=cause)
    if base == "cost":
        step = words.say(COST_STEPS[part]) if part in COST_STEPS else part
        return words.say("Cost to the citizen: {step}", step=step)
    if part:
        return words.say("{measure}, {part}", measure=text, part=team_title(part, office, words))
    end = next((end for end in PERCENTILES if base.endswith(end)), "")
    return words.say(PERCENTILES[end], measure=text) if end else text


def scenario_title(scenario: Scenario, words: Words) -> str:
    """Return what a scenario is called; the office as it is has a name in every language."""
    title = words.title(scenario.title, scenario.id)
    return words.say(title) if scenario.id == BASELINE else title


def team_title(name: str, office: Office, words: Words) -> str:
    """Return a team's title, or its id made readable."""
    found = [team.title for team in office.teams if team.id == name]
    return words.title(found[0], readable(name)) if found else readable(name)


def unit(kind: Kind, words: Words, reference: float | None = None) -> Unit:
    """Return the unit in which a kind of quantity is shown, and with how many decimals.

    Parameters
    ----------
    kind
        What is counted.
    words
        The language and currency.
    reference
        A typical value: it chooses minutes, hours or days for "hours", and the decimals.
    """
    if kind == "hours":
        return _clock_unit(words, reference)
    say, money = words.say, words.currency
    size = 1000.0 if reference is None else abs(reference)
    fine = 2 if size < 10 else 1
    coins = 2 if size < 100 else 0
    units = {
        "minutes": Unit(say("minutes a case"), say("minutes")),
        "working hours": Unit(say("open hours a case"), say("open hours"), 1, fine),
        "working days": Unit(say("working days a case"), say("working days"), 1, fine),
        "share": Unit(say("% of cases"), say("percentage points"), 100),
        "load": Unit(say("% of paid hours"), say("percentage points"), 100),
        "per case": Unit(say("a case"), "", 1, 3 if size < 0.1 else 2),
        "change": Unit(say("% of what it was"), say("percentage points"), 100),
        "money": Unit(say("{currency} a case", currency=money), money, 1, coins),
        "money a year": Unit(say("{currency} a year", currency=money), money, 1, coins),
        "hours a year": Unit(say("hours a year"), say("hours a year"), 1, 1 if size < 100 else 0),
        "trips a year": Unit(say("trips a year"), say("trips"), 1, 1 if size < 100 else 0),
        "points": Unit(say("points"), say("points"), 1, 2),
        "count": Unit("", "", 1, 1 if size < 100 else 0),
    }
    return units[kind]


def _clock_unit(words: Words, hours: float | None) -> Unit:
    say = words.say
    if hours is not None and abs(hours) < 1:
        return Unit(say("minutes a case"), say("minutes"), 60)
    if hours is not None and abs(hours) >= 72:
        days = 2 if abs(hours) < 240 else 1
        return Unit(say("calendar days a case"), say("calendar days"), 1 / 24, days)
    return Unit(say("hours a case"), say("hours"), 1, 2 if hours and abs(hours) < 10 else 1)


def readable(name: str) -> str:
    """Return an id as a title, where no title is given."""
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]
