"""What an event does, as a number; the order of events is another matter, see `order.py`."""

from __future__ import annotations

from sim.engines.order import Kind

(
    COMPLETES, HELD_BACK, ELSEWHERE_OVER, RESTED, CARRIED, PAPERS_ONLINE, RELEASED, POSTED, WALKED,
    SESSION_ENDS, PRESENCE_ENDS, PRESENCE_BEGINS, FILES_APART, ARRIVES, DOOR_OPENS, PATIENCE_ENDS,
    GOES_HOME, MAY_END, MUST_END, ALREADY_THERE,
) = range(20)  # fmt: skip

AT_COMPLETION = int(Kind.COMPLETION)
AT_LAPSE = int(Kind.LAPSE_ENDS)
AT_SESSION_END = int(Kind.SESSION_ENDS)
AT_PRESENCE_END = int(Kind.PRESENCE_ENDS)
AT_PRESENCE_BEGIN = int(Kind.PRESENCE_BEGINS)
AT_ARRIVAL = int(Kind.ARRIVAL)
AT_PATIENCE = int(Kind.PATIENCE)
AT_GOING_HOME = int(Kind.GOING_HOME)
AT_RUN_END = int(Kind.RUN_ENDS)

STOPPED, NEEDS_ROOM, NEEDS_CASES = range(3)
"""Why compiled code returns."""
