"""The ledger names every parameter of the office with its source, or as an assumption."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.office import Office
from sim.office_file import read_office
from sim.parameters import NOT_PARAMETERS, parameters, source_of
from sim.paths import get_path, plain
from sim.report.ledger import Entry, defaults, ledger
from sim.words import Words
from tests import comparisons, reform_offices

WORDS = Words()
FILES = [
    path
    for path in sorted((Path(__file__).parents[1] / "scenarios").glob("*.toml"))
    if "\n[[teams]]" in path.read_text(encoding="utf-8")
]


def entries(office: Office) -> list[Entry]:
    return [entry for section in ledger(office, WORDS) for entry in section.entries]


def by_path(office: Office) -> dict[str, Entry]:
    return {entry.path: entry for entry in entries(office)}


def office(**changes: Any) -> Office:
    return Office.model_validate(copy.deepcopy(comparisons.COMMUNE) | changes)


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """Yield the path of every value of a file, found without the ledger's own walk."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            if key not in NOT_PARAMETERS:
                yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for place, item in enumerate(value):
            name = f".{item['id']}" if "id" in item else f"[{place + 1}]"
            yield from leaves(item, path + name)
    elif value not in ({}, []):
        yield path


def offices() -> list[Any]:
    read = [pytest.param(read_office(path), id=path.stem) for path in FILES]
    town = pytest.param(reform_offices.town(), id="town")
    return [*read, town, pytest.param(comparisons.office(), id="commune")]


@pytest.mark.parametrize("found", offices())
def test_every_value_of_the_file_is_in_the_ledger_once(found: Office) -> None:
    listed = list(by_path(found))
    assert len(listed) == len(entries(found))
    for leaf in leaves(plain(found.as_written())):
        covering = [path for path in listed if leaf == path or leaf.startswith(f"{path}.")]
        assert len(covering) == 1, leaf


@pytest.mark.parametrize("found", offices())
def test_the_ledger_names_parameters_by_the_paths_that_reforms_and_sources_use(
    found: Office,
) -> None:
    raw = found.model_dump()
    for path in by_path(found):
        get_path(raw, path)  # refuses paths that lead nowhere


@pytest.mark.parametrize("found", offices())
def test_every_source_and_every_range_of_the_file_is_shown(found: Office) -> None:
    shown = entries(found)
    named = {WORDS.title(source) for source in found.sources.values()}
    assert named == {entry.source for entry in shown if entry.source}
    assert sum(1 for entry in shown if entry.span) == len(found.ranges)


def test_a_source_covers_what_lies_below_it_and_the_nearest_one_counts() -> None:
    sources = {"teams.a": "all of it", "teams.a.away": "of being away", "teams.ab": "of another"}
    assert source_of("teams.a.staff", sources) == "all of it"
    assert source_of("teams.a.away.share", sources) == "of being away"
    assert source_of("teams.ab.staff", sources) == "of another"
    assert source_of("teams.abc.staff", sources) == ""
    assert source_of("backlog[1].dossiers", {"backlog": "counted"}) == "counted"


def test_what_no_source_names_is_an_assumption() -> None:
    found = by_path(office(sources={}, ranges={}))
    assert found
    assert all(entry.source == "" for entry in found.values())


def test_a_distribution_is_one_entry_unless_a_source_names_a_part_of_it() -> None:
    whole = by_path(office(sources={}))
    path = "procedures.certify_copies.steps.intake.minutes"
    assert whole[path].value == "lognormal (mean 4, cv 0.5) minutes"
    parted = by_path(office(sources={f"{path}.lognormal.mean": "timed"}))
    assert path not in parted
    assert parted[f"{path}.lognormal.mean"].value == "4 minutes"
    assert parted[f"{path}.lognormal.mean"].source == "timed"
    assert parted[f"{path}.lognormal.cv"].value == "0.5"
    assert parted[f"{path}.lognormal.cv"].source == ""


def test_values_are_shown_with_their_units() -> None:
    found = by_path(comparisons.office())
    assert found["visitor.value_of_time"].value == "42,000 VND an hour"
    assert found["visitor.travel.minutes_each_way"].value == "6 minutes"
    assert found["visitor.priority_share"].value == "8%"
    assert found["teams.counter.staff"].value == "2 members"
    assert found["teams.judicial.staff"].value == "1 member"
    assert found["teams.leaders.staff"].value == "07:30 1; 13:30 2 members"
    assert found["calendar.hours"].value == "mon-fri 07:30-11:30, 13:30-17:00"
    assert found["procedures.certify_copies.steps.intake.visitor"].value == "yes"
    assert found["backlog[1].dossiers"].value == "4 dossiers"


def test_a_default_that_a_range_names_is_an_assumption_of_the_ledger() -> None:
    path = "procedures.certify_copies.habit.kept"
    found = office(ranges={path: [0.5, 1]})
    assert by_path(found)[path].value == "100%"
    assert by_path(found)[path].span == "50% to 100%"
    assert path not in by_path(office(ranges={}))


def test_the_plausible_span_stands_beside_the_value() -> None:
    found = by_path(comparisons.office())
    assert found["teams.leaders.away.share"].span == "10% to 50%"
    assert found["demands.copies.per_day"].span == "3.5 to 7"
    assert found["demands.permits.per_day"].span == ""


def test_entries_stand_under_the_part_of_the_office_they_belong_to() -> None:
    sections = {section.title: section for section in ledger(comparisons.office(), WORDS)}
    assert list(sections) == [
        "Calendar",
        "Visitors",
        "Team: Reception counter",
        "Team: Judicial",
        "Team: Leaders",
        "Order and pace of work",
        "Procedure: Certification of copies",
        "Procedure: Permit",
        "People who come for: Copies",
        "People who come for: Permits",
        "Already there on the first day",
    ]
    copies = sections["Procedure: Certification of copies"]
    assert copies.basis == "Decree 23/2015, Art. 7"
    assert copies.entries[0].label == "time limit of the law"


def test_defaults_are_what_the_file_does_not_say_once_for_all_of_a_kind() -> None:
    found = {entry.path: entry.value for entry in defaults(comparisons.office(), WORDS)}
    assert found["teams.*.overtime_rate"] == "1.5 times"
    assert found["visitor.gives_up_after"] == "5 visits"
    assert found["procedures.*.stays"] == "60 minutes"
    assert "visitor.priority_share" not in found  # the file says it
    assert "teams.*.wage" not in found  # every team says it
    assert "teams.*.staff" not in found


def test_parameters_are_found_at_the_place_they_stand_in_the_file() -> None:
    raw = plain(comparisons.office().as_written())
    for parameter in parameters(comparisons.office()):
        if parameter.given:
            node = raw
            for part in parameter.place:
                node = node[part]
            assert plain(parameter.value) == plain(node)


def test_the_ledger_speaks_vietnamese_down_to_keys_choices_and_weekdays() -> None:
    words = Words("vi")
    shown = {e.path: e for section in ledger(comparisons.office(), words) for e in section.entries}
    assert shown["calendar.hours"].value == "thứ 2-thứ 6 07:30-11:30, 13:30-17:00"
    assert shown["calendar.start"].value == "03/01/2023"
    assert (
        shown["visitor.travel.minutes_each_way"].label == "thời gian đi từ nhà đến trụ sở, một lượt"
    )
    assert shown["visitor.value_of_time"].value == "42.000 đồng/giờ"
    assert shown["procedures.certify_copies.deadline.within"].value == "trong ngày"
    assert shown["procedures.permit.deadline.within"].value == "15 ngày"
    minutes = shown["procedures.permit.steps.appraise.minutes"]
    assert (minutes.value, minutes.meaning) == ("30 phút", "Số phút làm việc.")
    left = {entry.path: entry.value for entry in defaults(comparisons.office(), words)}
    assert left["calendar.legal_days"] == "thứ 2-thứ 6"
