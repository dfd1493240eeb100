"""The benchmarks run at a tiny size, and whoever is compared runs the same workload."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from benchmarks import contenders, run
from benchmarks.commune import SOURCE, commune_office
from benchmarks.contenders import Peer, office_runs, peers, served
from benchmarks.growth import growth, larger_office
from benchmarks.kernel import PER_DAY, Served, kernel_office, workload
from benchmarks.peers import plain_c
from benchmarks.peers.simpy_commune import Commune
from benchmarks.sizes import TINY
from benchmarks.speed import kernel
from benchmarks.table import Row, as_csv, as_markdown
from benchmarks.timing import Contender, Speeds, alternate, fresh, ratios
from sim import consistency
from sim.case_table import measured
from sim.clock import MINUTE_MS
from tests.every_key import keys, keys_used

DAYS = 5
LEVEL = 0.01
REPLICATIONS = {contenders.C: 400, contenders.C_LOGGED: 400, contenders.SALABIM: 8}
ALL_PEERS = (
    contenders.SIMPY,
    contenders.C,
    contenders.C_LOGGED,
    contenders.CIW,
    contenders.SALABIM,
)


def peer(name: str) -> Peer:
    found = peers()
    if name not in found:
        pytest.skip(f"{name} is not here")
    return found[name]


@pytest.fixture(scope="module")
def ours() -> list[Served]:
    runs = office_runs(kernel_office(), DAYS)
    return [served(runs.run(1, replication)) for replication in range(30)]


@pytest.mark.parametrize("name", ALL_PEERS)
@pytest.mark.filterwarnings("default")
def test_a_peer_has_as_many_customers_who_wait_as_long(name: str, ours: list[Served]) -> None:
    theirs = [peer(name)(workload(), DAYS, seed) for seed in range(REPLICATIONS.get(name, 30))]
    for told in (ours, theirs):
        expected = PER_DAY * DAYS * len(told)
        spread = expected**0.5 * stats.norm.isf(LEVEL / 4 / len(ALL_PEERS))
        assert abs(sum(each.customers for each in told) - expected) < spread
    waits = [[each.wait_minutes for each in told] for told in (ours, theirs)]
    found = stats.ttest_ind(*waits, equal_var=False)
    assert found.pvalue > LEVEL / len(ALL_PEERS), [np.mean(wait) for wait in waits]


def test_c_runs_the_same_customers_with_and_without_a_log() -> None:
    first = peer(contenders.C)(workload(), DAYS, 3)
    assert first == plain_c.run_logged(workload(), DAYS, 3)
    assert first != plain_c.run(workload(), DAYS, 4)


def test_the_commune_has_every_key_on_and_no_fault(tmp_path: Path) -> None:
    office = commune_office(tmp_path, 30)
    assert {key for key in set(keys()) - set(keys_used(office)) if "_title" not in key} == set()
    assert consistency.faults(office) == []
    log = office_runs(office, 5).run(1, 0)
    assert len(set(log.population.case_demand.tolist())) == len(office.demands) + 1


def test_idiomatic_simpy_runs_nearly_the_same_commune(tmp_path: Path) -> None:
    days = 60
    runs = office_runs(commune_office(tmp_path, 3 * days), days)
    cases = measured(runs.run(1, 0), runs.layout).cases
    other = Commune(tmp_path / SOURCE.name, days, 1)
    number = other.run()
    assert abs(number / len(cases.trips) - 1) < 0.1
    assert abs(np.mean(other.told.trips) / cases.trips.mean() - 1) < 0.1
    assert abs(np.mean(other.told.turnarounds) * MINUTE_MS / cases.turnaround.mean() - 1) < 0.2
    assert abs(np.mean(other.told.waits) * MINUTE_MS / cases.wait.mean() - 1) < 0.4


def test_a_larger_office_has_as_many_times_the_staff_and_customers() -> None:
    log = office_runs(larger_office(4), DAYS).run(1, 0)
    cases, expected = len(log.population.case_demand), 4 * PER_DAY * DAYS
    assert abs(cases - expected) < 4 * expected**0.5
    assert len(log.members) == 4 * sum(workload().staff)


def test_contenders_take_turns_and_never_run_the_same_seed_twice() -> None:
    asked: list[tuple[str, int]] = []

    def contender(name: str) -> Contender:
        def once(seed: int) -> int:
            asked.append((name, seed))
            return 1

        return Contender(name, once)

    speeds = alternate([contender("a"), contender("b")], 4, 0.0)
    assert [name for name, _ in asked] == list("ab" + "abbaabba")
    assert len(set(asked)) == len(asked)
    assert len(speeds["a"].cases_per_s) == 4


def test_ratios_are_taken_round_by_round() -> None:
    found = ratios(Speeds("a", (2.0, 6.0), (1.0, 1.0)), Speeds("b", (1.0, 2.0), (1.0, 1.0)))
    assert found == [2.0, 3.0]


@pytest.mark.parametrize(
    ("value", "more_is_better", "verdict"),
    [(70, True, "goal"), (60, True, "goal"), (30, True, "required"), (10, True, "missed"),
     (20, False, "goal"), (50, False, "required"), (61, False, "missed")],
)  # fmt: skip
def test_a_row_says_whether_it_reached_what_is_asked(
    value: float, more_is_better: bool, verdict: str
) -> None:
    required, goal = (25, 60) if more_is_better else (60, 25)
    row = Row("kernel", "", value, "", required=required, goal=goal, more_is_better=more_is_better)
    assert row.verdict == verdict
    assert Row("kernel", "", value, "").verdict == ""


def test_the_table_says_the_same_as_csv_and_as_markdown() -> None:
    row = Row("kernel", "against C", 1.25, "times the time", 1.0, 1.5, 3, 1.5, detail="a, b")
    read = list(csv.DictReader(io.StringIO(as_csv([row]))))
    assert [(each["what"], each["value"], each["verdict"]) for each in read] == [
        ("against C", "1.25", "goal")
    ]
    assert "| 1.25 times the time | 1 to 1.5 | 3 | 1.5 | goal | a, b |" in as_markdown([row])


def test_a_fresh_process_tells_what_it_took_and_said() -> None:
    cost = fresh(
        ["-c", "import benchmarks.timing as t, json; print(json.dumps({'peak': t.peak_bytes()}))"]
    )
    assert cost.said is not None and 1e6 < cost.said["peak"] < 1e9
    assert cost.wall_s > 0 and cost.processor_s > 0


@pytest.mark.filterwarnings("default")
def test_a_tiny_run_writes_table_and_chart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found, speeds = kernel(TINY)
    grown, costs = growth(TINY)
    run.write(tmp_path, found + grown, speeds, costs)
    rows = list(csv.DictReader((tmp_path / "table.csv").read_text("utf-8").splitlines()))
    assert {row["topic"] for row in rows} == {"kernel", "growth"}
    assert (tmp_path / "table.md").read_text("utf-8") in capsys.readouterr().out
    page = (tmp_path / "chart.html").read_text("utf-8")
    assert page.count("Plotly.newPlot") >= 2
    assert all(name in page for name in speeds)
