"""How compiled code sees the state of a run: records of whole numbers, reached by address.

Compiled functions take one record, the :data:`STATE`, which holds what there is once and the
addresses of all tables. Handing some fifty arrays through as many functions would cost more than
what the functions do. The tables belong to :class:`~sim.engines.compiled.tables.Tables`, which
keeps them alive and in place while compiled code runs.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


def _record(numbers: str, shares: str = "") -> np.dtype[Any]:
    """Return a record of whole numbers, and of shares after them."""
    fields = [(name, np.int64) for name in numbers.split()]
    return np.dtype([*fields, *((name, np.float64) for name in shares.split())])


STATE: Final = _record(
    # the run
    "now over runs_until dispatch_due session_begins session_ends_at measured_from measured_until "
    "open_measured tight margin "
    # arrivals
    "cases filings_seen next_case next_case_at next_case_key awaits_cases more_cases "
    # counters
    "events events_used events_size sequence tickets "
    "works works_used works_size free_work "
    "filings filings_used filings_size free_filing dossiers most_dossiers "
    "tries most_steps plans_of_filing plans_size "
    "steps steps_used steps_size visits visits_used visits_size stays stays_used stays_size "
    "inside inside_used staying staying_used "
    # the office
    "lines roles members members_used teams teams_used role_teams team_levels level_roles "
    "free_members presence "
    "days last_day open_days open_days_used legal_days legal_days_used "
    "open_spans open_spans_used legal_spans legal_spans_used ordinary_day_ms "
    "routes needs step_plans demands profiles profile_kinds kinds shares times "
    "distributions floats keys "
    # the population
    "case_arrival case_first_filing case_filings case_in_turn case_demand case_day case_number "
    "case_class case_online case_first_dossier filing_case filing_position filing_arrival "
    "dossier_procedure dossier_filing dossier_position dossier_way dossier_kept "
    "dossier_extension dossier_begins_at "
    # by case, filing and dossier
    "case_end case_closed case_in_vain case_left filing_slot in_hand slips apologies "
    "received due ready released"
)
"""What there is once: moments, counts, and the addresses of tables under their names."""

EVENT: Final = _record("at key tail subject extra spare")
"""What happens when: place in the canonical order, number and kind, and whom it concerns.

As long as an :data:`ENTRY`, since one kind of heap holds both.
"""

ENTRY: Final = _record("priority key since dossier work ticket")
"""Work in a line, by the order in which it is taken; another ticket has left it."""

LINE: Final = _record("entries used size by_due_date first_team teams")
"""The waiting work of one role, and the teams that perform it."""

TEAM: Final = _record(
    "first_member members finish_queue first_level levels due free free_used "
    "staying_free staying_free_used"
)
"""Alike members and their lines by urgency."""

LEVEL: Final = _record("first roles")
"""Equally urgent roles of a team."""

MEMBER: Final = _record("index team present staying_since work run first_span spans place")
"""A member of staff: there or not, at work or free; `run` tells completions that count."""

SPAN: Final = _record("start end before")
"""An interval, and the time that those before it hold."""

DAY: Final = _record("opening closing is_open ticket_until kind open_rank legal_rank")
"""A day; the ranks tell how many open or legal days there are up to it."""

ROUTE: Final = _record(
    "steps intake hand_over sends_back limit_unit limit_number cutoff_ms same_day_until_ms "
    "hold_work slip_hour_ms new_date stays_ms post_ms has_times limit_is_soon"
)
"""A procedure."""

DEMAND: Final = _record(
    "gives_up_after there_and_back_ms patience patience_key gap gap_key first_need needs",
    shares="saves_intake saves_desk_work",
)
"""A demand: how its people come, wait and come again."""

NEED: Final = _record("route first_step again_key slip_key")
"""A procedure among those that a demand needs."""

STEP: Final = _record(
    "role visitor walk_ms rests minutes minutes_key pace pace_key share_key sends_back_key "
    "back_days back_days_key lapse lapse_key lapse_ms",
    shares="share sends_back again",
)
"""A step of a needed procedure: who does it, and how its draws are made."""

DISTRIBUTION: Final = _record("form first size")
"""An encoded distribution; its parameters and its table stand at `first` in the common table."""

PROFILE: Final = _record("first size")
"""When in a day people come: a range of points in the common tables of shares and times."""

WORK: Final = _record(
    "filing dossier place line remaining visitor shared hand_in started away_as member joined "
    "ticket next_free"
)
"""A piece of work: in its line (with a ticket), or being done."""

FILING: Final = _record(
    "slot index case demand day number priority position lead dossiers first_dossier online "
    "may_send_back way remote cursor away_as visit plans came entered visiting inside busy moved "
    "line_work tasks todo patience_ms waiting_since waited collecting collect_at held_until "
    "received released ready in_hand slips apologies inside_place next_free"
)
"""What a case hands in at one visit, and the visitor who does."""

PLAN: Final = _record("task todo todo_at")
"""A place in a filing's list of tasks of this visit, and of works planned for a later one."""

DOSSIER: Final = _record(
    "slot index filing route first_step position kept extension paused place cursor received due "
    "released ready stopped awaits_papers tried work"
)
"""One procedure's papers on their way."""


@intrinsic
def record_at(typingctx: Any, address: Any, index: Any, dtype: Any) -> Any:  # noqa: ARG001
    """Return the record at a place of a table, by reference."""
    record = dtype.dtype

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        offset = builder.mul(arguments[1], ir.Constant(ir.IntType(64), record.size))
        pointer = context.get_value_type(record)
        return builder.inttoptr(builder.add(arguments[0], offset), pointer)

    return record(types.int64, types.int64, dtype), generate


@intrinsic
def value_at(typingctx: Any, address: Any, index: Any, dtype: Any) -> Any:  # noqa: ARG001
    """Return the number at a place of a column."""
    kind = dtype.dtype

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        pointer = _element(context, builder, kind, arguments)
        return context.unpack_value(builder, kind, pointer)

    return kind(types.int64, types.int64, dtype), generate


@intrinsic
def pointer_at(typingctx: Any, address: Any, index: Any, dtype: Any) -> Any:  # noqa: ARG001
    """Return a pointer to the number at a place of a column."""
    kind = dtype.dtype

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        return _element(context, builder, kind, arguments)

    return types.CPointer(kind)(types.int64, types.int64, dtype), generate


@intrinsic
def put_at(typingctx: Any, address: Any, index: Any, dtype: Any, value: Any) -> Any:  # noqa: ARG001
    """Set the number at a place of a column."""
    kind = dtype.dtype

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        pointer = _element(context, builder, kind, arguments)
        number = context.cast(builder, arguments[3], signature.args[3], kind)
        context.pack_value(builder, kind, number, pointer)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, dtype, value), generate


@intrinsic
def copy_record(typingctx: Any, address: Any, to: Any, origin: Any, dtype: Any) -> Any:  # noqa: ARG001
    """Copy the record at one place of a table to another place."""
    size = dtype.dtype.size

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ARG001
        width = ir.Constant(ir.IntType(64), size)
        byte = ir.IntType(8).as_pointer()
        places = [
            builder.inttoptr(builder.add(arguments[0], builder.mul(place, width)), byte)
            for place in arguments[1:3]
        ]
        cgutils.raw_memcpy(builder, *places, width, 1)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64, dtype), generate


def _element(context: Any, builder: Any, kind: Any, arguments: Any) -> Any:
    """Return the pointer to a place of a column."""
    size = context.get_abi_sizeof(context.get_data_type(kind))
    offset = builder.mul(arguments[1], ir.Constant(ir.IntType(64), size))
    data = context.get_data_type(kind).as_pointer()
    return builder.inttoptr(builder.add(arguments[0], offset), data)
