"""The service log: what happened in one replication, and all that measures are made from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Ints
from sim.population import Population
from sim.presence import Member


class Spell(IntEnum):
    """What a dossier was doing between two moments."""

    VISITOR_WORK = 0
    """In a line with the visitor, then served."""
    DESK_WORK = 1
    """In a line of desk work, then worked on."""
    ELSEWHERE = 2
    """Time that passes outside this office: another agency, verification."""
    POST = 3
    """On its way by post."""
    RESTING = 4
    """Lying on a desk though nobody is busy with it."""
    WALK = 5
    """Carried, or the visitor walking, to the next step."""
    HELD = 6
    """Kept by rule: the habit's cutoff, or a ready result kept until its appointment."""
    CITIZEN = 7
    """In the citizen's hands: papers being completed, coming again, not yet collected."""
    DOOR = 8
    """Before opening, at the door."""
    SENT_HOME = 9
    """Unserved at closing: until the next opening, then until the citizen comes again."""
    TURNED_AWAY = 10
    """Came after the last ticket: likewise."""
    BESIDE = 11
    """Waiting for its own visitor, who is busy with another dossier of the same filing."""


class Outcome(IntEnum):
    """How a spell of work ended."""

    DONE = 0
    INTERRUPTED = 1
    LEFT = 2
    SENT_HOME = 3
    SENT_BACK = 4
    OPEN = 5


class Leaving(IntEnum):
    """Why a visit ended."""

    RESULT = 0
    """With the result in hand."""
    SLIP = 1
    """The result comes later."""
    SENT_BACK = 2
    """To complete the papers."""
    IMPATIENT = 3
    """Patience ran out."""
    CLOSING = 4
    """Unserved at closing."""
    TURNED_AWAY = 5
    """Came after the last ticket or after closing."""
    NOT_READY = 6
    """The result was not ready at its appointment."""


class End(IntEnum):
    """How a case stands at the end of the run."""

    OPEN = 0
    DONE = 1
    LOST = 2


STEP_DTYPE: Final = np.dtype(
    [
        ("filing", "i4"), ("dossier", "i4"), ("place", "i1"), ("kind", "i1"), ("shared", "?"),
        ("joined", "i8"), ("started", "i8"), ("ended", "i8"), ("member", "i2"), ("outcome", "i1"),
    ]
)  # fmt: skip
VISIT_DTYPE: Final = np.dtype(
    [
        ("filing", "i4"), ("number", "i2"), ("came", "i8"), ("left", "i8"), ("why", "i1"),
        ("in_vain", "?"),
    ]
)  # fmt: skip
STAY_DTYPE: Final = np.dtype([("member", "i2"), ("since", "i8"), ("until", "i8")])


@dataclass(frozen=True)
class Table:
    """Columns of one length, read as attributes.

    Attributes
    ----------
    rows
        A structured array, packed; columns are views of it and as narrow as their values allow,
        so that sums and products of them need a wider type.
    """

    rows: NDArray[np.void]

    def __getattr__(self, name: str) -> NDArray[Any]:
        if name.startswith("__") or name not in (self.rows.dtype.names or ()):
            raise AttributeError(name)
        column: NDArray[Any] = self.rows[name]
        return column

    def __len__(self) -> int:
        return len(self.rows)


def table(dtype: np.dtype[np.void], written: bytes | bytearray) -> Table:
    """Return a table of rows written one after another, packed."""
    return Table(np.frombuffer(written, dtype=dtype))


@dataclass(frozen=True)
class ServiceLog:
    """What happened in one replication; times in milliseconds, -1 for never.

    Attributes
    ----------
    population
        The cases, filings, dossiers and steps that rows refer to by place.
    members
        Staff with their presence, in file order.
    steps
        A row a spell of a dossier: :class:`Spell` kind; place of the step in its route, -1 if
        none; whether the whole filing shares it (`shared`); when it joined, when work started
        (work only) and when it ended; by which member; :class:`Outcome`.
    visits
        A row a visit: number within its filing, came, left, :class:`Leaving`, whether in vain.
    stays
        Members who stayed after closing for those still inside.
    received, due, ready, released
        By dossier: when received, due, ready for hand-over, and from when habit lets it go.
    in_hand, slips, apologies
        By filing: when the result was in hand; appointment slips; apologies.
    case_end, case_closed
        By case: :class:`End`, and when.
    stopped
        When the run ended.
    """

    population: Population
    members: list[Member]
    steps: Table
    visits: Table
    stays: Table
    received: Ints
    due: Ints
    ready: Ints
    released: Ints
    in_hand: Ints
    slips: Ints
    apologies: Ints
    case_end: Ints
    case_closed: Ints
    stopped: int
