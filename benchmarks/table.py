"""Rows of the table that a benchmark run writes, and how they are held against what is asked."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple, dataclass, fields


@dataclass(frozen=True)
class Row:
    """One figure.

    Attributes
    ----------
    topic
        Part of the benchmark.
    what
        What was measured, against whom.
    value, unit
        The figure; its unit.
    lowest, highest
        Of the rounds.
    required, goal
        What is asked for at least, and what is aimed at; None where nothing is.
    more_is_better
        Whether the figure should be large.
    detail
        What it was made of.
    """

    topic: str
    what: str
    value: float
    unit: str
    lowest: float | None = None
    highest: float | None = None
    required: float | None = None
    goal: float | None = None
    more_is_better: bool = False
    detail: str = ""

    @property
    def verdict(self) -> str:
        """Whether the figure is at its goal, at what is required, or below."""
        if self._as_good_as(self.goal):
            return "goal"
        if self._as_good_as(self.required):
            return "required"
        return "" if self.required is None and self.goal is None else "missed"

    def _as_good_as(self, bound: float | None) -> bool:
        if bound is None:
            return False
        return self.value >= bound if self.more_is_better else self.value <= bound


def as_csv(rows: list[Row]) -> str:
    """Return the table as CSV, numbers in full."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*(field.name for field in fields(Row)), "verdict"])
    writer.writerows([*astuple(row), row.verdict] for row in rows)
    return text.getvalue()


def as_markdown(rows: list[Row]) -> str:
    """Return the table for people."""
    lines = [
        "| | | figure | rounds | required | goal | reached | of what |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        spread = "" if row.lowest is None else f"{short(row.lowest)} to {short(row.highest)}"
        cells = (
            row.topic, row.what, f"{short(row.value)} {row.unit}", spread,
            short(row.required), short(row.goal), row.verdict, row.detail,
        )  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def short(number: float | None) -> str:
    """Return a number with about three digits; nothing for None."""
    if number is None:
        return ""
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}"
