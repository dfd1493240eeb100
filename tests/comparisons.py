"""A made-up comparison for tests of the report: plausible numbers, none of them simulated."""

from __future__ import annotations

import copy
import math
from dataclasses import replace
from itertools import pairwise
from typing import Any

from sim.base import Text
from sim.comparison import (
    BASELINE,
    Cells,
    Comparison,
    Estimate,
    Fare,
    Histogram,
    Measures,
    Pictures,
    Scenario,
    StillOpen,
    Verdict,
    Week,
)
from sim.office import Office

Raw = dict[str, Any]

COMMUNE: Raw = {
    "title": {"en": "A commune's one-stop unit", "vi": "Bộ phận Một cửa xã"},
    "calendar": {
        "start": "2023-01-03",
        "hours": {"mon-fri": ["07:30-11:30", "13:30-17:00"]},
    },
    "visitor": {
        "travel": {"minutes_each_way": 6, "cost_round_trip": 2000},
        "value_of_time": 42000,
        "priority_share": 0.08,
    },
    "teams": [
        {
            "id": "counter",
            "title": {"en": "Reception counter", "vi": "Quầy tiếp nhận"},
            "staff": 2,
            "roles": ["reception", "return", "certify"],
            "wage": 24000,
            "absence": 0.03,
            "lateness": {"share": 0.2, "minutes": {"exponential": {"mean": 10}}},
        },
        {"id": "judicial", "staff": 1, "roles": ["certify", "reception"], "wage": 24000},
        {
            "id": "leaders",
            "staff": {"07:30": 1, "13:30": 2},
            "roles": ["sign"],
            "wage": 40000,
            "away": {"share": 0.3, "minutes": {"exponential": {"mean": 60}}},
        },
    ],
    "roles": {"sign": {"order": "due date"}},
    "procedures": [
        {
            "id": "certify_copies",
            "title": {"en": "Certification of copies", "vi": "Chứng thực bản sao"},
            "deadline": {"within": "same day", "cutoff": "15:00"},
            "result": "while you wait",
            "fee": 8000,
            "basis": "Decree 23/2015, Art. 7",
            "steps": [
                {
                    "id": "intake",
                    "role": "reception",
                    "visitor": True,
                    "minutes": {"lognormal": {"mean": 4, "cv": 0.5}},
                    "sends_back": {"share": 0.15},
                },
                {"id": "compare", "role": "certify", "minutes": 8.2},
                {"id": "sign", "role": "sign", "minutes": 0.8},
                {"id": "hand_over", "role": "return", "visitor": True, "minutes": 2.5},
            ],
        },
        {
            "id": "permit",
            "title": "Permit",
            "deadline": {"within": "15 days"},
            "result": "by appointment",
            "steps": [
                {"id": "intake", "role": "reception", "visitor": True, "minutes": 6},
                {
                    "id": "appraise",
                    "role": "certify",
                    "minutes": 30,
                    "rests": {"of_deadline": 0.6},
                },
                {"id": "hand_over", "role": "return", "visitor": True, "minutes": 3},
            ],
        },
    ],
    "demands": [
        {
            "id": "copies",
            "needs": ["certify_copies"],
            "per_day": 5.0,
            "by_hour": {"07:30": 15, "08:00": 20, "09:00": 17, "14:00": 13, "15:00": 10},
        },
        {"id": "permits", "needs": ["permit"], "per_day": 0.5},
    ],
    "backlog": [{"procedure": "permit", "step": "appraise", "dossiers": 4}],
    "sources": {
        "procedures.certify_copies.deadline": "Decree 23/2015, Art. 7",
        "procedures.certify_copies.steps.intake.minutes.lognormal.mean": "Timed at the counter",
        "demands.copies": "Register of the year before",
    },
    "ranges": {
        "demands.copies.per_day": [3.5, 7],
        "teams.leaders.away.share": [0.1, 0.5],
    },
}

HOURS = (7, 8, 9, 10, 11, 13, 14, 15, 16)

_WAIT_EDGES = (0, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180)
_TURNAROUND_EDGES = tuple(range(0, 130, 10))


def office(change: Any = None) -> Office:
    """Return the commune's office, its raw content changed by a function first."""
    raw = copy.deepcopy(COMMUNE)
    if change:
        change(raw)
    return Office.model_validate(raw)


def near(mean: float, relative: float = 0.03) -> Estimate:
    """Return an estimate with an interval of some percent either way."""
    half = abs(mean) * relative
    return Estimate(mean, mean - half, mean + half)


def measures(wait: float, trips: float, away: float, load: float) -> Measures:
    """Return a whole set of measures that roughly belong together."""
    closed = 16.8 * (trips - 1.2) * 2
    causes = {
        "held": closed * 0.4, "elsewhere": 0.9, "citizen": 3.1, "served": 0.17,
        "desk_work": 0.31, "line": 0.12, "desk_queue": 0.05, "staff_away": away,
        "resting": 1.1, "closed": closed, "closed.line": 0.1 * closed,
        "closed.staff_away": 0.5 * closed, "closed.resting": 0.4 * closed,
    }  # fmt: skip
    whole = sum(hours for name, hours in causes.items() if "." not in name)
    visits = 5_400 + wait * 700 + trips * 10_400
    again, collect = 2_100.0, (trips - 1.2) * 10_400
    steps = {
        "cost.submit": visits - again - collect, "cost.again": again, "cost.collect": collect,
        "cost.fees": 8_000, "cost.other": 600,
    }  # fmt: skip
    found = {
        "wait_minutes": wait, "wait_minutes_p50": wait * 0.6, "wait_minutes_p90": wait * 2.4,
        "wait_minutes_p95": wait * 3, "visit_minutes": wait + 17, "turnaround_hours": whole,
        "turnaround_hours_p50": 0.6, "turnaround_hours_p90": whole * 4,
        "same_day_share": 0.93 - (trips - 1.2), "on_time_share": 0.996, "late_share": 0.004,
        "trips": trips, "trips_in_vain": 0.04, "appointment_slips": trips - 1.15,
        "citizen_cost": sum(steps.values()), "fees": 8_000,
        "citizen_hours": (wait + 17) / 60 + trips * 0.2,
        "points_time": 1.2, "points_contacts": 2 - (trips - 1.2),
        "office_cost": 61_200, "utilisation.counter": load, "utilisation.judicial": load * 0.8,
        "utilisation.leaders": 0.04, "overtime_hours.counter": 3.2,
        "overtime_hours.judicial": 0.4, "cases": 1_375, "cases_year": 1_375,
        "office_cost_year": 61_200 * 1_375, "open_at_end": 1,
    }  # fmt: skip
    timed = {f"time.{cause}": hours for cause, hours in causes.items()}
    places = {
        f"{name}@certify_copies": value * 0.9
        for name, value in found.items()
        if name in ("wait_minutes", "trips", "turnaround_hours")
    }
    whole_office = {
        name: near(value, 0.002 if name == "on_time_share" else 0.03)
        for name, value in (found | steps | timed | places).items()
    }
    return whole_office | {"on_time_share@@permits": Estimate(None, None, None)}


def pictures(wait: float, later: float) -> Pictures:
    """Return distributions around a mean wait, and a share of results on a later day."""
    return Pictures(
        Histogram(_WAIT_EDGES, _exponential_shares(wait)),
        Histogram(
            _TURNAROUND_EDGES,
            tuple(
                share * (1 - later) if i < 6 else share * later
                for i, share in enumerate(
                    (0.2, 0.4, 0.2, 0.1, 0.08, 0.02, 0.5, 0.2, 0.1, 0.1, 0.06, 0.04)
                )
            ),
        ),
        {hour: near(wait * (1 + 0.6 * math.sin(hour)), 0.08) for hour in HOURS},
        week(wait),
    )


def week(wait: float) -> Week:
    """Return a week of longer lines and more load the longer the wait is; none over lunch."""

    def cells(mean: float) -> Cells:
        return tuple(
            tuple(
                near(mean * (1.2 - 0.1 * day) * (1 + 0.5 * math.sin(hour)), 0.1)
                if hour in HOURS
                else None
                for hour in range(7, 17)
            )
            for day in range(5)
        )

    load = {team: cells(mean) for team, mean in (("counter", 0.4), ("leaders", 0.05))}
    return Week(tuple(range(5)), tuple(range(7, 17)), cells(wait / 20), load, cells(wait / 5))


def fares(better: float, worse: float) -> tuple[Fare, ...]:
    """Return who fares how: the later they came, the more gain."""

    def fare(by: Any, group: str, weight: float) -> Fare:
        up, down = better * weight, worse * weight
        return Fare(by, group, near(up), near(1 - up - down, 0.01), near(down), 1_370 * weight / 2)

    return (
        fare("all", "", 1.0),
        fare("procedure", "certify_copies", 1.1), fare("procedure", "permit", 0.0),
        fare("demand", "copies", 1.1), fare("demand", "permits", 0.0),
        *(fare("hour", str(hour), (hour - 6) / 6) for hour in HOURS),
        fare("priority", "yes", 0.8), fare("priority", "no", 1.02),
    )  # fmt: skip


def _exponential_shares(mean: float) -> tuple[float, ...]:
    reached = [1 - math.exp(-edge / mean) for edge in (*_WAIT_EDGES[:-1], math.inf)]
    return tuple(b - a for a, b in pairwise(reached))


def _until_closing(raw: Raw) -> None:
    raw["procedures"][0]["habit"] = {"same_day_until": "24:00"}


def _delegated(raw: Raw) -> None:
    _until_closing(raw)
    raw["teams"][1]["roles"].append("sign")


def _more_people(raw: Raw) -> None:
    _delegated(raw)
    raw["demands"][0]["per_day"] = 6.25


def _shorter(raw: Raw) -> None:
    raw["procedures"][1]["deadline"] = {"within": "5 working days"}


def _verdicts(differences: Measures, unclear: tuple[str, ...]) -> dict[str, Verdict]:
    found = {}
    for name in ("wait_minutes", "trips", "turnaround_hours", "same_day_share", "citizen_cost",
                 "office_cost", "on_time_share"):  # fmt: skip
        each = differences[name]
        assert each.mean is not None
        says = "no difference that matters"
        if name in unclear:
            says = "not clear yet: more replications"
        elif abs(each.mean) > 0.005:
            says = "less" if each.mean < 0 else "more"
        matters = 500.0 if name.endswith("_cost") else 0.01
        found[name] = Verdict(says, each.low, each.high, matters)
    return found


def _differences(before: Measures, after: Measures) -> Measures:
    found = {}
    for name, estimate in after.items():
        other = before[name].mean
        if estimate.mean is None or other is None:
            found[name] = Estimate(None, None, None)
        else:
            found[name] = near(estimate.mean - other, 0.12)
    cost = found["citizen_cost"].mean
    assert cost is not None
    return found | {
        "citizen_saving_year": near(-cost * 1_375, 0.1),
        "citizen_cost_change": near(cost / (before["citizen_cost"].mean or 1.0), 0.12),
        "hours_saving_year": near(-(found["citizen_hours"].mean or 0.0) * 1_375, 0.1),
        "trips_saving_year": near(-(found["trips"].mean or 0.0) * 1_375, 0.1),
        "office_saving_year": Estimate(120_000, -80_000, 320_000),
        "better_share": near(0.184),
        "unchanged_share": near(0.794),
        "worse_share": near(0.022),
    }


def scenarios() -> dict[str, Scenario]:
    """Return the office as it is and four scenarios."""
    made: dict[str, tuple[Text, Office, Measures, Pictures]] = {
        BASELINE: (
            "The office as it is",
            office(), measures(31.4, 1.47, 1.9, 0.42), pictures(31.4, 0.27),
        ),
        "until_closing": (
            {"en": "No 3 p.m. cutoff", "vi": "Bỏ mốc 15 giờ"},
            office(_until_closing), measures(30.9, 1.39, 2.0, 0.42), pictures(30.9, 0.2),
        ),
        "delegated": (
            "No cutoff, and signing delegated",
            office(_delegated), measures(14.2, 1.31, 0.2, 0.43), pictures(14.2, 0.12),
        ),
        "more_people": (
            "The same, and 25% more people come",
            office(_more_people), measures(17.9, 1.32, 0.22, 0.53), pictures(17.9, 0.13),
        ),
        "shorter": (
            "Permits in 5 working days, desks paced to it",
            office(_shorter), measures(31.4, 1.47, 1.9, 0.42), pictures(31.4, 0.27),
        ),
    }  # fmt: skip
    found = {id_: Scenario(id_, *given) for id_, given in made.items()}
    left = StillOpen(0.0312, ((7, 30), (30, 12)), 41)
    return found | {"more_people": replace(found["more_people"], warnings=(left,))}


def comparison() -> Comparison:
    """Return four scenarios against the office as it is."""
    every = scenarios()
    before = every[BASELINE].measures
    differences = {
        id_: _differences(before, each.measures) for id_, each in every.items() if id_ != BASELINE
    }
    return Comparison(
        id="drop_cutoff",
        title={"en": "Results until closing time", "vi": "Trả kết quả đến hết giờ làm việc"},
        days=250,
        warmup=10,
        replications=30,
        seed=2023,
        baseline=BASELINE,
        scenarios=every,
        differences=differences,
        verdicts={
            id_: _verdicts(found, ("turnaround_hours",) if id_ == "until_closing" else ())
            for id_, found in differences.items()
        },
        fares={
            "until_closing": fares(0.1, 0.004),
            "delegated": fares(0.184, 0.022),
            "more_people": fares(0.17, 0.05),
            "shorter": fares(0.0, 0.0),
        },
        provenance={
            "study": "drop_cutoff",
            "versions": {"onestop-sim": "0.1.0", "python": "3.11.2", "simpy": "4.1.1"},
            "seed": 2023,
            "inputs": {"drop_cutoff.toml": "sha256:0f3a", "commune.toml": "sha256:77b1"},
            "date": "2026-01-05",
            "command": "onestop compare drop_cutoff.toml --seed 2023",
        },
    )


def alone() -> Comparison:
    """Return the office as it is, run once: no differences, no intervals."""
    whole = comparison()
    baseline = whole.scenarios[BASELINE]
    once = {name: Estimate(each.mean, None, None) for name, each in baseline.measures.items()}
    return replace(
        whole,
        replications=1,
        scenarios={BASELINE: replace(baseline, measures=once)},
        differences={},
        verdicts={},
        fares={},
    )
