"""What slides say in a sentence: the finding, and how sure it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from sim.comparison import BASELINE, Estimate
from sim.present.standing import Lead, Standing
from sim.report import names
from sim.report.changes import Changes
from sim.report.comparable import gives_up_more, other_cases
from sim.report.headline import Answer, answers
from sim.report.ledger import Section, ledger
from sim.report.province import ProvinceTotals
from sim.report.results import Mood, place_name
from sim.report.view import View
from sim.report.worth import Amount, saved
from sim.verdicts import NO_DIFFERENCE
from sim.words import Unit, fine, mark, without_sign

_MOST: Final = 2
_FEW_TRIPS: Final = 0.02
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
    "on_time_share": (mark("on time down by {by}"), mark("on time up by {by}")),
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
_EACH: Final = (mark("{by} fewer trips a case"), mark("{by} more trips a case"))
"""The same of trips, where it is one or more in each case."""
_LEADS: Final = {
    "trips": mark("Fewest trips with {scenarios}: {finding}"),
    "wait_minutes": mark("Least waiting with {scenarios}: {finding}"),
    "visit_minutes": mark("Least time in the office with {scenarios}: {finding}"),
    "turnaround_hours": mark("Soonest results with {scenarios}: {finding}"),
    "same_day_share": mark("Most same-day results with {scenarios}: {finding}"),
    "on_time_share": mark("Most results on time with {scenarios}: {finding}"),
    "citizen_cost": mark("Least cost to the citizen with {scenarios}: {finding}"),
    "office_cost": mark("Least cost to the office with {scenarios}: {finding}"),
    "lost": mark("Fewest cases given up with {scenarios}: {finding}"),
}
"""What is said of scenarios that gain most in one measure."""
_FOR_FEW: Final = {
    "procedure": mark("for “{title}”: {finding}; over all cases: {overall}"),
    "demand": mark("for those who come for “{title}”: {finding}; over all cases: {overall}"),
}
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
    def standing(self) -> Standing:
        """What is clear, and which scenario gains most."""
        return Standing(self.view)

    @property
    def changes(self) -> list[Changes]:
        """What each scenario changes."""
        return self.standing.changes

    @cached_property
    def answers(self) -> list[Answer]:
        """What each scenario comes to, as the report says it."""
        return answers(self.view, self.changes, self.province)

    @cached_property
    def sections(self) -> list[Section]:
        """The ledger of the office as it is."""
        return ledger(self.view.office, self.view.words)

    @property
    def leading(self) -> str:
        """The scenario that gains most; empty where none gains."""
        return self.standing.lead.scenario if self.standing.lead else ""

    @property
    def shown(self) -> str:
        """The scenario that slides of one scenario show; the office's own if it ran alone."""
        others = self.view.others
        return self.leading or (others[0].id if others else self.view.before.id)

    def mood(self, scenario: str, measure: str) -> Mood:
        """Return whether a scenario clearly is better or worse in a measure."""
        return self.standing.mood(scenario, measure)

    def short(self, scenario: str, measure: str) -> str:
        """Return a difference in few words: "8.0 fewer trips in 100 cases (7.8 to 8.2)"."""
        words, found = self.view.words, self.view.difference(scenario, measure)
        name = names.split(measure)[0]
        size = without_sign(found or Estimate(0.0, None, None))
        unit = fine(size, self._unit(measure, abs(size.mean or 0.0)))
        known = names.known(name)
        texts = _SHORT.get(name, (known.less, known.more))
        if name == "trips" and abs(size.mean or 0.0) >= 1:
            texts = _EACH
        number = words.mean(size, unit)
        clause = words.say(
            texts[self.standing.mean(scenario, measure) > 0],
            by=words.say("{number} {unit}", number=number, unit=unit.of_difference).strip(),
            n=number,
            label=self.view.label(measure),
        )
        ends = words.interval(size, unit)
        return words.say("{clause} ({interval})", clause=clause, interval=ends) if ends else clause

    def _unit(self, measure: str, size: float) -> Unit:
        """Return a unit for a difference: hours of a day's time as minutes, if they are few.

        Trips are counted in 100 cases, unless each case has one more or less.
        """
        unit = self.view.unit(measure)
        if names.known(measure).kind == "hours" and not 1 <= size * unit.times < 72:
            return names.unit("hours", self.view.words, size)
        if names.split(measure)[0] == "trips" and size < 1:
            return Unit("", "", 100, 0 if size >= _FEW_TRIPS else 1)
        return unit

    def gains(self, scenario: str) -> list[str]:
        """Return what is clearly better over all cases, the weightiest first, in few words."""
        return self._clear(scenario, "better")

    def losses(self, scenario: str) -> list[str]:
        """Return what is clearly worse over all cases, in few words: cases given up first."""
        return self._clear(scenario, "worse")

    def _clear(self, scenario: str, mood: Mood) -> list[str]:
        """Return what is clear; of the office's money by the year, if other cases come."""
        clear = self.standing.clear[scenario]
        found = clear.gains if mood == "better" else clear.losses
        given_up = [m for m in found if m == "lost" and mood == "worse"]
        over_all = [m for m in found if not names.split(m)[1] and m not in given_up]
        year = self._office_year(scenario)
        spent = [_OFFICE_YEAR[mood]] if year and year.mood == mood else []
        return [
            *(self.short(scenario, measure) for measure in given_up),
            *(self.view.words.say(text, amount=year.size) for text in spent if year),
            *(self.short(scenario, measure) for measure in over_all),
        ]

    def _office_year(self, scenario: str) -> Amount | None:
        """Return what the office spends in a year, where its cost of a case says nothing."""
        if not other_cases(self.view, scenario):
            return None
        found = (each.here for each in saved(self.view, scenario) if each.kind == "office")
        return next(found, None)

    def of(self, scenario: str) -> str:
        """Return what a scenario comes to, in few words: for the few it touches, and for all."""
        few = self.standing.few.get(scenario, [])
        if not few:
            return self._over_all(scenario, self.gains(scenario)[:_MOST])
        gains = [m for m in few if self.mood(scenario, m) == "better"]
        return self._for_few(scenario, gains[:_MOST])

    def _for_few(self, scenario: str, gains: Sequence[str]) -> str:
        """Return what is gained and lost for the few cases that a scenario touches."""
        few = self.standing.few[scenario]
        losses = [m for m in few if self.mood(scenario, m) == "worse"][:_MOST]
        place = names.split(few[0])[1]
        here = self._joined(*([self.short(scenario, m) for m in some] for some in (gains, losses)))
        return self.view.words.say(
            _FOR_FEW["demand" if place.startswith("@@") else "procedure"],
            title=place_name(self.view, place),
            finding=here,
            overall=self._over_all(scenario, self.gains(scenario)[:1]),
        )

    def _over_all(self, scenario: str, gains: Sequence[str]) -> str:
        words = self.view.words
        losses = self.losses(scenario)[:_MOST]
        if gains or losses:
            return self._joined(gains, losses)
        verdicts = self.view.comparison.verdicts.get(scenario, {})
        if verdicts and {each.says for each in verdicts.values()} == {NO_DIFFERENCE}:
            return words.say("no difference that matters")
        if self.standing.too_few_runs(scenario):
            return words.say("not sure yet, too few runs")
        return words.say("no clear difference")

    def _joined(self, gains: Sequence[str], losses: Sequence[str]) -> str:
        words = self.view.words
        if gains and losses:
            return words.say(
                "{gains}, but {losses}", gains=words.listed(gains), losses=words.listed(losses)
            )
        return words.listed(gains or losses)

    @cached_property
    def headline(self) -> str:
        """The answer in one sentence."""
        others = self.view.others
        name = self.view.names[self.shown]
        if not others:
            return self._nothing_compared(name)
        if len(others) == 1:
            return self.view.words.say(
                "{scenario}: {finding}", scenario=name, finding=self.of(self.shown)
            )
        lead = self.standing.lead
        return self._leads(lead) if lead else self._nothing_gained

    def _leads(self, lead: Lead) -> str:
        """Return who gains most: in all that is shown, or else in one measure."""
        say, scenario = self.view.words.say, lead.scenario
        if lead.throughout:
            return say(
                "Most is gained with “{scenario}”: {finding}",
                scenario=self.view.names[scenario],
                finding=self.of(scenario),
            )
        name, place = names.split(lead.measure)
        finding = (
            self._for_few(scenario, [lead.measure])
            if place
            else self._over_all(scenario, [self.short(scenario, lead.measure)])
        )
        text = _LEADS.get(name, mark("Most is gained with {scenarios}: {finding}"))
        return say(text, scenarios=self._not_apart(lead), finding=finding)

    def _not_apart(self, lead: Lead) -> str:
        """Return the scenarios that lead and are not clearly apart."""
        say, name = self.view.words.say, self.view.names
        first = name[lead.scenario]
        if not lead.alike:
            return f"“{first}”"
        if len(lead.alike) == 1:
            other = name[lead.alike[0]]
            return say("“{scenario}” and “{other}”, not clearly apart", scenario=first, other=other)
        count = self.view.words.plain(len(lead.alike))
        return say("“{scenario}” and {n} others, not clearly apart", scenario=first, n=count)

    @property
    def _nothing_gained(self) -> str:
        say, others = self.view.words.say, self.view.others
        if any(self._would_gain(each.id) for each in others):
            return say("No gain is claimed: where anything gets better, more people give up")
        if any(self.losses(each.id) for each in others):
            return say("No scenario makes anything clearly better")
        if any(self.standing.too_few_runs(each.id) for each in others):
            return say("Not sure yet: too few runs for so many comparisons")
        if self.before_is_today:
            return say("No clear difference between the scenarios and the office as it is")
        return say(
            "No clear difference between the scenarios and “{before}”",
            before=self.view.names[self.view.before.id],
        )

    def _would_gain(self, scenario: str) -> bool:
        """Return whether anything gets better, or would if no more people gave up."""
        clear = self.standing.clear[scenario]
        return bool(clear.gains or (clear.withheld and gives_up_more(self.view, scenario)))

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
        entries = [entry for section in self.sections for entry in section.entries]
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

    @cached_property
    def counted(self) -> Counter[str]:
        """How many verdicts say what."""
        every = self.view.comparison.verdicts.values()
        return Counter(verdict.says for made in every for verdict in made.values())
