"""Engines: deterministic functions of an office and its draws that give a service log."""
