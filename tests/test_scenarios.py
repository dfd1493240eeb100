"""The offices, studies and scripts shipped in scenarios/."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sim import compare, load_office, load_study
from sim.check import check_file
from sim.toml_file import read_toml
from sim.workload import Year

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "scenarios"
FILES = sorted(SCENARIOS.glob("*.toml"))
STUDIES = [path for path in FILES if "office" in read_toml(path)]
OFFICES = [path for path in FILES if path not in STUDIES]
SCRIPTS = {"staffing_sweep.py": ["--by", "-1", "1"], "build_office.py": []}
BESIDE = {path.stem for path in FILES} | set(SCRIPTS)


def name(path: Path) -> str:
    return path.name


def test_every_story_of_the_project_has_its_file() -> None:
    named = {"dong_cam", "drop_cutoff", "culture_department", "shorter_deadline", "bundle"}
    assert {*named, "service_culture", "merged_commune", *SCRIPTS} <= BESIDE
    assert {path.name for path in SCENARIOS.glob("*.py")} == set(SCRIPTS)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_shipped_file_has_no_fault_and_no_warning(path: Path) -> None:
    assert [str(warned) for warned in check_file(path).warnings] == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_shipped_file_tells_its_story_its_law_and_its_sources(path: Path) -> None:
    head = path.read_text("utf-8").partition("\n\n")[0].splitlines()
    assert all(line.startswith("#") for line in head)
    for heading in ("# The story. ", "# Legal basis. ", "# Sources. "):
        assert any(line.startswith(heading) for line in head), heading
    titles = read_toml(path)["title"]
    assert titles["en"]
    assert titles["vi"]


@pytest.mark.parametrize("path", STUDIES, ids=name)
def test_every_scenario_has_a_title_in_both_languages(path: Path) -> None:
    for scenario in load_study(path).scenarios:
        assert isinstance(scenario.title, dict)
        assert set(scenario.title) == {"en", "vi"}


@pytest.mark.parametrize("path", OFFICES, ids=name)
def test_every_procedure_names_its_law(path: Path) -> None:
    office = load_office(path)
    assert all(procedure.basis and procedure.deadline for procedure in office.procedures)
    assert office.ranges


@pytest.mark.parametrize("path", OFFICES, ids=name)
def test_no_assumption_pretends_to_have_a_source(path: Path) -> None:
    """Nobody published minutes, hours of arrival or how often somebody can sign."""
    assumed = re.compile(r"by_hour|by_month|\.minutes|\.away|\.absence|\.lateness|\.rests|\.walk")
    assert [key for key in load_office(path).sources if assumed.search(key)] == []


@pytest.mark.parametrize("path", STUDIES, ids=name)
def test_a_shipped_study_runs_to_its_end(path: Path) -> None:
    study = load_study(path).changed(days=10, warmup=5, replications=2)
    found = compare(study)
    assert set(found.scenarios) == {"baseline", *(each.id for each in study.scenarios)}
    for scenario in found.scenarios.values():
        measures = scenario.measures
        assert measures["cases"].mean - measures["open_at_end"].mean > 5
    assert any(difference["trips"].mean for difference in found.differences.values())


@pytest.mark.parametrize(("script", "given"), SCRIPTS.items(), ids=list(SCRIPTS))
def test_a_script_runs_and_prints_a_line_for_each_scenario(script: str, given: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, SCENARIOS / script, *given, "--days", "3", "--replications", "2"],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert len(re.findall(r"^\S.*\d+\.\d+", done.stdout, re.MULTILINE)) >= 3


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_uses_nothing_but_what_a_planner_needs(script: str) -> None:
    text = (SCENARIOS / script).read_text("utf-8")
    imported = set(re.findall(r"^from (sim\S*) import", text, re.MULTILINE))
    assert imported <= {"sim", "sim.office"}
    assert "from sim import" in text


def test_the_readme_names_every_file() -> None:
    text = (SCENARIOS / "README.md").read_text("utf-8")
    linked = set(re.findall(r"\]\(([^)]+)\)", text))
    assert {path.name for path in [*FILES, *SCENARIOS.glob("*.py")]} <= linked
    assert all((SCENARIOS / link).exists() for link in linked)


def per_day(path: str) -> dict[str, float]:
    office = load_office(SCENARIOS / path)
    return {demand.needs[0]: demand.per_day or 0.0 for demand in office.demands}


def test_dong_cam_has_the_whole_mix_of_11_dossiers_a_day() -> None:
    mix = per_day("dong_cam.toml")
    assert sum(mix.values()) == pytest.approx(11)
    groups = {
        "copies": mix["certify_copies"],
        "signatures and contracts": mix["certify_signatures"] + mix["certify_contracts"],
        "civil status": mix["civil_registration"] + mix["marital_status"],
        "social": mix["social_support"],
        "other": mix["other"],
    }
    shares = [value / 11 for value in groups.values()]
    assert shares == pytest.approx([0.45, 0.20, 0.18, 0.08, 0.09])


def test_a_tenth_of_dong_cams_dossiers_is_filed_without_a_visit() -> None:
    demands = load_office(SCENARIOS / "dong_cam.toml").demands
    online = sum((d.per_day or 0) * d.shares_filed().get("online", 0) for d in demands)
    assert online / 11 == pytest.approx(0.10, abs=0.001)


def test_the_merged_commune_has_55_dossiers_a_day() -> None:
    assert sum(per_day("merged_commune.toml").values()) == pytest.approx(55)


def test_the_culture_department_has_700_dossiers_a_year() -> None:
    office = load_office(SCENARIOS / "culture_department.toml")
    year = Year(office)
    dossiers = dict.fromkeys((p.id for p in office.procedures), 0.0)
    for demand in office.demands:
        for procedure in demand.needs:
            dossiers[procedure] += year.demand(demand).per_year
    total = sum(dossiers.values())
    assert total == pytest.approx(700, rel=0.02)
    shares = {name: count / total for name, count in dossiers.items()}
    expected = {"ad_product": 0.35, "performance": 0.12, "ad_group": 0.03, "other": 0.50}
    assert shares == pytest.approx(expected, abs=0.005)
