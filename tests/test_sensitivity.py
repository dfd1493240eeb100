"""Each assumption moved to both ends of its span: which there are, and what that does."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim import compare
from sim.comparison import Comparison, Estimate, Hinge, Moved, Sensitivity
from sim.crowd import Crowd
from sim.draws import Luck
from sim.estimates import CONFIDENCE, t_quantile
from sim.office import Office
from sim.office_file import read_office
from sim.parameters import parameters, source_of
from sim.population import DTYPES
from sim.reforms import ReformError, apply
from sim.replication import OfficeRuns
from sim.sensitivity import Assumption, Effort, assumptions, sensitivity
from sim.sensitivity.outcome import Shift, hinge, unmoved
from sim.sensitivity.people import SharedPeople
from sim.study import Scenario, Study
from sim.verdicts import (
    HEADLINE,
    LESS,
    MORE,
    NO_DIFFERENCE,
    NOT_CLEAR,
    simultaneous,
    verdict,
)
from tests import comparisons

SCENARIOS = Path(__file__).parents[1] / "scenarios"
FILES = ["dong_cam", "merged_commune", "culture_department"]
ALL = Effort(days=20, replications=4, ranged=50, weighty=50, most=50)

DESK: dict[str, Any] = {
    "title": "One desk",
    "calendar": {"start": "2023-01-02", "hours": {"mon-fri": ["07:30-11:30"]}},
    "visitor": {"value_of_time": 42_000},
    "teams": [{"id": "desk", "staff": 1, "roles": ["serve"], "wage": 24_000}],
    "procedures": [
        {
            "id": "ask",
            "post": {"days": 2},
            "steps": [{"id": "answer", "role": "serve", "visitor": True, "minutes": 6}],
        }
    ],
    "demands": [{"id": "people", "needs": ["ask"], "per_day": 24}],
    "ranges": {"visitor.value_of_time": [42_000, 50_000]},
}


def desk(change: Callable[[dict[str, Any]], None] | None = None) -> Office:
    raw = copy.deepcopy(DESK)
    if change:
        change(raw)
    return Office.model_validate(raw)


def study(office: Office | None = None, **settings: Any) -> Study:
    two = Scenario(id="two", reforms=({"add_staff": {"team": "desk", "by": 1}},))
    given = {"days": 20, "warmup": 0, "replications": 4, "seed": 5, "scenarios": [two]} | settings
    return Study(office=office or desk(), **given)


def looked(of: Study, effort: Effort = ALL, **how: Any) -> tuple[Comparison, Sensitivity]:
    comparison = compare(of)
    return comparison, sensitivity(of, comparison, effort=effort, **how)


@pytest.fixture(scope="module")
def found() -> tuple[Comparison, Sensitivity]:
    return looked(study())


def of(path: str, sensitivity: Sensitivity) -> Hinge:
    return next(hinge for hinge in sensitivity.hinges if hinge.path == path)


def nothing(moved: Moved, *, but: str = "") -> bool:
    shifts = {name: shift for name, shift in moved.shifts["two"].items() if name != but}
    return set(shifts.values()) <= {Estimate(0.0, 0.0, 0.0), Estimate(None, None, None)}


# --- which are moved, and to where ---


def spans(office: Office) -> dict[str, tuple[float, float, float]]:
    return {each.path: (each.low, each.value, each.high) for each in assumptions(office)[0]}


@pytest.mark.parametrize("name", FILES)
def test_every_assumption_is_moved_or_named(name: str) -> None:
    office = read_office(SCENARIOS / f"{name}.toml")
    moved, left = assumptions(office)
    told = {*left, *(each.path for each in moved)}
    for each in parameters(office):
        if each.given and each.value not in (None, "", [], {}) and each.path not in told:
            inside = [path for path in told if path.startswith(f"{each.path}.")]
            assert source_of(each.path, office.sources) or inside, each.path
    assert set(office.ranges) <= told


@pytest.mark.parametrize("name", FILES)
def test_what_a_source_covers_is_moved_only_within_a_range(name: str) -> None:
    office = read_office(SCENARIOS / f"{name}.toml")
    for each in assumptions(office)[0]:
        assert each.ranged == (each.path in office.ranges)
        assert each.ranged or not source_of(each.path, office.sources)


@pytest.mark.parametrize("name", FILES)
def test_every_end_makes_a_valid_office_in_which_it_is_what_was_asked_for(name: str) -> None:
    office = read_office(SCENARIOS / f"{name}.toml")
    for each in assumptions(office)[0]:
        for at in {each.low, each.high} - {each.value}:
            try:
                moved = apply(office, [{"set": each.edits(at)}])
            except ReformError:
                # Some rest so long that a quarter more is more than the deadline allows.
                assert each.path.endswith("rests.of_deadline")
                continue
            again = [a for a in assumptions(moved)[0] if a.path == each.path]
            assert all(a.value == pytest.approx(at, rel=1e-9) for a in again)


def test_without_a_range_it_is_a_quarter_either_way_and_with_one_the_range() -> None:
    found = spans(desk())
    assert found["teams.desk.wage"] == (18_000, 24_000, 30_000)
    assert found["visitor.value_of_time"] == (42_000, 42_000, 50_000)
    assert found["procedures.ask.steps.answer.minutes"] == (4.5, 6, 7.5)


@pytest.mark.parametrize(("staff", "low", "high"), [(1, 1, 2), (2, 1, 3), (4, 3, 5), (10, 7, 13)])
def test_a_count_moves_by_whole_members_outward_and_never_below_one(
    staff: int, low: int, high: int
) -> None:
    def so_many(raw: dict[str, Any]) -> None:
        raw["teams"][0]["staff"] = staff

    assert spans(desk(so_many))["teams.desk.staff"] == (low, staff, high)


def test_a_share_stays_a_share() -> None:
    def often(raw: dict[str, Any]) -> None:
        raw["visitor"]["priority_share"] = 0.9

    assert spans(desk(often))["visitor.priority_share"] == (0.675, 0.9, 1)


def test_a_distribution_is_moved_as_a_whole_by_its_mean() -> None:
    def spread(raw: dict[str, Any]) -> None:
        raw["procedures"][0]["steps"][0]["minutes"] = {"uniform": {"low": 2, "high": 10}}

    path = "procedures.ask.steps.answer.minutes"
    found = next(each for each in assumptions(desk(spread))[0] if each.path == path)
    assert (found.low, found.value, found.high) == (4.5, 6, 7.5)
    assert found.edits(7.5) == {path: {"uniform": {"low": 2.5, "high": 12.5}}}


def test_one_number_of_a_table_is_moved_where_a_range_names_it() -> None:
    def by_hour(raw: dict[str, Any]) -> None:
        raw["demands"][0]["by_hour"] = {"07:30": 3, "09:00": 5}
        raw["ranges"]["demands.people.by_hour.09:00"] = [4, 8]

    moved, left = assumptions(desk(by_hour))
    assert [each.path for each in moved if "by_hour" in each.path] == [
        "demands.people.by_hour.09:00"
    ]
    assert "demands.people.by_hour" in left


def test_nothing_and_texts_are_named_and_not_moved() -> None:
    def free(raw: dict[str, Any]) -> None:
        raw["procedures"][0]["fee"] = 0

    moved, left = assumptions(desk(free))
    assert {"procedures.ask.fee", "teams.desk.roles", "calendar.start"} <= set(left)
    assert not {each.path for each in moved} & set(left)


def test_an_end_that_contradicts_something_else_is_drawn_nearer() -> None:
    def rests(raw: dict[str, Any]) -> None:
        raw["procedures"][0] |= {"deadline": {"within": "5 working days"}}
        raw["procedures"][0]["steps"] += [
            {"id": name, "role": "serve", "minutes": 1, "rests": {"of_deadline": share}}
            for name, share in (("first", 0.5), ("second", 0.3))
        ]

    _, found = looked(study(desk(rests)), Effort(days=3, replications=2, ranged=50, most=50))
    rested = of("procedures.ask.steps.first.rests.of_deadline", found)
    # 0.625 and 0.3 are more than the 0.9 allowed; 0.5625 and 0.3 are not.
    assert (rested.low.value, rested.high.value) == (0.375, 0.5625)


# --- what that does ---


def test_what_cannot_matter_shifts_nothing_at_all(found: tuple[Comparison, Sensitivity]) -> None:
    posted = of("procedures.ask.post.days", found[1])
    assert nothing(posted.low)
    assert nothing(posted.high)
    wage = of("teams.desk.wage", found[1])
    assert nothing(wage.low, but="office_cost")
    assert wage.high.shifts["two"]["office_cost"].mean != 0


def test_a_range_that_ends_at_the_value_shifts_nothing_there(
    found: tuple[Comparison, Sensitivity],
) -> None:
    comparison, hinged = found
    low = of("visitor.value_of_time", hinged).low
    assert low.value == 42_000
    assert nothing(low)
    assert low.differences["two"] == {m: comparison.differences["two"][m] for m in HEADLINE}
    assert low.verdicts["two"] == {m: v.says for m, v in comparison.verdicts["two"].items()}


def test_a_value_of_time_scales_what_time_costs(found: tuple[Comparison, Sensitivity]) -> None:
    comparison, hinged = found
    own = comparison.differences["two"]["citizen_cost"].mean
    high = of("visitor.value_of_time", hinged).high
    moved, shift = high.differences["two"]["citizen_cost"].mean, high.shifts["two"]["citizen_cost"]
    assert own and moved == pytest.approx(own * 50_000 / 42_000, rel=1e-9)
    assert shift.mean == pytest.approx(own * 8_000 / 42_000, rel=1e-9)
    assert nothing(high, but="citizen_cost")


def test_a_shift_is_the_difference_of_two_studies_on_the_same_people(
    found: tuple[Comparison, Sensitivity],
) -> None:
    comparison, hinged = found
    busier = desk(lambda raw: raw["demands"][0].update(per_day=30))
    other = compare(study(busier))
    high = of("demands.people.per_day", hinged).high
    assert high.value == 30
    for measure in HEADLINE:
        before = comparison.differences["two"][measure].mean
        after = other.differences["two"][measure].mean
        if before is not None and after is not None:
            assert high.shifts["two"][measure].mean == pytest.approx(after - before, abs=1e-9)
            assert high.differences["two"][measure].mean == pytest.approx(after, abs=1e-9)


def test_the_busier_the_office_the_more_a_second_clerk_helps(
    found: tuple[Comparison, Sensitivity],
) -> None:
    for path in ("demands.people.per_day", "procedures.ask.steps.answer.minutes"):
        moved = of(path, found[1])
        low, high = (end.shifts["two"]["wait_minutes"].mean for end in (moved.low, moved.high))
        assert low is not None and high is not None and low > 0 > high


def test_the_weightiest_come_first(found: tuple[Comparison, Sensitivity]) -> None:
    comparison, hinged = found

    def weight(of: Hinge) -> float:
        return max(
            abs(shift.mean or 0) / comparison.verdicts["two"][measure].matters
            for end in (of.low, of.high)
            for measure, shift in end.shifts["two"].items()
        )

    weights = [weight(each) for each in hinged.hinges]
    assert weights == sorted(weights, reverse=True)


def test_a_verdict_turns_where_an_assumption_makes_the_office_busy() -> None:
    def quiet(raw: dict[str, Any]) -> None:
        raw["procedures"][0]["steps"][0]["minutes"] = 0.5
        raw["ranges"]["procedures.ask.steps.answer.minutes"] = [0.4, 9]

    comparison, found = looked(study(desk(quiet), replications=10), replace(ALL, replications=10))
    slow = of("procedures.ask.steps.answer.minutes", found)
    assert comparison.verdicts["two"]["wait_minutes"].says == NO_DIFFERENCE
    assert slow.low.verdicts["two"]["wait_minutes"] == NO_DIFFERENCE
    assert slow.high.verdicts["two"]["wait_minutes"] == LESS


def test_a_reform_that_sets_an_assumption_leaves_only_the_baseline_to_move() -> None:
    dear = Scenario(id="two", reforms=({"set": {"visitor.value_of_time": 42_000}},))
    comparison, found = looked(study(scenarios=[dear]))
    assert comparison.differences["two"]["citizen_cost"].mean == 0
    cost = comparison.scenarios["baseline"].measures["citizen_cost"].mean
    shift = of("visitor.value_of_time", found).high.shifts["two"]["citizen_cost"].mean
    assert cost and shift == pytest.approx(-cost * 8_000 / 42_000, rel=1e-9)


# --- how it is run ---


@pytest.mark.parametrize("name", FILES)
def test_people_drawn_for_one_office_are_those_of_every_office_that_shares_them(name: str) -> None:
    office = read_office(SCENARIOS / f"{name}.toml")
    luck = Luck(1, 0, office.id)
    shared: set[int] = set()
    people = SharedPeople()
    for each in assumptions(office)[0]:
        try:
            moved = apply(office, [{"set": each.edits(each.high)}])
        except ReformError:
            continue
        runs = OfficeRuns(moved, 3, 0, people=people.crowd)
        shared.add(id(runs.crowd))
        met = runs.crowd.draw(luck, 0, 5, backlog=True)
        alone = Crowd(runs.layout).draw(luck, 0, 5, backlog=True)
        for column in DTYPES:
            assert np.array_equal(getattr(met, column), getattr(alone, column)), each.path
    assert 1 < len(shared) < len(assumptions(office)[0])


def test_an_office_that_runs_writes_nothing_into_the_people_it_shares() -> None:
    office = read_office(SCENARIOS / "dong_cam.toml")
    runs = OfficeRuns(office, 5, 0, people=SharedPeople().crowd)
    luck = Luck(1, 0, runs.office.id)
    before = copy.deepcopy(
        runs.crowd.draw(luck, 0, runs.calendar.window.measured_until, backlog=True)
    )
    runs.run(1, 0)
    after = runs.crowd.draw(luck, 0, runs.calendar.window.measured_until, backlog=True)
    for column in DTYPES:
        assert np.array_equal(getattr(before, column), getattr(after, column))


def test_results_are_the_same_whatever_the_number_of_processes() -> None:
    of_two = study(days=5)
    comparison = compare(of_two)
    effort = Effort(days=5, replications=2, ranged=1, weighty=2, most=3)
    alone = sensitivity(of_two, comparison, effort=effort, jobs=1)
    assert sensitivity(of_two, comparison, effort=effort, jobs=2) == alone


def test_a_reform_that_is_a_function_is_tried_too() -> None:
    def idle(office: Office) -> Office:
        return office

    _, found = looked(study(scenarios=[Scenario(id="two", reforms=(idle,))]), jobs=2)
    assert all(nothing(end) for each in found.hinges for end in (each.low, each.high))


def test_only_some_are_run_with_intervals() -> None:
    effort = Effort(days=5, replications=3, ranged=1, weighty=1, most=2)
    _, found = looked(study(), effort)
    runs = {each.path: each.replications for each in found.hinges}
    assert runs["visitor.value_of_time"] == 3
    assert sorted(runs.values()) == [1] * (len(runs) - 2) + [3, 3]
    assert (found.days, found.warmup) == (5, 0)


def test_of_a_single_run_no_verdict_is_claimed() -> None:
    _, found = looked(study(replications=1))
    for each in found.hinges:
        assert each.replications == 1
        for end in (each.low, each.high):
            assert end.verdicts == {"two": {}}
            assert {shift.low for shift in end.shifts["two"].values()} == {None}


def test_progress_tells_of_every_end_run() -> None:
    told: list[tuple[int, int]] = []
    effort = Effort(days=2, replications=2, ranged=1, weighty=1, most=2)
    looked(study(), effort, progress=lambda done, planned: told.append((done, planned)))
    assert [done for done, _ in told] == list(range(1, len(told) + 1))
    assert told[-1][0] <= told[-1][1]


def test_a_study_with_nothing_to_compare_moves_nothing() -> None:
    _, found = looked(study(scenarios=[]))
    assert not found.hinges
    assert "visitor.value_of_time" in found.not_moved


def test_only_those_with_a_range_are_moved_if_asked_for() -> None:
    _, found = looked(study(), which="ranges")
    assert [each.path for each in found.hinges] == ["visitor.value_of_time"]
    assert found.not_asked == len(spans(desk())) - 1


# --- intervals ---


def shifted(comparison: Comparison, by: list[float]) -> Moved:
    shifts = unmoved(comparison, len(by))
    column = np.array(by)
    shifts["two"]["wait_minutes"] = Shift(float(column.mean()), column)
    made = Assumption("visitor.value_of_time", 42_000, 42_000, 50_000, ranged=True)
    return hinge(comparison, made, len(by), (42_000, shifts), (50_000, shifts)).high


def test_the_interval_at_an_end_is_made_of_both_uncertainties(
    found: tuple[Comparison, Sensitivity],
) -> None:
    comparison = found[0]
    own = comparison.differences["two"]["wait_minutes"]
    by = [1.0, 2.0, 4.0, 1.0]
    moved = shifted(comparison, by)
    shift, difference = (
        moved.shifts["two"]["wait_minutes"],
        moved.differences["two"]["wait_minutes"],
    )
    variance = float(np.var(by, ddof=1)) / 4
    half = t_quantile(0.95, 4) * math.sqrt(variance)
    assert shift == Estimate(2.0, pytest.approx(2 - half), pytest.approx(2 + half))
    assert own.mean is not None and own.low is not None and difference.low is not None
    error = (own.mean - own.low) / t_quantile(0.95, 4)
    both = error**2 + variance
    expected = own.mean + 2 - t_quantile(0.95, 4) * math.sqrt(both)
    assert difference.mean == pytest.approx(own.mean + 2)
    assert difference.low == pytest.approx(expected)


def made_up(error: float, mean: float, replications: int) -> Comparison:
    """Return a comparison whose trips have this difference, standard error and replications."""
    whole = comparisons.comparison()
    measure, scenario = "trips", "delegated"
    confidence = simultaneous(len(whole.differences))
    ends = [
        Estimate(mean, mean - half, mean + half)
        for half in (t_quantile(each, replications) * error for each in (CONFIDENCE, confidence))
    ]
    differences = whole.differences[scenario] | {measure: ends[0]}
    verdicts = whole.verdicts[scenario] | {measure: verdict(ends[1], 0.01)}
    return replace(
        whole,
        replications=replications,
        differences=whole.differences | {scenario: differences},
        verdicts=whole.verdicts | {scenario: verdicts},
    )


def with_noise(comparison: Comparison, value: float, error: float, replications: int) -> Moved:
    """Return what is found where trips shift by a value with such a standard error."""
    pattern = np.array([1.0, -1.0] + [0.0] * (replications - 2))
    pattern *= error * math.sqrt(replications) / float(np.std(pattern, ddof=1))
    found = unmoved(comparison, replications)
    found["delegated"]["trips"] = Shift(value, value + pattern)
    made = Assumption("visitor.value_of_time", 42_000, 42_000, 50_000, ranged=True)
    return hinge(comparison, made, replications, (42_000, found), (50_000, found)).high


def test_noise_makes_no_verdict_clear() -> None:
    # Three replications: t is 26.8 for all verdicts together. With a shift that is next to nothing
    # but uncertain, Welch's degrees of freedom are 3.2, and t is 10.0: "less", out of noise.
    comparison = made_up(0.0052, -0.1, 3)
    assert comparison.verdicts["delegated"]["trips"].says == NOT_CLEAR
    moved = with_noise(comparison, 0.0, 0.003, 3)
    assert moved.verdicts["delegated"]["trips"] == NOT_CLEAR


def test_what_is_not_clear_in_the_study_is_made_clear_by_no_shift() -> None:
    comparison = made_up(0.0052, -0.1, 3)
    for value in (-10.0, 0.1, 10.0):
        moved = with_noise(comparison, value, 0.0001, 30)
        assert moved.verdicts["delegated"]["trips"] == NOT_CLEAR


@pytest.mark.parametrize(("own", "runs"), [(3, 3), (3, 30), (30, 3)])
def test_the_more_noise_the_wider_the_interval(own: int, runs: int) -> None:
    comparison = made_up(0.0052, -0.1, own)
    errors = [0.0, 1e-4, 0.003, 0.0052, 0.02]
    found = [with_noise(comparison, 0.0, error, runs) for error in errors]
    ends = [each.differences["delegated"]["trips"] for each in found]
    widths = [(each.high or 0.0) - (each.low or 0.0) for each in ends]
    assert widths == sorted(widths)
    least = t_quantile(CONFIDENCE, min(own, runs))
    assert widths[-1] == pytest.approx(2 * least * math.hypot(0.0052, 0.02))


def test_run_as_the_study_was_an_end_has_the_interval_of_a_study_of_its_own(
    found: tuple[Comparison, Sensitivity],
) -> None:
    comparison, hinged = found
    other = compare(study(desk(lambda raw: raw["demands"][0].update(per_day=30))))
    high = of("demands.people.per_day", hinged).high
    for measure in HEADLINE:
        own, there = other.differences["two"][measure], high.differences["two"][measure]
        assert (there.low, there.high) == (pytest.approx(own.low), pytest.approx(own.high))
        said = comparison.verdicts["two"][measure].says
        # What matters in a cost is a share of the baseline's, which moves too.
        kept = own.mean is None or said == NOT_CLEAR or measure.endswith("_cost")
        assert kept or high.verdicts["two"][measure] == other.verdicts["two"][measure].says


@pytest.mark.parametrize("effort", [replace(ALL, days=10), replace(ALL, replications=3)])
def test_run_on_fewer_days_or_replications_both_uncertainties_are_added(effort: Effort) -> None:
    comparison, hinged = looked(study(), effort, which="ranges")
    high = of("visitor.value_of_time", hinged).high
    own = comparison.differences["two"]["citizen_cost"]
    shift, there = (each["two"]["citizen_cost"] for each in (high.shifts, high.differences))
    runs = effort.replications
    error = ((own.high or 0) - (own.low or 0)) / 2 / t_quantile(CONFIDENCE, 4)
    more = ((shift.high or 0) - (shift.low or 0)) / 2 / t_quantile(CONFIDENCE, runs)
    half = t_quantile(CONFIDENCE, runs) * math.hypot(error, more)
    assert there.high == pytest.approx((there.mean or 0) + half)


def test_a_large_shift_turns_a_verdict_and_a_small_one_does_not() -> None:
    comparison = compare(study(replications=30))
    own = comparison.differences["two"]["wait_minutes"].mean
    assert comparison.verdicts["two"]["wait_minutes"].says == LESS
    assert own is not None
    same = shifted(comparison, [0.01, 0.02, 0.01, 0.02])
    assert same.verdicts["two"]["wait_minutes"] == LESS
    gone = shifted(comparison, [-3 * own + by for by in (0.0, 0.01, 0.0, 0.01)])
    assert gone.verdicts["two"]["wait_minutes"] == MORE
