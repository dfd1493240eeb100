"""Intervals of native charts: error bars, which python-pptx has no call for, and their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from lxml import etree
from pptx.oxml.ns import qn

from sim.charts import Value
from sim.present.deck import Chart
from sim.words import Words

_AFTER_ERROR_BARS: Final = ("c:cat", "c:val", "c:shape", "c:extLst")


def numbers(chart: Chart, words: Words) -> bytes:
    """Return the workbook inside a chart: means, ends of intervals, and how far these are off.

    Texts are never formulas.
    """
    import xlsxwriter

    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet("Sheet1")
        for row, category in enumerate(chart.panel.categories, 1):
            sheet.write_string(row, 0, category)
        for column, series in enumerate(chart.panel.series, 1):
            sheet.write_string(0, column, series.name)
            _write_means(sheet, column, series.values)
        for place, values in _with_intervals(chart):
            _write_ends(sheet, place, values, chart, words)
    return content.getvalue()


def _write_means(sheet: Any, column: int, values: Sequence[Value | None]) -> None:
    for row, value in enumerate(values, 1):
        if value is not None:
            sheet.write_number(row, column, value.mean)


def _with_intervals(chart: Chart) -> list[tuple[int, Sequence[Value | None]]]:
    """Return which series have intervals, and of what: the last of stacked bars, of the whole."""
    series = chart.panel.series
    if chart.wholes:
        found = [(len(series) - 1, chart.wholes)]
    else:
        found = [(place, each.values) for place, each in enumerate(series)]
    return [(place, values) for place, values in found if any(_has_ends(v) for v in values)]


def _has_ends(value: Value | None) -> bool:
    return value is not None and value.low is not None and value.high is not None


def _columns(place: int, chart: Chart) -> dict[str, int]:
    """Return the columns of a series' ends and of how far they are off its mean."""
    first = 1 + len(chart.panel.series) + 4 * place
    return {"low": first, "high": first + 1, "minus": first + 2, "plus": first + 3}


def _write_ends(
    sheet: Any, place: int, values: Sequence[Value | None], chart: Chart, words: Words
) -> None:
    columns = _columns(place, chart)
    name = chart.panel.series[place].name
    headings = {
        "low": words.say("{name}: low end of the 95% interval", name=name),
        "high": words.say("{name}: high end of the 95% interval", name=name),
        "minus": words.say("{name}: mean less low end", name=name),
        "plus": words.say("{name}: high end less mean", name=name),
    }
    for key, column in columns.items():
        sheet.write_string(0, column, headings[key])
    for row, value in enumerate(values, 1):
        if value is None or value.low is None or value.high is None:
            continue
        sheet.write_number(row, columns["low"], value.low)
        sheet.write_number(row, columns["high"], value.high)
        for key, off in (("minus", value.mean - value.low), ("plus", value.high - value.mean)):
            sheet.write_number(row, columns[key], off)


def draw_intervals(made: Any, chart: Chart) -> None:
    """Draw the intervals of a chart's values at the ends of its bars."""
    for place, values in _with_intervals(chart):
        series = made.plots[0].series[place]._element
        bars = _error_bars(values, _columns(place, chart))
        following = next(
            (e for e in series if e.tag in {qn(name) for name in _AFTER_ERROR_BARS}), None
        )
        if following is None:
            series.append(bars)
        else:
            following.addprevious(bars)


def _error_bars(values: Sequence[Value | None], columns: Mapping[str, int]) -> Any:
    """Return error bars as the schema orders them: before categories and values."""
    offs = [
        (v.high - v.mean, v.mean - v.low) if v and v.low is not None and v.high is not None
        else (0.0, 0.0)
        for v in values
    ]  # fmt: skip
    bars = etree.SubElement(etree.Element("none"), qn("c:errBars"))
    etree.SubElement(bars, qn("c:errBarType")).set("val", "both")
    etree.SubElement(bars, qn("c:errValType")).set("val", "cust")
    etree.SubElement(bars, qn("c:noEndCap")).set("val", "0")
    for key, at in (("plus", 0), ("minus", 1)):
        _reference(etree.SubElement(bars, qn(f"c:{key}")), columns[key], [o[at] for o in offs])
    line = etree.SubElement(etree.SubElement(bars, qn("c:spPr")), qn("a:ln"), w="15875")
    fill = etree.SubElement(line, qn("a:solidFill"))
    etree.SubElement(fill, qn("a:schemeClr")).set("val", "tx1")
    return bars


def _reference(parent: Any, column: int, values: Sequence[float]) -> None:
    """Write numbers and where they stand in the chart's workbook."""
    from xlsxwriter.utility import xl_range_abs

    cells = xl_range_abs(1, column, len(values), column)
    reference = etree.SubElement(parent, qn("c:numRef"))
    etree.SubElement(reference, qn("c:f")).text = f"Sheet1!{cells}"
    cache = etree.SubElement(reference, qn("c:numCache"))
    etree.SubElement(cache, qn("c:formatCode")).text = "General"
    etree.SubElement(cache, qn("c:ptCount")).set("val", str(len(values)))
    for place, value in enumerate(values):
        point = etree.SubElement(cache, qn("c:pt"))
        point.set("idx", str(place))
        etree.SubElement(point, qn("c:v")).text = repr(value)
