"""A time axis on which minutes are seen though days lie between them.

Spells in which something is looked at closely share one scale; what lies between is pressed
together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

Span = tuple[int, int]

DAY: Final = 86_400
_MINUTE: Final = 60
_PAD: Final = 2 * _MINUTE
_SHORTEST: Final = 10 * _MINUTE
_SMALLEST_PART: Final = 0.3
"""How long a spell is at least, as a share of the longest, so that its labels fit."""
_MOST_SPELLS: Final = 5
_NEAR: Final = (20 * _MINUTE, 3600, 4 * 3600, 12 * 3600, 2 * DAY, 10 * DAY)
"""Spells no farther apart than this are joined: the first of these that leaves few enough."""
_BREAK: Final = 0.1
_MOST_BREAKS: Final = 0.5
_STEPS: Final = tuple(_MINUTE * minutes for minutes in (5, 10, 15, 30, 60, 120, 240, 720))
_CLOSE, _WIDE = 0.16, 0.07
"""How far apart ticks are at least, as shares of the axis: on a phone, on a screen."""
_LEAST_PIXELS: Final = (60, 40)
"""Of a close spell and of a break."""


@dataclass(frozen=True)
class Stretch:
    """A part of the axis with one scale.

    Attributes
    ----------
    begin, end
        Seconds.
    close
        Whether minutes are seen; else it is a break, pressed together.
    left, width
        Where it is drawn, as shares of the axis.
    """

    begin: int
    end: int
    close: bool
    left: float
    width: float

    def at(self, second: int) -> float:
        """Return where a moment is drawn, as a share of the axis."""
        return self.left + self.width * (second - self.begin) / (self.end - self.begin)


@dataclass(frozen=True)
class Tick:
    """A labelled moment; a minor one is left out where there is little room."""

    second: int
    left: float
    minor: bool


@dataclass(frozen=True)
class Axis:
    """Stretches that follow one another without a gap."""

    stretches: tuple[Stretch, ...]

    def at(self, second: int) -> float:
        """Return where a moment is drawn, as a share; beyond the ends, at the end."""
        first, last = self.stretches[0], self.stretches[-1]
        kept = min(max(second, first.begin), last.end)
        return next(each for each in self.stretches if kept <= each.end).at(kept)

    def ticks(self) -> list[Tick]:
        """Return whole times of the day in the close stretches."""
        return [tick for each in self.stretches if each.close for tick in _ticks(each)]

    @property
    def pixels(self) -> int:
        """How wide it is at least, so that all labels fit."""
        least = (_LEAST_PIXELS[not each.close] / each.width for each in self.stretches)
        return min(math.ceil(max(least)), 900)


def axis(looked_at: Iterable[Span], whole: Span) -> Axis:
    """Return an axis of a whole span of time.

    Parameters
    ----------
    looked_at
        Begin and end of what is drawn to the minute, in seconds.
    whole
        First and last moment; what lies outside is not drawn.
    """
    spells = _spells(sorted(looked_at))
    begin = min([whole[0], *(spell[0] for spell in spells)])
    end = max([whole[1], begin + 1, *(spell[1] for spell in spells)])
    parts = _alternating(spells, begin, end)
    return Axis(tuple(_laid(parts)))


def _spells(looked_at: Sequence[Span]) -> list[Span]:
    """Return what is looked at, padded, near ones joined, none much shorter than the longest."""
    padded = [(begin - _PAD, end + _PAD) for begin, end in looked_at]
    for near in _NEAR:
        joined = _joined(padded, near)
        if len(joined) <= _MOST_SPELLS:
            break
    else:
        joined = _joined(padded, joined[-1][1])
    longest = max((end - begin for begin, end in joined), default=0)
    least = max(_SHORTEST, round(longest * _SMALLEST_PART))
    return _joined([_widened(spell, least) for spell in joined], 1)


def _joined(spells: Sequence[Span], near: int) -> list[Span]:
    joined: list[Span] = []
    for begin, end in spells:
        if joined and begin - joined[-1][1] <= near:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def _widened(spell: Span, least: int) -> Span:
    more = max(least - (spell[1] - spell[0]), 0) // 2
    return spell[0] - more, spell[1] + more


def _alternating(spells: Sequence[Span], begin: int, end: int) -> list[tuple[Span, bool]]:
    """Return spells and the breaks around them, each with whether it is a spell."""
    if not spells:
        return [((begin, end), False)]
    parts: list[tuple[Span, bool]] = [(spells[0], True)]
    for before, after in pairwise(spells):
        parts += [((before[1], after[0]), False), (after, True)]
    if begin < spells[0][0]:
        parts.insert(0, ((begin, spells[0][0]), False))
    if end > spells[-1][1]:
        parts.append(((spells[-1][1], end), False))
    return parts


def _laid(parts: Sequence[tuple[Span, bool]]) -> list[Stretch]:
    """Lay parts side by side: close ones to one scale, breaks by how many days they last."""
    breaks = [_break(span) for span, close in parts if not close]
    closely = sum(span[1] - span[0] for span, close in parts if close)
    share = min(sum(breaks), _MOST_BREAKS) if closely else 1.0
    laid: list[Stretch] = []
    left = 0.0
    for span, close in parts:
        if close:
            width = (1 - share) * (span[1] - span[0]) / closely
        else:
            width = share * _break(span) / sum(breaks)
        laid.append(Stretch(*span, close, left, width))
        left += width
    return laid


def _break(span: Span) -> float:
    return _BREAK * (1 + 0.25 * math.log2(1 + (span[1] - span[0]) / DAY))


def _ticks(stretch: Stretch) -> list[Tick]:
    seconds = stretch.end - stretch.begin
    wide = _step(seconds * _WIDE / stretch.width)
    close = _step(seconds * _CLOSE / stretch.width)
    # No label where it would stand half in the stretch beside it.
    margin = seconds * 0.02 / stretch.width
    first = math.ceil((stretch.begin + margin) / wide) * wide
    last = math.floor((stretch.end - margin) / wide) * wide
    seconds_at = range(first, last + 1, wide) or [_middle(stretch)]
    kept = [second for second in seconds_at if second % close == 0] or seconds_at[:1]
    return [Tick(each, stretch.at(each), each not in kept) for each in seconds_at]


def _middle(stretch: Stretch) -> int:
    return round((stretch.begin + stretch.end) / 2 / _STEPS[0]) * _STEPS[0]


def _step(least: float) -> int:
    return next((step for step in _STEPS if step >= least), DAY)
