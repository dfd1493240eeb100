"""Compiled code: what is compiled by Numba, where it is kept, and who is told that it takes time.

Compiled code is kept on disk beside the sources or, where that folder cannot be written, in the
user's cache; where neither can be, it is compiled anew in each process. What is kept is tied to
the sources of all compiled modules, since Numba itself looks only at the file of the function
that is called.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, TypeVar

import numba
from numba import types
from numba.core import event
from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.core.codegen import JITCodeLibrary
from numba.core.registry import cpu_target

Function = TypeVar("Function", bound=Callable[..., Any])

_IMPORTED = re.compile(rb"^from sim\.compiled import", re.MULTILINE)
_OURS = re.compile(rb"^from (sim[\w.]*) import", re.MULTILINE)
_PART = "part."
_told: list[Callable[[], None]] = []


def compiled(function: Function) -> Function:
    """Compile a function that only compiled code calls; Python cannot."""
    return _part(function, inline=False)


def inlined(function: Function) -> Function:
    """Compile a function like :func:`compiled`, always as part of its callers."""
    return _part(function, inline=True)


def _part(function: Function, *, inline: bool) -> Function:
    function.__qualname__ = f"{_PART}{function.__qualname__}"
    options = {"nogil": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    made = numba.njit(forceinline=inline, **options)(function)
    template = made.get_call_template
    made.get_call_template = lambda args, kws: template(tuple(map(_plain, args)), kws)
    kept: Function = made
    return kept


def _plain(kind: Any) -> Any:
    """Return the type to compile for: one function for all constants and widths of numbers."""
    kind = types.unliteral(kind)
    narrow = isinstance(kind, types.Boolean) or (
        isinstance(kind, types.Integer) and kind.signed and kind.bitwidth < 64
    )
    return types.int64 if narrow else kind


def entry(function: Function) -> Function:
    """Compile a function that Python calls, and keep it for later processes."""
    made = numba.njit(nogil=True)(function)
    # Without a folder to keep it in, it is compiled in each process.
    with suppress(RuntimeError, OSError):
        made._cache = _Kept(function)
    kept: Function = made
    return kept


def announce(tell: Callable[[], None]) -> None:
    """Have `tell` called once, before the next compilation; one that is kept needs none."""
    _told[:] = [tell]


class _Told(event.Listener):
    """Tells whoever asked for it that a compilation begins."""

    def on_start(self, event: Any) -> None:  # noqa: ARG002 - Numba's signature
        while _told:
            _told.pop()()

    def on_end(self, event: Any) -> None:
        pass


event.register("numba:compile", _Told())


class _Part(JITCodeLibrary):
    """Code of a function that only compiled code calls: part of its callers, as it is.

    Numba would optimise and translate each function with all that it calls, and so the innermost
    ones time and again; only what Python calls needs it.
    """

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:  # noqa: ARG002 - Numba's signature
        """Return that there is no code to be called."""
        return 0


def _leave_parts_alone() -> None:
    """Have functions that only compiled code calls optimised within their callers alone."""
    codegen = cpu_target.target_context.codegen()
    create_library, set_env = codegen.create_library, codegen.set_env

    def library_for(name: str, **options: Any) -> Any:
        if name.startswith(_PART):
            return _Part(codegen, name, **options)
        return create_library(name, **options)

    def set_env_if_there(name: str, env: Any) -> None:
        if codegen._engine.get_global_value_address(name):
            set_env(name, env)

    codegen.create_library = library_for
    codegen.set_env = set_env_if_there


_leave_parts_alone()


@lru_cache(maxsize=1)
def sources_digest() -> str:
    """Return a digest of the sources of compiled modules and of all that they import of ours.

    What these hold of constants and records is part of the compiled code.
    """
    package = Path(__file__).parent
    contents = {path: path.read_bytes() for path in package.rglob("*.py")}
    marked = [path for path, content in contents.items() if _IMPORTED.search(content)]
    used = {package / "compiled.py", *marked}
    for path in marked:
        used.update(_module(package, name.decode()) for name in _OURS.findall(contents[path]))
    digest = hashlib.sha256()
    for path in sorted(used & contents.keys()):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + contents[path])
    return digest.hexdigest()[:16]


def _module(package: Path, name: str) -> Path:
    """Return the file of a module by its name, `sim.engines.order`."""
    return package.joinpath(*name.split(".")[1:]).with_suffix(".py")


class _Kept(FunctionCache):
    """Numba's cache on disk, in files named after the sources; no failure to write matters."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._base = self._impl.filename_base
        digest = sources_digest()
        self._cache_file = IndexDataCacheFile(self._cache_path, f"{self._base}-{digest}", digest)

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled, in place of what was kept of other sources."""
        with suppress(OSError):
            super().save_overload(sig, data)
            for path in Path(self._cache_path).glob(f"{self._base}-*.nb?"):
                if sources_digest() not in path.name:
                    path.unlink(missing_ok=True)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return what is kept, or None."""
        with suppress(OSError, EOFError, UnpicklingError):
            return super().load_overload(sig, target_context)
        return None
