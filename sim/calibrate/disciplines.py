"""In what order counters that share several queues may call them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.calibrate.line import Ints
from sim.calibrate.ticket_days import TeamDays
from sim.said import phrase

_LEAST_A_DAY: Final = 20
_LEAST_SHARE: Final = 0.15
_MOST_OWN: Final = 3


@dataclass(frozen=True)
class Discipline:
    """How a team calls its queues.

    Attributes
    ----------
    name
        In plain words.
    first, members
        The queue that so many members call before others while the other members call it last; -1
        where all queues are one line, first come first served.
    own
        By queue: the group whose minutes at the counter it has.
    apart
        By queue: the group in whose mean wait it is counted when disciplines are compared, so
        that each is held against the same.
    """

    name: str
    first: int
    members: int
    own: tuple[int, ...]
    apart: tuple[int, ...]

    @property
    def groups(self) -> int:
        """How many groups of queues have minutes of their own."""
        return max(self.own) + 1

    def rank(self, members: int) -> Ints:
        """Return how urgent each queue is to each of so many members, the least first."""
        found = np.zeros((members, len(self.own)), dtype=np.int64)
        if self.first >= 0:
            found[: self.members] = 1
            found[: self.members, self.first] = 0
            found[self.members :, self.first] = 1
        return found


def disciplines(days: TeamDays) -> list[Discipline]:
    """Return what to try: one line first; then, where several queues are busy, own counters."""
    queues = len(days.queues)
    one_line = Discipline("one line", -1, 0, (0,) * queues, (0,) * queues)
    busy = _busy(days)
    if len(busy) < 2 or days.counters < 2:
        return [one_line]
    apart = _apart(busy, queues)
    tried = [Discipline("one line", -1, 0, (0,) * queues, apart)]
    for queue in busy:
        own = tuple(0 if other != queue else 1 for other in range(queues))
        for members in range(1, min(_MOST_OWN, days.counters - 1) + 1):
            name = _first(members, days.queues[queue])
            tried.append(Discipline(name, queue, members, own, apart))
    return tried


def _first(members: int, queue: str) -> str:
    if members == 1:
        return phrase("1 counter calls {queue} first", queue=queue)
    return phrase("{n} counters call {queue} first", n=members, queue=queue)


def _busy(days: TeamDays) -> list[int]:
    counts = np.bincount(days.days.queue, minlength=len(days.queues))
    least = max(_LEAST_A_DAY * len(days.dates), _LEAST_SHARE * counts.sum())
    return np.flatnonzero(counts >= least).tolist()


def _apart(busy: list[int], queues: int) -> tuple[int, ...]:
    place = {queue: group for group, queue in enumerate(busy)}
    return tuple(place.get(queue, -1) for queue in range(queues))
