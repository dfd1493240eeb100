"""The one order of events that every engine keeps.

Whole-minute times tie all the time. What happens at one instant happens in the order of
:class:`Kind`, and equal kinds by team and member, or by case; always the least that is pending
comes next, until nothing more happens at that instant.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Kind(IntEnum):
    """Kinds of events, in the order in which they happen at one instant."""

    COMPLETION = 0
    LAPSE_ENDS = 1
    SESSION_ENDS = 2
    PRESENCE_ENDS = 3
    PRESENCE_BEGINS = 4
    ARRIVAL = 5
    DISPATCH = 6
    PATIENCE = 7
    GOING_HOME = 8
    RUN_ENDS = 9


SHIFT: Final = 40


def priority(kind: int, index: int) -> int:
    """Return the place of an event among those of the same instant.

    Parameters
    ----------
    kind
        What happens: a :class:`Kind`.
    index
        Member in file order, or place of the filing or dossier in order of arrival.
    """
    return (kind << SHIFT) | index
