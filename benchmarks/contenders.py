"""Who runs the kernel workload: this package, and the peers that are installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from benchmarks.kernel import Served, Workload, kernel_office, workload
from benchmarks.peers import idiomatic_simpy, plain_c
from benchmarks.sizes import Sizes
from benchmarks.timing import Contender
from sim.clock import DAY_MS, MINUTE_MS
from sim.log import ServiceLog, Spell
from sim.office import Office
from sim.replication import OfficeRuns

OURS = "this engine"
OUR_SIMPY = "its SimPy engine"
SIMPY = "idiomatic SimPy"
CIW = "Ciw"
SALABIM = "salabim"
C = "plain C"
C_LOGGED = "plain C, a row a step"

Peer = Callable[[Workload, int, int], Served]


def served(log: ServiceLog) -> Served:
    """Return what every contender tells, of a service log of the kernel workload."""
    steps = log.steps
    rows = steps.kind == Spell.VISITOR_WORK
    waited = int((steps.started[rows] - steps.joined[rows]).sum())
    customers = len(log.population.case_demand)
    return Served(customers, waited / MINUTE_MS / customers)


def peers() -> dict[str, Peer]:
    """Return the peers that can run here, by name."""
    return dict(_peers())


def _peers() -> Iterator[tuple[str, Peer]]:
    yield SIMPY, idiomatic_simpy.run
    if plain_c.compiler():
        yield C, plain_c.run
        yield C_LOGGED, plain_c.run_logged
    if importlib.util.find_spec("ciw"):
        from benchmarks.peers import in_ciw

        yield CIW, in_ciw.run
    if importlib.util.find_spec("salabim"):
        from benchmarks.peers import in_salabim

        yield SALABIM, in_salabim.run


def kernel_contenders(sizes: Sizes) -> list[Contender]:
    """Return everybody who can run the kernel workload here, ourselves first."""
    office = kernel_office()
    ours = [office_contender(OURS, office, sizes.kernel_days, "compiled")]
    ours.append(office_contender(OUR_SIMPY, office, sizes.kernel_days, "simpy"))
    days = {CIW: sizes.slow_days, SALABIM: sizes.slow_days}
    return ours + [
        Contender(name, partial(_customers, peer, days.get(name, sizes.kernel_days)))
        for name, peer in peers().items()
    ]


def _customers(peer: Peer, days: int, seed: int) -> int:
    return peer(workload(), days, seed).customers


def office_contender(name: str, office: Office, days: int, engine: str) -> Contender:
    """Return an engine of ours with an office: cases drawn, run, and their waits added up.

    Cases that come after the last day, while earlier ones are still under way, are not counted.
    """
    runs = office_runs(office, days, engine)
    ends = runs.calendar.window.measured_until * DAY_MS

    def once(seed: int) -> int:
        log = runs.run(seed, 0)
        served(log)
        arrival = log.population.case_arrival
        return int(np.count_nonzero((arrival >= 0) & (arrival < ends)))

    return Contender(name, once)


def office_runs(office: Office, days: int, engine: str = "compiled") -> OfficeRuns:
    """Return an office made ready for one of our engines, without days before the measured ones."""
    return OfficeRuns(office, days, 0, engine=engine)
