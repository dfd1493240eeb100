"""The pages, the terminal and the JSON of a calibration show all of it, and nothing else."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from sim.calibrate import as_json, dots, page, pictures, terminal, wording
from sim.calibrate.outcome import (
    Assumed,
    Calibration,
    Chart,
    Curve,
    Distance,
    Fitted,
    Group,
    Inside,
    Measured,
    Section,
    Validation,
)
from sim.look import Figure
from sim.records.records import Column, Finding, Quality
from sim.words import Words
from tests.test_report import HOSTILE, Page, without_plotly

NAN = math.nan
QUEUES = (
    "A: Land use", "B: Business", "C: Passports, applications", "D: Passports, collection",
    "F: Infrastructure, environment, local resources and premises", "G: Surveying", "H: Benefits",
    "I: General intake", "L: Vehicles", "M: Driving licences", "P: Residence and identity cards",
    "T: Plates and registration papers",
)  # fmt: skip
HOURS = tuple(8 + 0.5 * half for half in range(17))


def measured(name: str, unit: str, observed: float, mean: float, half: float) -> Measured:
    low, high = mean - half, mean + half
    inside: Inside = "inside"
    if not low <= observed <= high:
        inside = "above" if observed > high else "below"
    return Measured(name, unit, observed, mean, low, high, inside, f"said of the {name}")


def by_hour(place: int) -> Chart:
    waits = tuple((6 + place) * (1 + math.sin((hour - 8) / 3)) for hour in HOURS)
    simulated = tuple(1.1 * wait + 0.5 for wait in waits)
    band = tuple(0.7 * wait for wait in simulated), tuple(1.4 * wait + 1 for wait in simulated)
    return Chart(
        "waits-by-hour", "lines", "Waits by hour", "Mean wait of who came in the half hour.",
        "time of day", "minutes",
        (Curve("observed", HOURS, waits), Curve("simulation", HOURS, simulated, *band)),
        clock=True,
    )  # fmt: skip


def overlay(place: int) -> Chart:
    x = tuple(float(minute) for minute in range(0, 121))
    curves = [
        Curve(name, x, tuple(1 - math.exp(-each / scale) for each in x))
        for name, scale in (
            ("observed", 12.0 + place), ("simulation", 13.0 + place),
            ("the fitted days themselves", 16.0), ("Erlang C by hour", 5.0),
        )
    ]  # fmt: skip
    return Chart(
        "waits", "lines", "Share that waited at most so long", "", "minutes", "share", tuple(curves)
    )


def lines_of_people(place: int) -> Chart:
    length = tuple(round(place + 4 * math.sin((hour - 7) / 3)) for hour in HOURS)
    return Chart(
        "line", "steps", "Line length over the day", "", "time of day", "people",
        (Curve("observed", HOURS, length), Curve("simulation", HOURS, length[::-1])), clock=True,
    )  # fmt: skip


def quantiles(place: int) -> Chart:
    x = tuple(0.4 * each for each in range(1, 40))
    y = tuple(each * (1 + 0.01 * place) + 0.02 * each**1.5 for each in x)
    return Chart(
        f"qq-{place}", "quantiles", f"Handling times, queue {place}", "Each mark is a quantile.",
        "lognormal, minutes", "recorded, minutes", (Curve("quantiles", x, y),),
    )  # fmt: skip


def group(place: int, title: str) -> Group:
    wait = 8.0 + 2 * place
    observed = wait * (1.6 if place % 4 == 3 else 1.1)
    measures = (
        measured("mean wait", "minutes", observed, wait, 0.35 * wait),
        measured("90th percentile of the wait", "minutes", 2.3 * observed, 2.2 * wait, 0.9 * wait),
        measured("tickets a day", "tickets", 150.0 + place, 152.5, 20.0),
        measured("share that waited over 30 minutes", "share", 0.12, 0.09, 0.05),
    )
    if place == 5:
        lost = replace(measures[0], mean=NAN, low=NAN, high=NAN, inside="cannot be told")
        measures = (lost,)
    distances = (
        Distance("simulation", 1.234, 0.912, 1.678, "minutes"),
        Distance("the fitted days themselves", 1.9, None, None, "minutes"),
        Distance("their mean", 9.87, None, None, "minutes"),
        Distance("Erlang C by hour", 6.5, None, None, "minutes"),
    )
    says = (
        f"Verdict on queue {place}: the mean wait is as predicted.",
        "Two counters closed for an hour on the second day, which the plan does not know.",
    )
    charts = (by_hour(place), overlay(place), lines_of_people(place))
    return Group(f"queue-{place}", title, 420 + place, 3, measures, distances, charts, says)


def validation(queues: tuple[str, ...] = QUEUES[:2]) -> Validation:
    return Validation(
        "District office",
        (dt.date(2020, 1, 8), dt.date(2020, 1, 9), dt.date(2020, 1, 10)),
        held_out=True,
        replayed=True,
        replications=200,
        groups=tuple(group(place, title) for place, title in enumerate(queues)),
        warnings=("Queue D: too few tickets a day to judge.",),
    )


def numbers_of(place: int) -> list[Fitted]:
    serve = f"procedures.queue_{place}.steps.serve.minutes.lognormal"
    source = "1,223 tickets of 6 days: maximum likelihood"
    return [
        Fitted(f"demands.queue_{place}.per_day", 203.8333, 190.12, 217.49, source),
        Fitted(f"{serve}.mean", 6.4321, 6.1, 6.784, f"{source}, waits matched"),
        Fitted(f"{serve}.cv", 0.81234, 0.62, 1.1, f"{source}, waits matched"),
        Fitted(f"demands.queue_{place}.by_hour.08:00", 1.71828, None, None, source),
    ]


def calibration(queues: tuple[str, ...] = QUEUES[:2]) -> Calibration:
    places = range(len(queues))
    return Calibration(
        "District office",
        "tickets",
        (dt.date(2019, 12, 30), dt.date(2020, 1, 7), 5),
        Quality(
            columns=(
                Column("queue", "queue_name", False, "tickets.csv"),
                Column("arrived", "arrived_after", True, "tickets.csv"),
            ),
            findings=(
                Finding("read", "rows of tickets", 12_345),
                Finding("repaired", "times written with a dot", 12, ("line 17",), "as 08:05"),
                Finding("dropped", "duplicate rows", 3, ("line 5", "line 9"), "the first was kept"),
                Finding("noticed", "days unlike others", 1, ("2019-12-31",)),
            ),
        ),
        tuple(number for place in places for number in numbers_of(place)),
        (Assumed("demands.queue_0.patience", "none", "no ticket says whether its holder left"),),
        (
            Section("arrivals", "Arrivals", ("Monday is the busiest.",), (by_hour(1),)),
            Section("staff", "Staff", ("Queues L and T share their counters.",)),
            Section(
                "handling", "Handling times", ("The end of service is not recorded.",),
                tuple(quantiles(place) for place in range(max(6, len(queues)))),
            ),
        ),
        warnings=("Handling times and counters cannot be told apart in queue B.",),
        validation=validation(queues),
        provenance={"versions": {"onestop-sim": "0.1.0"}, "command": "onestop calibrate tickets"},
    )  # fmt: skip


@cache
def html() -> str:
    return page.render_calibration(calibration())


@cache
def shown() -> Page:
    return Page(html())


@cache
def alone() -> str:
    return page.render_validation(validation(), {"command": "onestop validate"})


def plotly_takes(figure: Figure) -> None:
    from plotly.graph_objects import Figure

    Figure(figure)  # refuses unknown keys and wrong values


# ---- One file that needs nothing from elsewhere --------------------------------------------------


@pytest.mark.parametrize("made", [html, alone])
def test_plotly_is_in_the_page_once_and_nothing_is_asked_from_elsewhere(made: Any) -> None:
    from plotly.offline import get_plotlyjs

    text = without_plotly(made())
    assert made().count(get_plotlyjs()) == 1
    assert "http://" not in text
    assert "https://" not in text
    assert "@import" not in text
    assert "url(" not in text
    for tag, attributes in Page(made()).elements:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base")
        assert not {"src", "srcset"} & set(attributes)
        assert attributes.get("href", "#").startswith("#")
    policies = [a["content"] for a, _ in Page(made()).all("meta") if "http-equiv" in a]
    assert [policy.startswith("default-src 'none';") for policy in policies] == [True]
    assert "connect-src" not in policies[0]


def test_the_same_calibration_gives_the_same_page() -> None:
    assert page.render_calibration(calibration()) == html()


# ---- Texts from files ----------------------------------------------------------------------------


def hostile() -> Calibration:
    whole = calibration((HOSTILE,))
    curve = Curve(HOSTILE, (1.0,), (2.0,))
    chart = Chart(HOSTILE, "lines", HOSTILE, HOSTILE, HOSTILE, HOSTILE, (curve,))
    found = whole.validation
    assert found
    odd = replace(found.groups[0].measures[0], name=HOSTILE, unit=HOSTILE, says=HOSTILE)
    far = (Distance(HOSTILE, 1.0, None, None, HOSTILE),)
    of = Group(HOSTILE, HOSTILE, 1, 1, (odd,), far, (chart,), (HOSTILE,))
    return replace(
        whole,
        title=HOSTILE,
        quality=Quality(
            (Column(HOSTILE, HOSTILE, False, HOSTILE),),
            (Finding("dropped", HOSTILE, 1, (HOSTILE,), HOSTILE),),
        ),
        fitted=(Fitted(HOSTILE, 1.0, 0.5, 1.5, HOSTILE),),
        assumed=(Assumed(HOSTILE, HOSTILE, HOSTILE),),
        sections=(Section(HOSTILE, HOSTILE, (HOSTILE,), (chart,)),),
        warnings=(HOSTILE,),
        validation=replace(found, office=HOSTILE, groups=(of,), warnings=(HOSTILE,)),
        provenance={HOSTILE: {HOSTILE: HOSTILE}},
    )


def test_texts_from_files_stay_text_wherever_they_are_shown() -> None:
    found = Page(page.render_calibration(hostile()))
    scripts = [a for a, _ in found.all("script") if "type" not in a]
    assert len(scripts) == 2
    assert not found.all("img")
    assert not [a for _, a in found.elements if any(name.startswith("on") for name in a)]
    said = " ".join(HOSTILE.split())
    assert found.all("h1")[0][1] == said
    for tag in ("title", "h3", "h4", "li", "p", "td", "th", "dd", "dt", "summary", "code"):
        assert any(said in text for _, text in found.all(tag)), tag


def test_texts_from_files_stay_text_in_pictures() -> None:
    found = Page(page.render_calibration(hostile()))
    data = [text for a, text in found.all("script") if a.get("type") == "application/json"]
    assert len(data) == 3
    for text in data:
        figure = json.loads(text)
        drawn = [figure["layout"]["xaxis"]["title"]["text"]]
        drawn += [trace["name"] for trace in figure["data"]]
        drawn += [each["text"] for each in figure["layout"].get("annotations", [])]
        drawn += [hover for trace in figure["data"] for hover in trace.get("hovertext", ())]
        assert any("&lt;script&gt;alert(1)" in each for each in drawn)
        assert not any(re.search("<(?!/?b>|br>)", each) for each in drawn)


# ---- All of it is shown --------------------------------------------------------------------------


def test_every_section_is_there_in_order() -> None:
    assert [text for _, text in shown().all("h2")] == [
        "In short", "Observed and simulated", "What was fitted", "Every fitted number",
        "What the records cannot tell", "The records", "How it was made",
    ]  # fmt: skip


def test_empty_parts_are_left_out() -> None:
    bare = Calibration(
        "Office", "dossiers", (dt.date(2024, 1, 2),) * 2 + (1,), Quality(), (), (), ()
    )
    found = Page(page.render_calibration(bare))
    assert [text for _, text in found.all("h2")] == ["In short", "How it was made"]
    assert "held against no day" in found.all("main")[0][1]
    assert not found.all("table")


def test_a_validation_alone_has_the_same_comparison_and_nothing_of_a_fit() -> None:
    found = Page(alone())
    assert [text for _, text in found.all("h2")] == [
        "In short", "Observed and simulated", "How it was made",
    ]  # fmt: skip
    assert found.all("h1")[0][1] == "District office"
    section = re.compile(r'<section id="validation".*?</section>', re.DOTALL)
    ours, whole = section.search(without_plotly(alone())), section.search(without_plotly(html()))
    assert ours and whole
    assert ours[0] == whole[0]


def test_a_validation_of_nothing_says_so() -> None:
    found = Page(page.render_validation(replace(validation(), groups=()), {}))
    assert "There was nothing to compare" in found.all("main")[0][1]
    assert len(found.all("section")) == 2


def test_observed_simulated_interval_width_and_verdict_stand_in_a_row() -> None:
    rows = [text for _, text in shown().all("tr")]
    assert "mean wait (minutes)8.808.005.20 to 10.805.60in the interval: said of the mean wait" in [
        row.replace(" –", "–") for row in rows
    ]
    assert any(row.startswith("share that waited over 30 minutes (%)12.0") for row in rows)


def test_fitted_numbers_have_their_interval_and_source() -> None:
    rows = [text for _, text in shown().all("tr")]
    for number in calibration().fitted:
        value, interval = wording.fitted(number, Words())
        assert f"{number.path}{value}{interval or '–'}{number.source}" in rows


def test_distances_of_all_forecasts_stand_together() -> None:
    rows = [text for _, text in shown().all("tr")]
    assert rows.count("simulation1.23 (0.91 to 1.68)") == 2
    assert rows.count("Erlang C by hour6.50") == 2
    said = [text for _, text in shown().all("p")]
    assert (
        "The simulated distribution lies nearer to the observed one than the fitted days "
        "themselves in 2 of 2, than their mean in 2 of 2 and than Erlang C by hour in 2 of 2 "
        "groups."
    ) in said


def test_warnings_of_fit_and_validation_stand_first() -> None:
    notes = [text for a, text in shown().all("div") if a.get("role") == "note"]
    assert len(notes) == 1
    for warning in ("cannot be told apart in queue B", "too few tickets a day"):
        assert warning in notes[0]


def test_records_say_what_was_dropped_and_what_columns_were_taken_for() -> None:
    rows = [text for _, text in shown().all("tr")]
    assert "duplicate rows3line 5; line 9the first was kept" in rows
    assert "queuequeue_nametickets.csvguessed by its name" in rows
    assert "arrivedarrived_aftertickets.csvgiven" in rows


def test_groups_are_sorted_by_what_became_of_them() -> None:
    found = Page(page.render_calibration(calibration(QUEUES)))
    heads = [text for _, text in found.all("h3")][:3]
    assert heads == ["As predicted (8)", "Not as predicted (3)", "Cannot be told (1)"]
    assert len([a for a, _ in found.all("details") if a.get("class") == "group"]) == 12


# ---- Readable by everybody -----------------------------------------------------------------------


@pytest.mark.parametrize("made", [html, alone])
def test_headings_skip_no_level(made: Any) -> None:
    levels = [int(tag[1]) for tag, _ in Page(made()).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_tables_have_captions_and_headings_say_what_they_head() -> None:
    assert len(shown().all("caption")) == len(shown().all("table"))
    scopes = {a.get("scope") for a, _ in shown().all("th")}
    assert scopes <= {"col", "row", "rowgroup", "colgroup"}


def test_every_picture_has_words_and_every_chart_its_numbers_in_a_table() -> None:
    drawn = [a for a, _ in shown().all("div") if a.get("role") == "img"]
    whole = calibration()
    assert whole.validation
    charts = [chart for part in whole.sections for chart in part.charts]
    charts += [chart for each in whole.validation.groups for chart in each.charts]
    dotted = len(whole.validation.groups) + wording.HEADLINES
    assert len(drawn) == len(charts) + dotted
    assert all(re.search(r"\d", attributes["aria-label"]) for attributes in drawn)
    details = [text for _, text in shown().all("details")]
    assert sum(text.startswith("The numbers:") for text in details) == len(charts)


def test_ids_are_unique_and_links_lead_somewhere() -> None:
    found = Page(page.render_calibration(calibration(QUEUES)))
    ids = [a["id"] for _, a in found.elements if "id" in a]
    assert len(ids) == len(set(ids))
    targets = [a["href"][1:] for a, _ in found.all("a")]
    for name in ("aria-labelledby", "data-figure"):
        targets += [a[name] for _, a in found.elements if name in a]
    assert set(targets) <= set(ids)


# ---- Pictures ------------------------------------------------------------------------------------


@pytest.mark.parametrize("chart", [by_hour(1), overlay(1), lines_of_people(2), quantiles(3)])
def test_charts_draw_the_points_they_are_given(chart: Chart) -> None:
    figure = pictures.figure(chart)
    plotly_takes(figure)
    drawn = {trace["name"]: trace for trace in figure["data"] if "name" in trace}
    for curve in chart.curves:
        assert drawn[curve.name]["x"] == list(curve.x)
        assert drawn[curve.name]["y"] == list(curve.y)


def test_a_band_is_filled_between_its_ends_behind_its_line() -> None:
    chart = by_hour(0)
    low, high, line = pictures.figure(chart)["data"][1:]
    assert (low["y"], high["y"]) == (list(chart.curves[1].low), list(chart.curves[1].high))
    assert high["fill"] == "tonexty"
    assert line["name"] == "simulation"


def test_steps_hold_until_the_next_and_bands_of_points_are_bars() -> None:
    steps = pictures.figure(lines_of_people(1))["data"]
    assert {trace["line"]["shape"] for trace in steps} == {"hv"}
    curve = Curve("rate", (1.0, 2.0), (5.0, 7.0), (4.0, 5.0), (8.0, 9.5))
    points = Chart("p", "points", "P", "", "x", "y", (curve,))
    (trace,) = pictures.figure(points)["data"]
    assert trace["mode"] == "markers"
    assert trace["error_y"]["array"] == [3.0, 2.5]
    assert trace["error_y"]["arrayminus"] == [1.0, 2.0]


def test_quantiles_have_the_line_on_which_both_axes_agree() -> None:
    chart = quantiles(2)
    line = pictures.figure(chart)["data"][-1]
    assert line["x"] == line["y"] == [min(chart.curves[0].x), max(chart.curves[0].y)]


def test_clock_axes_read_as_clocks_do() -> None:
    axis = pictures.figure(by_hour(0))["layout"]["xaxis"]
    assert axis["ticktext"] == ["08:00", "10:00", "12:00", "14:00", "16:00"]
    assert pictures.clock(8.5) == "08:30"
    assert pictures.clock(9.9999) == "10:00"


def test_what_was_observed_is_grey_in_every_picture_and_others_have_colours_of_their_own() -> None:
    curve = Curve("simulation", (1.0,), (1.0,))
    chart = Chart("c", "lines", "C", "", "x", "y", (curve, replace(curve, name="observed days")))
    first, second = (trace["line"]["color"] for trace in pictures.figure(chart)["data"])
    usual = [t["line"]["color"] for t in pictures.figure(overlay(0))["data"]]
    assert (second, first) == (usual[0], usual[1])
    assert len(set(usual)) == 4


def test_tables_of_long_curves_leave_out_points_evenly_and_say_so() -> None:
    (table,) = pictures.numbers(overlay(0))
    assert table.title.endswith(": one point in 3")
    assert table.categories[:3] == ("0", "3", "6")
    (short,) = pictures.numbers(by_hour(0))
    assert short.categories[1] == "08:30"
    assert len(short.categories) == len(HOURS)


def test_measures_of_one_unit_share_an_axis_and_misses_are_marked() -> None:
    measures = group(3, "late").measures
    figure = dots.intervals(measures)
    plotly_takes(figure)
    assert [figure["layout"][f"xaxis{n}"]["title"]["text"] for n in ("", "2", "3")] == [
        "minutes", "tickets", "%",
    ]  # fmt: skip
    outside = [t for t in figure["data"] if t["name"] == "observed, outside"]
    assert [trace["x"] for trace in outside] == [[measures[0].observed, measures[1].observed]]
    simulated, _, share = figure["data"][:3]
    assert (share["x"], share["error_x"]["array"]) == ([9.0], [pytest.approx(5.0)])
    assert simulated["x"] == [measures[0].mean, measures[1].mean]
    assert simulated["error_x"]["array"] == pytest.approx([m.high - m.mean for m in measures[:2]])


# ---- Numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "low", "high", "said"),
    [
        (203.8333, 190.12, 217.49, ("204", "190 to 217")),
        (6.4321, 6.1, 6.784, ("6.43", "6.10 to 6.78")),
        (0.81234, 0.62, 1.1, ("0.81", "0.62 to 1.10")),
        (3.0, 3.0, 3.0, ("3.00", "3.00 to 3.00")),
        (1.718281, None, None, ("1.718", "")),
        (1223.0, None, None, ("1,223", "")),
        (12345.6, None, None, ("12,345.6", "")),
        (3.0, None, NAN, ("3", "")),
        (0.0, -1.7e308, 1.7e308, ("0", "")),
        (NAN, 1.0, 2.0, ("cannot be told", "")),
    ],
)
def test_fitted_numbers_have_as_many_digits_as_their_interval_bears(
    value: float, low: float | None, high: float | None, said: tuple[str, str]
) -> None:
    assert wording.fitted(Fitted("p", value, low, high, "s"), Words()) == said


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        (("inside", "inside"), "inside"),
        (("inside", "above"), "missed"),
        (("cannot be told", "below"), "missed"),
        (("cannot be told", "inside"), "inside"),
        (("cannot be told",), "cannot be told"),
        ((), "cannot be told"),
    ],
)
def test_one_miss_makes_a_group_missed(inside: tuple[Inside, ...], expected: str) -> None:
    one = measured("m", "minutes", 1, 1, 1)
    found = replace(group(0, "g"), measures=tuple(replace(one, inside=each) for each in inside))
    assert wording.status(found) == expected


# ---- JSON ----------------------------------------------------------------------------------------


def test_json_holds_everything_in_order() -> None:
    found = as_json.content(calibration())
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert list(found)[:4] == ["title", "kind", "dates", "quality"]
    assert found["dates"] == {"first": "2019-12-30", "last": "2020-01-07", "days": 5}
    assert found["validation"]["groups"][1]["measures"][0]["observed"] == 11.0
    assert found["fitted"][3]["low"] is None
    assert as_json.content(validation()) == found["validation"]


@given(st.floats(), st.floats(), st.floats())
def test_no_number_whatever_breaks_json_the_page_or_the_terminal(
    observed: float, mean: float, high: float
) -> None:
    odd = Measured("m", "minutes", observed, mean, NAN, high, "cannot be told", "")
    curve = Curve("c", (1.0, observed), (mean, high), (NAN, observed), (high, mean))
    chart = Chart("c", "lines", "C", "", "x", "y", (curve,), clock=False)
    of = replace(group(0, "g"), measures=(odd,), charts=(chart,))
    json.dumps(as_json.content(replace(validation(), groups=(of,))), allow_nan=False)
    for kind in ("lines", "steps", "points", "quantiles"):
        json.dumps(pictures.figure(replace(chart, kind=kind)), allow_nan=False)
    json.dumps(dots.intervals((odd,)), allow_nan=False)
    pictures.summary(chart)
    pictures.numbers(chart)
    terminal.comparison_table((of,), Words())


# ---- The terminal --------------------------------------------------------------------------------


def printed(monkeypatch: pytest.MonkeyPatch, found: Calibration | Validation, **more: Any) -> str:
    capture = Console(width=80, record=True, force_terminal=False, highlight=False)
    monkeypatch.setattr("rich.console.Console", lambda **_: capture)
    if isinstance(found, Calibration):
        terminal.print_calibration(found, Path("out"), **more)
    else:
        terminal.print_validation(found, Path("out"), **more)
    return capture.export_text()


def test_the_terminal_names_quality_numbers_verdicts_warnings_and_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = printed(monkeypatch, calibration(QUEUES))
    flat = " ".join(text.split())
    assert re.search(r"18.9 +above", text)
    for said in (
        "duplicate rows (line 5, ...)", "guessed", "190 to 217", "6.10 to 6.78",
        "Verdict on queue 1: the mean wait is as predicted.",
        "Warning: Queue D: too few tickets a day to judge.", "and 24 more, in the report",
        f"Report: {Path('out') / 'calibration.html'}",
    ):  # fmt: skip
        assert said in flat, said
    assert "by_hour" not in text
    assert "…" not in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_validation_alone_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    text = printed(monkeypatch, validation())
    assert "8 of 8 observed numbers lie" in text
    assert str(Path("out") / "validation.html") in text


def test_quiet_prints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert printed(monkeypatch, calibration(), quiet=True) == ""
    assert printed(monkeypatch, validation(), quiet=True) == ""


def test_texts_from_files_are_neither_markup_nor_orders_to_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad = "[red]\x1b[2Jx[/nope]"
    whole = calibration((bad,))
    found = replace(whole, title=bad, warnings=(bad,), fitted=(Fitted(bad, 1, 0, 2, bad),))
    text = printed(monkeypatch, found)
    assert text.count("[red] [2Jx[/nope]") >= 4
    assert "\x1b" not in text
