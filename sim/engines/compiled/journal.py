"""The service log as compiled code writes it: rows of the tables that the run returns."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.blueprint import NONE
from sim.compiled import inlined
from sim.engines.compiled.heaps import State
from sim.engines.compiled.memory import DOSSIER, FILING, put_at, record_at
from sim.log import STAY_DTYPE, STEP_DTYPE, VISIT_DTYPE, Outcome

_DONE = int(Outcome.DONE)


@inlined
def note_work(s: State, work: Any, kind: int, outcome: int, member: int) -> None:
    """Write a spell of work, ended now."""
    filing = record_at(s.filings, work.filing, FILING)
    dossier = record_at(s.dossiers, work.dossier, DOSSIER)
    _row(s, filing, dossier, work.place, kind, work.shared, work.joined, work.started, s.now,
         member, outcome)  # fmt: skip
    if work.shared:
        filing.cursor = s.now
    else:
        dossier.cursor = s.now


@inlined
def note_filing(s: State, filing: Any, kind: int, until: int, place: int) -> None:
    """Write a spell of a whole filing without work, until a moment; none if it is empty."""
    if filing.cursor < until:
        lead = record_at(s.dossiers, filing.lead, DOSSIER)
        _row(s, filing, lead, place, kind, 1, filing.cursor, NONE, until, NONE, _DONE)
        filing.cursor = until


@inlined
def note_dossier(s: State, dossier: Any, kind: int, place: int) -> None:
    """Write a spell of a dossier without work, ended now; none if it is empty."""
    if dossier.cursor < s.now:
        filing = record_at(s.filings, dossier.filing, FILING)
        _row(s, filing, dossier, place, kind, 0, dossier.cursor, NONE, s.now, NONE, _DONE)
        dossier.cursor = s.now


@inlined
def note_chain(s: State, work: Any, kind: int, place: int) -> None:
    """Write a spell of whose time a piece of work takes: the whole filing's or a dossier's."""
    if work.shared:
        note_filing(s, record_at(s.filings, work.filing, FILING), kind, s.now, place)
    else:
        note_dossier(s, record_at(s.dossiers, work.dossier, DOSSIER), kind, place)


@inlined
def _row(  # noqa: PLR0917 - a row's columns
    s: State,
    filing: Any,
    dossier: Any,
    place: int,
    kind: int,
    shared: int,
    joined: int,
    started: int,
    ended: int,
    member: int,
    outcome: int,
) -> None:
    row = record_at(s.steps, s.steps_used, STEP_DTYPE)
    row.filing = filing.index
    row.dossier = dossier.index
    row.place = place
    row.kind = kind
    row.shared = shared
    row.joined = joined
    row.started = started
    row.ended = ended
    row.member = member
    row.outcome = outcome
    s.steps_used += 1
    if s.steps_size - s.steps_used < s.margin + s.members_used:
        s.tight = 1


@inlined
def note_visit(s: State, filing: Any, why: int) -> None:
    """Write a visit, ended now."""
    row = record_at(s.visits, s.visits_used, VISIT_DTYPE)
    row.filing = filing.index
    row.number = filing.visit
    row.came = filing.came
    row.left = s.now
    row.why = why
    row.in_vain = not filing.moved
    s.visits_used += 1
    if s.visits_size - s.visits_used < s.margin:
        s.tight = 1


@inlined
def note_stay(s: State, member: int, since: int) -> None:
    """Write a stay after closing, ended now."""
    row = record_at(s.stays, s.stays_used, STAY_DTYPE)
    row.member = member
    row.since = since
    row.until = s.now
    s.stays_used += 1


@inlined
def settle(s: State, filing: Any) -> None:
    """Write down how a filing and its dossiers ended, or stand."""
    put_at(s.in_hand, filing.index, np.int64, filing.in_hand)
    put_at(s.slips, filing.index, np.int16, filing.slips)
    put_at(s.apologies, filing.index, np.int16, filing.apologies)
    for slot in range(filing.first_dossier, filing.first_dossier + filing.dossiers):
        dossier = record_at(s.dossiers, slot, DOSSIER)
        put_at(s.received, dossier.index, np.int64, dossier.received)
        put_at(s.due, dossier.index, np.int64, dossier.due)
        put_at(s.ready, dossier.index, np.int64, dossier.ready)
        put_at(s.released, dossier.index, np.int64, dossier.released)
