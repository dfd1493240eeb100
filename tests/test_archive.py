"""What a comparison found is kept whole, and nothing else is taken for it."""

from __future__ import annotations

import json
import re

import pytest

from sim import load_study
from sim.archive import ARCHIVE, archived, read_archive
from sim.errors import PlannerError
from sim.experiment import compare
from sim.study import Matters
from tests import comparisons
from tests.test_scenarios import SCENARIOS


def kept(folder, content=None):
    (folder / ARCHIVE).write_bytes(
        archived(comparisons.comparison()) if content is None else content
    )
    return folder


def test_what_is_kept_is_read_back_equal(tmp_path):
    found = comparisons.comparison()
    assert read_archive(kept(tmp_path)) == found


def test_a_real_comparison_is_read_back_equal_with_offices_as_their_files_say_them(tmp_path):
    study = load_study(SCENARIOS / "drop_cutoff.toml").changed(
        replications=2, days=5, warmup=0, matters=Matters(relative=0.03)
    )
    found = compare(study, tmp_path)
    back = read_archive(tmp_path)
    assert back.differences == found.differences
    assert back.fares == found.fares
    assert back.story == found.story
    assert back.relative == study.matters.relative
    for name, scenario in found.scenarios.items():
        ours, theirs = scenario.office, back.scenarios[name].office
        assert theirs.model_copy(update={"folder": ours.folder}) == ours
        assert theirs.teams[0].model_fields_set == ours.teams[0].model_fields_set
        assert back.scenarios[name].pictures == scenario.pictures


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(PlannerError, match="there is no such folder"):
        read_archive(tmp_path / "nowhere")


def test_a_folder_without_results_says_how_to_make_them(tmp_path):
    with pytest.raises(PlannerError, match="onestop compare"):
        read_archive(tmp_path)


def test_a_file_in_place_of_a_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(PlannerError, match="found a file"):
        read_archive(tmp_path / "file")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.999])
def test_what_is_cut_off_is_refused(tmp_path, share):
    whole = archived(comparisons.comparison())
    with pytest.raises(PlannerError, match="cut off or changed"):
        read_archive(kept(tmp_path, whole[: int(share * len(whole))]))


def test_another_format_is_refused_with_the_version_that_wrote_it(tmp_path):
    raw = json.loads(archived(comparisons.comparison())) | {"format": 99, "onestop": "9.9"}
    said = re.escape("written by onestop 9.9 in format 99")
    with pytest.raises(PlannerError, match=said):
        read_archive(kept(tmp_path, json.dumps(raw).encode()))


@pytest.mark.parametrize("content", [b"[]", b"1", b'"x"', b'{"a": 1}', b"null"])
def test_other_json_is_refused(tmp_path, content):
    with pytest.raises(PlannerError, match="found something else"):
        read_archive(kept(tmp_path, content))


@pytest.mark.parametrize("depth", [100_000])
def test_brackets_nested_without_end_are_refused(tmp_path, depth):
    with pytest.raises(PlannerError, match="cut off or changed"):
        read_archive(kept(tmp_path, b"[" * depth))


def test_what_was_changed_is_told_by_its_place(tmp_path):
    raw = json.loads(archived(comparisons.comparison()))
    raw["comparison"]["days"] = "many"
    with pytest.raises(PlannerError, match=r"changed since it was written \(days\)"):
        read_archive(kept(tmp_path, json.dumps(raw).encode()))


def test_a_baseline_that_is_not_there_is_refused(tmp_path):
    raw = json.loads(archived(comparisons.comparison()))
    raw["comparison"]["baseline"] = "nowhere"
    with pytest.raises(PlannerError, match="changed since"):
        read_archive(kept(tmp_path, json.dumps(raw).encode()))
