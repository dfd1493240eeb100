"""What holds for every reform: reading, order, contradictions, errors."""

from __future__ import annotations

import pickle
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim import reforms
from sim.office import Office
from sim.reforms import REFORMS, ReformError
from tests.reform_offices import TOWN, changes, town

EXAMPLES = Path(__file__).parents[2] / "shared" / "design" / "reforms.toml"
DOCUMENTATION = Path(__file__).parents[1] / "docs" / "reforms.md"

ONE_OF_EACH: list[dict[str, Any]] = [
    {"drop_cutoff": "certify_copies"},
    {"move_cutoff": {"procedure": "certify_copies", "at": "16:00"}},
    {"set_deadline": {"procedure": "ad_group", "within": "5 working days"}},
    {"bundle": {"procedures": ["performance", "ad_product"], "saves_intake": 0.5}},
    {"add_staff": {"team": "counter", "by": 1}},
    {"set_hours": {"team": "counter", "mon-fri": ["07:00-12:00", "13:00-18:00"]}},
    {"set_closing": {"team": "counter", "to": "finish queue"}},
    {"add_role": {"team": "judicial", "role": "reception"}},
    {"delegate": {"role": "sign", "to": "judicial"}},
    {"pool_roles": {"roles": ["plates", "licences"], "into": "window"}},
    {"split_role": {"role": "window", "by": "procedure"}},
    {"faster": {"role": "*", "by": 0.05}},
    {"precheck": {"procedure": "*", "sends_back": 0.5}},
    {"punctuality": {"team": "*", "lateness": 0.5, "absence": 0.5, "away": 0.8}},
    {"hand_over": {"procedure": "ad_product", "by_post": 0.5}},
    {"file_online": {"procedure": "ad_product", "share": 0.8}},
    {"appointments": {"demand": "walk_in", "share": 0.5, "every": 15, "seats": 2}},
    {"priority": {"share": 0.15}},
    {"change_demand": 1.25},
    {"set": {"procedures.certify_copies.steps.intake.minutes.lognormal.mean": 3}},
]


def test_there_is_a_line_of_every_reform_here() -> None:
    assert {name for line in ONE_OF_EACH for name in line} == set(REFORMS)


@pytest.mark.parametrize("line", ONE_OF_EACH, ids=lambda line: next(iter(line)))
def test_every_reform_changes_the_office_and_leaves_the_baseline(line: dict[str, Any]) -> None:
    before = town()
    after = reforms.apply(before, [line])
    assert changes(before, after)
    assert before == town()
    assert before.as_written() == town().as_written()


def test_every_example_of_the_design_is_accepted() -> None:
    if not EXAMPLES.exists():
        pytest.skip("the shared design files are not here")
    examples = tomllib.loads(EXAMPLES.read_text())["examples"]
    for line in examples:
        assert changes(town(), reforms.apply(town(), [line])), line
    assert {next(iter(line)) for line in examples} == set(REFORMS)


def test_every_example_of_the_documentation_is_accepted() -> None:
    text = DOCUMENTATION.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("{ ")]
    examples = [tomllib.loads(f"line = {line}")["line"] for line in lines]
    for line in examples:
        assert changes(town(), reforms.apply(town(), [line])), line
    assert {next(iter(line)) for line in examples} == set(REFORMS)


@pytest.mark.parametrize("name", sorted(REFORMS))
def test_every_reform_says_what_it_stands_for(name: str) -> None:
    assert "Stands for" in (REFORMS[name].__doc__ or "")
    assert REFORMS[name].summary.endswith(".")


@settings(deadline=None, max_examples=60)
@given(lines=st.lists(st.sampled_from(ONE_OF_EACH), max_size=5))
def test_any_list_of_reforms_works_or_says_why_not_and_keeps_the_baseline(
    lines: list[dict[str, Any]],
) -> None:
    before = town()
    try:
        after = reforms.apply(before, lines)
    except ReformError as error:
        assert str(error).startswith("reforms")
    else:
        assert Office.model_validate(after.as_written()) == after
    assert before.as_written() == town().as_written()


def test_the_folder_of_the_office_file_is_kept() -> None:
    before = town(folder="offices")
    assert reforms.drop_cutoff(before, "*").folder == "offices"


def test_reforms_apply_in_their_order() -> None:
    double, add = {"set": {"teams.counter.staff": 4}}, {"add_staff": {"team": "counter", "by": 1}}
    assert reforms.apply(town(), [double, add]).team("counter").staff.constant == 5
    split = [
        {"pool_roles": {"roles": ["plates", "licences"], "into": "hall"}},
        {"split_role": "hall"},
    ]
    assert "hall (plates)" in reforms.apply(town(), split).role_names()
    with pytest.raises(ReformError, match=r"reforms\[1\]\.split_role\.role"):
        reforms.apply(town(), split[::-1])


def test_no_reforms_leave_the_office_as_it_is() -> None:
    assert reforms.apply(town(), []) == town()


DEADLINE = {"procedure": "ad_group", "within": "5 working days"}

CONTRADICTIONS = [
    (
        [{"drop_cutoff": "*"}, {"move_cutoff": {"procedure": "certify_copies", "at": "16:00"}}],
        "procedures.certify_copies.habit.same_day_until",
    ),
    (
        [{"set_deadline": DEADLINE}, {"set_deadline": DEADLINE | {"within": "3 days"}}],
        "procedures.ad_group.deadline.within",
    ),
    (
        [{"set_deadline": DEADLINE | {"resting": "scaled"}}, {"set_deadline": DEADLINE}],
        "procedures.ad_group.steps.appraise.rests",
    ),
    (
        [{"set_hours": {"mon-fri": ["07:00-12:00"]}}, {"set_hours": {"fri": ["07:00-11:00"]}}],
        "calendar.hours.fri",
    ),
    (
        [{"set": {"calendar.hours.mon-fri": ["07:00-12:00"]}}, {"set_hours": {"fri": []}}],
        "calendar.hours.fri",
    ),
    (
        [
            {"set_closing": {"team": "counter", "to": "finish current"}},
            {"set_closing": {"team": "*", "to": "finish queue"}},
        ],
        "teams.counter.closing",
    ),
    (
        [
            {"hand_over": {"procedure": "ad_product", "by_post": 0.5}},
            {"hand_over": {"procedure": "ad_product", "online": 0.5}},
        ],
        "procedures.ad_product.result",
    ),
    (
        [
            {"file_online": {"procedure": "performance", "share": 0.5}},
            {"file_online": {"procedure": "ad_product", "share": 0.6}},
        ],
        "demands.shows.filed",
    ),
    (
        [
            {"appointments": {"demand": "walk_in", "every": 15}},
            {"set": {"demands.walk_in.appointments.every": 20}},
        ],
        "demands.walk_in.appointments.every",
    ),
    (
        [
            {"set": {"demands.walk_in.appointments.every": 20}},
            {"appointments": {"demand": "walk_in", "every": 15}},
        ],
        "demands.walk_in.appointments",
    ),
    (
        [
            {"bundle": {"procedures": ["performance", "ad_product"]}},
            {"bundle": {"procedures": ["ad_product", "performance"], "adopted_by": 0.5}},
        ],
        "demands.shows.bundling",
    ),
    ([{"priority": 0.1}, {"priority": 0.2}], "visitor.priority_share"),
    (
        [{"set": {"teams.counter.wage": 1}}, {"set": {"teams.counter.wage": 2}}],
        "teams.counter.wage",
    ),
]


@pytest.mark.parametrize(("lines", "path"), CONTRADICTIONS, ids=[c[1] for c in CONTRADICTIONS])
def test_two_reforms_that_set_the_same_thing_differently_contradict_each_other(
    lines: list[dict[str, Any]], path: str
) -> None:
    with pytest.raises(ReformError) as caught:
        reforms.apply(town(), lines)
    message = str(caught.value)
    first, second = (next(iter(line)) for line in lines)
    assert message.startswith(f"reforms[2].{second}.{path}: expected what reforms[1] {{ {first} =")
    assert "They contradict each other" in message


AGREEING = [
    [{"drop_cutoff": "certify_copies"}, {"drop_cutoff": "*"}],
    [{"drop_cutoff": "*"}, {"set": {"procedures.certify_copies.habit.same_day_until": "24:00"}}],
    [{"drop_cutoff": "*"}, {"set": {"procedures.certify_copies.habit.kept": 1}}],
    [{"set_hours": {"mon-fri": ["07:00-12:00"]}}, {"set_hours": {"sat": ["07:00-12:00"]}}],
    [{"set_hours": {"team": "counter", "fri": []}}, {"set_hours": {"fri": ["07:00-12:00"]}}],
    [{"hand_over": {"procedure": "ad_product", "by_post": 0.5}}] * 2,
    [
        {"set": {"teams.counter.lateness": {"share": 0.1, "minutes": 5}}},
        {"set": {"teams.counter.lateness.share": 0.1}},
    ],
    [
        {"add_role": {"team": "judicial", "role": "sign"}},
        {"add_role": {"team": "judicial", "role": "reception"}},
    ],
]


@pytest.mark.parametrize("lines", AGREEING)
def test_reforms_that_set_the_same_alike_or_different_things_agree(
    lines: list[dict[str, Any]],
) -> None:
    after = reforms.apply(town(), lines)
    one_by_one = town()
    for line in lines:
        one_by_one = reforms.apply(one_by_one, [line])
    assert after == one_by_one


def test_a_reform_that_an_earlier_one_made_impossible_names_it() -> None:
    lines = [
        {"change_demand": 1.1},
        {"pool_roles": {"roles": ["plates", "licences"], "into": "hall"}},
        {"pool_roles": {"roles": ["licences", "window"], "into": "front"}},
    ]
    with pytest.raises(ReformError) as caught:
        reforms.apply(town(), lines)
    message = str(caught.value)
    assert message.startswith("reforms[3].pool_roles.roles: expected a role of the office")
    assert "reforms[2] { pool_roles =" in message
    assert "contradict each other" in message


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"drop_cutof": "*"}, r'reforms\[1\]\.drop_cutof: .*Nearest known name: "drop_cutoff"'),
        ({"drop_cutoff": "certify_copy"}, r'reforms\[1\]\.drop_.*Nearest .*: "certify_copies"'),
        ({"add_staff": {"team": "countr", "by": 1}}, r'Nearest known name: "counter"'),
        ({"change_demand": {"demand": "copys", "by": 1}}, r'Nearest known name: "copies"'),
        ({"drop_cutoff": 3}, r"reforms\[1\]\.drop_cutoff: expected text"),
        ({"add_staff": {"team": "counter"}}, r"add_staff\.by: expected a whole number"),
        ({"add_staff": {"team": "counter", "by": 0.5}}, r"add_staff\.by: .*found 0\.5"),
        ({"add_staff": {"team": "counter", "bye": 1}}, r'add_staff\.bye: .*"by"'),
        ({"priority": 1.5}, r"priority: expected .*found 1\.5"),
        ({"priority": float("nan")}, r"priority: expected a finite number"),
        ({"move_cutoff": {"procedure": "*", "at": "25:00"}}, r'move_cutoff\.at: .*"25:00"'),
        ({"set_closing": {"team": "*", "to": "finish"}}, r"set_closing\.to: .*finish queue"),
        ({"drop_cutoff": "*", "priority": 1}, r"exactly one reform in each"),
        ({}, r"exactly one reform in each"),
        ("drop_cutoff", r"a reform such as"),
        ({"add_staff": 1}, r"add_staff: expected a table with team, by"),
        ({"set": 3}, r"reforms\[1\]\.set: expected a table"),
        ({"set": {}}, r"set\.path: expected a path and value"),
        ({"set_hours": {"hours": [], "mon": []}}, r"reforms\[1\]\.set_hours\.hours: expected"),
        ({"set_hours": {"mon-fri": "07:00"}}, r"reforms\[1\]\.set_hours\.mon-fri: expected a list"),
        ({"set_hours": {"mon-fri": ["7-12"]}}, r"set_hours\.mon-fri\[1\]: expected a time of day"),
    ],
)
def test_a_reform_that_cannot_be_read_says_what_was_expected(line: Any, message: str) -> None:
    with pytest.raises(ReformError, match=message):
        reforms.apply(town(), [line])


def test_all_reforms_that_cannot_be_read_are_told_at_once() -> None:
    with pytest.raises(ReformError) as caught:
        reforms.apply(town(), [{"drop_cutof": "*"}, {"priority": 0.1}, {"priority": 2}])
    assert [fault.path for fault in caught.value.faults] == [
        "reforms[1].drop_cutof",
        "reforms[3].priority",
    ]


def test_wrong_arguments_of_a_call_are_told_as_those_of_a_file() -> None:
    with pytest.raises(ReformError, match=r"add_staff\.by: expected a whole number"):
        reforms.add_staff(town(), "counter", by="one")  # type: ignore[arg-type]
    with pytest.raises(ReformError, match="add_staff: expected the arguments"):
        reforms.add_staff(town(), "counter")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"add_staff": {"team": "judicial", "by": -1}}, r"reforms: teams\.judicial\.staff: "),
        (
            {"set": {"procedures.plates.steps.serve.role": "plate"}},
            r"reforms: procedures\.plates\.steps\.serve\.role: .*Nearest known name",
        ),
        ({"set": {"demands.replayed.log.file": "other.csv"}}, r"reforms: .*other\.csv"),
        (
            {"hand_over": {"procedure": "plates", "by_appointment": 0.5}},
            r"reforms: procedures\.plates\.deadline: ",
        ),
    ],
)
def test_an_office_whose_parts_no_longer_fit_is_refused(line: Any, message: str) -> None:
    with pytest.raises(ReformError, match=message):
        reforms.apply(town(), [line])


def test_what_did_not_fit_before_is_not_blamed_on_reforms() -> None:
    unused = reforms.set_parameters(town(), {"teams.judicial.roles": ["certify", "unused"]})
    after = reforms.apply(unused, [{"change_demand": {"demand": "copies", "by": 2}}])
    assert after.demand("copies").per_day == 10


def test_sources_and_ranges_keep_naming_parameters_of_the_baseline() -> None:
    named = {
        "sources": {"teams.windows.staff": "counted"},
        "ranges": {"teams.windows.staff": [3, 5]},
    }
    after = reforms.apply(town(**named), [{"split_role": "window"}])
    assert after.sources == named["sources"]


@pytest.mark.parametrize("line", ONE_OF_EACH, ids=lambda line: next(iter(line)))
def test_a_line_that_was_read_travels_to_other_processes(line: dict[str, Any]) -> None:
    read = reforms.read([line])
    assert pickle.loads(pickle.dumps(read)) == read
    assert reforms.apply(town(), read) == reforms.apply(town(), [line])


def test_a_line_shows_itself_as_a_file_writes_it() -> None:
    lines = reforms.read([{"change_demand": {"by": 1.25}}, {"set_hours": {"sat": []}}])
    assert [str(line) for line in lines] == [
        "{ change_demand = 1.25 }",
        "{ set_hours = { sat = [] } }",
    ]


def test_functions_may_be_given_beside_lines() -> None:
    def fewer_doors(office: Office) -> Office:
        return office.model_copy(update={"title": "One door"})

    after = reforms.apply(town(), [fewer_doors, {"drop_cutoff": "*"}])
    assert after.title == "One door"
    assert changes(town(title="One door"), after) == {
        "procedures.certify_copies.habit.same_day_until": "24:00"
    }


def test_a_function_must_return_an_office() -> None:
    with pytest.raises(ReformError, match=r"reforms\[1\].*an Office returned, found NoneType"):
        reforms.apply(town(), [lambda office: None])


def test_the_content_that_offices_are_made_of_is_not_shared_by_tests() -> None:
    assert town().as_written().keys() == TOWN.keys()
