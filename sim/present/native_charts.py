"""Charts that PowerPoint edits, with their intervals and the numbers behind them."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any, Final

from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_AXIS_CROSSES,
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from sim.charts import Panel
from sim.present import palette
from sim.present.chart_intervals import draw_intervals, numbers
from sim.present.deck import Chart
from sim.present.fitting import Face, cut, fit, height, width
from sim.present.palette import Tone
from sim.present.template import Box
from sim.present.texts import POINT
from sim.words import MINUS, Words

if TYPE_CHECKING:
    from pptx.slide import Slide

_TYPES: Final = {
    "bars": XL_CHART_TYPE.BAR_CLUSTERED,
    "ends": XL_CHART_TYPE.BAR_CLUSTERED,
    "stacked": XL_CHART_TYPE.BAR_STACKED,
    "diverging": XL_CHART_TYPE.BAR_STACKED,
}
_SMALLEST_LABEL: Final = 0.06
"""Share of the longest bar below which a part is too narrow for its number."""


def draw(slide: Slide, chart: Chart, box: Box, words: Words, looks: Looks) -> None:
    """Put a chart on a slide.

    Parameters
    ----------
    slide
        Where to.
    chart
        What is drawn.
    box
        Left, top, width and height.
    words
        The language.
    looks
        Of the presentation.
    """
    chart, room = _roomed(chart, box, looks.face)
    data = CategoryChartData(number_format=_format(chart))
    data.categories = chart.panel.categories
    for series in chart.panel.series:
        data.add_series(series.name, [v.mean if v else None for v in series.values])
    frame = slide.shapes.add_chart(_TYPES[chart.kind], *map(Emu, box), data)
    made = frame.chart
    made.part.chart_workbook.update_from_xlsx_blob(numbers(chart, words))
    _describe(frame, chart.panel)
    _dress(made, chart)
    _axes(made, chart, room.width * box[2] / POINT)
    _lay_out(made, room)
    _colour(made, chart)
    draw_intervals(made, chart)
    if chart.kind == "stacked":
        _label(made, chart, looks, room.width * box[2] / POINT)


@dataclass(frozen=True)
class Looks:
    """How much room a presentation's font needs, and its theme's colours by name."""

    face: Face
    colours: Mapping[str, str]


@dataclass(frozen=True)
class _Room:
    """Where bars are drawn inside a chart, as shares of it, and the size of their names."""

    left: float
    width: float
    height: float
    size: float


_NAMES: Final = (0.16, 0.52)
"""Shares of a chart's width for the names of bars, at least and at most."""
_SIZES: Final = (12, 8)
_TICKS: Final = 10
_AXIS: Final = 26.0
"""Points below the bars for the axis."""
_TITLE, _TITLE_LINE = 11, 14.0
"""Size of an axis' title, and points for a line of it."""
_LEGEND: Final = 22.0
"""For a line of the legend."""
_LEGEND_WIDE: Final = 0.8
"""Share of a chart's width for the legend, whose columns are all as wide as the widest."""


def _roomed(chart: Chart, box: Box, face: Face) -> tuple[Chart, _Room]:
    """Return a chart whose names of bars fit beside them, and where the bars go then."""
    wide, high = box[2] / POINT, box[3] / POINT
    names = [name.split("\n") for name in chart.panel.categories]
    longest = max(width(line, _SIZES[0], face=face) for name in names for line in name) + 10
    left = min(max(longest / wide, _NAMES[0]), _NAMES[1])
    titles = ceil(width(chart.panel.axis, _TITLE, face=face) / ((0.97 - left) * wide))
    below = _AXIS + _TITLE_LINE * max(titles, 1) + _LEGEND * _legend_lines(chart, wide, face)
    tall = max(high - below, high / 2)
    space = (left * wide - 10, tall / max(len(names), 1) * 0.95)
    size = min(int(fit(name, space, _SIZES, face=face).size) for name in names)
    kept = tuple(_named(name, space, size, face) for name in names)
    panel = replace(chart.panel, categories=kept)
    return replace(chart, panel=panel), _Room(left, 0.97 - left, tall / high, size)


def _named(name: Sequence[str], space: tuple[float, float], size: int, face: Face) -> str:
    """Return a bar's name so short that there is room for the numbers below it.

    Where little would be left of the name, it is the numbers that are left out.
    """
    first, *numbers_below = name
    below = height(numbers_below, size, space[0], face=face) if numbers_below else 0.0

    def fits(text: str) -> bool:
        return height([text], size, space[0], face=face) + below <= space[1]

    short = cut(first, fits)
    if 2 * len(short) < len(first):
        return cut(first, lambda text: height([text], size, space[0], face=face) <= space[1])
    return "\n".join([short, *numbers_below])


def _is_listed(chart: Chart) -> bool:
    """Return whether a legend says what the series are."""
    return len(chart.panel.series) > 1


def _legend_lines(chart: Chart, wide: float, face: Face) -> int:
    if not _is_listed(chart):
        return 0
    widest = max(width(s.name, _SIZES[0], face=face) + 30 for s in chart.panel.series)
    columns = max(floor(wide * _LEGEND_WIDE / widest), 1)
    return ceil(len(chart.panel.series) / columns)


def _lay_out(made: Any, room: _Room) -> None:
    """Fix where bars are drawn, the same in every program."""
    made.category_axis.tick_labels.font.size = Pt(room.size)
    area = made._chartSpace.chart.plotArea
    for old in area.findall(qn("c:layout")):
        area.remove(old)
    layout = etree.Element(qn("c:layout"))
    area.insert(0, layout)
    manual = etree.SubElement(layout, qn("c:manualLayout"))
    for name, value in (
        ("layoutTarget", "inner"), ("xMode", "edge"), ("yMode", "edge"),
        ("x", f"{room.left:.4f}"), ("y", "0.01"),
        ("w", f"{room.width:.4f}"), ("h", f"{room.height:.4f}"),
    ):  # fmt: skip
        etree.SubElement(manual, qn(f"c:{name}")).set("val", value)


def _format(chart: Chart) -> str:
    places = "." + "0" * chart.decimals if chart.decimals else ""
    number = f"#,##0{places}"
    return f"{number};{number}" if chart.kind == "diverging" else number


def _describe(frame: Any, panel: Panel) -> None:
    """Give the chart a name and a text for those who do not see it."""
    said = [
        f"{category}: "
        + ", ".join(f"{s.name} {s.values[i].shown}" for s in panel.series if s.values[i])  # type: ignore[union-attr]
        for i, category in enumerate(panel.categories)
    ]
    about = frame._element.nvGraphicFramePr.cNvPr
    about.set("name", panel.title)
    about.set("descr", "; ".join([panel.title, *said]).replace("\n", " "))


def _dress(made: Any, chart: Chart) -> None:
    made.font.size = Pt(12)
    palette.paint(made.font.color, palette.INK)
    made.has_title = False
    made.has_legend = _is_listed(chart)
    if made.has_legend:
        made.legend.position = XL_LEGEND_POSITION.BOTTOM
        made.legend.include_in_layout = False
    plot = made.plots[0]
    plot.vary_by_categories = False
    plot.gap_width = {"bars": 55, "ends": 45}.get(chart.kind, 60)
    plot.overlap = {"bars": -5}.get(chart.kind, 100)


def _axes(made: Any, chart: Chart, wide: float) -> None:
    across, up = made.category_axis, made.value_axis
    across.reverse_order = True
    up.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    up.tick_labels.font.size = Pt(_TICKS)
    across.has_major_gridlines = False
    across.major_tick_mark = XL_TICK_MARK.NONE
    across.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    _line(across.format.line, palette.SOFT)
    up.has_major_gridlines = True
    up.major_tick_mark = XL_TICK_MARK.NONE
    scale = _scale(chart, wide)
    up.minimum_scale, up.maximum_scale, up.major_unit = scale.low, scale.high, scale.step
    up.tick_labels.number_format = _axis_format(chart, scale.step)
    up.tick_labels.number_format_is_linked = False
    _line(up.major_gridlines.format.line, palette.FAINT)
    up.format.line.fill.background()
    if chart.kind == "ends":
        up.crosses = XL_AXIS_CROSSES.CUSTOM
        up.crosses_at = chart.middle
    if chart.panel.axis:
        _title(up, chart.panel.axis)


@dataclass(frozen=True)
class _Scale:
    """From where to where an axis goes, and in which steps."""

    low: float
    high: float
    step: float


def _scale(chart: Chart, wide: float) -> _Scale:
    """Return round numbers between which all bars and intervals lie.

    Programs look at bars alone; so many steps are made as there is room for on an axis so wide.
    """
    low, high = _ends(chart)
    widest = max(width(f"{end:,.1f}   ", _TICKS) for end in (low, high))
    rough = (high - low) / min(max(wide / widest, 1), 5)
    power = 10.0 ** floor(log10(rough))
    step = next(power * each for each in (1, 2, 2.5, 5, 10) if power * each >= rough * 0.999)
    return _Scale(floor(low / step + 1e-9) * step, ceil(high / step - 1e-9) * step, step)


def _ends(chart: Chart) -> tuple[float, float]:
    """Return the least and the largest that is drawn: nothing, unless bars begin elsewhere."""
    values = [v for series in chart.panel.series for v in series.values if v]
    every = [0.0 if chart.kind != "ends" else chart.middle]
    if chart.kind == "stacked":
        whole = (v.end for v in chart.wholes if v)
        columns = zip(*(series.values for series in chart.panel.series), strict=True)
        every += [*whole, *(sum(v.end for v in column if v) for column in columns)]
    else:
        every += [end for v in values for end in (v.mean, v.low, v.high) if end is not None]
    low, high = min(every), max(every)
    return low, high if high > low else low + 1


def _axis_format(chart: Chart, step: float) -> str:
    """Return how an axis writes its numbers; gains and losses both without a sign."""
    decimals = next((n for n in range(4) if abs(round(step, n) - step) < step * 1e-6), 4)
    number = "#,##0" + ("." + "0" * decimals if decimals else "")
    return f"{number};{number}" if chart.kind == "diverging" else f"{number};{MINUS}{number}"


def _title(axis: Any, text: str) -> None:
    axis.has_title = True
    axis.axis_title.text_frame.text = text
    font = axis.axis_title.text_frame.paragraphs[0].runs[0].font
    font.size, font.bold = Pt(_TITLE), False
    palette.paint(font.color, palette.SOFT)


def _colour(made: Any, chart: Chart) -> None:
    for series, drawn in zip(chart.panel.series, made.plots[0].series, strict=True):
        drawn.invert_if_negative = False
        drawn.format.fill.solid()
        palette.paint(drawn.format.fill.fore_color, palette.tone(series.colour))
        for place, colour in enumerate(chart.point_colours):
            fill = drawn.points[place].format.fill
            fill.solid()
            palette.paint(fill.fore_color, palette.tone(colour))


def _line(line: Any, tone: Tone) -> None:
    line.width = Pt(0.75)
    line.fill.solid()
    palette.paint(line.fill.fore_color, tone)


def _label(made: Any, chart: Chart, looks: Looks, wide: float) -> None:
    """Write numbers into the parts of bars, none into parts too narrow for them.

    Nor where the interval of the whole would strike them through: there they stand at the
    beginning of the part, or not at all.
    """
    sums = [
        sum(v.mean for v in column if v)
        for column in zip(*(s.values for s in chart.panel.series), strict=True)
    ]
    least = _SMALLEST_LABEL * max(sums, default=0.0)
    for series, drawn in zip(chart.panel.series, made.plots[0].series, strict=True):
        labels = drawn.data_labels
        labels.show_value = True
        labels.number_format = f"[>={least:.6f}]{_format(chart)};;"
        labels.number_format_is_linked = False
        labels.position = XL_LABEL_POSITION.CENTER
        labels.font.size = Pt(_LABEL)
        ink = palette.on(palette.tone(series.colour), looks.colours)
        labels.font.color.rgb = RGBColor.from_string(ink.removeprefix("#").upper())
    for part in _struck(chart, looks.face, wide):
        _move(made.plots[0].series[part.series]._element, part)


_LABEL: Final = 11


@dataclass(frozen=True)
class _Struck:
    """A part of a bar whose number an interval would strike through; whether it fits before."""

    series: int
    place: int
    fits_before: bool


def _struck(chart: Chart, face: Face, wide: float) -> Iterator[_Struck]:
    scale = _scale(chart, wide)
    for place, whole in enumerate(chart.wholes):
        end = 0.0
        for number, series in enumerate(chart.panel.series):
            value = series.values[place]
            if value is None or whole is None or whole.low is None or whole.high is None:
                continue
            begin, end = end, end + value.mean
            text = width(f" {value.label} ", _LABEL, face=face) / wide * (scale.high - scale.low)
            middle = (begin + end) / 2
            if whole.low < middle + text / 2 and middle - text / 2 < whole.high:
                yield _Struck(number, place, begin + text < whole.low)


def _move(series: Any, part: _Struck) -> None:
    """Write a number at the beginning of a part, or take it away."""
    labels = series.find(qn("c:dLbls"))
    own = etree.Element(qn("c:dLbl"))
    etree.SubElement(own, qn("c:idx")).set("val", str(part.place))
    if not part.fits_before:
        etree.SubElement(own, qn("c:delete")).set("val", "1")
    else:
        for name in ("numFmt", "txPr"):
            own.append(copy.deepcopy(labels.find(qn(f"c:{name}"))))
        for name, value in (
            ("dLblPos", "inBase"), ("showLegendKey", "0"), ("showVal", "1"), ("showCatName", "0"),
            ("showSerName", "0"), ("showPercent", "0"), ("showBubbleSize", "0"),
        ):  # fmt: skip
            etree.SubElement(own, qn(f"c:{name}")).set("val", value)
    before = labels.findall(qn("c:dLbl"))
    labels.insert(len(before), own)
