"""The tables of one run: kept in place while compiled code runs, and made larger in between."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sim.blueprint import NONE
from sim.clock import DAY_MS
from sim.draws import Luck
from sim.engines.compiled.memory import (
    DOSSIER,
    ENTRY,
    EVENT,
    FILING,
    LINE,
    MEMBER,
    PLAN,
    TEAM,
    WORK,
)
from sim.engines.compiled.office import OfficeTables, Table
from sim.engines.order import Kind, priority
from sim.log import STAY_DTYPE, STEP_DTYPE, VISIT_DTYPE, End, ServiceLog
from sim.log import Table as LogTable
from sim.population import DTYPES, Population
from sim.presence import Member

_LEAST = 1024
_FREE_SIDE = 2
_STEPS_EXPECTED, _VISITS_EXPECTED = 8, 4
_RESULTS = {"received": np.int64, "due": np.int64, "ready": np.int64, "released": np.int64}
_OF_FILING = {"in_hand": (np.int64, NONE), "slips": (np.int16, 0), "apologies": (np.int16, 0),
              "filing_slot": (np.int32, NONE)}  # fmt: skip
_OF_CASE = {"case_end": (np.int8, int(End.OPEN)), "case_closed": (np.int64, NONE),
            "case_in_vain": (np.int16, 0)}  # fmt: skip


class RunTables:
    """The state of one run with all its tables.

    Parameters
    ----------
    office
        Tables that no luck moves.
    staff
        Members with their presence, in file order.
    luck
        The replication's luck.
    chunks
        Populations in order of arrival; the first holds every case measured.

    Attributes
    ----------
    states
        An array of one record of :data:`~sim.engines.compiled.memory.STATE`.
    """

    def __init__(
        self, office: OfficeTables, staff: list[Member], luck: Luck, chunks: Iterator[Population]
    ) -> None:
        self.office = office
        self.staff = staff
        self.chunks = chunks
        self.states = office.states.copy()
        self._state = self.states[0]
        self._tables: dict[str, Table] = {}
        self.population = next(chunks)
        keys = [luck.key(*names) for names in office.draws]
        self._put("keys", np.array(keys or [(0, 0)], dtype=np.uint64))
        self._window()
        self._populate(first=True)
        self._team_tables()
        self._pools()

    # --- what compiled code sees ---

    def _set(self, name: str, value: int) -> None:
        self._state[name] = value

    def get(self, name: str) -> int:
        """Return a number of the state."""
        return int(self._state[name])

    def _put(self, name: str, table: Table) -> None:
        """Keep a table, and let compiled code know where it is."""
        assert table.flags.c_contiguous
        self._tables[name] = table
        self._state[name] = table.ctypes.data

    # --- cases ---

    def _window(self) -> None:
        window = self.office.layout.calendar.window
        self._set("measured_from", window.measured_from * DAY_MS)
        self._set("measured_until", window.measured_until * DAY_MS)
        self._set("runs_until", window.runs_until * DAY_MS)
        self._set("more_cases", 1)
        arrivals = self.population.case_arrival
        measured = arrivals >= window.measured_from * DAY_MS
        measured &= arrivals < window.measured_until * DAY_MS
        self._set("open_measured", int(measured.sum()))

    def _populate(self, *, first: bool = False) -> None:
        """Lay out the population, and what becomes of each case, filing and dossier."""
        people = self.population
        for name, dtype in DTYPES.items():
            column: Table = np.ascontiguousarray(getattr(people, name), dtype=dtype)
            self._put(name, column if len(column) else np.zeros(1, dtype))
        self._results(_OF_CASE, len(people.case_demand), first)
        self._results(_OF_FILING, len(people.filing_case), first)
        found = {name: (dtype, NONE) for name, dtype in _RESULTS.items()}
        self._results(found, len(people.dossier_filing), first)
        left = people.case_filings.astype(np.int16)
        if not first:
            known = self._tables["case_left"]
            left[: len(known)] = known
        self._put("case_left", left)
        self._set("cases", len(people.case_demand))

    def _results(self, columns: dict[str, tuple[Any, int]], size: int, first: bool) -> None:
        for name, (dtype, nothing) in columns.items():
            column = np.full(size, nothing, dtype=dtype)
            if not first:
                known = self._tables[name]
                column[: len(known)] = known
            self._put(name, column)

    def more_cases(self) -> None:
        """Draw further cases, and let the first of them be awaited."""
        before = len(self.population.case_demand)
        while len(self.population.case_demand) == before:
            later = next(self.chunks, None)
            if later is None:
                self._set("more_cases", 0)
                break
            self.population = self.population.joined_to(later)
        else:
            self._populate()
            first = int(self.population.case_first_filing[before])
            self._set("next_case_at", int(self.population.case_arrival[before]))
            self._set("next_case_key", priority(Kind.ARRIVAL, first))
        self._set("awaits_cases", 0)

    # --- staff and lines ---

    def _team_tables(self) -> None:
        layout = self.office.layout
        spans = [member.present for member in self.staff]
        self._put("presence", self.office.presence(spans))
        members = np.zeros(max(len(self.staff), 1), dtype=MEMBER)
        members["index"] = np.arange(len(members))
        members["work"] = members["staying_since"] = NONE
        there = slice(len(self.staff))
        members["team"][there] = [member.team for member in self.staff]
        members["spans"][there] = [len(each.begin) for each in spans]
        members["first_span"] = np.cumsum(members["spans"]) - members["spans"]
        self._put("members", members)
        self._set("members_used", len(self.staff))
        self._put("staying", np.zeros(len(members), dtype=np.int64))
        self._set_teams(len(members))
        self._lines(len(layout.roles))

    def _set_teams(self, members: int) -> None:
        plans = self.office.layout.teams
        teams = np.zeros(max(len(plans), 1), dtype=TEAM)
        free = np.zeros((_FREE_SIDE, len(teams), members), dtype=np.int64)
        self._put("free_members", free)
        counts = np.bincount([member.team for member in self.staff], minlength=len(teams))
        teams["members"] = counts
        teams["first_member"] = np.cumsum(counts) - counts
        for i, plan in enumerate(plans):
            teams[i]["levels"] = len(plan.levels)
            teams[i]["finish_queue"] = plan.finish_queue
            teams[i]["free"] = free[0, i].ctypes.data
            teams[i]["staying_free"] = free[1, i].ctypes.data
        teams["first_level"] = np.cumsum(teams["levels"]) - teams["levels"]
        self._put("teams", teams)

    def _lines(self, roles: int) -> None:
        layout = self.office.layout
        lines = np.zeros(max(roles, 1), dtype=LINE)
        for role in range(roles):
            lines[role]["teams"] = sum(role in team.roles for team in layout.teams)
            lines[role]["by_due_date"] = layout.due_date_order[role]
        lines["first_team"] = np.cumsum(lines["teams"]) - lines["teams"]
        self._put("lines", lines)
        self._entries = [np.zeros(0, dtype=ENTRY) for _ in range(roles)]

    # --- pools ---

    def _pools(self) -> None:
        """Make room for what the run brings about; memory not touched costs nothing."""
        there = int((self.population.case_arrival < 0).sum())
        margin = 64 + 8 * self.get("most_dossiers")
        self._set("margin", margin)
        self._set("plans_size", 2 * self.get("most_dossiers") + 4)
        self._set("free_work", NONE)
        self._set("free_filing", NONE)
        self._active = 0
        self._size(there + 2 * margin + _LEAST)
        dossiers = len(self.population.dossier_filing)
        self._rows("steps", STEP_DTYPE, _STEPS_EXPECTED * dossiers + 4 * margin)
        self._rows("visits", VISIT_DTYPE, _VISITS_EXPECTED * dossiers + 4 * margin)
        self._rows("stays", STAY_DTYPE, 4 * margin + 4 * len(self.staff))

    def _size(self, active: int) -> None:
        """Make room for so many filings inside or on their way, and all that they wait for."""
        most = self.get("most_dossiers")
        for name, dtype, each in (
            ("filings", FILING, 1),
            ("dossiers", DOSSIER, most),
            ("tries", np.dtype(np.int32), most * self.get("most_steps")),
            ("plans_of_filing", PLAN, self.get("plans_size")),
            ("inside", np.dtype(np.int64), 1),
            ("works", WORK, most + 1),
            ("events", EVENT, 4 * (most + 1)),
        ):
            self._grow(name, dtype, active * each + len(self.staff))
        self._set("filings_size", active)
        self._set("works_size", active * (most + 1))
        self._set("events_size", 4 * (most + 1) * active + len(self.staff) - 1)
        self._active = active
        for role in range(len(self._entries)):
            self._line(role, max(2 * active, int(self._tables["lines"][role]["size"])))

    def _grow(self, name: str, dtype: np.dtype[Any], size: int) -> None:
        larger = np.empty(size, dtype=dtype)
        known = self._tables.get(name)
        if known is not None:
            larger[: len(known)] = known
        self._put(name, larger)

    def _line(self, role: int, size: int) -> None:
        larger = np.empty(size + 1, dtype=ENTRY)
        used = int(self._tables["lines"][role]["used"])
        larger[:used] = self._entries[role][:used]
        self._entries[role] = larger
        self._tables["lines"][role]["size"] = size
        self._tables["lines"][role]["entries"] = larger.ctypes.data

    def _rows(self, name: str, dtype: np.dtype[Any], size: int) -> None:
        larger = np.empty(size, dtype=dtype)
        if name in self._tables:
            used = self.get(f"{name}_used")
            larger[:used] = self._tables[name][:used]
        self._put(name, larger)
        self._set(f"{name}_size", size)

    def more_room(self) -> None:
        """Make whatever is nearly full half as large again, or twice."""
        need = 2 * (self.get("margin") + len(self.staff)) + self.get("inside_used")
        full = [
            self.get(f"{name}_size") - self.get(f"{name}_used") < need
            for name in ("filings", "works", "events")
        ]
        if any(full):
            self._size(2 * self._active)
        for role, line in enumerate(self._tables["lines"]):
            if line["size"] - line["used"] < need:
                self._line(role, 2 * int(line["size"]))
        for name, dtype in (("steps", STEP_DTYPE), ("visits", VISIT_DTYPE), ("stays", STAY_DTYPE)):
            if self.get(f"{name}_size") - self.get(f"{name}_used") < need:
                self._rows(name, dtype, 3 * self.get(f"{name}_size") // 2 + need)
        self._set("tight", 0)

    # --- the log ---

    def log(self) -> ServiceLog:
        """Return the whole log."""
        found = self._tables
        return ServiceLog(
            population=self.population,
            members=self.staff,
            steps=LogTable(found["steps"][: self.get("steps_used")]),
            visits=LogTable(found["visits"][: self.get("visits_used")]),
            stays=LogTable(found["stays"][: self.get("stays_used")]),
            received=found["received"],
            due=found["due"],
            ready=found["ready"],
            released=found["released"],
            in_hand=found["in_hand"],
            slips=found["slips"],
            apologies=found["apologies"],
            case_end=found["case_end"],
            case_closed=found["case_closed"],
            stopped=self.get("now"),
        )
