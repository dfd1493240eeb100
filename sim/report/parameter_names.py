"""What each parameter of an office is called, for readers who never saw an office file."""

from __future__ import annotations

from typing import Any, Final

from sim.base import Text
from sim.distributions import Distribution
from sim.office import Office
from sim.parameters import Parameter, said_key
from sim.report.names import readable
from sim.words import Words, mark

_OF_PEOPLE: Final = {
    "travel.minutes_each_way": mark("how long the way from home takes, one way"),
    "travel.cost_round_trip": mark("what the way there and back costs"),
    "value_of_time": mark("what an hour of their time is worth"),
    "priority_share": mark("share served before others by law"),
    "patience": mark("how long they wait in a line before they leave"),
    "gives_up_after": mark("visits in vain after which they give up"),
}
"""Of visitors, and of the people of a demand where they differ."""

_OF_STEPS: Final = {
    "role": mark("who does it"),
    "visitor": mark("whether the person must be there"),
    "minutes": mark("how long the work takes"),
    "working_days": mark("how long it takes elsewhere"),
    "extends_deadline": mark("whether the law adds the time to the limit"),
    "share": mark("share of the dossiers that it concerns"),
    "walk": mark("how long the walk from the step before takes"),
    "rests.working_days": mark("how long the papers lie there first"),
    "rests.of_deadline": mark("how long the papers lie there first, as a share of the limit"),
    "sends_back.share": mark("share of the dossiers sent back"),
    "sends_back.again": mark("share sent back once more"),
    "sends_back.working_days": mark("how long until the missing papers come"),
}

NAMES: Final[dict[str, str]] = {
    "calendar.start": mark("first day measured"),
    "calendar.holidays": mark("country whose public holidays close the office"),
    "calendar.closed": mark("further days on which it is closed"),
    "calendar.open": mark("swapped days on which it is open"),
    "calendar.legal_days": mark("weekdays that limits count"),
    "calendar.last_ticket": mark("how long before closing tickets stop"),
    "calendar.hours": mark("opening hours"),
    **{f"visitor.{key}": name for key, name in _OF_PEOPLE.items()},
    "teams.staff": mark("how many work there"),
    "teams.roles": mark("what they do, the most urgent first"),
    "teams.wage": mark("what an hour of work is paid"),
    "teams.overtime_rate": mark("what an hour of overtime is paid, compared with others"),
    "teams.hours": mark("working hours of their own"),
    "teams.absence": mark("share of days on which somebody is absent"),
    "teams.lateness.share": mark("share of mornings and afternoons begun late"),
    "teams.lateness.minutes": mark("how late they are, when late"),
    "teams.away.share": mark("share of the open time they are away"),
    "teams.away.minutes": mark("how long they are away each time"),
    "teams.closing": mark("who is still served at closing"),
    "roles.order": mark("what is taken first"),
    "roles.day_cv": mark("how far the pace differs from day to day (coefficient of variation)"),
    "procedures.deadline.within": mark("time limit of the law"),
    "procedures.deadline.cutoff": mark("hour from which the law counts from the next day"),
    "procedures.habit.same_day_until": mark("until when results are given the same day"),
    "procedures.habit.kept": mark("share of later dossiers with which the office keeps to that"),
    "procedures.habit.hold_work": mark("whether later dossiers are left until the next day"),
    "procedures.result": mark("how results are handed over"),
    "procedures.post.days": mark("how long the post takes"),
    "procedures.post.cost": mark("postage that the citizen pays"),
    "procedures.slip_hour": mark("hour on the appointment slip"),
    "procedures.new_date": mark("how far off the new date is after an apology"),
    "procedures.stays": mark("how long people stay to wait for a result"),
    "procedures.fee": mark("fee of a dossier"),
    "procedures.other_cost": mark("other money that a dossier costs the citizen"),
    **{f"procedures.steps.{key}": name for key, name in _OF_STEPS.items()},
    "demands.needs": mark("procedures that they need"),
    "demands.per_day": mark("how many come on an open day"),
    "demands.by_weekday": mark("how many come on each weekday, compared with the mean"),
    "demands.by_month": mark("how many come in each month, compared with the mean"),
    "demands.by_hour": mark("how many come at each hour, compared with one another"),
    "demands.after_closure.days": mark("days closed in a row after which more come"),
    "demands.after_closure.working_days": mark("for how long more come after such days"),
    "demands.after_closure.times": mark("how many more come after such days"),
    "demands.spread": mark("how uneven the days are (1: as chance alone makes them)"),
    "demands.appointments.from": mark("first appointment of the day"),
    "demands.appointments.to": mark("end of the appointments of the day"),
    "demands.appointments.every": mark("time between appointments"),
    "demands.appointments.seats": mark("appointments at the same time"),
    "demands.appointments.filled": mark("share of the appointments that are taken"),
    "demands.appointments.no_show": mark("share of the appointments that nobody comes to"),
    "demands.appointments.early": mark("how early people come to their appointment"),
    "demands.appointments.share": mark("share of the people who make an appointment"),
    "demands.log.file": mark("file of recorded arrivals"),
    "demands.log.where": mark("recorded arrivals that are taken"),
    "demands.log.time": mark("column with the time of a recorded arrival"),
    "demands.log.date": mark("column with the date of a recorded arrival"),
    "demands.filed": mark("ways of filing"),
    "demands.filing": mark("how several procedures are filed"),
    "demands.gap.working_days": mark("how long from the first result to the next filing"),
    "demands.apart": mark("within how many days a further filing follows"),
    "demands.bundling.procedures": mark("procedures filed together"),
    "demands.bundling.saves_intake": mark("share of the work saved at the intake of a further one"),
    "demands.bundling.saves_desk_work": mark("share of the desk work saved with a further one"),
    "demands.bundling.adopted_by": mark("share of the people who take part in the bundling"),
    **{f"demands.{key}": name for key, name in _OF_PEOPLE.items()},
    "backlog.procedure": mark("their procedure"),
    "backlog.step": mark("the step that they wait for"),
    "backlog.dossiers": mark("dossiers in the backlog"),
    "backlog.received_days_ago": mark("how long ago they were received"),
}  # fmt: skip
"""By the keys that lead to a parameter, those of lists and of roles left out."""

_INSIDE: Final = {
    "mean": mark("{parameter}, on average"),
    "p50": mark("{parameter}: half are below"),
    "p90": mark("{parameter}: nine in ten are below"),
    "low": mark("{parameter}, at least"),
    "high": mark("{parameter}, at most"),
    "mode": mark("{parameter}, most often"),
    "cv": mark("{parameter}: coefficient of variation"),
    "sd": mark("{parameter}: standard deviation"),
    "mu": mark("{parameter}: mean of the logarithm"),
    "sigma": mark("{parameter}: standard deviation of the logarithm"),
    "shape": mark("{parameter}: shape"),
    "scale": mark("{parameter}: scale"),
    "k": mark("{parameter}: number of phases"),
    "values": mark("{parameter}: values"),
    "weights": mark("{parameter}: weights of the values"),
}
"""Of one number of a distribution, by its key."""

_OF_ROLES: Final = frozenset({"teams.roles", "procedures.steps.role"})
_OF_PROCEDURES: Final = frozenset(
    {"demands.needs", "demands.bundling.procedures", "backlog.procedure"}
)
"""Parameters whose values are ids of roles, and of procedures."""


def parameter_name(parameter: Parameter, words: Words) -> str:
    """Return what a parameter is called within the part of the office, or step, it belongs to."""
    keys = _keys(parameter)
    known = [end for end in range(len(keys), 0, -1) if ".".join(keys[:end]) in NAMES]
    if not known:
        return " – ".join(said_key(key, words) for key in keys[1:])
    whole, inner = ".".join(keys[: known[0]]), keys[known[0] :]
    if whole == "demands.by_hour" and inner:
        return words.say("how many come from {hour} on, compared with other hours", hour=inner[0])
    return _inside(words.say(NAMES[whole]), inner, words)


def _inside(said: str, inner: tuple[str, ...], words: Words) -> str:
    """Return what a value inside a parameter is called: a number of a distribution, a weekday."""
    if len(inner) > 1 and inner[0] in Distribution.model_fields and inner[1] in _INSIDE:
        return words.say(_INSIDE[inner[1]], parameter=said)
    for key in inner:
        said = words.say("{parameter}: {key}", parameter=said, key=said_key(key, words))
    return said


def on_average(said: str, words: Words) -> str:
    """Return what the mean of a parameter that varies is called."""
    return words.say(_INSIDE["mean"], parameter=said)


def _keys(parameter: Parameter) -> tuple[str, ...]:
    """Return the keys that lead to a parameter, without the id of a role."""
    keys = parameter.keys
    return keys[:1] + keys[2:] if keys[0] == "roles" else keys


def titled(parameter: Parameter, value: Any, office: Office, words: Words) -> Any:
    """Return a value of a parameter with titles in the place of ids."""
    at = ".".join(_keys(parameter))
    if at in _OF_ROLES:
        return _titled(value, {role: role_title(role, office, words) for role in _ids(value)})
    if at in _OF_PROCEDURES:
        titles = {each.id: each.title for each in office.procedures}
        return _titled(value, {i: _title(titles.get(i), i, words) for i in _ids(value)})
    if at == "backlog.step":
        titles = step_titles(office, _procedure_of(parameter, office))
        return _titled(value, {i: _title(titles.get(i), i, words) for i in _ids(value)})
    return value


def _procedure_of(parameter: Parameter, office: Office) -> str:
    """Return the procedure of the dossiers of the backlog that a parameter is part of."""
    place = parameter.place[1]
    if isinstance(place, int) and place < len(office.backlog):
        return office.backlog[place].procedure
    return ""


def step_titles(office: Office, procedure: str) -> dict[str, Text | None]:
    """Return the titles of a procedure's steps, by id."""
    found = (each.steps for each in office.procedures if each.id == procedure)
    return {step.id: step.title for steps in found for step in steps}


def step_title(name: str, procedure: str, office: Office, words: Words) -> str:
    """Return a step's title, or its id made readable."""
    return _title(step_titles(office, procedure).get(name), name, words)


def role_title(name: str, office: Office, words: Words) -> str:
    """Return a role's title, or its id made readable."""
    role = office.roles.get(name)
    return _title(role.title if role else None, name, words)


def _title(title: Text | None, name: str, words: Words) -> str:
    return words.title(title, readable(name))


def _ids(value: Any) -> list[str]:
    if isinstance(value, list | tuple):
        return [name for item in value for name in _ids(item)]
    return [value] if isinstance(value, str) else []


def _titled(value: Any, titles: dict[str, str]) -> Any:
    if isinstance(value, list | tuple):
        return [_titled(item, titles) for item in value]
    return titles.get(value, value)
