"""Pictures of every chart, drawn by Kaleido in a Chromium; and what is said where there is none."""

from __future__ import annotations

import builtins
import shutil
import struct
from pathlib import Path

import pytest

from sim.errors import PlannerError
from sim.present import images
from sim.report.pictures import pictures
from tests import comparisons, decks

BROWSER = next(
    (p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None
)
with_browser = pytest.mark.skipif(BROWSER is None, reason="there is no Chromium to draw with")

DOCS = Path(__file__).parents[1] / "docs"


def test_every_chart_has_a_name_of_its_own_that_any_disk_takes():
    charts = images.charts(decks.view(decks.named(decks.comparison(), "../../etc: <x>")))
    stems = [each.stem for each in charts]
    assert len({stem.casefold() for stem in stems}) == len(stems)
    assert all(stem.replace("-", "").replace("_", "").isalnum() for stem in stems)


def test_every_picture_of_the_report_is_among_them():
    view = decks.view(decks.comparison())
    stems = {each.stem for each in images.charts(view)}
    assert {picture.id for picture in pictures(view)} < stems
    assert {"steps-delegated", "fares-delegated-0", "picture-trips"} < stems


def test_an_office_alone_has_pictures():
    assert len(images.charts(decks.view(comparisons.alone()))) >= 5


@pytest.fixture
def few(monkeypatch):
    """Leave two charts, so that a test takes seconds."""
    every = images.charts(decks.view(decks.comparison(), "vi"))
    kept = [each for each in every if each.stem in ("trips", "picture-trips")]
    monkeypatch.setattr(images, "charts", lambda view: kept)
    return kept


@with_browser
def test_pictures_are_png_at_twice_the_size_and_svg_with_their_titles(few, monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", str(BROWSER))
    made = images.images(decks.view(decks.comparison(), "vi"))
    assert set(made) == {f"{each.stem}.{kind}" for each in few for kind in ("png", "svg")}
    for each in few:
        png, svg = made[f"{each.stem}.png"], made[f"{each.stem}.svg"].decode()
        assert png.startswith(b"\x89PNG")
        wide, high = struct.unpack(">II", png[16:24])
        size = images._titled(each, decks.view(decks.comparison()).words)["layout"]["height"]
        assert (wide, high) == (1800, 2 * size)
        assert svg.startswith("<svg")
        assert each.title.split(" ")[-1] in svg


def test_without_a_chromium_it_says_how_to_get_one(few, monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chromium")
    with pytest.raises(PlannerError, match=r"no Chromium was found.*\n.*pip install") as told:
        images.images(decks.view(decks.comparison()))
    assert "kaleido_get_chrome" in str(told.value)


def test_a_browser_that_is_none_is_told(few, monkeypatch):
    monkeypatch.setenv("BROWSER_PATH", str(shutil.which("false")))
    with pytest.raises(PlannerError, match=r"the Chromium did not draw \([A-Z][\w ]+\)\. Pict"):
        images.images(decks.view(decks.comparison()))


def test_without_kaleido_it_says_how_to_get_it(few, monkeypatch):
    real = builtins.__import__

    def without(name, *rest):
        if name.partition(".")[0] == "kaleido":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(PlannerError, match="Kaleido is not installed") as told:
        images.images(decks.view(decks.comparison()))
    command = 'pip install ".[pictures]"'
    assert command in str(told.value)
    assert command in (DOCS / "present.md").read_text()
