"""Of a province no gain is claimed that comes of who gives up, as of one office."""

from __future__ import annotations

from typing import Any, cast

import pytest

from sim.comparison import Estimate, Verdict
from sim.province.outcome import Found, OfficeFound, Province
from sim.province.words import claim, office_note
from sim.study import Study
from sim.words import Words

NOT_CLEAR = "not clear yet: more replications"
NONE = "no difference that matters"


def found(gain: float, lost: float, by: str) -> Found:
    def exact(mean: float) -> Estimate:
        return Estimate(mean, mean, mean)

    return Found({}, {}, {"lost": exact(lost)}, {}, {by: exact(gain)})


def province(gain: float, lost: float, says: str, *, by: str = "trips", made: str = "") -> Province:
    verdicts = {
        by: Verdict(made or ("less" if gain > 0 else "more"), 0, 0, 0.01),
        "lost": Verdict(says, 0, 0, 0.01),
    }
    whole = {"baseline": Found({}, {}, {}, {}, {}), "reform": found(gain, lost, by)}
    return Province(cast("Study", None), by, "VND", whole, (), {"reform": verdicts}, ())


@pytest.mark.parametrize(
    ("gain", "lost", "says", "claimed"),
    [
        (900.0, 0.12, "more", "No gain is claimed: more people give up"),
        (900.0, 0.02, NOT_CLEAR, "No gain is claimed: more people give up"),
        (900.0, 0.002, NOT_CLEAR, ""),
        (900.0, -0.12, "less", ""),
        (-900.0, -0.12, "less", "No loss is claimed: fewer people give up"),
        (-900.0, 0.12, "more", ""),
    ],
)
def test_nothing_is_claimed_that_comes_of_who_gives_up(
    gain: float, lost: float, says: str, claimed: str
) -> None:
    said = claim(province(gain, lost, says), "reform", Words())
    assert said.startswith(claimed)
    assert bool(said) == bool(claimed)


def test_what_the_offices_spend_more_is_no_matter_of_who_gives_up() -> None:
    spent = province(-900.0, -0.12, "less", by="office_cost")
    assert claim(spent, "reform", Words()) == ""


def test_cases_given_up_are_claimed_as_they_are() -> None:
    given = province(-900.0, 0.12, "more", by="lost")
    assert claim(given, "reform", Words()) == ""


@pytest.mark.parametrize("made", [NONE, NOT_CLEAR])
def test_a_gain_without_a_clear_verdict_says_so(made: str) -> None:
    said = claim(province(900.0, 0.0, NONE, made=made), "reform", Words())
    assert said == f"By the case that is: {made}."


@pytest.mark.parametrize(
    ("lost", "note"),
    [(0.02, "more people give up"), (-0.02, "fewer people give up"), (0.001, "")],
)
def test_offices_in_which_others_give_up_are_marked_in_the_ranking(lost: float, note: str) -> None:
    places: dict[str, Any] = {"reform": {}}
    office = OfficeFound("xa", "Xã", {"reform": found(900.0, lost, "trips")}, places)
    assert office_note(province(900.0, 0.0, NONE), "reform", office, Words()) == note
