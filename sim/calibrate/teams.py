"""A team of an office file, with its procedures and roles, from what was fitted of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.calibrate.outcome import Assumed, Chart, Curve, Fitted, Section
from sim.calibrate.waits import WaitsFit
from sim.said import listed, phrase

if TYPE_CHECKING:
    from sim.calibrate.recorded_ends import EndsFit

Floats = NDArray[np.float64]

STEP: Final = "serve"
PATIENCE: Final = "patience.exponential.mean"
_LONGEST_PATIENCE: Final = 10_000.0
"""Minutes of a patience that never ends on any day."""
_LONGEST_ID: Final = 40
_UNTOLD_RATIO: Final = 2.0
_UNTOLD_CV_RATIO: Final = 4.0


@dataclass(frozen=True)
class TeamPart:
    """What one team adds to an office file.

    Attributes
    ----------
    teams, procedures, roles
        Content of these parts of the file.
    fitted, assumed, warnings
        Its numbers, and what to be careful of.
    section
        What was found.
    patience
        By demand: what is written of it.
    draws
        By path: equally likely values of the numbers, which belong together; empty where the
        numbers were read one by one.
    """

    teams: tuple[dict[str, Any], ...]
    procedures: tuple[dict[str, Any], ...]
    roles: dict[str, dict[str, float]]
    fitted: tuple[Fitted, ...]
    assumed: tuple[Assumed, ...]
    warnings: tuple[str, ...]
    section: Section
    patience: dict[str, dict[str, Any]] = field(default_factory=dict)
    draws: dict[str, Floats] = field(default_factory=dict)


@dataclass(frozen=True)
class Named:
    """A team's queues in order, with the id of each, and the team's own id."""

    queues: tuple[str, ...]
    ids: tuple[str, ...]

    @property
    def id(self) -> str:
        """The team's id: those of its queues joined, or the first and how many more."""
        joined = "_".join(self.ids)
        more = f"{self.ids[0][: _LONGEST_ID - 10]}_and_{len(self.ids) - 1}"
        return joined if len(joined) <= _LONGEST_ID else more

    @property
    def title(self) -> str:
        """The names of its queues."""
        return " + ".join(self.queues)


def named(queues: tuple[str, ...], ids: Mapping[str, str]) -> Named:
    """Return a team's names."""
    return Named(queues, tuple(ids[queue] for queue in queues))


def from_waits(name: Named, staff: Any, found: WaitsFit) -> TeamPart:
    """Return a team whose minutes at the counter were inferred from waits.

    Parameters
    ----------
    name
        The team.
    staff
        As the office file has it.
    found
        What the waits say.
    """
    roles = _roles(name, found)
    paces = {role: {"day_cv": _rounded(found.means[found.cv + 1])} for role in dict.fromkeys(roles)}
    minutes = [_minutes(found, group) for group in found.discipline.own]
    warnings = tuple(_warnings(name, found))
    return TeamPart(
        _teams(name, staff, roles, found),
        tuple(
            _procedure(id_, queue, role, each)
            for id_, queue, role, each in zip(name.ids, name.queues, roles, minutes, strict=True)
        ),
        paces,
        tuple(_fitted(name, found, roles)),
        tuple(_assumed(name)),
        warnings,
        _section(name, found, warnings),
        {id_: _patience(found) for id_ in name.ids},
        {
            path: _as_written(path, found.draws[:, place])
            for path, place in _places(name, found, roles)
        },
    )


def from_ends(name: Named, staff: Any, found: EndsFit) -> TeamPart:
    """Return a team whose minutes at the counter were read from recorded ends of service.

    Parameters
    ----------
    name
        The team.
    staff
        As the office file has it.
    found
        What the ends tell.
    """
    handling = [found.handling[queue] for queue in name.queues]
    says = [
        phrase("{name}: {sentence}", name=queue, sentence=sentence)
        for queue, each in zip(name.queues, handling, strict=True)
        for sentence in each.says
    ]
    patience = {}
    if found.leaving is not None:
        written = {"exponential": {"mean": _rounded(60 / found.leaving.value)}}
        patience = {id_: {"patience": written, "gives_up_after": 1} for id_ in name.ids}
    title = phrase("Minutes at the counter: {team}", team=name.title)
    return TeamPart(
        (_team(name.id, name.title, staff, [name.id]),),
        tuple(
            _procedure(id_, queue, name.id, each.distribution)
            for id_, queue, each in zip(name.ids, name.queues, handling, strict=True)
        ),
        {} if found.pace is None else {name.id: {"day_cv": _rounded(found.pace.value)}},
        tuple(_fitted_of_ends(name, found)),
        (),
        (),
        Section(
            f"counter_{name.id}",
            title,
            (*says, *_said_of_ends(found)),
            tuple(each.chart for each in handling),
        ),
        patience,
    )


def _fitted_of_ends(name: Named, found: EndsFit) -> Iterator[Fitted]:
    for id_, queue in zip(name.ids, name.queues, strict=True):
        yield from found.handling[queue].fitted(f"procedures.{id_}.steps.{STEP}")
    source = phrase(
        "{services:,} recorded services of {days} days", services=found.tickets, days=found.days
    )
    if found.pace is not None:
        value, low, high = (_rounded(end) for end in found.pace)
        between = phrase("{source}, between days", source=source)
        yield Fitted(f"roles.{name.id}.day_cv", value, low, high, between)
    if found.leaving is not None:
        value, low, high = (_rounded(60 / rate) for rate in found.leaving)
        for id_ in name.ids:
            path = f"demands.{id_}.{PATIENCE}"
            how = phrase("calls without a service, by how long they waited")
            yield Fitted(path, value, high, low, how)


def _said_of_ends(found: EndsFit) -> Iterator[str]:
    if found.pace is not None:
        yield _said_of_pace(*found.pace)
    if found.leaving is not None:
        gone, few, many = (-np.expm1(-rate) for rate in found.leaving)
        yield phrase(
            "Of those who wait an hour {gone:.0%} have left before they are called "
            "({few:.0%} to {many:.0%}).",
            gone=gone,
            few=few,
            many=many,
        )


def _said_of_pace(cv: float, low: float, high: float) -> str:
    return phrase(
        "The pace of days differs by {cv:.0%} ({low:.0%} to {high:.0%}).", cv=cv, low=low, high=high
    )


def mapped(staff: Any, change: Callable[[int], int]) -> Any:
    """Return a staff of an office file with every number of members changed."""
    if isinstance(staff, dict):
        return {key: mapped(value, change) for key, value in staff.items()}
    return change(staff)


def merged(staff: Any) -> Any:
    """Return a staff of an office file without times at which nothing changes."""
    if not isinstance(staff, dict):
        return staff
    if not all(":" in key for key in staff):
        return {key: merged(value) for key, value in staff.items()}
    kept: dict[str, int] = {}
    for at in sorted(staff):
        if not kept or list(kept.values())[-1] != staff[at]:
            kept[at] = staff[at]
    return next(iter(kept.values())) if len(kept) == 1 else kept


def _teams(
    name: Named, staff: Any, roles: tuple[str, ...], found: WaitsFit
) -> tuple[dict[str, Any], ...]:
    """Return one team, or two that differ in whom they call first."""
    every = list(dict.fromkeys(roles))
    discipline = found.discipline
    if discipline.first < 0:
        return (_team(name.id, name.title, staff, every),)
    own = roles[discipline.first]
    others = [role for role in every if role != own]
    first_id, rest_id = f"{name.id}_{own}_first"[:_LONGEST_ID], f"{name.id}_rest"[:_LONGEST_ID]
    title = f"{name.title}: first {name.queues[discipline.first]}"
    few = merged(mapped(staff, lambda n: min(n, discipline.members)))
    rest = merged(mapped(staff, lambda n: max(n - discipline.members, 0)))
    return (
        _team(first_id, title, few, [own, *others]),
        _team(rest_id, f"{name.title}: the other counters", rest, [*others, own]),
    )


def _team(id_: str, title: str, staff: Any, roles: list[str]) -> dict[str, Any]:
    return {
        "id": id_, "title": title, "staff": staff, "roles": roles, "closing": "finish queue",
    }  # fmt: skip


def _roles(name: Named, found: WaitsFit) -> tuple[str, ...]:
    """Return the role of each queue: one for a line."""
    discipline = found.discipline
    if discipline.first < 0:
        return (name.id,) * len(name.queues)
    others = [id_ for i, id_ in enumerate(name.ids) if i != discipline.first]
    other = others[0] if len(others) == 1 else f"{name.id[: _LONGEST_ID - 7]}_others"
    own = name.ids[discipline.first]
    return tuple(own if i == discipline.first else other for i in range(len(name.queues)))


def _procedure(id_: str, title: str, role: str, minutes: dict[str, Any]) -> dict[str, Any]:
    step = {"id": STEP, "role": role, "visitor": True, "minutes": minutes}
    return {"id": id_, "title": title, "steps": [step]}


def _minutes(found: WaitsFit, group: int) -> dict[str, Any]:
    return {
        "lognormal": {"mean": _rounded(found.means[group]), "cv": _rounded(found.means[found.cv])}
    }


def _patience(found: WaitsFit) -> dict[str, Any]:
    mean = _as_written(PATIENCE, found.means[found.cv + 2 :])[0]
    return {"patience": {"exponential": {"mean": _rounded(mean)}}, "gives_up_after": 1}


def _places(name: Named, found: WaitsFit, roles: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Yield the path of each number and its place among what was fitted."""
    for id_, group in zip(name.ids, found.discipline.own, strict=True):
        path = f"procedures.{id_}.steps.{STEP}.minutes.lognormal"
        yield f"{path}.mean", group
        yield f"{path}.cv", found.cv
        yield f"demands.{id_}.{PATIENCE}", found.cv + 2
    yield from ((f"roles.{role}.day_cv", found.cv + 1) for role in dict.fromkeys(roles))


def _fitted(name: Named, found: WaitsFit, roles: tuple[str, ...]) -> Iterator[Fitted]:
    tickets, days = int(found.days.days.counted.sum()), len(found.days.dates)
    source = phrase(
        "waits of {tickets:,} tickets of {days} days, replayed with the open counters",
        tickets=tickets,
        days=days,
    )
    if len(name.ids) > found.discipline.groups:
        source = phrase("{source}; queues of one line are told together", source=source)
    for path, place in _places(name, found, roles):
        yield _number(path, found, place, source)


def _number(path: str, found: WaitsFit, place: int, source: str) -> Fitted:
    ends = _as_written(path, np.array([*found.interval(place), found.means[place]]))
    low, high, value = (_rounded(end) for end in ends)
    return Fitted(path, value, min(low, high, value), max(low, high, value), source)


def _as_written(path: str, values: Floats) -> Floats:
    """Return values as the file has them: of patience the mean in minutes, not the rate an hour."""
    if not path.endswith(PATIENCE):
        return values
    found: Floats = 60 / np.maximum(values, 60 / _LONGEST_PATIENCE)
    return found


def _assumed(name: Named) -> list[Assumed]:
    why = phrase("waits do not tell the family; lognormal is taken")
    return [Assumed(f"procedures.{id_}.steps.{STEP}.minutes", "lognormal", why) for id_ in name.ids]


def _warnings(name: Named, found: WaitsFit) -> list[str]:
    """Return what the record cannot tell."""
    says: list[str] = []
    for group in range(found.discipline.groups):
        low, high = found.interval(group)
        if high > _UNTOLD_RATIO * low:
            told = phrase(
                "{team}: the record hardly tells the mean minutes at the counter "
                "({low:.1f} to {high:.1f}): waits are too short, or days too few.",
                team=name.title,
                low=low,
                high=high,
            )
            says.append(told)
    low, high = found.interval(found.cv)
    if high > _UNTOLD_CV_RATIO * low:
        told = phrase(
            "{team}: the record hardly tells how unequal the minutes at the counter are "
            "(coefficient of variation {low:.2f} to {high:.2f}).",
            team=name.title,
            low=low,
            high=high,
        )
        says.append(told)
    return says


def _section(name: Named, found: WaitsFit, warnings: tuple[str, ...]) -> Section:
    says = [_said_of_minutes(name, found, group) for group in range(found.discipline.groups)]
    ends = [found.interval(place) for place in range(len(found.means))]
    (low, high), (slow, fast), (few, many) = ends[found.cv :]
    cv, day_cv, leave = found.means[found.cv :]
    says += [
        phrase(
            "Coefficient of variation {cv:.2f} ({low:.2f} to {high:.2f}).",
            cv=cv,
            low=low,
            high=high,
        ),
        _said_of_pace(day_cv, slow, fast),
        phrase(
            "Of those who wait an hour {gone:.0%} have left before they are called "
            "({few:.0%} to {many:.0%}), or are served faster for it: waits do not tell these "
            "apart.",
            gone=-np.expm1(-leave),
            few=-np.expm1(-few),
            many=-np.expm1(-many),
        ),
    ]
    if len(found.log_likelihoods) > 1:
        says.append(_said_of_disciplines(found))
    title = phrase("Minutes at the counter: {team}", team=name.title)
    return Section(f"counter_{name.id}", title, (*says, *warnings), (_waits_chart(name, found),))


def _said_of_minutes(name: Named, found: WaitsFit, group: int) -> str:
    low, high = found.interval(group)
    own = zip(name.queues, found.discipline.own, strict=True)
    return phrase(
        "{queues}: {mean:.1f} minutes at the counter on average (95%: {low:.1f} to {high:.1f}).",
        queues=listed(queue for queue, each in own if each == group),
        mean=found.means[group],
        low=low,
        high=high,
    )


def _said_of_disciplines(found: WaitsFit) -> str:
    every = found.log_likelihoods
    better = max(every.values()) - every["one line"]
    if found.discipline.first < 0:
        return phrase("The queues are called as one line: no other order fits plainly better.")
    return phrase(
        "{discipline}, the others call it last: that fits the waits of each queue far better than "
        "one line (log likelihood +{better:.0f}).",
        discipline=found.discipline.name,
        better=better,
    )


def _waits_chart(name: Named, found: WaitsFit) -> Chart:
    """Return the distribution of fitted waits, recorded and simulated."""
    counted = found.days.days.counted
    seen = np.sort(found.days.wait[counted])
    runs = np.sort(found.expected_waits(100, seed=2)[:, counted], axis=1)
    share = tuple(float(s) for s in np.linspace(0.01, 0.99, 50))
    places = np.minimum((np.array(share) * len(seen)).astype(int), len(seen) - 1)
    low, mid, high = (np.quantile(runs[:, places], q, axis=0) for q in (0.025, 0.5, 0.975))
    return Chart(
        f"waits_{name.id}",
        "lines",
        phrase("Waits of the fitted days: {team}", team=name.title),
        phrase("Share of tickets that waited less. Band: 95% of replications of the same days."),
        phrase("share of tickets"),
        phrase("minutes of waiting"),
        (
            Curve(phrase("simulated"), share, _floats(mid), _floats(low), _floats(high)),
            Curve(phrase("observed"), share, _floats(seen[places])),
        ),
    )


def _floats(values: Any) -> tuple[float, ...]:
    return tuple(round(float(value), 3) for value in values)


def _rounded(value: float) -> float:
    """Return a number to four significant digits."""
    return float(f"{value:.4g}")
