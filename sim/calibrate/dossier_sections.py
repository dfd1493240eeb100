"""What was found in a dossier log, in words and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.calibrate.dossier_log import NONE
from sim.calibrate.dossier_staff import TeamFit, test_users
from sim.calibrate.dossier_steps import StepsFit, Timed
from sim.calibrate.outcome import Chart, Curve, Section
from sim.clock import MINUTE_MS
from sim.wording import shown

if TYPE_CHECKING:
    from sim.calibrate.dossiers import Prepared

_POINTS: Final = 101
_CHARTS: Final = 8


def sections_of(
    known: Prepared, timed: list[Timed], fits: list[StepsFit], teams: tuple[TeamFit, ...]
) -> tuple[Section, ...]:
    """Return what was found, by subject."""
    return (
        Section("hours", "Opening hours", _hours(known)),
        Section("limits", "Procedures and deadlines", _limits(known)),
        Section("channels", "How dossiers are filed", _channels(known)),
        Section("routes", "Routes", _routes(known, timed)),
        Section("times", "Resting and elapsed times", _times(known, fits), _charts(known, timed)),
        Section("handling", "Handling times", _handling(fits), _handling_charts(fits)),
        Section("staff", "Staff", _staff(known, teams)),
    )


def warnings_of(known: Prepared, timed: list[Timed], fits: list[StepsFit]) -> tuple[str, ...]:
    """Return what to be careful of."""
    log, found = known.log, []
    unended = sum(int((part.weights == 0).sum()) for part in timed if part.weights is not None)
    if not log.has_ends:
        found.append("No end is recorded of any case: its last step is taken for its end.")
    elif unended:
        found.append(
            f"{unended} of {len(log.names)} cases have no end in the log. The others stand for "
            "them by how long they have lasted (Kaplan-Meier); what lasts longer than the log "
            "cannot be told."
        )
    if not any(fit.handled for fit in fits):
        found.append(
            "Only completions are recorded, so handling times cannot be read: the minutes are "
            "assumptions that create no queue. More staff or quicker work will show no effect on "
            "turnaround here until minutes are filled in and the resting times lessened by them."
        )
    else:
        found.append(
            "The times that dossiers rest hold their waiting for staff too; more staff shortens "
            "only the lines that the model makes itself."
        )
    if undue := [group.title for group in known.groups if group.within is None]:
        names = ", ".join(map(shown, undue))
        found.append(
            f"No deadlines are recorded for {names}: nothing is late until they are added."
        )
    if known.channels.guessed:
        texts = ", ".join(map(shown, known.channels.guessed))
        found.append(
            f"Channels that say neither counter nor online were taken for online: {texts}."
        )
    return tuple(found)


def _hours(known: Prepared) -> tuple[str, ...]:
    hours = known.hours
    if not hours.read:
        return ("The log does not tell hours; 08:00-12:00 and 13:00-17:00 are assumed.",)
    days = "; ".join(f"{d}: {', '.join(s)}" for d, s in hours.content["hours"].items())
    found = [f"{days}. {hours.inside:.1%} of {hours.events:,} recorded moments lie inside."]
    if closed := hours.content.get("closed"):
        dates = ", ".join(day.isoformat() for day in closed[:20])
        found.append(f"{len(closed)} working days without any event are taken for closed: {dates}.")
    return tuple(found)


def _limits(known: Prepared) -> tuple[str, ...]:
    found = []
    for group in known.groups:
        number = int(group.cases.sum())
        if group.within is None:
            found.append(f"{group.title}: {number} cases, no deadlines recorded.")
        else:
            found.append(
                f"{group.title}: {number} cases with {group.within}; exactly that in "
                f"{group.exact:.0%} of the {group.told} with a deadline, the others are near it."
            )
    return tuple(found)


def _channels(known: Prepared) -> tuple[str, ...]:
    meaning = known.channels.meaning
    if not meaning:
        return ("No channel is recorded; all are taken to file at the counter.",)
    said = (f"{shown(text)} as {way}" for text, way in meaning.items())
    return (f"Taken: {'; '.join(said)}. Online stands for every way without a visit.",)


def _routes(known: Prepared, timed: list[Timed]) -> tuple[str, ...]:
    log, found = known.log, []
    for group, part in zip(known.groups, timed, strict=True):
        steps = ", ".join(
            f"{log.activities[a]} ({part.route.present[:, i].mean():.0%})"
            for i, a in enumerate(part.route.steps)
        )
        found.append(f"{group.title}: {steps}.")
        if part.route.rare:
            rare = ", ".join(log.activities[a] for a in part.route.rare)
            found.append(f"Too rare for a step of their own, their time is in the gaps: {rare}.")
    for sent in known.returns:
        number = int((sent.times == 1).sum())
        found.append(f"{log.activities[sent.activity]} sends back: {number} cases.")
    back = {sent.activity for sent in known.returns}
    found += [
        f"{log.activities[a]} is done more than once in {number} cases, which no deadline and no "
        "name shows to be a send-back; its last time counts."
        for a, number in _repeated(known) if a not in back
    ]  # fmt: skip
    return tuple(found)


def _repeated(known: Prepared) -> list[tuple[int, int]]:
    log = known.log
    pairs, counted = np.unique(
        np.stack((log.activity, log.case)), axis=1, return_counts=True
    )  # fmt: skip
    twice = np.bincount(pairs[0][counted > 1], minlength=len(log.activities))
    return [(a, int(n)) for a, n in enumerate(twice) if n >= max(5, 0.01 * len(log.names))]


def _times(known: Prepared, fits: list[StepsFit]) -> tuple[str, ...]:
    found = []
    for group, fit in zip(known.groups, fits, strict=True):
        made, gaps = fit.decomposition, sum(map(len, fit.decomposition.blocks))
        text = (
            f"{group.title}: {gaps} gaps drawn as {len(made.blocks)}. Their independent sum lies "
            f"{made.distance:.2f} working days from the recorded one (1-Wasserstein; chance alone "
            f"makes up to {made.chance:.2f})."
        )
        if len(made.blocks) < gaps:
            text += f" Each on its own, it would be {made.alone:.2f}: they depend on each other."
        found.append(text)
    return tuple(found)


def _handling(fits: list[StepsFit]) -> tuple[str, ...]:
    rows = [f"{name}: {text}" for fit in fits for name, found in fit.handled for text in found.says]
    return tuple(rows) or ("They cannot be read: only completions are recorded.",)


def _handling_charts(fits: list[StepsFit]) -> tuple[Chart, ...]:
    return tuple(found.chart for fit in fits for _, found in fit.handled)[:_CHARTS]


def _charts(known: Prepared, timed: list[Timed]) -> tuple[Chart, ...]:
    found = []
    for group, part in list(zip(known.groups, timed, strict=True))[:_CHARTS]:
        ended = part.log.finished()
        days = np.sort((ended - part.log.begun)[ended != NONE] / (24 * 60 * MINUTE_MS))
        if len(days):
            share = np.linspace(0, 1, _POINTS)
            x = tuple(float(v) for v in np.quantile(days, share))
            curve = Curve("recorded", x, tuple(float(v) for v in share))
            found.append(
                Chart(
                    f"turnaround-{group.id}", "steps", f"Turnaround: {group.title}",
                    "Share of the fitted cases that ended within so many days.",
                    "days from beginning to end", "share of cases", (curve,),
                )
            )  # fmt: skip
    return tuple(found)


def _staff(known: Prepared, teams: tuple[TeamFit, ...]) -> tuple[str, ...]:
    log, found = known.log, []
    for team in teams:
        steps = ", ".join(log.activities[a] for a in team.activities)
        if team.low is None:
            found.append(f"{team.id}: nobody is recorded; one member is assumed ({steps}).")
        else:
            found.append(
                f"{team.id}: {team.people} people, {team.members} on a typical day ({steps})."
            )
    if users := test_users(log):
        found.append(f"Left out as test users: {', '.join(map(shown, users))}.")
    return tuple(found)
