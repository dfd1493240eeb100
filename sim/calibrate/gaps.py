"""Times that dossiers lie or are elsewhere: which distribution, and which belong together.

The model draws each time of a route independently. Where the records' times depend on each other
that makes the turnaround too even, or too uneven; then neighbouring times are drawn as one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.families import FAMILY_NAMES
from sim.calibrate.handling import fit_handling
from sim.calibrate.outcome import Fitted
from sim.said import phrase

Floats = NDArray[np.float64]
Blocks = tuple[tuple[int, ...], ...]

_MINUTES_TOGETHER: Final = 15.0
"""Steps whose gap is mostly shorter than this are done together."""
_TRIES: Final = 200
_CASES: Final = 5000
_DRAWN: Final = 20_000
_MATERIAL: Final = 0.02
"""A distance below this share of the mean turnaround changes no answer."""
_VALUES: Final = 40
_FEWEST: Final = 30
"""Values from which a family is fitted at all."""
_AT_ONCE: Final = 0.005
_NOTHING: Final = 1e-3
"""Working days that are nothing."""


@dataclass(frozen=True)
class Decomposition:
    """Which gaps are drawn together.

    Attributes
    ----------
    blocks
        Neighbouring gaps, by place, drawn as one.
    distance
        1-Wasserstein distance, in working days, of the sum of independent draws from the
        observed sum.
    chance
        What chance alone would make of it, in 99 of 100 logs like this one.
    alone
        The distance if every gap were drawn on its own.
    """

    blocks: Blocks
    distance: float
    chance: float
    alone: float


def decomposed(gaps: Floats, seed: int = 1) -> Decomposition:
    """Find the finest blocks of gaps whose independent sum is distributed as the observed sum is.

    Begins with every gap alone; while the distance is more than chance explains and more than
    matters, joins the two neighbours whose joining brings it nearest.

    Parameters
    ----------
    gaps
        Cases by gaps in working days; NaN counts as none.
    seed
        Of the draws; the same gaps give the same blocks.
    """
    columns = _some(np.nan_to_num(gaps), seed)
    total = np.sort(columns.sum(axis=1))
    blocks: Blocks = tuple((i,) for i in range(columns.shape[1]))
    if not len(total):
        return Decomposition(blocks, 0.0, 0.0, 0.0)
    distance, chance = _judged(columns, blocks, total, seed)
    alone = distance
    while len(blocks) > 1 and distance > max(chance, _MATERIAL * float(total.mean())):
        joined = [_join(blocks, i) for i in range(len(blocks) - 1)]
        far = [_distance(_drawn(columns, way, seed), total) for way in joined]
        blocks = joined[int(np.argmin(far))]
        distance, chance = _judged(columns, blocks, total, seed)
    return Decomposition(blocks, distance, chance, alone)


def _some(columns: Floats, seed: int) -> Floats:
    """Return the cases, or as many of them drawn at random as tell what matters."""
    if len(columns) <= _CASES:
        return columns
    chosen = np.random.default_rng((seed, 3)).choice(len(columns), _CASES, replace=False)
    return columns[chosen]


def _join(blocks: Blocks, at: int) -> Blocks:
    return (*blocks[:at], blocks[at] + blocks[at + 1], *blocks[at + 2 :])


def _judged(columns: Floats, blocks: Blocks, total: Floats, seed: int) -> tuple[float, float]:
    """Return the distance of the independent sum, and 99% point of what chance makes of it."""
    drawn = _drawn(columns, blocks, seed)
    generator = np.random.default_rng((seed, 1))
    parts = [columns[:, list(block)].sum(axis=1) for block in blocks]
    far = [
        _distance(drawn, np.sort(np.sum([generator.permutation(p) for p in parts], axis=0)))
        for _ in range(_TRIES)
    ]
    return _distance(drawn, total), float(np.quantile(far, 0.99))


def _drawn(columns: Floats, blocks: Blocks, seed: int) -> Floats:
    """Return sorted sums of blocks drawn independently."""
    generator = np.random.default_rng((seed, 2))
    rows = generator.integers(len(columns), size=(len(blocks), _DRAWN))
    parts = [columns[:, list(b)].sum(axis=1)[r] for b, r in zip(blocks, rows, strict=True)]
    return np.sort(np.sum(parts, axis=0))


def _distance(drawn: Floats, total: Floats) -> float:
    """Return the 1-Wasserstein distance of two sorted samples, by quantiles."""
    at = (np.arange(_DRAWN) + 0.5) / _DRAWN
    quantiles = total[np.minimum((at * len(total)).astype(np.int64), len(total) - 1)]
    return float(np.mean(np.abs(drawn - quantiles)))


def done_together(gaps: Floats, day_minutes: float) -> bool:
    """Tell whether a step mostly follows the one before within minutes."""
    known = gaps[~np.isnan(gaps)]
    return not len(known) or float(np.quantile(known, 0.9)) * day_minutes <= _MINUTES_TOGETHER


@dataclass(frozen=True)
class GapFit:
    """A distribution for the office file.

    Attributes
    ----------
    distribution
        As the file writes it, in working days.
    name
        Its family; ``empirical`` or ``constant``.
    numbers
        (key, value, low, high): parameters with 95% intervals; ``values`` for the mean of recorded
        values, and empty for a constant.
    values
        How many it was fitted to.
    """

    distribution: float | dict[str, Any]
    name: str
    numbers: tuple[tuple[str, float, float, float], ...]
    values: int

    def fitted(self, path: str, what: str) -> tuple[Fitted, ...]:
        """Return its numbers under a path of the office file."""
        said = phrase("{n} {cases}; {how}", n=self.values, cases=what, how=self._how())
        return tuple(
            Fitted(f"{path}.{self.name}.{key}" if key else path, value, low, high, said)
            for key, value, low, high in self.numbers
        )

    def _how(self) -> str:
        if self.name == "empirical":
            return phrase("as recorded, in up to 40 steps of equal weight; the number is the mean")
        if self.name == "constant":
            return phrase("always the same")
        family = FAMILY_NAMES[self.name]
        return phrase("{family}: maximum likelihood, chosen by AIC", family=family)


def fit_gap(values: Floats, weights: Floats | None = None) -> GapFit:
    """Fit the times before one step.

    A family of the office file, chosen by AIC, where nothing speaks clearly against it;
    otherwise the values as they were recorded.

    Parameters
    ----------
    values
        Working days, at least 0; at least one.
    weights
        What each stands for, where cases that have not ended leave fewer long ones; then no
        family is fitted.
    """
    even = weights is None or float(np.ptp(weights[weights > 0])) < 1e-9
    if np.ptp(values) < _NOTHING:
        mean = float(values.mean())
        return GapFit(round(mean, 6), "constant", (("", mean, mean, mean),), len(values))
    # A few steps done in the same second are no reason against a family.
    some = values[values > 0]
    clear = len(some) >= max(_FEWEST, (1 - _AT_ONCE) * len(values))
    if clear and even and (family := _family(some)) is not None:
        return family
    return recorded(values, weights)


def recorded(values: Floats, weights: Floats | None = None, digits: int = 6) -> GapFit:
    """Return recorded values as a distribution: means of slices of equal weight."""
    order = np.argsort(values, kind="stable")
    share = np.ones(len(values)) if weights is None else weights.astype(float)
    share = share / share.sum()
    mean = float(np.dot(values, share))
    kept = [round(float(v), digits) for v in _slices(values[order], share[order])]
    # Kish's number of values that would say as much if all stood for the same.
    worth = 1 / float(np.sum(share**2))
    spread = math.sqrt(float(np.dot(share, (values - mean) ** 2)) / max(worth - 1, 1))
    half = _student(worth - 1) * spread
    low, high = max(mean - half, 0.0), mean + half
    distribution = {"empirical": {"values": kept}}
    return GapFit(distribution, "empirical", (("values", mean, low, high),), len(values))


def _slices(values: Floats, share: Floats) -> Floats:
    """Return the mean of each of up to 40 slices of equal weight, so that the mean is kept."""
    number = min(_VALUES, len(values))
    edges = np.concatenate(([0.0], np.cumsum(share)))
    reached = np.concatenate(([0.0], np.cumsum(values * share)))
    at = np.linspace(0, edges[-1], number + 1)
    found: Floats = np.maximum(np.diff(np.interp(at, edges, reached)) * number / edges[-1], 0.0)
    return found


def _student(freedom: float) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(max(freedom, 1.0), 0.975))


def _family(values: Floats) -> GapFit | None:
    """Return the family of least AIC, unless the values speak clearly against it."""
    found = fit_handling(values)
    if not found.fits or found.family == "constant":
        return None
    rows = [("mean", found.mean, found.mean_low, found.mean_high)]
    if "cv" in found.distribution[found.family]:
        rows.append(("cv", found.cv, found.cv_low, found.cv_high))
    return GapFit(found.distribution, found.family, tuple(rows), len(values))
