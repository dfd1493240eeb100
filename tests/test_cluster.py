"""A Dask cluster: real schedulers and workers, one of which is killed."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim import Study, cli, compare
from sim.cluster import ANSWERS_WITHIN_SECONDS, cluster, refuse_workers
from sim.errors import PlannerError
from sim.identity import identity
from tests.offices import office, smallest
from tests.outputs import same_outputs

pytest.importorskip("distributed", reason='needs the extra "cluster"')

ROOT = Path(__file__).parents[1]
LIBRARIES = ("numpy", "scipy", "numba")


def test_without_dask_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    command = 'pip install ".[cluster]"'
    with pytest.raises(PlannerError, match=re.escape(command)), cluster("tcp://127.0.0.1:8786"):
        pass
    assert command in (ROOT / "docs" / "parallel.md").read_text()


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def process(*arguments: str, package: Path = ROOT, folder: Path) -> Iterator[subprocess.Popen]:
    """Run a module of distributed in a folder of its own; it is gone at the end."""
    started = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env=os.environ | {"PYTHONPATH": str(package)},
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def worker(address: str, folder: Path, package: Path = ROOT):
    options = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(folder))
    return process("distributed.cli.dask_worker", address, *options, package=package, folder=folder)


@contextmanager
def scheduler(folder: Path) -> Iterator[tuple[str, subprocess.Popen]]:
    """Run a scheduler on a port that it chooses itself."""
    said = folder / "scheduler.json"
    options = (
        "--host",
        "127.0.0.1",
        "--port",
        "0",
        "--no-dashboard",
        "--scheduler-file",
        str(said),
    )
    with process("distributed.cli.dask_scheduler", *options, folder=folder) as started:
        yield address_in(said), started


def address_in(file: Path) -> str:
    """Wait for a scheduler to say where it is."""
    for _ in range(1200):
        with suppress(OSError, ValueError):
            return str(json.loads(file.read_text("utf-8"))["address"])
        time.sleep(0.05)
    raise AssertionError(f"no scheduler has written {file}")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory) -> Path:
    """Return the folder in which schedulers and workers run."""
    return tmp_path_factory.mktemp("elsewhere")


@pytest.fixture(scope="module")
def address(elsewhere) -> Iterator[str]:
    """Return the address of a scheduler without workers of its own."""
    with scheduler(elsewhere) as (found, _):
        yield found


@pytest.fixture
def study() -> Study:
    raw = smallest()
    raw["demands"][0]["per_day"] = 20
    more = {"id": "more", "reforms": [{"add_staff": {"team": "clerks", "by": 1}}]}
    return Study(office=office(raw), scenarios=[more], days=2, warmup=0, replications=20)


def test_one_of_two_workers_is_killed_and_all_numbers_are_those_of_one_process(
    study, address, elsewhere, tmp_path
):
    with ExitStack() as stack:
        first, _ = (stack.enter_context(worker(address, elsewhere)) for _ in range(2))
        executor, _ = stack.enter_context(cluster(address))
        executor.client.wait_for_workers(2, timeout=60)

        def kill(done: int, _: int) -> None:
            if done == 3:
                first.kill()

        compare(study, tmp_path / "cluster", executor=executor, jobs=2, progress=kill)
        assert first.wait() == -9
        assert len(executor.client.nthreads()) == 1
    compare(study, tmp_path / "alone")
    same_outputs(tmp_path / "cluster", tmp_path / "alone")


def test_a_cluster_that_is_lost_ends_the_study_with_its_address(study, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.cluster.GONE_AFTER_SECONDS", 2)
    with scheduler(tmp_path) as (address, started), worker(address, tmp_path):

        def kill(done: int, _: int) -> None:
            if done == 1:
                started.kill()

        with (
            pytest.raises(PlannerError, match=f"{address}: the cluster was lost"),
            cluster(address) as (executor, jobs),
        ):
            compare(study, executor=executor, jobs=jobs, progress=kill)


def test_workers_in_another_folder_replay_arrivals_they_cannot_read(
    address, elsewhere, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    raw = smallest()
    del raw["demands"][0]["per_day"]
    raw["demands"][0]["log"] = "tickets.csv"
    rows = "\n".join(f"2023-01-0{day} 0{hour}:15" for day in (2, 3) for hour in range(7, 10))
    Path("tickets.csv").write_text(f"time\n{rows}\n", encoding="utf-8")
    study = Study(office=office(raw), days=2, warmup=0, replications=2)
    with worker(address, elsewhere), cluster(address) as (executor, jobs):
        found = compare(study, "there", executor=executor, jobs=jobs)
    assert found.scenarios["baseline"].measures["cases"].mean == 6
    compare(study, "alone")
    same_outputs(Path("there"), Path("alone"))


def test_a_worker_with_another_version_is_refused_by_name(address, elsewhere, tmp_path):
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    module = tmp_path / "sim" / "__init__.py"
    text = module.read_text("utf-8").replace('__version__ = "', '__version__ = "9.')
    module.write_text(text, encoding="utf-8")
    with (
        worker(address, elsewhere, tmp_path),
        pytest.raises(PlannerError, match=r"onestop-sim 9\.\S+ there, \d") as refused,
        cluster(address),
    ):
        pass
    assert address in str(refused.value)
    assert "onestop-sim's sources" in str(refused.value)


@pytest.mark.parametrize(
    "name", ["numpy", "scipy", "numba", "python", "the processor's arithmetic"]
)
def test_every_part_in_which_workers_differ_is_named(name):
    ours = identity()
    refuse_workers("tcp://host:1", {"tcp://first:1": ours})
    other = ours | {name: "0.1"}
    with pytest.raises(PlannerError, match=rf"tcp://other:1: {name} 0\.1 there, \S+ here"):
        refuse_workers("tcp://host:1", {"tcp://first:1": ours, "tcp://other:1": other})


def test_a_worker_without_the_package_is_refused():
    missing = ModuleNotFoundError("No module named 'sim'")
    with pytest.raises(PlannerError, match="cannot be used there"):
        refuse_workers("tcp://host:1", {"tcp://first:1": missing})


def test_nobody_at_the_address_is_told_within_the_time_to_answer(monkeypatch):
    assert ANSWERS_WITHIN_SECONDS == 10
    monkeypatch.setattr("sim.cluster.ANSWERS_WITHIN_SECONDS", 1)
    address = f"tcp://127.0.0.1:{free_port()}"
    began = time.monotonic()
    with (
        pytest.raises(PlannerError, match=f"{address}: no cluster answers there"),
        cluster(address),
    ):
        pass
    assert time.monotonic() - began < 5


def test_a_cluster_without_workers_is_told(address, monkeypatch):
    monkeypatch.setattr("sim.cluster.ANSWERS_WITHIN_SECONDS", 1)
    with pytest.raises(PlannerError, match="has no workers"), cluster(address):
        pass


@pytest.mark.parametrize(
    "wrong",
    ["host", "host:8786", "tcp://", "tcp://host", "tcp://host:many", "tcp://host:0", "tcp://:8786",
     "http://host:8786", "tcp://host:8786/x", "tcp://host:99999", ""],
)  # fmt: skip
def test_what_is_no_address_is_refused_at_once(wrong):
    with pytest.raises(PlannerError, match="expected the address of a Dask scheduler"):
        cluster(wrong).__enter__()


def test_the_command_line_runs_on_a_cluster(address, elsewhere, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(cli.app, ["new", "a"]).exit_code == 0
    short = ["--days", "1", "--warmup", "0", "--replications", "2", "--quiet"]
    with worker(address, elsewhere):
        options = [*short, "--cluster", address, "--out", "there"]
        result = CliRunner().invoke(cli.app, ["compare", "a_study.toml", *options])
    assert (result.exit_code, result.output) == (0, "")
    result = CliRunner().invoke(
        cli.app, ["compare", "a_study.toml", *short, "--jobs", "1", "--out", "here"]
    )
    same_outputs(Path("there"), Path("here"))
