"""Which queues, procedures and dates of the records are asked for, and what else is no use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from sim.errors import Fault, FileFaults, PlannerError
from sim.records.columns import folded
from sim.records.findings import Check
from sim.said import listed, phrase
from sim.wording import nearest, shown

if TYPE_CHECKING:
    import polars as pl

_YES: Final = ("true", "1", "yes", "y", "x", "co", "dung", "t")
_NAMES_SHOWN: Final = 30


def chosen(
    asked: Sequence[str], labels: Mapping[str, str | None], option: str, source: str
) -> list[str]:
    """Return the labels that are asked for; all of them where none is.

    Parameters
    ----------
    asked
        Each a label, an id or the first words of a label; small and capital letters, accents and
        punctuation are one.
    labels
        The labels that the records have, and the id of each.
    option, source
        The option and the file, for messages.

    Raises
    ------
    FileFaults
        If nothing is called so, with the names there are.
    """
    if not asked:
        return list(labels)
    found: dict[str, None] = {}
    faults = []
    for name in asked:
        fitting = _fitting(name, labels)
        found |= dict.fromkeys(fitting)
        if not fitting:
            hint = nearest(name, labels, listed=False) or _every(labels)
            expected = phrase("a name that the records have")
            faults.append(Fault(option, expected, shown(name), hint))
    if faults:
        raise FileFaults(source, faults)
    return list(found)


def _fitting(name: str, labels: Mapping[str, str | None]) -> list[str]:
    """Return the labels a name stands for: the same, the same id, its first words, its start."""
    wanted = folded(name)
    plain = {label: folded(label) for label in labels}
    ways = (
        [label for label in labels if label == name],
        [label for label, code in labels.items() if folded(code or "") == wanted != ""],
        [label for label in labels if plain[label] == wanted],
        [label for label in labels if wanted and plain[label].startswith(f"{wanted} ")],
        [label for label in labels if wanted and plain[label].startswith(wanted)],
    )
    return next((way for way in ways if way), [])


def _every(labels: Mapping[str, str | None]) -> str:
    names = sorted(labels)
    first, more = listed(map(shown, names[:_NAMES_SHOWN])), len(names) - _NAMES_SHOWN
    if more > 0:
        return phrase("There are: {names} and {count} more.", names=first, count=more)
    return phrase("There are: {names}.", names=first)


def dated(date: pl.Expr, first: dt.date | None, last: dt.date | None, what: str) -> list[Check]:
    """Return the checks that leave out rows before `first` or after `last`."""
    checks = []
    if first is not None:
        checks.append(
            Check(
                date < first,
                phrase("{what} before {date}", what=what, date=first),
                phrase("not asked for (--from)"),
            )
        )
    if last is not None:
        checks.append(
            Check(
                date > last,
                phrase("{what} after {date}", what=what, date=last),
                phrase("not asked for (--to)"),
            )
        )
    return checks


def check_dates(first: dt.date | None, last: dt.date | None) -> None:
    """Refuse a first date that lies after the last."""
    if first is not None and last is not None and first > last:
        raise PlannerError(
            phrase(
                "--from {first} lies after --to {last}: nothing can be read.",
                first=str(first), last=str(last),
            )
        )  # fmt: skip


def public_holidays(country: str, dates: pl.Series) -> list[dt.date]:
    """Return those of some dates that are public holidays of a country; none without one.

    Raises
    ------
    PlannerError
        If no country has that code.
    """
    if not country:
        return []
    import holidays

    code = country.upper()
    if code not in holidays.list_supported_countries():
        raise PlannerError(
            phrase(
                '--holidays: expected a country code such as "VN", found "{country}".',
                country=country,
            )
        )
    days = [day for day in dates.unique().sort().to_list() if day is not None]
    public = holidays.country_holidays(code, years={day.year for day in days})
    return [day for day in days if day in public]


def truth(text: pl.Series) -> pl.Series:
    """Return a column of yes and no as truths; null where nothing stands."""
    import polars as pl

    values = {value: folded(value) in _YES for value in text.drop_nulls().unique()}
    return text.replace_strict(values, default=None, return_dtype=pl.Boolean)
