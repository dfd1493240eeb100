"""Study files, and studies made by scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from sim import reforms
from sim.errors import FileFaults, PlannerError
from sim.office import Office
from sim.reforms import ReformError
from sim.study import Scenario, Study, load_office, load_study
from tests.reform_offices import town

OFFICE = """
title = "One desk"
[calendar]
start = 2023-01-02
hours = { mon-fri = ["07:30-11:30"] }
[[teams]]
id = "desk"
staff = 1
roles = ["serve"]
[[procedures]]
id = "ask"
deadline = { within = "same day", cutoff = "10:00" }
steps = [{ id = "answer", role = "serve", visitor = true, minutes = 5 }]
[[demands]]
id = "people"
needs = ["ask"]
per_day = 10
"""

STUDY = """
title = { en = "More hands", vi = "Thêm người" }
office = "offices/desk.toml"
days = 20
seed = 7

[[scenarios]]
id = "two"
title = "Two at the desk"
reforms = [{ add_staff = { team = "desk", by = 1 } }, { change_demand = 1.25 }]

[[scenarios]]
id = "later"
reforms = [{ drop_cutoff = "ask" }]
"""


def written(folder: Path, study: str = STUDY, office: str = OFFICE) -> Path:
    (folder / "offices").mkdir()
    (folder / "offices" / "desk.toml").write_text(office)
    (folder / "hands.toml").write_text(study, encoding="utf-8")
    return folder / "hands.toml"


def faults(study: Path) -> list[str]:
    with pytest.raises(FileFaults) as caught:
        load_study(study)
    return [str(fault) for fault in caught.value.faults]


def test_a_study_file_gives_the_office_as_it_is_and_each_scenario(tmp_path: Path) -> None:
    study = load_study(written(tmp_path))
    assert study.id == "hands"
    assert [scenario.title for scenario in study.scenarios] == ["Two at the desk", None]
    assert (study.days, study.warmup, study.replications, study.seed) == (20, 10, 30, 7)
    offices = study.offices()
    assert list(offices) == ["baseline", "two", "later"]
    assert offices["baseline"] == study.office
    assert offices["two"].team("desk").staff.constant == 2
    assert offices["two"].demand("people").per_day == 12.5
    assert offices["later"].procedure("ask").habit_until == "24:00"


def test_the_office_is_found_beside_the_study_and_its_logs_beside_the_office(
    tmp_path: Path,
) -> None:
    study = load_study(written(tmp_path))
    assert study.office.folder == str(tmp_path / "offices")
    assert study.files == (
        str(tmp_path / "hands.toml"),
        str(tmp_path / "offices" / "desk.toml"),
    )
    assert load_office(tmp_path / "offices" / "desk.toml") == study.office


def test_a_study_without_scenarios_is_the_baseline_alone(tmp_path: Path) -> None:
    study = load_study(written(tmp_path, 'office = "offices/desk.toml"'))
    assert list(study.offices()) == ["baseline"]
    assert study.days == 250
    assert study.seed == 1


def test_any_scenario_can_be_the_baseline(tmp_path: Path) -> None:
    study = load_study(written(tmp_path, 'baseline = "two"\n' + STUDY))
    assert study.baseline == "two"


def test_the_smallest_differences_that_matter_may_be_set(tmp_path: Path) -> None:
    matters = load_study(written(tmp_path, STUDY + "[matters]\nminutes = 5\n")).matters
    assert (matters.minutes, matters.trips, matters.share, matters.relative) == (
        5,
        0.01,
        0.01,
        0.01,
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("days = 20", "days = 0", "days: expected a whole number from 1 to 5000"),
        ("days = 20", "days = 5001", "days: expected a whole number from 1 to 5000"),
        ("days = 20", "warmup = 1001", "warmup: expected a whole number from 0 to 1000"),
        ("days = 20", "replications = 0", "replications: expected a whole number from 1"),
        ("days = 20", "replication = 5", 'Nearest known name: "replications"'),
        ("seed = 7", "seed = -7", "seed: expected a whole number"),
        ("seed = 7", 'baseline = "tow"', 'baseline: expected .*"two".*found "tow"'),
        ("seed = 7", "[matters]\nminutes = 0", "matters.minutes: expected a number above 0"),
        ('id = "later"', 'id = "two"', "scenarios: expected scenarios of different ids.*two"),
        ('id = "later"', 'id = "baseline"', "scenarios: expected .*found baseline"),
        ('drop_cutoff = "ask"', "drop_cutof = 1", r'later\.reforms\[1\].*"drop_cutoff"'),
        ('drop_cutoff = "ask"', 'drop_cutoff = "aks"', r'later\.reforms\[1\]\.drop_.*"ask"'),
        (
            '{ drop_cutoff = "ask" }',
            '"drop_cutoff"',
            r"later\.reforms\[1\]: expected a reform such",
        ),
    ],
)
def test_what_is_wrong_in_a_study_file_is_named(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    found = faults(written(tmp_path, STUDY.replace(old, new)))
    assert len(found) == 1
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(found[0])


def test_everything_wrong_with_the_reforms_is_told_at_once(tmp_path: Path) -> None:
    text = STUDY.replace('"ask" }]', '"aks" }]').replace('team = "desk"', 'team = "dask"')
    found = faults(written(tmp_path, text))
    assert [line.partition(":")[0] for line in found] == [
        "scenarios.two.reforms[1].add_staff.team",
        "scenarios.later.reforms[1].drop_cutoff.procedure",
    ]


def test_a_fault_of_the_office_names_the_office_file(tmp_path: Path) -> None:
    study = written(tmp_path, office=OFFICE.replace("staff = 1", "staff = -1"))
    with pytest.raises(FileFaults, match=r"desk\.toml: 1 fault"):
        load_study(study)


def test_a_missing_office_file_is_named_with_the_nearest(tmp_path: Path) -> None:
    study = written(tmp_path, STUDY.replace("desk.toml", "desks.toml"))
    with pytest.raises(PlannerError, match=r'desks\.toml: no such file.*"desk\.toml"'):
        load_study(study)


def test_a_script_gives_lines_and_functions() -> None:
    study = Study(
        office=town(),
        scenarios=(
            Scenario(id="lines", reforms=({"drop_cutoff": "*"},)),  # type: ignore[arg-type]
            Scenario(id="function", reforms=(lambda office: reforms.drop_cutoff(office, "*"),)),
        ),
    )
    offices = study.offices()
    assert offices["lines"] == offices["function"] != offices["baseline"]


def test_scenarios_of_a_script_may_be_plain_tables() -> None:
    given = {"office": town(), "scenarios": [{"id": "all", "reforms": [{"drop_cutoff": "*"}]}]}
    study = Study.model_validate(given)
    assert study.offices()["all"].procedure("certify_copies").habit_until == "24:00"


def test_an_unknown_reform_of_a_script_is_told_when_it_is_given() -> None:
    with pytest.raises(ReformError, match='Nearest known name: "drop_cutoff"'):
        Scenario(id="x", reforms=({"drop_cutof": "*"},))  # type: ignore[arg-type]


def test_settings_may_be_changed_for_one_run() -> None:
    study = Study(office=town(), days=100)
    changed = study.changed(days=5, replications=None, seed=3)
    assert (changed.days, changed.replications, changed.seed) == (5, 30, 3)
    assert changed.office is study.office
    assert study.days == 100
    with pytest.raises(FileFaults, match="days: expected a whole number from 1 to 5000"):
        study.changed(days=0)
    with pytest.raises(FileFaults, match=r'baseline: expected .*found "x"'):
        study.changed(baseline="x")


def test_a_study_is_frozen() -> None:
    study = Study(office=town())
    with pytest.raises(ValidationError):
        study.days = 3  # type: ignore[misc]


def test_the_office_of_a_study_is_not_copied_or_read_again() -> None:
    office = town()
    assert isinstance(office, Office)
    assert Study(office=office).office is office
