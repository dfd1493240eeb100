"""The pace of a role: one factor for all that first comes on a day, whatever else changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim import reforms
from sim.calendar import Bools, Ints
from sim.crowd import Crowd
from sim.draws import Floats, Luck
from sim.errors import PlannerError
from sim.log import Outcome
from sim.office import Office
from sim.replication import ENGINES, OfficeRuns
from sim.steps import pace_of
from tests.every_key import desk, office, procedure, serve, team

LUCK = Luck(seed=3, replication=0, office="hall")
ROUNDING_MS = 1
"""Two durations rounded to a millisecond are each off by half of one at most."""


def hall(**keys: Any) -> Office:
    """Return an office of two procedures whose steps are done by two roles, for 60 people a day."""
    steps = [
        serve({"lognormal": {"mean": 4, "cv": 0.5}}),  # type: ignore[arg-type]
        desk({"gamma": {"mean": 3, "cv": 0.6}}),  # type: ignore[arg-type]
    ]
    raw = office(
        *({"id": f"for {name}", "needs": [name], "per_day": 30} for name in ("a", "b")),
        procedures=[procedure(*steps, id=name) for name in ("a", "b")],
        teams=[team("serve", id="front", staff=5), team("write", id="back", staff=5)],
    )
    return Office.model_validate(raw | {"id": LUCK.office} | keys)


def uneven(cv: float, role: str = "serve") -> dict[str, Any]:
    return {"roles": {role: {"day_cv": cv}}}


def work_of(read: Office, days: int) -> tuple[Ints, Ints, Ints, Ints]:
    """Return each case's day and procedure, and the milliseconds of both of its steps."""
    layout = OfficeRuns(read, days, 0).layout
    crowd = Crowd(layout)
    people = crowd.draw(LUCK, 0, layout.calendar.window.measured_until)
    steps = crowd.steps(people, LUCK)
    dossier = people.case_first_dossier
    first = steps.first[dossier]
    return (
        people.case_day,
        people.dossier_procedure[dossier],
        steps.work[first],
        steps.work[first + 1],
    )


def paces(read: Office, role: str, days: Ints) -> Floats:
    layout = OfficeRuns(read, 1, 0).layout
    return pace_of(layout, layout.roles.index(role), LUCK, days)


def same(before: Ints, after: Ints, factor: Floats) -> Bools:
    """Tell which durations are others times a factor, as exactly as both are rounded."""
    close: Bools = np.abs(after - before * factor) <= (1 + factor) / 2 * ROUNDING_MS
    return close


def test_without_it_not_a_digit_changes() -> None:
    plain, zero = hall(), hall(**uneven(0))
    for engine in ENGINES:
        logs = [OfficeRuns(read, 3, 0, engine=engine).run(1, 0) for read in (plain, zero)]
        assert logs[0].steps.rows.tobytes() == logs[1].steps.rows.tobytes()


def test_all_work_of_a_day_is_longer_or_shorter_by_the_same_factor() -> None:
    day, procedures, before, desk_before = work_of(hall(), 30)
    _, _, after, desk_after = work_of(hall(**uneven(0.3)), 30)
    factor = paces(hall(**uneven(0.3)), "serve", day)
    assert len(set(procedures.tolist())) == 2
    assert len(set(factor.tolist())) == 30
    assert same(before, after, factor).all()
    assert (desk_after == desk_before).all(), "the other role goes on as it did"


def test_the_engines_agree_and_redone_work_keeps_the_days_factor() -> None:
    sent = {"share": 0.5, "again": 0.5, "working_days": 1}
    steps = [serve(4, sends_back=sent), desk(3)]
    raw = office(
        {"id": "people", "needs": ["permit"], "per_day": 40},
        steps=steps,
        teams=[team("serve", id="front", staff=5), team("write", id="back", staff=5)],
        **uneven(0.4),
        id=LUCK.office,
    )
    read = Office.model_validate(raw)
    logs = [OfficeRuns(read, 5, 0, engine=engine).run(LUCK.seed, 0) for engine in ENGINES]
    assert logs[0].steps.rows.tobytes() == logs[1].steps.rows.tobytes()
    people, rows = logs[0].population, logs[0].steps.rows
    finished = np.isin(rows["outcome"], (Outcome.DONE, Outcome.SENT_BACK))
    done = rows[finished & (rows["place"] == 0) & (rows["member"] >= 0)]
    case = people.filing_case[done["filing"]]
    taken = done["ended"] - done["started"]
    assert len(taken) > len(set(case.tolist())), "some work is done again"
    expected = np.rint(4 * 60_000 * paces(read, "serve", people.case_day[case]))
    assert (taken == expected).all()


def test_the_log_of_the_factor_has_the_spread_that_was_set() -> None:
    cv, days = 0.3, 738_000 + np.arange(4_000)
    logs = np.log(paces(hall(**uneven(cv)), "serve", days))
    sigma = np.sqrt(np.log1p(cv**2))
    error = sigma / np.sqrt(len(days))
    assert abs(logs.mean() + sigma**2 / 2) < 4 * error
    assert abs(logs.std() - sigma) < 4 * error / np.sqrt(2)
    assert abs(np.exp(logs).mean() - 1) < 4 * cv / np.sqrt(len(days))


def test_days_and_roles_are_independent_of_each_other() -> None:
    both = hall(roles={"serve": {"day_cv": 0.3}, "write": {"day_cv": 0.3}})
    days = 738_000 + np.arange(4_000)
    front, back = (np.log(paces(both, role, days)) for role in ("serve", "write"))
    limit = 4 / np.sqrt(len(days))
    assert abs(np.corrcoef(front[1:], front[:-1])[0, 1]) < limit
    assert abs(np.corrcoef(front, back)[0, 1]) < limit


def test_a_day_has_the_same_factor_in_every_scenario() -> None:
    before = hall(**uneven(0.3))
    after = reforms.change_demand(before, 3, "for a")
    (_, first, slow, _), (_, second, crowded, _) = work_of(before, 10), work_of(after, 10)
    assert len(crowded) > len(slow)
    assert (slow[first == 1] == crowded[second == 1]).all()


def test_faster_work_is_scaled_on_top() -> None:
    before = hall(**uneven(0.3))
    after = reforms.faster(before, 0.5, role="serve")
    *_, slow, _ = work_of(before, 5)
    *_, quick, _ = work_of(after, 5)
    assert same(slow, quick, np.full(len(slow), 0.5)).all()


def test_a_split_line_keeps_how_far_its_days_differ() -> None:
    after = reforms.split_role(hall(**uneven(0.3)), "serve")
    assert {name: role.day_cv for name, role in after.roles.items()} == {
        "serve (a)": 0.3,
        "serve (b)": 0.3,
    }


def test_lines_whose_days_differ_unlike_are_not_pooled_silently() -> None:
    before = hall(**uneven(0.3))
    with pytest.raises(PlannerError, match=r"differs alike.*0 and 0.3.*day_cv"):
        reforms.pool_roles(before, ("serve", "write"), "all")
    assert reforms.pool_roles(before, ("serve", "write"), "serve").roles["serve"].day_cv == 0.3


@pytest.mark.parametrize("cv", [-0.1, 11.0, "much"])
def test_impossible_values_are_refused(cv: Any) -> None:
    with pytest.raises(ValueError, match="day_cv"):
        hall(**uneven(cv))
