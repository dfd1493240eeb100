"""Which scenario gains most, in what, and from which others it is not clearly apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sim.report import names
from sim.report.changes import Changes, changes
from sim.report.clear import ORDER, ORDER_OF_FEW, Clear, clear_findings
from sim.report.comparable import gives_up_more
from sim.report.one_picture import MOST, chosen
from sim.report.places import clear_where_changed
from sim.report.results import Mood, mood_in
from sim.report.view import View
from sim.verdicts import NOT_CLEAR

_LOST_IN_THE_MEAN: Final = 5.0
"""How many times as large as over all cases a difference for a few is, if it is lost there."""


@dataclass(frozen=True)
class Lead:
    """The scenario that gains most.

    Attributes
    ----------
    scenario, measure
        Which, and in what: such as ``trips`` or ``trips@PROCEDURE``.
    alike
        Ids of the scenarios from which it is not clearly apart in it.
    throughout
        Whether it clearly gains more than every other, and none gains clearly more in anything
        else.
    """

    scenario: str
    measure: str
    alike: tuple[str, ...] = ()
    throughout: bool = False


@dataclass(frozen=True)
class Standing:
    """What is clear in a comparison, over all cases and for the few that a reform touches."""

    view: View

    @cached_property
    def changes(self) -> list[Changes]:
        """What each scenario changes."""
        return changes(self.view)

    @cached_property
    def measures(self) -> list[str]:
        """The headline measures that matter most."""
        return chosen(self.view, self.changes)

    @cached_property
    def few(self) -> dict[str, list[str]]:
        """By scenario what is clear for the few cases it touches, where all cases hide it.

        Of one place in each scenario, in the order in which the page says it.
        """
        found = clear_where_changed(self.view, self.changes)
        return {id_: self._of_first_place(id_, measures) for id_, measures in found.items()}

    def _of_first_place(self, scenario: str, measures: list[str]) -> list[str]:
        found = clear_findings(self.view, scenario, measures)
        ordered = [m for m in (*found.gains, *found.losses) if m in measures]
        hidden = [names.split(m)[1] for m in ordered if self._hidden(scenario, m)]
        return [m for m in ordered if names.split(m)[1] in hidden[:1]]

    @cached_property
    def clear(self) -> dict[str, Clear]:
        """By scenario what is clear, in the order in which the page says it."""
        few = self.few
        return {
            each.id: clear_findings(self.view, each.id, few.get(each.id, ()))
            for each in self.view.others
        }

    @cached_property
    def pictured(self) -> list[str]:
        """What is shown before and after.

        Where all cases hide what the few gain or lose: of the few, of all, and one more.
        """
        shown = self.lead.scenario if self.lead else next((i for i in self.few if self.few[i]), "")
        few = self.few.get(shown, [])
        if not few:
            return self.measures
        first = self.lead.measure if self.lead and self.lead.measure in few else few[0]
        more = [measure for measure in few if measure != first]
        return list(dict.fromkeys([first, names.split(first)[0], *more, *self.measures]))[:MOST]

    def _hidden(self, scenario: str, measure: str) -> bool:
        """Return whether a difference for a few cases is lost in the mean of all of them."""
        clear = [m for m in self.measures if not names.split(m)[1] and self.mood(scenario, m)]
        everywhere = names.split(measure)[0]
        if everywhere not in clear:
            return not clear
        size = abs(self.mean(scenario, everywhere))
        return abs(self.mean(scenario, measure)) >= _LOST_IN_THE_MEAN * size

    def mean(self, scenario: str, measure: str) -> float:
        """Return a difference; 0 where there is none."""
        found = self.view.difference(scenario, measure)
        return (found.mean or 0.0) if found else 0.0

    def mood(self, scenario: str, measure: str) -> Mood:
        """Return whether a scenario clearly is better or worse in a measure."""
        if not names.split(measure)[1]:
            return mood_in(self.view, scenario, measure)
        clear = self.clear[scenario]
        if measure in clear.gains:
            return "better"
        return "worse" if measure in clear.losses else ""

    def too_few_runs(self, scenario: str) -> bool:
        """Return whether the interval of any single difference that matters is off zero.

        Of a scenario without a clear difference: more runs would tell, since together with all
        other comparisons the intervals are wider.
        """
        made = self.view.comparison.verdicts.get(scenario, {})
        return any(
            verdict.says == NOT_CLEAR and self.off_zero(scenario, measure, verdict.matters)
            for measure, verdict in made.items()
        )

    def off_zero(self, scenario: str, measure: str, matters: float = 0.0) -> bool:
        """Return whether a difference as large as matters has an interval without zero."""
        found = self.view.difference(scenario, measure)
        if found is None or found.low is None or found.high is None:
            return False
        return (found.low > 0 or found.high < 0) and abs(found.mean or 0.0) >= matters

    @cached_property
    def lead(self) -> Lead | None:
        """The scenario that gains most in the first measure in which any clearly gains.

        None where none does. A scenario with which more people give up never leads: what else gets
        better may come of just that. Among those that are not clearly apart it is the one of which
        the least is assumed.
        """
        for measure in self._told:
            gains = [id_ for id_ in self._open_to if self.mood(id_, measure) == "better"]
            if gains:
                return self._leading(measure, gains)
        return None

    @cached_property
    def _open_to(self) -> list[str]:
        return [each.id for each in self.view.others if not gives_up_more(self.view, each.id)]

    @cached_property
    def _told(self) -> list[str]:
        """Return measures for few cases, the weightiest first, and then those over all cases."""
        some = dict.fromkeys(measure for found in self.few.values() for measure in found)
        gained = {measure for clear in self.clear.values() for measure in clear.gains}
        return [*sorted(some, key=_weight), *(m for m in ORDER if m in gained)]

    def _leading(self, measure: str, gains: list[str]) -> Lead:
        best = max(gains, key=lambda id_: abs(self.mean(id_, measure)))
        alike = [id_ for id_ in self._open_to if not self._apart(best, id_, measure)]
        assumed = self._assumed
        clear = [id_ for id_ in alike if id_ in gains]
        first = min(clear, key=lambda id_: (assumed[id_], -abs(self.mean(id_, measure))))
        others = tuple(id_ for id_ in alike if id_ != first)
        rivals = [id_ for id_ in self._open_to if id_ != first]
        throughout = not others and not any(
            self.mood(id_, other) == "better" and self._more(id_, first, other)
            for id_ in rivals
            for other in self._told
        )
        return Lead(first, measure, others, throughout)

    @cached_property
    def _assumed(self) -> dict[str, int]:
        return {
            each.id: sum(change.kind == "assumed" for change in each.listed)
            for each in self.changes
        }

    def _apart(self, scenario: str, other: str, measure: str) -> bool:
        """Return whether the intervals of two differences do not overlap."""
        one, two = (self.view.difference(id_, measure) for id_ in (scenario, other))
        if one is None or one.low is None or one.high is None:
            return False
        if two is None or two.low is None or two.high is None:
            return False
        return one.low > two.high or two.low > one.high

    def _more(self, scenario: str, other: str, measure: str) -> bool:
        """Return whether a scenario gains clearly more than another in a measure."""
        larger = abs(self.mean(scenario, measure)) > abs(self.mean(other, measure))
        if self.mood(other, measure) != "better":
            return self._apart(scenario, other, measure)
        return larger and self._apart(scenario, other, measure)


def _weight(measure: str) -> int:
    name = names.split(measure)[0]
    return ORDER_OF_FEW.index(name) if name in ORDER_OF_FEW else len(ORDER_OF_FEW)
