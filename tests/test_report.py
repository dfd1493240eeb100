"""The report says what was measured, honestly, in one page that needs nothing from elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from sim.comparison import (
    BASELINE,
    Comparison,
    Estimate,
    Histogram,
    Pictures,
    Scenario,
    Verdict,
)
from sim.office import Office
from sim.report import names
from sim.report.changes import Change, changes, differing
from sim.report.headline import Answer, answers
from sim.report.page import render
from sim.report.results import groups, headline_measures, row
from sim.report.tables import clock_times, where_time_goes
from sim.report.view import View
from sim.report.wording import Unit, Words
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


def answer(scenario: str, comparison: Comparison | None = None) -> Answer:
    seen = view(comparison)
    return next(each for each in answers(seen, changes(seen)) if each.id == scenario)


def with_verdicts(says: str, **others: str) -> Comparison:
    """Return the comparison with the same verdict on every measure but a few."""
    whole = comparisons.comparison()
    made = {
        name: Verdict(others.get(name, says), each.low, each.high, each.matters)
        for name, each in whole.verdicts["delegated"].items()
    }
    return replace(whole, verdicts=whole.verdicts | {"delegated": made})


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
        return replace(scenario, title=HOSTILE, office=office, warnings=(HOSTILE,))

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
    assert said in [text for _, text in shown.all("li")]  # warnings
    assert said in [text for _, text in shown.all("td")]  # sources
    assert said in [text for _, text in shown.all("dd")]  # provenance
    assert any(said in text for _, text in shown.all("th"))


def test_texts_from_files_stay_text_in_the_data_of_pictures() -> None:
    shown = Page(render(hostile()))
    data = [text for a, text in shown.all("script") if a.get("type") == "application/json"]
    figures = [json.loads(text) for text in data]
    assert len(figures) == 8
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
    assert len(pictures) == 8
    for attributes in pictures:
        assert re.search(r"\d", attributes["aria-label"])
    details = page().all("details")
    assert sum(text.startswith("The numbers:") for _, text in details) == 8


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
    for tag in ("h1", "h2", "h3", "p", "summary", "caption", "a", "strong", "dt"):
        for _, text in shown.all(tag):
            left = text
            while "⟦" in left:
                left = re.sub(r"⟦[^⟦⟧]*⟧", "", left)
            if tag != "dt":
                assert left.strip(" :") in own or not re.search("[A-Za-z]", left), (tag, text)


# ---- The answer in plain words -------------------------------------------------------------------


def test_the_answer_says_each_clear_gain_with_its_interval_if_the_assumptions_hold() -> None:
    assert answer("delegated").lead == (
        "If the assumptions hold, people wait 17.2 minutes less (95% interval 15.1 to 19.3), "
        "people make 0.16 fewer trips for each case (95% interval 0.14 to 0.18) and "
        "results are in hand 9.2 hours sooner (95% interval 8.1 to 10.3)."
    )


def test_no_difference_that_matters_is_said_as_such() -> None:
    found = answer("delegated", with_verdicts("no difference that matters"))
    assert found.lead.startswith("Over all cases this makes no difference that matters")
    assert not any("Worth" in sentence for sentence in found.further)


def test_what_is_not_clear_yet_is_said_as_such() -> None:
    found = answer("delegated", with_verdicts("not clear yet: more replications"))
    assert found.lead.startswith("Over all cases no clear difference so far")
    assert any(s.startswith("Not clear yet, more replications would tell:") for s in found.further)


def test_a_mixture_of_unclear_and_none_is_no_clear_difference() -> None:
    mixed = with_verdicts("no difference that matters", trips="not clear yet: more replications")
    assert answer("delegated", mixed).lead.startswith("Over all cases no clear difference")


def test_too_many_open_cases_are_said_as_the_reason_for_no_verdict() -> None:
    spoilt = with_verdicts("less", turnaround_hours="no verdict: too many cases still open")
    found = answer("delegated", spoilt)
    assert "in hand" not in found.lead
    assert (
        "No verdict, since too many cases were still open at the end: "
        "From first arrival to last result." in found.further
    )


def test_a_loss_is_said_beside_the_gains() -> None:
    whole = comparisons.comparison()
    differences = whole.differences["delegated"] | {"wait_minutes": Estimate(2.0, 1.0, 3.0)}
    verdicts = whole.verdicts["delegated"] | {"wait_minutes": Verdict("more", 0.9, 3.1, 1)}
    worse = replace(
        whole,
        differences=whole.differences | {"delegated": differences},
        verdicts=whole.verdicts | {"delegated": verdicts},
    )
    found = answer("delegated", worse)
    assert "people wait" not in found.lead
    assert "But people wait 2.0 minutes more (95% interval 1.0 to 3.0)." in found.further


def test_a_year_is_worth_something_only_where_the_cost_is_clear() -> None:
    worth = [s for s in answer("delegated").further if s.startswith("Worth about")]
    assert worth == [
        "Worth about 18,800,000 VND a year to citizens (95% interval 17,000,000 to 20,700,000)."
    ]
    unclear = with_verdicts("less", citizen_cost="not clear yet: more replications")
    assert not any("a year" in s for s in answer("delegated", unclear).further)


def test_more_people_do_not_count_as_a_saving_of_the_office() -> None:
    whole = comparisons.comparison()
    more = whole.scenarios["more_people"]
    more = replace(more, measures=more.measures | {"cases": comparisons.near(1_700)})
    differences = whole.differences["more_people"] | {
        "office_cost": Estimate(-9_000.0, -9_500.0, -8_500.0)
    }
    verdicts = whole.verdicts["more_people"] | {"office_cost": Verdict("less", -9_900, -8_000, 1)}
    changed = replace(
        whole,
        scenarios=whole.scenarios | {"more_people": more},
        differences=whole.differences | {"more_people": differences},
        verdicts=whole.verdicts | {"more_people": verdicts},
    )
    found = answer("more_people", changed)
    spread = [s for s in (found.lead, *found.further) if "costs the office" in s]
    assert spread == [
        "23.6% more cases come, over which the office's cost is spread: "
        "a case costs the office 9,000 VND less (95% interval 8,500 to 9,500)."
    ]


def test_a_procedure_that_changed_is_spoken_of_where_its_cases_are_lost_in_the_mean() -> None:
    whole = comparisons.comparison()
    shorter = whole.differences["shorter"] | {
        "turnaround_hours@permit": Estimate(-120.0, -130.0, -110.0)
    }
    changed = replace(whole, differences=whole.differences | {"shorter": shorter})
    text = (
        "Procedure: Permit, alone, if the assumptions hold: "
        "results are in hand 5.00 calendar days sooner (95% interval 4.58 to 5.42)."
    )
    assert text in answer("shorter", changed).further
    wide = shorter | {"turnaround_hours@permit": Estimate(-120.0, -250.0, 10.0)}
    unclear = replace(whole, differences=whole.differences | {"shorter": wide})
    assert not any("alone" in sentence for sentence in answer("shorter", unclear).further)


def test_many_demands_that_change_do_not_hide_the_one_procedure_that_does() -> None:
    def four_demands(per_day: float, raw: dict[str, Any]) -> None:
        demand = raw["demands"].pop()
        raw["demands"] += [demand | {"id": f"d{i}", "per_day": per_day} for i in range(4)]

    def shorter_and_more(raw: dict[str, Any]) -> None:
        raw["procedures"][1]["deadline"] = {"within": "5 working days"}
        four_demands(0.3, raw)

    whole = comparisons.comparison()
    office = comparisons.office(partial(four_demands, 0.2))
    before = replace(whole.scenarios[BASELINE], office=office)
    after = replace(whole.scenarios["shorter"], office=comparisons.office(shorter_and_more))
    gains = whole.differences["shorter"] | {
        f"turnaround_hours@{place}": Estimate(-120.0, -130.0, -110.0)
        for place in ("permit", "@d0", "@d1", "@d2", "@d3")
    }
    changed = replace(
        whole,
        scenarios=whole.scenarios | {BASELINE: before, "shorter": after},
        differences=whole.differences | {"shorter": gains},
    )
    alone = [s for s in answer("shorter", changed).further if "alone" in s]
    assert len(alone) == 1
    assert alone[0].startswith("Procedure: Permit, alone")


def test_what_is_clear_over_all_cases_is_not_said_again_for_a_procedure() -> None:
    whole = comparisons.comparison()
    gains = whole.differences["delegated"] | {"trips@certify_copies": Estimate(-0.3, -0.35, -0.25)}
    clear = replace(whole, differences=whole.differences | {"delegated": gains})
    assert whole.verdicts["delegated"]["trips"].says == "less"
    assert not any("alone" in sentence for sentence in answer("delegated", clear).further)


def test_gains_beyond_the_first_three_are_said_too() -> None:
    assert (
        "Also: same-day results rise by 16.0 percentage points (95% interval 14.1 to 17.9) and "
        "a case costs the citizen 13,704 VND less (95% interval 12,060 to 15,348)."
    ) in answer("delegated").further


@pytest.mark.parametrize("measure", names.MEASURES)
def test_less_and_more_are_said_differently(measure: str) -> None:
    known = names.MEASURES[measure]
    assert known.less != known.more
    assert re.search("less|fewer|fall|sooner", known.less)
    assert re.search("more|rise|later", known.more)


def test_who_gains_and_who_loses_is_said_in_shares() -> None:
    assert any(
        s.startswith("Of the same cases in both, 18.4% have their result sooner")
        and "2.2% later, 79.4% at the same time" in s
        for s in answer("delegated").further
    )


def test_warnings_are_shown_with_their_scenario() -> None:
    notes = [text for a, text in page().all("div") if a.get("role") == "note"]
    assert len(notes) == 1
    assert "The same, and 25% more people come: Team counter: work comes to 104%" in notes[0]


# ---- Law, assumption, simulated ------------------------------------------------------------------


def says(scenario: str, comparison: Comparison | None = None) -> str:
    found = next(each for each in changes(view(comparison)) if each.id == scenario)
    return " ".join(found.says)


def listed(change: Callable[[dict[str, Any]], None]) -> dict[str, Change]:
    found = differing(comparisons.office(), comparisons.office(change), Words())
    return {each.path: each for each in found}


def test_what_the_office_does_differently_is_called_simulated() -> None:
    assert says("until_closing").startswith("Nobody is assumed to work faster")


def test_a_scenario_points_to_the_one_with_a_part_of_its_changes() -> None:
    assert "“No 3 p.m. cutoff” makes a part of these changes alone" in says("delegated")
    assert "“No cutoff, and signing delegated” makes a part" in says("more_people")
    assert "makes a part" not in says("until_closing")


def test_a_limit_alone_is_law_and_makes_nobody_faster() -> None:
    def shorter(raw: dict[str, Any]) -> None:
        raw["procedures"][1]["deadline"] = {"within": "5 working days"}
        rests = {"working_days": 0.6 * 15 * 5 / 7}  # as long as before, written otherwise
        raw["procedures"][1]["steps"][1]["rests"] = rests

    found = listed(shorter)
    assert list(found) == ["procedures.permit.deadline.within"]
    assert found["procedures.permit.deadline.within"].kind == "law"
    whole = comparisons.comparison()
    office = replace(whole.scenarios["shorter"], office=comparisons.office(shorter))
    law = replace(whole, scenarios=whole.scenarios | {"shorter": office})
    assert says("shorter", law).startswith("Only the law changes. Nobody works faster")


def test_resting_times_that_shrink_with_a_limit_are_called_an_assumption() -> None:
    found = {
        change.path: change
        for each in changes(view())
        if each.id == "shorter"
        for change in each.listed
    }
    rests = found["procedures.permit.steps.appraise.rests.of_deadline"]
    assert (rests.kind, rests.before, rests.after) == (
        "assumed", "6.43 working days", "3 working days",
    )  # fmt: skip
    assert found["procedures.permit.deadline.within"].kind == "law"
    assert "whatever is faster here is assumed" in says("shorter")


def test_faster_work_and_other_people_are_assumed_and_more_staff_is_organised() -> None:
    def changed(raw: dict[str, Any]) -> None:
        raw["teams"][0]["staff"] = 3
        raw["teams"][0]["absence"] = 0.0
        raw["procedures"][0]["steps"][1]["minutes"] = 4
        raw["demands"][0]["per_day"] = 9

    assert {path: change.kind for path, change in listed(changed).items()} == {
        "teams.counter.staff": "organised",
        "teams.counter.absence": "assumed",
        "procedures.certify_copies.steps.compare.minutes": "assumed",
        "demands.copies.per_day": "assumed",
    }


def test_what_a_scenario_leaves_out_is_a_change_too() -> None:
    def without_permits(raw: dict[str, Any]) -> None:
        raw["demands"].pop()

    gone = listed(without_permits)["demands.permits.per_day"]
    assert (gone.part, gone.before, gone.after) == (
        "People who come for: Permits", "0.5 cases a day", "not set",
    )  # fmt: skip


def test_an_office_does_not_differ_from_itself() -> None:
    assert differing(comparisons.office(), comparisons.office(), Words()) == ()


# ---- Tables --------------------------------------------------------------------------------------


def test_the_table_has_every_scenario_of_every_headline_measure() -> None:
    seen = view()
    for measure in headline_measures(seen):
        lines = row(seen, measure).lines
        assert [line.scenario for line in lines] == list(seen.names.values())
        assert lines[0].difference == ""
        assert all(line.difference and line.verdict for line in lines[1:])


def test_a_difference_is_shown_with_its_interval_verdict_and_whether_it_is_better() -> None:
    line = next(each for each in row(view(), "wait_minutes").lines if "delegated" in each.scenario)
    assert line.value == "14.2 (13.8 to 14.6)"
    assert line.difference == "−17.2 (−19.3 to −15.1)"
    assert (line.verdict, line.mood) == ("less", "better")
    shares = row(view(), "same_day_share").lines[2]
    assert (shares.verdict, shares.mood, shares.difference[0]) == ("more", "better", "+")


def test_every_measure_is_in_the_second_table_the_whole_office_first() -> None:
    found = groups(view())
    assert [group.title for group in found] == [
        "The whole office",
        "Procedure: Certification of copies",
        "People who come for: Permits",
    ]
    whole = [each.label for each in found[0].rows]
    named = {m for m in comparisons.comparison().scenarios[BASELINE].measures if "@" not in m}
    only_differences = {
        "citizen_saving_year", "office_saving_year",
        "better_share", "unchanged_share", "worse_share",
    }  # fmt: skip
    assert len(whole) == len(set(whole)) == len(named | only_differences)


def test_a_measure_without_a_case_is_shown_as_such() -> None:
    lines = groups(view())[2].rows[0].lines
    assert lines[0].value == "no case"
    assert lines[1].difference == "no case"


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
    assert (roles.before, roles.after) == ("certify, reception, sign", "certify, reception")
    assert seen.office == whole.scenarios[BASELINE].office  # of which the sources speak
    assert "Differences are from “No cutoff, and signing delegated”" in render(turned)


def test_the_groups_of_causes_add_up_to_the_turnaround() -> None:
    found = where_time_goes(view())
    assert found is not None
    panel, wholes = found
    for place, whole in enumerate(wholes.values):
        parts = [series.values[place] for series in panel.series]
        assert whole is not None
        assert sum(part.mean for part in parts if part) == pytest.approx(whole.mean)


def test_a_night_that_an_absent_official_costs_is_not_laid_on_the_opening_hours() -> None:
    found = where_time_goes(view())
    assert found is not None
    by_name = {series.name: series.values[0] for series in found[0].series}
    closed = comparisons.comparison().scenarios[BASELINE].measures["time.closed"].mean
    waiting, otherwise = by_name["Closed while it waits for staff"], by_name["Closed otherwise"]
    assert waiting is not None
    assert otherwise is not None
    assert closed is not None
    assert waiting.mean == pytest.approx(0.6 * closed)
    assert otherwise.mean == pytest.approx(0.4 * closed)


def test_the_ledger_stands_in_the_page_with_sources_and_assumptions() -> None:
    cells = [text for _, text in page().all("td")]
    assert "Register of the year before" in cells
    assert cells.count("assumption: replace with your own data") >= 40
    assert any(text.endswith("demands.copies.per_day") for _, text in page().all("th"))


def test_the_page_ends_with_what_reproduces_it() -> None:
    told = [text for _, text in page().all("dd")]
    assert "onestop compare drop_cutoff.toml --seed 2023" in told
    assert "4.1.1" in told
    assert any("seed 2023" in text for _, text in page().all("p"))


# ---- Words and numbers ---------------------------------------------------------------------------


def test_numbers_have_thousands_separators_and_a_true_minus_and_no_negative_zero() -> None:
    words = Words()
    assert words.number(-1234567.4, 0) == "−1,234,567"
    assert words.number(-0.04, 1) == "0.0"
    assert words.plain(0.086250000000000001) == "0.08625"
    assert words.plain(2000) == "2,000"
    assert words.rounded(-1_234_567) == "−1,230,000"
    assert words.rounded(0) == "0"


def test_estimates_are_shown_as_far_as_they_were_made() -> None:
    words, unit = Words(), Unit("minutes", "minutes")
    assert words.estimate(Estimate(2.04, 1.0, 3.0), unit, signed=True) == "+2.0 (1.0 to 3.0)"
    assert words.estimate(Estimate(0.04, -1.0, 1.0), unit, signed=True) == "0.0 (−1.0 to 1.0)"
    assert words.estimate(Estimate(2.0, None, None), unit) == "2.0 (no interval)"
    assert words.estimate(Estimate(None, None, None), unit) == "no case"
    assert words.estimate(None, unit) == "no case"


def test_money_carries_the_currency_of_the_office() -> None:
    words = Words(currency="PLN")
    assert names.unit("money", words, 12.5).name == "PLN a case"
    assert words.quantity(12.5, names.unit("money", words, 12.5)) == "12.50"
    assert words.quantity(51_268.4, names.unit("money", words, 51_268.4)) == "51,268"


@pytest.mark.parametrize(
    ("hours", "name", "shown"),
    [(0.5, "minutes", "30.0"), (5, "hours", "5.00"), (26, "hours", "26.0"),
     (96, "calendar days", "4.00"), (480, "calendar days", "20.0")],
)  # fmt: skip
def test_time_by_the_clock_is_shown_in_the_unit_people_use(
    hours: float, name: str, shown: str
) -> None:
    unit = names.unit("hours", Words(), hours)
    assert unit.of_difference == name
    assert Words().quantity(hours, unit) == shown


@pytest.mark.parametrize(
    ("hours", "shown"),
    [
        ((0, 0.25, 2), ["0 min", "15 min", "120 min"]),
        ((0, 0.5, 70), ["0 h", "0.5 h", "70 h"]),
        ((0, 20, 480), ["0 days", "0.8 days", "20 days"]),
    ],
)
def test_edges_of_bins_are_all_in_the_unit_of_the_longest(
    hours: tuple[float, ...], shown: list[str]
) -> None:
    assert clock_times(hours, Words()) == shown


def test_braces_in_titles_are_no_placeholders() -> None:
    assert Words().say("{title}: {n}", title="{n} {x}", n=3) == "{n} {x}: 3"


def test_every_measure_and_cause_has_a_name_of_its_own() -> None:
    office = Office.model_validate(comparisons.COMMUNE)
    measures = [*names.MEASURES, *(f"time.{cause}" for cause in names.CAUSES)]
    measures += [
        f"{m}{end}"
        for m in ("wait_minutes", "turnaround_hours")
        for end in ("_p50", "_p90", "_p95")
    ]
    labels = [names.label(measure, office, Words()) for measure in measures]
    assert len(set(labels)) == len(labels)
    assert names.label("utilisation.counter", office, Words()) == "Staff load, Reception counter"
