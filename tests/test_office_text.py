"""The text of an office file: what is written is read again, whatever the titles hold."""

from __future__ import annotations

import datetime as dt
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calibrate.office_text import office_text
from sim.calibrate.outcome import Assumed, Fitted
from sim.office_file import office_of

Raw = dict[str, Any]

MEAN = "procedures.p.steps.serve.minutes.lognormal.mean"
CV = "procedures.p.steps.serve.minutes.lognormal.cv"


def content(title: str = "Office", queue: str = "P: Passports") -> Raw:
    """Return what calibration writes of one queue."""
    return {
        "title": title,
        "calendar": {
            "start": dt.date(2024, 1, 8),
            "closed": [dt.date(2024, 1, 10)],
            "last_ticket": {"mon": 20.0, "tue-fri": 30.0},
            "hours": {"mon": ["08:00-18:00"], "tue-fri": ["08:00-12:00", "13:00-16:00"]},
        },
        "teams": [
            {
                "id": "p",
                "title": queue,
                "staff": {"mon": {"08:00": 2, "12:00": 1}, "tue-fri": 2},
                "roles": ["p"],
                "closing": "finish queue",
            }
        ],
        "roles": {"p": {"day_cv": 0.1}},
        "procedures": [
            {
                "id": "p",
                "title": queue,
                "steps": [
                    {
                        "id": "serve",
                        "role": "p",
                        "visitor": True,
                        "minutes": {"lognormal": {"mean": 6.25, "cv": 0.8}},
                    }
                ],
            }
        ],
        "demands": [
            {
                "id": "p",
                "title": queue,
                "needs": ["p"],
                "per_day": 81.5,
                "by_weekday": {"mon": 1.2, "tue-fri": 0.95},
                "by_hour": {"08:00": 60, "12:00": 40},
                "spread": 1.4,
                "patience": {"exponential": {"mean": 200.0}},
                "gives_up_after": 1,
            }
        ],
    }


FITTED = (
    Fitted(MEAN, 6.25, 5.5, 7.125, "waits of 1,223 tickets of 6 days"),
    Fitted(CV, 0.8, None, None, "cannot be told"),
    Fitted("demands.p.per_day", 81.5, 75, 88, "489 tickets of 6 days"),
    Fitted("procedures.p.steps.check.elapsed.values", 0.5, 0.4, 0.6, "489 tickets"),
)
ASSUMED = (
    Assumed("procedures.p.steps.serve.minutes", "lognormal", "waits do not tell the family"),
)


def written(raw: Raw, heading: tuple[str, ...] = ("Fitted to 6 days.",)) -> str:
    return office_text(raw, FITTED, ASSUMED, heading)


def read(text: str) -> Raw:
    """Return the content of a text, without what says where numbers come from."""
    found = tomllib.loads(text)
    return {key: value for key, value in found.items() if key not in ("sources", "ranges")}


def line(text: str, key: str) -> str:
    """Return the one line that gives a key its value."""
    (found,) = [each for each in text.splitlines() if each.startswith(f"{key} = ")]
    return found


def test_what_is_written_is_read_again() -> None:
    assert read(written(content())) == content()


def test_an_office_as_calibration_writes_it_has_no_faults() -> None:
    text = office_text(content(), FITTED[:3], ASSUMED)
    office = office_of(tomllib.loads(text), "office.toml")
    assert office.demands[0].per_day == 81.5
    assert office.ranges == {MEAN: (5.5, 7.125), "demands.p.per_day": (75, 88)}
    assert office.sources[MEAN].startswith("waits of 1,223 tickets of 6 days")


AWKWARD = [
    'say "quoted"',
    "two\nlines",
    "carriage\r\nreturn",
    "a # that is no remark",
    "[x]",
    "[[demands]]",
    'end"\nper_day = 1000000',
    "'''",
    '"""',
    "back\\slash \\u0041",
    "tab\tand \x00 \x1b bell \x07",
    "= 5",
    "Trích lục hộ tịch – Łódź 中文 🏛",
    "\u2028line separator",
    "",
    " ",
]


@pytest.mark.parametrize("text", AWKWARD)
def test_titles_stay_text_whatever_they_hold(text: str) -> None:
    raw = content(text, text)
    assert read(written(raw)) == raw


# Lone surrogates are no text: no file that is read as UTF-8 holds them.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(title=TEXT, queue=TEXT)
def test_any_title_is_read_again(title: str, queue: str) -> None:
    raw = content(title, queue)
    assert read(written(raw)) == raw


@given(source=TEXT, why=TEXT, heading=TEXT)
def test_sources_reasons_and_headings_never_become_content(
    source: str, why: str, heading: str
) -> None:
    told = Fitted(MEAN, 6.25, 5.5, 7.125, source)
    reason = Assumed("demands.p.spread", "1.4", why)
    text = office_text(content(), [told], [reason], [heading])
    assert read(text) == content()
    found = tomllib.loads(text)
    assert found["sources"] == {MEAN: "; ".join(filter(None, (source, "95%: 5.5 to 7.125")))}
    assert found["ranges"] == {MEAN: [5.5, 7.125]}


NUMBERS = st.one_of(
    st.integers(-10, 10**9), st.floats(allow_nan=False, allow_infinity=False, width=64)
)


@given(per_day=NUMBERS, mean=NUMBERS, low=NUMBERS, high=NUMBERS)
def test_numbers_are_read_again_to_the_last_digit(
    per_day: float, mean: float, low: float, high: float
) -> None:
    raw = content()
    raw["demands"][0]["per_day"] = per_day
    raw["procedures"][0]["steps"][0]["minutes"]["lognormal"]["mean"] = mean
    text = office_text(raw, [Fitted(MEAN, mean, low, high, "x")], ())
    assert read(text) == raw
    assert tomllib.loads(text)["ranges"] == {MEAN: [low, high]}


def test_sources_are_said_by_path_with_their_interval() -> None:
    sources = tomllib.loads(written(content()))["sources"]
    assert sources == {
        MEAN: "waits of 1,223 tickets of 6 days; 95%: 5.5 to 7.125",
        CV: "cannot be told",
        "demands.p.per_day": "489 tickets of 6 days; 95%: 75 to 88",
        "procedures.p.steps.check.elapsed.values": "489 tickets; 95%: 0.4 to 0.6",
    }


def test_ranges_are_of_numbers_that_have_an_interval_and_are_one_number() -> None:
    ranges = tomllib.loads(written(content()))["ranges"]
    assert ranges == {MEAN: [5.5, 7.125], "demands.p.per_day": [75, 88]}


def test_remarks_hold_intervals_beside_their_numbers() -> None:
    text = written(content())
    assert "# 95%: 75 to 88" in line(text, "per_day")
    assert "mean 95%: 5.5 to 7.125" in line(text, "minutes")


def test_assumptions_are_remarked_as_such() -> None:
    told = line(written(content()), "minutes")
    assert "assumed: replace with your own data (waits do not tell the family)" in told


def test_the_heading_stands_above_everything() -> None:
    text = written(content(), ("First line.", "Second line."))
    assert text.startswith("# First line.\n# Second line.\n")


def test_what_is_empty_is_left_out() -> None:
    raw = content() | {"roles": {}}
    found = tomllib.loads(office_text(raw, FITTED, ASSUMED))
    assert "roles" not in found


def test_several_of_a_kind_stand_in_order() -> None:
    raw = content()
    for key in ("teams", "procedures", "demands"):
        raw[key].append(raw[key][0] | {"id": "q"})
    assert read(written(raw)) == raw
