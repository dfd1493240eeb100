"""Pictures draw the numbers of their tables, and nothing else."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import charts, look
from sim.charts import Panel, Series, Value
from sim.histograms import histograms
from sim.report.pictures import pictures
from sim.report.view import View
from sim.words import Words
from tests import comparisons


def value(mean: float, half: float | None = 1.0) -> Value:
    low, high = (None, None) if half is None else (mean - half, mean + half)
    return Value(mean, low, high, f"{mean:g}", f"{mean:g} (interval)")


def panel(*series: Series, categories: tuple[str, ...] = ("first", "second")) -> Panel:
    return Panel("Title", "Heading", "minutes", categories, series)


TWO = panel(
    Series("before", "#111111", (value(4), value(6))),
    Series("after", "#222222", (value(3, 0.5), None)),
)


def of_type(figure: look.Figure, kind: str) -> list[dict[str, Any]]:
    return [trace for trace in figure["data"] if trace["type"] == kind]


def plotly_takes(figure: look.Figure) -> None:
    from plotly.graph_objects import Figure

    Figure(figure)  # refuses unknown keys and wrong values


def test_bars_are_as_long_as_the_means_and_leave_out_what_was_not_measured() -> None:
    figure = charts.bars(TWO)
    plotly_takes(figure)
    assert [bar["x"] for bar in of_type(figure, "bar")] == [[4, 6], [3]]
    assert [bar["marker"]["color"] for bar in of_type(figure, "bar")] == ["#111111", "#222222"]


def test_error_bars_reach_the_ends_of_the_interval() -> None:
    skewed = Value(5.0, 4.5, 7.0, "5", "5")
    bar = of_type(charts.bars(panel(Series("one", "#111111", (skewed, value(2))))), "bar")[0]
    assert bar["error_x"]["array"] == [2.0, 1.0]
    assert bar["error_x"]["arrayminus"] == [0.5, 1.0]
    assert bar["error_x"]["visible"]


def test_without_an_interval_no_error_bar_is_drawn() -> None:
    bar = of_type(charts.bars(panel(Series("one", "#111111", (value(5, None), None)))), "bar")[0]
    assert not bar["error_x"]["visible"]


def test_no_two_bars_lie_on_each_other() -> None:
    drawn = [at for bar in of_type(charts.bars(TWO), "bar") for at in bar["y"]]
    gaps = [b - a for a, b in pairwise(sorted(drawn))]
    assert min(gaps) >= 1  # a bar is less than 1 wide


def test_an_axis_of_bars_has_room_for_the_longest_with_its_interval_and_number() -> None:
    low, high = charts.bars(TWO)["layout"]["xaxis"]["range"]
    assert low == 0
    assert high > 1.2 * 7
    assert charts.bars(TWO, reach=100)["layout"]["xaxis"]["range"] == [0, 100]


def test_bars_of_a_table_without_numbers_are_drawn_empty() -> None:
    figure = charts.bars(panel(Series("one", "#111111", (None, None))))
    plotly_takes(figure)
    assert figure["layout"]["xaxis"]["range"][1] > 0


def test_stacks_are_laid_end_to_end_with_the_interval_of_the_whole() -> None:
    figure = charts.stacked(TWO, Series("in all", "#333333", (value(7, 2), value(6, 1))))
    plotly_takes(figure)
    *parts, whole = of_type(figure, "bar")
    assert figure["layout"]["barmode"] == "stack"
    assert [part["x"] for part in parts] == [[4, 6], [3]]
    assert whole["x"] == [7, 6]
    assert whole["base"] == 0  # over the parts, not at their end
    assert whole["error_x"]["array"] == [2, 1]
    assert whole["marker"]["color"] == "rgba(0,0,0,0)"


def test_a_line_is_broken_where_nothing_was_measured() -> None:
    figure = charts.lines(TWO)
    plotly_takes(figure)
    before, after = figure["data"]
    assert before["y"] == [4, 6]
    assert after["y"] == [3, None]
    assert after["connectgaps"] is False
    assert before["line"]["dash"] != after["line"]["dash"]  # told apart without colour
    assert before["x"][0] != after["x"][0]  # intervals side by side


def test_a_distribution_is_drawn_as_bars_before_an_outline_of_the_one_it_is_held_against() -> None:
    figure = histograms([TWO, TWO], ["0", "1", "longer"])
    plotly_takes(figure)
    assert [bar["y"] for bar in of_type(figure, "bar")] == [[3, 0.0]] * 2
    assert [line["y"] for line in of_type(figure, "scatter")] == [[4, 6, 6]] * 2
    assert [trace["xaxis"] for trace in figure["data"]] == ["x", "x", "x2", "x2"]


@pytest.mark.parametrize("count", [1, 2, 7])
def test_distributions_stand_below_one_another_without_touching(count: int) -> None:
    layout = histograms([TWO] * count, ["0", "1", "longer"])["layout"]
    domains = [layout[name]["domain"] for name in sorted(layout) if name.startswith("yaxis")]
    assert len(domains) == count
    ordered = sorted(domains, reverse=True)
    assert all(0 <= bottom < top <= 1 for bottom, top in ordered)
    assert all(above[0] > below[1] for above, below in pairwise(ordered))


def test_markup_in_names_is_shown_as_text() -> None:
    hostile = panel(
        Series("<b>bold</b> & <script>", "#111111", (value(1), value(2))),
        categories=("<i>a</i>", 'say "b"'),
    )
    edges = ["<u>0", "1", "longer"]
    drawn = [
        charts.bars(hostile),
        charts.stacked(hostile, hostile.series[0]),
        charts.lines(hostile),
        histograms([hostile], edges),
    ]
    texts = [text for figure in drawn for text in strings(figure)]
    allowed = ("<b>", "</b>", "<br>")  # of headings: ours
    for text in texts:
        ours = text
        for tag in allowed:
            ours = ours.replace(tag, "")
        assert "<" not in ours
    assert any("&lt;script&gt;" in text for text in texts)
    assert not any("<b>bold" in text for text in texts)


def strings(node: Any) -> list[str]:
    if isinstance(node, str):
        return [node]
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [text for item in inner for text in strings(item)]


def test_every_picture_of_a_report_is_one_that_plotly_takes() -> None:
    made = pictures(View(comparisons.comparison(), Words()))
    assert [picture.id for picture in made] == [
        "waiting", "turnaround", "causes", "hours", "trips", "costs", "load", "overtime",
    ]  # fmt: skip
    for picture in made:
        plotly_takes(picture.figure)


def test_every_bar_of_a_report_has_its_axis_titled() -> None:
    for picture in pictures(View(comparisons.comparison(), Words())):
        layout = picture.figure["layout"]
        axes = [axis for name, axis in layout.items() if name[:5] in ("xaxis", "yaxis")]
        assert all(axis["title"]["text"] for axis in axes if axis.get("visible", True))


def test_scenarios_differ_in_colour_and_the_baseline_is_none_of_them() -> None:
    colours = [look.scenario_colour(place) for place in range(7)]
    assert len(set(colours)) == 7
    assert colours[0] == look.BASELINE
    assert look.scenario_colour(7) == colours[1]


def channel(colour: str, at: int) -> float:
    part = int(colour[at : at + 2], 16) / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2."""
    bright, dark = sorted(
        (
            0.2126 * channel(c, 1) + 0.7152 * channel(c, 3) + 0.0722 * channel(c, 5)
            for c in (one, other)
        ),
        reverse=True,
    )
    return (bright + 0.05) / (dark + 0.05)


@given(st.integers(0, 0xFFFFFF))
def test_numbers_are_readable_on_every_colour(colour: int) -> None:
    text = f"#{colour:06x}"
    assert contrast(text, look.on(text)) >= 4.5


@pytest.mark.parametrize("ink", [look.INK, look.SOFT_INK, look.WORSE, look.SCENARIOS[0]])
def test_inks_are_readable_on_white(ink: str) -> None:
    assert contrast(ink, "#ffffff") >= 4.5


def test_the_same_table_gives_the_same_figure() -> None:
    assert charts.bars(TWO) == charts.bars(TWO)
    assert not math.isnan(charts.bars(TWO)["layout"]["height"])
