"""Tiny offices whose every moment can be worked out by hand, and what happened in them.

Days are those of January 2024, whose first is a Monday: ``"2 08:10"`` is Tuesday the 2nd, and the
6th, 13th, 20th and 27th are Saturdays.
"""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Self, get_args, get_origin

import numpy as np
from pydantic import BaseModel

from sim import consistency
from sim.blueprint import NONE
from sim.case_table import CaseTable, Measured, measured
from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.distributions import Distribution
from sim.log import STEP_DTYPE, Leaving, Outcome, Spell
from sim.office import Office
from sim.replication import OfficeRuns
from tests.offices import Raw

ALL_DAY = {"mon-sun": ["00:00-24:00"]}
WEEK = {"mon-fri": ["08:00-12:00", "13:00-17:00"]}


# --- offices ---


def serve(minutes: float = 10, **keys: Any) -> Raw:
    """Return a step with the visitor, by the clerks."""
    return {"id": "serve", "role": "serve", "visitor": True, "minutes": minutes} | keys


def desk(minutes: float = 10, **keys: Any) -> Raw:
    """Return a step at a desk."""
    return {"id": "desk", "role": "write", "minutes": minutes} | keys


def hand_over(minutes: float = 5, **keys: Any) -> Raw:
    """Return a last step with the visitor."""
    return {"id": "hand_over", "role": "give", "visitor": True, "minutes": minutes} | keys


def procedure(*steps: Raw, **keys: Any) -> Raw:
    return {"id": "permit", "steps": list(steps)} | keys


def elsewhere(working_days: Any = 1, **keys: Any) -> Raw:
    """Return time that passes at another agency."""
    return {"id": "elsewhere", "working_days": working_days} | keys


def team(*roles: Any, **keys: Any) -> Raw:
    return {"id": "clerks", "staff": 1, "roles": list(roles)} | keys


def calendar(**keys: Any) -> Raw:
    return {"start": "2024-01-01", "hours": WEEK} | keys


def comes(folder: Path, *times: str, name: str = "people", **keys: Any) -> Raw:
    """Return a demand whose cases come at the times given, replayed from a log."""
    rows = [f"2024-01-{day:02} {hour}" for day, hour in map(_parts, times)]
    (folder / f"{name}.csv").write_text("\n".join(["time", *rows]) + "\n", "utf-8")
    return {"id": name, "needs": ["permit"], "log": f"{name}.csv"} | keys


def _parts(text: str) -> tuple[int, str]:
    day, hour = text.split()
    return int(day), hour


def office(
    *demands: Raw,
    steps: list[Raw] | None = None,
    teams: list[Raw] | None = None,
    **keys: Any,
) -> Raw:
    """Return an office of one procedure, each of whose roles has a team of one, unless given."""
    procedures = keys.pop("procedures", None) or [procedure(*(steps or [serve()]))]
    roles = dict.fromkeys(s["role"] for p in procedures for s in p["steps"] if "role" in s)
    return {
        "title": "An office",
        "calendar": calendar(),
        "teams": teams or [team(role, id=role) for role in roles],
        "procedures": procedures,
        "demands": list(demands),
    } | keys


# --- what happened ---


def ms(text: str) -> int:
    """Return ``"2 08:10"``, seconds if any, in milliseconds from the 1st of January 2024."""
    day, hour = _parts(text)
    hours, minutes, *seconds = hour.split(":")
    clock = int(hours) * HOUR_MS + int(minutes) * MINUTE_MS
    return (day - 1) * DAY_MS + clock + round(float(seconds[0]) * 1000 if seconds else 0)


def at(time_ms: int) -> str:
    """Return the text of a moment: the inverse of :func:`ms`."""
    day, rest = divmod(time_ms, DAY_MS)
    minutes, seconds = divmod(rest, MINUTE_MS)
    clock = f"{day + 1} {minutes // 60:02}:{minutes % 60:02}"
    return f"{clock}:{seconds / 1000:06.3f}" if seconds else clock


class Told:
    """One run of an office, read by name and by clock."""

    def __init__(
        self, raw: Raw, folder: Path | str = ".", days: int = 5, *, seed: int = 1, warmup: int = 0
    ) -> None:
        read = Office.model_validate(raw).model_copy(update={"folder": str(folder)})
        self._run(read, days, seed, warmup)

    @classmethod
    def of(cls, read: Office, days: int = 5, *, seed: int = 1, warmup: int = 0) -> Self:
        """Return one run of an office that has been read."""
        found = cls.__new__(cls)
        found._run(read, days, seed, warmup)
        return found

    def _run(self, read: Office, days: int, seed: int, warmup: int) -> None:
        assert consistency.faults(read) == []
        self.runs = OfficeRuns(read, days, warmup)
        self.layout = self.runs.layout
        self.log = self.runs.run(seed, 0)
        self.found: Measured = measured(self.log, self.layout)
        self.cases: CaseTable = self.found.cases
        people = self.log.population
        self.case_of = people.filing_case.tolist()
        self.procedure = people.dossier_procedure.tolist()
        first = self.layout.calendar.first_date
        self.shift = (first - dt.date(2024, 1, 1)).days * DAY_MS

    def at(self, time_ms: int) -> str:
        """Return the text of one of the log's moments."""
        return "never" if time_ms == NONE else at(time_ms + self.shift)

    def moments(self, column: str) -> list[str]:
        """Return a column of the log, by dossier, filing or case, as moments."""
        return [self.at(time) for time in getattr(self.log, column).tolist()]

    @property
    def in_hand(self) -> list[str]:
        return self.moments("in_hand")

    @property
    def due(self) -> list[str]:
        return self.moments("due")

    @property
    def closed(self) -> list[str]:
        return self.moments("case_closed")

    def work(self, step: str, outcome: Outcome | None = Outcome.DONE) -> list[tuple[str, str]]:
        """Return from when to when each piece of a step's work was done, in order of the log."""
        return [
            (self.at(row["started"]), self.at(row["ended"]))
            for row in self.rows()
            if row["step"] == step
            and row["kind"] in (Spell.VISITOR_WORK, Spell.DESK_WORK)
            and (outcome is None or row["outcome"] == outcome)
        ]

    def begun(self, step: str) -> list[str]:
        """Return when each piece of a step's work was begun."""
        return [started for started, _ in self.work(step)]

    def minutes(self, step: str) -> list[float]:
        """Return how long each piece of a step's work took."""
        return [(ms(ended) - ms(started)) / MINUTE_MS for started, ended in self.work(step)]

    def order(self, step: str) -> list[int]:
        """Return the cases in the order in which a step of theirs was done."""
        return [row["case"] for row in self.rows() if row["step"] == step and row["started"] >= 0]

    def spells(self, kind: Spell) -> list[tuple[str, str]]:
        """Return from when to when each spell of a kind was."""
        return [
            (self.at(r["joined"]), self.at(r["ended"])) for r in self.rows() if r["kind"] == kind
        ]

    def rows(self) -> Iterator[dict[str, Any]]:
        for cells in self.log.steps.rows.tolist():
            row: dict[str, Any] = dict(zip(STEP_DTYPE.names or (), cells, strict=True))
            route = self.layout.routes[self.procedure[row["dossier"]]]
            row["step"] = route.steps[row["place"]].name if row["place"] != NONE else ""
            row["case"] = self.case_of[row["filing"]]
            yield row

    def visits(self, case: int | None = None) -> list[tuple[str, str, str]]:
        """Return when visitors came and left, and why, by filing and number."""
        visits = sorted(self.log.visits.rows.tolist(), key=lambda row: (row[0], row[1]))
        return [
            (self.at(came), self.at(left), Leaving(why).name.lower())
            for filing, _, came, left, why, _ in visits
            if case is None or self.case_of[filing] == case
        ]

    @property
    def arrivals(self) -> Any:
        """Return when each case came, in milliseconds after the midnight of its day."""
        return self.log.population.case_arrival % DAY_MS

    @property
    def hours(self) -> Any:
        """Return (paid, worked within it, overtime) hours by team."""
        return np.column_stack((self.found.hours.paid, self.found.hours.worked_in_paid,
                                self.found.hours.overtime)).tolist()  # fmt: skip


def close_to(share: float, expected: float, number: int) -> bool:
    """Tell whether a share seen in `number` draws is within four standard errors."""
    return bool(abs(share - expected) <= 4 * np.sqrt(expected * (1 - expected) / number))


# --- keys and the tests named after them ---


def keys(model: type[BaseModel] = Office, prefix: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the words of every key of a file: ``steps_sends_back_again``.

    Choices among texts are keys of their own: ``procedures_result_by_post``. Steps stand without
    their procedures.
    """
    for name, field in model.model_fields.items():
        if field.exclude:
            continue
        words = (*prefix, field.alias or name)
        inner = [part for part in _parts_of(field.annotation) if isinstance(part, type)]
        for choice in _choices(field.annotation):
            yield "_".join((*words, *choice.split()))
        if not inner:
            yield "_".join(words)
        for part in inner:
            yield from keys(part, words[-1:] if words[-1] == "steps" else words)


def keys_used(part: BaseModel, prefix: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the words of every key that a file gives, in the manner of :func:`keys`."""
    for name in part.model_fields_set:
        field = type(part).model_fields[name]
        words = (*prefix, field.alias or name)
        yield "_".join(words)
        values = list(_single(getattr(part, name)))
        chosen = {str(value) for value in values if isinstance(value, str)}
        for choice in chosen.intersection(_choices(field.annotation)):
            yield "_".join((*words, *choice.split()))
        for value in values:
            if isinstance(value, BaseModel) and not isinstance(value, Distribution):
                yield from keys_used(value, words[-1:] if words[-1] == "steps" else words)


def _single(value: Any) -> Iterator[Any]:
    """Yield what stands in a value, the names under which it stands included."""
    if isinstance(value, dict):
        value = (*value, *value.values())
    if not isinstance(value, tuple):
        yield value
        return
    for each in value:
        yield from _single(each)


def _parts_of(annotation: Any) -> list[Any]:
    if isinstance(annotation, type) and get_origin(annotation) is None:
        is_part = issubclass(annotation, BaseModel) and annotation is not Distribution
        return [annotation] if is_part else []
    return [part for argument in get_args(annotation) for part in _parts_of(argument)]


def _choices(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(choice) for choice in get_args(annotation)]
    return list(dict.fromkeys(c for part in get_args(annotation) for c in _choices(part)))


def named_tests(*files: Path) -> list[str]:
    """Return the names of the tests of some files, without reading them in."""
    return [
        node.name
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
