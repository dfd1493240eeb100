"""What makes means of cases mislead: another number of cases, or more of them given up."""

from __future__ import annotations

from typing import Final

from sim.report.view import View
from sim.verdicts import MORE

_MANY_CASES: Final = 0.01


def change_in_cases(view: View, scenario: str) -> float:
    """Return by which share of the cases before more come, or fewer where it is negative."""
    found = [view.estimate(each, "cases") for each in (view.before.id, scenario)]
    before, after = (each.mean if each and each.mean else 0.0 for each in found)
    return after / before - 1 if before else 0.0


def other_cases(view: View, scenario: str) -> bool:
    """Return whether more or fewer cases come, over whom the office's cost is spread.

    By the case it then falls or rises although the office spends no less and no more.
    """
    return abs(change_in_cases(view, scenario)) >= _MANY_CASES


def gives_up_clearly(view: View, scenario: str) -> bool:
    """Return whether it is clear that more people give up."""
    verdict = view.comparison.verdicts.get(scenario, {}).get("lost")
    return verdict is not None and verdict.says == MORE


def gives_up_more(view: View, scenario: str) -> bool:
    """Return whether more people give up, or may do so by as much as matters.

    Who leaves without a result makes fewer trips and spends less time: that is no saving.
    """
    verdict = view.comparison.verdicts.get(scenario, {}).get("lost")
    difference = view.difference(scenario, "lost")
    if verdict is None or difference is None or difference.mean is None:
        return False
    return verdict.says == MORE or difference.mean >= verdict.matters > 0
