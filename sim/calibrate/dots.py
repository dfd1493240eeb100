"""Dots with prediction intervals, the observed beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from sim import look
from sim.calibrate import wording
from sim.calibrate.outcome import Measured
from sim.calibrate.wording import known
from sim.look import Figure
from sim.said import in_words
from sim.words import Words

_LEGEND_PIXELS: Final = 60
_LINE_PIXELS: Final = 18
_ROW_PIXELS: Final = 30
_AXIS_PIXELS: Final = 62
_MOST_TICKS: Final = 6


def intervals(measures: Sequence[Measured], words: Words | None = None) -> Figure:
    """Return dots with prediction intervals, the observed beside them, an axis for each unit."""
    panels = _Panels(tuple(measures), words or Words())
    found = look.figure(panels.traces(), panels.height + _LEGEND_PIXELS)
    found["layout"] |= panels.layout()
    return found


@dataclass(frozen=True)
class _Panels:
    """Measures below one another: those of a unit share an axis."""

    measures: tuple[Measured, ...]
    words: Words
    by_unit: dict[str, list[Measured]] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[str, list[Measured]] = {}
        for measure in self.measures:
            found.setdefault(measure.unit, []).append(measure)
        object.__setattr__(self, "by_unit", found)

    @cached_property
    def row(self) -> int:
        """Pixels of a row with its name, which may need several lines."""
        names = (look.lines(in_words(measure.name, self.words)) for measure in self.measures)
        return _ROW_PIXELS + _LINE_PIXELS * max(names, default=1)

    @cached_property
    def heights(self) -> list[int]:
        return [len(rows) * self.row + _AXIS_PIXELS for rows in self.by_unit.values()]

    @property
    def height(self) -> int:
        return sum(self.heights) or _AXIS_PIXELS

    def layout(self) -> dict[str, Any]:
        layout: dict[str, Any] = {"annotations": []}
        inner = self.height - _AXIS_PIXELS  # below the last axis lies the margin
        above = 0
        for place, (name, rows) in enumerate(self.by_unit.items()):
            number = str(place + 1) if place else ""
            top = 1 - above / inner
            bottom = max(top - len(rows) * self.row / inner, 0.0)
            above += self.heights[place]
            unit = wording.unit(name, ())
            layout[f"xaxis{number}"] = look.axis(in_words(unit.name, self.words)) | {
                "anchor": f"y{number}", "nticks": _MOST_TICKS, "tickformat": ",~f",
            }  # fmt: skip
            layout[f"yaxis{number}"] = {
                "domain": [bottom, top], "anchor": f"x{number}", "visible": False,
                "fixedrange": True, "range": [len(rows) - 0.7, -0.8],
            }  # fmt: skip
            layout["annotations"] += [
                look.heading((0, at - 0.2), in_words(measure.name, self.words), xref="paper",
                             yref=f"y{number}")
                for at, measure in enumerate(rows)
            ]  # fmt: skip
        return layout

    def traces(self) -> list[dict[str, Any]]:
        say = self.words.say
        named: list[tuple[str, Callable[[Measured], bool], dict[str, Any]]] = [
            (say("observed, in the interval"), _is_inside, _mark("diamond", look.INK)),
            (say("observed, outside"), _is_outside, _mark("x", look.WORSE)),
            (say("observed, cannot be told"), _is_unknown, _mark("diamond-open", look.INK)),
        ]
        found = [self._simulated(place) for place in range(len(self.by_unit))]
        for name, chosen, style in named:
            group = [self._observed(place, chosen) for place in range(len(self.by_unit))]
            drawn = [trace for trace in group if trace["x"]]
            found += [trace | style | {"name": name, "legendgroup": name} for trace in drawn]
        return _each_once_in_the_legend(found)

    def _axes(self, place: int) -> dict[str, Any]:
        number = str(place + 1) if place else ""
        return {"type": "scatter", "mode": "markers", "hoverinfo": "text",
                "xaxis": f"x{number}", "yaxis": f"y{number}"}  # fmt: skip

    def _simulated(self, place: int) -> dict[str, Any]:
        unit, rows = list(self.by_unit.items())[place]
        times = wording.unit(unit, ()).times
        found = [wording.simulated(measure) for measure in rows]
        name = self.words.say("simulated, with 95% interval")
        ends = [(e.mean, e.low, e.high) for e in found]
        return self._axes(place) | {
            "name": name,
            "legendgroup": name,
            "x": [None if mean is None else mean * times for mean, _, _ in ends],
            "y": list(range(len(rows))),
            "hovertext": [self._said(measure) for measure in rows],
            "marker": {"color": look.SCENARIOS[0], "size": 9, "symbol": "circle"},
            "error_x": {
                "type": "data", "symmetric": False, "color": look.SCENARIOS[0], "thickness": 5,
                "width": 0,
                "array": [wording.apart(mean, high) * times for mean, _, high in ends],
                "arrayminus": [wording.apart(low, mean) * times for mean, low, _ in ends],
            },
        }  # fmt: skip

    def _observed(self, place: int, chosen: Callable[[Measured], bool]) -> dict[str, Any]:
        unit, rows = list(self.by_unit.items())[place]
        times = wording.unit(unit, ()).times
        drawn = [
            (at, measure)
            for at, measure in enumerate(rows)
            if chosen(measure) and known(measure.observed) is not None
        ]
        return self._axes(place) | {
            "x": [measure.observed * times for _, measure in drawn],
            "y": [at for at, _ in drawn],
            "hovertext": [self._said(measure) for _, measure in drawn],
        }

    def _said(self, measure: Measured) -> str:
        text = self.words.say(
            "{name}, {unit}: observed {observed}, simulated {simulated}",
            name=in_words(measure.name, self.words),
            unit=in_words(wording.measure_unit(measure).name, self.words),
            observed=wording.observed(measure, self.words),
            simulated=wording.estimate(measure, self.words),
        )
        return look.escaped(text)


def _each_once_in_the_legend(traces: list[dict[str, Any]]) -> list[dict[str, Any]]:
    seen: set[str] = set()
    found = []
    for trace in traces:
        found.append(trace | {"showlegend": trace["name"] not in seen})
        seen.add(trace["name"])
    return found


def _mark(symbol: str, colour: str) -> dict[str, Any]:
    line = {"width": 1.5, "color": "white" if symbol == "diamond" else colour}
    return {"marker": {"symbol": symbol, "color": colour, "size": 10, "line": line}}


def _is_inside(measure: Measured) -> bool:
    return measure.inside == "inside"


def _is_outside(measure: Measured) -> bool:
    return measure.inside in ("above", "below")


def _is_unknown(measure: Measured) -> bool:
    return measure.inside == "cannot be told"
