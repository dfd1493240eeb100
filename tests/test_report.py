"""The report says what was measured, honestly, in one page that needs nothing from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from sim.cli import Moved, app
from sim.comparison import (
    BASELINE,
    Comparison,
    Estimate,
    Histogram,
    Pictures,
    Scenario,
    Verdict,
)
from sim.report import names
from sim.report.changes import changes
from sim.report.page import provenance, render
from sim.report.view import View
from sim.words import Words
from tests import comparisons

VOID = {"meta", "link", "img", "br", "input", "hr"}


class Page(HTMLParser):
    """The elements of a page in their order, with the text directly or deeply inside."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[list[str]] = []
        self._open: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        self.texts.append([])
        if tag not in VOID:
            self._open.append(len(self.elements) - 1)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self.elements[self._open.pop()][0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for place in self._open:
            self.texts[place].append(data)

    def all(self, tag: str) -> list[tuple[dict[str, str], str]]:
        """Return attributes and text of every element of a kind."""
        found = zip(self.elements, self.texts, strict=True)
        return [
            (attributes, " ".join("".join(text).split()))
            for (name, attributes), text in found
            if name == tag
        ]


@cache
def html() -> str:
    return render(comparisons.comparison())


@cache
def page() -> Page:
    return Page(html())


def view(comparison: Comparison | None = None) -> View:
    return View(comparison or comparisons.comparison(), Words())


def section(name: str) -> str:
    """Return a section of the page as HTML."""
    found = re.search(f'<section id="{name}".*?</section>', html(), re.DOTALL)
    assert found
    return found[0]


def without_plotly(text: str) -> str:
    from plotly.offline import get_plotlyjs

    return text.replace(get_plotlyjs(), "")


# ---- One file that needs nothing from elsewhere --------------------------------------------------


def test_plotly_is_in_the_page_exactly_once() -> None:
    from plotly.offline import get_plotlyjs

    assert html().count(get_plotlyjs()) == 1
    assert without_plotly(html()).count("Plotly.newPlot") == 1


def test_the_page_asks_for_nothing_from_elsewhere() -> None:
    assert "http://" not in without_plotly(html())
    assert "https://" not in without_plotly(html())
    for tag, attributes in page().elements:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base")
        assert "src" not in attributes
        assert "srcset" not in attributes
        assert attributes.get("href", "#").startswith("#")
    assert "@import" not in without_plotly(html())
    assert "url(" not in without_plotly(html())


def test_the_page_forbids_browsers_to_fetch_anything() -> None:
    policies = [a["content"] for a, _ in page().all("meta") if "http-equiv" in a]
    assert len(policies) == 1
    assert policies[0].startswith("default-src 'none';")
    assert "http" not in policies[0]
    assert "connect-src" not in policies[0]


def test_the_same_comparison_gives_the_same_page() -> None:
    assert render(comparisons.comparison()) == html()


# ---- Texts from files ----------------------------------------------------------------------------

HOSTILE = (
    """</script><script>alert(1)</script><img src=x onerror=alert(2)> "q" 'a' {{ 7 * 7 }} &lt;"""
)


def hostile() -> Comparison:
    whole = comparisons.comparison()

    def named(raw: dict[str, Any]) -> None:
        raw["title"] = HOSTILE
        raw["teams"][0]["title"] = HOSTILE
        raw["procedures"][0]["title"] = HOSTILE
        raw["procedures"][0]["basis"] = HOSTILE
        raw["sources"]["demands.copies"] = HOSTILE

    def of(scenario: Scenario) -> Scenario:
        office = comparisons.office(named)
        return replace(scenario, title=HOSTILE, office=office)

    return replace(
        whole,
        title=HOSTILE,
        scenarios={id_: of(each) for id_, each in whole.scenarios.items()},
        provenance={"command": HOSTILE, HOSTILE: {HOSTILE: HOSTILE}},
    )


def test_texts_from_files_stay_text_wherever_they_are_shown() -> None:
    shown = Page(render(hostile()))
    assert len(shown.all("script")) == len(page().all("script"))
    assert not shown.all("img")
    assert not [a for _, a in shown.elements if any(name.startswith("on") for name in a)]
    said = " ".join(HOSTILE.split())
    assert shown.all("h1")[0][1] == said
    assert said in shown.all("title")[0][1]
    assert said in [text for _, text in shown.all("td")]  # sources
    assert said in [text for _, text in shown.all("dd")]  # provenance
    assert any(said in text for _, text in shown.all("th"))


def test_when_results_were_made_is_said_as_the_reader_writes_it() -> None:
    made = {"date": "2026-11-23T11:21:59+07:00", "study": "2026-11-23T04:21:59"}
    assert provenance(made, Words())[0] == ("date", "23 November 2026, 04:21 (UTC)")
    assert provenance(made, Words("vi"))[0][1] == "04:21 ngày 23/11/2026 (UTC)"
    assert provenance(made, Words())[1][1] == made["study"]
    assert provenance({"date": "lately"}, Words()) == [("date", "lately")]


def test_texts_from_files_stay_text_in_the_data_of_pictures() -> None:
    shown = Page(render(hostile()))
    data = [text for a, text in shown.all("script") if a.get("type") == "application/json"]
    figures = [json.loads(text) for text in data]
    assert len(figures) == len([a for a, _ in shown.all("div") if a.get("role") == "img"])
    names_drawn = {trace.get("name") for figure in figures for trace in figure["data"]}
    assert any(name and "&lt;script&gt;alert(1)" in name for name in names_drawn)
    assert not any(name and "<" in name for name in names_drawn)


# ---- Readable by everybody -----------------------------------------------------------------------


def test_the_page_says_its_language_and_has_one_main_heading() -> None:
    assert page().all("html")[0][0]["lang"] == "en"
    assert len(page().all("h1")) == 1
    assert len(page().all("main")) == 1


def test_headings_skip_no_level() -> None:
    levels = [int(tag[1]) for tag, _ in page().elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_heading_of_a_table_says_what_it_heads() -> None:
    heads = page().all("th")
    assert heads
    assert all(a.get("scope") in ("col", "row", "rowgroup") for a, _ in heads)
    assert len(page().all("caption")) == len(page().all("table"))


def test_every_picture_has_words_for_who_does_not_see_it_and_its_numbers_in_a_table() -> None:
    pictures = [a for a, _ in page().all("div") if a.get("role") == "img"]
    assert len(pictures) >= 20
    for attributes in pictures:
        assert re.search(r"\d", attributes["aria-label"])
    for name in ("picture", "time", "who", "office-day", "cost"):
        text = section(name)
        drawn = text.count('role="img"')
        in_groups = sum(group.count('role="img"') for group in groups_of_pictures(text))
        numbers = text.count("<summary>The numbers:")
        assert numbers == drawn - in_groups + len(groups_of_pictures(text)) > 0, name


def groups_of_pictures(text: str) -> list[str]:
    """Return what stands in each group of small pictures, which share their numbers."""
    return re.findall(r'<div class="multiples">(.*?)</figure>\s*</div>', text, re.DOTALL)


def test_the_nine_sections_stand_in_their_order() -> None:
    ids = [a["id"] for a, _ in page().all("section")]
    order = ["answer", "picture", "time", "who", "office-day", "cost", "sure", "sources"]
    assert [each for each in ids if each != "citizen"] == order
    assert page().all("nav")[0][1].startswith("In short Before and after")


def test_the_page_never_forecasts_a_satisfaction_score() -> None:
    assert "nothing here forecasts its score" in section("cost")


def test_a_closed_page_says_how_to_learn_what_the_result_hinges_on() -> None:
    [told] = re.findall(r"<code>onestop (compare STUDY .*?)</code>", section("sure"))
    assert moves_all(told)


def moves_all(command: str) -> bool:
    """Return whether the command line takes a command, and then moves every assumption."""
    name, *options = command.split()
    whole = get_command(app)
    assert isinstance(whole, TyperGroup)
    asked = whole.commands[name].make_context(name, options)
    return bool(asked.params["sensitivity"] is Moved.all)


def test_ids_are_unique_and_links_lead_somewhere() -> None:
    ids = [a["id"] for _, a in page().elements if "id" in a]
    assert len(ids) == len(set(ids))
    targets = [a["href"][1:] for a, _ in page().all("a")]
    targets += [a["aria-labelledby"] for _, a in page().elements if "aria-labelledby" in a]
    targets += [a["data-figure"] for _, a in page().elements if "data-figure" in a]
    assert set(targets) <= set(ids)


def test_every_text_of_the_page_passes_through_the_one_function(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    say: Callable[..., str] = Words.say
    monkeypatch.setattr(Words, "say", lambda *a, **values: f"⟦{say(*a, **values)}⟧")
    shown = Page(render(comparisons.comparison()))
    whole = comparisons.comparison()
    own = {view().words.title(each.title) for each in whole.scenarios.values()}
    own |= {view().words.title(whole.title), view().words.title(view().office.title)}
    office = view().office
    for parts in (office.teams, office.procedures, office.demands):
        own |= {view().words.title(part.title, names.readable(part.id)) for part in parts}
    for tag in ("h1", "h2", "h3", "p", "summary", "caption", "a", "strong", "dt"):
        for _, text in shown.all(tag):
            left = text
            while "⟦" in left:
                left = re.sub(r"⟦[^⟦⟧]*⟧", "", left)
            for title in sorted(own, key=len, reverse=True):
                left = left.replace(title, "")
            if tag != "dt":
                assert not re.search("[A-Za-z]", left), (tag, text)


def test_warnings_are_shown_with_their_scenario() -> None:
    notes = [text for a, text in page().all("div") if a.get("role") == "note"]
    assert len(notes) == 1
    assert "The same, and 25% more people come: 3.1% of the cases were still open" in notes[0]


def test_the_ledger_stands_in_the_page_with_sources_and_assumptions() -> None:
    cells = [text for _, text in page().all("td")]
    assert "Register of the year before" in cells
    assert cells.count("assumption: replace with your own data") >= 40
    assert any(text.endswith("demands.copies.per_day") for _, text in page().all("th"))


def test_the_page_ends_with_what_reproduces_it() -> None:
    told = [text for _, text in page().all("dd")]
    assert "onestop compare drop_cutoff.toml --seed 2023" in told
    assert "4.1.1" in told
    assert any("seed: 2023" in text for _, text in page().all("p"))


def test_alone_and_once_there_is_nothing_to_compare_and_there_are_no_intervals() -> None:
    shown = render(comparisons.alone())
    text = without_plotly(shown)
    assert "there is no scenario to compare it with" in text
    assert "31.4 (no interval)" in text
    assert "95% intervals." not in text
    assert "NaN" not in text
    assert 'id="changes"' not in text
    Page(shown)


def test_an_office_that_nobody_came_to_still_has_a_page() -> None:
    whole = comparisons.comparison()
    none = Estimate(None, None, None)
    nothing = Histogram((0.0, 0.0), (0.0,))

    def empty(each: Scenario) -> Scenario:
        measures = dict.fromkeys(each.measures, none)
        return replace(each, measures=measures, pictures=Pictures(nothing, nothing, {}))

    deserted = replace(
        whole,
        scenarios={id_: empty(each) for id_, each in whole.scenarios.items()},
        differences={id_: dict.fromkeys(found, none) for id_, found in whole.differences.items()},
        verdicts={
            id_: dict.fromkeys(found, Verdict("no verdict: no case", None, None, 1))
            for id_, found in whole.verdicts.items()
        },
    )
    text = without_plotly(render(deserted))
    assert "no case" in text
    assert "No verdict, since there was no such case" in text
    assert "NaN" not in text


def test_another_scenario_can_be_the_baseline() -> None:
    whole = comparisons.comparison()
    order = {"delegated": whole.scenarios["delegated"]} | whole.scenarios
    kept = {BASELINE: whole.differences["delegated"]}
    turned = replace(
        whole,
        baseline="delegated",
        scenarios=order,
        differences=whole.differences | kept,
        verdicts=whole.verdicts | {BASELINE: whole.verdicts["delegated"]},
    )
    seen = view(turned)
    assert [each.id for each in seen.every][:2] == ["delegated", BASELINE]
    found = next(each for each in changes(seen) if each.id == BASELINE)
    roles = next(change for change in found.listed if change.path == "teams.judicial.roles")
    assert (roles.before, roles.after) == ("Certify, Reception, Sign", "Certify, Reception")
    assert seen.office == whole.scenarios[BASELINE].office  # of which the sources speak
    assert "Differences are from “No cutoff, and signing delegated”" in render(turned)
