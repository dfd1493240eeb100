"""Simulation of one-stop public-service offices: what a reform does to waiting, trips and cost."""

__version__ = "0.1.0"
