"""When a study has enough replications: what may be asked, when to look, and what is found."""

from __future__ import annotations

import json
import math
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from sim import Scenario, Study, compare
from sim.cli import app
from sim.comparison import Comparison, Estimate
from sim.draws import Floats
from sim.errors import PlannerError
from sim.estimates import Percentile, Ratio, t_quantile
from sim.notes import precision_said
from sim.precision import LEAST, LIMIT, MOST, Precision, read_precision, target
from sim.results import summary
from sim.starter import write_starter
from sim.stopping import Rounds, excess, longer_arm, looks
from tests.offices import office, smallest


def asked_for(asked: list[str], replications: int = 1, most: int | None = None) -> Precision:
    found = read_precision(asked, replications, most)
    assert found is not None
    return found


# --- what is asked ---


def test_a_percentage_is_of_the_mean_and_a_number_in_the_measures_unit() -> None:
    share, minutes = target("wait_minutes=5%"), target(" wait_minutes_p90@renew = 0.5 ")
    assert (share.measure, share.width, share.relative) == ("wait_minutes", 0.05, True)
    assert (minutes.measure, minutes.width) == ("wait_minutes_p90@renew", 0.5)
    assert not minutes.relative
    assert not minutes.difference


def test_a_difference_is_asked_for_in_the_measures_unit() -> None:
    found = target("difference.time.line=0.2")
    assert (found.measure, found.width, found.difference) == ("time.line", 0.2, True)


@pytest.mark.parametrize("value", [-4.0, 4.0])
def test_the_size_of_a_mean_counts_not_its_sign(value: float) -> None:
    assert target("trips=25%").allowed(value) == 1.0
    assert target("trips=0.25").allowed(value) == 0.25


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("wait_minutes", "MEASURE=WIDTH"),
        ("wait_minutes=", "MEASURE=WIDTH"),
        ("wait_minutes=0,5", "MEASURE=WIDTH"),
        ("wait_minutes=0", "above 0"),
        ("wait_minutes=-1%", "above 0"),
        ("wait_minutes=nan", "above 0"),
        ("wait_minutes=inf%", "above 0"),
        ("difference.trips=5%", "in the measure's unit"),
    ],
)
def test_what_cannot_be_asked_is_said(text: str, says: str) -> None:
    with pytest.raises(PlannerError, match=says) as told:
        target(text)
    assert text in str(told.value)


def test_the_first_look_is_after_thirty_or_the_studys_replications() -> None:
    assert (asked_for(["trips=1%"], 4).first, asked_for(["trips=1%"], 4).most) == (LEAST, MOST)
    assert asked_for(["trips=1%"], 80).first == 80
    assert asked_for(["trips=1%"], 2 * MOST).most == 2 * MOST


@pytest.mark.parametrize("most", [LEAST - 1, LIMIT + 1])
def test_a_cap_below_the_first_look_or_beyond_all_studies_is_refused(most: int) -> None:
    with pytest.raises(PlannerError, match="--max-replications"):
        asked_for(["trips=1%"], most=most)


def test_a_cap_is_for_a_precision() -> None:
    assert read_precision([], 30) is None
    with pytest.raises(PlannerError, match="only with --precision"):
        read_precision([], 30, 500)


# --- when to look ---


@given(
    st.integers(LEAST, 300),
    st.integers(0, 5000),
    st.lists(st.floats(0, 50) | st.just(math.inf), min_size=60, max_size=60),
)
def test_looks_go_on_until_enough_or_the_cap(first: int, more: int, found: list[float]) -> None:
    asked = Precision((), first, first + more)
    seen: dict[int, float] = {}
    counts = list(looks(asked, lambda count: seen.setdefault(count, found[len(seen)])))
    assert counts[0] == first
    assert counts == list(seen)
    assert all(seen[count] > 1 for count in counts[:-1])
    assert seen[counts[-1]] <= 1 or counts[-1] == asked.most
    for before, after in pairwise(counts):
        assert before < after <= 2 * before
        assert after >= 1.1 * before or after == asked.most


def test_the_next_look_is_where_the_interval_should_be_narrow_enough() -> None:
    found = {100: 1.2, 144: 0.9}
    assert list(looks(Precision((), 100, 1000), found.__getitem__)) == [100, 144]


def test_a_tenth_more_is_run_at_least_and_at_most_as_many_again() -> None:
    found = {130: 1.001, 143: 9.0, 286: math.inf, 572: 1.0}
    assert list(looks(Precision((), 130, 1000), found.__getitem__)) == [130, 143, 286, 572]


# --- how wide ---


def test_without_skewness_the_arm_is_students_half_width() -> None:
    series = np.array([1.0, 2, 3, 4, 5])
    assert longer_arm(series) == pytest.approx(t_quantile(0.95, 5) * math.sqrt(2.5 / 5))


series_of_values = st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=50).map(np.array)


@given(series_of_values)
def test_the_arm_is_never_shorter_than_students_and_the_same_turned_round(
    series: Floats,
) -> None:
    half = t_quantile(0.95, len(series)) * np.std(series, ddof=1) / math.sqrt(len(series))
    assert longer_arm(series) >= half * (1 - 1e-9)
    assert longer_arm(-series) == pytest.approx(longer_arm(series), rel=1e-9)


def test_the_arm_solves_halls_cubic() -> None:
    series = np.array([0.0, 0, 1, 1, 2, 3, 9])
    error = np.std(series, ddof=1) / math.sqrt(7)
    moments = ((series - series.mean()) ** 3).sum() * 7 / (6 * 5) / np.std(series, ddof=1) ** 3
    a = moments / (6 * math.sqrt(7))
    arm = longer_arm(series) / error
    turned = -arm + a + 2 * a * arm**2 - 4 / 3 * a**2 * arm**3
    assert turned == pytest.approx(-t_quantile(0.95, 7))


def test_excess_is_how_many_times_too_wide() -> None:
    series = np.array([1.0, 2, 3, 4, 5])
    arm = longer_arm(series)
    assert excess(-3.0, series, target("x=10%")) == pytest.approx(arm / 0.3)
    assert excess(3.0, series, target("x=0.5")) == pytest.approx(arm / 0.5)
    assert excess(0.0, series, target("x=10%")) == math.inf
    assert excess(None, None, target("x=10%")) == math.inf
    assert excess(0.0, np.zeros(9), target("x=10%")) == 0


def test_sequential_intervals_cover_a_skewed_mean_nearly_as_often_as_they_say() -> None:
    studies, rng, asked = 1500, np.random.default_rng(5), Precision((), LEAST, 2000)
    covered = 0
    for _ in range(studies):
        values = rng.gamma(2.0, 0.5, asked.most)
        *_, count = looks(asked, partial(excess_of_first, values))
        half = t_quantile(0.95, count) * np.std(values[:count], ddof=1) / math.sqrt(count)
        covered += abs(values[:count].mean() - 1) <= half
    error = math.sqrt(0.95 * 0.05 / studies)
    assert 0.935 - 3 * error <= covered / studies <= 0.95 + 3 * error


def excess_of_first(values: Floats, count: int) -> float:
    """Return how many times wider than 10% the interval of the first few is."""
    return excess(float(values[:count].mean()), values[:count], target("x=10%"))


# --- rounds ---


class Waits:
    """Replications of a scenario in which people wait and nobody gives up."""

    def __init__(self) -> None:
        self.waits: list[Floats] = []

    def names(self) -> list[str]:
        return ["wait_minutes", "lost"]

    def ratio(self, name: str) -> Ratio:
        sums = np.array([waits.sum() * (name == "wait_minutes") for waits in self.waits])
        return Ratio(sums, np.array([float(len(waits)) for waits in self.waits]))

    def percentile_names(self) -> list[str]:
        return []

    def percentile(self, name: str) -> Percentile:
        raise AssertionError(name)


def run_rounds(asked: Precision, scenarios: dict[str, float], noise: float = 1.0) -> Rounds:
    """Run rounds of replications of cases that wait as long as told, and some luck in common."""
    samples = {name: Waits() for name in scenarios}
    rounds = Rounds(asked, samples, next(iter(scenarios)))
    following = 0
    for numbers in rounds:
        assert numbers.start == following
        following = numbers.stop
        for number in numbers:
            rng = np.random.default_rng(number)
            luck = 1 + 0.5 * rng.standard_normal()
            for name, mean in scenarios.items():
                own = noise * np.random.default_rng([number, len(name)]).standard_normal(70)
                samples[name].waits.append(mean * (luck + own))
    assert rounds.count == following == len(samples[next(iter(scenarios))].waits)
    return rounds


def test_every_scenario_must_be_as_precise_as_asked() -> None:
    alone = run_rounds(asked_for(["wait_minutes=1"]), {"baseline": 10.0})
    both = run_rounds(asked_for(["wait_minutes=1"]), {"baseline": 10.0, "slow": 20.0})
    assert LEAST < alone.count < both.count / 2 < MOST
    assert both.last[0].scenario == "slow"
    # Spread 5 and 10 of a replication's mean: (1.96 * 10 / 1)^2 = 384.
    assert 300 < both.count < 500


def test_all_targets_must_hold() -> None:
    easy, hard = "wait_minutes=50%", "wait_minutes=8%"
    assert run_rounds(asked_for([easy]), {"baseline": 10.0}).count == LEAST
    one, both = (run_rounds(asked_for(each), {"baseline": 10.0}) for each in ([hard], [easy, hard]))
    assert one.count == both.count > LEAST
    said = precision_said(both.reached())
    assert set(said) == {easy, hard}
    assert all(f"Enough after {both.count}" in text for text in said.values())


def test_a_difference_is_of_pairs() -> None:
    offices = {"baseline": 10.0, "slow": 12.0}
    paired = run_rounds(asked_for(["difference.wait_minutes=1.0"]), offices, 0.3)
    assert paired.count == LEAST
    assert run_rounds(asked_for(["wait_minutes=1.0"]), offices, 0.3).count > 3 * LEAST


def test_what_is_always_the_same_is_known() -> None:
    assert run_rounds(asked_for(["lost=1%"]), {"baseline": 10.0}).count == LEAST


def test_the_cap_is_said_with_what_would_be_needed() -> None:
    rounds = run_rounds(asked_for(["wait_minutes=0.1"], most=50), {"baseline": 10.0})
    said = precision_said(rounds.reached())["wait_minutes=0.1"]
    assert rounds.count == 50
    assert re.match(
        r"The cap of 50 replications was reached: wait_minutes is "
        r"±1\.\d+ in baseline, asked was ±0\.1; about \d+,\d00 would be needed",
        said,
    )


@pytest.mark.parametrize("text", ["wait_minutes=1e-9%", "wait_minutes=1e-12"])
def test_a_precision_out_of_all_reach_is_refused_with_what_is_within(text: str) -> None:
    with pytest.raises(PlannerError, match=r"would be needed.*100,000.*is within reach") as told:
        run_rounds(asked_for([text]), {"baseline": 10.0})
    assert text in str(told.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("wait_minuts=5%", 'Nearest known name: "wait_minutes"'),
        ("difference.trips=1", "both the baseline and a scenario"),
    ],
)
def test_an_unknown_measure_is_refused_after_one_replication(text: str, says: str) -> None:
    with pytest.raises(PlannerError, match=re.escape(text)) as told:
        run_rounds(asked_for([text]), {"baseline": 10.0, "other": 10.0})
    assert says in str(told.value)


def test_a_difference_needs_a_scenario() -> None:
    with pytest.raises(PlannerError, match="with scenarios"):
        run_rounds(asked_for(["difference.wait_minutes=1"]), {"baseline": 10.0})


# --- whole studies ---


def study() -> Study:
    """Return a study of one short busy day a replication."""
    raw = smallest()
    raw["calendar"]["hours"] = {"mon-sun": ["08:00-09:00"]}
    raw["teams"][0] |= {"staff": 2, "closing": "finish queue"}
    raw["demands"][0]["per_day"] = 20
    more = Scenario(id="third", reforms=({"add_staff": {"team": "clerks", "by": 1}},))
    return Study(office=office(raw), scenarios=(more,), days=1, warmup=0, replications=5)


def numbers_of(found: Comparison) -> dict[str, Any]:
    """Return all numbers, and what they were made from, but the precision asked."""
    content = summary(found)
    left_out = ("date", "command", "precision")
    content["provenance"] = {k: v for k, v in content["provenance"].items() if k not in left_out}
    return content


ASKED = ["wait_minutes=40%", "wait_minutes_p90@ask=9", "difference.wait_minutes=2"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def stopped(folder: Path) -> Comparison:
    """Return a study that went on until it was as precise as asked."""
    return compare(study(), folder, precision=ASKED)


def test_a_study_that_stops_gives_what_so_many_replications_give_on_any_executor(
    stopped: Comparison,
) -> None:
    assert LEAST < stopped.replications < MOST
    with ThreadPoolExecutor(3) as executor:
        beside = compare(study(), precision=ASKED, executor=executor, jobs=3)
    fixed = compare(study().changed(replications=stopped.replications))
    assert numbers_of(beside) == numbers_of(stopped) == numbers_of(fixed)


def test_summary_and_report_say_what_came_of_what_was_asked(
    stopped: Comparison, folder: Path
) -> None:
    said = stopped.provenance["precision"]
    assert isinstance(said, dict)
    assert list(said) == ASKED
    assert json.loads((folder / "summary.json").read_text())["provenance"]["precision"] == said
    page = (folder / "report.html").read_text("utf-8")
    assert all(f'<p class="soft">{sentence}.</p>' in page for sentence in said.values())


def test_intervals_are_as_narrow_as_was_asked(stopped: Comparison) -> None:
    for each in stopped.scenarios.values():
        assert half(each.measures["wait_minutes"]) <= 0.4 * (
            each.measures["wait_minutes"].mean or 0
        )
        assert half(each.measures["wait_minutes_p90@ask"]) <= 9
    assert half(stopped.differences["third"]["wait_minutes"]) <= 2


def half(estimate: Estimate) -> float:
    """Return the half-width of an interval."""
    assert estimate.high is not None
    assert estimate.low is not None
    return (estimate.high - estimate.low) / 2


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--precision", "wait_minutes_p91=5%"], '"wait_minutes_p9'),
        (["--precision", "wait_minutes=0"], "above 0"),
        (["--precision", "wait_minutes=1e-9%"], "is within reach"),
        (["--precision", "wait_minutes=5%", "--max-replications", "20"], "--max-replications"),
        (["--max-replications", "200"], "only with --precision"),
    ],
)
def test_a_bad_precision_ends_with_two_and_leaves_nothing(
    options: list[str], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, file = write_starter("Xã A")
    command = ["compare", str(file), "--days", "1", "--warmup", "0", "--jobs", "1", *options]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.output
    assert not any(Path("results").rglob("*.*"))


def test_the_terminal_says_whether_it_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    _, file = write_starter("Xã A")
    command = ["compare", str(file), "--days", "2", "--warmup", "0", "--jobs", "1"]
    asked = ["--precision", "trips=50%", "--precision", "wait_minutes=0.1"]
    result = CliRunner().invoke(app, [*command, *asked, "--max-replications", "32"])
    assert result.exit_code == 0, result.output
    assert "Enough after 32 replications: trips is" in result.stdout
    assert "The cap of 32 replications was reached: wait_minutes is" in result.stdout
