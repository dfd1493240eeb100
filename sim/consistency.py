"""Whether the parts of an office fit together: one small check for each thing that must hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from sim import paths, replay
from sim.clock import WEEKDAYS, clock_ms, weekday_numbers, weekdays
from sim.distributions import Distribution
from sim.errors import Fault
from sim.office import Office, Procedure, Staff
from sim.office.people import last_ticket_ms, sessions_of
from sim.said import listed, phrase
from sim.staffing import member_minutes
from sim.wording import nearest, shown

_MOST_MINUTES: Final = 10_000
_MOST_DAYS: Final = 1_000


class Check(NamedTuple):
    """Something that must hold, and on what it relies.

    Attributes
    ----------
    faults
        Yields what does not hold.
    relies_on
        Parts of the file, ``*`` for any item, that would raise false alarms if they were cut out
        because they cannot be read.
    """

    faults: Callable[[Office], Iterator[Fault]]
    relies_on: tuple[str, ...] = ()


def faults(office: Office) -> list[Fault]:
    """Return everything in an office that does not fit together."""
    return [fault for check in CHECKS for fault in check.faults(office)]


def ids_differ(office: Office) -> Iterator[Fault]:
    """Check that teams, procedures, demands, and the steps of a procedure have a name each."""
    lists = {
        "teams": [team.id for team in office.teams],
        "procedures": [procedure.id for procedure in office.procedures],
        "demands": [demand.id for demand in office.demands],
    } | {
        f"procedures.{procedure.id}.steps": [step.id for step in procedure.steps]
        for procedure in office.procedures
    }
    for where, ids in lists.items():
        for name in dict.fromkeys(name for name in ids if ids.count(name) > 1):
            found = phrase("{count} of them", count=ids.count(name))
            yield Fault(f"{where}.{name}", phrase("an id that no other has"), found)
        for name in ids:
            if _RESERVED.fullmatch(name):
                hint = phrase("Reforms and results use such names themselves.")
                yield Fault(f"{where}.{name}.id", phrase("another name"), shown(name), hint)


_RESERVED: Final = re.compile(r"\*|backlog \d+|.*#\d+|\s.*|.*\s")


def roles_are_performed(office: Office) -> Iterator[Fault]:
    """Check that a team performs every step's role."""
    known = office.role_names()
    for procedure in office.procedures:
        for step in procedure.steps:
            if step.role is not None and step.role not in known:
                path = f"procedures.{procedure.id}.steps.{step.id}.role"
                yield _unknown(path, phrase("a role that a team performs"), step.role, known)


def roles_are_used(office: Office) -> Iterator[Fault]:
    """Check that every role of a team has a step."""
    used = {step.role for procedure in office.procedures for step in procedure.steps}
    known = sorted(role for role in used if role)
    for team in office.teams:
        for role in team.role_names():
            if role not in used:
                path = f"teams.{team.id}.roles"
                yield _unknown(path, phrase("roles that a step uses"), role, known)


def ordered_roles_are_performed(office: Office) -> Iterator[Fault]:
    """Check that a team performs every role under [roles]."""
    known = office.role_names()
    for role in office.roles:
        if role not in known:
            yield _unknown(f"roles.{role}", phrase("a role that a team performs"), role, known)


def needs_are_procedures(office: Office) -> Iterator[Fault]:
    """Check that every need of a demand is a procedure."""
    known = [procedure.id for procedure in office.procedures]
    for demand in office.demands:
        for need in dict.fromkeys(demand.needs):
            if need not in known:
                yield _unknown(f"demands.{demand.id}.needs", phrase("procedures"), need, known)


def bundles_are_needed(office: Office) -> Iterator[Fault]:
    """Check that a demand needs what its bundle files together."""
    for demand in office.demands:
        for name in demand.bundling.procedures:
            if name not in demand.needs:
                path = f"demands.{demand.id}.bundling.procedures"
                expected = phrase("procedures that the demand needs")
                yield _unknown(path, expected, name, demand.needs)


def backlog_waits_somewhere(office: Office) -> Iterator[Fault]:
    """Check that a backlog's procedure exists, and the later step that it waits for."""
    known = {procedure.id: procedure for procedure in office.procedures}
    for place, backlog in enumerate(office.backlog, 1):
        path = f"backlog[{place}]"
        if backlog.procedure not in known:
            yield _unknown(f"{path}.procedure", phrase("a procedure"), backlog.procedure, known)
            continue
        steps = [step.id for step in known[backlog.procedure].steps]
        later = steps[max(known[backlog.procedure].intake, 0) + 1 :]
        if backlog.step not in later:
            expected = phrase("a step of {procedure} after the intake", procedure=backlog.procedure)
            yield _unknown(f"{path}.step", expected, backlog.step, later)


def intake_comes_first(office: Office) -> Iterator[Fault]:
    """Check that the intake is the first of all steps, and concerns every dossier."""
    for procedure in office.procedures:
        place = procedure.intake
        if place < 0:
            continue
        step = procedure.steps[place]
        path = f"procedures.{procedure.id}.steps.{step.id}"
        if place > 0:
            expected = phrase(
                "the intake, the first step with the visitor, to be the first of all steps"
            )
            hint = phrase("Move it up, or let the first be it.")
            yield Fault(path, expected, phrase("{count} before it", count=place), hint)
        if step.share < 1:
            expected = phrase("1, since every dossier passes the intake")
            yield Fault(f"{path}.share", expected, shown(step.share))


def appointments_have_deadlines(office: Office) -> Iterator[Fault]:
    """Check that there is a deadline where a slip names the due date."""
    for procedure in office.procedures:
        if procedure.ways().get("by appointment", 0) > 0 and procedure.deadline is None:
            path = f"procedures.{procedure.id}.deadline"
            expected = phrase('a deadline, since results come "by appointment"')
            hint = phrase("Add {example}, say.", example='deadline = { within = "5 working days" }')
            yield Fault(path, expected, phrase("nothing"), hint)


def tickets_are_given(office: Office) -> Iterator[Fault]:
    """Check that the last ticket comes after the opening."""
    for day, name in enumerate(WEEKDAYS):
        sessions = sessions_of(office.calendar.hours, day)
        most = sum(end - begin for begin, end in sessions)
        before = last_ticket_ms(office.calendar, day)
        if sessions and before >= most:
            expected = phrase(
                "fewer minutes than the office is open on {day} ({minutes})",
                day=weekdays(name), minutes=most // 60_000,
            )  # fmt: skip
            yield Fault("calendar.last_ticket", expected, f"{before / 60_000:g}")
            return


def opens_on_working_days(office: Office) -> Iterator[Fault]:
    """Check that the office is open on some weekday of the law: deadlines count that time."""
    legal = weekday_numbers(office.calendar.legal_days)
    if not any(sessions_of(office.calendar.hours, day) for day in legal):
        open_days = [weekdays(name) for i, name in enumerate(WEEKDAYS) if _open(office, i)]
        expected = phrase("a weekday on which the office is open")
        hint = phrase("It is open on {days}.", days=listed(open_days))
        yield Fault("calendar.legal_days", expected, shown(office.calendar.legal_days), hint)


def _open(office: Office, weekday: int) -> bool:
    return bool(sessions_of(office.calendar.hours, weekday))


def swapped_dates_are_open(office: Office) -> Iterator[Fault]:
    """Check that no date is both closed and swapped."""
    for date in office.calendar.closed:
        if date.isoformat() in office.calendar.open:
            expected = phrase("a date that is not among the closed ones too")
            hint = phrase("Leave it out of one of them.")
            yield Fault(f"calendar.open.{date}", expected, str(date), hint)


def somebody_works(office: Office) -> Iterator[Fault]:
    """Check that every team has a member at some time."""
    for team in office.teams:
        if team.staff.log is None and not any(member_minutes(office, team, d) for d in range(7)):
            expected = phrase("at least one member at some time during its hours")
            yield Fault(f"teams.{team.id}.staff", expected, _staff_shown(team.staff))


def _staff_shown(staff: Staff) -> str:
    return shown(staff.model_dump())


def there_is_work(office: Office) -> Iterator[Fault]:
    """Check that some demand or backlog brings cases."""
    booked = [d.appointments for d in office.demands if d.per_day is None and d.appointments]
    if not (
        any(demand.per_day or demand.log for demand in office.demands)
        or any(book.filled > 0 for book in booked)
        or any(backlog.dossiers for backlog in office.backlog)
    ):
        expected = phrase("some cases: a per_day above 0, appointments or a log")
        yield Fault("demands", expected, phrase("none"))


def appointments_fit_the_hours(office: Office) -> Iterator[Fault]:
    """Check that some appointments fall into open hours."""
    for demand in office.demands:
        if (book := demand.appointments) is None:
            continue
        begin, end = clock_ms(book.from_ or "00:00"), clock_ms(book.to or "24:00")
        days = [sessions_of(office.calendar.hours, day) for day in range(7)]
        if not any(a < end and begin < b for sessions in days for a, b in sessions):
            first, last = book.from_ or phrase("opening"), book.to or phrase("closing")
            found = phrase("{first} to {last}", first=first, last=last)
            yield Fault(f"demands.{demand.id}.appointments", phrase("times in open hours"), found)


def durations_are_possible(office: Office) -> Iterator[Fault]:
    """Check that no duration is below zero or beyond reason."""
    for path, limits, distribution in _durations(office):
        lowest, mean = _lowest(distribution), distribution.mean_value()
        if lowest < 0:
            yield Fault(path, limits.low, f"{lowest:g}")
        elif mean > limits.most:
            yield Fault(path, limits.high, f"{mean:g}")
    for team in office.teams:
        if team.away and team.away.minutes.mean_value() <= 0:
            expected = phrase("more than 0 minutes on average")
            yield Fault(f"teams.{team.id}.away.minutes", expected, "0")


def _lowest(distribution: Distribution) -> float:
    """Return a distribution's least value; of a normal the mean, since below zero counts as 0."""
    if distribution.constant is not None:
        return distribution.constant
    if distribution.empirical:
        return min(distribution.empirical.values)
    if distribution.normal:
        return distribution.normal.mean
    bounded = distribution.uniform or distribution.triangular or distribution.pert
    return bounded.low if bounded else 0.0


class _Limits(NamedTuple):
    """How long something may last: the largest mean, and what is said of it and of less than 0."""

    most: int
    high: str
    low: str


_Duration = tuple[str, _Limits, Distribution]


def _durations(office: Office) -> Iterator[_Duration]:
    """Yield (path, limits, distribution) of every duration."""
    for procedure in office.procedures:
        yield from _step_durations(procedure)
    for team in office.teams:
        if team.lateness:
            yield f"teams.{team.id}.lateness.minutes", _MINUTES, team.lateness.minutes
        if team.away:
            yield f"teams.{team.id}.away.minutes", _MINUTES, team.away.minutes
    if office.visitor.patience:
        yield "visitor.patience", _MINUTES, office.visitor.patience
    for demand in office.demands:
        if demand.patience:
            yield f"demands.{demand.id}.patience", _MINUTES, demand.patience
        yield f"demands.{demand.id}.gap.working_days", _DAYS, demand.gap.working_days
    for place, backlog in enumerate(office.backlog, 1):
        yield f"backlog[{place}].received_days_ago", _DAYS, backlog.received_days_ago


_MINUTES: Final = _Limits(
    _MOST_MINUTES,
    phrase("at most {most} minutes on average", most=str(_MOST_MINUTES)),
    phrase("minutes of at least 0"),
)
_DAYS: Final = _Limits(
    _MOST_DAYS,
    phrase("at most {most} days on average", most=str(_MOST_DAYS)),
    phrase("days of at least 0"),
)


def _step_durations(procedure: Procedure) -> Iterator[_Duration]:
    for step in procedure.steps:
        path = f"procedures.{procedure.id}.steps.{step.id}"
        if step.minutes:
            yield f"{path}.minutes", _MINUTES, step.minutes
        if step.working_days:
            yield f"{path}.working_days", _DAYS, step.working_days
        if step.rests and step.rests.working_days:
            yield f"{path}.rests.working_days", _DAYS, step.rests.working_days
        if step.sends_back:
            yield f"{path}.sends_back.working_days", _DAYS, step.sends_back.working_days


def sources_exist(office: Office) -> Iterator[Fault]:
    """Check that what [sources] names is there."""
    content = office.model_dump()
    for path in office.sources:
        yield from _missing(content, "sources", path)


def ranges_are_of_numbers(office: Office) -> Iterator[Fault]:
    """Check that what [ranges] names is there, and is a number."""
    content = office.model_dump()
    for path in office.ranges:
        missing = list(_missing(content, "ranges", path))
        yield from missing
        if not missing:
            value = paths.get_path(content, path)
            if isinstance(value, bool) or not isinstance(value, int | float):
                yield Fault(f'ranges."{path}"', phrase("the path of a number"), shown(value))


def _missing(content: dict[str, object], section: str, path: str) -> Iterator[Fault]:
    try:
        paths.get_path(content, path)
    except paths.PathError as error:
        fault = error.fault
        expected = phrase(
            "the path of something in this file; {path} has no {name}",
            path=fault.path, name=fault.found,
        )  # fmt: skip
        yield Fault(f'{section}."{path}"', expected, shown(path), fault.hint)


def logs_can_be_read(office: Office) -> Iterator[Fault]:
    """Check that logs exist, and that their columns and rows make sense."""
    yield from replay.faults(office)


def _unknown(path: str, expected: str, name: str, known: Iterable[str]) -> Fault:
    return Fault(path, expected, shown(name), nearest(name, known))


CHECKS: Final = (
    Check(ids_differ),
    Check(roles_are_performed, ("teams.*.roles",)),
    Check(roles_are_used, ("procedures.*.steps.*.role",)),
    Check(ordered_roles_are_performed, ("teams.*.roles",)),
    Check(needs_are_procedures, ("procedures.*.id",)),
    Check(bundles_are_needed, ("demands.*.needs",)),
    Check(backlog_waits_somewhere, ("procedures.*.id", "procedures.*.steps.*.id")),
    Check(intake_comes_first, ("procedures.*.steps.*.visitor",)),
    Check(appointments_have_deadlines, ("procedures.*.deadline", "procedures.*.steps.*.visitor")),
    Check(tickets_are_given, ("calendar.hours",)),
    Check(opens_on_working_days, ("calendar.hours",)),
    Check(swapped_dates_are_open),
    Check(somebody_works, ("calendar.hours", "teams.*.hours")),
    Check(there_is_work, ("demands", "backlog")),
    Check(appointments_fit_the_hours, ("calendar.hours",)),
    Check(durations_are_possible),
    Check(sources_exist, ("",)),
    Check(ranges_are_of_numbers, ("",)),
    Check(logs_can_be_read),
)
"""Every check, in the order in which faults are told."""
