"""How well a fitted family describes durations: a p-value that knows of the fit, and pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from sim.calibrate.durations import Durations, Floats
from sim.calibrate.families import FAMILY_NAMES, Family, Member, likeliest
from sim.calibrate.outcome import Chart, Curve
from sim.said import phrase

_RESAMPLES: Final = 200
_MOST: Final = 2_000
"""Beyond so many a test only tells ever smaller misfits apart."""
_LEAST_EXPECTED: Final = 5.0
_POINTS: Final = 99


@dataclass(frozen=True)
class Quantiles:
    """Quantiles of the records beside those of the fitted distribution, in minutes."""

    shares: Floats
    observed: Floats
    fitted: Floats

    def worst(self) -> tuple[float, float, float]:
        """Return share, observed and fitted minutes where they differ most, from 5% to 95%."""
        apart = np.abs(self.observed - self.fitted)
        apart[(self.shares < 0.05) | (self.shares > 0.95)] = -1.0
        at = int(np.argmax(apart))
        return float(self.shares[at]), float(self.observed[at]), float(self.fitted[at])


def goodness(family: Family, theta: Floats, data: Durations, seed: int = 0) -> float:
    """Return the p-value of the hypothesis that the durations come from the fitted family.

    Numbers known to be rounded, or in ranges that do not overlap, are counted: chi-square over
    the cells of at least five expected, less one degree of freedom for each parameter. Otherwise
    the Anderson-Darling statistic of the probability transforms, with its distribution by 200
    resamples of the fitted distribution, each fitted again by one Newton step (as efficient as
    fitting anew where there are many: Kojadinovic and Yan, *Canadian Journal of Statistics* 40
    (2012) 480).

    Returns
    -------
    float
        Not a number where there are too few cells to tell.
    """
    cells = _cells(data)
    if cells is not None:
        return _chi_square(family, theta, data, *cells)
    sample = _thinned(data, seed)
    if sample.total < data.total:
        # A test that knows of a fit has to be given one to the same durations.
        refitted = likeliest(family, sample)
        theta = theta if refitted is None else refitted
    return _anderson_darling(family, theta, sample, np.random.default_rng(seed))


# --- counted in cells ---


def _cells(data: Durations) -> tuple[Floats, Floats] | None:
    """Return edges of cells that hold each observation whole, and how many each holds."""
    if data.censored.any():
        return None
    if data.resolution:
        if not data.exact.all():
            return None
        places = np.round(data.low / data.resolution).astype(int)
        held: Floats = np.bincount(places, weights=data.counts).astype(np.float64)
        return np.arange(len(held) + 1, dtype=np.float64) * data.resolution, held
    if data.exact.any() or (data.low[1:] < data.high[:-1] - 1e-9).any():
        return None
    edges = np.unique(np.concatenate([[0.0], data.low, data.high]))
    held = np.zeros(len(edges) - 1)
    held[np.searchsorted(edges, data.low)] = data.counts
    return edges, held


def _chi_square(
    family: Family, theta: Floats, data: Durations, edges: Floats, held: Floats
) -> float:
    from scipy.stats import chi2

    places = edges[:-1]
    if data.resolution:
        grid = Durations(places, places, np.ones(len(places)), data.resolution)
    else:
        grid = Durations(places, edges[1:], np.ones(len(places)))
    expected = np.exp(family.log_likelihoods(theta, grid)) * data.total
    beyond = max(data.total - float(expected.sum()), 0.0)
    expected, held = _merged(np.append(expected, beyond), np.append(held, 0.0))
    freedom = len(held) - 1 - len(theta)
    if freedom < 1:
        return float("nan")
    return float(chi2.sf(((held - expected) ** 2 / expected).sum(), freedom))


def _merged(expected: Floats, held: Floats) -> tuple[Floats, Floats]:
    """Join neighbouring cells until each is expected to hold enough."""
    begins, so_far = [0], 0.0
    for place, each in enumerate(expected.tolist()):
        if so_far >= _LEAST_EXPECTED:
            begins.append(place)
            so_far = 0.0
        so_far += each
    if so_far < _LEAST_EXPECTED and len(begins) > 1:
        begins.pop()
    return np.add.reduceat(expected, begins), np.add.reduceat(held, begins)


# --- transformed to uniforms ---


def _thinned(data: Durations, seed: int) -> Durations:
    """Return every observation by itself, or a sample of them."""
    rows = np.repeat(np.arange(len(data.low)), data.counts.astype(int))
    if len(rows) > _MOST:
        rows = np.random.default_rng(seed).choice(rows, _MOST, replace=False)
    low, high, half = data.low[rows], data.high[rows], data.resolution / 2
    rounded = (low == high) & (data.resolution > 0)
    low, high = (
        np.where(rounded, np.maximum(low - half, 0), low),
        np.where(rounded, low + half, high),
    )
    return Durations(low, high, np.ones(len(rows)))


def _anderson_darling(
    family: Family, theta: Floats, data: Durations, rng: np.random.Generator
) -> float:
    """Return the share of resamples that fit worse than the records do.

    Where only a range is known, the transform is drawn evenly between those of its ends, which
    keeps it uniform if the family is right.
    """
    shape = (_RESAMPLES, data.total)
    observed = _statistic(family.made(theta), data.low, data.high, rng)
    drawn = family.made(theta).ppf(rng.uniform(size=shape))
    low, high = _as_recorded(drawn, data, rng)
    again = Durations(low.ravel(), high.ravel(), np.ones(low.size))
    scores = family.scores(theta, again).reshape(len(theta), *shape).mean(axis=2)
    step = np.linalg.solve(family.information(theta, data), scores)
    refitted = theta[:, None, None] + np.clip(step, -1.0, 1.0)[:, :, None]
    resampled = _statistic(family.made(refitted), low, high, rng)
    return float((1 + np.sum(resampled >= observed)) / (1 + _RESAMPLES))


def _statistic(found: Member, low: Floats, high: Floats, rng: np.random.Generator) -> Floats:
    """Return the Anderson-Darling statistic of each row."""
    below, above = found.cdf(low), found.cdf(high)
    u = np.sort(below + (above - below) * rng.uniform(size=below.shape), axis=-1)
    u = np.clip(u, 1e-12, 1 - 1e-12)
    size = u.shape[-1]
    odd = 2 * np.arange(1, size + 1) - 1
    total: Floats = (odd * (np.log(u) + np.log1p(-u[..., ::-1]))).sum(axis=-1)
    statistic: Floats = -size - total / size
    return statistic


def _as_recorded(drawn: Floats, data: Durations, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return durations as the records would have told them: in ranges, or cut short."""
    width = np.where(data.censored, 0.0, data.high - data.low)
    ranged = width > 0
    unit = np.where(ranged, width, 1.0)
    if ranged.any():
        # A range that begins at nothing is the rest of one, as wide as others are.
        cut = ranged & (data.low == 0)
        unit[cut] = np.maximum(unit[cut], np.median(width[ranged]))
    offset = np.where(ranged, data.high, 0.0) % unit
    begins = np.maximum(offset + np.floor((drawn - offset) / unit) * unit, 0.0)
    low, high = np.where(ranged, begins, drawn), np.where(ranged, begins + unit, drawn)
    if data.censored.any():
        ends = _cut_short(data, drawn.shape, rng)
        low, high = np.minimum(low, ends), np.where(drawn > ends, np.inf, high)
    return low, high


def _cut_short(data: Durations, shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Draw after how long records break off, by Kaplan and Meier with the parts exchanged."""
    from scipy.stats import CensoredData, ecdf

    broken = data.censored
    reached = ecdf(CensoredData(uncensored=data.low[broken], right=data.middles()[~broken]))
    places = np.searchsorted(reached.cdf.probabilities, rng.uniform(size=shape))
    times: Floats = np.append(reached.cdf.quantiles, np.inf)[places]
    return times


# --- quantiles ---


def quantiles(family: Family, theta: Floats, data: Durations) -> Quantiles:
    """Return quantiles of the records, by Kaplan and Meier where some were still going on.

    Ranges count as their middles; of a number recorded often, the middle of its share is taken.
    """
    values, shares = _reached(data)
    even = np.arange(1, _POINTS + 1) / (_POINTS + 1)
    even = even[(even >= shares[0]) & (even <= shares[-1])]
    if len(values) > _POINTS:
        values, shares = np.interp(even, shares, values), even
    fitted: Floats = family.made(theta).ppf(shares)
    return Quantiles(shares, values, fitted)


def _reached(data: Durations) -> tuple[Floats, Floats]:
    """Return recorded minutes in order, and the share that is shorter, half of the equal too."""
    from scipy.stats import CensoredData, ecdf

    rows = np.repeat(np.arange(len(data.low)), data.counts.astype(int))
    each, broken = data.middles()[rows], data.censored[rows]
    found = ecdf(CensoredData(uncensored=each[~broken], right=each[broken]))
    steps = np.diff(found.cdf.probabilities, prepend=0.0)
    moved = steps > 0
    shares = (found.cdf.probabilities - steps / 2)[moved]
    return np.asarray(found.cdf.quantiles)[moved], shares


def recorded_quantiles(data: Durations, shares: Floats) -> Floats:
    """Return the minutes below which the given shares of the records lie."""
    values, reached = _reached(data)
    return np.interp(shares, reached, values)


def chart(found: Quantiles, name: str, family: str) -> Chart:
    """Return the quantiles as a picture."""
    points = Curve(phrase("recorded"), tuple(found.fitted.tolist()), tuple(found.observed.tolist()))
    return Chart(
        id=f"handling-{name}",
        kind="quantiles",
        title=phrase("Handling times: quantiles"),
        note=phrase("On the line where the records and the fitted distribution agree."),
        x_axis=phrase("fitted {family}, minutes", family=FAMILY_NAMES[family]),
        y_axis=phrase("recorded, minutes"),
        curves=(points,),
    )
