"""A province's sums are taken into a report only if they are of the same study."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from sim.comparison import BASELINE, Estimate
from sim.errors import PlannerError
from sim.report.page import render
from sim.report.province import Gain, province_totals
from sim.report.view import View
from sim.report.worth import saved
from sim.verdicts import LESS, MORE, NOT_CLEAR
from sim.words import Words
from tests import comparisons

SCENARIOS = ("until_closing", "delegated", "more_people", "shorter")
GAINS = {"citizen_cost": 4.5e8, "citizen_hours": 9_800.0, "trips": 5_300.0, "office_cost": 1e6}


def summary() -> dict[str, Any]:
    ours = comparisons.comparison().provenance
    gains = {name: {"mean": v, "low": v - 100, "high": v + 100} for name, v in GAINS.items()}
    verdicts = {
        name: {"says": "less", "low": -2, "high": -1, "matters": 1}
        for name in GAINS
        if name != "citizen_hours"
    }
    return {
        "offices": 24,
        "gains": dict.fromkeys(SCENARIOS, gains),
        "verdicts": dict.fromkeys(SCENARIOS, verdicts),
        "provenance": copy.deepcopy(dict(ours)),
    }


def kept(folder: Path, content: object) -> Path:
    (folder / "summary.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_gains_are_read_with_their_intervals_and_verdicts(tmp_path: Path) -> None:
    found = province_totals(kept(tmp_path, summary()), comparisons.comparison())
    assert found.offices == 24
    assert set(found.gains) == set(SCENARIOS)
    trips = found.gains["delegated"]["trips"]
    assert (trips.year, trips.says) == (Estimate(5_300, 5_200, 5_400), "less")


def test_the_answer_says_what_it_is_worth_here_and_in_all(tmp_path: Path) -> None:
    whole = comparisons.comparison()
    page = render(whole, "en", province_totals(kept(tmp_path, summary()), whole))
    assert (
        "in a year that saves citizens about 18.8 million VND, 438 hours and 220 trips, and in all "
        "24 offices of the province about 450 million VND, 9,800 hours and 5,300 trips." in page
    )
    assert "9,800 hours saved (9,700 to 9,900)" in page
    assert page.count("All 24 offices:") == 16
    assert "All 24 offices" not in render(whole)


@pytest.mark.parametrize(
    ("says", "mean", "claimed"),
    [("more", 0.02, 0), (NOT_CLEAR, 0.02, 0), (NOT_CLEAR, 0.001, 3), ("less", -0.02, 3)],
)
def test_a_province_in_which_more_people_give_up_saves_nothing(
    tmp_path: Path, says: str, mean: float, claimed: int
) -> None:
    content = copy.deepcopy(summary())
    content["differences"] = {name: {"lost": {"mean": mean}} for name in SCENARIOS}
    lost = {"says": says, "low": None, "high": None, "matters": 0.01}
    content["verdicts"] = {
        name: made | {"lost": lost} for name, made in content["verdicts"].items()
    }
    whole = comparisons.comparison()
    totals = province_totals(kept(tmp_path, content), whole)
    found = [each.everywhere for each in saved(View(whole, Words()), "delegated", totals)[:3]]
    assert sum(each is not None and each.mood == "better" for each in found) == claimed


@pytest.mark.parametrize(
    ("says", "mean", "claimed"), [(LESS, -0.05, 1), (NOT_CLEAR, -0.02, 1), (NOT_CLEAR, 0.0, 4)]
)
def test_in_a_province_in_which_fewer_people_give_up_they_spend_no_more(
    tmp_path: Path, says: str, mean: float, claimed: int
) -> None:
    content = copy.deepcopy(summary())
    content["differences"] = {name: {"lost": {"mean": mean}} for name in SCENARIOS}
    lost = {"says": says, "low": None, "high": None, "matters": 0.01}
    for name in SCENARIOS:
        content["verdicts"][name] |= {"lost": lost}
        content["gains"][name] |= {
            kind: {"mean": -900.0, "low": -1_000.0, "high": -800.0}
            for kind in ("citizen_cost", "citizen_hours", "trips", "office_cost")
        }
    whole = comparisons.comparison()
    totals = province_totals(kept(tmp_path, content), whole)
    found = {s.kind: s.everywhere for s in saved(View(whole, Words()), "delegated", totals)}
    worse = [kind for kind, each in found.items() if each is not None and each.mood == "worse"]
    assert len(worse) == claimed
    assert "office" in worse  # who pays its staff is not who gives up


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [(1, 9, LESS), (-9, -1, MORE), (-1, 9, NOT_CLEAR), (None, None, NOT_CLEAR)],
)
def test_hours_of_citizens_are_saved_where_the_interval_of_the_year_says_so(
    tmp_path: Path, low: float | None, high: float | None, says: str
) -> None:
    content = summary()
    content["gains"] = copy.deepcopy(content["gains"])
    content["gains"]["delegated"]["citizen_hours"] = {"mean": 4, "low": low, "high": high}
    found = province_totals(kept(tmp_path, content), comparisons.comparison())
    assert found.gains["delegated"]["citizen_hours"] == Gain(Estimate(4, low, high), says)


def test_a_province_that_kept_hours_on_the_premises_alone_is_refused(tmp_path: Path) -> None:
    content = summary()
    for gains in content["gains"].values():
        gains.pop("citizen_hours", None)
    with pytest.raises(PlannerError, match=r"kept no hours on the way\. Run the province again"):
        province_totals(kept(tmp_path, content), comparisons.comparison())


@pytest.mark.parametrize(
    ("where", "value", "said"),
    [
        (("study",), "bundle", "its study is bundle, not drop_cutoff"),
        (("versions", "onestop-sim"), "9.9", "made by onestop 9.9, not 0.1.0"),
        (("inputs", "drop_cutoff.toml"), "sha256:ffff", "drop_cutoff.toml differed"),
        (("inputs",), {"other.toml": "sha256:1"}, "no input in common"),
    ],
)
def test_a_province_of_another_study_is_refused(
    tmp_path: Path, where: tuple[str, ...], value: object, said: str
) -> None:
    content = summary()
    part = content["provenance"]
    for key in where[:-1]:
        part = part[key]
    part[where[-1]] = value
    with pytest.raises(PlannerError, match=said):
        province_totals(kept(tmp_path, content), comparisons.comparison())


def test_a_province_with_another_baseline_is_refused(tmp_path: Path) -> None:
    content = summary()
    content["provenance"]["baseline"] = "delegated"
    whole = comparisons.comparison()
    whole.provenance["baseline"] = BASELINE
    with pytest.raises(PlannerError, match="its baseline is delegated, not baseline"):
        province_totals(kept(tmp_path, content), whole)


@pytest.mark.parametrize("content", [[], {}, {"offices": 3}, "text"])
def test_something_else_is_no_province(tmp_path: Path, content: object) -> None:
    with pytest.raises(PlannerError, match=r"summary\.json: expected the results of a province"):
        province_totals(kept(tmp_path, content), comparisons.comparison())


def test_what_is_cut_off_or_changed_is_refused(tmp_path: Path) -> None:
    content = summary()
    del content["gains"]["shorter"]["trips"]
    for text in (json.dumps(summary())[:-9], json.dumps(content)):
        (tmp_path / "summary.json").write_text(text, encoding="utf-8")
        with pytest.raises(PlannerError, match="cut off or changed"):
            province_totals(tmp_path, comparisons.comparison())


def test_a_folder_without_results_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(PlannerError, match=r"onestop province TABLE\.csv STUDY\.toml"):
        province_totals(tmp_path / "none", comparisons.comparison())
