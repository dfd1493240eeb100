"""An office's own records: tickets, open counters and dossiers, read from what offices have."""

from __future__ import annotations
