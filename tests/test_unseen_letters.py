"""Characters in titles that nobody sees, and that would change what stands after them."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from sim.base import text_in
from sim.present.workbook import workbook
from sim.report.page import render
from tests import decks

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
STEERING = "\x00\x07\x1b\x7f\x9b"


@pytest.mark.parametrize("letter", TURNING + STEERING)
def test_they_are_left_out_of_every_text_of_a_file(letter):
    assert text_in(f"Xã{letter} A", "vi") == "Xã A"
    assert text_in({"vi": f"{letter}Xã", "en": "Ward"}, "vi") == "Xã"
    assert text_in(None, "vi", f"copies{letter}") == "copies"
    assert text_in(letter, "vi") == ""


def test_all_else_stays_as_it_is():
    text = "Phường \u200eĐống Đa\n\t=<b>«»</b> \N{RIGHT-TO-LEFT MARK}שלום \N{NO-BREAK SPACE}a\u0301"
    assert text_in(text, "vi") == text


def test_another_language_stands_in_for_one_that_is_missing():
    assert text_in({"fr": "Mairie"}, "vi") == "Mairie"
    assert text_in({}, "vi", "office") == text_in("", "vi", "office") == "office"


def test_neither_page_nor_slides_nor_workbook_turn_their_own_words_round():
    found = decks.named(decks.comparison(), f"Ward{TURNING} A")
    texts = [render(found, "en")]
    for content in (decks.slides(found), workbook(decks.view(found), None)):
        with zipfile.ZipFile(BytesIO(content)) as parts:
            texts += [parts.read(n).decode() for n in parts.namelist() if n.endswith(".xml")]
    assert any("Ward A" in text for text in texts)
    assert [text for text in texts if set(text) & set(TURNING)] == []
