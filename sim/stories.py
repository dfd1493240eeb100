"""Which cases' lives are told, and the same cases' lives under every scenario.

The baseline's log chooses a few hundred candidates, by rule and before any scenario is looked at;
each log, while it is at hand, tells their lives; in the end those are kept that are done under
every scenario and come nearest to what was wished for. Nothing is chosen by eye: the median and
the 90th percentile are what they say, of those who come for what the study changes most often, the
late afternoon's case is the nearest to 16:20, and those that gain or lose most are said to be just
that, among the candidates.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

import numpy as np

from sim.blueprint import NONE, Blueprint
from sim.calendar import Bools, Ints
from sim.clock import DAY_MS, HOUR_MS, MINUTE_MS
from sim.days import Days, Reason, Scene, Story
from sim.draws import Floats
from sim.lives import SECOND_MS, Figures, Lives
from sim.log import End, Outcome, ServiceLog, Spell
from sim.scenes import Shown, scene, shown

if TYPE_CHECKING:
    from sim.case_table import CaseTable
    from sim.office import Office

_NEAREST: Final = 25
"""Candidates for each case that is typical of something."""
_ALIKE: Final = 4
"""Candidates for each example."""
_FURTHER: Final = 150
"""Candidates evenly spread over the measured days."""
_PAIRS: Final = 12
"""Examples come in pairs, one from before noon and one from after."""
_MOST_PAIRS: Final = 3
"""Of one demand."""
_LATE_MS: Final = 16 * HOUR_MS + 20 * MINUTE_MS
_AFTERNOON: Final = (15 * HOUR_MS, 17 * HOUR_MS)
_NOON: Final = 12 * HOUR_MS

_OFFICE_WIDE: Final = frozenset({"calendar", "visitor", "teams", "roles"})
"""Parts of an office that everybody meets."""

_By = Literal["turnaround", "visit"]


class Wish(NamedTuple):
    """What a case is wished for, and cases that would do, the best first."""

    reason: Reason
    cases: Ints


class StoryTeller:
    """Takes in one replication, scenario by scenario with the baseline first, and tells its days.

    Parameters
    ----------
    numbers
        Of the demands of all scenarios; see :func:`sim.summaries.demand_numbers`.
    scenarios
        How many there will be.
    touched
        Ids of the demands that most scenarios change, see :func:`touched_by`; none for all.
    """

    def __init__(
        self, numbers: dict[str, int], scenarios: int, touched: frozenset[str] = frozenset()
    ) -> None:
        self._numbers = numbers
        self._scenarios = scenarios
        self._touched = touched
        self._blocks: list[Figures] = []
        self._chosen: _Chosen | None = None
        self._lives: dict[str, Lives] = {}
        self._scenes: dict[str, Scene] = {}

    def take(self, cases: CaseTable) -> None:
        """Take in a block of the present scenario's measured cases."""
        self._blocks.append(
            Figures(cases.place, cases.wait, cases.visit, cases.trips, cases.costs.in_all)
        )

    def hear(self, scenario: str, log: ServiceLog, layout: Blueprint) -> None:
        """Take in the log of the scenario of which all blocks were taken."""
        figures = _joined(self._blocks)
        self._blocks.clear()
        keys = _keys(log, layout, figures.place, self._numbers)
        if self._chosen is None:
            part = shown(log, layout, self._scenarios)
            self._chosen = _choose(_Pool(log, layout, figures, self._touched), keys, part)
        own = np.flatnonzero(np.isin(keys, self._chosen.keys))
        self._lives[scenario] = Lives(log, layout, _rows(figures, own), keys[own].tolist())
        if self._chosen.part is not None:
            self._scenes[scenario] = scene(log, layout, self._chosen.part)

    def days(self) -> Days | None:
        """Return what was told; None of an office that does not open on the days measured."""
        chosen = self._chosen
        if chosen is None or chosen.part is None:
            return None
        return Days(
            stories=tuple(_stories(chosen, self._lives)),
            date=chosen.first_date + dt.timedelta(days=chosen.part.day),
            scenes=self._scenes,
            typical_by=chosen.by,
            until=chosen.part.second(chosen.part.end),
            compared=len(_comparable(chosen, self._lives)),
        )


def touched_by(base: Office, others: Iterable[Office]) -> frozenset[str]:
    """Return the demands of an office that are otherwise in most of the other ones.

    In one that differs in more than procedures and what people come for all are: whoever shares its
    staff and hours feels it. So where three scenarios change one procedure and a fourth brings more
    people of all kinds, it is those who come for that procedure.
    """
    found = Counter(name for other in others for name in _touched(base, other))
    return frozenset(name for name, count in found.items() if count == max(found.values()))


def _touched(base: Office, other: Office) -> Iterator[str]:
    procedures = {each.id: each for each in other.procedures}
    demands = {each.id: each for each in other.demands}
    changed = {each.id for each in base.procedures if procedures.get(each.id) != each}
    rest = _OFFICE_WIDE & {
        name for name in type(base).model_fields if getattr(base, name) != getattr(other, name)
    }
    for demand in base.demands:
        if rest or demands.get(demand.id) != demand or changed.intersection(demand.needs):
            yield demand.id


def _joined(blocks: list[Figures]) -> Figures:
    columns = zip(*(vars(block).values() for block in blocks), strict=True)
    return Figures(*map(np.concatenate, columns))


def _rows(figures: Figures, rows: Ints) -> Figures:
    return Figures(*(column[rows] for column in vars(figures).values()))


def _keys(log: ServiceLog, layout: Blueprint, place: Ints, numbers: dict[str, int]) -> Ints:
    """Return names of cases that are the same in every scenario, as numbers."""
    people = log.population
    demands = np.array([numbers[plan.demand.id] for plan in layout.demands], dtype=np.int64)
    day = people.case_day[place].astype(np.int64)
    return (demands[people.case_demand[place]] << 44) | (day << 24) | people.case_number[place]


# --- choosing, in the baseline ---


@dataclass(frozen=True)
class _Chosen:
    """What is wished for.

    Attributes
    ----------
    keys
        Names of all candidates, in order of arrival.
    stories
        By name, each candidate's story, without reasons and lives yet.
    wishes
        Names of cases, by what they are wished for.
    by
        Of what the 90th percentile is.
    first_date
        Of the run.
    part
        What is shown of the office; None if it is never open.
    """

    keys: Ints
    stories: dict[int, Story]
    wishes: list[Wish]
    by: _By
    first_date: dt.date
    part: Shown | None


class _Pool:
    """Measured cases done in the baseline, from which candidates are chosen.

    Attributes
    ----------
    rows, place
        Their rows among all measured cases, and places in the log.
    demand, arrival, turnaround, visit, wait, trips
        By such case; times in milliseconds.
    ordinary
        Those of whom the middle and the slow case are: they come for what is most common of what
        the study changes, and are not served before others.
    """

    def __init__(
        self, log: ServiceLog, layout: Blueprint, figures: Figures, touched: frozenset[str]
    ) -> None:
        self.log = log
        self.layout = layout
        self._touched = touched
        people = log.population
        self.rows = np.flatnonzero(log.case_end[figures.place] == End.DONE)
        self.place = figures.place[self.rows]
        self.demand = people.case_demand[self.place]
        self.arrival = people.case_arrival[self.place]
        self.turnaround = log.case_closed[self.place] - self.arrival
        self.visit, self.wait = figures.visit[self.rows], figures.wait[self.rows]
        self.trips = figures.trips[self.rows]
        self.ordinary = self._ordinary(people.case_class[self.place] == 0)
        within = ((self.trips == 1) & (self.turnaround <= self.visit))[self.ordinary]
        self.by: _By = "visit" if 2 * int(within.sum()) > len(within) else "turnaround"
        self.time = self.visit if self.by == "visit" else self.turnaround

    def _ordinary(self, served_first: Bools) -> Ints:
        common = self.demand == next(iter(self.demands_touched()), NONE)
        plain = np.flatnonzero(common & ~served_first)
        return plain if len(plain) else np.flatnonzero(common)

    def middle(self) -> Ints:
        """Return the ordinary cases nearest to the median in all that is told, the nearest first.

        The median of one alone may be far off in the others: a turnaround of the middle with an
        hour in line.
        """
        told = (self.turnaround, self.visit, self.wait, self.trips)
        away = np.max([_off_the_middle(column[self.ordinary]) for column in told], axis=0)
        return self.ordinary[np.argsort(away, kind="stable")[:_NEAREST]]

    def near(self, share: float, count: int, among: Ints) -> Ints:
        """Return those nearest in rank to a quantile of some cases' time, the nearest first."""
        ranked = among[np.argsort(self.time[among], kind="stable")]
        away = np.abs(np.arange(len(ranked)) - (ceil(share * len(ranked)) - 1))
        return ranked[np.argsort(away, kind="stable")[:count]]

    def demands(self) -> list[int]:
        """Return the demands that are there, the most common first."""
        counts = np.bincount(self.demand, minlength=len(self.layout.demands))
        ranked: list[int] = np.argsort(-counts, kind="stable").tolist()
        return [demand for demand in ranked if counts[demand]]

    def demands_touched(self) -> list[int]:
        """Return those of them that the study changes; all, where it changes none of these."""
        found, demands = self.demands(), self.layout.demands
        return [each for each in found if demands[each].demand.id in self._touched] or found

    def late(self) -> Ints:
        """Return plain cases of the late afternoon, the nearest to 16:20 first.

        Complete papers that need no other agency, brought on a working day before a working day,
        of the most common demand that habit concerns, or else of the most common one, of those that
        the study changes.
        """
        since, until = _AFTERNOON
        clock = self.arrival % DAY_MS
        plain = (clock >= since) & (clock <= until) & self._on_ordinary_days() & self._smooth()
        plain &= self.demand == self._of_interest()
        found = np.flatnonzero(plain)
        return found[np.argsort(np.abs(clock[found] - _LATE_MS), kind="stable")[:_NEAREST]]

    def _of_interest(self) -> int:
        concerned = {r.name for r in self.layout.routes if r.same_day_until_ms != NONE}
        ranked = self.demands_touched()
        with_habit = (
            demand
            for demand in ranked
            if concerned.intersection(self.layout.demands[demand].demand.needs)
        )
        return next(with_habit, next(iter(ranked), NONE))

    def _on_ordinary_days(self) -> Bools:
        calendar = self.layout.calendar
        days = self.arrival // DAY_MS
        dates = np.arange(days.max(initial=0) + 1)
        works = np.array(
            [
                calendar.is_open[calendar.index(day)] and calendar.is_legal[calendar.index(day)]
                for day in range(len(dates) + 1)
            ]
        )
        ordinary: Bools = (works[:-1] & works[1:])[days]
        return ordinary

    def _smooth(self) -> Bools:
        """Tell who comes in person with complete papers that need no other agency."""
        steps, people = self.log.steps, self.log.population
        rough = np.zeros(len(people.case_demand), dtype=np.bool_)
        rows = (steps.outcome == Outcome.SENT_BACK) | (steps.kind == Spell.ELSEWHERE)
        rough[people.filing_case[steps.filing[rows]]] = True
        smooth: Bools = ~(rough | people.case_online)[self.place]
        return smooth

    def examples(self) -> Iterator[Ints]:
        """Yield cases for each example: by demand, before noon and after, from quick to slow."""
        demands = self.demands()[:_PAIRS]
        before_noon = self.arrival % DAY_MS < _NOON
        for rank, demand in enumerate(demands):
            # What is left over when all have as many goes to the most common ones.
            pairs = min((_PAIRS + len(demands) - 1 - rank) // len(demands), _MOST_PAIRS)
            for half in (before_noon, ~before_noon):
                among = np.flatnonzero((self.demand == demand) & half)
                for number in range(pairs if len(among) else 0):
                    yield self.near((number + 0.5) / pairs, _ALIKE, among)

    def spread(self) -> Ints:
        """Return cases evenly spread over the days."""
        return np.unique(np.linspace(0, len(self.place) - 1, _FURTHER).astype(np.int64))

    def story(self, case: int) -> Story:
        """Return a case's story without reasons and lives."""
        people, place = self.log.population, self.place[case]
        demand = self.layout.demands[self.demand[case]].demand.id
        day, since = divmod(int(self.arrival[case]), DAY_MS)
        date = self.layout.calendar.date(day)
        named = dt.date.fromordinal(int(people.case_day[place]))
        return Story(
            case=f"{demand}/{named}/{people.case_number[place]}",
            demand=demand,
            date=date,
            arrived=since // SECOND_MS,
            online=bool(people.case_online[place]),
            priority=bool(people.case_class[place] == 0),
            reasons=(),
            lives={},
        )


def _off_the_middle(values: Ints) -> Floats:
    """Return how far each value's ranks are from the median's; 0 for values equal to it."""
    ranked, count = np.sort(values), max(len(values), 1)
    below = np.searchsorted(ranked, values, side="left") / count
    up_to = np.searchsorted(ranked, values, side="right") / count
    away: Floats = np.maximum(np.maximum(below - 0.5, 0.5 - up_to), 0.0)
    return away


def _choose(pool: _Pool, keys: Ints, part: Shown | None) -> _Chosen:
    """Choose candidates, and say what for."""
    wishes = [
        Wish("median", pool.middle()),
        Wish("p90", pool.near(0.9, _NEAREST, pool.ordinary)),
        Wish("late_afternoon", pool.late()),
        *(Wish("example", cases) for cases in pool.examples()),
    ]
    further = pool.spread() if len(pool.place) else pool.ordinary
    cases = np.unique(np.concatenate([further, *(wish.cases for wish in wishes)]))
    names = keys[pool.rows]
    return _Chosen(
        keys=names[cases],
        stories={int(names[case]): pool.story(case) for case in cases.tolist()},
        wishes=[Wish(wish.reason, names[wish.cases]) for wish in wishes],
        by=pool.by,
        first_date=pool.layout.calendar.first_date,
        part=part,
    )


# --- choosing among those that all scenarios have ---


def _stories(chosen: _Chosen, found: dict[str, Lives]) -> Iterator[Story]:
    """Yield the stories, the weightiest first."""
    taken: dict[int, list[Reason]] = {}
    for wish in sorted((*chosen.wishes, *_extremes(chosen, found)), key=_weight):
        cases = wish.cases.tolist()
        if wish.reason == "example":
            cases = [case for case in cases if case not in taken]
        if cases:
            best = min(cases, key=lambda case: _missing(case, found))
            taken.setdefault(best, []).append(wish.reason)
    for case, reasons in taken.items():
        own = {scenario: lives.tell(case) for scenario, lives in found.items() if case in lives}
        yield replace(chosen.stories[case], reasons=tuple(reasons), lives=own)


def _weight(wish: Wish) -> int:
    return get_args(Reason).index(wish.reason)


def _missing(case: int, found: dict[str, Lives]) -> int:
    """Return in how many scenarios a case is not done; not to be there counts more."""
    return sum(
        int(lives.turnaround_ms(case) is None) if case in lives else len(found) + 1
        for lives in found.values()
    )


def _comparable(chosen: _Chosen, found: dict[str, Lives]) -> list[int]:
    """Return the candidates that are done under every scenario."""
    return [case for case in chosen.keys.tolist() if not _missing(case, found)]


def _extremes(chosen: _Chosen, found: dict[str, Lives]) -> Iterator[Wish]:
    """Yield the candidates whose turnaround falls most, and grows most, by a minute at least."""
    cases = _comparable(chosen, found)
    took = np.array([[lives.turnaround_ms(case) for case in cases] for lives in found.values()])
    if len(found) == 1 or not cases:
        return
    changes = took[1:] - took[0]
    fall, rise = changes.min(axis=0), changes.max(axis=0)
    if fall.min() <= -MINUTE_MS:
        yield Wish("most_gained", np.array([cases[int(fall.argmin())]]))
    if rise.max() >= MINUTE_MS:
        yield Wish("most_lost", np.array([cases[int(rise.argmax())]]))
