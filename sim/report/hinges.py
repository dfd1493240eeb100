"""What the results hinge on, in words and tables: for the page and for slides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.comparison import Sensitivity
from sim.report.hinge_sentences import Turn, hinge_sentences, turns
from sim.report.hinge_tables import parameter_at, picture, tornado
from sim.report.ledger import label_of, part_title
from sim.report.pictures import Picture
from sim.report.view import View


@dataclass(frozen=True)
class Chart:
    """The chart of one scenario, and the sentences above it."""

    scenario: str
    name: str
    sentences: tuple[str, ...]
    picture: Picture | None


@dataclass(frozen=True)
class Hinges:
    """All that the page says of what results hinge on.

    Attributes
    ----------
    charts
        One for each scenario.
    turns
        Every verdict that changes, by scenario and weight.
    method
        How it was found, and what it cannot say.
    not_moved
        Assumptions that were not moved, by part of the office.
    """

    charts: tuple[Chart, ...]
    turns: tuple[Turn, ...]
    method: tuple[str, ...]
    not_moved: tuple[tuple[str, str], ...]


def hinges(view: View) -> Hinges | None:
    """Return what the results hinge on; None where that was not looked for."""
    found = view.comparison.sensitivity
    if found is None or not view.others:
        return None
    if not found.hinges:
        return Hinges((), (), (_none_moved(view, found),), _not_moved(view, found))
    return Hinges(
        tuple(_chart(view, each.id, place) for place, each in enumerate(view.others)),
        tuple(turn for each in view.others for turn in turns(view, each.id)),
        _method(view, found),
        _not_moved(view, found),
    )


def _none_moved(view: View, found: Sensitivity) -> str:
    """Return why no assumption was moved though it was asked for."""
    words, say = view.words, view.words.say
    if not found.not_asked:
        return say("The office file has no assumption that can be moved.")
    if view.office.ranges:
        return say(
            "No assumption with a range in [ranges] of the office file could be moved; {n} others "
            "can be, a quarter either way: onestop compare STUDY --sensitivity all",
            n=words.plain(found.not_asked),
        )
    return say(
        "No assumption has a range in [ranges] of the office file, so none was moved; {n} others "
        "can be, a quarter either way: onestop compare STUDY --sensitivity all",
        n=words.plain(found.not_asked),
    )


def _chart(view: View, scenario: str, place: int) -> Chart:
    table = tornado(view, scenario)
    sentences = tuple(hinge_sentences(view, scenario))
    drawn = picture(view, scenario, table, f"hinges-{place}") if table else None
    return Chart(scenario, view.names[scenario], sentences, drawn)


def _method(view: View, found: Sensitivity) -> tuple[str, ...]:
    """Return how assumptions were moved, a sentence or two each, and what that cannot say."""
    return (
        _moved(view, found),
        *_not_asked(view, found),
        *_with_intervals(view, found),
        view.words.say(
            "What this cannot say: what happens if two assumptions are wrong together; how likely "
            "the ends are, since a quarter either way is a convention and not knowledge; what the "
            "rest of the year would add, since the shifts come from those days alone."
        ),
    )


def _moved(view: View, found: Sensitivity) -> str:
    words = view.words
    return words.say(
        "Each assumption was moved alone to both ends of its range or, where the office file "
        "gives none, by a quarter either way; a team of one is moved to two only. Every run "
        "takes the first {days} working days of the study, after {warmup} of warm-up, and "
        "meets the same people as the run without the change.",
        days=words.plain(found.days),
        warmup=words.plain(found.warmup),
    )


def _not_asked(view: View, found: Sensitivity) -> Iterator[str]:
    """Yield how many more could be moved, where only those with a range were."""
    if found.not_asked:
        yield view.words.say(
            "Only assumptions with a range in the office file were moved; {count} others can "
            "be, a quarter either way: onestop compare STUDY --sensitivity all",
            count=view.words.plain(found.not_asked),
        )


def _with_intervals(view: View, found: Sensitivity) -> Iterator[str]:
    """Yield how many were run often enough for intervals, and what those are made of."""
    words = view.words
    sure = [each for each in found.hinges if each.replications > 1]
    if not sure:
        return
    yield _uncertainty(view, found, sure[0].replications)
    yield words.say(
        "Assumptions run {replications} times at each end, so that there are intervals: "
        "{n}; those with a range come first. Run once at each end: {once}.",
        replications=words.plain(sure[0].replications),
        n=words.plain(len(sure)),
        once=words.plain(len(found.hinges) - len(sure)),
    )


def _uncertainty(view: View, found: Sensitivity, replications: int) -> str:
    """Return what the intervals at the ends are made of."""
    of_study = view.comparison
    if (found.days, replications) == (of_study.days, of_study.replications):
        return view.words.say(
            "Ends with intervals were run on all days and replications of the study, so the "
            "difference there has an interval of its own. A verdict that is not clear in the "
            "study is said to stay so."
        )
    return view.words.say(
        "The difference at an end is that of the study plus the shift. Its interval adds up the "
        "uncertainty of both as if they were independent, with no more degrees of freedom than "
        "the smaller of them has. A verdict that is not clear in the study is said to stay so."
    )


def _not_moved(view: View, found: Sensitivity) -> tuple[tuple[str, str], ...]:
    """Return the labels of assumptions that were not moved, by part of the office."""
    office, words = view.office, view.words
    by_part: dict[str, list[str]] = {}
    for path in found.not_moved:
        parameter, _ = parameter_at(view, path)
        part = part_title(office, parameter, words)
        by_part.setdefault(part, []).append(label_of(parameter, office, words))
    return tuple((part, words.listed(labels)) for part, labels in by_part.items())
