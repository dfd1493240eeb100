"""Inverse distribution functions in compiled code: a uniform becomes a quantity.

One function serves whole columns drawn before a run and single quantities drawn within it, so
that both are equal to the last bit. A distribution is told by its :class:`Form`, up to four
parameters and, for some forms, a table.
"""

from __future__ import annotations

import math
from enum import IntEnum
from typing import Final, NamedTuple

import numpy as np

from sim.compiled import entry, inlined
from sim.quantiles import FIRST_SCORE, SCORE_STEP, Floats


class Form(IntEnum):
    """How a quantity is made of a uniform; parameters a, b, c, d in this order."""

    CONSTANT = 0
    """a."""
    UNIFORM = 1
    """From a, of width b."""
    TRIANGULAR = 2
    """From a, rising over b, falling over c, to d."""
    EXPONENTIAL = 3
    """Mean a."""
    LOG_TABLE = 4
    """a times the exponential of the table over the normal score."""
    LOGNORMAL = 5
    """Median a, standard deviation b of the logarithm."""
    WEIBULL = 6
    """Scale a, inverse of the shape b."""
    TABLE = 7
    """From a, b times the table over the normal score."""
    NORMAL = 8
    """Mean a, standard deviation b."""
    EMPIRICAL = 9
    """The table holds the values in order, then the share of the weights up to each."""


class Encoded(NamedTuple):
    """A distribution as compiled code takes it."""

    form: int
    parameters: Floats
    table: Floats


_CONSTANT: Final = int(Form.CONSTANT)
_UNIFORM: Final = int(Form.UNIFORM)
_TRIANGULAR: Final = int(Form.TRIANGULAR)
_EXPONENTIAL: Final = int(Form.EXPONENTIAL)
_LOG_TABLE: Final = int(Form.LOG_TABLE)
_LOGNORMAL: Final = int(Form.LOGNORMAL)
_WEIBULL: Final = int(Form.WEIBULL)
_NORMAL: Final = int(Form.NORMAL)


def encoded(form: Form, *parameters: float, table: Floats | None = None) -> Encoded:
    """Return a distribution as compiled code takes it."""
    four = np.zeros(4)
    four[: len(parameters)] = parameters
    return Encoded(int(form), four, np.zeros(0) if table is None else table)


@entry
def inverse_many(form: int, parameters: Floats, table: Floats, u: Floats) -> Floats:
    """Return the quantity of each uniform; `u` has one dimension."""
    found = np.empty(len(u))
    for i in range(len(u)):
        found[i] = inverse(form, parameters, table, u[i])
    return found


@inlined
def inverse(form: int, parameters: Floats, table: Floats, u: float) -> float:  # noqa: PLR0911
    """Return the quantity of one uniform in (0, 1)."""
    a, b = parameters[0], parameters[1]
    if form == _CONSTANT:
        return a
    if form == _EXPONENTIAL:
        return a * _exponential(u)
    if form == _UNIFORM:
        return a + u * b
    if form == _WEIBULL:
        return a * _exponential(u) ** b
    if form == _TRIANGULAR:
        return _triangular(a, b, parameters[2], parameters[3], u)
    if form <= _NORMAL:
        return _of_score(form, a, b, table, normal_score(u))
    size = len(table) // 2
    return table[np.searchsorted(table[size:], u)]


@inlined
def _exponential(u: float) -> float:
    """Return the quantile of the exponential distribution of mean 1.

    A logarithm is quicker than `log1p`, and loses nothing where 1 - u is not close to 1.
    """
    return -math.log(1.0 - u) if u > 0.1 else -math.log1p(-u)


@inlined
def _triangular(low: float, left: float, right: float, high: float, u: float) -> float:
    width = high - low
    if u * width < left:
        return low + math.sqrt(u * width * left)
    return high - math.sqrt((1 - u) * width * right)


@inlined
def _of_score(form: int, a: float, b: float, table: Floats, score: float) -> float:
    """Return the quantity of a normal score."""
    if form == _NORMAL:
        return a + b * score
    if form == _LOGNORMAL:
        return a * math.exp(b * score)
    if form == _LOG_TABLE:
        return a * math.exp(_between(table, score))
    return a + b * _between(table, score)


@inlined
def _between(table: Floats, score: float) -> float:
    """Interpolate a table over the normal score; beyond its ends it stays as there."""
    place = (score - FIRST_SCORE) / SCORE_STEP
    if place <= 0.0:
        return table[0]
    below = int(place)
    if below >= len(table) - 1:
        return table[-1]
    return table[below] + (place - below) * (table[below + 1] - table[below])


@inlined
def interpolated(at: float, points: Floats, values: Floats) -> float:
    """Interpolate between points in order, of which some may be equal; ends stay as they are."""
    last = len(points) - 1
    if at >= points[last]:
        return values[last]
    above = np.searchsorted(points, at, side="right")
    if above == 0:
        return values[0]
    begin, end = points[above - 1], points[above]
    rise = (values[above] - values[above - 1]) / (end - begin)
    return values[above - 1] + rise * (at - begin)


@inlined
def normal_score(u: float) -> float:
    """Return the standard normal quantile of a uniform.

    Rational approximations good to 16 digits: M. J. Wichura, Algorithm AS 241, *Applied
    Statistics* 37 (1988) 477.
    """
    centred = u - 0.5
    if abs(centred) <= 0.425:
        return centred * _middle(0.180625 - centred * centred)
    tail = math.sqrt(-math.log(u if centred < 0 else 1.0 - u))
    score = _near_tail(tail - 1.6) if tail <= 5.0 else _far_tail(tail - 5.0)
    return -score if centred < 0 else score


@inlined
def _middle(r: float) -> float:
    return (
        (
            ((((((2509.0809287301226727 * r + 33430.575583588128105) * r
            + 67265.770927008700853) * r + 45921.953931549871457) * r
            + 13731.693765509461125) * r + 1971.5909503065514427) * r
            + 133.14166789178437745) * r + 3.387132872796366608
        )
        / (
            ((((((5226.495278852854561 * r + 28729.085735721942674) * r
            + 39307.89580009271061) * r + 21213.794301586595867) * r
            + 5394.1960214247511077) * r + 687.1870074920579083) * r
            + 42.313330701600911252) * r + 1.0
        )
    )  # fmt: skip


@inlined
def _near_tail(r: float) -> float:
    return (
        (
            ((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r
            + 0.24178072517745061177) * r + 1.27045825245236838258) * r
            + 3.64784832476320460504) * r + 5.7694972214606914055) * r
            + 4.6303378461565452959) * r + 1.42343711074968357734
        )
        / (
            ((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r
            + 0.0151986665636164571966) * r + 0.14810397642748007459) * r
            + 0.68976733498510000455) * r + 1.6763848301838038494) * r
            + 2.05319162663775882187) * r + 1.0
        )
    )  # fmt: skip


@inlined
def _far_tail(r: float) -> float:
    return (
        (
            ((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
            + 0.0012426609473880784386) * r + 0.026532189526576123093) * r
            + 0.29656057182850489123) * r + 1.7848265399172913358) * r
            + 5.4637849111641143699) * r + 6.6579046435011037772
        )
        / (
            ((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r
            + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r
            + 0.0148753612908506148525) * r + 0.13692988092273580531) * r
            + 0.59983220655588793769) * r + 1.0
        )
    )  # fmt: skip
