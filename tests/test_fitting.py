"""How much room texts take on slides, and what is left out where there is none."""

from __future__ import annotations

import pytest

from sim.present import fitting
from tests import decks
from tests.decks import EVIL, LONG


@pytest.mark.parametrize(
    "text", [LONG, "Illinois till 0.1", "Đề nghị ưu tiên: người cao tuổi", EVIL]
)
@pytest.mark.parametrize("bold", [False, True])
def test_texts_are_never_taken_to_be_narrower_than_they_are(text, bold):
    assert fitting.width(text, 20, bold=bold) >= decks._wide(text, 20, bold)


def test_items_without_room_are_counted():
    fitted = fitting.fit(
        [f"item {n}" for n in range(50)], (200, 100), (14, 10), more=lambda n: f"{n} left out"
    )
    count = len(fitted.paragraphs) - 1
    assert fitted.paragraphs[-1] == f"{50 - count} left out"
    assert fitted.size == 10


def test_rows_without_room_are_counted():
    rows = [(f"row {n}", "value") for n in range(50)]
    fitted = fitting.fit_grid(
        ("a", "b"), rows, (300, 120), (14, 10), pad=(4, 4), more=lambda n: f"{n} left out"
    )
    assert fitted.rows[-1][0] == f"{50 - (len(fitted.rows) - 1)} left out"
    assert sum(fitted.heights) <= 120
