"""An office file's text: its content, with where each number comes from and its interval."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sim.calibrate.outcome import Assumed, Fitted

_MOST_REMARKED: Final = 3
_LISTED: Final = ".values"
"""The end of paths whose value is a list: their interval is that of the mean."""
_LISTS: Final = ("teams", "procedures", "demands")
_ASSUMED: Final = "assumed: replace with your own data"


def office_text(
    content: Mapping[str, Any],
    fitted: Iterable[Fitted],
    assumed: Iterable[Assumed],
    heading: Iterable[str] = (),
) -> str:
    """Return the text of an office file.

    Parameters
    ----------
    content
        Of the file, without ``[sources]`` and ``[ranges]``.
    fitted
        Numbers with their sources, which become ``[sources]``, and intervals, which become
        ``[ranges]`` and remarks.
    assumed
        What is not known, said in remarks.
    heading
        Lines of remarks at the top.
    """
    import tomlkit

    found = {number.path: number for number in fitted}
    file = tomlkit.document()
    for line in heading:
        file.add(tomlkit.comment(_on_one_line(line)))
    remarks = _Remarks(found, assumed)
    for key, value in content.items():
        if key not in _LISTS and not isinstance(value, dict):
            file.add(key, value)
    for key, value in content.items():
        if key in _LISTS and value:
            file.add(key, _listed(key, value, remarks))
        elif isinstance(value, dict) and value:
            file.add(key, _table(key, value, remarks, apart=("hours",)))
    file.add("sources", _pairs((n.path, _source(n)) for n in found.values()))
    file.add(
        "ranges",
        _pairs(
            (n.path, [n.low, n.high])
            for n in found.values()
            if n.low is not None and n.high is not None and not n.path.endswith(_LISTED)
        ),
    )
    return tomlkit.dumps(file)


class _Remarks:
    """What is remarked beside a key."""

    def __init__(self, fitted: Mapping[str, Fitted], assumed: Iterable[Assumed]) -> None:
        self._fitted = fitted
        self._assumed = {each.path: each for each in assumed}

    def of(self, path: str) -> str:
        """Return the remark of a path: of its own number, or of those just below it."""
        below = [n for p, n in self._fitted.items() if p.startswith(f"{path}.")]
        told = [_interval(self._fitted[path])] if path in self._fitted else []
        if len(below) <= _MOST_REMARKED:
            told += [f"{n.path.rpartition('.')[2]} {_interval(n)}" for n in below if _interval(n)]
        if path in self._assumed:
            told.append(f"{_ASSUMED} ({self._assumed[path].why})")
        return _on_one_line("; ".join(filter(None, told)))


def _on_one_line(text: str) -> str:
    """Return a text as a remark can hold it: names of files and people may hold anything."""
    return re.sub(r"[\x00-\x08\x0a-\x1f\x7f]+", " ", text)


def _interval(number: Fitted) -> str:
    """Return a number's interval in words; empty where it has none."""
    if number.low is None or number.high is None:
        return ""
    return f"95%: {number.low:.4g} to {number.high:.4g}"


def _source(number: Fitted) -> str:
    return "; ".join(filter(None, (number.source, _interval(number))))


def _listed(key: str, items: Iterable[Mapping[str, Any]], remarks: _Remarks) -> Any:
    """Return ``[[key]]`` tables; lists of tables inside them become tables of their own."""
    import tomlkit

    found = tomlkit.aot()
    for item in items:
        found.append(_table(f"{key}.{item['id']}", item, remarks))
    return found


def _table(
    path: str, content: Mapping[str, Any], remarks: _Remarks, apart: tuple[str, ...] = ()
) -> Any:
    """Return a table with remarks beside its keys."""
    import tomlkit

    table = tomlkit.table()
    later = {}
    for key, value in content.items():
        if _is_tables(value) or key in apart or (path == "roles"):
            later[key] = value
            continue
        table.add(key, _inline(value))
        if remark := remarks.of(f"{path}.{key}"):
            table[key].comment(remark)
    for key, value in later.items():
        inner = f"{path}.{key}"
        add = _listed if _is_tables(value) else _table
        table.add(key, add(inner, value, remarks))
    return table


def _is_tables(value: Any) -> bool:
    return isinstance(value, list | tuple) and bool(value) and isinstance(value[0], dict)


def _inline(value: Any) -> Any:
    """Return a value as it stands in one line."""
    import tomlkit

    if isinstance(value, Mapping):
        table = tomlkit.inline_table()
        for key, item in value.items():
            table.add(key, _inline(item))
        return table
    return tomlkit.item(list(value) if isinstance(value, tuple) else value)


def _pairs(rows: Iterable[tuple[str, Any]]) -> Any:
    import tomlkit
    from tomlkit.items import KeyType, SingleKey

    table = tomlkit.table()
    for key, value in rows:
        table.add(SingleKey(key, KeyType.Basic), value)
    return table
