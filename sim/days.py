"""What people and dossiers did on their days, as pages tell and show it: plain data.

Times are whole seconds after the midnight with which a story's or scene's date begins.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

SpanKind = Literal[
    "door", "line", "served", "inside", "walk",
    "desk_queue", "desk_work", "resting", "held", "elsewhere", "post", "citizen",
]  # fmt: skip
"""What a dossier or its visitor does: before opening or turned away at the door; in line; served;
waiting on the premises for what is done at a desk; walking or being carried; on a desk behind
others or with nobody there; worked on; lying there though nobody is busy; held by a rule;
elsewhere; in the post; in the citizen's hands."""

Reason = Literal["median", "p90", "late_afternoon", "most_gained", "most_lost", "example"]
"""Why a case was chosen: in the middle, the 90th percentile, a dossier brought at 16:20 or
nearest to it, the one with the greatest gain or loss, or as one more to choose from."""

Leave = Literal[
    "result", "slip", "sent_back", "impatient", "closing", "turned_away", "not_ready", "inside"
]
"""Why a visit ended, as :class:`sim.log.Leaving` has it; "inside" if the run ended first."""


@dataclass(frozen=True)
class Span:
    """What one dossier did between two moments.

    Attributes
    ----------
    kind
        What it did.
    begin, end
        Seconds; `end` is later.
    visitor
        Whether its visitor was on the premises all the time.
    procedure, step
        Ids; the step is empty where it is at none.
    role
        Whose work it is or waits for; empty where it is nobody's.
    team
        Id of the team that served or worked; empty where nobody did.
    """

    kind: SpanKind
    begin: int
    end: int
    visitor: bool
    procedure: str
    step: str = ""
    role: str = ""
    team: str = ""


@dataclass(frozen=True)
class Stay:
    """One visit: when somebody came and left, why, and whether nothing had moved."""

    came: int
    left: int
    why: Leave
    in_vain: bool


@dataclass(frozen=True)
class Life:
    """One case in one scenario.

    Attributes
    ----------
    spans
        Of all its dossiers, by beginning; those of several dossiers overlap.
    stays
        Its visits, in order.
    ended
        "done", "lost" or "open".
    closed
        When it was; None while open.
    wait_minutes, visit_minutes, trips, citizen_cost
        As they are measured.
    turnaround_hours
        None unless done.
    """

    spans: tuple[Span, ...]
    stays: tuple[Stay, ...]
    ended: Literal["done", "lost", "open"]
    closed: int | None
    wait_minutes: float
    visit_minutes: float
    trips: int
    citizen_cost: float
    turnaround_hours: float | None


@dataclass(frozen=True)
class Story:
    """The same person with the same papers in every scenario.

    Attributes
    ----------
    case
        The case's name: ``DEMAND/DATE/NUMBER``.
    demand
        Id of what they come for.
    date
        Of the first arrival, or of filing online, in the office as it is.
    arrived
        When that was.
    online, priority
        Whether it was filed online; whether they are served first.
    reasons
        Why it was chosen, the weightiest first.
    lives
        By scenario; one in which there is no such case is left out.
    """

    case: str
    demand: str
    date: dt.date
    arrived: int
    online: bool
    priority: bool
    reasons: tuple[Reason, ...]
    lives: dict[str, Life]


Place = Literal["door", "line", "desk", "inside", "gone"]
"""Where a visitor is: before the doors, in line, being served, waiting inside, not here."""

Shelf = Literal["visitor", "queue", "work", "rest", "away", "done"]
"""Where papers are: with or beside the visitor, on a desk behind others, being worked on, at rest
or held, not in the office, handed over."""


@dataclass(frozen=True)
class Track:
    """One filing on one day: its visitor and its papers.

    Attributes
    ----------
    visitor
        From when on the visitor is where, and at whose desk (place among the scene's staff, -1 for
        none); the first moment is when the day's record of them begins.
    papers
        The same of its papers.
    priority
        Whether the visitor is served first.
    """

    visitor: tuple[tuple[int, Place, int], ...]
    papers: tuple[tuple[int, Shelf, int], ...]
    priority: bool


@dataclass(frozen=True)
class Staffer:
    """A member of staff on one day: the team's id, and when they are there."""

    team: str
    present: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Scene:
    """One day in one scenario.

    Attributes
    ----------
    sessions
        When the office is open.
    staff
        In file order.
    tracks
        All filings of which visitor or papers are in the office some time of the day and move.
    lying
        How many more have papers that lie in the office all the time, untouched.
    """

    sessions: tuple[tuple[int, int], ...]
    staff: tuple[Staffer, ...]
    tracks: tuple[Track, ...]
    lying: int = 0


@dataclass(frozen=True)
class Days:
    """Stories of single people, and one day of the whole office, of the first replication.

    Attributes
    ----------
    stories
        Those with a reason first, further examples after them.
    date
        Of the scenes.
    scenes
        By scenario.
    typical_by
        Of what the 90th percentile is: of time on the premises, where most results of what is told
        come within one visit, else of turnaround.
    until
        Up to when scenes are shown; before midnight only in an office so large that a whole day
        would be too much for a page.
    compared
        Among how many people, done in every scenario, those were sought who gain and lose most; 0
        where that is not known.
    """

    stories: tuple[Story, ...]
    date: dt.date
    scenes: dict[str, Scene]
    typical_by: Literal["turnaround", "visit"] = "turnaround"
    until: int = 86_400
    compared: int = 0
