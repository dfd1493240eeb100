"""The same people drawn once for all offices to which the same people come.

Most assumptions change how people are served, and few who comes; to draw them anew for every office
would take most of the time of a short run.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from sim.blueprint import Blueprint
from sim.calendar import RunCalendar
from sim.crowd import Crowd
from sim.draws import Luck
from sim.office import Habit, Office
from sim.population import Population

_CROWDS: Final = 4
_DRAWS: Final = 64


class Drawn(Crowd):
    """A crowd that keeps what it drew: populations are never written to."""

    def __init__(self, layout: Blueprint) -> None:
        super().__init__(layout)
        self._kept: dict[tuple[Luck, int, int, bool], Population] = {}

    def draw(self, luck: Luck, first: int, until: int, *, backlog: bool = False) -> Population:
        """Draw all cases that first arrive on some days; see :meth:`sim.crowd.Crowd.draw`."""
        asked = luck, first, until, backlog
        if asked not in self._kept:
            if len(self._kept) >= _DRAWS:
                self._kept.clear()
            self._kept[asked] = super().draw(luck, first, until, backlog=backlog)
        return self._kept[asked]


class SharedPeople:
    """Crowds of the offices run last, for others to which the same people come."""

    def __init__(self) -> None:
        self._known: deque[tuple[RunCalendar, tuple[Any, ...], Drawn]] = deque(maxlen=_CROWDS)

    def crowd(self, office: Office, calendar: RunCalendar, layout: Blueprint) -> Drawn:
        """Return the people of an office: those of one before it, if they are the same."""
        coming = _who_comes(office)
        for each in self._known:
            if each[0] is calendar and each[1] == coming:
                self._known.remove(each)
                self._known.append(each)
                return each[2]
        crowd = Drawn(layout)
        self._known.append((calendar, coming, crowd))
        return crowd


def _who_comes(office: Office) -> tuple[Any, ...]:
    """Return all of an office that its people and their papers are drawn from, or more.

    Left out is who works there, how long it takes, and until when results are given the same day.
    """
    procedures = [
        each.model_copy(
            update={
                "habit": Habit(kept=each.habit.kept),
                "steps": tuple(step.model_copy(update={"minutes": None}) for step in each.steps),
            }
        )
        for each in office.procedures
    ]
    return office.id, office.folder, office.visitor, office.demands, office.backlog, procedures
