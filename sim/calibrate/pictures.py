"""Charts of a calibration as Plotly draws them, in words, and as tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from sim import look
from sim.calibrate import wording
from sim.calibrate.outcome import Chart, Curve
from sim.calibrate.wording import known
from sim.charts import Panel, Series, Value
from sim.comparison import Estimate
from sim.look import Figure
from sim.said import in_words
from sim.words import Unit, Words

_CHART_PIXELS: Final = 340
_LEGEND_PIXELS: Final = 20
_MOST_TICKS: Final = 6
_TICK_HOURS: Final = (0.25, 0.5, 1, 2, 3, 4, 6, 12)
_MARKED_UP_TO: Final = 30
"""Points of a line up to which each is marked."""
_ROWS: Final = 60
"""Rows of a table behind a chart; of more points some are left out, evenly."""
_BAND_OPACITY: Final = 0.18


def figure(chart: Chart, words: Words | None = None) -> Figure:
    """Return a chart as Plotly draws it; what is not finite is left out.

    Parameters
    ----------
    chart
        What to draw. A curve named "observed" is grey, whatever place it has.
    words
        The reader's language; English where it is not given.
    """
    drawn = _Drawn(chart, words or Words())
    data = [trace for place in range(len(chart.curves)) for trace in drawn.traces(place)]
    if chart.kind == "quantiles":
        data.append(drawn.agreement())
    found = look.figure(data, _CHART_PIXELS + _LEGEND_PIXELS * len(chart.curves))
    found["layout"] |= {"xaxis": drawn.x_axis(), "yaxis": drawn.y_axis()}
    return found


def summary(chart: Chart, words: Words | None = None) -> str:
    """Return what a chart shows, for those who do not see it."""
    drawn = _Drawn(chart, words or Words())
    return " ".join(drawn.spoken(curve) for curve in chart.curves if _any_known(curve.y))


def numbers(chart: Chart, words: Words | None = None) -> tuple[Panel, ...]:
    """Return the tables behind a chart: one for all curves with the same points."""
    drawn = _Drawn(chart, words or Words())
    alike: dict[tuple[float, ...], list[Curve]] = {}
    for curve in chart.curves:
        alike.setdefault(curve.x, []).append(curve)
    return tuple(drawn.table(x, curves) for x, curves in alike.items() if x)


def has_points(chart: Chart) -> bool:
    """Return whether there is anything to draw."""
    return any(_any_known(curve.y) for curve in chart.curves)


def clock(hours: float) -> str:
    """Return hours after midnight as a clock shows them: ``08:30``."""
    minutes = round(hours * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


@dataclass(frozen=True)
class _Drawn:
    """A chart, and the words to say it in."""

    chart: Chart
    words: Words

    @cached_property
    def colours(self) -> list[str]:
        """The colour of each curve: grey what was observed, then those of scenarios."""
        place, found = 0, []
        for curve in self.chart.curves:
            if curve.name.casefold().startswith("observed"):
                found.append(look.scenario_colour(0))
            else:
                place += 1
                found.append(look.scenario_colour(place))
        return found

    @cached_property
    def x_unit(self) -> Unit:
        return wording.unit("", (v for curve in self.chart.curves for v in curve.x))

    @cached_property
    def y_unit(self) -> Unit:
        return wording.unit("", (v for curve in self.chart.curves for v in curve.y))

    def name(self, curve: Curve) -> str:
        return in_words(curve.name, self.words)

    def at(self, x: float) -> str:
        """Return a place on the x axis as text."""
        if known(x) is None:
            return "–"
        return clock(x) if self.chart.clock else self.words.quantity(x, self.x_unit)

    def value(self, curve: Curve, place: int) -> Value | None:
        """Return a point with its band as text and numbers; None where there is no number."""
        mean = known(curve.y[place])
        if mean is None:
            return None
        low = known(curve.low[place]) if curve.low else None
        high = known(curve.high[place]) if curve.high else None
        label = self.words.quantity(mean, self.y_unit)
        banded = low is not None and high is not None
        shown = self.words.estimate(Estimate(mean, low, high), self.y_unit) if banded else label
        return Value(mean, low, high, label, shown)

    def spoken(self, curve: Curve) -> str:
        values = {at: value for at, value in enumerate(map(known, curve.y)) if value is not None}
        lowest, highest = min(values, key=values.__getitem__), max(values, key=values.__getitem__)
        return self.words.say(
            "{name}: from {first} to {last}; lowest {low} at {low_at}, highest {high} at "
            "{high_at}.",
            name=self.name(curve),
            first=self.at(curve.x[min(values)]),
            last=self.at(curve.x[max(values)]),
            low=self.words.quantity(values[lowest], self.y_unit),
            low_at=self.at(curve.x[lowest]),
            high=self.words.quantity(values[highest], self.y_unit),
            high_at=self.at(curve.x[highest]),
        )

    def table(self, x: tuple[float, ...], curves: Sequence[Curve]) -> Panel:
        """Return curves with the same points as a table of at most so many rows."""
        step = -(-len(x) // _ROWS)
        places = range(0, len(x), step)
        words, chart = self.words, self.chart
        title = in_words(chart.title, words)
        return Panel(
            words.say("{title}: one point in {step}", title=title, step=step)
            if step > 1
            else title,
            in_words(chart.x_axis, words),
            in_words(chart.y_axis, words),
            tuple(self.at(x[place]) for place in places),
            tuple(
                Series(self.name(curve), "", tuple(self.value(curve, place) for place in places))
                for curve in curves
            ),
        )

    def traces(self, place: int) -> list[dict[str, Any]]:
        """Return a curve as traces: its band first, so that the line lies on it."""
        curve, colour = self.chart.curves[place], self.colours[place]
        banded = bool(curve.low) and bool(curve.high)
        bars = banded and self.chart.kind == "points"
        band = self._band(curve, colour, str(place)) if banded and not bars else []
        line = self._base(curve, curve.y) | {
            "name": look.escaped(self.name(curve)),
            "legendgroup": str(place),
            "hoverinfo": "text",
            "hovertext": self._hover(curve),
            "mode": self._mode(curve),
            "line": self._line(place) | {"color": colour, "width": 2.5},
            "marker": {
                "color": colour,
                "size": 7,
                "symbol": look.SYMBOLS[place % len(look.SYMBOLS)],
            },
        }
        return [*band, line | ({"error_y": _bars(curve, colour)} if bars else {})]

    def _base(self, curve: Curve, y: Sequence[float]) -> dict[str, Any]:
        return {"type": "scatter", "x": [known(v) for v in curve.x], "y": [known(v) for v in y]}

    def _mode(self, curve: Curve) -> str:
        if self.chart.kind in ("points", "quantiles"):
            return "markers"
        few = len(curve.x) <= _MARKED_UP_TO and self.chart.kind == "lines"
        return "lines+markers" if few else "lines"

    def _line(self, place: int) -> dict[str, Any]:
        shape = "hv" if self.chart.kind == "steps" else "linear"
        return {"shape": shape, "dash": look.DASHES[place % len(look.DASHES)]}

    def _band(self, curve: Curve, colour: str, group: str) -> list[dict[str, Any]]:
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        shape = "hv" if self.chart.kind == "steps" else "linear"
        common = {
            "mode": "lines",
            "line": {"width": 0, "shape": shape},
            "legendgroup": group,
            "showlegend": False,
            "hoverinfo": "skip",
        }
        filled = {
            "fill": "tonexty",
            "fillcolor": f"rgba({red},{green},{blue},{_BAND_OPACITY})",
        }
        low, high = self._base(curve, curve.low), self._base(curve, curve.high)
        return [low | common, high | common | filled]

    def _hover(self, curve: Curve) -> list[str]:
        found = []
        for place, x in enumerate(curve.x):
            value = self.value(curve, place)
            said = f"{self.name(curve)}: {self.at(x)}, {value.shown}" if value else ""
            found.append(look.escaped(said))
        return found

    def agreement(self) -> dict[str, Any]:
        """Return the line on which both axes agree, as long as the points reach."""
        every = [v for c in self.chart.curves for v in (*c.x, *c.y) if known(v) is not None]
        ends = [min(every), max(every)] if every else []
        return {
            "type": "scatter",
            "mode": "lines",
            "name": look.escaped(self.words.say("where both agree")),
            "x": ends,
            "y": ends,
            "line": {"color": look.INK, "width": 1.5, "dash": "dot"},
            "hoverinfo": "skip",
        }

    def x_axis(self) -> dict[str, Any]:
        axis = look.axis(in_words(self.chart.x_axis, self.words)) | {"nticks": _MOST_TICKS}
        return axis | (self._clock_ticks() if self.chart.clock else {"tickformat": ",~f"})

    def y_axis(self) -> dict[str, Any]:
        axis = look.axis(in_words(self.chart.y_axis, self.words))
        return axis | {"rangemode": "tozero", "nticks": _MOST_TICKS, "tickformat": ",~f"}

    def _clock_ticks(self) -> dict[str, Any]:
        hours = [v for c in self.chart.curves for v in c.x if known(v) is not None] or [0.0]
        first, last = min(hours), max(hours)
        step = next((s for s in _TICK_HOURS if (last - first) / s < _MOST_TICKS), 24)
        ticks = [n * step for n in range(math.ceil(first / step), math.floor(last / step) + 1)]
        return {"tickvals": ticks, "ticktext": [clock(tick) for tick in ticks], "tickangle": 0}


def _bars(curve: Curve, colour: str) -> dict[str, Any]:
    ends = list(
        zip(map(known, curve.y), map(known, curve.low), map(known, curve.high), strict=True)
    )
    return {
        "type": "data",
        "symmetric": False,
        "array": [wording.apart(mean, high) for mean, _, high in ends],
        "arrayminus": [wording.apart(low, mean) for mean, low, _ in ends],
        "color": colour,
        "thickness": 1.5,
        "width": 4,
    }


def _any_known(values: Sequence[float]) -> bool:
    return any(known(value) is not None for value in values)
