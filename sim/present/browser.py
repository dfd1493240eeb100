"""Draws figures in a Chromium, both in processes of their own that never outlive their use."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

    from sim.look import Figure

_TABS: Final = 2
_SECONDS: Final = 90
"""For the browser to start, and for one picture at most."""
_SECONDS_A_PICTURE: Final = 5


class NoBrowserError(Exception):
    """There is no Chromium."""


class NotDrawnError(Exception):
    """The Chromium did not draw; says why."""


@dataclass(frozen=True)
class Drawing:
    """A figure, the kind of file that is made of it, and its size in pixels."""

    figure: Figure
    kind: str
    wide: int
    high: int
    scale: int


def drawn(drawings: Sequence[Drawing]) -> list[bytes]:
    """Return the files of figures.

    What drives the browser waits for it in threads, which nothing can break off. So it runs in a
    process of its own: on Ctrl-C, and after a time limit, that is killed together with the browser.

    Raises
    ------
    NoBrowserError
        If there is no Chromium.
    NotDrawnError
        If it does not start, or does not draw.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    until = time.monotonic() + _SECONDS + _SECONDS_A_PICTURE * len(drawings)
    with tempfile.TemporaryDirectory(prefix="onestop.", ignore_cleanup_errors=True) as folder:
        given = (theirs, folder, list(drawings))
        process = context.Process(target=_draw, args=given, daemon=True)
        with _killed_at_the_end(process) as browsers:
            process.start()
            theirs.close()
            while True:
                kind, found = _heard(ours, until)
                if kind == "browser":
                    browsers.append(found)
                elif kind == "drawn":
                    browsers.clear()
                    return list(found)
                else:
                    raise NoBrowserError if kind == "missing" else NotDrawnError(found)


def _heard(ours: Connection, until: float) -> tuple[str, Any]:
    """Return the next thing that the process has to say."""
    try:
        if ours.poll(max(until - time.monotonic(), 0)):
            kind, found = ours.recv()
            return kind, found
    except EOFError:
        return "failed", "ended early"
    return "failed", "TimeoutError"


@contextmanager
def _killed_at_the_end(process: Any) -> Iterator[list[int]]:
    """Kill a process, and the browsers that it told of."""
    browsers: list[int] = []
    try:
        yield browsers
    finally:
        if process.pid is not None:
            process.kill()
            process.join()
        for browser in browsers:
            _kill(browser)


def _kill(browser: int) -> None:
    """Kill a browser, which leads a group of its own, with all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            os.kill(browser, signal.SIGTERM)
        else:
            os.killpg(browser, signal.SIGKILL)


def _draw(theirs: Connection, folder: str, drawings: list[Drawing]) -> None:
    """Draw, in the other process, and say what came of it.

    What drives the browser, and the browser, leave nothing beside the folder when they are killed.
    """
    from choreographer.errors import ChromeNotFoundError

    from sim.jobs import begin_worker

    begin_worker()
    # What went wrong is told once, and not by what drives the browser.
    logging.disable()
    os.environ["TMPDIR"] = tempfile.tempdir = folder
    try:
        theirs.send(("drawn", asyncio.run(_files(theirs, drawings))))
    except ChromeNotFoundError:
        theirs.send(("missing", None))
    except Exception as error:
        theirs.send(("failed", _reason(error)))


def _reason(error: Exception) -> str:
    """Return the first sentence of what an error says; some say all theirs as parts of a tuple."""
    said = str(error.args[0] if error.args else error)
    return said.partition("\n")[0].partition(". ")[0].rstrip(".") or type(error).__name__


async def _files(theirs: Connection, drawings: list[Drawing]) -> list[bytes]:
    """Draw figures in one browser, a few at a time."""
    from kaleido import Kaleido

    # Nothing is fetched from the network: formulas, which none has, would be.
    browser = Kaleido(n=_TABS, timeout=_SECONDS, mathjax=False)
    telling = asyncio.create_task(_tell(theirs, browser))
    async with browser:
        made = await asyncio.gather(*(_file(browser, each) for each in drawings))
    await telling
    return made


async def _tell(theirs: Connection, browser: Any) -> None:
    """Say which process the browser is, as soon as it runs."""
    while not hasattr(browser, "subprocess"):
        await asyncio.sleep(0.01)
    theirs.send(("browser", browser.subprocess.pid))


async def _file(browser: Any, drawing: Drawing) -> bytes:
    size = {"width": drawing.wide, "height": drawing.high, "scale": drawing.scale}
    content: bytes = await browser.calc_fig(drawing.figure, opts={"format": drawing.kind, **size})
    return content
