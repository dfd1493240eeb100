"""A calibration or a validation as plain JSON."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from numbers import Integral, Real
from typing import Any

from sim.calibrate.outcome import Calibration, Validation


def content(found: Calibration | Validation) -> dict[str, Any]:
    """Return all of it as JSON holds it: keys in the order of the attributes, None for no number.

    The dates of a calibration are ``first``, ``last`` and ``days``.
    """
    plain: dict[str, Any] = _plain(found)
    if isinstance(found, Calibration):
        plain["dates"] = dict(zip(("first", "last", "days"), plain["dates"], strict=True))
    return plain


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return _number(value) if isinstance(value, Real) else value


def _number(value: Real) -> bool | int | float | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, Integral):
        return int(value)
    number = float(value)
    return number if math.isfinite(number) else None
