"""The same people drawn once for all offices to which the same people come.

Most assumptions change how people are served, and few who comes; to draw them anew for every office
would take most of the time of a short run.
"""

from __future__ import annotations

from collections import deque
from typing import Any, Final

from sim.blueprint import Blueprint
from sim.crowd import Crowd
from sim.draws import Luck
from sim.office import Habit, Office
from sim.population import Population
from sim.replication import OfficeRuns

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


_known: deque[tuple[Any, Drawn]] = deque(maxlen=_CROWDS)


def share_people(run: OfficeRuns) -> None:
    """Let an office made ready meet the people drawn for one before it, if they are the same."""
    wanted = run.calendar, _who_comes(run.office)
    for each in tuple(_known):
        if each[0][0] is wanted[0] and each[0][1] == wanted[1]:
            _known.remove(each)
            _known.append(each)
            run.crowd = each[1]
            return
    run.crowd = Drawn(run.layout)
    _known.append((wanted, run.crowd))


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
