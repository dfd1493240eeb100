"""What slides say in a sentence: the finding, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sim.comparison import BASELINE, Estimate
from sim.report import names
from sim.report.changes import Changes, changes
from sim.report.comparable import gives_up_more, other_cases
from sim.report.headline import Answer, answers
from sim.report.ledger import ledger
from sim.report.one_picture import chosen
from sim.report.province import ProvinceTotals
from sim.report.results import Mood, headline_measures, mood_in
from sim.report.view import View
from sim.report.worth import Amount, saved
from sim.verdicts import LESS, MORE, NO_DIFFERENCE
from sim.words import Unit, mark

_MOST: Final = 2
_SHORT: Final = {
    "trips": (
        mark("{n} fewer trips in 100 cases"),
        mark("{n} more trips in 100 cases"),
    ),
    "wait_minutes": (mark("{by} less waiting"), mark("{by} more waiting")),
    "visit_minutes": (mark("{by} less in the office"), mark("{by} more in the office")),
    "turnaround_hours": (mark("results {by} sooner"), mark("results {by} later")),
    "same_day_share": (
        mark("same-day results down by {by}"),
        mark("same-day results up by {by}"),
    ),
    "citizen_cost": (
        mark("{by} less cost to the citizen for each case"),
        mark("{by} more cost to the citizen for each case"),
    ),
    "office_cost": (
        mark("{by} less cost to the office for each case"),
        mark("{by} more cost to the office for each case"),
    ),
    "lost": (mark("{by} fewer cases given up"), mark("{by} more cases given up")),
}
"""Less and more, short enough for a title."""
_OFFICE_YEAR: Final = {
    "better": mark("the office spends {amount} less a year"),
    "worse": mark("the office spends {amount} more a year"),
}


@dataclass(frozen=True)
class Findings:
    """A comparison, and what it says in sentences short enough for slides."""

    view: View
    province: ProvinceTotals | None = None

    @cached_property
    def changes(self) -> list[Changes]:
        """What each scenario changes."""
        return changes(self.view)

    @cached_property
    def answers(self) -> list[Answer]:
        """What each scenario comes to, as the report says it."""
        return answers(self.view, self.changes, self.province)

    @cached_property
    def measures(self) -> list[str]:
        """The headline measures that matter most."""
        return chosen(self.view)

    @cached_property
    def leading(self) -> str:
        """The scenario that gains most in the first measure in which any clearly gains.

        Empty where none does. None with which more people give up: what else gets better may
        come of just that.
        """
        open_to = [each.id for each in self.view.others if not gives_up_more(self.view, each.id)]
        for measure in self.measures:
            gains = {
                id_: abs(self._mean(id_, measure))
                for id_ in open_to
                if self.mood(id_, measure) == "better"
            }
            if gains:
                return max(gains, key=lambda id_: gains[id_])
        return ""

    @property
    def shown(self) -> str:
        """The scenario that slides of one scenario show; the office's own if it ran alone."""
        others = self.view.others
        return self.leading or (others[0].id if others else self.view.before.id)

    def _mean(self, scenario: str, measure: str) -> float:
        found = self.view.difference(scenario, measure)
        return (found.mean or 0.0) if found else 0.0

    def mood(self, scenario: str, measure: str) -> Mood:
        """Return whether a scenario clearly is better or worse in a measure."""
        return mood_in(self.view, scenario, measure)

    def short(self, scenario: str, measure: str) -> str:
        """Return a difference in few words: "8 fewer trips in 100 cases"."""
        words, size = self.view.words, abs(self._mean(scenario, measure))
        unit = self._unit(measure, size)
        by = words.say(
            "{number} {unit}", number=words.quantity(size, unit), unit=unit.of_difference
        ).strip()
        known = names.known(measure)
        texts = _SHORT.get(measure, (known.less, known.more))
        text = texts[self._mean(scenario, measure) > 0]
        hundred = words.number(size * 100, 0 if size >= 0.02 else 1)
        return words.say(text, by=by, n=hundred, label=self.view.label(measure))

    def _unit(self, measure: str, size: float) -> Unit:
        """Return a unit for a difference: hours of a day's time as minutes, if they are few."""
        unit = self.view.unit(measure)
        if names.known(measure).kind == "hours" and not 1 <= size * unit.times < 72:
            return names.unit("hours", self.view.words, size)
        return unit

    def gains(self, scenario: str) -> list[str]:
        """Return what is clearly better, the weightiest first, in few words."""
        return self._clear(scenario, "better")

    def losses(self, scenario: str) -> list[str]:
        """Return what is clearly worse, in few words: cases given up first."""
        return self._clear(scenario, "worse")

    def _clear(self, scenario: str, mood: Mood) -> list[str]:
        """Return what is clear; of the office's money by the year, if other cases come."""
        given_up = ["lost"] if self.mood(scenario, "lost") == mood == "worse" else []
        found = [m for m in self.measures if self.mood(scenario, m) == mood]
        found = found or [m for m in self._others if self.mood(scenario, m) == mood]
        year = self._office_year(scenario)
        return [
            *(self.short(scenario, measure) for measure in given_up),
            *(
                [self.view.words.say(_OFFICE_YEAR[mood], amount=year.size)]
                if year and year.mood == mood
                else []
            ),
            *(self.short(scenario, measure) for measure in found if measure not in given_up),
        ]

    @cached_property
    def _others(self) -> list[str]:
        """The headline measures that matter less: what only they say is said, too."""
        percentiles = tuple(names.PERCENTILES)
        return [
            measure
            for measure in headline_measures(self.view)
            if measure not in self.measures and not measure.endswith(percentiles)
        ]

    def _office_year(self, scenario: str) -> Amount | None:
        """Return what the office spends in a year, where its cost of a case says nothing."""
        if not other_cases(self.view, scenario):
            return None
        found = (each.here for each in saved(self.view, scenario) if each.kind == "office")
        return next(found, None)

    def of(self, scenario: str) -> str:
        """Return what a scenario comes to, in few words."""
        words = self.view.words
        gains, losses = self.gains(scenario)[:_MOST], self.losses(scenario)[:_MOST]
        if gains and losses:
            return words.say(
                "{gains}, but {losses}", gains=words.listed(gains), losses=words.listed(losses)
            )
        if gains or losses:
            return words.listed(gains or losses)
        verdicts = self.view.comparison.verdicts.get(scenario, {})
        if verdicts and {each.says for each in verdicts.values()} == {NO_DIFFERENCE}:
            return words.say("no difference that matters")
        return words.say("no clear difference")

    @cached_property
    def headline(self) -> str:
        """The answer in one sentence."""
        say, others = self.view.words.say, self.view.others
        name = self.view.names[self.shown]
        if not others:
            return self._nothing_compared(name)
        if len(others) == 1:
            return say("{scenario}: {finding}", scenario=name, finding=self.of(self.shown))
        if self.leading:
            return say(
                "Most is gained with “{scenario}”: {finding}",
                scenario=name,
                finding=self.of(self.leading),
            )
        return self._nothing_gained

    @property
    def _nothing_gained(self) -> str:
        say, others = self.view.words.say, self.view.others
        if any(self.gains(each.id) for each in others):
            return say("No gain is claimed: where anything gets better, more people give up")
        if any(self.losses(each.id) for each in others):
            return say("No scenario makes anything clearly better")
        if self.before_is_today:
            return say("No clear difference between the scenarios and the office as it is")
        return say(
            "No clear difference between the scenarios and “{before}”",
            before=self.view.names[self.view.before.id],
        )

    def _nothing_compared(self, name: str) -> str:
        say = self.view.words.say
        if self.before_is_today:
            return say("The office as it is, with nothing to compare it with")
        return say("“{scenario}”, with nothing to compare it with", scenario=name)

    @property
    def before_is_today(self) -> bool:
        """Whether scenarios are compared with the office as it is."""
        return self.view.before.id == BASELINE

    @cached_property
    def compared(self) -> str:
        """With what scenarios are compared, where that is not the office as it is."""
        if self.before_is_today or not self.view.others:
            return ""
        before = self.view.names[self.view.before.id]
        return self.view.words.say("Compared with “{before}”.", before=before)

    @cached_property
    def sure(self) -> str:
        """How sure the numbers are, for what is said with a slide."""
        run, words = self.view.comparison, self.view.words
        if not self.view.has_intervals:
            return words.say(
                "One run only (working days: {days}): of luck nothing can be said, and there are "
                "no intervals.",
                days=words.plain(run.days),
            )
        return words.say(
            "How sure: means over all runs (runs: {n}; working days each: {days}), with the same "
            "people and the same luck in every scenario; ranges are 95% intervals.",
            n=words.plain(run.replications),
            days=words.plain(run.days),
        )

    @cached_property
    def assumed(self) -> str:
        """How much of the office is assumed."""
        words = self.view.words
        count, every = self.assumptions
        return words.say(
            "{n} of the {all} numbers that describe the office are assumptions: what is shown "
            "holds if they do.",
            n=words.plain(count),
            all=words.plain(every),
        )

    @cached_property
    def assumptions(self) -> tuple[int, int]:
        """How many numbers of the office are assumed, and how many there are."""
        sections = ledger(self.view.office, self.view.words)
        entries = [entry for section in sections for entry in section.entries]
        return sum(1 for entry in entries if not entry.source), len(entries)

    @cached_property
    def foot(self) -> str:
        """What stands below every chart."""
        words = self.view.words
        if not self.view.has_intervals:
            return words.say("If the assumptions hold. One run only: no intervals.")
        return words.say(
            "If the assumptions hold. Black lines: 95% intervals of {n} runs.",
            n=words.plain(self.view.comparison.replications),
        )

    def and_more(self, count: int) -> str:
        """Return what is said of so many left out."""
        return self.view.words.say("and {n} more", n=self.view.words.plain(count))

    def difference(self, scenario: str, measure: str) -> str:
        """Return a difference with its interval and unit."""
        found: Estimate | None = self.view.difference(scenario, measure)
        unit = self.view.unit(measure)
        return self.view.words.estimate(found, unit, signed=True) if found else ""

    def clear(self) -> tuple[int, int]:
        """Return how many verdicts are clear, and how many there are."""
        every = [v.says for made in self.view.comparison.verdicts.values() for v in made.values()]
        return sum(says in (LESS, MORE) for says in every), len(every)
