"""onestop new: a starter office with remarks, and a study of it."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim.check import check_file
from sim.errors import PlannerError
from sim.starter import file_stem, write_starter
from sim.study import load_study


def test_the_starter_passes_check_without_warnings(tmp_path):
    office, study = write_starter("My office", tmp_path)
    assert check_file(office).warnings == []
    assert check_file(study).scenarios == 2


def test_the_study_compares_two_reforms_that_change_the_office(tmp_path):
    _, path = write_starter("My office", tmp_path)
    study = load_study(path)
    offices = study.offices()
    assert len(study.scenarios) == 2
    assert len({office.model_dump_json() for office in offices.values()}) == 3


def test_the_office_bears_its_name_in_any_language(tmp_path):
    office, study = write_starter("Xã Đồng Cẩm", tmp_path)
    assert (office.name, study.name) == ("Xã Đồng Cẩm.toml", "Xã Đồng Cẩm_study.toml")
    assert tomllib.loads(office.read_text("utf-8"))["title"]["vi"] == "Xã Đồng Cẩm"
    assert tomllib.loads(study.read_text("utf-8"))["office"] == office.name


def test_most_lines_of_the_starter_explain_themselves(tmp_path):
    office, _ = write_starter("a", tmp_path)
    lines = [line for line in office.read_text("utf-8").splitlines() if line.strip()]
    assert sum("#" in line for line in lines) > len(lines) / 3


@pytest.mark.parametrize("existing", ["a.toml", "a_study.toml"])
def test_nothing_is_overwritten(tmp_path, existing):
    (tmp_path / existing).write_text("mine", encoding="utf-8")
    with pytest.raises(PlannerError, match="exists already"):
        write_starter("a", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [existing]
    assert (tmp_path / existing).read_text("utf-8") == "mine"


def test_a_link_that_leads_nowhere_is_not_overwritten(tmp_path):
    try:
        (tmp_path / "a.toml").symlink_to(tmp_path / "nowhere")
    except OSError:
        pytest.skip("links cannot be made here")
    with pytest.raises(PlannerError, match="exists already"):
        write_starter("a", tmp_path)


def test_a_folder_that_is_none_is_told(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(PlannerError, match="cannot be written"):
        write_starter("a", tmp_path / "file")


def test_nothing_but_the_two_files_is_left(tmp_path):
    write_starter("a", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.toml", "a_study.toml"]


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("../../etc/office", "_.._etc_office"),
        ('a"b\\c:d', "a_b_c_d"),
        ("office.toml", "office"),
        (".hidden", "hidden"),
        ("con", "con_"),
        ("LPT1.x", "LPT1.x_"),
    ],
)
def test_names_become_safe_names_of_files(name, stem):
    assert file_stem(name) == stem


@pytest.mark.parametrize("name", ["", " ", ".", "..", "///", ".toml"])
def test_a_name_without_letters_is_refused(name):
    with pytest.raises(PlannerError, match="expected a name"):
        file_stem(name)


@given(name=st.text(max_size=40))
@example(name='__FILE__ " \\ \n\t\x7f')
@example(name="ộ" * 300)
@example(name="\u2028 \ud800"[:2])
def test_any_name_gives_files_that_pass_check_or_is_refused(tmp_path_factory, name):
    folder = tmp_path_factory.mktemp("new")
    try:
        office, study = write_starter(name, folder)
    except PlannerError:
        assert list(folder.iterdir()) == []
        return
    assert office.parent == study.parent == folder
    assert tomllib.loads(study.read_text("utf-8"))["office"] == office.name
    assert tomllib.loads(office.read_text("utf-8"))["teams"]
