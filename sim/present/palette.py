"""Colours of the project's look as colours of a presentation's theme, so that both go together."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR

from sim import look

_ACCENTS: Final = (
    MSO_THEME_COLOR.ACCENT_1, MSO_THEME_COLOR.ACCENT_2, MSO_THEME_COLOR.ACCENT_3,
    MSO_THEME_COLOR.ACCENT_4, MSO_THEME_COLOR.ACCENT_5, MSO_THEME_COLOR.ACCENT_6,
)  # fmt: skip
_OWN: Final = {*look.GROUPS.values(), look.BETTER, look.WORSE, *look.ENDS}
_TINT: Final = 0.12
"""How much lighter than an accent a colour must be to be a tint of it."""


@dataclass(frozen=True)
class Tone:
    """A colour of a theme, made lighter by a share of the way to white; or one as it is."""

    theme: MSO_THEME_COLOR
    lighter: float = 0.0
    fixed: str = ""


INK: Final = Tone(MSO_THEME_COLOR.TEXT_1)
SOFT: Final = Tone(MSO_THEME_COLOR.TEXT_2)
FAINT: Final = Tone(MSO_THEME_COLOR.TEXT_2, 0.75)
PAPER: Final = Tone(MSO_THEME_COLOR.BACKGROUND_1)


def tone(colour: str) -> Tone:
    """Return a theme's colour for one of the look: its second ink for greys, else an accent.

    What time is spent on, and what is better or worse, has a meaning of its own in every theme:
    such a colour stays as it is.
    """
    if colour in _OWN:
        return Tone(MSO_THEME_COLOR.TEXT_1, fixed=colour)
    hue, light, saturation = _hls(colour)
    if saturation < 0.2:
        return Tone(SOFT.theme, _tint(light, _hls(look.BASELINE)[1]))
    accents = [_hls(each) for each in look.SCENARIOS]
    near = min(range(len(accents)), key=lambda i: _apart(accents[i][0], hue, accents[i][1], light))
    return Tone(_ACCENTS[near], _tint(light, accents[near][1]))


def _tint(light: float, own: float) -> float:
    """Return how much lighter a colour is, as a share of the way to white."""
    tint = (light - own) / (1 - own)
    return round(tint, 2) if tint > _TINT else 0.0


def _hls(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return colorsys.rgb_to_hls(red, green, blue)


def _apart(hue: float, other: float, light: float, lightness: float) -> float:
    way = abs(hue - other)
    return min(way, 1 - way) + 0.05 * abs(light - lightness)


def paint(colour: Any, tone: Tone) -> None:
    """Give something the colour of a tone."""
    if tone.fixed:
        colour.rgb = RGBColor.from_string(tone.fixed.removeprefix("#").upper())
        return
    colour.theme_color = tone.theme
    if tone.lighter:
        colour.brightness = tone.lighter


def on(painted: Tone, theme: Mapping[str, str]) -> str:
    """Return black or white, whichever is read on a colour of a theme.

    Parameters
    ----------
    painted
        The colour.
    theme
        The theme's colours by name, ``accent1`` and so on, as ``#rrggbb``.
    """
    if painted.fixed:
        return look.on(painted.fixed)
    names = {each: f"accent{i + 1}" for i, each in enumerate(_ACCENTS)}
    base = theme.get(names.get(painted.theme, "dk2"), look.INK)
    parts = (int(base[i : i + 2], 16) for i in (1, 3, 5))
    mixed = (round(part + (255 - part) * painted.lighter) for part in parts)
    return look.on("#" + "".join(f"{part:02x}" for part in mixed))
