"""Colours are told apart by eyes of any kind, and none of them means two things."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest

import sim
from sim import look
from sim.present import own_theme, palette

# What eyes without one kind of cones see of linear light: Machado, Oliveira and Fernandes, "A
# physiologically-based model for simulation of color vision deficiency" (2009), severity 1.
EYES = {
    "all cones": np.eye(3),
    "protanopia": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ]),
    "deuteranopia": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ]),
}  # fmt: skip
NOTICED = 0.02
"""Distance in Oklab (Ottosson 2020) that is just noticed where colours touch."""
EVERY_SCENARIO = (look.BASELINE, *look.SCENARIOS)
MOODS = (look.BETTER, look.WORSE)


def oklab(colour: str, eyes: str) -> np.ndarray:
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    cones = np.array([
        [0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]) @ np.clip(EYES[eyes] @ linear, 0, 1)  # fmt: skip
    found: np.ndarray = np.array([
        [0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]) @ np.cbrt(cones)  # fmt: skip
    return found


def nearest(pairs: Iterable[tuple[str, str]], eyes: str) -> float:
    """Return how far apart the two colours are that are nearest, in differences just noticed."""
    return min(float(np.linalg.norm(oklab(a, eyes) - oklab(b, eyes))) for a, b in pairs) / NOTICED


@pytest.mark.parametrize("eyes", EYES)
def test_causes_are_told_from_one_another_and_from_every_scenario(eyes: str) -> None:
    causes = look.GROUPS.values()
    assert nearest(combinations(causes, 2), eyes) >= 2.5
    assert nearest(product(causes, EVERY_SCENARIO), eyes) >= 2.5


@pytest.mark.parametrize("eyes", EYES)
def test_better_and_worse_are_told_apart_and_are_no_scenario(eyes: str) -> None:
    assert nearest([MOODS], eyes) >= 4
    assert nearest(product(MOODS, EVERY_SCENARIO), eyes) >= 4


def test_no_colour_means_two_things() -> None:
    families = [set(EVERY_SCENARIO), set(MOODS), set(look.GROUPS.values()), set(look.ENDS)]
    assert all(not one & other for one, other in combinations(families, 2))
    pairs = [pair for one, other in combinations(families, 2) for pair in product(one, other)]
    assert nearest(pairs, "all cones") >= 2.5


def test_causes_that_are_as_dark_as_good_and_bad_news_have_patterns_those_have_not() -> None:
    for group, colour in look.GROUPS.items():
        near = nearest(product([colour], MOODS), "deuteranopia")
        assert look.PATTERNS[group].shape or near >= 3


def test_what_is_done_has_the_colour_of_what_its_time_is_counted_as() -> None:
    assert set(look.DOING.values()) <= set(look.GROUPS.values())
    assert look.DOING["line"] == look.DOING["desk_queue"] == look.GROUPS["staff"]
    assert look.DOING["held"] == look.GROUPS["rules"]


def test_slides_have_the_colours_of_the_page() -> None:
    """Scenarios have those of the theme, which in the project's own theme are the page's."""
    accents = [own_theme._COLOURS[f"accent{place}"] for place in range(1, 7)]
    assert accents == list(look.SCENARIOS)
    for place, colour in enumerate(look.SCENARIOS):
        assert palette.tone(colour) == palette.Tone(palette._ACCENTS[place])
    for colour in (*look.GROUPS.values(), *MOODS, *look.ENDS):
        assert palette.tone(colour).fixed == colour


def test_style_sheets_and_scripts_name_no_colour_of_their_own() -> None:
    for path in (Path(sim.__file__).parent / "templates").rglob("*"):
        if path.suffix in (".css", ".js", ".jinja"):
            found = re.findall(
                r"(?<![&\w\"'])#[0-9a-f]{6}\b|: ?#[0-9a-f]{3}\b", path.read_text("utf-8")
            )
            assert found == [], path.name


def test_every_variable_of_the_style_sheets_is_given_a_value() -> None:
    folder = Path(sim.__file__).parent / "templates"
    used = {
        name for path in folder.glob("*.css")
        for name in re.findall(r"var\(--([\w-]+)\)", path.read_text("utf-8"))
    }  # fmt: skip
    assert used == {*look.page_colours(), "font"} & used
    assert f"--better: {look.BETTER};" in look.css_variables()


def test_a_long_axis_title_is_wrapped_to_a_phones_width() -> None:
    title = "Từ lần đến đầu tiên đến kết quả cuối cùng: giờ/trường hợp <b>"
    text = look.axis(title)["title"]["text"]
    lines = text.split("<br>")
    assert len(lines) == 2
    assert all(len(line) <= 44 for line in lines)  # of 6 pixels each, beside 390 of the phone
    assert " ".join(lines) == look.escaped(title)
    assert look.axis("")["title"]["text"] == ""
