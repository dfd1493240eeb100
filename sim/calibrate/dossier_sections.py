"""What was found in a dossier log, in words and pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sim.calibrate.dossier_log import NONE
from sim.calibrate.dossier_staff import TeamFit, test_users
from sim.calibrate.dossier_steps import StepsFit, Timed
from sim.calibrate.outcome import Chart, Curve, Section
from sim.clock import MINUTE_MS, weekdays
from sim.said import Phrase, listed, phrase
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
        Section("hours", phrase("Opening hours"), _hours(known)),
        Section("limits", phrase("Procedures and deadlines"), _limits(known)),
        Section("channels", phrase("How dossiers are filed"), _channels(known)),
        Section("routes", phrase("Routes"), _routes(known, timed)),
        Section(
            "times", phrase("Resting and elapsed times"), _times(known, fits), _charts(known, timed)
        ),
        Section("handling", phrase("Handling times"), _handling(fits), _handling_charts(fits)),
        Section("staff", phrase("Staff"), _staff(known, teams)),
    )


def warnings_of(known: Prepared, timed: list[Timed], fits: list[StepsFit]) -> tuple[str, ...]:
    """Return what to be careful of."""
    log = known.log
    found: list[str] = []
    unended = sum(int((part.weights == 0).sum()) for part in timed if part.weights is not None)
    if not log.has_ends:
        found.append(phrase("No end is recorded of any case: its last step is taken for its end."))
    elif unended:
        told = phrase(
            "{unended} of {cases} cases have no end in the log. The others stand for them by how "
            "long they have lasted (Kaplan-Meier); what lasts longer than the log cannot be told.",
            unended=unended,
            cases=len(log.names),
        )
        found.append(told)
    if not any(fit.handled for fit in fits):
        told = phrase(
            "Only completions are recorded, so handling times cannot be read: the minutes are "
            "assumptions that create no queue. More staff or quicker work will show no effect on "
            "turnaround here until minutes are filled in and the resting times lessened by them."
        )
        found.append(told)
    else:
        told = phrase(
            "The times that dossiers rest hold their waiting for staff too; more staff shortens "
            "only the lines that the model makes itself."
        )
        found.append(told)
    if undue := [group.title for group in known.groups if group.within is None]:
        told = phrase(
            "No deadlines are recorded for {procedures}: nothing is late until they are added.",
            procedures=listed(map(_quoted, undue)),
        )
        found.append(told)
    if known.channels.guessed:
        told = phrase(
            "Channels that say neither counter nor online were taken for online: {channels}.",
            channels=listed(map(shown, known.channels.guessed)),
        )
        found.append(told)
    return tuple(found)


def _quoted(title: str) -> str:
    """Return a title in quotes, as a TOML file writes it."""
    return phrase('"{title}"', title=title) if isinstance(title, Phrase) else shown(title)


def _hours(known: Prepared) -> tuple[str, ...]:
    hours = known.hours
    if not hours.read:
        return (phrase("The log does not tell hours; 08:00-12:00 and 13:00-17:00 are assumed."),)
    days = (
        phrase("{name}: {sentence}", name=weekdays(day), sentence=listed(sessions))
        for day, sessions in hours.content["hours"].items()
    )
    found = [
        phrase(
            "{hours}. {share:.1%} of {n:,} recorded moments lie inside.",
            hours=listed(days, "; "),
            share=hours.inside,
            n=hours.events,
        )
    ]
    if closed := hours.content.get("closed"):
        told = phrase(
            "{n} working days without any event are taken for closed: {dates}.",
            n=len(closed),
            dates=listed(closed[:20]),
        )
        found.append(told)
    return tuple(found)


def _limits(known: Prepared) -> tuple[str, ...]:
    found = []
    for group in known.groups:
        number = int(group.cases.sum())
        if group.within is None:
            told = phrase(
                "{procedure}: {n} cases, no deadlines recorded.", procedure=group.title, n=number
            )
        else:
            told = phrase(
                "{procedure}: {n} cases with {within}; exactly that in {share:.0%} of the {told} "
                "with a deadline, the others are near it.",
                procedure=group.title,
                n=number,
                within=group.within,
                share=group.exact,
                told=group.told,
            )
        found.append(told)
    return tuple(found)


def _channels(known: Prepared) -> tuple[str, ...]:
    meaning = known.channels.meaning
    if not meaning:
        return (phrase("No channel is recorded; all are taken to file at the counter."),)
    ways = (
        phrase("{channel} as counter", channel=shown(text))
        if way == "counter"
        else phrase("{channel} as online", channel=shown(text))
        for text, way in meaning.items()
    )
    return (
        phrase(
            "Taken: {ways}. Online stands for every way without a visit.", ways=listed(ways, "; ")
        ),
    )


def _routes(known: Prepared, timed: list[Timed]) -> tuple[str, ...]:
    log = known.log
    found: list[str] = []
    for group, part in zip(known.groups, timed, strict=True):
        steps = (
            phrase("{step} ({share:.0%})", step=log.activities[a], share=present)
            for a, present in zip(part.route.steps, part.route.present.mean(axis=0), strict=False)
        )
        found.append(phrase("{procedure}: {steps}.", procedure=group.title, steps=listed(steps)))
        if part.route.rare:
            told = phrase(
                "Too rare for a step of their own, their time is in the gaps: {steps}.",
                steps=listed(log.activities[a] for a in part.route.rare),
            )
            found.append(told)
    for sent in known.returns:
        number = int((sent.times == 1).sum())
        step = log.activities[sent.activity]
        found.append(phrase("{step} sends back: {n} cases.", step=step, n=number))
    back = {sent.activity for sent in known.returns}
    found += [
        phrase(
            "{step} is done more than once in {n} cases, which no deadline and no name shows to be "
            "a send-back; its last time counts.",
            step=log.activities[a],
            n=number,
        )
        for a, number in _repeated(known)
        if a not in back
    ]
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
        text: str = phrase(
            "{procedure}: {gaps} gaps drawn as {blocks}. Their independent sum lies "
            "{distance:.2f} working days from the recorded one (1-Wasserstein; chance alone makes "
            "up to {chance:.2f}).",
            procedure=group.title,
            gaps=gaps,
            blocks=len(made.blocks),
            distance=made.distance,
            chance=made.chance,
        )
        if len(made.blocks) < gaps:
            alone = phrase(
                "Each on its own, it would be {distance:.2f}: they depend on each other.",
                distance=made.alone,
            )
            text = listed((text, alone), " ")
        found.append(text)
    return tuple(found)


def _handling(fits: list[StepsFit]) -> tuple[str, ...]:
    rows = [
        phrase("{name}: {sentence}", name=name, sentence=text)
        for fit in fits
        for name, found in fit.handled
        for text in found.says
    ]
    return tuple(rows) or (phrase("They cannot be read: only completions are recorded."),)


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
            curve = Curve(phrase("recorded"), x, tuple(float(v) for v in share))
            found.append(
                Chart(
                    f"turnaround-{group.id}",
                    "steps",
                    phrase("Turnaround: {procedure}", procedure=group.title),
                    phrase("Share of the fitted cases that ended within so many days."),
                    phrase("days from beginning to end"),
                    phrase("share of cases"),
                    (curve,),
                )
            )
    return tuple(found)


def _staff(known: Prepared, teams: tuple[TeamFit, ...]) -> tuple[str, ...]:
    log = known.log
    found: list[str] = []
    for team in teams:
        steps = listed(log.activities[a] for a in team.activities)
        if team.low is None:
            told = phrase(
                "{team}: nobody is recorded; one member is assumed ({steps}).",
                team=team.id,
                steps=steps,
            )
        else:
            told = phrase(
                "{team}: {people} people, {members} on a typical day ({steps}).",
                team=team.id,
                people=team.people,
                members=team.members,
                steps=steps,
            )
        found.append(told)
    if users := test_users(log):
        names = listed(map(shown, users))
        found.append(phrase("Left out as test users: {names}.", names=names))
    return tuple(found)
