"""Common random numbers: what is added moves nobody's luck, and pairs of runs pay."""

from __future__ import annotations

import copy
from collections import defaultdict
from typing import Any

import numpy as np
from hypothesis import given
from scipy import stats

from sim.blueprint import NONE
from sim.log import Outcome
from sim.population import Population
from sim.reforms import apply
from sim.replication import OfficeRuns
from tests.logs import Reading
from tests.office_parts import Raw
from tests.offices import office, smallest
from tests.strategies import Example, each_office, examples, reading

Case = tuple[str, int, int]

EXTRA_STEP: Raw = {"id": "extra", "role": "extra", "minutes": {"exponential": {"mean": 9}}}
EXTRA_TEAM: Raw = {"id": "extra", "staff": 2, "roles": ["extra"], "absence": 0.2}
EXTRA_PROCEDURE: Raw = {"id": "extra", "steps": [{**EXTRA_STEP, "visitor": True}]}
EXTRA_DEMAND: Raw = {"id": "extra", "needs": ["extra"], "per_day": 6, "patience": 30}


def with_raw(example: Example, **changes: Any) -> Example:
    raw = copy.deepcopy(example.raw) | changes
    return Example(raw, example.files, example.days, example.warmup, example.seed)


# --- what was drawn, by name ---


def case_names(told: Reading) -> list[Case]:
    """Return each case's demand, day and number in the day."""
    population = told.log.population
    columns = (population.case_demand, population.case_day, population.case_number)
    demands = [plan.demand.id for plan in told.layout.demands]
    return [(demands[d], *rest) for d, *rest in zip(*(c.tolist() for c in columns), strict=True)]


def drawn(told: Reading) -> dict[Case, list[Any]]:
    """Return everything drawn about each case that comes before the last measured day is over.

    Dossiers and steps go by their names.
    """
    calendar, population = told.calendar, told.log.population
    end = calendar.date(calendar.window.measured_until).toordinal()
    names = case_names(told)
    of_case = ("case_arrival", "case_class", "case_in_turn", "case_online")
    found: dict[Case, list[Any]] = {
        name: [column[case] for column in _columns(population, of_case)]
        for case, name in enumerate(names)
    }
    filings = _columns(population, ("filing_position", "filing_arrival"))
    for filing, case in enumerate(told.filing_case):
        found[names[case]].append(tuple(column[filing] for column in filings))
    of_dossier = ("dossier_position", "dossier_way", "dossier_kept", "dossier_extension")
    dossiers = _columns(population, of_dossier)
    for dossier, filing in enumerate(told.dossier_filing):
        of_this = tuple(column[dossier] for column in dossiers)
        found[names[told.filing_case[filing]]].append((of_this, _steps(told, dossier)))
    return {case: parts for case, parts in found.items() if case[1] < end}


def _columns(population: Population, names: tuple[str, ...]) -> list[list[int]]:
    return [getattr(population, name).tolist() for name in names]


def _steps(told: Reading, dossier: int) -> dict[str, tuple[int, ...]]:
    first = int(told.steps.first[dossier])
    names = ("work", "lapse", "concerned", "sent_back", "back_days")
    return {
        step.name: tuple(int(getattr(told.steps, name)[first + place]) for name in names)
        for place, step in enumerate(told.route(dossier).steps)
    }


def people(told: Reading) -> dict[tuple[str, int], Any]:
    """Return when each member of each team is there."""
    return {
        (told.layout.teams[member.team].name, member.number): (member.paid, member.present)
        for member in told.members
    }


def happened(told: Reading, until: int) -> dict[Case, list[Any]]:
    """Return what the log says of each case before a moment, members and steps by name."""
    names = case_names(told)
    members = [(told.layout.teams[m.team].name, m.number) for m in told.members]
    positions = told.log.population.dossier_position.tolist()
    found: dict[Case, list[Any]] = defaultdict(list)
    for row in told.rows:
        if row.ended < until and row.outcome != Outcome.OPEN:
            by = None if row.member == NONE else members[row.member]
            told_of = (positions[row.dossier], row.place, row.kind, row.shared, row.joined)
            case = names[told.filing_case[row.filing]]
            found[case].append((*told_of, row.started, row.ended, row.outcome, by))
    for visit in told.visits:
        if visit.left < until:
            found[names[told.filing_case[visit.filing]]].append(tuple(visit)[1:])
    return found


# --- what is added moves nobody's luck ---


@each_office
@given(examples())
def test_an_unrelated_team_procedure_and_demand_change_nothing_for_others(
    example: Example,
) -> None:
    raw = example.raw
    before = reading(example)
    after = reading(
        with_raw(
            example,
            teams=[EXTRA_TEAM, *raw["teams"]],
            procedures=[EXTRA_PROCEDURE, *raw["procedures"]],
            demands=[EXTRA_DEMAND, *raw["demands"]],
        )
    )
    assert_keeps(drawn(before), drawn(after))
    assert_keeps(people(before), people(after))
    until = min(before.log.stopped, after.log.stopped)
    old, new = happened(before, until), happened(after, until)
    assert old == {case: rows for case, rows in new.items() if case[0] != "extra"}
    assert any(case[0] == "extra" for case in drawn(after))


def assert_keeps(before: dict[Any, Any], after: dict[Any, Any]) -> None:
    """Check that everything drawn before is there and the same."""
    assert before == {key: after.get(key) for key in before}


@each_office
@given(examples())
def test_one_more_demand_for_what_is_there_moves_no_draw(example: Example) -> None:
    needs = [example.raw["procedures"][0]["id"]]
    before = reading(example)
    extra = EXTRA_DEMAND | {"needs": needs}
    after = reading(with_raw(example, demands=[extra, *example.raw["demands"]]))
    assert_keeps(drawn(before), drawn(after))
    assert people(before) == people(after)


@each_office
@given(examples())
def test_one_more_step_moves_no_draw_of_other_steps(example: Example) -> None:
    # How results are handed over by default depends on the steps; here it does not.
    procedures = [{"result": "when ready", **p} for p in copy.deepcopy(example.raw["procedures"])]
    before = reading(with_raw(example, procedures=procedures))
    longer = [{**p, "steps": [p["steps"][0], EXTRA_STEP, *p["steps"][1:]]} for p in procedures]
    teams = [*example.raw["teams"], EXTRA_TEAM]
    after = reading(with_raw(example, procedures=longer, teams=teams))
    found = drawn(after)
    for parts in found.values():
        for part in parts:
            if isinstance(part, tuple) and isinstance(part[-1], dict):
                del part[-1]["extra"]
    assert_keeps(drawn(before), found)
    assert_keeps(people(before), people(after))


@each_office
@given(examples())
def test_a_larger_demand_adds_cases_and_moves_nobody(example: Example) -> None:
    demands = copy.deepcopy(example.raw["demands"])
    for demand in demands:
        if "per_day" in demand:
            demand["per_day"] *= 2
    fewer, more = drawn(reading(example)), drawn(reading(with_raw(example, demands=demands)))
    assert_keeps(fewer, more)
    assert len(more) >= len(fewer)


# --- common draws pay ---


def test_pairs_are_at_least_four_times_as_sure_as_independent_runs() -> None:
    raw = smallest(calendar={"start": "2023-01-02", "hours": {"mon-sun": ["08:00-16:00"]}})
    raw["teams"] = [{"id": "clerk", "staff": 1, "roles": ["serve"], "closing": "finish queue"}]
    raw["procedures"][0]["steps"][0]["minutes"] = {"exponential": {"mean": 6}}
    raw["demands"][0]["per_day"] = 0.9 * 8 * 60 / 6
    now = office(raw)
    faster = apply(now, [{"faster": {"role": "serve", "by": 0.05}}])
    today, paired = mean_waits(now, seed=1), mean_waits(faster, seed=1)
    independent = mean_waits(faster, seed=2)
    assert half_width(independent - today) >= 4 * half_width(paired - today)
    assert (paired < today).all()


def mean_waits(of: Any, seed: int, replications: int = 30) -> Any:
    """Return the mean wait in milliseconds of each replication of twenty days."""
    runs = OfficeRuns(of, 20, 0)
    logs = [runs.run(seed, replication).steps for replication in range(replications)]
    return np.array([float((steps.started - steps.joined).mean()) for steps in logs])


def half_width(differences: Any) -> float:
    """Return half the width of the 95% interval of a mean difference."""
    count = len(differences)
    return float(stats.t.ppf(0.975, count - 1) * differences.std(ddof=1) / np.sqrt(count))
