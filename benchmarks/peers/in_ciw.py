"""Ciw: a network of three nodes, the procedures as customer classes."""

from __future__ import annotations

import ciw

from benchmarks.kernel import DAY_MINUTES, HOUR_MINUTES, Served, Workload


def run(work: Workload, days: int, seed: int) -> Served:
    """Run the kernel workload."""
    ciw.seed(seed)
    rooms = len(work.staff)
    network = ciw.create_network(
        arrival_distributions={
            name: [_arrivals(work, share, days)] + [None] * (rooms - 1)
            for name, share in zip(work.procedures, work.shares, strict=True)
        },
        service_distributions={
            name: [ciw.dists.Exponential(1 / mean) for mean in means]
            for name, means in zip(work.procedures, work.mean_minutes, strict=True)
        },
        number_of_servers=list(work.staff),
        routing={name: _through(rooms) for name in work.procedures},
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time((days + 1) * DAY_MINUTES)
    records = simulation.get_all_records()
    customers = len(records) // rooms
    return Served(customers, sum(record.waiting_time for record in records) / customers)


def _through(rooms: int) -> ciw.routing.NetworkRouting:
    onwards = [ciw.routing.Direct(to=node) for node in range(2, rooms + 1)]
    return ciw.routing.NetworkRouting(routers=[*onwards, ciw.routing.Leave()])


def _arrivals(work: Workload, share: float, days: int) -> ciw.dists.Distribution:
    ends = [(work.opens + place) * HOUR_MINUTES for place in range(len(work.by_hour) + 1)]
    rates = [expected * share / HOUR_MINUTES for expected in work.by_hour]
    return ciw.dists.PoissonIntervals(
        rates=[0.0, *rates, 0.0],
        endpoints=[*ends, DAY_MINUTES],
        max_sample_date=days * DAY_MINUTES,
    )
