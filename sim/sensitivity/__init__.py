"""What the results of a study hinge on: its assumptions, each moved to both ends of its span."""

from sim.sensitivity.assumptions import Assumption, assumptions
from sim.sensitivity.runs import Effort
from sim.sensitivity.study import sensitivity

__all__ = ["Assumption", "Effort", "assumptions", "sensitivity"]
