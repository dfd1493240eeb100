"""Numbers, dates, times and money are written as each language writes them."""

from __future__ import annotations

import datetime as dt
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.comparison import Estimate
from sim.words import MINUS, Unit, Words, without_sign

ENGLISH, VIETNAMESE = Words("en"), Words("vi")
MINUTES = Unit("minutes a case", "minutes")


@pytest.mark.parametrize(
    ("value", "decimals", "english", "vietnamese"),
    [
        (0, 0, "0", "0"),
        (1234567.891, 2, "1,234,567.89", "1.234.567,89"),
        (-1234.5, 1, "−1,234.5", "−1.234,5"),
        (999, 0, "999", "999"),
        (-0.04, 1, "0.0", "0,0"),  # no nothing below nothing
        (-0.05, 1, "−0.1", "−0,1"),
        (2.675, 2, "2.67", "2,67"),  # as it is stored: a little less than it is written
    ],
)
def test_numbers(value: float, decimals: int, english: str, vietnamese: str) -> None:
    assert ENGLISH.number(value, decimals) == english
    assert VIETNAMESE.number(value, decimals) == vietnamese


@given(st.floats(-1e15, 1e15), st.integers(0, 6))
def test_a_number_can_be_read_back(value: float, decimals: int) -> None:
    for words in (ENGLISH, VIETNAMESE):
        decimal, group = words.separators
        shown = words.number(value, decimals).replace(group, "").replace(decimal, ".")
        read = float(shown.replace(MINUS, "-"))
        assert read == pytest.approx(value, abs=0.51 * 10**-decimals, rel=1e-14)
        assert math.copysign(1, read) == 1 or read < 0


def test_shares_are_in_percent() -> None:
    assert ENGLISH.percent(0.1234) == "12.3%"
    assert VIETNAMESE.percent(0.1234) == "12,3%"
    assert VIETNAMESE.percent(-0.5, 0) == "−50%"
    assert re.fullmatch(r"50\s%", Words("fr").percent(0.5, 0))


def test_dates_are_as_officials_write_them() -> None:
    day = dt.date(2023, 1, 3)
    assert ENGLISH.date(day) == "3 January 2023"
    assert VIETNAMESE.date(day) == "03/01/2023"
    assert Words("de").date(day) == "3. Januar 2023"  # a language without wishes: the CLDR's long


def test_weekdays_have_their_usual_short_names() -> None:
    assert [ENGLISH.weekday(i) for i in (0, 6)] == ["Mon", "Sun"]
    assert [VIETNAMESE.weekday(i) for i in (0, 6)] == ["T2", "CN"]


def test_times_of_day_and_durations() -> None:
    for words in (ENGLISH, VIETNAMESE):
        assert words.clock(16 * 3600 + 20 * 60 + 59) == "16:20"
        assert words.clock(24 * 3600 + 60) == "00:01"
    assert [ENGLISH.lasting(s) for s in (90, 3900, 2.5 * 86400)] == [
        "2 min",
        "1 h 5 min",
        "2.5 days",
    ]
    assert [VIETNAMESE.lasting(s) for s in (90, 3900, 2.5 * 86400)] == [
        "2 phút", "1 giờ 5 phút", "2,5 ngày",
    ]  # fmt: skip


def test_full_hours_have_no_minutes() -> None:
    assert [ENGLISH.lasting(s) for s in (3600, 7229, 7231)] == ["1 h", "2 h", "2 h 1 min"]
    assert VIETNAMESE.lasting(3600) == "1 giờ"


def test_a_moment_has_its_day_and_its_time() -> None:
    at = dt.datetime(2023, 1, 3, 16, 20, 59)
    assert ENGLISH.moment(at) == "3 January 2023, 16:20"
    assert VIETNAMESE.moment(at) == "16:20 ngày 03/01/2023"


@pytest.mark.parametrize(
    ("value", "english", "vietnamese"),
    [
        (0, "0 VND", "0 đồng"),
        (1_234, "1,230 VND", "1.230 đồng"),
        (999_600, "1.00 million VND", "1,00 triệu đồng"),
        (1_234_567, "1.23 million VND", "1,23 triệu đồng"),
        (-45_678_901, "−45.7 million VND", "−45,7 triệu đồng"),
        (456_789_012, "457 million VND", "457 triệu đồng"),
        (4_567_890_123, "4.57 billion VND", "4,57 tỷ đồng"),
        (1.2345e12, "1,230 billion VND", "1.230 tỷ đồng"),
    ],
)
def test_money_has_three_digits_and_the_size_that_leaders_say(
    value: float, english: str, vietnamese: str
) -> None:
    assert ENGLISH.money(value) == english
    assert VIETNAMESE.money(value) == vietnamese


def test_a_currency_without_a_name_keeps_its_code() -> None:
    assert Words("vi", "USD").money(12) == "12 USD"


def test_an_amount_and_its_interval_are_said_in_one_size() -> None:
    unit = VIETNAMESE.coins(980_000, 1_230_000)
    assert unit.name == "triệu đồng"
    ends = Estimate(1_100_000, 980_000, 1_230_000)
    assert VIETNAMESE.estimate(ends, unit) == "1,10 (0,98 đến 1,23)"


TRIPS = Unit("a case", "", 1, 2)


@pytest.mark.parametrize(
    ("mean", "half", "shown"),
    [
        (0.08, 0.002, "0.080 (0.078 to 0.082)"),
        (0.08, 0.02, "0.08 (0.06 to 0.10)"),
        (0.08, 0.0, "0.08 (0.08 to 0.08)"),  # no doubt at all
        (0.08, 1e-9, "0.08 (0.08 to 0.08)"),  # so little that nobody reads it
        (0.0, 1e-9, "0.00 (0.00 to 0.00)"),  # nothing, as it is shown everywhere
        (1234.0, 200.0, "1,234.00 (1,034.00 to 1,434.00)"),
    ],
)
def test_an_interval_does_not_read_as_a_point(mean: float, half: float, shown: str) -> None:
    assert ENGLISH.estimate(Estimate(mean, mean - half, mean + half), TRIPS) == shown


@pytest.mark.parametrize("end", [0.0, 1e-16, 4e-6])
def test_nothing_is_shown_as_nothing_whatever_arithmetic_leaves_of_it(end: float) -> None:
    nothing = ENGLISH.estimate(Estimate(0.0, 0.0, 0.0), TRIPS)
    assert ENGLISH.estimate(Estimate(end / 2, -end, end), TRIPS) == nothing


@given(st.floats(-100, 100), st.floats(0.0002, 1e6))
def test_the_ends_of_an_interval_differ_as_they_are_shown(mean: float, width: float) -> None:
    ends = ENGLISH.interval(Estimate(mean, mean, mean + width), TRIPS).split(" to ")
    assert len(set(ends)) == 2


def test_a_size_has_the_ends_of_its_interval_turned() -> None:
    assert without_sign(Estimate(-13.4, -15.9, -10.9)) == Estimate(13.4, 10.9, 15.9)
    assert without_sign(Estimate(-13.4, None, None)) == Estimate(13.4, None, None)
    assert without_sign(Estimate(1.0, -1.0, 3.0)) == Estimate(1.0, -1.0, 3.0)


def test_a_rise_has_a_plus_and_what_rounds_to_nothing_has_none() -> None:
    rise, nothing = Estimate(0.4, 0.3, 0.5), Estimate(0.04, 0.03, 0.05)
    assert VIETNAMESE.mean(rise, MINUTES, signed=True) == "+0,4"
    assert VIETNAMESE.mean(nothing, MINUTES, signed=True) == "0,0"


def test_lists_end_with_the_languages_and() -> None:
    items = ["a", "b", "c"]
    assert ENGLISH.listed(items) == "a, b and c"
    assert VIETNAMESE.listed(items) == "a, b và c"
    assert ENGLISH.listed(items[:1]) == "a"
    assert ENGLISH.listed([]) == ""


def test_a_language_of_which_nothing_is_known_counts_as_english_does() -> None:
    unknown = Words("x-marks")
    assert unknown.number(1234.5, 1) == "1,234.5"
    assert unknown.date(dt.date(2023, 1, 3)) == "3 January 2023"


def test_braces_in_values_mean_nothing() -> None:
    assert VIETNAMESE.say("{low} to {high}", low="{high}", high="{0}") == "{high} đến {0}"


def test_a_title_is_in_the_readers_language_or_in_one_that_there_is() -> None:
    assert VIETNAMESE.title({"en": "Copies", "vi": "Bản sao"}) == "Bản sao"
    assert Words("de").title({"en": "Copies", "vi": "Bản sao"}) == "Copies"
    assert VIETNAMESE.title("Copies") == "Copies"
    assert VIETNAMESE.title(None, "copies") == "copies"
