"""How many people does it take? One team, a few sizes, side by side.

Run it, or copy it and change what is varied:

    python scenarios/staffing_sweep.py
    python scenarios/staffing_sweep.py scenarios/drop_cutoff.toml --team counter --by -1 1

The study given supplies the office and how hard to look; its scenarios are replaced by the sizes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from sim import compare, load_study

STUDY = Path(__file__).parent / "merged_commune_reforms.toml"


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Compare sizes of a team.")
    parser.add_argument("study", nargs="?", default=STUDY, help="a study file")
    parser.add_argument("--team", default="reception", help="which team")
    parser.add_argument("--by", type=int, nargs="+", default=[1, 2], help="how many more, or fewer")
    parser.add_argument("--days", type=int, help="working days measured")
    parser.add_argument("--replications", type=int, help="runs of each size")
    return parser.parse_args()


def main() -> None:
    """Run the office as it is and with each size, and print a line for each."""
    args = arguments()
    sizes = [
        {"id": f"{by:+d}", "reforms": [{"add_staff": {"team": args.team, "by": by}}]}
        for by in args.by
    ]
    study = load_study(args.study).changed(
        scenarios=sizes, baseline="baseline", days=args.days, replications=args.replications
    )
    comparison = compare(study)
    print(f"{args.team:12}{'wait':>10}{'9 in 10':>10}{'trips':>8}{'citizen':>12}{'office':>12}")
    for name, scenario in comparison.scenarios.items():
        found = scenario.measures
        wait, most = found["wait_minutes"].mean, found["wait_minutes_p90"].mean
        trips, citizen = found["trips"].mean, found["citizen_cost"].mean
        office = found["office_cost"].mean
        print(f"{name:12}{wait:10.1f}{most:10.1f}{trips:8.3f}{citizen:12,.0f}{office:12,.0f}")
    print("minutes a case; trips a case; money a case")


if __name__ == "__main__":
    main()
