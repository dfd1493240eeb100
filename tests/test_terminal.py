"""What compare prints: a table for each scenario, made for a screen of 80 columns."""

from __future__ import annotations

import re

import pytest
from rich.console import Console

from sim import load_study
from sim.comparison import Estimate
from sim.starter import write_starter
from sim.terminal import LABELS, interval, number, run_study
from sim.verdicts import HEADLINE
from sim.words import Words


@pytest.mark.parametrize(
    ("value", "measure", "signed", "shown"),
    [
        (12.345, "wait_minutes", False, "12.35"),
        (1234.5, "turnaround_hours", False, "1,234.50"),
        (1.5256, "trips", False, "1.526"),
        (-0.0817, "trips", True, "-0.082"),
        (0.5123, "same_day_share", False, "51.2%"),
        (0.0703, "same_day_share", True, "+7.0 pp"),
        (-4896.4, "citizen_cost", True, "-4,896"),
        (-0.3, "office_cost", True, "+0"),
        (None, "on_time_share", False, "-"),
    ],
)
def test_numbers_read_as_people_write_them(value, measure, signed, shown):
    assert number(value, measure, Words(), signed=signed) == shown


def test_an_interval_of_a_difference_leaves_its_unit_to_that_and_none_is_a_dash():
    points = Estimate(0.07, 0.068, 0.072)
    assert interval(points, "same_day_share", Words(), signed=True) == "+6.8 to +7.2"
    assert interval(points, "same_day_share", Words()) == "6.8% to 7.2%"
    assert interval(Estimate(1.5, None, None), "trips", Words()) == "-"


def test_every_headline_measure_has_a_label():
    assert set(LABELS) == set(HEADLINE)


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> str:
    return printed_in("en", tmp_path_factory)


def printed_in(language: str, tmp_path_factory) -> str:
    """Return what a short run of the starter's study prints on 80 columns."""
    folder = tmp_path_factory.mktemp("terminal")
    _, path = write_starter("A", folder)
    text = path.read_text("utf-8").replace("Signing delegated", "[red]Signing delegated[/nope]")
    path.write_text(text, encoding="utf-8")
    study = load_study(path).changed(days=5, warmup=0, replications=2)
    with pytest.MonkeyPatch.context() as patch:
        capture = Console(width=80, record=True, force_terminal=False)
        patch.setattr("rich.console.Console", lambda **_: capture)
        run_study(study, folder / "out", quiet=False, language=language)
    return capture.export_text()


def test_the_baseline_each_scenario_and_the_report_are_named(printed):
    titles = ("The office as it is", "Results until closing time", "Signing delegated")
    places = [printed.index(title) for title in titles]
    assert places == sorted(places)
    assert "2 replications of 5 days" in printed
    assert "money in VND" in printed
    assert "report.html" in printed.replace("\n", "")


def test_no_number_and_no_label_is_cut_off_on_80_columns(printed):
    assert "…" not in printed
    assert max(map(len, printed.splitlines())) <= 80
    for label in LABELS.values():
        assert len(re.findall(rf"^{label}  ", printed, flags=re.MULTILINE)) == 3


def test_vietnamese_tables_have_room_on_80_columns_too(tmp_path_factory):
    said = printed_in("vi", tmp_path_factory)
    assert "…" not in said
    assert max(map(len, said.splitlines())) <= 80
    assert "Ủy quyền ký" in said or "[red]" in said
    assert "Khoảng tin" in said
    assert "Thời gian giải quyết" in said


def test_titles_are_never_taken_for_markup(printed):
    assert "[red]Signing delegated[/nope]" in printed
