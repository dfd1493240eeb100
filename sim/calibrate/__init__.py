"""From records to an office file: every number fitted, with its interval, or marked as assumed."""

from __future__ import annotations
