"""How many counters were open when, and the staff profile that comes to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from sim.calendar import Ints
from sim.calibrate.hours import HoursFit, clock, days_text, weekdays_key
from sim.calibrate.outcome import Chart, Curve, Fitted
from sim.calibrate.shared_staff import says_of_teams, teams_of
from sim.calibrate.staff_levels import SLOT_MINUTES, by_slot, plainly_differ, whole_levels
from sim.clock import MINUTE_MS, weekdays
from sim.errors import PlannerError
from sim.records.records import TicketRecords
from sim.said import listed, phrase

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
Opened = dict[dt.date, tuple[Ints, Ints]]

_LEAST_PAUSE_MS: Final = 20 * MINUTE_MS


@dataclass(frozen=True)
class StaffFit:
    """A team's staff as an office file writes it.

    Attributes
    ----------
    staff
        A whole number, members by time of day, or either of them by weekdays.
    fitted
        The numbers, with the 95% interval of the mean number over days, widened to hold the
        number itself.
    says
        What was found, in sentences.
    chart
        Members by time of day: fitted and recorded.
    """

    staff: int | dict[str, Any]
    fitted: tuple[Fitted, ...]
    says: tuple[str, ...]
    chart: Chart


def open_counters(records: TicketRecords, team: Sequence[str]) -> Opened:
    """Return how many counters were open for a team, by day.

    Parameters
    ----------
    records
        With open counters, or tickets that say who served them.
    team
        Its queues.

    Returns
    -------
    dict
        By date: milliseconds after midnight, and members from then on, without moments at which
        nothing changes. Empty where the records do not tell.

    Notes
    -----
    Where queues of the team were noted differently at one moment the largest number holds. From
    who served: present from the first call to the end of the last service, less pauses longer than
    their median and five times their interquartile range, and twenty minutes.
    """
    import polars as pl

    if records.counters is not None:
        noted = records.counters.filter(pl.col("queue").is_in(list(team)))
        if noted.height:
            return _noted(noted)
    served = records.tickets.filter(pl.col("queue").is_in(list(team))).drop_nulls("counter")
    return _from_ids(served.drop_nulls(["called_after", "called_by"]))


def _noted(counters: pl.DataFrame) -> Opened:
    import polars as pl

    wide = (
        counters.unique(["queue", "date", "time"], keep="last")
        .pivot("queue", index=["date", "time"], values="open")
        .sort("date", "time")
    )
    queues = [name for name in wide.columns if name not in ("date", "time")]
    members = wide.select(
        "date",
        "time",
        members=pl.max_horizontal(pl.col(queues).forward_fill().over("date")).fill_null(0),
    )
    return _by_date(members)


def _by_date(members: pl.DataFrame) -> Opened:
    """Return changes by date from rows of ``date``, ``time`` and ``members`` in order."""
    return {
        date: _changes(rows["time"].to_numpy(), rows["members"].to_numpy())
        for (date,), rows in members.group_by("date", maintain_order=True)
        if isinstance(date, dt.date)
    }


def _changes(times: Ints, members: Ints) -> tuple[Ints, Ints]:
    changed = np.concatenate([[True], members[1:] != members[:-1]])
    return times[changed].astype(np.int64), members[changed].astype(np.int64)


def _from_ids(served: pl.DataFrame) -> Opened:
    """Return members present, from when each of them calls."""
    import polars as pl

    if not served.height:
        return {}
    called = ((pl.col("called_after") + pl.col("called_by")) // 2).alias("called")
    same = ["date", "counter"]
    calls = (
        served.with_columns(called)
        .sort("date", "counter", "called")
        .with_columns(following=pl.col("called").shift(-1).over(same))
    )
    usual = calls.select((pl.col("following") - pl.col("called")).median()).item() or 0
    ended = pl.max_horizontal(pl.col("ended"), pl.col("called"))
    until = pl.when(pl.col("ended").is_null()).then(pl.col("called") + int(usual)).otherwise(ended)
    calls = calls.with_columns(until=until)
    pause = calls["following"] - calls["until"]
    away = _away_ms(pause.drop_nulls().to_numpy().astype(float))
    stays = pl.col("following").is_not_null() & (pl.col("following") - pl.col("until") <= away)
    present = calls.with_columns(until=pl.when(stays).then("following").otherwise("until"))
    return _by_date(_together(present))


def _away_ms(pauses: Floats) -> float:
    """Return how long a pause between two services is before somebody counts as away."""
    if not len(pauses):
        return float(_LEAST_PAUSE_MS)
    low, middle, high = np.quantile(np.maximum(pauses, 0), (0.25, 0.5, 0.75))
    return max(float(middle + 5 * (high - low)), float(_LEAST_PAUSE_MS))


def _together(present: pl.DataFrame) -> pl.DataFrame:
    """Return the members present over time, from the stays ``called`` to ``until`` of each."""
    import polars as pl

    begun = present.select("date", time=pl.col("called"), step=pl.lit(1))
    ended = present.select("date", time=pl.col("until"), step=pl.lit(-1))
    return (
        pl.concat([begun, ended])
        .group_by("date", "time")
        .agg(pl.col("step").sum())
        .sort("date", "time")
        .select("date", "time", members=pl.col("step").cum_sum().over("date"))
    )


@dataclass(frozen=True)
class _Profile:
    """The members of some weekdays: whole numbers by half hour from `start` minutes on."""

    weekdays: tuple[int, ...]
    start: int
    slots: Floats
    levels: Ints

    def pieces(self) -> list[tuple[int, int]]:
        """Return first and one past the last half hour of every stretch of one number."""
        cuts = (np.flatnonzero(np.diff(self.levels)) + 1).tolist()
        return list(zip([0, *cuts], [*cuts, len(self.levels)], strict=True))

    def at(self, slot: int) -> str:
        return clock(self.start + slot * SLOT_MINUTES)

    def content(self) -> int | dict[str, int]:
        pieces = self.pieces()
        if len(pieces) == 1:
            return int(self.levels[0])
        return {self.at(begin): int(self.levels[begin]) for begin, _ in pieces}


def fit_staff(opened: Opened, dates: Sequence[dt.date], hours: HoursFit, *, path: str) -> StaffFit:
    """Return a team's staff by time of day, and by weekday where weekdays plainly differ.

    Parameters
    ----------
    opened
        Open counters by date, as of :func:`open_counters`.
    dates
        The days to use; those that `opened` or `hours` do not know count for nothing.
    hours
        The office's hours; what is open outside of them is overtime.
    path
        Where the staff stands in the office file: ``teams.l_t.staff``.

    Raises
    ------
    PlannerError
        If no day is left.

    Notes
    -----
    Whole numbers by half hour (:func:`sim.calibrate.staff_levels.whole_levels`), merged while
    equal. Weekdays with the same hours are told apart from others, and then from each other, by
    an analysis of variance of the days (:func:`sim.calibrate.staff_levels.plainly_differ`).
    """
    days = sorted({date for date in dates if date in opened and hours.sessions(date.weekday())})
    if not days:
        raise PlannerError(
            phrase(
                "{path}: open counters are known on none of the {count} days. "
                "Give the staff by hand, or a record of open counters.",
                path=path,
                count=len(dates),
            )
        )
    sessions = [hours.sessions(date.weekday()) for date in days]
    start = min(one[0][0] for one in sessions) // MINUTE_MS
    slots = by_slot(opened, days, sessions, start)
    weekday = np.array([date.weekday() for date in days])
    alike = _alike_weekdays(slots, weekday, hours.groups())
    profiles = [_Profile(group, start, *_levels(slots[np.isin(weekday, group)])) for group in alike]
    return StaffFit(
        _content(profiles),
        tuple(_fitted(profiles, path)),
        tuple(_says(profiles)),
        _chart(profiles, path),
    )


def _levels(slots: Floats) -> tuple[Floats, Ints]:
    """Return the half hours that some days have, and whole numbers for them."""
    last = int(np.flatnonzero((~np.isnan(slots)).any(axis=0))[-1]) + 1
    return slots[:, :last], whole_levels(slots[:, :last])


def _alike_weekdays(
    slots: Floats, weekday: Ints, groups: Sequence[tuple[int, ...]]
) -> list[tuple[int, ...]]:
    """Return the open weekdays in groups whose members plainly differ."""
    every = tuple(sorted(day for group in groups for day in group))
    seen = [group for group in groups if np.isin(weekday, group).any()]
    coarse = [every]
    if len(seen) == len(groups) and plainly_differ(slots, _places(weekday, seen)):
        coarse = list(groups)
    return [part for group in coarse for part in _parted(slots, weekday, group)]


def _parted(slots: Floats, weekday: Ints, group: tuple[int, ...]) -> list[tuple[int, ...]]:
    """Return weekdays one by one where they plainly differ, else together."""
    each: list[tuple[int, ...]] = [(day,) for day in group]
    places = _places(weekday, each)
    there = slots[np.isin(weekday, group)]
    if min(len(some) for some in places) < 2 or not len(there):
        return [group]
    common = np.where(np.isnan(there).any(axis=0), np.nan, slots)
    return each if plainly_differ(common, places) else [group]


def _places(weekday: Ints, groups: Sequence[tuple[int, ...]]) -> list[list[int]]:
    return [np.flatnonzero(np.isin(weekday, group)).tolist() for group in groups]


def _content(profiles: Sequence[_Profile]) -> int | dict[str, Any]:
    if len(profiles) == 1:
        return profiles[0].content()
    return {weekdays_key(one.weekdays): one.content() for one in profiles}


def _fitted(profiles: Sequence[_Profile], path: str) -> Iterator[Fitted]:
    for profile in profiles:
        own = f"{path}.{weekdays_key(profile.weekdays)}" if len(profiles) > 1 else path
        pieces = profile.pieces()
        for begin, end in pieces:
            where = own if len(pieces) == 1 else f"{own}.{profile.at(begin)}"
            yield _fitted_piece(profile, begin, end, where)


def _fitted_piece(profile: _Profile, begin: int, end: int, path: str) -> Fitted:
    """Return a number of members with the interval of the days' mean, widened to hold it."""
    from scipy.stats import t

    part = profile.slots[:, begin:end]
    part = part[(~np.isnan(part)).any(axis=1)]
    means = np.nanmean(part, axis=1) if len(part) else np.zeros(0)
    value = float(profile.levels[begin])
    source = phrase(
        "open counters of {days}: mean by half hour, in whole numbers", days=days_text(len(means))
    )
    if len(means) < 2:
        return Fitted(path, value, None, None, source)
    reach = float(t.ppf(0.975, len(means) - 1) * means.std(ddof=1) / np.sqrt(len(means)))
    low, high = float(means.mean()) - reach, float(means.mean()) + reach
    return Fitted(path, value, max(min(low, value), 0.0), max(high, value), source)


def _says(profiles: Sequence[_Profile]) -> Iterator[str]:
    for profile in profiles:
        low, high = profile.levels.min(), profile.levels.max()
        number = listed((low,))
        if low != high:
            number = phrase("{low} to {high}", low=low, high=high)
        mean = float(np.nanmean(profile.slots))
        days = len(profile.slots)
        yield phrase(
            "{weekdays}: {number} members by time of day, {mean:.2f} open on average ({days}).",
            weekdays=weekdays(weekdays_key(profile.weekdays)),
            number=number,
            mean=mean,
            days=days_text(days),
        )
    if len(profiles) == 1 and len(profiles[0].weekdays) > 1:
        yield phrase("The records do not tell the staff of weekdays apart: all alike.")


def _chart(profiles: Sequence[_Profile], path: str) -> Chart:
    curves = [curve for profile in profiles for curve in _curves(profile)]
    return Chart(
        f"staff_{path.removesuffix('.staff').rpartition('.')[2]}",
        "steps",
        phrase("Open counters by time of day"),
        phrase("Mean of the recorded days by half hour, and the whole numbers taken for it."),
        phrase("time of day"),
        phrase("members"),
        tuple(curves),
        clock=True,
    )


def _curves(profile: _Profile) -> Iterator[Curve]:
    days = weekdays(weekdays_key(profile.weekdays))
    known = np.flatnonzero((~np.isnan(profile.slots)).any(axis=0))
    at = (profile.start + np.arange(len(profile.levels)) * SLOT_MINUTES) / 60
    means = np.nanmean(profile.slots[:, known], axis=0)
    recorded, fitted = phrase("recorded, {days}", days=days), phrase("fitted, {days}", days=days)
    yield Curve(recorded, tuple(at[known].tolist()), tuple(means.tolist()))
    yield Curve(fitted, tuple(at.tolist()), tuple(profile.levels.astype(float).tolist()))


__all__ = ["Opened", "StaffFit", "fit_staff", "open_counters", "says_of_teams", "teams_of"]
