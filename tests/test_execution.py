"""Replications on threads, processes and any executor: in order, bounded, equal to the last bit."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from sim import Study, compare, worker
from sim.errors import PlannerError
from sim.execution import Line, OnExecutor, Processes, cores, number_of_jobs
from sim.experiment import plan_of
from sim.identity import identity
from sim.starter import write_starter
from sim.worker import Plan, Replicated, pack, run_parcel
from tests.offices import office, smallest
from tests.outputs import same_outputs

ROOT = Path(__file__).parents[1]
REPLICATIONS = 5
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux alone")


def a_study(replications: int = REPLICATIONS) -> Study:
    raw = smallest()
    raw["demands"][0]["per_day"] = 20
    more = {"id": "more", "reforms": [{"add_staff": {"team": "clerks", "by": 1}}]}
    plan = Study(office=office(raw), scenarios=[more], days=2, warmup=0)
    return plan.changed(replications=replications)


@pytest.fixture(scope="module")
def alone(tmp_path_factory) -> Path:
    """Return the folder that one process wrote."""
    folder = tmp_path_factory.mktemp("alone")
    compare(a_study(), folder)
    return folder


@pytest.fixture
def plan() -> Plan:
    study = a_study()
    return plan_of(study, study.offices(), written=False)


class OutOfOrder(Executor):
    """Waits until all replications were handed in, then runs them in an order of its own."""

    def __init__(self, order: list[int]) -> None:
        self._order = order
        self._tasks: list[tuple[Future, object, tuple]] = []
        self.finished: list[int] = []

    def submit(self, fn, /, *args, **kwargs) -> Future:
        future: Future = Future()
        self._tasks.append((future, fn, args))
        if len(self._tasks) == len(self._order):
            threading.Thread(target=self._run, daemon=True).start()
        return future

    def _run(self) -> None:
        for place in self._order:
            future, fn, args = self._tasks[place]
            self.finished.append(place)
            future.set_result(fn(*args))


# ---- Equal to the last bit ---------------------------------------------------------------------


@pytest.mark.parametrize("seed", [None, 1, 2])
def test_results_do_not_depend_on_the_order_in_which_replications_finish(alone, tmp_path, seed):
    order = list(reversed(range(REPLICATIONS)))
    if seed is not None:
        random.Random(seed).shuffle(order)
    executor = OutOfOrder(order)
    compare(a_study(), tmp_path, executor=executor)
    assert executor.finished == order != sorted(order)
    same_outputs(tmp_path, alone)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_results_do_not_depend_on_the_number_of_threads(alone, tmp_path, threads):
    with ThreadPoolExecutor(threads) as executor:
        compare(a_study(), tmp_path, executor=executor)
    same_outputs(tmp_path, alone)


@pytest.mark.parametrize("jobs", [2, 3])
def test_results_do_not_depend_on_the_number_of_processes(alone, tmp_path, jobs):
    compare(a_study(), tmp_path, jobs=jobs)
    same_outputs(tmp_path, alone)


def test_processes_compare_with_another_baseline_than_the_office_as_it_is(tmp_path):
    study = a_study().changed(baseline="more")
    for jobs in (1, 2):
        compare(study, tmp_path / str(jobs), jobs=jobs)
    same_outputs(tmp_path / "2", tmp_path / "1")


# ---- In order, and few at a time ---------------------------------------------------------------


class Counting(Executor):
    """Runs at once and counts what was handed in."""

    def __init__(self) -> None:
        self.handed_in = 0

    def submit(self, fn, /, *args, **kwargs) -> Future:
        self.handed_in += 1
        future: Future = Future()
        future.set_result(fn(*args))
        return future


def test_replications_are_handed_in_only_as_room_is_made(plan, monkeypatch):
    monkeypatch.setattr("sim.worker.replicate", lambda ready, number: Replicated(number, {}))
    executor = Counting()
    workers = OnExecutor(executor)
    taken = Line(workers, plan).run(iter(range(1000)))
    for number, done in zip(range(500), taken, strict=False):
        assert done.replication == number
        assert executor.handed_in <= number + workers.ahead
    taken.close()
    assert executor.handed_in <= 500 + workers.ahead


def test_enough_can_be_said_before_the_end_and_cancels_what_has_not_begun(plan):
    class Never(Executor):
        futures: list[Future] = []  # noqa: RUF012

        def submit(self, fn, /, *args, **kwargs) -> Future:
            self.futures.append(Future())
            if len(self.futures) == 1:
                self.futures[0].set_result(fn(*args))
            return self.futures[-1]

    executor = Never()
    taken = Line(OnExecutor(executor), plan).run(range(1000))
    assert next(taken).replication == 0
    taken.close()
    assert len(executor.futures) > 1
    assert all(future.cancelled() for future in executor.futures[1:])


# ---- What is sent ------------------------------------------------------------------------------


@pytest.fixture
def forgetful(monkeypatch) -> Iterator[None]:
    """Make a worker as if it were new."""
    monkeypatch.setattr("sim.worker._ready", type(worker._ready)())
    return


def test_a_plan_is_sent_to_the_first_and_then_only_to_who_asks(plan, forgetful):
    received: list[bool] = []

    class Replaced(Executor):
        """A new worker takes the place of the old one now and then."""

        def submit(self, fn, /, parcel, number) -> Future:
            if number % 7 == 0:
                worker._ready.clear()
            received.append(parcel.content is not None)
            future: Future = Future()
            future.set_result(fn(parcel, number))
            return future

    workers = OnExecutor(Replaced())
    workers.ahead = 4
    done = list(Line(workers, plan).run(range(20)))
    assert [each.replication for each in done] == list(range(20))
    assert received[:4] == [True] * 4
    assert 0 < sum(received[4:]) < len(received) - 4


def test_a_plan_is_small_on_its_way(tmp_path):
    _, path = write_starter("A", tmp_path)
    from sim import load_study

    study = load_study(path)
    parcel = pack(plan_of(study, study.offices(), written=True), identity())
    assert parcel.content is not None
    assert len(parcel.content) < 20_000


def test_a_plan_of_other_versions_is_refused_where_it_would_run(plan, forgetful):
    parcel = pack(plan, identity() | {"numpy": "0.1"})
    with pytest.raises(PlannerError, match=r"numpy \S+ there, 0\.1 here"):
        run_parcel(parcel, 0)
    assert run_parcel(parcel.empty(), 0) is None


def test_what_logs_recorded_is_sent_along(forgetful, tmp_path):
    raw = smallest()
    del raw["demands"][0]["per_day"]
    raw["demands"][0]["log"] = "tickets.csv"
    raw["teams"][0]["staff"] = {"log": "open.csv"}
    (tmp_path / "tickets.csv").write_text("time\n2023-01-02 08:00\n2023-01-02 09:00\n")
    (tmp_path / "open.csv").write_text("time,open_counters\n2023-01-02 00:00,2\n")
    here = office(raw).model_copy(update={"folder": str(tmp_path)})
    study = Study(office=here, days=1, warmup=0, replications=1)
    parcel = pack(plan_of(study, study.offices(), written=True))
    expected = compare(study).scenarios["baseline"].measures
    for name in ("tickets.csv", "open.csv"):
        (tmp_path / name).unlink()
    with pytest.raises(PlannerError, match="no file"):
        compare(study)
    done = run_parcel(parcel, 0)
    assert done is not None
    assert expected["cases"].mean == 2
    assert done.events is not None
    assert done.events.count(b"visit 1: came") == 2


# ---- Workers that die --------------------------------------------------------------------------


def test_an_executor_whose_workers_died_is_told():
    class Broken(Executor):
        def submit(self, fn, /, *args, **kwargs) -> Future:
            raise BrokenProcessPool

    with pytest.raises(PlannerError, match="workers of the executor died"):
        compare(a_study(), executor=Broken())


def test_processes_that_die_are_replaced_once():
    with Processes(2) as processes:
        processes.recover()
        with pytest.raises(PlannerError, match=r"died twice.*--jobs"):
            processes.recover()


def test_after_a_death_all_that_is_missing_runs_again_and_nothing_twice(plan):
    class Mortal(OnExecutor):
        deaths = 0

        def submit(self, parcel, replication) -> Future:
            future: Future = Future()
            if replication == 3 and not self.deaths:
                future.set_exception(BrokenExecutor())
            else:
                future.set_result(Replicated(replication, {}))
            return future

        def recover(self) -> None:
            self.deaths += 1

    workers = Mortal(Counting())
    done = list(Line(workers, plan).run(range(6)))
    assert [each.replication for each in done] == list(range(6))
    assert workers.deaths == 1


def run_forked(tmp_path: Path, patch: str, *options: str) -> subprocess.Popen:
    """Start a comparison on two forked processes, which do `patch` before each run."""
    _, path = write_starter("A", tmp_path)
    code = (
        "import os, pathlib, signal, time\n"
        "from sim.replication import OfficeRuns\n"
        "run, parent = OfficeRuns.run, os.getpid()\n"
        f"folder = pathlib.Path({str(tmp_path)!r})\n"
        "def patched(self, seed, replication):\n"
        "    if os.getpid() != parent:\n"
        f"        {patch}\n"
        "    return run(self, seed, replication)\n"
        "OfficeRuns.run = patched\n"
        "from sim.cli import main\n"
        "main()\n"
    )
    short = ["--days", "2", "--warmup", "0", "--replications", "4", "--quiet"]
    arguments = ["compare", str(path), "--jobs", "2", *short, "--out", str(tmp_path / "out")]
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )


@on_linux
def test_a_study_survives_the_death_of_one_process(tmp_path):
    kill = (
        "if replication == 2 and not (folder / 'died').exists(): "
        "(folder / 'died').touch(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = run_forked(tmp_path, kill)
    assert killed.communicate(timeout=120) == ("", "")
    assert killed.returncode == 0
    assert (tmp_path / "died").exists()
    from sim import load_study

    study = load_study(tmp_path / "A_study.toml")
    compare(study.changed(days=2, warmup=0, replications=4), tmp_path / "alone")
    same_outputs(tmp_path / "out", tmp_path / "alone")


@on_linux
def test_processes_that_die_again_end_the_study_with_a_message(tmp_path):
    killed = run_forked(tmp_path, "os.kill(os.getpid(), signal.SIGKILL)")
    said = killed.communicate(timeout=120)[1]
    assert killed.returncode == 2
    assert "died twice" in said
    assert "Traceback" not in said
    assert list((tmp_path / "out").iterdir()) == []


@on_linux
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_no_worker_outlives_the_study(tmp_path, how):
    # More than are on their way to workers at once: some are in no hands yet.
    waits = "(folder / f'pid{os.getpid()}').touch(); time.sleep(60)"
    started = run_forked(tmp_path, waits, "--replications", "20")
    within(60, lambda: len(list(tmp_path.glob("pid*"))) == 2)
    pids = [int(path.name.removeprefix("pid")) for path in tmp_path.glob("pid*")]
    assert all(map(alive, pids))
    began = time.monotonic()
    started.send_signal(how)
    _, said = started.communicate(timeout=30)
    within(10, lambda: not any(map(alive, pids)))
    assert time.monotonic() - began < 15
    if how == signal.SIGINT:
        assert (started.returncode, said) == (130, "Stopped.\n")
        assert list((tmp_path / "out").iterdir()) == []


def test_breaking_off_is_no_error_in_the_pools_own_thread(plan, monkeypatch):
    errors: list[object] = []
    shutdown = ProcessPoolExecutor.shutdown

    def late(pool: ProcessPoolExecutor, **how: bool) -> None:
        time.sleep(0.5)  # so that the pool sees its processes end before it is told to end itself
        shutdown(pool, **how)

    monkeypatch.setattr(threading, "excepthook", errors.append)
    monkeypatch.setattr(ProcessPoolExecutor, "shutdown", late)
    with Processes(1) as processes:
        line = Line(processes, plan)
        for replication in range(6):
            line.join(replication)
        line.give_up()
    assert errors == []


def within(seconds: float, condition) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


# ---- How many ----------------------------------------------------------------------------------


def test_by_default_no_more_processes_than_replications_or_processors():
    assert number_of_jobs(None, 1) == 1
    assert number_of_jobs(None, 100_000) == cores() >= 1
    assert number_of_jobs(7, 7) == 7


@pytest.mark.parametrize("jobs", [0, -1])
def test_jobs_below_one_are_refused(jobs):
    with pytest.raises(PlannerError, match=f"jobs: expected a whole number from 1, found {jobs}"):
        compare(a_study(), jobs=jobs)


def test_more_jobs_than_replications_are_refused():
    with pytest.raises(PlannerError, match=r"expected at most 5.*replications, found 6"):
        compare(a_study(), jobs=REPLICATIONS + 1)


# ---- Which engine ------------------------------------------------------------------------------


def test_an_engine_that_does_not_exist_is_refused():
    with pytest.raises(PlannerError, match=r"engine: expected one of compiled, simpy, found 'ciw'"):
        compare(a_study(), engine="ciw")


def test_the_engine_changes_no_digit(alone, tmp_path):
    compare(a_study(), tmp_path, engine="simpy")
    same_outputs(tmp_path, alone)


# ---- The documentation -------------------------------------------------------------------------


def test_the_example_of_the_documentation_runs(tmp_path):
    text = (ROOT / "docs" / "parallel.md").read_text("utf-8")
    (example,) = re.findall(r"^```python\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", example],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Estimate" in done.stdout
