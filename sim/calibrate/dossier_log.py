"""Dossier records as columns of numbers: cases, and the steps done with each in order of time."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.dossier_hours import EPOCH, Ints
from sim.clock import DAY_MS
from sim.records.records import DossierRecords

if TYPE_CHECKING:
    import polars as pl

Bools = NDArray[np.bool_]

NONE: Final = -(1 << 62)
"""Stands for a moment that is not recorded."""

_OUTCOME: Final = re.compile(r"^(?P<step>.+?)\s*\((?:sent back|trả lại)\)\s*$", re.IGNORECASE)
_SUPPLEMENT: Final = re.compile(
    r"supplement|bổ sung|hoàn thiện hồ sơ|trả lại hồ sơ|sen[dt] back|return(ed)? (papers|for)"
    r"|(missing|additional|further|incomplete) (papers?|documents?|information|file|dossier)"
    r"|complet\w+ (of )?(the )?(papers?|documents?|file|dossier|application)",
    re.IGNORECASE,
)
_TEST_USER: Final = re.compile(
    r"^\W*(test|tester|demo|dummy|system|automatic|batch)", re.IGNORECASE
)


@dataclass(frozen=True, eq=False)
class DossierLog:
    """Cases and their steps; moments are milliseconds since 1970, wall clock, `NONE` for never.

    Attributes
    ----------
    names
        Of cases.
    begun, ended, deadline
        By case.
    begun_dated, ended_dated, deadline_dated
        By case: whether only the date is known.
    procedures, channels
        By case, text; "" where not recorded.
    activities
        Names of what was done, a result such as "(sent back)" left off.
    case, activity, started, completed, resource
        By event, in order of case and time; places in the above, and texts ("" for nobody).
    marked_back
        By event: whether its name said that the dossier was sent back.
    """

    names: tuple[str, ...]
    begun: Ints
    ended: Ints
    deadline: Ints
    begun_dated: Bools
    ended_dated: Bools
    deadline_dated: Bools
    procedures: tuple[str, ...]
    channels: tuple[str, ...]
    activities: tuple[str, ...]
    case: Ints
    activity: Ints
    started: Ints
    completed: Ints
    resource: tuple[str, ...]
    marked_back: Bools

    @property
    def horizon(self) -> int:
        """When the records end: nothing later is in them."""
        moments = [part.max() for part in (self.completed, self.ended, self.begun) if len(part)]
        return int(max(moments))

    @property
    def has_ends(self) -> bool:
        """Whether the records say of any case when it ended."""
        return bool((self.ended != NONE).any())

    def finished(self) -> Ints:
        """Return when each case ended; its last step where the records know no ends."""
        if self.has_ends:
            return self.ended
        found = np.full(len(self.names), NONE)
        np.maximum.at(found, self.case, self.completed)
        return found

    def date(self, moment: int) -> dt.date:
        """Return the date of a moment."""
        return EPOCH + dt.timedelta(days=int(moment) // DAY_MS)

    def only(self, kept: Bools) -> DossierLog:
        """Return all cases with some of the events."""
        resource = tuple(name for name, has in zip(self.resource, kept, strict=True) if has)
        names = ("case", "activity", "started", "completed", "marked_back")
        columns = {name: getattr(self, name)[kept] for name in names}
        return replace(self, resource=resource, **columns)

    def taken(self, wanted: Bools) -> DossierLog:
        """Return some of the cases with their events."""
        place = np.cumsum(wanted) - 1
        kept = wanted[self.case]
        which, rows = np.flatnonzero(wanted), np.flatnonzero(kept)
        return DossierLog(
            names=tuple(self.names[i] for i in which),
            begun=self.begun[wanted],
            ended=self.ended[wanted],
            deadline=self.deadline[wanted],
            begun_dated=self.begun_dated[wanted],
            ended_dated=self.ended_dated[wanted],
            deadline_dated=self.deadline_dated[wanted],
            procedures=tuple(self.procedures[i] for i in which),
            channels=tuple(self.channels[i] for i in which),
            activities=self.activities,
            case=place[self.case[kept]],
            activity=self.activity[kept],
            started=self.started[kept],
            completed=self.completed[kept],
            resource=tuple(self.resource[i] for i in rows),
            marked_back=self.marked_back[kept],
        )


def log_of(records: DossierRecords) -> DossierLog:
    """Return records as columns of numbers."""
    import polars as pl

    cases = records.cases
    place = pl.DataFrame({"case": cases["case"], "place": np.arange(len(cases))})
    events = records.events.join(place, on="case", how="inner").sort(
        "place", "completed", maintain_order=True
    )
    texts = events["activity"].unique(maintain_order=True).to_list()
    said = [_outcome(name) for name in texts]
    activities = tuple(dict.fromkeys(name for name, _ in said))
    activity = {text: activities.index(name) for text, (name, _) in zip(texts, said, strict=True)}
    back = {text: marked for text, (_, marked) in zip(texts, said, strict=True)}
    return DossierLog(
        names=tuple(cases["case"].cast(pl.String).to_list()),
        begun=_moments(cases["begun"]),
        ended=_moments(cases["ended"]),
        deadline=_moments(cases["deadline"]),
        begun_dated=_truths(cases["begun_is_date"]),
        ended_dated=_truths(cases["ended_is_date"]),
        deadline_dated=_truths(cases["deadline_is_date"]),
        procedures=tuple(cases["procedure"].fill_null("").to_list()),
        channels=tuple(cases["channel"].fill_null("").to_list()),
        activities=activities,
        case=events["place"].to_numpy().astype(np.int64),
        activity=np.array([activity[text] for text in events["activity"]], dtype=np.int64),
        started=_moments(events["started"]),
        completed=_moments(events["completed"]),
        resource=tuple(events["resource"].fill_null("").to_list()),
        marked_back=np.array([back[text] for text in events["activity"]], dtype=bool),
    )


def speaks_of_supplement(activity: str) -> bool:
    """Tell whether a step's name says that papers were asked for, or came in, once more."""
    return bool(_SUPPLEMENT.search(activity))


def is_test_user(resource: str) -> bool:
    """Tell whether a resource is nobody who works there."""
    return bool(_TEST_USER.match(resource))


def _outcome(name: str) -> tuple[str, bool]:
    found = _OUTCOME.match(name)
    return (found["step"], True) if found else (name, False)


def _moments(column: pl.Series) -> Ints:
    import polars as pl

    whole = column.cast(pl.Datetime("ms")).cast(pl.Int64).fill_null(NONE)
    return whole.to_numpy().astype(np.int64)


def _truths(column: pl.Series) -> Bools:
    import polars as pl

    return column.cast(pl.Boolean).fill_null(False).to_numpy().astype(bool)
