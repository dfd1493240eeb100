"""Kept results that are not as they were written: told in a sentence, never drawn."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from typing import Any

import pytest

from sim.archive import ARCHIVE, FORMAT, archived, read_archive
from sim.errors import PlannerError
from tests import decks

AGAIN = r"changed since it was written.*\. Run the comparison again\."


@pytest.fixture(scope="module")
def written() -> bytes:
    return archived(decks.comparison())


def kept(folder, content: bytes):
    (folder / ARCHIVE).write_bytes(content)
    return folder


def swapped(content: bytes, *places: str | int, to: Any) -> bytes:
    """Put something else at a place, all the rest as a comparison writes it."""
    raw = json.loads(content)
    inside = raw["comparison"]
    for key in places[:-1]:
        inside = inside[key]
    old = json.dumps(raw["comparison"], ensure_ascii=False, separators=(",", ":")).encode()
    assert old in content
    inside[places[-1]] = to
    new = json.dumps(raw["comparison"], ensure_ascii=False, separators=(",", ":"))
    return content.replace(old, new.encode(errors="surrogatepass"))


def test_a_number_that_fits_as_well_is_not_taken_for_the_one_that_was_found(written, tmp_path):
    raw = json.loads(written)
    mean = raw["comparison"]["differences"]["until_closing"]["trips"]["mean"]
    places = ("differences", "until_closing", "trips", "mean")
    read_archive(kept(tmp_path, swapped(written, *places, to=mean)))
    with pytest.raises(PlannerError, match=AGAIN):
        read_archive(kept(tmp_path, swapped(written, *places, to=-mean)))


@pytest.mark.parametrize("value", ["Infinity", "-Infinity", "NaN", "1e999", "9" * 400])
def test_numbers_without_end_are_refused(value, written, tmp_path):
    content = swapped(written, "differences", "until_closing", "trips", "low", to="HERE")
    with pytest.raises(PlannerError, match=AGAIN):
        read_archive(kept(tmp_path, content.replace(b'"HERE"', value.encode())))


@pytest.mark.parametrize("title", [b"\\ud800", b"\xed\xa0\x80"])
def test_half_a_letter_is_refused(title, written, tmp_path):
    content = swapped(written, "title", to="HERE").replace(b"HERE", title)
    with pytest.raises(PlannerError, match="changed"):
        read_archive(kept(tmp_path, content))


def lists(value: Any, *before: str | int) -> Iterator[tuple[str | int, ...]]:
    """Yield where lists stand, one of each kind."""
    items = enumerate(value[:1]) if isinstance(value, list) else ()
    for key, inside in value.items() if isinstance(value, dict) else items:
        if isinstance(inside, list) and inside:
            yield *before, key
        yield from lists(inside, *before, key)


@pytest.mark.parametrize("change", ["shorter", "longer"])
def test_lists_that_no_longer_fit_are_refused(change, written, tmp_path):
    raw = json.loads(written)["comparison"]
    places = list(lists(raw))
    assert len(places) > 50
    for place in random.Random(1).sample(places, 12):
        found = raw
        for key in place:
            found = found[key]
        to = found[:-1] if change == "shorter" else [*found, found[-1]]
        with pytest.raises(PlannerError, match=AGAIN):
            read_archive(kept(tmp_path, swapped(written, *place, to=to)))


@pytest.mark.parametrize("part", ["differences", "verdicts", "fares", "scenarios"])
def test_scenarios_that_nobody_knows_are_refused(part, written, tmp_path):
    known = json.loads(written)["comparison"][part]
    renamed = {("nobody" if name == "until_closing" else name): v for name, v in known.items()}
    with pytest.raises(PlannerError, match=AGAIN):
        read_archive(kept(tmp_path, swapped(written, part, to=renamed)))


@pytest.mark.parametrize("at", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_digit_that_turned_is_noticed(at, written, tmp_path):
    place = next(
        place
        for place in range(int(at * len(written)), len(written))
        if written[place : place + 1] in b"12345678"
    )
    turned = written[:place] + bytes([written[place] ^ 1]) + written[place + 1 :]
    with pytest.raises(PlannerError, match="changed"):
        read_archive(kept(tmp_path, turned))


def test_a_pipe_in_its_place_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / ARCHIVE)
    with pytest.raises(PlannerError, match="found no file"):
        read_archive(tmp_path)


def test_of_the_same_version_only_the_formats_are_named(written, tmp_path):
    raw = json.loads(written) | {"format": FORMAT + 1}
    with pytest.raises(PlannerError) as refused:
        read_archive(kept(tmp_path, json.dumps(raw).encode()))
    said = str(refused.value)
    assert f"written in format {FORMAT + 1}; this onestop reads format {FORMAT}" in said


@pytest.mark.parametrize("head", [{"format": [1]}, {"onestop": {}}, {"comparison": [1]}])
def test_a_head_of_another_kind_is_something_else(head, written, tmp_path):
    raw = json.loads(written) | head
    with pytest.raises(PlannerError, match="found something else"):
        read_archive(kept(tmp_path, json.dumps(raw).encode()))
