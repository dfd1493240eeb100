"""An office built in code, and one ticket line for everybody against one for each field.

Da Nang replaced its single pooled ticket line by a line per field in 2025. Split lines leave
officials idle while people wait next door; they pay if whoever keeps to one field becomes quicker
at it. How much quicker must they be? This script builds the office from a table of fields, and
tries it.

    python scenarios/build_office.py
    python scenarios/build_office.py --days 20 --replications 2

The fields and all minutes are assumptions.
"""

from __future__ import annotations

import argparse
import datetime as dt

from sim import Scenario, Study, compare
from sim.office import Calendar, Demand, Office, Procedure, Step, Team, Travel, Visitor

FIELDS = {  # name: (people a day, minutes at the window)
    "business": (30, 14),
    "land": (45, 16),
    "justice": (60, 9),
    "construction": (15, 20),
    "social": (40, 10),
}
WINDOWS = 8
MORNING = {"07:30": 25, "08:30": 25, "09:30": 20, "13:30": 18, "15:00": 12}


def procedure(field: str, minutes: float) -> Procedure:
    """Return what people of a field come for: one step at a window."""
    lasts = {"lognormal": {"mean": minutes, "cv": 0.6}}
    step = Step(id="window", role="window", visitor=True, minutes=lasts)
    return Procedure(id=field, steps=(step,))


def office() -> Office:
    """Return the office: one team of windows, and every field's people in one line."""
    return Office(
        title="A public service centre",
        calendar=Calendar(
            start=dt.date(2025, 3, 3),
            holidays="VN",
            hours={"mon-fri": ("07:30-11:30", "13:30-17:00")},
        ),
        visitor=Visitor(
            travel=Travel(minutes_each_way=20, cost_round_trip=8_000), value_of_time=42_000
        ),
        teams=(Team(id="hall", staff=WINDOWS, roles=("window",), wage=24_000, absence=0.03),),
        procedures=tuple(procedure(field, minutes) for field, (_, minutes) in FIELDS.items()),
        demands=tuple(
            Demand(id=f"{field}_people", needs=(field,), per_day=people, by_hour=MORNING)
            for field, (people, _) in FIELDS.items()
        ),
    )


def scenarios() -> list[Scenario]:
    """Return a line per field, with officials as quick as before and quicker by steps."""
    split = {"split_role": {"role": "window", "by": "procedure"}}
    found = [Scenario(id="line_per_field", reforms=[split])]
    for percent in (5, 10, 20):
        quicker = {"faster": {"role": "*", "by": percent / 100}}
        found.append(Scenario(id=f"and_{percent}%_faster", reforms=[split, quicker]))
    return found


def main() -> None:
    """Compare, and print the mean wait of everybody and the worst field's."""
    parser = argparse.ArgumentParser(description="One line, or one for each field?")
    parser.add_argument("--days", type=int, default=100, help="working days measured")
    parser.add_argument("--replications", type=int, default=10, help="runs of each scenario")
    args = parser.parse_args()
    study = Study(
        title="One line, or one for each field",
        office=office(),
        scenarios=scenarios(),
        days=args.days,
        warmup=1,
        replications=args.replications,
        seed=2025,
    )
    print(f"{'':16}{'mean wait':>12}{'worst field':>14}{'9 in 10 wait':>14}   minutes")
    for name, scenario in compare(study).scenarios.items():
        found = scenario.measures
        worst = max(found[f"wait_minutes@{field}"].mean for field in FIELDS)
        mean, most = found["wait_minutes"].mean, found["wait_minutes_p90"].mean
        print(f"{name:16}{mean:12.1f}{worst:14.1f}{most:14.1f}")


if __name__ == "__main__":
    main()
