"""Distributions of an office file, and the inverse functions that turn uniforms into quantities.

Every family has a closed inverse, or a monotone table over the normal score
(:mod:`sim.quantiles`), so that one uniform gives one value and a scaled distribution gives
the scaled value of the same uniform.
"""

from __future__ import annotations

import math
from functools import reduce
from typing import TYPE_CHECKING, Annotated, Any, Self

import numpy as np
from pydantic import Field, GetJsonSchemaHandler, model_serializer, model_validator
from pydantic_core import CoreSchema

from sim.base import NonNegative, Number, Part, Positive
from sim.errors import Misfit
from sim.quantiles import Floats, beta_table, log_gamma_table, weibull_shape
from sim.said import listed, phrase
from sim.wording import DISTRIBUTION, keyed, together

if TYPE_CHECKING:
    from sim.inverse import Encoded

_NORMAL_P90 = 1.2815515655446004
_MOST_P90 = 500


class Family(Part):
    """One family of distributions with its parameters, in the unit of the quantity described."""

    def encoded(self) -> Encoded:
        """Return the distribution as compiled code takes it."""
        raise NotImplementedError

    def mean_value(self) -> float:
        """Return the mean of the untruncated distribution."""
        raise NotImplementedError

    def scaled(self, factor: float) -> Self:
        """Return the distribution of `factor` times the quantity."""
        names = self.model_fields_set - {"cv", "shape", "k", "weights"}
        values = {name: getattr(self, name) for name in self.model_fields_set}
        values |= {name: _times(values[name], factor) for name in names}
        return type(self)(**values)

    def _given(self, *ways: tuple[str, ...]) -> None:
        given = {name for name in type(self).model_fields if getattr(self, name) is not None}
        if given not in [set(way) for way in ways]:
            expected = reduce(_or, map(together, ways))
            raise Misfit(expected, listed(sorted(given)) or phrase("nothing"))


def _or(first: str, second: str) -> str:
    return phrase("{first}, or {second}", first=first, second=second)


def _encoded(form: str, *parameters: float, table: Floats | None = None) -> Encoded:
    from sim.inverse import Form, encoded

    return encoded(Form[form], *parameters, table=table)


def _times(value: float | tuple[float, ...], factor: float) -> float | tuple[float, ...]:
    if isinstance(value, tuple):
        return tuple(item * factor for item in value)
    return value * factor


class Uniform(Family):
    """Every value from `low` to `high` is equally likely."""

    low: Number
    high: Number

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise Misfit(phrase("low at most high"), keyed(low=self.low, high=self.high))
        return self

    def encoded(self) -> Encoded:
        return _encoded("UNIFORM", self.low, self.high - self.low)

    def mean_value(self) -> float:
        return (self.low + self.high) / 2


class Triangular(Family):
    """Between `low` and `high`, most often near `mode`."""

    low: Number
    mode: Number
    high: Number

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _check_mode(self.low, self.mode, self.high)
        return self

    def encoded(self) -> Encoded:
        left, right = self.mode - self.low, self.high - self.mode
        return _encoded("TRIANGULAR", self.low, left, right, self.high)

    def mean_value(self) -> float:
        return (self.low + self.mode + self.high) / 3


class Exponential(Family):
    """Memoryless: the usual guess where only a mean is known."""

    mean: Positive

    def encoded(self) -> Encoded:
        return _encoded("EXPONENTIAL", self.mean)

    def mean_value(self) -> float:
        return self.mean


class Gamma(Family):
    """By `mean` and coefficient of variation `cv`, or by `shape` and `scale`."""

    mean: Positive | None = None
    cv: Annotated[Positive, Field(ge=0.01, le=10)] | None = None
    shape: Annotated[Positive, Field(ge=0.01, le=10_000)] | None = None
    scale: Positive | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        self._given(("mean", "cv"), ("shape", "scale"))
        return self

    def _shape_scale(self) -> tuple[float, float]:
        if self.mean is not None and self.cv is not None:
            return 1 / self.cv**2, self.mean * self.cv**2
        assert self.shape is not None
        assert self.scale is not None
        return self.shape, self.scale

    def encoded(self) -> Encoded:
        shape, scale = self._shape_scale()
        return _encoded("LOG_TABLE", scale, table=log_gamma_table(shape))

    def mean_value(self) -> float:
        shape, scale = self._shape_scale()
        return shape * scale


class Erlang(Family):
    """The sum of `k` exponential stages with `mean` in all."""

    mean: Positive
    k: Annotated[int, Field(strict=True, ge=1, le=1000)]

    def encoded(self) -> Encoded:
        return _encoded("LOG_TABLE", self.mean / self.k, table=log_gamma_table(float(self.k)))

    def mean_value(self) -> float:
        return self.mean


class Lognormal(Family):
    """By `mean` and `cv`, by `mu` and `sigma`, or by what people remember: `p50` and `p90`."""

    mean: Positive | None = None
    cv: Annotated[Positive, Field(le=10)] | None = None
    mu: Annotated[Number, Field(ge=-50, le=50)] | None = None
    sigma: Annotated[Positive, Field(le=5)] | None = None
    p50: Positive | None = None
    p90: Positive | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        self._given(("mean", "cv"), ("mu", "sigma"), ("p50", "p90"))
        _check_percentiles(self.p50, self.p90)
        return self

    def _median_sigma(self) -> tuple[float, float]:
        if self.mean is not None and self.cv is not None:
            sigma = math.sqrt(math.log1p(self.cv**2))
            return self.mean * math.exp(-(sigma**2) / 2), sigma
        if self.p50 is not None and self.p90 is not None:
            return self.p50, math.log(self.p90 / self.p50) / _NORMAL_P90
        assert self.mu is not None
        assert self.sigma is not None
        return math.exp(self.mu), self.sigma

    def encoded(self) -> Encoded:
        return _encoded("LOGNORMAL", *self._median_sigma())

    def mean_value(self) -> float:
        median, sigma = self._median_sigma()
        return median * math.exp(sigma**2 / 2)

    def scaled(self, factor: float) -> Self:
        if self.mu is None:
            return super().scaled(factor)
        if factor == 0:
            raise ValueError("a lognormal given by mu and sigma cannot be scaled to nothing")
        return type(self)(mu=self.mu + math.log(factor), sigma=self.sigma)


class Weibull(Family):
    """By `mean` and `cv`, by `shape` and `scale`, or by `p50` and `p90`."""

    mean: Positive | None = None
    cv: Annotated[Positive, Field(ge=0.02, le=10)] | None = None
    shape: Annotated[Positive, Field(ge=0.1, le=100)] | None = None
    scale: Positive | None = None
    p50: Positive | None = None
    p90: Positive | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        self._given(("mean", "cv"), ("shape", "scale"), ("p50", "p90"))
        _check_percentiles(self.p50, self.p90)
        return self

    def _shape_scale(self) -> tuple[float, float]:
        if self.mean is not None and self.cv is not None:
            shape = weibull_shape(self.cv)
            return shape, self.mean / math.gamma(1 + 1 / shape)
        if self.p50 is not None and self.p90 is not None:
            shape = math.log(math.log(10) / math.log(2)) / math.log(self.p90 / self.p50)
            return shape, self.p50 / math.log(2) ** (1 / shape)
        assert self.shape is not None
        assert self.scale is not None
        return self.shape, self.scale

    def encoded(self) -> Encoded:
        shape, scale = self._shape_scale()
        return _encoded("WEIBULL", scale, 1 / shape)

    def mean_value(self) -> float:
        shape, scale = self._shape_scale()
        return scale * math.gamma(1 + 1 / shape)


class Pert(Family):
    """A smooth bump from `low` to `high` with its top at `mode` (beta-PERT, weight 4)."""

    low: Number
    mode: Number
    high: Number

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        _check_mode(self.low, self.mode, self.high)
        return self

    def encoded(self) -> Encoded:
        width = self.high - self.low
        if width == 0:
            return _encoded("CONSTANT", self.low)
        a = 1 + 4 * (self.mode - self.low) / width
        return _encoded("TABLE", self.low, width, table=beta_table(a, 6 - a))

    def mean_value(self) -> float:
        return (self.low + 4 * self.mode + self.high) / 6


class Normal(Family):
    """Around `mean` with standard deviation `sd`; a duration below zero counts as zero."""

    mean: Number
    sd: NonNegative

    def encoded(self) -> Encoded:
        return _encoded("NORMAL", self.mean, self.sd)

    def mean_value(self) -> float:
        return self.mean


class Empirical(Family):
    """One of the recorded `values`, each as likely as its `weights` say (equally, if absent)."""

    values: Annotated[tuple[Number, ...], Field(min_length=1)]
    weights: tuple[NonNegative, ...] | None = None

    @model_validator(mode="after")
    def _weights_fit(self) -> Self:
        if self.weights is not None and len(self.weights) != len(self.values):
            found = phrase(
                "{weights} for {values}", weights=len(self.weights), values=len(self.values)
            )
            raise Misfit(phrase("as many weights as values"), found)
        if self.weights is not None and sum(self.weights) <= 0:
            raise Misfit(phrase("weights that add up to more than 0"))
        return self

    def _sorted(self) -> tuple[Floats, Floats]:
        values = np.array(self.values, dtype=float)
        weights = np.ones(len(values)) if self.weights is None else np.array(self.weights)
        order = np.argsort(values, kind="stable")
        reached = np.cumsum(weights[order])
        return values[order], reached / reached[-1]

    def encoded(self) -> Encoded:
        return _encoded("EMPIRICAL", table=np.concatenate(self._sorted()))

    def mean_value(self) -> float:
        values, reached = self._sorted()
        return float(np.dot(values, np.diff(reached, prepend=0.0)))


class Distribution(Part):
    """A number, or one family of distributions with its parameters."""

    constant: Number | None = None
    uniform: Uniform | None = None
    triangular: Triangular | None = None
    exponential: Exponential | None = None
    gamma: Gamma | None = None
    erlang: Erlang | None = None
    lognormal: Lognormal | None = None
    weibull: Weibull | None = None
    pert: Pert | None = None
    normal: Normal | None = None
    empirical: Empirical | None = None

    @model_validator(mode="before")
    @classmethod
    def _number(cls, value: Any) -> Any:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return {"constant": value}
        if not isinstance(value, dict | Distribution):
            raise Misfit(
                phrase("a number or a distribution such as {example}", example=DISTRIBUTION)
            )
        return value

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise Misfit(phrase("exactly one distribution"), listed(given) or phrase("none"))
        return self

    @model_serializer(mode="plain")
    def _as_written(self) -> Any:
        if self.constant is not None:
            return self.constant
        name, family = self._family()
        return {name: family.model_dump(exclude_none=True)}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Allow a bare number beside a family, as files do."""
        family = handler.resolve_ref_schema(handler(core_schema))
        family["properties"].pop("constant", None)
        for choice in family["properties"].values():
            choice.pop("default", None)
            choice["anyOf"] = [way for way in choice["anyOf"] if way != {"type": "null"}]
        family |= {"minProperties": 1, "maxProperties": 1}
        return {
            "title": "Distribution",
            "description": "A number, or one family of distributions with its parameters.",
            "anyOf": [{"type": "number"}, family],
        }

    def _family(self) -> tuple[str, Family]:
        for name, value in self:
            if isinstance(value, Family):
                return name, value
        raise AssertionError("validated: exactly one is given")

    def encoded(self) -> Encoded:
        """Return the distribution as compiled code takes it."""
        if self.constant is not None:
            return _encoded("CONSTANT", self.constant)
        return self._family()[1].encoded()

    def quantile(self, u: Floats) -> Floats:
        """Return the value below which a share `u` of the quantity lies, same shape as `u`."""
        from sim.inverse import inverse_many

        u = np.asarray(u, dtype=float)
        found: Floats = inverse_many(*self.encoded(), np.ascontiguousarray(u).ravel())
        return found.reshape(u.shape)

    def mean_value(self) -> float:
        """Return the mean, in the quantity's unit."""
        return self.constant if self.constant is not None else self._family()[1].mean_value()

    def scaled(self, factor: float) -> Distribution:
        """Return the distribution of `factor` times the quantity."""
        if self.constant is not None:
            return Distribution(constant=self.constant * factor)
        if factor == 0:
            return Distribution(constant=0.0)
        name, family = self._family()
        return Distribution(**{name: family.scaled(factor)})

    def residual_table(self) -> tuple[Floats, Floats]:
        """Return the distribution function, up to a factor, of what is left, and where it is so.

        The equilibrium distribution of renewal theory, with density (1 - F(x)) / mean, by
        integrating the tail over a grid of the quantile function, finer where the tail is thin.
        """
        from scipy.special import ndtr

        below = np.union1d(np.linspace(0, 1, 4097)[1:-1], ndtr(np.linspace(-8, 8, 1601)))
        edges = np.concatenate(([0.0], np.maximum(self.quantile(below), 0.0)))
        tails = np.concatenate(([1.0], 1 - below))
        steps = np.diff(edges) * (tails[:-1] + tails[1:]) / 2
        return np.concatenate(([0.0], np.cumsum(steps))), edges


def _check_percentiles(p50: float | None, p90: float | None) -> None:
    if p50 is not None and p90 is not None and not p50 < p90 <= _MOST_P90 * p50:
        expected = phrase("p90 above p50 and at most {most} times it", most=_MOST_P90)
        raise Misfit(expected, keyed(p50=p50, p90=p90))


def _check_mode(low: float, mode: float, high: float) -> None:
    if not low <= mode <= high:
        expected = " <= ".join(("low", "mode", "high"))
        raise Misfit(expected, keyed(low=low, mode=mode, high=high))
