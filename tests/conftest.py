"""Settings of all tests."""

from __future__ import annotations

from hypothesis import settings

# How long an example takes depends on what else the machine does; no test is timed.
settings.register_profile("onestop", deadline=None)
settings.load_profile("onestop")
