"""Reforms: pure functions from an office to an office.

Each may be called with an office and its arguments, or written in a study file by its name:
``reforms.drop_cutoff(office, "certify_copies")`` is ``{ drop_cutoff = "certify_copies" }``.
"""

from __future__ import annotations

from sim.reforms.base import Reform, ReformError
from sim.reforms.people import (
    add_role,
    add_staff,
    delegate,
    punctuality,
    set_closing,
    set_hours,
)
from sim.reforms.registry import REFORMS, Line, Reforming, ReformLine, apply, read
from sim.reforms.roles import pool_roles, split_role
from sim.reforms.rules import (
    bundle,
    drop_cutoff,
    file_online,
    hand_over,
    move_cutoff,
    set_deadline,
)
from sim.reforms.set_path import set_parameters
from sim.reforms.work import appointments, change_demand, faster, precheck, priority

set = set_parameters  # noqa: A001 - the name it has in a study file

__all__ = [
    "REFORMS", "Line", "Reform", "ReformError", "ReformLine", "Reforming", "add_role",
    "add_staff", "apply", "appointments", "bundle", "change_demand", "delegate", "drop_cutoff",
    "faster", "file_online", "hand_over", "move_cutoff", "pool_roles", "precheck", "priority",
    "punctuality", "read", "set", "set_closing", "set_deadline", "set_hours", "set_parameters",
    "split_role",
]  # fmt: skip
