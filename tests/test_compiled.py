"""Compiled code is kept on disk where that can be, announced when it is made, and right without."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import pytest
from numba.core.caching import FunctionCache, IndexDataCacheFile

import sim
from sim.compiled import announce, compiled, entry, sources_digest


@compiled
def _twice(number: int) -> int:
    return 2 * number


def _four_times(number: int) -> int:
    return _twice(_twice(number))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder in which compiled code is kept during a test."""
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def told() -> list[str]:
    """Return what has been announced; one announcement is asked for."""
    heard: list[str] = []
    announce(lambda: heard.append("compiling"))
    return heard


def kept(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.nbc"))


def test_compiled_code_is_kept_under_the_digest_of_all_sources(folder: Path) -> None:
    assert entry(_four_times)(3) == 12
    assert [sources_digest() in path.name for path in kept(folder)] == [True]


def test_the_first_compilation_is_announced_once_and_one_that_is_kept_is_not(
    folder: Path, told: list[str]
) -> None:
    entry(_four_times)(3)
    assert told == ["compiling"]
    announce(lambda: told.append("again"))
    assert entry(_four_times)(4) == 16
    assert told == ["compiling"]


def test_what_was_kept_of_other_sources_is_removed_and_not_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch, told: list[str]
) -> None:
    monkeypatch.setattr("sim.compiled.sources_digest", lambda: "0123456789abcdef")
    entry(_four_times)(3)
    monkeypatch.undo()
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(folder))
    announce(lambda: told.append("again"))
    assert entry(_four_times)(3) == 12
    assert told == ["compiling", "again"]
    assert [sources_digest() in path.name for path in kept(folder)] == [True]


def _no_folder(*_: Any) -> None:
    raise RuntimeError("cannot cache function: no locator available")


def _disk_full(*_: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(
    ("owner", "name", "fails"),
    [(FunctionCache, "__init__", _no_folder), (IndexDataCacheFile, "save", _disk_full)],
    ids=["no folder can be written", "the disk is full"],
)
def test_code_that_cannot_be_kept_runs_all_the_same(
    owner: type,
    name: str,
    fails: Callable[..., None],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(owner, name, fails)
    assert entry(_four_times)(5) == 20
    assert kept(folder) == []


def test_a_broken_file_of_kept_code_is_compiled_anew(folder: Path) -> None:
    entry(_four_times)(3)
    (path,) = kept(folder)
    path.write_bytes(path.read_bytes()[:100])
    assert entry(_four_times)(3) == 12


def test_every_module_with_compiled_code_is_known_by_what_it_imports() -> None:
    texts = [path.read_text() for path in Path(sim.__file__).parent.rglob("*.py")]
    decorated = re.compile(r"^@(compiled|inlined|entry)$", re.MULTILINE)
    marked = [text for text in texts if decorated.search(text)]
    assert len(marked) > 10
    assert all("\nfrom sim.compiled import" in text for text in marked)
