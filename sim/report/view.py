"""A comparison as its readers look at it: names, colours, units, before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from sim import look
from sim.comparison import BASELINE, Comparison, Estimate, Scenario
from sim.notes import still_open
from sim.office import Office
from sim.parameters import Parameter, parameters
from sim.report import names
from sim.words import Unit, Words


@dataclass(frozen=True)
class View:
    """A comparison, and the words to say it in."""

    comparison: Comparison
    words: Words

    @property
    def before(self) -> Scenario:
        """What the others are compared with."""
        return self.comparison.scenarios[self.comparison.baseline]

    @property
    def others(self) -> list[Scenario]:
        """The scenarios that are compared with it, in their order."""
        every = self.comparison.scenarios.values()
        return [scenario for scenario in every if scenario.id != self.comparison.baseline]

    @property
    def every(self) -> list[Scenario]:
        """All scenarios, the one that others are compared with first."""
        return [self.before, *self.others]

    @property
    def has_intervals(self) -> bool:
        """Whether there is more than one replication to make intervals from."""
        return self.comparison.replications > 1

    @property
    def office(self) -> Office:
        """The office as it is, of which the file and its sources speak."""
        return self.comparison.scenarios.get(BASELINE, self.before).office

    @cached_property
    def names(self) -> dict[str, str]:
        """What each scenario is called, by id."""
        return {each.id: names.scenario_title(each, self.words) for each in self.every}

    @cached_property
    def parameters(self) -> list[Parameter]:
        """Every parameter of the office as it is."""
        return parameters(self.office)

    @cached_property
    def colours(self) -> dict[str, str]:
        """The colour of each scenario, by id."""
        return {each.id: look.scenario_colour(i) for i, each in enumerate(self.every)}

    def warnings(self) -> list[tuple[str, str]]:
        """Return each warning, and the scenarios it concerns where it is not all of them."""
        found: dict[str, list[str]] = {}
        for each in self.every:
            for warning in each.warnings:
                text = still_open(warning, self.words)
                found.setdefault(text, []).append(self.names[each.id])
        every = len(self.every)
        return [
            (warning, "" if len(names) == every else self.words.listed(names))
            for warning, names in found.items()
        ]

    def estimate(self, scenario: str, measure: str) -> Estimate | None:
        """Return what was measured in a scenario."""
        return self.comparison.scenarios[scenario].measures.get(measure)

    def difference(self, scenario: str, measure: str) -> Estimate | None:
        """Return how far a scenario is from what it is compared with."""
        return self.comparison.differences.get(scenario, {}).get(measure)

    def unit(self, measure: str) -> Unit:
        """Return the unit in which a measure is shown, the same in every scenario.

        The parts of the turnaround are shown in its unit, with a decimal more.
        """
        name, place = names.split(measure)
        part = name.startswith("time.")
        typical = f"turnaround_hours{place}" if part else measure
        estimate = self.estimate(self.before.id, typical)
        reference = estimate.mean if estimate else None
        unit = names.unit(names.known(measure).kind, self.words, reference)
        return replace(unit, decimals=unit.decimals + 1) if part else unit

    def label(self, measure: str) -> str:
        """Return a measure's name for tables, without where it holds."""
        return names.label(measure, self.office, self.words)
