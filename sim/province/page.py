"""The results of a province as one page that opens without a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sim import look
from sim.charts import Panel, Series, Value
from sim.comparison import Estimate
from sim.look import Figure
from sim.provenance import Provenance
from sim.province.charts import points
from sim.province.outcome import CASES, YEARLY, OfficeFound, Province
from sim.province.ranking import Place
from sim.province.words import (
    ALL_CASES,
    SUMS,
    claim,
    office_note,
    office_title,
    scenario_title,
    unit,
    warning_text,
)
from sim.report.names import VERDICTS
from sim.report.page import provenance, template
from sim.verdicts import HEADLINE
from sim.words import Unit, Words

TEMPLATE: Final = "province.html.jinja"
DRAWN: Final = 30
"""Offices of a ranking that are drawn; the table beside the picture holds all."""


@dataclass(frozen=True)
class Picture:
    """A figure of the page, with what it shows."""

    id: str
    title: str
    caption: str
    figure: Figure


@dataclass(frozen=True)
class TotalRow:
    """A sum over a year: of all offices as they are, and how far a scenario is from that."""

    label: str
    before: str
    after: str
    difference: str


@dataclass(frozen=True)
class OfficeRow:
    """An office of a ranking."""

    places: str
    name: str
    gain: str
    note: str


@dataclass(frozen=True)
class Section:
    """One scenario: its answer in a sentence, what may be claimed, its sums, its ranking."""

    id: str
    name: str
    colour: str
    lead: str
    claim: str
    verdicts: str
    totals: tuple[TotalRow, ...]
    picture: Picture
    gain: str
    ranking: tuple[OfficeRow, ...]


def render(province: Province, said: Provenance, language: str = "en") -> str:
    """Return the page of a province as HTML; the same province gives the same page.

    Parameters
    ----------
    province
        What was found.
    said
        What it was made from.
    language
        Code of the reader's language.
    """
    from markupsafe import Markup
    from plotly.offline import get_plotlyjs

    words = Words(language, province.currency)
    page = _Page(province, words)
    return template(TEMPLATE).render(
        words=words,
        say=words.say,
        style=look,
        title=words.title(province.study.title, province.study.id),
        province=province,
        study=province.study,
        warnings=[warning_text(each, words) for each in province.warnings],
        sums=page.sums(),
        sections=[page.section(name) for name in province.others],
        provenance=provenance(said, words),
        plotly=Markup(get_plotlyjs()),
    )


class _Page:
    """A province, and the words to say it in."""

    def __init__(self, province: Province, words: Words) -> None:
        self.province = province
        self.words = words
        self.said = SUMS[province.by]
        self.colours = {
            name: look.scenario_colour(place) for place, name in enumerate(province.whole)
        }

    def name(self, scenario: str) -> str:
        return scenario_title(self.province, scenario, self.words)

    def gain(self, scenario: str) -> Estimate:
        return self.province.whole[scenario].gains[self.province.by]

    def gains(self, scenario: str) -> list[Estimate]:
        return [each.found[scenario].gains[self.province.by] for each in self.province.offices]

    def axis(self, shown: Unit) -> str:
        say = self.words.say
        return say("{gain}, {unit}", gain=say(self.said.gain).capitalize(), unit=shown.name)

    def value(self, estimate: Estimate, shown: Unit, name: str) -> Value:
        """Return an estimate as a chart draws it, in its unit."""
        words = self.words
        mean, low, high = (
            None if end is None else end * shown.times
            for end in (estimate.mean, estimate.low, estimate.high)
        )
        text = words.estimate(estimate, shown, signed=True)
        label = words.mean(estimate, shown, signed=True)
        return Value(mean or 0.0, low, high, label, f"{name}: {text} {shown.name}")

    def sums(self) -> Picture:
        """Return the picture of what all offices gain together, a point a scenario."""
        say, others = self.words.say, self.province.others
        shown = unit(self.said, self.words, [self.gain(name) for name in others])
        series = tuple(
            Series(
                self.name(name),
                self.colours[name],
                tuple(
                    self.value(self.gain(each), shown, self.name(each)) if each == name else None
                    for each in others
                ),
            )
            for name in others
        )
        return Picture(
            "sums",
            say("What all {count} offices gain together", count=len(self.province.offices)),
            say("Points with 95% intervals; hollow where they do not tell a gain from a loss."),
            points(
                Panel("", say("Scenario"), self.axis(shown), tuple(map(self.name, others)), series)
            ),
        )

    def section(self, scenario: str) -> Section:
        """Return all that is said of one scenario."""
        gain = self.gain(scenario)
        shown = unit(self.said, self.words, [gain])
        lead = self.words.say(
            "All {count} offices together, {gain}: {estimate} {unit}.",
            count=len(self.province.offices),
            gain=self.words.say(self.said.gain),
            estimate=self.words.estimate(gain, shown, signed=True),
            unit=shown.name,
        )
        return Section(
            f"scenario-{self.province.others.index(scenario) + 1}",
            self.name(scenario),
            self.colours[scenario],
            lead,
            claim(self.province, scenario, self.words),
            self.verdicts(scenario),
            tuple(self.totals(scenario)),
            self.ranked(scenario),
            self.axis(unit(self.said, self.words, self.gains(scenario))),
            tuple(self.rows(scenario)),
        )

    def verdicts(self, scenario: str) -> str:
        """Return what became less or more in the mean over all cases of the province."""
        words, found = self.words, self.province.verdicts[scenario]
        said = [
            words.say("{measure}: {verdict}", measure=words.say(SUMS[name].total),
                      verdict=words.say(VERDICTS[found[name].says]))
            for name in HEADLINE
        ]  # fmt: skip
        return "; ".join(said)

    def totals(self, scenario: str) -> list[TotalRow]:
        """Return the sums over a year, in rows."""
        words, whole = self.words, self.province.whole
        base, own = whole[self.province.study.baseline], whole[scenario]
        sums = {CASES: ALL_CASES} | {YEARLY[measure]: said for measure, said in SUMS.items()}
        found: list[TotalRow] = []
        for key, said in sums.items():
            before, after = base.totals[key], own.totals[key]
            shown = unit(said, words, [before, after])
            found.append(
                TotalRow(
                    words.say("{sum}, {unit}", sum=words.say(said.total), unit=shown.name),
                    words.estimate(before, shown),
                    words.estimate(after, shown),
                    words.estimate(own.total_differences[key], shown, signed=True),
                )
            )
        return found

    def ranked(self, scenario: str) -> Picture:
        """Return the picture of the ranking: the offices with the largest and least gains."""
        say, ranking = self.words.say, self.province.ranking(scenario)
        drawn = ranking if len(ranking) <= DRAWN else ranking[: DRAWN - 10] + ranking[-10:]
        gains = [office.found[scenario].gains[self.province.by] for _, office in drawn]
        shown = unit(self.said, self.words, self.gains(scenario))
        names = [
            say("{places}. {office}", places=_places(place), office=self.office(office))
            for place, office in drawn
        ]
        values = tuple(
            self.value(gain, shown, name) for gain, name in zip(gains, names, strict=True)
        )
        series = Series(self.name(scenario), self.colours[scenario], values)
        caption = say(
            "Before each name, the places that the office may have. Hollow where its interval "
            "does not tell a gain from a loss."
        )
        if len(drawn) < len(ranking):
            caption += " " + say("The first {first} and the last 10.", first=DRAWN - 10)
        return Picture(
            f"ranking-{self.province.others.index(scenario) + 1}",
            say("Which offices gain most"),
            caption,
            points(Panel("", say("Office"), self.axis(shown), tuple(names), (series,))),
        )

    def rows(self, scenario: str) -> list[OfficeRow]:
        """Return every office, those with a place first."""
        words, by = self.words, self.province.by
        ranking = self.province.ranking(scenario)
        placed = {office.id for _, office in ranking}
        shown = unit(self.said, words, self.gains(scenario))
        rows = [
            OfficeRow(
                _places(place),
                self.office(office),
                words.estimate(office.found[scenario].gains[by], shown, signed=True),
                office_note(self.province, scenario, office, words),
            )
            for place, office in ranking
        ]
        return rows + [
            OfficeRow("–", self.office(each), "–", self.why_unplaced(scenario, each))
            for each in self.province.offices
            if each.id not in placed
        ]

    def why_unplaced(self, scenario: str, office: OfficeFound) -> str:
        if office.found[scenario].gains[self.province.by].mean is None:
            return self.words.say("no case")
        return self.words.say("too many cases still open")

    def office(self, office: OfficeFound) -> str:
        return office_title(office, self.words)


def _places(place: Place) -> str:
    if place.best == place.worst:
        return str(place.best)
    return f"{place.best}–{place.worst}"
