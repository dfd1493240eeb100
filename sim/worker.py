"""What is done where the work is: a study made ready once, then one replication after another."""

from __future__ import annotations

import pickle
import threading
import zlib
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.blueprint import Blueprint
from sim.calendar import RunDates
from sim.case_rows import packed
from sim.case_table import Measured
from sim.errors import cannot_write
from sim.office import Office
from sim.replay import Recorded, handed_over, recorded
from sim.replication import COMPILED, OfficeRuns
from sim.summaries import Gains, Outcomes, RunSummary, demand_numbers, gains, summarise

if TYPE_CHECKING:
    from sim.days import Days
    from sim.identity import Identity
    from sim.stories import StoryTeller

_KEPT: Final = 2
"""Studies kept ready: the present one, and the one before whose last replications still run."""


@dataclass(frozen=True)
class Plan:
    """All that a worker needs to know of a study.

    Attributes
    ----------
    offices
        By scenario, the office as it is first.
    baseline
        The scenario that the others are compared with.
    days, warmup, dates
        What is simulated.
    seed
        Which luck.
    written
        Whether the rows of files are asked for.
    engine
        What simulates, ``compiled`` or ``simpy``; results are the same.
    folder
        Where rows are put by workers of this machine; None for rows that travel.
    """

    offices: dict[str, Office]
    baseline: str
    days: int
    warmup: int
    dates: RunDates | None
    seed: int
    written: bool = False
    engine: str = COMPILED
    folder: Path | None = None

    def short(self) -> Plan:
        """Return a plan of a day without files, to try that all is there that a run needs."""
        base = {self.baseline: self.offices[self.baseline]}
        return replace(self, offices=base, days=1, warmup=0, dates=None, written=False)


@dataclass(frozen=True)
class Replicated:
    """One replication of all scenarios.

    Attributes
    ----------
    replication
        Its number.
    found
        By scenario, what it came to, and how its cases fared against the baseline's; None for the
        baseline itself.
    cases
        The rows of ``cases.parquet`` as :func:`sim.case_rows.packed` makes them, or the files in
        which they lie, if asked for.
    events
        Content of ``events.csv``, of the first replication; None of others, and if not asked for.
    story
        Single people's days and one of the office, of the first replication; likewise.
    """

    replication: int
    found: dict[str, tuple[RunSummary, Gains | None]]
    cases: tuple[bytes | Path, ...] = ()
    events: bytes | None = None
    story: Days | None = None


class Ready:
    """A study made ready to be run as often as wanted."""

    def __init__(self, plan: Plan, logs: Recorded | None = None) -> None:
        self.plan = plan
        self.logs = logs or {}
        with handed_over(self.logs):
            self.runs = {
                name: OfficeRuns(
                    office, plan.days, plan.warmup, dates=plan.dates, engine=plan.engine
                )
                for name, office in plan.offices.items()
            }
        self.numbers = demand_numbers(plan.offices.values())


def replicate(ready: Ready, replication: int) -> Replicated:
    """Run one replication of every scenario and say what came of it."""
    plan, base = ready.plan, ready.plan.baseline
    summaries: dict[str, RunSummary] = {}
    outcomes: dict[str, Outcomes] = {}
    told = plan.written and replication == 0
    teller = _teller(ready) if told else None
    rows = _Rows(replication, plan.folder, teller)
    events: bytes | None = None
    # The baseline first: its log chooses whose story the others go on with.
    for name in sorted(ready.runs, key=lambda name: name != base):
        run = ready.runs[name]
        with handed_over(ready.logs):
            log = run.run(plan.seed, replication)
        take = partial(rows.take, name, run.layout) if plan.written else None
        summaries[name], outcomes[name] = summarise(log, run.layout, ready.numbers, take)
        if told and name == next(iter(ready.runs)):
            from sim.tables import event_rows

            events = event_rows(run.layout, log).write_csv().encode()
        if teller is not None:
            teller.hear(name, log, run.layout)
    demands = len(ready.numbers)
    found = {
        name: (
            summaries[name],
            None if name == base else gains(outcomes[base], outcomes[name], demands),
        )
        for name in ready.runs
    }
    story = None if teller is None else teller.days()
    return Replicated(replication, found, rows.pieces(ready.runs), events, story)


def _teller(ready: Ready) -> StoryTeller:
    from sim.stories import StoryTeller, touched_by

    offices = ready.plan.offices
    touched = touched_by(offices[ready.plan.baseline], offices.values())
    return StoryTeller(ready.numbers, len(ready.runs), touched)


class _Rows:
    """The rows of one replication, block by block in a folder or on their way."""

    def __init__(self, replication: int, folder: Path | None, teller: StoryTeller | None) -> None:
        self._replication = replication
        self._folder = folder
        self._teller = teller
        self._pieces: dict[str, list[bytes | Path]] = {}

    def take(self, scenario: str, layout: Blueprint, seen: Measured) -> None:
        """Take in a block of cases."""
        travels = self._folder is None
        piece = packed(scenario, self._replication, layout, seen.cases, compressed=travels)
        own = self._pieces.setdefault(scenario, [])
        own.append(piece if self._folder is None else self._put(self._folder, piece))
        if self._teller is not None:
            self._teller.take(seen.cases)

    def pieces(self, scenarios: Iterable[str]) -> tuple[bytes | Path, ...]:
        """Return all blocks, scenario by scenario."""
        return tuple(piece for name in scenarios for piece in self._pieces.get(name, ()))

    def _put(self, folder: Path, piece: bytes) -> Path:
        number = sum(map(len, self._pieces.values()))
        path = folder / f"{self._replication:07d}.{number:05d}.rows"
        try:
            path.write_bytes(piece)
        except OSError as error:
            raise cannot_write(folder.parent, error) from None
        return path


@dataclass(frozen=True)
class Parcel:
    """A plan on its way to workers.

    Attributes
    ----------
    name
        Digest of its content.
    content
        The plan; None for workers that should have it.
    """

    name: str
    content: bytes | None

    def empty(self) -> Parcel:
        """Return the same without content."""
        return replace(self, content=None)


def pack(plan: Plan, sender: Identity | None = None) -> Parcel:
    """Return a plan as it is sent: with the logs that its offices read, and who sends it.

    Without a sender workers do not look whether they are like it.
    """
    inner = pickle.dumps((plan, recorded(plan.offices.values())))
    content = zlib.compress(pickle.dumps((sender, inner)), 1)
    return Parcel(blake2b(content, digest_size=16).hexdigest(), content)


def run_parcel(parcel: Parcel, replication: int) -> Replicated | None:
    """Run one replication of a plan; None if it is neither sent nor known here.

    Raises
    ------
    PlannerError
        If versions here are others than where the plan comes from.
    """
    ready = _known(parcel)
    return None if ready is None else replicate(ready, replication)


_ready: OrderedDict[str, Ready] = OrderedDict()
_one_at_a_time = threading.Lock()


def _known(parcel: Parcel) -> Ready | None:
    with _one_at_a_time:
        if parcel.name not in _ready:
            if parcel.content is None:
                return None
            keep(parcel, _unpacked(parcel.content))
        _ready.move_to_end(parcel.name)
        return _ready[parcel.name]


def keep(parcel: Parcel, ready: Ready) -> None:
    """Keep a plan made ready for when its parcel comes."""
    _ready[parcel.name] = ready
    while len(_ready) > _KEPT:
        _ready.popitem(last=False)


def _unpacked(content: bytes) -> Ready:
    sender, inner = pickle.loads(zlib.decompress(content))
    if sender is not None:
        from sim.identity import refuse_others

        refuse_others(sender)
    return Ready(*pickle.loads(inner))
