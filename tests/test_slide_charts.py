"""Charts of slides: native, with their intervals and the numbers behind them."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import Any

import polars as pl
import pytest
from lxml import etree
from pptx.oxml.ns import qn

from sim.comparison import Comparison
from sim.present.content import deck
from sim.present.deck import Chart
from sim.report import money
from tests import comparisons, decks, test_hinges


@pytest.fixture(scope="module")
def english() -> Any:
    return decks.usual()


def bars_of(chart: Any) -> list[Any]:
    return list(chart.chart._chartSpace.iter(qn("c:errBars")))


def numbers(reference: Any) -> list[float]:
    return [float(each.text) for each in reference.iter(qn("c:v"))]


def test_charts_are_native_with_intervals_that_end_where_the_results_do(english):
    found = decks.comparison()
    view = decks.view(found)
    chart = next(c for c in decks.charts(english) if c.name == "Trips to the office")
    (bars,) = bars_of(chart)
    drawn = numbers(chart.chart._chartSpace.find(f".//{qn('c:val')}"))
    up, down = (numbers(bars.find(qn(f"c:{side}"))) for side in ("plus", "minus"))
    for place, each in enumerate(view.every):
        trips = each.measures["trips"]
        assert drawn[place] == trips.mean
        assert drawn[place] + up[place] == pytest.approx(trips.high)
        assert drawn[place] - down[place] == pytest.approx(trips.low)


def test_every_chart_has_intervals(english):
    every = list(decks.charts(english))
    assert len(every) >= 7
    assert all(bars_of(chart) for chart in every)


ORDER = (
    "idx", "order", "tx", "spPr", "invertIfNegative", "pictureOptions", "dPt", "dLbls",
    "trendline", "errBars", "cat", "val", "shape", "extLst",
)  # fmt: skip
IN_BARS = ("errDir", "errBarType", "errValType", "noEndCap", "plus", "minus", "val", "spPr")


def in_order(element: Any, order: tuple[str, ...]) -> bool:
    places = [order.index(etree.QName(child).localname) for child in element]
    return places == sorted(places)


def test_what_is_in_a_series_stands_in_the_order_of_the_schema(english):
    for chart in decks.charts(english):
        assert all(in_order(s, ORDER) for s in chart.chart._chartSpace.iter(qn("c:ser")))
        assert all(in_order(bars, IN_BARS) for bars in bars_of(chart))


def test_the_workbook_in_a_chart_holds_the_numbers_that_it_refers_to(english):
    for chart in decks.charts(english):
        blob = chart.chart.part.chart_workbook.xlsx_part.blob
        sheet = pl.read_excel(BytesIO(blob), has_header=False, drop_empty_rows=False)
        for reference in chart.chart._chartSpace.iter(qn("c:numRef")):
            column, first, last = cells(reference.find(qn("c:f")).text)
            held = [None if v in (None, "") else float(v) for v in sheet[:, column][first:last]]
            for point in reference.iter(qn("c:pt")):
                value = held[int(point.get("idx"))]
                assert (0.0 if value is None else value) == pytest.approx(
                    float(point.find(qn("c:v")).text)
                )


def cells(reference: str) -> tuple[int, int, int]:
    found = re.fullmatch(r"Sheet1!\$([A-Z]+)\$(\d+)(?::\$\1\$(\d+))?", reference)
    assert found is not None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return column - 1, int(found[2]) - 1, int(found[3] or found[2])


def test_axes_reach_beyond_all_bars_and_intervals(english):
    for chart in decks.charts(english):
        if chart.chart.plots[0].overlap == 100:
            continue  # parts of bars, of which each begins where the one before ends
        axis = chart.chart.value_axis
        for series in series_of(chart):
            values, bars = numbers(series.find(qn("c:val"))), series.find(qn("c:errBars"))
            up, down = (numbers(bars.find(qn(f"c:{side}"))) for side in ("plus", "minus"))
            for value, more, less in zip(values, up, down, strict=True):
                assert value - less >= axis.minimum_scale
                assert value + more <= axis.maximum_scale


def series_of(chart: Any) -> list[Any]:
    return list(chart.chart._chartSpace.iter(qn("c:ser")))


def hinged() -> Comparison:
    """Return a comparison of which an assumption was moved."""
    base = decks.comparison()
    low = test_hinges.moved(base, 0.1, 0.05)
    high = test_hinges.moved(base, 0.5, -0.08)
    hinge = test_hinges.hinge("teams.leaders.away.share", 0.3, low, high)
    return replace(base, sensitivity=test_hinges.comparison(hinge).sensitivity)


def test_what_the_answer_hinges_on_is_drawn_from_the_difference_as_found():
    found = hinged()
    made = decks.opened(decks.slides(found))
    (chart,) = [each for each in decks.charts(made) if "What moves" in each.name]
    wait = found.differences["delegated"]["wait_minutes"].mean
    assert chart.chart.value_axis.crosses_at == pytest.approx(wait)
    ends = [numbers(series.find(qn("c:val")))[0] for series in series_of(chart)]
    assert ends == pytest.approx([wait + 0.05, wait - 0.08])
    assert [text for page in made.slides for text in decks.overflowing(page)] == []


def test_the_steps_of_the_cost_stand_alone_and_add_up_to_the_whole_difference():
    found = decks.comparison()
    view = decks.view(found)
    steps = money.steps(view, found.scenarios["delegated"])
    slide = next(s for s in deck(view).slides if "saves citizens" in s.title)
    chart = slide.blocks[0]
    assert isinstance(chart, Chart)
    assert steps is not None
    *parts, whole = [value.mean for value in chart.panel.series[0].values if value]
    assert sum(parts) == pytest.approx(whole)
    assert whole == pytest.approx(steps.after.value.mean - steps.before.value.mean)
    assert steps.before.value.label in chart.heading


def test_a_number_that_an_interval_would_strike_through_stands_aside():
    found = decks.comparison()
    every = {
        id_: replace(
            each,
            measures=each.measures
            | {"turnaround_hours": comparisons.near(each.measures["turnaround_hours"].mean, 0.4)},
        )
        for id_, each in found.scenarios.items()
    }
    wide = decks.opened(decks.slides(replace(found, scenarios=every)))
    moved = [
        list(chart.chart._chartSpace.iter(qn("c:dLbl")))
        for chart in decks.charts(wide)
        if "Where the time goes" in chart.name
    ]
    assert moved[0]
    usual = [c for c in decks.charts(decks.usual()) if "Where the time goes" in c.name]
    assert len(list(usual[0].chart._chartSpace.iter(qn("c:dLbl")))) < len(moved[0])


def test_charts_are_described_for_those_who_do_not_see_them(english):
    for chart in decks.charts(english):
        assert len(chart._element.nvGraphicFramePr.cNvPr.get("descr")) > 40
