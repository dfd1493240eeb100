"""Pictures of distributions, below one another, each against the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sim import look
from sim.charts import Panel, Series, tick_step
from sim.look import Figure

_LINE_PIXELS: Final = 18
_LEFT_PIXELS: Final = 62


def histograms(panels: Sequence[Panel], edges: Sequence[str]) -> Figure:
    """Draw distributions below one another: the last series as bars, one before as an outline.

    Parameters
    ----------
    panels
        A distribution each, alone or after the one it is held against; categories are the bins.
    edges
        Texts at the bins' edges, one more than bins.
    """
    data = [trace for i, panel in enumerate(panels) for trace in _histogram_traces(panel, i)]
    highest = max((v.end for p in panels for s in p.series for v in s.values if v), default=1.0)
    lines = max(look.lines(panel.title) + look.lines(panel.note) for panel in panels)
    heights = _Heights(len(panels), title=lines * _LINE_PIXELS + 14)
    figure = look.figure(data, heights.all)
    layout = figure["layout"]
    layout["showlegend"] = False
    layout["bargap"] = 0.06
    layout["margin"] = {"l": _LEFT_PIXELS, "r": 30, "t": heights.title, "b": heights.ticks}
    layout["annotations"] = []
    for place, panel in enumerate(panels):
        bottom, top = heights.domain(place)
        layout["annotations"].append(
            look.heading(
                (0, top),
                panel.title,
                panel.note,
                xref="paper",
                yref="paper",
                xshift=8 - _LEFT_PIXELS,
                yshift=6,
            )
        )
        number = _number(place)
        layout[f"xaxis{number}"] = _bin_axis(panel.heading, edges) | {"anchor": f"y{number}"}
        layout[f"yaxis{number}"] = _share_axis(panel.axis, highest) | {
            "domain": [bottom, top],
            "anchor": f"x{number}",
        }
    return figure


@dataclass(frozen=True)
class _Heights:
    """Pixels of panels below one another: a title, the picture, its axis."""

    panels: int
    title: int
    picture: int = 130
    ticks: int = 52

    @property
    def panel(self) -> int:
        return self.title + self.picture + self.ticks

    @property
    def all(self) -> int:
        return self.panel * self.panels

    def domain(self, place: int) -> tuple[float, float]:
        """Return bottom and top of a picture, as shares of the height between the margins."""
        inner = self.all - self.title - self.ticks
        top = 1 - place * self.panel / inner
        return max(top - self.picture / inner, 0.0), top


def _number(place: int) -> str:
    """Return what Plotly numbers axes with: nothing, 2, 3, ..."""
    return str(place + 1) if place else ""


def _bin_axis(title: str, edges: Sequence[str]) -> dict[str, Any]:
    last = len(edges) - 1
    step = tick_step(last)
    places = [*(at for at in range(0, last, step) if last - at >= step), last]
    return look.axis(title) | {
        "title": look.axis_title(title, 4),
        "tickvals": [place - 0.5 for place in places],
        "ticktext": [look.escaped(edges[place]) for place in places],
        "ticklabeloverflow": "allow",
        "tickangle": 0,
        "range": [-0.6, last - 0.4],
        "showgrid": False,
    }


def _share_axis(title: str, highest: float) -> dict[str, Any]:
    return look.axis(title) | {
        "range": [0, highest * 1.06 or 1],
        "tickformat": ".0%",
        "nticks": 4,
        "automargin": False,
    }


def _histogram_traces(panel: Panel, place: int) -> list[dict[str, Any]]:
    number = _number(place)
    *before, after = panel.series
    shares = [0.0 if value is None else value.mean for value in after.values]
    axes = {"xaxis": f"x{number}", "yaxis": f"y{number}", "hoverinfo": "text"}
    names = [f"{look.escaped(after.name)}, {look.escaped(name)}" for name in panel.categories]
    bar = axes | {
        "type": "bar",
        "name": look.escaped(after.name),
        "y": shares,
        "x": list(range(len(shares))),
        "marker": {"color": after.colour, "opacity": 0.85},
        "hovertext": [
            f"{name}: {look.escaped(value.shown)}" if value else name
            for name, value in zip(names, after.values, strict=True)
        ],
    }
    return [bar] + [_outline(series) | axes for series in before]


def _outline(series: Series) -> dict[str, Any]:
    shares = [0.0 if value is None else value.mean for value in series.values]
    return {
        "type": "scatter",
        "mode": "lines",
        "name": look.escaped(series.name),
        "x": [place - 0.5 for place in range(len(shares) + 1)],
        "y": [*shares, shares[-1]] if shares else [],
        "line": {"color": look.INK, "width": 2, "shape": "hv"},
        "hovertext": look.escaped(series.name),
    }
