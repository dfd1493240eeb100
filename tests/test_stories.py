"""The stories that the project starts from come true in the offices shipped, case by case."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from sim import compare, load_office, load_study, reforms
from sim.blueprint import BY_POST, Blueprint
from sim.calendar import Bools, Ints
from sim.case_table import CaseTable, Measured, measured
from sim.clock import MINUTE_MS
from sim.draws import Luck
from sim.log import End, ServiceLog
from sim.office import Office
from sim.office.procedures import Deadline, limit_working_days
from sim.replication import OfficeRuns
from sim.steps import Steps, steps_of

SCENARIOS = Path(__file__).parents[1] / "scenarios"
SEED = 2023


class Run(NamedTuple):
    """One replication of an office."""

    layout: Blueprint
    log: ServiceLog
    found: Measured
    luck: Luck

    @property
    def steps(self) -> Steps:
        """What was drawn of the steps."""
        return steps_of(self.layout, self.log.population, self.luck)

    @property
    def cases(self) -> CaseTable:
        return self.found.cases

    def of_demand(self, name: str) -> Bools:
        """Return which measured cases are a demand's."""
        place = [plan.demand.id for plan in self.layout.demands].index(name)
        return self.cases.demand == place

    def any_dossier(self, holds: Bools) -> Bools:
        """Return which measured cases have a dossier of which something holds."""
        people = self.log.population
        found = np.zeros(len(people.case_demand), dtype=np.bool_)
        np.logical_or.at(found, people.filing_case[people.dossier_filing], holds)
        return found[self.cases.place]

    def incomplete(self) -> Bools:
        """Return which measured cases have incomplete papers, their intake being the first step."""
        return self.any_dossier(self.steps.sent_back[self.steps.first])

    def passes(self, step: str) -> Bools:
        """Return which measured cases have a dossier that a step concerns."""
        people, office = self.log.population, self.layout.office
        places = [[s.id for s in p.steps].index(step) if step in {s.id for s in p.steps} else -1
                  for p in office.procedures]  # fmt: skip
        place = np.array(places)[people.dossier_procedure]
        entry = self.steps.first + np.maximum(place, 0)
        return self.any_dossier((place >= 0) & self.steps.concerned[entry])


def runs(office: Office, days: int, replications: int, warmup: int = 10) -> list[Run]:
    made = OfficeRuns(office, days, warmup)
    found = []
    for replication in range(replications):
        log, luck = made.run(SEED, replication), Luck(SEED, replication, office.id)
        found.append(Run(made.layout, log, measured(log, made.layout), luck))
    return found


def reformed(office: Office, *lines: dict[str, Any]) -> Office:
    return reforms.apply(office, lines)


def pooled(parts: list[Any]) -> Any:
    return np.concatenate(parts)


def share_at_least(holds: Bools) -> float:
    """Return the share that surely holds: its lower bound at 99%, by Wilson's score interval."""
    n, z = len(holds), 2.326
    share = float(holds.mean())
    spread = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return float((share + z**2 / (2 * n) - spread) / (1 + z**2 / n))


NO_CUTOFF = {"drop_cutoff": "*"}
DELEGATED = {"delegate": {"role": "sign", "to": "judicial"}}


@pytest.fixture(scope="module")
def dong_cam() -> Office:
    return load_office(SCENARIOS / "dong_cam.toml")


# --- the 15:00 cutoff -----------------------------------------------------------------------------


class Probes(NamedTuple):
    """What became of those who came for certified copies at 16:20 with complete papers."""

    minutes: Any
    trips: Ints
    same_day: Bools
    verified: Bools


def at_1620(office: Office) -> Probes:
    """Send one more person a day, who comes at 16:20 with copies to certify."""
    raw = office.as_written()
    probe = {
        "id": "at_1620",
        "needs": ["certify_copies"],
        "appointments": {"from": "16:20", "to": "16:21", "every": 1},
    }
    raw["demands"] = [*raw["demands"], probe]
    found = []
    for run in runs(Office.model_validate(raw), 100, 8, warmup=2):
        rows = run.of_demand("at_1620") & ~run.incomplete()
        cases = run.cases
        minutes = cases.turnaround[rows] / MINUTE_MS
        found.append((minutes, cases.trips[rows], cases.same_day[rows], run.passes("verify")[rows]))
        assert (run.cases.end == End.DONE).all()
    return Probes(*(pooled(list(column)) for column in zip(*found, strict=True)))


@pytest.fixture(scope="module")
def with_cutoff(dong_cam: Office) -> Probes:
    return at_1620(dong_cam)


@pytest.fixture(scope="module")
def without_cutoff(dong_cam: Office) -> Probes:
    return at_1620(reformed(dong_cam, NO_CUTOFF, DELEGATED))


def test_at_1620_nine_in_ten_are_done_within_half_an_hour_without_the_cutoff(
    without_cutoff: Probes,
) -> None:
    quick = (without_cutoff.minutes <= 30)[~without_cutoff.verified]
    assert len(quick) > 600
    assert share_at_least(quick) >= 0.9


def test_at_1620_everybody_takes_two_trips_with_the_cutoff(with_cutoff: Probes) -> None:
    trips = with_cutoff.trips[~with_cutoff.verified]
    assert trips.min() == 2
    # A third trip is somebody's who came for the result so late that closing came first.
    assert share_at_least(trips == 2) > 0.97
    assert not with_cutoff.same_day.any()


def test_what_needs_verification_still_waits_without_the_cutoff(without_cutoff: Probes) -> None:
    verified = without_cutoff.verified
    assert verified.sum() >= 5
    assert not without_cutoff.same_day[verified].any()
    assert (without_cutoff.trips[verified] >= 2).all()
    assert (without_cutoff.minutes[verified] > 24 * 60).all()


def trips_by_case(office: Office) -> Ints:
    return pooled([run.cases.trips for run in runs(office, 60, 4)])


def test_with_nobody_to_sign_after_15_00_dropping_the_cutoff_gains_no_trip(
    dong_cam: Office,
) -> None:
    until_three = {"set_hours": {"team": "leaders", "mon-fri": ["07:30-11:30", "13:30-15:00"]}}
    nobody = reformed(dong_cam, until_three)
    before, after = trips_by_case(nobody), trips_by_case(reformed(nobody, NO_CUTOFF))
    assert len(before) == len(after) > 2000
    assert (after >= before).all()
    gains = trips_by_case(dong_cam) - trips_by_case(reformed(dong_cam, NO_CUTOFF))
    assert gains.mean() > 0.05


def test_dropping_the_cutoff_moves_no_due_time_and_makes_no_dossier_late(dong_cam: Office) -> None:
    before, after = runs(dong_cam, 100, 3), runs(reformed(dong_cam, NO_CUTOFF), 100, 3)
    for old, new in zip(before, after, strict=True):
        same_receipt = old.log.received == new.log.received
        assert same_receipt.mean() > 0.9
        assert (old.log.due[same_receipt] == new.log.due[same_receipt]).all()
        first, second = old.found.dossiers, new.found.dossiers
        assert (first.case_row == second.case_row).all()
        assert not (first.on_time & ~second.on_time).any()
        assert old.cases.same_day.sum() < new.cases.same_day.sum()


def test_the_default_commune_is_on_time_in_99_percent_of_cases(dong_cam: Office) -> None:
    shares = [run.found.dossiers.on_time.mean() for run in runs(dong_cam, 250, 5)]
    error = np.std(shares, ddof=1) / np.sqrt(len(shares))
    assert np.mean(shares) >= 0.99
    assert np.mean(shares) + 3 * error < 1


# --- a shorter limit ------------------------------------------------------------------------------


def test_15_days_to_5_working_days_is_another_cut_than_15_working_days_to_5() -> None:
    calendar = load_office(SCENARIOS / "culture_department.toml").calendar

    def days(within: str) -> float:
        return limit_working_days(Deadline(within=within).limit(), calendar)

    assert 1 - days("5 working days") / days("15 days") == pytest.approx(0.533, abs=0.001)
    assert 1 - days("5 working days") / days("15 working days") == pytest.approx(0.667, abs=0.001)


def test_the_shorter_limit_study_shows_both_percentages_apart() -> None:
    study = load_study(SCENARIOS / "shorter_deadline.toml")
    wanted = [each for each in study.scenarios if each.id in {"paced", "from_15_working_days"}]
    found = compare(study.changed(scenarios=wanted, days=120, replications=3)).scenarios
    name = "office_working_days@ad_group"
    old, other, new = (
        found[scenario].measures[name] for scenario in ("baseline", "from_15_working_days", "paced")
    )
    assert new.high < old.low
    assert old.high < other.low
    cut, other_cut = 1 - new.mean / old.mean, 1 - new.mean / other.mean
    # What is work, post or another agency's time shrinks with no limit.
    assert 0.35 < cut < 0.533
    assert cut + 0.08 < other_cut < 0.667


def test_a_shorter_limit_by_itself_speeds_nobody_up() -> None:
    study = load_study(SCENARIOS / "shorter_deadline.toml")
    offices = study.offices()
    before, alone = (runs(offices[name], 100, 2) for name in ("baseline", "limit_alone"))
    for old, new in zip(before, alone, strict=True):
        group = old.of_demand("groups")
        assert group.sum() >= 5
        assert (old.cases.turnaround == new.cases.turnaround).all()
        assert (old.cases.trips == new.cases.trips).all()
        assert (old.log.ready == new.log.ready).all()
        assert late(new, "ad_group") > late(old, "ad_group")


def late(run: Run, procedure: str) -> float:
    """Return the share of a procedure's dossiers that are late."""
    dossiers = run.found.dossiers
    place = [route.name for route in run.layout.routes].index(procedure)
    return float((~dossiers.on_time[dossiers.procedure == place]).mean())


# --- two procedures at once -----------------------------------------------------------------------


class Bundled(NamedTuple):
    """Cases that need both procedures and come to the counter, before and after."""

    in_turn: Bools
    trips: Ints
    trips_together: Ints
    office_days: Any
    office_days_together: Any
    consults: Bools


@pytest.fixture(scope="module")
def bundled() -> Bundled:
    """Ten times as many of those who need both, for enough of them in few runs."""
    study = load_study(SCENARIOS / "bundle.toml")
    more = [{"change_demand": {"demand": f"both_in_{way}", "by": 10}} for way in WAYS]
    office = reformed(study.office, *more)
    bundle = reforms.apply(office, study.scenarios[0].reforms)
    found = [
        bundled_cases(old, new)
        for old, new in zip(runs(office, 200, 3, 30), runs(bundle, 200, 3, 30), strict=True)
    ]
    return Bundled(*(pooled(list(column)) for column in zip(*found, strict=True)))


WAYS = ("turn", "parallel")


def bundled_cases(old: Run, new: Run) -> Bundled:
    """Return those who file and collect at the counter, papers complete, no visit in vain."""
    people = old.log.population
    before, after = old.cases, new.cases
    assert (before.number == after.number).all()
    assert (before.end == End.DONE).all()
    assert (after.end == End.DONE).all()
    both = old.of_demand("both_in_turn") | old.of_demand("both_in_parallel")
    by_post = old.any_dossier(people.dossier_way == BY_POST)
    rows = both & ~before.online & ~by_post & ~old.incomplete()
    rows &= (before.trips_in_vain == 0) & (after.trips_in_vain == 0)
    day = old.layout.calendar.ordinary_day_ms
    return Bundled(
        old.of_demand("both_in_turn")[rows],
        before.trips[rows],
        after.trips[rows],
        ((before.turnaround_open - before.citizen_open) / day)[rows],
        ((after.turnaround_open - after.citizen_open) / day)[rows],
        old.passes("consult")[rows],
    )


def test_the_bundle_halves_trips_exactly_for_those_who_come_to_the_counter(
    bundled: Bundled,
) -> None:
    assert bundled.in_turn.sum() > 25
    assert (~bundled.in_turn).sum() > 10
    assert set(bundled.trips.tolist()) == {4}
    assert set(bundled.trips_together.tolist()) == {2}


def days_left(bundled: Bundled, rows: Bools) -> float:
    """Return the days in the office's hands after the bundle as a share of those before."""
    return float(bundled.office_days_together[rows].sum() / bundled.office_days[rows].sum())


def test_the_bundle_halves_days_only_for_those_who_filed_one_after_the_other(
    bundled: Bundled,
) -> None:
    # The later of two results decides, so that a little more than half is left.
    plain = ~bundled.consults
    assert 0.45 < days_left(bundled, bundled.in_turn & plain) < 0.6
    assert 0.95 < days_left(bundled, ~bundled.in_turn & plain) < 1.15
