"""One replication of an office: from the office and its luck to the service log."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from sim.blueprint import Blueprint, blueprint
from sim.calendar import RunCalendar, RunDates
from sim.crowd import Crowd
from sim.draws import Luck
from sim.log import ServiceLog
from sim.office import Calendar as CalendarPart
from sim.office import Office
from sim.population import Population
from sim.presence import Attendance
from sim.rota import hours_of

if TYPE_CHECKING:
    from sim.engines.compiled.office import OfficeTables

COMPILED: Final = "compiled"
SIMPY: Final = "simpy"
ENGINES: Final = (COMPILED, SIMPY)
"""What can simulate; the choice changes no digit of any result."""

_FURTHER_DAYS = 10
_KEPT_CALENDARS: Final = 8
_calendars: deque[tuple[CalendarPart, tuple[int, int, RunDates | None], RunCalendar]] = deque(
    maxlen=_KEPT_CALENDARS
)


def _calendar(part: CalendarPart, days: int, warmup: int, dates: RunDates | None) -> RunCalendar:
    """Return the days of a run; offices that are open alike share one calendar."""
    asked = days, warmup, dates
    for known, given, calendar in tuple(_calendars):
        if given == asked and known == part:
            return calendar
    calendar = RunCalendar(part, days, warmup, dates=dates)
    _calendars.append((part, asked, calendar))
    return calendar


FindsPeople = Callable[[Office, RunCalendar, Blueprint], Crowd]
"""Returns the people of an office."""


def _drawn_anew(_office: Office, _calendar: RunCalendar, layout: Blueprint) -> Crowd:
    return Crowd(layout)


class OfficeRuns:
    """An office made ready to be run as often as wanted.

    Parameters
    ----------
    office
        The office.
    days
        Open or legal working days measured.
    warmup
        Such days that run before them.
    dates
        The same dates for several offices; default those that the office's own days give.
    engine
        What simulates, ``compiled`` or ``simpy``; the log is the same to the last bit.
    people
        Finds the people who come to the office on the days of its run; default drawn anew.
    """

    def __init__(
        self,
        office: Office,
        days: int,
        warmup: int,
        *,
        dates: RunDates | None = None,
        engine: str = COMPILED,
        people: FindsPeople | None = None,
    ) -> None:
        self.office = office
        self.calendar = _calendar(office.calendar, days, warmup, dates)
        self.layout: Blueprint = blueprint(office, self.calendar)
        find = people or _drawn_anew
        self.crowd = find(office, self.calendar, self.layout)
        hours = [hours_of(office, team, self.calendar) for team in office.teams]
        self.attendance = Attendance(self.layout, hours)

        self.engine = engine

    def run(self, seed: int, replication: int) -> ServiceLog:
        """Run one replication; the same seed and replication give the same log."""
        luck = Luck(seed, replication, self.office.id)
        staff = self.attendance.members(luck)
        if self.engine == COMPILED:
            from sim.engines import compiled

            return compiled.run(self._tables, staff, luck, self._chunks(luck))
        from sim.engines import reference

        return reference.run(self.layout, self.crowd, staff, luck, self._chunks(luck))

    @cached_property
    def _tables(self) -> OfficeTables:
        from sim.engines import compiled

        return compiled.prepared(self.layout, self.crowd)

    def _chunks(self, luck: Luck) -> Iterator[Population]:
        """Yield the measured cases and those before them, then later ones as they are asked for."""
        window = self.calendar.window
        yield self.crowd.draw(luck, 0, window.measured_until, backlog=True)
        first = window.measured_until
        while first < window.runs_until:
            until = min(first + _FURTHER_DAYS, window.runs_until)
            yield self.crowd.draw(luck, first, until)
            first = until
