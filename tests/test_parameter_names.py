"""Parameters, steps and roles have names that readers know, in every language."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from sim import Study, compare
from sim.distributions import Distribution
from sim.languages import known_languages
from sim.office import Office, Staff
from sim.parameters import NOT_PARAMETERS, Parameter
from sim.report.ledger import ledger
from sim.report.parameter_names import NAMES, parameter_name, role_title
from sim.words import Words
from tests import comparisons

WORDS = Words()
SHARE = "teams.leaders.away.share"
MINUTES = "procedures.certify_copies.steps.intake.minutes.lognormal.mean"


def models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that a field may hold, also as items of a list or table."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models(part)


def keys(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Yield the keys that lead to each parameter of a model."""
    for name, field in model.model_fields.items():
        if name not in NOT_PARAMETERS:
            inner = [m for m in models(field.annotation) if m not in (Distribution, Staff)]
            path = f"{above}{field.alias or name}"
            yield from (key for m in inner for key in keys(m, f"{path}."))
            if not inner:
                yield path


def entries(office: Office, language: str = "en") -> dict[str, Any]:
    found = ledger(office, Words(language))
    return {entry.path: entry for section in found for entry in section.entries}


def test_every_parameter_has_a_name_and_every_name_a_parameter() -> None:
    assert set(keys(Office)) == set(NAMES)


@pytest.mark.parametrize("language", known_languages())
def test_no_name_shows_a_key_of_the_file(language: str) -> None:
    for name, english in NAMES.items():
        said = Words(language).say(english)
        assert "_" not in said
        assert "›" not in said
        assert name.rpartition(".")[2] != said


def test_names_within_a_procedure_begin_with_the_title_of_their_step() -> None:
    office = comparisons.office(lambda raw: _step(raw).update(title={"en": "Checked", "vi": "Xem"}))
    assert entries(office)[MINUTES].label == "Checked – how long the work takes, on average"
    assert entries(office, "vi")[MINUTES].label.startswith("Xem – ")


def _step(raw: dict[str, Any]) -> dict[str, Any]:
    step: dict[str, Any] = raw["procedures"][0]["steps"][0]
    return step


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("teams.x.away.share", "share of the open time they are away"),
        (
            "teams.x.away.minutes.exponential.mean",
            "how long they are away each time, on average",
        ),
        (
            "procedures.x.steps.y.minutes.lognormal.p90",
            "how long the work takes: nine in ten are below",
        ),
        (
            "demands.x.by_hour.15:00",
            "how many come from 15:00 on, compared with other hours",
        ),
        ("demands.x.by_weekday.mon-fri", "{weekdays}: Monday-Friday"),
        ("procedures.x.result.by post", "how results are handed over: by post"),
        ("roles.x.order", "what is taken first"),
    ],
)
def test_names_say_what_is_meant_and_not_how_a_file_says_it(names: str, said: str) -> None:
    every = tuple(names.split("."))
    place = tuple(0 if name in ("x", "y") and every[0] != "roles" else name for name in every)
    found = parameter_name(Parameter(every, place, 1, given=True), WORDS)
    whole = "how many come on each weekday, compared with the mean"
    assert found == said.format(weekdays=whole).replace("Monday", "mon").replace("Friday", "fri")


def test_units_that_mean_nothing_alone_are_not_shown() -> None:
    def uneven(raw: dict[str, Any]) -> None:
        raw["demands"][0]["by_hour"] = {"08:00": 10, "15:00": 5}
        raw["demands"][0]["spread"] = 1.5

    found = entries(comparisons.office(uneven))
    assert found["demands.copies.by_hour"].value == "08:00 10; 15:00 5"
    assert found["demands.copies.spread"].value == "1.5"


def test_roles_steps_and_procedures_are_shown_by_their_titles() -> None:
    def named(raw: dict[str, Any]) -> None:
        raw["roles"] = {"reception": {"title": {"en": "Papers in", "vi": "Nhận"}}}

    office = comparisons.office(named)
    for language, title in (("en", "Papers in"), ("vi", "Nhận")):
        words = Words(language)
        assert role_title("reception", office, words) == title
        found = entries(office, language)
        assert title in found["teams.counter.roles"].value
        step = _step(copy.deepcopy(comparisons.COMMUNE))["id"]
        assert found[f"procedures.certify_copies.steps.{step}.role"].value == title
        needs = found["demands.copies.needs"].value
        assert needs == words.title(office.procedures[0].title)


def test_a_role_without_a_title_goes_by_its_id_made_readable() -> None:
    assert role_title("desk_work", comparisons.office(), WORDS) == "Desk work"


def test_results_do_not_depend_on_titles_of_roles() -> None:
    plain = comparisons.COMMUNE
    roles = {name: {"title": name.upper()} for name in comparisons.office().role_names()}
    titled = plain | {"roles": {n: plain.get("roles", {}).get(n, {}) | roles[n] for n in roles}}
    found = [
        compare(Study(office=Office.model_validate(raw), days=5, warmup=0, replications=2))
        for raw in (plain, titled)
    ]
    first, second = (each.scenarios["baseline"].measures for each in found)
    assert first == second
