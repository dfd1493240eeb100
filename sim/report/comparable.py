"""What makes means of cases mislead: another number of cases, or more of them given up."""

from __future__ import annotations

from typing import Final

from sim.report.view import View
from sim.verdicts import LESS, MORE

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


def gives_up_more(view: View, scenario: str, place: str = "") -> bool:
    """Return whether more people give up, or may do so by as much as matters.

    Who leaves without a result makes fewer trips and spends less time: that is no saving.

    Parameters
    ----------
    view, scenario
        What is compared.
    place
        A procedure or demand, where it is asked whether more do so there, too.
    """
    return _gives_up(view, scenario, place, MORE)


def gives_up_less(view: View, scenario: str, place: str = "") -> bool:
    """Return whether fewer people give up, or may do so by as much as matters.

    Who now gets a result also waits, comes and pays for it: that is no extra cost.
    """
    return _gives_up(view, scenario, place, LESS)


def _gives_up(view: View, scenario: str, place: str, says: str) -> bool:
    verdict = view.comparison.verdicts.get(scenario, {}).get("lost")
    if verdict is None:
        return False
    found = (view.difference(scenario, name) for name in {"lost", f"lost{place}"})
    means = [each.mean for each in found if each is not None and each.mean is not None]
    return any(is_or_seems(says, verdict.says, mean, verdict.matters) for mean in means)


def is_or_seems(asked: str, says: str, mean: float, matters: float) -> bool:
    """Return whether a difference is more, or less, or may be so by as much as matters.

    Parameters
    ----------
    asked
        More or less.
    says
        Its verdict.
    mean, matters
        The difference, and the smallest that matters.
    """
    return says == asked or (mean if asked == MORE else -mean) >= matters > 0


def is_claimed(view: View, scenario: str, measure: str, *, gain: bool) -> bool:
    """Return whether a clear difference may be called a gain or a loss.

    It may not where it comes, or may come, of other people being counted: of those who give up
    or no more do so, or of more or fewer cases that share the office's cost.
    """
    name, at, place = measure.partition("@")
    if name == "lost":
        return True
    if name == "office_cost" and other_cases(view, scenario):
        return False
    if gain:
        return not gives_up_more(view, scenario, at + place)
    return name == "office_cost" or not gives_up_less(view, scenario, at + place)
