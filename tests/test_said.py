"""Phrases: English texts that can be said in another language, with all that is in them."""

from __future__ import annotations

import datetime as dt
import pickle

from sim.clock import weekdays
from sim.said import in_words, listed, phrase
from sim.words import Words

VIETNAMESE = Words("vi")


def test_a_phrase_is_its_english_text() -> None:
    said = phrase("{n:,} of {day}, {share:.0%}", n=1234, day=dt.date(2026, 3, 2), share=0.126)
    assert said == "1,234 of 2026-03-02, 13%"
    assert in_words(said, Words()) == said


def test_values_are_written_as_the_language_writes_them() -> None:
    said = phrase(
        "{n:,} {day} {share:.1%} {ratio:.2f} {days} {large:.4g}",
        n=1234, day=dt.date(2026, 3, 2), share=0.126, ratio=1.5, days=weekdays("mon-fri,sun"),
        large=123456.0,
    )  # fmt: skip
    assert in_words(said, VIETNAMESE) == "1.234 02/03/2026 12,6% 1,50 T2-T6,CN 123.500"


def test_phrases_inside_phrases_and_lists_are_said_too() -> None:
    said = phrase("Arrivals: {queue}", queue=listed([phrase("1 day"), "A: {x}"], "; "))
    assert said == "Arrivals: 1 day; A: {x}"
    assert in_words(said, VIETNAMESE) == "Lượng người đến: 1 ngày; A: {x}"


def test_texts_of_files_are_not_translated() -> None:
    assert in_words("Cases", VIETNAMESE) == "Cases"
    assert in_words(phrase("Arrivals: {queue}", queue="Cases"), VIETNAMESE).endswith(": Cases")


def test_a_phrase_comes_back_whole_from_another_process() -> None:
    for said in (phrase("{n:,} days", n=1234), listed([1.5, phrase("1 day")]), weekdays("tue")):
        back = pickle.loads(pickle.dumps(said))
        assert in_words(back, VIETNAMESE) == in_words(said, VIETNAMESE)


def test_what_is_not_finite_stays_as_it_is() -> None:
    assert in_words(phrase("{n:.1f} {m:,}", n=float("nan"), m=1000), VIETNAMESE) == "nan 1.000"
