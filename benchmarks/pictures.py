"""The chart of a benchmark run: who is how quick, and what a case costs as replications grow."""

from __future__ import annotations

from typing import Any

from benchmarks.contenders import OUR_SIMPY, OURS
from benchmarks.growth import Cost
from benchmarks.timing import Speeds
from sim import look

_ROW_PX = 46
_EMPTY_PX = 110
_GROWTH_PX = 360
_LOG: dict[str, Any] = {"type": "log", "dtick": 1}


def page(speeds: dict[str, Speeds], costs: list[Cost], table: str) -> str:
    """Return a page of both pictures that opens without a network.

    Parameters
    ----------
    speeds
        Everybody's on the kernel workload; empty without that part.
    costs
        Of a case; empty without that part.
    table
        The table as Markdown, shown as it is.
    """
    import plotly.io
    from plotly.offline import get_plotlyjs

    figures = [_speeds(speeds)] if speeds else []
    figures += [_growth(costs)] if costs else []
    parts = [
        plotly.io.to_html(
            figure,
            config={"displayModeBar": False},
            include_plotlyjs=False,
            full_html=False,
            validate=False,
        )
        for figure in figures
    ]
    head = f'<meta charset="utf-8"><title>Benchmarks</title><script>{get_plotlyjs()}</script>'
    style = '<body style="max-width: 60rem; margin: 1rem auto; font-family: sans-serif">'
    return f"<!doctype html>{head}{style}{''.join(parts)}<pre>{look.escaped(table)}</pre>"


def _speeds(speeds: dict[str, Speeds]) -> look.Figure:
    order = sorted(speeds.values(), key=lambda found: found.median)
    marks = {
        "type": "scatter",
        "mode": "markers+text",
        "y": [found.name for found in order],
        "x": [found.median for found in order],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [max(found.cases_per_s) - found.median for found in order],
            "arrayminus": [found.median - min(found.cases_per_s) for found in order],
        },
        "marker": {"size": 10, "color": [_colour(found.name) for found in order]},
        "text": [f"{found.median:,.0f}" for found in order],
        "textposition": "top center",
        "cliponaxis": False,
        "showlegend": False,
    }
    figure = look.figure([marks], _EMPTY_PX + _ROW_PX * len(order))
    x = look.axis("Kernel workload: customers a second of one processor (logarithmic)")
    y = look.axis("") | {"range": [-0.5, len(order) - 0.2]}
    figure["layout"] |= {"xaxis": x | _LOG, "yaxis": y}
    return figure


def _growth(costs: list[Cost]) -> look.Figure:
    line = {
        "type": "scatter",
        "mode": "lines+markers",
        "name": "this engine",
        "x": [cost.cases for cost in costs],
        "y": [cost.case_ns for cost in costs],
        "line": {"color": look.SCENARIOS[0]},
    }
    bound = 1.3 * costs[0].case_ns
    limit = {
        "type": "scatter",
        "mode": "lines",
        "name": "1.3 times the cost in the shortest",
        "x": [costs[0].cases, costs[-1].cases],
        "y": [bound, bound],
        "line": {"color": look.BASELINE, "dash": "dash"},
    }
    figure = look.figure([line, limit], _GROWTH_PX)
    x = look.axis("Cases of one replication (logarithmic)") | _LOG
    y = look.axis("Nanoseconds of processor time a case") | {"rangemode": "tozero"}
    figure["layout"] |= {"xaxis": x, "yaxis": y}
    return figure


def _colour(name: str) -> str:
    return look.SCENARIOS[0] if name in (OURS, OUR_SIMPY) else look.BASELINE
