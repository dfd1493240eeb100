"""The reform that sets any parameter by its path."""

from __future__ import annotations

from typing import Any

import pytest

from sim import reforms
from sim.reforms import ReformError
from tests.reform_offices import changes, town

INTAKE = "procedures.certify_copies.steps.intake"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (f"{INTAKE}.minutes.lognormal.mean", 3),
        ("teams.counter.staff", 4),
        ("teams.leaders.staff.13:30", 3),
        ("demands.copies.per_day", 7),
        ("calendar.hours.mon-fri", ["08:00-12:00"]),
        # what the file leaves at its default
        ("teams.counter.overtime_rate", 2),
        ("visitor.travel.minutes_each_way", 6),
        ("procedures.plates.habit.kept", 0.5),
        ("roles.sign.order", "due date"),
    ],
)
def test_a_parameter_is_set_by_its_path_and_nothing_else_changes(path: str, value: Any) -> None:
    before = town()
    assert changes(before, reforms.set_parameters(before, {path: value})) == {path: value}


def test_several_parameters_are_set_at_once_and_from_a_study_file() -> None:
    values = {"teams.counter.staff": 4, f"{INTAKE}.minutes": {"gamma": {"mean": 3, "cv": 1}}}
    after = reforms.set_parameters(town(), values)
    minutes = after.procedure("certify_copies").steps[0].minutes
    assert minutes is not None
    assert minutes.mean_value() == 3
    assert reforms.apply(town(), [{"set": values}]) == after
    assert reforms.set(town(), values) == after


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("procedures.certify_copys.fee", 1, r'set: procedures: .*Nearest .*"certify_copies"'),
        (f"{INTAKE}s.minutes", 1, r'set: procedures\.certify_copies\.steps: .*Nearest .*"intake"'),
        (
            "teams.counter.overtime_rates",
            2,
            r'counter\.overtime_rates: .*Nearest .*"overtime_rate"',
        ),
        ("tems.counter.staff", 2, r'Nearest known name: "teams"'),
        ("teams.counter.staff", -1, r"set: teams\.counter\.staff: expected .*found -1"),
        ("teams.counter.absence", 1.5, r"teams\.counter\.absence: expected a share"),
        ("teams.counter.absence", float("nan"), "finite number"),
        (f"{INTAKE}.minutes.gamma", {"mean": 3, "cv": 1}, "exactly one distribution"),
        ("teams.counter.staff.07:30", 3, r"teams\.counter\.staff: expected a table.*found 2"),
        ("backlog[1].dossiers", 3, "backlog"),
        ("teams.counter", 3, r"set: teams.*: expected a table"),
        ("teams.counter.id", "desk", "Names are kept"),
        ("", 3, "keys joined by dots"),
    ],
)
def test_what_cannot_be_set_says_where_it_failed_and_what_is_known(
    path: str, value: Any, message: str
) -> None:
    with pytest.raises(ReformError, match=message):
        reforms.set_parameters(town(), {path: value})


def test_a_path_is_needed() -> None:
    with pytest.raises(ReformError, match="a path and value"):
        reforms.set_parameters(town(), {})
