"""The method in a page, in the order of the STRESS-DES guideline (Monks et al. 2019)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sim.office import Office
from sim.report import names
from sim.report.ledger import ledger
from sim.report.results import headline_measures
from sim.report.view import View
from sim.verdicts import HEADLINE
from sim.words import Words


@dataclass(frozen=True)
class Chapter:
    """A part of the guideline: its title, and its points as pairs of a name and a text."""

    title: str
    points: tuple[tuple[str, str], ...]


def method(view: View) -> list[Chapter]:
    """Return the six parts of the guideline, filled with what this study did."""
    say = view.words.say
    return [
        Chapter(say("Objectives"), _objectives(view)),
        Chapter(say("Logic"), _logic(view)),
        Chapter(say("Data"), _data(view)),
        Chapter(say("Experimentation"), _experimentation(view)),
        Chapter(say("Implementation"), _implementation(view)),
        Chapter(say("Code access"), _access(view)),
    ]


Points = tuple[tuple[str, str], ...]


def _objectives(view: View) -> Points:
    words, say = view.words, view.words.say
    measures = [view.label(m) for m in headline_measures(view) if not names.split(m)[1]]
    others = [view.names[each.id] for each in view.others]
    aim = (
        say(
            "Compare {scenarios} with “{before}”, on the same people with the same papers.",
            scenarios=words.listed([say("“{name}”", name=name) for name in others]),
            before=view.names[view.before.id],
        )
        if others
        else say("Describe the office as it is.")
    )
    return (
        (say("Purpose"), say("To find out what a reform does to waiting, trips, time and cost.")),
        (say("Outputs"), words.say("{measures}.", measures="; ".join(measures))),
        (say("Aims of the experiments"), aim),
    )


def _logic(view: View) -> Points:
    say, office = view.words.say, view.before.office
    return (
        (
            say("What happens"),
            say(
                "Discrete-event simulation: people come, take their place in line, are served, "
                "wait or leave with a slip, and come again; their dossiers go from desk to desk, "
                "rest, wait for staff, are held by a rule or are elsewhere. Every moment of a "
                "case has one cause."
            ),
        ),
        (say("What scenarios change"), say("See “What each scenario changes”.")),
        (
            say("Who is served next"),
            say(
                "A free member of staff takes the most urgent work: by the urgency of the role, "
                "priority, due time or time of joining. Work with a visitor is never interrupted."
            ),
        ),
        (say("People and papers"), _entities(office, view.words)),
        (say("Staff"), _staff(office, view.words)),
        (
            say("Coming and going"),
            say(
                "People enter by the day's arrival profile and leave when the last result is in "
                "hand, or when they give up after coming in vain too often."
            ),
        ),
    )


def _entities(office: Office, words: Words) -> str:
    procedures = [words.title(p.title, names.readable(p.id)) for p in office.procedures]
    demands = [words.title(d.title, names.readable(d.id)) for d in office.demands]
    return words.say(
        "Streams of people: {demands}. Procedures: {procedures}.",
        demands="; ".join(demands),
        procedures="; ".join(procedures),
    )


def _staff(office: Office, words: Words) -> str:
    teams = [words.title(team.title, names.readable(team.id)) for team in office.teams]
    return words.say(
        "Teams: {teams}. Presence follows opening hours, less days missed, coming late and time "
        "away. A role has one line of waiting work.",
        teams="; ".join(teams),
    )


def _data(view: View) -> Points:
    words, say = view.words, view.words.say
    entries = [entry for part in ledger(view.office, words) for entry in part.entries]
    sourced = sum(1 for entry in entries if entry.source)
    logs = any(d.log for d in view.office.demands) or any(t.staff.log for t in view.office.teams)
    arrivals = (
        say("Arrivals or staffing are replayed from a log.")
        if logs
        else say("Arrivals, service times and absences are drawn from distributions.")
    )
    return (
        (
            say("Sources"),
            say(
                "Of {entries} parameters {sourced} have a source; each is named in the ledger.",
                entries=words.number(len(entries), 0),
                sourced=words.number(sourced, 0),
            ),
        ),
        (
            say("Assumptions"),
            say(
                "All others are assumptions, marked as such, with a plausible span where one is "
                "given."
            ),
        ),
        (say("Inputs"), arrivals),
    )


def _experimentation(view: View) -> Points:
    words, say, run = view.words, view.words.say, view.comparison
    return (
        (
            say("Start"),
            say(
                "Working days of warm-up before measuring: {warmup}, from {start} on; dossiers "
                "already on desks as the file says.",
                warmup=words.number(run.warmup, 0),
                start=words.date(view.office.calendar.start),
            ),
        ),
        (
            say("Length"),
            say(
                "Working days that are measured: {days}; the run goes on until the cases of these "
                "days are closed, but at most as long again.",
                days=words.number(run.days, 0),
            ),
        ),
        (
            say("Repetition"),
            say(
                "Replications of each scenario: {replications}, paired: the same draws for the "
                "same people.",
                replications=words.number(run.replications, 0),
            ),
        ),
        (
            say("Estimates"),
            say(
                "Means are ratios of sums over replications with jackknife intervals and "
                "Student's t; verdicts are made of intervals that hold together over all "
                "scenarios and {measures} measures (Bonferroni).",
                measures=words.number(len(HEADLINE), 0),
            ),
        ),
    )


def _implementation(view: View) -> Points:
    say, said = view.words.say, view.comparison.provenance
    versions = _part(said, "versions")
    software = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (
        (say("Software"), software or say("not recorded")),
        (
            say("Random numbers"),
            say(
                "Every draw is a hash of the seed ({seed}), the replication, the name of the "
                "quantity and the number of the case, put through an inverse distribution "
                "function; so a change in the office moves no other draw.",
                seed=str(view.comparison.seed),
            ),
        ),
        (
            say("Running it"),
            say(
                "Results are the same to the last bit with any number of processes and on either "
                "engine."
            ),
        ),
    )


def _access(view: View) -> Points:
    say, said = view.words.say, view.comparison.provenance
    version = str(_part(said, "versions").get("onestop-sim", ""))
    return (
        (
            say("Code"),
            say(
                "The Python package onestop-sim {version}, MIT licence; the model is described in "
                "its docs/model.md.",
                version=version,
            ),
        ),
        (say("To reproduce it"), str(said.get("command", "")) or say("not recorded")),
    )


def _part(said: Any, name: str) -> dict[str, Any]:
    found = said.get(name, {})
    return dict(found) if isinstance(found, dict) else {}
