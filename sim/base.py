"""What every part of an office or study file has in common."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field


class Part(BaseModel):
    """A frozen part of a file: unknown keys, infinities and not-a-numbers are refused."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        validate_default=False,
        serialize_by_alias=True,
        validate_by_name=True,
        validate_by_alias=True,
    )


def _unit(
    name: str,
) -> dict[str, str | int | float | bool | list[object] | dict[str, object] | None]:
    return {"unit": name}


Number = Annotated[float, Field(strict=True)]
Count = Annotated[int, Field(strict=True, ge=0)]
Share = Annotated[float, Field(strict=True, ge=0, le=1, json_schema_extra=_unit("share, 0 to 1"))]
Positive = Annotated[float, Field(strict=True, gt=0)]
NonNegative = Annotated[float, Field(strict=True, ge=0)]
Minutes = Annotated[float, Field(strict=True, ge=0, le=10_000, json_schema_extra=_unit("minutes"))]
Money = Annotated[float, Field(strict=True, ge=0, json_schema_extra=_unit("currency"))]
MoneyPerHour = Annotated[
    float, Field(strict=True, ge=0, json_schema_extra=_unit("currency an hour"))
]
Factor = Annotated[float, Field(strict=True, ge=0, le=100, json_schema_extra=_unit("factor"))]
Name = Annotated[str, Field(strict=True, min_length=1, max_length=100)]
Text = str | dict[str, str]
"""A text for people: one string, or one by language code (``{ en = "...", vi = "..." }``)."""


_TURNING: Final = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Characters that turn the direction of all that follows: the page's own words, too."""
_STEERING: Final = (*range(0x09), *range(0x0B, 0x0D), *range(0x0E, 0x20), *range(0x7F, 0xA0))
"""Characters that steer a terminal, or that no page or slide may hold; not those of lines."""
_LEFT_OUT: Final = dict.fromkeys((*_TURNING, *_STEERING))


def text_in(text: Text | None, language: str, otherwise: str = "") -> str:
    """Return `text` in a language; English, or the first there is, where that one is missing.

    Characters that nobody sees, but that change how the words after them are shown, are left out.
    """
    if isinstance(text, dict):
        text = text.get(language) or text.get("en") or next(iter(text.values()), "")
    return (text or otherwise).translate(_LEFT_OUT)
